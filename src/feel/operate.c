/* feel/operate.c - what the operators mean, kind by kind (DMN 1.5, 10.3.2.8 to .15).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/machine.h"

#include "feel/fast.h"
#include "feel/time.h"

#include <assert.h>

static const struct yz_str no_text;

static const char *kind_of(struct yz_feel_value v)
{
	return yz_feel_kind_name((enum yz_feel_kind)v.kind);
}

const char *yz_feel_sign(int op)
{
	switch (op) {
	case YZ_OP_ADD:
		return "+";
	case YZ_OP_SUB:
		return "-";
	case YZ_OP_MUL:
		return "*";
	case YZ_OP_DIV:
		return "/";
	case YZ_OP_POW:
		return "**";
	case YZ_OP_EQ:
		return "=";
	case YZ_OP_NE:
		return "!=";
	case YZ_OP_LT:
		return "<";
	case YZ_OP_LE:
		return "<=";
	case YZ_OP_GT:
		return ">";
	default:
		return ">=";
	}
}

/* A null operand passes its own reason on; a null that was simply given gets one here. */
static struct yz_feel_value null_operand(struct yz_feel_run *run, enum yz_feel_opcode op, struct yz_feel_value a,
					 struct yz_feel_value b)
{
	if (a.kind == YZ_FEEL_NULL && a.reason)
		return a;
	if (b.kind == YZ_FEEL_NULL && b.reason)
		return b;
	return yz_feel_raise(run, YZ_FEEL_WHY_NULL_OPERAND, yz_feel_sign(op), NULL);
}

static struct yz_feel_value no_operation(struct yz_feel_run *run, enum yz_feel_opcode op, struct yz_feel_value a,
					 struct yz_feel_value b)
{
	return yz_feel_raise_s(run, YZ_FEEL_WHY_OPERATION, yz_str(kind_of(a)), yz_str(yz_feel_sign(op)),
			       yz_str(kind_of(b)));
}

static struct yz_feel_value too_large(struct yz_feel_run *run)
{
	return yz_feel_raise(run, YZ_FEEL_WHY_TOO_LARGE, NULL, NULL);
}

/* ---- numbers ---- */

const uint64_t yz_feel_tens[YZ_TENS] = {
	1u,
	10u,
	100u,
	1000u,
	10000u,
	100000u,
	1000000u,
	10000000u,
	100000000u,
	1000000000u,
	10000000000u,
	100000000000u,
	1000000000000u,
	10000000000000u,
	100000000000000u,
	1000000000000000u,
	10000000000000000u,
	100000000000000000u,
	1000000000000000000u,
	10000000000000000000u,
};

static struct yz_feel_value numbers(struct yz_feel_run *run, enum yz_feel_opcode op, struct yz_dec a, struct yz_dec b)
{
	struct yz_dec r;
	bool ok;
	switch (op) {
	case YZ_OP_ADD:
		ok = yz_dec_add(a, b, &r);
		break;
	case YZ_OP_SUB:
		ok = yz_dec_sub(a, b, &r);
		break;
	case YZ_OP_MUL:
		ok = yz_dec_mul(a, b, &r);
		break;
	case YZ_OP_DIV:
		if (yz_dec_is_zero(b))
			return yz_feel_raise(run, YZ_FEEL_WHY_BY_ZERO, NULL, NULL);
		ok = yz_dec_div(a, b, &r);
		break;
	default:
		ok = yz_dec_pow(a, b, &r);
	}
	return ok ? yz_feel_number(r) : too_large(run);
}

/* ---- durations ---- */

static struct yz_dec dec_of_i128(__int128 v)
{
	unsigned __int128 c = v < 0 ? -(unsigned __int128)v : (unsigned __int128)v;
	struct yz_dec high = {(uint64_t)(c / 1000000000000000000u), (uint64_t)(c / 1000000000000000000u >> 64), 18,
			      false};
	struct yz_dec low = {(uint64_t)(c % 1000000000000000000u), 0, 0, false}, r;
	bool ok = yz_dec_add(high, low, &r);
	assert(ok);
	r.neg = v < 0;
	return r;
}

