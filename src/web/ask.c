/* Asking: search first, then a person.  SPDX-License-Identifier: Apache-2.0 */
#include "web/ask.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "fmt/codec.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

enum { ANSWERS = 5, ITEMS = 3, PUBLISHED = 8, MINE = 30, WORDS_MOST = 600, ITEM_FITS = 300 };

/* ---- small things ---- */

struct yz_str yz_came_from_search(const struct yz_page *p)
{
	static const char *const places[] = {"/search?", "/ask?"};
	struct yz_str from = yz_req_header(p->req, "Referer"), part, words;
	size_t at = SIZE_MAX;
	for (size_t i = 0; at == SIZE_MAX && i < 2; i++)
		at = yz_str_find(from, yz_str(places[i]), 0);
	if (at == SIZE_MAX)
		return (struct yz_str){0};
	at = yz_str_find(from, YZ_LIT("?"), at) + 1;
	struct yz_str query = yz_str_n(from.ptr + at, from.len - at);
	while (yz_str_cut(&query, '&', &part))
		if (yz_str_starts(part, YZ_LIT("q=")) && yz_percent_read(p->arena, yz_str_n(part.ptr + 2, part.len - 2), true, &words))
			return words;
	return (struct yz_str){0};
}

struct lent {
	struct yz_site *site;
	const struct yz_answers *answers;
};

static void give_back(void *ctx)
{
	struct lent *l = ctx;
	if (l->answers)
		yz_site_answers_release(l->site, l->answers);
}

const struct yz_answers *yz_page_answers(struct yz_page *p)
{
	struct lent *l = yz_new(p->arena, struct lent);
	l->site = p->site;
	yz_arena_defer(p->arena, give_back, l); /* first: it may spend the request's memory, and not return */
	l->answers = yz_site_answers(p->site);
	return l->answers;
}

struct yz_sent yz_sent_of(const struct yz_page *p, const struct yz_err *failed, const char *const *fields)
{
	struct yz_sent s = {.failed = failed};
	if (!failed || !failed->code)
		return s;
	s.text = yz_err_text(p, failed);
	for (; fields && *fields; fields++)
		if (strcmp(failed->where, *fields) == 0)
			s.field = *fields;
	return s;
}

struct yz_str yz_beginning(const struct yz_page *p, struct yz_str text, size_t characters)
{
	size_t end = 0, n = 0;
	while (end < text.len && text.ptr[end] != '\n' && n < characters) {
		yz_utf8_next(text, &end);
		n++;
	}
	return end < text.len ? yz_str_printf(p->arena, "%.*s…", (int)end, text.ptr) : text;
}

const char *yz_rating_title(int level)
{
	static const char *const titles[] = {N_("非常不满意"), N_("不满意"), N_("基本满意"), N_("满意"), N_("非常满意")};
	return level >= 1 && level <= 5 ? titles[level - 1] : "";
}

const char *yz_consult_step_title(struct yz_str act)
{
	static const char *const titles[][2] = {{"ask", N_("提问")}, {"transfer", N_("转办")}, {"answer", N_("答复")}, {"rate", N_("评价")},
						{"publish", N_("公开")}, {"hide", N_("撤下公开")}, {"learn", N_("收进知识库")},
						{"withdraw", N_("撤回提问")}};
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (yz_str_eqz(act, titles[i][0]))
			return titles[i][1];
	return "";
}

const char *yz_consult_state_title(enum yz_consult_state state)
{
	static const char *const titles[] = {N_("等待答复"), N_("已答复"), N_("已撤回")};
	return titles[state];
}

enum yz_light yz_consult_light_of(const struct yz_page *p, const struct yz_consult *c)
{
	struct yz_str light = yz_str(yz_consult_light(c, p->now));
	return yz_str_eqz(light, "late")   ? YZ_LIGHT_LATE
	       : yz_str_eqz(light, "warn") ? YZ_LIGHT_WARN
	       : light.len		   ? YZ_LIGHT_OK
					   : YZ_LIGHT_NONE;
}

/* ---- /ask ---- */

static void search(struct yz_page *p, struct yz_ask_page *v)
{
	size_t total;
	struct yz_find find = {.words = v->words, .limit = ITEMS};
	struct yz_str item = v->item ? (v->item->key.len ? v->item->key : v->item->code) : YZ_LIT("");
	v->nanswers = yz_answers_search(yz_page_answers(p), p->arena, v->words, item, p->now, ANSWERS, &v->answers);
	if (v->words.len && !v->item)
		v->nitems = yz_catalogue_search(v->catalogue, p->arena, &find, &v->items, &total);
	while (v->nitems && v->items[v->nitems - 1].score < ITEM_FITS)
		v->nitems--;
}

