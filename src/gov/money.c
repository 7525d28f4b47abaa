/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/fee_row.h"

#include "base/log.h"
#include "text/text.h"

struct attempt {
	int64_t id, order, amount;
	struct yz_str state;
};

/* What money is for that came for this attempt; why it goes back, in words for her. */
static const char *use_of(const struct attempt *p, const struct yz_fee_held *o, int64_t amount, const char **why)
{
	*why = "";
	if (!p->id)
		*why = N_("没有这样的缴费单");
	else if (amount != p->amount)
		*why = N_("付的金额和缴费单不一致");
	else if (o->state == YZ_FEE_due && o->amount == amount)
		return "order";
	else if (o->state == YZ_FEE_due || o->state == YZ_FEE_assess)
		*why = N_("缴费单的金额已经改变");
	else if (o->state == YZ_FEE_closed || o->state == YZ_FEE_waived)
		*why = N_("缴费单已经关闭，不用缴费");
	else
		*why = N_("同一张缴费单付了两次");
	return "back";
}

bool yz_money_back(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t money, int64_t amount,
		   const struct yz_fee_held *order, struct yz_str reason, int64_t *refund, struct yz_err *err)
{
	yz_instant now = yz_site_now(site);
	int64_t before, counter, n;
	/* Never more goes back than came in. */
	if (!yz_select_int(conn, &before, 0, err,
			   "SELECT COUNT(*) FROM refund WHERE money_id = $1 AND state <> 'refused'", YZ_I(money)) ||
	    !yz_select_int(conn, &counter, 0, err, "SELECT COUNT(*) FROM money_in WHERE id = $1 AND provider = $2", YZ_I(money), YZ_Z(YZ_PAY_COUNTER)))
		return false;
	if (before)
		return yz_fail(err, YZ_CONFLICT, "money %lld goes back already", (long long)money);
	if (!yz_site_count(conn, "refund", &n, err))
		return false;
	*refund = yz_insert(conn, err,
			    "INSERT INTO refund (no, money_id, order_id, amount, reason, state, at, next_try, tries, failure) "
			    "VALUES ($1, $2, $3, $4, $5, 'ready', $6, $7, 0, '')",
			    YZ_S(yz_str_printf(a, "R%.*s-%08lld", YZ_P(site->region), (long long)n)), YZ_I(money),
			    yz_val_int_or_null(order ? order->id : 0, order && order->id), YZ_I(amount), YZ_S(reason), YZ_I(now),
			    yz_val_int_or_null(now, !counter)); /* at the counter it waits for her */
	yz_site_changed(site, YZ_CHANGE_MONEY);
	return *refund && yz_fee_note(site, conn, a, NULL, "begin", "refund", *refund, amount, YZ_LIT(""), err) &&
	       (!order || !order->id || yz_fee_tell(site, conn, a, order, counter ? YZ_SAY_fee_fetch : YZ_SAY_fee_back, amount, reason, err));
}

static bool find_attempt(struct yz_conn *conn, struct yz_arena *a, const struct yz_learned *l, struct attempt *p, struct yz_fee_held *o,
			 struct yz_err *err)
{
	*p = (struct attempt){0};
	*o = (struct yz_fee_held){0};
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, order_id, amount, state FROM payment WHERE out_no = $1 AND provider = $2",
				      YZ_S(l->out_no), YZ_S(l->provider));
	if (!r || !r->count)
		return r != NULL;
	*p = (struct attempt){yz_row_int(r, 0, 0), yz_row_int(r, 0, 1), yz_row_int(r, 0, 2), yz_row_str(r, 0, 3)};
	return yz_fee_hold(conn, a, p->order, o, err);
}

/* *id: a row that was voided, and now came after all; else a new one. */
static bool put_money(struct yz_site *site, struct yz_conn *conn, const struct yz_learned *l, const struct yz_fee_held *o, const char *use,
		      const char *why, int64_t *id, struct yz_err *err)
{
	if (*id)
		return yz_exec(conn, err, "UPDATE money_in SET use_for = $1, why = $2, learned = $3, amount = $4, at = $5 WHERE id = $6", YZ_Z(use),
			       YZ_Z(why), YZ_Z(l->how), YZ_I(l->amount), YZ_I(yz_site_now(site)), YZ_I(*id));
	*id = yz_insert(conn, err,
			"INSERT INTO money_in (provider, trade_no, out_no, order_id, amount, use_for, why, learned, paid_at, day, at, method, slip, by_person) "
			"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
			YZ_S(l->provider), YZ_S(l->trade_no), YZ_S(l->out_no), yz_val_int_or_null(o->id, o->id != 0), YZ_I(l->amount), YZ_Z(use),
			YZ_Z(why), YZ_Z(l->how), YZ_I(l->paid_at), YZ_I(yz_instant_day(l->paid_at, site->offset)), YZ_I(yz_site_now(site)),
			YZ_S(l->method), YZ_S(l->slip), yz_val_int_or_null(l->who ? l->who->person : 0, l->who != NULL));
	return *id != 0;
}

