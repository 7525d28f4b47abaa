-- SPDX-License-Identifier: Apache-2.0
-- Money: amounts are whole 分.  An order's amount follows its lines and never changes once it is paid.

-- state: see src/gov/fee_states.def.  full: before reductions.
CREATE TABLE fee_order (
  id INTEGER PRIMARY KEY,
  no TEXT NOT NULL UNIQUE,
  case_id BIGINT NOT NULL REFERENCES cases(id),
  org TEXT NOT NULL,
  region TEXT NOT NULL,
  payer BIGINT NOT NULL REFERENCES person(id),
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  amount BIGINT NOT NULL,
  full_amount BIGINT NOT NULL,
  before_act TEXT NOT NULL,
  due BIGINT NOT NULL,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  paid_at BIGINT,
  reason TEXT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX fee_order_case ON fee_order(case_id);
CREATE INDEX fee_order_desk ON fee_order(org, state, id);

-- amount is null until an official has assessed it.  price and quantity as written: "0.5", "120".
CREATE TABLE fee_line (
  id INTEGER PRIMARY KEY,
  order_id BIGINT NOT NULL REFERENCES fee_order(id),
  position BIGINT NOT NULL,
  name TEXT NOT NULL,
  basis TEXT NOT NULL,
  standard TEXT NOT NULL,
  price TEXT NOT NULL,
  quantity TEXT NOT NULL,
  amount BIGINT,
  reduced BIGINT NOT NULL,
  note TEXT NOT NULL
);
CREATE INDEX fee_line_order ON fee_line(order_id);

-- Less, or nothing: asked for by one official, decided by another.  state: asked, granted, refused.
CREATE TABLE fee_relief (
  id INTEGER PRIMARY KEY,
  order_id BIGINT NOT NULL REFERENCES fee_order(id),
  line_id BIGINT NOT NULL REFERENCES fee_line(id),
  amount BIGINT NOT NULL,
  reason TEXT NOT NULL,
  basis TEXT NOT NULL,
  state TEXT NOT NULL,
  by_person BIGINT NOT NULL,
  at BIGINT NOT NULL,
  decided_by BIGINT,
  decided_at BIGINT,
  answer TEXT NOT NULL
);
CREATE INDEX fee_relief_order ON fee_relief(order_id);

-- One attempt to pay.  state: open, paid, closed.  next_ask: when the channel is asked again whether it was paid.
CREATE TABLE payment (
  id INTEGER PRIMARY KEY,
  order_id BIGINT NOT NULL REFERENCES fee_order(id),
  provider TEXT NOT NULL,
  out_no TEXT NOT NULL UNIQUE,
  amount BIGINT NOT NULL,
  state TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  next_ask BIGINT,
  asks BIGINT NOT NULL
);
CREATE INDEX payment_order ON payment(order_id);
CREATE INDEX payment_next ON payment(next_ask) WHERE next_ask IS NOT NULL;

-- Money that came in: once a number of the channel's.  use_for: order (it pays the order), back (it goes back), void (it never came).
-- order_id null: of no order of ours.  day: of the channel's file it must stand in.
CREATE TABLE money_in (
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  trade_no TEXT NOT NULL,
  out_no TEXT NOT NULL,
  order_id BIGINT REFERENCES fee_order(id),
  amount BIGINT NOT NULL,
  use_for TEXT NOT NULL,
  why TEXT NOT NULL,
  learned TEXT NOT NULL,
  paid_at BIGINT NOT NULL,
  day BIGINT NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (provider, trade_no)
);
CREATE INDEX money_in_order ON money_in(order_id);
CREATE INDEX money_in_day ON money_in(provider, day);

-- Money that goes back.  state: asked (an official wants it), ready, sent, done, failed, refused.  next_try: when the channel is
-- spoken to again.
CREATE TABLE refund (
  id INTEGER PRIMARY KEY,
  no TEXT NOT NULL UNIQUE,
  money_id BIGINT NOT NULL REFERENCES money_in(id),
  order_id BIGINT REFERENCES fee_order(id),
  amount BIGINT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  by_person BIGINT,
  at BIGINT NOT NULL,
  approved_by BIGINT,
  next_try BIGINT,
  tries BIGINT NOT NULL,
  failure TEXT NOT NULL,
  done_at BIGINT,
  day BIGINT
);
CREATE INDEX refund_order ON refund(order_id);
CREATE INDEX refund_money ON refund(money_id);
CREATE INDEX refund_next ON refund(next_try) WHERE next_try IS NOT NULL;
CREATE INDEX refund_state ON refund(state, id);

-- Callbacks that were taken, so that a copy is known for one.
CREATE TABLE pay_nonce (
  provider TEXT NOT NULL,
  nonce TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (provider, nonce)
);
CREATE INDEX pay_nonce_at ON pay_nonce(at);

-- A day of a channel against ours.
CREATE TABLE reconciliation (
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  day BIGINT NOT NULL,
  digest TEXT NOT NULL,
  lines BIGINT NOT NULL,
  agreed BIGINT NOT NULL,
  theirs_in BIGINT NOT NULL,
  theirs_out BIGINT NOT NULL,
  ours_in BIGINT NOT NULL,
  ours_out BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by_person BIGINT,
  UNIQUE (provider, day)
);
-- kind: see src/gov/differences.def.  number is the trade's or the refund's.
CREATE TABLE difference (
  id INTEGER PRIMARY KEY,
  reconciliation_id BIGINT NOT NULL REFERENCES reconciliation(id),
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  out_no TEXT NOT NULL,
  order_id BIGINT,
  ours BIGINT,
  theirs BIGINT,
  theirs_at BIGINT,
  found BIGINT NOT NULL,
  mended BIGINT,
  mended_by BIGINT,
  how TEXT NOT NULL,
  UNIQUE (reconciliation_id, kind, number)
);

-- The sandbox: another company's books, which happen to lie in our database.
CREATE TABLE sandbox_trade (
  id INTEGER PRIMARY KEY,
  out_no TEXT NOT NULL UNIQUE,
  token TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  amount BIGINT NOT NULL,
  paid BIGINT NOT NULL,
  state TEXT NOT NULL,
  trade_no TEXT NOT NULL,
  back_url TEXT NOT NULL,
  notify_url TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  paid_at BIGINT
);
CREATE TABLE sandbox_refund (
  id INTEGER PRIMARY KEY,
  refund_no TEXT NOT NULL UNIQUE,
  trade_id BIGINT NOT NULL REFERENCES sandbox_trade(id),
  amount BIGINT NOT NULL,
  state TEXT NOT NULL,
  due BIGINT NOT NULL,
  done_at BIGINT
);
CREATE TABLE sandbox_callback (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL,
  body TEXT NOT NULL,
  due BIGINT,
  tries BIGINT NOT NULL
);
CREATE INDEX sandbox_callback_due ON sandbox_callback(due) WHERE due IS NOT NULL;

-- What she wants to hear, and by which way: ways are words, a space between (mail sms).  No row: as usual.
CREATE TABLE message_choice (
  person BIGINT NOT NULL REFERENCES person(id),
  topic TEXT NOT NULL,
  ways TEXT NOT NULL,
  PRIMARY KEY (person, topic)
);
