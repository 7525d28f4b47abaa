-- Questions that go to a person, what is known already, and what was asked without a good answer.
-- SPDX-License-Identifier: Apache-2.0

-- state: published, retired.  variants: other ways of asking, one a line.  key: of the pack that brought it.
-- source: 'pack …', 'staff', or the number of the consultation it was learnt from.
CREATE TABLE knowledge (
  id INTEGER PRIMARY KEY,
  key TEXT UNIQUE,
  question TEXT NOT NULL,
  variants TEXT NOT NULL,
  answer TEXT NOT NULL,
  basis TEXT NOT NULL,
  item TEXT NOT NULL,
  org TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  expires BIGINT,
  published BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  updated_by BIGINT
);
CREATE INDEX knowledge_org ON knowledge(org, updated);
CREATE INDEX knowledge_updated ON knowledge(updated);

-- How an answer served, by day.  answer: 'k12', or 'CODE.3' for the third question of an item.  Nobody is named.
CREATE TABLE answer_use (
  answer TEXT NOT NULL,
  day BIGINT NOT NULL,
  views BIGINT NOT NULL,
  yes BIGINT NOT NULL,
  no BIGINT NOT NULL,
  PRIMARY KEY (answer, day)
);
CREATE INDEX answer_use_day ON answer_use(day);

-- What was searched for, by day: how often, how often nothing was found, how often something found was opened.
CREATE TABLE asked_words (
  words TEXT NOT NULL,
  day BIGINT NOT NULL,
  times BIGINT NOT NULL,
  none BIGINT NOT NULL,
  opened BIGINT NOT NULL,
  PRIMARY KEY (words, day)
);
CREATE INDEX asked_words_day ON asked_words(day);

-- Which item was opened from a search for these words, and how often.
CREATE TABLE asked_choice (
  words TEXT NOT NULL,
  item TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (words, item)
);

-- state: open, answered, withdrawn.  person null: asked without an account; code_dig and code_until open it then.
-- once: drawn with the form, so that a form sent twice asks once.  clock, due, warn_at, next_at and card
-- are as in the table clock; a consultation has one, which nothing stops.
CREATE TABLE consultation (
  id INTEGER PRIMARY KEY,
  no TEXT NOT NULL UNIQUE,
  once TEXT UNIQUE,
  person BIGINT,
  code_dig TEXT NOT NULL,
  code_until BIGINT,
  email_enc BLOB,
  mobile_enc BLOB,
  text_enc BLOB NOT NULL,
  may_publish BIGINT NOT NULL,
  item TEXT NOT NULL,
  item_name TEXT NOT NULL,
  org TEXT NOT NULL,
  state TEXT NOT NULL,
  asked BIGINT NOT NULL,
  ended BIGINT,
  answer_enc BLOB,
  answered_by BIGINT,
  public_question TEXT NOT NULL,
  public_answer TEXT NOT NULL,
  published BIGINT,
  rating BIGINT,
  rated BIGINT,
  remark_enc BLOB,
  knowledge BIGINT,
  clock TEXT NOT NULL,
  due BIGINT NOT NULL,
  warn_at BIGINT NOT NULL,
  provisional BIGINT NOT NULL,
  card TEXT NOT NULL,
  next_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX consultation_next ON consultation(next_at) WHERE next_at IS NOT NULL;
CREATE INDEX consultation_open ON consultation(org, due, id) WHERE state = 'open';
CREATE INDEX consultation_due ON consultation(due, id) WHERE state = 'open';
CREATE INDEX consultation_org ON consultation(org, asked);
CREATE INDEX consultation_person ON consultation(person, asked);
CREATE INDEX consultation_published ON consultation(published) WHERE published IS NOT NULL;
CREATE INDEX consultation_rated ON consultation(rated) WHERE rated IS NOT NULL;

-- Each step, in order.  org: where it lies afterwards; text: a reason, sealed, for it may name somebody.
CREATE TABLE consultation_step (
  id INTEGER PRIMARY KEY,
  consultation BIGINT NOT NULL REFERENCES consultation(id),
  act TEXT NOT NULL,
  org TEXT NOT NULL,
  text_enc BLOB,
  by_person BIGINT,
  at BIGINT NOT NULL
);
CREATE INDEX consultation_step_of ON consultation_step(consultation);

-- level: yellow, red; one of each a consultation, however many sweepers run.
CREATE TABLE consultation_card (
  id INTEGER PRIMARY KEY,
  consultation BIGINT NOT NULL REFERENCES consultation(id),
  org TEXT NOT NULL,
  level TEXT NOT NULL,
  due BIGINT NOT NULL,
  issued BIGINT NOT NULL,
  reckoning TEXT NOT NULL,
  UNIQUE (consultation, level)
);
CREATE INDEX consultation_card_org ON consultation_card(org, issued);

-- Where a message leads, when not to a case.
ALTER TABLE message ADD COLUMN link TEXT NOT NULL DEFAULT '';
