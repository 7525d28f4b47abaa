/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/person.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "gov/person_row.h"
#include "text/ident.h"
#include "text/text.h"

enum { LOGIN_LEAST = 4, LOGIN_MOST = 40, NAME_MOST = 100, PASSWORD_LEAST = 10, PASSWORD_MOST = 200, EMAIL_MOST = 200 };

static bool login_fits(struct yz_str s)
{
	size_t n = yz_utf8_count(s);
	if (n < LOGIN_LEAST || n > LOGIN_MOST)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c <= ' ' || c == 0x7F || c == '<' || c == '>' || c == '"' || c == '\'')
			return false;
	}
	return true;
}

bool yz_email_fits(struct yz_str s)
{
	size_t at = yz_str_find(s, YZ_LIT("@"), 0);
	if (at == SIZE_MAX || at == 0 || s.len > EMAIL_MOST || yz_str_find(s, YZ_LIT("@"), at + 1) != SIZE_MAX)
		return false;
	size_t dot = yz_str_find(s, YZ_LIT("."), at + 2);
	if (dot == SIZE_MAX || dot + 1 >= s.len)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= ' ' || strchr("<>,;:\"\\()[]", s.ptr[i]))
			return false;
	return true;
}

static bool name_fits(struct yz_str s)
{
	if (!s.len || yz_utf8_count(s) > NAME_MOST || !yz_utf8_valid(s))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == '<' || s.ptr[i] == '>')
			return false;
	return !yz_has_hidden(s);
}

bool yz_person_normalise(struct yz_site *site, const struct yz_registration *r, struct yz_person_values *v, struct yz_err *err)
{
	yz_day today = yz_instant_day(yz_site_now(site), site->offset);
	bool legal = yz_str_eqz(r->kind, "legal");
	const char *fault;
	*v = (struct yz_person_values){.kind = yz_str(legal ? "legal" : "natural"),
				       .login = yz_str_trim(r->login),
				       .name = yz_str_trim(r->name),
				       .email = yz_str_trim(r->email),
				       .lang = r->lang.len ? r->lang : YZ_LIT("zh-CN")};
	if (!name_fits(v->name))
		return yz_wrong(err, "name", legal ? N_("请填写营业执照上的名称") : N_("请填写身份证上的姓名"));
	fault = legal ? yz_ident_credit_fault(r->id_no) : yz_ident_person_fault(r->id_no, today);
	if (fault)
		return yz_wrong(err, "id_no", fault);
	if (legal)
		yz_ident_credit_norm(r->id_no, v->id_no);
	else
		yz_ident_person_norm(r->id_no, today, v->id_no);
	if (yz_str_trim(r->mobile).len) {
		if ((fault = yz_ident_mobile_fault(r->mobile)))
			return yz_wrong(err, "mobile", fault);
		yz_ident_mobile_norm(r->mobile, v->mobile);
	}
	if (v->email.len && !yz_email_fits(v->email))
		return yz_wrong(err, "email", N_("邮箱地址不对，应像 name@example.cn"));
	if (v->login.len && !login_fits(v->login))
		return yz_wrong(err, "login", N_("登录名要 4 到 40 个字符，不能有空格"));
	/* Numbers are looked up by their digests: as a login it would stand in clear, and before its owner. */
	if (!yz_ident_person_fault(v->login, today) || !yz_ident_credit_fault(v->login) || !yz_ident_mobile_fault(v->login))
		return yz_wrong(err, "login", N_("登录名不能是证件号码或手机号，登录时可以直接填它们"));
	return true;
}

