/* base/date.h - civil dates and instants, proleptic Gregorian.
 *
 * A day is a count of days since 1970-01-01; an instant is microseconds since
 * 1970-01-01T00:00:00Z.  Zones here are fixed offsets in seconds east of UTC
 * (Asia/Shanghai is 28800, without summer time since 1991).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BASE_DATE_H
#define YZ_BASE_DATE_H

#include "base/str.h"

typedef int64_t yz_instant; /* microseconds, UTC */
typedef int32_t yz_day;     /* days since 1970-01-01 */

#define YZ_SECOND ((yz_instant)1000000)
#define YZ_MINUTE (60 * YZ_SECOND)
#define YZ_HOUR (60 * YZ_MINUTE)
#define YZ_DAY (24 * YZ_HOUR)

struct yz_civil {
	int year, month, day; /* month 1-12, day 1-31 */
};

yz_day yz_day_from(int year, int month, int day);
struct yz_civil yz_day_civil(yz_day day);
/* 0 = Monday … 6 = Sunday. */
int yz_weekday(yz_day day);
bool yz_civil_valid(int year, int month, int day);

/* "2026-11-22" exactly. */
bool yz_day_parse(struct yz_str s, yz_day *out);
/* As people write it: 2026-11-22, 2026/1/5, 2026年1月5日; three numbers of at most four digits and whatever parts them. */
bool yz_day_read(struct yz_str s, yz_day *out);
/* buf of 11 or more; years outside 0-9999 are an assertion. */
char *yz_day_print(yz_day day, char buf[16]);

/* The day and the instant of its midnight in a zone. */
yz_day yz_instant_day(yz_instant t, int offset);
yz_instant yz_day_start(yz_day day, int offset);

/* "2026-11-22T10:32:00Z", fraction and ±hh:mm accepted. */
bool yz_instant_parse(struct yz_str s, yz_instant *out);
/* "2026-11-22T10:32:00.123456Z" without trailing zeros; buf of 32. */
char *yz_instant_print(yz_instant t, char buf[32]);
/* In a zone: "2026-11-22 10:32"; buf of 32. */
char *yz_instant_local(yz_instant t, int offset, char buf[32]);

/* The system's clock: for main and http only; everything else is told the time. */
yz_instant yz_now(void);
/* Monotonic, for deadlines. */
yz_instant yz_ticks(void);

#endif
