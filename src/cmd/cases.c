/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include "calendar/calendar.h"
#include "db/backup.h"
#include "db/ledger.h"
#include "fmt/json.h"
#include "gov/calendar_import.h"
#include "gov/case.h"
#include "gov/case_migrate.h"
#include "gov/clock.h"
#include "gov/note.h"
#include "gov/person.h"
#include "gov/site.h"
#include "gov/version.h"
#include "text/text.h"

#include <string.h>

/* Whoever may open the site's folder sees all of it: a supervisor over every region. */
static struct yz_actor operator_actor(struct yz_arena *a, struct yz_site *site, struct yz_conn *conn)
{
	struct yz_actor who = {.person = -1, .name = YZ_LIT("命令行"), .staff = true, .nposts = 1};
	struct yz_rows *r = yz_select(conn, a, NULL, "SELECT path FROM region ORDER BY level, code LIMIT 1");
	who.posts = yz_new(a, struct yz_post);
	*who.posts = (struct yz_post){.role = YZ_ROLE_SUPERVISOR, .region = site->region,
				      .region_path = r && r->count ? yz_row_str(r, 0, 0) : YZ_LIT("/")};
	return who;
}

static struct yz_str show_instant(struct yz_arena *a, struct yz_site *site, yz_instant t)
{
	char buf[32];
	return t ? yz_str_dup(a, yz_str(yz_instant_local(t, site->offset, buf))) : YZ_LIT("-");
}

static void put_instant(struct yz_jw *w, const char *key, yz_instant t)
{
	char buf[32];
	if (t)
		yz_jw_kz(w, key, yz_instant_print(t, buf));
}

static int list_cases(struct yz_args *args, struct yz_site *site, struct yz_conn *conn)
{
	struct yz_err err = {0};
	struct yz_actor who = operator_actor(args->arena, site, conn);
	const char *org = yz_option(args, "org"), *light = yz_option(args, "light");
	long long limit;
	if (!yz_option_int(args, "limit", 50, 1, 200, &limit))
		return 2;
	const struct yz_case_query q = {.org = yz_str(org), .light = yz_str(light), .limit = (int)limit};
	struct yz_case_list list;
	if (!yz_case_watch(site, conn, args->arena, &who, &q, &list, &err))
		return yz_cmd_fail(args, &err);
	struct yz_buf b;
	struct yz_jw w;
	yz_cmd_json_begin(args, &b, &w);
	yz_jw_array(&w);
	for (size_t i = 0; i < list.len; i++) {
		const struct yz_case_row *c = &list.rows[i];
		if (!args->json) {
			fprintf(args->out, "%.*s\t%s\t%s\t%.*s\t%.*s\t%.*s\n", YZ_P(c->no), yz_case_state_name(c->state), yz_light_name(c->light),
			       YZ_P(show_instant(args->arena, site, c->next_due)), YZ_P(c->org_name), YZ_P(c->item_name));
			continue;
		}
		yz_jw_object(&w);
		yz_jw_kstr(&w, "no", c->no);
		yz_jw_kz(&w, "state", yz_case_state_name(c->state));
		yz_jw_kz(&w, "light", yz_light_name(c->light));
		put_instant(&w, "due", c->next_due);
		yz_jw_kstr(&w, "department", c->org_name);
		yz_jw_kstr(&w, "item", c->item_name);
		yz_jw_end(&w, '}');
	}
	yz_jw_end(&w, ']');
	if (args->json)
		yz_cmd_json(args, &b);
	return 0;
}

static int show_case(struct yz_args *args, struct yz_site *site, struct yz_conn *conn)
{
	struct yz_err err = {0};
	struct yz_actor who = operator_actor(args->arena, site, conn);
	struct yz_case *c = yz_case_load(site, conn, args->arena, &who, yz_str(args->argv[1]), &err);
	if (!c)
		return yz_cmd_fail(args, &err);
	struct yz_buf b;
	struct yz_jw w;
	yz_cmd_json_begin(args, &b, &w);
	yz_jw_object(&w);
	yz_jw_kstr(&w, "no", c->row.no);
	yz_jw_kz(&w, "state", yz_case_state_name(c->row.state));
	yz_jw_kstr(&w, "item", c->row.item_name);
	yz_jw_kstr(&w, "department", c->row.org_name);
	yz_jw_kstr(&w, "step", c->row.step);
	put_instant(&w, "due", c->row.next_due);
	yz_jw_key(&w, "events");
	yz_jw_array(&w);
	for (size_t i = 0; i < c->nevents; i++) {
		yz_jw_object(&w);
		put_instant(&w, "at", c->events[i].at);
		yz_jw_kstr(&w, "act", c->events[i].act);
		yz_jw_kint(&w, "seq", c->events[i].seq);
		yz_jw_end(&w, '}');
	}
	yz_jw_end(&w, ']');
	yz_jw_end(&w, '}');
	if (args->json) {
		yz_cmd_json(args, &b);
		return 0;
	}
	fprintf(args->out, "%.*s\t%s\t%.*s\t%.*s\n", YZ_P(c->row.no), yz_case_state_name(c->row.state), YZ_P(c->row.item_name), YZ_P(c->row.step));
	for (size_t i = 0; i < c->nevents; i++)
		fprintf(args->out, "%.*s\t%.*s\t%.*s\n", YZ_P(show_instant(args->arena, site, c->events[i].at)), YZ_P(c->events[i].act),
		       YZ_P(c->events[i].who));
	return 0;
}

