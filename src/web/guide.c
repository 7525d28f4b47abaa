/* Guides: begun, asked one question at a time, changed, forgotten, and turned into an application.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "web/guide.h"

#include "base/utf8.h"
#include "gov/item.h"
#include "web/find.h"
#include "gov/joint.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/kiosk.h"
#include "web/templates.h"

#include <stdlib.h>
#include <string.h>

enum { TYPED_MOST = 60, MARKS_MOST = 500, TOKEN_SHOWN = 8 };
#define MARKS_COOKIE "yzg-before"

static struct yz_str path_of(const struct yz_page *p, const char *rest)
{
	return yz_str_printf(p->arena, "/guide/%.*s%s", YZ_P(yz_req_param(p->req, "token")), rest);
}

/* ---- what the last answer changed ----
 *
 * The state of each material before the answer goes to the browser in a cookie and comes back with the next page, which
 * marks what is new and what is gone.  It names no material: one digit each, in the order of their keys.
 */

struct ranked {
	const struct yz_guide_material *m;
	size_t at;
};

static int by_key(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int order = yz_str_cmp(x->m->key, y->m->key);
	return order ? order : x->m->item < y->m->item ? -1 : x->m->item > y->m->item;
}

static struct ranked *rank(const struct yz_page *p, const struct yz_guide *g)
{
	struct ranked *all = yz_new_n(p->arena, g->nmaterials + 1, struct ranked);
	for (size_t i = 0; i < g->nmaterials; i++)
		all[i] = (struct ranked){&g->materials[i], i};
	qsort(all, g->nmaterials, sizeof *all, by_key);
	return all;
}

static struct yz_str states_of(const struct yz_page *p, const struct yz_guide *g)
{
	const struct ranked *all = rank(p, g);
	struct yz_buf b;
	yz_buf_init(&b, p->arena, TOKEN_SHOWN + 1 + MARKS_MOST);
	yz_buf_add(&b, g->token.ptr, TOKEN_SHOWN);
	for (size_t i = 0; i < g->nmaterials; i++)
		yz_buf_addc(&b, (char)('0' + all[i].m->state));
	return yz_buf_str(&b);
}

static void remember(struct yz_page *p, const struct yz_guide *g)
{
	struct yz_cookie cookie = {.name = MARKS_COOKIE, .path = "/guide", .value = YZ_LIT(""), .max_age = -1};
	if (g && g->token.len >= TOKEN_SHOWN && g->nmaterials <= MARKS_MOST) {
		cookie.value = states_of(p, g);
		cookie.max_age = 0;
	}
	yz_res_cookie(p->req, &cookie);
}

static const enum yz_guide_mark *marks_of(const struct yz_page *p, const struct yz_guide *g)
{
	enum yz_guide_mark *marks = yz_new_n(p->arena, g->nmaterials + 1, enum yz_guide_mark);
	struct yz_str before = yz_req_cookie(p->req, MARKS_COOKIE);
	if (before.len != TOKEN_SHOWN + g->nmaterials || g->token.len < TOKEN_SHOWN ||
	    memcmp(before.ptr, g->token.ptr, TOKEN_SHOWN) != 0)
		return marks;
	const struct ranked *all = rank(p, g);
	for (size_t i = 0; i < g->nmaterials; i++) {
		int was = before.ptr[TOKEN_SHOWN + i] - '0', is = (int)all[i].m->state;
		if (is == YZ_GUIDE_NEEDED && was != YZ_GUIDE_NEEDED)
			marks[all[i].at] = YZ_GUIDE_NEW;
		else if (is == YZ_GUIDE_NOT_NEEDED && was != YZ_GUIDE_NOT_NEEDED)
			marks[all[i].at] = YZ_GUIDE_GONE;
	}
	return marks;
}

/* ---- loading and showing ---- */

bool yz_guide_page_load(struct yz_page *p, struct yz_guide_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	*v = (struct yz_guide_page){0};
	if (!yz_kiosk_opens(p, yz_req_param(p->req, "token")))
		return yz_fail(err, YZ_NOT_FOUND, "the guide was not begun here");
	if (!conn || !(v->g = yz_guide_load(p->site, conn, p->arena, yz_req_param(p->req, "token"), &p->who, p->lang, err)))
		return false;
	p->room = YZ_ROOM_ITEMS;
	v->ask = v->g->question;
	v->address = yz_str_printf(p->arena, "%s%.*s", p->site->base_url, YZ_P(path_of(p, "")));
	v->marks = marks_of(p, v->g);
	yz_res_header(p->req, "X-Robots-Tag", YZ_LIT("noindex"));
	return true;
}

