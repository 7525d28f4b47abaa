/* Items: the overview, the list, one version and its states.  SPDX-License-Identifier: Apache-2.0 */
#include "web/admin.h"

#include "gov/reach.h"
#include "gov/version.h"
#include "web/find.h"
#include "web/handlers.h"
#include "web/templates.h"

enum { PAGE = 50 };

static const struct yz_admin_count states[YZ_ITEM_STATES] = {
	{"draft", N_("草稿"), 0},	{"review", N_("审核中"), 0},	{"coming", N_("待生效"), 0}, {"published", N_("已发布"), 0},
	{"suspended", N_("已暂停"), 0}, {"abolished", N_("已废止"), 0}, {"ended", N_("已失效"), 0},
};

/* The state as of $1: what was superseded has ended, what begins later is coming. */
#define STATE_NOW \
	"CASE WHEN i.state IN ('published', 'suspended') AND i.until_at IS NOT NULL AND i.until_at <= $1 THEN 'ended' " \
	"WHEN i.state = 'published' AND i.from_at > $1 THEN 'coming' ELSE i.state END"

struct yz_str yz_admin_state(const struct yz_page *p, const struct yz_item *item)
{
	bool out = yz_str_eqz(item->state, "published") || yz_str_eqz(item->state, "suspended");
	if (out && item->until_at && item->until_at <= p->now)
		return YZ_LIT("ended");
	return yz_str_eqz(item->state, "published") && item->from_at > p->now ? YZ_LIT("coming") : item->state;
}

const char *yz_admin_state_title(const struct yz_page *p, struct yz_str state)
{
	for (size_t i = 0; i < YZ_ITEM_STATES; i++)
		if (yz_str_eqz(state, states[i].state))
			return yz_tr(p->lang, states[i].title);
	return "";
}

void yz_admin_reach(struct yz_page *p, enum yz_permission what, struct yz_str *path, struct yz_str *end)
{
	struct yz_str widest = {0};
	for (size_t i = 0; i < p->who.nposts; i++) {
		struct yz_str here = p->who.posts[i].region_path;
		bool wider = !widest.len || here.len < widest.len;
		if (here.len && wider && yz_may_in(&p->who, what, p->who.posts[i].org, here))
			widest = here;
	}
	*path = widest;
	*end = widest.len ? yz_reach_end(p->arena, widest) : widest;
}

static bool count_states(struct yz_page *p, struct yz_conn *conn, struct yz_admin_count *counts, struct yz_err *err)
{
	struct yz_str path, end;
	yz_admin_reach(p, YZ_MAY_item_edit, &path, &end);
	struct yz_rows *r = yz_select(conn, p->arena, err,
				      "SELECT s, COUNT(*) FROM (SELECT " STATE_NOW " AS s FROM item i JOIN region r ON r.code = i.region "
				      "WHERE r.path >= $2 AND r.path < $3) t GROUP BY s",
				      YZ_I(p->now), YZ_S(path), YZ_S(end));
	if (!r)
		return false;
	for (size_t i = 0; i < YZ_ITEM_STATES; i++) {
		counts[i] = states[i];
		for (size_t k = 0; k < r->count; k++)
			if (yz_str_eqz(yz_row_str(r, k, 0), states[i].state))
				counts[i].n = yz_row_int(r, k, 1);
	}
	return true;
}

bool yz_web_admin(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_admin_overview v = {.once = -1};
	if (!conn)
		return false;
	bool items = yz_may(&p->who, YZ_MAY_item_edit);
	if (!items && !yz_may(&p->who, YZ_MAY_people_manage))
		return yz_refuse(&p->who, YZ_MAY_item_edit, err);
	if (items) {
		struct yz_str path, end;
		yz_admin_reach(p, YZ_MAY_item_edit, &path, &end);
		if (!count_states(p, conn, v.counts, err) ||
		    !yz_select_int(conn, &v.faulty, 0, err,
				   "SELECT COUNT(*) FROM item i JOIN region r ON r.code = i.region WHERE r.path >= $2 AND r.path < $3 AND "
				   "i.findings <> '[]' AND i.findings <> '' AND " STATE_NOW " NOT IN ('ended', 'abolished')",
				   YZ_I(p->now), YZ_S(path), YZ_S(end)))
			return false;
		v.once = yz_item_once_rate(p->site, conn);
	}
	for (size_t i = 0; i < YZ_ITEM_STATES; i++)
		v.all += v.counts[i].n;
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "管理"));
	tpl_admin_overview(out, p, &v, p->lang);
	return yz_page_end(p);
}

/* ---- the list ---- */

