/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/enterprise.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "fmt/csv.h"
#include "fmt/file.h"
#include "gov/capital.h"
#include "gov/item_row.h"
#include "gov/note.h"
#include "gov/person.h"
#include "gov/reach.h"
#include "text/ident.h"

/* The columns with a place of their own. */
enum own { OWN_USCC, OWN_NAME, OWN_TYPE, OWN_REGISTERED, OWN_CAPITAL, OWN_REP, OWN_SCOPE, OWN_PROVINCE, OWN_CITY, OWN_ADDRESS, OWNS };
enum { OTHER = OWNS, MOST_NAME = 200 };

static const struct {
	const char *key; /* as a map calls it */
	const char *names[5];
} owns[OWNS] = {
	[OWN_USCC] = {"uscc", {"统一社会信用代码", "社会信用代码", "信用代码", "注册号"}},
	[OWN_NAME] = {"name", {"企业名称", "名称", "单位名称", "市场主体名称"}},
	[OWN_TYPE] = {"type", {"企业类型", "类型", "市场主体类型"}},
	[OWN_REGISTERED] = {"registered", {"注册日期", "成立日期", "登记日期"}},
	[OWN_CAPITAL] = {"capital", {"注册资金", "注册资本", "出资额", "资金数额"}},
	[OWN_REP] = {"rep", {"法人代表_脱敏", "法定代表人", "法人代表", "经营者", "负责人"}},
	[OWN_SCOPE] = {"scope", {"经营范围", "业务范围"}},
	[OWN_PROVINCE] = {"province", {"所在省份", "省份"}},
	[OWN_CITY] = {"city", {"地区", "所在城市", "城市"}},
	[OWN_ADDRESS] = {"address", {"注册地址", "住所", "经营场所", "地址"}},
};

struct entry {
	int row;
	struct yz_str own[OWNS]; /* {NULL, 0}: the file has no such column */
	struct yz_str facts;     /* JSON */
	char dig[YZ_BLIND];
	yz_day day;
	bool has_day;
	const char *currency;
};

struct importing {
	struct yz_site *site;
	struct yz_arena *a;
	const struct yz_enterprise_options *o;
	struct yz_enterprise_report *report;
	const struct yz_json *map;
	int *targets; /* by column: enum own or OTHER */
	struct yz_str *heads;
	size_t ncolumns;
	YZ_VEC(struct entry) entries;
	struct yz_map codes; /* code to its row */
	struct yz_str digest;
	yz_day today;
	size_t added, changed, same; /* of the write */
};

static const char *tr(const struct importing *w, const char *msgid) __attribute__((format_arg(2)));
static const char *tr(const struct importing *w, const char *msgid)
{
	return yz_tr(w->o->lang, msgid);
}

#define FIND(w, error, row, field, value, ...)                                                                         \
	yz_finding_add((w)->a, &(w)->report->findings, (error), (row), "", yz_str(owns[field].names[0]),                   \
		       yz_str_dup((w)->a, (value)), __VA_ARGS__)

/* ---- the head ---- */

static int target_of(const struct importing *w, struct yz_str head)
{
	for (int i = 0; i < OWNS; i++) {
		struct yz_str mapped = yz_json_str(w->map, owns[i].key);
		if (mapped.len && yz_str_eq(mapped, head))
			return i;
		for (size_t k = 0; !mapped.len && k < 5 && owns[i].names[k]; k++)
			if (yz_str_eqz(head, owns[i].names[k]))
				return i;
	}
	return OTHER;
}

