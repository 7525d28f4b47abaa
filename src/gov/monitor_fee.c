/* What fees, looks at records and questions offer to conditions.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/monitor_row.h"

#include "gov/consult_row.h"
#include "gov/fee.h"
#include "gov/fee_row.h"
#include "gov/version.h"

static struct yz_feel_value text(struct yz_str s)
{
	return yz_feel_string(s.ptr ? s : YZ_LIT(""));
}

static struct yz_feel_value no_value(void)
{
	return (struct yz_feel_value){0};
}

/* ---- fees ---- */

struct of_fee {
	struct yz_asking *w;
	const char *event;
	int64_t order, amount;
	const struct yz_version *v;
	struct yz_rows *lines; /* name, basis, price, quantity, amount */
};

static const struct yz_json *published(const struct of_fee *c, struct yz_str name)
{
	const struct yz_json *fees = yz_json_get(c->v->body, "fees");
	for (size_t i = 0; i < yz_json_len(fees); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(fees, i), "name"), name))
			return yz_json_at(fees, i);
	return NULL;
}

/* 行政许可法 58, 59: not published, or without the document it rests on. */
static bool unpublished(const struct of_fee *c, size_t i)
{
	const struct yz_json *fee = published(c, yz_row_str(c->lines, i, 0));
	return !fee || !yz_str_trim(yz_json_str(fee, "basis")).len;
}

/* A price that is another than the published one, or an amount that is not price times quantity. */
static bool differs(const struct of_fee *c, size_t i)
{
	struct yz_str price = yz_row_str(c->lines, i, 2), quantity = yz_row_str(c->lines, i, 3);
	const struct yz_json *fee = published(c, yz_row_str(c->lines, i, 0));
	struct yz_dec each, many, yuan, listed;
	int64_t fen;
	if (!fee || !price.len || !yz_dec_parse(price, &each))
		return false;
	if (yz_dec_parse(yz_str_trim(yz_json_str(fee, "price")), &listed) && yz_dec_cmp(each, listed) != 0)
		return true;
	return quantity.len && !yz_row_null(c->lines, i, 4) && yz_dec_parse(quantity, &many) && yz_dec_mul(each, many, &yuan) &&
	       yz_dec_mul(yuan, yz_dec_int(100), &yuan) && yz_dec_scale(yuan, 0, YZ_DEC_HALF_UP, &yuan) && yz_dec_to_int(yuan, &fen) &&
	       fen != yz_row_int(c->lines, i, 4);
}

static struct yz_feel_value lines(struct of_fee *c, bool (*counts)(const struct of_fee *c, size_t i))
{
	struct yz_feel_value *out = yz_new_n(c->w->a, c->lines->count + 1, struct yz_feel_value);
	size_t n = 0;
	for (size_t i = 0; i < c->lines->count; i++)
		if (counts(c, i))
			out[n++] = text(yz_row_str(c->lines, i, 0));
	return yz_feel_list(out, n);
}

static struct yz_feel_value fee_fact(void *ctx, const struct yz_armed *m, enum yz_monitor_fact f, struct yz_err *err)
{
	struct of_fee *c = ctx;
	(void)m, (void)err;
	switch (f) {
	case YZ_FACT_act:
		return text(yz_str(c->event));
	case YZ_FACT_org:
		return text(c->w->org);
	case YZ_FACT_item:
		return text(c->w->item);
	case YZ_FACT_amount: {
		struct yz_dec yuan = {0};
		return yz_dec_div(yz_dec_int(c->amount), yz_dec_int(100), &yuan) ? yz_feel_number(yuan) : no_value();
	}
	case YZ_FACT_unpublished:
		return lines(c, unpublished);
	case YZ_FACT_differs:
		return lines(c, differs);
	default:
		return no_value();
	}
}

