/* gov/card.h - the cards that supervision issued, of everything, in one table.
 *
 * A card is of a thing (a case, a task, a fee order, a rating, a consultation, a pull) and says by which rule, in which
 * version, of which level, what it costs and how that was worked out.  Nothing is deleted: what becomes of a card is in
 * its state and in the level it still counts as.
 *
 * Failure: err.  Threads: any; issue is for inside a write.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CARD_H
#define YZ_GOV_CARD_H

#include "calendar/calendar.h"
#include "fmt/json.h"
#include "gov/permission.h"
#include "gov/site.h"

struct yz_card {
	int64_t id, clock, thing_id, case_id, person;
	struct yz_str monitor, version, level, held_level, state; /* as the table has them */
	struct yz_str thing, occasion, case_no, item, item_name, org, org_name, post, region, person_name, clock_kind;
	int64_t points;          /* tenths, 0 or less */
	yz_instant due, issued;  /* due 0: not about a limit */
	const struct yz_json *reckoning; /* how it came about, as it stood */
	bool question; /* of a consultation: case_no is its number, item_name may be "", clock and person are nobody's */
};
/* Cards of her region or department, of everything, newest first, before `before` (0: now). */
size_t yz_card_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str org,
		    yz_instant before, int limit, struct yz_card **cards, struct yz_err *err);
/* The same by how they stand: "open" (can be appealed), "appealed", "final", "reduced", "withdrawn"; anything else: all. */
size_t yz_card_list_by(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str org,
		       struct yz_str stand, yz_instant before, int limit, struct yz_card **cards, struct yz_err *err);
/* One, for who supervises its department or works there, and the head of the government once it was escalated; NULL with YZ_NOT_FOUND for everybody else. */
struct yz_card *yz_card_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id,
			     struct yz_err *err);

/* ---- inside a write ---- */

struct yz_card_new {
	struct yz_str monitor, version, level, thing, occasion, org, post, item, reckoning;
	int64_t thing_id, clock, case_id, person; /* 0: none */
	int64_t points;
	yz_instant due; /* 0: none */
	struct yz_str body; /* of the ledger's entry, JSON: what `thing` is called, but no words of persons */
};
/* Issues it at `now` with its ledger entry and the department's figure, once: *id is 0 where it was there. */
bool yz_card_issue(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, yz_instant now, const struct yz_card_new *c,
		   int64_t *id, struct yz_err *err);
/* How the due instant of a clock came about, as it stands now: {"clock", "due", "days": [[day, mark, nth, name] …]},
 * with what `rest` adds (NULL: nothing). */
struct yz_str yz_card_reckoning(struct yz_arena *a, const struct yz_clock *k, const struct yz_calendar *calendar, yz_instant now,
				void (*rest)(struct yz_jw *w, void *ctx), void *ctx);
/* What a card of a clock costs where no rule of a pack says it: tenths of a point. */
int64_t yz_card_points(struct yz_str level);

#endif