bool yz_money_learn(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_learned *l, int64_t *id,
		    struct yz_err *err)
{
	struct attempt p;
	struct yz_fee_held o;
	const char *why;
	int64_t refund;
	if (l->amount < 0 || l->amount > YZ_PAY_MOST || !l->trade_no.len)
		return yz_fail(err, YZ_BAD_INPUT, "a payment of %lld with number '%.*s' is none", (long long)l->amount, YZ_P(l->trade_no));
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, use_for FROM money_in WHERE provider = $1 AND trade_no = $2", YZ_S(l->provider),
				      YZ_S(l->trade_no));
	if (!r)
		return false;
	*id = r->count ? yz_row_int(r, 0, 0) : 0;
	if (*id && !yz_str_eqz(yz_row_str(r, 0, 1), "void"))
		return true;
	if (!find_attempt(conn, a, l, &p, &o, err))
		return false;
	const char *use = use_of(&p, &o, l->amount, &why);
	bool pays = *use == 'o';
	if (!put_money(site, conn, l, &o, use, why, id, err) ||
	    !yz_fee_note(site, conn, a, l->who, !pays ? "astray" : l->who ? "taken" : "paid", "money", *id, l->amount, YZ_LIT(""), err))
		return false;
	if (p.id && !yz_exec(conn, err, "UPDATE payment SET state = 'paid', next_ask = NULL WHERE id = $1", YZ_I(p.id)))
		return false;
	if (!pays)
		return yz_money_back(site, conn, a, *id, l->amount, p.id ? &o : NULL, yz_str(why), &refund, err);
	return yz_fee_move(site, conn, a, l->who, &o, YZ_FEE_MOVE_pay, YZ_LIT(""), err) &&
	       yz_fee_paper(site, conn, a, &o, "PAID", err) && yz_fee_stop_payments(site, conn, o.id, err) &&
	       yz_fee_tell(site, conn, a, &o, YZ_SAY_fee_paid, o.amount, YZ_LIT(""), err);
}

/* ---- what became of a refund ---- */

struct back {
	int64_t id, order, amount;
	struct yz_str state, use;
};

static bool it_failed(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct back *b, struct yz_fee_held *o,
		      struct yz_str reason, struct yz_err *err)
{
	if (!yz_exec(conn, err, "UPDATE refund SET state = 'failed', next_try = NULL, speaking = NULL, failure = $1 WHERE id = $2", YZ_S(reason), YZ_I(b->id)) ||
	    !yz_fee_note(site, conn, a, NULL, "failed", "refund", b->id, b->amount, reason, err))
		return false;
	bool own = b->order && yz_str_eqz(b->use, "order") && o->state == YZ_FEE_refunding;
	return !own || yz_fee_move(site, conn, a, NULL, o, YZ_FEE_MOVE_keep, reason, err);
}

/* The order, if it was of one, is given back; whoever told us of it. */
static bool order_given_back(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const struct back *b,
			     struct yz_fee_held *o, enum yz_say say, struct yz_err *err)
{
	if (!b->order)
		return true;
	bool own = yz_str_eqz(b->use, "order");
	/* It was given up for failed, and went all the same. */
	if (own && o->state == YZ_FEE_paid && !yz_fee_move(site, conn, a, who, o, YZ_FEE_MOVE_refund, YZ_LIT(""), err))
		return false;
	return (!own || o->state != YZ_FEE_refunding || yz_fee_move(site, conn, a, who, o, YZ_FEE_MOVE_refunded, YZ_LIT(""), err)) &&
	       yz_fee_tell(site, conn, a, o, say, b->amount, YZ_LIT(""), err);
}

static bool it_went(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct back *b, struct yz_fee_held *o, yz_instant at,
		    struct yz_err *err)
{
	return yz_exec(conn, err, "UPDATE refund SET state = 'done', next_try = NULL, speaking = NULL, done_at = $1, day = $2, failure = '' WHERE id = $3",
		       YZ_I(at), YZ_I(yz_instant_day(at, site->offset)), YZ_I(b->id)) &&
	       yz_fee_note(site, conn, a, NULL, "done", "refund", b->id, b->amount, YZ_LIT(""), err) && order_given_back(site, conn, a, NULL, b, o, YZ_SAY_fee_returned, err);
}

