/* What she does with a joint application.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/joint_row.h"

#include "gov/catalogue.h"
#include "gov/guide.h"
#include "gov/licence_take.h"
#include "gov/note.h"
#include "gov/person.h"
#include "gov/submit.h"
#include "text/text.h"

#include <stdio.h>

enum { DRAFTS_MOST = 60 };

struct act {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str no;
	int64_t version, nth, principal;
	bool counter;
	/* beginning */
	struct yz_str bundle;
	const struct yz_bundle *about;
	const struct yz_json *known; /* what the guide was told, as a form sends it */
	bool left_out[YZ_JOINT_PARTS];
	char fresh[40];
};

/* ---- beginning ---- */

/* What was told, as typed; what registers know the drafts fill in themselves. */
static const struct yz_json *told(struct yz_arena *a, const struct yz_guide *g)
{
	struct yz_json *out = yz_json_new_object(a);
	for (size_t i = 0; i < g->nanswered; i++) {
		const struct yz_guide_answered *one = &g->answered[i];
		if (one->source != YZ_GUIDE_TOLD || !one->nvalues)
			continue;
		const struct yz_json *v = yz_json_new_str(a, one->values[0]);
		if (one->question.kind == YZ_GUIDE_CHOICES) {
			struct yz_json *list = yz_json_new_array(a);
			for (size_t k = 0; k < one->nvalues; k++)
				yz_json_push(a, list, yz_json_new_str(a, one->values[k]));
			v = list;
		}
		yz_json_put(a, out, one->question.fact, v);
	}
	return out;
}

static bool ask_guide(struct act *w, struct yz_conn *conn, struct yz_arena *a, struct yz_str token, struct yz_err *err)
{
	const struct yz_guide *g = yz_guide_load(w->site, conn, a, token, w->who, YZ_LANG_ZH, err);
	if (!g)
		return false;
	if (!g->bundle.len)
		return yz_fail(err, YZ_BAD_INPUT, "the guide is of one item only");
	w->bundle = g->bundle;
	w->known = told(a, g);
	if (!(w->about = yz_bundle_load(w->site, conn, a, w->bundle, YZ_LANG_ZH, err)))
		return false;
	for (size_t i = 0; i < g->nitems; i++)
		for (size_t k = 0; k < w->about->nitems && k < YZ_JOINT_PARTS; k++)
			if (g->items[i].decided && g->items[i].refusal.len && yz_str_eq(w->about->item_codes[k], g->items[i].code))
				w->left_out[k] = true;
	return true;
}

static bool next_number(struct act *w, struct yz_conn *conn, struct yz_err *err)
{
	struct yz_civil c = yz_day_civil(yz_instant_day(yz_site_now(w->site), w->site->offset));
	char key[40];
	int64_t n;
	snprintf(key, sizeof key, "joint:%04d%02d%02d", c.year % 10000, c.month, c.day);
	if (!yz_site_count(conn, key, &n, err))
		return false;
	snprintf(w->fresh, sizeof w->fresh, "J%.6s-%04d%02d%02d-%04lld", w->site->region.len ? w->site->region.ptr : "000000", c.year % 10000,
		 c.month, c.day, (long long)n);
	return true;
}

static bool add_part(struct act *w, struct yz_conn *conn, struct yz_arena *a, int64_t joint, int64_t nth, struct yz_str key, struct yz_str code,
		     struct yz_err *err)
{
	int64_t draft, suspended;
	const struct yz_version *v = yz_version_now(w->site, conn, a, code, err);
	if (!v || !yz_select_int(conn, &suspended, 0, err, "SELECT COUNT(*) FROM item WHERE id = $1 AND state = 'suspended'", YZ_I(v->id)))
		return false;
	if (suspended)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这件事里有事项暂停办理，恢复后可以再来申请"));
	if (!w->counter && !yz_may_own(w->who, YZ_MAY_apply, w->principal, code))
		return yz_refuse(w->who, YZ_MAY_apply, err);
	return yz_draft_make(w->site, conn, a, w->who->person, w->principal, v, &draft, err) &&
	       yz_insert(conn, err, "INSERT INTO joint_part (joint_id, nth, item_key, item, draft, state) VALUES ($1, $2, $3, $4, $5, 'draft')",
			 YZ_I(joint), YZ_I(nth), YZ_S(key), YZ_I(v->id), YZ_I(draft));
}

