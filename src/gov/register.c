/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/register.h"

#include "base/utf8.h"
#include "gov/monitor.h"
#include "gov/note.h"
#include "gov/site.h"

enum { PURPOSE_LEAST = 2, PURPOSE_MOST = 200 };

struct yz_record_env yz_register_env(const struct yz_site *site, const struct yz_actor *who)
{
	bool person = who && who->person;
	return (struct yz_record_env){.keys = site->keys, .region = site->region, .offset = site->offset, .now = yz_site_now(site),
				      .actor_kind = yz_str(!person ? "system" : who->staff ? "staff" : "person"),
				      .actor_name = !person ? YZ_LIT("一站") : who->staff ? who->name : YZ_LIT(""),
				      .actor = person ? who->person : 0};
}

/* The register, and whether she may do this with it: its department's people, or those it is shared with. */
static struct yz_register *load(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str key,
				enum yz_permission what, struct yz_str purpose, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_register *g = conn ? yz_register_load(conn, a, key, err) : NULL;
	if (conn)
		yz_db_release(conn);
	if (!g || !who)
		return g;
	bool may = false;
	for (size_t i = 0; i < who->nposts && !may; i++)
		may = yz_may_in(who, what, who->posts[i].org, YZ_LIT("")) &&
		      (purpose.len ? yz_register_shared(g, who->posts[i].org, purpose) : yz_str_eq(g->org, who->posts[i].org));
	if (!may)
		yz_refuse(who, what, err);
	return may ? g : NULL;
}

bool yz_site_register_import(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str key,
			     const struct yz_record_options *options, struct yz_record_report *report, struct yz_err *err)
{
	const struct yz_record_env env = yz_register_env(site, who);
	*report = (struct yz_record_report){0};
	const struct yz_register *g = load(site, a, who, key, YZ_MAY_register_import, YZ_LIT(""), err);
	return g && yz_record_import(site->db, a, &env, g, options, report, err);
}

struct looking {
	struct yz_site *site;
	const struct yz_record_env *env;
	const struct yz_register_look *look;
	struct yz_str org;
};

static bool keep(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct looking *w = ctx;
	const struct yz_register_look *look = w->look;
	for (size_t i = 0; i < look->found.len; i++) {
		const struct yz_record *k = &look->found.at[i];
		const struct yz_pull pull = {.record = k->id, .reg = look->g->key, .subject = yz_str(k->subject), .purpose = look->purpose,
					     .by_person = w->env->actor, .at = w->env->now};
		struct yz_buf b;
		struct yz_jw j;
		yz_buf_init(&b, a, 4096);
		yz_jw_init(&j, &b);
		yz_jw_object(&j);
		yz_jw_kstr(&j, "register", look->g->key);
		yz_jw_kstr(&j, "purpose", look->purpose);
		yz_jw_end(&j, '}');
		struct yz_entry entry = {.region = w->env->region, .at = w->env->now, .actor_kind = w->env->actor_kind,
					 .actor_id = w->env->actor, .actor_name = w->env->actor_name, .act = YZ_LIT("register.pull"),
					 .thing_kind = YZ_LIT("record"), .thing_id = k->id, .body = yz_buf_str(&b)};
		if (!yz_pull_add(conn, &pull, err) || !yz_ledger_add(conn, &entry, err) ||
		    !yz_monitor_pull(w->site, conn, a, w->env->actor, w->org, look->purpose, 0, err))
			return false;
	}
	return true;
}

bool yz_site_register_look(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_register_look *look,
			   struct yz_err *err)
{
	const struct yz_record_env env = yz_register_env(site, who);
	struct looking w = {.site = site, .env = &env, .look = look,
			    .org = who && who->nposts ? who->posts[0].org : YZ_LIT("")};
	size_t words = yz_utf8_count(yz_str_trim(look->purpose));
	look->purpose = yz_str_trim(look->purpose);
	if (words < PURPOSE_LEAST || words > PURPOSE_MOST)
		return yz_fail(err, YZ_BAD_INPUT, "say what the record is needed for, in %d to %d characters", PURPOSE_LEAST, PURPOSE_MOST);
	if (!(look->g = load(site, a, who, look->reg, YZ_MAY_register_read, look->purpose, err)))
		return false;
	size_t field = look->field.len ? yz_register_field(look->g, look->field) : look->g->id[0];
	if (field == SIZE_MAX)
		return yz_fail(err, YZ_BAD_INPUT, "the register %.*s has no field %.*s", YZ_P(look->reg), YZ_P(look->field));
	struct yz_conn *conn = yz_db_read(site->db, err);
	bool good = conn && yz_record_find(conn, a, &env, look->g, field, look->value, &look->found, err);
	if (conn)
		yz_db_release(conn);
	return good && (!look->found.len || yz_db_write(site->db, keep, &w, err));
}

struct comparing {
	const struct yz_record_env *env;
	const struct yz_compare_asked *asked;
	const struct yz_compared *out;
};

static bool keep_compared(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct comparing *w = ctx;
	return yz_compared_keep(conn, a, w->env, w->asked, w->out, err);
}

bool yz_site_register_compare(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_compare_asked *asked,
			      struct yz_compared *out, struct yz_err *err)
{
	const struct yz_record_env env = yz_register_env(site, who);
	struct comparing w = {&env, asked, out};
	struct yz_conn *conn = yz_db_read(site->db, err);
	bool good = conn && yz_record_compare(conn, a, &env, asked, out, err);
	if (conn)
		yz_db_release(conn);
	return good && yz_db_write(site->db, keep_compared, &w, err);
}

struct exported {
	struct yz_site *site;
	const struct yz_register *g;
	size_t n;
};

static bool note_export(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct exported *w = ctx;
	struct yz_str body = yz_str_printf(a, "{\"register\": \"%.*s\", \"records\": %zu}", YZ_P(w->g->key), w->n);
	/* All who stand in it see it. */
	return yz_exec(conn, err,
		       "INSERT INTO pull (register, subject_dig, purpose, what, state, at, thing) VALUES ($1, '', '', '', '', $2, 'export')",
		       YZ_S(w->g->key), YZ_I(yz_site_now(w->site))) &&
	       yz_note(w->site, conn, NULL, "register.export", "register", 0, "", body, err);
}

bool yz_site_register_exported(struct yz_site *site, const struct yz_register *g, size_t n, struct yz_err *err)
{
	struct exported w = {site, g, n};
	return yz_db_write(site->db, note_export, &w, err);
}
