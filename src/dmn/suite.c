/* dmn/suite.c - the test cases of the public DMN conformance suite (its testCases.xsd).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/dmn.h"

#include "fmt/xml.h"

enum { VALUE_DEEPEST = 64, DETAIL_MOST = 4096, ARENA_MOST = 1 << 30 };

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

/* ---- values as the suite writes them ---- */

static bool true_attr(struct yz_str v)
{
	return yz_str_eqz(yz_str_trim(v), "true") || yz_str_eqz(yz_str_trim(v), "1");
}

/* The FEEL kind of an XML Schema type; ANY when it is none of ours. */
static enum yz_feel_kind kind_of(struct yz_str qname)
{
	static const struct {
		const char *name;
		enum yz_feel_kind kind;
	} kinds[] = {
		{"string", YZ_FEEL_STRING},
		{"decimal", YZ_FEEL_NUMBER},
		{"double", YZ_FEEL_NUMBER},
		{"float", YZ_FEEL_NUMBER},
		{"integer", YZ_FEEL_NUMBER},
		{"int", YZ_FEEL_NUMBER},
		{"long", YZ_FEEL_NUMBER},
		{"boolean", YZ_FEEL_BOOLEAN},
		{"date", YZ_FEEL_DATE},
		{"dateTime", YZ_FEEL_DATE_TIME},
		{"time", YZ_FEEL_TIME},
		{"duration", YZ_FEEL_DAYS},
		{"dayTimeDuration", YZ_FEEL_DAYS},
		{"yearMonthDuration", YZ_FEEL_MONTHS},
	};
	size_t colon = yz_str_find(qname, YZ_LIT(":"), 0);
	struct yz_str local = colon == SIZE_MAX ? qname : yz_str_n(qname.ptr + colon + 1, qname.len - colon - 1);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (yz_str_eqz(local, kinds[i].name))
			return kinds[i].kind;
	return YZ_FEEL_ANY;
}

static struct yz_feel_value simple_value(struct yz_arena *a, const struct yz_xml *e)
{
	struct yz_feel_value v = {0};
	enum yz_feel_kind kind = kind_of(yz_xml_attr_ns(e, XSI, "type"));
	if (kind == YZ_FEEL_STRING || kind == YZ_FEEL_ANY)
		return yz_feel_string(yz_str_dup(a, yz_xml_all_text(a, e)));
	struct yz_str text = yz_str_trim(yz_xml_all_text(a, e));
	if (kind == YZ_FEEL_BOOLEAN && (yz_str_eqz(text, "1") || yz_str_eqz(text, "0")))
		return yz_feel_bool(yz_str_eqz(text, "1"));
	/* A day alone is also an xsd:dateTime here and there, a duration of months an xsd:duration. */
	if (yz_feel_read(a, kind, text, &v))
		return v;
	if (kind == YZ_FEEL_DAYS && yz_feel_read(a, YZ_FEEL_MONTHS, text, &v))
		return v;
	return yz_feel_string(yz_str_dup(a, text));
}

static struct yz_feel_value read_value(struct yz_arena *a, const struct yz_xml *holder, unsigned depth);

static struct yz_feel_value read_list(struct yz_arena *a, const struct yz_xml *list, unsigned depth)
{
	struct yz_feel_value *items = yz_new_n(a, list->n, struct yz_feel_value);
	size_t n = 0;
	for (const struct yz_xml *i = yz_xml_child(list, NULL, "item"); i; i = yz_xml_next(i, NULL, "item"))
		items[n++] = read_value(a, i, depth + 1);
	return yz_feel_list(items, n);
}

static struct yz_feel_value read_components(struct yz_arena *a, const struct yz_xml *holder, unsigned depth)
{
	struct yz_feel_entry *entries = yz_new_n(a, holder->n, struct yz_feel_entry);
	size_t n = 0;
	for (const struct yz_xml *c = yz_xml_child(holder, NULL, "component"); c;
	     c = yz_xml_next(c, NULL, "component")) {
		entries[n].key = yz_str_dup(a, yz_xml_attr(c, "name"));
		entries[n++].value = read_value(a, c, depth + 1);
	}
	return yz_feel_context(a, entries, n);
}

