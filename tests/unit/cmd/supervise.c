/* yizhan supervise report: a file of a department's own system, row by row.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cmd/site_command.h"

#define HEAD "表,办件编号,实施编码,申请者名称,申请时间,受理时间,办结时间,办结结果\n"
#define APPLY "5,1," ROAD_DIG ",周小川,2026-11-23 09:00,,,\n"
#define ACCEPT "6,1,,,,2026-11-23 09:10,,\n"
#define GRANT_UNHEARD_OF "8,2,,,,,2026-11-23 09:25,准予许可\n"
#define UNHEARD_OF "没有这个办件：先报它的申请（表 5），编号要一样"

/* A system that hands over files, and a server that takes them. */
static struct yz_control *with_system(struct fixture *f)
{
	struct yz_control *c = serve(f);
	struct said s = RUN("link", "system", f->dir, "zj", "--org", "zhujian", "--title", "住建局审批系统");
	assert_int_equal(s.status, 0);
	return c;
}

static struct said hand_over(struct fixture *f, const char *text, const char *json)
{
	return RUN("supervise", "report", f->dir, put_file(f, "handed-over", text, strlen(text)), "--system", "zj", json);
}

SITE(a_file_with_nothing_wrong_is_status_0_and_says_what_was_taken)
{
	struct yz_control *c = with_system(f);
	struct said s = hand_over(f, HEAD APPLY ACCEPT, NULL);
	assert_int_equal(s.status, 0);
	assert_string_equal(s.out, "2 rows: 2 taken, 0 the same, 0 refused; 0 errors, 0 warnings\n");
	assert_string_equal(s.err, "");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE no = 'zj-1' AND accepted IS NOT NULL"), 1);
	s = hand_over(f, HEAD APPLY ACCEPT, NULL);
	assert_int_equal(s.status, 0);
	assert_string_equal(s.out, "2 rows: 0 taken, 2 the same, 0 refused; 0 errors, 0 warnings\n");
	yz_control_stop(c);
	ledger_holds(f);
}

SITE(a_warning_is_printed_and_is_status_0)
{
	struct yz_control *c = with_system(f);
	struct said s = hand_over(f, "表,办件编号,实施编码,申请者名称,申请时间,备注\n5,1," ROAD_DIG ",周小川,2026-11-23 09:00,急\n", NULL);
	assert_int_equal(s.status, 0);
	assert_string_equal(s.out, "warning\t1 \t备注\t\t没有这个字段，这一列没有读\n1 rows: 1 taken, 0 the same, 0 refused; 0 errors, 1 warnings\n");
	yz_control_stop(c);
}

SITE(a_refused_row_is_status_1_and_says_row_field_value_and_reason)
{
	struct yz_control *c = with_system(f);
	struct said s = hand_over(f, HEAD APPLY GRANT_UNHEARD_OF "6,1,,,,昨天,,\n" ACCEPT, NULL);
	assert_int_equal(s.status, 1);
	assert_string_equal(s.out, "error\t3 \tno\t2\t" UNHEARD_OF "\n"
				   "error\t4 \t受理时间\t昨天\t时间要写成 2026-11-22T10:32:00+08:00 这样\n"
				   "4 rows: 2 taken, 0 the same, 2 refused; 2 errors, 0 warnings\n");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE no = 'zj-1' AND accepted IS NOT NULL"), 1);
	/* Put right and handed over again, it does the rest. */
	s = hand_over(f, HEAD APPLY "5,2," ROAD_DIG ",王芳,2026-11-23 09:05,,,\n" GRANT_UNHEARD_OF ACCEPT, NULL);
	assert_int_equal(s.status, 0);
	assert_string_equal(s.out, "4 rows: 2 taken, 2 the same, 0 refused; 0 errors, 0 warnings\n");
	yz_control_stop(c);
	ledger_holds(f);
}

SITE(a_file_that_breaks_off_is_status_1_and_changes_nothing)
{
	static const char *const broken[] = {HEAD APPLY "6,1,,,,2026-11", HEAD APPLY "6,1,\"", "[{\"table\":\"5\",\"no\":\"1\",\"fields\":{}},", ""};
	struct yz_control *c = with_system(f);
	int64_t entries = site_int(f, "SELECT COUNT(*) FROM ledger");
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct said s = hand_over(f, broken[i], NULL);
		assert_int_equal(s.status, 1);
		assert_says(s, "0 taken");
		if (strncmp(s.err, "yizhan: ", 8) != 0)
			fail_msg("%zu does not say why: %s", i, s.err);
		s = hand_over(f, broken[i], "--json");
		assert_int_equal(s.status, 1);
		assert_false(yz_json_bool(json(f, s.out), "done", true));
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger"), entries);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outside_row"), 0);
	yz_control_stop(c);
}

SITE(json_has_the_counts_and_each_finding)
{
	struct yz_control *c = with_system(f);
	struct said s = hand_over(f, HEAD APPLY ACCEPT GRANT_UNHEARD_OF, "--json");
	assert_int_equal(s.status, 1);
	const struct yz_json *said = json(f, s.out), *found = yz_json_at(yz_json_get(said, "findings"), 0);
	assert_true(yz_json_bool(said, "done", false));
	assert_int_equal(yz_json_int(said, "rows", 0), 3);
	assert_int_equal(yz_json_int(said, "taken", 0), 2);
	assert_int_equal(yz_json_int(said, "same", -1), 0);
	assert_int_equal(yz_json_int(said, "refused", 0), 1);
	assert_int_equal(yz_json_len(yz_json_get(said, "findings")), 1);
	assert_true(yz_json_bool(found, "error", false));
	assert_int_equal(yz_json_int(found, "row", 0), 4);
	assert_string_equal(yz_str_z(f->a, yz_json_str(found, "field")), "no");
	assert_string_equal(yz_str_z(f->a, yz_json_str(found, "value")), "2");
	assert_string_equal(yz_str_z(f->a, yz_json_str(found, "reason")), UNHEARD_OF);
	yz_control_stop(c);
}

SITE(what_is_given_wrongly_is_said)
{
	struct yz_control *c = with_system(f);
	const char *file = put_file(f, "rows.csv", HEAD APPLY, strlen(HEAD APPLY));
	assert_int_equal(RUN("supervise", "report", f->dir, file).status, 2);
	assert_int_equal(RUN("supervise", "report", f->dir, "--system", "zj").status, 2);
	struct said s = RUN("supervise", "report", f->dir, file, "--system", "nobody");
	assert_int_equal(s.status, 1);
	assert_says(s, "nobody");
	s = RUN("supervise", "report", f->dir, "/no/such/file", "--system", "zj");
	assert_int_equal(s.status, 1);
	assert_says(s, "/no/such/file");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases"), 0);
	yz_control_stop(c);
}
