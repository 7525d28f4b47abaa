/* feel/narrow.c - comparing a fact that nobody has told yet, but of which its type says what it may be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/machine.h"

#include "feel/fast.h"

enum { MOST_VALUES = 200 };

static bool scalar(uint8_t kind)
{
	return kind > YZ_FEEL_NULL && kind < YZ_FEEL_LIST;
}

/* The same truth for each of the values; what has none for one of them, or would complain, is left open. */
static bool for_each(struct yz_feel_run *run, enum yz_feel_opcode op, const struct yz_feel_type *t,
		     const struct yz_feel_span *s, struct yz_feel_value what, struct yz_feel_value *out)
{
	struct yz_feel_run aside = *run;
	bool same = s->nvalues && s->nvalues <= MOST_VALUES;
	aside.reasons = NULL;
	aside.last_reason = NULL;
	aside.nreasons = aside.kept = 0;
	for (size_t i = 0; same && i < s->nvalues; i++) {
		struct yz_feel_value v = s->values[i];
		same = v.kind == t->kind && !aside.spent;
		if (!same)
			break;
		v = op == YZ_OP_IN ? yz_feel_in(&aside, v, what) : yz_feel_relate(&aside, op, v, what);
		same = v.kind == YZ_FEEL_BOOLEAN && !aside.nreasons && (!i || v.flag == out->flag);
		*out = v;
	}
	run->steps = aside.steps;
	run->spent = aside.spent;
	return same && !run->spent;
}

/* Anything from `least` on and up to `most`: what is true (false) of the end that makes it least likely (likeliest). */
static bool between(enum yz_feel_opcode op, const struct yz_feel_span *s, struct yz_feel_value what, struct yz_feel_value *out)
{
	int low = 0, high = 0;
	const bool has_low = s->least && yz_feel_compare(*s->least, what, &low);
	const bool has_high = s->most && yz_feel_compare(*s->most, what, &high);
	const bool up = op == YZ_OP_GT || op == YZ_OP_GE;
	switch (op) {
	case YZ_OP_EQ:
	case YZ_OP_NE:
		/* Times are equal by whole seconds, and in order by less. */
		*out = yz_feel_bool(op == YZ_OP_NE);
		return what.kind != YZ_FEEL_TIME && what.kind != YZ_FEEL_DATE_TIME &&
		       ((has_low && low > 0) || (has_high && high < 0));
	case YZ_OP_LT:
	case YZ_OP_LE:
	case YZ_OP_GT:
	case YZ_OP_GE:
		*out = yz_feel_bool(true);
		if (up ? has_low && holds(op, low) : has_high && holds(op, high))
			return true;
		*out = yz_feel_bool(false);
		return up ? has_high && !holds(op, high) : has_low && !holds(op, low);
	default:
		return false;
	}
}

bool yz_feel_narrowed(struct yz_feel_run *run, enum yz_feel_opcode op, struct yz_feel_value v, struct yz_feel_value what,
		      struct yz_feel_value *out)
{
	const struct yz_feel_type *t = yz_feel_unknown_type(v);
	if (!t || !t->span || !scalar((uint8_t)t->kind))
		return false;
	const struct yz_feel_span *s = t->span(t);
	if (!s)
		return false;
	struct yz_feel_value known = {0};
	bool is = false;
	if (op == YZ_OP_IN ? what.kind == YZ_FEEL_LIST : what.kind == t->kind) {
		is = s->values && for_each(run, op, t, s, what, &known);
		is = is || (what.kind == t->kind && between(op, s, what, &known));
	}
	if (is)
		*out = known;
	return is;
}
