/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/till.h"

#include "gov/fault.h"
#include "gov/fee_row.h"
#include "gov/person.h"
#include "text/text.h"

#include <stdio.h>

/* An attempt is good for so long; the first question whether it was paid comes after so much. */
#define LASTS (30 * YZ_MINUTE)
#define FIRST_ASK (20 * YZ_SECOND)

struct paying {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str no, provider;
	char out_no[YZ_PAY_NO + 1], title[256];
	int64_t amount;
	yz_instant expires;
};

static bool may_pay(const struct paying *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_fee_held *o, struct yz_err *err)
{
	bool hers = yz_may_own(w->who, YZ_MAY_pay_own, o->payer, o->item_code);
	int64_t agent;
	if (!hers && (!yz_select_int(conn, &agent, 0, err, "SELECT agent FROM cases WHERE id = $1", YZ_I(o->case_id)) ||
		      (agent && agent == w->who->person &&
		       !yz_agency_holds(conn, o->payer, agent, o->item_code, yz_site_now(w->site), &hers, err))))
		return false;
	(void)a;
	return hers || yz_fail(err, YZ_NOT_FOUND, "order %.*s is not for person %lld", YZ_P(o->no), (long long)w->who->person);
}

static void begun(struct paying *w, struct yz_str out_no, int64_t amount, yz_instant expires)
{
	snprintf(w->out_no, sizeof w->out_no, "%.*s", YZ_P(out_no));
	w->amount = amount;
	w->expires = expires;
}

static bool do_begin(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct paying *w = ctx;
	struct yz_fee_held o;
	yz_instant now = yz_site_now(w->site);
	int64_t n;
	if (!yz_fee_hold_no(conn, a, w->no, &o, err) || !may_pay(w, conn, a, &o, err))
		return false;
	if (o.state == YZ_FEE_assess)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("金额还没有核定，核定以后再缴"));
	if (o.state != YZ_FEE_due)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这张缴费单现在不用缴费"));
	snprintf(w->title, sizeof w->title, "%.*s", YZ_P(o.item_name));
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT out_no, amount, expires FROM payment WHERE order_id = $1 AND provider = $2 AND state = 'open' "
				      "AND amount = $3 AND expires > $4 ORDER BY id DESC LIMIT 1",
				      YZ_I(o.id), YZ_S(w->provider), YZ_I(o.amount), YZ_I(now + YZ_MINUTE));
	if (!r)
		return false;
	if (r->count) {
		begun(w, yz_row_str(r, 0, 0), yz_row_int(r, 0, 1), yz_row_int(r, 0, 2));
		return true;
	}
	if (!yz_select_int(conn, &n, 0, err, "SELECT COUNT(*) FROM payment WHERE order_id = $1", YZ_I(o.id)))
		return false;
	begun(w, yz_str_printf(a, "%.*s-%lld", YZ_P(o.no), (long long)n + 1), o.amount, now + LASTS);
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO payment (order_id, provider, out_no, amount, state, created, expires, next_ask, asks) "
			       "VALUES ($1, $2, $3, $4, 'open', $5, $6, $7, 0)",
			       YZ_I(o.id), YZ_S(w->provider), YZ_Z(w->out_no), YZ_I(w->amount), YZ_I(now), YZ_I(w->expires), YZ_I(now + FIRST_ASK));
	yz_site_changed(w->site, YZ_CHANGE_MONEY);
	return id && yz_fee_note(w->site, conn, a, w->who, "begin", "payment", id, w->amount, YZ_LIT(""), err);
}

bool yz_fee_pay(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_str *url,
		struct yz_err *err)
{
	struct paying w = {.site = site, .who = who, .no = no};
	struct yz_pay pay;
	if (!yz_may(who, YZ_MAY_pay_own))
		return yz_refuse(who, YZ_MAY_pay_own, err);
	if (!yz_pay_of(site, a, &pay, err))
		return false;
	if (!pay.provider)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("现在不能网上缴费，请到窗口缴"));
	w.provider = yz_str(pay.provider->name);
	if (!yz_db_write(site->db, do_begin, &w, err))
		return false;
	const struct yz_pay_order order = {.out_no = yz_str(w.out_no), .title = yz_str(w.title), .amount = w.amount, .expires = w.expires,
					   .back_url = yz_str_printf(a, "%s/fee/%.*s?back=1", site->base_url, YZ_P(no))};
	return pay.provider->create(&pay, a, &order, url, err);
}

bool yz_fee_look(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_fee_order *o = conn ? yz_fee_load(site, conn, a, who, no, err) : NULL;
	struct yz_rows *r = o && o->waiting ? yz_select(conn, a, err, "SELECT id FROM payment WHERE order_id = $1 AND state = 'open' ORDER BY id", YZ_I(o->id))
					    : NULL;
	if (conn)
		yz_db_release(conn);
	for (size_t i = 0; r && i < r->count; i++)
		if (!yz_till_ask(site, a, yz_row_int(r, i, 0), err))
			return false;
	return o && (!o->waiting || r);
}
