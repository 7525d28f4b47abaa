/* The notice on paper: what the page says, in the same words and order.  SPDX-License-Identifier: Apache-2.0 */
#include "web/guide.h"

#include <string.h>

struct paper {
	const struct yz_page *p;
	const struct yz_guide *g;
	struct yz_doc *d;
	unsigned section;
};

static struct yz_str say(const struct paper *w, const char *text)
{
	return yz_str(yz_tr(w->p->lang, text));
}

static void heading(struct paper *w, const char *text)
{
	yz_doc_heading(w->d, 1, yz_guide_heading(w->p, ++w->section, yz_tr(w->p->lang, text)));
}

static void field(struct paper *w, const char *label, struct yz_str value)
{
	if (value.len)
		yz_doc_field(w->d, say(w, label), value);
}

/* Lines that are there, one under the other. */
static struct yz_str lines(const struct paper *w, const struct yz_str *at, size_t n)
{
	struct yz_buf b;
	yz_buf_init(&b, w->p->arena, 64 * 1024);
	for (size_t i = 0; i < n; i++) {
		if (b.len && at[i].len)
			yz_buf_addc(&b, '\n');
		yz_buf_adds(&b, at[i]);
	}
	return yz_buf_str(&b);
}
#define LINES(w, ...) lines(w, (const struct yz_str[]){__VA_ARGS__}, sizeof((const struct yz_str[]){__VA_ARGS__}) / sizeof(struct yz_str))

static struct yz_str labelled(const struct paper *w, const char *label, struct yz_str value)
{
	return value.len ? yz_str_printf(w->p->arena, "%s%s%.*s", yz_tr(w->p->lang, label), T(w->p->lang, "："), YZ_P(value)) : value;
}

static struct yz_str pair(const struct paper *w, struct yz_str name, struct yz_str value)
{
	return value.len ? yz_str_printf(w->p->arena, "%.*s%s%.*s", YZ_P(name), T(w->p->lang, "："), YZ_P(value)) : name;
}

static size_t brought(const struct yz_guide *g)
{
	size_t n = 0;
	for (size_t i = 0; i < g->nmaterials; i++)
		n += yz_guide_brought(&g->materials[i]);
	return n;
}

static void write_head(struct paper *w)
{
	const struct yz_guide *g = w->g;
	yz_doc_title(w->d, say(w, N_("办事告知单")));
	yz_doc_subtitle(w->d, g->name);
	yz_doc_fields(w->d, 2);
	if (g->nitems == 1) {
		field(w, N_("您的情形"), g->items[0].situation_name.len ? g->items[0].situation_name : say(w, N_("不分情形")));
		field(w, N_("多久办好"), g->items[0].limit);
	}
	if (g->nitems > 1)
		field(w, N_("要办的事"), yz_str_printf(w->p->arena, T_N(w->p->lang, "%zu 件，一次办", g->nitems), g->nitems));
	field(w, N_("要多少钱"), yz_guide_fee_words(w->p, g));
	field(w, N_("要带的材料"), yz_str_printf(w->p->arena, T_N(w->p->lang, "%zu 样", brought(g)), brought(g)));
	field(w, N_("打印日期"), yz_guide_day(w->p, g->day));
	for (size_t i = 0; i < g->nitems; i++) {
		const struct yz_guide_item *it = &g->items[i];
		struct yz_str which = g->nitems > 1 ? it->name : (struct yz_str){0};
		if (it->refusal.len)
			yz_doc_notice(w->d, say(w, N_("按您的回答，现在还不能受理")), LINES(w, which, it->refusal, it->refusal_why));
		else if (yz_str_eqz(it->opinion, "不予"))
			yz_doc_notice(w->d, say(w, N_("按您的回答，这件事很可能不予批准")), LINES(w, which, it->opinion_why));
	}
}

static void write_situation(struct paper *w, const struct yz_guide_item *it)
{
	if (it->situation_note.len)
		yz_doc_para(w->d, it->situation_note);
	if (it->situation_why.len)
		yz_doc_note(w->d, it->situation_why);
}

