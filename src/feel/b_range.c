/* Range built-ins (DMN 1.5, 10.3.4.8): Allen's relations between points and ranges.
 *
 * Every answer is made from comparisons of ends.  An end open to infinity
 * belongs to no relation: it makes the result null.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/builtin.h"

#include "feel/machine.h"

#define DEFINE(ident)                                                                                                  \
	struct yz_feel_value yz_feel_b_##ident(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n)

/* A point is the range from itself to itself. */
struct span {
	struct yz_feel_value start, end;
	bool si, ei, range;
};

struct pair {
	struct span a, b;
	bool failed; /* two ends have no order */
};

static struct span span_of(struct yz_feel_value v)
{
	if (v.kind != YZ_FEEL_RANGE)
		return (struct span){v, v, true, true, false};
	const struct yz_feel_range *r = v.range;
	return (struct span){r->start, r->end, r->start_included, r->end_included, true};
}

static int cmp(struct pair *p, struct yz_feel_value x, struct yz_feel_value y)
{
	int c = 0;
	if (!yz_feel_compare(x, y, &c))
		p->failed = true;
	return c;
}

static struct yz_feel_value answer(struct yz_feel_run *run, const struct pair *p, bool yes, const char *function)
{
	return p->failed ? yz_feel_raise(run, YZ_FEEL_WHY_NO_RESULT, function, NULL) : yz_feel_bool(yes);
}

static struct pair pair_of(struct yz_feel_value a, struct yz_feel_value b)
{
	return (struct pair){span_of(a), span_of(b), false};
}

static struct yz_feel_value wrong_shape(struct yz_feel_run *run, const char *function)
{
	return yz_feel_raise(run, YZ_FEEL_WHY_ARGUMENTS, function, NULL);
}

static struct yz_feel_value before(struct yz_feel_run *run, struct yz_feel_value x, struct yz_feel_value y,
				   const char *function)
{
	struct pair p = pair_of(x, y);
	int c = cmp(&p, p.a.end, p.b.start);
	bool touching = p.a.range || p.b.range;
	return answer(run, &p, c < 0 || (c == 0 && touching && !(p.a.ei && p.b.si)), function);
}

DEFINE(before)
{
	return before(run, args[0], args[1], "before");
}

DEFINE(after)
{
	return before(run, args[1], args[0], "after");
}

static struct yz_feel_value meets(struct yz_feel_run *run, struct yz_feel_value x, struct yz_feel_value y,
				  const char *function)
{
	struct pair p = pair_of(x, y);
	if (!p.a.range || !p.b.range)
		return wrong_shape(run, function);
	int c = cmp(&p, p.a.end, p.b.start);
	return answer(run, &p, c == 0 && p.a.ei && p.b.si, function);
}

DEFINE(meets)
{
	return meets(run, args[0], args[1], "meets");
}

DEFINE(met_by)
{
	return meets(run, args[1], args[0], "met by");
}

DEFINE(overlaps)
{
	struct pair p = pair_of(args[0], args[1]);
	if (!p.a.range || !p.b.range)
		return wrong_shape(run, "overlaps");
	int high = cmp(&p, p.a.end, p.b.start), low = cmp(&p, p.a.start, p.b.end);
	bool yes = (high > 0 || (high == 0 && p.a.ei && p.b.si)) && (low < 0 || (low == 0 && p.a.si && p.b.ei));
	return answer(run, &p, yes, "overlaps");
}

static struct yz_feel_value overlaps_before(struct yz_feel_run *run, struct yz_feel_value x, struct yz_feel_value y,
					    const char *function)
{
	struct pair p = pair_of(x, y);
	if (!p.a.range || !p.b.range)
		return wrong_shape(run, function);
	int starts = cmp(&p, p.a.start, p.b.start), inner = cmp(&p, p.a.end, p.b.start),
	    ends = cmp(&p, p.a.end, p.b.end);
	bool yes = (starts < 0 || (starts == 0 && p.a.si && !p.b.si)) &&
		   (inner > 0 || (inner == 0 && p.a.ei && p.b.si)) && (ends < 0 || (ends == 0 && (!p.a.ei || p.b.ei)));
	return answer(run, &p, yes, function);
}

DEFINE(overlaps_before)
{
	return overlaps_before(run, args[0], args[1], "overlaps before");
}

DEFINE(overlaps_after)
{
	return overlaps_before(run, args[1], args[0], "overlaps after");
}

static struct yz_feel_value finishes(struct yz_feel_run *run, struct yz_feel_value x, struct yz_feel_value y,
				     const char *function)
{
	struct pair p = pair_of(x, y);
	if (!p.b.range)
		return wrong_shape(run, function);
	int ends = cmp(&p, p.a.end, p.b.end);
	if (!p.a.range)
		return answer(run, &p, p.b.ei && ends == 0, function);
	int starts = cmp(&p, p.a.start, p.b.start);
	bool yes = ends == 0 && p.a.ei == p.b.ei && (starts > 0 || (starts == 0 && (!p.a.si || p.b.si)));
	return answer(run, &p, yes, function);
}

DEFINE(finishes)
{
	return finishes(run, args[0], args[1], "finishes");
}

DEFINE(finished_by)
{
	return finishes(run, args[1], args[0], "finished by");
}

static struct yz_feel_value includes(struct yz_feel_run *run, struct yz_feel_value x, struct yz_feel_value y,
				     const char *function)
{
	struct pair p = pair_of(x, y);
	if (!p.a.range)
		return wrong_shape(run, function);
	int starts = cmp(&p, p.a.start, p.b.start), ends = cmp(&p, p.a.end, p.b.end);
	bool yes = (starts < 0 || (starts == 0 && (p.a.si || !p.b.si))) &&
		   (ends > 0 || (ends == 0 && (p.a.ei || !p.b.ei)));
	return answer(run, &p, yes, function);
}

DEFINE(includes)
{
	return includes(run, args[0], args[1], "includes");
}

DEFINE(during)
{
	return includes(run, args[1], args[0], "during");
}

static struct yz_feel_value starts(struct yz_feel_run *run, struct yz_feel_value x, struct yz_feel_value y,
				   const char *function)
{
	struct pair p = pair_of(x, y);
	if (!p.b.range)
		return wrong_shape(run, function);
	int starts = cmp(&p, p.a.start, p.b.start);
	if (!p.a.range)
		return answer(run, &p, p.b.si && starts == 0, function);
	int ends = cmp(&p, p.a.end, p.b.end);
	bool yes = starts == 0 && p.a.si == p.b.si && (ends < 0 || (ends == 0 && (!p.a.ei || p.b.ei)));
	return answer(run, &p, yes, function);
}

DEFINE(starts)
{
	return starts(run, args[0], args[1], "starts");
}

DEFINE(started_by)
{
	return starts(run, args[1], args[0], "started by");
}

DEFINE(coincides)
{
	struct pair p = pair_of(args[0], args[1]);
	if (p.a.range != p.b.range)
		return wrong_shape(run, "coincides");
	int starts = cmp(&p, p.a.start, p.b.start), ends = cmp(&p, p.a.end, p.b.end);
	return answer(run, &p, !starts && !ends && p.a.si == p.b.si && p.a.ei == p.b.ei, "coincides");
}
