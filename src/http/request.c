/* http/request.c - from the request line and the headers to a struct yz_req.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct yz_str yz_http_header_nth(const struct yz_req_state *x, const char *name, size_t n)
{
	size_t len = strlen(name);
	for (size_t i = 0; i < x->nheaders; i++) {
		const struct yz_pair *h = &x->headers[i];
		if (h->name.len == len && strncasecmp(h->name.ptr, name, len) == 0 && n-- == 0)
			return h->value;
	}
	return (struct yz_str){NULL, 0};
}

struct collect {
	struct yz_req_state *x;
	size_t n;
};

static enum MHD_Result collect(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_len, const char *value,
			       size_t value_len)
{
	struct collect *c = cls;
	(void)kind;
	if (c->x->headers) {
		while (value_len && (value[value_len - 1] == ' ' || value[value_len - 1] == '\t'))
			value_len--;
		c->x->headers[c->n] = (struct yz_pair){yz_str_n(key, key_len), yz_str_n(value ? value : "", value_len)};
	}
	c->n++;
	return MHD_YES;
}

static void collect_headers(struct yz_req_state *x, struct MHD_Connection *mhd)
{
	struct collect c = {.x = x};
	MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, collect, &c);
	x->headers = yz_new_n(x->req.arena, c.n, struct yz_pair);
	x->nheaders = c.n;
	c.n = 0;
	MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, collect, &c);
}

/* RFC 9112, 3.2: origin form, absolute form, "*" for OPTIONS. */
static bool split_target(struct yz_req_state *x, struct yz_str *path, struct yz_err *err)
{
	struct yz_str t = x->target;
	for (size_t i = 0; i < t.len; i++)
		if ((unsigned char)t.ptr[i] <= 0x20 || t.ptr[i] == 0x7F || t.ptr[i] == '#')
			return yz_fail(err, YZ_BAD_INPUT, "request target: a character that must be escaped");
	if (yz_str_eqz(t, "*") && x->req.method == YZ_OPTIONS)
		t = YZ_LIT("/");
	if ((t.len > 7 && strncasecmp(t.ptr, "http://", 7) == 0) ||
	    (t.len > 8 && strncasecmp(t.ptr, "https://", 8) == 0)) {
		size_t slash = yz_str_find(t, YZ_LIT("/"), yz_str_find(t, YZ_LIT("//"), 0) + 2);
		t = slash == SIZE_MAX ? YZ_LIT("/") : yz_str_n(t.ptr + slash, t.len - slash);
	}
	if (!yz_str_starts(t, YZ_LIT("/")))
		return yz_fail(err, YZ_BAD_INPUT, "request target: it begins with /");
	size_t query = yz_str_find(t, YZ_LIT("?"), 0);
	*path = t;
	x->req.query = YZ_LIT("");
	if (query != SIZE_MAX) {
		path->len = query;
		x->req.query = yz_str_n(t.ptr + query + 1, t.len - query - 1);
	}
	return true;
}

/* Decodes each segment by itself, so that an escaped "/" does not part two. */
static bool split_path(struct yz_req_state *x, struct yz_str path, struct yz_str *segments, size_t *n,
		       struct yz_err *err)
{
	struct yz_buf whole;
	struct yz_str rest = yz_str_n(path.ptr + 1, path.len - 1), part;
	yz_buf_init(&whole, x->req.arena, path.len);
	*n = 0;
	while (yz_str_cut(&rest, '/', &part)) {
		if (*n == YZ_HTTP_SEGMENTS)
			return yz_fail(err, YZ_NOT_FOUND, "a path of more than %d parts", YZ_HTTP_SEGMENTS);
		char *text = yz_str_z(x->req.arena, part);
		size_t len = part.len;
		if (!yz_http_unescape(text, &len, false) || !yz_http_text_ok(yz_str_n(text, len)))
			return yz_fail(err, YZ_BAD_INPUT, "path: a bad escape, bad UTF-8 or a NUL");
		struct yz_str s = yz_str_n(text, len);
		if (yz_str_eqz(s, ".") || yz_str_eqz(s, "..") || memchr(text, '/', len))
			return yz_fail(err, YZ_BAD_INPUT, "path: a part that is . or .. or has an escaped /");
		segments[(*n)++] = s;
		yz_buf_addc(&whole, '/');
		yz_buf_adds(&whole, s);
	}
	x->req.path = yz_buf_str(&whole);
	return true;
}

