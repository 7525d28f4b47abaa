/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/person.h"

#include "crypt/crypt.h"
#include "gov/deputy.h"
#include "gov/message.h"
#include "gov/note.h"
#include "gov/person_row.h"
#include "text/text.h"

#define SESSION_LIFE (12 * YZ_HOUR)
#define STAFF_IDLE (30 * YZ_MINUTE)
#define SEEN_EVERY YZ_MINUTE /* `seen` is written at most once a minute: a page costs no write */
#define RECOVERY_LIFE (30 * YZ_MINUTE)
#define RECOVERY_EVERY (10 * YZ_MINUTE)

static void token_digest(struct yz_str token, char out[YZ_HEX])
{
	struct yz_digest d = yz_digest(YZ_SM3, token);
	yz_digest_hex(&d, out);
}

/* ---- signing in ---- */

struct signing {
	struct yz_site *site;
	int64_t person;
	char token[48], digest[YZ_HEX], csrf[32];
};

static bool do_sign_in(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct signing *w = ctx;
	yz_instant now = yz_site_now(w->site);
	struct yz_rows *r = yz_select(conn, a, err, "SELECT name, (SELECT COUNT(*) FROM post WHERE person = p.id) FROM person p "
						    "WHERE id = $1 AND active = 1", YZ_I(w->person));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_BAD_INPUT, "the account was closed meanwhile");
	struct yz_actor who = {.person = w->person, .name = yz_row_str(r, 0, 0), .staff = yz_row_int(r, 0, 1) > 0};
	return yz_exec(conn, err, "DELETE FROM session WHERE expires < $1", YZ_I(now)) &&
	       yz_exec(conn, err,
		       "INSERT INTO session (token_dig, person, principal, csrf, created, seen, expires) "
		       "VALUES ($1, $2, $2, $3, $4, $4, $5)",
		       YZ_Z(w->digest), YZ_I(w->person), YZ_Z(w->csrf), YZ_I(now), YZ_I(now + SESSION_LIFE)) &&
	       yz_note(w->site, conn, &who, "person.sign_in", "person", w->person, "", YZ_LIT(""), err);
}

static bool look_up(struct yz_site *site, struct yz_arena *a, struct yz_str login, int64_t *person, struct yz_str *hash,
		    struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	bool ok = conn && yz_person_find(site, conn, a, login, person, err) && yz_person_password(conn, a, *person, hash, err);
	if (conn)
		yz_db_release(conn);
	return ok;
}

bool yz_sign_in(struct yz_site *site, struct yz_arena *a, struct yz_str login, struct yz_str password, struct yz_str *token,
		struct yz_err *err)
{
	struct signing w = {.site = site};
	struct yz_str hash = {0};
	bool right;
	if (!look_up(site, a, login, &w.person, &hash, err) ||
	    !yz_password_check(password, hash.len ? yz_str_z(a, hash) : NULL, &right, err))
		return false;
	if (!right)
		return yz_fail(err, YZ_BAD_INPUT, "%s", N_("登录名或密码不对"));
	yz_token_long(w.token);
	yz_token(w.csrf);
	token_digest(yz_str(w.token), w.digest);
	if (!yz_db_write(site->db, do_sign_in, &w, err))
		return false;
	*token = yz_str_dup(a, yz_str(w.token));
	return true;
}

struct by_token {
	struct yz_site *site;
	char digest[YZ_HEX];
	int64_t principal;
	const struct yz_actor *who;
};

static bool do_sign_out(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct by_token *w = ctx;
	return yz_exec(conn, err, "DELETE FROM session WHERE token_dig = $1", YZ_Z(w->digest));
}

bool yz_sign_out(struct yz_site *site, struct yz_str token, struct yz_err *err)
{
	struct by_token w = {.site = site};
	token_digest(token, w.digest);
	return yz_db_write(site->db, do_sign_out, &w, err);
}

