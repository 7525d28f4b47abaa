/* web/find.h - what the templates of finding show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_FIND_H
#define YZ_WEB_FIND_H

#include "calendar/calendar.h"
#include "fmt/json.h"
#include "gov/catalogue.h"
#include "gov/item.h"
#include "gov/knowledge.h"
#include "web/web.h"

/* The hits of one wish, or those of none ("" as its words). */
struct yz_hit_group {
	struct yz_str wish;
	size_t first, n;
};
enum { YZ_HIT_GROUPS = 8, YZ_HITS_A_GROUP = 4 };

struct yz_results {
	struct yz_find query;
	struct yz_found *hits;
	size_t nhits, total;
	struct yz_hit_group groups[YZ_HIT_GROUPS];
	size_t ngroups; /* 0: one list */
	struct yz_str title; /* of a department or theme; "" for a search */
	const char *path;    /* of this page, for its filters and pager */
	struct yz_answer_hit *answers; /* below the items of a search */
	size_t nanswers;
	struct yz_str others; /* the code of the item most others opened from these words; "" */
};

struct yz_item_page {
	const struct yz_item *item;
	const struct yz_json *body, *org;
	struct yz_str org_name, org_key, result, promised, legal, fee;
	bool can_apply, suspended, decides; /* decides: by a model, which a guide asks */
};

/* One of a code list's titles, translated; the code itself when it is unknown. */
struct yz_str yz_show_code(const struct yz_page *p, const char *list, struct yz_str code);
/* "自然人、企业法人" of a list of codes. */
struct yz_str yz_show_codes(const struct yz_page *p, const char *list, const struct yz_json *codes);
/* "20 个工作日". */
struct yz_str yz_show_span(const struct yz_page *p, int32_t n, enum yz_unit unit);
/* The same of an element, or "当场办结". */
struct yz_str yz_show_limit(const struct yz_page *p, const struct yz_json *limit);
struct yz_item_limit;
struct yz_str yz_show_limit_of(const struct yz_page *p, const struct yz_item_limit *l); /* "": none */

/* Why a hit comes lower than its words deserve: "要满 80 周岁才能办，所以排在后面"; "" when nothing speaks against it. */
struct yz_str yz_show_bar(const struct yz_page *p, const struct yz_found *hit);
/* The catalogue keeps the promise as Chinese words; in the reader's language. */
struct yz_str yz_show_promised(const struct yz_page *p, struct yz_str words);

#endif
