/* db/ledger.h - who did what, to what, when, by which rule: chained, so that no line can be changed unseen.
 *
 * One chain a region.  hash = SM3(fields, each behind its length ‖ prev); prev
 * of the first entry is 32 zero bytes.  The field order is region, seq, at,
 * actor kind, actor id, actor name, act, thing kind, thing id, rule, body:
 * text as length (8 bytes, big endian) and bytes; numbers as 8 bytes, big endian.
 * The head of each chain is a row that the writer locks, so chains hold under many processes.
 *
 * A chain proves that nothing in it was changed since its head was known;
 * whoever can rewrite the whole database can rewrite the whole chain, and only
 * an anchor kept elsewhere (yz_ledger_anchor) tells.
 *
 * Personal values do not belong in an entry: put yz_keyed_digest of them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DB_LEDGER_H
#define YZ_DB_LEDGER_H

#include "base/date.h"
#include "crypt/crypt.h"
#include "db/db.h"

enum { YZ_LEDGER_BODY = 262144, YZ_LEDGER_TEXT = 512, YZ_LEDGER_REGION = 60 }; /* bytes; TEXT is every other text's */

struct yz_entry {
	struct yz_str region; /* the chain: a region's code, without spaces; "" is the site's own */
	int64_t seq;          /* from 1; given by yz_ledger_add */
	yz_instant at;
	struct yz_str actor_kind; /* "person", "system", "org" … */
	int64_t actor_id;
	struct yz_str actor_name; /* as it stood that day: a post or user name, no personal value */
	struct yz_str act;        /* "case.accept" */
	struct yz_str thing_kind; /* "case" */
	int64_t thing_id;
	struct yz_str rule; /* by which provision, item version, monitor; may be empty */
	struct yz_str body; /* a JSON object; stored in canonical form; empty means {} */
	struct yz_digest prev, hash;
};

/* Inside a write.  Fills seq, prev and hash.  YZ_LIMIT for a text too long, YZ_SYNTAX for a body that is no object.
 * An entry that is not in the ledger when the write commits was never added: its seq is given again. */
bool yz_ledger_add(struct yz_conn *conn, struct yz_entry *entry, struct yz_err *err);

struct yz_entries {
	size_t count;
	struct yz_entry *at;
};

/* All about one thing, oldest first, from all chains: those behind (`after_at`, `after_seq`), at most `limit`. 0, 0
 * begins. */
bool yz_ledger_of(struct yz_conn *conn, struct yz_arena *a, struct yz_str thing_kind, int64_t thing_id,
		  yz_instant after_at, int64_t after_seq, size_t limit, struct yz_entries *out, struct yz_err *err);
/* One chain, newest first, below `before` (0: from the head), at most `limit`. */
bool yz_ledger_page(struct yz_conn *conn, struct yz_arena *a, struct yz_str region, int64_t before, size_t limit,
		    struct yz_entries *out, struct yz_err *err);

/* One chain, oldest first, behind `after` (0: from its beginning), at most `limit`: for who follows it. */
bool yz_ledger_after(struct yz_conn *conn, struct yz_arena *a, struct yz_str region, int64_t after, size_t limit,
		     struct yz_entries *out, struct yz_err *err);
/* The newest entry's number; 0 in an empty chain. */
bool yz_ledger_head(struct yz_conn *conn, struct yz_str region, int64_t *seq, struct yz_err *err);

enum yz_ledger_fault {
	YZ_LEDGER_GOOD,
	YZ_LEDGER_CHANGED,   /* its fields are not those that were hashed */
	YZ_LEDGER_MISSING,   /* it, or everything behind it, is gone */
	YZ_LEDGER_REORDERED, /* it stood at another place */
	YZ_LEDGER_FORKED,    /* whole in itself, but does not continue the one before, or the head is another's */
	YZ_LEDGER_ANCHOR,    /* not what an anchor remembers */
};

struct yz_ledger_report {
	int64_t chains, checked;
	int64_t bad_chains; /* the first fault of each is counted; below is the first of all */
	enum yz_ledger_fault fault;
	char region[64];
	int64_t seq;
	char detail[200]; /* English, for the operator */
};
const char *yz_ledger_fault_name(enum yz_ledger_fault fault);

/* Streams through one chain, or all when region is NULL.  true with report->fault when the check could be made;
 * false only when the database failed. */
bool yz_ledger_verify(struct yz_conn *conn, const struct yz_str *region, struct yz_ledger_report *report,
		      struct yz_err *err);

/* The heads of all chains as text, one a line: "seq hash region"; to print, publish or sign, and to keep elsewhere. */
struct yz_str yz_ledger_anchor(struct yz_conn *conn, struct yz_arena *a, struct yz_err *err);
/* Whether each head of an anchor still stands in its chain; at most 200,000 lines.  Verify the chains besides. */
bool yz_ledger_check_anchor(struct yz_conn *conn, struct yz_str anchor, struct yz_ledger_report *report,
			    struct yz_err *err);

#endif
