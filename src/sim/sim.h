/* sim/sim.h - a year of cases played through processes, people and calendars before anything is published.
 *
 *	kinds (processes, times, outcomes) ┐
 *	people (posts, hours, leave, skills)├─ struct yz_sim_world ──yz_sim_run(seed)──▶ struct yz_sim_report
 *	arrivals, or how they come         ┘                └──yz_sim_study(before, after, runs)──▶ means, intervals
 *
 * Events in order of time: a case arrives, yz_bpmn_step says which tasks open, a task waits at its post until somebody
 * who is there and able takes it (what falls due first is taken first), her working time runs by her own calendar,
 * the outcome goes back into yz_bpmn_step.  Limits are real clocks: they start with acceptance, a special
 * procedure stops them, a correction begins the step's anew.
 *
 * Chance: every draw is a function of (seed, case, step, visit, purpose), not of the order of events.  So two worlds
 *         under one seed meet the same cases with the same hands and the same luck (common random numbers), and their
 *         difference shows the change, not the noise.  The same world and seed give the same report, bit for bit.
 * Counts: cases end or are open; the integral of the number of cases in the house equals the sum of their times
 *         there, to the microsecond (Little's law of a finished run): both are counted, neither from the other.
 * Pure:   no database, no clock, no randomness but the seed.
 * Ownership: a world borrows all it names; reports live in the arena given.
 * Failure: err: the process cannot be run, or a bound is passed.
 * Threads: one thread a run; a world may be read by any number.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_SIM_SIM_H
#define YZ_SIM_SIM_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "bpmn/bpmn.h"
#include "calendar/calendar.h"
#include "fmt/json.h"

enum {
	YZ_SIM_KINDS = 2000,
	YZ_SIM_POSTS = 5000,
	YZ_SIM_PEOPLE = 20000,
	YZ_SIM_CASES = 2000000,  /* in one run */
	YZ_SIM_STEPS = 2000,     /* steps of one kind */
	YZ_SIM_ROUNDS = 50,      /* how often one task is taken up in one case; built-in acts one after another */
	YZ_SIM_RUNS = 200,
	YZ_SIM_WEEKS = 120,
};

/* ---- how long, and with what outcome ---- */

enum yz_sim_dist_kind {
	YZ_SIM_CONST,       /* a */
	YZ_SIM_EXPONENTIAL, /* mean a */
	YZ_SIM_UNIFORM,     /* a … b */
	YZ_SIM_LOGNORMAL,   /* mean a, coefficient of variation b */
	YZ_SIM_EMPIRICAL,   /* sample[0..n), ascending */
};
struct yz_sim_dist { /* microseconds */
	enum yz_sim_dist_kind kind;
	double a, b;
	const int64_t *sample;
	size_t n;
};
/* At u in [0, 1): grows with u, so the same u means the same luck in two worlds.  At least 1, at most ten years. */
int64_t yz_sim_draw(const struct yz_sim_dist *d, double u);
double yz_sim_mean(const struct yz_sim_dist *d);
/* {"minutes": 30} constant; with "spread": lognormal with this coefficient of variation, or "exponential": true;
 * {"minutes": [10, 40]} uniform; "hours" and "days" (of 24 hours) likewise. */
bool yz_sim_dist_read(const struct yz_json *v, struct yz_sim_dist *out, struct yz_err *err);
bool yz_sim_number_read(const struct yz_json *v, double *out);

enum yz_sim_turn {
	YZ_SIM_ON,      /* the task is done with this outcome */
	YZ_SIM_MEND,    /* the applicant corrects for `pause`, then the task is taken up again, its clock anew */
	YZ_SIM_STOP,    /* a special procedure: the clocks stop for `pause`, then the task is taken up again */
	YZ_SIM_REFUSE,  /* the case ends here (不予受理) */
};
struct yz_sim_outcome {
	struct yz_str name;
	double weight;
	enum yz_sim_turn turn;
	struct yz_sim_dist pause; /* by the clock on the wall */
};
enum { YZ_SIM_ANY = -1 };
struct yz_sim_step {
	struct yz_str node;
	int situation; /* or YZ_SIM_ANY: where there is none of the situation */
	bool timed;    /* service says how long; else the kind's */
	struct yz_sim_dist service;             /* in working time of who does it */
	const struct yz_sim_outcome *outcomes; /* none: the act's usual one */
	size_t noutcomes;
	bool waits; /* of a message: it comes after `wait`; without, never */
	struct yz_sim_dist wait;
};

