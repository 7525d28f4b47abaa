/* gov/card_act.h - what becomes of a card: 说明, 申诉, 整改, 裁定.
 *
 *	issued ──▶ answer, rectify …                     as often as there is something to say
 *	   │
 *	   ├─ nobody appeals in time ─────────────▶ final, as it was issued
 *	   └─ appeal ──▶ decided by somebody else ─▶ final: upheld, reduced or withdrawn
 *	          └─ nobody decides in time: escalated to the next supervisors above and to the head of the government
 *
 * Who answers, appeals and reports: whom it was issued on (or her deputy), the head of her department, and where it is on no
 * person, whoever has that post.  Who decides: a supervisor of the region, and after an escalation the head of the
 * government; never the one it was issued on, nor who works in her department or appealed.
 *
 * Nothing is deleted: each act is one write with its row, ledger entry ("card.appeal", of thing card), messages, and the
 * month's figures, which lose a card in the month that it was issued in.
 *
 * Limits, in working days by the site's calendar: settings card.appeal_days (5) and card.decide_days (10), 1 to 60.
 *
 * Failure: err.  Threads: any.  No connection may be held for an act.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CARD_ACT_H
#define YZ_GOV_CARD_ACT_H

#include "calendar/calendar.h"
#include "gov/card.h"

enum yz_card_state {
#define STATE(name, title) YZ_CARD_##name,
#include "gov/card_states.def"
#undef STATE
	YZ_CARD_STATES
};
bool yz_card_state_parse(struct yz_str s, enum yz_card_state *state);
const char *yz_card_state_title(enum yz_card_state state); /* message id */

enum yz_card_act {
#define CARD_ACT(name, permission, verb, done) YZ_CARD_ACT_##name,
#include "gov/card_acts.def"
#undef CARD_ACT
	YZ_CARD_ACTS
};
bool yz_card_act_parse(struct yz_str s, enum yz_card_act *act);
const char *yz_card_act_name(enum yz_card_act act);
const char *yz_card_act_verb(enum yz_card_act act); /* message id: the button */
const char *yz_card_act_done(enum yz_card_act act); /* message id: the history */

enum { YZ_CARD_TEXT = 2000, YZ_CARD_DAYS_MOST = 60, YZ_CARD_APPEAL_DAYS = 5, YZ_CARD_DECIDE_DAYS = 10 };
enum { YZ_CARD_FILES = 10, YZ_CARD_FILE_MB = 20 }; /* of one act; of one file, as gov/attach.h */

struct yz_card_file {
	int64_t id, size;
	struct yz_str name, type;
};
struct yz_card_done { /* an act, as it stands in the history */
	enum yz_card_act act;
	struct yz_card_file *files;
	size_t nfiles;
	struct yz_str by, text, level_was; /* by "": the clockwork */
	int64_t points_was;
	yz_instant at;
};

/* How a card stands, for one who may see it. */
struct yz_card_life {
	int64_t turn;
	enum yz_card_state state;
	yz_instant appeal_by, decide_by, appealed, escalated, final; /* 0: none */
	struct yz_clock_row *days; /* of the limit that runs: of the appeal, or of deciding it */
	size_t ndays;
	struct yz_card_done *done; /* oldest first */
	size_t ndone;
	bool may[YZ_CARD_ACTS];
	const char *why; /* message id: why she may not decide what others may; NULL */
};
bool yz_card_life(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		  const struct yz_card *card, struct yz_card_life *out, struct yz_err *err);

struct yz_card_input {
	enum yz_card_act act;
	int64_t turn;        /* of what she saw; another in between is a CONFLICT */
	struct yz_str text;  /* always wanted */
	struct yz_str level; /* reduce: the lower level, "notice" or "yellow" */
	const struct yz_card_upload { /* what shows it: of answer, appeal, rectify; PDF, PNG or JPEG, YZ_CARD_FILE_MB each */
		const char *path;
		struct yz_str name;
	} *files;
	size_t nfiles;
};
bool yz_card_do(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t card, const struct yz_card_input *in,
		struct yz_err *err);
/* A file of its history, for whoever may see the card (yz_card_load); YZ_NOT_FOUND.  The caller closes fd. */
bool yz_card_file_open(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_card *card, int64_t file, int *fd,
		       struct yz_card_file *out, struct yz_err *err);

/* ---- the clockwork ---- */

/* Inside the write that issues it: the limit of the appeal begins. */
bool yz_card_begin(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, yz_instant now, int64_t card, struct yz_err *err);
/* What is due: cards that become final, appeals that go up. */
bool yz_card_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err);
/* After the calendar changed. */
bool yz_card_recompute(struct yz_site *site, int64_t *moved, struct yz_err *err);

#endif
