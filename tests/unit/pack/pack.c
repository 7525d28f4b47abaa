/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/atlas.h"
#include "pack/check.h"

#include "tests/pg.h"
#include "tests/test.h"

#include <stdio.h>
#include <sys/stat.h>

/* A small pack that is right; each test breaks one file of it. */
static const char *const files[][2] = {
	{"pack.json", "{\"pack\":\"small\",\"name\":\"清泽县\",\"version\":\"1\",\"region\":\"990121\",\"requires\":\"0.1\"}"},
	{"regions.csv", "code,name,level,parent\n990000,青岚省,1,\n990100,澜州市,2,990000\n990121,清泽县,3,990100\n990121101,河东街道,4,990121\n"},
	{"orgs/zhujian.json", "{\"name\":\"清泽县住建局\",\"short\":\"县住建局\",\"uscc\":\"11990121009901980H\",\"region\":\"990121\"}"},
	{"people.json", "[{\"login\":\"zhangmin\",\"name\":\"张敏\",\"posts\":[{\"org\":\"zhujian\",\"role\":\"window\"}]}]"},
	{"themes.json", "[{\"key\":\"city\",\"kind\":\"theme\",\"name\":\"市政\",\"for\":\"both\",\"order\":1}]"},
	{"calendar.json", "{\"hours\":{\"mon\":[\"09:00-12:00\"]},\"years\":[2026],\"off\":[[\"2026-01-01\",\"元旦\"]],\"work\":[]}"},
	{"forms/dig.json", "{\"type\":\"object\",\"properties\":{\"长度\":{\"type\":\"number\"},\"电话\":{\"type\":\"string\",\"x-private\":true},"
			   "\"家人\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"姓名\":{\"type\":\"string\","
			   "\"x-private\":true},\"岁数\":{\"type\":\"integer\"}}}}},"
			   "\"x-pages\":[{\"title\":\"一\",\"fields\":[\"长度\",\"电话\",\"家人\"]}]}"},
	{"processes/dig.bpmn",
	 "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:yz=\"https://yizhan.dev/bpmn\" id=\"d\" "
	 "targetNamespace=\"x\"><process id=\"p\" isExecutable=\"true\"><startEvent id=\"s\"><outgoing>a</outgoing></startEvent>"
	 "<sequenceFlow id=\"a\" sourceRef=\"s\" targetRef=\"t\"/><userTask id=\"t\" name=\"受理\" yz:act=\"accept\">"
	 "<incoming>a</incoming><outgoing>b</outgoing></userTask><sequenceFlow id=\"b\" sourceRef=\"t\" targetRef=\"e\"/>"
	 "<endEvent id=\"e\"><incoming>b</incoming></endEvent></process></definitions>"},
	{"items/dig.json",
	 "{\"name\":\"挖路许可\",\n\"code\":\"1\",\n\"type\":\"01\",\n\"org\":\"zhujian\",\n\"form\":\"dig\",\n\"process\":\"dig\",\n"
	 "\"themes\":[\"city\"],\n\"situations\":[{\"key\":\"long\",\"name\":\"长\",\"when\":\"长度 > 10\"},{\"key\":\"short\",\"name\":\"短\"}],\n"
	 "\"materials\":[{\"key\":\"plan\",\"name\":\"图\",\"need\":\"must\",\"when\":\"长度 > 10\"}]}"},
	{"tests/dig.json", "[{\"item\":\"dig\",\"facts\":{\"长度\":11},\"situation\":\"long\",\"materials\":[\"plan\"]},\n"
			   "{\"item\":\"dig\",\"facts\":{\"长度\":10},\"situation\":\"short\",\"materials\":[]}]"},
};

static struct yz_arena *arena;

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* The small pack with one file replaced ("" leaves it out, a new name adds it). */
static struct yz_pack *pack_with(const char *name, const char *text)
{
	const char *dir = yz_test_folder();
	static const char *const folders[] = {"orgs", "forms", "processes", "items", "texts", "tests", "scoring", "monitors"};
	bool replaced = false;
	char path[512];
	yz_arena_destroy(arena);
	arena = yz_arena_create(0);
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		bool this = name && strcmp(files[i][0], name) == 0;
		replaced |= this;
		if (!this || *text)
			write_file(dir, files[i][0], this ? text : files[i][1]);
	}
	if (name && !replaced)
		write_file(dir, name, text);
	struct yz_err err = {0};
	struct yz_pack *p = yz_pack_load(arena, dir, &err);
	if (!p)
		fail_msg("%s", err.msg);
	return p;
}

static struct yz_str replaced(const char *name, const char *from, const char *to)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (strcmp(files[i][0], name) == 0) {
			const char *at = strstr(files[i][1], from);
			assert_non_null(at);
			static char out[4096];
			snprintf(out, sizeof out, "%.*s%s%s", (int)(at - files[i][1]), files[i][1], to, at + strlen(from));
			return yz_str(out);
		}
	fail();
	return (struct yz_str){0};
}

/* `from` becomes `to` in a file: the finding stands in that file (or `where`), at the line, and says this. */
static void finds(const char *name, const char *from, const char *to, uint32_t line, const char *what)
{
	struct yz_pack *p = pack_with(name, replaced(name, from, to).ptr);
	for (size_t i = 0; i < p->nfindings; i++) {
		const struct yz_pack_finding *f = &p->findings[i];
		if (strstr(yz_str_z(arena, f->what), what) && yz_str_eqz(f->file, name) && f->line == line) {
			assert_true(f->mend.len > 0);
			if (!f->zh.what.len || !f->zh.mend.len)
				fail_msg("no Chinese for: %.*s; %.*s", YZ_P(f->what), YZ_P(f->mend));
			return;
		}
	}
	for (size_t i = 0; i < p->nfindings; i++)
		print_message("%.*s:%u: %.*s\n", YZ_P(p->findings[i].file), p->findings[i].line, YZ_P(p->findings[i].what));
	fail_msg("%s:%u does not say %s", name, line, what);
}

