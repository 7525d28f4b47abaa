-- What becomes of a card: answered, appealed, decided by somebody else, put right; and 督办, down the levels.
-- SPDX-License-Identifier: Apache-2.0

-- turn counts what was done: the loser of two who act at once is told.  appeal_clock, decide_clock: as calendar/calendar.h
-- prints them; appeal_by and decide_by follow from them.  appealed: since when an appeal waits.  escalated: it waited too long.
-- final: nothing can be done against it any more.  next_at: when the sweeper looks at it.
-- held_level and points are what counts now; what was before stands in card_act.
ALTER TABLE card ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
ALTER TABLE card ADD COLUMN appeal_clock TEXT NOT NULL DEFAULT '';
ALTER TABLE card ADD COLUMN appeal_by BIGINT;
ALTER TABLE card ADD COLUMN decide_clock TEXT NOT NULL DEFAULT '';
ALTER TABLE card ADD COLUMN decide_by BIGINT;
ALTER TABLE card ADD COLUMN appealed BIGINT;
ALTER TABLE card ADD COLUMN escalated BIGINT;
ALTER TABLE card ADD COLUMN final BIGINT;
ALTER TABLE card ADD COLUMN next_at BIGINT;
-- Of before there were appeals.
UPDATE card SET final = issued;
CREATE INDEX card_next ON card(next_at) WHERE next_at IS NOT NULL;
CREATE INDEX card_appealed ON card(appealed) WHERE appealed IS NOT NULL;

-- kind: src/gov/card_acts.def.  level_was, points_was: before it.
CREATE TABLE card_act (
  id INTEGER PRIMARY KEY,
  card_id BIGINT NOT NULL REFERENCES card(id),
  kind TEXT NOT NULL,
  person BIGINT,
  text TEXT NOT NULL,
  level_was TEXT NOT NULL,
  points_was BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX card_act_card ON card_act(card_id);

-- thing: case, card, consultation.  parent: the one from above that this one passes on.  org: the department that answers;
-- role 'supervisor': the supervisor of `region` does, who is below the one that urges; '' the department itself.
-- by_path: of the region of the post by which it was urged.  stage: 0 at the department, 1 at its head, 2 at the
-- government's.  warned: the department was told that it is nearly due.  turn: as above.
ALTER TABLE urge RENAME TO urge_before;
DROP INDEX urge_case;
DROP INDEX urge_org;
CREATE TABLE urge (
  id INTEGER PRIMARY KEY,
  thing TEXT NOT NULL,
  thing_id BIGINT NOT NULL,
  case_id BIGINT,
  parent BIGINT,
  org TEXT NOT NULL,
  role TEXT NOT NULL,
  region TEXT NOT NULL,
  by_person BIGINT NOT NULL,
  by_path TEXT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  clock TEXT NOT NULL,
  due BIGINT,
  stage BIGINT NOT NULL,
  warned BIGINT,
  next_at BIGINT,
  turn BIGINT NOT NULL,
  answer TEXT NOT NULL,
  answered_by BIGINT,
  answered BIGINT
);
INSERT INTO urge (thing, thing_id, case_id, org, role, region, by_person, by_path, text, at, clock, stage, turn, answer, answered_by,
                  answered)
  SELECT 'case', u.case_id, u.case_id, u.org, '', COALESCE(o.region, ''), u.by_person, COALESCE(g.path, ''), u.text, u.at, '', 0, 0,
         u.answer, u.answered_by, u.answered
  FROM urge_before u LEFT JOIN org o ON o.key = u.org LEFT JOIN region g ON g.code = o.region ORDER BY u.id;
DROP TABLE urge_before;
CREATE INDEX urge_case ON urge(case_id) WHERE case_id IS NOT NULL;
CREATE INDEX urge_thing ON urge(thing, thing_id);
CREATE INDEX urge_org ON urge(org, at);
CREATE INDEX urge_open ON urge(org, COALESCE(due, 9223372036854775807), id) WHERE answered IS NULL;
CREATE INDEX urge_due ON urge(COALESCE(due, 9223372036854775807), id) WHERE answered IS NULL;
CREATE INDEX urge_next ON urge(next_at) WHERE next_at IS NOT NULL;
CREATE INDEX urge_parent ON urge(parent) WHERE parent IS NOT NULL;
