/* Versions of items: read, drafted, published.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/item.h"

#include "gov/catalogue.h"
#include "gov/item_row.h"
#include "gov/note.h"
#include "pack/pack.h"
#include "text/text.h"

enum { BODY_MOST = 1 << 20 };

/* ---- reading ---- */

#define COLUMNS_WITH(body) \
	"SELECT i.id, i.version, i.code, i.key, i.state, i.name, i.org, o.name, i.region, i.type, f.key, p.key, i.source, " \
	"i.from_at, i.until_at, i.updated, " body " FROM item i LEFT JOIN org o ON o.key = i.org " \
	"LEFT JOIN artifact f ON f.digest = i.form LEFT JOIN artifact p ON p.digest = i.process "
#define COLUMNS COLUMNS_WITH("i.body, i.findings")
#define COLUMNS_OF_HEAD COLUMNS_WITH("NULL, NULL")

static bool read_row(const struct yz_rows *r, size_t n, struct yz_arena *a, struct yz_item *out, struct yz_err *err)
{
	*out = (struct yz_item){.id = yz_row_int(r, n, 0), .version = yz_row_int(r, n, 1), .code = yz_row_str(r, n, 2),
				.key = yz_row_str(r, n, 3), .state = yz_row_str(r, n, 4), .name = yz_row_str(r, n, 5),
				.org = yz_row_str(r, n, 6), .org_name = yz_row_str(r, n, 7), .region = yz_row_str(r, n, 8),
				.type = yz_row_str(r, n, 9), .form = yz_row_str(r, n, 10), .process = yz_row_str(r, n, 11),
				.source = yz_row_str(r, n, 12), .from_at = yz_row_int(r, n, 13), .until_at = yz_row_int(r, n, 14),
				.updated = yz_row_int(r, n, 15), .findings = yz_row_str(r, n, 17)};
	struct yz_str body = yz_row_str(r, n, 16);
	return !body.len || (out->body = yz_json_read(a, body, NULL, err)) || yz_fail_in(err, "item %lld", (long long)out->id);
}

static struct yz_item *first(struct yz_rows *r, struct yz_arena *a, struct yz_err *err, const char *what)
{
	if (!r)
		return NULL;
	if (!r->count)
		return yz_fail_null(err, YZ_NOT_FOUND, "there is no item %s", what);
	struct yz_item *item = yz_new(a, struct yz_item);
	return read_row(r, 0, a, item, err) ? item : NULL;
}

/* COALESCE: found by code or key; by the index of state and date every item in force would be looked at. */
#define IN_FORCE \
	"WHERE (i.code = $1 OR i.key = $1) AND COALESCE(i.state, '') IN ('published', 'suspended', 'abolished') " \
	"AND i.from_at <= $2 AND (i.until_at IS NULL OR i.until_at > $2) ORDER BY i.version DESC LIMIT 1"

bool yz_item_good_until(struct yz_conn *conn, struct yz_str code, yz_instant at, yz_instant *until, struct yz_err *err)
{
	return yz_select_int(conn, until, INT64_MAX, err,
			     "SELECT MIN(CASE WHEN from_at > $2 THEN from_at ELSE until_at END) FROM item "
			     "WHERE (code = $1 OR key = $1) AND state IN ('published', 'suspended', 'abolished') "
			     "AND (from_at > $2 OR until_at > $2)",
			     YZ_S(code), YZ_I(at));
}

struct yz_item *yz_item_at(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str code, yz_instant at,
			   struct yz_err *err)
{
	(void)site;
	return first(yz_select(conn, a, err, COLUMNS IN_FORCE,
			       YZ_S(code), YZ_I(at)),
		     a, err, yz_str_z(a, code));
}

struct yz_item *yz_item_head_at(struct yz_conn *conn, struct yz_arena *a, struct yz_str code, yz_instant at, struct yz_err *err)
{
	return first(yz_select(conn, a, err, COLUMNS_OF_HEAD IN_FORCE, YZ_S(code), YZ_I(at)), a, err, yz_str_z(a, code));
}

struct yz_item *yz_item_by_id(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	(void)site;
	return first(yz_select(conn, a, err, COLUMNS "WHERE i.id = $1", YZ_I(id)), a, err, yz_printf(a, "version %lld", (long long)id));
}

