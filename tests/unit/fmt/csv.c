/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "fmt/csv.h"

static struct yz_arena *a;
static struct yz_err err;

static void start(void)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	err = (struct yz_err){0};
}

/* All rows as "a|b\n", fields in order; from memory or from a file, which must agree. */
static const char *all_rows(struct yz_str text, const struct yz_csv_options *o)
{
	struct yz_buf shown[2];
	start();
	for (int k = 0; k < 2; k++) {
		struct yz_csv_row row;
		struct yz_buf *b = &shown[k];
		FILE *f = tmpfile();
		fwrite(text.ptr, 1, text.len, f);
		rewind(f);
		err = (struct yz_err){0};
		yz_buf_init(b, a, 1 << 24);
		yz_buf_addz(b, "");
		struct yz_csv *csv = k ? yz_csv_open_file(a, f, o, &err) : yz_csv_open(a, text, o, &err);
		while (csv && yz_csv_next(csv, &row, &err)) {
			for (size_t i = 0; i < row.n; i++) {
				yz_buf_addz(b, i ? "|" : "");
				yz_buf_adds(b, row.fields[i]);
			}
			yz_buf_addc(b, '\n');
		}
		if (err.code)
			yz_buf_printf(b, "%s: %s", err.where, err.msg);
		if (csv && !err.code)
			assert_false(yz_csv_next(csv, &row, &err));
		fclose(f);
	}
	assert_string_equal(shown[0].ptr, shown[1].ptr);
	return shown[0].ptr;
}

#define rows_of(literal) all_rows(YZ_LIT(literal), NULL)

TEST(fields_are_read_as_the_rfc_says)
{
	assert_string_equal(rows_of("a,b\r\n1,2\r\n"), "a|b\n1|2\n");
	assert_string_equal(rows_of("a,b\n1,2"), "a|b\n1|2\n");
	assert_string_equal(rows_of("\"a\",\"b\"\"c\",\"d,e\",\"f\r\ng\"\n"), "a|b\"c|d,e|f\r\ng\n");
	assert_string_equal(rows_of("a,,\n,,b\n,\n"), "a||\n||b\n|\n");
	assert_string_equal(rows_of(" a , b \n"), " a | b \n");
	assert_string_equal(rows_of("\"\"\n"), "\n");
	assert_string_equal(rows_of("\"\""), "\n");
	assert_string_equal(rows_of(""), "");
	assert_string_equal(rows_of("\n\r\n\na\n\n"), "a\n");
	assert_string_equal(rows_of("a,\"\""), "a|\n");
	assert_string_equal(rows_of("a,"), "a|\n");
	assert_string_equal(rows_of("\"\"\"\"\"\""), "\"\"\n");
}

TEST(a_row_knows_its_number_and_its_line)
{
	struct yz_csv_row row;
	start();
	struct yz_csv *csv = yz_csv_open(a, YZ_LIT("a\n\n\"b\n\nc\"\nd\n"), NULL, &err);
	assert_true(yz_csv_next(csv, &row, &err));
	assert_true(yz_csv_next(csv, &row, &err));
	assert_int_equal(row.number, 3);
	assert_int_equal(row.line, 3);
	assert_true(yz_csv_next(csv, &row, &err));
	assert_int_equal(row.number, 4);
	assert_int_equal(row.line, 6);
	assert_false(yz_csv_next(csv, &row, &err));
	assert_int_equal(err.code, 0);
}

TEST(what_breaks_off_or_does_not_belong_is_named)
{
	assert_string_equal(rows_of("a,b\n1,\"2\n3"),
			    "a|b\nrow 2, column 2: the file breaks off within a quoted field that begins in line 2");
	assert_string_equal(rows_of("\""),
			    "row 1, column 1: the file breaks off within a quoted field that begins in line 1");
	assert_string_equal(rows_of("a,\"b\"c\n"), "row 1, column 2: text stands behind the closing quote");
	assert_string_equal(rows_of("a\nx,b\"c\"\n"),
			    "a\nrow 2, column 2: a quote within a field that does not begin with one");
	assert_string_equal(rows_of("a\rb\n"), "row 1, column 1: a carriage return without a line feed");
	assert_string_equal(rows_of("a\0b\n"), ": this is no text: it holds a zero byte");
	struct yz_csv_options o = {.same_width = true};
	assert_string_equal(all_rows(YZ_LIT("a,b\n1,2\n3\n"), &o),
			    "a|b\n1|2\nrow 3, column 2: 1 columns; the first row has 2");
	assert_string_equal(all_rows(YZ_LIT("a,b\n1,2,3\n"), &o),
			    "a|b\nrow 2, column 3: 3 columns; the first row has 2");
	o = (struct yz_csv_options){.separator = ';'};
	assert_string_equal(all_rows(YZ_LIT("a,b;c\n"), &o), "a,b|c\n");
}

TEST(refuses_one_past_each_bound)
{
	struct yz_csv_options o = {.bytes = 20, .field = 4, .columns = 3, .rows = 3};
	assert_string_equal(all_rows(YZ_LIT("1234,2,3\n\"12\"\"4\"\n3\n"), &o), "1234|2|3\n12\"4\n3\n");
	assert_string_equal(all_rows(YZ_LIT("1,12345\n"), &o), "row 1, column 2: a field of more than 4 bytes");
	assert_string_equal(all_rows(YZ_LIT("\"123\"\"4\"\n"), &o), "row 1, column 1: a field of more than 4 bytes");
	assert_string_equal(all_rows(YZ_LIT("1,2,3,4\n"), &o), "row 1, column 4: more than 3 columns");
	assert_string_equal(all_rows(YZ_LIT("1\n2\n3\n4\n"), &o), "1\n2\n3\nrow 4, column 1: more than 3 rows");
	assert_int_equal(err.code, YZ_LIMIT);
	assert_string_equal(all_rows(YZ_LIT("1234,1234,1234\n1,222"), &o), "1234|1234|1234\n1|222\n");
	assert_string_equal(all_rows(YZ_LIT("1234,1234,1234\n1,2223"), &o), ": more than 20 bytes");
	assert_int_equal(err.code, YZ_TOO_LARGE);
}