static bool load_items(struct yz_page *p, struct yz_conn *conn, struct yz_admin_items *v, int64_t before, struct yz_err *err)
{
	struct yz_str path, end, like = yz_str_printf(p->arena, "%%%.*s%%", YZ_P(v->words));
	struct yz_sql q;
	yz_admin_reach(p, YZ_MAY_item_edit, &path, &end);
	yz_sql_init(&q, p->arena);
	yz_sql_add(&q,
		   "SELECT i.id, i.version, i.code, i.name, COALESCE(o.name, i.org), " STATE_NOW ", i.from_at, i.until_at, i.updated, "
		   "CASE WHEN i.findings IN ('', '[]') THEN 0 ELSE 1 END FROM item i JOIN region r ON r.code = i.region "
		   "LEFT JOIN org o ON o.key = i.org WHERE r.path >= $2 AND r.path < $3",
		   YZ_I(p->now), YZ_S(path), YZ_S(end));
	if (v->words.len)
		yz_sql_add(&q, " AND (i.name LIKE $1 OR i.code LIKE $1)", YZ_S(like));
	if (v->org.len)
		yz_sql_add(&q, " AND i.org = $1", YZ_S(v->org));
	if (v->state.len)
		yz_sql_add(&q, " AND " STATE_NOW " = $2", YZ_I(p->now), YZ_S(v->state));
	if (v->faulty)
		yz_sql_add(&q, " AND i.findings NOT IN ('', '[]') AND " STATE_NOW " NOT IN ('ended', 'abolished')", YZ_I(p->now));
	if (before)
		yz_sql_add(&q, " AND i.id < $1", YZ_I(before));
	yz_sql_add(&q, " ORDER BY i.id DESC LIMIT $1", YZ_I(PAGE + 1));
	struct yz_rows *r = yz_sql_select(&q, conn, p->arena, err);
	if (!r)
		return false;
	v->n = r->count > PAGE ? PAGE : r->count;
	v->rows = yz_new_n(p->arena, v->n, struct yz_admin_row);
	for (size_t i = 0; i < v->n; i++)
		v->rows[i] = (struct yz_admin_row){.id = yz_row_int(r, i, 0), .version = yz_row_int(r, i, 1), .code = yz_row_str(r, i, 2),
						   .name = yz_row_str(r, i, 3), .org = yz_row_str(r, i, 4), .state = yz_row_str(r, i, 5),
						   .from_at = yz_row_int(r, i, 6), .until_at = yz_row_int(r, i, 7),
						   .updated = yz_row_int(r, i, 8), .findings = yz_row_int(r, i, 9) != 0};
	if (r->count > PAGE) {
		struct yz_buf b;
		yz_buf_init(&b, p->arena, 4096);
		yz_buf_printf(&b, "/admin/items?before=%lld&state=", (long long)v->rows[v->n - 1].id);
		yz_html_url_part(&b, v->state);
		yz_buf_addz(&b, "&org=");
		yz_html_url_part(&b, v->org);
		yz_buf_addz(&b, "&q=");
		yz_html_url_part(&b, v->words);
		yz_buf_addz(&b, v->faulty ? "&faulty=1" : "");
		v->next = yz_buf_str(&b);
	}
	return true;
}

bool yz_web_admin_items(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	int64_t before = 0;
	struct yz_admin_items v = {.words = yz_str_trim(yz_req_query(req, "q")), .state = yz_req_query(req, "state"),
				   .org = yz_req_query(req, "org"), .faulty = yz_req_query(req, "faulty").len > 0};
	yz_str_int(yz_req_query(req, "before"), &before);
	if (!conn || !count_states(p, conn, v.counts, err) || !load_items(p, conn, &v, before, err))
		return false;
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "事项管理"));
	tpl_admin_items(out, p, &v, yz_page_catalogue(p), p->lang);
	return yz_page_end(p);
}

/* ---- one version ---- */

struct yz_item *yz_admin_load_item(struct yz_page *p, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_item *item = conn ? yz_item_by_id(p->site, conn, p->arena, yz_param_int(p->req, "id"), err) : NULL;
	struct yz_rows *r = item ? yz_select(conn, p->arena, err, "SELECT path FROM region WHERE code = $1", YZ_S(item->region)) : NULL;
	if (!r)
		return NULL;
	if (!r->count || !yz_may_in(&p->who, YZ_MAY_item_edit, item->org, yz_row_str(r, 0, 0))) {
		yz_refuse(&p->who, YZ_MAY_item_edit, err);
		return NULL;
	}
	return item;
}

/* As the citizen will see it, whatever its state. */
static bool preview(struct yz_page *p, const struct yz_item *item, struct yz_err *err)
{
	const struct yz_version *v = yz_version_of(p->site, yz_page_read(p, err), p->arena, item->id, err);
	if (!v)
		return false;
	struct yz_item_page page = {.item = item, .body = v->body, .org = v->org_body, .org_name = yz_name(p, v->org_name), .org_key = v->org,
				    .suspended = yz_str_eqz(item->state, "suspended")};
	page.promised = yz_show_limit(p, yz_json_get(v->body, "promised_limit"));
	page.legal = yz_show_limit(p, yz_json_get(v->body, "legal_limit"));
	page.result = yz_json_str(yz_json_get(v->body, "result"), "name");
	page.decides = v->decision != NULL;
	const struct yz_json *fees = yz_json_get(v->body, "fees");
	page.fee = yz_str(!fees ? "" : yz_json_len(fees) ? T(p->lang, "收费") : T(p->lang, "不收费"));
	p->desk = false;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "预览"));
	tpl_admin_preview(out, p, &page, p->lang);
	return yz_page_end(p);
}