/* The integer part; false: 126 bits do not hold it. */
static bool i128_of_dec(struct yz_dec d, __int128 *out)
{
	unsigned __int128 c = (unsigned __int128)d.hi << 64 | d.lo;
	for (int e = d.exp; e < 0 && c; e++)
		c /= 10;
	for (int e = d.exp; e > 0 && c; e--) {
		if (c >> 122)
			return false;
		c *= 10;
	}
	if (c >> 126)
		return false;
	*out = d.neg ? -(__int128)c : (__int128)c;
	return true;
}

static struct yz_feel_value duration_of(struct yz_feel_run *run, uint8_t kind, __int128 v)
{
	if (kind == YZ_FEEL_MONTHS) {
		if (v > INT64_MAX || v < -INT64_MAX)
			return too_large(run);
		return yz_feel_months((int64_t)v);
	}
	if (v > YZ_DAYS_MOST || v < -YZ_DAYS_MOST)
		return too_large(run);
	return yz_feel_nanos(v);
}

static __int128 size_of(struct yz_feel_value d)
{
	return d.kind == YZ_FEEL_MONTHS ? (__int128)d.n : yz_feel_nanos_of(d);
}

/* Months that do not come out whole are cut toward zero; so are nanoseconds. */
static struct yz_feel_value scaled(struct yz_feel_run *run, enum yz_feel_opcode op, struct yz_feel_value d,
				   struct yz_dec by)
{
	struct yz_dec r;
	__int128 v;
	if (op == YZ_OP_DIV && yz_dec_is_zero(by))
		return yz_feel_raise(run, YZ_FEEL_WHY_BY_ZERO, NULL, NULL);
	struct yz_dec size = dec_of_i128(size_of(d));
	if (!(op == YZ_OP_MUL ? yz_dec_mul(size, by, &r) : yz_dec_div(size, by, &r)) || !i128_of_dec(r, &v))
		return too_large(run);
	return duration_of(run, d.kind, v);
}

static struct yz_feel_value ratio(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b)
{
	struct yz_dec r;
	if (!size_of(b))
		return yz_feel_raise(run, YZ_FEEL_WHY_BY_ZERO, NULL, NULL);
	if (!yz_dec_div(dec_of_i128(size_of(a)), dec_of_i128(size_of(b)), &r))
		return too_large(run);
	return yz_feel_number(r);
}

/* ---- dates and times ---- */

struct yz_feel_value yz_feel_midnight(struct yz_feel_value date)
{
	return (struct yz_feel_value){
		.kind = YZ_FEEL_DATE_TIME, .n = date.n * YZ_DAY_SECONDS, .zone = yz_zone_fixed(0)};
}

static struct yz_feel_value add_months(struct yz_feel_run *run, struct yz_feel_value t, int64_t months)
{
	int64_t day = yz_feel_day_of(t), rest = t.kind == YZ_FEEL_DATE ? 0 : yz_floor_mod(t.n, YZ_DAY_SECONDS);
	if (!yz_date_add_months(day, months, &day))
		return too_large(run);
	t.n = t.kind == YZ_FEEL_DATE ? day : day * YZ_DAY_SECONDS + rest;
	return t;
}

/* A date moves as its midnight does and keeps the day it lands on. In a named zone the clock on the wall follows
 * the zone's changes: the time passed counts. */
