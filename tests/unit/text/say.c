/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "text/text.h"

static struct yz_arena *arena;
static struct yz_buf out;

static struct yz_buf *fresh(void)
{
	if (!arena)
		arena = yz_arena_create(0);
	yz_buf_init(&out, arena, 1000);
	return &out;
}

#define SAYS(call, text) ((call), assert_string_equal(out.ptr, text))

TEST(numbers_are_grouped_by_three)
{
	SAYS(yz_say_grouped(fresh(), 0), "0");
	SAYS(yz_say_grouped(fresh(), 999), "999");
	SAYS(yz_say_grouped(fresh(), -1234567), "-1,234,567");
	SAYS(yz_say_grouped(fresh(), INT64_MIN), "-9,223,372,036,854,775,808");
	SAYS(yz_say_money(fresh(), 1234560), "12,345.60");
	SAYS(yz_say_money(fresh(), -5), "-0.05");
}

TEST(numbers_in_han_say_one_zero_for_a_gap)
{
	SAYS(yz_say_number(fresh(), 0), "零");
	SAYS(yz_say_number(fresh(), 10), "十");
	SAYS(yz_say_number(fresh(), 19), "十九");
	SAYS(yz_say_number(fresh(), 21), "二十一");
	SAYS(yz_say_number(fresh(), 105), "一百零五");
	SAYS(yz_say_number(fresh(), 110), "一百一十");
	SAYS(yz_say_number(fresh(), 10010), "一万零一十");
	SAYS(yz_say_number(fresh(), 100000), "十万");
	SAYS(yz_say_number(fresh(), 100000001), "一亿零一");
	SAYS(yz_say_number(fresh(), 100012345), "一亿零一万二千三百四十五");
	SAYS(yz_say_number(fresh(), 1200000000000), "一万二千亿");
	SAYS(yz_say_number(fresh(), 1000000000000), "一万亿");
	SAYS(yz_say_number(fresh(), -3), "负三");
}

/* 支付结算办法, 附件一: the examples of its second and third parts. */
TEST(capital_amounts_follow_the_settlement_rules)
{
	SAYS(yz_say_money_capital(fresh(), 140950), "人民币壹仟肆佰零玖元伍角整");
	SAYS(yz_say_money_capital(fresh(), 600714), "人民币陆仟零柒元壹角肆分");
	SAYS(yz_say_money_capital(fresh(), 168032), "人民币壹仟陆佰捌拾元零叁角贰分");
	SAYS(yz_say_money_capital(fresh(), 10700053), "人民币壹拾万柒仟元零伍角叁分");
	SAYS(yz_say_money_capital(fresh(), 1640902), "人民币壹万陆仟肆佰零玖元零贰分");
	SAYS(yz_say_money_capital(fresh(), 32504), "人民币叁佰贰拾伍元零肆分");
	SAYS(yz_say_money_capital(fresh(), 20000000), "人民币贰拾万元整");
	SAYS(yz_say_money_capital(fresh(), 0), "人民币零元整");
	SAYS(yz_say_money_capital(fresh(), 5), "人民币伍分");
	SAYS(yz_say_money_capital(fresh(), 60), "人民币陆角整");
	SAYS(yz_say_money_capital(fresh(), -10000), "人民币负壹佰元整");
}

TEST(headings_of_a_document_have_four_levels)
{
	SAYS(yz_say_heading(fresh(), 1, 11), "十一、");
	SAYS(yz_say_heading(fresh(), 2, 3), "（三）");
	SAYS(yz_say_heading(fresh(), 3, 3), "3.");
	SAYS(yz_say_heading(fresh(), 4, 12), "（12）");
	SAYS(yz_say_ordinal(fresh(), 32), "第三十二");
}

TEST(dates_speak_the_language)
{
	yz_day day = yz_day_from(2026, 11, 22);
	SAYS(yz_say_day(fresh(), YZ_LANG_ZH, day), "2026年11月22日");
	SAYS(yz_say_day(fresh(), YZ_LANG_EN, day), "22 November 2026");
	SAYS(yz_say_day(fresh(), YZ_LANG_UG, day), "\u20682026-يىلى 11-ئاينىڭ 22-كۈنى\u2069");
	SAYS(yz_say_month(fresh(), YZ_LANG_ZH, day), "2026年11月");
	SAYS(yz_say_month(fresh(), YZ_LANG_EN, day), "November 2026");
	SAYS(yz_say_month(fresh(), YZ_LANG_UG, day), "\u20682026-يىلى 11-ئاي\u2069");
	SAYS(yz_say_month_day(fresh(), YZ_LANG_ZH, day), "11月22日");
	SAYS(yz_say_month_day(fresh(), YZ_LANG_EN, day), "22 November");
	SAYS(yz_say_month_day(fresh(), YZ_LANG_UG, day), "\u206811-ئاينىڭ 22-كۈنى\u2069");
	SAYS(yz_say_day_han(fresh(), day), "二〇二六年十一月二十二日");
	SAYS(yz_say_day_han(fresh(), yz_day_from(2010, 10, 10)), "二〇一〇年十月十日");
	SAYS(yz_say_instant(fresh(), YZ_LANG_ZH, yz_day_start(day, 28800) + 9 * YZ_HOUR + 30 * YZ_MINUTE, 28800),
	     "2026年11月22日 09:30");
	assert_string_equal(yz_say_weekday(YZ_LANG_ZH, day), "星期日");
	assert_string_equal(yz_say_weekday(YZ_LANG_EN, day), "Sunday");
}
