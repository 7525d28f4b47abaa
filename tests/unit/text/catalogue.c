/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(a_known_text_is_translated_and_an_unknown_one_stays)
{
	assert_string_equal(T(YZ_LANG_EN, "请先登录"), "Please sign in first");
	assert_string_equal(T(YZ_LANG_ZH, "请先登录"), "请先登录");
	assert_string_equal(yz_tr(YZ_LANG_EN, "没有人会翻译的一句话"), "没有人会翻译的一句话");
	assert_string_equal(yz_tr(YZ_LANG_EN, ""), "");
	struct yz_str s = yz_tr_str(YZ_LANG_EN, yz_str_n("请先登录吧", strlen("请先登录")));
	assert_true(yz_str_eqz(s, "Please sign in first"));
}

TEST(every_code_has_a_text_in_english)
{
	for (int code = YZ_OK + 1; code <= YZ_USAGE; code++)
		assert_string_not_equal(yz_tr(YZ_LANG_EN, yz_code_text((enum yz_code)code)),
					yz_code_text((enum yz_code)code));
	assert_true(yz_tr_count(YZ_LANG_EN) > 20);
}

TEST(one_thing_and_many_are_told_apart_where_the_language_does)
{
	assert_string_equal(T_N(YZ_LANG_EN, "%d 个工作日", 1), "%d working day");
	assert_string_equal(T_N(YZ_LANG_EN, "%d 个工作日", 0), "%d working days");
	assert_string_equal(T_N(YZ_LANG_EN, "%d 个工作日", 20), "%d working days");
	assert_string_equal(T_N(YZ_LANG_ZH, "%d 个工作日", 1), "%d 个工作日");
	assert_string_equal(T_N(YZ_LANG_UG, "%d 个工作日", 3), "%d خىزمەت كۈنى");
}

TEST(what_nobody_sees_is_found_and_dropped_but_joiners)
{
	struct yz_arena *a = yz_arena_create(0);
	assert_false(yz_has_hidden(YZ_LIT("梅·花 A-1\t二\r\n三، ئۇيغۇر")));
	assert_true(yz_has_hidden(YZ_LIT("\u202e梅花")));
	assert_true(yz_has_hidden(YZ_LIT("梅\u2066花")));
	assert_true(yz_has_hidden(YZ_LIT("梅花\x7f")));
	struct yz_str s = YZ_LIT("一二\n"), said = yz_unhide(a, s);
	assert_ptr_equal(said.ptr, s.ptr);
	said = yz_unhide(a, YZ_LIT("\u202e\a一\u200c二\ufeff\n\U000e0041三\u2069"));
	assert_string_equal(yz_str_z(a, said), "一\u200c二\n三");
	yz_arena_destroy(a);
}

TEST(what_is_asked_for_is_tallied_as_had_or_not)
{
	struct yz_tr_tally before = yz_tr_tally(), after;
	T(YZ_LANG_ZH, "这一句谁也没有译过");
	T(YZ_LANG_UG, "请先登录");
	T_N(YZ_LANG_UG, "%d 个工作日", 3);
	T(YZ_LANG_UG, "这一句谁也没有译过");
	after = yz_tr_tally();
	assert_int_equal(after.found - before.found, 2);
	assert_int_equal(after.missed - before.missed, 1);
}

TEST(languages_are_read_from_codes_and_headers)
{
	enum yz_lang lang;
	assert_true(yz_lang_parse(YZ_LIT("zh_CN"), &lang));
	assert_int_equal(lang, YZ_LANG_ZH);
	assert_true(yz_lang_parse(YZ_LIT("EN-gb"), &lang));
	assert_int_equal(lang, YZ_LANG_EN);
	assert_false(yz_lang_parse(YZ_LIT("eng"), &lang));
	assert_false(yz_lang_parse(YZ_LIT("d"), &lang));
	assert_int_equal(yz_lang_accept(YZ_LIT("de, en;q=0.7, zh;q=0.3")), YZ_LANG_EN);
	assert_int_equal(yz_lang_accept(YZ_LIT("ug;q=0.9,en;q=0.8")), YZ_LANG_UG);
	assert_int_equal(yz_lang_accept(YZ_LIT("en;q=0")), YZ_LANG_ZH);
	assert_int_equal(yz_lang_accept(YZ_LIT("*")), YZ_LANG_ZH);
	assert_int_equal(yz_lang_accept((struct yz_str){0}), YZ_LANG_ZH);
	assert_true(yz_lang_rtl(YZ_LANG_UG));
}

