/* People of the offices and the posts they hold.  SPDX-License-Identifier: Apache-2.0 */
#include "web/admin.h"

#include "gov/fault.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

#define PEOPLE "/admin/people"

/* ---- what may be chosen ---- */

static bool load_choices(struct yz_page *p, struct yz_conn *conn, struct yz_admin_people *v, struct yz_err *err)
{
	const struct yz_catalogue *c = yz_page_catalogue(p);
	struct yz_str org = yz_req_field(p->req, "org"), role = yz_req_field(p->req, "role"), region = yz_req_field(p->req, "region"), path, end;
	struct yz_choice *orgs = yz_new_n(p->arena, c->norgs, struct yz_choice), *roles = yz_new_n(p->arena, YZ_ROLES, struct yz_choice);
	yz_admin_reach(p, YZ_MAY_people_manage, &path, &end);
	struct yz_rows *r = yz_select(conn, p->arena, err, "SELECT code, name, level FROM region WHERE path >= $1 AND path < $2 ORDER BY path LIMIT 5000",
				      YZ_S(path), YZ_S(end));
	if (!r)
		return false;
	struct yz_choice *regions = yz_new_n(p->arena, r->count, struct yz_choice);
	for (size_t i = 0; i < c->norgs; i++)
		orgs[i] = (struct yz_choice){c->orgs[i].key, yz_name(p, c->orgs[i].name), yz_str_eq(org, c->orgs[i].key)};
	for (int i = 0; i < YZ_ROLES; i++)
		roles[i] = (struct yz_choice){yz_str(yz_role_name((enum yz_role)i)), yz_str(yz_tr(p->lang, yz_role_title((enum yz_role)i))),
					      yz_str_eqz(role, yz_role_name((enum yz_role)i))};
	for (size_t i = 0; i < r->count; i++) {
		struct yz_str code = yz_row_str(r, i, 0), name = yz_name(p, yz_row_str(r, i, 1));
		regions[i] = (struct yz_choice){code, yz_str_printf(p->arena, "%.*s %.*s", YZ_P(name), YZ_P(code)),
						yz_str_eq(code, region.len ? region : p->site->region)};
	}
	v->orgs = orgs;
	v->norgs = c->norgs;
	v->roles = roles;
	v->nroles = YZ_ROLES;
	v->regions = regions;
	v->nregions = r->count;
	return true;
}

/* One of the list, by id. */
static bool load_one(struct yz_page *p, struct yz_conn *conn, struct yz_admin_people *v, int64_t id, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, p->arena, err, "SELECT login FROM person WHERE id = $1", YZ_I(id));
	if (!r)
		return false;
	v->n = r->count ? yz_staff_list(p->site, conn, p->arena, &p->who, yz_row_str(r, 0, 0), &v->list, err) : 0;
	for (size_t i = 0; i < v->n; i++)
		if (v->list[i].person.id == id)
			v->one = &v->list[i];
	return v->one || (!err->code && yz_fail(err, YZ_NOT_FOUND, "no person %lld among the staff", (long long)id));
}

static bool show(struct yz_page *p, int64_t person, const struct yz_err *failed, struct yz_err *err)
{
	enum yz_lang l = p->lang;
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_admin_people v = {.words = yz_str_trim(yz_req_query(p->req, "q"))};
	if (!conn || !load_choices(p, conn, &v, err))
		return false;
	if (person ? !load_one(p, conn, &v, person, err)
		   : (v.n = yz_staff_list(p->site, conn, p->arena, &p->who, v.words, &v.list, err)) == 0 && err->code)
		return false;
	struct yz_input inputs[] = {
		{"name", T(l, "姓名"), NULL, NULL, "off", .required = true},
		{"login", T(l, "登录名"), T(l, "4 到 40 个字符，不能有空格"), NULL, "off", .required = true},
		{"password", T(l, "初始密码"), T(l, "至少 10 个字符，交给本人后请本人更改"), "password", "new-password", .required = true},
		{"title", T(l, "岗位名称（可不填）"), T(l, "比如：住建窗口"), NULL, "off", .required = false},
	};
	yz_form_inputs(p, &v.form, inputs, 4, failed);
	v.org_error = yz_field_error(p, failed, "org");
	v.role_error = yz_field_error(p, failed, "role");
	v.region_error = yz_field_error(p, failed, "region");
	if (failed) {
		yz_res_status(p->req, 422);
		if (!v.form.err_field)
			v.form.err_field = v.org_error.len ? "org" : v.role_error.len ? "role" : v.region_error.len ? "region" : NULL;
	}
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, v.one ? yz_str_z(p->arena, v.one->person.name) : T(l, "人员和岗位"));
	if (v.one)
		tpl_admin_person(out, p, &v, l);
	else
		tpl_admin_people(out, p, &v, l);
	return yz_page_end(p);
}

