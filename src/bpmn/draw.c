/* A process as SVG: shapes as BPMN draws them, marks by shape and word.  SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/draw.h"

#include "base/utf8.h"
#include "fmt/html.h"

enum { FACE = 12, LINE = 15, LINES_MOST = 5, LABEL_W = 96, EDGE_LABEL_W = 90 };

struct drawing {
	const struct yz_bpmn *m;
	const struct yz_bpmn_pen *pen;
	struct yz_buf *out;
	struct yz_bsheet sheet;
	bool found; /* what is in hand has its anchor */
};

static const struct {
	const char *name, *badge; /* badge: a path in 12 × 12 */
} marks[YZ_BPMN_MARKS] = {
	[YZ_BPMN_MARK_NONE] = {"plain", ""},
	[YZ_BPMN_MARK_OPEN] = {"open", "M2 1L11 6L2 11Z"},
	[YZ_BPMN_MARK_WAITS] = {"waits", "M2 1h3v10h-3zM7 1h3v10h-3z"},
	[YZ_BPMN_MARK_DONE] = {"done", "M1 6L4.5 10L11 2"},
	[YZ_BPMN_MARK_AHEAD] = {"ahead", "M11 6A5 5 0 1 1 1 6A5 5 0 1 1 11 6Z"},
	[YZ_BPMN_MARK_CANCELLED] = {"cancelled", "M2 2L10 10M10 2L2 10"},
	[YZ_BPMN_MARK_ADDED] = {"added", "M6 1V11M1 6H11"},
	[YZ_BPMN_MARK_REMOVED] = {"removed", "M1 6H11"},
	[YZ_BPMN_MARK_CHANGED] = {"changed", "M1 4H11M1 8H11M9 1L3 11"},
};

const char *yz_bpmn_mark_name(enum yz_bpmn_mark mark)
{
	return marks[mark].name;
}

const char *yz_bpmn_mark_badge(enum yz_bpmn_mark mark)
{
	return marks[mark].badge;
}

/* ---- words ---- */

static struct yz_str name_of(const struct drawing *d, struct yz_str name)
{
	return d->pen->name && name.len ? d->pen->name(d->pen->ctx, name) : name;
}

/* About as wide as the faces of the page draw it, in tenths of a pixel at FACE. */
static int width_of(uint32_t c)
{
	return c >= 0x2E80 || (c >= 0x600 && c < 0x700) ? FACE * 10 : c == ' ' ? FACE * 3 : FACE * 6;
}

/* Cuts lines of a width: at a space where there is one, else where it is full. */
static size_t wrap(struct yz_str s, int width, size_t most, struct yz_str *lines, bool *cut)
{
	size_t n = 0, i = 0;
	*cut = false;
	while (i < s.len && n < most) {
		size_t from = i, end = i, space = 0;
		int w = 0;
		while (end < s.len && s.ptr[end] != '\n') {
			size_t next = end;
			uint32_t c = yz_utf8_next(s, &next);
			if (w + width_of(c) > width * 10 && end > from)
				break;
			w += width_of(c);
			if (c == ' ')
				space = end;
			end = next;
		}
		if (end < s.len && s.ptr[end] != '\n' && s.ptr[end] != ' ' && space > from && (s.ptr[end] & 0x80) == 0)
			end = space;
		lines[n++] = yz_str_trim(yz_str_n(s.ptr + from, end - from));
		i = end;
		while (i < s.len && (s.ptr[i] == ' ' || s.ptr[i] == '\n'))
			i++;
	}
	*cut = i < s.len;
	return n;
}

static void words(struct drawing *d, struct yz_str s, int cx, int top, int width, size_t most, const char *class)
{
	struct yz_str lines[LINES_MOST];
	bool cut;
	size_t n = wrap(s, width, most, lines, &cut);
	for (size_t i = 0; i < n; i++) {
		yz_buf_printf(d->out, "<text x=\"%d\" y=\"%d\" class=\"%s\">", cx, top + LINE * (int)i + FACE, class);
		yz_html_text(d->out, cut && i + 1 == n ? yz_utf8_head(lines[i], lines[i].len > 3 ? lines[i].len - 3 : lines[i].len) : lines[i]);
		yz_buf_addz(d->out, cut && i + 1 == n ? "…</text>" : "</text>");
	}
}

