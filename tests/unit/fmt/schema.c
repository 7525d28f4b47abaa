/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "fmt/schema.h"

#include <stdio.h>
#include <unistd.h>

static struct yz_arena *a;
static struct yz_err err;
static struct yz_schema_errors errors;

static const char *even_fault(struct yz_str s, void *ctx)
{
	return s.len % 2 == *(size_t *)ctx ? NULL : "要偶数个";
}

static size_t zero;
static const struct yz_schema_format formats[] = {{"even", even_fault, &zero}};

static const struct yz_schema *load(const char *text)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	err = (struct yz_err){0};
	const struct yz_json *json = yz_json_read(a, yz_str(text), NULL, &err);
	assert_non_null(json);
	return yz_schema_load(a, json, formats, 1, &err);
}

static bool check(const struct yz_schema *s, const char *value)
{
	const struct yz_json *v = yz_json_read(a, yz_str(value), NULL, &err);
	assert_non_null(v);
	bool ok = yz_schema_check(a, s, v, &errors);
	assert_int_equal(ok, errors.len == 0);
	assert_int_equal(ok, yz_schema_check(a, s, v, NULL));
	return ok;
}

static const char *printed(void)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 10000);
	yz_buf_addz(&b, "");
	for (size_t i = 0; i < errors.len; i++)
		yz_buf_printf(&b, "%.*s %s %.*s\n", YZ_P(errors.at[i].at), errors.at[i].keyword,
			      YZ_P(errors.at[i].wanted));
	return b.ptr;
}

TEST(an_error_says_where_which_keyword_and_what_was_wanted)
{
	const struct yz_schema *s =
		load("{\"type\":\"object\",\"required\":[\"姓名\",\"年龄\"],\"additionalProperties\":false,"
		     "\"properties\":{\"姓名\":{\"type\":\"string\",\"minLength\":2,\"title\":\"名\"},"
		     "\"年龄\":{\"type\":\"integer\",\"minimum\":18},\"a/b~\":{\"format\":\"even\"},"
		     "\"家庭\":{\"type\":\"array\",\"maxItems\":2,\"items\":{\"properties\":{\"名\":{\"pattern\":\"^"
		     "\\\\p{Han}+$\"}}}}}}");
	assert_non_null(s);
	assert_true(check(s, "{\"姓名\":\"张三\",\"年龄\":18,\"a/b~\":\"xx\",\"家庭\":[{\"名\":\"李\"}]}"));
	assert_false(
		check(s, "{\"姓名\":\"张\",\"a/b~\":\"x\",\"家庭\":[{\"名\":\"李\"},{\"名\":\"Li\"},{}],\"x\":1}"));
	assert_string_equal(printed(),
			    "/年龄 required 年龄\n/姓名 minLength 2\n/a~1b~0 format \"even\"\n/家庭 maxItems 2\n"
			    "/家庭/1/名 pattern \"^\\\\p{Han}+$\"\n/x additionalProperties false\n");
	assert_string_equal(errors.at[2].fault, "要偶数个");
	assert_true(yz_str_eqz(yz_json_str(errors.at[1].schema, "title"), "名"));
	assert_true(yz_str_eqz(errors.at[1].got, "\"张\""));
	assert_null(errors.at[0].value);
	assert_string_equal(yz_schema_print(a, &errors.at[0]).ptr, "/年龄: missing (required)");
	assert_string_equal(yz_schema_print(a, &errors.at[1]).ptr, "/姓名: \"张\" does not hold minLength 2");
	assert_false(check(s, "3"));
	assert_string_equal(printed(), " type \"object\"\n");
}

TEST(numbers_are_compared_as_written)
{
	const struct yz_schema *s =
		load("{\"exclusiveMaximum\":0.1,\"minimum\":-99999999999999999999999999,\"multipleOf\":0.0000000001}");
	assert_true(check(s, "0.0999999999"));
	assert_false(check(s, "0.10"));
	assert_false(check(s, "0.09999999999"));
	assert_true(check(s, "-99999999999999999999999999"));
	assert_false(check(s, "-99999999999999999999999999.0000000001"));
	s = load("{\"type\":\"integer\",\"multipleOf\":7}");
	assert_true(check(s, "7e0"));
	assert_true(check(s, "70000000000000000000000000000000000000000007"));
	assert_false(check(s, "70000000000000000000000000000000000000000008"));
	assert_true(check(s, "7e300"));
	assert_false(check(s, "1e300"));
	assert_false(check(s, "7.5"));
	s = load("{\"multipleOf\":0.25}");
	assert_true(check(s, "1.75"));
	assert_true(check(s, "1e20"));
	assert_false(check(s, "1.8"));
	assert_true(check(s, "0"));
}

