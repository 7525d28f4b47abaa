/* dmn/link.c - who needs whom: requirements, services, circles, and an order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/load.h"

/* ---- references ---- */

static bool names_file(const struct yz_dfile *from, const struct yz_dfile *f, struct yz_str uri)
{
	if (yz_str_eq(uri, f->ns) || yz_str_eq(uri, f->file))
		return true;
	for (size_t i = 0; i < from->imports.len; i++)
		if (from->imports.at[i].to == f && yz_str_eq(uri, yz_xml_attr(from->imports.at[i].el, "locationURI")))
			return true;
	return false;
}

/* "#id", "namespace#id", "file#id"; a bare "id" is taken for "#id". */
static struct yz_dnew *refer(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el)
{
	struct yz_str href = yz_str_trim(yz_xml_attr(el, "href")), uri = {NULL, 0}, id = href;
	const char *hash = href.len ? memrchr(href.ptr, '#', href.len) : NULL;
	if (hash) {
		uri = yz_str_n(href.ptr, (size_t)(hash - href.ptr));
		id = yz_str_n(hash + 1, href.len - uri.len - 1);
	}
	bool reached = false;
	for (size_t i = 0; i < f->reach.len; i++) {
		const struct yz_dfile *to = f->reach.at[i].file;
		if (uri.len ? !names_file(f, to, uri) : to != f)
			continue;
		reached = true;
		struct yz_dnew *n = id.len ? yz_map_get(&to->by_id, id) : NULL;
		if (n && !hash)
			yz_ddiag(l, YZ_FEEL_WARNING, f, el,
				 "the reference should begin with '#'; it is taken for one")
				->found = href;
		if (n)
			return n;
	}
	const struct yz_xml *other = reached && id.len ? yz_map_get(&f->ids, id) : NULL;
	struct yz_dmn_diag *d =
		yz_ddiag(l, YZ_FEEL_ERROR, f, el,
			 !href.len  ? "the reference is empty"
			 : !reached ? "the reference leads to a model that is not imported"
			 : other    ? "the reference leads to no decision, input, knowledge model or service"
				    : "the reference leads to nothing");
	d->found = href;
	return NULL;
}

/* ---- what a node needs ---- */

struct needs {
	YZ_VEC(const struct yz_dmn_node *) nodes;
	YZ_VEC(struct yz_drequired) required;
};

static void add_required(struct yz_dload *l, struct needs *needs, const struct yz_dnew *n, struct yz_dnew *other)
{
	const struct yz_dreach *r = yz_dimport_reach(n->file, other->file);
	if (r->n == 0) {
		*yz_vec_push(l->arena, &needs->required) = (struct yz_drequired){&other->node, NULL};
		return;
	}
	struct yz_dimported *import = NULL;
	for (size_t i = 0; i < needs->required.len && !import; i++)
		if (needs->required.at[i].import && yz_str_eq(needs->required.at[i].import->name, r->names[0]))
			import = needs->required.at[i].import;
	if (!import) {
		import = yz_new(l->arena, struct yz_dimported);
		import->name = r->names[0];
		*yz_vec_push(l->arena, &needs->required) = (struct yz_drequired){NULL, import};
	}
	yz_dimport_add(l, import, r, other);
}

static bool may_require(const struct yz_xml *ref, enum yz_dmn_kind kind)
{
	if (yz_str_eqz(ref->name, "requiredInput") || yz_str_eqz(ref->name, "inputData"))
		return kind == YZ_DMN_INPUT;
	if (yz_str_eqz(ref->name, "requiredKnowledge"))
		return kind == YZ_DMN_BKM || kind == YZ_DMN_SERVICE;
	return kind == YZ_DMN_DECISION;
}

static void check_kind(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *ref, const struct yz_dnew *n)
{
	static const char *const kinds[] = {
		[YZ_DMN_INPUT] = "input data",
		[YZ_DMN_DECISION] = "a decision",
		[YZ_DMN_BKM] = "a business knowledge model",
		[YZ_DMN_SERVICE] = "a decision service",
	};
	if (may_require(ref, n->node.face.kind))
		return;
	struct yz_dmn_diag *d = yz_ddiag(l, YZ_FEEL_ERROR, f, ref, "the reference leads to another kind of element");
	d->expected = yz_str(may_require(ref, YZ_DMN_INPUT)      ? "input data"
			     : may_require(ref, YZ_DMN_DECISION) ? "a decision"
								 : "a business knowledge model or decision service");
	d->found = yz_str_printf(l->arena, "%s '%.*s'", kinds[n->node.face.kind], YZ_P(n->node.face.name));
}

