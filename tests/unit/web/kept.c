/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "web/kept.h"

#include <string.h>

#define HERS "token-of-hers-0123"
#define MINE "token-of-mine-4567"

TEST(a_kept_page_comes_back_with_the_token_of_who_asks)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_kept *k = yz_kept_create(2);
	yz_kept_put(k, YZ_LIT("/item/a zh"), YZ_LIT(HERS), YZ_LIT("<i value=\"" HERS "\">text<b>" HERS "</b>"));
	struct yz_str page = yz_kept_take(k, a, YZ_LIT("/item/a zh"), YZ_LIT(MINE));
	assert_true(yz_str_eqz(page, "<i value=\"" MINE "\">text<b>" MINE "</b>"));
	assert_true(yz_kept_take(k, a, YZ_LIT("/item/a en"), YZ_LIT(MINE)).len == 0);
	/* A token of another length would not fit where hers stood. */
	assert_true(yz_kept_take(k, a, YZ_LIT("/item/a zh"), YZ_LIT("short")).len == 0);
	yz_kept_destroy(k);
	yz_arena_destroy(a);
}

TEST(the_page_longest_unused_goes)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_kept *k = yz_kept_create(2);
	yz_kept_put(k, YZ_LIT("1"), YZ_LIT(HERS), YZ_LIT("one"));
	yz_kept_put(k, YZ_LIT("2"), YZ_LIT(HERS), YZ_LIT("two"));
	assert_int_equal(yz_kept_take(k, a, YZ_LIT("1"), YZ_LIT(HERS)).len, 3);
	yz_kept_put(k, YZ_LIT("3"), YZ_LIT(HERS), YZ_LIT("three"));
	assert_int_equal(yz_kept_take(k, a, YZ_LIT("2"), YZ_LIT(HERS)).len, 0);
	assert_int_equal(yz_kept_take(k, a, YZ_LIT("1"), YZ_LIT(HERS)).len, 3);
	assert_int_equal(yz_kept_take(k, a, YZ_LIT("3"), YZ_LIT(HERS)).len, 5);
	yz_kept_destroy(k);
	yz_arena_destroy(a);
}

TEST(what_is_past_a_bound_is_not_kept)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_kept *k = yz_kept_create(2);
	char *big = yz_alloc(a, YZ_KEPT_BYTES + 1);
	memset(big, 'x', YZ_KEPT_BYTES + 1);
	yz_kept_put(k, YZ_LIT("most"), YZ_LIT(HERS), yz_str_n(big, YZ_KEPT_BYTES));
	yz_kept_put(k, YZ_LIT("more"), YZ_LIT(HERS), yz_str_n(big, YZ_KEPT_BYTES + 1));
	assert_int_equal(yz_kept_take(k, a, YZ_LIT("most"), YZ_LIT(HERS)).len, YZ_KEPT_BYTES);
	assert_int_equal(yz_kept_take(k, a, YZ_LIT("more"), YZ_LIT(HERS)).len, 0);
	char tokens[(YZ_KEPT_TOKENS + 1) * 2 + 1] = "";
	for (int i = 0; i < YZ_KEPT_TOKENS; i++)
		strcat(tokens, "t.");
	yz_kept_put(k, YZ_LIT("tokens"), YZ_LIT("t"), yz_str(tokens));
	strcat(tokens, "t.");
	yz_kept_put(k, YZ_LIT("one more"), YZ_LIT("t"), yz_str(tokens));
	assert_int_equal(yz_kept_take(k, a, YZ_LIT("tokens"), YZ_LIT("u")).len, YZ_KEPT_TOKENS * 2);
	assert_int_equal(yz_kept_take(k, a, YZ_LIT("one more"), YZ_LIT("u")).len, 0);
	yz_kept_destroy(k);
	yz_arena_destroy(a);
}
