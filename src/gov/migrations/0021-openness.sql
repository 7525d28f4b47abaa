-- What the screen in the hall and the public page say, kept by the acts; and every look at somebody's data.
-- SPDX-License-Identifier: Apache-2.0

-- One row a month, department, item and step of its process.  spent: microseconds of office time, added up.
CREATE TABLE stage_figure (
  month TEXT NOT NULL,
  org TEXT NOT NULL,
  item TEXT NOT NULL,
  node TEXT NOT NULL,
  name TEXT NOT NULL,
  n BIGINT NOT NULL,
  spent BIGINT NOT NULL,
  PRIMARY KEY (month, org, item, node)
);
CREATE INDEX task_stage ON task(node, done) WHERE done IS NOT NULL;
CREATE INDEX cases_decided ON cases(decided) WHERE decided IS NOT NULL;

-- person: the account it is about.  thing, thing_id: what was opened; day: once a day each official and thing, however
-- often she opens it.  org, role: the post by which she did.
ALTER TABLE pull ADD COLUMN person BIGINT;
ALTER TABLE pull ADD COLUMN org TEXT NOT NULL DEFAULT '';
ALTER TABLE pull ADD COLUMN role TEXT NOT NULL DEFAULT '';
ALTER TABLE pull ADD COLUMN thing TEXT NOT NULL DEFAULT '';
ALTER TABLE pull ADD COLUMN thing_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pull ADD COLUMN day BIGINT;
CREATE INDEX pull_person ON pull(person, id) WHERE person IS NOT NULL;
CREATE UNIQUE INDEX pull_once ON pull(by_person, thing, thing_id, person, day) WHERE day IS NOT NULL;
