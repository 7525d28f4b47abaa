/* A layout of our own, for a model without a diagram: columns by the longest way from the start, rows by what comes
 * before, a lane of its own for a flow that passes over columns, flows back below everything.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bpmn/draw.h"

enum {
	TASK_W = 100, TASK_H = 80, EVENT = 36, GATEWAY = 50, ROW_LEAST = 84,
	GAP_X = 50, GAP_Y = 26, EDGE = 20, HEAD = 26, BACK = 14,
	LANES_MOST = 20000, /* cells kept free for long flows; past it they run behind what stands there */
};

struct cell {
	const struct yz_bnode *node;
	size_t shape;
	int w, h, layer, row;
	bool placed;
	bool seen;
};

struct scope {
	struct yz_bsheet *sheet;
	struct cell *cells;
	size_t n, *order, norder; /* order: reversed, as the search leaves them */
	struct yz_map index;      /* id of a node -> &cells[i] */
	struct yz_map taken;      /* "layer row" -> cell */
	size_t lane_cells, nlanes, lane_next;
	int *lanes; /* of the flows, in the order they are drawn; -1: none */
	int layers, rows, *x, *y, *col, *height, backs, bottom;
};

static struct yz_bbox lay_scope(struct yz_bsheet *s, const struct yz_bnode *of, int depth);

static struct cell *cell_of(const struct scope *c, const struct yz_bnode *n)
{
	if (n && n->attached)
		n = n->attached;
	return n ? yz_map_get(&c->index, yz_str_n((const char *)&n->index, sizeof n->index)) : NULL;
}

/* What follows a cell: by flows of its own, of its boundary events, and what undoes it. */
static size_t followers(const struct scope *c, const struct cell *at, struct cell **out, size_t most)
{
	size_t k = 0;
	const struct yz_bnode *n = at->node;
	for (size_t b = 0; b <= n->nboundary; b++) {
		const struct yz_bnode *from = b ? n->boundary[b - 1] : n;
		for (size_t i = 0; i < from->nout && k < most; i++)
			if (cell_of(c, from->out[i]->to))
				out[k++] = cell_of(c, from->out[i]->to);
		if (b && from->handler && k < most && cell_of(c, from->handler))
			out[k++] = cell_of(c, from->handler);
	}
	return k;
}

static size_t follow_count(const struct cell *at)
{
	size_t n = at->node->nout;
	for (size_t b = 0; b < at->node->nboundary; b++)
		n += at->node->boundary[b]->nout + 1;
	return n;
}

/* Depth first with a stack of its own: a process may be a chain of a thousand. */
static void visit(struct scope *c, struct cell *first)
{
	struct step {
		struct cell *at, **next;
		size_t n, i;
	} *stack = yz_new_n(c->sheet->arena, c->n + 1, struct step);
	size_t depth = 0;
	struct cell *enter = first;
	for (;;) {
		if (enter) {
			size_t most = follow_count(enter);
			struct cell **next = yz_new_n(c->sheet->arena, most + 1, struct cell *);
			enter->seen = true;
			stack[depth++] = (struct step){enter, next, followers(c, enter, next, most), 0};
			enter = NULL;
		}
		if (!depth)
			return;
		struct step *top = &stack[depth - 1];
		if (top->i == top->n) {
			c->order[c->norder++] = (size_t)(top->at - c->cells);
			depth--;
			continue;
		}
		struct cell *next = top->next[top->n - ++top->i]; /* the first is done last, and so comes first */
		if (!next->seen)
			enter = next;
	}
}

static void number_layers(struct scope *c)
{
	for (int round = 0; round < 2; round++) /* first from where nothing leads to */
		for (size_t i = c->n; i-- > 0;)
			if (!c->cells[i].seen && (round || (!c->cells[i].node->nin && !c->cells[i].node->for_compensation)))
				visit(c, &c->cells[i]);
	size_t *rank = yz_new_n(c->sheet->arena, c->n, size_t);
	for (size_t i = 0; i < c->norder; i++)
		rank[c->order[i]] = c->norder - i;
	for (size_t i = c->norder; i-- > 0;) {
		struct cell *at = &c->cells[c->order[i]];
		size_t most = follow_count(at);
		struct cell **next = yz_new_n(c->sheet->arena, most + 1, struct cell *);
		size_t n = followers(c, at, next, most);
		for (size_t k = 0; k < n; k++)
			if (rank[next[k] - c->cells] > rank[c->order[i]] && next[k]->layer <= at->layer)
				next[k]->layer = at->layer + 1;
		if (at->layer >= c->layers)
			c->layers = at->layer + 1;
	}
}

