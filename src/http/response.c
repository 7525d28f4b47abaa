/* http/response.c - what handlers say to the client.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define POLICY                                                                                                         \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "       \
	"connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "

static const char policy[] = POLICY "frame-ancestors 'none'", framed_policy[] = POLICY "frame-ancestors 'self'";

static struct yz_http_res *res_of(struct yz_req *req)
{
	return &req->state->res;
}

static void close_file(void *ctx)
{
	struct yz_http_res *res = ctx;
	if (res->fd >= 0)
		close(res->fd);
	res->fd = -1;
}

void yz_http_res_reset(struct yz_req_state *x)
{
	if (x->res.status)
		close_file(&x->res);
	else
		yz_arena_defer(x->req.arena, close_file, &x->res);
	x->res = (struct yz_http_res){.status = 200, .fd = -1};
}

void yz_res_status(struct yz_req *req, int status)
{
	assert(status >= 200 && status <= 599);
	res_of(req)->status = status;
}

static struct yz_pair *header_of(struct yz_http_res *res, const char *name)
{
	for (size_t i = 0; i < res->headers.len; i++)
		if (strcasecmp(res->headers.at[i].name.ptr, name) == 0)
			return &res->headers.at[i];
	return NULL;
}

/* name and value live as long as the request and end with a NUL. */
static void set(struct yz_req *req, const char *name, struct yz_str value)
{
	struct yz_http_res *res = res_of(req);
	struct yz_pair *old = strcasecmp(name, "Set-Cookie") == 0 ? NULL : header_of(res, name);
	if (!old)
		old = yz_vec_push(req->arena, &res->headers);
	*old = (struct yz_pair){yz_str(name), value};
}

static void set_z(struct yz_req *req, const char *name, const char *value)
{
	set(req, name, yz_str(value));
}

void yz_res_header(struct yz_req *req, const char *name, struct yz_str value)
{
	for (size_t i = 0; i < value.len; i++)
		assert((unsigned char)value.ptr[i] >= 0x20 || value.ptr[i] == '\t');
	set(req, yz_strdup(req->arena, name), yz_str_dup(req->arena, value));
}

void yz_res_cache(struct yz_req *req, const char *control)
{
	res_of(req)->cache = control ? yz_strdup(req->arena, control) : NULL;
}

bool yz_res_answered(const struct yz_req *req)
{
	return req->state->res.body != YZ_HTTP_UNANSWERED;
}

bool yz_res_body(struct yz_req *req, const char *type, struct yz_str body)
{
	struct yz_http_res *res = res_of(req);
	close_file(res);
	res->body = YZ_HTTP_MEMORY;
	res->memory = body;
	if (type)
		set_z(req, "Content-Type", type);
	return true;
}

bool yz_res_html(struct yz_req *req, struct yz_str html)
{
	return yz_res_body(req, "text/html; charset=utf-8", html);
}

bool yz_res_json(struct yz_req *req, struct yz_str json)
{
	return yz_res_body(req, "application/json", json);
}

bool yz_res_text(struct yz_req *req, struct yz_str text)
{
	return yz_res_body(req, "text/plain; charset=utf-8", text);
}

bool yz_res_empty(struct yz_req *req, int status)
{
	struct yz_pair *type = header_of(res_of(req), "Content-Type");
	if (type)
		type->value.len = 0; /* of what was to be sent before: not sent */
	yz_res_status(req, status);
	return yz_res_body(req, NULL, YZ_LIT(""));
}

/* ---- redirects, names, cookies ---- */

static void add_escaped(struct yz_buf *b, unsigned char c)
{
	static const char hex[] = "0123456789ABCDEF";
	yz_buf_addc(b, '%');
	yz_buf_addc(b, hex[c >> 4]);
	yz_buf_addc(b, hex[c & 15]);
}

/* A browser takes "\" for "/", and "//host" for another site. */
static bool may_go_to(struct yz_str to)
{
	for (size_t i = 0; i < to.len; i++)
		if ((unsigned char)to.ptr[i] <= 0x20 || to.ptr[i] == 0x7F || to.ptr[i] == '\\')
			return false;
	if (yz_str_starts(to, YZ_LIT("/")))
		return !yz_str_starts(to, YZ_LIT("//"));
	return yz_str_starts(to, YZ_LIT("https://")) || yz_str_starts(to, YZ_LIT("http://"));
}

bool yz_res_redirect(struct yz_req *req, struct yz_str to)
{
	if (!may_go_to(to))
		to = YZ_LIT("/");
	struct yz_buf b;
	yz_buf_init(&b, req->arena, to.len * 3);
	for (size_t i = 0; i < to.len; i++)
		if ((unsigned char)to.ptr[i] >= 0x80)
			add_escaped(&b, (unsigned char)to.ptr[i]);
		else
			yz_buf_addc(&b, to.ptr[i]);
	set(req, "Location", yz_buf_str(&b));
	return yz_res_empty(req, 303);
}

