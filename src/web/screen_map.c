/* web/screen_map.c - the map of the wall as SVG.
 *
 * Departments of a county town stand close together, and a name over another's light hides what is due.  Each name takes the
 * first of four places about its sign where it covers nothing, those where something is due before the others.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "web/screen.h"

#include <math.h>
#include <string.h>

/* In units of the drawing; SIGN and LETTER as screen.css has them. */
enum { MAP_WIDTH = 1000, MAP_EDGE = 20, SIGN = 30, LETTER = 34, APART = 36, WAYS = 4, RANKS = 3 };

static const struct yz_screen_org *org_of(const struct yz_screen *s, struct yz_str key)
{
	for (size_t i = 0; i < s->norgs; i++)
		if (yz_str_eq(s->orgs[i].key, key))
			return &s->orgs[i];
	return NULL;
}

/* Degrees on a plane that is as wide as the county is: a degree east is shorter by its latitude. */
struct plane {
	double scale, narrow;
	struct yz_atlas_position least, most;
};

static struct plane plane_of(const struct yz_atlas *m)
{
	struct plane f = {.narrow = cos((double)(m->least.y + m->most.y) / 2e6 * M_PI / 180), .least = m->least, .most = m->most};
	double width = (double)(m->most.x - m->least.x) * f.narrow;
	f.scale = (MAP_WIDTH - 2 * MAP_EDGE) / (width > 1 ? width : 1);
	return f;
}

static double x_of(const struct plane *f, int64_t x)
{
	return MAP_EDGE + (double)(x - f->least.x) * f->narrow * f->scale;
}

static double y_of(const struct plane *f, int64_t y)
{
	return MAP_EDGE + (double)(f->most.y - y) * f->scale;
}

struct box {
	double x, y, w, h; /* of its middle */
};

struct mark {
	const struct yz_atlas_place *at;
	const struct yz_entry_org *org;
	const char *light;
	struct yz_str name;
	struct box sign, label;
	int rank; /* 0 something is due, 1 a town, 2 the others, whose names are not shown */
};

static bool meet(const struct box *a, const struct box *b)
{
	return fabs(a->x - b->x) * 2 < a->w + b->w && fabs(a->y - b->y) * 2 < a->h + b->h;
}

/* A letter of Latin or Arabic is about half as wide as a Chinese one. */
static double width_of(struct yz_str name)
{
	double w = 0;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		w += c >= 0xe0 ? LETTER : c < 0x80 || c >= 0xc0 ? LETTER / 2.0 : 0;
	}
	return w;
}

/* How many lit signs and names of `n` marks the name would cover; what runs out of the drawing counts too. */
static int covered(const struct mark *marks, size_t n, const struct mark *self, const struct box *b)
{
	int hits = b->x - b->w / 2 < 0 || b->x + b->w / 2 > MAP_WIDTH;
	for (size_t i = 0; i < n; i++) {
		const struct mark *o = &marks[i];
		if (o == self)
			continue;
		hits += strcmp(o->light, "none") != 0 && meet(&o->sign, b);
		hits += o->label.w > 0 && o->rank < RANKS - 1 && meet(&o->label, b);
	}
	return hits;
}

static void put_label(struct mark *marks, size_t n, struct mark *m)
{
	double w = width_of(m->name), aside = w / 2 + SIGN * 0.8;
	const struct box ways[WAYS] = {{m->sign.x, m->sign.y + APART, w, LETTER}, {m->sign.x, m->sign.y - APART, w, LETTER},
				       {m->sign.x + aside, m->sign.y, w, LETTER}, {m->sign.x - aside, m->sign.y, w, LETTER}};
	int least = -1;
	for (size_t i = 0; i < WAYS && least != 0; i++) {
		int hits = covered(marks, n, m, &ways[i]);
		if (least < 0 || hits < least) {
			least = hits;
			m->label = ways[i];
		}
	}
}

static size_t read_marks(struct yz_page *p, const struct yz_wall_page *v, const struct plane *f, struct mark *marks)
{
	size_t n = 0;
	for (size_t i = 0; i < v->map->nplaces; i++) {
		const struct yz_atlas_place *at = &v->map->places[i];
		struct mark m = {.at = at, .org = yz_catalogue_org(yz_page_catalogue(p), at->org), .light = yz_wall_light(org_of(v->s, at->org)),
				 .sign = {x_of(f, at->at.x), y_of(f, at->at.y), SIGN, SIGN}};
		if (!m.org)
			continue;
		m.name = yz_wall_org(p->site, p->lang, m.org->short_name, m.org->name);
		m.rank = strcmp(m.light, "late") == 0 || strcmp(m.light, "warn") == 0 ? 0 : yz_str_eq(m.org->region, p->site->region) ? 2 : 1;
		marks[n++] = m;
	}
	return n;
}

static void draw_mark(struct yz_buf *out, const struct yz_page *p, const struct mark *m)
{
	yz_buf_addz(out, "<g data-org=\"");
	yz_html_text(out, m->at->org);
	/* A town's government stands for its town, and has its name always; others where something is due. */
	yz_buf_printf(out, "\" class=\"%s%s\"><text class=\"sign\" x=\"%.0f\" y=\"%.0f\">%s</text><text class=\"name\" x=\"%.0f\" y=\"%.0f\">", m->light,
		      yz_str_eq(m->org->region, p->site->region) ? "" : " town", m->sign.x, m->sign.y, yz_wall_sign(m->light), m->label.x,
		      m->label.y + LETTER * 0.35);
	yz_html_text(out, m->name);
	yz_buf_addz(out, "</text></g>");
}

void yz_wall_map(struct yz_buf *out, struct yz_page *p, const struct yz_wall_page *v)
{
	const struct yz_atlas *m = v->map;
	const struct plane f = plane_of(m);
	double height = 2 * MAP_EDGE + (double)(m->most.y - m->least.y) * f.scale;
	yz_buf_printf(out, "<svg class=\"county\" viewBox=\"0 0 %d %.0f\" aria-hidden=\"true\">", MAP_WIDTH, height);
	for (size_t i = 0; i < m->nrings; i++) {
		yz_buf_addz(out, "<path d=\"");
		for (size_t k = 0; k + 1 < m->rings[i].n; k++)
			yz_buf_printf(out, "%s%.0f %.0f", k ? "L" : "M", x_of(&f, m->rings[i].at[k].x), y_of(&f, m->rings[i].at[k].y));
		yz_buf_addz(out, "Z\"/>");
	}
	struct mark *marks = yz_new_n(p->arena, m->nplaces + 1, struct mark);
	size_t n = read_marks(p, v, &f, marks);
	for (int rank = 0; rank < RANKS; rank++)
		for (size_t i = 0; i < n; i++)
			if (marks[i].rank == rank)
				put_label(marks, n, &marks[i]);
	for (size_t i = 0; i < n; i++)
		draw_mark(out, p, &marks[i]);
	yz_buf_addz(out, "</svg>");
}
