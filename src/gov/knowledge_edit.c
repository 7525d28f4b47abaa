/* Knowledge as its department writes it.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/knowledge_row.h"

#include "base/utf8.h"
#include "gov/catalogue.h"
#include "gov/consult.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "gov/scrub.h"
#include "text/text.h"

bool yz_orgs_of(const struct yz_actor *who, enum yz_permission what, struct yz_sql *q, struct yz_err *err)
{
	size_t n = 0;
	yz_sql_add(q, "(");
	for (size_t i = 0; i < who->nposts; i++) {
		if (!yz_may_in(who, what, who->posts[i].org, YZ_LIT("")))
			continue;
		if (n++)
			yz_sql_add(q, ", ");
		yz_sql_val(q, YZ_S(who->posts[i].org));
	}
	yz_sql_add(q, ")");
	return n || yz_refuse(who, what, err);
}

/* ---- what was sent ---- */

/* One a line, trimmed, none empty. */
static bool read_variants(struct yz_arena *a, struct yz_str text, struct yz_str *out, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_str line;
	size_t n = 0;
	yz_buf_init(&b, a, 64 * 1024);
	while (yz_str_cut(&text, '\n', &line)) {
		line = yz_str_trim(line);
		if (!line.len)
			continue;
		if (++n > YZ_KNOWLEDGE_VARIANTS || yz_utf8_count(line) > YZ_KNOWLEDGE_QUESTION)
			return yz_wrong(err, "variants", N_("别的问法最多 20 行，每行不超过 120 个字"));
		if (b.len)
			yz_buf_addc(&b, '\n');
		yz_buf_adds(&b, line);
	}
	*out = yz_buf_str(&b);
	return true;
}

static bool read_expiry(struct yz_site *site, struct yz_str text, yz_instant *out, struct yz_err *err)
{
	yz_day day;
	text = yz_str_trim(text);
	*out = 0;
	if (!text.len)
		return true;
	if (!yz_day_parse(text, &day))
		return yz_wrong(err, "expires", N_("日期要写成 2027-06-30 这样"));
	*out = yz_day_start(day + 1, site->offset);
	return true;
}

/* The item as the catalogue names it: by code, key or whole name. */
static bool read_item(struct yz_site *site, struct yz_arena *a, struct yz_str given, struct yz_str *code, struct yz_err *err)
{
	*code = (struct yz_str){0};
	given = yz_str_trim(given);
	if (!given.len)
		return true;
	const struct yz_catalogue *c = yz_site_catalogue(site);
	const struct yz_entry_item *e = yz_catalogue_find(c, given);
	for (size_t i = 0; !e && i < c->nitems; i++)
		if (yz_str_eq(c->items[i].name, given))
			e = &c->items[i];
	if (e)
		*code = yz_str_dup(a, e->code);
	yz_site_catalogue_release(site, c);
	return e || yz_wrong(err, "item", N_("没有这个事项，请写事项的名称或编码"));
}

static bool within(struct yz_str s, size_t least, size_t most)
{
	size_t n = yz_utf8_count(s);
	return n >= least && n <= most;
}

bool yz_knowledge_check(struct yz_site *site, struct yz_arena *a, const struct yz_knowledge_new *k, struct yz_knowledge_values *v,
			struct yz_err *err)
{
	size_t personal;
	*v = (struct yz_knowledge_values){.question = yz_str_trim(k->question), .answer = yz_str_trim(k->answer),
					  .basis = yz_str_trim(k->basis), .org = k->org};
	if (!within(v->question, YZ_QUESTION_LEAST, YZ_KNOWLEDGE_QUESTION))
		return yz_wrong(err, "question", N_("问题要写 4 到 120 个字"));
	if (!within(v->answer, 2, YZ_ANSWER_MOST))
		return yz_wrong(err, "answer", N_("答案要写 2 到 4000 个字"));
	if (!within(v->basis, 0, YZ_KNOWLEDGE_BASIS))
		return yz_wrong(err, "basis", N_("依据不超过 300 个字"));
	if (!read_variants(a, k->variants, &v->variants, err) || !read_expiry(site, k->expires, &v->expires, err) ||
	    !read_item(site, a, k->item, &v->item, err))
		return false;
	yz_scrub(a, v->question, (struct yz_str){0}, &personal);
	if (personal)
		return yz_wrong(err, "question", N_("里面像有手机号、证件号或邮箱，公开的内容不能带个人信息"));
	yz_scrub(a, v->variants, (struct yz_str){0}, &personal);
	if (personal)
		return yz_wrong(err, "variants", N_("里面像有手机号、证件号或邮箱，公开的内容不能带个人信息"));
	yz_scrub(a, v->answer, (struct yz_str){0}, &personal);
	return !personal || yz_wrong(err, "answer", N_("里面像有手机号、证件号或邮箱，公开的内容不能带个人信息"));
}

/* ---- rows ---- */