/* ---- what is applied for ---- */

struct yz_sim_profile { /* a case as far as the process asks: situation and facts */
	int situation;
	struct yz_feel_value facts; /* context: names behind the process's variables */
	bool refused;               /* the rule says: not to be accepted */
	struct yz_str opinion;      /* the rule says: "grant", "deny"; empty: nothing */
};
struct yz_sim_kind {
	struct yz_str key, name, org;
	const struct yz_bpmn *process;
	bool limited;
	int32_t limit; /* of the whole, from acceptance */
	enum yz_unit unit;
	bool counted;  /* what the report is about; the others only share the people */
	bool ruled;    /* profiles carry the rule's opinion, which decides unless it is overruled */
	double overrule; /* share decided against the rule */
	struct yz_sim_dist service;  /* of steps that say nothing */
	const struct yz_sim_step *steps;
	size_t nsteps;
	const struct yz_sim_profile *profiles; /* at least one */
	size_t nprofiles;
	double withdrawn; /* share that the applicant withdraws, after `patience` */
	struct yz_sim_dist patience;
	enum yz_bpmn_did (*decide)(void *ctx, const struct yz_bpmn_node *node, struct yz_str decision, struct yz_feel_value vars,
				   struct yz_arena *a, struct yz_feel_value *out, struct yz_str *code); /* NULL: opened as a task */
	void *ctx;
};

/* ---- who does it ---- */

enum yz_sim_order { YZ_SIM_DUE, YZ_SIM_FIFO, YZ_SIM_SHORTEST };
struct yz_sim_post {
	struct yz_str org, role, name;
	enum yz_sim_order order;
};
struct yz_sim_leave {
	yz_day from, until; /* both included */
};
struct yz_sim_person {
	struct yz_str name;
	const int *posts;
	size_t nposts;
	bool has_hours;          /* of her own; else the calendar's */
	struct yz_office hours[8]; /* Monday … Sunday, exchanged days */
	const struct yz_sim_leave *leave;
	size_t nleave;
	const struct yz_str *skills; /* item keys, step ids or acts; none: all */
	size_t nskills;
	double pace; /* 1; 2 is twice as fast */
};

/* ---- when they come ---- */

struct yz_sim_arrival {
	yz_instant at;
	uint32_t kind, profile, nth; /* nth: the case's own number, from 0, in either world */
};
struct yz_sim_coming { /* n cases of a kind, spread over the year by weekday and hour */
	uint32_t kind;
	size_t n;
	const uint32_t *pool; /* profiles, each as often as it is to come up; NULL: evenly */
	size_t npool;
	double weight[7][24]; /* 0 Monday …; a holiday counts as Sunday, an exchanged day as Friday; all 0: evenly */
};

struct yz_sim_world {
	const struct yz_calendar *calendar; /* NULL: every hour of every day is working time */
	yz_instant from, until;             /* arrivals */
	yz_instant horizon;                 /* nothing happens after it: what is open stays open */
	yz_instant counted_from;            /* cases submitted before are played but not counted; 0: from */
	const struct yz_sim_kind *kinds;
	size_t nkinds;
	const struct yz_sim_post *posts;
	size_t nposts;
	const struct yz_sim_person *people;
	size_t npeople;
	const struct yz_sim_arrival *arrivals; /* as they came, any order */
	size_t narrivals;
	const struct yz_sim_coming *coming; /* and such as are drawn */
	size_t ncoming;
	struct yz_str (*role)(struct yz_str act); /* that does a task whose yz:role is silent */
	/* What a built-in act leaves among the variables: a context, or null.  NULL: none leaves any. */
	struct yz_feel_value (*act)(const struct yz_bpmn_effect *e, const struct yz_calendar *calendar, yz_instant now, struct yz_arena *a);
	/* Asked every YZ_SIM_ASK events: true ends the run with YZ_NOT_NOW.  NULL: it is played to the end. */
	bool (*stop)(void *ctx);
	void *stop_ctx;
	size_t most; /* bytes a run may take: past it YZ_LIMIT; 0: as many as there are */
};
enum { YZ_SIM_ASK = 4096 };