TEST(findings_are_said_in_chinese_with_what_was_put_in)
{
	static const char *const said[][2] = {
		{"there is no department nobody", "没有 nobody 这个部门"},
		{"known: 年龄 comes from elsewhere in policies/a.json", "known：policies/a.json 里的 年龄 来自别处"},
		{"items: \"x y\" is no key of the grammar", "items：没有“x y”这个键"},
		{"remove it, or write one of a, b", "请删掉，或者写其中之一：a, b"},
		{"']' where ',' or '}' was expected", "这里应该是 “,”或者“}”，写的是“]”"},
		{"title: there is no {who}", "title：没有 {who}"},
		{"these facts are not to be accepted: 太早", "按这些事实：不予受理 太早"},
		{"nobody wrote this sentence", ""},
		{"", ""},
	};
	struct yz_arena *a = yz_arena_create(0);
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		assert_string_equal(yz_str_z(a, yz_check_chinese(a, yz_str(said[i][0]))), said[i][1]);
	yz_arena_destroy(a);
}

TEST(the_demo_pack_checks_without_an_error)
{
	struct yz_err err = {0};
	struct yz_arena *a = yz_arena_create(0);
	struct yz_pack *p = yz_pack_load(a, yz_test_source("packs/demo"), &err);
	assert_non_null(p);
	for (size_t i = 0; i < p->nfindings; i++)
		print_message("%.*s:%u: %.*s; %.*s\n", YZ_P(p->findings[i].file), p->findings[i].line, YZ_P(p->findings[i].what),
			      YZ_P(p->findings[i].mend));
	assert_int_equal(p->nerrors, 0);
	assert_true(p->items.len >= 20);
	assert_true(p->orgs.len >= 30);
	assert_true(p->tests.len >= 16);
	yz_arena_destroy(a);
}

TEST(the_small_pack_is_right)
{
	struct yz_pack *p = pack_with(NULL, NULL);
	for (size_t i = 0; i < p->nfindings; i++)
		print_message("%.*s:%u: %.*s\n", YZ_P(p->findings[i].file), p->findings[i].line, YZ_P(p->findings[i].what));
	assert_int_equal(p->nfindings, 0);
	assert_true(yz_str_eqz(p->regions[3].path, "/990000/990100/990121/990121101/"));
	assert_non_null(yz_pack_find(&p->items, YZ_LIT("dig")));
	assert_null(yz_pack_find(&p->items, YZ_LIT("dug")));
}

TEST(a_folder_without_a_pack_is_refused)
{
	struct yz_err err = {0};
	struct yz_arena *a = yz_arena_create(0);
	assert_null(yz_pack_load(a, "/nowhere/at/all", &err));
	assert_int_equal(err.code, YZ_NOT_FOUND);
	assert_null(yz_pack_load(a, yz_test_folder(), &err));
	assert_non_null(strstr(err.msg, "pack.json"));
	yz_arena_destroy(a);
}

TEST(each_mistake_of_an_item_gives_its_finding)
{
	finds("items/dig.json", "\"type\":\"01\"", "\"type\":\"0\"", 3, "there is no code \"0\"");
	finds("items/dig.json", "\"org\":\"zhujian\"", "\"org\":\"nobody\"", 4, "there is no department nobody");
	finds("items/dig.json", "\"form\":\"dig\"", "\"form\":\"dug\"", 5, "there is no form dug");
	finds("items/dig.json", "\"process\":\"dig\"", "\"process\":\"dug\"", 6, "there is no process dug");
	finds("items/dig.json", "\"city\"", "\"town\"", 7, "there is no theme town");
	finds("items/dig.json", "\"code\":\"1\"", "\"code\":\" \"", 2, "code is empty");
	finds("items/dig.json", "\"code\":\"1\"", "\"cod\":\"1\"", 2, "\"cod\" is no key");
	finds("items/dig.json", "\"code\":\"1\",", "", 1, "code (实施编码) is missing");
	finds("items/dig.json", "\"need\":\"must\"", "\"need\":\"maybe\"", 9, "need is \"maybe\"");
	finds("items/dig.json", "\"need\":\"must\"", "\"max_mb\":0.5", 9, "max_mb must be a whole number");
	finds("items/dig.json", "\"need\":\"must\"", "\"need\":\"must\",\"types\":[\"exe\"]", 9, "\"exe\" is no kind of file");
	finds("items/dig.json", "\"when\":\"长度 > 10\"}]}", "\"when\":\"宽度 > 10\"}]}", 9, "宽度");
	finds("items/dig.json", "\"key\":\"short\"", "\"key\":\"long\"", 8, "the key long stands twice");
	finds("items/dig.json", "\"code\":\"1\"", "\"code\":\"1\",\"promised_limit\":{\"n\":5,\"unit\":\"years\"}", 2, "unit \"years\"");
	finds("items/dig.json", "\"code\":\"1\"", "\"code\":\"1\",\"legal_limit\":{\"unit\":\"wd\"}", 2, "has no number");
	finds("items/dig.json", "\"code\":\"1\"", "\"code\":\"1\",\"for\":[\"9\"]", 2, "there is no code \"9\"");
	finds("items/dig.json", "\"code\":\"1\"", "\"code\":\"1\",\"online\":\"yes\"", 2, "neither true nor false");
	finds("items/dig.json", "\"code\":\"1\"", "\"code\":\"1\",\"relations\":[{\"kind\":\"related\",\"item\":\"dug\"}]", 2, "there is no item dug");
	finds("items/dig.json", "\"code\":\"1\"", "\"code\":\"1\",\"region\":\"110000\"", 2, "not in regions.csv");
}

