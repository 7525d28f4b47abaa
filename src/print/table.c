/* Ruled tables, fields and notices: a row is cut into slices of one line each,
 * so that a row higher than a page goes on at the next.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "print/flow.h"

#include <math.h>

/* Rows of at most so many lines stay on one page, their cells centred.  In a
 * table of more cells than TAGGED only the rows are marked: each mark takes 130
 * bytes of the file. */
enum { WHOLE = 14, TAGGED = 4000 };

struct cell {
	double x, width;
	const struct yz_text *text;
	bool shaded, head;
};

struct row {
	struct cell *cells;
	size_t n, slices;
	double pad, side, pitch;
	bool ruled, tagged;
};

static double line_top(const struct row *r, const struct cell *c, const struct yz_piece *piece, size_t line)
{
	double y = piece->y + (piece->from == 0 ? r->pad : 0);
	if (r->slices <= WHOLE)
		y += (double)(r->slices - c->text->n) * r->pitch / 2;
	return y + (double)(line - piece->from) * r->pitch;
}

static void draw_cell(struct yz_pen *p, const struct row *r, const struct cell *c, const struct yz_piece *piece)
{
	double x = piece->x + c->x;
	const char *tag = c->head ? "TH" : "TD";
	if (c->shaded) {
		yz_pen_colour(p, yz_faint);
		yz_pen_fill(p, x, piece->y, c->width, piece->height);
	}
	yz_pen_colour(p, yz_ink);
	if (r->tagged)
		yz_pen_tag(p, tag);
	for (size_t i = piece->from; i < piece->to && i < c->text->n; i++)
		yz_pen_line(p, c->text, i, x + r->side, line_top(r, c, piece, i) + yz_type_baseline(c->text));
	if (r->tagged)
		yz_pen_untag(p, tag);
}

static void draw_row(struct yz_flow *f, struct yz_pen *p, const struct yz_unit *u, const struct yz_piece *piece)
{
	const struct row *r = u->data;
	double end = piece->y + piece->height;
	for (size_t i = 0; i < r->n; i++)
		draw_cell(p, r, &r->cells[i], piece);
	if (!r->ruled)
		return;
	double left = piece->x + f->look.measure, right = piece->x;
	for (size_t i = 0; i < r->n; i++) {
		double x = piece->x + r->cells[i].x;
		yz_pen_rule(p, x, piece->y, x, end, 0.5);
		left = fmin(left, x);
		right = fmax(right, x + r->cells[i].width);
	}
	yz_pen_rule(p, right, piece->y, right, end, 0.5);
	yz_pen_rule(p, left, end, right, end, 0.5);
	/* Drawn over the rule of the row above, which this row's shade has covered. */
	yz_pen_rule(p, left, piece->y, right, piece->y, 0.5);
}

struct table {
	struct yz_flow *f;
	const struct yz_unit *group, *head;
	double head_height, pad, side;
	struct yz_style style;
	enum yz_doc_lang lang;
	bool ruled, tagged;
};

static void table_init(struct table *t, struct yz_flow *f, const struct yz_block *b)
{
	*t = (struct table){.f = f,
			    .pad = f->look.cell_pad,
			    .side = 5,
			    .style = f->look.cell,
			    .lang = b->lang,
			    .ruled = f->doc->form != YZ_DOC_CERTIFICATE,
			    .tagged = b->cells.len <= TAGGED};
	t->group = yz_new(f->arena, struct yz_unit);
	if (b->lang == YZ_DOC_UG)
		t->style.pitch *= 1.15;
	f->space += f->look.body.pitch * 0.3;
}

static void table_finish(struct table *t)
{
	t->f->space += t->f->look.body.pitch * 0.4;
}

static const struct yz_text *set_cell(struct table *t, struct yz_style style, struct yz_str text,
				      enum yz_doc_align align, double width)
{
	struct yz_setting s = {.style = style,
			       .lang = t->lang,
			       .align = align,
			       .measure = fmax(width - 2 * t->side, 4),
			       .ragged = width < 12 * style.size};
	return yz_type_text(t->f->type, &s, text);
}