static size_t count_lines(struct yz_str s, int width, size_t most)
{
	struct yz_str lines[LINES_MOST];
	bool cut;
	return wrap(s, width, most, lines, &cut);
}

static void badge(struct drawing *d, enum yz_bpmn_mark mark, int x, int y)
{
	yz_buf_printf(d->out, "<path class=\"badge\" transform=\"translate(%d %d)\" d=\"%s\"/>", x, y, marks[mark].badge);
}

/* ---- shapes ---- */

static const char *const task_signs[YZ_BPMN_NTYPES] = {
	[YZ_BPMN_USER_TASK] = "M7 1a3 3 0 1 1 0 6a3 3 0 1 1 0-6M1 14c0-8 12-8 12 0z",
	[YZ_BPMN_MANUAL_TASK] = "M1 6l5-4l2 2h5v2h-5M13 6v2H8M12 8v2H8M11 10v2H5l-4-3z",
	[YZ_BPMN_SERVICE_TASK] = "M7 4a3 3 0 1 1 0 6a3 3 0 1 1 0-6M7 0v3M7 11v3M0 7h3M11 7h3M2 2l2 2M10 10l2 2M12 2l-2 2M4 10l-2 2",
	[YZ_BPMN_SCRIPT_TASK] = "M3 1h10c-4 4 2 8-2 12H1c4-4-2-8 2-12zM4 5h5M4 7h5M4 9h5",
	[YZ_BPMN_RULE_TASK] = "M1 2h12v10H1zM1 5h12M1 8.5h12M5 5v7",
	[YZ_BPMN_SEND_TASK] = "M1 2h12v10H1zM1 2l6 5l6-5",
	[YZ_BPMN_RECEIVE_TASK] = "M1 2h12v10H1zM1 2l6 5l6-5",
};

/* In 18 × 18, about the middle of an event. */
static const char *const event_signs[] = {
	[BDEF_MESSAGE] = "M-7-5h14v10h-14zM-7-5l7 6l7-6",
	[BDEF_SIGNAL] = "M0-7l7 12h-14z",
	[BDEF_TIMER] = "M8 0a8 8 0 1 1-16 0a8 8 0 1 1 16 0M0-5v5l4 2",
	[BDEF_ERROR] = "M-7 6l4-11l5 6l5-7l-4 11l-5-6z",
	[BDEF_ESCALATION] = "M0-7l6 13l-6-5l-6 5z",
	[BDEF_COMPENSATE] = "M0-5v10l-7-5zM7-5v10l-7-5z",
	[BDEF_CONDITION] = "M-5-7h10v14h-10zM-3-4h6M-3-1h6M-3 2h6M-3 5h6",
	[BDEF_LINK] = "M-7-3h7v-4l7 7l-7 7v-4h-7z",
	[BDEF_CANCEL] = "M-6-6L6 6M6-6L-6 6",
	[BDEF_TERMINATE] = "M8 0a8 8 0 1 1-16 0a8 8 0 1 1 16 0",
};

static const char *gateway_sign(enum yz_bpmn_type type)
{
	switch (type) {
	case YZ_BPMN_EXCLUSIVE:
		return "M-7-7L7 7M7-7L-7 7";
	case YZ_BPMN_PARALLEL:
		return "M0-10V10M-10 0H10";
	case YZ_BPMN_INCLUSIVE:
		return "M10 0A10 10 0 1 1-10 0A10 10 0 1 1 10 0";
	case YZ_BPMN_COMPLEX:
		return "M0-10V10M-10 0H10M-7-7L7 7M7-7L-7 7";
	default:
		return "M11 0A11 11 0 1 1-11 0A11 11 0 1 1 11 0M0-7L7-2L4 6H-4L-7-2Z";
	}
}

static void rect(struct drawing *d, struct yz_bbox b, int round, const char *class)
{
	yz_buf_printf(d->out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" class=\"%s\"/>", b.x, b.y, b.w, b.h, round, class);
}

