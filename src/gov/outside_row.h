/* gov/outside_row.h - one row that a department's own system reports, read (private to gov).
 *
 *	{"table":"7","no":"2026-0001","key":"","fields":{"业务动作":"通过","环节名称":"现场踏勘","结束时间":"2026-11-23T01:30:00Z"}}
 *
 * no: the case, as that system numbers it; key: what tells two rows apart that otherwise say the same ("" or left out).
 * Whatever is wrong with a row is found at once, field by field, and is no failure: the row is answered with it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_OUTSIDE_ROW_H
#define YZ_GOV_OUTSIDE_ROW_H

#include "fmt/json.h"
#include "gov/item.h"
#include "gov/outside.h"
#include "text/text.h"

enum yz_out_slot {
#define TABLE(table, id, title) YZ_OUT_##table,
#define FIELD(table, column, kind, must, most, name) YZ_OUT_##table##_##column,
#include "gov/outside_fields.def"
#undef TABLE
#undef FIELD
	YZ_OUT_SLOTS
};

enum yz_out_kind { YZ_OUT_TABLE, YZ_OUT_TEXT, YZ_OUT_TIME, YZ_OUT_INT, YZ_OUT_LIST, YZ_OUT_MONEY };

struct yz_out_def {
	enum yz_out_kind kind;
	const char *name; /* of a table: its id */
	bool must;
	int64_t most;
	const char *title;
};
extern const struct yz_out_def yz_out_defs[YZ_OUT_SLOTS];

enum { YZ_OUT_NO = 40, YZ_OUT_KEY = 60, YZ_OUT_LIST_MOST = 200, YZ_OUT_FIELDS = 12 /* of one table, at most */, YZ_OUT_SHOWN = 60, YZ_OUT_FINDINGS = 20 /* of a row */ };

/* By id ("7") or title ("办理"); YZ_OUT_SLOTS: none. */
enum yz_out_slot yz_out_table(struct yz_str said);
/* YZ_OUT_SLOTS: the table has none of that name. */
enum yz_out_slot yz_out_field(enum yz_out_slot table, struct yz_str name);

struct yz_out_val {
	bool there;
	struct yz_str text;         /* as written */
	int64_t n;                  /* of an instant, a number, an amount in 分 */
	const struct yz_json *list;
};

struct yz_out_row {
	enum yz_out_slot table;     /* YZ_OUT_SLOTS: none that is known */
	struct yz_str no, key;
	struct yz_str says;         /* canonical: the same for the same row */
	struct yz_out_val vals[YZ_OUT_FIELDS];
	struct yz_findings found;   /* with an error: it cannot be taken */
	/* what it comes to, where it can be */
	bool opens, charges;
	struct yz_outside_case c;
	struct yz_outside_act act;
	struct yz_outside_fee fee;
};
#define YZ_OUT_GET(row, table, column) (&(row)->vals[YZ_OUT_##table##_##column - YZ_OUT_##table - 1])

/* nth: as findings count it, from 1. */
void yz_out_row_read(struct yz_arena *a, enum yz_lang lang, int nth, const struct yz_json *line, struct yz_out_row *row);
/* The name of the field that a failure of gov/outside.h means ("at" → "受理时间"). */
const char *yz_out_field_of(const struct yz_out_row *row, const char *where);
/* What stands in the field of that name. */
struct yz_str yz_out_said(const struct yz_out_row *row, const char *name);

#endif
