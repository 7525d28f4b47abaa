/* SPDX-License-Identifier: Apache-2.0
 *
 * Callbacks in every order, copied, late, of wrong amounts, of closed orders, from many threads at once: against a
 * model of ten lines.
 */
#include "tests/unit/gov/money_fixture.h"

#include "gov/fee_row.h"

#include <pthread.h>

enum { SCHEDULES = 2000, AT_ONCE = 100, EVENTS = 24, ATTEMPTS = 3, THREADS = 8, STORM_ORDERS = 20 };

static uint64_t next(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static int below(uint64_t *s, int n)
{
	return (int)(next(s) % (uint64_t)n);
}

/* ---- an order without the acts before it ---- */

struct order {
	struct fixture *f;
	int64_t n, amount, id;
	int attempts;
};

static bool do_order(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct order *o = ctx;
	struct fixture *f = o->f;
	o->id = yz_insert(conn, err,
			  "INSERT INTO fee_order (no, case_id, org, region, payer, title, state, amount, full_amount, before_act, due, created, changed, "
			  "reason, version) SELECT $1, c.id, c.org, c.region, c.applicant, 'x', 'due', $2, $2, 'deliver', $3, $3, $3, '', 1 FROM cases c "
			  "ORDER BY c.id LIMIT 1",
			  YZ_S(yz_str_printf(a, "FT-%lld", (long long)o->n)), YZ_I(o->amount), YZ_I(f->now));
	for (int i = 1; o->id && i <= o->attempts; i++)
		if (!yz_insert(conn, err,
			       "INSERT INTO payment (order_id, provider, out_no, amount, state, created, expires, asks) "
			       "VALUES ($1, 'sandbox', $2, $3, 'open', $4, $4, 0)",
			       YZ_I(o->id), YZ_S(yz_str_printf(a, "FT-%lld-%d", (long long)o->n, i)), YZ_I(o->amount), YZ_I(f->now)))
			return false;
	return o->id != 0;
}

static bool do_close(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct order *o = ctx;
	struct yz_fee_held h;
	return yz_fee_hold(conn, a, o->id, &h, err) &&
	       (h.state != YZ_FEE_due || yz_fee_move(o->f->site, conn, a, NULL, &h, YZ_FEE_MOVE_close, YZ_LIT(""), err));
}

/* ---- one schedule ---- */

struct event {
	int attempt, trade; /* attempt 0: the order is closed */
	int64_t amount;
	bool copy; /* the very message of the event before it */
};

static int plan(uint64_t *s, const struct order *o, struct event *e)
{
	int n = 0;
	for (int i = 1; i <= o->attempts; i++)
		for (int t = 0; t < 1 + (below(s, 8) == 0); t++) {
			int64_t amount = below(s, 6) ? o->amount : o->amount - 1 + 2 * below(s, 2);
			for (int d = below(s, 4); d > 0 && n < EVENTS - 1; d--)
				e[n++] = (struct event){i, t, amount, false};
		}
	if (below(s, 5) == 0)
		e[n++] = (struct event){0, 0, 0, false};
	for (int i = n - 1; i > 0; i--) {
		int k = below(s, i + 1);
		struct event x = e[i];
		e[i] = e[k];
		e[k] = x;
	}
	for (int i = 0; i < n; i++)
		e[i].copy = e[i].attempt && below(s, 3) == 0;
	return n;
}

/* What must come of it: the order's state, the money in, the money back. */
struct model {
	enum yz_fee_state state;
	int64_t in, back;
	bool seen[ATTEMPTS + 1][2];
	int times_paid;
};

static void model_hears(struct model *m, const struct order *o, const struct event *e)
{
	if (!e->attempt) {
		m->state = m->state == YZ_FEE_due ? YZ_FEE_closed : m->state;
		return;
	}
	if (m->seen[e->attempt][e->trade])
		return;
	m->seen[e->attempt][e->trade] = true;
	m->in += e->amount;
	if (m->state == YZ_FEE_due && e->amount == o->amount) {
		m->state = YZ_FEE_paid;
		m->times_paid++;
	} else {
		m->back += e->amount;
	}
}

static void hear(struct fixture *f, const struct order *o, const struct event *e)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_pay_message m;
	struct yz_str thanks;
	struct yz_str body = yz_str_printf(a, "{\"event\":\"paid\",\"out_no\":\"FT-%lld-%d\",\"trade_no\":\"T%lld-%d-%d\",\"amount\":%lld,\"at\":%lld}",
					   (long long)o->n, e->attempt, (long long)o->n, e->attempt, e->trade, (long long)e->amount, (long long)f->now);
	yz_sandbox_sign(f->site, a, body, f->now, &m);
	for (int i = 0; i < 1 + e->copy; i++)
		if (!yz_till_notice(f->site, a, YZ_LIT("sandbox"), &m, &thanks, &f->err))
			fail_msg("order %lld: %s", (long long)o->n, f->err.msg);
	yz_arena_destroy(a);
}

