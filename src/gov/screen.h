/* gov/screen.h - what the big screen in the hall shows, and whom it is shown to.
 *
 * Nothing in it names or points at a person: counts, departments, steps, cards by item.  All of it comes from rows that
 * the acts keep (figures, lights, cards), so that it costs the same with ten cases and with a million.
 *
 * A supervisor opens it by her own name and sees her region.  The hall's own device has an address with a token: the
 * region's code, and a MAC over it and a nonce that is stored; a new nonce ends the old address.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_SCREEN_H
#define YZ_GOV_SCREEN_H

#include "gov/board.h"
#include "pack/atlas.h"

enum { YZ_SCREEN_CARDS = 5, YZ_SCREEN_STAGES = 4, YZ_SCREEN_DAYS = 14, YZ_SCREEN_STAGE_LEAST = 3 /* done; fewer say nothing */ };

struct yz_screen_org {
	struct yz_str key, name, full, region; /* name: the short one */
	int64_t ok, warn, late, stopped;
};
struct yz_screen_card {
	struct yz_str level, org, org_name, org_full, item_name; /* item_name "": of a question */
	yz_instant issued;
};
struct yz_screen_stage {
	struct yz_str org, org_name, org_full, item, item_name, node, name;
	int64_t n, spent; /* how many were done since the first of last month, and the office time they took together */
};
struct yz_screen {
	yz_instant at;
	yz_day day;
	char month[8];  /* 'YYYY-MM' */
	char since[8];  /* of the stages: last month */
	int64_t received, decided;                /* today */
	struct {
		int64_t received, decided;
	} days[YZ_SCREEN_DAYS];                   /* today is the last */
	int64_t judged, on_time, rated, stars;    /* this month; judged: decided */
	int64_t ok, warn, late, stopped;          /* open cases by light */
	int64_t workday;                          /* office time of an ordinary working day, microseconds */
	struct yz_screen_org *orgs;               /* of the region that have cases open: most late first, then most due */
	struct yz_screen_card cards[YZ_SCREEN_CARDS]; /* newest first */
	struct yz_screen_stage stages[YZ_SCREEN_STAGES]; /* slowest first */
	size_t norgs, ncards, nstages;
};
/* path: of the region and all below it. */
struct yz_screen *yz_screen_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str path, struct yz_err *err);

/* Office time of an ordinary working day, microseconds. */
int64_t yz_screen_workday(struct yz_site *site);

/* ---- the map ---- */

/* The pack's; without outlines where it has none. */
struct yz_atlas *yz_screen_map(struct yz_conn *conn, struct yz_arena *a);

/* ---- whom ---- */

/* A device's token: the region's path; YZ_NOT_FOUND for any other. */
bool yz_screen_device(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str token, struct yz_str *path,
		      struct yz_err *err);
/* The token of her region's devices; "" while there is none. */
struct yz_str yz_screen_token(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who);
/* A new one (the old ends), or none from now on.  No connection may be held. */
bool yz_screen_token_set(struct yz_site *site, const struct yz_actor *who, bool there, struct yz_err *err);

/* ---- what a number counts ---- */

enum yz_counted_what { YZ_COUNTED_RECEIVED, YZ_COUNTED_DECIDED, YZ_COUNTED_RATED, YZ_COUNTED_STAGE, YZ_COUNTED_ON_TIME, YZ_COUNTED_EARLY };
/* "received", "decided", "rated", "stage", "on_time", "early"; the last two of what was decided. */
bool yz_counted_parse(struct yz_str s, enum yz_counted_what *what);

struct yz_counted_query {
	enum yz_counted_what what;
	yz_instant from, to;            /* to: exclusive */
	struct yz_str org, item, node;  /* "": any; a stage has its org, item and node */
	struct yz_str post;             /* of what was decided: by this role; "": any */
	int64_t person;                 /* by this person; 0: any */
	yz_instant before_at;           /* older than this, of equal ones those with a lesser id; 0: from the newest */
	int64_t before_id;
	int limit;
};
enum yz_counted_kept { YZ_COUNTED_UNKNOWN, YZ_COUNTED_LATE, YZ_COUNTED_IN_TIME, YZ_COUNTED_AHEAD };
struct yz_counted_row {
	int64_t id;
	yz_instant at; /* when it was received, decided, rated, done */
	struct yz_str case_no, item_name, org_name;
	int64_t stars, spent; /* of a rating; of a stage */
	enum yz_counted_kept kept; /* of what was decided: how its limit was kept, as the act counted it */
};
struct yz_counted {
	struct yz_counted_row *rows;
	size_t len;
	int64_t total; /* of the whole query, not of the page */
	bool more;
};
/* In her region; YZ_MAY_board. */
bool yz_counted(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const struct yz_counted_query *q,
		struct yz_counted *out, struct yz_err *err);

#endif
