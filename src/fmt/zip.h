/* fmt/zip.h - archives read without trust (PKWARE APPNOTE 6.3).
 *
 * Stored and deflated members; no encryption, no parts, no ZIP64 directory.
 * Refused when opened, before a byte is inflated: names that leave their
 * folder, two of one name, symbolic links, members that lie over each other,
 * and more members, bytes or compression than the limits allow.  So what an
 * archive says it holds is what it can cost.
 *
 * Ownership: an archive borrows the bytes; both live in the caller's arena.
 * Failure:   SYNTAX, or LIMIT past a limit; err.where names the member.
 * Threads:   an archive is read-only; a stream belongs to one thread.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_ZIP_H
#define YZ_FMT_ZIP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"

struct yz_zip_entry {
	struct yz_str name; /* UTF-8, "a/b.xml"; a folder ends in '/' */
	size_t size, packed;
	uint32_t crc;
	bool deflated;
	size_t offset; /* of its data */
};

struct yz_zip {
	struct yz_str bytes;
	struct yz_zip_entry *entries; /* in the directory's order */
	size_t n;
	struct yz_map names;
};

struct yz_zip_limits {
	size_t entries; /*                                                     10,000 */
	size_t one;     /* bytes of a member, inflated                         256 MiB */
	size_t total;   /* of all                                              512 MiB */
	size_t ratio;   /* inflated : packed, of a member above 1 MiB          300 */
};
extern const struct yz_zip_limits yz_zip_default;

/* limits NULL: the default. */
const struct yz_zip *yz_zip_open(struct yz_arena *a, struct yz_str bytes, const struct yz_zip_limits *limits,
				 struct yz_err *err);
/* NULL when there is none of that name. */
const struct yz_zip_entry *yz_zip_find(const struct yz_zip *zip, struct yz_str name);
/* The whole member, checked against its CRC; a NUL stands behind the end. */
bool yz_zip_read(struct yz_arena *a, const struct yz_zip *zip, const struct yz_zip_entry *entry, struct yz_str *out,
		 struct yz_err *err);

/* The same piece by piece. */
struct yz_zip_stream;
struct yz_zip_stream *yz_zip_stream_open(struct yz_arena *a, const struct yz_zip *zip,
					 const struct yz_zip_entry *entry);
/* Bytes read, 0 at the end, -1 when the member is broken: then yz_zip_stream_fault says how.  Allocates nothing
 * from an arena. */
int yz_zip_stream_read(struct yz_zip_stream *s, char *to, size_t n);
const char *yz_zip_stream_fault(const struct yz_zip_stream *s);

#endif
