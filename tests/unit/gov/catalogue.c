/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/site_fixture.h"

#include "gov/catalogue.h"

static size_t search(struct fixture *f, const struct yz_catalogue *c, struct yz_find q, struct yz_found **hits, size_t *total)
{
	if (!q.limit)
		q.limit = 10;
	return yz_catalogue_search(c, f->a, &q, hits, total);
}

SITE(everyday_words_find_the_item)
{
	static const char *const words[][2] = {{"想在门口挖条沟接自来水", "road-dig"}, {"给孩子上户口", "household-birth"},
					       {"残疾证", "disability-card"},	       {"kaicanguan", "food-licence"},
					       {"road-dig", "road-dig"}};
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct yz_found *hits;
		size_t total, n = search(f, c, (struct yz_find){.words = yz_str(words[i][0])}, &hits, &total);
		bool found = false;
		for (size_t k = 0; k < n && k < 3; k++)
			found |= yz_str_eqz(hits[k].item->key, words[i][1]);
		if (!found)
			fail_msg("%s does not find %s", words[i][0], words[i][1]);
	}
	yz_site_catalogue_release(f->site, c);
}

SITE(filters_and_pages_cut_the_list)
{
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	struct yz_found *hits, *next;
	size_t total, n = search(f, c, (struct yz_find){.limit = 1000}, &hits, &total);
	assert_int_equal(n, c->nitems);
	assert_int_equal(total, c->nitems);
	n = search(f, c, (struct yz_find){.org = YZ_LIT("zhujian")}, &hits, &total);
	assert_int_equal(total, yz_catalogue_org(c, YZ_LIT("zhujian"))->nitems);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++)
		assert_true(yz_str_eqz(hits[i].item->org, "zhujian"));
	search(f, c, (struct yz_find){.theme = YZ_LIT("biz-street")}, &hits, &total);
	assert_int_equal(total, yz_catalogue_theme(c, YZ_LIT("biz-street"))->nitems);
	assert_true(total > 0 && total < c->nitems);
	n = search(f, c, (struct yz_find){.legal = true, .limit = 1000}, &hits, &total);
	for (size_t i = 0; i < n; i++)
		assert_true(hits[i].item->legal);
	assert_true(n < c->nitems);
	search(f, c, (struct yz_find){.limit = 3}, &hits, &total);
	search(f, c, (struct yz_find){.limit = 2, .offset = 1}, &next, &total);
	assert_ptr_equal(hits[1].item, next[0].item);
	assert_ptr_equal(hits[2].item, next[1].item);
	assert_int_equal(search(f, c, (struct yz_find){.offset = 100000}, &next, &total), 0);
	yz_site_catalogue_release(f->site, c);
}

SITE(entries_say_what_a_card_of_the_list_needs)
{
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	const struct yz_entry_item *e = yz_catalogue_find(c, YZ_LIT("road-dig"));
	assert_non_null(e);
	assert_true(yz_str_eqz(e->promised, "10 个工作日"));
	assert_true(yz_str_eqz(e->org_name, "清泽县住房和城乡建设局"));
	assert_true(e->online && e->natural && e->legal && !e->suspended);
	assert_true(e->nthemes > 0 && e->summary.len > 0);
	assert_ptr_equal(e, yz_catalogue_find(c, e->code));
	assert_null(yz_catalogue_find(c, YZ_LIT("nothing")));
	assert_null(yz_catalogue_org(c, YZ_LIT("nobody")));
	yz_site_catalogue_release(f->site, c);
}

SITE(a_name_is_completed_while_it_is_typed)
{
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	struct yz_found *hits;
	size_t n = yz_catalogue_suggest(c, f->a, YZ_LIT("残疾"), 3, &hits);
	assert_true(n > 0 && n <= 3);
	assert_int_not_equal(yz_str_find(hits[0].item->name, YZ_LIT("残疾"), 0), SIZE_MAX);
	yz_site_catalogue_release(f->site, c);
}

