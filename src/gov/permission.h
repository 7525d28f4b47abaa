/* gov/permission.h - may she?
 *
 * An actor is a signed-in person with the posts she holds now, and the person
 * she acts for; every read and write of gov that is not public takes one, and
 * checks department, region and ownership on what it finds, not only on what was
 * asked for.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_PERMISSION_H
#define YZ_GOV_PERMISSION_H

#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

enum yz_permission {
#define PERMISSION(name, roles, scope) YZ_MAY_##name,
#include "gov/permissions.def"
#undef PERMISSION
	YZ_PERMISSIONS
};

enum yz_role {
	YZ_ROLE_WINDOW,
	YZ_ROLE_REVIEWER,
	YZ_ROLE_DECIDER,
	YZ_ROLE_SUPERVISOR,
	YZ_ROLE_ITEM_ADMIN,
	YZ_ROLE_ADMIN,
	YZ_ROLE_FINANCE,
	YZ_ROLE_WORKER, /* of a village or community */
	YZ_ROLES
};
/* "window", "reviewer" … and back; false on an unknown name. */
const char *yz_role_name(enum yz_role role);
bool yz_role_parse(struct yz_str s, enum yz_role *role);
/* 窗口受理 …: message id. */
const char *yz_role_title(enum yz_role role);

struct yz_post {
	int64_t id;
	enum yz_role role;
	struct yz_str org, region, region_path, title;
	struct yz_str org_name; /* where staff is listed; an actor's own posts have none */
	int64_t deputy_of; /* the post is somebody else's, who is absent; 0: her own (gov/deputy.h) */
	struct yz_str deputy_of_name;
};

struct yz_actor {
	int64_t person;      /* 0: nobody is signed in */
	struct yz_str name;
	bool staff;          /* holds a post */
	bool legal;          /* an enterprise's account */
	int proof;           /* level of identity, 0-2 */
	int64_t principal;   /* whom she acts for; herself when == person */
	struct yz_str principal_name;
	int principal_proof;
	struct yz_str agency_scope; /* when she acts for another: '*' or item codes, a space between */
	struct yz_post *posts;
	size_t nposts;
};

/* Her role allows it somewhere: for routes and menus. */
bool yz_may(const struct yz_actor *who, enum yz_permission what);
/* It allows it for this department and region path ("" = any). */
bool yz_may_in(const struct yz_actor *who, enum yz_permission what, struct yz_str org, struct yz_str region_path);
/* It allows it for a task or case that lies in this region: her post lies there or above; post "": of any title.
 * The post by which she may, her own before those she holds as a deputy; NULL: she may not. */
const struct yz_post *yz_may_at(const struct yz_actor *who, enum yz_permission what, struct yz_str org, struct yz_str region_path,
				struct yz_str post);
/* The same of a task, which is there for one role ("" any). */
const struct yz_post *yz_may_task(const struct yz_actor *who, enum yz_permission what, struct yz_str org, struct yz_str region_path,
				  struct yz_str post, struct yz_str role);
/* The same of a task that is this person's: by her post, where the actor stands for her and it allows it. */
const struct yz_post *yz_may_task_for(const struct yz_actor *who, int64_t person, enum yz_permission what, struct yz_str org,
				      struct yz_str region_path, struct yz_str post, struct yz_str role);
/* A role has it, wherever the post lies. */
bool yz_role_may(enum yz_role role, enum yz_permission what);
/* The roles that have tasks on a desk. */
bool yz_role_works(enum yz_role role);
/* She is this person, or the deputy of her. */
bool yz_stands_for(const struct yz_actor *who, int64_t person);
/* It allows it for a thing of this person's: herself, or whom she acts for; of no item ("") only where
 * she acts for him in everything. */
bool yz_may_own(const struct yz_actor *who, enum yz_permission what, int64_t owner, struct yz_str item_code);
/* The refusal: SIGN_IN when nobody is, else FORBIDDEN with what is missing; returns false. */
bool yz_refuse(const struct yz_actor *who, enum yz_permission what, struct yz_err *err);
const char *yz_permission_name(enum yz_permission what);

#endif
