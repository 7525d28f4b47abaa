/* print/flow.h - from blocks to boxes to pages.
 *
 *	block --set--> unit (paragraph, row, closing …) --cut--> boxes (a line,
 *	a slice of a row, the whole closing) --paginate--> boxes with page and y
 *
 * A box is what cannot be cut by a page's end.  `keep` binds it to the next one.
 * Consecutive boxes of a unit on one page are drawn in one call, so that text
 * comes out of the file in reading order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_FLOW_H
#define YZ_PRINT_FLOW_H

#include "print/pen.h"

#define YZ_MM (72 / 25.4)

/* Measures of a form, in points. */
struct yz_look {
	double width, height;              /* page */
	double left, top, measure, depth;  /* type area */
	double first_top, first_depth;     /* of the first page */
	struct yz_style body, title, subtitle, heading, subheading, note, cell;
	double cell_pad;
	double title_gap;                  /* above the title, in lines of the body */
};
/* `tight`: smaller, to save a page that would hold a few lines only. */
void yz_look_for(struct yz_look *look, const struct yz_doc *d, bool tight);

struct yz_flow;
struct yz_unit;

/* Boxes [from, to) of the unit, which stand below each other on one page. */
struct yz_piece {
	size_t from, to;
	double x, y, height;
};

struct yz_unit {
	void (*draw)(struct yz_flow *f, struct yz_pen *p, const struct yz_unit *u, const struct yz_piece *piece);
	const char *tag;             /* NULL: none */
	const struct yz_unit *group; /* the table it belongs to */
	const struct yz_unit *head;  /* drawn again at the top of each page the group goes on; a single box */
	double head_height;
	void *data;
};

struct yz_box {
	const struct yz_unit *unit;
	double space, height; /* space before it, dropped at the top of a page */
	uint32_t index;       /* in its unit */
	bool keep, breaks, foot;
	/* Set by paginating. */
	uint32_t page;
	double y;
};

struct yz_flow {
	struct yz_arena *arena;
	struct yz_type *type;
	struct yz_look look;
	const struct yz_doc *doc;
	bool tight;
	YZ_VEC(struct yz_box) boxes;
	double total;  /* height so far: ends a document that is too long before it is set whole */
	double space;  /* asked for before the next box */
	uint32_t pages;
	YZ_VEC(size_t) starts; /* the first box of each page */
	const struct yz_block *letterhead; /* furniture of the first page, outside the flow */
};

/* Sets every block and finds its page; YZ_LIMIT past the pages allowed. */
bool yz_flow_lay(struct yz_flow *f, struct yz_arena *a, struct yz_type *type, const struct yz_doc *d, struct yz_err *err);
/* Draws page n (from 0) with its furniture. */
void yz_flow_page(struct yz_flow *f, struct yz_pen *p, uint32_t n);
/* More than the pages allowed: the setter may stop. */
bool yz_flow_full(const struct yz_flow *f);

struct yz_unit *yz_flow_unit(struct yz_flow *f, const char *tag, void *data,
			     void (*draw)(struct yz_flow *, struct yz_pen *, const struct yz_unit *,
					  const struct yz_piece *));
struct yz_box *yz_flow_box(struct yz_flow *f, const struct yz_unit *u, double height);
/* A unit of lines with as many boxes; lines at both ends are kept in pairs. */
void yz_flow_text(struct yz_flow *f, const char *tag, const struct yz_text *text);

/* table.c */
void yz_flow_table(struct yz_flow *f, const struct yz_block *b);
void yz_flow_fields(struct yz_flow *f, const struct yz_block *b);
void yz_flow_notice(struct yz_flow *f, const struct yz_block *b);
/* ornament.c */
void yz_flow_close(struct yz_flow *f, const struct yz_block *b);
void yz_flow_imprint(struct yz_flow *f, const struct yz_block *b);
void yz_flow_qr(struct yz_flow *f, const struct yz_block *b);
void yz_flow_sign(struct yz_flow *f, const struct yz_block *b);
/* page.c: takes the head's height from the first page */
void yz_flow_letterhead(struct yz_flow *f, const struct yz_block *b);
/* shapes.c: diameter and side in points, x y the centre or the top left */
void yz_shape_seal(struct yz_flow *f, struct yz_pen *p, struct yz_str organ, struct yz_str line, double x, double y,
		   double diameter);
void yz_shape_qr(struct yz_flow *f, struct yz_pen *p, struct yz_str text, double x, double y, double side);
void yz_shape_frame(struct yz_flow *f, struct yz_pen *p);

#endif
