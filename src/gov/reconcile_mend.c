/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/reconcile.h"

#include "base/utf8.h"
#include "gov/fault.h"
#include "gov/fee_row.h"
#include "gov/reach.h"
#include "text/text.h"

#include <stdio.h>
#include <string.h>

/* What the channel says when it is asked about what a file, which anybody may have written, says of it. */
enum word {
	WORD_NONE, /* it is not asked: nothing is booked */
	WORD_YES,  /* as the file says */
	WORD_NO,   /* there is no such thing */
	WORD_OTHER /* neither: people must find out */
};

struct mending {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t id;
	char provider[40], kind[20], number[64], out_no[64];
	int64_t theirs, theirs_at, ours;
	enum word word;
	/* The refund of this money that may be under way, as it was when the channel was asked about it. */
	int64_t back, told;
	struct yz_str note;
	bool mended;
};

static const char already_back[] = N_("这笔款已经在退，请先和平台核对退款");
static const char held_anew[] = N_("这一条刚刚重新对过账，请刷新后再办");

typedef bool mend_fn(struct mending *w, struct yz_conn *conn, struct yz_arena *a, const char **how, struct yz_err *err);

/* 平台有收款: as if the callback had come. */
static bool mend_book(struct mending *w, struct yz_conn *conn, struct yz_arena *a, const char **how, struct yz_err *err)
{
	const struct yz_learned l = {.provider = yz_str(w->provider), .out_no = yz_str(w->out_no), .trade_no = yz_str(w->number),
				       .amount = w->theirs, .paid_at = w->theirs_at, .how = "file"};
	int64_t money;
	*how = N_("补记了收款");
	return yz_money_learn(w->site, conn, a, &l, &money, err);
}

static bool hold_money(struct mending *w, struct yz_conn *conn, struct yz_arena *a, int64_t *money, int64_t *amount, struct yz_str *use,
		       struct yz_fee_held *o, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, amount, use_for, COALESCE(order_id, 0) FROM money_in WHERE provider = $1 AND trade_no = $2",
				      YZ_Z(w->provider), YZ_Z(w->number));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no money with number %s", w->number);
	*money = yz_row_int(r, 0, 0);
	*amount = yz_row_int(r, 0, 1);
	*use = yz_row_str(r, 0, 2);
	*o = (struct yz_fee_held){0};
	return !yz_row_int(r, 0, 3) || yz_fee_hold(conn, a, yz_row_int(r, 0, 3), o, err);
}

/* The order waits for its money again, if it was this money that paid it. */
static bool owe_again(struct mending *w, struct yz_conn *conn, struct yz_arena *a, struct yz_str use, struct yz_fee_held *o, struct yz_err *err)
{
	if (!o->id || !yz_str_eqz(use, "order") || !yz_fee_move_fits(YZ_FEE_MOVE_reopen, o->state))
		return true;
	return yz_fee_move(w->site, conn, a, w->who, o, YZ_FEE_MOVE_reopen, YZ_LIT(""), err) &&
	       yz_fee_tell(w->site, conn, a, o, YZ_SAY_fee_again, o->amount, YZ_LIT(""), err);
}

/* Nothing of it goes back, or may have gone, that the channel was not asked about. */
static bool none_under_way(const struct mending *w, struct yz_conn *conn, struct yz_arena *a, int64_t money, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, state, told, speaking FROM refund WHERE money_id = $1 AND state <> 'refused' FOR UPDATE",
				      YZ_I(money));
	if (!r || !r->count)
		return r != NULL;
	struct yz_str state = yz_row_str(r, 0, 1);
	if (yz_str_eqz(state, "sent") || yz_str_eqz(state, "done"))
		return yz_fail(err, YZ_CONFLICT, "%s", already_back);
	if (!yz_row_int(r, 0, 2))
		return true;
	return (yz_row_int(r, 0, 0) == w->back && yz_row_int(r, 0, 2) == w->told && yz_row_int(r, 0, 3) <= yz_site_now(w->site)) ||
	       yz_fail(err, YZ_NOT_NOW, "%s", N_("正在和支付平台联系这笔退款，请两分钟以后再办"));
}

