/* web/match.h - what the templates of policies show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_MATCH_H
#define YZ_WEB_MATCH_H

#include "gov/enterprise.h"
#include "gov/match.h"
#include "web/admin.h"
#include "web/web.h"

struct yz_policies_row {
	const struct yz_policy *policy;
	struct yz_match_counts counts;
	size_t untold;
	bool in_force, may_push;
};
struct yz_policies_page {
	struct yz_policies_row *rows;
	size_t n;
	struct yz_str whom; /* "", legal, natural */
};

struct yz_policy_page {
	const struct yz_policy *policy;
	struct yz_match_list list;
	enum yz_match_show show;
	bool in_force, may_push;
	struct yz_str item_name; /* through which it is claimed; "" */
	struct yz_str error;
	bool pushed;
	struct yz_push_report report;
};

/* One pair: an official's, or her own. */
struct yz_why_page {
	const struct yz_policy *policy;
	const struct yz_subject *subject;
	struct yz_match_pair pair;
	struct yz_match_mine mine;
	bool own, in_force;
	struct yz_str item_name, error;
};

/* What a policy is to her.  Of a person's ages, who would have to wait longer than a year, or is past it, does not nearly qualify. */
enum yz_mine_group { YZ_MINE_SURE, YZ_MINE_NEAR, YZ_MINE_OPEN, YZ_MINE_NOT, YZ_MINE_GROUPS };
struct yz_mine_page {
	struct yz_match_mine *all;
	size_t n, count[YZ_MINE_GROUPS];
	enum yz_mine_group *group; /* of each */
	const struct yz_subject *subject; /* NULL: the register has none */
	bool unverified;
};

struct yz_enterprises_page {
	struct yz_enterprise *list;
	size_t n;
	int64_t next;
	struct yz_str words;
	bool tried, done, strict;
	struct yz_enterprise_report report;
	struct yz_str error, detail, file, map;
};

/* "[3..10)" as "从 3 到不满 10", ">= 5" as "不少于 5", true as 是: a condition as people say it. */
struct yz_str yz_show_needs(const struct yz_page *p, struct yz_str needs);
/* "12000" as "12,000", 是 and 否 in the reader's language; "" as "–". */
struct yz_str yz_show_fact(const struct yz_page *p, struct yz_str value);
/* "职工人数：要不少于 3，现在 2，还差 1" */
/* `of`: whose it is, so that an age has its day; or NULL. */
struct yz_str yz_show_short(const struct yz_page *p, const struct yz_subject *of, const struct yz_match_short *s);
/* "12,000 元/年"; "" without an amount. */
struct yz_str yz_show_amount(const struct yz_page *p, const struct yz_policy *policy, struct yz_str amount);
/* "2026年1月1日 – 2026年12月31日" */
struct yz_str yz_show_term(const struct yz_page *p, const struct yz_policy *policy);
/* How a fact is asked, by the policy, else its name. */
struct yz_str yz_show_asked(const struct yz_page *p, const struct yz_policy *policy, struct yz_str fact);
/* "残疾人证 NO": the paper's name in the reader's language. */
struct yz_str yz_show_source(const struct yz_page *p, struct yz_str source);
/* A case's state as it is stored, as a citizen reads it. */
const char *yz_case_state_shown(const struct yz_page *p, struct yz_str state);

#endif
