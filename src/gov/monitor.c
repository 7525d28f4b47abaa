/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/monitor_row.h"

#include "base/log.h"
#include "gov/note.h"
#include "gov/snapshot.h"

#include <stdlib.h>
#include <string.h>

/* ---- the set ---- */

struct yz_monitors {
	struct yz_slot slot;
};

struct yz_monitors *yz_monitors_create(void)
{
	struct yz_monitors *m = malloc(sizeof *m);
	if (!m)
		abort();
	yz_slot_init(&m->slot);
	return m;
}

void yz_monitors_destroy(struct yz_monitors *m)
{
	if (!m)
		return;
	yz_slot_finish(&m->slot);
	free(m);
}

struct lent {
	struct yz_site *site;
	const struct yz_monitor_set *set;
};

static void give_back(void *ctx)
{
	struct lent *l = ctx;
	if (l->set)
		yz_slot_release(&l->site->monitors->slot, l->set);
}

const struct yz_monitor_set *yz_monitor_set_of(struct yz_site *site, struct yz_arena *a)
{
	static const struct yz_monitor_set none;
	struct lent *l = yz_new(a, struct lent);
	l->site = site;
	yz_arena_defer(a, give_back, l); /* first: it may spend the memory, and not return */
	l->set = yz_slot_take(&site->monitors->slot);
	return l->set ? l->set : &none;
}

const struct yz_armed *yz_monitor_list(struct yz_site *site, struct yz_arena *a, size_t *n)
{
	const struct yz_monitor_set *set = yz_monitor_set_of(site, a);
	*n = set->n;
	return set->all;
}

static struct yz_monitor_slice pick(struct yz_arena *a, const struct yz_monitor_set *set, bool (*fits)(const struct yz_monitor *m, unsigned k),
				    unsigned k)
{
	struct yz_monitor_slice out = {0};
	const struct yz_armed **at = yz_new_n(a, set->n + 1, const struct yz_armed *);
	for (size_t i = 0; i < set->n; i++)
		if (fits(set->all[i].m, k))
			at[out.n++] = &set->all[i];
	out.at = at;
	return out;
}

static bool is_on(const struct yz_monitor *m, unsigned k)
{
	return m->on >> k & 1;
}

static bool is_until(const struct yz_monitor *m, unsigned k)
{
	return m->until >> k & 1;
}

static bool goes_with(const struct yz_monitor *m, unsigned k)
{
	return m->clocks >> k & 1;
}

static void index_set(struct yz_arena *a, struct yz_monitor_set *set)
{
	for (unsigned k = 0; k < YZ_EVENTS; k++) {
		set->on[k] = pick(a, set, is_on, k);
		set->until[k] = pick(a, set, is_until, k);
	}
	for (unsigned k = 0; k < YZ_MONITOR_CLOCKS; k++)
		set->clock[k] = pick(a, set, goes_with, k);
	memset(set->event, -1, sizeof set->event);
	for (unsigned k = 0; k < YZ_EVENTS; k++) {
		enum yz_act act;
		if (!yz_act_parse(yz_str(yz_monitor_event_name(k)), &act))
			continue;
		for (size_t i = 0; i < set->n; i++) {
			const struct yz_monitor *m = set->all[i].m;
			if (m->watches != YZ_WATCH_CASE && m->watches != YZ_WATCH_TASK && m->watches != YZ_WATCH_RATING)
				continue;
			if ((m->on | m->until) >> k & 1) {
				set->event[m->watches][act] = (int8_t)k;
				set->acts |= UINT64_C(1) << act;
			}
		}
	}
}
_Static_assert(YZ_ACTS <= 64, "they are bits");

/* What the site says instead of the pack, where it still may. */
static void set_value(struct yz_conn *conn, struct yz_arena *a, struct yz_armed *m, size_t i)
{
	const struct yz_monitor_setting *s = &m->m->settings[i];
	struct yz_str own = yz_site_setting(conn, a, yz_printf(a, "monitor.%.*s.%.*s", YZ_P(m->m->key), YZ_P(s->key)), "");
	m->values[i] = s->value;
	struct yz_dec d;
	if (own.len && yz_dec_parse(own, &d) && yz_dec_cmp(s->least, d) <= 0 && yz_dec_cmp(d, s->most) <= 0)
		m->values[i] = d;
}

