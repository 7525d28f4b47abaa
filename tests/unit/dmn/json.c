/* Values as JSON, and JSON as values of a type.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/dmn/decide.h"

#include "fmt/json.h"

static const char *json(struct yz_feel_value v)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	yz_dmn_write_json(&b, v);
	return b.ptr;
}

TEST(values_are_written_as_json)
{
	static const struct {
		const char *value, *json;
	} cases[] = {
		{"null", "null"},
		{"true", "true"},
		{"-1.50", "-1.50"},
		{"\"a\\\"b\\n中\"", "\"a\\\"b\\n中\""},
		{"@\"2026-11-22\"", "\"2026-11-22\""},
		{"@\"2026-11-22T10:00:00+08:00\"", "\"2026-11-22T10:00:00+08:00\""},
		{"@\"P1DT2H\"", "\"P1DT2H\""},
		{"@\"P14M\"", "\"P1Y2M\""},
		{"[1..5)", "\"[1..5)\""},
		{"[1, [], {a b: {}, \"c\": null}]", "[1,[],{\"a b\":{},\"c\":null}]"},
		{"sum", "null"},
	};
	fresh();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_string_equal(json(fact(cases[i].value)), cases[i].json);
		assert_non_null(yz_json_read(arena, yz_str(cases[i].json), NULL, &err));
	}
	struct yz_feel_value u =
		yz_feel_unknown_both(arena, yz_feel_unknown(arena, YZ_LIT("x.y")), yz_feel_unknown(arena, YZ_LIT("a")));
	assert_string_equal(json(u), "{\"unknown\":[\"a\",\"x.y\"]}");
}

TEST(what_is_too_deep_or_too_large_ends)
{
	fresh();
	struct yz_feel_value v = yz_feel_list(NULL, 0);
	for (int i = 0; i < 1000; i++) {
		struct yz_feel_value *two = yz_new_n(arena, 2, struct yz_feel_value);
		two[0] = two[1] = v;
		v = yz_feel_list(two, i < 990 ? 1 : 2);
	}
	const char *text = json(v);
	assert_non_null(strstr(text, "null"));
	struct yz_buf b;
	yz_buf_init(&b, arena, 100);
	yz_dmn_write_json(&b, v);
	assert_true(b.full);
}

static const struct yz_feel_type *named_type(const char *name)
{
	const struct yz_feel_type *t = yz_feel_type_named(yz_str(name));
	assert_non_null(t);
	return t;
}

static const char *reads(const char *text, const struct yz_feel_type *t)
{
	struct yz_feel_value v;
	err = (struct yz_err){0};
	if (!yz_dmn_read_json(arena, yz_str(text), t, &v, &err))
		return yz_printf(arena, "%s: %s", err.where, err.msg);
	return written(v);
}

TEST(json_is_read_by_type)
{
	static const struct {
		const char *json, *type, *value;
	} cases[] = {
		{"null", "number", "null"},
		{"1.50", "number", "1.50"},
		{"1e3", "number", "1000"},
		{"\"x\"", "string", "\"x\""},
		{"\"2026-11-22\"", "date", "@\"2026-11-22\""},
		{"\"2026-11-22\"", "string", "\"2026-11-22\""},
		{"\"2026-11-22T10:00:00Z\"", "dateTime", "@\"2026-11-22T10:00:00Z\""},
		{"\"2026-11-22\"", "dateTime", "@\"2026-11-22T00:00:00\""},
		{"\"10:00:00\"", "time", "@\"10:00:00\""},
		{"\"P3D\"", "days and time duration", "@\"P3D\""},
		{"\"P3M\"", "years and months duration", "@\"P3M\""},
		{"[\"P3M\"]", "years and months duration", "[@\"P3M\"]"},
		{"\"2026-11-32\"", "date", ": expected date, found string 2026-11-32"},
		{"5", "string", ": expected string, found number 5"},
		{"\"5\"", "number", ": expected number, found string 5"},
		{"[1, 2]", "number", ": expected number, found array"},
		{"{}", "number", ": expected number, found object"},
		{"true", "number", ": expected number, found true"},
		{"true", "boolean", "true"},
		{"1e99999", "number", ": expected number, found number 1e99999"},
	};
	fresh();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(reads(cases[i].json, named_type(cases[i].type)), cases[i].value);
	assert_string_equal(reads("{\"a\": [1, \"2026-01-01\", {}], \"b c\": false}", NULL),
			    "{a: [1, \"2026-01-01\", {}], b c: false}");
	assert_non_null(strstr(reads("{\"a\": }", NULL), "line 1"));
}

TEST(json_is_read_into_contexts_lists_and_ranges)
{
	fresh();
	struct yz_feel_type dates = {.kind = YZ_FEEL_LIST, .item = named_type("date")};
	struct yz_feel_type numbers = {.kind = YZ_FEEL_RANGE, .item = named_type("number")};
	struct yz_feel_field fields[] = {{YZ_LIT("born"), named_type("date")}, {YZ_LIT("days"), &dates}};
	struct yz_feel_type person = {.kind = YZ_FEEL_CONTEXT, .fields = fields, .nfields = 2};
	struct yz_feel_type people = {.kind = YZ_FEEL_LIST, .item = &person};
	assert_string_equal(reads("[{\"born\": \"2000-01-02\", \"days\": \"2000-01-03\", \"more\": \"x\"}]", &people),
			    "[{born: @\"2000-01-02\", days: @\"2000-01-03\", more: \"x\"}]");
	assert_string_equal(reads("[{}, {\"days\": [\"2000-01-03\", \"x\"]}]", &people),
			    "2: days: 2: expected date, found string x");
	assert_string_equal(reads("\"[1..5)\"", &numbers), "[1..5)");
	assert_string_equal(reads("\"1 +\"", &numbers), ": expected range<number>, found string 1 +");
}