static struct yz_unit *add_row(struct table *t, struct cell *cells, size_t n)
{
	struct yz_flow *f = t->f;
	struct row *r = yz_new(f->arena, struct row);
	*r = (struct row){cells, n, 1, t->pad, t->side, t->style.pitch, t->ruled, t->tagged};
	for (size_t i = 0; i < n; i++) {
		if (r->slices < cells[i].text->n)
			r->slices = cells[i].text->n;
		if (t->lang == YZ_DOC_UG)
			cells[i].x = f->look.measure - cells[i].x - cells[i].width;
	}
	struct yz_unit *u = yz_flow_unit(f, "TR", r, draw_row);
	u->group = t->group;
	u->head = t->head;
	u->head_height = t->head_height;
	for (size_t i = 0; i < r->slices; i++) {
		double edges = (i == 0 ? r->pad : 0) + (i + 1 == r->slices ? r->pad : 0);
		struct yz_box *box = yz_flow_box(f, u, r->pitch + edges);
		box->keep = i + 1 < r->slices && (r->slices <= WHOLE || i == 0 || i + 2 == r->slices);
	}
	return u;
}

/* --- tables --- */

static double share(const struct yz_doc_column *c)
{
	return isfinite(c->width) && c->width > 0 ? fmin(fmax(c->width, 0.01), 1000) : 1;
}

static void column_widths(const struct yz_block *b, double measure, double *widths)
{
	double sum = 0;
	for (size_t i = 0; i < b->n; i++)
		sum += share(&b->columns[i]);
	for (size_t i = 0; i < b->n; i++)
		widths[i] = measure * share(&b->columns[i]) / sum;
}

static void add_head(struct table *t, const struct yz_block *b, const double *widths)
{
	struct yz_style style = t->style;
	struct cell *cells = yz_new_n(t->f->arena, b->n, struct cell);
	double x = 0;
	style.face = YZ_FACE_HEI;
	for (size_t i = 0; i < b->n; x += widths[i++]) {
		cells[i] = (struct cell){.x = x, .width = widths[i], .shaded = true, .head = true};
		cells[i].text = set_cell(t, style, b->columns[i].head, YZ_ALIGN_CENTRE, widths[i]);
	}
	size_t first = t->f->boxes.len;
	struct yz_unit *u = add_row(t, cells, b->n);
	/* A head of many lines is not repeated, or it could fill every page. */
	double height = 0;
	for (size_t i = first; i < t->f->boxes.len; i++) {
		height += t->f->boxes.at[i].height;
		t->f->boxes.at[i].keep = true;
	}
	if (((struct row *)u->data)->slices > 6)
		return;
	t->head = u->head = u;
	t->head_height = u->head_height = height;
}

void yz_flow_table(struct yz_flow *f, const struct yz_block *b)
{
	struct table t;
	double widths[24];
	bool headed = false;
	_Static_assert(sizeof widths / sizeof *widths >= 24, "yz_print_limits.columns");
	table_init(&t, f, b);
	t.ruled = true;
	column_widths(b, f->look.measure, widths);
	for (size_t i = 0; i < b->n; i++)
		headed |= b->columns[i].head.len > 0;
	if (headed)
		add_head(&t, b, widths);
	for (size_t at = 0; at + b->n <= b->cells.len && !yz_flow_full(f); at += b->n) {
		struct cell *cells = yz_new_n(f->arena, b->n, struct cell);
		double x = 0;
		for (size_t i = 0; i < b->n; x += widths[i++]) {
			cells[i] = (struct cell){.x = x, .width = widths[i]};
			cells[i].text = set_cell(&t, t.style, b->cells.at[at + i], b->columns[i].align, widths[i]);
		}
		add_row(&t, cells, b->n);
	}
	table_finish(&t);
}

/* --- fields --- */

static double natural(struct table *t, struct yz_style style, struct yz_str s)
{
	return yz_type_width(yz_type_line(t->f->type, &style, t->lang, s));
}

