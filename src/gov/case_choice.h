/* gov/case_choice.h - what can be done with a case now (private to gov).  SPDX-License-Identifier: Apache-2.0 */
#ifndef YZ_GOV_CASE_CHOICE_H
#define YZ_GOV_CASE_CHOICE_H

#include "db/db.h"
#include "gov/site.h"
#include "gov/case.h"

/* Fills c->choices: each act she may do, on which task, or why not now.  owner: it is her own. */
bool yz_case_offer(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_case *c,
		   bool owner, struct yz_err *err);

#endif