static struct yz_feel_value add_nanos(struct yz_feel_run *run, struct yz_feel_value t, __int128 ns)
{
	const int64_t second = 1000000000;
	int64_t start = t.kind == YZ_FEEL_DATE ? t.n * YZ_DAY_SECONDS : yz_zone_named(t.zone) ? yz_feel_utc(t) : t.n;
	uint32_t fraction = t.kind == YZ_FEEL_DATE ? 0 : t.aux;
	__int128 total = (__int128)start * second + fraction + ns;
	__int128 seconds = total / second;
	int64_t rest = (int64_t)(total % second);
	if (rest < 0) {
		rest += second;
		seconds--;
	}
	if (seconds > (__int128)1 << 60 || seconds < -((__int128)1 << 60))
		return too_large(run);
	int64_t local = (int64_t)seconds;
	if (t.kind == YZ_FEEL_DATE_TIME && yz_zone_named(t.zone))
		local += yz_zone_offset_utc(t.zone, local);
	int64_t day = yz_floor_div(local, YZ_DAY_SECONDS);
	if (!yz_date_in_range(day))
		return too_large(run);
	if (t.kind == YZ_FEEL_DATE)
		return yz_feel_day(day);
	t.n = local;
	t.aux = (uint32_t)rest;
	return t;
}

static struct yz_feel_value time_plus(struct yz_feel_value t, __int128 ns)
{
	t.n = yz_floor_mod(t.n + (int64_t)(ns % YZ_DAY_NANOS), YZ_DAY_NANOS);
	return t;
}

static bool has_date(uint8_t kind)
{
	return kind == YZ_FEEL_DATE || kind == YZ_FEEL_DATE_TIME;
}

static bool is_duration(uint8_t kind)
{
	return kind == YZ_FEEL_DAYS || kind == YZ_FEEL_MONTHS;
}

/* t + sign * d */
static struct yz_feel_value moved(struct yz_feel_run *run, struct yz_feel_value t, struct yz_feel_value d, int sign)
{
	if (t.kind == YZ_FEEL_TIME)
		return time_plus(t, sign * yz_feel_nanos_of(d));
	if (d.kind == YZ_FEEL_MONTHS)
		return add_months(run, t, sign * d.n);
	return add_nanos(run, t, sign * yz_feel_nanos_of(d));
}

static bool can_move(struct yz_feel_value t, struct yz_feel_value d)
{
	return (has_date(t.kind) && is_duration(d.kind)) || (t.kind == YZ_FEEL_TIME && d.kind == YZ_FEEL_DAYS);
}

/* The time between two moments, both with a zone or both without. */
static struct yz_feel_value between(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b)
{
	if (a.kind == YZ_FEEL_DATE)
		a = yz_feel_midnight(a);
	if (b.kind == YZ_FEEL_DATE)
		b = yz_feel_midnight(b);
	if (!a.zone != !b.zone)
		return no_operation(run, YZ_OP_SUB, a, b);
	if (a.kind == YZ_FEEL_TIME) {
		int64_t x = a.n, y = b.n;
		if (!yz_zone_same(a.zone, b.zone)) {
			x -= (int64_t)yz_zone_offset_standard(a.zone) * 1000000000;
			y -= (int64_t)yz_zone_offset_standard(b.zone) * 1000000000;
		}
		return yz_feel_nanos((__int128)x - y);
	}
	return yz_feel_nanos(((__int128)yz_feel_utc(a) - yz_feel_utc(b)) * 1000000000 + a.aux - b.aux);
}

/* ---- arithmetic ---- */

static struct yz_feel_value concatenated(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b)
{
	size_t n = a.len + b.len;
	if (n > run->limits->string)
		return yz_feel_raise(run, YZ_FEEL_WHY_LONG_STRING, NULL, NULL);
	if (!yz_feel_steps(run, n / 64))
		return (struct yz_feel_value){0};
	char *s = yz_alloc(run->arena, n + 1);
	memcpy(s, a.ptr, a.len);
	memcpy(s + a.len, b.ptr, b.len);
	struct yz_feel_value v = yz_feel_string(yz_str_n(s, n));
	v.flag = a.flag && b.flag;
	return v;
}

