/* bpmn/bpmn.h - processes in BPMN 2.0: the one public face.
 *
 *	XML -> yz_bpmn_load -> struct yz_bpmn (immutable)
 *	                            |
 *	state, event, env.now -> yz_bpmn_step -> state, effects
 *
 * A step is pure: the same model, state, event and environment give the same
 * new state and the same effects in the same order; the old state is not
 * touched.  The host carries the effects out and stores the state in one
 * transaction, then tells the engine what happened by further events.  A step
 * that fails (no way out of a gateway, a task that is gone) changes nothing.
 *
 * Names in conditions and scripts are FEEL.  A name is looked for in the
 * variables of the token's scope, then outwards to the process, then in
 * env.facts; what is nowhere is null.  A result is written where the name
 * stands already, else at the process.  A built-in function keeps its name
 * (sum, count, date) unless the model declares data of that name: property,
 * dataObject, dataInput, dataOutput, yz:result, yz:as.  Only declared names may
 * hold spaces.
 *
 * Extensions, all in xmlns:yz="https://yizhan.dev/bpmn", on any element:
 *
 *	yz:org yz:post yz:role yz:person yz:region   who may do a user task
 *	yz:form yz:limit ("P5WD") yz:act             what the host makes of it
 *	yz:result="name"     where a task's, script's or rule's result goes
 *	yz:decision="name"   of a business rule task
 *	yz:each="FEEL list" yz:as="name"             of multi-instance activities
 *	yz:key="FEEL"        correlation of a message that is waited for or sent
 *	yz:give="=FEEL"      what a message or signal carries, where no data association says it
 *	yz:reach             of an event that sends a signal: which others hear it; the host knows what it means
 *	yz:start="choose"    of an ad-hoc subprocess: the host picks what runs
 *
 * The value of an attribute that begins with "=" is FEEL, evaluated when the task
 * opens; effects carry the outcome.  Timers take ISO 8601 durations, dates and
 * cycles (R3/PT10S), working periods ("P5WD", "PT8WH", calendar.h), or FEEL that
 * gives one of these; a name alone is written with "=" before it.
 *
 * What a hand-written model forgets most often, and is rejected for: a start
 * event asks for an end event, and then every node for a flow in and out; where
 * incoming and outgoing are listed at all, they are listed everywhere; timers
 * and loop expressions say xsi:type="tFormalExpression".
 *
 * Ownership: a model lives in the arena it was loaded in; a state and its
 *            effects in the arena of the step that made them, and they borrow
 *            from the model and, strings of effects, from the event.
 * Failure:   err; see yz_bpmn_step.
 * Threads:   a model may be read by any number; the rest is one thread's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BPMN_BPMN_H
#define YZ_BPMN_BPMN_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "calendar/calendar.h"
#include "feel/feel.h"
#include "fmt/json.h"

#define YZ_BPMN_NS "https://yizhan.dev/bpmn"

/* ---- models ------------------------------------------------------------- */

struct yz_bpmn;

/* Bounds of a model, each with its finding or error: bytes of XML, depth of elements, elements. */
enum { YZ_BPMN_BYTES = 8 << 20, YZ_BPMN_DEPTH = 100, YZ_BPMN_ELEMENTS = 200000 };

enum yz_bpmn_severity {
	YZ_BPMN_REJECT, /* breaks the standard: cannot be started */
	YZ_BPMN_DOUBT,  /* runs, but not as anyone wants: refused at publication */
	YZ_BPMN_NOTE,   /* legal and odd, or left to the host */
};

struct yz_bpmn_diag {
	const struct yz_bpmn_diag *next;
	enum yz_bpmn_severity severity;
	const char *code;      /* "DEAD_END", "EXT023": stable */
	struct yz_str element; /* id, or the element's name when it has none */
	uint32_t line;
	struct yz_str message; /* one sentence that names what to change */
};

/* What the host knows, to find names that lead nowhere.  NULL: not checked. */
struct yz_bpmn_known {
	/* attr is "org", "post", "role", "person", "form", "act", "decision" … */
	bool (*has)(void *ctx, const char *attr, struct yz_str name);
	void *ctx;
};

