/* gov/reconcile.h - a day of a payment channel's books held against ours.
 *
 * What the channel's file says of the day and what came in and went back here must be the same, line by line.  Each
 * difference is a line of differences.def, says what to do, and is mended by one act, which may be pressed twice and
 * acts once.  Run again, a day keeps what was mended and finds the rest anew.
 *
 * Threads: any.  No connection may be held where one is not a parameter.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_RECONCILE_H
#define YZ_GOV_RECONCILE_H

#include "gov/pay.h"
#include "gov/permission.h"

struct yz_conn;

enum yz_difference {
#define DIFFERENCE(name, title, todo, verb) YZ_DIFF_##name,
#include "gov/differences.def"
#undef DIFFERENCE
	YZ_DIFFERENCES
};
const char *yz_difference_name(enum yz_difference d);
const char *yz_difference_title(enum yz_difference d); /* message id */
const char *yz_difference_todo(enum yz_difference d);  /* message id */
const char *yz_difference_verb(enum yz_difference d);  /* message id: the button */

enum { YZ_DIFFERENCES_SHOWN = 200 };

struct yz_difference_row {
	int64_t id, ours, theirs; /* amounts; -1: there is none */
	enum yz_difference kind;
	struct yz_str number, out_no, order_no, mended_by, how, answer, note; /* answer: what the channel said, message id */
	yz_instant theirs_at, mended, asked;
};
struct yz_reconciled {
	bool done; /* the day was held against a file at all */
	struct yz_str provider;
	yz_day day;
	size_t lines, agreed;
	int64_t theirs_in, theirs_out, ours_in, ours_out;
	yz_instant at;
	struct yz_difference_row *rows;
	size_t len, all, open; /* len: the first of all, open ones before those that were mended; open: not mended yet */
};

/* Whoever does this holds money for the whole site (else YZ_FORBIDDEN).  who NULL: the command line.  text empty: the channel is asked for its file.  Refuses today and days to come, whose books
 * are not closed. */
bool yz_reconcile(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str provider, yz_day day, struct yz_str text,
		  struct yz_reconciled *out, struct yz_err *err);
/* Whose books a day is held against: the channel that is set, else the one that money of that day came or went through, though it
 * is set no more; empty: none. */
bool yz_reconcile_channel(struct yz_conn *conn, struct yz_arena *a, yz_day day, struct yz_str *out, struct yz_err *err);
/* As it stands. */
bool yz_reconciled(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str provider,
		   yz_day day, struct yz_reconciled *out, struct yz_err *err);
struct yz_difference_shown {
	int64_t id, theirs; /* theirs: 0 where there is none */
	struct yz_str kind, number;
};
/* Once; YZ_CONFLICT where the day was held anew and the id now means something else than was shown.  A file is only what somebody
 * brought: nothing is booked, changed or taken back before the channel itself, asked about this one, says the same; nor is a refund
 * whose answer was lost taken for one that was never sent.  Where the channel does not confirm: YZ_NOT_NOW, and the difference
 * stays open with its answer, for a person to explain. */
bool yz_reconcile_mend(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_difference_shown *shown,
		       struct yz_err *err);
/* What a person found out about one that the channel did not confirm: closes it, and moves no money. */
bool yz_reconcile_explain(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_difference_shown *shown,
			  struct yz_str note, struct yz_err *err);

#endif
