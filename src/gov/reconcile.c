/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/reconcile.h"

#include "base/map.h"
#include "crypt/crypt.h"
#include "gov/fault.h"
#include "gov/fee_row.h"
#include "gov/reach.h"
#include "text/text.h"

/* What YZ_SQL_VALS lets one statement ask for, and put. */
enum { AT_ONCE = YZ_SQL_VALS - 6, ROWS = YZ_SQL_VALS / 9, SCRATCH = 4 << 20 };

static const struct {
	const char *name, *title, *todo, *verb;
} kinds[YZ_DIFFERENCES] = {
#define DIFFERENCE(name, title, todo, verb) {#name, title, todo, verb},
#include "gov/differences.def"
#undef DIFFERENCE
};

const char *yz_difference_name(enum yz_difference d)
{
	return kinds[d].name;
}

const char *yz_difference_title(enum yz_difference d)
{
	return kinds[d].title;
}

const char *yz_difference_todo(enum yz_difference d)
{
	return kinds[d].todo;
}

const char *yz_difference_verb(enum yz_difference d)
{
	return kinds[d].verb;
}

struct found {
	enum yz_difference kind;
	struct yz_str number, out_no;
	int64_t order, ours; /* ours: -1 where there is none */
	const struct yz_pay_line *theirs;
};

struct holding {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str provider, digest;
	yz_day day;
	const struct yz_pay_statement *theirs;
	struct yz_arena *a, *scratch; /* scratch: of a line, or of a page of ours */
	struct yz_map seen;
	YZ_VEC(struct found) found;
	int64_t id, ours_in, ours_out;
	size_t agreed;
};

struct ours {
	int64_t id, order, amount;
	struct yz_str state;
};

static bool differ(struct holding *w, enum yz_difference kind, struct yz_str number, struct yz_str out_no, int64_t order, int64_t ours,
		   const struct yz_pay_line *theirs)
{
	*yz_vec_push(w->a, &w->found) = (struct found){kind, theirs ? number : yz_str_dup(w->a, number), theirs ? out_no : yz_str_dup(w->a, out_no),
						       order, ours, theirs};
	return true;
}

/* ---- a chunk of their lines ---- */

static void put_numbers(struct yz_sql *q, const struct yz_pay_line *l, size_t n, bool refunds)
{
	bool first = true;
	for (size_t i = 0; i < n; i++) {
		if (l[i].refund != refunds)
			continue;
		if (!first)
			yz_sql_add(q, ", ");
		yz_sql_val(q, YZ_S(refunds ? l[i].refund_no : l[i].trade_no));
		first = false;
	}
	if (first)
		yz_sql_add(q, "NULL");
	yz_sql_add(q, ")");
}

static struct yz_str key_of(struct yz_arena *a, bool refund, struct yz_str number)
{
	return yz_str_printf(a, "%c%.*s", refund ? 'r' : 'p', YZ_P(number));
}

static void keep_ours(struct holding *w, struct yz_map *known, const struct yz_rows *r, bool refunds)
{
	for (size_t i = 0; i < r->count; i++) {
		struct ours *o = yz_new(w->scratch, struct ours);
		*o = (struct ours){yz_row_int(r, i, 0), yz_row_int(r, i, 1), yz_row_int(r, i, 2), yz_row_str(r, i, 3)};
		yz_map_put(known, key_of(w->scratch, refunds, yz_row_str(r, i, 4)), o);
	}
}

