/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/weekly.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "gov/reach.h"
#include "gov/weekly_draft.h"
#include "text/text.h"

#include <stdio.h>

const char *yz_weekly_part_key(enum yz_weekly_part part)
{
	static const char *const keys[YZ_WEEKLY_PARTS] = {"whole", "kinds", "orgs", "late", "ratings", "next"};
	return keys[part];
}

const char *yz_weekly_part_title(enum yz_weekly_part part)
{
	static const char *const titles[YZ_WEEKLY_PARTS] = {N_("总体情况"),	     N_("反映的问题"), N_("各部门办理情况"),
							    N_("超期和督办情况"), N_("群众评价"),   N_("下一步工作")};
	return titles[part];
}

const struct yz_weekly_figure *yz_weekly_figure(const struct yz_weekly *w, struct yz_str key)
{
	for (size_t i = 0; i < w->nfigures; i++)
		if (yz_str_eq(w->figures[i].key, key))
			return &w->figures[i];
	return NULL;
}

/* ---- marks ---- */

/* Of departments, kinds and items there is none where there is nothing to count any more. */
static const struct yz_weekly_figure *counted(const struct yz_weekly *w, struct yz_str key)
{
	static const struct yz_weekly_figure none = {0};
	const struct yz_weekly_figure *f = yz_weekly_figure(w, key);
	bool group = yz_str_starts(key, YZ_LIT("org.")) || yz_str_starts(key, YZ_LIT("kind.")) || yz_str_starts(key, YZ_LIT("item.")) ||
		     yz_str_starts(key, YZ_LIT("late."));
	return f || !group ? f : &none;
}

static bool mark(struct yz_arena *a, const struct yz_weekly *w, struct yz_str key, struct yz_weekly_piece *out)
{
	size_t share = yz_str_find(key, YZ_LIT("%"), 0), against = yz_str_find(key, YZ_LIT("~"), 0), cut = share < against ? share : against;
	if (cut == SIZE_MAX) {
		const struct yz_weekly_figure *f = counted(w, key);
		*out = (struct yz_weekly_piece){yz_str_printf(a, "%zu", f ? f->n : 0), f};
		return f != NULL;
	}
	const struct yz_weekly_figure *f = counted(w, yz_str_n(key.ptr, cut)), *of = counted(w, yz_str_n(key.ptr + cut + 1, key.len - cut - 1));
	if (!f || !of)
		return false;
	double n = (double)f->n, whole = (double)of->n;
	*out = (struct yz_weekly_piece){!of->n		? YZ_LIT("–")
					: cut == share	? yz_str_printf(a, "%.1f%%", 100 * n / whole)
					: f->n == of->n ? YZ_LIT("持平")
							: yz_str_printf(a, "%s %.1f%%", n > whole ? "增加" : "减少", 100 * (n > whole ? n - whole : whole - n) / whole),
					f};
	return true;
}

bool yz_weekly_pieces(struct yz_arena *a, const struct yz_weekly *w, struct yz_str text, struct yz_weekly_piece **out, size_t *n,
		      struct yz_str *bad)
{
	size_t marks = 0;
	for (size_t i = 0; i < text.len; i++)
		marks += text.ptr[i] == '{';
	*out = yz_new_n(a, 2 * marks + 1, struct yz_weekly_piece);
	*n = 0;
	*bad = (struct yz_str){0};
	for (size_t at = 0; at < text.len;) {
		size_t open = yz_str_find(text, YZ_LIT("{"), at), close = open == SIZE_MAX ? SIZE_MAX : yz_str_find(text, YZ_LIT("}"), open);
		size_t end = open == SIZE_MAX ? text.len : open;
		if (end > at)
			(*out)[(*n)++] = (struct yz_weekly_piece){yz_str_n(text.ptr + at, end - at), NULL};
		if (open == SIZE_MAX)
			return true;
		if (close == SIZE_MAX) {
			*bad = yz_str_n(text.ptr + open, text.len - open);
			return false;
		}
		struct yz_str key = yz_str_n(text.ptr + open + 1, close - open - 1);
		if (!mark(a, w, key, &(*out)[(*n)++])) {
			*bad = key;
			return false;
		}
		at = close + 1;
	}
	return true;
}

struct yz_str yz_weekly_plain(struct yz_arena *a, const struct yz_weekly *w, struct yz_str text)
{
	struct yz_weekly_piece *p;
	struct yz_str bad;
	struct yz_buf b;
	size_t n;
	yz_buf_init(&b, a, 1 << 20);
	yz_weekly_pieces(a, w, text, &p, &n, &bad);
	for (size_t i = 0; i < n; i++)
		yz_buf_adds(&b, p[i].words);
	return yz_buf_str(&b);
}

/* ---- kept as JSON ---- */