/* ---- who is it ---- */

/* Behind what is asked of a person p, her posts at $2, a row each: one of no post has NULL for its id.  The last says whether
 * anybody ever named her deputy, and has not ended it. */
#define AND_POSTS \
	", t.id, t.role, t.org, t.region, g.path, t.title, " \
	"CASE WHEN EXISTS (SELECT 1 FROM deputy d WHERE d.deputy = p.id AND d.ended IS NULL) THEN 1 ELSE 0 END "
#define OF_POSTS \
	" LEFT JOIN post t ON t.person = p.id AND t.from_at <= $2 AND (t.until_at IS NULL OR t.until_at > $2) " \
	"LEFT JOIN region g ON g.code = t.region "
#define BY_POSTS " ORDER BY t.id"

/* The columns of AND_POSTS from `at` on. */
static bool take_posts(struct yz_conn *conn, struct yz_arena *a, struct yz_actor *who, const struct yz_rows *r, size_t at,
		       yz_instant now, struct yz_err *err)
{
	who->posts = yz_new_n(a, r->count, struct yz_post);
	for (size_t i = 0; i < r->count && !yz_row_null(r, i, at); i++) {
		struct yz_post *p = &who->posts[who->nposts];
		*p = (struct yz_post){.id = yz_row_int(r, i, at), .org = yz_row_str(r, i, at + 2), .region = yz_row_str(r, i, at + 3),
				      .region_path = yz_row_str(r, i, at + 4), .title = yz_row_str(r, i, at + 5)};
		/* A region that is gone would have an empty path, which is a prefix of all. */
		if (yz_role_parse(yz_row_str(r, i, at + 1), &p->role) && p->region_path.len)
			who->nposts++;
	}
	who->staff = who->nposts > 0;
	return !who->staff || !yz_row_int(r, 0, at + 6) || yz_deputy_posts(conn, a, who, now, err);
}

/* All she is named for, '*' where one of them is for everything. */
static struct yz_str scopes(const struct yz_rows *r, struct yz_arena *a)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 64 * 1024);
	for (size_t i = 0; i < r->count; i++) {
		if (yz_str_eqz(yz_row_str(r, i, 0), "*"))
			return YZ_LIT("*");
		if (i)
			yz_buf_addc(&b, ' ');
		yz_buf_adds(&b, yz_row_str(r, i, 0));
	}
	return yz_buf_str(&b);
}

/* May she act for this person now?  Fills name, proof and scope; *may says. */
static bool check_principal(struct yz_conn *conn, struct yz_arena *a, struct yz_actor *who, int64_t principal, yz_instant now,
			    bool *may, struct yz_err *err)
{
	*may = false;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT name, proof, legal_rep FROM person WHERE id = $1 AND active = 1", YZ_I(principal));
	struct yz_rows *g = !r ? NULL : yz_select(conn, a, err,
						  "SELECT DISTINCT scope FROM agency WHERE principal = $1 AND agent = $2 AND revoked IS NULL "
						  "AND from_at <= $3 AND until_at > $3 ORDER BY scope LIMIT 500",
						  YZ_I(principal), YZ_I(who->person), YZ_I(now));
	if (!g)
		return false;
	if (!r->count)
		return true;
	int proof = (int)yz_row_int(r, 0, 1);
	bool rep = yz_row_int(r, 0, 2) == who->person && proof >= 1 && who->proof >= 1;
	bool named = g->count && proof >= 1;
	if (!rep && !named)
		return true;
	*may = true;
	who->principal = principal;
	who->principal_name = yz_row_str(r, 0, 0);
	who->principal_proof = proof;
	who->agency_scope = rep ? YZ_LIT("*") : scopes(g, a);
	return true;
}

static void as_herself(struct yz_actor *who)
{
	who->principal = who->person;
	who->principal_name = who->name;
	who->principal_proof = who->proof;
	who->agency_scope = YZ_LIT("*");
}

