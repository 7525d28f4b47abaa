/* One snapshot for all screens.  SPDX-License-Identifier: Apache-2.0 */
#include "web/screen.h"

#include "base/log.h"
#include "gov/round.h"
#include "web/hooks.h"

#include <pthread.h>
#include <string.h>

enum {
	VIEWS = 16,       /* regions and languages at one time; the one asked for longest ago makes room, and its pages ask again */
	PATH_MOST = 80,
};
#define APART YZ_SECOND        /* least time between two snapshots */
#define TICK (20 * YZ_SECOND) /* the clock on the wall, and what falls due without anybody's act */

struct view {
	char path[PATH_MOST];
	enum yz_lang lang;
	uint64_t asked; /* the greatest was asked last; 0: free */
	uint64_t sent;  /* hash of what was sent */
	bool fresh;     /* somebody came to listen: it is sent whatever it says */
};

struct yz_live {
	struct yz_web *web;
	struct yz_round *round; /* requests ask it until the server has stopped */
	bool running;
	pthread_mutex_t lock;   /* of the views */
	uint64_t count;
	struct view views[VIEWS];
};

struct yz_live *yz_live_create(struct yz_web *web)
{
	struct yz_live *live = yz_new(web->arena, struct yz_live);
	live->web = web;
	pthread_mutex_init(&live->lock, NULL);
	return live;
}

static struct yz_str topic_of(struct yz_arena *a, const char *path, enum yz_lang lang)
{
	return yz_str_printf(a, "screen%s%s", path, yz_lang_code(lang));
}

struct yz_str yz_live_listen(struct yz_live *live, struct yz_arena *a, struct yz_str path, enum yz_lang lang)
{
	const char *z = yz_str_z(a, yz_str_n(path.ptr, path.len < PATH_MOST ? path.len : PATH_MOST - 1));
	pthread_mutex_lock(&live->lock);
	struct view *v = NULL;
	for (size_t i = 0; i < VIEWS; i++)
		if (live->views[i].asked && live->views[i].lang == lang && strcmp(live->views[i].path, z) == 0)
			v = &live->views[i];
	if (!v) {
		v = &live->views[0];
		for (size_t i = 1; i < VIEWS; i++)
			if (live->views[i].asked < v->asked)
				v = &live->views[i];
		*v = (struct view){.lang = lang};
		strcpy(v->path, z);
	}
	v->asked = ++live->count;
	v->fresh = true;
	pthread_mutex_unlock(&live->lock);
	yz_round_ask(live->round);
	return topic_of(a, z, lang);
}

/* Reads and tells one view.  A failure is logged, and the next change tries again. */
static void tell(struct yz_live *live, struct view *v, struct yz_err *err)
{
	struct yz_site *site = live->web->site;
	struct yz_arena *a = yz_arena_create(0);
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_screen *s = conn ? yz_screen_load(site, conn, a, yz_str(v->path), err) : NULL;
	if (conn)
		yz_db_release(conn);
	if (s) {
		struct yz_str json = yz_wall_json(site, a, v->lang, s);
		uint64_t hash = yz_str_hash(json);
		if (v->fresh || hash != v->sent)
			yz_hub_publish(yz_http_hub(live->web->http), topic_of(a, v->path, v->lang), "screen", json);
		v->sent = hash;
	}
	yz_arena_destroy(a);
}

static void tell_all(struct yz_live *live)
{
	for (size_t i = 0; i < VIEWS; i++) {
		struct yz_err err = {0};
		pthread_mutex_lock(&live->lock);
		struct view v = live->views[i];
		live->views[i].fresh = false;
		pthread_mutex_unlock(&live->lock);
		if (!v.asked)
			continue;
		tell(live, &v, &err);
		if (err.code)
			yz_log_err(YZ_WARN, &err);
		pthread_mutex_lock(&live->lock);
		if (live->views[i].lang == v.lang && strcmp(live->views[i].path, v.path) == 0)
			live->views[i].sent = v.sent;
		pthread_mutex_unlock(&live->lock);
	}
}

static bool anybody(const struct yz_live *live)
{
	struct yz_http_stats stats;
	yz_http_stats(live->web->http, &stats);
	return stats.event_clients > 0;
}

static yz_instant live_round(void *ctx, atomic_bool *stop)
{
	struct yz_live *live = ctx;
	(void)stop;
	if (anybody(live))
		tell_all(live);
	return TICK;
}

bool yz_live_start(struct yz_live *live, struct yz_err *err)
{
	live->round = yz_round_start(live->web->site, "the screens", YZ_CHANGE_CARD | YZ_CHANGE_CASE, APART, live_round, live, err);
	return live->running = live->round != NULL;
}

void yz_live_stop(struct yz_live *live)
{
	if (live->running)
		yz_round_stop(live->round);
	live->running = false;
}

void yz_live_destroy(struct yz_live *live)
{
	if (!live)
		return;
	yz_live_stop(live);
	pthread_mutex_destroy(&live->lock);
}
