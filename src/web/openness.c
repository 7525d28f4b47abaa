/* What was promised and how it was kept.  SPDX-License-Identifier: Apache-2.0 */
#include "web/openness.h"

#include "fmt/csv.h"
#include "web/find.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- years in memory ---- */

enum { YEARS = 4 };
#define GOOD_FOR (10 * YZ_MINUTE)

struct year {
	struct yz_arena *arena;
	struct yz_openness *o;
	int year;
	yz_instant read;
	unsigned holders; /* it goes with the last, once it has been replaced */
	bool replaced;
};

struct yz_published {
	pthread_mutex_t lock;
	struct year *years[YEARS];
};

struct yz_published *yz_published_create(void)
{
	struct yz_published *all = calloc(1, sizeof *all);
	pthread_mutex_init(&all->lock, NULL);
	return all;
}

static void forget(struct year *y)
{
	if (y)
		yz_arena_destroy(y->arena);
}

void yz_published_destroy(struct yz_published *all)
{
	if (!all)
		return;
	for (int i = 0; i < YEARS; i++)
		forget(all->years[i]);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

struct lent {
	struct yz_published *all;
	struct year *y;
};

static void give_back(void *ctx)
{
	struct lent *l = ctx;
	if (!l->y)
		return;
	pthread_mutex_lock(&l->all->lock);
	bool gone = --l->y->holders == 0 && l->y->replaced;
	pthread_mutex_unlock(&l->all->lock);
	if (gone)
		forget(l->y);
}

/* Under the lock. */
static struct year *find(struct yz_published *all, int year, yz_instant now)
{
	for (int i = 0; i < YEARS; i++)
		if (all->years[i] && all->years[i]->year == year && now - all->years[i]->read < GOOD_FOR && now >= all->years[i]->read)
			return all->years[i];
	return NULL;
}

static void put(struct yz_published *all, struct year *y)
{
	int at = 0;
	for (int i = 0; i < YEARS; i++) {
		if (!all->years[i] || all->years[i]->year == y->year) {
			at = i;
			break;
		}
		if (all->years[i]->read < all->years[at]->read)
			at = i;
	}
	struct year *old = all->years[at];
	all->years[at] = y;
	if (old && !old->holders)
		forget(old);
	else if (old)
		old->replaced = true;
}

static struct year *read_year(struct yz_page *p, int year, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_arena *a = yz_arena_create(0);
	struct yz_openness *o = conn ? yz_openness_load(p->site, conn, a, year, p->now, err) : NULL;
	if (!o) {
		yz_arena_destroy(a);
		return NULL;
	}
	struct year *y = yz_new(a, struct year);
	*y = (struct year){.arena = a, .o = o, .year = year, .read = p->now};
	return y;
}

/* Two who come at once may both read it: the later stays. */
static const struct yz_openness *hold(struct yz_page *p, int year, struct yz_err *err)
{
	struct yz_published *all = p->web->published;
	struct lent *l = yz_new(p->arena, struct lent);
	l->all = all;
	yz_arena_defer(p->arena, give_back, l); /* first: it may spend the request's memory, and not return */
	pthread_mutex_lock(&all->lock);
	struct year *y = find(all, year, p->now);
	if (y)
		y->holders++;
	pthread_mutex_unlock(&all->lock);
	if (!y) {
		if (!(y = read_year(p, year, err)))
			return NULL;
		pthread_mutex_lock(&all->lock);
		y->holders++;
		put(all, y);
		pthread_mutex_unlock(&all->lock);
	}
	l->y = y;
	return y->o;
}

/* ---- what a row tells ---- */

struct yz_str yz_told_count(const struct yz_page *p, const struct yz_promise *r, unsigned part, int64_t n)
{
	return r->hidden & part ? yz_str(T(p->lang, "不单列")) : yz_str_printf(p->arena, "%lld", (long long)n);
}

struct yz_str yz_told_share(const struct yz_page *p, const struct yz_promise *r)
{
	if (r->hidden & YZ_HIDDEN_DECIDED || !r->decided)
		return r->decided ? yz_str(T(p->lang, "不单列")) : YZ_LIT("–");
	return yz_str_printf(p->arena, "%.1f%%", 100.0 * (double)r->on_time / (double)r->decided);
}

struct yz_str yz_told_days(const struct yz_page *p, const struct yz_promise *r)
{
	if (r->hidden & YZ_HIDDEN_DECIDED || !r->decided)
		return r->decided ? yz_str(T(p->lang, "不单列")) : YZ_LIT("–");
	return yz_str_printf(p->arena, "%.1f", (double)r->days / (double)r->decided);
}

struct yz_str yz_told_stars(const struct yz_page *p, const struct yz_promise *r)
{
	if (r->hidden & YZ_HIDDEN_RATED || !r->rated)
		return r->rated ? yz_str(T(p->lang, "不单列")) : YZ_LIT("–");
	return yz_str_printf(p->arena, "%.1f", (double)r->stars / (double)r->rated);
}

/* ---- as a table for programs ---- */

static bool as_csv(struct yz_page *p, const struct yz_openness_page *v)
{
	static const char *const heads[] = {N_("部门"), N_("事项编码"), N_("事项"), N_("法定时限"), N_("承诺时限"), N_("收件"), N_("办结决定"),
					    N_("按期办结率"), N_("平均用时（工作日）"), N_("满意度（满分 5 分）"), N_("预警"), N_("黄牌"), N_("红牌")};
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 8 << 20);
	yz_csv_mark(&b);
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		yz_csv_field(&b, yz_str(yz_tr(p->lang, heads[i])), !i);
	yz_csv_end(&b);
	for (size_t i = 0; i < v->nrows; i++) {
		const struct yz_promise *r = &v->rows[i];
		const struct yz_str cells[] = {yz_name(p, r->org_name), r->item, yz_name(p, r->name), yz_show_limit_of(p, &r->legal),
					       yz_show_limit_of(p, &r->promised), yz_told_count(p, r, YZ_HIDDEN_RECEIVED, r->received),
					       yz_told_count(p, r, YZ_HIDDEN_DECIDED, r->decided), yz_told_share(p, r), yz_told_days(p, r),
					       yz_told_stars(p, r), yz_told_count(p, r, YZ_HIDDEN_DECIDED, r->notice),
					       yz_told_count(p, r, YZ_HIDDEN_DECIDED, r->yellow), yz_told_count(p, r, YZ_HIDDEN_DECIDED, r->red)};
		for (size_t k = 0; k < sizeof cells / sizeof *cells; k++)
			yz_csv_field(&b, cells[k], !k);
		yz_csv_end(&b);
	}
	yz_res_download(p->req, yz_str_printf(p->arena, "openness-%d.csv", v->year));
	return yz_res_body(p->req, "text/csv; charset=utf-8", yz_buf_str(&b));
}

