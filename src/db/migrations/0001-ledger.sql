-- SPDX-License-Identifier: Apache-2.0
-- The ledger (db/ledger.h): one chain a region; its head is the row that a write locks.
-- Without rowid SQLite keeps each chain together, as it is read and verified.
CREATE TABLE ledger (
	region TEXT NOT NULL,
	seq BIGINT NOT NULL,
	at BIGINT NOT NULL,
	actor_kind TEXT NOT NULL,
	actor_id BIGINT NOT NULL,
	actor_name TEXT NOT NULL,
	act TEXT NOT NULL,
	thing_kind TEXT NOT NULL,
	thing_id BIGINT NOT NULL,
	rule TEXT NOT NULL,
	body TEXT NOT NULL,
	prev BYTEA NOT NULL,
	hash BYTEA NOT NULL,
	PRIMARY KEY (region, seq)
) WITHOUT ROWID;
CREATE INDEX ledger_thing ON ledger (thing_kind, thing_id, at, seq);

CREATE TABLE ledger_head (
	region TEXT NOT NULL PRIMARY KEY,
	seq BIGINT NOT NULL,
	hash BYTEA NOT NULL
);
