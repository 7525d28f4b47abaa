/* What the drafts of one application have in common.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/joint_row.h"

#include "crypt/crypt.h"
#include "gov/fill.h"

/* ---- what is the same ---- */

static bool names(struct yz_str s, const struct yz_joint_part *p, struct yz_str what)
{
	return s.len == p->key.len + 1 + what.len && yz_str_starts(s, p->key) && s.ptr[p->key.len] == '/' && yz_str_ends(s, what);
}

static bool listed(const struct yz_json *list, const struct yz_joint_part *p, struct yz_str what)
{
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (names(yz_json_text(yz_json_at(list, i)), p, what))
			return true;
	return false;
}

bool yz_joint_common(const struct yz_joint *j, const struct yz_joint_part *p, const struct yz_joint_part *q, struct yz_str field)
{
	const struct yz_json *own = yz_json_get(j->body, "own");
	return !listed(own, p, field) && !listed(own, q, field);
}

static const struct yz_json *material_of(const struct yz_version *v, struct yz_str key)
{
	const struct yz_json *list = yz_json_get(v->body, "materials");
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(list, i), "key"), key))
			return yz_json_at(list, i);
	return NULL;
}

const struct yz_json *yz_joint_same(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j,
				    const struct yz_joint_part *of, struct yz_str key, const struct yz_joint_part *p, struct yz_err *err)
{
	const struct yz_version *v = yz_version_of(site, conn, a, p->item, err), *w = v ? yz_version_of(site, conn, a, of->item, err) : NULL;
	const struct yz_json *mine = w ? material_of(w, key) : NULL, *same = yz_json_get(j->body, "same");
	const struct yz_json *list = mine ? yz_json_get(v->body, "materials") : NULL;
	for (size_t i = 0; i < yz_json_len(list); i++) {
		const struct yz_json *m = yz_json_at(list, i);
		bool fits = yz_str_eq(yz_json_str(m, "name"), yz_json_str(mine, "name"));
		for (size_t g = 0; !fits && g < yz_json_len(same); g++)
			fits = listed(yz_json_at(same, g), of, key) && listed(yz_json_at(same, g), p, yz_json_str(m, "key"));
		if (fits)
			return m;
	}
	return NULL;
}

/* Of what gives this material of p, the one that still can; NULL: none. */
static const struct yz_joint_part *giver(const struct yz_joint *j, const struct yz_joint_part *p, struct yz_str key, bool ended)
{
	const struct yz_json *gives = yz_json_get(j->body, "gives");
	for (size_t i = 0; i < yz_json_len(gives); i++) {
		const struct yz_json *one = yz_json_at(gives, i);
		if (!names(yz_json_str(one, "to"), p, key))
			continue;
		for (size_t k = 0; k < j->nparts; k++)
			if (yz_str_eq(j->parts[k].key, yz_json_str(one, "from")) &&
			    (ended ? j->parts[k].state == YZ_JOINT_ended : yz_joint_state_open(j->parts[k].state)))
				return &j->parts[k];
	}
	return NULL;
}

/* All it waits for, and what those wait for. */
static uint32_t all_before(const struct yz_joint *j, const struct yz_joint_part *p)
{
	uint32_t mask = p->after, last;
	do {
		last = mask;
		for (size_t i = 0; i < j->nparts; i++)
			mask |= mask & 1u << i ? j->parts[i].after : 0;
	} while (mask != last);
	return mask;
}

/* ---- facts ---- */

struct other {
	const struct yz_json *facts;
	int page;
	const struct yz_version *v;
};

static bool open_facts(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint_part *p, struct other *out,
		       struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT facts_enc, page, item FROM draft WHERE id = $1", YZ_I(p->draft));
	struct yz_str text;
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_NOT_FOUND, "no draft %lld", (long long)p->draft) : false;
	out->page = (int)yz_row_int(r, 0, 1);
	return yz_unseal(site->keys, a, "draft.facts", p->draft, yz_row_str(r, 0, 0), &text, err) &&
	       (out->facts = yz_json_read(a, text, NULL, err)) && (out->v = yz_version_of(site, conn, a, yz_row_int(r, 0, 2), err));
}

static const struct yz_field *common_field(const struct yz_joint *j, const struct yz_joint_part *p, const struct yz_field *f,
					   const struct yz_joint_part *q, const struct yz_form *form)
{
	const struct yz_field *g = form && yz_joint_common(j, p, q, f->name) ? yz_form_field(form, f->name) : NULL;
	return g && g->type == f->type ? g : NULL;
}

