/* SPDX-License-Identifier: Apache-2.0 */
#include "web/trace.h"

#include "web/board.h"
#include "web/handlers.h"
#include "web/templates.h"

enum { PAGE = 30 };

bool yz_page_looked(struct yz_page *p, const struct yz_looked *what, struct yz_err *err)
{
	yz_page_release(p);
	return yz_look(p->site, &p->who, what, err);
}

bool yz_page_looks(struct yz_page *p, int thing, int64_t id, struct yz_err *err)
{
	struct yz_looked what;
	if (!p->who.staff)
		return true;
	struct yz_conn *conn = yz_page_read(p, err);
	return conn && yz_look_of(conn, p->arena, (enum yz_look_thing)thing, id, &what, err) && yz_page_looked(p, &what, err);
}

struct yz_str yz_trace_what(const struct yz_page *p, const struct yz_traced *t)
{
	enum yz_look_thing thing;
	if (t->act.len) {
		const char *act = yz_entry_act(p, t->act);
		return *act ? yz_str(act) : t->act;
	}
	if (!t->thing.len || !yz_look_parse(t->thing, &thing))
		return yz_name(p, t->what);
	const char *title = yz_tr(p->lang, yz_look_title(thing));
	return t->what.len ? yz_str_printf(p->arena, "%s %.*s", title, YZ_P(yz_name(p, t->what))) : yz_str(title);
}

/* An official's post says what she opened it for; what a command did was for the house's own keeping. */
static const char *why_of_role(const struct yz_traced *t)
{
	static const char *const whys[][2] = {
		{"window", N_("窗口办理")},	{"reviewer", N_("审查办理")},		{"decider", N_("审批办理")},
		{"worker", N_("村（社区）办理")}, {"supervisor", N_("监察是否依法按时办理")}, {"finance", N_("收费和发放")},
		{"item_admin", N_("政策和事项管理")}, {"admin", N_("系统管理")}};
	for (size_t i = 0; i < sizeof whys / sizeof *whys; i++)
		if (yz_str_eqz(t->role, whys[i][0]))
			return whys[i][1];
	return N_("本站的维护");
}

struct yz_str yz_trace_why(const struct yz_page *p, const struct yz_traced *t)
{
	bool apply = yz_str_eqz(t->purpose, "apply");
	const char *why = t->purpose.len ? NULL : yz_tr(p->lang, why_of_role(t));
	if (t->act.len || apply)
		return yz_str_printf(p->arena, T(p->lang, "申请%.*s"), YZ_P(yz_name(p, t->item_name)));
	struct yz_str said = why ? yz_str(why) : yz_name(p, t->purpose);
	return t->item_name.len ? yz_str_printf(p->arena, "%.*s%s%.*s", YZ_P(said), T(p->lang, "："), YZ_P(yz_name(p, t->item_name))) : said;
}

struct yz_str yz_trace_who(const struct yz_page *p, const struct yz_traced *t)
{
	enum yz_role role;
	if (t->hers)
		return yz_str(T(p->lang, "您自己或您委托的人"));
	if (!t->by_name.len && !t->org_name.len)
		return yz_str(T(p->lang, "系统"));
	const char *post = yz_role_parse(t->role, &role) ? yz_tr(p->lang, yz_role_title(role)) : "";
	return yz_str_printf(p->arena, "%.*s %s %.*s", YZ_P(yz_name(p, t->org_name)), post, YZ_P(t->by_name));
}

static struct yz_str next_of(struct yz_page *p, const struct yz_trace_page *v)
{
	const struct yz_traced *last = &v->list.at[v->list.len - 1];
	return yz_str_printf(p->arena, "/me/pulls?show=%s&case=%.*s&before=%lld", v->acts ? "acts" : "looks", YZ_P(v->case_no),
			     (long long)(v->acts ? last->at : last->id));
}

bool yz_web_pulls(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_trace_page v = {.acts = yz_str_eqz(yz_req_query(req, "show"), "acts"), .case_no = yz_str_trim(yz_req_query(req, "case"))};
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	before = before > 0 ? before : 0;
	if (!conn || !(v.acts ? yz_acts_mine(p->site, conn, p->arena, &p->who, v.case_no, before, PAGE, &v.list, err)
			      : yz_looks_mine(p->site, conn, p->arena, &p->who, v.case_no, before, PAGE, &v.list, err)))
		return false;
	if (v.list.len == PAGE)
		v.next = next_of(p, &v);
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "谁看过、谁办过"));
	tpl_me_pulls(out, p, &v, p->lang);
	return yz_page_end(p);
}
