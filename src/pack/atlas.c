/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/atlas.h"

#include "pack/check.h"
#include "pack/pack_check.h"

enum { RING_LEAST = 4, MILLION = 1000000 };

struct drawing {
	struct yz_checker c;
	struct yz_atlas *m;
	YZ_VEC(struct yz_atlas_ring) rings;
	YZ_VEC(struct yz_atlas_place) places;
};

/* "109.1234" as millionths; more digits than six are cut off. */
static bool degrees(const struct yz_json *v, int64_t most, int64_t *out)
{
	struct yz_str s = yz_json_is(v, YZ_JSON_NUMBER) ? v->text : YZ_LIT("");
	bool minus = s.len && s.ptr[0] == '-';
	int64_t n = 0, scale = 0;
	for (size_t i = minus; i < s.len; i++) {
		char ch = s.ptr[i];
		if (ch == '.' && !scale)
			scale = 1;
		else if (ch < '0' || ch > '9' || n > INT64_C(1000) * MILLION)
			return false;
		else if (scale < MILLION)
			n = n * 10 + (ch - '0'), scale *= 10;
	}
	for (scale = scale ? scale : 1; scale < MILLION; scale *= 10)
		n *= 10;
	*out = minus ? -n : n;
	return s.len > (size_t)minus && n <= most * MILLION;
}

static bool position(struct drawing *d, const struct yz_json *v, struct yz_atlas_position *out)
{
	struct yz_atlas *m = d->m;
	if (yz_json_len(v) != 2 || !degrees(yz_json_at(v, 0), 180, &out->x) || !degrees(yz_json_at(v, 1), 90, &out->y)) {
		yz_check_error(&d->c, v ? v->line : 0, "write [degrees east, degrees north], as [109.1234, 36.5]", "a position does not fit");
		return false;
	}
	m->least.x = out->x < m->least.x ? out->x : m->least.x;
	m->least.y = out->y < m->least.y ? out->y : m->least.y;
	m->most.x = out->x > m->most.x ? out->x : m->most.x;
	m->most.y = out->y > m->most.y ? out->y : m->most.y;
	if (++m->positions == YZ_ATLAS_POSITIONS + 1)
		yz_check_error(&d->c, v->line, "draw the outlines with fewer positions: they are for a wall", "more than %d positions",
			       YZ_ATLAS_POSITIONS);
	return m->positions <= YZ_ATLAS_POSITIONS;
}

static void ring(struct drawing *d, const struct yz_json *v, struct yz_str region)
{
	size_t n = yz_json_len(v);
	struct yz_atlas_ring r = {.region = region, .at = yz_new_n(d->c.a, n + 1, struct yz_atlas_position), .n = n, .line = v ? v->line : 0};
	for (size_t i = 0; i < n; i++)
		if (!position(d, yz_json_at(v, i), &r.at[i]))
			return;
	if (n < RING_LEAST || r.at[0].x != r.at[n - 1].x || r.at[0].y != r.at[n - 1].y) {
		yz_check_error(&d->c, r.line, "end it where it begins, with at least four positions", "the ring is not closed");
		return;
	}
	*yz_vec_push(d->c.a, &d->rings) = r;
}

static void polygon(struct drawing *d, const struct yz_json *v, struct yz_str region)
{
	if (!yz_json_len(v))
		yz_check_error(&d->c, v ? v->line : 0, "write a list of rings, the outline first", "the outline of %.*s has no ring", YZ_P(region));
	for (size_t i = 0; i < yz_json_len(v); i++)
		ring(d, yz_json_at(v, i), region);
}

