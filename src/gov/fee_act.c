/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "gov/fault.h"
#include "gov/fee_row.h"
#include "gov/monitor.h"
#include "gov/reach.h"
#include "text/text.h"

struct act {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_arena *a; /* the caller's */
	struct yz_str no, price, quantity, reason, basis, refund_no, provider;
	int64_t line, less, relief, refund, told;
	bool grant;
};

static bool said(struct yz_str s, const char *field, const char *what, struct yz_err *err)
{
	if (!yz_str_trim(s).len)
		return yz_wrong(err, field, what);
	return yz_utf8_count(s) <= YZ_FEE_REASON || yz_wrong(err, field, N_("最多 1000 字"));
}

bool yz_fee_hold_for(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, enum yz_permission may,
		     struct yz_fee_held *o, struct yz_err *err)
{
	if (!yz_fee_hold_no(conn, a, no, o, err))
		return false;
	if (yz_may_in(who, may, o->org, o->region_path))
		return true;
	if (yz_may_in(who, YZ_MAY_fee_read, o->org, o->region_path) || yz_may_in(who, YZ_MAY_money, YZ_LIT(""), o->region_path))
		return yz_refuse(who, may, err);
	return yz_fail(err, YZ_NOT_FOUND, "order %.*s is not for person %lld", YZ_P(no), (long long)who->person);
}

static bool hold(const struct act *w, struct yz_conn *conn, struct yz_arena *a, enum yz_permission may, struct yz_fee_held *o,
		 struct yz_err *err)
{
	return yz_fee_hold_for(conn, a, w->who, w->no, may, o, err);
}

/* The order's amount is what its lines come to; *open: some have none yet. */
static bool add_up(struct yz_conn *conn, struct yz_arena *a, struct yz_fee_held *o, bool *open, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0), COALESCE(CAST(SUM(reduced) AS BIGINT), 0), "
				      "COUNT(*) - COUNT(amount) FROM fee_line WHERE order_id = $1",
				      YZ_I(o->id));
	if (!r)
		return false;
	o->full = yz_row_int(r, 0, 0);
	o->amount = o->full - yz_row_int(r, 0, 1);
	*open = yz_row_int(r, 0, 2) > 0;
	if (o->full > YZ_PAY_MOST)
		return yz_wrong(err, "quantity", N_("金额太大，请核对单价和数量"));
	return yz_exec(conn, err, "UPDATE fee_order SET amount = $1, full_amount = $2 WHERE id = $3", YZ_I(o->amount), YZ_I(o->full), YZ_I(o->id));
}

/* ---- 核定 ---- */

static bool fen_of(const struct act *w, int64_t *fen, struct yz_err *err)
{
	struct yz_dec each, many, yuan;
	if (!yz_dec_parse(yz_str_trim(w->price), &each) || each.neg || each.exp < -4)
		return yz_wrong(err, "price", N_("单价写成像 320 或 0.5 这样的数"));
	if (!yz_dec_parse(yz_str_trim(w->quantity), &many) || many.neg || many.exp < -4)
		return yz_wrong(err, "quantity", N_("数量写成像 12 或 9.6 这样的数"));
	if (!yz_dec_mul(each, many, &yuan) || !yz_dec_mul(yuan, yz_dec_int(100), &yuan) || !yz_dec_scale(yuan, 0, YZ_DEC_HALF_UP, &yuan) ||
	    !yz_dec_to_int(yuan, fen) || *fen > YZ_PAY_MOST)
		return yz_wrong(err, "quantity", N_("金额太大，请核对单价和数量"));
	return true;
}

