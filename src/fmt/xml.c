/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/xml.h"

#include "base/map.h"
#include "base/utf8.h"
#include "fmt/file.h"
#include "fmt/xml_place.h"
#include "fmt/xml_pull.h"

const struct yz_xml_limits yz_xml_default = {16 * 1024 * 1024, 100, 500 * 1000, 256};

struct piece {
	struct yz_str text;
	size_t after; /* children that stood before it */
};

/* An element whose end has not come yet. */
struct frame {
	struct yz_xml *e;
	YZ_VEC(struct yz_xml *) children;
	YZ_VEC(struct piece) pieces;
	bool blank; /* nothing but white space so far */
	struct frame *outer;
};

struct known {
	const xmlChar *z;
	struct yz_str name;
};
enum { NKNOWN = 256 };

struct loader {
	struct yz_arena *arena;
	const struct yz_xml_limits *limits;
	struct yz_xml_pull *pull;
	struct yz_xml_scan scan;
	struct yz_map names; /* each name and namespace is kept once */
	struct known known[NKNOWN];
	struct frame *top, *spare;
	struct yz_xml *root;
	size_t depth, elements;
};

static bool fail_here(struct loader *l, struct yz_err *err, const char *what, size_t most)
{
	yz_fail(err, YZ_LIMIT, "%s more than %zu", what, most);
	return yz_fail_in(err, "line %u", l->scan.place.line);
}

/* The parser keeps its names too: most are found where they were last time. */
static struct yz_str intern(struct loader *l, const xmlChar *z)
{
	struct known *k = &l->known[((uintptr_t)z >> 3) % NKNOWN];
	if (z && k->z == z && strcmp((const char *)z, k->name.ptr) == 0)
		return k->name;
	struct yz_str s = yz_str(z ? (const char *)z : "");
	char *kept = yz_map_get(&l->names, s);
	if (!kept) {
		kept = yz_str_z(l->arena, s);
		yz_map_put(&l->names, yz_str_n(kept, s.len), kept);
	}
	*k = (struct known){z, yz_str_n(kept, s.len)};
	return k->name;
}

static bool take_attributes(struct loader *l, struct yz_xml *e, struct yz_err *err)
{
	xmlTextReaderPtr r = l->pull->reader;
	int count = xmlTextReaderAttributeCount(r);
	if (count <= 0)
		return true;
	if ((size_t)count > l->limits->attributes)
		return fail_here(l, err, "attributes of one element:", l->limits->attributes);
	struct yz_xml_attr *attrs = yz_new_n(l->arena, (size_t)count, struct yz_xml_attr);
	YZ_VEC(struct yz_xml_ns) spaces = {0};
	while (xmlTextReaderMoveToNextAttribute(r) == 1) {
		struct yz_str value;
		if (!yz_xml_pull_text(l->pull, &value, err))
			return false;
		if (xmlTextReaderIsNamespaceDecl(r) == 1) {
			const xmlChar *prefix = xmlTextReaderConstPrefix(r) ? xmlTextReaderConstLocalName(r) : NULL;
			*yz_vec_push(l->arena, &spaces) = (struct yz_xml_ns){
				intern(l, prefix), intern(l, (const xmlChar *)(value.ptr ? value.ptr : ""))};
			continue;
		}
		attrs[e->nattrs++] =
			(struct yz_xml_attr){intern(l, xmlTextReaderConstNamespaceUri(r)),
					     intern(l, xmlTextReaderConstLocalName(r)), yz_str_dup(l->arena, value)};
	}
	xmlTextReaderMoveToElement(r);
	e->attrs = attrs;
	e->spaces = spaces.at;
	e->nspaces = spaces.len;
	return true;
}

static struct frame *take_frame(struct loader *l)
{
	struct frame *f = l->spare;
	if (!f)
		return yz_new(l->arena, struct frame);
	l->spare = f->outer;
	f->children.len = f->pieces.len = 0;
	return f;
}

