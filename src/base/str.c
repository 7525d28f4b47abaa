/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include "base/arena.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/random.h>

static inline bool same(struct yz_str a, struct yz_str b)
{
	return a.len == b.len && (a.len == 0 || (a.ptr[0] == b.ptr[0] && memcmp(a.ptr, b.ptr, a.len) == 0));
}

bool yz_str_eq(struct yz_str a, struct yz_str b)
{
	return same(a, b);
}

bool yz_str_eqz(struct yz_str a, const char *z)
{
	return same(a, yz_str(z));
}

int yz_str_cmp(struct yz_str a, struct yz_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
	return c ? c : (a.len > b.len) - (a.len < b.len);
}

bool yz_str_starts(struct yz_str s, struct yz_str prefix)
{
	return s.len >= prefix.len && same(yz_str_n(s.ptr, prefix.len), prefix);
}

bool yz_str_ends(struct yz_str s, struct yz_str suffix)
{
	return s.len >= suffix.len && same(yz_str_n(s.ptr + s.len - suffix.len, suffix.len), suffix);
}

size_t yz_str_find(struct yz_str s, struct yz_str needle, size_t from)
{
	if (from > s.len)
		return SIZE_MAX;
	if (needle.len == 0)
		return from;
	if (needle.len > s.len - from)
		return SIZE_MAX;
	const char *p = memmem(s.ptr + from, s.len - from, needle.ptr, needle.len);
	return p ? (size_t)(p - s.ptr) : SIZE_MAX;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct yz_str yz_str_trim(struct yz_str s)
{
	const struct yz_str wide = YZ_LIT("\xe3\x80\x80");
	for (;;) {
		if (s.len && is_space(s.ptr[0]))
			s.ptr++, s.len--;
		else if (s.len && is_space(s.ptr[s.len - 1]))
			s.len--;
		else if (yz_str_starts(s, wide))
			s.ptr += wide.len, s.len -= wide.len;
		else if (yz_str_ends(s, wide))
			s.len -= wide.len;
		else
			return s;
	}
}

bool yz_str_cut(struct yz_str *s, char sep, struct yz_str *part)
{
	if (!s->ptr)
		return false;
	const char *p = s->len ? memchr(s->ptr, sep, s->len) : NULL;
	if (!p) {
		*part = *s;
		*s = (struct yz_str){NULL, 0};
		return true;
	}
	*part = yz_str_n(s->ptr, (size_t)(p - s->ptr));
	s->len -= part->len + 1;
	s->ptr = p + 1;
	return true;
}

bool yz_str_int(struct yz_str s, int64_t *out)
{
	bool minus = s.len && s.ptr[0] == '-';
	size_t i = minus;
	if (i == s.len)
		return false;
	int64_t v = 0;
	for (; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, s.ptr[i] - '0', &v))
			return false;
	}
	if (!minus && __builtin_mul_overflow(v, -1, &v))
		return false;
	*out = v;
	return true;
}

struct yz_str yz_str_dup(struct yz_arena *a, struct yz_str s)
{
	return yz_str_n(yz_memdup(a, s.ptr, s.len), s.len);
}

char *yz_str_z(struct yz_arena *a, struct yz_str s)
{
	return yz_memdup(a, s.ptr, s.len);
}

struct yz_str yz_str_printf(struct yz_arena *a, const char *fmt, ...)
{
	char text[256]; /* long enough for most, which are then made once */
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof text)
		return yz_str(yz_memdup(a, text, (size_t)n));
	va_start(ap, fmt);
	struct yz_str s = yz_str(yz_vprintf(a, fmt, ap));
	va_end(ap);
	return s;
}

static uint64_t seed[2];

static void draw_seed(void)
{
	/* Without entropy the hash is unseeded, which only costs speed under attack. */
	ssize_t n = getrandom(seed, sizeof seed, 0);
	(void)n;
}

