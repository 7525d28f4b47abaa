/* The commands as --help lists them.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "cmd/cmd.h"

#include <stdlib.h>
#include <string.h>

/* What is printed of those that begin with `word`; how many lines it has. */
static int lines_of(const char *word, bool any, const char *const *has)
{
	char *text = NULL;
	size_t len = 0;
	int n = 0;
	FILE *to = open_memstream(&text, &len);
	assert_int_equal(yz_commands_print(YZ_LANG_EN, word, to), any);
	fclose(to);
	for (; *has; has++)
		if (!strstr(text, *has))
			fail_msg("“%s” is not in: %s", *has, text);
	for (const char *at = text; (at = strchr(at, '\n')); at++)
		n++;
	free(text);
	return n;
}
#define LINES(word, any, ...) lines_of(word, any, (const char *const[]){__VA_ARGS__ __VA_OPT__(,) NULL})

TEST(a_word_that_several_begin_with_lists_these_and_no_others)
{
	assert_int_equal(LINES("supervise", true, "  yizhan supervise recompute DIR --month MONTH", "  yizhan supervise report DIR FILE --system NAME"), 4);
	assert_int_equal(LINES("money", true, "  yizhan money reconcile DIR --day DATE"), 2);
	size_t n, grouped = 0;
	const struct yz_command *all = yz_commands(&n);
	for (size_t i = 0; i < n; i++)
		grouped += strncmp(all[i].words, "link ", 5) == 0;
	assert_true(grouped > 1);
	assert_int_equal(LINES("link", true, "  yizhan link secret NEW\n"), 2 * (int)grouped);
}

TEST(each_command_with_a_second_word_is_listed_under_its_first)
{
	size_t n;
	const struct yz_command *all = yz_commands(&n);
	for (size_t i = 0; i < n; i++) {
		char first[64];
		size_t len = strcspn(all[i].words, " ");
		snprintf(first, sizeof first, "%.*s", (int)len, all[i].words);
		if (all[i].words[len])
			LINES(first, true, all[i].words, yz_tr(YZ_LANG_EN, all[i].help));
	}
	assert_int_equal(LINES(NULL, true, "yizhan supervise report", "yizhan init"), 2 * (int)n);
}

TEST(a_word_that_none_goes_on_from_lists_nothing)
{
	assert_int_equal(LINES("serve", false), 0);
	assert_int_equal(LINES("supervis", false), 0);
	assert_int_equal(LINES("", false), 0);
}
