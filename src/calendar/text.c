/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar/calendar.h"

#include <string.h>

static const char *const units[] = {"wd", "d", "wh", "h", "min"};

const char *yz_unit_name(enum yz_unit unit)
{
	return units[unit];
}

bool yz_unit_parse(struct yz_str s, enum yz_unit *unit)
{
	for (unsigned i = 0; i < sizeof units / sizeof units[0]; i++)
		if (yz_str_eqz(s, units[i])) {
			*unit = (enum yz_unit)i;
			return true;
		}
	return false;
}

bool yz_limit_parse(struct yz_str s, int32_t *limit, enum yz_unit *unit)
{
	static const struct {
		const char *before, *after;
		enum yz_unit unit;
		int times;
	} forms[] = {
		{"PT", "WH", YZ_WORKING_HOURS, 1}, {"PT", "H", YZ_NATURAL_HOURS, 1}, {"PT", "M", YZ_MINUTES, 1},
		{"P", "WD", YZ_WORKING_DAYS, 1},   {"P", "D", YZ_NATURAL_DAYS, 1},   {"P", "W", YZ_NATURAL_DAYS, 7},
	};
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		struct yz_str before = yz_str(forms[i].before), after = yz_str(forms[i].after);
		if (s.len <= before.len + after.len || !yz_str_starts(s, before) || !yz_str_ends(s, after))
			continue;
		struct yz_str digits = yz_str_n(s.ptr + before.len, s.len - before.len - after.len);
		int64_t n, most = forms[i].unit == YZ_MINUTES ? YZ_CLOCK_LIMIT_MOST * 60 : YZ_CLOCK_LIMIT_MOST;
		if (digits.ptr[0] < '0' || digits.ptr[0] > '9' || !yz_str_int(digits, &n) || n > most / forms[i].times)
			continue;
		*limit = (int32_t)n * forms[i].times;
		*unit = forms[i].unit;
		return true;
	}
	return false;
}

static char *put_instant(char *p, yz_instant t)
{
	return p + strlen(yz_instant_print(t, p));
}

/* By hand, as instants are. */
static char *put_number(char *p, int32_t v)
{
	char digits[12], *end = digits + sizeof digits, *d = end;
	uint32_t rest = v < 0 ? -(uint32_t)v : (uint32_t)v;
	do
		*--d = (char)('0' + rest % 10);
	while (rest /= 10);
	if (v < 0)
		*--d = '-';
	return mempcpy(p, d, (size_t)(end - d));
}

char *yz_clock_print(const struct yz_clock *k, char buf[YZ_CLOCK_TEXT])
{
	/* Two instants of at most 27 bytes a stop, and two more; each is printed with 32 at hand. */
	_Static_assert(YZ_CLOCK_TEXT >= 32 + 2 * 32 + YZ_CLOCK_STOPS * 2 * 28 + 32, "the longest clock fits");
	char *p = stpcpy(buf, units[k->unit]);
	*p++ = ' ';
	p = put_number(p, k->limit);
	*p++ = '+';
	p = put_number(p, k->extra);
	*p++ = ' ';
	p = put_instant(p, k->started);
	for (uint32_t i = 0; i < k->nstops; i++) {
		*p++ = ' ';
		p = put_instant(p, k->stops[i].from);
		*p++ = '/';
		if (k->stops[i].to != YZ_NEVER)
			p = put_instant(p, k->stops[i].to);
	}
	*p = '\0';
	if (k->ended != YZ_NEVER)
		put_instant(stpcpy(p, " end "), k->ended);
	return buf;
}

static bool take_stop(struct yz_clock *k, struct yz_str part, struct yz_err *err)
{
	struct yz_str from;
	yz_instant a, b;
	if (!yz_str_cut(&part, '/', &from) || !part.ptr || !yz_instant_parse(from, &a))
		return yz_fail(err, YZ_SYNTAX, "a clock's stop does not begin with an instant");
	if (!yz_clock_stop(k, a, err))
		return false;
	if (part.len == 0)
		return true;
	if (!yz_instant_parse(part, &b))
		return yz_fail(err, YZ_SYNTAX, "a clock's stop does not end with an instant");
	return yz_clock_resume(k, b, err);
}

bool yz_clock_parse(struct yz_str s, struct yz_clock *k, struct yz_err *err)
{
	struct yz_str unit = {0}, limit = {0}, start = {0}, part;
	struct yz_clock made;
	int64_t base, extra;
	enum yz_unit u;
	yz_instant at;
	yz_str_cut(&s, ' ', &unit);
	yz_str_cut(&s, ' ', &limit);
	yz_str_cut(&s, ' ', &start);
	if (!yz_unit_parse(unit, &u))
		return yz_fail(err, YZ_SYNTAX, "a clock begins with wd, d, wh, h or min");
	if (!yz_str_cut(&limit, '+', &part) || !yz_str_int(part, &base) || !yz_str_int(limit, &extra) ||
	    base > INT32_MAX || base < 0 || extra < 0 || extra > INT32_MAX)
		return yz_fail(err, YZ_SYNTAX, "a clock's limit is like 20+10");
	if (!yz_instant_parse(start, &at))
		return yz_fail(err, YZ_SYNTAX, "a clock's start is no instant");
	if (!yz_clock_start(&made, (int32_t)base, u, at, err) ||
	    (extra > 0 && !yz_clock_extend(&made, (int32_t)extra, err)))
		return false;
	while (yz_str_cut(&s, ' ', &part)) {
		if (!yz_str_eqz(part, "end")) {
			if (!take_stop(&made, part, err))
				return false;
			continue;
		}
		if (!yz_instant_parse(s, &at))
			return yz_fail(err, YZ_SYNTAX, "a clock's end is no instant");
		if (!yz_clock_end(&made, at, err))
			return false;
		break;
	}
	*k = made;
	return true;
}