/* 这里有收款: it never came, or the channel knows it after all. */
static bool mend_void(struct mending *w, struct yz_conn *conn, struct yz_arena *a, const char **how, struct yz_err *err)
{
	struct yz_fee_held o;
	struct yz_str use;
	int64_t money, amount;
	*how = N_("平台查实已付");
	if (w->word == WORD_YES)
		return true;
	if (!hold_money(w, conn, a, &money, &amount, &use, &o, err) || !none_under_way(w, conn, a, money, err))
		return false;
	*how = N_("平台没有收到，已撤销");
	return yz_money_drop(w->site, conn, a, w->who, money, false, err) &&
	       yz_exec(conn, err, "UPDATE money_in SET use_for = 'void' WHERE id = $1", YZ_I(money)) &&
	       yz_fee_note(w->site, conn, a, w->who, "void", "money", money, amount, YZ_LIT(""), err) && owe_again(w, conn, a, use, &o, err);
}

/* 金额不一致: what really came goes back, and the order is owed again. */
static bool mend_amount(struct mending *w, struct yz_conn *conn, struct yz_arena *a, const char **how, struct yz_err *err)
{
	struct yz_fee_held o;
	struct yz_str use;
	int64_t money, amount, refund;
	*how = N_("按实收退回，重新缴费");
	if (!hold_money(w, conn, a, &money, &amount, &use, &o, err) || !none_under_way(w, conn, a, money, err))
		return false;
	if (!yz_money_drop(w->site, conn, a, w->who, money, false, err) ||
	    !yz_exec(conn, err, "UPDATE money_in SET amount = $1, use_for = 'back', why = $2 WHERE id = $3", YZ_I(w->theirs), YZ_Z("付的金额和缴费单不一致"),
		     YZ_I(money)) ||
	    !yz_fee_note(w->site, conn, a, w->who, "correct", "money", money, w->theirs, YZ_LIT(""), err) || !owe_again(w, conn, a, use, &o, err))
		return false;
	return yz_money_back(w->site, conn, a, money, w->theirs, o.id ? &o : NULL, YZ_LIT("付的金额和缴费单不一致"), &refund, err);
}

static bool mend_returned(struct mending *w, struct yz_conn *conn, struct yz_arena *a, const char **how, struct yz_err *err)
{
	int64_t known;
	*how = N_("记为退款到账");
	if (!yz_select_int(conn, &known, 0, err, "SELECT COUNT(*) FROM refund WHERE no = $1 AND amount = $2 AND state IN ('ready', 'sent', 'failed')",
			   YZ_Z(w->number), YZ_I(w->theirs)))
		return false;
	if (known)
		return yz_money_returned(w->site, conn, a, yz_str(w->number), false, w->theirs, w->theirs_at, YZ_LIT(""), err);
	int64_t settled;
	if (!yz_select_int(conn, &settled, 0, err, "SELECT COUNT(*) FROM refund WHERE no = $1 AND settled <> ''", YZ_Z(w->number)))
		return false;
	*how = settled ? N_("已经线下退过，平台又退了一次，由财务追回") : N_("不是这里发出的退款，已记下");
	return yz_fee_note(w->site, conn, a, w->who, "foreign", "difference", w->id, w->theirs, yz_str(w->number), err);
}

/* The order is on its way back again, if it was this money that paid it: what comes of the refund then fits it. */
static bool give_back_again(struct mending *w, struct yz_conn *conn, struct yz_arena *a, int64_t order, struct yz_str use, struct yz_err *err)
{
	struct yz_fee_held o;
	if (!order || !yz_str_eqz(use, "order"))
		return true;
	return yz_fee_hold(conn, a, order, &o, err) &&
	       (!yz_fee_move_fits(YZ_FEE_MOVE_resend, o.state) || yz_fee_move(w->site, conn, a, w->who, &o, YZ_FEE_MOVE_resend, YZ_LIT(""), err));
}

