/* What was promised and kept, as everybody sees it, and what of it nobody may see.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/openness.h"

static struct yz_openness *published(struct fixture *f, int year)
{
	struct yz_conn *conn = reading(f);
	struct yz_openness *o = yz_openness_load(f->site, conn, f->a, year, f->now, &f->err);
	yz_db_release(conn);
	GOOD(f, o);
	return o;
}

static const struct yz_promise *row_of(const struct yz_promise *rows, size_t n, const char *org, const char *item)
{
	for (size_t i = 0; i < n; i++)
		if (yz_str_eqz(rows[i].org, org) && yz_str_eqz(rows[i].item, item))
			return &rows[i];
	fail_msg("no row of %s %s", org, item);
	return NULL;
}

static void decide(struct fixture *f, struct yz_str no)
{
	review_all(f, no);
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = YZ_LIT("符合条件")));
}

SITE(a_year_is_told_up_to_the_last_whole_week_with_limits_days_and_ratings)
{
	for (int i = 0; i < 6; i++) {
		struct yz_str no = apply(f, actor(f, "liuyang"));
		decide(f, no);
		if (i < 5) {
			GOOD(f, ACT(f, actor(f, "zhangmin"), no, issue));
			GOOD(f, ACT(f, actor(f, "zhangmin"), no, deliver));
			GOOD(f, ACT(f, actor(f, "liuyang"), no, rate, .level = i ? 5 : 3));
		}
	}
	/* Still the week of it: nobody learns of it by looking every day. */
	struct yz_openness *o = published(f, 2026);
	assert_int_equal(o->sum.received, 0);
	assert_true(o->to < yz_instant_day(f->now, f->site->offset));
	site_clock(f, "2026-11-30T08:00:00+08:00");
	o = published(f, 2026);
	char day[16];
	assert_string_equal(yz_day_print(o->to, day), "2026-11-29");
	const struct yz_promise *r = row_of(o->items, o->nitems, "zhujian", ROAD_DIG);
	assert_int_equal(r->received, 6);
	assert_int_equal(r->decided, 6);
	assert_int_equal(r->on_time, 6);
	assert_int_equal(r->rated, 5);
	assert_int_equal(r->stars, 23);
	assert_int_equal(r->hidden, 0);
	assert_true(r->legal.given && r->promised.given && r->promised.n < r->legal.n);
	assert_int_equal(row_of(o->orgs, o->norgs, "zhujian", "")->received, 6);
	assert_int_equal(o->sum.received, 6);
	/* Promises without a case stand there too. */
	assert_true(o->nitems > 60 && o->norgs > 20);
}

/* As it is after an appeal that was upheld. */
static bool withdraw(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a, (void)ctx;
	return yz_exec(conn, err, "UPDATE card SET state = 'withdrawn', held_level = '' WHERE id = (SELECT MIN(id) FROM card WHERE held_level = 'red')");
}

SITE(a_card_counts_by_its_level_until_it_is_withdrawn)
{
	for (int i = 0; i < 5; i++)
		apply(f, actor(f, "liuyang"));
	site_clock(f, "2026-12-01T00:00:00+08:00");
	sweep(f);
	site_clock(f, "2026-12-07T08:00:00+08:00");
	const struct yz_promise *r;
	struct yz_openness *o = published(f, 2026);
	r = row_of(o->items, o->nitems, "zhujian", ROAD_DIG);
	int64_t red = site_int(f, "SELECT COUNT(*) FROM card WHERE held_level = 'red' AND org = 'zhujian'");
	assert_true(red >= 5);
	assert_int_equal(r->red, red);
	GOOD(f, yz_db_write(f->site->db, withdraw, NULL, &f->err));
	o = published(f, 2026);
	assert_int_equal(row_of(o->items, o->nitems, "zhujian", ROAD_DIG)->red, red - 1);
}

static struct yz_promise part(int64_t received)
{
	return (struct yz_promise){.received = received};
}

TEST(a_number_under_five_is_hidden_and_none_of_zero)
{
	struct yz_promise parts[] = {part(4), part(5), part(0), part(3)}, sum = part(12);
	yz_openness_veil(&sum, parts, 4);
	assert_int_equal(parts[0].hidden, YZ_HIDDEN_RECEIVED);
	assert_int_equal(parts[1].hidden, 0);
	assert_int_equal(parts[2].hidden, 0);
	assert_int_equal(parts[3].hidden, YZ_HIDDEN_RECEIVED);
	assert_int_equal(sum.hidden, 0);
}

