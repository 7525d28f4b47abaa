/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/value.h"

#include "feel/fast.h"
#include "feel/time.h"

#include <assert.h>

/* ---- makers ---- */

struct yz_feel_value yz_feel_bool(bool v)
{
	struct yz_feel_value b;
	set_head(&b, YZ_FEEL_BOOLEAN, v, 0);
	b.lo = b.hi = 0;
	return b;
}

struct yz_feel_value yz_feel_int(int64_t v)
{
	return yz_feel_number(yz_dec_int(v));
}

struct yz_feel_value yz_feel_number(struct yz_dec d)
{
	struct yz_feel_value v;
	set_head(&v, YZ_FEEL_NUMBER, d.neg, d.exp);
	v.lo = d.lo;
	v.hi = d.hi;
	return v;
}

struct yz_feel_value yz_feel_string(struct yz_str s)
{
	return (struct yz_feel_value){.kind = YZ_FEEL_STRING, .ptr = s.ptr ? s.ptr : "", .len = s.len};
}

struct yz_feel_value yz_feel_list(const struct yz_feel_value *items, size_t n)
{
	assert(n <= UINT32_MAX);
	return (struct yz_feel_value){.kind = YZ_FEEL_LIST, .aux = (uint32_t)n, .items = items};
}

struct yz_feel_value yz_feel_range(const struct yz_feel_range *r)
{
	return (struct yz_feel_value){.kind = YZ_FEEL_RANGE, .range = r};
}

struct yz_feel_value yz_feel_day(int64_t day)
{
	return (struct yz_feel_value){.kind = YZ_FEEL_DATE, .n = day};
}

struct yz_feel_value yz_feel_instant(int64_t micros, int offset)
{
	int64_t seconds = micros / 1000000, rest = micros % 1000000;
	if (rest < 0) {
		rest += 1000000;
		seconds--;
	}
	return (struct yz_feel_value){.kind = YZ_FEEL_DATE_TIME,
				      .aux = (uint32_t)rest * 1000,
				      .n = seconds + offset,
				      .zone = yz_zone_fixed(offset)};
}

struct yz_feel_value yz_feel_months(int64_t months)
{
	return (struct yz_feel_value){.kind = YZ_FEEL_MONTHS, .n = months};
}

struct yz_feel_value yz_feel_nanos(__int128 ns)
{
	return (struct yz_feel_value){
		.kind = YZ_FEEL_DAYS, .lo = (uint64_t)ns, .hi = (uint64_t)((unsigned __int128)ns >> 64)};
}

struct yz_feel_value yz_feel_seconds(int64_t seconds)
{
	return yz_feel_nanos((__int128)seconds * 1000000000);
}

/* ---- contexts ---- */

enum { INDEXED_FROM = 9 };

static size_t index_size(size_t n)
{
	size_t size = 16;
	while (size < 2 * n)
		size *= 2;
	return size;
}

struct yz_feel_value yz_feel_context(struct yz_arena *a, const struct yz_feel_entry *entries, size_t n)
{
	assert(n < UINT32_MAX);
	struct yz_feel_context *c = yz_new(a, struct yz_feel_context);
	*c = (struct yz_feel_context){entries, (uint32_t)n, 0, NULL};
	if (n >= INDEXED_FROM) {
		size_t size = index_size(n);
		uint32_t *slots = yz_new_n(a, size, uint32_t);
		for (size_t k = 0; k < n; k++) {
			size_t i = yz_str_hash(entries[k].key) & (size - 1);
			while (slots[i])
				i = (i + 1) & (size - 1);
			slots[i] = (uint32_t)k + 1;
		}
		c->mask = (uint32_t)size - 1;
		c->slots = slots;
	}
	return (struct yz_feel_value){.kind = YZ_FEEL_CONTEXT, .context = c};
}

const struct yz_feel_value *yz_feel_find(const struct yz_feel_context *c, struct yz_str key)
{
	if (c->slots) {
		for (size_t i = yz_str_hash(key) & c->mask; c->slots[i]; i = (i + 1) & c->mask) {
			const struct yz_feel_entry *e = &c->entries[c->slots[i] - 1];
			if (yz_str_eq(e->key, key))
				return &e->value;
		}
		return NULL;
	}
	for (uint32_t i = 0; i < c->len; i++)
		if (yz_str_eq(c->entries[i].key, key))
			return &c->entries[i].value;
	return NULL;
}

/* ---- takers ---- */

bool yz_feel_is_true(struct yz_feel_value v)
{
	return v.kind == YZ_FEEL_BOOLEAN && v.flag;
}

bool yz_feel_is_false(struct yz_feel_value v)
{
	return v.kind == YZ_FEEL_BOOLEAN && !v.flag;
}

