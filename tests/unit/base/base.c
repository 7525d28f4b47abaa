/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/map.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdio.h>

static jmp_buf spent;

static void on_spent(void *ctx)
{
	(void)ctx;
	longjmp(spent, 1);
}

TEST(an_arena_past_its_budget_calls_spent)
{
	struct yz_arena *volatile a = yz_arena_create(64 * 1024);
	yz_arena_on_spent(a, on_spent, NULL);
	volatile size_t got = 0;
	if (!setjmp(spent))
		for (;;) {
			yz_alloc(a, 1024);
			got += 1024;
		}
	assert_in_range(got, 32 * 1024, 64 * 1024);
	yz_arena_destroy(a);
}

TEST(a_strict_arena_refuses_the_allocation_it_is_told_to)
{
	struct yz_arena *volatile a = yz_arena_create(0);
	volatile int done = 0;
	yz_alloc(a, 1);
	yz_arena_on_spent(a, on_spent, NULL);
	yz_arena_strict(a, 3);
	if (!setjmp(spent))
		for (; done < 10; done++)
			done % 2 ? yz_realloc(a, NULL, 0, 8) : yz_alloc(a, 8);
	assert_int_equal(done, 2);
	yz_alloc(a, 8); /* only that one */
	yz_arena_reset(a);
	yz_arena_strict(a, 1);
	done = 0;
	if (!setjmp(spent))
		for (; done < 10; done++)
			yz_alloc(a, 8);
	assert_int_equal(done, 0);
	yz_arena_destroy(a);
}

static int order[3], nth;

static void note(void *ctx)
{
	order[nth++] = *(int *)ctx;
}

TEST(deferred_calls_run_newest_first)
{
	struct yz_arena *a = yz_arena_create(0);
	int one = 1, two = 2;
	nth = 0;
	yz_arena_defer(a, note, &one);
	yz_arena_defer(a, note, &two);
	yz_arena_destroy(a);
	assert_int_equal(order[0], 2);
	assert_int_equal(order[1], 1);
}

TEST(realloc_keeps_bytes_and_zeroes_the_rest)
{
	struct yz_arena *a = yz_arena_create(0);
	char *p = yz_alloc(a, 3);
	memcpy(p, "abc", 3);
	p = yz_realloc(a, p, 3, 5000);
	assert_memory_equal(p, "abc\0\0", 5);
	char *q = yz_alloc(a, 10);
	p = yz_realloc(a, p, 5000, 100000);
	assert_ptr_not_equal(p, q);
	assert_memory_equal(p, "abc\0", 4);
	yz_arena_destroy(a);
}

TEST(a_full_buffer_says_so_and_keeps_its_bytes)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_buf b;
	yz_buf_init(&b, a, 5);
	yz_buf_addz(&b, "abc");
	yz_buf_printf(&b, "%d", 12345);
	assert_true(b.full);
	assert_string_equal(b.ptr, "abc12");
	yz_arena_destroy(a);
}

TEST(a_map_keeps_order_and_finds_ten_thousand_keys)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_map m;
	yz_map_init(&m, a);
	for (intptr_t i = 1; i <= 10000; i++)
		assert_null(yz_map_put(&m, yz_str_printf(a, "k%ld", (long)i), (void *)i));
	assert_int_equal((intptr_t)yz_map_get(&m, YZ_LIT("k7777")), 7777);
	assert_null(yz_map_get(&m, YZ_LIT("k0")));
	assert_int_equal((intptr_t)yz_map_put(&m, YZ_LIT("k1"), (void *)5), 1);
	assert_int_equal(m.len, 10000);
	assert_true(yz_str_eqz(m.entries[9999].key, "k10000"));
	yz_arena_destroy(a);
}

TEST(text_is_cut_trimmed_and_read_as_integer)
{
	struct yz_str s = YZ_LIT("a,,b"), part;
	assert_true(yz_str_cut(&s, ',', &part) && yz_str_eqz(part, "a"));
	assert_true(yz_str_cut(&s, ',', &part) && part.len == 0);
	assert_true(yz_str_cut(&s, ',', &part) && yz_str_eqz(part, "b"));
	assert_false(yz_str_cut(&s, ',', &part));
	assert_true(yz_str_eqz(yz_str_trim(YZ_LIT(" \t\xe3\x80\x80行 ")), "行"));
	int64_t v;
	assert_true(yz_str_int(YZ_LIT("-9223372036854775808"), &v) && v == INT64_MIN);
	assert_false(yz_str_int(YZ_LIT("9223372036854775808"), &v));
	assert_false(yz_str_int(YZ_LIT(""), &v));
	assert_false(yz_str_int(YZ_LIT("1x"), &v));
}

TEST(nothing_is_found_in_text_that_is_not_there)
{
	assert_true(yz_str_find((struct yz_str){NULL, 0}, YZ_LIT("a"), 0) == SIZE_MAX);
	assert_true(yz_str_find((struct yz_str){NULL, 0}, YZ_LIT(""), 0) == 0);
	assert_true(yz_str_find(YZ_LIT("abc"), YZ_LIT("bc"), 1) == 1);
	assert_true(yz_str_find(YZ_LIT("abc"), YZ_LIT("bc"), 2) == SIZE_MAX);
}

