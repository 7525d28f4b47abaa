/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "fmt/xlsx.h"
#include "fmt/xlsx_book.h"
#include "tests/unit/fmt/zipmake.h"

static struct yz_arena *a;
static struct yz_err err;

#define RELS "http://schemas.openxmlformats.org/package/2006/relationships"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='" OFFICE "'"

static struct yz_str str(const char *z)
{
	return yz_str(z ? z : "");
}

/* A workbook of two sheets 甲 and 乙; the parts are what stands within their root elements. */
static struct yz_str book(const char *rows, const char *shared, const char *styles, const char *properties)
{
	struct zip_member m[] = {
		{"_rels/.rels",
		 YZ_LIT("<Relationships xmlns='" RELS "'><Relationship Id='r1' Type='" OFFICE
			"/officeDocument' Target='xl/workbook.xml'/></Relationships>"),
		 false},
		{"xl/workbook.xml",
		 str(yz_printf(a,
			       "<workbook " MAIN "><workbookPr %s/><sheets><sheet name='甲' sheetId='1' r:id='a'/>"
			       "<sheet name='乙' sheetId='2' r:id='b'/></sheets></workbook>",
			       properties)),
		 false},
		{"xl/_rels/workbook.xml.rels",
		 YZ_LIT("<Relationships xmlns='" RELS "'>"
			"<Relationship Id='b' Type='" OFFICE "/worksheet' Target='/xl/other.xml'/>"
			"<Relationship Id='a' Type='" OFFICE "/worksheet' Target='worksheets/sheet1.xml'/>"
			"<Relationship Id='s' Type='" OFFICE "/sharedStrings' Target='sharedStrings.xml'/>"
			"<Relationship Id='t' Type='" OFFICE "/styles' Target='../xl/styles.xml'/></Relationships>"),
		 false},
		{"xl/worksheets/sheet1.xml",
		 str(yz_printf(a,
			       "<?xml version='1.0'?>\n<worksheet " MAIN
			       "><cols><col min='1'/></cols><sheetData>%s</sheetData></worksheet>",
			       rows)),
		 false},
		{"xl/other.xml",
		 YZ_LIT("<worksheet " MAIN
			"><sheetData><row><c t='inlineStr'><is><t>乙一</t></is></c></row></sheetData></worksheet>"),
		 false},
		{"xl/sharedStrings.xml", str(yz_printf(a, "<sst " MAIN ">%s</sst>", shared)), false},
		{"xl/styles.xml", str(yz_printf(a, "<styleSheet " MAIN ">%s</styleSheet>", styles)), true},
	};
	return zip_made(a, m, sizeof m / sizeof *m);
}

static void start(void)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	err = (struct yz_err){0};
}

static const char *all_rows(struct yz_str bytes, const char *name, const struct yz_sheet_options *o)
{
	struct yz_csv_row row;
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 20);
	yz_buf_addz(&b, "");
	struct yz_sheet *s = yz_sheet_open(a, bytes, yz_str(name), o, &err);
	while (s && yz_sheet_next(s, &row, &err)) {
		yz_buf_printf(&b, "%zu:", row.number);
		for (size_t i = 0; i < row.n; i++)
			yz_buf_printf(&b, "%s%.*s", i ? "|" : "", YZ_P(row.fields[i]));
		yz_buf_addc(&b, '\n');
	}
	if (err.code)
		yz_buf_printf(&b, "%s: %s", err.where, err.msg);
	if (s && !err.code)
		assert_false(yz_sheet_next(s, &row, &err));
	return b.ptr;
}

static const char *rows_of(const char *rows)
{
	start();
	return all_rows(book(rows,
			     "<si><t>姓名</t></si><si><r><t>富</t></r><r><rPr/><t xml:space='preserve'> "
			     "文</t></r><rPh><t>wen</t></rPh></si>"
			     "<si><t/></si><si/><si><t>a_x000D_b_x005F_</t></si>",
			     "<numFmts><numFmt numFmtId='164' formatCode='yyyy\"年\"m\"月\"d\"日\"'/><numFmt "
			     "numFmtId='165' formatCode='0.00\" days\"'/>"
			     "</numFmts><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/><xf "
			     "numFmtId='22'/><xf numFmtId='165'/>"
			     "<xf numFmtId='21'/></cellXfs>",
			     ""),
			"", NULL);
}

TEST(cells_of_every_kind_become_text)
{
	assert_string_equal(rows_of("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='C1' "
				    "t='s'><v>2</v></c>"
				    "<c r='D1' t='s'><v>3</v></c><c r='E1' t='s'><v>4</v></c></row>"),
			    "1:姓名|富 文|||a\rb_\n");
	assert_string_equal(
		rows_of("<row r='1'><c r='A1' t='inlineStr'><is><r><t>一</t></r><r><t>&lt;二&gt;</t></r></is></c><c "
			"t='str'><f>A1</f><v>x</v></c>"
			"<c t='b'><v>1</v></c><c t='b'><v>0</v></c><c t='e'><v>#N/A</v></c><c "
			"t='d'><v>2026-11-22</v></c>"
			"<c><v>1.10</v></c><c t='n'><v>1E-3</v></c><c/></row>"),
		"1:一<二>|x|true|false|#N/A|2026-11-22|1.10|1E-3\n");
}

