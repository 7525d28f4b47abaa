-- 联办: one application for several items.  SPDX-License-Identifier: Apache-2.0

-- body: the bundle as it stood when she began (after, same, gives).  ended: nothing of it is under way any more.
CREATE TABLE joint (
  id INTEGER PRIMARY KEY,
  no TEXT NOT NULL UNIQUE,
  bundle TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  person BIGINT NOT NULL REFERENCES person(id),
  principal BIGINT NOT NULL REFERENCES person(id),
  created BIGINT NOT NULL,
  submitted BIGINT,
  ended BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX joint_person ON joint(person, created);
CREATE INDEX joint_principal ON joint(principal, created);

-- state: see src/gov/joint_states.def.  nth: from 1, in the bundle's order.  item: the version it is applied for by.
CREATE TABLE joint_part (
  id INTEGER PRIMARY KEY,
  joint_id BIGINT NOT NULL REFERENCES joint(id),
  nth BIGINT NOT NULL,
  item_key TEXT NOT NULL,
  item BIGINT NOT NULL REFERENCES item(id),
  draft BIGINT,
  case_id BIGINT REFERENCES cases(id),
  state TEXT NOT NULL,
  UNIQUE (joint_id, nth)
);
CREATE UNIQUE INDEX joint_part_draft ON joint_part(draft) WHERE draft IS NOT NULL;
CREATE UNIQUE INDEX joint_part_case ON joint_part(case_id) WHERE case_id IS NOT NULL;
