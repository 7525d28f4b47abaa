-- The core tables.  Instants are UTC microseconds, days are days since 1970-01-01.
-- Personal values end in _enc (encrypted by field) or _dig (keyed digest, for look-up).
-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE counter (
  key TEXT PRIMARY KEY,
  n BIGINT NOT NULL
);

-- The five-level tree.  path is '/990000/990100/990121/': a scope is a prefix of it.
CREATE TABLE region (
  code TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  level BIGINT NOT NULL,
  parent TEXT NOT NULL,
  path TEXT NOT NULL,
  zone TEXT NOT NULL
);
CREATE INDEX region_path ON region(path);

CREATE TABLE org (
  key TEXT PRIMARY KEY,
  uscc TEXT NOT NULL,
  name TEXT NOT NULL,
  short TEXT NOT NULL,
  region TEXT NOT NULL,
  position BIGINT NOT NULL,
  body TEXT NOT NULL
);

-- Natural and legal persons with an account, citizens and staff alike.
-- proof is the level of identity: 0 self-declared, 1 verified in person, 2 by certificate.
CREATE TABLE person (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  login TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  name TEXT NOT NULL,
  id_enc BLOB,
  id_dig TEXT UNIQUE,
  mobile_enc BLOB,
  mobile_dig TEXT,
  email_enc BLOB,
  address_enc BLOB,
  proof BIGINT NOT NULL,
  legal_rep BIGINT,
  region TEXT NOT NULL,
  lang TEXT NOT NULL,
  active BIGINT NOT NULL,
  created BIGINT NOT NULL
);

CREATE TABLE post (
  id INTEGER PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES person(id),
  org TEXT NOT NULL,
  role TEXT NOT NULL,
  region TEXT NOT NULL,
  title TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT
);
CREATE INDEX post_person ON post(person);
CREATE INDEX post_org ON post(org, role);

CREATE TABLE session (
  token_dig TEXT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES person(id),
  principal BIGINT,
  csrf TEXT NOT NULL,
  created BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX session_person ON session(person);

CREATE TABLE recovery (
  token_dig TEXT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES person(id),
  expires BIGINT NOT NULL,
  used BIGINT
);

-- Who proved whose identity, how, and to which level.
CREATE TABLE proof (
  id INTEGER PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES person(id),
  level BIGINT NOT NULL,
  how TEXT NOT NULL,
  by_person BIGINT,
  at BIGINT NOT NULL
);

-- principal names agent, who may act for her: scope '*' or an item code.
CREATE TABLE agency (
  id INTEGER PRIMARY KEY,
  principal BIGINT NOT NULL REFERENCES person(id),
  agent BIGINT NOT NULL REFERENCES person(id),
  scope TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  revoked BIGINT,
  created BIGINT NOT NULL
);
CREATE INDEX agency_agent ON agency(agent);
CREATE INDEX agency_principal ON agency(principal);

CREATE TABLE theme (
  key TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  for_whom TEXT NOT NULL,
  position BIGINT NOT NULL
);

-- Forms and processes by content, so that a case keeps those of its day.
CREATE TABLE artifact (
  digest TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  body TEXT NOT NULL
);

-- A version of an item.  state: draft, review, published, suspended, abolished.
-- A published version holds from from_at until until_at (exclusive; null = open).
CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  version BIGINT NOT NULL,
  key TEXT NOT NULL,
  state TEXT NOT NULL,
  from_at BIGINT,
  until_at BIGINT,
  name TEXT NOT NULL,
  org TEXT NOT NULL,
  region TEXT NOT NULL,
  type TEXT NOT NULL,
  form TEXT,
  process TEXT,
  body TEXT NOT NULL,
  findings TEXT NOT NULL,
  source TEXT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  updated_by BIGINT,
  UNIQUE (code, version)
);
CREATE INDEX item_key ON item(key);
CREATE INDEX item_org ON item(org, state);

CREATE TABLE calendar_day (
  region TEXT NOT NULL,
  day BIGINT NOT NULL,
  works BIGINT NOT NULL,
  in_lieu BIGINT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (region, day)
);

CREATE TABLE calendar_year (
  region TEXT NOT NULL,
  year BIGINT NOT NULL,
  source TEXT NOT NULL,
  imported BIGINT NOT NULL,
  PRIMARY KEY (region, year)
);

