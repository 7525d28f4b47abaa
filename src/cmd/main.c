/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The catalogue's language for the terminal: Chinese unless the locale says otherwise. */
static enum yz_lang terminal_lang(void)
{
	const char *names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *v = getenv(names[i]);
		enum yz_lang lang;
		if (v && *v)
			return yz_lang_parse(yz_str(v), &lang) ? lang : YZ_LANG_ZH;
	}
	return YZ_LANG_ZH;
}

static int help(enum yz_lang lang, FILE *to)
{
	fprintf(to, "%s\n\n", T(lang, "一站：县市政务服务，一个程序"));
	yz_commands_print(lang, NULL, to);
	fprintf(to, "\n  yizhan --version, --help\n");
	return to == stdout ? 0 : 2;
}

static bool asks_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "help") == 0;
}

/* No command begins so: of a word that several begin with, these. */
static int unknown(enum yz_lang lang, int argc, char **argv)
{
	if (argc > 2 && asks_help(argv[2]) && yz_commands_print(lang, argv[1], stdout))
		return 0;
	fprintf(stderr, "yizhan: %s%s%s ?\n", argv[1], argc > 2 ? " " : "", argc > 2 ? argv[2] : "");
	return yz_commands_print(lang, argv[1], stderr) ? 2 : help(lang, stderr);
}

int main(int argc, char **argv)
{
	/* Keys and what people wrote stand in memory: they do not go to a file when something falls over. */
	setrlimit(RLIMIT_CORE, &(struct rlimit){0});
	setlocale(LC_CTYPE, "C.UTF-8");
	enum yz_lang lang = terminal_lang();
	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		return puts("yizhan " YZ_VERSION) < 0;
	if (argc < 2 || asks_help(argv[1]))
		return help(lang, argc < 2 ? stderr : stdout);
	int words;
	const struct yz_command *command = yz_command_find(argc - 1, argv + 1, &words);
	if (!command)
		return unknown(lang, argc, argv);
	struct yz_args args = {.arena = yz_arena_create(0), .command = command, .lang = lang, .out = stdout, .err = stderr,
			       .terminal = isatty(STDERR_FILENO), .patience = 10};
	int status = 2;
	if (yz_args_parse(&args, argc - 1 - words, argv + 1 + words))
		status = command->place == YZ_ALONE ? command->run(&args) : yz_cmd_at_site(&args, argc - 1, argv + 1);
	yz_arena_destroy(args.arena);
	return status;
}
