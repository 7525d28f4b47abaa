/* Values, limits and reasons as people read them.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/guide_make.h"

enum { WHY_MOST = 2000, VALUE_MOST = 4000 };

struct yz_str yz_gmake_name(const struct yz_guide_make *m, struct yz_str s)
{
	return m->lang == YZ_LANG_ZH || !s.len ? s : yz_site_name(m->site, yz_lang_code(m->lang), s);
}

/* ---- values ---- */

static struct yz_str text_of(const struct yz_guide_make *m, const struct yz_field *field, struct yz_str s)
{
	for (size_t i = 0; field && i < field->noptions; i++)
		if (yz_str_eq(field->options[i].value, s))
			return yz_gmake_name(m, field->options[i].title);
	return yz_gmake_name(m, s);
}

static struct yz_str day_text(const struct yz_guide_make *m, yz_day day)
{
	char buf[16];
	if (m->lang != YZ_LANG_ZH)
		return yz_str_dup(m->a, yz_str(yz_day_print(day, buf)));
	struct yz_civil c = yz_day_civil(day);
	return yz_str_printf(m->a, "%d年%d月%d日", c.year, c.month, c.day);
}

struct yz_str yz_gmake_value(const struct yz_guide_make *m, const struct yz_field *field, struct yz_feel_value v)
{
	struct yz_buf b;
	switch (v.kind) {
	case YZ_FEEL_BOOLEAN:
		return yz_str(yz_feel_is_true(v) ? T(m->lang, "是") : T(m->lang, "否"));
	case YZ_FEEL_STRING:
		return text_of(m, field, yz_feel_str(v));
	case YZ_FEEL_DATE:
		return day_text(m, (yz_day)yz_feel_day_of(v));
	case YZ_FEEL_NUMBER:
		if (field && field->unit.len)
			return yz_str_printf(m->a, "%.*s %.*s", YZ_P(yz_feel_text(m->a, v)), YZ_P(yz_gmake_name(m, field->unit)));
		break;
	case YZ_FEEL_LIST:
		yz_buf_init(&b, m->a, VALUE_MOST);
		for (size_t i = 0; i < yz_feel_len(v); i++)
			yz_buf_printf(&b, "%s%.*s", i ? m->lang == YZ_LANG_ZH ? "、" : ", " : "",
				      YZ_P(yz_gmake_value(m, field, yz_feel_at(v, i))));
		return b.len ? yz_buf_str(&b) : yz_str(T(m->lang, "都没有"));
	default:
		break;
	}
	return yz_feel_text(m->a, v);
}

/* ---- limits ---- */

struct yz_str yz_gmake_limit(const struct yz_guide_make *m, int64_t n, struct yz_str unit)
{
	int i = (int)n;
	if (yz_str_eqz(unit, "now"))
		return yz_str(T(m->lang, "当场办结"));
	if (yz_str_eqz(unit, "d"))
		return yz_str_printf(m->a, T_N(m->lang, "%d 天", (uint64_t)n), i);
	if (yz_str_eqz(unit, "wh"))
		return yz_str_printf(m->a, T_N(m->lang, "%d 个工作小时", (uint64_t)n), i);
	return yz_str_printf(m->a, T_N(m->lang, "%d 个工作日", (uint64_t)n), i);
}

struct yz_str yz_gmake_limit_of(const struct yz_guide_make *m, const struct yz_item_limit *l)
{
	if (!l->given)
		return (struct yz_str){0};
	return yz_gmake_limit(m, l->n, l->at_once ? YZ_LIT("now") : yz_str(yz_unit_name(l->unit)));
}

/* ---- reasons ---- */

static bool is_any(struct yz_str cell)
{
	return !cell.len || yz_str_eqz(cell, "-");
}

