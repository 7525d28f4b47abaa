/* record/record.h - registers: typed tables with versions, provenance, import, query, comparison.
 *
 *	registers/KEY.json ──install──▶ register          file ──import──▶ record, versions of it, by whom, from which row
 *	                                   │                                   │
 *	facts ─────────────────────────────┴──────── compare ──────────────────┴──▶ doubts, and a line in the log of pulls
 *
 * A record is told from others by its register's key.  Each version says since when, from which row of which file; the
 * newest has no end.  What a field calls private is sealed (crypt), and found by a keyed digest; a number of a person
 * has the same digest as in the accounts, so that a register and an account find each other.
 *
 * Whoever reads a record of somebody for a purpose leaves a line that she can see (yz_pull_add); licences and records
 * share that log.
 *
 * Ownership: the arena given.
 * Threads:   any, each with its own connection.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_RECORD_RECORD_H
#define YZ_RECORD_RECORD_H

#include "base/date.h"
#include "crypt/crypt.h"
#include "db/db.h"
#include "pack/register.h"
#include "text/text.h"

/* Where and by whom: what every act here is told. */
struct yz_record_env {
	const struct yz_keys *keys;
	struct yz_str region; /* the ledger's chain */
	int offset;
	yz_instant now;
	struct yz_str actor_kind, actor_name; /* as in the ledger: "system", "staff" */
	int64_t actor;                        /* 0: nobody */
};

/* ---- registers ---- */

/* Inside a write: another version where the declaration is not what it was; *fresh counts those.  kind: "register", or
 * "comparison". */
bool yz_register_install(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const char *kind, struct yz_str key,
			 const struct yz_json *body, size_t *fresh, struct yz_err *err);
/* As declared today; YZ_NOT_FOUND. */
struct yz_register *yz_register_load(struct yz_conn *conn, struct yz_arena *a, struct yz_str key, struct yz_err *err);
struct yz_comparison *yz_comparison_load(struct yz_conn *conn, struct yz_arena *a, struct yz_str key, struct yz_err *err);

struct yz_register_row {
	struct yz_str key, name, org;
	int64_t version, records;
	struct yz_str file;  /* of its last import; empty: none */
	yz_instant imported;
};
/* By key; *n of them. */
struct yz_register_row *yz_register_list(struct yz_conn *conn, struct yz_arena *a, size_t *n, struct yz_err *err);

/* ---- import ---- */

/* Bounds: bytes and rows of a file, columns, findings. */
enum { YZ_RECORD_BYTES = 256 << 20, YZ_RECORD_ROWS = 200000, YZ_RECORD_COLUMNS = 200, YZ_RECORD_FINDINGS = 100000 };

struct yz_record_options {
	struct yz_str bytes, file_name; /* CSV or XLSX, by content */
	const char *map;  /* JSON {"our field": "their column"}, or NULL: columns are called as the fields */
	bool strict;      /* any finding refuses */
	bool whole;       /* the file is the whole register: what it has not ends today */
	enum yz_lang lang;
};
struct yz_record_finding {
	bool error; /* the row was left out; else a warning */
	int row;
	struct yz_str field, value, reason; /* value: masked where the field is private */
};
struct yz_record_report {
	size_t rows, added, changed, same, left_out, ended;
	size_t errors, warnings;
	struct yz_record_finding *findings;
	size_t nfindings;
};
/* All rows that are fit, in one write; a file that breaks off, or a strict one with findings, changes nothing. */
bool yz_record_import(struct yz_db *db, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g,
		      const struct yz_record_options *options, struct yz_record_report *report, struct yz_err *err);

/* ---- one record that the site itself makes ---- */

struct yz_record_made {
	struct yz_str *typed; /* by field, as a file would have it; {NULL, 0}: none */
	struct yz_str from;   /* what it comes from, as a file's name: one import for all records from it */
};
/* Inside a write: another version where it is not what it was, and an entry in the ledger.  A value that does not fit, or a
 * needed one that is missing: nothing is written, and *fault names the field; else *fault is empty. */
