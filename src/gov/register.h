/* gov/register.h - the site's registers: who may look and import, and what of it is noted; gov/look.h is what she sees.
 *
 * record/record.h keeps them; here are the permissions: a register is its department's, and is read by those it is
 * shared with.  Reading a record of somebody asks what for, and is noted where she sees it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_REGISTER_H
#define YZ_GOV_REGISTER_H

#include "gov/permission.h"
#include "record/record.h"

struct yz_site;

/* who NULL: the system, a command. */
struct yz_record_env yz_register_env(const struct yz_site *site, const struct yz_actor *who);

/* By the register's key; YZ_MAY_register_import of its department.  No connection may be held. */
bool yz_site_register_import(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str key,
			     const struct yz_record_options *options, struct yz_record_report *report, struct yz_err *err);

/* What was asked for: by a field's value ("": the key), for which purpose (at least two characters).  Each record shown
 * is noted.  No connection may be held. */
struct yz_register_look {
	struct yz_str reg, field, value, purpose;
	struct yz_register *g;
	struct yz_records found;
};
bool yz_site_register_look(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_register_look *look,
			   struct yz_err *err);

/* Somebody took the register away with everything in it: an entry in the ledger.  No connection may be held. */
bool yz_site_register_exported(struct yz_site *site, const struct yz_register *g, size_t n, struct yz_err *err);

/* A comparison by itself, not in a case.  No connection may be held. */
bool yz_site_register_compare(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_compare_asked *asked,
			      struct yz_compared *out, struct yz_err *err);

#endif
