/* Questions at the desk, what is known, and what was asked in vain.  SPDX-License-Identifier: Apache-2.0 */
#include "web/ask.h"

#include "gov/look.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

#include <string.h>

enum { PAGE = 50, WEEK = 7, ROWS = 40, NEAR = 3 };

/* ---- lists ---- */

bool yz_web_desk_questions(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_consult_list list;
	bool open = !yz_str_eqz(yz_req_query(req, "show"), "done");
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	if (!conn || !yz_consult_desk(p->site, conn, p->arena, &p->who, open, before, PAGE, &list, err))
		return false;
	p->room = YZ_ROOM_QUESTIONS;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "群众咨询"));
	tpl_desk_questions(out, p, &list, open, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_questions(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_consult_list list;
	bool late = yz_str_eqz(yz_req_query(req, "light"), "late");
	if (!conn || !yz_consult_watch(p->site, conn, p->arena, &p->who, late, 4 * PAGE, &list, err))
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "在办咨询"));
	tpl_board_questions(out, p, &list, late, p->lang);
	return yz_page_end(p);
}

/* ---- one question ---- */

static bool show_question(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	static const char *const fields[] = {"answer", "org", "reason", "question", "variants", "basis", "item", "expires", NULL};
	struct yz_consult c;
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn || !yz_consult_load(p->site, conn, p->arena, &p->who, yz_req_param(p->req, "no"), &c, err))
		return false;
	struct yz_question_page v = {.c = &c, .catalogue = yz_page_catalogue(p), .sent = yz_sent_of(p, failed, fields)};
	v.may = yz_may_in(&p->who, YZ_MAY_consult_answer, c.org, (struct yz_str){0});
	if (v.may) {
		struct yz_str words = yz_beginning(p, c.text, 60);
		v.nanswers = yz_answers_search(yz_page_answers(p), p->arena, words, YZ_LIT(""), p->now, NEAR, &v.answers);
		v.draft_question = yz_consult_scrub(p->arena, &c, c.text);
		v.draft_answer = yz_consult_scrub(p->arena, &c, c.answer);
	}
	const struct yz_looked looked = {YZ_LOOK_question, c.id, 0, &c.person, c.person ? 1 : 0};
	if (!yz_page_looked(p, &looked, err))
		return false;
	if (failed)
		yz_res_status(p->req, failed->code == YZ_CONFLICT ? 409 : 422);
	p->room = YZ_ROOM_QUESTIONS;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, c.no));
	tpl_desk_question(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_desk_question(struct yz_req *req, struct yz_err *err)
{
	return show_question(yz_page_of(req), NULL, err);
}

static struct yz_knowledge_new read_knowledge(const struct yz_req *req)
{
	return (struct yz_knowledge_new){.question = yz_req_field(req, "question"), .variants = yz_req_field(req, "variants"),
					 .answer = yz_req_field(req, "answer"), .basis = yz_req_field(req, "basis"),
					 .item = yz_req_field(req, "item"), .org = yz_req_field(req, "org"),
					 .expires = yz_req_field(req, "expires")};
}

static bool act(struct yz_page *p, struct yz_str what, struct yz_str no, struct yz_err *err)
{
	const struct yz_req *req = p->req;
	int64_t version = yz_field_int(req, "version"), id;
	if (yz_str_eqz(what, "answer"))
		return yz_consult_answer(p->site, p->arena, &p->who, no, version, yz_req_field(req, "answer"), err);
	if (yz_str_eqz(what, "transfer"))
		return yz_consult_transfer(p->site, p->arena, &p->who, no, version, yz_req_field(req, "org"), yz_req_field(req, "reason"), err);
	if (yz_str_eqz(what, "publish"))
		return yz_consult_publish(p->site, p->arena, &p->who, no, yz_req_field(req, "question"), yz_req_field(req, "answer"), err);
	if (yz_str_eqz(what, "hide"))
		return yz_consult_hide(p->site, p->arena, &p->who, no, yz_req_field(req, "reason"), err);
	if (yz_str_eqz(what, "learn")) {
		struct yz_knowledge_new k = read_knowledge(req);
		return yz_consult_learn(p->site, p->arena, &p->who, no, &k, &id, err);
	}
	return yz_fail(err, YZ_NOT_FOUND, "no act %.*s on a question", YZ_P(what));
}

bool yz_web_desk_question_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str no = yz_req_param(req, "no"), what = yz_req_field(req, "act");
	struct yz_err failed = {0};
	yz_page_release(p);
	if (act(p, what, no, &failed)) {
		/* What was passed on is another department's now. */
		if (yz_str_eqz(what, "transfer"))
			return yz_res_redirect(req, YZ_LIT("/desk/questions?done=transferred"));
		return yz_res_redirect(req, yz_str_printf(p->arena, "/desk/question/%.*s?done=q-%.*s", YZ_P(no), YZ_P(what)));
	}
	if (yz_err_is_hers(&failed))
		return show_question(p, &failed, err);
	*err = failed;
	return false;
}

/* ---- what is known ---- */

static const char *const shows[] = {"all", "expired", "soon", "retired"};

