/* pack/decision.h - the decision model of an item: what the house reads of it, and what it says of a case.
 *
 *	decisions/KEY.dmn ──yz_decision_load──▶ struct yz_decision ──yz_decide(told)──▶ struct yz_decided
 *	                                             │
 *	                                             └─ yz_decision_guide ──▶ dmn.h: yz_dmn_ask
 *
 * The house reads decisions by name: 情形 and 材料 must be there, 费用, 办结时限, 前置, 受理意见 and 办理意见 may.  Their
 * inputs are facts; one of the name of a form's field is that field.
 *
 * Ownership: all in the arena given; a decision keeps nothing of its text.
 * Threads:   any number decide and ask at once.  Guides are made when first asked for, in the decision's own arena: from
 *            then on nobody else may allocate there, except in one thread.
 * Failure:   deciding never fails: what depends on facts nobody told is open, and says on which.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PACK_DECISION_H
#define YZ_PACK_DECISION_H

#include "dmn/dmn.h"
#include "pack/form.h"

enum yz_decision_role { YZ_SAYS_SITUATION, YZ_SAYS_ACCEPT, YZ_SAYS_MATERIALS, YZ_SAYS_BEFORE, YZ_SAYS_FEES, YZ_SAYS_LIMIT,
			YZ_SAYS_OPINION, YZ_SAYS };
/* 情形 …: the name of the decision in the model. */
const char *yz_decision_name(enum yz_decision_role role);

struct yz_decision {
	const struct yz_dmn *model;
	const struct yz_dmn_node *at[YZ_SAYS]; /* NULL: the model has no such decision */
	const struct yz_dmn_fact *facts;       /* of all its inputs that are scalars */
	size_t nfacts;
	struct yz_decision_guides *guides;     /* private */
};

/* Of one evaluation for a page, which makes some tens of them: 500,000 steps (far below yz_feel_default), the rest as
 * there.  A model that needs more answers null. */
extern const struct yz_feel_limits yz_decision_limits;

/* NULL with err where it is no model, or has errors (the first is told).  *diags (NULL allowed): all that was found. */
const struct yz_decision *yz_decision_load(struct yz_arena *a, struct yz_str file, struct yz_str text,
					   const struct yz_dmn_diag **diags, struct yz_err *err);
/* The words that a description has, borrowed from it: its first line is the question, then comes the hint, last how the
 * answers are said within a sentence: lines that begin with 是： and 否：.  What it has not is empty. */
struct yz_decision_words {
	struct yz_str question, hint, yes, no;
};
struct yz_decision_words yz_decision_words(struct yz_str description);

/* NULL where the model has no such decision. */
const struct yz_dmn_guide *yz_decision_guide(const struct yz_decision *d, enum yz_decision_role role);
/* The type of a fact ("申请人.年龄", or a whole input) in *t; false: there is no such fact. */
bool yz_decision_fact(const struct yz_decision *d, struct yz_str name, const struct yz_dmn_node **input,
		      const struct yz_feel_type **t);
/* A JSON value as this fact; false where its type does not allow it (err says what is allowed). */
bool yz_decision_value(struct yz_arena *a, const struct yz_decision *d, struct yz_str fact, const struct yz_json *json,
		       struct yz_feel_value *out, struct yz_err *err);

/* A form's facts as told: a field that is not asked, or may be left out and was, is null; one that must be answered and is
 * not yet is not told.  With extra facts that the form has not (an object; NULL: none), as far as they fit. */
const struct yz_dmn_told *yz_decision_told(struct yz_arena *a, const struct yz_decision *d, const struct yz_form *form,
					   const struct yz_json *facts, const struct yz_json *extra, yz_instant now, size_t *n);

/* ---- what it says ---- */

/* The rule behind an answer.  row NULL with a table: none held, and its default answered; table NULL: no table. */
struct yz_decided_by {
	const struct yz_dmn_trace *table;
	const struct yz_dmn_row *row;
};

enum yz_decided_state { YZ_DECIDED_NO, YZ_DECIDED_OPEN, YZ_DECIDED_YES };

struct yz_decided_need {
	const struct yz_json *thing; /* of the item's materials, or of its `before` */
	enum yz_decided_state state;
	struct yz_decided_by by;
};

struct yz_decided_fee {
	struct yz_str name, note;
	const struct yz_feel_value *amount; /* a number; NULL: not fixed */
	struct yz_decided_by by;
};

struct yz_decided {
	/* By role: the model has it, and it does not depend on what nobody told. */
	bool known[YZ_SAYS];
	const struct yz_json *situation; /* of the item's situations; NULL: open or none */
	struct yz_decided_by situation_by;
	struct yz_decided_need *materials, *before; /* all of the item's, in its order */
	size_t nmaterials, nbefore;
	struct yz_decided_fee *fees;
	size_t nfees;
	bool has_limit, at_once;
	int64_t limit;
	struct yz_str limit_unit; /* wd, d, wh, now */
	struct yz_decided_by limit_by;
	bool refused;             /* 受理意见 is no */
	struct yz_str refusal;    /* the model's words; may be empty */
	struct yz_decided_by accept_by;
	struct yz_str opinion;    /* 准予, 不予 or empty */
	struct yz_decided_by opinion_by;
	const struct yz_str *missing; /* facts that anything depends on which is not known, each once */
	size_t nmissing;
	const struct yz_str *strange; /* what it answered that the item has not */
	size_t nstrange;
};

/* roles: bits 1 << role; 0: all. */
void yz_decide(struct yz_arena *a, const struct yz_decision *d, const struct yz_json *item_body,
	       const struct yz_dmn_told *told, size_t ntold, yz_instant now, unsigned roles, struct yz_decided *out);

#endif