static bool find_back(struct yz_conn *conn, struct yz_arena *a, struct yz_str refund_no, struct back *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT r.id, r.order_id, r.amount, r.state, m.use_for FROM refund r JOIN money_in m ON m.id = r.money_id "
				      "WHERE r.no = $1",
				      YZ_S(refund_no));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no refund %.*s", YZ_P(refund_no));
	*out = (struct back){yz_row_int(r, 0, 0), yz_row_int(r, 0, 1), yz_row_int(r, 0, 2), yz_row_str(r, 0, 3), yz_row_str(r, 0, 4)};
	return true;
}

bool yz_money_given(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str refund_no,
		    struct yz_str slip, struct yz_err *err)
{
	struct yz_fee_held o = {0};
	struct back b = {0};
	yz_instant now = yz_site_now(site);
	if (!find_back(conn, a, refund_no, &b, err) || (b.order && !yz_fee_hold(conn, a, b.order, &o, err)))
		return false;
	return yz_exec(conn, err,
		       "UPDATE refund SET state = 'done', next_try = NULL, done_at = $1, day = $2, failure = '', slip = $3, given_by = $4 WHERE id = $5",
		       YZ_I(now), YZ_I(yz_instant_day(now, site->offset)), YZ_S(slip), YZ_I(who->person), YZ_I(b.id)) &&
	       yz_fee_note(site, conn, a, who, "given", "refund", b.id, b.amount, slip, err) &&
	       order_given_back(site, conn, a, who, &b, &o, YZ_SAY_fee_given, err);
}

bool yz_money_settled(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str refund_no,
		      struct yz_str how, struct yz_err *err)
{
	struct yz_fee_held o = {0};
	struct back b = {0};
	if (!find_back(conn, a, refund_no, &b, err) || (b.order && !yz_fee_hold(conn, a, b.order, &o, err)))
		return false;
	/* day stays empty: no channel's file will have it. */
	return yz_exec(conn, err, "UPDATE refund SET state = 'done', next_try = NULL, speaking = NULL, done_at = $1, day = NULL, settled = $2 WHERE id = $3",
		       YZ_I(yz_site_now(site)), YZ_S(how), YZ_I(b.id)) &&
	       yz_fee_note(site, conn, a, who, "settle", "refund", b.id, b.amount, how, err) &&
	       order_given_back(site, conn, a, who, &b, &o, YZ_SAY_fee_returned, err);
}

bool yz_money_drop(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t money, bool asked_only,
		   struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, amount, state, told FROM refund WHERE money_id = $1 AND (state = 'asked' OR ($2 = 0 AND state IN ('ready', 'failed'))) "
				      "FOR UPDATE",
				      YZ_I(money), YZ_I(asked_only));
	for (size_t i = 0; r && i < r->count; i++)
		if (!yz_exec(conn, err, "UPDATE refund SET state = 'refused', next_try = NULL WHERE id = $1 AND state = $2 AND told = $3",
			     YZ_I(yz_row_int(r, i, 0)), YZ_S(yz_row_str(r, i, 2)), YZ_I(yz_row_int(r, i, 3))) ||
		    (yz_changed(conn) != 1 && !yz_fail(err, YZ_CONFLICT, "a refund of money %lld was sent meanwhile", (long long)money)) ||
		    !yz_fee_note(site, conn, a, who, "drop", "refund", yz_row_int(r, i, 0), yz_row_int(r, i, 1), YZ_LIT(""), err))
			return false;
	return r != NULL;
}

bool yz_money_returned(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str refund_no, bool failed,
		       int64_t amount, yz_instant at, struct yz_str reason, struct yz_err *err)
{
	struct yz_fee_held o = {0};
	struct back b = {0};
	if (!find_back(conn, a, refund_no, &b, err))
		return false;
	if (yz_str_eqz(b.state, "done") || (failed && yz_str_eqz(b.state, "failed")))
		return true;
	/* Nobody told the channel yet, so it cannot know. */
	if (yz_str_eqz(b.state, "asked") || yz_str_eqz(b.state, "refused"))
		return yz_fail(err, YZ_CONFLICT, "refund %.*s was never sent", YZ_P(refund_no));
	if (!failed && amount != b.amount) {
		yz_log(YZ_WARN, "refund %.*s: the channel says %lld, it is %lld: left to finance", YZ_P(refund_no), (long long)amount,
		       (long long)b.amount);
		if (yz_str_eqz(b.state, "failed"))
			return true;
		failed = true;
		reason = yz_str_printf(a, "平台退了 %.*s 元，应退 %.*s 元", YZ_P(yz_yuan_show(a, amount)), YZ_P(yz_yuan_show(a, b.amount)));
	}
	if (b.order && !yz_fee_hold(conn, a, b.order, &o, err))
		return false;
	return failed ? it_failed(site, conn, a, &b, &o, reason, err) : it_went(site, conn, a, &b, &o, at, err);
}