static bool show_ask(struct yz_page *p, struct yz_ask_page *v, const struct yz_err *failed, struct yz_err *err)
{
	static const char *const fields[] = {"text", "item", "org", "email", "mobile", NULL};
	char token[32];
	struct yz_str item = failed ? yz_req_field(p->req, "about") : yz_req_query(p->req, "item");
	struct yz_str words = yz_str_trim(failed ? yz_req_field(p->req, "q") : yz_req_query(p->req, "q"));
	v->catalogue = yz_page_catalogue(p);
	v->item = item.len ? yz_catalogue_find(v->catalogue, item) : NULL;
	v->words = yz_utf8_head(words, WORDS_MOST);
	v->sent = yz_sent_of(p, failed, fields);
	v->anonymous = !p->who.person;
	v->said = failed ? yz_req_field(p->req, "text") : v->words;
	v->once = failed ? yz_req_field(p->req, "once") : yz_str_dup(p->arena, yz_str(yz_token(token)));
	search(p, v);
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn)
		return false;
	v->days = yz_consult_days(conn, p->arena);
	if (!v->words.len && !v->item && !failed && !yz_consult_published(p->site, conn, p->arena, PUBLISHED, &v->published, err))
		return false;
	if (failed)
		yz_res_status(p->req, failed->code == YZ_EXISTS ? 409 : 422);
	p->room = YZ_ROOM_ASK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "问一问"));
	tpl_ask_ask(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_ask(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_ask_page v = {0};
	bool ok = show_ask(p, &v, NULL, err);
	if (ok && v.words.len)
		yz_asked_note(p->site, v.words, v.nanswers + v.nitems);
	return ok;
}

static bool show_received(struct yz_page *p, const struct yz_question_receipt *r)
{
	p->room = YZ_ROOM_ASK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "问题已收到"));
	tpl_ask_received(out, p, r, p->lang);
	return yz_page_end(p);
}

/* The item of the page she came from, the one she picked among those found, or none. */
static struct yz_str chosen_item(const struct yz_req *req)
{
	struct yz_str about = yz_req_field(req, "about");
	return about.len ? about : yz_req_field(req, "item");
}

bool yz_web_ask_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct yz_question_receipt r;
	struct yz_ask_page v = {0};
	const struct yz_question q = {.text = yz_req_field(req, "text"), .item = chosen_item(req), .org = yz_req_field(req, "org"),
				      .email = yz_req_field(req, "email"), .mobile = yz_req_field(req, "mobile"),
				      .once = yz_req_field(req, "once"), .may_publish = yz_str_eqz(yz_req_field(req, "public"), "1"),
				      .lang = p->lang};
	if (q.once.len > 64)
		return yz_fail(err, YZ_BAD_INPUT, "a form's token of %zu bytes", q.once.len);
	if (!yz_web_rate(p, "ask", YZ_LIT(""), 2, 6, err))
		return false;
	yz_page_release(p);
	if (yz_consult_ask(p->site, p->arena, &p->who, &q, &r, &failed))
		return r.code.len ? show_received(p, &r) : yz_res_redirect(req, yz_str_printf(p->arena, "/ask/%.*s?done=asked", YZ_P(r.no)));
	if (failed.code == YZ_EXISTS)
		yz_fail(&failed, YZ_EXISTS, "%s", N_("这个问题已经收到，不用再提交"));
	if (yz_err_is_hers(&failed))
		return show_ask(p, &v, &failed, err);
	*err = failed;
	return false;
}

/* ---- /ask/{no} ---- */

static bool show_question(struct yz_page *p, struct yz_question_page *v, const struct yz_err *failed)
{
	static const char *const fields[] = {"level", "remark", "code", NULL};
	v->sent = yz_sent_of(p, failed, fields);
	p->room = YZ_ROOM_ASK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "咨询"));
	if (v->c)
		tpl_ask_question(out, p, v, p->lang);
	else
		tpl_ask_code(out, p, yz_req_param(p->req, "no"), v, p->lang);
	return yz_page_end(p);
}

bool yz_web_question(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str no = yz_req_param(req, "no");
	struct yz_err missed = {0}, hidden = {0};
	struct yz_consult c;
	struct yz_question_page v = {0};
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn)
		return false;
	if (p->who.person && yz_consult_open(p->site, conn, p->arena, &p->who, no, YZ_LIT(""), &c, &missed)) {
		v.c = &c;
		return show_question(p, &v, NULL);
	}
	if (missed.code && missed.code != YZ_NOT_FOUND) {
		*err = missed;
		return false;
	}
	if (yz_consult_public(p->site, conn, p->arena, no, &c, &hidden)) {
		p->room = YZ_ROOM_ASK;
		struct yz_buf *out = yz_page_begin(p, T(p->lang, "公开的咨询"));
		tpl_ask_public(out, p, &c, p->lang);
		return yz_page_end(p);
	}
	if (hidden.code != YZ_NOT_FOUND) {
		*err = hidden;
		return false;
	}
	return show_question(p, &v, NULL); /* whether there is such a number is not told */
}

