/* SPDX-License-Identifier: Apache-2.0 */
#include "web/desk.h"

#include "gov/deputy.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

/* ---- many at once ---- */

/* What finishes such a step with one press or one opinion; a decision against somebody is written for each alone. */
static void batch_acts(struct yz_batch_page *v)
{
	static const struct {
		const char *act;
		enum yz_act acts[2];
		size_t n;
	} known[] = {{"accept", {YZ_ACT_accept}, 1}, {"review", {YZ_ACT_pass, YZ_ACT_object}, 2}, {"decide", {YZ_ACT_grant}, 1},
		     {"issue", {YZ_ACT_issue}, 1},   {"deliver", {YZ_ACT_deliver}, 1}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (v->n && yz_str_eqz(v->all[0].act, known[i].act))
			for (size_t k = 0; k < known[i].n; k++)
				v->acts[v->nacts++] = known[i].acts[k];
}

static bool show_batch(struct yz_page *p, struct yz_batch_page *v)
{
	batch_acts(v);
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "批量办理"));
	tpl_desk_batch(out, p, v, p->lang);
	return yz_page_end(p);
}

/* "task/ID" of each row that was ticked; past the most, the rest are told to wait. */
static size_t ticked(struct yz_page *p, int64_t *tasks, bool *more)
{
	struct yz_pairs all = yz_req_fields(p->req);
	struct yz_str prefix = YZ_LIT("task/");
	size_t n = 0;
	*more = false;
	for (size_t i = 0; i < all.len; i++) {
		int64_t id;
		if (!yz_str_starts(all.at[i].name, prefix) ||
		    !yz_str_int(yz_str_n(all.at[i].name.ptr + prefix.len, all.at[i].name.len - prefix.len), &id))
			continue;
		if (n < YZ_BATCH_MOST)
			tasks[n++] = id;
		else
			*more = true;
	}
	return n;
}

bool yz_web_desk_batch(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_batch_page *v = yz_new(p->arena, struct yz_batch_page);
	int64_t tasks[YZ_BATCH_MOST];
	bool more;
	struct yz_err failed = {0};
	v->n = ticked(p, tasks, &more);
	if (more)
		v->error = yz_str(T(p->lang, "一次最多办 50 件，其余的请下一次再办。"));
	if (!v->n)
		v->error = yz_str(T(p->lang, "请先在工作台勾选要一起办的待办。"));
	enum yz_act act;
	bool asked = yz_act_parse(yz_req_field(req, "act"), &act);
	if (!v->n || !asked) {
		struct yz_conn *conn = yz_page_read(p, err);
		if (!conn || !yz_batch_load(conn, p->arena, tasks, v->n, v->all, err))
			return false;
		yz_batch_hide(&p->who, v->all, v->n);
		return show_batch(p, v);
	}
	const struct yz_act_input in = {.act = act, .reason = yz_req_field(req, "reason")};
	v->reason = in.reason;
	yz_page_release(p);
	if (!yz_case_batch(p->site, p->arena, &p->who, tasks, v->n, &in, v->all, &failed)) {
		*err = failed;
		return false;
	}
	v->tried = true;
	for (size_t i = 0; i < v->n; i++) {
		v->done += v->all[i].done;
		v->texts[i] = v->all[i].done ? NULL : yz_str_z(p->arena, yz_act_error(p, v->all[i].no, act, &v->all[i].err));
	}
	return show_batch(p, v);
}

/* ---- 代理 ---- */

static bool show_deputies(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_deputy *list = NULL;
	struct yz_target *colleagues = NULL;
	size_t n = conn ? yz_deputy_list(conn, p->arena, &p->who, &list, err) : 0;
	size_t m = conn && !err->code ? yz_deputy_colleagues(conn, p->arena, &p->who, &colleagues, err) : 0;
	if (err->code)
		return false;
	char from[16], until[16];
	yz_day today = yz_instant_day(p->now, p->site->offset);
	struct yz_input inputs[] = {
		{"from", T(p->lang, "从哪一天起"), T(p->lang, "像 2026-12-01"), NULL, "off", .value = yz_str(yz_day_print(today, from)), .required = true},
		{"until", T(p->lang, "到哪一天（含）"), T(p->lang, "像 2026-12-05，最长一年"), NULL, "off",
		 .value = yz_str(yz_day_print(today + 4, until)), .required = true},
		{"reason", T(p->lang, "事由（休假、出差、病假……）"), NULL, NULL, "off"},
	};
	struct yz_simple_form f;
	yz_form_inputs(p, &f, inputs, 3, failed);
	if (f.err)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "代理"));
	tpl_desk_deputy(out, p, &f, list, n, colleagues, m, p->lang);
	return yz_page_end(p);
}

bool yz_web_desk_deputy(struct yz_req *req, struct yz_err *err)
{
	return show_deputies(yz_page_of(req), NULL, err);
}

bool yz_web_desk_deputy_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	yz_day from = 0, until = 0;
	const char *wrong = !yz_day_parse(yz_str_trim(yz_req_field(req, "from")), &from)   ? "from"
			    : !yz_day_parse(yz_str_trim(yz_req_field(req, "until")), &until) ? "until"
											     : NULL;
	yz_page_release(p);
	if (wrong) {
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("日期要写成 2027-06-30 这样"));
		yz_fail_in(&failed, "%s", wrong);
	} else if (yz_deputy_add(p->site, p->arena, &p->who, p->who.person, yz_req_field(req, "deputy"), yz_day_start(from, p->site->offset),
				 yz_day_start(until + 1, p->site->offset), yz_req_field(req, "reason"), &failed)) {
		return yz_res_redirect(req, YZ_LIT("/desk/deputy?done=deputy"));
	}
	if (yz_err_is_hers(&failed))
		return show_deputies(p, &failed, err);
	*err = failed;
	return false;
}

bool yz_web_desk_deputy_end(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	yz_page_release(p);
	return yz_deputy_end(p->site, &p->who, yz_param_int(req, "id"), err) && yz_res_redirect(req, YZ_LIT("/desk/deputy?done=ended"));
}

/* ---- 抄送我的 ---- */

bool yz_web_desk_copies(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_copied *list = NULL;
	size_t n = conn ? yz_case_copies(conn, p->arena, &p->who, &list, err) : 0;
	if (err->code)
		return false;
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "抄送我的"));
	tpl_desk_copies(out, p, list, n, p->lang);
	return yz_page_end(p);
}
