/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/recompute.h"

#include "base/map.h"
#include "db/ledger.h"
#include "gov/promise.h"
#include "gov/score.h"

#include <stdlib.h>

struct kept_row {
	struct yz_str day, org;
	struct yz_figure kept, counted; /* whose it is stands in both */
};

struct card_row {
	struct yz_scored_card kept, counted;
	bool in_table, in_ledger;
};

struct record_row {
	struct yz_scored_record kept, counted;
	bool in_table, in_ledger;
};

struct stage_row {
	struct yz_str org, item, node;
	int64_t kept_n, kept_spent, counted_n, counted_spent;
};

struct counting {
	struct yz_site *site;
	struct yz_arena *a;
	struct yz_recount *out;
	char month[YZ_PERIOD_TEXT];
	yz_instant from, to;
	struct yz_map rows, cards, records, stages;
	YZ_VEC(struct stage_row *) stagelist;
	YZ_VEC(struct kept_row *) rowlist;
	YZ_VEC(struct card_row *) cardlist;
	YZ_VEC(struct record_row *) recordlist;
	YZ_VEC(struct yz_recount_difference) differences;
};

/* ---- differences ---- */

static void differ(struct counting *c, struct yz_str where, const char *what, struct yz_str kept, struct yz_str counted)
{
	c->out->different++;
	if (c->differences.len < YZ_RECOUNT_DIFFERENCES)
		*yz_vec_push(c->a, &c->differences) = (struct yz_recount_difference){where, yz_str(what), kept, counted};
}

static struct yz_str text_of(struct counting *c, int64_t n)
{
	return yz_str_printf(c->a, "%lld", (long long)n);
}

static void hold(struct counting *c, struct yz_str where, const char *what, int64_t kept, int64_t counted)
{
	if (kept != counted)
		differ(c, where, what, text_of(c, kept), text_of(c, counted));
}

static void hold_text(struct counting *c, struct yz_str where, const char *what, struct yz_str kept, struct yz_str counted)
{
	if (!yz_str_eq(kept, counted))
		differ(c, where, what, kept, counted);
}

/* ---- rows by what they are of ---- */

static struct kept_row *row_at(struct counting *c, struct yz_str day, struct yz_str org, const struct yz_figure *f)
{
	struct yz_str key = yz_str_printf(c->a, "%.*s %.*s %.*s %.*s %lld", YZ_P(day), YZ_P(org), YZ_P(f->item), YZ_P(f->post), (long long)f->person);
	struct kept_row *row = yz_map_get(&c->rows, key);
	if (row)
		return row;
	row = yz_new(c->a, struct kept_row);
	row->day = yz_str_dup(c->a, day);
	row->org = yz_str_dup(c->a, org);
	row->kept.item = row->counted.item = yz_str_dup(c->a, f->item);
	row->kept.post = row->counted.post = yz_str_dup(c->a, f->post);
	row->kept.person = row->counted.person = f->person;
	yz_map_put(&c->rows, key, row);
	*yz_vec_push(c->a, &c->rowlist) = row;
	return row;
}

static struct card_row *card_at(struct counting *c, int64_t id, bool make)
{
	struct yz_str key = text_of(c, id);
	struct card_row *row = yz_map_get(&c->cards, key);
	if (row || !make)
		return row;
	row = yz_new(c->a, struct card_row);
	yz_map_put(&c->cards, key, row);
	*yz_vec_push(c->a, &c->cardlist) = row;
	return row;
}

static struct record_row *record_at(struct counting *c, int64_t id, bool make)
{
	struct yz_str key = text_of(c, id);
	struct record_row *row = yz_map_get(&c->records, key);
	if (row || !make)
		return row;
	row = yz_new(c->a, struct record_row);
	yz_map_put(&c->records, key, row);
	*yz_vec_push(c->a, &c->recordlist) = row;
	return row;
}

