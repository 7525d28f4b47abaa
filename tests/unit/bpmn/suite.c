/* The public suites, where they are. SPDX-License-Identifier: Apache-2.0 */
#include "life.h"

#include "fmt/file.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

static char root[] = "/tmp/yz-bpmn-XXXXXX";
static bool made;

/* The folder an archive unpacks to, in a temporary place; NULL when the archive is not there. */
static const char *unpacked(const char *archive, const char *folder)
{
	const char *path = yz_test_shared(yz_printf(arena, "suites/%s", archive));
	if (!path)
		return NULL;
	if (!made)
		assert_non_null(mkdtemp(root));
	made = true;
	assert_int_equal(system(yz_printf(arena, "tar xzf '%s' -C '%s'", path, root)), 0);
	return yz_printf(arena, "%s/%s", root, folder);
}

__attribute__((destructor)) static void clean(void)
{
	char command[64];
	snprintf(command, sizeof command, "rm -rf '%s'", root);
	if (made && system(command) != 0)
		fprintf(stderr, "%s is left behind\n", root);
}

static struct yz_str text(const char *path)
{
	struct yz_str s;
	assert_true(yz_file_read(arena, path, 16 << 20, &s, &err));
	return s;
}

/* Known to differ, each with its reason. */
static const char *const reasoned[] = {
	/* The model's last script says SCRIPT_task1, the expectation SCRIPT_task3; WCP17, the same model with the
	 * script put right, passes. */
	"failed activities/AdHocSubProcess_Sequential case 1",
	"failed activities/AdHocSubProcess_Parallel case 1",
	/* The group REF holds models with broken references; these five break other constraints of the same list as
	 * well (EXT151, EXT097, EXT097, EXT150, EXT023), which the suite wants rejected elsewhere. */
	"failed constraints/REF/REF_13.bpmn",
	"failed constraints/REF/REF_15.bpmn",
	"failed constraints/REF/REF_16.bpmn",
	"failed constraints/REF/REF_3.bpmn",
	"failed constraints/REF/REF_4.bpmn",
};
enum { REASONED = sizeof reasoned / sizeof reasoned[0] };

TEST(the_execution_suite_passes)
{
	fresh();
	const char *folder = unpacked("bpmn-exec-betsy.tar.gz", "bpmn-exec-betsy");
	if (!folder)
		SKIP("suites/bpmn-exec-betsy.tar.gz is not there");
	struct yz_buf out;
	struct yz_bpmn_suite sum = {0};
	yz_buf_init(&out, arena, 1 << 20);
	assert_true(yz_bpmn_suite(folder, &out, &sum, &err));
	assert_int_equal(sum.passed + sum.failed, 210 + 301);
	struct yz_str rest = yz_buf_str(&out), line;
	while (yz_str_cut(&rest, '\n', &line)) {
		bool known = !yz_str_starts(line, YZ_LIT("failed"));
		for (int i = 0; i < REASONED; i++)
			known |= yz_str_starts(line, yz_str(reasoned[i]));
		if (!known)
			fail_msg("%.*s", YZ_P(line));
	}
	assert_int_equal(sum.failed, REASONED);
	assert_int_equal(sum.passed, 504);
}

TEST(a_folder_without_the_suite_is_an_error)
{
	struct yz_buf out;
	struct yz_bpmn_suite sum = {0};
	fresh();
	yz_buf_init(&out, arena, 1 << 10);
	assert_false(yz_bpmn_suite("/nowhere", &out, &sum, &err));
	assert_int_not_equal(err.code, YZ_OK);
}

/* Calls on every model of a folder, sorted or not. */
static size_t each_model(const char *folder, void (*look)(const char *path))
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	size_t n = 0;
	assert_non_null(dir);
	while ((e = readdir(dir))) {
		size_t len = strlen(e->d_name);
		if (len < 5 || strcmp(e->d_name + len - 5, ".bpmn") != 0)
			continue;
		look(yz_printf(arena, "%s/%s", folder, e->d_name));
		n++;
	}
	closedir(dir);
	return n;
}