/* What `until` this ends. */
static bool end_of(struct yz_conn *conn, const struct yz_monitor_set *set, enum yz_monitor_event event, enum yz_watched thing, int64_t thing_id,
		   struct yz_err *err)
{
	for (size_t i = 0; i < set->until[event].n; i++) {
		const struct yz_monitor *m = set->until[event].at[i]->m;
		if (m->watches == thing && !yz_exec(conn, err, "DELETE FROM watch WHERE monitor = $1 AND thing = $2 AND thing_id = $3", YZ_S(m->key),
						    YZ_Z(yz_watched_name(thing)), YZ_I(thing_id)))
			return false;
	}
	return true;
}

bool yz_monitor_fee(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t order,
		    enum yz_monitor_event event, struct yz_err *err)
{
	const struct yz_monitor_set *set = yz_monitor_set_of(site, a);
	if (!end_of(conn, set, event, YZ_WATCH_FEE, order, err))
		return false;
	if (!set->on[event].n)
		return true;
	struct yz_asking *w = yz_new(a, struct yz_asking);
	struct of_fee c = {.w = w, .event = yz_monitor_event_name(event), .order = order};
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT f.org, f.no, f.amount, c.id, c.item, c.item_code FROM fee_order f JOIN cases c ON c.id = f.case_id WHERE f.id = $1",
				      YZ_I(order));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_NOT_FOUND, "no order of fees %lld", (long long)order) : false;
	c.amount = yz_row_int(r, 0, 2);
	if (!(c.v = yz_version_of(site, conn, a, yz_row_int(r, 0, 4), err)) ||
	    !(c.lines = yz_select(conn, a, err, "SELECT name, basis, price, quantity, amount FROM fee_line WHERE order_id = $1 ORDER BY position",
				  YZ_I(order))))
		return false;
	yz_instant now = yz_site_now(site);
	*w = (struct yz_asking){.site = site, .conn = conn, .a = a, .now = now, .thing = YZ_WATCH_FEE, .thing_id = order, .case_id = yz_row_int(r, 0, 3),
				.org = yz_row_str(r, 0, 0), .about = yz_row_str(r, 0, 1), .item = yz_row_str(r, 0, 5),
				.person = who && who->staff ? who->person : 0, .occasion = yz_str_printf(a, "%lld", (long long)now), .fact = fee_fact,
				.ctx = &c};
	const struct yz_calendar *calendar = w->calendar = yz_site_calendar(site);
	bool good = yz_asking_run(w, set->on[event], err);
	yz_site_calendar_release(site, calendar);
	return good;
}

/* ---- looks at somebody's records ---- */

struct of_pull {
	struct yz_asking *w;
	int64_t person, case_id;
	struct yz_str purpose;
};

/* What she looked up in registers on this day, of no case: no look at a page, which is counted by itself. */
#define LOOKED_UP "FROM pull WHERE by_person = $1 AND at >= $2 AND at < $3 AND record IS NOT NULL AND case_id IS NULL"

static yz_instant day_of(const struct yz_asking *w)
{
	return yz_day_start(yz_instant_day(w->now, w->site->offset), w->site->offset);
}

static struct yz_feel_value pull_fact(void *ctx, const struct yz_armed *m, enum yz_monitor_fact f, struct yz_err *err)
{
	struct of_pull *c = ctx;
	int64_t n;
	(void)m;
	switch (f) {
	case YZ_FACT_act:
		return text(YZ_LIT("pull"));
	case YZ_FACT_org:
		return text(c->w->org);
	case YZ_FACT_purpose:
		return text(c->purpose);
	case YZ_FACT_with_case:
		return yz_feel_bool(c->case_id != 0);
	case YZ_FACT_today:
		return yz_select_int(c->w->conn, &n, 0, err, "SELECT COUNT(*) " LOOKED_UP, YZ_I(c->person), YZ_I(day_of(c->w)),
				     YZ_I(day_of(c->w) + YZ_DAY))
			       ? yz_feel_int(n)
			       : no_value();
	default:
		return no_value();
	}
}

