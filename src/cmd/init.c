/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include "cmd/load.h"
#include "cmd/load_questions.h"
#include "fmt/json.h"
#include "gov/install.h"
#include "gov/site.h"
#include "pack/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEMO_PASSWORD "qingze-demo-2026"
enum { DEMO_CASES = 400, DEMO_SEED = 2026 };

/* The folder of packs: beside the program's build folder, or where it was installed. */
static const char *demo_pack(struct yz_arena *a)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	if (n > 0) {
		exe[n] = '\0';
		char *slash = strrchr(exe, '/');
		if (slash) {
			*slash = '\0';
			const char *near = yz_printf(a, "%s/../packs/demo", exe);
			if (access(near, R_OK) == 0)
				return near;
		}
	}
	return YZ_PACKS "/demo";
}

/* What the command line says about the site, before the pack adds its name and region. */
static bool write_config(struct yz_args *args, const char *dir, struct yz_err *err)
{
	const char *db = yz_option(args, "db"), *base = yz_option(args, "base-url"), *path = yz_printf(args->arena, "%s/site.json", dir);
	struct yz_buf b;
	struct yz_jw w;
	if (mkdir(dir, 0750) != 0 && errno != EEXIST)
		return yz_fail(err, YZ_IO, "cannot make the folder %s: %s", dir, strerror(errno));
	yz_buf_init(&b, args->arena, 64 * 1024);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	if (db)
		yz_jw_kz(&w, "db", db);
	if (base)
		yz_jw_kz(&w, "base_url", base);
	yz_jw_end(&w, '}');
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		return yz_fail(err, errno == EEXIST ? YZ_EXISTS : YZ_IO, "cannot make %s: %s", path, strerror(errno));
	bool ok = write(fd, b.ptr, b.len) == (ssize_t)b.len && fsync(fd) == 0;
	close(fd);
	return ok || yz_fail(err, YZ_IO, "cannot write %s: %s", path, strerror(errno));
}

static void progress(void *ctx, const char *what, size_t done, size_t all)
{
	const struct yz_args *args = ctx;
	if (args->terminal || done == all)
		fprintf(args->err, "%s%s %zu / %zu%s", args->terminal ? "\r" : "", what, done, all, done == all ? "\n" : "");
}

static void print_findings(const struct yz_args *args, const struct yz_pack *pack)
{
	const bool zh = args->lang != YZ_LANG_EN;
	for (size_t i = 0; i < pack->nfindings; i++) {
		const struct yz_pack_finding *f = &pack->findings[i];
		if (f->error)
			fprintf(args->err, "%.*s:%u: %.*s; %.*s\n", YZ_P(f->file), f->line, YZ_P(yz_pack_finding_what(f, zh)),
				YZ_P(yz_pack_finding_mend(f, zh)));
	}
}

static int fill_in(struct yz_args *args, const struct yz_pack *pack, struct yz_err *err)
{
	bool demo = yz_option(args, "demo") != NULL;
	const struct yz_install_options install = {.demo_password = demo ? DEMO_PASSWORD : NULL, .progress = progress, .progress_ctx = args};
	struct yz_install_report report;
	if (!yz_pack_install(args->site, pack, &install, &report, err))
		return yz_cmd_fail(args, err);
	fprintf(args->out, "%s: %zu regions, %zu departments, %zu items, %zu people\n", args->argv[0], report.regions, report.orgs,
		report.items_new + report.items_changed, report.people);
	/* A pack of one's own brings what it brings; the demo county has a past besides. */
	if (!demo || yz_option(args, "pack"))
		return 0;
	yz_day today = yz_instant_day(yz_site_now(args->site), args->site->offset);
	int status = yz_load_cases(args, DEMO_CASES, DEMO_SEED, today);
	return status ? status : yz_load_questions(args, pack->questions, today);
}

/* What filling defers may need the site: it has an arena that ends before. */
static int fill(struct yz_args *args, const struct yz_pack *pack, struct yz_err *err)
{
	struct yz_arena *outer = args->arena;
	args->arena = yz_arena_create(0);
	int status = fill_in(args, pack, err);
	yz_arena_destroy(args->arena);
	args->arena = outer;
	return status;
}

int yz_cmd_init(struct yz_args *args)
{
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出站点文件夹"));
	struct yz_err err = {0};
	const char *dir = args->argv[0], *pack_dir = yz_option(args, "pack");
	if (!pack_dir && yz_option(args, "demo"))
		pack_dir = demo_pack(args->arena);
	if (!pack_dir)
		return yz_cmd_usage(args, N_("请用 --pack 给出应用包，或用 --demo"));
	struct yz_pack *pack = yz_pack_load(args->arena, pack_dir, &err);
	if (!pack)
		return yz_cmd_fail(args, &err);
	if (pack->nerrors) {
		print_findings(args, pack);
		return 1;
	}
	struct yz_site_lock *lock = NULL;
	const struct yz_site_options options = {.dir = dir, .db = yz_option(args, "db"), .base_url = yz_option(args, "base-url"), .create = true};
	bool ok = write_config(args, dir, &err) && (lock = yz_site_lock(dir, &err)) && yz_site_open(&args->site, &options, &err);
	int status = ok ? fill(args, pack, &err) : yz_cmd_fail(args, &err);
	yz_site_close(args->site);
	yz_site_unlock(lock);
	return status;
}
