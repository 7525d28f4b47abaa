/* dmn/type.c - item definitions as types (7.3.2, 7.3.3), and what a typeRef means.
 *
 * Every item definition gets a type of its own, which is there before it is
 * filled, so types may refer to each other through components.  What a type
 * takes over from another (an alias, the items of a collection) must be filled
 * before; a circle there is a fault.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/load.h"

struct yz_feel_type *yz_dtype_new(struct yz_dload *l, enum yz_feel_kind kind)
{
	struct yz_feel_type *t = yz_new(l->arena, struct yz_feel_type);
	t->kind = kind;
	return t;
}

static struct yz_str text_of(const struct yz_xml *el)
{
	return el ? yz_str_trim(el->text) : (struct yz_str){NULL, 0};
}

/* ---- what a name means ---- */

struct meaning {
	const struct yz_feel_type *built_in;
	struct yz_ditem *item;
};

/* XML Schema's names, where the model says that it is its type language. */
static const struct yz_feel_type *schema_type(struct yz_str name)
{
	static const struct {
		const char *names;
		enum yz_feel_kind kind;
	} table[] = {
		{",string,normalizedString,token,anyURI,language,", YZ_FEEL_STRING},
		{",boolean,", YZ_FEEL_BOOLEAN},
		{",decimal,integer,int,long,short,byte,float,double,nonNegativeInteger,positiveInteger,"
		 "unsignedInt,unsignedLong,",
		 YZ_FEEL_NUMBER},
		{",date,", YZ_FEEL_DATE},
		{",time,", YZ_FEEL_TIME},
		{",dateTime,dateTimeStamp,", YZ_FEEL_DATE_TIME},
		{",dayTimeDuration,", YZ_FEEL_DAYS},
		{",yearMonthDuration,", YZ_FEEL_MONTHS},
		{",anyType,anySimpleType,", YZ_FEEL_ANY},
	};
	for (size_t i = 0; name.len && i < sizeof table / sizeof *table; i++) {
		struct yz_str names = yz_str(table[i].names);
		for (size_t at = 0; (at = yz_str_find(names, name, at)) != SIZE_MAX; at++)
			if (at && names.ptr[at - 1] == ',' && names.ptr[at + name.len] == ',')
				return yz_feel_type_of_kind(table[i].kind);
	}
	return NULL;
}

static bool find_in(const struct yz_dfile *f, struct yz_str name, unsigned depth, struct meaning *out);

static bool find_component(struct yz_ditem *it, struct yz_str path, struct meaning *out)
{
	for (size_t i = 0; i < it->ncomponents; i++) {
		struct yz_ditem *c = it->components[i];
		if (!c->name.len || !yz_str_starts(path, c->name))
			continue;
		if (path.len == c->name.len) {
			out->item = c;
			return true;
		}
		if (path.ptr[c->name.len] == '.' &&
		    find_component(c, yz_str_n(path.ptr + c->name.len + 1, path.len - c->name.len - 1), out))
			return true;
	}
	return false;
}

static bool find_own(const struct yz_dfile *f, struct yz_str name, unsigned depth, struct meaning *out)
{
	if ((out->item = yz_map_get(&f->items, name)))
		return true;
	for (size_t i = 0; i < f->imports.len; i++) {
		const struct yz_dimport *import = &f->imports.at[i];
		if (import->to && !import->name.len && find_in(import->to, name, depth + 1, out) && out->item)
			return true;
	}
	return false;
}

