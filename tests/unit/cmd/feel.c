/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "cmd/cmd.h"

#include <stdlib.h>
#include <unistd.h>

struct said {
	int status;
	char out[4096], err[4096];
};

static struct said feel(enum yz_lang lang, const char *expr, const char *context)
{
	struct said s = {.status = 2};
	char *argv[] = {(char *)"--", (char *)expr, NULL}, option[512];
	char *with[] = {option, (char *)"--", (char *)expr, NULL};
	struct yz_args args = {.arena = yz_arena_create(0),
			       .lang = lang,
			       .out = fmemopen(s.out, sizeof s.out, "w"),
			       .err = fmemopen(s.err, sizeof s.err, "w")};
	char *words[] = {(char *)"feel", NULL};
	int n;
	args.command = yz_command_find(1, words, &n);
	assert_non_null(args.command);
	snprintf(option, sizeof option, "--context=%s", context ? context : "");
	if (yz_args_parse(&args, (expr != NULL) + (context ? 2 : 1), context ? with : argv))
		s.status = args.command->run(&args);
	fclose(args.out);
	fclose(args.err);
	yz_arena_destroy(args.arena);
	return s;
}

TEST(an_expression_prints_its_value)
{
	struct said s = feel(YZ_LANG_EN, "1 + 1", NULL);
	assert_int_equal(s.status, 0);
	assert_string_equal(s.out, "2\n");
	assert_string_equal(s.err, "");
	assert_string_equal(feel(YZ_LANG_EN, "--1", NULL).out, "1\n");
	assert_string_equal(feel(YZ_LANG_EN, "now() instance of date and time and today() > @\"2026-01-01\"", NULL).out, "true\n");
}

TEST(a_context_is_json_or_a_file_of_it)
{
	static const char json[] = "{\"年龄\": 20, \"申请人\": {\"居住 地\": \"清泽\"}, \"日\": {\"@\": \"date\", \"text\": \"2026-05-17\"}}";
	static const char expr[] = "年龄 >= 18 and 申请人.居住 地 = \"清泽\" and 日 = @\"2026-05-17\"";
	char path[] = "/tmp/yz-feel-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0 && write(fd, json, sizeof json - 1) == sizeof json - 1);
	close(fd);
	assert_string_equal(feel(YZ_LANG_EN, expr, json).out, "true\n");
	assert_string_equal(feel(YZ_LANG_EN, expr, path).out, "true\n");
	unlink(path);
	struct said s = feel(YZ_LANG_EN, expr, path);
	assert_int_equal(s.status, 1);
	assert_non_null(strstr(s.err, "no file"));
	assert_int_equal(feel(YZ_LANG_EN, expr, "{\"a\": }").status, 1);
	assert_int_equal(feel(YZ_LANG_EN, expr, "[1]").status, 1);
}

TEST(a_mistake_is_told_with_its_place)
{
	struct said s = feel(YZ_LANG_EN, "1 +\n (2 * )", NULL);
	assert_int_equal(s.status, 1);
	assert_string_equal(s.out, "");
	assert_string_equal(s.err, "2:7: Error: expected an expression, found ')'\n   (2 * )\n        ^\n");
	s = feel(YZ_LANG_EN, "年龄 > 18", NULL);
	assert_int_equal(s.status, 0);
	assert_string_equal(s.out, "null\n");
	assert_string_equal(s.err, "1:1: Error: nothing is called '年龄'\n  年龄 > 18\n  ^\n");
	assert_int_equal(feel(YZ_LANG_EN, "\xff", NULL).status, 1);
}

TEST(every_null_is_told_why_in_the_language_of_the_person)
{
	struct said s = feel(YZ_LANG_EN, "[1 / 0, \"行\" + 1]", NULL);
	assert_int_equal(s.status, 0);
	assert_string_equal(s.out, "[null, null]\n");
	assert_non_null(strstr(s.err, "1:2: Null: division by zero\n  [1 / 0, \"行\" + 1]\n   ^\n"));
	assert_non_null(strstr(s.err, "1:9: "));
	s = feel(YZ_LANG_ZH, "数 / 0", "{\"数\": 5}");
	assert_string_equal(s.err, "1:1: 空值: 除数为零\n  数 / 0\n  ^\n");
	s = feel(YZ_LANG_ZH, "\"中文\" < 数", "{\"数\": 5}");
	assert_non_null(strstr(s.err, "\n  ^\n"));
}

TEST(a_wrong_line_is_told_how)
{
	struct said s = feel(YZ_LANG_EN, NULL, NULL);
	assert_int_equal(s.status, 2);
	assert_non_null(strstr(s.err, "yizhan feel [--] EXPR [--context FILE|JSON]"));
}
