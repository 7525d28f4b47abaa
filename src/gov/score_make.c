/* Whose scores there are in a period, and what a supervisor writes down.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/score.h"

#include "base/map.h"
#include "base/utf8.h"
#include "crypt/crypt.h"
#include "gov/fault.h"
#include "gov/figure.h"
#include "gov/note.h"
#include "gov/period.h"
#include "gov/promise.h"
#include "gov/reach.h"
#include "text/text.h"

#include <assert.h>

enum { MONTHS_MOST = 12, TEXT_LEAST = 2, TEXT_MOST = 1000, COUNT_MOST = 100 };

/* ---- departments ---- */

struct org {
	struct yz_str key, name;
};

struct orgs {
	struct org *at;
	size_t len;
	struct yz_map by_key;
};

static bool read_orgs(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str one, struct orgs *out, struct yz_err *err)
{
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT o.key, o.name FROM org o JOIN region g ON g.code = o.region "
				      "WHERE g.path >= $1 AND g.path < $2 AND ($3 = '' OR o.key = $3) ORDER BY o.position, o.key",
				      YZ_S(path), YZ_S(yz_reach_end(a, path)), YZ_S(one));
	if (!r)
		return false;
	if (one.len && !r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no department %.*s", YZ_P(one));
	out->at = yz_new_n(a, r->count + 1, struct org);
	yz_map_init(&out->by_key, a);
	for (size_t i = 0; i < r->count; i++) {
		out->at[out->len] = (struct org){.key = yz_row_str(r, i, 0), .name = yz_row_str(r, i, 1)};
		yz_map_put(&out->by_key, out->at[out->len].key, &out->at[out->len]);
		out->len++;
	}
	return true;
}

/* ---- whose ---- */

struct span {
	struct yz_period first, last, begun_first, begun_last; /* months */
};

struct making {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	struct yz_scores *out;
	struct orgs orgs;
	struct yz_map seen; /* whose to index + 1 */
	YZ_VEC(struct yz_score) scores;
};

static struct yz_str key_of(struct making *m, struct yz_str org, struct yz_str post, int64_t person)
{
	switch (m->out->whom) {
	case YZ_SCORE_POST:
		return yz_str_printf(m->a, "%.*s %.*s", YZ_P(org), YZ_P(post));
	case YZ_SCORE_PERSON:
		return yz_str_printf(m->a, "%.*s %lld", YZ_P(org), (long long)person);
	case YZ_SCORE_ORG:
	case YZ_SCORE_WHOM:
		break;
	}
	return org;
}

static void meet(struct making *m, struct yz_str org, struct yz_str post, int64_t person)
{
	const struct org *o = yz_map_get(&m->orgs.by_key, org);
	bool some = m->out->whom == YZ_SCORE_ORG || (m->out->whom == YZ_SCORE_POST ? post.len != 0 : person != 0);
	struct yz_str key = key_of(m, org, post, person);
	if (!o || !some || yz_map_get(&m->seen, key))
		return;
	*yz_vec_push(m->a, &m->scores) = (struct yz_score){.org = o->key, .org_name = o->name, .post = m->out->whom == YZ_SCORE_POST ? post : YZ_LIT(""),
							   .person = m->out->whom == YZ_SCORE_PERSON ? person : 0, .person_name = YZ_LIT("")};
	yz_map_put(&m->seen, key, (void *)m->scores.len);
}

