/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cmd/site_command.h"

#include "gov/catalogue.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

/* A connection that sends what it likes. */
static int connected(struct fixture *f)
{
	int dir = open(f->dir, O_PATH | O_DIRECTORY), fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	struct sockaddr_un address = yz_control_address(dir);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(dir);
	return fd;
}

/* All that comes until the server has closed its end, the kind of each record before it. */
static struct yz_str heard(struct fixture *f, int fd)
{
	struct yz_buf b;
	char record[YZ_CONTROL_CHUNK + 1];
	ssize_t n;
	yz_buf_init(&b, f->a, 1 << 20);
	while ((n = recv(fd, record, sizeof record, 0)) > 0)
		yz_buf_add(&b, record, (size_t)n);
	close(fd);
	return yz_buf_str(&b);
}

static int open_descriptors(void)
{
	int n = 0;
	DIR *d = opendir("/proc/self/fd");
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static bool exists(struct fixture *f, const char *name)
{
	return access(yz_printf(f->a, "%s/%s", f->dir, name), F_OK) == 0;
}

/* ---- what it is for ---- */

SITE(what_a_command_changes_the_server_sees_at_once)
{
	struct yz_control *c = serve(f);
	char items[] = "/tmp/yz-items-XXXXXX";
	int fd = mkstemp(items);
	static const char text[] = "实施编码,事项名称,部门\n1199012100990999994000000000001,风筝放飞备案,清泽县民政局\n";
	assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
	close(fd);
	struct said s = RUN("item", "import", f->dir, items);
	unlink(items);
	assert_says(s, "1 rows: 1 added");
	const struct yz_catalogue *catalogue = yz_site_catalogue(f->site);
	const struct yz_find q = {.words = YZ_LIT("风筝"), .limit = 5};
	struct yz_found *hits;
	size_t total;
	assert_int_equal(yz_catalogue_search(catalogue, f->a, &q, &hits, &total), 1);
	yz_site_catalogue_release(f->site, catalogue);
	s = RUN("setting", f->dir, "mail.url", "smtp://127.0.0.1:25");
	assert_int_equal(s.status, 0);
	s = RUN("setting", f->dir, "mail.url");
	assert_string_equal(s.out, "smtp://127.0.0.1:25\n");
	s = RUN("item", "search", f->dir, "风筝", "--json");
	assert_says(s, "\"风筝放飞备案\"");
	s = RUN("ledger", "verify", f->dir);
	assert_says(s, ": good\n");
	yz_control_stop(c);
	assert_false(exists(f, "site.sock"));
}

/* A slip in the item's name is no item without cases. */
SITE(cases_of_an_item_are_moved_by_its_code_or_key_and_one_that_is_not_there_is_said)
{
	struct yz_control *c = serve(f);
	struct yz_str no = apply(f, actor(f, "liuyang"));
	static const char *const names[] = {"road-dig", ROAD_DIG};
	for (int i = 0; i < 2; i++) {
		struct said s = RUN("case", "migrate", f->dir, "--item", names[i], "--dry-run");
		assert_int_equal(s.status, 0);
		assert_says(s, yz_str_z(f->a, yz_str_printf(f->a, "%.*s\tnewest", YZ_P(no))));
	}
	struct said s = RUN("case", "migrate", f->dir, "--item", "road-digs", "--dry-run");
	assert_int_equal(s.status, 1);
	assert_says(s, "no item road-digs is published");
	yz_control_stop(c);
}

SITE(usage_and_failure_come_back_with_their_status)
{
	struct yz_control *c = serve(f);
	struct said s = RUN("case", "show", f->dir);
	assert_int_equal(s.status, 2);
	assert_says(s, "yizhan case show DIR NO");
	s = RUN("case", "list", f->dir, "--limit", "0");
	assert_int_equal(s.status, 2);
	s = RUN("case", "show", f->dir, "990121-20260101-9999");
	assert_int_equal(s.status, 1);
	s = RUN("case", "list", f->dir, "--db", "postgresql://elsewhere");
	assert_int_equal(s.status, 1);
	assert_says(s, "leave --db out");
	s = RUN("setting", f->dir, "calendar.hours", "[\"9-5\"]");
	assert_int_equal(s.status, 1);
	s = RUN("setting", f->dir, "calendar.hours", "[]");
	assert_int_equal(s.status, 1);
	s = RUN("item", "import", f->dir, "/no/such/file");
	assert_int_equal(s.status, 1);
	assert_says(s, "/no/such/file cannot be opened");
	yz_control_stop(c);
}

SITE(a_backup_is_put_where_the_caller_may_write)
{
	struct yz_control *c = serve(f);
	const char *folder = yz_test_folder(), *file = yz_printf(f->a, "%s/a.tar", folder), *part = yz_printf(f->a, "%s.part", file);
	struct said s = RUN("backup", f->dir, file);
	assert_int_equal(s.status, 0);
	struct stat st;
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(st.st_size > 100000);
	assert_int_not_equal(access(part, F_OK), 0);
	s = RUN("backup", f->dir, file);
	assert_int_equal(s.status, 1);
	assert_says(s, "is there already");
	yz_control_stop(c);
}

static void *search(void *ctx)
{
	struct said s = RUN("item", "search", ctx, "挖沟", "--limit", "1");
	return strstr(s.out, "城市道路挖掘许可") ? ctx : NULL;
}

SITE(more_at_once_than_it_runs_wait_their_turn)
{
	struct yz_control *c = serve(f);
	pthread_t threads[5 * YZ_CONTROL_AT_ONCE];
	enum { N = sizeof threads / sizeof *threads };
	for (int i = 0; i < N; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, search, (void *)f->dir), 0);
	for (int i = 0; i < N; i++) {
		void *found;
		pthread_join(threads[i], &found);
		assert_non_null(found);
	}
	yz_control_stop(c);
}

