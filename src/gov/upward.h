/* gov/upward.h - three levels: what this installation reports upward, what it takes in from below, what is asked downward.
 *
 *	lower                                                     upper
 *	ledger ──after `acked`──▶ batch ──POST /api/levels/reports──▶ take: signature, nonce, sequence ──▶ reported_*
 *	  ▲                                                            │ {"have": 512, "orders": […]}
 *	  └── order.receive, order.answer ◀── level_order ◀────────────┘
 *
 * Nothing is added to a step's write: the ledger is the outbox and its sequence the cursor.  A batch says from and to which
 * entry of the chain it tells, and carries, as they stand when it is made, all rows of every case, question and card
 * that those entries touch (gov/upward_fields.def); the upper one replaces its rows of these by them.  So a batch that is sent
 * twice, or made anew after a crash, does no harm, and what changed while it was under way has an entry of its own behind it.
 *
 * The upper one takes only the batch that continues its `have`, and only where the chain fits: the hash of the entry before is
 * the one it remembers.  A batch from further on is a gap, one that does not fit a fork (the lower one was restored from an
 * older backup, or rewritten): both are refused with what it has, and shown until they are made good.  A batch it has already
 * is thanked for and left.  The lower one believes the answer, whatever it remembered itself: an upper one restored from
 * a backup is told again what it lost.
 *
 * A batch taken in is an entry of the upper one's ledger, and goes on up by the same way: three levels are twice two.
 * An order (督办, 询问) stands in the answer until its receipt comes up, as an entry and then a line of a batch like any other.
 * Where it is for, it is an urging (gov/urge.h): with a clock of its own, on the lists, answered and escalated as one.
 *
 * Trust: one secret a link, HMAC-SM3 over method, path, time, nonce and the body's SM3; ten minutes, each nonce once.  The
 * answer is signed with the same.  A link reports for its own region and those within it, nothing else.
 *
 * Failure: err.  Threads: any; yz_reporter_* as the other workers of a site (gov/till.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_UPWARD_H
#define YZ_GOV_UPWARD_H

#include "base/arena.h"
#include "base/date.h"
#include "fmt/json.h"
#include "gov/permission.h"

#include <stdatomic.h>

struct yz_site;
struct yz_conn;
struct yz_up_row;

#define YZ_UPWARD_PATH "/api/levels/reports"
#define YZ_UPWARD_STATE "/api/levels/state"
enum {
	YZ_UPWARD_BODY = 2 * 1024 * 1024, /* of a batch, at most; one ends where it passes an eighth of it */
	YZ_UPWARD_ENTRIES = 400,          /* of the ledger in one batch */
	YZ_UPWARD_SECRET = 32,            /* bytes of a secret, at least */
	YZ_UPWARD_ORDERS = 50,            /* in one answer */
	YZ_UPWARD_TEXT = 1000             /* characters of an order or its answer */
};

/* ---- links ---- */

struct yz_link {
	int64_t id;
	bool up;             /* we report there; else it reports here */
	struct yz_str name;  /* up: as it was named; down: its region's code */
	struct yz_str url, addresses, failure, gap;
	bool personal;
	int64_t sequence;    /* up: of our chain that is there; down: of its chain that is here */
	int64_t head;        /* up: of our chain; down: of its, as it said */
	yz_instant said;     /* when both last spoke; 0: never */
};
size_t yz_link_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_link **out, struct yz_err *err);
/* Adds a link, or gives the one of that name another address or secret.  url: http or https, without the path; names and
 * numbers in full (personal) go over https or to this machine only.  */
bool yz_link_up(struct yz_site *site, struct yz_str name, struct yz_str url, struct yz_str secret, bool personal, struct yz_err *err);
/* addresses: from where it may come, numbers with a comma between; "" anywhere. */
bool yz_link_down(struct yz_site *site, struct yz_str region, struct yz_str secret, struct yz_str addresses, struct yz_err *err);
/* Nothing that was reported goes with it. */
bool yz_link_remove(struct yz_site *site, struct yz_str name, struct yz_err *err);
/* Forgets all that this one reported, and what it reported for others; it tells it again from its first entry. */
bool yz_link_restart(struct yz_site *site, struct yz_str region, struct yz_err *err);

/* ---- sending ---- */