bool yz_web_admin_people(struct yz_req *req, struct yz_err *err)
{
	int64_t person = 0;
	yz_str_int(yz_req_query(req, "person"), &person);
	return show(yz_page_of(req), person, NULL, err);
}

/* ---- acts ---- */

struct post_form {
	struct yz_str org, region, title;
	enum yz_role role;
};

static bool within(struct yz_page *p, const struct yz_rows *path)
{
	return path->count && yz_row_str(path, 0, 0).len && yz_may_in(&p->who, YZ_MAY_people_manage, YZ_LIT(""), yz_row_str(path, 0, 0));
}

/* Before an account is made: nobody is left with an account and no post. */
static bool read_post(struct yz_page *p, struct post_form *f, struct yz_err *err)
{
	*f = (struct post_form){.org = yz_req_field(p->req, "org"), .region = yz_req_field(p->req, "region"),
				.title = yz_str_trim(yz_req_field(p->req, "title"))};
	if (!yz_catalogue_org(yz_page_catalogue(p), f->org))
		return yz_wrong(err, "org", N_("请选择部门"));
	if (!yz_role_parse(yz_req_field(p->req, "role"), &f->role))
		return yz_wrong(err, "role", N_("请选择角色"));
	if (f->title.len > 200)
		return yz_wrong(err, "title", N_("岗位名称太长，请缩短"));
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_rows *r = conn ? yz_select(conn, p->arena, err, "SELECT path FROM region WHERE code = $1", YZ_S(f->region)) : NULL;
	if (!r)
		return false;
	if (!within(p, r))
		return yz_wrong(err, "region", N_("请选择您管理的区划"));
	r = yz_select(conn, p->arena, err, "SELECT r.path FROM org o JOIN region r ON r.code = o.region WHERE o.key = $1", YZ_S(f->org));
	return r && (within(p, r) || yz_wrong(err, "org", N_("请选择部门")));
}

/* The page again with the mistake, or the error itself. */
static bool answer(struct yz_page *p, int64_t person, struct yz_err *failed, struct yz_err *err)
{
	if (yz_err_is_hers(failed))
		return show(p, person, failed, err);
	*err = *failed;
	return false;
}

static bool done(struct yz_page *p, int64_t person, const char *code)
{
	return yz_res_redirect(p->req, yz_str_printf(p->arena, PEOPLE "?person=%lld&done=%s", (long long)person, code));
}

bool yz_web_admin_people_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct post_form f;
	int64_t id;
	bool good = read_post(p, &f, &failed);
	yz_page_release(p);
	if (good && yz_staff_add(p->site, p->arena, &p->who, yz_req_field(req, "login"), yz_req_field(req, "name"), yz_req_field(req, "password"), &id,
				 &failed) &&
	    yz_post_add(p->site, &p->who, id, f.org, f.role, f.region, f.title, &failed))
		return done(p, id, "saved");
	return answer(p, 0, &failed, err);
}

bool yz_web_admin_post_add(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct post_form f;
	int64_t id = yz_param_int(req, "id");
	bool good = read_post(p, &f, &failed);
	yz_page_release(p);
	if (good && yz_post_add(p->site, &p->who, id, f.org, f.role, f.region, f.title, &failed))
		return done(p, id, "saved");
	return answer(p, id, &failed, err);
}

bool yz_web_admin_active(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t id = yz_param_int(req, "id");
	bool active = yz_str_eqz(yz_req_field(req, "active"), "1");
	yz_page_release(p);
	if (yz_person_set_active(p->site, &p->who, id, active, &failed))
		return done(p, id, active ? "reopened" : "closed");
	return answer(p, id, &failed, err);
}

bool yz_web_admin_post_end(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t person = yz_field_int(req, "person");
	yz_page_release(p);
	if (yz_post_end(p->site, &p->who, yz_param_int(req, "id"), &failed))
		return done(p, person, "post-ended");
	return answer(p, person, &failed, err);
}
