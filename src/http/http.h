/* http/http.h - connections, limits, routes, answers.  Knows nothing of government.
 *
 * Network threads only move bytes; a complete request is handed to a worker,
 * which runs hooks->begin, the route's handler and hooks->end, and the network
 * thread sends what they built.  A slow or hostile client never holds a worker.
 * Where hooks->quick has the answer ready, no worker is asked.
 *
 *	connection   accepted ── header ── body ── worker ── sending ── next request or closed
 *	deadline              header_s    body_s    none     send_s     idle_s
 *	past it               408         408        -       cut        cut
 *
 * A handler returns true after it has set an answer, or false after yz_fail():
 * then hooks->error renders the page and the code gives the status.
 *
 * Ownership: what a request hands out lives until its answer is sent, then its
 *            arena goes; anything else a handler acquires is registered with
 *            yz_arena_defer(req->arena, …).
 * Failure:   past the request's memory budget the client gets 503: the worker
 *            jumps back from wherever the handler allocated, so a handler never
 *            allocates from req->arena while it holds a lock.
 * Threads:   a request belongs to one thread at a time.  yz_http_* and
 *            yz_hub_publish: any thread.
 * Standards: RFC 9110, 9112; refused beyond them: bare LF, folded headers, NUL,
 *            Content-Length or Content-Type twice, Content-Length beside Transfer-Encoding.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_HTTP_HTTP_H
#define YZ_HTTP_HTTP_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

struct yz_http;
struct yz_hub;
struct yz_req;

/* ---- routes ---- */

enum yz_method { YZ_GET = 1, YZ_HEAD = 2, YZ_POST = 4, YZ_PUT = 8, YZ_PATCH = 16, YZ_DELETE = 32, YZ_OPTIONS = 64 };

enum {
	YZ_ROUTE_UPLOAD = 1,    /* files accepted (multipart); limits upload_*; hooks->admit is asked before the body */
	YZ_ROUTE_INLINE = 2,    /* runs on the network thread: must neither block nor wait for a write */
	YZ_ROUTE_FRAMED = 4,    /* own pages may show it in a frame (the PDF viewer) */
	YZ_ROUTE_QUIET = 8,     /* not in the access log */
	YZ_ROUTE_RAW = 16,      /* the body is not parsed as a form, whatever its type: see req->body */
	YZ_ROUTE_STARTING = 32, /* answers even before yz_http_ready() */
	YZ_ROUTE_KEPT = 64,     /* hooks->quick is asked before a worker */
	YZ_ROUTE_SIGNED = 128   /* for the hooks: who sends it proves it by a signature, and has no form token */
};
#define YZ_ROUTE_USER (1u << 16) /* from here on the flags are the caller's */

struct yz_route {
	enum yz_method method; /* one of them; GET answers HEAD too, OPTIONS and 405 are made from the table */
	const char *pattern;   /* "/case/{no}/act/{act}": {x} is one segment, not empty; a last {x*} is the rest */
	bool (*handler)(struct yz_req *req, struct yz_err *err);
	const char *permission; /* for hooks->begin; never NULL */
	unsigned flags;
	size_t body; /* bytes the body may have; 0: limits.body_bytes, or upload_bytes with YZ_ROUTE_UPLOAD */
};

/* All may be NULL but error. Each but quick and worker_* runs on the request's worker. */
struct yz_http_hooks {
	/* Before the body is read, only for YZ_ROUTE_UPLOAD: session and permission (fields are not there yet).  What
	 * it acquires goes with the arena: when the body never comes, `end` does not run.  `begin` runs too, later. */
	bool (*admit)(struct yz_req *req, struct yz_err *err);
	/* Only for YZ_ROUTE_KEPT, on the network thread: sets an answer that is ready, without blocking, and neither
	 * begin, the handler nor end run.  false: they do, as if nothing had been asked; what it set is forgotten. */
	bool (*quick)(struct yz_req *req);
	/* Before the handler: session, permission, CSRF.  If it sets an answer the handler does not run. */
	bool (*begin)(struct yz_req *req, struct yz_err *err);
	/* Sets the answer for an error, also for 404, 405, 413 …, and logs it if it is worth it; the status is set
	 * already and may be changed.  req->route is NULL when none matched; begin may not have run. */
	void (*error)(struct yz_req *req, const struct yz_err *err);
	/* After the answer is built, also after begin or the handler failed, also after the memory budget was spent. */
	void (*end)(struct yz_req *req);
	/* A thread's own things (a database connection): req->worker.  NULL: the thread cannot serve, 503. */
	void *(*worker_begin)(void *app);
	void (*worker_end)(void *app, void *worker);
};

