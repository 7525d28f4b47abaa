/* What departments' own systems report: taken once, answered row by row, watched as our own.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/outside_fixture.h"

#include "gov/case.h"
#include "gov/recompute.h"
#include "gov/score.h"

static int64_t cases(struct fixture *f)
{
	return site_int(f, "SELECT COUNT(*) FROM cases WHERE channel = 'system'");
}

/* ---- once ---- */

SITE(a_case_goes_through_as_it_is_reported)
{
	set_system(f, "zj", "zhujian");
	site_clock(f, "2026-11-23T17:00:00+08:00");
	struct said s = report(f, "zj", 1, 5,
			       APPLY("2026-1") ACCEPT("2026-1", "2026-11-23T10:00:00+08:00") GRANT("2026-1", "2026-11-23T16:00:00+08:00")
				       RATE("2026-1", "1", "2026-11-23T16:30:00+08:00") "{\"table\":\"fee\",\"no\":\"2026-1\",\"fields\":{\"收费项目\":\"占道"
									    "费\",\"金额\":\"80.50\"}}\n");
	assert_int_equal(s.status, 200);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(state_of(f, &s, i), "taken");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE no = 'zj-2026-1' AND state = 'finished' AND org = 'zhujian' AND applicant_name = '周小川'"), 1);
	assert_int_equal(site_int(f, "SELECT level FROM rating"), 5);
	assert_int_equal(site_int(f, "SELECT amount FROM fee_order"), 8050);
	assert_int_equal(site_int(f, "SELECT have FROM outside_system"), 5);
	assert_int_equal(site_int(f, "SELECT CAST(SUM(received + accepted + decided + on_time) AS BIGINT) FROM figure WHERE org = 'zhujian'"), 4);
	ledger_holds(f);
}

SITE(a_batch_sent_again_gets_the_same_answer_and_nothing_is_done_twice)
{
	static const char rows[] = APPLY("1") "{\"table\":\"fee\",\"no\":\"1\",\"fields\":{\"收费项目\":\"占道费\",\"金额\":\"80\"}}\n" GRANT("77", "2026-11-23T09:10:00+08:00");
	set_system(f, "zj", "zhujian");
	struct said first = report(f, "zj", 1, 3, rows);
	int64_t entries = site_int(f, "SELECT COUNT(*) FROM ledger");
	for (int i = 0; i < 3; i++) {
		struct said again = report(f, "zj", 1, 3, rows);
		assert_int_equal(again.status, 200);
		assert_true(yz_str_eq(again.answer, first.answer));
	}
	assert_int_equal(cases(f), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM fee_order"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger"), entries);
	/* A part of it that is known, and what comes behind. */
	struct said more = report(f, "zj", 2, 4, yz_printf(f->a, "%s%s", strchr(rows, '\n') + 1, ACCEPT("1", "2026-11-23T09:20:00+08:00")));
	assert_int_equal(more.status, 200);
	assert_string_equal(state_of(f, &more, 2), "taken");
	/* The same row under another number is the same row: a system that lost its count. */
	struct said lost = report(f, "zj", 5, 7, rows);
	assert_string_equal(state_of(f, &lost, 0), "same");
	assert_string_equal(state_of(f, &lost, 1), "same");
	assert_string_equal(state_of(f, &lost, 2), "refused");
	assert_int_equal(cases(f), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM fee_order"), 1);
	/* Two of a kind are told apart by their key. */
	struct said two = report(f, "zj", 8, 8, "{\"table\":\"fee\",\"no\":\"1\",\"key\":\"b\",\"fields\":{\"收费项目\":\"占道费\",\"金额\":\"80\"}}\n");
	assert_string_equal(state_of(f, &two, 0), "taken");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM fee_order"), 2);
	ledger_holds(f);
}

