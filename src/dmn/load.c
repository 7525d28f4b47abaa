/* SPDX-License-Identifier: Apache-2.0 */
#include "dmn/load.h"

#include <stdio.h>

const struct yz_dmn_limits yz_dmn_default = {
	.feel = &yz_feel_default,
	.bytes = 16 << 20,
	.models = 64,
	.nodes = 20000,
	.cells = 2000000,
	.depth = 64,
	.chain = 500,
	.diags = 1000,
};

/* libxml2 nests 256 elements; a boxed expression takes two. */
enum { DEEPEST = 100, XML_DEPTH = 250 };

static const struct yz_dmn_limits *all_limits(struct yz_arena *a, const struct yz_dmn_limits *given)
{
	static const struct yz_dmn_limits none;
	const struct yz_dmn_limits *l = given ? given : &none, *d = &yz_dmn_default;
	struct yz_dmn_limits *all = yz_new(a, struct yz_dmn_limits);
	*all = (struct yz_dmn_limits){
		.feel = l->feel ? l->feel : d->feel,
		.bytes = l->bytes ? l->bytes : d->bytes,
		.models = l->models ? l->models : d->models,
		.nodes = l->nodes ? l->nodes : d->nodes,
		.cells = l->cells ? l->cells : d->cells,
		.depth = l->depth ? l->depth : d->depth,
		.chain = l->chain ? l->chain : d->chain,
		.diags = l->diags ? l->diags : d->diags,
	};
	if (all->depth > DEEPEST)
		all->depth = DEEPEST;
	return all;
}

/* ---- namespaces ---- */

