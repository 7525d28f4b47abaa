/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/catalogue.h"

#include "base/map.h"
#include "fmt/json.h"
#include "gov/catalogue_build.h"
#include "gov/version.h"
#include "text/text.h"

#include <stdlib.h>

/* Entries and themes are in the catalogue's arena; search keeps memory of its own, deferred there. */
struct yz_catalogue_index {
	struct yz_search *search;
	struct yz_map by_code, by_key, orgs, themes;
	const struct yz_entry_item **by_use; /* the order of a question without words */
};

struct build {
	struct yz_arena *a, *scratch;
	struct yz_catalogue *c;
	YZ_VEC(struct yz_entry_item) items;
	YZ_VEC(struct yz_search_item) words;
	struct yz_map theme_names;
};

static struct yz_str joined(struct yz_arena *a, const struct yz_json *list)
{
	struct yz_buf b;
	yz_buf_init(&b, a, YZ_SEARCH_TEXT_MAX);
	for (size_t i = 0; i < yz_json_len(list); i++) {
		if (i)
			yz_buf_addz(&b, "；");
		yz_buf_adds(&b, yz_json_text(yz_json_at(list, i)));
	}
	return yz_buf_str(&b);
}

/* "20 个工作日"; the reader's language is the page's business: the text is a message id with its number. */
static struct yz_str promised(struct yz_arena *a, const struct yz_json *body)
{
	struct yz_item_limit limit;
	if (!yz_item_limit_read(yz_json_get(body, "promised_limit"), &limit))
		return YZ_LIT("");
	if (limit.at_once)
		return YZ_LIT("当场办结");
	switch (limit.unit) {
	case YZ_WORKING_DAYS:
		return yz_str_printf(a, "%d 个工作日", (int)limit.n);
	case YZ_NATURAL_DAYS:
		return yz_str_printf(a, "%d 天", (int)limit.n);
	case YZ_WORKING_HOURS:
		return yz_str_printf(a, "%d 个工作小时", (int)limit.n);
	default:
		return YZ_LIT("");
	}
}

static void read_cut(const struct yz_json *body, struct yz_entry_item *e)
{
	struct yz_item_limit legal, own;
	e->has_cut = yz_item_limit_read(yz_json_get(body, "legal_limit"), &legal) && yz_item_limit_read(yz_json_get(body, "promised_limit"), &own) &&
		     legal.n > 0 && (own.at_once || legal.unit == own.unit);
	if (e->has_cut)
		e->cut = 100.0 * (double)(legal.n - own.n) / (double)legal.n;
}

static void read_audience(const struct yz_json *body, struct yz_entry_item *e)
{
	const struct yz_json *who = yz_json_get(body, "for");
	for (size_t i = 0; i < yz_json_len(who); i++) {
		bool person = yz_str_eqz(yz_json_text(yz_json_at(who, i)), "1");
		e->natural |= person;
		e->legal |= !person;
	}
	/* A directory row does not say: shown to both. */
	if (!e->natural && !e->legal)
		e->natural = e->legal = true;
}

static void read_themes(struct build *b, const struct yz_json *body, struct yz_entry_item *e)
{
	const struct yz_json *list = yz_json_get(body, "themes");
	size_t n = yz_json_len(list);
	struct yz_str *themes = yz_new_n(b->a, n, struct yz_str);
	for (size_t i = 0; i < n; i++) {
		struct yz_str key = yz_str_dup(b->a, yz_json_text(yz_json_at(list, i)));
		if (yz_map_has(&b->theme_names, key))
			themes[e->nthemes++] = key;
	}
	e->themes = themes;
}

/* The themes' names, for the index: so that "开餐馆" leads to what belongs to it. */
static struct yz_str theme_words(struct build *b, const struct yz_entry_item *e)
{
	struct yz_buf text;
	yz_buf_init(&text, b->a, YZ_SEARCH_TEXT_MAX);
	for (size_t i = 0; i < e->nthemes; i++) {
		const struct yz_entry_theme *t = yz_map_get(&b->theme_names, e->themes[i]);
		if (i)
			yz_buf_addz(&text, "；");
		yz_buf_adds(&text, t->name);
	}
	return yz_buf_str(&text);
}

