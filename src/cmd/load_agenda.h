/* cmd/load_agenda.h - what comes next in a simulation: a heap by instant.
 *
 * Of equal instants the one put in first comes first.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CMD_LOAD_AGENDA_H
#define YZ_CMD_LOAD_AGENDA_H

#include "base/date.h"

enum yz_happening { YZ_APPLY, YZ_STEP, YZ_SUPPLY, YZ_RESUME, YZ_RATE, YZ_WITHDRAW, YZ_PAY };

struct yz_event {
	yz_instant at;
	uint64_t nth;
	enum yz_happening what;
	char no[40]; /* of its case; "" for one that applies */
};

struct yz_agenda {
	struct yz_event *heap; /* heap[0] is next */
	size_t len, cap;
	uint64_t made;
};

void yz_agenda_push(struct yz_agenda *g, yz_instant at, enum yz_happening what, const char *no);
struct yz_event yz_agenda_pop(struct yz_agenda *g); /* one is there */
/* `to` becomes as `from` is, in its own memory. */
void yz_agenda_copy(struct yz_agenda *to, const struct yz_agenda *from);
void yz_agenda_finish(struct yz_agenda *g);

#endif
