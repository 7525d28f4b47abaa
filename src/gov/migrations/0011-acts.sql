-- What officials do with a case on its way: hand, delegate, sign, send back, take back, copy, hurry, suspend.
-- SPDX-License-Identifier: Apache-2.0

-- region: where the task lies; who holds a post there or above may do it.  post: the title of the post, '' any.
-- kind: '' of the process; before, after (加签), delegate (委派), extend (延长期限的批准), which hang on `parent`.
-- state waiting: until what hangs on it is done.  multi: the activity of which it is one of several; nth of them.
-- return_to: sent back here, and goes straight on to that node.  by_person: who handed it on, or asked.
-- days: of the extension that is asked for.
ALTER TABLE task ADD COLUMN post TEXT NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN parent BIGINT;
ALTER TABLE task ADD COLUMN multi BIGINT NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN nth BIGINT NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN return_to TEXT NOT NULL DEFAULT '';
ALTER TABLE task ADD COLUMN by_person BIGINT;
ALTER TABLE task ADD COLUMN days BIGINT NOT NULL DEFAULT 0;
UPDATE task SET region = COALESCE((SELECT o.region FROM org o WHERE o.key = task.org), region);
CREATE INDEX task_holder ON task(person) WHERE state = 'open';

-- flow_item: whose process the case follows, where it was moved to a newer one.  wake: its next timer.
-- paused: suspended since.  undo: the process before undo_task was finished, while nothing has moved since.
ALTER TABLE cases ADD COLUMN flow_item BIGINT;
ALTER TABLE cases ADD COLUMN wake BIGINT;
ALTER TABLE cases ADD COLUMN paused BIGINT;
ALTER TABLE cases ADD COLUMN undo TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN undo_task BIGINT;
CREATE INDEX cases_wake ON cases(wake) WHERE wake IS NOT NULL;

-- 代理: who is absent, and who does her work meanwhile.
CREATE TABLE deputy (
  id INTEGER PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES person(id),
  deputy BIGINT NOT NULL REFERENCES person(id),
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  by_person BIGINT NOT NULL,
  created BIGINT NOT NULL,
  ended BIGINT
);
CREATE INDEX deputy_deputy ON deputy(deputy);
CREATE INDEX deputy_person ON deputy(person);

-- 抄送: to be read, not done.
CREATE TABLE case_copy (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  person BIGINT NOT NULL REFERENCES person(id),
  by_person BIGINT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  read_at BIGINT,
  UNIQUE (case_id, person)
);
CREATE INDEX case_copy_person ON case_copy(person, at);

-- 催办: by the applicant or the next official; 督办 is the supervisor's (urge).
CREATE TABLE hurry (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  task_id BIGINT NOT NULL,
  by_person BIGINT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX hurry_case ON hurry(case_id);

-- Sent back to the applicant after acceptance: the limits of the law go on meanwhile (行政许可法 45 lists what stops them).
CREATE TABLE amend (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  items TEXT NOT NULL,
  reason TEXT NOT NULL,
  by_person BIGINT NOT NULL,
  task_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  due BIGINT NOT NULL,
  answered BIGINT,
  lapsed BIGINT
);
CREATE INDEX amend_case ON amend(case_id);