TEST(what_proves_a_material_is_checked)
{
#define MATERIAL(more) "items/dig.json", "\"need\":\"must\"", "\"need\":\"must\"," more, 9
	finds(MATERIAL("\"licence\":\"permit\""), "is no list of 1 to 20");
	finds(MATERIAL("\"licence\":[]"), "is no list of 1 to 20");
	finds(MATERIAL("\"licence\":[\"k0\",\"k1\",\"k2\",\"k3\",\"k4\",\"k5\",\"k6\",\"k7\",\"k8\",\"k9\",\"k10\",\"k11\",\"k12\",\"k13\",\"k14\",\"k15\",\"k16\",\"k17\",\"k18\",\"k19\",\"k20\"]"), "is no list of 1 to 20");
	finds(MATERIAL("\"licence\":[\"营业执照\"]"), "is no key");
	finds(MATERIAL("\"licence\":[\"permit\"]"), "no item here issues the licence permit");
	finds(MATERIAL("\"register\":\"rumour\""), "register is \"rumour\"");
	finds("items/dig.json", "\"code\":\"1\"", "\"code\":\"1\",\"result\":{\"name\":\"证\",\"kind\":\"licence\",\"number\":\"93\"}", 2,
	      "number is \"93\"");
	/* An item's own key is the type where it names none. */
	struct yz_pack *p = pack_with("items/dig.json", replaced("items/dig.json", "\"code\":\"1\"", "\"code\":\"1\",\"result\":{\"name\":\"证\",\"kind\":\"licence\"}").ptr);
	assert_int_equal(p->nfindings, 0);
}

TEST(each_mistake_of_other_files_gives_its_finding)
{
	finds("pack.json", "990121", "990199", 1, "not in regions.csv");
	finds("pack.json", "\"requires\"", "\"needs\"", 1, "\"needs\" is no key");
	finds("regions.csv", "990121,清泽县,3", "99012,清泽县,3", 4, "no code of level 3");
	finds("regions.csv", "990121101,河东街道,4,990121", "990121101,河东街道,4,990122", 5, "the parent 990122 is not above");
	finds("regions.csv", "990121101,河东街道,4", "990122101,河东街道,4", 5, "does not begin as its parent");
	finds("regions.csv", "990100,澜州市,2,990000", "990000,澜州市,2,990000", 3, "stands twice");
	finds("orgs/zhujian.json", "980H", "980J", 1, "no valid credit code");
	finds("orgs/zhujian.json", "\"short\"", "\"shrt\"", 1, "short is missing");
	finds("people.json", "window", "doorman", 1, "there is no role doorman");
	finds("people.json", "\"org\":\"zhujian\"", "\"org\":\"x\"", 1, "there is no department x");
	finds("people.json", "\"login\":\"zhangmin\"", "\"login\":\"z\",\"kind\":\"natural\",\"id\":\"1\"", 1, "18 位");
	finds("themes.json", "\"both\"", "\"cats\"", 1, "unknown audience");
	finds("calendar.json", "09:00-12:00", "12:00-09:00", 1, "mon:");
	finds("calendar.json", "2026-01-01", "2026-13-01", 1, "off: row 1");
	finds("forms/dig.json", "\"number\"", "\"float\"", 1, "no known type");
	finds("processes/dig.bpmn", "yz:act=\"accept\"", "yz:act=\"dance\"", 1, "no act a person does");
	finds("processes/dig.bpmn", "yz:act=\"accept\"", "yz:act=\"accept\" yz:limit=\"soon\"", 1, "has the limit soon");
	finds("processes/dig.bpmn", "targetRef=\"e\"", "targetRef=\"nowhere\"", 1, "nowhere");
	finds("processes/dig.bpmn", "<endEvent id=\"e\"><incoming>b</incoming></endEvent></process>",
	      "<endEvent id=\"e\"><incoming>b</incoming><messageEventDefinition messageRef=\"m\"/></endEvent></process><message id=\"m\" name=\"done\"/>", 1,
	      "e: the message done has no yz:key");
	finds("processes/dig.bpmn", "<userTask id=\"t\"", "<boundaryEvent id=\"told\" attachedToRef=\"t\"><outgoing>c</outgoing><messageEventDefinition "
	      "messageRef=\"m\"/></boundaryEvent><sequenceFlow id=\"c\" sourceRef=\"told\" targetRef=\"e\"/><userTask id=\"t\"", 1, "told: the message");
	finds("processes/dig.bpmn", "<startEvent id=\"s\"><outgoing>a</outgoing>", "<startEvent id=\"s\"><outgoing>a</outgoing><timerEventDefinition>"
	      "<timeDuration>P1D</timeDuration></timerEventDefinition>", 1, "s would begin the process by itself");
	finds("processes/dig.bpmn", "<endEvent id=\"e\">", "<endEvent id=\"e\" yz:reach=\"everywhere\">", 1, "e reaches everywhere");
}

TEST(a_slip_in_a_process_does_not_pass_in_silence)
{
	finds("processes/dig.bpmn", "yz:act=\"accept\"", "yz:act=\"accept\" yz:limits=\"P1WD\"", 1, "t: there is no attribute yz:limits");
	finds("processes/dig.bpmn", "yz:act=\"accept\"", "yz:act=\"accept\" yz:post=\"住建窗口\"", 1, "t: nobody holds the post 住建窗口");
	finds("processes/dig.bpmn", "yz:act=\"accept\"", "yz:act=\"accept\" yz:person=\"zhangming\"", 1, "t: nobody has the login zhangming");
	finds("processes/dig.bpmn", "yz:act=\"accept\"", "yz:act=\"accept\" yz:region=\"=宽度\"", 1, "t: nothing is called 宽度");
	finds("processes/dig.bpmn", "yz:act=\"accept\"", "yz:act=\"accept\" yz:key=\"x\"", 1, "t: nothing is called x");
	finds("processes/dig.bpmn", "<endEvent id=\"e\"><incoming>b</incoming></endEvent></process>",
	      "<endEvent id=\"e\"><incoming>b</incoming><messageEventDefinition messageRef=\"m\" yz:key=\"item\"/></endEvent></process>"
	      "<message id=\"m\" name=\"done\"/>", 1, "e: no process waits for the message done");
	finds("processes/dig.bpmn", "<userTask id=\"t\" name=\"受理\" yz:act=\"accept\"><incoming>a</incoming><outgoing>b</outgoing></userTask>",
	      "<businessRuleTask id=\"t\" yz:decision=\"价格\"><incoming>a</incoming><outgoing>b</outgoing></businessRuleTask>", 1,
	      "t: the item's model has no decision 价格");
	finds("processes/dig.bpmn", "<userTask id=\"t\" name=\"受理\" yz:act=\"accept\"><incoming>a</incoming><outgoing>b</outgoing></userTask>",
	      "<businessRuleTask id=\"t\" yz:decision=\"价格\"><incoming>a</incoming><outgoing>b</outgoing></businessRuleTask>", 1, "goes nowhere");
	finds("processes/dig.bpmn", "<userTask id=\"t\" name=\"受理\" yz:act=\"accept\"><incoming>a</incoming><outgoing>b</outgoing></userTask>",
	      "<intermediateCatchEvent id=\"t\"><incoming>a</incoming><outgoing>b</outgoing><timerEventDefinition><timeDuration>P3DW</timeDuration>"
	      "</timerEventDefinition></intermediateCatchEvent>", 1, "\"P3DW\" is no time");
}

