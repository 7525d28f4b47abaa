/* cmd/cmd.h - the command line: one function a subcommand, listed in commands.def.
 *
 * Exit status: 0 done (warnings included), 1 failed, 2 wrong usage.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CMD_CMD_H
#define YZ_CMD_CMD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct yz_site;

struct yz_args {
	struct yz_arena *arena;
	int argc;     /* arguments that are no options, from argv[0] */
	char **argv;
	const struct yz_option *options; /* as given: name and value, "" for a flag; ends with a NULL name */
	int noptions;
	bool json;    /* --json */
};
struct yz_option {
	const char *name, *value;
};

/* The value of an option given on the line, or NULL; "" for a flag. */
const char *yz_option(const struct yz_args *args, const char *name);
/* As an integer within [least, most]; exits with usage when it is none. */
long long yz_option_int(const struct yz_args *args, const char *name, long long fallback, long long least, long long most);

/* Prints the error for the person at the terminal; returns 1. */
int yz_cmd_fail(const struct yz_err *err);
/* Prints how the command is used; returns 2. */
int yz_cmd_usage(const char *why);

/* Opens the site in DIR for a command that works itself (no server beside it). */
struct yz_site *yz_cmd_site(struct yz_args *args, const char *dir, struct yz_err *err);

#define COMMAND(name, words, function, usage, help) int function(struct yz_args *args);
#include "cmd/commands.def"
#undef COMMAND

#endif
