/* http/frame.c - is the header block what RFC 9112 allows, byte by byte?
 *
 * libmicrohttpd 0.9.75 takes a bare LF for a line's end, folds continued lines,
 * stops a value at a NUL, and takes the first of two Content-Lengths: each a way
 * to make a proxy in front and this server see different requests.  It parses in
 * place, so what it took off the lines can be seen from where the parts lie:
 *
 *	GET /path HTTP/1.1··Host:  example··Accept: x····
 *	^   ^     ^         ^      ^         ^
 *	method url version  key    value     next key = value + its length + 2
 *
 * where each · was CR or LF and is NUL now.  A bare LF brings the next part one
 * byte closer, a NUL in a value leaves it farther, a folded line lies elsewhere;
 * the header size that libmicrohttpd reports closes the chain at the empty line.
 * What cannot be told any more is NUL LF from CR LF: it ends the line here, and
 * for every proxy that lets it through.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { RECORD = 64 }; /* what libmicrohttpd takes from its pool for a header */

struct walk {
	const char *expected; /* where the next key must begin */
	const char *wrong;
	const char *transfer;
	size_t headers, lengths, transfers, hosts, types, cookie;
};

/* RFC 9110, 5.6.2 */
static bool is_token(const char *p, size_t n)
{
	static const char others[] = "!#$%&'*+-.^_`|~";
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		bool alnum = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
		if (!alnum && (!c || !strchr(others, c)))
			return false;
	}
	return n > 0;
}

static bool has_control(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)p[i] < 0x20 && p[i] != '\t') || p[i] == 0x7F)
			return true;
	return false;
}

static bool is(const char *key, size_t n, const char *name)
{
	return n == strlen(name) && strncasecmp(key, name, n) == 0;
}

static const char *line_wrong(struct walk *w, const char *key, size_t key_len, const char *value, size_t value_len)
{
	if (key != w->expected)
		return "a line that does not end with CR LF, or is folded, or has a NUL";
	if (!is_token(key, key_len))
		return "a header name that is no token";
	const char *p = key + key_len + 1;
	if (value < p)
		return "a header without a value's place";
	for (; p < value; p++)
		if (*p != ' ' && *p != '\t')
			return "a folded header";
	if (has_control(value, value_len))
		return "a control character in a header";
	return NULL;
}

static enum MHD_Result look(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_len, const char *value,
			    size_t value_len)
{
	struct walk *w = cls;
	(void)kind;
	if (!value)
		value = key + key_len + 1, value_len = 0;
	w->wrong = line_wrong(w, key, key_len, value, value_len);
	if (w->wrong)
		return MHD_NO;
	w->expected = value + value_len + 2;
	w->headers++;
	if (is(key, key_len, "Content-Length"))
		w->lengths++;
	else if (is(key, key_len, "Host"))
		w->hosts++;
	else if (is(key, key_len, "Content-Type"))
		w->types++;
	else if (is(key, key_len, "Cookie"))
		w->cookie += value_len;
	else if (is(key, key_len, "Transfer-Encoding"))
		w->transfers++, w->transfer = value;
	return MHD_YES;
}

static const char *lengths_wrong(const struct walk *w, const char *version)
{
	if (w->hosts > 1 || (!w->hosts && strcmp(version, "HTTP/1.1") == 0))
		return "not one Host";
	if (w->lengths > 1)
		return "more than one Content-Length";
	if (w->types > 1)
		return "more than one Content-Type";
	if (w->lengths && w->transfers)
		return "Content-Length and Transfer-Encoding together";
	if (w->transfers > 1 || (w->transfers && strcasecmp(w->transfer, "chunked") != 0))
		return "a transfer coding other than chunked";
	if (w->transfers && strcmp(version, "HTTP/1.1") != 0)
		return "Transfer-Encoding in HTTP/1.0";
	return NULL;
}

const char *yz_http_frame_check(struct MHD_Connection *mhd, const char *url, struct yz_str target, const char *method,
				const char *version, const struct yz_http_limits *limits, int *status)
{
	*status = 400;
	size_t method_len = strlen(method);
	if (!is_token(method, method_len))
		return "a method that is no token";
	if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
		return "not HTTP/1.0 or 1.1";
	if (url != method + method_len + 1 || version != url + target.len + 1)
		return "a request line with spaces or a NUL";
	const union MHD_ConnectionInfo *size = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	struct walk w = {.expected = version + strlen(version) + 2};
	MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, look, &w);
	if (!w.wrong && (!size || w.expected + 2 != method + size->header_size))
		w.wrong = "an end of the headers that is not CR LF";
	if (!w.wrong)
		w.wrong = lengths_wrong(&w, version);
	if (w.wrong)
		return w.wrong;
	*status = 431;
	if (size->header_size > limits->header_bytes)
		return "headers too large";
	if (w.headers > limits->headers)
		return "too many headers";
	/* Past this libmicrohttpd would have no room left for the answer's headers, and would only hang up. */
	size_t used = size->header_size + w.cookie + w.headers * RECORD;
	if (used + 4096 > 2 * limits->header_bytes)
		return "headers and cookies too large together";
	return NULL;
}
