/* yizhan dmn, as it is called.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "cmd/cmd.h"
#include "fmt/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BOM "\xEF\xBB\xBF"
#define INPUT(name, type)                                                                                              \
	"<inputData id='" name "' name='" name "'><variable name='" name "' typeRef='" type "'/></inputData>"
#define NEEDS(name) "<informationRequirement><requiredInput href='#" name "'/></informationRequirement>"
#define DECISION(name, needs, text)                                                                                    \
	"<decision id='" name "' name='" name "'><variable name='" name "'/>" needs "<literalExpression><text>" text          \
	"</text></literalExpression></decision>"

static const char model[] =
	"<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='urn:m'>" INPUT("年龄", "number")
		INPUT("低保", "boolean") INPUT("别的", "number")
			DECISION("资格", NEEDS("年龄") NEEDS("低保"), "年龄 &gt;= 80 or 低保") "</definitions>";

struct said {
	int status;
	char out[4096], err[4096];
};

/* A file of this text; its name stays good until the next but three. */
static const char *file(const char *text)
{
	static char paths[4][64];
	static unsigned at;
	char *path = paths[at++ % 4];
	strcpy(path, "/tmp/yz-dmn-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	return path;
}

/* The words behind `yizhan dmn`, up to a NULL. */
static struct said dmn(enum yz_lang lang, const char *verb, char *const *options, bool json)
{
	struct said s = {.status = 2};
	struct yz_args args = {.arena = yz_arena_create(0), .lang = lang, .out = fmemopen(s.out, sizeof s.out, "w"),
			       .err = fmemopen(s.err, sizeof s.err, "w")};
	char *words[] = {(char *)"dmn", (char *)verb, NULL};
	int n, argc = 0;
	args.command = yz_command_find(2, words, &n);
	assert_non_null(args.command);
	while (options[argc])
		argc++;
	if (yz_args_parse(&args, argc, (char **)options)) {
		args.json |= json;
		s.status = args.command->run(&args);
	}
	fclose(args.out);
	fclose(args.err);
	yz_arena_destroy(args.arena);
	return s;
}

#define DMN(lang, verb, json, ...) dmn(lang, verb, (char *const[]){__VA_ARGS__, NULL}, json)
#define S(text) ((char *)(text))

TEST(facts_in_a_file_may_begin_with_a_byte_order_mark)
{
	const char *m = file(model), *facts = file(BOM "{\"年龄\": 83}");
	struct said s = DMN(YZ_LANG_EN, "eval", false, S(m), S("--decision"), S("资格"), S("--input"), S(facts));
	assert_int_equal(s.status, 0);
	assert_string_equal(s.out, "true\n");
	s = DMN(YZ_LANG_EN, "ask", false, S(m), S("--decision"), S("资格"), S("--known"), S(facts));
	assert_int_equal(s.status, 0);
	assert_string_equal(strtok(s.out, "\n"), "true");
	unlink(facts);
	facts = file(BOM BOM "{}");
	s = DMN(YZ_LANG_EN, "eval", false, S(m), S("--decision"), S("资格"), S("--input"), S(facts));
	assert_int_equal(s.status, 1);
	unlink(facts);
	unlink(m);
}

TEST(what_is_not_there_is_told_in_either_language)
{
	const char *m = file(model);
	static const struct {
		enum yz_lang lang;
		const char *decision, *input, *message;
	} wrong[] = {
		{YZ_LANG_EN, "资历", "{}", "the model has no decision called '资历'"},
		{YZ_LANG_ZH, "资历", "{}", "模型里没有叫“资历”的决策"},
		{YZ_LANG_EN, "资格", "{\"年纪\": 1}", "the model has no input called '年纪'"},
		{YZ_LANG_ZH, "资格", "{\"年纪\": 1}", "模型里没有叫“年纪”的输入"},
		{YZ_LANG_EN, "资格", "nothing.json", "there is no such file"},
		{YZ_LANG_ZH, "资格", "nothing.json", "没有这个文件"},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct said s = DMN(wrong[i].lang, "eval", false, S(m), S("--decision"), S(wrong[i].decision), S("--input"),
				    S(wrong[i].input));
		assert_int_equal(s.status, 1);
		assert_string_equal(s.out, "");
		if (!strstr(s.err, wrong[i].message))
			fail_msg("%s", s.err);
	}
	struct said s = DMN(YZ_LANG_ZH, "sweep", false, S(m), S("--decision"), S("资格"), S("--table"), S("nothing.csv"));
	assert_non_null(strstr(s.err, "nothing.csv 读不出来"));
	s = DMN(YZ_LANG_EN, "sweep", false, S(m), S("--decision"), S("资格"), S("--table"), S("nothing.csv"));
	assert_non_null(strstr(s.err, "nothing.csv cannot be read"));
	s = DMN(YZ_LANG_ZH, "check", false, S("nothing.dmn"));
	assert_non_null(strstr(s.err, "nothing.dmn: 读不出来"));
	s = DMN(YZ_LANG_ZH, "test", false, S("nothing"));
	assert_non_null(strstr(s.err, "nothing: 读不出来"));
	s = DMN(YZ_LANG_ZH, "eval", false, S(m), S("--decision"), S("资格"), S("--input"), S("{\"年龄\": \"many\"}"));
	assert_non_null(strstr(s.err, "年龄: 值和它的类型对不上"));
	s = DMN(YZ_LANG_ZH, "eval", false, S(m), S("--decision"), S("资格"), S("--input"), S("{\"年龄\": "));
	assert_non_null(strstr(s.err, "不是合乎规矩的 JSON"));
	s = DMN(YZ_LANG_ZH, "ask", false, S(m), S("--decision"), S("资格"), S("--known"), S("{"));
	assert_non_null(strstr(s.err, "line 1, column 2: 不是合乎规矩的 JSON"));
	s = DMN(YZ_LANG_ZH, "ask", false, S(m), S("--decision"), S("资格"), S("--known"), S("{\"年纪\": 1}"));
	assert_non_null(strstr(s.err, "模型里没有叫“年纪”的事实"));
	unlink(m);
}

TEST(a_sweep_reads_yes_and_no_as_people_write_them)
{
	static const char rows[] = "编号,年龄,低保\n"
				   "1,1,TRUE\n2,1,False\n3,1,是\n4,1,否\n5,1,真\n6,1,0\n7,1,Y\n8,1,maybe\n9,81,no\n";
	const char *m = file(model), *t = file(rows);
	struct said s = DMN(YZ_LANG_EN, "sweep", false, S(m), S("--decision"), S("资格"), S("--table"), S(t), S("--outcome"), S("true"));
	assert_int_equal(s.status, 0);
	assert_string_equal(s.out, "1\ttrue\n3\ttrue\n5\ttrue\n7\ttrue\n9\ttrue\n");
	/* The decision does not ask 别的, whose column is not there; what cannot be read is told with its row. */
	assert_null(strstr(s.err, "别的"));
	assert_non_null(strstr(s.err, "maybe"));
	unlink(t);
	t = file("编号,年龄\n1,81\n");
	s = DMN(YZ_LANG_ZH, "sweep", false, S(m), S("--decision"), S("资格"), S("--table"), S(t), S("--outcome"), S("true"));
	assert_string_equal(s.out, "1\ttrue\n");
	assert_non_null(strstr(s.err, "没有“低保”这一列"));
	assert_null(strstr(s.err, "别的"));
	unlink(t);
	t = file("编号,年龄,年龄\n1,81,2\n");
	s = DMN(YZ_LANG_ZH, "sweep", false, S(m), S("--decision"), S("资格"), S("--table"), S(t));
	assert_int_equal(s.status, 1);
	assert_non_null(strstr(s.err, "有两列都叫“年龄”"));
	unlink(t);
	unlink(m);
}

TEST(a_check_for_programs_speaks_both_languages)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	const char *m = file("<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='urn:m'>" DECISION(
		"资格", "", "年纪 + 1") "</definitions>");
	struct said s = DMN(YZ_LANG_EN, "check", true, S(m));
	assert_int_equal(s.status, 1);
	const struct yz_json *j = yz_json_read(a, yz_str(s.out), NULL, &err), *first = j ? yz_json_path(j, "0") : NULL;
	assert_non_null(first);
	assert_true(yz_str_eqz(yz_json_str(first, "message"), "nothing is called '年纪'"));
	struct yz_str zh = yz_json_str(first, "message_zh");
	assert_true(zh.len && !yz_str_eq(zh, yz_json_str(first, "message")) && yz_str_find(zh, YZ_LIT("年纪"), 0) != SIZE_MAX);
	unlink(m);
	/* A file that cannot be read, too. */
	m = file("<definitions><decision name='资格'>1 < 2</decision></definitions>");
	s = DMN(YZ_LANG_ZH, "check", false, S(m));
	assert_int_equal(s.status, 1);
	assert_non_null(strstr(s.out, "<decision> \"资格\""));
	assert_non_null(strstr(s.out, "文件读不懂"));
	unlink(m);
	yz_arena_destroy(a);
}
