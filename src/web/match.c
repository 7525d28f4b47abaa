/* web/match.c - policies: an official's pages, and her own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "web/match.h"

#include "gov/look.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

enum { PAGE = 50 };

static bool in_force(const struct yz_page *p, const struct yz_policy *policy)
{
	return yz_policy_holds(&policy->text, yz_instant_day(p->now, p->site->offset));
}

static struct yz_str item_name(struct yz_page *p, const struct yz_policy *policy)
{
	const struct yz_entry_item *item = policy->text.item.len ? yz_catalogue_find(yz_page_catalogue(p), policy->text.item) : NULL;
	return item ? yz_name(p, item->name) : (struct yz_str){0};
}

/* ---- an official's ---- */

bool yz_web_policies(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_policies_page v = {.whom = yz_req_query(req, "for")};
	struct yz_policy *all;
	size_t n = conn && yz_match_refresh(p->site, conn, err) ? yz_policy_all(conn, p->arena, &all, err) : 0;
	if (err->code)
		return false;
	v.rows = yz_new_n(p->arena, n, struct yz_policies_row);
	size_t *untold = yz_new_n(p->arena, n, size_t);
	if (!yz_match_untold_counts(p->site, conn, all, n, untold, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct yz_policies_row *r = &v.rows[v.n];
		if (!yz_policy_may(&p->who, YZ_MAY_policy_read, &all[i]) || (v.whom.len && !yz_str_eq(v.whom, all[i].text.whom)))
			continue;
		*r = (struct yz_policies_row){.policy = &all[i], .untold = untold[i], .in_force = in_force(p, &all[i]),
					      .may_push = yz_policy_may(&p->who, YZ_MAY_policy_push, &all[i])};
		yz_match_count(p->site, all[i].key, &r->counts);
		v.n++;
	}
	p->room = YZ_ROOM_POLICY;
	p->desk = true;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "政策找人"));
	tpl_match_policies(out, p, &v, p->lang);
	return yz_page_end(p);
}

static enum yz_match_show shown(struct yz_str s)
{
	return yz_str_eqz(s, "untold") ? YZ_SHOW_UNTOLD : yz_str_eqz(s, "near") ? YZ_SHOW_NEAR : yz_str_eqz(s, "claimed") ? YZ_SHOW_CLAIMED : YZ_SHOW_YES;
}

static const char *shown_name(enum yz_match_show show)
{
	static const char *const names[] = {"match", "untold", "near", "claimed"};
	return names[show];
}