/* 这里退款已到账: the channel has it after all, or it goes out once more under the same number. */
static bool mend_resend(struct mending *w, struct yz_conn *conn, struct yz_arena *a, const char **how, struct yz_err *err)
{
	*how = N_("平台查实已退");
	if (w->word == WORD_YES)
		return true;
	*how = N_("平台没有退，已重新发出");
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT r.id, r.amount, m.use_for, COALESCE(r.order_id, 0) FROM refund r JOIN money_in m ON m.id = r.money_id "
				      "WHERE r.no = $1 AND r.state = 'done' FOR UPDATE",
				      YZ_Z(w->number));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no refund %s that is done", w->number);
	if (!give_back_again(w, conn, a, yz_row_int(r, 0, 3), yz_row_str(r, 0, 2), err))
		return false;
	yz_site_changed(w->site, YZ_CHANGE_MONEY);
	return yz_exec(conn, err, "UPDATE refund SET state = 'ready', next_try = $1, tries = 0, day = NULL, done_at = NULL WHERE id = $2",
		       YZ_I(yz_site_now(w->site)), YZ_I(yz_row_int(r, 0, 0))) &&
	       yz_fee_note(w->site, conn, a, w->who, "again", "refund", yz_row_int(r, 0, 0), yz_row_int(r, 0, 1), YZ_LIT(""), err);
}

static bool mend_note(struct mending *w, struct yz_conn *conn, struct yz_arena *a, const char **how, struct yz_err *err)
{
	*how = N_("差额已记下");
	return yz_fee_note(w->site, conn, a, w->who, "amount", "difference", w->id, w->theirs, yz_str(w->number), err);
}

static mend_fn *const mends[YZ_DIFFERENCES] = {
	[YZ_DIFF_there_paid] = mend_book, [YZ_DIFF_double_paid] = mend_book, [YZ_DIFF_here_paid] = mend_void, [YZ_DIFF_amount] = mend_amount,
	[YZ_DIFF_there_back] = mend_returned, [YZ_DIFF_here_back] = mend_resend, [YZ_DIFF_back_amount] = mend_note,
};

static mend_fn *mend_of(const struct mending *w)
{
	for (int i = 0; i < YZ_DIFFERENCES; i++)
		if (strcmp(w->kind, yz_difference_name((enum yz_difference)i)) == 0)
			return mends[i];
	return NULL;
}

/* An id is free again once its day is held anew: what was shown must still be what stands there. */
static bool same_as_shown(const struct mending *w, struct yz_conn *conn, struct yz_arena *a, bool *mended, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT COALESCE(mended, 0), kind, number, out_no, COALESCE(theirs, 0) FROM difference WHERE id = $1 FOR UPDATE",
				      YZ_I(w->id));
	if (!r)
		return false;
	bool same = r->count && yz_str_eqz(yz_row_str(r, 0, 1), w->kind) && yz_str_eqz(yz_row_str(r, 0, 2), w->number) &&
		    yz_str_eqz(yz_row_str(r, 0, 3), w->out_no) && yz_row_int(r, 0, 4) == w->theirs;
	*mended = same && yz_row_int(r, 0, 0);
	return same || yz_fail(err, YZ_CONFLICT, "%s", held_anew);
}

static bool do_mend(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct mending *w = ctx;
	const char *how = "";
	bool mended;
	mend_fn *fn = mend_of(w);
	if (!fn)
		return yz_fail(err, YZ_CORRUPT, "difference %lld is of an unknown kind", (long long)w->id);
	if (!same_as_shown(w, conn, a, &mended, err))
		return false;
	if (mended)
		return true;
	return fn(w, conn, a, &how, err) &&
	       yz_exec(conn, err, "UPDATE difference SET mended = $1, mended_by = $2, how = $3 WHERE id = $4", YZ_I(yz_site_now(w->site)),
		       YZ_I(w->who->person), YZ_Z(how), YZ_I(w->id)) &&
	       yz_fee_note(w->site, conn, a, w->who, "mend", "difference", w->id, w->theirs, YZ_LIT(""), err);
}

