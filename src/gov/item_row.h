/* gov/item_row.h - how versions of items are kept (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_ITEM_ROW_H
#define YZ_GOV_ITEM_ROW_H

#include "gov/item.h"
#include "gov/site.h"

/* The newest version of a code. */
struct yz_item_last {
	int64_t id, version; /* 0: none */
	struct yz_str state, body, form, process, decision;
	yz_instant from_at;
};
bool yz_item_last(struct yz_conn *conn, struct yz_arena *a, struct yz_str code, struct yz_item_last *out, struct yz_err *err);

struct yz_item_new {
	struct yz_str code, key, name, org, region, type, body, findings, source;
	struct yz_str form, process, decision; /* digests of artifacts, or empty */
	const char *state;
	yz_instant from_at;          /* for published ones */
	int64_t version, by;         /* by 0: nobody */
	yz_instant now;
};
/* Inside a write: the new row's id, or 0. */
int64_t yz_item_insert(struct yz_conn *conn, const struct yz_item_new *n, struct yz_err *err);
/* Ends what holds at `from` of the code, other than `id`. */
bool yz_item_end_before(struct yz_conn *conn, struct yz_str code, int64_t id, yz_instant from, struct yz_err *err);

/* The text a key stands for, by digest: what the version before has, else the newest an item uses; "" for no key. */
bool yz_item_artifact(struct yz_conn *conn, struct yz_arena *a, const char *kind, struct yz_str key, struct yz_str last,
		      struct yz_str *digest, struct yz_err *err);

/* yz_item_save_draft with another text for the body's process, decision or form (item_model.c; text empty: as they are).
 * CONFLICT where `seen` (yz_item_seen; empty: not asked) is not what stands inside the write. */
bool yz_item_save_draft_with(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_json *body,
			     enum yz_item_part part, struct yz_str text, struct yz_str seen, int64_t *id, struct yz_err *err);
/* Whether the process of a version may be published: no finding that is an error. */
bool yz_item_process_holds(struct yz_site *site, int64_t id, struct yz_err *err);
/* Inside a write: the text among the artifacts; its digest. */
bool yz_item_put_text(struct yz_conn *conn, struct yz_arena *a, enum yz_item_part part, struct yz_str key, struct yz_str text,
		      struct yz_str *digest, struct yz_err *err);

/* The findings of a check as the column keeps them: [{"rule","field","value","reason","error"}]. */
struct yz_str yz_findings_json(struct yz_arena *a, const struct yz_findings *f, int row);
void yz_finding_add(struct yz_arena *a, struct yz_findings *out, bool error, int row, const char *rule, struct yz_str field,
		    struct yz_str value, const char *reason, ...) __attribute__((format(printf, 8, 9)));

#endif
