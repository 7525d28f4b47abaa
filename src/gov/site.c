/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/site.h"

#include "base/log.h"
#include "calendar/calendar.h"
#include "crypt/crypt.h"
#include "fmt/json.h"
#include "gov/answers_build.h"
#include "gov/asked.h"
#include "gov/catalogue_build.h"
#include "gov/match.h"
#include "gov/migrations.h"
#include "gov/monitor.h"
#include "gov/refresh.h"
#include "gov/snapshot.h"
#include "gov/version.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LISTENERS = 16 };

struct yz_site_state {
	struct yz_slot calendar, catalogue, answers;
	_Atomic(const struct yz_json *) texts[3]; /* the pack's names in en and ug: name → translation; its messages by kind */
	atomic_uint pending; /* changes of the batch under way */
	atomic_uint_least64_t edition;
	struct {
		void (*fn)(void *ctx, unsigned changes);
		void *ctx;
	} listeners[LISTENERS];
	atomic_int nlisteners;
	pthread_mutex_t sweeping;
};

static yz_instant system_clock(void *ctx)
{
	(void)ctx;
	return yz_now();
}

yz_instant yz_site_now(const struct yz_site *site)
{
	return site->now(site->now_ctx);
}

uint32_t yz_site_draw(const struct yz_site *site, uint32_t below)
{
	return site->draw ? site->draw(site->draw_ctx, below) : yz_random_below(below);
}

uint64_t yz_site_edition(const struct yz_site *site)
{
	return atomic_load(&site->state->edition);
}

void yz_site_edited(struct yz_site *site)
{
	atomic_fetch_add(&site->state->edition, 1);
}

void yz_site_tell(struct yz_site *site, unsigned changes)
{
	struct yz_site_state *state = site->state;
	int n = atomic_load(&state->nlisteners);
	for (int i = 0; changes && i < n; i++)
		state->listeners[i].fn(state->listeners[i].ctx, changes);
}

static void committed(void *ctx)
{
	struct yz_site *site = ctx;
	unsigned changes = atomic_exchange(&site->state->pending, 0);
	if (changes & YZ_CHANGE_ITEM)
		yz_site_edited(site);
	yz_site_tell(site, changes);
}

void yz_site_changed(struct yz_site *site, unsigned changes)
{
	atomic_fetch_or(&site->state->pending, changes);
}

void yz_site_listen(struct yz_site *site, void (*on_change)(void *ctx, unsigned changes), void *ctx)
{
	struct yz_site_state *state = site->state;
	int n = atomic_load(&state->nlisteners);
	if (n == LISTENERS)
		abort();
	state->listeners[n].fn = on_change;
	state->listeners[n].ctx = ctx;
	atomic_store(&state->nlisteners, n + 1);
}

/* DIR/site.json: {"name": "清泽县", "region": "990121", "db": "postgresql://…", "base_url": "…"}.
 * Absent before init has put a pack in. */
static bool read_config(struct yz_site *site, const char **url, const struct yz_site_options *options, struct yz_err *err)
{
	struct yz_arena *a = site->arena;
	const char *path = yz_printf(a, "%s/site.json", site->dir);
	struct stat st;
	*url = options->db;
	site->base_url = options->base_url ? yz_strdup(a, options->base_url) : "";
	if (stat(path, &st) != 0) {
		if (options->create && errno == ENOENT)
			return true;
		return yz_fail(err, YZ_NOT_FOUND, "%s is no site: there is no %s; make one with 'yizhan init %s --demo'",
			       site->dir, path, site->dir);
	}
	const struct yz_json *config = yz_json_load(a, path, NULL, err);
	if (!config)
		return false;
	site->region = yz_json_str(config, "region");
	site->name = yz_json_str(config, "name");
	struct yz_str db = yz_json_str(config, "db"), base = yz_json_str(config, "base_url");
	if (!*url && db.len)
		*url = yz_str_z(a, db);
	if (!*site->base_url && base.len)
		site->base_url = yz_str_z(a, base);
	site->offset = (int)yz_json_int(config, "offset", YZ_SHANGHAI);
	return true;
}

