/* http/private.h - what the files of this module share; nobody else includes it.
 *
 *	yz_http ─┬─ loop (one a network thread) ── daemon of libmicrohttpd
 *	         │    └─ conn (one a TCP connection) ── yz_req_state (the request in hand)
 *	         ├─ pool ── workers, started on demand
 *	         └─ hub ── ring of events
 *
 * A request goes: loop (header, body) → pool (hooks, handler) → loop (sending).
 * While it is with the pool its connection is suspended, and the loop touches
 * neither; `done` hands it back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_HTTP_PRIVATE_H
#define YZ_HTTP_PRIVATE_H

#include "http/http.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "base/map.h"

/* ---- addresses ---- */

struct yz_http_addr {
	uint8_t bytes[16]; /* IPv4 as ::ffff:a.b.c.d; all zero: a unix socket */
};

struct yz_http_net {
	struct yz_http_addr addr;
	unsigned bits;
};

struct yz_http_counter; /* connections by address */

bool yz_http_addr_parse(struct yz_str text, struct yz_http_addr *out);
void yz_http_addr_from(const struct sockaddr *sa, struct yz_http_addr *out);
/* The network one customer has: of IPv6 the /64. */
struct yz_http_addr yz_http_addr_customer(const struct yz_http_addr *a);
/* buf of 46 or more. */
void yz_http_addr_print(const struct yz_http_addr *a, char buf[46]);
bool yz_http_net_parse(struct yz_str text, struct yz_http_net *out);
bool yz_http_net_has(const struct yz_http_net *nets, size_t n, const struct yz_http_addr *a);
struct yz_http_counter *yz_http_counter_create(void);
void yz_http_counter_destroy(struct yz_http_counter *c);
/* Counts one more of this address (IPv6: of its /64) unless there are `most`. Any thread. */
bool yz_http_counter_add(struct yz_http_counter *c, const struct yz_http_addr *a, unsigned most);
void yz_http_counter_drop(struct yz_http_counter *c, const struct yz_http_addr *a);

/* ---- routes ---- */

enum { YZ_HTTP_PARAMS = 8, YZ_HTTP_SEGMENTS = 32 };

struct yz_http_routes; /* in the server's arena */

struct yz_http_match {
	const struct yz_route *route; /* NULL: none for this method */
	unsigned allowed;             /* methods the path has; 0: no such path */
	size_t nparams;
	struct yz_pair params[YZ_HTTP_PARAMS];
};

struct yz_http_routes *yz_http_routes_build(struct yz_arena *a, const struct yz_route *routes, size_t n,
					    struct yz_err *err);
/* "GET, HEAD, OPTIONS" */
struct yz_str yz_http_allow(struct yz_arena *a, unsigned methods);
/* segments: the decoded parts of the path; "/" is one empty segment. */
void yz_http_routes_find(const struct yz_http_routes *r, enum yz_method method, const struct yz_str *segments, size_t n,
			 struct yz_arena *a, struct yz_http_match *out);

/* ---- the answer ---- */

enum yz_http_body { YZ_HTTP_UNANSWERED, YZ_HTTP_MEMORY, YZ_HTTP_FILE, YZ_HTTP_EVENTS };

struct yz_http_topic {
	uint64_t hash;
	struct yz_str name;
};

struct yz_http_res {
	int status;
	enum yz_http_body body;
	struct yz_str memory;
	int fd;                         /* YZ_HTTP_FILE: closed with the request, unless handed to libmicrohttpd */
	uint64_t offset, length;        /* of the part that is sent */
	YZ_VEC(struct yz_pair) headers; /* NUL-terminated both */
	const char *cache;              /* Cache-Control */
	struct yz_http_topic *topics;   /* YZ_HTTP_EVENTS */
	size_t ntopics;
	uint64_t seq; /* the last event the client has */
	bool lost;    /* it has missed some */
};

/* ---- a request ---- */

