/* web/openness.h - the public page of promises: what its templates show, and the years kept in memory (private to web).
 *
 * A year's figures change once a week, so a year is read once in ten minutes however many look at it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_OPENNESS_H
#define YZ_WEB_OPENNESS_H

#include "gov/openness.h"
#include "web/web.h"

struct yz_openness_page {
	const struct yz_openness *o;
	const struct yz_promise *org, *rows; /* org NULL: departments */
	size_t nrows;
	int year, newest;
	struct yz_str base; /* "/openness" or a department's */
};

/* "12", or what stands for a number that is not told. */
struct yz_str yz_told_count(const struct yz_page *p, const struct yz_promise *r, unsigned part, int64_t n);
struct yz_str yz_told_share(const struct yz_page *p, const struct yz_promise *r); /* on time */
struct yz_str yz_told_days(const struct yz_page *p, const struct yz_promise *r);
struct yz_str yz_told_stars(const struct yz_page *p, const struct yz_promise *r);

struct yz_published;
struct yz_published *yz_published_create(void);
void yz_published_destroy(struct yz_published *all); /* nobody holds a year any more; NULL allowed */

#endif
