/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/counter.h"

#include "gov/fault.h"
#include "gov/fee_row.h"
#include "gov/reach.h"
#include "text/text.h"

static const struct {
	const char *name, *title;
} means[YZ_MEANS] = {{"cash", N_("现金")}, {"card", N_("刷卡")}};

const char *yz_means_title(enum yz_means m)
{
	return means[m].title;
}

static bool means_parse(struct yz_str s, enum yz_means *out)
{
	for (int i = 0; i < YZ_MEANS; i++)
		if (yz_str_eqz(s, means[i].name)) {
			*out = (enum yz_means)i;
			return true;
		}
	return false;
}

const char *yz_means_of(struct yz_str method)
{
	enum yz_means m;
	return means_parse(method, &m) ? means[m].title : "";
}

/* ---- taken ---- */

struct taking {
	struct yz_site *site;
	const struct yz_actor *who;
	const struct yz_counter_take *in;
	struct yz_str no, slip;
	int64_t refund;
};

/* A slip prints its letters large; whoever types them small means the same slip. */
static struct yz_str slip_of(struct yz_arena *a, struct yz_str typed)
{
	struct yz_str s = yz_str_dup(a, yz_str_trim(typed));
	char *at = (char *)s.ptr;
	for (size_t i = 0; i < s.len; i++)
		if (at[i] >= 'a' && at[i] <= 'z')
			at[i] = (char)(at[i] - 'a' + 'A');
	return s;
}

static bool slip_fits(enum yz_means m, struct yz_str slip, struct yz_err *err)
{
	bool good = slip.len >= YZ_COUNTER_SLIP_LEAST && slip.len <= YZ_COUNTER_SLIP;
	if (m == YZ_MEANS_cash)
		return !slip.len || yz_wrong(err, "slip", N_("收现金的不用填参考号"));
	for (size_t i = 0; good && i < slip.len; i++) {
		char c = slip.ptr[i];
		good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
	}
	return good || yz_wrong(err, "slip", N_("请照签购单写参考号，6 到 20 位数字或字母"));
}

/* slip: as slip_of writes it. */
static bool slip_is_new(struct yz_conn *conn, struct yz_str slip, yz_day day, struct yz_err *err)
{
	int64_t taken;
	if (!slip.len)
		return true;
	if (!yz_select_int(conn, &taken, 0, err, "SELECT COUNT(*) FROM money_in WHERE UPPER(slip) = $1 AND day = $2", YZ_S(slip), YZ_I(day)))
		return false;
	return !taken || yz_wrong(err, "slip", N_("这个参考号今天已经登记过一笔收款，请核对签购单"));
}

static bool to_be_paid(const struct taking *w, const struct yz_fee_held *o, struct yz_err *err)
{
	if (o->state == YZ_FEE_assess)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("金额还没有核定，核定以后再缴"));
	if (o->state == YZ_FEE_paid)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这张缴费单已经缴过了，不要再收"));
	if (o->state != YZ_FEE_due)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这张缴费单现在不用缴费"));
	if (o->payer == w->who->person)
		return yz_fail(err, YZ_FORBIDDEN, "%s", N_("自己的缴费单要由同事收款"));
	return o->amount == w->in->amount || yz_fail(err, YZ_CONFLICT, "%s", N_("缴费单的金额刚刚改变，请照新的金额收款"));
}

static bool do_take(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct taking *w = ctx;
	const struct yz_str slip = slip_of(a, w->slip);
	struct yz_fee_held o;
	yz_instant now = yz_site_now(w->site);
	yz_day day = yz_instant_day(now, w->site->offset);
	int64_t n, tries, id;
	if (!yz_fee_hold_for(conn, a, w->who, w->in->no, YZ_MAY_counter_take, &o, err) || !to_be_paid(w, &o, err) ||
	    !slip_is_new(conn, slip, day, err) ||
	    !yz_site_count(conn, yz_printf(a, "counter:%d", yz_day_civil(day).year), &n, err) ||
	    !yz_select_int(conn, &tries, 0, err, "SELECT COUNT(*) FROM payment WHERE order_id = $1", YZ_I(o.id)))
		return false;
	struct yz_str out_no = yz_str_printf(a, "%.*s-%lld", YZ_P(o.no), (long long)tries + 1);
	if (!yz_insert(conn, err,
		       "INSERT INTO payment (order_id, provider, out_no, amount, state, created, expires, asks) "
		       "VALUES ($1, $2, $3, $4, 'open', $5, $5, 0)",
		       YZ_I(o.id), YZ_Z(YZ_PAY_COUNTER), YZ_S(out_no), YZ_I(o.amount), YZ_I(now)))
		return false;
	const struct yz_learned l = {.provider = YZ_LIT(YZ_PAY_COUNTER), .out_no = out_no, .amount = o.amount, .paid_at = now, .how = "counter",
				     .trade_no = yz_str_printf(a, "C%.*s-%d-%06lld", YZ_P(w->site->region), yz_day_civil(day).year, (long long)n),
				     .who = w->who, .method = w->in->means, .slip = slip};
	return yz_money_learn(w->site, conn, a, &l, &id, err);
}

