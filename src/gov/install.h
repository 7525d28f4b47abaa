/* gov/install.h - a checked pack into a site: regions, departments, themes, calendar, items, people, knowledge.
 *
 *	load ──▶ check (pack/pack.h) ──▶ yz_pack_install ──▶ DIR/site.json
 *
 * One write: all of it or nothing.  Installing again, or a newer version of the pack, adds what is new and
 * publishes another version of an item only where its body, form, process or decision changed; what
 * the site did itself (accounts, imported notices, office hours, abolished items) stays.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_INSTALL_H
#define YZ_GOV_INSTALL_H

#include "gov/site.h"
#include "pack/pack.h"

struct yz_install_options {
	const char *demo_password; /* of people.json's accounts; NULL: nobody can sign in to them */
	void (*progress)(void *ctx, const char *what, size_t done, size_t all);
	void *progress_ctx;
};

struct yz_install_report {
	size_t regions, orgs, themes, days, items_new, items_changed, items_same, people, policies, enterprises;
	size_t registers; /* declared anew */
	size_t records, known, monitors; /* new or changed; known: answers */
};

/* Refuses a pack with errors (YZ_BAD_INPUT).  Sets the site's region and name.  No connection may be held. */
bool yz_pack_install(struct yz_site *site, const struct yz_pack *pack, const struct yz_install_options *options,
		     struct yz_install_report *report, struct yz_err *err);

#endif
