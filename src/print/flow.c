/* SPDX-License-Identifier: Apache-2.0 */
#include "print/flow.h"

struct yz_unit *yz_flow_unit(struct yz_flow *f, const char *tag, void *data,
			     void (*draw)(struct yz_flow *, struct yz_pen *, const struct yz_unit *,
					  const struct yz_piece *))
{
	struct yz_unit *u = yz_new(f->arena, struct yz_unit);
	u->tag = tag;
	u->data = data;
	u->draw = draw;
	return u;
}

struct yz_box *yz_flow_box(struct yz_flow *f, const struct yz_unit *u, double height)
{
	uint32_t index =
		f->boxes.len && f->boxes.at[f->boxes.len - 1].unit == u ? f->boxes.at[f->boxes.len - 1].index + 1 : 0;
	struct yz_box *b = yz_vec_push(f->arena, &f->boxes);
	*b = (struct yz_box){.unit = u, .height = height, .space = f->space, .index = index};
	f->total += height + f->space;
	f->space = 0;
	return b;
}

bool yz_flow_full(const struct yz_flow *f)
{
	return f->total > f->look.depth * (double)yz_print_limits.pages;
}

static void draw_text(struct yz_flow *f, struct yz_pen *p, const struct yz_unit *u, const struct yz_piece *piece)
{
	const struct yz_text *text = u->data;
	yz_pen_colour(p, yz_ink);
	for (size_t i = piece->from; i < piece->to; i++)
		yz_pen_line(p, text, i, piece->x,
			    piece->y + (double)(i - piece->from) * text->style.pitch + yz_type_baseline(text));
}

void yz_flow_text(struct yz_flow *f, const char *tag, const struct yz_text *text)
{
	struct yz_unit *u = yz_flow_unit(f, tag, (void *)text, draw_text);
	for (size_t i = 0; i < text->n; i++)
		yz_flow_box(f, u, text->style.pitch)->keep = text->n > 1 && (i == 0 || i == text->n - 2);
}

static void keep_with_next(struct yz_flow *f)
{
	if (f->boxes.len)
		f->boxes.at[f->boxes.len - 1].keep = true;
}

static void set_plain(struct yz_flow *f, const struct yz_block *b, const char *tag, struct yz_style style,
		      enum yz_doc_align align, double indent)
{
	struct yz_setting s = {
		.style = style, .lang = b->lang, .align = align, .measure = f->look.measure, .indent = indent};
	yz_flow_text(f, tag, yz_type_text(f->type, &s, b->text));
}

/* A title of several lines is set in lines of about the same length. */
static void set_title(struct yz_flow *f, const struct yz_block *b)
{
	struct yz_setting s = {
		.style = f->look.title, .lang = b->lang, .align = YZ_ALIGN_CENTRE, .measure = f->look.measure};
	struct yz_text *text = yz_type_text(f->type, &s, b->text);
	double whole = 0;
	for (size_t i = 0; i < text->n; i++)
		whole += text->lines[i].width;
	if (text->n > 1 && text->n < 5) {
		s.measure = whole / (double)text->n + s.style.size * 1.2;
		struct yz_text *even = s.measure < f->look.measure ? yz_type_text(f->type, &s, b->text) : text;
		if (even != text && even->n == text->n) {
			for (size_t i = 0; i < even->n; i++)
				even->lines[i].start += (f->look.measure - s.measure) / 2;
			even->measure = f->look.measure;
			text = even;
		}
	}
	f->space += f->look.title_gap * f->look.body.pitch;
	yz_flow_text(f, "H1", text);
	for (size_t i = f->boxes.len - text->n; i < f->boxes.len && text->n < 8; i++)
		f->boxes.at[i].keep = true;
	f->space = f->doc->form == YZ_DOC_SHEET ? f->look.body.pitch * 0.4 : f->look.body.pitch;
}

static void set_subtitle(struct yz_flow *f, const struct yz_block *b)
{
	f->space = f->look.title.pitch * 0.1;
	set_plain(f, b, "P", f->look.subtitle, YZ_ALIGN_CENTRE, 0);
	keep_with_next(f);
	f->space = f->look.body.pitch * 0.5;
}

