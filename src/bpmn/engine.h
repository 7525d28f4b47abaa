/* bpmn/engine.h - private: a state, and one step over it.
 *
 * A state is a list of records in order of their ids, each with its parent:
 *
 *	SCOPE   a process, subprocess, event subprocess or called process; holds variables
 *	MULTI   around the instances of a looping or multi-instance activity
 *	TASK    an open activity that someone or something must finish
 *	WAIT    a token at a catching event or event-based gateway
 *	JOIN    tokens that arrived at a gateway (or activity) by one flow and wait there
 *	HELD    a compensation under way: the token that threw it waits, or nobody does
 *	DONE    a finished activity that can be compensated; a finished scope keeps
 *	        its variables and its own DONE records beneath it
 *
 * Boundary events and event subprocesses listen as long as the record they
 * belong to lives; only what they remember (the last truth of a condition, the
 * parts of a parallel multiple event) is kept, as marks.
 *
 * A step copies the state, moves tokens through a queue until nothing moves,
 * looks at conditions, then at joins that wait for what may yet come, then at
 * scopes that are empty, and begins again until all is quiet.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BPMN_ENGINE_H
#define YZ_BPMN_ENGINE_H

#include "bpmn/model.h"

enum brec_kind { BREC_SCOPE, BREC_MULTI, BREC_TASK, BREC_WAIT, BREC_JOIN, BREC_HELD, BREC_DONE };

/* Records, variables of one record, timers of a state. */
enum {
	YZ_BPMN_RECS = 20000,
	YZ_BPMN_VARS = 10000,
	YZ_BPMN_VALUE_DEPTH = 40 /* a value, nested */,
	YZ_BPMN_STEPS = 10000
};

struct bvar {
	struct yz_str name;
	struct yz_feel_value value;
};

struct brec {
	enum brec_kind kind;
	uint32_t id, parent;
	const struct yz_bnode *node;
	const struct yz_bnode *body; /* SCOPE: what it walks: the node, or the process it calls */
	bool dead;
	bool interrupted;  /* SCOPE: an event subprocess has taken over; HELD: was a cancel end event */
	bool detached;     /* HELD: nobody waits; MULTI: enough are done; DONE: undone already */
	bool adhoc_enough; /* SCOPE of an ad-hoc subprocess: nothing more begins */
	bool open;         /* TASK: the host knows of it */
	uint32_t index;    /* in a MULTI: from 1 */
	uint32_t flow;     /* JOIN: place among the incoming flows; activities: 0 */
	uint32_t count;    /* JOIN: tokens */
	uint32_t held;     /* activity that is a handler: the HELD record it belongs to */
	uint32_t total, made, finished, terminated; /* MULTI; made: begun so far, of an ad-hoc scope too */
	uint32_t seq;                               /* DONE: grows with each that is done */
	uint32_t live;                              /* living children and moving tokens; counted anew when read */
	YZ_VEC(struct bvar) vars;
	YZ_VEC(uint32_t) todo; /* HELD: DONE records yet to undo, the next one last */
};

struct btimer {
	uint32_t id, rec;
	const struct yz_bnode *node; /* the event */
	uint32_t def;
	yz_instant due;
	int64_t left;       /* of a cycle: firings to come, this one included; -1 without end */
	struct yz_str text; /* of a cycle */
	bool dead;
};

struct bmark {
	uint32_t rec;
	const struct yz_bnode *node;
	uint64_t mask; /* parallel multiple: definitions seen; condition: bit 0 was true; complex gateway: see flow.c */
};

struct yz_bpmn_state {
	const struct yz_bpmn *model;
	const struct yz_bnode *process;
	uint32_t next_id;
	bool ended;
	enum yz_bpmn_outcome outcome;
	const struct yz_bnode *last_end;
	struct yz_str code; /* of the error it failed with */
	struct {
		struct brec **at; /* by id; [0] is the process */
		size_t len, cap;
	} recs;
	YZ_VEC(struct btimer) timers;
	YZ_VEC(struct bmark) marks;
};

struct bmove {
	struct brec *scope;          /* a MULTI: one more instance of it; a HELD: its next handler */
	const struct yz_bnode *node; /* NULL: taken back */
	const struct yz_bflow *flow; /* NULL: begins there */
};