/* What registers filled into one stands in the others that ask for it; then what she told the guide. */
static bool tell_drafts(struct act *w, struct yz_conn *conn, struct yz_arena *a, int64_t joint, struct yz_err *err)
{
	const struct yz_joint *j = yz_joint_read(w->site, conn, a, joint, err);
	for (size_t i = 0; j && i < j->nparts; i++) {
		struct yz_draft *d = j->parts[i].draft ? yz_draft_load(w->site, conn, a, w->who, j->parts[i].draft, err) : NULL;
		if (err->code)
			return false;
		if (!d || !d->version->form || !w->known)
			continue;
		const struct yz_json *facts = yz_form_take(a, d->version->form, d->facts, w->known, false, yz_site_now(w->site));
		if (!yz_draft_store(w->site, conn, a, d->id, facts, d->page, err))
			return false;
	}
	return j != NULL;
}

static bool unfinished(struct act *w, struct yz_conn *conn, struct yz_arena *a, int64_t *id, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, no FROM joint WHERE person = $1 AND principal = $2 AND bundle = $3 AND submitted IS NULL "
				      "ORDER BY id DESC LIMIT 1",
				      YZ_I(w->who->person), YZ_I(w->principal), YZ_S(w->bundle));
	*id = r && r->count ? yz_row_int(r, 0, 0) : 0;
	if (*id)
		snprintf(w->fresh, sizeof w->fresh, "%.*s", YZ_P(yz_row_str(r, 0, 1)));
	return r != NULL;
}

/* A clerk who files for one of them at least, for whom she has before her. */
static bool at_counter(struct act *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	bool files = false;
	for (size_t i = 0; !files && i < w->about->nitems; i++) {
		struct yz_err gone = {0};
		const struct yz_version *v = w->about->item_codes[i].len ? yz_version_now(w->site, conn, a, w->about->item_codes[i], &gone) : NULL;
		files = v && yz_draft_may_file(w->who, v);
	}
	return files ? yz_draft_papers_seen(w->site, conn, w->who, w->principal, err) : yz_refuse(w->who, YZ_MAY_case_file_for, err);
}

static bool do_begin(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	int64_t id, drafts, nth = 0;
	struct yz_buf body;
	if ((w->counter && !at_counter(w, conn, a, err)) || !unfinished(w, conn, a, &id, err) ||
	    !yz_select_int(conn, &drafts, 0, err, "SELECT COUNT(*) FROM draft WHERE person = $1", YZ_I(w->who->person)))
		return false;
	if (id)
		return tell_drafts(w, conn, a, id, err);
	if (drafts + (int64_t)w->about->nitems > DRAFTS_MOST && !w->counter)
		return yz_fail(err, YZ_LIMIT, "%s", N_("没有提交的申请太多了，请先提交或删除一些"));
	yz_buf_init(&body, a, 1 << 20);
	yz_json_canonical(&body, w->about->body);
	if (!next_number(w, conn, err) ||
	    !(id = yz_insert(conn, err,
			     "INSERT INTO joint (no, bundle, name, body, person, principal, created, version, channel) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)",
			     YZ_Z(w->fresh), YZ_S(w->bundle), YZ_S(w->about->name), YZ_S(yz_buf_str(&body)), YZ_I(w->who->person),
			     YZ_I(w->principal), YZ_I(yz_site_now(w->site)), YZ_Z(w->counter ? "counter" : "web"))))
		return false;
	for (size_t i = 0; i < w->about->nitems && i < YZ_JOINT_PARTS; i++)
		if (w->about->item_codes[i].len && !w->left_out[i] &&
		    !add_part(w, conn, a, id, ++nth, w->about->item_keys[i], w->about->item_codes[i], err))
			return false;
	if (!nth)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这件事里现在没有可以申请的事项"));
	return tell_drafts(w, conn, a, id, err) && yz_note(w->site, conn, w->who, "joint.begin", "joint", id, w->fresh, YZ_LIT(""), err);
}

bool yz_joint_begin(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str bundle, struct yz_str token,
		    struct yz_str *no, struct yz_err *err)
{
	struct act w = {.site = site, .who = who, .bundle = bundle, .principal = who->principal};
	if (!who->person)
		return yz_fail(err, YZ_SIGN_IN, "nobody is signed in");
	if (!yz_may(who, YZ_MAY_apply))
		return yz_refuse(who, YZ_MAY_apply, err);
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	if (!conn)
		return false;
	bool good = token.len ? ask_guide(&w, conn, a, token, err)
			      : (w.about = yz_bundle_load(site, conn, a, w.bundle, YZ_LANG_ZH, err)) != NULL;
	yz_db_release(conn);
	if (!good || !yz_db_write(site->db, do_begin, &w, err))
		return false;
	*no = yz_str_dup(a, yz_str(w.fresh));
	return true;
}