size_t yz_item_versions(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str code, struct yz_item **out,
			struct yz_err *err)
{
	(void)site;
	struct yz_rows *r = yz_select(conn, a, err, COLUMNS "WHERE i.code = $1 ORDER BY i.version DESC LIMIT 1000", YZ_S(code));
	size_t n = r ? r->count : 0;
	*out = yz_new_n(a, n, struct yz_item);
	for (size_t i = 0; i < n; i++)
		if (!read_row(r, i, a, &(*out)[i], err))
			return 0;
	return n;
}

/* ---- rows ---- */

bool yz_item_last(struct yz_conn *conn, struct yz_arena *a, struct yz_str code, struct yz_item_last *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, version, state, body, form, process, from_at, decision FROM item WHERE code = $1 "
				      "ORDER BY version DESC LIMIT 1",
				      YZ_S(code));
	*out = (struct yz_item_last){0};
	if (r && r->count)
		*out = (struct yz_item_last){yz_row_int(r, 0, 0), yz_row_int(r, 0, 1), yz_row_str(r, 0, 2), yz_row_str(r, 0, 3),
					     yz_row_str(r, 0, 4), yz_row_str(r, 0, 5), yz_row_str(r, 0, 7), yz_row_int(r, 0, 6)};
	return r != NULL;
}

int64_t yz_item_insert(struct yz_conn *conn, const struct yz_item_new *n, struct yz_err *err)
{
	return yz_insert(conn, err,
			 "INSERT INTO item (code, version, key, state, from_at, name, org, region, type, form, process, body, findings, "
			 "source, created, updated, updated_by, decision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
			 "$15, $15, $16, $17)",
			 YZ_S(n->code), YZ_I(n->version), YZ_S(n->key), YZ_Z(n->state), yz_val_int_or_null(n->from_at, n->from_at != 0),
			 YZ_S(n->name), YZ_S(n->org), YZ_S(n->region), YZ_S(n->type), yz_val_str_or_null(n->form),
			 yz_val_str_or_null(n->process), YZ_S(n->body), YZ_S(n->findings), YZ_S(n->source), YZ_I(n->now),
			 yz_val_int_or_null(n->by, n->by != 0), yz_val_str_or_null(n->decision));
}

bool yz_item_end_before(struct yz_conn *conn, struct yz_str code, int64_t id, yz_instant from, struct yz_err *err)
{
	return yz_exec(conn, err,
		       "UPDATE item SET until_at = $1 WHERE code = $2 AND id <> $3 AND state IN ('published', 'suspended') "
		       "AND (until_at IS NULL OR until_at > $1)",
		       YZ_I(from), YZ_S(code), YZ_I(id));
}

static bool region_path(struct yz_conn *conn, struct yz_arena *a, struct yz_str region, struct yz_str *path, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT path FROM region WHERE code = $1", YZ_S(region));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_BAD_INPUT, "%s", N_("没有这个行政区划，请核对代码")) || yz_fail_in(err, "region");
	*path = yz_row_str(r, 0, 0);
	return true;
}

static bool allowed(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, enum yz_permission what, struct yz_str org,
		    struct yz_str region, struct yz_err *err)
{
	struct yz_str path;
	return region_path(conn, a, region, &path, err) && (!who || yz_may_in(who, what, org, path) || yz_refuse(who, what, err));
}

static bool field(struct yz_err *err, const char *key, const char *what)
{
	yz_fail(err, YZ_BAD_INPUT, "%s", what);
	return yz_fail_in(err, "%s", key);
}

/* ---- drafting ---- */

struct drafting {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str body, findings, code, name, org, region, type, form, process, decision;
	enum yz_item_part part;
	struct yz_str text; /* the part's new text; empty: as it is */
	struct yz_str seen; /* yz_item_seen of what was edited; empty: whatever stands */
	int64_t id;
};

bool yz_item_artifact(struct yz_conn *conn, struct yz_arena *a, const char *kind, struct yz_str key, struct yz_str last,
			struct yz_str *digest, struct yz_err *err)
{
	*digest = (struct yz_str){0};
	if (!key.len)
		return true;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT t.digest FROM artifact t LEFT JOIN item i ON i.form = t.digest OR i.process = t.digest OR "
				      "i.decision = t.digest "
				      "WHERE t.kind = $1 AND t.key = $2 "
				      "ORDER BY CASE WHEN t.digest = $3 THEN 0 ELSE 1 END, COALESCE(i.id, 0) DESC LIMIT 1",
				      YZ_Z(kind), YZ_S(key), YZ_S(last));
	if (!r)
		return false;
	if (!r->count)
		return field(err, kind, N_("没有这个表单、流程或决策，请先安装带有它的应用包"));
	*digest = yz_row_str(r, 0, 0);
	return true;
}

