/* gov/trial.h - simulations started from a page: one after another, beside the work of the house.
 *
 * Starting one is a row and its ledger entry; a thread of the server runs it with the lowest priority and writes after each run
 * how far it is.  One that was under way when its server ended is run again: the same seed gives the same result.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_TRIAL_H
#define YZ_GOV_TRIAL_H

#include "fmt/json.h"
#include "gov/permission.h"
#include "gov/simulate.h"

enum { YZ_TRIAL_RUNS = 50, YZ_TRIAL_WAITING = 20 /* of a site at one time */, YZ_TRIAL_KEPT = 30 /* of an item, once they have ended */ };

struct yz_trial {
	int64_t id, item, runs, runs_done;
	struct yz_str item_code, state, error, csv, by_name;
	const struct yz_json *options, *result; /* result NULL until it is done */
	bool with_process, with_rule, with_settings;
	yz_instant created, ended;
};

struct yz_trial_input {
	struct yz_str process, rule, settings;
	int64_t cases, seed, runs;
	int year;
	bool against; /* this version, where it is not the one in force, is the change */
};

/* Of an item version she may edit; YZ_BAD_INPUT where a file cannot be read, YZ_LIMIT when too many wait. No connection may be held. */
bool yz_trial_start(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t item, const struct yz_trial_input *in,
		    int64_t *id, struct yz_err *err);
/* Of an item, newest first, without results; at most `most`. */
size_t yz_trial_list(struct yz_conn *conn, struct yz_arena *a, struct yz_str item_code, int most, struct yz_trial **out, struct yz_err *err);
bool yz_trial_load(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_trial *out, struct yz_err *err);

/* Runs what waits; *ran says whether there was one.  stop NULL: never. */
bool yz_trial_next(struct yz_site *site, bool (*stop)(void *ctx), void *ctx, bool *ran, struct yz_err *err);

struct yz_trials;
struct yz_trials *yz_trials_start(struct yz_site *site, struct yz_err *err);
void yz_trials_stop(struct yz_trials *t); /* NULL allowed; a run under way is left, to be done again */

#endif
