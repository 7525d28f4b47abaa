/* web/screen.h - the big screen of the hall: its page, its table, and the one snapshot that all listeners share (private
 * to web).
 *
 *	a commit ──▶ dirty ──▶ at most once a second: one read, one JSON a region and language ──▶ the hub ──▶ every screen
 *
 * However many screens hang on the walls, the database is asked once for each region and language that is looked at, and
 * not at all while nobody listens.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_SCREEN_H
#define YZ_WEB_SCREEN_H

#include "gov/screen.h"
#include "web/web.h"

enum { YZ_WALL_ORGS = 8 /* in the grid */, YZ_WALL_ORGS_SENT = 100 };

struct yz_wall_page {
	struct yz_screen *s;
	struct yz_atlas *map;
	struct yz_str base;  /* "/screen", or a device's "/hall/TOKEN" */
	struct yz_str json;  /* as it is sent to listeners */
	bool linked;         /* every number leads to what it counts: a supervisor is signed in */
	struct yz_str token; /* of her region's devices; "" */
	struct yz_html qr;
	/* /board/counted */
	struct yz_counted counted;
	struct yz_counted_query query;
	struct yz_str span, stage, next;
	int64_t workday;
};

/* The snapshot as JSON, names in the language; at most YZ_HUB_DATA bytes. */
struct yz_str yz_wall_json(struct yz_site *site, struct yz_arena *a, enum yz_lang lang, const struct yz_screen *s);
/* What is late, else due, else stopped, else ok; "none": nothing open. */
const char *yz_wall_light(const struct yz_screen_org *o);
/* "●▲■⏸", "·" for none. */
const char *yz_wall_sign(const char *light);
/* The short name, or the whole one where the pack has the short one in Chinese only. */
struct yz_str yz_wall_org(struct yz_site *site, enum yz_lang lang, struct yz_str name, struct yz_str full);
/* Tenths of working days: "3.2". */
struct yz_str yz_wall_days(struct yz_arena *a, int64_t workday, int64_t n, int64_t spent);
/* A bar's length, of the slowest's: 0 to 100. */
int yz_wall_share(const struct yz_screen *s, const struct yz_screen_stage *g);
struct yz_str yz_wall_time(const struct yz_page *p, yz_instant t); /* 11-22 14:30; today's without the day */
/* The received of the last days as columns. */
void yz_wall_days_drawn(struct yz_buf *out, const struct yz_wall_page *v);
/* The outlines and places as SVG, each place with its light. */
void yz_wall_map(struct yz_buf *out, struct yz_page *p, const struct yz_wall_page *v);

/* ---- live ---- */

struct yz_live;
struct yz_live *yz_live_create(struct yz_web *web);
/* Before the server answers: who listens asks it. */
bool yz_live_start(struct yz_live *live, struct yz_err *err);
void yz_live_stop(struct yz_live *live);
void yz_live_destroy(struct yz_live *live); /* NULL allowed; stops first */
/* Somebody listens to this region in this language: the topic, in a. */
struct yz_str yz_live_listen(struct yz_live *live, struct yz_arena *a, struct yz_str path, enum yz_lang lang);

#endif
