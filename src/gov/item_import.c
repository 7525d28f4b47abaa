/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/item_import.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "fmt/file.h"
#include "gov/item_row.h"
#include "gov/note.h"
#include "pack/pack.h"
#include "text/ident.h"

enum { CODE_MOST = 100, NAME_MOST = 200, KEY_MOST = 50 };

/* One item that will be put in. */
struct import_item {
	const struct yz_import_row *row;
	struct yz_str code, name, org, region, type, body, findings;
};

struct import_org {
	struct yz_str key, name, uscc, body;
	bool fresh;
};

struct importing {
	struct yz_site *site;
	const struct yz_import_options *o;
	struct yz_arena *a;
	struct yz_import_report *report;
	struct yz_import_rows rows;
	struct import_item *items;
	size_t nitems;
	struct yz_map orgs_by_name, orgs_by_key, regions, codes;
	YZ_VEC(struct import_org *) fresh;
	struct yz_str digest;
	enum yz_lang lang;
	yz_instant now;
	size_t added, changed, same; /* of the write */
};

static const char *tr(const struct importing *w, const char *msgid) __attribute__((format_arg(2)));
static const char *tr(const struct importing *w, const char *msgid)
{
	return yz_tr(w->lang, msgid);
}

#define FIND(w, error, row, rule, field, value, ...) \
	yz_finding_add((w)->a, &(w)->report->findings, (error), (row), (rule), YZ_LIT(field), (value), __VA_ARGS__)

/* ---- what the site knows ---- */

static bool load_known(struct importing *w, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(w->site->db, err);
	if (!conn)
		return false;
	struct yz_rows *orgs = yz_select(conn, w->a, err, "SELECT key, name, short FROM org");
	struct yz_rows *regions = orgs ? yz_select(conn, w->a, err, "SELECT code, path FROM region") : NULL;
	yz_map_init(&w->orgs_by_name, w->a);
	yz_map_init(&w->orgs_by_key, w->a);
	yz_map_init(&w->regions, w->a);
	yz_map_init(&w->codes, w->a);
	for (size_t i = 0; orgs && i < orgs->count; i++) {
		struct import_org *g = yz_new(w->a, struct import_org);
		*g = (struct import_org){.key = yz_row_str(orgs, i, 0), .name = yz_row_str(orgs, i, 1)};
		yz_map_put(&w->orgs_by_key, g->key, g);
		yz_map_put(&w->orgs_by_name, g->name, g);
		if (!yz_map_has(&w->orgs_by_name, yz_row_str(orgs, i, 2)))
			yz_map_put(&w->orgs_by_name, yz_row_str(orgs, i, 2), g);
	}
	for (size_t i = 0; regions && i < regions->count; i++) {
		struct yz_str *path = yz_new(w->a, struct yz_str);
		*path = yz_row_str(regions, i, 1);
		yz_map_put(&w->regions, yz_row_str(regions, i, 0), path);
	}
	yz_db_release(conn);
	return regions != NULL;
}

/* qurensheju, or qurensheju-2 where another has it: the same file gives the same keys. */
static struct yz_str org_key(struct importing *w, struct yz_str name)
{
	struct yz_buf sounds, key;
	yz_buf_init(&sounds, w->a, 4096);
	yz_buf_init(&key, w->a, KEY_MOST);
	yz_pinyin(&sounds, name, YZ_PINYIN_FULL, false);
	for (size_t i = 0; i < sounds.len; i++) {
		char c = sounds.ptr[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			yz_buf_addc(&key, c);
	}
	struct yz_str base = key.len ? yz_buf_str(&key) : YZ_LIT("org"), s = base;
	for (int n = 2; yz_map_has(&w->orgs_by_key, s); n++)
		s = yz_str_printf(w->a, "%.*s-%d", YZ_P(base), n);
	return s;
}

static struct import_org *find_org(struct importing *w, struct yz_str name, struct yz_str dept_code)
{
	struct import_org *g = yz_map_get(&w->orgs_by_key, name);
	if (!g)
		g = yz_map_get(&w->orgs_by_name, name);
	if (!g) {
		g = yz_new(w->a, struct import_org);
		*g = (struct import_org){.key = org_key(w, name), .name = name, .fresh = true};
		yz_map_put(&w->orgs_by_key, g->key, g);
		yz_map_put(&w->orgs_by_name, g->name, g);
		*yz_vec_push(w->a, &w->fresh) = g;
	}
	char norm[24];
	if (g->fresh && !g->uscc.len && yz_ident_credit_ok(dept_code) && yz_ident_credit_norm(dept_code, norm))
		g->uscc = yz_str_dup(w->a, yz_str(norm));
	return g;
}

/* ---- one row ---- */

static bool digits(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len > 0;
}

static bool alphanumeric(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z'))
			return false;
	return s.len > 0;
}

/* Two orders are in use: credit code, level and basic code in 31 characters; and
 * basic-region-000-organ-n-nn, whose region is the row's own. */
static bool code_is_regular(struct yz_str code, struct yz_str region)
{
	struct yz_str part, p[6], s = code;
	size_t n = 0;
	if (code.len == 31)
		return alphanumeric(code) && yz_ident_credit_ok(yz_str_n(code.ptr, 18));
	while (yz_str_cut(&s, '-', &part)) {
		if (n == 6)
			return false;
		p[n++] = part;
	}
	return n == 6 && alphanumeric(p[0]) && p[0].len >= 10 && digits(p[1]) && p[1].len == 12 &&
	       (!region.len || yz_str_starts(p[1], region)) && yz_str_eqz(p[2], "000") && p[3].len && digits(p[4]) && p[4].len == 1 &&
	       digits(p[5]) && p[5].len == 2;
}

static bool plain(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 && s.ptr[i] != '\n' && s.ptr[i] != '\t')
			return false;
	return true;
}

