/* A process by itself, as the house can carry it out.  SPDX-License-Identifier: Apache-2.0 */
#include "pack/check.h"

#include "bpmn/bpmn.h"

#include <stdlib.h>
#include <string.h>

static const char *const user_acts[] = {"accept", "review", "decide", "issue", "deliver", "account", NULL};
static const char *const built_in_acts[] = {
#define BUILT_IN(act, does) #act,
#include "pack/built_in_acts.def"
#undef BUILT_IN
	NULL,
};
static const char *const roles[] = {"window", "reviewer", "decider", "supervisor", "item_admin", "admin", "finance", "worker", NULL};

static bool one_of(struct yz_str s, const char *const *list)
{
	for (; *list; list++)
		if (yz_str_eqz(s, *list))
			return true;
	return false;
}

bool yz_pack_process_knows(const char *attr, struct yz_str name)
{
	if (strcmp(attr, "role") == 0)
		return one_of(name, roles);
	return one_of(name, user_acts) || one_of(name, built_in_acts);
}

/* What the engine's finding says, in Chinese; of the standard's many rules the code and the English sentence. */
const char *yz_pack_process_zh(const char *code)
{
	static const char *const words[][2] = {
		{"ATTACHED", "边界事件没有挂在任务上"},
		{"BAD_LIMIT", "期限写错了"},
		{"BAD_TIME", "定时写的不是时间"},
		{"DEADLOCK", "令牌可能在这里一直等下去：有的路只到达它汇合的一部分"},
		{"DEAD_END", "路走到这里就断了，没有结束事件"},
		{"EMPTY_EXPRESSION", "表达式是空的"},
		{"EXPRESSION", "表达式有错"},
		{"EXT023", "连线和它两头的元素对不上：元素的 incoming、outgoing 里没有写这条连线"},
		{"EXT097", "有结束事件，没有开始事件"},
		{"EXT150", "没有连线通到这里"},
		{"EXT151", "没有连线从这里出去"},
		{"FLOW_END", "连线的一头没有接上"},
		{"IGNORED_CONDITION", "这里的条件不会被看"},
		{"MISSING_CONDITION", "出去的连线缺少条件"},
		{"NOBODY", "没有说谁来办"},
		{"NO_ACT", "没有说办什么"},
		{"NO_DECISION", "没有说用哪个决策"},
		{"NO_DEFAULT", "没有默认的出路：条件都不成立就走不下去"},
		{"REFERENCE", "引用的东西不存在"},
		{"SCRIPT_LANGUAGE", "脚本语言不是 FEEL"},
		{"TOO_LARGE", "太大了"},
		{"TWICE", "同一条路可能走两遍"},
		{"UNKNOWN_ELEMENT", "有不认识的元素"},
		{"UNKNOWN_NAME", "写的名字不存在"},
		{"UNREACHABLE", "永远走不到这里"},
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(code, words[i][0]) == 0)
			return words[i][1];
	return "不合 BPMN 2.0 的规定";
}

bool yz_pack_message_own(struct yz_str name)
{
	return yz_str_eqz(name, "payment");
}

static void check_messages(struct yz_checker *c, const struct yz_bpmn_node *n)
{
	struct yz_bpmn_said said;
	for (size_t i = 0; yz_bpmn_says(n, i, &said); i++)
		if (!said.keyed && !yz_pack_message_own(said.name)) {
			yz_check_error(c, n->line, "write what both cases are known by: yz:key=\"case.applicant\"", "%.*s: the message %.*s has no yz:key",
				       YZ_P(n->id), YZ_P(said.name));
			yz_check_zh(c, "写明双方靠什么相认，例如 yz:key=\"case.applicant\"", "%.*s 的消息 %.*s 没有写 yz:key", YZ_P(n->id),
				    YZ_P(said.name));
		}
}

static bool is_code(struct yz_str s)
{
	bool digits = s.len == 6 || s.len == 9 || s.len == 12;
	for (size_t i = 0; i < s.len; i++)
		digits = digits && s.ptr[i] >= '0' && s.ptr[i] <= '9';
	return digits;
}

/* What the house reads of yz: on an element; anything else would pass in silence. */
static const char *const attributes[] = {"account", "act", "amount", "as", "assign", "bank", "decision", "each", "fields", "form", "give", "keep",
					 "key", "limit", "org", "payee", "period", "person", "place", "post", "reach", "region", "result",
					 "role", "rules", "standard", "start", NULL};

