/* Batches: made, released, written, and what the bank said.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/payout_row.h"

#include "base/utf8.h"
#include "gov/doing.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "gov/pay.h"
#include "text/text.h"

enum { BATCHES = 200, PURPOSE = 60 };

#define BATCH_COLUMNS                                                                                                  \
	"y.id, y.lines, y.amount, y.no, y.org, o.name, y.purpose, y.state, m.name, f.name, y.made, y.released, y.done, y.made_by, "    \
	"(SELECT COUNT(*) FROM payout k WHERE k.batch = y.id AND k.state = 'paid'), "                                       \
	"(SELECT COUNT(*) FROM payout k WHERE k.batch = y.id AND k.state = 'failed') FROM payout_batch y "                   \
	"LEFT JOIN org o ON o.key = y.org LEFT JOIN person m ON m.id = y.made_by LEFT JOIN person f ON f.id = y.released_by"

static void read_batch(const struct yz_rows *r, size_t i, struct yz_payout_batch_row *out)
{
	*out = (struct yz_payout_batch_row){.id = yz_row_int(r, i, 0), .lines = yz_row_int(r, i, 1), .amount = yz_row_int(r, i, 2),
					    .no = yz_row_str(r, i, 3), .org = yz_row_str(r, i, 4), .org_name = yz_row_str(r, i, 5),
					    .purpose = yz_row_str(r, i, 6), .state = yz_row_str(r, i, 7), .made_by = yz_row_str(r, i, 8),
					    .released_by = yz_row_str(r, i, 9), .made = yz_row_int(r, i, 10), .released = yz_row_int(r, i, 11),
					    .done = yz_row_int(r, i, 12), .maker = yz_row_int(r, i, 13), .paid = yz_row_int(r, i, 14),
					    .failed = yz_row_int(r, i, 15)};
}

bool yz_payout_batches(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		       struct yz_payout_batch_row **out, size_t *n, struct yz_err *err)
{
	struct yz_sql q;
	(void)site;
	yz_sql_init(&q, a);
	yz_sql_add(&q, "SELECT " BATCH_COLUMNS " WHERE ");
	if (!yz_payout_orgs(&q, who, YZ_MAY_payout_read))
		return yz_refuse(who, YZ_MAY_payout_read, err);
	yz_sql_add(&q, " ORDER BY y.id DESC LIMIT $1", YZ_I(BATCHES));
	struct yz_rows *r = yz_sql_select(&q, conn, a, err);
	if (!r)
		return false;
	*out = yz_new_n(a, r->count, struct yz_payout_batch_row);
	*n = r->count;
	for (size_t i = 0; i < r->count; i++)
		read_batch(r, i, &(*out)[i]);
	return true;
}

static bool load(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id, enum yz_permission what,
		 struct yz_payout_batch_row *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " BATCH_COLUMNS " WHERE y.id = $1", YZ_I(id));
	if (!r)
		return false;
	if (r->count)
		read_batch(r, 0, out);
	if (!r->count || !yz_may_in(who, YZ_MAY_payout_read, out->org, YZ_LIT("")))
		return yz_fail(err, YZ_NOT_FOUND, "no batch %lld for person %lld", (long long)id, (long long)who->person);
	return yz_may_in(who, what, out->org, YZ_LIT("")) || yz_refuse(who, what, err);
}

static struct yz_rows *lines_of(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	return yz_select(conn, a, err, "SELECT " PAYOUT_COLUMNS " FROM " PAYOUT_TABLES " WHERE y.batch = $1 ORDER BY y.id", YZ_I(id));
}

bool yz_payout_batch_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id,
			  struct yz_payout_batch_row *out, struct yz_payouts *lines, struct yz_err *err)
{
	*lines = (struct yz_payouts){0};
	struct yz_rows *r = load(conn, a, who, id, YZ_MAY_payout_read, out, err) ? lines_of(conn, a, id, err) : NULL;
	return r && yz_payouts_read(site, a, r, false, lines, err);
}

/* ---- making ---- */

struct batching {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str org, purpose;
	int64_t id;
};

static bool note(const struct batching *w, struct yz_conn *conn, struct yz_arena *a, const char *act, int64_t lines, int64_t amount,
		 struct yz_err *err)
{
	struct yz_str body = yz_str_printf(a, "{\"lines\": %lld, \"fen\": %lld}", (long long)lines, (long long)amount);
	return yz_note(w->site, conn, w->who, act, "payout_batch", w->id, "", body, err);
}

