/* Who does a task: handed on (转办), delegated (委派), signed by more (加签) or fewer (减签).
 *
 * What is added hangs on the task it was added to: before it and delegated, the task waits and comes back; after it, the
 * process waits.  The law's clocks and the task's own run on through all of it: who else is asked is the office's affair.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/doing.h"

#include "gov/fault.h"
#include "text/text.h"

enum { HANG_MOST = 20 };

struct target {
	int64_t person; /* 0: whoever claims it */
	struct yz_str name, org, role, region, path;
};

/* ---- to whom ---- */

/* A person by login, in a post with this permission: of the same department, or of any. */
static bool find_person(struct yz_acting *t, const struct yz_task_held *k, struct yz_str login, enum yz_permission may, bool anywhere,
			struct target *to, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT q.id, q.name, p.org, p.role, o.region, h.path, g.path FROM person q JOIN post p ON p.person = q.id "
				      "JOIN org o ON o.key = p.org JOIN region g ON g.code = p.region LEFT JOIN region h ON h.code = o.region "
				      "WHERE q.login = $1 AND q.active = 1 AND p.from_at <= $2 AND (p.until_at IS NULL OR p.until_at > $2) "
				      "ORDER BY CASE WHEN p.org = $3 THEN 0 ELSE 1 END, p.id",
				      YZ_S(login), YZ_I(t->now), YZ_S(k->org));
	for (size_t i = 0; r && i < r->count; i++) {
		enum yz_role role;
		bool here = yz_str_eq(yz_row_str(r, i, 2), k->org);
		if (!yz_role_parse(yz_row_str(r, i, 3), &role) || !yz_role_may(role, may) || (!here && !anywhere) ||
		    (here && !yz_str_starts(k->path, yz_row_str(r, i, 6))))
			continue;
		*to = (struct target){yz_row_int(r, i, 0), yz_row_str(r, i, 1), yz_row_str(r, i, 2), yz_row_str(r, i, 3),
				      here ? k->region : yz_row_str(r, i, 4), here ? k->path : yz_row_str(r, i, 5)};
		return true;
	}
	return r && yz_wrong(err, "to", N_("这个人不能办这一步，请另选"));
}

/* "org/role": whoever of the department claims it. */
static bool find_pool(struct yz_acting *t, const struct yz_task_held *k, struct yz_str org, struct yz_str role_name, enum yz_permission may,
		      struct target *to, struct yz_err *err)
{
	enum yz_role role;
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT o.key, o.name, o.region, g.path FROM org o LEFT JOIN region g ON g.code = o.region WHERE o.key = $1 "
				      "AND EXISTS (SELECT 1 FROM post p WHERE p.org = o.key AND p.role = $2 AND p.until_at IS NULL)",
				      YZ_S(org), YZ_S(role_name));
	if (!r)
		return false;
	if (!r->count || !yz_role_parse(role_name, &role) || !yz_role_may(role, may) ||
	    (!yz_str_eq(org, k->org) && !yz_str_eqz(k->act, "review")))
		return yz_wrong(err, "to", N_("这个部门不能办这一步，请另选"));
	bool here = yz_str_eq(org, k->org);
	*to = (struct target){0, yz_row_str(r, 0, 1), yz_row_str(r, 0, 0), yz_str_dup(t->a, role_name),
			      here ? k->region : yz_row_str(r, 0, 2), here ? k->path : yz_row_str(r, 0, 3)};
	return true;
}

/* Reviewing may go to another department; what only the competent one may do stays in it. */
static bool find(struct yz_acting *t, const struct yz_task_held *k, struct yz_str to, struct target *out, struct yz_err *err)
{
	enum yz_permission may = yz_task_hangs(k) ? YZ_MAY_case_opinion : yz_task_permission(k->act);
	size_t slash = yz_str_find(to, YZ_LIT("/"), 0);
	if (!to.len)
		return yz_wrong(err, "to", N_("请选择交给谁"));
	if (slash != SIZE_MAX)
		return find_pool(t, k, yz_str_n(to.ptr, slash), yz_str_n(to.ptr + slash + 1, to.len - slash - 1), may, out, err);
	if (!find_person(t, k, to, may, yz_str_eqz(k->act, "review"), out, err))
		return false;
	return out->person != t->who->person || yz_wrong(err, "to", N_("不能交给自己，请另选"));
}

