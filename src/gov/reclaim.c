/* 追回.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/payout_row.h"

#include "base/utf8.h"
#include "gov/document.h"
#include "gov/fault.h"
#include "gov/fee_row.h"
#include "gov/message.h"
#include "gov/note.h"
#include "gov/pay.h"
#include "print/letters.h"
#include "text/text.h"

enum { LIST = 500, REASON = 1000, DAYS_MOST = 365 };

#define RECLAIM_COLUMNS                                                                                                \
	"y.id, y.payout, y.amount, y.repaid, y.no, q.name, k.item_name, c.no, y.reason, y.basis, y.state, o.name, p.name, y.due, y.at, " \
	"y.ended, y.org, y.person, y.document FROM reclaim y JOIN payout k ON k.id = y.payout JOIN cases c ON c.id = k.case_id "           \
	"JOIN person q ON q.id = y.person LEFT JOIN org o ON o.key = y.org LEFT JOIN person p ON p.id = y.by_person"

static void read_row(const struct yz_rows *r, size_t i, struct yz_reclaim *out)
{
	*out = (struct yz_reclaim){.id = yz_row_int(r, i, 0), .payout = yz_row_int(r, i, 1), .amount = yz_row_int(r, i, 2),
				   .repaid = yz_row_int(r, i, 3), .no = yz_row_str(r, i, 4), .payee = yz_row_str(r, i, 5),
				   .item_name = yz_row_str(r, i, 6), .case_no = yz_row_str(r, i, 7), .reason = yz_row_str(r, i, 8),
				   .basis = yz_row_str(r, i, 9), .state = yz_row_str(r, i, 10), .org_name = yz_row_str(r, i, 11),
				   .by = yz_row_str(r, i, 12), .due = (yz_day)yz_row_int(r, i, 13), .at = yz_row_int(r, i, 14),
				   .ended = yz_row_int(r, i, 15), .document = yz_row_int(r, i, 18)};
}

bool yz_reclaim_list(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, bool mine, struct yz_reclaim **out, size_t *n,
		     struct yz_err *err)
{
	struct yz_sql q;
	yz_sql_init(&q, a);
	yz_sql_add(&q, "SELECT " RECLAIM_COLUMNS " WHERE ");
	if (mine)
		yz_sql_add(&q, "y.person = $1", YZ_I(who->person));
	else if (!yz_payout_orgs(&q, who, YZ_MAY_payout_read))
		return yz_refuse(who, YZ_MAY_payout_read, err);
	yz_sql_add(&q, " ORDER BY y.id DESC LIMIT $1", YZ_I(LIST));
	struct yz_rows *r = yz_sql_select(&q, conn, a, err);
	if (!r)
		return false;
	*out = yz_new_n(a, r->count, struct yz_reclaim);
	*n = r->count;
	for (size_t i = 0; i < r->count; i++)
		read_row(r, i, &(*out)[i]);
	return true;
}

bool yz_reclaim_load(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_reclaim *out,
		     struct yz_repayment **list, size_t *n, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " RECLAIM_COLUMNS " WHERE y.id = $1", YZ_I(id));
	bool sees = r && r->count && (yz_row_int(r, 0, 17) == who->person || yz_may_in(who, YZ_MAY_payout_read, yz_row_str(r, 0, 16), YZ_LIT("")));
	if (!sees)
		return r ? yz_fail(err, YZ_NOT_FOUND, "no order %lld for person %lld", (long long)id, (long long)who->person) : false;
	read_row(r, 0, out);
	struct yz_rows *k = yz_select(conn, a, err,
				      "SELECT m.amount, m.day, m.receipt, p.name FROM repayment m LEFT JOIN person p ON p.id = m.by_person "
				      "WHERE m.reclaim = $1 ORDER BY m.id",
				      YZ_I(id));
	if (!k)
		return false;
	*list = yz_new_n(a, k->count, struct yz_repayment);
	*n = k->count;
	for (size_t i = 0; i < k->count; i++)
		(*list)[i] = (struct yz_repayment){yz_row_int(k, i, 0), (yz_day)yz_row_int(k, i, 1), yz_row_str(k, i, 2), yz_row_str(k, i, 3)};
	return true;
}

/* ---- acts ---- */

struct reclaiming {
	struct yz_site *site;
	const struct yz_actor *who;
	const struct yz_reclaim_new *in;
	int64_t id, amount;
	yz_day day;
	struct yz_str text;
};

