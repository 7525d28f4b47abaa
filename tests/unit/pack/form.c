/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/form.h"

#include "calendar/calendar.h"
#include "text/text.h"
#include "tests/test.h"

#include <stdio.h>

static struct yz_arena *arena;

static struct yz_arena *fresh(void)
{
	yz_arena_destroy(arena);
	return arena = yz_arena_create(0);
}

static yz_instant now(void)
{
	return yz_day_start(yz_day_from(2026, 11, 23), YZ_SHANGHAI) + 10 * YZ_HOUR;
}

static const struct yz_json *json(const char *text)
{
	struct yz_err err = {0};
	const struct yz_json *v = yz_json_read(arena, yz_str(text), NULL, &err);
	if (!v)
		fail_msg("%s: %s in %s", err.where, err.msg, text);
	return v;
}

static const struct yz_form *form(const char *text)
{
	struct yz_err err = {0};
	const struct yz_form *f = yz_form_load(arena, json(text), &err);
	if (!f)
		fail_msg("%s: %s", err.where, err.msg);
	return f;
}

/* It is refused, and the message says this. */
static void refused(const char *text, const char *where, const char *what)
{
	struct yz_err err = {0};
	fresh();
	if (yz_form_load(arena, json(text), &err))
		fail_msg("taken: %s", text);
	assert_int_equal(err.code, YZ_SYNTAX);
	if (!strstr(err.msg, what) || !strstr(err.where, where))
		fail_msg("%s: %s, not %s: %s", err.where, err.msg, where, what);
}

#define ROAD \
	"{\"type\":\"object\",\"title\":\"挖路\",\"properties\":{" \
	"\"原因\":{\"type\":\"string\",\"title\":\"为什么挖\",\"enum\":[\"接水\",\"接气\",\"其他\"]}," \
	"\"其他原因\":{\"type\":\"string\",\"x-when\":\"原因 = \\\"其他\\\"\"}," \
	"\"说明\":{\"type\":\"string\",\"maxLength\":500,\"x-when\":\"其他原因 = \\\"详谈\\\"\"}," \
	"\"长度\":{\"type\":\"number\",\"exclusiveMinimum\":0,\"maximum\":1000,\"x-unit\":\"米\"}," \
	"\"个数\":{\"type\":\"integer\",\"minimum\":1,\"multipleOf\":5}," \
	"\"主干道\":{\"type\":\"boolean\"}," \
	"\"开工\":{\"type\":\"string\",\"format\":\"date\"}," \
	"\"身份证\":{\"type\":\"string\",\"format\":\"cn-id\",\"x-error\":\"请照身份证核对\"}," \
	"\"电话\":{\"type\":\"string\",\"format\":\"cn-phone\"}," \
	"\"邮箱\":{\"type\":\"string\",\"format\":\"email\"}," \
	"\"编号\":{\"type\":\"string\",\"pattern\":\"^[A-Z]{2}[0-9]+$\"}," \
	"\"管线\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"enum\":[\"水\",\"气\",\"电\"]},\"minItems\":1,\"maxItems\":2}," \
	"\"家人\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"姓名\":{\"type\":\"string\",\"maxLength\":4}," \
	"\"收入\":{\"type\":\"number\",\"minimum\":0}},\"required\":[\"姓名\"]},\"maxItems\":2}" \
	"},\"required\":[\"原因\",\"其他原因\",\"长度\",\"主干道\"]," \
	"\"x-pages\":[{\"title\":\"挖什么\",\"fields\":[\"原因\",\"其他原因\",\"说明\",\"长度\",\"个数\",\"主干道\",\"开工\"]}," \
	"{\"title\":\"谁\",\"fields\":[\"身份证\",\"电话\",\"邮箱\",\"编号\",\"管线\"]}," \
	"{\"title\":\"家里\",\"fields\":[\"家人\"],\"when\":\"主干道 = true\"}]}"