bool yz_actor_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_actor *who,
		 struct yz_err *err)
{
	yz_instant now = yz_site_now(site);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT p.name, p.kind, p.proof" AND_POSTS
				      "FROM person p" OF_POSTS "WHERE p.id = $1 AND p.active = 1" BY_POSTS,
				      YZ_I(person), YZ_I(now));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no person %lld", (long long)person);
	*who = (struct yz_actor){.person = person, .name = yz_row_str(r, 0, 0), .legal = yz_str_eqz(yz_row_str(r, 0, 1), "legal"),
				 .proof = (int)yz_row_int(r, 0, 2)};
	as_herself(who);
	return take_posts(conn, a, who, r, 3, now, err);
}

struct touching {
	char digest[YZ_HEX];
	yz_instant now;
};

static bool do_touch(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct touching *w = ctx;
	return yz_exec(conn, err, "UPDATE session SET seen = $1 WHERE token_dig = $2", YZ_I(w->now), YZ_Z(w->digest));
}

bool yz_session_touch(struct yz_site *site, struct yz_str token, struct yz_err *err)
{
	struct touching w = {.now = yz_site_now(site)};
	token_digest(token, w.digest);
	return yz_db_write(site->db, do_touch, &w, err);
}

bool yz_session_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str token,
		     struct yz_actor *who, struct yz_str *csrf, bool *stale, struct yz_err *err)
{
	*who = (struct yz_actor){0};
	*csrf = (struct yz_str){0};
	*stale = false;
	if (token.len < 20 || token.len > 64)
		return true;
	char digest[YZ_HEX];
	token_digest(token, digest);
	yz_instant now = yz_site_now(site);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT s.person, s.principal, s.csrf, s.seen, p.name, p.kind, p.proof" AND_POSTS
				      "FROM session s JOIN person p ON p.id = s.person" OF_POSTS
				      "WHERE s.token_dig = $1 AND s.expires > $2 AND p.active = 1" BY_POSTS,
				      YZ_Z(digest), YZ_I(now));
	if (!r)
		return false;
	if (!r->count)
		return true;
	struct yz_actor found = {.person = yz_row_int(r, 0, 0), .name = yz_row_str(r, 0, 4),
				 .legal = yz_str_eqz(yz_row_str(r, 0, 5), "legal"), .proof = (int)yz_row_int(r, 0, 6)};
	yz_instant seen = yz_row_int(r, 0, 3);
	if (!take_posts(conn, a, &found, r, 7, now, err))
		return false;
	if (found.staff && now - seen > STAFF_IDLE)
		return true;
	as_herself(&found);
	int64_t principal = yz_row_int(r, 0, 1);
	bool may = true;
	if (principal && principal != found.person && !check_principal(conn, a, &found, principal, now, &may, err))
		return false;
	*who = found;
	*csrf = yz_row_str(r, 0, 2);
	*stale = now - seen > SEEN_EVERY;
	return true;
}

static bool do_act_for(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct by_token *w = ctx;
	struct yz_actor who = *w->who;
	bool may = w->principal == who.person;
	if (!may && !check_principal(conn, a, &who, w->principal, yz_site_now(w->site), &may, err))
		return false;
	if (!may)
		return yz_fail(err, YZ_FORBIDDEN, "person %lld is no agent of %lld", (long long)who.person,
			       (long long)w->principal);
	return yz_exec(conn, err, "UPDATE session SET principal = $1 WHERE token_dig = $2", YZ_I(w->principal), YZ_Z(w->digest)) &&
	       yz_note(w->site, conn, w->who, "person.act_for", "person", w->principal, "", YZ_LIT(""), err);
}

bool yz_session_act_for(struct yz_site *site, struct yz_str token, const struct yz_actor *who, int64_t principal,
			struct yz_err *err)
{
	if (!who->person)
		return yz_refuse(who, YZ_MAY_self, err);
	struct by_token w = {.site = site, .principal = principal, .who = who};
	token_digest(token, w.digest);
	return yz_db_write(site->db, do_act_for, &w, err);
}

