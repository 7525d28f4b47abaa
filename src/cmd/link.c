/* cmd/link.c - links between the levels: yizhan link ….
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"

#include "crypt/crypt.h"
#include "fmt/json.h"
#include "gov/outside_report.h"
#include "gov/site.h"
#include "gov/upward.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { SECRET_FILE = 4096 };

int yz_cmd_link_secret(struct yz_args *args)
{
	struct yz_err err = {0};
	char secret[48];
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出要写的新文件"));
	int fd = open(args->argv[0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		yz_fail(&err, errno == EEXIST ? YZ_EXISTS : YZ_IO, "cannot make %s: %s", args->argv[0], strerror(errno));
		return yz_cmd_fail(args, &err);
	}
	struct yz_str line = yz_str_printf(args->arena, "%s\n", yz_token_long(secret));
	bool ok = write(fd, line.ptr, line.len) == (ssize_t)line.len && fsync(fd) == 0;
	close(fd);
	if (ok)
		return 0;
	yz_fail(&err, YZ_IO, "cannot write %s: %s", args->argv[0], strerror(errno));
	unlink(args->argv[0]);
	return yz_cmd_fail(args, &err);
}

static bool read_secret(struct yz_args *args, struct yz_str *secret, struct yz_err *err)
{
	const char *file = yz_option(args, "secret");
	if (!yz_args_read(args, file, SECRET_FILE, secret, err))
		return false;
	*secret = yz_str_trim(*secret);
	return true;
}

int yz_cmd_link_up(struct yz_args *args)
{
	struct yz_err err = {0};
	struct yz_str secret;
	const char *url = yz_option(args, "url");
	if (args->argc != 2 || !url || !yz_option(args, "secret"))
		return yz_cmd_usage(args, N_("请给出站点文件夹、连接的名字、--url 和 --secret"));
	if (!read_secret(args, &secret, &err) ||
	    !yz_link_up(args->site, yz_str(args->argv[1]), yz_str(url), secret, yz_option(args, "personal") != NULL, &err))
		return yz_cmd_fail(args, &err);
	return 0;
}

int yz_cmd_link_down(struct yz_args *args)
{
	struct yz_err err = {0};
	struct yz_str secret;
	const char *from = yz_option(args, "from");
	if (args->argc != 2 || !yz_option(args, "secret"))
		return yz_cmd_usage(args, N_("请给出站点文件夹、下级的区划代码和 --secret"));
	if (!read_secret(args, &secret, &err) || !yz_link_down(args->site, yz_str(args->argv[1]), secret, yz_str(from ? from : ""), &err))
		return yz_cmd_fail(args, &err);
	return 0;
}

int yz_cmd_link_system(struct yz_args *args)
{
	struct yz_err err = {0};
	struct yz_str secret = YZ_LIT("");
	const char *org = yz_option(args, "org"), *title = yz_option(args, "title"), *from = yz_option(args, "from");
	if (args->argc != 2 || !org || !title)
		return yz_cmd_usage(args, N_("请给出站点文件夹、系统的名字、--org 和 --title"));
	if (from && !yz_option(args, "secret"))
		return yz_cmd_usage(args, N_("--from 要和 --secret 一起用"));
	if ((yz_option(args, "secret") && !read_secret(args, &secret, &err)) ||
	    !yz_outside_system_set(args->site, yz_str(args->argv[1]), yz_str(org), yz_str(title), secret, yz_str(from ? from : ""), &err))
		return yz_cmd_fail(args, &err);
	return 0;
}

/* ---- list ---- */

static void print_link(struct yz_args *args, const struct yz_link *l)
{
	char said[32] = "-";
	if (l->said)
		yz_instant_local(l->said, args->site->offset, said);
	struct yz_str trouble = l->failure.len ? l->failure : l->gap.len ? l->gap : YZ_LIT("-");
	fprintf(args->out, "%s\t%.*s\t%.*s\t%lld/%lld\t%s\t%.*s\n", l->up ? "up" : "down", YZ_P(l->name),
		YZ_P(l->up ? l->url : l->addresses.len ? l->addresses : YZ_LIT("-")), (long long)l->sequence, (long long)l->head, said, YZ_P(trouble));
}

/* Answered rows, of them refused. */
static void print_system(struct yz_args *args, const struct yz_outside_system *s)
{
	char said[32] = "-";
	if (s->seen)
		yz_instant_local(s->seen, args->site->offset, said);
	fprintf(args->out, "system\t%.*s\t%.*s\t%lld/%lld\t%s\t%.*s\n", YZ_P(s->name),
		YZ_P(s->closed  ? YZ_LIT("revoked")
		     : !s->keyed ? YZ_LIT("files only")
				 : s->addresses.len ? s->addresses : YZ_LIT("-")),
		(long long)s->have, (long long)s->refused, said, YZ_P(s->gap.len ? s->gap : YZ_LIT("-")));
}

