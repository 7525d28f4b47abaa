/* http/route.c - which route a path belongs to: a trie of path segments.
 *
 * A literal segment goes before a {parameter}, which goes before the rest
 * {x*}; where the first choice leads nowhere the next is tried.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include <stdlib.h>
#include <string.h>

enum { METHODS = 7 };

struct child {
	struct yz_str name;
	struct node *node;
};

struct node {
	YZ_VEC(struct child) children; /* sorted by name once built */
	struct node *param, *rest;
	const struct yz_route *routes[METHODS];
	unsigned methods;
};

struct yz_http_routes {
	struct node root;
};

static unsigned method_index(enum yz_method m)
{
	return (unsigned)__builtin_ctz(m);
}

static int by_name(const void *a, const void *b)
{
	return yz_str_cmp(((const struct child *)a)->name, ((const struct child *)b)->name);
}

static struct node *literal(struct yz_arena *a, struct node *at, struct yz_str name)
{
	for (size_t i = 0; i < at->children.len; i++)
		if (yz_str_eq(at->children.at[i].name, name))
			return at->children.at[i].node;
	struct child *c = yz_vec_push(a, &at->children);
	*c = (struct child){.name = name, .node = yz_new(a, struct node)};
	return c->node;
}

static bool is_name(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || s.ptr[i] == '_' ||
		      (i && s.ptr[i] >= '0' && s.ptr[i] <= '9')))
			return false;
	return s.len > 0;
}

static bool add(struct yz_arena *a, struct node *at, const struct yz_route *route, struct yz_err *err)
{
	struct yz_str rest = yz_str(route->pattern), part;
	if (!yz_str_starts(rest, YZ_LIT("/")))
		return yz_fail(err, YZ_USAGE, "route %s: a pattern begins with /", route->pattern);
	rest.ptr++, rest.len--;
	size_t params = 0, segments = 0;
	while (yz_str_cut(&rest, '/', &part)) {
		bool braces = yz_str_starts(part, YZ_LIT("{"));
		if (++segments > YZ_HTTP_SEGMENTS || (braces && ++params > YZ_HTTP_PARAMS))
			return yz_fail(err, YZ_USAGE, "route %s: too many segments or parameters", route->pattern);
		if (!braces) {
			at = literal(a, at, part);
			continue;
		}
		bool all = yz_str_ends(part, YZ_LIT("*}"));
		size_t extra = all ? 3 : 2;
		if (part.len <= extra || !yz_str_ends(part, YZ_LIT("}")) || (all && rest.ptr) ||
		    !is_name(yz_str_n(part.ptr + 1, part.len - extra)))
			return yz_fail(err, YZ_USAGE, "route %s: {name}, or a last {name*}, is expected, not %.*s",
				       route->pattern, YZ_P(part));
		struct node **next = all ? &at->rest : &at->param;
		if (!*next)
			*next = yz_new(a, struct node);
		at = *next;
	}
	unsigned i = method_index(route->method);
	if (at->routes[i])
		return yz_fail(err, YZ_USAGE, "route %s stands in the table twice for one method", route->pattern);
	at->routes[i] = route;
	at->methods |= route->method;
	return true;
}

static void sort(struct node *n)
{
	if (n->children.len)
		qsort(n->children.at, n->children.len, sizeof *n->children.at, by_name);
	for (size_t i = 0; i < n->children.len; i++)
		sort(n->children.at[i].node);
	if (n->param)
		sort(n->param);
	if (n->rest)
		sort(n->rest);
}

struct yz_http_routes *yz_http_routes_build(struct yz_arena *a, const struct yz_route *routes, size_t n,
					    struct yz_err *err)
{
	struct yz_http_routes *r = yz_new(a, struct yz_http_routes);
	struct yz_route *copy = yz_new_n(a, n, struct yz_route);
	for (size_t i = 0; i < n; i++) {
		copy[i] = routes[i];
		unsigned m = routes[i].method;
		if (!routes[i].pattern || !routes[i].handler || !routes[i].permission)
			return yz_fail_null(err, YZ_USAGE, "route %zu: pattern, handler and permission are needed", i);
		if (!m || (m & (m - 1)) || m > YZ_DELETE || m == YZ_HEAD)
			return yz_fail_null(err, YZ_USAGE, "route %s: one of GET POST PUT PATCH DELETE",
					    routes[i].pattern);
		copy[i].pattern = yz_strdup(a, routes[i].pattern);
		copy[i].permission = yz_strdup(a, routes[i].permission);
		if (!add(a, &r->root, &copy[i], err))
			return NULL;
	}
	sort(&r->root);
	return r;
}