/* Yes and no as the model says them: 要动绿化带、行道树; what has no words of its own by its name. */
static void put_yes_or_no(const struct yz_guide_make *m, struct yz_buf *b, const struct yz_version *v, struct yz_str label, bool yes)
{
	const struct yz_dmn_node *node = v->decision ? yz_dmn_find(v->decision->model, label) : NULL;
	struct yz_decision_words words = yz_decision_words(node ? node->description : (struct yz_str){0});
	struct yz_str said = yes ? words.yes : words.no;
	if (said.len)
		yz_buf_adds(b, yz_gmake_name(m, said));
	else
		yz_buf_printf(b, yes ? T(m->lang, "有“%.*s”的情况") : T(m->lang, "没有“%.*s”的情况"), YZ_P(yz_gmake_name(m, label)));
}

/* 挖掘原因是“接自来水”; 年龄是 83 周岁 */
static void put_condition(const struct yz_guide_make *m, struct yz_buf *b, const struct yz_version *v, struct yz_str label,
			  struct yz_feel_value value)
{
	const struct yz_field *field = v->form ? yz_form_field(v->form, label) : NULL;
	struct yz_str name = yz_gmake_name(m, label);
	if (value.kind == YZ_FEEL_BOOLEAN) {
		put_yes_or_no(m, b, v, label, yz_feel_is_true(value));
		return;
	}
	/* A situation is written by its key, and read by its name. */
	if (value.kind == YZ_FEEL_STRING && yz_str_eqz(label, yz_decision_name(YZ_SAYS_SITUATION))) {
		const struct yz_json *list = yz_json_get(v->body, "situations");
		for (size_t i = 0; i < yz_json_len(list); i++)
			if (yz_str_eq(yz_json_str(yz_json_at(list, i), "key"), yz_feel_str(value)))
				value = yz_feel_string(yz_json_str(yz_json_at(list, i), "name"));
	}
	struct yz_str shown = yz_gmake_value(m, field, value);
	if (value.kind == YZ_FEEL_STRING || value.kind == YZ_FEEL_LIST)
		yz_buf_printf(b, T(m->lang, "%.*s是“%.*s”"), YZ_P(name), YZ_P(shown));
	else
		yz_buf_printf(b, T(m->lang, "%.*s是 %.*s"), YZ_P(name), YZ_P(shown));
}

static const struct yz_str *note_of(const struct yz_decided_by *by)
{
	for (size_t i = 0; by->row && by->row->notes && i < by->table->nnotes; i++)
		if (by->row->notes[i].len)
			return &by->row->notes[i];
	return NULL;
}

struct yz_str yz_gmake_why(const struct yz_guide_make *m, const struct yz_version *v, const struct yz_decided_by *by, bool open,
			   const char *always)
{
	const struct yz_dmn_trace *t = by->table;
	const char *comma = m->lang == YZ_LANG_ZH ? "，" : ", ", *stop = m->lang == YZ_LANG_ZH ? "。" : ".";
	struct yz_buf b;
	size_t said = 0;
	if (!t)
		return (struct yz_str){0};
	if (!by->row)
		return yz_str(T(m->lang, "没有别的规则适用。"));
	yz_buf_init(&b, m->a, WHY_MOST);
	for (size_t i = 0; i < t->ninputs; i++) {
		bool known = t->input_values[i].kind != YZ_FEEL_UNKNOWN;
		if (is_any(by->row->cells[i].text) || (open && known) || (!open && !known))
			continue;
		if (said++)
			yz_buf_addz(&b, open && m->lang == YZ_LANG_ZH ? "、" : comma);
		else
			yz_buf_addz(&b, open ? T(m->lang, "还要看：") : T(m->lang, "因为"));
		if (open)
			yz_buf_adds(&b, yz_gmake_name(m, t->input_texts[i]));
		else
			put_condition(m, &b, v, t->input_texts[i], t->input_values[i]);
	}
	const struct yz_str *note = open ? NULL : note_of(by);
	if (!said && !note)
		return yz_str(yz_tr(m->lang, always));
	if (note)
		yz_buf_printf(&b, "%s%.*s", said ? m->lang == YZ_LANG_ZH ? "；" : "; " : "", YZ_P(yz_gmake_name(m, *note)));
	yz_buf_addz(&b, stop);
	return yz_buf_str(&b);
}
