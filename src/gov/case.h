/* gov/case.h - a case: one application, bound to the item version of its day.
 *
 * Every act is one write: the state, the process (bpmn step), its tasks, the
 * clocks, the messages, the documents' facts, the figures and one ledger entry
 * commit together or not at all.  Two who act at once: `version` is what the
 * actor saw; the second is told YZ_CONFLICT and nothing is lost.
 *
 * Law: 行政许可法 32 (accept, refuse, correct once, five days, else accepted from the day of
 * receipt), 42 (20, +10), 44 (10 to deliver), 45 (stopped time), 38 (reasons, remedies).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CASE_H
#define YZ_GOV_CASE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "fmt/json.h"
#include "gov/licence.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

enum yz_case_state {
#define STATE(name, title, open) YZ_CASE_##name,
#include "gov/case_states.def"
#undef STATE
	YZ_CASE_STATES
};
const char *yz_case_state_name(enum yz_case_state state);
const char *yz_case_state_title(enum yz_case_state state); /* message id */
bool yz_case_state_parse(struct yz_str s, enum yz_case_state *state);
bool yz_case_state_open(enum yz_case_state state);

enum yz_act {
#define ACT(name, permission, verb, done) YZ_ACT_##name,
#include "gov/case_acts.def"
#undef ACT
	YZ_ACTS
};
const char *yz_act_name(enum yz_act act);
const char *yz_act_verb(enum yz_act act); /* message id: the button */
const char *yz_act_done(enum yz_act act); /* message id: the history */
bool yz_act_parse(struct yz_str s, enum yz_act *act);

/* ● 正常 · ▲ 将到期 · ■ 已超期 · ⏸ 停表; ended cases have none. */
enum yz_light { YZ_LIGHT_NONE, YZ_LIGHT_OK, YZ_LIGHT_WARN, YZ_LIGHT_LATE, YZ_LIGHT_STOPPED };
const char *yz_light_name(enum yz_light light);  /* "ok" … as stored */
const char *yz_light_title(enum yz_light light); /* message id */

/* A row of a list. */
struct yz_case_row {
	int64_t id, version;
	struct yz_str no, item_name, item_code, applicant_name, org, org_name;
	enum yz_case_state state;
	enum yz_light light;
	struct yz_str step;   /* names of its open tasks */
	yz_instant submitted, next_due /* 0: none */, ended;
	int64_t hurried;      /* on a desk: how often it was hurried */
	int64_t task;         /* on a desk: the task the row stands for; its name in `step` */
	struct yz_str task_person;
};

struct yz_case_task {
	int64_t id, parent, multi, nth; /* parent: what it hangs on; multi: of which activity of several it is the nth */
	struct yz_str node, name, act, org, org_name, role, outcome, opinion, person_name, by_name;
	struct yz_str post, path, kind; /* kind: "", before, after, delegate, extend */
	int64_t person, by;
	bool open, cancelled, held, waiting;
	yz_instant opened, done, due;
};

struct yz_case_clock {
	int64_t id, task;
	struct yz_str kind, body, org; /* body: yz_clock_parse */
	bool running, stopped;
	yz_instant started, due /* 0 while stopped */, ended;
	int provisional;               /* year, or 0 */
	struct yz_str card;            /* '', yellow, red */
};

struct yz_case_material {
	int64_t id;
	struct yz_str key, name, file, file_name, type, source, state; /* source: upload, scan, licence, register */
	int64_t size;
	yz_instant at;
	/* source licence: which, what it was worth when it was taken, and what it is worth now. */
	int64_t licence;
	struct yz_str licence_no, licence_org;
	yz_day licence_until;
	enum yz_licence_state licence_then, licence_now;
};

struct yz_case_event { /* from the ledger */
	int64_t seq;
	yz_instant at;
	struct yz_str who, who_kind, act, text; /* text: in the words of case_acts.def, with detail */
	const struct yz_json *body;
};

struct yz_case_correction {
	const struct yz_json *items; /* [{"field"|"material", "what"}] */
	struct yz_str reason;
	yz_instant at, due, answered;
	bool amends; /* asked for after acceptance: what she changes goes back to the step that asked */
};