static struct stage_row *stage_at(struct counting *c, struct yz_str org, struct yz_str item, struct yz_str node)
{
	struct yz_str key = yz_str_printf(c->a, "%.*s %.*s %.*s", YZ_P(org), YZ_P(item), YZ_P(node));
	struct stage_row *row = yz_map_get(&c->stages, key);
	if (row)
		return row;
	row = yz_new(c->a, struct stage_row);
	*row = (struct stage_row){.org = yz_str_dup(c->a, org), .item = yz_str_dup(c->a, item), .node = yz_str_dup(c->a, node)};
	yz_map_put(&c->stages, key, row);
	*yz_vec_push(c->a, &c->stagelist) = row;
	return row;
}

/* ---- from the ledger ---- */

struct entry {
	yz_instant at;
	struct yz_str act, rule;
	int64_t thing;
	const struct yz_json *body;
};

static bool of_month(const struct counting *c, yz_instant at)
{
	return at >= c->from && at < c->to;
}

/* kept_at: of another day than its own, as when a card is taken back. */
static void count_kept(struct counting *c, const struct entry *e)
{
	struct yz_str org;
	struct yz_figure f;
	char day[16];
	yz_instant at = yz_json_int(e->body, "kept_at", e->at);
	if (!of_month(c, at) || !yz_figure_said(e->body, &org, &f) || !yz_figure_any(&f))
		return;
	c->out->entries++;
	yz_figure_sum(&row_at(c, yz_str(yz_day_print(yz_instant_day(at, c->site->offset), day)), org, &f)->counted, &f);
}

/* Each in the month that it was done in; a recall may come months later. */
static void count_stages(struct counting *c, const struct entry *e)
{
	const struct yz_json *list = yz_json_get(e->body, "stages");
	bool any = false;
	for (size_t i = 0; i < yz_json_len(list); i++) {
		struct yz_stage s;
		if (!yz_figure_stage_said(yz_json_at(list, i), &s) || !of_month(c, s.at))
			continue;
		struct stage_row *row = stage_at(c, s.org, s.item, s.node);
		row->counted_n += s.n;
		row->counted_spent += s.spent;
		any = true;
	}
	c->out->entries += any && !yz_json_get(e->body, "kept");
}

static struct yz_str without_level(struct yz_str rule, struct yz_str level)
{
	return rule.len > level.len + 1 ? yz_str_n(rule.ptr, rule.len - level.len - 1) : rule;
}

static void count_card(struct counting *c, const struct entry *e)
{
	struct yz_str what = yz_str_n(e->act.ptr + 5, e->act.len - 5), org;
	struct yz_figure f;
	int64_t id = yz_json_int(e->body, "card", 0);
	bool issued = yz_str_eqz(what, "notice") || yz_str_eqz(what, "yellow") || yz_str_eqz(what, "red");
	if (issued && of_month(c, e->at) && yz_figure_said(e->body, &org, &f)) {
		struct card_row *row = card_at(c, id, true);
		row->in_ledger = true;
		row->counted = (struct yz_scored_card){.id = id, .at = e->at, .level = yz_str_dup(c->a, what), .held_level = yz_str_dup(c->a, what),
						       .monitor = yz_str_dup(c->a, without_level(e->rule, what)), .org = yz_str_dup(c->a, org),
						       .post = yz_str_dup(c->a, f.post), .person = f.person, .points = yz_json_int(e->body, "points", 0)};
		return;
	}
	struct card_row *row = issued ? NULL : card_at(c, id, false);
	if (row && yz_json_get(e->body, "now")) {
		row->counted.held_level = yz_str_dup(c->a, yz_json_str(e->body, "now"));
		row->counted.points = yz_json_int(e->body, "points", 0);
	}
}

