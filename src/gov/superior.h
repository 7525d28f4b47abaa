/* gov/superior.h - who stands above: the head of a department, who supervises a region, the head of the government.
 *
 * The head is whoever decides for the department (role decider); of the government, for the department that setting
 * government.org names.  The nearest supervisors are those of the smallest region that has one around a place.
 *
 * Ownership: the arena's.  Failure: err.  Private to gov.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_SUPERIOR_H
#define YZ_GOV_SUPERIOR_H

#include "base/arena.h"
#include "base/date.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

enum { YZ_SUPERIORS_MOST = 20 };
struct yz_people {
	int64_t at[YZ_SUPERIORS_MOST];
	size_t n;
};

/* With a post of this role ("": any that works) in the department, now. */
bool yz_people_of(struct yz_conn *conn, struct yz_arena *a, struct yz_str org, const char *role, yz_instant now, struct yz_people *out,
		  struct yz_err *err);
bool yz_government(struct yz_conn *conn, struct yz_arena *a, yz_instant now, struct yz_people *out, struct yz_err *err);
/* The nearest around `path`; above: of a region that is wider than theirs. */
bool yz_supervisors(struct yz_conn *conn, struct yz_arena *a, struct yz_str path, bool above, yz_instant now, struct yz_people *out,
		    struct yz_err *err);
/* Those who are not there yet. */
void yz_people_join(struct yz_people *all, const struct yz_people *more);
bool yz_people_has(const struct yz_people *all, int64_t person);
/* Each of them, with the way there. */
bool yz_people_tell(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_people *all, struct yz_str link,
		    struct yz_str title, struct yz_str body, struct yz_err *err);

/* She decides for the department, or for the government, by a post of her own. */
bool yz_heads(const struct yz_actor *who, struct yz_str org);
bool yz_heads_government(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who);
/* She works there by a post of her own: receives, reviews or decides. */
bool yz_works_in(const struct yz_actor *who, struct yz_str org);

/* A limit in working days that a setting gives, between 1 and `most`. */
int32_t yz_setting_days(struct yz_conn *conn, struct yz_arena *a, const char *key, int32_t usual, int32_t most);

#endif