static void check_attributes(struct yz_checker *c, const struct yz_bpmn_node *n)
{
	for (size_t i = 0; i < n->nattrs; i++) {
		if (one_of(n->attrs[i].name, attributes))
			continue;
		yz_check_error(c, n->line, "docs/formats/pack.md lists the attributes", "%.*s: there is no attribute yz:%.*s", YZ_P(n->id),
			       YZ_P(n->attrs[i].name));
		yz_check_zh(c, "能写的属性见 docs/formats/pack.md", "%.*s：没有 yz:%.*s 这个属性", YZ_P(n->id), YZ_P(n->attrs[i].name));
	}
	if (n->type != YZ_BPMN_RULE_TASK || yz_bpmn_attr(n, "result").len)
		return;
	yz_check_warn(c, n->line, "write yz:result=\"name\"", "%.*s: what the decision answers goes nowhere: there is no yz:result", YZ_P(n->id));
	yz_check_zh(c, "写 yz:result=\"变量名\"", "%.*s：没有写 yz:result，决策的结论没有地方放", YZ_P(n->id));
}

static void check_node(struct yz_checker *c, const struct yz_bpmn_node *n)
{
	struct yz_str act = yz_bpmn_attr(n, "act"), limit = yz_bpmn_attr(n, "limit"), assign = yz_bpmn_attr(n, "assign");
	int32_t count;
	enum yz_unit unit;
	if (n->type == YZ_BPMN_USER_TASK && !one_of(act, user_acts)) {
		yz_check_error(c, n->line, "write yz:act=\"accept\", review, decide, issue, deliver or account", "the task %.*s has no act a person does",
			       YZ_P(n->id));
		yz_check_zh(c, "写 yz:act=\"accept\"、review、decide、issue、deliver 或 account", "任务 %.*s 没有写由人办什么（yz:act）", YZ_P(n->id));
	}
	if (n->type == YZ_BPMN_SERVICE_TASK && !one_of(act, built_in_acts)) {
		yz_check_error(c, n->line, "write yz:act=\"publish\", archive, notify, charge, compare, publicise or pay", "the service task %.*s calls no built-in act",
			       YZ_P(n->id));
		yz_check_zh(c, "写 yz:act=\"publish\"、archive、notify、charge、compare、publicise 或 pay", "自动任务 %.*s 没有写系统办什么（yz:act）", YZ_P(n->id));
	}
	if (assign.len && assign.ptr[0] != '=' && !yz_str_eqz(assign, "pool") && !yz_str_eqz(assign, "load")) {
		yz_check_error(c, n->line, "write yz:assign=\"pool\" (whoever claims it) or \"load\"", "the task %.*s is assigned by %.*s",
			       YZ_P(n->id), YZ_P(assign));
		yz_check_zh(c, "写 yz:assign=\"pool\"（谁领取谁办）或 \"load\"（给手头最少的人）", "任务 %.*s 的分派方式写的是 %.*s", YZ_P(n->id), YZ_P(assign));
	}
	struct yz_str keep = yz_bpmn_attr(n, "keep");
	if (keep.len && (!yz_limit_parse(keep, &count, &unit) || unit != YZ_NATURAL_DAYS || count < 1 || count > YZ_PROCESS_KEEP)) {
		yz_check_error(c, n->line, "write days: P30D, at most P3660D", "%.*s keeps its message for %.*s", YZ_P(n->id), YZ_P(keep));
		yz_check_zh(c, "写天数：P30D，最多 P3660D", "%.*s 的消息保留期写的是 %.*s", YZ_P(n->id), YZ_P(keep));
	}
	struct yz_str reach = yz_bpmn_attr(n, "reach");
	if (reach.len && reach.ptr[0] != '=' && !yz_str_eqz(reach, "home") && !yz_str_eqz(reach, "item") && !is_code(reach)) {
		yz_check_error(c, n->line, "write home, item or a region's code", "the signal of %.*s reaches %.*s", YZ_P(n->id), YZ_P(reach));
		yz_check_zh(c, "写 home（办件所在地）、item（事项的部门所在地）或区划代码", "%.*s 的信号传到哪里写的是 %.*s", YZ_P(n->id), YZ_P(reach));
	}
	if (limit.len && limit.ptr[0] != '=' && !yz_limit_parse(limit, &count, &unit)) {
		yz_check_error(c, n->line, "write P3WD, PT8WH or P15D", "the task %.*s has the limit %.*s", YZ_P(n->id), YZ_P(limit));
		yz_check_zh(c, "写成 P3WD（工作日）、PT8WH（工作小时）或 P15D（天）", "任务 %.*s 的期限写的是 %.*s", YZ_P(n->id), YZ_P(limit));
	}
}

