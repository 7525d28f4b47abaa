/* One clock for many: the longest chain of promised limits.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/joint_row.h"

#include "gov/site.h"

static bool counts(const struct yz_joint_part *p)
{
	return p->state != YZ_JOINT_dropped && p->state != YZ_JOINT_failed;
}

/* The promise, else the law's own limit, else that of 行政许可法 42. */
static void limit_of(const struct yz_version *v, int32_t *n, enum yz_unit *unit)
{
	const struct yz_item_limit *l = v->promised.given ? &v->promised : &v->legal;
	*n = l->given ? l->n : v->joint ? 45 : 20;
	*unit = l->given ? l->unit : YZ_WORKING_DAYS;
}

struct reckoning {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	struct yz_joint *j;
	const struct yz_calendar *calendar;
};

/* The part's start is the end of the last before it.  A limit in days does not count the day it begins on, so that what
 * begins at a day's 24:00 begins on that day. */
static bool reckon(struct reckoning *w, size_t i, int deep, struct yz_err *err)
{
	struct yz_joint_part *p = &w->j->parts[i];
	struct yz_clock k;
	if (p->due || deep > YZ_JOINT_PARTS)
		return true;
	yz_instant from = w->j->submitted;
	for (size_t b = 0; b < w->j->nparts; b++)
		if ((p->after & 1u << b) && counts(&w->j->parts[b])) {
			if (!reckon(w, b, deep + 1, err))
				return false;
			from = w->j->parts[b].due > from ? w->j->parts[b].due : from;
		}
	const struct yz_version *v = yz_version_of(w->site, w->conn, w->a, p->item, err);
	if (!v)
		return false;
	limit_of(v, &p->limit, &p->unit);
	yz_instant at = from > w->j->submitted ? from - 1 : from;
	if (!yz_clock_start(&k, p->limit, p->unit, at, err))
		return yz_fail_in(err, "part %lld of %.*s", (long long)p->nth, YZ_P(w->j->no));
	struct yz_clock_state s = yz_clock_at(&k, w->calendar, NULL, at);
	p->from = from;
	p->due = s.due;
	if (s.provisional && (!w->j->provisional || s.provisional < w->j->provisional))
		w->j->provisional = s.provisional;
	return true;
}

/* Backwards from the last: of those it waits for, the one it begins with the end of. */
static void mark(struct yz_joint *j)
{
	size_t at = SIZE_MAX;
	for (size_t i = 0; i < j->nparts; i++)
		if (counts(&j->parts[i]) && (at == SIZE_MAX || j->parts[i].due > j->parts[at].due))
			at = i;
	j->due = at == SIZE_MAX ? 0 : j->parts[at].due;
	for (size_t turns = 0; at != SIZE_MAX && turns < j->nparts; turns++) {
		struct yz_joint_part *p = &j->parts[at];
		p->critical = true;
		at = SIZE_MAX;
		for (size_t b = 0; b < j->nparts && at == SIZE_MAX; b++)
			if ((p->after & 1u << b) && counts(&j->parts[b]) && j->parts[b].due == p->from)
				at = b;
	}
}

/* Time that the law does not count stands still on the case's own clock; so the whole is as late as its cases are. */
static enum yz_light worst(const struct yz_joint *j)
{
	static const enum yz_light order[] = {YZ_LIGHT_LATE, YZ_LIGHT_WARN, YZ_LIGHT_OK, YZ_LIGHT_STOPPED};
	for (size_t o = 0; o < sizeof order / sizeof *order; o++)
		for (size_t i = 0; i < j->nparts; i++)
			if (j->parts[i].state == YZ_JOINT_submitted && j->parts[i].light == order[o])
				return order[o];
	return YZ_LIGHT_NONE;
}

bool yz_joint_reckon(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_joint *j, struct yz_err *err)
{
	if (!j->submitted)
		return true;
	struct reckoning w = {site, conn, a, j, yz_site_calendar(site)};
	bool good = true;
	for (size_t i = 0; good && i < j->nparts; i++)
		good = !counts(&j->parts[i]) || reckon(&w, i, 0, err);
	yz_site_calendar_release(site, w.calendar);
	mark(j);
	j->light = worst(j);
	return good;
}
