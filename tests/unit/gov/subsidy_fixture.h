/* tests/unit/gov/subsidy_fixture.h - a subsidy of the demo from the village to the bank, 985 yuan to a woman who has a car in the register.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_GOV_SUBSIDY_FIXTURE_H
#define YZ_TESTS_GOV_SUBSIDY_FIXTURE_H

#include "tests/unit/gov/case_fixture.h"

#include "gov/doubt.h"
#include "gov/look.h"
#include "gov/pay.h"
#include "gov/payout_row.h"
#include "gov/publicity.h"
#include "gov/register.h"
#include "gov/village.h"
#include "text/ident.h"

#define FARMLAND "11990121009902334X4990599700000"
#define HOUSE "11990121009901980H4990599712000"
#define OWNER "99012119650312902X" /* has a car in the register */

static inline const char *facts_of(struct fixture *f, const char *id_no, const char *village, const char *account)
{
	return yz_printf(f->a,
			 "{\"申请人姓名\":\"何桂兰\",\"身份证号\":\"%s\",\"联系电话\":\"13909990001\",\"所在村\":\"%s\",\"补贴年度\":\"2026\","
			 "\"承包面积\":\"10\",\"撂荒\":\"false\",\"危房等级\":\"D级\",\"另有安全住房\":\"false\",\"户名\":\"何桂兰\","
			 "\"开户银行\":\"清泽农村商业银行\",\"银行卡号\":\"%s\"}",
			 id_no, village, account);
}

/* A village worker verifies her and files for her. */
static inline struct yz_str declare_of(struct fixture *f, const char *id_no, const char *worker, const char *code, const char *village)
{
	const struct yz_registration r = {.kind = YZ_LIT("natural"), .name = YZ_LIT("何桂兰"), .id_no = yz_str(id_no), .mobile = YZ_LIT("13909990001")};
	struct yz_actor *who = actor(f, worker);
	struct yz_str no;
	int64_t person, id;
	GOOD(f, yz_person_verify(f->site, f->a, who, &r, YZ_LIT("id-card"), &person, &f->err));
	GOOD(f, yz_draft_open_for(f->site, who, person, yz_str(code), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, who, id, json(f, facts_of(f, id_no, village, "6217990121000012345")), 0, &f->err));
	add_materials(f, who, id);
	GOOD(f, yz_case_submit(f->site, f->a, who, id, YZ_LIT("counter"), &no, &f->err));
	return no;
}

static inline struct yz_str declare(struct fixture *f, const char *worker, const char *code, const char *village)
{
	return declare_of(f, OWNER, worker, code, village);
}

static inline struct yz_case_doubts doubts(struct fixture *f, struct yz_case *c)
{
	struct yz_case_doubts d;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_doubts_of(f->site, conn, f->a, c->row.id, true, &d, &f->err));
	yz_db_release(conn);
	return d;
}

static inline void clear(struct fixture *f, const struct yz_actor *who, struct yz_str no, const char *why)
{
	struct yz_case_doubts d = doubts(f, look(f, who, no));
	for (size_t i = 0; i < d.len; i++)
		if (!d.at[i].cleared && d.at[i].severity != YZ_SEVERITY_NOTE)
			GOOD(f, ACT(f, who, no, clear, .ref = d.at[i].id, .reason = yz_str(why)));
}

/* Village, town, county: each compares, explains and passes. */
static inline void to_publicity(struct fixture *f, struct yz_str no, const char *worker, const char *town, const char *county)
{
	const char *const hands[] = {worker, town, county};
	GOOD(f, ACT(f, actor(f, worker), no, accept));
	for (int i = 0; i < 3; i++) {
		clear(f, actor(f, hands[i]), no, "车是儿子的，已核实");
		GOOD(f, ACT(f, actor(f, hands[i]), no, pass));
	}
}

static inline int64_t batch(struct fixture *f)
{
	int64_t id;
	GOOD(f, yz_payout_batch_make(f->site, actor(f, "pay-clerk"), YZ_LIT("caizheng"), YZ_LIT("十一月补贴"), &id, &f->err));
	GOOD(f, yz_payout_batch_release(f->site, actor(f, "pay-head"), id, &f->err));
	return id;
}

static inline struct yz_payouts lines(struct fixture *f, int64_t id)
{
	struct yz_payout_batch_row b;
	struct yz_payouts l;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_payout_batch_load(f->site, conn, f->a, actor(f, "pay-clerk"), id, &b, &l, &f->err));
	yz_db_release(conn);
	return l;
}

static inline const char *result(struct fixture *f, const struct yz_payout *p, const char *how, const char *amount, const char *why)
{
	return yz_printf(f->a, "付款编号,结果,金额,银行流水号,日期,原因\n%.*s,%s,%s,S1,2026-12-10,%s\n", YZ_P(p->no), how, amount, why);
}

/* Declared, passed by all, and publicised to the end. */
static inline struct yz_str to_decide(struct fixture *f)
{
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200");
	to_publicity(f, no, "village-shangliu", "town-liuxi", "farm-reviewer");
	/* Seven working days, however many feasts lie between. */
	for (f->now += 7 * YZ_DAY; !site_int(f, "SELECT COUNT(*) FROM task t JOIN cases c ON c.id = t.case_id WHERE c.no = $1 AND t.node = 'decide'", YZ_S(no));) {
		f->now += YZ_DAY;
		sweep(f);
	}
	return no;
}

static inline struct yz_str to_pay(struct fixture *f)
{
	struct yz_str no = to_decide(f);
	GOOD(f, ACT(f, actor(f, "farm-head"), no, grant, .reason = YZ_LIT("符合规定")));
	return no;
}

/* The process of the subsidy, before a case is begun. */
static inline void rewritten(struct fixture *f, const char *was, const char *is)
{
	site_do(f, yz_printf(f->a, "UPDATE artifact SET body = REPLACE(body, '%s', '%s') WHERE digest = (SELECT process FROM item WHERE code = '" FARMLAND
				    "')", was, is));
}

/* What the bank says of one payment. */
static inline void bank_says(struct fixture *f, int64_t batch_id, const struct yz_payout *p, const char *how, const char *why)
{
	struct yz_payout_report r;
	GOOD(f, yz_payout_result(f->site, f->a, actor(f, "pay-clerk"), batch_id,
				 yz_str(result(f, p, how, yz_yuan(f->a, p->amount).ptr, why)), &r, &f->err));
	assert_int_equal(r.paid + r.failed, 1);
}

#endif
