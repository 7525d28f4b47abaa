/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/deputy.h"

#include "base/utf8.h"
#include "gov/case.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "text/text.h"

#include <string.h>

enum { LISTED = 100, REASON_MOST = 200, DAYS_MOST = 366 };

bool yz_deputy_posts(struct yz_conn *conn, struct yz_arena *a, struct yz_actor *who, yz_instant now, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT p.id, p.role, p.org, p.region, g.path, p.title, d.person, q.name FROM deputy d "
				      "JOIN post p ON p.person = d.person JOIN person q ON q.id = d.person "
				      "JOIN region g ON g.code = p.region "
				      "WHERE d.deputy = $1 AND d.ended IS NULL AND d.from_at <= $2 AND d.until_at > $2 "
				      "AND p.from_at <= $2 AND (p.until_at IS NULL OR p.until_at > $2) ORDER BY d.id, p.id LIMIT $3",
				      YZ_I(who->person), YZ_I(now), YZ_I(LISTED));
	if (!r || !r->count)
		return r != NULL;
	struct yz_post *all = yz_new_n(a, who->nposts + r->count, struct yz_post);
	memcpy(all, who->posts, who->nposts * sizeof *all);
	who->posts = all;
	for (size_t i = 0; i < r->count; i++) {
		struct yz_post *p = &all[who->nposts];
		*p = (struct yz_post){.id = yz_row_int(r, i, 0), .org = yz_row_str(r, i, 2), .region = yz_row_str(r, i, 3),
				      .region_path = yz_row_str(r, i, 4), .title = yz_row_str(r, i, 5), .deputy_of = yz_row_int(r, i, 6),
				      .deputy_of_name = yz_row_str(r, i, 7)};
		who->nposts += yz_role_parse(yz_row_str(r, i, 1), &p->role) && yz_role_works(p->role) && p->region_path.len;
	}
	return true;
}

struct naming {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t person, id;
	struct yz_str login, reason;
	yz_instant from_at, until_at;
};

/* An administrator arranges it for whoever fell ill: all her posts lie within the administrator's reach. */
static bool arranges(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t person, bool *may, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT g.path FROM post p JOIN region g ON g.code = p.region WHERE p.person = $1 AND p.until_at IS NULL",
				      YZ_I(person));
	*may = r && r->count;
	for (size_t i = 0; *may && i < r->count; i++)
		*may = yz_may_in(who, YZ_MAY_people_manage, YZ_LIT(""), yz_row_str(r, i, 0));
	return r != NULL;
}

static bool do_add(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct naming *w = ctx;
	bool may = w->person == w->who->person;
	int64_t overlaps;
	if (!may && !arranges(conn, a, w->who, w->person, &may, err))
		return false;
	if (!may)
		return yz_refuse(w->who, YZ_MAY_people_manage, err);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT DISTINCT q.id FROM person q JOIN post p ON p.person = q.id JOIN post h ON h.org = p.org "
				      "WHERE q.login = $1 AND q.active = 1 AND p.until_at IS NULL AND h.person = $2 AND h.until_at IS NULL",
				      YZ_S(w->login), YZ_I(w->person));
	if (!r)
		return false;
	if (!r->count || yz_row_int(r, 0, 0) == w->person)
		return yz_wrong(err, "deputy", N_("代理人要是本单位的另一位工作人员，请选择"));
	if (!yz_select_int(conn, &overlaps, 0, err,
			   "SELECT COUNT(*) FROM deputy WHERE person = $1 AND ended IS NULL AND from_at < $2 AND until_at > $3", YZ_I(w->person),
			   YZ_I(w->until_at), YZ_I(w->from_at)))
		return false;
	if (overlaps)
		return yz_wrong(err, "from", N_("这段时间已经有代理人了，请先结束原来的"));
	int64_t deputy = yz_row_int(r, 0, 0);
	w->id = yz_insert(conn, err,
			  "INSERT INTO deputy (person, deputy, from_at, until_at, reason, by_person, created) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			  YZ_I(w->person), YZ_I(deputy), YZ_I(w->from_at), YZ_I(w->until_at), YZ_S(w->reason), YZ_I(w->who->person),
			  YZ_I(yz_site_now(w->site)));
	struct yz_str body = yz_str_printf(a, "{\"person\":%lld,\"deputy\":%lld,\"from\":%lld,\"until\":%lld}", (long long)w->person,
					   (long long)deputy, (long long)w->from_at, (long long)w->until_at);
	return w->id && yz_note(w->site, conn, w->who, "deputy.add", "deputy", w->id, "", body, err);
}