static bool do_assess(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct act *w = ctx;
	struct yz_fee_held o;
	int64_t fen;
	bool open;
	if (!hold(w, conn, a, YZ_MAY_fee_manage, &o, err) || !fen_of(w, &fen, err))
		return false;
	if (o.state != YZ_FEE_assess)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这张缴费单的金额已经定了"));
	if (!yz_exec(conn, err, "UPDATE fee_line SET amount = $1, price = $2, quantity = $3 WHERE id = $4 AND order_id = $5 AND amount IS NULL",
		     YZ_I(fen), YZ_S(yz_str_trim(w->price)), YZ_S(yz_str_trim(w->quantity)), YZ_I(w->line), YZ_I(o.id)))
		return false;
	if (yz_changed(conn) != 1)
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这一项的金额已经定了"));
	if (!add_up(conn, a, &o, &open, err))
		return false;
	if (open)
		return yz_fee_note(w->site, conn, a, w->who, "line", "fee", o.id, fen, YZ_LIT(""), err);
	if (!yz_fee_move(w->site, conn, a, w->who, &o, YZ_FEE_MOVE_assess, YZ_LIT(""), err) ||
	    !yz_monitor_fee(w->site, conn, a, w->who, o.id, YZ_EVENT_assess, err))
		return false;
	if (!o.amount)
		return yz_fee_move(w->site, conn, a, w->who, &o, YZ_FEE_MOVE_waive, YZ_LIT(""), err);
	int64_t due;
	char day[16];
	if (!yz_select_int(conn, &due, 0, err, "SELECT due FROM fee_order WHERE id = $1", YZ_I(o.id)))
		return false;
	yz_day_print(yz_instant_day(due - 1, w->site->offset), day);
	const struct yz_said said[] = {{"item", o.item_name, true}, {"no", o.case_no, false}, {"amount", yz_yuan_show(a, o.amount), false},
				       {"due", yz_str_dup(a, yz_str(day)), false}};
	return yz_fee_paper(w->site, conn, a, &o, "BILL", err) &&
	       yz_message_say(w->site, conn, a, o.payer, o.case_id, YZ_SAY_fee_due, said, 4, err);
}

bool yz_fee_assess(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t line,
		   struct yz_str price, struct yz_str quantity, struct yz_err *err)
{
	struct act w = {.site = site, .who = who, .no = no, .line = line, .price = price, .quantity = quantity};
	(void)a;
	return yz_may(who, YZ_MAY_fee_manage) ? yz_db_write(site->db, do_assess, &w, err) : yz_refuse(who, YZ_MAY_fee_manage, err);
}

/* ---- 减免 ---- */

static bool do_ask_relief(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct act *w = ctx;
	struct yz_fee_held o;
	if (!hold(w, conn, a, YZ_MAY_fee_manage, &o, err))
		return false;
	if (o.state != YZ_FEE_due)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("只有待缴费的缴费单能减免"));
	if (!said(w->reason, "reason", N_("请写明减免的理由"), err) || !said(w->basis, "basis", N_("请写明减免的依据"), err))
		return false;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT l.amount - l.reduced, (SELECT COUNT(*) FROM fee_relief f WHERE f.line_id = l.id AND f.state = 'asked') "
				      "FROM fee_line l WHERE l.id = $1 AND l.order_id = $2",
				      YZ_I(w->line), YZ_I(o.id));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "order %.*s has no line %lld", YZ_P(w->no), (long long)w->line);
	if (yz_row_int(r, 0, 1))
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这一项已经有一个减免在等批准"));
	if (w->less < 1 || w->less > yz_row_int(r, 0, 0))
		return yz_wrong(err, "less", N_("减免的金额要大于 0，不能超过这一项要缴的"));
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO fee_relief (order_id, line_id, amount, reason, basis, state, by_person, at, answer) "
			       "VALUES ($1, $2, $3, $4, $5, 'asked', $6, $7, '')",
			       YZ_I(o.id), YZ_I(w->line), YZ_I(w->less), YZ_S(yz_str_trim(w->reason)), YZ_S(yz_str_trim(w->basis)),
			       YZ_I(w->who->person), YZ_I(yz_site_now(w->site)));
	return id && yz_fee_note(w->site, conn, a, w->who, "relief", "fee", o.id, w->less, w->reason, err);
}

bool yz_fee_relief_ask(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t line,
		       int64_t less, struct yz_str reason, struct yz_str basis, struct yz_err *err)
{
	struct act w = {.site = site, .who = who, .no = no, .line = line, .less = less, .reason = reason, .basis = basis};
	(void)a;
	return yz_may(who, YZ_MAY_fee_manage) ? yz_db_write(site->db, do_ask_relief, &w, err) : yz_refuse(who, YZ_MAY_fee_manage, err);
}

