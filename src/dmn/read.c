/* dmn/read.c - what stands in a file, before anything is linked.
 *
 * Elements are known by a namespace of DMN; whatever else stands there
 * (diagrams, extensions of tools) is passed over.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/load.h"

bool yz_dis(const struct yz_xml *el, const char *name)
{
	return el && yz_str_eqz(el->name, name) && yz_dload_is_model_ns(el->ns);
}

const struct yz_xml *yz_dchild(const struct yz_xml *el, const char *name)
{
	for (size_t i = 0; el && i < el->n; i++)
		if (yz_dis(el->children[i], name))
			return el->children[i];
	return NULL;
}

struct yz_str yz_dname(struct yz_dload *l, struct yz_str s)
{
	/* White space is ASCII's, or begins with one of these bytes. */
	bool plain = true;
	for (size_t i = 0; i < s.len && plain; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		plain = c > ' ' && c != 0xC2 && c != 0xE1 && c != 0xE2 && c != 0xE3 && c != 0xEF;
	}
	if (plain)
		return s;
	char *single = yz_alloc(l->arena, s.len + 1);
	return yz_str_n(single, yz_dname_into(single, s));
}

struct yz_str yz_dname_of(struct yz_dload *l, const struct yz_xml *el)
{
	return yz_dname(l, yz_xml_attr(el, "name"));
}

/* ---- ids ---- */

static void read_ids(struct yz_dload *l, struct yz_dfile *f, const struct yz_xml *el)
{
	struct yz_str id = yz_xml_attr(el, "id");
	if (id.len && yz_dload_is_model_ns(el->ns)) {
		const struct yz_xml *other = yz_map_get(&f->ids, id);
		if (!other)
			yz_map_put(&f->ids, id, (void *)el);
		else
			yz_ddiag(l, YZ_FEEL_ERROR, f, el, "the id '%.*s' is that of another element, in line %u",
				 YZ_P(id), other->line);
	}
	for (size_t i = 0; i < el->n; i++)
		read_ids(l, f, el->children[i]);
}

/* ---- imports ---- */

void yz_dread_imports(struct yz_dload *l, struct yz_dfile *f)
{
	for (size_t i = 0; i < f->root->n; i++) {
		const struct yz_xml *el = f->root->children[i];
		if (!yz_dis(el, "import"))
			continue;
		if (f->imports.len >= l->limits->models) {
			yz_dload_fail(l, f, el, "more than %zu imports", l->limits->models);
			return;
		}
		struct yz_str type = yz_xml_attr(el, "importType");
		if (type.len && !yz_dload_is_model_ns(type)) {
			yz_ddiag(l, YZ_FEEL_ERROR, f, el, "only decision models are imported")->found = type;
			continue;
		}
		*yz_vec_push(l->arena, &f->imports) =
			(struct yz_dimport){yz_dname_of(l, el), yz_str_trim(yz_xml_attr(el, "namespace")), el, NULL};
	}
}

/* ---- item definitions ---- */

static bool flag(const struct yz_xml *el, const char *name)
{
	struct yz_str v = yz_str_trim(yz_xml_attr(el, name));
	return yz_str_eqz(v, "true") || yz_str_eqz(v, "1");
}

static struct yz_ditem *read_item(struct yz_dload *l, struct yz_dfile *f, const struct yz_xml *el, size_t depth)
{
	if (depth > l->limits->depth) {
		yz_dload_fail(l, f, el, "item definitions are nested deeper than %zu", l->limits->depth);
		return NULL;
	}
	struct yz_ditem *it = yz_new(l->arena, struct yz_ditem);
	it->file = f;
	it->el = el;
	it->name = yz_dname_of(l, el);
	it->collection = flag(el, "isCollection");
	it->function = yz_dchild(el, "functionItem") != NULL;
	it->type = it->single = yz_new(l->arena, struct yz_feel_type);
	*yz_vec_push(l->arena, &l->items) = it;
	it->components = yz_new_n(l->arena, el->n, struct yz_ditem *);
	for (size_t i = 0; i < el->n && !l->failed; i++)
		if (yz_dis(el->children[i], "itemComponent"))
			it->components[it->ncomponents++] = read_item(l, f, el->children[i], depth + 1);
	if (!it->name.len)
		yz_ddiag(l, YZ_FEEL_ERROR, f, el, "an item definition needs a name");
	return it;
}

static void read_top_item(struct yz_dload *l, struct yz_dfile *f, const struct yz_xml *el)
{
	struct yz_ditem *it = read_item(l, f, el, 1);
	if (!it || !it->name.len)
		return;
	const struct yz_ditem *other = yz_map_get(&f->items, it->name);
	if (!other)
		yz_map_put(&f->items, it->name, it);
	else
		yz_ddiag(l, YZ_FEEL_ERROR, f, el, "two types are called '%.*s'; the other is in line %u",
			 YZ_P(it->name), other->el->line);
}