static const struct yz_json *taken(const struct yz_form *f, const char *typed, bool prune)
{
	return yz_form_take(arena, f, json("{}"), json(typed), prune, now());
}

static const char *canonical(const struct yz_json *v)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	yz_json_canonical(&b, v);
	return b.ptr;
}

/* The one error for these answers, beside the required ones; "" when there is none. */
static const char *wrong(const struct yz_form *f, const char *typed, const char *path)
{
	struct yz_form_state s;
	const char *text = "";
	yz_form_state(arena, f, taken(f, typed, false), -1, now(), YZ_LANG_ZH, &s);
	for (size_t i = 0; i < s.nerrors; i++)
		if (yz_str_eqz(s.errors[i].path, path)) {
			assert_string_equal(text, "");
			text = yz_str_z(arena, s.errors[i].text);
		}
	return text;
}

TEST(a_form_is_read_with_all_it_says)
{
	fresh();
	const struct yz_form *f = form(ROAD);
	assert_int_equal(f->nfields, 13);
	assert_int_equal(f->npages, 3);
	const struct yz_field *reason = yz_form_field(f, YZ_LIT("原因"));
	assert_int_equal(reason->noptions, 3);
	assert_true(reason->required);
	assert_true(yz_str_eqz(reason->title, "为什么挖"));
	assert_true(yz_form_field(f, YZ_LIT("说明"))->multiline);
	assert_false(yz_form_field(f, YZ_LIT("其他原因"))->multiline);
	assert_true(yz_str_eqz(yz_form_field(f, YZ_LIT("长度"))->unit, "米"));
	assert_int_equal(yz_form_field(f, YZ_LIT("管线"))->type, YZ_FIELD_CHOICES);
	assert_int_equal(yz_form_field(f, YZ_LIT("家人"))->type, YZ_FIELD_ROWS);
	assert_int_equal(yz_form_field(f, YZ_LIT("家人"))->ncolumns, 2);
	assert_null(yz_form_field(f, YZ_LIT("没有")));
}

#define ONE(property) "{\"type\":\"object\",\n\"properties\":{\n\"甲\":" property "},\"x-pages\":[{\"title\":\"一\",\"fields\":[\"甲\"]}]}"