bool yz_guide_page_gone(struct yz_page *p, struct yz_err *failed, struct yz_err *err)
{
	if (failed->code != YZ_NOT_FOUND) {
		*err = *failed;
		return false;
	}
	p->room = YZ_ROOM_ITEMS;
	yz_res_status(p->req, 404);
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "这份清单找不到了"));
	tpl_guide_gone(out, p, p->lang);
	return yz_page_end(p);
}

bool yz_guide_typed(const struct yz_guide_page *v, struct yz_str value)
{
	for (size_t i = 0; i < v->ntyped; i++)
		if (yz_str_eq(v->typed[i], value))
			return true;
	return false;
}

static bool show(struct yz_page *p, struct yz_guide_page *v)
{
	const char *title = yz_printf(p->arena, "%.*s - %.*s", YZ_P(v->ask->question), YZ_P(v->g->name));
	struct yz_buf *out = yz_page_begin(p, title);
	tpl_guide_ask(out, p, v, p->lang);
	return yz_page_end(p);
}

/* The answer that stands there, to be given again. */
static void change(struct yz_guide_page *v, const struct yz_guide_answered *one)
{
	v->changing = one;
	v->ask = &one->question;
	v->typed = one->values;
	v->ntyped = one->nvalues;
}

bool yz_web_guide(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_guide_page v;
	struct yz_err failed = {0};
	int64_t n = 0;
	if (!yz_guide_page_load(p, &v, &failed))
		return yz_guide_page_gone(p, &failed, err);
	/* By its place: a name in the address would say what was asked. */
	if (yz_str_int(yz_req_query(req, "change"), &n) && n > 0 && (uint64_t)n <= v.g->nanswered &&
	    v.g->answered[n - 1].source == YZ_GUIDE_TOLD)
		change(&v, &v.g->answered[n - 1]);
	if (v.ask)
		return show(p, &v);
	struct yz_str done = yz_req_query(req, "done");
	return yz_res_redirect(req, yz_str_eqz(done, "dropped") ? path_of(p, "/notice?done=dropped") : path_of(p, "/notice"));
}

/* ---- beginning ---- */

bool yz_web_guide_start(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str code = yz_req_param(req, "code");
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_item *item = conn ? yz_item_head_at(conn, p->arena, code, p->now, err) : NULL;
	const struct yz_version *v = item ? yz_version_of(p->site, conn, p->arena, item->id, err) : NULL;
	if (!v)
		return false;
	if (!v->decision || yz_str_eqz(item->state, "suspended"))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/item/%.*s", YZ_P(code)));
	p->room = YZ_ROOM_ITEMS;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "先问几个问题，得到您自己的办事清单"));
	tpl_guide_start(out, p, v, code, p->lang);
	return yz_page_end(p);
}

bool yz_web_guide_begin(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str token;
	if (!yz_web_rate(p, "guide", YZ_LIT(""), 20, 40, err))
		return false;
	yz_page_release(p);
	if (!yz_guide_begin(p->site, p->arena, yz_req_field(req, "item"), NULL, &token, err))
		return false;
	if (p->kiosk)
		yz_kiosk_guide(p, token);
	return yz_res_redirect(req, yz_str_printf(p->arena, "/guide/%.*s", YZ_P(token)));
}

/* ---- answering ---- */

/* "１，２００ 平方米" as she may type it into a number: 1200. */
static struct yz_str plain_number(const struct yz_page *p, struct yz_str s, struct yz_str unit)
{
	struct yz_buf b;
	s = yz_str_trim(s);
	if (unit.len && yz_str_ends(s, unit))
		s = yz_str_trim(yz_str_n(s.ptr, s.len - unit.len));
	yz_buf_init(&b, p->arena, s.len + 1);
	for (size_t i = 0; i < s.len;) {
		size_t from = i;
		uint32_t c = yz_utf8_next(s, &i);
		if (c > 0xff00 && c < 0xff5f)
			c -= 0xfee0;
		if (c == ' ' || c == ',' || c == 0x3000)
			continue;
		if (c < 0x80)
			yz_buf_addc(&b, (char)c);
		else
			yz_buf_add(&b, s.ptr + from, i - from);
	}
	return yz_buf_str(&b);
}

