/* The checklist: items, materials that are one, fees.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/guide_make.h"

#include "gov/licence.h"

/* ---- items ---- */

static struct yz_str first_of(struct yz_str a, struct yz_str b)
{
	return a.len ? a : b;
}

static void put_office(const struct yz_guide_make *m, const struct yz_version *v, struct yz_guide_item *out)
{
	out->window = yz_gmake_name(m, first_of(yz_json_str(v->body, "place"), yz_json_str(v->org_body, "window")));
	out->address = yz_gmake_name(m, yz_json_str(v->org_body, "address"));
	out->hours = yz_gmake_name(m, first_of(yz_json_str(v->body, "time"), yz_json_str(v->org_body, "hours")));
	out->phone = first_of(yz_json_str(v->body, "ask_phone"), yz_json_str(v->org_body, "phone"));
	out->complain = first_of(yz_json_str(v->body, "complain_phone"), yz_json_str(v->org_body, "complain"));
}

static void put_said(const struct yz_guide_make *m, const struct yz_guide_target *t, struct yz_guide_item *out)
{
	const struct yz_decided *said = &t->said;
	const struct yz_version *v = t->version;
	out->guided = true;
	out->decided = (said->known[YZ_SAYS_SITUATION] && said->known[YZ_SAYS_MATERIALS]) || t->said.refused;
	if (said->situation) {
		out->situation = yz_json_str(said->situation, "key");
		out->situation_name = yz_gmake_name(m, yz_json_str(said->situation, "name"));
		out->situation_note = yz_gmake_name(m, yz_json_str(said->situation, "note"));
		out->situation_why = yz_gmake_why(m, v, &said->situation_by, false, N_("没有更特别的情形。"));
	}
	if (said->has_limit) {
		out->limit = yz_gmake_limit(m, said->limit, said->limit_unit);
		out->limit_why = yz_gmake_why(m, v, &said->limit_by, false, N_("每个申请都一样。"));
	}
	if (said->refused) {
		out->refusal = said->refusal.len ? yz_gmake_name(m, said->refusal) : yz_str(T(m->lang, "按您说的情况，不符合受理条件。"));
		out->refusal_why = yz_gmake_why(m, v, &said->accept_by, false, N_("每个申请都一样。"));
	}
	if (said->opinion.len) {
		out->opinion = said->opinion;
		out->opinion_why = yz_gmake_why(m, v, &said->opinion_by, false, N_("每个申请都一样。"));
	}
	out->fees_known = v->decision->at[YZ_SAYS_FEES] ? said->known[YZ_SAYS_FEES] : yz_json_get(v->body, "fees") != NULL;
}

static void put_item(struct yz_guide_make *m, const struct yz_guide_target *t, struct yz_guide_item *out)
{
	const struct yz_version *v = t->version;
	*out = (struct yz_guide_item){.version = v, .code = v->code, .key = v->key, .name = yz_gmake_name(m, v->name),
				      .org_name = yz_gmake_name(m, v->org_name), .decided = true,
				      .online = yz_json_bool(v->body, "online", false) && v->form, .form = v->form != NULL};
	if (v->form)
		out->form_title = yz_gmake_name(m, v->form->title);
	out->legal_limit = yz_gmake_limit_of(m, &v->legal);
	out->fees_known = yz_json_get(v->body, "fees") != NULL;
	put_office(m, v, out);
	if (v->decision)
		put_said(m, t, out);
	if (!out->limit.len)
		out->limit = yz_gmake_limit_of(m, &v->promised);
	size_t *after = yz_new_n(m->a, m->ntargets, size_t);
	for (size_t k = 0; k < yz_json_len(t->after); k++)
		for (size_t j = 0; j < m->ntargets; j++)
			if (yz_str_eq(m->targets[j].version->key, yz_json_text(yz_json_at(t->after, k))))
				after[out->nafter++] = j;
	out->after = after;
}

/* ---- materials ---- */

/* One paper, for all items that want it. */
struct paper {
	struct yz_guide_material shown;
	bool brought; /* at least one item wants it that nothing of the bundle gives it to */
	struct yz_decided_by by;
	const struct yz_version *by_version;
};
typedef YZ_VEC(struct paper) papers;

/* "item/key" of both in one group of `same`. */
static bool grouped(const struct yz_guide_make *m, struct yz_str a, struct yz_str b)
{
	const struct yz_json *same = yz_json_get(m->bundle, "same");
	for (size_t i = 0; i < yz_json_len(same); i++) {
		const struct yz_json *group = yz_json_at(same, i);
		bool has_a = false, has_b = false;
		for (size_t k = 0; k < yz_json_len(group); k++) {
			has_a |= yz_str_eq(yz_json_text(yz_json_at(group, k)), a);
			has_b |= yz_str_eq(yz_json_text(yz_json_at(group, k)), b);
		}
		if (has_a && has_b)
			return true;
	}
	return false;
}

