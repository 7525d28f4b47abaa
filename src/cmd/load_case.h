/* cmd/load_case.h - one made-up event after another: an application, what an official does, a payment (private to load).
 *
 * Failure: err; the caller decides whether the run goes on without the case.
 * Threads: the run's own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CMD_LOAD_CASE_H
#define YZ_CMD_LOAD_CASE_H

#include "cmd/cmd.h"
#include "cmd/load_agenda.h"
#include "cmd/load_choose.h"
#include "db/blob.h"

struct yz_simulation {
	struct yz_args *args;
	struct yz_site *site; /* the real one, but for its clock */
	struct yz_arena *arena; /* of the whole run */
	struct yz_dice dice, codes, arrivals;
	yz_instant now, end;
	struct yz_agenda agenda;
	int64_t wanted, arrived, applied, failed; /* arrived: of the wanted, those that are in the heap or were */
	struct yz_err bad;                        /* the first that failed */
	struct {
		struct yz_str code;
		bool natural, legal; /* for whom: GB/T 39046 A.4 */
	} *items; /* with a form */
	size_t nitems;
	struct {
		int64_t id;
		bool legal;
	} *people;
	size_t npeople;
	struct yz_blob sample;
};

/* Some time in office hours, `days` working days after `from`. */
yz_instant yz_load_office_time(const struct yz_simulation *s, struct yz_dice *dice, yz_instant from, int days);
bool yz_load_happen(struct yz_simulation *s, struct yz_arena *a, const struct yz_event *e, struct yz_err *err);
/* Cards fall when they are due, between the acts. */
bool yz_load_sweep(struct yz_simulation *s, yz_instant until, struct yz_err *err);

#endif
