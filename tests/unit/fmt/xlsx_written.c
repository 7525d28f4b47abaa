/* Files of a writer of the world (libxlsxwriter) are read.
 * SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "fmt/file.h"
#include "fmt/xlsx.h"

#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

TEST(what_libxlsxwriter_writes_is_read)
{
	char path[] = "/tmp/yz-xlsx-XXXXXX";
	close(mkstemp(path));
	lxw_workbook *w = workbook_new(path);
	lxw_worksheet *one = workbook_add_worksheet(w, "花名册"), *two = workbook_add_worksheet(w, NULL);
	lxw_format *date = workbook_add_format(w), *both = workbook_add_format(w);
	format_set_num_format(date, "yyyy\"年\"m\"月\"d\"日\"");
	format_set_num_format(both, "yyyy-mm-dd hh:mm:ss");
	worksheet_write_string(one, 0, 0, "姓名", NULL);
	worksheet_write_string(one, 0, 1, "a<b>&\"c\"\n d ", NULL);
	worksheet_write_number(one, 1, 0, 12.5, NULL);
	worksheet_write_boolean(one, 1, 1, 1, NULL);
	worksheet_write_datetime(one, 1, 2, &(lxw_datetime){2026, 11, 22, 0, 0, 0}, date);
	worksheet_write_datetime(one, 1, 3, &(lxw_datetime){2026, 11, 22, 10, 32, 59}, both);
	worksheet_write_formula_num(one, 3, 2, "=1+2", NULL, 3);
	worksheet_write_string(two, 4, 1, "x", NULL);
	assert_int_equal(workbook_close(w), LXW_NO_ERROR);

	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str bytes;
	struct yz_csv_row row;
	assert_true(yz_file_read(a, path, 1 << 20, &bytes, &err));
	unlink(path);
	struct yz_sheet *s = yz_sheet_open(a, bytes, YZ_LIT(""), NULL, &err);
	assert_non_null(s);
	assert_true(yz_sheet_next(s, &row, &err));
	assert_int_equal(row.n, 2);
	assert_true(yz_str_eqz(row.fields[0], "姓名"));
	assert_true(yz_str_eqz(row.fields[1], "a<b>&\"c\"\n d "));
	assert_true(yz_sheet_next(s, &row, &err));
	assert_true(yz_str_eqz(row.fields[0], "12.5"));
	assert_true(yz_str_eqz(row.fields[1], "true"));
	assert_true(yz_str_eqz(row.fields[2], "2026-11-22"));
	assert_true(yz_str_eqz(row.fields[3], "2026-11-22T10:32:59"));
	assert_true(yz_sheet_next(s, &row, &err));
	assert_int_equal(row.number, 4);
	assert_true(yz_str_eqz(row.fields[2], "3"));
	assert_false(yz_sheet_next(s, &row, &err));
	s = yz_sheet_open(a, bytes, YZ_LIT("Sheet2"), NULL, &err);
	assert_true(yz_sheet_next(s, &row, &err));
	assert_int_equal(row.number, 5);
	assert_true(yz_str_eqz(row.fields[1], "x"));
	assert_false(yz_sheet_next(s, &row, &err));
	assert_int_equal(err.code, 0);
	yz_arena_destroy(a);
}