TEST(what_is_outside_the_subset_is_named_with_its_line)
{
	refused("{\"type\":\"object\",\"properties\":{}}", "line 1", "1 to 200 fields");
	refused(ONE("{\"type\":\"string\",\"$ref\":\"#\"}"), "line 3", "\"$ref\" is no key");
	refused(ONE("{\"type\":\"text\"}"), "line 3", "no known type");
	refused(ONE("{\"type\":\"string\",\"format\":\"ipv4\"}"), "line 3", "unknown format ipv4");
	refused(ONE("{\"type\":\"string\",\"maxLength\":20001}"), "line 3", "whole number from 0 to 20000");
	refused(ONE("{\"type\":\"string\",\"minLength\":5,\"maxLength\":4}"), "line 3", "minLength is above");
	refused(ONE("{\"type\":\"string\",\"pattern\":\"(\"}"), "line 3", "pattern:");
	refused(ONE("{\"type\":\"string\",\"enum\":[\"a\",\"a\"]}"), "line 3", "stands twice");
	refused(ONE("{\"type\":\"string\",\"enum\":[]}"), "line 3", "choices");
	refused(ONE("{\"type\":\"number\",\"minimum\":2,\"maximum\":1}"), "line 3", "above the greatest");
	refused(ONE("{\"type\":\"number\",\"multipleOf\":0}"), "line 3", "divides nothing");
	refused(ONE("{\"type\":\"array\"}"), "line 3", "needs its items");
	refused(ONE("{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"), "line 3", "needs its choices");
	refused(ONE("{\"type\":\"string\",\"x-fill\":\"the.moon\"}"), "line 3", "no place values come from");
	refused(ONE("{\"type\":\"string\",\"x-fill\":\"today | licence.permit\"}"), "line 3", "licence.permit is no place");
	refused(ONE("{\"type\":\"string\",\"x-fill\":\"licence.许可.no\"}"), "line 3", "no place values come from");
	refused(ONE("{\"type\":\"string\",\"x-fill\":\"today|today|today|today|licence.permit.no\"}"), "line 3", "names 5 places, more than 4");
	refused(ONE("{\"type\":\"string\",\"x-when\":\"甲 = \"}"), "line 3", "x-when");
	refused(ONE("{\"type\":\"string\",\"x-when\":\"乙 = 1\"}"), "line 3", "乙");
	refused(ONE("{\"type\":\"string\",\"x-when\":\"甲 = \\\"x\\\"\"}"), "line 3", "its own answer");
	refused(ONE("{\"type\":\"number\",\"x-when\":\"1 + 2\"}"), "line 3", "is not true or false");
	refused("{\"type\":\"object\",\"properties\":{\"a b\":{\"type\":\"string\"}},\"x-pages\":[{\"title\":\"一\",\"fields\":[\"a b\"]}]}",
		"line 1", "no name for a field");
	refused("{\"type\":\"object\",\"properties\":{\"甲\":{\"type\":\"string\"}},\"x-pages\":[{\"title\":\"一\",\"fields\":[\"乙\"]}]}",
		"line 1", "no field");
	refused("{\"type\":\"object\",\"properties\":{\"甲\":{\"type\":\"string\"},\"乙\":{\"type\":\"string\"}},"
		"\"x-pages\":[{\"title\":\"一\",\"fields\":[\"甲\"]}]}",
		"line 1", "乙 stands on no page");
	refused("{\"type\":\"object\",\"properties\":{\"甲\":{\"type\":\"string\"}},\"required\":[\"丙\"],"
		"\"x-pages\":[{\"title\":\"一\",\"fields\":[\"甲\",\"甲\"]}]}",
		"line 1", "丙");
	refused(ONE("{\"type\":\"string\",\"examples\":[\"x\",true]}"), "line 3", "no answer that this field takes");
	refused(ONE("{\"type\":\"boolean\",\"examples\":[\"true\"]}"), "line 3", "no answer that this field takes");
	refused(ONE("{\"type\":\"string\",\"enum\":[\"a\",\"b\"],\"examples\":[\"c\"]}"), "line 3", "no answer that this field takes");
}

TEST(a_condition_on_a_choice_that_is_not_offered_is_refused)
{
	refused("{\"type\":\"object\",\"properties\":{\"甲\":{\"type\":\"string\",\"enum\":[\"是的\",\"不是\"]},"
		"\"乙\":{\"type\":\"string\",\"x-when\":\"甲 = \\\"是\\\"\"}},\"x-pages\":[{\"title\":\"一\",\"fields\":[\"甲\",\"乙\"]}]}",
		"line 1", "甲 is never \"是\"");
}

