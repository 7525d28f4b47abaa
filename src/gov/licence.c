/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/licence.h"

#include "gov/document.h"
#include "gov/licence_row.h"
#include "text/text.h"

enum { MINE_MOST = 200 };

static const char *const states[YZ_LICENCE_STATES][2] = {
#define STATE(name, title) {#name, title},
#include "gov/licence_states.def"
#undef STATE
};

const char *yz_licence_state_name(enum yz_licence_state state)
{
	return states[state][0];
}

const char *yz_licence_state_title(enum yz_licence_state state)
{
	return states[state][1];
}

bool yz_licence_state_parse(struct yz_str s, enum yz_licence_state *state)
{
	for (int i = 0; i < YZ_LICENCE_STATES; i++)
		if (yz_str_eqz(s, states[i][0])) {
			*state = (enum yz_licence_state)i;
			return true;
		}
	return false;
}

enum yz_licence_state yz_licence_state_on(struct yz_str stored, yz_day valid_until, yz_day today)
{
	/* What nobody knows how to read proves nothing. */
	enum yz_licence_state state = YZ_LICENCE_revoked;
	yz_licence_state_parse(stored, &state);
	return state == YZ_LICENCE_valid && valid_until && today > valid_until ? YZ_LICENCE_expired : state;
}

void yz_licence_row(const struct yz_site *site, const struct yz_rows *r, size_t i, struct yz_licence *l)
{
	*l = (struct yz_licence){.id = yz_row_int(r, i, 0), .holder = yz_row_int(r, i, 1), .document = yz_row_int(r, i, 2),
				 .case_id = yz_row_int(r, i, 3), .no = yz_row_str(r, i, 4), .type = yz_row_str(r, i, 5),
				 .type_code = yz_row_str(r, i, 6), .name = yz_row_str(r, i, 7), .holder_name = yz_row_str(r, i, 8),
				 .org = yz_row_str(r, i, 9), .org_name = yz_row_str(r, i, 10), .item_code = yz_row_str(r, i, 11),
				 .item_name = yz_row_str(r, i, 12), .case_no = yz_row_str(r, i, 13), .check_code = yz_row_str(r, i, 14),
				 .issued = yz_row_int(r, i, 15), .changed = yz_row_int(r, i, 16),
				 .valid_from = (yz_day)yz_row_int(r, i, 17), .valid_until = (yz_day)yz_row_int(r, i, 18),
				 .reason = yz_row_str(r, i, 20)};
	l->state = yz_licence_state_on(yz_row_str(r, i, 19), l->valid_until, yz_instant_day(yz_site_now(site), site->offset));
}

static void read_list(const struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, struct yz_licence_list *out)
{
	out->at = yz_new_n(a, r->count, struct yz_licence);
	out->len = r->count;
	for (size_t i = 0; i < r->count; i++) {
		yz_licence_row(site, r, i, &out->at[i]);
		out->at[i].uses = yz_row_int(r, i, LICENCE_COLS);
	}
}

/* A number that she only claims proves nothing: licences are shown from level 1.  0: none of hers. */
static int64_t herself(const struct yz_actor *who)
{
	return who->proof >= 1 ? who->person : 0;
}

/* Whom she acts for in everything. */
static int64_t other(const struct yz_actor *who)
{
	return who->principal_proof >= 1 && yz_str_eqz(who->agency_scope, "*") ? who->principal : 0;
}

bool yz_licence_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		     struct yz_licence_list *out, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_licence_own))
		return yz_refuse(who, YZ_MAY_licence_own, err);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT " LICENCE_COLUMNS ", (SELECT COUNT(*) FROM pull u WHERE u.licence = l.id) FROM " LICENCE_TABLES
				      " WHERE l.holder IN ($1, $2) ORDER BY l.id DESC LIMIT $3",
				      YZ_I(herself(who)), YZ_I(other(who)), YZ_I(MINE_MOST));
	if (r)
		read_list(site, a, r, out);
	return r != NULL;
}

