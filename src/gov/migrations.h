/* gov/migrations.h - the core tables, compiled in from gov/migrations/ (private).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_MIGRATIONS_H
#define YZ_GOV_MIGRATIONS_H

#include "db/db.h"

/* In order of version: NNNN-name.sql. */
const struct yz_migration *yz_gov_migrations(struct yz_arena *a, size_t *n);

#endif
