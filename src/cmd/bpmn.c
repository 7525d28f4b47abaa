/* cmd/bpmn.c - process models from the command line: check, save, run, test.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"

#include "bpmn/bpmn.h"
#include "fmt/file.h"
#include "pack/pack.h"
#include "text/text.h"

#include <stdio.h>

enum { MODEL_MOST = 8 << 20, TRACE_MOST = 64 << 20 };

/* Severity and code stay as they are for programs; in Chinese the meaning of the code stands before the engine's own sentence. */
static void print_finding(struct yz_args *args, const char *file, const struct yz_bpmn_diag *d)
{
	static const char *const severities[] = {"reject", "doubt", "note"};
	bool zh = args->lang != YZ_LANG_EN;
	fprintf(args->out, "%s:%u\t%s\t%s\t%.*s\t%s%s%.*s%s\n", file, d->line, severities[d->severity], d->code, YZ_P(d->element),
		zh ? yz_pack_process_zh(d->code) : "", zh ? "（" : "", YZ_P(d->message), zh ? "）" : "");
}

/* A file that cannot be read names itself. */
static const struct yz_bpmn *load(struct yz_args *args, const char *path, struct yz_err *err)
{
	struct yz_str xml;
	if (!yz_file_read(args->arena, path, MODEL_MOST, &xml, err))
		return NULL;
	const struct yz_bpmn *m = yz_bpmn_load(args->arena, xml, NULL, err);
	if (!m)
		yz_fail_in(err, "%s", path);
	return m;
}

int yz_cmd_bpmn_check(struct yz_args *args)
{
	if (!args->argc)
		return yz_cmd_usage(args, N_("请给出 BPMN 文件"));
	int status = 0;
	for (int i = 0; i < args->argc; i++) {
		struct yz_err err = {0};
		const struct yz_bpmn *m = load(args, args->argv[i], &err);
		if (!m) {
			status = yz_cmd_fail(args, &err);
			continue;
		}
		for (const struct yz_bpmn_diag *d = yz_bpmn_diags(m); d; d = d->next)
			print_finding(args, args->argv[i], d);
		if (yz_bpmn_count(m, YZ_BPMN_REJECT))
			status = 1;
	}
	return status;
}

/* As it was read: for whoever has it changed by a program and wants to see that nothing is lost. */
int yz_cmd_bpmn_save(struct yz_args *args)
{
	struct yz_err err = {0};
	struct yz_buf out;
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出 BPMN 文件"));
	const struct yz_bpmn *m = load(args, args->argv[0], &err);
	if (!m)
		return yz_cmd_fail(args, &err);
	yz_buf_init(&out, args->arena, TRACE_MOST);
	yz_bpmn_save(m, &out);
	fprintf(args->out, "%.*s", YZ_P(yz_buf_str(&out)));
	return 0;
}

int yz_cmd_bpmn_run(struct yz_args *args)
{
	const char *file = yz_option(args, "events");
	struct yz_err err = {0};
	struct yz_str events;
	struct yz_buf out;
	if (args->argc != 1 || !file)
		return yz_cmd_usage(args, N_("请给出 BPMN 文件和 --events FILE"));
	const struct yz_bpmn *m = load(args, args->argv[0], &err);
	if (!m || !yz_file_read(args->arena, file, MODEL_MOST, &events, &err))
		return yz_cmd_fail(args, &err);
	yz_buf_init(&out, args->arena, TRACE_MOST);
	bool played = yz_bpmn_play(m, events, yz_calendar_new(args->arena, YZ_SHANGHAI), &out, &err);
	fprintf(args->out, "%.*s", YZ_P(yz_buf_str(&out)));
	if (played)
		return 0;
	yz_fail_in(&err, "%s", file);
	return yz_cmd_fail(args, &err);
}

/* The folder of a suite, or the file in it that says what is expected. */
static const char *suite_folder(struct yz_args *args, const char *path)
{
	struct yz_str s = yz_str(path), name = YZ_LIT("expected.json");
	if (!yz_str_ends(s, name) || (s.len > name.len && s.ptr[s.len - name.len - 1] != '/'))
		return path;
	return s.len == name.len ? "." : yz_printf(args->arena, "%.*s", (int)(s.len - name.len), s.ptr);
}

int yz_cmd_bpmn_test(struct yz_args *args)
{
	if (!args->argc)
		return yz_cmd_usage(args, N_("请给出套件的文件夹"));
	struct yz_bpmn_suite sum = {0};
	int status = 0;
	for (int i = 0; i < args->argc; i++) {
		struct yz_err err = {0};
		struct yz_buf out;
		yz_buf_init(&out, args->arena, TRACE_MOST);
		if (!yz_bpmn_suite(suite_folder(args, args->argv[i]), &out, &sum, &err))
			status = yz_cmd_fail(args, &err);
		fprintf(args->out, "%.*s", YZ_P(yz_buf_str(&out)));
	}
	fprintf(args->out, "%zu passed, %zu failed\n", sum.passed, sum.failed);
	return sum.failed ? 1 : status;
}