static struct yz_str place_key(struct scope *c, int layer, int row)
{
	int *key = yz_alloc(c->sheet->arena, 2 * sizeof *key);
	key[0] = layer;
	key[1] = row;
	return yz_str_n((const char *)key, 2 * sizeof *key);
}

static bool is_taken(struct scope *c, int layer, int row)
{
	int key[2] = {layer, row};
	return yz_map_has(&c->taken, yz_str_n((const char *)key, sizeof key));
}

static void take(struct scope *c, int layer, int row, struct cell *by)
{
	yz_map_put(&c->taken, place_key(c, layer, row), by);
	if (row >= c->rows)
		c->rows = row + 1;
}

static void place(struct scope *c, struct cell *at)
{
	while (is_taken(c, at->layer, at->row))
		at->row++;
	take(c, at->layer, at->row, at);
	at->placed = true;
}

/* Rows in the order of the flow: what follows stands beside what it follows, the second one below it. */
static void number_rows(struct scope *c)
{
	for (size_t i = c->norder; i-- > 0;) {
		struct cell *at = &c->cells[c->order[i]];
		if (!at->placed)
			place(c, at);
		size_t most = follow_count(at);
		struct cell **next = yz_new_n(c->sheet->arena, most + 1, struct cell *);
		size_t n = followers(c, at, next, most);
		for (size_t k = 0; k < n; k++)
			if (!next[k]->placed && next[k]->layer > at->layer && next[k]->row < at->row)
				next[k]->row = at->row;
	}
}

/* The row in which a flow over several columns runs; -1: behind what stands there. */
static int lane_of(struct scope *c, const struct cell *from, const struct cell *to)
{
	int span = to->layer - from->layer - 1;
	if (span <= 0 || (c->lane_cells += (size_t)span) > LANES_MOST)
		return -1;
	for (int row = from->row; row <= c->rows; row++) {
		bool free = true;
		for (int l = from->layer + 1; l < to->layer && free; l++)
			free = !is_taken(c, l, row);
		if (!free)
			continue;
		for (int l = from->layer + 1; l < to->layer; l++)
			take(c, l, row, NULL);
		return row;
	}
	return -1;
}

/* Before rows have heights: a lane may be a row of its own. */
static void reserve_lanes(struct scope *c)
{
	size_t most = 0;
	for (size_t i = 0; i < c->n; i++)
		most += follow_count(&c->cells[i]);
	c->lanes = yz_new_n(c->sheet->arena, most + 1, int);
	for (size_t i = 0; i < c->n; i++) {
		const struct yz_bnode *n = c->cells[i].node;
		for (size_t b = 0; b <= n->nboundary; b++) {
			const struct yz_bnode *from = b ? n->boundary[b - 1] : n;
			for (size_t k = 0; k < from->nout; k++)
				if (cell_of(c, from->out[k]->to))
					c->lanes[c->nlanes++] = lane_of(c, &c->cells[i], cell_of(c, from->out[k]->to));
		}
	}
}

static void measure(struct scope *c, int left, int top)
{
	struct yz_arena *a = c->sheet->arena;
	c->x = yz_new_n(a, (size_t)c->layers + 1, int);
	c->col = yz_new_n(a, (size_t)c->layers + 1, int);
	c->y = yz_new_n(a, (size_t)c->rows + 2, int);
	c->height = yz_new_n(a, (size_t)c->rows + 2, int);
	for (int r = 0; r <= c->rows; r++)
		c->height[r] = ROW_LEAST;
	for (size_t i = 0; i < c->n; i++) {
		const struct cell *at = &c->cells[i];
		c->col[at->layer] = at->w > c->col[at->layer] ? at->w : c->col[at->layer];
		c->height[at->row] = at->h > c->height[at->row] ? at->h : c->height[at->row];
	}
	c->x[0] = left;
	for (int l = 0; l < c->layers; l++)
		c->x[l + 1] = c->x[l] + c->col[l] + GAP_X;
	c->y[0] = top;
	for (int r = 0; r <= c->rows; r++)
		c->y[r + 1] = c->y[r] + c->height[r] + GAP_Y;
	c->bottom = c->y[c->rows];
}