static bool load_keys(struct yz_site *site, bool create, struct yz_err *err)
{
	const char *path = yz_printf(site->arena, "%s/site.key", site->dir);
	struct stat st;
	if (create && stat(path, &st) != 0 && !yz_keys_create(path, err))
		return false;
	return (site->keys = yz_keys_load(path, err)) != NULL;
}

static bool open_all(struct yz_site *site, const struct yz_site_options *options, struct yz_err *err)
{
	if (options->create && mkdir(options->dir, 0700) != 0 && errno != EEXIST)
		return yz_fail(err, YZ_IO, "cannot make the folder %s: %s", options->dir, strerror(errno));
	const char *url;
	if (!read_config(site, &url, options, err) || !load_keys(site, options->create, err))
		return false;
	const struct yz_db_options db = {.dir = site->dir, .url = url, .batch = options->db_batch, .vfs = options->db_vfs};
	if (!(site->db = yz_db_open(&db, err)))
		return false;
	yz_db_on_commit(site->db, committed, site);
	size_t n;
	const struct yz_migration *migrations = yz_gov_migrations(site->arena, &n);
	/* Looked at first: what changes while the rest is read is then seen as a change. */
	return yz_db_migrate(site->db, "gov", migrations, n, err) && yz_site_look(site, (site->at_open = yz_new(site->arena, struct yz_seen)), err) &&
	       yz_site_texts_reload(site, err) && yz_site_calendar_reload(site, err) && yz_site_catalogue_reload(site, err) &&
	       yz_monitors_reload(site, err);
}

bool yz_site_open(struct yz_site **out, const struct yz_site_options *options, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_site *site = yz_new(a, struct yz_site);
	site->arena = a;
	site->dir = yz_strdup(a, options->dir);
	site->offset = YZ_SHANGHAI;
	site->versions = yz_versions_create();
	site->matcher = yz_matcher_create();
	site->state = yz_new(a, struct yz_site_state);
	pthread_mutex_init(&site->state->sweeping, NULL);
	site->now = options->now ? options->now : system_clock;
	site->now_ctx = options->now_ctx;
	yz_slot_init(&site->state->calendar);
	yz_slot_init(&site->state->catalogue);
	yz_slot_init(&site->state->answers);
	site->asked = yz_asked_create();
	site->monitors = yz_monitors_create();
	if (!open_all(site, options, err)) {
		yz_site_close(site);
		return yz_fail_in(err, "site %s", options->dir);
	}
	*out = site;
	return true;
}

void yz_site_close(struct yz_site *site)
{
	if (!site)
		return;
	struct yz_err lost = {0};
	if (site->db && !yz_asked_flush(site, &lost))
		yz_log_err(YZ_WARN, &lost);
	yz_asked_destroy(site->asked);
	yz_db_close(site->db);
	yz_matcher_destroy(site->matcher);
	yz_monitors_destroy(site->monitors);
	yz_versions_destroy(site->versions);
	yz_keys_destroy(site->keys);
	yz_slot_finish(&site->state->calendar);
	yz_slot_finish(&site->state->catalogue);
	yz_slot_finish(&site->state->answers);
	pthread_mutex_destroy(&site->state->sweeping);
	yz_arena_destroy(site->arena);
}

void yz_sweep_begin(struct yz_site *site)
{
	pthread_mutex_lock(&site->state->sweeping);
}

void yz_sweep_end(struct yz_site *site)
{
	pthread_mutex_unlock(&site->state->sweeping);
}

/* ---- calendar ---- */