TEST(one_hidden_alone_takes_the_smallest_other_along_or_else_the_sum)
{
	struct yz_promise parts[] = {part(4), part(90), part(7)}, sum = part(101);
	yz_openness_veil(&sum, parts, 3);
	assert_int_equal(parts[0].hidden, YZ_HIDDEN_RECEIVED);
	assert_int_equal(parts[1].hidden, 0);
	assert_int_equal(parts[2].hidden, YZ_HIDDEN_RECEIVED);
	assert_int_equal(sum.hidden, 0);
	struct yz_promise one[] = {part(4), part(0)}, same = part(4);
	yz_openness_veil(&same, one, 2);
	assert_int_equal(same.hidden, YZ_HIDDEN_RECEIVED);
	assert_int_equal(one[1].hidden, 0);
}

TEST(what_a_hidden_sum_is_made_of_does_not_add_up_to_it)
{
	struct yz_promise parts[] = {part(8), part(9)}, sum = part(17);
	sum.hidden = YZ_HIDDEN_RECEIVED;
	yz_openness_veil(&sum, parts, 2);
	assert_int_equal(parts[0].hidden, YZ_HIDDEN_RECEIVED);
	assert_int_equal(parts[1].hidden, 0);
}

TEST(each_measure_is_hidden_by_itself)
{
	struct yz_promise parts[] = {{.received = 9, .decided = 2, .rated = 1}, {.received = 9, .decided = 8, .rated = 8}}, sum = {.received = 18, .decided = 10, .rated = 9};
	yz_openness_veil(&sum, parts, 2);
	assert_int_equal(parts[0].hidden, YZ_HIDDEN_DECIDED | YZ_HIDDEN_RATED);
	assert_int_equal(parts[1].hidden, YZ_HIDDEN_DECIDED | YZ_HIDDEN_RATED);
	assert_int_equal(sum.hidden, 0);
}

/* Whatever the numbers: a hidden one that is left alone could be worked out from the sum and the others. */
TEST(no_hidden_number_is_ever_left_alone_beside_a_sum_that_is_told)
{
	unsigned seed = 20261122;
	for (int turn = 0; turn < 20000; turn++) {
		struct yz_promise parts[6] = {0}, sum = {0};
		size_t n = 1 + (seed = seed * 1103515245u + 12345u) / 65536u % 6;
		for (size_t i = 0; i < n; i++) {
			parts[i].received = (int64_t)((seed = seed * 1103515245u + 12345u) / 65536u % 9);
			sum.received += parts[i].received;
		}
		sum.hidden = turn % 3 ? 0 : YZ_HIDDEN_RECEIVED;
		yz_openness_veil(&sum, parts, n);
		size_t hidden = 0, small = 0, there = 0;
		for (size_t i = 0; i < n; i++) {
			hidden += parts[i].hidden != 0;
			there += parts[i].received > 0;
			small += parts[i].received > 0 && parts[i].received < YZ_OPENNESS_LEAST && !parts[i].hidden;
		}
		assert_int_equal(small, 0);
		if (!sum.hidden)
			assert_true(hidden != 1 && !(sum.received > 0 && sum.received < YZ_OPENNESS_LEAST));
		else
			assert_true(hidden > 0 || !there);
	}
}

SITE(a_year_to_come_and_one_before_all_counting_are_not_there)
{
	struct yz_conn *conn = reading(f);
	assert_null(yz_openness_load(f->site, conn, f->a, 2027, f->now, &f->err));
	assert_int_equal(f->err.code, YZ_NOT_FOUND);
	f->err = (struct yz_err){0};
	assert_null(yz_openness_load(f->site, conn, f->a, YZ_OPENNESS_FIRST - 1, f->now, &f->err));
	yz_db_release(conn);
	f->err = (struct yz_err){0};
	struct yz_openness *o = published(f, 2025);
	assert_int_equal(o->sum.received, 0);
	char day[16];
	assert_string_equal(yz_day_print(o->to, day), "2025-12-31");
}