CREATE TABLE draft (
  id INTEGER PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES person(id),
  principal BIGINT NOT NULL REFERENCES person(id),
  item BIGINT NOT NULL REFERENCES item(id),
  facts_enc BLOB NOT NULL,
  page BIGINT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL
);
CREATE INDEX draft_person ON draft(person, updated);

-- state: see src/gov/case_states.def.  version counts changes: the loser of two
-- who act at once is told.  next_due is the least due instant of its running clocks.
CREATE TABLE cases (
  id INTEGER PRIMARY KEY,
  no TEXT NOT NULL UNIQUE,
  region TEXT NOT NULL,
  org TEXT NOT NULL,
  item BIGINT NOT NULL REFERENCES item(id),
  item_code TEXT NOT NULL,
  item_name TEXT NOT NULL,
  applicant BIGINT NOT NULL REFERENCES person(id),
  applicant_name TEXT NOT NULL,
  agent BIGINT,
  filed_by BIGINT,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  situation TEXT NOT NULL,
  facts_enc BLOB NOT NULL,
  facts_dig TEXT NOT NULL,
  flow TEXT NOT NULL,
  submitted BIGINT NOT NULL,
  received BIGINT NOT NULL,
  accepted BIGINT,
  decided BIGINT,
  ended BIGINT,
  outcome TEXT NOT NULL,
  next_due BIGINT,
  light TEXT NOT NULL,
  stopped BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX cases_applicant ON cases(applicant, submitted);
CREATE INDEX cases_org ON cases(org, submitted);
CREATE INDEX cases_open ON cases(COALESCE(next_due, 9223372036854775807), id) WHERE ended IS NULL;
CREATE INDEX cases_light ON cases(light, COALESCE(next_due, 9223372036854775807), id) WHERE ended IS NULL;

-- state: open, held (while the applicant corrects), done, cancelled.  token is the task's id in the process state.
CREATE TABLE task (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  token BIGINT NOT NULL,
  node TEXT NOT NULL,
  name TEXT NOT NULL,
  act TEXT NOT NULL,
  org TEXT NOT NULL,
  role TEXT NOT NULL,
  region TEXT NOT NULL,
  state TEXT NOT NULL,
  person BIGINT,
  opened BIGINT NOT NULL,
  done BIGINT,
  due BIGINT,
  outcome TEXT NOT NULL,
  opinion TEXT NOT NULL
);
CREATE INDEX task_case ON task(case_id);
CREATE INDEX task_desk ON task(org, role, COALESCE(due, 9223372036854775807), id) WHERE state = 'open';
CREATE INDEX task_person ON task(person, done);

-- What was said with an act: opinions, reasons.  The ledger's entry names the row and carries its digest.
CREATE TABLE remark (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  act TEXT NOT NULL,
  text TEXT NOT NULL,
  basis TEXT NOT NULL,
  by_person BIGINT,
  at BIGINT NOT NULL
);
CREATE INDEX remark_case ON remark(case_id);

-- kind: answer (五日答复), promised, legal, step, correction, deliver.
-- body is the whole clock as calendar/calendar.h prints it; due and warn_at follow from
-- it and the calendar, and are null while it is stopped.  next_at is when the sweeper
-- must look at it again; null when no card can follow.  card: '', yellow, red.
CREATE TABLE clock (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  task_id BIGINT,
  org TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  started BIGINT NOT NULL,
  due BIGINT,
  warn_at BIGINT,
  provisional BIGINT NOT NULL,
  card TEXT NOT NULL,
  next_at BIGINT,
  ended BIGINT
);
CREATE INDEX clock_case ON clock(case_id);
CREATE INDEX clock_next ON clock(next_at) WHERE next_at IS NOT NULL;
CREATE INDEX clock_provisional ON clock(provisional) WHERE provisional <> 0 AND ended IS NULL;

-- level: yellow, red.  One card of a level a clock, however many sweepers run.
CREATE TABLE card (
  id INTEGER PRIMARY KEY,
  clock_id BIGINT NOT NULL REFERENCES clock(id),
  case_id BIGINT NOT NULL REFERENCES cases(id),
  org TEXT NOT NULL,
  person BIGINT,
  level TEXT NOT NULL,
  rule TEXT NOT NULL,
  due BIGINT NOT NULL,
  issued BIGINT NOT NULL,
  reckoning TEXT NOT NULL,
  UNIQUE (clock_id, level)
);
CREATE INDEX card_org ON card(org, issued);
CREATE INDEX card_issued ON card(issued);
CREATE INDEX card_case ON card(case_id);

-- 督办: the supervisor urges, the department answers.
CREATE TABLE urge (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  org TEXT NOT NULL,
  by_person BIGINT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  answer TEXT NOT NULL,
  answered_by BIGINT,
  answered BIGINT
);
CREATE INDEX urge_case ON urge(case_id);
CREATE INDEX urge_org ON urge(org, at);

-- A file that was given, for a draft or a case.  state: given, mend, fine, replaced.
CREATE TABLE material (
  id INTEGER PRIMARY KEY,
  draft_id BIGINT,
  case_id BIGINT,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  file TEXT NOT NULL,
  file_name TEXT NOT NULL,
  type TEXT NOT NULL,
  size BIGINT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  by_person BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX material_draft ON material(draft_id);
CREATE INDEX material_case ON material(case_id);

-- 补正: asked once.  items is a JSON list of {"field"|"material", "what"}.
CREATE TABLE correction (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL UNIQUE REFERENCES cases(id),
  items TEXT NOT NULL,
  reason TEXT NOT NULL,
  by_person BIGINT NOT NULL,
  at BIGINT NOT NULL,
  due BIGINT NOT NULL,
  answered BIGINT
);

-- Letters and certificates; check_code leads to the public check page.
CREATE TABLE document (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  kind TEXT NOT NULL,
  no TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  facts_enc BLOB NOT NULL,
  file TEXT,
  check_code TEXT NOT NULL UNIQUE,
  created BIGINT NOT NULL,
  by_person BIGINT
);
CREATE INDEX document_case ON document(case_id);

-- A certificate the house issued.  state: valid, suspended, revoked.
CREATE TABLE licence (
  id INTEGER PRIMARY KEY,
  no TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  document_id BIGINT NOT NULL REFERENCES document(id),
  holder BIGINT NOT NULL REFERENCES person(id),
  holder_name TEXT NOT NULL,
  org TEXT NOT NULL,
  issued BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT,
  state TEXT NOT NULL
);
CREATE INDEX licence_holder ON licence(holder);

CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES person(id),
  case_id BIGINT,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  created BIGINT NOT NULL,
  read_at BIGINT
);
CREATE INDEX message_person ON message(person, created);

-- Mail waiting to be sent; the address is encrypted like any personal value.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  address_enc BLOB NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  created BIGINT NOT NULL,
  next_try BIGINT,
  tries BIGINT NOT NULL,
  sent BIGINT,
  failure TEXT NOT NULL
);
CREATE INDEX outbox_next ON outbox(next_try) WHERE next_try IS NOT NULL;

