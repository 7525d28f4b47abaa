/* dmn/compile.c - the logic of a node: boxed expressions (7.3, 10.2.1) with their slots.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/compile.h"

/* ---- what every expression has ---- */

struct yz_dexpr *yz_dexpr_new(struct yz_dscope *s, const struct yz_xml *el, enum yz_dexpr_kind kind)
{
	struct yz_dexpr *x = yz_new(s->load->arena, struct yz_dexpr);
	x->kind = kind;
	x->place = yz_dplace(s->load, s->file, el);
	return x;
}

struct yz_dexpr *yz_dexpr_broken(struct yz_dscope *s, const struct yz_xml *el, const char *why)
{
	struct yz_dexpr *x = yz_dexpr_new(s, el, DX_BROKEN);
	x->text = yz_str(why);
	return x;
}

/* Something that has to be there is not. */
struct yz_dexpr *yz_dexpr_missing(struct yz_dscope *s, const struct yz_xml *el, const char *what)
{
	yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, el, "nothing stands here")->expected = yz_str(what);
	return yz_dexpr_broken(s, el, "nothing stands here");
}

static yz_dreader read_literal, read_table, read_context, read_list, read_relation;

static const struct {
	const char *name;
	yz_dreader *read;
} readers[] = {
	{"literalExpression", read_literal}, {"decisionTable", read_table},
	{"context", read_context},           {"list", read_list},
	{"relation", read_relation},         {"functionDefinition", yz_dread_function},
	{"invocation", yz_dread_invocation}, {"conditional", yz_dread_conditional},
	{"filter", yz_dread_filter},         {"for", yz_dread_for},
	{"some", yz_dread_quantified},       {"every", yz_dread_quantified},
};

static yz_dreader *reader_of(const struct yz_xml *el)
{
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
		if (yz_dis(el, readers[i].name))
			return readers[i].read;
	return NULL;
}

const struct yz_xml *yz_dexpr_in(const struct yz_xml *el)
{
	for (size_t i = 0; el && i < el->n; i++)
		if (reader_of(el->children[i]))
			return el->children[i];
	return NULL;
}

const struct yz_dexpr *yz_dcompile(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen)
{
	struct yz_dload *l = s->load;
	*seen = NULL;
	if (s->depth >= l->limits->depth) {
		yz_dload_fail(l, s->file, el, "expressions are nested deeper than %zu", l->limits->depth);
		return yz_dexpr_broken(s, el, "");
	}
	s->depth++;
	struct yz_dexpr *x = reader_of(el)(s, el, seen);
	s->depth--;
	if (x->kind == DX_FUNCTION)
		return x;
	x->type = yz_dtype_of(l, s->file, el);
	yz_dcheck_type(l, s->file, el, x->type, *seen);
	if (x->type)
		*seen = x->type;
	return x;
}

const struct yz_dexpr *yz_dexpr_part(struct yz_dscope *s, const struct yz_xml *el, const char *name,
				     const struct yz_feel_type **seen)
{
	const struct yz_xml *part = yz_dchild(el, name), *inner = yz_dexpr_in(part);
	*seen = NULL;
	if (!inner)
		return yz_dexpr_missing(s, part ? part : el,
					yz_printf(s->load->arena, "<%s> with an expression", name));
	struct yz_dexpr *x = (struct yz_dexpr *)yz_dcompile(s, inner, seen);
	if (!x->type && (x->type = yz_dtype_of(s->load, s->file, part))) {
		yz_dcheck_type(s->load, s->file, part, x->type, *seen);
		*seen = x->type;
	}
	return x;
}

void yz_dcheck_type(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el,
		    const struct yz_feel_type *declared, const struct yz_feel_type *seen)
{
	if (declared && declared->kind == YZ_FEEL_LIST)
		declared = declared->item;
	if (!declared || !seen || declared->kind == YZ_FEEL_ANY || declared->kind == YZ_FEEL_NULL ||
	    seen->kind == YZ_FEEL_NULL || seen->kind >= YZ_FEEL_LIST || declared->kind == seen->kind)
		return;
	if (declared->kind == YZ_FEEL_DATE_TIME && seen->kind == YZ_FEEL_DATE)
		return;
	struct yz_dmn_diag *d = yz_ddiag(l, YZ_FEEL_ERROR, f, el, "the value is of another type: it is always null");
	d->expected = yz_feel_type_text(l->arena, declared);
	d->found = yz_feel_type_text(l->arena, seen);
}

/* No context has one key twice (10.3.2.6). */
static const char two_alike[] = "two entries have one name";