struct yz_case_document {
	int64_t id;
	struct yz_str kind, no, title, check_code;
	yz_instant created;
};

struct yz_case_urge {
	int64_t id;
	struct yz_str org, org_key, by, text, answer, answered_by;
	bool above, question; /* of a level above; a question of it */
	bool to_supervisor; /* of a region below, not to the department */
	yz_instant at, answered, due; /* due 0: of before there were limits */
};

struct yz_case_hurry { /* 催办 */
	struct yz_str by, step, text;
	yz_instant at;
};

struct yz_case_copy { /* 抄送 */
	int64_t person;
	struct yz_str name, by, text;
	yz_instant at, read_at;
};

struct yz_case_wait { /* for what another case tells (gov/relay.h) */
	struct yz_str node, title;
	yz_instant since;
	bool beside; /* at the edge of a step or in an event subprocess: it only listens, and nothing stands still for it */
};

struct yz_case_rating {
	int level; /* 0: none yet */
	struct yz_str text, answer;
	yz_instant at, answered;
};

/* What can be done now, or why not. */
struct yz_case_choice {
	enum yz_act act;
	int64_t task;       /* the task it finishes, or 0 */
	bool allowed;
	const char *reason; /* message id, when not allowed */
};

/* Another system handles it and reports it: here it is watched, rated and answered for, and not handled (gov/outside.h). */
static inline bool yz_case_elsewhere(struct yz_str channel)
{
	return yz_str_eqz(channel, "system");
}

struct yz_version;

struct yz_case {
	struct yz_case_row row;
	int64_t item, applicant, agent, filed_by;
	struct yz_str source, source_no; /* the department's own system that handles and reports it, and its number there; or "" */
	struct yz_str agent_name, channel, situation, situation_name, outcome, region_path;
	yz_instant received, accepted, decided, paused;
	int64_t undo_task; /* the step that can be recalled, or 0 */
	bool whole;                         /* she owns or handles it: nothing is masked, files open */
	const struct yz_json *facts;
	const struct yz_json *item_body;    /* the version of its day */
	const struct yz_json *form;         /* likewise, or NULL */
	struct yz_case_task *tasks;
	struct yz_case_clock *clocks;
	struct yz_case_material *materials;
	struct yz_case_event *events;       /* oldest first */
	struct yz_case_document *documents;
	struct yz_case_urge *urges;
	struct yz_case_choice *choices;
	struct yz_case_hurry *hurries;
	struct yz_case_copy *copies;        /* officials see them */
	struct yz_case_wait *waits;         /* oldest first */
	size_t ntasks, nclocks, nmaterials, nevents, ndocuments, nurges, nchoices, nhurries, ncopies, nwaits;
	struct yz_case_correction *correction; /* or NULL */
	struct yz_case_rating rating;
	struct yz_str licence_no;              /* when one was issued */
	const struct yz_version *version;      /* gov/version.h: the item version of its day, compiled */
};

/* The whole case as this actor may see it: own case, a task or the item of her department,
 * or supervision of its region; else YZ_NOT_FOUND (not FORBIDDEN: numbers are guessable).
 * Private facts are masked for who neither owns nor handles it. */
struct yz_case *yz_case_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
			     struct yz_str no, struct yz_err *err);

/* Why a case is ended without a decision: code and message id; the last has code NULL. */
struct yz_close_cause {
	const char *code, *title;
};
extern const struct yz_close_cause yz_close_causes[];

/* What an act is told. */
struct yz_act_input {
	enum yz_act act;
	int64_t task;              /* which open task; 0 where the act needs none */
	int64_t version;           /* of the case, as seen */
	struct yz_str reason;      /* refuse, correct, object, deny, stop, resume, extend, withdraw, urge …: required there */
	struct yz_str basis;       /* refuse, deny: law and article */
	struct yz_str overrule;    /* accept, refuse, grant, deny against the item's decision: why; else ignored */
	const struct yz_json *items; /* correct: [{"field"|"material": key, "what": text}], at least one */
	const struct yz_json *facts; /* supply: the marked fields anew */
	struct yz_str special;     /* stop: 听证 … one of the item's special procedures or the law's list */
	int64_t days;              /* stop: expected working days; extend: how many (≤ 10 行政许可法 42); urge: working days to answer, 0 usual */
	int level;                 /* rate: 1-5 */
	int64_t ref;               /* answer_urge: urge id */
	struct yz_str to;          /* urge: as yz_urge_new.to; hand, delegate, sign, copy: a login; hand also "org/role": whoever of them claims it;
				    * copy: up to 20 logins, a space between */
	struct yz_str where;       /* sign: before, after, beside; back: applicant, last or a node; close: one of yz_close_causes */
	bool straight;             /* back: what was sent back returns straight to the step that did */
};

