/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/site_fixture.h"

#include "db/ledger.h"
#include "gov/catalogue.h"
#include "gov/item.h"

SITE(the_demo_county_is_there_after_installing)
{
	assert_int_equal(f->installed.items_new, site_demo_pack()->items.len);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM item WHERE state = 'published'"), site_demo_pack()->items.len);
	assert_true(site_int(f, "SELECT COUNT(*) FROM region") > 80);
	assert_true(site_int(f, "SELECT COUNT(*) FROM org") >= 30);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM calendar_year"), 3);
	assert_int_equal(site_int(f, "SELECT works FROM calendar_day WHERE day = $1", YZ_I(yz_day_from(2026, 2, 14))), 1);
	assert_int_equal(site_int(f, "SELECT works FROM calendar_day WHERE day = $1", YZ_I(yz_day_from(2026, 2, 17))), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM item WHERE form IS NOT NULL"), site_demo_pack()->forms.len);
	assert_true(yz_str_eqz(f->site->region, "990121"));
}

SITE(its_people_sign_in_with_their_posts)
{
	struct yz_actor *clerk = site_actor(f, "zhangmin");
	assert_true(clerk->staff);
	assert_int_equal(clerk->nposts, 1);
	assert_int_equal(clerk->posts[0].role, YZ_ROLE_WINDOW);
	assert_true(yz_str_eqz(clerk->posts[0].region_path, "/990000/990100/990121/"));
	struct yz_actor *citizen = site_actor(f, "linguohua");
	assert_false(citizen->staff);
	assert_int_equal(citizen->proof, 1);
}

SITE(installing_again_changes_nothing)
{
	int64_t items = site_int(f, "SELECT COUNT(*) FROM item"), people = site_int(f, "SELECT COUNT(*) FROM person");
	int64_t posts = site_int(f, "SELECT COUNT(*) FROM post");
	f->now += YZ_DAY;
	site_install(f, site_demo_pack());
	assert_int_equal(f->installed.items_same, items);
	assert_int_equal(f->installed.items_new + f->installed.items_changed + f->installed.people, 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM item"), items);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM person"), people);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM post"), posts);
}

SITE(a_newer_pack_publishes_only_what_changed)
{
	struct yz_pack newer = *site_demo_pack();
	struct yz_pack_file *items = yz_new_n(f->a, newer.items.len, struct yz_pack_file);
	memcpy(items, newer.items.at, newer.items.len * sizeof *items);
	struct yz_json *body = yz_json_new_object(f->a);
	size_t at = (size_t)(yz_pack_find(&newer.items, YZ_LIT("road-dig")) - newer.items.at);
	for (size_t i = 0; i < items[at].json->count; i++)
		yz_json_put(f->a, body, items[at].json->members[i].key, items[at].json->members[i].value);
	yz_json_put(f->a, body, YZ_LIT("summary"), yz_json_new_str(f->a, YZ_LIT("新的说明")));
	items[at].json = body;
	newer.items.at = items;
	yz_instant before = f->now;
	f->now += YZ_DAY;
	site_install(f, &newer);
	assert_int_equal(f->installed.items_changed, 1);
	assert_int_equal(f->installed.items_same, newer.items.len - 1);
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	struct yz_item *was = yz_item_at(f->site, conn, f->a, YZ_LIT("road-dig"), before, &f->err);
	struct yz_item *is = yz_item_at(f->site, conn, f->a, YZ_LIT("road-dig"), f->now, &f->err);
	GOOD(f, was && is);
	assert_int_equal(was->version, 1);
	assert_int_equal(is->version, 2);
	assert_int_equal(was->until_at, f->now);
	assert_true(yz_str_eqz(yz_json_str(is->body, "summary"), "新的说明"));
	yz_db_release(conn);
}

SITE(the_first_items_hold_for_the_years_of_the_calendar)
{
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	yz_instant then = yz_day_start(yz_day_from(2025, 6, 1), 28800), before = yz_day_start(yz_day_from(2023, 12, 31), 28800);
	GOOD(f, yz_item_at(f->site, conn, f->a, YZ_LIT("road-dig"), then, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_item_at(f->site, conn, f->a, YZ_LIT("road-dig"), before, &f->err));
	yz_db_release(conn);
}

SITE(a_pack_with_errors_is_not_installed)
{
	struct yz_pack bad = *site_demo_pack();
	struct yz_install_report report;
	bad.nerrors = 1;
	FAILS(f, YZ_BAD_INPUT, yz_pack_install(f->site, &bad, NULL, &report, &f->err));
	bad.nerrors = 0;
	bad.region = YZ_LIT("990102");
	FAILS(f, YZ_CONFLICT, yz_pack_install(f->site, &bad, NULL, &report, &f->err));
}

SITE(the_site_opens_again_as_it_was_and_its_ledger_holds)
{
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	struct yz_ledger_report report;
	GOOD(f, yz_ledger_verify(conn, NULL, &report, &f->err));
	assert_int_equal(report.fault, YZ_LEDGER_GOOD);
	yz_db_release(conn);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'pack.install'"), 1);
	yz_site_close(f->site);
	site_open(f, false, NULL);
	assert_true(yz_str_eqz(f->site->name, "清泽县"));
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	assert_int_equal(c->nitems, site_demo_pack()->items.len);
	yz_site_catalogue_release(f->site, c);
}

/* The planner of SQLite says what it does; the other decides by what it has counted. */
SITE(what_an_index_was_made_for_is_found_by_it)
{
	static const struct {
		const char *sql, *found;
	} asked[] = {
		{"SELECT id FROM licence WHERE holder = 1 ORDER BY id DESC", "licence_holder (holder=?)"},
		{"SELECT id FROM licence WHERE type_key = 'a' AND holder >= 1 AND holder <= 9 ORDER BY holder, id", "licence_kind (type_key=? AND holder>? AND holder<?)"},
		{"SELECT id FROM task WHERE done >= 1 AND done < 9 AND node = 'a' ORDER BY done DESC, id DESC", "task_stage (done>? AND done<?)"},
		{"SELECT id FROM clock WHERE case_id = 1 AND task_id = 2 AND kind = 'step' ORDER BY id DESC LIMIT 1", "clock_case (case_id=?)"},
	};
	if (yz_db_is_postgres(f->site->db))
		return;
	struct yz_conn *conn = yz_db_read_in(f->site->db, f->a, &f->err);
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		const char *sql = yz_printf(f->a, "EXPLAIN QUERY PLAN %s", asked[i].sql);
		struct yz_rows *r = yz_select_vals(conn, f->a, &f->err, sql, 0, NULL);
		assert_non_null(r);
		bool found = false;
		for (size_t k = 0; k < r->count; k++)
			found = found || strstr(yz_row_z(r, k, 3), asked[i].found);
		if (!found)
			fail_msg("%s: %s", asked[i].sql, yz_row_z(r, 0, 3));
	}
	yz_db_release(conn);
}
