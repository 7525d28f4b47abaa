/* Seal, QR and frame, drawn as shapes: they need no font and no picture.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "print/flow.h"

#include "base/utf8.h"
#include "print/qr.h"

#include <math.h>

static const struct yz_colour frame_dark = {0.55, 0.16, 0.12}, frame_light = {0.965, 0.925, 0.885};

/* --- seal --- */

static void star(cairo_t *cr, double radius)
{
	const double inner = radius * 0.381966;
	for (int i = 0; i < 10; i++) {
		double r = i % 2 ? inner : radius, a = M_PI * i / 5 - M_PI / 2;
		cairo_line_to(cr, r * cos(a), r * sin(a));
	}
	cairo_close_path(cr);
	cairo_fill(cr);
}

/* Characters stand on the ring's inside, from left over the top to right. */
static void seal_arc(struct yz_flow *f, struct yz_pen *p, struct yz_str organ, double radius)
{
	cairo_t *cr = yz_pen_cairo(p);
	struct yz_str name = yz_type_clean(f->arena, yz_str_trim(organ));
	size_t n = yz_utf8_count(name);
	if (!n || n > 60)
		return;
	double height = radius * 0.27, foot = radius * 0.93 - height;
	double step = fmin(20, n > 1 ? 240.0 / (double)(n - 1) : 0) * M_PI / 180, angle = -step * (double)(n - 1) / 2;
	double width = n > 1 ? fmin(height, step * foot * 0.92) : height;
	struct yz_style style = {YZ_FACE_SONG, height, height, true};
	for (size_t i = 0; i < name.len; angle += step) {
		size_t from = i;
		yz_utf8_next(name, &i);
		struct yz_text *t = yz_type_line(f->type, &style, YZ_DOC_ZH, yz_str_n(name.ptr + from, i - from));
		cairo_save(cr);
		cairo_rotate(cr, angle);
		cairo_translate(cr, 0, -foot);
		cairo_scale(cr, width / height, 1);
		cairo_translate(cr, -yz_type_width(t) / 2, -height * 0.12);
		yz_pen_outline(p, t);
		cairo_restore(cr);
	}
}

void yz_shape_seal(struct yz_flow *f, struct yz_pen *p, struct yz_str organ, struct yz_str line, double x, double y,
		   double diameter)
{
	cairo_t *cr = yz_pen_cairo(p);
	double radius = diameter / 2, ring = diameter * 0.028;
	if (!cr)
		return;
	cairo_save(cr);
	cairo_translate(cr, x, y);
	yz_pen_colour(p, yz_red);
	cairo_set_line_width(cr, ring);
	cairo_arc(cr, 0, 0, radius - ring / 2, 0, 2 * M_PI);
	cairo_stroke(cr);
	star(cr, radius / 3);
	seal_arc(f, p, organ, radius);
	if (line.len) {
		struct yz_style style = {YZ_FACE_SONG, radius * 0.17, radius * 0.17, true};
		style = yz_type_fit(f->type, style, YZ_DOC_ZH, line, radius * 1.05);
		struct yz_text *t = yz_type_line(f->type, &style, YZ_DOC_ZH, line);
		cairo_translate(cr, -yz_type_width(t) / 2, radius * 0.755 + style.size * 0.36);
		yz_pen_outline(p, t);
	}
	cairo_restore(cr);
}

/* --- QR --- */

void yz_shape_qr(struct yz_flow *f, struct yz_pen *p, struct yz_str text, double x, double y, double side)
{
	cairo_t *cr = yz_pen_cairo(p);
	unsigned size;
	const unsigned char *dark = cr ? yz_qr_modules(f->arena, text, &size) : NULL;
	if (!dark)
		return;
	const unsigned quiet = 2;
	double unit = side / (size + 2 * quiet);
	cairo_save(cr);
	cairo_translate(cr, x, y);
	cairo_scale(cr, unit, unit);
	cairo_translate(cr, quiet, quiet);
	cairo_set_source_rgb(cr, 0, 0, 0);
	for (unsigned row = 0; row < size; row++)
		for (unsigned i = 0, run; i < size; i += run) {
			for (run = 1; i + run < size && dark[row * size + i + run] == dark[row * size + i]; run++)
				;
			if (dark[row * size + i])
				cairo_rectangle(cr, i, row, run, 1);
		}
	cairo_fill(cr);
	cairo_restore(cr);
}

/* --- the frame of a certificate --- */

/* One key of the meander (回纹) in a square of side 1. */
static void key(cairo_t *cr)
{
	static const double at[][2] = {{0, 1},       {0, 0},      {0.84, 0},   {0.84, 0.72},
				       {0.28, 0.72}, {0.28, 0.3}, {0.56, 0.3}, {0.56, 0.5}};
	cairo_move_to(cr, at[0][0], at[0][1]);
	for (size_t i = 1; i < sizeof at / sizeof *at; i++)
		cairo_line_to(cr, at[i][0], at[i][1]);
	cairo_move_to(cr, 0, 1);
	cairo_line_to(cr, 1, 1);
}

static void meander(cairo_t *cr, double x, double y, double length, double side, double angle)
{
	int n = (int)(length / side + 0.5);
	double step = length / n;
	cairo_save(cr);
	cairo_translate(cr, x, y);
	cairo_rotate(cr, angle);
	for (int i = 0; i < n; i++) {
		cairo_save(cr);
		cairo_translate(cr, i * step, 0);
		cairo_scale(cr, step, side);
		key(cr);
		cairo_restore(cr);
	}
	cairo_restore(cr);
}

/* A ring of twelve six-lobed curves, each turned a little, behind the text. */
static void rosette(cairo_t *cr, double x, double y, double radius)
{
	enum { CURVES = 12, STEPS = 144 };
	cairo_set_line_width(cr, 0.4);
	for (int k = 0; k < CURVES; k++) {
		for (int i = 0; i < STEPS; i++) {
			double a = 2 * M_PI * i / STEPS;
			double r = radius * (0.8 + 0.2 * cos(6 * a + 2 * M_PI * k / CURVES));
			cairo_line_to(cr, x + r * cos(a), y + r * sin(a));
		}
		cairo_close_path(cr);
		cairo_stroke(cr);
	}
}

void yz_shape_frame(struct yz_flow *f, struct yz_pen *p)
{
	cairo_t *cr = yz_pen_cairo(p);
	double w = f->look.width, h = f->look.height, out = 11 * YZ_MM, side = 6 * YZ_MM, in = out + side + 5;
	if (!cr)
		return;
	yz_pen_colour(p, frame_light);
	rosette(cr, w / 2, h / 2, h * 0.30);
	rosette(cr, w / 2, h / 2, h * 0.18);
	yz_pen_colour(p, frame_dark);
	yz_pen_box(p, out, out, w - 2 * out, h - 2 * out, 2.2);
	yz_pen_box(p, in, in, w - 2 * in, h - 2 * in, 0.8);
	yz_pen_box(p, in + 3, in + 3, w - 2 * in - 6, h - 2 * in - 6, 0.4);
	double a = out + 2.5, length_w = w - 2 * a - side, length_h = h - 2 * a - side;
	cairo_set_line_width(cr, 0.9);
	meander(cr, a, a, length_w, side, 0);
	meander(cr, w - a, a, length_h, side, M_PI / 2);
	meander(cr, w - a, h - a, length_w, side, M_PI);
	meander(cr, a, h - a, length_h, side, -M_PI / 2);
	cairo_stroke(cr);
}