static void shift(struct yz_bsheet *s, size_t shapes, size_t shapes_end, size_t edges, size_t edges_end, int dx, int dy)
{
	for (size_t i = shapes; i < shapes_end; i++) {
		s->shapes.at[i].box.x += dx;
		s->shapes.at[i].box.y += dy;
	}
	for (size_t i = edges; i < edges_end; i++)
		for (size_t k = 0; k < s->edges.at[i].len; k++) {
			s->edges.at[i].at[k][0] += dx;
			s->edges.at[i].at[k][1] += dy;
		}
}

static struct yz_bbox box_of(const struct scope *c, const struct cell *at)
{
	return c->sheet->shapes.at[at->shape].box;
}

static void bend(struct yz_bedge *d, int x, int y)
{
	d->at[d->len][0] = x;
	d->at[d->len++][1] = y;
}

static void route(struct scope *c, const struct yz_bflow *f, struct yz_bbox from, const struct cell *a, const struct cell *b)
{
	bool below = f->from->attached != NULL;
	int lane = c->lanes[c->lane_next++];
	struct yz_bbox to = box_of(c, b);
	int x = below ? from.x + from.w / 2 : from.x + from.w, y = below ? from.y + from.h : from.y + from.h / 2;
	int ty = to.y + to.h / 2, gap = c->x[a->layer] + c->col[a->layer] + GAP_X / 3, before = c->x[b->layer] - GAP_X / 3;
	struct yz_bedge *d = yz_bdraw_edge(c->sheet, BEDGE_FLOW, 8);
	d->flow = f;
	d->id = f->pub.id;
	d->name = f->pub.name;
	d->len = 0;
	bend(d, x, y);
	if (below)
		bend(d, x, y += BACK);
	if (b->layer <= a->layer) {
		int under = c->bottom + ++c->backs * BACK;
		bend(d, gap, y);
		bend(d, gap, under);
		bend(d, before, under);
		bend(d, before, ty);
	} else if (lane >= 0) {
		int ly = c->y[lane] + c->height[lane] / 2;
		bend(d, gap, y);
		bend(d, gap, ly);
		bend(d, before, ly);
		bend(d, before, ty);
	} else if (y != ty) {
		bend(d, gap, y);
		bend(d, gap, ty);
	}
	bend(d, to.x, ty);
}

static void put_boundary(struct scope *c, const struct cell *at)
{
	const struct yz_bnode *n = at->node;
	for (size_t b = 0; b < n->nboundary; b++) {
		struct yz_bbox host = box_of(c, at);
		int step = host.w / ((int)n->nboundary + 1);
		struct yz_bshape s = {.el = n->boundary[b]->el, .node = n->boundary[b], .name = n->boundary[b]->pub.name};
		s.box = (struct yz_bbox){host.x + step * ((int)b + 1) - EVENT / 2, host.y + host.h - EVENT / 2, EVENT, EVENT};
		*yz_vec_push(c->sheet->arena, &c->sheet->shapes) = s;
		for (size_t i = 0; i < n->boundary[b]->nout; i++)
			if (cell_of(c, n->boundary[b]->out[i]->to))
				route(c, n->boundary[b]->out[i], s.box, at, cell_of(c, n->boundary[b]->out[i]->to));
	}
}

static void put_flows(struct scope *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct yz_bnode *n = c->cells[i].node;
		for (size_t k = 0; k < n->nout; k++)
			if (cell_of(c, n->out[k]->to))
				route(c, n->out[k], box_of(c, &c->cells[i]), &c->cells[i], cell_of(c, n->out[k]->to));
		put_boundary(c, &c->cells[i]);
	}
}

