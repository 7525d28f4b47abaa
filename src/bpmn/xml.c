/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/xml.h"

#include "bpmn/bpmn.h"

#include <libxml/parser.h>
#include <pthread.h>

struct reading {
	struct yz_arena *arena;
	struct yz_err *err;
	size_t elements;
};

static enum yz_bns space_of(const xmlNs *ns)
{
	static const struct {
		const char *uri;
		enum yz_bns ns;
	} known[] = {
		{"http://www.omg.org/spec/BPMN/20100524/MODEL", BNS_BPMN},
		{YZ_BPMN_NS, BNS_YZ},
		{"http://www.omg.org/spec/BPMN/20100524/DI", BNS_DIAGRAM},
		{"http://www.omg.org/spec/DD/20100524/DC", BNS_DIAGRAM},
		{"http://www.omg.org/spec/DD/20100524/DI", BNS_DIAGRAM},
		{"http://www.w3.org/2001/XMLSchema-instance", BNS_XSI},
	};
	if (!ns || !ns->href)
		return BNS_NONE;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp((const char *)ns->href, known[i].uri) == 0)
			return known[i].ns;
	return BNS_OTHER;
}

static struct yz_str copy(struct yz_arena *a, const xmlChar *s)
{
	return s ? yz_str_dup(a, yz_str((const char *)s)) : (struct yz_str){NULL, 0};
}

static void read_attrs(struct reading *r, struct yz_belem *e, const xmlNode *n)
{
	size_t count = 0;
	for (const xmlNs *ns = n->nsDef; ns; ns = ns->next)
		count++;
	for (const xmlAttr *at = n->properties; at; at = at->next)
		count++;
	struct yz_battr *attrs = yz_new_n(r->arena, count, struct yz_battr);
	for (const xmlNs *ns = n->nsDef; ns; ns = ns->next) {
		struct yz_battr *at = &attrs[e->nattrs++];
		at->ns = BNS_OTHER;
		at->prefix = ns->prefix ? YZ_LIT("xmlns") : (struct yz_str){NULL, 0};
		at->name = ns->prefix ? copy(r->arena, ns->prefix) : YZ_LIT("xmlns");
		at->value = copy(r->arena, ns->href);
	}
	for (xmlAttr *p = n->properties; p; p = p->next) {
		struct yz_battr *at = &attrs[e->nattrs++];
		xmlChar *value = xmlNodeListGetString(n->doc, p->children, 1);
		at->ns = space_of(p->ns);
		at->prefix = p->ns ? copy(r->arena, p->ns->prefix) : (struct yz_str){NULL, 0};
		at->name = copy(r->arena, p->name);
		at->value = value ? copy(r->arena, value) : YZ_LIT("");
		xmlFree(value);
	}
	e->attrs = attrs;
}

static bool kind_of(const xmlNode *n, enum yz_bkind *kind)
{
	switch (n->type) {
	case XML_ELEMENT_NODE:
		*kind = BXML_ELEMENT;
		return true;
	case XML_TEXT_NODE:
		*kind = BXML_TEXT;
		return true;
	case XML_CDATA_SECTION_NODE:
		*kind = BXML_CDATA;
		return true;
	case XML_COMMENT_NODE:
		*kind = BXML_COMMENT;
		return true;
	case XML_PI_NODE:
		*kind = BXML_PI;
		return true;
	default:
		return false;
	}
}

