/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/pack.h"
#include "pack/register.h"

#include "tests/pg.h"
#include "tests/test.h"

#include <stdio.h>
#include <sys/stat.h>

#define FIELDS                                                                                                         \
	"[{\"name\":\"身份证号\",\"type\":\"person-id\"},{\"name\":\"死亡日期\",\"type\":\"date\",\"required\":true},"         \
	"{\"name\":\"性别\",\"type\":\"code\",\"codes\":\"GB/T 2261.1\"}]"
#define REGISTER(org, key, fields, share)                                                                              \
	"{\"name\":\"死亡登记\",\"org\":\"" org "\",\"source\":\"户政系统\",\n\"key\":[\"" key "\"],\"subject\":\"身份证号\",\n"       \
	"\"fields\":" fields share "}"
#define SHARE ",\"share\":{\"orgs\":[\"renshe\"],\"purposes\":[\"补贴审核\"],\"basis\":\"办法第三条\"}"
#define RIGHT REGISTER("gongan", "身份证号", FIELDS, SHARE)
#define RULES(rule) "{\"name\":\"比对\",\"purpose\":\"补贴审核\",\"rules\":[" rule "]}"
#define RULE(reg, find, when, field, severity)                                                                         \
	"{\"key\":\"dead\",\"register\":\"" reg "\",\"find\":\"" find "\",\"by\":\"申请人身份证号\",\"when\":\"" when         \
	"\",\"field\":\"" field "\",\"severity\":\"" severity "\",\"text\":\"已登记死亡\"}"
#define GOOD_RULES RULES(RULE("death", "身份证号", "record.死亡日期 <= today()", "死亡日期", "high"))

static struct yz_arena *arena;

static void put(const char *dir, const char *name, const char *text)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static struct yz_pack *pack_with(const char *reg, const char *rules)
{
	static const char *const folders[] = {"orgs", "registers", "comparisons", "records"};
	const char *dir = yz_test_folder();
	char path[512];
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	yz_arena_destroy(arena);
	arena = yz_arena_create(0);
	put(dir, "pack.json", "{\"pack\":\"p\",\"name\":\"县\",\"version\":\"1\",\"region\":\"990121\"}");
	put(dir, "regions.csv", "code,name,level,parent\n990000,省,1,\n990100,市,2,990000\n990121,县,3,990100\n");
	put(dir, "orgs/renshe.json", "{\"name\":\"人社局\",\"short\":\"人社\",\"region\":\"990121\"}");
	put(dir, "orgs/gongan.json", "{\"name\":\"公安局\",\"short\":\"公安\",\"region\":\"990121\"}");
	put(dir, "registers/death.json", reg);
	put(dir, "comparisons/c.json", rules);
	put(dir, "records/death.csv", "身份证号,死亡日期\n");
	struct yz_err err = {0};
	struct yz_pack *p = yz_pack_load(arena, dir, &err);
	assert_non_null(p);
	return p;
}

static void says(const char *reg, const char *rules, const char *file, const char *what)
{
	const struct yz_pack *p = pack_with(reg, rules);
	for (size_t i = 0; i < p->nfindings; i++)
		if (p->findings[i].error && yz_str_find(p->findings[i].what, yz_str(what), 0) != SIZE_MAX &&
		    yz_str_eqz(p->findings[i].file, file))
			return;
	for (size_t i = 0; i < p->nfindings; i++)
		print_message("%.*s: %.*s\n", YZ_P(p->findings[i].file), YZ_P(p->findings[i].what));
	fail_msg("nothing is said of: %s", what);
}

TEST(a_register_and_its_comparison_that_are_right_are_read_whole)
{
	struct yz_err err = {0};
	const struct yz_pack *p = pack_with(RIGHT, GOOD_RULES);
	for (size_t i = 0; i < p->nfindings; i++)
		print_message("%.*s: %.*s\n", YZ_P(p->findings[i].file), YZ_P(p->findings[i].what));
	assert_int_equal(p->nerrors, 0);
	assert_int_equal(p->records.len, 1);
	const struct yz_register *g = yz_register_read(arena, YZ_LIT("death"), p->registers.at[0].json, &err);
	assert_non_null(g);
	assert_int_equal(g->nfields, 3);
	assert_true(g->fields[0].is_private && g->fields[0].find && g->fields[0].required);
	assert_int_equal(g->subject, 0);
	assert_int_equal(g->fields[2].ncodes, 4);
	assert_true(yz_str_eqz(*yz_reg_code_title(&g->fields[2], YZ_LIT("2")), "女性"));
	assert_null(yz_reg_code_title(&g->fields[2], YZ_LIT("3")));
	assert_true(yz_register_shared(g, YZ_LIT("renshe"), YZ_LIT("补贴审核")));
	assert_true(yz_register_shared(g, YZ_LIT("gongan"), YZ_LIT("随便")));
	assert_false(yz_register_shared(g, YZ_LIT("renshe"), YZ_LIT("随便")));
	assert_false(yz_register_shared(g, YZ_LIT("minzheng"), YZ_LIT("补贴审核")));
}

