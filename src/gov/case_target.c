/* To whom an act may go, for the page to choose from: the acts decide for themselves what they take (case_hand.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/acting.h"

#include "gov/case_steps.h"
#include "text/text.h"

enum { MOST = 300 };

struct looking {
	const struct yz_actor *who;
	const struct yz_case_task *k; /* NULL: copies */
	enum yz_permission may;
	bool anywhere, pools;
	struct yz_target *out;
	size_t n;
};

static void add(struct looking *l, struct yz_target t)
{
	if (l->n < MOST)
		l->out[l->n++] = t;
}

static void one_post(struct looking *l, struct yz_arena *a, const struct yz_rows *r, size_t i)
{
	enum yz_role role;
	struct yz_str org = yz_row_str(r, i, 3);
	bool here = l->k && yz_str_eq(org, l->k->org);
	if (!yz_role_parse(yz_row_str(r, i, 5), &role) || !yz_role_may(role, l->may) || (!here && !l->anywhere))
		return;
	if (here && !yz_str_starts(l->k->path, yz_row_str(r, i, 6)))
		return;
	struct yz_str pool = yz_str_printf(a, "%.*s/%s", YZ_P(org), yz_role_name(role));
	bool known = false;
	for (size_t k = 0; k < l->n; k++)
		known = known || yz_str_eq(l->out[k].value, pool) || yz_str_eq(l->out[k].value, yz_row_str(r, i, 1));
	if (l->pools && !known && !here)
		add(l, (struct yz_target){pool, yz_row_str(r, i, 4), yz_str(yz_role_title(role)), true});
	known = false;
	for (size_t k = 0; k < l->n; k++)
		known = known || yz_str_eq(l->out[k].value, yz_row_str(r, i, 1));
	if (!known && yz_row_int(r, i, 0) != l->who->person)
		add(l, (struct yz_target){yz_row_str(r, i, 1), yz_row_str(r, i, 4), yz_row_str(r, i, 2), false});
}

size_t yz_case_targets(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		       const struct yz_case_task *k, enum yz_act act, struct yz_target **out, struct yz_err *err)
{
	bool review = k && yz_str_eqz(k->act, "review");
	struct looking l = {.who = who, .k = k, .out = yz_new_n(a, MOST, struct yz_target)};
	l.may = act == YZ_ACT_hand && k && !(k->kind.len && k->parent) ? yz_task_permission(k->act) : k ? YZ_MAY_case_opinion : YZ_MAY_case_copy;
	l.anywhere = act == YZ_ACT_copy || act == YZ_ACT_sign || (act == YZ_ACT_hand && review);
	l.pools = act == YZ_ACT_hand && review;
	yz_instant now = yz_site_now(site);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT q.id, q.login, q.name, p.org, o.name, p.role, g.path FROM post p JOIN person q ON q.id = p.person "
				      "JOIN org o ON o.key = p.org JOIN region g ON g.code = p.region WHERE q.active = 1 AND p.from_at <= $1 "
				      "AND (p.until_at IS NULL OR p.until_at > $1) ORDER BY CASE WHEN p.org = $2 THEN 0 ELSE 1 END, o.position, o.key, q.id "
				      "LIMIT $3",
				      YZ_I(now), YZ_S(k ? k->org : YZ_LIT("")), YZ_I(4 * MOST));
	for (size_t i = 0; r && i < r->count; i++)
		one_post(&l, a, r, i);
	*out = l.out;
	return l.n;
}

size_t yz_case_earlier(struct yz_arena *a, const struct yz_bpmn *process, const struct yz_case *c, const struct yz_case_task *k,
		       const struct yz_case_task ***out)
{
	const struct yz_bpmn_node *here = yz_bpmn_node(process, k->node);
	size_t n = 0;
	*out = yz_new_n(a, c->ntasks, const struct yz_case_task *);
	for (size_t i = c->ntasks; i-- > 0;) {
		const struct yz_case_task *e = &c->tasks[i];
		bool known = !e->done || e->cancelled || e->kind.len || !yz_str_eqz(e->act, "review") || yz_str_eq(e->node, k->node) ||
			     e->done > k->opened;
		for (size_t m = 0; !known && m < n; m++)
			known = yz_str_eq((*out)[m]->node, e->node);
		const struct yz_bpmn_node *there = known ? NULL : yz_bpmn_node(process, e->node);
		if (here && there && yz_case_leads(process, a, there, here))
			(*out)[n++] = e;
	}
	return n;
}
