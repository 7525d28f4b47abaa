/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/xml.h"

#include "base/map.h"
#include "base/utf8.h"
#include "fmt/file.h"
#include "fmt/xml_event.h"
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
	struct yz_xml_events *events;
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

static bool no_text(struct loader *l, struct yz_err *err)
{
	yz_fail(err, YZ_SYNTAX, "bytes that are no text");
	return yz_fail_in(err, "line %u", l->scan.place.line);
}

static bool take_attributes(struct loader *l, struct yz_xml *e, const struct yz_xml_event *event, struct yz_err *err)
{
	size_t n = event->nspaces + event->nattrs;
	if (!n)
		return true;
	if (n > l->limits->attributes)
		return fail_here(l, err, "attributes of one element:", l->limits->attributes);
	struct yz_xml_attr *attrs = yz_new_n(l->arena, event->nattrs, struct yz_xml_attr);
	struct yz_xml_ns *spaces = event->nspaces ? yz_new_n(l->arena, event->nspaces, struct yz_xml_ns) : NULL;
	for (size_t i = 0; i < n; i++) {
		const struct yz_xml_pair *pair = &l->events->pairs[event->pairs + i];
		struct yz_str value = yz_xml_event_bytes(l->events, pair->from, pair->len);
		if (!yz_xml_text_ok(value))
			return no_text(l, err);
		if (i < event->nspaces)
			spaces[e->nspaces++] =
				(struct yz_xml_ns){intern(l, pair->name), intern(l, (const xmlChar *)value.ptr)};
		else
			attrs[e->nattrs++] = (struct yz_xml_attr){intern(l, pair->ns), intern(l, pair->name),
								  yz_str_dup(l->arena, value)};
	}
	e->attrs = attrs;
	e->spaces = spaces;
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

static bool begin_element(struct loader *l, const struct yz_xml_event *event, struct yz_err *err)
{
	size_t from = yz_xml_scan_tag(&l->scan);
	struct yz_xml_at at = yz_xml_scan_at(&l->scan, from);
	if (++l->elements > l->limits->elements)
		return fail_here(l, err, "elements:", l->limits->elements);
	if (++l->depth > l->limits->depth)
		return fail_here(l, err, "elements within each other:", l->limits->depth);
	struct yz_xml *e = yz_new(l->arena, struct yz_xml);
	e->ns = intern(l, event->ns);
	e->name = intern(l, event->name);
	e->line = at.line;
	e->column = at.column;
	e->from = (uint32_t)from;
	if (!take_attributes(l, e, event, err))
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
	return true;
}

static bool add_text(struct loader *l, const struct yz_xml_event *event, struct yz_err *err)
{
	struct yz_str text = yz_xml_event_bytes(l->events, event->from, event->len);
	if (!l->top)
		return true;
	if (!yz_xml_text_ok(text))
		return no_text(l, err);
	if (!l->top->pieces.len)
		l->top->e->text_from = (uint32_t)yz_xml_scan_text(&l->scan);
	struct piece p = {yz_str_dup(l->arena, text), l->top->children.len};
	*yz_vec_push(l->arena, &l->top->pieces) = p;
	l->top->blank = l->top->blank && yz_str_trim(text).len == 0;
	return true;
}

/* What begins at `at` and may hold anything up to its end: its end; else `at`. */
static size_t behind_opaque(struct yz_str s, size_t at)
{
	static const char *const opaque[][2] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
	struct yz_str rest = yz_str_n(s.ptr + at, s.len - at);
	for (size_t i = 0; i < sizeof opaque / sizeof *opaque; i++)
		if (yz_str_starts(rest, yz_str(opaque[i][0]))) {
			size_t end = yz_str_find(s, yz_str(opaque[i][1]), at + strlen(opaque[i][0]));
			return end == SIZE_MAX ? s.len : end + strlen(opaque[i][1]);
		}
	return at;
}

/* libxml2 compares each attribute of an element with all others before anybody is asked: hundreds of thousands of them
 * cost minutes, so they are counted first.  Twice the bound: what is a little over is told with its line. */
static bool tags_fit(struct yz_str s, size_t most, struct yz_err *err)
{
	for (size_t i = 0; i < s.len;) {
		size_t end = s.ptr[i] == '<' ? behind_opaque(s, i) : i + 1, n = 0;
		char quote = 0;
		if (end > i) {
			i = end;
			continue;
		}
		for (i++; i < s.len && (quote || s.ptr[i] != '>'); i++) {
			if (quote ? s.ptr[i] == quote : s.ptr[i] == '"' || s.ptr[i] == '\'')
				quote = quote ? 0 : s.ptr[i];
			else if (!quote && s.ptr[i] == '=' && ++n > 2 * most)
				return yz_fail(err, YZ_LIMIT, "attributes of one element: more than %zu", most);
		}
	}
	return true;
}

/* The element that was open when it failed, and the nearest around it that has a name, the root left out: behind the place. */
static void fail_within(const struct loader *l, struct yz_err *err)
{
	enum { NAME_MOST = 60 };
	const struct frame *f = l->top;
	char before[sizeof err->where];
	struct yz_str name = {0};
	if (!err || !err->where[0] || !f || f->e->name.len > NAME_MOST)
		return;
	memcpy(before, err->where, sizeof before);
	err->where[0] = '\0';
	const struct frame *named = f;
	for (; named; named = named->outer) {
		name = yz_xml_attr(named->e, "name");
		if (name.len && name.len <= NAME_MOST && named->e->name.len <= NAME_MOST)
			break;
	}
	if (!named || (named != f && !named->outer))
		yz_fail_in(err, "%s, in <%.*s>", before, YZ_P(f->e->name));
	else if (named == f)
		yz_fail_in(err, "%s, in <%.*s> \"%.*s\"", before, YZ_P(f->e->name), YZ_P(name));
	else
		yz_fail_in(err, "%s, in <%.*s> of <%.*s> \"%.*s\"", before, YZ_P(f->e->name), YZ_P(named->e->name), YZ_P(name));
}

const struct yz_xml *yz_xml_read(struct yz_arena *a, struct yz_str text, const struct yz_xml_limits *limits,
				 struct yz_err *err)
{
	struct loader l = {
		.arena = a, .limits = limits ? limits : &yz_xml_default, .scan = {.text = text, .place = {1, 1}}};
	if (text.len > l.limits->bytes)
		return yz_fail_null(err, YZ_TOO_LARGE, "%zu bytes of XML; at most %zu are read", text.len,
				    l.limits->bytes);
	yz_map_init(&l.names, a);
	if (!tags_fit(text, l.limits->attributes, err) || !(l.events = yz_xml_events_open(a, text, err)))
		return NULL;
	const struct yz_xml_event *event;
	bool failed = false, ok = true;
	while (ok && (event = yz_xml_events_next(l.events, &failed, err))) {
		if (event->kind == YZ_XML_BEGIN)
			ok = begin_element(&l, event, err);
		else if (event->kind == YZ_XML_END)
			end_element(&l);
		else
			ok = add_text(&l, event, err);
	}
	yz_xml_events_close(l.events);
	if (ok && !failed && !l.root)
		return yz_fail_null(err, YZ_SYNTAX, "no element");
	if (ok && !failed)
		return l.root;
	fail_within(&l, err);
	return NULL;
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