static void name_below(struct drawing *d, const struct yz_bshape *s)
{
	struct yz_bbox l = s->labelled ? s->label : (struct yz_bbox){s->box.x + s->box.w / 2 - LABEL_W / 2, s->box.y + s->box.h + 2, LABEL_W, LINE};
	words(d, name_of(d, s->name), l.x + l.w / 2, l.y, l.w < LABEL_W ? LABEL_W : l.w, 3, "word");
}

static void draw_event(struct drawing *d, const struct yz_bshape *s)
{
	const struct yz_bnode *n = s->node;
	int r = (s->box.w < s->box.h ? s->box.w : s->box.h) / 2, cx = s->box.x + s->box.w / 2, cy = s->box.y + s->box.h / 2;
	bool end = n->pub.type == YZ_BPMN_END_EVENT, start = n->pub.type == YZ_BPMN_START_EVENT;
	bool soft = !n->interrupting && (start || n->pub.type == YZ_BPMN_BOUNDARY_EVENT) && n->ndefs;
	yz_buf_printf(d->out, "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" class=\"box%s%s\"/>", cx, cy, r, end ? " end" : "", soft ? " soft" : "");
	if (!start && !end)
		yz_buf_printf(d->out, "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" class=\"inner%s\"/>", cx, cy, r > 4 ? r - 3 : r, soft ? " soft" : "");
	bool throws = end || n->pub.type == YZ_BPMN_THROW_EVENT;
	if (n->ndefs == 1)
		yz_buf_printf(d->out, "<path class=\"sign%s\" transform=\"translate(%d %d)\" d=\"%s\"/>", throws ? " full" : "", cx, cy,
			      event_signs[n->defs[0].kind]);
	else if (n->ndefs > 1)
		yz_buf_printf(d->out, "<path class=\"sign\" transform=\"translate(%d %d)\" d=\"%s\"/>", cx, cy,
			      n->parallel_multiple ? "M0-8V8M-8 0H8" : "M0-8L8-2L5 7H-5L-8-2Z");
	name_below(d, s);
}

static void draw_gateway(struct drawing *d, const struct yz_bshape *s)
{
	int cx = s->box.x + s->box.w / 2, cy = s->box.y + s->box.h / 2;
	yz_buf_printf(d->out, "<path class=\"box\" d=\"M%d %dL%d %dL%d %dL%d %dZ\"/>", cx, s->box.y, s->box.x + s->box.w, cy, cx,
		      s->box.y + s->box.h, s->box.x, cy);
	yz_buf_printf(d->out, "<path class=\"sign\" transform=\"translate(%d %d)\" d=\"%s\"/>", cx, cy, gateway_sign(s->node->pub.type));
	name_below(d, s);
}

/* Below the name of an activity: runs again, of several, is closed. */
static const char *loop_sign(const struct yz_bnode *n)
{
	if (!n->loop || n->loop->kind == BLOOP_NONE)
		return "";
	return n->loop->kind == BLOOP_PARALLEL ? "M-5-5V5M0-5V5M5-5V5" : n->loop->kind == BLOOP_SEQUENTIAL ? "M-5-5H5M-5 0H5M-5 5H5" : "M-3 5a5 5 0 1 1 6 0M-3 5l-3-1M-3 5l0-4";
}

