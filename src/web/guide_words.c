/* What a notice says, on the page and on paper.  SPDX-License-Identifier: Apache-2.0 */
#include "web/guide.h"

#include "pack/pack.h"

enum { LINE = 16 * 1024 };

struct yz_str yz_guide_heading(const struct yz_page *p, unsigned n, const char *title)
{
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 4096);
	if (p->lang == YZ_LANG_ZH)
		yz_say_heading(&b, 1, n);
	else
		yz_buf_printf(&b, "%u. ", n);
	yz_buf_addz(&b, title);
	return yz_buf_str(&b);
}

struct yz_str yz_guide_material_name(const struct yz_page *p, const struct yz_guide_material *m)
{
	return m->must ? m->name : yz_str_printf(p->arena, T(p->lang, "%.*s（有就带）"), YZ_P(m->name));
}

struct yz_str yz_guide_used_by(const struct yz_page *p, const struct yz_guide *g, const struct yz_guide_material *m)
{
	struct yz_buf b;
	yz_buf_init(&b, p->arena, LINE);
	for (size_t i = 0; i < m->nitems; i++) {
		if (i)
			yz_buf_addz(&b, T(p->lang, "、"));
		yz_buf_adds(&b, g->items[m->items[i]].name);
	}
	return yz_buf_str(&b);
}

struct yz_str yz_guide_ready(const struct yz_page *p, const struct yz_guide *g)
{
	return yz_str_printf(p->arena, T(p->lang, "每一步都按期办，最早 %.*s可以来办本事项。标★的步骤晚一天，后面就都晚一天。"),
			     YZ_P(yz_guide_day(p, g->ready)));
}

struct yz_str yz_guide_copies(const struct yz_page *p, const struct yz_guide_material *m)
{
	long long originals = (long long)m->originals, copies = (long long)m->copies;
	if (originals > 0 && copies > 0)
		return yz_str_printf(p->arena, T(p->lang, "原件 %lld 份，复印件 %lld 份"), originals, copies);
	if (originals > 0)
		return yz_str_printf(p->arena, T(p->lang, "原件 %lld 份"), originals);
	if (copies > 0)
		return yz_str_printf(p->arena, T(p->lang, "复印件 %lld 份"), copies);
	return (struct yz_str){0};
}

struct yz_str yz_guide_standard(const struct yz_page *p, const struct yz_guide_material *m)
{
	static const char *const parts[] = {"standard", "fill_note"};
	struct yz_buf b;
	yz_buf_init(&b, p->arena, LINE);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct yz_str one = yz_json_str(m->material, parts[i]);
		if (b.len && one.len)
			yz_buf_addc(&b, '\n');
		yz_buf_adds(&b, yz_name(p, one));
	}
	struct yz_str within = yz_json_str(m->material, "issued_within");
	if (within.len)
		yz_buf_printf(&b, T(p->lang, "%s出具时间：%.*s"), b.len ? "\n" : "", YZ_P(yz_name(p, within)));
	return yz_buf_str(&b);
}

struct yz_str yz_guide_issuer(const struct yz_page *p, const struct yz_guide_material *m)
{
	struct yz_str issuer = yz_json_str(m->material, "issuer");
	return issuer.len ? yz_name(p, issuer) : yz_str(T(p->lang, "您自己准备"));
}

bool yz_guide_brought(const struct yz_guide_material *m)
{
	return m->state == YZ_GUIDE_NEEDED && !m->have_no.len && !m->given_by.len;
}

struct yz_str yz_guide_spared(const struct yz_page *p, const struct yz_guide_material *m)
{
	if (m->have_no.len)
		return yz_str_printf(p->arena, T(p->lang, "您有电子证照《%.*s》（%.*s），不用再带"), YZ_P(m->have_name), YZ_P(m->have_no));
	if (m->given_by.len)
		return yz_str_printf(p->arena, T(p->lang, "办完“%.*s”就有了，不用再带"), YZ_P(m->given_by));
	return (struct yz_str){0};
}

struct yz_str yz_guide_fee_words(const struct yz_page *p, const struct yz_guide *g)
{
	bool known = true;
	for (size_t i = 0; i < g->nitems; i++)
		known = known && g->items[i].fees_known;
	if (g->nfees == 1 && known)
		return g->fees[0].amount.len ? g->fees[0].amount : g->fees[0].name;
	if (g->nfees)
		return yz_str_printf(p->arena, T_N(p->lang, "要交 %zu 项费用", g->nfees), g->nfees);
	return yz_str(known ? T(p->lang, "不收费") : T(p->lang, "看情形"));
}

struct yz_str yz_guide_day(const struct yz_page *p, yz_day day)
{
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 128);
	yz_say_day(&b, p->lang, day);
	return yz_buf_str(&b);
}

struct yz_str yz_guide_span(const struct yz_page *p, const struct yz_guide_step *s)
{
	return s->end ? yz_str_printf(p->arena, T(p->lang, "最早 %.*s办好"), YZ_P(yz_guide_day(p, s->end))) : (struct yz_str){0};
}

