/* print/type.h - setting text in lines with Pango.
 *
 * Lines are set here and placed by whoever draws them: a line has a pitch that
 * does not depend on the fonts it fell back to, so that a page keeps the line
 * grid of GB/T 9704.  Chinese lines are justified by `extra` between characters.
 *
 * Ownership: everything lives in the arena of the yz_type and goes with it.
 * Threads:   one at a time; the font map is the process's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_TYPE_H
#define YZ_PRINT_TYPE_H

#include "print/doc.h"

#include <pango/pangocairo.h>

enum yz_face { YZ_FACE_FANG, YZ_FACE_SONG, YZ_FACE_HEI, YZ_FACE_KAI, YZ_FACES };

/* Sizes and pitch in points. */
struct yz_style {
	enum yz_face face;
	double size, pitch;
	bool bold;
};

struct yz_type {
	struct yz_arena *arena;
	PangoFontMap *map;
	PangoContext *contexts[3]; /* by enum yz_doc_lang */
	PangoFontDescription *faces[3][YZ_FACES][2];
};

struct yz_line {
	PangoLayoutLine *line;
	double start; /* from the start side: indent, centring */
	double width, extra;
};

struct yz_text {
	struct yz_line *lines;
	size_t n;
	double measure; /* the width it was set for */
	struct yz_style style;
	enum yz_doc_lang lang;
};

struct yz_setting {
	struct yz_style style;
	enum yz_doc_lang lang;
	enum yz_doc_align align;
	double measure, indent; /* of the first line of each paragraph */
	bool ragged;            /* do not justify */
};

/* What the process keeps: the font map and the font options of every page. */
PangoFontMap *yz_type_map(void);
const cairo_font_options_t *yz_type_options(void);

void yz_type_init(struct yz_type *t, struct yz_arena *a);
struct yz_text *yz_type_runs(struct yz_type *t, const struct yz_setting *s, const struct yz_run *runs, size_t n);
struct yz_text *yz_type_text(struct yz_type *t, const struct yz_setting *s, struct yz_str text);
/* In one line however long, cleaned; its natural width. */
struct yz_text *yz_type_line(struct yz_type *t, const struct yz_style *style, enum yz_doc_lang lang, struct yz_str text);
double yz_type_width(const struct yz_text *one_line);
/* The style of `style` made small enough for the text to fit in `measure`. */
struct yz_style yz_type_fit(struct yz_type *t, struct yz_style style, enum yz_doc_lang lang, struct yz_str text,
			    double measure);
/* From the line's top to its baseline. */
double yz_type_baseline(const struct yz_text *text);

/* Whether justifying may widen the gap between two characters. */
bool yz_type_gap(uint32_t before, uint32_t after);

/* Valid UTF-8 that cannot disturb the page: bad bytes become U+FFFD; controls
 * (but tab and newline), bidirectional overrides and invisible fillers are dropped;
 * a first-strong isolate (yz_say_day) stays: it moves nothing but what it holds. */
struct yz_str yz_type_clean(struct yz_arena *a, struct yz_str s);
/* Clean text with each stretch that runs against the direction of `lang` between isolates, so that numbers, marks and
 * brackets beside it keep their places; `s` itself where there is none. */
struct yz_str yz_type_isolate(struct yz_arena *a, struct yz_str s, enum yz_doc_lang lang);

#endif