static struct yz_feel_value sum(struct yz_feel_run *run, enum yz_feel_opcode op, struct yz_feel_value a,
				struct yz_feel_value b)
{
	int sign = op == YZ_OP_ADD ? 1 : -1;
	if (a.kind == YZ_FEEL_STRING && b.kind == a.kind && op == YZ_OP_ADD)
		return concatenated(run, a, b);
	if (is_duration(a.kind) && a.kind == b.kind)
		return duration_of(run, a.kind, size_of(a) + sign * size_of(b));
	if (can_move(a, b))
		return moved(run, a, b, sign);
	if (op == YZ_OP_ADD && can_move(b, a))
		return moved(run, b, a, 1);
	if (op == YZ_OP_SUB && ((has_date(a.kind) && has_date(b.kind)) || (a.kind == YZ_FEEL_TIME && a.kind == b.kind)))
		return between(run, a, b);
	return no_operation(run, op, a, b);
}

struct yz_feel_value yz_feel_arith(struct yz_feel_run *run, enum yz_feel_opcode op, struct yz_feel_value a,
				   struct yz_feel_value b)
{
	if (a.kind == YZ_FEEL_NUMBER && b.kind == YZ_FEEL_NUMBER)
		return numbers(run, op, yz_feel_dec(a), yz_feel_dec(b));
	if (a.kind == YZ_FEEL_UNKNOWN || b.kind == YZ_FEEL_UNKNOWN)
		return yz_feel_unknown_both(run->arena, a, b);
	if (a.kind == YZ_FEEL_NULL || b.kind == YZ_FEEL_NULL)
		return null_operand(run, op, a, b);
	if (op == YZ_OP_ADD || op == YZ_OP_SUB)
		return sum(run, op, a, b);
	if (op == YZ_OP_MUL && is_duration(a.kind) && b.kind == YZ_FEEL_NUMBER)
		return scaled(run, op, a, yz_feel_dec(b));
	if (op == YZ_OP_MUL && is_duration(b.kind) && a.kind == YZ_FEEL_NUMBER)
		return scaled(run, op, b, yz_feel_dec(a));
	if (op == YZ_OP_DIV && is_duration(a.kind) && b.kind == YZ_FEEL_NUMBER)
		return scaled(run, op, a, yz_feel_dec(b));
	if (op == YZ_OP_DIV && is_duration(a.kind) && a.kind == b.kind)
		return ratio(run, a, b);
	return no_operation(run, op, a, b);
}

struct yz_feel_value yz_feel_negate(struct yz_feel_run *run, struct yz_feel_value v)
{
	switch (v.kind) {
	case YZ_FEEL_NUMBER:
		v.flag = !v.flag && (v.lo || v.hi);
		return v;
	case YZ_FEEL_DAYS:
	case YZ_FEEL_MONTHS:
		return duration_of(run, v.kind, -size_of(v));
	case YZ_FEEL_UNKNOWN:
		return yz_feel_unknown_both(run->arena, v, v);
	case YZ_FEEL_NULL:
		return null_operand(run, YZ_OP_SUB, v, v);
	default:
		return yz_feel_raise_s(run, YZ_FEEL_WHY_OPERATION, no_text, YZ_LIT("-"), yz_str(kind_of(v)));
	}
}

/* ---- comparison ---- */

/* b op a for a op b */
static enum yz_feel_opcode turned(enum yz_feel_opcode op)
{
	switch (op) {
	case YZ_OP_LT:
		return YZ_OP_GT;
	case YZ_OP_LE:
		return YZ_OP_GE;
	case YZ_OP_GT:
		return YZ_OP_LT;
	case YZ_OP_GE:
		return YZ_OP_LE;
	default:
		return op;
	}
}