static int verify(struct yz_args *args, struct yz_site *site, struct yz_conn *conn)
{
	(void)site;
	struct yz_err err = {0};
	struct yz_ledger_report r;
	if (!yz_ledger_verify(conn, NULL, &r, &err))
		return yz_cmd_fail(args, &err);
	bool good = r.fault == YZ_LEDGER_GOOD;
	if (args->json)
		fprintf(args->out, "{\"good\":%s,\"chains\":%lld,\"checked\":%lld,\"bad_chains\":%lld}\n", good ? "true" : "false", (long long)r.chains,
		       (long long)r.checked, (long long)r.bad_chains);
	else if (good)
		fprintf(args->out, "%lld entries in %lld chains: good\n", (long long)r.checked, (long long)r.chains);
	else
		fprintf(args->out, "%lld entries checked; chain %s entry %lld: %s: %s\n", (long long)r.checked, r.region, (long long)r.seq,
		       yz_ledger_fault_name(r.fault), r.detail);
	return good ? 0 : 1;
}

static int with_site(struct yz_args *args, int (*run)(struct yz_args *args, struct yz_site *site, struct yz_conn *conn))
{
	struct yz_err err = {0};
	struct yz_conn *conn = yz_db_read(args->site->db, &err);
	if (!conn)
		return yz_cmd_fail(args, &err);
	int status = run(args, args->site, conn);
	yz_db_release(conn);
	return status;
}

int yz_cmd_case_list(struct yz_args *args)
{
	return args->argc == 1 ? with_site(args, list_cases) : yz_cmd_usage(args, N_("请给出站点文件夹"));
}

int yz_cmd_case_show(struct yz_args *args)
{
	return args->argc == 2 ? with_site(args, show_case) : yz_cmd_usage(args, N_("请给出站点文件夹和办件编号"));
}

int yz_cmd_ledger_verify(struct yz_args *args)
{
	return args->argc == 1 ? with_site(args, verify) : yz_cmd_usage(args, N_("请给出站点文件夹"));
}

int yz_cmd_calendar_import(struct yz_args *args)
{
	if (args->argc != 2)
		return yz_cmd_usage(args, N_("请给出站点文件夹和放假安排文件"));
	struct yz_err err = {0};
	struct yz_str text;
	struct yz_calendar_report r;
	int64_t moved = 0;
	if (!yz_args_read(args, args->argv[1], 4 << 20, &text, &err) ||
	    !yz_site_calendar_import(args->site, args->arena, NULL, text, yz_str(args->argv[1]), &r, &moved, &err))
		return yz_cmd_fail(args, &err);
	fprintf(args->out, "%d days off, %d exchanged, %d official years; %lld due dates moved\n", r.off, r.exchanged, r.years,
		(long long)moved);
	return 0;
}

int yz_cmd_backup(struct yz_args *args)
{
	if (args->argc != 2)
		return yz_cmd_usage(args, N_("请给出站点文件夹和备份文件"));
	struct yz_err err = {0};
	struct yz_backup_report r;
	struct yz_file *archive = &args->files[0];
	if (!(archive->whole = yz_backup_to(args->site->db, archive->fd, &r, &err)))
		return yz_cmd_fail(args, &err);
	fprintf(args->out, "%s: %lld members, %lld files, %lld bytes%s\n", archive->name, (long long)r.members, (long long)r.blobs,
		(long long)r.bytes, r.with_keys ? "; the site's keys are in it: keep it safe" : "");
	if (r.missing)
		fprintf(args->out, "%lld files that the database names are missing, first %s\n", (long long)r.missing, r.first_missing);
	return r.missing ? 1 : 0;
}

int yz_cmd_restore(struct yz_args *args)
{
	if (args->argc != 2)
		return yz_cmd_usage(args, N_("请给出备份文件和空文件夹"));
	struct yz_err err = {0};
	struct yz_backup_report r;
	if (!yz_restore(args->argv[0], args->argv[1], yz_option(args, "db"), &r, &err))
		return yz_cmd_fail(args, &err);
	fprintf(args->out, "%s: %lld members, %lld files\n", args->argv[1], (long long)r.members, (long long)r.blobs);
	return 0;
}

struct setting {
	struct yz_site *site;
	const char *key, *value;
};