/* A number that is not told is null. */
static void number(struct yz_jw *w, const struct yz_promise *r, const char *key, unsigned part, int64_t n)
{
	if (!(r->hidden & part)) {
		yz_jw_kint(w, key, n);
		return;
	}
	yz_jw_key(w, key);
	yz_jw_null(w);
}

static void row(struct yz_page *p, struct yz_jw *w, const struct yz_promise *r)
{
	yz_jw_object(w);
	yz_jw_kstr(w, "org", r->org);
	yz_jw_kstr(w, "org_name", yz_name(p, r->org_name));
	if (r->item.len) {
		yz_jw_kstr(w, "item", r->item);
		yz_jw_kstr(w, "name", yz_name(p, r->name));
		yz_jw_kstr(w, "legal_limit", yz_show_limit_of(p, &r->legal));
		yz_jw_kstr(w, "promised_limit", yz_show_limit_of(p, &r->promised));
	}
	number(w, r, "received", YZ_HIDDEN_RECEIVED, r->received);
	number(w, r, "decided", YZ_HIDDEN_DECIDED, r->decided);
	number(w, r, "on_time", YZ_HIDDEN_DECIDED, r->on_time);
	number(w, r, "working_days", YZ_HIDDEN_DECIDED, r->days);
	number(w, r, "rated", YZ_HIDDEN_RATED, r->rated);
	number(w, r, "stars", YZ_HIDDEN_RATED, r->stars);
	number(w, r, "notice", YZ_HIDDEN_DECIDED, r->notice);
	number(w, r, "yellow", YZ_HIDDEN_DECIDED, r->yellow);
	number(w, r, "red", YZ_HIDDEN_DECIDED, r->red);
	yz_jw_end(w, '}');
}

static bool as_json(struct yz_page *p, const struct yz_openness_page *v)
{
	struct yz_buf b;
	struct yz_jw w;
	char day[16];
	yz_buf_init(&b, p->arena, 8 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kz(&w, "from", yz_day_print(v->o->from, day));
	yz_jw_kz(&w, "to", yz_day_print(v->o->to, day));
	yz_jw_kint(&w, "told_from", YZ_OPENNESS_LEAST);
	yz_jw_key(&w, "sum");
	row(p, &w, v->org ? v->org : &v->o->sum);
	yz_jw_key(&w, "rows");
	yz_jw_array(&w);
	for (size_t i = 0; i < v->nrows; i++)
		row(p, &w, &v->rows[i]);
	yz_jw_end(&w, ']');
	yz_jw_end(&w, '}');
	return yz_res_json(p->req, yz_buf_str(&b));
}

/* ---- the pages ---- */

static bool load(struct yz_page *p, struct yz_openness_page *v, struct yz_err *err)
{
	int64_t year;
	v->newest = v->year = yz_day_civil(yz_instant_day(p->now, p->site->offset)).year;
	if (yz_str_int(yz_req_query(p->req, "year"), &year))
		v->year = year >= YZ_OPENNESS_FIRST && year <= v->newest ? (int)year : 0;
	return (v->o = hold(p, v->year, err)) != NULL;
}

static bool answer(struct yz_page *p, const struct yz_openness_page *v, const char *title)
{
	struct yz_str as = yz_req_query(p->req, "as");
	if (yz_str_eqz(as, "csv"))
		return as_csv(p, v);
	if (yz_str_eqz(as, "json"))
		return as_json(p, v);
	struct yz_buf *out = yz_page_begin(p, title);
	tpl_openness_list(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_openness(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_openness_page v = {.base = YZ_LIT("/openness")};
	if (!load(p, &v, err))
		return false;
	v.rows = v.o->orgs;
	v.nrows = v.o->norgs;
	return answer(p, &v, T(p->lang, "承诺兑现"));
}

bool yz_web_openness_org(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str key = yz_req_param(req, "key");
	struct yz_openness_page v = {.base = yz_str_printf(p->arena, "/openness/%.*s", YZ_P(key))};
	if (!load(p, &v, err))
		return false;
	for (size_t i = 0; i < v.o->norgs; i++)
		if (yz_str_eq(v.o->orgs[i].org, key))
			v.org = &v.o->orgs[i];
	if (!v.org)
		return yz_fail(err, YZ_NOT_FOUND, "no promises of %.*s", YZ_P(key));
	for (size_t i = 0; i < v.o->nitems; i++)
		if (yz_str_eq(v.o->items[i].org, key)) {
			v.rows = v.rows ? v.rows : &v.o->items[i];
			v.nrows++;
		}
	return answer(p, &v, yz_str_z(p->arena, yz_name(p, v.org->org_name)));
}