static const struct node *child_of(const struct node *at, struct yz_str name)
{
	size_t low = 0, high = at->children.len;
	while (low < high) {
		size_t mid = (low + high) / 2;
		int c = yz_str_cmp(name, at->children.at[mid].name);
		if (c == 0)
			return at->children.at[mid].node;
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

struct search {
	enum yz_method method;
	const struct yz_str *segments;
	size_t n;
	struct yz_str values[YZ_HTTP_PARAMS];
	size_t nvalues;
	size_t rest_from; /* first segment of the rest; SIZE_MAX: none */
	unsigned allowed;
};

static const struct yz_route *end_here(const struct node *at, struct search *s)
{
	s->allowed |= at->methods;
	return at->routes[method_index(s->method)];
}

/* Depth is bounded by the pattern's segments. */
static const struct yz_route *walk(const struct node *at, size_t i, struct search *s)
{
	const struct yz_route *found = NULL;
	if (i == s->n)
		return end_here(at, s);
	const struct node *child = child_of(at, s->segments[i]);
	if (child && (found = walk(child, i + 1, s)))
		return found;
	if (at->param && s->segments[i].len) {
		s->values[s->nvalues++] = s->segments[i];
		if ((found = walk(at->param, i + 1, s)))
			return found;
		s->nvalues--;
	}
	if (at->rest && s->segments[i].len && (found = end_here(at->rest, s)))
		s->rest_from = i;
	return found;
}

static struct yz_str joined(struct yz_arena *a, const struct yz_str *parts, size_t n)
{
	size_t len = n ? n - 1 : 0, at = 0;
	for (size_t i = 0; i < n; i++)
		len += parts[i].len;
	char *p = yz_alloc(a, len + 1);
	for (size_t i = 0; i < n; i++) {
		if (i)
			p[at++] = '/';
		if (parts[i].len)
			memcpy(p + at, parts[i].ptr, parts[i].len);
		at += parts[i].len;
	}
	return yz_str_n(p, len);
}

void yz_http_routes_find(const struct yz_http_routes *r, enum yz_method method, const struct yz_str *segments, size_t n,
			 struct yz_arena *a, struct yz_http_match *out)
{
	struct search s = {.method = method, .segments = segments, .n = n, .rest_from = SIZE_MAX};
	*out = (struct yz_http_match){.route = walk(&r->root, 0, &s)};
	out->allowed = s.allowed;
	if (out->allowed & YZ_GET)
		out->allowed |= YZ_HEAD;
	if (!out->route)
		return;
	struct yz_str pattern = yz_str(out->route->pattern + 1), part;
	size_t taken = 0;
	while (yz_str_cut(&pattern, '/', &part)) {
		if (!yz_str_starts(part, YZ_LIT("{")))
			continue;
		bool all = yz_str_ends(part, YZ_LIT("*}"));
		struct yz_pair *p = &out->params[out->nparams++];
		p->name = yz_str_n(part.ptr + 1, part.len - (all ? 3 : 2));
		p->value = all ? joined(a, segments + s.rest_from, n - s.rest_from) : s.values[taken++];
	}
}

struct yz_str yz_http_allow(struct yz_arena *a, unsigned methods)
{
	static const char *const names[METHODS] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
	struct yz_buf b;
	yz_buf_init(&b, a, 64);
	methods |= YZ_OPTIONS;
	for (unsigned i = 0; i < METHODS; i++)
		if (methods & 1u << i)
			yz_buf_printf(&b, "%s%s", b.len ? ", " : "", names[i]);
	return yz_buf_str(&b);
}
