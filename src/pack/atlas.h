/* pack/atlas.h - map.geojson of a pack: its regions as outlines, its departments as places (docs/formats/pack.md).
 *
 * Plain and small: what a wall can show.  Degrees are whole millionths, east and north positive.
 *
 * Ownership: the arena's.
 * Standards: RFC 7946: Polygon, MultiPolygon and Point; neither bounding boxes nor members of one's own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PACK_ATLAS_H
#define YZ_PACK_ATLAS_H

#include "pack/pack.h"

enum { YZ_ATLAS_POSITIONS = 20000, YZ_ATLAS_FEATURES = 2000 };

struct yz_atlas_position {
	int64_t x, y;
};
struct yz_atlas_ring {
	struct yz_str region; /* whose outline it is, or a hole in it */
	struct yz_atlas_position *at;
	size_t n;
	uint32_t line;
};
struct yz_atlas_place {
	struct yz_str org;
	struct yz_atlas_position at;
	uint32_t line;
};
struct yz_atlas {
	struct yz_atlas_ring *rings;
	struct yz_atlas_place *places;
	size_t nrings, nplaces, positions;
	struct yz_atlas_position least, most; /* of all there is; least.x > most.x: nothing */
};

/* What is wrong becomes findings of `file`, and is left out. */
struct yz_atlas *yz_atlas_read(struct yz_arena *a, const struct yz_json *json, struct yz_str file, struct yz_pack_findings *out);

#endif