/* In an order that does not depend on the database. */
static bool meet_all(struct making *m, const struct span *span, struct yz_str org, struct yz_err *err)
{
	struct yz_rows *r = yz_select(m->conn, m->a, err,
				      "SELECT f.org, f.post, f.person FROM " YZ_FIGURE_BY_MONTH " f WHERE f.month >= $1 AND f.month <= $2 "
				      "AND ($5 = '' OR f.org = $5) "
				      "UNION SELECT d.org, d.post, COALESCE(d.person, 0) FROM card d WHERE d.issued >= $3 AND d.issued < $4 "
				      "AND ($5 = '' OR d.org = $5) "
				      "UNION SELECT k.org, k.post, COALESCE(k.person, 0) FROM score_record k WHERE k.month >= $1 AND k.month <= $2 "
				      "AND k.withdrawn IS NULL AND ($5 = '' OR k.org = $5) ORDER BY 1, 2, 3",
				      YZ_S(m->out->from), YZ_S(m->out->to),
				      YZ_I(yz_day_start(span->first.from, m->site->offset)), YZ_I(yz_day_start(span->last.to + 1, m->site->offset)),
				      YZ_S(org));
	for (size_t i = 0; r && i < r->count; i++)
		meet(m, yz_row_str(r, i, 0), yz_row_str(r, i, 1), yz_row_int(r, i, 2));
	return r != NULL;
}

/* The parts of the method that is shown, by their keys: another month's may have had others. */
static void add_parts(const struct yz_scores *out, const struct yz_scoring *method, const struct yz_score *one, struct yz_score *s)
{
	for (size_t k = 0; k < out->method->nparts; k++)
		for (size_t i = 0; i < method->nparts; i++)
			if (yz_str_eq(out->method->parts[k].key, method->parts[i].key)) {
				s->parts[k].points += one->parts[i].points;
				s->parts[k].raw += one->parts[i].raw;
			}
}

static void score_month(struct making *m, struct yz_arena *a, const struct yz_scoring *method, const struct yz_score_month *month,
			const struct yz_map *cuts, bool events)
{
	for (size_t i = 0; i < m->scores.len; i++) {
		struct yz_score *s = &m->scores.at[i], one = {.org = s->org, .post = s->post, .person = s->person};
		yz_score_one(a, method, month, m->out->whom, m->out->whom == YZ_SCORE_ORG ? yz_map_get(cuts, s->org) : NULL, events, &one);
		s->points += one.points;
		add_parts(m->out, method, &one, s);
		yz_figure_sum(&s->figure, &one.figure);
		s->months++;
		s->events = one.events;
		s->nevents = one.nevents;
	}
}

/* A month's cards go before the next one's are read; only events, of one department in one month, point into what was read. */
static bool add_month(struct making *m, struct yz_period p, bool events, struct yz_str org, struct yz_err *err)
{
	char text[YZ_PERIOD_TEXT];
	const struct yz_scoring *method;
	struct yz_str digest;
	struct yz_score_month month;
	struct yz_map cuts;
	struct yz_arena *scratch = events ? NULL : yz_arena_create(0), *a = events ? m->a : scratch;
	bool good = yz_score_method(m->conn, a, yz_str(yz_period_print(p, text)), &method, &digest, err) &&
		    (!method || (yz_score_month_read(m->site, m->conn, a, yz_str(text), org, &month, err) &&
				 yz_promise_at(m->conn, a, yz_day_start(p.to + 1, m->site->offset), &cuts, err)));
	if (good && method)
		score_month(m, a, method, &month, &cuts, events);
	if (scratch)
		yz_arena_destroy(scratch);
	return good;
}

static int64_t mean(int64_t sum, int64_t n)
{
	int64_t half = sum < 0 ? -n / 2 : n / 2;
	return (sum + half) / n;
}

static bool name_persons(struct making *m, struct yz_err *err)
{
	for (size_t i = 0; m->out->whom == YZ_SCORE_PERSON && i < m->scores.len; i++) {
		struct yz_rows *r = yz_select(m->conn, m->a, err, "SELECT name FROM person WHERE id = $1", YZ_I(m->scores.at[i].person));
		if (!r)
			return false;
		m->scores.at[i].person_name = r->count ? yz_row_str(r, 0, 0) : YZ_LIT("");
	}
	return true;
}