bool yz_monitor_pull(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_str org,
		     struct yz_str purpose, int64_t case_id, struct yz_err *err)
{
	const struct yz_monitor_set *set = yz_monitor_set_of(site, a);
	/* Who is of no department has nobody to answer a card. */
	if (!set->on[YZ_EVENT_pull].n || !person || !org.len)
		return true;
	struct yz_asking *w = yz_new(a, struct yz_asking);
	struct of_pull c = {w, person, case_id, purpose};
	char day[16];
	*w = (struct yz_asking){.site = site, .conn = conn, .a = a, .now = yz_site_now(site), .thing = YZ_WATCH_PULL, .person = person, .org = org,
				.case_id = case_id, .fact = pull_fact, .ctx = &c};
	/* A day of hers is one occasion, known by its first look. */
	w->occasion = yz_str_dup(a, yz_str(yz_day_print(yz_instant_day(w->now, site->offset), day)));
	if (!yz_select_int(conn, &w->thing_id, 0, err, "SELECT COALESCE(MIN(id), (SELECT MAX(id) FROM pull WHERE by_person = $1)) " LOOKED_UP, YZ_I(person), YZ_I(day_of(w)), YZ_I(day_of(w) + YZ_DAY)))
		return false;
	const struct yz_calendar *calendar = w->calendar = yz_site_calendar(site);
	bool good = yz_asking_run(w, set->on[YZ_EVENT_pull], err);
	yz_site_calendar_release(site, calendar);
	return good;
}

/* ---- questions ---- */

static struct yz_feel_value question_fact(void *ctx, const struct yz_armed *m, enum yz_monitor_fact f, struct yz_err *err)
{
	const struct yz_consulting *t = ctx;
	int64_t level = 0;
	(void)m;
	switch (f) {
	case YZ_FACT_org:
		return text(t->c.org);
	case YZ_FACT_item:
		return text(t->c.item);
	case YZ_FACT_rated:
		return yz_select_int(t->conn, &level, 0, err, "SELECT rating FROM consultation WHERE id = $1", YZ_I(t->c.id)) ? yz_feel_int(level)
															      : no_value();
	default:
		return no_value();
	}
}

static void asking_of(struct yz_asking *w, struct yz_consulting *t, const struct yz_calendar *calendar)
{
	*w = (struct yz_asking){.site = t->site, .conn = t->conn, .a = t->a, .calendar = calendar, .now = t->now, .thing = YZ_WATCH_CONSULTATION,
				.thing_id = t->c.id, .org = t->c.org, .item = t->c.item, .about = t->c.no, .fact = question_fact, .ctx = t};
}

bool yz_monitor_consult(struct yz_consulting *t, const struct yz_clock *k, const struct yz_calendar *calendar, bool red, struct yz_err *err)
{
	struct yz_asking *w = yz_new(t->a, struct yz_asking);
	asking_of(w, t, calendar);
	w->clock = k;
	w->due = t->c.due;
	return yz_asking_clock(w, YZ_LIT("consult"), red, err);
}

static bool event_of(const char *act, enum yz_monitor_event *out)
{
	static const enum yz_monitor_event steps[] = {YZ_EVENT_ask, YZ_EVENT_transfer, YZ_EVENT_answer, YZ_EVENT_rate, YZ_EVENT_withdraw};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (yz_str_eqz(yz_str(act), yz_monitor_event_name(steps[i]))) {
			*out = steps[i];
			return true;
		}
	return false;
}

bool yz_monitor_question(struct yz_consulting *t, const char *act, struct yz_err *err)
{
	const struct yz_monitor_set *set = yz_monitor_set_of(t->site, t->a);
	enum yz_monitor_event event;
	if (!event_of(act, &event))
		return true;
	if (!end_of(t->conn, set, event, YZ_WATCH_CONSULTATION, t->c.id, err))
		return false;
	if (!set->on[event].n)
		return true;
	struct yz_asking *w = yz_new(t->a, struct yz_asking);
	const struct yz_calendar *calendar = yz_site_calendar(t->site);
	asking_of(w, t, calendar);
	w->person = t->who && t->who->staff ? t->who->person : 0;
	w->occasion = yz_str_printf(t->a, "%lld", (long long)t->now);
	bool good = yz_asking_run(w, set->on[event], err);
	yz_site_calendar_release(t->site, calendar);
	return good;
}