/* What is sent and what comes back; lives in the arena. */
struct yz_upward_call {
	const char *method, *path;
	struct yz_str url, site, time, nonce, sign, body;
	int status; /* 0: no answer */
	struct yz_str answer, answer_sign;
	char failure[200];
};
typedef bool yz_upward_post(void *ctx, struct yz_arena *a, struct yz_upward_call *call);
/* By libcurl; ctx: an atomic_bool that says stop, or NULL. */
bool yz_upward_http(void *ctx, struct yz_arena *a, struct yz_upward_call *call);

/* Speaks to every upper one that is due: a batch at most each.  *more: there is more to send at once. */
bool yz_upward_round(struct yz_site *site, yz_instant now, yz_upward_post *post, void *ctx, bool *more, struct yz_err *err);
/* Asks the upper one of that name how far it is; nothing is changed here. */
bool yz_upward_try(struct yz_site *site, struct yz_arena *a, struct yz_str name, yz_upward_post *post, void *ctx, int64_t *have,
		   struct yz_err *err);

struct yz_reporter;
struct yz_reporter *yz_reporter_start(struct yz_site *site, struct yz_err *err);
void yz_reporter_stop(struct yz_reporter *r);

/* The rows that this installation tells of itself (of "" or its own region), or holds of another, one a line, by their numbers
 * and the lines' bytes: what both ends must have alike.  personal: as a link's. */
bool yz_upward_lines(struct yz_site *site, struct yz_str region, bool personal, bool (*line)(void *ctx, struct yz_str text), void *ctx,
		     struct yz_err *err);

/* ---- taking in ---- */

struct yz_upward_message {
	const char *method, *path;
	struct yz_str site, time, nonce, sign, client, body;
};
/* status and answer of what came; the answer's signature beside it.  False only where nothing can be answered by this
 * (YZ_FORBIDDEN: no such link, address, signature or time, or the nonce was there; YZ_BAD_INPUT: no batch). */
bool yz_upward_take(struct yz_site *site, struct yz_arena *a, const struct yz_upward_message *m, int *status, struct yz_str *answer,
		    struct yz_str *sign, struct yz_err *err);

/* ---- what is below, for who supervises the whole region ---- */

struct yz_below {
	struct yz_str site, name, via, gap; /* via "": it reports here itself */
	bool linked;                        /* false: a link is set, and nothing has come yet */
	int64_t have, head, cases, open, ok, warn, late, stopped, cards, orders; /* orders: without an answer */
	yz_instant seen, oldest;            /* oldest: of what is not here; 0: all is */
};
/* only: one installation's code, or "". */
size_t yz_below_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str only,
		     struct yz_below **out, struct yz_err *err);

struct yz_below_thing {
	struct yz_str no, kind, item_name, org_name, state, light, step;
	yz_instant due, received, ended;
};
struct yz_below_query {
	struct yz_str site, light, words; /* light "": the open ones; words: a number's beginning, then the ended ones too */
	yz_instant after_due;
	struct yz_str after_no;
	int limit;
};
size_t yz_below_things(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		       const struct yz_below_query *q, struct yz_below_thing **out, struct yz_err *err);
/* Its rows (gov/upward_row.h) and orders; YZ_NOT_FOUND. */
struct yz_order;
bool yz_below_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str region,
		   struct yz_str no, struct yz_up_row **rows, size_t *nrows, struct yz_order **orders, size_t *norders, struct yz_err *err);

/* ---- orders ---- */

struct yz_order {
	int64_t id, urge; /* urge: what it is here (gov/urge.h), 0 elsewhere */
	bool question;                                                  /* else it urges */
	struct yz_str uid, site, site_name, no, text, from_name, by_name, org, org_name, answer, answered_by;
	yz_instant at, due, received, answered, answer_by; /* due: as it was given; answer_by: of the limit that runs here */
	bool ours; /* for this installation to answer */
};
/* days: working days until it wants its answer, 1 to 30. */
bool yz_order_give(struct yz_site *site, const struct yz_actor *who, struct yz_str region, struct yz_str no, bool question,
		   struct yz_str text, int days, struct yz_err *err);
/* Those from above for her departments, or for all where she supervises the whole region; the open ones first. */
size_t yz_order_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int limit,
		     struct yz_order **out, struct yz_err *err);
bool yz_order_answer(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_str text, struct yz_err *err);

#endif
