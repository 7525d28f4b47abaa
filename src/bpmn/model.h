/* bpmn/model.h - private: a model as the engine walks it.
 *
 * Built once by load.c and its neighbours, then never written.  A node begins
 * with its public face, so the two convert by cast.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BPMN_MODEL_H
#define YZ_BPMN_MODEL_H

#include "base/map.h"
#include "bpmn/bpmn.h"
#include "bpmn/xml.h"

/* Flow nodes in a model, flows into one joining gateway (bits of a mask), cells of all their
 * masks, findings kept of each severity, names of data that expressions are told of. */
enum {
	YZ_BPMN_DECLARED = 200,
	YZ_BPMN_DIAGS = 1000,
	YZ_BPMN_NODES = 20000,
	YZ_BPMN_JOINS = 63,
	YZ_BPMN_REACH = 4 << 20
};

struct yz_bnode;

/* An expression.  Constant text that is no FEEL (a timer's) has no program. */
struct yz_bexpr {
	struct yz_str text;
	const struct yz_feel *feel; /* NULL: did not compile, gives null */
	const struct yz_feel_name *names;
	size_t nnames;
	const uint32_t *used; /* which of them it reads */
	size_t nused;
};

enum yz_bdef_kind {
	BDEF_MESSAGE,
	BDEF_SIGNAL,
	BDEF_TIMER,
	BDEF_ERROR,
	BDEF_ESCALATION,
	BDEF_COMPENSATE,
	BDEF_CONDITION,
	BDEF_LINK,
	BDEF_CANCEL,
	BDEF_TERMINATE,
};

/* An event definition. */
struct yz_bdef {
	enum yz_bdef_kind kind;
	const struct yz_belem *el;
	struct yz_str ref;               /* id of what it refers to, empty when nothing */
	struct yz_str name;              /* of message, signal, link; code of error or escalation; empty catches all */
	const struct yz_bexpr *expr;     /* timer, condition */
	bool literal;                    /* timer: expr->text is the time itself */
	const struct yz_bexpr *key;      /* message */
	const struct yz_bnode *activity; /* compensation of this one; NULL: of all */
	bool wait;                       /* compensation */
};

/* dataInputAssociation, dataOutputAssociation, assignments. */
struct yz_bmap {
	struct yz_str from, to;      /* names of variables; empty where an expression or nothing stands */
	const struct yz_bexpr *expr; /* transformation or assignment */
	bool to_data_output;         /* `to` is a variable, `from` a result */
};

enum yz_bloop_kind { BLOOP_NONE, BLOOP_STANDARD, BLOOP_PARALLEL, BLOOP_SEQUENTIAL };
enum yz_bbehavior { BMI_ALL, BMI_NONE, BMI_ONE, BMI_COMPLEX };

struct yz_bcomplex {
	const struct yz_bexpr *condition;
	const struct yz_bdef *event;
};

struct yz_bloop {
	enum yz_bloop_kind kind;
	/* standard */
	const struct yz_bexpr *condition;
	bool test_before;
	int64_t maximum; /* -1: none */
	bool bad_maximum;
	/* multi-instance */
	const struct yz_bexpr *cardinality, *completion, *each;
	struct yz_str collection, element; /* loopDataInputRef, inputDataItem */
	struct yz_str out_collection, out_element;
	enum yz_bbehavior behavior;
	const struct yz_bdef *none_event, *one_event;
	const struct yz_bcomplex *complex;
	size_t ncomplex;
};

struct yz_bflow {
	struct yz_bpmn_flow pub;
	uint32_t index;
	uint32_t place; /* among the target's incoming flows */
	struct yz_bnode *from, *to;
	const struct yz_bexpr *condition;
	const struct yz_belem *el;
};

/* What can begin or interrupt a scope: the start event of an event subprocess. */
struct yz_bnode {
	struct yz_bpmn_node pub;
	uint32_t index;
	const struct yz_belem *el;
	struct yz_bnode *scope;
	struct yz_bflow **in, **out;
	size_t nin, nout;
	struct yz_bflow *standard; /* the default flow */

	const struct yz_bdef *defs;
	size_t ndefs;
	bool parallel_multiple;
	bool interrupting;         /* boundary: cancelActivity; start: isInterrupting */
	struct yz_bnode *attached; /* of a boundary event */
	struct yz_bnode **boundary;
	size_t nboundary;
	struct yz_bnode *handler; /* compensation boundary event: the activity that undoes */
	struct yz_bnode *link;    /* throwing link: its catch */

	const struct yz_bloop *loop; /* NULL: none */
	int64_t start_quantity, completion_quantity;
	bool for_compensation, instantiate, event_triggered;
	struct yz_str message, operation, result, decision, act, script_text;
	const struct yz_bexpr *key, *script, *implementation;
	struct yz_bnode *called; /* process or global task of this model */
	struct yz_str called_name;
	const struct yz_bmap *inputs, *outputs;
	size_t ninputs, noutputs;
	const struct yz_bexpr **attr_exprs; /* by pub.attrs; NULL entries are literal */