static bool relieve(const struct act *w, struct yz_conn *conn, struct yz_arena *a, struct yz_fee_held *o, const struct yz_rows *r,
		    struct yz_err *err)
{
	bool open;
	struct yz_str why = yz_row_str(r, 0, 3);
	if (!yz_exec(conn, err, "UPDATE fee_line SET reduced = reduced + $1 WHERE id = $2 AND reduced + $1 <= amount", YZ_I(yz_row_int(r, 0, 2)),
		     YZ_I(yz_row_int(r, 0, 1))))
		return false;
	if (yz_changed(conn) != 1)
		return yz_fail(err, YZ_CONFLICT, "%s", N_("减免的金额超过了这一项要缴的"));
	if (!add_up(conn, a, o, &open, err) || !yz_fee_stop_payments(w->site, conn, o->id, err) ||
	    !yz_exec(conn, err, "UPDATE fee_order SET reason = $1 WHERE id = $2", YZ_S(why), YZ_I(o->id)))
		return false;
	bool all = !o->amount;
	return yz_fee_move(w->site, conn, a, w->who, o, all ? YZ_FEE_MOVE_waive : YZ_FEE_MOVE_reduce, why, err) &&
	       (all || yz_fee_paper(w->site, conn, a, o, "BILL", err)) &&
	       yz_fee_tell(w->site, conn, a, o, all ? YZ_SAY_fee_waived : YZ_SAY_fee_reduced, o->amount, why, err);
}

static bool do_decide_relief(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct act *w = ctx;
	struct yz_fee_held o;
	if (!hold(w, conn, a, YZ_MAY_fee_approve, &o, err))
		return false;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT state, line_id, amount, reason, by_person FROM fee_relief WHERE id = $1 AND order_id = $2",
				      YZ_I(w->relief), YZ_I(o.id));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "order %.*s has no relief %lld", YZ_P(w->no), (long long)w->relief);
	if (!yz_str_eqz(yz_row_str(r, 0, 0), "asked"))
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这个减免已经有人决定了"));
	if (yz_row_int(r, 0, 4) == w->who->person)
		return yz_fail(err, YZ_FORBIDDEN, "%s", N_("自己提出的，要由另一个人批准"));
	if (w->grant ? yz_utf8_count(w->reason) > YZ_FEE_REASON && !yz_wrong(err, "answer", N_("最多 1000 字"))
		     : !said(w->reason, "answer", N_("不同意的，请写明为什么"), err))
		return false;
	if (w->grant && o.state != YZ_FEE_due)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("只有待缴费的缴费单能减免"));
	return yz_exec(conn, err, "UPDATE fee_relief SET state = $1, decided_by = $2, decided_at = $3, answer = $4 WHERE id = $5",
		       YZ_Z(w->grant ? "granted" : "refused"), YZ_I(w->who->person), YZ_I(yz_site_now(w->site)), YZ_S(yz_str_trim(w->reason)),
		       YZ_I(w->relief)) &&
	       (w->grant ? relieve(w, conn, a, &o, r, err)
			 : yz_fee_note(w->site, conn, a, w->who, "relief-refused", "fee", o.id, yz_row_int(r, 0, 2), w->reason, err));
}

bool yz_fee_relief_decide(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t relief,
			  bool grant, struct yz_str answer, struct yz_err *err)
{
	struct act w = {.site = site, .who = who, .no = no, .relief = relief, .grant = grant, .reason = answer};
	(void)a;
	return yz_may(who, YZ_MAY_fee_approve) ? yz_db_write(site->db, do_decide_relief, &w, err) : yz_refuse(who, YZ_MAY_fee_approve, err);
}

/* ---- 退款 ---- */

