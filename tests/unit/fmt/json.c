/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "fmt/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct yz_arena *a;
static struct yz_err err;

static const struct yz_json *read_z(const char *text)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	err = (struct yz_err){0};
	return yz_json_read(a, yz_str(text), NULL, &err);
}

static void is_written(const struct yz_json *v, const char *text, bool canonical)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 20);
	if (canonical)
		yz_json_canonical(&b, v);
	else
		yz_json_write(&b, v);
	assert_false(b.full);
	assert_string_equal(b.ptr, text);
}

TEST(names_line_and_column_in_characters)
{
	assert_null(read_z("{\n  \"名字\": \"张\",\n  \"年龄\": 03\n}"));
	assert_string_equal(err.where, "line 3, column 9");
	assert_null(read_z("[1,\n\"一二\x80\"]"));
	assert_string_equal(err.where, "line 2, column 4");
	assert_null(read_z("[1,2"));
	assert_string_equal(err.where, "line 1, column 5");
	assert_null(read_z("[\n1,\n]"));
	assert_string_equal(err.where, "line 3, column 1");
}

TEST(names_the_key_that_stands_twice)
{
	assert_null(read_z("{\"a\":1,\n\"b\":2,\n \"a\":3}"));
	assert_string_equal(err.where, "line 3, column 2");
	assert_string_equal(err.msg, "key \"a\" stands twice in one object");
}

static char *many_keys(size_t n, size_t twice)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 24);
	yz_buf_addc(&b, '{');
	for (size_t i = 0; i < n; i++)
		yz_buf_printf(&b, "%s\"key%zu\":%zu", i ? "," : "", i == n - 1 ? twice : i, i);
	yz_buf_addc(&b, '}');
	return b.ptr;
}

TEST(finds_a_key_that_stands_twice_in_an_object_of_any_size)
{
	static const size_t sizes[] = {2, 15, 16, 17, 18, 33, 64, 65, 1000, 50000};
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		size_t n = sizes[k];
		yz_arena_destroy(a);
		a = yz_arena_create(0);
		err = (struct yz_err){0};
		assert_null(yz_json_read(a, yz_str(many_keys(n, n / 3)), NULL, &err));
		assert_non_null(strstr(err.msg, "stands twice"));
		const struct yz_json *v = yz_json_read(a, yz_str(many_keys(n, n - 1)), NULL, &err);
		assert_non_null(v);
		assert_int_equal(yz_json_len(v), n);
		for (size_t i = 0; i < n; i += 1 + n / 100)
			assert_int_equal(yz_json_int(v, yz_printf(a, "key%zu", i), -1), i);
		assert_null(yz_json_get(v, "key"));
	}
}

TEST(values_know_their_line)
{
	const struct yz_json *v = read_z("\n{\"a\":\n1,\"b\":[\n\n2]}");
	assert_int_equal(v->line, 2);
	assert_int_equal(yz_json_get(v, "a")->line, 3);
	assert_int_equal(yz_json_get(v, "b")->line, 3);
	assert_int_equal(yz_json_path(v, "b/0")->line, 5);
}

TEST(strings_are_unescaped_and_numbers_stay_as_written)
{
	const struct yz_json *v = read_z("[\"a\\u0000b\\ud83d\\ude00\\/\\t\",0.10,1E+02]");
	assert_true(yz_str_eq(yz_json_text(yz_json_at(v, 0)), YZ_LIT("a\0b\xf0\x9f\x98\x80/\t")));
	assert_true(yz_str_eqz(yz_json_at(v, 1)->text, "0.10"));
	assert_true(yz_str_eqz(yz_json_at(v, 2)->text, "1E+02"));
}