bool yz_joint_share(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_draft *d, const struct yz_json *fields,
		    struct yz_err *err)
{
	struct yz_joint *j;
	int64_t nth;
	if (!d->joint || !d->version->form)
		return true;
	if (!yz_joint_of_draft(site, conn, a, d->id, &j, &nth, err) || !j)
		return j == NULL && !err->code;
	const struct yz_joint_part *p = &j->parts[nth - 1];
	for (size_t i = 0; i < j->nparts; i++) {
		const struct yz_joint_part *q = &j->parts[i];
		struct yz_json *common = yz_json_new_object(a);
		struct other o;
		if (q == p || !q->draft)
			continue;
		if (!open_facts(site, conn, a, q, &o, err))
			return false;
		for (size_t k = 0; k < d->version->form->nfields; k++) {
			const struct yz_field *f = &d->version->form->fields[k];
			const struct yz_json *v = yz_json_find(fields, f->name);
			if (v && common_field(j, p, f, q, o.v->form))
				yz_json_put(a, common, f->name, v);
		}
		if (!yz_json_len(common))
			continue;
		const struct yz_json *facts = yz_form_take(a, o.v->form, o.facts, common, false, yz_site_now(site));
		if (!yz_draft_store(site, conn, a, q->draft, facts, o.page, err))
			return false;
	}
	return true;
}

/* ---- looking at one draft among the others ---- */

/* "licence.TYPE.…" names what this item issues. */
static bool reads(struct yz_str fill, const struct yz_version *v, struct yz_arena *a)
{
	return yz_str_eqz(v->result_kind, "licence") &&
	       yz_str_find(fill, yz_str_printf(a, "licence.%.*s.", YZ_P(v->licence_type)), 0) != SIZE_MAX;
}

/* What stands there already without a licence may stay: a company's own code. */
static bool known(const struct yz_draft *d, const struct yz_field *f)
{
	return yz_json_find(d->facts, f->name) && !yz_str_starts(yz_str_trim(f->fill), YZ_LIT("licence."));
}

/* The element of `gives` by which this field of p gets the number of another's paper, and which that is; NULL: none. */
static const struct yz_joint_part *numbers(const struct yz_joint *j, const struct yz_joint_part *p, struct yz_str field)
{
	const struct yz_json *gives = yz_json_get(j->body, "gives");
	for (size_t i = 0; i < yz_json_len(gives); i++) {
		const struct yz_json *one = yz_json_at(gives, i);
		struct yz_str to = yz_json_str(one, "to");
		if (!yz_str_eq(yz_json_str(one, "no"), field) || !yz_str_starts(to, p->key) || to.len <= p->key.len || to.ptr[p->key.len] != '/')
			continue;
		for (size_t k = 0; k < j->nparts; k++)
			if (yz_str_eq(j->parts[k].key, yz_json_str(one, "from")))
				return &j->parts[k];
	}
	return NULL;
}

static bool look_at_licences(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j,
			     const struct yz_joint_part *p, struct yz_draft *d, struct yz_draft_shared *out, struct yz_err *err)
{
	uint32_t mask = all_before(j, p);
	for (size_t k = 0; k < d->version->form->nfields; k++) {
		const struct yz_joint_part *from = numbers(j, p, d->version->form->fields[k].name);
		if (from && yz_joint_state_open(from->state))
			out[k].given_by = from->name;
	}
	for (size_t i = 0; i < j->nparts; i++) {
		if (!(mask & 1u << i) || !yz_joint_state_open(j->parts[i].state))
			continue;
		const struct yz_version *v = yz_version_of(site, conn, a, j->parts[i].item, err);
		if (!v)
			return false;
		for (size_t k = 0; k < d->version->form->nfields; k++) {
			const struct yz_field *f = &d->version->form->fields[k];
			if (f->fill.len && reads(f->fill, v, a) && !known(d, f))
				out[k].given_by = v->name;
		}
	}
	return true;
}

static bool look_at_facts(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j,
			  const struct yz_joint_part *p, struct yz_draft *d, struct yz_draft_shared *out, struct yz_err *err)
{
	for (size_t i = 0; &j->parts[i] != p; i++) {
		const struct yz_joint_part *q = &j->parts[i];
		struct other o;
		struct yz_form_state state;
		if (!q->draft)
			continue;
		if (!open_facts(site, conn, a, q, &o, err))
			return false;
		if (!o.v->form)
			continue;
		yz_form_state(a, o.v->form, o.facts, -1, yz_site_now(site), 0, &state);
		for (size_t k = 0; k < d->version->form->nfields; k++) {
			const struct yz_field *f = &d->version->form->fields[k], *g = common_field(j, p, f, q, o.v->form);
			if (g && !out[k].draft && state.asked[g - o.v->form->fields])
				out[k] = (struct yz_draft_shared){.draft = q->draft, .page = g->page, .item_name = o.v->name,
								  .given_by = out[k].given_by};
		}
	}
	return true;
}