struct yz_dec yz_feel_dec(struct yz_feel_value v)
{
	assert(v.kind == YZ_FEEL_NUMBER);
	return (struct yz_dec){v.lo, v.hi, v.exp, v.flag};
}

struct yz_str yz_feel_str(struct yz_feel_value v)
{
	assert(v.kind == YZ_FEEL_STRING);
	return yz_str_n(v.ptr, v.len);
}

size_t yz_feel_len(struct yz_feel_value v)
{
	assert(v.kind == YZ_FEEL_LIST || v.kind == YZ_FEEL_CONTEXT);
	return v.kind == YZ_FEEL_LIST ? v.aux : v.context->len;
}

struct yz_feel_value yz_feel_at(struct yz_feel_value list, size_t i)
{
	assert(list.kind == YZ_FEEL_LIST && i < list.aux);
	return list.items[i];
}

const struct yz_feel_entry *yz_feel_entries(struct yz_feel_value context)
{
	assert(context.kind == YZ_FEEL_CONTEXT);
	return context.context->entries;
}

const struct yz_feel_value *yz_feel_get(struct yz_feel_value context, struct yz_str key)
{
	assert(context.kind == YZ_FEEL_CONTEXT);
	return yz_feel_find(context.context, key);
}

int64_t yz_feel_day_of(struct yz_feel_value v)
{
	assert(v.kind == YZ_FEEL_DATE || v.kind == YZ_FEEL_DATE_TIME);
	return v.kind == YZ_FEEL_DATE ? v.n : yz_floor_div(v.n, YZ_DAY_SECONDS);
}

bool yz_feel_instant_of(struct yz_feel_value v, int offset, int64_t *micros)
{
	assert(v.kind == YZ_FEEL_DATE || v.kind == YZ_FEEL_DATE_TIME);
	int64_t seconds = v.n, us;
	if (v.kind == YZ_FEEL_DATE)
		seconds = v.n * YZ_DAY_SECONDS - offset;
	else
		seconds -= v.zone ? yz_zone_offset_local(v.zone, v.n) : offset;
	if (__builtin_mul_overflow(seconds, (int64_t)1000000, &us) ||
	    __builtin_add_overflow(us, v.kind == YZ_FEEL_DATE ? 0 : (int64_t)v.aux / 1000, &us))
		return false;
	*micros = us;
	return true;
}

const char *yz_feel_kind_name(enum yz_feel_kind kind)
{
	static const char *const names[] = {
		[YZ_FEEL_NULL] = "Null",
		[YZ_FEEL_BOOLEAN] = "boolean",
		[YZ_FEEL_NUMBER] = "number",
		[YZ_FEEL_STRING] = "string",
		[YZ_FEEL_DATE] = "date",
		[YZ_FEEL_TIME] = "time",
		[YZ_FEEL_DATE_TIME] = "date and time",
		[YZ_FEEL_DAYS] = "days and time duration",
		[YZ_FEEL_MONTHS] = "years and months duration",
		[YZ_FEEL_LIST] = "list",
		[YZ_FEEL_RANGE] = "range",
		[YZ_FEEL_CONTEXT] = "context",
		[YZ_FEEL_FUNCTION] = "function",
		[YZ_FEEL_UNKNOWN] = "unknown",
		[YZ_FEEL_ANY] = "Any",
	};
	assert(kind <= YZ_FEEL_ANY);
	return names[kind];
}

/* ---- unknown ---- */

static struct yz_feel_value unknown_of(const struct yz_feel_deps *deps)
{
	return (struct yz_feel_value){.kind = YZ_FEEL_UNKNOWN, .deps = deps};
}

struct yz_feel_value yz_feel_unknown(struct yz_arena *a, struct yz_str fact)
{
	return yz_feel_unknown_of(a, fact, NULL);
}

struct yz_feel_value yz_feel_unknown_of(struct yz_arena *a, struct yz_str fact, const struct yz_feel_type *t)
{
	struct yz_str *name = yz_new(a, struct yz_str);
	*name = yz_str_dup(a, fact);
	struct yz_feel_deps *deps = yz_new(a, struct yz_feel_deps);
	*deps = (struct yz_feel_deps){name, 1, true, t};
	return unknown_of(deps);
}

const struct yz_feel_type *yz_feel_unknown_type(struct yz_feel_value v)
{
	return v.kind == YZ_FEEL_UNKNOWN && v.deps->whole ? v.deps->type : NULL;
}

