/* What one case's end means for the others of its application.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/joint_row.h"

#include "gov/doing.h"
#include "gov/note.h"
#include "gov/person.h"
#include "gov/submit.h"
#include "text/text.h"

/* ---- a draft becomes a case ---- */

bool yz_joint_alone(struct yz_conn *conn, int64_t draft, struct yz_err *err)
{
	int64_t together;
	if (!yz_select_int(conn, &together, 0, err,
			   "SELECT COUNT(*) FROM joint_part p JOIN joint j ON j.id = p.joint_id "
			   "WHERE p.draft = $1 AND (j.submitted IS NULL OR p.state <> 'draft')",
			   YZ_I(draft)))
		return false;
	return !together || yz_fail(err, YZ_NOT_NOW, "%s", N_("这一项随整件事一起提交，请到那里核对"));
}

bool yz_joint_filed(struct yz_acting *t, int64_t draft, struct yz_err *err)
{
	return yz_exec(t->conn, err, "UPDATE joint_part SET case_id = $1, item = $2, draft = NULL, state = 'submitted' WHERE draft = $3",
		       YZ_I(t->id), YZ_I(t->item), YZ_I(draft));
}

/* ---- versions ---- */

bool yz_joint_renew(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint_part *p, struct yz_err *err)
{
	struct yz_err gone = {0};
	const struct yz_version *v = yz_version_now(site, conn, a, p->code, &gone);
	if (!v || v->id == p->item)
		return v || gone.code == YZ_NOT_FOUND || (*err = gone, false);
	return yz_exec(conn, err, "UPDATE draft SET item = $1 WHERE id = $2", YZ_I(v->id), YZ_I(p->draft)) &&
	       yz_exec(conn, err, "UPDATE joint_part SET item = $1 WHERE draft = $2", YZ_I(v->id), YZ_I(p->draft));
}

bool yz_joint_renew_draft(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t draft, struct yz_err *err)
{
	struct yz_joint *j;
	int64_t nth;
	return yz_joint_of_draft(site, conn, a, draft, &j, &nth, err) && (!j || yz_joint_renew(site, conn, a, &j->parts[nth - 1], err));
}

/* ---- what waited ---- */

static bool to_complete(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j, struct yz_joint_part *p,
			const struct yz_err *why, struct yz_err *err)
{
	const struct yz_said said[] = {{.hole = "part", .value = p->name, .is_name = true},
				       {.hole = "reason", .value = yz_str_dup(a, yz_str(why->msg)), .is_text = true}};
	return yz_joint_set(conn, j, p, YZ_JOINT_draft, err) && yz_joint_tell(site, conn, a, j, YZ_SAY_joint_todo, said, 2, err);
}

/* By whom what waited is filed now: she who began it, if she still may; *who NULL: nobody, and why.  That is no reason for
 * the official's act, which set this off, to fail. */
static bool filer(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j, const struct yz_joint_part *p,
		  struct yz_actor **who, struct yz_err *why, struct yz_err *err)
{
	int64_t active;
	bool holds = true;
	struct yz_actor *w = yz_new(a, struct yz_actor);
	*who = NULL;
	if (!yz_select_int(conn, &active, 0, err, "SELECT COUNT(*) FROM person WHERE id = $1 AND active = 1", YZ_I(j->principal)))
		return false;
	if (!active)
		return yz_fail(why, YZ_NOT_NOW, "%s", N_("申请人的账号已经停用")), true;
	struct yz_err gone = {0};
	bool there = yz_actor_of(site, conn, a, j->person, w, &gone);
	if (!there && gone.code != YZ_NOT_FOUND)
		return *err = gone, false;
	/* What the clerk took in stays taken in, whether she is still there or not. */
	if (j->counter)
		return there || yz_actor_of(site, conn, a, j->principal, w, err) ? (*who = w, true) : false;
	if (there && j->person != j->principal &&
	    !yz_agency_holds(conn, j->principal, j->person, p->code, yz_site_now(site), &holds, err))
		return false;
	if (!there || !holds)
		return yz_fail(why, YZ_NOT_NOW, "%s", N_("代办人的授权已经到期或者撤回，请申请人自己提交")), true;
	/* She acts as a citizen here, whatever posts she has besides. */
	w->nposts = 0;
	w->staff = false;
	w->principal = j->principal;
	*who = w;
	return true;
}