static bool read_head(struct importing *w, const struct yz_csv_row *row, struct yz_err *err)
{
	bool has[OWNS + 1] = {0};
	if (row->n > YZ_ENTERPRISE_COLUMNS)
		return yz_fail(err, YZ_LIMIT, "more than %d columns", YZ_ENTERPRISE_COLUMNS);
	w->ncolumns = row->n;
	w->targets = yz_new_n(w->a, row->n, int);
	w->heads = yz_new_n(w->a, row->n, struct yz_str);
	for (size_t i = 0; i < row->n; i++) {
		w->heads[i] = yz_str_dup(w->a, yz_str_trim(row->fields[i]));
		int t = w->targets[i] = target_of(w, w->heads[i]);
		if (t != OTHER && has[t])
			return yz_fail(err, YZ_SYNTAX, "two columns are both '%s'", owns[t].names[0]);
		for (size_t k = 0; t == OTHER && k < i && w->heads[i].len; k++)
			if (yz_str_eq(w->heads[k], w->heads[i]))
				return yz_fail(err, YZ_SYNTAX, "two columns are both '%.*s'", YZ_P(w->heads[i]));
		has[t] = true;
	}
	for (int i = OWN_USCC; i <= OWN_NAME; i++)
		if (!has[i])
			return yz_fail(err, YZ_SYNTAX, "no column is called %s; name yours in a map: {\"%s\": \"…\"}", owns[i].names[0],
				       owns[i].key);
	return true;
}

/* ---- one row ---- */

static bool is_blank(struct yz_str s)
{
	return !s.len || yz_str_eqz(s, "N/A") || yz_str_eqz(s, "-") || yz_str_eqz(s, "null");
}

static bool all_digits(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len > 0;
}

/* A code that is none, one in small letters too, keeps the row out. */
static bool take_code(struct importing *w, int row, struct yz_str *code)
{
	char norm[24];
	const char *fault = yz_ident_credit_fault(*code);
	w->report->bad_codes += fault != NULL;
	if (!code->len)
		FIND(w, true, row, OWN_USCC, *code, "%s", tr(w, N_("没有统一社会信用代码，这一行没有导入")));
	else if (fault && all_digits(*code) && (code->len == 15 || code->len == 13 || code->len == 11))
		FIND(w, true, row, OWN_USCC, *code, "%s", tr(w, N_("这是旧的注册号，不是统一社会信用代码，这一行没有导入；请换成 18 位的代码")));
	else if (fault)
		FIND(w, true, row, OWN_USCC, *code, tr(w, N_("不是有效的统一社会信用代码，这一行没有导入：%s")), tr(w, fault));
	if (fault || !yz_ident_credit_norm(*code, norm))
		return false;
	*code = yz_str_dup(w->a, yz_str(norm));
	return true;
}

static void take_day(struct importing *w, struct entry *e)
{
	struct yz_str s = e->own[OWN_REGISTERED];
	if (!s.len)
		return;
	e->has_day = yz_day_read(s, &e->day);
	if (!e->has_day)
		FIND(w, false, e->row, OWN_REGISTERED, s, "%s", tr(w, N_("日期读不出来，没有记；要写成 2019-01-21 这样")));
	else if (e->day > w->today)
		FIND(w, false, e->row, OWN_REGISTERED, s, "%s", tr(w, N_("日期在今天以后，照原样记；请核对")));
}

static void take_capital(struct importing *w, struct entry *e)
{
	struct yz_capital c;
	struct yz_str s = e->own[OWN_CAPITAL];
	e->currency = "";
	if (!s.ptr)
		return;
	yz_capital_read(s, &c);
	if (yz_capital_doubt_text(c.doubt))
		FIND(w, false, e->row, OWN_CAPITAL, s, "%s", tr(w, yz_capital_doubt_text(c.doubt)));
	e->currency = c.currency;
	struct yz_buf b;
	yz_buf_init(&b, w->a, 64);
	if (*c.currency)
		yz_buf_add_dec(&b, c.wan);
	e->own[OWN_CAPITAL] = *c.currency ? yz_buf_str(&b) : YZ_LIT("");
}

