/* SPDX-License-Identifier: Apache-2.0
 *
 * A command's usage text is its grammar: an option takes a value when a word in capitals follows it there
 * ("[--limit N]"), and what is called FILE is a file's name, what is called NEW that of one to be made.
 */
#include "cmd/cmd.h"

#include "fmt/file.h"
#include "fmt/json.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const struct yz_command commands[] = {
#define COMMAND(id, words, function, usage, place, help) {words, usage, help, YZ_##place, function},
#include "cmd/commands.def"
#undef COMMAND
};

const struct yz_command *yz_commands(size_t *n)
{
	*n = sizeof commands / sizeof *commands;
	return commands;
}

/* How many words of argv the command's are; 0: it is another. */
static int matches(const char *words, int argc, char **argv)
{
	struct yz_str rest = yz_str(words), word;
	int n = 0;
	while (yz_str_cut(&rest, ' ', &word))
		if (n == argc || !yz_str_eqz(word, argv[n++]))
			return 0;
	return n;
}

const struct yz_command *yz_command_find(int argc, char **argv, int *words)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if ((*words = matches(commands[i].words, argc, argv)))
			return &commands[i];
	return NULL;
}

bool yz_commands_print(enum yz_lang lang, const char *word, FILE *to)
{
	bool any = false;
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		const struct yz_command *c = &commands[i];
		size_t first = strcspn(c->words, " ");
		if (word && (!c->words[first] || strlen(word) != first || memcmp(c->words, word, first) != 0))
			continue;
		fprintf(to, "  yizhan %s %s\n      %s\n", c->words, c->usage, yz_tr(lang, c->help));
		any = true;
	}
	return any;
}

/* ---- reading the line ---- */

/* The option's place in the usage, behind its name; NULL when it has none of that name. */
static const char *in_usage(const char *usage, const char *name)
{
	size_t n = strlen(name);
	for (const char *at = strstr(usage, "--"); at; at = strstr(at + 2, "--"))
		if (n && strncmp(at + 2, name, n) == 0 && strchr(" ]|", at[2 + n]))
			return at + 2 + n;
	return NULL;
}

static bool takes_value(const char *behind)
{
	return behind[0] == ' ' && behind[1] != '|';
}

static bool is_called(const char *behind, const char *what)
{
	size_t n = strlen(what);
	return behind[0] == ' ' && strncmp(behind + 1, what, n) == 0 && strchr(" ]|", behind[1 + n]);
}

/* Beside a server these travel opened; a command that works alone opens its own. */
static bool note_file(struct yz_args *args, const char *name, bool made)
{
	if (args->command->place == YZ_ALONE)
		return true;
	if (args->nfiles == YZ_FILES)
		return yz_cmd_usage(args, name) == 0;
	args->files[args->nfiles++] = (struct yz_file){.name = name, .fd = -1, .made = made};
	return true;
}

static bool note_files(struct yz_args *args)
{
	struct yz_str rest = yz_str(args->command->usage), word;
	for (int i = 0; i < args->argc && yz_str_cut(&rest, ' ', &word); i++) {
		if (word.len && word.ptr[0] == '[')
			break;
		if (yz_str_eqz(word, "FILE") && !note_file(args, args->argv[i], args->command->place == YZ_AT_SITE_MAKING))
			return false;
	}
	for (int i = 0; i < args->noptions; i++) {
		const char *behind = in_usage(args->command->usage, args->options[i].name);
		bool made = is_called(behind, "NEW");
		if ((made || is_called(behind, "FILE")) && !note_file(args, args->options[i].value, made))
			return false;
	}
	return true;
}

