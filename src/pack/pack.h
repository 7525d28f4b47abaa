/* pack/pack.h - a pack: the folder that makes a system, read and checked (docs/formats/pack.md).
 *
 * Everything that is wrong is a finding with file, line, what, and how to mend it; a pack with an error is
 * not installed.
 *
 * Ownership: a pack and all in it live in the arena.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PACK_PACK_H
#define YZ_PACK_PACK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "fmt/json.h"
#include "pack/decision.h"
#include "pack/form.h"

/* The elements of an item, in the order of pack/element.def. */
enum yz_element {
#define ELEMENT(key, kind, numbers, title, required) YZ_EL_##key,
#include "pack/element.def"
#undef ELEMENT
	YZ_ELEMENTS
};
struct yz_element_info {
	const char *key, *kind, *numbers, *title; /* title: message id */
	bool required;
};
extern const struct yz_element_info yz_elements[YZ_ELEMENTS];

/* Annex A of GB/T 39046 and the extended lists.  list: "type" (A.1), "level" (A.2), "nature" (A.3), "for" (A.4),
 * "ways" (A.5), "handle_type" (A.6), "special" (A.7), "area", "depth", "power_source".  NULL where there is no such code. */
const char *yz_code_title(const char *list, struct yz_str code);
/* The list's codes in order: *n of them. */
struct yz_code_row {
	const char *code, *title;
};
const struct yz_code_row *yz_code_list(const char *list, size_t *n);

struct yz_pack_finding {
	bool error;
	struct yz_str file;
	uint32_t line;       /* 0: the file as a whole */
	struct yz_str what;  /* what is wrong */
	struct yz_str mend;  /* what to do */
	/* The same in Chinese; "": only in English. */
	struct {
		struct yz_str what, mend;
	} zh;
};

static inline struct yz_str yz_pack_finding_what(const struct yz_pack_finding *f, bool zh)
{
	return zh && f->zh.what.len ? f->zh.what : f->what;
}
static inline struct yz_str yz_pack_finding_mend(const struct yz_pack_finding *f, bool zh)
{
	return zh && f->zh.mend.len ? f->zh.mend : f->mend;
}

struct yz_pack_file {
	struct yz_str key;
	struct yz_str path;  /* below the pack's folder */
	struct yz_str text;
	const struct yz_json *json; /* NULL for BPMN and DMN */
};
struct yz_pack_files {
	struct yz_pack_file *at;
	size_t len;
};

struct yz_pack_region {
	struct yz_str code, name, parent, path; /* path: '/990000/990100/' */
	int level;
};

struct yz_pack {
	struct yz_str key, name, version, region, reception; /* reception: who is asked where nobody else is; or "" */
	struct yz_str government; /* the department whose decider approves for the government; or "" */
	struct yz_pack_region *regions;
	size_t nregions;
	struct yz_str enterprises; /* CSV; empty where there is none */
	const struct yz_json *people, *calendar, *themes, *questions, *map; /* NULL where the file is missing; map: pack/atlas.h */
	struct yz_pack_files orgs, items, forms, processes, decisions, bundles, policies, texts, messages, tests, knowledge, registers, comparisons, monitors, scoring, records; /* records: text of CSV files by their register */
	struct yz_pack_finding *findings;
	size_t nfindings, nerrors;
};

/* Reads and checks; fails only when the folder cannot be read at all. */
struct yz_pack *yz_pack_load(struct yz_arena *a, const char *dir, struct yz_err *err);
/* By key; NULL when there is none. */
const struct yz_pack_file *yz_pack_find(const struct yz_pack_files *files, struct yz_str key);

/* A day's spans of calendar.json as yz_calendar_set_office reads them. */
struct yz_str yz_pack_hours(struct yz_arena *a, const struct yz_json *spans);

/* One item's body by itself: unknown keys, types, codes, limits, references inside (not to other files), conditions
 * against `form` (NULL: none, and with a form named conditions are left for when it is at hand).  Findings are added. */
struct yz_pack_findings {
	struct yz_pack_finding *at;
	size_t len, cap;
};
void yz_pack_check_item(struct yz_arena *a, const struct yz_json *body, const struct yz_form *form, struct yz_str file,
			struct yz_pack_findings *out);

/* A process by itself: what the engine finds, and whether the house can do its acts and limits.  known: which organs,
 * forms … there are (NULL: not asked); for roles and acts it may ask yz_pack_process_knows.  NULL when it cannot be read. */
struct yz_bpmn;
struct yz_bpmn_known;
const struct yz_bpmn *yz_pack_check_process(struct yz_arena *a, struct yz_str file, struct yz_str text, const struct yz_bpmn_known *known,
					    struct yz_pack_findings *out);
/* Its rule tasks against the item's model (NULL: it has none). */
void yz_pack_check_rules(struct yz_arena *a, const struct yz_bpmn *m, const struct yz_decision *d, struct yz_str file,
			 struct yz_pack_findings *out);
/* The names its expressions speak of, against the item's form, and what the pack's processes (key to struct yz_bpmn; NULL: not at
 * hand) give each other: what is nowhere is null in every case, and is warned of. */
void yz_pack_check_names(struct yz_arena *a, const struct yz_bpmn *m, const struct yz_form *form, const struct yz_map *processes,
			 struct yz_str file, struct yz_pack_findings *out);
/* What a finding of the engine with this code means, in Chinese. */
const char *yz_pack_process_zh(const char *code);
/* Days a process may have a message kept for (yz:keep). */
enum { YZ_PROCESS_KEEP = 3660 };
/* Messages the house tells by itself, without a key; no process sends them. */
bool yz_pack_message_own(struct yz_str name);
bool yz_pack_process_knows(const char *attr, struct yz_str name); /* attr: "role" or "act" */
/* A form by itself, likewise. */
const struct yz_form *yz_pack_check_form(struct yz_arena *a, struct yz_str file, struct yz_str text, struct yz_pack_findings *out);

/* A decision model by itself: loaded, and proved (no gap, no contradiction, no rule in vain).  NULL when something is an
 * error. */
const struct yz_decision *yz_pack_check_model(struct yz_arena *a, struct yz_str file, struct yz_str text,
					      struct yz_pack_findings *out);
/* What it answers against what the item has, its facts against the form's fields (form NULL: none). */
void yz_pack_check_decided(struct yz_arena *a, const struct yz_json *body, const struct yz_form *form,
			   const struct yz_decision *d, struct yz_str file, struct yz_pack_findings *out);
/* [{"key", "after": [keys]}]: unknown keys and rings. */
void yz_pack_check_before(struct yz_arena *a, const struct yz_json *list, struct yz_str file, struct yz_pack_findings *out);

/* One element's value by itself; conditions are not looked at. */
void yz_pack_check_element(struct yz_arena *a, enum yz_element element, const struct yz_json *v, struct yz_pack_findings *out);

/* Which materials of an item these facts need, in order; must says whether it is required.  By the item's decision where
 * it has one, else (d NULL) by the conditions in it. */
struct yz_pack_need {
	const struct yz_json *material;
	bool must;
};
size_t yz_pack_needs(struct yz_arena *a, const struct yz_json *item_body, const struct yz_form *form, const struct yz_decision *d,
		     const struct yz_json *facts, yz_instant now, struct yz_pack_need **out);
/* The situation the decision names, or the first that holds; NULL: none. */
const struct yz_json *yz_pack_situation(struct yz_arena *a, const struct yz_json *item_body, const struct yz_form *form,
					const struct yz_decision *d, const struct yz_json *facts, yz_instant now);

#endif