SITE(out_of_order_is_a_gap_and_another_row_under_a_number_is_a_fork)
{
	set_system(f, "zj", "zhujian");
	assert_int_equal(report(f, "zj", 1, 1, APPLY("1")).status, 200);
	struct said s = report(f, "zj", 3, 3, APPLY("3"));
	assert_int_equal(s.status, 409);
	assert_string_equal(yz_str_z(f->a, s.answer), "{\"have\":1,\"why\":\"gap\",\"rows\":[]}");
	assert_int_equal(cases(f), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM link_down WHERE gap_why = 'gap' AND gap_from = 2 AND gap_to = 2"), 1);
	s = report(f, "zj", 1, 2, APPLY("2") APPLY("3"));
	assert_int_equal(s.status, 409);
	assert_string_equal(yz_str_z(f->a, s.answer), "{\"have\":1,\"why\":\"fork\",\"rows\":[]}");
	assert_int_equal(cases(f), 1);
	assert_int_equal(report(f, "zj", 2, 3, APPLY("2") APPLY("3")).status, 200);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM link_down WHERE gap_why = ''"), 1);
	s = report(f, "zj", 4, 3, "");
	assert_string_equal(yz_str_z(f->a, s.answer), "{\"have\":3,\"rows\":[]}");
	struct yz_upward_message ask = message_of(f, "zj", "GET", YZ_OUTSIDE_STATE, YZ_LIT(""));
	s = take(f, &ask);
	assert_string_equal(yz_str_z(f->a, s.answer), "{\"have\":3}");
}

/* ---- who ---- */

SITE(a_key_reports_for_its_department_and_no_other)
{
	struct yz_upward_message m;
	set_system(f, "zj", "zhujian");
	set_system(f, "da", "dangan");
	struct said s = report(f, "da", 1, 2, APPLY("1") ACCEPT("1", "2026-11-23T09:00:00+08:00"));
	assert_string_equal(found_of(f, &s, 0), "实施编码|" ROAD_DIG "|本部门没有这个事项，请核对实施编码");
	assert_string_equal(found_of(f, &s, 1), "no|1|没有这个办件：先报它的申请（表 5），编号要一样");
	assert_int_equal(report(f, "zj", 1, 1, APPLY("1")).status, 200);
	s = report(f, "da", 3, 4, GRANT("1", "2026-11-23T09:10:00+08:00") GRANT("zj-1", "2026-11-23T09:10:00+08:00"));
	assert_string_equal(state_of(f, &s, 0), "refused");
	assert_string_equal(state_of(f, &s, 1), "refused");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE no = 'zj-1' AND ended IS NULL"), 1);
	/* A key of one under the name of the other, a time gone by, a nonce that was there. */
	m = message_of(f, "zj", "POST", YZ_OUTSIDE_PATH, batch_of(f, "zj", 2, 2, APPLY("2")));
	m.site = YZ_LIT("da");
	assert_int_equal(take(f, &m).status, 0);
	m = message_of(f, "zj", "POST", YZ_OUTSIDE_PATH, batch_of(f, "da", 5, 5, APPLY("2")));
	assert_int_equal(take(f, &m).status, 0);
	assert_int_equal(f->err.code, YZ_BAD_INPUT);
	m = message_of(f, "zj", "POST", YZ_OUTSIDE_PATH, batch_of(f, "zj", 2, 2, APPLY("2")));
	f->now += 301 * YZ_SECOND;
	assert_int_equal(take(f, &m).status, 0);
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	m = message_of(f, "zj", "POST", YZ_OUTSIDE_PATH, batch_of(f, "zj", 2, 2, APPLY("2")));
	assert_int_equal(take(f, &m).status, 200);
	assert_int_equal(take(f, &m).status, 0);
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	m = message_of(f, "zj", "POST", YZ_OUTSIDE_PATH, batch_of(f, "zj", 3, 3, APPLY("3")));
	m.body.ptr = yz_printf(f->a, "%.*s", YZ_P(m.body));
	((char *)m.body.ptr)[m.body.len - 5] ^= 1;
	assert_int_equal(take(f, &m).status, 0);
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	assert_int_equal(cases(f), 2);
}

SITE(a_link_of_a_level_and_a_key_of_a_system_are_not_each_other_s)
{
	struct yz_str answer, sign;
	int status;
	set_system(f, "zj", "zhujian");
	GOOD(f, yz_link_down(f->site, YZ_LIT("990199"), YZ_LIT(SECRET), YZ_LIT(""), &f->err));
	struct yz_upward_message m = message_of(f, "zj", "GET", YZ_UPWARD_STATE, YZ_LIT(""));
	FAILS(f, YZ_FORBIDDEN, yz_upward_take(f->site, f->a, &m, &status, &answer, &sign, &f->err));
	m = message_of(f, "990199", "GET", YZ_OUTSIDE_STATE, YZ_LIT(""));
	FAILS(f, YZ_FORBIDDEN, yz_outside_take(f->site, f->a, YZ_LANG_ZH, &m, &status, &answer, &sign, &f->err));
	struct yz_link *links;
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_link_list(f->site, conn, f->a, &links, &f->err), 1);
	yz_db_release(conn);
}

SITE(a_key_is_changed_revoked_and_set_again_and_its_cases_stay)
{
	struct yz_outside_system *all;
	struct yz_upward_message m;
	set_system(f, "zj", "zhujian");
	assert_int_equal(report(f, "zj", 1, 1, APPLY("1")).status, 200);
	GOOD(f, yz_outside_system_set(f->site, YZ_LIT("zj"), YZ_LIT("zhujian"), YZ_LIT("新系统"), YZ_LIT("another-secret-of-thirty-two-bytes"),
				      YZ_LIT("10.0.0.8"), &f->err));
	assert_int_equal(report(f, "zj", 2, 2, APPLY("2")).status, 0);
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	set_system(f, "zj", "zhujian");
	/* Another title alone leaves it its key. */
	GOOD(f, yz_outside_system_set(f->site, YZ_LIT("zj"), YZ_LIT("zhujian"), YZ_LIT("审批系统"), YZ_LIT(""), YZ_LIT(""), &f->err));
	assert_int_equal(report(f, "zj", 2, 2, APPLY("2")).status, 200);
	m = message_of(f, "zj", "POST", YZ_OUTSIDE_PATH, batch_of(f, "zj", 3, 3, APPLY("3")));
	GOOD(f, yz_link_remove(f->site, YZ_LIT("zj"), &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_link_remove(f->site, YZ_LIT("zj"), &f->err));
	assert_int_equal(take(f, &m).status, 0);
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	struct yz_outside_report file;
	FAILS(f, YZ_NOT_FOUND, yz_outside_file(f->site, f->a, YZ_LANG_ZH, YZ_LIT("zj"), YZ_LIT(APPLY("3")), &file, &f->err));
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_outside_systems(f->site, conn, f->a, NULL, &all, &f->err), 1);
	yz_db_release(conn);
	assert_true(all[0].closed && !all[0].keyed && all[0].have == 2 && all[0].cases == 2 && all[0].taken == 2);
	/* Its name is not another department's one day. */
	FAILS(f, YZ_CONFLICT, yz_outside_system_set(f->site, YZ_LIT("zj"), YZ_LIT("dangan"), YZ_LIT("x"), YZ_LIT(SECRET), YZ_LIT(""), &f->err));
	set_system(f, "zj", "zhujian");
	assert_int_equal(report(f, "zj", 3, 3, APPLY("3")).status, 200);
	assert_int_equal(cases(f), 3);
	ledger_holds(f);
}

