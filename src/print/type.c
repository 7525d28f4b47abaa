/* SPDX-License-Identifier: Apache-2.0 */
#include "print/type.h"

#include "base/utf8.h"

/* 3,000 characters of a paragraph are set at a time: Pango's line breaker
 * copies what is left of a run at each line, which is quadratic. */
enum { CHUNK = 9000 };

PangoFontMap *yz_type_map(void)
{
	static PangoFontMap *map;
	if (!map) {
		map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
		pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);
	}
	return map;
}

const cairo_font_options_t *yz_type_options(void)
{
	static cairo_font_options_t *options;
	if (!options) {
		options = cairo_font_options_create();
		cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
		cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
		cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	}
	return options;
}

/* The first installed family of each list is used; the later ones also lend
 * single characters.  The Noto CJK faces stand in where the proper ones, which
 * are not free, are absent. */
static const char *const zh_families[YZ_FACES] = {
	[YZ_FACE_FANG] = "FandolFang R,FangSong,Noto Serif CJK SC,UKIJ Tuz,Noto Naskh Arabic,serif",
	[YZ_FACE_SONG] = "FandolSong,Noto Serif CJK SC,UKIJ Tuz,Noto Naskh Arabic,serif",
	[YZ_FACE_HEI] = "Noto Sans CJK SC,FandolHei,UKIJ Tuz,Noto Naskh Arabic,sans-serif",
	[YZ_FACE_KAI] = "FandolKai,KaiTi,Noto Serif CJK SC,UKIJ Tuz,Noto Naskh Arabic,serif",
};
static const char *const families[3] = {
	[YZ_DOC_EN] = "Noto Serif,Noto Serif CJK SC,serif",
	[YZ_DOC_UG] = "UKIJ Tuz,Noto Naskh Arabic,Noto Serif CJK SC,serif",
};

static void release(void *object)
{
	g_object_unref(object);
}

static void release_face(void *face)
{
	pango_font_description_free(face);
}

