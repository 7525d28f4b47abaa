/* SPDX-License-Identifier: Apache-2.0 */
#include "web/ask.h"
#include "web/find.h"

#include "base/utf8.h"
#include "web/guide.h"
#include "web/handlers.h"
#include "web/templates.h"

enum { ANSWERS = 3, PAGE = 20, SUGGESTIONS = 8, QUERY_MOST = 600 };

struct yz_str yz_show_promised(const struct yz_page *p, struct yz_str words)
{
	static const char *const units[] = {N_("%d 个工作日"), N_("%d 天"), N_("%d 个工作小时"), N_("%d 小时")};
	if (p->lang == YZ_LANG_ZH)
		return words;
	size_t digits = 0;
	while (digits < words.len && words.ptr[digits] >= '0' && words.ptr[digits] <= '9')
		digits++;
	int64_t n;
	if (!digits || !yz_str_int(yz_str_n(words.ptr, digits), &n))
		return yz_tr_str(p->lang, words);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (yz_str_eqz(yz_str_n(words.ptr + digits, words.len - digits), units[i] + 2))
			return yz_str_printf(p->arena, yz_tr_n(p->lang, units[i], (uint64_t)n), (int)n);
	return words;
}

bool yz_web_home(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_bundle *bundles = NULL;
	struct yz_conn *conn = yz_page_read(p, err);
	size_t nbundles = conn ? yz_bundle_list(p->site, conn, p->arena, p->lang, &bundles, err) : 0;
	if (err->code)
		return false;
	p->room = YZ_ROOM_HOME;
	const struct yz_catalogue *c = yz_page_catalogue(p);
	struct yz_results popular = {.query = {.limit = 8}, .path = "/search"};
	popular.nhits = yz_catalogue_search(c, p->arena, &popular.query, &popular.hits, &popular.total);
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "首页"));
	tpl_find_home(out, p, c, &popular, bundles, nbundles, p->lang);
	return yz_page_end(p);
}

static size_t page_number(const struct yz_req *req)
{
	int64_t n;
	return yz_str_int(yz_req_query(req, "page"), &n) && n > 1 && n < 1000 ? (size_t)n - 1 : 0;
}

struct yz_str yz_show_bar(const struct yz_page *p, const struct yz_found *hit)
{
	switch (hit->bar) {
	case YZ_FOUND_TOO_YOUNG:
		return yz_str_printf(p->arena, T(p->lang, "要满 %u 周岁才能办，所以排在后面"), hit->age);
	case YZ_FOUND_TOO_OLD:
		return yz_str_printf(p->arena, T(p->lang, "只给不满 %u 周岁的人办，所以排在后面"), hit->age + 1);
	case YZ_FOUND_PERSONS_ONLY:
		return yz_str(T(p->lang, "只给个人办，所以排在后面"));
	case YZ_FOUND_FIRMS_ONLY:
		return yz_str(T(p->lang, "只给企业和组织办，所以排在后面"));
	default:
		return YZ_LIT("");
	}
}

/* Several wishes: the page's hits under each, a few only, and the others below. */
static void group_hits(struct yz_page *p, struct yz_results *r)
{
	struct yz_found *sorted = yz_new_n(p->arena, r->nhits + 1, struct yz_found);
	bool *placed = yz_new_n(p->arena, r->nhits + 1, bool);
	size_t n = 0;
	for (size_t i = 0; i < r->nhits && r->ngroups + 1 < YZ_HIT_GROUPS; i++) {
		struct yz_str wish = r->hits[i].wish;
		if (placed[i] || !wish.len)
			continue;
		bool met = false;
		for (size_t g = 0; g < r->ngroups; g++)
			met |= yz_str_eq(r->groups[g].wish, wish);
		if (met)
			continue; /* one more than a group shows */
		struct yz_hit_group *group = &r->groups[r->ngroups++];
		*group = (struct yz_hit_group){.wish = wish, .first = n};
		for (size_t k = i; k < r->nhits && group->n < YZ_HITS_A_GROUP; k++)
			if (!placed[k] && yz_str_eq(r->hits[k].wish, wish)) {
				sorted[n++] = r->hits[k];
				placed[k] = true;
				group->n++;
			}
	}
	if (r->ngroups < 2) {
		r->ngroups = 0;
		return;
	}
	size_t first = n;
	for (size_t i = 0; i < r->nhits; i++)
		if (!placed[i])
			sorted[n++] = r->hits[i];
	if (n > first)
		r->groups[r->ngroups++] = (struct yz_hit_group){.wish = YZ_LIT(""), .first = first, .n = n - first};
	r->hits = sorted;
}

