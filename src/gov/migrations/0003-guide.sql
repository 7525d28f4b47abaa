-- Decisions of items, guides, bundles.
-- SPDX-License-Identifier: Apache-2.0

-- Digest of the item's decision model among the artifacts.
ALTER TABLE item ADD COLUMN decision TEXT;

-- A guide in progress: whose it is, nobody knows.  what: an item's code or a bundle's key; rules: the versions it was
-- last answered by.  facts_enc: {"fact": value} in order of telling.
CREATE TABLE guide (
  id INTEGER PRIMARY KEY,
  token_dig TEXT NOT NULL UNIQUE,
  what TEXT NOT NULL,
  rules TEXT NOT NULL,
  facts_enc BLOB NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX guide_expires ON guide(expires);

-- Several items as one (一件事).
CREATE TABLE bundle (
  key TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  position BIGINT NOT NULL,
  body TEXT NOT NULL
);