/* NULL exactly when err is filled: no XML, over a bound, no BPMN definitions.  Everything else is a finding.
 * A DOCTYPE is refused, nothing outside the text is read. */
const struct yz_bpmn *yz_bpmn_load(struct yz_arena *a, struct yz_str xml, const struct yz_bpmn_known *known,
				   struct yz_err *err);
/* In order of line. */
const struct yz_bpmn_diag *yz_bpmn_diags(const struct yz_bpmn *m);
size_t yz_bpmn_count(const struct yz_bpmn *m, enum yz_bpmn_severity severity);
/* The model as XML: all elements, attributes and text as they were read, in UTF-8. */
void yz_bpmn_save(const struct yz_bpmn *m, struct yz_buf *out);

enum yz_bpmn_type {
#define TYPE(name, xml) YZ_BPMN_##name,
#include "bpmn/types.def"
#undef TYPE
	YZ_BPMN_NTYPES
};
const char *yz_bpmn_type_name(enum yz_bpmn_type type); /* "userTask" */

struct yz_bpmn_attr {
	struct yz_str name, value; /* without the prefix */
};

/* One flow node: what a host and a drawing need of it. */
struct yz_bpmn_node {
	enum yz_bpmn_type type;
	struct yz_str id, name, documentation;
	uint32_t line;
	const struct yz_bpmn_node *parent; /* subprocess or process; NULL for a process */
	const struct yz_bpmn_attr *attrs;  /* of namespace yz */
	size_t nattrs;
	struct yz_str lane; /* name of the innermost lane, or empty */
};
struct yz_str yz_bpmn_attr(const struct yz_bpmn_node *node, const char *name);
const struct yz_bpmn_node *yz_bpmn_node(const struct yz_bpmn *m, struct yz_str id);
/* All flow nodes and processes, in order of the text. */
const struct yz_bpmn_node *const *yz_bpmn_nodes(const struct yz_bpmn *m, size_t *n);
/* The process of that id; empty: the first executable one, else the first. */
const struct yz_bpmn_node *yz_bpmn_process(const struct yz_bpmn *m, struct yz_str id);

/* Start events (and instantiating receive tasks and gateways' events) of top-level processes that wait for
 * something: what the host must watch to start instances. */
enum yz_bpmn_trigger { YZ_BPMN_ON_MESSAGE, YZ_BPMN_ON_SIGNAL, YZ_BPMN_ON_TIMER, YZ_BPMN_ON_CONDITION };
struct yz_bpmn_start {
	const struct yz_bpmn_node *process, *node;
	enum yz_bpmn_trigger trigger;
	struct yz_str name; /* of message or signal; text of the timer or condition */
};
const struct yz_bpmn_start *yz_bpmn_starts(const struct yz_bpmn *m, size_t *n);

/* The i-th message that a node sends or waits for; what a built-in act sends is none. */
struct yz_bpmn_said {
	struct yz_str name;
	bool keyed; /* with yz:key */
};
bool yz_bpmn_says(const struct yz_bpmn_node *node, size_t i, struct yz_bpmn_said *out);
/* What the i-th data association into a node reads: a FEEL expression, or a variable as it is.  A node that sends and has no
 * yz:give sends what these bring. */
struct yz_bpmn_input {
	struct yz_str expr, variable; /* one of them is empty */
};
bool yz_bpmn_takes(const struct yz_bpmn_node *node, size_t i, struct yz_bpmn_input *out);
/* A name that an expression speaks of and no data of the model declares: a fact or variable of the host, or a slip.  As often as
 * it is asked for. */
struct yz_bpmn_asked {
	struct yz_str name, element; /* element: the id it stands at, or of what is around it */
	uint32_t line;
};
const struct yz_bpmn_asked *yz_bpmn_asks(const struct yz_bpmn *m, size_t *n);

