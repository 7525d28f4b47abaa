-- Figures put together by month, for reports of months, quarters and years, and by department, for what shows many days.
-- SPDX-License-Identifier: Apache-2.0

-- month: '2026-11'.  The rows of figure up to the day in figure_put, added up: see src/gov/figure.h.
CREATE TABLE figure_month (
  month TEXT NOT NULL,
  org TEXT NOT NULL,
  item TEXT NOT NULL,
  post TEXT NOT NULL,
  person BIGINT NOT NULL,
  received BIGINT NOT NULL,
  accepted BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  decided BIGINT NOT NULL,
  denied BIGINT NOT NULL,
  withdrawn BIGINT NOT NULL,
  on_time BIGINT NOT NULL,
  early BIGINT NOT NULL,
  notice BIGINT NOT NULL,
  yellow BIGINT NOT NULL,
  red BIGINT NOT NULL,
  rated BIGINT NOT NULL,
  stars BIGINT NOT NULL,
  low BIGINT NOT NULL,
  corrected BIGINT NOT NULL,
  stopped BIGINT NOT NULL,
  delivered BIGINT NOT NULL,
  days_accept BIGINT NOT NULL,
  days_review BIGINT NOT NULL,
  days_decide BIGINT NOT NULL,
  days_deliver BIGINT NOT NULL,
  PRIMARY KEY (month, org, item, post, person)
) WITHOUT ROWID;

-- The same rows by day and department.
CREATE TABLE figure_day (
  day TEXT NOT NULL,
  org TEXT NOT NULL,
  received BIGINT NOT NULL,
  accepted BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  decided BIGINT NOT NULL,
  denied BIGINT NOT NULL,
  withdrawn BIGINT NOT NULL,
  on_time BIGINT NOT NULL,
  early BIGINT NOT NULL,
  notice BIGINT NOT NULL,
  yellow BIGINT NOT NULL,
  red BIGINT NOT NULL,
  rated BIGINT NOT NULL,
  stars BIGINT NOT NULL,
  low BIGINT NOT NULL,
  corrected BIGINT NOT NULL,
  stopped BIGINT NOT NULL,
  delivered BIGINT NOT NULL,
  days_accept BIGINT NOT NULL,
  days_review BIGINT NOT NULL,
  days_decide BIGINT NOT NULL,
  days_deliver BIGINT NOT NULL,
  PRIMARY KEY (day, org)
) WITHOUT ROWID;

-- One row.  day: the last day put together, '' before the first.
CREATE TABLE figure_put (
  id INTEGER PRIMARY KEY,
  day TEXT NOT NULL
);
INSERT INTO figure_put (id, day) VALUES (1, '');
