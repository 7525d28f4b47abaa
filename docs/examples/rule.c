/* rule.c - an expression and a decision in a program of one's own.
 *
 *	cc rule.c $(pkg-config --cflags --libs yizhan-rule) -o rule
 *	./rule elderly.dmn
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/dmn.h"

#include <stdio.h>
#include <stdlib.h>

/* What an expression speaks of, compiled once, asked as often as one likes. */
static void expression(struct yz_arena *forever, struct yz_arena *a)
{
	static const struct yz_feel_name names[] = {{.name = YZ_LIT("用水量")}, {.name = YZ_LIT("单价")}};
	const struct yz_feel_scope scope = {.names = names, .len = 2};
	struct yz_err err = {0};
	struct yz_feel_run run;
	const struct yz_feel *f = yz_feel_compile(forever, YZ_LIT("round half up(用水量 * 单价, 2)"),
						  YZ_FEEL_EXPRESSION, &scope, NULL, &err);
	if (!f) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
	for (int tons = 7; tons <= 9; tons++) {
		struct yz_feel_value inputs[] = {yz_feel_int(tons), {0}};
		yz_feel_read(a, YZ_FEEL_NUMBER, YZ_LIT("3.085"), &inputs[1]);
		yz_feel_run_init(&run, a);
		struct yz_str s = yz_feel_text(a, yz_feel_eval(f, &run, inputs));
		printf("%d: %.*s\n", tons, YZ_P(s));
		yz_arena_reset(a);
	}
}

static struct yz_str file(struct yz_arena *a, const char *path)
{
	struct yz_buf b;
	FILE *in = fopen(path, "rb");
	if (!in) {
		perror(path);
		exit(1);
	}
	yz_buf_init(&b, a, 16 << 20);
	char chunk[4096];
	for (size_t n; (n = fread(chunk, 1, sizeof chunk, in));)
		yz_buf_add(&b, chunk, n);
	fclose(in);
	return yz_buf_str(&b);
}

/* A model loaded once, then asked for a decision, and why. */
static void decision(struct yz_arena *forever, struct yz_arena *a, const char *path)
{
	struct yz_dmn_source source = {.file = yz_str(path), .text = file(forever, path)};
	struct yz_err err = {0};
	struct yz_feel_value facts;
	struct yz_feel_run run;
	struct yz_dmn_eval e;
	struct yz_buf why;
	const struct yz_dmn *model = yz_dmn_load(forever, &source, 1, NULL, NULL, &err);
	const struct yz_str json = YZ_LIT("{\"申请人年龄\": 83, \"申请人户籍\": \"本县\", \"已领离休待遇\": false}");
	if (!model || !yz_dmn_read_json(a, json, NULL, &facts, &err)) {
		fprintf(stderr, "%s: %s\n", err.where, err.msg);
		exit(1);
	}
	yz_feel_run_init(&run, a);
	yz_dmn_begin(&e, model, &run);
	e.explain = true;
	yz_dmn_set_all(&e, facts, NULL);
	struct yz_str s = yz_feel_text(a, yz_dmn_decide(&e, yz_dmn_find(model, YZ_LIT("资格"))));
	printf("资格: %.*s\n", YZ_P(s));
	yz_buf_init(&why, a, 1 << 20);
	yz_dmn_trace_text(e.trace, YZ_FEEL_ZH, &why);
	fputs(why.ptr, stdout);
}

int main(int argc, char **argv)
{
	struct yz_arena *forever = yz_arena_create(0), *a = yz_arena_create(64 << 20);
	expression(forever, a);
	if (argc > 1)
		decision(forever, a, argv[1]);
	yz_arena_destroy(a);
	yz_arena_destroy(forever);
	return 0;
}