enum yz_http_stage {
	YZ_HTTP_HEAD,     /* first call of libmicrohttpd not yet made */
	YZ_HTTP_BODY,     /* reading the body */
	YZ_HTTP_WORK,     /* with the pool; the connection is suspended */
	YZ_HTTP_ADMITTED, /* back from hooks->admit: go on with the body */
	YZ_HTTP_ANSWER,   /* the answer is built and is to be sent */
	YZ_HTTP_SENDING,
	YZ_HTTP_REFUSED /* answered past libmicrohttpd; what still comes is dropped */
};

enum yz_http_job { YZ_HTTP_RUN, YZ_HTTP_ADMIT };
enum yz_http_form { YZ_HTTP_RAW, YZ_HTTP_URLENCODED, YZ_HTTP_MULTIPART };

struct yz_req_state {
	struct yz_req req; /* first: the public face */
	struct yz_http *http;
	struct yz_http_conn *conn;
	enum yz_http_stage stage;
	enum yz_http_job job;
	struct yz_req_state *next; /* in a queue */
	yz_instant began;          /* ticks */
	struct yz_str target;      /* the request line's, as sent */
	const char *method;        /* as sent; borrowed from libmicrohttpd like all headers */
	struct yz_pair *headers;
	size_t nheaders;
	struct yz_http_match match;
	YZ_VEC(struct yz_pair) queries;
	YZ_VEC(struct yz_pair) fields;
	YZ_VEC(struct yz_upload *) uploads;
	struct yz_buf body;
	struct yz_http_multipart *multipart;
	enum yz_http_form form;
	uint64_t body_limit, body_seen, dropped;
	bool has_body, body_done;
	bool prepared;
	yz_instant queued; /* ticks */
	struct yz_err err; /* why it is refused; code YZ_OK: it is not */
	struct yz_http_res res;
	struct MHD_Response *mhd;
	int builtin; /* status of a built-in answer, in place of res; 0: none */
	int status;  /* what was sent, for the log */
	uint64_t sent;
	/* The arena ran out: back to where the server called the code that allocated. */
	jmp_buf spent;
};

/* Parses "a=b&c=d" in place into x->queries or x->fields. false with YZ_LIMIT, YZ_TOO_LARGE or YZ_BAD_INPUT. */
bool yz_http_form_parse(struct yz_req_state *x, char *text, size_t len, bool query, struct yz_err *err);
/* Decodes %XX, and + as a space if `plus`; false on a bad escape. */
bool yz_http_unescape(char *text, size_t *len, bool plus);
/* UTF-8 without NUL. */
bool yz_http_text_ok(struct yz_str s);

/* Fills req from libmicrohttpd's headers and the request line; false with err: 400. */
bool yz_http_req_open(struct yz_req_state *x, struct MHD_Connection *mhd, struct yz_err *err);
/* Query, language: on the thread that runs the handler. */
bool yz_http_req_prepare(struct yz_req_state *x, struct yz_err *err);
/* nth header of that name, or {NULL, 0}. */
struct yz_str yz_http_header_nth(const struct yz_req_state *x, const char *name, size_t n);
/* Value of a parameter of a header like Content-Type: name="v"; into the arena. */
bool yz_http_header_param(struct yz_arena *a, struct yz_str header, const char *name, struct yz_str *out);
/* Is the header block what RFC 9112 allows, byte by byte?  url lies in libmicrohttpd's buffer, target is what stood
 * there at first.  Returns NULL, or why not, with the status to answer. */
const char *yz_http_frame_check(struct MHD_Connection *mhd, const char *url, struct yz_str target, const char *method,
				const char *version, const struct yz_http_limits *limits, int *status);

/* From the Content-Type header; NULL with err when it has no usable boundary. */
struct yz_http_multipart *yz_http_multipart_new(struct yz_req_state *x, struct yz_str content_type, struct yz_err *err);
bool yz_http_multipart_feed(struct yz_http_multipart *m, const char *data, size_t len, struct yz_err *err);
/* The body is complete: it must have ended with the closing boundary. */
bool yz_http_multipart_end(struct yz_http_multipart *m, struct yz_err *err);
/* Removes what servers that died left behind (older than a day). */
void yz_http_uploads_purge(const char *dir);

/* ---- sending ---- */

