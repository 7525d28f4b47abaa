/* SPDX-License-Identifier: Apache-2.0 */
#include "print/flow.h"

/* Sizes by their Chinese names: 二号 22, 三号 15.75 (28 characters in 156 mm),
 * 四号 14, 小四 12, 五号 10.5, 小五 9.  The pitch of 三号 makes 22 lines in 225 mm. */
static void official(struct yz_look *l)
{
	double pitch = 225 * YZ_MM / 22;
	l->left = 28 * YZ_MM;
	l->top = 37 * YZ_MM;
	l->measure = l->width - (28 + 26) * YZ_MM;
	l->depth = l->height - (37 + 35) * YZ_MM;
	l->body = (struct yz_style){YZ_FACE_FANG, 15.75, pitch, false};
	l->title = (struct yz_style){YZ_FACE_SONG, 22, 33, true};
	l->subtitle = (struct yz_style){YZ_FACE_KAI, 14, 24, false};
	l->heading = (struct yz_style){YZ_FACE_HEI, 15.75, pitch, false};
	l->subheading = (struct yz_style){YZ_FACE_KAI, 15.75, pitch, true};
	l->note = (struct yz_style){YZ_FACE_FANG, 12, 20, false};
	l->cell = (struct yz_style){YZ_FACE_FANG, 12, 18, false};
	l->cell_pad = 4;
	l->title_gap = 2;
}

static void sheet(struct yz_look *l)
{
	l->left = 22 * YZ_MM;
	l->top = 20 * YZ_MM;
	l->measure = l->width - 44 * YZ_MM;
	l->depth = l->height - 44 * YZ_MM;
	l->body = (struct yz_style){YZ_FACE_SONG, 11.5, 20, false};
	l->title = (struct yz_style){YZ_FACE_SONG, 20, 30, true};
	l->subtitle = (struct yz_style){YZ_FACE_SONG, 10.5, 18, false};
	l->heading = (struct yz_style){YZ_FACE_HEI, 12, 21, true};
	l->subheading = (struct yz_style){YZ_FACE_HEI, 11.5, 20, false};
	l->note = (struct yz_style){YZ_FACE_SONG, 9.5, 15.5, false};
	l->cell = (struct yz_style){YZ_FACE_SONG, 10.5, 16, false};
	l->cell_pad = 4;
}

static void certificate(struct yz_look *l)
{
	l->left = 36 * YZ_MM;
	l->top = 29 * YZ_MM;
	l->measure = l->width - 72 * YZ_MM;
	l->depth = l->height - 53 * YZ_MM;
	l->body = (struct yz_style){YZ_FACE_SONG, 14, 26, false};
	l->title = (struct yz_style){YZ_FACE_SONG, 36, 48, true};
	l->subtitle = (struct yz_style){YZ_FACE_SONG, 12, 20, false};
	l->heading = (struct yz_style){YZ_FACE_HEI, 14, 26, false};
	l->subheading = (struct yz_style){YZ_FACE_HEI, 13, 24, false};
	l->note = (struct yz_style){YZ_FACE_SONG, 10, 16, false};
	l->cell = (struct yz_style){YZ_FACE_SONG, 14, 23, false};
	l->cell_pad = 2;
}

static void shrink(struct yz_style *s, double size, double pitch)
{
	s->size *= size;
	s->pitch *= pitch;
}

static void tighten(struct yz_look *l)
{
	struct yz_style *const all[] = {&l->body,       &l->title, &l->subtitle, &l->heading,
					&l->subheading, &l->note,  &l->cell};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		shrink(all[i], 0.89, 0.84);
	l->cell_pad *= 0.7;
	l->title_gap *= 0.6;
}

void yz_look_for(struct yz_look *l, const struct yz_doc *d, bool tight)
{
	double across = 210 * YZ_MM, down = 297 * YZ_MM;
	*l = (struct yz_look){.width = d->landscape ? down : across, .height = d->landscape ? across : down};
	if (d->form == YZ_DOC_SHEET)
		sheet(l);
	else if (d->form == YZ_DOC_CERTIFICATE)
		certificate(l);
	else
		official(l);
	if (tight)
		tighten(l);
	l->first_top = l->top;
	l->first_depth = l->depth;
}

/* --- the head ---
 *
 * Of a file the head's upper edge is 35 mm below the type area's, the number two
 * lines below it and the red line 4 mm below the number.  Of a letter the head is
 * 30 mm below the page's edge, a double line of 170 mm 4 mm below it and the
 * number under the line at the end side (GB/T 9704-2012, 7.2 and 10.1). */