bool yz_password_fit(struct yz_str password, struct yz_str login, struct yz_err *err)
{
	static const char *const common[] = {"1234567890", "0123456789", "password12", "password123", "qwertyuiop",
					     "1111111111", "0000000000", "8888888888", "6666666666", "abcdefghij",
					     "1q2w3e4r5t", "iloveyou12", "admin12345", "a123456789", "woaini1314"};
	if (yz_utf8_count(password) < PASSWORD_LEAST || password.len > PASSWORD_MOST)
		return yz_wrong(err, "password", N_("密码至少 10 个字符"));
	if (login.len && yz_str_eq(password, login))
		return yz_wrong(err, "password", N_("密码不能与登录名相同"));
	bool same = true;
	for (size_t i = 1; i < password.len; i++)
		same = same && password.ptr[i] == password.ptr[0];
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		same = same || yz_str_eqz(password, common[i]);
	return !same || yz_wrong(err, "password", N_("这个密码太常见，容易被人猜到，请换一个"));
}

static bool seal_into(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, const struct yz_person_values *v,
		      int proof, struct yz_err *err)
{
	char id_dig[YZ_BLIND], mobile_dig[YZ_BLIND];
	struct yz_str mobile = yz_str(v->mobile);
	if (mobile.len)
		yz_blind(site->keys, "person.mobile", mobile, mobile_dig);
	yz_blind(site->keys, "person.id_no", yz_str(v->id_no), id_dig);
	return yz_exec(conn, err,
		       "UPDATE person SET id_enc = $1, id_dig = $2, claim_dig = $3, mobile_enc = $4, mobile_dig = $5, email_enc = $6 "
		       "WHERE id = $7",
		       YZ_BLOB(yz_seal(site->keys, a, "person.id_no", id, yz_str(v->id_no))),
		       proof > 0 ? YZ_Z(id_dig) : YZ_NULL, proof > 0 ? YZ_NULL : YZ_Z(id_dig),
		       mobile.len ? YZ_BLOB(yz_seal(site->keys, a, "person.mobile", id, mobile)) : YZ_NULL,
		       mobile.len ? YZ_Z(mobile_dig) : YZ_NULL,
		       v->email.len ? YZ_BLOB(yz_seal(site->keys, a, "person.email", id, v->email)) : YZ_NULL, YZ_I(id));
}

int64_t yz_person_insert(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_person_values *v,
			 struct yz_str password, int proof, int64_t legal_rep, struct yz_str region, struct yz_err *err)
{
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO person (kind, login, password, name, proof, legal_rep, region, lang, active, created) "
			       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)",
			       YZ_S(v->kind), YZ_S(v->login), YZ_S(password), YZ_S(v->name), YZ_I(proof),
			       yz_val_int_or_null(legal_rep, legal_rep != 0), YZ_S(region), YZ_S(v->lang),
			       YZ_I(yz_site_now(site)));
	/* Staff whom the administrator adds have no id number here. */
	return id && (!v->id_no[0] || seal_into(site, conn, a, id, v, proof, err)) ? id : 0;
}

bool yz_person_by_id_no(struct yz_site *site, struct yz_conn *conn, const char *id_no, int64_t *id, struct yz_err *err)
{
	char dig[YZ_BLIND];
	return yz_select_int(conn, id, 0, err, "SELECT id FROM person WHERE id_dig = $1",
			     YZ_Z(yz_blind(site->keys, "person.id_no", yz_str(id_no), dig)));
}

struct registering {
	struct yz_site *site;
	const struct yz_registration *r;
	struct yz_person_values v;
	char password[YZ_PASSWORD_HASH];
	const struct yz_actor *clerk;
	struct yz_str how;
	int64_t id;
};

/* The legal representative, when she has an account here: she may act once both are verified.  Until she is, the only
 * one of her name who claims her number. */