/* ---- with nobody there ---- */

SITE(without_a_server_a_command_takes_the_lock)
{
	const char *dir = f->dir;
	yz_site_close(f->site);
	struct yz_site_lock *lock = yz_site_lock(dir, &f->err);
	GOOD(f, lock);
	struct said s = RUN("item", "search", dir, "挖沟");
	assert_int_equal(s.status, 1);
	assert_says(s, "no server answers");
	assert_says(s, yz_printf(f->a, "process %d works in", (int)getpid()));
	yz_site_unlock(lock);
	s = RUN("item", "search", dir, "挖沟");
	assert_int_equal(s.status, 0);
	assert_says(s, "城市道路挖掘许可");
	assert_says(RUN("item", "search", "/tmp", "x"), "is no site");
	assert_int_not_equal(access("/tmp/site.lock", F_OK), 0);
	site_open(f, false, NULL);
}

SITE(a_dead_servers_socket_is_no_server)
{
	/* As kill -9 leaves it: bound once, listened on by nobody. */
	int dir = open(f->dir, O_PATH | O_DIRECTORY), fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	struct sockaddr_un address = yz_control_address(dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(fd);
	close(dir);
	assert_true(exists(f, "site.sock"));
	assert_says(RUN("item", "search", f->dir, "挖沟"), "城市道路挖掘许可");
	struct yz_control *c = serve(f);
	assert_says(RUN("item", "search", f->dir, "挖沟"), "城市道路挖掘许可");
	yz_control_stop(c);
}

SITE(a_folders_name_may_be_longer_than_a_sockets)
{
	char *deep = yz_printf(f->a, "%s/%0200d", f->dir, 0);
	assert_int_equal(mkdir(deep, 0700), 0);
	struct yz_site there = *f->site;
	there.dir = deep;
	struct yz_control *c = yz_control_start(&there, &f->err);
	GOOD(f, c);
	assert_says(RUN("item", "search", deep, "挖沟"), "城市道路挖掘许可");
	yz_control_stop(c);
}

/* ---- what comes that should not ---- */

static struct yz_str asked(struct fixture *f, const void *bytes, size_t n)
{
	int fd = connected(f);
	send(fd, bytes, n, MSG_NOSIGNAL);
	return heard(f, fd);
}

static bool has(struct yz_str s, const char *part)
{
	return yz_str_find(s, yz_str(part), 0) != SIZE_MAX;
}

#define BYTES(s) s, sizeof(s) - 1
#define SEARCH BYTES(YZ_CONTROL_GREETING "\0zh-CN\0\0item\0search\0DIR\0挖沟\0")

SITE(garbage_is_refused_and_harms_nothing)
{
	struct yz_control *c = serve(f);
	assert_true(has(asked(f, SEARCH), "城市道路挖掘许可"));
	int before = open_descriptors();
	static const struct {
		const char *bytes;
		size_t n;
		const char *answer;
	} bad[] = {
		{BYTES("x"), "no command"},
		{BYTES("\0\0\0\0\0\0"), "no command"},
		{BYTES(YZ_CONTROL_GREETING "\0zh-CN\0\0setting\0DIR\0mail.url"), "no command"}, /* no NUL at its end */
		{BYTES(YZ_CONTROL_GREETING "\0zh-CN\0\0"), "no command"},
		{BYTES(YZ_CONTROL_GREETING "\0tlh\0\0setting\0D\0k\0"), "no command"},
		{BYTES("yizhan 99.9\0zh-CN\0\0setting\0D\0k\0"), "restart the server"},
		{BYTES(YZ_CONTROL_GREETING "\0en\0\0drop\0everything\0"), "no such command"},
		{BYTES(YZ_CONTROL_GREETING "\0en\0\0serve\0DIR\0"), "no such command"},
		{BYTES(YZ_CONTROL_GREETING "\0en\0\0restore\0F\0DIR\0"), "no such command"},
		{BYTES(YZ_CONTROL_GREETING "\0en\0\0item\0import\0DIR\0FILE\0"), "files did not come"},
		{BYTES(YZ_CONTROL_GREETING "\0en\0\0backup\0DIR\0"), "backup DIR FILE"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct yz_str said = asked(f, bad[i].bytes, bad[i].n);
		if (!has(said, bad[i].answer))
			fail_msg("%zu: \"%.*s\"", i, YZ_P(said));
	}
	char *most = yz_alloc(f->a, YZ_CONTROL_REQUEST + 1);
	assert_true(has(asked(f, most, YZ_CONTROL_REQUEST), "no command"));
	assert_true(has(asked(f, most, YZ_CONTROL_REQUEST + 1), "a command line of more than"));
	int silent = connected(f);
	shutdown(silent, SHUT_WR);
	assert_true(has(heard(f, silent), "no command"));
	assert_true(has(asked(f, SEARCH), "城市道路挖掘许可"));
	assert_int_equal(open_descriptors(), before);
	yz_control_stop(c);
}

SITE(descriptors_nobody_asked_for_are_closed)
{
	struct yz_control *c = serve(f);
	assert_true(has(asked(f, SEARCH), "城市道路挖掘许可"));
	int before = open_descriptors();
	for (int n = 1; n <= YZ_FILES + 1; n++) {
		static char text[] = YZ_CONTROL_GREETING "\0en\0\0setting\0DIR\0mail.url\0";
		union {
			struct cmsghdr head;
			char room[CMSG_SPACE((YZ_FILES + 1) * sizeof(int))];
		} control = {.head = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN((size_t)n * sizeof(int))}};
		for (int i = 0; i < n; i++)
			((int *)CMSG_DATA(&control.head))[i] = STDERR_FILENO;
		struct iovec bytes = {text, sizeof text - 1};
		const struct msghdr m = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control,
					 .msg_controllen = CMSG_SPACE((size_t)n * sizeof(int))};
		int fd = connected(f);
		assert_int_equal(sendmsg(fd, &m, 0), sizeof text - 1);
		assert_true(has(heard(f, fd), n > YZ_FILES ? "more than" : "did not come"));
	}
	assert_int_equal(open_descriptors(), before);
	yz_control_stop(c);
}

