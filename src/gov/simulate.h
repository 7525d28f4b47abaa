/* gov/simulate.h - a process, an item or a rule tried on a year of cases before it is published.
 *
 *	last year's cases, tasks, clocks ─┐
 *	posts and people of today        ─┼─▶ before ─┐
 *	settings (docs/formats/simulate.md)┘           ├─ sim/sim.h ─▶ study, beside what really happened
 *	another process, rule, version, settings.after ▶ after ─┘
 *
 * The item's cases are played with those of every other item that the same posts work on: they share the people.
 *
 * How long a task takes is read from back-to-back work: a task that lay ready when its person finished another the same
 * day took what lay between the two, in office time.  Waiting is not in it.  Where a step and situation has fewer than
 * twenty of those, the step's are taken, then the act's anywhere in the house, then half an hour; notes say which.
 * Outcomes, corrections, special procedures and withdrawals come as often as they came, after as long.
 *
 * Reads only; facts are opened in memory and reduced to what the process and the rule ask.  No connection may be held.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_SIMULATE_H
#define YZ_GOV_SIMULATE_H

#include "gov/site.h"
#include "sim/sim.h"

enum { YZ_SIMULATE_SETTINGS = 1 << 20, YZ_SIMULATE_MODEL = 8 << 20, YZ_SIMULATE_CASES = 1000000 };

struct yz_simulate_options {
	struct yz_str item;     /* code; empty: a process of its own, with generated cases */
	struct yz_str org;      /* whose posts do a process of its own where yz:org is silent */
	int64_t version;        /* another version of the item (a draft), tried as `after`; 0: none */
	struct yz_str process;  /* BPMN, tried as `after` (without item: as the only one); empty: none */
	struct yz_str rule;     /* DMN, tried as `after`; empty: none */
	struct yz_str settings; /* JSON; empty: none */
	int64_t cases;          /* generated ones; 0: as they came */
	int year;               /* calendar year; 0: the 365 days before today */
	uint64_t seed;
	size_t runs;
	bool (*stop)(void *ctx); /* asked within a run too, with told's ctx: true ends it with YZ_NOT_NOW.  NULL: never */
};
/* What the year that is read, and each run, may take; past it YZ_LIMIT. */
#define YZ_SIMULATE_MEMORY ((size_t)1 << 30)

struct yz_simulate_note {
	const char *text; /* message id; with %.*s where `about` goes */
	struct yz_str about;
};

/* What really happened to the item's cases of that year. */
struct yz_simulate_today {
	size_t received, ended, refused, denied, withdrawn, judged, on_time;
	struct yz_sim_spread whole; /* days */
};

struct yz_simulated {
	struct yz_sim_study study;
	struct yz_simulate_today today;
	yz_instant from, until;
	struct yz_str name; /* of the item, or of the process */
	struct yz_simulate_note *notes;
	size_t nnotes;
	size_t others; /* items whose cases share the people */
};

/* told: sim.h.  Fails with YZ_NOT_FOUND (no such item), YZ_BAD_INPUT (a file cannot be used: which, and why). */
bool yz_simulate(struct yz_site *site, const struct yz_simulate_options *o, bool (*told)(void *ctx, size_t done, size_t all), void *ctx,
		 struct yz_arena *a, struct yz_simulated *out, struct yz_err *err);
/* {"name", "from", "until", "today", "notes", "study"} */
void yz_simulated_json(const struct yz_simulated *r, struct yz_jw *w);
struct yz_str yz_simulate_note_text(struct yz_arena *a, int lang, const struct yz_simulate_note *n);

#endif
