/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "web/kept.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define HERS "token-of-hers-0123"
#define MINE "token-of-mine-4567"
#define NOW 1000
#define EVER INT64_MAX
#define TERM(edition, until) ((struct yz_kept_term){edition, until})

static struct yz_str put(struct yz_kept *k, struct yz_arena *a, const char *key, const char *token, const char *page)
{
	return yz_kept_put(k, a, yz_str(key), TERM(1, EVER), yz_str(token), yz_str(page));
}

static const struct yz_kept_page *hold(struct yz_kept *k, struct yz_arena *a, const char *key)
{
	return yz_kept_hold(k, a, yz_str(key), 1, NOW);
}

TEST(a_kept_page_comes_back_with_the_token_of_who_asks)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_kept *k = yz_kept_create(2);
	put(k, a, "/item/a zh", HERS, "<i value=\"" HERS "\">text<b>" HERS "</b>");
	const struct yz_kept_page *page = hold(k, a, "/item/a zh");
	assert_non_null(page);
	assert_true(yz_str_eqz(yz_kept_copy(page, a, YZ_LIT(MINE)), "<i value=\"" MINE "\">text<b>" MINE "</b>"));
	assert_true(yz_str_eqz(yz_kept_copy(page, a, YZ_LIT(HERS)), "<i value=\"" HERS "\">text<b>" HERS "</b>"));
	assert_null(hold(k, a, "/item/a en"));
	yz_arena_destroy(a);
	yz_kept_destroy(k);
}

TEST(a_page_of_another_edition_or_past_its_date_is_not_good)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_kept *k = yz_kept_create(2);
	yz_kept_put(k, a, YZ_LIT("p"), TERM(7, 2000), YZ_LIT(HERS), YZ_LIT("page"));
	assert_non_null(yz_kept_hold(k, a, YZ_LIT("p"), 7, 1999));
	assert_null(yz_kept_hold(k, a, YZ_LIT("p"), 7, 2000));
	assert_null(yz_kept_hold(k, a, YZ_LIT("p"), 8, 1999));
	assert_null(yz_kept_hold(k, a, YZ_LIT("p"), 6, 1999));
	yz_kept_put(k, a, YZ_LIT("p"), TERM(8, EVER), YZ_LIT(HERS), YZ_LIT("newer"));
	assert_true(yz_str_eqz(yz_kept_copy(yz_kept_hold(k, a, YZ_LIT("p"), 8, 1999), a, YZ_LIT(HERS)), "newer"));
	yz_arena_destroy(a);
	yz_kept_destroy(k);
}

TEST(the_digest_is_of_what_all_readers_share)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_kept *k = yz_kept_create(2);
	struct yz_str hers = put(k, a, "1", HERS, "one " HERS " two");
	assert_true(yz_str_eq(hers, put(k, a, "2", MINE, "one " MINE " two")));
	assert_true(yz_str_eq(hers, yz_kept_digest(hold(k, a, "1"))));
	assert_false(yz_str_eq(hers, put(k, a, "1", HERS, "one " HERS " three")));
	assert_false(yz_str_eq(hers, put(k, a, "1", HERS, "one " MINE " two")));
	yz_arena_destroy(a);
	yz_kept_destroy(k);
}

TEST(the_page_longest_unused_goes)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_kept *k = yz_kept_create(2);
	put(k, a, "1", HERS, "one");
	put(k, a, "2", HERS, "two");
	assert_non_null(hold(k, a, "1"));
	put(k, a, "3", HERS, "three");
	assert_null(hold(k, a, "2"));
	assert_non_null(hold(k, a, "1"));
	assert_true(yz_str_eqz(yz_kept_copy(hold(k, a, "3"), a, YZ_LIT(HERS)), "three"));
	yz_arena_destroy(a);
	yz_kept_destroy(k);
}

TEST(a_page_that_is_held_outlives_its_place)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_kept *k = yz_kept_create(1);
	put(k, a, "1", HERS, "one " HERS);
	const struct yz_kept_page *held = hold(k, a, "1");
	put(k, a, "1", HERS, "another");
	put(k, a, "2", HERS, "two");
	assert_null(hold(k, a, "1"));
	assert_true(yz_str_eqz(yz_kept_copy(held, a, YZ_LIT(MINE)), "one " MINE));
	yz_arena_destroy(a);
	yz_kept_destroy(k);
}

TEST(what_is_past_a_bound_is_not_kept)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_kept *k = yz_kept_create(2);
	char *big = yz_alloc(a, YZ_KEPT_BYTES + 1);
	memset(big, 'x', YZ_KEPT_BYTES + 1);
	yz_kept_put(k, a, YZ_LIT("most"), TERM(1, EVER), YZ_LIT(HERS), yz_str_n(big, YZ_KEPT_BYTES));
	struct yz_str digest =
		yz_kept_put(k, a, YZ_LIT("more"), TERM(1, EVER), YZ_LIT(HERS), yz_str_n(big, YZ_KEPT_BYTES + 1));
	assert_true(digest.len > 0);
	assert_int_equal(yz_kept_copy(hold(k, a, "most"), a, YZ_LIT(HERS)).len, YZ_KEPT_BYTES);
	assert_null(hold(k, a, "more"));
	char tokens[(YZ_KEPT_TOKENS + 1) * 2 + 1] = "";
	for (int i = 0; i < YZ_KEPT_TOKENS; i++)
		strcat(tokens, "t.");
	put(k, a, "tokens", "t", tokens);
	strcat(tokens, "t.");
	put(k, a, "one more", "t", tokens);
	assert_int_equal(yz_kept_copy(hold(k, a, "tokens"), a, YZ_LIT("u")).len, YZ_KEPT_TOKENS * 2);
	assert_null(hold(k, a, "one more"));
	yz_arena_destroy(a);
	yz_kept_destroy(k);
}

/* ---- many at once ---- */

static struct yz_kept *shared;
static atomic_int wrong;

static void *reader(void *ctx)
{
	(void)ctx;
	struct yz_arena *a = yz_arena_create(0);
	char key[2] = "0";
	for (int i = 0; i < 20000; i++) {
		key[0] = (char)('0' + i % 3);
		const struct yz_kept_page *p = hold(shared, a, key);
		if (!p)
			put(shared, a, key, HERS, i % 2 ? "page " HERS : "page " HERS " of another length");
		else if (!yz_str_starts(yz_kept_copy(p, a, YZ_LIT(MINE)), YZ_LIT("page " MINE)))
			wrong++;
		yz_arena_reset(a);
	}
	yz_arena_destroy(a);
	return NULL;
}

TEST(many_threads_hold_and_put_at_once)
{
	pthread_t threads[4];
	shared = yz_kept_create(2);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, reader, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(wrong, 0);
	yz_kept_destroy(shared);
}
