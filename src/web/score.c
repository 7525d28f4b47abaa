/* Scores: departments, and each point with what made it.  SPDX-License-Identifier: Apache-2.0 */
#include "web/score.h"

#include "web/board.h"
#include "web/handlers.h"
#include "web/period.h"
#include "web/report.h"
#include "web/templates.h"

#include <stdio.h>
#include <stdlib.h>

struct yz_str yz_show_points(const struct yz_page *p, int64_t tenths, bool sign)
{
	const char *plus = sign && tenths > 0 ? "+" : tenths < 0 ? "−" : "";
	long long whole = llabs(tenths) / 10, rest = llabs(tenths) % 10;
	return rest ? yz_str_printf(p->arena, "%s%lld.%lld", plus, whole, rest) : yz_str_printf(p->arena, "%s%lld", plus, whole);
}

struct yz_str yz_score_event_name(const struct yz_page *p, const struct yz_score_event *e)
{
	struct yz_str name = e->name.len ? yz_name(p, e->name) : yz_entry_rule(p, e->monitor);
	if (e->kind == YZ_SCORED_CARD)
		return yz_str_printf(p->arena, "%s · %.*s", yz_tr(p->lang, yz_level_title(e->level)), YZ_P(name));
	return e->kind == YZ_SCORED_RECORD && e->n > 1 ? yz_str_printf(p->arena, "%.*s × %lld", YZ_P(name), (long long)e->n) : name;
}

struct yz_str yz_score_event_link(const struct yz_page *p, const struct yz_score_page *v, const struct yz_score_event *e)
{
	static const struct {
		enum yz_scoring_fact fact;
		const char *what;
	} lists[] = {{YZ_SCORE_early, "early"}, {YZ_SCORE_on_time, "on_time"}, {YZ_SCORE_decided, "decided"}};
	const struct yz_score *s = v->one;
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 1024);
	if (e->uses >> YZ_SCORE_cut & 1) {
		yz_buf_addz(&b, "/openness/");
		yz_html_url_part(&b, s->org);
		return yz_buf_str(&b);
	}
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		if (!(e->uses >> lists[i].fact & 1))
			continue;
		yz_buf_printf(&b, "/board/counted?what=%s&on=%.*s&org=", lists[i].what, YZ_P(v->of));
		yz_html_url_part(&b, s->org);
		yz_buf_addz(&b, s->person ? "" : "&post=");
		yz_html_url_part(&b, s->person ? YZ_LIT("") : s->post);
		if (s->person)
			yz_buf_printf(&b, "&person=%lld", (long long)s->person);
		return yz_buf_str(&b);
	}
	yz_buf_printf(&b, "/board/report?of=%.*s&by=item&org=", YZ_P(v->of));
	yz_html_url_part(&b, s->org);
	return yz_buf_str(&b);
}

struct yz_str yz_score_whose(const struct yz_page *p, const struct yz_score *s)
{
	enum yz_role role;
	if (s->person)
		return s->person_name;
	return s->post.len && yz_role_parse(s->post, &role) ? yz_str(yz_tr(p->lang, yz_role_title(role))) : yz_name(p, s->org_name);
}

/* ---- which months ---- */

struct months {
	char from[8], to[8];
};

static void set_months(struct months *m, int year, int first, int n)
{
	snprintf(m->from, sizeof m->from, "%04u-%02u", (unsigned)year % 10000, (unsigned)first % 100);
	snprintf(m->to, sizeof m->to, "%04u-%02u", (unsigned)year % 10000, (unsigned)(first + n - 1) % 100);
}

/* of=2026-11, 2026-H1, 2026; else this month. */
static void read_of(struct yz_page *p, struct yz_str of, struct yz_score_page *v, struct months *m)
{
	struct yz_period period;
	yz_day today = yz_instant_day(p->now, p->site->offset);
	bool half = of.len == 7 && of.ptr[5] == 'H' && (of.ptr[6] == '1' || of.ptr[6] == '2') && yz_period_parse(yz_str_n(of.ptr, 4), &period);
	if (!half && (!yz_period_parse(of, &period) || (period.kind != YZ_PERIOD_MONTH && period.kind != YZ_PERIOD_YEAR)))
		period = yz_period_of(YZ_PERIOD_MONTH, today);
	struct yz_civil c = yz_day_civil(period.from);
	int second = half && of.ptr[6] == '2';
	v->month = period.kind == YZ_PERIOD_MONTH;
	if (half) {
		set_months(m, c.year, second ? 7 : 1, 6);
		v->of = of;
		v->title = yz_str_printf(p->arena, T(p->lang, second ? N_("%d年下半年") : N_("%d年上半年")), c.year);
		snprintf(v->previous, sizeof v->previous, "%04u-H%d", (unsigned)(second ? c.year : c.year - 1) % 10000, second ? 1 : 2);
		snprintf(v->next, sizeof v->next, "%04u-H%d", (unsigned)(second ? c.year + 1 : c.year) % 10000, second ? 1 : 2);
		return;
	}
	char text[YZ_PERIOD_TEXT];
	set_months(m, c.year, v->month ? c.month : 1, v->month ? 1 : 12);
	v->of = yz_str_dup(p->arena, yz_str(yz_period_print(period, text)));
	v->title = yz_show_period(p, period);
	v->over = v->month && period.to < today;
	snprintf(v->previous, sizeof v->previous, "%.10s", yz_period_print(yz_period_before(period), text));
	snprintf(v->next, sizeof v->next, "%.10s", yz_period_print(yz_period_after(period), text));
}