static void take_others(struct importing *w, struct entry *e)
{
	struct yz_capital c;
	yz_capital_read(e->own[OWN_TYPE], &c);
	if (c.doubt == YZ_CAPITAL_SURE)
		FIND(w, false, e->row, OWN_TYPE, e->own[OWN_TYPE], "%s", tr(w, N_("这里写的像是注册资金：这一行的列可能错开了；请核对")));
	/* 张*, 王**: masked already. */
	if (e->own[OWN_REP].len && yz_str_find(e->own[OWN_REP], YZ_LIT("*"), 0) == SIZE_MAX)
		e->own[OWN_REP] = yz_mask_name(w->a, e->own[OWN_REP]);
}

static bool take_cells(struct importing *w, struct entry *e, const struct yz_csv_row *row)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, w->a, YZ_ENTERPRISE_FACTS + 2 * MOST_NAME);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	for (size_t i = 0; i < row->n; i++) {
		struct yz_str s = yz_str_trim(row->fields[i]);
		if (s.len > YZ_ENTERPRISE_CELL) {
			s.len = YZ_ENTERPRISE_CELL;
			while (s.len && ((unsigned char)s.ptr[s.len] & 0xC0) == 0x80)
				s.len--;
			yz_finding_add(w->a, &w->report->findings, false, e->row, "", w->heads[i], (struct yz_str){0},
				       tr(w, N_("超过 %d 个字节，后面的没有记")), YZ_ENTERPRISE_CELL);
		}
		if (w->targets[i] != OTHER) {
			e->own[w->targets[i]] = is_blank(s) ? YZ_LIT("") : yz_str_dup(w->a, s);
		} else if (w->heads[i].len && w->heads[i].len <= MOST_NAME && !is_blank(s)) {
			yz_jw_keys(&j, w->heads[i]);
			yz_jw_str(&j, s);
		}
	}
	yz_jw_end(&j, '}');
	e->facts = yz_buf_str(&b);
	if (b.full || e->facts.len > YZ_ENTERPRISE_FACTS)
		FIND(w, true, e->row, OWN_NAME, e->own[OWN_NAME], tr(w, N_("其他各列加起来超过 %d 个字节，这一行没有导入")), YZ_ENTERPRISE_FACTS);
	return !b.full && e->facts.len <= YZ_ENTERPRISE_FACTS;
}

static bool take_row(struct importing *w, const struct yz_csv_row *row)
{
	struct entry e = {.row = (int)row->number};
	if (!take_cells(w, &e, row) || !take_code(w, e.row, &e.own[OWN_USCC]))
		return false;
	if (!e.own[OWN_NAME].len || yz_utf8_count(e.own[OWN_NAME]) > MOST_NAME) {
		FIND(w, true, e.row, OWN_NAME, e.own[OWN_NAME], tr(w, N_("没有名称，或者超过 %d 个字，这一行没有导入")), MOST_NAME);
		return false;
	}
	const struct entry *other = yz_map_get(&w->codes, e.own[OWN_USCC]);
	if (other) {
		FIND(w, true, e.row, OWN_USCC, e.own[OWN_USCC], "%s", tr(w, N_("前面已经有一行是这个代码，这一行没有导入")));
		return false;
	}
	take_day(w, &e);
	take_capital(w, &e);
	take_others(w, &e);
	yz_blind(w->site->keys, "person.id_no", e.own[OWN_USCC], e.dig);
	*yz_vec_push(w->a, &w->entries) = e;
	yz_map_put(&w->codes, e.own[OWN_USCC], (void *)(uintptr_t)1);
	return true;
}