/* "tAge", "import.tAge", "tPerson.age" (the type of a component). */
static bool find_in(const struct yz_dfile *f, struct yz_str name, unsigned depth, struct meaning *out)
{
	enum { MOST_IMPORTS = 8 };
	*out = (struct meaning){0};
	if (!name.len || depth > MOST_IMPORTS)
		return false;
	if (find_own(f, name, depth, out) || (out->built_in = yz_feel_type_named(name)))
		return true;
	for (size_t dot = yz_str_find(name, YZ_LIT("."), 0); dot != SIZE_MAX;
	     dot = yz_str_find(name, YZ_LIT("."), dot + 1)) {
		struct yz_str first = yz_str_n(name.ptr, dot), rest = yz_str_n(name.ptr + dot + 1, name.len - dot - 1);
		struct yz_ditem *it = yz_map_get(&f->items, first);
		if (it && find_component(it, rest, out))
			return true;
		for (size_t i = 0; i < f->imports.len; i++)
			if (f->imports.at[i].to && yz_str_eq(f->imports.at[i].name, first) &&
			    find_in(f->imports.at[i].to, rest, depth + 1, out) && out->item)
				return true;
	}
	*out = (struct meaning){0};
	return false;
}

/* A QName: FEEL's, XML Schema's, this model's or an imported one's. */
static bool find_prefixed(const struct yz_dfile *f, const struct yz_xml *el, struct yz_str prefix, struct yz_str name,
			  struct meaning *out)
{
	struct yz_str uri = yz_xml_prefix(el, prefix);
	*out = (struct meaning){0};
	if (yz_str_eqz(uri, "http://www.w3.org/2001/XMLSchema"))
		return (out->built_in = schema_type(name)) != NULL;
	if ((uri.len && yz_dload_is_feel(uri)) || yz_str_eqz(prefix, "feel"))
		return (out->built_in = yz_feel_type_named(name)) != NULL;
	if (uri.len && yz_str_eq(uri, f->ns))
		return find_in(f, name, 0, out);
	for (size_t i = 0; uri.len && i < f->imports.len; i++)
		if (f->imports.at[i].to && yz_str_eq(f->imports.at[i].ns, uri))
			return find_in(f->imports.at[i].to, name, 0, out);
	return false;
}

/* "list<tAge>", "range<date>", "context<a: number>", "function<tAge> -> string" (DMN 1.4): FEEL's own grammar.  Until
 * all item definitions are filled only the file's own are known by name. */
static const struct yz_feel_type *generic(struct yz_dload *l, const struct yz_dfile *f, struct yz_str ref)
{
	struct yz_feel_scope scope = {.types = f->types.at, .ntypes = f->types.len, .limits = l->limits->feel};
	if (yz_str_find(ref, YZ_LIT("<"), 0) == SIZE_MAX)
		return NULL;
	if (!f->types.len) {
		const struct yz_feel_type **own = yz_new_n(l->arena, f->items.len, const struct yz_feel_type *);
		for (size_t i = 0; i < f->items.len; i++) {
			struct yz_ditem *it = f->items.entries[i].value;
			it->type->name = it->name;
			own[i] = it->type;
		}
		scope.types = own;
		scope.ntypes = f->items.len;
	}
	return yz_feel_type_read(l->arena, ref, &scope);
}

static bool find(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el, struct yz_str ref,
		 struct meaning *out)
{
	ref = yz_dname(l, ref);
	if (find_in(f, ref, 0, out) || (out->built_in = generic(l, f, ref)))
		return true;
	size_t colon = yz_str_find(ref, YZ_LIT(":"), 0);
	if (colon != SIZE_MAX &&
	    find_prefixed(f, el, yz_str_n(ref.ptr, colon), yz_str_n(ref.ptr + colon + 1, ref.len - colon - 1), out))
		return true;
	struct yz_str language = yz_xml_attr(el, "typeLanguage");
	if (!language.len)
		language = yz_xml_attr(f->root, "typeLanguage");
	if (yz_str_eqz(language, "http://www.w3.org/2001/XMLSchema") && (out->built_in = schema_type(ref)))
		return true;
	yz_ddiag(l, YZ_FEEL_ERROR, f, el, "there is no type of this name")->found = ref;
	return false;
}

