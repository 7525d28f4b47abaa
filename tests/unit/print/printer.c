/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/print/render.h"

#include "print/child.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

static struct yz_doc *small(struct yz_arena *a, int n)
{
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("回执"));
	yz_doc_title(d, YZ_LIT("申请回执"));
	yz_doc_paraf(d, "编号%d", n);
	return d;
}

/* Takes a second or so. */
static struct yz_doc *large(struct yz_arena *a)
{
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("长文"));
	for (int i = 0; i < 4000; i++)
		yz_doc_paraf(
			d,
			"第%"
			"d段：经审查，申请材料齐全、符合法定形式，属于本机关职权范围。根据规定，本机关决定予以受理。",
			i);
	return d;
}

static struct yz_printer *start(const struct yz_printer_options *o)
{
	struct yz_err err = {0};
	struct yz_printer *p = yz_printer_start(o, &err);
	ASSERT_OK(p, &err);
	return p;
}

/* The process whose parent is `parent`, or 0. */
static pid_t child_of(pid_t parent)
{
	char line[64] = {0};
	char command[128];
	snprintf(command, sizeof command, "ps -o pid= --ppid %d | head -1", parent);
	FILE *f = popen(command, "r");
	if (!f || !fgets(line, sizeof line, f))
		line[0] = 0;
	if (f)
		pclose(f);
	return (pid_t)strtol(line, NULL, 10);
}

/* keeper's only child; keeper is named so. */
static pid_t worker_pid(void)
{
	char line[64] = {0}, command[160];
	snprintf(command, sizeof command, "ps -o pid=,comm= --ppid %d | grep yizhan-keeper", getpid());
	FILE *f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof line, f));
	pclose(f);
	return child_of((pid_t)strtol(line, NULL, 10));
}

TEST(a_worker_gives_the_same_bytes_as_this_process)
{
	NEEDS("true");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str here, there;
	struct yz_printer *p = start(NULL);
	struct yz_doc *d = small(a, 7);
	ASSERT_OK(yz_printer_render(p, d, a, &there, &err), &err);
	ASSERT_OK(yz_print_pdf(d, a, &here, &err), &err);
	assert_true(yz_str_eq(here, there));
	yz_printer_stop(p);
	yz_arena_destroy(a);
}

