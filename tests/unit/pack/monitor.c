/* What is found in a monitor.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "pack/monitor.h"
#include "pack/pack.h"

#include <string.h>

#define HEAD "\"name\":\"n\",\"watches\":\"case\",\"level\":\"red\",\"from\":\"2026-01-01\",\"source\":[{\"law\":\"l\",\"text\":\"t\"}]"

static struct yz_pack_findings found;

static struct yz_monitor *read(struct yz_arena *a, const char *text)
{
	struct yz_err err = {0};
	const struct yz_json *body = yz_json_read(a, yz_str(text), NULL, &err);
	assert_non_null(body);
	found = (struct yz_pack_findings){0};
	return yz_monitor_read(a, YZ_LIT("k"), body, YZ_LIT("monitors/k.json"), &found);
}

/* Exactly this is wrong, said in both languages, with a place and how to mend it. */
static void wrong(struct yz_arena *a, const char *text, const char *en, const char *zh)
{
	if (read(a, text))
		fail_msg("nothing is wrong with %s", text);
	assert_true(found.len >= 1);
	const struct yz_pack_finding *f = &found.at[0];
	if (!strstr(yz_str_z(a, f->what), en) || !strstr(yz_str_z(a, f->zh.what), zh))
		fail_msg("%s: %.*s / %.*s", text, YZ_P(f->what), YZ_P(f->zh.what));
	assert_true(f->error && f->line > 0 && f->mend.len && f->zh.mend.len);
	assert_true(yz_str_eqz(f->file, "monitors/k.json"));
}

TEST(what_is_right_is_read)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_monitor *m = read(a, "{" HEAD ",\"on\":[\"stop\"],\"until\":[\"resume\"],\"when\":\"特别程序 = \\\"听证\\\" and 告知天数 > 设置.n\","
					"\"after\":{\"limit\":20,\"unit\":\"wd\"},\"warn\":\"notice\",\"points\":2.5,\"tell\":[\"holder\",\"supervisor\"],"
					"\"settings\":{\"n\":{\"value\":3,\"least\":1,\"most\":9}}}");
	assert_non_null(m);
	assert_int_equal(found.len, 0);
	assert_int_equal(m->points, -25);
	assert_int_equal(m->on, UINT64_C(1) << YZ_EVENT_stop);
	assert_int_equal(m->until, UINT64_C(1) << YZ_EVENT_resume);
	assert_int_equal(m->uses, UINT64_C(1) << YZ_FACT_procedure | UINT64_C(1) << YZ_FACT_announced);
	assert_int_equal(m->ntell, 2);
	assert_int_equal(strlen(m->digest), 16);
	assert_non_null(m->limit);
	yz_arena_destroy(a);
}

TEST(a_version_is_of_what_it_says)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_monitor *one = read(a, "{" HEAD ",\"on\":[\"deny\"]}"), *same = read(a, "{\"on\":[\"deny\"]," HEAD "}"),
			  *other = read(a, "{" HEAD ",\"on\":[\"refuse\"]}");
	assert_non_null(one);
	assert_string_equal(one->digest, same->digest);
	assert_string_not_equal(one->digest, other->digest);
	yz_arena_destroy(a);
}

