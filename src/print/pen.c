/* SPDX-License-Identifier: Apache-2.0 */
#include "print/pen.h"

#include <cairo-ft.h>
#include <hb-subset.h>
#include <pango/pangofc-font.h>

#include <assert.h>

const struct yz_colour yz_ink = {0.05, 0.05, 0.06}, yz_red = {0.84, 0.06, 0.09}, yz_grey = {0.40, 0.42, 0.45},
		       yz_faint = {0.955, 0.96, 0.965};

/* One face of a font file and what this document needs of it. */
struct face {
	hb_face_t *whole;
	hb_set_t *glyphs;
	hb_map_t *cut;            /* glyph in `whole` to glyph in `cairo` */
	cairo_font_face_t *cairo; /* NULL: drawn with Pango's own */
};

struct yz_pen {
	struct yz_arena *arena;
	cairo_t *cr;
	YZ_VEC(struct face) faces;
};

static FT_Library library(void)
{
	static FT_Library ft;
	if (!ft && FT_Init_FreeType(&ft))
		ft = NULL;
	return ft;
}

static void release(void *ctx)
{
	struct yz_pen *p = ctx;
	for (size_t i = 0; i < p->faces.len; i++) {
		struct face *f = &p->faces.at[i];
		if (f->cairo)
			cairo_font_face_destroy(f->cairo);
		hb_map_destroy(f->cut);
		hb_set_destroy(f->glyphs);
		hb_face_destroy(f->whole);
	}
}

struct yz_pen *yz_pen_new(struct yz_arena *a)
{
	struct yz_pen *p = yz_new(a, struct yz_pen);
	p->arena = a;
	yz_arena_defer(a, release, p);
	return p;
}

cairo_t *yz_pen_cairo(struct yz_pen *p)
{
	return p->cr;
}

static bool has_table(hb_face_t *face, const char *tag)
{
	hb_blob_t *table = hb_face_reference_table(face, hb_tag_from_string(tag, 4));
	bool has = hb_blob_get_length(table) > 0;
	hb_blob_destroy(table);
	return has;
}

/* A matrix, emboldening or variation made by fontconfig is lost with the face. */
static bool plain(PangoFont *font)
{
	FcPattern *pattern = PANGO_IS_FC_FONT(font) ? pango_fc_font_get_pattern(PANGO_FC_FONT(font)) : NULL;
	FcBool embolden = FcFalse;
	FcMatrix *matrix;
	FcChar8 *variations;
	return pattern && (FcPatternGetBool(pattern, FC_EMBOLDEN, 0, &embolden) != FcResultMatch || !embolden) &&
	       FcPatternGetMatrix(pattern, FC_MATRIX, 0, &matrix) != FcResultMatch &&
	       FcPatternGetString(pattern, FC_FONT_VARIATIONS, 0, &variations) != FcResultMatch;
}

static struct face *face_of(struct yz_pen *p, PangoFont *font)
{
	hb_font_t *hb = pango_font_get_hb_font(font);
	hb_face_t *whole = hb ? hb_font_get_face(hb) : NULL;
	if (!whole || !plain(font))
		return NULL;
	for (size_t i = 0; i < p->faces.len; i++)
		if (p->faces.at[i].whole == whole)
			return &p->faces.at[i];
	if (p->cr || !has_table(whole, "CFF "))
		return NULL;
	struct face *f = yz_vec_push(p->arena, &p->faces);
	*f = (struct face){.whole = hb_face_reference(whole), .glyphs = hb_set_create()};
	return f;
}

/* The text is shaped already: without the tables for that, and without the
 * character map, cutting takes a fifth of the time. */
static hb_blob_t *outline_table(hb_face_t *face, hb_tag_t tag, void *whole)
{
	static const char *const kept[] = {"CFF ", "OS/2", "head", "hhea", "hmtx", "maxp", "name", "post"};
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (tag == hb_tag_from_string(kept[i], 4))
			return hb_face_reference_table(whole, tag);
	return hb_blob_get_empty();
}