static bool read_node(struct reading *r, xmlNode *n, struct yz_belem *parent, int depth, struct yz_belem **out)
{
	enum yz_bkind kind;
	*out = NULL;
	if (!kind_of(n, &kind))
		return true;
	if (depth > YZ_BPMN_DEPTH)
		return yz_fail(r->err, YZ_LIMIT, "line %ld: elements are nested deeper than %d", xmlGetLineNo(n),
			       YZ_BPMN_DEPTH);
	if (++r->elements > YZ_BPMN_ELEMENTS)
		return yz_fail(r->err, YZ_LIMIT, "line %ld: more than %d elements and texts", xmlGetLineNo(n),
			       YZ_BPMN_ELEMENTS);
	struct yz_belem *e = *out = yz_new(r->arena, struct yz_belem);
	e->kind = kind;
	e->parent = parent;
	e->line = (uint32_t)xmlGetLineNo(n);
	if (kind != BXML_ELEMENT) {
		e->name = kind == BXML_PI ? copy(r->arena, n->name) : (struct yz_str){NULL, 0};
		e->text = copy(r->arena, n->content);
		return true;
	}
	e->name = copy(r->arena, n->name);
	e->ns = space_of(n->ns);
	if (n->ns) {
		e->prefix = copy(r->arena, n->ns->prefix);
		e->space = copy(r->arena, n->ns->href);
	}
	read_attrs(r, e, n);
	struct yz_belem **tail = &e->first;
	for (xmlNode *c = n->children; c; c = c->next) {
		if (!read_node(r, c, e, depth + 1, tail))
			return false;
		if (*tail)
			tail = &(*tail)->next;
	}
	return true;
}

/* A DOCTYPE can name files and swell entities; BPMN has no use for one. */
static void refuse_doctype(void *ctx, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	xmlParserCtxtPtr p = ctx;
	p->_private = (void *)(uintptr_t) "a DOCTYPE is not read";
	xmlStopParser(p);
}

static void quiet(void *ctx, xmlErrorPtr error)
{
}

static bool parse_failed(xmlParserCtxtPtr p, struct yz_err *err)
{
	xmlErrorPtr e = xmlCtxtGetLastError(p);
	const char *why = p->_private ? p->_private : e && e->message ? e->message : "no well-formed XML";
	struct yz_str text = yz_str_trim(yz_str(why));
	return yz_fail(err, YZ_SYNTAX, "line %d: %.*s",
		       e && !p->_private ? e->line
		       : p->input        ? p->input->line
					 : 1,
		       YZ_P(text));
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

struct yz_belem *yz_bxml_read(struct yz_arena *a, struct yz_str xml, struct yz_belem **top, struct yz_err *err)
{
	if (xml.len > YZ_BPMN_BYTES)
		return yz_fail_null(err, YZ_TOO_LARGE, "the model has %zu bytes, at most %d are read", xml.len,
				    YZ_BPMN_BYTES);
	pthread_once(&once, xmlInitParser);
	xmlParserCtxtPtr p = xmlNewParserCtxt();
	if (!p)
		return yz_fail_null(err, YZ_INTERNAL, "no memory for a parser");
	p->sax->internalSubset = refuse_doctype;
	p->sax->serror = quiet;
	xmlDocPtr doc = xmlCtxtReadMemory(p, xml.ptr, (int)xml.len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_BIG_LINES);
	struct reading r = {.arena = a, .err = err};
	struct yz_belem *root = NULL, **tail = top;
	*top = NULL;
	bool ok = doc && !p->_private ? true : parse_failed(p, err);
	for (xmlNode *n = ok ? doc->children : NULL; n && ok; n = n->next) {
		ok = read_node(&r, n, NULL, 1, tail);
		if (ok && *tail && (*tail)->kind == BXML_ELEMENT)
			root = *tail;
		if (ok && *tail)
			tail = &(*tail)->next;
	}
	xmlFreeDoc(doc);
	xmlFreeParserCtxt(p);
	return ok ? root : NULL;
}

/* Writing */

static void write_escaped(struct yz_buf *out, struct yz_str s, bool attr)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (c == '&')
			yz_buf_addz(out, "&amp;");
		else if (c == '<')
			yz_buf_addz(out, "&lt;");
		else if (c == '>')
			yz_buf_addz(out, "&gt;");
		else if (c == '"' && attr)
			yz_buf_addz(out, "&quot;");
		else if (c == '\r' || ((c == '\n' || c == '\t') && attr))
			yz_buf_printf(out, "&#%d;", c);
		else
			yz_buf_addc(out, c);
	}
}

static void write_name(struct yz_buf *out, struct yz_str prefix, struct yz_str name)
{
	if (prefix.len > 0) {
		yz_buf_adds(out, prefix);
		yz_buf_addc(out, ':');
	}
	yz_buf_adds(out, name);
}