static void read_typed(struct yz_page *p, struct yz_guide_page *v)
{
	struct yz_str *typed = yz_new_n(p->arena, TYPED_MOST, struct yz_str);
	const struct yz_guide_question *q = v->ask;
	v->ntyped = 0;
	for (size_t i = 0; v->ntyped < TYPED_MOST; i++) {
		struct yz_str one = yz_req_field_nth(p->req, "value", i);
		if (!one.ptr)
			break;
		one = q && q->kind == YZ_GUIDE_NUMBER ? plain_number(p, one, q->unit) : yz_str_trim(one);
		if (one.len)
			typed[v->ntyped++] = one;
	}
	v->typed = typed;
}

/* The question that was on her page: the next, or one she has answered, also in another window meanwhile. */
static void find_asked(struct yz_guide_page *v, struct yz_str fact, bool changes)
{
	if (!changes && v->ask && yz_str_eq(v->ask->fact, fact))
		return;
	for (size_t i = 0; i < v->g->nanswered; i++)
		if (v->g->answered[i].source == YZ_GUIDE_TOLD && yz_str_eq(v->g->answered[i].question.fact, fact)) {
			change(v, &v->g->answered[i]);
			return;
		}
	v->ask = NULL;
}

static bool nothing_given(const struct yz_guide_page *v, struct yz_err *err)
{
	if (v->ntyped)
		return false;
	bool list = v->ask && (v->ask->kind == YZ_GUIDE_CHOICE || v->ask->kind == YZ_GUIDE_BOOLEAN);
	yz_fail(err, YZ_BAD_INPUT, "%s", list ? N_("请选一个答案再继续")
					 : v->ask && v->ask->kind == YZ_GUIDE_CHOICES ? N_("请至少选一个再继续")
										       : N_("请填好再继续"));
	return true;
}

/* A key on the screen: nothing is answered yet. */
static bool touch_key(struct yz_page *p, struct yz_guide_page *v)
{
	struct yz_str *typed = yz_new(p->arena, struct yz_str);
	*typed = yz_kiosk_key(p, v->ntyped ? v->typed[0] : YZ_LIT(""), yz_req_field(p->req, "key"), YZ_KIOSK_TYPED);
	v->typed = typed;
	v->ntyped = 1;
	return show(p, v);
}

static bool take(struct yz_page *p, bool changes, struct yz_err *err)
{
	struct yz_guide_page v;
	struct yz_err failed = {0};
	struct yz_str token = yz_req_param(p->req, "token"), fact = yz_req_field(p->req, "fact");
	size_t dropped = 0;
	if (!yz_guide_page_load(p, &v, &failed))
		return yz_guide_page_gone(p, &failed, err);
	find_asked(&v, fact, changes);
	read_typed(p, &v);
	if (p->kiosk && v.ask && yz_req_field(p->req, "key").len)
		return touch_key(p, &v);
	yz_page_release(p);
	/* What her page asked is asked no more: she is shown what is. */
	if (!v.ask)
		return yz_res_redirect(p->req, path_of(p, "?done=moved#ask"));
	if (!nothing_given(&v, &failed) &&
	    (v.changing ? yz_guide_change : yz_guide_answer)(p->site, p->arena, token, fact, v.typed, v.ntyped, &dropped, &failed)) {
		remember(p, v.g);
		return yz_res_redirect(p->req, path_of(p, dropped ? "?done=dropped#ask" : "#ask"));
	}
	if (!yz_err_is_hers(&failed))
		return yz_guide_page_gone(p, &failed, err);
	v.error = yz_err_text(p, &failed);
	yz_res_status(p->req, 422);
	return show(p, &v);
}

bool yz_web_guide_answer(struct yz_req *req, struct yz_err *err)
{
	return take(yz_page_of(req), false, err);
}

bool yz_web_guide_change(struct yz_req *req, struct yz_err *err)
{
	return take(yz_page_of(req), true, err);
}

/* ---- ending ---- */

