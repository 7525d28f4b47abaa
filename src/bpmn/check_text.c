/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/check.h"

static bool word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) || c == '_';
}

static bool mime(struct yz_str s)
{
	size_t slash = yz_str_find(s, YZ_LIT("/"), 0);
	if (slash == SIZE_MAX || slash == 0 || slash + 1 == s.len)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (i != slash && !word(s.ptr[i]) && !(s.ptr[i] && strchr("!#$&-^.+", s.ptr[i])))
			return false;
	return true;
}

/* What RFC 3986 allows, and no more. */
static bool uri(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool hex = i + 2 < s.len && strchr("0123456789abcdefABCDEF", s.ptr[i + 1]) &&
			   strchr("0123456789abcdefABCDEF", s.ptr[i + 2]);
		if (c == '%' ? !hex : !word(c) && !(c && strchr("-.~:/?#[]@!$&'()*+,;=", c)))
			return false;
	}
	return true;
}

static void check_format(struct yz_bpmn *m, const struct yz_belem *el)
{
	struct yz_str format = yz_belem_attr(el, "textFormat");
	if (format.len && !mime(format))
		BAD(yz_belem_is(el, "documentation") ? "EXT004" : "EXT010", el,
		    "textFormat is a MIME type like text/plain");
}

/* A phrase without any sign of an expression in it reads as plain language. */
static bool phrase(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!word(s.ptr[i]) && s.ptr[i] != ' ')
			return false;
	return true;
}

/* Without a format a script is FEEL; several words in a row are none. */
static void check_script(struct yz_bpmn *m, const struct yz_belem *el)
{
	struct yz_str format = yz_belem_attr(el, "scriptFormat"),
		      text = yz_belem_text(m->arena, yz_belem_child(el, "script"));
	if (format.len && !mime(format) && !yz_str_eqz(format, "feel") && !yz_str_eqz(format, "FEEL"))
		BAD("EXT145", el, "scriptFormat is a MIME type like text/feel");
	if (!format.len && text.len && phrase(text) && yz_str_find(text, YZ_LIT(" "), 0) != SIZE_MAX)
		BAD("EXT053", el, "the script reads as plain language, and no scriptFormat says otherwise");
}

static void check_language(struct yz_bpmn *m, const struct yz_belem *el)
{
	if (!uri(yz_belem_attr(el, "language")))
		BAD("EXT014", el, "language is a URI");
}

static void check_method(struct yz_bpmn *m, const struct yz_belem *el)
{
	if (!uri(yz_belem_attr(el, "method")))
		BAD("EXT060", el, "method is a URI");
}

static bool formal(const struct yz_belem *el)
{
	return yz_str_eqz(yz_local(yz_belem_attr_of(el, BNS_XSI, "type")), "tFormalExpression");
}

static void check_expression(struct yz_bpmn *m, const struct yz_belem *el)
{
	check_language(m, el);
	if (!yz_belem_executable(el))
		return;
	struct yz_str text = yz_belem_text(m->arena, el);
	if (text.len == 0)
		BAD("EXT013", el, "the expression of an executable process is empty");
	else if (!formal(el))
		BAD("EXT012", el, "an expression of an executable process says xsi:type=\"tFormalExpression\"");
}

static void check_condition_expression(struct yz_bpmn *m, const struct yz_belem *el)
{
	check_language(m, el);
	struct yz_str text = yz_belem_text(m->arena, el);
	if (yz_belem_executable(el) && !formal(el) && phrase(text))
		BAD("EXT012", el, "\"%.*s\" reads as plain language: say xsi:type=\"tFormalExpression\"", YZ_P(text));
}

/* Formal by the schema: only that it says something. */
static void check_given(struct yz_bpmn *m, const struct yz_belem *el)
{
	if (yz_belem_executable(el) && yz_belem_text(m->arena, el).len == 0)
		BAD("EXT013", el, "the expression of an executable process is empty");
}

static void check_boolean(struct yz_bpmn *m, const struct yz_belem *el)
{
	struct yz_feel_value v;
	struct yz_str text = yz_belem_text(m->arena, el);
	struct yz_feel_scope scope = {.open = true};
	const struct yz_feel *f =
		text.len ? yz_feel_compile(m->arena, text, YZ_FEEL_EXPRESSION, &scope, NULL, NULL) : NULL;
	if (f && yz_feel_constant(f, &v) && v.kind != YZ_FEEL_BOOLEAN)
		BAD(yz_belem_is(el, "condition") ? "EXT072" : "EXT071", el, "\"%.*s\" is neither true nor false",
		    YZ_P(text));
	check_given(m, el);
	if (el->parent && yz_belem_is(el->parent, "conditionalEventDefinition") && yz_belem_executable(el) &&
	    !formal(el))
		BAD("EXT123", el, "the condition of an event says xsi:type=\"tFormalExpression\"");
}

static void check_completion(struct yz_bpmn *m, const struct yz_belem *el)
{
	check_expression(m, el);
	if (yz_belem_text(m->arena, el).len)
		check_boolean(m, el);
}

/* Times */

static bool all(struct yz_str s, bool (*ok)(char))
{
	for (size_t i = 0; i < s.len; i++)
		if (!ok(s.ptr[i]))
			return false;
	return s.len > 0;
}

static void check_time(struct yz_bpmn *m, const struct yz_belem *el)
{
	struct yz_str text = yz_belem_text(m->arena, el);
	const char *code = yz_belem_is(el, "timeDate") ? "EXT132" : yz_belem_is(el, "timeCycle") ? "EXT133" : "EXT134";
	check_expression(m, el);
	if (yz_belem_executable(el) && all(text, word) && !yz_btime_ok(text))
		BAD(code, el, "\"%.*s\" is no time; a variable is written \"=%.*s\"", YZ_P(text), YZ_P(text));
}

static void check_timer(struct yz_bpmn *m, const struct yz_belem *el)
{
	size_t n =
		yz_belem_count(el, "timeDate") + yz_belem_count(el, "timeCycle") + yz_belem_count(el, "timeDuration");
	if (n > 1)
		BAD("EXT131", el, "a timer has a date, a cycle or a duration, not several");
	if (n == 0 && yz_belem_executable(el))
		BAD("NO_TIME", el, "the timer has neither date nor cycle nor duration");
}

const struct yz_brule yz_btext_rules[] = {
	{"documentation", check_format},
	{"textAnnotation", check_format},
	{"scriptTask", check_script},
	{"globalScriptTask", check_script},
	{"transaction", check_method},
	{"completionCondition", check_completion},
	{"activationCondition", check_expression},
	{"loopCardinality", check_expression},
	{"loopCondition", check_expression},
	{"from", check_expression},
	{"to", check_expression},
	{"timeDate", check_time},
	{"timeCycle", check_time},
	{"timeDuration", check_time},
	{"conditionExpression", check_condition_expression},
	{"condition", check_boolean},
	{"transformation", check_given},
	{"dataPath", check_given},
	{"timerEventDefinition", check_timer},
	{0},
};