bool yz_joint_begin_for(struct yz_site *site, struct yz_arena *a, const struct yz_actor *clerk, int64_t principal, struct yz_str bundle,
			struct yz_str *no, struct yz_err *err)
{
	struct act w = {.site = site, .who = clerk, .bundle = bundle, .principal = principal, .counter = true};
	if (!yz_may(clerk, YZ_MAY_case_file_for))
		return yz_refuse(clerk, YZ_MAY_case_file_for, err);
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	if (!conn)
		return false;
	w.about = yz_bundle_load(site, conn, a, bundle, YZ_LANG_ZH, err);
	yz_db_release(conn);
	if (!w.about || !yz_db_write(site->db, do_begin, &w, err))
		return false;
	*no = yz_str_dup(a, yz_str(w.fresh));
	return true;
}

/* ---- submitting ---- */

static bool note(struct act *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j, const char *what, const char *act,
		 struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw jw;
	yz_buf_init(&b, a, 65536);
	yz_jw_init(&jw, &b);
	yz_jw_object(&jw);
	yz_jw_kstr(&jw, "no", j->no);
	yz_jw_kz(&jw, "done", what);
	if (w->nth)
		yz_jw_kint(&jw, "part", w->nth);
	yz_jw_end(&jw, '}');
	return yz_note(w->site, conn, w->who, act, "joint", j->id, NULL, yz_buf_str(&b), err);
}

static bool all_ready(struct act *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j, struct yz_err *err)
{
	for (size_t i = 0; i < j->nparts; i++) {
		const struct yz_joint_part *p = &j->parts[i];
		struct yz_err why = {0};
		bool ready;
		if (p->state != YZ_JOINT_draft)
			continue;
		const struct yz_draft *d = yz_draft_load(w->site, conn, a, w->who, p->draft, err);
		if (!d || !yz_submit_ready(w->site, conn, a, d, &ready, &why, err))
			return false;
		if (!ready) {
			*err = why;
			return yz_fail_in(err, "part %lld", (long long)p->nth);
		}
	}
	return true;
}

static bool tell_sent(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j, size_t waiting, struct yz_err *err)
{
	const struct yz_said said[] = {{.hole = "count", .value = yz_str_printf(a, "%zu", j->counted)},
				       {.hole = "waiting", .value = yz_str_printf(a, "%zu", waiting)}};
	return yz_joint_tell(site, conn, a, j, YZ_SAY_joint_sent, said, 2, err);
}

/* Before the rest, and kept whatever comes of it: what a newer version asks besides must stand on her page. */
static bool do_renew(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	const struct yz_joint *j = yz_joint_take(w->site, conn, a, w->who, w->no, err);
	for (size_t i = 0; j && !j->submitted && i < j->nparts; i++)
		if (j->parts[i].draft && !yz_joint_renew(w->site, conn, a, &j->parts[i], err))
			return false;
	return j != NULL;
}

static bool do_submit(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	struct yz_joint *j = yz_joint_take(w->site, conn, a, w->who, w->no, err);
	if (!j)
		return false;
	if (j->submitted)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("已经提交过了"));
	if (w->version && w->version != j->version)
		return yz_fail(err, YZ_CONFLICT, "%.*s is at version %lld, the actor saw %lld", YZ_P(j->no), (long long)j->version,
			       (long long)w->version);
	if (!all_ready(w, conn, a, j, err) ||
	    !yz_exec(conn, err, "UPDATE joint SET submitted = $1 WHERE id = $2", YZ_I(yz_site_now(w->site)), YZ_I(j->id)))
		return false;
	size_t waiting = 0;
	for (size_t i = 0; i < j->nparts; i++)
		if (j->parts[i].state == YZ_JOINT_draft && !yz_joint_set(conn, j, &j->parts[i], YZ_JOINT_waiting, err))
			return false;
	for (size_t i = 0; i < j->nparts; i++) {
		waiting += j->parts[i].state == YZ_JOINT_waiting && j->parts[i].after;
		if (j->parts[i].state == YZ_JOINT_waiting && !yz_joint_settle(w->site, conn, a, j->id, j->parts[i].nth, err))
			return false;
	}
	return note(w, conn, a, j, "submit", "joint.submit", err) &&
	       tell_sent(w->site, conn, a, j, waiting, err) &&
	       yz_joint_save(w->site, conn, a, j->id, err);
}

