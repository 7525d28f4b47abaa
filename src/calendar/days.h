/* calendar/days.h - private: what the module's files share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CALENDAR_DAYS_H
#define YZ_CALENDAR_DAYS_H

#include "calendar/calendar.h"

/* The holiday the law in force that year makes of the day, or NULL. */
const char *yz_statutory_name(yz_day day);

/* A notice as read, before it is applied. */
struct yz_notice_day {
	yz_day day;
	bool off, in_lieu;
	struct yz_str name;
	int line;
};
struct yz_notice {
	struct yz_arena *arena;
	struct {
		struct yz_notice_day *at;
		size_t len, cap;
	} days;
	uint16_t *seen; /* by day from 1 January YZ_CALENDAR_FIRST: index + 1 into days */
};
enum { YZ_NOTICE_BYTES = 4 << 20, YZ_NOTICE_DAYS = 20000 };

bool yz_notice_add(struct yz_notice *n, struct yz_notice_day day, struct yz_err *err);
bool yz_notice_read_json(struct yz_notice *n, struct yz_str text, struct yz_err *err);
bool yz_notice_read_ical(struct yz_notice *n, struct yz_str text, struct yz_err *err);

/* Office time of [from, to] that falls on `day`. */
int64_t yz_office_of_day(const struct yz_calendar *c, yz_day day, yz_instant from, yz_instant to);

#endif
