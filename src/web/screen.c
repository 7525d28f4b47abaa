/* The big screen of the hall.  SPDX-License-Identifier: Apache-2.0 */
#include "web/screen.h"

#include "gov/reach.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

#include "print/qr.h"

#include <stdio.h>

enum { PAGE = 50 };

/* ---- whom it is shown to ---- */

static bool hers(struct yz_page *p, struct yz_wall_page *v, struct yz_str *path)
{
	*path = yz_reach(&p->who, YZ_ROLE_SUPERVISOR);
	v->base = YZ_LIT("/screen");
	v->linked = true;
	return true;
}

static bool devices(struct yz_page *p, struct yz_wall_page *v, struct yz_str *path, struct yz_err *err)
{
	struct yz_str token = yz_req_param(p->req, "token");
	struct yz_conn *conn = yz_page_read(p, err);
	v->base = yz_str_printf(p->arena, "/hall/%.*s", YZ_P(token));
	return conn && yz_screen_device(p->site, conn, p->arena, token, path, err);
}

/* ---- showing ---- */

static bool load(struct yz_page *p, struct yz_wall_page *v, struct yz_str path, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn || !(v->s = yz_screen_load(p->site, conn, p->arena, path, err)))
		return false;
	v->map = yz_screen_map(conn, p->arena);
	v->json = yz_wall_json(p->site, p->arena, p->lang, v->s);
	return true;
}

static bool wall(struct yz_page *p, struct yz_wall_page *v, struct yz_str path, struct yz_err *err)
{
	struct yz_buf out;
	if (!load(p, v, path, err))
		return false;
	yz_buf_init(&out, p->arena, 4 << 20);
	tpl_screen_wall(&out, p, v, p->lang);
	return yz_page_fragment(p, &out);
}

static bool table(struct yz_page *p, struct yz_wall_page *v, struct yz_str path, struct yz_err *err)
{
	if (!load(p, v, path, err))
		return false;
	p->desk = true;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "大屏的表格"));
	tpl_screen_table(out, p, v, p->lang);
	return yz_page_end(p);
}

static bool events(struct yz_page *p, struct yz_str path, struct yz_err *err)
{
	const struct yz_str topics[] = {yz_live_listen(p->web->live, p->arena, path, p->lang)};
	yz_page_release(p);
	return yz_res_events(p->req, topics, 1, err);
}

bool yz_web_screen(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_wall_page v = {0};
	struct yz_str path;
	return hers(p, &v, &path) && wall(p, &v, path, err);
}

bool yz_web_screen_table(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_wall_page v = {0};
	struct yz_str path;
	return hers(p, &v, &path) && table(p, &v, path, err);
}

bool yz_web_screen_events(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_wall_page v = {0};
	struct yz_str path;
	return hers(p, &v, &path) && events(p, path, err);
}

bool yz_web_hall(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_wall_page v = {0};
	struct yz_str path;
	return devices(p, &v, &path, err) && wall(p, &v, path, err);
}

bool yz_web_hall_table(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_wall_page v = {0};
	struct yz_str path;
	return devices(p, &v, &path, err) && table(p, &v, path, err);
}

bool yz_web_hall_events(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_wall_page v = {0};
	struct yz_str path;
	return devices(p, &v, &path, err) && events(p, path, err);
}

/* ---- the map, for who draws it ---- */

static void position(struct yz_jw *w, struct yz_arena *a, struct yz_atlas_position at)
{
	yz_jw_array(w);
	yz_jw_raw(w, yz_str_printf(a, "%.6f", (double)at.x / 1e6));
	yz_jw_raw(w, yz_str_printf(a, "%.6f", (double)at.y / 1e6));
	yz_jw_end(w, ']');
}

static void begin_feature(struct yz_jw *w)
{
	yz_jw_object(w);
	yz_jw_kz(w, "type", "Feature");
	yz_jw_key(w, "properties");
	yz_jw_object(w);
}

static void begin_geometry(struct yz_jw *w, const char *type)
{
	yz_jw_end(w, '}');
	yz_jw_key(w, "geometry");
	yz_jw_object(w);
	yz_jw_kz(w, "type", type);
	yz_jw_key(w, "coordinates");
}

static void end_feature(struct yz_jw *w)
{
	yz_jw_end(w, '}');
	yz_jw_end(w, '}');
}

/* GeoJSON with the names in her language; each ring by itself, for nothing is filled that a hole would matter to. */
static void write_map(struct yz_page *p, const struct yz_atlas *m, struct yz_jw *w)
{
	for (size_t i = 0; i < m->nrings; i++) {
		begin_feature(w);
		yz_jw_kstr(w, "region", m->rings[i].region);
		begin_geometry(w, "Polygon");
		yz_jw_array(w);
		yz_jw_array(w);
		for (size_t k = 0; k < m->rings[i].n; k++)
			position(w, p->arena, m->rings[i].at[k]);
		yz_jw_end(w, ']');
		yz_jw_end(w, ']');
		end_feature(w);
	}
	for (size_t i = 0; i < m->nplaces; i++) {
		const struct yz_entry_org *org = yz_catalogue_org(yz_page_catalogue(p), m->places[i].org);
		if (!org)
			continue;
		begin_feature(w);
		yz_jw_kstr(w, "org", org->key);
		yz_jw_kstr(w, "name", yz_wall_org(p->site, p->lang, org->short_name, org->name));
		yz_jw_kbool(w, "town", !yz_str_eq(org->region, p->site->region));
		begin_geometry(w, "Point");
		position(w, p->arena, m->places[i].at);
		end_feature(w);
	}
}