static bool act(struct yz_page *p, struct yz_str what, struct yz_str no, struct yz_str code, const char **said, struct yz_err *err)
{
	if (yz_str_eqz(what, "rate")) {
		*said = "rated";
		return yz_consult_rate(p->site, p->arena, &p->who, no, code, (int)yz_field_int(p->req, "level"),
				       yz_req_field(p->req, "remark"), err);
	}
	if (yz_str_eqz(what, "withdraw")) {
		*said = "taken-back";
		return yz_consult_withdraw(p->site, p->arena, &p->who, no, code, err);
	}
	return !what.len || yz_fail(err, YZ_NOT_FOUND, "no act %.*s on a question", YZ_P(what));
}

bool yz_web_question_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str no = yz_req_param(req, "no"), code = yz_req_field(req, "code");
	struct yz_err failed = {0}, missed = {0};
	struct yz_consult c;
	struct yz_question_page v = {.code = code};
	if (yz_str_eqz(no, "code"))
		no = yz_req_field(req, "no");
	no = yz_str_trim(no); /* what is guessed at has one name */
	/* Guessing at a code is slow, however many addresses do it. */
	if (code.len && !yz_web_rate(p, "ask-code", no, 6, 12, err))
		return false;
	yz_page_release(p);
	bool done = act(p, yz_req_field(req, "act"), no, code, &v.said, &failed);
	if (done && v.said && !code.len)
		return yz_res_redirect(req, yz_str_printf(p->arena, "/ask/%.*s?done=%s", YZ_P(no), v.said));
	if (!done && failed.code != YZ_NOT_FOUND && !yz_err_is_hers(&failed)) {
		*err = failed;
		return false;
	}
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn)
		return false;
	if (yz_consult_open(p->site, conn, p->arena, &p->who, no, code, &c, &missed))
		v.c = &c;
	else if (missed.code != YZ_NOT_FOUND && !yz_err_is_hers(&missed)) {
		*err = missed;
		return false;
	}
	if (!v.c && missed.code == YZ_NOT_FOUND)
		yz_fail(&missed, YZ_NOT_FOUND, "%s", N_("编号和查询码对不上，请核对后再试"));
	const struct yz_err *wrong = !v.c ? &missed : !done ? &failed : NULL;
	if (wrong)
		yz_res_status(req, 422);
	return show_question(p, &v, wrong);
}

bool yz_web_my_questions(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_consult_list list;
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	if (!conn || !yz_consult_mine(p->site, conn, p->arena, &p->who, before, MINE, &list, err))
		return false;
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "我的咨询"));
	tpl_ask_mine(out, p, &list, p->lang);
	return yz_page_end(p);
}

/* ---- /answer/{key} ---- */

static const struct yz_answer *find_answer(struct yz_page *p, struct yz_err *err)
{
	struct yz_str key = yz_req_param(p->req, "key");
	const struct yz_answer *x = yz_answers_find(yz_page_answers(p), key, p->now);
	return x ? x : yz_fail_null(err, YZ_NOT_FOUND, "no answer %.*s", YZ_P(key));
}

bool yz_web_answer(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	const struct yz_answer *x = find_answer(p, err);
	struct yz_err ignored = {0};
	if (!x)
		return false;
	struct yz_str words = yz_came_from_search(p);
	if (words.len)
		yz_asked_opened(p->site, words, YZ_LIT(""));
	yz_page_release(p);
	/* A look that cannot be counted is a look nevertheless. */
	if (!yz_req_query(req, "done").len && yz_web_rate(p, "look", x->key, 30, 60, &ignored))
		yz_answer_used(p->site, x->key, YZ_ANSWER_VIEWED, &ignored);
	p->room = YZ_ROOM_ASK;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, x->question));
	tpl_ask_answer(out, p, x, yz_str_eqz(yz_req_query(req, "done"), "not-helped"), p->lang);
	return yz_page_end(p);
}

bool yz_web_answer_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	const struct yz_answer *x = find_answer(p, err);
	if (!x)
		return false;
	bool helped = yz_str_eqz(yz_req_field(req, "helped"), "yes");
	if (!helped && !yz_str_eqz(yz_req_field(req, "helped"), "no"))
		return yz_fail(err, YZ_BAD_INPUT, "neither yes nor no");
	/* An address votes on an answer a few times, not hundreds: a household shares one. */
	if (!yz_web_rate(p, yz_printf(p->arena, "vote %.*s", YZ_P(x->key)), YZ_LIT(""), 1, 3, err))
		return false;
	yz_page_release(p);
	return yz_answer_used(p->site, x->key, helped ? YZ_ANSWER_HELPED : YZ_ANSWER_NOT, err) &&
	       yz_res_redirect(req, yz_str_printf(p->arena, "/answer/%.*s?done=%s", YZ_P(x->key), helped ? "helped" : "not-helped"));
}
