/* gov/consult.h - a question that no rule, item or answer fits goes to a person, with a clock.
 *
 *	ask ──▶ open ─┬─ transfer: another department, with a reason; the clock runs on
 *	              ├─ withdraw ──▶ withdrawn
 *	              └─ answer ──▶ answered ─┬─ rate (1-5)
 *	                                      ├─ publish, hide: only what she agreed to, only without personal data
 *	                                      └─ learn ──▶ knowledge (gov/knowledge.h)
 *
 * Limit: setting consult.days, working days by the site's calendar (5: as the rules of 12345 hotlines have it); from
 * asking, whoever it is passed on to, and nothing stops it.  It lies with the item's department, else with the one she
 * chose, else with the reception (setting consult.org).
 *
 * Cards: a consultation carries its clock in its own row, and has cards in a table of its own.  The tables `clock`
 * and `card` belong to cases by foreign key, and their sweeper loads a case with its process; a consultation has
 * neither process nor tasks.  The same thread sweeps both (gov/clock.h), by the same rules: yellow at the
 * warning, red at the due instant, each once.  They are not added to the figures of cases.
 *
 * Privacy: question, answer, contact and reasons are sealed.  Who asks without an account gets a code, shown once,
 * kept as a digest, good for 180 days after asking; number and code together open the question.  A number alone
 * opens only what is published.  Ledger entries carry digests, never words.
 *
 * Each act is one write with its ledger entry; no connection may be held.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CONSULT_H
#define YZ_GOV_CONSULT_H

#include "base/arena.h"
#include "base/date.h"
#include "gov/knowledge.h"
#include "gov/permission.h"
#include "text/text.h"

struct yz_site;
struct yz_conn;

enum {
	YZ_QUESTION_LEAST = 4,	/* characters */
	YZ_QUESTION_MOST = 2000,
	YZ_ANSWER_MOST = 4000,
	YZ_REASON_MOST = 500,
	YZ_CONSULT_DAYS = 5,	/* working days, unless consult.days says otherwise (1-60) */
	YZ_CONSULT_DAYS_MOST = 60,
	YZ_CONSULT_CODE = 10,	/* letters */
	YZ_CONSULT_CODE_DAYS = 180,
};

enum yz_consult_state { YZ_CONSULT_open, YZ_CONSULT_answered, YZ_CONSULT_withdrawn };

struct yz_consult_step {
	struct yz_str act, org_name, text, by; /* by: "" for her who asked */
	yz_instant at;
};

struct yz_consult {
	int64_t id, person, version, knowledge;
	struct yz_str no, text, item, item_name, org, org_name, answer, answered_by, email, mobile, name;
	struct yz_str public_question, public_answer, remark, card;
	enum yz_consult_state state;
	bool may_publish;
	yz_instant asked, ended, published, rated, due, warn, code_until;
	enum yz_lang lang; /* of who asked without an account */
	int rating; /* 0: none yet */
	int provisional;
	struct yz_consult_step *steps;
	size_t nsteps;
};
/* ● ▲ ■ while it is open: "ok", "warn", "late"; "" afterwards. */
const char *yz_consult_light(const struct yz_consult *c, yz_instant now);

/* The limit in working days that the next question gets. */
int yz_consult_days(struct yz_conn *conn, struct yz_arena *a);

/* ---- her ---- */

struct yz_question {
	struct yz_str text, item, org, email, mobile, once; /* item: code or key; "" what she did not say */
	bool may_publish;
	enum yz_lang lang; /* of the page she asks on: who has no account is answered in it */
};
struct yz_question_receipt {
	struct yz_str no, code, org_name; /* code "": it is in her account */
	yz_instant due;
};
/* who->person 0: without an account.  A fault names its field.  YZ_EXISTS: this form was sent before. */
bool yz_consult_ask(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_question *q,
		    struct yz_question_receipt *out, struct yz_err *err);
/* By its asker, or by code (anybody who has it): NOT_FOUND for a wrong number, code or person alike; NOT_NOW when the
 * code is right but too old. */
bool yz_consult_open(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str no,
		     struct yz_str code, struct yz_consult *out, struct yz_err *err);
bool yz_consult_withdraw(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_str code,
			 struct yz_err *err);
/* 1-5, once. */
bool yz_consult_rate(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_str code,
		     int level, struct yz_str remark, struct yz_err *err);

/* ---- the department ---- */

/* Whoever may answer in its department, or watches its region. */
bool yz_consult_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str no,
		     struct yz_consult *out, struct yz_err *err);
/* version: of what she saw; another in between is a CONFLICT. */
bool yz_consult_answer(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t version,
		       struct yz_str text, struct yz_err *err);
bool yz_consult_transfer(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t version,
			 struct yz_str org, struct yz_str reason, struct yz_err *err);
bool yz_consult_publish(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_str question,
			struct yz_str answer, struct yz_err *err);
bool yz_consult_hide(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_str reason,
		     struct yz_err *err);
/* An answered one becomes knowledge; k->org is its department whatever it says. */
bool yz_consult_learn(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no,
		      const struct yz_knowledge_new *k, int64_t *id, struct yz_err *err);
/* What staff may put in public of it, as a first draft: without numbers, mail addresses and her name. */
struct yz_str yz_consult_scrub(struct yz_arena *a, const struct yz_consult *c, struct yz_str text);

/* ---- lists: no personal data but what staff of the department may read ---- */

struct yz_consult_list {
	struct yz_consult *at;
	size_t len;
	bool more;
};
/* Newest first, before that instant (0: now). */
bool yz_consult_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, yz_instant before,
		     int limit, struct yz_consult_list *out, struct yz_err *err);
/* Of the departments she answers for; open: first due first; else newest first. */
bool yz_consult_desk(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, bool open,
		     yz_instant before, int limit, struct yz_consult_list *out, struct yz_err *err);
/* Of the supervisor's region: open, first due first; late: only those past it. */
bool yz_consult_watch(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, bool late, int limit,
		      struct yz_consult_list *out, struct yz_err *err);
/* Rated 1 or 2 since then, in her departments. */
bool yz_consult_rated_low(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, yz_instant since,
			  int limit, struct yz_consult_list *out, struct yz_err *err);
/* Published, newest first: number, public question and answer, department, dates. */
bool yz_consult_published(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int limit, struct yz_consult_list *out,
			  struct yz_err *err);
/* One of those; NOT_FOUND else. */
bool yz_consult_public(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str no, struct yz_consult *out,
		       struct yz_err *err);

/* ---- the clockwork: called by gov/sweep.c ---- */

bool yz_consult_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err);
bool yz_consult_recompute(struct yz_site *site, int64_t *moved, struct yz_err *err);

#endif