static bool read_one(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_rows *r, size_t i,
		     struct yz_monitor_set *set, struct yz_err *err)
{
	struct yz_pack_findings findings = {0};
	const struct yz_json *body = yz_json_read(a, yz_row_str(r, i, 1), NULL, err);
	const struct yz_monitor *m = body ? yz_monitor_read(a, yz_row_str(r, i, 0), body, yz_row_str(r, i, 0), &findings) : NULL;
	if (!m)
		return err->code ? false
				 : yz_fail(err, YZ_CORRUPT, "monitor %.*s: %.*s", YZ_P(yz_row_str(r, i, 0)),
					   YZ_P(findings.len ? findings.at[0].what : YZ_LIT("cannot be read")));
	struct yz_armed *armed = &set->all[set->n++];
	*armed = (struct yz_armed){.m = m, .from = yz_day_start(m->from, site->offset)};
	for (size_t k = 0; k < m->nsettings; k++)
		set_value(conn, a, armed, k);
	armed->settings = yz_monitor_settings(a, m, armed->values);
	return true;
}

struct yz_armed *yz_armed_version(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str key, struct yz_str version,
				  struct yz_err *err)
{
	struct yz_monitor_set one = {.all = yz_new(a, struct yz_armed)};
	struct yz_err why = {0};
	struct yz_rows *r = yz_select(conn, a, err, "SELECT key, body FROM monitor WHERE key = $1 AND digest = $2 ORDER BY version DESC LIMIT 1",
				      YZ_S(key), YZ_S(version));
	if (!r || !r->count)
		return NULL;
	if (read_one(site, conn, a, r, 0, &one, &why))
		return one.all;
	yz_log_err(YZ_ERROR, &why);
	return NULL;
}

void yz_armed_with(struct yz_arena *a, struct yz_armed *m, struct yz_str settings)
{
	const struct yz_json *list = yz_json_read(a, settings, NULL, &(struct yz_err){0});
	for (size_t i = 0; i < yz_json_len(list); i++)
		for (size_t k = 0; k < m->m->nsettings; k++) {
			struct yz_dec d;
			if (yz_str_eq(m->m->settings[k].key, yz_json_text(yz_json_at(yz_json_at(list, i), 0))) &&
			    yz_dec_parse(yz_json_text(yz_json_at(yz_json_at(list, i), 1)), &d))
				m->values[k] = d;
		}
	m->settings = yz_monitor_settings(a, m->m, m->values);
}

bool yz_monitors_reload(struct yz_site *site, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_monitor_set *set = yz_new(a, struct yz_monitor_set);
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT key, body FROM monitor WHERE ended IS NULL ORDER BY key") : NULL;
	if (r)
		set->all = yz_new_n(a, r->count + 1, struct yz_armed);
	/* One that a newer program cannot read is left out: the others watch on. */
	for (size_t i = 0; r && i < r->count; i++) {
		struct yz_err one = {0};
		if (!read_one(site, conn, a, r, i, set, &one))
			yz_log_err(YZ_ERROR, &one);
	}
	if (conn)
		yz_db_release(conn);
	if (!r) {
		yz_arena_destroy(a);
		return false;
	}
	index_set(a, set);
	yz_slot_put(&site->monitors->slot, a, set);
	return true;
}

/* ---- installing and setting ---- */

static bool put(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, const struct yz_pack_file *f,
		size_t *fresh, struct yz_err *err)
{
	struct yz_pack_findings findings = {0};
	const struct yz_monitor *m = yz_monitor_read(a, f->key, f->json, f->path, &findings);
	struct yz_buf b;
	if (!m)
		return yz_fail(err, YZ_BAD_INPUT, "%.*s: %.*s", YZ_P(f->path), YZ_P(findings.at[0].what));
	yz_buf_init(&b, a, 1 << 20);
	yz_json_canonical(&b, f->json);
	struct yz_rows *r = yz_select(conn, a, err, "SELECT version, digest, ended FROM monitor WHERE key = $1 ORDER BY version DESC LIMIT 1",
				      YZ_S(f->key));
	if (!r)
		return false;
	if (r->count && yz_row_null(r, 0, 2) && yz_str_eqz(yz_row_str(r, 0, 1), m->digest))
		return true;
	int64_t version = r->count ? yz_row_int(r, 0, 0) + 1 : 1;
	yz_instant now = yz_site_now(site);
	++*fresh;
	int64_t id = 0;
	return yz_exec(conn, err, "UPDATE monitor SET ended = $1 WHERE key = $2 AND ended IS NULL", YZ_I(now), YZ_S(f->key)) &&
	       (id = yz_insert(conn, err, "INSERT INTO monitor (key, version, digest, pack, body, created) VALUES ($1, $2, $3, $4, $5, $6)",
			       YZ_S(f->key), YZ_I(version), YZ_Z(m->digest), YZ_S(pack->key), YZ_S(yz_buf_str(&b)), YZ_I(now))) &&
	       yz_note(site, conn, NULL, "monitor.install", "monitor", id, yz_printf(a, "%.*s %s", YZ_P(f->key), m->digest),
		       yz_str_printf(a, "{\"monitor\":\"%.*s\",\"version\":%lld}", YZ_P(f->key), (long long)version), err);
}