static void put(const char *root, const char *path, const char *text)
{
	char full[300];
	snprintf(full, sizeof full, "%s/%s", root, path);
	FILE *f = fopen(full, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	fclose(f);
}

/* Runs a tool; its exit status, and what it said. */
static int run(char said[1024], const char *format, const char *a, const char *b)
{
	char command[2048];
	snprintf(command, sizeof command, format, a, b);
	FILE *p = popen(command, "r");
	assert_non_null(p);
	said[fread(said, 1, 1023, p)] = 0;
	return WEXITSTATUS(pclose(p));
}

TEST(every_kind_of_text_is_found_and_held_against_the_catalogue)
{
	char root[] = "/tmp/yz-tree-XXXXXX", said[1024], clean[64];
	assert_non_null(mkdtemp(root));
	assert_int_equal(run(said, "cd %s && mkdir src po templates%s", root, ""), 0);
	put(root, "src/a.c",
	    "x = T(lang, \"一\" \"二\"); /* T(lang, \"注释\") */ y = T_N(lang, \"%d 件\", n); z = \"不是\";\n"
	    "w = T(lang, yes ? \"是\" : \"否\");\n");
	put(root, "src/b.def", "ROUTE(x, \"标题\", \"plain\")\n");
	put(root, "templates/c.html", "<p>{{_ \"模板\"}}</p>");
	const char *tool = yz_test_source("tools/po-extract");
	assert_int_equal(run(said, "python3 %s --root %s", tool, root), 0);
	assert_string_equal(said, "%d 件\n一二\n否\n是\n标题\n模板\n");
	put(root, "po/en.po",
	    "msgid \"一二\"\nmsgstr \"12\"\nmsgid \"是\"\nmsgstr \"yes\"\nmsgid \"否\"\nmsgstr \"no\"\n"
	    "msgid \"标题\"\nmsgstr \"title\"\nmsgid \"模板\"\nmsgstr \"\"\nmsgid \"旧\"\nmsgstr \"old\"\n");
	assert_int_equal(run(said, "python3 %s --check --root %s", tool, root), 1);
	assert_non_null(strstr(said, "templates/c.html:1: po/en.po lacks \"模板\""));
	assert_non_null(strstr(said, "src/a.c:1: po/en.po lacks \"%d 件\""));
	assert_non_null(strstr(said, "nobody uses \"旧\""));
	assert_int_equal(run(said, "python3 %s --missing --root %s", tool, root), 0);
	assert_non_null(strstr(said, "#: templates/c.html:1\nmsgid \"模板\"\nmsgstr \"\"\n"));
	put(root, "templates/c.html", "");
	put(root, "src/a.c", "T(lang, \"一二\")");
	assert_int_equal(run(said, "python3 %s --check --root %s", tool, root), 0);
	snprintf(clean, sizeof clean, "rm -r %s", root);
	assert_int_equal(system(clean), 0);
}

TEST(a_bad_dictionary_stops_the_build)
{
	static const struct {
		const char *name, *text, *says;
	} cases[] = {
		{"x.tsv", "挖沟\t挖掘:1.5\n", "between 0 and 1"},
		{"x.tsv", "挖沟\t挖掘 @dig\n", "unknown action"},
		{"x.tsv", "挖沟 挖掘\n", "x.tsv:1"},
		{"reading.tsv", "重庆\tchong\n", "one syllable a character"},
	};
	char root[] = "/tmp/yz-words-XXXXXX", said[1024], files[128];
	assert_non_null(mkdtemp(root));
	put(root, "han.tsv", "91cd\tzhong\t91cd\n5e86\tqing\t5e86\n");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put(root, cases[i].name, cases[i].text);
		snprintf(files, sizeof files, "--han %s/han.tsv --out /dev/null %s/%s", root, root, cases[i].name);
		assert_int_equal(run(said, "python3 %s %s 2>&1", yz_test_source("tools/wordgen"), files), 1);
		if (!strstr(said, cases[i].says))
			fail_msg("%s said: %s", cases[i].text, said);
	}
	snprintf(files, sizeof files, "rm -r %s", root);
	assert_int_equal(system(files), 0);
}