/* ---- the server ---- */

struct yz_http_limits {
	size_t header_bytes;    /* request line and headers; more is 431 or 414              16 KiB */
	size_t headers;         /* header lines; more is 431                                    100 */
	size_t body_bytes;      /* a form, JSON; more is 413                                  2 MiB */
	size_t upload_bytes;    /* a body with files                                        256 MiB */
	size_t file_bytes;      /* one file in it                                            64 MiB */
	size_t fields;          /* in a form, and in a query                                   1000 */
	size_t field_bytes;     /* one field's value                                        256 KiB */
	size_t files;           /* in one form                                                   50 */
	size_t arena_bytes;     /* memory of a request; past it 503                          32 MiB */
	unsigned header_s;      /* from accept or the request line to the end of the headers     10 */
	unsigned body_s;        /* from there to the end of the body                             30 */
	unsigned upload_s;      /* the same with YZ_ROUTE_UPLOAD                                900 */
	unsigned idle_s;        /* between requests on a connection                              60 */
	unsigned send_s;        /* to take the answer, plus one second for each 8 KiB of it      60 */
	unsigned connections;   /* in all                                                      8192 */
	unsigned per_ip;        /* of one address; trusted proxies are exempt                  256 */
	unsigned event_clients; /* of them with server-sent events                            4096 */
	unsigned queue;         /* requests waiting for a worker; past it 503                 4096 */
};

/* Zero or NULL takes the default.  Everything is copied. */
struct yz_http_options {
	const char *const *listen; /* "127.0.0.1:8080", "[::1]:0" (0: any free port), "unix:PATH"; NULL-terminated */
	unsigned net_threads;      /* 1 */
	unsigned workers;          /* at most, started on demand; 128 */
	unsigned running;          /* of them at once, not counting those that wait (base/wait.h); 0: the number of
				    * processors */
	struct yz_http_limits limits;
	const char *const *trusted;   /* addresses or networks ("10.0.0.0/8", "unix") of proxies; NULL-terminated */
	const char *base_url;         /* "https://zw.example.gov.cn": for links; https makes cookies Secure */
	const char *access_log;       /* path, appended to; "-" is standard output; NULL: none */
	unsigned drain_s;             /* how long yz_http_stop lets requests finish; 10 */
	const char *upload_dir;       /* folder for files being uploaded; default: no uploads (413) */
	const char *const *languages; /* first is the default; {"zh_CN", "en", "ug", NULL} */
	const struct yz_route *routes;
	size_t nroutes;
	struct yz_http_hooks hooks;
	void *app; /* handed to every request and hook */
};

/* Checks the routes (twice the same, bad patterns) and binds the addresses: privileges may be dropped
 * between create and start. */
struct yz_http *yz_http_create(const struct yz_http_options *options, struct yz_err *err);
bool yz_http_start(struct yz_http *http, struct yz_err *err);
/* Stops accepting, lets requests finish (at most drain_s), closes: afterwards no request is left, and what each had deferred
 * has run. Idempotent. */
void yz_http_stop(struct yz_http *http);
void yz_http_destroy(struct yz_http *http); /* NULL allowed; stops first */
/* The port of the nth listen address, as bound. */
unsigned yz_http_port(const struct yz_http *http, size_t nth);
/* Until it is set, every route without YZ_ROUTE_STARTING answers 503. */
void yz_http_set_ready(struct yz_http *http, bool ready);
bool yz_http_ready(const struct yz_http *http);
/* Reopens the access log (after rotation). */
void yz_http_reopen_log(struct yz_http *http);
struct yz_hub *yz_http_hub(struct yz_http *http);
const char *yz_http_base_url(const struct yz_http *http); /* without a last slash; "" when not given */

