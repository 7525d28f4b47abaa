/* What the bank said of each payment; what came back later.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/payout_row.h"

#include "base/utf8.h"
#include "gov/doing.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "gov/pay.h"
#include "text/text.h"

#include <string.h>

enum { ACCOUNT = 40, BANK = 60 };

struct settling {
	struct yz_site *site;
	const struct yz_actor *who;
	const struct yz_payout_result *line;
	int64_t batch;
	bool known;
	bool ours; /* no bank has said it: an office took the payment out */
	int64_t withheld; /* of what came back, not paid again */
};

/* Whether another payment of the case was made behind this one: what its process waits for is that one. */
static bool paid_anew(struct yz_acting *t, int64_t id, bool *out, struct yz_err *err)
{
	int64_t n;
	if (!yz_select_int(t->conn, &n, 0, err,
			   "SELECT COUNT(*) FROM payout k JOIN payout y ON y.case_id = k.case_id WHERE y.id = $1 AND k.attempt > y.attempt", YZ_I(id)))
		return false;
	*out = n > 0;
	return true;
}

/* late: it was paid, so the process has heard of it, and may have gone on to where nothing waits. */
static bool tell_case(struct yz_acting *t, int64_t id, bool late, const struct yz_payout_result *line, struct yz_err *err)
{
	struct yz_feel_entry *vars = yz_new_n(t->a, 2, struct yz_feel_entry);
	bool anew;
	if (t->ended)
		return true;
	if (!paid_anew(t, id, &anew, err))
		return false;
	if (late && anew)
		return true;
	vars[0] = (struct yz_feel_entry){YZ_LIT("payment"), yz_feel_string(line->paid ? YZ_LIT("paid") : YZ_LIT("failed"))};
	vars[1] = (struct yz_feel_entry){YZ_LIT("payment_reason"), yz_feel_string(line->reason)};
	struct yz_feel_value value = yz_feel_context(t->a, vars, 2);
	struct yz_bpmn_event set = {.kind = YZ_BPMN_SET, .value = value}, message = {.kind = YZ_BPMN_MESSAGE, .name = YZ_LIT("payment"), .value = value};
	if (!yz_acting_step(t, &set, err))
		return false;
	/* What it was told may have ended it; one that does not wait for its money hears nothing. */
	return t->ended || !yz_bpmn_awaits(t->flow, t->a, message.name) || yz_acting_step(t, &message, err);
}

static bool tell_payee(struct yz_acting *t, const struct settling *w, struct yz_err *err)
{
	const struct yz_payout_result *line = w->line;
	const struct yz_said said[] = {{"amount", yz_yuan_show(t->a, line->amount), false, false}, {"reason", line->reason, false, false},
				       {"kept", yz_yuan_show(t->a, w->withheld), false, false},
				       {"rest", yz_yuan_show(t->a, line->amount - w->withheld), false, false}};
	enum yz_say kind = line->paid			    ? YZ_SAY_payout_paid
			   : w->ours			    ? YZ_SAY_payout_out
			   : w->withheld == line->amount    ? YZ_SAY_payout_ended
			   : w->withheld		    ? YZ_SAY_payout_kept
			   : line->returned		    ? YZ_SAY_payout_returned
							    : YZ_SAY_payout_failed;
	return yz_acting_say(t, kind, said, sizeof said / sizeof *said, err);
}

