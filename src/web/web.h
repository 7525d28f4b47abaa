/* web/web.h - a page: who looks at it, in which language, and how it is shown.
 *
 *	routes.def ──▶ begin: session, permission, CSRF ──▶ handler ──▶ template ──▶ end
 *
 * A handler is `bool yz_web_NAME(struct yz_req *req, struct yz_err *err)`, declared by its line in
 * routes.def; it gets its page by yz_page_of(req), reads by yz_page_read, and shows:
 *
 *	struct yz_buf *out = yz_page_begin(p, T(p->lang, "我的办件"));
 *	tpl_me_cases(out, p, &list, p->lang);
 *	return yz_page_end(p);
 *
 * A write goes through gov, with no connection held: yz_page_release first.  Every form has
 * {{include frame/csrf p}} in it.  After a POST that worked: yz_res_redirect.
 *
 * Ownership: all of it lives in the request's arena.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_WEB_H
#define YZ_WEB_WEB_H

#include "base/err.h"
#include "base/str.h"
#include "fmt/html.h"
#include "gov/catalogue.h"
#include "gov/permission.h"
#include "gov/site.h"
#include "http/http.h"
#include "text/text.h"

/* Rooms of the site: what the head's navigation shows as current. */
enum yz_room { YZ_ROOM_NONE, YZ_ROOM_HOME, YZ_ROOM_ITEMS, YZ_ROOM_ME, YZ_ROOM_MESSAGES, YZ_ROOM_DESK, YZ_ROOM_BOARD, YZ_ROOM_POLICY, YZ_ROOM_ADMIN, YZ_ROOM_ASK, YZ_ROOM_QUESTIONS, YZ_ROOM_MONEY };

struct yz_page {
	struct yz_req *req;
	struct yz_web *web;
	struct yz_site *site;
	struct yz_arena *arena;
	enum yz_lang lang;
	yz_instant now;
	struct yz_actor who;
	struct yz_str token;  /* of the session cookie; "" */
	struct yz_str csrf;   /* for the hidden field of every form */
	int64_t unread;       /* messages */
	enum yz_room room;
	bool desk;            /* the dense look */
	bool elder;           /* 适老版: large print, by cookie */
	bool kiosk;           /* the hall's touch screen: web/kiosk.h */
	const char *title;
	struct yz_str notice; /* said once at the top, from ?done= */
	struct yz_conn *conn; /* taken by yz_page_read */
	const struct yz_catalogue *catalogue;
	struct yz_buf out;
	struct yz_tr_tally tally;  /* when its <main> began */
	size_t main_from, main_to; /* in `out`: what yz_page_begin and yz_page_end stand around */
};

static inline struct yz_page *yz_page_of(struct yz_req *req)
{
	return req->user;
}

/* A read connection for this request, taken at the first call. */
struct yz_conn *yz_page_read(struct yz_page *p, struct yz_err *err);
/* Gives it back: before anything that writes. */
void yz_page_release(struct yz_page *p);
/* An official opens what is a person's (gov/look.h): noted before it is shown; releases the connection.  The second asks
 * whose it is.  False: it could not be noted. */
struct yz_looked;
bool yz_page_looked(struct yz_page *p, const struct yz_looked *what, struct yz_err *err);
bool yz_page_looks(struct yz_page *p, int thing /* enum yz_look_thing */, int64_t id, struct yz_err *err);
/* The catalogue, lent for this request. */
const struct yz_catalogue *yz_page_catalogue(struct yz_page *p);

/* The head of the page is in the buffer; what follows is its <main>. */
struct yz_buf *yz_page_begin(struct yz_page *p, const char *title);
bool yz_page_end(struct yz_page *p);
/* Without frame: a fragment, a receipt for print. */
bool yz_page_fragment(struct yz_page *p, struct yz_buf *out);

/* ---- small things pages share ---- */

/* 2026年11月22日 10:32 in the region's zone; "" for 0. */
struct yz_str yz_show_time(const struct yz_page *p, yz_instant t);
/* The same, where midnight is the end of the day before: 2026年11月27日 24:00. */
struct yz_str yz_show_due(const struct yz_page *p, yz_instant t);
struct yz_str yz_show_day(const struct yz_page *p, yz_instant t);
/* 还有 3 天 / 今天 / 已过 2 天; of the local day. */
struct yz_str yz_show_when(const struct yz_page *p, yz_instant t);
/* 1.2 MB */
struct yz_str yz_show_size(const struct yz_page *p, int64_t bytes);
/* "/case/…?done=x": the path with a code for the notice of the next page (see yz_notices in frame.c). */
struct yz_str yz_done(const struct yz_page *p, struct yz_str path, const char *code);
/* An address that came from outside, when it stays on this site. */
bool yz_is_local(struct yz_str to);
/* A number in the path or a field; 0 when it is none. */
int64_t yz_param_int(const struct yz_req *req, const char *name);
int64_t yz_field_int(const struct yz_req *req, const char *name);
/* The text for the person who reads the page: the message when it is one of ours for people, else the code's. */
bool yz_err_for_people(const struct yz_err *err); /* its message is Chinese, for her; else for whoever can mend it */
struct yz_str yz_err_text(const struct yz_page *p, const struct yz_err *err);
/* An error of one field: its message when err->where names it, else {NULL, 0}. */
struct yz_str yz_field_error(const struct yz_page *p, const struct yz_err *err, const char *field);
/* Whether the input is at fault, so that the page is shown again with the message: BAD_INPUT, EXISTS, NOT_NOW, CONFLICT, LIMIT, TOO_LARGE. */
bool yz_err_is_hers(const struct yz_err *err);
/* A name in the pack's own language table (texts/en.json), or itself. */
struct yz_str yz_name(const struct yz_page *p, struct yz_str name);

/* ---- the server ---- */

struct yz_web_options {
	const char *const *listen;   /* NULL-terminated */
	unsigned net_threads, workers;
	const char *const *trusted;
	const char *access_log;
};

struct yz_web;
/* Binds; then drop privileges and start. */
struct yz_web *yz_web_create(struct yz_site *site, const struct yz_web_options *options, struct yz_err *err);
bool yz_web_start(struct yz_web *web, struct yz_err *err);
void yz_web_stop(struct yz_web *web);
void yz_web_destroy(struct yz_web *web);
unsigned yz_web_port(const struct yz_web *web);

#endif
