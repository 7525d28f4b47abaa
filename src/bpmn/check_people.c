/* Names that lead outside the model: people, forms, acts, limits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bpmn/model.h"

static bool has_attr(const struct yz_bnode *n, const char *name)
{
	return yz_bpmn_attr(&n->pub, name).len > 0;
}

/* An act has its permission, so whoever holds that may do it. */
static bool somebody(const struct yz_bnode *n)
{
	static const char *const attrs[] = {"org", "post", "role", "person", "region", "act"};
	static const char *const elements[] = {"performer", "humanPerformer", "potentialOwner", "resourceRole"};
	for (size_t i = 0; i < sizeof attrs / sizeof attrs[0]; i++)
		if (has_attr(n, attrs[i]))
			return true;
	for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
		if (yz_belem_child(n->el, elements[i]))
			return true;
	return n->pub.lane.len > 0;
}

static void check_names(struct yz_bpmn *m, const struct yz_bnode *n)
{
	static const char *const attrs[] = {"org", "post", "role", "person", "region", "form", "act", "decision"};
	for (size_t i = 0; m->known && m->known->has && i < sizeof attrs / sizeof attrs[0]; i++) {
		struct yz_str v = yz_bpmn_attr(&n->pub, attrs[i]);
		if (v.len && v.ptr[0] != '=' && !m->known->has(m->known->ctx, attrs[i], v))
			yz_bdiag(m, YZ_BPMN_DOUBT, "UNKNOWN_NAME", n->el, "there is no %s \"%.*s\"", attrs[i], YZ_P(v));
	}
}

/* Constant text of a timer that nothing could be read from: the case would stand still where it is reached. */
static void check_times(struct yz_bpmn *m, const struct yz_bnode *n)
{
	for (size_t i = 0; i < n->ndefs; i++) {
		const struct yz_bdef *d = &n->defs[i];
		if (d->kind == BDEF_TIMER && d->literal && d->expr && !yz_btime_reads(m->arena, d->expr->text))
			yz_bdiag(m, YZ_BPMN_DOUBT, "BAD_TIME", n->el, "\"%.*s\" is no time like P3D, PT8H, P5WD, R3/P1D or 2026-10-01",
				 (int)(d->expr->text.len > 60 ? 60 : d->expr->text.len), d->expr->text.ptr);
	}
}

void yz_bcheck_people(struct yz_bpmn *m)
{
	for (size_t i = 0; i < m->nodes.len; i++) {
		const struct yz_bnode *n = m->nodes.at[i];
		struct yz_str limit = yz_bpmn_attr(&n->pub, "limit");
		int32_t amount;
		enum yz_unit unit;
		check_names(m, n);
		check_times(m, n);
		if ((n->pub.type == YZ_BPMN_USER_TASK || n->pub.type == YZ_BPMN_MANUAL_TASK) && !somebody(n))
			yz_bdiag(m, YZ_BPMN_DOUBT, "NOBODY", n->el,
				 "nobody may do this task: give it yz:org, yz:post, yz:role, yz:person, yz:region or "
				 "yz:act");
		if (n->pub.type == YZ_BPMN_SERVICE_TASK && !n->act.len)
			yz_bdiag(m, YZ_BPMN_DOUBT, "NO_ACT", n->el, "the service task names no yz:act");
		if (n->pub.type == YZ_BPMN_RULE_TASK && !n->decision.len)
			yz_bdiag(m, YZ_BPMN_DOUBT, "NO_DECISION", n->el, "the business rule task names no yz:decision");
		if (limit.len && limit.ptr[0] != '=' && !yz_limit_parse(limit, &amount, &unit))
			yz_bdiag(m, YZ_BPMN_DOUBT, "BAD_LIMIT", n->el,
				 "\"%.*s\" is no limit like P5WD, P15D, PT8WH, PT24H or PT30M", YZ_P(limit));
	}
}
