/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/licence_row.h"

#include "gov/person.h"
#include "text/text.h"

enum { HELD_MOST = 500, TYPES_MOST = 20 };

struct proving {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	int64_t principal, person;
	struct yz_str item_code;
	struct yz_licence_list held;
	bool legal, led, agent; /* an enterprise; its legal representative is verified too; `person` is its agent */
};

static bool is_asked(const struct yz_json *const *materials, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (yz_json_len(yz_json_get(materials[i], "licence")) || yz_json_str(materials[i], "register").len)
			return true;
	return false;
}

bool yz_licence_held(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t holder, struct yz_licence_list *out,
		     struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " LICENCE_COLUMNS " FROM " LICENCE_TABLES
				      " WHERE l.holder = $1 ORDER BY l.id DESC LIMIT $2", YZ_I(holder), YZ_I(HELD_MOST));
	if (!r)
		return false;
	*out = (struct yz_licence_list){yz_new_n(a, r->count, struct yz_licence), r->count};
	for (size_t i = 0; i < r->count; i++)
		yz_licence_row(site, r, i, &out->at[i]);
	return true;
}

/* Who it is and what she holds; *verified false: nothing of hers is shown. */
static bool look_up(struct proving *p, bool *verified, struct yz_err *err)
{
	struct yz_rows *who = yz_select(p->conn, p->a, err,
					"SELECT p.kind, p.proof, q.proof FROM person p LEFT JOIN person q ON q.id = p.legal_rep AND q.active = 1 "
					"WHERE p.id = $1 AND p.active = 1", YZ_I(p->principal));
	if (!who)
		return false;
	*verified = who->count && yz_row_int(who, 0, 1) >= 1;
	if (!*verified)
		return true;
	p->legal = yz_str_eqz(yz_row_str(who, 0, 0), "legal");
	p->led = p->legal && yz_row_int(who, 0, 2) >= 1;
	if (p->person != p->principal &&
	    !yz_agency_holds(p->conn, p->principal, p->person, p->item_code, yz_site_now(p->site), &p->agent, err))
		return false;
	return yz_licence_held(p->site, p->conn, p->a, p->principal, &p->held, err);
}

/* The newest of its types that is valid; else the newest, and why it is not worth anything. */
static struct yz_licence_proof by_licence(const struct proving *p, const struct yz_json *types)
{
	struct yz_licence_proof found = {0};
	for (size_t i = 0; i < p->held.len; i++) {
		const struct yz_licence *l = &p->held.at[i];
		bool fits = false;
		for (size_t k = 0; k < yz_json_len(types) && k < TYPES_MOST; k++)
			fits = fits || yz_str_eq(yz_json_text(yz_json_at(types, k)), l->type);
		if (!fits)
			continue;
		if (l->state == YZ_LICENCE_valid)
			return (struct yz_licence_proof){.kind = YZ_PROOF_LICENCE, .licence = l};
		if (!found.licence)
			found = (struct yz_licence_proof){.kind = YZ_PROOF_UNFIT, .licence = l, .why = yz_licence_state_title(l->state)};
	}
	return found;
}

static const char *by_register(const struct proving *p, struct yz_str fact)
{
	/* Who answers for it: she herself, or who leads the enterprise. */
	if (yz_str_eqz(fact, "identity") && (!p->legal || p->led))
		return p->legal ? N_("法定代表人身份已核验") : N_("身份已核验");
	if (yz_str_eqz(fact, "enterprise") && p->legal)
		return N_("企业身份和营业执照已核验");
	if (yz_str_eqz(fact, "agency") && p->agent)
		return N_("委托关系已在本站登记");
	return NULL;
}

bool yz_proofs_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t principal, int64_t person,
		  struct yz_str item_code, const struct yz_json *const *materials, size_t n, struct yz_licence_proof *out,
		  struct yz_err *err)
{
	struct proving p = {.site = site, .conn = conn, .a = a, .principal = principal, .person = person, .item_code = item_code};
	bool verified = false;
	for (size_t i = 0; i < n; i++)
		out[i] = (struct yz_licence_proof){0};
	if (!is_asked(materials, n))
		return true;
	if (!look_up(&p, &verified, err))
		return false;
	for (size_t i = 0; verified && i < n; i++) {
		out[i] = by_licence(&p, yz_json_get(materials[i], "licence"));
		const char *fact = out[i].kind == YZ_PROOF_LICENCE ? NULL : by_register(&p, yz_json_str(materials[i], "register"));
		if (fact)
			out[i] = (struct yz_licence_proof){.kind = YZ_PROOF_REGISTER, .fact = fact};
	}
	return true;
}

bool yz_licence_proves(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		       struct yz_str item_code, const struct yz_json *materials, struct yz_licence_proof **out, struct yz_err *err)
{
	size_t n = yz_json_len(materials);
	const struct yz_json **list = yz_new_n(a, n + 1, const struct yz_json *);
	*out = yz_new_n(a, n + 1, struct yz_licence_proof);
	for (size_t i = 0; i < n; i++)
		list[i] = yz_json_at(materials, i);
	if (!who || !who->person || !yz_may_own(who, YZ_MAY_apply, who->principal, item_code))
		return true;
	return yz_proofs_of(site, conn, a, who->principal, who->person, item_code, list, n, *out, err);
}