/* The payment, found in this state, its case, the payee and the ledger. */
static bool settle(struct settling *w, struct yz_conn *conn, struct yz_arena *a, int64_t id, const char *from, struct yz_str case_no,
		   struct yz_err *err)
{
	const struct yz_payout_result *line = w->line;
	struct yz_acting *t = yz_new(a, struct yz_acting);
	bool late = strcmp(from, "batched") != 0;
	return yz_exec(conn, err, "UPDATE payout SET state = $1, reason = $2, bank_no = $3, settled = $4 WHERE id = $5 AND state = $6",
		       YZ_Z(line->paid ? "paid" : "failed"), YZ_S(line->reason), YZ_S(line->bank_no), YZ_I(yz_site_now(w->site)), YZ_I(id),
		       YZ_Z(from)) &&
	       (yz_changed(conn) == 1 || yz_fail(err, YZ_CONFLICT, "payment %.*s was settled meanwhile", YZ_P(line->no))) &&
	       yz_payout_note(w->site, conn, a, w->who, line->paid ? "payout.paid" : line->returned ? "payout.returned" : "payout.failed", id,
			      line->amount, YZ_LIT(""), line->paid ? line->bank_no : line->reason, err) &&
	       yz_acting_load(t, w->site, conn, a, NULL, case_no, err) && yz_payout_record(t, w->who, id, line, err) &&
	       (!late || yz_payout_sent_back(w->site, conn, a, w->who, id, line->amount, &w->withheld, err)) &&
	       (!line->paid || yz_payout_left(w->site, conn, a, w->who, id, line->no, err)) &&
	       tell_payee(t, w, err) && tell_case(t, id, late, line, err) &&
	       yz_acting_note(t, line->paid ? YZ_ACT_paid : YZ_ACT_unpaid, 0, line->reason, YZ_LIT(""), err) && yz_acting_save(t, err);
}

static bool do_settle(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct settling *w = ctx;
	const struct yz_payout_result *line = w->line;
	int64_t held;
	/* The batch first, as whoever sends it back does. */
	if (!yz_select_int(conn, &held, 0, err, "SELECT id FROM payout_batch WHERE id = $1 FOR UPDATE", YZ_I(w->batch)))
		return false;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT y.id, y.state, c.no FROM payout y JOIN cases c ON c.id = y.case_id WHERE y.no = $1 AND y.batch = $2 "
				      "FOR UPDATE",
				      YZ_S(line->no), YZ_I(w->batch));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_BAD_INPUT, "payment %.*s is not of this batch", YZ_P(line->no)) : false;
	struct yz_str state = yz_row_str(r, 0, 1);
	bool paid = yz_str_eqz(state, "paid") || yz_str_eqz(state, "repaid");
	w->known = !yz_str_eqz(state, "batched") && !(line->returned && paid);
	/* Against what it said before: a second payment may be on its way already, so people decide, not the file. */
	if (w->known)
		return paid == line->paid ||
		       yz_fail(err, YZ_CONFLICT, "%s", N_("银行这次的结果和以前的不一样，请先与银行核对，不要再发"));
	return settle(w, conn, a, yz_row_int(r, 0, 0), yz_str_eqz(state, "paid") ? "paid" : paid ? "repaid" : "batched",
		      yz_row_str(r, 0, 2), err);
}

static bool do_finish(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct settling *w = ctx;
	int64_t open;
	(void)a;
	if (!yz_select_int(conn, &open, 0, err, "SELECT COUNT(*) FROM payout WHERE batch = $1 AND state = 'batched'", YZ_I(w->batch)))
		return false;
	return open || (yz_exec(conn, err, "UPDATE payout_batch SET state = 'done', done = $1 WHERE id = $2 AND state = 'released'",
				YZ_I(yz_site_now(w->site)), YZ_I(w->batch)) &&
			(!yz_changed(conn) || yz_note(w->site, conn, w->who, "payout.done", "payout_batch", w->batch, "", YZ_LIT("{}"), err)));
}

