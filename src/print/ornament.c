/* The closing (落款), the QR line and lines to sign on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "print/flow.h"

#include <math.h>

#define SEAL_MM 42 /* county and department */

struct closing {
	const struct yz_block *b;
	struct yz_text *organ, *date, *caption;
	double height, text_top, centre, seal_centre, qr_side;
};

static double start_x(const struct yz_flow *f, const struct yz_block *b, double x, double from_start, double width)
{
	return b->lang == YZ_DOC_UG ? x + f->look.measure - from_start - width : x + from_start;
}

static void draw_centred(struct yz_flow *f, struct yz_pen *p, const struct yz_text *t, double x, double centre,
			 double y)
{
	double left = centre - yz_type_width(t) / 2, right = x + f->look.measure - yz_type_width(t);
	if (left > right)
		left = right;
	yz_pen_text(p, t, fmax(left, x), y);
}

static void draw_closing(struct yz_flow *f, struct yz_pen *p, const struct yz_unit *u, const struct yz_piece *piece)
{
	const struct closing *c = u->data;
	const struct yz_block *b = c->b;
	double centre = b->lang == YZ_DOC_UG ? piece->x + f->look.measure - c->centre : piece->x + c->centre;
	double seal = SEAL_MM * YZ_MM;
	if (b->n)
		yz_shape_seal(f, p, b->cells.at[YZ_CLOSE_SEAL], b->cells.at[YZ_CLOSE_LINE], centre,
			      piece->y + c->seal_centre, seal);
	yz_pen_colour(p, yz_ink);
	yz_pen_tag(p, "P");
	draw_centred(f, p, c->organ, piece->x, centre, piece->y + c->text_top);
	draw_centred(f, p, c->date, piece->x, centre, piece->y + c->text_top + c->organ->style.pitch);
	yz_pen_untag(p, "P");
	if (!c->qr_side)
		return;
	double side = c->qr_side, qx = start_x(f, b, piece->x, 0, side);
	double top = piece->y + c->height - side - (double)c->caption->n * c->caption->style.pitch - 2;
	yz_shape_qr(f, p, b->cells.at[YZ_CLOSE_QR], qx, top, side);
	yz_pen_colour(p, yz_grey);
	yz_pen_tag(p, "P");
	yz_pen_text(p, c->caption, start_x(f, b, piece->x, 0, c->caption->measure), top + side + 2);
	yz_pen_untag(p, "P");
}

/* The date's end is four characters from the end of the type area, the organ
 * centred above it; both below the seal's centre, the seal's top within a line of
 * the text above (GB/T 9704, 7.3.5.1). */
void yz_flow_close(struct yz_flow *f, const struct yz_block *b)
{
	struct closing *c = yz_new(f->arena, struct closing);
	const struct yz_look *l = &f->look;
	struct yz_style style = l->body;
	c->b = b;
	style = yz_type_fit(f->type, style, b->lang, b->cells.at[YZ_CLOSE_ORGAN], l->measure * 0.62);
	c->organ = yz_type_line(f->type, &style, b->lang, b->cells.at[YZ_CLOSE_ORGAN]);
	c->date = yz_type_line(f->type, &l->body, b->lang, b->cells.at[YZ_CLOSE_DATE]);
	double seal = SEAL_MM * YZ_MM, text = 2 * l->body.pitch;
	c->centre = l->measure - 4 * l->body.size - yz_type_width(c->date) / 2;
	c->centre = fmin(c->centre, l->measure - fmax(seal / 2, yz_type_width(c->organ) / 2));
	c->height = b->n ? seal + 4 : text + l->body.pitch;
	c->seal_centre = seal / 2;
	c->text_top = b->n ? c->seal_centre + seal * 0.01 - l->body.pitch / 2 : l->body.pitch;
	if (b->cells.at[YZ_CLOSE_QR].len) {
		struct yz_style small = {YZ_FACE_SONG, 8.5, 12, false};
		struct yz_setting s = {.style = small, .lang = b->lang, .measure = l->measure * 0.42, .ragged = true};
		c->qr_side = 25 * YZ_MM;
		c->caption = yz_type_text(f->type, &s, b->cells.at[YZ_CLOSE_CAPTION]);
		double needed = c->qr_side + 2 + (double)c->caption->n * small.pitch + 2;
		c->height = fmax(c->height, needed);
	}
	struct yz_unit *u = yz_flow_unit(f, NULL, c, draw_closing);
	struct yz_box *box = yz_flow_box(f, u, c->height);
	box->foot = f->doc->form == YZ_DOC_CERTIFICATE;
	f->space = l->body.pitch * 0.4;
}

/* --- 版记 (GB/T 9704, 7.4): 四号仿宋, one character in from both ends; the first and last rules thick --- */

struct imprint {
	struct yz_text *copies, *organ, *date; /* copies NULL: none */
	double height;
};

static void draw_imprint(struct yz_flow *f, struct yz_pen *p, const struct yz_unit *u, const struct yz_piece *piece)
{
	const struct imprint *m = u->data;
	const double thick = 0.35 * YZ_MM, thin = 0.25 * YZ_MM;
	double x = piece->x, to = x + f->look.measure, y = piece->y + thick, in = m->organ->style.size;
	yz_pen_colour(p, yz_ink);
	yz_pen_rule(p, x, y, to, y, thick);
	yz_pen_tag(p, "P");
	if (m->copies) {
		yz_pen_text(p, m->copies, x + in, y + 2);
		y += (double)m->copies->n * m->copies->style.pitch + 4;
		yz_pen_rule(p, x, y, to, y, thin);
	}
	yz_pen_text(p, m->organ, x + in, y + 2);
	yz_pen_text(p, m->date, to - in - yz_type_width(m->date), y + 2);
	yz_pen_untag(p, "P");
	yz_pen_rule(p, x, piece->y + m->height - thick, to, piece->y + m->height - thick, thick);
}