static void link_requirements(struct yz_dload *l, struct yz_dnew *n)
{
	struct needs needs = {0};
	for (size_t i = 0; i < n->el->n; i++) {
		const struct yz_xml *el = n->el->children[i], *ref = NULL;
		if (yz_dis(el, "informationRequirement")) {
			ref = yz_dchild(el, "requiredInput");
			ref = ref ? ref : yz_dchild(el, "requiredDecision");
		} else if (yz_dis(el, "knowledgeRequirement")) {
			ref = yz_dchild(el, "requiredKnowledge");
		} else {
			continue;
		}
		if (!ref) {
			yz_ddiag(l, YZ_FEEL_ERROR, n->file, el, "the requirement says not of what");
			continue;
		}
		struct yz_dnew *other = refer(l, n->file, ref);
		if (!other)
			continue;
		check_kind(l, n->file, ref, other);
		if (other->required_by == n) {
			yz_ddiag(l, YZ_FEEL_WARNING, n->file, el, "'%.*s' is required twice",
				 YZ_P(other->node.face.name));
			continue;
		}
		other->required_by = n;
		*yz_vec_push(l->arena, &needs.nodes) = &other->node.face;
		add_required(l, &needs, n, other);
	}
	n->node.face.needs = needs.nodes.at;
	n->node.face.nneeds = needs.nodes.len;
	n->node.required = needs.required.at;
	n->node.nrequired = needs.required.len;
}

/* ---- services ---- */

static const struct yz_dnode **refer_all(struct yz_dload *l, struct yz_dnew *n, const char *name, size_t *len)
{
	YZ_VEC(const struct yz_dnode *) found = {0};
	struct yz_map names;
	yz_map_init(&names, l->arena);
	for (size_t i = 0; i < n->el->n; i++) {
		const struct yz_xml *ref = n->el->children[i];
		struct yz_dnew *other = yz_dis(ref, name) ? refer(l, n->file, ref) : NULL;
		if (!other)
			continue;
		check_kind(l, n->file, ref, other);
		if (yz_map_put(&names, other->node.face.name, other))
			yz_ddiag(l, YZ_FEEL_ERROR, n->file, ref, "two of these are called '%.*s'",
				 YZ_P(other->node.face.name));
		else
			*yz_vec_push(l->arena, &found) = &other->node;
	}
	*len = found.len;
	return found.at;
}

/* Parameters are the inputs, then the input decisions (10.4). */
static void link_service(struct yz_dload *l, struct yz_dnew *n)
{
	size_t ninputs, ndecisions;
	const struct yz_dnode **inputs = refer_all(l, n, "inputData", &ninputs);
	const struct yz_dnode **decisions = refer_all(l, n, "inputDecision", &ndecisions);
	struct yz_dnode *node = &n->node;
	n->encapsulated = refer_all(l, n, "encapsulatedDecision", &n->nencapsulated);
	node->outputs = refer_all(l, n, "outputDecision", &node->noutputs);
	node->nparameters = ninputs + ndecisions;
	node->parameters = yz_new_n(l->arena, node->nparameters, const struct yz_dnode *);
	if (ninputs)
		memcpy(node->parameters, inputs, ninputs * sizeof *inputs);
	if (ndecisions)
		memcpy(node->parameters + ninputs, decisions, ndecisions * sizeof *decisions);
	const struct yz_dmn_node **needs = yz_new_n(l->arena, node->noutputs, const struct yz_dmn_node *);
	for (size_t i = 0; i < node->noutputs; i++)
		needs[i] = &node->outputs[i]->face;
	node->face.needs = needs;
	node->face.nneeds = node->noutputs;
	if (!node->noutputs)
		yz_ddiag(l, YZ_FEEL_ERROR, n->file, n->el, "a decision service needs an output decision");
	for (size_t i = ninputs; i < node->nparameters; i++)
		for (size_t k = 0; k < ninputs; k++)
			if (yz_str_eq(node->parameters[i]->face.name, node->parameters[k]->face.name))
				yz_ddiag(l, YZ_FEEL_ERROR, n->file, n->el, "two parameters are called '%.*s'",
					 YZ_P(node->parameters[i]->face.name));
}

/* What the outputs need must be encapsulated or an input (6.3.10); told at the service, each once. */
static void check_service(struct yz_dload *l, struct yz_dnew *service, uint8_t *seen)
{
	enum { INSIDE = 1, REACHED = 2 };
	YZ_VEC(const struct yz_dmn_node *) open = {0};
	const struct yz_dnode *node = &service->node;
	memset(seen, 0, l->nodes.len);
	for (size_t i = 0; i < node->nparameters; i++)
		seen[node->parameters[i]->face.index] = REACHED;
	for (size_t i = 0; i < service->nencapsulated; i++)
		seen[service->encapsulated[i]->face.index] |= INSIDE;
	for (size_t i = 0; i < node->noutputs; i++)
		*yz_vec_push(l->arena, &open) = &node->outputs[i]->face;
	while (open.len) {
		const struct yz_dmn_node *n = open.at[--open.len];
		for (size_t i = 0; i < n->nneeds; i++) {
			const struct yz_dmn_node *below = n->needs[i];
			uint8_t was = seen[below->index];
			seen[below->index] |= REACHED;
			if ((was & REACHED) || below->kind == YZ_DMN_BKM || below->kind == YZ_DMN_SERVICE)
				continue;
			bool output = false;
			for (size_t k = 0; k < node->noutputs; k++)
				output |= &node->outputs[k]->face == below;
			if (!(was & INSIDE) && !output)
				yz_ddiag(l, YZ_FEEL_WARNING, service->file, service->el,
					 "the service also needs '%.*s', which is neither encapsulated nor an input of it",
					 YZ_P(below->name));
			else if (below->kind == YZ_DMN_DECISION)
				*yz_vec_push(l->arena, &open) = below;
		}
	}
}