static struct yz_str body_json(struct yz_arena *a, const struct yz_weekly_edit *e)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, a, 1 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kstr(&w, "to", e->to);
	yz_jw_kstr(&w, "copies", e->copies);
	for (int i = 0; i < YZ_WEEKLY_PARTS; i++)
		yz_jw_kstr(&w, yz_weekly_part_key((enum yz_weekly_part)i), e->texts[i]);
	yz_jw_end(&w, '}');
	return yz_buf_str(&b);
}

static struct yz_str figures_json(struct yz_arena *a, const struct yz_weekly *k)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, a, 16 << 20);
	yz_jw_init(&w, &b);
	yz_jw_array(&w);
	for (size_t i = 0; i < k->nfigures; i++) {
		yz_jw_object(&w);
		yz_jw_kstr(&w, "key", k->figures[i].key);
		yz_jw_kstr(&w, "name", k->figures[i].name);
		yz_jw_key(&w, "letters");
		yz_jw_array(&w);
		for (size_t j = 0; j < k->figures[i].n; j++)
			yz_jw_int(&w, k->figures[i].letters[j]);
		yz_jw_end(&w, ']');
		yz_jw_end(&w, '}');
	}
	yz_jw_end(&w, ']');
	return yz_buf_str(&b);
}

static bool read_body(struct yz_arena *a, struct yz_str text, struct yz_weekly *w, struct yz_err *err)
{
	const struct yz_json *body = yz_json_read(a, text, NULL, err);
	if (!body)
		return false;
	w->to = yz_json_str(body, "to");
	w->copies = yz_json_str(body, "copies");
	for (int i = 0; i < YZ_WEEKLY_PARTS; i++)
		w->texts[i] = yz_json_str(body, yz_weekly_part_key((enum yz_weekly_part)i));
	return true;
}

static bool read_figures(struct yz_arena *a, struct yz_str text, struct yz_weekly *w, struct yz_err *err)
{
	const struct yz_json *list = yz_json_read(a, text, NULL, err);
	if (!list)
		return false;
	w->nfigures = yz_json_len(list);
	w->figures = yz_new_n(a, w->nfigures + 1, struct yz_weekly_figure);
	for (size_t i = 0; i < w->nfigures; i++) {
		const struct yz_json *v = yz_json_at(list, i), *letters = yz_json_get(v, "letters");
		struct yz_weekly_figure *f = &w->figures[i];
		*f = (struct yz_weekly_figure){yz_json_str(v, "key"), yz_json_str(v, "name"), yz_new_n(a, yz_json_len(letters) + 1, int64_t), 0, {0}};
		for (size_t k = 0; k < yz_json_len(letters); k++)
			yz_str_int(yz_json_at(letters, k)->text, &f->letters[f->n++]);
	}
	return true;
}

/* ---- reading ---- */

/* The region of her widest post as supervisor: each has its own report. */
static struct yz_str region_of(const struct yz_actor *who)
{
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	for (size_t i = 0; i < who->nposts; i++)
		if (who->posts[i].role == YZ_ROLE_SUPERVISOR && yz_str_eq(who->posts[i].region_path, path))
			return who->posts[i].region;
	return YZ_LIT("");
}

static bool week_of(const struct yz_site *site, struct yz_str week, struct yz_period *out, struct yz_err *err)
{
	return (yz_period_parse(week, out) && out->kind == YZ_PERIOD_WEEK && out->from <= yz_instant_day(yz_site_now(site), site->offset)) ||
	       yz_fail(err, YZ_NOT_FOUND, "no week %.*s", YZ_P(week));
}

bool yz_weekly_open(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str week,
		    struct yz_weekly *out, struct yz_err *err)
{
	*out = (struct yz_weekly){.by_name = YZ_LIT("")};
	if (!yz_may(who, YZ_MAY_board))
		return yz_refuse(who, YZ_MAY_board, err);
	if (!week_of(site, week, &out->period, err))
		return false;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT w.id, w.version, w.state, w.number, w.body, w.figures, COALESCE(w.issued, w.updated), p.name FROM weekly w "
				      "LEFT JOIN person p ON p.id = COALESCE(w.issued_by, w.updated_by) WHERE w.week = $1 AND w.region = $2",
				      YZ_S(week), YZ_S(region_of(who)));
	if (!r)
		return false;
	out->issued = r->count && yz_str_eqz(yz_row_str(r, 0, 2), "issued");
	if (out->issued ? !read_figures(a, yz_row_str(r, 0, 5), out, err)
			: !yz_weekly_count(site, conn, a, yz_reach(who, YZ_ROLE_SUPERVISOR), out, err))
		return false;
	if (!r->count)
		return yz_weekly_write(site, conn, a, out, err);
	out->id = yz_row_int(r, 0, 0);
	out->version = yz_row_int(r, 0, 1);
	out->number = yz_row_str(r, 0, 3);
	out->at = yz_row_int(r, 0, 6);
	out->by_name = yz_row_str(r, 0, 7);
	out->edited = true;
	return read_body(a, yz_row_str(r, 0, 4), out, err);
}