/* By their numbers, whatever day we have them on: midnight falls between two clocks. */
static bool find_ours(struct holding *w, struct yz_conn *conn, const struct yz_pay_line *l, size_t n, struct yz_map *known, struct yz_err *err)
{
	struct yz_sql in, back;
	yz_sql_init(&in, w->scratch);
	yz_sql_init(&back, w->scratch);
	yz_sql_add(&in, "SELECT id, COALESCE(order_id, 0), amount, use_for, trade_no FROM money_in WHERE provider = $1 AND use_for <> 'void' AND trade_no IN (",
		   YZ_S(w->provider));
	put_numbers(&in, l, n, false);
	yz_sql_add(&back,
		   "SELECT r.id, COALESCE(r.order_id, 0), r.amount, CASE WHEN r.settled <> '' THEN 'settled' ELSE r.state END, r.no "
		   "FROM refund r JOIN money_in m ON m.id = r.money_id WHERE m.provider = $1 AND r.no IN (",
		   YZ_S(w->provider));
	put_numbers(&back, l, n, true);
	struct yz_rows *r = yz_sql_select(&in, conn, w->scratch, err), *b = r ? yz_sql_select(&back, conn, w->scratch, err) : NULL;
	if (!b)
		return false;
	keep_ours(w, known, r, false);
	keep_ours(w, known, b, true);
	return true;
}

/* The orders that payments we do not know were for; where such an order is paid already, it is paid twice. */
static bool find_attempts(struct holding *w, struct yz_conn *conn, const struct yz_pay_line *l, size_t n, const struct yz_map *known,
			  struct yz_map *attempts, struct yz_err *err)
{
	struct yz_sql q;
	bool any = false;
	yz_sql_init(&q, w->scratch);
	yz_sql_add(&q,
		   "SELECT p.out_no, p.order_id, (SELECT COUNT(*) FROM money_in m WHERE m.order_id = p.order_id AND m.use_for = 'order') "
		   "FROM payment p WHERE p.provider = $1 AND p.out_no IN (",
		   YZ_S(w->provider));
	for (size_t i = 0; i < n; i++) {
		if (l[i].refund || yz_map_get(known, key_of(w->scratch, false, l[i].trade_no)))
			continue;
		if (any)
			yz_sql_add(&q, ", ");
		yz_sql_val(&q, YZ_S(l[i].out_no));
		any = true;
	}
	if (!any)
		return true;
	yz_sql_add(&q, ")");
	struct yz_rows *r = yz_sql_select(&q, conn, w->scratch, err);
	for (size_t i = 0; r && i < r->count; i++) {
		struct ours *o = yz_new(w->scratch, struct ours);
		*o = (struct ours){.order = yz_row_int(r, i, 1), .amount = yz_row_int(r, i, 2)};
		yz_map_put(attempts, yz_row_str(r, i, 0), o);
	}
	return r != NULL;
}

static bool hold_line(struct holding *w, const struct yz_pay_line *l, const struct yz_map *known, const struct yz_map *attempts)
{
	struct yz_str number = l->refund ? l->refund_no : l->trade_no;
	const struct ours *o = yz_map_get(known, key_of(w->scratch, l->refund, number));
	yz_map_put(&w->seen, key_of(w->a, l->refund, number), w);
	if (l->refund && (!o || !yz_str_eqz(o->state, "done")))
		return differ(w, YZ_DIFF_there_back, number, l->out_no, o ? o->order : 0, o ? o->amount : -1, l);
	if (o) {
		w->agreed += o->amount == l->amount;
		return o->amount == l->amount ||
		       differ(w, l->refund ? YZ_DIFF_back_amount : YZ_DIFF_amount, number, l->out_no, o->order, o->amount, l);
	}
	const struct ours *p = yz_map_get(attempts, l->out_no);
	return differ(w, p && p->amount ? YZ_DIFF_double_paid : YZ_DIFF_there_paid, number, l->out_no, p ? p->order : 0, -1, l);
}

static bool hold_chunk(struct holding *w, struct yz_conn *conn, const struct yz_pay_line *l, size_t n, struct yz_err *err)
{
	struct yz_map known, attempts;
	yz_arena_reset(w->scratch);
	yz_map_init(&known, w->scratch);
	yz_map_init(&attempts, w->scratch);
	if (!find_ours(w, conn, l, n, &known, err) || !find_attempts(w, conn, l, n, &known, &attempts, err))
		return false;
	for (size_t i = 0; i < n; i++)
		hold_line(w, &l[i], &known, &attempts);
	return true;
}