static struct yz_style head_style(struct yz_flow *f, const struct yz_block *b)
{
	double size = f->doc->form == YZ_DOC_FILE ? 40 : 30;
	struct yz_style style = {YZ_FACE_SONG, size, size, true};
	style = yz_type_fit(f->type, style, b->lang, b->text, f->look.measure * 0.98);
	style.pitch = style.size;
	return style;
}

static double head_line(struct yz_flow *f, const struct yz_block *b)
{
	double size = head_style(f, b).size;
	if (f->doc->form == YZ_DOC_LETTER)
		return 30 * YZ_MM + size + 4 * YZ_MM;
	double after = b->more.len ? 3 * f->look.body.pitch : f->look.body.pitch;
	return f->look.top + 35 * YZ_MM + size + after + 4 * YZ_MM;
}

void yz_flow_letterhead(struct yz_flow *f, const struct yz_block *b)
{
	if (f->letterhead)
		return;
	f->letterhead = b;
	double top = head_line(f, b);
	if (f->doc->form == YZ_DOC_LETTER && b->more.len)
		top += f->look.body.size * 7 / 8 + f->look.body.size;
	double bottom = f->look.top + f->look.depth;
	f->look.first_top = top;
	f->look.first_depth = bottom - top;
}

static void double_line(struct yz_flow *f, struct yz_pen *p, double y, bool thick_above)
{
	double x = (f->look.width - 170 * YZ_MM) / 2, to = x + 170 * YZ_MM;
	yz_pen_rule(p, x, y + (thick_above ? 0.9 : 2.7), to, y + (thick_above ? 0.9 : 2.7), 1.8);
	yz_pen_rule(p, x, y + (thick_above ? 3.2 : 0.4), to, y + (thick_above ? 3.2 : 0.4), 0.6);
}

static void draw_head(struct yz_flow *f, struct yz_pen *p)
{
	const struct yz_block *b = f->letterhead;
	const struct yz_look *l = &f->look;
	bool letter = f->doc->form == YZ_DOC_LETTER;
	struct yz_style style = head_style(f, b);
	struct yz_text *organ = yz_type_line(f->type, &style, b->lang, b->text);
	double top = letter ? 30 * YZ_MM : l->top + 35 * YZ_MM, line = head_line(f, b);
	yz_pen_colour(p, yz_red);
	yz_pen_tag(p, "P");
	yz_pen_text(p, organ, (l->width - yz_type_width(organ)) / 2, top);
	yz_pen_untag(p, "P");
	if (letter) {
		double_line(f, p, line, true);
		double_line(f, p, l->height - 20 * YZ_MM, false);
	} else {
		yz_pen_rule(p, l->left, line, l->left + l->measure, line, 1.4);
	}
	yz_pen_colour(p, yz_ink);
	if (!b->more.len)
		return;
	struct yz_text *number = yz_type_line(f->type, &l->body, b->lang, b->more);
	double x = letter ? l->left + l->measure - yz_type_width(number) : (l->width - yz_type_width(number)) / 2;
	double base =
		letter ? line + l->body.size * 7 / 8 + l->body.size * 0.88 : line - 4 * YZ_MM - l->body.size * 0.12;
	yz_pen_tag(p, "P");
	yz_pen_line(p, number, 0, x, base);
	yz_pen_untag(p, "P");
}

/* --- the foot --- */

static struct yz_str page_number(struct yz_flow *f, uint32_t n)
{
	if (f->doc->pages == YZ_PAGES_DASH)
		return yz_str_printf(f->arena, "— %u —", n + 1);
	if (f->doc->lang == YZ_DOC_EN)
		return yz_str_printf(f->arena, "Page %u of %u", n + 1, f->pages);
	if (f->doc->lang == YZ_DOC_UG)
		return yz_str_printf(f->arena, "%u-بەت، جەمئىي %u بەت", n + 1, f->pages);
	return yz_str_printf(f->arena, "第 %u 页  共 %u 页", n + 1, f->pages);
}

static double number_base(const struct yz_flow *f)
{
	bool dash = f->doc->pages == YZ_PAGES_DASH;
	return f->look.top + f->look.depth + (dash ? 7 : 5) * YZ_MM + (dash ? 11.2 : 7.2);
}

