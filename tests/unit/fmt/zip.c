/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "fmt/zip.h"
#include "tests/unit/fmt/zipmake.h"

static struct yz_arena *a;
static struct yz_err err;

static void start(void)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	err = (struct yz_err){0};
}

#define MADE(...)                                                                                                      \
	zip_made(a, (const struct zip_member[]){__VA_ARGS__},                                                          \
		 sizeof((const struct zip_member[]){__VA_ARGS__}) / sizeof(struct zip_member))

TEST(members_are_read_back)
{
	start();
	struct yz_str bytes = MADE({"a.txt", YZ_LIT("一站一站一站一站"), false}, {"文件/", YZ_LIT(""), true},
				   {"文件/b", YZ_LIT("stored"), true}, {"empty", YZ_LIT(""), false});
	const struct yz_zip *zip = yz_zip_open(a, bytes, NULL, &err);
	struct yz_str out;
	assert_non_null(zip);
	assert_int_equal(zip->n, 4);
	assert_true(yz_zip_read(a, zip, yz_zip_find(zip, YZ_LIT("a.txt")), &out, &err));
	assert_true(yz_str_eqz(out, "一站一站一站一站"));
	assert_true(yz_zip_read(a, zip, yz_zip_find(zip, YZ_LIT("文件/b")), &out, &err));
	assert_true(yz_str_eqz(out, "stored"));
	assert_true(yz_zip_read(a, zip, yz_zip_find(zip, YZ_LIT("empty")), &out, &err));
	assert_int_equal(out.len, 0);
	assert_null(yz_zip_find(zip, YZ_LIT("b")));
}

TEST(a_member_comes_piece_by_piece)
{
	start();
	char *data = yz_alloc(a, 300000);
	for (int i = 0; i < 300000; i++)
		data[i] = (char)((unsigned)i * (unsigned)i >> 7);
	struct yz_str bytes = MADE({"a", yz_str_n(data, 300000), false});
	const struct yz_zip *zip = yz_zip_open(a, bytes, NULL, &err);
	struct yz_zip_stream *s = yz_zip_stream_open(a, zip, &zip->entries[0]);
	char piece[777];
	size_t len = 0;
	int n;
	while ((n = yz_zip_stream_read(s, piece, sizeof piece)) > 0) {
		assert_memory_equal(piece, data + len, (size_t)n);
		len += (size_t)n;
	}
	assert_int_equal(n, 0);
	assert_int_equal(len, 300000);
}

TEST(names_that_leave_the_archive_are_refused)
{
	static const char *const bad[] = {"../a", "a/../b", "/etc/passwd", "a/..", "..",  ".",   "./a",
					  "a//b", "a\\b",   "C:a",         "a\nb", "a//", "\x7f"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		start();
		assert_null(yz_zip_open(a, MADE({bad[i], YZ_LIT("x"), true}), NULL, &err));
		assert_non_null(strstr(err.msg, "plain path"));
	}
	start();
	assert_null(yz_zip_open(a, MADE({"", YZ_LIT("x"), true}), NULL, &err));
	assert_non_null(yz_zip_open(a, MADE({"..a/b..", YZ_LIT("x"), true}), NULL, &err));
	assert_null(yz_zip_open(a, MADE({"a", YZ_LIT("x"), true}, {"a", YZ_LIT("y"), true}), NULL, &err));
	assert_string_equal(err.msg, "two members have the same name");
	char *name = yz_alloc(a, 502);
	memset(name, 'n', 501);
	assert_null(yz_zip_open(a, MADE({name, YZ_LIT("x"), true}), NULL, &err));
	name[500] = '\0';
	assert_non_null(yz_zip_open(a, MADE({name, YZ_LIT("x"), true}), NULL, &err));
}

TEST(a_name_in_gb18030_is_understood)
{
	start();
	struct yz_str bytes = MADE({"\xd5\xc5.xml", YZ_LIT("x"), true});
	const struct yz_zip *zip = yz_zip_open(a, bytes, NULL, &err);
	assert_non_null(zip);
	assert_non_null(yz_zip_find(zip, YZ_LIT("张.xml")));
}