TEST(accessors_take_null_and_any_type)
{
	const struct yz_json *v =
		read_z("{\"s\":\"x\",\"n\":12,\"f\":1.5,\"t\":true,\"z\":null,\"o\":{\"l\":[1,{\"k\":7}]}}");
	assert_null(yz_json_get(NULL, "a"));
	assert_null(yz_json_get(yz_json_get(v, "s"), "a"));
	assert_null(yz_json_at(v, 0));
	assert_int_equal(yz_json_len(NULL), 0);
	assert_int_equal(yz_json_len(yz_json_get(v, "s")), 0);
	assert_true(yz_str_eqz(yz_json_str(v, "s"), "x"));
	assert_null(yz_json_str(v, "n").ptr);
	assert_int_equal(yz_json_int(v, "n", 5), 12);
	assert_int_equal(yz_json_int(v, "f", 5), 5);
	assert_int_equal(yz_json_int(v, "s", 5), 5);
	assert_true(yz_json_bool(v, "t", false));
	assert_false(yz_json_bool(v, "n", false));
	assert_true(yz_json_bool(v, "n", true));
	assert_int_equal(yz_json_int(yz_json_path(v, "o/l/1"), "k", 0), 7);
	assert_null(yz_json_path(v, "o/l/2"));
	assert_null(yz_json_path(v, "o/l/-1"));
	assert_null(yz_json_path(v, "o/x/1"));
	assert_true(yz_json_is(yz_json_get(v, "z"), YZ_JSON_NULL));
	assert_false(yz_json_is(NULL, YZ_JSON_NULL));
}

