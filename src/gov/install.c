/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/install.h"

#include "calendar/calendar.h"
#include "crypt/crypt.h"
#include "gov/enterprise.h"
#include "gov/install_known.h"
#include "gov/score.h"
#include "gov/item_row.h"
#include "gov/monitor.h"
#include "gov/note.h"
#include "gov/person_row.h"
#include "gov/policy.h"
#include "gov/promise.h"
#include "gov/register.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* What the writer puts in, made before it runs: it is quick then, and its arena small. */
struct prepared_item {
	const struct yz_pack_file *file;
	struct yz_str body, form, process, decision, findings; /* all but body and findings: digests */
};
struct artifact {
	struct yz_str digest, key, body;
	const char *kind;
};

struct installing {
	struct yz_site *site;
	struct yz_arena *a;
	const struct yz_pack *pack;
	const struct yz_install_options *options;
	struct yz_install_report report;
	struct prepared_item *items;
	struct artifact *artifacts;
	size_t nartifacts;
	struct yz_str *orgs, *bundles; /* canonical bodies */
	char password[YZ_PASSWORD_HASH];
	yz_instant now, since;
};

static void tell(struct installing *w, const char *what, size_t done, size_t all)
{
	if (w->options->progress)
		w->options->progress(w->options->progress_ctx, what, done, all);
}

/* ---- before the write ---- */

static struct yz_str canonical(struct yz_arena *a, const struct yz_json *v)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 16 << 20);
	yz_json_canonical(&b, v);
	return yz_buf_str(&b);
}

static struct yz_str digest_of(struct yz_arena *a, struct yz_str body)
{
	char hex[YZ_HEX];
	struct yz_digest d = yz_digest(YZ_SM3, body);
	return yz_str_dup(a, yz_str(yz_digest_hex(&d, hex)));
}

static void add_artifact(struct installing *w, const char *kind, const struct yz_pack_file *f)
{
	struct yz_str body = f->json ? canonical(w->a, f->json) : f->text;
	w->artifacts[w->nartifacts++] = (struct artifact){digest_of(w->a, body), f->key, body, kind};
}

static struct yz_str artifact_named(const struct installing *w, const char *kind, struct yz_str key)
{
	for (size_t i = 0; key.len && i < w->nartifacts; i++)
		if (strcmp(w->artifacts[i].kind, kind) == 0 && yz_str_eq(w->artifacts[i].key, key))
			return w->artifacts[i].digest;
	return (struct yz_str){0};
}

static void prepare(struct installing *w)
{
	const struct yz_pack *p = w->pack;
	w->artifacts = yz_new_n(w->a, p->forms.len + p->processes.len + p->decisions.len, struct artifact);
	for (size_t i = 0; i < p->forms.len; i++)
		add_artifact(w, "form", &p->forms.at[i]);
	for (size_t i = 0; i < p->processes.len; i++)
		add_artifact(w, "process", &p->processes.at[i]);
	for (size_t i = 0; i < p->decisions.len; i++)
		add_artifact(w, "decision", &p->decisions.at[i]);
	w->orgs = yz_new_n(w->a, p->orgs.len, struct yz_str);
	for (size_t i = 0; i < p->orgs.len; i++)
		w->orgs[i] = canonical(w->a, p->orgs.at[i].json);
	w->bundles = yz_new_n(w->a, p->bundles.len, struct yz_str);
	for (size_t i = 0; i < p->bundles.len; i++)
		w->bundles[i] = canonical(w->a, p->bundles.at[i].json);
	w->items = yz_new_n(w->a, p->items.len, struct prepared_item);
	for (size_t i = 0; i < p->items.len; i++) {
		const struct yz_json *body = p->items.at[i].json;
		struct yz_findings found = {0};
		yz_item_check(w->a, body, "zh-CN", &found);
		w->items[i] = (struct prepared_item){&p->items.at[i], canonical(w->a, body),
						     artifact_named(w, "form", yz_json_str(body, "form")),
						     artifact_named(w, "process", yz_json_str(body, "process")),
						     artifact_named(w, "decision", yz_json_str(body, "decision")),
						     yz_findings_json(w->a, &found, 0)};
		tell(w, "check", i + 1, p->items.len);
	}
}

