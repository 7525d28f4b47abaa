/* SPDX-License-Identifier: Apache-2.0 */
#include "web/hooks.h"

#include "base/log.h"
#include "crypt/crypt.h"
#include "gov/person.h"
#include "web/ask.h"
#include "web/kiosk.h"
#include "web/templates.h"

#include <string.h>

#define SESSION_COOKIE "yz"
#define GUEST_COOKIE "yzg" /* ties the forms of somebody not signed in to her browser */

static enum yz_permission permission_of(const struct yz_route *route)
{
	return (enum yz_permission)(route->flags / YZ_ROUTE_USER);
}

static void give_back(void *ctx)
{
	struct yz_page *p = ctx;
	yz_page_release(p);
	if (p->catalogue)
		yz_site_catalogue_release(p->site, p->catalogue);
	p->catalogue = NULL;
}

static struct yz_page *new_page(struct yz_req *req)
{
	struct yz_web *web = req->app;
	struct yz_page *p = yz_new(req->arena, struct yz_page);
	p->req = req;
	p->web = web;
	p->site = web->site;
	p->arena = req->arena;
	p->lang = (enum yz_lang)req->language;
	p->now = yz_site_now(web->site);
	p->elder = yz_str_eqz(yz_req_cookie(req, "elder"), "1");
	req->user = p;
	/* Also when the memory budget is spent and the handler never returns. */
	yz_arena_defer(req->arena, give_back, p);
	return p;
}

/* A form's token belongs to the session, or to the guest's cookie, which is set when first needed. */
static void make_csrf(struct yz_page *p)
{
	struct yz_str id = p->who.person ? p->token : yz_req_cookie(p->req, GUEST_COOKIE);
	if (id.len < 20 || id.len > 64) {
		char fresh[32];
		id = yz_str_dup(p->arena, yz_str(yz_token(fresh)));
		struct yz_cookie cookie = {.name = GUEST_COOKIE, .value = id};
		yz_res_cookie(p->req, &cookie);
	}
	char *token = yz_alloc(p->arena, YZ_CSRF_SIZE);
	yz_csrf_token(p->web->secret, id, token);
	p->csrf = yz_str(token);
}

/* A language chosen by a link stays chosen. */
static void keep_language(struct yz_page *p)
{
	struct yz_cookie cookie = {.name = "lang", .value = yz_str(yz_lang_code(p->lang)), .max_age = 366 * 86400};
	if (yz_req_query(p->req, "lang").len)
		yz_res_cookie(p->req, &cookie);
}

static bool csrf_holds(const struct yz_page *p)
{
	struct yz_str id = p->who.person ? p->token : yz_req_cookie(p->req, GUEST_COOKIE);
	struct yz_str given = yz_req_field(p->req, "csrf");
	if (!given.len)
		given = yz_req_header(p->req, "x-csrf");
	return id.len >= 20 && given.len && yz_csrf_check(p->web->secret, id, given);
}

static bool load_who(struct yz_page *p, struct yz_err *err)
{
	struct yz_str csrf;
	bool stale = false;
	p->token = p->kiosk ? YZ_LIT("") : yz_req_cookie(p->req, SESSION_COOKIE);
	if (p->token.len) {
		struct yz_conn *conn = yz_page_read(p, err);
		if (!conn || !yz_session_load(p->site, conn, p->arena, p->token, &p->who, &csrf, &stale, err))
			return false;
	}
	if (!stale)
		return true;
	yz_page_release(p);
	struct yz_err touch = {0};
	if (!yz_session_touch(p->site, p->token, &touch))
		yz_log_err(YZ_WARN, &touch); /* reading goes on while nothing can be written */
	return true;
}

