/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/site_fixture.h"

#include "gov/capital.h"
#include "gov/enterprise.h"
#include "text/ident.h"

/* ---- capital ---- */

static void capital(const char *text, const char *wan, const char *currency, enum yz_capital_doubt doubt)
{
	struct yz_capital c;
	struct yz_arena *a = yz_arena_create(0);
	struct yz_buf b;
	yz_capital_read(yz_str(text), &c);
	yz_buf_init(&b, a, 100);
	if (*c.currency)
		yz_buf_add_dec(&b, c.wan);
	if (!yz_str_eqz(yz_buf_str(&b), wan) || strcmp(c.currency, currency) != 0 || c.doubt != doubt)
		fail_msg("%s: %.*s %s %d, expected %s %s %d", text, YZ_P(yz_buf_str(&b)), c.currency, (int)c.doubt, wan, currency, (int)doubt);
	yz_arena_destroy(a);
}

TEST(capital_in_more_than_twenty_spellings_is_an_amount_and_a_currency)
{
	static const struct {
		const char *text, *wan, *currency;
		enum yz_capital_doubt doubt;
	} cases[] = {
		{"105(万元人民币)", "105", "CNY", YZ_CAPITAL_SURE},
		{"2,560(万元人民币)", "2560", "CNY", YZ_CAPITAL_SURE},
		{"38.3000(万元人民币)", "38.3", "CNY", YZ_CAPITAL_SURE},
		{"100万元人民币", "100", "CNY", YZ_CAPITAL_SURE},
		{"100.000000万人民币", "100", "CNY", YZ_CAPITAL_SURE},
		{"100(万元)", "100", "CNY", YZ_CAPITAL_SURE},
		{"100（万元）", "100", "CNY", YZ_CAPITAL_SURE},
		{"50(万人民币元)", "50", "CNY", YZ_CAPITAL_SURE},
		{"50万人民币元", "50", "CNY", YZ_CAPITAL_SURE},
		{"人民币 300 万元", "300", "CNY", YZ_CAPITAL_SURE},
		{"RMB 80万", "80", "CNY", YZ_CAPITAL_SURE},
		{"１２０万元", "120", "CNY", YZ_CAPITAL_SURE},
		{"1.2亿元", "12000", "CNY", YZ_CAPITAL_SURE},
		{"5000元", "0.5", "CNY", YZ_CAPITAL_SURE},
		{"30000元人民币", "3", "CNY", YZ_CAPITAL_SURE},
		{"5千元", "0.5", "CNY", YZ_CAPITAL_SURE},
		{"100(万美元)", "100", "USD", YZ_CAPITAL_SURE},
		{"100万美元", "100", "USD", YZ_CAPITAL_SURE},
		{"USD 25万", "25", "USD", YZ_CAPITAL_SURE},
		{"10万港元", "10", "HKD", YZ_CAPITAL_SURE},
		{"10(万香港元)", "10", "HKD", YZ_CAPITAL_SURE},
		{"60(万欧元)", "60", "EUR", YZ_CAPITAL_SURE},
		{"7万新加坡元", "7", "SGD", YZ_CAPITAL_SURE},
		{"2,000万日元", "2000", "JPY", YZ_CAPITAL_SURE},
		{"15万英镑", "15", "GBP", YZ_CAPITAL_SURE},
		{"90万澳大利亚元", "90", "AUD", YZ_CAPITAL_SURE},
		{"237.5000(万)", "237.5", "CNY", YZ_CAPITAL_CURRENCY},
		{"500", "0.05", "CNY", YZ_CAPITAL_UNIT},
		{"0(万元)", "0", "CNY", YZ_CAPITAL_ODD},
		{"99999999亿元", "999999990000", "CNY", YZ_CAPITAL_ODD},
		{"万人民币", "", "", YZ_CAPITAL_UNREAD},
		{"SOHAYL", "", "", YZ_CAPITAL_UNREAD},
		{"1.2.3万元", "", "", YZ_CAPITAL_UNREAD},
		{"N/A", "", "", YZ_CAPITAL_NONE},
		{"-", "", "", YZ_CAPITAL_NONE},
		{"", "", "", YZ_CAPITAL_NONE},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		capital(cases[i].text, cases[i].wan, cases[i].currency, cases[i].doubt);
}

TEST(capital_longer_than_the_bound_is_not_read)
{
	char text[200];
	memset(text, ' ', sizeof text);
	memcpy(text, "1万元", sizeof "1万元" - 1);
	text[119] = '\0';
	capital(text, "1", "CNY", YZ_CAPITAL_SURE);
	text[119] = ' ';
	text[120] = '\0';
	capital(text, "", "", YZ_CAPITAL_UNREAD);
}

/* ---- files ---- */

#define HEAD "企业名称,统一社会信用代码,注册日期,企业类型,法人代表_脱敏,注册资金,经营范围,所在省份,地区,注册地址"

static struct yz_enterprise_report import(struct fixture *f, const char *text, const char *map)
{
	const struct yz_enterprise_options o = {.bytes = yz_str(text), .file_name = YZ_LIT("e.csv"), .map = map};
	struct yz_enterprise_report r;
	f->err = (struct yz_err){0};
	GOOD(f, yz_enterprise_import(f->site, f->a, &o, &r, &f->err));
	return r;
}

static void refused(struct fixture *f, const char *text, enum yz_code code)
{
	const struct yz_enterprise_options o = {.bytes = yz_str(text), .file_name = YZ_LIT("e.csv")};
	struct yz_enterprise_report r;
	int64_t before = site_int(f, "SELECT COUNT(*) FROM enterprise");
	FAILS(f, code, yz_enterprise_import(f->site, f->a, &o, &r, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM enterprise"), before);
}

static const char *code(struct fixture *f, int n)
{
	char *s = yz_printf(f->a, "91990121MB8%06d?", n);
	s[17] = yz_ident_credit_check(s);
	return s;
}

static struct yz_enterprise *read_one(struct fixture *f, const char *uscc)
{
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, conn);
	struct yz_enterprise *list;
	size_t n = yz_enterprise_list(conn, f->a, yz_str(uscc), 0, 10, &list, &f->err);
	yz_db_release(conn);
	assert_int_equal(n, 1);
	return list;
}

#define assert_text(s, z) assert_string_equal(yz_str_z(f->a, (s)), (z))

SITE(a_row_keeps_its_columns_and_the_others_are_facts)
{
	const char *text = yz_printf(f->a, HEAD ",职工人数\n甲公司,%s,2021-03-05,有限责任公司,张三丰,\"2,560(万元人民币)\",做生意,青岚省,澜州市,文昌路 1 号,35\n",
				     code(f, 1));
	struct yz_enterprise_report r = import(f, text, NULL);
	assert_int_equal(r.added, 1);
	assert_int_equal(r.findings.len, 0);
	struct yz_enterprise *e = read_one(f, code(f, 1));
	assert_text(e->name, "甲公司");
	assert_text(e->capital, "2560");
	assert_text(e->currency, "CNY");
	assert_text(e->rep, "张*丰");
	assert_text(yz_json_str(e->facts, "职工人数"), "35");
	assert_text(e->source_file, "e.csv");
	assert_int_equal(e->registered, yz_day_from(2021, 3, 5));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'enterprise.import' AND actor_kind = 'system'"), 2);
}

SITE(the_same_file_again_changes_nothing_and_a_later_one_only_what_it_speaks_of)
{
	const char *text = yz_printf(f->a, HEAD ",职工人数\n甲公司,%s,2021-03-05,有限责任公司,张*,100万元,做生意,青岚省,澜州市,文昌路 1 号,35\n", code(f, 1));
	import(f, text, NULL);
	struct yz_enterprise_report r = import(f, text, NULL);
	assert_int_equal(r.same, 1);
	assert_int_equal(r.changed, 0);
	int64_t change = read_one(f, code(f, 1))->change;
	r = import(f, yz_printf(f->a, "统一社会信用代码,企业名称,发明专利数\n%s,甲公司,2\n", code(f, 1)), NULL);
	assert_int_equal(r.changed, 1);
	struct yz_enterprise *e = read_one(f, code(f, 1));
	assert_text(e->capital, "100");
	assert_text(yz_json_str(e->facts, "职工人数"), "35");
	assert_text(yz_json_str(e->facts, "发明专利数"), "2");
	assert_true(e->has_day);
	assert_true(e->change > change);
}

SITE(codes_that_are_none_are_found_and_kept_out)
{
	struct yz_str good = yz_str(code(f, 2));
	char *wrong = yz_str_z(f->a, good), *small = yz_str_z(f->a, yz_str(code(f, 3)));
	wrong[17] = wrong[17] == '0' ? '1' : '0';
	small[9] = 'b';
	const char *text = yz_printf(f->a,
				     "统一社会信用代码,企业名称\n320113000022709,旧号\n%s,校验码错\n,没有号\n%s,好的\n%s,又一次\n%s,小写\n", wrong,
				     good.ptr, good.ptr, small);
	struct yz_enterprise_report r = import(f, text, NULL);
	assert_int_equal(r.rows, 6);
	assert_int_equal(r.bad_codes, 4);
	assert_int_equal(r.added + r.left_out, 6);
	assert_int_equal(r.findings.at[0].row, 2);
	assert_non_null(strstr(yz_str_z(f->a, r.findings.at[0].reason), "旧的注册号"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM enterprise WHERE uscc = $1", YZ_S(good)), 1);
}

SITE(what_is_doubtful_is_told_by_row_and_kept_as_far_as_it_goes)
{
	const char *text = yz_printf(f->a, "统一社会信用代码,企业名称,注册日期,注册资金,企业类型\n%s,甲,2021-02-30,50(万),100万元人民币\n%s,乙,2099-01-01,N/A,公司\n",
				     code(f, 4), code(f, 5));
	struct yz_enterprise_report r = import(f, text, NULL);
	assert_int_equal(r.added, 2);
	assert_int_equal(r.findings.warnings, 4);
	assert_false(read_one(f, code(f, 4))->has_day);
	assert_text(read_one(f, code(f, 5))->capital, "");
}

SITE(a_file_that_breaks_off_takes_nothing_in)
{
	refused(f, yz_printf(f->a, "统一社会信用代码,企业名称,地址\n%s,甲,文昌路\n%s,乙", code(f, 6), code(f, 7)), YZ_SYNTAX);
	refused(f, yz_printf(f->a, "统一社会信用代码,企业名称\n%s,\"甲", code(f, 6)), YZ_SYNTAX);
	refused(f, "", YZ_SYNTAX);
	refused(f, "a,b\n1,2\n", YZ_SYNTAX);
	refused(f, "统一社会信用代码,企业名称,名称\n1,2,3\n", YZ_SYNTAX);
}

SITE(new_rows_stand_anywhere_among_known_ones)
{
	struct yz_buf known, mixed;
	yz_buf_init(&known, f->a, 1 << 20);
	yz_buf_init(&mixed, f->a, 1 << 20);
	yz_buf_addz(&known, "统一社会信用代码,企业名称,职工人数\n");
	yz_buf_addz(&mixed, "统一社会信用代码,企业名称,职工人数\n");
	for (int i = 0; i < 600; i++) {
		if (i % 7)
			yz_buf_printf(&known, "%s,甲 %d,%d\n", code(f, i), i, i);
		yz_buf_printf(&mixed, "%s,甲 %d,%d\n", code(f, i), i, i);
	}
	int64_t before = site_int(f, "SELECT COUNT(*) FROM enterprise");
	assert_int_equal(import(f, known.ptr, NULL).added, 514);
	struct yz_enterprise_report r = import(f, mixed.ptr, NULL);
	assert_int_equal(r.added, 86);
	assert_int_equal(r.same, 514);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM enterprise"), before + 600);
	assert_text(yz_json_str(read_one(f, code(f, 595))->facts, "职工人数"), "595");
}

SITE(columns_by_other_names_are_mapped)
{
	struct yz_enterprise_report r = import(f, yz_printf(f->a, "CODE,COMPANY,CAP\n%s,甲,10万美元\n", code(f, 8)),
					       "{\"uscc\":\"CODE\",\"name\":\"COMPANY\",\"capital\":\"CAP\"}");
	assert_int_equal(r.added, 1);
	assert_text(read_one(f, code(f, 8))->currency, "USD");
}

SITE(bounds_of_a_file_hold_one_past_them)
{
	struct yz_buf b;
	yz_buf_init(&b, f->a, 1 << 20);
	yz_buf_addz(&b, "统一社会信用代码,企业名称");
	for (int i = 2; i <= YZ_ENTERPRISE_COLUMNS; i++)
		yz_buf_printf(&b, ",列%d", i);
	yz_buf_addz(&b, "\n");
	refused(f, b.ptr, YZ_LIMIT);
	char *cell = yz_alloc(f->a, YZ_ENTERPRISE_CELL + 2);
	memset(cell, 'x', YZ_ENTERPRISE_CELL + 1);
	cell[YZ_ENTERPRISE_CELL + 1] = '\0';
	struct yz_enterprise_report r = import(f, yz_printf(f->a, "统一社会信用代码,企业名称,话\n%s,甲,%s\n", code(f, 9), cell), NULL);
	assert_int_equal(r.findings.warnings, 1);
	assert_int_equal(yz_json_str(read_one(f, code(f, 9))->facts, "话").len, YZ_ENTERPRISE_CELL);
	yz_buf_init(&b, f->a, 1 << 20);
	yz_buf_printf(&b, "统一社会信用代码,企业名称,a,b,c,d,e,f\n%s,乙", code(f, 10));
	for (int i = 0; i < 6; i++)
		yz_buf_printf(&b, ",%.*s", YZ_ENTERPRISE_CELL, cell);
	yz_buf_addz(&b, "\n");
	r = import(f, b.ptr, NULL);
	assert_int_equal(r.left_out, 1);
}

SITE(facts_of_many_files_together_have_a_bound_and_are_never_cut)
{
	char *cell = yz_alloc(f->a, YZ_ENTERPRISE_CELL + 1);
	struct yz_enterprise_report r;
	memset(cell, 'x', YZ_ENTERPRISE_CELL);
	cell[YZ_ENTERPRISE_CELL] = '\0';
	for (int i = 0; i < YZ_ENTERPRISE_KEPT / YZ_ENTERPRISE_CELL - 1; i++)
		import(f, yz_printf(f->a, "统一社会信用代码,企业名称,列%d\n%s,甲,%s\n", i, code(f, 12), cell), NULL);
	const struct yz_enterprise_options o = {
		.bytes = yz_str(yz_printf(f->a, "统一社会信用代码,企业名称,多\n%s,甲,%s\n", code(f, 12), cell)), .file_name = YZ_LIT("e.csv")};
	FAILS(f, YZ_LIMIT, yz_enterprise_import(f->site, f->a, &o, &r, &f->err));
	assert_int_equal(read_one(f, code(f, 12))->facts->count, YZ_ENTERPRISE_KEPT / YZ_ENTERPRISE_CELL - 1);
}

SITE(two_columns_of_one_name_are_refused)
{
	refused(f, yz_printf(f->a, "统一社会信用代码,企业名称,职工人数,职工人数\n%s,甲,3,4\n", code(f, 13)), YZ_SYNTAX);
	import(f, yz_printf(f->a, "统一社会信用代码,企业名称,,\n%s,甲,3,4\n", code(f, 13)), NULL); /* without a name they are not kept */
}

SITE(only_who_administers_all_of_the_region_imports)
{
	struct yz_actor *who = site_actor(f, "items");
	const struct yz_enterprise_options o = {.bytes = yz_str(yz_printf(f->a, "统一社会信用代码,企业名称\n%s,甲\n", code(f, 14))), .who = who};
	struct yz_enterprise_report r;
	GOOD(f, yz_enterprise_import(f->site, f->a, &o, &r, &f->err));
	who->posts[0].region_path = YZ_LIT("/990000/990100/990121/990121001/");
	FAILS(f, YZ_FORBIDDEN, yz_enterprise_import(f->site, f->a, &o, &r, &f->err));
}

SITE(only_who_may_imports)
{
	const struct yz_enterprise_options o = {.bytes = YZ_LIT("统一社会信用代码,企业名称\n"), .who = site_actor(f, "zhangmin")};
	struct yz_enterprise_report r;
	FAILS(f, YZ_FORBIDDEN, yz_enterprise_import(f->site, f->a, &o, &r, &f->err));
}

SITE(facts_follow_from_columns)
{
	import(f, yz_printf(f->a, "统一社会信用代码,企业名称,注册日期,上年研发费用万元,上年销售收入万元,发明专利数,实用新型数,外观设计数,失信\n"
				  "%s,甲,2021-11-23,3,60,1,2,3,否\n",
			    code(f, 11)),
	       NULL);
	struct yz_enterprise *e = read_one(f, code(f, 11));
	yz_day day = yz_day_from(2026, 11, 22);
	struct yz_str region = YZ_LIT("990121");
#define fact(name, kind, on) yz_str_z(f->a, yz_feel_text(f->a, yz_enterprise_fact(f->a, e, YZ_LIT(name), kind, on, region)))
	assert_string_equal(fact("成立月数", YZ_FEEL_NUMBER, day), "59");
	assert_string_equal(fact("成立月数", YZ_FEEL_NUMBER, day + 1), "60");
	assert_string_equal(fact("研发费用占比", YZ_FEEL_NUMBER, day), "5");
	assert_string_equal(fact("专利分值", YZ_FEEL_NUMBER, day), "12");
	assert_string_equal(fact("其他知识产权数", YZ_FEEL_NUMBER, day), "null");
	assert_string_equal(fact("失信", YZ_FEEL_BOOLEAN, day), "false");
	assert_string_equal(fact("主体类别", YZ_FEEL_STRING, day), "企业");
	assert_string_equal(fact("在本县登记", YZ_FEEL_BOOLEAN, day), "true");
	assert_string_equal(fact("没有的", YZ_FEEL_NUMBER, day), "null");
}