/* A pack's first items hold from the beginning of its calendar, so that cases of those years find them. */
static yz_instant beginning(const struct yz_site *site, const struct yz_pack *p, yz_instant now)
{
	const struct yz_json *years = yz_json_get(p->calendar, "years");
	int64_t first = 0, y;
	for (size_t i = 0; i < yz_json_len(years); i++)
		if (yz_json_num_int(yz_json_at(years, i)->text, &y) && (!first || y < first))
			first = y;
	yz_instant start = first ? yz_day_start(yz_day_from((int)first, 1, 1), site->offset) : now;
	return start < now ? start : now;
}

/* ---- inside the write ---- */

static bool put_regions(struct installing *w, struct yz_conn *conn, struct yz_err *err)
{
	for (size_t i = 0; i < w->pack->nregions; i++) {
		const struct yz_pack_region *g = &w->pack->regions[i];
		if (!yz_exec(conn, err,
			     "INSERT INTO region (code, name, level, parent, path, zone) VALUES ($1, $2, $3, $4, $5, 'Asia/Shanghai') "
			     "ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level, parent = excluded.parent, "
			     "path = excluded.path",
			     YZ_S(g->code), YZ_S(g->name), YZ_I(g->level), YZ_S(g->parent), YZ_S(g->path)))
			return false;
	}
	w->report.regions = w->pack->nregions;
	return true;
}

static bool put_orgs(struct installing *w, struct yz_conn *conn, struct yz_err *err)
{
	for (size_t i = 0; i < w->pack->orgs.len; i++) {
		const struct yz_pack_file *f = &w->pack->orgs.at[i];
		if (!yz_exec(conn, err,
			     "INSERT INTO org (key, uscc, name, short, region, position, body) VALUES ($1, $2, $3, $4, $5, $6, $7) "
			     "ON CONFLICT (key) DO UPDATE SET uscc = excluded.uscc, name = excluded.name, short = excluded.short, "
			     "region = excluded.region, position = excluded.position, body = excluded.body",
			     YZ_S(f->key), YZ_S(yz_json_str(f->json, "uscc")), YZ_S(yz_json_str(f->json, "name")),
			     YZ_S(yz_json_str(f->json, "short")), YZ_S(yz_json_str(f->json, "region")),
			     YZ_I(yz_json_int(f->json, "order", 1000)), YZ_S(w->orgs[i])))
			return false;
	}
	w->report.orgs = w->pack->orgs.len;
	return true;
}

static bool put_themes(struct installing *w, struct yz_conn *conn, struct yz_err *err)
{
	const struct yz_json *list = w->pack->themes;
	for (size_t i = 0; i < yz_json_len(list); i++) {
		const struct yz_json *t = yz_json_at(list, i);
		if (!yz_exec(conn, err,
			     "INSERT INTO theme (key, kind, name, for_whom, position) VALUES ($1, $2, $3, $4, $5) "
			     "ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, name = excluded.name, for_whom = excluded.for_whom, "
			     "position = excluded.position",
			     YZ_S(yz_json_str(t, "key")), YZ_S(yz_json_str(t, "kind")), YZ_S(yz_json_str(t, "name")),
			     YZ_S(yz_json_str(t, "for")), YZ_I(yz_json_int(t, "order", 1000))))
			return false;
	}
	w->report.themes = yz_json_len(list);
	return true;
}

/* The days of one year, unless the site has its notice already: an imported one is newer than the pack's. */
static bool put_days(struct installing *w, struct yz_conn *conn, const char *key, bool works, int year, struct yz_err *err)
{
	const struct yz_json *list = yz_json_get(w->pack->calendar, key);
	for (size_t i = 0; i < yz_json_len(list); i++) {
		const struct yz_json *row = yz_json_at(list, i);
		size_t n = yz_json_len(row);
		yz_day first = 0, last = 0;
		yz_day_parse(yz_json_text(yz_json_at(row, 0)), &first);
		yz_day_parse(yz_json_text(yz_json_at(row, n - 2)), &last);
		for (yz_day d = first; d <= last; d++) {
			if (yz_day_civil(d).year != year)
				continue;
			if (!yz_exec(conn, err,
				     "INSERT INTO calendar_day (region, day, works, in_lieu, name) VALUES ($1, $2, $3, 0, $4) "
				     "ON CONFLICT (region, day) DO UPDATE SET works = excluded.works, name = excluded.name",
				     YZ_S(w->pack->region), YZ_I(d), YZ_I(works), YZ_S(yz_json_text(yz_json_at(row, n - 1)))))
				return false;
			w->report.days++;
		}
	}
	return true;
}