static void draw_activity(struct drawing *d, const struct yz_bshape *s, enum yz_bpmn_mark mark, struct yz_str word)
{
	const struct yz_bnode *n = s->node;
	struct yz_bbox b = s->box;
	int foot = mark ? LINE + 3 : 0, left = b.x + 5;
	const char *type = n->pub.type == YZ_BPMN_CALL ? "box call" : n->event_triggered ? "box soft" : "box";
	rect(d, b, 8, type);
	if (n->pub.type == YZ_BPMN_TRANSACTION)
		rect(d, (struct yz_bbox){b.x + 3, b.y + 3, b.w - 6, b.h - 6}, 6, "inner");
	if (task_signs[n->pub.type])
		yz_buf_printf(d->out, "<path class=\"sign%s\" transform=\"translate(%d %d)\" d=\"%s\"/>", n->pub.type == YZ_BPMN_SEND_TASK ? " full" : "",
			      left, b.y + 5, task_signs[n->pub.type]);
	if (*loop_sign(n))
		yz_buf_printf(d->out, "<path class=\"sign\" transform=\"translate(%d %d)\" d=\"%s\"/>", b.x + b.w / 2, b.y + b.h - foot - 8, loop_sign(n));
	if (yz_btype_is_scope(n->pub.type) && !s->open)
		yz_buf_printf(d->out, "<path class=\"sign\" transform=\"translate(%d %d)\" d=\"M-6-6h12v12h-12zM0-4v8M-4 0h8\"/>",
			      b.x + b.w / 2 + (*loop_sign(n) ? 16 : 0), b.y + b.h - foot - 9);
	struct yz_str name = name_of(d, s->name);
	if (s->open) {
		words(d, name, b.x + b.w / 2, b.y + 4, b.w - 44, 1, "word");
	} else {
		int room = (b.h - foot - 8) / LINE;
		size_t most = room < 1 ? 1 : room > LINES_MOST ? LINES_MOST : (size_t)room;
		size_t lines = count_lines(name, b.w - 12, most);
		words(d, name, b.x + b.w / 2, b.y + (b.h - foot - LINE * (int)lines) / 2 + (lines < most && task_signs[n->pub.type] ? 4 : 0), b.w - 12, most, "word");
	}
	if (!mark)
		return;
	int half = b.w / 2 - 8;
	size_t fits = 0, i = 0;
	for (int w = 0; i < word.len && (w += width_of(yz_utf8_next(word, &i))) <= (b.w - 24) * 10;)
		fits = i;
	int wide = 0;
	for (size_t k = 0; k < fits;)
		wide += width_of(yz_utf8_next(word, &k));
	badge(d, mark, b.x + 8 + half - wide / 20 - 8, b.y + b.h - LINE - 2);
	yz_buf_printf(d->out, "<text x=\"%d\" y=\"%d\" class=\"word state\">", b.x + b.w / 2 + 8, b.y + b.h - 6);
	yz_html_text(d->out, yz_str_n(word.ptr, fits));
	yz_buf_addz(d->out, "</text>");
}

static void draw_pool(struct drawing *d, const struct yz_bshape *s)
{
	rect(d, s->box, 0, "pool");
	struct yz_str name = name_of(d, s->name);
	if (s->upright || s->box.h < 60) {
		words(d, name, s->box.x + s->box.w / 2, s->box.y + 6, s->box.w - 8, 1, "word");
		return;
	}
	struct yz_str line;
	bool cut;
	if (!wrap(name, s->box.h - 8, 1, &line, &cut))
		return;
	int x = s->box.x + 19, y = s->box.y + s->box.h / 2;
	yz_buf_printf(d->out, "<text x=\"%d\" y=\"%d\" transform=\"rotate(-90 %d %d)\" class=\"word\">", x, y, x, y);
	yz_html_text(d->out, line);
	yz_buf_addz(d->out, "</text>");
}

static bool is_pool(const struct yz_bshape *s)
{
	return yz_belem_is(s->el, "participant") || yz_belem_is(s->el, "lane") || yz_belem_is(s->el, "group");
}

static void draw_other(struct drawing *d, const struct yz_bshape *s)
{
	struct yz_bbox b = s->box;
	if (is_pool(s)) {
		draw_pool(d, s);
	} else if (yz_belem_is(s->el, "textAnnotation")) {
		yz_buf_printf(d->out, "<path class=\"pool\" d=\"M%d %dH%dV%dH%d\"/>", b.x + 12, b.y, b.x, b.y + b.h, b.x + 12);
		struct yz_str name = name_of(d, s->name);
		int room = b.h / LINE;
		words(d, name, b.x + b.w / 2, b.y + 3, b.w - 10, room < 1 ? 1 : room > LINES_MOST ? LINES_MOST : (size_t)room, "word");
	} else if (yz_belem_is(s->el, "dataStoreReference")) {
		yz_buf_printf(d->out, "<path class=\"box\" d=\"M%d %dv%da%d 6 0 0 0 %d 0v-%da%d 6 0 0 0-%d 0a%d 6 0 0 0 %d 0\"/>", b.x, b.y + 6, b.h - 12,
			      b.w / 2, b.w, b.h - 12, b.w / 2, b.w, b.w / 2, b.w);
		name_below(d, s);
	} else {
		yz_buf_printf(d->out, "<path class=\"box\" d=\"M%d %dh%dl10 10v%dh-%dz\"/>", b.x, b.y, b.w > 10 ? b.w - 10 : 0, b.h > 10 ? b.h - 10 : 0, b.w);
		name_below(d, s);
	}
}