struct yz_http_stats {
	uint64_t requests, refused; /* refused: 408, 413, 431, 400 before any route, and connections over a limit */
	unsigned connections, event_clients, workers, busy, queued;
};
void yz_http_stats(struct yz_http *http, struct yz_http_stats *out);

/* ---- a request ---- */

struct yz_pair {
	struct yz_str name, value;
};

struct yz_pairs {
	const struct yz_pair *at;
	size_t len;
};

struct yz_upload {
	struct yz_str field;
	struct yz_str name; /* the client's: last part, no control or path characters, ≤ 200 bytes; may be "" */
	struct yz_str type; /* what the client says it is: never to be believed */
	uint64_t size;
	const char *path; /* temporary file, removed after the request unless taken */
	bool taken;
};

struct yz_req {
	enum yz_method method; /* HEAD arrives as GET */
	bool head;
	bool secure;  /* the client speaks https (base_url, or a trusted proxy says so) */
	int language; /* index into options.languages: from ?lang=, cookie lang, Accept-Language */
	const struct yz_route *route;
	struct yz_str path;   /* decoded, valid UTF-8, no NUL, no "." or ".." segments */
	struct yz_str query;  /* as sent */
	struct yz_str client; /* address in numbers; behind a trusted proxy the one it names; "unix" */
	struct yz_str customer; /* the network to count it by: of IPv6 the /64 that one customer has */
	struct yz_str host;   /* Host header, as sent: not to be believed, links use base_url */
	struct yz_str type;   /* the body's media type, lower case, no parameters; "" without a body */
	struct yz_str body;   /* when it was not a form: ≤ the body limit, any bytes */
	struct yz_arena *arena;
	yz_instant now; /* when the handler was begun */
	void *app;      /* options.app */
	void *worker;   /* hooks.worker_begin's */
	void *user;     /* the web layer's own, NULL at first */
	struct yz_http *http;
	struct yz_req_state *state; /* private */
};

/* Text is valid UTF-8 without NUL.  Not there: {NULL, 0}; there but empty: ptr is not NULL. */
struct yz_str yz_req_param(const struct yz_req *req, const char *name); /* from the pattern */
struct yz_str yz_req_query(const struct yz_req *req, const char *name); /* the first of that name */
struct yz_str yz_req_field(const struct yz_req *req, const char *name); /* of the form; the first */
struct yz_str yz_req_cookie(const struct yz_req *req, const char *name);
struct yz_str yz_req_header(const struct yz_req *req, const char *name); /* any case; the first */
struct yz_pairs yz_req_queries(const struct yz_req *req);
struct yz_pairs yz_req_fields(const struct yz_req *req); /* in order; without files */
/* The nearest page: the request's path if GET answers it, else with its last parts left away; "/" at last.  Decoded, as
 * req->path.  Of a form that was refused this is where it stood. */
struct yz_str yz_req_page(const struct yz_req *req);
/* The nth value of a repeated field, or {NULL, 0}. */
struct yz_str yz_req_field_nth(const struct yz_req *req, const char *name, size_t n);

size_t yz_req_uploads(const struct yz_req *req);
struct yz_upload *yz_req_upload(const struct yz_req *req, size_t n);
/* The first file of that field (an empty file control sends none), or NULL. */
struct yz_upload *yz_req_upload_of(const struct yz_req *req, const char *field);
/* The file is the caller's now: it must rename or remove it. */
const char *yz_upload_take(struct yz_upload *upload);

/* ---- the answer ---- */

/* Unless set: 200, and with every answer Content-Security-Policy, nosniff, Referrer-Policy, Cache-Control: no-store. */
void yz_res_status(struct yz_req *req, int status);
/* Replaces a header of that name (Set-Cookie excepted).  Line ends in the value are an assertion. */
void yz_res_header(struct yz_req *req, const char *name, struct yz_str value);
/* What a cache may do: NULL sets the default "no-store"; pages with yz_res_etag: "no-cache, private". */
void yz_res_cache(struct yz_req *req, const char *control);