static bool put_calendar(struct installing *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	static const char *const week[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", "exchanged"};
	const struct yz_json *years = yz_json_get(w->pack->calendar, "years"), *hours = yz_json_get(w->pack->calendar, "hours");
	for (size_t i = 0; i < yz_json_len(years); i++) {
		int64_t year = 0, known;
		yz_json_num_int(yz_json_at(years, i)->text, &year);
		if (!yz_select_int(conn, &known, 0, err, "SELECT COUNT(*) FROM calendar_year WHERE region = $1 AND year = $2",
				   YZ_S(w->pack->region), YZ_I(year)))
			return false;
		if (known)
			continue;
		if (!put_days(w, conn, "off", false, (int)year, err) || !put_days(w, conn, "work", true, (int)year, err) ||
		    !yz_exec(conn, err, "INSERT INTO calendar_year (region, year, source, imported) VALUES ($1, $2, $3, $4)",
			     YZ_S(w->pack->region), YZ_I(year), YZ_S(yz_str_printf(a, "pack %.*s", YZ_P(w->pack->key))), YZ_I(w->now)))
			return false;
	}
	if (!hours || yz_site_setting(conn, a, "calendar.hours", "").len)
		return true;
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_array(&j);
	for (size_t d = 0; d < 8; d++) {
		const struct yz_json *spans = yz_json_get(hours, week[d]);
		yz_jw_str(&j, yz_pack_hours(a, d == YZ_EXCHANGED && !spans ? yz_json_get(hours, "mon") : spans));
	}
	yz_jw_end(&j, ']');
	return yz_site_set(conn, "calendar.hours", yz_buf_str(&b), err);
}

static bool put_artifacts(struct installing *w, struct yz_conn *conn, struct yz_err *err)
{
	for (size_t i = 0; i < w->nartifacts; i++) {
		const struct artifact *f = &w->artifacts[i];
		if (!yz_exec(conn, err, "INSERT INTO artifact (digest, kind, key, body) VALUES ($1, $2, $3, $4) ON CONFLICT (digest) DO NOTHING",
			     YZ_S(f->digest), YZ_Z(f->kind), YZ_S(f->key), YZ_S(f->body)))
			return false;
	}
	return true;
}

static bool put_item(struct installing *w, struct yz_conn *conn, struct yz_arena *a, const struct prepared_item *p, struct yz_err *err)
{
	const struct yz_json *body = p->file->json;
	struct yz_item_last last;
	struct yz_str code = yz_json_str(body, "code"), region = yz_json_str(body, "region");
	if (!yz_item_last(conn, a, code, &last, err))
		return false;
	bool same = last.id && yz_str_eq(last.body, p->body) && yz_str_eq(last.form, p->form) && yz_str_eq(last.process, p->process) &&
		    yz_str_eq(last.decision, p->decision);
	if (same || (last.id && yz_str_eqz(last.state, "abolished"))) {
		w->report.items_same++;
		return true;
	}
	yz_instant from = last.id ? w->now : w->since;
	if (last.id)
		w->report.items_changed++;
	else
		w->report.items_new++;
	struct yz_item_new n = {.code = code, .key = p->file->key, .name = yz_json_str(body, "name"), .org = yz_json_str(body, "org"),
				.region = region.len ? region : w->pack->region, .type = yz_json_str(body, "type"), .body = p->body,
				.findings = p->findings, .source = yz_str_printf(a, "pack %.*s %.*s", YZ_P(w->pack->key), YZ_P(w->pack->version)),
				.form = p->form, .process = p->process, .decision = p->decision, .state = "published", .from_at = from,
				.version = last.version + 1, .now = w->now};
	int64_t id = yz_item_insert(conn, &n, err);
	return id && yz_item_end_before(conn, code, id, from, err);
}

static bool put_registers(struct installing *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	const struct yz_record_env env = yz_register_env(w->site, NULL);
	const struct yz_pack_files *const lists[] = {&w->pack->registers, &w->pack->comparisons};
	static const char *const kinds[] = {"register", "comparison"};
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < lists[k]->len; i++)
			if (!yz_register_install(conn, a, &env, kinds[k], lists[k]->at[i].key, lists[k]->at[i].json, &w->report.registers, err))
				return yz_fail_in(err, "%.*s", YZ_P(lists[k]->at[i].path));
	return true;
}

