/* Many connections, many workers, and stopping among them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/http/client.h"

#include "base/wait.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

static sem_t gate;
static atomic_int inside, most_inside;

static bool quick(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return yz_res_text(req, yz_str_printf(req->arena, "%.*s\n", YZ_P(yz_req_query(req, "n"))));
}

static void come_in(void)
{
	int now = ++inside, most = most_inside;
	while (now > most && !atomic_compare_exchange_weak(&most_inside, &most, now))
		;
}

/* Waits at the gate, and says so only if asked. */
static bool slow(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	bool told = yz_req_query(req, "told").ptr != NULL;
	if (told)
		yz_waits(true);
	come_in();
	sem_wait(&gate);
	inside--;
	if (told)
		yz_waits(false);
	return yz_res_text(req, YZ_LIT("through\n"));
}

static atomic_int held, given_back;

static void give_back(void *ctx)
{
	(void)ctx;
	given_back++;
}

/* More than the kernel takes for a client that does not read. */
static bool holds(struct yz_req *req, struct yz_err *err)
{
	enum { SIZE = 16 * 1024 * 1024 };
	(void)err;
	char *p = yz_alloc(req->arena, SIZE);
	memset(p, 'x', SIZE);
	yz_arena_defer(req->arena, give_back, NULL);
	held++;
	return yz_res_text(req, yz_str_n(p, SIZE));
}

static const struct yz_route routes[] = {
	{YZ_GET, "/holds", holds, "open", 0, 0},
	{YZ_GET, "/quick", quick, "open", 0, 0},
	{YZ_GET, "/inline", quick, "open", YZ_ROUTE_INLINE, 0},
	{YZ_GET, "/slow", slow, "open", 0, 0},
};

static struct server server;

static void ask(int fd, const char *path)
{
	sayf(fd, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
}

static void heard(int fd, int status, const char *body)
{
	struct reply r = hear(fd);
	assert_int_equal(r.status, status);
	assert_string_equal(r.body, body);
	drop(&r);
}

static void everyone_is_served(int n, const char *path, unsigned threads)
{
	int *fds = calloc((size_t)n, sizeof *fds);
	server = SERVE_WITH(routes, .net_threads = threads, .limits = {.per_ip = 2000});
	for (int i = 0; i < n; i++)
		fds[i] = dial(&server);
	for (int round = 0; round < 20; round++) {
		char text[64];
		for (int i = 0; i < n; i++) {
			snprintf(text, sizeof text, "%s?n=%d.%d", path, i, round);
			ask(fds[i], text);
		}
		for (int i = 0; i < n; i++) {
			snprintf(text, sizeof text, "%d.%d\n", i, round);
			heard(fds[i], 200, text);
		}
	}
	for (int i = 0; i < n; i++)
		close(fds[i]);
	stop(&server);
	free(fds);
}

/* libmicrohttpd's own thread answers some ten requests a second here. */
TEST(multiples_of_128_connections_are_all_served)
{
	static const int sizes[] = {1, 127, 128, 129, 256, 384, 512, 1024};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		everyone_is_served(sizes[i], "/inline", 1);
		everyone_is_served(sizes[i], "/quick", 1);
	}
	everyone_is_served(512, "/quick", 4);
}

static void wait_for(atomic_int *what, int value)
{
	for (int i = 0; i < 6000 && *what != value; i++)
		usleep(5000);
	assert_int_equal(*what, value);
}

static void all_wait_at_once(int n, const char *path)
{
	int fds[256];
	sem_init(&gate, 0, 0);
	most_inside = 0;
	server = SERVE(routes);
	for (int i = 0; i < n; i++) {
		fds[i] = dial(&server);
		ask(fds[i], path);
	}
	wait_for(&inside, n < 128 ? n : 128);
	int other = dial(&server);
	if (n < 128) {
		ask(other, "/quick?n=1"); /* blocked workers do not keep others waiting */
		heard(other, 200, "1\n");
	}
	ask(other, "/inline?n=2");
	heard(other, 200, "2\n");
	close(other);
	for (int i = 0; i < n; i++)
		sem_post(&gate);
	for (int i = 0; i < n; i++) {
		heard(fds[i], 200, "through\n");
		close(fds[i]);
	}
	assert_int_equal(most_inside, n < 128 ? n : 128);
	struct yz_http_stats stats;
	yz_http_stats(server.http, &stats);
	assert_true(stats.workers <= 128);
	stop(&server);
	sem_destroy(&gate);
}

TEST(workers_that_say_they_wait_make_room_for_others)
{
	all_wait_at_once(100, "/slow?told=1");
}

TEST(workers_that_wait_unannounced_are_found_out)
{
	all_wait_at_once(100, "/slow");
}

TEST(no_more_workers_are_started_than_allowed)
{
	all_wait_at_once(200, "/slow?told=1");
}

