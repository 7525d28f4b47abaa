/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/till.h"

#include "base/log.h"
#include "gov/fee_row.h"
#include "gov/round.h"
#include "gov/sandbox.h"
#include "gov/technician.h"

#include <stdatomic.h>
#include <stdio.h>

enum { ROUND = 50, GIVE_UP_ASKS = 40, NONCE_DAYS = 2, REMIND_DAYS = 3 };
/* Who speaks to the channel about a row has it for so long. */
#define LEASE (2 * YZ_MINUTE)

static yz_instant wait_for(int64_t asks, yz_instant first, yz_instant most)
{
	if (asks > GIVE_UP_ASKS)
		return 6 * YZ_HOUR;
	yz_instant w = first;
	for (int64_t i = 1; i < asks && w < most; i++)
		w *= 2;
	return w < most ? w : most;
}

/* ---- payments: did she pay? ---- */

struct asking {
	struct yz_site *site;
	int64_t id, order, asks, amount;
	yz_instant due, expires, now;
	bool forced, taken, wanted; /* wanted: the order is still due, and for this amount */
	struct yz_str provider, out_no;
	struct yz_pay_trade trade;
	char provider_[40], out_no_[YZ_PAY_NO + 1];
};

static bool do_take(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct asking *w = ctx;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT p.order_id, p.provider, p.out_no, p.amount, p.expires, p.asks, p.next_ask, f.state, f.amount FROM payment p "
				      "JOIN fee_order f ON f.id = p.order_id WHERE p.id = $1 AND p.state = 'open'",
				      YZ_I(w->id));
	w->taken = false;
	if (!r || !r->count)
		return r != NULL;
	if (!w->forced && (yz_row_null(r, 0, 6) || yz_row_int(r, 0, 6) > w->now))
		return true;
	w->order = yz_row_int(r, 0, 0);
	snprintf(w->provider_, sizeof w->provider_, "%.*s", YZ_P(yz_row_str(r, 0, 1)));
	snprintf(w->out_no_, sizeof w->out_no_, "%.*s", YZ_P(yz_row_str(r, 0, 2)));
	w->amount = yz_row_int(r, 0, 3);
	w->expires = yz_row_int(r, 0, 4);
	/* She may look as often as she likes: only what the till asks by itself counts. */
	w->asks = yz_row_int(r, 0, 5) + !w->forced;
	w->wanted = yz_str_eqz(yz_row_str(r, 0, 7), "due") && yz_row_int(r, 0, 8) == w->amount;
	w->taken = true;
	return yz_exec(conn, err, "UPDATE payment SET next_ask = $1, asks = $2 WHERE id = $3", YZ_I(w->now + LEASE), YZ_I(w->asks), YZ_I(w->id));
}

static bool do_settle(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct asking *w = ctx;
	int64_t money;
	if (w->trade.state == YZ_PAY_PAID) {
		const struct yz_learned l = {.provider = w->provider, .out_no = w->out_no, .trade_no = w->trade.trade_no,
					       .amount = w->trade.amount, .paid_at = w->trade.paid_at, .how = "query"};
		return yz_money_learn(w->site, conn, a, &l, &money, err);
	}
	bool over = w->trade.state == YZ_PAY_CLOSED || (w->trade.state == YZ_PAY_UNKNOWN && w->now > w->expires);
	if (over)
		return yz_exec(conn, err, "UPDATE payment SET state = 'closed', next_ask = NULL WHERE id = $1 AND state = 'open'", YZ_I(w->id));
	return yz_exec(conn, err, "UPDATE payment SET next_ask = $1 WHERE id = $2 AND state = 'open'",
		       YZ_I(w->now + wait_for(w->asks, 20 * YZ_SECOND, 10 * YZ_MINUTE)), YZ_I(w->id));
}