	/* scopes */
	struct yz_bnode **children;
	size_t nchildren;
	struct yz_bnode **entries; /* where tokens begin when nothing triggered */
	size_t nentries;
	struct yz_bnode **event_subs; /* their start events */
	size_t nevent_subs;
	struct yz_bnode *compensator; /* start event of the compensation event subprocess */
	struct yz_str *declared;      /* variables of the scope */
	size_t ndeclared;
	bool sequential, choose, keep_remaining; /* ad hoc */
	const struct yz_bexpr *completion;       /* ad hoc */

	const struct yz_bexpr *activation; /* complex gateway */
	bool wants_all;                    /* event-based gateway, Parallel */
	const uint64_t
		*reach; /* inclusive and complex joins: by node index, the incoming flows a token there may yet reach */
};

struct yz_bpmn {
	struct yz_arena *arena;
	const struct yz_bpmn_known *known;
	struct yz_belem *top, *root;
	struct yz_map ids;   /* id -> yz_belem */
	struct yz_map by_id; /* id -> yz_bnode */
	YZ_VEC(struct yz_bnode *) nodes;
	YZ_VEC(struct yz_bflow *) flows;
	YZ_VEC(struct yz_bpmn_start) starts;
	struct yz_bpmn_flow *public_flows;
	YZ_VEC(struct yz_feel_name)
	declared;         /* names of data: they come before built-in functions, and may hold spaces */
	YZ_VEC(struct yz_bpmn_asked) asked;
	bool conditional; /* some event waits for a condition */
	bool hears;       /* or for a signal, in a running instance */
	struct yz_bpmn_diag *diags;
	size_t counts[3];
};

static inline const struct yz_bnode *yz_bnode_of(const struct yz_bpmn_node *n)
{
	return (const struct yz_bnode *)n;
}
static inline bool yz_btype_is_event(enum yz_bpmn_type t)
{
	return t <= YZ_BPMN_BOUNDARY_EVENT;
}
static inline bool yz_btype_is_gateway(enum yz_bpmn_type t)
{
	return t >= YZ_BPMN_EXCLUSIVE && t <= YZ_BPMN_EVENT_BASED;
}
static inline bool yz_btype_is_activity(enum yz_bpmn_type t)
{
	return t >= YZ_BPMN_TASK && t <= YZ_BPMN_ADHOC;
}
/* Holds flow nodes of its own. */
static inline bool yz_btype_is_scope(enum yz_bpmn_type t)
{
	return t >= YZ_BPMN_SUBPROCESS && t <= YZ_BPMN_PROCESS;
}
static inline bool yz_btype_is_global(enum yz_bpmn_type t)
{
	return t >= YZ_BPMN_GLOBAL_TASK;
}
/* The data a compensation boundary event stands for, and nothing else. */
static inline bool yz_bnode_compensates(const struct yz_bnode *n)
{
	return n->ndefs == 1 && n->defs[0].kind == BDEF_COMPENSATE;
}

void yz_bdiag(struct yz_bpmn *m, enum yz_bpmn_severity severity, const char *code, const struct yz_belem *at,
	      const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* load_*.c, in this order. */
const struct yz_bexpr *yz_bexpr_new(struct yz_bpmn *m, const struct yz_belem *at, struct yz_str text, bool literal);
/* An element's text as an expression; NULL when there is no element. */
const struct yz_bexpr *yz_bexpr_of(struct yz_bpmn *m, const struct yz_belem *el);
bool yz_btime_ok(struct yz_str s); /* begins as ISO 8601 durations, cycles and dates do */
bool yz_btime_reads(struct yz_arena *a, struct yz_str s); /* a duration, date, cycle or working period, to its end */
const struct yz_bdef *yz_bdefs_of(struct yz_bpmn *m, const struct yz_belem *el, size_t *n);
const struct yz_bdef *yz_bdef_ref(struct yz_bpmn *m, struct yz_str qname);
const struct yz_bloop *yz_bloop_of(struct yz_bpmn *m, const struct yz_belem *el);
void yz_bdata_of(struct yz_bpmn *m, struct yz_bnode *n);
void yz_bdata_names(struct yz_bpmn *m);
void yz_bdeclared_of(struct yz_bpmn *m, struct yz_bnode *scope);
/* The variable an item-aware element stands for. */
struct yz_str yz_bdata_name(const struct yz_bpmn *m, struct yz_str id);

/* check_*.c: findings. */
void yz_bcheck_standard(struct yz_bpmn *m); /* the static constraints */
void yz_bcheck_flow(struct yz_bpmn *m);     /* dead ends, unreachable, deadlocks */
void yz_bcheck_people(struct yz_bpmn *m);   /* names the host knows */

bool yz_bpmn_link(struct yz_bpmn *m, struct yz_err *err);

#endif
