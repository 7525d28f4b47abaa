/* gov/match.h - every policy held against everybody: who qualifies, who nearly does, and why.
 *
 *	policies by model ──▶ group ──┬─ built: all rows of the register, by columns (dmn.h, "sweeping")
 *	                              ├─ changed rows: each alone against all decisions of the group
 *	                              └─ sets of rows: a bit a subject and policy
 *
 * Legal persons come from the register of enterprises, natural ones from verified accounts, with what the house holds of
 * them: licences, cases granted, the enterprise they represent (gov/known.h).  The sets are kept in memory and brought up
 * to date before they are read: rows changed since (by any process) are re-evaluated alone, a new or changed model alone is built, and on another day of the region everything is, because ages grow: who turns five
 * years old today is matched today.  A closed account goes from the sets then too; it is never told.
 *
 * A reason is not kept.  It is made on demand from the record as it is now, by the same decision that a clerk's check
 * uses; the sets are equal to it for every pair (tests/unit/gov/match.c).
 *
 * Ownership: the site owns the matcher.  What is handed out is copied into the arena.
 * Threads:   any.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_MATCH_H
#define YZ_GOV_MATCH_H

#include "gov/policy.h"
#include "text/text.h"

struct yz_enterprise;
struct yz_known;

enum yz_match { YZ_MATCH_NO, YZ_MATCH_NEAR, YZ_MATCH_YES };

struct yz_matcher;
struct yz_matcher *yz_matcher_create(void);
void yz_matcher_destroy(struct yz_matcher *m); /* NULL allowed */

/* Brings the sets up to date; quick when nothing changed. */
bool yz_match_refresh(struct yz_site *site, struct yz_conn *conn, struct yz_err *err);
/* The same once a day is over, where anybody has asked for the sets at all: the sweeper's chores do it at midnight.  No connection
 * may be held. */
bool yz_match_keep(struct yz_site *site, struct yz_err *err);
/* What has been done since the site was opened. */
struct yz_match_work {
	size_t built, rows, records; /* groups; rows put into them; records evaluated alone */
};
struct yz_match_work yz_match_work(struct yz_site *site);

struct yz_match_counts {
	size_t subjects, yes, near;
};
/* False where the policy is in no group (its model cannot be read). */
bool yz_match_count(struct yz_site *site, struct yz_str policy, struct yz_match_counts *out);
/* Subjects of that state behind `after`, in order; at most `most`. */
size_t yz_match_subjects(struct yz_site *site, struct yz_arena *a, struct yz_str policy, enum yz_match state, int64_t after,
			 size_t most, int64_t **out);

/* One condition that is not met. */
struct yz_match_short {
	struct yz_str fact, needs, is, by; /* needs: as the model has it; is: "" not known; by: "" cannot be measured */
	bool less;                         /* it is too much by so much, else too little */
};
struct yz_match_fact {
	struct yz_str name, value; /* "" not known */
	struct yz_str source;      /* 残疾人证 NO, a case's number, an enterprise; "": the register itself */
};

enum { YZ_MATCH_SHORT = 8 };

/* One pair, reasoned. */
struct yz_match_pair {
	enum yz_match state;           /* what is not known counts as not so */
	bool possible;                 /* NO or NEAR only for want of facts: `open` */
	struct yz_str amount;          /* as a number; "" none */
	struct yz_match_short shorts[YZ_MATCH_SHORT];
	size_t nshorts;
	struct yz_str *open;           /* facts it hangs on */
	size_t nopen;
	struct yz_match_fact *facts;   /* all the decision stands on */
	size_t nfacts;
	struct yz_str trace;           /* when asked for: who decided what by which rule */
};

/* Whom it is about: a row of the register, or a verified person. */
struct yz_subject {
	bool legal;
	int64_t id, account; /* account: person.id, 0: none */
	struct yz_str name, code;
	const struct yz_enterprise *enterprise; /* legal */
	yz_day born;
	bool has_born, female, resident;
	const struct yz_known *known; /* natural: what the house holds of her (gov/known.h) */
};
/* By row; YZ_NOT_FOUND. */
struct yz_subject *yz_subject_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, bool legal, int64_t id,
				   struct yz_err *err);
/* Several at once, in two queries: out[i] is NULL where there is none. */
enum { YZ_SUBJECTS_MOST = 200 };
bool yz_subjects_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, bool legal, const int64_t *ids, size_t n,
		      struct yz_subject **out, struct yz_err *err);
