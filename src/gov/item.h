/* gov/item.h - service items: versions, elements, rules, import; gov/catalogue.h finds them.
 *
 * An item's version is a JSON body with the elements of docs/formats/pack.md.
 *
 *	draft ──▶ review ──▶ published (from a date) ──▶ suspended ⇄ published ──▶ abolished
 *
 * Publishing version n ends the one before at its from_at.  A case keeps the version of its day.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_ITEM_H
#define YZ_GOV_ITEM_H

#include "base/arena.h"
#include "base/date.h"
#include "fmt/json.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

/* One finding of a check: R1 … R10 (yardsticks: docs/items.md), a missing element, an odd code. */
struct yz_finding {
	bool error;              /* else a warning */
	int row;                 /* of the imported file, from 1; 0: none */
	struct yz_str rule, field, value, reason; /* reason in the reader's language */
};
struct yz_findings {
	struct yz_finding *at;
	size_t len, cap;
	size_t errors, warnings;
};

struct yz_item {
	int64_t id, version;
	struct yz_str code, key, state, name, org, org_name, region, type, form, process, source;
	yz_instant from_at, until_at, updated;
	const struct yz_json *body;
	struct yz_str findings; /* JSON */
};

/* The version in force at `at`, by code or key; any version by id. */
struct yz_item *yz_item_at(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str code, yz_instant at,
			   struct yz_err *err);
struct yz_item *yz_item_by_id(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err);
/* The same without body and findings, for who has the version already (gov/version.h). */
struct yz_item *yz_item_head_at(struct yz_conn *conn, struct yz_arena *a, struct yz_str code, yz_instant at, struct yz_err *err);
/* When a date brings another version of it into force, or ends this one; INT64_MAX: none does. */
bool yz_item_good_until(struct yz_conn *conn, struct yz_str code, yz_instant at, yz_instant *until, struct yz_err *err);
size_t yz_item_versions(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str code,
			struct yz_item **out, struct yz_err *err);

/* Elements against the grammar and R1-R8, R10. */
void yz_item_check(struct yz_arena *a, const struct yz_json *body, const char *lang, struct yz_findings *out);
/* The same with R7 and the names of organs and themes, which only a site knows. */
struct yz_catalogue;
void yz_item_check_in(struct yz_arena *a, const struct yz_catalogue *catalogue, const struct yz_json *body, const char *lang,
		      struct yz_findings *out);
/* R9: the share of items with at most one visit, in 1/1000, over published items with elements; -1: there are none. */
int yz_item_once_rate(struct yz_site *site, struct yz_conn *conn);

/* Administrator's acts; each a ledger entry.  who NULL: the command line.  No connection may be held. */
/* Begins the next version of its code, or replaces the body of the draft there is.  A form or process keeps the text
 * it has in the version before, else it is the newest of that key. */
bool yz_item_save_draft(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_json *body,
			int64_t *id, struct yz_err *err);
/* The decision model of a version as it was put in, and its key; YZ_NOT_FOUND where it has none. */
bool yz_item_model(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_str *key, struct yz_str *text, struct yz_err *err);
/* Another model for this version: loaded, proved, and held against the item's situations, materials and form.  NULL when
 * it cannot be used by itself; findings are added. */
struct yz_version;
struct yz_pack_findings;
struct yz_decision;
const struct yz_decision *yz_item_check_model(struct yz_arena *a, const struct yz_version *v, struct yz_str file, struct yz_str text,
					      struct yz_pack_findings *found);
/* The next version of its item, as yz_item_save_draft makes it, with this model.  With errors it is not saved (BAD_INPUT). */
bool yz_item_save_model(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_version *v,
			struct yz_str file, struct yz_str text, struct yz_pack_findings *found, int64_t *draft, struct yz_err *err);
/* The parts of a version that are files of their own. */
enum yz_item_part { YZ_PART_PROCESS, YZ_PART_DECISION, YZ_PART_FORM, YZ_ITEM_PARTS };
const char *yz_item_part_name(enum yz_item_part part); /* "process" …: the element that names it */
/* As it was put in, and its key; YZ_NOT_FOUND where the version has none. */
bool yz_item_text(struct yz_conn *conn, struct yz_arena *a, int64_t id, enum yz_item_part part, struct yz_str *key, struct yz_str *text,
		  struct yz_err *err);
/* Another text for a part of this version, by itself and held against the others; organs are those of the catalogue.
 * True without an error among the findings that were added. */
bool yz_item_check_text(struct yz_arena *a, const struct yz_catalogue *catalogue, const struct yz_version *v, enum yz_item_part part,
			struct yz_str file, struct yz_str text, struct yz_pack_findings *found);
/* The next version of its item, as yz_item_save_draft makes it, with this text; an item that had none names it by its own
 * key.  With errors it is not saved (BAD_INPUT), except a process that can be read: that is refused when it is published; nor when `seen` (the newest version's id and last change, as
 * yz_item_seen says it) is not what stands by now (CONFLICT). */
bool yz_item_save_text(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_version *v,
		       enum yz_item_part part, struct yz_str file, struct yz_str text, struct yz_str seen, struct yz_pack_findings *found,
		       int64_t *draft, struct yz_err *err);
bool yz_item_seen(struct yz_conn *conn, struct yz_arena *a, struct yz_str code, struct yz_str *seen, struct yz_err *err);

/* state: review, draft (sent back), published, suspended, abolished.  from_at: when published or abolished
 * takes effect; 0 or past: now.  What has errors, or a decision that does not prove, is not
 * published (BAD_INPUT, with the first). */
bool yz_item_set_state(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_str state, yz_instant from_at,
		       struct yz_err *err);

/* Import of CSV, XLSX or JSON by content.  map: JSON {"our element": "their column"}, or NULL: known
 * column sets are recognised.  All or nothing a file that breaks off; strict: any finding refuses. */
struct yz_import_options {
	const char *path;        /* NULL: `bytes` */
	struct yz_str bytes;
	struct yz_str file_name; /* for the report */
	const char *map;
	bool strict;
	const char *lang;
	const struct yz_actor *who; /* NULL: the command line */
	void (*progress)(void *ctx, size_t done, size_t all);
	void *progress_ctx;
};
struct yz_import_report {
	size_t rows, added, changed, same, left_out;
	struct yz_findings findings;
};
bool yz_item_import(struct yz_site *site, struct yz_arena *a, const struct yz_import_options *options,
		    struct yz_import_report *report, struct yz_err *err);

#endif