static bool has_what_it_must(struct importing *w, const struct yz_import_row *r, struct yz_str name, struct yz_str code,
			     struct yz_str department)
{
	size_t before = w->report->findings.errors;
	if (!name.len)
		FIND(w, true, r->row, "", "name", name, "%s", tr(w, N_("没有事项名称，这一行没有导入；请补上后再导入")));
	if (!code.len)
		FIND(w, true, r->row, "", "code", code, "%s", tr(w, N_("没有实施编码，这一行没有导入；请补上后再导入")));
	if (!department.len)
		FIND(w, true, r->row, "", "org", department, "%s", tr(w, N_("没有部门，这一行没有导入；请补上后再导入")));
	if (code.len > CODE_MOST)
		FIND(w, true, r->row, "", "code", code, tr(w, N_("实施编码超过 %d 个字符，这一行没有导入；请核对")), CODE_MOST);
	if (yz_utf8_count(name) > NAME_MOST)
		FIND(w, true, r->row, "", "name", name, tr(w, N_("事项名称超过 %d 个字，这一行没有导入；请缩短")), NAME_MOST);
	if (!plain(name) || !plain(code) || !plain(department))
		FIND(w, true, r->row, "", "name", YZ_LIT(""), "%s", tr(w, N_("里面有看不见的控制字符，这一行没有导入；请删去后再导入")));
	const struct yz_import_row *other = code.len ? yz_map_get(&w->codes, code) : NULL;
	if (other)
		FIND(w, true, r->row, "", "code", code, tr(w, N_("实施编码与第 %d 行相同，这一行没有导入；请核对")), other->row);
	return w->report->findings.errors == before;
}

static void warn_of_codes(struct importing *w, const struct yz_import_row *r, struct yz_str code)
{
	if (!code_is_regular(code, yz_json_str(r->body, "region")))
		FIND(w, false, r->row, "code", "code", code, "%s",
		     tr(w, N_("实施编码不合编码规则（基本编码-区划-000-机构代码-序号-序号，或 31 位），已照原样导入；请向编制部门核对")));
	if (r->dept_code.len && !yz_ident_credit_ok(r->dept_code))
		FIND(w, false, r->row, "uscc", "dept_code", r->dept_code, "%s",
		     tr(w, N_("部门代码不是有效的统一社会信用代码（18 位），已照原样记下；请核对登记证书")));
	if (r->bad_cell.len)
		yz_finding_add(w->a, &w->report->findings, false, r->row, "", r->bad_cell, r->bad_value, "%s",
			       tr(w, N_("这一格的写法读不懂，这个要素没有导入；请改正后再导入")));
}

/* Elements against the grammar: what a directory does not say is no fault; what it says wrong is left out of the body. */
static void check_elements(struct importing *w, const struct yz_import_row *r, struct yz_json *body)
{
	for (size_t i = 0; i < r->body->count; i++) {
		struct yz_str key = r->body->members[i].key;
		int element = 0;
		while (element < YZ_ELEMENTS && !yz_str_eqz(key, yz_elements[element].key))
			element++;
		const struct yz_json *v = r->body->members[i].value;
		if (element == YZ_ELEMENTS || element == YZ_EL_org)
			continue;
		struct yz_pack_findings inside = {0};
		yz_pack_check_element(w->a, (enum yz_element)element, v, &inside);
		if (!inside.len)
			yz_json_put(w->a, body, key, v);
		else
			yz_finding_add(w->a, &w->report->findings, false, r->row, "", key, yz_json_text(v),
				       tr(w, N_("“%s”的写法不合要求，这个要素没有导入；请改正后再导入：%.*s")), tr(w, yz_elements[element].title),
				       YZ_P(yz_pack_finding_what(&inside.at[0], w->lang != YZ_LANG_EN)));
	}
}