static bool read_settled(struct making *m, struct yz_err *err)
{
	struct yz_rows *r = yz_select(m->conn, m->a, err, "SELECT org, points, settled FROM score WHERE month = $1 AND method = $2 AND post = '' AND person = 0",
				      YZ_S(m->out->from), YZ_S(m->out->method->key));
	for (size_t i = 0; r && i < r->count; i++) {
		size_t at = (size_t)yz_map_get(&m->seen, yz_row_str(r, i, 0));
		if (!at)
			continue;
		struct yz_score *s = &m->scores.at[at - 1];
		s->settled = true;
		s->settled_points = yz_row_int(r, i, 1);
		s->settled_at = yz_row_int(r, i, 2);
	}
	return r != NULL;
}

static void in_order(struct making *m)
{
	size_t n = 0;
	m->out->at = yz_new_n(m->a, m->scores.len + 1, struct yz_score);
	for (size_t o = 0; o < m->orgs.len; o++)
		for (size_t i = 0; i < m->scores.len; i++)
			if (yz_str_eq(m->scores.at[i].org, m->orgs.at[o].key))
				m->out->at[n++] = m->scores.at[i];
	m->out->len = n;
}

static bool month_of(struct yz_str s, struct yz_period *out)
{
	return yz_period_parse(s, out) && out->kind == YZ_PERIOD_MONTH;
}

/* The months that have begun, from the first in which the site had anything. */
static bool begun(struct making *m, struct span *span, struct yz_err *err)
{
	struct yz_rows *r = yz_select(m->conn, m->a, err,
				      "SELECT COALESCE((SELECT MIN(day) FROM figure), ''), COALESCE((SELECT MIN(month) FROM score_record), ''), "
				      "COALESCE((SELECT MIN(issued) FROM card), 0)");
	if (!r)
		return false;
	yz_day today = yz_instant_day(yz_site_now(m->site), m->site->offset), start = today;
	for (int i = 0; i < 2; i++) {
		struct yz_period p;
		if (yz_period_parse(yz_str_n(yz_row_str(r, 0, i).ptr, yz_row_str(r, 0, i).len ? 7 : 0), &p) && p.from < start)
			start = p.from;
	}
	if (yz_row_int(r, 0, 2) && yz_instant_day(yz_row_int(r, 0, 2), m->site->offset) < start)
		start = yz_instant_day(yz_row_int(r, 0, 2), m->site->offset);
	struct yz_period low = yz_period_of(YZ_PERIOD_MONTH, start), high = yz_period_of(YZ_PERIOD_MONTH, today);
	span->begun_first = low.from > span->first.from ? low : span->first;
	span->begun_last = high.from < span->last.from ? high : span->last;
	return true;
}

static bool find_span(struct yz_str from, struct yz_str to, struct span *span, struct yz_err *err)
{
	int n = 1;
	if (!month_of(from, &span->first) || !month_of(to, &span->last) || span->last.from < span->first.from)
		return yz_fail(err, YZ_BAD_INPUT, "no months %.*s to %.*s", YZ_P(from), YZ_P(to));
	for (struct yz_period p = span->first; p.from < span->last.from && n <= MONTHS_MOST; p = yz_period_after(p))
		n++;
	return n <= MONTHS_MOST || yz_fail(err, YZ_LIMIT, "more than %d months", MONTHS_MOST);
}

static void take_means(struct making *m)
{
	for (size_t i = 0; i < m->scores.len; i++) {
		struct yz_score *s = &m->scores.at[i];
		for (size_t k = 0; k < m->out->method->nparts && s->months; k++)
			s->parts[k].points = mean(s->parts[k].points, s->months);
		s->points = s->months ? mean(s->points, s->months) : 0;
	}
}

