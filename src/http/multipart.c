/* http/multipart.c - multipart/form-data as it arrives (RFC 7578, RFC 2046 5.1).
 *
 *	preamble CRLF --boundary CRLF headers CRLF CRLF content CRLF --boundary … CRLF --boundary-- epilogue
 *
 * Bytes are collected in a window and cut at CRLF--boundary; a window without
 * one is passed on but for its last bytes, which may be the beginning of one.
 * Fields grow in the request's arena, files go to temporary files at once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include "base/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { WINDOW = 64 * 1024, PART_HEADERS = 8 * 1024, BOUNDARY = 70, FILE_NAME = 200, EXTENSION = 16 };

static const char temporary[] = "upload-";

struct file {
	struct yz_upload face; /* first */
	int fd;
};

struct yz_http_multipart {
	struct yz_req_state *x;
	enum { PREAMBLE, AFTER_DELIMITER, HEADERS, CONTENT, EPILOGUE } state;
	char delimiter[BOUNDARY + 5];
	size_t delimiter_len;
	char *window; /* what is not yet passed on: window[at..len) */
	size_t at, len;
	uint64_t field_bytes; /* of all fields */
	/* the part in hand */
	size_t header_bytes;
	struct yz_str name, filename, type; /* filename.ptr NULL: a field */
	struct yz_buf value;
	struct file *file;
};

bool yz_http_header_param(struct yz_arena *a, struct yz_str header, const char *name, struct yz_str *out)
{
	size_t len = strlen(name), i = 0;
	while (i < header.len) {
		while (i < header.len && header.ptr[i] != ';')
			i++;
		for (i++; i < header.len && (header.ptr[i] == ' ' || header.ptr[i] == '\t'); i++)
			;
		size_t key = i;
		while (i < header.len && header.ptr[i] != '=' && header.ptr[i] != ';')
			i++;
		if (i >= header.len || header.ptr[i] == ';')
			continue;
		bool wanted = i - key == len && strncasecmp(header.ptr + key, name, len) == 0;
		struct yz_buf value;
		yz_buf_init(&value, a, header.len);
		if (++i < header.len && header.ptr[i] == '"') {
			for (i++; i < header.len && header.ptr[i] != '"'; i++) {
				/* Only these two: a browser of old sends C:\path\name as it is. */
				if (header.ptr[i] == '\\' && i + 1 < header.len &&
				    (header.ptr[i + 1] == '"' || header.ptr[i + 1] == '\\'))
					i++;
				yz_buf_addc(&value, header.ptr[i]);
			}
			if (i++ >= header.len)
				return false;
		} else {
			while (i < header.len && header.ptr[i] != ';' && header.ptr[i] != ' ')
				yz_buf_addc(&value, header.ptr[i++]);
		}
		if (wanted) {
			*out = yz_buf_str(&value);
			return true;
		}
	}
	return false;
}

struct yz_http_multipart *yz_http_multipart_new(struct yz_req_state *x, struct yz_str content_type, struct yz_err *err)
{
	struct yz_arena *a = x->req.arena;
	struct yz_str boundary;
	if (!yz_http_header_param(a, content_type, "boundary", &boundary) || !boundary.len || boundary.len > BOUNDARY ||
	    memchr(boundary.ptr, 0, boundary.len))
		return yz_fail_null(err, YZ_BAD_INPUT, "form: no boundary of 1 to %d characters", BOUNDARY);
	struct yz_http_multipart *m = yz_new(a, struct yz_http_multipart);
	m->x = x;
	m->window = yz_alloc(a, WINDOW);
	memcpy(m->delimiter, "\r\n--", 4);
	memcpy(m->delimiter + 4, boundary.ptr, boundary.len);
	m->delimiter_len = boundary.len + 4;
	/* The first boundary has no CRLF before it. */
	memcpy(m->window, "\r\n", 2);
	m->len = 2;
	return m;
}

/* ---- files ---- */

static void drop_file(void *ctx)
{
	struct file *f = ctx;
	if (f->fd >= 0)
		close(f->fd);
	if (!f->face.taken)
		unlink(f->face.path);
}

