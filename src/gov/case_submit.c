/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/acting.h"

#include "gov/case_light.h"
#include "gov/draft_row.h"
#include "gov/joint_row.h"
#include "gov/licence_take.h"
#include "gov/person.h"
#include "gov/submit.h"
#include "text/text.h"

#include <stdio.h>

enum { ANSWER_DAYS = 5 /* 行政许可法 32(4) */ };

struct submitting {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t draft;
	struct yz_str channel;
	char no[40];
};

/* 990121-20261122-0007: the county, the day, the running number. */
static bool next_number(struct submitting *w, struct yz_conn *conn, yz_instant now, struct yz_err *err)
{
	struct yz_civil c = yz_day_civil(yz_instant_day(now, w->site->offset));
	char key[40];
	int64_t n;
	snprintf(key, sizeof key, "case:%04d%02d%02d", c.year % 10000, c.month, c.day);
	if (!yz_site_count(conn, key, &n, err))
		return false;
	snprintf(w->no, sizeof w->no, "%.6s-%04d%02d%02d-%04lld", yz_str_eqz(w->site->region, "") ? "000000" : w->site->region.ptr,
		 c.year % 10000, c.month, c.day, (long long)n);
	return true;
}

static int64_t insert_case(struct submitting *w, struct yz_acting *t, const struct yz_draft *d, struct yz_err *err)
{
	struct yz_str digest;
	bool by_clerk = w->who->staff && w->who->person != d->principal && !yz_may_own(w->who, YZ_MAY_apply, d->principal, t->v->code);
	t->agent = !by_clerk && w->who->person != d->principal ? w->who->person : 0;
	t->filed_by = by_clerk ? w->who->person : 0;
	t->id = yz_insert(t->conn, err,
			  "INSERT INTO cases (no, region, org, item, item_code, item_name, applicant, applicant_name, agent, filed_by, "
			  "channel, state, situation, flow, submitted, received, outcome, light, stopped, version) "
			  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'submitted', $12, '', $13, $13, '', '', 0, 0)",
			  YZ_Z(w->no), YZ_S(t->region), YZ_S(t->org), YZ_I(t->item), YZ_S(t->v->code), YZ_S(t->v->name),
			  YZ_I(t->applicant), YZ_S(t->applicant_name), yz_val_int_or_null(t->agent, t->agent != 0),
			  yz_val_int_or_null(t->filed_by, t->filed_by != 0), YZ_S(w->channel), YZ_S(t->situation), YZ_I(t->now));
	return t->id && yz_case_facts_store(t->site, t->conn, t->a, t->id, t->facts, &digest, err) ? t->id : 0;
}

/* A policy claimed through this draft is followed to the case. */
static bool follow_claim(struct yz_acting *t, const struct yz_draft *d, struct yz_err *err)
{
	return yz_exec(t->conn, err, "UPDATE policy_claim SET case_id = $1, draft = NULL WHERE draft = $2", YZ_I(t->id), YZ_I(d->id));
}

/* Materials that are no longer asked for stay behind with the draft, and go. */
static bool move_materials(struct yz_acting *t, const struct yz_draft *d, struct yz_err *err)
{
	for (size_t i = 0; i < d->nneeds; i++)
		if (!yz_exec(t->conn, err, "UPDATE material SET case_id = $1, draft_id = NULL WHERE draft_id = $2 AND key = $3",
			     YZ_I(t->id), YZ_I(d->id), YZ_S(d->needs[i].key)))
			return false;
	return yz_exec(t->conn, err, "DELETE FROM material WHERE draft_id = $1", YZ_I(d->id)) &&
	       yz_exec(t->conn, err, "DELETE FROM draft WHERE id = $1", YZ_I(d->id));
}

static void give_calendar_back(void *ctx)
{
	struct yz_acting *t = ctx;
	if (t->calendar)
		yz_site_calendar_release(t->site, t->calendar);
}

static bool prepare(struct submitting *w, struct yz_conn *conn, struct yz_arena *a, struct yz_acting *t, const struct yz_draft *d,
		    struct yz_err *err)
{
	*t = (struct yz_acting){.site = w->site, .conn = conn, .a = a, .who = w->who, .now = yz_site_now(w->site), .item = d->item,
				.applicant = d->principal, .state = YZ_CASE_submitted, .v = d->version, .channel = w->channel,
				.situation = d->situation, .outcome = YZ_LIT("")};
	yz_arena_defer(a, give_calendar_back, t); /* first: it may spend the memory, and not return */
	t->calendar = yz_site_calendar(w->site);
	t->process = t->v->process;
	t->region = t->v->region;
	t->path = t->v->region_path;
	t->org = t->v->org;
	t->submitted = t->received = t->now;
	/* What is no longer asked is no fact. */
	t->facts = t->v->form ? yz_form_take(a, t->v->form, d->facts, yz_json_read(a, YZ_LIT("{}"), NULL, NULL), true, t->now) : d->facts;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT name FROM person WHERE id = $1", YZ_I(t->applicant));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_NOT_FOUND, "no person %lld", (long long)t->applicant) : false;
	t->applicant_name = yz_row_str(r, 0, 0);
	return true;
}