static bool read_one(struct mending *w, struct yz_arena *a, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(w->site->db, err);
	struct yz_rows *r = conn && yz_reach_whole(w->site, conn, a, w->who, YZ_MAY_money, err)
				 ? yz_select(conn, a, err,
					     "SELECT r.provider, d.kind, d.number, d.out_no, COALESCE(d.theirs, 0), COALESCE(d.theirs_at, 0), COALESCE(d.ours, -1) "
					     "FROM difference d JOIN reconciliation r ON r.id = d.reconciliation_id WHERE d.id = $1",
					     YZ_I(w->id))
				 : NULL;
	if (conn)
		yz_db_release(conn);
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no difference %lld", (long long)w->id);
	snprintf(w->provider, sizeof w->provider, "%.*s", YZ_P(yz_row_str(r, 0, 0)));
	snprintf(w->kind, sizeof w->kind, "%.*s", YZ_P(yz_row_str(r, 0, 1)));
	snprintf(w->number, sizeof w->number, "%.*s", YZ_P(yz_row_str(r, 0, 2)));
	snprintf(w->out_no, sizeof w->out_no, "%.*s", YZ_P(yz_row_str(r, 0, 3)));
	w->theirs = yz_row_int(r, 0, 4);
	w->theirs_at = yz_row_int(r, 0, 5);
	w->ours = yz_row_int(r, 0, 6);
	return true;
}

static bool shown_is(const struct mending *w, const struct yz_difference_shown *shown, struct yz_err *err)
{
	return (yz_str_eqz(shown->kind, w->kind) && yz_str_eqz(shown->number, w->number) && shown->theirs == w->theirs) ||
	       yz_fail(err, YZ_CONFLICT, "%s", held_anew);
}

static bool do_see(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct mending *w = ctx;
	return same_as_shown(w, conn, a, &w->mended, err);
}

/* ---- the channel's own word, outside the write ---- */

static bool is(const struct mending *w, enum yz_difference d)
{
	return strcmp(w->kind, yz_difference_name(d)) == 0;
}

static bool ask_trade(struct mending *w, const struct yz_pay *pay, struct yz_arena *a, struct yz_err *err)
{
	struct yz_pay_trade t = {.state = YZ_PAY_UNKNOWN};
	if (!pay->provider->query(pay, a, yz_str(w->out_no), &t, err))
		return false;
	bool this_one = t.state == YZ_PAY_PAID && yz_str_eqz(t.trade_no, w->number);
	int64_t amount = is(w, YZ_DIFF_here_paid) ? w->ours : w->theirs;
	w->word = this_one && t.amount == amount ? WORD_YES : t.state == YZ_PAY_PAID ? WORD_OTHER : WORD_NO;
	/* What is there at another amount, or is to be booked and is not there, is for people. */
	if (w->word == WORD_NO && !is(w, YZ_DIFF_here_paid))
		w->word = WORD_OTHER;
	return true;
}

static bool ask_back(struct mending *w, const struct yz_pay *pay, struct yz_arena *a, struct yz_err *err)
{
	struct yz_pay_back b = {.state = YZ_BACK_UNKNOWN};
	if (!pay->provider->refund_query(pay, a, yz_str(w->number), &b, err))
		return false;
	int64_t amount = is(w, YZ_DIFF_here_back) ? w->ours : w->theirs;
	if (b.state == YZ_BACK_DONE)
		w->word = b.amount == amount ? WORD_YES : WORD_OTHER;
	else
		w->word = is(w, YZ_DIFF_here_back) && b.state != YZ_BACK_WAITING ? WORD_NO : WORD_OTHER;
	return true;
}

/* The refund of this money whose answer was lost is asked for before it counts as never sent. */
static bool ask_refund(struct mending *w, const struct yz_pay *pay, struct yz_arena *a, struct yz_err *err)
{
	struct yz_pay_back b = {.state = YZ_BACK_UNKNOWN};
	struct yz_conn *conn = yz_db_read(w->site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err,
					     "SELECT r.id, r.told, r.no FROM refund r JOIN money_in m ON m.id = r.money_id WHERE m.provider = $1 AND m.trade_no = $2 "
					     "AND r.state IN ('ready', 'failed') AND r.told > 0",
					     YZ_Z(w->provider), YZ_Z(w->number))
				 : NULL;
	if (conn)
		yz_db_release(conn);
	if (!r || !r->count)
		return r != NULL;
	w->back = yz_row_int(r, 0, 0);
	w->told = yz_row_int(r, 0, 1);
	if (!pay->provider->refund_query(pay, a, yz_row_str(r, 0, 2), &b, err))
		return false;
	return (b.state != YZ_BACK_DONE && b.state != YZ_BACK_WAITING) || yz_fail(err, YZ_CONFLICT, "%s", already_back);
}