bool yz_deputy_add(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t person, struct yz_str deputy,
		   yz_instant from_at, yz_instant until_at, struct yz_str reason, struct yz_err *err)
{
	(void)a;
	if (!yz_may(who, YZ_MAY_deputy_name))
		return yz_refuse(who, YZ_MAY_deputy_name, err);
	struct naming w = {.site = site, .who = who, .person = person, .login = yz_str_trim(deputy), .reason = yz_str_trim(reason),
			   .from_at = from_at, .until_at = until_at};
	if (!w.login.len)
		return yz_wrong(err, "deputy", N_("代理人要是本单位的另一位工作人员，请选择"));
	if (from_at >= until_at || until_at <= yz_site_now(site))
		return yz_wrong(err, "until", N_("结束日期要在开始日期之后，也不能已经过去"));
	if (until_at - from_at > DAYS_MOST * YZ_DAY)
		return yz_wrong(err, "until", N_("代理最长一年，到期可以再设"));
	if (yz_utf8_count(w.reason) > REASON_MOST)
		return yz_wrong(err, "reason", N_("理由最多 200 字"));
	return yz_db_write(site->db, do_add, &w, err);
}

static bool do_end(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct naming *w = ctx;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT person, deputy FROM deputy WHERE id = $1 AND ended IS NULL", YZ_I(w->id));
	if (!r)
		return false;
	bool may = r->count && (yz_row_int(r, 0, 0) == w->who->person || yz_row_int(r, 0, 1) == w->who->person);
	if (r->count && !may && !arranges(conn, a, w->who, yz_row_int(r, 0, 0), &may, err))
		return false;
	if (!may)
		return yz_fail(err, YZ_NOT_FOUND, "no deputy %lld to end", (long long)w->id);
	return yz_exec(conn, err, "UPDATE deputy SET ended = $1 WHERE id = $2", YZ_I(yz_site_now(w->site)), YZ_I(w->id)) &&
	       yz_note(w->site, conn, w->who, "deputy.end", "deputy", w->id, "", YZ_LIT(""), err);
}

bool yz_deputy_end(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_deputy_name))
		return yz_refuse(who, YZ_MAY_deputy_name, err);
	struct naming w = {.site = site, .who = who, .id = id};
	return yz_db_write(site->db, do_end, &w, err);
}

size_t yz_deputy_list(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_deputy **out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT d.id, d.person, d.deputy, p.name, q.name, d.reason, d.from_at, d.until_at, d.ended FROM deputy d "
				      "JOIN person p ON p.id = d.person JOIN person q ON q.id = d.deputy WHERE d.person = $1 OR d.deputy = $1 "
				      "ORDER BY d.id DESC LIMIT $2",
				      YZ_I(who->person), YZ_I(LISTED));
	if (!r)
		return 0;
	*out = yz_new_n(a, r->count, struct yz_deputy);
	for (size_t i = 0; i < r->count; i++)
		(*out)[i] = (struct yz_deputy){.id = yz_row_int(r, i, 0), .person = yz_row_int(r, i, 1), .deputy = yz_row_int(r, i, 2),
					       .person_name = yz_row_str(r, i, 3), .deputy_name = yz_row_str(r, i, 4),
					       .reason = yz_row_str(r, i, 5), .from_at = yz_row_int(r, i, 6), .until_at = yz_row_int(r, i, 7),
					       .ended = yz_row_int(r, i, 8)};
	return r->count;
}

size_t yz_deputy_colleagues(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_target **out,
			    struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT DISTINCT q.login, q.name, q.id FROM person q JOIN post p ON p.person = q.id JOIN post h ON h.org = p.org "
				      "WHERE q.active = 1 AND p.until_at IS NULL AND h.person = $1 AND h.until_at IS NULL AND q.id <> $1 ORDER BY q.id "
				      "LIMIT $2",
				      YZ_I(who->person), YZ_I(LISTED));
	if (!r)
		return 0;
	*out = yz_new_n(a, r->count, struct yz_target);
	for (size_t i = 0; i < r->count; i++)
		(*out)[i] = (struct yz_target){.value = yz_row_str(r, i, 0), .name = yz_row_str(r, i, 1)};
	return r->count;
}