TEST(what_is_outside_the_subset_is_refused_with_its_line)
{
	static const struct {
		const char *schema, *where, *says;
	} bad[] = {
		{"{\n\"contains\":{}}", "line 2", "\"contains\" is not in our subset"},
		{"{\"properties\":{\"a\":\n{\"unevaluatedItems\":\nfalse}}}", "properties: line 3",
		 "not in our subset"},
		{"{\"type\":\"int\"}", "type: line 1", "type is one of"},
		{"{\"type\":[]}", "type: line 1", "at least one"},
		{"{\"minLength\":-1}", "minLength: line 1", "whole number"},
		{"{\"minLength\":1.5}", "minLength: line 1", "whole number"},
		{"{\"minimum\":\"1\"}", "minimum: line 1", "a number is wanted"},
		{"{\"multipleOf\":0}", "multipleOf: line 1", "above 0"},
		{"{\"multipleOf\":1234567890123456789}", "multipleOf: line 1", "18 significant"},
		{"{\"pattern\":\"a(\"}", "pattern: line 1", "wrong at its character 3"},
		{"{\"pattern\":\"(*NO_JIT)a\"}", "pattern: line 1", "may not begin"},
		{"{\"pattern\":\"\\\\C\"}", "pattern: line 1", "wrong"},
		{"{\"patternProperties\":{\"[\":{}}}", "patternProperties: line 1", "wrong"},
		{"{\"format\":\"ipv4\"}", "format: line 1", "not known"},
		{"{\"enum\":[]}", "enum: line 1", "at least one"},
		{"{\"enum\":1}", "enum: line 1", "at least one"},
		{"{\"allOf\":[]}", "allOf: line 1", "at least one"},
		{"{\"allOf\":{}}", "allOf: line 1", "list"},
		{"{\"required\":[1]}", "required: line 1", "names"},
		{"{\"properties\":[]}", "properties: line 1", "object of schemas"},
		{"{\"properties\":{\"a\":3}}", "properties: line 1", "a schema is"},
		{"{\"items\":[{}]}", "items: line 1", "a schema is"},
		{"{\"uniqueItems\":1}", "uniqueItems: line 1", "true or false"},
		{"{\"dependentRequired\":{\"a\":\"b\"}}", "dependentRequired: line 1", "names"},
		{"{\"$ref\":\"http://a/b\"}", "$ref: line 1", "only within"},
		{"{\"$ref\":\"#/$defs/x\"}", "$ref: line 1", "leads nowhere"},
		{"{\"$ref\":\"#x\"}", "$ref: line 1", "anchors"},
		{"{\"$defs\":{\"a\":{\"bogus\":1}}}", "$defs: line 1", "subset"},
		{"{\"properties\":{\"a\":{\"$id\":\"x\"}}}", "properties: line 1", "only at the root"},
		{"{\"$ref\":\"#\"}", "line 1", "leads to itself"},
		{"{\"$defs\":{\"a\":{\"anyOf\":[{\"not\":{\"$ref\":\"#/$defs/a\"}}]}}}", "line 1", "leads to itself"},
		{"3", "line 1", "a schema is"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (load(bad[i].schema))
			fail_msg("accepted: %s", bad[i].schema);
		if (strcmp(err.where, bad[i].where) != 0 || !strstr(err.msg, bad[i].says))
			fail_msg("%s: %s: %s", bad[i].schema, err.where, err.msg);
	}
	assert_non_null(
		load("{\"x-when\":1,\"title\":\"a\",\"description\":\"b\",\"default\":1,\"examples\":[],\"$id\":\"u\","
		     "\"$schema\":\"s\",\"$comment\":\"\",\"deprecated\":true,\"readOnly\":true,\"writeOnly\":true}"));
}

TEST(a_schema_may_lead_to_itself_by_way_of_the_value)
{
	const struct yz_schema *s = load("{\"$defs\":{\"node\":{\"properties\":{\"n\":{\"type\":\"integer\"},\"next\":{"
					 "\"$ref\":\"#/$defs/node\"}},"
					 "\"required\":[\"n\"]}},\"$ref\":\"#/$defs/node\"}");
	assert_non_null(s);
	assert_true(check(s, "{\"n\":1,\"next\":{\"n\":2,\"next\":{\"n\":3}}}"));
	assert_false(check(s, "{\"n\":1,\"next\":{\"n\":2,\"next\":{\"n\":\"3\"}}}"));
	assert_string_equal(printed(), "/next/next/n type \"integer\"\n");
}

TEST(new_keywords_of_2020_hold)
{
	const struct yz_schema *s =
		load("{\"prefixItems\":[{\"type\":\"string\"},{\"type\":\"number\"}],\"items\":{\"type\":\"null\"}}");
	assert_true(check(s, "[\"a\",1,null,null]"));
	assert_true(check(s, "[]"));
	assert_false(check(s, "[1]"));
	assert_false(check(s, "[\"a\",1,2]"));
	s = load("{\"dependentRequired\":{\"a\":[\"b\",\"c\"]}}");
	assert_true(check(s, "{\"b\":1}"));
	assert_false(check(s, "{\"a\":1,\"b\":1}"));
	assert_string_equal(printed(), "/c dependentRequired c\n");
	/* Keywords beside $ref count. */
	s = load("{\"$defs\":{\"a\":{\"type\":\"string\"}},\"properties\":{\"x\":{\"$ref\":\"#/$defs/"
		 "a\",\"maxLength\":2}}}");
	assert_true(check(s, "{\"x\":\"ab\"}"));
	assert_false(check(s, "{\"x\":\"abc\"}"));
	assert_false(check(s, "{\"x\":1}"));
	s = load("{\"oneOf\":[{\"const\":\"a\",\"title\":\"甲\"},{\"const\":\"b\",\"title\":\"乙\"}]}");
	assert_true(check(s, "\"b\""));
	assert_false(check(s, "\"c\""));
	assert_string_equal(errors.at[0].keyword, "oneOf");
}

TEST(formats_of_our_own_list_hold)
{
	static const struct {
		const char *format, *good[8], *bad[12];
	} cases[] = {
		{"date",
		 {"2024-02-29", "0001-01-01"},
		 {"2023-02-29", "2024-2-9", "2024-02-29T", "20240229", "", " 2024-02-29"}},
		{"date-time",
		 {"2026-11-22T10:32:00Z", "2026-11-22T10:32:00.5+08:00"},
		 {"2026-11-22", "2026-13-22T10:32:00Z", "x"}},
		{"email",
		 {"a@b.cn", "first.last+tag@mail.example.gov.cn", "o'x@a-b.cn"},
		 {"", "a", "@b.cn", "a@", "a@b", "a@@b.cn", "a b@c.cn", ".a@b.cn", "a..b@c.cn", "a@-b.cn", "a@b..cn",
		  "a@b.cn\n"}},
		{"uri",
		 {"https://www.example.gov.cn/a?b=c#d", "mailto:a@b.cn", "http://[::1]/", "urn:x:y%20z"},
		 {"", "abc", "//a.cn", "http://a b", "bar,baz:foo", ":x", "http://a/%zz", "http://一/", "a:b#c#d",
		  "http://a/[", "\\\\a"}},
		{"even", {"", "ab"}, {"a"}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		static char text[100];
		snprintf(text, sizeof text, "{\"format\":\"%s\"}", cases[i].format);
		const struct yz_schema *s = load(text);
		assert_non_null(s);
		for (size_t k = 0; k < 8 && cases[i].good[k]; k++) {
			const struct yz_json *v = yz_json_new_str(a, yz_str(cases[i].good[k]));
			if (!yz_schema_check(a, s, v, NULL))
				fail_msg("%s refused: %s", cases[i].format, cases[i].good[k]);
		}
		for (size_t k = 0; k < 12 && cases[i].bad[k]; k++) {
			const struct yz_json *v = yz_json_new_str(a, yz_str(cases[i].bad[k]));
			if (yz_schema_check(a, s, v, NULL))
				fail_msg("%s accepted: %s", cases[i].format, cases[i].bad[k]);
		}
		assert_true(check(s, "12"));
	}
}

TEST(a_check_is_bounded)
{
	/* Each level doubles the work: 2^60 steps if nobody counted. */
	struct yz_buf b;
	struct yz_arena *mine = yz_arena_create(0);
	yz_buf_init(&b, mine, 100000);
	yz_buf_addz(&b, "{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
	for (int i = 0; i < 60; i++)
		yz_buf_printf(&b, "\"d%d\":{\"allOf\":[{\"$ref\":\"#/$defs/d%d\"},{\"$ref\":\"#/$defs/d%d\"}]},", i,
			      i + 1, i + 1);
	yz_buf_addz(&b, "\"d60\":{}}}");
	const struct yz_schema *s = load(b.ptr);
	assert_non_null(s);
	assert_false(check(s, "1"));
	assert_string_equal(errors.at[0].keyword, "steps");
	assert_true(errors.more);
	s = load("{\"pattern\":\"^(a+)+$\"}");
	assert_false(check(s, "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\""));
	assert_true(check(s, "\"aaaaaaaaaa\""));
	s = load("{\"items\":{\"type\":\"null\"}}");
	yz_buf_init(&b, mine, 100000);
	for (int i = 0; i < YZ_SCHEMA_ERRORS + 1; i++)
		yz_buf_addz(&b, i ? ",1" : "[1");
	yz_buf_addz(&b, "]");
	assert_false(check(s, b.ptr));
	assert_int_equal(errors.len, YZ_SCHEMA_ERRORS);
	assert_true(errors.more);
	yz_buf_init(&b, mine, 100000);
	yz_buf_addz(&b, "{\"pattern\":\"");
	for (int i = 0; i < 1000; i++)
		yz_buf_addc(&b, 'a');
	yz_buf_addz(&b, "\"}");
	assert_non_null(load(b.ptr));
	b.len -= 2;
	yz_buf_addz(&b, "a\"}");
	assert_null(load(b.ptr));
	yz_arena_destroy(mine);
}

TEST(too_many_schemas_are_refused)
{
	struct yz_buf b;
	struct yz_arena *mine = yz_arena_create(0);
	for (int n = 4999; n <= 5000; n++) {
		yz_buf_init(&b, mine, 1000000);
		yz_buf_addz(&b, "{\"$defs\":{");
		for (int i = 0; i < n; i++)
			yz_buf_printf(&b, "%s\"d%d\":{}", i ? "," : "", i);
		yz_buf_addz(&b, "}}");
		assert_int_equal(load(b.ptr) != NULL, n == 4999);
	}
	yz_arena_destroy(mine);
}

TEST(unique_items_are_told_apart_by_value)
{
	const struct yz_schema *s = load("{\"uniqueItems\":true}");
	assert_false(check(s, "[1,2,1.0]"));
	assert_false(check(s, "[{\"a\":1,\"b\":[2]},{\"b\":[2e0],\"a\":10e-1}]"));
	assert_true(check(s, "[1,true,\"1\",[1],{\"a\":1},null,false,0,[],{},\"\"]"));
	struct yz_arena *mine = yz_arena_create(0);
	struct yz_buf b;
	yz_buf_init(&b, mine, 1 << 22);
	for (int i = 0; i < 100000; i++)
		yz_buf_printf(&b, "%c%d", i ? ',' : '[', i);
	yz_buf_addz(&b, "]");
	assert_true(check(s, b.ptr));
	b.len--;
	yz_buf_addz(&b, ",5]");
	assert_false(check(s, b.ptr));
	yz_arena_destroy(mine);
}

/* ---- the public suite, draft 7: the groups whose schema is in our subset ---- */

static size_t ran, outside;

static void run_group(const char *file, const struct yz_json *group)
{
	struct yz_str name = yz_json_str(group, "description");
	const struct yz_schema *s = yz_schema_load(a, yz_json_get(group, "schema"), NULL, 0, &err);
	if (!s) {
		outside++;
		return;
	}
	const struct yz_json *tests = yz_json_get(group, "tests");
	for (size_t i = 0; i < yz_json_len(tests); i++) {
		const struct yz_json *t = tests->items[i];
		bool want = yz_json_bool(t, "valid", false);
		if (yz_schema_check(a, s, yz_json_get(t, "data"), &errors) != want)
			fail_msg("%s: %.*s: %.*s: should be %s", file, YZ_P(name), YZ_P(yz_json_str(t, "description")),
				 want ? "valid" : "invalid");
		ran++;
	}
}

TEST(agrees_with_the_public_suite)
{
	static const char root[] = "/usr/share/json-schema-test-suite/tests/draft7/";
	static const char *const files[] = {
		"additionalProperties",
		"allOf",
		"anyOf",
		"boolean_schema",
		"const",
		"default",
		"enum",
		"exclusiveMaximum",
		"exclusiveMinimum",
		"if-then-else",
		"items",
		"maxItems",
		"maxLength",
		"maxProperties",
		"maximum",
		"minItems",
		"minLength",
		"minProperties",
		"minimum",
		"multipleOf",
		"not",
		"oneOf",
		"pattern",
		"patternProperties",
		"properties",
		"propertyNames",
		"ref",
		"required",
		"type",
		"uniqueItems",
		"optional/bignum",
		"optional/zeroTerminatedFloats",
		"optional/format/date",
		"optional/format/email",
		"optional/format/uri",
	};
	if (access(root, R_OK) != 0)
		SKIP("Debian's json-schema-test-suite is not installed");
	ran = outside = 0;
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		const struct yz_json *groups = yz_json_load(a, yz_printf(a, "%s%s.json", root, files[i]), NULL, &err);
		assert_non_null(groups);
		for (size_t k = 0; k < yz_json_len(groups); k++)
			run_group(files[i], groups->items[k]);
	}
	printf("%zu cases of the suite agree, %zu groups are outside the subset\n", ran, outside);
	assert_true(ran > 350);
}
