/* The working calendar and the site's settings.  SPDX-License-Identifier: Apache-2.0 */
#include "web/admin.h"

#include "db/ledger.h"
#include "fmt/file.h"
#include "gov/calendar_import.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "gov/reach.h"
#include "web/handlers.h"
#include "web/templates.h"

enum { NOTICE_MOST = 4 << 20, SETTING_MOST = 200 };

/* Calendar and settings are the whole site's: only for whoever administers all of its region. */
static bool may_set(struct yz_page *p, enum yz_permission what, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	return conn && yz_reach_whole(p->site, conn, p->arena, &p->who, what, err);
}

/* ---- calendar ---- */

static bool load_years(struct yz_page *p, struct yz_admin_calendar *v, const struct yz_calendar *c, struct yz_err *err)
{
	int this_year = yz_day_civil(yz_instant_day(p->now, p->site->offset)).year;
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_rows *r = conn ? yz_select(conn, p->arena, err, "SELECT year, source, imported FROM calendar_year WHERE region = $1 ORDER BY year",
					     YZ_S(p->site->region))
				 : NULL;
	if (!r)
		return false;
	int first = this_year - 1, last = this_year + 1;
	if (r->count && yz_row_int(r, 0, 0) < first)
		first = (int)yz_row_int(r, 0, 0);
	if (r->count && yz_row_int(r, r->count - 1, 0) > last)
		last = (int)yz_row_int(r, r->count - 1, 0);
	v->nyears = (size_t)(last - first + 1);
	v->years = yz_new_n(p->arena, v->nyears, struct yz_admin_year);
	for (int y = first; y <= last; y++)
		v->years[last - y] = (struct yz_admin_year){.year = y, .official = yz_calendar_official(c, y)};
	for (size_t i = 0; i < r->count; i++) {
		struct yz_admin_year *y = &v->years[last - (int)yz_row_int(r, i, 0)];
		y->source = yz_row_str(r, i, 1);
		y->imported = yz_row_int(r, i, 2);
	}
	int64_t asked;
	v->year = yz_str_int(yz_req_query(p->req, "year"), &asked) && asked >= YZ_CALENDAR_FIRST && asked <= YZ_CALENDAR_LAST ? (int)asked : this_year;
	v->official = yz_calendar_official(c, v->year);
	return true;
}

static void load_days(struct yz_page *p, struct yz_admin_calendar *v, const struct yz_calendar *c)
{
	yz_day from = yz_day_from(v->year, 1, 1), to = yz_day_from(v->year, 12, 31);
	v->days = yz_new_n(p->arena, (size_t)(to - from + 1), struct yz_admin_day);
	for (yz_day d = from; d <= to; d++) {
		struct yz_day_info info = yz_calendar_day(c, d);
		struct yz_civil civil = yz_day_civil(d);
		if (info.kind != YZ_DAY_OFF && info.kind != YZ_DAY_EXCHANGED)
			continue;
		v->days[v->ndays++] = (struct yz_admin_day){.day = d, .month = civil.month, .date = civil.day,
							    .weekday = yz_str(yz_say_weekday(p->lang, d)), .name = yz_str_dup(p->arena, info.name),
							    .off = info.kind == YZ_DAY_OFF, .in_lieu = info.in_lieu};
	}
}

static bool show_calendar(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_admin_calendar v = {.moved = -1};
	const struct yz_calendar *c = yz_site_calendar(p->site);
	bool good = load_years(p, &v, c, err);
	if (good)
		load_days(p, &v, c);
	yz_site_calendar_release(p->site, c);
	if (!good)
		return false;
	if (failed) {
		v.error = yz_err_text(p, failed);
		v.detail = yz_str_printf(p->arena, "%s%s%s", failed->where, failed->where[0] ? ": " : "", failed->msg);
		yz_res_status(p->req, 422);
	} else if (yz_str_eqz(yz_req_query(p->req, "done"), "calendar")) {
		yz_str_int(yz_req_query(p->req, "moved"), &v.moved);
	}
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "工作日历"));
	tpl_admin_calendar(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_admin_calendar(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	return may_set(p, YZ_MAY_calendar_manage, err) && show_calendar(p, NULL, err);
}

bool yz_web_admin_calendar_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_upload *file = yz_req_upload_of(req, "file");
	struct yz_calendar_report *report = yz_new(p->arena, struct yz_calendar_report);
	struct yz_err failed = {0};
	struct yz_str text, source = yz_str_trim(yz_req_field(req, "source"));
	int64_t moved = 0;
	if (!may_set(p, YZ_MAY_calendar_manage, err))
		return false;
	yz_page_release(p);
	if (!file)
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("请选择放假通知的文件"));
	else if (source.len > SETTING_MOST)
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("通知名称太长，请缩短"));
	else if (yz_file_read(p->arena, file->path, NOTICE_MOST, &text, &failed) &&
		 yz_site_calendar_import(p->site, p->arena, &p->who, text, source.len ? source : file->name, report, &moved, &failed)) {
		int year = report->years ? report->year[report->years - 1] : 0;
		struct yz_str to = year ? yz_str_printf(p->arena, "/admin/calendar?done=calendar&moved=%lld&year=%d", (long long)moved, year)
					: yz_str_printf(p->arena, "/admin/calendar?done=calendar&moved=%lld", (long long)moved);
		return yz_res_redirect(req, to);
	}
	if (yz_err_is_hers(&failed))
		return show_calendar(p, &failed, err);
	*err = failed;
	return false;
}

/* ---- settings ---- */

static const char *const keys[] = {"mail.url", "mail.from", "mail.user", "mail.password"};
static const char *const names[] = {"mail_url", "mail_from", "mail_user", "mail_password"};