/* RFC 6266, 8187: a plain name for old clients, the whole one in UTF-8. */
static void set_disposition(struct yz_req *req, const char *how, struct yz_str name)
{
	struct yz_buf b;
	yz_buf_init(&b, req->arena, 64 + name.len * 4);
	yz_buf_printf(&b, "%s; filename=\"", how);
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		if (c < 0x80)
			yz_buf_addc(&b, c < 0x20 || c == 0x7F || c == '"' || c == '\\' || c == '%' ? '_' : (char)c);
		else if ((c & 0xC0) != 0x80)
			yz_buf_addc(&b, '_');
	}
	yz_buf_addz(&b, "\"; filename*=UTF-8''");
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' ||
			     c == '-' || c == '_';
		if (plain)
			yz_buf_addc(&b, (char)c);
		else
			add_escaped(&b, c);
	}
	set(req, "Content-Disposition", yz_buf_str(&b));
}

void yz_res_download(struct yz_req *req, struct yz_str name)
{
	set_disposition(req, "attachment", name);
}

static bool is_cookie_value(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= 0x20 || (unsigned char)s.ptr[i] >= 0x7F || strchr("\",;\\", s.ptr[i]))
			return false;
	return true;
}

void yz_res_cookie(struct yz_req *req, const struct yz_cookie *c)
{
	assert(is_cookie_value(c->value));
	struct yz_buf b;
	yz_buf_init(&b, req->arena, 4096);
	yz_buf_printf(&b, "%s=%.*s; Path=%s", c->name, YZ_P(c->value), c->path ? c->path : "/");
	if (c->max_age)
		yz_buf_printf(&b, "; Max-Age=%lld", (long long)(c->max_age < 0 ? 0 : c->max_age));
	if (!c->scripts)
		yz_buf_addz(&b, "; HttpOnly");
	if (req->secure)
		yz_buf_addz(&b, "; Secure");
	yz_buf_addz(&b, c->strict ? "; SameSite=Strict" : "; SameSite=Lax");
	assert(!b.full);
	set(req, "Set-Cookie", yz_buf_str(&b));
}

/* ---- what the client has already ---- */

static struct yz_str strong(struct yz_str tag)
{
	return yz_str_starts(tag, YZ_LIT("W/")) ? yz_str_n(tag.ptr + 2, tag.len - 2) : tag;
}

/* RFC 9110, 13.1.2: compared weakly, for a proxy that compresses weakens our tags. */
static bool has_tag(const struct yz_req *req, struct yz_str quoted)
{
	struct yz_str line, tag;
	for (size_t i = 0; (line = yz_http_header_nth(req->state, "If-None-Match", i)).ptr; i++)
		while (yz_str_cut(&line, ',', &tag)) {
			tag = yz_str_trim(tag);
			if (yz_str_eqz(tag, "*") || yz_str_eq(strong(tag), quoted))
				return true;
		}
	return false;
}

static bool etag(struct yz_req *req, struct yz_str tag, const char *cache)
{
	struct yz_str quoted = yz_str_printf(req->arena, "\"%.*s\"", YZ_P(tag));
	set(req, "ETag", quoted);
	if (!res_of(req)->cache)
		res_of(req)->cache = cache;
	if (req->method != YZ_GET || !has_tag(req, quoted))
		return false;
	return yz_res_empty(req, 304);
}

bool yz_res_etag(struct yz_req *req, struct yz_str tag)
{
	for (size_t i = 0; i < tag.len; i++)
		assert((unsigned char)tag.ptr[i] > 0x20 && (unsigned char)tag.ptr[i] < 0x7F && tag.ptr[i] != '"');
	set_z(req, "Vary", "Cookie, Accept-Language");
	return etag(req, tag, "no-cache, private");
}

bool yz_res_asset(struct yz_req *req, const struct yz_asset *asset)
{
	struct yz_str accepts = yz_http_header_nth(req->state, "Accept-Encoding", 0), coding, name;
	bool gzip = false;
	while (asset->gzip && accepts.ptr && yz_str_cut(&accepts, ',', &coding)) {
		struct yz_str params = coding;
		if (yz_str_cut(&params, ';', &name) && yz_str_eqz(yz_str_trim(name), "gzip"))
			gzip = !params.ptr || yz_str_find(params, YZ_LIT("q=0"), 0) == SIZE_MAX ||
			       yz_str_find(params, YZ_LIT("q=0."), 0) != SIZE_MAX;
	}
	if (asset->gzip)
		set_z(req, "Vary", "Accept-Encoding");
	struct yz_str tag = yz_str_printf(req->arena, "%s%s", asset->etag, gzip ? "-gz" : "");
	if (etag(req, tag, asset->immutable ? "public, max-age=31536000, immutable" : "public, no-cache"))
		return true;
	if (gzip)
		set_z(req, "Content-Encoding", "gzip");
	return yz_res_body(req, asset->type,
			   gzip ? yz_str_n(asset->gzip, asset->gzip_len) : yz_str_n(asset->data, asset->len));
}