bool yz_joint_settle(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t joint, int64_t nth, struct yz_err *err)
{
	struct yz_joint *j = yz_joint_read(site, conn, a, joint, err);
	struct yz_joint_part *p = j ? &j->parts[nth - 1] : NULL;
	struct yz_err why = {0};
	struct yz_str no;
	bool ready;
	if (!p || p->state != YZ_JOINT_waiting)
		return p != NULL;
	for (size_t i = 0; i < j->nparts; i++)
		if ((p->after & 1u << i) && yz_joint_state_open(j->parts[i].state))
			return true;
	struct yz_actor *who;
	if (!yz_joint_renew(site, conn, a, p, err) || !yz_joint_fill(site, conn, a, j, p, err) || !filer(site, conn, a, j, p, &who, &why, err))
		return false;
	if (!who)
		return to_complete(site, conn, a, j, p, &why, err);
	const struct yz_draft *d = yz_draft_read(site, conn, a, p->draft, err);
	if (!d || !yz_submit_ready(site, conn, a, d, &ready, &why, err))
		return false;
	if (!ready)
		return to_complete(site, conn, a, j, p, &why, err);
	return yz_submit_draft(site, conn, a, who, d, j->counter ? YZ_LIT("counter") : YZ_LIT("web"), p->after != 0, &no, err);
}

bool yz_joint_stop(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_joint *j, const struct yz_joint_part *p,
		   struct yz_err *err)
{
	uint32_t bit = 1u << (p - j->parts);
	struct yz_buf names;
	yz_buf_init(&names, a, 65536);
	for (size_t i = 0; i < j->nparts; i++) {
		struct yz_joint_part *q = &j->parts[i];
		if (q->state != YZ_JOINT_waiting || !(q->after & bit))
			continue;
		if (!yz_joint_set(conn, j, q, YZ_JOINT_blocked, err))
			return false;
		yz_buf_printf(&names, "%s%.*s", names.len ? "\n" : "", YZ_P(q->name));
	}
	struct yz_str stopped = yz_buf_str(&names);
	const struct yz_said said[] = {{.hole = "part", .value = p->name, .is_name = true}, {.hole = "others", .value = stopped, .is_name = true}};
	return !stopped.len || yz_joint_tell(site, conn, a, j, YZ_SAY_joint_stop, said, 2, err);
}

bool yz_joint_over(struct yz_acting *t, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT joint_id, nth FROM joint_part WHERE case_id = $1 AND state = 'submitted'",
				      YZ_I(t->id));
	if (!r || !r->count)
		return r != NULL;
	int64_t id = yz_row_int(r, 0, 0), nth = yz_row_int(r, 0, 1), locked;
	bool granted = yz_str_eqz(t->outcome, "grant");
	struct yz_joint *j = yz_select_int(t->conn, &locked, 0, err, "SELECT id FROM joint WHERE id = $1 FOR UPDATE", YZ_I(id))
				     ? yz_joint_read(t->site, t->conn, t->a, id, err)
				     : NULL;
	if (!j || !yz_joint_set(t->conn, j, &j->parts[nth - 1], granted ? YZ_JOINT_ended : YZ_JOINT_failed, err) ||
	    (!granted && !yz_joint_stop(t->site, t->conn, t->a, j, &j->parts[nth - 1], err)))
		return false;
	for (size_t i = 0; granted && i < j->nparts; i++)
		if (j->parts[i].state == YZ_JOINT_waiting && (j->parts[i].after & 1u << (nth - 1)) &&
		    !yz_joint_settle(t->site, t->conn, t->a, id, j->parts[i].nth, err))
			return false;
	return yz_joint_save(t->site, t->conn, t->a, id, err);
}

/* ---- corrections that several share ---- */

static const struct yz_json *marks_of(struct yz_acting *t, struct yz_err *err)
{
	struct yz_rows *r = t->accepted ? yz_select(t->conn, t->a, err,
						    "SELECT items FROM amend WHERE case_id = $1 AND answered IS NULL ORDER BY id DESC LIMIT 1",
						    YZ_I(t->id))
					: yz_select(t->conn, t->a, err, "SELECT items FROM correction WHERE case_id = $1", YZ_I(t->id));
	return r && r->count ? yz_json_read(t->a, yz_row_str(r, 0, 0), NULL, err) : NULL;
}

