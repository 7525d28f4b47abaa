/* The hall's touch screen.  SPDX-License-Identifier: Apache-2.0 */
#include "web/kiosk.h"

#include "base/utf8.h"
#include "print/qr.h"
#include "web/guide.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

#define KIOSK_COOKIE "yz-kiosk" /* the token of the guide that goes on here; "-": none */
enum { POPULAR = 8, PAGE = 6, LAST_PAGE = 200 };

static bool is_below(struct yz_str path, struct yz_str root)
{
	return yz_str_starts(path, root) && (path.len == root.len || path.ptr[root.len] == '/');
}

static void set_cookie(struct yz_page *p, struct yz_str value)
{
	const struct yz_cookie cookie = {.name = KIOSK_COOKIE, .value = value, .max_age = value.len ? 0 : -1};
	yz_res_cookie(p->req, &cookie);
}

void yz_kiosk_enter(struct yz_page *p)
{
	struct yz_str has = yz_req_cookie(p->req, KIOSK_COOKIE);
	p->kiosk = is_below(p->req->path, YZ_LIT("/kiosk")) || (has.len && is_below(p->req->path, YZ_LIT("/guide")));
	/* What a page of the kiosk is made of is no page. */
	if (p->kiosk == (has.len > 0) || p->req->route->flags & YZ_ROUTE_INLINE)
		return;
	set_cookie(p, p->kiosk ? YZ_LIT("-") : YZ_LIT(""));
}

void yz_kiosk_guide(struct yz_page *p, struct yz_str token)
{
	set_cookie(p, token);
}

bool yz_kiosk_opens(const struct yz_page *p, struct yz_str token)
{
	return !p->kiosk || yz_str_eq(yz_req_cookie(p->req, KIOSK_COOKIE), token);
}

struct yz_str yz_kiosk_rest(const struct yz_page *p, unsigned *after)
{
	struct yz_str path = p->req->path, q = yz_req_query(p->req, "q");
	struct yz_buf b;
	*after = YZ_KIOSK_REST;
	if (p->kiosk && is_below(path, YZ_LIT("/kiosk/rest")))
		return YZ_LIT("/kiosk/end");
	*after = YZ_KIOSK_IDLE;
	if (!p->kiosk || (yz_str_eqz(path, "/kiosk") && p->lang == YZ_LANG_ZH))
		return (struct yz_str){0};
	/* A page that a POST answered cannot be asked for again: its question can. */
	if (yz_str_ends(path, YZ_LIT("/change")) && yz_str_starts(path, YZ_LIT("/guide/")))
		path = yz_str_n(path.ptr, path.len - (sizeof "/change" - 1));
	yz_buf_init(&b, p->arena, 4096);
	yz_buf_addz(&b, "/kiosk/rest?to=");
	yz_html_url_part(&b, path);
	if (q.len) {
		yz_buf_addz(&b, "%3Fq=");
		yz_html_url_part(&b, q);
	}
	return yz_buf_str(&b);
}

/* `rest` is percent-encoded where it holds what came from outside. */
struct yz_html yz_kiosk_refresh(const struct yz_page *p, struct yz_str rest, unsigned after)
{
	if (!rest.len)
		return (struct yz_html){YZ_LIT("")};
	return (struct yz_html){yz_str_printf(p->arena, "<noscript><meta http-equiv=\"refresh\" content=\"%u; url=%.*s\"></noscript>\n", after,
					      YZ_P(rest))};
}

struct yz_str yz_kiosk_key(const struct yz_page *p, struct yz_str typed, struct yz_str key, size_t most)
{
	size_t last = typed.len;
	if (yz_str_eqz(key, "clear"))
		return YZ_LIT("");
	if (yz_str_eqz(key, "del")) {
		while (last > 0 && ((unsigned char)typed.ptr[--last] & 0xc0) == 0x80)
			;
		return yz_str_n(typed.ptr, last);
	}
	if (key.len != 1 || yz_utf8_count(typed) >= most)
		return typed;
	return yz_str_printf(p->arena, "%.*s%.*s", YZ_P(typed), YZ_P(key));
}

/* ---- finding ---- */

bool yz_web_kiosk(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_kiosk_page v = {.query = {.limit = POPULAR}};
	struct yz_bundle *bundles = NULL;
	struct yz_conn *conn = yz_page_read(p, err);
	v.nbundles = conn ? yz_bundle_list(p->site, conn, p->arena, p->lang, &bundles, err) : 0;
	if (err->code)
		return false;
	v.bundles = bundles;
	v.nhits = yz_catalogue_search(yz_page_catalogue(p), p->arena, &v.query, &v.hits, &v.total);
	set_cookie(p, YZ_LIT("-"));
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "自助查询"));
	tpl_kiosk_home(out, p, &v, yz_page_catalogue(p), p->lang);
	return yz_page_end(p);
}

/* By what is typed on the keys, else a theme, else all, most used first. */
static void find(struct yz_page *p, struct yz_kiosk_page *v)
{
	int64_t page;
	if (yz_str_int(yz_req_query(p->req, "page"), &page) && page > 1 && page < LAST_PAGE)
		v->page = (size_t)page - 1;
	v->query.limit = PAGE;
	v->query.offset = v->page * PAGE;
	v->nhits = yz_catalogue_search(yz_page_catalogue(p), p->arena, &v->query, &v->hits, &v->total);
	/* The beginning of a name, in letters: 残疾 is found by canj. */
	if (!v->nhits && v->query.words.len && !v->page)
		v->nhits = v->total = yz_catalogue_suggest(yz_page_catalogue(p), p->arena, v->query.words, PAGE, &v->hits);
}