static bool show_policy(struct yz_page *p, struct yz_policy_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	int64_t after = 0;
	yz_str_int(yz_req_query(p->req, "after"), &after);
	if (!conn || !(v->policy = yz_policy_load(conn, p->arena, yz_req_param(p->req, "key"), err)) ||
	    !yz_match_list(p->site, conn, p->arena, &p->who, v->policy, v->show, after, PAGE, &v->list, err))
		return false;
	v->in_force = in_force(p, v->policy);
	v->may_push = yz_policy_may(&p->who, YZ_MAY_policy_push, v->policy);
	v->item_name = item_name(p, v->policy);
	/* Who reads of people is on record before she reads. */
	if (v->list.len && !yz_str_eqz(v->policy->text.whom, "legal")) {
		int64_t *people = yz_new_n(p->arena, v->list.len, int64_t);
		for (size_t i = 0; i < v->list.len; i++)
			people[i] = v->list.rows[i].subject->id;
		const struct yz_looked looked = {YZ_LOOK_policy, v->policy->id, 0, people, v->list.len};
		if (!yz_page_looked(p, &looked, err) ||
		    !yz_policy_looked(p->site, &p->who, v->policy, shown_name(v->show), 0, v->list.len, err))
			return false;
	}
	if (v->error.len)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_POLICY;
	p->desk = true;
	struct yz_str name = yz_name(p, v->policy->text.name);
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, name));
	tpl_match_policy(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_policy(struct yz_req *req, struct yz_err *err)
{
	struct yz_policy_page v = {.show = shown(yz_req_query(req, "show"))};
	return show_policy(yz_page_of(req), &v, err);
}

/* Those ticked, or with all=1 everybody who was never told.  Who may not read names tells all or nobody: the report on
 * one alone would say whether he qualifies. */
static bool ticked(struct yz_page *p, struct yz_str key, int64_t **ids, size_t *n, struct yz_err *err)
{
	struct yz_pairs fields = yz_req_fields(p->req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_policy *policy = conn ? yz_policy_load(conn, p->arena, key, err) : NULL;
	bool all = yz_req_field(p->req, "all").len > 0;
	*n = 0;
	if (!policy)
		return false;
	if (!all && !yz_policy_may_see(&p->who, policy))
		return yz_refuse(&p->who, YZ_MAY_policy_read, err);
	bool ok = !all || yz_match_untold(p->site, conn, p->arena, key, YZ_PUSH_MOST, ids, n, err);
	yz_page_release(p);
	if (!ok || all)
		return ok;
	*ids = yz_new_n(p->arena, fields.len, int64_t);
	for (size_t i = 0; i < fields.len; i++)
		if (yz_str_eqz(fields.at[i].name, "subject") && yz_str_int(fields.at[i].value, &(*ids)[*n]))
			++*n;
	return true;
}

bool yz_web_policy_push(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_policy_page v = {.show = YZ_SHOW_YES};
	struct yz_err failed = {0};
	struct yz_str key = yz_req_param(req, "key");
	int64_t *ids;
	size_t n;
	yz_page_release(p);
	if (!ticked(p, key, &ids, &n, err))
		return false;
	/* "Tell all" of a page that is older than somebody else's press. */
	if (!n && yz_req_field(req, "all").len) {
		v.error = yz_str(T(p->lang, "符合的都告知过了。"));
		return show_policy(p, &v, err);
	}
	v.pushed = yz_policy_push(p->site, p->arena, &p->who, key, ids, n, &v.report, &failed);
	if (!v.pushed && !yz_err_is_hers(&failed)) {
		*err = failed;
		return false;
	}
	if (!v.pushed)
		v.error = yz_err_text(p, &failed);
	return show_policy(p, &v, err);
}

bool yz_web_policy_settle(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str key = yz_req_field(req, "policy");
	yz_page_release(p);
	return yz_policy_settle(p->site, p->arena, &p->who, yz_param_int(req, "id"), err) &&
	       yz_res_redirect(req, yz_done(p, yz_str_printf(p->arena, "/policy/%.*s?show=claimed", YZ_P(key)), "settled"));
}

bool yz_web_policy_why(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_why_page v = {0};
	struct yz_policy *policy = conn ? yz_policy_load(conn, p->arena, yz_req_param(req, "key"), err) : NULL;
	if (!policy)
		return false;
	if (!yz_policy_may(&p->who, YZ_MAY_policy_read, policy))
		return yz_refuse(&p->who, YZ_MAY_policy_read, err);
	struct yz_subject *s = NULL;
	bool legal = yz_str_eqz(policy->text.whom, "legal"), may;
	if (!yz_match_refresh(p->site, conn, err) ||
	    !(s = yz_subject_load(p->site, conn, p->arena, legal, yz_param_int(req, "id"), err)) ||
	    !yz_match_pair(p->site, p->arena, policy->key, s, true, p->lang, &v.pair, err) ||
	    !yz_match_may_see(p->site, conn, &p->who, policy, s, &v.pair, &may, err))
		return false;
	if (!may)
		return yz_refuse(&p->who, YZ_MAY_policy_read, err);
	if (!legal)
		s->name = yz_mask_name(p->arena, s->name);
	v.policy = policy;
	v.subject = s;
	v.in_force = in_force(p, policy);
	v.item_name = item_name(p, policy);
	if (!legal) {
		const struct yz_looked looked = {YZ_LOOK_policy_why, policy->id, 0, &s->id, 1};
		if (!yz_page_looked(p, &looked, err) || !yz_policy_looked(p->site, &p->who, policy, "why", s->id, 1, err))
			return false;
	}
	p->room = YZ_ROOM_POLICY;
	p->desk = true;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "为什么"));
	tpl_match_why(out, p, &v, p->lang);
	return yz_page_end(p);
}

/* ---- her own ---- */

static enum yz_mine_group group_of(const struct yz_match_pair *pair, bool legal)
{
	if (pair->state == YZ_MATCH_YES || pair->possible)
		return pair->state == YZ_MATCH_YES ? YZ_MINE_SURE : YZ_MINE_OPEN;
	bool far = !legal && pair->nshorts == 1 && yz_match_time(&pair->shorts[0]) == YZ_TIME_FAR;
	return pair->state == YZ_MATCH_NEAR && !far ? YZ_MINE_NEAR : YZ_MINE_NOT;
}

