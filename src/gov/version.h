/* gov/version.h - one version of an item, ready to be used: body, form, process and decision compiled (private to gov).
 *
 * Versions with cases never change, so they are kept in a small cache shared by
 * all threads; take lends one, and the arena gives it back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_VERSION_H
#define YZ_GOV_VERSION_H

#include "bpmn/bpmn.h"
#include "calendar/calendar.h"
#include "db/db.h"
#include "gov/site.h"
#include "pack/decision.h"
#include "pack/form.h"
#include "pack/pack.h"

struct yz_item_limit {
	bool given, at_once; /* at_once: 即办 */
	int32_t n;
	enum yz_unit unit;
	struct yz_str note;
};

struct yz_version {
	int64_t id, number;
	struct yz_str code, key, name, type, org, org_name, org_short, region, region_path, state;
	yz_instant from_at, until_at;
	const struct yz_json *body, *org_body;
	const struct yz_form *form;       /* NULL: applied for at the window only, on paper */
	const struct yz_bpmn *process;    /* never NULL: without one of its own, accept, decide, deliver */
	const struct yz_decision *decision; /* NULL: situations and materials say themselves when they apply */
	struct yz_str decision_key;
	struct yz_item_limit legal, promised;
	struct yz_str result_name, result_kind; /* licence, document, none */
	struct yz_str licence_type, licence_code; /* of a licence: the pack's key (else the item's), the national code or "" */
	struct yz_str licence_number;             /* its number is a credit code that begins so; "": the house's own */
	bool joint;                       /* handled by several as one: 行政许可法 26, 42: 45 + 15 */
	int result_months;                /* 0: without end */
	const struct yz_bpmn_node *const *must; /* tasks without which no decision is reached: case_must.h */
	size_t nmust;
	/* A bit an act (of those 64 apart one): its writes have opened the facts of cases; put them before conditions;
	 * opened the process. */
	struct yz_version_asked {
		_Atomic uint64_t opens, weighs, flows;
	} *asked; /* [0]: done while other tasks were open; [1]: with none beside: there branches join, and conditions follow */
};

/* By id; YZ_NOT_FOUND.  `conn` is used where it is not in the cache; lent until the arena goes. */
const struct yz_version *yz_version_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t item,
				       struct yz_err *err);
/* The published one in force now; YZ_NOT_FOUND. */
const struct yz_version *yz_version_now(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str code,
					struct yz_err *err);
bool yz_item_limit_read(const struct yz_json *v, struct yz_item_limit *out);

struct yz_versions;
struct yz_versions *yz_versions_create(void);
void yz_versions_destroy(struct yz_versions *v);

#endif