static void draw_shape(struct drawing *d, const struct yz_bshape *s)
{
	struct yz_str word = {0};
	struct yz_str id = yz_belem_attr(s->el, "id");
	enum yz_bpmn_mark mark = d->pen->mark && s->node ? d->pen->mark(d->pen->ctx, id, &word) : YZ_BPMN_MARK_NONE;
	yz_buf_printf(d->out, "<g class=\"%s\"", marks[mark].name);
	if (mark == YZ_BPMN_MARK_OPEN && !d->found && yz_btype_is_activity(s->node->pub.type))
		yz_buf_printf(d->out, " id=\"%s-now\"", d->pen->id);
	d->found = d->found || mark == YZ_BPMN_MARK_OPEN;
	yz_buf_addz(d->out, "><title>");
	yz_html_text(d->out, name_of(d, s->name));
	if (word.len) {
		yz_buf_addz(d->out, s->name.len ? " · " : "");
		yz_html_text(d->out, word);
	}
	yz_buf_addz(d->out, "</title>");
	if (s->node && yz_btype_is_event(s->node->pub.type))
		draw_event(d, s);
	else if (s->node && yz_btype_is_gateway(s->node->pub.type))
		draw_gateway(d, s);
	else if (s->node && (yz_btype_is_activity(s->node->pub.type)))
		draw_activity(d, s, mark, word);
	else
		draw_other(d, s);
	if (mark && s->node && !yz_btype_is_activity(s->node->pub.type))
		badge(d, mark, s->box.x - 8, s->box.y - 6);
	yz_buf_addz(d->out, "</g>");
}

/* ---- flows ---- */

static void flow_label(struct drawing *d, const struct yz_bedge *e)
{
	if (e->labelled) {
		words(d, name_of(d, e->name), e->label.x + e->label.w / 2, e->label.y, e->label.w < EDGE_LABEL_W ? EDGE_LABEL_W : e->label.w, 2, "word");
		return;
	}
	size_t at = e->len > 2 ? 1 : 0;
	int x = (e->at[at][0] + e->at[at + 1][0]) / 2, y = (e->at[at][1] + e->at[at + 1][1]) / 2;
	words(d, name_of(d, e->name), x, y - LINE - 2, EDGE_LABEL_W, 2, "word");
}

static void draw_edge(struct drawing *d, const struct yz_bedge *e)
{
	static const char *const kinds[] = {"flow", "flow message", "flow loose"};
	struct yz_str word = {0};
	enum yz_bpmn_mark mark = d->pen->mark ? d->pen->mark(d->pen->ctx, e->id, &word) : YZ_BPMN_MARK_NONE;
	yz_buf_printf(d->out, "<g class=\"%s\"><path class=\"%s\" d=\"", marks[mark].name, kinds[e->kind]);
	for (size_t i = 0; i < e->len; i++)
		yz_buf_printf(d->out, "%s%d %d", i ? "L" : "M", e->at[i][0], e->at[i][1]);
	yz_buf_printf(d->out, "\"%s%s%s/>", e->kind == BEDGE_OTHER ? "" : " marker-end=\"url(#", e->kind == BEDGE_OTHER ? "" : d->pen->id,
		      e->kind == BEDGE_OTHER ? "" : "-a)\"");
	if (e->flow && e->flow->pub.is_default)
		yz_buf_printf(d->out, "<path class=\"flow\" d=\"M%d %dl-6 10\"/>", e->at[0][0] + (e->at[1][0] > e->at[0][0] ? 12 : 3), e->at[0][1] - (e->at[1][0] > e->at[0][0] ? 5 : -6));
	if (mark)
		badge(d, mark, (e->at[0][0] + e->at[1][0]) / 2 - 6, (e->at[0][1] + e->at[1][1]) / 2 - 6);
	flow_label(d, e);
	yz_buf_addz(d->out, "</g>");
}

