/* gov/knowledge_row.h - knowledge as a row, for who writes it inside a write of their own (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_KNOWLEDGE_ROW_H
#define YZ_GOV_KNOWLEDGE_ROW_H

#include "db/db.h"
#include "gov/knowledge.h"
#include "gov/site.h"

/* What was sent, checked and trimmed. */
struct yz_knowledge_values {
	struct yz_str question, variants, answer, basis, item, org;
	yz_instant expires; /* 0: never */
};
bool yz_knowledge_check(struct yz_site *site, struct yz_arena *a, const struct yz_knowledge_new *k, struct yz_knowledge_values *v,
			struct yz_err *err);
/* 0 when it failed.  key "": none. */
int64_t yz_knowledge_insert(struct yz_site *site, struct yz_conn *conn, const struct yz_knowledge_values *v, struct yz_str key,
			    struct yz_str source, const struct yz_actor *who, struct yz_err *err);
bool yz_knowledge_replace(struct yz_site *site, struct yz_conn *conn, const struct yz_knowledge_values *v, int64_t id,
			  const struct yz_actor *who, struct yz_err *err);
/* The departments of an actor in which a permission holds, as keys for "org IN (…)"; none: false and the refusal. */
bool yz_orgs_of(const struct yz_actor *who, enum yz_permission what, struct yz_sql *q, struct yz_err *err);

#endif