/* i.id, i.code, i.key, i.name, i.org, o.name, i.type, i.state, i.body, u.applied */
static bool add_item(void *ctx, const struct yz_rows *row, struct yz_err *err)
{
	struct build *b = ctx;
	struct yz_arena *a = b->a;
	yz_arena_reset(b->scratch);
	const struct yz_json *body = yz_json_read(b->scratch, yz_row_str(row, 0, 8), NULL, err);
	if (!body)
		return yz_fail_in(err, "item %.*s", YZ_P(yz_row_str(row, 0, 1)));
	struct yz_entry_item *e = yz_vec_push(a, &b->items);
	*e = (struct yz_entry_item){.id = yz_row_int(row, 0, 0), .code = yz_str_dup(a, yz_row_str(row, 0, 1)),
				    .key = yz_str_dup(a, yz_row_str(row, 0, 2)), .name = yz_str_dup(a, yz_row_str(row, 0, 3)),
				    .org = yz_str_dup(a, yz_row_str(row, 0, 4)), .org_name = yz_str_dup(a, yz_row_str(row, 0, 5)),
				    .type = yz_str_dup(a, yz_row_str(row, 0, 6)),
				    .summary = yz_str_dup(a, yz_json_str(body, "summary")),
				    .handle_type = yz_str_dup(a, yz_json_str(body, "handle_type")),
				    .promised = promised(a, body), .online = yz_json_bool(body, "online", false), .village = yz_row_int(row, 0, 10) != 0,
				    .suspended = yz_str_eqz(yz_row_str(row, 0, 7), "suspended"),
				    .applied = yz_row_int(row, 0, 9)};
	read_cut(body, e);
	read_audience(body, e);
	read_themes(b, body, e);
	*yz_vec_push(a, &b->words) = (struct yz_search_item){
		.id = e->code, .name = e->name, .main = yz_str_dup(a, yz_json_str(body, "main_item")),
		.everyday = joined(a, yz_json_get(body, "alias")), .department = e->org_name, .themes = theme_words(b, e),
		.objects = e->natural && e->legal ? YZ_LIT("自然人；法人") : e->natural ? YZ_LIT("自然人") : YZ_LIT("法人"),
		.description = e->summary, .conditions = joined(a, yz_json_get(body, "conditions")),
		.weight = 1 + (e->applied > 1000 ? 1 : (double)e->applied / 1000)};
	return true;
}

static bool read_themes_and_orgs(struct build *b, struct yz_conn *conn, struct yz_err *err)
{
	struct yz_catalogue *c = b->c;
	struct yz_rows *t = yz_select(conn, b->a, err, "SELECT key, kind, name, for_whom FROM theme ORDER BY position, key");
	struct yz_rows *o = t ? yz_select(conn, b->a, err, "SELECT key, name, short, region FROM org ORDER BY position, key") : NULL;
	if (!o)
		return false;
	struct yz_entry_theme *themes = yz_new_n(b->a, t->count, struct yz_entry_theme);
	struct yz_entry_org *orgs = yz_new_n(b->a, o->count, struct yz_entry_org);
	for (size_t i = 0; i < t->count; i++) {
		themes[i] = (struct yz_entry_theme){yz_row_str(t, i, 0), yz_row_str(t, i, 1), yz_row_str(t, i, 2), yz_row_str(t, i, 3), 0};
		yz_map_put(&b->theme_names, themes[i].key, &themes[i]);
	}
	for (size_t i = 0; i < o->count; i++) {
		orgs[i] = (struct yz_entry_org){yz_row_str(o, i, 0), yz_row_str(o, i, 1), yz_row_str(o, i, 2), yz_row_str(o, i, 3), 0};
		yz_map_put(&c->index->orgs, orgs[i].key, &orgs[i]);
	}
	c->themes = themes;
	c->nthemes = t->count;
	c->orgs = orgs;
	c->norgs = o->count;
	c->index->themes = b->theme_names;
	return true;
}

static int most_used(const void *x, const void *y)
{
	const struct yz_entry_item *a = *(const struct yz_entry_item *const *)x, *b = *(const struct yz_entry_item *const *)y;
	if (a->applied != b->applied)
		return a->applied > b->applied ? -1 : 1;
	/* What can be applied for here before a bare directory row. */
	if (a->online != b->online)
		return a->online ? -1 : 1;
	return a < b ? -1 : a > b;
}

static void count_all(struct build *b)
{
	struct yz_catalogue_index *x = b->c->index;
	size_t n = b->items.len;
	x->by_use = yz_new_n(b->a, n, const struct yz_entry_item *);
	for (size_t i = 0; i < n; i++) {
		const struct yz_entry_item *e = &b->items.at[i];
		x->by_use[i] = e;
		yz_map_put(&x->by_code, e->code, (void *)e);
		yz_map_put(&x->by_key, e->key, (void *)e);
		struct yz_entry_org *org = yz_map_get(&x->orgs, e->org);
		if (org)
			org->nitems++;
		for (size_t k = 0; k < e->nthemes; k++)
			((struct yz_entry_theme *)yz_map_get(&b->theme_names, e->themes[k]))->nitems++;
	}
	qsort(x->by_use, n, sizeof *x->by_use, most_used);
}

static void search_gone(void *ctx)
{
	yz_search_destroy(ctx);
}

static void scratch_gone(void *ctx)
{
	yz_arena_destroy(ctx);
}