/* The pack's are all there are: a site makes none of its own. */
static bool put_bundles(struct installing *w, struct yz_conn *conn, struct yz_err *err)
{
	if (!yz_exec(conn, err, "DELETE FROM bundle"))
		return false;
	for (size_t i = 0; i < w->pack->bundles.len; i++) {
		const struct yz_pack_file *f = &w->pack->bundles.at[i];
		if (!yz_exec(conn, err, "INSERT INTO bundle (key, name, position, body) VALUES ($1, $2, $3, $4)", YZ_S(f->key),
			     YZ_S(yz_json_str(f->json, "name")), YZ_I((int64_t)i), YZ_S(w->bundles[i])))
			return false;
	}
	return true;
}

/* ---- people ---- */

static bool put_posts(struct installing *w, struct yz_conn *conn, const struct yz_json *p, int64_t id, struct yz_err *err)
{
	const struct yz_json *posts = yz_json_get(p, "posts");
	struct yz_str home = yz_json_str(p, "region");
	for (size_t i = 0; i < yz_json_len(posts); i++) {
		const struct yz_json *post = yz_json_at(posts, i);
		struct yz_str region = yz_json_str(post, "region");
		if (!region.len)
			region = home.len ? home : w->pack->region;
		if (!yz_insert(conn, err, "INSERT INTO post (person, org, role, region, title, from_at) VALUES ($1, $2, $3, $4, $5, $6)",
			       YZ_I(id), YZ_S(yz_json_str(post, "org")), YZ_S(yz_json_str(post, "role")), YZ_S(region),
			       YZ_S(yz_json_str(post, "title")), YZ_I(w->since)))
			return false;
	}
	return true;
}

static bool put_person(struct installing *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_json *p, struct yz_err *err)
{
	struct yz_str login = yz_json_str(p, "login"), id_no = yz_json_str(p, "id"), rep = yz_json_str(p, "legal_rep");
	struct yz_str region = yz_json_str(p, "region");
	int64_t known, rep_id = 0;
	if (!yz_select_int(conn, &known, 0, err, "SELECT COUNT(*) FROM person WHERE login = $1", YZ_S(login)))
		return false;
	if (known)
		return true;
	struct yz_person_values v = {.kind = yz_str_eqz(yz_json_str(p, "kind"), "legal") ? YZ_LIT("legal") : YZ_LIT("natural"),
				     .login = login, .name = yz_json_str(p, "name"), .lang = YZ_LIT("zh-CN")};
	const struct yz_registration r = {.kind = v.kind, .login = login, .name = v.name, .id_no = id_no,
					  .mobile = yz_json_str(p, "mobile"), .email = yz_json_str(p, "email"), .lang = v.lang};
	if (id_no.len && !yz_person_normalise(w->site, &r, &v, err))
		return yz_fail_in(err, "person %.*s", YZ_P(login));
	if (rep.len && !yz_select_int(conn, &rep_id, 0, err, "SELECT id FROM person WHERE login = $1", YZ_S(rep)))
		return false;
	/* Staff are known to their administrator; others are as the pack says. */
	bool staff = yz_json_len(yz_json_get(p, "posts")) > 0;
	int64_t id = yz_person_insert(w->site, conn, a, &v, yz_str(w->password), (int)yz_json_int(p, "level", staff ? 1 : 0), rep_id,
				      region.len ? region : w->pack->region, err);
	w->report.people++;
	return id ? put_posts(w, conn, p, id, err) : yz_fail_in(err, "person %.*s", YZ_P(login));
}