#define END "<endEvent id=\"e\"><incoming>b</incoming></endEvent></process>"
#define TELLS(give) "<endEvent id=\"e\" yz:give=\"=" give "\"><incoming>b</incoming><messageEventDefinition messageRef=\"m\" yz:key=\"item\"/></endEvent></process>" \
		    "<message id=\"m\" name=\"done\"/>"
#define SIGNALS(reach, give) "<endEvent id=\"e\" " reach " yz:give=\"=" give "\"><incoming>b</incoming><signalEventDefinition signalRef=\"g\"/></endEvent></process>" \
			     "<signal id=\"g\" name=\"done\"/>"

static void keeps(const char *end)
{
	struct yz_pack *p = pack_with("processes/dig.bpmn", replaced("processes/dig.bpmn", END, end).ptr);
	assert_int_equal(p->nerrors, 0);
	for (size_t i = 0; i < p->nfindings; i++)
		if (strstr(yz_str_z(arena, p->findings[i].what), "personal"))
			fail_msg("%s: %.*s", end, YZ_P(p->findings[i].what));
}

static void gives(const char *end, bool error, const char *what)
{
	finds("processes/dig.bpmn", END, end, 1, what);
	struct yz_pack *p = pack_with("processes/dig.bpmn", replaced("processes/dig.bpmn", END, end).ptr);
	assert_int_equal(p->nerrors, error);
}

TEST(what_is_personal_is_given_to_no_other_case_in_silence)
{
	gives(TELLS("{a: 电话}"), false, "e gives 电话, which is personal, to another case");
	gives(TELLS("{a: if 长度 > 3 then facts.电话 else null}"), false, "e gives 电话");
	gives(TELLS("facts"), false, "e gives 电话");
	gives(TELLS("{a: 家人}"), false, "e gives 家人");
	gives(TELLS("{a: 家人.姓名}"), false, "e gives 家人");
	gives(TELLS("{a: facts.家人[岁数 > 60]}"), false, "e gives 家人");
	gives(SIGNALS("yz:reach=\"item\"", "{a: 电话}"), true, "e gives 电话, which is personal, to every case that hears it");
	keeps(TELLS("{a: 长度, b: facts.长度, c: case.no, d: outcomes.t}"));
	keeps(TELLS("{电话: 长度}"));
	keeps(TELLS("{a: 家人.岁数}"));
	keeps(SIGNALS("yz:reach=\"item\"", "{a: 长度}"));
	keeps(SIGNALS("", "{a: 电话}")); /* it stays in its case */
}

/* Without yz:give a data association says what goes out. */
#define BRINGS(attrs, in, def)                                                                                         \
	"<dataObject id=\"o\" name=\"电话\"/><dataObject id=\"l\" name=\"长度\"/><endEvent id=\"e\" " attrs                    \
	"><incoming>b</incoming><dataInput id=\"i\" name=\"a\"/>" in "<inputSet><dataInputRefs>i</dataInputRefs></inputSet>" def   \
	"</endEvent></process><message id=\"m\" name=\"done\"/><signal id=\"g\" name=\"over\"/>"
#define BY(reads) "<dataInputAssociation>" reads "</dataInputAssociation>"
#define BY_FEEL(feel) BY("<targetRef>i</targetRef><assignment><from" AS_FEEL feel "</from><to" AS_FEEL "i</to></assignment>")
#define AS_FEEL " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"tFormalExpression\">"
#define BY_NAME(id) BY("<sourceRef>" id "</sourceRef><targetRef>i</targetRef>")
#define BY_MESSAGE "<messageEventDefinition messageRef=\"m\" yz:key=\"item\"/>"
#define BY_SIGNAL "<signalEventDefinition signalRef=\"g\"/>"
#define ITEM "yz:reach=\"item\""

TEST(what_a_data_association_gives_away_is_seen_as_well)
{
	gives(BRINGS(ITEM, BY_FEEL("facts"), BY_SIGNAL), true, "e gives 电话, which is personal, to every case that hears it");
	gives(BRINGS(ITEM, BY_FEEL("{x: 家人.姓名}"), BY_SIGNAL), true, "e gives 家人");
	gives(BRINGS(ITEM, BY_NAME("o"), BY_SIGNAL), true, "e gives 电话");
	gives(BRINGS(ITEM, BY("<sourceRef>l</sourceRef><targetRef>i</targetRef><transformation" AS_FEEL "电话</transformation>"), BY_SIGNAL), true, "e gives 电话");
	gives(BRINGS("", BY_FEEL("facts.电话"), BY_MESSAGE), false, "e gives 电话, which is personal, to another case");
	keeps(BRINGS(ITEM, BY_FEEL("facts.长度"), BY_SIGNAL));
	keeps(BRINGS(ITEM, BY_NAME("l"), BY_SIGNAL));
	keeps(BRINGS("", BY_FEEL("facts"), BY_SIGNAL));                                   /* it stays in its case */
	keeps(BRINGS(ITEM " yz:give=\"={a: 长度}\"", BY_FEEL("facts"), BY_SIGNAL)); /* yz:give goes out instead */
}