static struct yz_val by(const struct yz_actor *who)
{
	return yz_val_int_or_null(who ? who->person : 0, who != NULL);
}

int64_t yz_knowledge_insert(struct yz_site *site, struct yz_conn *conn, const struct yz_knowledge_values *v, struct yz_str key,
			    struct yz_str source, const struct yz_actor *who, struct yz_err *err)
{
	return yz_insert(conn, err,
			 "INSERT INTO knowledge (key, question, variants, answer, basis, item, org, source, state, expires, published, "
			 "updated, updated_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'published', $9, $10, $10, $11)",
			 yz_val_str_or_null(key), YZ_S(v->question), YZ_S(v->variants), YZ_S(v->answer), YZ_S(v->basis), YZ_S(v->item),
			 YZ_S(v->org), YZ_S(source), yz_val_int_or_null(v->expires, v->expires != 0), YZ_I(yz_site_now(site)), by(who));
}

/* What was changed today is as of today. */
bool yz_knowledge_replace(struct yz_site *site, struct yz_conn *conn, const struct yz_knowledge_values *v, int64_t id,
			  const struct yz_actor *who, struct yz_err *err)
{
	return yz_exec(conn, err,
		       "UPDATE knowledge SET question = $2, variants = $3, answer = $4, basis = $5, item = $6, expires = $7, "
		       "published = $8, updated = $8, updated_by = $9 WHERE id = $1",
		       YZ_I(id), YZ_S(v->question), YZ_S(v->variants), YZ_S(v->answer), YZ_S(v->basis), YZ_S(v->item),
		       yz_val_int_or_null(v->expires, v->expires != 0), YZ_I(yz_site_now(site)), by(who));
}

/* ---- acts ---- */

struct saving {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_knowledge_values values;
	int64_t id, made;
};

/* Of a department she writes for; NOT_FOUND else. */
static bool is_hers(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_str *org, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT org FROM knowledge WHERE id = $1", YZ_I(id));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no knowledge %lld", (long long)id);
	*org = yz_row_str(r, 0, 0);
	return yz_may_in(who, YZ_MAY_knowledge_edit, *org, YZ_LIT("")) || yz_refuse(who, YZ_MAY_knowledge_edit, err);
}

static bool do_save(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct saving *w = ctx;
	struct yz_str org;
	w->made = w->id;
	if (!w->id)
		return (w->made = yz_knowledge_insert(w->site, conn, &w->values, (struct yz_str){0}, YZ_LIT("staff"), w->who, err)) &&
		       yz_note(w->site, conn, w->who, "knowledge.add", "knowledge", w->made, "", (struct yz_str){0}, err);
	return is_hers(conn, a, w->who, w->id, &org, err) && yz_knowledge_replace(w->site, conn, &w->values, w->id, w->who, err) &&
	       yz_note(w->site, conn, w->who, "knowledge.edit", "knowledge", w->id, "", (struct yz_str){0}, err);
}

bool yz_knowledge_save(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t *id,
		       const struct yz_knowledge_new *k, struct yz_err *err)
{
	struct saving w = {.site = site, .who = who, .id = *id};
	if (!yz_may(who, YZ_MAY_knowledge_edit) || (!*id && !yz_may_in(who, YZ_MAY_knowledge_edit, k->org, YZ_LIT(""))))
		return yz_refuse(who, YZ_MAY_knowledge_edit, err);
	if (!yz_knowledge_check(site, a, k, &w.values, err))
		return false;
	if (!*id && !k->org.len)
		return yz_wrong(err, "org", N_("请选部门"));
	if (!yz_db_write(site->db, do_save, &w, err))
		return false;
	*id = w.made;
	return yz_site_answers_reload(site, err);
}

struct retiring {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t id;
	bool retire;
};

static bool do_retire(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct retiring *w = ctx;
	struct yz_str org;
	return is_hers(conn, a, w->who, w->id, &org, err) &&
	       yz_exec(conn, err, "UPDATE knowledge SET state = $2, updated = $3, updated_by = $4 WHERE id = $1", YZ_I(w->id),
		       YZ_Z(w->retire ? "retired" : "published"), YZ_I(yz_site_now(w->site)), YZ_I(w->who->person)) &&
	       yz_note(w->site, conn, w->who, w->retire ? "knowledge.retire" : "knowledge.restore", "knowledge", w->id, "",
		       (struct yz_str){0}, err);
}

bool yz_knowledge_retire(struct yz_site *site, const struct yz_actor *who, int64_t id, bool retire, struct yz_err *err)
{
	struct retiring w = {site, who, id, retire};
	return yz_db_write(site->db, do_retire, &w, err) && yz_site_answers_reload(site, err);
}

/* ---- lists ---- */