static bool set_method(struct yz_req_state *x)
{
	static const struct {
		const char *name;
		enum yz_method method;
	} methods[] = {{"GET", YZ_GET},     {"HEAD", YZ_HEAD},     {"POST", YZ_POST},      {"PUT", YZ_PUT},
		       {"PATCH", YZ_PATCH}, {"DELETE", YZ_DELETE}, {"OPTIONS", YZ_OPTIONS}};
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (strcmp(x->method, methods[i].name) == 0) {
			x->req.method = methods[i].method;
			if (x->req.method == YZ_HEAD) {
				x->req.head = true;
				x->req.method = YZ_GET;
			}
			return true;
		}
	return false;
}

static struct yz_str customer_of(struct yz_req_state *x)
{
	struct yz_http_addr addr;
	if (!yz_http_addr_parse(x->req.client, &addr))
		return x->req.client;
	char *text = yz_alloc(x->req.arena, 46);
	addr = yz_http_addr_customer(&addr);
	yz_http_addr_print(&addr, text);
	return yz_str(text);
}

/* The address that the nearest untrusted hop had: each trusted proxy adds on the right whom it saw. */
static void set_client(struct yz_req_state *x)
{
	struct yz_http *http = x->http;
	x->req.client = yz_str(x->conn->peer);
	x->req.secure = http->secure;
	if (!x->conn->trusted)
		return;
	struct yz_str proto = {NULL, 0}, value;
	for (size_t i = 0; (value = yz_http_header_nth(x, "X-Forwarded-Proto", i)).ptr; i++)
		proto = value;
	if (proto.ptr)
		x->req.secure = proto.len == 5 && strncasecmp(proto.ptr, "https", 5) == 0;
	size_t lines = 0;
	while (yz_http_header_nth(x, "X-Forwarded-For", lines).ptr)
		lines++;
	while (lines) {
		struct yz_str line = yz_http_header_nth(x, "X-Forwarded-For", --lines);
		while (line.len) {
			size_t at = line.len;
			while (at && line.ptr[at - 1] != ',')
				at--;
			struct yz_http_addr addr;
			if (!yz_http_addr_parse(yz_str_trim(yz_str_n(line.ptr + at, line.len - at)), &addr))
				return;
			char *text = yz_alloc(x->req.arena, 46);
			yz_http_addr_print(&addr, text);
			x->req.client = yz_str(text);
			if (!yz_http_net_has(http->trusted, http->ntrusted, &addr))
				return;
			line.len = at ? at - 1 : 0;
		}
	}
}

static struct yz_str lower(struct yz_arena *a, struct yz_str s)
{
	char *p = yz_str_z(a, s);
	for (size_t i = 0; i < s.len; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] |= 0x20;
	return yz_str_n(p, s.len);
}

static void set_body(struct yz_req_state *x)
{
	struct yz_str length = yz_http_header_nth(x, "Content-Length", 0);
	int64_t bytes = 0;
	x->has_body = yz_http_header_nth(x, "Transfer-Encoding", 0).ptr != NULL;
	if (length.ptr && (!yz_str_int(length, &bytes) || bytes < 0))
		bytes = INT64_MAX; /* libmicrohttpd refuses what is no number: it is past 2^63 */
	if (bytes)
		x->has_body = true;
	x->body_seen = 0;
	if (!x->has_body)
		return;
	struct yz_str type = yz_http_header_nth(x, "Content-Type", 0), media;
	if (type.ptr && yz_str_cut(&type, ';', &media))
		x->req.type = lower(x->req.arena, yz_str_trim(media));
	x->body_limit = (uint64_t)bytes; /* what is announced; the caller compares it with what is allowed */
}