SITE(a_system_that_cannot_be_is_refused)
{
	static const char *const names[] = {"", "Zj", "1zj", "z-j", "abcdefghijklmnopq", "住建"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		FAILS(f, YZ_BAD_INPUT, yz_outside_system_set(f->site, yz_str(names[i]), YZ_LIT("zhujian"), YZ_LIT("x"), YZ_LIT(SECRET), YZ_LIT(""), &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_outside_system_set(f->site, YZ_LIT("zj"), YZ_LIT("nobody"), YZ_LIT("x"), YZ_LIT(SECRET), YZ_LIT(""), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_outside_system_set(f->site, YZ_LIT("zj"), YZ_LIT("zhujian"), YZ_LIT(" "), YZ_LIT(SECRET), YZ_LIT(""), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_outside_system_set(f->site, YZ_LIT("zj"), YZ_LIT("zhujian"), YZ_LIT("x"), YZ_LIT("short"), YZ_LIT(""), &f->err));
	GOOD(f, yz_outside_system_set(f->site, YZ_LIT("abcdefghijklmnop"), YZ_LIT("zhujian"), YZ_LIT("x"), YZ_LIT(""), YZ_LIT(""), &f->err));
	/* `link remove` tells it from a link upwards by its name alone. */
	FAILS(f, YZ_CONFLICT, yz_link_up(f->site, YZ_LIT("abcdefghijklmnop"), YZ_LIT("http://127.0.0.1:1"), YZ_LIT(SECRET), false, &f->err));
	GOOD(f, yz_link_up(f->site, YZ_LIT("city"), YZ_LIT("http://127.0.0.1:1"), YZ_LIT(SECRET), false, &f->err));
	FAILS(f, YZ_CONFLICT, yz_outside_system_set(f->site, YZ_LIT("city"), YZ_LIT("zhujian"), YZ_LIT("x"), YZ_LIT(SECRET), YZ_LIT(""), &f->err));
}

/* ---- what is wrong with a row ---- */

SITE(each_bad_row_says_field_value_and_reason_and_holds_up_no_other)
{
	static const char rows[] = "{\"table\":\"4\",\"no\":\"1\",\"fields\":{}}\n"
				   "{\"table\":\"5\",\"no\":\"建〔2026〕1\",\"fields\":{}}\n"
				   "{\"table\":\"6\",\"no\":\"1\",\"fields\":{\"受理时间\":\"昨天\"}}\n"
				   "{\"table\":\"7\",\"no\":\"1\",\"fields\":{\"业务动作\":\"研究研究\",\"结束时间\":\"2026-11-23T09:00:00+08:00\"}}\n"
				   "{\"table\":\"8\",\"no\":\"1\",\"fields\":{\"办结时间\":\"2026-11-23T09:00:00+08:00\",\"办结结果\":\"办好了\"}}\n"
				   "{\"table\":\"9\",\"no\":\"1\",\"fields\":{\"评价时间\":\"2026-11-23T09:00:00+08:00\",\"满意度代码\":\"6\"}}\n"
				   "{\"table\":\"fee\",\"no\":\"1\",\"fields\":{\"收费项目\":\"费\",\"金额\":\"-1\"}}\n"
				   "{\"table\":\"6\",\"no\":\"1\",\"fields\":{\"受理时间\":\"2026-11-23T09:00:00+08:00\",\"受里人\":\"王\"}}\n"
				   "{\"table\":\"6\",\"no\":\"1\",\"fields\":{}}\n"
				   "{\"table\":\"7-special\",\"no\":\"1\",\"fields\":{\"特别程序种类名称\":\"听证\"}}\n"
				   "[1]\n"
				   "{\"table\":\"6\",\"no\":\"1\",\"site\":\"x\",\"fields\":{\"受理时间\":\"2026-11-23T09:00:00+08:00\"}}\n"
				   "{\"table\":\"5\",\"no\":\"1\",\"fields\":{\"实施编码\":\"" ROAD_DIG "\",\"申请者名称\":\"周\",\"申请时间\":\"2026-11-23T09:00:00+08:00\",\"期限单位\":\"年\"}}\n"
				   "{\"table\":\"5\",\"no\":\"1\",\"fields\":{\"实施编码\":\"" ROAD_DIG "\",\"申请者名称\":\"周\",\"申请时间\":\"2026-11-23T09:31:00+08:00\"}}\n"
				   "{\"table\":\"5\",\"no\":\"1\",\"fields\":{\"实施编码\":\"" ROAD_DIG "\",\"申请者名称\":\"周\",\"申请时间\":\"2026-11-23T09:00:00+08:00\",\"承诺期限\":60,\"期限单位\":\"自然日\"}}\n"
				   /* The standard's own fields that nobody asks for are left aside. */
				   "{\"table\":\"5\",\"no\":\"1\",\"fields\":{\"实施编码\":\"" ROAD_DIG "\",\"申请者名称\":\"周\",\"申请时间\":\"2026-11-23T09:00:00+08:00\",\"通讯地址\":\"x\"}}\n"
				   "{\"table\":\"6\",\"no\":\"1\",\"fields\":{\"受理时间\":\"2026-11-23T08:59:00+08:00\"}}\n"
				   PASS("1", "没有的环节", "2026-11-23T09:10:00+08:00");
	static const char *const says[] = {
		"table|4|没有这张表：有 5、6、7、7-special、8、9、fee",
		"no|建〔2026〕1|编号是 1 到 40 个字母、数字和连字符",
		"受理时间|昨天|时间要写成 2026-11-22T10:32:00+08:00 这样",
		"业务动作|研究研究|业务动作是通过、不予受理、一次告知补正、提交补正或撤回申请",
		"办结结果|办好了|办结结果是准予许可或不予许可",
		"满意度代码|6|满意度代码是 1 到 5",
		"金额|-1|金额要像 80 或 80.00，不能是负数，也不能太大",
		"受里人|王|这张表没有这个字段",
		"受理时间||没有写，这一项必须有",
		"特别程序开始时间||开始和结束各报一行：开始时间和结束时间只写一个",
		"||一行是一个对象，有 table、no 和 fields",
		"site|x|一行只有 table、no、key 和 fields",
		"期限单位|年|期限单位是工作日、自然日、工作小时或小时，和承诺期限一起写",
		"申请时间|2026-11-23T09:31:00+08:00|时间还没有到",
		"承诺期限|60|比公布的办理期限长，请核对",
		"||",
		"受理时间|2026-11-23T08:59:00+08:00|时间在申请之前",
		"环节名称|没有的环节|这个事项的流程里没有这个环节，请核对环节名称",
	};
	enum { N = sizeof says / sizeof *says };
	set_system(f, "zj", "zhujian");
	struct said s = report(f, "zj", 1, N, rows);
	assert_int_equal(s.status, 200);
	for (size_t i = 0; i < N; i++) {
		assert_string_equal(state_of(f, &s, i), i == 15 ? "taken" : "refused");
		assert_string_equal(found_of(f, &s, i), says[i]);
	}
	assert_int_equal(cases(f), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM task WHERE node <> ''"), 0);
	/* What was found may name a person: it is kept sealed. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outside_row WHERE state = 'refused' AND answer_enc = ''"), 0);
	struct said again = report(f, "zj", 1, N, rows);
	assert_true(yz_str_eq(again.answer, s.answer));
	ledger_holds(f);
}

SITE(an_act_on_a_case_that_has_ended_or_is_not_reported_is_refused)
{
	set_system(f, "zj", "zhujian");
	const char *grant = GRANT("1", "2026-11-23T09:20:00+08:00");
	struct said s = report(f, "zj", 1, 5,
			       yz_printf(f->a, "%s%s%s%s%s", APPLY("1"), grant, ACCEPT("1", "2026-11-23T09:25:00+08:00"), RATE("1", "2", "2026-11-23T09:25:00+08:00"),
					 RATE("1", "3", "2026-11-23T09:26:00+08:00")));
	assert_string_equal(found_of(f, &s, 2), "no|1|这个办件已经办结");
	assert_string_equal(state_of(f, &s, 3), "taken");
	assert_string_equal(found_of(f, &s, 4), "no|1|这个办件已经有评价");
	/* Another application under its number. */
	s = report(f, "zj", 6, 6, APPLY_AT("1", ROAD_DIG, "2026-11-23T09:01:00+08:00"));
	assert_string_equal(found_of(f, &s, 0), "no|1|这个编号的申请已经报过，内容不同；已经报的不能改");
	assert_int_equal(cases(f), 1);
}

SITE(nothing_is_rated_before_its_end_nor_supplied_unasked)
{
	set_system(f, "zj", "zhujian");
	struct said s = report(f, "zj", 1, 3,
			       yz_printf(f->a, "%s%s%s", APPLY("1"), RATE("1", "1", "2026-11-23T09:10:00+08:00"),
					 "{\"table\":\"7\",\"no\":\"1\",\"fields\":{\"业务动作\":\"提交补正\",\"结束时间\":\"2026-11-23T09:12:00+08:00\"}}\n"));
	assert_string_equal(found_of(f, &s, 1), "no|1|办结以后才能评价");
	assert_string_equal(state_of(f, &s, 2), "taken");
	/* What runs, runs on: no second clock beside it. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM clock WHERE kind = 'answer'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM rating WHERE case_id IN (SELECT id FROM cases WHERE channel = 'system')"), 0);
}

SITE(a_row_spelt_another_way_is_the_same_row)
{
	static const char fee[] = "{\"table\":\"%s\",\"no\":\"1\",%s\"fields\":{\"收费项目\":\"城市道路占用挖掘修复费\",\"金额\":\"%s\"%s}}\n";
	set_system(f, "zj", "zhujian");
	struct said s = report(f, "zj", 1, 4,
			       yz_printf(f->a, "%s%s%s%s", APPLY("1"), APPLY_AT("1", ROAD_DIG, "2026-11-23T01:00:00Z"), yz_printf(f->a, fee, "fee", "", "80", ""),
					 yz_printf(f->a, fee, "收费", "\"key\":\"\",", "80.00", ",\"收费标准\":\" \"")));
	assert_string_equal(state_of(f, &s, 0), "taken");
	assert_string_equal(state_of(f, &s, 1), "same");
	assert_string_equal(state_of(f, &s, 3), strcmp(state_of(f, &s, 2), "taken") == 0 ? "same" : "refused");
	assert_string_equal(state_of(f, &s, 2), "taken");
	assert_int_equal(cases(f), 1);
}

/* ---- bounds ---- */

SITE(a_row_tells_twenty_findings_and_holds_no_hidden_characters)
{
	struct yz_buf b;
	yz_buf_init(&b, f->a, 8192);
	yz_buf_addz(&b, "{\"table\":\"6\",\"no\":\"1\",\"fields\":{");
	for (int i = 0; i < 30; i++)
		yz_buf_printf(&b, "%s\"f%d\":0", i ? "," : "", i);
	yz_buf_addz(&b, "}}\n{\"table\":\"5\",\"no\":\"1\",\"fields\":{\"实施编码\":\"" ROAD_DIG "\",\"申请者名称\":\"周\\u202e川\","
			"\"申请时间\":\"2026-11-23T09:00:00+08:00\"}}\n");
	set_system(f, "zj", "zhujian");
	struct said s = report(f, "zj", 1, 2, yz_str_z(f->a, yz_buf_str(&b)));
	const struct yz_json *answer = yz_json_read(f->a, s.answer, NULL, &f->err);
	GOOD(f, answer);
	assert_int_equal(yz_json_len(yz_json_get(yz_json_at(yz_json_get(answer, "rows"), 0), "findings")), 20);
	assert_string_equal(state_of(f, &s, 1), "refused");
	assert_int_equal(cases(f), 0);
}

static struct yz_str many(struct fixture *f, size_t n)
{
	struct yz_buf b;
	yz_buf_init(&b, f->a, 8 << 20);
	for (size_t i = 0; i < n; i++)
		yz_buf_printf(&b, "{\"table\":\"5\",\"no\":\"%zu\",\"fields\":{}}\n", i + 1);
	return yz_buf_str(&b);
}

SITE(a_batch_has_its_bounds_and_one_past_them_nothing_is_taken)
{
	set_system(f, "zj", "zhujian");
	const char *bad[] = {
		"", "{}\n", "{\"batch\":{\"site\":\"zj\",\"from\":0,\"to\":0}}\n", "{\"batch\":{\"site\":\"zj\",\"from\":1,\"to\":1}}\n",
		"{\"batch\":{\"site\":\"zj\",\"from\":1,\"to\":1}}\n{}\n{}\n", "{\"batch\":{\"site\":\"zj\",\"from\":1,\"to\":1}}\n{\"table\":\n",
		"{\"batch\":{\"site\":\"zj\",\"from\":1,\"to\":1}}\n{\"table\":\"5\",\"no\":\"1\",\"fields\":{\"a\":[[[[[1]]]]]}}\n",
		"{\"batch\":{\"site\":\"zj\",\"from\":1,\"to\":1}}\n{\"table\":\"\\u0000\"}\n\xff\n",
		yz_printf(f->a, "{\"batch\":{\"site\":\"zj\",\"from\":1,\"to\":1}}\n{\"table\":\"%*s\"}\n", YZ_OUTSIDE_LINE, "x"),
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct yz_upward_message m = message_of(f, "zj", "POST", YZ_OUTSIDE_PATH, yz_str(bad[i]));
		if (take(f, &m).status != 0 || yz_code_status(f->err.code) / 100 != 4)
			fail_msg("%zu was taken", i);
	}
	struct yz_upward_message m = message_of(f, "zj", "POST", YZ_OUTSIDE_PATH,
						batch_of(f, "zj", 1, YZ_OUTSIDE_ROWS + 1, yz_str_z(f->a, many(f, YZ_OUTSIDE_ROWS + 1))));
	assert_int_equal(take(f, &m).status, 0);
	struct yz_buf b;
	yz_buf_init(&b, f->a, 8 << 20);
	for (size_t i = 0; i <= YZ_OUTSIDE_BODY; i++)
		yz_buf_addc(&b, '\n');
	m = message_of(f, "zj", "POST", YZ_OUTSIDE_PATH, yz_buf_str(&b));
	assert_int_equal(take(f, &m).status, 0);
	assert_int_equal(f->err.code, YZ_TOO_LARGE);
	assert_int_equal(site_int(f, "SELECT have FROM outside_system"), 0);
	assert_int_equal(report(f, "zj", 1, YZ_OUTSIDE_ROWS, yz_str_z(f->a, many(f, YZ_OUTSIDE_ROWS))).status, 200);
	assert_int_equal(site_int(f, "SELECT refused FROM outside_system"), YZ_OUTSIDE_ROWS);
}

SITE(each_field_has_its_bound_and_one_past_it_the_row_is_refused)
{
	static const struct {
		const char *field, *fill;
		size_t most;
	} texts[] = {{"处理意见", "见", 4000}, {"法律依据", "法", 1000}, {"不按规则的理由", "理", 1000}};
	set_system(f, "zj", "zhujian");
	int64_t seq = 1;
	assert_int_equal(report(f, "zj", seq++, 1, APPLY("1")).status, 200);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (size_t past = 0; past < 2; past++, seq++) {
			struct yz_buf b;
			yz_buf_init(&b, f->a, 1 << 20);
			yz_buf_printf(&b, "{\"table\":\"7\",\"no\":\"1\",\"fields\":{\"业务动作\":\"通过\",\"结束时间\":\"2026-11-23T09:10:00+08:00\",\"%s\":\"", texts[i].field);
			for (size_t k = 0; k < texts[i].most + past; k++)
				yz_buf_addz(&b, texts[i].fill);
			yz_buf_addz(&b, "\"}}\n");
			struct said s = report(f, "zj", seq, seq, yz_str_z(f->a, yz_buf_str(&b)));
			assert_string_equal(state_of(f, &s, 0), past ? "refused" : "taken");
		}
	for (size_t past = 0; past < 2; past++, seq++) {
		struct yz_buf b;
		yz_buf_init(&b, f->a, 1 << 20);
		yz_buf_printf(&b, "{\"table\":\"7\",\"no\":\"1\",\"fields\":{\"业务动作\":\"一次告知补正\",\"处理意见\":\"x\",\"结束时间\":\"2026-11-23T09:10:00+08:00\",\"补正材料\":[");
		for (size_t k = 0; k < 200 + past; k++)
			yz_buf_printf(&b, "%s\"材料%zu\"", k ? "," : "", k);
		yz_buf_addz(&b, "]}}\n");
		struct said s = report(f, "zj", seq, seq, yz_str_z(f->a, yz_buf_str(&b)));
		assert_string_equal(state_of(f, &s, 0), past ? "refused" : "taken");
	}
	struct said s = report(f, "zj", seq, seq, "{\"table\":\"5\",\"no\":\"abcdefghijabcdefghijabcdefghijabcdefghij1\",\"fields\":{}}\n");
	assert_string_equal(found_of(f, &s, 0), "no|abcdefghijabcdefghijabcdefghijabcdefghij1|编号是 1 到 40 个字母、数字和连字符");
}

/* ---- watched as our own ---- */

SITE(a_late_case_of_another_system_gets_its_card_once_and_stands_in_figures_and_on_the_board)
{
	set_system(f, "zj", "zhujian");
	assert_int_equal(report(f, "zj", 1, 2, APPLY("1") ACCEPT("1", "2026-11-23T09:10:00+08:00")).status, 200);
	yz_instant due = site_int(f, "SELECT due FROM clock WHERE ended IS NULL");
	f->now = due - YZ_SECOND;
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE level = 'red'"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE level = 'yellow' AND monitor = 'whole-late'"), 1);
	f->now = due;
	sweep(f);
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE level = 'red' AND monitor = 'whole-late' AND org = 'zhujian'"), 1);
	assert_int_equal(site_int(f, "SELECT CAST(SUM(red) AS BIGINT) FROM figure WHERE org = 'zhujian'"), 1);
	char at[32];
	yz_instant_print(f->now, at);
	f->now += YZ_HOUR;
	struct said s = report(f, "zj", 3, 3, yz_printf(f->a, "{\"table\":\"8\",\"no\":\"1\",\"fields\":{\"办结时间\":\"%s\",\"办结结果\":\"准予许可\"}}\n", at));
	assert_string_equal(state_of(f, &s, 0), "taken");
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE level = 'red' AND monitor = 'whole-late'"), 1);
	assert_int_equal(site_int(f, "SELECT CAST(SUM(decided) * 10 + SUM(on_time) AS BIGINT) FROM figure WHERE org = 'zhujian'"), 10);
	struct yz_conn *conn = reading(f);
	struct yz_case *c = yz_case_load(f->site, conn, f->a, actor(f, "supervisor"), YZ_LIT("zj-1"), &f->err);
	GOOD(f, c);
	yz_db_release(conn);
	assert_string_equal(yz_str_z(f->a, c->source), "zhujian的系统");
	assert_string_equal(yz_str_z(f->a, c->source_no), "1");
	ledger_holds(f);
}

/* Of zhujian, a month that the clock stands in. */
static const struct yz_score *scored(struct fixture *f, const char *month, struct yz_scores *all)
{
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_score_make(f->site, conn, f->a, actor(f, "supervisor"), yz_str(month), yz_str(month), YZ_SCORE_ORG, YZ_LIT("zhujian"), all, &f->err));
	yz_db_release(conn);
	assert_int_equal(all->len, 1);
	return &all->at[0];
}

/* The ledger alone gives the score that stands. */
static void counts_again(struct fixture *f, const char *month, int64_t score)
{
	struct yz_recount r;
	struct yz_period p;
	assert_true(yz_period_parse(yz_str(month), &p));
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_recount(f->site, conn, f->a, p, &r, &f->err));
	yz_db_release(conn);
	if (r.different)
		fail_msg("%lld differ, first %.*s %.*s: %.*s, ledger %.*s", (long long)r.different, YZ_P(r.differences[0].where), YZ_P(r.differences[0].what),
			 YZ_P(r.differences[0].kept), YZ_P(r.differences[0].counted));
	assert_string_equal(yz_str_z(f->a, r.chain), "");
	size_t i = 0;
	while (i < r.nrows && !yz_str_eqz(r.rows[i].org, "zhujian"))
		i++;
	assert_true(i < r.nrows);
	assert_int_equal(r.rows[i].kept_score, score);
	assert_int_equal(r.rows[i].counted_score, score);
	assert_int_equal(r.rows[i].counted.red, 1);
}

SITE(a_late_case_of_another_system_costs_the_departments_month_its_cards_points_and_the_ledger_gives_the_same)
{
	struct yz_scores all;
	set_system(f, "zj", "zhujian");
	assert_int_equal(report(f, "zj", 1, 2, APPLY("1") ACCEPT("1", "2026-11-23T09:10:00+08:00")).status, 200);
	f->now = site_int(f, "SELECT due FROM clock WHERE ended IS NULL");
	sweep(f);
	char day[16], at[32];
	yz_day_print(yz_instant_day(f->now, f->site->offset), day);
	day[7] = '\0';
	yz_instant_print(f->now, at);
	f->now += YZ_HOUR;
	struct said said = report(f, "zj", 3, 3, yz_printf(f->a, "{\"table\":\"8\",\"no\":\"1\",\"fields\":{\"办结时间\":\"%s\",\"办结结果\":\"准予许可\"}}\n", at));
	assert_string_equal(state_of(f, &said, 0), "taken");
	const struct yz_score *s = scored(f, day, &all);
	int64_t lost[YZ_SCORING_PARTS] = {0}, sum = 0, red = 0;
	for (size_t i = 0; i < s->nevents; i++) {
		const struct yz_score_event *e = &s->events[i];
		lost[e->part] += e->points;
		if (e->kind != YZ_SCORED_CARD)
			continue;
		/* What each point leads to: the card, and through it the case that was reported. */
		assert_string_equal(yz_str_z(f->a, e->case_no), "zj-1");
		assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card d JOIN cases c ON c.id = d.case_id WHERE d.id = $1 AND d.points = $2 AND d.monitor = $3 "
					     "AND d.org = 'zhujian' AND c.no = 'zj-1' AND c.channel = 'system'", YZ_I(e->id), YZ_I(e->points), YZ_S(e->monitor)), 1);
		if (yz_str_eqz(e->monitor, "whole-late") && yz_str_eqz(e->level, "red")) {
			red++;
			assert_string_equal(yz_str_z(f->a, all.method->parts[e->part].key), "time");
			assert_true(e->points < 0);
		}
	}
	assert_int_equal(red, 1);
	for (size_t i = 0; i < all.method->nparts; i++) {
		assert_int_equal(s->parts[i].raw, all.method->parts[i].points + lost[i]);
		sum += s->parts[i].points;
	}
	assert_int_equal(s->points, sum);
	assert_true(s->points < 1000);
	counts_again(f, day, s->points);
	/* Settled when the month is over, it is this score that is written down. */
	site_clock(f, "2027-04-01T09:00:00+08:00");
	GOOD(f, yz_score_settle(f->site, f->a, actor(f, "supervisor"), yz_str(day), YZ_LIT("按月结算"), &f->err));
	const struct yz_score *settled = scored(f, day, &all);
	assert_true(settled->settled);
	assert_int_equal(settled->settled_points, s->points);
	counts_again(f, day, s->points);
	ledger_holds(f);
}

