/* Whose a task is: the department, the role, the post's title, the region and the person that the process names.
 *
 * What a process names by FEEL may lead nowhere: a village without a worker, a login of somebody who left.  No case may
 * stand still for that, so each has something behind it, down to the role that does such an act in the item's department.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/acting.h"

#include "gov/deputy.h"

#include <string.h>

static const struct {
	const char *act, *role;
	enum yz_permission may;
} acts[] = {
	{"accept", "window", YZ_MAY_case_accept},   {"review", "reviewer", YZ_MAY_case_review}, {"decide", "decider", YZ_MAY_case_decide},
	{"issue", "window", YZ_MAY_case_issue},     {"deliver", "window", YZ_MAY_case_deliver}, {"extend", "decider", YZ_MAY_clock_extend},
};

struct yz_str yz_task_role(struct yz_str act)
{
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (yz_str_eqz(act, acts[i].act))
			return yz_str(acts[i].role);
	return YZ_LIT("reviewer");
}

enum yz_permission yz_task_permission(struct yz_str act)
{
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (yz_str_eqz(act, acts[i].act))
			return acts[i].may;
	return YZ_MAY_case_review;
}

struct yz_task_held *yz_acting_task(struct yz_acting *t, int64_t id)
{
	for (size_t i = 0; i < t->tasks.len; i++)
		if (t->tasks.at[i].id == id)
			return &t->tasks.at[i];
	return NULL;
}

void yz_acting_task_drop(struct yz_acting *t, struct yz_task_held *k)
{
	size_t i = (size_t)(k - t->tasks.at);
	memmove(k, k + 1, (--t->tasks.len - i) * sizeof *k);
}

/* ---- where ---- */

/* The department of the first post with this role in the region, or the next around it. */
static bool org_of_region(struct yz_acting *t, struct yz_str role, struct yz_str path, struct yz_str *org, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT p.org FROM post p JOIN region g ON g.code = p.region JOIN person q ON q.id = p.person "
				      "WHERE p.role = $1 AND $2 LIKE g.path || '%' AND p.from_at <= $3 AND (p.until_at IS NULL OR p.until_at > $3) "
				      "AND q.active = 1 ORDER BY g.level DESC, p.id LIMIT 1",
				      YZ_S(role), YZ_S(path), YZ_I(t->now));
	if (r && r->count)
		*org = yz_row_str(r, 0, 0);
	return r != NULL;
}

/* The region's own path; one that is not there leaves both empty. */
static bool find_region(struct yz_acting *t, struct yz_str code, struct yz_str *region, struct yz_str *path, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT code, path FROM region WHERE code = $1", YZ_S(code));
	if (r && r->count) {
		*region = yz_row_str(r, 0, 0);
		*path = yz_row_str(r, 0, 1);
	}
	return r != NULL;
}

static bool find_org(struct yz_acting *t, struct yz_task_held *k, struct yz_str key, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT o.key, o.region, g.path FROM org o LEFT JOIN region g ON g.code = o.region "
							  "WHERE o.key = $1",
				      YZ_S(key));
	if (!r || !r->count)
		return r != NULL;
	k->org = yz_row_str(r, 0, 0);
	if (!k->region.len) {
		k->region = yz_row_str(r, 0, 1);
		k->path = yz_row_str(r, 0, 2);
	}
	return true;
}

/* ---- who ---- */

/* Whoever it names, by login or number, while she can be asked to do it. */
static bool find_person(struct yz_acting *t, struct yz_task_held *k, struct yz_str login, int64_t person, struct yz_err *err)
{
	return yz_select_int(t->conn, &k->person, 0, err,
			     "SELECT q.id FROM person q WHERE (q.login = $1 OR q.id = $6) AND q.active = 1 AND EXISTS (SELECT 1 FROM post p "
			     "JOIN region g ON g.code = p.region WHERE p.person = q.id AND p.org = $2 AND p.role = $3 AND $4 LIKE g.path || '%' "
			     "AND p.from_at <= $5 AND (p.until_at IS NULL OR p.until_at > $5))",
			     YZ_S(login), YZ_S(k->org), YZ_S(k->role), YZ_S(k->path), YZ_I(t->now), YZ_I(person));
}

bool yz_acting_still(struct yz_acting *t, struct yz_task_held *k, int64_t person, struct yz_err *err)
{
	return !person || find_person(t, k, YZ_LIT(""), person, err);
}

