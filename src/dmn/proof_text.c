/* dmn/proof_text.c - what was proved, for people and for programs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/eval.h"

#include "fmt/json.h"

static void say(struct yz_buf *out, enum yz_feel_lang lang, const char *en, const char *zh)
{
	yz_buf_addz(out, lang == YZ_FEEL_ZH ? zh : en);
}

static void example(const struct yz_dmn_finding *f, enum yz_feel_lang lang, struct yz_buf *out)
{
	if (!f->nexample)
		return;
	say(out, lang, "; for example ", "；例如");
	for (size_t i = 0; i < f->nexample; i++) {
		const struct yz_dmn_told *t = &f->example[i];
		if (i)
			say(out, lang, ", ", "，");
		if (t->assumed)
			say(out, lang, i ? "and assuming " : "assuming ", i ? "并假定" : "假定");
		yz_buf_adds(out, t->name);
		yz_buf_addz(out, " = ");
		yz_feel_write(out, t->value);
	}
}

/* {0} and {1} stand for the rule and the other one, {2} for the value. */
static void sentence(const struct yz_dmn_finding *f, enum yz_feel_lang lang, struct yz_buf *out)
{
	static const char *const words[][2] = {
		[YZ_DMN_GAP] = {"no rule answers", "没有一条规则能回答"},
		[YZ_DMN_REFUSED] = {"an input of the table does not allow its value", "表的输入不允许这样的值"},
		[YZ_DMN_CLASH] = {"rules {1} and {0} contradict: both match", "规则 {1} 和规则 {0} 矛盾：两条同时成立"},
		[YZ_DMN_NEVER] = {"rule {0} never matches: its cells cannot hold together", "规则 {0} 永远不成立：各格的条件不能同时满足"},
		[YZ_DMN_MASKED] = {"rule {0} never answers: others come first, as rule {1}",
				   "规则 {0} 永远轮不到：总有别的规则在先，如规则 {1}"},
		[YZ_DMN_UNREACHED] = {"no rule gives {2}, which is listed as an output", "列出的结果 {2} 没有规则能给出"},
		[YZ_DMN_ENDLESS] = {"the decision is never made: it has no logic that can be run, or stands on itself",
				    "这个决策永远得不出：没有能运行的逻辑，或者依赖它自己"},
		[YZ_DMN_OUTSIDE] = {"rule {0} gives {2}, which output {1} does not allow", "规则 {0} 得出 {2}，而第 {1} 个输出不允许这个取值"},
		[YZ_DMN_EMPTY] = {"rule {0} says nothing for output {1}: it is null", "规则 {0} 没有写第 {1} 个输出，结果是空值"},
	};
	for (const char *s = words[f->flaw][lang == YZ_FEEL_ZH]; *s; s++) {
		if (*s != '{') {
			yz_buf_addc(out, *s);
			continue;
		}
		if (s[1] == '2')
			yz_feel_write(out, f->value);
		else
			yz_buf_printf(out, "%u", s[1] == '0' ? f->rule : f->other);
		s += 2;
	}
}

void yz_dmn_finding_text(const struct yz_dmn_finding *f, enum yz_feel_lang lang, struct yz_buf *out)
{
	sentence(f, lang, out);
	example(f, lang, out);
}

static void put_value(struct yz_jw *w, struct yz_buf *out, struct yz_feel_value v)
{
	struct yz_buf text;
	yz_buf_init(&text, out->arena, 1 << 20);
	yz_dmn_write_json(&text, v);
	yz_jw_raw(w, yz_str_trim(yz_buf_str(&text)));
}

static void put_place(struct yz_jw *w, const struct yz_dmn_place *place)
{
	yz_jw_kstr(w, "file", place->file);
	yz_jw_kint(w, "line", place->line);
	yz_jw_kint(w, "column", place->column);
	yz_jw_kstr(w, "element", place->element);
}

static void put_told(struct yz_jw *w, struct yz_buf *out, const struct yz_dmn_finding *f, bool assumed)
{
	yz_jw_object(w);
	for (size_t i = 0; i < f->nexample; i++)
		if (f->example[i].assumed == assumed) {
			yz_jw_keys(w, f->example[i].name);
			put_value(w, out, f->example[i].value);
		}
	yz_jw_end(w, '}');
}

static void put_finding(struct yz_jw *w, struct yz_buf *out, const struct yz_dmn_finding *f, enum yz_feel_lang lang)
{
	static const char *const names[] = {
		[YZ_DMN_GAP] = "gap",       [YZ_DMN_REFUSED] = "refused",     [YZ_DMN_CLASH] = "clash",     [YZ_DMN_NEVER] = "never",
		[YZ_DMN_MASKED] = "masked", [YZ_DMN_UNREACHED] = "unreached", [YZ_DMN_ENDLESS] = "endless",
		[YZ_DMN_OUTSIDE] = "outside", [YZ_DMN_EMPTY] = "empty",
	};
	struct yz_buf text;
	bool assumes = false;
	yz_buf_init(&text, out->arena, 1 << 20);
	yz_dmn_finding_text(f, lang, &text);
	yz_jw_object(w);
	yz_jw_kz(w, "flaw", names[f->flaw]);
	yz_jw_kstr(w, "decision", f->node->name);
	put_place(w, &f->place);
	yz_jw_kstr(w, "message", yz_buf_str(&text));
	if (f->rule)
		yz_jw_kint(w, "rule", f->rule);
	if (f->other)
		yz_jw_kint(w, "other", f->other);
	if (f->flaw == YZ_DMN_UNREACHED || f->flaw == YZ_DMN_OUTSIDE) {
		yz_jw_key(w, "value");
		put_value(w, out, f->value);
	}
	for (size_t i = 0; i < f->nexample; i++)
		assumes |= f->example[i].assumed;
	if (f->nexample) {
		yz_jw_key(w, "example");
		put_told(w, out, f, false);
	}
	if (assumes) {
		yz_jw_key(w, "assumed");
		put_told(w, out, f, true);
	}
	yz_jw_end(w, '}');
}

void yz_dmn_proof_json(const struct yz_dmn_proof *p, enum yz_feel_lang lang, struct yz_buf *out)
{
	struct yz_jw w;
	yz_jw_init(&w, out);
	yz_jw_object(&w);
	yz_jw_key(&w, "findings");
	yz_jw_array(&w);
	for (const struct yz_dmn_finding *f = p->findings; f; f = f->next)
		put_finding(&w, out, f, lang);
	yz_jw_end(&w, ']');
	yz_jw_key(&w, "unread");
	yz_jw_array(&w);
	for (size_t i = 0; i < p->nunread; i++) {
		yz_jw_object(&w);
		yz_jw_kstr(&w, "text", p->unread[i].text);
		if (p->unread[i].about.len)
			yz_jw_kstr(&w, "about", p->unread[i].about);
		yz_jw_kz(&w, "taken", p->unread[i].value ? "any value" : "yes or no");
		put_place(&w, &p->unread[i].place);
		yz_jw_end(&w, '}');
	}
	yz_jw_end(&w, ']');
	yz_jw_kint(&w, "tables", (int64_t)p->tables);
	yz_jw_kint(&w, "facts", (int64_t)p->facts);
	yz_jw_end(&w, '}');
}
