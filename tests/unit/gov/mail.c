/* SPDX-License-Identifier: Apache-2.0
 *
 * Mail against a real SMTP server on loopback, tests/smtp.py: what it does with a letter the recipient's name says.
 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/message.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

/* ---- the server ---- */

struct server {
	pid_t pid;
	int hold; /* it lives as long as this is open */
	const char *folder;
	char port[16];
};

static void start_server(struct server *s)
{
	int in[2], out[2];
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	char program[1024];
	snprintf(program, sizeof program, "%s", yz_test_source("tests/smtp.py"));
	s->pid = fork();
	if (s->pid == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execl(program, program, s->folder, s->port[0] ? s->port : (char *)NULL, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	s->hold = in[1];
	FILE *f = fdopen(out[0], "r");
	bool there = fgets(s->port, sizeof s->port, f);
	fclose(f);
	if (there) {
		s->port[strcspn(s->port, "\n")] = '\0';
		return;
	}
	int status;
	waitpid(s->pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 77)
		fail_msg("tests/smtp.py did not start: %d", status);
	s->pid = 0;
}

static void stop_server(struct server *s)
{
	if (!s->pid)
		return;
	close(s->hold);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}

/* The letter taken as the n-th; NULL when there are not so many. */
static const struct yz_json *taken(struct fixture *f, const struct server *s, int n)
{
	const char *path = yz_printf(f->a, "%s/%d.json", s->folder, n);
	return access(path, F_OK) == 0 ? yz_json_load(f->a, path, NULL, &f->err) : NULL;
}

#define assert_field(letter, key, expected) assert_string_equal(yz_str_z(f->a, yz_json_str((letter), (key))), (expected))

/* ---- the site ---- */

static bool do_settings(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	return yz_site_set(conn, "mail.url", yz_str_printf(a, "smtp://127.0.0.1:%s", ((struct server *)ctx)->port), err) &&
	       yz_site_set(conn, "mail.from", YZ_LIT("noreply@qingze.example"), err);
}

static bool do_letter(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	void **w = ctx;
	return yz_mail_add(w[0], conn, a, yz_str(w[1]), YZ_LIT("办件已受理"), YZ_LIT("您好。"), err);
}

static void write_to(struct fixture *f, const char *address)
{
	void *w[] = {f->site, (void *)address};
	GOOD(f, yz_db_write(f->site->db, do_letter, w, &f->err));
}

static int send_due(struct fixture *f)
{
	int sent;
	GOOD(f, yz_mail_send_due(f->site, f->now, &sent, &f->err));
	return sent;
}

static int64_t waiting(struct fixture *f)
{
	return site_int(f, "SELECT COUNT(*) FROM outbox WHERE sent IS NULL AND next_try IS NOT NULL");
}

static int64_t next_try(struct fixture *f)
{
	return site_int(f, "SELECT MIN(next_try) FROM outbox");
}

/* A site that sends to a server of its own. */
#define MAIL(name)                                                                                                     \
	static void name##_mail(struct fixture *f, struct server *s);                                                  \
	SITE(name)                                                                                                     \
	{                                                                                                              \
		struct server s = {.folder = yz_test_folder()};                                                        \
		start_server(&s);                                                                                      \
		if (!s.pid)                                                                                            \
			SKIP("no SMTP server (Debian: python3-aiosmtpd)");                                             \
		GOOD(f, yz_db_write(f->site->db, do_settings, &s, &f->err));                                           \
		name##_mail(f, &s);                                                                                    \
		stop_server(&s);                                                                                       \
	}                                                                                                              \
	static void name##_mail(struct fixture *f, struct server *s)

/* ---- what goes out ---- */

MAIL(an_act_reaches_the_applicant_by_mail)
{
	struct yz_actor *who = actor(f, "liuyang");
	GOOD(f, yz_person_update(f->site, who, YZ_LIT("15409990021"), YZ_LIT("liu@example.cn"), YZ_LIT(""), YZ_LIT("zh-CN"), &f->err));
	struct yz_str no = apply(f, who);
	int before = send_due(f);
	site_clock(f, "2026-11-24T10:15:30+08:00");
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	assert_true(send_due(f) >= 1);
	assert_int_equal(waiting(f), 0);
	const struct yz_json *m = taken(f, s, before + 1);
	assert_non_null(m);
	assert_field(m, "envelope_from", "noreply@qingze.example");
	assert_field(m, "to", "liu@example.cn");
	assert_field(m, "from", "清泽县 <noreply@qingze.example>");
	assert_field(m, "date", "2026-11-24T02:15:30+0000");
	assert_field(m, "auto", "auto-generated");
	assert_true(yz_str_find(yz_json_str(m, "subject"), YZ_LIT("受理"), 0) != SIZE_MAX);
	assert_true(yz_str_find(yz_json_str(m, "body"), no, 0) != SIZE_MAX);
	assert_true(yz_str_ends(yz_json_str(m, "id"), YZ_LIT("@yizhan.example>")));
	assert_int_equal(yz_json_len(yz_json_get(m, "defects")), 0);
	assert_true(yz_json_bool(m, "ascii", false)); /* whatever is on the way carries it */
	assert_true(yz_json_int(m, "longest", 999) <= 78);
	assert_int_equal(send_due(f), 0);
	assert_null(taken(f, s, before + 2));
	/* What was sent is not kept. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE body <> ''"), 0);
}

MAIL(a_server_that_is_away_gets_it_later_and_once)
{
	write_to(f, "wang@example.cn");
	stop_server(s);
	static const int waits[] = {1, 5, 30, 60, 60};
	for (int i = 0; i < 5; i++) {
		yz_instant due = next_try(f);
		f->now = due;
		assert_int_equal(send_due(f), 0);
		assert_int_equal(next_try(f), due + waits[i] * YZ_MINUTE);
		f->now = next_try(f) - 1;
		assert_int_equal(send_due(f), 0);
		assert_int_equal(site_int(f, "SELECT tries FROM outbox"), i + 1);
	}
	start_server(s);
	f->now++;
	assert_int_equal(send_due(f), 1);
	assert_int_equal(send_due(f), 0);
	assert_field(taken(f, s, 1), "date", "2026-11-23T01:30:00+0000"); /* when it was written */
	assert_null(taken(f, s, 2));
}

MAIL(a_server_that_stays_away_is_given_up_after_three_days)
{
	write_to(f, "wang@example.cn");
	stop_server(s);
	yz_instant written = f->now;
	while (waiting(f)) {
		assert_true(f->now - written <= 4 * YZ_DAY);
		f->now = next_try(f);
		assert_int_equal(send_due(f), 0);
	}
	assert_true(f->now - written >= 3 * YZ_DAY);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE failure <> '' AND body = ''"), 1);
}

MAIL(come_back_later_is_done_and_never_is_believed)
{
	write_to(f, "busy-a@example.cn");
	write_to(f, "nobody-b@example.cn");
	write_to(f, "full-c@example.cn");
	write_to(f, "plain@example.cn");
	assert_int_equal(send_due(f), 1);
	assert_field(taken(f, s, 1), "to", "plain@example.cn");
	assert_int_equal(waiting(f), 1); /* 451: the others are over */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE sent IS NULL AND next_try IS NULL AND tries = 1 AND body = ''"), 2);
	/* What the server said is kept for the page of settings. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE failure LIKE '%nobody of that name here'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE failure LIKE '%no room'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE failure LIKE '%come back later'"), 1);
	f->now += YZ_MINUTE;
	assert_int_equal(send_due(f), 0);
	f->now += 5 * YZ_MINUTE;
	assert_int_equal(send_due(f), 1);
	assert_field(taken(f, s, 2), "to", "busy-a@example.cn");
	assert_int_equal(waiting(f), 0);
	f->now += 10 * YZ_DAY;
	assert_int_equal(send_due(f), 0);
	assert_null(taken(f, s, 3));
}

/* ---- more than one ---- */

struct racing {
	struct fixture *f;
	int sent;
};

static void *race(void *ctx)
{
	struct racing *r = ctx;
	struct yz_err err = {0};
	yz_mail_send_due(r->f->site, r->f->now, &r->sent, &err);
	return NULL;
}

MAIL(several_that_send_at_once_send_each_letter_once)
{
	enum { LETTERS = 30, SENDERS = 4 };
	struct racing racers[SENDERS];
	pthread_t threads[SENDERS];
	int sent = 0;
	for (int i = 0; i < LETTERS; i++)
		write_to(f, yz_printf(f->a, "p%d@example.cn", i));
	for (int i = 0; i < SENDERS; i++) {
		racers[i] = (struct racing){f, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	}
	for (int i = 0; i < SENDERS; i++) {
		pthread_join(threads[i], NULL);
		sent += racers[i].sent;
	}
	assert_int_equal(sent, LETTERS);
	assert_int_equal(waiting(f), 0);
	assert_non_null(taken(f, s, LETTERS));
	assert_null(taken(f, s, LETTERS + 1));
}

static void name_victim(struct fixture *f, const struct server *s, pid_t pid)
{
	FILE *victim = fopen(yz_printf(f->a, "%s/victim", s->folder), "w");
	assert_non_null(victim);
	fprintf(victim, "%d", (int)pid);
	fclose(victim);
}

/* Sends, and dies of it. */
static void die_sending(const struct fixture *parent, const struct server *s, const char *url)
{
	pid_t child = fork();
	if (child == 0) {
		struct fixture f = {.dir = parent->dir, .now = parent->now, .a = yz_arena_create(0)};
		name_victim(&f, s, getpid());
		site_open(&f, false, url);
		int sent;
		yz_mail_send_due(f.site, f.now, &sent, &f.err);
		_exit(5);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Between the server's yes and the mark: after its five minutes the letter goes again, and the recipient can tell that
 * it is the same. */
TEST(killed_before_the_mark_it_goes_again_under_the_same_name)
{
	struct server s = {.folder = yz_test_folder()};
	start_server(&s);
	if (!s.pid)
		SKIP("no SMTP server (Debian: python3-aiosmtpd)");
	const char *url = yz_test_url();
	struct fixture own = {.dir = yz_test_folder(), .a = yz_arena_create(0)}, *f = &own;
	site_clock(f, SITE_BEGINS);
	site_open(f, true, url);
	site_install(f, site_demo_pack());
	GOOD(f, yz_db_write(f->site->db, do_settings, &s, &f->err));
	write_to(f, "last-d@example.cn");
	yz_site_close(f->site);
	die_sending(f, &s, url);
	site_open(f, false, url);
	assert_int_equal(waiting(f), 1);
	pid_t idle = fork(); /* for the second blow */
	if (idle == 0)
		for (;;)
			pause();
	name_victim(f, &s, idle);
	f->now += 5 * YZ_MINUTE - 1;
	assert_int_equal(send_due(f), 0);
	f->now++;
	assert_int_equal(send_due(f), 1);
	waitpid(idle, NULL, 0);
	const struct yz_json *first = taken(f, &s, 1), *second = taken(f, &s, 2);
	assert_field(second, "id", yz_str_z(f->a, yz_json_str(first, "id")));
	assert_field(second, "date", yz_str_z(f->a, yz_json_str(first, "date")));
	f->now += 10 * YZ_DAY;
	assert_int_equal(send_due(f), 0);
	assert_null(taken(f, &s, 3));
	stop_server(&s);
	yz_site_close(f->site);
	yz_arena_destroy(f->a);
}