/* Where it belongs: its own region where the site knows it, else the site's. */
static bool place(struct importing *w, const struct yz_import_row *r, struct import_item *item)
{
	struct yz_str region = yz_json_str(r->body, "region");
	item->region = region.len && yz_map_has(&w->regions, region) ? region : w->site->region;
	const struct yz_str *path = yz_map_get(&w->regions, item->region);
	if (!w->o->who || (path && yz_may_in(w->o->who, YZ_MAY_item_import, item->org, *path)))
		return true;
	FIND(w, true, r->row, "", "region", region, "%s", tr(w, N_("这个区划不归您管理，这一行没有导入")));
	return false;
}

static void take_row(struct importing *w, const struct yz_import_row *r)
{
	struct yz_str name = yz_str_trim(yz_json_str(r->body, "name")), code = yz_str_trim(yz_json_str(r->body, "code"));
	struct yz_str department = r->department.len ? r->department : yz_str_trim(yz_json_str(r->body, "org"));
	struct import_item item = {.row = r, .code = code, .name = name};
	struct yz_findings *found = &w->report->findings;
	if (!has_what_it_must(w, r, name, code, department)) {
		w->report->left_out++;
		return;
	}
	yz_map_put(&w->codes, code, (void *)r);
	item.org = find_org(w, department, r->dept_code)->key;
	if (!place(w, r, &item)) {
		w->report->left_out++;
		return;
	}
	size_t before = found->len;
	warn_of_codes(w, r, code);
	struct yz_json *body = yz_json_new_object(w->a);
	check_elements(w, r, body);
	if (yz_str_eqz(yz_json_str(body, "main_item"), "未分类")) /* as much as nothing */
		yz_json_put(w->a, body, YZ_LIT("main_item"), yz_json_new_str(w->a, YZ_LIT("")));
	yz_json_put(w->a, body, YZ_LIT("org"), yz_json_new_str(w->a, item.org));
	yz_json_put(w->a, body, YZ_LIT("name"), yz_json_new_str(w->a, name));
	yz_json_put(w->a, body, YZ_LIT("code"), yz_json_new_str(w->a, code));
	item.type = yz_json_str(body, "type");
	struct yz_buf b;
	yz_buf_init(&b, w->a, 1 << 20);
	yz_json_canonical(&b, body);
	item.body = yz_buf_str(&b);
	const struct yz_findings own = {.at = found->at + before, .len = found->len - before};
	item.findings = yz_findings_json(w->a, &own, r->row);
	w->items[w->nitems++] = item;
}

/* ---- the write ---- */

static bool put_orgs(struct importing *w, struct yz_conn *conn, struct yz_err *err)
{
	for (size_t i = 0; i < w->fresh.len; i++) {
		const struct import_org *g = w->fresh.at[i];
		if (!yz_exec(conn, err,
			     "INSERT INTO org (key, uscc, name, short, region, position, body) VALUES ($1, $2, $3, $3, $4, $5, $6) "
			     "ON CONFLICT (key) DO NOTHING",
			     YZ_S(g->key), YZ_S(g->uscc), YZ_S(g->name), YZ_S(w->site->region), YZ_I(2000 + (int64_t)i), YZ_S(g->body)))
			return false;
	}
	return true;
}

/* A form or process the body names is kept as the version before has it; a directory names none. */
static bool put_item(struct importing *w, struct yz_conn *conn, struct yz_arena *a, const struct import_item *item, struct yz_err *err)
{
	struct yz_item_last last;
	if (!yz_item_last(conn, a, item->code, &last, err))
		return false;
	if (last.id && yz_str_eq(last.body, item->body) && !yz_str_eqz(last.state, "abolished")) {
		w->same++;
		return true;
	}
	struct yz_str form, process, key = item->code;
	const struct yz_json *body = item->row->body;
	if (!yz_item_artifact(conn, a, "form", yz_json_str(body, "form"), last.form, &form, err) ||
	    !yz_item_artifact(conn, a, "process", yz_json_str(body, "process"), last.process, &process, err))
		return false;
	if (last.id) {
		w->changed++;
		struct yz_rows *r = yz_select(conn, a, err, "SELECT key FROM item WHERE id = $1", YZ_I(last.id));
		if (!r)
			return false;
		key = yz_row_str(r, 0, 0);
	} else
		w->added++;
	struct yz_item_new n = {.code = item->code, .key = key, .name = item->name, .org = item->org, .region = item->region,
				.type = item->type, .body = item->body, .findings = item->findings, .source = YZ_LIT("import"),
				.form = form, .process = process, .state = "published", .from_at = w->now, .version = last.version + 1,
				.by = w->o->who ? w->o->who->person : 0, .now = w->now};
	int64_t id = yz_item_insert(conn, &n, err);
	return id && yz_item_end_before(conn, item->code, id, w->now, err);
}

