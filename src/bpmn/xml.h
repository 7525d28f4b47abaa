/* bpmn/xml.h - private: a BPMN file as a tree of its own, read by libxml2 and written back.
 *
 * Elements, attributes, text and comments are kept as they were read, so that
 * saving loses nothing.  Strings live in the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BPMN_XML_H
#define YZ_BPMN_XML_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum yz_bns { BNS_NONE, BNS_BPMN, BNS_YZ, BNS_DIAGRAM, BNS_XSI, BNS_OTHER };

enum yz_bkind { BXML_ELEMENT, BXML_TEXT, BXML_CDATA, BXML_COMMENT, BXML_PI };

struct yz_battr {
	enum yz_bns ns;
	struct yz_str name;   /* local */
	struct yz_str prefix; /* as written; "xmlns" for declarations of prefixes */
	struct yz_str value;
};

struct yz_belem {
	enum yz_bkind kind;
	enum yz_bns ns;
	uint32_t line;
	uint32_t tag;       /* free for whoever walks the tree */
	struct yz_str name; /* local; target of a PI */
	struct yz_str prefix;
	struct yz_str text;  /* of text, CDATA, comment, PI */
	struct yz_str space; /* namespace URI */
	const struct yz_battr *attrs;
	size_t nattrs;
	struct yz_belem *parent, *first, *next;
};

/* The root element's siblings (comments) included: `*top` is the first of them. */
struct yz_belem *yz_bxml_read(struct yz_arena *a, struct yz_str xml, struct yz_belem **top, struct yz_err *err);
void yz_bxml_write(const struct yz_belem *top, struct yz_buf *out);

/* Attribute without namespace, or of `ns`; {NULL,0} when absent. */
struct yz_str yz_belem_attr(const struct yz_belem *e, const char *name);
struct yz_str yz_belem_attr_of(const struct yz_belem *e, enum yz_bns ns, const char *name);
bool yz_belem_is(const struct yz_belem *e, const char *name);                /* in the BPMN namespace */
struct yz_belem *yz_belem_child(const struct yz_belem *e, const char *name); /* first BPMN child of that name */
struct yz_belem *yz_belem_next(const struct yz_belem *e, const char *name);  /* next sibling of that name */
struct yz_belem *yz_belem_first(const struct yz_belem *e);                   /* first child element */
struct yz_belem *yz_belem_after(const struct yz_belem *e);                   /* next sibling element */
/* All text inside, trimmed. */
struct yz_str yz_belem_text(struct yz_arena *a, const struct yz_belem *e);
/* "prefix:name" or "name": the local part; element references are QNames. */
struct yz_str yz_local(struct yz_str qname);

#endif