const struct yz_catalogue *yz_catalogue_build(struct yz_conn *conn, struct yz_arena *a, yz_instant now, struct yz_err *err)
{
	struct yz_catalogue *c = yz_new(a, struct yz_catalogue);
	struct yz_catalogue_index *x = c->index = yz_new(a, struct yz_catalogue_index);
	struct build b = {.a = a, .c = c, .scratch = yz_arena_create(0)};
	yz_arena_defer(a, scratch_gone, b.scratch);
	yz_map_init(&x->by_code, a);
	yz_map_init(&x->by_key, a);
	yz_map_init(&x->orgs, a);
	yz_map_init(&b.theme_names, a);
	if (!read_themes_and_orgs(&b, conn, err) ||
	    !yz_each(conn, add_item, &b, err,
		     "SELECT i.id, i.code, i.key, i.name, i.org, o.name, i.type, i.state, i.body, COALESCE(u.applied, 0), "
		     "EXISTS (SELECT 1 FROM artifact p WHERE p.digest = i.process AND p.body LIKE '%yz:role=\"worker\"%') FROM item i "
		     "LEFT JOIN org o ON o.key = i.org LEFT JOIN item_use u ON u.code = i.code "
		     "WHERE i.state IN ('published', 'suspended') AND i.from_at <= $1 AND (i.until_at IS NULL OR i.until_at > $1) "
		     "ORDER BY i.code, i.version",
		     YZ_I(now)))
		return NULL;
	c->items = b.items.at;
	c->nitems = b.items.len;
	count_all(&b);
	if (!(x->search = yz_search_build(b.words.at, b.words.len, err)))
		return NULL;
	yz_arena_defer(a, search_gone, x->search);
	return c;
}

static bool wanted(const struct yz_find *q, const struct yz_entry_item *e)
{
	if (q->org.len && !yz_str_eq(q->org, e->org))
		return false;
	if ((q->natural || q->legal) && !(q->natural && e->natural) && !(q->legal && e->legal))
		return false;
	if (!q->theme.len)
		return true;
	for (size_t i = 0; i < e->nthemes; i++)
		if (yz_str_eq(q->theme, e->themes[i]))
			return true;
	return false;
}

struct page {
	const struct yz_find *q;
	struct yz_found *hits;
	size_t n, total;
};

static void take(struct page *p, struct yz_found found)
{
	if (!wanted(p->q, found.item))
		return;
	if (p->total >= p->q->offset && p->n < p->q->limit)
		p->hits[p->n++] = found;
	p->total++;
}

static struct yz_found found_of(const struct yz_catalogue *c, const struct yz_search_hits *all, const struct yz_search_hit *hit)
{
	static const enum yz_found_bar bars[] = {
		[YZ_SEARCH_OPEN] = YZ_FOUND_OPEN,
		[YZ_SEARCH_TOO_YOUNG] = YZ_FOUND_TOO_YOUNG,
		[YZ_SEARCH_TOO_OLD] = YZ_FOUND_TOO_OLD,
		[YZ_SEARCH_PERSONS_ONLY] = YZ_FOUND_PERSONS_ONLY,
		[YZ_SEARCH_FIRMS_ONLY] = YZ_FOUND_FIRMS_ONLY,
	};
	return (struct yz_found){.item = &c->items[hit->item], .score = (int)(hit->score * 1000),
				 .wish = hit->wish < all->nwishes ? all->wishes[hit->wish] : YZ_LIT(""), .bar = bars[hit->bar],
				 .age = hit->age};
}

size_t yz_catalogue_search(const struct yz_catalogue *c, struct yz_arena *a, const struct yz_find *q, struct yz_found **hits,
			   size_t *total)
{
	size_t most = q->limit < c->nitems ? q->limit : c->nitems;
	struct page p = {.q = q, .hits = yz_new_n(a, most, struct yz_found)};
	struct yz_str words = yz_str_trim(q->words);
	const struct yz_entry_item *exact = words.len ? yz_catalogue_find(c, words) : NULL;
	if (exact) {
		take(&p, (struct yz_found){.item = exact, .score = 1000});
	} else if (words.len) {
		struct yz_search_hits found = {0};
		yz_search_run(c->index->search, a, &(struct yz_search_query){.text = words, .limit = c->nitems}, &found);
		for (size_t i = 0; i < found.len; i++)
			take(&p, found_of(c, &found, &found.at[i]));
	} else {
		for (size_t i = 0; i < c->nitems; i++)
			take(&p, (struct yz_found){.item = c->index->by_use[i]});
	}
	*hits = p.hits;
	*total = p.total;
	return p.n;
}

const struct yz_entry_item *yz_catalogue_find(const struct yz_catalogue *c, struct yz_str code_or_key)
{
	const struct yz_entry_item *e = yz_map_get(&c->index->by_code, code_or_key);
	return e ? e : yz_map_get(&c->index->by_key, code_or_key);
}

const struct yz_entry_org *yz_catalogue_org(const struct yz_catalogue *c, struct yz_str key)
{
	return yz_map_get(&c->index->orgs, key);
}

const struct yz_entry_theme *yz_catalogue_theme(const struct yz_catalogue *c, struct yz_str key)
{
	return yz_map_get(&c->index->themes, key);
}

size_t yz_catalogue_suggest(const struct yz_catalogue *c, struct yz_arena *a, struct yz_str typed, size_t limit,
			    struct yz_found **hits)
{
	struct yz_search_hits found = {0};
	yz_search_suggest(c->index->search, a, typed, limit, &found);
	*hits = yz_new_n(a, found.len, struct yz_found);
	for (size_t i = 0; i < found.len; i++)
		(*hits)[i] = found_of(c, &found, &found.at[i]);
	return found.len;
}