/* Submits a draft; the case number in *no (arena).  A draft with errors is refused with
 * YZ_BAD_INPUT and stays as it is. */
bool yz_case_submit(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t draft, struct yz_str channel,
		    struct yz_str *no, struct yz_err *err);
/* One act.  Every failure says what is not right and changes nothing.  No connection may be held. */
bool yz_case_act(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no,
		 const struct yz_act_input *in, struct yz_err *err);

/* Many equal cases at one press: the same step of the same item.  Each is a write of its own; `out` (n of them) says what
 * became of each.  False only where nothing was tried: no desk, none or more than YZ_BATCH_MOST. */
enum { YZ_BATCH_MOST = 50 };
struct yz_batched {
	int64_t task, item;
	struct yz_str no, item_name, applicant_name, node, step, act, kind; /* no "": not on her desk */
	struct yz_str org, path, post, role;
	bool done;
	struct yz_err err; /* when it was not */
};
bool yz_case_batch(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const int64_t *tasks, size_t n,
		   const struct yz_act_input *in, struct yz_batched *out, struct yz_err *err);
/* What the tasks are; of those that are not on her desk nothing. */
bool yz_batch_load(struct yz_conn *conn, struct yz_arena *a, const int64_t *tasks, size_t n, struct yz_batched *out, struct yz_err *err);
void yz_batch_hide(const struct yz_actor *who, struct yz_batched *all, size_t n);
bool yz_batch_equal(const struct yz_batched *a, const struct yz_batched *b);

/* To whom a task may be handed or delegated, who may be asked to sign, or be sent a copy (k NULL). */
struct yz_target {
	struct yz_str value, org, name; /* value: as yz_act_input.to takes it */
	bool pool;                      /* whoever of the department claims it; name: the role */
};
size_t yz_case_targets(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		       const struct yz_case_task *k, enum yz_act act, struct yz_target **out, struct yz_err *err);
struct yz_bpmn;
/* The steps before this one it can be sent back to, the latest first; `process`: the one it runs by now. */
size_t yz_case_earlier(struct yz_arena *a, const struct yz_bpmn *process, const struct yz_case *c, const struct yz_case_task *k,
		       const struct yz_case_task ***out);

/* 抄送: what was sent to her, newest first. */
struct yz_copied {
	struct yz_str no, item_name, by, text;
	yz_instant at, read_at;
};
size_t yz_case_copies(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_copied **out, struct yz_err *err);

/* Lists.  `after` pages by the last row's key; n ≤ 200. */
struct yz_case_query {
	struct yz_str words;       /* number, applicant or item name */
	struct yz_str light, org, item;
	bool mine;                 /* desk: claimed by her */
	int64_t after_due, after_id;
	int limit;
};
struct yz_case_list {
	struct yz_case_row *rows;
	size_t len;
	bool more;
};
/* Her own cases, newest first. */
bool yz_case_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		  const struct yz_case_query *q, struct yz_case_list *out, struct yz_err *err);
/* The desk: open tasks of her posts, what falls due first on top. */
bool yz_case_desk(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		  const struct yz_case_query *q, struct yz_case_list *out, struct yz_err *err);
/* Supervision: open cases of her region by light and due. */
bool yz_case_watch(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		   const struct yz_case_query *q, struct yz_case_list *out, struct yz_err *err);

/* What anybody may know who has the number and the last four characters of the applicant's id:
 * state, step, due.  Rate-limited by the caller. */
bool yz_case_peek(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str no, struct yz_str id_tail,
		  struct yz_case_row *row, struct yz_err *err);

#endif
