/* yizhan simulate, as it is called: beside a past that load made up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gov/case_fixture.h"

#include "cmd/cmd.h"
#include "fmt/file.h"
#include "gov/simulate.h"

#include <sys/stat.h>
#include <unistd.h>

#define ROAD "11990121009901980H4990117021000"

static char *out, *err;

static int yizhan(const char *const *words_given)
{
	static char *bufs[2];
	size_t sizes[2];
	int argc = 0, words;
	while (words_given[argc])
		argc++;
	free(bufs[0]);
	free(bufs[1]);
	char **argv = (char **)words_given;
	struct yz_args args = {.arena = yz_arena_create(0), .lang = YZ_LANG_EN, .out = open_memstream(&bufs[0], &sizes[0]),
			       .err = open_memstream(&bufs[1], &sizes[1]), .command = yz_command_find(argc, argv, &words)};
	int status = yz_args_parse(&args, argc - words, argv + words) ? yz_cmd_at_site(&args, argc, argv) : 2;
	fclose(args.out);
	fclose(args.err);
	out = bufs[0];
	err = bufs[1];
	yz_arena_destroy(args.arena);
	return status;
}
#define YIZHAN(...) yizhan((const char *const[]){__VA_ARGS__, NULL})
#define SIMULATE(...) YIZHAN("simulate", site(), ROAD, "--year", "2026", __VA_ARGS__)

/* One site with a past, for all that follows. */
static const char *site(void)
{
	static const char *dir;
	if (dir)
		return dir;
	struct fixture f = {.dir = yz_test_folder(), .a = yz_arena_create(0)};
	assert_true(yz_instant_parse(yz_str(SITE_BEGINS), &f.now));
	site_open(&f, true, NULL);
	site_install(&f, site_demo_pack());
	yz_site_close(f.site);
	dir = f.dir;
	assert_int_equal(YIZHAN("load", dir, "--cases", "400", "--until", "2026-11-01"), 0);
	return dir;
}

static const char *file(const char *name, const char *text)
{
	static char paths[8][512];
	static unsigned at;
	char *path = paths[at++ % 8];
	snprintf(path, sizeof paths[0], "%s/%s", yz_test_folder(), name);
	FILE *f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
	return path;
}

static struct yz_str read_all(const char *path)
{
	static struct yz_arena *a;
	struct yz_err e = {0};
	struct yz_str s;
	a = a ? a : yz_arena_create(0);
	assert_true(yz_file_read(a, path, 64 << 20, &s, &e));
	return s;
}

static double number_of(const char *csv, const char *line)
{
	const char *at = strstr(csv, line);
	assert_non_null(at);
	return atof(at + strlen(line));
}

TEST(a_year_of_an_item_is_played_again_and_nothing_is_written)
{
	assert_int_equal(YIZHAN("ledger", "verify", site(), "--json"), 0);
	char *before = strdup(out);
	assert_int_equal(SIMULATE("--runs", "3"), 0);
	assert_non_null(strstr(out, "城市道路挖掘许可  2026-01-01 – 2026-12-31"));
	assert_non_null(strstr(out, "What really happened: "));
	assert_non_null(strstr(out, "Done in time (%)"));
	assert_non_null(strstr(out, "决定"));
	assert_int_equal(YIZHAN("ledger", "verify", site(), "--json"), 0);
	assert_string_equal(before, out);
	free(before);
}

TEST(one_seed_gives_the_same_file_byte_for_byte)
{
	const char *one = yz_printf(yz_arena_create(0), "%s/1.csv", yz_test_folder()), *two = yz_printf(yz_arena_create(0), "%s/2.csv", yz_test_folder());
	assert_int_equal(SIMULATE("--runs", "2", "--seed", "9", "--cases", "300", "--csv", one), 0);
	assert_int_equal(SIMULATE("--runs", "2", "--seed", "9", "--cases", "300", "--csv", two, "--json"), 0);
	assert_non_null(strstr(out, "\"study\":{\"runs\":2"));
	assert_true(yz_str_eq(read_all(one), read_all(two)));
	assert_true(number_of(read_all(one).ptr, "all,,,arrived,,") == 300);
	/* A file that is there is not written over. */
	assert_int_equal(SIMULATE("--runs", "1", "--csv", one), 1);
	assert_non_null(strstr(err, "is there already"));
}

TEST(more_people_after_the_change_wait_less)
{
	const char *settings = file("s.json", "{\"steps\":{\"decide\":{\"service\":{\"hours\":3,\"exponential\":true}}},\"posts\":{\"zhujian/decider\":{\"count\":1}},"
					      "\"after\":{\"posts\":{\"zhujian/decider\":{\"count\":3}},\"limit\":\"P2WD\"}}");
	const char *csv = yz_printf(yz_arena_create(0), "%s/c.csv", yz_test_folder());
	assert_int_equal(SIMULATE("--cases", "600", "--runs", "12", "--settings", settings, "--csv", csv), 0);
	struct yz_str text = read_all(csv);
	double x[6];
	const char *at = strstr(text.ptr, "step,decide,决定,wait,h,");
	assert_non_null(at);
	assert_int_equal(sscanf(at + strlen("step,decide,决定,wait,h,"), "%lf,%lf,%lf,%lf,%lf,%lf", &x[0], &x[1], &x[2], &x[3], &x[4], &x[5]), 6);
	assert_true(x[0] > x[2] && x[4] < 0 && x[4] + x[5] < 0);
	/* The shorter promise is kept less often. */
	at = strstr(text.ptr, "all,,,on_time,%,");
	assert_int_equal(sscanf(at + strlen("all,,,on_time,%,"), "%lf,%lf,%lf,%lf,%lf,%lf", &x[0], &x[1], &x[2], &x[3], &x[4], &x[5]), 6);
	assert_true(x[0] >= 0 && x[2] >= 0 && x[2] <= 100);
}