const struct yz_feel_type *yz_dtype(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el,
				    struct yz_str ref)
{
	struct meaning m;
	if (!yz_str_trim(ref).len || !find(l, f, el, ref, &m))
		return NULL;
	const struct yz_feel_type *t = m.item ? m.item->type : m.built_in;
	return t->kind == YZ_FEEL_ANY && !t->allows ? NULL : t;
}

const struct yz_feel_type *yz_dtype_of(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el)
{
	return el ? yz_dtype(l, f, el, yz_xml_attr(el, "typeRef")) : NULL;
}

/* ---- item definitions ---- */

/* Takes over what another type is; a name of its own it keeps. */
static void become(struct yz_feel_type *t, const struct yz_feel_type *other)
{
	struct yz_str name = t->name;
	*t = *other;
	if (name.len)
		t->name = name;
}

static void look_up(struct yz_dload *l, struct yz_ditem *it)
{
	const struct yz_xml *ref = yz_dchild(it->el, "typeRef");
	struct meaning m = {0};
	if (it->ncomponents || it->function) {
		if (ref || (it->ncomponents && it->function))
			yz_ddiag(l, YZ_FEEL_ERROR, it->file, it->el,
				 "a type is of one kind: a typeRef, components or a function");
		return;
	}
	if (!ref || !text_of(ref).len)
		return;
	if (find(l, it->file, ref, ref->text, &m)) {
		it->alias = m.item;
		it->base = m.item ? m.item->type : m.built_in;
	}
}

static void fill_components(struct yz_dload *l, struct yz_ditem *it, struct yz_feel_type *t)
{
	struct yz_feel_field *fields = yz_new_n(l->arena, it->ncomponents, struct yz_feel_field);
	struct yz_map seen;
	yz_map_init(&seen, l->arena);
	t->kind = YZ_FEEL_CONTEXT;
	for (size_t i = 0; i < it->ncomponents; i++) {
		struct yz_ditem *c = it->components[i];
		if (c->name.len && yz_map_put(&seen, c->name, c))
			yz_ddiag(l, YZ_FEEL_ERROR, it->file, c->el, "two components are called '%.*s'", YZ_P(c->name));
		fields[i] = (struct yz_feel_field){c->name, c->type};
	}
	t->fields = fields;
	t->nfields = it->ncomponents;
}

static void fill_function(struct yz_dload *l, struct yz_ditem *it, struct yz_feel_type *t)
{
	const struct yz_xml *el = yz_dchild(it->el, "functionItem");
	struct yz_feel_field *params = yz_new_n(l->arena, el->n, struct yz_feel_field);
	const struct yz_feel_type *result = yz_dtype(l, it->file, el, yz_xml_attr(el, "outputTypeRef"));
	t->kind = YZ_FEEL_FUNCTION;
	for (size_t i = 0; i < el->n; i++)
		if (yz_dis(el->children[i], "parameters"))
			params[t->nfields++] = (struct yz_feel_field){yz_dname_of(l, el->children[i]),
								      yz_dtype_of(l, it->file, el->children[i])};
	t->fields = params;
	/* Without a result type it is a function to anything, not the type of all functions. */
	t->item = result ? result : yz_feel_type_of_kind(YZ_FEEL_ANY);
}

/* The type of one value: of the item itself, or of those a collection holds. */
static void fill_single(struct yz_dload *l, struct yz_ditem *it)
{
	if (it->ncomponents)
		fill_components(l, it, it->single);
	else if (it->function)
		fill_function(l, it, it->single);
	else
		become(it->single, it->base ? it->base : yz_feel_type_of_kind(YZ_FEEL_ANY));
}

