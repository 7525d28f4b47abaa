/* SPDX-License-Identifier: Apache-2.0 */
#include "web/process.h"

#include "gov/version.h"
#include "web/find.h"

enum { SVG_MOST = 2 << 20 };

struct showing {
	struct yz_page *p;
	struct yz_str org;                     /* does what names no department: the item's own */
	const struct yz_case_steps *steps;     /* of a case */
	const struct yz_bpmn_change *changes;  /* of two versions */
	size_t nchanges;
	bool before;                           /* it is the older one */
};

static const char *const words[YZ_BPMN_MARKS] = {
	[YZ_BPMN_MARK_NONE] = N_("说不准"),    [YZ_BPMN_MARK_OPEN] = N_("正在办"),	   [YZ_BPMN_MARK_WAITS] = N_("等待中"),
	[YZ_BPMN_MARK_DONE] = N_("已办"),      [YZ_BPMN_MARK_AHEAD] = N_("未到"),	   [YZ_BPMN_MARK_CANCELLED] = N_("已取消"),
	[YZ_BPMN_MARK_ADDED] = N_("新增"),     [YZ_BPMN_MARK_REMOVED] = N_("去掉"),	   [YZ_BPMN_MARK_CHANGED] = N_("改动"),
};

const char *yz_process_word(const struct yz_page *p, enum yz_bpmn_mark mark)
{
	return yz_tr(p->lang, words[mark]);
}

const char *yz_process_type(const struct yz_page *p, enum yz_bpmn_type type)
{
	static const char *const titles[YZ_BPMN_NTYPES] = {
		[YZ_BPMN_START_EVENT] = N_("开始"),	     [YZ_BPMN_END_EVENT] = N_("结束"),
		[YZ_BPMN_CATCH_EVENT] = N_("等候事件"),      [YZ_BPMN_THROW_EVENT] = N_("发出事件"),
		[YZ_BPMN_BOUNDARY_EVENT] = N_("边界事件"),   [YZ_BPMN_EXCLUSIVE] = N_("排他网关"),
		[YZ_BPMN_PARALLEL] = N_("并行网关"),	     [YZ_BPMN_INCLUSIVE] = N_("包容网关"),
		[YZ_BPMN_COMPLEX] = N_("复杂网关"),	     [YZ_BPMN_EVENT_BASED] = N_("事件网关"),
		[YZ_BPMN_TASK] = N_("任务"),		     [YZ_BPMN_USER_TASK] = N_("人工任务"),
		[YZ_BPMN_MANUAL_TASK] = N_("线下任务"),      [YZ_BPMN_SERVICE_TASK] = N_("自动任务"),
		[YZ_BPMN_SCRIPT_TASK] = N_("脚本任务"),      [YZ_BPMN_RULE_TASK] = N_("规则任务"),
		[YZ_BPMN_SEND_TASK] = N_("发送任务"),	     [YZ_BPMN_RECEIVE_TASK] = N_("接收任务"),
		[YZ_BPMN_CALL] = N_("调用流程"),	     [YZ_BPMN_SUBPROCESS] = N_("子流程"),
		[YZ_BPMN_TRANSACTION] = N_("事务子流程"),    [YZ_BPMN_ADHOC] = N_("自选子流程"),
		[YZ_BPMN_PROCESS] = N_("流程"),
	};
	return yz_tr(p->lang, titles[type] ? titles[type] : N_("任务"));
}

static struct yz_str name_of(void *ctx, struct yz_str name)
{
	const struct showing *s = ctx;
	return yz_name(s->p, name);
}

/* ---- marks ---- */

static enum yz_bpmn_mark of_changes(const struct showing *s, struct yz_str id)
{
	for (size_t i = 0; i < s->nchanges; i++) {
		if (!yz_str_eq(s->changes[i].id, id))
			continue;
		enum yz_bpmn_aspect aspect = s->changes[i].aspect;
		if (aspect == YZ_BPMN_IS_ADDED)
			return s->before ? YZ_BPMN_MARK_NONE : YZ_BPMN_MARK_ADDED;
		if (aspect == YZ_BPMN_IS_REMOVED)
			return s->before ? YZ_BPMN_MARK_REMOVED : YZ_BPMN_MARK_NONE;
		return YZ_BPMN_MARK_CHANGED;
	}
	return YZ_BPMN_MARK_NONE;
}