bool yz_site_hours_read(struct yz_calendar *c, struct yz_arena *a, struct yz_str text, struct yz_err *err)
{
	if (!text.len)
		return true;
	const struct yz_json *hours = yz_json_read(a, text, NULL, err);
	if (!hours)
		return yz_fail_in(err, "setting calendar.hours");
	if (!yz_json_is(hours, YZ_JSON_ARRAY) || yz_json_len(hours) != 8) {
		yz_fail(err, YZ_BAD_INPUT, "a list of eight texts is wanted: Monday … Sunday, exchanged days");
		return yz_fail_in(err, "setting calendar.hours");
	}
	for (size_t i = 0; i < 8; i++)
		if (!yz_calendar_set_office(c, (int)i, yz_json_at(hours, i)->text, err))
			return yz_fail_in(err, "setting calendar.hours");
	return true;
}

bool yz_site_warn_read(struct yz_calendar *c, struct yz_str days, struct yz_str time, struct yz_err *err)
{
	int64_t n = yz_warn_default.days;
	if (days.len && !yz_str_int(days, &n)) {
		yz_fail(err, YZ_BAD_INPUT, "a number of working days is wanted");
		return yz_fail_in(err, "setting calendar.warn_days");
	}
	return yz_calendar_set_warn(c, n, time.len ? time : YZ_LIT("09:00"), err) ||
	       yz_fail_in(err, "setting calendar.warn_%s", n < 1 || n > YZ_WARN_DAYS ? "days" : "time");
}

static struct yz_calendar *read_calendar(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	struct yz_calendar *c = yz_calendar_new(a, site->offset);
	struct yz_rows *days = yz_select(conn, a, err, "SELECT day, works, in_lieu, name FROM calendar_day WHERE region = $1",
					 YZ_S(site->region));
	struct yz_rows *years = days ? yz_select(conn, a, err, "SELECT year FROM calendar_year WHERE region = $1",
						 YZ_S(site->region)) : NULL;
	if (!years)
		return NULL;
	for (size_t i = 0; i < days->count; i++)
		yz_calendar_set(c, (yz_day)yz_row_int(days, i, 0), yz_row_int(days, i, 1) ? YZ_DAY_EXCHANGED : YZ_DAY_OFF,
				yz_row_int(days, i, 2) != 0, yz_row_str(days, i, 3));
	for (size_t i = 0; i < years->count; i++)
		yz_calendar_set_official(c, (int)yz_row_int(years, i, 0), true);
	return yz_site_hours_read(c, a, yz_site_setting(conn, a, "calendar.hours", ""), err) &&
			       yz_site_warn_read(c, yz_site_setting(conn, a, "calendar.warn_days", ""), yz_site_setting(conn, a, "calendar.warn_time", ""), err)
		       ? c : NULL;
}

bool yz_site_calendar_reload(struct yz_site *site, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_calendar *c = conn ? read_calendar(site, conn, a, err) : NULL;
	if (conn)
		yz_db_release(conn);
	if (!c) {
		yz_arena_destroy(a);
		return false;
	}
	yz_slot_put(&site->state->calendar, a, c);
	return true;
}

const struct yz_calendar *yz_site_calendar(struct yz_site *site)
{
	return yz_slot_take(&site->state->calendar);
}

void yz_site_calendar_release(struct yz_site *site, const struct yz_calendar *c)
{
	yz_slot_release(&site->state->calendar, c);
}

/* ---- catalogue ---- */

bool yz_site_catalogue_reload(struct yz_site *site, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_conn *conn = yz_db_read(site->db, err);
	const struct yz_catalogue *c = conn ? yz_catalogue_build(conn, a, yz_site_now(site), err) : NULL;
	if (conn)
		yz_db_release(conn);
	if (!c) {
		yz_arena_destroy(a);
		return false;
	}
	yz_slot_put(&site->state->catalogue, a, c);
	yz_site_edited(site); /* pages name other items by the catalogue */
	return yz_site_answers_reload(site, err); /* their FAQ, and the names of what they are about */
}

