/* Steps before: in which order, how long, and which of them must not slip.
 *
 * A step begins on the day its last predecessor ends (the first ones today), and that day does not count, as with all
 * limits.  A predecessor that the case does not need hands its own predecessors on.  What must not slip is found backwards:
 * a step that ends when all is ready, and any whose end is the beginning of one that must not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/guide_make.h"

#include "calendar/calendar.h"
#include "gov/catalogue.h"

enum { STEPS_MOST = 500 };

struct step {
	struct yz_guide_step shown;
	const struct yz_json *json;
	struct yz_item_limit limit;
	bool *after; /* by index: must be over before, others that are not needed looked through */
	bool *listed; /* by index: as written */
	bool placed;
};

struct plan {
	struct yz_guide_make *m;
	struct step *at;
	size_t len;
};

static bool is_target(const struct yz_guide_make *m, struct yz_str key)
{
	for (size_t i = 0; key.len && i < m->ntargets; i++)
		if (yz_str_eq(m->targets[i].version->key, key))
			return true;
	return false;
}

static struct step *step_of(struct plan *p, size_t item, struct yz_str key)
{
	for (size_t i = 0; i < p->len; i++)
		if (p->at[i].shown.item == item && yz_str_eq(p->at[i].shown.key, key))
			return &p->at[i];
	return NULL;
}

static enum yz_guide_state state_of(const struct yz_guide_target *t, size_t i)
{
	if (t->refused)
		return YZ_GUIDE_NOT_NEEDED;
	if (!t->version->decision || !t->version->decision->at[YZ_SAYS_BEFORE])
		return YZ_GUIDE_NEEDED;
	return t->said.before[i].state == YZ_DECIDED_YES    ? YZ_GUIDE_NEEDED
	       : t->said.before[i].state == YZ_DECIDED_OPEN ? YZ_GUIDE_POSSIBLE
							    : YZ_GUIDE_NOT_NEEDED;
}

static void add_step(struct plan *p, size_t item, size_t i, const struct yz_catalogue *c)
{
	struct yz_guide_make *m = p->m;
	const struct yz_guide_target *t = &m->targets[item];
	const struct yz_json *j = yz_json_at(yz_json_get(t->version->body, "before"), i);
	struct yz_str other = yz_json_str(j, "item");
	struct step *s = &p->at[p->len++];
	const struct yz_entry_item *found = other.len ? yz_catalogue_find(c, other) : NULL;
	const struct yz_entry_org *org = yz_catalogue_org(c, yz_json_str(j, "unit"));
	s->json = j;
	s->shown = (struct yz_guide_step){.key = yz_json_str(j, "key"), .name = yz_gmake_name(m, yz_json_str(j, "name")),
					  .unit = yz_gmake_name(m, org ? org->name : yz_json_str(j, "unit")),
					  .place = yz_gmake_name(m, yz_json_str(j, "place")), .phone = yz_json_str(j, "phone"),
					  .basis = yz_gmake_name(m, yz_json_str(j, "basis")), .result = yz_gmake_name(m, yz_json_str(j, "result")),
					  .note = yz_gmake_name(m, yz_json_str(j, "note")), .item = item, .state = state_of(t, i)};
	if (found)
		s->shown.code = yz_str_dup(m->a, found->code);
	/* What the bundle does itself is one of its items, not a step before. */
	if (m->bundle && is_target(m, other))
		s->shown.state = YZ_GUIDE_NOT_NEEDED;
	if (yz_item_limit_read(yz_json_get(j, "limit"), &s->limit))
		s->shown.limit = yz_gmake_limit_of(m, &s->limit);
	if (s->shown.state != YZ_GUIDE_NOT_NEEDED && t->version->decision && t->version->decision->at[YZ_SAYS_BEFORE])
		s->shown.why = yz_gmake_why(m, t->version, &t->said.before[i].by, s->shown.state == YZ_GUIDE_POSSIBLE, N_("每个申请都要。"));
}

/* ---- order ---- */

static void link_steps(struct plan *p)
{
	for (size_t i = 0; i < p->len; i++) {
		struct step *s = &p->at[i];
		const struct yz_json *after = yz_json_get(s->json, "after");
		s->after = yz_new_n(p->m->a, p->len, bool);
		s->listed = yz_new_n(p->m->a, p->len, bool);
		for (size_t k = 0; k < yz_json_len(after); k++) {
			struct step *b = step_of(p, s->shown.item, yz_json_text(yz_json_at(after, k)));
			if (b && b != s)
				s->listed[b - p->at] = true;
		}
	}
}

