/* db/blob.h - files by what is in them.
 *
 * A file lies in DIR/files/ab/cdef… under the SM3 digest of its bytes, so one
 * uploaded twice is stored once.  The bytes, and the folder entry, are synced
 * before yz_blob_finish returns: name the blob in the database afterwards,
 * and a crash leaves at worst a file that nothing names.
 *
 *	w = yz_blob_begin(db, limit, err);
 *	while (…) yz_blob_add(w, p, n, err);
 *	yz_blob_finish(w, &blob, err);
 *	yz_db_write(… yz_blob_name(conn, &blob, type, now, err) …);
 *
 * Threads: a writer belongs to one thread at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DB_BLOB_H
#define YZ_DB_BLOB_H

#include "base/date.h"
#include "crypt/crypt.h"
#include "db/db.h"

struct yz_blob {
	char hash[YZ_HEX]; /* SM3, lower-case hexadecimal */
	int64_t size;
};

struct yz_blob_writer;

/* limit: bytes at most. */
struct yz_blob_writer *yz_blob_begin(struct yz_db *db, int64_t limit, struct yz_err *err);
/* YZ_TOO_LARGE past the limit, YZ_UNAVAILABLE when the disk is full; after a failure only cancel. */
bool yz_blob_add(struct yz_blob_writer *w, const void *p, size_t n, struct yz_err *err);
/* Puts it in place, durable.  Consumes w, also when it fails. */
bool yz_blob_finish(struct yz_blob_writer *w, struct yz_blob *out, struct yz_err *err);
/* Removes what was written.  NULL allowed. */
void yz_blob_cancel(struct yz_blob_writer *w);
/* All at once from memory. */
bool yz_blob_put(struct yz_db *db, struct yz_str bytes, struct yz_blob *out, struct yz_err *err);

/* Inside a write: the row of table blob (hash, size, media type, first named when).  Idempotent. */
bool yz_blob_name(struct yz_conn *conn, const struct yz_blob *blob, struct yz_str type, yz_instant now,
		  struct yz_err *err);

/* An open file for reading; the caller closes it.  YZ_NOT_FOUND; hash is 64 hexadecimal digits or YZ_BAD_INPUT. */
bool yz_blob_open(struct yz_db *db, struct yz_str hash, int *fd, int64_t *size, struct yz_err *err);
/* Whole, checked against its hash (YZ_CORRUPT). */
bool yz_blob_read(struct yz_db *db, struct yz_arena *a, struct yz_str hash, int64_t limit, struct yz_str *out,
		  struct yz_err *err);

struct yz_blob_report {
	int64_t files, bytes, removed, missing, corrupt;
	char first[YZ_HEX]; /* the first missing or corrupt one */
};

/* Removes files older than `before` that no row of table blob names, and the
 * remains of uploads that broke off.  A row goes first: delete it when nothing uses it. */
bool yz_blob_collect(struct yz_db *db, yz_instant before, struct yz_blob_report *report, struct yz_err *err);
/* Reads every file that the table names, and checks its hash. */
bool yz_blob_verify(struct yz_db *db, struct yz_blob_report *report, struct yz_err *err);

#endif