static bool read_all(struct importing *w, struct yz_err *err)
{
	struct yz_str bytes = w->o->bytes, text;
	char hex[YZ_HEX];
	struct yz_csv_options options = {.bytes = YZ_ENTERPRISE_BYTES, .rows = YZ_ENTERPRISE_ROWS + 1, .same_width = true};
	struct yz_csv_row row;
	if ((w->o->path && !yz_file_read(w->a, w->o->path, YZ_ENTERPRISE_BYTES, &bytes, err)) ||
	    !yz_text_decode(w->a, bytes, YZ_ENTERPRISE_BYTES, &text, err))
		return false;
	struct yz_digest d = yz_digest(YZ_SM3, bytes);
	w->digest = yz_str_dup(w->a, yz_str(yz_digest_hex(&d, hex)));
	struct yz_csv *csv = yz_csv_open(w->a, text, &options, err);
	if (!csv || !yz_csv_next(csv, &row, err))
		return err->code ? false : yz_fail(err, YZ_SYNTAX, "the file is empty");
	if (!read_head(w, &row, err))
		return false;
	while (yz_csv_next(csv, &row, err)) {
		w->report->rows++;
		w->report->left_out += !take_row(w, &row);
		if (w->report->findings.len > YZ_ENTERPRISE_FINDINGS)
			return yz_fail(err, YZ_LIMIT, "more than %d findings; is this a register of enterprises?", YZ_ENTERPRISE_FINDINGS);
	}
	return !err->code;
}

/* ---- the write ---- */

/* What the file has no column for stays; facts it does not speak of stay.  "": together they are over the bound. */
static struct yz_str merged(struct yz_arena *a, struct yz_str old, struct yz_str fresh)
{
	const struct yz_json *was = yz_json_read(a, old, NULL, NULL), *is = yz_json_read(a, fresh, NULL, NULL);
	struct yz_json *both = yz_json_new_object(a);
	struct yz_buf b;
	for (size_t i = 0; was && i < was->count; i++)
		yz_json_put(a, both, was->members[i].key, was->members[i].value);
	for (size_t i = 0; is && i < is->count; i++)
		yz_json_put(a, both, is->members[i].key, is->members[i].value);
	yz_buf_init(&b, a, YZ_ENTERPRISE_KEPT);
	yz_json_canonical(&b, both);
	return b.full ? YZ_LIT("") : yz_buf_str(&b);
}

/* New rows go in many at a time: over a network each statement costs a way there and back. */
struct batch {
	struct yz_sql *sql;
	size_t rows;
};
enum { BATCH_ROWS = 14, SCRATCH_ROWS = 256 };

static bool flush(struct yz_conn *conn, struct batch *b, struct yz_err *err)
{
	bool ok = !b->rows || yz_sql_exec(b->sql, conn, err);
	b->rows = 0;
	return ok;
}

static bool put_new(struct importing *w, struct yz_conn *conn, struct yz_arena *a, struct batch *b, const struct entry *e,
		    struct yz_str facts, int64_t source, int64_t change, struct yz_err *err)
{
	w->added++;
	if (!b->rows) {
		b->sql = yz_new(a, struct yz_sql);
		yz_sql_init(b->sql, a);
		yz_sql_add(b->sql, "INSERT INTO enterprise (uscc, uscc_dig, name, type, registered, capital, currency, rep, scope, province, "
				   "city, address, facts, source, change, created, updated) VALUES ");
	} else {
		yz_sql_add(b->sql, ", ");
	}
	yz_sql_add(b->sql, "($1, $2, $3, $4, CAST($5 AS BIGINT), $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)",
		   YZ_S(e->own[OWN_USCC]), YZ_Z(e->dig), YZ_S(e->own[OWN_NAME]), YZ_S(e->own[OWN_TYPE]),
		   yz_val_int_or_null(e->day, e->has_day), YZ_S(e->own[OWN_CAPITAL]), YZ_Z(e->currency), YZ_S(e->own[OWN_REP]),
		   YZ_S(e->own[OWN_SCOPE]), YZ_S(e->own[OWN_PROVINCE]), YZ_S(e->own[OWN_CITY]), YZ_S(e->own[OWN_ADDRESS]), YZ_S(facts),
		   YZ_I(source), YZ_I(change), YZ_I(yz_site_now(w->site)));
	return ++b->rows < BATCH_ROWS || flush(conn, b, err);
}