bool yz_monitors_install(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, size_t *fresh,
			 struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, key FROM monitor WHERE ended IS NULL ORDER BY id");
	if (!r)
		return false;
	for (size_t i = 0; i < r->count; i++)
		if (!yz_pack_find(&pack->monitors, yz_row_str(r, i, 1)) &&
		    (!yz_exec(conn, err, "UPDATE monitor SET ended = $1 WHERE id = $2", YZ_I(yz_site_now(site)), YZ_I(yz_row_int(r, i, 0))) ||
		     !yz_exec(conn, err, "DELETE FROM watch WHERE monitor = $1", YZ_S(yz_row_str(r, i, 1))) ||
		     !yz_note(site, conn, NULL, "monitor.end", "monitor", yz_row_int(r, i, 0), "",
			      yz_str_printf(a, "{\"monitor\":\"%.*s\"}", YZ_P(yz_row_str(r, i, 1))), err)))
			return false;
	for (size_t i = 0; i < pack->monitors.len; i++)
		if (!put(site, conn, a, pack, &pack->monitors.at[i], fresh, err))
			return false;
	return true;
}

struct setting {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str key, setting, value;
};

static bool do_set(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct setting *w = ctx;
	const char *name = yz_printf(a, "monitor.%.*s.%.*s", YZ_P(w->key), YZ_P(w->setting));
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "monitor", w->key);
	yz_jw_kstr(&j, "setting", w->setting);
	yz_jw_kstr(&j, "value", w->value);
	yz_jw_end(&j, '}');
	int64_t edition;
	/* Other processes see by the count that something was set. */
	return yz_site_set(conn, name, w->value, err) && yz_site_count(conn, "monitor.edition", &edition, err) &&
	       yz_note(w->site, conn, w->who, "monitor.set", "monitor", 0, yz_str_z(a, w->key), yz_buf_str(&b), err);
}

bool yz_monitor_set(struct yz_site *site, const struct yz_actor *who, struct yz_str key, struct yz_str setting, struct yz_str value,
		    struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	size_t n, i = 0, k = 0;
	const struct yz_armed *all = yz_monitor_list(site, a, &n);
	while (i < n && !yz_str_eq(all[i].m->key, key))
		i++;
	while (i < n && k < all[i].m->nsettings && !yz_str_eq(all[i].m->settings[k].key, setting))
		k++;
	const struct yz_monitor_setting *s = i < n && k < all[i].m->nsettings ? &all[i].m->settings[k] : NULL;
	struct yz_dec d;
	struct setting w = {site, who, key, setting, yz_str_trim(value)};
	bool good = false;
	if (i == n)
		yz_fail(err, YZ_NOT_FOUND, "there is no monitor %.*s", YZ_P(key));
	else if (!s)
		yz_fail(err, YZ_NOT_FOUND, "the monitor %.*s has no number %.*s to set", YZ_P(key), YZ_P(setting));
	else if (w.value.len && (!yz_dec_parse(w.value, &d) || yz_dec_cmp(d, s->least) < 0 || yz_dec_cmp(s->most, d) < 0)) {
		struct yz_buf b;
		yz_buf_init(&b, a, 256);
		yz_buf_add_dec(&b, s->least);
		yz_buf_addz(&b, " to ");
		yz_buf_add_dec(&b, s->most);
		yz_fail(err, YZ_BAD_INPUT, "%.*s takes a number from %.*s", YZ_P(setting), YZ_P(yz_buf_str(&b)));
	} else {
		good = yz_db_write(site->db, do_set, &w, err);
	}
	yz_arena_destroy(a);
	return good && yz_monitors_reload(site, err);
}