bool yz_joint_look(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_draft *d, struct yz_err *err)
{
	struct yz_joint *j;
	int64_t nth;
	if (!yz_joint_of_draft(site, conn, a, d->id, &j, &nth, err))
		return false;
	if (!j)
		return true;
	const struct yz_joint_part *p = &j->parts[nth - 1];
	struct yz_draft_joint *out = yz_new(a, struct yz_draft_joint);
	*out = (struct yz_draft_joint){.no = j->no, .name = j->name, .sent = j->submitted != 0, .waits = p->state != YZ_JOINT_draft};
	for (size_t i = 0; i < d->nneeds; i++) {
		const struct yz_joint_part *from = giver(j, p, d->needs[i].key, false);
		d->needs[i].given_by = from ? from->name : (struct yz_str){0};
	}
	d->joint = out;
	if (!d->version->form)
		return true;
	out->fields = yz_new_n(a, d->version->form->nfields + 1, struct yz_draft_shared);
	return look_at_licences(site, conn, a, j, p, d, out->fields, err) && look_at_facts(site, conn, a, j, p, d, out->fields, err);
}

/* ---- papers ---- */

static bool takes(const struct yz_json *material, struct yz_str type, int64_t size)
{
	enum { MB = 1 << 20, DEFAULT_MB = 20 };
	const struct yz_json *types = yz_json_get(material, "types");
	bool listed_type = !yz_json_len(types);
	for (size_t i = 0; !listed_type && i < yz_json_len(types); i++) {
		struct yz_str t = yz_json_text(yz_json_at(types, i));
		listed_type = yz_str_ends(type, yz_str_eqz(t, "jpg") ? YZ_LIT("jpeg") : t);
	}
	return listed_type && size <= yz_json_int(material, "max_mb", DEFAULT_MB) * MB;
}

static struct yz_rows *paper_row(struct yz_conn *conn, struct yz_arena *a, int64_t draft, int64_t material, struct yz_err *err)
{
	return yz_select(conn, a, err, "SELECT key, file, type, size FROM material WHERE id = $1 AND draft_id = $2", YZ_I(material), YZ_I(draft));
}

static bool copy_paper(struct yz_conn *conn, const struct yz_joint_part *q, const struct yz_json *m, int64_t material, struct yz_err *err)
{
	return yz_exec(conn, err,
		       "INSERT INTO material (draft_id, key, name, file, file_name, type, size, source, state, by_person, at) "
		       "SELECT $1, $2, $3, file, file_name, type, size, source, state, by_person, at FROM material WHERE id = $4",
		       YZ_I(q->draft), YZ_S(yz_json_str(m, "key")), YZ_S(yz_json_str(m, "name")), YZ_I(material));
}

/* Of a part that holds the same material: takes this paper too, or gives it back. */
static bool take_in(struct yz_conn *conn, const struct yz_joint *j, const struct yz_joint_part *q, const struct yz_json *m, const struct yz_rows *r,
		    int64_t material, struct yz_err *err)
{
	return giver(j, q, yz_json_str(m, "key"), false) || !takes(m, yz_row_str(r, 0, 2), yz_row_int(r, 0, 3)) ||
	       copy_paper(conn, q, m, material, err);
}

static bool take_out(struct yz_conn *conn, const struct yz_joint_part *q, const struct yz_json *m, const struct yz_rows *r, struct yz_err *err)
{
	return yz_exec(conn, err, "DELETE FROM material WHERE draft_id = $1 AND key = $2 AND file = $3", YZ_I(q->draft),
		       YZ_S(yz_json_str(m, "key")), YZ_S(yz_row_str(r, 0, 1)));
}

static bool share_paper(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t draft, int64_t material, bool in, struct yz_err *err)
{
	struct yz_joint *j;
	int64_t nth;
	if (!yz_joint_of_draft(site, conn, a, draft, &j, &nth, err))
		return false;
	struct yz_rows *r = j ? paper_row(conn, a, draft, material, err) : NULL;
	if (!j || !r || !r->count)
		return !j || r;
	for (size_t i = 0; i < j->nparts; i++) {
		const struct yz_joint_part *q = &j->parts[i];
		if (q->nth == nth || !q->draft)
			continue;
		const struct yz_json *m = yz_joint_same(site, conn, a, j, &j->parts[nth - 1], yz_row_str(r, 0, 0), q, err);
		if (err->code || (m && !(in ? take_in(conn, j, q, m, r, material, err) : take_out(conn, q, m, r, err))))
			return false;
	}
	return true;
}

bool yz_joint_paper(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t draft, int64_t material, struct yz_err *err)
{
	return share_paper(site, conn, a, draft, material, true, err);
}

bool yz_joint_paper_out(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t draft, int64_t material, struct yz_err *err)
{
	return share_paper(site, conn, a, draft, material, false, err);
}

/* ---- what an earlier one gave ---- */