/* ---- 转办 ---- */

bool yz_do_hand(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct target to = {0};
	struct yz_task_held *k = yz_act_on(t, in, YZ_MAY_case_hand, err);
	if (!k || !yz_act_reason(in, err) || !find(t, k, yz_str_trim(in->to), &to, err))
		return false;
	k->person = to.person;
	k->org = to.org;
	k->role = to.role;
	k->region = to.region;
	k->path = to.path;
	k->post = YZ_LIT("");
	yz_acting_touch(t);
	for (size_t i = 0; i < t->nclocks; i++)
		if (t->clocks[i].task == k->id)
			t->clocks[i].org = to.org;
	struct yz_str text = yz_str_printf(t->a, "%.*s转给%.*s：%.*s", YZ_P(k->name), YZ_P(to.name), YZ_P(yz_act_says(in)));
	return yz_exec(t->conn, err,
		       "UPDATE task SET person = $1, org = $2, role = $3, region = $4, post = '', by_person = $5 WHERE id = $6",
		       yz_val_int_or_null(to.person, to.person != 0), YZ_S(to.org), YZ_S(to.role), YZ_S(to.region), YZ_I(t->who->person),
		       YZ_I(k->id)) &&
	       yz_exec(t->conn, err, "UPDATE clock SET org = $1 WHERE case_id = $2 AND task_id = $3 AND ended IS NULL", YZ_S(to.org),
		       YZ_I(t->id), YZ_I(k->id)) &&
	       (!to.person || yz_act_tell(t, to.person, YZ_SAY_task_handed, k->name, yz_act_says(in), err)) &&
	       yz_acting_note(t, YZ_ACT_hand, k->id, text, YZ_LIT(""), err);
}

/* ---- what hangs on a task ---- */

static size_t hanging(const struct yz_acting *t, int64_t parent)
{
	size_t n = 0;
	for (size_t i = 0; i < t->tasks.len; i++)
		n += t->tasks.at[i].parent == parent;
	return n;
}

static bool asked_already(const struct yz_acting *t, int64_t parent, int64_t person)
{
	for (size_t i = 0; i < t->tasks.len; i++)
		if (t->tasks.at[i].parent == parent && t->tasks.at[i].person == person)
			return true;
	return false;
}

/* `id`: of the task it is hung on, which is hers from now on where it is hers to do. */
static bool hang(struct yz_acting *t, int64_t id, const char *kind, const struct target *to, struct yz_err *err)
{
	struct yz_task_held *k = yz_acting_task(t, id);
	const struct yz_str part = k->name;
	bool after = yz_str_eqz(yz_str(kind), "after");
	struct yz_task_held s = {.token = k->token, .node = k->node, .act = YZ_LIT("review"), .kind = yz_str(kind), .parent = id,
				 .org = to->org, .role = to->role, .region = to->region, .path = to->path, .person = to->person,
				 .post = YZ_LIT(""), .return_to = YZ_LIT(""), .waiting = after, .due = k->due};
	s.name = yz_str_printf(t->a, "%.*s（%s）", YZ_P(k->name), yz_str_eqz(s.kind, "delegate") ? "委派" : "加签");
	if (hanging(t, id) >= HANG_MOST)
		return yz_fail(err, YZ_LIMIT, "%s", N_("这一步加的人太多了"));
	if (asked_already(t, id, to->person))
		return yz_wrong(err, "to", N_("已经请这个人办了，请另选"));
	k->waiting = !after;
	/* The head who has it done is not the one who does it. */
	bool hers = !k->person && yz_may_task(t->who, yz_task_permission(k->act), k->org, k->path, k->post, k->role);
	k->person = hers ? yz_acting_taker(t) : k->person;
	yz_acting_touch(t);
	return yz_exec(t->conn, err, "UPDATE task SET person = $1 WHERE id = $2", yz_val_int_or_null(k->person, k->person != 0), YZ_I(id)) &&
	       yz_acting_task_state(t, k, err) && yz_acting_task_insert(t, &s, 0, err) &&
	       yz_act_tell(t, to->person, yz_str_eqz(s.kind, "delegate") ? YZ_SAY_task_delegated : YZ_SAY_task_joined, part, YZ_LIT(""), err);
}

