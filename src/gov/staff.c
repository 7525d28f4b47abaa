/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/person.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "gov/person_row.h"
#include "gov/reach.h"
#include "text/text.h"

enum { STAFF_ROWS = 200 };

static bool load_staff_posts(struct yz_conn *conn, struct yz_arena *a, struct yz_staff *s, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT p.id, p.role, p.org, o.name, p.region, r.path, p.title FROM post p "
				      "LEFT JOIN org o ON o.key = p.org LEFT JOIN region r ON r.code = p.region "
				      "WHERE p.person = $1 AND p.until_at IS NULL ORDER BY p.id",
				      YZ_I(s->person.id));
	if (!r)
		return false;
	s->posts = yz_new_n(a, r->count, struct yz_post);
	for (size_t i = 0; i < r->count; i++) {
		struct yz_post *p = &s->posts[s->nposts];
		*p = (struct yz_post){.id = yz_row_int(r, i, 0), .org = yz_row_str(r, i, 2), .org_name = yz_row_str(r, i, 3),
				      .region = yz_row_str(r, i, 4), .region_path = yz_row_str(r, i, 5),
				      .title = yz_row_str(r, i, 6)};
		s->nposts += yz_role_parse(yz_row_str(r, i, 1), &p->role);
	}
	return true;
}

size_t yz_staff_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		     struct yz_str words, struct yz_staff **out, struct yz_err *err)
{
	(void)site;
	if (!yz_may(who, YZ_MAY_people_manage)) {
		yz_refuse(who, YZ_MAY_people_manage, err);
		return 0;
	}
	struct yz_str path = yz_reach(who, YZ_ROLE_ADMIN), like = yz_str_printf(a, "%%%.*s%%", YZ_P(words));
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT DISTINCT p.id, p.login, p.name, p.active FROM person p JOIN post t ON t.person = p.id "
				      "JOIN region r ON r.code = t.region LEFT JOIN org o ON o.key = t.org "
				      "WHERE r.path >= $1 AND r.path < $2 AND (p.name LIKE $3 OR p.login LIKE $3 OR o.name LIKE $3) "
				      "ORDER BY p.id LIMIT $4",
				      YZ_S(path), YZ_S(yz_reach_end(a, path)), YZ_S(like), YZ_I(STAFF_ROWS));
	if (!r)
		return 0;
	*out = yz_new_n(a, r->count, struct yz_staff);
	for (size_t i = 0; i < r->count; i++) {
		struct yz_staff *s = &(*out)[i];
		s->person = (struct yz_person){.id = yz_row_int(r, i, 0), .login = yz_row_str(r, i, 1),
					       .name = yz_row_str(r, i, 2), .active = yz_row_int(r, i, 3) != 0};
		if (!load_staff_posts(conn, a, s, err))
			return 0;
	}
	return r->count;
}

struct staffing {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_person_values v;
	char password[YZ_PASSWORD_HASH];
	int64_t person, post;
	struct yz_str org, region, title;
	enum yz_role role;
	bool active;
};

static bool do_staff_add(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct staffing *w = ctx;
	int64_t taken;
	if (!yz_select_int(conn, &taken, 0, err, "SELECT id FROM person WHERE login = $1", YZ_S(w->v.login)))
		return false;
	if (taken)
		return yz_wrong(err, "login", N_("这个登录名已有人使用，请换一个"));
	w->person = yz_person_insert(w->site, conn, a, &w->v, yz_str(w->password), 1, 0, w->site->region, err);
	return w->person && yz_note(w->site, conn, w->who, "staff.add", "person", w->person, "", YZ_LIT(""), err);
}

bool yz_staff_add(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str login, struct yz_str name,
		  struct yz_str password, int64_t *id, struct yz_err *err)
{
	(void)a;
	if (!yz_may(who, YZ_MAY_people_manage))
		return yz_refuse(who, YZ_MAY_people_manage, err);
	struct staffing w = {.site = site, .who = who};
	w.v = (struct yz_person_values){.kind = YZ_LIT("natural"), .login = yz_str_trim(login), .name = yz_str_trim(name),
					.lang = YZ_LIT("zh-CN")};
	if (!w.v.name.len || yz_utf8_count(w.v.name) > 60)
		return yz_wrong(err, "name", N_("请填写姓名"));
	if (yz_utf8_count(w.v.login) < 4 || yz_utf8_count(w.v.login) > 40 || yz_str_find(w.v.login, YZ_LIT(" "), 0) != SIZE_MAX)
		return yz_wrong(err, "login", N_("登录名要 4 到 40 个字符，不能有空格"));
	if (!yz_password_fit(password, w.v.login, err) || !yz_password_hash(password, w.password, err) ||
	    !yz_db_write(site->db, do_staff_add, &w, err))
		return false;
	*id = w.person;
	return true;
}