TEST(one_field_page_choice_or_column_too_many_is_refused)
{
	fresh();
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	for (int most = YZ_FORM_FIELDS; most <= YZ_FORM_FIELDS + 1; most++) {
		struct yz_buf names;
		yz_buf_init(&b, arena, 1 << 20);
		yz_buf_init(&names, arena, 1 << 20);
		yz_buf_addz(&b, "{\"type\":\"object\",\"properties\":{");
		for (int i = 0; i < most; i++) {
			yz_buf_printf(&b, "%s\"f%d\":{\"type\":\"string\"}", i ? "," : "", i);
			yz_buf_printf(&names, "%s\"f%d\"", i ? "," : "", i);
		}
		yz_buf_printf(&b, "},\"x-pages\":[{\"title\":\"一\",\"fields\":[%s]}]}", names.ptr);
		struct yz_err err = {0};
		const struct yz_form *f = yz_form_load(arena, json(b.ptr), &err);
		assert_int_equal(f != NULL, most == YZ_FORM_FIELDS);
	}
	for (int most = YZ_FORM_OPTIONS; most <= YZ_FORM_OPTIONS + 1; most++) {
		yz_buf_init(&b, arena, 1 << 20);
		yz_buf_addz(&b, "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"enum\":[");
		for (int i = 0; i < most; i++)
			yz_buf_printf(&b, "%s\"%d\"", i ? "," : "", i);
		yz_buf_addz(&b, "]}},\"x-pages\":[{\"title\":\"一\",\"fields\":[\"a\"]}]}");
		struct yz_err err = {0};
		const struct yz_form *f = yz_form_load(arena, json(b.ptr), &err);
		assert_int_equal(f != NULL, most == YZ_FORM_OPTIONS);
	}
	for (int most = YZ_FORM_COLUMNS; most <= YZ_FORM_COLUMNS + 1; most++) {
		yz_buf_init(&b, arena, 1 << 20);
		yz_buf_addz(&b, "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{");
		for (int i = 0; i < most; i++)
			yz_buf_printf(&b, "%s\"c%d\":{\"type\":\"string\"}", i ? "," : "", i);
		yz_buf_addz(&b, "}}}},\"x-pages\":[{\"title\":\"一\",\"fields\":[\"a\"]}]}");
		struct yz_err err = {0};
		const struct yz_form *f = yz_form_load(arena, json(b.ptr), &err);
		assert_int_equal(f != NULL, most == YZ_FORM_COLUMNS);
	}
}

TEST(what_is_typed_is_brought_to_its_type)
{
	fresh();
	const struct yz_form *f = form(ROAD);
	assert_string_equal(canonical(taken(f, "{\"长度\":\" 012.50 \",\"主干道\":\"是\",\"管线\":[\"水\",\"\",\"水\",\"气\"]}", false)),
			    "{\"主干道\":true,\"管线\":[\"水\",\"气\"],\"长度\":12.50}");
	assert_string_equal(canonical(taken(f, "{\"长度\":\"１，０００．５\",\"管线\":\"电\"}", false)),
			    "{\"管线\":[\"电\"],\"长度\":1000.5}");
	assert_string_equal(canonical(taken(f, "{\"长度\":\".5\",\"个数\":\"-0\"}", false)), "{\"个数\":-0,\"长度\":0.5}");
	assert_string_equal(canonical(taken(f, "{\"长度\":\"1,00\",\"主干道\":\"也许\"}", false)),
			    "{\"主干道\":\"也许\",\"长度\":\"1,00\"}");
	assert_string_equal(canonical(taken(f, "{\"身份证\":\"11010519491231002x\",\"陌生\":\"1\",\"原因\":\"　 \"}", false)),
			    "{\"身份证\":\"11010519491231002X\"}");
	assert_string_equal(canonical(taken(f, "{\"家人\":[{\"姓名\":\"甲\",\"收入\":\"10\",\"别的\":\"1\"},{\"姓名\":\"\"}]}", false)),
			    "{\"家人\":[{\"姓名\":\"甲\",\"收入\":10}]}");
	assert_string_equal(canonical(taken(f, "{\"说明\":\"一\\r\\n二\"}", false)), "{\"说明\":\"一\\n二\"}");
}

TEST(blank_takes_a_fact_away_and_silence_keeps_it)
{
	fresh();
	const struct yz_form *f = form(ROAD);
	const struct yz_json *facts = taken(f, "{\"原因\":\"接水\",\"长度\":\"5\"}", false);
	facts = yz_form_take(arena, f, facts, json("{\"原因\":\"\"}"), false, now());
	assert_string_equal(canonical(facts), "{\"长度\":5}");
}

