/* Guides that are kept.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/guide.h"

#include "crypt/crypt.h"
#include "gov/draft.h"
#include "gov/guide_make.h"

enum { TRIES = 8 };
#define LIFE (YZ_GUIDE_DAYS * YZ_DAY)
#define UNTOUCHED (1 * YZ_DAY) /* where nothing was answered yet */

/* ---- making one ---- */

static struct yz_guide_make *make_for(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
				      enum yz_lang lang)
{
	struct yz_guide_make *m = yz_new(a, struct yz_guide_make);
	*m = (struct yz_guide_make){.site = site, .conn = conn, .a = a, .who = who && who->person ? who : NULL, .lang = lang,
				    .now = yz_site_now(site), .g = yz_new(a, struct yz_guide)};
	m->g->day = yz_instant_day(m->now, site->offset);
	return m;
}

static struct yz_guide *finish(struct yz_guide_make *m, bool weigh, struct yz_err *err)
{
	const struct yz_json *about = m->bundle ? m->bundle : m->targets[0].version->body;
	m->g->name = yz_gmake_name(m, yz_json_str(about, "name"));
	m->g->summary = yz_gmake_name(m, yz_json_str(about, "summary"));
	m->g->bundle = m->bundle_key;
	if (weigh)
		yz_gmake_weigh(m);
	if (!yz_gmake_registers(m, err))
		return NULL;
	yz_gmake_ask(m);
	if (!yz_gmake_list(m, err))
		return NULL;
	m->calendar = yz_site_calendar(m->site);
	yz_gmake_before(m);
	yz_site_calendar_release(m->site, m->calendar);
	return m->g;
}

struct yz_guide *yz_guide_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str what,
			     const struct yz_json *known, const struct yz_actor *who, enum yz_lang lang, struct yz_err *err)
{
	struct yz_guide_make *m = make_for(site, conn, a, who, lang);
	return yz_gmake_find(m, what, err) && yz_gmake_take(m, known, true, err) ? finish(m, true, err) : NULL;
}

/* ---- rows ---- */

static bool digest_of(struct yz_str token, char out[YZ_HEX], struct yz_err *err)
{
	bool fits = token.len == YZ_GUIDE_TOKEN;
	for (size_t i = 0; fits && i < token.len; i++) {
		char c = token.ptr[i];
		fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
	}
	if (!fits)
		return yz_fail(err, YZ_NOT_FOUND, "there is no such guide");
	struct yz_digest d = yz_digest(YZ_SM3, token);
	yz_digest_hex(&d, out);
	return true;
}

struct row {
	int64_t id, version;
	struct yz_str what, rules;
	const struct yz_json *facts;
	yz_instant created, updated, expires;
};

static bool read_row(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const char *digest, struct row *out,
		     struct yz_err *err)
{
	struct yz_str text;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, version, what, rules, facts_enc, created, updated, expires FROM guide "
				      "WHERE token_dig = $1 AND expires > $2",
				      YZ_Z(digest), YZ_I(yz_site_now(site)));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "there is no such guide");
	*out = (struct row){.id = yz_row_int(r, 0, 0), .version = yz_row_int(r, 0, 1), .what = yz_row_str(r, 0, 2),
			    .rules = yz_row_str(r, 0, 3), .created = yz_row_int(r, 0, 5), .updated = yz_row_int(r, 0, 6),
			    .expires = yz_row_int(r, 0, 7)};
	return yz_unseal(site->keys, a, "guide.facts", out->id, yz_row_str(r, 0, 4), &text, err) &&
	       (out->facts = yz_json_read(a, text, NULL, err));
}

static bool read_guide(struct yz_guide_make *m, struct yz_str token, struct row *row, struct yz_err *err)
{
	char digest[YZ_HEX];
	return digest_of(token, digest, err) && read_row(m->site, m->conn, m->a, digest, row, err) &&
	       yz_gmake_target(m, row->what, err) && yz_gmake_take(m, row->facts, false, err);
}