SITE(what_is_reported_all_at_once_after_its_limit_has_its_card_whether_the_sweeper_came_or_not)
{
	set_system(f, "zj", "zhujian");
	site_clock(f, "2027-02-22T09:30:00+08:00");
	struct said s = report(f, "zj", 1, 3, APPLY("1") ACCEPT("1", "2026-11-24T09:10:00+08:00") GRANT("1", "2027-02-20T09:00:00+08:00"));
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(state_of(f, &s, i), "taken");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE level = 'red' AND monitor = 'whole-late'"), 1);
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE level = 'red' AND monitor = 'whole-late'"), 1);
	/* And it was entered long after it was done. */
	assert_true(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'entered-late'") >= 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'step-skipped'"), 0);
	/* Decided, and nobody had accepted it. */
	report(f, "zj", 4, 5, APPLY_AT("2", ROAD_DIG, "2027-02-22T09:00:00+08:00") GRANT("2", "2027-02-22T09:10:00+08:00"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card d JOIN cases c ON c.id = d.case_id WHERE d.monitor = 'step-skipped' AND c.no = 'zj-2'"), 1);
	ledger_holds(f);
}

SITE(a_person_who_is_verified_sees_her_case_and_nobody_acts_on_it_here)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_conn *conn = reading(f);
	struct yz_person *p = yz_person_load(f->site, conn, f->a, she->person, &f->err);
	GOOD(f, p);
	yz_db_release(conn);
	set_system(f, "zj", "zhujian");
	const char *row = "{\"table\":\"5\",\"no\":\"%s\",\"fields\":{\"实施编码\":\"" ROAD_DIG "\",\"申请者名称\":\"%.*s\",\"申请者证件号码\":\"%.*s\","
			  "\"申请时间\":\"2026-11-23T09:00:00+08:00\"}}\n";
	assert_int_equal(report(f, "zj", 1, 1, yz_printf(f->a, row, "1", YZ_P(p->name), YZ_P(p->id_no))).status, 200);
	assert_int_equal(report(f, "zj", 2, 2, yz_printf(f->a, row, "2", YZ_P(YZ_LIT("别人")), YZ_P(p->id_no))).status, 200);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE applicant = $1", YZ_I(she->person)), 1);
	conn = reading(f);
	struct yz_case *c = yz_case_load(f->site, conn, f->a, she, YZ_LIT("zj-1"), &f->err);
	GOOD(f, c);
	FAILS(f, YZ_NOT_FOUND, yz_case_load(f->site, conn, f->a, she, YZ_LIT("zj-2"), &f->err) != NULL);
	yz_db_release(conn);
	for (size_t i = 0; i < c->nchoices; i++)
		assert_int_not_equal(c->choices[i].act, YZ_ACT_withdraw);
	const struct yz_act_input in = {.act = YZ_ACT_withdraw, .reason = YZ_LIT("不办了")};
	FAILS(f, YZ_CONFLICT, yz_case_act(f->site, f->a, she, YZ_LIT("zj-1"), &in, &f->err));
	ledger_holds(f);
}

