/* Scores by the demo's method, and a month counted again from the ledger.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/recompute.h"
#include "gov/score.h"

#define WHY YZ_LIT("材料齐全，情况属实")

static void make(struct fixture *f, const char *login, const char *from, const char *to, enum yz_score_whom whom, struct yz_scores *out)
{
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_score_make(f->site, conn, f->a, actor(f, login), yz_str(from), yz_str(to), whom, YZ_LIT(""), out, &f->err));
	yz_db_release(conn);
	assert_non_null(out->method);
}

static void make_org(struct fixture *f, const char *month, const char *org, struct yz_scores *out)
{
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_score_make(f->site, conn, f->a, actor(f, "supervisor"), yz_str(month), yz_str(month), YZ_SCORE_ORG, yz_str(org), out, &f->err));
	yz_db_release(conn);
}

static const struct yz_score *of_org(const struct yz_scores *all, const char *org)
{
	for (size_t i = 0; i < all->len; i++)
		if (yz_str_eqz(all->at[i].org, org))
			return &all->at[i];
	fail_msg("%s has no score among %zu", org, all->len);
	return NULL;
}

static int64_t part(const struct yz_scores *all, const struct yz_score *s, const char *key)
{
	for (size_t i = 0; i < all->method->nparts; i++)
		if (yz_str_eqz(all->method->parts[i].key, key))
			return s->parts[i].points;
	fail_msg("no part %s", key);
	return 0;
}

static void recount(struct fixture *f, const char *month, struct yz_recount *r)
{
	struct yz_conn *conn = reading(f);
	struct yz_period p;
	assert_true(yz_period_parse(yz_str(month), &p));
	GOOD(f, yz_recount(f->site, conn, f->a, p, r, &f->err));
	yz_db_release(conn);
}

static void assert_equal(struct fixture *f, const char *month)
{
	struct yz_recount r;
	recount(f, month, &r);
	if (r.different)
		fail_msg("%s: %lld differ, first %.*s %.*s: %.*s, ledger %.*s", month, (long long)r.different, YZ_P(r.differences[0].where),
			 YZ_P(r.differences[0].what), YZ_P(r.differences[0].kept), YZ_P(r.differences[0].counted));
}

static bool do_spoil(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	return yz_exec_vals(conn, err, ctx, 0, NULL);
}

static void spoil(struct fixture *f, const char *sql)
{
	GOOD(f, yz_db_write(f->site->db, do_spoil, (void *)sql, &f->err));
}

/* One case decided early in November; one left alone until cards come in December. */
static void two_months(struct fixture *f)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	review_all(f, no);
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = WHY));
	apply(f, she);
	site_clock(f, "2026-12-01T09:00:00+08:00");
	sweep(f);
	site_clock(f, "2026-12-10T09:00:00+08:00");
	sweep(f);
}

SITE(each_part_ends_at_nothing_and_each_point_names_its_card)
{
	struct yz_scores all;
	two_months(f);
	make_org(f, "2026-12", "zhujian", &all);
	const struct yz_score *s = of_org(&all, "zhujian");
	int64_t lost = 0, sum = 0;
	for (size_t i = 0; i < s->nevents; i++) {
		const struct yz_score_event *e = &s->events[i];
		if (e->kind != YZ_SCORED_CARD)
			continue;
		lost += e->points;
		assert_true(e->case_no.len);
		assert_int_equal(e->points, site_int(f, "SELECT points FROM card WHERE id = $1", YZ_I(e->id)));
	}
	assert_true(lost < 0);
	assert_int_equal(lost, site_int(f, "SELECT CAST(SUM(points) AS BIGINT) FROM card WHERE org = 'zhujian' AND issued >= $1", YZ_I(at("2026-12-01T00:00:00+08:00"))));
	for (size_t i = 0; i < all.method->nparts; i++) {
		assert_true(s->parts[i].points >= 0 && s->parts[i].points <= all.method->parts[i].most);
		sum += s->parts[i].points;
	}
	assert_int_equal(s->points, sum);
	assert_int_equal(part(&all, s, "fees"), 80);
}

