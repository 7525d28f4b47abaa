/* 退汇 meets 追回: what the bank sends back while people repay.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/payout_row.h"

#include "gov/message.h"
#include "gov/note.h"
#include "gov/pay.h"

static bool note_order(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const char *act,
		       int64_t order, int64_t fen, struct yz_err *err)
{
	return yz_note(site, conn, who, act, "reclaim", order, "", yz_str_printf(a, "{\"fen\": %lld}", (long long)fen), err);
}

/* She keeps nothing that was still to be repaid, so nobody may ask her for it. */
static bool end_order(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const struct yz_rows *r,
		      size_t i, struct yz_err *err)
{
	int64_t id = yz_row_int(r, i, 0), open = yz_row_int(r, i, 1);
	return yz_exec(conn, err, "UPDATE reclaim SET state = 'returned', ended = $1 WHERE id = $2 AND state = 'ordered'", YZ_I(yz_site_now(site)),
		       YZ_I(id)) &&
	       yz_message_say_at(site, conn, a, yz_row_int(r, i, 2), yz_str_printf(a, "/me/reclaim/%lld", (long long)id), YZ_SAY_reclaim_over,
				 (const struct yz_said[]){{"item", yz_row_str(r, i, 4), true, false}, {"no", yz_row_str(r, i, 3), false, false},
							  {"amount", yz_yuan_show(a, open), false, false}}, 3,
				 err) &&
	       note_order(site, conn, a, who, "reclaim.returned", id, open, err);
}

bool yz_payout_sent_back(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t payout,
			 int64_t amount, int64_t *withheld, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, amount - repaid, person, no, (SELECT k.item_name FROM payout k WHERE k.id = payout) FROM reclaim WHERE payout = $1 AND state = 'ordered' ORDER BY id FOR UPDATE",
				      YZ_I(payout));
	*withheld = 0;
	for (size_t i = 0; r && i < r->count; i++) {
		if (!end_order(site, conn, a, who, r, i, err))
			return false;
		*withheld += yz_row_int(r, i, 1);
	}
	if (!r || !*withheld)
		return r != NULL;
	bool all = *withheld == amount;
	return yz_exec(conn, err, "UPDATE payout SET withheld = $1, state = $2 WHERE id = $3", YZ_I(*withheld),
		       YZ_Z(yz_payout_state_name(all ? YZ_PAYOUT_stopped : YZ_PAYOUT_failed)), YZ_I(payout)) &&
	       yz_payout_note(site, conn, a, who, all ? "payout.stop" : "payout.withheld", payout, *withheld, YZ_LIT(""), YZ_LIT(""), err);
}

bool yz_payout_instead(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t old, int64_t made,
		       struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, repaid FROM reclaim WHERE payout = $1 AND repaid > 0 ORDER BY id FOR UPDATE", YZ_I(old));
	for (size_t i = 0; r && i < r->count; i++)
		if (!yz_exec(conn, err, "UPDATE reclaim SET payout = $1 WHERE id = $2", YZ_I(made), YZ_I(yz_row_int(r, i, 0))) ||
		    !note_order(site, conn, a, who, "reclaim.carry", yz_row_int(r, i, 0), yz_row_int(r, i, 1), err))
			return false;
	return r != NULL;
}

bool yz_payout_left(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t payout,
		    struct yz_str from, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT y.amount - " PAYOUT_REPAID ", " PAYOUT_REPAID ", y.state FROM payout y WHERE y.id = $1 FOR UPDATE",
				      YZ_I(payout));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_NOT_FOUND, "no payment %lld", (long long)payout) : false;
	int64_t left = yz_row_int(r, 0, 0), repaid = yz_row_int(r, 0, 1);
	if (!repaid || !yz_str_eqz(yz_row_str(r, 0, 2), yz_payout_state_name(YZ_PAYOUT_paid)))
		return true;
	/* All of it came back: it is not paid any more, and stands in no register of what was paid. */
	if (!left && (!yz_exec(conn, err, "UPDATE payout SET state = 'repaid' WHERE id = $1", YZ_I(payout)) ||
		      !yz_payout_note(site, conn, a, who, "payout.repaid", payout, repaid, YZ_LIT(""), YZ_LIT(""), err)))
		return false;
	return yz_payout_record_left(site, conn, a, who, payout, left, from, err);
}
