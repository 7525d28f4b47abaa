/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include "bpmn/bpmn.h"
#include "fmt/file.h"
#include "text/text.h"

#include <stdio.h>

enum { MODEL_MOST = 8 << 20 };

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