bool yz_weekly_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_weekly_row **rows,
		    size_t *n, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_board))
		return yz_refuse(who, YZ_MAY_board, err);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT w.week, w.state, COALESCE(w.issued, w.updated), p.name FROM weekly w "
				      "LEFT JOIN person p ON p.id = COALESCE(w.issued_by, w.updated_by) WHERE w.region = $1 ORDER BY w.week DESC LIMIT $2",
				      YZ_S(region_of(who)), YZ_I(YZ_WEEKLY_WEEKS));
	if (!r)
		return false;
	*rows = yz_new_n(a, YZ_WEEKLY_WEEKS, struct yz_weekly_row);
	struct yz_period p = yz_period_of(YZ_PERIOD_WEEK, yz_instant_day(yz_site_now(site), site->offset));
	for (*n = 0; *n < YZ_WEEKLY_WEEKS; ++*n, p = yz_period_before(p)) {
		char text[YZ_PERIOD_TEXT];
		struct yz_weekly_row *row = &(*rows)[*n];
		*row = (struct yz_weekly_row){.period = p, .by_name = YZ_LIT("")};
		yz_period_print(p, text);
		for (size_t i = 0; i < r->count; i++)
			if (yz_str_eqz(yz_row_str(r, i, 0), text))
				*row = (struct yz_weekly_row){p, true, yz_str_eqz(yz_row_str(r, i, 1), "issued"), yz_row_int(r, i, 2), yz_row_str(r, i, 3)};
	}
	return true;
}

bool yz_weekly_letters(struct yz_conn *conn, struct yz_arena *a, const struct yz_weekly_figure *f, struct yz_weekly_letter **out, size_t *n,
		       struct yz_err *err)
{
	enum { AT_ONCE = 200 };
	*out = yz_new_n(a, f->n + 1, struct yz_weekly_letter);
	*n = 0;
	for (size_t from = 0; from < f->n; from += AT_ONCE) {
		struct yz_sql q;
		yz_sql_init(&q, a);
		yz_sql_add(&q, "SELECT c.id, c.no, o.name, c.item_name, c.state, c.asked, c.due, c.ended, c.rating FROM consultation c "
			       "LEFT JOIN org o ON o.key = c.org WHERE c.id IN (0");
		for (size_t i = from; i < f->n && i < from + AT_ONCE; i++) {
			yz_sql_add(&q, ", ");
			yz_sql_val(&q, YZ_I(f->letters[i]));
		}
		yz_sql_add(&q, ") ORDER BY c.asked, c.id");
		struct yz_rows *r = yz_sql_select(&q, conn, a, err);
		if (!r)
			return false;
		for (size_t i = 0; i < r->count; i++)
			(*out)[(*n)++] = (struct yz_weekly_letter){.id = yz_row_int(r, i, 0), .no = yz_row_str(r, i, 1), .org_name = yz_row_str(r, i, 2),
								   .item_name = yz_row_str(r, i, 3), .state = yz_row_str(r, i, 4),
								   .asked = yz_row_int(r, i, 5), .due = yz_row_int(r, i, 6),
								   .ended = yz_row_int(r, i, 7), .rating = (int)yz_row_int(r, i, 8)};
	}
	return true;
}

/* ---- saving and issuing ---- */

struct doing {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str week;
	const struct yz_weekly_edit *edit;
	int64_t version;
};

static bool same_version(const struct yz_weekly *w, int64_t version, struct yz_err *err)
{
	if (w->issued)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这一期已经印发，不能再改"));
	return w->version == version || yz_fail(err, YZ_CONFLICT, "%s", N_("别人刚改过这一期，请重新打开再改"));
}

static bool check_edit(struct yz_arena *a, const struct yz_weekly *w, const struct yz_weekly_edit *e, struct yz_err *err)
{
	const struct yz_str lines[] = {e->number, e->to, e->copies};
	static const char *const names[] = {"number", "to", "copies"};
	for (size_t i = 0; i < 3; i++)
		if (yz_utf8_count(lines[i]) > YZ_WEEKLY_LINE)
			return yz_wrong(err, names[i], N_("最多 200 个字"));
	if (!yz_str_trim(e->to).len)
		return yz_wrong(err, "to", N_("请写主送机关"));
	for (int i = 0; i < YZ_WEEKLY_PARTS; i++) {
		struct yz_weekly_piece *p;
		struct yz_str bad;
		size_t n;
		const char *field = yz_weekly_part_key((enum yz_weekly_part)i);
		if (yz_utf8_count(e->texts[i]) > YZ_WEEKLY_TEXT)
			return yz_wrong(err, field, N_("每一部分最多 4000 个字"));
		if (i != YZ_WEEKLY_NEXT && !yz_str_trim(e->texts[i]).len)
			return yz_wrong(err, field, N_("这一部分不能空着"));
		if (!yz_weekly_pieces(a, w, e->texts[i], &p, &n, &bad))
			return yz_wrong(err, field, N_("花括号里的不是系统能填的数，请改回原来的写法"));
	}
	return true;
}