#define FROM_TASK " yz:act=\"accept\"><incoming>a</incoming><outgoing>b</outgoing></userTask><sequenceFlow id=\"b\" sourceRef=\"t\" targetRef=\"e\"/>"
#define ASKING(give) " yz:region=\"=宽度\"" FROM_TASK TELLS(give)

TEST(a_name_is_given_by_a_key_and_not_by_a_part_of_one)
{
	static const char *const given[] = {ASKING("{宽度: 1}"), ASKING("{a: 1, &quot;宽度&quot; : 2}"), ASKING("{道路宽度: 2, 宽度: 3}"),
					    ASKING("context put({}, &quot;宽度&quot;, 1)")};
	finds("processes/dig.bpmn", FROM_TASK END, ASKING("{道路宽度: 1}"), 1, "t: nothing is called 宽度");
	finds("processes/dig.bpmn", FROM_TASK END, ASKING("{a: 长度 + 宽度}"), 1, "t: nothing is called 宽度");
	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		struct yz_pack *p = pack_with("processes/dig.bpmn", replaced("processes/dig.bpmn", FROM_TASK END, given[i]).ptr);
		for (size_t k = 0; k < p->nfindings; k++)
			if (strstr(yz_str_z(arena, p->findings[k].what), "nothing is called"))
				fail_msg("%s: %.*s", given[i], YZ_P(p->findings[k].what));
	}
}

TEST(facts_and_what_the_house_sets_are_known_to_a_process)
{
	struct yz_pack *p = pack_with("processes/dig.bpmn",
				      replaced("processes/dig.bpmn", "yz:act=\"accept\"",
					       "yz:act=\"accept\" yz:post=\"=if 长度 > 3 and count(outcomes.t) > 0 and votes = null then item else situation\"")
					      .ptr);
	assert_int_equal(p->nfindings, 0);
}

TEST(a_promise_that_is_not_kept_is_a_finding)
{
	finds("tests/dig.json", "\"long\"", "\"short\"", 1, "the situation of these facts is long, not short");
	finds("tests/dig.json", "[\"plan\"]", "[]", 1, "also need the material plan");
	finds("tests/dig.json", "\"materials\":[]", "\"materials\":[\"plan\"]", 2, "do not need the material plan");
	finds("tests/dig.json", "\"长度\":11", "\"宽度\":11", 1, "宽度 is no field");
	finds("tests/dig.json", "\"长度\":11", "\"长度\":\"x\"", 1, "请填数字");
	finds("tests/dig.json", "\"item\":\"dig\"", "\"item\":\"dug\"", 1, "no item with a form");
}

TEST(broken_json_is_found_at_its_line)
{
	struct yz_pack *p = pack_with("items/dig.json", "{\"name\":\n\"x\",\n}");
	assert_int_equal(p->nerrors, 3); /* and the two tests of it */
	assert_true(yz_str_eqz(p->findings[0].file, "items/dig.json"));
	assert_int_equal(p->findings[0].line, 3);
}

TEST(a_file_that_belongs_to_no_pack_is_found)
{
	struct yz_pack *p = pack_with("notes.txt", "hello");
	assert_int_equal(p->nerrors, 1);
	assert_true(yz_str_eqz(p->findings[0].file, "notes.txt"));
	p = pack_with("items/Big Item.json", "{}");
	assert_int_equal(p->nerrors, 1);
	assert_non_null(strstr(yz_str_z(arena, p->findings[0].what), "no name for a file"));
}

/* A map of one outline and one place, and what of it is left out or wrong. */
#define MAP(ring, place)                                                                                               \
	"{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Feature\",\"properties\":{\"region\":\"990121101\"},"            \
	"\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[" ring "]}},\n" place "]}"
#define PLACE(org, at) "{\"type\":\"Feature\",\"properties\":{\"org\":\"" org "\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":" at "}}"
#define RING "[[0.1,0.2],[0.3,0.2],[0.3,-0.4],[0.1,0.2]]"

static void map_finds(const char *text, uint32_t line, const char *what)
{
	struct yz_pack *p = pack_with("map.geojson", text);
	assert_true(p->nerrors >= 1);
	assert_true(yz_str_eqz(p->findings[0].file, "map.geojson"));
	assert_int_equal(p->findings[0].line, line);
	if (!strstr(yz_str_z(arena, p->findings[0].what), what))
		fail_msg("%s instead of %s", yz_str_z(arena, p->findings[0].what), what);
}

TEST(a_map_has_outlines_of_regions_and_places_of_departments)
{
	struct yz_pack *p = pack_with("map.geojson", MAP(RING, PLACE("zhujian", "[0.2,0.1234567]")));
	struct yz_pack_findings none = {0};
	assert_int_equal(p->nfindings, 0);
	const struct yz_atlas *m = yz_atlas_read(arena, p->map, YZ_LIT("map.geojson"), &none);
	assert_int_equal(m->nrings, 1);
	assert_int_equal(m->rings[0].n, 4);
	assert_int_equal(m->rings[0].at[2].y, -400000);
	assert_int_equal(m->places[0].at.y, 123456);
	assert_true(m->least.y == -400000 && m->most.x == 300000);
}