static void count_record(struct counting *c, const struct entry *e)
{
	if (yz_str_eqz(e->act, "score.withdraw")) {
		struct record_row *row = record_at(c, e->thing, false);
		if (row)
			row->in_ledger = false;
	} else if (yz_str_eqz(e->act, "score.record") && yz_str_eqz(yz_json_str(e->body, "month"), c->month)) {
		struct record_row *row = record_at(c, e->thing, true);
		row->in_ledger = true;
		row->counted = (struct yz_scored_record){.id = e->thing, .at = e->at, .org = yz_str_dup(c->a, yz_json_str(e->body, "org")),
							 .post = yz_str_dup(c->a, yz_json_str(e->body, "post")),
							 .person = yz_json_int(e->body, "person", 0), .n = yz_json_int(e->body, "n", 1),
							 .event = yz_str_dup(c->a, yz_json_str(e->body, "event"))};
	}
}

/* at, act, rule, thing_id, body */
static bool read_entry(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct counting *c = ctx;
	struct entry e = {.at = yz_row_int(r, 0, 0), .act = yz_row_str(r, 0, 1), .rule = yz_row_str(r, 0, 2), .thing = yz_row_int(r, 0, 3)};
	struct yz_str text = yz_row_str(r, 0, 4);
	bool card = yz_str_starts(e.act, YZ_LIT("card.")), score = yz_str_starts(e.act, YZ_LIT("score."));
	if (!card && !score && yz_str_find(text, YZ_LIT("\"kept\":"), 0) == SIZE_MAX && yz_str_find(text, YZ_LIT("\"stages\":"), 0) == SIZE_MAX)
		return true;
	struct yz_arena *scratch = yz_arena_create(0);
	bool good = (e.body = yz_json_read(scratch, text, NULL, err)) != NULL;
	if (good)
		count_kept(c, &e);
	if (good)
		count_stages(c, &e);
	if (good && card)
		count_card(c, &e);
	if (good && score)
		count_record(c, &e);
	yz_arena_destroy(scratch);
	return good;
}

/* Earlier entries are of earlier months. */
static bool read_ledger(struct counting *c, struct yz_conn *conn, struct yz_err *err)
{
	return yz_each(conn, read_entry, c, err, "SELECT at, act, rule, thing_id, body FROM ledger WHERE at >= $1 ORDER BY region, seq", YZ_I(c->from));
}

/* ---- from the tables ---- */

static bool read_row(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct counting *c = ctx;
	struct yz_figure f = {.item = yz_row_str(r, 0, 2), .post = yz_row_str(r, 0, 3), .person = yz_row_int(r, 0, 4)};
	size_t at = 5;
	(void)err;
#define READ(name) f.name = yz_row_int(r, 0, at++);
	YZ_FIGURES(READ)
#undef READ
	yz_figure_sum(&row_at(c, yz_row_str(r, 0, 0), yz_row_str(r, 0, 1), &f)->kept, &f);
	return true;
}

static bool read_stage(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct counting *c = ctx;
	struct stage_row *row = stage_at(c, yz_row_str(r, 0, 0), yz_row_str(r, 0, 1), yz_row_str(r, 0, 2));
	(void)err;
	row->kept_n += yz_row_int(r, 0, 3);
	row->kept_spent += yz_row_int(r, 0, 4);
	return true;
}

static bool read_tables(struct counting *c, struct yz_conn *conn, struct yz_err *err)
{
	struct yz_score_month m;
#define NAME(name) ", " #name
	if (!yz_score_month_read(c->site, conn, c->a, yz_str(c->month), YZ_LIT(""), &m, err) ||
	    !yz_each(conn, read_row, c, err, "SELECT day, org, item, post, person" YZ_FIGURES(NAME) " FROM figure WHERE day >= $1 AND day <= $2",
		     YZ_S(yz_str_printf(c->a, "%s-01", c->month)), YZ_S(yz_str_printf(c->a, "%s-31", c->month))) ||
	    !yz_each(conn, read_stage, c, err, "SELECT org, item, node, n, spent FROM stage_figure WHERE month = $1", YZ_Z(c->month)))
		return false;
#undef NAME
	for (size_t i = 0; i < m.ncards; i++) {
		struct card_row *row = card_at(c, m.cards[i].id, true);
		row->kept = m.cards[i];
		row->in_table = true;
	}
	for (size_t i = 0; i < m.nrecords; i++) {
		struct record_row *row = record_at(c, m.records[i].id, true);
		row->kept = m.records[i];
		row->in_table = true;
	}
	return true;
}

