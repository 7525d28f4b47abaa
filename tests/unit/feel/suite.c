/* The expressions of the public DMN suite that stand alone: literal expressions of decisions that require nothing but
 * input data.  The decisions themselves are dmn's to test.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "feel/feel.h"
#include "fmt/xml.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static char root[] = "/tmp/yz-feel-XXXXXX";
static bool made;
static struct yz_arena *arena;
static size_t passed, failed, left_out;

__attribute__((destructor)) static void clean(void)
{
	char command[64];
	snprintf(command, sizeof command, "rm -rf '%s'", root);
	if (made && system(command) != 0)
		fprintf(stderr, "%s is left behind\n", root);
}

static struct yz_feel_value value_of(const struct yz_xml *e);

static struct yz_feel_value scalar_of(const struct yz_xml *value)
{
	static const struct {
		const char *type;
		enum yz_feel_kind kind;
	} kinds[] = {
		{"boolean", YZ_FEEL_BOOLEAN},
		{"decimal", YZ_FEEL_NUMBER},
		{"double", YZ_FEEL_NUMBER},
		{"integer", YZ_FEEL_NUMBER},
		{"date", YZ_FEEL_DATE},
		{"time", YZ_FEEL_TIME},
		{"dateTime", YZ_FEEL_DATE_TIME},
		{"duration", YZ_FEEL_DAYS},
		{"duration", YZ_FEEL_MONTHS},
		{"dayTimeDuration", YZ_FEEL_DAYS},
		{"yearMonthDuration", YZ_FEEL_MONTHS},
	};
	static const char xsi[] = "http://www.w3.org/2001/XMLSchema-instance";
	struct yz_str type = yz_xml_attr_ns(value, xsi, "type"), text = yz_str_trim(value->text);
	struct yz_feel_value v;
	size_t colon = yz_str_find(type, YZ_LIT(":"), 0);
	if (yz_str_eqz(yz_xml_attr_ns(value, xsi, "nil"), "true"))
		return (struct yz_feel_value){0};
	if (colon != SIZE_MAX)
		type = yz_str_n(type.ptr + colon + 1, type.len - colon - 1);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (yz_str_eqz(type, kinds[i].type) && yz_feel_read(arena, kinds[i].kind, text, &v))
			return v;
	return yz_feel_string(value->text);
}

static struct yz_feel_value context_of(const struct yz_xml *e)
{
	struct yz_feel_entry *entries = yz_new_n(arena, e->n, struct yz_feel_entry);
	size_t n = 0;
	for (size_t i = 0; i < e->n; i++)
		if (yz_xml_is(e->children[i], NULL, "component"))
			entries[n++] =
				(struct yz_feel_entry){yz_xml_attr(e->children[i], "name"), value_of(e->children[i])};
	return yz_feel_context(arena, entries, n);
}

static struct yz_feel_value value_of(const struct yz_xml *e)
{
	const struct yz_xml *value = yz_xml_child(e, NULL, "value"), *list = yz_xml_child(e, NULL, "list");
	if (value)
		return scalar_of(value);
	if (list) {
		struct yz_feel_value *items = yz_new_n(arena, list->n, struct yz_feel_value);
		for (size_t i = 0; i < list->n; i++)
			items[i] = value_of(list->children[i]);
		return yz_feel_list(items, list->n);
	}
	if (yz_xml_child(e, NULL, "component"))
		return context_of(e);
	return (struct yz_feel_value){0};
}

/* Numbers within 1e-8, all else the same. */
static bool near(struct yz_feel_value a, struct yz_feel_value b)
{
	struct yz_dec d;
	if (a.kind == YZ_FEEL_NUMBER && b.kind == YZ_FEEL_NUMBER) {
		assert_true(yz_dec_sub(yz_feel_dec(a), yz_feel_dec(b), &d));
		d.neg = false;
		return yz_dec_cmp(d, (struct yz_dec){1, 0, -8, false}) <= 0;
	}
	if (a.kind != b.kind || (a.kind != YZ_FEEL_LIST && a.kind != YZ_FEEL_CONTEXT))
		return yz_feel_same(a, b);
	if (yz_feel_len(a) != yz_feel_len(b))
		return false;
	for (size_t i = 0; i < yz_feel_len(a); i++) {
		if (a.kind == YZ_FEEL_LIST) {
			if (!near(yz_feel_at(a, i), yz_feel_at(b, i)))
				return false;
			continue;
		}
		const struct yz_feel_entry *e = &yz_feel_entries(a)[i];
		const struct yz_feel_value *other = yz_feel_get(b, e->key);
		if (!other || !near(e->value, *other))
			return false;
	}
	return true;
}

/* The decision's expression, when it stands alone. */
static bool alone(const struct yz_xml *model, struct yz_str name, struct yz_str *text, const struct yz_feel_type **type)
{
	for (const struct yz_xml *d = yz_xml_child(model, NULL, "decision"); d; d = yz_xml_next(d, NULL, "decision")) {
		if (!yz_str_eq(yz_xml_attr(d, "name"), name))
			continue;
		if (yz_xml_child(d, NULL, "knowledgeRequirement"))
			return false;
		for (const struct yz_xml *r = yz_xml_child(d, NULL, "informationRequirement"); r;
		     r = yz_xml_next(r, NULL, "informationRequirement"))
			if (yz_xml_child(r, NULL, "requiredDecision"))
				return false;
		const struct yz_xml *e = yz_xml_child(d, NULL, "literalExpression");
		*text = yz_xml_child_text(e, NULL, "text");
		*type = yz_feel_type_named(yz_xml_attr(yz_xml_child(d, NULL, "variable"), "typeRef"));
		return e && text->ptr;
	}
	return false;
}

