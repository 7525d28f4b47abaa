/* tests/unit/gov/year_rules.h - what supervision ought to find in a plan: each published rule once more, in plain words of C.
 *
 * Read from the plan alone: no monitor's text, no FEEL, no clock of the house is asked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_GOV_YEAR_RULES_H
#define YZ_TESTS_GOV_YEAR_RULES_H

#include "tests/unit/gov/year_plan.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define FOREVER INT64_MAX

/* One card: of which plan, by which rule, of which level, when. */
struct finding {
	size_t one;
	const char *monitor, *level, *org;
	yz_instant at;
};
struct findings {
	struct finding *at;
	size_t n, cap;
};

static inline void finds(struct findings *o, size_t one, const char *org, const char *monitor, const char *level, yz_instant at)
{
	if (o->n == o->cap) {
		o->cap = o->cap ? 2 * o->cap : 1024;
		o->at = realloc(o->at, o->cap * sizeof *o->at);
		assert(o->at);
	}
	o->at[o->n++] = (struct finding){one, monitor, level, org, at};
}

struct promise {
	struct limit limit;
	yz_instant from, until; /* the house knew of it from then, and it was kept or broken then */
	const char *monitor, *warn, *level; /* warn NULL: nothing comes of the warning */
	/* Of a step: the whole's due instants; nothing is said of a step that ends no earlier than the whole. */
	yz_instant whole[2];
};

static inline bool silent(const struct promise *k, yz_instant due)
{
	return (k->whole[0] && k->whole[0] <= due) || (k->whole[1] && k->whole[1] <= due);
}

/* From `from` to `until`; who acts at the very instant is in time.  A look that comes late finds what is due by then. */
static inline void watched(struct findings *o, size_t one, const char *org, const struct promise *k, bool stopped, yz_instant from,
			   yz_instant until, int *said)
{
	yz_instant due = due_of(&k->limit, stopped), warn = warn_of(&k->limit, stopped);
	yz_instant yellow = warn > from ? warn : from, red = due > from ? due : from;
	bool quiet = silent(k, due);
	if (*said < 1 && yellow < until && yellow < due) {
		*said = 1;
		if (k->warn && !quiet)
			finds(o, one, org, k->monitor, k->warn, yellow);
	}
	if (*said < 2 && red < until) {
		*said = 2;
		if (!quiet)
			finds(o, one, org, k->monitor, k->level, red);
	}
}

static inline void keeps(struct findings *o, size_t one, const char *org, const struct promise *k)
{
	int said = 0;
	const struct limit *l = &k->limit;
	bool stops = l->stop && l->stop < k->until;
	watched(o, one, org, k, false, k->from, stops ? l->stop : k->until, &said);
	if (stops && l->resume < k->until)
		watched(o, one, org, k, true, l->resume, k->until, &said);
}

/* ---- words ---- */

static inline size_t letters_of(const char *s)
{
	size_t n = 0;
	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static inline bool names_an_article(const char *s)
{
	const char *from = strstr(s, "第");
	return from && strstr(from, "条");
}

static inline bool same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

/* ---- of single deeds ---- */

static inline const struct deed *next_of(const struct planned *p, int i, uint64_t acts)
{
	for (i++; i < p->n; i++)
		if (p->deeds[i].what < YZ_ACTS && acts >> p->deeds[i].what & 1)
			return &p->deeds[i];
	return NULL;
}
#define AN(act) (UINT64_C(1) << YZ_ACT_##act)
#define ENDS (AN(grant) | AN(deny) | AN(refuse) | AN(withdraw))

static inline bool before(const struct planned *p, int i, int what, const char *special)
{
	while (i-- > 0)
		if (p->deeds[i].what == what && (!special || same(p->deeds[i].special, special)))
			return true;
	return false;
}

static inline int corrections(const struct planned *p, int i)
{
	int n = 0;
	for (; i >= 0; i--)
		n += p->deeds[i].what == YZ_ACT_correct;
	return n;
}

/* Archives want the card, and what an agent or a relative needs besides; the registers hold the card. */
static inline void asked_for(struct findings *o, size_t one, const struct planned *p, const struct deed *x)
{
	if (strstr(x->items, "house-deed"))
		finds(o, one, p->org, "material-unlisted", "yellow", x->entered);
	if (strstr(x->items, "id-card"))
		finds(o, one, p->org, "material-held", "yellow", x->entered);
}

static inline void took(struct findings *o, size_t one, const struct planned *p, const struct deed *x)
{
	static const struct {
		const char *name;
		int yuan;
	} published[] = {{"不动产登记费（住宅）", 80}, {"不动产登记费（非住宅）", 550}};
	const struct price *f = x->fee;
	for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
		if (!same(f->name, published[i].name))
			continue;
		if (atoi(f->price) != published[i].yuan || f->amount != INT64_C(100) * atoi(f->price) * atoi(f->quantity))
			finds(o, one, p->org, "fee-differs", "red", x->entered);
		return;
	}
	finds(o, one, p->org, "fee-unpublished", "red", x->entered);
}