/* ---- held against each other ---- */

static void hold_rows(struct counting *c)
{
	for (size_t i = 0; i < c->rowlist.len; i++) {
		const struct kept_row *r = c->rowlist.at[i];
		struct yz_str where = {0};
#define HOLD(name)                                                                                                               \
	if (r->kept.name != r->counted.name) {                                                                                   \
		if (!where.len)                                                                                                  \
			where = yz_str_printf(c->a, "figure %.*s %.*s %.*s %.*s %lld", YZ_P(r->day), YZ_P(r->org), YZ_P(r->kept.item), \
					      YZ_P(r->kept.post), (long long)r->kept.person);                                    \
		hold(c, where, #name, r->kept.name, r->counted.name);                                                            \
	}
		YZ_FIGURES(HOLD)
#undef HOLD
	}
}

#define SUM(name) ", CAST(SUM(f." #name ") AS BIGINT), CAST(SUM(f.d_" #name ") AS BIGINT)"
#define KEPT(name) ", " #name ", 0 AS d_" #name
#define EACH(name) ", 0, " #name
/* Sums beside what the days one by one come to, by whose they are: four columns, then each figure of both. */
#define BOTH(of, kept, each)                                                                                                 \
	"SELECT f.at, f.org, f.whose, f.person" YZ_FIGURES(SUM) " FROM (SELECT " kept YZ_FIGURES(KEPT) " FROM " of                 \
	" UNION ALL SELECT " each YZ_FIGURES(EACH) " FROM figure WHERE day >= $2 AND day <= $3) f "                          \
	"GROUP BY f.at, f.org, f.whose, f.person ORDER BY f.at, f.org, f.whose, f.person"

static void hold_sums(struct counting *c, const char *what, const struct yz_rows *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct yz_str where = yz_str_printf(c->a, "%s %.*s %.*s%.*s", what, YZ_P(yz_row_str(r, i, 0)), YZ_P(yz_row_str(r, i, 1)),
						    YZ_P(yz_row_str(r, i, 2)));
		size_t at = 4;
		if (yz_row_int(r, i, 3))
			where = yz_str_printf(c->a, "%.*s %lld", YZ_P(where), (long long)yz_row_int(r, i, 3));
#define HOLD(name) hold(c, where, #name, yz_row_int(r, i, at), yz_row_int(r, i, at + 1)), at += 2;
		YZ_FIGURES(HOLD)
#undef HOLD
	}
}

/* What reports read: the days put together, against the same days one by one. */
static bool hold_put_together(struct counting *c, struct yz_conn *conn, struct yz_period month, struct yz_err *err)
{
	struct yz_figure_span span;
	char first[16], last[16];
	yz_day day;
	if (!yz_figure_span(conn, month.from, month.to, &span, err))
		return false;
	if (!span.months[0][0] || !yz_day_parse(yz_str(span.days[0]), &day))
		return true; /* nothing is put together */
	struct yz_val of = YZ_Z(span.months[0]), from = YZ_Z(yz_day_print(month.from, first)), to = YZ_Z(yz_day_print(day - 1, last));
	struct yz_rows *m = yz_select(conn, c->a, err,
				      BOTH("figure_month WHERE month = $1", "month AS at, org, ' ' || item || ' ' || post AS whose, person",
					   "SUBSTR(day, 1, 7), org, ' ' || item || ' ' || post, person"),
				      of, from, to);
	struct yz_rows *d = m ? yz_select(conn, c->a, err,
					  BOTH("figure_day WHERE SUBSTR(day, 1, 7) = $1 AND day >= $2 AND day <= $3",
					       "day AS at, org, '' AS whose, 0 AS person", "day, org, '', 0"),
					  of, from, to) : NULL;
	if (!d)
		return false;
	hold_sums(c, "month", m);
	hold_sums(c, "day", d);
	return true;
}