bool yz_web_map(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_buf b;
	struct yz_jw w;
	if (!conn)
		return false;
	yz_buf_init(&b, p->arena, 8 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kz(&w, "type", "FeatureCollection");
	yz_jw_key(&w, "features");
	yz_jw_array(&w);
	write_map(p, yz_screen_map(conn, p->arena), &w);
	yz_jw_end(&w, ']');
	yz_jw_end(&w, '}');
	return yz_res_json(req, yz_buf_str(&b));
}

/* ---- the hall's devices ---- */

bool yz_web_board_screen(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_wall_page v = {0};
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn)
		return false;
	v.token = yz_screen_token(p->site, conn, p->arena, &p->who);
	if (v.token.len) {
		v.base = yz_str_printf(p->arena, "%s/hall/%.*s", p->site->base_url, YZ_P(v.token));
		v.qr = (struct yz_html){yz_qr_svg(p->arena, v.base)};
	}
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "大屏"));
	tpl_screen_device(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_screen_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	bool there = !yz_str_eqz(yz_req_field(req, "act"), "end");
	yz_page_release(p);
	return yz_screen_token_set(p->site, &p->who, there, err) && yz_res_redirect(req, YZ_LIT("/board/screen?done=saved"));
}

/* ---- what a number counts ---- */

/* "2026-11" or "2026-11-22", today where it is neither; since: from that month on, until now. */
static void read_span(struct yz_page *p, struct yz_wall_page *v)
{
	char text[16];
	yz_day day;
	v->span = yz_req_query(p->req, "on");
	struct yz_str since = yz_req_query(p->req, "since");
	if (since.len == 7)
		v->span = since;
	if (v->span.len == 7) {
		yz_board_span(p->site, v->span, v->span, &v->query.from, &v->query.to);
		if (since.len == 7)
			v->query.to = p->now + YZ_SECOND;
	} else if (v->span.len == 10 && yz_day_parse(v->span, &day)) {
		v->query.from = yz_day_start(day, p->site->offset);
		v->query.to = yz_day_start(day + 1, p->site->offset);
	}
	if (v->query.from && v->query.to)
		return;
	day = yz_instant_day(p->now, p->site->offset);
	v->span = yz_str_dup(p->arena, yz_str(yz_day_print(day, text)));
	v->query.from = yz_day_start(day, p->site->offset);
	v->query.to = yz_day_start(day + 1, p->site->offset);
}

static struct yz_str next_of(struct yz_page *p, const struct yz_wall_page *v)
{
	const struct yz_counted_row *last = &v->counted.rows[v->counted.len - 1];
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 4096);
	yz_buf_printf(&b, "/board/counted?before=%lld&id=%lld", (long long)last->at, (long long)last->id);
	static const char *const kept[] = {"what", "on", "since", "org", "item", "node", "post", "person"};
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		struct yz_str value = yz_req_query(p->req, kept[i]);
		if (!value.len)
			continue;
		yz_buf_printf(&b, "&%s=", kept[i]);
		yz_html_url_part(&b, value);
	}
	return yz_buf_str(&b);
}

bool yz_web_board_counted(struct yz_req *req, struct yz_err *err)
{
	static const char *const titles[] = {N_("收到的件"), N_("办结决定的件"), N_("评价过的件"), N_("办完这一步的件"),
					   N_("按期办结的件"), N_("提前办结的件")};
	struct yz_page *p = yz_page_of(req);
	struct yz_wall_page v = {.query = {.org = yz_req_query(req, "org"), .item = yz_req_query(req, "item"),
					   .node = yz_req_query(req, "node"), .post = yz_req_query(req, "post"), .limit = PAGE}};
	struct yz_conn *conn = yz_page_read(p, err);
	if (!yz_counted_parse(yz_req_query(req, "what"), &v.query.what))
		return yz_fail(err, YZ_NOT_FOUND, "nothing is counted as %.*s", YZ_P(yz_req_query(req, "what")));
	enum yz_role role;
	if (v.query.post.len && !yz_role_parse(v.query.post, &role))
		return yz_fail(err, YZ_NOT_FOUND, "no post is called %.*s", YZ_P(v.query.post));
	read_span(p, &v);
	yz_str_int(yz_req_query(req, "person"), &v.query.person);
	v.workday = yz_screen_workday(p->site);
	yz_str_int(yz_req_query(req, "before"), &v.query.before_at);
	yz_str_int(yz_req_query(req, "id"), &v.query.before_id);
	if (!conn || !yz_counted(p->site, conn, p->arena, &p->who, &v.query, &v.counted, err))
		return false;
	if (v.counted.more)
		v.next = next_of(p, &v);
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, yz_tr(p->lang, titles[v.query.what]));
	tpl_screen_counted(out, p, &v, p->lang);
	return yz_page_end(p);
}