TEST(a_register_that_is_wrong_is_told_where)
{
	static const char file[] = "registers/death.json";
	says(REGISTER("nowhere", "身份证号", FIELDS, ""), GOOD_RULES, file, "there is no department nowhere");
	says(REGISTER("gongan", "姓名", FIELDS, ""), GOOD_RULES, file, "key: there is no field 姓名");
	says(REGISTER("gongan", "身份证号", "[]", ""), GOOD_RULES, file, "fields are a list");
	says(REGISTER("gongan", "身份证号", "[{\"name\":\"身份证号\",\"type\":\"blob\"}]", ""), GOOD_RULES, file, "there is no type blob");
	says(REGISTER("gongan", "身份证号", "[{\"name\":\"身份证号\",\"type\":\"text\"}]", ""), GOOD_RULES, file, "subject is a field");
	says(REGISTER("gongan", "身份证号", "[{\"name\":\"身份证号\",\"type\":\"person-id\"},{\"name\":\"身份证号\",\"type\":\"text\"}]", ""),
	     GOOD_RULES, file, "stands twice");
	says(REGISTER("gongan", "身份证号", "[{\"name\":\"身份证号\",\"type\":\"code\",\"codes\":\"GB 1\"}]", ""), GOOD_RULES, file,
	     "not built in");
	says(REGISTER("gongan", "身份证号", FIELDS, ",\"share\":{\"orgs\":[\"minzheng\"],\"purposes\":[\"补贴\"],\"basis\":\"三\"}"),
	     GOOD_RULES, file, "share: there is no department minzheng");
	says(REGISTER("gongan", "身份证号", FIELDS, ",\"share\":{\"orgs\":[\"*\"],\"purposes\":[\"补贴\"]}"), GOOD_RULES, file,
	     "basis is missing");
	says(REGISTER("gongan", "身份证号", FIELDS, ",\"colour\":1"), GOOD_RULES, file, "no key of the grammar");
}

#define PAID(map) REGISTER("gongan", "身份证号", FIELDS, SHARE ",\"payments\":" map)

TEST(what_a_register_takes_of_payments_must_fill_its_required_fields)
{
	static const char file[] = "registers/death.json";
	static const char right[] = PAID("{\"身份证号\":\"facts.身份证号\",\"死亡日期\":\"day\"}");
	struct yz_err err = {0};
	struct yz_arena *a = yz_arena_create(0);
	assert_non_null(yz_register_read(a, YZ_LIT("death"), yz_json_read(a, yz_str(right), NULL, &err), &err));
	yz_arena_destroy(a);
	says(PAID("[]"), GOOD_RULES, file, "payments is an object");
	says(PAID("{\"身份证号\":\"facts.身份证号\"}"), GOOD_RULES, file, "payments: the field 死亡日期 must be filled in");
	says(PAID("{\"身份证号\":\"facts.\",\"死亡日期\":\"day\"}"), GOOD_RULES, file, "payments: facts. is no");
	says(PAID("{\"身份证号\":\"account\",\"死亡日期\":\"day\"}"), GOOD_RULES, file, "payments: account is no");
	says(PAID("{\"账号\":\"no\",\"死亡日期\":\"day\"}"), GOOD_RULES, file, "payments: there is no field 账号");
}

TEST(a_rule_that_would_find_nothing_is_told)
{
	static const char file[] = "comparisons/c.json";
	says(RIGHT, RULES(RULE("deaths", "身份证号", "true", "死亡日期", "high")), file, "there is no register deaths");
	says(RIGHT, RULES(RULE("death", "死亡日期", "true", "死亡日期", "high")), file, "not found by 死亡日期");
	says(RIGHT, RULES(RULE("death", "身份证号", "true", "原因", "high")), file, "has no field 原因");
	says(RIGHT, RULES(RULE("death", "身份证号", "true", "死亡日期", "grave")), file, "severity is high");
	says(RIGHT, RULES(RULE("death", "身份证号", "record.死亡日期 <=", "死亡日期", "high")), file, "rule dead");
	says(RIGHT, RULES(RULE("death", "身份证号", "record.日期 <= today()", "死亡日期", "high")), file, "rule dead");
	says(RIGHT, "{\"name\":\"比对\",\"purpose\":\"补贴审核\",\"rules\":[]}", file, "rules are a list");
}

TEST(one_field_and_one_rule_past_the_bound_are_refused)
{
	struct yz_err err = {0};
	struct yz_buf b;
	arena = arena ? arena : yz_arena_create(0);
	for (int n = YZ_REG_FIELDS; n <= YZ_REG_FIELDS + 1; n++) {
		yz_buf_init(&b, arena, 1 << 20);
		yz_buf_addz(&b, "{\"name\":\"库\",\"org\":\"a\",\"source\":\"s\",\"key\":[\"f0\"],\"fields\":[");
		for (int i = 0; i < n; i++)
			yz_buf_printf(&b, "%s{\"name\":\"f%d\",\"type\":\"text\"}", i ? "," : "", i);
		yz_buf_addz(&b, "]}");
		const struct yz_json *v = yz_json_read(arena, yz_buf_str(&b), NULL, &err);
		err = (struct yz_err){0};
		assert_int_equal(yz_register_read(arena, YZ_LIT("k"), v, &err) != NULL, n == YZ_REG_FIELDS);
	}
	for (int n = YZ_REG_RULES; n <= YZ_REG_RULES + 1; n++) {
		yz_buf_init(&b, arena, 1 << 20);
		yz_buf_addz(&b, "{\"name\":\"比对\",\"purpose\":\"p\",\"rules\":[");
		for (int i = 0; i < n; i++)
			yz_buf_printf(&b, "%s{\"key\":\"r%d\",\"register\":\"k\",\"find\":\"f\",\"by\":\"x\",\"field\":\"f\",\"severity\":\"note\",\"text\":\"t\"}",
				      i ? "," : "", i);
		yz_buf_addz(&b, "]}");
		const struct yz_json *v = yz_json_read(arena, yz_buf_str(&b), NULL, &err);
		err = (struct yz_err){0};
		assert_int_equal(yz_comparison_read(arena, YZ_LIT("c"), v, &err) != NULL, n == YZ_REG_RULES);
	}
}