bool yz_counter_take(struct yz_site *site, const struct yz_actor *who, const struct yz_counter_take *in, struct yz_err *err)
{
	struct taking w = {.site = site, .who = who, .in = in, .slip = yz_str_trim(in->slip)};
	enum yz_means m;
	if (!yz_may(who, YZ_MAY_counter_take))
		return yz_refuse(who, YZ_MAY_counter_take, err);
	if (!means_parse(in->means, &m))
		return yz_wrong(err, "means", N_("请选现金或者刷卡"));
	return slip_fits(m, w.slip, err) && yz_db_write(site->db, do_take, &w, err);
}

/* ---- handed back ---- */

static bool do_give(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct taking *w = ctx;
	struct yz_fee_held o;
	enum yz_means m;
	if (!yz_fee_hold_for(conn, a, w->who, w->no, YZ_MAY_counter_take, &o, err))
		return false;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT r.no, r.state, m.provider, m.method FROM refund r JOIN money_in m ON m.id = r.money_id "
				      "WHERE r.id = $1 AND r.order_id = $2 FOR UPDATE",
				      YZ_I(w->refund), YZ_I(o.id));
	if (!r)
		return false;
	if (!r->count || !yz_str_eqz(yz_row_str(r, 0, 2), YZ_PAY_COUNTER))
		return yz_fail(err, YZ_NOT_FOUND, "order %.*s has no refund %lld for the counter", YZ_P(w->no), (long long)w->refund);
	struct yz_str state = yz_row_str(r, 0, 1);
	if (yz_str_eqz(state, "done"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这笔款已经退过了，不要再退"));
	if (!yz_str_eqz(state, "ready") && !yz_str_eqz(state, "failed"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("财务同意以后才能退"));
	if (o.payer == w->who->person)
		return yz_fail(err, YZ_FORBIDDEN, "%s", N_("退给自己的，要由同事办"));
	return means_parse(yz_row_str(r, 0, 3), &m) && slip_fits(m, w->slip, err) &&
	       yz_money_given(w->site, conn, a, w->who, yz_row_str(r, 0, 0), slip_of(a, w->slip), err) &&
	       yz_fee_paper_back(w->site, conn, a, &o, w->refund, err);
}

bool yz_counter_give(struct yz_site *site, const struct yz_actor *who, struct yz_str order_no, int64_t refund, struct yz_str slip,
		     struct yz_err *err)
{
	struct taking w = {.site = site, .who = who, .no = order_no, .refund = refund, .slip = yz_str_trim(slip)};
	return yz_may(who, YZ_MAY_counter_take) ? yz_db_write(site->db, do_give, &w, err) : yz_refuse(who, YZ_MAY_counter_take, err);
}

/* ---- a day ---- */

static int64_t left_of(const struct yz_counter_sum *s, enum yz_means m)
{
	int64_t left = s->in[m] - s->out[m];
	return left > 0 ? left : 0;
}

int64_t yz_counter_due(const struct yz_counter_day *d, enum yz_means m)
{
	int64_t sum = 0;
	if (m == YZ_MEANS_card)
		return left_of(&d->all, m);
	for (size_t i = 0; i < d->nsums; i++)
		sum += left_of(&d->sums[i], m);
	return sum;
}

int64_t yz_counter_float(const struct yz_counter_day *d)
{
	return yz_counter_due(d, YZ_MEANS_cash) - (d->all.in[YZ_MEANS_cash] - d->all.out[YZ_MEANS_cash]);
}

/* Both ways of money as one list; person 0: everybody's. */
#define MOVED                                                                                                                    \
	"(SELECT 0 AS back, m.paid_at AS at, m.amount, m.method, m.trade_no AS no, m.order_id, m.slip, m.by_person AS by_person "    \
	"FROM money_in m WHERE m.provider = 'counter' AND m.use_for <> 'void' AND m.day = $1 AND ($2 = 0 OR m.by_person = $2) "      \
	"UNION ALL SELECT 1, r.done_at, r.amount, m.method, r.no, r.order_id, r.slip, r.given_by FROM refund r "                     \
	"JOIN money_in m ON m.id = r.money_id WHERE m.provider = 'counter' AND r.state = 'done' AND r.day = $1 "                     \
	"AND ($2 = 0 OR r.given_by = $2)) x"

static bool read_sums(struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_counter_day *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT COALESCE(x.by_person, 0), COALESCE(p.name, ''), x.method, x.back, CAST(SUM(x.amount) AS BIGINT), COUNT(*) FROM " MOVED
				      " LEFT JOIN person p ON p.id = x.by_person GROUP BY 1, 2, 3, 4 ORDER BY 1, 3, 4",
				      YZ_I(out->day), YZ_I(person));
	int64_t last = -1;
	if (!r)
		return false;
	out->sums = yz_new_n(a, r->count, struct yz_counter_sum);
	for (size_t i = 0; i < r->count; i++) {
		enum yz_means m = YZ_MEANS_cash;
		means_parse(yz_row_str(r, i, 2), &m);
		if (yz_row_int(r, i, 0) != last)
			out->sums[out->nsums++] = (struct yz_counter_sum){.by = yz_row_str(r, i, 1)};
		last = yz_row_int(r, i, 0);
		struct yz_counter_sum *s = &out->sums[out->nsums - 1];
		bool back = yz_row_int(r, i, 3) != 0;
		(back ? s->out : s->in)[m] += yz_row_int(r, i, 4);
		(back ? out->all.out : out->all.in)[m] += yz_row_int(r, i, 4);
		s->n += yz_row_int(r, i, 5);
		out->all.n += yz_row_int(r, i, 5);
	}
	return true;
}

static bool read_day(struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_counter_day *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT x.back, x.amount, x.method, x.no, f.no, c.item_name, x.slip, p.name, x.at FROM " MOVED
				      " LEFT JOIN person p ON p.id = x.by_person LEFT JOIN fee_order f ON f.id = x.order_id "
				      "LEFT JOIN cases c ON c.id = f.case_id ORDER BY x.at, x.no LIMIT $3",
				      YZ_I(out->day), YZ_I(person), YZ_I(YZ_COUNTER_LINES));
	if (!r)
		return false;
	out->lines = yz_new_n(a, r->count, struct yz_counter_line);
	out->nlines = r->count;
	for (size_t i = 0; i < r->count; i++) {
		struct yz_counter_line *l = &out->lines[i];
		*l = (struct yz_counter_line){.back = yz_row_int(r, i, 0) != 0, .amount = yz_row_int(r, i, 1), .no = yz_row_str(r, i, 3),
					      .order_no = yz_row_str(r, i, 4), .item_name = yz_row_str(r, i, 5), .slip = yz_row_str(r, i, 6),
					      .by = yz_row_str(r, i, 7), .at = yz_row_int(r, i, 8)};
		means_parse(yz_row_str(r, i, 2), &l->means);
	}
	return read_sums(conn, a, person, out, err);
}

