/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/print/render.h"

#include "fmt/xlsx.h"
#include "fmt/zip.h"
#include "print/xlsx.h"

#include <math.h>
#include <sys/stat.h>

static struct yz_xlsx *begin(struct yz_arena *a)
{
	struct yz_err err = {0};
	struct yz_xlsx *x = yz_xlsx_begin(a, YZ_LIT("办件"), 1795305600 * YZ_SECOND, &err);
	ASSERT_OK(x, &err);
	return x;
}

static struct yz_str end(struct yz_xlsx *x)
{
	struct yz_err err = {0};
	struct yz_str bytes;
	ASSERT_OK(yz_xlsx_end(x, &bytes, &err), &err);
	return bytes;
}

static struct yz_str part(struct yz_arena *a, struct yz_str bytes, const char *name)
{
	struct yz_err err = {0};
	struct yz_str text;
	const struct yz_zip *z = yz_zip_open(a, bytes, NULL, &err);
	ASSERT_OK(z, &err);
	ASSERT_OK(yz_zip_read(a, z, yz_zip_find(z, yz_str(name)), &text, &err), &err);
	return text;
}

static struct yz_sheet *open_sheet(struct yz_arena *a, struct yz_str bytes, struct yz_str name)
{
	struct yz_err err = {0};
	struct yz_sheet *s = yz_sheet_open(a, bytes, name, NULL, &err);
	ASSERT_OK(s, &err);
	return s;
}

static struct yz_csv_row next(struct yz_sheet *s)
{
	struct yz_csv_row row = {0};
	struct yz_err err = {0};
	if (!yz_sheet_next(s, &row, &err) && err.code)
		ASSERT_OK(false, &err);
	return row;
}

TEST(cells_come_back_typed_and_whole)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_xlsx *x = begin(a);
	static const struct yz_str heads[] = {YZ_LIT("名称"), YZ_LIT("数")};
	yz_xlsx_sheet(x, YZ_LIT("2026年11月"));
	yz_xlsx_head(x, heads, 2);
	yz_xlsx_text(x, YZ_LIT("张三 & <李四>"));
	yz_xlsx_int(x, -42);
	yz_xlsx_int(x, INT64_C(530999202611200001));
	yz_xlsx_number(x, 0.5);
	yz_xlsx_decimal(x, YZ_LIT("1234.50"));
	yz_xlsx_decimal(x, YZ_LIT("0012"));
	yz_xlsx_day(x, yz_day_from(2026, 11, 22));
	yz_xlsx_instant(x, yz_day_start(yz_day_from(2026, 11, 22), 28800) + 10 * YZ_HOUR + 32 * YZ_MINUTE, 28800);
	yz_xlsx_blank(x);
	yz_xlsx_number(x, NAN);
	yz_xlsx_day(x, yz_day_from(1899, 5, 1));
	yz_xlsx_text(x, YZ_LIT("_x0041_"));
	yz_xlsx_row(x);
	struct yz_sheet *s = open_sheet(a, end(x), YZ_LIT("2026年11月"));
	struct yz_csv_row row = next(s);
	assert_true(yz_str_eqz(row.fields[0], "名称") && yz_str_eqz(row.fields[1], "数"));
	row = next(s);
	static const char *const expected[] = {"张三 & <李四>", "-42",        "530999202611200001",  "0.5", "1234.5",
					       "0012",          "2026-11-22", "2026-11-22T10:32:00", "",    "",
					       "1899-05-01",    "_x0041_"};
	assert_int_equal(row.n, sizeof expected / sizeof *expected);
	for (size_t i = 0; i < row.n; i++)
		if (!yz_str_eqz(row.fields[i], expected[i]))
			fail_msg("cell %zu is \"%.*s\", not \"%s\"", i, YZ_P(row.fields[i]), expected[i]);
	assert_int_equal(next(s).n, 0);
	yz_arena_destroy(a);
}

TEST(text_is_never_a_formula_or_a_link)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_xlsx *x = begin(a);
	static const char *const hostile[] = {"=1+1",       "+1",
					      "-1",         "@SUM(A1)",
					      "\t=1",       "=HYPERLINK(\"http://a\")",
					      "{=1}",       "http://a.example",
					      "mailto:a@b", "=cmd|' /C calc'!A0"};
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		yz_xlsx_text(x, yz_str(hostile[i]));
		yz_xlsx_row(x);
	}
	struct yz_str bytes = end(x), xml = part(a, bytes, "xl/worksheets/sheet1.xml"),
		      styles = part(a, bytes, "xl/styles.xml");
	assert_false(contains(xml, "<f>") || contains(xml, "<f ") || contains(xml, "hyperlink"));
	assert_int_equal(count_of(xml, "inlineStr"), sizeof hostile / sizeof *hostile);
	assert_true(contains(styles, "numFmtId=\"49\"")); /* "@": stays text when someone edits the cell */
	struct yz_sheet *s = open_sheet(a, bytes, YZ_LIT(""));
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
		assert_true(yz_str_eqz(next(s).fields[0], hostile[i]));
	yz_arena_destroy(a);
}

