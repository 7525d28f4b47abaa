/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/person.h"

#include "gov/fault.h"
#include "gov/message.h"
#include "gov/note.h"
#include "gov/person_row.h"
#include "text/text.h"

#define AGENCY_LONGEST (3 * 366 * YZ_DAY) /* a power of attorney is renewed, not forgotten */

struct naming {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str login, name, scope;
	yz_instant until_at;
	int64_t id;
};

static bool find_agent(struct naming *w, struct yz_conn *conn, struct yz_arena *a, int64_t *agent, struct yz_err *err)
{
	if (!yz_person_find(w->site, conn, a, w->login, agent, err))
		return false;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT name FROM person WHERE id = $1 AND active = 1 AND kind = 'natural'",
				      YZ_I(*agent));
	if (!r)
		return false;
	if (!r->count || !yz_str_eq(yz_row_str(r, 0, 0), yz_str_trim(w->name)))
		return yz_wrong(err, "agent", N_("没有找到登录名和姓名都相符的个人用户，请与代办人核对"));
	return *agent != w->who->principal || yz_wrong(err, "agent", N_("不能委托给自己"));
}

static bool do_add(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct naming *w = ctx;
	yz_instant now = yz_site_now(w->site);
	int64_t agent, known = 1;
	if (!find_agent(w, conn, a, &agent, err))
		return false;
	if (!yz_str_eqz(w->scope, "*") &&
	    !yz_select_int(conn, &known, 0, err, "SELECT COUNT(*) FROM item WHERE code = $1", YZ_S(w->scope)))
		return false;
	if (!known)
		return yz_wrong(err, "scope", N_("没有这个事项，请从列表中选择"));
	w->id = yz_insert(conn, err,
			  "INSERT INTO agency (principal, agent, scope, from_at, until_at, created) VALUES ($1, $2, $3, $4, $5, $4)",
			  YZ_I(w->who->principal), YZ_I(agent), YZ_S(w->scope), YZ_I(now), YZ_I(w->until_at));
	const struct yz_said said[] = {{"name", w->who->principal_name}};
	return w->id && yz_message_say(w->site, conn, a, agent, 0, YZ_SAY_agency_given, said, 1, err) &&
	       yz_note(w->site, conn, w->who, "agency.add", "agency", w->id, "", YZ_LIT(""), err);
}

bool yz_agency_add(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str agent_login,
		   struct yz_str agent_name, struct yz_str scope, yz_instant until_at, struct yz_err *err)
{
	(void)a;
	if (!yz_may(who, YZ_MAY_agency_manage) || (who->principal != who->person && !yz_str_eqz(who->agency_scope, "*")))
		return yz_refuse(who, YZ_MAY_agency_manage, err);
	if (who->principal_proof < 1)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("委托代办前要先核验身份：请本人带身份证或营业执照到任一政务服务窗口"));
	yz_instant now = yz_site_now(site);
	if (until_at <= now || until_at > now + AGENCY_LONGEST)
		return yz_wrong(err, "until", N_("截止日期要在今天之后、三年以内"));
	struct naming w = {site, who, agent_login, agent_name, scope.len ? scope : YZ_LIT("*"), until_at, 0};
	return yz_db_write(site->db, do_add, &w, err);
}

struct revoking {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t id;
};

static bool do_revoke(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct revoking *w = ctx;
	/* Either side may end it. */
	if (!yz_exec(conn, err,
		     "UPDATE agency SET revoked = $1 WHERE id = $2 AND revoked IS NULL AND (principal = $3 OR agent = $4)",
		     YZ_I(yz_site_now(w->site)), YZ_I(w->id), YZ_I(w->who->principal), YZ_I(w->who->person)))
		return false;
	if (!yz_changed(conn))
		return yz_fail(err, YZ_NOT_FOUND, "no agency %lld of person %lld", (long long)w->id, (long long)w->who->person);
	return yz_note(w->site, conn, w->who, "agency.revoke", "agency", w->id, "", YZ_LIT(""), err);
}

bool yz_agency_revoke(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_agency_manage))
		return yz_refuse(who, YZ_MAY_agency_manage, err);
	struct revoking w = {site, who, id};
	return yz_db_write(site->db, do_revoke, &w, err);
}

bool yz_agency_holds(struct yz_conn *conn, int64_t principal, int64_t agent, struct yz_str item_code, yz_instant now, bool *holds,
		     struct yz_err *err)
{
	int64_t n = 0;
	bool ok = yz_select_int(conn, &n, 0, err,
				"SELECT COUNT(*) FROM person p JOIN person q ON q.id = $2 WHERE p.id = $1 AND p.active = 1 AND q.active = 1 "
				"AND p.proof >= 1 AND ((p.legal_rep = q.id AND q.proof >= 1) OR EXISTS (SELECT 1 FROM agency g "
				"WHERE g.principal = p.id AND g.agent = q.id AND g.revoked IS NULL AND g.from_at <= $3 AND g.until_at > $3 "
				"AND (g.scope = '*' OR g.scope = $4)))",
				YZ_I(principal), YZ_I(agent), YZ_I(now), YZ_S(item_code));
	*holds = n > 0;
	return ok;
}

size_t yz_agency_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		      struct yz_agency **out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT g.id, g.principal, g.agent, p.name, q.name, g.scope, "
				      "(SELECT i.name FROM item i WHERE i.code = g.scope ORDER BY i.version DESC LIMIT 1), "
				      "g.from_at, g.until_at, g.revoked FROM agency g "
				      "JOIN person p ON p.id = g.principal JOIN person q ON q.id = g.agent "
				      "WHERE g.principal = $1 OR g.agent = $2 ORDER BY g.id DESC LIMIT 100",
				      YZ_I(who->principal), YZ_I(who->person));
	if (!r)
		return 0;
	(void)site;
	*out = yz_new_n(a, r->count, struct yz_agency);
	for (size_t i = 0; i < r->count; i++)
		(*out)[i] = (struct yz_agency){.id = yz_row_int(r, i, 0), .principal = yz_row_int(r, i, 1),
					       .agent = yz_row_int(r, i, 2), .principal_name = yz_row_str(r, i, 3),
					       .agent_name = yz_row_str(r, i, 4), .scope = yz_row_str(r, i, 5),
					       .scope_name = yz_row_str(r, i, 6), .from_at = yz_row_int(r, i, 7),
					       .until_at = yz_row_int(r, i, 8), .revoked = yz_row_int(r, i, 9)};
	return r->count;
}