TEST(what_is_not_asked_has_no_fact_down_the_chain)
{
	fresh();
	const struct yz_form *f = form(ROAD);
	const struct yz_json *facts = taken(f, "{\"原因\":\"接水\",\"其他原因\":\"详谈\",\"说明\":\"长话\",\"家人\":[{\"姓名\":\"甲\"}]}", false);
	struct yz_form_state s;
	yz_form_state(arena, f, facts, -1, now(), YZ_LANG_ZH, &s);
	assert_true(s.asked[0]);
	assert_false(s.asked[1]);
	assert_false(s.asked[2]); /* its condition sees null, whatever was typed before */
	assert_false(s.page_asked[2]);
	assert_string_equal(canonical(yz_form_take(arena, f, facts, json("{}"), true, now())), "{\"原因\":\"接水\"}");
	facts = yz_form_take(arena, f, facts, json("{\"原因\":\"其他\",\"主干道\":\"true\"}"), false, now());
	yz_form_state(arena, f, facts, -1, now(), YZ_LANG_ZH, &s);
	assert_true(s.asked[1] && s.asked[2] && s.page_asked[2]);
}

TEST(each_fault_says_how_to_mend_it)
{
	fresh();
	const struct yz_form *f = form(ROAD);
	assert_string_equal(wrong(f, "{}", "原因"), "请选择“为什么挖”");
	assert_string_equal(wrong(f, "{}", "长度"), "请填写“长度”");
	assert_string_equal(wrong(f, "{}", "其他原因"), ""); /* not asked */
	assert_string_equal(wrong(f, "{\"原因\":\"其他\"}", "其他原因"), "请填写“其他原因”");
	assert_string_equal(wrong(f, "{\"原因\":\"挖宝\"}", "原因"), "请从给出的选项里选择“为什么挖”");
	assert_string_equal(wrong(f, "{\"长度\":\"很长\"}", "长度"), "“长度”请填数字，比如 12.5，不要带单位");
	assert_string_equal(wrong(f, "{\"长度\":\"0\"}", "长度"), "“长度”应大于 0 米，请核对后重填");
	assert_string_equal(wrong(f, "{\"长度\":\"1000\"}", "长度"), "");
	assert_string_equal(wrong(f, "{\"长度\":\"1000.01\"}", "长度"), "“长度”不能大于 1000 米，请核对后重填");
	assert_string_equal(wrong(f, "{\"个数\":\"1.5\"}", "个数"), "“个数”请填整数");
	assert_string_equal(wrong(f, "{\"个数\":\"7\"}", "个数"), "“个数”应是 5 的整数倍，请核对后重填");
	assert_string_equal(wrong(f, "{\"开工\":\"2026-02-30\"}", "开工"), "日期写成年-月-日，比如 2026-11-22");
	assert_string_equal(wrong(f, "{\"身份证\":\"110105194912310021\"}", "身份证"), "请照身份证核对");
	assert_string_equal(wrong(f, "{\"电话\":\"0999-6214012\"}", "电话"), "");
	assert_string_equal(wrong(f, "{\"电话\":\"66\"}", "电话"), "电话写成区号-号码，比如 0999-6214012，或者写手机号码");
	assert_string_equal(wrong(f, "{\"邮箱\":\"a.b\"}", "邮箱"), "电子邮箱写成 name@example.com 的样子");
	assert_string_equal(wrong(f, "{\"编号\":\"AB12\"}", "编号"), "");
	assert_string_equal(wrong(f, "{\"编号\":\"ab12\"}", "编号"), "“编号”的格式不对，请核对后重填");
	assert_string_equal(wrong(f, "{\"管线\":[\"水\",\"气\",\"电\"]}", "管线"), "“管线”最多选 2 项，现在选了 3 项");
	assert_string_equal(wrong(f, "{\"电话\":\"1\\u00002\"}", "电话"), "“电话”里有看不见的字符，请删去后重填");
}

TEST(a_row_is_wrong_at_its_column)
{
	fresh();
	const struct yz_form *f = form(ROAD);
	const char *typed = "{\"主干道\":\"是\",\"家人\":[{\"姓名\":\"甲\"},{\"收入\":\"-1\"},{\"姓名\":\"乙丙丁戊己\"}]}";
	assert_string_equal(wrong(f, typed, "家人/2/姓名"), "请填写“姓名”");
	assert_string_equal(wrong(f, typed, "家人/2/收入"), "“收入”不能小于 0 ，请核对后重填");
	assert_string_equal(wrong(f, typed, "家人/3/姓名"), "“姓名”最多 4 个字，现在是 5 个字，请缩短");
	assert_string_equal(wrong(f, typed, "家人"), "“家人”最多填 2 行，现在填了 3 行，请删去多出的");
}

