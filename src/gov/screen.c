/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/screen.h"

#include "calendar/calendar.h"
#include "crypt/crypt.h"
#include "gov/case_light.h"
#include "gov/card.h"
#include "gov/figure.h"
#include "gov/note.h"
#include "gov/reach.h"

#include <stdlib.h>

enum { CODE_MOST = 12 };

/* ---- what is shown ---- */

static int worst_first(const void *x, const void *y)
{
	const struct yz_screen_org *a = x, *b = y;
	if (a->late != b->late)
		return a->late > b->late ? -1 : 1;
	if (a->warn != b->warn)
		return a->warn > b->warn ? -1 : 1;
	int64_t more = (b->ok + b->stopped) - (a->ok + a->stopped);
	return more ? (more > 0 ? 1 : -1) : yz_str_cmp(a->key, b->key);
}

static bool load_lights(struct yz_screen *s, struct yz_conn *conn, struct yz_arena *a, struct yz_str path, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT o.key, o.short, o.region, l.light, l.n, o.name FROM light_count l JOIN org o ON o.key = l.org "
				      "JOIN region g ON g.code = o.region WHERE l.n > 0 AND g.path >= $1 AND g.path < $2 ORDER BY o.key",
				      YZ_S(path), YZ_S(yz_reach_end(a, path)));
	if (!r)
		return false;
	s->orgs = yz_new_n(a, r->count + 1, struct yz_screen_org);
	for (size_t i = 0; i < r->count; i++) {
		if (!s->norgs || !yz_str_eq(s->orgs[s->norgs - 1].key, yz_row_str(r, i, 0)))
			s->orgs[s->norgs++] = (struct yz_screen_org){.key = yz_row_str(r, i, 0), .name = yz_row_str(r, i, 1),
								     .region = yz_row_str(r, i, 2), .full = yz_row_str(r, i, 5)};
		struct yz_screen_org *o = &s->orgs[s->norgs - 1];
		enum yz_light light = yz_light_parse(yz_row_str(r, i, 3));
		int64_t n = yz_row_int(r, i, 4);
		*(light == YZ_LIGHT_LATE      ? &o->late
		  : light == YZ_LIGHT_WARN    ? &o->warn
		  : light == YZ_LIGHT_STOPPED ? &o->stopped
					      : &o->ok) += n;
	}
	for (size_t i = 0; i < s->norgs; i++)
		s->ok += s->orgs[i].ok, s->warn += s->orgs[i].warn, s->late += s->orgs[i].late, s->stopped += s->orgs[i].stopped;
	qsort(s->orgs, s->norgs, sizeof *s->orgs, worst_first);
	return true;
}

#define SHOWN(X) X(received) X(decided) X(on_time) X(rated) X(stars)
#define SUM(name) ", CAST(SUM(f." #name ") AS BIGINT)"

/* The last days, and all of this month. */
static bool load_figures(struct yz_screen *s, struct yz_conn *conn, struct yz_arena *a, struct yz_str path, struct yz_err *err)
{
	char from[16];
	yz_day first = s->day - (YZ_SCREEN_DAYS - 1), month = s->day + 1 - yz_day_civil(s->day).day;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT f.day" SHOWN(SUM) " FROM " YZ_FIGURE_BY_DAY(SHOWN) " f JOIN org o ON o.key = f.org "
				      "JOIN region g ON g.code = o.region WHERE f.day >= $1 AND f.day <= $2 AND g.path >= $3 AND g.path < $4 GROUP BY f.day",
				      YZ_Z(yz_day_print(first < month ? first : month, from)), YZ_S(yz_str_printf(a, "%s-31", s->month)), YZ_S(path),
				      YZ_S(yz_reach_end(a, path)));
	for (size_t i = 0; r && i < r->count; i++) {
		yz_day on;
		if (!yz_day_parse(yz_row_str(r, i, 0), &on))
			continue;
		if (on >= first && on <= s->day) {
			s->days[on - first].received = yz_row_int(r, i, 1);
			s->days[on - first].decided = yz_row_int(r, i, 2);
		}
		if (on >= month) {
			s->judged += yz_row_int(r, i, 2);
			s->on_time += yz_row_int(r, i, 3);
			s->rated += yz_row_int(r, i, 4);
			s->stars += yz_row_int(r, i, 5);
		}
	}
	s->received = s->days[YZ_SCREEN_DAYS - 1].received;
	s->decided = s->days[YZ_SCREEN_DAYS - 1].decided;
	return r != NULL;
}

