/* What one case's end means for the others of its application.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/joint_row.h"

#include "crypt/crypt.h"
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

/* ---- what waited ---- */

static bool to_complete(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j, struct yz_joint_part *p,
			const struct yz_err *why, struct yz_err *err)
{
	return yz_joint_set(conn, j, p, YZ_JOINT_draft, err) &&
	       yz_joint_tell(site, conn, a, j, YZ_LIT("有一项等您补上再提交"),
			     yz_str_printf(a, "“%.*s”里的%.*s可以接着办了，还差：%s。补上以后就能提交。", YZ_P(j->name), YZ_P(p->name), why->msg), err);
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
	struct yz_actor *who = yz_new(a, struct yz_actor);
	if (!yz_actor_of(site, conn, a, j->person, who, err) || !yz_joint_fill(site, conn, a, j, p, err))
		return false;
	const struct yz_draft *d = yz_draft_read(site, conn, a, p->draft, err);
	if (!d || !yz_submit_ready(site, conn, a, d, &ready, &why, err))
		return false;
	return ready ? yz_submit_draft(site, conn, a, who, d, YZ_LIT("web"), p->after != 0, &no, err) : to_complete(site, conn, a, j, p, &why, err);
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
		yz_buf_printf(&names, "%s%.*s", yz_buf_str(&names).len ? "、" : "", YZ_P(q->name));
	}
	struct yz_str stopped = yz_buf_str(&names);
	return !stopped.len ||
	       yz_joint_tell(site, conn, a, j, YZ_LIT("后面的事停下来了，等您决定"),
			     yz_str_printf(a, "“%.*s”里的%.*s没有办成。要等它的%.*s停下来了：可以不等它接着办，也可以不办。", YZ_P(j->name),
					   YZ_P(p->name), YZ_P(stopped)),
			     err);
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
static bool mend_one(struct yz_acting *t, const struct yz_joint_part *q, const struct yz_json *common, struct yz_err *err)
{
	struct yz_acting *o = yz_new(t->a, struct yz_acting);
	if (!yz_acting_load(o, t->site, t->conn, t->a, t->who, q->case_no, err) || !yz_acting_facts(o, err))
		return false;
	const struct yz_json *marks = marks_of(o, err);
	size_t met = 0;
	for (size_t i = 0; i < yz_json_len(marks); i++)
		met += yz_json_find(common, yz_json_str(yz_json_at(marks, i), "field")) != NULL;
	if (!met || !o->v->form)
		return !err->code;
	o->echo = true;
	if (met == yz_json_len(marks)) {
		const struct yz_act_input in = {.act = YZ_ACT_supply, .facts = common};
		return yz_do_supply(o, &in, err) && yz_acting_save(o, err);
	}
	struct yz_json *marked = yz_json_new_object(t->a);
	for (size_t i = 0; i < yz_json_len(marks); i++) {
		struct yz_str field = yz_json_str(yz_json_at(marks, i), "field");
		const struct yz_json *v = field.len ? yz_json_find(common, field) : NULL;
		if (v)
			yz_json_put(t->a, marked, field, v);
	}
	struct yz_buf facts;
	char digest[YZ_HEX];
	yz_buf_init(&facts, t->a, 4 << 20);
	o->facts = yz_form_take(t->a, o->v->form, o->facts, marked, false, t->now);
	yz_json_canonical(&facts, o->facts);
	return yz_exec(t->conn, err, "UPDATE cases SET facts_enc = $1, facts_dig = $2 WHERE id = $3",
		       YZ_BLOB(yz_seal(t->site->keys, t->a, "cases.facts", o->id, yz_buf_str(&facts))),
		       YZ_Z(yz_keyed_digest(t->site->keys, "cases.facts", o->id, yz_buf_str(&facts), digest)), YZ_I(o->id)) &&
	       yz_note(t->site, t->conn, t->who, "joint.mend", "case", o->id, t->no.ptr, yz_str_printf(t->a, "{\"facts\": \"%s\"}", digest), err) &&
	       yz_acting_save(o, err);
}

bool yz_joint_mend(struct yz_acting *t, const struct yz_json *items, const struct yz_json *typed, struct yz_err *err)
{
	int64_t id, nth;
	if (t->echo || !typed || !t->v->form)
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
		for (size_t k = 0; v && v->form && k < yz_json_len(items); k++) {
			struct yz_str field = yz_json_str(yz_json_at(items, k), "field");
			const struct yz_field *f = field.len ? yz_form_field(t->v->form, field) : NULL;
			const struct yz_field *g = f ? yz_form_field(v->form, field) : NULL;
			const struct yz_json *value = g && g->type == f->type && yz_joint_common(j, &j->parts[nth - 1], q, field)
							      ? yz_json_find(typed, field)
							      : NULL;
			if (value)
				yz_json_put(t->a, common, field, value);
		}
		if (!v || (yz_json_len(common) && !mend_one(t, q, common, err)))
			return false;
	}
	return j != NULL;
}