TEST(what_a_map_gets_wrong_is_found)
{
	map_finds("[]", 1, "it is no map");
	map_finds("{\"type\":\"Feature\"}", 1, "it is no map");
	map_finds(MAP("[[0.1,0.2],[0.3,0.2],[0.3,0.4],[0.1,0.3]]", PLACE("zhujian", "[0,0]")), 2, "not closed");
	map_finds(MAP("[[0.1,0.2],[0.3,0.2],[0.1,0.2]]", PLACE("zhujian", "[0,0]")), 2, "not closed");
	map_finds(MAP(RING, PLACE("zhujian", "[180.1,0]")), 3, "position");
	map_finds(MAP(RING, PLACE("zhujian", "[0,-90.1]")), 3, "position");
	map_finds(MAP(RING, PLACE("zhujian", "[1e1,0]")), 3, "position");
	map_finds(MAP(RING, PLACE("zhujian", "[0,0,0]")), 3, "position");
	map_finds(MAP(RING, PLACE("gongan", "[0,0]")), 3, "there is no department gongan");
	map_finds(MAP(RING, PLACE("zhujian", "[0,0]") ",\n" PLACE("zhujian", "[0,0]")), 4, "stands twice");
	map_finds(MAP(RING, "{\"type\":\"Feature\",\"properties\":{\"region\":\"9\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[" RING "]}}"), 3,
		  "there is no region 9");
	map_finds(MAP(RING, "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Point\",\"coordinates\":[0,0]}}"), 3, "neither an outline");
}

TEST(a_map_is_bounded)
{
	struct yz_buf b;
	for (int over = 0; over < 2; over++) {
		struct yz_arena *a = yz_arena_create(0);
		yz_buf_init(&b, a, 4 << 20);
		yz_buf_addz(&b, "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"region\":\"990121101\"},"
				"\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
		for (int i = 0; i < YZ_ATLAS_POSITIONS + over; i++)
			yz_buf_addz(&b, i ? ",[0,0]" : "[0,0]");
		yz_buf_addz(&b, "]]}}]}");
		if (over)
			map_finds(yz_str_z(a, yz_buf_str(&b)), 1, "positions");
		else
			assert_int_equal(pack_with("map.geojson", yz_str_z(a, yz_buf_str(&b)))->nerrors, 0);
		yz_arena_destroy(a);
	}
}

TEST(keys_are_found_whatever_the_order_of_file_names)
{
	struct yz_pack *p = pack_with("items/dig-2.json", "{\"name\":\"二\",\"code\":\"2\",\"type\":\"01\",\"org\":\"zhujian\"}");
	assert_int_equal(p->nerrors, 0);
	assert_non_null(yz_pack_find(&p->items, YZ_LIT("dig")));
	assert_non_null(yz_pack_find(&p->items, YZ_LIT("dig-2")));
}

#define METHOD(monitors)                                                                                                          \
	"{\"name\":\"办法\",\"from\":\"2026-01\",\"parts\":[{\"key\":\"time\",\"name\":\"期限\",\"points\":100}],\n\"cards\":[{\"part\":\"time\",\n\"monitors\":[" monitors "]}]}"

TEST(a_method_of_scoring_names_monitors_that_are_there)
{
	static const char *const good[] = {"\"*\"", "\"clock.step\", \"clock.urge\"", "\"clock.*\""};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		char text[1024];
		snprintf(text, sizeof text, METHOD("%s"), good[i]);
		assert_int_equal(pack_with("scoring/m.json", text)->nerrors, 0);
	}
	static const char *const bad[][2] = {{METHOD("\"clock.step\",\n\"step-lat\""), "there is no monitor step-lat"},
					     {METHOD("\"*\",\n\"fee-*\""), "there is no monitor fee-*"},
					     {METHOD("\"*\",\n\"clock.total\""), "there is no monitor clock.total"}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct yz_pack *p = pack_with("scoring/m.json", bad[i][0]);
		bool found = false;
		for (size_t k = 0; k < p->nfindings; k++) {
			const struct yz_pack_finding *f = &p->findings[k];
			found |= f->error && yz_str_eqz(f->what, bad[i][1]) && yz_str_eqz(f->file, "scoring/m.json") && f->line == 4 &&
				 yz_str_find(f->mend, YZ_LIT("monitors/"), 0) != SIZE_MAX && f->zh.what.len && f->zh.mend.len;
		}
		if (!found)
			fail_msg("nothing says: %s", bad[i][1]);
	}
}

TEST(two_items_of_one_code_are_found)
{
	struct yz_pack *p = pack_with("items/dig-2.json", "{\"name\":\"二\",\"code\":\"1\",\"type\":\"01\",\"org\":\"zhujian\"}");
	assert_int_equal(p->nerrors, 1);
	assert_non_null(strstr(yz_str_z(arena, p->findings[0].what), "is also in"));
}

TEST(a_condition_without_a_form_is_found)
{
	struct yz_pack *p = pack_with("items/dig-2.json", "{\"name\":\"二\",\"code\":\"2\",\"type\":\"01\",\"org\":\"zhujian\","
							  "\"situations\":[{\"key\":\"a\",\"name\":\"甲\",\"when\":\"1 = 1\"}]}");
	assert_int_equal(p->nerrors, 1);
	assert_non_null(strstr(yz_str_z(arena, p->findings[0].what), "needs the facts of a form"));
}

TEST(codes_have_titles_and_lists)
{
	size_t n;
	assert_string_equal(yz_code_title("type", YZ_LIT("01")), "行政许可");
	assert_string_equal(yz_code_title("type", YZ_LIT("21")), "地方自定");
	assert_null(yz_code_title("type", YZ_LIT("1")));
	assert_null(yz_code_title("level", YZ_LIT("8")));
	assert_non_null(yz_code_list("for", &n));
	assert_int_equal(n, 6);
	assert_null(yz_code_list("colours", &n));
}

TEST(findings_end_with_a_line_that_says_there_are_more)
{
	static char text[40000];
	size_t n = (size_t)snprintf(text, sizeof text, "{");
	for (int i = 0; i < 600; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s\"k%d\":1", i ? "," : "", i);
	snprintf(text + n, sizeof text - n, "}");
	struct yz_pack *p = pack_with("pack.json", text);
	assert_int_equal(p->nfindings, 501);
	assert_non_null(strstr(yz_str_z(arena, p->findings[500].what), "more findings"));
}

/* ---- decisions ---- */