/* 4号, 7 mm below the type area, one character in: odd pages right, even left. */
static void draw_number(struct yz_flow *f, struct yz_pen *p, uint32_t n)
{
	const struct yz_look *l = &f->look;
	bool dash = f->doc->pages == YZ_PAGES_DASH;
	if (f->doc->pages == YZ_PAGES_NONE || (n == 0 && f->letterhead && f->doc->form == YZ_DOC_LETTER))
		return;
	struct yz_style style = {YZ_FACE_SONG, dash ? 14 : 9, 14, false};
	struct yz_text *t = yz_type_line(f->type, &style, f->doc->lang, page_number(f, n));
	double width = yz_type_width(t), x = l->left + l->measure - width;
	if (f->doc->lang == YZ_DOC_UG)
		x = l->left;
	if (dash)
		x = n % 2 ? l->left + style.size : l->left + l->measure - width - style.size;
	yz_pen_colour(p, dash ? yz_ink : yz_grey);
	yz_pen_line(p, t, 0, x, number_base(f));
}

/* At the start side, but opposite to a page number on the left. */
static void draw_check(struct yz_flow *f, struct yz_pen *p, uint32_t n)
{
	const struct yz_look *l = &f->look;
	if (!f->doc->check.len)
		return;
	struct yz_style style = {YZ_FACE_SONG, 8.5, 12, false};
	style = yz_type_fit(f->type, style, f->doc->lang, f->doc->check, l->measure * 0.8);
	struct yz_text *t = yz_type_line(f->type, &style, f->doc->lang, f->doc->check);
	double width = yz_type_width(t), x = l->left, y = number_base(f);
	if (f->doc->form == YZ_DOC_CERTIFICATE) {
		x = (l->width - width) / 2;
		y = l->top + l->depth + 7.5;
	} else if (f->doc->lang == YZ_DOC_UG || (f->doc->pages == YZ_PAGES_DASH && n % 2)) {
		x = l->left + l->measure - width;
	}
	yz_pen_colour(p, yz_grey);
	yz_pen_line(p, t, 0, x, y);
}

static void draw_watermark(struct yz_flow *f, struct yz_pen *p)
{
	const struct yz_look *l = &f->look;
	cairo_t *cr = yz_pen_cairo(p);
	if (!f->doc->watermark.len)
		return;
	struct yz_style style = {YZ_FACE_HEI, 44, 44, false};
	style = yz_type_fit(f->type, style, f->doc->lang, f->doc->watermark, l->width * 0.6);
	struct yz_text *t = yz_type_line(f->type, &style, f->doc->lang, f->doc->watermark);
	yz_pen_colour(p, (struct yz_colour){0.90, 0.90, 0.91});
	for (int i = 0; i < 3; i++) {
		if (cr) {
			cairo_save(cr);
			cairo_translate(cr, l->width * (0.38 + 0.12 * i), l->height * (0.22 + 0.28 * i));
			cairo_rotate(cr, -0.5);
		}
		yz_pen_line(p, t, 0, -yz_type_width(t) / 2, style.size * 0.36);
		if (cr)
			cairo_restore(cr);
	}
}

/* --- a page --- */

static void draw_piece(struct yz_flow *f, struct yz_pen *p, const struct yz_unit *u, const struct yz_piece *piece)
{
	if (u->tag)
		yz_pen_tag(p, u->tag);
	u->draw(f, p, u, piece);
	if (u->tag)
		yz_pen_untag(p, u->tag);
}

static void enter_group(struct yz_pen *p, const struct yz_unit **open, const struct yz_unit *group)
{
	if (*open == group)
		return;
	if (*open)
		yz_pen_untag(p, "Table");
	if (group)
		yz_pen_tag(p, "Table");
	*open = group;
}

void yz_flow_page(struct yz_flow *f, struct yz_pen *p, uint32_t n)
{
	const struct yz_unit *open = NULL;
	if (f->doc->form == YZ_DOC_CERTIFICATE)
		yz_shape_frame(f, p);
	draw_watermark(f, p);
	if (n == 0 && f->letterhead)
		draw_head(f, p);
	for (size_t i = f->starts.at[n], end = f->starts.at[n + 1]; i < end;) {
		const struct yz_box *b = &f->boxes.at[i];
		const struct yz_unit *u = b->unit;
		struct yz_piece piece = {.from = b->index, .x = f->look.left, .y = b->y};
		bool begins = open != u->group;
		for (; i < end && f->boxes.at[i].unit == u; i++) {
			piece.to = f->boxes.at[i].index + 1;
			piece.height = f->boxes.at[i].y + f->boxes.at[i].height - piece.y;
		}
		enter_group(p, &open, u->group);
		if (begins && u->head && u != u->head) {
			struct yz_piece head = {0, 1, piece.x, piece.y - u->head_height, u->head_height};
			draw_piece(f, p, u->head, &head);
		}
		draw_piece(f, p, u, &piece);
	}
	enter_group(p, &open, NULL);
	draw_number(f, p, n);
	draw_check(f, p, n);
}
