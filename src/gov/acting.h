/* gov/acting.h - a case in the middle of an act, inside a write (private to gov).
 *
 *	see ──▶ take ┐
 *	             ├──▶ check ──▶ flow, clocks, letters, messages ──▶ save
 *	        load ┘
 *
 * There is one writer and there are many workers, so a worker sees what its act finds (the row, unsealed and parsed,
 * the process, clocks and tasks) in a snapshot; inside the write this is taken if the case's version
 * still stands, else loaded anew.  Every change of what is held here ends in save, which counts the version on.
 *
 * Inside the write everything new lives in the writer's arena and is done on the write's connection; any
 * failure undoes all.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_ACTING_H
#define YZ_GOV_ACTING_H

#include "base/map.h"
#include "gov/case.h"
#include "gov/figure.h"
#include "gov/message.h"
#include "gov/site.h"
#include "gov/version.h"

enum { YZ_CASE_CLOCKS = 24 }; /* clocks not ended at one time */

struct yz_clock_held {
	int64_t id, task;
	struct yz_str kind, org;
	struct yz_clock clock;
	yz_instant due, warn; /* YZ_NEVER while stopped */
	int provisional;      /* as last reckoned; of one that was read: nothing */
	struct yz_str card;
};

struct yz_task_held { /* open, held or waiting */
	int64_t id, person, parent;
	uint32_t token, multi; /* multi: of which activity of several it is one, or 0 */
	struct yz_str node, name, act, org, role, post, region, path, kind, return_to;
	bool held, waiting;
	yz_instant opened, due; /* due as stored; YZ_NEVER: none */
	struct yz_str outcome; /* waiting behind what was added after it: what it came to */
};
/* Nothing can be done with it now. */
static inline bool yz_task_rests(const struct yz_task_held *k)
{
	return k->held || k->waiting;
}
/* It hangs on another (加签, 委派): an opinion, which any official may be asked for. */
static inline bool yz_task_hangs(const struct yz_task_held *k)
{
	return k->kind.len && k->parent;
}

/* A built-in act of the process, with its message where it tells one, and what the entry says beside. */
struct yz_follow {
	enum yz_act act;
	struct yz_str part, text, says; /* part: of the process, told to her with its text; "": nothing is */
};

struct yz_acting {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	const struct yz_actor *who; /* NULL: the system itself */
	yz_instant now;
	const struct yz_calendar *calendar;
	const struct yz_version *v;

	const struct yz_bpmn *process; /* of the item's version, or of a newer one it was moved to */
	int64_t id, version, item, flow_item, applicant, agent, filed_by;
	struct yz_str path; /* of the region the case is at home in */
	struct yz_str no, region, org, applicant_name, situation, outcome, channel;
	enum yz_case_state state;
	yz_instant submitted, received, accepted, decided, ended;
	struct {
		enum yz_light light;
		struct yz_str outcome;
		yz_instant decided, ended, next_due; /* next_due: YZ_NEVER is none */
	} stored; /* as they were when it was read */
	const struct yz_json *facts; /* NULL until asked for: yz_acting_facts */
	const struct yz_bpmn_state *flow; /* NULL until asked for: yz_acting_flow */
	struct yz_str flow_text; /* it as stored; "": it has not begun */
	bool flowed; /* the process went on since it was read */
	struct yz_str undo;   /* the process before undo_task was done: what a recall goes back to; or "" */
	int64_t undo_task;
	bool touched;         /* an act on a task: a step before it can be recalled no more, unless the act set undo */
	yz_instant paused;    /* suspended since, or 0 */
	struct yz_str home;   /* the region of the first step that names one */
	struct yz_str back_at, back_from; /* sent back to back_at, whose task returns straight to back_from; or "" */
	struct yz_task_held back_task;    /* who did it there before, and in which department: it may have been handed on */
	const struct yz_post *by; /* the post by which the act is done; NULL: none is needed */
	struct yz_feel_value vars; /* what conditions may speak of; nothing until asked for */
	struct yz_feel_value about; /* the case itself, for what its process tells others; nothing where it tells none */
	struct yz_str against;     /* what the item's decision says against the act; empty: nothing */
	bool weighed;              /* it was asked */
	const struct yz_act_input *in; /* of the act that is done; NULL: nobody asked for it */
	yz_instant done_at; /* when it was done elsewhere and is only entered now; 0: now */
	bool charged;              /* an order was made out */
	bool echo;                 /* a correction that came from another case of one joint application */
	YZ_VEC(struct yz_task_held) tasks; /* by id */
	struct yz_figure figure; /* counted by the act's entry and kept by save; whose it is is filled by note */
	bool figured;            /* it stands in an entry */
	YZ_VEC(struct yz_stage) stages; /* counted, and said by the next entry */
	int64_t documents[8]; /* made by this act */
	size_t ndocuments;
	YZ_VEC(struct yz_follow) follow; /* what the act has set off: noted behind it */
	size_t nclocks;
	struct yz_clock_held clocks[YZ_CASE_CLOCKS]; /* last: large, and mostly unset */
};

