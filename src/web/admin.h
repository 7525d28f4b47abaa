/* web/admin.h - what the templates of administration show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_ADMIN_H
#define YZ_WEB_ADMIN_H

#include "calendar/calendar.h"
#include "crypt/crypt.h"
#include "gov/item.h"
#include "gov/person.h"
#include "pack/pack.h"
#include "web/account.h"
#include "web/process.h"
#include "web/web.h"

/* ---- a form of many kinds of fields ---- */

struct yz_choice {
	struct yz_str value, title;
	bool on;
};

enum yz_widget_kind { YZ_WIDGET_INPUT, YZ_WIDGET_AREA, YZ_WIDGET_SELECT, YZ_WIDGET_CHECKS, YZ_WIDGET_GROUP, YZ_WIDGET_ROW };

/* A GROUP holds others: the parts of a limit side by side, or ROWs, which fold. */
struct yz_widget {
	enum yz_widget_kind kind;
	struct yz_str name, label, hint, value, error; /* label, hint: translated */
	const struct yz_choice *choices;
	size_t nchoices;
	struct yz_widget *inner;
	size_t ninner;
	bool required, number, fixed, code; /* fixed: shown, not to be changed; code: not prose */
	bool open;                          /* a row, unfolded */
	int none;                           /* a box for "none at all": 1 offered, 2 ticked */
	size_t rows;                        /* of a group of rows: > 0, and one may ask for more */
};

struct yz_widget_section {
	const char *title;
	struct yz_widget *at;
	size_t len;
};

/* ---- items ---- */

enum { YZ_ITEM_STATES = 7 };
struct yz_admin_count {
	const char *state, *title; /* title: message id */
	int64_t n;
};

struct yz_admin_overview {
	struct yz_admin_count counts[YZ_ITEM_STATES];
	int64_t all, faulty; /* versions; those in force or on the way with findings */
	int once;            /* R9, in 1/1000; -1: none */
};

struct yz_admin_row {
	int64_t id, version;
	struct yz_str code, name, org, state;
	yz_instant from_at, until_at, updated;
	bool findings;
};

struct yz_admin_items {
	struct yz_admin_row *rows;
	size_t n;
	struct yz_admin_count counts[YZ_ITEM_STATES];
	struct yz_str words, state, org, next;
	bool faulty;
};

struct yz_admin_item {
	const struct yz_item *item;
	struct yz_item *versions;
	size_t nversions;
	struct yz_findings findings;
	struct yz_str state; /* as in yz_admin_count */
	const struct yz_err *failed;
	struct yz_str from;  /* as typed */
	bool newest, in_force;
};

/* A longer text is not put into a box of the page: a field takes no more. */
enum { YZ_ADMIN_TYPED = 200000 };

/* A part of a version that is a file, or one that was just given instead. */
struct yz_admin_part {
	enum yz_item_part part;
	const struct yz_item *item;
	struct yz_str key, file, text, seen; /* key "": it has none of its own; file: uploaded, "" */
	struct yz_pack_findings found;
	size_t errors;
	const struct yz_err *failed;
	bool checked;                       /* only checked, by her wish: not saved */
	const struct yz_decision *decision; /* NULL: none, or it cannot be used */
	size_t tables;                      /* proved, with no gap and no contradiction */
	const struct yz_form *form;
	struct yz_process_view process;     /* of a process that can be read */
};

/* "流程", "决策", "表单": message ids; and how a file of it ends. */
const char *yz_admin_part_title(enum yz_item_part part);
const char *yz_admin_part_ending(enum yz_item_part part);
/* Whether an editor for it was built in. */
bool yz_admin_editor(enum yz_item_part part);

/* Two versions of an item. */
struct yz_admin_diff {
	struct yz_str what, was, is; /* what: in words */
	enum yz_bpmn_mark mark;
};
struct yz_admin_compare {
	const struct yz_item *item, *with; /* with: the older one */
	struct yz_item *versions;
	size_t nversions;
	struct yz_process_view was, is;
	bool drawn;                        /* the processes differ */
	struct yz_admin_diff *elements, *process, *decision, *form;
	size_t nelements, nprocess, ndecision, nform;
};

struct yz_admin_edit {
	const struct yz_item *item; /* NULL: a new one */
	struct yz_widget_section *sections;
	size_t nsections;
	struct {
		struct yz_str field, label, text;
	} *errors;
	size_t nerrors;
	struct yz_str text; /* what is wrong with the whole; "" */
	struct yz_str seen;
};

/* draft, review, coming, published, suspended, abolished, ended: as of now. */
struct yz_str yz_admin_state(const struct yz_page *p, const struct yz_item *item);
/* Its title, translated. */
const char *yz_admin_state_title(const struct yz_page *p, struct yz_str state);
const char *yz_admin_element_title(const struct yz_page *p, struct yz_str key);
/* An element's value in plain lines. */
/* One object of an element of this kind on one line: what it is, then its parts with their labels. */
void yz_admin_show_row(struct yz_page *p, const char *kind, const struct yz_json *v, struct yz_buf *out);
struct yz_str yz_admin_show(struct yz_page *p, enum yz_element element, const struct yz_json *v);
/* The widest reach of a role of hers: a prefix of region paths and what sorts behind it. */
void yz_admin_reach(struct yz_page *p, enum yz_permission what, struct yz_str *path, struct yz_str *end);
/* The version, when she may edit it. */
struct yz_item *yz_admin_load_item(struct yz_page *p, struct yz_err *err);

/* ---- the form of elements: admin_form.c ---- */

/* Fields for every element; values from the body, or as typed when `typed`.  more: the group that gets more rows. */
void yz_admin_form(struct yz_page *p, const struct yz_json *body, bool typed, struct yz_str more, struct yz_admin_edit *out);
/* What was typed, over the elements of `old` (NULL: none), whose code stays.  Faults go to out->errors. */
const struct yz_json *yz_admin_form_read(struct yz_page *p, const struct yz_json *old, struct yz_admin_edit *out);

/* ---- import, people, calendar, site ---- */

struct yz_admin_import {
	bool tried, done;
	struct yz_import_report report;
	struct yz_str error, detail, map, file;
	const struct yz_err *failed;
	bool strict;
};

struct yz_admin_people {
	struct yz_staff *list;
	size_t n;
	struct yz_str words;
	const struct yz_staff *one; /* NULL: the list */
	struct yz_simple_form form;
	const struct yz_choice *orgs, *roles, *regions;
	size_t norgs, nroles, nregions;
	struct yz_str org_error, role_error, region_error;
};

struct yz_admin_year {
	int year;
	bool official;
	struct yz_str source;
	yz_instant imported;
};
struct yz_admin_day {
	yz_day day;
	int month, date;
	struct yz_str weekday, name;
	bool off, in_lieu;
};
struct yz_admin_calendar {
	struct yz_admin_year *years;
	size_t nyears;
	int year; /* whose days are listed */
	bool official;
	struct yz_admin_day *days;
	size_t ndays;
	int64_t moved; /* by the import just done; -1: none was */
	struct yz_str error, detail;
};

struct yz_admin_site {
	struct yz_simple_form form;
	bool has_password;
	int64_t waiting, sent, failed;
	struct yz_str last_failure;
	yz_instant last_at;
	const char *database;
	int64_t head_seq;
	yz_instant head_at;
	struct yz_str head_hash;
};

#endif
