/* tests/unit/gov/money_fixture.h - a case that costs 80 yuan, and a payment channel made of sand.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_GOV_MONEY_FIXTURE_H
#define YZ_TESTS_GOV_MONEY_FIXTURE_H

#include "tests/unit/gov/case_fixture.h"

#include "gov/fee.h"
#include "gov/message.h"
#include "gov/reconcile.h"
#include "gov/sandbox.h"
#include "gov/till.h"

#define OCCUPY "11990121009901980H4990117022000"
/* Eight days on twenty square metres of pavement at half a yuan: 80 yuan. */
#define OCCUPY_FACTS(where)                                                                                            \
	"{\"申请人名称\":\"刘洋\",\"申请人类型\":\"个人\",\"证件号码\":\"990121198812077317\",\"联系电话\":\"13800009990\","        \
	"\"委托办理\":\"false\",\"占用事由\":\"堆放物料\",\"道路名称\":\"文昌路\",\"具体位置\":\"文昌路 6 号门前\","               \
	"\"占用部位\":\"" where "\",\"占用长度\":\"10\",\"占用宽度\":\"2\",\"占用天数\":\"8\",\"开始日期\":\"2026-12-20\","           \
	"\"结束日期\":\"2026-12-27\",\"占用盲道\":\"false\"}"

static inline struct yz_str occupy(struct fixture *f, const struct yz_actor *who, const char *facts)
{
	int64_t id;
	struct yz_str no = {0};
	GOOD(f, yz_draft_open(f->site, who, YZ_LIT(OCCUPY), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, who, id, json(f, facts), 0, &f->err));
	add_materials(f, who, id);
	GOOD(f, yz_case_submit(f->site, f->a, who, id, YZ_LIT("web"), &no, &f->err));
	return no;
}

/* Granted: the order is there. */
static inline struct yz_str granted(struct fixture *f, const struct yz_actor *who, const char *facts)
{
	struct yz_str no = occupy(f, who, facts);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	struct yz_case *c = look(f, actor(f, "decider"), no);
	for (size_t i = 0; i < c->ntasks; i++)
		if (c->tasks[i].open && yz_str_eqz(c->tasks[i].act, "review"))
			GOOD(f, ACT(f, actor(f, yz_str_eqz(c->tasks[i].org, "jiaojing") ? "jiaojing" : "caihong"), no, pass, .task = c->tasks[i].id));
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = YZ_LIT("符合条件。")));
	return no;
}

static inline struct yz_str order_of(struct fixture *f, struct yz_str case_no)
{
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT f.no FROM fee_order f JOIN cases c ON c.id = f.case_id WHERE c.no = $1 ORDER BY f.id DESC",
				      YZ_S(case_no));
	yz_db_release(conn);
	GOOD(f, r && r->count);
	return yz_row_str(r, 0, 0);
}

static inline struct yz_fee_order *fee(struct fixture *f, const struct yz_actor *who, struct yz_str no)
{
	struct yz_conn *conn = reading(f);
	struct yz_fee_order *o = yz_fee_load(f->site, conn, f->a, who, no, &f->err);
	yz_db_release(conn);
	GOOD(f, o);
	return o;
}

/* The token of the channel's page. */
static inline struct yz_str begin(struct fixture *f, const struct yz_actor *who, struct yz_str no)
{
	struct yz_str url;
	GOOD(f, yz_fee_pay(f->site, f->a, who, no, &url, &f->err));
	assert_true(yz_str_starts(url, YZ_LIT("/sandbox/pay/")));
	return yz_str_n(url.ptr + 13, url.len - 13);
}

static inline void click(struct fixture *f, struct yz_str token, const char *how)
{
	struct yz_str back;
	GOOD(f, yz_sandbox_pay(f->site, f->a, token, yz_str(how), &back, &f->err));
}

static inline bool tell(struct fixture *f, struct yz_str body)
{
	struct yz_pay_message m;
	struct yz_str thanks = {0};
	f->err = (struct yz_err){0};
	yz_sandbox_sign(f->site, f->a, body, f->now, &m);
	return yz_till_notice(f->site, f->a, YZ_LIT("sandbox"), &m, &thanks, &f->err) && yz_str_eqz(thanks, "success");
}

/* All callbacks that are due, as the network would carry them. */
static inline size_t deliver_callbacks(struct fixture *f)
{
	struct yz_sandbox_message *due;
	size_t n;
	GOOD(f, yz_sandbox_due(f->site, f->a, f->now, &due, &n, &f->err));
	for (size_t i = 0; i < n; i++) {
		struct yz_str thanks;
		GOOD(f, yz_till_notice(f->site, f->a, YZ_LIT("sandbox"), &due[i].message, &thanks, &f->err));
		GOOD(f, yz_sandbox_settle(f->site, due[i].id, true, f->now, &f->err));
	}
	return n;
}

static inline int till(struct fixture *f)
{
	int did;
	GOOD(f, yz_till_round(f->site, f->now, &did, &f->err));
	return did;
}

static inline void later(struct fixture *f, yz_instant by)
{
	f->now += by;
}

/* Money in is what orders were paid plus what goes back: nothing lost, nothing twice. */
static inline void money_adds_up(struct fixture *f)
{
	int64_t in = site_int(f, "SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM money_in WHERE use_for <> 'void'");
	int64_t kept = site_int(f, "SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM fee_order WHERE state IN ('paid', 'refunding', 'refunded')");
	int64_t astray = site_int(f, "SELECT COALESCE(CAST(SUM(r.amount) AS BIGINT), 0) FROM refund r JOIN money_in m ON m.id = r.money_id "
				     "WHERE m.use_for = 'back' AND r.state <> 'refused'");
	assert_int_equal(in, kept + astray);
	/* No order was paid twice, no money goes back twice, and none above what it was. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM (SELECT order_id FROM money_in WHERE use_for = 'order' GROUP BY order_id HAVING COUNT(*) > 1) x"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM (SELECT r.money_id FROM refund r JOIN money_in m ON m.id = r.money_id WHERE r.state <> 'refused' "
				     "GROUP BY r.money_id, m.amount HAVING SUM(r.amount) > m.amount) x"),
			 0);
}

#endif