static inline void special(struct findings *o, size_t one, const struct planned *p, int i)
{
	const struct deed *x = &p->deeds[i], *over = next_of(p, i, AN(resume) | ENDS);
	bool heard = same(x->special, "听证");
	struct promise k = {.limit = {.from = x->entered, .n = heard ? 20 : x->days}, .from = x->entered, .until = over ? over->entered : FOREVER,
			    .monitor = heard ? "hearing-late" : "special-long", .warn = "notice", .level = "yellow"};
	keeps(o, one, p->org, &k);
}

static inline void rating(struct findings *o, size_t one, const struct planned *p, int i)
{
	const struct deed *x = &p->deeds[i], *told = next_of(p, i, AN(answer_rating)), *mended = next_of(p, i, AN(mend_rating));
	if (x->level > 2)
		return;
	keeps(o, one, p->org,
	      &(struct promise){.limit = {.from = x->at, .n = 1}, .from = x->at, .until = told ? told->at : FOREVER, .monitor = "rating-contact",
				.level = "yellow"});
	keeps(o, one, p->org,
	      &(struct promise){.limit = {.from = x->at, .n = 15}, .from = x->at, .until = mended ? mended->at : FOREVER, .monitor = "rating-mend",
				.warn = "notice", .level = "red"});
}

static inline void done(struct findings *o, size_t one, const struct planned *p, int i)
{
	const struct deed *x = &p->deeds[i];
	uint64_t act = x->what < YZ_ACTS ? UINT64_C(1) << x->what : 0;
	if (x->what == CHARGE)
		took(o, one, p, x);
	if (act & (AN(accept) | AN(refuse) | AN(correct) | AN(stop) | AN(resume) | AN(grant) | AN(deny) | AN(deliver)) &&
	    working_between(day_of(x->at), day_of(x->entered)) > 1)
		finds(o, one, p->org, "entered-late", "yellow", x->entered);
	if (*x->overrule && letters_of(x->overrule) < 8)
		finds(o, one, p->org, "overrule-unreasoned", "yellow", x->entered);
	if (act & (AN(refuse) | AN(deny)) && (letters_of(x->reason) < 10 || !names_an_article(x->basis)))
		finds(o, one, p->org, "refuse-unreasoned", "red", x->entered);
	if (act & (AN(grant) | AN(deny))) {
		if (!p->hours && !before(p, i, YZ_ACT_accept, NULL) && p->way == REPORTED)
			finds(o, one, p->org, "step-skipped", "red", x->entered);
		if (same(p->item, "entertainment-venue") && !before(p, i, YZ_ACT_stop, "听证"))
			finds(o, one, p->org, "hearing-missed", "red", x->entered);
	}
	if (act & AN(correct)) {
		if (corrections(p, i) > 1)
			finds(o, one, p->org, "notices-many", "yellow", x->entered);
		asked_for(o, one, p, x);
	}
	if (act & AN(stop))
		special(o, one, p, i);
	if (act & AN(rate))
		rating(o, one, p, i);
}

/* ---- reported cases ---- */

static inline yz_instant heard_of(const struct deed *x)
{
	return x ? x->entered : FOREVER;
}

static inline void answered(struct findings *o, size_t one, const struct planned *p, int i)
{
	const struct deed *x = &p->deeds[i];
	struct promise k = {.limit = {.from = x->at, .n = 5}, .from = x->entered,
			    .until = heard_of(next_of(p, i, AN(accept) | AN(correct) | ENDS)), .monitor = p->whole ? "accept-missed" : "notice-missed",
			    .warn = p->whole ? "yellow" : "notice", .level = p->whole ? "red" : "yellow"};
	keeps(o, one, p->org, &k);
}

static inline void decided(struct findings *o, size_t one, const struct planned *p, int i)
{
	const struct deed *x = &p->deeds[i], *stop = next_of(p, i, AN(stop)), *resume = next_of(p, i, AN(resume));
	struct limit l = {.from = x->at, .n = p->hours ? p->hours : same(p->item, "entertainment-venue") ? VENUE_DAYS : 0, .hours = p->hours != 0,
			  .stop = stop ? stop->at : 0, .resume = resume ? resume->at : 0};
	struct promise k = {.limit = l, .from = x->entered, .until = heard_of(next_of(p, i, ENDS)), .monitor = "whole-late", .warn = "yellow",
			    .level = "red"};
	keeps(o, one, p->org, &k);
}

static inline void reported(struct findings *o, size_t one, const struct planned *p)
{
	for (int i = 0; i < p->n; i++) {
		int what = p->deeds[i].what;
		if (what == YZ_ACT_accept || (what == YZ_ACT_submit && p->hours))
			decided(o, one, p, i);
		else if (what == YZ_ACT_submit || what == YZ_ACT_supply)
			answered(o, one, p, i);
		done(o, one, p, i);
	}
}