SITE(another_user_is_not_heard)
{
	if (geteuid() != 0)
		SKIP("only root can become another user");
	struct yz_control *c = serve(f);
	chmod(f->dir, 0755);
	struct stat st;
	assert_int_equal(stat(yz_printf(f->a, "%s/site.sock", f->dir), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* Even where the file lets him. */
	chmod(yz_printf(f->a, "%s/site.sock", f->dir), 0666);
	pid_t child = fork();
	if (child == 0) {
		if (setgid(65534) != 0 || setuid(65534) != 0)
			_exit(3);
		int fd = connected(f);
		static const char text[] = YZ_CONTROL_GREETING "\0en\0\0setting\0DIR\0mail.url\0";
		send(fd, text, sizeof text - 1, MSG_NOSIGNAL);
		char byte;
		_exit(recv(fd, &byte, 1, 0) > 0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	yz_control_stop(c);
}

/* ---- who goes away in the middle ---- */

#define LOAD_MANY BYTES(YZ_CONTROL_GREETING "\0en\0\0load\0DIR\0--cases\0" "1000000\0")

static void wait_for_cases(struct fixture *f)
{
	while (site_int(f, "SELECT COUNT(*) FROM cases") < 3)
		usleep(10000);
}

static void cases_are_whole(struct fixture *f)
{
	ledger_holds(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases c WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE l.thing_kind = 'case' AND "
				     "l.thing_id = c.id)"), 0);
}

SITE(a_client_that_goes_ends_a_long_command_between_two_writes)
{
	struct yz_control *c = serve(f);
	int fd = connected(f);
	send(fd, LOAD_MANY, MSG_NOSIGNAL);
	wait_for_cases(f);
	close(fd);
	yz_sweep_begin(f->site); /* the load holds it to its end */
	int64_t n = site_int(f, "SELECT COUNT(*) FROM cases");
	yz_sweep_end(f->site);
	assert_true(n >= 3 && n < 1000000);
	cases_are_whole(f);
	yz_control_stop(c);
}

SITE(a_client_that_goes_does_not_undo_a_short_one)
{
	struct yz_control *c = serve(f);
	int fd = connected(f);
	send(fd, BYTES(YZ_CONTROL_GREETING "\0en\0\0setting\0DIR\0mail.from\0a@b.example\0"), MSG_NOSIGNAL);
	close(fd);
	yz_instant until = yz_ticks() + 60 * YZ_SECOND;
	while (site_int(f, "SELECT COUNT(*) FROM setting WHERE key = 'mail.from' AND value = 'a@b.example'") == 0)
		assert_true(yz_ticks() < until);
	yz_control_stop(c);
}

SITE(a_server_told_to_stop_ends_a_long_command_and_says_so)
{
	struct yz_control *c = serve(f);
	int fd = connected(f);
	send(fd, LOAD_MANY, MSG_NOSIGNAL);
	wait_for_cases(f);
	yz_control_stop(c);
	struct yz_str said = heard(f, fd);
	assert_true(has(said, "stopped before the end"));
	assert_true(yz_str_ends(said, YZ_LIT("x\001")));
	cases_are_whole(f);
}

SITE(a_server_that_dies_is_told_from_one_that_answers)
{
	/* A listener that takes the command and hangs up. */
	int dir = open(f->dir, O_PATH | O_DIRECTORY), fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	struct sockaddr_un address = yz_control_address(dir);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 5), 0);
	static const char *const ends[] = {"", "oabc", "x", "zzz"}, *const says[] = {"ended before", "ended before", "no sense", "no sense"};
	for (int i = 0; i < 4; i++) {
		pid_t child = fork();
		if (child == 0) {
			char request[1024];
			int one = accept(fd, NULL, NULL);
			recv(one, request, sizeof request, 0);
			if (*ends[i])
				send(one, ends[i], strlen(ends[i]), 0);
			_exit(0);
		}
		struct said s = RUN("item", "search", f->dir, "x");
		assert_int_equal(s.status, 1);
		assert_says(s, says[i]);
		int status;
		waitpid(child, &status, 0);
	}
	close(fd);
	close(dir);
}