void yz_flow_imprint(struct yz_flow *f, const struct yz_block *b)
{
	struct imprint *m = yz_new(f->arena, struct imprint);
	struct yz_style style = {YZ_FACE_FANG, 14, 24, false};
	double room = f->look.measure - 2 * style.size;
	struct yz_str date = b->cells.at[YZ_IMPRINT_DATE], copies = b->cells.at[YZ_IMPRINT_COPIES];
	struct yz_setting s = {.style = style, .lang = b->lang, .measure = room, .ragged = true};
	m->date = yz_type_line(f->type, &style, b->lang,
			       b->lang == YZ_DOC_ZH && date.len ? yz_str_printf(f->arena, "%.*s印发", YZ_P(date)) : date);
	struct yz_style own = yz_type_fit(f->type, style, b->lang, b->cells.at[YZ_IMPRINT_ORGAN], room - yz_type_width(m->date) - style.size);
	m->organ = yz_type_line(f->type, &own, b->lang, b->cells.at[YZ_IMPRINT_ORGAN]);
	if (copies.len)
		m->copies = yz_type_text(f->type, &s, b->lang == YZ_DOC_ZH ? yz_str_printf(f->arena, "抄送：%.*s", YZ_P(copies)) : copies);
	m->height = style.pitch + 6 + (m->copies ? (double)m->copies->n * style.pitch + 4 : 0);
	f->space += f->look.body.pitch;
	struct yz_box *box = yz_flow_box(f, yz_flow_unit(f, NULL, m, draw_imprint), m->height);
	box->foot = true;
}

/* --- QR with words --- */

struct qr {
	const struct yz_block *b;
	struct yz_text *caption, *address;
	double side;
};

static void draw_qr(struct yz_flow *f, struct yz_pen *p, const struct yz_unit *u, const struct yz_piece *piece)
{
	const struct qr *q = u->data;
	double gap = 10, x = start_x(f, q->b, piece->x, q->side + gap, q->caption->measure);
	double words =
		(double)q->caption->n * q->caption->style.pitch + (double)q->address->n * q->address->style.pitch;
	double y = piece->y + fmax(0, (q->side - words) / 2);
	yz_shape_qr(f, p, q->b->text, start_x(f, q->b, piece->x, 0, q->side), piece->y, q->side);
	yz_pen_colour(p, yz_ink);
	yz_pen_text(p, q->caption, x, y);
	yz_pen_colour(p, yz_grey);
	yz_pen_text(p, q->address, x, y + (double)q->caption->n * q->caption->style.pitch);
}

void yz_flow_qr(struct yz_flow *f, const struct yz_block *b)
{
	struct qr *q = yz_new(f->arena, struct qr);
	q->b = b;
	q->side = 28 * YZ_MM;
	struct yz_setting s = {
		.style = f->look.cell, .lang = b->lang, .measure = f->look.measure - q->side - 10, .ragged = true};
	q->caption = yz_type_text(f->type, &s, b->more);
	s.style = (struct yz_style){YZ_FACE_SONG, 9, 13, false};
	q->address = yz_type_text(f->type, &s, b->text);
	double words =
		(double)q->caption->n * q->caption->style.pitch + (double)q->address->n * q->address->style.pitch;
	f->space += f->look.body.pitch * 0.4;
	yz_flow_box(f, yz_flow_unit(f, "P", q, draw_qr), fmax(q->side, words));
	f->space = f->look.body.pitch * 0.4;
}

/* --- signing --- */

static void draw_sign(struct yz_flow *f, struct yz_pen *p, const struct yz_unit *u, const struct yz_piece *piece)
{
	const struct yz_block *b = u->data;
	double half = f->look.measure / 2, pitch = f->look.body.pitch * 1.6;
	yz_pen_colour(p, yz_ink);
	for (size_t i = piece->from * 2; i < piece->to * 2 && i < b->cells.len; i++) {
		struct yz_style style = f->look.body;
		style.pitch = pitch;
		style = yz_type_fit(f->type, style, b->lang, b->cells.at[i], half * 0.6);
		struct yz_text *t = yz_type_line(f->type, &style, b->lang, b->cells.at[i]);
		double width = yz_type_width(t), from = (double)(i % 2) * half;
		double y = piece->y + (double)(i / 2 - piece->from) * pitch;
		yz_pen_text(p, t, start_x(f, b, piece->x, from, width), y);
		double rule = start_x(f, b, piece->x, from + width + 4, half - width - 18);
		y += pitch * 0.5 + style.size * 0.5;
		yz_pen_rule(p, rule, y, rule + half - width - 18, y, 0.5);
	}
}

void yz_flow_sign(struct yz_flow *f, const struct yz_block *b)
{
	struct yz_unit *u = yz_flow_unit(f, "P", (void *)b, draw_sign);
	for (size_t i = 0; i < b->cells.len; i += 2)
		yz_flow_box(f, u, f->look.body.pitch * 1.6)->keep = i == 0 && b->cells.len > 2;
}