TEST(another_process_is_tried_beside_todays)
{
	struct yz_str xml = read_all(yz_test_source("docs/examples/approve.bpmn"));
	const char *process = file("p.bpmn", xml.ptr);
	const char *csv = yz_printf(yz_arena_create(0), "%s/c.csv", yz_test_folder());
	assert_int_equal(SIMULATE("--process", process, "--runs", "2", "--csv", csv), 0);
	struct yz_str text = read_all(csv);
	/* What only one of them has stands on its side alone. */
	assert_non_null(strstr(text.ptr, "step,deliver,送达,tasks,"));
	const char *at = strstr(text.ptr, "step,review,审查,tasks,,");
	assert_non_null(at);
	assert_true(strncmp(at + strlen("step,review,审查,tasks,,"), ",,", 2) == 0);
	assert_int_equal(SIMULATE("--process", file("bad.bpmn", "<a/>")), 1);
}

TEST(a_rule_is_tried_with_the_facts_of_each_case)
{
	const char *csv = yz_printf(yz_arena_create(0), "%s/c.csv", yz_test_folder());
	char *text = strdup(read_all(yz_test_source("packs/demo/decisions/road-dig.dmn")).ptr);
	assert_int_equal(SIMULATE("--rule", file("same.dmn", text), "--runs", "2", "--csv", csv), 0);
	double x[6];
	const char *at = strstr(read_all(csv).ptr, "all,,,denied,,");
	assert_int_equal(sscanf(at + strlen("all,,,denied,,"), "%lf,%lf,%lf,%lf,%lf,%lf", &x[0], &x[1], &x[2], &x[3], &x[4], &x[5]), 6);
	/* The same rule changes nothing, in any run. */
	assert_true(x[4] == 0 && x[5] == 0);
	free(text);
	assert_int_equal(SIMULATE("--rule", file("bad.dmn", "<no/>")), 1);
}

TEST(what_is_wrong_in_the_settings_is_named)
{
	static const char *const bad[][2] = {
		{"[]", "an object is wanted"},
		{"{\n\"poets\":{}}", "line 2: \"poets\" is not known here"},
		{"{\"posts\":{\"zhujian\":{}}}", "department/role"},
		{"{\"posts\":{\"zhujian/nobody\":{}}}", "zhujian/nobody"},
		{"{\"posts\":{\"zhujian/window\":{\"count\":1001}}}", "0 to 1000"},
		{"{\"posts\":{\"zhujian/window\":{\"order\":\"lifo\"}}}", "due, fifo or shortest"},
		{"{\"people\":[{\"login\":\"nemo\"}]}", "nemo"},
		{"{\"people\":[{\"login\":\"decider\",\"leave\":[[\"2026-02-30\",\"2026-03-01\"]]}]}", "both days"},
		{"{\"people\":[{\"login\":\"decider\",\"hours\":[\"9-12\"]}]}", "eight texts"},
		{"{\"people\":[{\"login\":\"decider\",\"pace\":0}]}", "pace"},
		{"{\"steps\":{\"nowhere\":{}}}", "nowhere"},
		{"{\"steps\":{\"decide\":{\"service\":{\"years\":1}}}}", "step decide"},
		{"{\"steps\":{\"decide\":{\"outcomes\":{\"grant\":0}}}}", "some outcome"},
		{"{\"steps\":{\"decide\":{\"outcomes\":{\"stop\":1}}}}", "pause of stop"},
		{"{\"arrivals\":{\"scale\":101}}", "at most 100"},
		{"{\"arrivals\":{\"weekday\":[1]}}", "seven weights"},
		{"{\"limit\":\"8 days\"}", "P8WD"},
		{"{\"overrule\":2}", "from 0 to 1"},
		{"{\"after\":{\"after\":{}}}", "\"after\" is not known here"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(SIMULATE("--runs", "1", "--settings", file("s.json", bad[i][0])), 1);
		if (!strstr(err, bad[i][1]))
			fail_msg("%s: %s", bad[i][0], err);
	}
}

TEST(what_is_asked_for_wrongly_is_told)
{
	assert_int_equal(YIZHAN("simulate", site()), 2);
	assert_int_equal(SIMULATE("--runs", "201"), 2);
	assert_int_equal(SIMULATE("--cases", "many"), 2);
	assert_int_equal(YIZHAN("simulate", site(), "no-such-item"), 1);
	assert_int_equal(YIZHAN("simulate", site(), ROAD, "--year", "2001"), 1);
	assert_non_null(strstr(err, "--cases"));
	assert_int_equal(SIMULATE("--cases", "history", "--runs", "1"), 0);
}