static bool note(const struct reclaiming *w, struct yz_conn *conn, struct yz_arena *a, const char *act, struct yz_err *err)
{
	return yz_note(w->site, conn, w->who, act, "reclaim", w->id, "", yz_str_printf(a, "{\"fen\": %lld}", (long long)w->amount), err);
}

static bool tell(const struct reclaiming *w, struct yz_conn *conn, struct yz_arena *a, int64_t person, enum yz_say kind, const struct yz_said *said,
		 size_t n, struct yz_err *err)
{
	return yz_message_say_at(w->site, conn, a, person, yz_str_printf(a, "/me/reclaim/%lld", (long long)w->id), kind, said, n, err);
}

static bool reason_fits(struct yz_str s, const char *field, struct yz_err *err)
{
	size_t n = yz_utf8_count(yz_str_trim(s));
	return (n >= 2 && n <= REASON) || yz_wrong(err, field, N_("请写明理由，2 到 1000 个字"));
}

/* 责令退回通知书, of the department that paid. */
static bool write_letter(const struct reclaiming *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	const struct yz_letter about = {0};
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT g.name, g.body, p.name, k.item_name, c.no, k.case_id, y.org FROM reclaim y JOIN payout k ON k.id = y.payout "
				      "JOIN cases c ON c.id = k.case_id JOIN person p ON p.id = y.person JOIN org g ON g.key = y.org WHERE y.id = $1",
				      YZ_I(w->id));
	const struct yz_json *org = r && r->count ? yz_json_read(a, yz_row_str(r, 0, 1), NULL, err) : NULL;
	struct yz_str review, court;
	struct yz_buf b;
	struct yz_jw j;
	int64_t id;
	if (!org)
		return r && !r->count ? yz_fail(err, YZ_NOT_FOUND, "order %lld has no department", (long long)w->id) : false;
	review = yz_json_str(org, "review_organ");
	court = yz_json_str(org, "court");
	yz_buf_init(&b, a, 64 * 1024);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "organ", yz_row_str(r, 0, 0));
	yz_jw_kstr(&j, "applicant", yz_row_str(r, 0, 2));
	yz_jw_kstr(&j, "item", yz_row_str(r, 0, 3));
	yz_jw_kstr(&j, "case_no", yz_row_str(r, 0, 4));
	yz_jw_kz(&j, "matter", "行政给付");
	yz_jw_kstr(&j, "amount", yz_str_printf(a, "%.*s元", YZ_P(yz_yuan_show(a, w->amount))));
	yz_jw_kstr(&j, "amount_words", yz_yuan_words(a, w->amount));
	yz_jw_kstr(&j, "reason", yz_str_trim(w->in->reason));
	yz_jw_key(&j, "basis");
	yz_jw_array(&j);
	yz_jw_str(&j, yz_str_trim(w->in->basis));
	yz_jw_end(&j, ']');
	yz_jw_kint(&j, "mend_by", w->day);
	yz_jw_kint(&j, "date", yz_instant_day(yz_site_now(w->site), w->site->offset));
	/* Who may be turned to must be said, also by a department that did not write it down (行政复议法 20). */
	yz_jw_kstr(&j, "review_organ", review.len ? review : YZ_LIT("本级人民政府"));
	yz_jw_kstr(&j, "court", court.len ? court : YZ_LIT("有管辖权的人民法院"));
	yz_jw_kstr(&j, "address", yz_json_str(org, "address"));
	yz_jw_kstr(&j, "phone", yz_json_str(org, "phone"));
	yz_jw_kstr(&j, "supervision", yz_json_str(org, "complain"));
	yz_jw_end(&j, '}');
	return yz_document_add(w->site, conn, a, yz_row_int(r, 0, 5), YZ_LIT("RECLAIM"), yz_row_str(r, 0, 6), &about, yz_buf_str(&b), w->who->person,
			       &id, err) &&
	       yz_exec(conn, err, "UPDATE reclaim SET document = $1 WHERE id = $2", YZ_I(id), YZ_I(w->id));
}