struct yz_licence *yz_licence_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
				   int64_t id, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " LICENCE_COLUMNS " FROM " LICENCE_TABLES " WHERE l.id = $1", YZ_I(id));
	if (!r)
		return NULL;
	struct yz_licence *l = yz_new(a, struct yz_licence);
	bool may = false;
	if (r->count) {
		yz_licence_row(site, r, 0, l);
		may = (yz_may(who, YZ_MAY_licence_own) && (l->holder == herself(who) || l->holder == other(who))) ||
		      yz_may_in(who, YZ_MAY_licence_read, l->org, YZ_LIT(""));
	}
	return may ? l : yz_fail_null(err, YZ_NOT_FOUND, "no licence %lld for person %lld", (long long)id, (long long)who->person);
}

bool yz_licence_pdf(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_str *pdf,
		    struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	const struct yz_licence *l = conn ? yz_licence_load(site, conn, a, who, id, err) : NULL;
	yz_db_release(conn);
	return l && yz_document_file(site, a, l->document, pdf, err);
}

bool yz_licence_used(struct yz_conn *conn, struct yz_arena *a, int64_t licence, int64_t before, size_t most,
		     struct yz_licence_uses *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT u.id, u.at, c.no, c.item_name, o.name, u.what, p.name, u.state FROM pull u "
				      "JOIN cases c ON c.id = u.case_id LEFT JOIN org o ON o.key = c.org "
				      "LEFT JOIN person p ON p.id = u.by_person WHERE u.licence = $1 AND ($2 = 0 OR u.id < $2) "
				      "ORDER BY u.id DESC LIMIT $3",
				      YZ_I(licence), YZ_I(before), YZ_I((int64_t)most));
	if (!r)
		return false;
	*out = (struct yz_licence_uses){yz_new_n(a, r->count, struct yz_licence_use), r->count};
	for (size_t i = 0; i < r->count; i++) {
		struct yz_licence_use *u = &out->at[i];
		*u = (struct yz_licence_use){.id = yz_row_int(r, i, 0), .at = yz_row_int(r, i, 1), .case_no = yz_row_str(r, i, 2),
					     .item_name = yz_row_str(r, i, 3), .org_name = yz_row_str(r, i, 4),
					     .material = yz_row_str(r, i, 5), .by_name = yz_row_str(r, i, 6)};
		yz_licence_state_parse(yz_row_str(r, i, 7), &u->state);
	}
	return true;
}

bool yz_licence_search(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		       struct yz_str words, int64_t before, struct yz_licence_list *out, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_licence_read))
		return yz_refuse(who, YZ_MAY_licence_read, err);
	struct yz_sql q;
	yz_sql_init(&q, a);
	yz_sql_add(&q, "SELECT " LICENCE_COLUMNS ", (SELECT COUNT(*) FROM pull u WHERE u.licence = l.id) FROM " LICENCE_TABLES
		       " WHERE l.org IN (''");
	for (size_t i = 0; i < who->nposts && i < 50; i++)
		if (yz_may_in(who, YZ_MAY_licence_read, who->posts[i].org, YZ_LIT("")))
			yz_sql_add(&q, ", "), yz_sql_val(&q, YZ_S(who->posts[i].org));
	yz_sql_add(&q, ")");
	words = yz_str_trim(words);
	if (words.len) {
		/* What begins so: with an upper bound, and so by text, not by pattern. */
		struct yz_str end = yz_str_printf(a, "%.*s\xf4\x8f\xbf\xbf", YZ_P(words));
		yz_sql_add(&q, " AND ((l.no >= $1 AND l.no < $2) OR (l.holder_name >= $1 AND l.holder_name < $2))", YZ_S(words), YZ_S(end));
	}
	if (before)
		yz_sql_add(&q, " AND l.id < $1", YZ_I(before));
	yz_sql_add(&q, " ORDER BY l.id DESC LIMIT $1", YZ_I(YZ_LICENCE_PAGE));
	struct yz_rows *r = yz_sql_select(&q, conn, a, err);
	if (r)
		read_list(site, a, r, out);
	return r != NULL;
}