static void check_diag(struct yz_checker *c, const struct yz_bpmn_diag *d)
{
	if (d->severity == YZ_BPMN_NOTE)
		yz_check_warn(c, d->line, "look whether that is meant", "%.*s: %.*s (%s)", YZ_P(d->element), YZ_P(d->message), d->code);
	else
		yz_check_error(c, d->line, "mend the element in the process", "%.*s: %.*s (%s)", YZ_P(d->element), YZ_P(d->message), d->code);
	yz_check_zh(c, d->severity == YZ_BPMN_NOTE ? "看看是不是有意这样" : "在流程里改这个元素", "%.*s：%s（%s：%.*s）", YZ_P(d->element),
		    yz_pack_process_zh(d->code), d->code, YZ_P(d->message));
}

/* A case begins when somebody applies: what would begin its process by itself is never heard. */
static void check_starts(struct yz_checker *c, const struct yz_bpmn *m)
{
	size_t n;
	const struct yz_bpmn_start *starts = yz_bpmn_starts(m, &n);
	const struct yz_bpmn_node *own = yz_bpmn_process(m, (struct yz_str){0});
	for (size_t i = 0; i < n; i++) {
		if (starts[i].process != own)
			continue;
		yz_check_error(c, starts[i].node->line, "begin with a plain start event, or listen in an event subprocess",
			       "%.*s would begin the process by itself, and a case begins when somebody applies", YZ_P(starts[i].node->id));
		yz_check_zh(c, "用普通的开始事件，或者放进事件子流程里等", "%.*s 要让流程自己开始，可办件是有人申请才开始的", YZ_P(starts[i].node->id));
	}
}

const struct yz_bpmn *yz_pack_check_process(struct yz_arena *a, struct yz_str file, struct yz_str text, const struct yz_bpmn_known *known,
					    struct yz_pack_findings *out)
{
	struct yz_checker c = {.a = a, .file = file, .out = out};
	struct yz_err err = {0};
	const struct yz_bpmn *m = yz_bpmn_load(a, text, known, &err);
	size_t n;
	if (!m) {
		const char *line = strstr(err.where, "line ");
		if (!line && strncmp(err.msg, "line ", 5) == 0)
			line = err.msg;
		yz_check_error(&c, line ? (uint32_t)strtoul(line + 5, NULL, 10) : 0, "draw it anew, or mend the XML", "%s", err.msg);
		yz_check_zh(&c, "改好 XML，或者重新画", "读不了：%s", err.msg);
		return NULL;
	}
	for (const struct yz_bpmn_diag *d = yz_bpmn_diags(m); d; d = d->next)
		if (strcmp(d->code, "NOBODY") != 0) /* a task without a role is its act's; check_node asks for the act */
			check_diag(&c, d);
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(m, &n);
	for (size_t i = 0; i < n; i++)
		check_node(&c, nodes[i]), check_attributes(&c, nodes[i]), check_messages(&c, nodes[i]);
	check_starts(&c, m);
	return m;
}

/* ---- what its expressions speak of ---- */

/* What the house and the engine set by themselves: gov/case_flow.c, gov/doubt.c, gov/publicity.c, gov/payout_result.c, bpmn/multi.c. */
static const char *const house_facts[] = {
	"agree", "case", "doubts", "facts", "item", "loopCounter", "numberOfActiveInstances", "numberOfCompletedInstances",
	"numberOfInstances", "numberOfTerminatedInstances", "objections", "outcome", "outcomes", "payment", "payment_reason",
	"publicity_until", "situation", "upheld", "votes", NULL};