static struct yz_str used_by(const struct paper *w, const struct yz_guide_material *m)
{
	return w->g->nitems > 1 ? labelled(w, N_("用于"), yz_guide_used_by(w->p, w->g, m)) : (struct yz_str){0};
}

static void write_order(struct paper *w)
{
	heading(w, N_("要办的事，按次序"));
	for (size_t i = 0; i < w->g->nitems; i++) {
		const struct yz_guide_item *it = &w->g->items[i];
		yz_doc_item(w->d, LINES(w, it->name, it->org_name, it->limit, yz_guide_item_after(w->p, w->g, it),
					labelled(w, N_("您的情形"), it->situation_name), it->situation_note, it->situation_why));
	}
}

static void write_materials(struct paper *w)
{
	const struct yz_doc_column columns[] = {{say(w, N_("备好")), 1.6, YZ_ALIGN_CENTRE},
						{say(w, N_("材料")), 6, YZ_ALIGN_START},
						{say(w, N_("份数")), 3, YZ_ALIGN_START},
						{say(w, N_("要求")), 7, YZ_ALIGN_START}};
	const struct yz_guide *g = w->g;
	size_t n = brought(g), spared = 0;
	for (size_t i = 0; i < g->nmaterials; i++)
		spared += g->materials[i].state == YZ_GUIDE_NEEDED && !yz_guide_brought(&g->materials[i]);
	heading(w, N_("要带的材料"));
	if (!n)
		yz_doc_para(w->d, say(w, N_("不用带材料。")));
	else
		yz_doc_table(w->d, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < g->nmaterials; i++) {
		const struct yz_guide_material *m = &g->materials[i];
		if (!yz_guide_brought(m))
			continue;
		const struct yz_str row[] = {
			YZ_LIT("□"), LINES(w, yz_guide_material_name(w->p, m), m->why, labelled(w, N_("依据"), m->basis), used_by(w, m)), yz_guide_copies(w->p, m),
			LINES(w, yz_guide_standard(w->p, m), labelled(w, N_("谁出具"), yz_guide_issuer(w->p, m)))};
		yz_doc_row(w->d, row);
	}
	if (spared)
		yz_doc_heading(w->d, 2, say(w, N_("不用带的")));
	for (size_t i = 0; i < g->nmaterials; i++)
		if (g->materials[i].state == YZ_GUIDE_NEEDED && !yz_guide_brought(&g->materials[i]))
			yz_doc_item(w->d, yz_str_printf(w->p->arena, "%.*s%s%.*s", YZ_P(g->materials[i].name), T(w->p->lang, "："),
							YZ_P(yz_guide_spared(w->p, &g->materials[i]))));
	for (size_t i = 0; i < g->nitems; i++)
		if (g->items[i].form_title.len)
			yz_doc_note(w->d, labelled(w, N_("申请表，网上填写"), g->items[i].form_title));
}

static void write_before(struct paper *w)
{
	const struct yz_guide *g = w->g;
	size_t n = 0;
	if (!g->nbefore)
		return;
	heading(w, N_("先办好这些"));
	if (g->ready)
		yz_doc_para(w->d, yz_guide_ready(w->p, g));
	const struct yz_doc_column columns[] = {{say(w, N_("次序")), 2, YZ_ALIGN_CENTRE},
						{say(w, N_("办什么")), 7, YZ_ALIGN_START},
						{say(w, N_("去哪里")), 6, YZ_ALIGN_START},
						{say(w, N_("多久")), 4, YZ_ALIGN_START}};
	yz_doc_table(w->d, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < g->nbefore; i++) {
		const struct yz_guide_step *s = &g->before[i];
		if (s->state == YZ_GUIDE_NOT_NEEDED)
			continue;
		struct yz_str mark = s->critical ? yz_str_printf(w->p->arena, "%zu\n★ %s", ++n, T(w->p->lang, "关键"))
						 : yz_str_printf(w->p->arena, "%zu", ++n);
		const struct yz_str row[] = {
			mark,
			LINES(w, yz_guide_round(w->p, g, i), s->name, yz_guide_after(w->p, g, s), labelled(w, N_("得到"), s->result), s->note, s->why,
			      labelled(w, N_("依据"), s->basis)),
			LINES(w, s->unit, s->place, s->phone), LINES(w, s->limit, yz_guide_span(w->p, s))};
		yz_doc_row(w->d, row);
	}
}

