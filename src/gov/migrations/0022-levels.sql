-- Three levels: what goes up, what came from below, what is asked downward.
-- SPDX-License-Identifier: Apache-2.0

-- To whom this installation reports.  acked: the sequence of our chain that is there; busy: until when one process has it.
-- next_try: when it is spoken to at the latest.  personal: 1, names and numbers go in full, else masked.
CREATE TABLE link_up (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  secret_enc BLOB NOT NULL,
  personal BIGINT NOT NULL,
  created BIGINT NOT NULL,
  acked BIGINT NOT NULL,
  said BIGINT,
  busy BIGINT NOT NULL,
  next_try BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  failure TEXT NOT NULL
);

-- Who reports here.  site: the region it is; hash: of the entry `have` of its chain.  addresses: from where it may come, a
-- comma between, '' anywhere.  gap_*: what was refused last and is not made good: from, to, since, why (gap, fork).
CREATE TABLE link_down (
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL UNIQUE,
  secret_enc BLOB NOT NULL,
  addresses TEXT NOT NULL,
  created BIGINT NOT NULL,
  have BIGINT NOT NULL,
  hash TEXT NOT NULL,
  gap_from BIGINT,
  gap_to BIGINT,
  gap_at BIGINT,
  gap_why TEXT NOT NULL
);
CREATE TABLE link_nonce (
  link BIGINT NOT NULL,
  nonce TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (link, nonce)
);
CREATE INDEX link_nonce_at ON link_nonce(at);

-- One batch that was taken in: of a chain from and to which sequence.
CREATE TABLE report (
  id INTEGER PRIMARY KEY,
  link BIGINT NOT NULL,
  from_seq BIGINT NOT NULL,
  to_seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  lines BIGINT NOT NULL
);
CREATE INDEX report_link ON report(link, id);

-- Every installation below, as whoever reports it last said: via '' it reports here itself, else through that one.
-- have of head entries are here; oldest: when the first that is not here was written; seen: when it was last heard of.
CREATE TABLE reported_site (
  site TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  via TEXT NOT NULL,
  link BIGINT NOT NULL,
  have BIGINT NOT NULL,
  head BIGINT NOT NULL,
  oldest BIGINT,
  seen BIGINT NOT NULL,
  gap TEXT NOT NULL
);