/* What stands in an input node, an expectation, a component or an item. */
static struct yz_feel_value read_value(struct yz_arena *a, const struct yz_xml *holder, unsigned depth)
{
	const struct yz_xml *value = yz_xml_child(holder, NULL, "value"), *list = yz_xml_child(holder, NULL, "list");
	const struct yz_xml *first = value ? value : list ? list : yz_xml_child(holder, NULL, "component");
	if (!first || depth > VALUE_DEEPEST || true_attr(yz_xml_attr_ns(holder, XSI, "nil")))
		return (struct yz_feel_value){0};
	if (first != value && first != list)
		return read_components(a, holder, depth);
	if (true_attr(yz_xml_attr_ns(first, XSI, "nil")))
		return (struct yz_feel_value){0};
	return value ? simple_value(a, value) : read_list(a, list, depth);
}

/* ---- comparing ---- */

static bool close_enough(struct yz_dec a, struct yz_dec b)
{
	static const struct yz_dec tolerance = {.lo = 1, .exp = -8};
	struct yz_dec d;
	if (!yz_dec_sub(a, b, &d))
		return false;
	d.neg = false;
	return yz_dec_cmp(d, tolerance) < 0;
}

static bool as_expected(struct yz_feel_run *run, struct yz_feel_value want, struct yz_feel_value got, unsigned depth)
{
	if (depth > VALUE_DEEPEST || want.kind != got.kind)
		return false;
	switch (want.kind) {
	case YZ_FEEL_NULL:
		return true;
	case YZ_FEEL_NUMBER:
		return close_enough(yz_feel_dec(want), yz_feel_dec(got));
	case YZ_FEEL_LIST:
		if (yz_feel_len(want) != yz_feel_len(got))
			return false;
		for (size_t i = 0; i < yz_feel_len(want); i++)
			if (!as_expected(run, yz_feel_at(want, i), yz_feel_at(got, i), depth + 1))
				return false;
		return true;
	case YZ_FEEL_CONTEXT:
		if (yz_feel_len(want) != yz_feel_len(got))
			return false;
		for (size_t i = 0; i < yz_feel_len(want); i++) {
			const struct yz_feel_entry *w = &yz_feel_entries(want)[i];
			const struct yz_feel_value *g = yz_feel_get(got, w->key);
			if (!g || !as_expected(run, w->value, *g, depth + 1))
				return false;
		}
		return true;
	default:
		return yz_feel_is_true(yz_feel_equal(run, want, got));
	}
}

/* ---- running ---- */

struct suite_case {
	struct yz_dmn_suite *s;
	struct yz_arena *arena;
	const struct yz_dmn *model;
	struct yz_str folder, file, id;
	struct yz_buf detail; /* empty: passed */
};

static const struct yz_dmn_node *find_node(const struct yz_dmn *m, struct yz_str name, struct yz_str ns)
{
	size_t n;
	const struct yz_dmn_node *const *nodes = yz_dmn_nodes(m, &n);
	for (size_t i = 0; ns.len && i < n; i++)
		if (yz_str_eq(nodes[i]->name, name) && yz_str_eq(nodes[i]->ns, ns))
			return nodes[i];
	return yz_dmn_find(m, name);
}

