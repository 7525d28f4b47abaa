/* Batches: made, released, written, and what the bank said.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/payout_row.h"

#include "base/utf8.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "gov/pay.h"
#include "text/text.h"

#include <string.h>

enum { BATCHES = 200, PURPOSE = 60, REASON = 300 };

#define BATCH_COLUMNS                                                                                                  \
	"y.id, y.lines, y.amount, y.no, y.org, o.name, y.purpose, y.state, m.name, f.name, y.made, y.released, y.done, y.made_by, "    \
	"(SELECT COUNT(*) FROM payout k WHERE k.batch = y.id AND k.state IN ('paid', 'repaid')), "                                       \
	"(SELECT COUNT(*) FROM payout k WHERE k.batch = y.id AND k.state IN ('failed', 'stopped')), y.filed, y.returned, b.name, y.reason "         \
	"FROM payout_batch y LEFT JOIN org o ON o.key = y.org LEFT JOIN person m ON m.id = y.made_by "                         \
	"LEFT JOIN person f ON f.id = y.released_by LEFT JOIN person b ON b.id = y.returned_by"

static void read_batch(const struct yz_rows *r, size_t i, struct yz_payout_batch_row *out)
{
	*out = (struct yz_payout_batch_row){.id = yz_row_int(r, i, 0), .lines = yz_row_int(r, i, 1), .amount = yz_row_int(r, i, 2),
					    .no = yz_row_str(r, i, 3), .org = yz_row_str(r, i, 4), .org_name = yz_row_str(r, i, 5),
					    .purpose = yz_row_str(r, i, 6), .state = yz_row_str(r, i, 7), .made_by = yz_row_str(r, i, 8),
					    .released_by = yz_row_str(r, i, 9), .made = yz_row_int(r, i, 10), .released = yz_row_int(r, i, 11),
					    .done = yz_row_int(r, i, 12), .maker = yz_row_int(r, i, 13), .paid = yz_row_int(r, i, 14),
					    .failed = yz_row_int(r, i, 15), .filed = yz_row_int(r, i, 16), .returned = yz_row_int(r, i, 17),
					    .returned_by = yz_row_str(r, i, 18), .reason = yz_row_str(r, i, 19)};
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

bool yz_payout_batch_find(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id, enum yz_permission what,
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

bool yz_payout_batch_hold(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id, enum yz_permission what,
			  struct yz_payout_batch_row *out, struct yz_err *err)
{
	int64_t held;
	return yz_select_int(conn, &held, 0, err, "SELECT id FROM payout_batch WHERE id = $1 FOR UPDATE", YZ_I(id)) &&
	       yz_payout_batch_find(conn, a, who, id, what, out, err);
}

struct yz_rows *yz_payout_lines_of(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	return yz_select(conn, a, err, "SELECT " PAYOUT_COLUMNS " FROM " PAYOUT_TABLES " WHERE y.batch = $1 ORDER BY y.id", YZ_I(id));
}

bool yz_payout_batch_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id,
			  struct yz_payout_batch_row *out, struct yz_payouts *lines, struct yz_err *err)
{
	*lines = (struct yz_payouts){0};
	struct yz_rows *r = yz_payout_batch_find(conn, a, who, id, YZ_MAY_payout_read, out, err) ? yz_payout_lines_of(conn, a, id, err) : NULL;
	return r && yz_payouts_read(site, a, r, false, lines, err);
}

/* ---- making ---- */

struct batching {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str org, purpose, reason;
	int64_t id;
};

struct line_sums {
	size_t lines;
	int64_t amount;
	char digest[YZ_HEX];
};

static void add_line(struct yz_buf *b, struct yz_str no, int64_t amount, struct yz_str bank_dig)
{
	yz_buf_printf(b, "%.*s %lld %.*s\n", YZ_P(no), (long long)amount, YZ_P(bank_dig));
}

/* The lines of a batch at once: their numbers, amounts and accounts, digested. */
static bool sum_lines(const struct batching *w, struct yz_conn *conn, struct yz_arena *a, struct line_sums *out, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT no, amount, bank_dig FROM payout WHERE batch = $1 ORDER BY id", YZ_I(w->id));
	if (!r)
		return false;
	*out = (struct line_sums){.lines = r->count};
	yz_buf_init(&b, a, 1 << 20);
	for (size_t i = 0; i < r->count; i++) {
		add_line(&b, yz_row_str(r, i, 0), yz_row_int(r, i, 1), yz_row_str(r, i, 2));
		out->amount += yz_row_int(r, i, 1);
	}
	yz_keyed_digest(w->site->keys, "payout.lines", w->id, yz_buf_str(&b), out->digest);
	return true;
}

