/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/machine.h"

#include "feel/fast.h"
#include "feel/time.h"

static const struct yz_str no_text;

/* ---- properties (DMN 1.5, table 64) ---- */

static bool calendar_property(int64_t day, struct yz_str name, struct yz_feel_value *out)
{
	struct yz_date d = yz_date_of(day);
	if (yz_str_eqz(name, "year"))
		*out = yz_feel_int(d.year);
	else if (yz_str_eqz(name, "month"))
		*out = yz_feel_int(d.month);
	else if (yz_str_eqz(name, "day"))
		*out = yz_feel_int(d.day);
	else if (yz_str_eqz(name, "weekday"))
		*out = yz_feel_int(yz_date_weekday(day));
	else
		return false;
	return true;
}

/* Table 66: a second is a decimal in [0..60), with whatever fraction it has. */
static struct yz_feel_value seconds_with(int64_t seconds, int64_t nanos)
{
	struct yz_dec d = {.lo = (uint64_t)(seconds < 0 || nanos < 0 ? -(seconds * 1000000000 + nanos)
								     : seconds * 1000000000 + nanos),
			   .exp = -9,
			   .neg = seconds < 0 || nanos < 0};
	if (!nanos)
		return yz_feel_int(seconds);
	while (d.lo % 10 == 0) {
		d.lo /= 10;
		d.exp++;
	}
	return yz_feel_number(d);
}

static bool clock_property(struct yz_feel_value v, struct yz_str name, struct yz_feel_value *out)
{
	bool time = v.kind == YZ_FEEL_TIME;
	int64_t seconds = time ? v.n / 1000000000 : yz_floor_mod(v.n, YZ_DAY_SECONDS);
	if (yz_str_eqz(name, "hour")) {
		*out = yz_feel_int(seconds / 3600);
	} else if (yz_str_eqz(name, "minute")) {
		*out = yz_feel_int(seconds / 60 % 60);
	} else if (yz_str_eqz(name, "second")) {
		*out = seconds_with(seconds % 60, time ? v.n % 1000000000 : v.aux);
	} else if (yz_str_eqz(name, "time offset")) {
		int offset = time ? yz_zone_offset_standard(v.zone) : yz_zone_offset_local(v.zone, v.n);
		*out = v.zone ? yz_feel_seconds(offset) : (struct yz_feel_value){0};
	} else if (yz_str_eqz(name, "timezone")) {
		*out = yz_zone_named(v.zone) ? yz_feel_string(yz_zone_name(v.zone)) : (struct yz_feel_value){0};
	} else {
		return false;
	}
	return true;
}

static bool duration_property(struct yz_feel_value v, struct yz_str name, struct yz_feel_value *out)
{
	if (v.kind == YZ_FEEL_MONTHS) {
		if (yz_str_eqz(name, "years"))
			*out = yz_feel_int(v.n / 12);
		else if (yz_str_eqz(name, "months"))
			*out = yz_feel_int(v.n % 12);
		else
			return false;
		return true;
	}
	__int128 nanos = yz_feel_nanos_of(v), seconds = nanos / 1000000000;
	if (yz_str_eqz(name, "days"))
		*out = yz_feel_int((int64_t)(seconds / YZ_DAY_SECONDS));
	else if (yz_str_eqz(name, "hours"))
		*out = yz_feel_int((int64_t)(seconds / 3600 % 24));
	else if (yz_str_eqz(name, "minutes"))
		*out = yz_feel_int((int64_t)(seconds / 60 % 60));
	else if (yz_str_eqz(name, "seconds"))
		*out = seconds_with((int64_t)(seconds % 60), (int64_t)(nanos % 1000000000));
	else
		return false;
	return true;
}

static bool range_property(const struct yz_feel_range *r, struct yz_str name, struct yz_feel_value *out)
{
	if (yz_str_eqz(name, "start"))
		*out = r->start;
	else if (yz_str_eqz(name, "end"))
		*out = r->end;
	else if (yz_str_eqz(name, "start included"))
		*out = yz_feel_bool(r->start_included);
	else if (yz_str_eqz(name, "end included"))
		*out = yz_feel_bool(r->end_included);
	else
		return false;
	return true;
}

