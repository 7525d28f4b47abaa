/* gov/monitor_row.h - one asking of monitors (private to gov's monitor files).
 *
 * Whoever asks fills in what the card would be of and how a fact is made; the rest is the same for all things.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_MONITOR_ROW_H
#define YZ_GOV_MONITOR_ROW_H

#include "gov/monitor.h"

struct yz_monitor_slice {
	const struct yz_armed *const *at;
	size_t n;
};
struct yz_monitor_set {
	struct yz_armed *all;
	size_t n;
	struct yz_monitor_slice on[YZ_EVENTS], until[YZ_EVENTS], clock[YZ_MONITOR_CLOCKS];
	uint64_t acts;                /* bits of yz_act that some `on` or `until` names */
	int8_t event[YZ_WATCHED][YZ_ACTS]; /* of the act, or -1 */
};
/* Lent until `a` goes; never NULL. */
const struct yz_monitor_set *yz_monitor_set_of(struct yz_site *site, struct yz_arena *a);

struct yz_asking {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	const struct yz_calendar *calendar;
	yz_instant now;
	enum yz_watched thing;
	int64_t thing_id, case_id, person, clock_id;
	struct yz_str occasion, org, post, item, about; /* about: what the thing is called: a number, of its ledger entry */
	const struct yz_clock *clock; /* of the limit it is about, or NULL */
	yz_instant due;               /* its due instant, or 0 */
	/* A fact's value; NULL kind with err filled where it failed. */
	struct yz_feel_value (*fact)(void *ctx, const struct yz_armed *m, enum yz_monitor_fact f, struct yz_err *err);
	void *ctx;
	struct yz_str facts; /* as they stood when the limit was set going, JSON; empty: those of `values` */
	/* What was made already. */
	uint64_t known;
	struct yz_feel_value values[YZ_MONITOR_INPUTS];
};

/* Asks one; *holds: its condition is true, the facts it read stand in w->values. */
bool yz_asking_holds(struct yz_asking *w, const struct yz_armed *m, bool *holds, struct yz_err *err);
/* Asks all of the slice: a card, or a limit set going. */
bool yz_asking_run(struct yz_asking *w, struct yz_monitor_slice list, struct yz_err *err);
/* Issues its card of this level, tells whom it says, counts a notice. */
bool yz_asking_card(struct yz_asking *w, const struct yz_armed *m, enum yz_card_level level, struct yz_err *err);
/* A clock of this kind warns (red false) or has fallen due: the cards of the pack's monitors, or where none of them is in
 * force the house's own. */
bool yz_asking_clock(struct yz_asking *w, struct yz_str of, bool red, struct yz_err *err);
/* [["name", "value"] …] of the facts it reads. */
struct yz_str yz_asking_facts(struct yz_asking *w, const struct yz_armed *m);
/* [["name", "value"] …] of its numbers. */
struct yz_str yz_asking_settings(struct yz_arena *a, const struct yz_armed *m);
/* The same with these numbers instead, as yz_asking_settings has them; what is not a number of it is left alone. */
void yz_armed_with(struct yz_arena *a, struct yz_armed *m, struct yz_str settings);
/* The rule of this version, for this site, in a; NULL without err where there is none that can be read. */
struct yz_armed *yz_armed_version(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str key, struct yz_str version,
				  struct yz_err *err);
/* Sets its limit going. */
bool yz_watch_arm(struct yz_asking *w, const struct yz_armed *m, struct yz_err *err);
/* The reckoning of such a card: rule, facts, settings, days, law. */
struct yz_str yz_asking_reckoning(struct yz_asking *w, const struct yz_armed *m);
/* Who is to hear of a card is told. */
bool yz_card_tell(struct yz_asking *w, const struct yz_armed *m, enum yz_card_level level, int64_t card, struct yz_err *err);

#endif
