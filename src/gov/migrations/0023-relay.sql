-- What one case tells another.
-- SPDX-License-Identifier: Apache-2.0

-- What the process of a case waits for: `wait` is the process's own number of it, at `node`, which reads `title`.  key_dig: what it is known by,
-- as a blind index.  gone: it waits no more.
CREATE TABLE relay_wait (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  wait BIGINT NOT NULL,
  node TEXT NOT NULL,
  title TEXT NOT NULL,
  name TEXT NOT NULL,
  key_dig TEXT NOT NULL,
  since BIGINT NOT NULL,
  gone BIGINT
);
CREATE INDEX relay_wait_key ON relay_wait(name, key_dig, id) WHERE gone IS NULL;
CREATE INDEX relay_wait_case ON relay_wait(case_id);

-- The outbox: written with the act that sends, taken out with the act of the case that hears.  state: waiting, heard, lapsed (nobody
-- came for it until until_at).  next_try: when it is tried again; null: no more.
CREATE TABLE relay (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  node TEXT NOT NULL,
  name TEXT NOT NULL,
  key_dig TEXT NOT NULL,
  body_enc BLOB NOT NULL,
  sent BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  next_try BIGINT,
  tries BIGINT NOT NULL,
  failure TEXT NOT NULL,
  to_case BIGINT,
  ended BIGINT
);
CREATE INDEX relay_key ON relay(name, key_dig) WHERE state = 'waiting';
CREATE INDEX relay_next ON relay(next_try) WHERE next_try IS NOT NULL;
CREATE INDEX relay_case ON relay(case_id);
CREATE INDEX relay_state ON relay(state, id);

-- Who has had no task for longest.
CREATE INDEX task_person_opened ON task(person, opened);

-- Cases that ended while they were suspended are suspended no more.
UPDATE cases SET paused = NULL WHERE paused IS NOT NULL AND ended IS NOT NULL;
-- What somebody took while she stood for another, and can do no more, is there to be taken again; a post that ends later
-- than the last entry of the ledger is in force.
UPDATE task SET person = NULL WHERE state = 'open' AND kind = '' AND person IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM post p WHERE p.person = task.person AND p.org = task.org AND p.role = task.role
    AND (p.until_at IS NULL OR p.until_at > (SELECT COALESCE(MAX(l.at), 0) FROM ledger l)))
  AND NOT EXISTS (SELECT 1 FROM deputy d WHERE d.deputy = task.person AND d.ended IS NULL);
