/* SPDX-License-Identifier: Apache-2.0 */
#include "web/desk.h"

#include "base/log.h"

#include "gov/case_steps.h"
#include "gov/draft.h"
#include "gov/guide.h"
#include "gov/look.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

#include <string.h>

enum { PAGE = 50, CARDS = 50 };

const char *const yz_specials[YZ_SPECIALS] = {N_("听证"), N_("招标"), N_("拍卖"), N_("检验"), N_("检测"), N_("检疫"), N_("鉴定"), N_("专家评审")};

/* ---- the list ---- */

static void read_query(struct yz_page *p, struct yz_case_query *q)
{
	*q = (struct yz_case_query){.words = yz_str_trim(yz_req_query(p->req, "q")), .light = yz_req_query(p->req, "light"),
				    .item = yz_req_query(p->req, "item"), .mine = yz_str_eqz(yz_req_query(p->req, "mine"), "1"),
				    .limit = PAGE};
	yz_str_int(yz_req_query(p->req, "due"), &q->after_due);
	yz_str_int(yz_req_query(p->req, "id"), &q->after_id);
}

bool yz_web_desk(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_desk_page v = {0};
	read_query(p, &v.query);
	if (!conn || !yz_case_desk(p->site, conn, p->arena, &p->who, &v.query, &v.list, err))
		return false;
	if (v.list.more) {
		const struct yz_case_row *last = &v.list.rows[v.list.len - 1];
		v.next = yz_str_printf(p->arena, "/desk?due=%lld&id=%lld&light=%.*s&mine=%d",
				       (long long)(last->next_due ? last->next_due : INT64_MAX), (long long)last->task,
				       YZ_P(v.query.light), v.query.mine);
	}
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "工作台"));
	tpl_desk_list(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_desk_cards(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_card *cards = NULL;
	struct yz_str org = p->who.nposts ? p->who.posts[0].org : YZ_LIT("");
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	size_t n = conn ? yz_card_list_by(p->site, conn, p->arena, &p->who, org, yz_req_query(req, "stand"), before, CARDS, &cards, err) : 0;
	if (err->code)
		return false;
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "本部门的黄牌红牌"));
	tpl_desk_cards(out, p, cards, n, n == CARDS, p->lang);
	return yz_page_end(p);
}

/* ---- one case ---- */

char yz_act_key(enum yz_act act)
{
	static const struct {
		enum yz_act act;
		char key;
	} keys[] = {{YZ_ACT_claim, 'l'}, {YZ_ACT_accept, 'a'}, {YZ_ACT_correct, 'b'}, {YZ_ACT_refuse, 'r'}, {YZ_ACT_pass, 'p'},
		    {YZ_ACT_object, 'o'}, {YZ_ACT_stop, 's'}, {YZ_ACT_resume, 's'}, {YZ_ACT_extend, 'e'}, {YZ_ACT_grant, 'g'},
		    {YZ_ACT_deny, 'd'}, {YZ_ACT_issue, 'z'}, {YZ_ACT_deliver, 't'}, {YZ_ACT_urge, 'u'},
		    {YZ_ACT_hand, 'h'}, {YZ_ACT_sign, 'n'}, {YZ_ACT_back, 'x'}, {YZ_ACT_copy, 'c'}, {YZ_ACT_recall, 'y'}};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (keys[i].act == act)
			return keys[i].key;
	return 0;
}

bool yz_act_at_once(enum yz_act act)
{
	return act == YZ_ACT_claim || act == YZ_ACT_accept || act == YZ_ACT_issue || act == YZ_ACT_deliver ||
	       act == YZ_ACT_read_copy || act == YZ_ACT_unsuspend;
}

enum yz_act_group yz_act_group(enum yz_act act)
{
	static const enum yz_act_group groups[YZ_ACTS] = {
		[YZ_ACT_hand] = YZ_ACTS_OTHERS,	    [YZ_ACT_delegate] = YZ_ACTS_OTHERS, [YZ_ACT_sign] = YZ_ACTS_OTHERS,
		[YZ_ACT_unsign] = YZ_ACTS_OTHERS,   [YZ_ACT_back] = YZ_ACTS_BACK,	[YZ_ACT_recall] = YZ_ACTS_BACK,
		[YZ_ACT_stop] = YZ_ACTS_TIME,	    [YZ_ACT_resume] = YZ_ACTS_TIME,	[YZ_ACT_extend] = YZ_ACTS_TIME,
		[YZ_ACT_ask_extend] = YZ_ACTS_TIME, [YZ_ACT_suspend] = YZ_ACTS_TIME,	[YZ_ACT_unsuspend] = YZ_ACTS_TIME,
		[YZ_ACT_copy] = YZ_ACTS_TELL,	    [YZ_ACT_hurry] = YZ_ACTS_TELL,	[YZ_ACT_close] = YZ_ACTS_END,
	};
	return groups[act];
}

