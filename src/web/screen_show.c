/* What stands on the wall: the snapshot as JSON.  SPDX-License-Identifier: Apache-2.0 */
#include "web/screen.h"

#include "web/chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *yz_wall_light(const struct yz_screen_org *o)
{
	return !o ? "none" : o->late ? "late" : o->warn ? "warn" : o->ok ? "ok" : o->stopped ? "stopped" : "none";
}

const char *yz_wall_sign(const char *light)
{
	static const char *const signs[][2] = {{"ok", "●"}, {"warn", "▲"}, {"late", "■"}, {"stopped", "⏸"}};
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (strcmp(light, signs[i][0]) == 0)
			return signs[i][1];
	return "·";
}

struct yz_str yz_wall_days(struct yz_arena *a, int64_t workday, int64_t n, int64_t spent)
{
	return yz_str_printf(a, "%.1f", n > 0 ? (double)spent / (double)n / (double)workday : 0.0);
}

int yz_wall_share(const struct yz_screen *s, const struct yz_screen_stage *g)
{
	const struct yz_screen_stage *slowest = &s->stages[0];
	double most = s->nstages ? (double)slowest->spent / (double)slowest->n : 0;
	int share = most > 0 ? (int)lround(100 * ((double)g->spent / (double)g->n) / most) : 0;
	return share < 1 ? 1 : share > 100 ? 100 : share;
}

static struct yz_str time_of(struct yz_arena *a, const struct yz_site *site, yz_instant now, yz_instant t)
{
	yz_day day = yz_instant_day(t, site->offset);
	int minutes = (int)((t - yz_day_start(day, site->offset)) / YZ_MINUTE);
	if (day == yz_instant_day(now, site->offset))
		return yz_str_printf(a, "%02d:%02d", minutes / 60, minutes % 60);
	return yz_str_printf(a, "%02d-%02d %02d:%02d", yz_day_civil(day).month, yz_day_civil(day).day, minutes / 60, minutes % 60);
}

struct yz_str yz_wall_time(const struct yz_page *p, yz_instant t)
{
	return time_of(p->arena, p->site, p->now, t);
}

/* ---- JSON ---- */

static struct yz_str name_of(struct yz_site *site, enum yz_lang lang, struct yz_str name)
{
	return yz_site_name(site, lang == YZ_LANG_ZH ? "zh-CN" : yz_lang_code(lang), name);
}

struct yz_str yz_wall_org(struct yz_site *site, enum yz_lang lang, struct yz_str name, struct yz_str full)
{
	struct yz_str shown = name_of(site, lang, name);
	return lang != YZ_LANG_ZH && yz_str_eq(shown, name) ? name_of(site, lang, full) : shown;
}

static void number(struct yz_jw *w, struct yz_arena *a, const char *key, int64_t n)
{
	yz_jw_kstr(w, key, yz_str_printf(a, "%lld", (long long)n));
}

static void numbers(struct yz_jw *w, struct yz_site *site, struct yz_arena *a, enum yz_lang lang, const struct yz_screen *s)
{
	struct yz_buf day;
	yz_buf_init(&day, a, 256);
	yz_say_day(&day, lang, s->day);
	yz_buf_addc(&day, ' ');
	yz_buf_addz(&day, yz_say_weekday(lang, s->day));
	yz_jw_key(w, "n");
	yz_jw_object(w);
	yz_jw_kstr(w, "day", yz_buf_str(&day));
	yz_jw_kstr(w, "at", time_of(a, site, s->at, s->at));
	number(w, a, "received", s->received);
	number(w, a, "decided", s->decided);
	number(w, a, "ok", s->ok);
	number(w, a, "warn", s->warn);
	number(w, a, "late", s->late);
	number(w, a, "stopped", s->stopped);
	number(w, a, "judged", s->judged);
	number(w, a, "rated", s->rated);
	yz_jw_kstr(w, "share", s->judged ? yz_str_printf(a, "%.1f%%", 100.0 * (double)s->on_time / (double)s->judged) : YZ_LIT("–"));
	yz_jw_kstr(w, "stars", s->rated ? yz_str_printf(a, "%.1f", (double)s->stars / (double)s->rated) : YZ_LIT("–"));
	yz_jw_end(w, '}');
}

