/* gov/deputy.h - 代理: while an official is absent, another does her work.
 *
 * A deputy holds the posts of the person she stands for, as long as both dates allow: their tasks are on her desk, she may
 * do what those posts may do with cases, and the ledger says "李雪（王芳代）".  She gets no post that supervises or
 * administers, and passes nothing on: what she holds as a deputy is nobody's to stand for.
 *
 * Failure: err.  Threads: any; adding and ending are writes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_DEPUTY_H
#define YZ_GOV_DEPUTY_H

#include "base/arena.h"
#include "base/date.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

struct yz_deputy {
	int64_t id, person, deputy;
	struct yz_str person_name, deputy_name, reason;
	yz_instant from_at, until_at, ended;
};

/* For herself, or by an administrator of both: `deputy` by login, an official of a department she works in; from < until, at
 * most 366 days.  Two at one time are refused. */
bool yz_deputy_add(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t person, struct yz_str deputy,
		   yz_instant from_at, yz_instant until_at, struct yz_str reason, struct yz_err *err);
/* Whose it is, the deputy herself, or an administrator. */
bool yz_deputy_end(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_err *err);
/* Whom she named and who named her, newest first. */
size_t yz_deputy_list(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_deputy **out, struct yz_err *err);
/* Whom she may name: officials of the departments she works in. */
struct yz_target;
size_t yz_deputy_colleagues(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_target **out,
			    struct yz_err *err);
/* Adds the posts she holds for others now to who->posts. */
bool yz_deputy_posts(struct yz_conn *conn, struct yz_arena *a, struct yz_actor *who, yz_instant now, struct yz_err *err);

#endif