/* Kept by the process, as the faces themselves are by Pango. */
static hb_face_t *outlines(hb_face_t *whole)
{
	enum { MOST = 32 };
	static struct {
		hb_face_t *whole, *bare;
	} known[MOST];
	static size_t n;
	for (size_t i = 0; i < n; i++)
		if (known[i].whole == whole)
			return hb_face_reference(known[i].bare);
	hb_face_t *bare =
		hb_face_create_for_tables(outline_table, hb_face_reference(whole), (hb_destroy_func_t)hb_face_destroy);
	if (n < MOST) {
		known[n].whole = hb_face_reference(whole);
		known[n++].bare = hb_face_reference(bare);
	}
	return bare;
}

static hb_blob_t *cut(struct face *f)
{
	hb_blob_t *blob = NULL;
	hb_subset_input_t *in = hb_subset_input_create_or_fail();
	if (!in)
		return NULL;
	hb_set_union(hb_subset_input_glyph_set(in), f->glyphs);
	hb_subset_input_set_flags(in, HB_SUBSET_FLAGS_DESUBROUTINIZE | HB_SUBSET_FLAGS_NO_HINTING);
	hb_face_t *bare = outlines(f->whole);
	hb_subset_plan_t *plan = hb_subset_plan_create_or_fail(bare, in);
	hb_face_t *face = plan ? hb_subset_plan_execute_or_fail(plan) : NULL;
	if (face) {
		blob = hb_face_reference_blob(face);
		f->cut = hb_map_copy(hb_subset_plan_old_to_new_glyph_mapping(plan));
		hb_face_destroy(face);
	}
	hb_subset_plan_destroy(plan);
	hb_face_destroy(bare);
	hb_subset_input_destroy(in);
	return blob;
}

struct held {
	FT_Face ft;
	hb_blob_t *bytes;
};

static void let_go(void *ctx)
{
	struct held *h = ctx;
	FT_Done_Face(h->ft);
	hb_blob_destroy(h->bytes);
	free(h);
}

/* cairo keeps scaled fonts after their last use, so the bytes are freed by cairo, not by us. */
static bool cut_face(struct face *f)
{
	static const cairo_user_data_key_t key;
	struct held *h = calloc(1, sizeof *h);
	if (!h || !library() || !(h->bytes = cut(f))) {
		free(h);
		return false;
	}
	unsigned size;
	const char *bytes = hb_blob_get_data(h->bytes, &size);
	if (FT_New_Memory_Face(library(), (const FT_Byte *)bytes, size, 0, &h->ft)) {
		hb_blob_destroy(h->bytes);
		free(h);
		return false;
	}
	f->cairo = cairo_ft_font_face_create_for_ft_face(h->ft, FT_LOAD_NO_HINTING);
	if (cairo_font_face_set_user_data(f->cairo, &key, h, let_go)) {
		cairo_font_face_destroy(f->cairo);
		f->cairo = NULL;
		let_go(h);
		return false;
	}
	return true;
}

bool yz_pen_begin(struct yz_pen *p, cairo_t *cr, struct yz_err *err)
{
	for (size_t i = 0; i < p->faces.len; i++)
		if (!cut_face(&p->faces.at[i]))
			return yz_fail(err, YZ_INTERNAL, "a font cannot be cut down to the %u glyphs used",
				       hb_set_get_population(p->faces.at[i].glyphs));
	p->cr = cr;
	cairo_set_font_options(cr, yz_type_options());
	return true;
}

void yz_pen_colour(struct yz_pen *p, struct yz_colour c)
{
	if (p->cr)
		cairo_set_source_rgb(p->cr, c.r, c.g, c.b);
}

static void note_glyphs(struct yz_pen *p, PangoFont *font, const PangoGlyphString *glyphs)
{
	struct face *f = face_of(p, font);
	for (int i = 0; f && i < glyphs->num_glyphs; i++) {
		PangoGlyph g = glyphs->glyphs[i].glyph;
		if (g != PANGO_GLYPH_EMPTY && !(g & PANGO_GLYPH_UNKNOWN_FLAG))
			hb_set_add(f->glyphs, g);
	}
}

/* A run on its way to cairo. */
struct stroke {
	const char *text; /* of the layout */
	PangoGlyphItem *item;
	cairo_glyph_t *glyphs;
	cairo_text_cluster_t *clusters;
	int nglyphs, nclusters;
	double x, y, extra;
	const struct face *face;
};