/* ---- the whole ---- */

static void grow(struct yz_bbox *all, int x, int y, int w, int h)
{
	int right = all->x + all->w, bottom = all->y + all->h;
	all->x = x < all->x ? x : all->x;
	all->y = y < all->y ? y : all->y;
	right = x + w > right ? x + w : right;
	bottom = y + h > bottom ? y + h : bottom;
	all->w = right - all->x;
	all->h = bottom - all->y;
}

static struct yz_bbox extent(const struct yz_bsheet *s)
{
	struct yz_bbox all = s->shapes.len ? s->shapes.at[0].box : (struct yz_bbox){0};
	for (size_t i = 0; i < s->shapes.len; i++) {
		struct yz_bbox b = s->shapes.at[i].box, l = s->shapes.at[i].label;
		bool beneath = s->shapes.at[i].node && !yz_btype_is_activity(s->shapes.at[i].node->pub.type);
		grow(&all, b.x - (beneath ? 32 : 0), b.y, b.w + (beneath ? 64 : 0), b.h + (beneath ? 3 * LINE : 0));
		if (s->shapes.at[i].labelled)
			grow(&all, l.x, l.y, l.w, l.h + LINE);
	}
	for (size_t i = 0; i < s->edges.len; i++)
		for (size_t k = 0; k < s->edges.at[i].len; k++)
			grow(&all, s->edges.at[i].at[k][0], s->edges.at[i].at[k][1], 0, 0);
	return (struct yz_bbox){all.x - 12, all.y - 12, all.w + 24, all.h + 24};
}

/* 0: what holds others, 1: everything, 2: what sits on an edge. */
static int level_of(const struct yz_bshape *s)
{
	return is_pool(s) || s->open ? 0 : s->node && s->node->attached ? 2 : 1;
}

static void begin(struct drawing *d)
{
	struct yz_bbox all = extent(&d->sheet);
	const char *id = d->pen->id;
	yz_buf_printf(d->out, "<svg class=\"process\" role=\"img\" aria-labelledby=\"%s-t %s-d\" viewBox=\"%d %d %d %d\" width=\"%d\" height=\"%d\">", id, id,
		      all.x, all.y, all.w, all.h, all.w, all.h);
	yz_buf_printf(d->out, "<title id=\"%s-t\">", id);
	yz_html_text(d->out, d->pen->title);
	yz_buf_printf(d->out, "</title><desc id=\"%s-d\">", id);
	yz_html_text(d->out, d->pen->desc);
	yz_buf_printf(d->out, "</desc><defs><marker id=\"%s-a\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" "
			      "markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"arrow\" d=\"M0 0L10 5L0 10z\"/></marker></defs>", id);
}

bool yz_bpmn_draw(const struct yz_bpmn *m, struct yz_arena *a, const struct yz_bpmn_pen *pen, struct yz_buf *out, struct yz_err *err)
{
	struct drawing d = {.m = m, .pen = pen, .out = out, .sheet = {.arena = a}};
	size_t before = out->len;
	if (m->nodes.len + m->flows.len > YZ_BPMN_DRAWN)
		return yz_fail(err, YZ_LIMIT, "the process has %zu nodes and flows, at most %d are drawn", m->nodes.len + m->flows.len, YZ_BPMN_DRAWN);
	if (!yz_bdraw_read(m, &d.sheet)) {
		d.sheet = (struct yz_bsheet){.arena = a};
		yz_bdraw_lay(m, &d.sheet);
	}
	begin(&d);
	for (int level = 0; level < 3; level++) {
		for (size_t i = 0; i < d.sheet.shapes.len; i++)
			if (level_of(&d.sheet.shapes.at[i]) == level)
				draw_shape(&d, &d.sheet.shapes.at[i]);
		for (size_t i = 0; level == 0 && i < d.sheet.edges.len; i++)
			draw_edge(&d, &d.sheet.edges.at[i]);
	}
	yz_buf_addz(out, "</svg>");
	if (!out->full)
		return true;
	out->len = before;
	return yz_fail(err, YZ_LIMIT, "the drawing is longer than %zu bytes", out->max);
}