/* ---- what came of it ---- */

struct yz_sim_spread {
	size_t n;
	double mean, p50, p90, p99; /* hours */
};
struct yz_sim_step_report {
	struct yz_str node, name;
	uint32_t kind;
	struct yz_sim_spread wait; /* working hours from ready to taken up */
	double service;            /* mean working hours at it */
	double late;               /* share done after the step's own limit; -1: it has none */
};
struct yz_sim_post_report {
	double busy;         /* share of its people's working time in the year */
	double queue, queue_most; /* mean over the year, and largest */
	double week[YZ_SIM_WEEKS]; /* mean length of the queue in each week */
	size_t done;
};
struct yz_sim_total {
	size_t arrived, ended, open, withdrawn, refused, denied, judged, on_time;
	struct yz_sim_spread whole, wait; /* days by the wall clock; working hours waited in all */
};
struct yz_sim_report {
	struct yz_sim_total counted, others;
	struct yz_sim_step_report *steps; /* of counted kinds, in order of first use */
	size_t nsteps;
	struct yz_sim_post_report *posts; /* as in the world */
	size_t nposts, nweeks;
	/* Little: both sides, in case-microseconds, of every case. */
	__int128 inside, spent;
	uint64_t events;
};
bool yz_sim_run(const struct yz_sim_world *w, uint64_t seed, struct yz_arena *a, struct yz_sim_report *out, struct yz_err *err);

/* ---- several runs ---- */

struct yz_sim_figure {
	double mean, half; /* 95 %: mean ± half; half is 0 for one run */
};
/* Of one number: before, after, and after - before run by run. */
struct yz_sim_pair {
	struct yz_sim_figure before, after, change;
};
enum yz_sim_number {
#define NUMBER(name, title, unit) YZ_SIM_##name,
#include "sim/numbers.def"
#undef NUMBER
	YZ_SIM_NUMBERS
};
const char *yz_sim_number_name(enum yz_sim_number n);
const char *yz_sim_number_title(enum yz_sim_number n); /* message id */
const char *yz_sim_number_unit(enum yz_sim_number n);  /* "", "h", "d", "%" */

enum yz_sim_step_number { YZ_SIM_STEP_N, YZ_SIM_STEP_MEAN, YZ_SIM_STEP_P50, YZ_SIM_STEP_P90, YZ_SIM_STEP_P99, YZ_SIM_STEP_SERVICE,
			  YZ_SIM_STEP_LATE, YZ_SIM_STEP_NUMBERS };
struct yz_sim_step_study {
	struct yz_str node, name;
	bool has_before, has_after;
	struct yz_sim_pair number[YZ_SIM_STEP_NUMBERS];
};
enum yz_sim_post_number { YZ_SIM_POST_BUSY, YZ_SIM_POST_QUEUE, YZ_SIM_POST_MOST, YZ_SIM_POST_NUMBERS };
struct yz_sim_post_study {
	struct yz_str name;
	struct yz_sim_pair number[YZ_SIM_POST_NUMBERS];
	double week[2][YZ_SIM_WEEKS]; /* means over the runs */
	bool used;                    /* something of a counted kind was done there */
};
struct yz_sim_study {
	bool compared;
	size_t runs, nsteps, nposts, nweeks;
	struct yz_sim_pair number[YZ_SIM_NUMBERS];
	struct yz_sim_step_study *steps;
	struct yz_sim_post_study *posts;
	uint64_t events;
	yz_instant from;
};
/* after NULL: one world.  Run r is played under a seed of its own in both.  told (NULL allowed) is called after each run;
 * false from it ends the study with YZ_NOT_NOW. */
bool yz_sim_study(const struct yz_sim_world *before, const struct yz_sim_world *after, uint64_t seed, size_t runs,
		  bool (*told)(void *ctx, size_t done, size_t all), void *ctx, struct yz_arena *a, struct yz_sim_study *out,
		  struct yz_err *err);
/* One line a number: what, which, unit, before, ±, after, ±, change, ±; the same study, the same bytes. */
void yz_sim_csv(const struct yz_sim_study *s, struct yz_buf *out);
void yz_sim_json(const struct yz_sim_study *s, struct yz_jw *w);

#endif