/* Anything in it sends a message or signal, or waits for one. */
bool yz_bpmn_talks(const struct yz_bpmn *m);

/* Some running instance of it may wait for a signal. */
bool yz_bpmn_hears(const struct yz_bpmn *m);

/* The sequence flows as edges: what a page draws when the model has no diagram. */
struct yz_bpmn_flow {
	struct yz_str id, name;
	const struct yz_bpmn_node *from, *to;
	struct yz_str condition; /* FEEL, or empty */
	bool is_default;
};
const struct yz_bpmn_flow *yz_bpmn_flows(const struct yz_bpmn *m, size_t *n);

/* ---- drawn -------------------------------------------------------------- */

/* Most nodes and flows that are drawn. */
enum { YZ_BPMN_DRAWN = 1000 };

/* What a drawing says of an element, by a sign, a line of its own and a word: never by colour alone. */
enum yz_bpmn_mark {
	YZ_BPMN_MARK_NONE,
	YZ_BPMN_MARK_OPEN,      /* somebody has it now */
	YZ_BPMN_MARK_WAITS,     /* for the others at a join, for a message or a time */
	YZ_BPMN_MARK_DONE,
	YZ_BPMN_MARK_AHEAD,     /* not reached */
	YZ_BPMN_MARK_CANCELLED,
	YZ_BPMN_MARK_ADDED,     /* in comparing two versions */
	YZ_BPMN_MARK_REMOVED,
	YZ_BPMN_MARK_CHANGED,
	YZ_BPMN_MARKS
};
const char *yz_bpmn_mark_name(enum yz_bpmn_mark mark);  /* "open": the class of the element's group */
const char *yz_bpmn_mark_badge(enum yz_bpmn_mark mark); /* its sign, a path in 12 by 12 */

struct yz_bpmn_pen {
	const char *id; /* begins the ids in the drawing; unlike any other on the page */
	struct yz_str title, desc; /* for who does not see it */
	void *ctx;
	/* Of a node or flow by its id; *word as it stands in the drawing.  NULL: nothing is marked. */
	enum yz_bpmn_mark (*mark)(void *ctx, struct yz_str id, struct yz_str *word);
	/* A name in the reader's language; NULL: as written. */
	struct yz_str (*name)(void *ctx, struct yz_str name);
};
/* The whole model as one <svg>: by its own diagram when that has every node, else laid out from the flows.  Text is
 * escaped; there is no style in it, only classes (.process in assets/yizhan.css).  The first activity that is open has
 * the id "ID-now", for a link.  LIMIT: over YZ_BPMN_DRAWN elements,
 * or longer than `out` may be; then out is as it was. */
bool yz_bpmn_draw(const struct yz_bpmn *m, struct yz_arena *a, const struct yz_bpmn_pen *pen, struct yz_buf *out, struct yz_err *err);

/* ---- compared ----------------------------------------------------------- */

enum yz_bpmn_aspect {
	YZ_BPMN_IS_ADDED,
	YZ_BPMN_IS_REMOVED,
	YZ_BPMN_KIND,      /* was a user task, is a service task */
	YZ_BPMN_NAME,
	YZ_BPMN_WORDS,     /* documentation */
	YZ_BPMN_ATTR,      /* attr: which of yz: */
	YZ_BPMN_PLACE,     /* in which subprocess, or whose lane */
	YZ_BPMN_FROM,      /* of a flow */
	YZ_BPMN_TO,
	YZ_BPMN_CONDITION,
	YZ_BPMN_DEFAULT,
	YZ_BPMN_REST,      /* anything else in its XML */
};
struct yz_bpmn_change {
	enum yz_bpmn_aspect aspect;
	struct yz_str id;                        /* of the node or flow */
	const struct yz_bpmn_node *node;         /* in the new model, of what was removed in the old; NULL: a flow */
	const struct yz_bpmn_flow *flow;         /* likewise */
	struct yz_str attr, was, is;
};
/* What is different in what a model does, by id: where things stand on the diagram is not.  In order of the new
 * model, then what is gone.  Borrows from both. */
