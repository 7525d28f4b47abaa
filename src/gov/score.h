/* gov/score.h - a hundred points a month, by a pack's method, for departments, posts and persons (docs/reports.md).
 *
 *	figures of the month ┐
 *	cards as they stand  ├─▶ method (pack/scoring.h) ─▶ parts, each with the events that made it
 *	what was recorded    ┘
 *
 * A score is worked out when it is looked at; settling a month (结算) writes it down, with a ledger entry, and a card that is
 * withdrawn later changes it only by settling again.  Half a year and a year are the mean of their months that have begun, from the site's
 * first month with anything in it; each month by the method then in force, and full where there was nothing.
 *
 * Points are tenths.  Failure: err.  Threads: any, each with its connection; writes take none.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_SCORE_H
#define YZ_GOV_SCORE_H

#include "gov/figure.h"
#include "gov/permission.h"
#include "pack/scoring.h"

enum yz_score_whom { YZ_SCORE_ORG, YZ_SCORE_POST, YZ_SCORE_PERSON, YZ_SCORE_WHOM };
const char *yz_score_whom_name(enum yz_score_whom whom); /* "org", "post", "person" */
bool yz_score_whom_parse(struct yz_str s, enum yz_score_whom *whom);

enum yz_score_kind { YZ_SCORED_CARD, YZ_SCORED_FORMULA, YZ_SCORED_RECORD };
struct yz_score_event {
	enum yz_score_kind kind;
	size_t part;
	int64_t points;
	int64_t id;           /* of the card or record */
	struct yz_str name;   /* the rule's, formula's or record's; of a clock's card its monitor */
	struct yz_str monitor, level, case_no, text; /* text: a record's words */
	int64_t n;            /* of a record */
	uint32_t uses;        /* of a formula: bits of yz_scoring_fact */
	bool question;        /* case_no is a consultation's number */
	yz_instant at;
};
struct yz_score_part {
	int64_t points; /* what is left, or what was added; within 0 and the part's most */
	int64_t raw;    /* before these bounds */
};
struct yz_score {
	struct yz_str org, org_name, post; /* post: a role's name */
	int64_t person;
	struct yz_str person_name;
	int64_t points;
	struct yz_score_part parts[YZ_SCORING_PARTS];
	struct yz_score_event *events;
	size_t nevents;
	struct yz_figure figure;
	bool settled;      /* a month was settled with… */
	int64_t settled_points;
	yz_instant settled_at;
	int64_t months; /* of a longer period: of how many months it is the mean */
};
struct yz_scores {
	const struct yz_scoring *method; /* of the last month that has begun; NULL: the pack has none for it */
	struct yz_str digest; /* of the method */
	struct yz_str from, to; /* months, both inclusive */
	enum yz_score_whom whom;
	struct yz_score *at; /* departments in their order, theirs in it */
	size_t len;
};

/* The site's method in force in that month, the one that begins last; *method NULL: there is none. */
bool yz_score_method(struct yz_conn *conn, struct yz_arena *a, struct yz_str month, const struct yz_scoring **method, struct yz_str *digest,
		     struct yz_err *err);

/* org "": all she watches.  Those with a figure, card or record in these months.  from == to and one org: with events; a longer
 * time: means, the parts being those of out->method.  At most 12 months; what is kept in `a` does not grow with the cards of
 * others. */
bool yz_score_make(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str from,
		   struct yz_str to, enum yz_score_whom whom, struct yz_str org, struct yz_scores *out, struct yz_err *err);

/* Inside, for whoever has them from elsewhere (gov/recompute.h): the score of one, from its month. */
struct yz_scored_card {
	int64_t id, person, points;
	struct yz_str monitor, level, held_level, org, post, name, case_no;
	bool question;
	yz_instant at;
};
struct yz_scored_record {
	int64_t id, person, n;
	struct yz_str org, post, event, text, case_no;
	yz_instant at;
};
struct yz_scored_figure {
	struct yz_str org, post;
	int64_t person;
	struct yz_figure f;
};
struct yz_score_month {
	struct yz_scored_figure *figures; /* one an org, post and person */
	struct yz_scored_card *cards;     /* oldest first */
	struct yz_scored_record *records;
	size_t nfigures, ncards, nrecords;
};
bool yz_score_month_read(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str month, struct yz_str org,
			 struct yz_score_month *out, struct yz_err *err); /* org "": all */
/* s->org, post, person say whose. cut: NULL or per cent. Without events nothing is kept in `a`. */
void yz_score_one(struct yz_arena *a, const struct yz_scoring *method, const struct yz_score_month *m, enum yz_score_whom whom,
		  const double *cut, bool events, struct yz_score *s);

/* ---- what a supervisor does ---- */

struct yz_score_record_new {
	struct yz_str month, org, post, event, text, case_no;
	struct yz_str login; /* of the person, "" for the department or post */
	int64_t n;
};
bool yz_score_record(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_score_record_new *r,
		     struct yz_err *err);
/* It counts no more; the row stays. */
bool yz_score_record_withdraw(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_str reason,
			      struct yz_err *err);
/* Writes down the departments' scores of a month that is over; again: the month is settled anew, with a reason. */
bool yz_score_settle(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str month, struct yz_str reason,
		     struct yz_err *err);

/* ---- inside the pack's install ---- */

struct yz_pack;
bool yz_score_install(struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, struct yz_err *err);

#endif