static bool do_order(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct reclaiming *w = ctx;
	yz_instant now = yz_site_now(w->site);
	int64_t n, left;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT y.org, y.person, y.state, y.amount - " PAYOUT_RECLAIMED ", y.item_name FROM payout y WHERE y.id = $1 FOR UPDATE",
				      YZ_I(w->in->payout));
	if (!r)
		return false;
	if (!r->count || !yz_may_in(w->who, YZ_MAY_payout_read, yz_row_str(r, 0, 0), YZ_LIT("")))
		return yz_fail(err, YZ_NOT_FOUND, "no payment %lld", (long long)w->in->payout);
	if (!yz_may_in(w->who, YZ_MAY_payout_reclaim, yz_row_str(r, 0, 0), YZ_LIT("")))
		return yz_refuse(w->who, YZ_MAY_payout_reclaim, err);
	left = yz_row_int(r, 0, 3);
	if (!yz_str_eqz(yz_row_str(r, 0, 2), "paid"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("没有发出去的款项不用追回"));
	if (w->amount < 1 || w->amount > left)
		return yz_wrong(err, "amount", N_("追回的金额不能超过发出去的金额"));
	if (!yz_site_count(conn, "reclaim", &n, err))
		return false;
	w->day = yz_instant_day(now, w->site->offset) + (yz_day)w->in->days;
	struct yz_str no = yz_str_printf(a, "Z%.*s-%06lld", YZ_P(w->site->region), (long long)n);
	w->id = yz_insert(conn, err,
			  "INSERT INTO reclaim (no, payout, person, org, amount, repaid, reason, basis, due, state, by_person, at) "
			  "VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, 'ordered', $9, $10)",
			  YZ_S(no), YZ_I(w->in->payout), YZ_I(yz_row_int(r, 0, 1)), YZ_S(yz_row_str(r, 0, 0)), YZ_I(w->amount),
			  YZ_S(yz_str_trim(w->in->reason)), YZ_S(yz_str_trim(w->in->basis)), YZ_I(w->day), YZ_I(w->who->person), YZ_I(now));
	const struct yz_said said[] = {{"item", yz_row_str(r, 0, 4), true, false}, {"amount", yz_yuan_show(a, w->amount), false, false}, {"no", no, false, false}};
	return w->id && write_letter(w, conn, a, err) && tell(w, conn, a, yz_row_int(r, 0, 1), YZ_SAY_reclaim_order, said, 3, err) &&
	       note(w, conn, a, "reclaim.order", err);
}

bool yz_reclaim_order(struct yz_site *site, const struct yz_actor *who, const struct yz_reclaim_new *in, int64_t *id, struct yz_err *err)
{
	struct reclaiming w = {.site = site, .who = who, .in = in};
	if (!yz_yuan_parse(yz_str_trim(in->amount), &w.amount))
		return yz_wrong(err, "amount", N_("金额写成 1200 或者 1200.50 这样"));
	if (!reason_fits(in->reason, "reason", err))
		return false;
	if (!yz_str_trim(in->basis).len || yz_utf8_count(in->basis) > REASON)
		return yz_wrong(err, "basis", N_("请写明依据（法律或文件名称和条款）"));
	if (in->days < 1 || in->days > DAYS_MOST)
		return yz_wrong(err, "days", N_("退回期限写 1 到 365 天"));
	if (!yz_db_write(site->db, do_order, &w, err))
		return false;
	*id = w.id;
	return true;
}