static void end_element(struct loader *l)
{
	struct frame *f = l->top;
	struct yz_xml *e = f->e;
	e->n = f->children.len;
	if (e->n) {
		struct yz_xml **children = yz_new_n(l->arena, e->n, struct yz_xml *);
		memcpy(children, f->children.at, e->n * sizeof *children);
		e->children = children;
	}
	e->text = YZ_LIT("");
	if (f->pieces.len == 1 && f->pieces.at[0].after == 0 && (!e->n || !f->blank)) {
		e->text = f->pieces.at[0].text;
	} else if (!e->n || !f->blank) {
		size_t len = 0, at = 0;
		for (size_t i = 0; i < f->pieces.len; i++)
			len += f->pieces.at[i].text.len;
		char *text = yz_alloc(l->arena, len + 1);
		for (size_t i = 0; i < f->pieces.len; i++) {
			struct piece *p = &f->pieces.at[i];
			memcpy(text + at, p->text.ptr, p->text.len);
			if (p->after) {
				struct yz_str *tail = &e->children[p->after - 1]->tail;
				*tail = yz_str_n(tail->len ? tail->ptr : text + at, tail->len + p->text.len);
			}
			at += p->text.len;
		}
		e->text = yz_str_n(text, len);
	}
	l->top = f->outer;
	f->outer = l->spare;
	l->spare = f;
	l->depth--;
}

static bool begin_element(struct loader *l, struct yz_err *err)
{
	xmlTextReaderPtr r = l->pull->reader;
	size_t from = yz_xml_scan_tag(&l->scan);
	struct yz_xml_at at = yz_xml_scan_at(&l->scan, from);
	if (++l->elements > l->limits->elements)
		return fail_here(l, err, "elements:", l->limits->elements);
	if (++l->depth > l->limits->depth)
		return fail_here(l, err, "elements within each other:", l->limits->depth);
	struct yz_xml *e = yz_new(l->arena, struct yz_xml);
	e->ns = intern(l, xmlTextReaderConstNamespaceUri(r));
	e->name = intern(l, xmlTextReaderConstLocalName(r));
	e->line = at.line;
	e->column = at.column;
	e->from = (uint32_t)from;
	bool empty = xmlTextReaderIsEmptyElement(r) == 1;
	if (!take_attributes(l, e, err))
		return false;
	if (l->top) {
		e->parent = l->top->e;
		*yz_vec_push(l->arena, &l->top->children) = e;
	} else {
		l->root = e;
	}
	struct frame *f = take_frame(l);
	f->e = e;
	f->blank = true;
	f->outer = l->top;
	l->top = f;
	if (empty)
		end_element(l);
	return true;
}

static bool add_text(struct loader *l, bool blank, struct yz_err *err)
{
	struct yz_str text;
	if (!yz_xml_pull_text(l->pull, &text, err))
		return false;
	if (!l->top || !text.len)
		return true;
	if (!l->top->pieces.len)
		l->top->e->text_from = (uint32_t)yz_xml_scan_text(&l->scan);
	struct piece p = {yz_str_dup(l->arena, text), l->top->children.len};
	*yz_vec_push(l->arena, &l->top->pieces) = p;
	l->top->blank = l->top->blank && (blank || yz_str_trim(text).len == 0);
	return true;
}

const struct yz_xml *yz_xml_read(struct yz_arena *a, struct yz_str text, const struct yz_xml_limits *limits,
				 struct yz_err *err)
{
	struct loader l = {.arena = a, .limits = limits ? limits : &yz_xml_default, .scan = {.text = text, .place = {1, 1}}};
	if (text.len > l.limits->bytes)
		return yz_fail_null(err, YZ_TOO_LARGE, "%zu bytes of XML; at most %zu are read", text.len,
				    l.limits->bytes);
	yz_map_init(&l.names, a);
	if (!(l.pull = yz_xml_pull_open(a, text, err)))
		return NULL;
	int more;
	bool ok = true;
	while (ok && (more = yz_xml_pull_next(l.pull, err)) != 0) {
		if (more < 0) {
			ok = false;
			break;
		}
		switch (xmlTextReaderNodeType(l.pull->reader)) {
		case XML_READER_TYPE_ELEMENT:
			ok = begin_element(&l, err);
			break;
		case XML_READER_TYPE_END_ELEMENT:
			end_element(&l);
			break;
		case XML_READER_TYPE_TEXT:
		case XML_READER_TYPE_CDATA:
			ok = add_text(&l, false, err);
			break;
		case XML_READER_TYPE_WHITESPACE:
		case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
			ok = add_text(&l, true, err);
			break;
		default:
			break;
		}
	}
	yz_xml_pull_close(l.pull);
	if (ok && !l.root)
		return yz_fail_null(err, YZ_SYNTAX, "no element");
	return ok ? l.root : NULL;
}