static bool show_mine(struct yz_page *p, struct yz_mine_page *v)
{
	v->group = yz_new_n(p->arena, v->n, enum yz_mine_group);
	for (size_t i = 0; i < v->n; i++)
		v->count[v->group[i] = group_of(&v->all[i].pair, v->subject->legal)]++;
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "我的政策"));
	tpl_match_mine(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_my_policies(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_mine_page v = {0};
	if (!conn)
		return false;
	v.subject = yz_subject_of(p->site, conn, p->arena, &p->who, err);
	v.unverified = !v.subject && err->code == YZ_FORBIDDEN;
	if (v.unverified)
		*err = (struct yz_err){0};
	if (err->code || (v.subject && !yz_match_mine(p->site, conn, p->arena, v.subject, p->lang, &v.all, &v.n, err)))
		return false;
	return show_mine(p, &v);
}

static bool show_my_policy(struct yz_page *p, struct yz_str error, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_why_page v = {.own = true, .error = error};
	struct yz_str key = yz_req_param(p->req, "key");
	struct yz_match_mine *all = NULL;
	size_t n = 0;
	if (!conn || !(v.subject = yz_subject_of(p->site, conn, p->arena, &p->who, err)))
		return err->code ? false : yz_fail(err, YZ_NOT_FOUND, "the register has no such enterprise");
	if (!yz_match_mine(p->site, conn, p->arena, v.subject, p->lang, &all, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (yz_str_eq(all[i].policy->key, key))
			v.mine = all[i];
	if (!v.mine.policy)
		return yz_fail(err, YZ_NOT_FOUND, "no policy '%.*s' in force for her", YZ_P(key));
	v.policy = v.mine.policy;
	v.in_force = true;
	v.item_name = item_name(p, v.policy);
	if (!yz_match_pair(p->site, p->arena, key, v.subject, true, p->lang, &v.pair, err))
		return false;
	yz_page_release(p);
	if (!yz_policy_opened(p->site, &p->who, key, err))
		return false;
	if (error.len)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_ME;
	struct yz_str name = yz_name(p, v.policy->text.name);
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, name));
	tpl_match_why(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_my_policy(struct yz_req *req, struct yz_err *err)
{
	return show_my_policy(yz_page_of(req), (struct yz_str){0}, err);
}

bool yz_web_my_policy_apply(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t draft;
	yz_page_release(p);
	if (yz_policy_apply(p->site, p->arena, &p->who, yz_req_param(req, "key"), &draft, &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/draft/%lld", (long long)draft));
	if (yz_err_is_hers(&failed))
		return show_my_policy(p, yz_err_text(p, &failed), err);
	*err = failed;
	return false;
}

bool yz_web_my_policy_confirm(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	yz_page_release(p);
	if (yz_policy_confirm(p->site, p->arena, &p->who, yz_req_param(req, "key"), &failed))
		return yz_res_redirect(req, YZ_LIT("/me/policies?done=confirmed"));
	if (yz_err_is_hers(&failed))
		return show_my_policy(p, yz_err_text(p, &failed), err);
	*err = failed;
	return false;
}

/* ---- the register ---- */

static bool show_enterprises(struct yz_page *p, struct yz_enterprises_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	int64_t after = 0;
	yz_str_int(yz_req_query(p->req, "after"), &after);
	v->words = yz_req_query(p->req, "q");
	v->n = conn ? yz_enterprise_list(conn, p->arena, v->words, after, PAGE, &v->list, err) : 0;
	if (err->code)
		return false;
	v->next = v->n == PAGE ? v->list[v->n - 1].id : 0;
	if (v->error.len)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_ADMIN;
	p->desk = true;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "企业登记库"));
	tpl_match_enterprises(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_enterprises(struct yz_req *req, struct yz_err *err)
{
	struct yz_enterprises_page v = {0};
	return show_enterprises(yz_page_of(req), &v, err);
}

static void arena_gone(void *ctx)
{
	yz_arena_destroy(ctx);
}

bool yz_web_enterprises_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_upload *file = yz_req_upload_of(req, "file");
	struct yz_enterprises_page v = {.tried = true, .map = yz_str_trim(yz_req_field(req, "map")), .strict = yz_req_field(req, "strict").len > 0};
	struct yz_err failed = {0};
	yz_page_release(p);
	if (!file) {
		v.error = yz_str(T(p->lang, "请选择要导入的文件"));
		return show_enterprises(p, &v, err);
	}
	struct yz_arena *large = yz_arena_create(0);
	yz_arena_defer(req->arena, arena_gone, large);
	v.file = file->name;
	const struct yz_enterprise_options options = {.path = file->path, .file_name = file->name, .map = v.map.len ? yz_str_z(large, v.map) : NULL,
						      .strict = v.strict, .lang = p->lang, .who = &p->who};
	v.done = yz_enterprise_import(p->site, large, &options, &v.report, &failed);
	if (!v.done && !yz_err_is_hers(&failed) && failed.code != YZ_SYNTAX) {
		*err = failed;
		return false;
	}
	if (!v.done) {
		bool strict = v.strict && v.report.findings.len;
		v.error = yz_str(strict ? T(p->lang, "按严格方式，有问题就一条也不导入；下面是全部问题。")
					: T(p->lang, "文件读不下去，一行也没有导入。请核对文件是不是完整、第一行是不是列名。"));
		v.detail = strict ? (struct yz_str){0} : yz_str_dup(p->arena, yz_str(failed.msg));
	}
	return show_enterprises(p, &v, err);
}
