/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/migrations.h"

#include "base/embed.h"

#include <stdlib.h>

extern const struct yz_embedded gov_migrations[];
extern const size_t gov_migrations_count;

const struct yz_migration *yz_gov_migrations(struct yz_arena *a, size_t *n)
{
	struct yz_migration *list = yz_new_n(a, gov_migrations_count, struct yz_migration);
	for (size_t i = 0; i < gov_migrations_count; i++)
		list[i] = (struct yz_migration){atoi(gov_migrations[i].name), gov_migrations[i].name,
						gov_migrations[i].data};
	*n = gov_migrations_count;
	return list;
}
