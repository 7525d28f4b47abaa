/* gov/upward_row.h - one row of a table of GB/T 39046, between the database and a line of a batch (private to gov).
 *
 *	{"table":"7","site":"990121","no":"…","key":"t12","fields":{"环节名称":"受理","开始时间":"2026-11-23T01:30:00Z"}}
 *
 * no: the thing's number (a case's, a question's); key: which of its rows in that table, '' where there is one.  All rows of
 * a thing travel together and replace those that were there, so that what is gone below is gone above.  A field without a
 * value is left out.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_UPWARD_ROW_H
#define YZ_GOV_UPWARD_ROW_H

#include "db/db.h"
#include "fmt/json.h"
#include "gov/site.h"

enum yz_up_slot {
#define TABLE(table, id, sql, title) YZ_UP_##table,
#define FIELD(table, column, kind, most, name) YZ_UP_##table##_##column,
#include "gov/upward_fields.def"
#undef TABLE
#undef FIELD
	YZ_UP_SLOTS
};

enum yz_up_kind { YZ_UP_TABLE, YZ_UP_TEXT, YZ_UP_TIME, YZ_UP_INT, YZ_UP_JSON, YZ_UP_SAID, YZ_UP_NAME, YZ_UP_NUMBER, YZ_UP_WORDS };

struct yz_up_def {
	enum yz_up_kind kind;
	const char *name, *sql; /* of a table: its id in a batch, and the database's table; of a field: the standard's name, and the column */
	size_t most;            /* characters */
	const char *title;      /* of a table: message id */
};
extern const struct yz_up_def yz_up_defs[YZ_UP_SLOTS];

/* The fields of a table stand behind it. */
size_t yz_up_width(enum yz_up_slot table);
/* The next table, or the first of YZ_UP_SLOTS; YZ_UP_SLOTS when there is none. */
enum yz_up_slot yz_up_next(enum yz_up_slot table);

enum { YZ_UP_SITE = 12, YZ_UP_NO = 60, YZ_UP_KEY = 60, YZ_UP_ROWS = 20000 /* of one batch */ };

struct yz_up_row {
	enum yz_up_slot table;
	struct yz_str site, no, key;
	struct yz_val *vals; /* one a field */
};
struct yz_up_row *yz_up_row_new(struct yz_arena *a, enum yz_up_slot table, struct yz_str site, struct yz_str no, struct yz_str key);
#define YZ_UP_SET(row, table, column, val) ((row)->vals[YZ_UP_##table##_##column - YZ_UP_##table - 1] = (val))
#define YZ_UP_GET(row, table, column) (&(row)->vals[YZ_UP_##table##_##column - YZ_UP_##table - 1])

/* Where rows are written to. */
struct yz_up_out {
	struct yz_arena *a;
	struct yz_buf *buf;
	bool personal; /* else what is personal is masked or left out */
	struct yz_str site;
	size_t rows;
};
/* One line.  A text that is longer than its field takes is cut. */
void yz_up_row_write(struct yz_up_out *out, const struct yz_up_row *row);
/* From a line that was read; refuses an unknown table or field, another type, and what is longer than it may be. */
bool yz_up_row_read(struct yz_arena *a, const struct yz_json *line, struct yz_up_row *row, struct yz_err *err);

/* Inside a write. */
bool yz_up_row_store(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_up_row *row, int64_t report,
		     struct yz_err *err);
bool yz_up_thing_drop(struct yz_conn *conn, struct yz_arena *a, struct yz_str site, struct yz_str no, struct yz_err *err);
/* All of an installation. */
bool yz_up_site_drop(struct yz_conn *conn, struct yz_arena *a, struct yz_str site, struct yz_err *err);

/* The rows of a thing as they were reported, in a table or (YZ_UP_SLOTS) in all, in the order of the tables and keys. */
bool yz_up_rows(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str of, struct yz_str no, enum yz_up_slot table,
		struct yz_up_row **rows, size_t *n, struct yz_err *err);

/* ---- what this installation itself reports: from its own tables ---- */

/* A case with everything about it, a question, a card of no case.  Nothing where there is no such id. */
bool yz_up_case(struct yz_site *site, struct yz_conn *conn, struct yz_up_out *out, int64_t id, struct yz_err *err);
bool yz_up_talk(struct yz_site *site, struct yz_conn *conn, struct yz_up_out *out, int64_t id, struct yz_err *err);
bool yz_up_lone_card(struct yz_site *site, struct yz_conn *conn, struct yz_up_out *out, int64_t id, struct yz_err *err);

#endif