void yz_http_res_reset(struct yz_req_state *x);
/* Headers that every answer has. */
void yz_http_res_finish(struct yz_req_state *x);
/* libmicrohttpd's answer from res, or from `builtin`; NULL when there is no memory. */
struct MHD_Response *yz_http_response(struct yz_req_state *x);
/* The whole answer as bytes, "Connection: close"; for YZ_HTTP_MEMORY and built-in ones.  malloc'ed, or NULL. */
char *yz_http_response_bytes(struct yz_req_state *x, size_t *len);
int yz_http_res_status(const struct yz_req_state *x);
struct yz_str yz_http_builtin_text(int status);
const char *yz_http_reason(int status);

/* ---- connections and loops ---- */

enum yz_http_phase {
	YZ_HTTP_FRESH,   /* accepted, no request line yet */
	YZ_HTTP_IDLE,    /* between requests */
	YZ_HTTP_HEADER,  /* request line there, headers not */
	YZ_HTTP_READING, /* body */
	YZ_HTTP_WORKING, /* no deadline */
	YZ_HTTP_WRITING, /* answer */
	YZ_HTTP_LINGER,  /* refused: giving the client time to read why */
	YZ_HTTP_STREAM   /* events */
};

struct yz_http_conn {
	struct yz_http_loop *loop;
	struct MHD_Connection *mhd;
	int fd;
	enum yz_http_phase phase;
	yz_instant deadline; /* ticks */
	uint64_t tick;       /* when the wheel looks at it */
	struct yz_http_conn *next, **link;
	struct yz_req_state *x;
	bool trusted, counted;
	bool gone; /* the client has closed its half, or all */
	struct yz_http_addr addr;
	char peer[46];
	/* events */
	struct yz_http_conn *stream_next, **stream_link;
	bool waiting;          /* suspended until there is an event */
	bool beat;             /* a heartbeat is due */
	bool stalled;          /* took nothing since the last heartbeat */
	uint64_t seq;          /* the last event sent */
	size_t offset;         /* bytes sent of the next one */
	struct yz_str pending; /* a line of our own going out: reset, heartbeat */
};

enum { YZ_HTTP_SLOTS = 512, YZ_HTTP_TICK_MS = 250 };
#define YZ_HTTP_TICK (YZ_HTTP_TICK_MS * YZ_SECOND / 1000)

struct yz_http_loop {
	struct yz_http *http;
	pthread_t thread;
	bool started;
	struct MHD_Daemon *daemon;
	int epoll, wake;
	void *worker;                 /* hooks.worker_begin's for inline routes */
	struct yz_http_conn *newborn; /* for libmicrohttpd to announce */
	struct yz_http_conn *slots[YZ_HTTP_SLOTS];
	uint64_t tick, accept_after;
	unsigned connections, working; /* working: requests with the pool */
	struct yz_http_conn *streams;
	unsigned nstreams;
	bool accepting, saw_stop;
	struct yz_arena *spare[64]; /* arenas for reuse */
	size_t nspare;
	char log[16 * 1024];
	size_t log_len;
	/* shared with other threads */
	atomic_bool asleep;
	atomic_uint published; /* hub has news */
	atomic_bool streaming; /* nstreams > 0 */
	pthread_mutex_t lock;
	struct yz_req_state *done; /* newest first */
};

bool yz_http_loop_open(struct yz_http_loop *loop, struct yz_http *http, struct yz_err *err);
bool yz_http_loop_start(struct yz_http_loop *loop, struct yz_err *err);
void yz_http_loop_join(struct yz_http_loop *loop);
void yz_http_loop_end(struct yz_http_loop *loop);
void yz_http_loop_close(struct yz_http_loop *loop);
void yz_http_loop_wake(struct yz_http_loop *loop);
/* From a worker: the request is done. */
void yz_http_loop_done(struct yz_http_loop *loop, struct yz_req_state *x);
struct yz_arena *yz_http_loop_arena(struct yz_http_loop *loop);
void yz_http_loop_arena_back(struct yz_http_loop *loop, struct yz_arena *a);
void yz_http_deadline(struct yz_http_conn *c, enum yz_http_phase phase, yz_instant from_now);
void yz_http_expire(struct yz_http_conn *c);
/* The client has hung up; libmicrohttpd may not have seen it. */
void yz_http_client_gone(struct yz_http_conn *c);
/* Sends what x answers past libmicrohttpd and lets the client read it for a while. */
void yz_http_refuse(struct yz_http_conn *c);
struct yz_req_state *yz_http_exchange_new(struct yz_http_conn *c);
void yz_http_exchange_drop(struct yz_http_conn *c);
void yz_http_access(struct yz_http_loop *loop, const struct yz_req_state *x, const char *peer);
void yz_http_access_flush(struct yz_http_loop *loop);
bool yz_http_log_open(struct yz_http *http, struct yz_err *err);

