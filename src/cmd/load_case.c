/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/load_case.h"

#include "calendar/calendar.h"
#include "cmd/load_agenda.h"
#include "cmd/load_choose.h"
#include "cmd/load_facts.h"
#include "cmd/load_pay.h"
#include "crypt/crypt.h"
#include "db/blob.h"
#include "gov/catalogue.h"
#include "gov/clock.h"
#include "gov/draft.h"
#include "gov/guide.h"
#include "gov/person.h"
#include "gov/site.h"
#include "gov/version.h"
#include "print/print.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 20 }; /* answers made until the rules have nothing against them */

/* ---- when ---- */

yz_instant yz_load_office_time(const struct yz_simulation *s, struct yz_dice *dice, yz_instant from, int days)
{
	const struct yz_calendar *c = yz_site_calendar(s->site);
	yz_day today = yz_instant_day(from, s->site->offset), day = days ? yz_add_working(c, today, days) : yz_working_from(c, today, 1);
	yz_site_calendar_release(s->site, c);
	int minute = 9 * 60 + 5 + (int)yz_dice_below(dice, 7 * 60);
	minute += minute >= 12 * 60 ? 90 : 0;
	yz_instant at = yz_day_start(day, s->site->offset) + minute * YZ_MINUTE + (yz_instant)yz_dice_below(dice, 60) * YZ_SECOND;
	return at > from ? at : from + (5 + (yz_instant)yz_dice_below(dice, 55)) * YZ_MINUTE;
}

/* Some time in office hours, `days` working days after now (0: later today, or tomorrow). */
static yz_instant office_time(struct yz_simulation *s, int days)
{
	return yz_load_office_time(s, &s->dice, s->now, days);
}

/* Within the first part of the time until `due`, in office hours; a few come after it, and get their cards. */
static yz_instant in_time(struct yz_simulation *s, yz_instant due)
{
	if (due <= s->now || yz_dice_chance(&s->dice, 2))
		return office_time(s, 3 + (int)yz_dice_below(&s->dice, 12));
	yz_instant left = due - s->now, at = s->now + left / 100 * (3 + (yz_instant)yz_dice_below(&s->dice, 30));
	const struct yz_calendar *c = yz_site_calendar(s->site);
	yz_day day = yz_working_from(c, yz_instant_day(at, s->site->offset), 1);
	yz_site_calendar_release(s->site, c);
	int minute = 9 * 60 + 5 + (int)yz_dice_below(&s->dice, 170) + (yz_dice_chance(&s->dice, 50) ? 270 : 0);
	yz_instant office = yz_day_start(day, s->site->offset) + minute * YZ_MINUTE + (yz_instant)yz_dice_below(&s->dice, 60) * YZ_SECOND;
	return office > s->now && office < due ? office : s->now + left / 100 * (1 + (yz_instant)yz_dice_below(&s->dice, 10));
}

/* ---- applying ---- */

struct giving {
	struct yz_simulation *s;
	int64_t draft, person;
	const struct yz_draft *d;
};

/* The sample paper for every material that must be there, in one write. */
static bool do_give(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct giving *g = ctx;
	for (size_t i = 0; i < g->d->nneeds; i++)
		if (g->d->needs[i].must && g->d->needs[i].proof.kind != YZ_PROOF_LICENCE && g->d->needs[i].proof.kind != YZ_PROOF_REGISTER &&
		    !yz_insert(conn, err,
			       "INSERT INTO material (draft_id, key, name, file, file_name, type, size, source, state, by_person, at) "
			       "VALUES ($1, $2, $3, $4, $5, 'application/pdf', $6, 'upload', 'given', $7, $8)",
			       YZ_I(g->draft), YZ_S(g->d->needs[i].key), YZ_S(g->d->needs[i].name), YZ_Z(g->s->sample.hash),
			       YZ_S(yz_str_printf(a, "%.*s.pdf", YZ_P(g->d->needs[i].name))), YZ_I(g->s->sample.size), YZ_I(g->person),
			       YZ_I(g->s->now)))
			return false;
	return yz_blob_name(conn, &g->s->sample, YZ_LIT("application/pdf"), g->s->now, err);
}

static struct yz_draft *load_draft(struct yz_simulation *s, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(s->site->db, err);
	struct yz_draft *d = conn ? yz_draft_load(s->site, conn, a, who, id, err) : NULL;
	if (conn)
		yz_db_release(conn);
	return d;
}

static bool actor(struct yz_simulation *s, struct yz_arena *a, int64_t person, struct yz_actor *who, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(s->site->db, err);
	bool ok = conn && yz_actor_of(s->site, conn, a, person, who, err);
	if (conn)
		yz_db_release(conn);
	return ok;
}

