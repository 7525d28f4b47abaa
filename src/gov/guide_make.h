/* gov/guide_make.h - a guide as it is worked out (private to gov).
 *
 *	target (versions, bundle) + facts (told, registers) ──▶ question ──▶ checklist
 *
 *	guide.c        kept guides: begin, load, answer, forget, apply, sweep
 *	guide_facts.c  what is asked for, facts in and out of storage, what registers know
 *	guide_ask.c    the next question, in words; what was answered
 *	guide_list.c   the items; materials, merged; fees
 *	guide_before.c steps before, in order and time
 *	guide_words.c  values, limits and reasons as people read them
 *	guide_print.c  as text and as JSON
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_GUIDE_MAKE_H
#define YZ_GOV_GUIDE_MAKE_H

#include "gov/guide.h"
#include "gov/site.h"
#include "gov/version.h"
#include "pack/decision.h"

struct yz_calendar;

/* One thing that was told, as stored: JSON brought to the fact's type. */
struct yz_guide_told {
	struct yz_str name;
	const struct yz_json *json;
	struct yz_feel_value value;
	enum yz_guide_source source;
	const char *register_name; /* message id */
	bool matters;
};
typedef YZ_VEC(struct yz_guide_told) yz_guide_told_list;

struct yz_guide_target {
	const struct yz_version *version;
	const struct yz_json *after; /* of a bundle: keys */
	struct yz_decided said;      /* where it has a decision */
	bool refused;                /* of a bundle: certainly not to be applied for */
};

struct yz_guide_make {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	const struct yz_actor *who; /* NULL: nobody */
	enum yz_lang lang;
	yz_instant now;
	const struct yz_calendar *calendar; /* lent for the making */
	const struct yz_json *bundle;       /* NULL: one item */
	struct yz_str what, bundle_key;     /* what: as stored, "item:CODE" or "bundle:KEY" */
	struct yz_guide_target *targets;    /* in the order to do them */
	size_t ntargets;
	yz_guide_told_list told;
	struct yz_guide *g;
};

/* Is this decision asked for?  办理意见 is only looked at. */
static inline bool yz_gmake_asks(int role)
{
	return role != YZ_SAYS_OPINION;
}

/* ---- guide_facts.c ---- */

/* `what` as a citizen writes it: an item's code or key, else a bundle's key.  NOT_FOUND also where nothing is decided. */
bool yz_gmake_find(struct yz_guide_make *m, struct yz_str what, struct yz_err *err);
/* The same from "item:CODE", "bundle:KEY". */
bool yz_gmake_target(struct yz_guide_make *m, struct yz_str stored, struct yz_err *err);
/* Ids of the versions, a space between. */
struct yz_str yz_gmake_rules(const struct yz_guide_make *m);
/* The first decision that has the fact, with the form of its item; false: none. */
bool yz_gmake_fact(const struct yz_guide_make *m, struct yz_str name, const struct yz_version **v, const struct yz_dmn_node **input,
		   const struct yz_feel_type **type);
/* Facts of storage or of a command: those no decision has, or whose value is not allowed (any more), are left out, or
 * refused where strict. */
bool yz_gmake_take(struct yz_guide_make *m, const struct yz_json *facts, bool strict, struct yz_err *err);
/* Values of a form field as JSON of the fact's type; n 0: NULL and true. */
bool yz_gmake_typed(struct yz_guide_make *m, struct yz_str name, const struct yz_str *values, size_t n, const struct yz_json **json,
		    struct yz_err *err);
/* What the registers know of who looks, where it was not told. */
bool yz_gmake_registers(struct yz_guide_make *m, struct yz_err *err);
/* The told ones as dmn takes them. */
const struct yz_dmn_told *yz_gmake_known(const struct yz_guide_make *m, size_t *n);
/* Sets `matters` of each. */
void yz_gmake_weigh(struct yz_guide_make *m);
/* Those told, as stored. */
struct yz_str yz_gmake_stored(const struct yz_guide_make *m);

/* ---- guide_ask.c ---- */

/* Fills g->question, answered, open, decided. */
void yz_gmake_ask(struct yz_guide_make *m);

/* ---- guide_list.c, guide_before.c ---- */

/* g->items, materials, fees.  false: err. */
bool yz_gmake_list(struct yz_guide_make *m, struct yz_err *err);
void yz_gmake_before(struct yz_guide_make *m);

/* ---- guide_words.c ---- */

struct yz_str yz_gmake_name(const struct yz_guide_make *m, struct yz_str s); /* of the pack, in the reader's language */
/* A value of the fact as it is read: the title of the form's option, 是, 12.5 米, 2026年11月22日. */
struct yz_str yz_gmake_value(const struct yz_guide_make *m, const struct yz_field *field, struct yz_feel_value v);
struct yz_str yz_gmake_limit(const struct yz_guide_make *m, int64_t n, struct yz_str unit);
struct yz_str yz_gmake_limit_of(const struct yz_guide_make *m, const struct yz_item_limit *l);
/* The sentence why: of a rule, or, open, what it waits for.  `always`: the words for a rule without conditions. */
struct yz_str yz_gmake_why(const struct yz_guide_make *m, const struct yz_version *v, const struct yz_decided_by *by, bool open,
			   const char *always);

#endif
