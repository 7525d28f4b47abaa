/* base/embed.h - files that tools/embed compiled in.
 *
 *	custom_target(… command: [embed, '--name', 'gov_migrations', '@OUTPUT@', '@INPUT@'])
 *	extern const struct yz_embedded gov_migrations[];
 *	extern const size_t gov_migrations_count;
 *
 * Sorted by name.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BASE_EMBED_H
#define YZ_BASE_EMBED_H

#include <stddef.h>

struct yz_embedded {
	const char *name; /* "0001-cases.sql"; with --base, the path below it */
	const char *data; /* a NUL follows the last byte */
	size_t size;
	const char
		*hash; /* 16 hexadecimal digits of the content's SHA-256: for file names that may be cached for ever */
};

#endif
