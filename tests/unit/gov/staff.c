/* SPDX-License-Identifier: Apache-2.0
 *
 * Whoever applies for anything in the demo county finds somebody at every step.
 */
#include "tests/unit/gov/case_fixture.h"

#include "bpmn/bpmn.h"
#include "gov/acting.h"
#include "gov/version.h"

static bool said(struct yz_str attr)
{
	return attr.len && attr.ptr[0] != '=';
}

/* Departments that an expression names: each "key" in it that is one. */
static size_t named(struct fixture *f, struct yz_str text, struct yz_str *orgs, size_t most)
{
	size_t n = 0, at = 0;
	while (n < most && (at = yz_str_find(text, YZ_LIT("\""), at)) != SIZE_MAX) {
		size_t end = yz_str_find(text, YZ_LIT("\""), at + 1);
		if (end == SIZE_MAX)
			break;
		struct yz_str key = yz_str_n(text.ptr + at + 1, end - at - 1);
		if (site_int(f, "SELECT COUNT(*) FROM org WHERE key = $1", YZ_S(key)))
			orgs[n++] = key;
		at = end + 1;
	}
	return n;
}

static int64_t holders(struct fixture *f, struct yz_str org, struct yz_str role, struct yz_str post)
{
	return site_int(f,
			"SELECT COUNT(*) FROM post p JOIN person q ON q.id = p.person JOIN region g ON g.code = p.region JOIN org o ON o.key = p.org "
			"JOIN region h ON h.code = o.region WHERE p.org = $1 AND p.role = $2 AND ($3 = '' OR p.title = $3) AND q.active = 1 "
			"AND p.until_at IS NULL AND h.path LIKE g.path || '%'",
			YZ_S(org), YZ_S(role), YZ_S(post));
}

static size_t check_task(struct fixture *f, const struct yz_version *v, const struct yz_bpmn_node *n)
{
	struct yz_str act = yz_bpmn_attr(n, "act"), org = yz_bpmn_attr(n, "org"), role = yz_bpmn_attr(n, "role"), post = yz_bpmn_attr(n, "post");
	struct yz_str orgs[20];
	size_t norgs = 0, missing = 0;
	if (yz_str_eqz(act, "account") || yz_bpmn_attr(n, "person").len)
		return 0; /* the applicant's own; a person, with the post behind her */
	if (!said(role))
		role = yz_task_role(act.len ? act : YZ_LIT("review"));
	if (said(org))
		orgs[norgs++] = org;
	else if (yz_bpmn_attr(n, "region").len || (org.len && !yz_bpmn_attr(n, "each").len))
		return 0; /* where there is nobody it goes to the next around, and to the item's department */
	else if (org.len)
		norgs = named(f, yz_bpmn_attr(n, "each"), orgs, 20);
	else
		orgs[norgs++] = v->org;
	for (size_t i = 0; i < norgs; i++)
		if (!holders(f, orgs[i], role, said(post) ? post : YZ_LIT(""))) {
			printf("%.*s: %.*s: no %.*s in %.*s\n", YZ_P(v->key), YZ_P(n->name), YZ_P(role), YZ_P(orgs[i]));
			missing++;
		}
	return missing;
}

SITE(every_step_of_every_published_item_has_somebody)
{
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT id FROM item WHERE state = 'published' ORDER BY id");
	yz_db_release(conn);
	GOOD(f, r);
	size_t missing = 0, tasks = 0;
	for (size_t i = 0; i < r->count; i++) {
		conn = reading(f);
		const struct yz_version *v = yz_version_of(f->site, conn, f->a, yz_row_int(r, i, 0), &f->err);
		yz_db_release(conn);
		GOOD(f, v);
		size_t n;
		const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(v->process, &n);
		for (size_t k = 0; k < n; k++)
			if (nodes[k]->type == YZ_BPMN_USER_TASK) {
				tasks++;
				missing += check_task(f, v, nodes[k]);
			}
	}
	assert_true(r->count > 80 && tasks > 250);
	assert_int_equal(missing, 0);
}

/* The region that the town's step of an item lies in, where her household is in this town. */
static struct yz_str region_of(struct fixture *f, const struct yz_version *v, const char *fact, struct yz_str town)
{
	struct yz_feel_entry *facts = yz_new(f->a, struct yz_feel_entry);
	*facts = (struct yz_feel_entry){yz_str(fact), yz_feel_string(town)};
	const struct yz_bpmn_env env = {.now = f->now, .facts = yz_feel_context(f->a, facts, 1)};
	struct yz_bpmn_event start = {.kind = YZ_BPMN_START};
	struct yz_bpmn_result r;
	GOOD(f, yz_bpmn_step(v->process, f->a, NULL, &start, &env, &r, &f->err));
	for (int turn = 0; turn < 2; turn++)
		for (size_t i = 0; i < r.len; i++) {
			const struct yz_bpmn_effect *e = &r.effects[i];
			if (e->kind != YZ_BPMN_TASK_OPENED)
				continue;
			if (yz_str_eqz(e->node->id, "town"))
				return yz_effect_attr(e, "region");
			struct yz_bpmn_event done = {.kind = YZ_BPMN_DONE, .id = e->id,
						     .value = yz_bpmn_outcome_value(f->a, r.state, e->node->id, YZ_LIT("accept"))};
			GOOD(f, yz_bpmn_step(v->process, f->a, r.state, &done, &env, &r, &f->err));
			break;
		}
	fail_msg("no step of the town");
	return (struct yz_str){0};
}

SITE(an_allowance_is_looked_at_by_her_own_town)
{
	static const char *const items[][2] = {{"dibao", "户籍乡镇"}, {"elderly-allowance", "居住乡镇"}, {"disability-allowance", "居住乡镇"}};
	struct yz_conn *conn = reading(f);
	struct yz_rows *towns = yz_select(conn, f->a, &f->err, "SELECT code, name FROM region WHERE parent = '990121'");
	yz_db_release(conn);
	GOOD(f, towns);
	assert_int_equal(towns->count, 12);
	for (size_t i = 0; i < 3; i++) {
		int64_t id = site_int(f, "SELECT id FROM item WHERE key = $1 AND state = 'published'", YZ_Z(items[i][0]));
		conn = reading(f);
		const struct yz_version *v = yz_version_of(f->site, conn, f->a, id, &f->err);
		yz_db_release(conn);
		GOOD(f, v);
		for (size_t k = 0; k < towns->count; k++) {
			struct yz_str region = region_of(f, v, items[i][1], yz_row_str(towns, k, 1));
			assert_string_equal(yz_str_z(f->a, region), yz_str_z(f->a, yz_row_str(towns, k, 0)));
			assert_true(site_int(f, "SELECT COUNT(*) FROM post WHERE role = 'reviewer' AND region = $1", YZ_S(region)) > 0);
		}
	}
}