const struct yz_xml *yz_xml_load(struct yz_arena *a, const char *path, const struct yz_xml_limits *limits,
				 struct yz_err *err)
{
	struct yz_str text;
	if (!yz_file_read(a, path, (limits ? limits : &yz_xml_default)->bytes, &text, err))
		return NULL;
	const struct yz_xml *e = yz_xml_read(a, text, limits, err);
	if (!e)
		yz_fail_in(err, "%s", path);
	return e;
}

bool yz_xml_is(const struct yz_xml *e, const char *ns, const char *name)
{
	return e && yz_str_eqz(e->name, name) && (!ns || yz_str_eqz(e->ns, ns));
}

static const struct yz_xml *first_from(const struct yz_xml *parent, size_t i, const char *ns, const char *name)
{
	for (; parent && i < parent->n; i++)
		if (yz_xml_is(parent->children[i], ns, name))
			return parent->children[i];
	return NULL;
}

const struct yz_xml *yz_xml_child(const struct yz_xml *e, const char *ns, const char *name)
{
	return first_from(e, 0, ns, name);
}

const struct yz_xml *yz_xml_next(const struct yz_xml *e, const char *ns, const char *name)
{
	const struct yz_xml *parent = e ? e->parent : NULL;
	size_t i = 0;
	while (parent && parent->children[i] != e)
		i++;
	return first_from(parent, i + 1, ns, name);
}

struct yz_str yz_xml_attr_ns(const struct yz_xml *e, const char *ns, const char *name)
{
	for (size_t i = 0; e && i < e->nattrs; i++)
		if (yz_str_eqz(e->attrs[i].name, name) && yz_str_eqz(e->attrs[i].ns, ns))
			return e->attrs[i].value;
	return (struct yz_str){NULL, 0};
}

struct yz_str yz_xml_attr(const struct yz_xml *e, const char *name)
{
	return yz_xml_attr_ns(e, "", name);
}

struct yz_str yz_xml_child_text(const struct yz_xml *e, const char *ns, const char *name)
{
	const struct yz_xml *child = yz_xml_child(e, ns, name);
	return child ? child->text : (struct yz_str){NULL, 0};
}

static void add_all(struct yz_buf *b, const struct yz_xml *e)
{
	size_t tails = 0;
	for (size_t i = 0; i < e->n; i++)
		tails += e->children[i]->tail.len;
	yz_buf_adds(b, yz_str_n(e->text.ptr, e->text.len - tails));
	for (size_t i = 0; i < e->n; i++) {
		add_all(b, e->children[i]);
		yz_buf_adds(b, e->children[i]->tail);
	}
}

struct yz_str yz_xml_all_text(struct yz_arena *a, const struct yz_xml *e)
{
	struct yz_buf b;
	yz_buf_init(&b, a, SIZE_MAX / 8);
	if (e)
		add_all(&b, e);
	return yz_buf_str(&b);
}

struct yz_str yz_xml_prefix(const struct yz_xml *e, struct yz_str prefix)
{
	for (; e; e = e->parent)
		for (size_t i = 0; i < e->nspaces; i++)
			if (yz_str_eq(e->spaces[i].prefix, prefix))
				return e->spaces[i].uri;
	return (struct yz_str){NULL, 0};
}