static bool find_legal_rep(struct registering *w, struct yz_conn *conn, struct yz_arena *a, int64_t *rep, struct yz_err *err)
{
	*rep = 0;
	char norm[24], dig[YZ_BLIND];
	yz_day today = yz_instant_day(yz_site_now(w->site), w->site->offset);
	if (!yz_str_eqz(w->v.kind, "legal") || !yz_ident_person_norm(w->r->legal_rep_id, today, norm))
		return true;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id FROM person WHERE name = $1 AND (id_dig = $2 OR (claim_dig = $2 AND NOT EXISTS "
				      "(SELECT 1 FROM person o WHERE o.id_dig = $2))) LIMIT 2",
				      YZ_S(yz_str_trim(w->r->legal_rep_name)),
				      YZ_Z(yz_blind(w->site->keys, "person.id_no", yz_str(norm), dig)));
	if (!r)
		return false;
	*rep = r->count == 1 ? yz_row_int(r, 0, 0) : 0;
	return true;
}

/* Whose number it is nobody asks here: anybody may claim it, and the answer tells nobody who else does. */
static bool do_register(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct registering *w = ctx;
	int64_t taken, rep;
	if (!yz_select_int(conn, &taken, 0, err, "SELECT id FROM person WHERE login = $1", YZ_S(w->v.login)))
		return false;
	if (taken)
		return yz_wrong(err, "login", N_("这个登录名已有人使用，请换一个"));
	if (!find_legal_rep(w, conn, a, &rep, err))
		return false;
	w->id = yz_person_insert(w->site, conn, a, &w->v, yz_str(w->password), 0, rep, w->site->region, err);
	struct yz_actor self = {.person = w->id};
	return w->id && yz_note(w->site, conn, &self, "person.register", "person", w->id, "", YZ_LIT(""), err);
}

bool yz_person_register(struct yz_site *site, struct yz_arena *a, const struct yz_registration *r, int64_t *id,
			struct yz_err *err)
{
	(void)a;
	struct registering w = {.site = site, .r = r};
	if (!yz_person_normalise(site, r, &w.v, err))
		return false;
	if (!w.v.login.len)
		return yz_wrong(err, "login", N_("请填写登录名"));
	if (!yz_password_fit(r->password, w.v.login, err) || !yz_password_hash(r->password, w.password, err))
		return false;
	if (!yz_db_write(site->db, do_register, &w, err))
		return false;
	*id = w.id;
	return true;
}

/* Unique and nobody's to guess; she signs in with her number, which no column may show. */
static struct yz_str no_login(struct yz_arena *a)
{
	char token[32];
	return yz_str_printf(a, "id-%s", yz_token(token));
}

/* Of those who claim the number, the account whose login and name she gives at the counter is hers, password and all;
 * the others stay what they were, claims. */
static bool find_claim(struct registering *w, struct yz_conn *conn, struct yz_err *err)
{
	char dig[YZ_BLIND];
	return yz_select_int(conn, &w->id, 0, err, "SELECT id FROM person WHERE claim_dig = $1 AND login = $2 AND name = $3 AND active = 1",
			     YZ_Z(yz_blind(w->site->keys, "person.id_no", yz_str(w->v.id_no), dig)), YZ_S(w->v.login), YZ_S(w->v.name));
}

static bool same_name(struct registering *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT name FROM person WHERE id = $1", YZ_I(w->id));
	return r && (yz_str_eq(yz_row_str(r, 0, 0), w->v.name) || yz_wrong(err, "name", N_("这个证件号码登记的姓名不同，请核对证件")));
}

static bool do_verify(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct registering *w = ctx;
	int64_t rep;
	if (!yz_person_by_id_no(w->site, conn, w->v.id_no, &w->id, err) || !find_legal_rep(w, conn, a, &rep, err))
		return false;
	if (w->id) {
		if (!same_name(w, conn, a, err))
			return false;
	} else if (!find_claim(w, conn, err)) {
		return false;
	} else if (w->id) {
		if (!yz_exec(conn, err, "UPDATE person SET proof = 1, id_dig = claim_dig, claim_dig = NULL WHERE id = $1", YZ_I(w->id)))
			return false;
	} else {
		/* Nobody can sign in to it until a password is set at the counter or through recovery. */
		struct yz_person_values v = w->v;
		v.login = no_login(a);
		if (!(w->id = yz_person_insert(w->site, conn, a, &v, YZ_LIT(""), 1, rep, w->site->region, err)))
			return false;
	}
	if (rep && !yz_exec(conn, err, "UPDATE person SET legal_rep = $1 WHERE id = $2", YZ_I(rep), YZ_I(w->id)))
		return false;
	return yz_exec(conn, err, "INSERT INTO proof (person, level, how, by_person, at) VALUES ($1, 1, $2, $3, $4)", YZ_I(w->id),
		       YZ_S(w->how), YZ_I(w->clerk->person), YZ_I(yz_site_now(w->site))) &&
	       yz_note(w->site, conn, w->clerk, "person.verify", "person", w->id, "", YZ_LIT(""), err);
}

bool yz_person_verify(struct yz_site *site, struct yz_arena *a, const struct yz_actor *clerk, const struct yz_registration *r,
		      struct yz_str how, int64_t *id, struct yz_err *err)
{
	(void)a;
	if (!yz_may(clerk, YZ_MAY_person_verify))
		return yz_refuse(clerk, YZ_MAY_person_verify, err);
	struct registering w = {.site = site, .r = r, .clerk = clerk, .how = yz_str_trim(how)};
	if (!yz_person_normalise(site, r, &w.v, err))
		return false;
	if (!w.how.len)
		return yz_wrong(err, "how", N_("请选择核验的证件"));
	if (!yz_db_write(site->db, do_verify, &w, err))
		return false;
	*id = w.id;
	return true;
}

static bool open_field(struct yz_site *site, struct yz_arena *a, struct yz_rows *r, size_t col, const char *column, int64_t id,
		       struct yz_str *out, struct yz_err *err)
{
	return yz_row_null(r, 0, col) || yz_unseal(site->keys, a, column, id, yz_row_str(r, 0, col), out, err);
}

struct yz_person *yz_person_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT kind, login, name, id_enc, mobile_enc, email_enc, address_enc, proof, legal_rep, "
				      "region, lang, active, created FROM person WHERE id = $1",
				      YZ_I(id));
	if (!r)
		return NULL;
	if (!r->count)
		return yz_fail_null(err, YZ_NOT_FOUND, "no person %lld", (long long)id);
	struct yz_person *p = yz_new(a, struct yz_person);
	p->id = id;
	p->kind = yz_row_str(r, 0, 0);
	p->login = yz_row_str(r, 0, 1);
	p->name = yz_row_str(r, 0, 2);
	p->proof = (int)yz_row_int(r, 0, 7);
	p->legal_rep = yz_row_int(r, 0, 8);
	p->region = yz_row_str(r, 0, 9);
	p->lang = yz_row_str(r, 0, 10);
	p->active = yz_row_int(r, 0, 11) != 0;
	p->created = yz_row_int(r, 0, 12);
	bool opened = open_field(site, a, r, 3, "person.id_no", id, &p->id_no, err) &&
		      open_field(site, a, r, 4, "person.mobile", id, &p->mobile, err) &&
		      open_field(site, a, r, 5, "person.email", id, &p->email, err) &&
		      open_field(site, a, r, 6, "person.address", id, &p->address, err);
	return opened ? p : NULL;
}