static bool put(struct importing *w, struct yz_conn *conn, struct yz_arena *a, struct batch *b, bool empty, const struct entry *e,
		int64_t source, int64_t change, struct yz_err *err)
{
	if (empty)
		return put_new(w, conn, a, b, e, merged(a, YZ_LIT("{}"), e->facts), source, change, err);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, name, type, registered, capital, currency, rep, scope, province, city, address, facts "
				      "FROM enterprise WHERE uscc = $1",
				      YZ_S(e->own[OWN_USCC]));
	if (!r)
		return false;
	if (!r->count)
		return put_new(w, conn, a, b, e, merged(a, YZ_LIT("{}"), e->facts), source, change, err);
	static const int column[OWNS] = {[OWN_NAME] = 1, [OWN_TYPE] = 2, [OWN_CAPITAL] = 4, [OWN_REP] = 6, [OWN_SCOPE] = 7,
					 [OWN_PROVINCE] = 8, [OWN_CITY] = 9, [OWN_ADDRESS] = 10};
	struct yz_str own[OWNS], facts = merged(a, yz_row_str(r, 0, 11), e->facts);
	bool same = yz_str_eq(facts, yz_row_str(r, 0, 11));
	if (!facts.len)
		return yz_fail(err, YZ_LIMIT, "with what is known already its facts are over %d bytes", YZ_ENTERPRISE_KEPT);
	for (int i = 0; i < OWNS; i++) {
		own[i] = e->own[i].ptr || !column[i] ? e->own[i] : yz_row_str(r, 0, (size_t)column[i]);
		same = same && (!column[i] || yz_str_eq(own[i], yz_row_str(r, 0, (size_t)column[i])));
	}
	bool dated = e->own[OWN_REGISTERED].ptr != NULL, priced = e->own[OWN_CAPITAL].ptr != NULL;
	struct yz_val day = dated ? yz_val_int_or_null(e->day, e->has_day) : yz_val_int_or_null(yz_row_int(r, 0, 3), !yz_row_null(r, 0, 3));
	struct yz_str currency = priced ? yz_str(e->currency) : yz_row_str(r, 0, 5);
	same = same && yz_str_eq(currency, yz_row_str(r, 0, 5)) && (day.type == YZ_VAL_NULL) == yz_row_null(r, 0, 3) &&
	       (day.type == YZ_VAL_NULL || day.i == yz_row_int(r, 0, 3));
	if (same) {
		w->same++;
		return true;
	}
	w->changed++;
	return yz_exec(conn, err,
		       "UPDATE enterprise SET name = $1, type = $2, registered = $3, capital = $4, currency = $5, rep = $6, scope = $7, "
		       "province = $8, city = $9, address = $10, facts = $11, source = $12, change = $13, updated = $14 WHERE id = $15",
		       YZ_S(own[OWN_NAME]), YZ_S(own[OWN_TYPE]), day, YZ_S(own[OWN_CAPITAL]), YZ_S(currency), YZ_S(own[OWN_REP]),
		       YZ_S(own[OWN_SCOPE]), YZ_S(own[OWN_PROVINCE]), YZ_S(own[OWN_CITY]), YZ_S(own[OWN_ADDRESS]), YZ_S(facts), YZ_I(source),
		       YZ_I(change), YZ_I(yz_site_now(w->site)), YZ_I(yz_row_int(r, 0, 0)));
}

static bool note(struct importing *w, struct yz_conn *conn, struct yz_arena *a, int64_t source, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "sm3", w->digest);
	yz_jw_kint(&j, "rows", (int64_t)w->report->rows);
	yz_jw_kint(&j, "added", (int64_t)w->added);
	yz_jw_kint(&j, "changed", (int64_t)w->changed);
	yz_jw_kint(&j, "left_out", (int64_t)w->report->left_out);
	yz_jw_end(&j, '}');
	return yz_exec(conn, err, "UPDATE enterprise_import SET added = $1, changed = $2, same = $3 WHERE id = $4", YZ_I((int64_t)w->added),
		       YZ_I((int64_t)w->changed), YZ_I((int64_t)w->same), YZ_I(source)) &&
	       yz_note(w->site, conn, w->o->who, "enterprise.import", "enterprise_import", source, "", yz_buf_str(&b), err);
}

