/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/permission.h"

#include "text/text.h"

#include <string.h>

enum scope { any, own, org, region };

static const struct {
	const char *name, *roles;
	enum scope scope;
} permissions[] = {
#define PERMISSION(name, roles, scope) {#name, roles, scope},
#include "gov/permissions.def"
#undef PERMISSION
};

static const struct {
	const char *name, *title;
	char letter;
} roles[YZ_ROLES] = {
	[YZ_ROLE_WINDOW] = {"window", N_("窗口受理"), 'w'},
	[YZ_ROLE_REVIEWER] = {"reviewer", N_("审查"), 'r'},
	[YZ_ROLE_DECIDER] = {"decider", N_("决定"), 'd'},
	[YZ_ROLE_SUPERVISOR] = {"supervisor", N_("监察"), 's'},
	[YZ_ROLE_ITEM_ADMIN] = {"item_admin", N_("事项管理"), 'i'},
	[YZ_ROLE_ADMIN] = {"admin", N_("系统管理"), 'a'},
	[YZ_ROLE_FINANCE] = {"finance", N_("财务"), 'f'},
	[YZ_ROLE_WORKER] = {"worker", N_("村（社区）经办"), 'v'},
};

const char *yz_role_name(enum yz_role role)
{
	return roles[role].name;
}

const char *yz_role_title(enum yz_role role)
{
	return roles[role].title;
}

bool yz_role_parse(struct yz_str s, enum yz_role *role)
{
	for (int i = 0; i < YZ_ROLES; i++)
		if (yz_str_eqz(s, roles[i].name)) {
			*role = (enum yz_role)i;
			return true;
		}
	return false;
}

const char *yz_permission_name(enum yz_permission what)
{
	return permissions[what].name;
}

static bool listed(enum yz_permission what, char letter)
{
	return strchr(permissions[what].roles, letter) != NULL;
}

/* A citizen's right: anybody signed in holds it for her own things, staff too. */
static bool as_citizen(const struct yz_actor *who, enum yz_permission what)
{
	return who->person && listed(what, 'c');
}

bool yz_may(const struct yz_actor *who, enum yz_permission what)
{
	if (listed(what, '*') || as_citizen(who, what))
		return true;
	for (size_t i = 0; i < who->nposts; i++)
		if (listed(what, roles[who->posts[i].role].letter))
			return true;
	return false;
}

bool yz_may_in(const struct yz_actor *who, enum yz_permission what, struct yz_str org_key, struct yz_str region_path)
{
	if (permissions[what].scope == any)
		return yz_may(who, what);
	for (size_t i = 0; i < who->nposts; i++) {
		const struct yz_post *p = &who->posts[i];
		if (!listed(what, roles[p->role].letter))
			continue;
		/* Supervision reaches over a region whatever else the permission says. */
		bool by_region = permissions[what].scope == region || p->role == YZ_ROLE_SUPERVISOR;
		if (by_region ? !region_path.len || yz_str_starts(region_path, p->region_path)
			      : !org_key.len || yz_str_eq(p->org, org_key))
			return true;
	}
	return false;
}

bool yz_role_may(enum yz_role role, enum yz_permission what)
{
	return listed(what, roles[role].letter);
}

bool yz_role_works(enum yz_role role)
{
	return role == YZ_ROLE_WINDOW || role == YZ_ROLE_REVIEWER || role == YZ_ROLE_DECIDER || role == YZ_ROLE_WORKER;
}

bool yz_stands_for(const struct yz_actor *who, int64_t person)
{
	if (!person || person == who->person)
		return person != 0;
	for (size_t i = 0; i < who->nposts; i++)
		if (who->posts[i].deputy_of == person)
			return true;
	return false;
}

const struct yz_post *yz_may_at(const struct yz_actor *who, enum yz_permission what, struct yz_str org_key, struct yz_str region_path,
				struct yz_str title)
{
	return yz_may_task(who, what, org_key, region_path, title, (struct yz_str){0});
}

static bool post_does(const struct yz_post *p, enum yz_permission what, struct yz_str org_key, struct yz_str region_path, struct yz_str title,
		      struct yz_str role)
{
	if (!listed(what, roles[p->role].letter) || (region_path.len && !yz_str_starts(region_path, p->region_path)))
		return false;
	if (role.len && !yz_str_eqz(role, roles[p->role].name))
		return false;
	return p->role == YZ_ROLE_SUPERVISOR || permissions[what].scope == region ||
	       (yz_str_eq(p->org, org_key) && (!title.len || yz_str_eq(p->title, title)));
}

const struct yz_post *yz_may_task(const struct yz_actor *who, enum yz_permission what, struct yz_str org_key, struct yz_str region_path,
				  struct yz_str title, struct yz_str role)
{
	const struct yz_post *found = NULL;
	for (size_t i = 0; i < who->nposts; i++) {
		const struct yz_post *p = &who->posts[i];
		if (!post_does(p, what, org_key, region_path, title, role))
			continue;
		if (!p->deputy_of)
			return p;
		found = found ? found : p;
	}
	return found;
}

const struct yz_post *yz_may_task_for(const struct yz_actor *who, int64_t person, enum yz_permission what, struct yz_str org_key,
				      struct yz_str region_path, struct yz_str title, struct yz_str role)
{
	for (size_t i = 0; person && person != who->person && i < who->nposts; i++)
		if (who->posts[i].deputy_of == person && post_does(&who->posts[i], what, org_key, region_path, title, role))
			return &who->posts[i];
	return yz_may_task(who, what, org_key, region_path, title, role);
}

static bool in_scope(struct yz_str scope, struct yz_str code)
{
	if (yz_str_eqz(scope, "*"))
		return true;
	/* What is of no item is for whom everything was entrusted to. */
	if (!code.len)
		return false;
	for (size_t from = 0; from <= scope.len;) {
		size_t to = yz_str_find(scope, YZ_LIT(" "), from);
		to = to == SIZE_MAX ? scope.len : to;
		if (yz_str_eq(yz_str_n(scope.ptr + from, to - from), code))
			return true;
		from = to + 1;
	}
	return false;
}

bool yz_may_own(const struct yz_actor *who, enum yz_permission what, int64_t owner, struct yz_str item_code)
{
	if (!as_citizen(who, what) || !owner)
		return false;
	if (owner == who->person)
		return true;
	return owner == who->principal && in_scope(who->agency_scope, item_code);
}

bool yz_refuse(const struct yz_actor *who, enum yz_permission what, struct yz_err *err)
{
	if (!who->person)
		return yz_fail(err, YZ_SIGN_IN, "%s needs somebody signed in", permissions[what].name);
	return yz_fail(err, YZ_FORBIDDEN, "person %lld may not %s here", (long long)who->person, permissions[what].name);
}
