/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pg.h"

#include "tests/test.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 400, URL = 512 };

static char server[URL], urls[MOST][URL], folders[MOST][64];
static int nurls, nfolders, hold = -1;
static pid_t keeper, owner;

/* What a fork of the test leaves behind is not its to remove. */
static bool mine(void)
{
	return owner == getpid();
}

__attribute__((destructor)) static void clean_up(void)
{
	if (!mine())
		return;
	for (int i = 0; i < nfolders; i++) {
		char command[96];
		snprintf(command, sizeof command, "rm -rf '%.63s'", folders[i]);
		if (system(command) != 0)
			fprintf(stderr, "%s stays\n", folders[i]);
	}
	if (keeper) {
		close(hold); /* the server ends, and its databases with it */
		waitpid(keeper, NULL, 0);
		return;
	}
	PGconn *c = nurls ? PQconnectdb(server) : NULL;
	for (int i = 0; i < nurls; i++) {
		char sql[80];
		snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS yz_test_%d_%d WITH (FORCE)", (int)owner, i);
		PQclear(PQexec(c, sql));
	}
	PQfinish(c);
}

/* Starts tools/pgtest --serve; its standard input stays open as long as we live. */
static bool start_server(const char **why)
{
	int in[2], out[2];
	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
		abort();
	char program[1024];
	snprintf(program, sizeof program, "%s", yz_test_source("tools/pgtest"));
	keeper = fork();
	if (keeper == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execl(program, program, "--serve", (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	hold = in[1];
	FILE *f = fdopen(out[0], "r");
	bool good = f && fgets(server, sizeof server, f);
	if (f)
		fclose(f);
	server[strcspn(server, "\n")] = '\0';
	if (!good) {
		waitpid(keeper, NULL, 0);
		keeper = 0;
		*why = "no PostgreSQL server could be started (tools/pgtest says why)";
	}
	return good;
}

/* The server's URL with another database: what stands between the third slash and the question mark. */
static void with_database(char out[URL], const char *name)
{
	const char *authority = strstr(server, "//");
	const char *slash = authority ? strchr(authority + 2, '/') : NULL;
	const char *rest = slash ? strchr(slash, '?') : NULL;
	snprintf(out, URL, "%.*s/%s%s", (int)(slash ? slash - server : (long)strlen(server)), server, name,
		 rest ? rest : "");
}

static const char *create_database(void)
{
	char name[40], sql[80];
	if (nurls == MOST)
		abort();
	snprintf(name, sizeof name, "yz_test_%d_%d", (int)owner, nurls);
	snprintf(sql, sizeof sql, "CREATE DATABASE %s", name);
	PGconn *c = PQconnectdb(server);
	PGresult *res = PQexec(c, sql);
	if (PQresultStatus(res) != PGRES_COMMAND_OK) {
		fprintf(stderr, "%s: %s", sql, PQerrorMessage(c));
		abort();
	}
	PQclear(res);
	PQfinish(c);
	with_database(urls[nurls], name);
	return urls[nurls++];
}

const char *yz_test_pg(const char **why)
{
	static const char *unavailable;
	const char *given = getenv("YZ_TEST_DB");
	owner = owner ? owner : getpid();
	if (!server[0] && given)
		snprintf(server, sizeof server, "%s", given);
	if (!server[0] && !unavailable && !start_server(why))
		unavailable = *why;
	if (unavailable) {
		*why = unavailable;
		return NULL;
	}
	return create_database();
}

const char *yz_test_url(void)
{
	const char *why;
	return getenv("YZ_TEST_DB") ? yz_test_pg(&why) : NULL;
}

const char *yz_test_folder(void)
{
	if (nfolders == MOST)
		abort();
	owner = owner ? owner : getpid();
	char *path = folders[nfolders++];
	strcpy(path, "/tmp/yz-test-XXXXXX");
	if (!mkdtemp(path))
		abort();
	return path;
}