static bool check_permission(struct yz_page *p, struct yz_err *err)
{
	enum yz_permission may = permission_of(p->req->route);
	p->desk = yz_str_starts(p->req->path, YZ_LIT("/desk")) || yz_str_starts(p->req->path, YZ_LIT("/board")) ||
		  yz_str_starts(p->req->path, YZ_LIT("/admin")) || yz_str_starts(p->req->path, YZ_LIT("/ledger"));
	if (yz_may(&p->who, may))
		return true;
	/* Somebody who comes by a link signs in and goes on from there. */
	if (!p->who.person && p->req->method == YZ_GET) {
		struct yz_buf to;
		yz_buf_init(&to, p->arena, 4096);
		yz_buf_addz(&to, "/sign-in?to=");
		yz_html_url_part(&to, p->req->path);
		return yz_res_redirect(p->req, yz_buf_str(&to));
	}
	return yz_refuse(&p->who, may, err);
}

bool yz_hook_admit(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = new_page(req);
	return load_who(p, err) && (yz_may(&p->who, permission_of(req->route)) || yz_refuse(&p->who, permission_of(req->route), err));
}

bool yz_hook_begin(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = req->user ? req->user : new_page(req);
	yz_kiosk_enter(p);
	if (!p->token.ptr && !load_who(p, err))
		return false;
	make_csrf(p);
	keep_language(p);
	if (!check_permission(p, err) || yz_res_answered(req))
		return !err->code;
	if (req->method == YZ_POST && !(req->route->flags & YZ_ROUTE_SIGNED) && !csrf_holds(p))
		return yz_fail(err, YZ_FORBIDDEN, "%s", N_("页面放得太久或不是从本站打开的，请返回刷新后再提交，填写的内容不会丢失"));
	return true;
}

/* ---- kept pages ----
 *
 * Of a page that says the same to everybody two things are kept: the whole, for who is not signed in, and what stands
 * in its frame, for who is: the frame has her name in it.
 */

/* Beside the data only the language goes into it. */
static bool is_plain(const struct yz_page *p)
{
	struct yz_pairs q = yz_req_queries(p->req);
	for (size_t i = 0; i < q.len; i++)
		if (!yz_str_eqz(q.at[i].name, "lang"))
			return false;
	return !p->who.person && p->req->method == YZ_GET;
}

/* part: 'e' and 'n', the whole in the elder's look and not; 'm', what stands in the frame. */
static struct yz_str key_of(const struct yz_page *p, char part)
{
	size_t len = p->req->path.len;
	char *key = yz_alloc(p->arena, len + 2);
	key[0] = (char)('0' + p->lang);
	key[1] = part;
	memcpy(key + 2, p->req->path.ptr, len);
	return yz_str_n(key, len + 2);
}

static struct yz_str key_of_whole(const struct yz_page *p)
{
	return key_of(p, p->elder ? 'e' : 'n');
}

static const struct yz_kept_page *hold(struct yz_page *p, struct yz_str key)
{
	return yz_kept_hold(p->web->kept, p->arena, key, yz_site_edition(p->site), p->now);
}

static struct yz_str keep(struct yz_page *p, struct yz_str key, struct yz_kept_term term, struct yz_str bytes)
{
	return yz_kept_put(p->web->kept, p->arena, key, term, p->csrf, bytes);
}

static bool has_it(struct yz_page *p, struct yz_str digest)
{
	struct yz_buf tag;
	yz_buf_init(&tag, p->arena, digest.len + 1 + p->csrf.len);
	yz_buf_adds(&tag, digest);
	yz_buf_addc(&tag, '-');
	yz_buf_adds(&tag, p->csrf);
	yz_res_cache(p->req, "no-cache, private");
	return yz_res_etag(p->req, yz_buf_str(&tag));
}

static bool answer_whole(struct yz_page *p, const struct yz_kept_page *kept)
{
	if (has_it(p, yz_kept_digest(kept)))
		return true;
	return yz_res_html(p->req, yz_kept_copy(kept, p->arena, p->csrf));
}

static void keep_whole(struct yz_page *p, struct yz_kept_term term)
{
	if (is_plain(p))
		has_it(p, keep(p, key_of_whole(p), term, yz_buf_str(&p->out)));
}

