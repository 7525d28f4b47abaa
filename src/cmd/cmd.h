/* cmd/cmd.h - the command line: one function a subcommand, listed in commands.def.
 *
 *	words ──▶ yz_args_parse ──▶ alone                                   the function runs
 *	                       └──▶ at a site ─┬ a server answers there ──▶ cmd/control.h: it runs the function
 *	                                       └ nobody does ─────────────▶ the site's lock, the site, the function
 *
 * A function takes all it needs from its struct yz_args: the site is open, the files that its usage calls FILE are
 * open (with the caller's rights, not the server's), and what it prints goes to args->out and args->err, wherever the
 * person is.  It reads no environment, calls no exit, and does not know who runs it.
 *
 * Exit status: 0 done (warnings included), 1 failed, 2 wrong usage.
 * Threads:     beside a server several functions run at once, each on a thread of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CMD_CMD_H
#define YZ_CMD_CMD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "text/text.h"

#include <stdio.h>

struct yz_site;
struct yz_args;

enum { YZ_FILES = 4 }; /* of one command, at most */

/* Where a command works.  MAKING: at a site, and its FILE is made, not read. */
enum yz_place { YZ_ALONE, YZ_AT_SITE, YZ_AT_SITE_MAKING };

struct yz_command {
	const char *words, *usage, *help;
	enum yz_place place;
	int (*run)(struct yz_args *args);
};

struct yz_option {
	const char *name, *value;
};

struct yz_file {
	const char *name; /* as given */
	int fd;
	bool made;  /* by the command: its FILE where that is its work, and what its usage calls NEW */
	bool whole; /* one to be made: the command says so when it is complete, and it is put in place */
};

struct yz_args {
	struct yz_arena *arena;
	const struct yz_command *command;
	enum yz_lang lang;
	FILE *out, *err;
	bool terminal; /* err is one: progress may write over its line */
	int patience;  /* seconds for a server that is starting, or another command that is at work */
	int argc;      /* arguments that are no options, from argv[0] */
	char **argv;
	struct yz_option *options; /* as given: name and value, "" for a flag */
	int noptions;
	bool json; /* --json */
	struct yz_file files[YZ_FILES];
	int nfiles;
	struct yz_site *site;     /* of a command at a site */
	bool (*gone)(void *ctx);  /* whether whoever asked is gone, or the server wants to stop; NULL: never */
	void *gone_ctx;
};

/* In the order of commands.def. */
const struct yz_command *yz_commands(size_t *n);
/* How each is used and what it does: all, or those that begin with `word` and go on with another; false: there are none. */
bool yz_commands_print(enum yz_lang lang, const char *word, FILE *to);
/* The command that argv (from its first word) begins with, and of how many words; or NULL. */
const struct yz_command *yz_command_find(int argc, char **argv, int *words);
/* What follows the command's words; args has arena, command, lang, out and err.  false: it was wrong, and said so. */
bool yz_args_parse(struct yz_args *args, int argc, char **argv);

/* The value of an option given on the line, or NULL; "" for a flag. */
const char *yz_option(const struct yz_args *args, const char *name);
/* As an integer within [least, most]; false: it is none, and the person was told. */
bool yz_option_int(const struct yz_args *args, const char *name, long long fallback, long long least, long long most, long long *out);

/* The whole of a FILE the command was given, at most `most` bytes. */
bool yz_args_read(struct yz_args *args, const char *name, size_t most, struct yz_str *text, struct yz_err *err);
/* Whether a long piece of work should end where it is. */
bool yz_args_gone(const struct yz_args *args);

/* Writes a file it is to make, and says that it is whole. */
bool yz_args_write(struct yz_args *args, const char *name, struct yz_str text, struct yz_err *err);
/* Prints the error for the person; returns 1. */
int yz_cmd_fail(const struct yz_args *args, const struct yz_err *err);
/* Prints how the command is used; returns 2. */
int yz_cmd_usage(const struct yz_args *args, const char *why);
struct yz_jw;
/* What will be a line of JSON, in the command's arena; yz_cmd_json ends it. */
void yz_cmd_json_begin(struct yz_args *args, struct yz_buf *b, struct yz_jw *w);
struct yz_finding;
/* What was found in a file, or in an item: as an object, and as a line that begins with `code`. */
void yz_cmd_json_finding(struct yz_jw *w, const struct yz_finding *f);
void yz_cmd_print_finding(const struct yz_args *args, const struct yz_finding *f, const char *code);
/* A line of JSON. */
void yz_cmd_json(const struct yz_args *args, const struct yz_buf *b);

/* Runs a command at a site: beside the server there, or else under the site's lock.  argv as given, from its first word. */
int yz_cmd_at_site(struct yz_args *args, int argc, char **argv);

#define COMMAND(name, words, function, usage, place, help) int function(struct yz_args *args);
#include "cmd/commands.def"
#undef COMMAND

#endif