const struct yz_bpmn_change *yz_bpmn_compare(struct yz_arena *a, const struct yz_bpmn *was, const struct yz_bpmn *is, size_t *n);

/* ---- running ------------------------------------------------------------ */

struct yz_bpmn_state;

enum yz_bpmn_event_kind {
	YZ_BPMN_START,    /* node: a process, or a start event; NULL: the model's first process.
			   * value: context of variables */
	YZ_BPMN_DONE,     /* id: task; value: its results (context, or any value with yz:result) */
	YZ_BPMN_ERROR,    /* id: task; name: error code */
	YZ_BPMN_ESCALATE, /* id: task; name: escalation code; the task goes on */
	YZ_BPMN_TIMER,    /* id: timer, whose instant has come */
	YZ_BPMN_TICK,     /* every timer due at env.now */
	YZ_BPMN_MESSAGE,  /* name; id: the wait it is for, or 0: the first that fits; node: which of its events, or NULL;
			   * value: payload */
	YZ_BPMN_SIGNAL,   /* name; value: payload */
	YZ_BPMN_SET,      /* value: context of variables, or null; conditions are looked at again, and so when
			   * env.facts have changed */
	YZ_BPMN_PICK,     /* id: ad-hoc subprocess; node: the activity to run */
	YZ_BPMN_FINISH,   /* id: ad-hoc subprocess is enough */
	YZ_BPMN_ADD,      /* id: an instance of a multi-instance task, or the whole; value: one more element (加签) */
	YZ_BPMN_DROP,     /* id: an instance of a multi-instance task, not to be waited for any more (减签) */
	YZ_BPMN_JUMP,     /* id: task to leave, with all its instances; node: where to go on instead (驳回, 跳转),
			   * in the same scope or one around it; name "all": what in that scope comes after `node`
			   * is left too, what it left at a join forgotten (back to before a fork); what stands
			   * beside it, in another branch of a fork around it, stays */
	YZ_BPMN_TERMINATE, /* the whole instance (撤回, 终止) */
	YZ_BPMN_MOVED,     /* was: the older model, of which the state was; once, after yz_bpmn_state_read with the newer one:
			    * what only the newer one waits for where tokens stand is waited for from env.now on */
};

struct yz_bpmn_event {
	enum yz_bpmn_event_kind kind;
	uint32_t id;
	struct yz_str name;
	const struct yz_bpmn_node *node;
	struct yz_feel_value value;
	const struct yz_bpmn *was;
};

enum yz_bpmn_effect_kind {
	YZ_BPMN_TASK_OPENED,     /* user, manual or plain task (and a script or rule no hook did): answer with DONE */
	YZ_BPMN_ACT_CALLED,      /* service or send task with yz:act (name): do it now, answer with DONE */
	YZ_BPMN_PROCESS_CALLED,  /* call of a process that is not in this model (name): answer with DONE */
	YZ_BPMN_TASK_GONE,       /* id: no longer to be done */
	YZ_BPMN_TIMER_SET,       /* id, due; answer with TIMER or TICK */
	YZ_BPMN_TIMER_CLEARED,   /* id; a timer that fired is cleared unless it is set again */
	YZ_BPMN_MESSAGE_AWAITED, /* id (with node), name, key: answer with MESSAGE */
	YZ_BPMN_AWAITED_NO_MORE, /* id and node */
	YZ_BPMN_MESSAGE_SENT,    /* name, key, value: to others */
	YZ_BPMN_SIGNAL_SENT,     /* name, value: this instance has heard it already; key: yz:reach, which others to tell */
	YZ_BPMN_ESCALATED,       /* name: an escalation nobody caught */
	YZ_BPMN_ADHOC_OPENED,    /* id: choose with PICK, end with FINISH */
	YZ_BPMN_PASSED,          /* only with env.trace: a token passed node */
	YZ_BPMN_ENDED,           /* outcome; node: the last end event, name: its name, or the code of the error */
};
const char *yz_bpmn_effect_name(enum yz_bpmn_effect_kind kind);

