-- Enterprises, policies, and who of them was told of what.
-- SPDX-License-Identifier: Apache-2.0

-- A file that was taken into the register: where its rows come from.
CREATE TABLE enterprise_import (
  id INTEGER PRIMARY KEY,
  file TEXT NOT NULL,
  digest TEXT NOT NULL,
  rows BIGINT NOT NULL,
  added BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  same BIGINT NOT NULL,
  left_out BIGINT NOT NULL,
  by_person BIGINT,
  at BIGINT NOT NULL
);

-- uscc_dig: as person.id_dig, so that an enterprise and its account find each other.
-- registered: the day; capital: a decimal in units of 10,000, "" where it cannot be told; rep: the legal
-- representative's name, masked.  facts: every other column of its file, a JSON object of texts.
-- change: counts all changes of the table, so that who has seen n asks for what is above n.
CREATE TABLE enterprise (
  id INTEGER PRIMARY KEY,
  uscc TEXT NOT NULL UNIQUE,
  uscc_dig TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  registered BIGINT,
  capital TEXT NOT NULL,
  currency TEXT NOT NULL,
  rep TEXT NOT NULL,
  scope TEXT NOT NULL,
  province TEXT NOT NULL,
  city TEXT NOT NULL,
  address TEXT NOT NULL,
  facts TEXT NOT NULL,
  source BIGINT NOT NULL REFERENCES enterprise_import(id),
  change BIGINT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL
);
CREATE INDEX enterprise_change ON enterprise(change);
CREATE INDEX enterprise_dig ON enterprise(uscc_dig);

-- body as docs/formats/pack.md has it; model: digest of the artifact.  A key's newest version has ended null.
CREATE TABLE policy (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  org TEXT NOT NULL,
  whom TEXT NOT NULL,
  body TEXT NOT NULL,
  model TEXT NOT NULL REFERENCES artifact(digest),
  created BIGINT NOT NULL,
  ended BIGINT,
  UNIQUE (key, version)
);
CREATE INDEX policy_now ON policy(key) WHERE ended IS NULL;

-- subject: of a policy for legal persons enterprise.id, else person.id.
CREATE TABLE policy_told (
  id INTEGER PRIMARY KEY,
  policy TEXT NOT NULL,
  subject BIGINT NOT NULL,
  person BIGINT NOT NULL REFERENCES person(id),
  ways TEXT NOT NULL,
  by_person BIGINT,
  at BIGINT NOT NULL
);
CREATE INDEX policy_told_of ON policy_told(policy, subject);

-- give: apply (draft is hers) or confirm; amount as it was computed that day, "" where none is.
CREATE TABLE policy_claim (
  id INTEGER PRIMARY KEY,
  policy TEXT NOT NULL,
  version BIGINT NOT NULL,
  subject BIGINT NOT NULL,
  person BIGINT NOT NULL REFERENCES person(id),
  give TEXT NOT NULL,
  amount TEXT NOT NULL,
  draft BIGINT,
  at BIGINT NOT NULL,
  settled BIGINT,
  settled_by BIGINT,
  UNIQUE (policy, version, subject)
);

-- channel: mail, or sms (the address is a mobile number).
ALTER TABLE outbox ADD COLUMN channel TEXT NOT NULL DEFAULT 'mail';