-- The rows of GB/T 39046 as gov/upward_fields.def lists them; report: the batch that brought them.
CREATE TABLE reported_case (
  site TEXT NOT NULL, no TEXT NOT NULL, key TEXT NOT NULL, report BIGINT NOT NULL,
  kind TEXT, item_code TEXT, item_name TEXT, org TEXT, org_name TEXT, state TEXT, light TEXT, step TEXT,
  due BIGINT, received BIGINT, ended BIGINT,
  PRIMARY KEY (site, no, key)
);
CREATE INDEX reported_case_report ON reported_case(report);
CREATE INDEX reported_case_open ON reported_case(site, light, COALESCE(due, 9223372036854775807), no) WHERE ended IS NULL;
CREATE TABLE reported_apply (
  site TEXT NOT NULL, no TEXT NOT NULL, key TEXT NOT NULL, report BIGINT NOT NULL,
  item_code TEXT, item_name TEXT, type_name TEXT, type_code TEXT, applicant BLOB, applicant_id_type TEXT, applicant_id BLOB,
  agent BLOB, agent_id_type TEXT, agent_id BLOB, agent_mobile BLOB, address BLOB, legal_rep BLOB, source_code TEXT,
  applied BIGINT, region TEXT,
  PRIMARY KEY (site, no, key)
);
CREATE TABLE reported_material (
  site TEXT NOT NULL, no TEXT NOT NULL, key TEXT NOT NULL, report BIGINT NOT NULL,
  name TEXT, taken BIGINT, way TEXT, copies BIGINT, at BIGINT,
  PRIMARY KEY (site, no, key)
);
CREATE TABLE reported_accept (
  site TEXT NOT NULL, no TEXT NOT NULL, key TEXT NOT NULL, report BIGINT NOT NULL,
  basic_code TEXT, item_code TEXT, item_name TEXT, org_name TEXT, org_code TEXT, person TEXT, at BIGINT, paper TEXT,
  promised BIGINT, type_name TEXT, type_code TEXT, region TEXT,
  PRIMARY KEY (site, no, key)
);
CREATE TABLE reported_step (
  site TEXT NOT NULL, no TEXT NOT NULL, key TEXT NOT NULL, report BIGINT NOT NULL,
  action TEXT, name TEXT, person TEXT, opinion TEXT, began BIGINT, ended BIGINT, org_name TEXT, org_code TEXT,
  state_code TEXT, due BIGINT,
  PRIMARY KEY (site, no, key)
);
CREATE TABLE reported_special (
  site TEXT NOT NULL, no TEXT NOT NULL, key TEXT NOT NULL, report BIGINT NOT NULL,
  name TEXT, code TEXT, began BIGINT, reason TEXT, asked_by TEXT, ended BIGINT, result TEXT, opinion TEXT, org_name TEXT,
  org_code TEXT, person TEXT,
  PRIMARY KEY (site, no, key)
);
CREATE TABLE reported_result (
  site TEXT NOT NULL, no TEXT NOT NULL, key TEXT NOT NULL, report BIGINT NOT NULL,
  at BIGINT, paper_name TEXT, paper_no TEXT, outcome TEXT, valid_until BIGINT, org_name TEXT, region TEXT, charged BIGINT,
  PRIMARY KEY (site, no, key)
);
CREATE TABLE reported_rating (
  site TEXT NOT NULL, no TEXT NOT NULL, key TEXT NOT NULL, report BIGINT NOT NULL,
  person BLOB, at BIGINT, times BIGINT, level_name TEXT, level_code TEXT, text BLOB, region TEXT, answer TEXT,
  PRIMARY KEY (site, no, key)
);
CREATE TABLE reported_talk (
  site TEXT NOT NULL, no TEXT NOT NULL, key TEXT NOT NULL, report BIGINT NOT NULL,
  kind TEXT, person BLOB, item_name TEXT, asked BIGINT, text BLOB, org_name TEXT, answered BIGINT, answer BLOB,
  promised BIGINT, late BIGINT, level_code TEXT,
  PRIMARY KEY (site, no, key)
);
CREATE TABLE reported_card (
  site TEXT NOT NULL, no TEXT NOT NULL, key TEXT NOT NULL, report BIGINT NOT NULL,
  text TEXT, org_name TEXT, item_type TEXT, urged BIGINT, card_no TEXT, rule TEXT, level_code TEXT, at BIGINT, result TEXT,
  duty_org TEXT, due BIGINT, person TEXT, points BIGINT, reckoning TEXT,
  PRIMARY KEY (site, no, key)
);

-- What a level above orders of a case below: kind urge (督办) or question (询问).  uid: of whoever ordered, and its own number.
-- link_up: came from there, and its answer goes there; link_down: goes on down by that, until received is known.
-- org: the department here that answers; report: the batch that brought the receipt or the answer.
CREATE TABLE level_order (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  site TEXT NOT NULL,
  no TEXT NOT NULL,
  text TEXT NOT NULL,
  from_site TEXT NOT NULL,
  from_name TEXT NOT NULL,
  by_name TEXT NOT NULL,
  by_person BIGINT,
  at BIGINT NOT NULL,
  due BIGINT,
  link_up BIGINT,
  link_down BIGINT,
  case_id BIGINT,
  org TEXT NOT NULL,
  received BIGINT,
  answer TEXT NOT NULL,
  answered_by TEXT NOT NULL,
  answered BIGINT,
  report BIGINT
);
CREATE INDEX level_order_down ON level_order(link_down, id) WHERE received IS NULL;
CREATE INDEX level_order_of ON level_order(site, no);
CREATE INDEX level_order_org ON level_order(org, id);
CREATE INDEX level_order_report ON level_order(report) WHERE report IS NOT NULL;