/* libmicrohttpd's callbacks (exchange.c). */
void *yz_http_on_line(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result yz_http_on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
				   const char *version, const char *data, size_t *size, void **request);
void yz_http_on_completed(void *cls, struct MHD_Connection *mhd, void **request, enum MHD_RequestTerminationCode why);
void yz_http_on_connection(void *cls, struct MHD_Connection *mhd, void **socket, enum MHD_ConnectionNotificationCode);

/* ---- workers ---- */

struct yz_http_pool;
struct yz_http_pool *yz_http_pool_create(struct yz_http *http, unsigned most, unsigned running, unsigned queue);
/* false: the queue is full. */
bool yz_http_pool_put(struct yz_http_pool *pool, struct yz_req_state *x);
/* Now and then: when requests have waited long, the workers are blocked unannounced; wakes more.  Returns whether
 * requests are waiting. */
bool yz_http_pool_nudge(struct yz_http_pool *pool, yz_instant now);
void yz_http_pool_destroy(struct yz_http_pool *pool);
void yz_http_pool_stats(struct yz_http_pool *pool, struct yz_http_stats *out);
/* The arena's way out of handlers and parsers: to x->spent, set by whoever called them. */
void yz_http_on_spent(void *x);
/* Runs hooks and handler on this thread; afterwards res or builtin is set, or the request is admitted. */
void yz_http_run(struct yz_req_state *x, void *worker);
/* Runs hooks->quick; false: a worker has to. */
bool yz_http_quick(struct yz_req_state *x);

/* ---- events ---- */

struct yz_hub *yz_http_hub_create(struct yz_http *http);
void yz_http_hub_destroy(struct yz_hub *hub);
/* What libmicrohttpd calls for more bytes. */
ssize_t yz_http_stream_read(void *cls, uint64_t pos, char *buf, size_t max);
void yz_http_stream_open(struct yz_http_conn *c);
void yz_http_stream_close(struct yz_http_conn *c);
/* Its heartbeat is due. */
void yz_http_stream_beat(struct yz_http_conn *c);
/* Resumes those that have something to say; all of them when stopping. */
void yz_http_streams_wake(struct yz_http_loop *loop, bool all);

/* ---- the server ---- */

struct yz_http_listener {
	int fd;
	unsigned port;
	char *unix_path; /* NULL: TCP */
};

struct yz_http {
	struct yz_arena *arena; /* lives as long as the server */
	struct yz_http_limits limits;
	struct yz_http_hooks hooks;
	struct yz_http_routes *routes;
	bool any_inline;
	struct yz_http_listener *listeners;
	size_t nlisteners;
	struct yz_http_net *trusted;
	size_t ntrusted;
	bool trust_unix;
	const char *base_url, *upload_dir, *log_path;
	bool secure;
	const char **languages;
	size_t nlanguages;
	unsigned drain_s, nloops, workers;
	void *app;
	struct yz_http_loop *loops;
	struct yz_http_pool *pool;
	struct yz_hub *hub;
	struct yz_http_counter *counter;
	bool started, stopped;
	pthread_mutex_t log_lock;
	int log_fd;
	atomic_bool ready, stopping;
	_Atomic yz_instant stop_by; /* ticks */
	atomic_uint connections, event_clients;
	atomic_uint_least64_t requests, refused;
};

#endif
