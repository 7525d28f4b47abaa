/* The limits of supervision, as the site sets them.  SPDX-License-Identifier: Apache-2.0 */
#include "web/admin.h"

#include "db/ledger.h"
#include "gov/card_act.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "gov/reach.h"
#include "gov/superior.h"
#include "gov/urge.h"
#include "web/handlers.h"
#include "web/templates.h"

static const struct {
	const char *field, *setting, *title;
	int32_t usual, most;
} limits[] = {
#define LIMIT(field, setting, usual, most, title) {#field, setting, N_(title), usual, most},
#include "gov/supervision_limits.def"
#undef LIMIT
};
enum { LIMITS = sizeof limits / sizeof *limits };
#define WARN_TIME "calendar.warn_time"

/* They are the whole site's: only for whoever administers all of its region. */
static bool may_set(struct yz_page *p, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	return conn && yz_reach_whole(p->site, conn, p->arena, &p->who, YZ_MAY_site_manage, err);
}

static bool show(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_input inputs[LIMITS + 1];
	struct yz_simple_form f;
	if (!conn)
		return false;
	for (int i = 0; i < LIMITS; i++)
		inputs[i ? i + 1 : 0] = (struct yz_input){
			limits[i].field, yz_tr(p->lang, limits[i].title), yz_printf(p->arena, T(p->lang, "1 到 %d，通常 %d"), limits[i].most, limits[i].usual),
			"number", "off",
			.value = yz_str_printf(p->arena, "%d", yz_setting_days(conn, p->arena, limits[i].setting, limits[i].usual, limits[i].most)),
			.required = true};
	inputs[1] = (struct yz_input){"warn_time", T(p->lang, "提醒在那天几点发出"), T(p->lang, "通常 09:00"), "time", "off",
					   .value = yz_site_setting(conn, p->arena, WARN_TIME, "09:00"), .required = true};
	yz_form_inputs(p, &f, inputs, LIMITS + 1, failed);
	if (failed)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "监察的期限"));
	tpl_admin_limits(out, p, &f, p->lang);
	return yz_page_end(p);
}

bool yz_web_admin_limits(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	return may_set(p, err) && show(p, NULL, err);
}

struct setting {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t days[LIMITS];
	struct yz_str time; /* of the warning */
};

static bool do_set(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct setting *w = ctx;
	struct yz_buf b;
	yz_buf_init(&b, a, 1024);
	yz_buf_addz(&b, "{\"what\":\"supervision\"");
	for (int i = 0; i < LIMITS; i++) {
		yz_buf_printf(&b, ",\"%s\":%lld", limits[i].setting, (long long)w->days[i]);
		if (!yz_site_set(conn, limits[i].setting, yz_str_printf(a, "%lld", (long long)w->days[i]), err))
			return false;
	}
	yz_buf_printf(&b, ",\"" WARN_TIME "\":\"%.*s\"}", YZ_P(w->time)); /* it was read: digits and a colon */
	return yz_site_set(conn, WARN_TIME, w->time, err) && yz_note(w->site, conn, w->who, "site.settings", "site", 0, "", yz_buf_str(&b), err);
}

/* A limit that runs keeps what it was given. */
bool yz_web_admin_limits_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct setting w = {.site = p->site, .who = &p->who, .time = yz_req_field(req, "warn_time")};
	if (!may_set(p, err))
		return false;
	yz_page_release(p);
	for (int i = 0; i < LIMITS && !failed.code; i++) {
		w.days[i] = yz_field_int(req, limits[i].field);
		if (w.days[i] < 1 || w.days[i] > limits[i].most)
			yz_wrong(&failed, limits[i].field, N_("请写范围以内的工作日数"));
	}
	if (!failed.code && !yz_calendar_set_warn(yz_calendar_new(p->arena, p->site->offset), 1, w.time, &failed)) {
		failed = (struct yz_err){0};
		yz_wrong(&failed, "warn_time", N_("请写几点几分，例如 09:00"));
	}
	if (!failed.code && yz_db_write(p->site->db, do_set, &w, &failed) && yz_site_calendar_reload(p->site, &failed))
		return yz_res_redirect(req, YZ_LIT("/admin/limits?done=saved"));
	if (yz_err_is_hers(&failed))
		return show(p, &failed, err);
	*err = failed;
	return false;
}
