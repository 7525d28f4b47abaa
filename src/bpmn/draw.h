/* bpmn/draw.h - private: what a drawing is made of before it is SVG.
 *
 *	the model's own diagram (draw_read.c) ─┐
 *	                                       ├─▶ struct yz_bsheet ─▶ SVG (draw.c)
 *	a layout from the flows (draw_lay.c) ──┘
 *
 * Lengths are in pixels of the drawing; all of it lives in the arena given.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BPMN_DRAW_H
#define YZ_BPMN_DRAW_H

#include "bpmn/model.h"

/* Nothing lies farther from the origin, no line has more bends. */
enum { BDRAW_FAR = 30000, BDRAW_BENDS = 60 };

struct yz_bbox {
	int x, y, w, h;
};

struct yz_bshape {
	const struct yz_belem *el;
	const struct yz_bnode *node; /* NULL: pool, lane, data, annotation, group */
	struct yz_str name;
	struct yz_bbox box, label;
	bool labelled; /* label says where the name stands */
	bool open;     /* of a subprocess: drawn with what is in it */
	bool upright;  /* of a pool or lane: its name stands on top */
};

enum yz_bedge_kind { BEDGE_FLOW, BEDGE_MESSAGE, BEDGE_OTHER };

struct yz_bedge {
	enum yz_bedge_kind kind;
	const struct yz_bflow *flow; /* NULL: message or association */
	struct yz_str id, name;
	int (*at)[2];
	size_t len;
	struct yz_bbox label;
	bool labelled;
};

struct yz_bsheet {
	struct yz_arena *arena;
	YZ_VEC(struct yz_bshape) shapes;
	YZ_VEC(struct yz_bedge) edges;
};

/* False when the model has no diagram, or one that leaves out a node, or is no drawing of ours to show. */
bool yz_bdraw_read(const struct yz_bpmn *m, struct yz_bsheet *out);
void yz_bdraw_lay(const struct yz_bpmn *m, struct yz_bsheet *out);
/* A line with n bends, to be filled. */
struct yz_bedge *yz_bdraw_edge(struct yz_bsheet *s, enum yz_bedge_kind kind, size_t n);

#endif