static bool schedule(struct yz_simulation *s, struct yz_arena *a, const char *no, struct yz_err *err);

/* Most people ask for what the rules give them; some do all the same. */
static const struct yz_json *answers(struct yz_simulation *s, struct yz_arena *a, const struct yz_draft *d)
{
	const struct yz_json *facts = NULL;
	bool in_vain = yz_dice_chance(&s->dice, 4);
	for (int try = 0; try < TRIES; try++) {
		struct yz_advice advice;
		facts = yz_load_facts(a, d->version->form, d->facts, &s->dice, s->now, s->site->offset);
		if (!facts)
			return NULL;
		yz_guide_advise(a, d->version, facts, s->now, &advice);
		if (in_vain || (!advice.refusal.len && !yz_str_eqz(advice.opinion, "不予")))
			break;
	}
	return facts;
}

static bool apply(struct yz_simulation *s, struct yz_arena *a, struct yz_err *err)
{
	struct yz_actor who;
	int64_t id;
	size_t item, one;
	for (int try = 0; try < TRIES; try++) {
		item = yz_dice_below(&s->dice, s->nitems);
		one = yz_dice_below(&s->dice, s->npeople);
		if (s->people[one].legal ? s->items[item].legal : s->items[item].natural)
			break;
	}
	struct yz_str code = s->items[item].code, no;
	int64_t person = s->people[one].id;
	if (!actor(s, a, person, &who, err) || !yz_draft_open(s->site, &who, code, &id, err))
		return false;
	struct yz_draft *d = load_draft(s, a, &who, id, err);
	const struct yz_json *facts = d ? answers(s, a, d) : NULL;
	if (!facts)
		return d ? yz_fail(err, YZ_BAD_INPUT, "no valid answers were found for %.*s", YZ_P(code)) : false;
	if (!yz_draft_save(s->site, a, &who, id, facts, 0, err) || !(d = load_draft(s, a, &who, id, err)))
		return false;
	struct giving g = {s, id, person, d};
	if (!yz_db_write(s->site->db, do_give, &g, err) ||
	    !yz_case_submit(s->site, a, &who, id, yz_dice_chance(&s->dice, 25) ? YZ_LIT("counter") : YZ_LIT("web"), &no, err))
		return false;
	if (yz_dice_chance(&s->dice, 3))
		yz_agenda_push(&s->agenda, office_time(s, 1), YZ_WITHDRAW, no.ptr);
	return schedule(s, a, no.ptr, err);
}

/* ---- acting ---- */

struct open_task {
	int64_t id, person, due;
	bool beside; /* others are open with it */
	struct yz_str act, org, role;
};

static bool next_task(struct yz_simulation *s, struct yz_arena *a, struct yz_str no, struct open_task *t, bool *there, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(s->site->db, err);
	if (!conn)
		return false;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT k.id, k.act, k.org, k.role, k.due, (SELECT COUNT(*) FROM task o WHERE o.case_id = c.id AND o.state = 'open'), (SELECT MIN(p.person) FROM post p "
				      "JOIN region pg ON pg.code = p.region WHERE p.org = k.org AND p.role = k.role AND p.until_at IS NULL AND "
				      "substr(g.path, 1, length(pg.path)) = pg.path) FROM task k JOIN cases c ON c.id = k.case_id JOIN region g ON g.code = k.region "
				      "WHERE c.no = $1 AND k.state = 'open' ORDER BY k.id LIMIT 1",
				      YZ_S(no));
	yz_db_release(conn);
	if (!r)
		return false;
	*there = r->count && yz_row_int(r, 0, 6);
	if (*there)
		*t = (struct open_task){.id = yz_row_int(r, 0, 0), .act = yz_row_str(r, 0, 1), .org = yz_row_str(r, 0, 2),
					.role = yz_row_str(r, 0, 3), .due = yz_row_int(r, 0, 4), .beside = yz_row_int(r, 0, 5) > 1,
					.person = yz_row_int(r, 0, 6)};
	return true;
}

/* The next step of a case, when somebody is there to take it. */
static bool schedule(struct yz_simulation *s, struct yz_arena *a, const char *no, struct yz_err *err)
{
	struct open_task t;
	bool there;
	if (!next_task(s, a, yz_str(no), &t, &there, err))
		return false;
	if (there) {
		yz_agenda_push(&s->agenda, in_time(s, t.due), YZ_STEP, no);
		return true;
	}
	/* Something is waited for: a publicity, a date of the process. */
	struct yz_conn *conn = yz_db_read(s->site->db, err);
	int64_t wake;
	bool ok = conn && yz_select_int(conn, &wake, 0, err, "SELECT wake FROM cases WHERE no = $1", YZ_Z(no));
	if (conn)
		yz_db_release(conn);
	if (ok && wake > s->now)
		yz_agenda_push(&s->agenda, yz_load_office_time(s, &s->dice, wake, 1), YZ_STEP, no);
	return ok;
}