static bool note(struct installing *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "pack", w->pack->key);
	yz_jw_kstr(&j, "version", w->pack->version);
	yz_jw_kint(&j, "items_new", (int64_t)w->report.items_new);
	yz_jw_kint(&j, "items_changed", (int64_t)w->report.items_changed);
	yz_jw_kint(&j, "people", (int64_t)w->report.people);
	yz_jw_kint(&j, "known", (int64_t)w->report.known);
	yz_jw_end(&j, '}');
	return yz_note(w->site, conn, NULL, "pack.install", "pack", 0, "", yz_buf_str(&b), err);
}

/* Its names in other languages: yz_site_name has them after yz_site_texts_reload. */
static bool put_texts(struct installing *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	for (size_t i = 0; i < w->pack->texts.len; i++) {
		const struct yz_pack_file *f = &w->pack->texts.at[i];
		if (!yz_site_set(conn, yz_printf(a, "texts.%.*s", YZ_P(f->key)), canonical(a, f->json), err))
			return false;
	}
	return true;
}

/* Its own words for what people are told: all files as one object. */
static bool put_messages(struct installing *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4 << 20);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	for (size_t i = 0; i < w->pack->messages.len; i++)
		for (size_t k = 0; k < w->pack->messages.at[i].json->count; k++) {
			yz_jw_keys(&j, w->pack->messages.at[i].json->members[k].key);
			yz_jw_value(&j, w->pack->messages.at[i].json->members[k].value);
		}
	yz_jw_end(&j, '}');
	return yz_site_set(conn, "messages", yz_buf_str(&b), err);
}

static bool put_map(struct installing *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	return yz_site_set(conn, "map", w->pack->map ? canonical(a, w->pack->map) : YZ_LIT(""), err);
}

/* The demo pays into a box of sand. */
static bool put_sandbox(struct installing *w, struct yz_conn *conn, struct yz_err *err)
{
	return !w->options->demo_password || yz_exec(conn, err, "INSERT INTO setting (key, value) VALUES ('pay.provider', 'sandbox') ON CONFLICT (key) DO NOTHING");
}

static bool do_install(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct installing *w = ctx;
	w->report = (struct yz_install_report){0};
	if (!put_regions(w, conn, err) || !put_orgs(w, conn, err) || !put_themes(w, conn, err) || !put_calendar(w, conn, a, err) ||
	    !put_artifacts(w, conn, err))
		return false;
	for (size_t i = 0; i < w->pack->items.len; i++)
		if (!put_item(w, conn, a, &w->items[i], err))
			return yz_fail_in(err, "%.*s", YZ_P(w->items[i].file->path));
	if (!yz_score_install(conn, a, w->pack, err) || !put_registers(w, conn, a, err) ||
	    !yz_monitors_install(w->site, conn, a, w->pack, &w->report.monitors, err) || !put_bundles(w, conn, err) ||
	    !yz_policy_install(w->site, conn, a, w->pack, &w->report.policies, err))
		return false;
	for (size_t i = 0; i < yz_json_len(w->pack->people); i++)
		if (!put_person(w, conn, a, yz_json_at(w->pack->people, i), err))
			return false;
	if (!yz_install_known(w->site, conn, a, w->pack, &w->report.known, err))
		return false;
	struct yz_str version = yz_str_printf(a, "%.*s %.*s", YZ_P(w->pack->key), YZ_P(w->pack->version));
	if (!yz_site_set(conn, "pack", version, err) || !put_texts(w, conn, a, err) || !put_messages(w, conn, a, err) || !put_map(w, conn, a, err) ||
	    !put_sandbox(w, conn, err) || !note(w, conn, a, err))
		return false;
	yz_site_changed(w->site, YZ_CHANGE_ITEM);
	return true;
}

/* ---- site.json ---- */