/* The context written in yz:give has the name as a key; what another expression gives is not known, and its text must do. */
static bool gives(struct yz_str text, struct yz_str name)
{
	struct yz_str all = text.len ? yz_str_trim(yz_str_n(text.ptr + 1, text.len - 1)) : text;
	bool written = all.len && all.ptr[0] == '{', found = false;
	for (size_t at = 0; !found && (at = yz_str_find(text, name, at)) != SIZE_MAX; at += name.len) {
		size_t from = at, to = at + name.len;
		while (from && (text.ptr[from - 1] == ' ' || text.ptr[from - 1] == '\n' || text.ptr[from - 1] == '"'))
			from--;
		while (to < text.len && (text.ptr[to] == ' ' || text.ptr[to] == '"'))
			to++;
		found = !written || (from && strchr("{,", text.ptr[from - 1]) && to < text.len && text.ptr[to] == ':');
	}
	return found;
}

/* Some process gives it with a message or signal; without the others that cannot be told of one that hears any. */
static bool given(const struct yz_bpmn *m, const struct yz_map *processes, struct yz_str name)
{
	if (!processes)
		return yz_bpmn_talks(m);
	for (size_t i = 0; i < processes->len; i++) {
		size_t n;
		const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(processes->entries[i].value, &n);
		for (size_t k = 0; k < n; k++)
			if (gives(yz_bpmn_attr(nodes[k], "give"), name))
				return true;
	}
	return false;
}

/* ---- what it gives to other cases ---- */

/* rest: what is read of the field, "" all of it, ".column" of its rows. */
static bool is_personal(const struct yz_field *f, struct yz_str rest)
{
	bool some = f->is_private;
	for (size_t i = 0; i < f->ncolumns && !some; i++) {
		struct yz_str name = f->columns[i].name;
		bool read = !rest.len || yz_str_eq(yz_str_n(rest.ptr + 1, rest.len - 1), name);
		some = read && f->columns[i].is_private;
	}
	return some;
}

/* The personal field that `path` reads; {0}: none. */
static struct yz_str personal(const struct yz_form *form, struct yz_str path)
{
	const struct yz_str facts = YZ_LIT("facts.");
	bool all = yz_str_eqz(path, "facts");
	if (yz_str_starts(path, facts))
		path = yz_str_n(path.ptr + facts.len, path.len - facts.len);
	for (size_t i = 0; i < form->nfields; i++) {
		const struct yz_field *f = &form->fields[i];
		struct yz_str rest = yz_str_starts(path, f->name) ? yz_str_n(path.ptr + f->name.len, path.len - f->name.len) : YZ_LIT("x");
		if (all)
			rest = YZ_LIT("");
		if ((!rest.len || rest.ptr[0] == '.') && is_personal(f, rest))
			return f->name;
	}
	return (struct yz_str){0};
}

/* A message finds one case, mostly hers too: that may be meant.  A signal is heard by whoever waits in a region. */
static void give_away(struct yz_checker *c, const struct yz_bpmn_node *n, struct yz_str name)
{
	if (yz_bpmn_attr(n, "reach").len) {
		yz_check_error(c, n->line, "leave it out: the cases that hear it are other people's", "%.*s gives %.*s, which is personal, to every case that hears it",
			       YZ_P(n->id), YZ_P(name));
		yz_check_zh(c, "不要带出去：听到的是别人的办件", "%.*s 把“%.*s”带给所有听到的办件，这是个人信息", YZ_P(n->id), YZ_P(name));
	} else {
		yz_check_warn(c, n->line, "give what the other case needs, and no more", "%.*s gives %.*s, which is personal, to another case", YZ_P(n->id),
			      YZ_P(name));
		yz_check_zh(c, "只带那边办理用得着的", "%.*s 把“%.*s”带给另一个办件，这是个人信息", YZ_P(n->id), YZ_P(name));
	}
}

static void check_given(struct yz_checker *c, const struct yz_bpmn_node *n, const struct yz_form *form, struct yz_str text)
{
	const struct yz_feel_scope scope = {.names = form->names, .len = form->nfields, .open = true};
	struct yz_err none = {0};
	size_t nuses = 0;
	const struct yz_feel *f = yz_feel_compile(c->a, text, YZ_FEEL_EXPRESSION, &scope, NULL, &none);
	const struct yz_feel_use *uses = f ? yz_feel_uses(c->a, f, &nuses) : NULL;
	for (size_t i = 0; i < nuses; i++) {
		struct yz_str name = personal(form, uses[i].path);
		if (name.len)
			give_away(c, n, name);
	}
}