bool yz_web_desk_knowledge(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_knowledge *list = NULL;
	enum yz_knowledge_show show = YZ_KNOWLEDGE_ALL;
	int64_t page = 1;
	for (int i = 0; i < 4; i++)
		if (yz_str_eqz(yz_req_query(req, "show"), shows[i]))
			show = (enum yz_knowledge_show)i;
	if (!yz_str_int(yz_req_query(req, "page"), &page) || page < 1 || page > 1000)
		page = 1;
	size_t n = conn ? yz_knowledge_list(p->site, conn, p->arena, &p->who, show, (int)(page - 1) * PAGE, PAGE, &list, err) : 0;
	if (err->code)
		return false;
	p->room = YZ_ROOM_QUESTIONS;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "知识库"));
	tpl_desk_knowledge(out, p, list, n, show, page, n == PAGE, p->lang);
	return yz_page_end(p);
}

/* The first department she writes for. */
static struct yz_str home_of(const struct yz_actor *who)
{
	for (size_t i = 0; i < who->nposts; i++)
		if (yz_may_in(who, YZ_MAY_knowledge_edit, who->posts[i].org, (struct yz_str){0}))
			return who->posts[i].org;
	return (struct yz_str){0};
}

static bool show_know(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	static const char *const fields[] = {"question", "variants", "answer", "basis", "item", "org", "expires", NULL};
	struct yz_knowledge_page v = {.catalogue = yz_page_catalogue(p), .sent = yz_sent_of(p, failed, fields)};
	int64_t id = yz_param_int(p->req, "id");
	char day[16];
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn || (id && !yz_knowledge_load(p->site, conn, p->arena, &p->who, id, &v.k, err)))
		return false;
	if (!id && !yz_str_eqz(yz_req_param(p->req, "id"), "new"))
		return yz_fail(err, YZ_NOT_FOUND, "no knowledge %.*s", YZ_P(yz_req_param(p->req, "id")));
	if (v.k.expires) {
		yz_day_print(yz_instant_day(v.k.expires - 1, p->site->offset), day);
		v.expires = yz_str_dup(p->arena, yz_str(day));
	}
	if (!id) {
		v.k.org = home_of(&p->who);
		v.k.question = yz_str_trim(yz_req_query(p->req, "q"));
		v.k.item = yz_req_query(p->req, "item");
	}
	const struct yz_entry_item *item = v.k.item.len ? yz_catalogue_find(v.catalogue, v.k.item) : NULL;
	if (item)
		v.k.item = item->name;
	if (failed) {
		struct yz_knowledge_new k = read_knowledge(p->req);
		v.k.question = k.question, v.k.variants = k.variants, v.k.answer = k.answer, v.k.basis = k.basis, v.k.item = k.item;
		v.expires = k.expires;
		yz_res_status(p->req, 422);
	}
	p->room = YZ_ROOM_QUESTIONS;
	struct yz_buf *out = yz_page_begin(p, id ? T(p->lang, "修改答案") : T(p->lang, "写答案"));
	tpl_desk_know(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_desk_know(struct yz_req *req, struct yz_err *err)
{
	return show_know(yz_page_of(req), NULL, err);
}

bool yz_web_desk_know_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t id = yz_param_int(req, "id");
	struct yz_str what = yz_req_field(req, "act");
	struct yz_knowledge_new k = read_knowledge(req);
	bool retire = yz_str_eqz(what, "retire"), restore = yz_str_eqz(what, "restore");
	if (!id && !yz_str_eqz(yz_req_param(req, "id"), "new"))
		return yz_fail(err, YZ_NOT_FOUND, "no knowledge %.*s", YZ_P(yz_req_param(req, "id")));
	yz_page_release(p);
	if (id && (retire || restore)) {
		if (!yz_knowledge_retire(p->site, &p->who, id, retire, err))
			return false;
		return yz_res_redirect(req, yz_str_printf(p->arena, "/desk/knowledge/%lld?done=%s", (long long)id, retire ? "retired" : "restored"));
	}
	if (yz_knowledge_save(p->site, p->arena, &p->who, &id, &k, &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/desk/knowledge/%lld?done=saved", (long long)id));
	if (yz_err_is_hers(&failed))
		return show_know(p, &failed, err);
	*err = failed;
	return false;
}

/* ---- asked in vain this week ---- */

bool yz_web_desk_asked(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_asked_page v = {0};
	struct yz_err late = {0};
	yz_day since = yz_instant_day(p->now, p->site->offset) - WEEK + 1;
	/* What was searched a second ago is on the page, too. */
	yz_page_release(p);
	yz_asked_flush(p->site, &late);
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn)
		return false;
	v.nrows = yz_asked_gaps(p->site, conn, p->arena, &p->who, since, ROWS, &v.rows, err);
	v.nunhelpful = err->code ? 0 : yz_knowledge_unhelpful(p->site, conn, p->arena, &p->who, since, ROWS, &v.unhelpful, err);
	if (err->code ||
	    !yz_consult_rated_low(p->site, conn, p->arena, &p->who, p->now - WEEK * YZ_DAY, ROWS, &v.low, err) ||
	    !yz_consult_desk(p->site, conn, p->arena, &p->who, true, 0, ROWS, &v.open, err))
		return false;
	p->room = YZ_ROOM_QUESTIONS;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "没问到答案的"));
	tpl_desk_asked(out, p, &v, p->lang);
	return yz_page_end(p);
}
