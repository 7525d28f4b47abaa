-- What was doubted, publicised, objected to, paid out and taken back.
-- SPDX-License-Identifier: Apache-2.0

-- Found by a comparison at a step of the case; round counts the comparisons of a case, of which only the last one's
-- have to be cleared.  value_enc: what stands in the register; reason_enc: why it does not stand in the way.
CREATE TABLE doubt (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  round BIGINT NOT NULL,
  step TEXT NOT NULL,
  rule TEXT NOT NULL,
  register TEXT NOT NULL,
  register_name TEXT NOT NULL,
  record BIGINT,
  field TEXT NOT NULL,
  value_enc BLOB,
  text TEXT NOT NULL,
  severity TEXT NOT NULL,
  found BIGINT NOT NULL,
  cleared BIGINT,
  cleared_by BIGINT,
  reason_enc BLOB
);
CREATE INDEX doubt_case ON doubt(case_id, round);
-- How often a case was compared, with doubts or without.
CREATE TABLE compared (
  case_id BIGINT NOT NULL REFERENCES cases(id),
  round BIGINT NOT NULL,
  step TEXT NOT NULL,
  name TEXT NOT NULL,
  records BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (case_id, round)
);

-- 公示.  name: masked; amount in 分, 0: none is shown.  ended: the case ended before until_at.
CREATE TABLE publicity (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  item_name TEXT NOT NULL,
  name TEXT NOT NULL,
  region TEXT NOT NULL,
  place TEXT NOT NULL,
  amount BIGINT NOT NULL,
  standard TEXT NOT NULL,
  org TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  ended BIGINT
);
CREATE INDEX publicity_until ON publicity(until_at);
CREATE INDEX publicity_case ON publicity(case_id);

-- code_dig: opens the answer to who wrote it, with an account or without.  upheld: null until it is answered.
CREATE TABLE objection (
  id INTEGER PRIMARY KEY,
  publicity_id BIGINT NOT NULL REFERENCES publicity(id),
  case_id BIGINT NOT NULL REFERENCES cases(id),
  code_dig TEXT NOT NULL UNIQUE,
  name_enc BLOB,
  contact_enc BLOB,
  text_enc BLOB NOT NULL,
  at BIGINT NOT NULL,
  upheld BIGINT,
  answer TEXT NOT NULL,
  answered_by BIGINT,
  answered BIGINT
);
CREATE INDEX objection_case ON objection(case_id);

-- A payment to somebody; state: due, batched, paid, failed, stopped.  A failed one is paid again as another row.
-- no is what the bank is told, never used twice.  subject_dig as person.id_dig; bank_enc: name, account and bank, JSON.
CREATE TABLE payout (
  id INTEGER PRIMARY KEY,
  no TEXT NOT NULL UNIQUE,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  org TEXT NOT NULL,
  item_code TEXT NOT NULL,
  item_name TEXT NOT NULL,
  person BIGINT NOT NULL REFERENCES person(id),
  region TEXT NOT NULL,
  bank_enc BLOB NOT NULL,
  amount BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  state TEXT NOT NULL,
  batch BIGINT,
  reason TEXT NOT NULL,
  bank_no TEXT NOT NULL,
  created BIGINT NOT NULL,
  settled BIGINT
);
CREATE INDEX payout_due ON payout(org, id) WHERE state = 'due';
CREATE INDEX payout_case ON payout(case_id);
CREATE INDEX payout_person ON payout(person, id);
CREATE INDEX payout_batch_of ON payout(batch);

-- state: made, released (another person let it go), done (each line has its result).
CREATE TABLE payout_batch (
  id INTEGER PRIMARY KEY,
  no TEXT NOT NULL UNIQUE,
  org TEXT NOT NULL,
  purpose TEXT NOT NULL,
  lines BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  state TEXT NOT NULL,
  made_by BIGINT NOT NULL,
  made BIGINT NOT NULL,
  released_by BIGINT,
  released BIGINT,
  done BIGINT
);
CREATE INDEX payout_batch_org ON payout_batch(org, id);

-- 追回: ordered on a payment that was wrong.  state: ordered, repaid, dropped.
CREATE TABLE reclaim (
  id INTEGER PRIMARY KEY,
  no TEXT NOT NULL UNIQUE,
  payout BIGINT NOT NULL REFERENCES payout(id),
  person BIGINT NOT NULL REFERENCES person(id),
  org TEXT NOT NULL,
  amount BIGINT NOT NULL,
  repaid BIGINT NOT NULL,
  reason TEXT NOT NULL,
  basis TEXT NOT NULL,
  due BIGINT NOT NULL,
  state TEXT NOT NULL,
  by_person BIGINT NOT NULL,
  at BIGINT NOT NULL,
  ended BIGINT
);
CREATE INDEX reclaim_payout ON reclaim(payout);
CREATE INDEX reclaim_person ON reclaim(person);
CREATE INDEX reclaim_org ON reclaim(org, state, id);
CREATE TABLE repayment (
  id INTEGER PRIMARY KEY,
  reclaim BIGINT NOT NULL REFERENCES reclaim(id),
  amount BIGINT NOT NULL,
  day BIGINT NOT NULL,
  receipt TEXT NOT NULL,
  by_person BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX repayment_reclaim ON repayment(reclaim);

-- Who looked at all that somebody was paid has a line as well.
CREATE INDEX pull_about ON pull(subject_dig, id) WHERE subject_dig <> '';