bool yz_joint_submit(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t version,
		     struct yz_err *err)
{
	struct act w = {.site = site, .who = who, .no = no, .version = version};
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	const struct yz_joint *j = conn ? yz_joint_load(site, conn, a, who, no, err) : NULL;
	yz_db_release(conn);
	for (size_t i = 0; j && i < j->nparts; i++)
		if (j->parts[i].state == YZ_JOINT_draft)
			yz_licence_ready(site, who, j->parts[i].draft);
	return j && yz_db_write(site->db, do_renew, &w, err) && yz_db_write(site->db, do_submit, &w, err);
}

/* ---- without one ---- */

static struct yz_joint_part *part_of(struct yz_joint *j, int64_t nth, struct yz_err *err)
{
	for (size_t i = 0; i < j->nparts; i++)
		if (j->parts[i].nth == nth)
			return &j->parts[i];
	return yz_fail_null(err, YZ_NOT_FOUND, "%.*s has no part %lld", YZ_P(j->no), (long long)nth);
}

static bool do_drop(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	struct yz_joint *j = yz_joint_take(w->site, conn, a, w->who, w->no, err);
	struct yz_joint_part *p = j ? part_of(j, w->nth, err) : NULL;
	if (!p)
		return false;
	if (p->state != YZ_JOINT_draft && p->state != YZ_JOINT_waiting && p->state != YZ_JOINT_blocked)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这一项已经提交，不办了请撤回申请"));
	if (!j->submitted && j->counted == 1)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("只剩这一项了，不办请删除整个申请"));
	uint32_t bit = 1u << (p - j->parts);
	if (!yz_draft_delete(conn, p->draft, err) || !yz_joint_set(conn, j, p, YZ_JOINT_dropped, err) || !note(w, conn, a, j, "drop", "joint.drop", err))
		return false;
	for (size_t i = 0; j->submitted && i < j->nparts; i++)
		if (j->parts[i].after & bit)
			return yz_joint_stop(w->site, conn, a, j, p, err) && yz_joint_save(w->site, conn, a, j->id, err);
	return yz_joint_save(w->site, conn, a, j->id, err);
}

bool yz_joint_drop(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t nth, struct yz_err *err)
{
	(void)a;
	struct act w = {.site = site, .who = who, .no = no, .nth = nth};
	return yz_db_write(site->db, do_drop, &w, err);
}

static bool do_continue(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	struct yz_joint *j = yz_joint_take(w->site, conn, a, w->who, w->no, err);
	struct yz_joint_part *p = j ? part_of(j, w->nth, err) : NULL;
	if (!p)
		return false;
	if (p->state != YZ_JOINT_blocked)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这一项现在不用您决定"));
	return yz_joint_set(conn, j, p, YZ_JOINT_waiting, err) && note(w, conn, a, j, "continue", "joint.continue", err) &&
	       yz_joint_settle(w->site, conn, a, j->id, p->nth, err) && yz_joint_save(w->site, conn, a, j->id, err);
}

bool yz_joint_continue(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t nth,
		       struct yz_err *err)
{
	(void)a;
	struct act w = {.site = site, .who = who, .no = no, .nth = nth};
	return yz_db_write(site->db, do_continue, &w, err);
}

/* ---- giving it up before it began ---- */

static bool do_discard(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	struct yz_joint *j = yz_joint_take(w->site, conn, a, w->who, w->no, err);
	if (!j)
		return false;
	if (j->submitted)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("已经提交，不能删除；不办的事项可以分别撤回"));
	for (size_t i = 0; i < j->nparts; i++)
		if (j->parts[i].draft && !yz_draft_delete(conn, j->parts[i].draft, err))
			return false;
	return yz_exec(conn, err, "DELETE FROM joint_part WHERE joint_id = $1", YZ_I(j->id)) &&
	       yz_exec(conn, err, "DELETE FROM joint WHERE id = $1", YZ_I(j->id)) && note(w, conn, a, j, "discard", "joint.discard", err);
}

bool yz_joint_discard(struct yz_site *site, const struct yz_actor *who, struct yz_str no, struct yz_err *err)
{
	struct act w = {.site = site, .who = who, .no = no};
	return yz_db_write(site->db, do_discard, &w, err);
}
