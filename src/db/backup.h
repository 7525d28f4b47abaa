/* db/backup.h - a whole site in one file, and back.
 *
 * The archive is a tar that any tar reads:
 *
 *	site.db or site.pgdump   one consistent state of the database
 *	files/ab/cdef…           every blob that this state names
 *	site.key, site.json …    everything else in the site's folder but locks, logs and sockets.
 *	                         The keys are among it: WHO HOLDS THE ARCHIVE CAN READ SEALED FIELDS
 *	manifest                 last, "yizhan backup 1 ENGINE", then a line for each member,
 *	                         "SM3 size name", then "end COUNT SM3-of-the-lines-before"
 *
 * Taken while the site works: the database first, then the files it names,
 * which are never changed.  PostgreSQL needs pg_dump and pg_restore of its version.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DB_BACKUP_H
#define YZ_DB_BACKUP_H

#include "crypt/crypt.h"
#include "db/db.h"

struct yz_backup_report {
	int64_t members, blobs, bytes; /* in the archive; bytes: its size */
	int64_t missing;               /* blobs that the database names and the folder lacks or holds changed */
	char first_missing[YZ_HEX];
	bool postgres, with_keys;
};

/* `file` must not exist; mode 0600; written beside and renamed when it is complete and synced.
 * A missing blob is no failure: the rest is worth having.  Report it. */
bool yz_backup(struct yz_db *db, const char *file, struct yz_backup_report *report, struct yz_err *err);

/* The same into an empty file that is open for writing and becomes whole by returning true; synced.  What it needs
 * beside lies in the site's folder meanwhile, under names that end in .part. */
bool yz_backup_to(struct yz_db *db, int fd, struct yz_backup_report *report, struct yz_err *err);

/* The whole archive against its manifest; YZ_CORRUPT names the first member that is not as it was. */
bool yz_backup_check(const char *file, struct yz_backup_report *report, struct yz_err *err);

/* Checks the archive before it touches anything.  `dir` is made, or must be empty (but for site.lock); `url` for an
 * archive from PostgreSQL only, naming an empty database.  What breaks off leaves a folder without a database, to be
 * deleted.  site.json is restored as it was: write the new URL into it. */
bool yz_restore(const char *file, const char *dir, const char *url, struct yz_backup_report *report,
		struct yz_err *err);

#endif