SITE(each_of_several_wishes_has_its_best_item_first)
{
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	struct yz_found *hits;
	size_t total, n = search(f, c, (struct yz_find){.words = YZ_LIT("开饭店，给孩子上户口，顺便换驾照")}, &hits, &total);
	static const char *const expected[][2] = {
		{"food-licence", "开饭店"}, {"household-birth", "上户口"}, {"driving-licence-renew", "换驾照"}};
	assert_true(n > 3);
	for (size_t i = 0; i < 3; i++) {
		size_t at = 0;
		while (at < 3 && !yz_str_eqz(hits[at].item->key, expected[i][0]))
			at++;
		if (at == 3 || yz_str_find(hits[at].wish, yz_str(expected[i][1]), 0) == SIZE_MAX)
			fail_msg("%s is not the best for a wish of its own", expected[i][0]);
	}
	search(f, c, (struct yz_find){.words = YZ_LIT("给孩子上户口")}, &hits, &total);
	assert_int_equal(hits[0].wish.len, 0);
	yz_site_catalogue_release(f->site, c);
}

static const struct yz_found *hit_of(const struct yz_found *hits, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (yz_str_eqz(hits[i].item->key, key))
			return &hits[i];
	fail_msg("%s is not found", key);
	return NULL;
}

SITE(what_the_words_rule_out_says_so)
{
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	struct yz_found *hits;
	size_t total, n = search(f, c, (struct yz_find){.words = YZ_LIT("70岁的老人补贴")}, &hits, &total);
	const struct yz_found *hit = hit_of(hits, n, "elderly-allowance");
	assert_int_equal(hit->bar, YZ_FOUND_TOO_YOUNG);
	assert_int_equal(hit->age, 80);
	n = search(f, c, (struct yz_find){.words = YZ_LIT("80岁的老人补贴")}, &hits, &total);
	assert_int_equal(hit_of(hits, n, "elderly-allowance")->bar, YZ_FOUND_OPEN);
	n = search(f, c, (struct yz_find){.words = YZ_LIT("我们公司办残疾证")}, &hits, &total);
	assert_int_equal(hit_of(hits, n, "disability-card")->bar, YZ_FOUND_PERSONS_ONLY);
	yz_site_catalogue_release(f->site, c);
}

static bool add_twins(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	for (int i = 0; i < 2; i++)
		if (!yz_exec(conn, err,
			     "INSERT INTO item (code, version, key, state, from_at, name, org, region, type, body, findings, source, created, "
			     "updated) SELECT $1, 1, $1, state, from_at, '龙舟停靠申请', org, region, type, '{}', findings, source, created, "
			     "updated FROM item WHERE key = 'dibao'",
			     YZ_Z(i ? "twin-b" : "twin-a")))
			return false;
	return yz_exec(conn, err, "INSERT INTO item_use (code, applied) VALUES ('twin-b', 500)");
}

SITE(what_others_applied_for_comes_first_of_equals)
{
	GOOD(f, yz_db_write(f->site->db, add_twins, f->a, &f->err));
	GOOD(f, yz_site_catalogue_reload(f->site, &f->err));
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	struct yz_found *hits;
	size_t total;
	assert_int_equal(search(f, c, (struct yz_find){.words = YZ_LIT("龙舟停靠")}, &hits, &total), 2);
	assert_true(yz_str_eqz(hits[0].item->key, "twin-b"));
	yz_site_catalogue_release(f->site, c);
}

static bool add_many(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	for (int i = 0; i < 20000; i++)
		if (!yz_exec(conn, err,
			     "INSERT INTO item (code, version, key, state, from_at, name, org, region, type, body, findings, source, created, "
			     "updated) SELECT $1, 1, $1, state, from_at, $2, org, region, type, body, findings, source, created, updated "
			     "FROM item WHERE key = 'dibao'",
			     YZ_Z(yz_printf(ctx, "many-%d", i)), YZ_Z(yz_printf(ctx, "第 %d 号小额补助申请", i))))
			return false;
	return true;
}

SITE(twenty_thousand_items_are_searched)
{
	GOOD(f, yz_db_write(f->site->db, add_many, f->a, &f->err));
	GOOD(f, yz_site_catalogue_reload(f->site, &f->err));
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	struct yz_found *hits;
	size_t total;
	assert_int_equal(c->nitems, 20000 + site_demo_pack()->items.len);
	search(f, c, (struct yz_find){.words = YZ_LIT("想在门口挖条沟接自来水")}, &hits, &total);
	assert_true(yz_str_eqz(hits[0].item->key, "road-dig"));
	search(f, c, (struct yz_find){.words = YZ_LIT("many-19999")}, &hits, &total);
	assert_int_equal(total, 1);
	yz_site_catalogue_release(f->site, c);
}