/* ---- passwords ---- */

struct recovering {
	struct yz_site *site;
	int64_t person;
	char token[48], digest[YZ_HEX], password[YZ_PASSWORD_HASH];
	struct yz_str email;
	enum yz_lang lang; /* that she chose for her account */
	struct yz_str link;
};

static struct yz_str hole(void *ctx, struct yz_str name)
{
	const struct recovering *w = ctx;
	return yz_str_eqz(name, "link") ? w->link
	       : yz_str_eqz(name, "site") ? yz_site_name(w->site, yz_lang_code(w->lang), w->site->name)
					  : (struct yz_str){0};
}

/* In our own words, not a pack's: whoever is locked out depends on the address in it. */
static bool mail_link(struct recovering *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	const char *body = yz_tr(w->lang, N_("您好：\n\n有人请求找回您在“{site}一站”的密码。请在 30 分钟内打开下面的地址设置新密码，"
					     "地址只能用一次：\n\n{link}\n\n如果不是您本人，请不要理会，密码不会改变。\n"));
	w->link = yz_str_printf(a, "%s/recover/%s", w->site->base_url, w->token);
	return yz_mail_add(w->site, conn, a, w->email, yz_str(yz_tr(w->lang, N_("找回密码"))), yz_say_fill(a, yz_str(body), hole, w), err);
}

static bool do_recovery_begin(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct recovering *w = ctx;
	yz_instant now = yz_site_now(w->site);
	int64_t under_way;
	if (!yz_select_int(conn, &under_way, 0, err, "SELECT COUNT(*) FROM recovery WHERE person = $1 AND used IS NULL AND expires > $2",
			   YZ_I(w->person), YZ_I(now + RECOVERY_LIFE - RECOVERY_EVERY)))
		return false;
	if (under_way)
		return true;
	struct yz_actor self = {.person = w->person};
	return yz_exec(conn, err, "DELETE FROM recovery WHERE person = $1 OR expires < $2", YZ_I(w->person), YZ_I(now)) &&
	       yz_exec(conn, err, "INSERT INTO recovery (token_dig, person, expires) VALUES ($1, $2, $3)", YZ_Z(w->digest),
		       YZ_I(w->person), YZ_I(now + RECOVERY_LIFE)) &&
	       mail_link(w, conn, a, err) &&
	       yz_note(w->site, conn, &self, "person.recover", "person", w->person, "", YZ_LIT(""), err);
}

bool yz_recovery_begin(struct yz_site *site, struct yz_arena *a, struct yz_str login, struct yz_err *err)
{
	struct recovering w = {.site = site};
	struct yz_conn *conn = yz_db_read(site->db, err);
	if (!conn)
		return false;
	bool ok = yz_person_find(site, conn, a, login, &w.person, err);
	struct yz_person *p = ok && w.person ? yz_person_load(site, conn, a, w.person, err) : NULL;
	yz_db_release(conn);
	if (!ok || (w.person && !p))
		return false;
	if (!p || !p->active || !p->email.len)
		return true; /* the page says the same either way */
	w.email = p->email;
	yz_lang_parse(p->lang, &w.lang);
	yz_token_long(w.token);
	token_digest(yz_str(w.token), w.digest);
	return yz_db_write(site->db, do_recovery_begin, &w, err);
}

static bool do_recovery_link(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct recovering *w = ctx;
	return yz_exec(conn, err, "DELETE FROM recovery WHERE person = $1", YZ_I(w->person)) &&
	       yz_exec(conn, err, "INSERT INTO recovery (token_dig, person, expires) VALUES ($1, $2, $3)", YZ_Z(w->digest), YZ_I(w->person),
		       YZ_I(yz_site_now(w->site) + YZ_RECOVERY_LINK)) &&
	       yz_note(w->site, conn, NULL, "person.recover", "person", w->person, "", YZ_LIT(""), err);
}