static void add_quoted(const struct yz_page *p, struct yz_buf *b, struct yz_str name)
{
	yz_buf_printf(b, T(p->lang, "%s“%.*s”"), b->len ? T(p->lang, "、") : "", YZ_P(name));
}

static struct yz_str after(const struct yz_page *p, const struct yz_buf *names)
{
	return names->len ? yz_str_printf(p->arena, T(p->lang, "先办好%.*s"), YZ_P(yz_buf_str(names))) : (struct yz_str){0};
}

/* The number a step has among those that are shown; 0: it is not. */
static size_t number_of(const struct yz_guide *g, size_t step)
{
	size_t n = 0;
	for (size_t i = 0; i <= step; i++)
		n += g->before[i].state != YZ_GUIDE_NOT_NEEDED;
	return g->before[step].state != YZ_GUIDE_NOT_NEEDED ? n : 0;
}

/* Whether `first` is done before `then` anyway: what comes before stands before in the list, so it ends. */
static bool leads_to(const struct yz_guide *g, size_t first, size_t then)
{
	if (first >= then)
		return false;
	for (size_t i = 0; i < g->before[then].nafter; i++)
		if (g->before[then].after[i] == first || leads_to(g, first, g->before[then].after[i]))
			return true;
	return false;
}

struct yz_str yz_guide_after(const struct yz_page *p, const struct yz_guide *g, const struct yz_guide_step *s)
{
	struct yz_buf b;
	yz_buf_init(&b, p->arena, LINE);
	for (size_t i = 0; i < s->nafter; i++) {
		bool implied = !number_of(g, s->after[i]);
		for (size_t k = 0; k < s->nafter && !implied; k++)
			implied = leads_to(g, s->after[i], s->after[k]);
		if (!implied)
			yz_buf_printf(&b, "%s%zu", b.len ? T(p->lang, "、") : "", number_of(g, s->after[i]));
	}
	return b.len ? yz_str_printf(p->arena, T(p->lang, "先办好第 %.*s 步"), YZ_P(yz_buf_str(&b))) : (struct yz_str){0};
}

struct yz_str yz_guide_round(const struct yz_page *p, const struct yz_guide *g, size_t step)
{
	size_t round = g->before[step].round, n = 0;
	for (size_t i = 0; i < g->nbefore; i++) {
		if (g->before[i].round != round || g->before[i].state == YZ_GUIDE_NOT_NEEDED)
			continue;
		if (i < step)
			return (struct yz_str){0};
		n++;
	}
	return n > 1 ? yz_str_printf(p->arena, T(p->lang, "下面 %zu 步可以同时办："), n) : (struct yz_str){0};
}

struct yz_str yz_guide_item_after(const struct yz_page *p, const struct yz_guide *g, const struct yz_guide_item *it)
{
	struct yz_buf b;
	yz_buf_init(&b, p->arena, LINE);
	for (size_t i = 0; i < it->nafter; i++)
		add_quoted(p, &b, g->items[it->after[i]].name);
	return after(p, &b);
}

struct yz_str yz_bundle_after(const struct yz_page *p, const struct yz_bundle *bundle, size_t item)
{
	const struct yz_json *keys = yz_json_get(yz_json_at(yz_json_get(bundle->body, "items"), item), "after");
	struct yz_buf b;
	yz_buf_init(&b, p->arena, LINE);
	for (size_t i = 0; i < yz_json_len(keys); i++)
		for (size_t k = 0; k < bundle->nitems; k++)
			if (yz_str_eq(bundle->item_keys[k], yz_json_at(keys, i)->text))
				add_quoted(p, &b, bundle->item_names[k]);
	return after(p, &b);
}

struct yz_str yz_guide_law(const struct yz_page *p, const struct yz_json *law)
{
	struct yz_str name = yz_name(p, yz_json_str(law, "law")), article = yz_name(p, yz_json_str(law, "article"));
	return p->lang == YZ_LANG_ZH ? yz_str_printf(p->arena, "《%.*s》%.*s", YZ_P(name), YZ_P(article))
				     : yz_str_printf(p->arena, "%.*s, %.*s", YZ_P(name), YZ_P(article));
}

struct yz_str yz_guide_rests(const struct yz_page *p, const struct yz_guide *g)
{
	return yz_str_printf(p->arena,
			     T(p->lang, "这张单子按您的回答和 %.*s 的规定列出，没有列出的材料不用带。它不收您的姓名，保存到 %.*s。"),
			     YZ_P(yz_guide_day(p, g->day)), YZ_P(yz_show_day(p, g->expires)));
}

struct yz_str yz_guide_answer_words(const struct yz_page *p, const struct yz_guide_answered *one)
{
	return one->source == YZ_GUIDE_REGISTER
		       ? yz_str_printf(p->arena, T(p->lang, "%.*s（来自%.*s，不用再填）"), YZ_P(one->text), YZ_P(one->register_name))
		       : one->text;
}
