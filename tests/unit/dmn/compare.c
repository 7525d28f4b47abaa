/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "dmn/dmn.h"

static struct yz_arena *a;

#define MODEL(body) \
	"<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"d\" name=\"d\" namespace=\"t\">" \
	"<inputData id=\"i\" name=\"age\"><variable name=\"age\" typeRef=\"number\"/></inputData>" body "</definitions>"
#define NEEDS "<informationRequirement id=\"q\"><requiredInput href=\"#i\"/></informationRequirement>"
#define TABLE(rules) \
	"<decision id=\"t\" name=\"T\"><variable name=\"T\"/>" NEEDS "<decisionTable id=\"dt\" hitPolicy=\"FIRST\"><input id=\"c\">" \
	"<inputExpression><text>age</text></inputExpression></input><output id=\"o\" name=\"r\"/>" rules "</decisionTable></decision>"
#define RULE(id, cell, out) \
	"<rule id=\"" id "\"><inputEntry><text>" cell "</text></inputEntry><outputEntry><text>" out "</text></outputEntry></rule>"
#define SUM(text) \
	"<decision id=\"s\" name=\"S\"><variable name=\"S\"/>" NEEDS "<literalExpression><text>" text "</text></literalExpression></decision>"

static const char *differences(const char *was, const char *is)
{
	static const char *const names[] = {"added", "removed", "columns", "row added", "row removed", "row changed", "logic"};
	struct yz_err err = {0};
	struct yz_buf b;
	size_t n;
	if (!a)
		a = yz_arena_create(0);
	const struct yz_dmn_source before = {yz_str("was"), yz_str(was)}, now = {yz_str("is"), yz_str(is)};
	const struct yz_dmn *x = yz_dmn_load(a, &before, 1, NULL, NULL, &err), *y = yz_dmn_load(a, &now, 1, NULL, NULL, &err);
	assert_non_null(x);
	assert_non_null(y);
	const struct yz_dmn_change *c = yz_dmn_compare(a, x, y, &n);
	yz_buf_init(&b, a, 1 << 16);
	yz_buf_addz(&b, "");
	for (size_t i = 0; i < n; i++) {
		yz_buf_printf(&b, "%s%.*s %s", i ? "; " : "", YZ_P(c[i].node), names[c[i].aspect]);
		if (c[i].row_was || c[i].row_is)
			yz_buf_printf(&b, " %zu-%zu %.*s / %.*s", c[i].row_was, c[i].row_is, YZ_P(c[i].was), YZ_P(c[i].is));
	}
	return b.ptr;
}

TEST(the_same_rows_in_another_order_or_layout_are_no_change_of_theirs)
{
	assert_string_equal(differences(MODEL(TABLE(RULE("1", "&gt; 60", "1") RULE("2", "-", "0"))), MODEL(TABLE(RULE("1", " &gt; 60 ", "1") RULE("2", "-", "0")))), "");
}

TEST(rows_added_removed_and_changed_are_told_apart)
{
	assert_string_equal(differences(MODEL(TABLE(RULE("1", "&gt; 60", "1") RULE("2", "-", "0"))), MODEL(TABLE(RULE("1", "&gt; 60", "1") RULE("3", "&gt; 50", "2") RULE("2", "-", "0")))),
			    "T row added 0-2  / > 50 → 2");
	assert_string_equal(differences(MODEL(TABLE(RULE("1", "&gt; 60", "1") RULE("2", "-", "0"))), MODEL(TABLE(RULE("2", "-", "0")))), "T row removed 1-0 > 60 → 1 / ");
	assert_string_equal(differences(MODEL(TABLE(RULE("1", "&gt; 60", "1") RULE("2", "-", "0"))), MODEL(TABLE(RULE("1", "&gt; 65", "1") RULE("2", "-", "0")))),
			    "T row changed 1-1 > 60 → 1 / > 65 → 1");
	/* An editor that gives rows new ids: by their conditions. */
	assert_string_equal(differences(MODEL(TABLE(RULE("1", "&gt; 60", "1") RULE("2", "-", "0"))), MODEL(TABLE(RULE("x", "&gt; 60", "5") RULE("y", "-", "0")))),
			    "T row changed 1-1 > 60 → 1 / > 60 → 5");
}

TEST(decisions_and_their_logic_are_compared_by_name)
{
	assert_string_equal(differences(MODEL(SUM("age + 1")), MODEL(SUM("age + 2") TABLE(RULE("1", "-", "0")))), "S logic; T added");
	assert_string_equal(differences(MODEL(SUM("age + 1")), MODEL(TABLE(RULE("1", "-", "0")))), "T added; S removed");
	assert_string_equal(differences(MODEL(SUM("age + 1")), MODEL(SUM(" age + 1 "))), "");
}