struct bstep {
	const struct yz_bpmn *m;
	struct yz_arena *a;
	struct yz_bpmn_state *s;
	const struct yz_bpmn_env *env;
	struct yz_feel_value facts; /* the env's, once asked for */
	struct yz_err *err;
	bool asked, failed, changed; /* changed: variables or listeners, so conditions must be looked at */
	uint32_t steps;
	YZ_VEC(struct yz_bpmn_effect) effects;
	YZ_VEC(struct bmove) queue;
	size_t head;
	/* Throwing signals waits until all else has moved: whoever comes to listen in this step hears it. */
	YZ_VEC(struct bmove) later;
	size_t later_head;
	YZ_VEC(struct brec *) empty; /* scopes that may have become empty */
	struct yz_feel_run feel;
	struct yz_feel_value *inputs; /* room for a condition's names */
	size_t ninputs;
};

/* Fails the step; the first failure counts. */
#define bfail(r, code, ...) ((r)->failed ? (void)0 : (void)((r)->failed = true, yz_fail((r)->err, (code), __VA_ARGS__)))

/* state.c */
struct yz_bpmn_state *bstate_copy(struct yz_arena *a, const struct yz_bpmn_state *s);
void bstate_count(struct yz_bpmn_state *s); /* live counts */
void bstate_compact(struct yz_bpmn_state *s);
struct brec *brec_find(const struct yz_bpmn_state *s, uint32_t id); /* alive, or NULL */
struct brec *brec_new(struct bstep *r, enum brec_kind kind, struct brec *parent, const struct yz_bnode *node);
void brec_end(struct bstep *r, struct brec *rec);                               /* dead; its parent may become empty */
void brec_retire(struct bstep *r, struct brec *rec);                            /* to DONE, likewise */
struct brec *brec_any(const struct yz_bpmn_state *s, uint32_t id);              /* dead or alive */
struct brec *brec_scope(const struct yz_bpmn_state *s, const struct brec *rec); /* the SCOPE it stands in */
struct bmark *bmark_get(struct bstep *r, const struct brec *rec, const struct yz_bnode *node); /* made when not there */
struct bmark *bmark_find(const struct yz_bpmn_state *s, const struct brec *rec, const struct yz_bnode *node);
void bmark_clear(struct yz_bpmn_state *s, uint32_t rec);

/* value.c */
struct yz_feel_value bvalue_copy(struct yz_arena *a, struct yz_feel_value v);
struct yz_feel_value *bvar_at(struct brec *rec, struct yz_str name);
void bvar_put(struct bstep *r, struct brec *rec, struct yz_str name, struct yz_feel_value v);
/* Looks outwards from rec, then at the facts. */
struct yz_feel_value bvar_get(struct bstep *r, const struct brec *rec, struct yz_str name);
/* Where the name stands, else at the process. */
void bvar_set(struct bstep *r, struct brec *rec, struct yz_str name, struct yz_feel_value v);
void bvar_merge(struct bstep *r, struct brec *rec, struct yz_feel_value context);
struct yz_feel_value bvar_all(struct bstep *r, const struct brec *rec); /* one context */
struct yz_feel_value beval(struct bstep *r, const struct brec *rec, const struct yz_bexpr *x);
bool btrue(struct bstep *r, const struct brec *rec, const struct yz_bexpr *x);
struct yz_str btext(struct bstep *r, const struct brec *rec, const struct yz_bexpr *x); /* string() of it; null is "" */

/* flow.c */
void bflow_push(struct bstep *r, struct brec *scope, const struct yz_bnode *node, const struct yz_bflow *flow);
void bflow_arrive(struct bstep *r, struct bmove move);
/* On by the node's outgoing flows, `times` tokens each. */
void bflow_leave(struct bstep *r, struct brec *scope, const struct yz_bnode *node, int64_t times);
bool bflow_joins(struct bstep *r); /* inclusive and complex joins: whether one moved */

/* activity.c */
struct brec *bact_start(struct bstep *r, struct brec *scope, const struct yz_bnode *node, uint32_t held);
void bact_done(struct bstep *r, struct brec *rec, struct yz_feel_value result);
void bact_left(struct bstep *r, struct brec *rec);          /* a whole activity is through, wrapper and all */
void bact_kill(struct bstep *r, struct brec *rec);          /* with all it holds, telling the host */
void bact_kill_inside(struct bstep *r, struct brec *scope); /* all but what is done */
void bscope_enter(struct bstep *r, struct brec *scope);
void bscope_empty(struct bstep *r, struct brec *scope);
struct brec *bact_outer(const struct yz_bpmn_state *s, struct brec *rec); /* its MULTI, or itself */