/* Whom this actor stands for, herself or her principal; NULL with err untouched: verified, but the register does not know it.
 * Below level 1 it is FORBIDDEN; NOT_NOW for an agent who was named for some items only. */
struct yz_subject *yz_subject_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
				 struct yz_err *err);
struct yz_feel_value yz_subject_fact(const struct yz_site *site, struct yz_arena *a, const struct yz_subject *s, struct yz_str name,
				     enum yz_feel_kind kind, yz_day today);

/* After a refresh.  YZ_NOT_FOUND where the policy is in no group. */
bool yz_match_pair(struct yz_site *site, struct yz_arena *a, struct yz_str policy, const struct yz_subject *s, bool trace,
		   enum yz_lang lang, struct yz_match_pair *out, struct yz_err *err);
/* ---- what pages list ---- */

enum yz_match_show { YZ_SHOW_YES, YZ_SHOW_UNTOLD, YZ_SHOW_NEAR, YZ_SHOW_CLAIMED };

struct yz_match_row {
	struct yz_subject *subject; /* a natural person's name masked */
	struct yz_match_pair pair;
	yz_instant told, claimed, settled; /* last told; 0: never */
	int64_t claim;
	bool confirm;                      /* claimed without applying */
	yz_instant due;                    /* by which what was confirmed is to be given; 0: no limit */
	/* The case it became: "" none yet.  Names of natural persons masked, but for staff. */
	struct yz_str claimed_by, case_no, case_state, outcome, submitted_by, decided_by;
	yz_instant submitted, decided;
};
/* How far those who were told, or claimed, have come. */
struct yz_match_way {
	size_t told, opened, claimed, applied, granted;
};
struct yz_match_list {
	struct yz_match_counts counts;
	size_t untold; /* of all */
	struct yz_match_way way;
	bool hidden; /* counts only: who reads is of another department, or the policy names nobody who nearly qualifies */
	struct yz_match_row *rows;
	size_t len;
	int64_t next; /* behind which the next page begins; 0: there is none */
};
/* Of people who are one condition short, whom an official reads by name (pack/policy.h, enum yz_policy_near): */
enum { YZ_COMING_YEARS = 1, YZ_COMING_MONTHS = 12 };
/* Whether what is short is time alone (an age, months, years), and whether it is over within those. */
enum yz_match_time { YZ_TIME_NOT, YZ_TIME_COMING, YZ_TIME_FAR };
enum yz_match_time yz_match_time(const struct yz_match_short *s);
bool yz_match_near_shown(const struct yz_policy *policy, const struct yz_subject *s, const struct yz_match_pair *pair);
/* May this official read this one's name and reason: who qualifies, claimed, or nearly qualifies as above. */
bool yz_match_may_see(struct yz_site *site, struct yz_conn *conn, const struct yz_actor *who, const struct yz_policy *policy,
		      const struct yz_subject *s, const struct yz_match_pair *pair, bool *may, struct yz_err *err);
/* What an official sees of a policy, `limit` (≤ 200) rows behind `after`; of people who nearly qualify perhaps fewer with more to
 * come.  Brings the sets up to date. */
bool yz_match_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		   const struct yz_policy *policy, enum yz_match_show show, int64_t after, size_t limit, struct yz_match_list *out,
		   struct yz_err *err);
/* All that qualify and were never told, at most `most`. */
bool yz_match_untold(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str policy, size_t most,
		     int64_t **out, size_t *n, struct yz_err *err);

/* Of each policy how many of those were never told, in one query. */
bool yz_match_untold_counts(struct yz_site *site, struct yz_conn *conn, const struct yz_policy *policies, size_t n, size_t *out,
			    struct yz_err *err);

/* Her own page: every policy in force for her kind. */
struct yz_match_mine {
	const struct yz_policy *policy;
	struct yz_match_pair pair;
	yz_instant claimed, settled, due;
	int64_t draft; /* hers, not submitted yet; 0: none */
	struct yz_str case_no, case_state; /* what was submitted last; "" none */
};
bool yz_match_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_subject *s, enum yz_lang lang,
		   struct yz_match_mine **out, size_t *n, struct yz_err *err);

/* The state as the sets have it. */
enum yz_match yz_match_state(struct yz_site *site, struct yz_str policy, int64_t subject);

#endif