static bool ask(struct yz_site *site, struct yz_arena *a, int64_t id, yz_instant now, bool forced, struct yz_err *err)
{
	struct asking w = {.site = site, .id = id, .now = now, .forced = forced};
	struct yz_pay pay;
	struct yz_err failed = {0};
	if (!yz_db_write(site->db, do_take, &w, err))
		return false;
	if (!w.taken)
		return true;
	w.provider = yz_str(w.provider_);
	w.out_no = yz_str(w.out_no_);
	bool found = yz_pay_find(site, a, w.provider, &pay, &failed);
	/* What nobody wants paid any more is closed first; the answer to the question is then the last word. */
	if (found && (!w.wanted || now > w.expires) && !pay.provider->close(&pay, a, w.out_no, &failed)) {
		yz_log_err(YZ_WARN, &failed);
		failed = (struct yz_err){0};
	}
	if (!found || !pay.provider->query(&pay, a, w.out_no, &w.trade, &failed)) {
		yz_log_err(YZ_WARN, &failed);
		w.trade.state = YZ_PAY_WAITING;
		if (!forced && w.asks == GIVE_UP_ASKS && !yz_technicians_tell(site, "pay.query", &failed, err))
			return false;
	}
	return yz_db_write(site->db, do_settle, &w, err);
}

bool yz_till_ask(struct yz_site *site, struct yz_arena *a, int64_t payment, struct yz_err *err)
{
	return ask(site, a, payment, yz_site_now(site), true, err);
}

/* ---- refunds ---- */

struct returning {
	struct yz_site *site;
	int64_t id, tries;
	yz_instant now;
	bool taken, told; /* told: the channel knows of it */
	char no[YZ_PAY_NO + 1], provider[40], out_no[YZ_PAY_NO + 1], trade_no[64], reason[512];
	int64_t amount, paid;
	struct yz_pay_back back;
};

static bool do_take_refund(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct returning *w = ctx;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT r.no, m.provider, m.out_no, m.trade_no, r.reason, r.amount, m.amount, r.state, r.tries FROM refund r "
				      "JOIN money_in m ON m.id = r.money_id WHERE r.id = $1 AND r.next_try IS NOT NULL AND r.next_try <= $2 FOR UPDATE",
				      YZ_I(w->id), YZ_I(w->now));
	w->taken = false;
	if (!r || !r->count)
		return r != NULL;
	snprintf(w->no, sizeof w->no, "%.*s", YZ_P(yz_row_str(r, 0, 0)));
	snprintf(w->provider, sizeof w->provider, "%.*s", YZ_P(yz_row_str(r, 0, 1)));
	snprintf(w->out_no, sizeof w->out_no, "%.*s", YZ_P(yz_row_str(r, 0, 2)));
	snprintf(w->trade_no, sizeof w->trade_no, "%.*s", YZ_P(yz_row_str(r, 0, 3)));
	snprintf(w->reason, sizeof w->reason, "%.*s", YZ_P(yz_row_str(r, 0, 4)));
	w->amount = yz_row_int(r, 0, 5);
	w->paid = yz_row_int(r, 0, 6);
	w->told = yz_str_eqz(yz_row_str(r, 0, 7), "sent");
	w->tries = yz_row_int(r, 0, 8) + 1;
	w->taken = true;
	return yz_exec(conn, err, "UPDATE refund SET next_try = $1, speaking = $1, tries = tries + 1, told = told + 1 WHERE id = $2",
		       YZ_I(w->now + LEASE), YZ_I(w->id));
}

static bool do_settle_refund(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct returning *w = ctx;
	if (w->back.state == YZ_BACK_DONE || w->back.state == YZ_BACK_FAILED)
		return yz_money_returned(w->site, conn, a, yz_str(w->no), w->back.state == YZ_BACK_FAILED, w->back.amount, w->back.at,
					 w->back.reason, err);
	return yz_exec(conn, err, "UPDATE refund SET state = $1, next_try = $2, speaking = NULL WHERE id = $3 AND state IN ('ready', 'sent')",
		       YZ_Z(w->back.state == YZ_BACK_WAITING ? "sent" : "ready"), YZ_I(w->now + wait_for(w->tries, YZ_MINUTE, YZ_HOUR)), YZ_I(w->id));
}

