/* SPDX-License-Identifier: Apache-2.0 */
#include "db/dump.h"

#include "base/map.h"
#include "db/blob_path.h"
#include "db/private.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool sync_file(const char *path, struct yz_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;
	if (!good)
		yz_file_fail(err, path);
	if (fd >= 0)
		close(fd);
	return good;
}

bool yz_dump_sqlite(struct yz_conn *c, const char *path, struct yz_err *err)
{
	sqlite3 *to = NULL;
	int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	sqlite3_backup *b = rc == SQLITE_OK ? sqlite3_backup_init(to, "main", c->handle, "main") : NULL;
	if (b) {
		while ((rc = sqlite3_backup_step(b, 4096)) == SQLITE_OK)
			;
		int end = sqlite3_backup_finish(b);
		rc = rc == SQLITE_DONE ? end : rc;
	}
	bool good = b && rc == SQLITE_OK;
	if (!good)
		yz_fail(err, YZ_UNAVAILABLE, "the database could not be copied: %s", sqlite3_errmsg(to));
	sqlite3_close(to);
	return good && sync_file(path, err);
}

/* ---- PostgreSQL's own programs ---- */

/* The URL as PG… variables: a password on a command line is for all to read. */
static char **environment(struct yz_arena *a, const char *url, struct yz_err *err)
{
	char *why = NULL;
	PQconninfoOption *options = PQconninfoParse(url, &why);
	if (!options) {
		yz_fail(err, YZ_BAD_INPUT, "the database's URL: %.*s", why ? (int)strcspn(why, "\n") : 1,
			why ? why : "?");
		PQfreemem(why);
		return NULL;
	}
	YZ_VEC(char *) vars = {0};
	for (char **e = environ; *e; e++)
		if (strncmp(*e, "PG", 2) != 0)
			*yz_vec_push(a, &vars) = *e;
	for (PQconninfoOption *o = options; o->keyword; o++)
		if (o->envvar && o->val)
			*yz_vec_push(a, &vars) = yz_printf(a, "%s=%s", o->envvar, o->val);
	*yz_vec_push(a, &vars) = NULL;
	PQconninfoFree(options);
	return vars.at;
}

/* What the program said, its first line; waits until it ends. */
static bool wait_for(pid_t pid, int said, const char *program, struct yz_err *err)
{
	char text[300] = "", rest[512];
	size_t n = 0;
	ssize_t got;
	while ((got = read(said, n < sizeof text - 1 ? text + n : rest,
			   n < sizeof text - 1 ? sizeof text - 1 - n : sizeof rest)) > 0)
		n += n < sizeof text - 1 ? (size_t)got : 0;
	int status = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	text[strcspn(text, "\n")] = '\0';
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	return yz_fail(err, YZ_UNAVAILABLE, "%s failed: %s", program, text);
}

static bool run(const char *const argv[], char **env, struct yz_err *err)
{
	int said[2];
	pid_t pid;
	posix_spawn_file_actions_t actions;
	if (pipe2(said, O_CLOEXEC) != 0)
		return yz_fail(err, YZ_UNAVAILABLE, "no pipe: %m");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, said[1], STDERR_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	int bad = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, env);
	posix_spawn_file_actions_destroy(&actions);
	close(said[1]);
	bool good = bad ? yz_fail(err, YZ_UNAVAILABLE, "%s: %s (Debian: postgresql-client)", argv[0], strerror(bad))
			: wait_for(pid, said[0], argv[0], err);
	close(said[0]);
	return good;
}

bool yz_dump_postgres(struct yz_conn *c, const char *path, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_rows *r = yz_select(c, a, err, "SELECT pg_export_snapshot()");
	char **env = r ? environment(a, c->db->url, err) : NULL;
	bool good = false;
	if (env) {
		const char *argv[] = {"pg_dump",
				      "--format=custom",
				      "--no-owner",
				      "--no-privileges",
				      "--no-password",
				      yz_printf(a, "--snapshot=%s", yz_row_z(r, 0, 0)),
				      yz_printf(a, "--file=%s", path),
				      NULL};
		good = run(argv, env, err) && sync_file(path, err);
	}
	yz_arena_destroy(a);
	return good;
}

bool yz_undump_check(const char *url, struct yz_err *err)
{
	PGconn *c = PQconnectdb(url);
	PGresult *res = NULL;
	bool good = PQstatus(c) == CONNECTION_OK;
	if (!good)
		yz_fail(err, YZ_UNAVAILABLE, "%.*s", (int)strcspn(PQerrorMessage(c), "\n"), PQerrorMessage(c));
	if (good) {
		res = PQexec(c, "SELECT COUNT(*) FROM pg_class k JOIN pg_namespace n ON n.oid = k.relnamespace "
				"WHERE n.nspname = current_schema() AND k.relkind IN ('r', 'p', 'v', 'm')");
		good = PQresultStatus(res) == PGRES_TUPLES_OK;
		if (!good)
			yz_fail(err, YZ_DB, "%.*s", (int)strcspn(PQerrorMessage(c), "\n"), PQerrorMessage(c));
		else if (strcmp(PQgetvalue(res, 0, 0), "0") != 0)
			good = yz_fail(err, YZ_EXISTS, "the database is not empty: it has %s tables",
				       PQgetvalue(res, 0, 0));
	}
	PQclear(res);
	PQfinish(c);
	return good;
}

bool yz_undump_postgres(const char *url, const char *path, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	char **env = environment(a, url, err);
	bool good = false;
	if (env) {
		const char *name = "";
		for (char **e = env; *e; e++)
			if (strncmp(*e, "PGDATABASE=", 11) == 0)
				name = *e + 11;
		if (!*name) {
			yz_arena_destroy(a);
			return yz_fail(err, YZ_BAD_INPUT, "the database's URL names no database");
		}
		const char *argv[] = {"pg_restore",
				      "--single-transaction",
				      "--exit-on-error",
				      "--no-owner",
				      "--no-privileges",
				      "--no-password",
				      yz_printf(a, "--dbname=%s", name),
				      path,
				      NULL};
		good = run(argv, env, err);
	}
	yz_arena_destroy(a);
	return good;
}
