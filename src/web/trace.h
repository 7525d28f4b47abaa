/* web/trace.h - who looked at a person's data and who acted on her cases (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_TRACE_H
#define YZ_WEB_TRACE_H

#include "gov/look.h"
#include "web/web.h"

struct yz_trace_page {
	struct yz_traces list;
	struct yz_str case_no, next;
	bool acts;
};

/* What was looked at, why, and by whom, each a line of words. */
struct yz_str yz_trace_what(const struct yz_page *p, const struct yz_traced *t);
struct yz_str yz_trace_why(const struct yz_page *p, const struct yz_traced *t);
struct yz_str yz_trace_who(const struct yz_page *p, const struct yz_traced *t);

#endif