bool yz_http_req_open(struct yz_req_state *x, struct MHD_Connection *mhd, struct yz_err *err)
{
	struct yz_req *req = &x->req;
	struct yz_str segments[YZ_HTTP_SEGMENTS], path = YZ_LIT("/");
	size_t n;
	collect_headers(x, mhd);
	req->http = x->http;
	req->app = x->http->app;
	req->state = x;
	req->type = YZ_LIT("");
	req->path = YZ_LIT("");
	req->host = yz_http_header_nth(x, "Host", 0);
	set_client(x);
	x->req.customer = customer_of(x);
	set_body(x);
	bool known = set_method(x);
	if (!split_target(x, &path, err) || !split_path(x, path, segments, &n, err))
		return false;
	if (!known) {
		x->builtin = 501;
		return yz_fail(err, YZ_BAD_INPUT, "a method that is not served");
	}
	yz_http_routes_find(x->http->routes, req->method, segments, n, req->arena, &x->match);
	req->route = x->match.route;
	return true;
}

struct yz_str yz_req_page(const struct yz_req *req)
{
	struct yz_str segments[YZ_HTTP_SEGMENTS], path = req->path, rest, part;
	struct yz_http_match match;
	size_t n = 0;
	if (!path.len)
		return YZ_LIT("/");
	rest = yz_str_n(path.ptr + 1, path.len - 1);
	while (yz_str_cut(&rest, '/', &part)) /* as many as the path had when it was parted first */
		segments[n++] = part;
	for (; n > 1; n--) {
		yz_http_routes_find(req->http->routes, YZ_GET, segments, n, req->arena, &match);
		if (match.route)
			return path;
		path.len -= segments[n - 1].len + 1;
	}
	yz_http_routes_find(req->http->routes, YZ_GET, segments, n, req->arena, &match);
	return match.route ? path : YZ_LIT("/");
}

/* ---- language ---- */

static bool same_language(struct yz_str tag, const char *language, bool primary_only)
{
	size_t len = strlen(language);
	if (primary_only) {
		const char *under = strchr(language, '_');
		len = under ? (size_t)(under - language) : len;
		size_t n = 0;
		while (n < tag.len && tag.ptr[n] != '-' && tag.ptr[n] != '_')
			n++;
		tag.len = n;
	}
	if (tag.len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		char a = tag.ptr[i] == '-' ? '_' : tag.ptr[i];
		if (strncasecmp(&a, &language[i], 1) != 0)
			return false;
	}
	return true;
}

static int language_of(const struct yz_http *http, struct yz_str tag)
{
	for (int primary = 0; primary < 2; primary++)
		for (size_t i = 0; i < http->nlanguages; i++)
			if (tag.len && same_language(tag, http->languages[i], primary))
				return (int)i;
	return -1;
}

/* "0.8" as 800; RFC 9110, 12.4.2. */
static int quality(struct yz_str params)
{
	struct yz_str p;
	while (yz_str_cut(&params, ';', &p)) {
		p = yz_str_trim(p);
		if (p.len < 3 || (p.ptr[0] | 0x20) != 'q' || p.ptr[1] != '=')
			continue;
		int q = p.ptr[2] == '1' ? 1000 : 0, unit = 100;
		for (size_t i = 4; q == 0 && i < p.len && i < 7 && p.ptr[i] >= '0' && p.ptr[i] <= '9'; i++, unit /= 10)
			q += (p.ptr[i] - '0') * unit;
		return q;
	}
	return 1000;
}

static int accepted_language(const struct yz_req_state *x)
{
	struct yz_str header = yz_http_header_nth(x, "Accept-Language", 0), range, tag;
	int best = -1, best_q = 0;
	while (header.ptr && yz_str_cut(&header, ',', &range)) {
		struct yz_str params = range;
		if (!yz_str_cut(&params, ';', &tag))
			continue;
		int q = quality(params), found = language_of(x->http, yz_str_trim(tag));
		if (found >= 0 && q > best_q)
			best = found, best_q = q;
	}
	return best;
}

