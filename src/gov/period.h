/* gov/period.h - the periods reports are of: a day, a week, a month, a quarter, a year.
 *
 *	2026-11-23   2026-W48 (ISO 8601: Monday to Sunday)   2026-11   2026-Q4   2026
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_PERIOD_H
#define YZ_GOV_PERIOD_H

#include "base/date.h"
#include "base/str.h"

enum yz_period_kind { YZ_PERIOD_DAY, YZ_PERIOD_WEEK, YZ_PERIOD_MONTH, YZ_PERIOD_QUARTER, YZ_PERIOD_YEAR, YZ_PERIOD_KINDS };

struct yz_period {
	enum yz_period_kind kind;
	yz_day from, to; /* both inclusive */
};

/* "day" … "year" and back. */
const char *yz_period_kind_name(enum yz_period_kind kind);
bool yz_period_kind_parse(struct yz_str s, enum yz_period_kind *kind);

/* The one the day lies in. */
struct yz_period yz_period_of(enum yz_period_kind kind, yz_day day);
/* As above; years 1900 to 2199. */
bool yz_period_parse(struct yz_str s, struct yz_period *out);
enum { YZ_PERIOD_TEXT = 24 };
char *yz_period_print(struct yz_period p, char buf[YZ_PERIOD_TEXT]);

/* The one before (环比), behind, and the same of the year before (同比); 29 February and week 53 go with the last there is. */
struct yz_period yz_period_before(struct yz_period p);
struct yz_period yz_period_after(struct yz_period p);
struct yz_period yz_period_year_ago(struct yz_period p);

#endif
