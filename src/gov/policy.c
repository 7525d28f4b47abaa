/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/policy.h"

#include "crypt/crypt.h"
#include "db/db.h"
#include "gov/note.h"
#include "gov/site.h"

/* ---- reading ---- */

#define POLICY_COLUMNS                                                                                                 \
	"p.id, p.version, p.key, p.org, p.body, p.model, o.name, g.path FROM policy p LEFT JOIN org o ON o.key = p.org "     \
	"LEFT JOIN region g ON g.code = o.region WHERE p.ended IS NULL"

static void read_row(struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_policy *out)
{
	*out = (struct yz_policy){.id = yz_row_int(r, i, 0), .version = yz_row_int(r, i, 1), .key = yz_row_str(r, i, 2),
				  .org = yz_row_str(r, i, 3), .body = yz_json_read(a, yz_row_str(r, i, 4), NULL, NULL),
				  .model = yz_row_str(r, i, 5), .org_name = yz_row_str(r, i, 6), .region_path = yz_row_str(r, i, 7)};
	yz_policy_read(out->body, &out->text);
}

size_t yz_policy_all(struct yz_conn *conn, struct yz_arena *a, struct yz_policy **out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " POLICY_COLUMNS " ORDER BY p.key");
	if (!r)
		return 0;
	*out = yz_new_n(a, r->count, struct yz_policy);
	for (size_t i = 0; i < r->count; i++)
		read_row(a, r, i, &(*out)[i]);
	return r->count;
}

struct yz_policy *yz_policy_load(struct yz_conn *conn, struct yz_arena *a, struct yz_str key, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " POLICY_COLUMNS " AND p.key = $1", YZ_S(key));
	if (!r)
		return NULL;
	if (!r->count)
		return yz_fail_null(err, YZ_NOT_FOUND, "no policy '%.*s'", YZ_P(key));
	struct yz_policy *p = yz_new(a, struct yz_policy);
	read_row(a, r, 0, p);
	return p;
}

bool yz_policy_may(const struct yz_actor *who, enum yz_permission what, const struct yz_policy *p)
{
	return yz_may_in(who, what, p->org, p->region_path) || yz_may_in(who, YZ_MAY_policy_manage, p->org, p->region_path);
}

bool yz_policy_may_see(const struct yz_actor *who, const struct yz_policy *p)
{
	if (yz_str_eqz(p->text.whom, "legal"))
		return yz_policy_may(who, YZ_MAY_policy_read, p);
	for (size_t i = 0; i < who->nposts; i++)
		if (yz_str_eq(who->posts[i].org, p->org) &&
		    (who->posts[i].role == YZ_ROLE_WINDOW || who->posts[i].role == YZ_ROLE_REVIEWER || who->posts[i].role == YZ_ROLE_DECIDER))
			return true;
	return false;
}

/* ---- installing ---- */

static struct yz_str digest_of(struct yz_arena *a, struct yz_str body)
{
	char hex[YZ_HEX];
	struct yz_digest d = yz_digest(YZ_SM3, body);
	return yz_str_dup(a, yz_str(yz_digest_hex(&d, hex)));
}

static bool note(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const char *act, int64_t id, struct yz_str key,
		 struct yz_str model, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "policy", key);
	yz_jw_kstr(&j, "model", model);
	yz_jw_end(&j, '}');
	return yz_note(site, conn, NULL, act, "policy", id, "", yz_buf_str(&b), err);
}

static bool put(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, const struct yz_pack_file *f,
		size_t *fresh, struct yz_err *err)
{
	struct yz_policy_text text;
	struct yz_buf body;
	yz_policy_read(f->json, &text);
	yz_buf_init(&body, a, 1 << 20);
	yz_json_canonical(&body, f->json);
	const struct yz_pack_file *model = yz_pack_find(&pack->decisions, text.model);
	struct yz_str digest = digest_of(a, model->text);
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, version, body, model FROM policy WHERE key = $1 AND ended IS NULL", YZ_S(f->key));
	if (!r)
		return false;
	if (r->count && yz_str_eq(yz_row_str(r, 0, 2), yz_buf_str(&body)) && yz_str_eq(yz_row_str(r, 0, 3), digest))
		return true;
	yz_instant now = yz_site_now(site);
	int64_t last;
	if (!yz_select_int(conn, &last, 0, err, "SELECT MAX(version) FROM policy WHERE key = $1", YZ_S(f->key)) ||
	    !yz_exec(conn, err, "UPDATE policy SET ended = $1 WHERE key = $2 AND ended IS NULL", YZ_I(now), YZ_S(f->key)) ||
	    !yz_exec(conn, err, "INSERT INTO artifact (digest, kind, key, body) VALUES ($1, 'decision', $2, $3) ON CONFLICT (digest) DO NOTHING",
		     YZ_S(digest), YZ_S(text.model), YZ_S(model->text)))
		return false;
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO policy (key, version, name, org, whom, body, model, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			       YZ_S(f->key), YZ_I(last + 1), YZ_S(text.name), YZ_S(text.org), YZ_S(text.whom), YZ_S(yz_buf_str(&body)),
			       YZ_S(digest), YZ_I(now));
	++*fresh;
	return id && note(site, conn, a, "policy.publish", id, f->key, digest, err);
}

/* What the pack has no more is over. */
static bool end_others(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, key FROM policy WHERE ended IS NULL");
	for (size_t i = 0; r && i < r->count; i++) {
		if (yz_pack_find(&pack->policies, yz_row_str(r, i, 1)))
			continue;
		if (!yz_exec(conn, err, "UPDATE policy SET ended = $1 WHERE id = $2", YZ_I(yz_site_now(site)), YZ_I(yz_row_int(r, i, 0))) ||
		    !note(site, conn, a, "policy.end", yz_row_int(r, i, 0), yz_row_str(r, i, 1), YZ_LIT(""), err))
			return false;
	}
	return r != NULL;
}

bool yz_policy_install(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, size_t *fresh,
		       struct yz_err *err)
{
	*fresh = 0;
	for (size_t i = 0; i < pack->policies.len; i++)
		if (!put(site, conn, a, pack, &pack->policies.at[i], fresh, err))
			return yz_fail_in(err, "%.*s", YZ_P(pack->policies.at[i].path));
	return end_others(site, conn, a, pack, err);
}