/* Every line must be a payment of this batch, with its amount. */
static bool check(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t batch, const struct yz_payout_result *list,
		  size_t n, struct yz_err *err)
{
	struct yz_payout_batch_row b;
	struct yz_payouts lines = {0};
	struct yz_map known;
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn && yz_payout_batch_find(conn, a, who, batch, YZ_MAY_payout_make, &b, err) ? yz_payout_lines_of(conn, a, batch, err) : NULL;
	bool good = r && yz_payouts_read(site, a, r, false, &lines, err);
	if (conn)
		yz_db_release(conn);
	if (!good)
		return false;
	if (yz_str_eqz(b.state, "made"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这一批还没有复核，不会有银行的结果"));
	if (yz_str_eqz(b.state, "returned"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这一批已经退回，不会有银行的结果；里面的款项要看新的批次"));
	yz_map_init(&known, a);
	for (size_t i = 0; i < lines.len; i++)
		yz_map_put(&known, lines.at[i].no, &lines.at[i]);
	for (size_t i = 0; i < n; i++) {
		const struct yz_payout *p = yz_map_get(&known, list[i].no);
		if (!p)
			return yz_wrong(err, "file", N_("结果文件里有这一批没有的付款编号，整个文件没有导入；请核对批次"));
		if (p->amount != list[i].amount)
			return yz_wrong(err, "file", N_("结果文件里有一笔金额和发放的不一样，整个文件没有导入；请与银行核对"));
	}
	return true;
}

bool yz_payout_result(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t batch, struct yz_str text,
		      struct yz_payout_report *report, struct yz_err *err)
{
	struct yz_payout_result *list;
	struct settling done = {.site = site, .who = who, .batch = batch};
	struct yz_err first = {0};
	size_t n;
	*report = (struct yz_payout_report){0};
	if (!yz_payout_csv_read(NULL, a, text, &list, &n, err) || !check(site, a, who, batch, list, n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct settling w = {.site = site, .who = who, .line = &list[i], .batch = batch};
		struct yz_err failed = {0};
		report->lines++;
		if (!yz_db_write(site->db, do_settle, &w, &failed)) {
			yz_fail_in(&failed, "payment %.*s", YZ_P(list[i].no));
			if (!report->refused++) {
				first = failed;
				report->refused_no = list[i].no;
			}
			continue;
		}
		report->known += w.known;
		report->paid += !w.known && list[i].paid;
		report->failed += !w.known && !list[i].paid;
	}
	if (!yz_db_write(site->db, do_finish, &done, err))
		return false;
	if (report->refused)
		*err = first;
	return !report->refused;
}

/* ---- one that is wrong, found before the bank has it ---- */

struct sending_back {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t batch, payout;
	struct yz_str reason;
};

static bool do_line_return(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct sending_back *w = ctx;
	struct yz_payout_batch_row b;
	if (!yz_payout_batch_hold(conn, a, w->who, w->batch, YZ_MAY_payout_read, &b, err))
		return false;
	if (!yz_may_in(w->who, YZ_MAY_payout_release, b.org, YZ_LIT("")) && !yz_may_in(w->who, YZ_MAY_payout_make, b.org, YZ_LIT("")))
		return yz_refuse(w->who, YZ_MAY_payout_make, err);
	if (!yz_str_eqz(b.state, "made") && (!yz_str_eqz(b.state, "released") || b.filed))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("给银行的文件已经导出，不能再拿掉一笔；等银行的结果"));
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT y.no, y.amount, c.no FROM payout y JOIN cases c ON c.id = y.case_id WHERE y.id = $1 AND y.batch = $2 AND "
				      "y.state = 'batched' FOR UPDATE",
				      YZ_I(w->payout), YZ_I(w->batch));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_NOT_FOUND, "payment %lld is not of batch %.*s", (long long)w->payout, YZ_P(b.no)) : false;
	const struct yz_payout_result line = {.no = yz_row_str(r, 0, 0), .amount = yz_row_int(r, 0, 1), .reason = w->reason};
	struct settling s = {.site = w->site, .who = w->who, .line = &line, .batch = w->batch, .ours = true};
	/* The last one leaves nothing to pay. */
	return yz_exec(conn, err, "UPDATE payout SET batch = NULL WHERE id = $1", YZ_I(w->payout)) &&
	       yz_exec(conn, err,
		       "UPDATE payout_batch SET lines = lines - 1, amount = amount - $1, state = CASE WHEN lines = 1 THEN 'returned' ELSE state END, "
		       "returned = CASE WHEN lines = 1 THEN $2 ELSE returned END, returned_by = CASE WHEN lines = 1 THEN $3 ELSE returned_by END, "
		       "reason = CASE WHEN lines = 1 THEN $4 ELSE reason END WHERE id = $5",
		       YZ_I(line.amount), YZ_I(yz_site_now(w->site)), YZ_I(w->who->person), YZ_S(w->reason), YZ_I(w->batch)) &&
	       settle(&s, conn, a, w->payout, "batched", yz_row_str(r, 0, 2), err);
}

bool yz_payout_line_return(struct yz_site *site, const struct yz_actor *who, int64_t id, int64_t payout, struct yz_str reason,
			   struct yz_err *err)
{
	struct sending_back w = {.site = site, .who = who, .batch = id, .payout = payout, .reason = yz_str_trim(reason)};
	return yz_payout_reason_fits(w.reason, err) && yz_db_write(site->db, do_line_return, &w, err);
}

/* ---- what came back after its case was over ---- */

struct again {
	struct yz_site *site;
	const struct yz_actor *who;
	const struct yz_payout_anew *in;
};

static bool do_again(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct again *w = ctx;
	struct yz_payout p;
	char dig[YZ_HEX];
	int64_t n, later, held;
	if (!yz_select_int(conn, &held, 0, err, "SELECT id FROM payout WHERE id = $1 FOR UPDATE", YZ_I(w->in->payout)))
		return false;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " PAYOUT_COLUMNS " FROM " PAYOUT_TABLES " WHERE y.id = $1", YZ_I(w->in->payout));
	if (!r)
		return false;
	if (!r->count || !yz_may_in(w->who, YZ_MAY_payout_read, yz_row_str(r, 0, 8), YZ_LIT("")))
		return yz_fail(err, YZ_NOT_FOUND, "no payment %lld", (long long)w->in->payout);
	if (!yz_may_in(w->who, YZ_MAY_payout_make, yz_row_str(r, 0, 8), YZ_LIT("")))
		return yz_refuse(w->who, YZ_MAY_payout_make, err);
	if (!yz_payout_read(w->site, a, r, 0, true, &p, err) ||
	    !yz_select_int(conn, &later, 0, err, "SELECT COUNT(*) FROM payout WHERE case_id = $1 AND attempt > $2", YZ_I(p.case_id), YZ_I(p.attempt)))
		return false;
	if (p.state != YZ_PAYOUT_failed || later)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("只有没有到账、还没有重发的款项能重发"));
	if (!p.over)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("办件还在办，账户由村里在办件里更正"));
	int64_t less = p.less + p.withheld;
	struct yz_str bank = yz_payout_bank(w->site, a, p.case_id, p.payee, yz_str_trim(w->in->account), yz_str_trim(w->in->bank), dig);
	if (!yz_site_count(conn, "payout", &n, err))
		return false;
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO payout (no, case_id, org, item_code, item_name, person, region, bank_enc, amount, attempt, state, reason, "
			       "bank_no, created, bank_dig, less) SELECT $1, case_id, org, item_code, item_name, person, region, $2, amount - withheld, "
			       "attempt + 1, 'due', '', '', $3, $4, $5 FROM payout WHERE id = $6",
			       YZ_S(yz_str_printf(a, "P%.*s-%08lld", YZ_P(w->site->region), (long long)n)),
			       YZ_BLOB(yz_seal(w->site->keys, a, "payout.bank", p.case_id, bank)), YZ_I(yz_site_now(w->site)), YZ_Z(dig), YZ_I(less), YZ_I(p.id));
	return id && yz_payout_instead(w->site, conn, a, w->who, p.id, id, err) &&
	       yz_payout_note(w->site, conn, a, w->who, "payout.again", id, p.amount - p.withheld, yz_str(dig), yz_str_trim(w->in->reason), err);
}

bool yz_payout_again(struct yz_site *site, const struct yz_actor *who, const struct yz_payout_anew *in, struct yz_err *err)
{
	struct again w = {site, who, in};
	struct yz_str account = yz_str_trim(in->account);
	size_t bank = yz_utf8_count(yz_str_trim(in->bank));
	bool digits = account.len >= 8 && account.len <= ACCOUNT;
	for (size_t i = 0; digits && i < account.len; i++)
		digits = account.ptr[i] >= '0' && account.ptr[i] <= '9';
	if (!digits)
		return yz_wrong(err, "account", N_("账号写 8 到 40 位数字，不留空格"));
	if (bank < 2 || bank > BANK)
		return yz_wrong(err, "bank", N_("请写开户银行，最多 60 个字"));
	return yz_payout_reason_fits(yz_str_trim(in->reason), err) && yz_db_write(site->db, do_again, &w, err);
}