static bool property(struct yz_feel_value v, struct yz_str name, struct yz_feel_value *out)
{
	switch (v.kind) {
	case YZ_FEEL_DATE:
		return calendar_property(v.n, name, out);
	case YZ_FEEL_DATE_TIME:
		return calendar_property(yz_feel_day_of(v), name, out) || clock_property(v, name, out);
	case YZ_FEEL_TIME:
		return clock_property(v, name, out);
	case YZ_FEEL_DAYS:
	case YZ_FEEL_MONTHS:
		return duration_property(v, name, out);
	case YZ_FEEL_RANGE:
		return range_property(v.range, name, out);
	default:
		return false;
	}
}

/* ---- paths ---- */

static struct yz_feel_value path(struct yz_feel_run *run, struct yz_feel_value v, struct yz_str name, unsigned depth);

static struct yz_feel_value path_of_list(struct yz_feel_run *run, struct yz_feel_value list, struct yz_str name,
					 unsigned depth)
{
	if (depth > YZ_FEEL_DEEPEST || depth > run->limits->depth)
		return yz_feel_raise(run, YZ_FEEL_WHY_DEPTH, NULL, NULL);
	struct yz_feel_value *items = yz_feel_new_items(run, list.aux);
	if (!items)
		return (struct yz_feel_value){.kind = YZ_FEEL_NULL, .reason = run->last_reason};
	uint32_t hint = 0;
	for (uint32_t i = 0; i < list.aux; i++) {
		const struct yz_feel_value *v = &list.items[i], *e = NULL;
		if (v->kind == YZ_FEEL_CONTEXT)
			e = find_alike(v->context, name, &hint);
		if (e)
			copy(&items[i], e);
		else
			items[i] = path(run, *v, name, depth + 1);
	}
	return yz_feel_list(items, list.aux);
}

static struct yz_feel_value path(struct yz_feel_run *run, struct yz_feel_value v, struct yz_str name, unsigned depth)
{
	struct yz_feel_value out;
	switch (v.kind) {
	case YZ_FEEL_CONTEXT: {
		const struct yz_feel_value *e = yz_feel_find(v.context, name);
		return e ? *e : yz_feel_raise_s(run, YZ_FEEL_WHY_NO_ENTRY, name, no_text, no_text);
	}
	case YZ_FEEL_LIST:
		return path_of_list(run, v, name, depth);
	case YZ_FEEL_UNKNOWN:
		return yz_feel_unknown_field(run->arena, v, name);
	case YZ_FEEL_NULL:
		if (v.reason)
			return v;
		return yz_feel_raise(run, YZ_FEEL_WHY_NULL_OPERAND, ".", NULL);
	default:
		if (property(v, name, &out))
			return out;
		return yz_feel_raise_s(run, YZ_FEEL_WHY_NO_PROPERTY,
				       yz_str(yz_feel_kind_name((enum yz_feel_kind)v.kind)), name, no_text);
	}
}

struct yz_feel_value yz_feel_path(struct yz_feel_run *run, struct yz_feel_value v, struct yz_str name)
{
	return path(run, v, name, 0);
}

struct yz_feel_value yz_feel_index(struct yz_feel_run *run, struct yz_feel_value list, struct yz_feel_value n)
{
	int64_t at;
	struct yz_dec d = yz_feel_dec(n);
	if (!yz_dec_is_int(d))
		return yz_feel_raise(run, YZ_FEEL_WHY_BAD_INDEX, NULL, NULL);
	if (yz_dec_to_int(d, &at)) {
		if (at > 0 && at <= (int64_t)list.aux)
			return list.items[at - 1];
		if (at < 0 && at >= -(int64_t)list.aux)
			return list.items[(int64_t)list.aux + at];
	}
	return yz_feel_raise_s(run, YZ_FEEL_WHY_NO_ITEM, yz_feel_text(run->arena, n), no_text, no_text);
}
