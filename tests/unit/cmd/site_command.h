/* tests/unit/cmd/site_command.h - a command at the demo county, as main runs it, and what it prints.
 *
 *	struct yz_control *c = serve(f);
 *	struct said s = RUN("case", "list", f->dir);
 *	yz_control_stop(c);
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_CMD_SITE_COMMAND_H
#define YZ_TESTS_CMD_SITE_COMMAND_H

#include "tests/unit/gov/case_fixture.h"

#include "cmd/control.h"

#include <pthread.h>

struct said {
	int status;
	const char *out, *err;
};

/* Kept to the program's end. */
static inline const char *kept(char *printed)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct yz_arena *a;
	pthread_mutex_lock(&lock);
	a = a ? a : yz_arena_create(0);
	const char *copy = yz_strdup(a, printed);
	pthread_mutex_unlock(&lock);
	free(printed);
	return copy;
}

static inline struct said yizhan(const char *const *words)
{
	char *out, *err;
	size_t nout, nerr;
	int argc = 0, n, status = 2;
	while (words[argc])
		argc++;
	char **argv = (char **)words;
	struct yz_args args = {.arena = yz_arena_create(0), .out = open_memstream(&out, &nout), .err = open_memstream(&err, &nerr),
			       .patience = 0};
	args.command = yz_command_find(argc, argv, &n);
	assert_non_null(args.command);
	if (yz_args_parse(&args, argc - n, argv + n))
		status = args.command->place == YZ_ALONE ? args.command->run(&args) : yz_cmd_at_site(&args, argc, argv);
	fclose(args.out);
	fclose(args.err);
	yz_arena_destroy(args.arena);
	return (struct said){status, kept(out), kept(err)};
}

#define RUN(...) yizhan((const char *const[]){__VA_ARGS__, NULL})
#define assert_says(s, part)                                                                                           \
	do {                                                                                                           \
		if (!strstr((s).out, part) && !strstr((s).err, part))                                                  \
			fail_msg("line %d: \"%s\" not in \"%s\" \"%s\"", __LINE__, part, (s).out, (s).err);            \
	} while (0)

static inline struct yz_control *serve(struct fixture *f)
{
	struct yz_control *c = yz_control_start(f->site, &f->err);
	GOOD(f, c);
	return c;
}

#endif