enum yz_bpmn_outcome { YZ_BPMN_COMPLETED, YZ_BPMN_TERMINATED, YZ_BPMN_FAILED };

struct yz_bpmn_effect {
	enum yz_bpmn_effect_kind kind;
	enum yz_bpmn_outcome outcome;
	const struct yz_bpmn_node *node;
	uint32_t id;
	uint32_t index, total; /* of a multi-instance task: 1 … total; else 0 */
	struct yz_str name, key;
	yz_instant due;
	struct yz_feel_value value;       /* inputs of a task by its data associations, payload: a context, or null */
	const struct yz_bpmn_attr *attrs; /* of a task, "=" evaluated */
	size_t nattrs;
};

/* What a hook did with a script or rule. */
enum yz_bpmn_did {
	YZ_BPMN_DID,
	YZ_BPMN_DID_NOT,     /* open it as a task */
	YZ_BPMN_DID_ERROR,   /* BPMN error `code` */
	YZ_BPMN_DID_BY_RULE, /* the engine does it its own way */
};

struct yz_bpmn_env {
	yz_instant now;
	const struct yz_calendar *calendar; /* for working periods and the zone of dates; NULL: UTC, none */
	struct yz_feel_value facts;         /* context, or null: read-only names behind the variables */
	/* Or asked for when an expression first looks behind the variables, at most once a step; NULL: facts it is. */
	bool (*facts_of)(void *ctx, struct yz_feel_value *facts, struct yz_err *err);
	bool trace;
	uint32_t steps; /* most tokens moved in one step; 0: 10,000 */
	void *ctx;
	/* A business rule task: vars is a context of what is visible; the result in *out. */
	enum yz_bpmn_did (*decide)(void *ctx, const struct yz_bpmn_node *node, struct yz_str decision,
				   struct yz_feel_value vars, struct yz_arena *a, struct yz_feel_value *out,
				   struct yz_str *code);
	/* A script task, before FEEL is tried: *out is merged into the variables. */
	enum yz_bpmn_did (*script)(void *ctx, const struct yz_bpmn_node *node, struct yz_str text,
				   struct yz_feel_value vars, struct yz_arena *a, struct yz_feel_value *out,
				   struct yz_str *code);
};

struct yz_bpmn_result {
	const struct yz_bpmn_state *state;
	const struct yz_bpmn_effect *effects;
	size_t len;
};

/* state NULL and a START event begin an instance.  Fails with
 *	YZ_CONFLICT   the task, timer or wait is gone (someone was faster)
 *	YZ_NOT_NOW    the instance has ended, or the event does not fit the thing named
 *	YZ_BAD_INPUT  the model is rejected, no outgoing flow may be taken, a quantity makes no sense
 *	YZ_LIMIT      too many tokens moved, instances made, or the state is too large */
bool yz_bpmn_step(const struct yz_bpmn *m, struct yz_arena *a, const struct yz_bpmn_state *state,
		  const struct yz_bpmn_event *event, const struct yz_bpmn_env *env, struct yz_bpmn_result *out,
		  struct yz_err *err);

/* What a state is made of. */
bool yz_bpmn_ended(const struct yz_bpmn_state *s);
enum yz_bpmn_outcome yz_bpmn_outcome(const struct yz_bpmn_state *s);
struct yz_feel_value yz_bpmn_variable(const struct yz_bpmn_state *s, struct yz_str name); /* of the process */

