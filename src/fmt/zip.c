/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/zip.h"

#include "base/utf8.h"
#include "fmt/csv.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

const struct yz_zip_limits yz_zip_default = {10 * 1000, 256u << 20, 512u << 20, 300};

enum {
	END_SIZE = 22,
	ENTRY_SIZE = 46,
	LOCAL_SIZE = 30,
	END_MARK = 0x06054b50,
	ENTRY_MARK = 0x02014b50,
	LOCAL_MARK = 0x04034b50,
	NAME_MOST = 500,
	SMALL = 1 << 20, /* below it any ratio is harmless */
};

static uint32_t get16(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;
	return b[0] | (uint32_t)b[1] << 8;
}

static uint32_t get32(const char *p)
{
	return get16(p) | get16(p + 2) << 16;
}

/* 4.3.16: the record stands at the end, behind it only its comment. */
static const char *find_end(struct yz_str s)
{
	if (s.len < END_SIZE)
		return NULL;
	size_t least = s.len > END_SIZE + 65535 ? s.len - END_SIZE - 65535 : 0;
	for (size_t i = s.len - END_SIZE + 1; i-- > least;)
		if (get32(s.ptr + i) == END_MARK && get16(s.ptr + i + 20) == s.len - END_SIZE - i)
			return s.ptr + i;
	return NULL;
}

static bool name_ok(struct yz_str name)
{
	struct yz_str rest = name, part;
	if (!name.len || name.len > NAME_MOST || name.ptr[0] == '/')
		return false;
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == '\\' || name.ptr[i] == ':' ||
		    name.ptr[i] == 0x7F)
			return false;
	while (yz_str_cut(&rest, '/', &part))
		if (yz_str_eqz(part, ".") || yz_str_eqz(part, "..") || (!part.len && rest.ptr && rest.len))
			return false;
	return !yz_str_ends(name, YZ_LIT("//"));
}

struct opener {
	struct yz_arena *arena;
	struct yz_zip *zip;
	const struct yz_zip_limits *limits;
	size_t total, directory; /* where the directory begins */
	struct yz_err *err;
};

static bool fail_entry(struct opener *o, struct yz_str name, enum yz_code code, const char *what)
{
	yz_fail(o->err, code, "%s", what);
	return yz_fail_in(o->err, "%.*s", YZ_P(name.len > 100 ? yz_str_n(name.ptr, 100) : name));
}

/* 4.5.3: sizes that do not fit stand in an extra field, in this order. */
static bool take_sizes(const char *p, uint64_t *size, uint64_t *packed, uint64_t *offset)
{
	const char *extra = p + ENTRY_SIZE + get16(p + 28), *end = extra + get16(p + 30);
	uint64_t *wide[3];
	size_t n = 0;
	*packed = get32(p + 20);
	*size = get32(p + 24);
	*offset = get32(p + 42);
	if (*size == UINT32_MAX)
		wide[n++] = size;
	if (*packed == UINT32_MAX)
		wide[n++] = packed;
	if (*offset == UINT32_MAX)
		wide[n++] = offset;
	while (n && end - extra >= 4) {
		size_t len = get16(extra + 2);
		if (len > (size_t)(end - extra - 4))
			return false;
		if (get16(extra) != 1) {
			extra += 4 + len;
			continue;
		}
		if (len < n * 8)
			return false;
		for (size_t i = 0; i < n; i++)
			*wide[i] = get32(extra + 4 + i * 8) | (uint64_t)get32(extra + 8 + i * 8) << 32;
		return true;
	}
	return n == 0;
}

/* Where the data begins: behind the local header, which must agree. */
static bool find_data(struct opener *o, struct yz_zip_entry *e, const char *p, uint64_t offset)
{
	struct yz_str bytes = o->zip->bytes;
	if (offset > o->directory || o->directory - offset < LOCAL_SIZE)
		return false;
	const char *local = bytes.ptr + offset;
	size_t name_len = get16(local + 26), head = LOCAL_SIZE + name_len + get16(local + 28);
	if (get32(local) != LOCAL_MARK || get16(local + 8) != get16(p + 10) || o->directory - offset < head ||
	    name_len != get16(p + 28) || memcmp(local + LOCAL_SIZE, p + ENTRY_SIZE, name_len) != 0)
		return false;
	e->offset = (size_t)offset + head;
	return e->packed <= o->directory - e->offset;
}

static bool take_name(struct opener *o, const char *p, struct yz_str *name)
{
	*name = yz_str_n(p + ENTRY_SIZE, get16(p + 28));
	if (!yz_utf8_valid(*name) && !yz_text_decode(o->arena, *name, NAME_MOST * 2, name, NULL))
		return false;
	return name_ok(*name);
}

