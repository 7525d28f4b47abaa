/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/site_fixture.h"

#include "bpmn/bpmn.h"
#include "gov/look.h"
#include "gov/register.h"
#include "text/ident.h"

#define DEATH                                                                                                          \
	"{\"name\":\"死亡登记\",\"org\":\"gongan\",\"source\":\"户政系统\",\"key\":[\"身份证号\"],\"subject\":\"身份证号\",\"fields\":["   \
	"{\"name\":\"身份证号\",\"type\":\"person-id\"},{\"name\":\"姓名\",\"type\":\"text\",\"private\":true},"                 \
	"{\"name\":\"死亡日期\",\"type\":\"date\",\"required\":true},{\"name\":\"备注\",\"type\":\"text\"}],"                     \
	"\"share\":{\"orgs\":[\"minzheng\"],\"purposes\":[\"补贴审核\"],\"basis\":\"办法\"}}"
#define PAY                                                                                                            \
	"{\"name\":\"工资\",\"org\":\"caizheng\",\"source\":\"工资统发\",\"key\":[\"身份证号\",\"月份\"],\"subject\":\"身份证号\",\"fields\":[" \
	"{\"name\":\"身份证号\",\"type\":\"person-id\",\"find\":true},{\"name\":\"月份\",\"type\":\"text\"},"                    \
	"{\"name\":\"单位\",\"type\":\"text\"},{\"name\":\"实发\",\"type\":\"number\",\"private\":true}],"                        \
	"\"share\":{\"orgs\":[\"*\"],\"purposes\":[\"补贴审核\"],\"basis\":\"办法\"}}"
#define RULES                                                                                                          \
	"{\"name\":\"津贴比对\",\"purpose\":\"补贴审核\",\"rules\":["                                                          \
	"{\"key\":\"dead\",\"register\":\"t-death\",\"find\":\"身份证号\",\"by\":\"身份证\",\"when\":\"record.死亡日期 <= today()\","      \
	"\"field\":\"死亡日期\",\"severity\":\"high\",\"text\":\"已登记死亡\"},"                                               \
	"{\"key\":\"paid\",\"register\":\"t-pay\",\"find\":\"身份证号\",\"by\":\"[身份证, 配偶]\",\"per\":\"all\","                    \
	"\"when\":\"sum(records.实发) > 上限\",\"field\":\"单位\",\"severity\":\"doubt\",\"text\":\"领工资\"},"                  \
	"{\"key\":\"unknown\",\"register\":\"t-pay\",\"find\":\"身份证号\",\"by\":\"身份证\",\"per\":\"none\","                       \
	"\"field\":\"单位\",\"severity\":\"note\",\"text\":\"没有工资记录\"}]}"

static const char *id_no(struct fixture *f, int n)
{
	char *s = yz_printf(f->a, "99012119500101%03d?", n);
	s[17] = yz_ident_person_check(s);
	return s;
}

struct declaring {
	struct fixture *f;
	size_t fresh;
};

static bool declare(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct declaring *d = ctx;
	static const char *const all[][3] = {{"register", "t-death", DEATH}, {"register", "t-pay", PAY}, {"comparison", "allowance", RULES}};
	const struct yz_record_env env = yz_register_env(d->f->site, NULL);
	d->fresh = 0;
	for (int i = 0; i < 3; i++) {
		const struct yz_json *body = yz_json_read(a, yz_str(all[i][2]), NULL, err);
		if (!body || !yz_register_install(conn, a, &env, all[i][0], yz_str(all[i][1]), body, &d->fresh, err))
			return false;
	}
	return true;
}

static void begin(struct fixture *f)
{
	struct declaring d = {f, 0};
	GOOD(f, yz_db_write(f->site->db, declare, &d, &f->err));
}

static struct yz_record_report import(struct fixture *f, const char *key, const char *text, bool whole)
{
	const struct yz_record_options o = {.bytes = yz_str(text), .file_name = YZ_LIT("r.csv"), .whole = whole};
	struct yz_record_report r;
	f->err = (struct yz_err){0};
	GOOD(f, yz_site_register_import(f->site, f->a, NULL, yz_str(key), &o, &r, &f->err));
	return r;
}