/* Runs tools/pogen over one entry; its exit status, and what it said. */
static int pogen(const char *entry, char said[512])
{
	char po[] = "/tmp/yz-po-XXXXXX", command[2048];
	int fd = mkstemp(po);
	assert_true(fd >= 0 && write(fd, entry, strlen(entry)) == (ssize_t)strlen(entry));
	close(fd);
	snprintf(command, sizeof command, "python3 %s --out /dev/null en=%s 2>&1", yz_test_source("tools/pogen"), po);
	FILE *p = popen(command, "r");
	assert_non_null(p);
	said[fread(said, 1, 511, p)] = 0;
	int status = pclose(p);
	unlink(po);
	return WEXITSTATUS(status);
}

TEST(pogen_refuses_a_translation_with_other_arguments)
{
	static const struct {
		const char *entry, *says; /* NULL: accepted */
	} cases[] = {
		{"msgid \"共 %d 件\"\nmsgstr \"%d in all\"\n", NULL},
		{"msgid \"共 %d 件\"\nmsgstr \"%s in all\"\n", "takes %s"},
		{"msgid \"共 %d 件\"\nmsgstr \"some\"\n", "no argument"},
		{"msgid \"共 %d 件\"\nmsgstr \"%ld in all\"\n", "takes %ld"},
		{"msgid \"%s 的 %d 件\"\nmsgstr \"%2$d of %1$s\"\n", NULL},
		{"msgid \"%s 的 %d 件\"\nmsgstr \"%d of %s\"\n", "takes %d, %s"},
		{"msgid \"%s\"\nmsgstr \"%1$s %s\"\n", "mixed"},
		{"msgid \"%.*s 办\"\nmsgstr \"does %.*s\"\n", NULL},
		{"msgid \"%.*s 办\"\nmsgstr \"does %s\"\n", "takes %s"},
		{"msgid \"办了 50% 了\"\nmsgstr \"50% of it done\"\n", NULL},
		{"msgid \"{1} 和 {2}\"\nmsgstr \"{2} and {1}\"\n", NULL},
		{"msgid \"{1} 和 {2}\"\nmsgstr \"{1} and {1}\"\n", "places in braces"},
		{"msgid \"%n\"\nmsgstr \"%n\"\n", "%n is refused"},
		{"msgid \"一\"\nmsgstr \"one\"\nmsgid \"一\"\nmsgstr \"1\"\n", "stands twice"},
		{"msgid \"一\nmsgstr \"one\"\n", "quoted"},
		{"msgid \"%d 件\"\nmsgid_plural \"%d 件\"\nmsgstr[0] \"%d case\"\nmsgstr[1] \"%s cases\"\n",
		 "takes %s"},
	};
	char said[512];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int status = pogen(cases[i].entry, said);
		if (!cases[i].says) {
			assert_string_equal(said, "");
			assert_int_equal(status, 0);
		} else {
			assert_int_equal(status, 1);
			if (!strstr(said, cases[i].says))
				fail_msg("%s\nsaid: %s", cases[i].entry, said);
		}
	}
}