void yz_type_init(struct yz_type *t, struct yz_arena *a)
{
	static const char *const tags[] = {[YZ_DOC_ZH] = "zh-cn", [YZ_DOC_EN] = "en", [YZ_DOC_UG] = "ug"};
	*t = (struct yz_type){.arena = a, .map = yz_type_map()};
	for (int lang = 0; lang < 3; lang++) {
		PangoContext *c = t->contexts[lang] = pango_font_map_create_context(t->map);
		yz_arena_defer(a, release, c);
		pango_cairo_context_set_font_options(c, yz_type_options());
		pango_context_set_language(c, pango_language_from_string(tags[lang]));
		pango_context_set_base_dir(c, lang == YZ_DOC_UG ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
		pango_context_set_round_glyph_positions(c, FALSE);
	}
}

static const PangoFontDescription *face(struct yz_type *t, const struct yz_style *s, enum yz_doc_lang lang)
{
	PangoFontDescription **f = &t->faces[lang][s->face][s->bold];
	if (!*f) {
		*f = pango_font_description_new();
		yz_arena_defer(t->arena, release_face, *f);
		pango_font_description_set_family_static(*f, lang == YZ_DOC_ZH ? zh_families[s->face] : families[lang]);
		pango_font_description_set_weight(*f, s->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	}
	pango_font_description_set_absolute_size(*f, s->size * PANGO_SCALE);
	return *f;
}

enum { FSI = 0x2068, PDI = 0x2069 };

static bool dropped(uint32_t c)
{
	return (c < 0x20 && c != '\n') || (c >= 0x7F && c < 0xA0) ||           /* C0, C1 */
	       (c >= 0x202A && c <= 0x202E) || /* overrides */
	       (c >= 0x2060 && c <= 0x206F && c != FSI && c != PDI) || /* fillers; isolates but the first-strong one */
	       c == 0xAD || c == 0x200B || c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0x061C ||
	       (c >= 0xFFF9 && c <= 0xFFFB) || (c & 0xFFFE) == 0xFFFE || (c >= 0xE0000 && c <= 0xE0FFF);
}

struct yz_str yz_type_clean(struct yz_arena *a, struct yz_str s)
{
	char *out = yz_alloc(a, s.len * 3 + 1); /* a bad byte becomes three */
	size_t n = 0, i = 0, isolates = 0;
	while (i < s.len) {
		uint32_t c = yz_utf8_next(s, &i);
		if (c == '\t')
			c = ' ';
		if (dropped(c) || (c == PDI && !isolates))
			continue;
		isolates = c == '\n' ? 0 : isolates + (c == FSI) - (c == PDI);
		n += yz_utf8_put(c, out + n);
	}
	return (struct yz_str){out, n};
}

/* A gap may be stretched beside a Chinese character or mark, or after a space;
 * never inside a Latin word or number. */
static bool wide(gunichar c)
{
	return (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE4F) ||
	       (c >= 0xFF00 && c <= 0xFFEF) || c >= 0x20000 || c == 0x201C || c == 0x201D || c == 0x2018 ||
	       c == 0x2019 || c == 0x2026 || c == 0x2014;
}

bool yz_type_gap(uint32_t before, uint32_t after)
{
	return before == ' ' || wide(before) || wide(after);
}

static void justify(struct yz_line *l, double room, double size)
{
	const PangoLayoutLine *line = l->line;
	const char *p = pango_layout_get_text(line->layout) + line->start_index, *end = p + line->length;
	size_t gaps = 0;
	while (end > p && end[-1] == ' ')
		end--;
	for (uint32_t before = 0; p < end; p = g_utf8_next_char(p)) {
		uint32_t c = g_utf8_get_char(p);
		gaps += before && yz_type_gap(before, c);
		before = c;
	}
	double slack = room - l->width;
	if (gaps && slack > 0 && slack <= 2.5 * size)
		l->extra = slack / (double)gaps;
}

static void place(struct yz_line *l, const struct yz_setting *s, bool first, bool last)
{
	PangoRectangle logical;
	pango_layout_line_get_extents(l->line, NULL, &logical);
	l->width = (double)logical.width / PANGO_SCALE;
	double room = s->measure - (first ? s->indent : 0);
	if (s->align == YZ_ALIGN_START) {
		l->start = first ? s->indent : 0;
		if (s->lang == YZ_DOC_ZH && !last && !s->ragged)
			justify(l, room, s->style.size);
	} else {
		l->start = (s->measure - l->width) * (s->align == YZ_ALIGN_END ? 1 : 0.5);
	}
}

/* The text of all runs, and for each the byte where it ends. */
struct source {
	struct yz_str text;
	const struct yz_run *runs;
	const size_t *ends;
	size_t n;
};

static PangoAttrList *bold_parts(const struct source *src, size_t from, size_t to)
{
	PangoAttrList *list = NULL;
	size_t start = 0;
	for (size_t i = 0; i < src->n; start = src->ends[i++]) {
		size_t end = src->ends[i];
		if (!src->runs[i].bold || end <= from || start >= to)
			continue;
		PangoAttribute *attr = pango_attr_weight_new(PANGO_WEIGHT_BOLD);
		attr->start_index = (guint)(start > from ? start - from : 0);
		attr->end_index = (guint)((end < to ? end : to) - from);
		if (!list)
			list = pango_attr_list_new();
		pango_attr_list_insert(list, attr);
	}
	return list;
}

static PangoLayout *lay_out(struct yz_type *t, const struct yz_setting *s, const struct source *src, size_t from,
			    size_t to, bool first)
{
	PangoLayout *l = pango_layout_new(t->contexts[s->lang]);
	yz_arena_defer(t->arena, release, l);
	pango_layout_set_auto_dir(l, FALSE);
	pango_layout_set_font_description(l, face(t, &s->style, s->lang));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(l, s->measure > 0 ? (int)(s->measure * PANGO_SCALE) : -1);
	if (first)
		pango_layout_set_indent(l, (int)(s->indent * PANGO_SCALE));
	PangoAttrList *bold = bold_parts(src, from, to);
	if (bold) {
		pango_layout_set_attributes(l, bold);
		pango_attr_list_unref(bold);
	}
	pango_layout_set_text(l, src->text.ptr + from, (int)(to - from));
	return l;
}

/* The end of a chunk that begins at `from`: not inside a character. */
static size_t chunk_end(struct yz_str text, size_t from, size_t end)
{
	if (end - from <= CHUNK)
		return end;
	size_t to = from + CHUNK;
	while (to > from + 1 && ((unsigned char)text.ptr[to] & 0xC0) == 0x80)
		to--;
	return to;
}

struct lines {
	YZ_VEC(struct yz_line) v;
};

/* One paragraph: text between newlines.  All lines of a chunk but its last are
 * kept; the next chunk begins where that one did, so the seam does not show. */
static void set_paragraph(struct yz_type *t, const struct yz_setting *s, const struct source *src, size_t from,
			  size_t end, struct lines *out)
{
	bool first = true;
	do {
		size_t to = chunk_end(src->text, from, end);
		PangoLayout *l = lay_out(t, s, src, from, to, first);
		size_t next = to;
		GSList *list = pango_layout_get_lines_readonly(l);
		for (GSList *at = list; at; at = at->next) {
			PangoLayoutLine *line = at->data;
			if (to < end && at != list && !at->next) {
				next = from + (size_t)line->start_index;
				break;
			}
			struct yz_line *slot = yz_vec_push(t->arena, &out->v);
			*slot = (struct yz_line){.line = line};
			place(slot, s, first, to == end && !at->next);
			first = false;
		}
		from = next;
	} while (from < end);
}

struct yz_text *yz_type_runs(struct yz_type *t, const struct yz_setting *s, const struct yz_run *runs, size_t n)
{
	struct yz_buf all;
	size_t *ends = yz_new_n(t->arena, n ? n : 1, size_t);
	yz_buf_init(&all, t->arena, SIZE_MAX / 8);
	for (size_t i = 0; i < n; i++) {
		yz_buf_adds(&all, yz_type_isolate(t->arena, yz_type_clean(t->arena, runs[i].text), s->lang));
		ends[i] = all.len;
	}
	struct source src = {yz_buf_str(&all), runs, ends, n};
	struct lines lines = {0};
	for (size_t from = 0;;) {
		const char *nl = src.text.len > from ? memchr(src.text.ptr + from, '\n', src.text.len - from) : NULL;
		size_t end = nl ? (size_t)(nl - src.text.ptr) : src.text.len;
		set_paragraph(t, s, &src, from, end, &lines);
		if (!nl)
			break;
		from = end + 1;
	}
	struct yz_text *text = yz_new(t->arena, struct yz_text);
	*text = (struct yz_text){lines.v.at, lines.v.len, s->measure, s->style, s->lang};
	return text;
}

struct yz_text *yz_type_text(struct yz_type *t, const struct yz_setting *s, struct yz_str text)
{
	return yz_type_runs(t, s, &(struct yz_run){text, false}, 1);
}

struct yz_text *yz_type_line(struct yz_type *t, const struct yz_style *style, enum yz_doc_lang lang, struct yz_str text)
{
	enum { MOST = 600 };
	char *one = yz_memdup(t->arena, text.ptr, text.len < MOST ? text.len : MOST);
	for (char *p = one; (p = strchr(p, '\n'));)
		*p = ' ';
	struct yz_setting s = {.style = *style, .lang = lang};
	struct yz_text *set = yz_type_text(t, &s, yz_str(one));
	set->measure = set->lines[0].width;
	return set;
}

double yz_type_width(const struct yz_text *one_line)
{
	return one_line->lines[0].width;
}

struct yz_style yz_type_fit(struct yz_type *t, struct yz_style style, enum yz_doc_lang lang, struct yz_str text,
			    double measure)
{
	double width = yz_type_width(yz_type_line(t, &style, lang, text));
	if (width > measure)
		style.size *= measure / width * 0.999;
	if (style.size < 0.2)
		style.size = 0.2;
	return style;
}

double yz_type_baseline(const struct yz_text *text)
{
	double below_centre = text->lang == YZ_DOC_UG ? 0.26 : 0.36;
	return text->style.pitch * 0.5 + text->style.size * below_centre;
}
