/* web/period.h - days, months and periods in the words of the page's language (private to web).
 *
 *	2026年11月22日   11月22日   2026年11月   2026年第48周   2026年第4季度   2026年
 *
 * Ownership: what is returned lives in the page's arena.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_PERIOD_H
#define YZ_WEB_PERIOD_H

#include "gov/period.h"
#include "web/web.h"

struct yz_str yz_show_date(const struct yz_page *p, yz_day day);
struct yz_str yz_show_month_day(const struct yz_page *p, yz_day day);
struct yz_str yz_show_period(const struct yz_page *p, struct yz_period period);
/* Of "2026-11" and its like; what is none is shown as it is. */
struct yz_str yz_show_period_of(const struct yz_page *p, struct yz_str text);

#endif
