/* gov/catalogue.h - the published items in memory: found by words, browsed by theme and department.
 *
 * Immutable once built; yz_site_catalogue lends the newest.  Bodies stay in the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CATALOGUE_H
#define YZ_GOV_CATALOGUE_H

#include "base/arena.h"
#include "base/str.h"

struct yz_entry_item {
	int64_t id;
	struct yz_str code, key, name, summary, org, org_name, type, handle_type;
	struct yz_str promised; /* "20 个工作日", "" where unknown */
	bool natural, legal, online, suspended, village; /* village: its process has a step for village workers */
	const struct yz_str *themes;
	size_t nthemes;
	int64_t applied;
	bool has_cut; /* both limits known, in one unit: */
	double cut;   /* per cent by which the promise lies below the law's */
};
struct yz_entry_org {
	struct yz_str key, name, short_name, region;
	size_t nitems;
};
struct yz_entry_theme {
	struct yz_str key, kind, name, for_whom;
	size_t nitems;
};

struct yz_catalogue {
	const struct yz_entry_item *items;
	const struct yz_entry_org *orgs;
	const struct yz_entry_theme *themes;
	size_t nitems, norgs, nthemes;
	struct yz_catalogue_index *index;
};

/* What the words say that the item's rules exclude; it comes lower, and the page says why. */
enum yz_found_bar { YZ_FOUND_OPEN, YZ_FOUND_TOO_YOUNG, YZ_FOUND_TOO_OLD, YZ_FOUND_PERSONS_ONLY, YZ_FOUND_FIRMS_ONLY };
struct yz_found {
	const struct yz_entry_item *item;
	int score;
	struct yz_str wish; /* which of several things wanted it answers, as she said it: "招人"; else "" */
	enum yz_found_bar bar;
	unsigned age; /* the least, or the most */
};
struct yz_find {
	struct yz_str words, org, theme; /* "" = any */
	bool natural, legal;             /* both false = any */
	size_t offset, limit;
};
/* Best first; where the words want several things the best for each comes before the others.  *total is how many there are in all.  Empty words list everything, most used first. */
size_t yz_catalogue_search(const struct yz_catalogue *c, struct yz_arena *a, const struct yz_find *q, struct yz_found **hits,
			   size_t *total);
const struct yz_entry_item *yz_catalogue_find(const struct yz_catalogue *c, struct yz_str code_or_key);
const struct yz_entry_org *yz_catalogue_org(const struct yz_catalogue *c, struct yz_str key);
const struct yz_entry_theme *yz_catalogue_theme(const struct yz_catalogue *c, struct yz_str key);
/* Completions while she types: item names. */
size_t yz_catalogue_suggest(const struct yz_catalogue *c, struct yz_arena *a, struct yz_str typed, size_t limit,
			    struct yz_found **hits);

#endif