static void scratch_gone(void *ctx)
{
	yz_arena_destroy(ctx);
}

static bool do_import(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct importing *w = ctx;
	int64_t change, source;
	w->added = w->changed = w->same = 0;
	struct yz_arena *scratch = yz_arena_create(0);
	yz_arena_defer(a, scratch_gone, scratch);
	struct yz_str file = w->o->file_name.len <= 200 ? w->o->file_name : YZ_LIT("");
	if (!yz_site_count(conn, "enterprise.change", &change, err))
		return false;
	source = yz_insert(conn, err,
			   "INSERT INTO enterprise_import (file, digest, rows, added, changed, same, left_out, by_person, at) "
			   "VALUES ($1, $2, $3, 0, 0, 0, $4, $5, $6)",
			   YZ_S(file), YZ_S(w->digest), YZ_I((int64_t)w->report->rows), YZ_I((int64_t)w->report->left_out),
			   yz_val_int_or_null(w->o->who ? w->o->who->person : 0, w->o->who != NULL), YZ_I(yz_site_now(w->site)));
	int64_t known;
	struct batch batch = {0};
	if (!source || !yz_select_int(conn, &known, 0, err, "SELECT MAX(id) FROM enterprise"))
		return false;
	for (size_t i = 0; i < w->entries.len; i++) {
		/* A batch lives in the scratch: one new row among many known ones must not hold it for all of them. */
		if (i % SCRATCH_ROWS == 0 && !flush(conn, &batch, err))
			return false;
		if (!batch.rows)
			yz_arena_reset(scratch);
		if (!put(w, conn, scratch, &batch, !known, &w->entries.at[i], source, change, err))
			return yz_fail_in(err, "row %d", w->entries.at[i].row);
	}
	return flush(conn, &batch, err) && note(w, conn, a, source, err);
}

/* The register is the whole site's: not for who administers a part of its region. */
static bool may_import(struct importing *w, struct yz_err *err)
{
	if (!w->o->who)
		return true;
	struct yz_conn *conn = yz_db_read(w->site->db, err);
	bool may = conn && yz_reach_whole(w->site, conn, w->a, w->o->who, YZ_MAY_enterprise_import, err);
	if (conn)
		yz_db_release(conn);
	return may;
}

bool yz_enterprise_import(struct yz_site *site, struct yz_arena *a, const struct yz_enterprise_options *options,
			  struct yz_enterprise_report *report, struct yz_err *err)
{
	struct importing w = {.site = site, .a = a, .o = options, .report = report,
			      .today = yz_instant_day(yz_site_now(site), site->offset)};
	*report = (struct yz_enterprise_report){0};
	yz_map_init(&w.codes, a);
	if (!may_import(&w, err))
		return false;
	if (options->map && *options->map) {
		w.map = yz_json_read(a, yz_str(options->map), NULL, err);
		if (!w.map || !yz_json_is(w.map, YZ_JSON_OBJECT))
			return (w.map ? yz_fail(err, YZ_SYNTAX, "the map is no JSON object") : false), yz_fail_in(err, "map");
	}
	if (!read_all(&w, err))
		return yz_fail_in(err, "%.*s", YZ_P(options->file_name));
	if (options->strict && report->findings.len)
		return yz_fail(err, YZ_BAD_INPUT, "%zu errors and %zu warnings; nothing was imported (strict)", report->findings.errors,
			       report->findings.warnings);
	if (!yz_db_write(site->db, do_import, &w, err))
		return yz_fail_in(err, "%.*s", YZ_P(options->file_name));
	report->added = w.added;
	report->changed = w.changed;
	report->same = w.same;
	return true;
}
