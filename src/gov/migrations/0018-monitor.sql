-- What supervision watches (rules of the packs), what it waits for, and the cards it issued, of everything.
-- SPDX-License-Identifier: Apache-2.0

-- monitor: the rule's key in its pack, or 'clock.KIND'.  version: the rule's digest, or ''.
-- level: notice (预警), yellow, red; held_level: what counts now, '' when nothing does.
-- thing, thing_id, occasion: of what it is, and which occurrence of it ('': there is but one).
-- post: the role that held it.  points: tenths of a point, 0 or less.  state: issued, upheld, reduced, withdrawn.
-- One card of a level an occurrence, however many sweepers run.
ALTER TABLE card RENAME TO card_before;
DROP INDEX card_org;
DROP INDEX card_issued;
DROP INDEX card_case;
CREATE TABLE card (
  id INTEGER PRIMARY KEY,
  monitor TEXT NOT NULL,
  version TEXT NOT NULL,
  level TEXT NOT NULL,
  thing TEXT NOT NULL,
  thing_id BIGINT NOT NULL,
  occasion TEXT NOT NULL,
  clock_id BIGINT,
  case_id BIGINT,
  org TEXT NOT NULL,
  post TEXT NOT NULL,
  person BIGINT,
  region TEXT NOT NULL,
  item TEXT NOT NULL,
  points BIGINT NOT NULL,
  due BIGINT,
  issued BIGINT NOT NULL,
  reckoning TEXT NOT NULL,
  state TEXT NOT NULL,
  held_level TEXT NOT NULL,
  UNIQUE (monitor, thing, thing_id, occasion, level)
);
-- Of before there were points: they cost none.
INSERT INTO card (monitor, version, level, thing, thing_id, occasion, clock_id, case_id, org, post, person, region, item, points, due,
                  issued, reckoning, state, held_level)
  SELECT b.monitor, '', b.level, b.thing, b.thing_id, b.occasion, b.clock_id, b.case_id, b.org, '', b.person, COALESCE(o.region, ''),
         b.item, 0, b.due, b.issued, b.reckoning, 'issued', b.level
  FROM (SELECT 'clock.' || k.kind AS monitor, d.level, CASE WHEN k.task_id IS NULL THEN 'case' ELSE 'task' END AS thing,
               COALESCE(k.task_id, k.case_id) AS thing_id, CAST(k.id AS TEXT) AS occasion, d.clock_id, d.case_id, d.org, d.person,
               c.item_code AS item, d.due, d.issued, d.reckoning, 0 AS nth, d.id AS was
        FROM card_before d JOIN clock k ON k.id = d.clock_id JOIN cases c ON c.id = d.case_id
        UNION ALL
        SELECT 'clock.consult', d.level, 'consultation', d.consultation, '', CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), d.org,
               CAST(NULL AS BIGINT), q.item, d.due, d.issued, d.reckoning, 1, d.id
        FROM consultation_card d JOIN consultation q ON q.id = d.consultation) b
  LEFT JOIN org o ON o.key = b.org
  ORDER BY b.issued, b.nth, b.was;
DROP TABLE card_before;
DROP TABLE consultation_card;
CREATE INDEX card_org ON card(org, issued);
CREATE INDEX card_issued ON card(issued);
CREATE INDEX card_case ON card(case_id) WHERE case_id IS NOT NULL;
CREATE INDEX card_clock ON card(clock_id) WHERE clock_id IS NOT NULL;

-- A rule as a pack brought it.  body: docs/formats/monitor.md, with its words in other languages.  The newest of a key has
-- ended null.
CREATE TABLE monitor (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  digest TEXT NOT NULL,
  pack TEXT NOT NULL,
  body TEXT NOT NULL,
  created BIGINT NOT NULL,
  ended BIGINT,
  UNIQUE (key, version)
);
CREATE INDEX monitor_now ON monitor(key) WHERE ended IS NULL;

-- A limit that a rule of a pack has set going: only what still waits.  clock: as calendar/calendar.h prints it.
-- level: what comes at next_at.
CREATE TABLE watch (
  id INTEGER PRIMARY KEY,
  monitor TEXT NOT NULL,
  thing TEXT NOT NULL,
  thing_id BIGINT NOT NULL,
  occasion TEXT NOT NULL,
  case_id BIGINT,
  clock TEXT NOT NULL,
  due BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  level TEXT NOT NULL,
  since BIGINT NOT NULL,
  UNIQUE (monitor, thing, thing_id, occasion)
);
CREATE INDEX watch_next ON watch(next_at, id);
CREATE INDEX watch_case ON watch(case_id) WHERE case_id IS NOT NULL;