static void missing_glyph(struct yz_pen *p, double x, double y, double width, double size)
{
	double w = width > size * 0.3 ? width : size * 0.5;
	yz_pen_box(p, x + w * 0.1, y - size * 0.75, w * 0.8, size * 0.8, 0.4);
}

/* The gap after each cluster in visual order, found from the character at
 * each cluster's start; the last gap of the run depends on the next run, which
 * a Chinese line nearly always begins with a wide character. */
static double gap_after(const struct stroke *s, int i)
{
	const PangoGlyphString *g = s->item->glyphs;
	const char *base = s->text + s->item->item->offset;
	int cluster = g->log_clusters[i];
	if (s->extra == 0 || (i + 1 < g->num_glyphs && g->log_clusters[i + 1] == cluster))
		return 0;
	uint32_t c = g_utf8_get_char(base + cluster);
	const char *next = i + 1 < g->num_glyphs ? base + g->log_clusters[i + 1] : base + s->item->item->length;
	return yz_type_gap(c, *next ? g_utf8_get_char(next) : 0) ? s->extra : 0;
}

static void place_glyphs(struct yz_pen *p, struct stroke *s, double size)
{
	const PangoGlyphString *g = s->item->glyphs;
	for (int i = 0; i < g->num_glyphs; i++) {
		const PangoGlyphInfo *info = &g->glyphs[i];
		double width = (double)info->geometry.width / PANGO_SCALE;
		double x = s->x + (double)info->geometry.x_offset / PANGO_SCALE;
		double y = s->y + (double)info->geometry.y_offset / PANGO_SCALE;
		if (info->glyph & PANGO_GLYPH_UNKNOWN_FLAG && info->glyph != PANGO_GLYPH_EMPTY) {
			missing_glyph(p, x, y, width, size);
		} else if (info->glyph != PANGO_GLYPH_EMPTY) {
			unsigned long index = info->glyph;
			if (s->face)
				index = hb_map_get(s->face->cut, info->glyph);
			s->glyphs[s->nglyphs++] = (cairo_glyph_t){index, x, y};
		}
		s->x += width + gap_after(s, i);
	}
}

static int drawn(const PangoGlyphString *g, int from, int to)
{
	int n = 0;
	for (int i = from; i < to; i++)
		n += g->glyphs[i].glyph != PANGO_GLYPH_EMPTY && !(g->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG);
	return n;
}

/* cairo wants clusters in the order of the text and glyphs from left to right;
 * with BACKWARD it reads the glyphs from the right. */
static void place_clusters(struct stroke *s)
{
	PangoGlyphItemIter it;
	const PangoGlyphString *g = s->item->glyphs;
	for (gboolean more = pango_glyph_item_iter_init_start(&it, s->item, s->text); more;
	     more = pango_glyph_item_iter_next_cluster(&it)) {
		cairo_text_cluster_t *c = &s->clusters[s->nclusters++];
		c->num_bytes = it.end_index - it.start_index;
		c->num_glyphs = it.start_glyph < it.end_glyph ? drawn(g, it.start_glyph, it.end_glyph)
							      : drawn(g, it.end_glyph + 1, it.start_glyph + 1);
	}
}

static double width_of(const char *text, PangoGlyphItem *item, double extra)
{
	struct stroke s = {.text = text, .item = item, .extra = extra};
	for (int i = 0; i < item->glyphs->num_glyphs; i++)
		s.x += (double)item->glyphs->glyphs[i].geometry.width / PANGO_SCALE + gap_after(&s, i);
	return s.x;
}

