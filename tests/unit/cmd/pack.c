/* What the check of a pack says on the command line.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/pg.h"
#include "tests/test.h"

#include "cmd/cmd.h"

#include <stdio.h>
#include <stdlib.h>

/* yizhan pack check, of a folder that holds one file with a slip; what it says is in *out. */
static int check(char **out, const char *option, const char *value)
{
	const char *dir = yz_test_folder();
	const char *given[5] = {"pack", "check", dir, option, value};
	char path[512], *err, **argv = (char **)given;
	int words, argc = option ? value ? 5 : 4 : 3;
	size_t no, ne;
	snprintf(path, sizeof path, "%s/pack.json", dir);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs("{\"pack\":\"small\",\"nmae\":\"清泽县\"}", f);
	assert_int_equal(fclose(f), 0);
	FILE *fo = open_memstream(out, &no), *fe = open_memstream(&err, &ne);
	struct yz_args args = {.arena = yz_arena_create(0), .out = fo, .err = fe, .command = yz_command_find(argc, argv, &words)};
	int status = yz_args_parse(&args, argc - words, argv + words) ? args.command->run(&args) : 2;
	yz_arena_destroy(args.arena);
	fclose(fo);
	fclose(fe);
	free(err);
	return status;
}

TEST(a_finding_is_said_in_the_language_asked_for)
{
	char *out;
	assert_int_equal(check(&out, NULL, NULL), 1);
	assert_non_null(strstr(out, "错误\tpack.json:1\t"));
	assert_non_null(strstr(out, "没有“nmae”这个键"));
	assert_non_null(strstr(out, "事项 0 个"));
	free(out);
	assert_int_equal(check(&out, "--lang", "en"), 1);
	assert_non_null(strstr(out, "\"nmae\" is no key of the grammar"));
	assert_non_null(strstr(out, "0 items"));
	free(out);
	assert_int_equal(check(&out, "--json", NULL), 1);
	assert_non_null(strstr(out, "\"what_zh\":"));
	free(out);
	assert_int_equal(check(&out, "--lang", "tlh"), 2);
	free(out);
}