TEST(a_worker_tells_what_is_wrong_and_goes_on)
{
	NEEDS("true");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str pdf;
	struct yz_printer *p = start(NULL);
	struct yz_doc *d = small(a, 1);
	for (size_t i = 0; i < yz_print_limits.pages; i++) {
		yz_doc_break(d);
		yz_doc_para(d, YZ_LIT("页"));
	}
	assert_false(yz_printer_render(p, d, a, &pdf, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_non_null(strstr(err.msg, "500 pages"));
	err = (struct yz_err){0};
	for (size_t i = 0; i < yz_print_limits.blocks; i++)
		yz_doc_space(d, 0);
	assert_false(yz_printer_render(p, d, a, &pdf, &err)); /* not even sent */
	assert_int_equal(err.code, YZ_LIMIT);
	err = (struct yz_err){0};
	ASSERT_OK(yz_printer_render(p, small(a, 2), a, &pdf, &err), &err);
	struct yz_printer_stats s = yz_printer_stats(p);
	assert_int_equal(s.printed, 1);
	assert_int_equal(s.failed, 1);
	assert_int_equal(s.replaced, 1);
	yz_printer_stop(p);
	yz_arena_destroy(a);
}

struct job {
	struct yz_printer *p;
	const struct yz_doc *d;
	int n;
	struct yz_err err;
	bool ok, right;
};

static void *print_one(void *ctx)
{
	struct job *j = ctx;
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str pdf;
	j->ok = yz_printer_render(j->p, j->d, a, &pdf, &j->err);
	yz_arena_destroy(a);
	return NULL;
}

TEST(a_worker_killed_in_the_middle_is_replaced)
{
	NEEDS("ps");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str pdf;
	struct yz_printer *p = start(NULL);
	ASSERT_OK(yz_printer_render(p, small(a, 1), a, &pdf, &err), &err);
	pid_t worker = worker_pid();
	assert_true(worker > 1);
	struct job j = {.p = p, .d = large(a)};
	pthread_t t;
	kill(worker, SIGSTOP); /* so that it cannot have finished before it is killed */
	pthread_create(&t, NULL, print_one, &j);
	usleep(50 * 1000);
	kill(worker, SIGKILL);
	pthread_join(t, NULL);
	assert_false(j.ok);
	assert_int_equal(j.err.code, YZ_UNAVAILABLE);
	ASSERT_OK(yz_printer_render(p, small(a, 2), a, &pdf, &err), &err);
	assert_int_not_equal(worker_pid(), worker);
	/* One that dies while it has nothing to do is not noticed by anyone. */
	kill(worker_pid(), SIGKILL);
	usleep(50 * 1000);
	ASSERT_OK(yz_printer_render(p, small(a, 3), a, &pdf, &err), &err);
	assert_int_equal(yz_printer_stats(p).replaced, 3);
	yz_printer_stop(p);
	yz_arena_destroy(a);
}

TEST(a_document_that_takes_too_long_is_given_up)
{
	NEEDS("ps");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str pdf;
	struct yz_printer *p = start(&(struct yz_printer_options){.timeout = 5});
	ASSERT_OK(yz_printer_render(p, small(a, 1), a, &pdf, &err), &err);
	kill(worker_pid(), SIGSTOP);
	assert_false(yz_printer_render(p, small(a, 2), a, &pdf, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	ASSERT_OK(yz_printer_render(p, small(a, 3), a, &pdf, &err), &err);
	yz_printer_stop(p);
	yz_arena_destroy(a);
}

TEST(sixteen_threads_each_get_their_own_document)
{
	NEEDS("pdftotext");
	enum { THREADS = 16, EACH = 6 };
	struct yz_arena *a = yz_arena_create(0);
	struct yz_printer *p = start(&(struct yz_printer_options){.workers = 2, .recycle = 10, .timeout = 120});
	struct yz_err err = {0};
	struct job jobs[THREADS * EACH];
	struct yz_str expected[THREADS];
	for (int i = 0; i < THREADS; i++)
		ASSERT_OK(yz_print_pdf(small(a, i), a, &expected[i], &err), &err);
	for (int round = 0; round < EACH; round++) {
		pthread_t threads[THREADS];
		for (int i = 0; i < THREADS; i++) {
			jobs[i] = (struct job){.p = p, .n = i, .d = small(a, i)};
			pthread_create(&threads[i], NULL, print_one, &jobs[i]);
		}
		for (int i = 0; i < THREADS; i++) {
			pthread_join(threads[i], NULL);
			ASSERT_OK(jobs[i].ok, &jobs[i].err);
		}
	}
	struct yz_str pdf;
	for (int i = 0; i < THREADS; i++) {
		ASSERT_OK(yz_printer_render(p, small(a, i), a, &pdf, &err), &err);
		assert_true(yz_str_eq(pdf, expected[i]));
	}
	struct yz_printer_stats s = yz_printer_stats(p);
	assert_int_equal(s.printed, THREADS * EACH + THREADS);
	assert_int_equal(s.waiting, 0);
	assert_true(s.replaced > 2); /* recycled */
	yz_printer_stop(p);
	yz_arena_destroy(a);
}

TEST(one_document_more_than_the_queue_holds_is_refused_at_once)
{
	NEEDS("ps");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str pdf;
	struct yz_printer *p = start(&(struct yz_printer_options){.queue = 2, .timeout = 60});
	ASSERT_OK(yz_printer_render(p, small(a, 0), a, &pdf, &err), &err);
	pid_t worker = worker_pid();
	kill(worker, SIGSTOP);
	struct job jobs[3];
	pthread_t threads[3];
	for (int i = 0; i < 3; i++) { /* one at the worker, two waiting */
		jobs[i] = (struct job){.p = p, .d = small(a, i)};
		pthread_create(&threads[i], NULL, print_one, &jobs[i]);
	}
	while (yz_printer_stats(p).waiting < 2)
		usleep(1000);
	assert_false(yz_printer_render(p, small(a, 9), a, &pdf, &err));
	assert_int_equal(err.code, YZ_BUSY);
	kill(worker, SIGCONT);
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], NULL);
		ASSERT_OK(jobs[i].ok, &jobs[i].err);
	}
	assert_int_equal(yz_printer_stats(p).refused, 1);
	yz_printer_stop(p);
	yz_arena_destroy(a);
}

TEST(the_children_inherit_no_descriptor_and_end_with_the_printer)
{
	NEEDS("ps");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str pdf;
	int secret[2];
	assert_int_equal(pipe(secret), 0); /* inheritable, as a careless library would leave it */
	struct yz_printer *p = start(NULL);
	ASSERT_OK(yz_printer_render(p, small(a, 1), a, &pdf, &err), &err);
	pid_t worker = worker_pid();
	close(secret[1]);
	char byte;
	assert_int_equal(read(secret[0], &byte, 1), 0); /* end of file: nobody else holds the writing end */
	close(secret[0]);
	yz_printer_stop(p);
	for (int i = 0; i < 2000 && kill(worker, 0) == 0; i++)
		usleep(1000);
	assert_int_equal(kill(worker, 0), -1);
	yz_arena_destroy(a);
}

static int jailed_life(void)
{
	if (!yz_jail_enter(0))
		return 99;
	int fd = open("/dev/null", O_RDONLY);
	if (fd < 0)
		return 1;
	if (open("/dev/null", O_WRONLY) >= 0 || errno != EPERM)
		return 2;
	if (open("/tmp/yz-jail-made-this", O_CREAT | O_RDONLY, 0600) >= 0 || errno != EPERM)
		return 3;
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM)
		return 4;
	char *argv[] = {(char[]){"true"}, NULL};
	if (execv("/bin/true", argv) != -1 || errno != EPERM)
		return 5;
	if (kill(getppid(), 0) != -1 || errno != EPERM)
		return 6;
	if (unlink("/tmp/yz-jail-not-there") != -1 || errno != EPERM)
		return 7;
	return 0;
}