/* multi.c */
void bmulti_start(struct bstep *r, struct brec *multi);
void bmulti_child(struct bstep *r, struct brec *multi, struct brec *child, struct yz_feel_value result);
void bmulti_add(struct bstep *r, struct brec *multi, struct yz_feel_value item);
void bmulti_drop(struct bstep *r, struct brec *multi, struct brec *child);
void bmulti_next(struct bstep *r, struct brec *multi); /* from the queue: one more instance */
struct brec *bact_instance(struct bstep *r, struct brec *parent, const struct yz_bnode *node, uint32_t index,
			   uint32_t held);
void bact_enter(struct bstep *r, struct brec *rec);

/* event.c */
void bevent_throw(struct bstep *r, struct brec *scope, const struct yz_bnode *node);
void bevent_wait(struct bstep *r, struct brec *scope, const struct yz_bnode *node);
void bevent_error(struct bstep *r, struct brec *from, struct yz_str code);
void bevent_escalate(struct bstep *r, struct brec *from, const struct yz_bnode *node, struct yz_str code);
void bevent_signal(struct bstep *r, struct yz_str name, struct yz_feel_value payload);
/* node NULL: any that fits. */
bool bevent_message(struct bstep *r, struct yz_str name, struct yz_feel_value payload, uint32_t id, const struct yz_bpmn_node *node);
bool bevent_conditions(struct bstep *r); /* whether one came true */
/* What yz:give says a message carries; false: nothing, its data associations do. */
bool bevent_gives(struct bstep *r, const struct brec *rec, const struct yz_bnode *node, struct yz_feel_value *out);
/* The definition `def` of `node` has come for rec. */
void bevent_fire(struct bstep *r, struct brec *rec, const struct yz_bnode *node, size_t def,
		 struct yz_feel_value payload);
/* A multi-instance activity's own event, caught by its boundary; true: an interrupting one caught it. */
bool bevent_behavior(struct bstep *r, struct brec *multi, const struct yz_bdef *d);
void bevent_start_sub(struct bstep *r, struct brec *scope, const struct yz_bnode *start, struct yz_feel_value payload);
void bevent_listen(struct bstep *r, struct brec *rec);      /* timers and messages of its boundary events */
void bevent_listen_in(struct bstep *r, struct brec *scope); /* and of its event subprocesses */
void bevent_deaf(struct bstep *r, struct brec *rec);        /* nothing rec waited for is awaited any more */
void bevent_deaf_to(struct bstep *r, struct brec *rec, const struct yz_bnode *node); /* nor this one event */

/* Of a state that was another model's: begins to wait for what that model did not wait for. */
void bevent_moved(struct bstep *r, const struct yz_bpmn *was);
/* Whether what stands at `at` may listen to that event, at one time or another. */
bool bevent_belongs(const struct yz_bnode *event, const struct yz_bnode *at);

/* timer.c */
void btimer_set(struct bstep *r, struct brec *rec, const struct yz_bnode *node, uint32_t def);
void btimer_fire(struct bstep *r, struct btimer *t);
void btimer_clear(struct bstep *r, uint32_t rec, const struct yz_bnode *node); /* node NULL: all of rec's */

/* compensate.c */
bool bcomp_keeps(const struct yz_bpmn_state *s, const struct brec *rec);
void bcomp_throw(struct bstep *r, struct brec *scope, const struct yz_bnode *node, const struct yz_bdef *d);
void bcomp_cancel(struct bstep *r, struct brec *scope, const struct yz_bnode *node);
void bcomp_next(struct bstep *r, struct brec *held); /* by the queue */
void bcomp_run(struct bstep *r, struct brec *held);  /* from the queue */

/* engine.c */
struct yz_bpmn_effect *beffect(struct bstep *r, enum yz_bpmn_effect_kind kind, const struct yz_bnode *node,
			       uint32_t id);
void bend(struct bstep *r, enum yz_bpmn_outcome outcome, const struct yz_bnode *node, struct yz_str code);

#endif