const char *yz_act_group_title(enum yz_act_group group)
{
	static const char *const titles[YZ_ACT_GROUPS] = {N_("现在可以办的"), N_("请别人办"), N_("退回、撤回"), N_("期限"), N_("告诉别人"), N_("终止")};
	return titles[group];
}

const char *yz_task_kind_title(struct yz_str kind)
{
	if (yz_str_eqz(kind, "before") || yz_str_eqz(kind, "after"))
		return N_("加签");
	return yz_str_eqz(kind, "delegate") ? N_("委派") : yz_str_eqz(kind, "extend") ? N_("延长期限") : NULL;
}

/* What most cases have nothing of. */
static bool load_more(struct yz_page *p, struct yz_case_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	int64_t id = v->c->row.id;
	return conn && yz_doubts_of(p->site, conn, p->arena, id, v->c->whole, &v->doubts, err) &&
	       yz_objections_of(p->site, conn, p->arena, id, &v->objections, &v->shown_now, err) &&
	       yz_payouts_of(p->site, conn, p->arena, id, &v->payouts, err);
}

static bool show_case(struct yz_page *p, struct yz_case_page *v, struct yz_err *err)
{
	if (!load_more(p, v, err) || (yz_may(&p->who, YZ_MAY_board) && !yz_duty_view(p, v->c->row.id, &v->duty, err)))
		return false;
	v->desk = true;
	v->shown = 0;
	if (!yz_str_int(yz_req_query(p->req, "show"), &v->shown))
		for (size_t i = 0; i < v->c->nmaterials && !v->shown; i++)
			if (!yz_str_eqz(v->c->materials[i].state, "replaced"))
				v->shown = v->c->materials[i].id;
	p->room = YZ_ROOM_DESK;
	yz_case_page_process(p, v);
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, v->c->row.no));
	tpl_desk_case(out, p, v, yz_page_calendar(p), p->lang);
	return yz_page_end(p);
}

bool yz_web_desk_case(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_case_page v;
	return yz_case_page_load(p, &v, err) && show_case(p, &v, err);
}

static bool read_act(struct yz_page *p, enum yz_act *act, struct yz_err *err)
{
	return yz_act_parse(yz_req_param(p->req, "act"), act) ||
	       yz_fail(err, YZ_NOT_FOUND, "no act %.*s", YZ_P(yz_req_param(p->req, "act")));
}

/* Whom and where to she can choose from. */
static bool read_choices(struct yz_page *p, struct yz_act_page *v, struct yz_err *err)
{
	const struct yz_case *c = v->view.c;
	bool people = v->act == YZ_ACT_hand || v->act == YZ_ACT_delegate || v->act == YZ_ACT_sign || v->act == YZ_ACT_copy;
	for (size_t i = 0; i < c->ntasks; i++)
		if (c->tasks[i].id == v->task)
			v->on = &c->tasks[i];
	v->days_most = c->version->joint ? 15 : 10;
	bool reads = people || v->act == YZ_ACT_back;
	struct yz_conn *conn = reads ? yz_page_read(p, err) : NULL;
	if (reads && !conn)
		return false;
	if (people)
		v->ntargets = yz_case_targets(p->site, conn, p->arena, &p->who, v->act == YZ_ACT_copy ? NULL : v->on, v->act, &v->targets, err);
	if (v->act == YZ_ACT_back && v->on) {
		struct yz_case_steps steps;
		if (!yz_case_steps(p->site, conn, p->arena, c, &steps, err))
			return false;
		v->nearlier = yz_case_earlier(p->arena, steps.process, c, v->on, &v->earlier);
	}
	return !err->code;
}

static bool show_act(struct yz_page *p, struct yz_act_page *v, struct yz_err *err)
{
	const struct yz_case *c = v->view.c;
	if (!read_choices(p, v, err))
		return false;
	if (v->act == YZ_ACT_correct || v->act == YZ_ACT_back) {
		if (v->view.form)
			yz_form_state(p->arena, v->view.form, c->facts, -1, p->now, p->lang, &v->state);
		v->nneeds = yz_pack_needs(p->arena, c->item_body, v->view.form, c->version->decision, c->facts, p->now, &v->needs);
	}
	struct yz_advice advice;
	yz_guide_advise(p->arena, c->version, c->facts, p->now, &advice);
	v->against = yz_guide_against(&advice, v->act);
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, yz_tr(p->lang, yz_act_verb(v->act)));
	tpl_desk_act(out, p, v, yz_page_calendar(p), p->lang);
	return yz_page_end(p);
}

