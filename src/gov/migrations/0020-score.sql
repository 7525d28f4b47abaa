-- Figures by day, department, item, post and person; the weekly report on what people wrote; scores.
-- SPDX-License-Identifier: Apache-2.0

-- day: '2026-11-23'.  What was kept by month before stands on the first of its month, of no item, post or person.
-- post: the role by which it was done.  See src/gov/figure.h.
ALTER TABLE figure RENAME TO figure_by_month;
CREATE TABLE figure (
  day TEXT NOT NULL,
  org TEXT NOT NULL,
  item TEXT NOT NULL,
  post TEXT NOT NULL,
  person BIGINT NOT NULL,
  received BIGINT NOT NULL DEFAULT 0,
  accepted BIGINT NOT NULL DEFAULT 0,
  refused BIGINT NOT NULL DEFAULT 0,
  decided BIGINT NOT NULL DEFAULT 0,
  denied BIGINT NOT NULL DEFAULT 0,
  withdrawn BIGINT NOT NULL DEFAULT 0,
  on_time BIGINT NOT NULL DEFAULT 0,
  early BIGINT NOT NULL DEFAULT 0,
  notice BIGINT NOT NULL DEFAULT 0,
  yellow BIGINT NOT NULL DEFAULT 0,
  red BIGINT NOT NULL DEFAULT 0,
  rated BIGINT NOT NULL DEFAULT 0,
  stars BIGINT NOT NULL DEFAULT 0,
  low BIGINT NOT NULL DEFAULT 0,
  corrected BIGINT NOT NULL DEFAULT 0,
  stopped BIGINT NOT NULL DEFAULT 0,
  delivered BIGINT NOT NULL DEFAULT 0,
  days_accept BIGINT NOT NULL DEFAULT 0,
  days_review BIGINT NOT NULL DEFAULT 0,
  days_decide BIGINT NOT NULL DEFAULT 0,
  days_deliver BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (day, org, item, post, person)
) WITHOUT ROWID;
CREATE INDEX figure_org ON figure(org, day);
INSERT INTO figure (day, org, item, post, person, received, accepted, refused, decided, denied, withdrawn, on_time, early, yellow, red, rated, stars)
  SELECT month || '-01', org, '', '', 0, received, accepted, refused, decided, denied, withdrawn, on_time, early, yellow, red, rated, stars
  FROM figure_by_month;
DROP TABLE figure_by_month;

-- 网民反映问题办理情况周报.  week: '2026-W47' (ISO 8601).  state: draft, issued.  body: JSON, the parts as edited; figures: JSON,
-- as they were counted when it was issued (or last drafted).  version counts changes.
CREATE TABLE weekly (
  id INTEGER PRIMARY KEY,
  week TEXT NOT NULL,
  region TEXT NOT NULL,
  state TEXT NOT NULL,
  number TEXT NOT NULL,
  body TEXT NOT NULL,
  figures TEXT NOT NULL,
  version BIGINT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  updated_by BIGINT NOT NULL,
  issued BIGINT,
  issued_by BIGINT,
  UNIQUE (week, region)
);

-- What a person recorded that a method of scoring counts (处分, 数据缺失 …).  event: the method's key of it.  n: how much of it.
-- withdrawn: it counts no more, with the reason; nothing is deleted.
CREATE TABLE score_record (
  id INTEGER PRIMARY KEY,
  month TEXT NOT NULL,
  org TEXT NOT NULL,
  post TEXT NOT NULL,
  person BIGINT,
  event TEXT NOT NULL,
  n BIGINT NOT NULL,
  text TEXT NOT NULL,
  case_no TEXT NOT NULL,
  by_person BIGINT NOT NULL,
  at BIGINT NOT NULL,
  withdrawn BIGINT,
  withdrawn_by BIGINT,
  reason TEXT NOT NULL
);
CREATE INDEX score_record_month ON score_record(month, org);

-- A month's score as it was settled (结算).  post '' and person 0: the department's.  points: tenths.  body: JSON, the parts with
-- what was counted.  Settled anew it is replaced; the ledger keeps each.
CREATE TABLE score (
  month TEXT NOT NULL,
  method TEXT NOT NULL,
  org TEXT NOT NULL,
  post TEXT NOT NULL,
  person BIGINT NOT NULL,
  points BIGINT NOT NULL,
  body TEXT NOT NULL,
  settled BIGINT NOT NULL,
  PRIMARY KEY (month, method, org, post, person)
);
