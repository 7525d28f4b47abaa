/* A running case moved to a newer version of its process.
 *
 * The form, the limits and the materials stay those of the day it began: only the way it goes on changes.  The state is
 * read with the newer model, which fails, and names the place, where a token stands on what is gone or has become
 * something else; then the case stays as it was.  What only the newer one waits for at an open step (a message or time at
 * its border, one more branch of an event gateway) begins with the move.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/case_migrate.h"

#include "gov/acting.h"
#include "gov/relay.h"
#include "text/text.h"

struct moving {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str no;
	bool dry;
	struct yz_moved *out;
};

/* The newest published version's; *to 0: it is that already. */
static bool newest(struct yz_acting *t, const struct yz_version **v, struct yz_err *err)
{
	if (!(*v = yz_version_now(t->site, t->conn, t->a, t->v->code, err)))
		return false;
	int64_t now = t->flow_item ? t->flow_item : t->item, same;
	if (!yz_select_int(t->conn, &same, 0, err,
			   "SELECT COUNT(*) FROM item a, item b WHERE a.id = $1 AND b.id = $2 AND COALESCE(a.process, '') = COALESCE(b.process, '')",
			   YZ_I(now), YZ_I((*v)->id)))
		return false;
	if (same)
		*v = NULL;
	return true;
}

/* A step that takes another act in the newer process would be on the wrong desk. */
static bool acts_agree(struct yz_acting *t, const struct yz_bpmn *process, struct yz_err *err)
{
	for (size_t i = 0; i < t->tasks.len; i++) {
		const struct yz_task_held *k = &t->tasks.at[i];
		const struct yz_bpmn_node *node = k->kind.len ? NULL : yz_bpmn_node(process, k->node);
		struct yz_str act = node ? yz_bpmn_attr(node, "act") : k->act;
		if (!yz_str_eq(act.len ? act : YZ_LIT("review"), k->act))
			return yz_fail(err, YZ_CONFLICT, "the open step %.*s is %.*s here and %.*s in the newer process", YZ_P(k->node), YZ_P(k->act),
				       YZ_P(act));
	}
	return true;
}

static bool do_move(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct moving *w = ctx;
	const struct yz_version *v;
	struct yz_buf state;
	struct yz_acting *t = yz_new(a, struct yz_acting);
	if (!yz_acting_load(t, w->site, conn, a, w->who, w->no, err))
		return false;
	if (!yz_case_state_open(t->state))
		return yz_fail(err, YZ_NOT_NOW, "case %.*s has ended", YZ_P(t->no));
	if (w->who && !yz_may_in(w->who, YZ_MAY_case_migrate, t->org, t->path))
		return yz_refuse(w->who, YZ_MAY_case_migrate, err);
	if (!newest(t, &v, err))
		return false;
	w->out->from = t->flow_item ? t->flow_item : t->item;
	w->out->to = v ? v->id : w->out->from;
	if (!v)
		return true;
	yz_buf_init(&state, a, 4 << 20);
	yz_bpmn_state_write(t->process, t->flow, &state);
	const struct yz_bpmn_state *moved = yz_bpmn_state_read(v->process, a, yz_buf_str(&state), err);
	if (!moved)
		return yz_fail_in(err, "case %.*s", YZ_P(t->no));
	if (!acts_agree(t, v->process, err))
		return false;
	const struct yz_bpmn_event event = {.kind = YZ_BPMN_MOVED, .was = t->process};
	t->process = v->process;
	t->flow = moved;
	if (w->dry)
		return yz_acting_would_step(t, &event, err);
	t->flowed = true;
	yz_acting_touch(t);
	struct yz_str text = yz_str_printf(a, "第 %lld 版", (long long)v->number);
	return yz_exec(conn, err, "UPDATE cases SET flow_item = $1 WHERE id = $2", YZ_I(v->id), YZ_I(t->id)) && yz_relay_moved(t, err) &&
	       yz_acting_step(t, &event, err) &&
	       yz_acting_note(t, YZ_ACT_migrate, 0, text, YZ_LIT(""), err) && yz_acting_save(t, err);
}

bool yz_case_migrate(struct yz_site *site, const struct yz_actor *who, struct yz_str no, bool dry, struct yz_moved *out, struct yz_err *err)
{
	struct moving w = {site, who, no, dry, out};
	*out = (struct yz_moved){0};
	return yz_db_write(site->db, do_move, &w, err);
}

size_t yz_case_open_of(struct yz_conn *conn, struct yz_arena *a, struct yz_str code, struct yz_str **nos, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT no FROM cases WHERE item_code = $1 AND ended IS NULL ORDER BY id", YZ_S(code));
	if (!r)
		return 0;
	*nos = yz_new_n(a, r->count, struct yz_str);
	for (size_t i = 0; i < r->count; i++)
		(*nos)[i] = yz_row_str(r, i, 0);
	return r->count;
}