static void draw_run(struct yz_pen *p, const char *text, PangoGlyphItem *item, double x, double y, double extra)
{
	int n = item->glyphs->num_glyphs;
	struct stroke s = {.text = text, .item = item, .x = x, .y = y, .extra = extra};
	PangoFont *font = item->item->analysis.font;
	s.face = face_of(p, font);
	s.glyphs = g_new(cairo_glyph_t, n ? n : 1);
	s.clusters = g_new(cairo_text_cluster_t, item->item->num_chars ? item->item->num_chars : 1);
	int xs, ys;
	hb_font_get_scale(pango_font_get_hb_font(font), &xs, &ys);
	double size = (double)ys / PANGO_SCALE;
	if (s.face) {
		cairo_set_font_face(p->cr, s.face->cairo);
		cairo_set_font_size(p->cr, size);
	} else {
		cairo_set_scaled_font(p->cr, pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font)));
	}
	place_glyphs(p, &s, size);
	place_clusters(&s);
	if (s.nglyphs)
		cairo_show_text_glyphs(p->cr, text + item->item->offset, item->item->length, s.glyphs, s.nglyphs,
				       s.clusters, s.nclusters,
				       item->item->analysis.level & 1 ? CAIRO_TEXT_CLUSTER_FLAG_BACKWARD : 0);
	g_free(s.glyphs);
	g_free(s.clusters);
}

struct placed {
	PangoGlyphItem *item;
	double x;
};

static int as_read(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	return x->item->item->offset < y->item->item->offset ? -1 : x->item->item->offset > y->item->item->offset;
}

/* Runs are placed from left to right and drawn in the order they are read: that is the order in which text is taken
 * out of the file again, and read aloud. */
static void draw_line(struct yz_pen *p, const struct yz_line *l, double x, double baseline)
{
	const char *bytes = pango_layout_get_text(l->line->layout);
	size_t n = 0;
	struct placed *runs = g_new(struct placed, g_slist_length(l->line->runs) + 1);
	for (GSList *at = l->line->runs; at; at = at->next) {
		runs[n++] = (struct placed){at->data, x};
		x += width_of(bytes, at->data, l->extra);
	}
	qsort(runs, n, sizeof *runs, as_read);
	for (size_t i = 0; i < n; i++)
		draw_run(p, bytes, runs[i].item, runs[i].x, baseline, l->extra);
	g_free(runs);
}

void yz_pen_line(struct yz_pen *p, const struct yz_text *text, size_t i, double x, double baseline)
{
	const struct yz_line *l = &text->lines[i];
	if (text->lang == YZ_DOC_UG)
		x += text->measure - l->start - l->width;
	else
		x += l->start;
	if (p->cr) {
		draw_line(p, l, x, baseline);
		return;
	}
	for (GSList *at = l->line->runs; at; at = at->next) {
		PangoGlyphItem *item = at->data;
		note_glyphs(p, item->item->analysis.font, item->glyphs);
	}
}

void yz_pen_text(struct yz_pen *p, const struct yz_text *text, double x, double y)
{
	for (size_t i = 0; i < text->n; i++)
		yz_pen_line(p, text, i, x, y + (double)i * text->style.pitch + yz_type_baseline(text));
}

void yz_pen_outline(struct yz_pen *p, const struct yz_text *text)
{
	if (!p->cr)
		return;
	cairo_new_path(p->cr);
	cairo_move_to(p->cr, 0, 0);
	pango_cairo_layout_line_path(p->cr, text->lines[0].line);
	cairo_fill(p->cr);
}

void yz_pen_rule(struct yz_pen *p, double x1, double y1, double x2, double y2, double width)
{
	if (!p->cr)
		return;
	cairo_set_line_width(p->cr, width);
	cairo_move_to(p->cr, x1, y1);
	cairo_line_to(p->cr, x2, y2);
	cairo_stroke(p->cr);
}

void yz_pen_box(struct yz_pen *p, double x, double y, double w, double h, double width)
{
	if (!p->cr)
		return;
	cairo_set_line_width(p->cr, width);
	cairo_rectangle(p->cr, x, y, w, h);
	cairo_stroke(p->cr);
}

void yz_pen_fill(struct yz_pen *p, double x, double y, double w, double h)
{
	if (!p->cr)
		return;
	cairo_rectangle(p->cr, x, y, w, h);
	cairo_fill(p->cr);
}

void yz_pen_tag(struct yz_pen *p, const char *tag)
{
	if (p->cr)
		cairo_tag_begin(p->cr, tag, NULL);
}

void yz_pen_untag(struct yz_pen *p, const char *tag)
{
	if (p->cr)
		cairo_tag_end(p->cr, tag);
}
