-- SPDX-License-Identifier: Apache-2.0
-- Electronic licences: of which type they are, what became of them, and who used them for what.
-- type_key is the pack's own key of the type, type_code the national code where there is one.
ALTER TABLE licence ADD COLUMN type_key TEXT NOT NULL DEFAULT '';
ALTER TABLE licence ADD COLUMN type_code TEXT NOT NULL DEFAULT '';
ALTER TABLE licence ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE licence ADD COLUMN changed BIGINT;
UPDATE licence SET type_key = (SELECT i.key FROM cases c JOIN item i ON i.id = c.item WHERE c.id = licence.case_id);
CREATE INDEX licence_proves ON licence(holder, type_key);
CREATE INDEX licence_org ON licence(org, id);

-- One line a pull: state as it was at that moment.
CREATE TABLE licence_use (
  id INTEGER PRIMARY KEY,
  licence BIGINT NOT NULL REFERENCES licence(id),
  case_id BIGINT NOT NULL REFERENCES cases(id),
  material TEXT NOT NULL,
  state TEXT NOT NULL,
  by_person BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX licence_use_licence ON licence_use(licence, id);
CREATE INDEX licence_use_case ON licence_use(case_id);

-- source 'licence': which, and its paper, whose file is written here once it is made; 'register': no file at all.
ALTER TABLE material ADD COLUMN licence BIGINT;
ALTER TABLE material ADD COLUMN document_id BIGINT;

-- What a department signs its papers with; key_enc is sealed under the department's key.
CREATE TABLE organ_key (
  org TEXT PRIMARY KEY,
  cert TEXT NOT NULL,
  key_enc BLOB NOT NULL,
  created BIGINT NOT NULL
);
-- The certificate that signed the file: SHA-256 of it, or ''.
ALTER TABLE document ADD COLUMN signer TEXT NOT NULL DEFAULT '';