bool yz_dload_is_model_ns(struct yz_str ns)
{
	static const char *const known[] = {
		"https://www.omg.org/spec/DMN/20230324/MODEL/",   /* 1.5 */
		"https://www.omg.org/spec/DMN/20240513/MODEL/",   /* 1.6 */
		"https://www.omg.org/spec/DMN/20211108/MODEL/",   /* 1.4 */
		"https://www.omg.org/spec/DMN/20191111/MODEL/",   /* 1.3 */
		"http://www.omg.org/spec/DMN/20180521/MODEL/",    /* 1.2 */
		"http://www.omg.org/spec/DMN/20151101/dmn.xsd",   /* 1.1, … */
		"http://www.omg.org/spec/DMN/20151101/dmn11.xsd", /* … and its draft, which tools write */
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (yz_str_eqz(ns, known[i]))
			return true;
	return false;
}

/* FEEL's namespaces and its bare name, in any case. */
bool yz_dload_is_feel(struct yz_str language)
{
	language = yz_str_trim(language);
	for (size_t i = 0; i + 4 <= language.len; i++)
		if (strncasecmp(language.ptr + i, "feel", 4) == 0)
			return true;
	return language.len == 0;
}

/* ---- sources ---- */

#define MODEL "definitions of DMN 1.1 to 1.6"

/* An XML error says `line 3, column 5, in <text>` in `where`. */
static void report_unread(struct yz_dload *l, const struct yz_dfile *f, const struct yz_err *err)
{
	struct yz_dmn_diag *d;
	if (f->root) { /* XML, and no more */
		d = yz_ddiag(l, YZ_FEEL_ERROR, f, NULL, "the file is no decision model");
		d->expected = YZ_LIT(MODEL);
		d->found = yz_str_printf(l->arena, "%.*s of \"%.*s\"", YZ_P(f->root->name), YZ_P(f->root->ns));
	} else {
		d = yz_ddiag(l, YZ_FEEL_ERROR, f, NULL, "the file cannot be read: %s", err->msg);
		const char *zh = yz_dsay(yz_str(err->msg));
		if (zh)
			d->zh.message = yz_str_printf(l->arena, "文件读不懂：%s", zh);
	}
	unsigned line = 0, column = 0;
	const char *at = strstr(err->where, "line ");
	if (at && sscanf(at, "line %u, column %u", &line, &column) >= 1) {
		d->place.line = line;
		d->place.column = column;
	}
	const char *within = at ? strstr(at, ", in <") : NULL;
	if (within)
		d->place.element = d->zh.element = yz_str_dup(l->arena, yz_str(within + strlen(", in ")));
}

static bool read_source(struct yz_dload *l, struct yz_dfile *f, struct yz_err *err)
{
	const struct yz_xml_limits limits = {l->limits->bytes, XML_DEPTH, SIZE_MAX, 256};
	if (!(f->root = yz_xml_read(l->arena, f->source, &limits, err)))
		return yz_fail_in(err, "%.*s", YZ_P(f->file));
	if (!yz_dis(f->root, "definitions")) {
		struct yz_xml_at at = yz_xml_where(f->source, f->root);
		yz_fail(err, YZ_SYNTAX, "expected " MODEL ", found %.*s of \"%.*s\"", YZ_P(f->root->name),
			YZ_P(f->root->ns));
		return yz_fail_in(err, "%.*s: line %u, column %u", YZ_P(f->file), at.line, at.column);
	}
	f->ns = yz_str_trim(yz_xml_attr(f->root, "namespace"));
	f->name = yz_dname_of(l, f->root);
	return true;
}

static struct yz_dfile *new_file(struct yz_dload *l, const struct yz_dmn_source *s)
{
	struct yz_dfile *f = yz_new(l->arena, struct yz_dfile);
	f->file = yz_str_dup(l->arena, s->file);
	f->source = s->text;
	yz_map_init(&f->ids, l->arena);
	yz_map_init(&f->by_id, l->arena);
	yz_map_init(&f->by_name, l->arena);
	yz_map_init(&f->items, l->arena);
	return f;
}

/* A source that is only ready to be imported may be no model: then nothing imports it. */
static struct yz_dfile *ready(struct yz_dload *l, const struct yz_dmn_source *s, bool first, struct yz_err *own)
{
	struct yz_dfile *f = new_file(l, s);
	if (read_source(l, f, own))
		return f;
	if (first || own->code != YZ_SYNTAX) {
		report_unread(l, f, own);
		l->failed = true;
		if (l->err)
			*l->err = *own;
	}
	return NULL;
}

/* A model that is imported in two ways is there twice, each with inputs of its own: what it decides depends on who
 * asks. Its findings are told once. */
static struct yz_dfile *instance_of(struct yz_dload *l, struct yz_dfile *from, const struct yz_dimport *import,
				    const struct yz_dfile *ready_file)
{
	for (struct yz_dfile *f = from; f; f = f->importer) {
		if (f->root == ready_file->root) {
			yz_ddiag(l, YZ_FEEL_ERROR, from, import->el, "the imported model imports this one again");
			return f;
		}
	}
	if (l->nfiles >= l->limits->models) {
		yz_dload_fail(l, from, import->el, "more than %zu models, each counted once a way it is imported",
			      l->limits->models);
		return NULL;
	}
	struct yz_dfile *f = new_file(l, &(struct yz_dmn_source){ready_file->file, ready_file->source});
	f->root = ready_file->root;
	f->ns = ready_file->ns;
	f->name = ready_file->name;
	f->importer = from;
	f->index = l->nfiles;
	for (size_t i = 0; i < l->nfiles; i++)
		f->again |= l->files[i]->root == f->root;
	return l->files[l->nfiles++] = f;
}

static bool names_it(const struct yz_dimport *import, const struct yz_dfile *f)
{
	struct yz_str at = yz_str_trim(yz_xml_attr(import->el, "locationURI"));
	return at.len && yz_str_ends(f->file, at);
}

/* The model of that namespace; of several that which the import names as its place, else the first. */
static struct yz_dfile *find_imported(struct yz_dload *l, struct yz_dfile *f, const struct yz_dimport *import,
				      struct yz_dfile **ready_files, size_t n)
{
	struct yz_dfile *found = NULL, *other = NULL;
	for (size_t i = 0; i < n; i++) {
		struct yz_dfile *r = ready_files[i];
		if (!r || r->root == f->root || !yz_str_eq(r->ns, import->ns))
			continue;
		if (!found || (names_it(import, r) && !names_it(import, found))) {
			other = found;
			found = r;
		} else {
			other = r;
		}
	}
	if (found && other && !names_it(import, found))
		yz_ddiag(l, YZ_FEEL_WARNING, f, import->el, "the namespace is that of another model")->found =
			other->file;
	return found;
}

static void link_imports(struct yz_dload *l, struct yz_dfile *f, struct yz_dfile **ready_files,
			 const struct yz_dmn_source *sources, const struct yz_err *unread, size_t n)
{
	for (size_t i = 0; i < f->imports.len && !l->failed; i++) {
		struct yz_dimport *import = &f->imports.at[i];
		import->to = find_imported(l, f, import, ready_files, n);
		if (import->to) {
			import->to = instance_of(l, f, import, import->to);
			continue;
		}
		yz_ddiag(l, YZ_FEEL_ERROR, f, import->el,
			 yz_str_eq(import->ns, f->ns) ? "a model cannot import itself"
						      : "there is no model of this namespace")
			->found = import->ns;
		/* It may be one of those that could not be read. */
		for (size_t k = 0; k < n && !l->unread_told; k++)
			if (!ready_files[k])
				report_unread(l, new_file(l, &sources[k]), &unread[k]);
		l->unread_told = true;
	}
}

static bool read_sources(struct yz_dload *l, const struct yz_dmn_source *sources, size_t n)
{
	struct yz_dfile **files = yz_new_n(l->arena, n, struct yz_dfile *);
	struct yz_err *unread = yz_new_n(l->arena, n, struct yz_err);
	l->files = yz_new_n(l->arena, l->limits->models, struct yz_dfile *);
	for (size_t i = 0; i < n; i++) {
		files[i] = ready(l, &sources[i], i == 0, &unread[i]);
		if (l->failed)
			return false;
	}
	l->files[l->nfiles++] = files[0];
	for (size_t i = 0; i < l->nfiles && !l->failed; i++) {
		yz_dread_imports(l, l->files[i]);
		link_imports(l, l->files[i], files, sources, unread, n);
	}
	return !l->failed;
}

/* ---- the model ---- */

static bool load(struct yz_dload *l, const struct yz_dmn_source *sources, size_t n)
{
	struct yz_dmn *m = l->dmn;
	if (!read_sources(l, sources, n))
		return false;
	m->nmodels = l->nfiles;
	m->models = yz_new_n(l->arena, l->nfiles, struct yz_dmodel);
	for (size_t i = 0; i < l->nfiles && !l->failed; i++)
		yz_dread_file(l, l->files[i]);
	if (l->failed)
		return false;
	yz_dimport_link(l);
	yz_dtype_link(l);
	for (size_t i = 0; i < l->nodes.len; i++) {
		struct yz_dnew *node = l->nodes.at[i];
		node->node.face.type = yz_dtype_of(l, node->file, yz_dchild(node->el, "variable"));
	}
	yz_dlink(l);
	if (!yz_dlink_order(l))
		return false;
	for (size_t i = 0; i < l->order.len && !l->failed; i++)
		yz_dcompile_node(l, l->order.at[i]);
	return !l->failed;
}

static void publish(struct yz_dload *l)
{
	struct yz_dmn *m = l->dmn;
	m->nnodes = l->nodes.len;
	m->nodes = yz_new_n(l->arena, m->nnodes, const struct yz_dmn_node *);
	for (size_t i = 0; i < m->nnodes; i++) {
		struct yz_dmn_node *face = &l->nodes.at[i]->node.face;
		struct yz_str called =
			face->import.len ? yz_str_printf(l->arena, "%.*s.%.*s", YZ_P(face->import), YZ_P(face->name))
					 : face->name;
		m->nodes[i] = face;
		if (called.len && !yz_map_has(&m->by_name, called))
			yz_map_put(&m->by_name, called, face);
		if (face->id.len && !yz_map_has(&m->by_id, face->id))
			yz_map_put(&m->by_id, face->id, face);
	}
}

static bool few_enough(struct yz_dload *l, const struct yz_dmn_source *sources, size_t n)
{
	if (n <= l->limits->models)
		return true;
	const struct yz_dfile past = {.file = sources[l->limits->models].file};
	return yz_dload_fail(l, &past, NULL, "%zu models, more than %zu", n, l->limits->models);
}

const struct yz_dmn *yz_dmn_load(struct yz_arena *a, const struct yz_dmn_source *sources, size_t n,
				 const struct yz_dmn_limits *limits, const struct yz_dmn_diag **diags,
				 struct yz_err *err)
{
	struct yz_dmn *m = yz_new(a, struct yz_dmn);
	struct yz_dload l = {.arena = a, .dmn = m, .limits = all_limits(a, limits), .err = err};
	if (diags)
		*diags = NULL;
	if (n == 0)
		return yz_fail_null(err, YZ_LIMIT, "no model");
	m->arena = a;
	m->limits = *l.limits;
	yz_map_init(&m->by_name, a);
	yz_map_init(&m->by_id, a);
	bool ok = few_enough(&l, sources, n) && load(&l, sources, n);
	if (ok)
		publish(&l);
	yz_ddiag_finish(&l);
	if (diags)
		*diags = m->diags;
	return ok ? m : NULL;
}