static void write_fees(struct paper *w)
{
	const struct yz_guide *g = w->g;
	heading(w, N_("费用"));
	if (!g->nfees)
		yz_doc_para(w->d, yz_guide_fee_words(w->p, g));
	for (size_t i = 0; i < g->nfees; i++)
		yz_doc_item(w->d, LINES(w, pair(w, g->fees[i].name, g->fees[i].amount), g->fees[i].note, g->fees[i].why));
}

static void write_item(struct paper *w, const struct yz_guide_item *it)
{
	if (w->g->nitems > 1)
		yz_doc_heading(w->d, 2, it->name);
	yz_doc_fields(w->d, 1);
	field(w, N_("办理部门"), it->org_name);
	field(w, N_("多久办好"), LINES(w, it->limit, it->limit_why));
	field(w, N_("法律规定最长"), it->legal_limit);
	field(w, N_("窗口"), it->window);
	field(w, N_("地址"), it->address);
	field(w, N_("时间"), it->hours);
	field(w, N_("咨询电话"), it->phone);
	field(w, N_("监督电话"), it->complain);
	field(w, N_("网上办理"), it->form ? say(w, N_("可以")) : say(w, N_("到窗口办理")));
}

static void write_answers(struct paper *w)
{
	heading(w, N_("您的回答"));
	if (!w->g->nanswered)
		yz_doc_para(w->d, say(w, N_("没有要问您的。")));
	else
		yz_doc_fields(w->d, 1);
	for (size_t i = 0; i < w->g->nanswered; i++) {
		const struct yz_guide_answered *one = &w->g->answered[i];
		yz_doc_field(w->d, one->question.question, yz_guide_answer_words(w->p, one));
	}
}

static void write_laws(struct paper *w)
{
	heading(w, N_("依据"));
	for (size_t i = 0; i < w->g->nitems; i++) {
		const struct yz_json *laws = yz_json_get(w->g->items[i].version->body, "basis");
		for (size_t k = 0; k < yz_json_len(laws); k++)
			yz_doc_item(w->d, LINES(w, yz_guide_law(w->p, yz_json_at(laws, k)), yz_name(w->p, yz_json_str(yz_json_at(laws, k), "text"))));
	}
}

struct yz_doc *yz_guide_doc(const struct yz_page *p, const struct yz_guide *g, struct yz_str address)
{
	static const enum yz_doc_lang langs[YZ_LANGS] = {YZ_DOC_ZH, YZ_DOC_EN, YZ_DOC_UG};
	struct paper w = {.p = p, .g = g};
	/* Where its own words are not translated they are Chinese, and so is the direction. */
	bool spoken = strcmp(yz_tr(p->lang, "办事告知单"), "办事告知单") != 0;
	w.d = yz_doc_new(p->arena, YZ_DOC_SHEET, spoken ? langs[p->lang] : YZ_DOC_ZH, g->name);
	w.d->author = yz_name(p, p->site->name);
	w.d->made = p->now;
	write_head(&w);
	if (g->nitems == 1)
		write_situation(&w, &g->items[0]);
	else
		write_order(&w);
	write_materials(&w);
	write_before(&w);
	write_fees(&w);
	heading(&w, N_("多久办好，去哪里办"));
	for (size_t i = 0; i < g->nitems; i++)
		write_item(&w, &g->items[i]);
	write_answers(&w);
	write_laws(&w);
	yz_doc_note(w.d, yz_guide_rests(p, g));
	yz_doc_qr(w.d, address, say(&w, N_("扫码再打开这张单子：可以改回答、接着办")));
	return w.d;
}