TEST(refuses_one_past_each_bound)
{
	struct yz_json_limits l = {.bytes = 9, .depth = 3, .values = 4};
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	assert_non_null(yz_json_read(a, YZ_LIT("[1,2,3]  "), &l, &err));
	assert_null(yz_json_read(a, YZ_LIT("[1,2,3]   "), &l, &err));
	assert_int_equal(err.code, YZ_TOO_LARGE);
	assert_null(yz_json_read(a, YZ_LIT("[1,2,3,4]"), &l, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_non_null(yz_json_read(a, YZ_LIT("[{\"\":[]}]"), &l, &err));
	assert_null(yz_json_read(a, YZ_LIT("[[[[]]]]"), &l, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	char *n = yz_alloc(a, YZ_JSON_NUMERAL + 2);
	memset(n, '1', YZ_JSON_NUMERAL + 1);
	assert_non_null(yz_json_read(a, yz_str_n(n, YZ_JSON_NUMERAL), NULL, &err));
	assert_null(yz_json_read(a, yz_str_n(n, YZ_JSON_NUMERAL + 1), NULL, &err));
	assert_int_equal(err.code, YZ_LIMIT);
}

TEST(a_million_brackets_end_at_the_depth_limit)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	char *deep = yz_alloc(a, 1000 * 1000);
	memset(deep, '[', 1000 * 1000);
	assert_null(yz_json_read(a, yz_str_n(deep, 1000 * 1000), NULL, &err));
	assert_string_equal(err.where, "line 1, column 65");
	struct yz_json_limits l = yz_json_default;
	l.depth = YZ_JSON_DEEPEST;
	assert_null(yz_json_read(a, yz_str_n(deep, 1000 * 1000), &l, &err));
	assert_string_equal(err.where, "line 1, column 1025");
}

TEST(a_file_that_fails_is_named)
{
	char path[] = "/tmp/yz-json-XXXXXX";
	int fd = mkstemp(path);
	assert_int_equal(write(fd, "{\"a\":1,}", 8), 8);
	close(fd);
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	assert_null(yz_json_load(a, path, NULL, &err));
	assert_string_equal(err.where, yz_printf(a, "%s: line 1, column 8", path));
	unlink(path);
	assert_null(yz_json_load(a, path, NULL, &err));
	assert_int_equal(err.code, YZ_NOT_FOUND);
	assert_string_equal(err.where, path);
	assert_null(yz_json_load(a, "/dev/zero", NULL, &err));
	assert_int_equal(err.code, YZ_IO);
}

TEST(the_writer_keeps_commas_and_quotes)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, a, 1000);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kstr(&w, "a\"b", YZ_LIT("x\\\n\x01\x7f\"一\xff\xe4\xb8\0."));
	yz_jw_key(&w, "l");
	yz_jw_array(&w);
	yz_jw_int(&w, INT64_MIN);
	yz_jw_object(&w);
	yz_jw_end(&w, '}');
	yz_jw_array(&w);
	yz_jw_end(&w, ']');
	yz_jw_null(&w);
	yz_jw_raw(&w, YZ_LIT("1.50"));
	yz_jw_end(&w, ']');
	yz_jw_kbool(&w, "t", true);
	yz_jw_kz(&w, "z", "");
	yz_jw_kint(&w, "i", 0);
	yz_jw_end(&w, '}');
	assert_string_equal(b.ptr,
			    "{\"a\\\"b\":\"x\\\\\\n\\u0001\x7f\\\"一\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\u0000.\","
			    "\"l\":[-9223372036854775808,{},[],null,1.50],\"t\":true,\"z\":\"\",\"i\":0}");
	assert_non_null(yz_json_read(a, yz_buf_str(&b), NULL, &err));
}

static void write_some(struct yz_buf *b)
{
	struct yz_jw w;
	yz_jw_init(&w, b);
	yz_jw_object(&w);
	yz_jw_kstr(&w, "state", YZ_LIT("受理"));
	yz_jw_kstr(&w, "", YZ_LIT(""));
	yz_jw_kstr(&w, "a\"b", YZ_LIT("c\\d"));
	yz_jw_kstr(&w, "a key that is longer than most of them are", YZ_LIT("plain, 一"));
	yz_jw_end(&w, '}');
}

TEST(what_is_written_past_a_maximum_is_cut_there_whatever_it_is)
{
	static const char whole[] = "{\"state\":\"受理\",\"\":\"\",\"a\\\"b\":\"c\\\\d\","
				    "\"a key that is longer than most of them are\":\"plain, 一\"}";
	enum { WHOLE = sizeof whole - 1 };
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	for (size_t most = 1; most <= WHOLE + 1; most++) {
		struct yz_buf b;
		yz_buf_init(&b, a, most);
		write_some(&b);
		size_t n = most < WHOLE ? most : WHOLE;
		assert_int_equal(b.len, n);
		assert_memory_equal(b.ptr, whole, n);
		assert_int_equal(b.ptr[n], 0);
		assert_true(b.full == (most < WHOLE));
	}
}

TEST(canonical_sorts_by_code_unit)
{
	/* RFC 8785, 3.2.3: U+1F600 sorts as D83D DE00, before U+FB33 and after U+20AC. */
	const struct yz_json *v = read_z("{\"\\u20ac\":1, \"\\r\":2, \"\\ufb33\":3, \"1\":4, \"\\ud83d\\ude00\":5,"
					 "\"\\u0080\":6, \"\\u00f6\":7, \"10\":8, \"\":[{\"b\":1,\"a\":1.0}]}");
	is_written(v,
		   "{\"\":[{\"a\":1.0,\"b\":1}],\"\\r\":2,\"1\":4,\"10\":8,\"\xc2\x80\":6,\"ö\":7,\"€\":1,"
		   "\"\xf0\x9f\x98\x80\":5,\"\xef\xac\xb3\":3}",
		   true);
}

TEST(canonical_form_is_known_without_a_tree)
{
	static const char *const forms[] = {"{}", "[]", "0", "-7", "\"一\"", "{\"a\":[1,true,null,\"x\"],\"b\":{\"c\":{}}}", "[[],{\"a\":false}]"};
	static const char *const others[] = {
		"", " {}", "{} ", "{\"b\":1,\"a\":2}", "{\"a\":1,\"a\":2}", "{\"a\": 1}", "{\"a\":1,}", "[1,]", "[,1]", "{,}", "01", "1.0", "1e2", "-", "+1",
		"1234567890123456789", "\"\\n\"", "\"\x80\"", "\"a", "{\"\xc2\x80\":1}", "tru", "[1", "{\"a\":1", "{\"a\"}", "[1 2]", "{}{}"};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		assert_true(yz_json_is_canonical(yz_str(forms[i]), &yz_json_default));
		is_written(read_z(forms[i]), forms[i], true);
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(yz_json_is_canonical(yz_str(others[i]), &yz_json_default));
	const struct yz_json_limits small = {12, 2, 3};
	assert_true(yz_json_is_canonical(YZ_LIT("[[1]]"), &small));
	assert_false(yz_json_is_canonical(YZ_LIT("[[[]]]"), &small));
	assert_true(yz_json_is_canonical(YZ_LIT("[1,2]"), &small));
	assert_false(yz_json_is_canonical(YZ_LIT("[1,2,3]"), &small));
	assert_true(yz_json_is_canonical(YZ_LIT("\"1234567890\""), &small));
	assert_false(yz_json_is_canonical(YZ_LIT("\"12345678901\""), &small));
}

TEST(numbers_compare_exactly)
{
	static const struct {
		const char *a, *b;
		int order;
	} cases[] = {
		{"0", "-0", 0},
		{"1", "1.0", 0},
		{"10e-1", "1", 0},
		{"1e2", "100", 0},
		{"0.001", "1e-3", 0},
		{"0e99999999999999999999", "0", 0},
		{"1", "2", -1},
		{"-1", "-2", 1},
		{"-1", "1", -1},
		{"0", "1e-400", -1},
		{"9", "10", -1},
		{"99999999999999999999", "100000000000000000000", -1},
		{"0.1", "0.10000000000000000001", -1},
		{"1e400", "1e399", 1},
		{"-1e400", "1e-400", -1},
		{"1e99999999999999999999", "1e9", 1},
		{"1e-99999999999999999999", "1e-9", -1},
		{"-0.0", "0.0e-5", 0},
		{"12.30", "12.3", 0},
		{"0.5", "-0.5", 1},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(yz_json_num_cmp(yz_str(cases[i].a), yz_str(cases[i].b)), cases[i].order);
		assert_int_equal(yz_json_num_cmp(yz_str(cases[i].b), yz_str(cases[i].a)), -cases[i].order);
	}
}

TEST(a_whole_number_is_whole_however_written)
{
	static const struct {
		const char *text;
		bool whole, fits;
		int64_t value;
	} cases[] = {
		{"0", true, true, 0},
		{"-0.0", true, true, 0},
		{"1.0", true, true, 1},
		{"10e-1", true, true, 1},
		{"-1.5", false, false, 0},
		{"1e3", true, true, 1000},
		{"1e-1", false, false, 0},
		{"120e-1", true, true, 12},
		{"9223372036854775807", true, true, INT64_MAX},
		{"1e400", true, false, 0},
		{"0.0e9", true, true, 0},
		{"-9223372036854775808", true, true, INT64_MIN},
		{"1.25e1", false, false, 0},
		{"1.25e2", true, true, 125},
		{"9223372036854775808", true, false, 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t v = -77;
		struct yz_str s = yz_str(cases[i].text);
		assert_int_equal(yz_json_num_is_int(s), cases[i].whole);
		assert_int_equal(yz_json_num_int(s, &v), cases[i].fits);
		assert_int_equal(v, cases[i].fits ? cases[i].value : -77);
	}
}

TEST(equality_is_by_value)
{
	const struct yz_json *v = read_z("[{\"a\":1,\"b\":[1.0,\"x\"]},{\"b\":[10e-1,\"\\u0078\"],\"a\":1},{\"a\":1},"
					 "{\"a\":1,\"c\":[1,\"x\"]},null,false,0,\"0\",[],{}]");
	for (size_t i = 0; i < v->len; i++)
		for (size_t k = 0; k < v->len; k++) {
			assert_int_equal(yz_json_equal(v->items[i], v->items[k]), i == k || i + k == 1);
			assert_int_equal(yz_json_hash(v->items[i]) == yz_json_hash(v->items[k]), i == k || i + k == 1);
		}
	assert_false(yz_json_equal(NULL, v));
	assert_true(yz_json_equal(NULL, NULL));
}

TEST(a_tree_is_built_and_written)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	struct yz_json *o = yz_json_new_object(a), *l = yz_json_new_array(a);
	for (int i = 0; i < 20; i++) {
		yz_json_push(a, l, yz_json_new_int(a, i - 1));
		yz_json_put(a, o, yz_str(yz_printf(a, "k%d", i)), yz_json_new_bool(a, i & 1));
	}
	yz_json_put(a, o, YZ_LIT("k3"), l);
	yz_json_put(a, o, YZ_LIT("s"), yz_json_new_str(a, YZ_LIT("值")));
	yz_json_put(a, o, YZ_LIT("n"), yz_json_new_null(a));
	assert_int_equal(yz_json_len(o), 22);
	assert_int_equal(yz_json_len(yz_json_get(o, "k3")), 20);
	is_written(yz_json_get(o, "k3"), "[-1,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18]", false);
	struct yz_buf b;
	yz_buf_init(&b, a, 10000);
	yz_json_write(&b, o);
	assert_true(yz_json_equal(yz_json_read(a, yz_buf_str(&b), NULL, &err), o));
	is_written(yz_json_new_object(a), "{}", true);
}
