/* gov/site.h - a running installation: its folder, database, calendar, items and clockwork.
 *
 * One struct yz_site a process, opened by a command or the server.  What changes
 * while it runs (calendar, item index) stands behind snapshots: take one, use it
 * for a request, release it; whoever replaces it frees the old one when the last
 * user is gone.
 *
 * Time comes from `now`, which tests set; nothing in gov reads the system's clock.
 *
 * Threads: everything here may be called from any thread, except open and close.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_SITE_H
#define YZ_GOV_SITE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "db/db.h"

struct yz_json;
struct yz_calendar;
struct yz_catalogue;
struct yz_printer;
struct yz_asked;

struct yz_site_options {
	const char *dir;
	const char *db;       /* postgresql:// URL, or NULL: as DIR/site.json says */
	const char *base_url; /* for links and QR codes; NULL: as DIR/site.json says, else the listening address */
	yz_instant (*now)(void *ctx);
	void *now_ctx;
	bool create;          /* make what is missing (init) */
	int db_batch;         /* as yz_db_options, for tests and measuring; 0 and NULL: the usual */
	const char *db_vfs;
};

struct yz_site {
	struct yz_arena *arena; /* process lifetime */
	const char *dir, *base_url;
	struct yz_db *db;
	struct yz_keys *keys;       /* crypt/crypt.h: field encryption and digests */
	struct yz_printer *printer; /* NULL where nothing prints (most commands) */
	struct yz_str region;       /* the county's code: the ledger's chain */
	struct yz_str name;         /* 清泽县 */
	int offset;                 /* seconds east of UTC */
	struct yz_matcher *matcher;   /* gov/match.h: policies against everybody */
	struct yz_versions *versions; /* gov/version.h: compiled item versions */
	struct yz_site_state *state; /* snapshots, wake-ups: private */
	struct yz_seen *at_open;     /* gov/refresh.h: what it was read from */
	struct yz_monitors *monitors; /* gov/monitor.h: what supervision watches, compiled */
	struct yz_asked *asked;      /* gov/asked.h: what was searched for, until it is written */
	/* The clock, and what check codes are drawn with (NULL: the system's own randomness).  A copy of this struct with
	 * others is the same site seen at another time, by somebody who must see it alike each time. */
	yz_instant (*now)(void *ctx);
	void *now_ctx;
	uint32_t (*draw)(void *ctx, uint32_t below);
	void *draw_ctx;
	_Atomic uint64_t promised; /* any sweeper's: of which edition the promises were written down (gov/promise.h) */
	bool silent; /* what is told here goes into no mail: nobody is to hear of a past that is made up */
};

bool yz_site_open(struct yz_site **out, const struct yz_site_options *options, struct yz_err *err);
void yz_site_close(struct yz_site *site);
yz_instant yz_site_now(const struct yz_site *site);
/* Below `below`, each alike. */
uint32_t yz_site_draw(const struct yz_site *site, uint32_t below);

/* Between the two no one else sweeps in this process: for who makes up the past (load), whose dues are not ours. */
void yz_sweep_begin(struct yz_site *site);
void yz_sweep_end(struct yz_site *site);

/* The calendar of today's knowledge; never NULL. */
const struct yz_calendar *yz_site_calendar(struct yz_site *site);
void yz_site_calendar_release(struct yz_site *site, const struct yz_calendar *c);
/* Reads the calendar's rows again, after an import.  No connection may be held. */
bool yz_site_calendar_reload(struct yz_site *site, struct yz_err *err);

/* The office hours of setting calendar.hours, a JSON list of eight texts (Monday … Sunday, exchanged days), into c. */
bool yz_site_hours_read(struct yz_calendar *c, struct yz_arena *a, struct yz_str text, struct yz_err *err);
/* calendar.warn_days and calendar.warn_time; "": as always. */
bool yz_site_warn_read(struct yz_calendar *c, struct yz_str days, struct yz_str time, struct yz_err *err);

/* The published items and their search index, the departments and themes, as of now
 * (gov/catalogue.h).  Acts on items reload it before they return; the sweeper does when a date
 * comes or another process changed one. */
const struct yz_catalogue *yz_site_catalogue(struct yz_site *site);
void yz_site_catalogue_release(struct yz_site *site, const struct yz_catalogue *c);
/* No connection may be held. */
bool yz_site_catalogue_reload(struct yz_site *site, struct yz_err *err);

/* A number that changes with what the published items show: what was made from them under this number, taken before
 * the database was read, is good as long as it stays.  It has changed before an act on items returns, and when the
 * sweeper finds that another process did one.  Never blocks. */
uint64_t yz_site_edition(const struct yz_site *site);
void yz_site_edited(struct yz_site *site); /* for gov itself */

/* A name of the pack in another language (texts/LANG.json), or itself.  lang: "en", "ug". */
struct yz_str yz_site_name(struct yz_site *site, const char *lang, struct yz_str name);
/* Reads those names again, after a pack was installed; the old ones stay for who holds one.  No connection may be held. */
bool yz_site_texts_reload(struct yz_site *site, struct yz_err *err);

/* The pack's own words for what people are told (pack/message.h), by kind; NULL: it has none. */
const struct yz_json *yz_site_messages(struct yz_site *site);

/* Settings: small texts the administrator may change. */
struct yz_str yz_site_setting(struct yz_conn *conn, struct yz_arena *a, const char *key, const char *fallback);
bool yz_site_set(struct yz_conn *conn, const char *key, struct yz_str value, struct yz_err *err);

/* Called by acts inside a write: something the boards show has changed.  After the
 * commit `on_change` of whoever listens (the web's event hub, the sweeper) is called. */
enum yz_change { YZ_CHANGE_CASE = 1, YZ_CHANGE_CARD = 2, YZ_CHANGE_CLOCK = 4, YZ_CHANGE_ITEM = 8, YZ_CHANGE_MAIL = 16, YZ_CHANGE_MONEY = 32 };
void yz_site_changed(struct yz_site *site, unsigned changes);
void yz_site_listen(struct yz_site *site, void (*on_change)(void *ctx, unsigned changes), void *ctx);
/* Calls them now, for what another process has changed. */
void yz_site_tell(struct yz_site *site, unsigned changes);

/* Consecutive number of a key, inside a write: 1, 2, 3 … */
bool yz_site_count(struct yz_conn *conn, const char *key, int64_t *n, struct yz_err *err);

#endif