static bool count_mail(struct yz_conn *conn, struct yz_page *p, struct yz_admin_site *v, struct yz_err *err)
{
	/* What is sent has no next try; what was given up neither. */
	if (!yz_select_int(conn, &v->sent, 0, err, "SELECT COUNT(*) FROM outbox WHERE sent IS NOT NULL") ||
	    !yz_select_int(conn, &v->waiting, 0, err, "SELECT COUNT(*) FROM outbox WHERE sent IS NULL AND next_try IS NOT NULL") ||
	    !yz_select_int(conn, &v->failed, 0, err, "SELECT COUNT(*) FROM outbox WHERE sent IS NULL AND next_try IS NULL"))
		return false;
	struct yz_rows *r = yz_select(conn, p->arena, err, "SELECT failure, created FROM outbox WHERE sent IS NULL AND failure <> '' ORDER BY id DESC LIMIT 1");
	if (r && r->count) {
		v->last_failure = yz_row_str(r, 0, 0);
		v->last_at = yz_row_int(r, 0, 1);
	}
	return r != NULL;
}

static bool load_head(struct yz_conn *conn, struct yz_page *p, struct yz_admin_site *v, struct yz_err *err)
{
	struct yz_entries head;
	char hex[YZ_HEX];
	if (!yz_ledger_page(conn, p->arena, p->site->region, 0, 1, &head, err))
		return false;
	if (head.count) {
		v->head_seq = head.at[0].seq;
		v->head_at = head.at[0].at;
		v->head_hash = yz_str_dup(p->arena, yz_str(yz_digest_hex(&head.at[0].hash, hex)));
	}
	return true;
}

static bool show_site(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	enum yz_lang l = p->lang;
	struct yz_admin_site v = {.database = yz_db_is_postgres(p->site->db) ? "PostgreSQL" : "SQLite"};
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn || !count_mail(conn, p, &v, err) || !load_head(conn, p, &v, err))
		return false;
	v.has_password = yz_site_setting(conn, p->arena, "mail.password", "").len > 0;
	struct yz_input inputs[] = {
		{names[0], T(l, "邮件服务器"), T(l, "像 smtps://smtp.example.gov.cn:465；空着就不发邮件，信留在待发里"), NULL, "off",
		 .value = yz_site_setting(conn, p->arena, keys[0], "")},
		{names[1], T(l, "发件地址"), NULL, "email", "off", .value = yz_site_setting(conn, p->arena, keys[1], "")},
		{names[2], T(l, "账号（可不填）"), T(l, "服务器要登录时才填"), NULL, "off", .value = yz_site_setting(conn, p->arena, keys[2], "")},
		{names[3], v.has_password ? T(l, "新的邮件密码") : T(l, "邮件密码"), v.has_password ? T(l, "已经设好，不会显示；空着就不改") : NULL, "password",
		 "new-password", .required = false},
	};
	yz_form_inputs(p, &v.form, inputs, 4, failed);
	if (failed)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, T(l, "本站设置"));
	tpl_admin_site(out, p, &v, l);
	return yz_page_end(p);
}

bool yz_web_admin_site(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	return may_set(p, YZ_MAY_site_manage, err) && show_site(p, NULL, err);
}

struct setting {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str values[4];
	bool forget;
};

static bool do_set(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	const struct setting *w = ctx;
	for (int i = 0; i < 3; i++)
		if (!yz_site_set(conn, keys[i], w->values[i], err))
			return false;
	if ((w->values[3].len || w->forget) && !yz_site_set(conn, keys[3], w->values[3], err))
		return false;
	yz_site_changed(w->site, YZ_CHANGE_MAIL);
	return yz_note(w->site, conn, w->who, "site.settings", "site", 0, "", YZ_LIT("{\"what\":\"mail\"}"), err);
}

static bool plain(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= ' ' || strchr("<>\"", s.ptr[i]) || s.ptr[i] == 0x7f)
			return false;
	return s.len <= SETTING_MOST;
}

static bool check_settings(const struct setting *w, struct yz_err *err)
{
	const struct yz_str *v = w->values;
	if (v[0].len && (!plain(v[0]) || !(yz_str_starts(v[0], YZ_LIT("smtp://")) || yz_str_starts(v[0], YZ_LIT("smtps://")))))
		return yz_wrong(err, names[0], N_("邮件服务器要以 smtp:// 或 smtps:// 开头，不能有空格"));
	if (v[0].len && !v[1].len)
		return yz_wrong(err, names[1], N_("有邮件服务器，还要填发件地址"));
	if (v[1].len && (!plain(v[1]) || yz_str_find(v[1], YZ_LIT("@"), 0) == SIZE_MAX))
		return yz_wrong(err, names[1], N_("发件地址不像邮箱，请核对"));
	if (!plain(v[2]))
		return yz_wrong(err, names[2], N_("账号里不能有空格，也不能太长"));
	return v[3].len <= SETTING_MOST || yz_wrong(err, names[3], N_("密码太长"));
}

bool yz_web_admin_site_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct setting w = {.site = p->site, .who = &p->who, .forget = yz_req_field(req, "forget").len > 0};
	for (int i = 0; i < 4; i++)
		w.values[i] = i == 3 ? yz_req_field(req, names[i]) : yz_str_trim(yz_req_field(req, names[i]));
	if (!may_set(p, YZ_MAY_site_manage, err))
		return false;
	yz_page_release(p);
	if (check_settings(&w, &failed) && yz_db_write(p->site->db, do_set, &w, &failed))
		return yz_res_redirect(req, YZ_LIT("/admin/site?done=saved"));
	if (yz_err_is_hers(&failed))
		return show_site(p, &failed, err);
	*err = failed;
	return false;
}