TEST(every_mistake_has_its_place_and_its_mending_in_both_languages)
{
	struct yz_arena *a = yz_arena_create(0);
	static const char *const cases[][3] = {
		{"{" HEAD ",\"on\":[\"no\"]}", "a case has no act no", "没有“no”这个动作"},
		{"{" HEAD ",\"on\":[\"charge\"]}", "a case has no act charge", "没有“charge”这个动作"},
		{"{" HEAD ",\"on\":[\"rate\"]}", "a case has no act rate", "没有“rate”这个动作"},
		{"{" HEAD "}", "not said, or twice", "没有写什么时候看"},
		{"{" HEAD ",\"on\":[\"deny\"],\"clock\":\"legal\"}", "not said, or twice", "没有写什么时候看"},
		{"{" HEAD ",\"clock\":\"step\"}", "has no clock step", "没有“step”这种时限"},
		{"{" HEAD ",\"on\":[\"deny\"],\"when\":\"理由 >\"}", "when, column", "when，第"},
		{"{" HEAD ",\"on\":[\"deny\"],\"when\":\"没有这个 = 1\"}", "when, column", "when，第"},
		{"{" HEAD ",\"on\":[\"deny\"],\"when\":\"补录工作日 + 1\"}", "when gives number", "when 的结果不是"},
		{"{" HEAD ",\"on\":[\"deny\"],\"when\":\"金额 > 1\"}", "a case offers no 金额", "case 没有“金额”"},
		{"{" HEAD ",\"on\":[\"deny\"],\"when\":\"补录工作日 > 设置.x\"}", "settings has no x", "settings 里没有“x”"},
		{"{" HEAD ",\"on\":[\"deny\"],\"points\":101}", "no number of points", "points 不是分数"},
		{"{" HEAD ",\"on\":[\"deny\"],\"points\":-1}", "no number of points", "points 不是分数"},
		{"{" HEAD ",\"on\":[\"deny\"],\"points\":0.25}", "no number of points", "points 不是分数"},
		{"{" HEAD ",\"on\":[\"stop\"],\"after\":{\"limit\":5,\"unit\":\"wd\"}}", "nothing ends", "没有结束的时候"},
		{"{" HEAD ",\"on\":[\"stop\"],\"until\":[\"resume\"]}", "until stands without after", "有 until 没有 after"},
		{"{" HEAD ",\"on\":[\"stop\"],\"until\":[\"resume\"],\"after\":{\"limit\":0,\"unit\":\"wd\"}}", "0 is no limit", "0 不是期限"},
		{"{" HEAD ",\"on\":[\"stop\"],\"until\":[\"resume\"],\"after\":{\"limit\":3651,\"unit\":\"wd\"}}", "3651 is no limit", "3651 不是期限"},
		{"{" HEAD ",\"on\":[\"stop\"],\"until\":[\"resume\"],\"after\":{\"limit\":5,\"unit\":\"week\"}}", "no unit week", "没有“week”这个单位"},
		{"{" HEAD ",\"on\":[\"deny\"],\"warn\":\"notice\"}", "warn stands without a limit", "没有期限却有 warn"},
		{"{" HEAD ",\"clock\":\"legal\",\"warn\":\"red\"}", "no lower than", "warn 不低于 level"},
		{"{" HEAD ",\"on\":[\"deny\"],\"tell\":[\"everybody\"]}", "there is no everybody", "没有“everybody”"},
		{"{" HEAD ",\"on\":[\"deny\"],\"settings\":{\"n\":{\"value\":10,\"least\":1,\"most\":9}}}", "no value within", "值不在范围里"},
		{"{" HEAD ",\"on\":[\"deny\"],\"settings\":{\"a.b\":{\"value\":5,\"least\":1,\"most\":9}}}", "is no such name", "不能作名称"},
		{"{\"name\":\"n\",\"watches\":\"dog\",\"level\":\"red\",\"from\":\"2026-01-01\",\"on\":[\"deny\"],\"source\":[{\"law\":\"l\",\"text\":\"t\"}]}",
		 "there is no dog", "没有“dog”"},
		{"{\"name\":\"n\",\"watches\":\"case\",\"level\":\"pink\",\"from\":\"2026-01-01\",\"on\":[\"deny\"],\"source\":[{\"law\":\"l\",\"text\":\"t\"}]}",
		 "there is no pink", "没有“pink”"},
		{"{\"name\":\"n\",\"watches\":\"case\",\"level\":\"red\",\"from\":\"soon\",\"on\":[\"deny\"],\"source\":[{\"law\":\"l\",\"text\":\"t\"}]}",
		 "from is no day", "from 不是日期"},
		{"{\"name\":\"n\",\"watches\":\"case\",\"level\":\"red\",\"from\":\"2026-01-01\",\"on\":[\"deny\"]}", "by which rule", "要写明依据"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		wrong(a, cases[i][0], cases[i][1], cases[i][2]);
	yz_arena_destroy(a);
}

TEST(lists_have_an_end)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_buf b;
	yz_buf_init(&b, a, 65536);
	yz_buf_addz(&b, "{" HEAD ",\"on\":[\"deny\"],\"settings\":{");
	for (int i = 0; i <= YZ_MONITOR_SETTINGS; i++)
		yz_buf_printf(&b, "%s\"n%d\":{\"value\":1,\"least\":1,\"most\":1}", i ? "," : "", i);
	yz_buf_addz(&b, "}}");
	wrong(a, b.ptr, "settings is no such object", "settings 的写法不对");
	wrong(a, "{" HEAD ",\"on\":[\"deny\"],\"tell\":[\"holder\",\"holder\",\"holder\",\"holder\",\"holder\",\"holder\",\"holder\"]}",
	      "tell is no such list", "tell 的写法不对");
	yz_arena_destroy(a);
}
