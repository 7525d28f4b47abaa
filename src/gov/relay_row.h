/* gov/relay_row.h - one message or signal on its way (private to relay.c, relay_signal.c).
 *
 * Both go through the outbox `relay`.  A message is one row, found by the blind index of its key.  A signal is a row in state
 * `sent` with what it carries, and one row in state `waiting` for each case that was waiting when it was sent: written with it,
 * in one statement, so that who hears it is settled then and there.
 *
 *	key_dig     blind index    a message
 *	            signal         a signal, or (relay_wait) a wait for one
 *	            signal/ID      signal ID, for the case to_case
 *	state       waiting heard lapsed; sent: a signal; past: its case waited no more when it came
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_RELAY_ROW_H
#define YZ_GOV_RELAY_ROW_H

#include "gov/acting.h"
#include "gov/relay.h"

#define YZ_RELAY_SIGNAL "signal" /* no blind index is so short */
#define YZ_RELAY_OF "signal/"
#define YZ_RELAY_FAILURE 200
#define YZ_RELAY_NOBODY "yz:" /* how a failure begins that the model itself makes: sent again, it would fail again */

struct yz_bringing {
	struct yz_site *site;
	int64_t id;
	bool done;
	char failure[YZ_RELAY_FAILURE]; /* why it could not be heard */
};

struct yz_parcel {
	int64_t from, to, body; /* to: 0 of a message; body: the row that carries it */
	struct yz_str name, dig, sealed;
	yz_instant sent, until;
};

/* A row with what the effect carries; failure: nobody will ever hear it, and it lapses at once. */
bool yz_relay_put(struct yz_acting *t, const struct yz_bpmn_effect *e, const char *dig, const char *state, const char *failure, int64_t *id,
		  struct yz_err *err);
/* The loaded case hears it by this event, whose payload is filled here; at: the name of what waited. */
bool yz_relay_hear(struct yz_bringing *w, struct yz_acting *t, struct yz_bpmn_event *e, const struct yz_parcel *m, struct yz_str at,
		   struct yz_err *err);
/* A signal's row for one case. */
bool yz_relay_bring_signal(struct yz_bringing *w, struct yz_conn *conn, struct yz_arena *a, struct yz_parcel *m, struct yz_err *err);

#endif
