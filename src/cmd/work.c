/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include "cmd/control.h"
#include "gov/site.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the command's files, opened with the rights of whoever asks ---- */

static const char *part_of(struct yz_args *args, const struct yz_file *f)
{
	return yz_printf(args->arena, "%s.part", f->name);
}

static bool open_files(struct yz_args *args, struct yz_err *err)
{
	for (int i = 0; i < args->nfiles; i++) {
		struct yz_file *f = &args->files[i];
		struct stat st;
		bool making = f->made;
		if (making && lstat(f->name, &st) == 0)
			return yz_fail(err, YZ_EXISTS, "%s is there already", f->name);
		f->fd = making ? open(part_of(args, f), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)
			       : open(f->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (f->fd < 0)
			return yz_fail(err, errno == ENOENT ? YZ_NOT_FOUND : YZ_IO, "%s cannot be opened: %s", f->name, strerror(errno));
	}
	return true;
}

/* A name appears only when what it names is whole, and replaces nothing. */
static bool put_in_place(struct yz_args *args, const struct yz_file *f, struct yz_err *err)
{
	if (link(part_of(args, f), f->name) != 0)
		return yz_fail(err, errno == EEXIST ? YZ_EXISTS : YZ_IO, "%s cannot be put in place: %s", f->name, strerror(errno));
	int folder = open(dirname(yz_strdup(args->arena, f->name)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = folder >= 0 && fsync(folder) == 0;
	if (folder >= 0)
		close(folder);
	return ok || yz_fail(err, YZ_IO, "%s may not be on disk: %s", f->name, strerror(errno));
}

static bool close_files(struct yz_args *args, struct yz_err *err)
{
	bool ok = true;
	for (int i = 0; i < args->nfiles; i++) {
		struct yz_file *f = &args->files[i];
		if (f->fd < 0)
			continue;
		close(f->fd);
		if (!f->made)
			continue;
		ok = (!f->whole || put_in_place(args, f, err)) && ok;
		unlink(part_of(args, f));
	}
	return ok;
}

/* ---- without a server ---- */

/* Root works as the folder's owner: what it makes there, the server can read afterwards. */
static bool become_owner(const char *dir, struct yz_err *err)
{
	struct stat st;
	if (geteuid() != 0 || stat(dir, &st) != 0 || st.st_uid == 0)
		return true;
	return (setegid(st.st_gid) == 0 && seteuid(st.st_uid) == 0) ||
	       yz_fail(err, YZ_INTERNAL, "cannot become the owner of %s: %s", dir, strerror(errno));
}

static void become_oneself(void)
{
	if (seteuid(getuid()) != 0 || setegid(getgid()) != 0)
		_exit(1);
}

static int work_here(struct yz_args *args, const char *dir, struct yz_err *err)
{
	const struct yz_site_options options = {.dir = dir, .db = yz_option(args, "db")};
	struct yz_arena *outer = args->arena;
	args->arena = yz_arena_create(0); /* what the command defers may need the site */
	int status = yz_site_open(&args->site, &options, err) ? args->command->run(args) : yz_cmd_fail(args, err);
	yz_arena_destroy(args->arena);
	args->arena = outer;
	yz_site_close(args->site);
	args->site = NULL;
	return status;
}

static bool is_site(struct yz_args *args, const char *dir)
{
	return access(yz_printf(args->arena, "%s/site.json", dir), F_OK) == 0;
}

/* One attempt; true: it is settled, one way or the other. */
static bool attempt(struct yz_args *args, const char *dir, int argc, char **argv, int *status, struct yz_err *err)
{
	bool there;
	if (!yz_control_ask(args, dir, argc, argv, &there, status, err))
		*status = yz_cmd_fail(args, err);
	if (there || err->code)
		return true;
	/* Where there is no site there is nothing to lock: opening it says so. */
	struct yz_site_lock *lock = NULL;
	bool here = become_owner(dir, err) && (!is_site(args, dir) || (lock = yz_site_lock(dir, err)));
	if (here)
		*status = work_here(args, dir, err);
	else if (err->code != YZ_BUSY)
		*status = yz_cmd_fail(args, err);
	yz_site_unlock(lock);
	become_oneself();
	return here || err->code != YZ_BUSY;
}

int yz_cmd_at_site(struct yz_args *args, int argc, char **argv)
{
	struct yz_err err = {0};
	int status = 1;
	if (args->argc < 1)
		return yz_cmd_usage(args, N_("请给出站点文件夹"));
	bool opened = open_files(args, &err), settled = !opened;
	if (!opened)
		yz_cmd_fail(args, &err);
	yz_instant until = yz_ticks() + args->patience * YZ_SECOND;
	while (!settled) {
		err = (struct yz_err){0};
		settled = attempt(args, args->argv[0], argc, argv, &status, &err);
		if (!settled && yz_ticks() > until) {
			yz_fail_in(&err, "no server answers on %s/site.sock, and its lock is held", args->argv[0]);
			status = yz_cmd_fail(args, &err);
			settled = true;
		}
		if (!settled)
			usleep(50000);
	}
	struct yz_err place = {0};
	if (!close_files(args, &place))
		status = yz_cmd_fail(args, &place);
	return status;
}