/* What stands in yz:give goes out; without it, what the data associations bring. */
static void check_gives(struct yz_checker *c, const struct yz_bpmn_node *n, const struct yz_form *form)
{
	struct yz_str text = yz_bpmn_attr(n, "give");
	struct yz_bpmn_said said;
	struct yz_bpmn_input in;
	/* A signal without yz:reach stays in its case. */
	if (!yz_bpmn_attr(n, "reach").len && !yz_bpmn_says(n, 0, &said))
		return;
	if (text.len > 1 && text.ptr[0] == '=') {
		check_given(c, n, form, yz_str_n(text.ptr + 1, text.len - 1));
		return;
	}
	for (size_t i = 0; yz_bpmn_takes(n, i, &in); i++) {
		struct yz_str name = in.expr.len ? (struct yz_str){0} : personal(form, in.variable);
		if (in.expr.len)
			check_given(c, n, form, in.expr);
		else if (name.len)
			give_away(c, n, name);
	}
}

void yz_pack_check_names(struct yz_arena *a, const struct yz_bpmn *m, const struct yz_form *form, const struct yz_map *processes,
			 struct yz_str file, struct yz_pack_findings *out)
{
	struct yz_checker c = {.a = a, .file = file, .out = out};
	size_t n;
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(m, &n);
	for (size_t i = 0; form && i < n; i++)
		check_gives(&c, nodes[i], form);
	const struct yz_bpmn_asked *asked = yz_bpmn_asks(m, &n);
	for (size_t i = 0; form && i < n; i++) {
		if (yz_form_field(form, asked[i].name) || one_of(asked[i].name, house_facts) || given(m, processes, asked[i].name))
			continue;
		yz_check_warn(&c, asked[i].line, "write a field of the form, or a variable that the process sets", "%.*s: nothing is called %.*s",
			      YZ_P(asked[i].element), YZ_P(asked[i].name));
		yz_check_zh(&c, "写表单里的一个字段，或者流程里设过的变量", "%.*s：没有叫“%.*s”的内容", YZ_P(asked[i].element), YZ_P(asked[i].name));
	}
}

/* A rule task asks the item's own model: what is not there nobody would ever answer. */
void yz_pack_check_rules(struct yz_arena *a, const struct yz_bpmn *m, const struct yz_decision *d, struct yz_str file,
			 struct yz_pack_findings *out)
{
	struct yz_checker c = {.a = a, .file = file, .out = out};
	size_t n;
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(m, &n);
	for (size_t i = 0; i < n; i++) {
		struct yz_str name = nodes[i]->type == YZ_BPMN_RULE_TASK ? yz_bpmn_attr(nodes[i], "decision") : (struct yz_str){0};
		const struct yz_dmn_node *found = d && name.len ? yz_dmn_find(d->model, name) : NULL;
		if (!name.len || name.ptr[0] == '=' || (found && found->kind == YZ_DMN_DECISION))
			continue;
		yz_check_error(&c, nodes[i]->line, "write the name of a decision of the item's model", "%.*s: the item's model has no decision %.*s",
			       YZ_P(nodes[i]->id), YZ_P(name));
		yz_check_zh(&c, "写事项的决策模型里一个决策的名称", "%.*s：事项的决策模型里没有“%.*s”这个决策", YZ_P(nodes[i]->id), YZ_P(name));
	}
}

const struct yz_form *yz_pack_check_form(struct yz_arena *a, struct yz_str file, struct yz_str text, struct yz_pack_findings *out)
{
	struct yz_checker c = {.a = a, .file = file, .out = out};
	struct yz_err err = {0};
	const struct yz_json *json = yz_json_read(a, text, NULL, &err);
	if (json)
		return yz_form_check(&c, json);
	const char *line = strstr(err.msg, "line ");
	yz_check_error(&c, line ? (uint32_t)strtoul(line + 5, NULL, 10) : 0, "mend the JSON", "%s", err.msg);
	yz_check_zh(&c, "改好 JSON", "读不了：%s", err.msg);
	return NULL;
}
