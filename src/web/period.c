/* Days, months and periods in words.  SPDX-License-Identifier: Apache-2.0 */
#include "web/period.h"

#include "text/text.h"

#include <stdlib.h>

enum { SAID = 128 };

static struct yz_str said(const struct yz_page *p, void (*say)(struct yz_buf *, enum yz_lang, yz_day), yz_day day)
{
	struct yz_buf b;
	yz_buf_init(&b, p->arena, SAID);
	say(&b, p->lang, day);
	return yz_buf_str(&b);
}

struct yz_str yz_show_date(const struct yz_page *p, yz_day day)
{
	return said(p, yz_say_day, day);
}

struct yz_str yz_show_month_day(const struct yz_page *p, yz_day day)
{
	return said(p, yz_say_month_day, day);
}

struct yz_str yz_show_period(const struct yz_page *p, struct yz_period period)
{
	char text[YZ_PERIOD_TEXT];
	int year = atoi(yz_period_print(period, text)); /* a week's is its Thursday's */
	switch (period.kind) {
	case YZ_PERIOD_WEEK:
		return yz_str_printf(p->arena, T(p->lang, "%d年第%d周"), year, atoi(text + 6));
	case YZ_PERIOD_MONTH:
		return said(p, yz_say_month, period.from);
	case YZ_PERIOD_QUARTER:
		return yz_str_printf(p->arena, T(p->lang, "%d年第%d季度"), year, atoi(text + 6));
	case YZ_PERIOD_YEAR:
		return yz_str_printf(p->arena, T(p->lang, "%d年"), year);
	case YZ_PERIOD_DAY:
	case YZ_PERIOD_KINDS:
		break;
	}
	return yz_show_date(p, period.from);
}

struct yz_str yz_show_period_of(const struct yz_page *p, struct yz_str text)
{
	struct yz_period period;
	return yz_period_parse(text, &period) ? yz_show_period(p, period) : text;
}