TEST(a_queue_that_is_full_is_503)
{
	int fds[8], busy = 0;
	sem_init(&gate, 0, 0);
	server = SERVE_WITH(routes, .workers = 2, .limits = {.queue = 3});
	for (int i = 0; i < 2; i++) {
		fds[i] = dial(&server);
		ask(fds[i], "/slow?told=1");
		wait_for(&inside, i + 1);
	}
	for (int i = 2; i < 8; i++) {
		fds[i] = dial(&server);
		ask(fds[i], "/slow");
	}
	struct pollfd polls[8];
	for (int i = 0; i < 8; i++)
		polls[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	for (int i = 0; i < 3; i++) {
		assert_true(poll(polls, 8, 60000) > 0);
		for (int k = 0; k < 8; k++)
			if (polls[k].revents) {
				struct reply r = hear(fds[k]);
				assert_int_equal(r.status, 503);
				assert_string_equal(header(&r, "Retry-After"), "2");
				drop(&r);
				polls[k].fd = -1;
				busy++;
			}
		if (busy == 3)
			break;
	}
	assert_int_equal(busy, 3);
	for (int i = 0; i < 5; i++)
		sem_post(&gate);
	for (int i = 0; i < 8; i++) {
		if (polls[i].fd >= 0)
			heard(fds[i], 200, "through\n");
		close(fds[i]);
	}
	stop(&server);
	sem_destroy(&gate);
}

/* ---- stopping ---- */

static void *stop_it(void *ctx)
{
	yz_http_stop(ctx);
	return NULL;
}

TEST(stopping_lets_requests_finish_and_accepts_no_more)
{
	int fds[10], idle;
	pthread_t thread;
	sem_init(&gate, 0, 0);
	server = SERVE_WITH(routes, .drain_s = 30);
	for (int i = 0; i < 10; i++) {
		fds[i] = dial(&server);
		ask(fds[i], "/slow?told=1");
	}
	idle = dial(&server);
	ask(idle, "/quick?n=1");
	heard(idle, 200, "1\n");
	wait_for(&inside, 10);
	pthread_create(&thread, NULL, stop_it, server.http);
	assert_true(hung_up(idle)); /* idle connections go at once */
	close(idle);
	for (int i = 0; i < 10; i++)
		sem_post(&gate);
	for (int i = 0; i < 10; i++) {
		struct reply r = hear(fds[i]);
		assert_int_equal(r.status, 200);
		assert_string_equal(header(&r, "Connection"), "close");
		drop(&r);
		assert_true(hung_up(fds[i]));
		close(fds[i]);
	}
	pthread_join(thread, NULL);
	stop(&server);
	sem_destroy(&gate);
}

TEST(stopping_cuts_what_does_not_finish_in_time)
{
	server = SERVE_WITH(routes, .drain_s = 1);
	int half = dial(&server), body = dial(&server);
	say(half, "GET /quick HTTP/1.1\r\nHost: x\r\n");
	say(body, "POST /quick HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
	int probe = dial(&server);
	ask(probe, "/quick?n=1");
	heard(probe, 200, "1\n");
	close(probe);
	stop(&server);
	assert_true(hung_up(half));
	close(half);
	close(body);
}

TEST(once_stopped_no_request_holds_anything)
{
	held = given_back = 0;
	server = SERVE_WITH(routes, .drain_s = 1);
	int fd = dial(&server), small = 4096;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	ask(fd, "/holds");
	wait_for(&held, 1);
	yz_http_stop(server.http);
	assert_int_equal(given_back, 1); /* what it gives back to may be gone once this has returned */
	close(fd);
	stop(&server);
}

struct traffic {
	pthread_t thread;
	atomic_bool *go;
	int served, broken;
};

static void *hammer(void *ctx)
{
	struct traffic *t = ctx;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)yz_http_port(server.http, 0))};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	while (*t->go) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		struct timeval patience = {.tv_sec = 60};
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
		if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
			close(fd);
			continue;
		}
		for (int i = 0; i < 50; i++) {
			char text[512];
			ssize_t n = 0;
			if (!say(fd, i % 2 ? "GET /quick?n=7 HTTP/1.1\r\nHost: x\r\n\r\n"
					   : "GET /inline?n=7 HTTP/1.1\r\nHost: x\r\n\r\n") ||
			    (n = recv(fd, text, sizeof text, 0)) <= 0)
				break;
			if (strncmp(text, "HTTP/1.1 200", 12) == 0)
				t->served++;
			else
				t->broken++;
			while (n > 0 && !memmem(text, (size_t)n, "7\n", 2))
				n = recv(fd, text, sizeof text, 0);
		}
		close(fd);
	}
	return NULL;
}

TEST(starting_and_stopping_under_traffic_breaks_nothing)
{
	for (int round = 0; round < 5; round++) {
		struct traffic t[8] = {0};
		atomic_bool go = true;
		int served = 0, broken = 0;
		server = SERVE_WITH(routes, .net_threads = 2);
		for (int i = 0; i < 8; i++) {
			t[i].go = &go;
			pthread_create(&t[i].thread, NULL, hammer, &t[i]);
		}
		usleep(100000);
		yz_http_stop(server.http);
		go = false;
		for (int i = 0; i < 8; i++) {
			pthread_join(t[i].thread, NULL);
			served += t[i].served;
			broken += t[i].broken;
		}
		assert_true(served > 0);
		assert_int_equal(broken, 0);
		stop(&server);
	}
}

TEST(a_unix_socket_serves_too)
{
	char path[] = "/tmp/yz-http-sock-XXXXXX", name[64];
	assert_non_null(mkdtemp(path));
	snprintf(name, sizeof name, "unix:%s/s", path);
	const char *const listen[] = {"127.0.0.1:0", name, NULL};
	const char *const trusted[] = {"unix", NULL};
	server = SERVE_WITH(routes, .listen = listen, .trusted = trusted);
	struct sockaddr_storage to = {.ss_family = AF_UNIX};
	strcpy((char *)&to + sizeof(sa_family_t), name + 5);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, 110), 0);
	ask(fd, "/quick?n=unix");
	heard(fd, 200, "unix\n");
	close(fd);
	stop(&server);
	assert_int_not_equal(access(name + 5, F_OK), 0);
	rmdir(path);
}