struct updating {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str mobile, email, address, lang;
};

static bool do_update(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct updating *w = ctx;
	const struct yz_keys *k = w->site->keys;
	int64_t id = w->who->person;
	char dig[YZ_BLIND];
	return yz_exec(conn, err,
		       "UPDATE person SET mobile_enc = $1, mobile_dig = $2, email_enc = $3, address_enc = $4, lang = $5 WHERE id = $6",
		       w->mobile.len ? YZ_BLOB(yz_seal(k, a, "person.mobile", id, w->mobile)) : YZ_NULL,
		       w->mobile.len ? YZ_Z(yz_blind(k, "person.mobile", w->mobile, dig)) : YZ_NULL,
		       w->email.len ? YZ_BLOB(yz_seal(k, a, "person.email", id, w->email)) : YZ_NULL,
		       w->address.len ? YZ_BLOB(yz_seal(k, a, "person.address", id, w->address)) : YZ_NULL, YZ_S(w->lang),
		       YZ_I(id)) &&
	       yz_note(w->site, conn, w->who, "person.update", "person", id, "", YZ_LIT(""), err);
}

bool yz_person_update(struct yz_site *site, const struct yz_actor *who, struct yz_str mobile, struct yz_str email,
		      struct yz_str address, struct yz_str lang, struct yz_err *err)
{
	if (!who->person)
		return yz_refuse(who, YZ_MAY_self, err);
	char norm[24] = "";
	const char *fault = yz_str_trim(mobile).len ? yz_ident_mobile_fault(mobile) : NULL;
	if (fault)
		return yz_wrong(err, "mobile", fault);
	if (yz_str_trim(mobile).len)
		yz_ident_mobile_norm(mobile, norm);
	email = yz_str_trim(email);
	if (email.len && !yz_email_fits(email))
		return yz_wrong(err, "email", N_("邮箱地址不对，应像 name@example.cn"));
	if (yz_utf8_count(address) > 200)
		return yz_wrong(err, "address", N_("地址最多 200 个字"));
	enum yz_lang l;
	struct updating w = {site, who, yz_str(norm), email, yz_str_trim(address),
			     yz_lang_parse(lang, &l) ? yz_str(yz_lang_code(l)) : YZ_LIT("zh-CN")};
	return yz_db_write(site->db, do_update, &w, err);
}

