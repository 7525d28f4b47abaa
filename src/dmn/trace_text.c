/* dmn/trace_text.c - an explanation as people read it, in the words of the model.
 *
 *	决策“资格” = "符合"
 *	  因为规则 3：年龄 >= 80（实际 83），户籍为 "本市"
 *	  决策“年龄” = 83
 *	    年份 - 出生年份 = 83
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/eval.h"

enum { DEEPEST = 200 };

struct writer {
	struct yz_buf *out;
	enum yz_feel_lang lang;
};

static void say(struct writer *w, const char *en, const char *zh)
{
	yz_buf_addz(w->out, w->lang == YZ_FEEL_ZH ? zh : en);
}

static void indent(struct writer *w, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		yz_buf_addz(w->out, "  ");
}

static void quoted(struct writer *w, struct yz_str s)
{
	say(w, "\"", "“");
	yz_buf_adds(w->out, s);
	say(w, "\"", "”");
}

static void value(struct writer *w, struct yz_feel_value v)
{
	size_t n;
	const struct yz_str *facts = yz_feel_depends_on(v, &n);
	if (v.kind == YZ_FEEL_UNKNOWN) {
		say(w, "not known yet, depends on ", "尚不能确定，取决于");
		for (size_t i = 0; i < n; i++) {
			if (i)
				say(w, ", ", "、");
			quoted(w, facts[i]);
		}
	} else if (v.kind == YZ_FEEL_NULL) {
		say(w, "no value", "没有值");
		if (!v.reason)
			return;
		say(w, " (", "（");
		yz_buf_adds(w->out, yz_feel_reason_text(w->out->arena, v.reason, w->lang));
		say(w, ")", "）");
	} else {
		yz_buf_adds(w->out, yz_dbrief(w->out->arena, v));
	}
}

static void equals(struct writer *w, struct yz_feel_value v)
{
	if (v.kind == YZ_FEEL_UNKNOWN)
		say(w, " is ", "");
	else if (v.kind == YZ_FEEL_NULL)
		say(w, " has ", "");
	else
		yz_buf_addz(w->out, " = ");
	value(w, v);
}

/* ---- rules ---- */

static bool begins(struct yz_str s, const char *any_of)
{
	return s.len && strchr(any_of, s.ptr[0]);
}

/* ">= 80", "[18..60)", "\"本市\"", "\"a\", \"b\"", "not(…)", or a test that speaks of the value as ?. */
static void condition(struct writer *w, struct yz_str input, struct yz_str cell)
{
	yz_buf_adds(w->out, input);
	if (yz_str_find(cell, YZ_LIT("?"), 0) != SIZE_MAX)
		say(w, ": ", "：");
	else if (begins(cell, "<>=!") || yz_str_starts(cell, YZ_LIT("not(")))
		yz_buf_addc(w->out, ' ');
	else if (begins(cell, "[(]") || yz_str_find(cell, YZ_LIT(","), 0) != SIZE_MAX)
		say(w, " in ", "属于 ");
	else
		say(w, " is ", "为 ");
	yz_buf_adds(w->out, cell);
}

static bool is_dash(struct yz_str cell)
{
	return !cell.len || yz_str_eqz(cell, "-");
}

static void cells(struct writer *w, const struct yz_dmn_trace *t, const struct yz_dmn_row *r)
{
	size_t said = 0;
	for (size_t i = 0; i < t->ninputs; i++) {
		const struct yz_dmn_cell *c = &r->cells[i];
		if (is_dash(c->text))
			continue;
		if (said++)
			say(w, ", ", "，");
		condition(w, t->input_texts[i], c->text);
		struct yz_feel_value v = t->input_values[i];
		struct yz_str actual = yz_dbrief(w->out->arena, v);
		if (v.kind == YZ_FEEL_UNKNOWN)
			say(w, " (not known yet)", "（尚不知道）");
		else if (v.kind == YZ_FEEL_NULL)
			say(w, " (there is no value)", "（没有值）");
		else if (!yz_str_eq(actual, c->text)) {
			say(w, " (it is ", "（实际 ");
			yz_buf_adds(w->out, actual);
			say(w, ")", "）");
		}
		if (c->truth == YZ_DMN_FALSE || c->truth == YZ_DMN_NULL)
			say(w, " does not hold", "不成立");
	}
	if (!said)
		say(w, "no conditions", "没有条件");
}