#undef SUM
#undef KEPT
#undef EACH
#undef BOTH

static void hold_stages(struct counting *c)
{
	for (size_t i = 0; i < c->stagelist.len; i++) {
		const struct stage_row *r = c->stagelist.at[i];
		if (r->kept_n == r->counted_n && r->kept_spent == r->counted_spent)
			continue;
		struct yz_str where = yz_str_printf(c->a, "stage %.*s %.*s %.*s", YZ_P(r->org), YZ_P(r->item), YZ_P(r->node));
		hold(c, where, "n", r->kept_n, r->counted_n);
		hold(c, where, "spent", r->kept_spent, r->counted_spent);
	}
}

static void hold_cards(struct counting *c)
{
	for (size_t i = 0; i < c->cardlist.len; i++) {
		const struct card_row *r = c->cardlist.at[i];
		struct yz_str where = yz_str_printf(c->a, "card %lld", (long long)(r->in_table ? r->kept.id : r->counted.id));
		c->out->cards += r->in_ledger;
		if (r->in_table != r->in_ledger) {
			differ(c, where, "row", r->in_table ? YZ_LIT("there") : YZ_LIT("-"), r->in_ledger ? YZ_LIT("there") : YZ_LIT("-"));
			continue;
		}
		hold_text(c, where, "monitor", r->kept.monitor, r->counted.monitor);
		hold_text(c, where, "level", r->kept.level, r->counted.level);
		hold_text(c, where, "held_level", r->kept.held_level, r->counted.held_level);
		hold_text(c, where, "org", r->kept.org, r->counted.org);
		hold_text(c, where, "post", r->kept.post, r->counted.post);
		hold(c, where, "person", r->kept.person, r->counted.person);
		hold(c, where, "points", r->kept.points, r->counted.points);
		hold(c, where, "issued", r->kept.at, r->counted.at);
	}
}

static void hold_records(struct counting *c)
{
	for (size_t i = 0; i < c->recordlist.len; i++) {
		const struct record_row *r = c->recordlist.at[i];
		if (!r->in_table && !r->in_ledger)
			continue; /* withdrawn */
		struct yz_str where = yz_str_printf(c->a, "record %lld", (long long)(r->in_table ? r->kept.id : r->counted.id));
		c->out->records += r->in_ledger;
		if (r->in_table != r->in_ledger) {
			differ(c, where, "row", r->in_table ? YZ_LIT("there") : YZ_LIT("-"), r->in_ledger ? YZ_LIT("there") : YZ_LIT("-"));
			continue;
		}
		hold_text(c, where, "org", r->kept.org, r->counted.org);
		hold_text(c, where, "event", r->kept.event, r->counted.event);
		hold(c, where, "person", r->kept.person, r->counted.person);
		hold(c, where, "n", r->kept.n, r->counted.n);
	}
}

/* ---- departments and their scores ---- */

static int by_issue(const void *a, const void *b)
{
	const struct yz_scored_card *x = a, *y = b;
	return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->id > y->id) - (x->id < y->id);
}

/* What is known of the month from one side. */
static void month_from(struct counting *c, bool ledger, struct yz_score_month *m)
{
	*m = (struct yz_score_month){.figures = yz_new_n(c->a, c->rowlist.len + 1, struct yz_scored_figure),
				     .cards = yz_new_n(c->a, c->cardlist.len + 1, struct yz_scored_card),
				     .records = yz_new_n(c->a, c->recordlist.len + 1, struct yz_scored_record)};
	for (size_t i = 0; i < c->rowlist.len; i++) {
		const struct kept_row *r = c->rowlist.at[i];
		m->figures[m->nfigures++] = (struct yz_scored_figure){.org = r->org, .post = r->kept.post, .person = r->kept.person,
								      .f = ledger ? r->counted : r->kept};
	}
	for (size_t i = 0; i < c->cardlist.len; i++)
		if (ledger ? c->cardlist.at[i]->in_ledger : c->cardlist.at[i]->in_table)
			m->cards[m->ncards++] = ledger ? c->cardlist.at[i]->counted : c->cardlist.at[i]->kept;
	qsort(m->cards, m->ncards, sizeof *m->cards, by_issue);
	for (size_t i = 0; i < c->recordlist.len; i++)
		if (ledger ? c->recordlist.at[i]->in_ledger : c->recordlist.at[i]->in_table)
			m->records[m->nrecords++] = ledger ? c->recordlist.at[i]->counted : c->recordlist.at[i]->kept;
}

