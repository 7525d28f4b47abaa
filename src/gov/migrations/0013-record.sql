-- Registers, their records with every version, and who looked at what.
-- SPDX-License-Identifier: Apache-2.0

-- kind: register, comparison.  body as docs/formats/pack.md has it; the newest version of a key has ended null.
CREATE TABLE register (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  org TEXT NOT NULL,
  body TEXT NOT NULL,
  created BIGINT NOT NULL,
  ended BIGINT,
  UNIQUE (kind, key, version)
);

-- A file that was taken in: where records come from.
CREATE TABLE register_import (
  id INTEGER PRIMARY KEY,
  register TEXT NOT NULL,
  file TEXT NOT NULL,
  digest TEXT NOT NULL,
  rows BIGINT NOT NULL,
  added BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  same BIGINT NOT NULL,
  left_out BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  by_person BIGINT,
  at BIGINT NOT NULL
);
CREATE INDEX register_import_of ON register_import(register, id);

-- One row a version.  body: the open fields, private_enc: the others, both JSON; key_dig: of the key's values;
-- subject_dig: as person.id_dig, of whom it is about, or ''; body_dig: of both, to see what changed.
-- seen: the last import that had it.
CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  register TEXT NOT NULL,
  key_dig TEXT NOT NULL,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  private_enc BLOB,
  body_dig TEXT NOT NULL,
  subject_dig TEXT NOT NULL,
  source BIGINT NOT NULL REFERENCES register_import(id),
  source_row BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT,
  UNIQUE (register, key_dig, version)
);
CREATE INDEX record_now ON record(register, key_dig) WHERE until_at IS NULL;

-- By which values the newest versions are found.
CREATE TABLE record_find (
  register TEXT NOT NULL,
  field TEXT NOT NULL,
  dig TEXT NOT NULL,
  record BIGINT NOT NULL REFERENCES record(id),
  PRIMARY KEY (register, field, dig, record)
);
CREATE INDEX record_find_record ON record_find(record);

-- Who looked at somebody's licence or record, for which case or what else: one line each, hers to see.
CREATE TABLE pull (
  id INTEGER PRIMARY KEY,
  licence BIGINT REFERENCES licence(id),
  record BIGINT REFERENCES record(id),
  register TEXT NOT NULL,
  subject_dig TEXT NOT NULL,
  case_id BIGINT REFERENCES cases(id),
  purpose TEXT NOT NULL,
  what TEXT NOT NULL,
  state TEXT NOT NULL,
  by_person BIGINT,
  at BIGINT NOT NULL
);
INSERT INTO pull (licence, register, subject_dig, case_id, purpose, what, state, by_person, at)
  SELECT licence, '', '', case_id, 'apply', material, state, by_person, at FROM licence_use ORDER BY id;
DROP TABLE licence_use;
CREATE INDEX pull_licence ON pull(licence, id) WHERE licence IS NOT NULL;
CREATE INDEX pull_subject ON pull(subject_dig, id) WHERE record IS NOT NULL;
CREATE INDEX pull_case ON pull(case_id);