bool yz_web_desk_act(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_act_page v = {0};
	if (!read_act(p, &v.act, err) || !yz_case_page_load(p, &v.view, err))
		return false;
	yz_str_int(yz_req_query(req, "task"), &v.task);
	return show_act(p, &v, err);
}

/* What was ticked to be mended: "mend/field/NAME" and "mend/material/KEY" with the words in "what/…". */
static const struct yz_json *read_items(struct yz_page *p, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, p->arena, 1 << 20);
	yz_jw_init(&w, &b);
	yz_jw_array(&w);
	struct yz_pairs all = yz_req_fields(p->req);
	for (size_t i = 0; i < all.len; i++) {
		static const char *const kinds[][2] = {{"mend/field/", "field"}, {"mend/material/", "material"}};
		for (int k = 0; k < 2; k++) {
			struct yz_str prefix = yz_str(kinds[k][0]), name = all.at[i].name;
			if (!yz_str_starts(name, prefix))
				continue;
			struct yz_str key = yz_str_n(name.ptr + prefix.len, name.len - prefix.len);
			yz_jw_object(&w);
			yz_jw_kstr(&w, kinds[k][1], key);
			yz_jw_kstr(&w, "what", yz_str_trim(yz_req_field(p->req, yz_printf(p->arena, "what/%s/%.*s", kinds[k][1], YZ_P(key)))));
			yz_jw_end(&w, '}');
		}
	}
	yz_jw_end(&w, ']');
	return yz_json_read(p->arena, yz_buf_str(&b), NULL, err);
}

/* Every "to" that was chosen, a space between. */
static struct yz_str logins(struct yz_page *p)
{
	struct yz_buf b;
	struct yz_pairs all = yz_req_fields(p->req);
	yz_buf_init(&b, p->arena, 64 * 1024);
	for (size_t i = 0; i < all.len; i++)
		if (yz_str_eqz(all.at[i].name, "to") && all.at[i].value.len) {
			yz_buf_addz(&b, b.len ? " " : "");
			yz_buf_adds(&b, all.at[i].value);
		}
	return yz_buf_str(&b);
}

/* Fields of the form that are filled in anew: "field/NAME". */
static const struct yz_json *read_fields(struct yz_page *p)
{
	struct yz_json *o = yz_json_new_object(p->arena);
	struct yz_pairs all = yz_req_fields(p->req);
	for (size_t i = 0; i < all.len; i++)
		if (yz_str_starts(all.at[i].name, YZ_LIT("field/")))
			yz_json_put(p->arena, o, yz_str_n(all.at[i].name.ptr + 6, all.at[i].name.len - 6),
				    yz_json_new_str(p->arena, yz_str_trim(all.at[i].value)));
	return o;
}

const struct yz_field *yz_act_next_field(const struct yz_act_page *v, struct yz_str *names)
{
	struct yz_str one;
	while (v->view.form && yz_str_cut(names, ' ', &one))
		if (one.len && yz_form_field(v->view.form, one))
			return yz_form_field(v->view.form, one);
	return NULL;
}

struct yz_str yz_act_fields(const struct yz_act_page *v)
{
	const struct yz_case *c = v->view.c;
	for (size_t i = 0; i < c->ntasks; i++) {
		const struct yz_bpmn_node *n = c->tasks[i].open && yz_str_eqz(c->tasks[i].act, "account")
						       ? yz_bpmn_node(c->version->process, c->tasks[i].node) : NULL;
		if (n)
			return yz_bpmn_attr(n, "fields");
	}
	return (struct yz_str){0};
}

struct yz_str yz_act_error(const struct yz_page *p, struct yz_str no, enum yz_act act, const struct yz_err *failed)
{
	if (failed->code != YZ_BAD_INPUT || yz_err_for_people(failed))
		return yz_err_text(p, failed);
	struct yz_err why = *failed;
	yz_fail_in(&why, "case %.*s cannot go on: %s", YZ_P(no), yz_act_name(act));
	yz_log_err(YZ_ERROR, &why);
	return yz_str(T(p->lang, "办不下去：这个事项的流程、决策或收费没有设对，不是您填错了。请把办件编号告诉事项管理员，原因在系统日志里"));
}

