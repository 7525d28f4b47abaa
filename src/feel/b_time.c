/* Date and time built-ins, and the conversions to dates, times, durations and ranges
 * (DMN 1.5, 10.3.4.1, 10.3.4.6).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/builtin.h"

#include "feel/ast.h"
#include "feel/machine.h"
#include "feel/time.h"

#define DEFINE(ident)                                                                                                  \
	struct yz_feel_value yz_feel_b_##ident(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n)

static struct yz_feel_value no_result(struct yz_feel_run *run, const char *function)
{
	return yz_feel_raise(run, YZ_FEEL_WHY_NO_RESULT, function, NULL);
}

static struct yz_feel_value not_read(struct yz_feel_run *run, const char *function, struct yz_feel_value v)
{
	if (v.kind != YZ_FEEL_STRING)
		return yz_feel_raise_s(run, YZ_FEEL_WHY_ARGUMENT_KIND, yz_str(function), YZ_LIT("from"),
				       yz_str(yz_feel_kind_name((enum yz_feel_kind)v.kind)));
	return yz_feel_raise_s(run, YZ_FEEL_WHY_NOT_READ, yz_str(function), yz_feel_str(v), (struct yz_str){0});
}

static bool whole(struct yz_feel_value v, int64_t *out)
{
	struct yz_dec d = yz_feel_dec(v);
	return yz_dec_is_int(d) && yz_dec_to_int(d, out);
}

/* ---- making dates and times ---- */

DEFINE(date)
{
	struct yz_feel_value v;
	int64_t year, month, day;
	if (n == 3) {
		if (!whole(args[0], &year) || !whole(args[1], &month) || !whole(args[2], &day) ||
		    !yz_date_valid(year, month, day))
			return no_result(run, "date");
		return yz_feel_day(yz_date_days(year, (int)month, (int)day));
	}
	if (args[0].kind == YZ_FEEL_STRING && yz_read_date(yz_feel_str(args[0]), &v))
		return v;
	if (args[0].kind == YZ_FEEL_DATE || args[0].kind == YZ_FEEL_DATE_TIME)
		return yz_feel_day(yz_feel_day_of(args[0]));
	return not_read(run, "date", args[0]);
}

static struct yz_feel_value time_of(int64_t nanos, uint64_t zone)
{
	return (struct yz_feel_value){.kind = YZ_FEEL_TIME, .n = nanos, .zone = zone};
}

static struct yz_feel_value time_of_parts(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n)
{
	int64_t hour, minute, nanos;
	uint64_t zone = 0;
	struct yz_dec second = yz_feel_dec(args[2]), scaled;
	bool ok = whole(args[0], &hour) && whole(args[1], &minute) && hour >= 0 && hour < 24 && minute >= 0 &&
		  minute < 60 && !second.neg && yz_dec_mul(second, yz_dec_int(1000000000), &scaled) &&
		  yz_dec_to_int(scaled, &nanos) && nanos < 60000000000;
	if (ok && n > 3 && args[3].kind == YZ_FEEL_DAYS) {
		__int128 offset = yz_feel_nanos_of(args[3]) / 1000000000;
		ok = offset >= -YZ_OFFSET_MOST && offset <= YZ_OFFSET_MOST;
		zone = yz_zone_fixed(ok ? (int)offset : 0);
	}
	if (!ok)
		return no_result(run, "time");
	return time_of((hour * 3600 + minute * 60) * 1000000000 + nanos, zone);
}

DEFINE(time)
{
	struct yz_feel_value v = args[0];
	if (n > 1)
		return time_of_parts(run, args, n);
	switch (v.kind) {
	case YZ_FEEL_STRING:
		return yz_read_time(run->arena, yz_feel_str(args[0]), &v) ? v : not_read(run, "time", args[0]);
	case YZ_FEEL_TIME:
		return v;
	case YZ_FEEL_DATE:
		return time_of(0, yz_zone_fixed(0));
	case YZ_FEEL_DATE_TIME:
		return time_of(yz_floor_mod(v.n, YZ_DAY_SECONDS) * 1000000000 + v.aux, v.zone);
	default:
		return not_read(run, "time", v);
	}
}

DEFINE(date_and_time)
{
	struct yz_feel_value v = args[0];
	if (n == 2) {
		int64_t day = yz_feel_day_of(args[0]);
		return (struct yz_feel_value){.kind = YZ_FEEL_DATE_TIME,
					      .aux = (uint32_t)(args[1].n % 1000000000),
					      .n = day * YZ_DAY_SECONDS + args[1].n / 1000000000,
					      .zone = args[1].zone};
	}
	if (v.kind == YZ_FEEL_STRING && yz_read_date_time(run->arena, yz_feel_str(args[0]), &v))
		return v;
	if (v.kind == YZ_FEEL_DATE)
		return yz_feel_midnight(v);
	return v.kind == YZ_FEEL_DATE_TIME ? v : not_read(run, "date and time", v);
}

DEFINE(duration)
{
	struct yz_feel_value v;
	return yz_read_duration(yz_feel_str(args[0]), &v) ? v : not_read(run, "duration", args[0]);
}

DEFINE(years_and_months_duration)
{
	struct yz_date a = yz_date_of(yz_feel_day_of(args[0])), b = yz_date_of(yz_feel_day_of(args[1]));
	int64_t months = (b.year - a.year) * 12 + b.month - a.month;
	if (months > 0 && b.day < a.day)
		months--;
	else if (months < 0 && b.day > a.day)
		months++;
	return yz_feel_months(months);
}