static int64_t score_of(struct counting *c, const struct yz_scoring *method, const struct yz_score_month *m, const struct yz_map *cuts,
			struct yz_str org)
{
	struct yz_score s = {.org = org};
	yz_score_one(c->a, method, m, YZ_SCORE_ORG, yz_map_get(cuts, org), false, &s);
	return s.points;
}

static bool make_rows(struct counting *c, struct yz_conn *conn, struct yz_err *err)
{
	struct yz_score_month kept, counted;
	const struct yz_scoring *method;
	struct yz_str digest;
	struct yz_map cuts;
	struct yz_rows *r = yz_select(conn, c->a, err, "SELECT key, name FROM org ORDER BY position, key");
	if (!r || !yz_score_method(conn, c->a, yz_str(c->month), &method, &digest, err) || !yz_promise_at(conn, c->a, c->to, &cuts, err))
		return false;
	month_from(c, false, &kept);
	month_from(c, true, &counted);
	c->out->rows = yz_new_n(c->a, r->count + 1, struct yz_recount_row);
	for (size_t i = 0; i < r->count; i++) {
		struct yz_recount_row row = {.org = yz_row_str(r, i, 0), .org_name = yz_row_str(r, i, 1), .kept_score = -1, .counted_score = -1};
		bool any = false;
		for (size_t k = 0; k < kept.nfigures; k++)
			if (yz_str_eq(kept.figures[k].org, row.org)) {
				yz_figure_sum(&row.kept, &kept.figures[k].f);
				yz_figure_sum(&row.counted, &counted.figures[k].f);
				any = true;
			}
		for (size_t k = 0; k < kept.nrecords + counted.nrecords; k++)
			any = any || yz_str_eq(k < kept.nrecords ? kept.records[k].org : counted.records[k - kept.nrecords].org, row.org);
		if (!any)
			continue;
		if (method) {
			row.kept_score = score_of(c, method, &kept, &cuts, row.org);
			row.counted_score = score_of(c, method, &counted, &cuts, row.org);
			hold(c, yz_str_printf(c->a, "score %.*s", YZ_P(row.org)), "points", row.kept_score, row.counted_score);
		}
		c->out->rows[c->out->nrows++] = row;
	}
	return true;
}

bool yz_recount(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_period month, struct yz_recount *out, struct yz_err *err)
{
	struct counting c = {.site = site, .a = a, .out = out, .from = yz_day_start(month.from, site->offset),
			     .to = yz_day_start(month.to + 1, site->offset)};
	struct yz_ledger_report report;
	*out = (struct yz_recount){.chain = YZ_LIT("")};
	yz_period_print(month, c.month);
	yz_map_init(&c.rows, a);
	yz_map_init(&c.cards, a);
	yz_map_init(&c.records, a);
	yz_map_init(&c.stages, a);
	if (!yz_ledger_verify(conn, NULL, &report, err))
		return false;
	if (report.fault != YZ_LEDGER_GOOD) {
		out->chain = yz_str_printf(a, "%s: %s", yz_ledger_fault_name(report.fault), report.detail);
		out->different++;
	}
	if (!read_ledger(&c, conn, err) || !read_tables(&c, conn, err))
		return false;
	hold_rows(&c);
	hold_stages(&c);
	if (!hold_put_together(&c, conn, month, err))
		return false;
	hold_cards(&c);
	hold_records(&c);
	if (!make_rows(&c, conn, err))
		return false;
	out->differences = c.differences.at;
	out->ndifferences = c.differences.len;
	return true;
}