static struct yz_str full_key(const struct yz_guide_make *m, size_t item, struct yz_str key)
{
	return yz_str_printf(m->a, "%.*s/%.*s", YZ_P(m->targets[item].version->key), YZ_P(key));
}

/* The item of this bundle that it comes out of, as long as that one can be applied for. */
static const struct yz_version *giver(const struct yz_guide_make *m, struct yz_str full)
{
	const struct yz_json *gives = yz_json_get(m->bundle, "gives");
	for (size_t i = 0; i < yz_json_len(gives); i++) {
		const struct yz_json *one = yz_json_at(gives, i);
		for (size_t t = 0; t < m->ntargets && yz_str_eq(yz_json_str(one, "to"), full); t++)
			if (yz_str_eq(m->targets[t].version->key, yz_json_str(one, "from")) && !m->targets[t].refused)
				return m->targets[t].version;
	}
	return NULL;
}

static struct paper *find_paper(const struct yz_guide_make *m, papers *list, size_t item, const struct yz_json *material)
{
	if (!m->bundle)
		return NULL;
	struct yz_str name = yz_json_str(material, "name"), full = full_key(m, item, yz_json_str(material, "key"));
	for (size_t i = 0; i < list->len; i++) {
		const struct yz_guide_material *s = &list->at[i].shown;
		if (yz_str_eq(yz_json_str(s->material, "name"), name))
			return &list->at[i];
		for (size_t k = 0; k < s->nitems; k++)
			if (grouped(m, full_key(m, s->items[k], s->key), full))
				return &list->at[i];
	}
	return NULL;
}