static bool do_make(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct batching *w = ctx;
	yz_instant now = yz_site_now(w->site);
	int64_t n;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, amount FROM payout WHERE org = $1 AND state = 'due' ORDER BY id LIMIT $2",
				      YZ_S(w->org), YZ_I(YZ_PAYOUT_BATCH));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("现在没有待发放的款项"));
	int64_t amount = 0;
	for (size_t i = 0; i < r->count; i++)
		amount += yz_row_int(r, i, 1);
	if (!yz_site_count(conn, "payout_batch", &n, err))
		return false;
	w->id = yz_insert(conn, err,
			  "INSERT INTO payout_batch (no, org, purpose, lines, amount, state, made_by, made) VALUES ($1, $2, $3, $4, $5, 'made', $6, $7)",
			  YZ_S(yz_str_printf(a, "B%.*s-%06lld", YZ_P(w->site->region), (long long)n)), YZ_S(w->org), YZ_S(w->purpose),
			  YZ_I((int64_t)r->count), YZ_I(amount), YZ_I(w->who->person), YZ_I(now));
	if (!w->id)
		return false;
	return yz_exec(conn, err, "UPDATE payout SET state = 'batched', batch = $1 WHERE org = $2 AND state = 'due' AND id <= $3", YZ_I(w->id),
		       YZ_S(w->org), YZ_I(yz_row_int(r, r->count - 1, 0))) &&
	       note(w, conn, a, "payout.batch", (int64_t)r->count, amount, err);
}

bool yz_payout_batch_make(struct yz_site *site, const struct yz_actor *who, struct yz_str org, struct yz_str purpose, int64_t *id,
			  struct yz_err *err)
{
	struct batching w = {.site = site, .who = who, .org = org, .purpose = yz_str_trim(purpose)};
	if (!yz_may_in(who, YZ_MAY_payout_make, org, YZ_LIT("")) || !org.len)
		return yz_refuse(who, YZ_MAY_payout_make, err);
	if (!w.purpose.len || yz_utf8_count(w.purpose) > PURPOSE)
		return yz_wrong(err, "purpose", N_("请写这一批是发什么的，最多 60 个字"));
	if (!yz_db_write(site->db, do_make, &w, err))
		return false;
	*id = w.id;
	return true;
}

static bool do_release(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct batching *w = ctx;
	struct yz_payout_batch_row b;
	if (!load(conn, a, w->who, w->id, YZ_MAY_payout_release, &b, err))
		return false;
	if (!yz_str_eqz(b.state, "made"))
		return yz_fail(err, YZ_CONFLICT, "batch %.*s is %.*s", YZ_P(b.no), YZ_P(b.state));
	if (b.maker == w->who->person)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("经办和复核不能是同一个人，请由另一位负责人复核"));
	return yz_exec(conn, err, "UPDATE payout_batch SET state = 'released', released_by = $1, released = $2 WHERE id = $3",
		       YZ_I(w->who->person), YZ_I(yz_site_now(w->site)), YZ_I(w->id)) &&
	       note(w, conn, a, "payout.release", b.lines, b.amount, err);
}

bool yz_payout_batch_release(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_err *err)
{
	struct batching w = {.site = site, .who = who, .id = id};
	return yz_db_write(site->db, do_release, &w, err);
}

static bool do_note_file(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct batching *w = ctx;
	return note(w, conn, a, "payout.file", 0, 0, err);
}

