/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/fill.h"

#include "crypt/crypt.h"
#include "gov/draft.h"
#include "gov/licence_row.h"
#include "gov/person.h"
#include "gov/version.h"
#include "text/text.h"

enum { FACTS_MOST = 16 }; /* licences whose case is opened for one form */

struct filling {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	struct yz_person *who, *agent, *rep; /* rep: the legal representative, or NULL */
	struct yz_licence_list held;
	struct {
		int64_t licence;
		const struct yz_json *facts;
	} facts[FACTS_MOST];
	size_t nfacts;
	char today[16];
};

/* ---- of a person ---- */

static struct yz_str birth_of(struct yz_arena *a, struct yz_str id)
{
	return id.len == 18 ? yz_str_printf(a, "%.4s-%.2s-%.2s", id.ptr + 6, id.ptr + 10, id.ptr + 12) : (struct yz_str){0};
}

static struct yz_str sex_of(struct yz_str id)
{
	return id.len != 18 ? (struct yz_str){0} : (id.ptr[16] - '0') % 2 ? YZ_LIT("男") : YZ_LIT("女");
}

static struct yz_fill of_applicant(const struct filling *w, struct yz_str what)
{
	const struct yz_person *p = w->who;
	bool verified = p->proof >= 1, natural = yz_str_eqz(p->kind, "natural");
	const char *own = N_("来自您的账户资料"), *checked = verified ? N_("来自已核验的身份资料") : own;
	if (yz_str_eqz(what, "name"))
		return (struct yz_fill){p->name, checked, NULL};
	if (yz_str_eqz(what, "id"))
		return (struct yz_fill){p->id_no, checked, NULL};
	if (yz_str_eqz(what, "mobile"))
		return (struct yz_fill){p->mobile, own, NULL};
	if (yz_str_eqz(what, "email"))
		return (struct yz_fill){p->email, own, NULL};
	if (yz_str_eqz(what, "address"))
		return (struct yz_fill){p->address, own, NULL};
	if (yz_str_eqz(what, "birth") && verified && natural)
		return (struct yz_fill){birth_of(w->a, p->id_no), checked, NULL};
	if (yz_str_eqz(what, "sex") && verified && natural)
		return (struct yz_fill){sex_of(p->id_no), checked, NULL};
	return (struct yz_fill){0};
}

static struct yz_fill of_other(const struct filling *w, struct yz_str what)
{
	if (yz_str_eqz(what, "today"))
		return (struct yz_fill){yz_str(w->today), NULL, NULL};
	if (yz_str_eqz(what, "agent.name") && w->agent->id != w->who->id)
		return (struct yz_fill){w->agent->name, N_("来自代办人的资料"), NULL};
	if (yz_str_eqz(what, "agent.mobile") && w->agent->id != w->who->id)
		return (struct yz_fill){w->agent->mobile, N_("来自代办人的资料"), NULL};
	if (w->rep && yz_str_eqz(what, "legal_rep.name"))
		return (struct yz_fill){w->rep->name, N_("来自已核验的法定代表人资料"), NULL};
	if (w->rep && yz_str_eqz(what, "legal_rep.id"))
		return (struct yz_fill){w->rep->id_no, N_("来自已核验的法定代表人资料"), NULL};
	return (struct yz_fill){0};
}

/* ---- of a licence ---- */

/* What was granted: the facts of its case, opened once. */
static bool facts_of(struct filling *w, const struct yz_licence *l, const struct yz_json **out, struct yz_err *err)
{
	*out = NULL;
	for (size_t i = 0; i < w->nfacts; i++)
		if (w->facts[i].licence == l->id) {
			*out = w->facts[i].facts;
			return true;
		}
	if (w->nfacts == FACTS_MOST)
		return true;
	struct yz_rows *r = yz_select(w->conn, w->a, err, "SELECT facts_enc FROM case_facts WHERE case_id = $1", YZ_I(l->case_id));
	struct yz_str plain;
	if (!r || !r->count)
		return r != NULL;
	if (!yz_unseal(w->site->keys, w->a, "cases.facts", l->case_id, yz_row_str(r, 0, 0), &plain, err) ||
	    !(*out = yz_json_read(w->a, plain, NULL, err)))
		return false;
	w->facts[w->nfacts].licence = l->id;
	w->facts[w->nfacts++].facts = *out;
	return true;
}

static struct yz_str text_of(const struct yz_json *v)
{
	if (yz_json_is(v, YZ_JSON_TRUE))
		return YZ_LIT("true");
	if (yz_json_is(v, YZ_JSON_FALSE))
		return YZ_LIT("false");
	return yz_json_is(v, YZ_JSON_STRING) || yz_json_is(v, YZ_JSON_NUMBER) ? v->text : (struct yz_str){0};
}

static struct yz_str day_text(struct yz_arena *a, yz_day day)
{
	char buf[16];
	return day ? yz_str_dup(a, yz_str(yz_day_print(day, buf))) : (struct yz_str){0};
}

/* "TYPE.FIELD": of the newest valid one. */
static bool of_licence(struct filling *w, struct yz_str what, struct yz_fill *out, struct yz_err *err)
{
	size_t dot = yz_str_find(what, YZ_LIT("."), 0);
	const struct yz_licence *l = NULL;
	*out = (struct yz_fill){0};
	for (size_t i = 0; !l && dot != SIZE_MAX && i < w->held.len; i++)
		if (w->held.at[i].state == YZ_LICENCE_valid && yz_str_eq(w->held.at[i].type, yz_str_n(what.ptr, dot)))
			l = &w->held.at[i];
	if (!l)
		return true;
	struct yz_str field = yz_str_n(what.ptr + dot + 1, what.len - dot - 1);
	const struct yz_json *facts;
	*out = (struct yz_fill){.source = N_("来自您的电子证照"), .licence = l};
	if (yz_str_eqz(field, "no"))
		out->value = l->no;
	else if (yz_str_eqz(field, "from"))
		out->value = day_text(w->a, l->valid_from);
	else if (yz_str_eqz(field, "until"))
		out->value = day_text(w->a, l->valid_until);
	else if (yz_str_eqz(field, "org"))
		out->value = l->org_name;
	else if (!facts_of(w, l, &facts, err))
		return false;
	else
		out->value = text_of(yz_json_find(facts, field));
	return true;
}