static bool do_find(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct mending *w = ctx;
	bool mended;
	return same_as_shown(w, conn, a, &mended, err) &&
	       (mended || (yz_exec(conn, err, "UPDATE difference SET asked = $1, answer = $2 WHERE id = $3", YZ_I(yz_site_now(w->site)),
				   YZ_Z(is(w, YZ_DIFF_there_back) || is(w, YZ_DIFF_here_back) ? N_("平台查到的退款和文件上的不一样")
											       : N_("平台查到的收款和文件上的不一样")),
				   YZ_I(w->id)) &&
			   yz_fee_note(w->site, conn, a, w->who, "unconfirmed", "difference", w->id, w->theirs, yz_str(w->number), err)));
}

/* false: it failed, or the channel did not confirm: that is kept as a finding, and the error says so. */
static bool ask(struct mending *w, const struct yz_pay *pay, struct yz_arena *a, struct yz_err *err)
{
	bool amount = is(w, YZ_DIFF_amount), void_ = is(w, YZ_DIFF_here_paid), ours = w->ours >= 0;
	if (is(w, YZ_DIFF_there_paid) || is(w, YZ_DIFF_double_paid) || amount || void_) {
		if (!ask_trade(w, pay, a, err))
			return false;
	} else if (is(w, YZ_DIFF_here_back) || (is(w, YZ_DIFF_there_back) && ours)) {
		if (!ask_back(w, pay, a, err))
			return false;
	}
	if (w->word == WORD_OTHER)
		return yz_db_write(w->site->db, do_find, w, err) &&
		       yz_fail(err, YZ_NOT_NOW, "%s", N_("支付平台没有证实文件上的这一条，账没有改。请和平台核对，查清以后写明结果"));
	return !(amount || (void_ && w->word == WORD_NO)) || ask_refund(w, pay, a, err);
}

bool yz_reconcile_mend(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_difference_shown *shown,
		       struct yz_err *err)
{
	struct mending w = {.site = site, .who = who, .id = shown->id};
	struct yz_pay pay;
	if (!read_one(&w, a, err) || !shown_is(&w, shown, err) || !yz_db_write(site->db, do_see, &w, err))
		return false;
	if (yz_str_eqz(yz_str(w.provider), YZ_PAY_COUNTER))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("窗口收的款没有平台可以查，请写明查清的结果"));
	return w.mended || (yz_pay_find(site, a, yz_str(w.provider), &pay, err) && ask(&w, &pay, a, err) && yz_db_write(site->db, do_mend, &w, err));
}

/* ---- what people found out ---- */

static bool do_explain(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct mending *w = ctx;
	int64_t asked;
	bool mended;
	if (!same_as_shown(w, conn, a, &mended, err) || !yz_select_int(conn, &asked, 0, err, "SELECT asked FROM difference WHERE id = $1", YZ_I(w->id)))
		return false;
	if (mended || !asked)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("先向支付平台查询；平台没有证实的，才由人写明结果"));
	return yz_exec(conn, err, "UPDATE difference SET mended = $1, mended_by = $2, how = $3, note = $4 WHERE id = $5", YZ_I(yz_site_now(w->site)),
		       YZ_I(w->who->person), YZ_Z(N_("人工查清")), YZ_S(w->note), YZ_I(w->id)) &&
	       yz_fee_note(w->site, conn, a, w->who, "explain", "difference", w->id, w->theirs, w->note, err);
}

bool yz_reconcile_explain(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_difference_shown *shown,
			  struct yz_str note, struct yz_err *err)
{
	struct mending w = {.site = site, .who = who, .id = shown->id, .note = yz_str_trim(note)};
	size_t n = yz_utf8_count(w.note);
	if (n < 2 || n > YZ_FEE_REASON)
		return yz_wrong(err, "note", N_("请写明查清的结果，2 到 1000 个字"));
	return read_one(&w, a, err) && shown_is(&w, shown, err) && yz_db_write(site->db, do_explain, &w, err);
}