struct span {
	size_t shapes, shapes_end, edges, edges_end;
};

/* The shape of a node, at the origin, with what is in it. */
static struct span put_node(struct scope *c, struct cell *at, int depth)
{
	struct yz_bsheet *s = c->sheet;
	const struct yz_bnode *n = at->node;
	struct span span = {.shapes = s->shapes.len, .edges = s->edges.len};
	struct yz_bshape shape = {.el = n->el, .node = n, .name = n->pub.name};
	at->shape = s->shapes.len;
	at->w = yz_btype_is_event(n->pub.type) ? EVENT : yz_btype_is_gateway(n->pub.type) ? GATEWAY : TASK_W;
	at->h = yz_btype_is_activity(n->pub.type) ? TASK_H : at->w;
	shape.open = yz_btype_is_scope(n->pub.type) && n->nchildren > 0;
	*yz_vec_push(s->arena, &s->shapes) = shape;
	if (shape.open) {
		struct yz_bbox inner = lay_scope(s, n, depth + 1);
		at->w = inner.w;
		at->h = inner.h;
	}
	s->shapes.at[at->shape].box = (struct yz_bbox){0, 0, at->w, at->h};
	span.shapes_end = s->shapes.len;
	span.edges_end = s->edges.len;
	return span;
}

/* Lays what is in a scope from the origin; the box that holds it. */
static struct yz_bbox lay_scope(struct yz_bsheet *s, const struct yz_bnode *of, int depth)
{
	struct scope c = {.sheet = s, .rows = 1, .layers = 1};
	c.cells = yz_new_n(s->arena, of->nchildren, struct cell);
	c.order = yz_new_n(s->arena, of->nchildren, size_t);
	struct span *spans = yz_new_n(s->arena, of->nchildren, struct span);
	yz_map_init(&c.index, s->arena);
	yz_map_init(&c.taken, s->arena);
	for (size_t i = 0; i < of->nchildren; i++) {
		struct cell *at = &c.cells[c.n];
		if (of->children[i]->attached)
			continue;
		at->node = of->children[i];
		yz_map_put(&c.index, yz_str_n((const char *)&at->node->index, sizeof at->node->index), at);
		spans[c.n++] = put_node(&c, at, depth);
	}
	number_layers(&c);
	number_rows(&c);
	reserve_lanes(&c);
	measure(&c, EDGE, EDGE + HEAD);
	for (size_t i = 0; i < c.n; i++) {
		const struct cell *at = &c.cells[i];
		shift(s, spans[i].shapes, spans[i].shapes_end, spans[i].edges, spans[i].edges_end,
		      c.x[at->layer] + (c.col[at->layer] - at->w) / 2, c.y[at->row] + (c.height[at->row] - at->h) / 2);
	}
	put_flows(&c);
	int w = c.x[c.layers] - GAP_X + EDGE, h = c.y[c.rows] + (c.backs + 1) * BACK;
	return (struct yz_bbox){0, 0, w < TASK_W ? TASK_W : w, h < TASK_H ? TASK_H : h};
}

struct yz_bedge *yz_bdraw_edge(struct yz_bsheet *s, enum yz_bedge_kind kind, size_t n)
{
	struct yz_bedge *d = yz_vec_push(s->arena, &s->edges);
	*d = (struct yz_bedge){.kind = kind, .at = yz_alloc(s->arena, n * sizeof *d->at), .len = n};
	return d;
}

void yz_bdraw_lay(const struct yz_bpmn *m, struct yz_bsheet *out)
{
	int y = 0;
	for (size_t i = 0; i < m->nodes.len; i++) {
		const struct yz_bnode *n = m->nodes.at[i];
		if (n->pub.type != YZ_BPMN_PROCESS || !n->nchildren)
			continue;
		size_t shapes = out->shapes.len, edges = out->edges.len;
		struct yz_bbox b = lay_scope(out, n, 0);
		shift(out, shapes, out->shapes.len, edges, out->edges.len, 0, y);
		y += b.h + GAP_Y;
	}
}
