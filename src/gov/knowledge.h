/* gov/knowledge.h - questions that have an answer: written by staff, learnt from consultations, and the FAQ of items.
 *
 *	knowledge rows ──┐
 *	                 ├─▶ struct yz_answers, in memory, found by words (the search of text/) ─▶ pages
 *	items' FAQ (55) ─┘
 *
 * An answer past its expiry is not found any more; its department sees it in its list until it is renewed or retired.
 * What was shown, and whether it helped, is counted by day without saying to whom.
 *
 * Threads: struct yz_answers is immutable; yz_site_answers lends the newest, as the catalogue is lent.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_KNOWLEDGE_H
#define YZ_GOV_KNOWLEDGE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

enum {
	YZ_KNOWLEDGE_QUESTION = 120, /* characters */
	YZ_KNOWLEDGE_VARIANTS = 20,  /* each of at most YZ_KNOWLEDGE_QUESTION */
	YZ_KNOWLEDGE_BASIS = 300,
};

/* ---- found by words ---- */

struct yz_answer {
	struct yz_str key; /* 'k12', or 'CODE.3': the third of that item's FAQ */
	struct yz_str question, answer, basis;
	struct yz_str item, item_name, org, org_name; /* item: its key or code; "" where it is of none */
	yz_instant expires, published;		      /* expires 0: never; published 0: of an item, as long as it is in force */
	bool faq;
};
struct yz_answers {
	const struct yz_answer *at;
	size_t len;
	struct yz_answers_index *index;
};
const struct yz_answers *yz_site_answers(struct yz_site *site);
void yz_site_answers_release(struct yz_site *site, const struct yz_answers *x);
/* No connection may be held. */
bool yz_site_answers_reload(struct yz_site *site, struct yz_err *err);

struct yz_answer_hit {
	const struct yz_answer *answer;
	int score; /* 1000: all of the question and nothing else */
};
/* Those that fit, best first, none past its expiry; item: only of that one ("": all). */
size_t yz_answers_search(const struct yz_answers *x, struct yz_arena *a, struct yz_str words, struct yz_str item, yz_instant now,
			 size_t limit, struct yz_answer_hit **hits);
/* NULL: there is none, or it is past its expiry. */
const struct yz_answer *yz_answers_find(const struct yz_answers *x, struct yz_str key, yz_instant now);

/* Counts a look at it, a yes or a no; an unknown key is NOT_FOUND. */
enum yz_answer_use { YZ_ANSWER_VIEWED, YZ_ANSWER_HELPED, YZ_ANSWER_NOT };
bool yz_answer_used(struct yz_site *site, struct yz_str key, enum yz_answer_use use, struct yz_err *err);

/* ---- the department's ---- */

struct yz_knowledge {
	int64_t id;
	struct yz_str key, question, variants, answer, basis, item, org, org_name, source, state, by;
	yz_instant expires, published, updated;
	int64_t views, yes, no;
};
struct yz_knowledge_new {
	struct yz_str question, variants, answer, basis, item, org, expires; /* expires: "2027-06-30", the last day it holds; "" never */
};
enum yz_knowledge_show { YZ_KNOWLEDGE_ALL, YZ_KNOWLEDGE_EXPIRED, YZ_KNOWLEDGE_SOON, YZ_KNOWLEDGE_RETIRED };
/* Of the departments she writes for, last changed first, after `skip` of them; SOON: within thirty days. */
size_t yz_knowledge_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
			 enum yz_knowledge_show show, int skip, int limit, struct yz_knowledge **out, struct yz_err *err);
bool yz_knowledge_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id,
		       struct yz_knowledge *out, struct yz_err *err);
/* id 0: a new one.  A fault names its field.  Readers find the change when it returns. */
bool yz_knowledge_save(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t *id,
		       const struct yz_knowledge_new *k, struct yz_err *err);
/* Retired, or published again. */
bool yz_knowledge_retire(struct yz_site *site, const struct yz_actor *who, int64_t id, bool retire, struct yz_err *err);

/* Answers of her departments that did not help since that day: more noes than yeses. */
struct yz_unhelpful {
	struct yz_str key, question;
	int64_t id, yes, no; /* id 0: of an item's FAQ */
};
size_t yz_knowledge_unhelpful(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, yz_day since,
			      int limit, struct yz_unhelpful **out, struct yz_err *err);

#endif
