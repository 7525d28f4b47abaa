/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/model.h"

struct yz_str yz_bdata_name(const struct yz_bpmn *m, struct yz_str id)
{
	const struct yz_belem *el = id.len ? yz_map_get(&m->ids, id) : NULL;
	if (el && yz_belem_is(el, "dataObjectReference")) {
		struct yz_str ref = yz_local(yz_belem_attr(el, "dataObjectRef"));
		const struct yz_belem *object = ref.len ? yz_map_get(&m->ids, ref) : NULL;
		el = object ? object : el;
	}
	struct yz_str name = el ? yz_belem_attr(el, "name") : (struct yz_str){NULL, 0};
	return name.len ? name : id;
}

typedef YZ_VEC(struct yz_bmap) map_list; /* a name for the vector's type, used in this file only */

static void add_assignments(struct yz_bpmn *m, map_list *list, const struct yz_belem *assoc, bool output)
{
	const struct yz_belem *a = yz_belem_child(assoc, "assignment");
	for (; a; a = yz_belem_next(a, "assignment")) {
		struct yz_str to = yz_belem_text(m->arena, yz_belem_child(a, "to"));
		struct yz_bmap map = {.to = yz_bdata_name(m, to), .to_data_output = output};
		map.expr = yz_bexpr_of(m, yz_belem_child(a, "from"));
		if (map.expr && map.to.len)
			*yz_vec_push(m->arena, list) = map;
	}
}

static void add_associations(struct yz_bpmn *m, map_list *list, const struct yz_belem *el, const char *name,
			     bool output)
{
	for (const struct yz_belem *c = yz_belem_child(el, name); c; c = yz_belem_next(c, name)) {
		const struct yz_belem *source = yz_belem_child(c, "sourceRef"),
				      *target = yz_belem_child(c, "targetRef");
		struct yz_bmap map = {.to_data_output = output};
		map.from =
			source ? yz_bdata_name(m, yz_local(yz_belem_text(m->arena, source))) : (struct yz_str){NULL, 0};
		map.to =
			target ? yz_bdata_name(m, yz_local(yz_belem_text(m->arena, target))) : (struct yz_str){NULL, 0};
		map.expr = yz_bexpr_of(m, yz_belem_child(c, "transformation"));
		if (yz_belem_child(c, "assignment"))
			add_assignments(m, list, c, output);
		else if (map.to.len && (map.from.len || map.expr))
			*yz_vec_push(m->arena, list) = map;
	}
}

void yz_bdata_of(struct yz_bpmn *m, struct yz_bnode *n)
{
	map_list in = {0}, out = {0};
	add_associations(m, &in, n->el, "dataInputAssociation", false);
	add_associations(m, &out, n->el, "dataOutputAssociation", true);
	n->inputs = in.at;
	n->ninputs = in.len;
	n->outputs = out.at;
	n->noutputs = out.len;
}

bool yz_bpmn_takes(const struct yz_bpmn_node *node, size_t i, struct yz_bpmn_input *out)
{
	const struct yz_bnode *n = (const struct yz_bnode *)node;
	if (i >= n->ninputs)
		return false;
	const struct yz_bmap *m = &n->inputs[i];
	*out = m->expr ? (struct yz_bpmn_input){.expr = m->expr->text} : (struct yz_bpmn_input){.variable = m->from};
	return true;
}

static void declare(struct yz_bpmn *m, struct yz_str name, struct yz_map *seen)
{
	if (!name.len || yz_map_has(seen, name) || m->declared.len == YZ_BPMN_DECLARED)
		return;
	yz_map_put(seen, name, m);
	*yz_vec_push(m->arena, &m->declared) = (struct yz_feel_name){.name = name};
}

static void gather_names(struct yz_bpmn *m, const struct yz_belem *e, struct yz_map *seen)
{
	static const char *const data[] = {"property",   "dataObject",    "dataInput",
					   "dataOutput", "inputDataItem", "outputDataItem"};
	for (; e; e = e->next) {
		if (e->kind != BXML_ELEMENT)
			continue;
		for (size_t i = 0; i < sizeof data / sizeof data[0]; i++)
			if (yz_belem_is(e, data[i])) {
				struct yz_str name = yz_belem_attr(e, "name");
				declare(m, name.len ? name : yz_belem_attr(e, "id"), seen);
			}
		declare(m, yz_belem_attr_of(e, BNS_YZ, "result"), seen);
		declare(m, yz_belem_attr_of(e, BNS_YZ, "as"), seen);
		gather_names(m, e->first, seen);
	}
}

void yz_bdata_names(struct yz_bpmn *m)
{
	struct yz_map seen;
	yz_map_init(&seen, m->arena);
	gather_names(m, m->root, &seen);
}

void yz_bdeclared_of(struct yz_bpmn *m, struct yz_bnode *scope)
{
	YZ_VEC(struct yz_str) names = {0};
	for (const struct yz_belem *c = yz_belem_first(scope->el); c; c = yz_belem_after(c))
		if (yz_belem_is(c, "property") || yz_belem_is(c, "dataObject")) {
			struct yz_str name = yz_belem_attr(c, "name");
			*yz_vec_push(m->arena, &names) = name.len ? name : yz_belem_attr(c, "id");
		}
	scope->declared = names.at;
	scope->ndeclared = names.len;
}
