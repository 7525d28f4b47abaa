/* gov/draft_row.h - what draft.c, material.c and case_submit.c share (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_DRAFT_ROW_H
#define YZ_GOV_DRAFT_ROW_H

#include "gov/draft.h"
#include "gov/site.h"
#include "gov/version.h"

bool yz_draft_store(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, const struct yz_json *facts, int page,
		    struct yz_err *err);
/* Whoever it is, as a draft of its own: nothing of a joint application.  YZ_NOT_FOUND. */
struct yz_draft *yz_draft_read(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err);
/* A new one, filled from what is known; inside a write. */
bool yz_draft_make(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, int64_t principal,
		   const struct yz_version *v, int64_t *id, struct yz_err *err);
/* At the counter of the item's department; in a village, where the process has a step for its workers. */
bool yz_draft_may_file(const struct yz_actor *who, const struct yz_version *v);
/* The clerk has verified whom she files for, within the day; else refused. */
bool yz_draft_papers_seen(struct yz_site *site, struct yz_conn *conn, const struct yz_actor *clerk, int64_t principal, struct yz_err *err);
/* Gone with its papers; inside a write. */
bool yz_draft_delete(struct yz_conn *conn, int64_t id, struct yz_err *err);
/* Columns id, key, name, file, file_name, type, source, state, size, at. */
void yz_material_row(const struct yz_rows *r, size_t i, struct yz_case_material *m);

#endif
