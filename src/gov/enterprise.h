/* gov/enterprise.h - the register of enterprises: who is registered here, and what is known of them.
 *
 *	CSV ──▶ rows, each with its findings ──▶ one write: all that is fit, or nothing where the file breaks off
 *
 * A row is an enterprise by its credit code (GB 32100, checked).  Ten columns have a place of their own; every other
 * column of a file is kept as it is under its own name, and is a fact for decisions of that name (gov/match.h).  A later
 * file replaces what it says and leaves what it does not speak of.
 *
 * Privacy: the legal representative's name is kept masked; which account belongs to an enterprise is told by a blind
 * index of the code, and only of an account that was verified.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_ENTERPRISE_H
#define YZ_GOV_ENTERPRISE_H

#include "feel/feel.h"
#include "fmt/json.h"
#include "gov/item.h"
#include "text/text.h"

struct yz_rows;

/* Bounds: bytes and rows of a file, columns of it, bytes of a cell that is kept, bytes of all facts of one in
 * a file, and of all files together. */
enum { YZ_ENTERPRISE_BYTES = 256 << 20, YZ_ENTERPRISE_ROWS = 200000, YZ_ENTERPRISE_COLUMNS = 100, YZ_ENTERPRISE_CELL = 4000,
       YZ_ENTERPRISE_FACTS = 20000, YZ_ENTERPRISE_KEPT = 2 * YZ_ENTERPRISE_FACTS, YZ_ENTERPRISE_FINDINGS = 100000 };

struct yz_enterprise {
	int64_t id, change;
	struct yz_str uscc, name, type, capital, currency, rep, scope, province, city, address;
	struct yz_str source_file; /* where it comes from … */
	yz_instant source_at;      /* … and since when */
	yz_day registered;
	bool has_day;
	const struct yz_json *facts;
};

/* The columns that yz_enterprise_row reads, in a literal: "SELECT " YZ_ENTERPRISE_SQL " WHERE …". */
#define YZ_ENTERPRISE_SQL                                                                                              \
	"e.id, e.change, e.uscc, e.name, e.type, e.capital, e.currency, e.rep, e.scope, e.province, e.city, e.address, "   \
	"e.registered, e.facts, s.file, s.at FROM enterprise e JOIN enterprise_import s ON s.id = e.source"
void yz_enterprise_row(struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_enterprise *out);

/* YZ_NOT_FOUND. */
struct yz_enterprise *yz_enterprise_load(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err);
/* The enterprise whose verified account this person is; NULL with err untouched when the register has none. */
struct yz_enterprise *yz_enterprise_of(struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_err *err);

/* What is known of it under this name on that day, read as that kind; null where nothing is, or it cannot be read so.
 * Its own columns (企业类型, 成立日期, 注册资本万元 …), what follows from them (主体类别, 成立月数, 在本县登记), the other
 * columns, and what follows from those where no column says it (研发费用占比, 专利分值 …). */
struct yz_feel_value yz_enterprise_fact(struct yz_arena *a, const struct yz_enterprise *e, struct yz_str name,
					enum yz_feel_kind kind, yz_day today, struct yz_str region);

/* map: JSON {"our column": "theirs"}, or NULL: columns are known by their usual names.  Strict: any finding refuses. */
struct yz_enterprise_options {
	const char *path;        /* NULL: `bytes` */
	struct yz_str bytes;
	struct yz_str file_name; /* for the report */
	const char *map;
	bool strict;
	enum yz_lang lang;
	const struct yz_actor *who; /* NULL: the command line */
};
struct yz_enterprise_report {
	size_t rows, added, changed, same, left_out;
	size_t bad_codes; /* of the findings: credit codes that are none */
	struct yz_findings findings;
};
/* No connection may be held. */
bool yz_enterprise_import(struct yz_site *site, struct yz_arena *a, const struct yz_enterprise_options *options,
			  struct yz_enterprise_report *report, struct yz_err *err);

/* The register by name or code, 50 a page, behind `after`; staff only. */
size_t yz_enterprise_list(struct yz_conn *conn, struct yz_arena *a, struct yz_str words, int64_t after, int limit,
			  struct yz_enterprise **out, struct yz_err *err);

#endif