/* ---- handled cases: accepted, the town, the county, decided, delivered ---- */

static inline void step(struct findings *o, size_t one, const char *org, yz_instant from, yz_instant until, int days, bool up,
			const yz_instant *whole)
{
	struct promise k = {.limit = {.from = from, .n = days}, .from = from, .until = until, .monitor = up ? "forward-late" : "step-late",
			    .warn = up ? "notice" : "yellow", .level = up ? "yellow" : "red"};
	if (whole && !up)
		memcpy(k.whole, whole, sizeof k.whole);
	keeps(o, one, org, &k);
}

static inline void in_house(struct findings *o, size_t one, const struct planned *p)
{
	enum { PROMISED = 8, LEGAL = 20, ANSWER = 5, DELIVERY = 10 };
	yz_instant s = p->deeds[0].at, lawful = days_after(s, ANSWER);
	bool deemed = p->deeds[1].what != YZ_ACT_accept;
	const struct deed *x = &p->deeds[deemed ? 1 : 2];
	yz_instant from = deemed ? lawful : p->deeds[1].at, since = deemed ? s : from;
	/* At its last instant the answer has not come, and the law accepts. */
	keeps(o, one, p->org,
	      &(struct promise){.limit = {.from = s, .n = ANSWER}, .from = s, .until = deemed ? FOREVER : from, .monitor = "accept-missed",
				.warn = "yellow", .level = "red"});
	step(o, one, p->org, s, from, 1, false, NULL);
	const yz_instant whole[2] = {days_after(since, PROMISED), days_after(since, LEGAL)};
	for (int i = 0; i < 2; i++) {
		size_t n = o->n;
		keeps(o, one, p->org,
		      &(struct promise){.limit = {.from = since, .n = i ? LEGAL : PROMISED}, .from = from, .until = x[2].at,
					.monitor = "whole-late", .warn = "yellow", .level = "red"});
		/* On whoever holds the case at that instant. */
		for (; n < o->n; n++)
			o->at[n].org = o->at[n].at < x[0].at ? "hedong" : p->org;
	}
	for (int i = 0; i < STEPS; i++) {
		step(o, one, i ? p->org : "hedong", from, x[i].at, steps[i].days, i == 0, i < 3 ? whole : NULL);
		if (i == 3)
			keeps(o, one, p->org,
			      &(struct promise){.limit = {.from = from, .n = DELIVERY}, .from = from, .until = x[i].at, .monitor = "deliver-late",
						.warn = "yellow", .level = "red"});
		from = x[i].at;
	}
	for (int i = 0; i < p->n; i++)
		done(o, one, p, i);
}

static inline void beside(struct findings *o, size_t one, const struct planned *p)
{
	enum { LOOKS_MOST = 50 };
	const struct deed *x = &p->deeds[0];
	if (p->way == LETTER)
		keeps(o, one, p->org,
		      &(struct promise){.limit = {.from = x->at, .n = 5}, .from = x->at, .until = p->n > 1 ? p->deeds[1].at : FOREVER,
					.monitor = "letter-unanswered", .warn = "yellow", .level = "red"});
	else if (p->looks > LOOKS_MOST)
		finds(o, one, p->org, "pull-many", "notice", x->at);
}

static inline void found_in(struct findings *o, size_t one, const struct planned *p)
{
	if (p->way == REPORTED)
		reported(o, one, p);
	else if (p->way == HANDLED)
		in_house(o, one, p);
	else
		beside(o, one, p);
}

/* ---- three notices of a department in a month ---- */

static inline int by_when(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int org = strcmp(x->org, y->org);
	return org ? org : x->at < y->at ? -1 : x->at > y->at;
}

static inline int month_of(yz_instant at)
{
	struct yz_civil c = yz_day_civil(day_of(at));
	return c.year * 12 + c.month;
}

/* Of all that was found; the cards are of no plan, but of a department. */
static inline void in_threes(const struct findings *all, struct findings *o)
{
	struct findings notices = {0};
	for (size_t i = 0; i < all->n; i++)
		if (same(all->at[i].level, "notice"))
			finds(&notices, all->at[i].one, all->at[i].org, all->at[i].monitor, "notice", all->at[i].at);
	if (notices.n)
		qsort(notices.at, notices.n, sizeof *notices.at, by_when);
	int run = 0;
	for (size_t i = 0; i < notices.n; i++) {
		const struct finding *x = &notices.at[i];
		bool on = i && same(x->org, x[-1].org) && month_of(x->at) == month_of(x[-1].at);
		run = on ? run + 1 : 1;
		if (run % 3 == 0)
			finds(o, SIZE_MAX, x->org, "notice-repeated", "yellow", x->at);
	}
	free(notices.at);
}

#endif