static void set_inputs(struct suite_case *c, struct yz_dmn_eval *e, const struct yz_xml *test)
{
	for (const struct yz_xml *i = yz_xml_child(test, NULL, "inputNode"); i; i = yz_xml_next(i, NULL, "inputNode")) {
		const struct yz_dmn_node *node =
			find_node(c->model, yz_xml_attr(i, "name"), yz_xml_attr(i, "namespace"));
		struct yz_feel_entry fact = {yz_xml_attr(i, "name"), read_value(c->arena, i, 0)};
		if (node && (node->kind == YZ_DMN_INPUT || node->kind == YZ_DMN_DECISION))
			yz_dmn_set(e, node, fact.value);
		else
			yz_dmn_set_all(e, yz_feel_context(c->arena, &fact, 1), NULL);
	}
}

/* A knowledge model takes the case's inputs as its arguments, by name. */
static struct yz_feel_value call(struct suite_case *c, struct yz_dmn_eval *e, const struct yz_dmn_node *node,
				 const struct yz_xml *test)
{
	size_t n = node->type ? node->type->nfields : 0;
	struct yz_feel_value *args = yz_new_n(c->arena, n, struct yz_feel_value);
	for (const struct yz_xml *i = yz_xml_child(test, NULL, "inputNode"); i; i = yz_xml_next(i, NULL, "inputNode"))
		for (size_t k = 0; k < n; k++)
			if (yz_str_eq(node->type->fields[k].name, yz_xml_attr(i, "name")))
				args[k] = read_value(c->arena, i, 0);
	return yz_dmn_call(e, node, args, n);
}

static struct yz_feel_value actual(struct suite_case *c, struct yz_dmn_eval *e, const struct yz_xml *test,
				   const struct yz_xml *result)
{
	struct yz_str invocable = yz_xml_attr(test, "invocableName"), name = yz_xml_attr(result, "name");
	const struct yz_dmn_node *node =
		invocable.len ? find_node(c->model, invocable, yz_xml_attr(test, "namespace")) : NULL;
	if (!node)
		node = find_node(c->model, name, yz_xml_attr(result, "namespace"));
	if (!node)
		return yz_feel_null(e->run, "the model has nothing called '%.*s'", YZ_P(name));
	if (node->kind == YZ_DMN_BKM)
		return call(c, e, node, test);
	struct yz_feel_value v = yz_dmn_decide(e, node);
	/* Of a service with several outputs the result names one. */
	if (node->kind == YZ_DMN_SERVICE && node->nneeds > 1 && v.kind == YZ_FEEL_CONTEXT) {
		const struct yz_feel_value *one = yz_feel_get(v, name);
		return one ? *one : v;
	}
	return v;
}

static void check_result(struct suite_case *c, struct yz_dmn_eval *e, const struct yz_xml *test,
			 const struct yz_xml *result)
{
	const struct yz_xml *expected = yz_xml_child(result, NULL, "expected");
	struct yz_feel_value want = expected ? read_value(c->arena, expected, 0) : (struct yz_feel_value){0};
	struct yz_feel_value got = actual(c, e, test, result);
	bool ok = true_attr(yz_xml_attr(result, "errorResult")) ? got.kind == YZ_FEEL_NULL
								: as_expected(e->run, want, got, 0);
	if (ok)
		return;
	struct yz_buf *d = &c->detail;
	yz_buf_printf(d, "%s%.*s: expected ", d->len ? "; " : "", YZ_P(yz_xml_attr(result, "name")));
	yz_feel_write(d, want);
	yz_buf_addz(d, ", got ");
	yz_feel_write(d, got);
	if (got.kind == YZ_FEEL_NULL && got.reason) {
		yz_buf_addz(d, " (");
		yz_buf_adds(d, yz_feel_reason_text(c->arena, got.reason, YZ_FEEL_EN));
		yz_buf_addc(d, ')');
	}
}

static void add_quoted(struct yz_buf *b, struct yz_str s, char behind)
{
	yz_buf_addc(b, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"')
			yz_buf_addc(b, '"');
		yz_buf_addc(b, s.ptr[i] == '\n' || s.ptr[i] == '\r' ? ' ' : s.ptr[i]);
	}
	yz_buf_addc(b, '"');
	yz_buf_addc(b, behind);
}