bool yz_web_guide_forget(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_guide_page v;
	struct yz_err failed = {0};
	struct yz_str to = YZ_LIT("/?done=forgotten");
	/* Twice is as good as once. */
	if (yz_guide_page_load(p, &v, &failed)) {
		to = v.g->bundle.len ? yz_str_printf(p->arena, "/bundle/%.*s?done=forgotten", YZ_P(v.g->bundle))
				     : yz_str_printf(p->arena, "/item/%.*s?done=forgotten", YZ_P(v.g->items[0].code));
		yz_page_release(p);
		yz_guide_forget(p->site, yz_req_param(req, "token"), &failed);
	}
	if (failed.code && failed.code != YZ_NOT_FOUND) {
		*err = failed;
		return false;
	}
	remember(p, NULL);
	return yz_res_redirect(req, p->kiosk ? YZ_LIT("/kiosk") : to);
}

/* Who is not signed in signs in first, and goes on from there: what she wants waits in a cookie that only the page of
 * signing in gets, TOKEN and CODE, since an address with the token would stand in histories. */
#define ALL "all" /* every item of the bundle, by one application */
#define APPLY_COOKIE "yzg-apply"
enum { APPLY_SECONDS = 1800, CODE_MOST = 64 };

/* What a form sends may be anything; a cookie may not. */
static bool is_code(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (!(c >= '0' && c <= '9') && !((c | 32) >= 'a' && (c | 32) <= 'z') && c != '-' && c != '_')
			return false;
	}
	return s.len <= CODE_MOST;
}

static bool apply_later(struct yz_page *p)
{
	struct yz_str item = yz_req_field(p->req, "item"), token = yz_req_param(p->req, "token");
	if (!is_code(item) || !is_code(token))
		return yz_res_redirect(p->req, YZ_LIT("/sign-in"));
	const struct yz_cookie cookie = {.name = APPLY_COOKIE, .path = "/sign-in", .max_age = APPLY_SECONDS,
					 .value = yz_str_printf(p->arena, "%.*s.%.*s", YZ_P(token), YZ_P(item))};
	yz_res_cookie(p->req, &cookie);
	return yz_res_redirect(p->req, YZ_LIT("/sign-in"));
}

bool yz_guide_waits(const struct yz_page *p)
{
	return yz_req_cookie(p->req, APPLY_COOKIE).len > 0;
}

struct yz_str yz_guide_go_on(struct yz_page *p, const struct yz_actor *who, bool wanted)
{
	struct yz_str item = yz_req_cookie(p->req, APPLY_COOKIE), token;
	const struct yz_cookie used = {.name = APPLY_COOKIE, .path = "/sign-in", .value = YZ_LIT(""), .max_age = -1};
	struct yz_err err = {0};
	int64_t draft;
	if (!item.len)
		return (struct yz_str){0};
	yz_res_cookie(p->req, &used);
	if (!wanted || !yz_str_cut(&item, '.', &token) || token.len != YZ_GUIDE_TOKEN)
		return (struct yz_str){0};
	yz_page_release(p);
	struct yz_str no;
	if (yz_str_eqz(item, ALL) && yz_joint_begin(p->site, p->arena, who, YZ_LIT(""), token, &no, &err))
		return yz_str_printf(p->arena, "/joint/%.*s?done=prefilled", YZ_P(no));
	if (!yz_str_eqz(item, ALL) && yz_guide_apply(p->site, p->arena, who, token, item, &draft, &err))
		return yz_str_printf(p->arena, "/draft/%lld?done=prefilled", (long long)draft);
	/* Forgotten meanwhile, or not hers to apply for: the list says what there is. */
	return err.code == YZ_NOT_FOUND ? (struct yz_str){0} : yz_str_printf(p->arena, "/guide/%.*s/notice", YZ_P(token));
}

bool yz_web_guide_apply(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t draft;
	/* Nobody signs in where the next one stands behind her. */
	if (p->kiosk)
		return yz_res_redirect(req, YZ_LIT("/kiosk"));
	if (!p->who.person)
		return apply_later(p);
	struct yz_str item = yz_req_field(req, "item"), token = yz_req_param(req, "token"), no;
	yz_page_release(p);
	if (yz_str_eqz(item, ALL))
		return yz_joint_begin(p->site, p->arena, &p->who, YZ_LIT(""), token, &no, &failed)
			       ? yz_res_redirect(req, yz_str_printf(p->arena, "/joint/%.*s?done=prefilled", YZ_P(no)))
			       : yz_guide_page_gone(p, &failed, err);
	if (!yz_guide_apply(p->site, p->arena, &p->who, token, item, &draft, &failed))
		return yz_guide_page_gone(p, &failed, err);
	return yz_res_redirect(req, yz_str_printf(p->arena, "/draft/%lld?done=prefilled", (long long)draft));
}
