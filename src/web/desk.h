/* web/desk.h - what the templates of the desk show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_DESK_H
#define YZ_WEB_DESK_H

#include "gov/clock.h"
#include "gov/draft.h"
#include "pack/pack.h"
#include "web/account.h"
#include "web/case_page.h"

struct yz_desk_page {
	struct yz_case_list list;
	struct yz_case_query query;
	struct yz_str next; /* address of the next page, or "" */
};

struct yz_act_page {
	struct yz_case_page view;
	enum yz_act act;
	int64_t task;
	struct yz_str error;      /* "" or what is wrong */
	const struct yz_err *failed;
	struct yz_str against;    /* what the item's decision says against this act; "": nothing */
	struct yz_form_state state;  /* correct: what the form asks of these facts … */
	struct yz_pack_need *needs;  /* … and the materials they need */
	size_t nneeds;
	const struct yz_case_task *on;       /* the task it is about, or NULL */
	struct yz_target *targets;           /* hand, delegate, sign, copy: to whom */
	const struct yz_case_task **earlier; /* back: where to */
	size_t ntargets, nearlier;
	int64_t days_most;                   /* extend, ask_extend */
};

/* How the acts of a page stand together: what finishes the step is there at once, the others fold. */
enum yz_act_group { YZ_ACTS_WORK, YZ_ACTS_OTHERS, YZ_ACTS_BACK, YZ_ACTS_TIME, YZ_ACTS_TELL, YZ_ACTS_END, YZ_ACT_GROUPS };
enum yz_act_group yz_act_group(enum yz_act act);
const char *yz_act_group_title(enum yz_act_group group); /* message id */
/* Hers who applied: not on the desk. */
static inline bool yz_act_hers(enum yz_act act)
{
	return act == YZ_ACT_supply || act == YZ_ACT_withdraw || act == YZ_ACT_rate;
}
/* How a thing hung on a step is called: "加签", "委派"; NULL for a step of the process. */
const char *yz_task_kind_title(struct yz_str kind);

struct yz_batch_page {
	struct yz_batched all[YZ_BATCH_MOST];
	size_t n, done;
	bool tried;
	struct yz_str error, reason;
	enum yz_act acts[4];
	size_t nacts;
	const char *texts[YZ_BATCH_MOST]; /* why not, translated */
};

/* Whether a file is one of the material `key` as it stands: files replaced are not. */
static inline bool yz_material_page_of(const struct yz_case_material *m, struct yz_str key)
{
	return key.len && yz_str_eq(m->key, key) && !yz_str_eqz(m->state, "replaced");
}

/* Of an open task with yz:act="account": the names of the fields to fill in anew, and one after the other of them. */
struct yz_str yz_act_fields(const struct yz_act_page *v);
const struct yz_field *yz_act_next_field(const struct yz_act_page *v, struct yz_str *names);

/* What stops a clock, as the law lists it (行政许可法 45); message ids, and the values themselves. */
enum { YZ_SPECIALS = 8 };
extern const char *const yz_specials[YZ_SPECIALS];
/* Why an act was not done, for whoever pressed it.  Where the item's own process, decision or fees cannot carry it out, nothing she
 * wrote is wrong: the log says what is, and she is told whom to tell. */
struct yz_str yz_act_error(const struct yz_page *p, struct yz_str no, enum yz_act act, const struct yz_err *failed);
/* The letter that presses an act's button at the desk; 0: none. */
char yz_act_key(enum yz_act act);
/* Acts done by one press; the others ask for reasons on a page of their own. */
bool yz_act_at_once(enum yz_act act);

#endif
