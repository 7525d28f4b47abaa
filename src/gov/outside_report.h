/* gov/outside_report.h - departments' own systems: which may report, what they report, how each row is answered.
 *
 *	POST /api/systems/reports ──▶ signature, nonce ──▶ rows from..to ──┐
 *	yizhan supervise report FILE ─────────────────────▶ rows ───────────┴─▶ each row one write: its act + how it was answered
 *
 * A system numbers its rows from 1; each is answered once, taken or refused, and stays answered so: sent again it is not done
 * again, and gets the answer it got.  A refused row holds up no other; put right, it comes again under the next number.  A row that says
 * what one that was taken says is the same row, whatever its number: a system that lost its count, or a file that is handed
 * over twice, does nothing twice.  Rows out of order are refused with how far it is: a gap.  Another row under a number that
 * was answered is a fork.
 *
 * Scope: a system reports for one department.  Its cases are its own, NAME-NUMBER here; those of others, and items of
 * others, are for it not there.
 *
 * Failure: err.  Threads: any; no connection may be held by what writes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_OUTSIDE_REPORT_H
#define YZ_GOV_OUTSIDE_REPORT_H

#include "gov/item.h"
#include "gov/upward.h"
#include "text/text.h"

#define YZ_OUTSIDE_PATH "/api/systems/reports"
#define YZ_OUTSIDE_STATE "/api/systems/state"
enum {
	YZ_OUTSIDE_ROWS = 500,                  /* of one batch */
	YZ_OUTSIDE_BODY = 2 * 1024 * 1024,      /* of one batch, as of a link's */
	YZ_OUTSIDE_LINE = 64 * 1024,
	YZ_OUTSIDE_FILE_ROWS = 20000,
	YZ_OUTSIDE_FILE = 64 << 20
};

struct yz_outside_system {
	int64_t id, have, taken, refused, cases;
	struct yz_str name, title, org, org_name, addresses, gap;
	bool keyed;               /* it has a key; else it reports by files only */
	yz_instant seen, closed;  /* 0: never */
};

/* A new one, or another title for one that is there, or another key with the addresses it may come from; one that was closed may
 * report again.  name: 1 to 16 small letters and digits, a letter first; never another department's, nor that of a link to an
 * upper installation.  secret "": key and addresses stay; a new one has none and hands over files. */
bool yz_outside_system_set(struct yz_site *site, struct yz_str name, struct yz_str org, struct yz_str title, struct yz_str secret,
			   struct yz_str addresses, struct yz_err *err);
/* For who may see the board of the whole region; who NULL: a command. */
size_t yz_outside_systems(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
			  struct yz_outside_system **out, struct yz_err *err);
/* Which system a case is reported by, and its number there; title "": it is handled here. */
bool yz_outside_source(struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_str *title, struct yz_str *no, struct yz_err *err);

/* As yz_upward_take.  status 409: why says gap or fork. */
bool yz_outside_take(struct yz_site *site, struct yz_arena *a, enum yz_lang lang, const struct yz_upward_message *m, int *status,
		     struct yz_str *answer, struct yz_str *sign, struct yz_err *err);

struct yz_outside_report {
	size_t rows, taken, same, refused;
	struct yz_findings findings; /* by row, as the file counts them */
};
/* CSV, XLSX or JSON by content.  A file that cannot be read to its end changes nothing; else each row is taken or refused. */
bool yz_outside_file(struct yz_site *site, struct yz_arena *a, enum yz_lang lang, struct yz_str system, struct yz_str bytes,
		     struct yz_outside_report *out, struct yz_err *err);

#endif
