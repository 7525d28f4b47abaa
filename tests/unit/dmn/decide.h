/* tests/unit/dmn/decide.h - deciding with facts and answers written as expressions.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_DMN_DECIDE_H
#define YZ_TESTS_DMN_DECIDE_H

#include "tests/unit/dmn/models.h"

static struct yz_feel_run run;
static struct yz_dmn_eval eval;

static inline struct yz_feel_value fact(const char *text)
{
	struct yz_feel_run own;
	yz_feel_run_init(&own, arena);
	const struct yz_feel *f = yz_feel_compile(arena, yz_str(text), YZ_FEEL_EXPRESSION, NULL, NULL, &err);
	if (!f)
		fail_msg("%s: %s", text, err.msg);
	return yz_feel_eval(f, &own, NULL);
}

/* Begins anew; facts is a context as an expression, "" for none. */
static inline void with(const char *facts)
{
	struct yz_str stray;
	yz_feel_run_init(&run, arena);
	yz_dmn_begin(&eval, model, &run);
	if (*facts && !yz_dmn_set_all(&eval, fact(facts), &stray))
		print_message("a fact does not conform\n");
}

static inline const char *decide(const char *name, const char *facts)
{
	with(facts);
	return written(yz_dmn_decide(&eval, node(name)));
}

/* Missing facts are unknown. */
static inline const char *guess(const char *name, const char *facts)
{
	with(facts);
	eval.missing_unknown = true;
	return written(yz_dmn_decide(&eval, node(name)));
}

/* Why the last decision is null. */
static inline const char *why(const char *name)
{
	struct yz_feel_value v = yz_dmn_decide(&eval, node(name));
	assert_int_equal(v.kind, YZ_FEEL_NULL);
	assert_non_null(v.reason);
	return yz_printf(arena, "%.*s", YZ_P(yz_feel_reason_text(arena, v.reason, YZ_FEEL_EN)));
}

/* Text that outlives loading, which begins with an arena of its own; one at a time. */
static inline const char *body(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static inline const char *body(const char *fmt, ...)
{
	static char text[4 << 20];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	assert_true(n > 0 && (size_t)n < sizeof text);
	return text;
}

#define TEXT(text) "<literalExpression><text>" text "</text></literalExpression>"
#define DECISION(name, body) "<decision id='" name "' name='" name "'><variable name='" name "'/>" body "</decision>"
#define COLUMN(text, type) "<input><inputExpression typeRef='" type "'><text>" text "</text></inputExpression></input>"
#define CELL(text) "<inputEntry><text>" text "</text></inputEntry>"
#define OUT(text) "<outputEntry><text>" text "</text></outputEntry>"
#define RULE(cell, out) "<rule>" CELL(cell) OUT(out) "</rule>"

#endif