struct yz_feel_value yz_feel_relate(struct yz_feel_run *run, enum yz_feel_opcode op, struct yz_feel_value a,
				    struct yz_feel_value b)
{
	int c;
	bool equal;
	struct yz_feel_value known;
	if (a.kind == YZ_FEEL_UNKNOWN && yz_feel_narrowed(run, op, a, b, &known))
		return known;
	if (b.kind == YZ_FEEL_UNKNOWN && yz_feel_narrowed(run, turned(op), b, a, &known))
		return known;
	if (op == YZ_OP_EQ || op == YZ_OP_NE) {
		struct yz_feel_value r = yz_feel_equal(run, a, b);
		if (r.kind == YZ_FEEL_BOOLEAN)
			r.flag ^= op == YZ_OP_NE;
		if (r.kind != YZ_FEEL_NULL || r.reason)
			return r;
	} else if (a.kind == YZ_FEEL_UNKNOWN || b.kind == YZ_FEEL_UNKNOWN) {
		return yz_feel_unknown_both(run->arena, a, b);
	} else if (a.kind == YZ_FEEL_NULL || b.kind == YZ_FEEL_NULL) {
		return null_operand(run, op, a, b);
	} else if (yz_feel_order(a, b, &c, &equal)) {
		bool less = op == YZ_OP_LT || op == YZ_OP_LE, or_equal = op == YZ_OP_LE || op == YZ_OP_GE;
		return yz_feel_bool(c == 0 ? or_equal && equal : (c < 0) == less);
	}
	return yz_feel_raise_s(run, YZ_FEEL_WHY_COMPARISON, yz_str(kind_of(a)), yz_str(yz_feel_sign(op)),
			       yz_str(kind_of(b)));
}

/* ---- logic ---- */

/* What `decides` (false for and, true for or) does not settle: unknown before null before the other boolean. */
static struct yz_feel_value joined(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b,
				   bool decides, const char *word)
{
	struct yz_feel_value v[2] = {a, b};
	for (int i = 0; i < 2; i++)
		if (v[i].kind == YZ_FEEL_BOOLEAN && v[i].flag == decides)
			return v[i];
	if (a.kind == YZ_FEEL_UNKNOWN || b.kind == YZ_FEEL_UNKNOWN)
		return yz_feel_unknown_both(run->arena, a, b);
	for (int i = 0; i < 2; i++) {
		if (v[i].kind == YZ_FEEL_NULL)
			return v[i];
		if (v[i].kind != YZ_FEEL_BOOLEAN)
			return yz_feel_raise(run, YZ_FEEL_WHY_NOT_BOOLEAN, word, kind_of(v[i]));
	}
	return yz_feel_bool(!decides);
}

struct yz_feel_value yz_feel_and(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b)
{
	return joined(run, a, b, false, "and");
}

struct yz_feel_value yz_feel_or(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b)
{
	return joined(run, a, b, true, "or");
}

struct yz_feel_value yz_feel_not(struct yz_feel_run *run, struct yz_feel_value v)
{
	if (v.kind == YZ_FEEL_BOOLEAN)
		return yz_feel_bool(!v.flag);
	if (v.kind == YZ_FEEL_UNKNOWN || v.kind == YZ_FEEL_NULL)
		return v.kind == YZ_FEEL_NULL ? v : yz_feel_unknown_both(run->arena, v, v);
	return yz_feel_raise(run, YZ_FEEL_WHY_NOT_BOOLEAN, "not", kind_of(v));
}

/* ---- ranges and membership ---- */

struct yz_feel_value yz_feel_make_range(struct yz_feel_run *run, struct yz_feel_value start, struct yz_feel_value end,
					bool start_included, bool end_included, enum yz_feel_range_form form)
{
	int c;
	bool open = start.kind == YZ_FEEL_NULL || end.kind == YZ_FEEL_NULL || start.kind == YZ_FEEL_UNKNOWN ||
		    end.kind == YZ_FEEL_UNKNOWN;
	struct yz_feel_value present = start.kind == YZ_FEEL_NULL || start.kind == YZ_FEEL_UNKNOWN ? end : start;
	/* (= x) and (!= x) need no order. */
	bool ordered = form == YZ_FEEL_EQUALS || form == YZ_FEEL_DIFFERS || yz_feel_compare(present, present, &c) ||
		       present.kind == YZ_FEEL_NULL || present.kind == YZ_FEEL_UNKNOWN;
	if (!ordered || (!open && start.kind != end.kind))
		return yz_feel_raise(run, YZ_FEEL_WHY_RANGE_ENDS, kind_of(start), kind_of(end));
	struct yz_feel_range *r = yz_new(run->arena, struct yz_feel_range);
	*r = (struct yz_feel_range){start, end, start_included, end_included, form};
	return yz_feel_range(r);
}