static bool take_entry(struct opener *o, const char *p, struct yz_zip_entry *e)
{
	uint64_t size, packed, offset;
	unsigned flags = get16(p + 8), method = get16(p + 10), mode = get32(p + 38) >> 16;
	if (!take_name(o, p, &e->name))
		return fail_entry(o, e->name, YZ_SYNTAX, "a member's name is not a plain path inside the archive");
	if (flags & (1 | 1 << 5 | 1 << 6 | 1 << 13))
		return fail_entry(o, e->name, YZ_SYNTAX, "the member is encrypted or patched");
	if (method != 0 && method != 8)
		return fail_entry(o, e->name, YZ_SYNTAX, "the member is compressed in a way we do not read");
	if ((mode & 0170000) == 0120000)
		return fail_entry(o, e->name, YZ_SYNTAX, "the member is a symbolic link");
	if (!take_sizes(p, &size, &packed, &offset))
		return fail_entry(o, e->name, YZ_SYNTAX, "the member's sizes are wrong");
	if (size > o->limits->one)
		return fail_entry(o, e->name, YZ_LIMIT, "the member would be too large when unpacked");
	if (size > SMALL && size / o->limits->ratio > packed)
		return fail_entry(o, e->name, YZ_LIMIT, "the member is packed too tightly to be honest");
	if (size > o->limits->total - o->total)
		return fail_entry(o, e->name, YZ_LIMIT, "the archive would be too large when unpacked");
	o->total += (size_t)size;
	e->size = (size_t)size;
	e->packed = (size_t)packed;
	e->crc = get32(p + 16);
	e->deflated = method == 8;
	if (packed > o->zip->bytes.len || (!e->deflated && size != packed) || !find_data(o, e, p, offset))
		return fail_entry(o, e->name, YZ_SYNTAX, "the member and the directory do not agree");
	if (yz_map_put(&o->zip->names, e->name, e))
		return fail_entry(o, e->name, YZ_SYNTAX, "two members have the same name");
	return true;
}

static int by_offset(const void *a, const void *b)
{
	size_t x = (*(const struct yz_zip_entry *const *)a)->offset,
	       y = (*(const struct yz_zip_entry *const *)b)->offset;
	return (x > y) - (x < y);
}

/* One stretch of data under many names is how small archives become huge. */
static bool apart(struct opener *o)
{
	struct yz_zip *zip = o->zip;
	const struct yz_zip_entry **sorted = yz_new_n(o->arena, zip->n + 1, const struct yz_zip_entry *);
	for (size_t i = 0; i < zip->n; i++)
		sorted[i] = &zip->entries[i];
	qsort(sorted, zip->n, sizeof *sorted, by_offset);
	for (size_t i = 1; i < zip->n; i++)
		if (sorted[i - 1]->offset + sorted[i - 1]->packed > sorted[i]->offset - LOCAL_SIZE)
			return fail_entry(o, sorted[i]->name, YZ_SYNTAX, "two members lie over each other");
	return true;
}

static bool take_directory(struct opener *o, const char *end)
{
	struct yz_zip *zip = o->zip;
	size_t n = get16(end + 10), size = get32(end + 12), at = get32(end + 16),
	       limit = (size_t)(end - zip->bytes.ptr);
	if (get16(end + 4) || get16(end + 6) || get16(end + 8) != n || n == 65535 || at == UINT32_MAX)
		return yz_fail(o->err, YZ_SYNTAX, "the archive is in parts or in ZIP64");
	if (n > o->limits->entries)
		return yz_fail(o->err, YZ_LIMIT, "%zu members; at most %zu are read", n, o->limits->entries);
	if (at > limit || size > limit - at)
		return yz_fail(o->err, YZ_SYNTAX, "the archive breaks off");
	o->directory = at;
	zip->entries = yz_new_n(o->arena, n + 1, struct yz_zip_entry);
	const char *p = zip->bytes.ptr + at, *stop = p + size;
	for (; zip->n < n; zip->n++) {
		if (stop - p < ENTRY_SIZE || get32(p) != ENTRY_MARK ||
		    (size_t)(stop - p) < ENTRY_SIZE + get16(p + 28) + get16(p + 30) + get16(p + 32))
			return yz_fail(o->err, YZ_SYNTAX, "the archive's directory is broken");
		if (!take_entry(o, p, &zip->entries[zip->n]))
			return false;
		p += ENTRY_SIZE + get16(p + 28) + get16(p + 30) + get16(p + 32);
	}
	return apart(o);
}