bool yz_payout_batch_file(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_str *text,
			  struct yz_err *err)
{
	struct batching w = {.site = site, .who = who, .id = id};
	struct yz_payout_batch_row b;
	struct yz_payouts lines = {0};
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn && load(conn, a, who, id, YZ_MAY_payout_make, &b, err) ? lines_of(conn, a, id, err) : NULL;
	bool good = r && yz_payouts_read(site, a, r, true, &lines, err);
	if (conn)
		yz_db_release(conn);
	if (!good)
		return false;
	if (yz_str_eqz(b.state, "made"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("复核以后才能导出给银行的文件"));
	struct yz_payout_line *out = yz_new_n(a, lines.len, struct yz_payout_line);
	for (size_t i = 0; i < lines.len; i++)
		out[i] = (struct yz_payout_line){.no = lines.at[i].no, .name = lines.at[i].payee, .account = lines.at[i].account,
						 .bank = lines.at[i].bank, .note = lines.at[i].item_name, .amount = lines.at[i].amount};
	const struct yz_payout_batch batch = {.no = b.no, .purpose = b.purpose, .day = yz_instant_day(b.released, site->offset), .lines = out,
					      .len = lines.len};
	return yz_payout_csv(NULL, a, &batch, text, err) && yz_db_write(site->db, do_note_file, &w, err);
}

/* ---- what came back ---- */

struct settling {
	struct yz_site *site;
	const struct yz_actor *who;
	const struct yz_payout_result *line;
	int64_t batch;
	bool known;
};

static bool tell_case(struct yz_acting *t, const struct yz_payout_result *line, struct yz_err *err)
{
	struct yz_feel_entry *vars = yz_new_n(t->a, 2, struct yz_feel_entry);
	vars[0] = (struct yz_feel_entry){YZ_LIT("payment"), yz_feel_string(line->paid ? YZ_LIT("paid") : YZ_LIT("failed"))};
	vars[1] = (struct yz_feel_entry){YZ_LIT("payment_reason"), yz_feel_string(line->reason)};
	struct yz_feel_value value = yz_feel_context(t->a, vars, 2);
	struct yz_bpmn_event set = {.kind = YZ_BPMN_SET, .value = value}, message = {.kind = YZ_BPMN_MESSAGE, .name = YZ_LIT("payment"), .value = value};
	/* A process that does not wait for its money hears nothing. */
	return t->ended || (yz_acting_step(t, &set, err) && yz_acting_step(t, &message, err));
}

static bool tell_payee(struct yz_acting *t, const struct yz_payout_result *line, struct yz_err *err)
{
	struct yz_str yuan = yz_yuan_show(t->a, line->amount);
	return line->paid ? yz_acting_tell(t, YZ_LIT("补贴已经发放"),
					   yz_str_printf(t->a, "%.*s（%.*s）%.*s 元已打到您的账户，请核对。", YZ_P(t->v->name), YZ_P(t->no), YZ_P(yuan)), err)
			  : yz_acting_tell(t, YZ_LIT("补贴没有发放成功"),
					   yz_str_printf(t->a, "%.*s（%.*s）%.*s 元没有打进账户，银行说明：%.*s。经办人会与您核对账户后再发。",
							 YZ_P(t->v->name), YZ_P(t->no), YZ_P(yuan), YZ_P(line->reason)), err);
}

static bool do_settle(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct settling *w = ctx;
	const struct yz_payout_result *line = w->line;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT y.id, y.state, c.no FROM payout y JOIN cases c ON c.id = y.case_id WHERE y.no = $1 AND y.batch = $2",
				      YZ_S(line->no), YZ_I(w->batch));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_BAD_INPUT, "payment %.*s is not of this batch", YZ_P(line->no)) : false;
	w->known = !yz_str_eqz(yz_row_str(r, 0, 1), "batched");
	/* Against what it said before: a second payment may be on its way already, so people decide, not the file. */
	if (w->known)
		return yz_str_eqz(yz_row_str(r, 0, 1), "paid") == line->paid ||
		       yz_fail(err, YZ_CONFLICT, "%s", N_("银行这次的结果和以前的不一样，请先与银行核对，不要再发"));
	struct yz_acting *t = yz_new(a, struct yz_acting);
	return yz_exec(conn, err, "UPDATE payout SET state = $1, reason = $2, bank_no = $3, settled = $4 WHERE id = $5",
		       YZ_Z(line->paid ? "paid" : "failed"), YZ_S(line->reason), YZ_S(line->bank_no), YZ_I(yz_site_now(w->site)),
		       YZ_I(yz_row_int(r, 0, 0))) &&
	       yz_acting_load(t, w->site, conn, a, NULL, yz_row_str(r, 0, 2), err) && tell_payee(t, line, err) && tell_case(t, line, err) &&
	       yz_acting_note(t, line->paid ? YZ_ACT_paid : YZ_ACT_unpaid, 0, line->reason, YZ_LIT(""), err) && yz_acting_save(t, err);
}

static bool do_finish(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct batching *w = ctx;
	int64_t open;
	if (!yz_select_int(conn, &open, 0, err, "SELECT COUNT(*) FROM payout WHERE batch = $1 AND state = 'batched'", YZ_I(w->id)))
		return false;
	return open || (yz_exec(conn, err, "UPDATE payout_batch SET state = 'done', done = $1 WHERE id = $2 AND state = 'released'",
				YZ_I(yz_site_now(w->site)), YZ_I(w->id)) &&
			(!yz_changed(conn) || note(w, conn, a, "payout.done", 0, 0, err)));
}

/* Every line must be a payment of this batch, with its amount. */
static bool check(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t batch, const struct yz_payout_result *list,
		  size_t n, struct yz_err *err)
{
	struct yz_payout_batch_row b;
	struct yz_payouts lines = {0};
	struct yz_map known;
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn && load(conn, a, who, batch, YZ_MAY_payout_make, &b, err) ? lines_of(conn, a, batch, err) : NULL;
	bool good = r && yz_payouts_read(site, a, r, false, &lines, err);
	if (conn)
		yz_db_release(conn);
	if (!good)
		return false;
	if (yz_str_eqz(b.state, "made"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这一批还没有复核，不会有银行的结果"));
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
	struct batching done = {.site = site, .who = who, .id = batch};
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
