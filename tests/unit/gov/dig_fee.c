/* SPDX-License-Identifier: Apache-2.0
 *
 * 城市道路挖掘修复费 of the demo: the process charges it after the grant, an official measures the road, and the permit is
 * handed over once it is paid.
 */
#include "tests/unit/gov/money_fixture.h"

static struct yz_str file_dig(struct fixture *f, const char *why)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str text = YZ_LIT(ROAD_FACTS), was = YZ_LIT("供水管线接入"), no = {0};
	size_t at = yz_str_find(text, was, 0);
	int64_t id;
	assert_true(at != SIZE_MAX);
	GOOD(f, yz_draft_open(f->site, her, YZ_LIT(ROAD_DIG), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, her, id,
			      json(f, yz_printf(f->a, "%.*s%s%s", (int)at, text.ptr, why, text.ptr + at + was.len)), 0, &f->err));
	add_materials(f, her, id);
	GOOD(f, yz_case_submit(f->site, f->a, her, id, YZ_LIT("web"), &no, &f->err));
	review_all(f, no);
	return no;
}

static struct yz_str granted_dig(struct fixture *f, const char *why)
{
	struct yz_str no = file_dig(f, why);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM fee_order"), 0);
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = YZ_LIT("符合条件。")));
	return no;
}

SITE(what_mending_the_road_costs_is_measured_and_paid_before_the_permit_is_handed_over)
{
	struct yz_actor *her = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = granted_dig(f, "通信管线接入"), order = order_of(f, no);
	struct yz_fee_order *o = fee(f, her, order);
	assert_int_equal(o->state, YZ_FEE_assess);
	assert_int_equal(o->nlines, 1);
	assert_true(yz_str_eqz(o->lines[0].name, "城市道路挖掘修复费"));
	assert_true(yz_str_starts(o->lines[0].basis, YZ_LIT("《城市道路管理条例》第三十七条")));
	assert_true(yz_str_find(o->lines[0].note, YZ_LIT("320"), 0) != SIZE_MAX);
	GOOD(f, ACT(f, clerk, no, issue));
	FAILS(f, YZ_NOT_NOW, ACT(f, clerk, no, deliver));
	/* 12 m of 0.8 m in asphalt. */
	GOOD(f, yz_fee_assess(f->site, f->a, clerk, order, o->lines[0].id, YZ_LIT("320"), YZ_LIT("9.6"), &f->err));
	o = fee(f, her, order);
	assert_int_equal(o->state, YZ_FEE_due);
	assert_int_equal(o->amount, 307200);
	assert_true(o->bill != 0);
	FAILS(f, YZ_NOT_NOW, ACT(f, clerk, no, deliver));
	click(f, begin(f, her, order), "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	GOOD(f, ACT(f, clerk, no, deliver));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE thing = 'fee'"), 0);
	money_adds_up(f);
	ledger_holds(f);
}

SITE(who_mends_the_road_herself_owes_nothing)
{
	struct yz_actor *her = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = granted_dig(f, "电力管线接入"), order = order_of(f, no);
	GOOD(f, yz_fee_assess(f->site, f->a, clerk, order, fee(f, her, order)->lines[0].id, YZ_LIT("320"), YZ_LIT("0"), &f->err));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_waived);
	GOOD(f, ACT(f, clerk, no, issue));
	GOOD(f, ACT(f, clerk, no, deliver));
}

SITE(a_resident_who_wants_water_is_charged_nothing)
{
	struct yz_actor *clerk = actor(f, "zhangmin");
	struct yz_str no = granted_dig(f, "供水管线接入");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM fee_order"), 0);
	GOOD(f, ACT(f, clerk, no, issue));
	GOOD(f, ACT(f, clerk, no, deliver));
}

SITE(a_permit_that_is_denied_costs_nothing)
{
	struct yz_str no = file_dig(f, "通信管线接入");
	GOOD(f, ACT(f, actor(f, "decider"), no, deny, .reason = YZ_LIT("路面新铺，不宜开挖。"), .basis = YZ_LIT("《城市道路管理条例》第三十三条")));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM fee_order"), 0);
}
