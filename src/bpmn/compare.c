/* Two versions of a process, element by element.  SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/model.h"

#include <stdlib.h>

struct comparing {
	struct yz_arena *a;
	YZ_VEC(struct yz_bpmn_change) out;
};

static void add(struct comparing *c, enum yz_bpmn_aspect aspect, const struct yz_bpmn_node *node, const struct yz_bpmn_flow *flow,
		struct yz_str was, struct yz_str is)
{
	struct yz_bpmn_change change = {.aspect = aspect, .id = node ? node->id : flow->id, .node = node, .flow = flow, .was = was, .is = is};
	*yz_vec_push(c->a, &c->out) = change;
}

static void differ(struct comparing *c, enum yz_bpmn_aspect aspect, const struct yz_bpmn_node *node, const struct yz_bpmn_flow *flow,
		   struct yz_str was, struct yz_str is)
{
	if (!yz_str_eq(was, is))
		add(c, aspect, node, flow, was, is);
}

/* ---- the rest of an element's XML ---- */

static int by_name(const void *x, const void *y)
{
	const struct yz_battr *a = x, *b = y;
	return a->ns != b->ns ? (int)a->ns - (int)b->ns : yz_str_cmp(a->name, b->name);
}

/* Compared elsewhere, or an element of its own. */
static bool told_elsewhere(const struct yz_belem *e)
{
	static const char *const names[] = {"incoming", "outgoing", "documentation", "conditionExpression", "laneSet", "sequenceFlow"};
	if (e->ns != BNS_BPMN)
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (yz_str_eqz(e->name, names[i]))
			return true;
	for (int t = 0; t < YZ_BPMN_NTYPES; t++)
		if (yz_str_eqz(e->name, yz_bpmn_type_name((enum yz_bpmn_type)t)))
			return true;
	return false;
}

/* Without what an editor may write another way: prefixes, order of attributes, white space between elements. */
static void plain(struct comparing *c, struct yz_buf *b, const struct yz_belem *e, bool top)
{
	struct yz_battr *attrs = yz_new_n(c->a, e->nattrs + 1, struct yz_battr);
	memcpy(attrs, e->attrs, e->nattrs * sizeof *attrs);
	qsort(attrs, e->nattrs, sizeof *attrs, by_name);
	if (!top)
		yz_buf_printf(b, "<%.*s", YZ_P(e->name));
	for (size_t i = 0; i < e->nattrs; i++) {
		bool declares = yz_str_eqz(attrs[i].prefix, "xmlns") || yz_str_eqz(attrs[i].name, "xmlns");
		bool told = top && (attrs[i].ns == BNS_YZ || yz_str_eqz(attrs[i].name, "name") || yz_str_eqz(attrs[i].name, "id") ||
				    yz_str_eqz(attrs[i].name, "default") || yz_str_eqz(attrs[i].name, "sourceRef") ||
				    yz_str_eqz(attrs[i].name, "targetRef"));
		if (!declares && !told)
			yz_buf_printf(b, " %.*s=%.*s", YZ_P(attrs[i].name), YZ_P(attrs[i].value));
	}
	yz_buf_addz(b, top ? "" : ">");
	for (const struct yz_belem *k = e->first; k; k = k->next) {
		if (k->kind == BXML_ELEMENT && !(top && told_elsewhere(k)))
			plain(c, b, k, false);
		else if (k->kind == BXML_TEXT || k->kind == BXML_CDATA)
			yz_buf_adds(b, yz_str_trim(k->text));
	}
	yz_buf_addz(b, top ? "" : "</>");
}

static struct yz_str rest_of(struct comparing *c, const struct yz_belem *e)
{
	struct yz_buf b;
	yz_buf_init(&b, c->a, YZ_BPMN_BYTES);
	plain(c, &b, e, true);
	return yz_buf_str(&b);
}

/* ---- nodes and flows ---- */

static void attrs(struct comparing *c, const struct yz_bpmn_node *was, const struct yz_bpmn_node *is)
{
	for (size_t i = 0; i < is->nattrs + was->nattrs; i++) {
		const struct yz_bpmn_attr *at = i < is->nattrs ? &is->attrs[i] : &was->attrs[i - is->nattrs];
		const char *name = yz_str_z(c->a, at->name);
		size_t before = c->out.len;
		if (i >= is->nattrs && yz_bpmn_attr(is, name).ptr)
			continue; /* seen on the new side */
		differ(c, YZ_BPMN_ATTR, is, NULL, yz_bpmn_attr(was, name), yz_bpmn_attr(is, name));
		if (c->out.len > before)
			c->out.at[before].attr = at->name;
	}
}