#define COLUMNS                                                                                                                    \
	"k.id, k.question, k.variants, k.answer, k.basis, k.item, k.org, o.name, k.source, k.state, b.name, k.expires, k.published, " \
	"k.updated, COALESCE(u.views, 0), COALESCE(u.yes, 0), COALESCE(u.no, 0) FROM knowledge k LEFT JOIN org o ON o.key = k.org "    \
	"LEFT JOIN person b ON b.id = k.updated_by LEFT JOIN (SELECT answer, CAST(SUM(views) AS BIGINT) AS views, "                  \
	"CAST(SUM(yes) AS BIGINT) AS yes, CAST(SUM(no) AS BIGINT) AS no FROM answer_use GROUP BY answer) u "                         \
	"ON u.answer = 'k' || CAST(k.id AS TEXT) "

static void read_row(struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_knowledge *k)
{
	*k = (struct yz_knowledge){.id = yz_row_int(r, i, 0), .question = yz_row_str(r, i, 1), .variants = yz_row_str(r, i, 2),
				   .answer = yz_row_str(r, i, 3), .basis = yz_row_str(r, i, 4), .item = yz_row_str(r, i, 5),
				   .org = yz_row_str(r, i, 6), .org_name = yz_row_str(r, i, 7), .source = yz_row_str(r, i, 8),
				   .state = yz_row_str(r, i, 9), .by = yz_row_str(r, i, 10), .expires = yz_row_int(r, i, 11),
				   .published = yz_row_int(r, i, 12), .updated = yz_row_int(r, i, 13), .views = yz_row_int(r, i, 14),
				   .yes = yz_row_int(r, i, 15), .no = yz_row_int(r, i, 16)};
	k->key = yz_str_printf(a, "k%lld", (long long)k->id);
}

size_t yz_knowledge_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
			 enum yz_knowledge_show show, int skip, int limit, struct yz_knowledge **out, struct yz_err *err)
{
	struct yz_sql *q = yz_new(a, struct yz_sql);
	yz_instant now = yz_site_now(site);
	yz_sql_init(q, a);
	yz_sql_add(q, "SELECT " COLUMNS "WHERE k.org IN ");
	if (!yz_orgs_of(who, YZ_MAY_knowledge_edit, q, err))
		return 0;
	if (show == YZ_KNOWLEDGE_RETIRED)
		yz_sql_add(q, " AND k.state = 'retired'");
	else
		yz_sql_add(q, " AND k.state = 'published'");
	if (show == YZ_KNOWLEDGE_EXPIRED)
		yz_sql_add(q, " AND k.expires <= $1", YZ_I(now));
	else if (show == YZ_KNOWLEDGE_SOON)
		yz_sql_add(q, " AND k.expires > $1 AND k.expires <= $2", YZ_I(now), YZ_I(now + 30 * YZ_DAY));
	yz_sql_add(q, " ORDER BY k.updated DESC, k.id DESC LIMIT $1 OFFSET $2", YZ_I(limit), YZ_I(skip));
	struct yz_rows *r = yz_sql_select(q, conn, a, err);
	if (!r)
		return 0;
	*out = yz_new_n(a, r->count, struct yz_knowledge);
	for (size_t i = 0; i < r->count; i++)
		read_row(a, r, i, &(*out)[i]);
	return r->count;
}

bool yz_knowledge_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id,
		       struct yz_knowledge *out, struct yz_err *err)
{
	(void)site;
	struct yz_str org;
	if (!is_hers(conn, a, who, id, &org, err))
		return false;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " COLUMNS "WHERE k.id = $1", YZ_I(id));
	if (r)
		read_row(a, r, 0, out);
	return r != NULL;
}

size_t yz_knowledge_unhelpful(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, yz_day since,
			      int limit, struct yz_unhelpful **out, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_knowledge_edit)) {
		yz_refuse(who, YZ_MAY_knowledge_edit, err);
		return 0;
	}
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT answer, CAST(SUM(yes) AS BIGINT), CAST(SUM(no) AS BIGINT) FROM answer_use WHERE day >= $1 "
				      "GROUP BY answer HAVING SUM(no) > SUM(yes) ORDER BY 3 DESC, answer LIMIT $2",
				      YZ_I(since), YZ_I(1000));
	if (!r)
		return 0;
	const struct yz_answers *x = yz_site_answers(site);
	*out = yz_new_n(a, (size_t)limit, struct yz_unhelpful);
	size_t n = 0;
	for (size_t i = 0; i < r->count && n < (size_t)limit; i++) {
		const struct yz_answer *e = yz_answers_find(x, yz_row_str(r, i, 0), yz_site_now(site));
		if (!e || !yz_may_in(who, YZ_MAY_knowledge_edit, e->org, YZ_LIT("")))
			continue;
		struct yz_unhelpful *u = &(*out)[n++];
		*u = (struct yz_unhelpful){.key = yz_str_dup(a, e->key), .question = yz_str_dup(a, e->question),
					   .yes = yz_row_int(r, i, 1), .no = yz_row_int(r, i, 2)};
		if (!e->faq)
			yz_str_int(yz_str_n(u->key.ptr + 1, u->key.len - 1), &u->id);
	}
	yz_site_answers_release(site, x);
	return n;
}