static void write_open(struct yz_buf *out, const struct yz_belem *e)
{
	yz_buf_addc(out, '<');
	write_name(out, e->prefix, e->name);
	for (size_t i = 0; i < e->nattrs; i++) {
		yz_buf_addc(out, ' ');
		write_name(out, e->attrs[i].prefix, e->attrs[i].name);
		yz_buf_addz(out, "=\"");
		write_escaped(out, e->attrs[i].value, true);
		yz_buf_addc(out, '"');
	}
	yz_buf_addz(out, e->first ? ">" : "/>");
}

static void write_node(struct yz_buf *out, const struct yz_belem *e)
{
	switch (e->kind) {
	case BXML_TEXT:
		write_escaped(out, e->text, false);
		return;
	case BXML_CDATA:
		yz_buf_printf(out, "<![CDATA[%.*s]]>", YZ_P(e->text));
		return;
	case BXML_COMMENT:
		yz_buf_printf(out, "<!--%.*s-->", YZ_P(e->text));
		return;
	case BXML_PI:
		yz_buf_printf(out, "<?%.*s %.*s?>", YZ_P(e->name), YZ_P(e->text));
		return;
	case BXML_ELEMENT:
		break;
	}
	write_open(out, e);
	if (!e->first)
		return;
	for (const struct yz_belem *c = e->first; c; c = c->next)
		write_node(out, c);
	yz_buf_addz(out, "</");
	write_name(out, e->prefix, e->name);
	yz_buf_addc(out, '>');
}

void yz_bxml_write(const struct yz_belem *top, struct yz_buf *out)
{
	yz_buf_addz(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	for (const struct yz_belem *e = top; e; e = e->next) {
		write_node(out, e);
		yz_buf_addc(out, '\n');
	}
}

/* Looking */

struct yz_str yz_belem_attr_of(const struct yz_belem *e, enum yz_bns ns, const char *name)
{
	for (size_t i = 0; i < e->nattrs; i++)
		if (e->attrs[i].ns == ns && yz_str_eqz(e->attrs[i].name, name))
			return e->attrs[i].value;
	return (struct yz_str){NULL, 0};
}

struct yz_str yz_belem_attr(const struct yz_belem *e, const char *name)
{
	return yz_belem_attr_of(e, BNS_NONE, name);
}

bool yz_belem_is(const struct yz_belem *e, const char *name)
{
	return e->kind == BXML_ELEMENT && e->ns == BNS_BPMN && yz_str_eqz(e->name, name);
}

static struct yz_belem *named(struct yz_belem *e, const char *name)
{
	while (e && !yz_belem_is(e, name))
		e = e->next;
	return e;
}

struct yz_belem *yz_belem_child(const struct yz_belem *e, const char *name)
{
	return e ? named(e->first, name) : NULL;
}

struct yz_belem *yz_belem_next(const struct yz_belem *e, const char *name)
{
	return named(e->next, name);
}

static struct yz_belem *element(struct yz_belem *e)
{
	while (e && e->kind != BXML_ELEMENT)
		e = e->next;
	return e;
}

struct yz_belem *yz_belem_first(const struct yz_belem *e)
{
	return element(e->first);
}

struct yz_belem *yz_belem_after(const struct yz_belem *e)
{
	return element(e->next);
}

static void gather(struct yz_buf *b, const struct yz_belem *e)
{
	for (const struct yz_belem *c = e->first; c; c = c->next) {
		if (c->kind == BXML_TEXT || c->kind == BXML_CDATA)
			yz_buf_adds(b, c->text);
		else if (c->kind == BXML_ELEMENT)
			gather(b, c);
	}
}

struct yz_str yz_belem_text(struct yz_arena *a, const struct yz_belem *e)
{
	struct yz_buf b;
	if (!e)
		return (struct yz_str){NULL, 0};
	yz_buf_init(&b, a, YZ_BPMN_BYTES);
	gather(&b, e);
	return b.len ? yz_str_trim(yz_buf_str(&b)) : YZ_LIT("");
}

struct yz_str yz_local(struct yz_str q)
{
	q = yz_str_trim(q);
	for (size_t i = q.len; i > 0; i--)
		if (q.ptr[i - 1] == ':')
			return yz_str_n(q.ptr + i, q.len - i);
	return q;
}