TEST(dates_come_by_their_style)
{
	assert_string_equal(
		rows_of("<row><c s='0'><v>45000</v></c><c s='1'><v>45000</v></c><c s='2'><v>46348</v></c><c "
			"s='3'><v>45000.5</v></c>"
			"<c s='4'><v>45000</v></c><c s='5'><v>0.75</v></c><c s='1'><v>45000.25</v></c><c "
			"s='1'><v>-1</v></c>"
			"<c s='99'><v>7</v></c></row>"),
		"1:45000|2023-03-15|2026-11-22|2023-03-15T12:00:00|45000|18:00:00|2023-03-15T06:00:00|-1|7\n");
	char buf[40];
	assert_true(yz_cell_date(YZ_LIT("1"), YZ_CELL_DATE, false, buf));
	assert_string_equal(buf, "1900-01-01");
	assert_true(yz_cell_date(YZ_LIT("59"), YZ_CELL_DATE, false, buf));
	assert_string_equal(buf, "1900-02-28");
	assert_false(yz_cell_date(YZ_LIT("60"), YZ_CELL_DATE, false, buf));
	assert_true(yz_cell_date(YZ_LIT("61"), YZ_CELL_DATE, false, buf));
	assert_string_equal(buf, "1900-03-01");
	assert_true(yz_cell_date(YZ_LIT("0"), YZ_CELL_DATE, true, buf));
	assert_string_equal(buf, "1904-01-01");
	assert_true(yz_cell_date(YZ_LIT("0.999999"), YZ_CELL_DATE | YZ_CELL_TIME, true, buf));
	assert_string_equal(buf, "1904-01-02T00:00:00");
	assert_false(yz_cell_date(YZ_LIT("2958466"), YZ_CELL_DATE, false, buf));
	assert_true(yz_cell_date(YZ_LIT("2958465"), YZ_CELL_DATE, false, buf));
	assert_string_equal(buf, "9999-12-31");
	assert_false(yz_cell_date(YZ_LIT("4.5E4"), YZ_CELL_DATE, false, buf));
	start();
	assert_string_equal(all_rows(book("<row><c s='0'><v>0.5</v></c></row>", "",
					  "<cellXfs><xf numFmtId='22'/></cellXfs>", "date1904='1'"),
				     "", NULL),
			    "1:1904-01-01T12:00:00\n");
}

