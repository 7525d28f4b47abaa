/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/migrations.h"

/* ---- a site of before ---- */

static bool fill(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a, (void)ctx;
	static const char *const rows[] = {
		"INSERT INTO region VALUES ('990121', '清源县', 3, '', '/990121/', 'Asia/Shanghai')",
		"INSERT INTO org VALUES ('chengguan', '', '城管局', '城管', '990121', 1, '{}')",
		"INSERT INTO person (kind, login, password, name, proof, region, lang, active, created) "
		"VALUES ('natural', 'one', '', '刘洋', 0, '990121', 'zh-CN', 1, 1)",
		"INSERT INTO item (code, version, key, state, name, org, region, type, body, findings, source, created, updated) "
		"VALUES ('CODE', 1, 'dig', 'published', '挖路', 'chengguan', '990121', '', '{}', '', '', 1, 1)",
		"INSERT INTO cases (no, region, org, item, item_code, item_name, applicant, applicant_name, channel, state, situation, facts_enc, "
		"facts_dig, flow, submitted, received, outcome, light, stopped, version) SELECT 'NO1', '990121', 'chengguan', i.id, 'CODE', "
		"'挖路', p.id, '刘洋', 'web', 'accepted', '', $1, 'd', '', 1, 1, '', 'late', 0, 1 FROM item i, person p",
		"INSERT INTO clock (case_id, task_id, org, kind, body, state, started, provisional, card) "
		"SELECT id, CAST(NULL AS BIGINT), 'chengguan', 'promised', '', 'running', 1, 0, 'red' FROM cases",
		"INSERT INTO clock (case_id, task_id, org, kind, body, state, started, provisional, card) "
		"SELECT id, 77, 'nowhere', 'step', '', 'running', 1, 0, 'yellow' FROM cases",
		"INSERT INTO card (clock_id, case_id, org, person, level, rule, due, issued, reckoning) SELECT k.id, k.case_id, k.org, "
		"c.applicant, 'red', 'clock.promised.red', 50, 60, '{\"due\":50}' FROM clock k JOIN cases c ON c.id = k.case_id WHERE k.kind = 'promised'",
		"INSERT INTO card (clock_id, case_id, org, person, level, rule, due, issued, reckoning) SELECT id, case_id, org, "
		"CAST(NULL AS BIGINT), 'yellow', 'clock.step.yellow', 20, 10, '{}' FROM clock WHERE kind = 'step'",
		"INSERT INTO consultation (no, code_dig, text_enc, may_publish, item, item_name, org, state, asked, public_question, "
		"public_answer, clock, due, warn_at, provisional, card, version) "
		"VALUES ('Z1', '', $1, 0, 'CODE', '挖路', 'chengguan', 'open', 1, '', '', '', 30, 20, 0, 'yellow', 1)",
		"INSERT INTO consultation_card (consultation, org, level, due, issued, reckoning) SELECT id, org, 'yellow', 30, 20, '{}' "
		"FROM consultation",
	};
	const struct yz_val sealed = YZ_BLOB(YZ_LIT("x"));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!yz_exec_vals(conn, err, rows[i], strstr(rows[i], "$1") != NULL, &sealed))
			return yz_fail_in(err, "%s", rows[i]);
	return true;
}

TEST(what_was_issued_before_is_found_in_the_one_table)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	size_t n, before = 0;
	const struct yz_migration *list = yz_gov_migrations(a, &n);
	const struct yz_db_options options = {.dir = yz_test_folder(), .url = yz_test_url()};
	struct yz_db *db = yz_db_open(&options, &err);
	assert_non_null(db);
	while (before < n && list[before].version < 18)
		before++;
	assert_true(before < n);
	if (!yz_db_migrate(db, "gov", list, before, &err) || !yz_db_write(db, fill, NULL, &err) || !yz_db_migrate(db, "gov", list, n, &err))
		fail_msg("%s: %s", err.where, err.msg);
	struct yz_conn *conn = yz_db_read(db, &err);
	struct yz_rows *r = yz_select(conn, a, &err,
				      "SELECT monitor, level, thing, thing_id, occasion, clock_id, case_id, org, person, region, item, points, due, "
				      "issued, reckoning, state, held_level FROM card ORDER BY id");
	assert_non_null(r);
	assert_int_equal(r->count, 3);
	static const char *const said[][9] = {{"clock.step", "yellow", "task", "nowhere", "", "CODE", "{}", "issued", "yellow"},
					      {"clock.consult", "yellow", "consultation", "chengguan", "990121", "CODE", "{}", "issued", "yellow"},
					      {"clock.promised", "red", "case", "chengguan", "990121", "CODE", "{\"due\":50}", "issued", "red"}};
	static const size_t columns[9] = {0, 1, 2, 7, 9, 10, 14, 15, 16};
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < 9; k++)
			assert_string_equal(yz_row_z(r, i, columns[k]), said[i][k]);
	assert_int_equal(yz_row_int(r, 0, 3), 77);
	assert_int_equal(yz_row_int(r, 0, 12), 20);
	assert_int_equal(yz_row_int(r, 0, 13), 10);
	assert_true(yz_row_null(r, 0, 8) && yz_row_null(r, 1, 5) && yz_row_null(r, 1, 6));
	assert_int_equal(yz_row_int(r, 2, 3), yz_row_int(r, 2, 6));
	assert_string_equal(yz_row_z(r, 2, 4), yz_printf(a, "%lld", (long long)yz_row_int(r, 2, 5)));
	assert_true(yz_row_int(r, 2, 8) > 0);
	assert_int_equal(yz_row_int(r, 2, 11), 0);
	/* What was written in its case stands beside it. */
	r = yz_select(conn, a, &err, "SELECT f.facts_enc, f.facts_dig FROM case_facts f JOIN cases c ON c.id = f.case_id");
	assert_int_equal(r->count, 1);
	assert_true(yz_str_eqz(yz_row_str(r, 0, 0), "x") && yz_str_eqz(yz_row_str(r, 0, 1), "d"));
	yz_db_release(conn);
	yz_db_close(db);
	yz_arena_destroy(a);
}

/* ---- reading ---- */

SITE(a_card_is_for_its_department_and_who_watches_it)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	site_clock(f, "2026-12-01T00:00:00+08:00");
	sweep(f);
	int64_t id = site_int(f, "SELECT MIN(d.id) FROM card d JOIN clock k ON k.id = d.clock_id WHERE k.kind = 'answer'");
	struct yz_actor *watcher = actor(f, "supervisor"), *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin"),
			*other = actor(f, "yuanlin");
	struct yz_conn *conn = reading(f);
	struct yz_card *c = yz_card_load(f->site, conn, f->a, watcher, id, &f->err);
	GOOD(f, c);
	assert_true(yz_str_eq(c->case_no, no));
	assert_true(yz_str_eqz(c->thing, "case"));
	assert_true(yz_json_len(yz_json_get(c->reckoning, "days")) > 0);
	assert_int_equal(c->points, yz_card_points(c->level));
	GOOD(f, yz_card_load(f->site, conn, f->a, clerk, id, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_card_load(f->site, conn, f->a, she, id, &f->err));
	f->err = (struct yz_err){0};
	FAILS(f, YZ_NOT_FOUND, yz_card_load(f->site, conn, f->a, other, id, &f->err));
	f->err = (struct yz_err){0};
	FAILS(f, YZ_NOT_FOUND, yz_card_load(f->site, conn, f->a, clerk, 987654321, &f->err));
	f->err = (struct yz_err){0};
	yz_db_release(conn);
}