struct yz_guide *yz_guide_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str token,
			       const struct yz_actor *who, enum yz_lang lang, struct yz_err *err)
{
	struct yz_guide_make *m = make_for(site, conn, a, who, lang);
	struct row row;
	if (!read_guide(m, token, &row, err))
		return NULL;
	m->g->token = yz_str_dup(a, token);
	m->g->created = row.created;
	m->g->updated = row.updated;
	m->g->expires = row.expires;
	m->g->renewed = !yz_str_eq(row.rules, yz_gmake_rules(m));
	return finish(m, m->g->renewed, err);
}

/* ---- beginning ---- */

struct storing {
	struct yz_site *site;
	char digest[YZ_HEX];
	struct yz_str what, rules, facts;
	int64_t id, version;
	bool answered, stale;
};

static struct yz_str sealed(const struct storing *w, struct yz_arena *a)
{
	return yz_seal(w->site->keys, a, "guide.facts", w->id, w->facts);
}

static bool do_begin(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct storing *w = ctx;
	yz_instant now = yz_site_now(w->site);
	int64_t kept;
	/* Ids only grow, so that the span is at least how many there are; where one guide is answered for months, they are counted. */
	if (!yz_select_int(conn, &kept, 0, err, "SELECT MAX(id) - MIN(id) FROM guide") ||
	    (kept >= YZ_GUIDE_KEPT && !yz_select_int(conn, &kept, 0, err, "SELECT COUNT(*) FROM guide")))
		return false;
	if (kept >= YZ_GUIDE_KEPT)
		return yz_fail(err, YZ_UNAVAILABLE, "%d guides are kept already", YZ_GUIDE_KEPT);
	w->id = yz_insert(conn, err,
			  "INSERT INTO guide (token_dig, what, rules, facts_enc, created, updated, expires, version) "
			  "VALUES ($1, $2, $3, $4, $5, $5, $6, 1)",
			  YZ_Z(w->digest), YZ_S(w->what), YZ_S(w->rules), YZ_BLOB(YZ_LIT("")), YZ_I(now),
			  YZ_I(now + (w->answered ? LIFE : UNTOUCHED)));
	return w->id && yz_exec(conn, err, "UPDATE guide SET facts_enc = $1 WHERE id = $2", YZ_BLOB(sealed(w, a)), YZ_I(w->id));
}

bool yz_guide_begin(struct yz_site *site, struct yz_arena *a, struct yz_str what, const struct yz_json *known, struct yz_str *token,
		    struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	struct storing w = {.site = site};
	char fresh[32];
	if (!conn)
		return false;
	struct yz_guide_make *m = make_for(site, conn, a, NULL, YZ_LANG_ZH);
	bool ok = yz_gmake_find(m, what, err) && yz_gmake_take(m, known, true, err);
	yz_db_release(conn);
	if (!ok)
		return false;
	w.what = m->what;
	w.rules = yz_gmake_rules(m);
	w.facts = yz_gmake_stored(m);
	w.answered = m->told.len > 0;
	if (!w.facts.len)
		return yz_fail(err, YZ_TOO_LARGE, "a guide's facts are over %d bytes", YZ_GUIDE_BYTES);
	yz_token(fresh);
	if (!digest_of(yz_str(fresh), w.digest, err) || !yz_db_write(site->db, do_begin, &w, err))
		return false;
	*token = yz_str_dup(a, yz_str(fresh));
	return true;
}

/* ---- answering ---- */

static bool do_answer(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct storing *w = ctx;
	yz_instant now = yz_site_now(w->site);
	w->stale = false;
	if (!yz_exec(conn, err,
		     "UPDATE guide SET facts_enc = $1, rules = $2, updated = $3, expires = $4, version = version + 1 "
		     "WHERE id = $5 AND version = $6 AND expires > $3",
		     YZ_BLOB(sealed(w, a)), YZ_S(w->rules), YZ_I(now), YZ_I(now + LIFE), YZ_I(w->id), YZ_I(w->version)))
		return false;
	w->stale = yz_changed(conn) == 0;
	return true;
}