/* Everything it is made of is there. */
static void fill(struct yz_dload *l, struct yz_ditem *it)
{
	const struct yz_xml *allowed = yz_dchild(it->el, "allowedValues"),
			    *constraint = yz_dchild(it->el, "typeConstraint");
	bool top = it->el->parent == it->file->root;
	if (it->collection)
		it->single = yz_dtype_new(l, YZ_FEEL_ANY);
	/* A component is called as what it is, unless it is less. */
	if (top || allowed || constraint)
		it->type->name = it->name;
	fill_single(l, it);
	if (!it->collection) {
		yz_dallow_add(l, it->file, allowed, it->type);
		yz_dallow_add(l, it->file, constraint, it->type);
		return;
	}
	/* 7.3.3: allowedValues are those of an item, the constraint is the collection's. */
	yz_dallow_add(l, it->file, allowed, it->single);
	it->type->kind = YZ_FEEL_LIST;
	it->type->item = it->single->kind == YZ_FEEL_ANY && !it->single->allows ? NULL : it->single;
	yz_dallow_add(l, it->file, constraint, it->type);
}

/* What it takes over, and that first.  The chain of what waits is as long as it gets: no recursion. */
static void finish(struct yz_dload *l, struct yz_ditem *it)
{
	YZ_VEC(struct yz_ditem *) waiting = {0};
	*yz_vec_push(l->arena, &waiting) = it;
	while (waiting.len) {
		it = waiting.at[waiting.len - 1];
		if (!it->done && it->alias && !it->alias->done) {
			it->open = true;
			if (!it->alias->open) {
				*yz_vec_push(l->arena, &waiting) = it->alias;
				continue;
			}
			yz_ddiag(l, YZ_FEEL_ERROR, it->file, it->el, "the type is made of itself, by way of '%.*s'",
				 YZ_P(it->alias->name));
			it->alias = NULL;
			it->base = NULL;
		}
		if (!it->done)
			fill(l, it);
		it->done = true;
		it->open = false;
		waiting.len--;
	}
}

/* The types an expression in this file may name: its own, and the imported ones behind the import's name. */
static void name_types(struct yz_dload *l, struct yz_dfile *f)
{
	for (size_t i = 0; i < f->reach.len; i++) {
		const struct yz_dreach *r = &f->reach.at[i];
		for (size_t k = 0; k < r->file->items.len; k++) {
			const struct yz_ditem *it = r->file->items.entries[k].value;
			struct yz_feel_type *t = it->type;
			if (r->n) {
				struct yz_buf b;
				yz_buf_init(&b, l->arena, 1 << 16);
				for (size_t x = 0; x < r->n; x++) {
					yz_buf_adds(&b, r->names[x]);
					yz_buf_addc(&b, '.');
				}
				yz_buf_adds(&b, it->name);
				t = yz_dtype_new(l, YZ_FEEL_ANY);
				*t = *it->type;
				t->name = yz_buf_str(&b);
			}
			*yz_vec_push(l->arena, &f->types) = t;
		}
	}
}

void yz_dtype_link(struct yz_dload *l)
{
	for (size_t i = 0; i < l->items.len; i++)
		look_up(l, l->items.at[i]);
	for (size_t i = 0; i < l->items.len; i++)
		finish(l, l->items.at[i]);
	yz_dallow_compile(l);
	for (size_t i = 0; i < l->nfiles; i++)
		name_types(l, l->files[i]);
}

/* ---- types that show ---- */

static const struct yz_feel_type *shape(const struct yz_feel_type *t, unsigned depth)
{
	if (!t || t->kind == YZ_FEEL_ANY || t->kind == YZ_FEEL_NULL || depth > 32)
		return NULL;
	if (t->kind != YZ_FEEL_LIST)
		return t;
	const struct yz_feel_type *item = shape(t->item, depth + 1);
	return item && item->kind == YZ_FEEL_CONTEXT ? item : NULL;
}

const struct yz_feel_type *yz_dtype_shape(const struct yz_feel_type *t)
{
	return shape(t, 0);
}

const struct yz_feel_type *yz_dtype_common(const struct yz_feel_type *a, const struct yz_feel_type *b)
{
	if (a == b || !a || !b || a->kind != b->kind)
		return a == b ? a : NULL;
	return a->kind < YZ_FEEL_LIST ? yz_feel_type_of_kind((enum yz_feel_kind)a->kind) : NULL;
}