TEST(a_bomb_is_refused_before_it_is_unpacked)
{
	start();
	char *zeros = yz_alloc(a, 8 << 20);
	assert_null(yz_zip_open(a, MADE({"bomb", yz_str_n(zeros, 8 << 20), false}), NULL, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_string_equal(err.where, "bomb");
	struct yz_zip_limits l = {.entries = 2, .one = 100, .total = 150, .ratio = 300};
	assert_non_null(
		yz_zip_open(a, MADE({"a", yz_str_n(zeros, 100), true}, {"b", yz_str_n(zeros, 50), true}), &l, &err));
	assert_null(yz_zip_open(a, MADE({"a", yz_str_n(zeros, 101), true}), &l, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_null(
		yz_zip_open(a, MADE({"a", yz_str_n(zeros, 100), true}, {"b", yz_str_n(zeros, 51), true}), &l, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_null(yz_zip_open(a, MADE({"a", YZ_LIT("x"), true}, {"b", YZ_LIT("x"), true}, {"c", YZ_LIT("x"), true}),
				&l, &err));
	assert_int_equal(err.code, YZ_LIMIT);
}

/* The archive with one byte (or 16-bit word) at a place of its directory or local header changed. */
static const char *changed(struct yz_str good, size_t at, unsigned value)
{
	struct yz_str out, copy = yz_str_dup(a, good);
	((char *)copy.ptr)[at] = (char)value;
	((char *)copy.ptr)[at + 1] = (char)(value >> 8);
	err = (struct yz_err){0};
	const struct yz_zip *zip = yz_zip_open(a, copy, NULL, &err);
	for (size_t i = 0; zip && i < zip->n; i++)
		if (!yz_zip_read(a, zip, &zip->entries[i], &out, &err))
			break;
	return err.msg;
}

TEST(what_does_not_agree_is_refused)
{
	start();
	struct yz_str good = MADE({"a", YZ_LIT("hello hello hello hello"), false}, {"b", YZ_LIT("x"), true});
	struct yz_zip *zip = (struct yz_zip *)yz_zip_open(a, good, NULL, &err);
	size_t end = good.len - 22, directory = end - 2 * 47;
	assert_string_equal(changed(good, end + 8, 3), "the archive is in parts or in ZIP64");
	assert_string_equal(changed(good, end + 10, 1), "the archive is in parts or in ZIP64");
	assert_string_equal(changed(good, end + 12, 20), "the archive's directory is broken");
	assert_string_equal(changed(good, end + 12, 0xFFFF), "the archive breaks off");
	assert_string_equal(changed(good, directory, 0), "the archive's directory is broken");
	assert_string_equal(changed(good, directory + 8, 1), "the member is encrypted or patched");
	assert_string_equal(changed(good, directory + 10, 12), "the member is compressed in a way we do not read");
	assert_string_equal(changed(good, directory + 40, 0120777), "the member is a symbolic link");
	assert_string_equal(changed(good, directory + 16, 0), "the member is damaged: its checksum is wrong");
	assert_string_equal(changed(good, directory + 24, 22), "the member is longer than the directory says");
	assert_string_equal(changed(good, directory + 24, 24), "the member is shorter than the directory says");
	assert_string_equal(changed(good, directory + 20, 4), "the member breaks off");
	assert_string_equal(changed(good, directory + 42, 5), "the member and the directory do not agree");
	assert_string_equal(changed(good, 0, 0), "the member and the directory do not agree");
	assert_string_equal(changed(good, 30, 'c'), "the member and the directory do not agree");
	assert_string_equal(changed(good, zip->entries[0].offset, 0xFFFF), "the member's data are broken");
	assert_string_equal(changed(good, zip->entries[1].offset, 'y' | 'P' << 8),
			    "the member is damaged: its checksum is wrong");
	for (size_t n = 0; n < good.len; n++) {
		char *exact = yz_memdup(a, good.ptr, n);
		assert_null(yz_zip_open(a, yz_str_n(exact, n), NULL, &err));
	}
}

TEST(members_may_not_lie_over_each_other)
{
	start();
	/* The second member's header stands within the first's stored data. */
	struct yz_str inner = MADE({"b", YZ_LIT("x"), true});
	struct yz_str bytes = MADE({"a", yz_str_n(inner.ptr, 32), true}, {"b", YZ_LIT("x"), true});
	size_t directory = bytes.len - 22 - 2 * 47;
	char *copy = (char *)yz_str_dup(a, bytes).ptr;
	assert_non_null(yz_zip_open(a, bytes, NULL, &err));
	copy[directory + 47 + 42] = 31;
	assert_null(yz_zip_open(a, yz_str_n(copy, bytes.len), NULL, &err));
	assert_string_equal(err.msg, "two members lie over each other");
}