static bool note_sums(const struct batching *w, struct yz_conn *conn, struct yz_arena *a, const char *act, const struct line_sums *l,
		      struct yz_err *err)
{
	struct yz_str body = yz_str_printf(a, "{\"lines\": %zu, \"fen\": %lld, \"digest\": \"%s\"}", l->lines, (long long)l->amount, l->digest);
	return yz_note(w->site, conn, w->who, act, "payout_batch", w->id, "", body, err);
}

/* What the ledger says of them. */
static bool note_lines(const struct batching *w, struct yz_conn *conn, struct yz_arena *a, const char *act, struct yz_err *err)
{
	struct line_sums l;
	return sum_lines(w, conn, a, &l, err) && note_sums(w, conn, a, act, &l, err);
}

static bool do_make(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct batching *w = ctx;
	yz_instant now = yz_site_now(w->site);
	int64_t n;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, amount FROM payout WHERE org = $1 AND state = 'due' ORDER BY id LIMIT $2 FOR UPDATE",
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
	       (yz_changed(conn) == (int64_t)r->count || yz_fail(err, YZ_CONFLICT, "what is due of %.*s has changed meanwhile", YZ_P(w->org))) &&
	       note_lines(w, conn, a, "payout.batch", err);
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
	if (!yz_payout_batch_hold(conn, a, w->who, w->id, YZ_MAY_payout_release, &b, err))
		return false;
	if (!yz_str_eqz(b.state, "made"))
		return yz_fail(err, YZ_CONFLICT, "batch %.*s is %.*s", YZ_P(b.no), YZ_P(b.state));
	if (b.maker == w->who->person)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("经办和复核不能是同一个人，请由另一位负责人复核"));
	return yz_exec(conn, err, "UPDATE payout_batch SET state = 'released', released_by = $1, released = $2 WHERE id = $3",
		       YZ_I(w->who->person), YZ_I(yz_site_now(w->site)), YZ_I(w->id)) &&
	       note_lines(w, conn, a, "payout.release", err);
}

bool yz_payout_batch_release(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_err *err)
{
	struct batching w = {.site = site, .who = who, .id = id};
	return yz_db_write(site->db, do_release, &w, err);
}

/* ---- going back ---- */

static bool do_return(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct batching *w = ctx;
	struct yz_payout_batch_row b;
	int64_t settled;
	if (!yz_payout_batch_hold(conn, a, w->who, w->id, YZ_MAY_payout_read, &b, err))
		return false;
	bool made = yz_str_eqz(b.state, "made");
	if (!(made && b.maker == w->who->person) && !yz_may_in(w->who, YZ_MAY_payout_release, b.org, YZ_LIT("")))
		return yz_refuse(w->who, YZ_MAY_payout_release, err);
	if (!made && !yz_str_eqz(b.state, "released"))
		return yz_fail(err, YZ_CONFLICT, "batch %.*s is %.*s", YZ_P(b.no), YZ_P(b.state));
	if (!yz_select_int(conn, &settled, 0, err, "SELECT COUNT(*) FROM payout WHERE batch = $1 AND state <> 'batched'", YZ_I(w->id)))
		return false;
	if (settled)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("银行已经有了这一批的结果，不能整批退回；没有到账的会自己退回"));
	/* The entry first: it says which lines they were. */
	return note_lines(w, conn, a, "payout.return", err) &&
	       yz_exec(conn, err, "UPDATE payout SET state = 'due', batch = NULL WHERE batch = $1 AND state = 'batched'", YZ_I(w->id)) &&
	       (yz_changed(conn) == b.lines || yz_fail(err, YZ_CONFLICT, "the bank has spoken of batch %.*s meanwhile", YZ_P(b.no))) &&
	       yz_exec(conn, err, "UPDATE payout_batch SET state = 'returned', returned = $1, returned_by = $2, reason = $3 WHERE id = $4",
		       YZ_I(yz_site_now(w->site)), YZ_I(w->who->person), YZ_S(w->reason), YZ_I(w->id));
}

bool yz_payout_reason_fits(struct yz_str s, struct yz_err *err)
{
	size_t n = yz_utf8_count(s);
	return (n >= 2 && n <= REASON) || yz_wrong(err, "reason", N_("请写明理由，2 到 300 个字"));
}

