/* fmt/xml.h - XML read into a light tree, and written escaped.
 *
 * Read by libxml2 with namespaces, without network and without entities of the
 * text's own: a DOCTYPE is refused, so what is read is what stands there.
 * UTF-8, and what declares itself GB18030, GBK, GB2312, US-ASCII or ISO-8859-1;
 * UTF-16 is refused by its name.
 * Bounded by yz_xml_limits; comments and processing instructions are dropped.
 *
 * The tree is read-only, in the arena, and keeps nothing of the input.  NULL
 * stands for "not there": every accessor accepts it.
 *
 * Failure:   err.where names the line, the column where the parser knows it, and
 *            the element: `line 3, column 5, in <text> of <decision> "资格"`;
 *            SYNTAX, past the limits TOO_LARGE (bytes) or LIMIT.
 * Threads:   any; a tree is read-only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_XML_H
#define YZ_FMT_XML_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct yz_xml_attr {
	struct yz_str ns, name, value; /* ns "" for an attribute without prefix */
};

struct yz_xml_ns {
	struct yz_str prefix, uri; /* prefix "" is the default */
};

struct yz_xml {
	struct yz_str ns, name;          /* namespace URI ("" for none) and local name; NUL-terminated */
	uint32_t line, column;           /* from 1, of the start tag; columns count characters */
	uint32_t from, text_from;        /* bytes of the source before the start tag and before the text */
	const struct yz_xml_attr *attrs; /* without xmlns declarations */
	size_t nattrs;
	const struct yz_xml_ns *spaces; /* declared here */
	size_t nspaces;
	struct yz_xml *const *children; /* elements, in order */
	size_t n;
	struct yz_str text; /* the element's own text, CDATA included, "" when it is only white space beside children */
	struct yz_str tail; /* the part of the parent's text that follows this element */
	const struct yz_xml *parent;
};

struct yz_xml_limits {
	size_t bytes, depth, elements, attributes; /* attributes: of one element, xmlns included */
};
extern const struct yz_xml_limits yz_xml_default; /* 16 MiB, 100, 500,000, 256 */

/* The root element.  limits NULL: the default. */
const struct yz_xml *yz_xml_read(struct yz_arena *a, struct yz_str text, const struct yz_xml_limits *limits,
				 struct yz_err *err);
const struct yz_xml *yz_xml_load(struct yz_arena *a, const char *path, const struct yz_xml_limits *limits,
				 struct yz_err *err);

/* From 1; columns count characters. */
struct yz_xml_at {
	uint32_t line, column;
};
/* Of the start tag; `source` is the text that was read. */
struct yz_xml_at yz_xml_where(struct yz_str source, const struct yz_xml *e);
/* Of byte `at` of e's text: behind entities, CDATA and comments, for an element without children. */
struct yz_xml_at yz_xml_text_where(struct yz_str source, const struct yz_xml *e, size_t at);

/* ns NULL matches any namespace, "" none. */
bool yz_xml_is(const struct yz_xml *e, const char *ns, const char *name);
/* The first child element of that name, and the next sibling of that name. */
const struct yz_xml *yz_xml_child(const struct yz_xml *e, const char *ns, const char *name);
const struct yz_xml *yz_xml_next(const struct yz_xml *e, const char *ns, const char *name);
/* An attribute without namespace, or {NULL, 0}; the other with. */
struct yz_str yz_xml_attr(const struct yz_xml *e, const char *name);
struct yz_str yz_xml_attr_ns(const struct yz_xml *e, const char *ns, const char *name);
/* The text of a child, or {NULL, 0}. */
struct yz_str yz_xml_child_text(const struct yz_xml *e, const char *ns, const char *name);
/* All text within, descendants included, in order. */
struct yz_str yz_xml_all_text(struct yz_arena *a, const struct yz_xml *e);
/* What a prefix means at this element (for QNames in values); {NULL, 0} when undeclared. */
struct yz_str yz_xml_prefix(const struct yz_xml *e, struct yz_str prefix);

/* A letter or _ first, then letters, digits, . _ - (any script; no colon). */
bool yz_xml_name_ok(struct yz_str name);

/* A streaming writer.  Names are ours or checked with yz_xml_name_ok ("p:name"
 * is allowed); they are borrowed until closed.  Characters XML cannot carry
 * become U+FFFD. */
enum { YZ_XW_DEPTH = 64 };
struct yz_xw {
	struct yz_buf *buf;
	const char *names[YZ_XW_DEPTH];
	unsigned depth;
	bool indent; /* each element on a line of its own; set after init */
	bool open;   /* a start tag still takes attributes */
	bool inner;  /* the last thing written was text or a start tag */
};
void yz_xw_init(struct yz_xw *w, struct yz_buf *buf); /* writes the XML declaration, UTF-8 */
void yz_xw_begin(struct yz_xw *w, const char *name);
void yz_xw_attr(struct yz_xw *w, const char *name, struct yz_str value); /* directly after begin */
void yz_xw_attrz(struct yz_xw *w, const char *name, const char *value);
void yz_xw_attri(struct yz_xw *w, const char *name, int64_t value);
void yz_xw_text(struct yz_xw *w, struct yz_str text);
void yz_xw_end(struct yz_xw *w);
/* <name>text</name> */
void yz_xw_leaf(struct yz_xw *w, const char *name, struct yz_str text);

#endif