static struct yz_compared compare(struct fixture *f, const char *org, const char *facts)
{
	const struct yz_json *json = yz_json_read(f->a, yz_str(facts), NULL, &f->err);
	const struct yz_compare_asked asked = {.comparison = YZ_LIT("allowance"), .org = yz_str(org),
					       .facts = yz_bpmn_value_read(f->a, json)};
	struct yz_compared out;
	GOOD(f, yz_site_register_compare(f->site, f->a, NULL, &asked, &out, &f->err));
	return out;
}

SITE(a_declaration_is_another_version_only_when_it_changed)
{
	struct declaring d = {f, 0};
	GOOD(f, yz_db_write(f->site->db, declare, &d, &f->err));
	assert_int_equal(d.fresh, 3);
	GOOD(f, yz_db_write(f->site->db, declare, &d, &f->err));
	assert_int_equal(d.fresh, 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM register WHERE key = 't-death'"), 1);
}

SITE(a_file_is_taken_row_by_row_with_its_findings)
{
	begin(f);
	struct yz_record_report r = import(f, "t-death", yz_printf(f->a, "身份证号,姓名,死亡日期,街道\n%s,甲,2025/3/1,东街\n%s,乙,not a day,\n123,丙,2025-01-01,\n"
							 "%s,甲,2025-03-02,\n%s,,2025年6月30日,\n", id_no(f, 1), id_no(f, 2), id_no(f, 1), id_no(f, 3)), false);
	assert_int_equal(r.rows, 5);
	assert_int_equal(r.added, 2);
	assert_int_equal(r.left_out, 3);
	assert_int_equal(r.errors, 3);
	assert_int_equal(r.warnings, 1);
	assert_int_equal(r.findings[0].row, 1);
	assert_true(yz_str_eqz(r.findings[0].field, "街道"));
	for (size_t i = 0; i < r.nfindings; i++)
		assert_true(yz_str_find(r.findings[i].value, yz_str(id_no(f, 1)), 0) == SIZE_MAX);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger l JOIN register_import i ON i.id = l.thing_id WHERE l.act = 'register.import' AND i.register = 't-death'"), 1);
	assert_int_equal(site_int(f, "SELECT source_row FROM record WHERE register = 't-death' ORDER BY id DESC LIMIT 1"), 6);
}

SITE(a_broken_file_a_strict_one_and_a_strange_one_change_nothing)
{
	begin(f);
	static const char *const texts[] = {"", "姓名,死亡日期\n甲,2025-01-01\n", "身份证号,死亡日期\n\"99", "身份证号,身份证号,死亡日期\n"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const struct yz_record_options o = {.bytes = yz_str(texts[i]), .file_name = YZ_LIT("r.csv")};
		struct yz_record_report r;
		FAILS(f, YZ_SYNTAX, yz_site_register_import(f->site, f->a, NULL, YZ_LIT("t-death"), &o, &r, &f->err));
	}
	const struct yz_record_options strict = {.bytes = yz_str(yz_printf(f->a, "身份证号,死亡日期\n%s,2025-01-01\n1,2025-01-01\n", id_no(f, 1))),
						 .file_name = YZ_LIT("r.csv"), .strict = true};
	struct yz_record_report r;
	FAILS(f, YZ_BAD_INPUT, yz_site_register_import(f->site, f->a, NULL, YZ_LIT("t-death"), &strict, &r, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_site_register_import(f->site, f->a, NULL, YZ_LIT("nothing"), &strict, &r, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM record WHERE register = 't-death'"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM register_import WHERE register = 't-death'"), 0);
}

SITE(a_map_names_their_columns)
{
	begin(f);
	const struct yz_record_options o = {.bytes = yz_str(yz_printf(f->a, "ID,DOD\n%s,2025-01-01\n", id_no(f, 1))), .file_name = YZ_LIT("r.csv"),
					    .map = "{\"身份证号\": \"ID\", \"死亡日期\": \"DOD\"}"};
	struct yz_record_report r;
	GOOD(f, yz_site_register_import(f->site, f->a, NULL, YZ_LIT("t-death"), &o, &r, &f->err));
	assert_int_equal(r.added, 1);
	const struct yz_record_options bad = {.bytes = o.bytes, .file_name = o.file_name, .map = "{\"日期\": \"DOD\"}"};
	FAILS(f, YZ_BAD_INPUT, yz_site_register_import(f->site, f->a, NULL, YZ_LIT("t-death"), &bad, &r, &f->err));
}

SITE(a_changed_row_is_a_new_version_and_the_old_one_stays)
{
	begin(f);
	import(f, "t-death", yz_printf(f->a, "身份证号,姓名,死亡日期\n%s,甲,2025-03-01\n%s,乙,2025-04-01\n", id_no(f, 1), id_no(f, 2)), false);
	f->now += YZ_DAY;
	struct yz_record_report r = import(f, "t-death", yz_printf(f->a, "身份证号,姓名,死亡日期\n%s,甲,2025-03-02\n%s,乙,2025-04-01\n", id_no(f, 1), id_no(f, 2)), false);
	assert_int_equal(r.changed, 1);
	assert_int_equal(r.same, 1);
	struct yz_register_look look = {.reg = YZ_LIT("t-death"), .value = yz_str(id_no(f, 1)), .purpose = YZ_LIT("核对死亡日期")};
	GOOD(f, yz_site_register_look(f->site, f->a, NULL, &look, &f->err));
	assert_int_equal(look.found.len, 1);
	assert_int_equal(look.found.at[0].version, 2);
	assert_true(yz_str_eqz(look.found.at[0].values[2], "2025-03-02"));
	assert_true(yz_str_eqz(look.found.at[0].file, "r.csv"));
	struct yz_records all;
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	const struct yz_record_env env = yz_register_env(f->site, NULL);
	GOOD(f, yz_record_history(conn, f->a, &env, look.g, look.found.at[0].id, &all, &f->err));
	yz_db_release(conn);
	assert_int_equal(all.len, 2);
	assert_true(yz_str_eqz(all.at[1].values[2], "2025-03-01"));
	assert_true(all.at[1].until == f->now && all.at[0].until == 0);
}

SITE(a_whole_file_ends_what_it_has_not_and_what_comes_back_goes_on_from_there)
{
	begin(f);
	const char *both = yz_printf(f->a, "身份证号,死亡日期\n%s,2025-03-01\n%s,2025-04-01\n", id_no(f, 1), id_no(f, 2));
	import(f, "t-death", both, false);
	struct yz_record_report r = import(f, "t-death", yz_printf(f->a, "身份证号,死亡日期\n%s,2025-04-01\n", id_no(f, 2)), true);
	assert_int_equal(r.ended, 1);
	assert_int_equal(r.same, 1);
	/* A row with a slip of the pen would end a record that still stands. */
	const char *slip = yz_printf(f->a, "身份证号,死亡日期\n%s,not a day\n", id_no(f, 2));
	const struct yz_record_options whole = {.bytes = yz_str(slip), .file_name = YZ_LIT("r.csv"), .whole = true};
	FAILS(f, YZ_BAD_INPUT, yz_site_register_import(f->site, f->a, NULL, YZ_LIT("t-death"), &whole, &r, &f->err));
	assert_int_equal(r.left_out, 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM record WHERE register = 't-death' AND until_at IS NULL"), 1);
	f->err = (struct yz_err){0};
	struct yz_register_look look = {.reg = YZ_LIT("t-death"), .value = yz_str(id_no(f, 1)), .purpose = YZ_LIT("核对")};
	GOOD(f, yz_site_register_look(f->site, f->a, NULL, &look, &f->err));
	assert_int_equal(look.found.len, 0);
	r = import(f, "t-death", both, false);
	assert_int_equal(r.added, 1);
	GOOD(f, yz_site_register_look(f->site, f->a, NULL, &look, &f->err));
	assert_int_equal(look.found.len, 1);
	assert_int_equal(look.found.at[0].version, 2);
}

SITE(private_values_are_sealed_and_a_sealed_one_moved_to_another_record_does_not_open)
{
	begin(f);
	import(f, "t-pay", yz_printf(f->a, "身份证号,月份,单位,实发\n%s,2026-01,某局,\"5,231.50\"\n%s,2026-01,某所,1\n", id_no(f, 1), id_no(f, 2)), false);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM record WHERE register = 't-pay' AND body LIKE '%5231%'"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM record WHERE register = 't-pay' AND body LIKE '%990121%'"), 0);
	struct yz_register_look look = {.reg = YZ_LIT("t-pay"), .field = YZ_LIT("身份证号"), .value = yz_str(id_no(f, 1)), .purpose = YZ_LIT("核对")};
	GOOD(f, yz_site_register_look(f->site, f->a, NULL, &look, &f->err));
	assert_true(yz_str_eqz(look.found.at[0].values[3], "5231.5"));
	assert_true(yz_str_eqz(yz_record_show(f->a, &look.g->fields[3], look.found.at[0].values[3], false), "***"));
	look.field = YZ_LIT("单位");
	FAILS(f, YZ_BAD_INPUT, yz_site_register_look(f->site, f->a, NULL, &look, &f->err));
}

static bool swap(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	(void)ctx;
	return yz_exec(conn, err, "UPDATE record SET private_enc = (SELECT private_enc FROM record WHERE register = 't-death' AND id = (SELECT MAX(id) FROM record)) "
				  "WHERE id = (SELECT MIN(id) FROM record WHERE register = 't-death')");
}

SITE(a_sealed_value_put_into_another_record_is_corrupt)
{
	begin(f);
	import(f, "t-death", yz_printf(f->a, "身份证号,姓名,死亡日期\n%s,甲,2025-03-01\n%s,乙,2025-04-01\n", id_no(f, 1), id_no(f, 2)), false);
	GOOD(f, yz_db_write(f->site->db, swap, NULL, &f->err));
	struct yz_register_look look = {.reg = YZ_LIT("t-death"), .value = yz_str(id_no(f, 1)), .purpose = YZ_LIT("核对")};
	FAILS(f, YZ_CORRUPT, yz_site_register_look(f->site, f->a, NULL, &look, &f->err));
}

SITE(facts_against_records_give_doubts_with_field_value_and_rule)
{
	begin(f);
	import(f, "t-death", yz_printf(f->a, "身份证号,姓名,死亡日期\n%s,甲,2025-03-01\n%s,乙,2027-04-01\n", id_no(f, 1), id_no(f, 2)), false);
	import(f, "t-pay", yz_printf(f->a, "身份证号,月份,单位,实发\n%s,2026-01,某局,3000\n%s,2026-02,某局,3000\n%s,2026-01,某所,500\n", id_no(f, 2),
				   id_no(f, 2), id_no(f, 3)), false);
	struct yz_compared c = compare(f, "minzheng", yz_printf(f->a, "{\"身份证\":\"%s\",\"上限\":3000}", id_no(f, 1)));
	assert_int_equal(c.ndoubts, 2);
	assert_true(yz_str_eqz(c.doubts[0].rule, "dead") && yz_str_eqz(c.doubts[0].value, "2025-03-01"));
	assert_int_equal(c.doubts[0].severity, YZ_SEVERITY_HIGH);
	assert_true(yz_str_eqz(c.doubts[1].rule, "unknown") && c.doubts[1].record == 0);
	/* Dead tomorrow is no doubt; two of hers and none of his are 6,000. */
	c = compare(f, "minzheng", yz_printf(f->a, "{\"身份证\":\"%s\",\"配偶\":\"%s\",\"上限\":3000}", id_no(f, 2), id_no(f, 4)));
	assert_int_equal(c.ndoubts, 1);
	assert_true(yz_str_eqz(c.doubts[0].rule, "paid") && yz_str_eqz(c.doubts[0].value, "某局"));
	assert_int_equal(compare(f, "minzheng", yz_printf(f->a, "{\"身份证\":\"%s\",\"配偶\":\"%s\",\"上限\":7000}", id_no(f, 2), id_no(f, 3))).ndoubts, 0);
	assert_int_equal(compare(f, "minzheng", yz_printf(f->a, "{\"身份证\":\"%s\",\"配偶\":\"%s\",\"上限\":6400}", id_no(f, 2), id_no(f, 3))).ndoubts, 1);
	assert_int_equal(compare(f, "minzheng", "{\"上限\":1}").ndoubts, 0);
}

SITE(a_register_that_is_not_shared_is_not_compared_with)
{
	begin(f);
	const struct yz_compare_asked asked = {.comparison = YZ_LIT("allowance"), .org = YZ_LIT("zhujian"),
					       .facts = yz_bpmn_value_read(f->a, yz_json_read(f->a, YZ_LIT("{\"身份证\":\"1\"}"), NULL, &f->err))};
	struct yz_compared out;
	FAILS(f, YZ_FORBIDDEN, yz_site_register_compare(f->site, f->a, NULL, &asked, &out, &f->err));
	struct yz_register_look look = {.reg = YZ_LIT("t-death"), .value = yz_str(id_no(f, 1)), .purpose = YZ_LIT("补贴审核")};
	struct yz_actor *clerk = site_actor(f, "zhangmin");
	FAILS(f, YZ_FORBIDDEN, yz_site_register_look(f->site, f->a, clerk, &look, &f->err));
	const struct yz_record_options o = {.bytes = YZ_LIT("身份证号,死亡日期\n"), .file_name = YZ_LIT("r.csv")};
	struct yz_record_report r;
	FAILS(f, YZ_FORBIDDEN, yz_site_register_import(f->site, f->a, clerk, YZ_LIT("t-death"), &o, &r, &f->err));
}

SITE(every_pull_is_in_the_ledger_and_where_its_owner_sees_it)
{
	begin(f);
	struct yz_actor *citizen = site_actor(f, "liuyang");
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	struct yz_person *p = yz_person_load(f->site, conn, f->a, citizen->person, &f->err);
	yz_db_release(conn);
	import(f, "t-pay", yz_printf(f->a, "身份证号,月份,单位,实发\n%.*s,2026-01,某局,3000\n%s,2026-01,某所,1\n", YZ_P(p->id_no), id_no(f, 2)), false);
	compare(f, "minzheng", yz_printf(f->a, "{\"身份证\":\"%.*s\",\"上限\":1}", YZ_P(p->id_no)));
	struct yz_register_look look = {.reg = YZ_LIT("t-pay"), .field = YZ_LIT("身份证号"), .value = p->id_no, .purpose = YZ_LIT("核对本人收入")};
	GOOD(f, yz_site_register_look(f->site, f->a, NULL, &look, &f->err));
	look.value = yz_str(id_no(f, 2));
	GOOD(f, yz_site_register_look(f->site, f->a, NULL, &look, &f->err));
	struct yz_traces mine;
	conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, yz_looks_mine(f->site, conn, f->a, citizen, YZ_LIT(""), 0, 10, &mine, &f->err));
	assert_int_equal(mine.len, 2);
	assert_true(yz_str_eqz(mine.at[0].purpose, "核对本人收入") && yz_str_eqz(mine.at[1].purpose, "补贴审核"));
	assert_true(yz_str_eqz(mine.at[0].what, "工资"));
	GOOD(f, yz_looks_mine(f->site, conn, f->a, citizen, YZ_LIT(""), mine.at[0].id, 10, &mine, &f->err));
	assert_int_equal(mine.len, 1);
	yz_db_release(conn);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'register.compare'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'register.pull'"), 2);
	look.purpose = YZ_LIT(" ");
	FAILS(f, YZ_BAD_INPUT, yz_site_register_look(f->site, f->a, NULL, &look, &f->err));
}