static void rule(struct writer *w, const struct yz_dmn_trace *t, const struct yz_dmn_row *r, unsigned depth,
		 const char *en, const char *zh)
{
	indent(w, depth);
	say(w, en, zh);
	say(w, "rule ", "规则 ");
	yz_buf_addi(w->out, r->rule);
	if (r->label.len) {
		say(w, " (", "（");
		yz_buf_adds(w->out, r->label);
		say(w, ")", "）");
	}
	say(w, ": ", "：");
	cells(w, t, r);
	for (size_t i = 0; i < t->nnotes && r->notes; i++) {
		if (!r->notes[i].len)
			continue;
		say(w, "; ", "；");
		yz_buf_adds(w->out, t->note_names[i]);
		say(w, ": ", "：");
		yz_buf_adds(w->out, r->notes[i]);
	}
	yz_buf_addc(w->out, '\n');
}

static void table(struct writer *w, const struct yz_dmn_trace *t, unsigned depth)
{
	size_t counted = 0, open = 0;
	bool unknown = t->value.kind == YZ_FEEL_UNKNOWN;
	for (size_t i = 0; i < t->nrows; i++)
		if (t->rows[i].counts) {
			rule(w, t, &t->rows[i], depth, counted ? "and " : "because of ", counted ? "以及" : "因为");
			counted++;
		}
	for (size_t i = 0; i < t->nrows && !counted; i++)
		if (t->rows[i].truth == YZ_DMN_POSSIBLE || (unknown && t->rows[i].truth == YZ_DMN_TRUE)) {
			rule(w, t, &t->rows[i], depth, open ? "or " : "still possible: ", open ? "或者" : "仍有可能：");
			open++;
		}
	for (size_t i = 0; i < t->nrows && !counted && !open; i++)
		if (t->rows[i].truth == YZ_DMN_TRUE)
			rule(w, t, &t->rows[i], depth, "matches: ", "符合：");
	if (!t->defaulted)
		return;
	indent(w, depth);
	say(w, "no rule matches, so the default output is taken\n", "没有一条规则符合，取默认值\n");
}

/* ---- steps ---- */

static void node(struct writer *w, const struct yz_dmn_trace *t)
{
	static const char *const kinds[][2] = {[YZ_DMN_INPUT] = {"input ", "输入"},
					       [YZ_DMN_DECISION] = {"decision ", "决策"},
					       [YZ_DMN_BKM] = {"knowledge model ", "知识模型"},
					       [YZ_DMN_SERVICE] = {"decision service ", "决策服务"}};
	say(w, kinds[t->node->kind][0], kinds[t->node->kind][1]);
	quoted(w, t->node->label.len ? t->node->label : t->node->name);
}

static void step(struct writer *w, const struct yz_dmn_trace *t, unsigned depth)
{
	if (t->step != YZ_DMN_STEP_TABLE) {
		indent(w, depth);
		if (t->step == YZ_DMN_STEP_NODE)
			node(w, t);
		else if (t->step == YZ_DMN_STEP_ENTRY)
			yz_buf_adds(w->out, t->name);
		else if (t->step == YZ_DMN_STEP_TEXT)
			yz_buf_adds(w->out, yz_str_trim(t->text));
		else if (yz_str_eqz(t->name, "then"))
			say(w, "the condition holds", "条件成立");
		else
			say(w, "the condition does not hold", "条件不成立");
		equals(w, t->value);
		yz_buf_addc(w->out, '\n');
		depth++;
	}
	for (const struct yz_dmn_trace *c = t->child; c && depth < DEEPEST && !w->out->full; c = c->next)
		step(w, c, depth);
	if (t->step == YZ_DMN_STEP_TABLE)
		table(w, t, depth);
}

void yz_dmn_trace_text(const struct yz_dmn_trace *t, enum yz_feel_lang lang, struct yz_buf *out)
{
	struct writer w = {out, lang};
	if (t)
		step(&w, t, 0);
}
