/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL behind a proxy that cuts the line at the worst moment: when the
 * commit is on its way, or its answer.  What the writer then says must be what happened.
 */
#include "tests/fault/steps.h"
#include "tests/pg.h"
#include "tests/test.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum cut { PASS, BEFORE_COMMIT, AFTER_COMMIT, AFTER_COMMIT_AND_REFUSE };

static atomic_int cut, refuse, commits;
static struct sockaddr_un server;

struct line {
	int client, server;
};

static int dial(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(fd, (struct sockaddr *)&server, sizeof server) == 0)
		return fd;
	close(fd);
	return -1;
}

/* false: the line is to be cut. */
static bool from_client(struct line *l)
{
	char bytes[65536];
	ssize_t n = read(l->client, bytes, sizeof bytes);
	if (n <= 0)
		return false;
	bool commit = memmem(bytes, (size_t)n, "COMMIT\0", 7) != NULL;
	commits += commit;
	int how = commit ? atomic_exchange(&cut, PASS) : PASS;
	if (how == BEFORE_COMMIT)
		return false;
	if (how == AFTER_COMMIT_AND_REFUSE)
		refuse = 1;
	if (write(l->server, bytes, (size_t)n) != n)
		return false;
	if (how == PASS)
		return true;
	n = read(l->server, bytes, sizeof bytes); /* the answer, which goes no further */
	return false;
}

static void *carry(void *ctx)
{
	struct line l = {.client = (int)(intptr_t)ctx, .server = dial()};
	struct pollfd fds[2] = {{.fd = l.client, .events = POLLIN}, {.fd = l.server, .events = POLLIN}};
	char bytes[65536];
	while (l.server >= 0 && poll(fds, 2, -1) > 0) {
		if (fds[0].revents && !from_client(&l))
			break;
		if (fds[1].revents) {
			ssize_t n = read(l.server, bytes, sizeof bytes);
			if (n <= 0 || write(l.client, bytes, (size_t)n) != n)
				break;
		}
	}
	close(l.client);
	if (l.server >= 0)
		close(l.server);
	return NULL;
}

static void *listen_on(void *ctx)
{
	for (;;) {
		int client = accept4((int)(intptr_t)ctx, NULL, NULL, SOCK_CLOEXEC);
		if (client < 0)
			return NULL;
		if (refuse) {
			close(client);
			continue;
		}
		pthread_t thread;
		pthread_create(&thread, NULL, carry, (void *)(intptr_t)client);
		pthread_detach(thread);
	}
}

/* The same database by way of the proxy: "…?host=FOLDER" with a folder of ours. */
static const char *proxied(const char *url)
{
	static char out[256];
	const char *folder = yz_test_folder(), *host = strstr(url, "host=");
	assert_non_null(host);
	server.sun_family = AF_UNIX;
	snprintf(server.sun_path, sizeof server.sun_path, "%.80s/.s.PGSQL.5432", host + 5);
	struct sockaddr_un own = {.sun_family = AF_UNIX};
	snprintf(own.sun_path, sizeof own.sun_path, "%s/.s.PGSQL.5432", folder);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof own), 0);
	assert_int_equal(listen(fd, 64), 0);
	pthread_t thread;
	pthread_create(&thread, NULL, listen_on, (void *)(intptr_t)fd);
	pthread_detach(thread);
	snprintf(out, sizeof out, "%.*s%s", (int)(host + 5 - url), url, folder);
	return out;
}

TEST(a_commit_cut_off_is_answered_by_what_became_of_it)
{
	const char *why, *url = yz_test_pg(&why);
	struct yz_err err = {0};
	bool there;
	if (!url || !strstr(url, "host=/")) {
		SKIP(url ? "the server does not listen on a socket of this machine" : why);
		return;
	}
	struct yz_db *db = yz_db_open(&(struct yz_db_options){.dir = yz_test_folder(), .url = proxied(url)}, &err);
	if (!db || !steps_migrate(db, &err))
		fail_msg("%s", err.msg);

	/* The server never saw it: run again, and done. */
	commits = 0;
	cut = BEFORE_COMMIT;
	assert_true(step_write(db, 1, &err));
	assert_int_equal(commits, 2);
	assert_true(step_there(db, 1, &there, &err) && there);

	/* It was done and the answer was lost: looked up, not run again. */
	commits = 0;
	cut = AFTER_COMMIT;
	assert_true(step_write(db, 2, &err));
	assert_int_equal(commits, 1);
	assert_true(step_there(db, 2, &there, &err) && there);

	/* And nobody is left to ask: the truth is that we do not know. */
	commits = 0;
	cut = AFTER_COMMIT_AND_REFUSE;
	assert_false(step_write(db, 3, &err));
	assert_int_equal(err.code, YZ_UNAVAILABLE);
	assert_non_null(strstr(err.msg, "not known"));
	assert_int_equal(commits, 1);
	assert_false(step_write(db, 4, &err));
	assert_int_equal(err.code, YZ_UNAVAILABLE);
	refuse = 0;
	assert_true(step_there(db, 3, &there, &err) && there);
	assert_true(step_there(db, 4, &there, &err) && !there);
	assert_true(step_write(db, 4, &err));
	assert_null(steps_check(db));
	yz_db_close(db);
}
