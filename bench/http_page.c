/* bench/http_page.c - one page of 20 KB, by us and by nginx, per CPU-second.
 *
 *	bench_http_page [SECONDS [CONNECTIONS]]
 *
 * Both serve the same bytes to wrk in turn, three rounds each; what counts is
 * requests for each second of processor time of the server, so that it does not
 * matter what else the machine does.  Ours goes two ways: handed to a worker,
 * and on the network thread (YZ_ROUTE_INLINE); then 304 to who has the page.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/http.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 20803, ROUNDS = 3 };

static char page[PAGE + 1];

static bool answer(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	if (yz_res_etag(req, YZ_LIT("bench")))
		return true;
	char *copy = yz_alloc(req->arena, PAGE); /* as a template would write it */
	memcpy(copy, page, PAGE);
	return yz_res_html(req, yz_str_n(copy, PAGE));
}

static void error_page(struct yz_req *req, const struct yz_err *err)
{
	yz_res_text(req, yz_str(err->msg));
}

static double own_cpu(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* Of the process and its children (nginx's worker). */
static double cpu_of(pid_t pid)
{
	double sum = 0;
	DIR *proc = opendir("/proc");
	struct dirent *e;
	while (proc && (e = readdir(proc))) {
		char path[300], text[1024];
		snprintf(path, sizeof path, "/proc/%s/stat", e->d_name);
		FILE *f = e->d_name[0] >= '0' && e->d_name[0] <= '9' ? fopen(path, "r") : NULL;
		int id, parent;
		unsigned long user, system;
		if (f && fgets(text, sizeof text, f) && strrchr(text, ')') && sscanf(text, "%d", &id) == 1 &&
		    sscanf(strrchr(text, ')'), ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &parent, &user,
			   &system) == 3 &&
		    (id == pid || parent == pid))
			sum += (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
		if (f)
			fclose(f);
	}
	if (proc)
		closedir(proc);
	return sum;
}

/* One that was free a moment ago. */
static unsigned free_port(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof in;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&in, len) != 0 || getsockname(fd, (struct sockaddr *)&in, &len) != 0)
		return 0;
	close(fd);
	return ntohs(in.sin_port);
}

static pid_t start_nginx(const char *dir, unsigned port)
{
	char path[256];
	snprintf(path, sizeof path, "%s/nginx.conf", dir);
	FILE *f = fopen(path, "w");
	if (!f)
		return -1;
	fprintf(f,
		"daemon off; worker_processes 1; pid %s/pid; error_log /dev/null;\n"
		"events { worker_connections 2048; }\n"
		"http { access_log off; sendfile off; keepalive_requests 1000000000;\n"
		"client_body_temp_path %s/b; proxy_temp_path %s/p; fastcgi_temp_path %s/f; uwsgi_temp_path %s/u;\n"
		"scgi_temp_path %s/s; types { text/html html; } open_file_cache max=10;\n"
		"server { listen 127.0.0.1:%u; root %s; } }\n",
		dir, dir, dir, dir, dir, dir, port, dir);
	fclose(f);
	snprintf(path, sizeof path, "%s/page.html", dir);
	f = fopen(path, "w");
	fwrite(page, 1, PAGE, f);
	fclose(f);
	pid_t pid = fork();
	if (pid == 0) {
		snprintf(path, sizeof path, "%s/nginx.conf", dir);
		execlp("nginx", "nginx", "-e", "/dev/null", "-c", path, (char *)NULL);
		_exit(127);
	}
	return pid;
}

/* Requests a second that wrk counts. */
static double wrk(const char *url, const char *header, int seconds, int connections)
{
	char line[512];
	double rate = 0;
	snprintf(line, sizeof line, "wrk -t1 -c%d -d%ds -H '%s' %s", connections, seconds, header, url);
	FILE *f = popen(line, "r");
	while (f && fgets(line, sizeof line, f)) {
		sscanf(line, "Requests/sec: %lf", &rate);
		if (strstr(line, "Non-2xx") || strstr(line, "Socket errors"))
			fputs(line, stdout);
	}
	if (f)
		pclose(f);
	return rate;
}

struct run {
	const char *name, *path, *header;
	bool nginx;
	double best; /* requests per CPU-second */
	double rate;
};

int main(int argc, char **argv)
{
	static const struct yz_route routes[] = {{YZ_GET, "/worker", answer, "open", 0, 0},
						 {YZ_GET, "/inline", answer, "open", YZ_ROUTE_INLINE, 0}};
	static const char *const listen[] = {"127.0.0.1:0", NULL};
	int seconds = argc > 1 ? atoi(argv[1]) : 3, connections = argc > 2 ? atoi(argv[2]) : 64;
	char dir[] = "/tmp/yz-bench-XXXXXX", command[64];
	struct yz_err err = {0};
	for (int i = 0; i < PAGE; i++)
		page[i] = i % 80 == 79 ? '\n' : (char)('a' + i * 7 % 26);
	struct yz_http *http = yz_http_create(&(struct yz_http_options){.listen = listen,
									.routes = routes,
									.nroutes = 2,
									.limits.per_ip = 100000,
									.hooks = {.error = error_page}},
					      &err);
	if (!http || !yz_http_start(http, &err) || !mkdtemp(dir)) {
		fprintf(stderr, "%s\n", err.msg);
		return 1;
	}
	yz_http_set_ready(http, true);
	chmod(dir, 0755);
	unsigned port = yz_http_port(http, 0), other = free_port();
	pid_t nginx = start_nginx(dir, other);
	sleep(1);
	struct run runs[] = {{"nginx, file", "/page.html", "A: b", true},
			     {"ours, on a worker", "/worker", "A: b", false},
			     {"ours, inline", "/inline", "A: b", false},
			     {"ours, inline, 304", "/inline", "If-None-Match: \"bench\"", false}};
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
			char url[128];
			struct run *r = &runs[i];
			snprintf(url, sizeof url, "http://127.0.0.1:%u%s", r->nginx ? other : port, r->path);
			double before = r->nginx ? cpu_of(nginx) : own_cpu();
			double rate = wrk(url, r->header, seconds, connections);
			double cpu = (r->nginx ? cpu_of(nginx) : own_cpu()) - before;
			if (cpu > 0 && rate * seconds / cpu > r->best) {
				r->best = rate * seconds / cpu;
				r->rate = rate;
			}
		}
	if (!runs[0].best)
		puts("nginx or wrk is not there: no ratio");
	printf("%-20s %12s %16s %8s\n", "page of 20803 bytes", "requests/s", "per CPU-second", "ratio");
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
		printf("%-20s %12.0f %16.0f %8.2f\n", runs[i].name, runs[i].rate, runs[i].best,
		       runs[i].best / runs[0].best);
	kill(nginx, SIGTERM);
	waitpid(nginx, NULL, 0);
	yz_http_destroy(http);
	snprintf(command, sizeof command, "rm -r %s", dir);
	return system(command) != 0;
}