SITE(what_was_decided_early_adds_and_the_decider_has_it_too)
{
	struct yz_scores all, persons, posts;
	two_months(f);
	make(f, "supervisor", "2026-11", "2026-11", YZ_SCORE_PERSON, &persons);
	make(f, "supervisor", "2026-11", "2026-11", YZ_SCORE_POST, &posts);
	make(f, "supervisor", "2026-11", "2026-11", YZ_SCORE_ORG, &all);
	int64_t decider = actor(f, "decider")->person;
	bool seen = false;
	for (size_t i = 0; i < persons.len; i++)
		if (persons.at[i].person == decider) {
			seen = true;
			assert_int_equal(part(&persons, &persons.at[i], "bonus"), 100);
			assert_int_equal(persons.at[i].figure.decided, 1);
		}
	assert_true(seen);
	seen = false;
	for (size_t i = 0; i < posts.len; i++)
		seen = seen || (yz_str_eqz(posts.at[i].post, "decider") && part(&posts, &posts.at[i], "bonus") == 100);
	assert_true(seen);
	assert_true(part(&all, of_org(&all, "zhujian"), "bonus") >= 100);
}

SITE(longer_periods_are_the_mean_of_their_months)
{
	struct yz_scores november, december, both;
	two_months(f);
	make(f, "supervisor", "2026-11", "2026-11", YZ_SCORE_ORG, &november);
	make(f, "supervisor", "2026-12", "2026-12", YZ_SCORE_ORG, &december);
	make(f, "supervisor", "2026-07", "2026-12", YZ_SCORE_ORG, &both);
	int64_t sum = of_org(&november, "zhujian")->points + of_org(&december, "zhujian")->points;
	assert_int_equal(of_org(&both, "zhujian")->months, 2);
	assert_int_equal(of_org(&both, "zhujian")->points, (sum + 1) / 2);
	struct yz_conn *conn = reading(f);
	struct yz_actor *who = actor(f, "supervisor");
	FAILS(f, YZ_LIMIT, yz_score_make(f->site, conn, f->a, who, YZ_LIT("2026-01"), YZ_LIT("2027-01"), YZ_SCORE_ORG, YZ_LIT(""), &both, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_score_make(f->site, conn, f->a, who, YZ_LIT("2026-12"), YZ_LIT("2026-11"), YZ_SCORE_ORG, YZ_LIT(""), &both, &f->err));
	who = actor(f, "zhangmin");
	FAILS(f, YZ_FORBIDDEN, yz_score_make(f->site, conn, f->a, who, YZ_LIT("2026-12"), YZ_LIT("2026-12"), YZ_SCORE_ORG, YZ_LIT(""), &both, &f->err));
	yz_db_release(conn);
}

static struct yz_score_record_new missing(void)
{
	return (struct yz_score_record_new){.month = YZ_LIT("2026-11"), .org = YZ_LIT("zhujian"), .event = YZ_LIT("missing"), .n = 9,
					    .text = YZ_LIT("九个百分点的过程信息没有报送")};
}

SITE(what_is_recorded_counts_until_it_is_withdrawn_and_no_more_than_its_most)
{
	struct yz_actor *watch = actor(f, "supervisor"), *town = actor(f, "supervisor-town"), *clerk = actor(f, "zhangmin");
	struct yz_score_record_new r = missing();
	struct yz_scores all;
	two_months(f);
	FAILS(f, YZ_FORBIDDEN, yz_score_record(f->site, f->a, clerk, &r, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_score_record(f->site, f->a, town, &r, &f->err));
	r.org = YZ_LIT("");
	FAILS(f, YZ_NOT_FOUND, yz_score_record(f->site, f->a, watch, &r, &f->err));
	r = missing();
	r.event = YZ_LIT("no-such");
	FAILS(f, YZ_BAD_INPUT, yz_score_record(f->site, f->a, watch, &r, &f->err));
	r = missing(), r.n = 101;
	FAILS(f, YZ_BAD_INPUT, yz_score_record(f->site, f->a, watch, &r, &f->err));
	r = missing(), r.case_no = YZ_LIT("990121-00000000-0000");
	FAILS(f, YZ_BAD_INPUT, yz_score_record(f->site, f->a, watch, &r, &f->err));
	r = missing(), r.login = YZ_LIT("liuyang");
	FAILS(f, YZ_BAD_INPUT, yz_score_record(f->site, f->a, watch, &r, &f->err));
	r = missing(), r.month = YZ_LIT("2027-05");
	FAILS(f, YZ_BAD_INPUT, yz_score_record(f->site, f->a, watch, &r, &f->err));
	r = missing();
	f->err = (struct yz_err){0};
	GOOD(f, yz_score_record(f->site, f->a, watch, &r, &f->err));
	make(f, "supervisor", "2026-11", "2026-11", YZ_SCORE_ORG, &all);
	assert_int_equal(part(&all, of_org(&all, "zhujian"), "supervision"), 140 - 50);
	assert_equal(f, "2026-11");
	int64_t id = site_int(f, "SELECT MAX(id) FROM score_record");
	FAILS(f, YZ_BAD_INPUT, yz_score_record_withdraw(f->site, f->a, watch, id, YZ_LIT(""), &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_score_record_withdraw(f->site, f->a, watch, id, YZ_LIT("补报了"), &f->err));
	FAILS(f, YZ_CONFLICT, yz_score_record_withdraw(f->site, f->a, watch, id, YZ_LIT("补报了"), &f->err));
	make(f, "supervisor", "2026-11", "2026-11", YZ_SCORE_ORG, &all);
	assert_int_equal(part(&all, of_org(&all, "zhujian"), "supervision"), 140);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM score_record"), 1);
	assert_equal(f, "2026-11");
	ledger_holds(f);
}

SITE(a_month_without_anything_counts_in_full_and_each_by_its_own_method)
{
	struct yz_scores november, year;
	struct yz_score_record_new r = missing();
	two_months(f);
	r.org = YZ_LIT("minzheng");
	GOOD(f, yz_score_record(f->site, f->a, actor(f, "supervisor"), &r, &f->err));
	make(f, "supervisor", "2026-11", "2026-11", YZ_SCORE_ORG, &november);
	int64_t less = of_org(&november, "minzheng")->points;
	make(f, "supervisor", "2026-01", "2026-12", YZ_SCORE_ORG, &year);
	assert_int_equal(of_org(&year, "minzheng")->months, 2);
	assert_int_equal(of_org(&year, "minzheng")->points, (less + (less + 50) + 1) / 2);
	spoil(f, "INSERT INTO artifact (digest, kind, key, body) SELECT 'later', kind, 'later', REPLACE(REPLACE(body, '\"from\":\"2025-01\"', "
		 "'\"from\":\"2026-12\"'), '\"most\":5,\"name\"', '\"most\":1,\"name\"') FROM artifact WHERE kind = 'scoring'");
	spoil(f, "INSERT INTO setting (key, value) VALUES ('scoring.later', 'later')");
	r.month = YZ_LIT("2026-12");
	GOOD(f, yz_score_record(f->site, f->a, actor(f, "supervisor"), &r, &f->err));
	make(f, "supervisor", "2026-01", "2026-12", YZ_SCORE_ORG, &year);
	assert_int_equal(of_org(&year, "minzheng")->points, (less + (less + 40) + 1) / 2);
	assert_int_equal(part(&year, of_org(&year, "minzheng"), "supervision"), (90 + 130 + 1) / 2);
}

/* Of fifty persons elsewhere: what one page keeps must not grow with them. */
SITE(many_cards_take_no_more_of_a_page_than_few)
{
	enum { CARDS = 3000, PERSONS = 50, ROOM = 1 << 20 };
	struct yz_scores all;
	two_months(f);
	spoil(f, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
		 "INSERT INTO card (monitor, version, level, thing, thing_id, occasion, org, post, person, region, item, points, issued, reckoning, "
		 "state, held_level) SELECT 'clock.total', '', 'yellow', 'letter', n.i, '', 'minzheng', 'clerk', 900000 + n.i % 50, c.region, '', -50, "
		 "c.issued, '{}', 'issued', 'yellow' FROM n, card c WHERE c.id = (SELECT MIN(id) FROM card)");
	size_t before = yz_arena_used(f->a);
	make(f, "supervisor", "2026-01", "2026-12", YZ_SCORE_PERSON, &all);
	assert_true(all.len >= PERSONS);
	assert_true(yz_arena_used(f->a) - before < ROOM);
	before = yz_arena_used(f->a);
	make(f, "supervisor", "2026-12", "2026-12", YZ_SCORE_ORG, &all);
	assert_true(yz_arena_used(f->a) - before < ROOM);
	make_org(f, "2026-12", "minzheng", &all);
	size_t cards = 0;
	for (size_t i = 0; i < all.at[0].nevents; i++)
		cards += all.at[0].events[i].kind == YZ_SCORED_CARD;
	assert_int_equal(cards, CARDS);
}

SITE(a_month_is_settled_when_it_is_over_and_anew_with_a_reason)
{
	struct yz_actor *watch = actor(f, "supervisor");
	struct yz_scores all;
	two_months(f);
	FAILS(f, YZ_BAD_INPUT, yz_score_settle(f->site, f->a, watch, YZ_LIT("2026-12"), YZ_LIT(""), &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_score_settle(f->site, f->a, watch, YZ_LIT("2026-11"), YZ_LIT(""), &f->err));
	make(f, "supervisor", "2026-11", "2026-11", YZ_SCORE_ORG, &all);
	int64_t before = of_org(&all, "zhujian")->points;
	assert_true(of_org(&all, "zhujian")->settled);
	assert_int_equal(of_org(&all, "zhujian")->settled_points, before);
	struct yz_score_record_new r = missing();
	GOOD(f, yz_score_record(f->site, f->a, watch, &r, &f->err));
	make(f, "supervisor", "2026-11", "2026-11", YZ_SCORE_ORG, &all);
	assert_int_equal(of_org(&all, "zhujian")->points, before - 50);
	assert_int_equal(of_org(&all, "zhujian")->settled_points, before);
	FAILS(f, YZ_BAD_INPUT, yz_score_settle(f->site, f->a, watch, YZ_LIT("2026-11"), YZ_LIT(""), &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_score_settle(f->site, f->a, watch, YZ_LIT("2026-11"), YZ_LIT("补记一件"), &f->err));
	make(f, "supervisor", "2026-11", "2026-11", YZ_SCORE_ORG, &all);
	assert_int_equal(of_org(&all, "zhujian")->settled_points, before - 50);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'score.settle'"), 2);
	ledger_holds(f);
}

SITE(settled_anew_a_department_that_has_nothing_left_is_gone)
{
	struct yz_actor *watch = actor(f, "supervisor");
	struct yz_score_record_new r = missing();
	two_months(f);
	r.org = YZ_LIT("minzheng");
	GOOD(f, yz_score_record(f->site, f->a, watch, &r, &f->err));
	GOOD(f, yz_score_settle(f->site, f->a, watch, YZ_LIT("2026-11"), YZ_LIT(""), &f->err));
	int64_t all = site_int(f, "SELECT COUNT(*) FROM score");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM score WHERE org = 'minzheng'"), 1);
	GOOD(f, yz_score_record_withdraw(f->site, f->a, watch, site_int(f, "SELECT MAX(id) FROM score_record"), YZ_LIT("补报了"), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_score_settle(f->site, f->a, watch, YZ_LIT("2026-11"), YZ_LIT(""), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM score"), all);
	f->err = (struct yz_err){0};
	GOOD(f, yz_score_settle(f->site, f->a, watch, YZ_LIT("2026-11"), YZ_LIT("补报后重新结算"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM score WHERE org = 'minzheng'"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM score"), all - 1);
	ledger_holds(f);
}

/* ---- counted again ---- */

SITE(a_month_counted_again_is_equal_and_what_was_tampered_with_is_found)
{
	struct yz_recount r;
	two_months(f);
	assert_equal(f, "2026-11");
	assert_equal(f, "2026-12");
	recount(f, "2026-12", &r);
	assert_int_equal(r.cards, site_int(f, "SELECT COUNT(*) FROM card WHERE issued >= $1", YZ_I(at("2026-12-01T00:00:00+08:00"))));
	assert_true(r.cards > 0);
	spoil(f, "UPDATE figure SET decided = decided + 1 WHERE decided > 0");
	recount(f, "2026-11", &r);
	assert_true(r.different > 0);
	assert_true(yz_str_starts(r.differences[0].where, YZ_LIT("figure 2026-11-23 zhujian")));
	assert_string_equal(yz_str_z(f->a, r.differences[0].what), "decided");
	assert_string_equal(yz_str_z(f->a, r.differences[0].kept), "2");
	assert_string_equal(yz_str_z(f->a, r.differences[0].counted), "1");
	assert_equal(f, "2026-12");
	spoil(f, "UPDATE card SET points = 0, held_level = '' WHERE level = 'red'");
	recount(f, "2026-12", &r);
	assert_true(r.different >= 2);
	spoil(f, "DELETE FROM figure");
	recount(f, "2026-11", &r);
	assert_true(r.different > 3);
}

SITE(a_broken_chain_is_told_before_anything_is_counted)
{
	struct yz_recount r;
	two_months(f);
	spoil(f, "UPDATE ledger SET act = 'case.deny' WHERE act = 'case.grant'");
	recount(f, "2026-11", &r);
	assert_true(r.chain.len);
	assert_true(r.different > 0);
}