enum yz_bpmn_token_kind {
	YZ_BPMN_OPEN_TASK,
	YZ_BPMN_OPEN_SCOPE,
	YZ_BPMN_WAITING,
	YZ_BPMN_AT_JOIN,
	YZ_BPMN_COMPENSATING
};
struct yz_bpmn_token {
	uint32_t id;     /* of the task or wait; joins: 0 */
	uint32_t parent; /* id of the scope it is in */
	enum yz_bpmn_token_kind kind;
	const struct yz_bpmn_node *node;
	uint32_t multi;                  /* id of the activity of several that it is one of, or 0 */
	const struct yz_bpmn_node *from; /* joins: what it came from */
};
/* Whether a message of this name would be heard now. */
bool yz_bpmn_awaits(const struct yz_bpmn_state *s, struct yz_arena *a, struct yz_str message);
/* Where a signal would be heard now, in the order in which it would be; an event subprocess by its start event. */
struct yz_bpmn_ear {
	uint32_t id; /* of the wait, the activity or the scope that listens */
	const struct yz_bpmn_node *node;
	struct yz_str name;
};
const struct yz_bpmn_ear *yz_bpmn_ears(const struct yz_bpmn_state *s, struct yz_arena *a, size_t *n);
/* Where the tokens are, in order of their making. */
const struct yz_bpmn_token *yz_bpmn_tokens(const struct yz_bpmn *m, const struct yz_bpmn_state *s, struct yz_arena *a,
					   size_t *n);
struct yz_bpmn_timer {
	uint32_t id;
	const struct yz_bpmn_node *node;
	yz_instant due;
};
const struct yz_bpmn_timer *yz_bpmn_timers(const struct yz_bpmn *m, const struct yz_bpmn_state *s, struct yz_arena *a,
					   size_t *n);

/* A state alone in another arena: what its own still holds may go. */
const struct yz_bpmn_state *yz_bpmn_state_copy(struct yz_arena *a, const struct yz_bpmn_state *s);
/* What a task that ended so is answered with, as gateways of the house's processes ask for it:
 * {outcome: "pass", outcomes: {…, node: "pass"}}.  Borrows from the state, node and outcome. */
struct yz_feel_value yz_bpmn_outcome_value(struct yz_arena *a, const struct yz_bpmn_state *s, struct yz_str node, struct yz_str outcome);

/* The state as one JSON object, version 1 (docs in state.c), and back.  Nodes are named by id, so a state may be
 * read with a newer version of its model: that is a migration, and reading fails, naming the node, when a place
 * where a token stands is gone or is another kind of thing.  Then YZ_BPMN_MOVED. */
void yz_bpmn_state_write(const struct yz_bpmn *m, const struct yz_bpmn_state *s, struct yz_buf *out);
const struct yz_bpmn_state *yz_bpmn_state_read(const struct yz_bpmn *m, struct yz_arena *a, struct yz_str json,
					       struct yz_err *err);

/* JSON to FEEL and back: numbers exactly, objects as contexts; other FEEL kinds as {"@": kind, "text": …}. */
struct yz_feel_value yz_bpmn_value_read(struct yz_arena *a, const struct yz_json *v);
void yz_bpmn_value_write(struct yz_jw *w, struct yz_feel_value v);

/* ---- by hand ------------------------------------------------------------ */

/* Plays events on a new instance and prints what happens, one line an effect, and "refused: …" for what does not
 * go.  The events are a JSON list; each has
 *	"event": "start" "done" "error" "escalate" "timer" "tick" "message" "signal" "set" "pick" "finish" "add" "drop"
 *	         "jump" "terminate"
 *	"at":    node whose open task or wait is meant, "nth" (from 1) which of several
 *	"to":    node, of start, pick and jump
 *	"name", "value" as the event takes them
 *	"now":   the instant from here on, "2026-03-02T09:00:00+08:00"
 * False when the list itself is wrong; err names line and reason. */
bool yz_bpmn_play(const struct yz_bpmn *m, struct yz_str events, const struct yz_calendar *calendar, struct yz_buf *out,
		  struct yz_err *err);

/* ---- the suite ---------------------------------------------------------- */

/* Runs expected.json of the execution suite below `folder`, and constraints.json beside it when it is there:
 * one line a failure into out, and what passed and failed added to *sum.  False when the folder cannot be read. */
struct yz_bpmn_suite {
	size_t passed, failed;
};
bool yz_bpmn_suite(const char *folder, struct yz_buf *out, struct yz_bpmn_suite *sum, struct yz_err *err);

#endif