struct yz_feel_value yz_feel_unknown_field(struct yz_arena *a, struct yz_feel_value v, struct yz_str field)
{
	if (!v.deps->whole)
		return v;
	struct yz_str base = v.deps->names[0];
	const struct yz_feel_type *t = v.deps->type, *inner = NULL;
	for (size_t i = 0; t && t->kind == YZ_FEEL_CONTEXT && i < t->nfields; i++)
		if (yz_str_eq(t->fields[i].name, field))
			inner = t->fields[i].type;
	return yz_feel_unknown_of(a, yz_str_printf(a, "%.*s.%.*s", YZ_P(base), YZ_P(field)), inner);
}

struct yz_feel_value yz_feel_unknown_both(struct yz_arena *a, struct yz_feel_value x, struct yz_feel_value y)
{
	bool ux = x.kind == YZ_FEEL_UNKNOWN, uy = y.kind == YZ_FEEL_UNKNOWN;
	assert(ux || uy);
	if (!ux || !uy || x.deps == y.deps) {
		struct yz_feel_value one = ux ? x : y;
		if (!one.deps->whole)
			return one;
		struct yz_feel_deps *part = yz_new(a, struct yz_feel_deps);
		*part = (struct yz_feel_deps){.names = one.deps->names, .len = one.deps->len};
		return unknown_of(part);
	}
	struct yz_feel_deps *both = yz_new(a, struct yz_feel_deps);
	struct yz_str *names = yz_new_n(a, x.deps->len + y.deps->len, struct yz_str);
	size_t i = 0, j = 0, n = 0;
	while (i < x.deps->len || j < y.deps->len) {
		int c = i == x.deps->len ? 1 : j == y.deps->len ? -1 : yz_str_cmp(x.deps->names[i], y.deps->names[j]);
		names[n++] = c <= 0 ? x.deps->names[i] : y.deps->names[j];
		i += c <= 0;
		j += c >= 0;
	}
	*both = (struct yz_feel_deps){names, n, false};
	return unknown_of(both);
}

const struct yz_str *yz_feel_depends_on(struct yz_feel_value v, size_t *n)
{
	*n = v.kind == YZ_FEEL_UNKNOWN ? v.deps->len : 0;
	return *n ? v.deps->names : NULL;
}

/* Lists and contexts share parts, so the same one is looked into once only: as a tree they can be of any size. */
struct sight {
	const void *p; /* NULL is free */
	size_t n;      /* two lists may begin alike */
};

struct gathering {
	struct yz_arena *arena;
	struct yz_feel_value sum;
	struct sight *seen; /* open addressing */
	size_t nseen, size;
};

/* True the first time. */
static bool place(struct gathering *g, struct sight s)
{
	size_t i = ((uintptr_t)s.p + s.n * 8) * 0x9E3779B97F4A7C15u >> 20 & (g->size - 1);
	while (g->seen[i].p && (g->seen[i].p != s.p || g->seen[i].n != s.n))
		i = (i + 1) & (g->size - 1);
	bool first = !g->seen[i].p;
	g->nseen += first;
	g->seen[i] = s;
	return first;
}

static bool first_sight(struct gathering *g, const void *p, size_t n)
{
	if (g->nseen * 2 >= g->size) {
		struct sight *old = g->seen;
		size_t size = g->size;
		g->size = size ? size * 2 : 64;
		g->seen = yz_new_n(g->arena, g->size, struct sight);
		g->nseen = 0;
		for (size_t i = 0; i < size; i++)
			if (old[i].p)
				place(g, old[i]);
	}
	return place(g, (struct sight){p, n});
}

/* Adds what v depends on to the sum. */
static void gather(struct gathering *g, struct yz_feel_value v, unsigned depth)
{
	if (depth > YZ_FEEL_DEEPEST)
		return;
	switch (v.kind) {
	case YZ_FEEL_UNKNOWN:
		g->sum = yz_feel_unknown_both(g->arena, v, g->sum);
		break;
	case YZ_FEEL_LIST:
		if (v.aux && (!depth || first_sight(g, v.items, v.aux)))
			for (uint32_t i = 0; i < v.aux; i++)
				gather(g, v.items[i], depth + 1);
		break;
	case YZ_FEEL_CONTEXT:
		if (!depth || first_sight(g, v.context, 0))
			for (uint32_t i = 0; i < v.context->len; i++)
				gather(g, v.context->entries[i].value, depth + 1);
		break;
	case YZ_FEEL_RANGE:
		gather(g, v.range->start, depth + 1);
		gather(g, v.range->end, depth + 1);
		break;
	default:
		break;
	}
}

bool yz_feel_has_unknown(struct yz_arena *a, struct yz_feel_value v, struct yz_feel_value *out)
{
	struct gathering g = {.arena = a};
	gather(&g, v, 0);
	if (g.sum.kind != YZ_FEEL_UNKNOWN)
		return false;
	*out = g.sum;
	return true;
}