struct many {
	struct fixture *f;
	int64_t from;
	int64_t in, back, paid;
};

static void check(struct yz_conn *conn, struct yz_arena *a, const struct order *o, const struct model *m, uint64_t seed)
{
	struct yz_err err = {0};
	struct yz_rows *r = yz_select(conn, a, &err,
				      "SELECT state, (SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM money_in i WHERE i.order_id = f.id), "
				      "(SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM refund r WHERE r.order_id = f.id), "
				      "(SELECT COUNT(*) FROM ledger l WHERE l.act = 'fee.pay' AND l.thing_kind = 'fee' AND l.thing_id = f.id) "
				      "FROM fee_order f WHERE f.id = $1",
				      YZ_I(o->id));
	assert_non_null(r);
	if (!yz_str_eqz(yz_row_str(r, 0, 0), yz_fee_state_name(m->state)) || yz_row_int(r, 0, 1) != m->in || yz_row_int(r, 0, 2) != m->back ||
	    yz_row_int(r, 0, 3) != m->times_paid)
		fail_msg("schedule %lld (seed %llx): %s, in %lld, back %lld, paid %lld times; the model says %s, %lld, %lld, %d", (long long)o->n,
			 (unsigned long long)seed, yz_row_z(r, 0, 0), (long long)yz_row_int(r, 0, 1), (long long)yz_row_int(r, 0, 2),
			 (long long)yz_row_int(r, 0, 3), yz_fee_state_name(m->state), (long long)m->in, (long long)m->back, m->times_paid);
}

/* A hundred schedules as one commit: what each does is the same, and the disk is asked once. */
static bool do_many(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct many *w = ctx;
	for (int64_t i = w->from; i < w->from + AT_ONCE; i++) {
		uint64_t seed = (uint64_t)(i + 1) * 0x9E3779B97F4A7C15u, s = seed;
		struct order o = {.f = w->f, .n = i, .amount = 100 + below(&s, 1000000), .attempts = 1 + below(&s, ATTEMPTS)};
		struct event e[EVENTS];
		struct model m = {.state = YZ_FEE_due};
		int n = plan(&s, &o, e);
		if (!yz_db_write(w->f->site->db, do_order, &o, err))
			return false;
		for (int k = 0; k < n; k++) {
			model_hears(&m, &o, &e[k]);
			if (e[k].attempt)
				hear(w->f, &o, &e[k]);
			else if (!yz_db_write(w->f->site->db, do_close, &o, err))
				return false;
		}
		check(conn, a, &o, &m, seed);
	}
	return true;
}

SITE(two_thousand_schedules_of_callbacks_do_what_the_model_does)
{
	granted(f, actor(f, "liuyang"), OCCUPY_FACTS("人行道"));
	for (int64_t i = 0; i < SCHEDULES; i += AT_ONCE) {
		struct many w = {.f = f, .from = i};
		GOOD(f, yz_db_bulk(f->site->db, do_many, &w, &f->err));
	}
	money_adds_up(f);
	assert_true(site_int(f, "SELECT COUNT(*) FROM money_in WHERE use_for = 'back'") > SCHEDULES / 10);
	assert_true(site_int(f, "SELECT COUNT(*) FROM fee_order WHERE state = 'paid'") > SCHEDULES / 4);
	ledger_holds(f);
}

/* ---- many threads at once ---- */

static void *storm(void *ctx)
{
	struct fixture mine = *(struct fixture *)ctx;
	for (int64_t i = 0; i < STORM_ORDERS; i++) {
		struct order o = {.f = &mine, .n = 900000 + i, .amount = 8000};
		for (int k = 0; k < 2; k++) {
			struct event e = {1 + k, 0, 8000, true};
			hear(&mine, &o, &e);
		}
	}
	return NULL;
}

SITE(eight_threads_that_tell_the_same_pay_each_order_once)
{
	pthread_t threads[THREADS];
	granted(f, actor(f, "liuyang"), OCCUPY_FACTS("人行道"));
	for (int64_t i = 0; i < STORM_ORDERS; i++) {
		struct order o = {.f = f, .n = 900000 + i, .amount = 8000, .attempts = 2};
		GOOD(f, yz_db_write(f->site->db, do_order, &o, &f->err));
	}
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, storm, f), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM fee_order WHERE state = 'paid'"), STORM_ORDERS);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM money_in"), 2 * STORM_ORDERS);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund"), STORM_ORDERS);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'fee.pay'"), STORM_ORDERS);
	money_adds_up(f);
	ledger_holds(f);
}