bool yz_recovery_link(struct yz_site *site, struct yz_arena *a, struct yz_str login, struct yz_str *address, struct yz_err *err)
{
	struct recovering w = {.site = site};
	struct yz_conn *conn = yz_db_read(site->db, err);
	if (!conn)
		return false;
	bool ok = yz_person_find(site, conn, a, login, &w.person, err);
	struct yz_person *p = ok && w.person ? yz_person_load(site, conn, a, w.person, err) : NULL;
	yz_db_release(conn);
	if (!ok || (w.person && !p))
		return false;
	if (!p || !p->active)
		return yz_fail(err, YZ_NOT_FOUND, "%s", N_("没有这个账号，或者它已经停用"));
	yz_token_long(w.token);
	token_digest(yz_str(w.token), w.digest);
	*address = yz_str_printf(a, "%s/recover/%s", site->base_url, w.token);
	return yz_db_write(site->db, do_recovery_link, &w, err);
}

static bool set_password(struct yz_site *site, struct yz_conn *conn, int64_t person, const char *hash, struct yz_err *err)
{
	struct yz_actor self = {.person = person};
	return yz_exec(conn, err, "UPDATE person SET password = $1 WHERE id = $2", YZ_Z(hash), YZ_I(person)) &&
	       yz_exec(conn, err, "DELETE FROM session WHERE person = $1", YZ_I(person)) &&
	       yz_note(site, conn, &self, "person.password", "person", person, "", YZ_LIT(""), err);
}

static bool do_recovery_finish(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct recovering *w = ctx;
	yz_instant now = yz_site_now(w->site);
	if (!yz_select_int(conn, &w->person, 0, err,
			   "SELECT person FROM recovery WHERE token_dig = $1 AND used IS NULL AND expires > $2", YZ_Z(w->digest),
			   YZ_I(now)))
		return false;
	if (!w->person)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这个链接已经用过或者过期，请重新找回密码"));
	return yz_exec(conn, err, "UPDATE recovery SET used = $1 WHERE token_dig = $2", YZ_I(now), YZ_Z(w->digest)) &&
	       set_password(w->site, conn, w->person, w->password, err);
}

bool yz_recovery_finish(struct yz_site *site, struct yz_arena *a, struct yz_str token, struct yz_str password, int64_t *person,
			struct yz_err *err)
{
	(void)a;
	struct recovering w = {.site = site};
	if (!yz_password_fit(password, YZ_LIT(""), err) || !yz_password_hash(password, w.password, err))
		return false;
	token_digest(token, w.digest);
	if (!yz_db_write(site->db, do_recovery_finish, &w, err))
		return false;
	*person = w.person;
	return true;
}

static bool do_change(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct recovering *w = ctx;
	return set_password(w->site, conn, w->person, w->password, err);
}

bool yz_password_change(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str old,
			struct yz_str fresh, struct yz_err *err)
{
	if (!who->person)
		return yz_refuse(who, YZ_MAY_self, err);
	struct recovering w = {.site = site, .person = who->person};
	struct yz_conn *conn = yz_db_read(site->db, err);
	if (!conn)
		return false;
	struct yz_str hash;
	bool right, ok = yz_person_password(conn, a, who->person, &hash, err);
	yz_db_release(conn);
	if (!ok || !yz_password_check(old, hash.len ? yz_str_z(a, hash) : NULL, &right, err))
		return false;
	if (!right) {
		yz_fail(err, YZ_BAD_INPUT, "%s", N_("原密码不对"));
		return yz_fail_in(err, "old");
	}
	return yz_password_fit(fresh, YZ_LIT(""), err) && yz_password_hash(fresh, w.password, err) &&
	       yz_db_write(site->db, do_change, &w, err);
}