#undef SHOWN
#undef SUM

static bool load_stages(struct yz_screen *s, struct yz_conn *conn, struct yz_arena *a, struct yz_str path, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT f.org, o.short, f.item, f.node, MIN(f.name), CAST(SUM(f.n) AS BIGINT), CAST(SUM(f.spent) AS BIGINT), "
				      "(SELECT MAX(i.name) FROM item i WHERE i.code = f.item AND i.state IN ('published', 'suspended')), o.name "
				      "FROM stage_figure f JOIN org o ON o.key = f.org JOIN region g ON g.code = o.region "
				      "WHERE f.month >= $1 AND g.path >= $2 AND g.path < $3 GROUP BY f.org, o.short, o.name, f.item, f.node "
				      "HAVING SUM(f.n) >= $4 ORDER BY CAST(SUM(f.spent) AS BIGINT) / CAST(SUM(f.n) AS BIGINT) DESC, f.org, f.item, f.node "
				      "LIMIT $5",
				      YZ_Z(s->since), YZ_S(path), YZ_S(yz_reach_end(a, path)), YZ_I(YZ_SCREEN_STAGE_LEAST), YZ_I(YZ_SCREEN_STAGES));
	for (size_t i = 0; r && i < r->count; i++)
		s->stages[s->nstages++] = (struct yz_screen_stage){.org = yz_row_str(r, i, 0), .org_name = yz_row_str(r, i, 1), .item = yz_row_str(r, i, 2),
								   .node = yz_row_str(r, i, 3), .name = yz_row_str(r, i, 4), .n = yz_row_int(r, i, 5),
								   .spent = yz_row_int(r, i, 6), .item_name = yz_row_str(r, i, 7),
								   .org_full = yz_row_str(r, i, 8)};
	return r != NULL;
}

/* As whoever supervises this region sees them. */
static bool load_cards(struct yz_screen *s, struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str path,
		       struct yz_err *err)
{
	struct yz_post post = {.role = YZ_ROLE_SUPERVISOR, .region_path = path};
	const struct yz_actor hall = {.staff = true, .posts = &post, .nposts = 1};
	struct yz_card *cards = NULL;
	size_t n = yz_card_list(site, conn, a, &hall, YZ_LIT(""), 0, YZ_SCREEN_CARDS, &cards, err);
	struct yz_rows *r = err->code ? NULL : yz_select(conn, a, err, "SELECT key, short FROM org");
	for (size_t i = 0; r && i < n && s->ncards < YZ_SCREEN_CARDS; i++) {
		struct yz_screen_card *c = &s->cards[s->ncards++];
		*c = (struct yz_screen_card){.level = cards[i].level, .org = cards[i].org, .org_name = cards[i].org_name, .org_full = cards[i].org_name,
					     .item_name = cards[i].item_name, .issued = cards[i].issued};
		for (size_t k = 0; k < r->count; k++)
			if (yz_str_eq(yz_row_str(r, k, 0), c->org))
				c->org_name = yz_row_str(r, k, 1);
	}
	return r != NULL;
}

int64_t yz_screen_workday(struct yz_site *site)
{
	const struct yz_calendar *c = yz_site_calendar(site);
	const struct yz_office *monday = yz_calendar_office(c, 4); /* 1970-01-05 */
	int64_t minutes = 0;
	for (int i = 0; i < monday->n; i++)
		minutes += monday->span[i].to - monday->span[i].from;
	yz_site_calendar_release(site, c);
	return (minutes ? minutes : 8 * 60) * (YZ_HOUR / 60);
}

struct yz_screen *yz_screen_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str path, struct yz_err *err)
{
	struct yz_screen *s = yz_new(a, struct yz_screen);
	char day[16];
	s->at = yz_site_now(site);
	s->day = yz_instant_day(s->at, site->offset);
	memcpy(s->month, yz_day_print(s->day, day), sizeof s->month - 1);
	memcpy(s->since, yz_day_print(s->day - yz_day_civil(s->day).day, day), sizeof s->since - 1);
	s->workday = yz_screen_workday(site);
	return load_lights(s, conn, a, path, err) && load_figures(s, conn, a, path, err) && load_stages(s, conn, a, path, err) &&
			       load_cards(s, site, conn, a, path, err)
		       ? s
		       : NULL;
}

