/* gov/licence.h - electronic licences (电子证照): what a person holds, what it proves, who used it.
 *
 *	granted ──▶ valid ⇄ suspended
 *	              │  └──▶ revoked ◀── (all)
 *	              └ last day over: expired ──renewed──▶ valid
 *
 * A licence is a certificate the house issued: type, number, holder, validity, state, a public check page
 * (gov/document.h) and a signed PDF.  An item's material may say which types prove it ("licence": ["business-licence"])
 * or which fact of the registers does ("register": "identity"); what is proved is neither uploaded nor
 * asked (国务院令第 716 号 7, 10).  Only for whom is verified (level ≥ 1), and for who acts for her in that item.
 *
 * Nothing is pulled before the application is submitted: until then the page only says what would be.  The pull is one
 * line in the holder's log and one entry in the ledger, in the same transaction as the case.
 *
 * Ownership: what is returned lives in the arena given.
 * Threads:   any; acts are writes, no connection may be held.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_LICENCE_H
#define YZ_GOV_LICENCE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "fmt/json.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

enum yz_licence_state {
#define STATE(name, title) YZ_LICENCE_##name,
#include "gov/licence_states.def"
#undef STATE
	YZ_LICENCE_STATES
};
const char *yz_licence_state_name(enum yz_licence_state state);
const char *yz_licence_state_title(enum yz_licence_state state); /* message id */
bool yz_licence_state_parse(struct yz_str s, enum yz_licence_state *state);

struct yz_licence {
	int64_t id, holder, document, case_id;
	struct yz_str no, type, type_code, name; /* type: the pack's key; name: 营业执照 */
	struct yz_str holder_name, org, org_name, item_code, item_name, case_no, check_code;
	yz_instant issued, changed; /* changed: the last act on it, 0 none */
	yz_day valid_from, valid_until; /* until: its last day; 0: without end */
	enum yz_licence_state state; /* at the site's now */
	struct yz_str reason; /* of the last act */
	int64_t uses; /* only in lists */
};

/* Stored state and last day as of a day: only valid ones expire. */
enum yz_licence_state yz_licence_state_on(struct yz_str stored, yz_day valid_until, yz_day today);

/* ---- what it proves ---- */

enum yz_proof {
	YZ_PROOF_NONE,     /* nothing known: upload it */
	YZ_PROOF_LICENCE,  /* a valid licence of hers */
	YZ_PROOF_REGISTER, /* a fact of the registers */
	YZ_PROOF_UNFIT     /* she holds one, but it is not worth anything now: why */
};

struct yz_licence_proof {
	enum yz_proof kind;
	const struct yz_licence *licence; /* LICENCE, UNFIT */
	const char *fact;                 /* REGISTER: message id of what is known: 身份已核验 */
	const char *why;                  /* UNFIT: message id: 已过有效期 */
};

/* Which of these materials (a list of an item's) `who` already has for whom she acts, one answer a material, in order:
 * nothing of anybody who is not signed in, not verified, or acts without scope for the item.  false: err. */
bool yz_licence_proves(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		       struct yz_str item_code, const struct yz_json *materials, struct yz_licence_proof **out, struct yz_err *err);

/* ---- hers ---- */

struct yz_licence_list {
	struct yz_licence *at;
	size_t len;
};
/* Her own and those of whom she acts for in everything, newest first. */
bool yz_licence_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		     struct yz_licence_list *out, struct yz_err *err);
/* Hers likewise, or of the department that issued it; else NOT_FOUND. */
struct yz_licence *yz_licence_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
				   int64_t id, struct yz_err *err);
/* The signed PDF, for who may load it.  No connection may be held. */
bool yz_licence_pdf(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_str *pdf,
		    struct yz_err *err);

/* Who used it, when, for what: newest first.  The caller has loaded the licence as whoever reads this. */
struct yz_licence_use {
	int64_t id;
	yz_instant at;
	struct yz_str case_no, item_name, org_name, material, by_name; /* by: who submitted it */
	enum yz_licence_state state;
};
struct yz_licence_uses {
	struct yz_licence_use *at;
	size_t len;
};
bool yz_licence_used(struct yz_conn *conn, struct yz_arena *a, int64_t licence, int64_t before, size_t most,
		     struct yz_licence_uses *out, struct yz_err *err);

/* ---- the department's ---- */

enum { YZ_LICENCE_REASON = 1000, YZ_LICENCE_PAGE = 50 };

enum yz_licence_act {
#define ACT(name, from, to, verb, done) YZ_LICENCE_ACT_##name,
#include "gov/licence_acts.def"
#undef ACT
	YZ_LICENCE_ACTS
};
const char *yz_licence_act_name(enum yz_licence_act act);
const char *yz_licence_act_verb(enum yz_licence_act act); /* message id */
bool yz_licence_act_parse(struct yz_str s, enum yz_licence_act *act);
/* Whether a licence in this state may have it. */
bool yz_licence_act_fits(enum yz_licence_act act, enum yz_licence_state state);

/* Those her departments issued whose number or holder begins so ("": the newest); `before`: id of the last row. */
bool yz_licence_search(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		       struct yz_str words, int64_t before, struct yz_licence_list *out, struct yz_err *err);
/* By a decider of the department, with a reason the holder is told.  renew: a new paper, good through `until`, which
 * must lie ahead of its last day and at most thirty years ahead.  The old paper's check page says so. */
bool yz_licence_act(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, enum yz_licence_act act,
		    struct yz_str reason, yz_day until, struct yz_err *err);

#endif