/* By number, whoever it is: outside a write, to be taken there. */
bool yz_acting_see(struct yz_acting *t, struct yz_site *site, struct yz_conn *conn, struct yz_arena *a,
		   const struct yz_actor *who, struct yz_str no, struct yz_err *err);
/* The same inside a write, its process opened: no other changes it before the commit. */
bool yz_acting_load(struct yz_acting *t, struct yz_site *site, struct yz_conn *conn, struct yz_arena *a,
		    const struct yz_actor *who, struct yz_str no, struct yz_err *err);
/* Inside the write: what was loaded before, if its version stands; *stands says so. */
bool yz_acting_take(struct yz_acting *t, const struct yz_acting *seen, struct yz_conn *conn, struct yz_arena *a, bool *stands,
		    struct yz_err *err);
/* Working days from one day to another; the first does not count. */
int64_t yz_acting_days(const struct yz_acting *t, yz_instant from, yz_instant to);
/* Opens t->facts, where that is not done. */
bool yz_acting_facts(struct yz_acting *t, struct yz_err *err);
/* Opens t->flow, where that is not done and the process has begun. */
bool yz_acting_flow(struct yz_acting *t, struct yz_err *err);
/* Stores, sealed, what the applicant wrote, in place of what stood there; the digest is the ledger's word for it. */
bool yz_case_facts_store(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, const struct yz_json *facts,
			 struct yz_str *digest, struct yz_err *err);
/* Writes the row, its light and figures; the next version.  INTERNAL: something was done that no entry says. */
bool yz_acting_save(struct yz_acting *t, struct yz_err *err);
/* The ledger's entry, then those of the built-in acts it set off; text and basis go to a remark. */
bool yz_acting_note(struct yz_acting *t, enum yz_act act, int64_t task, struct yz_str text, struct yz_str basis, struct yz_err *err);
/* A message to the applicant (and her agent, while she is one): of a kind in her language, {item} and {no} are filled. */
bool yz_acting_say(struct yz_acting *t, enum yz_say kind, const struct yz_said *more, size_t n, struct yz_err *err);

/* Fills t->against: the item's decision asked about what she is about to do (case_check.c). */
bool yz_acting_weigh(struct yz_acting *t, enum yz_act act, struct yz_err *err);
/* Where it is against her, a reason is wanted, and noted. */
bool yz_acting_check(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err);

/* ---- clocks (case_clock.c) ---- */

bool yz_acting_clock_start(struct yz_acting *t, const char *kind, int64_t task, struct yz_str org, int32_t n, enum yz_unit unit,
			   yz_instant at, struct yz_err *err);
/* The same in two steps, for a task that is not there yet: nothing is stored before the second. */
struct yz_clock_held *yz_acting_clock_ready(struct yz_acting *t, const char *kind, struct yz_str org, int32_t n, enum yz_unit unit,
					    yz_instant at, struct yz_err *err);
bool yz_acting_clock_insert(struct yz_acting *t, struct yz_clock_held *k, int64_t task, struct yz_err *err);
/* When a task with this act falls due: `own` is its clock, or NULL. */
yz_instant yz_acting_task_due(struct yz_acting *t, struct yz_str act, const struct yz_clock_held *own);
/* kind NULL: all; task 0: any. */
bool yz_acting_clock_end(struct yz_acting *t, const char *kind, int64_t task, struct yz_err *err);
/* The tasks' own clocks end while the applicant corrects, and begin anew. */
bool yz_acting_steps_rest(struct yz_acting *t, struct yz_err *err);
bool yz_acting_steps_again(struct yz_acting *t, struct yz_err *err);
/* Each open task falls due with its own clock or the whole's, whichever is first. */
bool yz_acting_dues(struct yz_acting *t, struct yz_err *err);
/* In a hearing or an appraisal the whole stands, and what opens waits with it. */
bool yz_acting_all_wait(struct yz_acting *t);
/* All that count towards the authority's limits: promised, legal, and the task's own. */
bool yz_acting_clocks_stop(struct yz_acting *t, struct yz_err *err);
bool yz_acting_clocks_resume(struct yz_acting *t, struct yz_err *err);
bool yz_acting_clocks_extend(struct yz_acting *t, int32_t days, struct yz_err *err);
struct yz_clock_held *yz_acting_clock(struct yz_acting *t, const char *kind);
/* The card of each that has fallen due and has none, as the sweeper would issue it (sweep.c). */
bool yz_acting_clocks_look(struct yz_acting *t, struct yz_err *err);
bool yz_acting_clock_store(struct yz_acting *t, struct yz_clock_held *k, struct yz_err *err);
/* The light and the next due instant, of the clocks held. */
enum yz_light yz_acting_light(const struct yz_acting *t, yz_instant *next_due, bool *stopped);

/* ---- the process (case_flow.c) ---- */