#define ROTL(x, b) (((x) << (b)) | ((x) >> (64 - (b))))
#define SIPROUND(a, b, c, d)                                                                                           \
	(a += b, b = ROTL(b, 13), b ^= a, a = ROTL(a, 32), c += d, d = ROTL(d, 16), d ^= c, a += d, d = ROTL(d, 21),   \
	 d ^= a, c += b, b = ROTL(b, 17), b ^= c, c = ROTL(c, 32))

uint64_t yz_str_hash(struct yz_str s)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, draw_seed);
	uint64_t a = seed[0] ^ 0x736f6d6570736575, b = seed[1] ^ 0x646f72616e646f6d;
	uint64_t c = seed[0] ^ 0x6c7967656e657261, d = seed[1] ^ 0x7465646279746573;
	size_t i = 0;
	for (; i + 8 <= s.len; i += 8) {
		uint64_t m;
		memcpy(&m, s.ptr + i, 8);
		d ^= m;
		SIPROUND(a, b, c, d);
		a ^= m;
	}
	uint64_t last = (uint64_t)s.len << 56;
	if (s.len > i)
		memcpy(&last, s.ptr + i, s.len - i);
	d ^= last;
	SIPROUND(a, b, c, d);
	a ^= last;
	c ^= 0xff;
	for (int k = 0; k < 3; k++)
		SIPROUND(a, b, c, d);
	return a ^ b ^ c ^ d;
}

void yz_buf_init(struct yz_buf *b, struct yz_arena *a, size_t max)
{
	*b = (struct yz_buf){.arena = a, .max = max};
}

/* Room for n more bytes and a NUL; n shrinks to what the maximum allows. */
static size_t reserve(struct yz_buf *b, size_t n)
{
	if (n > b->max - b->len) {
		n = b->max - b->len;
		b->full = true;
	}
	size_t need = b->len + n + 1;
	if (need > b->cap) {
		size_t cap = b->cap ? b->cap : 64;
		while (cap < need)
			cap *= 2;
		b->ptr = yz_realloc(b->arena, b->ptr, b->cap, cap);
		b->cap = cap;
	}
	return n;
}

void yz_buf_add(struct yz_buf *b, const void *p, size_t n)
{
	if (n >= b->cap - b->len || n > b->max - b->len)
		n = reserve(b, n);
	if (n)
		memcpy(b->ptr + b->len, p, n);
	b->len += n;
	b->ptr[b->len] = '\0';
}

void yz_buf_addc(struct yz_buf *b, char c)
{
	if (b->cap - b->len < 2 || b->len >= b->max) {
		yz_buf_add(b, &c, 1);
		return;
	}
	b->ptr[b->len++] = c;
	b->ptr[b->len] = '\0';
}

void yz_buf_addz(struct yz_buf *b, const char *z)
{
	yz_buf_add(b, z, strlen(z));
}

void yz_buf_adds(struct yz_buf *b, struct yz_str s)
{
	yz_buf_add(b, s.ptr, s.len);
}

void yz_buf_addi(struct yz_buf *b, int64_t v)
{
	char digits[24], *end = digits + sizeof digits, *p = end;
	uint64_t rest = v < 0 ? -(uint64_t)v : (uint64_t)v;
	do
		*--p = (char)('0' + rest % 10);
	while (rest /= 10);
	if (v < 0)
		*--p = '-';
	yz_buf_add(b, p, (size_t)(end - p));
}

void yz_buf_vprintf(struct yz_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	assert(n >= 0);
	size_t room = reserve(b, (size_t)n);
	vsnprintf(b->ptr + b->len, room + 1, fmt, again);
	b->len += room;
	va_end(again);
}

void yz_buf_printf(struct yz_buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	yz_buf_vprintf(b, fmt, ap);
	va_end(ap);
}

struct yz_str yz_buf_str(const struct yz_buf *b)
{
	return yz_str_n(b->ptr ? b->ptr : "", b->len);
}
