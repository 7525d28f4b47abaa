/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/scoring.h"

#include "tests/test.h"

#include <stdio.h>

#define PARTS "\"parts\":[{\"key\":\"time\",\"name\":\"期限\",\"points\":60},{\"key\":\"fees\",\"name\":\"收费\",\"points\":40},{\"key\":\"bonus\",\"name\":\"加分\",\"most\":5}]"
#define HEAD "{\"name\":\"办法\",\"from\":\"2026-01\","

static struct yz_arena *arena;
static struct yz_pack_findings found;

static struct yz_scoring *read_text(const char *text)
{
	struct yz_err err = {0};
	if (arena)
		yz_arena_destroy(arena);
	arena = yz_arena_create(0);
	found = (struct yz_pack_findings){0};
	const struct yz_json *body = yz_json_read(arena, yz_str(text), NULL, &err);
	assert_non_null(body);
	return yz_scoring_read(arena, YZ_LIT("m"), body, YZ_LIT("scoring/m.json"), &found);
}

static void refused(const char *text, const char *why)
{
	if (read_text(text))
		fail_msg("%s was not refused", text);
	for (size_t i = 0; i < found.len; i++)
		if (yz_str_find(found.at[i].what, yz_str(why), 0) != SIZE_MAX)
			return;
	fail_msg("nothing says %s of %s", why, text);
}

TEST(a_method_is_read_with_its_parts_in_tenths)
{
	const struct yz_scoring *s = read_text(HEAD PARTS ",\"for\":[\"org\",\"person\"],\"cards\":[{\"part\":\"fees\",\"monitors\":[\"fee-*\"],\"points\":-2.5},"
						    "{\"part\":\"time\",\"level\":\"red\",\"monitors\":[\"whole-late\",\"clock.*\"]}],"
						    "\"records\":[{\"key\":\"warned\",\"part\":\"time\",\"name\":\"警告\",\"points\":-15,\"most\":30}]}");
	assert_non_null(s);
	assert_int_equal(s->nparts, 3);
	assert_int_equal(s->parts[0].points, 600);
	assert_int_equal(s->parts[0].most, 600);
	assert_int_equal(s->parts[2].points, 0);
	assert_int_equal(s->parts[2].most, 50);
	assert_true(s->org && s->person && !s->post);
	assert_int_equal(s->cards[0].points, -25);
	assert_false(s->cards[0].own);
	assert_true(s->cards[1].own);
	assert_int_equal(yz_scoring_find_record(s, YZ_LIT("warned"))->points, -150);
	assert_null(yz_scoring_find_record(s, YZ_LIT("thanked")));
}

TEST(a_card_falls_under_the_first_rule_that_names_it)
{
	const struct yz_scoring *s = read_text(HEAD PARTS ",\"cards\":[{\"part\":\"fees\",\"monitors\":[\"fee-*\"]},{\"part\":\"time\",\"level\":\"red\","
						    "\"monitors\":[\"whole-late\"]},{\"part\":\"fees\",\"monitors\":[\"whole-late\"]}]}");
	assert_non_null(s);
	assert_ptr_equal(yz_scoring_card(s, YZ_LIT("fee-differs"), YZ_LIT("red")), &s->cards[0]);
	assert_ptr_equal(yz_scoring_card(s, YZ_LIT("whole-late"), YZ_LIT("red")), &s->cards[1]);
	assert_ptr_equal(yz_scoring_card(s, YZ_LIT("whole-late"), YZ_LIT("yellow")), &s->cards[2]);
	assert_null(yz_scoring_card(s, YZ_LIT("whole-latest"), YZ_LIT("red")));
	assert_null(yz_scoring_card(s, YZ_LIT("fee"), YZ_LIT("red")));
}