static bool hold_ours(struct holding *w, struct yz_conn *conn, bool refunds, struct yz_err *err)
{
	struct yz_rows *r;
	int64_t after = 0;
	do {
		yz_arena_reset(w->scratch);
		r = refunds ? yz_select(conn, w->scratch, err,
					"SELECT r.id, r.no, m.out_no, COALESCE(r.order_id, 0), r.amount FROM refund r JOIN money_in m ON m.id = r.money_id "
					"WHERE m.provider = $1 AND r.state = 'done' AND r.day = $2 AND r.id > $3 ORDER BY r.id LIMIT $4",
					YZ_S(w->provider), YZ_I(w->day), YZ_I(after), YZ_I(AT_ONCE))
			    : yz_select(conn, w->scratch, err,
					"SELECT id, trade_no, out_no, COALESCE(order_id, 0), amount FROM money_in "
					"WHERE provider = $1 AND day = $2 AND use_for <> 'void' AND id > $3 ORDER BY id LIMIT $4",
					YZ_S(w->provider), YZ_I(w->day), YZ_I(after), YZ_I(AT_ONCE));
		for (size_t i = 0; r && i < r->count; i++) {
			struct yz_str number = yz_row_str(r, i, 1);
			after = yz_row_int(r, i, 0);
			*(refunds ? &w->ours_out : &w->ours_in) += yz_row_int(r, i, 4);
			if (!yz_map_get(&w->seen, key_of(w->scratch, refunds, number)))
				differ(w, refunds ? YZ_DIFF_here_back : YZ_DIFF_here_paid, number, yz_row_str(r, i, 2), yz_row_int(r, i, 3),
				       yz_row_int(r, i, 4), NULL);
		}
	} while (r && r->count == AT_ONCE);
	return r != NULL;
}

static bool may(const struct yz_actor *who, struct yz_err *err)
{
	return !who || yz_may(who, YZ_MAY_money) || yz_refuse(who, YZ_MAY_money, err);
}

/* A channel's day is the whole site's money. */
static bool may_whole(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_err *err)
{
	return !who || yz_reach_whole(site, conn, a, who, YZ_MAY_money, err);
}

/* In a snapshot, so that a hundred thousand lines keep no other write waiting. */
static bool compare(struct holding *w, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(w->site->db, err);
	bool good = conn && may_whole(w->site, conn, w->a, w->who, err);
	yz_map_init(&w->seen, w->a);
	for (size_t i = 0; good && i < w->theirs->len; i += AT_ONCE)
		good = hold_chunk(w, conn, &w->theirs->lines[i], w->theirs->len - i < AT_ONCE ? w->theirs->len - i : AT_ONCE, err);
	good = good && hold_ours(w, conn, false, err) && hold_ours(w, conn, true, err);
	if (conn)
		yz_db_release(conn);
	return good;
}

/* What was mended stays so: the file still says it, and it is settled. */
static bool put_found(const struct holding *w, struct yz_conn *conn, struct yz_arena *a, const struct found *d, size_t n, struct yz_err *err)
{
	struct yz_sql q;
	yz_sql_init(&q, a);
	yz_sql_add(&q, "INSERT INTO difference (reconciliation_id, kind, number, out_no, order_id, ours, theirs, theirs_at, found, how) VALUES ");
	for (size_t i = 0; i < n; i++, d++) {
		if (i)
			yz_sql_add(&q, ", ");
		yz_sql_add(&q, "($1, $2, $3, $4, CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT), CAST($8 AS BIGINT), $9, '')", YZ_I(w->id),
			   YZ_Z(kinds[d->kind].name), YZ_S(d->number), YZ_S(d->out_no), yz_val_int_or_null(d->order, d->order != 0),
			   yz_val_int_or_null(d->ours, d->ours >= 0), yz_val_int_or_null(d->theirs ? d->theirs->amount : 0, d->theirs != NULL),
			   yz_val_int_or_null(d->theirs ? d->theirs->at : 0, d->theirs != NULL), YZ_I(yz_site_now(w->site)));
	}
	yz_sql_add(&q, " ON CONFLICT (reconciliation_id, kind, number) DO NOTHING");
	return yz_sql_exec(&q, conn, err);
}