static void json_systems(struct yz_jw *w, const struct yz_outside_system *systems, size_t n)
{
	char said[32];
	for (size_t i = 0; i < n; i++) {
		const struct yz_outside_system *s = &systems[i];
		yz_jw_object(w);
		yz_jw_kz(w, "way", "system");
		yz_jw_kstr(w, "name", s->name);
		yz_jw_kstr(w, "title", s->title);
		yz_jw_kstr(w, "org", s->org);
		yz_jw_kstr(w, "addresses", s->addresses);
		yz_jw_kbool(w, "key", s->keyed);
		yz_jw_kbool(w, "revoked", s->closed != 0);
		yz_jw_kint(w, "sequence", s->have);
		yz_jw_kint(w, "taken", s->taken);
		yz_jw_kint(w, "refused", s->refused);
		yz_jw_kint(w, "cases", s->cases);
		if (s->seen)
			yz_jw_kz(w, "said", yz_instant_print(s->seen, said));
		yz_jw_kstr(w, "gap", s->gap);
		yz_jw_end(w, '}');
	}
}

static void print_json(struct yz_args *args, const struct yz_link *links, size_t n, const struct yz_outside_system *systems, size_t nsystems)
{
	struct yz_buf b;
	struct yz_jw w;
	char said[32];
	yz_buf_init(&b, args->arena, 4 << 20);
	yz_jw_init(&w, &b);
	yz_jw_array(&w);
	for (size_t i = 0; i < n; i++) {
		const struct yz_link *l = &links[i];
		yz_jw_object(&w);
		yz_jw_kz(&w, "way", l->up ? "up" : "down");
		yz_jw_kstr(&w, "name", l->name);
		yz_jw_kstr(&w, l->up ? "url" : "addresses", l->up ? l->url : l->addresses);
		if (l->up)
			yz_jw_kbool(&w, "personal", l->personal);
		yz_jw_kint(&w, "sequence", l->sequence);
		yz_jw_kint(&w, "head", l->head);
		if (l->said)
			yz_jw_kz(&w, "said", yz_instant_print(l->said, said));
		yz_jw_kstr(&w, l->up ? "failure" : "gap", l->up ? l->failure : l->gap);
		yz_jw_end(&w, '}');
	}
	json_systems(&w, systems, nsystems);
	yz_jw_end(&w, ']');
	yz_cmd_json(args, &b);
}

/* Status 1 while one is in trouble: a timer that runs it tells somebody. */
int yz_cmd_link_list(struct yz_args *args)
{
	struct yz_err err = {0};
	struct yz_link *links = NULL;
	struct yz_outside_system *systems = NULL;
	bool trouble = false;
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出站点文件夹"));
	struct yz_conn *conn = yz_db_read(args->site->db, &err);
	size_t n = conn ? yz_link_list(args->site, conn, args->arena, &links, &err) : 0;
	size_t nsystems = conn && !err.code ? yz_outside_systems(args->site, conn, args->arena, NULL, &systems, &err) : 0;
	if (conn)
		yz_db_release(conn); /* the site may be closed before the arena is */
	if (err.code)
		return yz_cmd_fail(args, &err);
	for (size_t i = 0; i < n; i++)
		trouble = trouble || links[i].failure.len || links[i].gap.len;
	for (size_t i = 0; i < nsystems; i++)
		trouble = trouble || systems[i].gap.len;
	if (args->json) {
		print_json(args, links, n, systems, nsystems);
		return trouble;
	}
	for (size_t i = 0; i < n; i++)
		print_link(args, &links[i]);
	for (size_t i = 0; i < nsystems; i++)
		print_system(args, &systems[i]);
	return trouble;
}

int yz_cmd_link_try(struct yz_args *args)
{
	struct yz_err err = {0};
	int64_t have = 0;
	if (args->argc != 2)
		return yz_cmd_usage(args, N_("请给出站点文件夹和连接的名字"));
	if (!yz_upward_try(args->site, args->arena, yz_str(args->argv[1]), yz_upward_http, NULL, &have, &err))
		return yz_cmd_fail(args, &err);
	fprintf(args->out, "%s: %lld\n", args->argv[1], (long long)have);
	return 0;
}

static bool print_line(void *ctx, struct yz_str text)
{
	struct yz_args *args = ctx;
	return fprintf(args->out, "%.*s\n", YZ_P(text)) > 0 && !yz_args_gone(args);
}

int yz_cmd_link_rows(struct yz_args *args)
{
	struct yz_err err = {0};
	if (args->argc < 1 || args->argc > 2)
		return yz_cmd_usage(args, N_("请给出站点文件夹，要看下级时再给出它的区划代码"));
	if (!yz_upward_lines(args->site, yz_str(args->argc == 2 ? args->argv[1] : ""), yz_option(args, "personal") != NULL, print_line, args, &err))
		return yz_cmd_fail(args, &err);
	return 0;
}

int yz_cmd_link_restart(struct yz_args *args)
{
	struct yz_err err = {0};
	if (args->argc != 2)
		return yz_cmd_usage(args, N_("请给出站点文件夹和下级的区划代码"));
	return yz_link_restart(args->site, yz_str(args->argv[1]), &err) ? 0 : yz_cmd_fail(args, &err);
}

int yz_cmd_link_remove(struct yz_args *args)
{
	struct yz_err err = {0};
	if (args->argc != 2)
		return yz_cmd_usage(args, N_("请给出站点文件夹和连接的名字"));
	return yz_link_remove(args->site, yz_str(args->argv[1]), &err) ? 0 : yz_cmd_fail(args, &err);
}