/* One that is wrong would keep the site from opening again. */
static bool do_set(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct setting *s = ctx;
	struct yz_calendar *trial = yz_calendar_new(a, s->site->offset);
	struct yz_str value = yz_str(s->value), none = YZ_LIT("");
	bool days = strcmp(s->key, "calendar.warn_days") == 0, time = strcmp(s->key, "calendar.warn_time") == 0;
	if (strcmp(s->key, "calendar.hours") == 0 && !yz_site_hours_read(trial, a, value, err))
		return false;
	if ((days || time) && !yz_site_warn_read(trial, days ? value : none, time ? value : none, err))
		return false;
	struct yz_buf body;
	struct yz_jw w;
	yz_buf_init(&body, a, 1024);
	yz_jw_init(&w, &body);
	yz_jw_object(&w);
	yz_jw_kz(&w, "what", s->key);
	yz_jw_end(&w, '}');
	yz_site_changed(s->site, YZ_CHANGE_MAIL);
	return yz_site_set(conn, s->key, yz_str(s->value), err) &&
	       yz_note(s->site, conn, NULL, "site.settings", "site", 0, "", yz_buf_str(&body), err);
}

int yz_cmd_setting(struct yz_args *args)
{
	if (args->argc != 2 && args->argc != 3)
		return yz_cmd_usage(args, N_("请给出站点文件夹和设置的名字"));
	struct yz_err err = {0};
	struct setting s = {args->site, args->argv[1], args->argv[2]};
	if (args->argc == 3) {
		bool ok = yz_db_write(args->site->db, do_set, &s, &err) && yz_site_calendar_reload(args->site, &err);
		return ok ? 0 : yz_cmd_fail(args, &err);
	}
	struct yz_conn *conn = yz_db_read(args->site->db, &err);
	if (!conn)
		return yz_cmd_fail(args, &err);
	fprintf(args->out, "%.*s\n", YZ_P(yz_site_setting(conn, args->arena, s.key, "")));
	yz_db_release(conn);
	return 0;
}

int yz_cmd_person_password(struct yz_args *args)
{
	if (args->argc != 2)
		return yz_cmd_usage(args, N_("请给出站点文件夹和登录名"));
	struct yz_err err = {0};
	struct yz_str address;
	if (!yz_recovery_link(args->site, args->arena, yz_str(args->argv[1]), &address, &err))
		return yz_cmd_fail(args, &err);
	fprintf(args->out, "%.*s\n", YZ_P(address));
	return 0;
}

/* One line a case: what would or did become of it. */
static void say_moved(struct yz_args *args, struct yz_jw *w, struct yz_str no, const struct yz_moved *m, const struct yz_err *err)
{
	char buf[768];
	const char *what = err->code ? "stays" : m->from == m->to ? "newest" : "moves";
	const char *why = err->code ? yz_err_print(err, buf, sizeof buf) : "";
	if (!args->json) {
		fprintf(args->out, "%.*s\t%s\t%s\n", YZ_P(no), what, why);
		return;
	}
	yz_jw_object(w);
	yz_jw_kstr(w, "no", no);
	yz_jw_kz(w, "outcome", what);
	yz_jw_kint(w, "from", m->from);
	yz_jw_kint(w, "to", m->to);
	if (*why)
		yz_jw_kz(w, "why", why);
	yz_jw_end(w, '}');
}

int yz_cmd_case_migrate(struct yz_args *args)
{
	const char *item = yz_option(args, "item");
	if (args->argc != (item ? 1 : 2))
		return yz_cmd_usage(args, N_("请给出站点文件夹，和办件编号或 --item 事项编码"));
	struct yz_err err = {0};
	struct yz_str one = item ? YZ_LIT("") : yz_str(args->argv[1]), *nos = &one;
	size_t n = 1, stays = 0;
	if (item) {
		struct yz_conn *conn = yz_db_read(args->site->db, &err);
		/* By its key as well as its code; one that is not there is no item without cases. */
		const struct yz_version *v = conn ? yz_version_now(args->site, conn, args->arena, yz_str(item), &err) : NULL;
		n = v ? yz_case_open_of(conn, args->arena, v->code, &nos, &err) : 0;
		yz_db_release(conn);
	}
	if (err.code)
		return yz_cmd_fail(args, &err);
	struct yz_buf b;
	struct yz_jw w;
	yz_cmd_json_begin(args, &b, &w);
	yz_jw_array(&w);
	for (size_t i = 0; i < n; i++) {
		struct yz_moved m;
		struct yz_err not_this = {0};
		yz_case_migrate(args->site, NULL, nos[i], yz_option(args, "dry-run") != NULL, &m, &not_this);
		say_moved(args, &w, nos[i], &m, &not_this);
		stays += not_this.code != 0;
	}
	yz_jw_end(&w, ']');
	if (args->json)
		yz_cmd_json(args, &b);
	return stays ? 1 : 0;
}
