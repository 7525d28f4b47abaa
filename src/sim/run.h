/* sim/run.h - private: one run under way.
 *
 *	arrival ─▶ case ─▶ yz_bpmn_step ─▶ task ─▶ queue ─▶ person ─▶ outcome ─▶ yz_bpmn_step …
 *
 * Cases and tasks live in slots that are used again; an event names a slot with its generation, so what comes for a
 * slot that has another tenant by then is passed over.  States of the engine lie together in one arena; when it holds
 * mostly garbage, those of open cases are copied into a new one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_SIM_RUN_H
#define YZ_SIM_RUN_H

#include "base/map.h"
#include "sim/sim.h"

enum sim_purpose { SIM_ARRIVAL, SIM_PROFILE, SIM_SERVICE, SIM_OUTCOME, SIM_PAUSE, SIM_WITHDRAW, SIM_PATIENCE, SIM_WAIT, SIM_OVERRULE };

/* In [0, 1). */
double yz_sim_chance(uint64_t seed, uint64_t nth, uint64_t place, uint32_t purpose);
/* The same for the same text in every process; below 2^56. */
uint64_t yz_sim_place(struct yz_str s);

/* ---- working time (hours.c) ---- */

struct sim_span {
	yz_instant from, to;
	int64_t before; /* working time of all spans before */
};
struct sim_hours {
	struct sim_span *span;
	size_t n;
};
/* The spans of [from, to]; person NULL: the calendar's own. */
struct sim_hours yz_sim_hours(struct yz_arena *a, const struct yz_calendar *c, const struct yz_sim_person *person, yz_instant from,
			      yz_instant to);
/* Working time up to t. */
int64_t yz_sim_worked(const struct sim_hours *h, yz_instant t);

/* ---- what comes next (agenda.c) ---- */

enum sim_event_kind { SIM_DONE, SIM_AGAIN, SIM_WAKE, SIM_TIMER, SIM_MESSAGE, SIM_LEAVE };
struct sim_event {
	yz_instant at;
	uint64_t nth;
	enum sim_event_kind kind;
	uint32_t slot, gen; /* of the task, person or case */
	uint32_t id;        /* of the timer or wait */
};
/* A heap by instant; of equal instants the one put in first comes first.  A queue is one by due or age. */
struct sim_agenda {
	struct sim_event *heap;
	size_t len, cap;
	uint64_t made;
};
void yz_sim_push(struct yz_arena *a, struct sim_agenda *g, struct sim_event e);
struct sim_event yz_sim_pop(struct sim_agenda *g); /* one is there */

/* ---- the house ---- */

typedef YZ_VEC(float) sim_values;

struct sim_post_now {
	size_t waiting;
	yz_instant since; /* the queue has had this length */
	size_t most, done;
	double week[YZ_SIM_WEEKS]; /* case-microseconds waited in it */
	int64_t worked;
};

struct sim_queue {
	int post;
	uint64_t *able; /* bits: which of the people */
	uint32_t *people;
	size_t npeople;
	struct sim_agenda tasks; /* at: the key; dead ones lie in it until they come up */
};

struct sim_step_now {
	const struct yz_bpmn_node *node;
	uint32_t kind;
	uint64_t place;
	int queue; /* -1 until known; -2: depends on the case */
	struct yz_str act;
	bool limited;
	int32_t limit;
	enum yz_unit unit;
	const struct yz_sim_step **by_situation; /* [situation + 1] */
	size_t nsituations;
	sim_values waits;
	double service;
	size_t n, late;
};

enum sim_task_state { SIM_TASK_FREE, SIM_TASK_QUEUED, SIM_TASK_TAKEN, SIM_TASK_AWAY };
struct sim_task {
	enum sim_task_state state;
	uint32_t gen, slot_case, token, next; /* next: of the case, or of the free ones; UINT32_MAX ends */
	uint32_t step, queue, person, visit, index; /* index: of several who do it together, from 1 */
	yz_instant ready, due, taken, began, stop_from, stop_to; /* began: its own clock; stop_to 0: never stopped */
	int64_t work;
};

