-- Simulations started from a page, and what came of them.
-- SPDX-License-Identifier: Apache-2.0

-- state: waiting, running, done, failed.  beat: when whoever runs it was last seen; one that stays silent is run again.
-- options and result are JSON, csv the table of docs/formats/simulate.md; process and rule are the files that were tried.
CREATE TABLE trial (
  id INTEGER PRIMARY KEY,
  item BIGINT NOT NULL REFERENCES item(id),
  item_code TEXT NOT NULL,
  state TEXT NOT NULL,
  options TEXT NOT NULL,
  process TEXT NOT NULL,
  rule TEXT NOT NULL,
  settings TEXT NOT NULL,
  runs BIGINT NOT NULL,
  runs_done BIGINT NOT NULL,
  result TEXT NOT NULL,
  csv TEXT NOT NULL,
  error TEXT NOT NULL,
  by_person BIGINT NOT NULL REFERENCES person(id),
  created BIGINT NOT NULL,
  beat BIGINT NOT NULL,
  ended BIGINT
);
CREATE INDEX trial_item ON trial(item_code, id);
CREATE INDEX trial_open ON trial(id) WHERE ended IS NULL;
