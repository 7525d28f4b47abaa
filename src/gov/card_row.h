/* gov/card_row.h - a card in the middle of an act (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CARD_ROW_H
#define YZ_GOV_CARD_ROW_H

#include "gov/attach.h"
#include "gov/card_act.h"
#include "gov/figure.h"
#include "gov/superior.h"

struct yz_card_row {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	yz_instant now;
	int64_t id, turn, points, person, appellant; /* appellant: of the latest appeal */
	enum yz_card_state state;
	struct yz_str level, held, org, post, item, region, path, appeal_clock, decide_clock; /* held: as it counts now; path: of the department's region */
	yz_instant issued, appeal_by, decide_by, appealed, escalated, final;
	const struct yz_attached *files; /* of the act */
	size_t nfiles;
	struct yz_figure figure; /* what a decision took from the day it was issued on, and added to it */
	bool spoken; /* somebody answered, appealed or reported */
};
/* Inside a write, before it is read to be changed. */
bool yz_card_row_lock(struct yz_conn *conn, int64_t id, struct yz_err *err);
bool yz_card_row_load(struct yz_card_row *t, struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id,
		      struct yz_err *err);
/* The next turn, and when the sweeper looks again. */
bool yz_card_row_save(struct yz_card_row *t, struct yz_err *err);
/* The row of the history and the ledger's entry; who NULL: the clockwork. */
bool yz_card_row_note(struct yz_card_row *t, const struct yz_actor *who, enum yz_card_act act, struct yz_str text, struct yz_str level_was,
		      int64_t points_was, struct yz_err *err);
struct yz_str yz_card_link(const struct yz_card_row *t);
/* A limit in working days of setting `key`, from that instant. */
bool yz_card_limit(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const char *key, int32_t usual, yz_instant from,
		   struct yz_str *clock, yz_instant *due, struct yz_err *err);

#endif
