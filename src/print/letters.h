/* print/letters.h - the documents of an application, from plain facts.
 *
 * One struct of facts serves all kinds; letters.def says which each needs; the
 * others are printed where they are given.  The wording is ours.  For
 * administrative licences (matter empty or 行政许可) it cites 行政许可法 (2019):
 * 32 acceptance, refusal, one-time correction; 38 decision, reason and remedies; 42 limit
 * and extension; 44 delivery; 45 procedures outside the limit.  For other
 * matters it cites only `basis`, and titles take the matter's word.  Remedies: 行政复议法
 * (2023) 20, sixty days; 行政诉讼法 (2017) 46, six months.
 *
 * Ownership: the document lives in the arena and borrows the facts' text.
 * Failure:   YZ_BAD_INPUT naming the missing fact.
 * Threads:   any.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_LETTERS_H
#define YZ_PRINT_LETTERS_H

#include "print/print.h"

/* What each kind needs stands in letters.def. */
enum yz_letter_kind {
#define LETTER(name, title, form, needs) YZ_LETTER_##name,
#include "print/letters.def"
#undef LETTER
	YZ_LETTER_KINDS
};

/* A material of the checklist, or something to mend. */
struct yz_letter_material {
	struct yz_str name;   /* of the material, or the form's field */
	struct yz_str what;   /* MEND: what is wrong and how to mend it; CHECKLIST: requirement */
	struct yz_str form;   /* 原件, 复印件, 电子 … */
	struct yz_str source; /* who issues it */
	unsigned copies;      /* 0: not told */
	bool field;           /* a field of the form, not a material */
	bool optional;        /* CHECKLIST: 容缺 or when at hand */
	bool spared;          /* CHECKLIST: fetched by the office, not asked for */
};

struct yz_letter_field {
	struct yz_str label, value;
};

struct yz_letter {
	/* Who writes, to whom, about what. */
	struct yz_str organ, number; /* number: 文号 */
	struct yz_str applicant, applicant_id, agent, contact;
	struct yz_str item, item_code, situation, case_no;
	struct yz_str matter; /* empty: 行政许可 */
	struct yz_str title;  /* empty: the kind's */
	struct yz_str office, address, phone, hours; /* where to ask */
	struct yz_str supervision;                   /* telephone for complaints */

	/* When; 0 is not given. */
	yz_day date;      /* of the letter */
	yz_day received;  /* of the application */
	yz_day due;       /* last day of the limit */
	bool provisional; /* due runs into a year without an official calendar: 暂定 */
	unsigned days;    /* working days of the limit; EXTEND: added days */
	yz_day mend_by;   /* MEND: asked for by then */

	/* Why. */
	struct yz_str reason, opinion;
	const struct yz_str *basis; /* 《…》第…条 each */
	size_t nbasis;
	struct yz_str other_organ;      /* REFUSE: whom to apply to instead */
	struct yz_str procedure;        /* SUSPEND: 听证, 检验, 专家评审 … */
	struct yz_str procedure_days;   /* SUSPEND: time it is expected to take: "约15个工作日" */
	struct yz_str approver;         /* EXTEND: who approved; empty: the organ's head */
	struct yz_str review_organ, court;
	bool review_first; /* 复议前置: the court only after review */

	/* With what. */
	const struct yz_letter_material *materials;
	size_t nmaterials;
	const struct yz_str *papers; /* DELIVERY: documents handed over */
	size_t npapers;
	struct yz_str delivery; /* 当场领取, 邮寄 … */
	const struct yz_letter_field *fields; /* RECEIPT: more rows; GRANT, LICENCE: what is licensed; BILL, PAID, REPAID: what
						* is charged and by what standard, and the amount; the last is the sum */
	size_t nfields;

	/* Money.  PAID, REPAID: how, by whose hands, by which number; RECLAIM: 1,200.00元, and in words. */
	struct yz_str means, hands, slip_no;
	struct yz_str amount, amount_words;

	/* The licence. */
	struct yz_str licence, licence_no; /* name: 食品经营许可证 */
	struct yz_str copy;                /* 正本, 副本 */
	yz_day valid_from, valid_to;       /* valid_to not given: 长期 when valid_from is given */

	/* How it can be checked. */
	struct yz_str check_url, check_code;
	bool sealed;
	struct yz_str seal, seal_line; /* empty: organ; none */
	struct yz_str watermark;
	yz_instant made;
};

/* "ACCEPT"; and the title as printed, matter put in. */
const char *yz_letter_name(enum yz_letter_kind kind);
struct yz_str yz_letter_title(struct yz_arena *a, enum yz_letter_kind kind, const struct yz_letter *facts);

struct yz_doc *yz_letter_doc(struct yz_arena *a, enum yz_letter_kind kind, const struct yz_letter *facts,
			     struct yz_err *err);

#endif