static void loads_and_saves(const char *path)
{
	struct yz_buf once, twice;
	const struct yz_bpmn *m = yz_bpmn_load(arena, text(path), NULL, &err);
	if (!m)
		fail_msg("%s: %s", path, err.msg);
	yz_buf_init(&once, arena, 16 << 20);
	yz_buf_init(&twice, arena, 16 << 20);
	yz_bpmn_save(m, &once);
	const struct yz_bpmn *again = yz_bpmn_load(arena, yz_buf_str(&once), NULL, &err);
	assert_non_null(again);
	yz_bpmn_save(again, &twice);
	assert_true(yz_str_eq(yz_buf_str(&once), yz_buf_str(&twice)));
	size_t a, b, f, g;
	const struct yz_bpmn_node *const *x = yz_bpmn_nodes(m, &a), *const *y = yz_bpmn_nodes(again, &b);
	yz_bpmn_flows(m, &f);
	yz_bpmn_flows(again, &g);
	assert_int_equal(a, b);
	assert_int_equal(f, g);
	for (size_t i = 0; i < a; i++)
		assert_true(x[i]->type == y[i]->type && yz_str_eq(x[i]->id, y[i]->id) &&
			    yz_str_eq(x[i]->name, y[i]->name));
}

TEST(the_reference_models_load_and_come_out_the_same)
{
	fresh();
	const char *folder = unpacked("miwg-reference.tar.gz", "miwg-reference");
	if (!folder)
		SKIP("suites/miwg-reference.tar.gz is not there");
	assert_int_equal(each_model(folder, loads_and_saves), 21);
}

/* Any event at any time: a step succeeds or says why, its state survives its text, and the same step again gives
 * the same state and effects. */

static uint64_t seed;

static unsigned roll(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static struct yz_bpmn_event some_event(void)
{
	static const char *const names[] = {"Signal", "message", "Signal_1", "Signal_2", "ERR_CODE", "signal", "x"};
	size_t n, nodes;
	const struct yz_bpmn_token *t = yz_bpmn_tokens(model, life, arena, &n);
	const struct yz_bpmn_node *const *all = yz_bpmn_nodes(model, &nodes);
	struct yz_bpmn_event e = {.kind = (enum yz_bpmn_event_kind)(1 + roll(YZ_BPMN_JUMP)),
				  .name = yz_str(names[roll(7)])};
	e.id = n && roll(8) ? t[roll((unsigned)n)].id : roll(40);
	e.node = all[roll((unsigned)nodes)];
	e.value = json(roll(2) ? "{\"test\":\"ab\",\"integerVariable\":1}" : "{\"test\":\"c\"}");
	return e;
}

static void lives_through_anything(const char *path)
{
	fresh();
	model = yz_bpmn_load(arena, text(path), NULL, &err);
	if (!model || yz_bpmn_count(model, YZ_BPMN_REJECT))
		return;
	env.steps = 300;
	env.calendar = yz_calendar_new(arena, YZ_SHANGHAI);
	life = NULL;
	if (!step((struct yz_bpmn_event){.kind = YZ_BPMN_START,
					 .value = json("{\"test\":\"ab\",\"integerVariable\":0}")}))
		return;
	for (int i = 0; i < 60 && !yz_bpmn_ended(life); i++) {
		struct yz_bpmn_event e = some_event();
		struct yz_bpmn_result first, second;
		const struct yz_bpmn_state *was = life;
		env.now += (yz_instant)roll(100) * YZ_SECOND;
		if (!step(e)) {
			assert_int_not_equal(err.code, YZ_OK);
			assert_true(err.msg[0]);
			continue;
		}
		first = result;
		assert_true(yz_bpmn_step(model, arena, was, &e, &env, &second, &err));
		assert_int_equal(first.len, second.len);
		for (size_t k = 0; k < first.len; k++)
			assert_true(first.effects[k].kind == second.effects[k].kind &&
				    first.effects[k].id == second.effects[k].id);
		const struct yz_bpmn_state *a = revived(second.state);
		struct yz_buf x, y;
		yz_buf_init(&x, arena, 1 << 20);
		yz_buf_init(&y, arena, 1 << 20);
		yz_bpmn_state_write(model, a, &x);
		yz_bpmn_state_write(model, life, &y);
		assert_string_equal(x.ptr, y.ptr);
	}
	yz_arena_reset(arena);
}

TEST(every_model_of_the_suite_lives_through_any_events)
{
	static const char *const groups[] = {"activities", "basics", "cfpatterns", "data",
					     "errors",     "events", "gateways"};
	fresh();
	const char *folder = unpacked("bpmn-exec-betsy.tar.gz", "bpmn-exec-betsy");
	if (!folder)
		SKIP("suites/bpmn-exec-betsy.tar.gz is not there");
	char base[256];
	snprintf(base, sizeof base, "%s", folder);
	for (uint64_t round = 1; round <= 5; round++)
		for (size_t g = 0; g < 7; g++) {
			seed = round * 100 + g;
			char group[300];
			snprintf(group, sizeof group, "%s/models/%s", base, groups[g]);
			assert_true(each_model(group, lives_through_anything) > 0);
		}
}