TEST(one_page_tells_only_its_own_faults)
{
	fresh();
	const struct yz_form *f = form(ROAD);
	struct yz_form_state s;
	yz_form_state(arena, f, taken(f, "{\"电话\":\"66\"}", false), 1, now(), YZ_LANG_ZH, &s);
	assert_int_equal(s.nerrors, 1);
	assert_true(yz_str_eqz(s.errors[0].path, "电话"));
}

TEST(facts_are_said_in_words)
{
	fresh();
	const struct yz_form *f = form(ROAD);
	const struct yz_json *facts =
		taken(f, "{\"主干道\":\"否\",\"长度\":\"12.5\",\"开工\":\"2026-11-22\",\"管线\":[\"水\",\"电\"],"
			 "\"家人\":[{\"姓名\":\"甲\",\"收入\":\"10\"},{\"姓名\":\"乙\"}]}", false);
	static const char *const said[][2] = {{"主干道", "否"}, {"长度", "12.5 米"}, {"开工", "2026年11月22日"}, {"管线", "水、电"},
					      {"家人", "姓名：甲，收入：10；姓名：乙"}};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		struct yz_str name = yz_str(said[i][0]);
		struct yz_str text = yz_form_show(arena, yz_form_field(f, name), yz_json_find(facts, name), YZ_LANG_ZH);
		assert_string_equal(yz_str_z(arena, text), said[i][1]);
	}
}

TEST(conditions_see_numbers_dates_lists_and_rows)
{
	fresh();
	const struct yz_form *f = form(ROAD);
	const struct yz_json *facts = taken(f, "{\"长度\":\"12.5\",\"主干道\":\"是\",\"开工\":\"2026-11-22\",\"管线\":[\"水\"],"
					       "\"家人\":[{\"姓名\":\"甲\",\"收入\":\"10\"},{\"姓名\":\"乙\",\"收入\":\"5\"}]}", false);
	static const struct {
		const char *text;
		bool holds;
	} cases[] = {{"", true}, {"长度 > 12", true}, {"长度 > 12.5", false}, {"开工 < date(\"2026-12-01\")", true},
		     {"list contains(管线, \"水\")", true}, {"sum(家人.收入) = 15", true}, {"个数 > 1", false}, {"个数 = null", true},
		     {"not(主干道)", false}, {"开工 < today()", true}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct yz_feel *c;
		struct yz_err err = {0};
		if (!yz_form_condition(arena, f, yz_str(cases[i].text), YZ_LIT("test"), &c, &err))
			fail_msg("%s: %s", cases[i].text, err.msg);
		if (yz_form_holds(arena, f, c, facts, now()) != cases[i].holds)
			fail_msg("%s does not answer %d", cases[i].text, cases[i].holds);
	}
}

TEST(rows_past_the_most_are_not_kept)
{
	fresh();
	const struct yz_form *f = form(ROAD);
	for (size_t rows = YZ_FORM_ROWS; rows <= YZ_FORM_ROWS + 1; rows++) {
		struct yz_buf b;
		yz_buf_init(&b, arena, 1 << 20);
		yz_buf_addz(&b, "{\"家人\":[");
		for (size_t i = 0; i < rows; i++)
			yz_buf_printf(&b, "%s{\"姓名\":\"甲\"}", i ? "," : "");
		yz_buf_addz(&b, "]}");
		assert_int_equal(yz_json_len(yz_json_get(taken(f, b.ptr, false), "家人")), YZ_FORM_ROWS);
	}
}

