/* db/dump.h - the database as one file, each engine's way.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DB_DUMP_H
#define YZ_DB_DUMP_H

#include "db/db.h"

/* What the read connection's snapshot sees, into the new file `path`, synced. */
bool yz_dump_sqlite(struct yz_conn *c, const char *path, struct yz_err *err);
bool yz_dump_postgres(struct yz_conn *c, const char *path, struct yz_err *err);
/* Whether the database there is empty: YZ_EXISTS when it is not. */
bool yz_undump_check(const char *url, struct yz_err *err);
/* Into an empty database, all or nothing. */
bool yz_undump_postgres(const char *url, const char *path, struct yz_err *err);

#endif
