/* tests/unit/fmt/zipmake.h - makes archives, right ones and wrong ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_ZIPMAKE_H
#define YZ_TESTS_ZIPMAKE_H

#include "base/arena.h"
#include "base/str.h"

#include <assert.h>
#include <zlib.h>

struct zip_member {
	const char *name;
	struct yz_str data;
	bool store;
};

static inline void put16(struct yz_buf *b, unsigned v)
{
	yz_buf_add(b, (char[]){(char)v, (char)(v >> 8)}, 2);
}

static inline void put32(struct yz_buf *b, uint32_t v)
{
	put16(b, v & 0xFFFF);
	put16(b, v >> 16);
}

static inline struct yz_str zip_deflated(struct yz_arena *a, struct yz_str data)
{
	z_stream z = {0};
	size_t room = data.len + data.len / 1000 + 100;
	char *out = yz_alloc(a, room);
	int ok = deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
	assert(ok == Z_OK);
	z.next_in = (Bytef *)data.ptr;
	z.avail_in = (uInt)data.len;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)room;
	ok = deflate(&z, Z_FINISH);
	assert(ok == Z_STREAM_END);
	deflateEnd(&z);
	return yz_str_n(out, room - z.avail_out);
}

static inline struct yz_str zip_made(struct yz_arena *a, const struct zip_member *members, size_t n)
{
	struct yz_buf b, directory;
	yz_buf_init(&b, a, 1u << 30);
	yz_buf_init(&directory, a, 1u << 30);
	for (size_t i = 0; i < n; i++) {
		const struct zip_member *m = &members[i];
		struct yz_str packed = m->store ? m->data : zip_deflated(a, m->data);
		uint32_t crc = (uint32_t)crc32(0, (const Bytef *)m->data.ptr, (uInt)m->data.len);
		size_t at = b.len;
		for (int k = 0; k < 2; k++) {
			struct yz_buf *to = k ? &directory : &b;
			put32(to, k ? 0x02014b50 : 0x04034b50);
			if (k)
				put16(to, 20);
			put16(to, 20);
			put16(to, 1 << 11);
			put16(to, m->store ? 0 : 8);
			put32(to, 0);
			put32(to, crc);
			put32(to, (uint32_t)packed.len);
			put32(to, (uint32_t)m->data.len);
			put16(to, (unsigned)strlen(m->name));
			put16(to, 0);
			if (k) {
				put16(to, 0);
				put16(to, 0);
				put16(to, 0);
				put32(to, 0);
				put32(to, (uint32_t)at);
			}
			yz_buf_addz(to, m->name);
		}
		yz_buf_adds(&b, packed);
	}
	size_t at = b.len;
	yz_buf_adds(&b, yz_buf_str(&directory));
	put32(&b, 0x06054b50);
	put32(&b, 0);
	put16(&b, (unsigned)n);
	put16(&b, (unsigned)n);
	put32(&b, (uint32_t)directory.len);
	put32(&b, (uint32_t)at);
	put16(&b, 0);
	return yz_buf_str(&b);
}

#endif