static bool do_save(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct doing *d = ctx;
	struct yz_weekly w;
	yz_instant now = yz_site_now(d->site);
	if (!yz_weekly_open(d->site, conn, a, d->who, d->week, &w, err) || !same_version(&w, d->edit->version, err) || !check_edit(a, &w, d->edit, err))
		return false;
	struct yz_str body = body_json(a, d->edit), figures = figures_json(a, &w);
	if (w.id ? !yz_exec(conn, err, "UPDATE weekly SET number = $2, body = $3, figures = $4, version = version + 1, updated = $5, updated_by = $6 WHERE id = $1",
			    YZ_I(w.id), YZ_S(yz_str_trim(d->edit->number)), YZ_S(body), YZ_S(figures), YZ_I(now), YZ_I(d->who->person))
		 : !(w.id = yz_insert(conn, err,
				      "INSERT INTO weekly (week, region, state, number, body, figures, version, created, updated, updated_by) "
				      "VALUES ($1, $2, 'draft', $3, $4, $5, 1, $6, $6, $7)",
				      YZ_S(d->week), YZ_S(region_of(d->who)), YZ_S(yz_str_trim(d->edit->number)), YZ_S(body), YZ_S(figures), YZ_I(now),
				      YZ_I(d->who->person))))
		return false;
	char hex[YZ_HEX];
	return yz_note(d->site, conn, d->who, "weekly.save", "weekly", w.id, "",
		       yz_str_printf(a, "{\"week\":\"%.*s\",\"digest\":\"%s\"}", YZ_P(d->week), yz_keyed_digest(d->site->keys, "weekly.body", w.id, body, hex)),
		       err);
}

bool yz_weekly_save(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str week, const struct yz_weekly_edit *edit,
		    struct yz_err *err)
{
	(void)a;
	struct doing d = {.site = site, .who = who, .week = week, .edit = edit};
	return yz_may(who, YZ_MAY_weekly_manage) ? yz_db_write(site->db, do_save, &d, err) : yz_refuse(who, YZ_MAY_weekly_manage, err);
}

static struct yz_str issued_json(struct doing *d, struct yz_arena *a, const struct yz_weekly *w, struct yz_str figures)
{
	struct yz_buf b;
	struct yz_jw j;
	char hex[YZ_HEX];
	yz_buf_init(&b, a, 1 << 16);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "week", d->week);
	for (size_t i = 0; i < w->nfigures; i++)
		if (yz_str_find(w->figures[i].key, YZ_LIT("."), 0) == SIZE_MAX)
			yz_jw_kint(&j, yz_str_z(a, w->figures[i].key), (int64_t)w->figures[i].n);
	yz_jw_kz(&j, "digest", yz_keyed_digest(d->site->keys, "weekly.figures", w->id, figures, hex));
	yz_jw_end(&j, '}');
	return yz_buf_str(&b);
}

static bool do_issue(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct doing *d = ctx;
	struct yz_weekly w;
	yz_instant now = yz_site_now(d->site);
	if (!yz_weekly_open(d->site, conn, a, d->who, d->week, &w, err) || !same_version(&w, d->version, err))
		return false;
	if (!w.id)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("还没有人看过、保存过，请先保存"));
	if (w.period.to >= yz_instant_day(now, d->site->offset))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这一周还没有过完，不能印发"));
	struct yz_str figures = figures_json(a, &w);
	return yz_exec(conn, err,
		       "UPDATE weekly SET state = 'issued', figures = $2, version = version + 1, issued = $3, issued_by = $4 WHERE id = $1", YZ_I(w.id),
		       YZ_S(figures), YZ_I(now), YZ_I(d->who->person)) &&
	       yz_note(d->site, conn, d->who, "weekly.issue", "weekly", w.id, "", issued_json(d, a, &w, figures), err);
}

bool yz_weekly_issue(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str week, int64_t version,
		     struct yz_err *err)
{
	(void)a;
	struct doing d = {.site = site, .who = who, .week = week, .version = version};
	return yz_may(who, YZ_MAY_weekly_manage) ? yz_db_write(site->db, do_issue, &d, err) : yz_refuse(who, YZ_MAY_weekly_manage, err);
}