static enum yz_bpmn_mark mark_of(void *ctx, struct yz_str id, struct yz_str *word)
{
	const struct showing *s = ctx;
	enum yz_bpmn_mark mark = YZ_BPMN_MARK_NONE;
	if (s->steps) {
		const struct yz_case_step *step = yz_case_step_of(s->steps, id);
		mark = step ? step->mark : mark;
	} else {
		mark = of_changes(s, id);
	}
	*word = yz_str(mark ? yz_process_word(s->p, mark) : "");
	if (mark == YZ_BPMN_MARK_WAITS && s->steps && yz_case_step_of(s->steps, id)->wait)
		*word = yz_str(T(s->p->lang, "等另一件"));
	return mark;
}

/* ---- the list ---- */

static bool listed(const struct yz_bpmn_node *n)
{
	return n->type >= YZ_BPMN_TASK && n->type <= YZ_BPMN_ADHOC;
}

/* The first of the attributes that say who; an expression is decided when it opens. */
static struct yz_str who_of(const struct showing *s, const struct yz_bpmn_node *n, const struct yz_case_task *t, bool whole)
{
	struct yz_page *p = s->p;
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 4096);
	bool by_hand = n->type == YZ_BPMN_USER_TASK || n->type == YZ_BPMN_MANUAL_TASK || n->type == YZ_BPMN_TASK;
	struct yz_str org = t ? t->org : yz_bpmn_attr(n, "org"), post = t ? t->post : yz_bpmn_attr(n, "post"), role = yz_bpmn_attr(n, "role");
	struct yz_str region = yz_bpmn_attr(n, "region");
	/* Which department is at home there its posts say, when the task opens. */
	if (!org.len && by_hand && !region.len)
		org = s->org;
	const struct yz_entry_org *known = org.len ? yz_catalogue_org(yz_page_catalogue(p), org) : NULL;
	enum yz_role r;
	bool chosen = yz_str_starts(org, YZ_LIT("=")) || yz_str_starts(post, YZ_LIT("=")) || yz_str_starts(role, YZ_LIT("=")) ||
		      yz_bpmn_attr(n, "person").len || (!t && region.len);
	if (known)
		yz_buf_adds(&b, yz_name(p, known->name));
	if (!whole)
		return yz_buf_str(&b);
	if (t && t->person_name.len)
		yz_buf_printf(&b, "%s%.*s", b.len ? " · " : "", YZ_P(t->person_name));
	else if (post.len && !yz_str_starts(post, YZ_LIT("=")))
		yz_buf_printf(&b, "%s%.*s", b.len ? " · " : "", YZ_P(yz_name(p, post)));
	else if (yz_role_parse(t ? t->role : role, &r))
		yz_buf_printf(&b, "%s%s", b.len ? " · " : "", yz_tr(p->lang, yz_role_title(r)));
	else if (chosen)
		yz_buf_printf(&b, "%s%s", b.len ? " · " : "", T(p->lang, "到时按规则定"));
	if (!b.len && n->type == YZ_BPMN_SERVICE_TASK)
		yz_buf_addz(&b, T(p->lang, "系统自动"));
	return yz_buf_str(&b);
}

static struct yz_str limit_of(const struct showing *s, const struct yz_bpmn_node *n)
{
	int32_t many;
	enum yz_unit unit;
	struct yz_str limit = yz_bpmn_attr(n, "limit");
	if (yz_str_starts(limit, YZ_LIT("=")))
		return yz_str(T(s->p->lang, "到时按规则定"));
	return limit.len && yz_limit_parse(limit, &many, &unit) ? yz_show_span(s->p, many, unit) : (struct yz_str){0};
}

