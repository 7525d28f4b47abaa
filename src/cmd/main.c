/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include "gov/site.h"
#include "text/text.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *words, *usage, *help;
	int (*run)(struct yz_args *args);
} commands[] = {
#define COMMAND(id, words, function, usage, help) {words, usage, help, function},
#include "cmd/commands.def"
#undef COMMAND
};

static const char *current_words, *current_usage;

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

static int help(FILE *to)
{
	enum yz_lang lang = terminal_lang();
	fprintf(to, "%s\n\n", T(lang, "一站：县市政务服务，一个程序"));
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		fprintf(to, "  yizhan %s %s\n      %s\n", commands[i].words, commands[i].usage, yz_tr(lang, commands[i].help));
	fprintf(to, "\n  yizhan --version, --help\n");
	return to == stdout ? 0 : 2;
}

int yz_cmd_usage(const char *why)
{
	if (why)
		fprintf(stderr, "yizhan: %s\n", yz_tr(terminal_lang(), why));
	fprintf(stderr, "%s: yizhan %s %s\n", T(terminal_lang(), "用法"), current_words, current_usage);
	return 2;
}

int yz_cmd_fail(const struct yz_err *err)
{
	char buf[1024];
	fprintf(stderr, "yizhan: %s\n", yz_err_print(err, buf, sizeof buf));
	return 1;
}

const char *yz_option(const struct yz_args *args, const char *name)
{
	for (int i = 0; i < args->noptions; i++)
		if (strcmp(args->options[i].name, name) == 0)
			return args->options[i].value;
	return NULL;
}

long long yz_option_int(const struct yz_args *args, const char *name, long long fallback, long long least, long long most)
{
	const char *v = yz_option(args, name);
	int64_t n;
	if (!v)
		return fallback;
	if (!yz_str_int(yz_str(v), &n) || n < least || n > most) {
		fprintf(stderr, "yizhan: --%s: %lld … %lld\n", name, least, most);
		exit(2);
	}
	return n;
}

struct yz_site *yz_cmd_site(struct yz_args *args, const char *dir, struct yz_err *err)
{
	struct yz_site *site;
	const struct yz_site_options options = {.dir = dir, .db = yz_option(args, "db")};
	return yz_site_open(&site, &options, err) ? site : NULL;
}

/* An option takes a value when the command's usage says so: "[--name VALUE]". */
static bool takes_value(const char *usage, const char *name)
{
	size_t n = strlen(name);
	for (const char *at = strstr(usage, "--"); at; at = strstr(at + 2, "--"))
		if (strncmp(at + 2, name, n) == 0 && at[2 + n] == ' ' && at[3 + n] != '|')
			return true;
	return false;
}

static bool knows(const char *usage, const char *name)
{
	size_t n = strlen(name);
	for (const char *at = strstr(usage, "--"); at; at = strstr(at + 2, "--"))
		if (strncmp(at + 2, name, n) == 0 && strchr(" ]|", at[2 + n]))
			return true;
	return false;
}

static int run(size_t which, int argc, char **argv)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_option *options = yz_new_n(a, (size_t)argc + 1, struct yz_option);
	char **words = yz_new_n(a, (size_t)argc + 1, char *);
	struct yz_args args = {.arena = a, .argv = words, .options = options};
	const char *usage = commands[which].usage;
	bool plain = false;
	for (int i = 0; i < argc; i++) {
		if (!plain && strcmp(argv[i], "--") == 0) {
			plain = true;
		} else if (!plain && strncmp(argv[i], "--", 2) == 0) {
			char *name = yz_strdup(a, argv[i] + 2), *equals = strchr(name, '=');
			const char *value = equals ? equals + 1 : "";
			if (equals)
				*equals = '\0';
			if (strcmp(name, "help") == 0)
				return yz_cmd_usage(NULL);
			if (!knows(usage, name))
				return yz_cmd_usage(yz_printf(a, "--%s ?", name));
			if (!equals && takes_value(usage, name)) {
				if (i + 1 == argc)
					return yz_cmd_usage(yz_printf(a, "--%s …?", name));
				value = argv[++i];
			}
			options[args.noptions++] = (struct yz_option){name, value};
		} else {
			words[args.argc++] = argv[i];
		}
	}
	args.json = yz_option(&args, "json") != NULL;
	int status = commands[which].run(&args);
	yz_arena_destroy(a);
	return status;
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		return puts("yizhan " YZ_VERSION) < 0;
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return help(argc < 2 ? stderr : stdout);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		char first[40] = "", second[40] = "";
		sscanf(commands[i].words, "%39s %39s", first, second);
		int n = second[0] ? 2 : 1;
		if (argc > n && strcmp(argv[1], first) == 0 && (!second[0] || strcmp(argv[2], second) == 0)) {
			current_words = commands[i].words;
			current_usage = commands[i].usage;
			return run(i, argc - 1 - n, argv + 1 + n);
		}
	}
	fprintf(stderr, "yizhan: %s ?\n", argv[1]);
	return help(stderr);
}