static bool own_of_process(const struct yz_task_held *k, struct yz_err *err)
{
	return !k->kind.len || yz_fail(err, YZ_NOT_NOW, "%s", N_("这是别人请您办的，请直接写明意见"));
}

bool yz_do_delegate(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct target to = {0};
	struct yz_task_held *k = yz_act_on(t, in, YZ_MAY_case_hand, err);
	if (!k || !own_of_process(k, err) || !yz_act_reason(in, err))
		return false;
	if (!yz_str_trim(in->to).len)
		return yz_wrong(err, "to", N_("请选择交给谁"));
	if (!find_person(t, k, yz_str_trim(in->to), YZ_MAY_case_opinion, false, &to, err))
		return false;
	if (to.person == t->who->person)
		return yz_wrong(err, "to", N_("不能交给自己，请另选"));
	int64_t id = k->id;
	struct yz_str text = yz_str_printf(t->a, "%.*s委派给%.*s：%.*s", YZ_P(k->name), YZ_P(to.name), YZ_P(yz_act_says(in)));
	return hang(t, id, "delegate", &to, err) && yz_acting_note(t, YZ_ACT_delegate, id, text, YZ_LIT(""), err);
}

/* ---- 加签, 减签 ---- */

/* One more of several: an element of the shape that the process's list has. */
/* Nobody has two votes, and no department or level of it. */
static bool one_of(struct yz_acting *t, const struct yz_task_held *k, const struct target *to, bool org, bool person, bool *one, struct yz_err *err)
{
	int64_t n;
	if (!yz_select_int(t->conn, &n, 0, err,
			   "SELECT COUNT(*) FROM task WHERE case_id = $1 AND multi = $2 AND kind = '' AND state <> 'cancelled' AND "
			   "CASE WHEN $3 = 1 THEN org = $6 WHEN $4 = 1 THEN person = $5 ELSE org = $6 AND role = $7 AND region = $8 END",
			   YZ_I(t->id), YZ_I(k->multi), YZ_I(org), YZ_I(person), YZ_I(to->person), YZ_S(to->org), YZ_S(to->role), YZ_S(to->region)))
		return false;
	*one = n > 0;
	return true;
}

static bool add_beside(struct yz_acting *t, const struct yz_task_held *k, const struct target *to, struct yz_str login, struct yz_err *err)
{
	const struct yz_bpmn_node *node = yz_bpmn_node(t->process, k->node);
	struct yz_str as = node ? yz_bpmn_attr(node, "as") : YZ_LIT(""), own = yz_str_printf(t->a, "=%.*s", YZ_P(as));
	struct yz_bpmn_event add = {.kind = YZ_BPMN_ADD, .id = k->token};
	if (!k->multi || !node)
		return yz_wrong(err, "where", N_("这一步不是会签，只能在前面或后面加签"));
	bool one, by_org = yz_str_eq(yz_bpmn_attr(node, "org"), own);
	if (!one_of(t, k, to, by_org, yz_bpmn_attr(node, "person").len != 0, &one, err))
		return false;
	if (one)
		return yz_wrong(err, "to", N_("已经请这个人办了，请另选"));
	if (by_org) {
		add.value = yz_feel_string(to->org);
	} else if (yz_str_eq(yz_bpmn_attr(node, "person"), own)) {
		add.value = yz_feel_string(login);
	} else {
		struct yz_feel_entry *e = yz_new_n(t->a, 4, struct yz_feel_entry);
		e[0] = (struct yz_feel_entry){YZ_LIT("org"), yz_feel_string(to->org)};
		e[1] = (struct yz_feel_entry){YZ_LIT("role"), yz_feel_string(to->role)};
		e[2] = (struct yz_feel_entry){YZ_LIT("person"), yz_feel_string(login)};
		e[3] = (struct yz_feel_entry){YZ_LIT("region"), yz_feel_string(to->region)};
		add.value = yz_feel_context(t->a, e, 4);
	}
	return yz_acting_step(t, &add, err) &&
	       yz_act_tell(t, to->person, YZ_SAY_task_countersign, YZ_LIT(""), YZ_LIT(""), err);
}

