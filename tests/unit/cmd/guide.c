/* The notice on the command line.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "cmd/cmd.h"

#include <stdio.h>

enum { WORDS = 40 };

/* yizhan guide DIR ..., on the fixture's site; what it says is in out and err. */
static int guide(struct fixture *f, char **out, char **err, ...)
{
	const char *given[WORDS] = {"guide", f->dir};
	int words, argc = 2;
	size_t no, ne;
	va_list ap;
	va_start(ap, err);
	for (const char *word; (word = va_arg(ap, const char *)); argc++) {
		assert_true(argc < WORDS);
		given[argc] = word;
	}
	va_end(ap);
	char **argv = (char **)given;
	FILE *fo = open_memstream(out, &no), *fe = open_memstream(err, &ne);
	struct yz_args args = {.arena = yz_arena_create(0), .out = fo, .err = fe, .command = yz_command_find(argc, argv, &words)};
	int status = yz_args_parse(&args, argc - words, argv + words) ? yz_cmd_at_site(&args, argc, argv) : 2;
	yz_arena_destroy(args.arena);
	fclose(fo);
	fclose(fe);
	return status;
}

#define SAYS(text, part) assert_non_null(strstr((text), (part)))

SITE(what_nobody_told_is_asked_and_what_was_told_is_listed)
{
	char *out, *err;
	yz_site_close(f->site);
	f->site = NULL;
	assert_int_equal(guide(f, &out, &err, "elderly-allowance", NULL), 0);
	SAYS(out, "老人今年满多少周岁？");
	assert_null(strstr(out, "您的情形："));
	free(out), free(err);
	assert_int_equal(guide(f, &out, &err, "elderly-allowance", "--answer", "年龄=82", "--answer", "已领同类津贴=是", "--answer",
			       "在外地居住=否", "--answer", "办理人=老人本人", "--answer", "用社保卡领取=false", NULL),
			 0);
	SAYS(out, "您的情形：已在别处领同类津贴");
	SAYS(out, "因为老人在别处领着高龄津贴。");
	SAYS(out, "因为钱不打到社保卡里。");
	SAYS(out, "原发放地停发证明");
	free(out), free(err);
}

SITE(a_bundle_and_json_and_facts_given_as_json)
{
	char *out, *err;
	yz_site_close(f->site);
	f->site = NULL;
	assert_int_equal(guide(f, &out, &err, "newborn", NULL), 0);
	assert_true(strlen(out) > 100);
	free(out), free(err);
	assert_int_equal(guide(f, &out, &err, "elderly-allowance", "--json", "--known",
			       "{\"年龄\":90,\"已领同类津贴\":false,\"在外地居住\":false,\"办理人\":\"老人本人\",\"用社保卡领取\":true}", NULL),
			 0);
	const struct yz_json *j = yz_json_read(f->a, yz_str(out), NULL, &f->err);
	GOOD(f, j);
	assert_true(yz_json_bool(j, "decided", false));
	SAYS(out, "\"nineties\"");
	free(out), free(err);
}

SITE(what_is_wrong_is_said_and_nothing_is_listed)
{
	char *out, *err;
	yz_site_close(f->site);
	f->site = NULL;
	const char *const wrong[][3] = {{"no-such-item", NULL, NULL},
					{"elderly-allowance", "--answer", "年龄"},
					{"elderly-allowance", "--answer", "=82"},
					{"elderly-allowance", "--answer", "年龄=很老"},
					{"elderly-allowance", "--answer", "没有的事实=1"},
					{"elderly-allowance", "--known", "[82]"},
					{"elderly-allowance", "--known", "{"}};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_not_equal(guide(f, &out, &err, wrong[i][0], wrong[i][1], wrong[i][2], NULL), 0);
		assert_string_equal(out, "");
		assert_true(strlen(err) > 10);
		free(out), free(err);
	}
	assert_int_equal(guide(f, &out, &err, NULL), 2);
	free(out), free(err);
}