/* The fewest open tasks; of those, who has finished none for longest; of those, the first that came.  Who is absent gets none. */
static bool by_load(struct yz_acting *t, struct yz_task_held *k, struct yz_err *err)
{
	return yz_select_int(t->conn, &k->person, 0, err,
			     "SELECT q.id FROM person q JOIN post p ON p.person = q.id JOIN region g ON g.code = p.region "
			     "WHERE p.org = $1 AND p.role = $2 AND ($3 = '' OR p.title = $3) AND $4 LIKE g.path || '%' AND q.active = 1 "
			     "AND p.from_at <= $5 AND (p.until_at IS NULL OR p.until_at > $5) "
			     "AND NOT EXISTS (SELECT 1 FROM deputy d WHERE d.person = q.id AND d.ended IS NULL AND d.from_at <= $5 AND d.until_at > $5) "
			     "ORDER BY (SELECT COUNT(*) FROM task o WHERE o.person = q.id AND o.done IS NULL AND o.state = 'open'), "
			     "COALESCE((SELECT MAX(o.done) FROM task o WHERE o.person = q.id), 0), q.id LIMIT 1",
			     YZ_S(k->org), YZ_S(k->role), YZ_S(k->post), YZ_S(k->path), YZ_I(t->now));
}

bool yz_acting_place(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_task_held *k, struct yz_str *home,
		     struct yz_err *err)
{
	struct yz_str org = yz_effect_attr(e, "org"), region = yz_effect_attr(e, "region"), person = yz_effect_attr(e, "person");
	k->role = yz_effect_attr(e, "role");
	if (!k->role.len)
		k->role = yz_task_role(k->act);
	k->post = yz_effect_attr(e, "post");
	k->org = k->region = k->path = YZ_LIT("");
	if (region.len && !find_region(t, region, &k->region, &k->path, err))
		return false;
	*home = k->region;
	if (org.len ? !find_org(t, k, org, err) : k->region.len && !org_of_region(t, k->role, k->path, &k->org, err))
		return false;
	if (!k->org.len)
		k->org = t->org;
	/* Most tasks are the item's own department's, in its region. */
	if (!k->region.len && yz_str_eq(k->org, t->v->org)) {
		k->region = t->v->region;
		k->path = t->v->region_path;
	}
	if (!k->region.len && !find_org(t, k, k->org, err))
		return false;
	k->person = 0;
	if (person.len && !find_person(t, k, person, 0, err))
		return false;
	return k->person || !yz_str_eqz(yz_effect_attr(e, "assign"), "load") || by_load(t, k, err);
}

/* ---- the row ---- */

static const char *state_of(const struct yz_task_held *k)
{
	return k->waiting ? "waiting" : k->held ? "held" : "open";
}

bool yz_acting_task_insert(struct yz_acting *t, struct yz_task_held *k, uint32_t nth, struct yz_err *err)
{
	int64_t by = k->kind.len && t->who ? t->who->person : 0;
	k->id = yz_insert(t->conn, err,
			  "INSERT INTO task (case_id, token, node, name, act, org, role, region, state, opened, due, outcome, opinion, post, kind, "
			  "parent, multi, nth, return_to, person, by_person) "
			  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', $12, $13, $14, $15, $16, $17, $18, $19)",
			  YZ_I(t->id), YZ_I(k->token), YZ_S(k->node), YZ_S(k->name), YZ_S(k->act), YZ_S(k->org), YZ_S(k->role),
			  YZ_S(k->region), YZ_Z(state_of(k)), YZ_I(t->now), yz_val_int_or_null(k->due, k->due != YZ_NEVER), YZ_S(k->post),
			  YZ_S(k->kind), yz_val_int_or_null(k->parent, k->parent != 0), YZ_I(k->multi), YZ_I(nth), YZ_S(k->return_to),
			  yz_val_int_or_null(k->person, k->person != 0), yz_val_int_or_null(by, by != 0));
	k->opened = t->now;
	if (k->id)
		*yz_vec_push(t->a, &t->tasks) = *k;
	return k->id != 0;
}

bool yz_acting_task_state(struct yz_acting *t, const struct yz_task_held *k, struct yz_err *err)
{
	return yz_exec(t->conn, err, "UPDATE task SET state = $1 WHERE id = $2", YZ_Z(state_of(k)), YZ_I(k->id));
}

bool yz_acting_may_do(struct yz_acting *t, const struct yz_task_held *k, enum yz_permission may, struct yz_err *err)
{
	const struct yz_post *by = yz_may_task_for(t->who, k->person, may, k->org, k->path, k->post, k->role);
	/* The head gives any task of the department to somebody else. */
	bool head = !by && may == YZ_MAY_case_hand && (by = yz_may_at(t->who, YZ_MAY_case_decide, k->org, k->path, YZ_LIT("")));
	if (!by)
		return yz_refuse(t->who, may, err);
	if (!head && k->person && !yz_stands_for(t->who, k->person))
		return yz_fail(err, YZ_CONFLICT, "task %lld is claimed by person %lld", (long long)k->id, (long long)k->person);
	t->by = by;
	return true;
}