TEST(a_formula_comes_to_tenths_and_to_nothing_where_it_is_no_number)
{
	const struct yz_scoring *s = read_text(HEAD PARTS ",\"formulas\":[{\"key\":\"a\",\"part\":\"bonus\",\"name\":\"甲\",\"points\":\"提前 / 办结 * 2\"},"
						    "{\"key\":\"b\",\"part\":\"bonus\",\"name\":\"乙\",\"points\":\"if 承诺压缩 = null then \\\"没有\\\" else 承诺压缩\"},"
						    "{\"key\":\"c\",\"part\":\"bonus\",\"name\":\"丙\",\"points\":\"1000000 * 办结\"}]}");
	assert_non_null(s);
	struct yz_feel_value facts[YZ_SCORE_FACTS] = {0};
	facts[YZ_SCORE_early] = yz_feel_number(yz_dec_int(1));
	facts[YZ_SCORE_decided] = yz_feel_number(yz_dec_int(3));
	assert_int_equal(yz_scoring_formula(arena, &s->formulas[0], facts), 7);
	assert_int_equal(yz_scoring_formula(arena, &s->formulas[1], facts), 0);
	assert_int_equal(yz_scoring_formula(arena, &s->formulas[2], facts), YZ_SCORING_POINTS);
	facts[YZ_SCORE_decided] = yz_feel_number(yz_dec_int(0));
	assert_int_equal(yz_scoring_formula(arena, &s->formulas[0], facts), 0);
}

TEST(what_is_wrong_with_a_method_is_told)
{
	refused("[]", "is an object");
	refused("{" PARTS ",\"from\":\"2026-01\"}", "name is missing");
	refused("{\"name\":\"办法\",\"from\":\"2026-13\"," PARTS "}", "from is no month");
	refused(HEAD "\"parts\":[{\"key\":\"a\",\"name\":\"甲\",\"points\":99}]}", "the parts have 99.0 points");
	refused(HEAD "\"parts\":[{\"key\":\"a\",\"name\":\"甲\",\"points\":50},{\"key\":\"a\",\"name\":\"乙\",\"points\":50}]}", "two parts a");
	refused(HEAD "\"parts\":[{\"key\":\"A b\",\"name\":\"甲\",\"points\":100}]}", "key is no key");
	refused(HEAD "\"parts\":[{\"key\":\"a\",\"name\":\"甲\",\"points\":100.05}]}", "points is no such number");
	refused(HEAD PARTS ",\"cards\":[{\"part\":\"none\",\"monitors\":[\"*\"]}]}", "there is no part none");
	refused(HEAD PARTS ",\"cards\":[{\"part\":\"time\"}]}", "monitors is empty");
	refused(HEAD PARTS ",\"cards\":[{\"part\":\"time\",\"level\":\"blue\",\"monitors\":[\"*\"]}]}", "no level blue");
	refused(HEAD PARTS ",\"cards\":[{\"part\":\"time\",\"monitors\":[\"*\"],\"points\":1}]}", "points is no such number");
	refused(HEAD PARTS ",\"formulas\":[{\"key\":\"a\",\"part\":\"time\",\"name\":\"甲\",\"points\":\"1 +\"}]}", "formula a");
	refused(HEAD PARTS ",\"formulas\":[{\"key\":\"a\",\"part\":\"time\",\"name\":\"甲\",\"points\":\"迟到\"}]}", "formula a");
	refused(HEAD PARTS ",\"records\":[{\"key\":\"a\",\"part\":\"time\",\"name\":\"甲\"}]}", "has no points");
	refused(HEAD PARTS ",\"records\":[{\"key\":\"a\",\"part\":\"time\",\"name\":\"甲\",\"points\":1},{\"key\":\"a\",\"part\":\"time\",\"name\":\"乙\",\"points\":1}]}", "two records a");
	refused(HEAD PARTS ",\"for\":[\"village\"]}", "nobody that is called village");
	refused(HEAD PARTS ",\"marks\":[]}", "marks");
}

TEST(lists_have_a_bound)
{
	struct yz_buf b;
	struct yz_arena *a = yz_arena_create(0);
	for (int over = 0; over < 2; over++) {
		yz_buf_init(&b, a, 1 << 20);
		yz_buf_addz(&b, HEAD PARTS ",\"cards\":[{\"part\":\"time\",\"monitors\":[\"a\"");
		for (int i = 1; i < YZ_SCORING_MONITORS + over; i++)
			yz_buf_addz(&b, ",\"a\"");
		yz_buf_addz(&b, "]}]}");
		if (over)
			refused(yz_str_z(a, yz_buf_str(&b)), "monitors is no such list");
		else
			assert_non_null(read_text(yz_str_z(a, yz_buf_str(&b))));
	}
	yz_arena_destroy(a);
}
