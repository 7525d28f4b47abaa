/* web/ask.h - what the templates of asking and answering show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_ASK_H
#define YZ_WEB_ASK_H

#include "gov/asked.h"
#include "gov/consult.h"
#include "web/account.h"

/* The words of the search this page was reached from, by the Referer of our own search pages; {NULL, 0}: none. */
struct yz_str yz_came_from_search(const struct yz_page *p);
/* What is known, lent for this request. */
const struct yz_answers *yz_page_answers(struct yz_page *p);

/* A form as it was sent, with what is wrong; failed NULL: nothing. */
struct yz_sent {
	const struct yz_err *failed;
	struct yz_str text;  /* of the summary */
	const char *field;   /* the summary leads there; NULL: nowhere */
};
struct yz_sent yz_sent_of(const struct yz_page *p, const struct yz_err *failed, const char *const *fields);

struct yz_ask_page {
	struct yz_str words, once, said; /* said: what the form began with */
	struct yz_answer_hit *answers;
	size_t nanswers;
	struct yz_found *items;
	size_t nitems;
	const struct yz_entry_item *item; /* what it is about, chosen on the item's page; or NULL */
	const struct yz_catalogue *catalogue;
	struct yz_consult_list published;
	struct yz_sent sent;
	bool anonymous;
	int days; /* working days it takes at most */
};

struct yz_question_page {
	const struct yz_consult *c;
	struct yz_str code;   /* for the forms of who has no account */
	struct yz_sent sent;
	const char *said;     /* done just now; NULL */
	struct yz_answer_hit *answers; /* desk: what is known of it already */
	size_t nanswers;
	const struct yz_catalogue *catalogue;
	struct yz_str draft_question, draft_answer; /* desk: without personal data */
	bool may;             /* desk: answers for it */
};

struct yz_asked_page {
	struct yz_asked_row *rows;
	size_t nrows;
	struct yz_unhelpful *unhelpful;
	size_t nunhelpful;
	struct yz_consult_list low, open;
};

struct yz_knowledge_page {
	struct yz_knowledge k; /* id 0: a new one */
	struct yz_str expires;
	struct yz_sent sent;
	const struct yz_catalogue *catalogue;
};

/* 非常满意 … of 5 … 1. */
const char *yz_rating_title(int level);
/* What a step is called: "提问", "转办" …, a message id. */
const char *yz_consult_step_title(struct yz_str act);
const char *yz_consult_state_title(enum yz_consult_state state);
/* "light warn" and its word. */
enum yz_light yz_consult_light_of(const struct yz_page *p, const struct yz_consult *c);
/* The beginning of a long text, on one line. */
struct yz_str yz_beginning(const struct yz_page *p, struct yz_str text, size_t characters);

#endif