#define DMN_HEAD "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"d\" name=\"m\" namespace=\"x\">" \
		 "<inputData id=\"i\" name=\"长度\"><variable name=\"长度\" typeRef=\"number\"/></inputData>"

/* A model of two tables over 长度: `cut` parts long from short, `material` is what long needs; until the next. */
static const char *model(const char *first, const char *second, const char *material)
{
	static char text[4096];
	int n = snprintf(text, sizeof text,
			 DMN_HEAD
			 "<decision id=\"s\" name=\"情形\"><variable name=\"情形\" typeRef=\"string\"/>"
			 "<informationRequirement id=\"sq\"><requiredInput href=\"#i\"/></informationRequirement>"
			 "<decisionTable id=\"st\" hitPolicy=\"UNIQUE\"><input id=\"si\"><inputExpression id=\"sx\" typeRef=\"number\"><text>长度</text>"
			 "</inputExpression></input><output id=\"so\" typeRef=\"string\"/>"
			 "<rule id=\"r1\"><inputEntry id=\"a1\"><text>%s</text></inputEntry><outputEntry id=\"b1\"><text>\"long\"</text></outputEntry></rule>"
			 "<rule id=\"r2\"><inputEntry id=\"a2\"><text>%s</text></inputEntry><outputEntry id=\"b2\"><text>\"短\"</text></outputEntry></rule>"
			 "</decisionTable></decision>"
			 "<decision id=\"m\" name=\"材料\"><variable name=\"材料\"/>"
			 "<informationRequirement id=\"mq\"><requiredInput href=\"#i\"/></informationRequirement>"
			 "<decisionTable id=\"mt\" hitPolicy=\"COLLECT\"><input id=\"mi\"><inputExpression id=\"mx\" typeRef=\"number\"><text>长度</text>"
			 "</inputExpression></input><output id=\"mo\" typeRef=\"string\"/>"
			 "<rule id=\"r3\"><inputEntry id=\"a3\"><text>&gt; 10</text></inputEntry><outputEntry id=\"b3\"><text>\"%s\"</text></outputEntry></rule>"
			 "</decisionTable></decision></definitions>",
			 first, second, material);
	assert_in_range(n, 1, sizeof text - 1);
	return text;
}

#define DECIDED_ITEM(more) \
	"{\"name\":\"挖路许可\",\n\"code\":\"1\",\n\"type\":\"01\",\n\"org\":\"zhujian\",\n\"form\":\"dig\",\n\"process\":\"dig\",\n" \
	"\"decision\":\"dig\",\"themes\":[\"city\"],\n\"situations\":[{\"key\":\"long\",\"name\":\"长\"},{\"key\":\"short\",\"name\":\"短\"}],\n" \
	"\"materials\":[{\"key\":\"plan\",\"name\":\"图\",\"need\":\"must\"}]" more "}"

/* The small pack, decided by this model. */
static struct yz_pack *decided_with(const char *dmn, const char *item)
{
	char path[512];
	struct yz_err err = {0};
	pack_with("items/dig.json", item);
	const char *dir = yz_test_folder();
	static const char *const folders[] = {"orgs", "forms", "processes", "items", "tests", "decisions"};
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		write_file(dir, files[i][0], strcmp(files[i][0], "items/dig.json") == 0 ? item : files[i][1]);
	write_file(dir, "decisions/dig.dmn", dmn);
	struct yz_pack *p = yz_pack_load(arena, dir, &err);
	assert_non_null(p);
	return p;
}

static bool has_error(const struct yz_pack *p, const char *words)
{
	for (size_t i = 0; i < p->nfindings; i++)
		if (p->findings[i].error && yz_str_find(p->findings[i].what, yz_str(words), 0) != SIZE_MAX)
			return true;
	return false;
}

TEST(an_item_decided_by_a_model_passes_the_same_tests)
{
	struct yz_pack *p = decided_with(model("&gt; 10", "&lt;= 10", "plan"), DECIDED_ITEM(""));
	for (size_t i = 0; i < p->nfindings; i++)
		if (p->findings[i].error)
			fail_msg("%.*s: %.*s", YZ_P(p->findings[i].file), YZ_P(p->findings[i].what));
	assert_int_equal(p->decisions.len, 1);
}

TEST(a_decision_with_a_gap_or_a_contradiction_is_an_error)
{
	assert_true(decided_with(model("&gt; 10", "&lt; 10", "plan"), DECIDED_ITEM(""))->nerrors > 0);
	assert_true(decided_with(model("&gt;= 10", "&lt;= 10", "plan"), DECIDED_ITEM(""))->nerrors > 0);
	assert_true(decided_with("<definitions/>", DECIDED_ITEM(""))->nerrors > 0);
	assert_true(decided_with(DMN_HEAD "</definitions>", DECIDED_ITEM(""))->nerrors > 0);
}

/* The act that makes the order would fail on every case. */
TEST(a_fee_that_is_charged_is_published)
{
	char dmn[6000];
	const char *two = model("&gt; 10", "&lt;= 10", "plan"), *end = strstr(two, "</definitions>");
	snprintf(dmn, sizeof dmn, "%.*s<decision id=\"f\" name=\"费用\"><variable name=\"费用\"/><informationRequirement id=\"fq\">"
		 "<requiredInput href=\"#i\"/></informationRequirement><literalExpression><text>if 长度 &gt; 10 then [{项目: \"占道费\", 金额: 5}] "
		 "else []</text></literalExpression></decision>%s", (int)(end - two), two, end);
	const char *fees = ",\"fees\":[{\"name\":\"占路费\",\"standard\":\"5 元\",\"basis\":\"某办法\"}]";
	char item[3000];
	snprintf(item, sizeof item, DECIDED_ITEM("%s,\"charge\":{\"at\":\"accept\",\"before\":\"deliver\",\"days\":15,\"refund\":true}"), fees);
	assert_true(has_error(decided_with(dmn, item), "charged 占道费, and the item publishes no fee of that name"));
	memcpy(strstr(item, "占路费"), "占道费", strlen("占道费"));
	assert_false(has_error(decided_with(dmn, item), "publishes no fee"));
}

