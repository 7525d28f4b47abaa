/* A guide as text, for a terminal, and as JSON, for a program.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/guide_make.h"

/* ---- text ---- */

struct printing {
	const struct yz_guide *g;
	enum yz_lang lang;
	struct yz_buf *out;
	const char *colon;
};

static void line(struct printing *p, const char *label, struct yz_str text)
{
	if (text.len)
		yz_buf_printf(p->out, "%s%s%.*s\n", label, p->colon, YZ_P(text));
}

/* Below an entry; in brackets what makes it shorter to read. */
static void below(struct printing *p, struct yz_str text)
{
	if (text.len)
		yz_buf_printf(p->out, "    %.*s\n", YZ_P(text));
}

static void print_question(struct printing *p, const struct yz_guide_question *q)
{
	yz_buf_printf(p->out, "\n%s%.*s\n", T(p->lang, "下一个问题："), YZ_P(q->question));
	below(p, q->hint);
	for (size_t i = 0; i < q->nchoices; i++) {
		yz_buf_printf(p->out, "  - %.*s", YZ_P(q->choices[i].text));
		if (!yz_str_eq(q->choices[i].text, q->choices[i].value))
			yz_buf_printf(p->out, " (%.*s)", YZ_P(q->choices[i].value));
		yz_buf_addc(p->out, '\n');
	}
	if (q->unit.len)
		line(p, T(p->lang, "单位"), q->unit);
	yz_buf_printf(p->out, "  --answer \"%.*s=…\"\n", YZ_P(q->fact));
}

static void print_answered(struct printing *p)
{
	if (p->g->nanswered)
		yz_buf_printf(p->out, "\n%s\n", T(p->lang, "已经知道的"));
	for (size_t i = 0; i < p->g->nanswered; i++) {
		const struct yz_guide_answered *one = &p->g->answered[i];
		yz_buf_printf(p->out, "  %.*s %.*s", YZ_P(one->question.question), YZ_P(one->text));
		if (one->source == YZ_GUIDE_REGISTER)
			yz_buf_printf(p->out, " (%.*s)", YZ_P(one->register_name));
		if (!one->matters)
			yz_buf_printf(p->out, " (%s)", T(p->lang, "现在不影响结果"));
		yz_buf_addc(p->out, '\n');
	}
}

static void print_items(struct printing *p)
{
	for (size_t i = 0; i < p->g->nitems; i++) {
		const struct yz_guide_item *one = &p->g->items[i];
		yz_buf_printf(p->out, "\n%.*s · %.*s\n", YZ_P(one->name), YZ_P(one->org_name));
		if (one->refusal.len)
			line(p, T(p->lang, "不能受理"), one->refusal);
		line(p, T(p->lang, "您的情形"), one->situation_name);
		below(p, one->situation_note);
		below(p, one->situation_why);
		line(p, T(p->lang, "办结时限"), one->limit);
		line(p, T(p->lang, "法定时限"), one->legal_limit);
		line(p, T(p->lang, "办理地点"), one->window);
		line(p, T(p->lang, "办理时间"), one->hours);
		line(p, T(p->lang, "电话"), one->phone);
	}
}

static void print_materials(struct printing *p, enum yz_guide_state state, const char *heading)
{
	size_t n = 0;
	for (size_t i = 0; i < p->g->nmaterials; i++) {
		const struct yz_guide_material *one = &p->g->materials[i];
		if (one->state != state)
			continue;
		if (!n++)
			yz_buf_printf(p->out, "\n%s\n", heading);
		yz_buf_printf(p->out, "%3zu. %.*s", n, YZ_P(one->name));
		if (one->originals)
			yz_buf_printf(p->out, "  %s %lld", T(p->lang, "原件"), (long long)one->originals);
		if (one->copies)
			yz_buf_printf(p->out, "  %s %lld", T(p->lang, "复印件"), (long long)one->copies);
		if (!one->must)
			yz_buf_printf(p->out, "  (%s)", T(p->lang, "可不交"));
		yz_buf_addc(p->out, '\n');
		if (one->have_name.len)
			yz_buf_printf(p->out, "    %s%.*s %.*s\n", T(p->lang, "不用交，已有："), YZ_P(one->have_name), YZ_P(one->have_no));
		if (one->given_by.len)
			yz_buf_printf(p->out, "    %s%.*s\n", T(p->lang, "不用交，由这一步产生："), YZ_P(one->given_by));
		below(p, one->why);
		below(p, one->basis);
	}
}