bool yz_counter_mine(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, yz_day day, struct yz_counter_day *out,
		     struct yz_err *err)
{
	*out = (struct yz_counter_day){.day = day};
	if (!yz_may(who, YZ_MAY_counter_take))
		return yz_refuse(who, YZ_MAY_counter_take, err);
	return read_day(conn, a, who->person, out, err) && yz_fee_refunds_counter(conn, a, who, 0, &out->waiting, &out->nwaiting, err);
}

bool yz_counter_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, yz_day day,
		   struct yz_counter_day *out, struct yz_err *err)
{
	*out = (struct yz_counter_day){.day = day};
	if ((who && !yz_reach_whole(site, conn, a, who, YZ_MAY_money, err)) || !read_day(conn, a, 0, out, err) ||
	    !yz_reconciled(site, conn, a, who, YZ_LIT(YZ_PAY_COUNTER), day, &out->r, err))
		return false;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT COALESCE(cash, 0), COALESCE(card, 0), ours_in, ours_out FROM reconciliation WHERE provider = $1 AND day = $2",
				      YZ_Z(YZ_PAY_COUNTER), YZ_I(day));
	if (!r || !r->count)
		return r != NULL;
	out->counted = true;
	for (int m = 0; m < YZ_MEANS; m++)
		out->found[m] = yz_row_int(r, 0, (size_t)m);
	out->stale = yz_row_int(r, 0, 2) != out->all.in[YZ_MEANS_cash] + out->all.in[YZ_MEANS_card] ||
		     yz_row_int(r, 0, 3) != out->all.out[YZ_MEANS_cash] + out->all.out[YZ_MEANS_card];
	return true;
}

/* ---- counted ---- */

struct counting {
	struct yz_site *site;
	const struct yz_actor *who;
	yz_day day;
	int64_t found[YZ_MEANS];
};