bool yz_web_desk_act_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	enum yz_act act;
	struct yz_err failed = {0};
	const struct yz_json *items = NULL;
	struct yz_str no = yz_req_param(req, "no");
	if (!read_act(p, &act, err) || ((act == YZ_ACT_correct || act == YZ_ACT_back) && !(items = read_items(p, err))))
		return false;
	struct yz_act_input in = {.act = act, .task = yz_field_int(req, "task"), .version = yz_field_int(req, "version"),
				  .reason = yz_req_field(req, "reason"), .basis = yz_req_field(req, "basis"), .items = items,
				  .overrule = yz_req_field(req, "overrule"),
				  .special = yz_req_field(req, "special"), .days = yz_field_int(req, "days"),
				  .facts = act == YZ_ACT_mend_account ? read_fields(p) : NULL,
				  .ref = yz_field_int(req, "ref"), .to = logins(p), .where = yz_req_field(req, "where"),
				  .straight = yz_str_eqz(yz_req_field(req, "straight"), "1")};
	yz_page_release(p);
	if (yz_case_act(p->site, p->arena, &p->who, no, &in, &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/desk/case/%.*s?done=%s", YZ_P(no), yz_act_name(act)));
	if (!yz_err_is_hers(&failed)) {
		*err = failed;
		return false;
	}
	/* What she wrote is shown again with what is wrong, beside the case as it is now. */
	struct yz_act_page v = {.act = act, .task = in.ref ? in.ref : in.task, .failed = &failed};
	if (!yz_case_page_load(p, &v.view, err))
		return false;
	v.error = yz_act_error(p, no, act, &failed);
	yz_res_status(req, failed.code == YZ_CONFLICT ? 409 : 422);
	/* Against the rules nothing is done at once: the page asks why. */
	if (yz_act_at_once(act) && strcmp(failed.where, "overrule") != 0) {
		v.view.error = v.error;
		return show_case(p, &v.view, err);
	}
	return show_act(p, &v, err);
}

/* ---- the counter: verify who she is, then file for her ---- */

static bool show_counter(struct yz_page *p, int64_t person, const struct yz_err *failed, struct yz_err *err)
{
	enum yz_lang l = p->lang;
	struct yz_person *known = NULL;
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_draft_row *drafts = NULL;
	size_t ndrafts = conn && !person ? yz_draft_list(p->site, conn, p->arena, &p->who, &drafts, err) : 0;
	if (!conn || err->code || (person && !(known = yz_person_load(p->site, conn, p->arena, person, err))))
		return false;
	struct yz_bundle *bundles = NULL;
	size_t nbundles = known ? yz_bundle_list(p->site, conn, p->arena, l, &bundles, err) : 0;
	if (err->code)
		return false;
	const struct yz_looked looked = {YZ_LOOK_account, person, 0, &person, person ? 1 : 0};
	if (!yz_page_looked(p, &looked, err))
		return false;
	struct yz_input inputs[] = {
		{"name", T(l, "姓名或单位名称"), NULL, NULL, "off", .required = true},
		{"id_no", T(l, "身份证号码或统一社会信用代码"), NULL, NULL, "off", .required = true},
		{"mobile", T(l, "手机号码"), NULL, "tel", "off"},
		{"login", T(l, "已有账号的登录名"), T(l, "申请人说得出自己的登录名时填写；说不出的，账号归证件持有人，原密码作废"), NULL, "off"},
		{"legal_rep_name", T(l, "法定代表人姓名"), NULL, NULL, "off"},
		{"legal_rep_id", T(l, "法定代表人身份证号码"), NULL, NULL, "off"},
	};
	struct yz_simple_form f;
	yz_form_inputs(p, &f, inputs, 6, failed);
	if (f.err)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(l, "窗口收件"));
	tpl_desk_counter(out, p, &f, known, drafts, ndrafts, yz_page_catalogue(p), bundles, nbundles, l);
	return yz_page_end(p);
}

bool yz_web_counter(struct yz_req *req, struct yz_err *err)
{
	return show_counter(yz_page_of(req), 0, NULL, err);
}

bool yz_web_counter_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t id;
	struct yz_str id_no = yz_str_trim(yz_req_field(req, "id_no"));
	bool legal = yz_str_eqz(yz_req_field(req, "how"), "licence");
	const struct yz_registration r = {
		.kind = legal ? YZ_LIT("legal") : YZ_LIT("natural"), .name = yz_req_field(req, "name"), .id_no = id_no,
		.mobile = yz_req_field(req, "mobile"), .login = yz_req_field(req, "login"),
		.legal_rep_name = yz_req_field(req, "legal_rep_name"), .legal_rep_id = yz_req_field(req, "legal_rep_id")};
	yz_page_release(p);
	if (yz_person_verify(p->site, p->arena, &p->who, &r, yz_req_field(req, "how"), &id, &failed))
		return show_counter(p, id, NULL, err);
	if (yz_err_is_hers(&failed))
		return show_counter(p, 0, &failed, err);
	*err = failed;
	return false;
}