const struct yz_catalogue *yz_site_catalogue(struct yz_site *site)
{
	return yz_slot_take(&site->state->catalogue);
}

void yz_site_catalogue_release(struct yz_site *site, const struct yz_catalogue *c)
{
	yz_slot_release(&site->state->catalogue, c);
}

/* ---- what is known ---- */

bool yz_site_answers_reload(struct yz_site *site, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_catalogue *c = yz_site_catalogue(site);
	struct yz_conn *conn = yz_db_read(site->db, err);
	const struct yz_answers *x = conn ? yz_answers_build(conn, a, c, yz_site_now(site), err) : NULL;
	if (conn)
		yz_db_release(conn);
	yz_site_catalogue_release(site, c);
	if (!x) {
		yz_arena_destroy(a);
		return false;
	}
	yz_slot_put(&site->state->answers, a, x);
	return true;
}

const struct yz_answers *yz_site_answers(struct yz_site *site)
{
	return yz_slot_take(&site->state->answers);
}

void yz_site_answers_release(struct yz_site *site, const struct yz_answers *x)
{
	yz_slot_release(&site->state->answers, x);
}

/* ---- the pack's names in other languages: settings texts.en, texts.ug ---- */

static const char *const text_settings[] = {"texts.en", "texts.ug", "messages"};

bool yz_site_texts_reload(struct yz_site *site, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	if (!conn)
		return false;
	bool ok = true;
	for (int i = 0; ok && i < 3; i++) {
		struct yz_str text = yz_site_setting(conn, site->arena, text_settings[i], "");
		const struct yz_json *names = text.len ? yz_json_read(site->arena, text, NULL, err) : NULL;
		ok = !text.len || names;
		if (names)
			atomic_store(&site->state->texts[i], names);
	}
	yz_db_release(conn);
	return ok;
}

struct yz_str yz_site_name(struct yz_site *site, const char *lang, struct yz_str name)
{
	int i = strncmp(lang, "en", 2) == 0 ? 0 : strncmp(lang, "ug", 2) == 0 ? 1 : -1;
	const struct yz_json *v = i < 0 ? NULL : yz_json_find(atomic_load(&site->state->texts[i]), name);
	return yz_json_is(v, YZ_JSON_STRING) && v->text.len ? v->text : name;
}

const struct yz_json *yz_site_messages(struct yz_site *site)
{
	return atomic_load(&site->state->texts[2]);
}

/* ---- settings and counters ---- */

struct yz_str yz_site_setting(struct yz_conn *conn, struct yz_arena *a, const char *key, const char *fallback)
{
	struct yz_err err = {0};
	struct yz_rows *r = yz_select(conn, a, &err, "SELECT value FROM setting WHERE key = $1", YZ_Z(key));
	if (!r)
		yz_log_err(YZ_WARN, &err);
	return r && r->count ? yz_row_str(r, 0, 0) : yz_str(fallback);
}

bool yz_site_set(struct yz_conn *conn, const char *key, struct yz_str value, struct yz_err *err)
{
	return yz_exec(conn, err,
		       "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
		       YZ_Z(key), YZ_S(value));
}

bool yz_site_count(struct yz_conn *conn, const char *key, int64_t *n, struct yz_err *err)
{
	/* Two plain statements are quicker than one that returns what it changed. */
	if (!yz_exec(conn, err, "UPDATE counter SET n = n + 1 WHERE key = $1", YZ_Z(key)))
		return false;
	if (yz_changed(conn))
		return yz_select_int(conn, n, 0, err, "SELECT n FROM counter WHERE key = $1", YZ_Z(key));
	return yz_select_int(conn, n, 0, err,
			     "INSERT INTO counter (key, n) VALUES ($1, 1) "
			     "ON CONFLICT (key) DO UPDATE SET n = counter.n + 1 RETURNING n",
			     YZ_Z(key));
}