/* Is this region below the administrator's own? */
static bool within(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str region, bool *yes,
		   struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT path FROM region WHERE code = $1", YZ_S(region));
	if (!r)
		return false;
	*yes = r->count && yz_may_in(who, YZ_MAY_people_manage, YZ_LIT(""), yz_row_str(r, 0, 0));
	return true;
}

/* Everybody whom an administrator may touch holds posts within her reach only, or none. */
static bool person_within(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t person, bool *yes,
			  struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT region FROM post WHERE person = $1 AND until_at IS NULL", YZ_I(person));
	if (!r)
		return false;
	*yes = true;
	for (size_t i = 0; *yes && i < r->count; i++)
		if (!within(conn, a, who, yz_row_str(r, i, 0), yes, err))
			return false;
	return true;
}

static bool do_post_add(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct staffing *w = ctx;
	bool here, hers, ours = true;
	int64_t person;
	struct yz_rows *org = yz_select(conn, a, err, "SELECT region FROM org WHERE key = $1", YZ_S(w->org));
	/* A clerk's acts reach as far as her department: it must lie within the reach as well as the post. */
	if (!org || !within(conn, a, w->who, w->region, &here, err) || !person_within(conn, a, w->who, w->person, &hers, err) ||
	    (org->count && !within(conn, a, w->who, yz_row_str(org, 0, 0), &ours, err)) ||
	    !yz_select_int(conn, &person, 0, err, "SELECT COUNT(*) FROM person WHERE id = $1", YZ_I(w->person)))
		return false;
	if (!here || !hers || !ours)
		return yz_refuse(w->who, YZ_MAY_people_manage, err);
	if (!org->count)
		return yz_wrong(err, "org", N_("没有这个部门"));
	if (!person)
		return yz_fail(err, YZ_NOT_FOUND, "no person %lld", (long long)w->person);
	w->post = yz_insert(conn, err,
			    "INSERT INTO post (person, org, role, region, title, from_at) VALUES ($1, $2, $3, $4, $5, $6)",
			    YZ_I(w->person), YZ_S(w->org), YZ_Z(yz_role_name(w->role)), YZ_S(w->region), YZ_S(w->title),
			    YZ_I(yz_site_now(w->site)));
	struct yz_str body = yz_str_printf(a, "{\"person\":%lld,\"role\":\"%s\"}", (long long)w->person, yz_role_name(w->role));
	return w->post && yz_note(w->site, conn, w->who, "post.add", "post", w->post, "", body, err);
}

bool yz_post_add(struct yz_site *site, const struct yz_actor *who, int64_t person, struct yz_str org, enum yz_role role,
		 struct yz_str region, struct yz_str title, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_people_manage))
		return yz_refuse(who, YZ_MAY_people_manage, err);
	struct staffing w = {.site = site, .who = who, .person = person, .org = org, .role = role, .region = region,
			     .title = title.len ? title : yz_str(yz_role_title(role))};
	return yz_db_write(site->db, do_post_add, &w, err);
}

static bool do_post_end(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct staffing *w = ctx;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT region FROM post WHERE id = $1 AND until_at IS NULL", YZ_I(w->post));
	bool here = false;
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no post %lld is held", (long long)w->post);
	if (!within(conn, a, w->who, yz_row_str(r, 0, 0), &here, err))
		return false;
	if (!here)
		return yz_refuse(w->who, YZ_MAY_people_manage, err);
	return yz_exec(conn, err, "UPDATE post SET until_at = $1 WHERE id = $2", YZ_I(yz_site_now(w->site)), YZ_I(w->post)) &&
	       yz_note(w->site, conn, w->who, "post.end", "post", w->post, "", YZ_LIT(""), err);
}

bool yz_post_end(struct yz_site *site, const struct yz_actor *who, int64_t post, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_people_manage))
		return yz_refuse(who, YZ_MAY_people_manage, err);
	struct staffing w = {.site = site, .who = who, .post = post};
	return yz_db_write(site->db, do_post_end, &w, err);
}

static bool do_set_active(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct staffing *w = ctx;
	bool hers;
	if (!person_within(conn, a, w->who, w->person, &hers, err))
		return false;
	if (!hers || w->person == w->who->person)
		return yz_refuse(w->who, YZ_MAY_people_manage, err);
	return yz_exec(conn, err, "UPDATE person SET active = $1 WHERE id = $2", YZ_I(w->active), YZ_I(w->person)) &&
	       yz_exec(conn, err, "DELETE FROM session WHERE person = $1", YZ_I(w->person)) &&
	       yz_note(w->site, conn, w->who, w->active ? "person.activate" : "person.close", "person", w->person, "",
		       YZ_LIT(""), err);
}

bool yz_person_set_active(struct yz_site *site, const struct yz_actor *who, int64_t person, bool active, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_people_manage))
		return yz_refuse(who, YZ_MAY_people_manage, err);
	struct staffing w = {.site = site, .who = who, .person = person, .active = active};
	return yz_db_write(site->db, do_set_active, &w, err);
}
