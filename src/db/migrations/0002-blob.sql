-- SPDX-License-Identifier: Apache-2.0
-- The files the site holds (db/blob.h), by the SM3 digest of their bytes.
CREATE TABLE blob (
	hash TEXT NOT NULL PRIMARY KEY,
	size BIGINT NOT NULL,
	type TEXT NOT NULL,
	at BIGINT NOT NULL
);