/* ---- files ---- */

/* "a-b", "a-" or "-n" of RFC 9110, 14.1.2. */
static bool read_range(struct yz_str spec, uint64_t size, uint64_t *first, uint64_t *last)
{
	struct yz_str from;
	int64_t a = 0, b = 0;
	if (!yz_str_cut(&spec, '-', &from) || !spec.ptr)
		return false;
	if ((from.len && (from.ptr[0] == '-' || !yz_str_int(from, &a))) ||
	    (spec.len && (spec.ptr[0] == '-' || !yz_str_int(spec, &b))))
		return false;
	if (!from.len && !spec.len)
		return false;
	if (!from.len) {
		*first = (uint64_t)b < size ? size - (uint64_t)b : 0;
		*last = size ? size - 1 : 0;
		return b > 0 && size > 0;
	}
	*first = (uint64_t)a;
	*last = !spec.len || (uint64_t)b >= size ? size - 1 : (uint64_t)b;
	return *first < size && *first <= *last;
}

static bool wants_range(struct yz_req *req, struct yz_str tag, struct yz_str *spec)
{
	struct yz_str range = yz_http_header_nth(req->state, "Range", 0);
	struct yz_str condition = yz_http_header_nth(req->state, "If-Range", 0);
	if (!range.ptr || !yz_str_starts(range, YZ_LIT("bytes=")) || memchr(range.ptr, ',', range.len))
		return false; /* several ranges: the whole file is a right answer too */
	*spec = yz_str_trim(yz_str_n(range.ptr + 6, range.len - 6));
	return !condition.ptr || yz_str_eq(condition, tag);
}

bool yz_res_file(struct yz_req *req, const char *path, const char *type, const char *download, struct yz_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return yz_fail(err, YZ_NOT_FOUND, "%s: %m", path);
	return yz_res_fd(req, fd, type, download, err) || yz_fail_in(err, "%s", path);
}

bool yz_res_fd(struct yz_req *req, int fd, const char *type, const char *download, struct yz_err *err)
{
	struct yz_http_res *res = res_of(req);
	struct stat st;
	close_file(res);
	res->fd = fd;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return yz_fail(err, YZ_NOT_FOUND, "no plain file");
	uint64_t size = (uint64_t)st.st_size, first = 0, last = size - 1;
	struct yz_str tag = yz_str_printf(req->arena, "%llx-%llx%lx", (unsigned long long)size,
					  (unsigned long long)st.st_mtim.tv_sec, (unsigned long)st.st_mtim.tv_nsec);
	if (etag(req, tag, "no-cache, private"))
		return true;
	struct yz_str spec;
	set_z(req, "Accept-Ranges", "bytes");
	set_z(req, "Content-Type", yz_strdup(req->arena, type));
	if (download)
		yz_res_download(req, yz_str(download));
	if (wants_range(req, yz_str_printf(req->arena, "\"%.*s\"", YZ_P(tag)), &spec)) {
		if (!read_range(spec, size, &first, &last)) {
			set(req, "Content-Range", yz_str_printf(req->arena, "bytes */%llu", (unsigned long long)size));
			return yz_res_empty(req, 416);
		}
		res->status = 206;
		set(req, "Content-Range",
		    yz_str_printf(req->arena, "bytes %llu-%llu/%llu", (unsigned long long)first,
				  (unsigned long long)last, (unsigned long long)size));
	}
	res->body = YZ_HTTP_FILE;
	res->offset = first;
	res->length = size ? last - first + 1 : 0;
	return true;
}

void yz_http_res_finish(struct yz_req_state *x)
{
	struct yz_req *req = &x->req;
	struct yz_http_res *res = &x->res;
	if (!header_of(res, "Content-Security-Policy"))
		set_z(req, "Content-Security-Policy",
		      req->route && req->route->flags & YZ_ROUTE_FRAMED ? framed_policy : policy);
	set_z(req, "X-Content-Type-Options", "nosniff");
	if (!header_of(res, "Referrer-Policy"))
		set_z(req, "Referrer-Policy", "same-origin");
	set_z(req, "Cache-Control", res->cache ? res->cache : "no-store");
}