static void report(struct suite_case *c)
{
	struct yz_dmn_suite *s = c->s;
	struct yz_str detail = c->detail.len ? yz_buf_str(&c->detail) : YZ_LIT("");
	if (detail.len)
		s->failed++;
	else
		s->passed++;
	if (detail.len)
		yz_buf_printf(s->out, "failed %.*s/%.*s case %.*s: %.*s\n", YZ_P(c->folder), YZ_P(c->file), YZ_P(c->id),
			      YZ_P(detail));
	if (!s->csv)
		return;
	add_quoted(s->csv, c->folder, ',');
	add_quoted(s->csv, c->file, ',');
	add_quoted(s->csv, c->id, ',');
	add_quoted(s->csv, detail.len ? YZ_LIT("ERROR") : YZ_LIT("SUCCESS"), ',');
	add_quoted(s->csv, detail, '\n');
}

static void run_case(struct suite_case *c, const struct yz_xml *test, const struct yz_err *unloaded)
{
	c->arena = yz_arena_create(ARENA_MOST);
	c->id = yz_xml_attr(test, "id");
	yz_buf_init(&c->detail, c->arena, DETAIL_MOST);
	if (!c->model) {
		yz_buf_printf(&c->detail, "the model does not load: %s: %s", unloaded->where, unloaded->msg);
	} else {
		struct yz_feel_run run;
		struct yz_dmn_eval e = {0};
		yz_feel_run_init(&run, c->arena);
		run.now = c->s->now;
		if (c->s->limits)
			run.limits = c->s->limits->feel;
		yz_dmn_begin(&e, c->model, &run);
		set_inputs(c, &e, test);
		for (const struct yz_xml *r = yz_xml_child(test, NULL, "resultNode"); r;
		     r = yz_xml_next(r, NULL, "resultNode"))
			check_result(c, &e, test, r);
	}
	report(c);
	yz_arena_destroy(c->arena);
}

/* "a/b-test-01.xml" is "b-test-01". */
static struct yz_str stem(struct yz_str path)
{
	for (size_t i = path.len; i-- > 0;)
		if (path.ptr[i] == '/') {
			path = yz_str_n(path.ptr + i + 1, path.len - i - 1);
			break;
		}
	if (yz_str_ends(path, YZ_LIT(".xml")))
		path.len -= 4;
	return path;
}

bool yz_dmn_suite_run(struct yz_dmn_suite *s, struct yz_str folder, const struct yz_dmn_source *test,
		      const struct yz_dmn_source *sources, size_t n, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(ARENA_MOST);
	struct yz_err unloaded = {0};
	const struct yz_xml *root = yz_xml_read(a, test->text, NULL, err);
	bool ok = root != NULL;
	if (root && !yz_xml_is(root, NULL, "testCases"))
		ok = yz_fail(err, YZ_SYNTAX, "expected <testCases>, found <%.*s>", YZ_P(root->name));
	if (ok) {
		struct suite_case c = {.s = s, .folder = folder, .file = stem(test->file)};
		if (n)
			c.model = yz_dmn_load(a, sources, n, s->limits, NULL, &unloaded);
		else
			yz_fail(&unloaded, YZ_NOT_FOUND, "there is no such file");
		for (const struct yz_xml *t = yz_xml_child(root, NULL, "testCase"); t;
		     t = yz_xml_next(t, NULL, "testCase"))
			run_case(&c, t, &unloaded);
	}
	yz_arena_destroy(a);
	return ok;
}

struct yz_str yz_dmn_suite_model(struct yz_arena *a, struct yz_str test)
{
	struct yz_err err = {0};
	const struct yz_xml *root = yz_xml_read(a, test, NULL, &err);
	if (!yz_xml_is(root, NULL, "testCases"))
		return (struct yz_str){NULL, 0};
	return yz_str_trim(yz_xml_child_text(root, NULL, "modelName"));
}
