/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/pack.h"
#include "pack/policy.h"

#include "tests/pg.h"
#include "tests/test.h"

#include <stdio.h>
#include <sys/stat.h>

#define MODEL                                                                                                          \
	"<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"m\" name=\"m\" namespace=\"m\">"               \
	"<inputData id=\"i\" name=\"人数\"><variable name=\"人数\" typeRef=\"number\"/></inputData>"                            \
	"<decision id=\"d\" name=\"补贴\"><variable name=\"补贴\" typeRef=\"number\"/><informationRequirement id=\"r\">"          \
	"<requiredInput href=\"#i\"/></informationRequirement><decisionTable id=\"t\" hitPolicy=\"UNIQUE\"><input id=\"x\">"     \
	"<inputExpression id=\"xe\" typeRef=\"number\"><text>人数</text></inputExpression></input><output id=\"o\">"            \
	"<defaultOutputEntry id=\"e\"><text>null</text></defaultOutputEntry></output>"                                     \
	"<rule id=\"a\"><inputEntry id=\"a1\"><text>[3..10)</text></inputEntry><outputEntry id=\"a2\"><text>100</text>"        \
	"</outputEntry></rule><rule id=\"b\"><inputEntry id=\"b1\"><text>&gt;= %d</text></inputEntry><outputEntry id=\"b2\">"  \
	"<text>200</text></outputEntry></rule></decisionTable></decision></definitions>"

#define POLICY(name, whom, from, until, decision, give, facts)                                                         \
	"{\"name\":\"" name "\",\"org\":\"renshe\",\"for\":\"" whom "\",\"summary\":\"三个人起补\",\n"                         \
	"\"basis\":[{\"law\":\"办法\",\"article\":\"二\",\"text\":\"\"}],\"benefit\":{\"text\":\"一百元\",\"decision\":\"补贴\",\"unit\":\"元\"},\n"                     \
	"\"from\":\"" from "\",\"until\":\"" until "\",\"decision\":{\"model\":\"m\",\"name\":\"" decision "\"},\n"            \
	"\"give\":\"" give "\",\"facts\":{\"" facts "\":\"几个人？\"}}"
#define RIGHT POLICY("补贴政策", "legal", "2026-01-01", "2026-12-31", "补贴", "apply", "人数")

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

/* A pack with this policy, whose second rule begins at `from`. */
static struct yz_pack *pack_with(const char *policy, int from)
{
	const char *dir = yz_test_folder();
	char path[512];
	static const char *const folders[] = {"orgs", "decisions", "policies"};
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	yz_arena_destroy(arena);
	arena = yz_arena_create(0);
	put(dir, "pack.json", "{\"pack\":\"p\",\"name\":\"县\",\"version\":\"1\",\"region\":\"990121\",\"requires\":\"0.1\"}");
	put(dir, "regions.csv", "code,name,level,parent\n990000,省,1,\n990100,市,2,990000\n990121,县,3,990100\n");
	put(dir, "orgs/renshe.json", "{\"name\":\"人社局\",\"short\":\"人社\",\"region\":\"990121\"}");
	put(dir, "decisions/m.dmn", yz_printf(arena, MODEL, from));
	put(dir, "policies/p.json", policy);
	put(dir, "enterprises.csv", "统一社会信用代码,企业名称\n");
	struct yz_err err = {0};
	struct yz_pack *p = yz_pack_load(arena, dir, &err);
	assert_non_null(p);
	return p;
}

static void says(const char *policy, int from, const char *what)
{
	const struct yz_pack *p = pack_with(policy, from);
	for (size_t i = 0; i < p->nfindings; i++)
		if (p->findings[i].error && yz_str_find(p->findings[i].what, yz_str(what), 0) != SIZE_MAX &&
		    yz_str_eqz(p->findings[i].file, "policies/p.json"))
			return;
	for (size_t i = 0; i < p->nfindings; i++)
		print_message("%.*s: %.*s\n", YZ_P(p->findings[i].file), YZ_P(p->findings[i].what));
	fail_msg("nothing is said of: %s", what);
}