/* ---- asking ---- */

DEFINE(now)
{
	return run->now.kind == YZ_FEEL_DATE_TIME ? run->now : yz_feel_raise(run, YZ_FEEL_WHY_NO_CLOCK, NULL, NULL);
}

DEFINE(today)
{
	if (run->now.kind != YZ_FEEL_DATE_TIME)
		return yz_feel_raise(run, YZ_FEEL_WHY_NO_CLOCK, NULL, NULL);
	return yz_feel_day(yz_feel_day_of(run->now));
}

DEFINE(day_of_week)
{
	static const char *const names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
					    "Friday", "Saturday", "Sunday"};
	return yz_feel_string(yz_str(names[yz_date_weekday(yz_feel_day_of(args[0])) - 1]));
}

DEFINE(month_of_year)
{
	static const char *const names[] = {"January", "February", "March",     "April",   "May",      "June",
					    "July",    "August",   "September", "October", "November", "December"};
	return yz_feel_string(yz_str(names[yz_date_of(yz_feel_day_of(args[0])).month - 1]));
}

DEFINE(day_of_year)
{
	return yz_feel_int(yz_date_day_of_year(yz_feel_day_of(args[0])));
}

DEFINE(week_of_year)
{
	return yz_feel_int(yz_date_week(yz_feel_day_of(args[0])));
}

/* ---- range("[1..3]"), range("[2..)") ---- */

static struct yz_str trimmed(struct yz_str s)
{
	size_t from = 0, to = s.len;
	while (from < to && (unsigned char)s.ptr[from] <= ' ')
		from++;
	while (to > from && (unsigned char)s.ptr[to - 1] <= ' ')
		to--;
	return yz_str_n(s.ptr + from, to - from);
}

/* Grammar rule 66 b and c: a range with one end, "[2..)", which an expression writes (>=2). */
struct half {
	struct yz_str end;
	bool above, included;
};

static bool half_of(struct yz_str s, struct half *out)
{
	s = trimmed(s);
	if (s.len < 5)
		return false;
	char first = s.ptr[0], last = s.ptr[s.len - 1];
	struct yz_str inner = trimmed(yz_str_n(s.ptr + 1, s.len - 2));
	if (!strchr("([]", first) || !strchr(")[]", last) || inner.len < 3)
		return false;
	if (first != '[' && !memcmp(inner.ptr, "..", 2))
		*out = (struct half){yz_str_n(inner.ptr + 2, inner.len - 2), false, last == ']'};
	else if (last != ']' && !memcmp(inner.ptr + inner.len - 2, "..", 2))
		*out = (struct half){yz_str_n(inner.ptr, inner.len - 2), true, first == '['};
	else
		return false;
	return true;
}

/* A literal, or a date, time or duration made from a string literal. */
static bool literal_end(const struct yz_feel_node *n)
{
	if (n->kind == YZ_N_NEGATE)
		n = n->a;
	if (n->kind == YZ_N_CONST)
		return n->value.kind != YZ_FEEL_NULL;
	if (n->kind != YZ_N_CALL || n->n != 1 || n->names || n->items[0]->kind != YZ_N_CONST ||
	    n->items[0]->value.kind != YZ_FEEL_STRING || n->head->kind != YZ_N_CONST)
		return false;
	const struct yz_feel_function *f = n->head->value.function;
	static const char *const makers[] = {"date", "time", "date and time", "duration"};
	for (size_t i = 0; n->head->value.kind == YZ_FEEL_FUNCTION && i < sizeof makers / sizeof *makers; i++)
		if (!strcmp(f->builtin->name, makers[i]))
			return true;
	return false;
}

DEFINE(range)
{
	struct yz_feel_limits limits = *run->limits;
	struct yz_feel_scope scope = {.limits = &limits};
	struct yz_str text = yz_feel_str(args[0]);
	struct half half;
	if (limits.text > 4096)
		limits.text = 4096;
	if (!yz_feel_steps(run, 100))
		return (struct yz_feel_value){0};
	const bool one_end = half_of(text, &half);
	const struct yz_feel *f =
		yz_feel_compile(run->arena, one_end ? half.end : text, YZ_FEEL_EXPRESSION, &scope, NULL, NULL);
	const struct yz_feel_node *root = f ? f->root : NULL;
	int c;
	if (!root || (one_end ? !literal_end(root)
			      : root->kind != YZ_N_RANGE || root->flag >> YZ_RANGE_FORM != YZ_FEEL_INTERVAL ||
					!literal_end(root->a) || !literal_end(root->b)))
		return not_read(run, "range", args[0]);
	struct yz_feel_value v = yz_feel_eval(f, run, NULL);
	if (one_end && v.kind != YZ_FEEL_NULL) {
		struct yz_feel_value none = {0};
		return half.above
			       ? yz_feel_make_range(run, v, none, half.included, false, YZ_FEEL_GREATER)
			       : yz_feel_make_range(run, none, v, false, half.included, YZ_FEEL_LESS);
	}
	if (v.kind != YZ_FEEL_RANGE)
		return v;
	if (!yz_feel_compare(v.range->start, v.range->end, &c) || c > 0)
		return no_result(run, "range");
	return v;
}
