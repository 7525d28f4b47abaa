/* gov/duty.h - 责任: who held a case at each instant, by the ledger.
 *
 * Each entry of an act on a case says who holds it from then on:
 *
 *	"held":   [[task, step, state, department, role, post, person], …]   state: open, held, waiting; person 0: nobody yet
 *	"awaits": "applicant" | "special" | "suspended"                       absent: the office
 *
 * Read in order these make the intervals; the rows of today are not asked, so that what was handed on, recalled or ended
 * stays as it was that day, and the chain proves it.  What hangs on a task (委派, 加签) holds it while the task waits.
 * Who stood in for an absent official follows from the entries of her deputies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_DUTY_H
#define YZ_GOV_DUTY_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

struct yz_site;
struct yz_conn;
struct yz_acting;
struct yz_jw;

/* What was waited for: the office; what the applicant was asked to mend; a procedure whose time does not count (行政许可法
 * 45); nothing, for the office had suspended it (its limits ran on); a date of the process, with no task open. */
enum yz_awaits { YZ_AWAITS_OFFICE, YZ_AWAITS_APPLICANT, YZ_AWAITS_SPECIAL, YZ_AWAITS_SUSPENDED, YZ_AWAITS_TIME, YZ_AWAITS };
const char *yz_awaits_title(enum yz_awaits awaits); /* message id */

struct yz_duty {
	yz_instant from, until; /* until YZ_NEVER: it lasts; several may hold a case at one time, by steps beside one another */
	int64_t task, person, deputy; /* task 0: none was open; person 0: whoever of the post would claim it; deputy 0: none */
	struct yz_str step, org, org_name, role, post, person_name, deputy_name;
	enum yz_awaits awaits;
	int64_t seq; /* of the entry it began with */
};

/* Of the case, by `from`, then task.  Whether the reader may see it is the caller's affair.  *unknown: the instant before which
 * the ledger did not yet say it (0: it said it from the first entry). */
bool yz_duty_of(struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_duty **out, size_t *n, yz_instant *unknown,
		struct yz_err *err);

/* Its two members, into the body of an entry that is being written (private to gov). */
void yz_duty_write_awaits(struct yz_acting *t, struct yz_jw *w);
void yz_duty_write_held(struct yz_acting *t, struct yz_jw *w);

#endif