bool yz_acting_begin(struct yz_acting *t, struct yz_err *err);
/* Fills t->about, where the process talks to others. */
bool yz_acting_about(struct yz_acting *t, struct yz_err *err);
/* Fills t->vars.  Of a case that was read no connection is needed. */
bool yz_acting_vars(struct yz_acting *t, struct yz_err *err);
/* The task is done with this outcome: the process goes on, tasks open, the case may end. */
bool yz_acting_done(struct yz_acting *t, int64_t task, const char *outcome, struct yz_str opinion, struct yz_err *err);
/* Refused, withdrawn: the process ends where it stands. */
bool yz_acting_terminate(struct yz_acting *t, struct yz_err *err);
/* Open tasks become held and back. */
bool yz_acting_hold(struct yz_acting *t, bool hold, struct yz_err *err);
/* What the effect says of yz:NAME, or nothing. */
struct yz_str yz_effect_attr(const struct yz_bpmn_effect *e, const char *name);
/* For yz_bpmn_env.decide: a decision of the item's model over the facts; ctx is the struct yz_acting. */
enum yz_bpmn_did yz_acting_rule(void *ctx, const struct yz_bpmn_node *node, struct yz_str decision, struct yz_feel_value vars,
				struct yz_arena *a, struct yz_feel_value *out, struct yz_str *code);
/* One event of the process, and the built-in acts it sets off. */
bool yz_acting_step(struct yz_acting *t, const struct yz_bpmn_event *first, struct yz_err *err);
/* Whether the process takes the event: it stays where it is, and what the step would set off is not tried. */
bool yz_acting_would_step(struct yz_acting *t, const struct yz_bpmn_event *event, struct yz_err *err);
/* A step was done (n 1) at `done`, or what was done then is recalled (n -1): its figures. */
bool yz_acting_stage(struct yz_acting *t, const struct yz_stage *step, yz_instant opened, yz_instant done, struct yz_err *err);
/* A step before this act can be recalled no more. */
static inline void yz_acting_touch(struct yz_acting *t)
{
	t->touched = true;
	t->undo = YZ_LIT("");
	t->undo_task = 0;
}
/* The task is not to be done any more, nor what hangs on it; all that hangs on it. */
bool yz_acting_task_cancel(struct yz_acting *t, struct yz_task_held *k, struct yz_err *err);
bool yz_acting_task_cancel_of(struct yz_acting *t, int64_t parent, struct yz_err *err);
/* Every timer that is due. */
bool yz_acting_tick(struct yz_acting *t, struct yz_err *err);
/* Nobody answered in time: accepted from the day of receipt (case_act.c). */
bool yz_acting_deem(struct yz_acting *t, struct yz_err *err);

/* ---- who does it (case_task.c) ---- */

struct yz_task_held *yz_acting_task(struct yz_acting *t, int64_t id); /* NULL: not among t->tasks */
/* Fills t->tasks from the rows. */
bool yz_acting_tasks_read(struct yz_acting *t, struct yz_err *err);
void yz_acting_task_drop(struct yz_acting *t, struct yz_task_held *k); /* from t->tasks only */
/* Who may do what is opened: yz:org, post, role, person, region and assign, where they lead; *home: the region it names. */
bool yz_acting_place(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_task_held *k, struct yz_str *home,
		     struct yz_err *err);
/* Gives it to this person, if she still has such a post. */
bool yz_acting_still(struct yz_acting *t, struct yz_task_held *k, int64_t person, struct yz_err *err);
/* Stores the row: k->id. */
bool yz_acting_task_insert(struct yz_acting *t, struct yz_task_held *k, uint32_t nth, struct yz_err *err);
/* open, held or waiting as k says. */
bool yz_acting_task_state(struct yz_acting *t, const struct yz_task_held *k, struct yz_err *err);
/* Whose a task is that the actor takes by t->by: what a deputy takes is the absent person's, and stays hers afterwards. */
static inline int64_t yz_acting_taker(const struct yz_acting *t)
{
	return t->by && t->by->deputy_of ? t->by->deputy_of : t->who->person;
}
/* May she do this task: her post, and nobody else has claimed it (to hand it on, the head too).  Fills t->by. */
bool yz_acting_may_do(struct yz_acting *t, const struct yz_task_held *k, enum yz_permission may, struct yz_err *err);
/* The role that does an act where nothing else is said. */
struct yz_str yz_task_role(struct yz_str act);
/* The permission that finishing a task takes. */
enum yz_permission yz_task_permission(struct yz_str act);

/* ---- letters (case_letter.c) ---- */

struct yz_letter_extra {
	struct yz_str reason, basis, procedure, approver;
	int64_t days;
	yz_day mend_by;
	const struct yz_json *items; /* what to mend */
	struct yz_str licence_no;
	yz_day valid_from, valid_until;
	const struct yz_rows *papers; /* of DELIVERY: those of yz_acting_papers */
};
/* The case's papers by id: kind, title, number. */
struct yz_rows *yz_acting_papers(struct yz_acting *t, struct yz_err *err);
/* kind as print/letters.h names it; the id in t->documents. */
bool yz_acting_letter(struct yz_acting *t, const char *kind, const struct yz_letter_extra *extra, struct yz_err *err);
/* The certificate: its number, row and document. */
bool yz_acting_licence(struct yz_acting *t, struct yz_err *err);

#endif