static bool org_known(struct yz_conn *conn, struct yz_str org, struct yz_err *err)
{
	int64_t n;
	if (!yz_select_int(conn, &n, 0, err, "SELECT COUNT(*) FROM org WHERE key = $1", YZ_S(org)))
		return false;
	return n || field(err, "org", N_("没有这个部门，请从部门表里选"));
}

static bool note(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const char *act, int64_t id,
		 struct yz_str code, int64_t version, yz_instant from, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "code", code);
	yz_jw_kint(&j, "version", version);
	if (from)
		yz_jw_kint(&j, "from", from);
	yz_jw_end(&j, '}');
	return yz_note(site, conn, who, act, "item", id, "", yz_buf_str(&b), err);
}

static bool artifact(struct yz_conn *conn, struct yz_arena *a, const struct drafting *w, enum yz_item_part part, struct yz_str key,
		     struct yz_str last, struct yz_str *digest, struct yz_err *err)
{
	if (w->text.len && w->part == part)
		return yz_item_put_text(conn, a, part, key, w->text, digest, err);
	return yz_item_artifact(conn, a, yz_item_part_name(part), key, last, digest, err);
}

static bool do_draft(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct drafting *w = ctx;
	struct yz_item_last last;
	struct yz_str form, process, decision;
	int64_t by = w->who ? w->who->person : 0;
	yz_instant now = yz_site_now(w->site);
	if (!allowed(conn, a, w->who, YZ_MAY_item_edit, w->org, w->region, err) || !org_known(conn, w->org, err) ||
	    !yz_item_last(conn, a, w->code, &last, err) || !artifact(conn, a, w, YZ_PART_FORM, w->form, last.form, &form, err) ||
	    !artifact(conn, a, w, YZ_PART_PROCESS, w->process, last.process, &process, err) ||
	    !artifact(conn, a, w, YZ_PART_DECISION, w->decision, last.decision, &decision, err))
		return false;
	struct yz_str key = w->code;
	struct yz_rows *keyed = yz_select(conn, a, err, "SELECT key, org, region FROM item WHERE code = $1 ORDER BY version DESC LIMIT 1",
					  YZ_S(w->code));
	if (!keyed)
		return false;
	if (keyed->count) {
		key = yz_row_str(keyed, 0, 0);
		/* An item of another county cannot be taken over by writing one's own region into it. */
		if (!allowed(conn, a, w->who, YZ_MAY_item_edit, yz_row_str(keyed, 0, 1), yz_row_str(keyed, 0, 2), err))
			return false;
	}
	struct yz_str stands = {0};
	if (w->seen.len && !yz_item_seen(conn, a, w->code, &stands, err))
		return false;
	if (!yz_str_eq(stands, w->seen))
		return yz_fail(err, YZ_CONFLICT, "%s", N_("您打开这一页以后，别人改过这个事项；您的内容还在下面，再存一次就以您的为准"));
	if (last.id && yz_str_eqz(last.state, "review"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这个事项有一个版本正在审核，请等审核结束或退回后再改"));
	yz_site_changed(w->site, YZ_CHANGE_ITEM); /* versions are kept compiled, drafts too; told behind this write's commit */
	if (last.id && yz_str_eqz(last.state, "draft")) {
		w->id = last.id;
		if (!yz_exec(conn, err,
			     "UPDATE item SET name = $1, org = $2, region = $3, type = $4, form = $5, process = $6, body = $7, findings = $8, "
			     "updated = $9, updated_by = $10, decision = $12 WHERE id = $11",
			     YZ_S(w->name), YZ_S(w->org), YZ_S(w->region), YZ_S(w->type), yz_val_str_or_null(form),
			     yz_val_str_or_null(process), YZ_S(w->body), YZ_S(w->findings), YZ_I(now), yz_val_int_or_null(by, by != 0),
			     YZ_I(w->id), yz_val_str_or_null(decision)))
			return false;
		return note(w->site, conn, a, w->who, "item.draft", w->id, w->code, last.version, 0, err);
	}
	struct yz_item_new n = {.code = w->code, .key = key, .name = w->name, .org = w->org, .region = w->region, .type = w->type,
				.body = w->body, .findings = w->findings, .source = YZ_LIT("edit"), .form = form, .process = process,
				.decision = decision, .state = "draft", .version = last.version + 1, .by = by, .now = now};
	w->id = yz_item_insert(conn, &n, err);
	return w->id && note(w->site, conn, a, w->who, "item.draft", w->id, w->code, n.version, 0, err);
}

bool yz_item_save_draft_with(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_json *body,
			     enum yz_item_part part, struct yz_str text, struct yz_str seen, int64_t *id, struct yz_err *err)
{
	if (who && !yz_may(who, YZ_MAY_item_edit))
		return yz_refuse(who, YZ_MAY_item_edit, err);
	struct drafting w = {.site = site, .who = who, .code = yz_str_trim(yz_json_str(body, "code")),
			     .name = yz_str_trim(yz_json_str(body, "name")), .org = yz_json_str(body, "org"),
			     .region = yz_json_str(body, "region"), .type = yz_json_str(body, "type"),
			     .form = yz_json_str(body, "form"), .process = yz_json_str(body, "process"),
			     .decision = yz_json_str(body, "decision"), .part = part, .text = text, .seen = seen};
	struct yz_findings found = {0};
	struct yz_buf b;
	if (!w.region.len)
		w.region = site->region;
	if (!w.code.len || w.code.len > 100)
		return field(err, "code", N_("请填写实施编码"));
	if (!w.name.len || w.name.len > 600)
		return field(err, "name", N_("请填写事项名称"));
	yz_buf_init(&b, a, BODY_MOST);
	yz_json_canonical(&b, body);
	if (b.full)
		return yz_fail(err, YZ_TOO_LARGE, "the body of item %.*s is over 1 MiB", YZ_P(w.code));
	w.body = yz_buf_str(&b);
	const struct yz_catalogue *c = yz_site_catalogue(site);
	yz_item_check_in(a, c, body, "zh-CN", &found);
	yz_site_catalogue_release(site, c);
	w.findings = yz_findings_json(a, &found, 0);
	if (!yz_db_write(site->db, do_draft, &w, err))
		return false;
	*id = w.id;
	return true;
}

bool yz_item_save_draft(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_json *body, int64_t *id,
			struct yz_err *err)
{
	return yz_item_save_draft_with(site, a, who, body, YZ_PART_DECISION, (struct yz_str){0}, (struct yz_str){0}, id, err);
}

/* ---- states ---- */

struct moving {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t id;
	struct yz_str to;
	yz_instant from;
};

static const struct {
	const char *from, *to, *act;
	enum yz_permission may;
} moves[] = {
	{"draft", "review", "item.review", YZ_MAY_item_edit},
	{"review", "draft", "item.return", YZ_MAY_item_publish},
	{"review", "published", "item.publish", YZ_MAY_item_publish},
	{"published", "suspended", "item.suspend", YZ_MAY_item_publish},
	{"suspended", "published", "item.resume", YZ_MAY_item_publish},
	{"published", "abolished", "item.abolish", YZ_MAY_item_publish},
	{"suspended", "abolished", "item.abolish", YZ_MAY_item_publish},
};

static bool without_errors(struct moving *w, struct yz_arena *a, const struct yz_json *body, struct yz_err *err)
{
	struct yz_findings found = {0};
	const struct yz_catalogue *c = yz_site_catalogue(w->site);
	yz_item_check_in(a, c, body, "zh-CN", &found);
	yz_site_catalogue_release(w->site, c);
	for (size_t i = 0; i < found.len; i++)
		if (found.at[i].error) {
			yz_fail(err, YZ_BAD_INPUT, "%.*s", YZ_P(found.at[i].reason));
			return yz_fail_in(err, "%.*s", YZ_P(found.at[i].field));
		}
	return true;
}

static bool publish(struct moving *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_item *item, struct yz_err *err)
{
	int64_t later;
	if (!without_errors(w, a, item->body, err) ||
	    !yz_select_int(conn, &later, 0, err,
			   "SELECT COUNT(*) FROM item WHERE code = $1 AND id <> $2 AND state IN ('published', 'suspended') AND from_at > $3",
			   YZ_S(item->code), YZ_I(item->id), YZ_I(w->from)))
		return false;
	if (later)
		return field(err, "from_at", N_("已有一个版本从更晚的日期起生效，请选那以后的日期"));
	return yz_exec(conn, err, "UPDATE item SET state = 'published', from_at = $1, until_at = NULL, updated = $2 WHERE id = $3",
		       YZ_I(w->from), YZ_I(yz_site_now(w->site)), YZ_I(item->id)) &&
	       yz_item_end_before(conn, item->code, item->id, w->from, err);
}

/* From a day to come it stays in force until then. */
static bool abolish(struct moving *w, struct yz_conn *conn, const struct yz_item *item, struct yz_err *err)
{
	yz_instant now = yz_site_now(w->site);
	yz_instant from = w->from < item->from_at ? item->from_at : w->from;
	return yz_exec(conn, err, "UPDATE item SET state = $1, until_at = $2, updated = $3 WHERE id = $4",
		       from > now ? YZ_S(item->state) : YZ_Z("abolished"), YZ_I(from), YZ_I(now), YZ_I(item->id));
}

static bool do_move(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct moving *w = ctx;
	yz_instant now = yz_site_now(w->site);
	struct yz_item *item = yz_item_by_id(w->site, conn, a, w->id, err);
	if (!item)
		return false;
	size_t m = 0, n = sizeof moves / sizeof *moves;
	while (m < n && !(yz_str_eqz(item->state, moves[m].from) && yz_str_eqz(w->to, moves[m].to)))
		m++;
	if (m == n)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这个版本现在的状态不能这样改，请刷新后再看"));
	if (!allowed(conn, a, w->who, moves[m].may, item->org, item->region, err))
		return false;
	if (w->from < now)
		w->from = now;
	bool good;
	bool dated = false;
	if (strcmp(moves[m].act, "item.publish") == 0)
		good = (dated = true) && publish(w, conn, a, item, err);
	else if (strcmp(moves[m].act, "item.abolish") == 0)
		good = (dated = true) && abolish(w, conn, item, err);
	else
		good = yz_exec(conn, err, "UPDATE item SET state = $1, updated = $2 WHERE id = $3", YZ_S(w->to), YZ_I(now), YZ_I(w->id));
	yz_site_changed(w->site, YZ_CHANGE_ITEM);
	return good && note(w->site, conn, a, w->who, moves[m].act, item->id, item->code, item->version, dated ? w->from : 0, err);
}

/* The decision it was drafted with, proved and held against its body and form: before the write, for that takes time, and
 * what is in review does not change any more. */
static bool decision_holds(struct yz_site *site, int64_t id, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err,
					     "SELECT i.body, f.body, d.body, d.key FROM item i LEFT JOIN artifact f ON f.digest = i.form "
					     "LEFT JOIN artifact d ON d.digest = i.decision WHERE i.id = $1",
					     YZ_I(id)) : NULL;
	if (conn)
		yz_db_release(conn);
	bool ok = r != NULL;
	if (ok && r->count && yz_row_str(r, 0, 2).len) {
		struct yz_pack_findings found = {0};
		const struct yz_json *body = yz_json_read(a, yz_row_str(r, 0, 0), NULL, err);
		struct yz_str form_text = yz_row_str(r, 0, 1), file = yz_str_printf(a, "decisions/%.*s.dmn", YZ_P(yz_row_str(r, 0, 3)));
		const struct yz_json *form_json = body && form_text.len ? yz_json_read(a, form_text, NULL, err) : NULL;
		const struct yz_form *form = form_json ? yz_form_load(a, form_json, err) : NULL;
		const struct yz_decision *d = body ? yz_pack_check_model(a, file, yz_row_str(r, 0, 2), &found) : NULL;
		if (d)
			yz_pack_check_decided(a, body, form, d, file, &found);
		if (body)
			yz_pack_check_before(a, yz_json_get(body, "before"), file, &found);
		ok = body && (!form_text.len || form);
		for (size_t i = 0; ok && i < found.len; i++)
			if (found.at[i].error) {
				yz_fail(err, YZ_BAD_INPUT, "%.*s", YZ_P(found.at[i].what));
				ok = yz_fail_in(err, "decision");
			}
	}
	yz_arena_destroy(a);
	return ok;
}

bool yz_item_set_state(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_str state, yz_instant from_at,
		       struct yz_err *err)
{
	if (who && !yz_may(who, YZ_MAY_item_edit))
		return yz_refuse(who, YZ_MAY_item_edit, err);
	struct moving w = {.site = site, .who = who, .id = id, .to = state, .from = from_at};
	if (yz_str_eqz(state, "published") && (!decision_holds(site, id, err) || !yz_item_process_holds(site, id, err)))
		return false;
	return yz_db_write(site->db, do_move, &w, err) && yz_site_catalogue_reload(site, err);
}