/* ---- literals, tables ---- */

static struct yz_dexpr *read_literal(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen)
{
	struct yz_dexpr *x = yz_dexpr_new(s, el, DX_LITERAL);
	if (!yz_dtext(el).len && !yz_dchild(el, "importedValues"))
		return yz_dexpr_missing(s, el, "an expression");
	if (!yz_dscope_compile(s, el, YZ_FEEL_EXPRESSION, NULL, &x->feel))
		return yz_dexpr_broken(s, el, "the expression is not FEEL that can be read");
	*seen = yz_dtype_shape(yz_feel_result_type(x->feel.program));
	return x;
}

static struct yz_dexpr *read_table(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen)
{
	struct yz_dexpr *x = yz_dexpr_new(s, el, DX_TABLE);
	x->table = yz_dcompile_table(s, el, seen);
	return x->table ? x : yz_dexpr_broken(s, el, two_alike);
}

/* ---- contexts ---- */

struct fields {
	YZ_VEC(struct yz_dentry) entries;
	YZ_VEC(struct yz_feel_field) fields;
	struct yz_map names;
	bool twice; /* a name: there is no such context */
};

static const struct yz_feel_type *context_type(struct yz_dload *l, const struct fields *f)
{
	struct yz_feel_type *t = yz_dtype_new(l, YZ_FEEL_CONTEXT);
	t->fields = f->fields.at;
	t->nfields = f->fields.len;
	return t;
}

/* A literal that is a function: `function(n) …`. */
static bool is_function_text(const struct yz_xml *el)
{
	struct yz_str text = yz_dis(el, "literalExpression") ? yz_dtext(el) : (struct yz_str){NULL, 0};
	if (!yz_str_starts(text, YZ_LIT("function")))
		return false;
	return yz_str_starts(yz_str_trim(yz_str_n(text.ptr + 8, text.len - 8)), YZ_LIT("("));
}

static const struct yz_feel_type *compile_entry(struct yz_dscope *s, struct yz_dentry *e, const struct yz_xml *el)
{
	const struct yz_xml *inner = yz_dexpr_in(el), *variable = yz_dchild(el, "variable");
	const struct yz_feel_type *seen = NULL;
	/* A function may call itself by its name; anything else sees only the entries before it. */
	bool literal = e->name.len && inner && is_function_text(inner);
	bool function = literal || (e->name.len && inner && yz_dis(inner, "functionDefinition"));
	if (function)
		e->slot = yz_dscope_push(s, el, e->name, yz_feel_type_of_kind(YZ_FEEL_FUNCTION));
	if (literal)
		s->own = e->slot + 1;
	e->expr = inner ? yz_dcompile(s, inner, &seen) : yz_dexpr_missing(s, el, "an expression");
	s->own = 0;
	if (function && e->expr->kind == DX_FUNCTION)
		((struct yz_dfunction *)e->expr->function)->self = e->slot;
	e->type = yz_dtype_of(s->load, s->file, variable);
	yz_dcheck_type(s->load, s->file, variable, e->type, seen);
	if (e->type)
		seen = e->type;
	if (!function)
		e->slot = yz_dscope_push(s, el, e->name, seen);
	else
		s->slots.at[e->slot].type = s->names[e->slot].type = seen;
	return seen;
}

static void read_entry(struct yz_dscope *s, struct fields *f, const struct yz_xml *el,
		       const struct yz_feel_type **result)
{
	struct yz_dload *l = s->load;
	const struct yz_xml *variable = yz_dchild(el, "variable");
	struct yz_dentry e = {.name = variable ? yz_dname_of(l, variable) : (struct yz_str){NULL, 0}};
	if (f->entries.len && !f->entries.at[f->entries.len - 1].name.len)
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, el, "the entry without a variable, the result, is to be the last");
	if (e.name.len && yz_map_put(&f->names, e.name, f)) {
		f->twice = true;
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, el, "two entries are called '%.*s'", YZ_P(e.name));
	}
	if (variable && !e.name.len)
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, variable, "it needs a name");
	const struct yz_feel_type *seen = compile_entry(s, &e, el);
	*yz_vec_push(l->arena, &f->entries) = e;
	if (e.name.len)
		*yz_vec_push(l->arena, &f->fields) = (struct yz_feel_field){e.name, seen};
	else
		*result = seen;
}