bool yz_payout_batch_return(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_str reason, struct yz_err *err)
{
	struct batching w = {.site = site, .who = who, .id = id, .reason = yz_str_trim(reason)};
	return yz_payout_reason_fits(w.reason, err) && yz_db_write(site->db, do_return, &w, err);
}

/* ---- the file ---- */

struct filing {
	struct batching batch;
	const struct yz_payout_file *file;
};

static bool do_note_file(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct filing *w = ctx;
	const struct batching *batch = &w->batch;
	struct yz_payout_batch_row b;
	struct line_sums now;
	if (!yz_payout_batch_hold(conn, a, batch->who, batch->id, YZ_MAY_payout_make, &b, err) || !sum_lines(batch, conn, a, &now, err))
		return false;
	if (strcmp(now.digest, w->file->lines) != 0 || !(yz_str_eqz(b.state, "released") || yz_str_eqz(b.state, "done")))
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这一批刚刚有变动，请重新导出；先前打开的文件不要交给银行"));
	return yz_exec(conn, err, "UPDATE payout_batch SET filed = COALESCE(filed, $1) WHERE id = $2", YZ_I(yz_site_now(batch->site)),
		       YZ_I(batch->id)) &&
	       note_sums(batch, conn, a, "payout.file", &now, err);
}

bool yz_payout_file_note(struct yz_site *site, const struct yz_actor *who, const struct yz_payout_file *file, struct yz_err *err)
{
	struct filing w = {.batch = {.site = site, .who = who, .id = file->batch}, .file = file};
	return yz_db_write(site->db, do_note_file, &w, err);
}

/* Who could change the table could pay herself: what goes to the bank is what was entered when it was decided. */
static bool accounts_stand(struct yz_site *site, struct yz_arena *a, const struct yz_payouts *l, struct yz_err *err)
{
	char dig[YZ_HEX];
	for (size_t i = 0; i < l->len; i++) {
		const struct yz_payout *p = &l->at[i];
		yz_payout_bank(site, a, p->case_id, p->payee, p->account, p->bank, dig);
		if (p->bank_dig.len && !yz_str_eqz(p->bank_dig, dig))
			return yz_fail(err, YZ_CORRUPT, "the account of payment %.*s is not the one it was entered with", YZ_P(p->no));
	}
	return true;
}

static bool put_file(struct yz_site *site, struct yz_arena *a, const struct yz_payout_batch_row *b, const struct yz_payouts *lines,
		     struct yz_payout_file *file, struct yz_err *err)
{
	struct yz_payout_line *out = yz_new_n(a, lines->len, struct yz_payout_line);
	struct yz_buf sums;
	yz_buf_init(&sums, a, 1 << 20);
	for (size_t i = 0; i < lines->len; i++) {
		const struct yz_payout *p = &lines->at[i];
		out[i] = (struct yz_payout_line){.no = p->no, .name = p->payee, .account = p->account, .bank = p->bank, .note = p->item_name,
						 .amount = p->amount};
		add_line(&sums, p->no, p->amount, p->bank_dig);
	}
	yz_keyed_digest(site->keys, "payout.lines", b->id, yz_buf_str(&sums), file->lines);
	const struct yz_payout_batch batch = {.no = b->no, .purpose = b->purpose, .day = yz_instant_day(b->released, site->offset), .lines = out,
					      .len = lines->len};
	return yz_payout_csv(NULL, a, &batch, &file->text, err);
}

bool yz_payout_file_write(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_payout_file *out,
			  struct yz_err *err)
{
	struct yz_payout_batch_row b;
	struct yz_payouts lines = {0};
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn && yz_payout_batch_find(conn, a, who, id, YZ_MAY_payout_make, &b, err) ? yz_payout_lines_of(conn, a, id, err) : NULL;
	bool good = r && yz_payouts_read(site, a, r, true, &lines, err);
	*out = (struct yz_payout_file){.batch = id};
	if (conn)
		yz_db_release(conn);
	if (!good)
		return false;
	if (yz_str_eqz(b.state, "made"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("复核以后才能导出给银行的文件"));
	if (yz_str_eqz(b.state, "returned"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这一批已经退回，没有文件"));
	return accounts_stand(site, a, &lines, err) && put_file(site, a, &b, &lines, out, err);
}

bool yz_payout_batch_file(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_str *text,
			  struct yz_err *err)
{
	struct yz_payout_file file;
	if (!yz_payout_file_write(site, a, who, id, &file, err) || !yz_payout_file_note(site, who, &file, err))
		return false;
	*text = file.text;
	return true;
}