TEST(a_jailed_process_may_read_but_not_write_connect_start_or_signal)
{
	int status;
	pid_t pid = fork();
	if (pid == 0)
		_exit(jailed_life());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 99)
		SKIP("this kernel has no seccomp filters");
	assert_int_equal(WEXITSTATUS(status), 0);
}

TEST(a_document_that_needs_more_memory_than_allowed_ends_only_its_worker)
{
#if defined(__SANITIZE_ADDRESS__)
	SKIP("address space cannot be bounded under the sanitizer");
#endif
	NEEDS("true");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str pdf;
	struct yz_printer *p = start(&(struct yz_printer_options){.memory = 400 << 20, .timeout = 120});
	/* Every second letter is of another script: each is a run of its own. */
	struct yz_str text = YZ_LIT("aبaبaبaبaبaبaبaبaبaبa"), row[24];
	static const struct yz_doc_column columns[24];
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("大"));
	d->landscape = true;
	yz_doc_table(d, columns, 24);
	for (int i = 0; i < 24; i++)
		row[i] = text;
	for (int i = 0; i < 2400; i++)
		yz_doc_row(d, row);
	assert_false(yz_printer_render(p, d, a, &pdf, &err));
	assert_int_equal(err.code, YZ_UNAVAILABLE);
	err = (struct yz_err){0};
	ASSERT_OK(yz_printer_render(p, small(a, 1), a, &pdf, &err), &err);
	yz_printer_stop(p);
	yz_arena_destroy(a);
}
