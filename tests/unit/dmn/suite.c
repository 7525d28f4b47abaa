/* The suite's runner, and the public suite where it is. SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "dmn/dmn.h"
#include "fmt/file.h"

#include <dirent.h>
#include <stdlib.h>

static struct yz_dmn_suite sum;
static struct yz_buf out, csv;

static void fresh_sum(struct yz_arena *a)
{
	yz_buf_init(&out, a, 1 << 20);
	yz_buf_init(&csv, a, 16 << 20);
	sum = (struct yz_dmn_suite){.out = &out, .csv = &csv, .now = yz_feel_instant(1767225600000000, 28800)};
}

#define MODEL                                                                                                                    \
	"<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='urn:m' id='m'>"                       \
	"<inputData name='x' id='x'><variable name='x' typeRef='number'/></inputData>"                                               \
	"<decision name='half' id='half'><variable name='half'/>"                                                                    \
	"<informationRequirement><requiredInput href='#x'/></informationRequirement>"                                                \
	"<literalExpression><text>{value: x / 2, list: [x, \"x\"]}</text></literalExpression></decision></definitions>"

static void run(struct yz_arena *a, const char *cases)
{
	const struct yz_dmn_source model = {YZ_LIT("m.dmn"), YZ_LIT(MODEL)};
	const struct yz_dmn_source test = {
		YZ_LIT("a/m-test-01.xml"),
		yz_str(yz_printf(a, "<testCases xmlns='http://www.omg.org/spec/DMN/20160719/testcase' "
				    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><modelName>m.dmn</modelName>%s</testCases>",
				 cases))};
	struct yz_err err = {0};
	fresh_sum(a);
	assert_string_equal(yz_dmn_suite_model(a, test.text).ptr, "m.dmn");
	assert_true(yz_dmn_suite_run(&sum, YZ_LIT("level/m"), &test, &model, 1, &err));
}

#define CASE(x, half, second)                                                                                                    \
	"<testCase id='1'><inputNode name='x'><value xsi:type='xsd:decimal'>" x "</value></inputNode><resultNode name='half'>"       \
	"<expected><component name='list'><list><item><value xsi:type='xsd:decimal'>" x "</value></item><item>"                      \
	"<value xsi:type='xsd:string'>" second "</value></item></list></component><component name='value'>"                          \
	"<value xsi:type='xsd:decimal'>" half "</value></component></expected></resultNode></testCase>"

TEST(a_case_passes_within_the_tolerance_in_any_order_of_names)
{
	struct yz_arena *a = yz_arena_create(0);
	run(a, CASE("3", "1.500000000000001", "x"));
	assert_int_equal(sum.passed, 1);
	assert_int_equal(sum.failed, 0);
	assert_string_equal(csv.ptr, "\"level/m\",\"m-test-01\",\"1\",\"SUCCESS\",\"\"\n");
	yz_arena_destroy(a);
}

TEST(a_case_that_fails_says_what_was_expected)
{
	struct yz_arena *a = yz_arena_create(0);
	run(a, CASE("3", "1.50001", "x") CASE("3", "1.5", "y") CASE("3", "1.5", ""));
	assert_int_equal(sum.passed, 0);
	assert_int_equal(sum.failed, 3);
	assert_non_null(strstr(out.ptr, "failed level/m/m-test-01 case 1: half: expected {list: [3, \"x\"], value: 1.50001}, "
					"got {value: 1.5, list: [3, \"x\"]}"));
	assert_non_null(strstr(csv.ptr, "\"ERROR\",\"half: expected {list: [3, \"\"x\"\"]"));
	yz_arena_destroy(a);
}

TEST(an_error_result_is_null_and_nothing_else)
{
	struct yz_arena *a = yz_arena_create(0);
	run(a, "<testCase id='1'><resultNode name='half' errorResult='true'><expected/></resultNode></testCase>"
	       "<testCase id='2'><resultNode name='none' errorResult='true'><expected/></resultNode></testCase>");
	assert_int_equal(sum.passed, 1);
	assert_int_equal(sum.failed, 1);
	yz_arena_destroy(a);
}

TEST(what_is_no_test_file_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_dmn_source model = {YZ_LIT("m.dmn"), YZ_LIT(MODEL)};
	struct yz_err err = {0};
	fresh_sum(a);
	assert_false(yz_dmn_suite_run(&sum, YZ_LIT("m"), &model, &model, 1, &err));
	assert_int_equal(err.code, YZ_SYNTAX);
	assert_null(yz_dmn_suite_model(a, YZ_LIT(MODEL)).ptr);
	yz_arena_destroy(a);
}

/* ---- the public suite ---- */

static bool ends(const char *name, const char *end)
{
	return yz_str_ends(yz_str(name), yz_str(end));
}

static struct yz_dmn_source load(struct yz_arena *a, const char *folder, const char *name)
{
	struct yz_err err = {0};
	struct yz_dmn_source s = {.file = yz_str(yz_strdup(a, name))};
	assert_true(yz_file_read(a, yz_printf(a, "%s/%s", folder, name), 16 << 20, &s.text, &err));
	return s;
}

/* One folder: its models, the one named by each test file first. */
static void run_folder(const char *folder)
{
	struct yz_arena *a = yz_arena_create(0);
	struct dirent **names;
	int n = scandir(folder, &names, NULL, alphasort);
	for (int t = 0; t < n; t++) {
		struct yz_err err = {0};
		if (!ends(names[t]->d_name, ".xml"))
			continue;
		struct yz_dmn_source test = load(a, folder, names[t]->d_name);
		struct yz_str model = yz_dmn_suite_model(a, test.text);
		struct yz_dmn_source sources[16];
		size_t k = 0;
		sources[k++] = load(a, folder, yz_str_z(a, model));
		for (int i = 0; i < n; i++)
			if (ends(names[i]->d_name, ".dmn") && !yz_str_eqz(model, names[i]->d_name))
				sources[k++] = load(a, folder, names[i]->d_name);
		assert_true(yz_dmn_suite_run(&sum, yz_str(strrchr(folder, '/') + 1), &test, sources, k, &err));
	}
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	yz_arena_destroy(a);
}

TEST(the_public_suite_passes)
{
	struct yz_arena *a = yz_arena_create(0);
	const char *archive = yz_test_shared("suites/dmn-tck-open.tar.gz");
	if (!archive)
		SKIP("suites/dmn-tck-open.tar.gz is not there");
	char root[] = "/tmp/yz-dmn-XXXXXX";
	assert_non_null(mkdtemp(root));
	assert_int_equal(system(yz_printf(a, "tar xzf '%s' -C '%s'", archive, root)), 0);
	fresh_sum(a);
	static const char *const levels[] = {"compliance-level-2", "compliance-level-3"};
	size_t folders = 0;
	for (size_t l = 0; l < 2; l++) {
		struct dirent **names;
		const char *level = yz_printf(a, "%s/dmn-tck-open/%s", root, levels[l]);
		int n = scandir(level, &names, NULL, alphasort);
		for (int i = 0; i < n; i++) {
			if (names[i]->d_name[0] != '.') {
				run_folder(yz_printf(a, "%s/%s", level, names[i]->d_name));
				folders++;
			}
			free(names[i]);
		}
		free(names);
	}
	assert_int_equal(system(yz_printf(a, "rm -rf '%s'", root)), 0);
	assert_int_equal(folders, 98);
	assert_int_equal(sum.passed + sum.failed, 2526);
	if (sum.failed)
		fail_msg("%.*s", YZ_P(yz_buf_str(&out)));
	yz_arena_destroy(a);
}