bool yz_person_tail(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_str id_tail, bool *fits,
		    struct yz_err *err)
{
	const struct yz_person *p = yz_person_load(site, conn, a, person, err);
	char tail[5] = "";
	if (!p)
		return false;
	id_tail = yz_str_trim(id_tail);
	for (size_t i = 0; i < id_tail.len && i < 4; i++)
		tail[i] = id_tail.ptr[i] == 'x' ? 'X' : id_tail.ptr[i];
	*fits = id_tail.len == 4 && p->id_no.len >= 4 && yz_str_ends(p->id_no, yz_str(tail));
	return true;
}

struct yz_str yz_mask_name(struct yz_arena *a, struct yz_str name)
{
	size_t n = yz_utf8_count(name), i = 0, place = 0;
	struct yz_buf b;
	yz_buf_init(&b, a, name.len * 3 + 8);
	while (i < name.len) {
		uint32_t c = yz_utf8_next(name, &i);
		bool shown = place == 0 || (n > 2 && place == n - 1);
		yz_buf_add_utf8(&b, shown ? c : '*');
		place++;
	}
	return yz_buf_str(&b);
}

struct yz_str yz_mask_id(struct yz_arena *a, struct yz_str id)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 256);
	yz_ident_mask(&b, id);
	return yz_buf_str(&b);
}

bool yz_person_find(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str login, int64_t *id,
		    struct yz_err *err)
{
	(void)a;
	char norm[24], dig[YZ_BLIND];
	yz_day today = yz_instant_day(yz_site_now(site), site->offset);
	login = yz_str_trim(login);
	if (!yz_select_int(conn, id, 0, err, "SELECT id FROM person WHERE login = $1", YZ_S(login)))
		return false;
	if (*id)
		return true;
	if (yz_ident_person_norm(login, today, norm) || yz_ident_credit_norm(login, norm))
		return yz_person_by_id_no(site, conn, norm, id, err);
	if (!yz_ident_mobile_norm(login, norm))
		return true;
	return yz_select_int(conn, id, 0, err,
			     "SELECT CASE WHEN COUNT(*) = 1 THEN MIN(id) ELSE 0 END FROM person WHERE mobile_dig = $1 AND proof > 0",
			     YZ_Z(yz_blind(site->keys, "person.mobile", yz_str(norm), dig)));
}

bool yz_person_password(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_str *hash, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT password FROM person WHERE id = $1 AND active = 1", YZ_I(id));
	if (!r)
		return false;
	*hash = r->count ? yz_row_str(r, 0, 0) : YZ_LIT("");
	return true;
}