static void feature(struct drawing *d, const struct yz_json *f)
{
	static const char *const keys[] = {"type", "properties", "geometry", NULL}, *const named[] = {"region", "org", NULL};
	static const char *const drawn[] = {"type", "coordinates", NULL};
	const struct yz_json *p = yz_json_get(f, "properties"), *g = yz_json_get(f, "geometry"), *c = yz_json_get(g, "coordinates");
	struct yz_str region = yz_json_str(p, "region"), org = yz_json_str(p, "org"), type = yz_json_str(g, "type");
	yz_check_keys(&d->c, f, "feature", keys);
	yz_check_keys(&d->c, p, "properties", named);
	yz_check_keys(&d->c, g, "geometry", drawn);
	if (region.len && !org.len && yz_str_eqz(type, "Polygon")) {
		polygon(d, c, region);
	} else if (region.len && !org.len && yz_str_eqz(type, "MultiPolygon")) {
		for (size_t i = 0; i < yz_json_len(c); i++)
			polygon(d, yz_json_at(c, i), region);
	} else if (org.len && !region.len && yz_str_eqz(type, "Point")) {
		struct yz_atlas_place place = {.org = org, .line = f->line};
		if (position(d, c, &place.at))
			*yz_vec_push(d->c.a, &d->places) = place;
	} else {
		yz_check_error(&d->c, f ? f->line : 0, "write {\"region\": CODE} with a Polygon or MultiPolygon, or {\"org\": KEY} with a Point",
			       "the feature is neither an outline of a region nor the place of a department");
	}
}

struct yz_atlas *yz_atlas_read(struct yz_arena *a, const struct yz_json *json, struct yz_str file, struct yz_pack_findings *out)
{
	static const char *const keys[] = {"type", "features", NULL};
	struct yz_atlas *m = yz_new(a, struct yz_atlas);
	struct drawing d = {.c = {.a = a, .file = file, .out = out}, .m = m};
	const struct yz_json *list = yz_json_get(json, "features");
	m->least = (struct yz_atlas_position){INT64_MAX, INT64_MAX};
	m->most = (struct yz_atlas_position){INT64_MIN, INT64_MIN};
	yz_check_keys(&d.c, json, "map", keys);
	if (!yz_str_eqz(yz_json_str(json, "type"), "FeatureCollection") || !yz_json_is(list, YZ_JSON_ARRAY))
		yz_check_error(&d.c, json ? json->line : 0, "write {\"type\": \"FeatureCollection\", \"features\": […]} (RFC 7946)", "it is no map");
	else if (yz_json_len(list) > YZ_ATLAS_FEATURES)
		yz_check_error(&d.c, list->line, "leave out what a wall cannot show", "more than %d features", YZ_ATLAS_FEATURES);
	else
		for (size_t i = 0; i < yz_json_len(list) && m->positions <= YZ_ATLAS_POSITIONS; i++)
			feature(&d, yz_json_at(list, i));
	m->rings = d.rings.at;
	m->nrings = d.rings.len;
	m->places = d.places.at;
	m->nplaces = d.places.len;
	return m;
}

/* ---- in a pack ---- */

void yz_reading_atlas(struct yz_reading *r)
{
	const struct yz_pack *p = r->pack;
	if (!p->map)
		return;
	r->c.file = YZ_LIT("map.geojson");
	const struct yz_atlas *m = yz_atlas_read(r->c.a, p->map, r->c.file, r->c.out);
	for (size_t i = 0; i < m->nrings; i++)
		if (!yz_map_has(&r->regions, m->rings[i].region))
			yz_check_error(&r->c, m->rings[i].line, "write a code of regions.csv", "there is no region %.*s", YZ_P(m->rings[i].region));
	for (size_t i = 0; i < m->nplaces; i++) {
		if (!yz_pack_find(&p->orgs, m->places[i].org))
			yz_check_error(&r->c, m->places[i].line, "write the key of a file in orgs/", "there is no department %.*s",
				       YZ_P(m->places[i].org));
		for (size_t k = 0; k < i; k++)
			if (yz_str_eq(m->places[k].org, m->places[i].org))
				yz_check_error(&r->c, m->places[i].line, "give each department one place", "%.*s stands twice", YZ_P(m->places[i].org));
	}
}