/* Kept are the title, a NUL, and what stands in the frame. */
static bool answer_framed(struct yz_page *p, const struct yz_kept_page *kept)
{
	struct yz_str main = yz_kept_copy(kept, p->arena, p->csrf);
	size_t title = strlen(main.ptr);
	yz_res_cache(p->req, "no-cache, private");
	yz_buf_add(yz_page_begin(p, main.ptr), main.ptr + title + 1, main.len - title - 1);
	yz_page_end(p);
	keep_whole(p, yz_kept_term(kept));
	return true;
}

bool yz_page_kept(struct yz_page *p)
{
	const struct yz_kept_page *whole = is_plain(p) ? hold(p, key_of_whole(p)) : NULL;
	if (whole)
		return answer_whole(p, whole);
	const struct yz_kept_page *framed = hold(p, key_of(p, 'm'));
	return framed && answer_framed(p, framed);
}

static struct yz_str framed(struct yz_page *p)
{
	struct yz_buf b;
	size_t len = p->main_to - p->main_from;
	yz_buf_init(&b, p->arena, strlen(p->title) + 1 + len);
	yz_buf_add(&b, p->title, strlen(p->title) + 1);
	yz_buf_add(&b, p->out.ptr + p->main_from, len);
	return yz_buf_str(&b);
}

bool yz_page_keep(struct yz_page *p, struct yz_kept_term term)
{
	keep(p, key_of(p, 'm'), term, framed(p));
	keep_whole(p, term);
	return true;
}

bool yz_hook_quick(struct yz_req *req)
{
	/* Whose session it is only the database knows; what was opened from a search is counted. */
	if (yz_req_cookie(req, SESSION_COOKIE).len)
		return false;
	struct yz_page *p = new_page(req);
	if (yz_came_from_search(p).len)
		return false;
	bool may = is_plain(p) && yz_may(&p->who, permission_of(req->route));
	const struct yz_kept_page *whole = may ? hold(p, key_of_whole(p)) : NULL;
	if (!whole)
		return false;
	make_csrf(p);
	keep_language(p);
	return answer_whole(p, whole);
}

void yz_hook_end(struct yz_req *req)
{
	if (req->user)
		yz_page_release(req->user);
}

void yz_hook_error(struct yz_req *req, const struct yz_err *err)
{
	struct yz_page *p = req->user ? req->user : new_page(req);
	yz_page_release(p);
	int status = yz_code_status(err->code);
	if (status >= 500)
		yz_log_err(YZ_ERROR, err);
	/* Programs get no page. */
	if (yz_str_starts(req->path, YZ_LIT("/api/"))) {
		yz_res_json(req, yz_str_printf(p->arena, "{\"error\":\"%s\"}", yz_code_name(err->code)));
		return;
	}
	if (!p->csrf.len)
		make_csrf(p);
	p->notice = (struct yz_str){0};
	yz_page_begin(p, T(p->lang, "没有办成"));
	p->notice = (struct yz_str){0};
	tpl_frame_error(&p->out, p, status, yz_err_text(p, err), YZ_LIT(""), p->lang);
	yz_page_end(p);
}

bool yz_web_rate(struct yz_page *p, const char *what, struct yz_str name, unsigned per_minute, unsigned burst, struct yz_err *err)
{
	struct yz_str by_address = yz_str_printf(p->arena, "%s %.*s", what, YZ_P(p->req->customer));
	struct yz_str by_name = yz_str_printf(p->arena, "%s name %.*s", what, YZ_P(name));
	if (yz_rate_take(p->web->rate, by_address, per_minute, burst, p->now) &&
	    (!name.len || yz_rate_take(p->web->rate, by_name, per_minute, burst, p->now)))
		return true;
	return yz_fail(err, YZ_TOO_MANY, "%s too often from %.*s", what, YZ_P(p->req->client));
}

void yz_web_set_session(struct yz_page *p, struct yz_str token)
{
	struct yz_cookie cookie = {.name = SESSION_COOKIE, .value = token, .max_age = token.len ? 0 : -1};
	yz_res_cookie(p->req, &cookie);
}
