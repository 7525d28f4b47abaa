/* print/pen.h - draws lines of text, rules and shapes on the pages of a PDF.
 *
 * Pages are drawn twice.  The first pass only notes which glyphs each font is
 * asked for; then each CJK font is cut down to them and freed of its
 * subroutines, which cairo by itself keeps (some 50 KB a font); the second pass
 * draws.  Callers do not notice: they draw, and the pen ignores what the pass
 * has no use for.
 *
 * Coordinates are points from the page's top left.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_PEN_H
#define YZ_PRINT_PEN_H

#include "print/type.h"

struct yz_colour {
	double r, g, b;
};
extern const struct yz_colour yz_ink, yz_red, yz_grey, yz_faint;

struct yz_pen;

/* In the arena; released with it. */
struct yz_pen *yz_pen_new(struct yz_arena *a);
/* Ends the first pass; from here on the pen draws on cr. */
bool yz_pen_begin(struct yz_pen *p, cairo_t *cr, struct yz_err *err);
/* NULL during the first pass. */
cairo_t *yz_pen_cairo(struct yz_pen *p);

void yz_pen_colour(struct yz_pen *p, struct yz_colour c);
/* One line of a text with its start side at x (its end side for right-to-left text set in a measure). */
void yz_pen_line(struct yz_pen *p, const struct yz_text *text, size_t i, double x, double baseline);
/* All lines, from y down, each a pitch high. */
void yz_pen_text(struct yz_pen *p, const struct yz_text *text, double x, double y);
/* The outline of a one-line text as a filled shape: no font, not found as text. Baseline at the origin. */
void yz_pen_outline(struct yz_pen *p, const struct yz_text *text);

void yz_pen_rule(struct yz_pen *p, double x1, double y1, double x2, double y2, double width);
void yz_pen_box(struct yz_pen *p, double x, double y, double w, double h, double width);
void yz_pen_fill(struct yz_pen *p, double x, double y, double w, double h);

/* Structure for readers of the file: "H1", "P", "Table" …; properly nested, closed on the same page. */
void yz_pen_tag(struct yz_pen *p, const char *tag);
void yz_pen_untag(struct yz_pen *p, const char *tag);

#endif