/* ---- a form's fields ---- */

static bool one(struct filling *w, struct yz_str place, struct yz_fill *out, struct yz_err *err)
{
	struct yz_str person = YZ_LIT("applicant."), licence = YZ_LIT("licence.");
	if (yz_str_starts(place, licence))
		return of_licence(w, yz_str_n(place.ptr + licence.len, place.len - licence.len), out, err);
	*out = yz_str_starts(place, person) ? of_applicant(w, yz_str_n(place.ptr + person.len, place.len - person.len)) : of_other(w, place);
	return true;
}

static bool field(struct filling *w, const struct yz_field *f, struct yz_fills *out, struct yz_err *err)
{
	struct yz_str rest = f->fill, place, given = yz_json_str(f->schema, "default");
	out->len = 0;
	for (size_t n = 0; rest.len && n < YZ_FORM_FILLS; n++) {
		size_t bar = yz_str_find(rest, YZ_LIT("|"), 0);
		place = yz_str_trim(bar == SIZE_MAX ? rest : yz_str_n(rest.ptr, bar));
		rest = bar == SIZE_MAX ? (struct yz_str){0} : yz_str_n(rest.ptr + bar + 1, rest.len - bar - 1);
		struct yz_fill *fill = &out->at[out->len];
		if (!one(w, place, fill, err))
			return false;
		out->len += fill->value.len != 0;
	}
	if (!out->len && given.len)
		out->at[out->len++] = (struct yz_fill){.value = given};
	return true;
}

bool yz_fills_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t principal, int64_t person,
		 const struct yz_form *form, struct yz_fills **out, struct yz_err *err)
{
	struct filling *w = yz_new(a, struct filling);
	*w = (struct filling){.site = site, .conn = conn, .a = a};
	*out = yz_new_n(a, form->nfields + 1, struct yz_fills);
	if (!(w->who = yz_person_load(site, conn, a, principal, err)) || !(w->agent = yz_person_load(site, conn, a, person, err)))
		return false;
	bool verified = w->who->proof >= 1, licences = false;
	for (size_t i = 0; i < form->nfields; i++)
		licences = licences || yz_str_find(form->fields[i].fill, YZ_LIT("licence."), 0) != SIZE_MAX;
	if (verified && w->who->legal_rep && !(w->rep = yz_person_load(site, conn, a, w->who->legal_rep, err)))
		return false;
	if (w->rep && w->rep->proof < 1)
		w->rep = NULL;
	if (verified && licences && !yz_licence_held(site, conn, a, principal, &w->held, err))
		return false;
	yz_day_print(yz_instant_day(yz_site_now(site), site->offset), w->today);
	for (size_t i = 0; i < form->nfields; i++)
		if (!field(w, &form->fields[i], &(*out)[i], err))
			return false;
	return true;
}

/* ---- into the draft ---- */

static const struct yz_json *with(struct yz_arena *a, const struct yz_form *form, const struct yz_fills *fills, const size_t *which,
				  yz_instant now, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 1 << 20);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	for (size_t i = 0; i < form->nfields; i++)
		if (which[i] < fills[i].len) {
			yz_jw_keys(&j, form->fields[i].name);
			yz_jw_str(&j, fills[i].at[which[i]].value);
		}
	yz_jw_end(&j, '}');
	const struct yz_json *typed = yz_json_read(a, yz_buf_str(&b), NULL, err), *none = yz_json_read(a, YZ_LIT("{}"), NULL, NULL);
	return typed ? yz_form_take(a, form, none, typed, false, now) : NULL;
}

/* A person's number is no company's code: what does not fit its field gives way to the next. */
const struct yz_json *yz_fills_take(struct yz_arena *a, const struct yz_form *form, const struct yz_fills *fills, yz_instant now,
				    struct yz_err *err)
{
	size_t *which = yz_new_n(a, form->nfields + 1, size_t);
	for (;;) {
		struct yz_form_state state;
		bool again = false;
		const struct yz_json *facts = with(a, form, fills, which, now, err);
		if (!facts)
			return NULL;
		yz_form_state(a, form, facts, -1, now, YZ_LANG_ZH, &state);
		for (size_t i = 0; i < state.nerrors; i++) {
			size_t k = state.errors[i].field;
			if (which[k] < fills[k].len) {
				which[k]++;
				again = true;
			}
		}
		if (!again)
			return facts;
	}
}

bool yz_draft_fills(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_draft *d, struct yz_fill **out,
		    struct yz_err *err)
{
	const struct yz_form *form = d->version->form;
	struct yz_fills *fills;
	*out = yz_new_n(a, (form ? form->nfields : 0) + 1, struct yz_fill);
	if (!form)
		return true;
	if (!yz_fills_of(site, conn, a, d->principal, d->person, form, &fills, err))
		return false;
	for (size_t i = 0; i < form->nfields; i++) {
		struct yz_str now = text_of(yz_json_find(d->facts, form->fields[i].name));
		for (size_t k = 0; k < fills[i].len && now.len; k++)
			if (fills[i].at[k].source && yz_str_eq(fills[i].at[k].value, now)) {
				(*out)[i] = fills[i].at[k];
				break;
			}
	}
	return true;
}