TEST(the_encoding_is_found)
{
	assert_string_equal(rows_of("\xEF\xBB\xBF姓名,区\n张,一\n"), "姓名|区\n张|一\n");
	assert_string_equal(rows_of("姓名\n"), "姓名\n");
	assert_string_equal(rows_of("\xd0\xd5\xc3\xfb,\xc7\xf8\n\xd5\xc5,\"\xd2\xbb\x81\x30\x84\x36\"\n"),
			    "姓名|区\n张|一\xc2\xa5\n");
	assert_string_equal(rows_of("\xFF\xFE\x00\x4e,\0a\0\n\0"), "一|a\n");
	assert_string_equal(rows_of("\xFE\xFF\x4e\x00\0,\0a\0\n"), "一|a\n");
	assert_string_equal(rows_of("\xEF\xBB\xBF"), "");
	assert_string_equal(rows_of("a\n\xd0\xd5,b\n1,\xFF\xFF\n"),
			    "a\n姓|b\nrow 3, column 2: a character is neither UTF-8 nor GB18030");
	assert_string_equal(rows_of("a,\xd0\xd5\nb,\xd0"),
			    "a|姓\nrow 2, column 2: the file breaks off within a character");
	start();
	assert_string_equal(yz_csv_encoding(yz_csv_open(a, YZ_LIT("\xd0\xd5"), NULL, &err)), "GB18030");
	assert_string_equal(yz_csv_encoding(yz_csv_open(a, YZ_LIT("a"), NULL, &err)), "UTF-8");
}

TEST(a_character_may_lie_across_two_blocks)
{
	struct yz_arena *keep = yz_arena_create(0);
	struct yz_buf utf8, gb, want;
	yz_buf_init(&utf8, keep, 1 << 24);
	yz_buf_init(&gb, keep, 1 << 24);
	yz_buf_init(&want, keep, 1 << 24);
	for (size_t i = 0; i < 30000; i++) {
		const char *pad = &"xyz"[i % 4];
		yz_buf_printf(&utf8, "%s一张,\"一\"\n", pad);
		yz_buf_printf(&gb, "%s\xd2\xbb\xd5\xc5,\"\xd2\xbb\"\n", pad);
		yz_buf_printf(&want, "%s一张|一\n", pad);
	}
	assert_string_equal(all_rows(yz_buf_str(&utf8), NULL), want.ptr);
	assert_string_equal(all_rows(yz_buf_str(&gb), NULL), want.ptr);
	yz_arena_destroy(keep);
}

TEST(a_whole_text_is_decoded)
{
	struct yz_str text;
	start();
	assert_true(yz_text_decode(a, YZ_LIT("\xd2\xbb\xd5\xc5"), 100, &text, &err));
	assert_true(yz_str_eqz(text, "一张"));
	assert_true(yz_text_decode(a, YZ_LIT("\xEF\xBB\xBF一"), 100, &text, &err));
	assert_true(yz_str_eqz(text, "一"));
	assert_false(yz_text_decode(a, YZ_LIT("\xd2\xbb\xff"), 100, &text, &err));
	assert_int_equal(err.code, YZ_SYNTAX);
	assert_true(yz_text_decode(a, YZ_LIT("\xd2\xbb\xd5\xc5"), 6, &text, &err));
	assert_false(yz_text_decode(a, YZ_LIT("\xd2\xbb\xd5\xc5"), 5, &text, &err));
	assert_int_equal(err.code, YZ_TOO_LARGE);
}

static const char *written(const char *field)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1000);
	yz_csv_field(&b, yz_str(field), true);
	yz_csv_field(&b, YZ_LIT("z"), false);
	yz_csv_end(&b);
	return b.ptr;
}

TEST(the_writer_quotes_and_defuses_formulas)
{
	start();
	assert_string_equal(written(""), ",z\r\n");
	assert_string_equal(written("a b"), "a b,z\r\n");
	assert_string_equal(written("a,b"), "\"a,b\",z\r\n");
	assert_string_equal(written("\"a\""), "\"\"\"a\"\"\",z\r\n");
	assert_string_equal(written("a\nb"), "\"a\nb\",z\r\n");
	assert_string_equal(written(" a"), "\" a\",z\r\n");
	assert_string_equal(written("=1+2"), "'=1+2,z\r\n");
	assert_string_equal(written("=A1,\"x\""), "\"'=A1,\"\"x\"\"\",z\r\n");
	assert_string_equal(written("@SUM(A1)"), "'@SUM(A1),z\r\n");
	assert_string_equal(written("+cmd|' /C calc'!A0"), "'+cmd|' /C calc'!A0,z\r\n");
	assert_string_equal(written("-2+3"), "'-2+3,z\r\n");
	assert_string_equal(written("\t=1"), "'\t=1,z\r\n");
	assert_string_equal(written("＝1"), "'＝1,z\r\n");
	assert_string_equal(written("-12.50"), "-12.50,z\r\n");
	assert_string_equal(written("+8613800000000"), "+8613800000000,z\r\n");
	assert_string_equal(written("-5%"), "-5%,z\r\n");
	assert_string_equal(written("-5."), "'-5.,z\r\n");
	assert_string_equal(written("-"), "-,z\r\n");
}