static struct yz_guide_told *told_of(struct yz_guide_make *m, struct yz_str fact)
{
	for (size_t i = 0; i < m->told.len; i++)
		if (yz_str_eq(m->told.at[i].name, fact))
			return &m->told.at[i];
	return NULL;
}

static void drop(struct yz_guide_make *m, size_t i)
{
	memmove(&m->told.at[i], &m->told.at[i + 1], (m->told.len - i - 1) * sizeof *m->told.at);
	m->told.len--;
}

/* What makes no difference any more goes, the new answer itself included: a page may be older than the guide. */
static size_t prune(struct yz_guide_make *m)
{
	size_t before = m->told.len;
	yz_gmake_weigh(m);
	for (size_t i = m->told.len; i-- > 0;)
		if (!m->told.at[i].matters)
			drop(m, i);
	return before - m->told.len;
}

static bool put_answer(struct yz_guide_make *m, struct yz_str fact, const struct yz_str *values, size_t n, size_t *dropped,
		       struct yz_err *err)
{
	const struct yz_json *json;
	struct yz_guide_told *old = told_of(m, fact);
	if (!yz_gmake_typed(m, fact, values, n, &json, err))
		return false;
	if (json) {
		struct yz_json *one = yz_json_new_object(m->a);
		yz_json_put(m->a, one, yz_str_dup(m->a, fact), json);
		if (!yz_gmake_take(m, one, true, err))
			return false;
	} else if (old) {
		drop(m, (size_t)(old - m->told.at));
	}
	size_t gone = prune(m);
	if (dropped)
		*dropped = gone;
	return true;
}

/* One try: what was read stands unless somebody answered meanwhile. */
static bool try_answer(struct yz_site *site, struct yz_arena *a, struct yz_str token, struct yz_str fact, const struct yz_str *values,
		       size_t n, bool again, size_t *dropped, struct storing *w, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	struct row row;
	if (!conn)
		return false;
	struct yz_guide_make *m = make_for(site, conn, a, NULL, YZ_LANG_ZH);
	bool ok = read_guide(m, token, &row, err);
	if (ok && again && !told_of(m, fact))
		ok = yz_fail(err, YZ_NOT_FOUND, "%.*s was not answered yet", YZ_P(fact));
	ok = ok && put_answer(m, fact, values, n, dropped, err);
	yz_db_release(conn);
	if (!ok)
		return false;
	*w = (struct storing){.site = site, .rules = yz_gmake_rules(m), .facts = yz_gmake_stored(m), .id = row.id, .version = row.version};
	if (!w->facts.len)
		return yz_fail(err, YZ_TOO_LARGE, "a guide's facts are over %d bytes", YZ_GUIDE_BYTES);
	return yz_db_write(site->db, do_answer, w, err);
}

static bool answer(struct yz_site *site, struct yz_arena *a, struct yz_str token, struct yz_str fact, const struct yz_str *values,
		   size_t n, bool again, size_t *dropped, struct yz_err *err)
{
	struct storing w;
	for (int i = 0; i < TRIES; i++) {
		if (!try_answer(site, a, token, fact, values, n, again, dropped, &w, err))
			return false;
		if (!w.stale)
			return true;
	}
	return yz_fail(err, YZ_CONFLICT, "the guide is being answered elsewhere");
}

bool yz_guide_answer(struct yz_site *site, struct yz_arena *a, struct yz_str token, struct yz_str fact, const struct yz_str *values,
		     size_t n, size_t *dropped, struct yz_err *err)
{
	return answer(site, a, token, fact, values, n, false, dropped, err);
}

bool yz_guide_change(struct yz_site *site, struct yz_arena *a, struct yz_str token, struct yz_str fact, const struct yz_str *values,
		     size_t n, size_t *dropped, struct yz_err *err)
{
	return answer(site, a, token, fact, values, n, true, dropped, err);
}