bool yz_do_sign(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct target to = {0};
	struct yz_str where = in->where, login = yz_str_trim(in->to);
	bool before = yz_str_eqz(where, "before"), after = yz_str_eqz(where, "after");
	struct yz_task_held *k = yz_act_on(t, in, YZ_MAY_case_sign, err);
	if (!k || !own_of_process(k, err) || !yz_act_reason(in, err))
		return false;
	if (!before && !after && !yz_str_eqz(where, "beside"))
		return yz_wrong(err, "where", N_("请选择加在前面、后面，还是一起会签"));
	if (after && !yz_str_eqz(k->act, "review"))
		return yz_wrong(err, "where", N_("决定以后不能再加签，请加在前面"));
	if (!login.len)
		return yz_wrong(err, "to", N_("请选择交给谁"));
	if (!find_person(t, k, login, before || after ? YZ_MAY_case_opinion : YZ_MAY_case_review, true, &to, err))
		return false;
	if (to.person == t->who->person)
		return yz_wrong(err, "to", N_("不能交给自己，请另选"));
	int64_t id = k->id;
	struct yz_str text = yz_str_printf(t->a, "%.*s，%s请%.*s加签：%.*s", YZ_P(k->name), before ? "办理前" : after ? "办理后" : "一起",
					   YZ_P(to.name), YZ_P(yz_act_says(in)));
	return (before || after ? hang(t, id, before ? "before" : "after", &to, err) : add_beside(t, k, &to, login, err)) &&
	       yz_acting_note(t, YZ_ACT_sign, id, text, YZ_LIT(""), err);
}

/* Of several: whoever does another of them may drop one that is not done, as long as one is left. */
static bool drop_one(struct yz_acting *t, const struct yz_task_held *k, struct yz_err *err)
{
	const struct yz_task_held *mine = NULL;
	struct yz_bpmn_event drop = {.kind = YZ_BPMN_DROP, .id = k->token};
	for (size_t i = 0; !mine && i < t->tasks.len; i++) {
		const struct yz_task_held *o = &t->tasks.at[i];
		if (o->multi == k->multi && o->id != k->id && !yz_task_rests(o) && yz_may_task(t->who, YZ_MAY_case_sign, o->org, o->path, o->post, o->role))
			mine = o;
	}
	if (!mine)
		return yz_refuse(t->who, YZ_MAY_case_sign, err);
	return yz_acting_may_do(t, mine, YZ_MAY_case_sign, err) && yz_acting_step(t, &drop, err);
}

bool yz_do_unsign(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct yz_task_held *k = yz_acting_task(t, in->task);
	if (!yz_act_reason(in, err))
		return false;
	if (!k || k->held)
		return yz_fail(err, YZ_CONFLICT, "task %lld is done", (long long)in->task);
	if (!yz_task_hangs(k) && !k->multi)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("只能减去加签或会签的人"));
	int64_t id = k->id, parent = k->parent;
	struct yz_str name = k->name, kind = k->kind;
	struct yz_str text = yz_str_printf(t->a, "减去%.*s：%.*s", YZ_P(name), YZ_P(yz_act_says(in)));
	if (k->multi && !kind.len)
		return drop_one(t, k, err) && yz_acting_note(t, YZ_ACT_unsign, id, text, YZ_LIT(""), err);
	struct yz_task_held *on = yz_acting_task(t, parent);
	if (!on || !yz_acting_may_do(t, on, YZ_MAY_case_sign, err))
		return on ? false : yz_fail(err, YZ_CONFLICT, "task %lld is done", (long long)parent);
	yz_acting_touch(t);
	return yz_acting_task_cancel(t, k, err) && yz_acting_hung(t, parent, kind, err) &&
	       yz_acting_note(t, YZ_ACT_unsign, id, text, YZ_LIT(""), err);
}