TEST(bytes_that_xml_cannot_carry_are_dropped_and_long_text_is_cut)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_xlsx *x = begin(a);
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 20);
	for (int i = 0; i < 32001; i++)
		yz_buf_addz(&b, "长");
	yz_xlsx_text(x, YZ_LIT("a\0b\1c\xFF\uFFFEd\n"));
	yz_xlsx_text(x, yz_str_n(b.ptr, b.len - 3));
	yz_xlsx_text(x, yz_buf_str(&b));
	yz_xlsx_text(x, YZ_LIT("\1\2"));
	yz_xlsx_text(x, YZ_LIT("尾"));
	yz_xlsx_row(x);
	struct yz_csv_row row = next(open_sheet(a, end(x), YZ_LIT("")));
	assert_int_equal(row.n, 5);
	assert_true(yz_str_eqz(row.fields[0], "abc\uFFFDd\n"));
	assert_int_equal(row.fields[1].len, 32000 * 3);
	assert_int_equal(row.fields[2].len, 32000 * 3 + 3);
	assert_true(yz_str_ends(row.fields[2], YZ_LIT("长…")));
	assert_true(yz_str_eqz(row.fields[3], "") && yz_str_eqz(row.fields[4], "尾"));
	yz_arena_destroy(a);
}

TEST(sheets_get_names_a_spreadsheet_accepts)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_xlsx *x = begin(a);
	static const char *const wanted[] = {
		"a/b[c]:*?\\'d", "Same", "SAME",
		"history",       "",     "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四"};
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		yz_xlsx_sheet(x, yz_str(wanted[i]));
		yz_xlsx_int(x, (int64_t)i);
	}
	const struct yz_str *names;
	size_t n = yz_sheet_names(open_sheet(a, end(x), YZ_LIT("")), &names);
	assert_int_equal(n, sizeof wanted / sizeof *wanted);
	assert_true(yz_str_eqz(names[0], "a_b_c______d"));
	assert_true(yz_str_eqz(names[2], "SAME (2)"));
	assert_true(yz_str_eqz(names[3], "history (2)"));
	assert_true(yz_str_eqz(names[4], "Sheet"));
	assert_true(yz_str_ends(names[5], YZ_LIT("…")));
	yz_arena_destroy(a);
}

static enum yz_code fails_with(struct yz_xlsx *x)
{
	struct yz_err err = {0};
	struct yz_str bytes;
	assert_false(yz_xlsx_end(x, &bytes, &err));
	return err.code;
}

TEST(one_column_or_sheet_past_the_limit_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_xlsx *x = begin(a);
	for (int i = 0; i < 256; i++)
		yz_xlsx_int(x, i);
	end(x);
	x = begin(a);
	for (int i = 0; i < 257; i++)
		yz_xlsx_int(x, i);
	assert_int_equal(fails_with(x), YZ_LIMIT);
	x = begin(a);
	for (int i = 0; i < 65; i++)
		yz_xlsx_sheet(x, YZ_LIT("页"));
	yz_xlsx_text(x, YZ_LIT("失败之后仍可调用"));
	assert_int_equal(fails_with(x), YZ_LIMIT);
	yz_arena_destroy(a);
}

TEST(one_row_past_the_limit_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_xlsx *x = begin(a);
	for (int i = 0; i < 1048575; i++)
		yz_xlsx_row(x);
	yz_xlsx_int(x, 1);
	yz_xlsx_row(x);
	yz_xlsx_int(x, 2);
	assert_int_equal(fails_with(x), YZ_LIMIT);
	yz_arena_destroy(a);
}

TEST(many_rows_do_not_fill_the_arena)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_xlsx *x = begin(a);
	yz_xlsx_text(x, YZ_LIT("一"));
	size_t before = yz_arena_used(a);
	for (int i = 0; i < 20000; i++) {
		yz_xlsx_text(x, YZ_LIT("青岭县行政审批局"));
		yz_xlsx_int(x, i);
		yz_xlsx_decimal(x, YZ_LIT("1.50"));
		yz_xlsx_row(x);
	}
	assert_true(yz_arena_used(a) - before < 4096);
	yz_arena_destroy(a); /* never ended: nothing leaks */
}

TEST(a_file_is_replaced_whole_or_not_at_all)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	char folder[] = "/tmp/yz-xlsx-XXXXXX";
	assert_non_null(mkdtemp(folder));
	char *path = yz_printf(a, "%s/表.xlsx", folder);
	struct yz_xlsx *x = begin(a);
	yz_xlsx_text(x, YZ_LIT("一"));
	ASSERT_OK(yz_xlsx_end_file(x, path, &err), &err);
	struct stat first, second;
	assert_int_equal(stat(path, &first), 0);
	assert_true(first.st_size > 1000);
	x = begin(a);
	for (int i = 0; i < 257; i++)
		yz_xlsx_int(x, i);
	assert_false(yz_xlsx_end_file(x, path, &err));
	assert_int_equal(stat(path, &second), 0);
	assert_int_equal(first.st_ino, second.st_ino);
	x = begin(a);
	assert_false(yz_xlsx_end_file(x, yz_printf(a, "%s/no/such/folder.xlsx", folder), &err));
	assert_int_equal(err.code, YZ_IO);
	unlink(path);
	assert_int_equal(rmdir(folder), 0); /* no draft is left */
	yz_arena_destroy(a);
}

TEST(the_same_rows_give_the_same_bytes)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str bytes[2];
	for (int i = 0; i < 2; i++) {
		struct yz_xlsx *x = begin(a);
		yz_xlsx_text(x, YZ_LIT("一"));
		bytes[i] = end(x);
	}
	assert_true(yz_str_eq(bytes[0], bytes[1]));
	yz_arena_destroy(a);
}