static struct yz_str parent_of(const struct yz_bpmn_node *n)
{
	return n->parent ? n->parent->id : YZ_LIT("");
}

static void node(struct comparing *c, const struct yz_bpmn_node *was, const struct yz_bpmn_node *is)
{
	if (was->type != is->type)
		add(c, YZ_BPMN_KIND, is, NULL, yz_str(yz_bpmn_type_name(was->type)), yz_str(yz_bpmn_type_name(is->type)));
	differ(c, YZ_BPMN_NAME, is, NULL, was->name, is->name);
	differ(c, YZ_BPMN_WORDS, is, NULL, was->documentation, is->documentation);
	attrs(c, was, is);
	differ(c, YZ_BPMN_PLACE, is, NULL, parent_of(was), parent_of(is));
	differ(c, YZ_BPMN_PLACE, is, NULL, was->lane, is->lane);
	struct yz_str before = rest_of(c, yz_bnode_of(was)->el), after = rest_of(c, yz_bnode_of(is)->el);
	if (!yz_str_eq(before, after))
		add(c, YZ_BPMN_REST, is, NULL, (struct yz_str){0}, (struct yz_str){0});
}

static const struct yz_bflow *flow_by_id(const struct yz_map *flows, struct yz_str id)
{
	return yz_map_get(flows, id);
}

static void flow(struct comparing *c, const struct yz_bflow *was, const struct yz_bflow *is)
{
	const struct yz_bpmn_flow *f = &is->pub;
	differ(c, YZ_BPMN_NAME, NULL, f, was->pub.name, f->name);
	differ(c, YZ_BPMN_FROM, NULL, f, was->pub.from->id, f->from->id);
	differ(c, YZ_BPMN_TO, NULL, f, was->pub.to->id, f->to->id);
	differ(c, YZ_BPMN_CONDITION, NULL, f, was->pub.condition, f->condition);
	if (was->pub.is_default != f->is_default)
		add(c, YZ_BPMN_DEFAULT, NULL, f, (struct yz_str){0}, f->is_default ? YZ_LIT("true") : YZ_LIT("false"));
}

static void index_flows(struct yz_arena *a, const struct yz_bpmn *m, struct yz_map *out)
{
	yz_map_init(out, a);
	for (size_t i = 0; i < m->flows.len; i++)
		yz_map_put(out, m->flows.at[i]->pub.id, m->flows.at[i]);
}

const struct yz_bpmn_change *yz_bpmn_compare(struct yz_arena *a, const struct yz_bpmn *was, const struct yz_bpmn *is, size_t *n)
{
	struct comparing c = {.a = a};
	struct yz_map before, after;
	index_flows(a, was, &before);
	index_flows(a, is, &after);
	for (size_t i = 0; i < is->nodes.len; i++) {
		const struct yz_bpmn_node *x = &is->nodes.at[i]->pub, *old = yz_bpmn_node(was, x->id);
		if (old)
			node(&c, old, x);
		else
			add(&c, YZ_BPMN_IS_ADDED, x, NULL, (struct yz_str){0}, x->name);
	}
	for (size_t i = 0; i < is->flows.len; i++) {
		const struct yz_bflow *x = is->flows.at[i], *old = flow_by_id(&before, x->pub.id);
		if (old)
			flow(&c, old, x);
		else
			add(&c, YZ_BPMN_IS_ADDED, NULL, &x->pub, (struct yz_str){0}, x->pub.name);
	}
	for (size_t i = 0; i < was->nodes.len; i++)
		if (!yz_bpmn_node(is, was->nodes.at[i]->pub.id))
			add(&c, YZ_BPMN_IS_REMOVED, &was->nodes.at[i]->pub, NULL, was->nodes.at[i]->pub.name, (struct yz_str){0});
	for (size_t i = 0; i < was->flows.len; i++)
		if (!flow_by_id(&after, was->flows.at[i]->pub.id))
			add(&c, YZ_BPMN_IS_REMOVED, NULL, &was->flows.at[i]->pub, was->flows.at[i]->pub.name, (struct yz_str){0});
	*n = c.out.len;
	return c.out.at;
}
