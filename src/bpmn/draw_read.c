/* The diagram that a model brings with it.  SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/draw.h"

#include <math.h>
#include <stdlib.h>

static bool is(const struct yz_belem *e, const char *name)
{
	return e->kind == BXML_ELEMENT && e->ns == BNS_DIAGRAM && yz_str_eqz(e->name, name);
}

static const struct yz_belem *child(const struct yz_belem *e, const char *name)
{
	const struct yz_belem *c = e->first;
	while (c && !is(c, name))
		c = c->next;
	return c;
}

static bool number(const struct yz_belem *e, const char *name, int *out)
{
	struct yz_str s = yz_str_trim(yz_belem_attr(e, name));
	char text[32], *end;
	if (!s.len || s.len >= sizeof text)
		return false;
	memcpy(text, s.ptr, s.len);
	text[s.len] = '\0';
	double v = strtod(text, &end);
	if (*end || !isfinite(v) || fabs(v) > BDRAW_FAR)
		return false;
	*out = (int)lround(v);
	return true;
}

static bool read_box(const struct yz_belem *e, struct yz_bbox *b)
{
	const struct yz_belem *at = e ? child(e, "Bounds") : NULL;
	return at && number(at, "x", &b->x) && number(at, "y", &b->y) && number(at, "width", &b->w) &&
	       number(at, "height", &b->h) && b->w >= 0 && b->h >= 0;
}

static const struct yz_belem *meant(const struct yz_bpmn *m, const struct yz_belem *e)
{
	return yz_map_get(&m->ids, yz_local(yz_belem_attr(e, "bpmnElement")));
}

static bool read_shape(const struct yz_bpmn *m, const struct yz_belem *e, struct yz_bsheet *out)
{
	struct yz_bshape s = {.el = meant(m, e)};
	if (!s.el)
		return true;
	if (!read_box(e, &s.box))
		return false;
	s.node = yz_map_get(&m->by_id, yz_belem_attr(s.el, "id"));
	s.name = yz_belem_attr(s.el, "name");
	if (yz_belem_is(s.el, "textAnnotation"))
		s.name = yz_belem_text(out->arena, yz_belem_child(s.el, "text"));
	s.labelled = read_box(child(e, "BPMNLabel"), &s.label);
	s.open = yz_str_eqz(yz_belem_attr(e, "isExpanded"), "true");
	s.upright = yz_str_eqz(yz_belem_attr(e, "isHorizontal"), "false");
	*yz_vec_push(out->arena, &out->shapes) = s;
	return true;
}

static const struct yz_bflow *flow_of(const struct yz_bpmn *m, const struct yz_belem *el)
{
	for (size_t i = 0; i < m->flows.len; i++)
		if (m->flows.at[i]->el == el)
			return m->flows.at[i];
	return NULL;
}

static bool read_edge(const struct yz_bpmn *m, const struct yz_belem *e, struct yz_bsheet *out)
{
	const struct yz_belem *el = meant(m, e);
	size_t n = 0, k = 0;
	for (const struct yz_belem *c = e->first; c; c = c->next)
		n += is(c, "waypoint");
	if (!el)
		return true;
	if (n < 2 || n > BDRAW_BENDS)
		return false;
	bool flow = yz_belem_is(el, "sequenceFlow");
	struct yz_bedge *d = yz_bdraw_edge(out, flow ? BEDGE_FLOW : yz_belem_is(el, "messageFlow") ? BEDGE_MESSAGE : BEDGE_OTHER, n);
	for (const struct yz_belem *c = e->first; c; c = c->next)
		if (is(c, "waypoint") && (!number(c, "x", &d->at[k][0]) || !number(c, "y", &d->at[k++][1])))
			return false;
	d->flow = flow ? flow_of(m, el) : NULL;
	d->id = yz_belem_attr(el, "id");
	d->name = yz_belem_attr(el, "name");
	d->labelled = read_box(child(e, "BPMNLabel"), &d->label);
	return true;
}

/* Every node of every process: one left out would be missed by whoever reads the drawing. */
static bool covers(const struct yz_bpmn *m, const struct yz_bsheet *s)
{
	struct yz_map drawn;
	yz_map_init(&drawn, s->arena);
	for (size_t i = 0; i < s->shapes.len; i++)
		if (s->shapes.at[i].node)
			yz_map_put(&drawn, s->shapes.at[i].node->pub.id, &s->shapes.at[i]);
	for (size_t i = 0; i < m->nodes.len; i++) {
		const struct yz_bnode *n = m->nodes.at[i];
		if (n->scope && n->scope->pub.type == YZ_BPMN_PROCESS && !yz_map_get(&drawn, n->pub.id))
			return false;
	}
	return s->shapes.len > 0;
}

bool yz_bdraw_read(const struct yz_bpmn *m, struct yz_bsheet *out)
{
	const struct yz_belem *diagram = child(m->root, "BPMNDiagram");
	const struct yz_belem *plane = diagram ? child(diagram, "BPMNPlane") : NULL;
	for (const struct yz_belem *e = plane ? plane->first : NULL; e; e = e->next) {
		if (is(e, "BPMNShape") && !read_shape(m, e, out))
			return false;
		if (is(e, "BPMNEdge") && !read_edge(m, e, out))
			return false;
		if (out->shapes.len + out->edges.len > 4 * YZ_BPMN_DRAWN)
			return false;
	}
	return plane && covers(m, out);
}