/* The first material, or the first field, is to be mended. */
static const struct yz_json *something_to_mend(struct yz_simulation *s, struct yz_arena *a, struct yz_str no, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(s->site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT m.key FROM material m JOIN cases c ON c.id = m.case_id WHERE c.no = $1 "
						    "ORDER BY m.id LIMIT 1", YZ_S(no)) : NULL;
	if (conn)
		yz_db_release(conn);
	if (!r || !r->count)
		return NULL;
	struct yz_str text = yz_str_printf(a, "[{\"material\":\"%.*s\",\"what\":\"照片不清楚，看不清签章，请重新拍照或扫描。\"}]", YZ_P(yz_row_str(r, 0, 0)));
	return yz_json_read(a, text, NULL, err);
}

/* A refusal names the first law of its item: the licensing law is not every item's. */
static struct yz_str law_of(struct yz_simulation *s, struct yz_arena *a, struct yz_str no, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(s->site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT i.body FROM item i JOIN cases c ON c.item = i.id WHERE c.no = $1", YZ_S(no)) : NULL;
	if (conn)
		yz_db_release(conn);
	const struct yz_json *body = r && r->count ? yz_json_read(a, yz_row_str(r, 0, 0), NULL, err) : NULL;
	const struct yz_json *law = yz_json_at(yz_json_get(body, "basis"), 0);
	return yz_str_printf(a, "《%.*s》%.*s", YZ_P(yz_json_str(law, "law")), YZ_P(yz_json_str(law, "article")));
}

static bool act(struct yz_simulation *s, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_act_input *in,
		struct yz_err *err)
{
	for (int try = 0;; try++) {
		if (in->act == YZ_ACT_refuse || in->act == YZ_ACT_deny)
			in->basis = law_of(s, a, no, err);
		if (err->code)
			return false;
		if (yz_case_act(s->site, a, who, no, in, err))
			return true;
		if (try || !yz_str_eqz(yz_str(err->where), "overrule"))
			return false;
		*err = (struct yz_err){0};
		yz_load_think_again(&s->dice, in);
	}
}

/* What the registers raised is explained, as it mostly can be. */
static bool clear_doubts(struct yz_simulation *s, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t task,
			 struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(s->site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT d.id FROM doubt d JOIN cases c ON c.id = d.case_id WHERE c.no = $1 AND d.cleared IS NULL "
						    "AND d.severity <> 'note' AND d.round = (SELECT MAX(round) FROM compared m WHERE m.case_id = c.id)",
						    YZ_S(no)) : NULL;
	if (conn)
		yz_db_release(conn);
	for (size_t i = 0; r && i < r->count; i++) {
		const struct yz_act_input in = {.act = YZ_ACT_clear, .task = task, .ref = yz_row_int(r, i, 0),
						.reason = YZ_LIT("已入户核实，情况说明和证明已存档，不影响享受。")};
		if (!yz_case_act(s->site, a, who, no, &in, err))
			return false;
	}
	return r != NULL;
}

static bool step(struct yz_simulation *s, struct yz_arena *a, const struct yz_event *e, struct yz_err *err)
{
	struct open_task t = {0};
	bool there;
	if (!next_task(s, a, yz_str(e->no), &t, &there, err))
		return false;
	if (!there)
		return true; /* ended, or nobody holds the post */
	struct yz_act_input in;
	enum yz_happening after;
	int days;
	yz_load_choose(&s->dice, t.id, t.act, &in, &after, &days);
	if (in.act == YZ_ACT_correct && !(in.items = something_to_mend(s, a, yz_str(e->no), err))) {
		*err = (struct yz_err){0};
		in.act = YZ_ACT_accept;
		after = YZ_STEP;
	}
	struct yz_actor who;
	if (!actor(s, a, t.person, &who, err))
		return false;
	if (in.act == YZ_ACT_stop && !yz_may(&who, YZ_MAY_clock_stop)) {
		in = (struct yz_act_input){.act = YZ_ACT_pass, .task = t.id, .reason = YZ_LIT("情况属实。")};
		after = YZ_STEP;
	}
	bool passes = in.act == YZ_ACT_pass || in.act == YZ_ACT_grant;
	if ((passes && !clear_doubts(s, a, &who, yz_str(e->no), t.id, err)) ||
	    !act(s, a, &who, yz_str(e->no), &in, err))
		return false;
	if (after != YZ_STEP)
		yz_agenda_push(&s->agenda, office_time(s, days), after, e->no);
	if (after == YZ_SUPPLY || after == YZ_RESUME)
		return true;
	/* What waited beside this one, on another branch, is done the same hour. */
	s->now += (3 + (yz_instant)yz_dice_below(&s->dice, 20)) * YZ_MINUTE;
	if (t.beside && s->now < s->end)
		return step(s, a, e, err);
	return schedule(s, a, e->no, err);
}

struct replacing {
	struct yz_simulation *s;
	struct yz_str no;
};

static bool do_replace(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct replacing *w = ctx;
	return yz_exec(conn, err, "UPDATE material SET state = 'given', at = $1 WHERE state = 'mend' AND case_id = (SELECT id FROM cases WHERE no = $2)",
		       YZ_I(w->s->now), YZ_S(w->no));
}

static bool by_applicant(struct yz_simulation *s, struct yz_arena *a, const struct yz_event *e, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(s->site->db, err);
	int64_t person = 0;
	bool ok = conn && yz_select_int(conn, &person, 0, err, "SELECT applicant FROM cases WHERE no = $1", YZ_Z(e->no));
	if (conn)
		yz_db_release(conn);
	struct yz_actor who;
	if (!ok || !actor(s, a, person, &who, err))
		return false;
	if (e->what == YZ_SUPPLY) {
		struct replacing w = {s, yz_str(e->no)};
		const struct yz_act_input in = {.act = YZ_ACT_supply};
		if (!yz_db_write(s->site->db, do_replace, &w, err) || !yz_case_act(s->site, a, &who, yz_str(e->no), &in, err))
			return false;
		return schedule(s, a, e->no, err);
	}
	if (e->what == YZ_WITHDRAW) {
		const struct yz_act_input in = {.act = YZ_ACT_withdraw, .reason = YZ_LIT("计划有变，暂时不办了。")};
		return yz_case_act(s->site, a, &who, yz_str(e->no), &in, err);
	}
	if (yz_dice_chance(&s->dice, 55))
		return true;
	static const int levels[] = {5, 5, 5, 5, 4, 4, 4, 3, 2, 5};
	const struct yz_act_input in = {.act = YZ_ACT_rate, .level = levels[yz_dice_below(&s->dice, 10)]};
	return yz_case_act(s->site, a, &who, yz_str(e->no), &in, err);
}

static bool resume(struct yz_simulation *s, struct yz_arena *a, const struct yz_event *e, struct yz_err *err)
{
	struct open_task t;
	bool there;
	if (!next_task(s, a, yz_str(e->no), &t, &there, err) || !there)
		return !err->code;
	struct yz_actor who;
	const struct yz_act_input in = {.act = YZ_ACT_resume, .reason = YZ_LIT("专家评审已完成，恢复计时。")};
	if (!actor(s, a, t.person, &who, err) || !yz_case_act(s->site, a, &who, yz_str(e->no), &in, err))
		return false;
	return schedule(s, a, e->no, err);
}

/* The village hears of it, and mends the account. */
static void sent_back(void *ctx, const char *no)
{
	struct yz_simulation *s = ctx;
	yz_agenda_push(&s->agenda, office_time(s, 1), YZ_STEP, no);
}

bool yz_load_happen(struct yz_simulation *s, struct yz_arena *a, const struct yz_event *e, struct yz_err *err)
{
	switch (e->what) {
	case YZ_APPLY:
		return apply(s, a, err);
	case YZ_STEP:
		return step(s, a, e, err);
	case YZ_RESUME:
		return resume(s, a, e, err);
	case YZ_PAY:
		return yz_load_pay(s->site, a, &s->dice, sent_back, s, err);
	default:
		return by_applicant(s, a, e, err);
	}
}

bool yz_load_sweep(struct yz_simulation *s, yz_instant until, struct yz_err *err)
{
	for (;;) {
		struct yz_conn *conn = yz_db_read(s->site->db, err);
		int64_t next, done;
		bool ok = conn && yz_select_int(conn, &next, INT64_MAX, err, "SELECT MIN(at) FROM (SELECT MIN(next_at) AS at FROM clock WHERE next_at IS NOT NULL "
								      "UNION ALL SELECT MIN(wake) FROM cases WHERE wake IS NOT NULL "
								      "UNION ALL SELECT MIN(next_try) FROM relay WHERE next_try IS NOT NULL) soonest");
		if (conn)
			yz_db_release(conn);
		if (!ok || next > until)
			return ok;
		s->now = next > s->now ? next : s->now;
		if (!yz_sweep(s->site, s->now, &done, &next, err))
			return false;
	}
}