/* ---- forgetting ---- */

struct forgetting {
	char digest[YZ_HEX];
	yz_instant now;
	int64_t gone;
};

static bool do_forget(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct forgetting *w = ctx;
	if (!yz_exec(conn, err, "DELETE FROM guide WHERE token_dig = $1", YZ_Z(w->digest)))
		return false;
	return yz_changed(conn) || yz_fail(err, YZ_NOT_FOUND, "there is no such guide");
}

bool yz_guide_forget(struct yz_site *site, struct yz_str token, struct yz_err *err)
{
	struct forgetting w = {0};
	return digest_of(token, w.digest, err) && yz_db_write(site->db, do_forget, &w, err);
}

static bool do_sweep(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct forgetting *w = ctx;
	if (!yz_exec(conn, err, "DELETE FROM guide WHERE expires <= $1", YZ_I(w->now)))
		return false;
	w->gone = yz_changed(conn);
	return true;
}

bool yz_guide_sweep(struct yz_site *site, yz_instant now, int64_t *gone, struct yz_err *err)
{
	struct forgetting w = {.now = now};
	bool ok = yz_db_write(site->db, do_sweep, &w, err);
	*gone = w.gone;
	return ok;
}

/* ---- applying ---- */

/* The form's fields as she would type them. */
static const struct yz_json *fields_of(struct yz_guide_make *m, const struct yz_form *form)
{
	struct yz_json *out = yz_json_new_object(m->a);
	for (size_t i = 0; i < m->told.len; i++) {
		const struct yz_guide_told *t = &m->told.at[i];
		const struct yz_json *v = t->json;
		const struct yz_field *field = yz_form_field(form, t->name);
		/* Texts that registers know the draft fills itself, with their proof; what was read out of them it cannot. */
		if (!field || (t->source != YZ_GUIDE_TOLD && !field->noptions))
			continue;
		if (yz_json_is(v, YZ_JSON_TRUE) || yz_json_is(v, YZ_JSON_FALSE))
			v = yz_json_new_str(m->a, v->type == YZ_JSON_TRUE ? YZ_LIT("true") : YZ_LIT("false"));
		else if (yz_json_is(v, YZ_JSON_NUMBER))
			v = yz_json_new_str(m->a, v->text);
		yz_json_put(m->a, out, t->name, v);
	}
	return out;
}

static const struct yz_version *version_for(const struct yz_guide_make *m, struct yz_str item, struct yz_err *err)
{
	for (size_t i = 0; i < m->ntargets; i++) {
		const struct yz_version *v = m->targets[i].version;
		bool wanted = item.len ? yz_str_eq(v->code, item) || yz_str_eq(v->key, item) : v->form != NULL;
		if (!wanted)
			continue;
		return v->form ? v : yz_fail_null(err, YZ_BAD_INPUT, "item %.*s is not applied for online", YZ_P(v->code));
	}
	return yz_fail_null(err, item.len ? YZ_NOT_FOUND : YZ_BAD_INPUT, "the guide has no item %.*s to apply for", YZ_P(item));
}

bool yz_guide_apply(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str token, struct yz_str item,
		    int64_t *draft, struct yz_err *err)
{
	struct row row;
	if (!who || !who->person)
		return yz_fail(err, YZ_SIGN_IN, "nobody is signed in");
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	if (!conn)
		return false;
	struct yz_guide_make *m = make_for(site, conn, a, who, YZ_LANG_ZH);
	const struct yz_version *v = read_guide(m, token, &row, err) ? version_for(m, item, err) : NULL;
	const struct yz_json *fields = v && yz_gmake_registers(m, err) ? fields_of(m, v->form) : NULL;
	yz_db_release(conn);
	return fields && yz_draft_open(site, who, v->code, draft, err) && yz_draft_save(site, a, who, *draft, fields, 0, err);
}