SITE(an_export_reads_in_again_and_masks_what_is_private)
{
	begin(f);
	import(f, "t-pay", yz_printf(f->a, "身份证号,月份,单位,实发\n%s,2026-01,某局,3000\n", id_no(f, 1)), false);
	const struct yz_record_env env = yz_register_env(f->site, NULL);
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	struct yz_register *g = yz_register_load(conn, f->a, YZ_LIT("t-pay"), &f->err);
	struct yz_buf open, masked;
	size_t n;
	yz_buf_init(&open, f->a, 1 << 20);
	yz_buf_init(&masked, f->a, 1 << 20);
	GOOD(f, yz_record_export(conn, f->a, &env, g, true, &open, &n, &f->err));
	GOOD(f, yz_record_export(conn, f->a, &env, g, false, &masked, &n, &f->err));
	yz_db_release(conn);
	assert_int_equal(n, 1);
	assert_true(yz_str_find(yz_buf_str(&masked), YZ_LIT("3000"), 0) == SIZE_MAX);
	assert_true(yz_str_find(yz_buf_str(&masked), yz_str(id_no(f, 1)), 0) == SIZE_MAX);
	struct yz_record_report r = import(f, "t-pay", open.ptr, true);
	assert_int_equal(r.same, 1);
	assert_int_equal(r.ended, 0);
}
