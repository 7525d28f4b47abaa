/* tests/unit/gov/replay.h - what happened over months, done in order, with the sweeper at each instant in between.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_GOV_REPLAY_H
#define YZ_TESTS_GOV_REPLAY_H

#include "tests/unit/gov/case_fixture.h"

struct happening {
	yz_instant at;
	size_t one; /* which case */
	int step;
};

struct replay {
	struct fixture *f;
	struct happening *list;
	size_t n, next;
	void (*happen)(struct replay *r, const struct happening *h);
	void *ctx;
};

static inline int by_instant(const void *a, const void *b)
{
	const struct happening *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->one != y->one ? (x->one < y->one ? -1 : 1) : x->step - y->step;
}

static inline int64_t replay_due(struct replay *r)
{
	int64_t clock = site_int(r->f, "SELECT COALESCE(MIN(next_at), 9223372036854775807) FROM clock WHERE next_at IS NOT NULL");
	int64_t watch = site_int(r->f, "SELECT COALESCE(MIN(next_at), 9223372036854775807) FROM watch");
	int64_t asked = site_int(r->f, "SELECT COALESCE(MIN(next_at), 9223372036854775807) FROM consultation WHERE next_at IS NOT NULL");
	clock = watch < clock ? watch : clock;
	return asked < clock ? asked : clock;
}

/* Everything that falls due before `until`, each at its own instant: at that instant itself, who acts was in time. */
static inline void sweep_before(struct replay *r, yz_instant until)
{
	for (int64_t due; (due = replay_due(r)) < until;) {
		r->f->now = due > r->f->now ? due : r->f->now;
		sweep(r->f);
	}
}

/* Some at a time, in one durable write. */
static inline bool replay_some(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct replay *r = ctx;
	(void)conn, (void)a, (void)err;
	struct yz_arena *kept = r->f->a;
	yz_instant began = yz_ticks();
	for (size_t i = 0; i < 400 && r->next < r->n && yz_ticks() - began < 300 * 1000; i++, r->next++) {
		const struct happening *h = &r->list[r->next];
		r->f->a = yz_arena_create(0);
		sweep_before(r, h->at);
		r->f->now = h->at > r->f->now ? h->at : r->f->now;
		r->happen(r, h);
		yz_arena_destroy(r->f->a);
	}
	r->f->a = kept;
	return true;
}

static inline void replay(struct replay *r)
{
	qsort(r->list, r->n, sizeof *r->list, by_instant);
	while (r->next < r->n)
		GOOD(r->f, yz_db_bulk(r->f->site->db, replay_some, r, &r->f->err));
}

#endif