static void run(struct yz_page *p, struct yz_results *r)
{
	struct yz_str whom = yz_req_query(p->req, "for");
	r->query.words = yz_utf8_head(yz_str_trim(yz_req_query(p->req, "q")), QUERY_MOST);
	r->query.natural = yz_str_eqz(whom, "natural");
	r->query.legal = yz_str_eqz(whom, "legal");
	r->query.limit = PAGE;
	r->query.offset = page_number(p->req) * PAGE;
	r->nhits = yz_catalogue_search(yz_page_catalogue(p), p->arena, &r->query, &r->hits, &r->total);
	if (!r->query.offset)
		group_hits(p, r);
}

static bool show(struct yz_page *p, struct yz_results *r, const char *title)
{
	p->room = YZ_ROOM_ITEMS;
	struct yz_buf *out = yz_page_begin(p, title);
	tpl_find_results(out, p, r, p->lang);
	return yz_page_end(p);
}

/* Beside the items: answers that fit, and what others opened after the same words. */
static void add_known(struct yz_page *p, struct yz_results *r)
{
	struct yz_err unread = {0};
	r->nanswers = yz_answers_search(yz_page_answers(p), p->arena, r->query.words, YZ_LIT(""), p->now, ANSWERS, &r->answers);
	yz_asked_note(p->site, r->query.words, r->nhits + r->nanswers);
	struct yz_conn *conn = yz_page_read(p, &unread);
	if (conn)
		yz_asked_choice(conn, p->arena, r->query.words, &r->others, &unread);
}

bool yz_web_search(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	struct yz_page *p = yz_page_of(req);
	struct yz_results r = {.path = "/search"};
	run(p, &r);
	if (r.query.words.len && !r.query.offset)
		add_known(p, &r);
	return show(p, &r, T(p->lang, "找事项"));
}

bool yz_web_org(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	const struct yz_entry_org *org = yz_catalogue_org(yz_page_catalogue(p), yz_req_param(req, "key"));
	if (!org)
		return yz_fail(err, YZ_NOT_FOUND, "no department %.*s", YZ_P(yz_req_param(req, "key")));
	struct yz_results r = {.query = {.org = org->key},
			       .title = yz_name(p, org->name),
			       .path = yz_printf(p->arena, "/org/%.*s", YZ_P(org->key))};
	run(p, &r);
	return show(p, &r, yz_str_z(p->arena, r.title));
}

bool yz_web_theme(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	const struct yz_entry_theme *t = yz_catalogue_theme(yz_page_catalogue(p), yz_req_param(req, "key"));
	if (!t)
		return yz_fail(err, YZ_NOT_FOUND, "no theme %.*s", YZ_P(yz_req_param(req, "key")));
	struct yz_results r = {.query = {.theme = t->key},
			       .title = yz_name(p, t->name),
			       .path = yz_printf(p->arena, "/theme/%.*s", YZ_P(t->key))};
	run(p, &r);
	return show(p, &r, yz_str_z(p->arena, r.title));
}

bool yz_web_orgs(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	struct yz_page *p = yz_page_of(req);
	p->room = YZ_ROOM_ITEMS;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "办事部门"));
	tpl_find_orgs(out, p, yz_page_catalogue(p), p->lang);
	return yz_page_end(p);
}

bool yz_web_themes(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str kind = yz_req_param(req, "kind");
	static const char *const kinds[][2] = {
		{"theme", N_("按主题")}, {"life", N_("人生大事")}, {"business", N_("企业大事")}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!yz_str_eqz(kind, kinds[i][0]))
			continue;
		p->room = YZ_ROOM_ITEMS;
		const char *title = yz_tr(p->lang, kinds[i][1]);
		struct yz_buf *out = yz_page_begin(p, title);
		tpl_find_themes(out, p, yz_page_catalogue(p), kind, title, p->lang);
		return yz_page_end(p);
	}
	return yz_fail(err, YZ_NOT_FOUND, "no kind of theme %.*s", YZ_P(kind));
}

bool yz_web_help(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	struct yz_page *p = yz_page_of(req);
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "帮助"));
	tpl_find_help(out, p, p->lang);
	return yz_page_end(p);
}

bool yz_web_suggest(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	struct yz_page *p = yz_page_of(req);
	struct yz_found *hits;
	size_t n = yz_catalogue_suggest(yz_page_catalogue(p), p->arena, yz_req_query(req, "q"), SUGGESTIONS, &hits);
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, p->arena, 64 * 1024);
	yz_jw_init(&w, &b);
	yz_jw_array(&w);
	for (size_t i = 0; i < n; i++) {
		yz_jw_object(&w);
		yz_jw_kstr(&w, "code", hits[i].item->key.len ? hits[i].item->key : hits[i].item->code);
		yz_jw_kstr(&w, "name", yz_name(p, hits[i].item->name));
		yz_jw_end(&w, '}');
	}
	yz_jw_end(&w, ']');
	return yz_res_json(req, yz_buf_str(&b));
}