TEST(utf8_refuses_overlong_surrogate_and_cut_forms)
{
	assert_true(yz_utf8_valid(YZ_LIT("行政许可🏛")));
	assert_false(yz_utf8_valid(YZ_LIT("\xc0\xaf")));
	assert_false(yz_utf8_valid(YZ_LIT("\xed\xa0\x80")));
	assert_false(yz_utf8_valid(YZ_LIT("\xe8\xa1")));
	assert_false(yz_utf8_valid(YZ_LIT("\xf4\x90\x80\x80")));
	assert_int_equal(yz_utf8_count(YZ_LIT("a行🏛")), 3);
	static const size_t heads[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 8};
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		assert_int_equal(yz_utf8_head(YZ_LIT("a行🏛"), i).len, heads[i]);
	assert_non_null(yz_utf8_head((struct yz_str){0}, 9).ptr);
	char out[4];
	for (uint32_t c = 1; c < 0x110000; c += 97) {
		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		size_t i = 0, n = yz_utf8_put(c, out);
		assert_int_equal(yz_utf8_next(yz_str_n(out, n), &i), c);
		assert_int_equal(i, n);
	}
}

TEST(what_is_printed_is_whole_however_long)
{
	struct yz_arena *a = yz_arena_create(0);
	char long_text[600];
	memset(long_text, 'x', sizeof long_text);
	for (int n = 0; n < (int)sizeof long_text; n++) {
		struct yz_str s = yz_str_printf(a, "%.*s%d", n, long_text, 7);
		assert_int_equal(s.len, n + 1);
		assert_memory_equal(s.ptr, long_text, n);
		assert_int_equal(s.ptr[n], '7');
		assert_int_equal(s.ptr[n + 1], 0);
	}
	yz_arena_destroy(a);
}

TEST(a_character_is_as_good_wherever_it_stands)
{
	static const struct {
		const char *text;
		bool good;
	} forms[] = {{"", true}, {"é", true}, {"ࠀ", true}, {"一", true}, {"퟿", true},
		     {"\xee\x80\x80", true}, {"\xef\xbf\xbf", true}, {"🏛", true},
		     {"\xf4\x8f\xbf\xbf", true}, {"\x80", false}, {"\xc1\xbf", false}, {"\xc3", false}, {"\xe0\x9f\xbf", false},
		     {"\xe4\xb8", false}, {"\xe4\xb8z", false}, {"\xe4z\x80", false}, {"\xed\xa0\x80", false}, {"\xf0\x8f\xbf\xbf", false},
		     {"\xf0\x9f\x8f", false}, {"\xf4\x90\x80\x80", false}, {"\xff", false}};
	char text[64];
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		for (int before = 0; before <= 17; before++)
			for (int behind = 0; behind <= 9; behind++)
				for (int wide = 0; wide < 2; wide++) {
					int n = snprintf(text, sizeof text, "%.*s%s%s%.*s", before, "abcdefghijklmnopq", wide ? "政" : "",
							 forms[i].text, behind, "rstuvwxyz");
					assert_true(yz_utf8_valid(yz_str_n(text, (size_t)n)) == forms[i].good);
				}
	assert_true(yz_utf8_valid((struct yz_str){0}));
}

TEST(every_day_of_four_centuries_survives_the_round_trip)
{
	yz_day d = yz_day_from(1800, 1, 1);
	for (; d < yz_day_from(2200, 1, 1); d++) {
		struct yz_civil c = yz_day_civil(d);
		assert_true(yz_civil_valid(c.year, c.month, c.day));
		assert_int_equal(yz_day_from(c.year, c.month, c.day), d);
	}
	assert_int_equal(yz_weekday(yz_day_from(2026, 11, 22)), 6);
	assert_int_equal(yz_weekday(yz_day_from(1969, 12, 28)), 6);
}

TEST(instants_are_read_and_printed)
{
	yz_instant t;
	char buf[32];
	assert_true(yz_instant_parse(YZ_LIT("2026-11-22T10:32:00+08:00"), &t));
	assert_string_equal(yz_instant_print(t, buf), "2026-11-22T02:32:00Z");
	assert_string_equal(yz_instant_local(t, 28800, buf), "2026-11-22 10:32");
	assert_true(yz_instant_parse(YZ_LIT("1969-12-31T23:59:59.25Z"), &t) && t == -750000);
	assert_string_equal(yz_instant_print(t, buf), "1969-12-31T23:59:59.25Z");
	assert_false(yz_instant_parse(YZ_LIT("2026-02-29T00:00:00Z"), &t));
	assert_false(yz_instant_parse(YZ_LIT("2026-02-28T24:00:00Z"), &t));
	assert_int_equal(yz_instant_day(yz_day_start(20000, 28800), 28800), 20000);
}

TEST(an_error_names_its_places_outermost_first_and_keeps_whole_characters)
{
	struct yz_err err = {0};
	assert_false(yz_fail(&err, YZ_SYNTAX, "field %s is used but never asked", "长度"));
	yz_fail_in(&err, "item %d", 3);
	yz_fail_in(&err, "pack demo");
	char buf[512];
	assert_non_null(strstr(yz_err_print(&err, buf, sizeof buf), "pack demo: item 3: field 长度 is used"));
	assert_int_equal(yz_code_status(err.code), 400);
	char longer[600] = "";
	for (int i = 0; i < 180; i++)
		strcat(longer, "政");
	yz_fail(&err, YZ_SYNTAX, "x%s", longer);
	assert_true(yz_utf8_valid(yz_str(err.msg)));
}