TEST(what_a_decision_names_must_be_there)
{
	assert_true(has_error(decided_with(model("&gt; 10", "&lt;= 10", "plans"), DECIDED_ITEM("")), "no material of that key"));
	assert_true(has_error(decided_with(model("&gt; 10", "&lt;= 10", "plan"), DECIDED_ITEM(",\"before\":[{\"key\":\"a\",\"name\":\"先办\"}]")),
			  "no decision 前置"));
}

TEST(a_condition_beside_a_decision_is_a_second_way_and_refused)
{
	const char *item = "{\"name\":\"挖路许可\",\"code\":\"1\",\"type\":\"01\",\"org\":\"zhujian\",\"form\":\"dig\",\"process\":\"dig\","
			   "\"decision\":\"dig\",\"themes\":[\"city\"],\"situations\":[{\"key\":\"long\",\"name\":\"长\",\"when\":\"长度 > 1\"},"
			   "{\"key\":\"short\",\"name\":\"短\"}],\"materials\":[{\"key\":\"plan\",\"name\":\"图\",\"need\":\"must\"}]}";
	assert_true(has_error(decided_with(model("&gt; 10", "&lt;= 10", "plan"), item), "second way"));
}

TEST(what_is_wrong_with_an_expression_is_told_in_chinese_too)
{
	static const struct {
		const char *when, *en, *zh;
	} cases[] = {
		{"长度 >", "line 1, column 5: expected an expression", "第 1 行第 5 列：这里应该是一个表达式"},
		{"宽度 > 1", "nothing is called '宽度'", "没有名为“宽度”的内容"},
		{"长度 + 1", "is not true or false but number", "的结果不是“是”或“否”"},
		{"种类 = \\\"沟渠\\\"", "种类 is never \"沟渠\"", "“种类”没有“沟渠”这个选项"},
	};
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	const struct yz_form *form = yz_form_load(
		a,
		yz_json_read(a, YZ_LIT("{\"type\":\"object\",\"properties\":{\"长度\":{\"type\":\"number\"},\"种类\":{\"type\":\"string\","
				       "\"enum\":[\"横穿\",\"顺沿\"]}},\"x-pages\":[{\"title\":\"一\",\"fields\":[\"长度\",\"种类\"]}]}"),
			     NULL, &err),
		&err);
	assert_non_null(form);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yz_pack_findings found = {0};
		const struct yz_pack_finding *one = NULL;
		const char *text = yz_printf(a, "{\"materials\":[{\"key\":\"plan\",\"name\":\"图\",\"need\":\"when\",\"when\":\"%s\"}]}",
					     cases[i].when);
		yz_pack_check_item(a, yz_json_read(a, yz_str(text), NULL, &err), form, YZ_LIT("items/x.json"), &found);
		for (size_t k = 0; k < found.len && !one; k++)
			if (yz_str_find(found.at[k].what, yz_str(cases[i].en), 0) != SIZE_MAX)
				one = &found.at[k];
		if (!one)
			fail_msg("%s: nothing says %s", text, cases[i].en);
		struct yz_str zh = yz_pack_finding_what(one, true);
		if (yz_str_find(zh, yz_str(cases[i].zh), 0) == SIZE_MAX)
			fail_msg("%s: %.*s", text, YZ_P(zh));
		assert_true(yz_pack_finding_mend(one, true).len && !yz_str_eq(yz_pack_finding_mend(one, true), one->mend));
		assert_true(yz_str_eq(yz_pack_finding_what(one, false), one->what));
	}
	yz_arena_destroy(a);
}

TEST(steps_before_that_wait_for_each_other_are_found)
{
	struct yz_pack_findings found = {0};
	struct yz_err err = {0};
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_json *ring = yz_json_read(a, YZ_LIT("[{\"key\":\"a\",\"after\":[\"c\"]},{\"key\":\"b\",\"after\":[\"a\"]},"
							    "{\"key\":\"c\",\"after\":[\"b\"]},{\"key\":\"d\"}]"), NULL, &err);
	yz_pack_check_before(a, ring, YZ_LIT("items/x.json"), &found);
	assert_int_equal(found.len, 3);
	found.len = 0;
	yz_pack_check_before(a, yz_json_read(a, YZ_LIT("[{\"key\":\"a\",\"after\":[\"nobody\"]}]"), NULL, &err), YZ_LIT("items/x.json"), &found);
	assert_int_equal(found.len, 1);
	yz_arena_destroy(a);
}

/* Whether its situation is found, decided in so many rounds. */
static bool says_after(int rounds)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_decided said;
	struct yz_str text = yz_str(yz_printf(
		a,
		"<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"x\" name=\"x\" namespace=\"urn:x\">"
		"<decision id=\"s\" name=\"情形\"><variable name=\"情形\" typeRef=\"string\"/><literalExpression><text>"
		"if every i in 1..%d satisfies i &gt; 0 then \"长\" else \"短\"</text></literalExpression></decision>"
		"<decision id=\"m\" name=\"材料\"><variable name=\"材料\"/><literalExpression><text>[]</text></literalExpression></decision>"
		"</definitions>",
		rounds));
	const struct yz_decision *d = yz_decision_load(a, YZ_LIT("x.dmn"), text, NULL, &err);
	const struct yz_json *body = yz_json_read(a, YZ_LIT("{\"situations\":[{\"key\":\"long\",\"name\":\"长\"},{\"key\":\"short\",\"name\":\"短\"}]}"),
						  NULL, &err);
	assert_non_null(d);
	yz_decide(a, d, body, NULL, 0, 0, 0, &said);
	bool found = said.situation && yz_str_eqz(yz_json_str(said.situation, "key"), "long");
	yz_arena_destroy(a);
	return found;
}

TEST(a_decision_that_takes_very_long_answers_nothing)
{
	assert_true(says_after(1000));
	assert_false(says_after(1000000));
}