void yz_dlink(struct yz_dload *l)
{
	for (size_t i = 0; i < l->nodes.len; i++) {
		struct yz_dnew *n = l->nodes.at[i];
		if (n->node.face.kind == YZ_DMN_SERVICE)
			link_service(l, n);
		else
			link_requirements(l, n);
	}
	uint8_t *seen = yz_new_n(l->arena, l->nodes.len, uint8_t);
	for (size_t i = 0; i < l->nodes.len; i++)
		if (l->nodes.at[i]->node.face.kind == YZ_DMN_SERVICE)
			check_service(l, l->nodes.at[i], seen);
}

/* ---- circles, and an order ---- */

/* Tarjan's, with a stack of our own: components come out behind all they need. */
struct walk {
	struct yz_dnew *n;
	size_t next;
};

struct search {
	struct yz_dload *l;
	YZ_VEC(struct walk) path;
	YZ_VEC(struct yz_dnew *) stack;
	uint32_t count;
};

static void enter(struct search *s, struct yz_dnew *n)
{
	n->mark = n->low = ++s->count;
	n->open = true;
	*yz_vec_push(s->l->arena, &s->path) = (struct walk){n, 0};
	*yz_vec_push(s->l->arena, &s->stack) = n;
}

static bool needs_itself(const struct yz_dnew *n)
{
	for (size_t i = 0; i < n->node.face.nneeds; i++)
		if (n->node.face.needs[i] == &n->node.face)
			return true;
	return false;
}

static void report_circle(struct search *s, size_t from)
{
	struct yz_buf b;
	struct yz_dnew *first = s->stack.at[from];
	yz_buf_init(&b, s->l->arena, 400);
	for (size_t i = from; i < s->stack.len; i++)
		yz_buf_printf(&b, "%s'%.*s'", i == from ? "" : ", ", YZ_P(s->stack.at[i]->node.face.name));
	yz_ddiag(s->l, YZ_FEEL_ERROR, first->file, first->el, "it stands on itself: a circle of requirements")->found =
		yz_buf_str(&b);
}

/* The component of n is complete on the stack. */
static void leave_component(struct search *s, struct yz_dnew *n)
{
	size_t from = s->stack.len;
	while (s->stack.at[--from] != n)
		;
	bool circle = s->stack.len - from > 1 || needs_itself(n);
	if (circle)
		report_circle(s, from);
	for (size_t i = from; i < s->stack.len; i++) {
		struct yz_dnew *member = s->stack.at[i];
		member->open = false;
		member->node.cyclic = circle;
		member->chain = 1;
		for (size_t k = 0; k < member->node.face.nneeds; k++) {
			uint32_t below = ((const struct yz_dnew *)member->node.face.needs[k])->chain;
			if (below >= member->chain)
				member->chain = below + 1;
		}
		*yz_vec_push(s->l->arena, &s->l->order) = member;
	}
	s->stack.len = from;
}

static void step(struct search *s)
{
	struct walk *top = &s->path.at[s->path.len - 1];
	struct yz_dnew *n = top->n;
	if (top->next < n->node.face.nneeds) {
		struct yz_dnew *below = (struct yz_dnew *)n->node.face.needs[top->next++];
		if (!below->mark)
			enter(s, below);
		else if (below->open && below->mark < n->low)
			n->low = below->mark;
		return;
	}
	if (n->low == n->mark)
		leave_component(s, n);
	s->path.len--;
	if (s->path.len && s->path.at[s->path.len - 1].n->low > n->low)
		s->path.at[s->path.len - 1].n->low = n->low;
}

bool yz_dlink_order(struct yz_dload *l)
{
	struct search s = {.l = l};
	for (size_t i = 0; i < l->nodes.len; i++) {
		if (!l->nodes.at[i]->mark)
			enter(&s, l->nodes.at[i]);
		while (s.path.len)
			step(&s);
	}
	for (size_t i = 0; i < l->order.len; i++) {
		struct yz_dnew *n = l->order.at[i];
		if (n->chain > l->limits->chain)
			return yz_dload_fail(l, n->file, n->el, "more than %zu elements that need each other in a row",
					     l->limits->chain);
	}
	return true;
}