static void print_fees(struct printing *p)
{
	bool known = p->g->nitems > 0;
	for (size_t i = 0; i < p->g->nitems; i++)
		known &= p->g->items[i].fees_known;
	if (!p->g->nfees && !known)
		return;
	yz_buf_printf(p->out, "\n%s\n", T(p->lang, "费用"));
	if (!p->g->nfees)
		yz_buf_printf(p->out, "  %s\n", T(p->lang, "不收费"));
	for (size_t i = 0; i < p->g->nfees; i++) {
		const struct yz_guide_fee *f = &p->g->fees[i];
		yz_buf_printf(p->out, "  %.*s%s%.*s\n", YZ_P(f->name), p->colon, YZ_P(f->amount));
		below(p, f->note);
		below(p, f->why);
	}
}

static void print_before(struct printing *p)
{
	char from[16], to[16];
	if (p->g->nbefore)
		yz_buf_printf(p->out, "\n%s\n", T(p->lang, "先办这些"));
	for (size_t i = 0; i < p->g->nbefore; i++) {
		const struct yz_guide_step *s = &p->g->before[i];
		yz_buf_printf(p->out, "%3zu. %.*s · %.*s", i + 1, YZ_P(s->name), YZ_P(s->unit));
		if (s->state == YZ_GUIDE_POSSIBLE)
			yz_buf_printf(p->out, " (%s)", T(p->lang, "可能要办"));
		if (s->critical)
			yz_buf_printf(p->out, " (%s)", T(p->lang, "不能拖"));
		yz_buf_addc(p->out, '\n');
		yz_buf_printf(p->out, "    %s → %s  %.*s\n", yz_day_print(s->start, from), yz_day_print(s->end, to), YZ_P(s->limit));
		for (size_t k = 0; k < s->nafter; k++)
			yz_buf_printf(p->out, "%s%zu%s", k ? ", " : T(p->lang, "    排在后面："), s->after[k] + 1,
				      k + 1 == s->nafter ? "\n" : "");
		below(p, s->place);
		below(p, s->why);
	}
	if (p->g->ready)
		yz_buf_printf(p->out, "%s%s%s\n", T(p->lang, "最早备齐"), p->colon, yz_day_print(p->g->ready, from));
}

void yz_guide_text(const struct yz_guide *g, enum yz_lang lang, struct yz_buf *out)
{
	struct printing p = {g, lang, out, lang == YZ_LANG_ZH ? "：" : ": "};
	yz_buf_printf(out, "%.*s\n", YZ_P(g->name));
	if (g->renewed)
		yz_buf_printf(out, "%s\n", T(lang, "规则在您上次回答以后改过，已按现在的规则重新计算。"));
	print_answered(&p);
	print_items(&p);
	print_materials(&p, YZ_GUIDE_NEEDED, T(lang, "要交的材料"));
	print_materials(&p, YZ_GUIDE_POSSIBLE, T(lang, "可能要交的材料"));
	print_fees(&p);
	print_before(&p);
	if (g->question)
		print_question(&p, g->question);
}

/* ---- JSON ---- */

static const char *state_name(enum yz_guide_state s)
{
	static const char *const names[] = {"no", "possible", "needed"};
	return names[s];
}

static void kday(struct yz_jw *w, const char *key, yz_day day)
{
	char buf[16];
	yz_jw_kz(w, key, yz_day_print(day, buf));
}

static void ktext(struct yz_jw *w, const char *key, struct yz_str s)
{
	if (s.len)
		yz_jw_kstr(w, key, s);
}

static void knumbers(struct yz_jw *w, const char *key, const size_t *at, size_t n)
{
	yz_jw_key(w, key);
	yz_jw_array(w);
	for (size_t i = 0; i < n; i++)
		yz_jw_int(w, (int64_t)at[i]);
	yz_jw_end(w, ']');
}

static void put_question(struct yz_jw *w, const struct yz_guide_question *q)
{
	yz_jw_object(w);
	yz_jw_kstr(w, "fact", q->fact);
	yz_jw_kstr(w, "question", q->question);
	ktext(w, "hint", q->hint);
	yz_jw_kz(w, "kind", yz_guide_kind_name(q->kind));
	if (q->nchoices) {
		yz_jw_key(w, "choices");
		yz_jw_array(w);
		for (size_t i = 0; i < q->nchoices; i++) {
			yz_jw_object(w);
			yz_jw_kstr(w, "value", q->choices[i].value);
			yz_jw_kstr(w, "text", q->choices[i].text);
			yz_jw_end(w, '}');
		}
		yz_jw_end(w, ']');
	}
	ktext(w, "unit", q->unit);
	ktext(w, "low", q->low);
	ktext(w, "high", q->high);
	yz_jw_end(w, '}');
}

static void put_answered(struct yz_jw *w, const struct yz_guide *g)
{
	yz_jw_key(w, "answered");
	yz_jw_array(w);
	for (size_t i = 0; i < g->nanswered; i++) {
		const struct yz_guide_answered *one = &g->answered[i];
		yz_jw_object(w);
		yz_jw_kstr(w, "fact", one->question.fact);
		yz_jw_kstr(w, "question", one->question.question);
		yz_jw_kstr(w, "text", one->text);
		ktext(w, "register", one->register_name);
		yz_jw_kbool(w, "matters", one->matters);
		yz_jw_end(w, '}');
	}
	yz_jw_end(w, ']');
}