static struct yz_dexpr *read_context(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen)
{
	struct yz_dexpr *x = yz_dexpr_new(s, el, DX_CONTEXT);
	struct fields f = {0};
	size_t outer = s->slots.len;
	yz_map_init(&f.names, s->load->arena);
	for (size_t i = 0; i < el->n && !s->load->failed; i++)
		if (yz_dis(el->children[i], "contextEntry"))
			read_entry(s, &f, el->children[i], seen);
	yz_dscope_pop(s, outer);
	if (f.twice)
		return yz_dexpr_broken(s, el, two_alike);
	x->entries = f.entries.at;
	x->n = f.entries.len;
	if (!x->n || x->entries[x->n - 1].name.len)
		*seen = context_type(s->load, &f);
	return x;
}

/* ---- lists and relations ---- */

struct yz_feel_type *yz_dtype_list(struct yz_dload *l, const struct yz_feel_type *item)
{
	struct yz_feel_type *t = yz_dtype_new(l, YZ_FEEL_LIST);
	t->item = item;
	return t;
}

static struct yz_dexpr *read_list(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen)
{
	struct yz_dexpr *x = yz_dexpr_new(s, el, DX_LIST);
	const struct yz_feel_type *item = NULL, *one;
	x->entries = yz_new_n(s->load->arena, el->n, struct yz_dentry);
	for (size_t i = 0; i < el->n && !s->load->failed; i++) {
		if (!reader_of(el->children[i]))
			continue;
		x->entries[x->n].expr = yz_dcompile(s, el->children[i], &one);
		item = x->n++ ? yz_dtype_common(item, one) : one;
	}
	*seen = yz_dtype_list(s->load, item);
	return x;
}

static bool count_cells(struct yz_dscope *s, const struct yz_xml *el, size_t n)
{
	struct yz_dload *l = s->load;
	l->cells += n;
	return l->cells <= l->limits->cells ||
	       yz_dload_fail(l, s->file, el, "more than %zu cells of tables", l->limits->cells);
}

static struct yz_dexpr *read_row(struct yz_dscope *s, const struct yz_xml *el, const struct fields *columns)
{
	struct yz_dexpr *row = yz_dexpr_new(s, el, DX_CONTEXT);
	const struct yz_feel_type *seen;
	size_t outer = s->slots.len, cells = 0;
	row->n = columns->entries.len;
	row->entries = yz_new_n(s->load->arena, row->n, struct yz_dentry);
	for (size_t i = 0; i < row->n; i++) {
		row->entries[i] = columns->entries.at[i];
		row->entries[i].slot = yz_dscope_push(s, el, (struct yz_str){NULL, 0}, NULL);
	}
	for (size_t i = 0; i < el->n && !s->load->failed; i++) {
		if (!reader_of(el->children[i]))
			continue;
		struct yz_dentry *e = cells < row->n ? &row->entries[cells] : NULL;
		if (e) {
			e->expr = yz_dcompile(s, el->children[i], &seen);
			yz_dcheck_type(s->load, s->file, el->children[i], e->type, seen);
		}
		cells++;
	}
	if (cells != row->n)
		yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, el, "the row has %zu cells, the relation %zu columns", cells,
			 row->n);
	yz_dscope_pop(s, outer);
	count_cells(s, el, row->n);
	return row;
}

static struct yz_dexpr *read_relation(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen)
{
	struct yz_dload *l = s->load;
	struct yz_dexpr *x = yz_dexpr_new(s, el, DX_RELATION);
	struct fields columns = {0};
	yz_map_init(&columns.names, l->arena);
	x->entries = yz_new_n(l->arena, el->n, struct yz_dentry);
	for (size_t i = 0; i < el->n && !l->failed; i++) {
		const struct yz_xml *c = el->children[i];
		if (yz_dis(c, "column")) {
			struct yz_dentry e = {.name = yz_dname_of(l, c), .type = yz_dtype_of(l, s->file, c)};
			bool twice = yz_map_put(&columns.names, e.name, &columns) != NULL;
			if (!e.name.len)
				yz_ddiag(l, YZ_FEEL_ERROR, s->file, c, "the column needs a name");
			else if (twice)
				yz_ddiag(l, YZ_FEEL_ERROR, s->file, c, "two columns are called '%.*s'", YZ_P(e.name));
			columns.twice |= twice;
			*yz_vec_push(l->arena, &columns.entries) = e;
			*yz_vec_push(l->arena, &columns.fields) = (struct yz_feel_field){e.name, e.type};
		} else if (yz_dis(c, "row")) {
			x->entries[x->n++].expr = read_row(s, c, &columns);
		}
	}
	if (columns.twice)
		return yz_dexpr_broken(s, el, two_alike);
	*seen = yz_dtype_list(l, context_type(l, &columns));
	return x;
}