bool yz_score_make(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str from, struct yz_str to,
		   enum yz_score_whom whom, struct yz_str org, struct yz_scores *out, struct yz_err *err)
{
	struct making m = {.site = site, .conn = conn, .a = a, .out = out};
	struct span span = {0};
	char text[YZ_PERIOD_TEXT];
	if (!yz_may(who, YZ_MAY_board))
		return yz_refuse(who, YZ_MAY_board, err);
	*out = (struct yz_scores){.from = from, .to = to, .whom = whom};
	yz_map_init(&m.seen, a);
	if (!find_span(from, to, &span, err) || !begun(&m, &span, err) ||
	    !yz_score_method(conn, a, yz_str(yz_period_print(span.begun_last, text)), &out->method, &out->digest, err) ||
	    !read_orgs(conn, a, who, org, &m.orgs, err))
		return false;
	if (!out->method)
		return true;
	if (!meet_all(&m, &span, org, err))
		return false;
	bool one = span.first.from == span.last.from;
	for (struct yz_period p = span.begun_first; p.from <= span.begun_last.from; p = yz_period_after(p))
		if (!add_month(&m, p, one && org.len, org, err))
			return false;
	take_means(&m);
	if (!name_persons(&m, err) || (one && whom == YZ_SCORE_ORG && !read_settled(&m, err)))
		return false;
	in_order(&m);
	return true;
}

/* ---- records ---- */

struct recording {
	struct yz_site *site;
	const struct yz_actor *who;
	const struct yz_score_record_new *r;
	struct yz_str reason, month;
	int64_t id;
};

/* Her reach covers the department. */
static bool covers(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str org, struct yz_err *err)
{
	struct orgs one = {0};
	if (!org.len)
		return yz_fail(err, YZ_NOT_FOUND, "%s", "no department without a key");
	return read_orgs(conn, a, who, org, &one, err);
}

static bool find_person(struct yz_conn *conn, struct yz_arena *a, const struct yz_score_record_new *r, int64_t *person, struct yz_err *err)
{
	*person = 0;
	if (!r->login.len)
		return true;
	struct yz_rows *rows = yz_select(conn, a, err, "SELECT p.id FROM person p JOIN post k ON k.person = p.id WHERE p.login = $1 AND k.org = $2 LIMIT 1",
					 YZ_S(r->login), YZ_S(r->org));
	if (!rows)
		return false;
	if (!rows->count)
		return yz_wrong(err, "login", N_("这个部门没有这个账号的人"));
	*person = yz_row_int(rows, 0, 0);
	return true;
}

static bool do_record(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct recording *w = ctx;
	const struct yz_score_record_new *r = w->r;
	const struct yz_scoring *method;
	struct yz_str digest;
	int64_t person, there = 1;
	if (!covers(conn, a, w->who, r->org, err) || !yz_score_method(conn, a, r->month, &method, &digest, err) || !find_person(conn, a, r, &person, err))
		return false;
	if (!method || !yz_scoring_find_record(method, r->event))
		return yz_wrong(err, "event", N_("请选要记的事"));
	if (r->case_no.len && !yz_select_int(conn, &there, 0, err, "SELECT COUNT(*) FROM cases WHERE no = $1", YZ_S(r->case_no)))
		return false;
	if (!there)
		return yz_wrong(err, "case_no", N_("没有这个编号的办件"));
	yz_instant now = yz_site_now(w->site);
	w->id = yz_insert(conn, err,
			  "INSERT INTO score_record (month, org, post, person, event, n, text, case_no, by_person, at, reason) "
			  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '')",
			  YZ_S(r->month), YZ_S(r->org), YZ_S(r->post), yz_val_int_or_null(person, person != 0), YZ_S(r->event), YZ_I(r->n),
			  YZ_S(r->text), YZ_S(r->case_no), YZ_I(w->who->person), YZ_I(now));
	char hex[YZ_HEX];
	if (!w->id)
		return false;
	struct yz_str body = yz_str_printf(a, "{\"month\":\"%.*s\",\"org\":\"%.*s\",\"post\":\"%.*s\",\"person\":%lld,\"event\":\"%.*s\",\"n\":%lld,\"digest\":\"%s\"}",
					   YZ_P(r->month), YZ_P(r->org), YZ_P(r->post), (long long)person, YZ_P(r->event), (long long)r->n,
					   yz_keyed_digest(w->site->keys, "score_record.text", w->id, r->text, hex));
	return yz_note(w->site, conn, w->who, "score.record", "score", w->id, "", body, err);
}