/* Where nothing else was marked the other is corrected with it; else the fact stands there, and the rest is hers to do. */
static bool mend_one(struct yz_acting *t, const struct yz_joint_part *q, const struct yz_json *common, int64_t papers, struct yz_err *err)
{
	struct yz_acting *o = yz_new(t->a, struct yz_acting);
	if (!yz_acting_load(o, t->site, t->conn, t->a, t->who, q->case_no, err) || !yz_acting_facts(o, err))
		return false;
	const struct yz_json *marks = marks_of(o, err);
	size_t met = 0, fields = 0;
	int64_t open;
	for (size_t i = 0; i < yz_json_len(marks); i++) {
		fields += yz_json_str(yz_json_at(marks, i), "field").len != 0;
		met += yz_json_find(common, yz_json_str(yz_json_at(marks, i), "field")) != NULL;
	}
	if (err->code || (!met && !papers))
		return !err->code;
	if (!yz_select_int(t->conn, &open, 0, err, "SELECT COUNT(*) FROM material WHERE case_id = $1 AND state = 'mend'", YZ_I(o->id)))
		return false;
	o->echo = true;
	if (met == fields && !open) {
		const struct yz_act_input in = {.act = YZ_ACT_supply, .facts = common};
		return yz_do_supply(o, &in, err) && yz_acting_save(o, err);
	}
	if (!met)
		return yz_note(t->site, t->conn, t->who, "joint.mend", "case", o->id, t->no.ptr, YZ_LIT("{}"), err) && yz_acting_save(o, err);
	struct yz_json *marked = yz_json_new_object(t->a);
	for (size_t i = 0; i < yz_json_len(marks); i++) {
		struct yz_str field = yz_json_str(yz_json_at(marks, i), "field");
		const struct yz_json *v = field.len ? yz_json_find(common, field) : NULL;
		if (v)
			yz_json_put(t->a, marked, field, v);
	}
	struct yz_str digest;
	o->facts = yz_form_take(t->a, o->v->form, o->facts, marked, false, t->now);
	return yz_case_facts_store(t->site, t->conn, t->a, o->id, o->facts, &digest, err) &&
	       yz_note(t->site, t->conn, t->who, "joint.mend", "case", o->id, t->no.ptr,
		       yz_str_printf(t->a, "{\"facts\": \"%.*s\"}", YZ_P(digest)), err) &&
	       yz_acting_save(o, err);
}

/* A marked paper that the other asks for too, and is marked there: the one she gave now is given there.  *n: how many. */
static bool mend_papers(struct yz_acting *t, const struct yz_joint *j, const struct yz_joint_part *of, const struct yz_joint_part *q,
			const struct yz_json *items, int64_t *n, struct yz_err *err)
{
	*n = 0;
	for (size_t i = 0; i < yz_json_len(items); i++) {
		struct yz_str key = yz_json_str(yz_json_at(items, i), "material");
		const struct yz_json *m = key.len ? yz_joint_same(t->site, t->conn, t->a, j, of, key, q, err) : NULL;
		if (err->code)
			return false;
		if (!m)
			continue;
		if (!yz_exec(t->conn, err, "UPDATE material SET state = 'replaced' WHERE case_id = $1 AND key = $2 AND state = 'mend'",
			     YZ_I(q->case_id), YZ_S(yz_json_str(m, "key"))))
			return false;
		if (!yz_changed(t->conn))
			continue;
		if (!yz_exec(t->conn, err,
			     "INSERT INTO material (case_id, key, name, file, file_name, type, size, source, state, by_person, at) "
			     "SELECT $1, $2, $3, file, file_name, type, size, source, state, by_person, at FROM material WHERE case_id = $4 AND key = $5 "
			     "AND state NOT IN ('mend', 'replaced')",
			     YZ_I(q->case_id), YZ_S(yz_json_str(m, "key")), YZ_S(yz_json_str(m, "name")), YZ_I(t->id), YZ_S(key)))
			return false;
		*n += yz_changed(t->conn);
	}
	return true;
}

bool yz_joint_mend(struct yz_acting *t, const struct yz_json *items, const struct yz_json *typed, struct yz_err *err)
{
	int64_t id, nth;
	if (t->echo)
		return true;
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT joint_id, nth FROM joint_part WHERE case_id = $1", YZ_I(t->id));
	if (!r || !r->count)
		return r != NULL;
	id = yz_row_int(r, 0, 0);
	nth = yz_row_int(r, 0, 1);
	const struct yz_joint *j = yz_joint_read(t->site, t->conn, t->a, id, err);
	for (size_t i = 0; j && i < j->nparts; i++) {
		const struct yz_joint_part *q = &j->parts[i];
		struct yz_json *common = yz_json_new_object(t->a);
		if (q->nth == nth || q->state != YZ_JOINT_submitted || q->case_state != YZ_CASE_correcting)
			continue;
		const struct yz_version *v = yz_version_of(t->site, t->conn, t->a, q->item, err);
		int64_t papers = 0;
		if (v && !mend_papers(t, j, &j->parts[nth - 1], q, items, &papers, err))
			return false;
		for (size_t k = 0; v && v->form && t->v->form && typed && k < yz_json_len(items); k++) {
			struct yz_str field = yz_json_str(yz_json_at(items, k), "field");
			const struct yz_field *f = field.len ? yz_form_field(t->v->form, field) : NULL;
			const struct yz_field *g = f ? yz_form_field(v->form, field) : NULL;
			const struct yz_json *value = g && g->type == f->type && yz_joint_common(j, &j->parts[nth - 1], q, field)
							      ? yz_json_find(typed, field)
							      : NULL;
			if (value)
				yz_json_put(t->a, common, field, value);
		}
		if (!v || ((yz_json_len(common) || papers) && !mend_one(t, q, common, papers, err)))
			return false;
	}
	return j != NULL;
}