/* What is not needed is looked through; `seen` keeps a ring from going on for ever. */
static void look_through(struct plan *p, size_t from, size_t to, bool *seen)
{
	for (size_t k = 0; k < p->len; k++) {
		if (!p->at[from].listed[k] || seen[k])
			continue;
		seen[k] = true;
		if (p->at[k].shown.state == YZ_GUIDE_NOT_NEEDED)
			look_through(p, k, to, seen);
		else
			p->at[to].after[k] = true;
	}
}

static yz_day day_after(const struct plan *p, yz_day start, const struct yz_item_limit *l)
{
	const struct yz_calendar *c = p->m->calendar;
	if (!l->given || l->at_once || !l->n)
		return start;
	switch (l->unit) {
	case YZ_WORKING_DAYS:
		return yz_add_working(c, start, l->n);
	case YZ_NATURAL_DAYS:
		return yz_working_from(c, start + l->n, 1);
	default: /* hours: within the day, or the next working day */
		return yz_working_from(c, start, 1);
	}
}

/* Those whose predecessors are placed, round by round. */
static void place(struct plan *p, size_t *order, size_t *norder)
{
	for (size_t round = 0;; round++) {
		size_t before = *norder;
		for (size_t i = 0; i < p->len; i++) {
			struct step *s = &p->at[i];
			bool ready = !s->placed && s->shown.state != YZ_GUIDE_NOT_NEEDED;
			yz_day start = p->m->g->day;
			for (size_t k = 0; ready && k < p->len; k++) {
				if (!s->after[k])
					continue;
				ready = p->at[k].placed && p->at[k].shown.round < round;
				if (p->at[k].shown.end > start)
					start = p->at[k].shown.end;
			}
			if (!ready)
				continue;
			s->placed = true;
			s->shown.round = round;
			s->shown.start = start;
			s->shown.end = day_after(p, start, &s->limit);
			order[(*norder)++] = i;
		}
		if (*norder == before)
			return;
	}
}

static void mark_critical(struct plan *p, const size_t *order, size_t n)
{
	yz_day ready = 0;
	for (size_t i = 0; i < n; i++)
		if (p->at[order[i]].shown.state == YZ_GUIDE_NEEDED && p->at[order[i]].shown.end > ready)
			ready = p->at[order[i]].shown.end;
	p->m->g->ready = ready;
	for (size_t i = n; i-- > 0;) {
		struct step *s = &p->at[order[i]];
		s->shown.critical |= s->shown.state == YZ_GUIDE_NEEDED && s->shown.end == ready && ready > p->m->g->day;
		for (size_t k = 0; s->shown.critical && k < p->len; k++)
			if (s->after[k] && p->at[k].shown.end == s->shown.start && s->shown.start > p->m->g->day)
				p->at[k].shown.critical = true;
	}
}

static void show(struct plan *p, const size_t *order, size_t n)
{
	struct yz_guide_make *m = p->m;
	struct yz_guide_step *out = yz_new_n(m->a, n, struct yz_guide_step);
	size_t *at = yz_new_n(m->a, p->len + 1, size_t);
	for (size_t i = 0; i < n; i++)
		at[order[i]] = i;
	for (size_t i = 0; i < n; i++) {
		struct step *s = &p->at[order[i]];
		size_t *after = yz_new_n(m->a, p->len, size_t);
		for (size_t k = 0; k < p->len; k++)
			if (s->after[k])
				after[s->shown.nafter++] = at[k];
		s->shown.after = after;
		out[i] = s->shown;
	}
	m->g->before = out;
	m->g->nbefore = n;
}

void yz_gmake_before(struct yz_guide_make *m)
{
	struct plan p = {.m = m};
	size_t all = 0, norder = 0;
	for (size_t t = 0; t < m->ntargets; t++)
		all += yz_json_len(yz_json_get(m->targets[t].version->body, "before"));
	p.at = yz_new_n(m->a, all, struct step);
	const struct yz_catalogue *c = yz_site_catalogue(m->site);
	for (size_t t = 0; t < m->ntargets; t++) {
		size_t n = yz_json_len(yz_json_get(m->targets[t].version->body, "before"));
		for (size_t i = 0; i < n && p.len < STEPS_MOST; i++)
			add_step(&p, t, i, c);
	}
	yz_site_catalogue_release(m->site, c);
	link_steps(&p);
	for (size_t i = 0; i < p.len; i++)
		look_through(&p, i, i, yz_new_n(m->a, p.len, bool));
	size_t *order = yz_new_n(m->a, p.len, size_t);
	place(&p, order, &norder);
	mark_critical(&p, order, norder);
	show(&p, order, norder);
}