static bool check_text(struct yz_str *s, const char *field, struct yz_err *err)
{
	*s = yz_str_trim(*s);
	size_t n = yz_utf8_count(*s);
	return (n >= TEXT_LEAST && n <= TEXT_MOST) || yz_wrong(err, field, N_("要写 2 到 1000 个字"));
}

bool yz_score_record(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_score_record_new *r, struct yz_err *err)
{
	(void)a;
	struct yz_score_record_new own = *r;
	struct recording w = {.site = site, .who = who, .r = &own};
	struct yz_period p;
	enum yz_role role;
	if (!yz_may(who, YZ_MAY_score_manage))
		return yz_refuse(who, YZ_MAY_score_manage, err);
	own.case_no = yz_str_trim(own.case_no);
	own.login = yz_str_trim(own.login);
	if (!month_of(own.month, &p) || p.from > yz_instant_day(yz_site_now(site), site->offset))
		return yz_wrong(err, "month", N_("请选已经开始的月份"));
	if (own.post.len && !yz_role_parse(own.post, &role))
		return yz_wrong(err, "post", N_("请选岗位"));
	if (own.n < 1 || own.n > COUNT_MOST)
		return yz_wrong(err, "n", N_("请写 1 到 100"));
	return check_text(&own.text, "text", err) && yz_db_write(site->db, do_record, &w, err);
}

static bool do_withdraw(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct recording *w = ctx;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT org, withdrawn FROM score_record WHERE id = $1", YZ_I(w->id));
	if (!r)
		return false;
	if (!r->count || !covers(conn, a, w->who, yz_row_str(r, 0, 0), err))
		return r->count ? false : yz_fail(err, YZ_NOT_FOUND, "no record %lld", (long long)w->id);
	if (!yz_row_null(r, 0, 1))
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这一条已经撤销"));
	char hex[YZ_HEX];
	struct yz_str body = yz_str_printf(a, "{\"digest\":\"%s\"}", yz_keyed_digest(w->site->keys, "score_record.reason", w->id, w->reason, hex));
	return yz_exec(conn, err, "UPDATE score_record SET withdrawn = $2, withdrawn_by = $3, reason = $4 WHERE id = $1", YZ_I(w->id),
		       YZ_I(yz_site_now(w->site)), YZ_I(w->who->person), YZ_S(w->reason)) &&
	       yz_note(w->site, conn, w->who, "score.withdraw", "score", w->id, "", body, err);
}

bool yz_score_record_withdraw(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_str reason,
			      struct yz_err *err)
{
	(void)a;
	struct recording w = {.site = site, .who = who, .id = id, .reason = reason};
	if (!yz_may(who, YZ_MAY_score_manage))
		return yz_refuse(who, YZ_MAY_score_manage, err);
	return check_text(&w.reason, "reason", err) && yz_db_write(site->db, do_withdraw, &w, err);
}

/* ---- settling ---- */

static struct yz_str parts_json(struct yz_arena *a, const struct yz_scores *all, const struct yz_score *s, struct yz_str reason)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, a, 1 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kstr(&w, "digest", all->digest);
	yz_jw_kstr(&w, "reason", reason);
	yz_jw_key(&w, "parts");
	yz_jw_object(&w);
	for (size_t i = 0; i < all->method->nparts; i++) {
		yz_jw_keys(&w, all->method->parts[i].key);
		yz_jw_int(&w, s->parts[i].points);
	}
	yz_jw_end(&w, '}');
	yz_jw_end(&w, '}');
	return yz_buf_str(&b);
}

