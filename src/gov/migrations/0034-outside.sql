-- Departments' own systems report their cases (gov/outside.h).
-- SPDX-License-Identifier: Apache-2.0

-- org: the department for which it reports, and for no other; '' of a link from an installation below.
ALTER TABLE link_down ADD COLUMN org TEXT NOT NULL DEFAULT '';

-- Kept when its key is revoked: its cases are its still.  person: stands for applicants who have no account here.  have: its
-- last row that was answered; seen 0: it never spoke; closed: since when it may not report.
CREATE TABLE outside_system (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  org TEXT NOT NULL,
  person BIGINT NOT NULL REFERENCES person(id),
  created BIGINT NOT NULL,
  closed BIGINT,
  have BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  taken BIGINT NOT NULL,
  refused BIGINT NOT NULL
);

-- no: as that system numbers it.
CREATE TABLE outside_case (
  case_id BIGINT PRIMARY KEY REFERENCES cases(id),
  system_id BIGINT NOT NULL REFERENCES outside_system(id),
  no TEXT NOT NULL
);
CREATE UNIQUE INDEX outside_case_no ON outside_case(system_id, no);

-- One row that was reported and how it was answered.  digest: keyed, of what it says; answer_enc: what was found, sealed, '' nothing.
CREATE TABLE outside_row (
  system_id BIGINT NOT NULL REFERENCES outside_system(id),
  seq BIGINT NOT NULL,
  digest TEXT NOT NULL,
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  answer_enc BLOB NOT NULL,
  PRIMARY KEY (system_id, seq)
);
CREATE UNIQUE INDEX outside_row_taken ON outside_row(system_id, digest) WHERE state = 'taken';