static bool do_hold(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct holding *w = ctx;
	if (!yz_exec(conn, err,
		     "INSERT INTO reconciliation (provider, day, digest, lines, agreed, theirs_in, theirs_out, ours_in, ours_out, at, by_person) "
		     "VALUES ($1, $2, '', 0, 0, 0, 0, 0, 0, 0, NULL) ON CONFLICT (provider, day) DO NOTHING",
		     YZ_S(w->provider), YZ_I(w->day)) ||
	    !yz_select_int(conn, &w->id, 0, err, "SELECT id FROM reconciliation WHERE provider = $1 AND day = $2", YZ_S(w->provider), YZ_I(w->day)) ||
	    !yz_exec(conn, err, "DELETE FROM difference WHERE reconciliation_id = $1 AND mended IS NULL", YZ_I(w->id)))
		return false;
	for (size_t i = 0; i < w->found.len; i += ROWS) {
		yz_arena_reset(w->scratch);
		if (!put_found(w, conn, w->scratch, &w->found.at[i], w->found.len - i < ROWS ? w->found.len - i : ROWS, err))
			return false;
	}
	return yz_exec(conn, err,
		       "UPDATE reconciliation SET digest = $1, lines = $2, agreed = $3, theirs_in = $4, theirs_out = $5, ours_in = $6, ours_out = $7, "
		       "at = $8, by_person = $9 WHERE id = $10",
		       YZ_S(w->digest), YZ_I((int64_t)w->theirs->len), YZ_I((int64_t)w->agreed), YZ_I(w->theirs->in), YZ_I(w->theirs->out),
		       YZ_I(w->ours_in), YZ_I(w->ours_out), YZ_I(yz_site_now(w->site)),
		       yz_val_int_or_null(w->who ? w->who->person : 0, w->who != NULL), YZ_I(w->id)) &&
	       yz_fee_note(w->site, conn, a, w->who, "hold", "reconciliation", w->id, w->theirs->in, w->digest, err);
}

static bool hold(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str provider, yz_day day, struct yz_str text,
		 const struct yz_pay_statement *theirs, struct yz_err *err)
{
	char hex[YZ_HEX];
	struct yz_digest d = yz_digest(YZ_SM3, text);
	struct holding w = {.site = site, .who = who, .provider = provider, .digest = yz_str(yz_digest_hex(&d, hex)), .day = day, .theirs = theirs,
			    .a = a, .scratch = yz_arena_create(SCRATCH)};
	bool good = compare(&w, err) && yz_db_write(site->db, do_hold, &w, err);
	yz_arena_destroy(w.scratch);
	return good;
}

bool yz_reconcile(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str provider, yz_day day, struct yz_str text,
		  struct yz_reconciled *out, struct yz_err *err)
{
	struct yz_pay pay;
	if (!may(who, err) || !yz_pay_find(site, a, provider, &pay, err))
		return false;
	if (day >= yz_instant_day(yz_site_now(site), site->offset))
		return yz_wrong(err, "day", N_("这一天还没有结束，明天再对账"));
	/* Not the request's: a full file is more than a page may take.  YZ_PAY_FILE and YZ_PAY_LINES bound it. */
	struct yz_arena *own = yz_arena_create(0);
	struct yz_pay_statement theirs;
	bool held = ((text.len || pay.provider->statement(&pay, own, day, &text, err)) &&
		     pay.provider->read_statement(&pay, own, text, day, &theirs, err)) || yz_fail_in(err, "file");
	held = held && hold(site, own, who, provider, day, text, &theirs, err);
	yz_arena_destroy(own);
	if (!held)
		return false;
	struct yz_conn *conn = yz_db_read(site->db, err);
	bool good = conn && yz_reconciled(site, conn, a, who, provider, day, out, err);
	if (conn)
		yz_db_release(conn);
	return good;
}