static bool in_force(struct yz_site *site, struct yz_conn *conn, int64_t item, bool *yes, struct yz_err *err)
{
	int64_t open;
	if (!yz_select_int(conn, &open, 0, err,
			   "SELECT COUNT(*) FROM item WHERE id = $1 AND state = 'published' AND from_at <= $2 "
			   "AND (until_at IS NULL OR until_at > $2)",
			   YZ_I(item), YZ_I(yz_site_now(site))))
		return false;
	*yes = open != 0;
	return true;
}

bool yz_submit_ready(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_draft *d, bool *ready,
		     struct yz_err *why, struct yz_err *err)
{
	struct yz_draft_error *errors;
	*ready = !yz_draft_check(site, a, d, "zh-CN", -1, &errors);
	if (!*ready) {
		yz_fail(why, YZ_BAD_INPUT, "%.*s", YZ_P(errors[0].text));
		yz_fail_in(why, "%.*s", YZ_P(errors[0].field));
		return true;
	}
	if (!in_force(site, conn, d->item, ready, err))
		return false;
	if (!*ready)
		yz_fail(why, YZ_NOT_NOW, "%s", N_("这个事项的办理要求刚刚有变化，请重新打开事项申请"));
	return true;
}

/* Everything that is one with the case's row; the act is noted and the case saved by the caller. */
static bool make_case(struct submitting *w, struct yz_acting *t, const struct yz_draft *d, struct yz_err *err)
{
	return insert_case(w, t, d, err) && follow_claim(t, d, err) && yz_joint_filed(t, d->id, err) && move_materials(t, d, err) &&
	       yz_licence_take(t, d, err) &&
	       yz_acting_clock_start(t, "answer", 0, t->org, ANSWER_DAYS, YZ_WORKING_DAYS, t->now, err) && yz_acting_begin(t, err) &&
	       yz_acting_letter(t, "RECEIPT", NULL, err) &&
	       yz_acting_say(t, YZ_SAY_submit, NULL, 0, err) &&
	       yz_exec(t->conn, err,
		       "INSERT INTO item_use (code, applied) VALUES ($1, 1) ON CONFLICT (code) DO UPDATE SET applied = item_use.applied + 1",
		       YZ_S(t->v->code));
}

bool yz_submit_draft(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const struct yz_draft *d,
		     struct yz_str channel, bool by_house, struct yz_str *no, struct yz_err *err)
{
	struct submitting *w = yz_new(a, struct submitting);
	struct yz_acting *t = yz_new(a, struct yz_acting);
	*w = (struct submitting){.site = site, .who = who, .draft = d->id, .channel = channel};
	if (!prepare(w, conn, a, t, d, err) || !next_number(w, conn, t->now, err))
		return false;
	t->no = *no = yz_str(w->no);
	t->figure.received = 1;
	if (!make_case(w, t, d, err))
		return false;
	t->who = by_house ? NULL : who;
	return yz_acting_note(t, YZ_ACT_submit, 0, YZ_LIT(""), YZ_LIT(""), err) && yz_acting_save(t, err);
}

static bool do_submit(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct submitting *w = ctx;
	struct yz_draft *d = yz_draft_load(w->site, conn, a, w->who, w->draft, err);
	struct yz_err why = {0};
	struct yz_str no;
	bool ready;
	if (!d || !yz_joint_alone(conn, d->id, err) || !yz_submit_ready(w->site, conn, a, d, &ready, &why, err))
		return false;
	if (!ready) {
		*err = why;
		return false;
	}
	if (!yz_submit_draft(w->site, conn, a, w->who, d, w->channel, false, &no, err))
		return false;
	snprintf(w->no, sizeof w->no, "%.*s", YZ_P(no));
	return true;
}

static bool do_renew(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct submitting *w = ctx;
	return !yz_draft_load(w->site, conn, a, w->who, w->draft, err) ? false : yz_joint_renew_draft(w->site, conn, a, w->draft, err);
}

bool yz_case_submit(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t draft, struct yz_str channel,
		    struct yz_str *no, struct yz_err *err)
{
	struct submitting w = {.site = site, .who = who, .draft = draft, .channel = channel};
	/* Kept whatever comes of it: what a newer version asks besides must stand on her page. */
	if (!yz_db_write(site->db, do_renew, &w, err))
		return false;
	yz_licence_ready(site, who, draft);
	if (!yz_db_write(site->db, do_submit, &w, err))
		return false;
	*no = yz_str_dup(a, yz_str(w.no));
	return true;
}