bool yz_http_req_prepare(struct yz_req_state *x, struct yz_err *err)
{
	if (x->prepared)
		return true;
	x->prepared = true;
	struct yz_req *req = &x->req;
	int language = language_of(x->http, yz_req_cookie(req, "lang"));
	if (language < 0)
		language = accepted_language(x);
	req->language = language < 0 ? 0 : language;
	if (req->query.len) {
		char *text = yz_str_z(req->arena, req->query);
		if (!yz_http_form_parse(x, text, req->query.len, true, err))
			return false;
		language = language_of(x->http, yz_req_query(req, "lang"));
		if (language >= 0)
			req->language = language;
	}
	return true;
}

/* ---- what handlers ask ---- */

static struct yz_str pair_nth(const struct yz_pair *at, size_t len, const char *name, size_t n)
{
	for (size_t i = 0; i < len; i++)
		if (yz_str_eqz(at[i].name, name) && n-- == 0)
			return at[i].value;
	return (struct yz_str){NULL, 0};
}

struct yz_str yz_req_param(const struct yz_req *req, const char *name)
{
	return pair_nth(req->state->match.params, req->state->match.nparams, name, 0);
}

struct yz_str yz_req_query(const struct yz_req *req, const char *name)
{
	return pair_nth(req->state->queries.at, req->state->queries.len, name, 0);
}

struct yz_str yz_req_field(const struct yz_req *req, const char *name)
{
	return yz_req_field_nth(req, name, 0);
}

struct yz_str yz_req_field_nth(const struct yz_req *req, const char *name, size_t n)
{
	return pair_nth(req->state->fields.at, req->state->fields.len, name, n);
}

struct yz_pairs yz_req_queries(const struct yz_req *req)
{
	return (struct yz_pairs){req->state->queries.at, req->state->queries.len};
}

struct yz_pairs yz_req_fields(const struct yz_req *req)
{
	return (struct yz_pairs){req->state->fields.at, req->state->fields.len};
}

struct yz_str yz_req_header(const struct yz_req *req, const char *name)
{
	struct yz_str value = yz_http_header_nth(req->state, name, 0);
	return yz_http_text_ok(value) ? value : (struct yz_str){NULL, 0};
}

/* Other programs on the host may set what they like: a cookie that is no text is not there. */
struct yz_str yz_req_cookie(const struct yz_req *req, const char *name)
{
	struct yz_str header, part, key;
	for (size_t i = 0; (header = yz_http_header_nth(req->state, "Cookie", i)).ptr; i++)
		while (yz_str_cut(&header, ';', &part)) {
			part = yz_str_trim(part);
			if (!yz_str_cut(&part, '=', &key) || !part.ptr || !yz_str_eqz(key, name))
				continue;
			if (part.len > 1 && part.ptr[0] == '"' && part.ptr[part.len - 1] == '"')
				part = yz_str_n(part.ptr + 1, part.len - 2);
			if (yz_http_text_ok(part))
				return part;
		}
	return (struct yz_str){NULL, 0};
}

size_t yz_req_uploads(const struct yz_req *req)
{
	return req->state->uploads.len;
}

struct yz_upload *yz_req_upload(const struct yz_req *req, size_t n)
{
	assert(n < req->state->uploads.len);
	return req->state->uploads.at[n];
}

struct yz_upload *yz_req_upload_of(const struct yz_req *req, const char *field)
{
	for (size_t i = 0; i < req->state->uploads.len; i++)
		if (yz_str_eqz(req->state->uploads.at[i]->field, field))
			return req->state->uploads.at[i];
	return NULL;
}

const char *yz_upload_take(struct yz_upload *upload)
{
	upload->taken = true;
	return upload->path;
}
