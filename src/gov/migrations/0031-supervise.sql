-- What is said to a card can carry files; what a level above orders is an urging like any other.
-- SPDX-License-Identifier: Apache-2.0

-- file: of table blob, by what is in it.
CREATE TABLE card_file (
  id INTEGER PRIMARY KEY,
  card_act_id BIGINT NOT NULL REFERENCES card_act(id),
  file TEXT NOT NULL,
  file_name TEXT NOT NULL,
  type TEXT NOT NULL,
  size BIGINT NOT NULL
);
CREATE INDEX card_file_act ON card_file(card_act_id);

-- order_id: the order of a level above that it is (level_order); by_person 0: nobody here urges.  thing 'order': of no case
-- here, thing_id the order's.  Those that wait for an answer from before had a due instant and no clock of their own.
ALTER TABLE urge ADD COLUMN order_id BIGINT;
CREATE UNIQUE INDEX urge_order ON urge(order_id) WHERE order_id IS NOT NULL;
INSERT INTO urge (thing, thing_id, case_id, org, role, region, by_person, by_path, text, at, clock, due, stage, turn, answer, order_id)
  SELECT CASE WHEN d.case_id IS NULL THEN 'order' ELSE 'case' END, COALESCE(d.case_id, d.id), d.case_id, d.org,
         CASE WHEN d.org = '' THEN 'supervisor' ELSE '' END, CASE WHEN d.org = '' THEN d.site ELSE COALESCE(o.region, d.site) END, 0, '',
         d.text, d.received, '', d.due, 0, 0, '', d.id
  FROM level_order d LEFT JOIN org o ON o.key = d.org
  WHERE d.received IS NOT NULL AND d.answered IS NULL AND d.link_down IS NULL AND d.by_person IS NULL AND d.site <> '' ORDER BY d.id;