static struct yz_str label_text(struct table *t, struct yz_str label)
{
	return t->ruled || !label.len ? label : yz_str_printf(t->f->arena, "%.*s：", YZ_P(label));
}

static double label_width(struct table *t, const struct yz_block *b, struct yz_style style)
{
	double widest = 0, pair = t->f->look.measure / b->n;
	for (size_t i = 0; i < b->cells.len; i += 2)
		widest = fmax(widest, natural(t, style, label_text(t, b->cells.at[i])));
	return fmin(widest + 2 * t->side + 1, pair * 0.48);
}

struct fields {
	struct table t;
	struct yz_style label;
	double label_width, pair_width;
	struct cell cells[8];
	size_t n, pairs; /* filled in this row; pairs a row */
};

static void end_fields_row(struct fields *s)
{
	if (!s->n)
		return;
	struct cell *last = &s->cells[s->n - 1];
	last->width = s->t.f->look.measure - last->x;
	struct cell *cells = yz_new_n(s->t.f->arena, s->n, struct cell);
	memcpy(cells, s->cells, s->n * sizeof *cells);
	add_row(&s->t, cells, s->n);
	s->n = 0;
}

static void add_field(struct fields *s, struct yz_str label, struct yz_str value, bool last)
{
	double room = s->pair_width - s->label_width;
	double natural_width = s->pairs > 1 ? natural(&s->t, s->t.style, value) + 2 * s->t.side : 0;
	bool wide = natural_width > room || (s->pairs > 1 && value.len && memchr(value.ptr, '\n', value.len));
	if (wide)
		end_fields_row(s);
	double x = (double)(s->n / 2) * s->pair_width;
	bool to_end = wide || last || s->n / 2 + 1 == s->pairs;
	double width = to_end ? s->t.f->look.measure - x - s->label_width : room;
	s->cells[s->n++] =
		(struct cell){.x = x,
			      .width = s->label_width,
			      .shaded = s->t.ruled && s->t.f->doc->form == YZ_DOC_SHEET,
			      .head = true,
			      .text = set_cell(&s->t, s->label, label_text(&s->t, label),
					       s->t.ruled ? YZ_ALIGN_CENTRE : YZ_ALIGN_START, s->label_width)};
	s->cells[s->n++] = (struct cell){.x = x + s->label_width,
					 .width = width,
					 .text = set_cell(&s->t, s->t.style, value, YZ_ALIGN_START, width)};
	if (to_end)
		end_fields_row(s);
}

void yz_flow_fields(struct yz_flow *f, const struct yz_block *b)
{
	struct fields s = {.pairs = b->n};
	table_init(&s.t, f, b);
	s.label = s.t.style;
	if (!s.t.ruled)
		s.label.bold = true;
	else if (f->doc->form == YZ_DOC_SHEET)
		s.label.face = YZ_FACE_HEI;
	s.label_width = label_width(&s.t, b, s.label);
	s.pair_width = f->look.measure / b->n;
	for (size_t i = 0; i + 1 < b->cells.len && !yz_flow_full(f); i += 2)
		add_field(&s, b->cells.at[i], b->cells.at[i + 1], i + 3 >= b->cells.len);
	table_finish(&s.t);
}

/* --- notices --- */

void yz_flow_notice(struct yz_flow *f, const struct yz_block *b)
{
	struct table t;
	table_init(&t, f, b);
	t.ruled = true;
	t.pad = 7;
	t.side = 10;
	t.style.pitch *= 1.1;
	struct yz_setting s = {.style = t.style, .lang = t.lang, .measure = f->look.measure - 2 * t.side};
	const struct yz_run runs[] = {{b->text, true},
				      {b->text.len && b->more.len ? YZ_LIT("\n") : (struct yz_str){0}, false},
				      {b->more, false}};
	struct cell *cell = yz_new(f->arena, struct cell);
	*cell = (struct cell){.width = f->look.measure, .shaded = true};
	cell->text = yz_type_runs(f->type, &s, runs, 3);
	add_row(&t, cell, 1);
	table_finish(&t);
}