TEST(number_formats_are_told_apart)
{
	static const struct {
		const char *code;
		unsigned kind;
	} cases[] = {
		{"General", 0},
		{"0.00", 0},
		{"#,##0", 0},
		{"yyyy-mm-dd", YZ_CELL_DATE},
		{"h:mm:ss", YZ_CELL_TIME},
		{"yyyy/m/d h:mm", YZ_CELL_DATE | YZ_CELL_TIME},
		{"mm-yy", YZ_CELL_DATE},
		{"[$-804]yyyy\"年\"m\"月\"", YZ_CELL_DATE},
		{"[h]:mm", YZ_CELL_TIME},
		{"[mm]:ss", YZ_CELL_TIME},
		{"[Red]0", 0},
		{"0\"days\"", 0},
		{"\\d0", 0},
		{"mmm", YZ_CELL_DATE},
		{"[DBNum1][$-804]m\"月\"d\"日\"", YZ_CELL_DATE},
		{"@", 0},
		{"0;\"d\"", 0},
		{"0.00_);[Red](0.00)", 0},
		{"#\" m\"", 0},
		{"mm:ss.0", YZ_CELL_TIME},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (yz_cell_format(yz_str(cases[i].code)) != cases[i].kind)
			fail_msg("%s is %u", cases[i].code, yz_cell_format(yz_str(cases[i].code)));
}

TEST(rows_and_cells_not_there_keep_their_places)
{
	assert_string_equal(rows_of("<row r='2'><c r='B2'><v>1</v></c><c r='AA2'><v>2</v></c></row><row r='3'/><row "
				    "r='5'><c r='A5' s='1'/></row>"
				    "<row><c><v>3</v></c><c><v>4</v></c></row>"),
			    "2:|1|||||||||||||||||||||||||2\n6:3|4\n");
	assert_string_equal(rows_of(""), "");
}

TEST(a_sheet_is_found_by_its_name)
{
	start();
	struct yz_str bytes = book("<row><c><v>1</v></c></row>", "", "", "");
	const struct yz_str *names;
	assert_string_equal(all_rows(bytes, "乙", NULL), "1:乙一\n");
	assert_string_equal(all_rows(bytes, "甲", NULL), "1:1\n");
	assert_string_equal(all_rows(bytes, "丙", NULL), ": no sheet is called 丙");
	assert_int_equal(err.code, YZ_NOT_FOUND);
	assert_int_equal(yz_sheet_names(yz_sheet_open(a, bytes, YZ_LIT(""), NULL, &err), &names), 2);
	assert_true(yz_str_eqz(names[1], "乙"));
}

TEST(what_is_wrong_is_named_with_row_and_column)
{
	assert_string_equal(rows_of("<row r='3'><c r='B3' t='s'><v>9</v></c></row>"),
			    "row 3, column 2: shared text 9 is not there");
	assert_string_equal(rows_of("<row r='3'><c r='B3' t='s'><v>x</v></c></row>"),
			    "row 3, column 2: shared text x is not there");
	assert_string_equal(rows_of("<row r='3'/><row r='3'/>"), "row 3, column 1: the rows are out of order");
	assert_string_equal(rows_of("<row r='0'/>"), ": the rows are out of order");
	assert_string_equal(rows_of("<row><c r='B1'/><c r='A1'/></row>"),
			    "row 1, column 2: the cells of a row are out of order");
	assert_non_null(strstr(rows_of("<row><c><v>1</c></row>"), "sheet: line 2, column "));
	start();
	struct yz_str bytes = book("<row><c><v>1</v></c></row>", "", "", "");
	char *at = memmem(bytes.ptr, bytes.len, "xl/worksheets/sheet1.xml", 24);
	at = memmem(at + 24, bytes.len - (size_t)(at + 24 - bytes.ptr), "xl/worksheets/sheet1.xml", 24);
	at[16 - 46] ^= 0x55; /* the checksum in the directory */
	assert_string_equal(all_rows(bytes, "", NULL), "sheet: the member is damaged: its checksum is wrong");
	assert_string_equal(all_rows(YZ_LIT("PK no"), "", NULL), ": this is no ZIP archive, or it breaks off");
	assert_string_equal(all_rows(zip_made(a, &(struct zip_member){"a", YZ_LIT("x"), true}, 1), "", NULL),
			    ": this is no spreadsheet (.xlsx): _rels/.rels is missing");
}

TEST(refuses_one_past_each_bound)
{
	struct yz_sheet_options o = {.field = 4, .columns = 3, .rows = 2, .shared = 2};
	start();
	assert_string_equal(
		all_rows(book("<row><c><v>1234</v></c><c/><c t='s'><v>1</v></c></row><row><c><v>1</v></c></row>",
			      "<si><t>1</t></si><si><r><t>12</t></r><r><t>34</t></r></si>", "", ""),
			 "", &o),
		"1:1234||1234\n2:1\n");
	assert_string_equal(all_rows(book("<row><c><v>12345</v></c></row>", "", "", ""), "", &o),
			    "row 1, column 1: a cell of more than 4 bytes");
	assert_int_equal(err.code, YZ_LIMIT);
	start();
	assert_string_equal(all_rows(book("<row><c r='D1'><v>1</v></c></row>", "", "", ""), "", &o),
			    "row 1, column 4: more than 3 columns");
	start();
	assert_string_equal(all_rows(book("<row r='3'><c><v>1</v></c></row>", "", "", ""), "", &o),
			    "row 3, column 1: more than 2 rows");
	start();
	assert_string_equal(all_rows(book("", "<si/><si/><si/>", "", ""), "", &o),
			    "shared texts: more than 2 shared texts");
	start();
	assert_string_equal(all_rows(book("", "<si><r><t>12</t></r><r><t>345</t></r></si>", "", ""), "", &o),
			    "shared texts: shared text 1 has more than 4 bytes");
	o = (struct yz_sheet_options){.bytes = 500};
	start();
	assert_non_null(
		strstr(all_rows(book("<row><c><v>1</v></c></row>", "", "", ""), "", &o), "too large when unpacked"));
}

TEST(a_document_type_in_a_sheet_is_refused)
{
	start();
	struct zip_member m[] = {
		{"_rels/.rels", YZ_LIT("<!DOCTYPE r><r/>"), false},
	};
	assert_string_equal(all_rows(zip_made(a, m, 1), "", NULL),
			    "_rels/.rels: line 1: a document type (<!DOCTYPE) is not accepted");
}

TEST(many_rows_are_read_in_little_memory)
{
	start();
	struct yz_arena *mine = yz_arena_create(0);
	struct yz_buf b;
	yz_buf_init(&b, mine, 1 << 26);
	for (int i = 1; i <= 100000; i++)
		yz_buf_printf(&b,
			      "<row r='%d'><c r='A%d'><v>%d</v></c><c r='B%d' "
			      "t='inlineStr'><is><t>第%d行%d</t></is></c></row>",
			      i, i, i, i, i, i * 7919 % 10007);
	struct yz_str bytes = yz_str_dup(mine, book(b.ptr, "", "", ""));
	start();
	struct yz_csv_row row;
	struct yz_sheet *s = yz_sheet_open(a, bytes, YZ_LIT(""), NULL, &err);
	assert_non_null(s);
	size_t n = 0;
	while (yz_sheet_next(s, &row, &err)) {
		n++;
		assert_int_equal(row.number, n);
		assert_int_equal(row.n, 2);
	}
	assert_int_equal(err.code, 0);
	assert_int_equal(n, 100000);
	assert_true(yz_arena_used(a) < 200 * 1024);
	yz_arena_destroy(mine);
}
