/* pack/form.h - a form: JSON Schema (2020-12, the subset of docs/formats/form.md), an order of
 * display, and FEEL conditions; and the facts it makes.
 *
 *	text ──yz_form_load──▶ form ──yz_form_state(facts)──▶ which fields are asked, what is wrong
 *
 * Facts are one JSON object: the value of each field that was answered, strings and
 * lists of strings as typed, brought to their types by yz_form_take.  A field that is not asked
 * has no fact; conditions see null there.
 *
 * Ownership: a form lives in its arena and is read-only.
 * Threads:   any number at once.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PACK_FORM_H
#define YZ_PACK_FORM_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/map.h"
#include "feel/feel.h"
#include "fmt/json.h"

struct yz_schema;

/* Bounds of a form: fields, pages, options of one field, columns of rows; bytes of a text, rows kept of what is typed, places of x-fill, checks. */
enum { YZ_FORM_FIELDS = 200, YZ_FORM_PAGES = 30, YZ_FORM_OPTIONS = 500, YZ_FORM_COLUMNS = 20, YZ_FORM_TEXT = 20000, YZ_FORM_ROWS = 500, YZ_FORM_FILLS = 4, YZ_FORM_CHECKS = 50 };

enum yz_field_type { YZ_FIELD_STRING, YZ_FIELD_NUMBER, YZ_FIELD_INTEGER, YZ_FIELD_BOOLEAN, YZ_FIELD_CHOICES, YZ_FIELD_ROWS };

struct yz_field_option {
	struct yz_str value, title;
};

struct yz_field {
	struct yz_str name, title, hint, unit, fill, error, format;
	const struct yz_json *examples; /* list of what people answer; NULL: none */
	enum yz_field_type type;       /* CHOICES: array of strings with enum; ROWS: array of objects */
	bool required, is_private, multiline; /* multiline: maxLength > 100 */
	int page;
	struct yz_field_option *options; /* enum or oneOf; of the items for CHOICES */
	size_t noptions;
	size_t min_length, max_length, min_items, max_items;
	struct yz_str minimum, maximum;  /* as written; "" when none */
	struct yz_field *columns;        /* ROWS */
	size_t ncolumns;
	const struct yz_feel *when;      /* NULL: always */
	const struct yz_schema *pattern; /* pattern and e-mail; NULL: none */
	const struct yz_json *schema;    /* of the property */
};

struct yz_form_page {
	struct yz_str title;
	const struct yz_feel *when;
	size_t *fields;                  /* indexes into form->fields, in order of display */
	size_t nfields;
};

/* What must hold between answers; `error` stands beside the field when the test is false, not while an answer is missing. */
struct yz_form_check {
	const struct yz_feel *test;
	struct yz_str error;
	size_t field;
};

struct yz_form {
	struct yz_str title;
	struct yz_field *fields;
	size_t nfields;
	struct yz_form_page *pages;
	size_t npages;
	struct yz_feel_name *names;      /* what conditions may speak of: every field */
	struct yz_form_check *checks;    /* x-checks */
	size_t nchecks;
	const struct yz_json *json;
};

/* Everything outside the subset is an error with its line. */
const struct yz_form *yz_form_load(struct yz_arena *a, const struct yz_json *json, struct yz_err *err);
const struct yz_field *yz_form_field(const struct yz_form *form, struct yz_str name);

/* Compiles a condition over this form's facts ("" gives NULL, which always holds). */
bool yz_form_condition(struct yz_arena *a, const struct yz_form *form, struct yz_str text, struct yz_str where,
		       const struct yz_feel **out, struct yz_err *err);
/* Does it hold for these facts?  Null and unknown do not.  What is not asked counts as null, as everywhere. */
bool yz_form_holds(struct yz_arena *a, const struct yz_form *form, const struct yz_feel *condition, const struct yz_json *facts,
		   yz_instant now);
/* The facts as values, in order of form->names. */
struct yz_feel_value *yz_form_values(struct yz_arena *a, const struct yz_form *form, const struct yz_json *facts);
/* The same with null for every field that is not asked; asked (by field) may be NULL. */
struct yz_feel_value *yz_form_visible(struct yz_arena *a, const struct yz_form *form, const struct yz_json *facts, yz_instant now,
				      bool *asked);
/* The condition over such values. */
bool yz_form_test(struct yz_arena *a, const struct yz_feel *condition, const struct yz_feel_value *values, yz_instant now);
/* Whether it is false: not where it is null, for want of an answer. */
bool yz_form_fails(struct yz_arena *a, const struct yz_feel *condition, const struct yz_feel_value *values, yz_instant now);

struct yz_form_error {
	size_t field;
	struct yz_str path;  /* of a row's column: "家庭成员/2/姓名"; else the field's name */
	struct yz_str text;  /* translated: says how to mend it */
};

struct yz_form_state {
	bool *asked;         /* by field */
	bool *page_asked;    /* by page: it holds and has a field that is asked */
	struct yz_form_error *errors;
	size_t nerrors;
};

/* page < 0: all.  `today` for dates; lang as text/text.h's enum yz_lang. */
void yz_form_state(struct yz_arena *a, const struct yz_form *form, const struct yz_json *facts, int page, yz_instant now, int lang,
		   struct yz_form_state *out);
/* Facts with the fields of `typed` put in: {"name": "text" | ["text", …] | [{"column": "text"}]}; numbers and booleans
 * brought to their types where they read so, kept as text where not (and then an error of the state); blank is no
 * fact; unknown names are dropped; fields no longer asked are dropped when `prune`. */
const struct yz_json *yz_form_take(struct yz_arena *a, const struct yz_form *form, const struct yz_json *facts,
				   const struct yz_json *typed, bool prune, yz_instant now);
/* A fact in words: 是, 12.5 平方米, 供水、排水, 2026年11月22日. */
struct yz_str yz_form_show(struct yz_arena *a, const struct yz_field *field, const struct yz_json *value, int lang);

#endif