static bool write_config(struct yz_site *site, struct yz_arena *a, struct yz_err *err)
{
	const char *path = yz_printf(a, "%s/site.json", site->dir), *part = yz_printf(a, "%s/site.json.part", site->dir);
	struct yz_json *config = yz_json_new_object(a);
	struct yz_err ignored = {0};
	/* What an operator wrote there (database, address) stays. */
	const struct yz_json *old = yz_json_load(a, path, NULL, &ignored);
	for (size_t i = 0; yz_json_is(old, YZ_JSON_OBJECT) && i < old->count; i++)
		yz_json_put(a, config, old->members[i].key, old->members[i].value);
	yz_json_put(a, config, YZ_LIT("name"), yz_json_new_str(a, site->name));
	yz_json_put(a, config, YZ_LIT("region"), yz_json_new_str(a, site->region));
	yz_json_put(a, config, YZ_LIT("offset"), yz_json_new_int(a, site->offset));
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 20);
	yz_json_write(&b, config);
	yz_buf_addc(&b, '\n');
	FILE *f = fopen(part, "we");
	bool good = f && fwrite(b.ptr, 1, b.len, f) == b.len && fflush(f) == 0 && fsync(fileno(f)) == 0;
	if (f && fclose(f) != 0)
		good = false;
	if (!good || rename(part, path) != 0)
		return yz_fail(err, YZ_IO, "cannot write %s: %s", path, strerror(errno));
	return true;
}

/* The pack's register of enterprises, as a file that somebody imports. */
static bool put_enterprises(struct installing *w, struct yz_err *err)
{
	if (!w->pack->enterprises.len)
		return true;
	const struct yz_enterprise_options options = {.bytes = w->pack->enterprises, .file_name = YZ_LIT("enterprises.csv"), .lang = YZ_LANG_ZH};
	struct yz_enterprise_report report;
	if (!yz_enterprise_import(w->site, w->a, &options, &report, err))
		return false;
	w->report.enterprises = report.added + report.changed;
	return true;
}

/* Records that come with the pack, each file as if somebody imported it. */
static bool put_records(struct installing *w, struct yz_err *err)
{
	for (size_t i = 0; i < w->pack->records.len; i++) {
		const struct yz_pack_file *f = &w->pack->records.at[i];
		const struct yz_record_options options = {.bytes = f->text, .file_name = f->path};
		struct yz_record_report report;
		if (!yz_site_register_import(w->site, w->a, NULL, f->key, &options, &report, err))
			return false;
		w->report.records += report.added + report.changed;
	}
	return true;
}

static bool install(struct installing *w, struct yz_err *err)
{
	struct yz_site *site = w->site;
	const struct yz_pack *p = w->pack;
	if (p->nerrors || !p->region.len)
		return yz_fail(err, YZ_BAD_INPUT, "the pack has %zu errors; 'yizhan pack check' lists them", p->nerrors);
	if (site->region.len && !yz_str_eq(site->region, p->region))
		return yz_fail(err, YZ_CONFLICT, "this site is of region %.*s, the pack of %.*s", YZ_P(site->region), YZ_P(p->region));
	if (w->options->demo_password && !yz_password_hash(yz_str(w->options->demo_password), w->password, err))
		return false;
	site->region = yz_str_dup(site->arena, p->region);
	site->name = yz_str_dup(site->arena, p->name);
	w->now = yz_site_now(site);
	w->since = beginning(site, p, w->now);
	prepare(w);
	tell(w, "write", 0, 1);
	if (!yz_db_write(site->db, do_install, w, err) || !write_config(site, w->a, err) || !put_enterprises(w, err) ||
	    !put_records(w, err))
		return false;
	tell(w, "write", 1, 1);
	bool news;
	return yz_site_texts_reload(site, err) && yz_site_calendar_reload(site, err) && yz_site_catalogue_reload(site, err) &&
	       yz_monitors_reload(site, err) && yz_promise_keep(site, &news, err);
}

bool yz_pack_install(struct yz_site *site, const struct yz_pack *pack, const struct yz_install_options *options,
		     struct yz_install_report *report, struct yz_err *err)
{
	static const struct yz_install_options none = {0};
	struct installing w = {.site = site, .a = yz_arena_create(0), .pack = pack, .options = options ? options : &none};
	bool good = install(&w, err);
	if (report)
		*report = w.report;
	yz_arena_destroy(w.a);
	return good || yz_fail_in(err, "pack %.*s", YZ_P(pack->key));
}