static bool show_item(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_item *item = yz_admin_load_item(p, err);
	if (!item)
		return false;
	if (yz_req_query(p->req, "preview").len)
		return preview(p, item, err);
	struct yz_admin_item v = {.item = item, .state = yz_admin_state(p, item), .failed = failed, .from = yz_req_field(p->req, "from_at")};
	v.nversions = yz_item_versions(p->site, yz_page_read(p, err), p->arena, item->code, &v.versions, err);
	if (err->code)
		return false;
	v.newest = v.nversions && v.versions[0].id == item->id;
	v.in_force = (yz_str_eqz(v.state, "published") || yz_str_eqz(v.state, "suspended")) && item->from_at <= p->now;
	yz_item_check_in(p->arena, yz_page_catalogue(p), item->body, yz_lang_code(p->lang), &v.findings);
	if (failed)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, item->name));
	tpl_admin_item(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_admin_item(struct yz_req *req, struct yz_err *err)
{
	return show_item(yz_page_of(req), NULL, err);
}

bool yz_web_admin_item_state(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str state = yz_req_field(req, "state"), typed = yz_str_trim(yz_req_field(req, "from_at"));
	int64_t id = yz_param_int(req, "id");
	struct yz_err failed = {0};
	yz_day from = 0;
	yz_page_release(p);
	if (typed.len && !yz_day_parse(typed, &from)) {
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("日期要写成 2027-06-30 这样"));
		yz_fail_in(&failed, "from_at");
	} else if (yz_item_set_state(p->site, &p->who, id, state, typed.len ? yz_day_start(from, p->site->offset) : 0, &failed)) {
		const char *done = !yz_str_eqz(state, "published") ? "state"
				   : typed.len && yz_day_start(from, p->site->offset) > p->now ? "coming" : "published";
		return yz_res_redirect(req, yz_str_printf(p->arena, "/admin/item/%lld?done=%s", (long long)id, done));
	}
	if (yz_err_is_hers(&failed))
		return show_item(p, &failed, err);
	*err = failed;
	return false;
}

/* ---- words for elements ---- */

const char *yz_admin_element_title(const struct yz_page *p, struct yz_str key)
{
	for (size_t i = 0; i < YZ_ELEMENTS; i++)
		if (yz_str_eqz(key, yz_elements[i].key))
			return yz_tr(p->lang, yz_elements[i].title);
	return yz_str_z(p->arena, key);
}

static struct yz_str named(struct yz_page *p, const char *kind, struct yz_str key)
{
	const struct yz_entry_org *org = strncmp(kind, "org", 3) == 0 ? yz_catalogue_org(yz_page_catalogue(p), key) : NULL;
	const struct yz_entry_theme *theme = strcmp(kind, "themes") == 0 ? yz_catalogue_theme(yz_page_catalogue(p), key) : NULL;
	return org ? yz_name(p, org->name) : theme ? yz_name(p, theme->name) : key;
}

struct yz_str yz_admin_show(struct yz_page *p, enum yz_element element, const struct yz_json *v)
{
	const char *key = yz_elements[element].key, *kind = yz_elements[element].kind;
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 1 << 20);
	if (strcmp(kind, "code") == 0)
		return yz_show_code(p, key, yz_json_text(v));
	if (strcmp(kind, "codes") == 0)
		return yz_show_codes(p, key, v);
	if (strcmp(kind, "limit") == 0) {
		struct yz_str limit = yz_show_limit(p, v), note = yz_json_str(v, "note");
		return note.len ? yz_str_printf(p->arena, "%.*s\n%.*s", YZ_P(limit), YZ_P(note)) : limit;
	}
	if (yz_json_is(v, YZ_JSON_TRUE) || yz_json_is(v, YZ_JSON_FALSE))
		return yz_str(yz_json_is(v, YZ_JSON_TRUE) ? T(p->lang, "是") : T(p->lang, "否"));
	if (yz_json_is(v, YZ_JSON_STRING) || yz_json_is(v, YZ_JSON_NUMBER))
		return named(p, kind, v->text);
	if (yz_json_is(v, YZ_JSON_OBJECT))
		yz_admin_show_row(p, kind, v, &b);
	for (size_t i = 0; yz_json_is(v, YZ_JSON_ARRAY) && i < v->len; i++) {
		if (i)
			yz_buf_addc(&b, '\n');
		if (yz_json_is(v->items[i], YZ_JSON_OBJECT) && v->len > 1)
			yz_buf_printf(&b, "%zu. ", i + 1);
		if (yz_json_is(v->items[i], YZ_JSON_OBJECT))
			yz_admin_show_row(p, kind, v->items[i], &b);
		else
			yz_buf_adds(&b, named(p, kind, yz_json_text(v->items[i])));
	}
	if (yz_json_is(v, YZ_JSON_ARRAY) && !v->len)
		return yz_str(T(p->lang, "无"));
	return yz_buf_str(&b);
}