static void put_item(struct yz_jw *w, const struct yz_guide_item *one)
{
	yz_jw_object(w);
	yz_jw_kstr(w, "code", one->code);
	yz_jw_kstr(w, "key", one->key);
	yz_jw_kstr(w, "name", one->name);
	yz_jw_kstr(w, "org", one->org_name);
	yz_jw_kbool(w, "decided", one->decided);
	knumbers(w, "after", one->after, one->nafter);
	ktext(w, "situation", one->situation);
	ktext(w, "situation_name", one->situation_name);
	ktext(w, "situation_note", one->situation_note);
	ktext(w, "situation_why", one->situation_why);
	ktext(w, "limit", one->limit);
	ktext(w, "limit_why", one->limit_why);
	ktext(w, "legal_limit", one->legal_limit);
	ktext(w, "refusal", one->refusal);
	ktext(w, "refusal_why", one->refusal_why);
	ktext(w, "opinion", one->opinion);
	yz_jw_kbool(w, "fees_known", one->fees_known);
	ktext(w, "window", one->window);
	ktext(w, "address", one->address);
	ktext(w, "hours", one->hours);
	ktext(w, "phone", one->phone);
	yz_jw_kbool(w, "online", one->online);
	yz_jw_end(w, '}');
}

static void put_material(struct yz_jw *w, const struct yz_guide_material *one)
{
	yz_jw_object(w);
	yz_jw_kstr(w, "key", one->key);
	yz_jw_kstr(w, "name", one->name);
	yz_jw_kz(w, "state", state_name(one->state));
	knumbers(w, "items", one->items, one->nitems);
	yz_jw_kbool(w, "must", one->must);
	yz_jw_kint(w, "originals", one->originals);
	yz_jw_kint(w, "copies", one->copies);
	ktext(w, "why", one->why);
	ktext(w, "basis", one->basis);
	ktext(w, "have", one->have_name);
	ktext(w, "have_no", one->have_no);
	ktext(w, "given_by", one->given_by);
	yz_jw_end(w, '}');
}

static void put_fee(struct yz_jw *w, const struct yz_guide_fee *f)
{
	yz_jw_object(w);
	yz_jw_kint(w, "item", (int64_t)f->item);
	yz_jw_kstr(w, "name", f->name);
	yz_jw_kstr(w, "amount", f->amount);
	if (f->yuan)
		yz_jw_kz(w, "yuan", f->yuan);
	ktext(w, "note", f->note);
	ktext(w, "why", f->why);
	yz_jw_end(w, '}');
}

static void put_step(struct yz_jw *w, const struct yz_guide_step *s)
{
	yz_jw_object(w);
	yz_jw_kstr(w, "key", s->key);
	yz_jw_kstr(w, "name", s->name);
	ktext(w, "unit", s->unit);
	ktext(w, "place", s->place);
	ktext(w, "phone", s->phone);
	ktext(w, "basis", s->basis);
	ktext(w, "result", s->result);
	ktext(w, "note", s->note);
	ktext(w, "code", s->code);
	yz_jw_kz(w, "state", state_name(s->state));
	knumbers(w, "after", s->after, s->nafter);
	ktext(w, "limit", s->limit);
	kday(w, "start", s->start);
	kday(w, "end", s->end);
	yz_jw_kint(w, "round", (int64_t)s->round);
	yz_jw_kbool(w, "critical", s->critical);
	ktext(w, "why", s->why);
	yz_jw_end(w, '}');
}

#define LIST(key, put, list, n) \
	do { \
		yz_jw_key(&w, key); \
		yz_jw_array(&w); \
		for (size_t i = 0; i < (n); i++) \
			put(&w, &(list)[i]); \
		yz_jw_end(&w, ']'); \
	} while (0)

void yz_guide_json(const struct yz_guide *g, struct yz_buf *out)
{
	struct yz_jw w;
	yz_jw_init(&w, out);
	yz_jw_object(&w);
	yz_jw_kstr(&w, "name", g->name);
	ktext(&w, "bundle", g->bundle);
	kday(&w, "day", g->day);
	yz_jw_kbool(&w, "decided", g->decided);
	if (g->question) {
		yz_jw_key(&w, "ask");
		put_question(&w, g->question);
		yz_jw_kint(&w, "open", (int64_t)g->open);
	}
	put_answered(&w, g);
	LIST("items", put_item, g->items, g->nitems);
	LIST("materials", put_material, g->materials, g->nmaterials);
	LIST("fees", put_fee, g->fees, g->nfees);
	LIST("before", put_step, g->before, g->nbefore);
	if (g->ready)
		kday(&w, "ready", g->ready);
	yz_jw_end(&w, '}');
}