-- 好差评: five levels, 5 best.
CREATE TABLE rating (
  id INTEGER PRIMARY KEY,
  case_id BIGINT NOT NULL UNIQUE REFERENCES cases(id),
  org TEXT NOT NULL,
  person BIGINT NOT NULL,
  level BIGINT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  answer TEXT NOT NULL,
  answered BIGINT
);
CREATE INDEX rating_org ON rating(org, at);

-- Figures by department and month ('2026-11'), kept by the acts themselves.
CREATE TABLE figure (
  org TEXT NOT NULL,
  month TEXT NOT NULL,
  received BIGINT NOT NULL,
  accepted BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  decided BIGINT NOT NULL,
  denied BIGINT NOT NULL,
  withdrawn BIGINT NOT NULL,
  on_time BIGINT NOT NULL,
  early BIGINT NOT NULL,
  yellow BIGINT NOT NULL,
  red BIGINT NOT NULL,
  rated BIGINT NOT NULL,
  stars BIGINT NOT NULL,
  PRIMARY KEY (org, month)
);

-- Open cases by department and light, kept by the acts: the board counts nothing.
CREATE TABLE light_count (
  org TEXT NOT NULL,
  light TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (org, light)
);

-- How often items are looked at and applied for.
CREATE TABLE item_use (
  code TEXT PRIMARY KEY,
  applied BIGINT NOT NULL
);
