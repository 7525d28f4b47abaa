/* gov/match_group.h - the policies of one model against all subjects (private to gov/match*.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_MATCH_GROUP_H
#define YZ_GOV_MATCH_GROUP_H

#include "dmn/dmn.h"
#include "gov/match.h"

struct yz_match_sets {
	struct yz_str key;
	const struct yz_dmn_node *amount; /* or NULL */
	uint64_t *bits[2];                /* NEAR, YES: a bit a row */
	size_t n[2];
};

/* Ownership: its own arena, which yz_match_group_destroy frees with all in it. */
struct yz_match_group {
	struct yz_match_group *next;
	struct yz_arena *arena;
	bool legal, kept; /* kept: while groups are put together anew */
	struct yz_str digest;
	yz_day day;
	const struct yz_dmn *model;
	const struct yz_dmn_fact *facts;
	size_t nfacts;
	const struct yz_dmn_rules *rules;
	const struct yz_dmn_node **decisions;
	struct yz_match_sets *sets; /* of each policy, as decisions */
	size_t n;
	int64_t *ids;               /* of rows, rising */
	size_t rows, cap;
};

struct yz_site;
struct yz_conn;
struct yz_rows;
struct yz_known;

/* Of these policies, which share one model and kind; NULL with err.  known: of everybody, for natural persons. */
struct yz_match_group *yz_match_group_build(struct yz_site *site, struct yz_conn *conn, const struct yz_policy *const *policies, size_t n,
					    const struct yz_known *known, yz_day day, struct yz_err *err);
void yz_match_group_destroy(struct yz_match_group *g);
/* The row of a subject; SIZE_MAX: none. */
size_t yz_match_group_row(const struct yz_match_group *g, int64_t id);
/* One subject alone, new or changed.  The caller holds the lock for writing. */
void yz_match_group_put(const struct yz_site *site, struct yz_match_group *g, struct yz_arena *scratch, const struct yz_subject *s);
/* Its facts' values. */
struct yz_feel_value *yz_match_record(const struct yz_site *site, struct yz_arena *a, const struct yz_match_group *g,
				      const struct yz_subject *s);

/* A person's row as a subject; columns as YZ_PERSON_SUBJECT. */
#define YZ_PERSON_SUBJECT "p.id, p.name, p.id_enc, r.path FROM person p LEFT JOIN region r ON r.code = p.region"
bool yz_subject_person(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_subject *out, struct yz_err *err);

#endif