/* ---- nodes ---- */

static bool kind_of(const struct yz_xml *el, enum yz_dmn_kind *kind)
{
	static const char *const names[] = {
		[YZ_DMN_INPUT] = "inputData",
		[YZ_DMN_DECISION] = "decision",
		[YZ_DMN_BKM] = "businessKnowledgeModel",
		[YZ_DMN_SERVICE] = "decisionService",
	};
	for (int i = 0; i < 4; i++) {
		if (yz_dis(el, names[i])) {
			*kind = (enum yz_dmn_kind)i;
			return true;
		}
	}
	return false;
}

static struct yz_str text_of(const struct yz_xml *el, const char *child)
{
	const struct yz_xml *c = yz_dchild(el, child);
	return c ? yz_str_trim(c->text) : (struct yz_str){NULL, 0};
}

static void name_node(struct yz_dload *l, struct yz_dnew *n)
{
	const struct yz_xml *variable = yz_dchild(n->el, "variable");
	struct yz_str name = yz_dname_of(l, n->el), own = variable ? yz_dname_of(l, variable) : name;
	struct yz_dmn_node *face = &n->node.face;
	if (!name.len && !own.len)
		yz_ddiag(l, YZ_FEEL_ERROR, n->file, n->el, "it needs a name");
	else if (variable && own.len && name.len && !yz_str_eq(name, own)) {
		struct yz_dmn_diag *d = yz_ddiag(l, YZ_FEEL_WARNING, n->file, variable,
						 "the variable is called differently; expressions know it by the name "
						 "of the variable");
		d->expected = name;
		d->found = own;
	}
	face->name = own.len ? own : name;
	face->label = yz_str_trim(yz_xml_attr(n->el, "label"));
	if (!face->label.len)
		face->label = name.len ? name : own;
	if (name.len && !yz_map_has(&n->file->by_name, name))
		yz_map_put(&n->file->by_name, name, n);
	struct yz_dnew *other = face->name.len ? yz_map_get(&n->file->by_name, face->name) : NULL;
	if (!other && face->name.len)
		yz_map_put(&n->file->by_name, face->name, n);
	else if (other && other != n)
		yz_ddiag(l, YZ_FEEL_ERROR, n->file, n->el, "two elements are called '%.*s'; the other is in line %u",
			 YZ_P(face->name), other->el->line);
}

static void read_node(struct yz_dload *l, struct yz_dfile *f, const struct yz_xml *el, enum yz_dmn_kind kind)
{
	struct yz_dnew *n = yz_new(l->arena, struct yz_dnew);
	struct yz_dmn_node *face = &n->node.face;
	if (l->nodes.len >= l->limits->nodes) {
		yz_dload_fail(l, f, el, "more than %zu decisions, inputs, knowledge models and services",
			      l->limits->nodes);
		return;
	}
	n->el = el;
	n->file = f;
	n->node.model = &l->dmn->models[f->index];
	face->kind = kind;
	face->index = (uint32_t)l->nodes.len;
	face->id = yz_xml_attr(el, "id");
	face->ns = f->ns;
	face->description = text_of(el, "description");
	face->question = text_of(el, "question");
	face->answers = text_of(el, "allowedAnswers");
	face->place = yz_dplace(l, f, el);
	name_node(l, n);
	if (face->id.len && !yz_map_has(&f->by_id, face->id))
		yz_map_put(&f->by_id, face->id, n);
	else if (!face->id.len && kind != YZ_DMN_DECISION && kind != YZ_DMN_SERVICE)
		yz_ddiag(l, YZ_FEEL_WARNING, f, el, "without an id nothing can require it");
	*yz_vec_push(l->arena, &l->nodes) = n;
}

void yz_dread_file(struct yz_dload *l, struct yz_dfile *f)
{
	size_t first = l->nodes.len;
	read_ids(l, f, f->root);
	yz_dspell(l, f);
	for (size_t i = 0; i < f->root->n && !l->failed; i++) {
		const struct yz_xml *el = f->root->children[i];
		enum yz_dmn_kind kind;
		if (yz_dis(el, "itemDefinition"))
			read_top_item(l, f, el);
		else if (kind_of(el, &kind))
			read_node(l, f, el, kind);
	}
	struct yz_dmodel *m = &l->dmn->models[f->index];
	m->file = f->file;
	m->name = f->name;
	m->ns = f->ns;
	m->nnodes = l->nodes.len - first;
	m->nodes = yz_new_n(l->arena, m->nnodes, struct yz_dnode *);
	for (size_t i = 0; i < m->nnodes; i++)
		m->nodes[i] = &l->nodes.at[first + i]->node;
}