static void set_addressee(struct yz_flow *f, const struct yz_block *b)
{
	struct yz_str name = yz_str_trim(b->text);
	bool colon = yz_str_ends(name, YZ_LIT("：")) || yz_str_ends(name, YZ_LIT(":"));
	const struct yz_run runs[] = {{name, false},
				      {colon                  ? (struct yz_str){0}
				       : b->lang == YZ_DOC_ZH ? YZ_LIT("：")
							      : YZ_LIT(":"),
				       false}};
	struct yz_setting s = {.style = f->look.body, .lang = b->lang, .measure = f->look.measure, .ragged = true};
	yz_flow_text(f, "P", yz_type_runs(f->type, &s, runs, 2));
	keep_with_next(f);
}

static void set_heading(struct yz_flow *f, const struct yz_block *b)
{
	bool sheet = f->doc->form == YZ_DOC_SHEET;
	if (sheet)
		f->space += f->look.body.pitch * 0.5;
	set_plain(f, b, "H2", b->n == 1 ? f->look.heading : f->look.subheading, YZ_ALIGN_START,
		  sheet || b->lang == YZ_DOC_EN ? 0 : 2 * f->look.body.size);
	keep_with_next(f);
	if (sheet)
		f->space = f->look.body.pitch * 0.15;
}

static void set_runs(struct yz_flow *f, const struct yz_block *b)
{
	struct yz_setting s = {.style = f->look.body,
			       .lang = b->lang,
			       .measure = f->look.measure,
			       .indent = b->lang == YZ_DOC_EN && b->type == YZ_BLOCK_PARA ? 0 : 2 * f->look.body.size};
	struct yz_run *runs = yz_new_n(f->arena, b->runs.len + 1, struct yz_run);
	size_t n = 0;
	if (b->type == YZ_BLOCK_ITEM)
		runs[n++] = (struct yz_run){yz_str_printf(f->arena, "%u. ", b->n), false};
	for (size_t i = 0; i < b->runs.len; i++)
		runs[n++] = b->runs.at[i];
	if (b->lang == YZ_DOC_EN && b->type == YZ_BLOCK_PARA)
		f->space += f->look.body.pitch * 0.4;
	yz_flow_text(f, b->type == YZ_BLOCK_ITEM ? "LI" : "P", yz_type_runs(f->type, &s, runs, n));
}

static void set_note(struct yz_flow *f, const struct yz_block *b)
{
	f->space += f->look.note.pitch * 0.3;
	set_plain(f, b, "P", f->look.note, YZ_ALIGN_START, 0);
}

static void draw_nothing(struct yz_flow *f, struct yz_pen *p, const struct yz_unit *u, const struct yz_piece *piece)
{
}

static void set_break(struct yz_flow *f)
{
	struct yz_unit *u = yz_flow_unit(f, NULL, NULL, draw_nothing);
	yz_flow_box(f, u, 0)->breaks = true;
}

static void set_block(struct yz_flow *f, const struct yz_block *b)
{
	switch (b->type) {
	case YZ_BLOCK_LETTERHEAD:
		yz_flow_letterhead(f, b);
		break;
	case YZ_BLOCK_TITLE:
		set_title(f, b);
		break;
	case YZ_BLOCK_SUBTITLE:
		set_subtitle(f, b);
		break;
	case YZ_BLOCK_ADDRESSEE:
		set_addressee(f, b);
		break;
	case YZ_BLOCK_HEADING:
		set_heading(f, b);
		break;
	case YZ_BLOCK_PARA:
	case YZ_BLOCK_ITEM:
		set_runs(f, b);
		break;
	case YZ_BLOCK_NOTE:
		set_note(f, b);
		break;
	case YZ_BLOCK_FIELDS:
		yz_flow_fields(f, b);
		break;
	case YZ_BLOCK_TABLE:
		yz_flow_table(f, b);
		break;
	case YZ_BLOCK_NOTICE:
		yz_flow_notice(f, b);
		break;
	case YZ_BLOCK_QR:
		yz_flow_qr(f, b);
		break;
	case YZ_BLOCK_SIGN:
		yz_flow_sign(f, b);
		break;
	case YZ_BLOCK_SPACE:
		f->space += (double)(b->n < 100 ? b->n : 100) * f->look.body.pitch;
		break;
	case YZ_BLOCK_BREAK:
		set_break(f);
		break;
	case YZ_BLOCK_CLOSE:
		keep_with_next(f);
		yz_flow_close(f, b);
		break;
	case YZ_BLOCK_IMPRINT:
		yz_flow_imprint(f, b);
		break;
	case YZ_BLOCK_TYPES:
		break;
	}
}