/* The licence's paper, else the decision's. */
static struct yz_rows *result_of(struct yz_conn *conn, struct yz_arena *a, const struct yz_joint_part *from, struct yz_err *err)
{
	return yz_select(conn, a, err,
			 "SELECT d.id, COALESCE(l.no, d.no), d.file, b.size, l.id FROM document d LEFT JOIN blob b ON b.hash = d.file "
			 "LEFT JOIN licence l ON l.document_id = d.id WHERE d.case_id = $1 AND d.kind IN ('LICENCE', 'GRANT') "
			 "ORDER BY CASE d.kind WHEN 'LICENCE' THEN 0 ELSE 1 END, d.id DESC LIMIT 1",
			 YZ_I(from->case_id));
}

static bool give_paper(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j, const struct yz_draft_need *n,
		       const struct yz_joint_part *from, int64_t draft, struct yz_err *err)
{
	struct yz_rows *r = result_of(conn, a, from, err);
	if (!r || !r->count)
		return r != NULL;
	const struct yz_version *v = yz_version_of(site, conn, a, from->item, err);
	return v && yz_insert(conn, err,
			      "INSERT INTO material (draft_id, key, name, file, file_name, type, size, source, state, by_person, at, licence, "
			      "document_id) VALUES ($1, $2, $3, $4, $5, 'application/pdf', $6, 'licence', 'given', $7, $8, $9, $10)",
			      YZ_I(draft), YZ_S(n->key), YZ_S(n->name), YZ_S(yz_row_str(r, 0, 2)),
			      YZ_S(yz_str_printf(a, "%.*s %.*s", YZ_P(v->result_name), YZ_P(yz_row_str(r, 0, 1)))), YZ_I(yz_row_int(r, 0, 3)),
			      YZ_I(j->person), YZ_I(yz_site_now(site)), yz_val_int_or_null(yz_row_int(r, 0, 4), !yz_row_null(r, 0, 4)),
			      YZ_I(yz_row_int(r, 0, 0)));
}

/* Fields that are read off a licence which the application itself has brought. */
static bool give_facts(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j, const struct yz_joint_part *p,
		       const struct yz_draft *d, struct yz_err *err)
{
	const struct yz_form *form = d->version->form;
	struct yz_json *typed = yz_json_new_object(a);
	uint32_t mask = all_before(j, p);
	struct yz_fills *fills;
	if (!form)
		return true;
	if (!yz_fills_of(site, conn, a, d->principal, d->person, form, &fills, err))
		return false;
	for (size_t i = 0; i < j->nparts; i++) {
		const struct yz_version *v = mask & 1u << i && j->parts[i].state == YZ_JOINT_ended
						     ? yz_version_of(site, conn, a, j->parts[i].item, err)
						     : NULL;
		if (err->code)
			return false;
		for (size_t k = 0; v && k < form->nfields; k++) {
			const struct yz_field *f = &form->fields[k];
			if (!f->fill.len || !reads(f->fill, v, a) || known(d, f) || !fills[k].len)
				continue;
			size_t best = 0;
			while (best < fills[k].len && !(fills[k].at[best].licence && yz_str_eq(fills[k].at[best].licence->type, v->licence_type)))
				best++;
			yz_json_put(a, typed, f->name, yz_json_new_str(a, fills[k].at[best < fills[k].len ? best : 0].value));
		}
	}
	for (size_t k = 0; k < form->nfields; k++) {
		const struct yz_joint_part *from = numbers(j, p, form->fields[k].name);
		struct yz_rows *r = from && from->state == YZ_JOINT_ended ? result_of(conn, a, from, err) : NULL;
		if (err->code)
			return false;
		if (r && r->count)
			yz_json_put(a, typed, form->fields[k].name, yz_json_new_str(a, yz_row_str(r, 0, 1)));
	}
	return !yz_json_len(typed) || yz_draft_store(site, conn, a, d->id, yz_form_take(a, form, d->facts, typed, false, yz_site_now(site)), d->page, err);
}

bool yz_joint_fill(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j, const struct yz_joint_part *p,
		   struct yz_err *err)
{
	const struct yz_draft *d = yz_draft_read(site, conn, a, p->draft, err);
	if (!d || !give_facts(site, conn, a, j, p, d, err) || !(d = yz_draft_read(site, conn, a, p->draft, err)))
		return false;
	for (size_t i = 0; i < d->nneeds; i++) {
		const struct yz_draft_need *n = &d->needs[i];
		const struct yz_joint_part *from = giver(j, p, n->key, true);
		/* A licence that proves it is taken when it is submitted, with its line in the holder's log. */
		if (from && from->case_id && !n->given && n->proof.kind != YZ_PROOF_LICENCE && !give_paper(site, conn, a, j, n, from, d->id, err))
			return false;
	}
	return true;
}