struct yz_feel_value yz_feel_in_range(struct yz_feel_run *run, struct yz_feel_value v, const struct yz_feel_range *r)
{
	if (r->form == YZ_FEEL_EQUALS)
		return yz_feel_relate(run, YZ_OP_EQ, v, r->start);
	if (r->form == YZ_FEEL_DIFFERS)
		return yz_feel_relate(run, YZ_OP_NE, v, r->start);
	struct yz_feel_value low = yz_feel_bool(true), high = low;
	if (r->form != YZ_FEEL_LESS)
		low = yz_feel_relate(run, r->start_included ? YZ_OP_GE : YZ_OP_GT, v, r->start);
	if (r->form != YZ_FEEL_GREATER && !yz_feel_is_false(low))
		high = yz_feel_relate(run, r->end_included ? YZ_OP_LE : YZ_OP_LT, v, r->end);
	return yz_feel_and(run, low, high);
}

/* One item of a list that v may be in: equal to it, or within it. */
static struct yz_feel_value in_item(struct yz_feel_run *run, struct yz_feel_value v, struct yz_feel_value item)
{
	int c;
	bool equal;
	if (item.kind == YZ_FEEL_RANGE && v.kind != YZ_FEEL_RANGE) {
		/* Of another kind than the range's ends: not in it, and nothing to complain of. */
		struct yz_feel_value end = item.range->start.kind ? item.range->start : item.range->end;
		if (v.kind != YZ_FEEL_UNKNOWN && end.kind != YZ_FEEL_UNKNOWN && !yz_feel_order(v, end, &c, &equal))
			return yz_feel_bool(false);
		return yz_feel_in_range(run, v, item.range);
	}
	struct yz_feel_value same = yz_feel_equal(run, v, item);
	return same.kind == YZ_FEEL_NULL && !same.reason ? yz_feel_bool(false) : same;
}

struct yz_feel_value yz_feel_in(struct yz_feel_run *run, struct yz_feel_value v, struct yz_feel_value what)
{
	if (what.kind == YZ_FEEL_RANGE && v.kind != YZ_FEEL_RANGE)
		return yz_feel_in_range(run, v, what.range);
	if (what.kind != YZ_FEEL_LIST)
		return yz_feel_relate(run, YZ_OP_EQ, v, what);
	struct yz_feel_value any = yz_feel_bool(false);
	if (v.kind == YZ_FEEL_UNKNOWN && yz_feel_narrowed(run, YZ_OP_IN, v, what, &any))
		return any;
	if (v.kind == YZ_FEEL_LIST || v.kind == YZ_FEEL_UNKNOWN)
		any = yz_feel_equal(run, v, what);
	if (any.kind == YZ_FEEL_NULL && !any.reason)
		any = yz_feel_bool(false);
	for (uint32_t i = 0; i < what.aux && !yz_feel_is_true(any); i++) {
		if (!yz_feel_steps(run, 1))
			return (struct yz_feel_value){0};
		any = yz_feel_or(run, any, in_item(run, v, what.items[i]));
	}
	return any;
}

struct yz_feel_value yz_feel_passes(struct yz_feel_run *run, struct yz_feel_value v, struct yz_feel_value test)
{
	if (test.kind == YZ_FEEL_BOOLEAN && v.kind != YZ_FEEL_BOOLEAN && v.kind != YZ_FEEL_UNKNOWN)
		return test;
	if (test.kind == YZ_FEEL_UNKNOWN)
		return yz_feel_unknown_both(run->arena, test, v);
	return yz_feel_in(run, v, test);
}