bool yz_reconcile_channel(struct yz_conn *conn, struct yz_arena *a, yz_day day, struct yz_str *out, struct yz_err *err)
{
	*out = yz_site_setting(conn, a, "pay.provider", "");
	if (out->len)
		return true;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT x.provider FROM (SELECT provider FROM money_in WHERE day = $1 UNION SELECT m.provider FROM refund r "
				      "JOIN money_in m ON m.id = r.money_id WHERE r.day = $1) x WHERE x.provider <> $2 ORDER BY x.provider",
				      YZ_I(day), YZ_Z(YZ_PAY_COUNTER));
	if (r && r->count)
		*out = yz_row_str(r, 0, 0);
	return r != NULL;
}

static bool kind_of(struct yz_str s, enum yz_difference *out)
{
	for (int i = 0; i < YZ_DIFFERENCES; i++)
		if (yz_str_eqz(s, kinds[i].name)) {
			*out = (enum yz_difference)i;
			return true;
		}
	return false;
}

bool yz_reconciled(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str provider,
		   yz_day day, struct yz_reconciled *out, struct yz_err *err)
{
	*out = (struct yz_reconciled){.provider = provider, .day = day};
	if (!may_whole(site, conn, a, who, err))
		return false;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, lines, agreed, theirs_in, theirs_out, ours_in, ours_out, at FROM reconciliation WHERE provider = $1 AND day = $2",
				      YZ_S(provider), YZ_I(day));
	if (!r || !r->count)
		return r != NULL;
	int64_t id = yz_row_int(r, 0, 0), all, open;
	out->done = true;
	out->lines = (size_t)yz_row_int(r, 0, 1);
	out->agreed = (size_t)yz_row_int(r, 0, 2);
	out->theirs_in = yz_row_int(r, 0, 3);
	out->theirs_out = yz_row_int(r, 0, 4);
	out->ours_in = yz_row_int(r, 0, 5);
	out->ours_out = yz_row_int(r, 0, 6);
	out->at = yz_row_int(r, 0, 7);
	r = yz_select(conn, a, err,
		      "SELECT d.id, d.kind, d.number, d.out_no, f.no, d.ours, d.theirs, d.theirs_at, d.mended, p.name, d.how, d.asked, d.answer, d.note "
		      "FROM difference d "
		      "LEFT JOIN fee_order f ON f.id = d.order_id LEFT JOIN person p ON p.id = d.mended_by WHERE d.reconciliation_id = $1 "
		      "ORDER BY d.mended IS NOT NULL, d.id LIMIT $2",
		      YZ_I(id), YZ_I(who ? YZ_DIFFERENCES_SHOWN : YZ_ROWS_MOST)); /* the command line prints them all */
	if (!r || !yz_select_int(conn, &all, 0, err, "SELECT COUNT(*) FROM difference WHERE reconciliation_id = $1", YZ_I(id)) ||
	    !yz_select_int(conn, &open, 0, err, "SELECT COUNT(*) FROM difference WHERE reconciliation_id = $1 AND mended IS NULL", YZ_I(id)))
		return false;
	out->all = (size_t)all;
	out->open = (size_t)open;
	out->rows = yz_new_n(a, r->count, struct yz_difference_row);
	for (size_t i = 0; i < r->count; i++) {
		struct yz_difference_row *d = &out->rows[out->len++];
		*d = (struct yz_difference_row){.id = yz_row_int(r, i, 0), .number = yz_row_str(r, i, 2), .out_no = yz_row_str(r, i, 3),
						.order_no = yz_row_str(r, i, 4), .ours = yz_row_null(r, i, 5) ? -1 : yz_row_int(r, i, 5),
						.theirs = yz_row_null(r, i, 6) ? -1 : yz_row_int(r, i, 6), .theirs_at = yz_row_int(r, i, 7),
						.mended = yz_row_int(r, i, 8), .mended_by = yz_row_str(r, i, 9), .how = yz_row_str(r, i, 10),
						.asked = yz_row_int(r, i, 11), .answer = yz_row_str(r, i, 12), .note = yz_row_str(r, i, 13)};
		if (!kind_of(yz_row_str(r, i, 1), &d->kind))
			return yz_fail(err, YZ_CORRUPT, "difference %lld is of an unknown kind", (long long)d->id);
	}
	return true;
}