static bool note_settled(struct recording *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_scores *all, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw j;
	char hex[YZ_HEX];
	yz_buf_init(&b, a, YZ_LEDGER_BODY);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "month", w->month);
	yz_jw_kstr(&j, "method", all->method->key);
	yz_jw_kstr(&j, "version", all->digest);
	yz_jw_key(&j, "scores");
	yz_jw_object(&j);
	for (size_t i = 0; i < all->len; i++) {
		yz_jw_keys(&j, all->at[i].org);
		yz_jw_int(&j, all->at[i].points);
	}
	yz_jw_end(&j, '}');
	yz_jw_kz(&j, "digest", yz_keyed_digest(w->site->keys, "score.reason", 0, w->reason, hex));
	yz_jw_end(&j, '}');
	return yz_note(w->site, conn, w->who, "score.settle", "score", 0, "", yz_buf_str(&b), err);
}

/* Rows of departments that have nothing left in the month go too. */
static bool clear_settled(const struct recording *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_scoring *method, bool *again,
			  struct yz_err *err)
{
	struct yz_str path = yz_reach(w->who, YZ_ROLE_SUPERVISOR);
	int64_t there = 0;
#define IN_REACH                                                                                                                  \
	"FROM score WHERE month = $1 AND method = $2 AND org IN (SELECT o.key FROM org o JOIN region g ON g.code = o.region "     \
	"WHERE g.path >= $3 AND g.path < $4)"
	const struct yz_val vals[] = {YZ_S(w->month), YZ_S(method->key), YZ_S(path), YZ_S(yz_reach_end(a, path))};
	bool good = yz_select_int(conn, &there, 0, err, "SELECT COUNT(*) " IN_REACH, vals[0], vals[1], vals[2], vals[3]) &&
		    yz_exec(conn, err, "DELETE " IN_REACH, vals[0], vals[1], vals[2], vals[3]);
#undef IN_REACH
	*again = there != 0;
	return good;
}

static bool do_settle(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct recording *w = ctx;
	struct yz_scores all;
	bool again = false;
	if (!yz_score_make(w->site, conn, a, w->who, w->month, w->month, YZ_SCORE_ORG, YZ_LIT(""), &all, err))
		return false;
	if (!all.method)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这个月没有评分办法"));
	if (!clear_settled(w, conn, a, all.method, &again, err))
		return false;
	if (again && !w->reason.len)
		return yz_wrong(err, "reason", N_("这个月已经结算过，请写明为什么重新结算"));
	for (size_t i = 0; i < all.len; i++)
		if (!yz_exec(conn, err,
			     "INSERT INTO score (month, method, org, post, person, points, body, settled) VALUES ($1, $2, $3, '', 0, $4, $5, $6)",
			     YZ_S(w->month), YZ_S(all.method->key), YZ_S(all.at[i].org), YZ_I(all.at[i].points),
			     YZ_S(parts_json(a, &all, &all.at[i], w->reason)), YZ_I(yz_site_now(w->site))))
			return false;
	return note_settled(w, conn, a, &all, err);
}

bool yz_score_settle(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str month, struct yz_str reason,
		     struct yz_err *err)
{
	(void)a;
	struct recording w = {.site = site, .who = who, .month = month, .reason = yz_str_trim(reason)};
	struct yz_period p;
	if (!yz_may(who, YZ_MAY_score_manage))
		return yz_refuse(who, YZ_MAY_score_manage, err);
	if (!month_of(month, &p) || p.to >= yz_instant_day(yz_site_now(site), site->offset))
		return yz_wrong(err, "month", N_("这个月还没有过完，不能结算"));
	if (w.reason.len && !check_text(&w.reason, "reason", err))
		return false;
	return yz_db_write(site->db, do_settle, &w, err);
}