static bool do_ask_refund(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct act *w = ctx;
	struct yz_fee_held o;
	int64_t money, asked, n;
	if (!hold(w, conn, a, YZ_MAY_fee_manage, &o, err))
		return false;
	if (o.state != YZ_FEE_paid)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("只有已缴费的缴费单能退款"));
	if (!said(w->reason, "reason", N_("请写明退款的理由"), err) ||
	    !yz_select_int(conn, &money, 0, err, "SELECT id FROM money_in WHERE order_id = $1 AND use_for = 'order'", YZ_I(o.id)) ||
	    !yz_select_int(conn, &asked, 0, err, "SELECT COUNT(*) FROM refund WHERE money_id = $1 AND state IN ('asked', 'ready', 'sent', 'failed')",
			   YZ_I(money)))
		return false;
	if (asked)
		return yz_fail(err, YZ_CONFLICT, "%s", N_("已经有一笔退款在办"));
	yz_instant now = yz_site_now(w->site);
	if (!yz_site_count(conn, "refund", &n, err))
		return false;
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO refund (no, money_id, order_id, amount, reason, state, by_person, at, tries, failure) "
			       "VALUES ($1, $2, $3, $4, $5, 'asked', $6, $7, 0, '')",
			       YZ_S(yz_str_printf(a, "R%.*s-%08lld", YZ_P(w->site->region), (long long)n)), YZ_I(money), YZ_I(o.id), YZ_I(o.amount),
			       YZ_S(yz_str_trim(w->reason)), YZ_I(w->who->person), YZ_I(now));
	return id && yz_fee_note(w->site, conn, a, w->who, "ask", "refund", id, o.amount, w->reason, err);
}

bool yz_fee_refund_ask(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_str reason,
		       struct yz_err *err)
{
	struct act w = {.site = site, .who = who, .no = no, .reason = reason};
	(void)a;
	return yz_may(who, YZ_MAY_fee_manage) ? yz_db_write(site->db, do_ask_refund, &w, err) : yz_refuse(who, YZ_MAY_fee_manage, err);
}

struct asked {
	int64_t order, amount, by, told;
	struct yz_str state, reason, no, provider;
};

/* What came in at the counter has no channel to tell, or to ask: it waits there for her. */
static bool counter(const struct asked *f)
{
	return yz_str_eqz(f->provider, YZ_PAY_COUNTER);
}

static bool find_refund(const struct act *w, struct yz_conn *conn, struct yz_arena *a, struct asked *out, struct yz_fee_held *o,
			struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT order_id, amount, by_person, state, reason, no, told, (SELECT m.provider FROM money_in m WHERE m.id = money_id) "
				      "FROM refund WHERE id = $1 FOR UPDATE",
				      YZ_I(w->refund));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no refund %lld", (long long)w->refund);
	*out = (struct asked){.order = yz_row_int(r, 0, 0), .amount = yz_row_int(r, 0, 1), .by = yz_row_int(r, 0, 2), .told = yz_row_int(r, 0, 6),
			      .state = yz_row_str(r, 0, 3), .reason = yz_row_str(r, 0, 4), .no = yz_row_str(r, 0, 5), .provider = yz_row_str(r, 0, 7)};
	*o = (struct yz_fee_held){0};
	/* Money without an order is of no township. */
	if (!out->order)
		return yz_reach_whole(w->site, conn, a, w->who, YZ_MAY_money, err);
	return yz_fee_hold(conn, a, out->order, o, err) &&
	       (yz_may_in(w->who, YZ_MAY_money, YZ_LIT(""), o->region_path) ||
		yz_fail(err, YZ_NOT_FOUND, "refund %lld is not for person %lld", (long long)w->refund, (long long)w->who->person));
}

static bool do_decide_refund(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct act *w = ctx;
	struct yz_fee_held o;
	struct asked f;
	if (!find_refund(w, conn, a, &f, &o, err))
		return false;
	if (!yz_str_eqz(f.state, "asked"))
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这笔退款已经有人决定了"));
	if (f.by == w->who->person)
		return yz_fail(err, YZ_FORBIDDEN, "%s", N_("自己提出的，要由另一个人批准"));
	yz_instant now = yz_site_now(w->site);
	if (!yz_exec(conn, err, "UPDATE refund SET state = $1, approved_by = $2, next_try = $3 WHERE id = $4", YZ_Z(w->grant ? "ready" : "refused"),
		     YZ_I(w->who->person), yz_val_int_or_null(now, w->grant && !counter(&f)), YZ_I(w->refund)))
		return false;
	if (!w->grant)
		return yz_fee_note(w->site, conn, a, w->who, "refuse", "refund", w->refund, f.amount, YZ_LIT(""), err);
	yz_site_changed(w->site, YZ_CHANGE_MONEY);
	return yz_fee_move(w->site, conn, a, w->who, &o, YZ_FEE_MOVE_refund, f.reason, err) &&
	       yz_fee_tell(w->site, conn, a, &o, counter(&f) ? YZ_SAY_fee_fetch : YZ_SAY_fee_back, f.amount, f.reason, err);
}