#define DIG(checks) \
	"{\"type\":\"object\",\"properties\":{\"开工\":{\"type\":\"string\",\"format\":\"date\"}," \
	"\"完工\":{\"type\":\"string\",\"format\":\"date\",\"x-when\":\"急 = false\"},\"急\":{\"type\":\"boolean\"}}," \
	"\"x-pages\":[{\"title\":\"一\",\"fields\":[\"开工\",\"急\"]},{\"title\":\"二\",\"fields\":[\"完工\"]}]," \
	"\"x-checks\":" checks "}"
#define CHECK "{\"test\":\"完工 >= 开工\",\"error\":\"完工比开工早\",\"field\":\"完工\"}"

static size_t wrong_of(const struct yz_form *f, const char *facts, int page, struct yz_str *said)
{
	struct yz_form_state state;
	yz_form_state(arena, f, json(facts), page, now(), YZ_LANG_ZH, &state);
	if (state.nerrors)
		*said = state.errors[0].text;
	return state.nerrors;
}

TEST(an_answer_is_held_against_another_and_told_beside_its_field)
{
	struct yz_str said = {0};
	fresh();
	const struct yz_form *f = form(DIG("[" CHECK "]"));
	assert_int_equal(wrong_of(f, "{\"开工\":\"2026-12-20\",\"完工\":\"2026-12-19\",\"急\":false}", -1, &said), 1);
	assert_string_equal(yz_str_z(arena, said), "完工比开工早");
	assert_int_equal(wrong_of(f, "{\"开工\":\"2026-12-20\",\"完工\":\"2026-12-20\",\"急\":false}", -1, &said), 0);
	/* On its own page only; not while an answer is missing, nor where it is not asked; a date that is none says so itself. */
	assert_int_equal(wrong_of(f, "{\"开工\":\"2026-12-20\",\"完工\":\"2026-12-19\",\"急\":false}", 0, &said), 0);
	assert_int_equal(wrong_of(f, "{\"开工\":\"2026-12-20\",\"完工\":\"2026-12-19\",\"急\":false}", 1, &said), 1);
	assert_int_equal(wrong_of(f, "{\"完工\":\"2026-12-19\",\"急\":false}", -1, &said), 0);
	assert_int_equal(wrong_of(f, "{\"开工\":\"2026-12-20\",\"完工\":\"2026-12-19\",\"急\":true}", -1, &said), 0);
	assert_int_equal(wrong_of(f, "{\"开工\":\"2026-12-20\",\"完工\":\"明天\",\"急\":false}", -1, &said), 1);
	assert_true(yz_str_starts(said, YZ_LIT("日期写成")));
}

TEST(a_check_that_says_nothing_or_of_nothing_is_refused)
{
	refused(DIG("{}"), "line", "x-checks is no list of at most 50");
	refused(DIG("[{\"error\":\"错\",\"field\":\"完工\"}]"), "line", "check 1 has no test");
	refused(DIG("[{\"test\":\"完工 >= 开工\",\"field\":\"完工\"}]"), "line", "check 1 has no error");
	refused(DIG("[{\"test\":\"完工 >= 开工\",\"error\":\"错\",\"field\":\"竣工\"}]"), "line", "check 1 stands beside 竣工");
	refused(DIG("[{\"test\":\"完工 >= 竣工\",\"error\":\"错\",\"field\":\"完工\"}]"), "line", "test:");
	refused(DIG("[{\"when\":\"\"}]"), "line", "\"when\" is no key");
	fresh();
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 16);
	for (int i = 0; i < YZ_FORM_CHECKS; i++)
		yz_buf_addz(&b, i ? "," CHECK : CHECK);
	const char *most = yz_printf(arena, DIG("[%.*s]"), YZ_P(yz_buf_str(&b)));
	assert_int_equal(form(most)->nchecks, YZ_FORM_CHECKS);
	struct yz_err err = {0};
	assert_null(yz_form_load(arena, json(yz_printf(arena, DIG("[%.*s," CHECK "]"), YZ_P(yz_buf_str(&b)))), &err));
	assert_non_null(strstr(err.msg, "at most 50"));
}