/* ---- files ---- */

static struct yz_outside_report file(struct fixture *f, const char *text)
{
	struct yz_outside_report r;
	GOOD(f, yz_outside_file(f->site, f->a, YZ_LANG_ZH, YZ_LIT("zj"), yz_str(text), &r, &f->err));
	return r;
}

#define HEAD "表,办件编号,实施编码,申请者名称,申请时间,受理时间,业务动作,环节名称,结束时间,补正材料,办结时间,办结结果\n"
#define FILE_APPLY "5,8,\"" ROAD_DIG "\",周小川,2026-11-23 09:00,,,,,,,\n"
#define FILE_ACCEPT "办事受理,8,,,,2026/11/23 9:10,,,,,,\n"
#define FILE_CORRECT "7,8,,,,,一次告知补正,,2026-11-23T09:20:00,身份证、没有的材料,,\n"

SITE(a_file_is_taken_row_by_row_and_handed_over_again_it_does_nothing)
{
	set_system(f, "zj", "zhujian");
	struct yz_outside_report r = file(f, HEAD FILE_APPLY FILE_ACCEPT FILE_CORRECT "8,9,,,,,,,,,2026-11-23 09:25,准予许可\n");
	assert_int_equal(r.rows, 4);
	assert_int_equal(r.taken, 3);
	assert_int_equal(r.refused, 1);
	assert_int_equal(r.findings.errors, 1);
	assert_int_equal(r.findings.at[0].row, 5);
	assert_string_equal(yz_str_z(f->a, r.findings.at[0].reason), "没有这个办件：先报它的申请（表 5），编号要一样");
	assert_at(site_int(f, "SELECT accepted FROM cases"), "2026-11-23T09:10:00+08:00");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'material-unlisted'"), 1);
	int64_t entries = site_int(f, "SELECT COUNT(*) FROM ledger WHERE act <> 'system.report'");
	r = file(f, HEAD FILE_APPLY FILE_ACCEPT FILE_CORRECT);
	assert_int_equal(r.same, 3);
	assert_int_equal(r.taken + r.refused, 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act <> 'system.report'"), entries);
	/* The same rows as JSON are the same rows. */
	r = file(f, "[{\"table\":\"5\",\"no\":\"8\",\"fields\":{\"实施编码\":\"" ROAD_DIG "\",\"申请者名称\":\"周小川\",\"申请时间\":\"2026-11-23T01:00:00Z\"}}]");
	assert_int_equal(r.same, 1);
	r = file(f, APPLY("10") ACCEPT("10", "2026-11-23T09:10:00+08:00"));
	assert_int_equal(r.taken, 2);
	ledger_holds(f);
}

SITE(a_file_that_breaks_off_changes_nothing)
{
	struct yz_outside_report r;
	set_system(f, "zj", "zhujian");
	const char *bad[] = {HEAD FILE_APPLY "6,8,,,,2026-11", HEAD FILE_APPLY "6,8,\"", APPLY("1") "{\"table\":\"6\",\"no", "[" APPLY("1"), "", HEAD, "a,b\n1,2\n",
			     "表,办件编号,表\n5,1,5\n", "PK\003\004rubbish"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (yz_outside_file(f->site, f->a, YZ_LANG_ZH, YZ_LIT("zj"), yz_str(bad[i]), &r, &f->err))
			fail_msg("%zu was taken", i);
	f->err = (struct yz_err){0};
	assert_int_equal(cases(f), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outside_row"), 0);
	FAILS(f, YZ_NOT_FOUND, yz_outside_file(f->site, f->a, YZ_LANG_ZH, YZ_LIT("nobody"), YZ_LIT(APPLY("1")), &r, &f->err));
	/* A column that is none is a warning. */
	r = file(f, "table,no,实施编码,申请者名称,申请时间,备注\n5,1," ROAD_DIG ",周,2026-11-23 09:00,x\n");
	assert_int_equal(r.taken, 1);
	assert_int_equal(r.findings.warnings, 1);
	assert_int_equal(r.findings.errors, 0);
}

SITE(a_file_has_its_bounds)
{
	struct yz_outside_report r;
	struct yz_buf b;
	set_system(f, "zj", "zhujian");
	yz_buf_init(&b, f->a, 64 << 20);
	yz_buf_addz(&b, "table,no\n");
	for (size_t i = 0; i <= YZ_OUTSIDE_FILE_ROWS; i++)
		yz_buf_addz(&b, "5,1\n");
	FAILS(f, YZ_LIMIT, yz_outside_file(f->site, f->a, YZ_LANG_ZH, YZ_LIT("zj"), yz_buf_str(&b), &r, &f->err));
	const struct yz_str large = {b.ptr, (size_t)YZ_OUTSIDE_FILE + 1};
	FAILS(f, YZ_TOO_LARGE, yz_outside_file(f->site, f->a, YZ_LANG_ZH, YZ_LIT("zj"), large, &r, &f->err));
	yz_buf_init(&b, f->a, 1 << 20);
	yz_buf_addz(&b, "table,no");
	for (size_t i = 0; i < 199; i++)
		yz_buf_printf(&b, ",c%zu", i);
	yz_buf_addz(&b, "\n5,1\n");
	FAILS(f, YZ_LIMIT, yz_outside_file(f->site, f->a, YZ_LANG_ZH, YZ_LIT("zj"), yz_buf_str(&b), &r, &f->err));
}