static bool speaks_of_own_types(const struct yz_xml *model, struct yz_str text)
{
	for (const struct yz_xml *t = yz_xml_child(model, NULL, "itemDefinition"); t;
	     t = yz_xml_next(t, NULL, "itemDefinition"))
		if (yz_str_find(text, yz_xml_attr(t, "name"), 0) != SIZE_MAX)
			return true;
	return false;
}

static struct yz_feel_value evaluate(const struct yz_xml *test, struct yz_str text, const struct yz_feel_type *type)
{
	struct yz_feel_name *names = yz_new_n(arena, test->n, struct yz_feel_name);
	struct yz_feel_value *inputs = yz_new_n(arena, test->n, struct yz_feel_value);
	struct yz_feel_run run;
	size_t n = 0;
	for (size_t i = 0; i < test->n; i++)
		if (yz_xml_is(test->children[i], NULL, "inputNode")) {
			names[n].name = yz_xml_attr(test->children[i], "name");
			inputs[n++] = value_of(test->children[i]);
		}
	struct yz_feel_scope scope = {.names = names, .len = n};
	const struct yz_feel *f = yz_feel_compile(arena, text, YZ_FEEL_EXPRESSION, &scope, NULL, NULL);
	if (!f)
		return (struct yz_feel_value){0};
	yz_feel_run_init(&run, arena);
	yz_feel_read(arena, YZ_FEEL_DATE_TIME, YZ_LIT("2026-05-17T10:20:30+08:00"), &run.now);
	return yz_feel_coerce(&run, yz_feel_eval(f, &run, inputs), type);
}

static void run_result(const struct yz_xml *model, const struct yz_xml *test, const struct yz_xml *result,
		       const char *folder)
{
	struct yz_str name = yz_xml_attr(result, "name"), text;
	const struct yz_feel_type *type;
	if (!alone(model, name, &text, &type) || speaks_of_own_types(model, text)) {
		left_out++;
		return;
	}
	struct yz_feel_value got = evaluate(test, text, type);
	bool error = yz_str_eqz(yz_xml_attr(result, "errorResult"), "true");
	struct yz_feel_value want = value_of(yz_xml_child(result, NULL, "expected"));
	if ((error && got.kind == YZ_FEEL_NULL) || near(got, want)) {
		passed++;
		return;
	}
	failed++;
	struct yz_buf b;
	yz_buf_init(&b, arena, 1000);
	yz_feel_write(&b, got);
	yz_buf_addz(&b, ", expected ");
	yz_feel_write(&b, want);
	fprintf(stderr, "%s %.*s: %.*s is %s\n", folder, YZ_P(name), YZ_P(text), b.ptr);
}

static const struct yz_xml *load(const char *folder, struct yz_str name)
{
	struct yz_err err;
	const struct yz_xml *x = yz_xml_load(arena, yz_printf(arena, "%s/%.*s", folder, YZ_P(name)), NULL, &err);
	if (!x)
		fail_msg("%s: %s", folder, err.msg);
	return x;
}

/* All test files of a folder against the model each names. */
static void run_folder(const char *folder)
{
	DIR *d = opendir(folder);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		if (!yz_str_ends(yz_str(e->d_name), YZ_LIT(".xml")))
			continue;
		const struct yz_xml *tests = load(folder, yz_str_dup(arena, yz_str(e->d_name)));
		const struct yz_xml *model = load(folder, yz_xml_child_text(tests, NULL, "modelName"));
		for (const struct yz_xml *t = yz_xml_child(tests, NULL, "testCase"); t;
		     t = yz_xml_next(t, NULL, "testCase"))
			for (const struct yz_xml *r = yz_xml_child(t, NULL, "resultNode"); r;
			     r = yz_xml_next(r, NULL, "resultNode"))
				run_result(model, t, r, folder + sizeof root);
	}
	closedir(d);
}

TEST(every_expression_of_the_public_suite_that_stands_alone_passes)
{
	const char *path = yz_test_shared("suites/dmn-tck-open.tar.gz");
	if (!path)
		SKIP("suites/dmn-tck-open.tar.gz is not here: the public suite's expressions are not run");
	arena = yz_arena_create(0);
	made = mkdtemp(root) != NULL;
	assert_true(made);
	assert_int_equal(system(yz_printf(arena, "tar xzf '%s' -C '%s'", path, root)), 0);
	static const char *const levels[] = {"compliance-level-2", "compliance-level-3"};
	for (size_t i = 0; i < 2; i++) {
		const char *level = yz_printf(arena, "%s/dmn-tck-open/%s", root, levels[i]);
		DIR *d = opendir(level);
		assert_non_null(d);
		for (struct dirent *e; (e = readdir(d));)
			if (e->d_name[0] != '.')
				run_folder(yz_printf(arena, "%s/%s", level, e->d_name));
		closedir(d);
	}
	printf("%zu expressions passed, %zu failed, %zu left to the tests of decisions\n", passed, failed, left_out);
	assert_int_equal(failed, 0);
	assert_true(passed > 2000);
	yz_arena_destroy(arena);
}
