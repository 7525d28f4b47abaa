/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar/days.h"

/* Month × 100 + day of 春节, 清明, 端午 and 中秋 from 2000 on, by the rules of
 * GB/T 33661-2017 (new moons and solar terms at 120° E).  The test computes the
 * moons and the sun anew. */
static const uint16_t table[][4] = {
	{205, 404, 606, 912},  {124, 405, 625, 1001}, {212, 405, 615, 921},
	{201, 405, 604, 911},  {122, 404, 622, 928}, /* 2000 */
	{209, 405, 611, 918},  {129, 405, 531, 1006}, {218, 405, 619, 925},
	{207, 404, 608, 914},  {126, 404, 528, 1003}, /* 2005 */
	{214, 405, 616, 922},  {203, 405, 606, 912},  {123, 404, 623, 930},
	{210, 404, 612, 919},  {131, 405, 602, 908}, /* 2010 */
	{219, 405, 620, 927},  {208, 404, 609, 915},  {128, 404, 530, 1004},
	{216, 405, 618, 924},  {205, 405, 607, 913}, /* 2015 */
	{125, 404, 625, 1001}, {212, 404, 614, 921},  {201, 405, 603, 910},
	{122, 405, 622, 929},  {210, 404, 610, 917}, /* 2020 */
	{129, 404, 531, 1006}, {217, 405, 619, 925},  {206, 405, 609, 915},
	{126, 404, 528, 1003}, {213, 404, 616, 922}, /* 2025 */
	{203, 405, 605, 912},  {123, 405, 624, 1001}, {211, 404, 612, 919},
	{131, 404, 601, 908},  {219, 405, 620, 927}, /* 2030 */
	{208, 405, 610, 916},  {128, 404, 530, 1004}, {215, 404, 618, 924},
	{204, 405, 607, 913},  {124, 405, 527, 1002}, /* 2035 */
	{212, 404, 614, 920},  {201, 404, 603, 910},  {122, 404, 622, 928},
	{210, 405, 611, 917},  {130, 404, 531, 1005}, /* 2040 */
	{217, 404, 619, 925},  {206, 404, 608, 915},  {126, 405, 529, 1004},
	{214, 404, 615, 922},  {202, 404, 604, 911}, /* 2045 */
	{123, 404, 623, 930},  {211, 405, 613, 919},  {201, 404, 601, 907},
	{219, 404, 620, 926},  {208, 404, 610, 916}, /* 2050 */
	{128, 405, 530, 1005}, {215, 404, 617, 924},  {204, 404, 606, 913},
	{124, 404, 625, 1002}, {212, 405, 614, 921}, /* 2055 */
	{202, 404, 603, 909},  {121, 404, 622, 928},  {209, 404, 611, 917},
	{129, 405, 601, 1006}, {217, 404, 619, 925}, /* 2060 */
	{205, 404, 608, 915},  {126, 404, 528, 1003}, {214, 405, 616, 923},
	{203, 404, 604, 911},  {123, 404, 623, 929}, /* 2065 */
	{211, 404, 613, 919},  {131, 405, 602, 908},  {219, 404, 620, 926},
	{207, 404, 610, 916},  {127, 404, 530, 1005}, /* 2070 */
	{215, 404, 617, 924},  {205, 404, 606, 912},  {124, 404, 624, 1001},
	{212, 404, 614, 920},  {202, 404, 604, 910}, /* 2075 */
	{122, 404, 622, 928},  {209, 404, 611, 917},  {129, 404, 601, 1006},
	{217, 404, 619, 926},  {206, 404, 607, 914}, /* 2080 */
	{126, 404, 527, 1003}, {214, 404, 615, 922},  {203, 404, 605, 911},
	{124, 404, 623, 929},  {210, 404, 613, 918}, /* 2085 */
	{130, 404, 602, 908},  {218, 404, 621, 927},  {207, 404, 609, 916},
	{127, 404, 529, 1005}, {215, 404, 617, 924}, /* 2090 */
	{205, 404, 606, 913},  {125, 404, 624, 930},  {212, 404, 614, 920},
	{201, 404, 604, 909},  {121, 404, 623, 929}, /* 2095 */
	{209, 405, 612, 918},                        /* 2100 */
};

enum { FIRST = 2000, YEARS = sizeof table / sizeof table[0] };

bool yz_festival_day(int year, enum yz_festival which, yz_day *day)
{
	if (year < FIRST || year >= FIRST + YEARS)
		return false;
	int md = table[year - FIRST][which];
	*day = yz_day_from(year, md / 100, md % 100);
	return true;
}

/* One row a rule: in force from `since`; a day of the civil year, or `which` shifted. */
static const struct rule {
	int since, until; /* years, both inclusive */
	int month, day;   /* or 0 and a festival with the days from and to it */
	int festival, from, to;
	const char *name;
} rules[] = {
	{1950, YZ_CALENDAR_LAST, 1, 1, .name = "元旦"},
	{2000, 2007, .festival = YZ_SPRING_FESTIVAL, .from = 0, .to = 2, .name = "春节"},
	{2008, 2013, .festival = YZ_SPRING_FESTIVAL, .from = -1, .to = 1, .name = "春节"},
	{2014, 2024, .festival = YZ_SPRING_FESTIVAL, .from = 0, .to = 2, .name = "春节"},
	{2025, YZ_CALENDAR_LAST, .festival = YZ_SPRING_FESTIVAL, .from = -1, .to = 2, .name = "春节"},
	{2008, YZ_CALENDAR_LAST, .festival = YZ_QINGMING, .name = "清明节"},
	{1950, YZ_CALENDAR_LAST, 5, 1, .name = "劳动节"},
	{2000, 2007, 5, 2, .name = "劳动节"},
	{2000, 2007, 5, 3, .name = "劳动节"},
	{2025, YZ_CALENDAR_LAST, 5, 2, .name = "劳动节"},
	{2008, YZ_CALENDAR_LAST, .festival = YZ_DRAGON_BOAT, .name = "端午节"},
	{2008, YZ_CALENDAR_LAST, .festival = YZ_MID_AUTUMN, .name = "中秋节"},
	{1950, YZ_CALENDAR_LAST, 10, 1, .name = "国庆节"},
	{1950, YZ_CALENDAR_LAST, 10, 2, .name = "国庆节"},
	{2000, YZ_CALENDAR_LAST, 10, 3, .name = "国庆节"},
};

const char *yz_statutory_name(yz_day day)
{
	struct yz_civil c = yz_day_civil(day);
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		const struct rule *r = &rules[i];
		yz_day at;
		if (c.year < r->since || c.year > r->until)
			continue;
		if (r->month ? c.month == r->month && c.day == r->day
			     : yz_festival_day(c.year, (enum yz_festival)r->festival, &at) && day >= at + r->from &&
				       day <= at + r->to)
			return r->name;
	}
	return NULL;
}