bool yz_args_parse(struct yz_args *args, int argc, char **argv)
{
	struct yz_arena *a = args->arena;
	const char *usage = args->command->usage;
	bool plain = false;
	args->options = yz_new_n(a, (size_t)argc + 1, struct yz_option);
	args->argv = yz_new_n(a, (size_t)argc + 1, char *);
	for (int i = 0; i < argc; i++) {
		if (!plain && strcmp(argv[i], "--") == 0) {
			plain = true;
			continue;
		}
		if (plain || strncmp(argv[i], "--", 2) != 0) {
			args->argv[args->argc++] = argv[i];
			continue;
		}
		char *name = yz_strdup(a, argv[i] + 2), *equals = strchr(name, '=');
		const char *value = equals ? equals + 1 : "";
		if (equals)
			*equals = '\0';
		const char *behind = in_usage(usage, name);
		if (!behind)
			return yz_cmd_usage(args, strcmp(name, "help") == 0 ? NULL : yz_printf(a, "--%s ?", name)) == 0;
		if (!equals && takes_value(behind)) {
			if (i + 1 == argc)
				return yz_cmd_usage(args, yz_printf(a, "--%s …?", name)) == 0;
			value = argv[++i];
		}
		args->options[args->noptions++] = (struct yz_option){name, value};
	}
	args->json = yz_option(args, "json") != NULL;
	return note_files(args);
}

/* ---- for the commands ---- */

const char *yz_option(const struct yz_args *args, const char *name)
{
	for (int i = 0; i < args->noptions; i++)
		if (strcmp(args->options[i].name, name) == 0)
			return args->options[i].value;
	return NULL;
}

bool yz_option_int(const struct yz_args *args, const char *name, long long fallback, long long least, long long most, long long *out)
{
	const char *v = yz_option(args, name);
	int64_t n = fallback;
	if (v && (!yz_str_int(yz_str(v), &n) || n < least || n > most)) {
		fprintf(args->err, "yizhan: --%s: %lld … %lld\n", name, least, most);
		return false;
	}
	*out = n;
	return true;
}

bool yz_args_read(struct yz_args *args, const char *name, size_t most, struct yz_str *text, struct yz_err *err)
{
	for (int i = 0; i < args->nfiles; i++)
		if (args->files[i].name == name)
			return yz_file_read_open(args->arena, args->files[i].fd, name, most, text, err);
	return yz_file_read(args->arena, name, most, text, err);
}

bool yz_args_write(struct yz_args *args, const char *name, struct yz_str text, struct yz_err *err)
{
	for (int i = 0; i < args->nfiles; i++) {
		if (args->files[i].name != name)
			continue;
		for (size_t at = 0; at < text.len;) {
			ssize_t n = write(args->files[i].fd, text.ptr + at, text.len - at);
			if (n < 0 && errno != EINTR)
				return yz_fail(err, YZ_IO, "%s: %s", name, strerror(errno));
			at += n > 0 ? (size_t)n : 0;
		}
		args->files[i].whole = true;
		return true;
	}
	return yz_fail(err, YZ_NOT_FOUND, "%s is no file of this command", name);
}

bool yz_args_gone(const struct yz_args *args)
{
	return args->gone && args->gone(args->gone_ctx);
}

int yz_cmd_usage(const struct yz_args *args, const char *why)
{
	if (why)
		fprintf(args->err, "yizhan: %s\n", yz_tr(args->lang, why));
	fprintf(args->err, "%s: yizhan %s %s\n", T(args->lang, "用法"), args->command->words, args->command->usage);
	return 2;
}

int yz_cmd_fail(const struct yz_args *args, const struct yz_err *err)
{
	char buf[1024];
	fprintf(args->err, "yizhan: %s\n", yz_err_print(err, buf, sizeof buf));
	return 1;
}

void yz_cmd_json_begin(struct yz_args *args, struct yz_buf *b, struct yz_jw *w)
{
	enum { MOST = 256 << 20 };
	yz_buf_init(b, args->arena, MOST);
	yz_jw_init(w, b);
}

void yz_cmd_json(const struct yz_args *args, const struct yz_buf *b)
{
	fwrite(b->ptr, 1, b->len, args->out);
	fputc('\n', args->out);
}