static void scratch_gone(void *ctx)
{
	yz_arena_destroy(ctx);
}

static bool do_import(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct importing *w = ctx;
	w->added = w->changed = w->same = 0;
	/* Tens of thousands of rows would not fit the writer's arena; nothing of them is kept. */
	struct yz_arena *scratch = yz_arena_create(0);
	yz_arena_defer(a, scratch_gone, scratch);
	if (!put_orgs(w, conn, err))
		return false;
	for (size_t i = 0; i < w->nitems; i++) {
		yz_arena_reset(scratch);
		if (!put_item(w, conn, scratch, &w->items[i], err))
			return yz_fail_in(err, "row %d", w->items[i].row->row);
	}
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "file", yz_str_n(w->o->file_name.ptr, w->o->file_name.len < 200 ? w->o->file_name.len : 0));
	yz_jw_kstr(&j, "sm3", w->digest);
	yz_jw_kint(&j, "rows", (int64_t)w->rows.len);
	yz_jw_kint(&j, "added", (int64_t)w->added);
	yz_jw_kint(&j, "changed", (int64_t)w->changed);
	yz_jw_kint(&j, "warnings", (int64_t)w->report->findings.warnings);
	yz_jw_kint(&j, "errors", (int64_t)w->report->findings.errors);
	yz_jw_end(&j, '}');
	yz_site_changed(w->site, YZ_CHANGE_ITEM);
	return yz_note(w->site, conn, w->o->who, "item.import", "import", 0, "", yz_buf_str(&b), err);
}

/* ---- the whole ---- */

static void prepare_orgs(struct importing *w)
{
	for (size_t i = 0; i < w->fresh.len; i++) {
		struct import_org *g = w->fresh.at[i];
		struct yz_json *body = yz_json_new_object(w->a);
		struct yz_buf b;
		yz_json_put(w->a, body, YZ_LIT("name"), yz_json_new_str(w->a, g->name));
		yz_json_put(w->a, body, YZ_LIT("short"), yz_json_new_str(w->a, g->name));
		yz_json_put(w->a, body, YZ_LIT("region"), yz_json_new_str(w->a, w->site->region));
		if (g->uscc.len)
			yz_json_put(w->a, body, YZ_LIT("uscc"), yz_json_new_str(w->a, g->uscc));
		yz_buf_init(&b, w->a, 1 << 16);
		yz_json_canonical(&b, body);
		g->body = yz_buf_str(&b);
	}
}

static bool read_all(struct importing *w, struct yz_err *err)
{
	struct yz_str bytes = w->o->bytes;
	char hex[YZ_HEX];
	if ((w->o->path && !yz_file_read(w->a, w->o->path, YZ_IMPORT_BYTES, &bytes, err)) || !yz_import_read(w->a, bytes, w->o->map, &w->rows, err))
		return false;
	struct yz_digest d = yz_digest(YZ_SM3, bytes);
	w->digest = yz_str_dup(w->a, yz_str(yz_digest_hex(&d, hex)));
	w->report->rows = w->rows.len;
	w->items = yz_new_n(w->a, w->rows.len, struct import_item);
	for (size_t i = 0; i < w->rows.len; i++) {
		take_row(w, &w->rows.at[i]);
		if (w->report->findings.len > YZ_IMPORT_FINDINGS)
			return yz_fail(err, YZ_LIMIT, "more than %d findings; is this a list of items?", YZ_IMPORT_FINDINGS);
		if (w->o->progress)
			w->o->progress(w->o->progress_ctx, i + 1, w->rows.len);
	}
	prepare_orgs(w);
	return true;
}

bool yz_item_import(struct yz_site *site, struct yz_arena *a, const struct yz_import_options *options, struct yz_import_report *report,
		    struct yz_err *err)
{
	struct importing w = {.site = site, .o = options, .a = a, .report = report, .now = yz_site_now(site)};
	*report = (struct yz_import_report){0};
	yz_lang_parse(yz_str(options->lang ? options->lang : "zh-CN"), &w.lang);
	if (options->who && !yz_may(options->who, YZ_MAY_item_import))
		return yz_refuse(options->who, YZ_MAY_item_import, err);
	if (!load_known(&w, err) || !read_all(&w, err))
		return yz_fail_in(err, "%.*s", YZ_P(options->file_name));
	if (options->strict && report->findings.len)
		return yz_fail(err, YZ_BAD_INPUT, "%zu errors and %zu warnings; nothing was imported (strict)", report->findings.errors,
			       report->findings.warnings);
	if (!yz_db_write(site->db, do_import, &w, err))
		return yz_fail_in(err, "%.*s", YZ_P(options->file_name));
	report->added = w.added;
	report->changed = w.changed;
	report->same = w.same;
	return yz_site_catalogue_reload(site, err);
}