enum { SIM_VOTES = 4 };
struct sim_votes { /* of several who do one step together (会签), since it was opened */
	uint32_t step;
	int agree, object;
};
struct sim_case {
	uint32_t gen, kind, profile, nth, next_free, tasks;
	bool used, counted, apart, accepted, judged, on_time, mended; /* apart: before counting began */
	yz_instant submitted;
	const struct yz_bpmn_state *state;
	struct yz_clock clock;
	int64_t waited;
	struct yz_str outcome;
	struct sim_votes votes[SIM_VOTES];
	uint32_t nvotes; /* begun so far: the newest stands at nvotes % SIM_VOTES */
};

struct sim_person_now {
	struct sim_hours hours;
	size_t at; /* the span now, or the next */
	bool busy, waking;
	uint32_t task;
	int64_t load;
	YZ_VEC(uint32_t) queues;
};

struct sim_run {
	const struct yz_sim_world *w;
	struct yz_arena *a, *states; /* of the run; of the states */
	size_t states_after; /* bytes in use after the last collection */
	struct yz_err *err;
	bool failed;
	uint64_t seed;
	yz_instant now;
	struct sim_hours office;
	struct sim_agenda agenda;
	YZ_VEC(struct sim_case) cases;
	YZ_VEC(struct sim_task) tasks;
	uint32_t free_case, free_task;
	size_t open;
	struct sim_person_now *people;
	struct sim_post_now *posts;
	bool *accepts; /* by kind: the process has an acceptance */
	YZ_VEC(struct sim_queue) queues;
	YZ_VEC(struct sim_step_now) steps;
	struct { const struct yz_bpmn_node *node; uint32_t kind, step; } *known; /* open addressing */
	size_t nknown, known_cap;
	struct yz_map post_of;
	size_t nweeks;
	struct yz_sim_total counted, others;
	sim_values whole[2], waited[2]; /* of the counted, and the others */
	__int128 inside, spent;
	yz_instant inside_since;
	uint64_t events;
};

#define sim_fail(r, ...) ((r)->failed ? (void)0 : (void)((r)->failed = true, yz_fail((r)->err, __VA_ARGS__)))

/* flow.c: cases and the engine */
void yz_sim_case_begin(struct sim_run *r, const struct yz_sim_arrival *arrival);
void yz_sim_case_step(struct sim_run *r, uint32_t slot, const struct yz_bpmn_event *e);
void yz_sim_case_end(struct sim_run *r, uint32_t slot);
/* The task was worked on: what it came to. */
void yz_sim_task_done(struct sim_run *r, uint32_t slot);
void yz_sim_task_again(struct sim_run *r, uint32_t slot); /* a correction came, a special procedure is over */
bool yz_sim_has_act(const struct yz_bpmn *m, const char *act);
struct yz_str yz_sim_attr(const struct yz_bpmn_effect *e, const char *name);

/* desk.c: tasks, queues, people */
uint32_t yz_sim_step_of(struct sim_run *r, uint32_t kind, const struct yz_bpmn_effect *e);
const struct yz_sim_step *yz_sim_step_rule(const struct sim_run *r, const struct sim_step_now *s, int situation);
void yz_sim_task_open(struct sim_run *r, uint32_t slot_case, const struct yz_bpmn_effect *e);
void yz_sim_task_gone(struct sim_run *r, uint32_t slot_case, uint32_t token); /* UINT32_MAX: all of the case */
void yz_sim_task_queue(struct sim_run *r, uint32_t slot); /* it waits from now */
void yz_sim_task_free(struct sim_run *r, uint32_t slot);
void yz_sim_task_worked(struct sim_run *r, uint32_t slot); /* who was at it has done what there was to do */
void yz_sim_wake(struct sim_run *r, uint32_t person);
void yz_sim_free_person(struct sim_run *r, uint32_t person);
void yz_sim_queue_changed(struct sim_run *r, int post, int by);

/* measure.c */
struct yz_sim_spread yz_sim_spread(sim_values *v);
void yz_sim_report_make(struct sim_run *r, struct yz_arena *a, struct yz_sim_report *out);

#endif
