/* pack/monitor.h - what supervision watches, as a pack says it (docs/formats/monitor.md).
 *
 * A monitor is asked when an act that it names was done, or when a clock of a kind warns or falls due; its condition is
 * FEEL over the facts that such a thing offers (monitor_facts.def), over 设置 (numbers a site may set) and now().
 *
 *	on      condition true ──▶ a card
 *	on + after   condition true ──▶ a limit is set going ──▶ notice at its warning, the card when it falls due,
 *	             nothing when an act of `until` came before
 *	clock   warns, falls due ──condition true──▶ the card of that level
 *
 * Ownership: a monitor and all in it live in the arena it was read in; the JSON is borrowed.
 * Threads: a monitor that was read: any.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PACK_MONITOR_H
#define YZ_PACK_MONITOR_H

#include "base/dec.h"
#include "calendar/calendar.h"
#include "feel/feel.h"
#include "fmt/json.h"
#include "pack/pack.h"

enum yz_watched {
	YZ_WATCH_CASE,
	YZ_WATCH_TASK,
	YZ_WATCH_FEE,
	YZ_WATCH_RATING,
	YZ_WATCH_CONSULTATION,
	YZ_WATCH_PULL,
	YZ_WATCH_NOTICE, /* a card of level notice */
	YZ_WATCHED
};
const char *yz_watched_name(enum yz_watched w); /* as in the pack, and in card.thing */

enum yz_monitor_fact {
#define FACT(id, name, kind, things) YZ_FACT_##id,
#include "pack/monitor_facts.def"
#undef FACT
	YZ_FACTS
};
const char *yz_monitor_fact_name(enum yz_monitor_fact f);

enum yz_monitor_event {
#define EVENT(things, name) YZ_EVENT_##name,
#include "pack/monitor_events.def"
#undef EVENT
	YZ_EVENTS
};
const char *yz_monitor_event_name(enum yz_monitor_event e);

enum { YZ_MONITOR_CLOCKS = 6, YZ_MONITOR_SETTINGS = 8, YZ_MONITOR_TELL = 6, YZ_MONITORS_MOST = 500 };
/* answer, promised, legal, step, deliver, consult: as gov/clock.h has them. */
extern const char *const yz_monitor_clocks[YZ_MONITOR_CLOCKS];

enum yz_card_level { YZ_CARD_NONE, YZ_CARD_NOTICE, YZ_CARD_YELLOW, YZ_CARD_RED };
const char *yz_card_level_name(enum yz_card_level l); /* "", notice, yellow, red */

struct yz_monitor_setting {
	struct yz_str key, note;
	struct yz_dec value, least, most;
};

struct yz_monitor {
	struct yz_str key, name, note, when_text;
	enum yz_watched watches;
	uint64_t on, until;   /* bits of yz_monitor_event */
	unsigned clocks;      /* bits of yz_monitor_clocks */
	enum yz_card_level level, warn; /* warn: NONE where the warning brings nothing */
	int32_t points, warn_points;    /* tenths of a point, 0 or less */
	const struct yz_feel *when;     /* NULL: always */
	const struct yz_feel *limit;    /* after: how long; NULL: there is no after */
	enum yz_unit unit;
	yz_day from;
	struct yz_str tell[YZ_MONITOR_TELL]; /* roles, or "holder" */
	size_t ntell;
	struct yz_monitor_setting settings[YZ_MONITOR_SETTINGS];
	size_t nsettings;
	const struct yz_json *sources; /* [{"law", "article", "text"}] */
	uint64_t uses;  /* bits of yz_monitor_fact that `when` and `limit` read */
	char digest[17]; /* of what it says: its version */
};
/* What `when` and `limit` take: a value a fact, then 设置. */
enum { YZ_MONITOR_INPUTS = YZ_FACTS + 1 };

/* Reads and checks; every mistake is a finding, in English and in Chinese.  NULL where one is an error. */
struct yz_monitor *yz_monitor_read(struct yz_arena *a, struct yz_str key, const struct yz_json *body, struct yz_str file,
				   struct yz_pack_findings *out);
/* 设置 with these values, one a setting of m. */
struct yz_feel_value yz_monitor_settings(struct yz_arena *a, const struct yz_monitor *m, const struct yz_dec *values);

#endif