bool yz_web_kiosk_find(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_kiosk_page v = {0};
	struct yz_str theme = yz_req_query(req, "theme");
	const struct yz_entry_theme *t = theme.len ? yz_catalogue_theme(yz_page_catalogue(p), theme) : NULL;
	if (theme.len && !t)
		return yz_fail(err, YZ_NOT_FOUND, "no theme %.*s", YZ_P(theme));
	if (t) {
		v.query.theme = t->key;
		v.title = yz_name(p, t->name);
	} else {
		v.query.words = yz_kiosk_key(p, yz_utf8_head(yz_str_trim(yz_req_query(req, "q")), YZ_KIOSK_TYPED * 4),
					     yz_req_query(req, "k"), YZ_KIOSK_TYPED);
	}
	find(p, &v);
	struct yz_buf *out = yz_page_begin(p, t ? yz_str_z(p->arena, v.title) : T(p->lang, "找要办的事"));
	tpl_kiosk_find(out, p, &v, p->lang);
	return yz_page_end(p);
}

/* ---- one thing ---- */

static struct yz_html code_of(struct yz_page *p, const char *what, struct yz_str key)
{
	return (struct yz_html){yz_qr_svg(p->arena, yz_str_printf(p->arena, "%s%s%.*s", p->site->base_url, what, YZ_P(key)))};
}

static bool show(struct yz_page *p, struct yz_kiosk_page *v)
{
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, v->name));
	tpl_kiosk_item(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_kiosk_item(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_kiosk_page v = {.what = yz_req_param(req, "code")};
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_item *item = conn ? yz_item_head_at(conn, p->arena, v.what, p->now, err) : NULL;
	v.version = item ? yz_version_of(p->site, conn, p->arena, item->id, err) : NULL;
	if (!v.version)
		return false;
	v.name = yz_name(p, v.version->name);
	v.guided = v.version->decision && !yz_str_eqz(item->state, "suspended");
	v.qr = code_of(p, "/item/", v.what);
	return show(p, &v);
}

bool yz_web_kiosk_bundle(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_kiosk_page v = {.what = yz_req_param(req, "key"), .guided = true};
	struct yz_conn *conn = yz_page_read(p, err);
	v.bundle = conn ? yz_bundle_load(p->site, conn, p->arena, v.what, p->lang, err) : NULL;
	if (!v.bundle)
		return false;
	v.name = v.bundle->name;
	v.qr = code_of(p, "/bundle/", v.what);
	return show(p, &v);
}

/* ---- ending ---- */

/* "/kiosk/../me" is another page to a browser, and so it is written "%2e%2e" or with a backslash. */
static bool is_plain(struct yz_str path)
{
	for (size_t i = 0; i < path.len && path.ptr[i] != '?'; i++)
		if (path.ptr[i] == '%' || path.ptr[i] == '\\' || (path.ptr[i] == '.' && i && path.ptr[i - 1] == '.'))
			return false;
	return true;
}

bool yz_web_kiosk_rest(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	struct yz_page *p = yz_page_of(req);
	struct yz_kiosk_page v = {.back = yz_req_query(req, "to")};
	if ((!is_below(v.back, YZ_LIT("/guide")) && !yz_str_starts(v.back, YZ_LIT("/kiosk"))) || !is_plain(v.back))
		v.back = YZ_LIT("/kiosk");
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "您还在吗？"));
	tpl_kiosk_rest(out, p, &v, p->lang);
	return yz_page_end(p);
}

/* A guide that was answered to its end is her notice, which she may have taken along by its code; one that was not is
 * nobody's any more. */
static void forget_unfinished(struct yz_page *p)
{
	struct yz_str token = yz_req_cookie(p->req, KIOSK_COOKIE);
	struct yz_err err = {0};
	struct yz_conn *conn = token.len == YZ_GUIDE_TOKEN ? yz_page_read(p, &err) : NULL;
	const struct yz_guide *g = conn ? yz_guide_load(p->site, conn, p->arena, token, NULL, p->lang, &err) : NULL;
	yz_page_release(p);
	if (g && !g->decided)
		yz_guide_forget(p->site, token, &err); /* else in a day by itself */
}

/* By GET too, since a page that nobody touches cannot post; it undoes nothing but what this browser holds. */
bool yz_web_kiosk_end(struct yz_req *req, struct yz_err *err)
{
	static const struct yz_cookie gone[] = {{.name = "lang", .max_age = -1},	 {.name = "elder", .max_age = -1},
						{.name = "yzg", .max_age = -1},		 {.name = "yzg-before", .path = "/guide", .max_age = -1},
						{.name = "yzg-apply", .path = "/sign-in", .max_age = -1}};
	(void)err;
	struct yz_page *p = yz_page_of(req);
	forget_unfinished(p);
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		yz_res_cookie(req, &gone[i]);
	set_cookie(p, YZ_LIT("-"));
	return yz_res_redirect(req, YZ_LIT("/kiosk"));
}