static void list(const struct showing *s, const struct yz_bpmn *m, bool whole, struct yz_process_view *out)
{
	size_t n;
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(m, &n);
	out->rows = yz_new_n(s->p->arena, n, struct yz_process_row);
	for (size_t i = 0; i < n; i++) {
		const struct yz_case_step *step = s->steps ? &s->steps->at[i] : NULL;
		if (!listed(nodes[i]) && !(step && step->wait))
			continue;
		const struct yz_case_task *t = step ? step->task : NULL;
		struct yz_str word;
		struct yz_process_row *row = &out->rows[out->len++];
		row->name = yz_name(s->p, nodes[i]->name.len ? nodes[i]->name : nodes[i]->id);
		row->who = who_of(s, nodes[i], t, whole);
		row->limit = limit_of(s, nodes[i]);
		row->mark = mark_of((void *)s, nodes[i]->id, &word);
		if (t || (step && step->wait))
			row->at = yz_show_time(s->p, !t ? step->wait->since : t->done ? t->done : t->opened);
	}
	out->marked = s->steps || s->nchanges;
}

static void draw(const struct showing *s, const struct yz_bpmn *m, const char *id, struct yz_str title, struct yz_str desc,
		 struct yz_process_view *out)
{
	struct yz_bpmn_pen pen = {.id = id, .title = title, .desc = desc, .ctx = (void *)s, .name = name_of, .mark = s->steps || s->changes ? mark_of : NULL};
	struct yz_buf b;
	struct yz_err err = {0};
	yz_buf_init(&b, s->p->arena, SVG_MOST);
	if (yz_bpmn_draw(m, s->p->arena, &pen, &b, &err))
		out->svg = yz_html_of(&b);
}

static struct yz_str as_list(const struct yz_page *p)
{
	return yz_str(T(p->lang, "图下面有同样内容的步骤表。"));
}

void yz_process_show(struct yz_page *p, const struct yz_bpmn *m, struct yz_str org, const char *id, struct yz_str title, struct yz_process_view *out)
{
	struct showing s = {.p = p, .org = org};
	*out = (struct yz_process_view){0};
	draw(&s, m, id, title, as_list(p), out);
	list(&s, m, true, out);
}

/* 正在办：受理、审查 */
static struct yz_str where(const struct yz_page *p, const struct yz_case_steps *steps)
{
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 1 << 16);
	for (size_t i = 0; i < steps->len; i++)
		if (steps->at[i].mark == YZ_BPMN_MARK_OPEN && listed(steps->at[i].node))
			yz_buf_printf(&b, "%s%.*s", b.len ? T(p->lang, "、") : "", YZ_P(yz_name(p, steps->at[i].node->name)));
	if (!b.len)
		return as_list(p);
	return yz_str_printf(p->arena, T(p->lang, "正在办：%.*s。图下面有同样内容的步骤表。"), YZ_P(yz_buf_str(&b)));
}

bool yz_process_of_case(struct yz_page *p, const struct yz_case *c, bool whole, struct yz_process_view *out, struct yz_err *err)
{
	struct yz_case_steps steps;
	*out = (struct yz_process_view){0};
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn || !yz_case_steps(p->site, conn, p->arena, c, &steps, err))
		return false;
	struct showing s = {.p = p, .org = c->version->org, .steps = &steps};
	draw(&s, steps.process, "process", yz_str(T(p->lang, "流程图")), where(p, &steps), out);
	list(&s, steps.process, whole, out);
	for (size_t i = 0; i < out->len && out->svg.s.len; i++)
		out->now = out->now || out->rows[i].mark == YZ_BPMN_MARK_OPEN;
	return true;
}

void yz_process_compare(struct yz_page *p, const struct yz_bpmn *was, const struct yz_bpmn *is, const struct yz_bpmn_change *changes,
			size_t n, struct yz_process_view *before, struct yz_process_view *after)
{
	struct showing old = {.p = p, .changes = changes, .nchanges = n, .before = true};
	struct showing new = {.p = p, .changes = changes, .nchanges = n};
	*before = *after = (struct yz_process_view){0};
	draw(&old, was, "was", yz_str(T(p->lang, "原来的流程")), yz_str(T(p->lang, "改动在图下面逐条列出。")), before);
	draw(&new, is, "is", yz_str(T(p->lang, "新的流程")), yz_str(T(p->lang, "改动在图下面逐条列出。")), after);
	list(&old, was, true, before);
	list(&new, is, true, after);
}