static bool open_order(const struct reclaiming *w, struct yz_conn *conn, struct yz_arena *a, struct yz_rows **r, struct yz_err *err)
{
	*r = yz_select(conn, a, err, "SELECT org, state, amount - repaid, person, payout, no, "
		       "(SELECT k.item_name FROM payout k WHERE k.id = payout) FROM reclaim WHERE id = $1 FOR UPDATE",
		       YZ_I(w->id));
	if (!*r)
		return false;
	if (!(*r)->count || !yz_may_in(w->who, YZ_MAY_payout_read, yz_row_str(*r, 0, 0), YZ_LIT("")))
		return yz_fail(err, YZ_NOT_FOUND, "no order %lld", (long long)w->id);
	if (!yz_may_in(w->who, YZ_MAY_payout_reclaim, yz_row_str(*r, 0, 0), YZ_LIT("")))
		return yz_refuse(w->who, YZ_MAY_payout_reclaim, err);
	if (yz_str_eqz(yz_row_str(*r, 0, 1), "returned"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("银行已经把这笔款退了回来，本人不用再退；收了的请当面退还"));
	return yz_str_eqz(yz_row_str(*r, 0, 1), "ordered") || yz_fail(err, YZ_CONFLICT, "order %lld has ended", (long long)w->id);
}

static bool do_repaid(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct reclaiming *w = ctx;
	yz_instant now = yz_site_now(w->site);
	struct yz_rows *r;
	int64_t held;
	/* The payment first, as the bank's results do. */
	if (!yz_select_int(conn, &held, 0, err, "SELECT y.id FROM payout y WHERE y.id = (SELECT m.payout FROM reclaim m WHERE m.id = $1) FOR UPDATE",
			   YZ_I(w->id)) ||
	    !open_order(w, conn, a, &r, err))
		return false;
	if (w->amount < 1 || w->amount > yz_row_int(r, 0, 2))
		return yz_wrong(err, "amount", N_("退回的金额不能超过还没有退的金额"));
	bool all = w->amount == yz_row_int(r, 0, 2);
	return yz_insert(conn, err, "INSERT INTO repayment (reclaim, amount, day, receipt, by_person, at) VALUES ($1, $2, $3, $4, $5, $6)",
			 YZ_I(w->id), YZ_I(w->amount), YZ_I(w->day), YZ_S(w->text), YZ_I(w->who->person), YZ_I(now)) &&
	       yz_exec(conn, err, "UPDATE reclaim SET repaid = repaid + $1, state = $2, ended = $3 WHERE id = $4", YZ_I(w->amount),
		       YZ_Z(all ? "repaid" : "ordered"), yz_val_int_or_null(now, all), YZ_I(w->id)) &&
	       yz_payout_left(w->site, conn, a, w->who, yz_row_int(r, 0, 4), yz_row_str(r, 0, 5), err) &&
	       tell(w, conn, a, yz_row_int(r, 0, 3), all ? YZ_SAY_reclaim_done : YZ_SAY_reclaim_part,
		    (const struct yz_said[]){{"item", yz_row_str(r, 0, 6), true, false}, {"no", yz_row_str(r, 0, 5), false, false},
					     {"amount", yz_yuan_show(a, w->amount), false, false}}, 3, err) &&
	       note(w, conn, a, "reclaim.repaid", err);
}

bool yz_reclaim_repaid(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_str amount, struct yz_str day,
		       struct yz_str receipt, struct yz_err *err)
{
	struct reclaiming w = {.site = site, .who = who, .id = id, .text = yz_str_trim(receipt)};
	if (!yz_yuan_parse(yz_str_trim(amount), &w.amount))
		return yz_wrong(err, "amount", N_("金额写成 1200 或者 1200.50 这样"));
	if (!yz_day_read(yz_str_trim(day), &w.day) || w.day > yz_instant_day(yz_site_now(site), site->offset))
		return yz_wrong(err, "day", N_("日期写成 2026-11-22 这样，不能在今天以后"));
	if (!w.text.len || yz_utf8_count(w.text) > 60)
		return yz_wrong(err, "receipt", N_("请写收据号，最多 60 个字"));
	return yz_db_write(site->db, do_repaid, &w, err);
}

static bool do_drop(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct reclaiming *w = ctx;
	struct yz_rows *r;
	return open_order(w, conn, a, &r, err) &&
	       yz_exec(conn, err, "UPDATE reclaim SET state = 'dropped', ended = $1, reason = reason || $2 WHERE id = $3", YZ_I(yz_site_now(w->site)),
		       YZ_S(yz_str_printf(a, "（撤销：%.*s）", YZ_P(w->text))), YZ_I(w->id)) &&
	       tell(w, conn, a, yz_row_int(r, 0, 3), YZ_SAY_reclaim_drop,
		    (const struct yz_said[]){{"item", yz_row_str(r, 0, 6), true, false}, {"no", yz_row_str(r, 0, 5), false, false},
					     {"reason", w->text, false, false}}, 3, err) &&
	       note(w, conn, a, "reclaim.drop", err);
}

bool yz_reclaim_drop(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_str reason, struct yz_err *err)
{
	struct reclaiming w = {.site = site, .who = who, .id = id, .text = yz_str_trim(reason)};
	return reason_fits(reason, "reason", err) && yz_db_write(site->db, do_drop, &w, err);
}

bool yz_reclaim_letter(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_str *pdf,
		       struct yz_err *err)
{
	struct yz_reclaim r;
	struct yz_repayment *list;
	size_t n;
	struct yz_conn *conn = yz_db_read(site->db, err);
	bool found = conn && yz_reclaim_load(conn, a, who, id, &r, &list, &n, err);
	if (conn)
		yz_db_release(conn);
	if (!found)
		return false;
	return r.document ? yz_document_file(site, a, r.document, pdf, err) : yz_fail(err, YZ_NOT_FOUND, "order %lld has no letter", (long long)id);
}
