/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/site_fixture.h"

#include "gov/catalogue.h"
#include "gov/item.h"
#include "print/xlsx.h"

#define HEAD "department,main_item,name,area_code,item_code,task_type,dept_code,link\n"
#define ROW(name, code, type) "区人社局,未分类," name ",511602000000," code "," type ",11990121009901980H,http://a.example\n"
#define CODE(n) "511A0138000000-511602000000-000-11990121009901980H-1-" n

static const char *file_with(struct yz_str bytes)
{
	static char path[8][512];
	static unsigned turn;
	char *p = path[turn++ % 8];
	snprintf(p, sizeof *path, "%s/items", yz_test_folder());
	FILE *f = fopen(p, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
	assert_int_equal(fclose(f), 0);
	return p;
}

static struct yz_import_report import(struct fixture *f, const char *text)
{
	struct yz_import_report report;
	struct yz_import_options o = {.path = file_with(yz_str(text)), .file_name = YZ_LIT("items"), .lang = "zh-CN"};
	GOOD(f, yz_item_import(f->site, f->a, &o, &report, &f->err));
	return report;
}

/* Refused as a whole: nothing of it is there afterwards. */
static void refused(struct fixture *f, struct yz_import_options o, enum yz_code code)
{
	struct yz_import_report report;
	int64_t items = site_int(f, "SELECT COUNT(*) FROM item"), orgs = site_int(f, "SELECT COUNT(*) FROM org");
	o.file_name = YZ_LIT("items");
	FAILS(f, code, yz_item_import(f->site, f->a, &o, &report, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM item"), items);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM org"), orgs);
}

static size_t of_rule(const struct yz_import_report *r, const char *rule)
{
	size_t n = 0;
	for (size_t i = 0; i < r->findings.len; i++)
		n += yz_str_eqz(r->findings.at[i].rule, rule);
	return n;
}

static const struct yz_entry_item *listed(struct fixture *f, const char *code)
{
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	const struct yz_entry_item *e = yz_catalogue_find(c, yz_str(code)), *copy = NULL;
	if (e)
		copy = memcpy(yz_new(f->a, struct yz_entry_item), e, sizeof *e);
	yz_site_catalogue_release(f->site, c);
	return copy;
}

SITE(a_countys_list_comes_in_as_it_is)
{
	const char *path = yz_test_shared("data/items/guangan-511602.csv");
	if (!path)
		SKIP("data/items/guangan-511602.csv is not there");
	struct yz_import_report r;
	struct yz_import_options o = {.path = path, .file_name = YZ_LIT("guangan-511602.csv"), .lang = "zh-CN"};
	GOOD(f, yz_item_import(f->site, f->a, &o, &r, &f->err));
	assert_int_equal(r.rows, 1135);
	assert_int_equal(r.added, 1135);
	assert_int_equal(r.left_out, 0);
	assert_int_equal(r.findings.errors, 0);
	assert_int_equal(of_rule(&r, "code"), 38);
	assert_int_equal(of_rule(&r, "uscc"), 884);
	assert_int_equal(r.findings.warnings, 38 + 884);
	for (size_t i = 0; i < r.findings.len; i++) {
		const struct yz_finding *g = &r.findings.at[i];
		assert_true(g->row > 1 && g->row <= 1136 && g->field.len && g->value.len && g->reason.len);
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'item.import'"), 1);
	/* One with an irregular code is found and keeps its warning. */
	const struct yz_entry_item *odd = listed(f, "F-000098-001-511602000000-000-11511301008778423H-1-00");
	assert_non_null(odd);
	assert_true(yz_str_eqz(odd->type, "07"));
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	struct yz_item *item = yz_item_by_id(f->site, conn, f->a, odd->id, &f->err);
	GOOD(f, item);
	assert_int_not_equal(yz_str_find(item->findings, YZ_LIT("\"rule\":\"code\""), 0), SIZE_MAX);
	assert_true(yz_str_eqz(item->source, "import"));
	yz_db_release(conn);
	/* Again: nothing is new. */
	GOOD(f, yz_item_import(f->site, f->a, &o, &r, &f->err));
	assert_int_equal(r.same, 1135);
	assert_int_equal(r.added + r.changed, 0);
}

SITE(a_row_without_name_code_or_department_is_left_out_and_named)
{
	struct yz_import_report r = import(f, HEAD ROW("一", CODE("01"), "1") ROW("", CODE("02"), "1") ROW("三", "", "1")
						      ",未分类,四,511602000000," CODE("04") ",1,,\n" ROW("五", CODE("05"), "20"));
	assert_int_equal(r.rows, 5);
	assert_int_equal(r.added, 2);
	assert_int_equal(r.left_out, 3);
	assert_int_equal(r.findings.errors, 3);
	static const char *const fields[] = {"name", "code", "org"};
	for (int i = 0; i < 3; i++) {
		assert_int_equal(r.findings.at[i].row, i + 3);
		assert_true(yz_str_eqz(r.findings.at[i].field, fields[i]));
	}
	assert_non_null(listed(f, CODE("05")));
	assert_null(listed(f, CODE("02")));
}

SITE(odd_codes_are_warnings_and_odd_cells_are_left_out)
{
	struct yz_import_report r = import(f, HEAD ROW("一", "511A-510000000000-000-8282348-1-00", "1") ROW("二", CODE("02"), "x")
						      "区人社局,,三,511602000000," CODE("03") ",1,008779522,\n");
	assert_int_equal(r.added, 3);
	assert_int_equal(of_rule(&r, "code"), 1);
	assert_int_equal(of_rule(&r, "uscc"), 1);
	assert_int_equal(r.findings.warnings, 3);
	assert_true(yz_str_eqz(listed(f, CODE("02"))->type, ""));
	assert_true(yz_str_eqz(listed(f, CODE("03"))->type, "01"));
}

SITE(a_code_twice_in_one_file_is_an_error)
{
	struct yz_import_report r = import(f, HEAD ROW("一", CODE("01"), "1") ROW("二", CODE("01"), "1"));
	assert_int_equal(r.added, 1);
	assert_int_equal(r.left_out, 1);
	assert_int_equal(r.findings.at[0].row, 3);
	assert_true(yz_str_eqz(listed(f, CODE("01"))->name, "一"));
}

SITE(what_changed_becomes_the_next_version)
{
	import(f, HEAD ROW("一", CODE("01"), "1") ROW("二", CODE("02"), "1"));
	f->now += YZ_DAY;
	struct yz_import_report r = import(f, HEAD ROW("一", CODE("01"), "1") ROW("二改", CODE("02"), "1"));
	assert_int_equal(r.same, 1);
	assert_int_equal(r.changed, 1);
	assert_true(yz_str_eqz(listed(f, CODE("02"))->name, "二改"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM item WHERE code = $1", YZ_Z(CODE("02"))), 2);
	assert_int_equal(site_int(f, "SELECT until_at FROM item WHERE code = $1 AND version = 1", YZ_Z(CODE("02"))), f->now);
}

SITE(departments_are_made_once_and_known_ones_are_found)
{
	int64_t before = site_int(f, "SELECT COUNT(*) FROM org");
	import(f, HEAD ROW("一", CODE("01"), "1") ROW("二", CODE("02"), "1")
			       "清泽县住房和城乡建设局,,三,511602000000," CODE("03") ",1,,\n县住建局,,四,511602000000," CODE("04") ",1,,\n");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM org"), before + 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM org WHERE key = 'qurensheju' AND uscc = '11990121009901980H'"), 1);
	assert_true(yz_str_eqz(listed(f, CODE("03"))->org, "zhujian"));
	assert_true(yz_str_eqz(listed(f, CODE("04"))->org, "zhujian"));
}

SITE(a_file_that_breaks_off_changes_nothing)
{
	refused(f, (struct yz_import_options){.path = file_with(YZ_LIT(HEAD ROW("一", CODE("01"), "1") "\"区人社局,未分"))}, YZ_SYNTAX);
	refused(f, (struct yz_import_options){.path = file_with(YZ_LIT(HEAD ROW("一", CODE("01"), "1") "区人社局,未分类,二,5116"))}, YZ_SYNTAX);
	refused(f, (struct yz_import_options){.path = file_with(YZ_LIT("[{\"name\":\"一\",\"code\":\"1\",\"department\":\"局\"},{\"na"))},
		YZ_SYNTAX);
	refused(f, (struct yz_import_options){.path = file_with(YZ_LIT(""))}, YZ_BAD_INPUT);
	refused(f, (struct yz_import_options){.path = file_with(YZ_LIT("PK\003\004 no archive"))}, YZ_SYNTAX);
	refused(f, (struct yz_import_options){.path = "/nowhere"}, YZ_NOT_FOUND);
}

SITE(strict_refuses_the_whole_for_one_warning)
{
	refused(f, (struct yz_import_options){.path = file_with(YZ_LIT(HEAD ROW("一", CODE("01"), "1") ROW("二", "odd", "1"))), .strict = true},
		YZ_BAD_INPUT);
	struct yz_import_report r;
	struct yz_import_options o = {.path = file_with(YZ_LIT(HEAD ROW("一", CODE("01"), "1"))), .strict = true};
	GOOD(f, yz_item_import(f->site, f->a, &o, &r, &f->err));
	assert_int_equal(r.added, 1);
}

SITE(a_foreign_list_comes_in_by_a_map)
{
	const char *text = "Dienst;Nr\n";
	refused(f, (struct yz_import_options){.path = file_with(yz_str(text))}, YZ_BAD_INPUT);
	text = "what,number,who,days,open\n挖路,X-1,县住建局,20 个工作日,是\n";
	struct yz_import_report r;
	struct yz_import_options o = {.path = file_with(yz_str(text)), .lang = "zh-CN",
				      .map = "{\"name\":\"what\",\"code\":\"number\",\"department\":\"who\",\"promised_limit\":\"days\","
					     "\"online\":\"open\"}"};
	GOOD(f, yz_item_import(f->site, f->a, &o, &r, &f->err));
	assert_int_equal(r.added, 1);
	assert_true(yz_str_eqz(listed(f, "X-1")->promised, "20 个工作日"));
	assert_true(listed(f, "X-1")->online);
	o.map = "{\"colour\":\"what\"}";
	refused(f, o, YZ_BAD_INPUT);
	o.map = "[]";
	refused(f, o, YZ_BAD_INPUT);
}

SITE(columns_may_have_the_elements_chinese_names)
{
	struct yz_import_report r = import(f, "事项名称,实施编码,实施主体,事项类型,承诺办结时限,服务对象,网上办理\n"
					      "挖路,X-1,县住建局,行政许可,即办,1、2,否\n");
	assert_int_equal(r.added, 1);
	const struct yz_entry_item *e = listed(f, "X-1");
	assert_true(yz_str_eqz(e->type, "01"));
	assert_true(yz_str_eqz(e->promised, "当场办结"));
	assert_true(e->natural && e->legal && !e->online);
}

SITE(json_of_whole_items_keeps_their_elements)
{
	struct yz_import_report r = import(f, "[{\"name\":\"挖路\",\"code\":\"X-1\",\"org\":\"zhujian\",\"type\":\"01\",\"form\":\"road-dig\","
					      "\"process\":\"road-dig\",\"alias\":[\"刨马路\"],\"faq\":[{\"q\":\"要钱吗\",\"a\":\"不要\"}],"
					      "\"depth\":\"77\"}]");
	assert_int_equal(r.added, 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM item WHERE code = 'X-1' AND form IS NOT NULL AND process IS NOT NULL"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM item WHERE code = 'X-1' AND body LIKE '%刨马路%' AND body NOT LIKE '%depth%'"), 1);
	assert_int_equal(r.findings.warnings, 2); /* the code, and the depth */
}

SITE(a_spreadsheet_is_read_like_the_table_it_is)
{
	struct yz_xlsx *x = yz_xlsx_begin(f->a, YZ_LIT("事项"), f->now, &f->err);
	const struct yz_str head[] = {YZ_LIT("department"), YZ_LIT("name"), YZ_LIT("item_code"), YZ_LIT("task_type")};
	struct yz_str bytes;
	yz_xlsx_sheet(x, YZ_LIT("事项"));
	yz_xlsx_head(x, head, 4);
	for (int i = 1; i <= 3; i++) {
		yz_xlsx_text(x, YZ_LIT("县住建局"));
		yz_xlsx_text(x, yz_str(yz_printf(f->a, "事项%d", i)));
		yz_xlsx_text(x, yz_str(yz_printf(f->a, "X-%d", i)));
		yz_xlsx_int(x, 20);
		yz_xlsx_row(x);
	}
	GOOD(f, yz_xlsx_end(x, &bytes, &f->err));
	struct yz_import_report r;
	struct yz_import_options o = {.path = file_with(bytes), .lang = "zh-CN"};
	GOOD(f, yz_item_import(f->site, f->a, &o, &r, &f->err));
	assert_int_equal(r.added, 3);
	assert_true(yz_str_eqz(listed(f, "X-3")->type, "20"));
	assert_int_equal(r.findings.at[0].row, 2);
}

SITE(only_the_item_administrator_imports)
{
	struct yz_import_options o = {.path = file_with(YZ_LIT(HEAD ROW("一", CODE("01"), "1"))), .who = site_actor(f, "zhangmin")};
	refused(f, o, YZ_FORBIDDEN);
	struct yz_import_report r;
	o.who = site_actor(f, "items");
	GOOD(f, yz_item_import(f->site, f->a, &o, &r, &f->err));
	assert_int_equal(r.added, 1);
}

SITE(control_characters_never_reach_the_table)
{
	struct yz_import_report r = import(f, HEAD ROW("一\x01", CODE("01"), "1"));
	assert_int_equal(r.left_out, 1);
	assert_int_equal(r.added, 0);
}

SITE(names_and_codes_have_their_bounds)
{
	struct yz_buf b;
	yz_buf_init(&b, f->a, 1 << 20);
	yz_buf_addz(&b, "name,code,department\n");
	for (int over = 0; over <= 1; over++) {
		for (int i = 0; i < 200 + over; i++)
			yz_buf_addz(&b, "字");
		yz_buf_printf(&b, ",N-%d,县住建局\n名称,C-%d-", over, over);
		for (int i = 0; i < 96 + over; i++)
			yz_buf_addc(&b, 'x');
		yz_buf_addz(&b, ",县住建局\n");
	}
	struct yz_import_report r = import(f, b.ptr);
	assert_int_equal(r.rows, 4);
	assert_int_equal(r.added, 2);
	assert_int_equal(r.findings.errors, 2);
	assert_int_equal(r.findings.at[r.findings.len - 1].row, 5);
}

/* `rows` rows in which nothing stands but a department. */
static struct yz_str many_rows(struct fixture *f, size_t rows)
{
	struct yz_buf b;
	yz_buf_init(&b, f->a, 64 << 20);
	yz_buf_addz(&b, "name,code,department\n");
	for (size_t i = 0; i < rows; i++)
		yz_buf_printf(&b, "n,%zu,d\n", i);
	return yz_buf_str(&b);
}

SITE(one_row_too_many_is_refused)
{
	refused(f, (struct yz_import_options){.path = file_with(many_rows(f, 200001))}, YZ_LIMIT);
}

SITE(more_findings_than_anybody_reads_are_refused)
{
	refused(f, (struct yz_import_options){.path = file_with(many_rows(f, 100001))}, YZ_LIMIT);
	assert_non_null(strstr(f->err.msg, "findings"));
}