bool yz_record_put(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g,
		   const struct yz_record_made *made, struct yz_str *fault, struct yz_err *err);
/* Inside a write: the record with this key has ended; nothing happens where there is none.  Only the key's fields are looked at. */
bool yz_record_end(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g,
		   const struct yz_record_made *made, struct yz_err *err);

/* ---- reading ---- */

struct yz_record {
	int64_t id, version;
	yz_instant from, until;     /* until 0: it is the newest */
	struct yz_str file, by;     /* where it comes from, who brought it ("": a command) */
	int64_t row;
	struct yz_str *values;      /* by field as kept: a date 2026-11-22, a code itself; {NULL, 0}: none */
	char subject[YZ_BLIND];     /* digest of whom it is about; "" nobody */
};
struct yz_records {
	struct yz_record *at;
	size_t len;
};
enum { YZ_RECORDS_MOST = 200 }; /* found by one value; more fail with YZ_LIMIT */

/* The value as the register keeps it; NULL where it fits, else why not, a message id. */
const char *yz_reg_value(struct yz_arena *a, const struct yz_reg_field *f, struct yz_str typed, yz_day today, struct yz_str *out);
/* The newest versions whose field has this value (of a field that finds); a value that does not fit finds nothing. */
bool yz_record_find(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g,
		    size_t field, struct yz_str value, struct yz_records *out, struct yz_err *err);
/* All versions of a record, newest first. */
bool yz_record_history(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g,
		       int64_t id, struct yz_records *out, struct yz_err *err);
/* For people: codes by their titles; private ones masked unless `open`. */
struct yz_str yz_record_show(struct yz_arena *a, const struct yz_reg_field *f, struct yz_str value, bool open);
/* The newest versions as CSV with a head of field names, as an import takes it; private fields masked unless `open`. */
bool yz_record_export(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g, bool open,
		      struct yz_buf *out, size_t *n, struct yz_err *err);

/* ---- the log of pulls ---- */

struct yz_pull {
	int64_t id;
	int64_t licence;                /* or 0 */
	int64_t record;                 /* or 0 */
	struct yz_str reg;              /* the register's key */
	struct yz_str subject;          /* digest of whom it is about, for records */
	int64_t case_id;                /* or 0 */
	struct yz_str purpose, what;    /* "apply", "补贴审核"; the material, or the rules */
	struct yz_str state;            /* of a licence */
	int64_t by_person;              /* 0: a command, or the system */
	yz_instant at;
};
/* Inside a write. */
bool yz_pull_add(struct yz_conn *conn, const struct yz_pull *p, struct yz_err *err);
/* The digest by which what is about this number is found. */
char *yz_subject_digest(const struct yz_keys *keys, struct yz_str number, char out[YZ_BLIND]);

/* ---- comparing ---- */

struct yz_doubt {
	struct yz_str rule, reg, register_name, field, value, text;
	enum yz_severity severity;
	int64_t record; /* 0: there is none, and should be */
};
struct yz_compare_asked {
	struct yz_str comparison; /* key */
	struct yz_str org;        /* who compares: the register must be shared with it for the comparison's purpose */
	struct yz_feel_value facts; /* a context */
	int64_t case_id;          /* or 0 */
};
struct yz_compared {
	struct yz_doubt *doubts;
	size_t ndoubts;
	struct yz_str name, purpose;
	const struct yz_pull *pulls; /* one a record that was read */
	size_t npulls;
};
/* Doubts in the order of the rules.  YZ_FORBIDDEN where a register is not shared; a rule whose facts are missing finds
 * nobody.  Only reads: yz_compared_keep must follow, in the same write or the next. */
bool yz_record_compare(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_compare_asked *asked,
		       struct yz_compared *out, struct yz_err *err);
/* Inside a write: a line in the log of every record that was read, one entry in the ledger. */
bool yz_compared_keep(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_compare_asked *asked,
		      const struct yz_compared *compared, struct yz_err *err);

#endif
