/* fmt/html.h - text into HTML, escaped by where it stands.
 *
 * A page is text in a buffer.  What comes from data goes through one of these;
 * what is HTML already has the type struct yz_html, and only these functions
 * and a template make one.  Templates (docs/templates.md) call them by context.
 *
 * A NUL becomes U+FFFD.  Memory is the buffer's arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_HTML_H
#define YZ_FMT_HTML_H

#include "base/arena.h"
#include "base/str.h"

/* HTML that may stand on a page as it is. */
struct yz_html {
	struct yz_str s;
};

/* From a literal of ours. */
#define YZ_HTML(literal) ((struct yz_html){{"" literal "", sizeof(literal) - 1}})
/* What a buffer holds that was filled by these functions and templates alone. */
struct yz_html yz_html_of(const struct yz_buf *b);
void yz_html_raw(struct yz_buf *out, struct yz_html h);

/* & < > " ' as references: for text between tags and for quoted attributes alike. */
void yz_html_text(struct yz_buf *out, struct yz_str s);
void yz_html_textz(struct yz_buf *out, const char *z); /* NULL is empty */
/* printf, then the whole escaped. */
void yz_html_textf(struct yz_buf *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Text of several lines: escaped, each line end a <br>. */
void yz_html_lines(struct yz_buf *out, struct yz_str s);

/* A whole URL in a quoted attribute: relative, http, https, mailto or tel;
 * any other scheme, and white space or control characters, give "#". */
void yz_html_url(struct yz_buf *out, struct yz_str url);
bool yz_url_safe(struct yz_str url);
/* One segment or query value within a URL whose beginning stands already. */
void yz_html_url_part(struct yz_buf *out, struct yz_str s);

/* JSON inside <script type="application/json">: < > & U+2028 U+2029 as \u
 * escapes, which is the same JSON. */
void yz_html_json(struct yz_buf *out, struct yz_str json);

#endif