struct yz_atlas *yz_screen_map(struct yz_conn *conn, struct yz_arena *a)
{
	struct yz_pack_findings ignored = {0}; /* it was checked with its pack */
	const struct yz_json *json = yz_json_read(a, yz_site_setting(conn, a, "map", ""), NULL, NULL);
	return json ? yz_atlas_read(a, json, YZ_LIT("map.geojson"), &ignored) : yz_new(a, struct yz_atlas);
}

/* ---- whom ---- */

static struct yz_str setting_of(struct yz_arena *a, struct yz_str code)
{
	return yz_str_printf(a, "screen.%.*s", YZ_P(code));
}

static struct yz_str token_of(struct yz_site *site, struct yz_arena *a, struct yz_str code, struct yz_str nonce)
{
	char mac[YZ_BLIND];
	return yz_str_printf(a, "%.*s.%s", YZ_P(code), yz_blind(site->keys, "screen.device", yz_str_printf(a, "%.*s %.*s", YZ_P(code), YZ_P(nonce)), mac));
}

bool yz_screen_device(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str token, struct yz_str *path, struct yz_err *err)
{
	struct yz_str rest = token, code;
	bool known = yz_str_cut(&rest, '.', &code) && code.len && code.len <= CODE_MOST;
	struct yz_str nonce = known ? yz_site_setting(conn, a, setting_of(a, code).ptr, "") : YZ_LIT("");
	struct yz_str ours = token_of(site, a, code, nonce);
	/* Digests are compared in one time, whatever differs. */
	struct yz_digest is = yz_digest(YZ_SM3, ours), said = yz_digest(YZ_SM3, token);
	if (!nonce.len || !yz_digest_eq(&is, &said))
		return yz_fail(err, YZ_NOT_FOUND, "no screen has this address");
	struct yz_rows *r = yz_select(conn, a, err, "SELECT path FROM region WHERE code = $1", YZ_S(code));
	if (r && !r->count)
		return yz_fail(err, YZ_NOT_FOUND, "the region %.*s of a screen is gone", YZ_P(code));
	*path = r ? yz_row_str(r, 0, 0) : YZ_LIT("");
	return r != NULL;
}

/* The last part of a path: '/990000/990100/' is 990100. */
static struct yz_str code_of(struct yz_str path)
{
	size_t end = path.len && path.ptr[path.len - 1] == '/' ? path.len - 1 : path.len, from = end;
	while (from && path.ptr[from - 1] != '/')
		from--;
	return yz_str_n(path.ptr + from, end - from);
}

struct yz_str yz_screen_token(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who)
{
	struct yz_str code = code_of(yz_reach(who, YZ_ROLE_SUPERVISOR));
	struct yz_str nonce = code.len ? yz_site_setting(conn, a, setting_of(a, code).ptr, "") : YZ_LIT("");
	return nonce.len ? token_of(site, a, code, nonce) : YZ_LIT("");
}

struct setting {
	struct yz_site *site;
	const struct yz_actor *who;
	char nonce[32]; /* "" ends it */
};

static bool set_token(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct setting *w = ctx;
	struct yz_str code = code_of(yz_reach(w->who, YZ_ROLE_SUPERVISOR));
	return yz_site_set(conn, setting_of(a, code).ptr, yz_str(w->nonce), err) &&
	       yz_note(w->site, conn, w->who, *w->nonce ? "screen.open" : "screen.close", "site", 0, "",
		       yz_str_printf(a, "{\"region\":\"%.*s\"}", YZ_P(code)), err);
}

bool yz_screen_token_set(struct yz_site *site, const struct yz_actor *who, bool there, struct yz_err *err)
{
	struct setting w = {.site = site, .who = who};
	if (!yz_may(who, YZ_MAY_board) || !yz_reach(who, YZ_ROLE_SUPERVISOR).len)
		return yz_refuse(who, YZ_MAY_board, err);
	if (there)
		yz_token(w.nonce);
	return yz_db_write(site->db, set_token, &w, err);
}