/* What was explained of these very amounts stays explained; its number tells it from one that comes later. */
static bool put_difference(const struct counting *w, struct yz_conn *conn, int64_t id, enum yz_means m, int64_t due, struct yz_err *err)
{
	const char *kind = yz_difference_name(m == YZ_MEANS_cash ? YZ_DIFF_counter_cash : YZ_DIFF_counter_card);
	int64_t same, all;
	yz_instant now = yz_site_now(w->site);
	if (w->found[m] == due)
		return true;
	if (!yz_select_int(conn, &same, 0, err, "SELECT COUNT(*) FROM difference WHERE reconciliation_id = $1 AND kind = $2 AND ours = $3 AND theirs = $4",
			   YZ_I(id), YZ_Z(kind), YZ_I(due), YZ_I(w->found[m])) ||
	    !yz_select_int(conn, &all, 0, err, "SELECT COUNT(*) FROM difference WHERE reconciliation_id = $1 AND kind = $2", YZ_I(id), YZ_Z(kind)))
		return false;
	char day[16];
	yz_day_print(w->day, day);
	return same || yz_insert(conn, err,
				 "INSERT INTO difference (reconciliation_id, kind, number, out_no, ours, theirs, theirs_at, found, how, asked) "
				 "VALUES ($1, $2, $3 || '-' || CAST($4 AS TEXT), '', $5, $6, $7, $7, '', $7)",
				 YZ_I(id), YZ_Z(kind), YZ_Z(day), YZ_I(all + 1), YZ_I(due), YZ_I(w->found[m]), YZ_I(now));
}

static bool do_count(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct counting *w = ctx;
	struct yz_counter_day d = {.day = w->day};
	struct yz_str provider = YZ_LIT(YZ_PAY_COUNTER);
	int64_t id;
	if ((w->who && !yz_reach_whole(w->site, conn, a, w->who, YZ_MAY_money, err)) || !read_sums(conn, a, 0, &d, err) ||
	    !yz_exec(conn, err,
		     "INSERT INTO reconciliation (provider, day, digest, lines, agreed, theirs_in, theirs_out, ours_in, ours_out, at, by_person) "
		     "VALUES ($1, $2, '', 0, 0, 0, 0, 0, 0, 0, NULL) ON CONFLICT (provider, day) DO NOTHING",
		     YZ_S(provider), YZ_I(w->day)) ||
	    !yz_select_int(conn, &id, 0, err, "SELECT id FROM reconciliation WHERE provider = $1 AND day = $2 FOR UPDATE", YZ_S(provider), YZ_I(w->day)) ||
	    !yz_exec(conn, err, "DELETE FROM difference WHERE reconciliation_id = $1 AND mended IS NULL", YZ_I(id)))
		return false;
	for (int m = 0; m < YZ_MEANS; m++)
		if (!put_difference(w, conn, id, (enum yz_means)m, yz_counter_due(&d, (enum yz_means)m), err))
			return false;
	int64_t found = w->found[YZ_MEANS_cash] + w->found[YZ_MEANS_card];
	return yz_exec(conn, err,
		       "UPDATE reconciliation SET lines = $1, agreed = $1, theirs_in = $2, theirs_out = $3, ours_in = $4, ours_out = $3, cash = $5, card = $6, "
		       "at = $7, by_person = $8 WHERE id = $9",
		       YZ_I(d.all.n), YZ_I(found), YZ_I(d.all.out[YZ_MEANS_cash] + d.all.out[YZ_MEANS_card]),
		       YZ_I(d.all.in[YZ_MEANS_cash] + d.all.in[YZ_MEANS_card]), YZ_I(w->found[YZ_MEANS_cash]), YZ_I(w->found[YZ_MEANS_card]),
		       YZ_I(yz_site_now(w->site)), yz_val_int_or_null(w->who ? w->who->person : 0, w->who != NULL), YZ_I(id)) &&
	       yz_fee_note(w->site, conn, a, w->who, "count", "reconciliation", id, found, YZ_LIT(""), err);
}

bool yz_counter_count(struct yz_site *site, const struct yz_actor *who, yz_day day, struct yz_str cash, struct yz_str card,
		      struct yz_err *err)
{
	struct counting w = {.site = site, .who = who, .day = day};
	if (who && !yz_may(who, YZ_MAY_money))
		return yz_refuse(who, YZ_MAY_money, err);
	if (day > yz_instant_day(yz_site_now(site), site->offset))
		return yz_wrong(err, "day", N_("这一天还没有到"));
	if (!yz_yuan_parse_sum(yz_str_trim(cash), &w.found[YZ_MEANS_cash]))
		return yz_wrong(err, "cash", N_("金额写成 1200 或者 1200.50 这样"));
	if (!yz_yuan_parse_sum(yz_str_trim(card), &w.found[YZ_MEANS_card]))
		return yz_wrong(err, "card", N_("金额写成 1200 或者 1200.50 这样"));
	return yz_db_write(site->db, do_count, &w, err);
}