static enum yz_guide_state state_of(const struct yz_guide_target *t, size_t i)
{
	if (t->refused)
		return YZ_GUIDE_NOT_NEEDED;
	if (!t->version->decision)
		return YZ_GUIDE_NEEDED;
	return t->said.materials[i].state == YZ_DECIDED_YES    ? YZ_GUIDE_NEEDED
	       : t->said.materials[i].state == YZ_DECIDED_OPEN ? YZ_GUIDE_POSSIBLE
							       : YZ_GUIDE_NOT_NEEDED;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void put_proof(const struct yz_guide_make *m, const struct yz_licence_proof *proof, struct yz_guide_material *s)
{
	if (s->have_name.len || (proof->kind != YZ_PROOF_LICENCE && proof->kind != YZ_PROOF_REGISTER))
		return;
	if (proof->kind == YZ_PROOF_REGISTER) {
		s->have_name = yz_str(yz_tr(m->lang, proof->fact));
		return;
	}
	s->have_no = proof->licence->no;
	s->have_name = yz_gmake_name(m, proof->licence->name);
}

static void add_material(struct yz_guide_make *m, papers *list, size_t item, size_t i, const struct yz_licence_proof *proof)
{
	const struct yz_guide_target *t = &m->targets[item];
	const struct yz_json *material = yz_json_at(yz_json_get(t->version->body, "materials"), i);
	enum yz_guide_state state = state_of(t, i);
	const struct yz_version *from = giver(m, full_key(m, item, yz_json_str(material, "key")));
	struct paper *p = find_paper(m, list, item, material);
	if (!p) {
		p = yz_vec_push(m->a, list);
		*p = (struct paper){.shown = {.key = yz_json_str(material, "key"), .name = yz_gmake_name(m, yz_json_str(material, "name")),
					      .material = material, .item = item, .basis = yz_gmake_name(m, yz_json_str(material, "basis")),
					      .items = yz_new_n(m->a, m->ntargets, size_t)}};
	}
	struct yz_guide_material *s = &p->shown;
	bool there = false;
	for (size_t k = 0; k < s->nitems; k++)
		there |= s->items[k] == item;
	/* Only those that want it, so that "for which items" is true. */
	if (!there && (state != YZ_GUIDE_NOT_NEEDED || !s->nitems))
		((size_t *)s->items)[s->nitems++] = item;
	if (state != YZ_GUIDE_NOT_NEEDED) {
		s->must |= !yz_str_eqz(yz_json_str(material, "need"), "may");
		s->originals = most(s->originals, yz_json_int(material, "originals", 0));
		s->copies = most(s->copies, yz_json_int(material, "copies", 0));
		if (from && !s->given_by.len)
			s->given_by = yz_gmake_name(m, from->name);
		p->brought |= !from;
	}
	if (state > s->state || !p->by_version) {
		s->state = state;
		p->by = t->version->decision ? t->said.materials[i].by : (struct yz_decided_by){0};
		p->by_version = t->version;
	}
	if (proof)
		put_proof(m, proof, s);
}

static bool proofs_of(struct yz_guide_make *m, const struct yz_version *v, struct yz_licence_proof **out, struct yz_err *err)
{
	*out = NULL;
	return !m->who || !m->who->person ||
	       yz_licence_proves(m->site, m->conn, m->a, m->who, v->code, yz_json_get(v->body, "materials"), out, err);
}

static bool put_materials(struct yz_guide_make *m, struct yz_err *err)
{
	papers list = {0};
	for (size_t t = 0; t < m->ntargets; t++) {
		struct yz_licence_proof *proofs;
		if (!proofs_of(m, m->targets[t].version, &proofs, err))
			return false;
		size_t n = yz_json_len(yz_json_get(m->targets[t].version->body, "materials"));
		for (size_t i = 0; i < n; i++)
			add_material(m, &list, t, i, proofs ? &proofs[i] : NULL);
	}
	struct yz_guide_material *sorted = yz_new_n(m->a, list.len, struct yz_guide_material);
	for (int state = YZ_GUIDE_NEEDED; state >= YZ_GUIDE_NOT_NEEDED; state--)
		for (size_t i = 0; i < list.len; i++) {
			struct paper *p = &list.at[i];
			if ((int)p->shown.state != state)
				continue;
			if (p->brought)
				p->shown.given_by = (struct yz_str){0};
			if (state != YZ_GUIDE_NOT_NEEDED)
				p->shown.why = yz_gmake_why(m, p->by_version, &p->by, state == YZ_GUIDE_POSSIBLE, N_("每个申请都要。"));
			sorted[m->g->nmaterials++] = p->shown;
			m->g->needed += state == YZ_GUIDE_NEEDED;
			m->g->possible += state == YZ_GUIDE_POSSIBLE;
		}
	m->g->materials = sorted;
	return true;
}

/* ---- fees ---- */

typedef YZ_VEC(struct yz_guide_fee) fees;

static void put_fees(struct yz_guide_make *m, size_t item, fees *out)
{
	const struct yz_guide_target *t = &m->targets[item];
	const struct yz_json *list = yz_json_get(t->version->body, "fees");
	if (t->refused)
		return;
	if (!t->version->decision || !t->version->decision->at[YZ_SAYS_FEES]) {
		for (size_t i = 0; i < yz_json_len(list); i++)
			*yz_vec_push(m->a, out) = (struct yz_guide_fee){
				.item = item, .name = yz_gmake_name(m, yz_json_str(yz_json_at(list, i), "name")),
				.amount = yz_gmake_name(m, yz_json_str(yz_json_at(list, i), "standard")),
				.note = yz_gmake_name(m, yz_json_str(yz_json_at(list, i), "reduce"))};
		return;
	}
	for (size_t i = 0; i < t->said.nfees; i++) {
		const struct yz_decided_fee *f = &t->said.fees[i];
		struct yz_guide_fee one = {.item = item, .name = yz_gmake_name(m, f->name), .note = yz_gmake_name(m, f->note),
					   .amount = yz_str(T(m->lang, "按标准核定"))};
		if (f->amount) {
			bool free = yz_dec_is_zero(yz_feel_dec(*f->amount));
			one.yuan = yz_str_z(m->a, yz_feel_text(m->a, *f->amount));
			one.amount = free ? yz_str(T(m->lang, "不收费")) : yz_str_printf(m->a, T(m->lang, "%s 元"), one.yuan);
		}
		one.why = yz_gmake_why(m, t->version, &f->by, false, N_("每个申请都一样。"));
		*yz_vec_push(m->a, out) = one;
	}
}

bool yz_gmake_list(struct yz_guide_make *m, struct yz_err *err)
{
	fees list = {0};
	struct yz_guide_item *items = yz_new_n(m->a, m->ntargets, struct yz_guide_item);
	for (size_t i = 0; i < m->ntargets; i++) {
		m->targets[i].refused = m->bundle && m->targets[i].said.refused;
		put_item(m, &m->targets[i], &items[i]);
	}
	m->g->items = items;
	m->g->nitems = m->ntargets;
	for (size_t i = 0; i < m->ntargets; i++)
		put_fees(m, i, &list);
	m->g->fees = list.at;
	m->g->nfees = list.len;
	return put_materials(m, err);
}
