/* String and conversion built-ins (DMN 1.5, 10.3.4.1, 10.3.4.3).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/builtin.h"

#include "base/utf8.h"
#include "feel/case.h"
#include "feel/machine.h"

#define DEFINE(ident)                                                                                                  \
	struct yz_feel_value yz_feel_b_##ident(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n)

static const struct yz_feel_value none;

static bool continues(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* Characters; strings are valid UTF-8, so every byte that does not continue one begins one. */
static size_t characters(struct yz_feel_value s)
{
	if (s.flag)
		return s.len;
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++)
		n += !continues(s.ptr[i]);
	return n;
}

/* The byte at which character `n` (from 0) begins, looking from byte `from` on. */
static size_t byte_of(struct yz_feel_value s, size_t from, size_t n)
{
	if (s.flag)
		return n < s.len - from ? from + n : s.len;
	size_t i = from;
	for (; i < s.len && n; n--)
		for (i++; i < s.len && continues(s.ptr[i]); i++)
			;
	return i;
}

static struct yz_feel_value part(struct yz_feel_value s, size_t from, size_t to)
{
	struct yz_feel_value v = yz_feel_string(yz_str_n(s.ptr + from, to - from));
	v.flag = s.flag;
	return v;
}

DEFINE(substring)
{
	int64_t start, want = 0;
	size_t len = characters(args[0]);
	bool ok = yz_dec_to_int(yz_feel_dec(args[1]), &start);
	if (ok && start < 0)
		start += (int64_t)len + 1;
	ok = ok && start >= 1 && start <= (int64_t)len;
	ok = ok && (n < 3 || (yz_dec_to_int(yz_feel_dec(args[2]), &want) && want >= 1));
	if (!ok)
		return yz_feel_raise(run, YZ_FEEL_WHY_NO_RESULT, "substring", NULL);
	size_t from = byte_of(args[0], 0, (size_t)start - 1);
	return part(args[0], from, n < 3 ? args[0].len : byte_of(args[0], from, (size_t)want));
}

DEFINE(string_length)
{
	return yz_feel_int((int64_t)characters(args[0]));
}

DEFINE(upper_case)
{
	struct yz_buf b;
	yz_buf_init(&b, run->arena, run->limits->string);
	yz_buf_add_upper(&b, yz_feel_str(args[0]));
	return yz_feel_buf_value(run, &b);
}

DEFINE(lower_case)
{
	struct yz_buf b;
	yz_buf_init(&b, run->arena, run->limits->string);
	yz_buf_add_lower(&b, yz_feel_str(args[0]));
	return yz_feel_buf_value(run, &b);
}

DEFINE(substring_before)
{
	size_t at = yz_str_find(yz_feel_str(args[0]), yz_feel_str(args[1]), 0);
	return part(args[0], 0, at == SIZE_MAX ? 0 : at);
}

DEFINE(substring_after)
{
	size_t at = yz_str_find(yz_feel_str(args[0]), yz_feel_str(args[1]), 0);
	return part(args[0], at == SIZE_MAX ? args[0].len : at + args[1].len, args[0].len);
}

DEFINE(contains)
{
	return yz_feel_bool(yz_str_find(yz_feel_str(args[0]), yz_feel_str(args[1]), 0) != SIZE_MAX);
}

DEFINE(starts_with)
{
	return yz_feel_bool(yz_str_starts(yz_feel_str(args[0]), yz_feel_str(args[1])));
}

DEFINE(ends_with)
{
	return yz_feel_bool(yz_str_ends(yz_feel_str(args[0]), yz_feel_str(args[1])));
}

DEFINE(string_join)
{
	struct yz_buf b;
	bool first = true;
	struct yz_str delimiter = n > 1 && args[1].kind == YZ_FEEL_STRING ? yz_feel_str(args[1]) : YZ_LIT("");
	yz_buf_init(&b, run->arena, run->limits->string);
	for (uint32_t i = 0; i < args[0].aux; i++) {
		struct yz_feel_value v = args[0].items[i];
		if (v.kind == YZ_FEEL_NULL)
			continue;
		if (v.kind != YZ_FEEL_STRING)
			return yz_feel_raise_s(run, YZ_FEEL_WHY_ARGUMENT_KIND, YZ_LIT("string join"), YZ_LIT("list"),
					       yz_str(yz_feel_kind_name((enum yz_feel_kind)v.kind)));
		if (!yz_feel_steps(run, 1 + v.len / 64))
			return none;
		if (!first)
			yz_buf_adds(&b, delimiter);
		first = false;
		yz_buf_adds(&b, yz_feel_str(v));
	}
	return yz_feel_buf_value(run, &b);
}

DEFINE(string)
{
	struct yz_feel_value unknown;
	if (args[0].kind == YZ_FEEL_STRING || args[0].kind == YZ_FEEL_NULL)
		return args[0];
	if (yz_feel_has_unknown(run->arena, args[0], &unknown))
		return unknown;
	struct yz_str s = yz_feel_text(run->arena, args[0]);
	if (s.len > run->limits->string)
		return yz_feel_raise(run, YZ_FEEL_WHY_LONG_STRING, NULL, NULL);
	return yz_feel_steps(run, s.len / 64) ? yz_feel_string(s) : none;
}

/* ---- number ---- */

/* One of the characters allowed, 0 for null; false: anything else. */
static bool separator(struct yz_feel_value v, const char *allowed, char *out)
{
	*out = '\0';
	if (v.kind == YZ_FEEL_NULL)
		return true;
	if (v.len != 1 || !strchr(allowed, v.ptr[0]) || !v.ptr[0])
		return false;
	*out = v.ptr[0];
	return true;
}

DEFINE(number)
{
	char group, point;
	struct yz_str text = yz_feel_str(args[0]);
	if (!separator(args[1], " ,.", &group) || !separator(args[2], ",.", &point) || (group && group == point))
		return yz_feel_raise(run, YZ_FEEL_WHY_NO_RESULT, "number", NULL);
	if (!point)
		point = '.';
	struct yz_buf b;
	struct yz_dec d;
	yz_buf_init(&b, run->arena, run->limits->numeral);
	for (size_t i = 0; i < text.len && !b.full; i++) {
		char c = text.ptr[i];
		if (group && c == group)
			continue;
		/* A point that is no separator here is no digit either. */
		yz_buf_addc(&b, c == point ? '.' : c == '.' ? '?' : c);
	}
	/* A numeral has digits behind its point (grammar rule 37). */
	size_t at = yz_str_find(yz_buf_str(&b), YZ_LIT("."), 0);
	bool ends = at != SIZE_MAX && (at + 1 == b.len || b.ptr[at + 1] < '0' || b.ptr[at + 1] > '9');
	if (b.full || ends || !yz_dec_parse(yz_buf_str(&b), &d))
		return yz_feel_raise_s(run, YZ_FEEL_WHY_NOT_READ, YZ_LIT("number"), text, (struct yz_str){0});
	return yz_feel_number(d);
}