/* The body; it must live as long as req->arena.  The last one set counts.  All return true. */
bool yz_res_html(struct yz_req *req, struct yz_str html);
bool yz_res_json(struct yz_req *req, struct yz_str json);
bool yz_res_text(struct yz_req *req, struct yz_str text);
bool yz_res_body(struct yz_req *req, const char *type, struct yz_str body);
bool yz_res_empty(struct yz_req *req, int status);
/* 303 See Other.  A path of this site or an absolute URL; anything else in `to` (a "//" at the start, control
 * characters) is refused and goes to "/". */
bool yz_res_redirect(struct yz_req *req, struct yz_str to);
/* A file, with Range and If-Range (206, 416).  download: the name to save as, or NULL to show it. */
bool yz_res_file(struct yz_req *req, const char *path, const char *type, const char *download, struct yz_err *err);
/* The same of an open file, which is the answer's from now on, also when it fails. */
bool yz_res_fd(struct yz_req *req, int fd, const char *type, const char *download, struct yz_err *err);
/* "attachment" with that name for an answer from memory; UTF-8 by RFC 6266 (8187). */
void yz_res_download(struct yz_req *req, struct yz_str name);
/* Sets ETag; true when the client has it already: the answer is 304 and the handler returns at once.
 *	if (yz_res_etag(req, tag)) return true;
 * The tag has no quotes; it must change with language and person. */
bool yz_res_etag(struct yz_req *req, struct yz_str tag);
bool yz_res_answered(const struct yz_req *req);

struct yz_cookie {
	const char *name;
	struct yz_str value; /* token characters and = / + only */
	int64_t max_age;     /* seconds; 0: until the browser closes; < 0: removes it */
	const char *path;    /* NULL: "/" */
	bool scripts;        /* readable by scripts; else HttpOnly */
	bool strict;         /* SameSite=Strict; else Lax */
};
void yz_res_cookie(struct yz_req *req, const struct yz_cookie *cookie);

/* A file of the program, compressed at build time. */
struct yz_asset {
	const char *path, *type;
	const void *data;
	size_t len;
	const void *gzip; /* NULL: none */
	size_t gzip_len;
	const char *etag;
	bool immutable; /* its name carries its digest: cached for a year */
};
bool yz_res_asset(struct yz_req *req, const struct yz_asset *asset);

/* ---- server-sent events ----
 *
 * One ring of the latest events for the server; a client is a cursor in it, so
 * a slow one costs nothing and is cut when the ring has passed it.  A client
 * that comes back with a Last-Event-ID the ring has lost gets an event named
 * "reset" first: its page loads afresh.
 */
enum { YZ_HUB_EVENTS = 4096, YZ_HUB_DATA = 16 * 1024, YZ_HUB_TOPICS = 16 };

/* topic: "board/511602"; event: the name scripts listen for; data: any text (≤ YZ_HUB_DATA, longer is cut off with
 * an assertion).  Never blocks on clients. */
void yz_hub_publish(struct yz_hub *hub, struct yz_str topic, const char *event, struct yz_str data);
/* The answer of a handler: a stream of the events of these topics (≤ YZ_HUB_TOPICS, exact). 503 past event_clients. */
bool yz_res_events(struct yz_req *req, const struct yz_str *topics, size_t ntopics, struct yz_err *err);

/* ---- tokens against forged requests (CSRF) ---- */

enum { YZ_CSRF_SIZE = 44 };
/* HMAC-SM3 of the session id with the site's secret, base64url; NUL-terminated. */
void yz_csrf_token(struct yz_str secret, struct yz_str session, char out[YZ_CSRF_SIZE]);
bool yz_csrf_check(struct yz_str secret, struct yz_str session, struct yz_str token); /* constant time */

/* ---- limits of rate: token buckets by key ---- */

struct yz_rate;
struct yz_rate *yz_rate_create(size_t keys); /* remembers that many; the longest unused is forgotten */
void yz_rate_destroy(struct yz_rate *rate);
/* Takes one token; false when there is none.  A bucket holds `burst` and gains per_minute. Any thread. */
bool yz_rate_take(struct yz_rate *rate, struct yz_str key, unsigned per_minute, unsigned burst, yz_instant now);
/* Seconds until the next token; 0 when there is one. */
unsigned yz_rate_wait(struct yz_rate *rate, struct yz_str key, unsigned per_minute, unsigned burst, yz_instant now);

#endif