TEST(a_policy_that_is_right_is_read_whole)
{
	struct yz_pack *p = pack_with(RIGHT, 10);
	struct yz_policy_text t;
	for (size_t i = 0; i < p->nfindings; i++)
		print_message("%.*s: %.*s\n", YZ_P(p->findings[i].file), YZ_P(p->findings[i].what));
	assert_int_equal(p->nerrors, 0);
	assert_int_equal(p->policies.len, 1);
	assert_true(p->enterprises.len > 0);
	yz_policy_read(p->policies.at[0].json, &t);
	assert_true(yz_str_eqz(t.name, "补贴政策") && yz_str_eqz(t.model, "m") && yz_str_eqz(t.amount, "补贴"));
	assert_false(t.confirm);
	assert_false(yz_policy_holds(&t, yz_day_from(2025, 12, 31)));
	assert_true(yz_policy_holds(&t, yz_day_from(2026, 1, 1)) && yz_policy_holds(&t, yz_day_from(2026, 12, 31)));
	assert_false(yz_policy_holds(&t, yz_day_from(2027, 1, 1)));
}

TEST(what_is_wrong_with_a_policy_is_said)
{
	says(POLICY("", "legal", "2026-01-01", "2026-12-31", "补贴", "apply", "人数"), 10, "name is missing");
	says(POLICY("补", "all", "2026-01-01", "2026-12-31", "补贴", "apply", "人数"), 10, "for whom");
	says(POLICY("补", "legal", "2026-13-01", "2026-12-31", "补贴", "apply", "人数"), 10, "from is no day");
	says(POLICY("补", "legal", "2026-06-01", "2026-05-31", "补贴", "apply", "人数"), 10, "ends before it begins");
	says(POLICY("补", "legal", "2026-01-01", "2026-12-31", "没有的", "apply", "人数"), 10, "no decision");
	says(POLICY("补", "legal", "2026-01-01", "2026-12-31", "补贴", "gift", "人数"), 10, "how it is given");
	says(POLICY("补", "legal", "2026-01-01", "2026-12-31", "补贴", "apply", "天气"), 10, "no fact");
	says("[]", 10, "an object");
	says("{\"nmae\":\"补\"}", 10, "no key of the grammar");
}

TEST(a_decision_that_contradicts_itself_is_no_policy)
{
	says(RIGHT, 9, "decision");
}

#define PEOPLE(extra)                                                                                                  \
	"{\"name\":\"补\",\"org\":\"renshe\",\"for\":\"natural\",\"summary\":\"补\",\"basis\":[{\"law\":\"办法\"}],\"benefit\":{\"text\":\"一百元\"},"       \
	"\"from\":\"2026-01-01\",\"decision\":{\"model\":\"m\",\"name\":\"补贴\"},\"give\":\"confirm\"," extra "}"

TEST(where_a_fact_is_known_from_has_to_be_there)
{
	assert_int_equal(pack_with(PEOPLE("\"known\":{\"人数\":\"enterprise.职工人数\"},\"near\":\"count\",\"within\":250"), 10)->nerrors, 0);
	says(PEOPLE("\"known\":{\"人数\":\"register.人数\"}"), 10, "there is no place register.人数");
	says(PEOPLE("\"known\":{\"人数\":\"licence.nothing\"}"), 10, "there is no place licence.nothing");
	says(PEOPLE("\"known\":{\"人数\":\"case.nothing.months\"}"), 10, "there is no place case.nothing");
	says(PEOPLE("\"known\":{\"人数\":\"\"}"), 10, "there is no place");
	says(PEOPLE("\"known\":{\"人数\":\"enterprise|enterprise.a|enterprise.b|enterprise.c|enterprise.d\"}"), 10, "has no such places");
	says(PEOPLE("\"known\":{\"天气\":\"enterprise\"}"), 10, "no fact 天气");
	says(PEOPLE("\"known\":[]"), 10, "known is no such object");
	says(PEOPLE("\"near\":\"all\""), 10, "near");
	says(PEOPLE("\"within\":251"), 10, "within is no such number");
	says(PEOPLE("\"within\":0"), 10, "within is no such number");
}