static bool too_long(struct yz_err *err)
{
	return yz_fail(err, YZ_LIMIT, "the document is longer than %zu pages", yz_print_limits.pages);
}

static bool set_blocks(struct yz_flow *f, const struct yz_doc *d, struct yz_err *err)
{
	f->doc = d;
	yz_look_for(&f->look, d, f->tight);
	for (const struct yz_block *b = d->first; b; b = b->next) {
		set_block(f, b);
		if (yz_flow_full(f))
			return too_long(err);
	}
	return true;
}

/* --- pages --- */

struct cursor {
	struct yz_flow *f;
	double y, top, bottom;
	bool fresh; /* nothing stands on the page yet */
};

static void open_page(struct cursor *c, size_t box)
{
	const struct yz_look *l = &c->f->look;
	bool first = c->f->pages++ == 0;
	*yz_vec_push(c->f->arena, &c->f->starts) = box;
	c->y = c->top = first ? l->first_top : l->top;
	c->bottom = c->top + (first ? l->first_depth : l->depth);
	c->fresh = true;
}

/* The head's height when the box goes on with a table at the top of a page. */
static double repeated(const struct yz_flow *f, size_t i)
{
	const struct yz_unit *u = f->boxes.at[i].unit;
	return i && u->head && u != u->head && f->boxes.at[i - 1].unit->group == u->group ? u->head_height : 0;
}

static void put(struct cursor *c, size_t i)
{
	struct yz_box *b = &c->f->boxes.at[i];
	c->y += c->fresh ? repeated(c->f, i) : b->space;
	if (c->fresh && i == 0 && c->f->letterhead)
		c->y += b->space;
	if (b->foot && c->y + b->height < c->bottom)
		c->y = c->bottom - b->height;
	b->page = c->f->pages - 1;
	b->y = c->y;
	c->y += b->height;
	c->fresh = false;
}

static double height_of(const struct yz_flow *f, size_t from, size_t to, bool fresh)
{
	double h = 0;
	for (size_t i = from; i < to; i++)
		h += f->boxes.at[i].height + (fresh && i == from ? repeated(f, i) : f->boxes.at[i].space);
	return h;
}

static bool paginate(struct yz_flow *f, struct yz_err *err)
{
	const double slop = 0.01;
	struct cursor c = {.f = f};
	open_page(&c, 0);
	for (size_t i = 0, end; i < f->boxes.len; i = end) {
		end = i + 1;
		if (f->boxes.at[i].breaks) {
			f->boxes.at[i].page = f->pages - 1;
			if (!c.fresh && end < f->boxes.len)
				open_page(&c, end);
			continue;
		}
		while (end < f->boxes.len && f->boxes.at[end - 1].keep && !f->boxes.at[end].breaks)
			end++;
		if (!c.fresh && c.y + height_of(f, i, end, false) > c.bottom + slop &&
		    height_of(f, i, end, true) <= f->look.depth + slop)
			open_page(&c, i);
		for (size_t k = i; k < end; k++) {
			if (!c.fresh && c.y + f->boxes.at[k].space + f->boxes.at[k].height > c.bottom + slop)
				open_page(&c, k);
			put(&c, k);
		}
		if (f->pages > yz_print_limits.pages)
			return too_long(err);
	}
	*yz_vec_push(f->arena, &f->starts) = f->boxes.len;
	return true;
}

static bool lay(struct yz_flow *f, const struct yz_doc *d, struct yz_err *err)
{
	return set_blocks(f, d, err) && paginate(f, err);
}

/* How far down the last page is filled. */
static double last_fill(const struct yz_flow *f)
{
	const struct yz_box *last = f->boxes.len ? &f->boxes.at[f->boxes.len - 1] : NULL;
	return last ? (last->y + last->height - f->look.top) / f->look.depth : 0;
}

bool yz_flow_lay(struct yz_flow *f, struct yz_arena *a, struct yz_type *type, const struct yz_doc *d,
		 struct yz_err *err)
{
	*f = (struct yz_flow){.arena = a, .type = type};
	if (!lay(f, d, err))
		return false;
	if (f->pages != 2 || d->form == YZ_DOC_FILE || (last_fill(f) > 0.5 && d->form != YZ_DOC_CERTIFICATE))
		return true;
	struct yz_flow tight = {.arena = a, .type = type, .tight = true};
	if (lay(&tight, d, NULL) && tight.pages == 1)
		*f = tight;
	return true;
}