static bool invisible(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
	       (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

/* The last part of what may be a path, visible characters only, its ending kept when it is too long. */
static struct yz_str safe_name(struct yz_arena *a, struct yz_str name)
{
	for (size_t i = name.len; i; i--)
		if (name.ptr[i - 1] == '/' || name.ptr[i - 1] == '\\') {
			name = yz_str_n(name.ptr + i, name.len - i);
			break;
		}
	struct yz_buf out;
	yz_buf_init(&out, a, name.len);
	for (size_t i = 0; i < name.len;) {
		uint32_t c = yz_utf8_next(name, &i);
		if (!invisible(c))
			yz_buf_add_utf8(&out, c);
	}
	struct yz_str s = yz_str_trim(yz_buf_str(&out));
	if (yz_str_eqz(s, ".") || yz_str_eqz(s, ".."))
		return YZ_LIT("");
	if (s.len <= FILE_NAME)
		return s;
	const char *dot = memrchr(s.ptr, '.', s.len);
	struct yz_str ending = dot ? yz_str_n(dot, s.len - (size_t)(dot - s.ptr)) : YZ_LIT("");
	if (ending.len > EXTENSION)
		ending = YZ_LIT("");
	size_t keep = FILE_NAME - ending.len;
	while (keep && ((unsigned char)s.ptr[keep] & 0xC0) == 0x80)
		keep--;
	return yz_str_printf(a, "%.*s%.*s", (int)keep, s.ptr, YZ_P(ending));
}

static bool open_file(struct yz_http_multipart *m, struct yz_err *err)
{
	struct yz_req_state *x = m->x;
	const struct yz_http *http = x->http;
	if (!http->upload_dir || !(x->req.route->flags & YZ_ROUTE_UPLOAD))
		return yz_fail(err, YZ_BAD_INPUT, "form: no file is expected here");
	if (x->uploads.len == http->limits.files)
		return yz_fail(err, YZ_LIMIT, "form: more than %zu files", http->limits.files);
	struct file *f = yz_new(x->req.arena, struct file);
	char *path = yz_printf(x->req.arena, "%s/%sXXXXXX", http->upload_dir, temporary);
	f->face = (struct yz_upload){.field = m->name, .type = m->type, .path = path};
	f->face.name = safe_name(x->req.arena, m->filename);
	struct yz_upload **slot = yz_vec_push(x->req.arena, &x->uploads);
	*slot = &f->face;
	f->fd = mkostemp(path, O_CLOEXEC);
	if (f->fd < 0) {
		x->uploads.len--;
		return yz_fail(err, YZ_UNAVAILABLE, "%s: %m", path);
	}
	yz_arena_defer(x->req.arena, drop_file, f);
	m->file = f;
	return true;
}

static bool write_file(struct yz_http_multipart *m, const char *p, size_t n, struct yz_err *err)
{
	if (!m->file && !open_file(m, err))
		return false;
	struct file *f = m->file;
	f->face.size += n;
	if (f->face.size > m->x->http->limits.file_bytes)
		return yz_fail(err, YZ_TOO_LARGE, "form: a file over %zu bytes", m->x->http->limits.file_bytes);
	while (n) {
		ssize_t done = write(f->fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return yz_fail(err, YZ_UNAVAILABLE, "%s: %m", f->face.path);
		p += done;
		n -= (size_t)done;
	}
	return true;
}

void yz_http_uploads_purge(const char *dir)
{
	DIR *d = opendir(dir);
	if (!d)
		return;
	time_t old = (time_t)(yz_now() / YZ_SECOND) - 24 * 3600;
	struct dirent *e;
	struct stat st;
	while ((e = readdir(d)))
		if (strncmp(e->d_name, temporary, sizeof temporary - 1) == 0 &&
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
		    st.st_mtime < old)
			unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
}

/* ---- parts ---- */

static bool part_header(struct yz_http_multipart *m, struct yz_str line, struct yz_err *err)
{
	struct yz_arena *a = m->x->req.arena;
	struct yz_str name;
	if (!yz_str_cut(&line, ':', &name) || !line.ptr)
		return yz_fail(err, YZ_BAD_INPUT, "form: a part's header without a colon");
	if (name.len == 12 && strncasecmp(name.ptr, "Content-Type", 12) == 0)
		m->type = yz_str_dup(a, yz_str_trim(line));
	if (name.len != 19 || strncasecmp(name.ptr, "Content-Disposition", 19) != 0)
		return true;
	if (!yz_http_header_param(a, line, "name", &m->name))
		return yz_fail(err, YZ_BAD_INPUT, "form: a part without a name");
	if (!yz_http_header_param(a, line, "filename", &m->filename))
		m->filename = (struct yz_str){NULL, 0};
	return true;
}

static bool begin_content(struct yz_http_multipart *m, struct yz_err *err)
{
	struct yz_req_state *x = m->x;
	if (!m->name.ptr)
		return yz_fail(err, YZ_BAD_INPUT, "form: a part without Content-Disposition");
	if (!yz_http_text_ok(m->name) || !yz_http_text_ok(m->filename) || !yz_http_text_ok(m->type))
		return yz_fail(err, YZ_BAD_INPUT, "form: bad UTF-8 or a NUL in a name");
	if (!m->filename.ptr && x->fields.len == x->http->limits.fields)
		return yz_fail(err, YZ_LIMIT, "form: more than %zu fields", x->http->limits.fields);
	m->file = NULL;
	yz_buf_init(&m->value, x->req.arena, x->http->limits.field_bytes);
	m->state = CONTENT;
	/* A file control left empty sends a part with an empty name and no content: that is no file. */
	return !m->filename.len || open_file(m, err);
}

static bool content(struct yz_http_multipart *m, const char *p, size_t n, struct yz_err *err)
{
	const struct yz_http_limits *limits = &m->x->http->limits;
	if (!n)
		return true;
	if (m->filename.ptr)
		return write_file(m, p, n, err);
	m->field_bytes += n;
	yz_buf_add(&m->value, p, n);
	if (m->value.full)
		return yz_fail(err, YZ_TOO_LARGE, "form: a field over %zu bytes", limits->field_bytes);
	if (m->field_bytes > limits->body_bytes)
		return yz_fail(err, YZ_TOO_LARGE, "form: fields over %zu bytes together", limits->body_bytes);
	return true;
}

static bool end_part(struct yz_http_multipart *m, struct yz_err *err)
{
	struct yz_req_state *x = m->x;
	struct yz_str value = yz_buf_str(&m->value);
	if (m->file) {
		int closed = close(m->file->fd);
		m->file->fd = -1;
		if (closed != 0)
			return yz_fail(err, YZ_UNAVAILABLE, "%s: %m", m->file->face.path);
	} else if (!m->filename.ptr) {
		if (!yz_http_text_ok(value))
			return yz_fail(err, YZ_BAD_INPUT, "form: bad UTF-8 or a NUL in a field");
		*yz_vec_push(x->req.arena, &x->fields) = (struct yz_pair){m->name, value};
	}
	m->file = NULL;
	return true;
}

static struct yz_str ahead(const struct yz_http_multipart *m)
{
	return yz_str_n(m->window + m->at, m->len - m->at);
}

/* Each step returns false for an error or for want of more bytes (*more), true when it got on. */
static bool after_delimiter(struct yz_http_multipart *m, bool *more, struct yz_err *err)
{
	struct yz_str s = ahead(m);
	size_t i = 0;
	if (yz_str_starts(s, YZ_LIT("--"))) {
		m->state = EPILOGUE;
		return true;
	}
	while (i < s.len && (s.ptr[i] == ' ' || s.ptr[i] == '\t'))
		i++;
	if (s.len - i < 2 && i < PART_HEADERS) {
		*more = true;
		return false;
	}
	if (s.len - i < 2 || memcmp(s.ptr + i, "\r\n", 2) != 0)
		return yz_fail(err, YZ_BAD_INPUT, "form: no line end after a boundary");
	m->at += i + 2;
	m->state = HEADERS;
	m->header_bytes = 0;
	m->name = m->filename = (struct yz_str){NULL, 0};
	m->type = YZ_LIT("");
	return true;
}

static bool headers(struct yz_http_multipart *m, bool *more, struct yz_err *err)
{
	struct yz_str s = ahead(m);
	size_t end = yz_str_find(s, YZ_LIT("\r\n"), 0), n = end == SIZE_MAX ? s.len : end;
	if (m->header_bytes + n > PART_HEADERS)
		return yz_fail(err, YZ_BAD_INPUT, "form: a part's headers over %d bytes", PART_HEADERS);
	if (end == SIZE_MAX) {
		*more = true;
		return false;
	}
	m->header_bytes += n + 2;
	m->at += n + 2;
	return n ? part_header(m, yz_str_n(s.ptr, n), err) : begin_content(m, err);
}

static bool until_delimiter(struct yz_http_multipart *m, bool *more, struct yz_err *err)
{
	struct yz_str s = ahead(m);
	size_t end = yz_str_find(s, yz_str_n(m->delimiter, m->delimiter_len), 0);
	size_t n = end != SIZE_MAX ? end : s.len < m->delimiter_len ? 0 : s.len - m->delimiter_len + 1;
	if (m->state == CONTENT && !content(m, s.ptr, n, err))
		return false;
	m->at += n;
	if (end == SIZE_MAX) {
		*more = true;
		return false;
	}
	m->at += m->delimiter_len;
	bool ok = m->state != CONTENT || end_part(m, err);
	m->state = AFTER_DELIMITER;
	return ok;
}

/* As far as the window goes; every state leaves room in a full one. */
static bool run(struct yz_http_multipart *m, struct yz_err *err)
{
	bool more = false, ok = true;
	while (ok && m->state != EPILOGUE)
		ok = m->state == AFTER_DELIMITER ? after_delimiter(m, &more, err)
		     : m->state == HEADERS       ? headers(m, &more, err)
						 : until_delimiter(m, &more, err);
	if (m->state == EPILOGUE)
		m->at = m->len;
	m->len -= m->at;
	memmove(m->window, m->window + m->at, m->len);
	m->at = 0;
	return ok || more;
}

bool yz_http_multipart_feed(struct yz_http_multipart *m, const char *data, size_t len, struct yz_err *err)
{
	while (len) {
		size_t n = WINDOW - m->len < len ? WINDOW - m->len : len;
		memcpy(m->window + m->len, data, n);
		m->len += n;
		data += n;
		len -= n;
		if (m->len == WINDOW && !run(m, err))
			return false;
	}
	return true;
}

bool yz_http_multipart_end(struct yz_http_multipart *m, struct yz_err *err)
{
	if (!run(m, err))
		return false;
	return m->state == EPILOGUE || yz_fail(err, YZ_BAD_INPUT, "form: it breaks off before its last boundary");
}