static void orgs(struct yz_jw *w, struct yz_site *site, enum yz_lang lang, const struct yz_screen *s, size_t most)
{
	yz_jw_key(w, "orgs");
	yz_jw_array(w);
	for (size_t i = 0; i < s->norgs && i < most; i++) {
		const struct yz_screen_org *o = &s->orgs[i];
		yz_jw_object(w);
		yz_jw_kstr(w, "key", o->key);
		yz_jw_kstr(w, "name", yz_wall_org(site, lang, o->name, o->full));
		yz_jw_kint(w, "ok", o->ok);
		yz_jw_kint(w, "warn", o->warn);
		yz_jw_kint(w, "late", o->late);
		yz_jw_kint(w, "stopped", o->stopped);
		yz_jw_end(w, '}');
	}
	yz_jw_end(w, ']');
}

static void cards(struct yz_jw *w, struct yz_site *site, struct yz_arena *a, enum yz_lang lang, const struct yz_screen *s)
{
	yz_jw_key(w, "cards");
	yz_jw_array(w);
	for (size_t i = 0; i < s->ncards; i++) {
		const struct yz_screen_card *c = &s->cards[i];
		yz_jw_object(w);
		yz_jw_kstr(w, "level", c->level);
		yz_jw_kstr(w, "org", c->org);
		yz_jw_kstr(w, "name", yz_wall_org(site, lang, c->org_name, c->org_full));
		yz_jw_kstr(w, "item", c->item_name.len ? name_of(site, lang, c->item_name) : yz_str(T(lang, "群众咨询")));
		yz_jw_kstr(w, "at", time_of(a, site, s->at, c->issued));
		yz_jw_end(w, '}');
	}
	yz_jw_end(w, ']');
}

static void stages(struct yz_jw *w, struct yz_site *site, struct yz_arena *a, enum yz_lang lang, const struct yz_screen *s)
{
	yz_jw_key(w, "stages");
	yz_jw_array(w);
	for (size_t i = 0; i < s->nstages; i++) {
		const struct yz_screen_stage *g = &s->stages[i];
		yz_jw_object(w);
		yz_jw_kstr(w, "org", g->org);
		yz_jw_kstr(w, "orgName", yz_wall_org(site, lang, g->org_name, g->org_full));
		yz_jw_kstr(w, "item", g->item);
		yz_jw_kstr(w, "itemName", name_of(site, lang, g->item_name));
		yz_jw_kstr(w, "node", g->node);
		yz_jw_kstr(w, "name", name_of(site, lang, g->name));
		yz_jw_kstr(w, "days", yz_wall_days(a, s->workday, g->n, g->spent));
		yz_jw_kint(w, "share", yz_wall_share(s, g));
		yz_jw_end(w, '}');
	}
	yz_jw_end(w, ']');
}

struct yz_str yz_wall_json(struct yz_site *site, struct yz_arena *a, enum yz_lang lang, const struct yz_screen *s)
{
	struct yz_buf b = {0};
	struct yz_jw w;
	/* Those with the most late come first: what an event cannot hold is the quiet end. */
	for (size_t most = YZ_WALL_ORGS_SENT; !b.len || b.len > YZ_HUB_DATA; most /= 2) {
		yz_buf_init(&b, a, 1 << 20);
		yz_jw_init(&w, &b);
		yz_jw_object(&w);
		numbers(&w, site, a, lang, s);
		orgs(&w, site, lang, s, most);
		yz_jw_kint(&w, "all", (int64_t)s->norgs);
		cards(&w, site, a, lang, s);
		stages(&w, site, a, lang, s);
		yz_jw_kz(&w, "since", s->since);
		yz_jw_key(&w, "days");
		yz_jw_array(&w);
		for (int i = 0; i < YZ_SCREEN_DAYS; i++)
			yz_jw_int(&w, s->days[i].received);
		yz_jw_end(&w, ']');
		yz_jw_end(&w, '}');
		if (!most)
			break;
	}
	return yz_buf_str(&b);
}

void yz_wall_days_drawn(struct yz_buf *out, const struct yz_wall_page *v)
{
	double values[YZ_SCREEN_DAYS];
	for (int i = 0; i < YZ_SCREEN_DAYS; i++)
		values[i] = (double)v->s->days[i].received;
	yz_chart_columns(out, values, YZ_SCREEN_DAYS);
}