static bool send_back(struct yz_site *site, struct yz_arena *a, int64_t id, yz_instant now, struct yz_err *err)
{
	struct returning w = {.site = site, .id = id, .now = now};
	struct yz_pay pay;
	struct yz_err failed = {0};
	if (!yz_db_write(site->db, do_take_refund, &w, err))
		return false;
	if (!w.taken)
		return true;
	const struct yz_pay_refund r = {yz_str(w.no), yz_str(w.out_no), yz_str(w.trade_no), yz_str(w.reason), w.amount, w.paid};
	bool found = yz_pay_find(site, a, yz_str(w.provider), &pay, &failed);
	bool ok = found && (w.told ? pay.provider->refund_query(&pay, a, r.refund_no, &w.back, &failed)
				   : pay.provider->refund(&pay, a, &r, &w.back, &failed));
	if (!ok) {
		yz_log_err(YZ_WARN, &failed);
		/* Refused for good, or paid at a window: somebody must see to it by hand. */
		bool hopeless = failed.code == YZ_BAD_INPUT || !found;
		w.back = (struct yz_pay_back){.state = hopeless ? YZ_BACK_FAILED : w.told ? YZ_BACK_WAITING : YZ_BACK_UNKNOWN,
					      .reason = yz_str_dup(a, yz_str(failed.msg))};
		if ((hopeless || w.tries == GIVE_UP_ASKS) && !yz_technicians_tell(site, "pay.refund", &failed, err))
			return false;
	}
	return yz_db_write(site->db, do_settle_refund, &w, err);
}

/* ---- a round ---- */

static bool do_forget(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	return yz_exec(conn, err, "DELETE FROM pay_nonce WHERE at < $1", YZ_I(*(const yz_instant *)ctx - NONCE_DAYS * YZ_DAY));
}

static struct yz_rows *due_rows(struct yz_site *site, struct yz_arena *a, yz_instant now, bool refunds, bool *old, struct yz_err *err)
{
	int64_t n = 0;
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = !conn ? NULL
			  : refunds ? yz_select(conn, a, err,
						"SELECT id FROM refund WHERE next_try IS NOT NULL AND next_try <= $1 ORDER BY next_try, id LIMIT $2",
						YZ_I(now), YZ_I(ROUND))
				    : yz_select(conn, a, err,
						"SELECT id FROM payment WHERE next_ask IS NOT NULL AND next_ask <= $1 ORDER BY next_ask, id LIMIT $2",
						YZ_I(now), YZ_I(ROUND));
	if (r && refunds && yz_select_int(conn, &n, 0, err, "SELECT COUNT(*) FROM pay_nonce WHERE at < $1", YZ_I(now - NONCE_DAYS * YZ_DAY)))
		*old = n > 0;
	if (conn)
		yz_db_release(conn);
	return r;
}

/* ---- who has not paid ---- */

struct reminding {
	struct yz_site *site;
	int64_t id;
	yz_instant now;
};

static bool do_remind(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct reminding *w = ctx;
	struct yz_fee_held o;
	int64_t due;
	char day[16];
	if (!yz_fee_hold(conn, a, w->id, &o, err) ||
	    !yz_exec(conn, err, "UPDATE fee_order SET reminded = $1 WHERE id = $2 AND state = 'due' AND reminded IS NULL", YZ_I(w->now), YZ_I(w->id)))
		return false;
	if (!yz_changed(conn))
		return true;
	if (!yz_select_int(conn, &due, 0, err, "SELECT due FROM fee_order WHERE id = $1", YZ_I(w->id)))
		return false;
	yz_day_print(yz_instant_day(due - 1, w->site->offset), day);
	const struct yz_said said[] = {{"item", o.item_name, true}, {"no", o.case_no, false}, {"amount", yz_yuan_show(a, o.amount), false},
				       {"due", yz_str_dup(a, yz_str(day)), false}};
	return yz_message_say(w->site, conn, a, o.payer, o.case_id, YZ_SAY_fee_remind, said, 4, err) &&
	       yz_fee_note(w->site, conn, a, NULL, "remind", "fee", o.id, o.amount, YZ_LIT(""), err);
}

/* Once an order, REMIND_DAYS before it is due. */
static bool remind(struct yz_site *site, struct yz_arena *a, yz_instant now, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err,
					     "SELECT id FROM fee_order WHERE state = 'due' AND reminded IS NULL AND due > $1 AND due <= $2 ORDER BY due LIMIT $3",
					     YZ_I(now), YZ_I(now + REMIND_DAYS * YZ_DAY), YZ_I(ROUND))
				 : NULL;
	if (conn)
		yz_db_release(conn);
	for (size_t i = 0; r && i < r->count; i++) {
		struct reminding w = {site, yz_row_int(r, i, 0), now};
		if (!yz_db_write(site->db, do_remind, &w, err))
			return false;
	}
	return r != NULL;
}