bool yz_fee_refund_decide(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t refund, bool grant,
			  struct yz_err *err)
{
	struct act w = {.site = site, .who = who, .refund = refund, .grant = grant};
	(void)a;
	return yz_may(who, YZ_MAY_money) ? yz_db_write(site->db, do_decide_refund, &w, err) : yz_refuse(who, YZ_MAY_money, err);
}

static bool do_again(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct act *w = ctx;
	struct yz_fee_held o;
	struct asked f;
	if (!find_refund(w, conn, a, &f, &o, err))
		return false;
	if (!yz_str_eqz(f.state, "failed"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("只有没有退成的款能再退一次"));
	/* The order's own money: it is being given back again.  Money that was never for the order has no state of it. */
	int64_t own;
	if (!yz_select_int(conn, &own, 0, err,
			   "SELECT COUNT(*) FROM refund r JOIN money_in m ON m.id = r.money_id WHERE r.id = $1 AND m.use_for = 'order'", YZ_I(w->refund)) ||
	    (own && o.state == YZ_FEE_paid && !yz_fee_move(w->site, conn, a, w->who, &o, YZ_FEE_MOVE_refund, f.reason, err)))
		return false;
	yz_site_changed(w->site, YZ_CHANGE_MONEY);
	return yz_exec(conn, err, "UPDATE refund SET state = 'ready', next_try = $1, tries = 0 WHERE id = $2",
		       yz_val_int_or_null(yz_site_now(w->site), !counter(&f)), YZ_I(w->refund)) &&
	       yz_fee_note(w->site, conn, a, w->who, "again", "refund", w->refund, f.amount, YZ_LIT(""), err);
}

bool yz_fee_refund_again(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t refund, struct yz_err *err)
{
	struct act w = {.site = site, .who = who, .refund = refund};
	(void)a;
	return yz_may(who, YZ_MAY_money) ? yz_db_write(site->db, do_again, &w, err) : yz_refuse(who, YZ_MAY_money, err);
}

/* ---- what no channel gives back ---- */

static bool not_gone(const struct asked *f)
{
	return yz_str_eqz(f->state, "failed") || (counter(f) && yz_str_eqz(f->state, "ready"));
}

static bool do_settle_refund(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct act *w = ctx;
	struct yz_fee_held o;
	struct asked f;
	if (!find_refund(w, conn, a, &f, &o, err))
		return false;
	if (!not_gone(&f) || f.told != w->told)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("只有没有退成的款能线下退"));
	return yz_money_settled(w->site, conn, a, w->who, w->refund_no, yz_str_trim(w->reason), err);
}

static bool do_see_refund(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	struct yz_fee_held o;
	struct asked f;
	if (!find_refund(w, conn, a, &f, &o, err))
		return false;
	if (!not_gone(&f))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("只有没有退成的款能线下退"));
	if (f.by == w->who->person)
		return yz_fail(err, YZ_FORBIDDEN, "%s", N_("自己提出的，要由另一个人批准"));
	w->told = f.told;
	w->refund_no = yz_str_dup(w->a, f.no);
	w->provider = yz_str_dup(w->a, f.provider);
	return true;
}

bool yz_fee_refund_settle(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t refund, struct yz_str how,
			  struct yz_err *err)
{
	struct act w = {.site = site, .a = a, .who = who, .refund = refund, .reason = how};
	struct yz_pay_back back = {.state = YZ_BACK_UNKNOWN};
	struct yz_pay pay;
	if (!yz_may(who, YZ_MAY_money))
		return yz_refuse(who, YZ_MAY_money, err);
	if (!said(how, "how", N_("请写明怎样退的和凭证号"), err))
		return false;
	if (!yz_db_write(site->db, do_see_refund, &w, err))
		return false;
	if (!yz_str_eqz(w.provider, YZ_PAY_COUNTER) &&
	    (!yz_pay_find(site, a, w.provider, &pay, err) || !pay.provider->refund_query(&pay, a, w.refund_no, &back, err)))
		return false;
	if (back.state == YZ_BACK_DONE || back.state == YZ_BACK_WAITING)
		return yz_fail(err, YZ_CONFLICT, "%s", N_("支付平台说这笔款已经退了或者正在退，不能再退一次"));
	return yz_db_write(site->db, do_settle_refund, &w, err);
}
