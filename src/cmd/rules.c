/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include "bpmn/bpmn.h"
#include "feel/feel.h"
#include "fmt/file.h"
#include "fmt/json.h"
#include "text/text.h"

#include <stdio.h>
#include <unistd.h>

enum { MODEL_MOST = 8 << 20 };

/* --context is a file when there is one of that name, else JSON itself. */
static const struct yz_json *read_context(struct yz_args *args, struct yz_err *err)
{
	const char *given = yz_option(args, "context");
	if (!given)
		return yz_json_read(args->arena, YZ_LIT("{}"), NULL, err);
	if (access(given, R_OK) == 0)
		return yz_json_load(args->arena, given, NULL, err);
	return yz_json_read(args->arena, yz_str(given), NULL, err);
}

static void print_diags(const struct yz_args *args, const struct yz_feel_diag *d)
{
	for (; d; d = d->next)
		fprintf(args->err, "%u:%u: %s: %.*s\n", d->place.line, d->place.column, d->severity == YZ_FEEL_ERROR ? "error" : "warning",
			YZ_P(d->message));
}

int yz_cmd_feel(struct yz_args *args)
{
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出一个 FEEL 表达式"));
	struct yz_err err = {0};
	struct yz_arena *a = args->arena;
	const struct yz_json *context = read_context(args, &err);
	if (!context)
		return yz_cmd_fail(args, &err);
	if (!yz_json_is(context, YZ_JSON_OBJECT))
		return yz_cmd_usage(args, N_("--context 要给一个 JSON 对象"));
	struct yz_feel_value facts = yz_bpmn_value_read(a, context);
	size_t n = yz_feel_len(facts);
	struct yz_feel_name *names = yz_new_n(a, n, struct yz_feel_name);
	struct yz_feel_value *values = yz_new_n(a, n, struct yz_feel_value);
	for (size_t i = 0; i < n; i++) {
		names[i].name = yz_feel_entries(facts)[i].key;
		values[i] = yz_feel_entries(facts)[i].value;
	}
	const struct yz_feel_scope scope = {.names = names, .len = n};
	const struct yz_feel_diag *diags = NULL;
	const struct yz_feel *f = yz_feel_compile(a, yz_str(args->argv[0]), YZ_FEEL_EXPRESSION, &scope, &diags, &err);
	print_diags(args, diags);
	if (!f)
		return diags ? 1 : yz_cmd_fail(args, &err);
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	struct yz_feel_value v = yz_feel_eval(f, &run, values);
	struct yz_buf out;
	yz_buf_init(&out, a, 64 << 20);
	yz_feel_write(&out, v);
	fprintf(args->out, "%.*s\n", YZ_P(yz_buf_str(&out)));
	return 0;
}

int yz_cmd_bpmn_check(struct yz_args *args)
{
	static const char *const severities[] = {"reject", "doubt", "note"};
	if (!args->argc)
		return yz_cmd_usage(args, N_("请给出 BPMN 文件"));
	int status = 0;
	for (int i = 0; i < args->argc; i++) {
		struct yz_err err = {0};
		struct yz_str xml;
		const struct yz_bpmn *m = NULL;
		if (yz_file_read(args->arena, args->argv[i], MODEL_MOST, &xml, &err))
			m = yz_bpmn_load(args->arena, xml, NULL, &err);
		if (!m) {
			yz_fail_in(&err, "%s", args->argv[i]);
			status = yz_cmd_fail(args, &err);
			continue;
		}
		for (const struct yz_bpmn_diag *d = yz_bpmn_diags(m); d; d = d->next)
			fprintf(args->out, "%s:%u\t%s\t%s\t%.*s\t%.*s\n", args->argv[i], d->line, severities[d->severity], d->code, YZ_P(d->element),
			       YZ_P(d->message));
		if (yz_bpmn_count(m, YZ_BPMN_REJECT))
			status = 1;
	}
	return status;
}

int yz_cmd_bpmn_test(struct yz_args *args)
{
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出套件的文件夹"));
	struct yz_err err = {0};
	struct yz_buf out;
	struct yz_bpmn_suite sum;
	yz_buf_init(&out, args->arena, 64 << 20);
	if (!yz_bpmn_suite(args->argv[0], &out, &sum, &err))
		return yz_cmd_fail(args, &err);
	fprintf(args->out, "%.*s", YZ_P(yz_buf_str(&out)));
	return sum.failed ? 1 : 0;
}