/* One that cannot be settled must not keep the others waiting: the first error is told when the round is over. */
static void keep_first(bool good, const struct yz_err *failed, bool *ok, struct yz_err *err)
{
	if (!good && *ok)
		*err = *failed;
	else if (!good)
		yz_log_err(YZ_WARN, failed);
	*ok = *ok && good;
}

static bool till_round(struct yz_site *site, yz_instant now, atomic_bool *stop, int *did, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(64 << 20);
	bool old = false, ok = true;
	struct yz_rows *payments = due_rows(site, a, now, false, &old, err);
	*did = 0;
	for (size_t i = 0; payments && i < payments->count && !(stop && atomic_load(stop)); i++, ++*did) {
		struct yz_err failed = {0};
		keep_first(ask(site, a, yz_row_int(payments, i, 0), now, false, &failed), &failed, &ok, err);
	}
	struct yz_rows *refunds = payments ? due_rows(site, a, now, true, &old, ok ? err : &(struct yz_err){0}) : NULL;
	for (size_t i = 0; refunds && i < refunds->count && !(stop && atomic_load(stop)); i++, ++*did) {
		struct yz_err failed = {0};
		keep_first(send_back(site, a, yz_row_int(refunds, i, 0), now, &failed), &failed, &ok, err);
	}
	if (ok && old)
		ok = yz_db_write(site->db, do_forget, &now, err);
	if (ok)
		ok = remind(site, a, now, err);
	yz_arena_destroy(a);
	return ok && payments && refunds;
}

bool yz_till_round(struct yz_site *site, yz_instant now, int *did, struct yz_err *err)
{
	return till_round(site, now, NULL, did, err);
}

/* ---- callbacks ---- */

struct hearing {
	struct yz_site *site;
	struct yz_str provider;
	const struct yz_pay_notice *n;
};

static bool do_hear(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct hearing *w = ctx;
	const struct yz_pay_notice *n = w->n;
	int64_t money;
	if (!yz_exec(conn, err, "INSERT INTO pay_nonce (provider, nonce, at) VALUES ($1, $2, $3) ON CONFLICT (provider, nonce) DO NOTHING",
		     YZ_S(w->provider), YZ_S(n->nonce), YZ_I(yz_site_now(w->site))))
		return false;
	if (!yz_changed(conn))
		return true;
	if (n->kind == YZ_NOTICE_REFUND)
		return yz_money_returned(w->site, conn, a, n->refund_no, n->failed, n->amount, n->at, n->reason, err);
	const struct yz_learned l = {.provider = w->provider, .out_no = n->out_no, .trade_no = n->trade_no,
				       .amount = n->amount, .paid_at = n->at, .how = "callback"};
	return yz_money_learn(w->site, conn, a, &l, &money, err);
}

bool yz_till_notice(struct yz_site *site, struct yz_arena *a, struct yz_str provider, const struct yz_pay_message *m,
		    struct yz_str *thanks, struct yz_err *err)
{
	struct yz_pay pay;
	struct yz_pay_notice n = {0};
	if (!yz_pay_find(site, a, provider, &pay, err) || !pay.provider->notice(&pay, a, m, yz_site_now(site), &n, err))
		return false;
	struct hearing w = {site, provider, &n};
	*thanks = yz_str(pay.provider->thanks);
	return yz_db_write(site->db, do_hear, &w, err);
}

/* ---- the thread ---- */

struct yz_till {
	struct yz_site *site;
	struct yz_round *round;
};

static yz_instant open_till(void *ctx, atomic_bool *stop)
{
	struct yz_till *t = ctx;
	struct yz_err err = {0};
	int did;
	if (!yz_sandbox_call(t->site, yz_site_now(t->site), stop, &err) || !till_round(t->site, yz_site_now(t->site), stop, &did, &err))
		yz_log_err(YZ_WARN, &err);
	return 5 * YZ_SECOND;
}

struct yz_till *yz_till_start(struct yz_site *site, struct yz_err *err)
{
	struct yz_till *t = yz_new(site->arena, struct yz_till);
	t->site = site;
	return (t->round = yz_round_start(site, "the till", YZ_CHANGE_MONEY, 0, open_till, t, err)) ? t : NULL;
}

void yz_till_stop(struct yz_till *t)
{
	yz_round_stop(t ? t->round : NULL);
}
