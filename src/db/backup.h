/* db/backup.h - a whole site in one file, and back.
 *
 * The archive is a tar that any tar reads:
 *
 *	site.db or site.pgdump   one consistent state of the database
 *	files/ab/cdef…           every blob that state names
 *	site.key                 the site's keys: WHO HOLDS THE ARCHIVE CAN READ SEALED FIELDS
 *	manifest.json            last: format, engine, and the SM3 digest of each member
 *
 * Taken while the site works: the database first, then the files it names,
 * which are never changed.  PostgreSQL needs pg_dump and pg_restore of its version.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DB_BACKUP_H
#define YZ_DB_BACKUP_H

#include "db/db.h"

struct yz_backup_report {
	int64_t files, bytes; /* blobs in the archive; size of the archive */
	bool with_keys;
};

/* `file` must not exist; mode 0600; written beside and renamed when it is complete and synced. */
bool yz_backup(struct yz_db *db, const char *file, struct yz_backup_report *report, struct yz_err *err);

/* Checks every member against the manifest before it touches anything.  `dir` is made, or must be empty; with `url`
 * the database there must be empty.  An archive of one engine restores into that engine only. */
bool yz_restore(const char *file, const char *dir, const char *url, struct yz_backup_report *report,
		struct yz_err *err);
/* The check alone. */
bool yz_backup_check(const char *file, struct yz_backup_report *report, struct yz_err *err);

#endif