/* ---- all departments ---- */

static bool show_all(struct yz_page *p, struct yz_str of, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_score_page *v = yz_new(p->arena, struct yz_score_page);
	struct yz_conn *conn = yz_page_read(p, err);
	struct months m;
	read_of(p, of, v, &m);
	if (!conn || !yz_score_make(p->site, conn, p->arena, &p->who, yz_str_dup(p->arena, yz_str(m.from)), yz_str_dup(p->arena, yz_str(m.to)),
				    YZ_SCORE_ORG, YZ_LIT(""), &v->all, err))
		return false;
	for (size_t i = 0; i < v->all.len; i++)
		v->anew = v->anew || v->all.at[i].settled;
	if (failed) {
		v->error = yz_err_text(p, failed);
		v->reason = yz_req_field(p->req, "reason");
		yz_res_status(p->req, 422);
	}
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "评分"));
	tpl_board_scores(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_score(struct yz_req *req, struct yz_err *err)
{
	return show_all(yz_page_of(req), yz_req_query(req, "of"), NULL, err);
}

bool yz_web_board_score_settle(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct yz_str month = yz_req_field(req, "month");
	yz_page_release(p);
	if (yz_score_settle(p->site, p->arena, &p->who, month, yz_req_field(req, "reason"), &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/board/score?of=%.*s&done=settled", YZ_P(month)));
	if (yz_err_is_hers(&failed))
		return show_all(p, month, &failed, err);
	*err = failed;
	return false;
}

/* ---- one department ---- */

/* Which score the page takes apart: the department's, or with post= or person= one of its. */
static const struct yz_score *chosen(struct yz_page *p, const struct yz_score_page *v)
{
	struct yz_str post = yz_req_query(p->req, "post");
	int64_t person = 0;
	yz_str_int(yz_req_query(p->req, "person"), &person);
	for (size_t i = 0; post.len && i < v->posts.len; i++)
		if (yz_str_eq(v->posts.at[i].post, post))
			return &v->posts.at[i];
	for (size_t i = 0; person && i < v->persons.len; i++)
		if (v->persons.at[i].person == person)
			return &v->persons.at[i];
	return v->all.len && !post.len && !person ? v->all.at : NULL;
}

static bool show_org(struct yz_page *p, struct yz_str of, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_score_page *v = yz_new(p->arena, struct yz_score_page);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_str org = yz_req_param(p->req, "org");
	struct months m;
	read_of(p, of, v, &m);
	struct yz_str from = yz_str_dup(p->arena, yz_str(m.from)), to = yz_str_dup(p->arena, yz_str(m.to));
	if (!conn || !yz_score_make(p->site, conn, p->arena, &p->who, from, to, YZ_SCORE_ORG, org, &v->all, err) ||
	    !yz_score_make(p->site, conn, p->arena, &p->who, from, to, YZ_SCORE_POST, org, &v->posts, err) ||
	    !yz_score_make(p->site, conn, p->arena, &p->who, from, to, YZ_SCORE_PERSON, org, &v->persons, err))
		return false;
	v->one = chosen(p, v);
	if (failed) {
		v->error = yz_err_text(p, failed);
		v->typed = (struct yz_score_record_new){.event = yz_req_field(p->req, "event"), .post = yz_req_field(p->req, "post"),
							.login = yz_req_field(p->req, "login"), .text = yz_req_field(p->req, "text"),
							.case_no = yz_req_field(p->req, "case_no"), .n = yz_field_int(p->req, "n")};
		yz_res_status(p->req, 422);
	}
	const struct yz_entry_org *entry = yz_catalogue_org(yz_page_catalogue(p), org);
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, yz_printf(p->arena, "%s - %.*s", T(p->lang, "评分"), YZ_P(entry ? yz_name(p, entry->name) : org)));
	tpl_board_score(out, p, v, entry ? entry->name : org, org, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_score_org(struct yz_req *req, struct yz_err *err)
{
	return show_org(yz_page_of(req), yz_req_query(req, "of"), NULL, err);
}

static bool done(struct yz_page *p, bool good, struct yz_err *failed, struct yz_err *err)
{
	struct yz_str of = yz_req_field(p->req, "of");
	if (good)
		return yz_res_redirect(p->req, yz_str_printf(p->arena, "/board/score/%.*s?of=%.*s&done=saved", YZ_P(yz_req_param(p->req, "org")), YZ_P(of)));
	if (yz_err_is_hers(failed))
		return show_org(p, of, failed, err);
	*err = *failed;
	return false;
}

bool yz_web_board_score_record(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	const struct yz_score_record_new r = {.month = yz_req_field(req, "of"), .org = yz_req_param(req, "org"), .post = yz_req_field(req, "post"),
					      .event = yz_req_field(req, "event"), .text = yz_req_field(req, "text"),
					      .case_no = yz_req_field(req, "case_no"), .login = yz_req_field(req, "login"), .n = yz_field_int(req, "n")};
	yz_page_release(p);
	bool good = yz_score_record(p->site, p->arena, &p->who, &r, &failed);
	return done(p, good, &failed, err);
}

bool yz_web_board_score_withdraw(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	yz_page_release(p);
	bool good = yz_score_record_withdraw(p->site, p->arena, &p->who, yz_param_int(req, "id"), yz_req_field(req, "reason"), &failed);
	return done(p, good, &failed, err);
}