const struct yz_zip *yz_zip_open(struct yz_arena *a, struct yz_str bytes, const struct yz_zip_limits *limits,
				 struct yz_err *err)
{
	struct yz_zip *zip = yz_new(a, struct yz_zip);
	struct opener o = {.arena = a, .zip = zip, .limits = limits ? limits : &yz_zip_default, .err = err};
	const char *end = find_end(bytes);
	if (!end)
		return yz_fail_null(err, YZ_SYNTAX, "this is no ZIP archive, or it breaks off");
	zip->bytes = bytes;
	yz_map_init(&zip->names, a);
	return take_directory(&o, end) ? zip : NULL;
}

const struct yz_zip_entry *yz_zip_find(const struct yz_zip *zip, struct yz_str name)
{
	return yz_map_get(&zip->names, name);
}

struct yz_zip_stream {
	z_stream z;
	struct yz_str in; /* stored: what is left */
	size_t left;      /* bytes to come */
	uint32_t crc, want;
	bool deflated, ended;
	const char *fault;
};

static void end_stream(void *ctx)
{
	inflateEnd(&((struct yz_zip_stream *)ctx)->z);
}

struct yz_zip_stream *yz_zip_stream_open(struct yz_arena *a, const struct yz_zip *zip, const struct yz_zip_entry *e)
{
	struct yz_zip_stream *s = yz_new(a, struct yz_zip_stream);
	s->in = yz_str_n(zip->bytes.ptr + e->offset, e->packed);
	s->left = e->size;
	s->want = e->crc;
	s->deflated = e->deflated;
	if (!e->deflated)
		return s;
	yz_arena_defer(a, end_stream, s);
	s->z.next_in = (Bytef *)s->in.ptr;
	s->z.avail_in = (uInt)s->in.len; /* below 4 GiB: the directory's own bound */
	if (inflateInit2(&s->z, -MAX_WBITS) != Z_OK)
		s->fault = "no memory to unpack";
	return s;
}

static int fail_stream(struct yz_zip_stream *s, const char *what)
{
	s->fault = what;
	return -1;
}

static size_t inflate_some(struct yz_zip_stream *s, char *to, size_t n)
{
	s->z.next_out = (Bytef *)to;
	s->z.avail_out = (uInt)n;
	int how = inflate(&s->z, Z_NO_FLUSH);
	size_t got = n - s->z.avail_out;
	s->ended = how == Z_STREAM_END;
	if (!s->ended && how != Z_OK)
		s->fault = how == Z_BUF_ERROR ? "the member breaks off" : "the member's data are broken";
	return got;
}

int yz_zip_stream_read(struct yz_zip_stream *s, char *to, size_t n)
{
	if (s->fault)
		return -1;
	if (n > INT_MAX)
		n = INT_MAX;
	if (n > s->left)
		n = s->left;
	size_t got = 0;
	if (!s->deflated) {
		if (n)
			memcpy(to, s->in.ptr, n);
		s->in.ptr += n;
		got = n;
	}
	while (s->deflated && got < n && !s->ended && !s->fault)
		got += inflate_some(s, to + got, n - got);
	s->crc = (uint32_t)crc32(s->crc, (const Bytef *)to, (uInt)got);
	s->left -= got;
	if (s->fault)
		return -1;
	if (got < n)
		return fail_stream(s, "the member is shorter than the directory says");
	if (s->left)
		return (int)got;
	char beyond;
	if (s->deflated && !s->ended && inflate_some(s, &beyond, 1) > 0)
		return fail_stream(s, "the member is longer than the directory says");
	if (s->fault || s->crc != s->want)
		return fail_stream(s, "the member is damaged: its checksum is wrong");
	return (int)got;
}

const char *yz_zip_stream_fault(const struct yz_zip_stream *s)
{
	return s->fault;
}

bool yz_zip_read(struct yz_arena *a, const struct yz_zip *zip, const struct yz_zip_entry *e, struct yz_str *out,
		 struct yz_err *err)
{
	struct yz_zip_stream *s = yz_zip_stream_open(a, zip, e);
	char *bytes = yz_alloc(a, e->size + 1);
	size_t len = 0;
	int n;
	do {
		n = yz_zip_stream_read(s, bytes + len, e->size - len);
		len += n > 0 ? (size_t)n : 0;
	} while (n > 0 && len < e->size);
	if (s->deflated) {
		inflateEnd(&s->z);
		memset(&s->z, 0, sizeof s->z);
	}
	*out = yz_str_n(bytes, len);
	if (n >= 0)
		return true;
	yz_fail(err, YZ_SYNTAX, "%s", s->fault);
	return yz_fail_in(err, "%.*s", YZ_P(e->name.len > 100 ? yz_str_n(e->name.ptr, 100) : e->name));
}
