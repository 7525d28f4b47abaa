/* gov/asked.h - what people searched for, and whether they found it; never who.
 *
 * Searches and the opening of what they found are counted in memory and written a few seconds later, all
 * at once, by the sweeper's thread: a search costs no write.  Words are folded, numbers and mail addresses taken
 * out; kept are words, day and counts, for sixty days, and which item is opened from which words, until nobody has
 * done so for half a year.
 *
 * Bounds: YZ_ASKED_WORDS different ones between two writes, YZ_ASKED_MOST characters each; what is over is left out.
 * Threads: any.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_ASKED_H
#define YZ_GOV_ASKED_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

enum { YZ_ASKED_WORDS = 4096, YZ_ASKED_MOST = 40, YZ_ASKED_DAYS = 60, YZ_ASKED_CHOICE_DAYS = 180 };

struct yz_asked;
struct yz_asked *yz_asked_create(void);
void yz_asked_destroy(struct yz_asked *k);

/* Somebody searched and was shown `found` results. */
void yz_asked_note(struct yz_site *site, struct yz_str words, size_t found);
/* Somebody who had searched for these words opened a result; item: its code, "" when it was an answer. */
void yz_asked_opened(struct yz_site *site, struct yz_str words, struct yz_str item);
/* Writes what was counted; nothing to write costs nothing.  No connection may be held. */
bool yz_asked_flush(struct yz_site *site, struct yz_err *err);

/* Words of which more searches led nowhere than somewhere, since that day; most first.  For staff. */
struct yz_asked_row {
	struct yz_str words;
	int64_t times, none, opened;
};
size_t yz_asked_gaps(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, yz_day since,
		     int limit, struct yz_asked_row **out, struct yz_err *err);
/* The item most people opened after a search for these words: at least three, and more than half; "" when there is none. */
bool yz_asked_choice(struct yz_conn *conn, struct yz_arena *a, struct yz_str words, struct yz_str *item, struct yz_err *err);

#endif
