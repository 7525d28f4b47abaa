/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/acting.h"

#include "crypt/crypt.h"
#include "gov/document.h"
#include "pack/pack.h"
#include "text/ident.h"

#include <assert.h>
#include <stdio.h>
#include "print/letters.h"

static void put(struct yz_jw *w, const char *key, struct yz_str s)
{
	if (s.len)
		yz_jw_kstr(w, key, s);
}

static void put_day(struct yz_jw *w, const char *key, yz_instant at, int offset)
{
	if (at)
		yz_jw_kint(w, key, yz_instant_day(at, offset));
}

/* Who writes, to whom, about what: the same in every letter. */
static void put_common(struct yz_acting *t, struct yz_jw *w)
{
	const struct yz_json *org = t->v->org_body;
	put(w, "organ", t->v->org_name);
	put(w, "applicant", t->applicant_name);
	put(w, "item", t->v->name);
	put(w, "item_code", t->v->code);
	put(w, "case_no", t->no);
	const struct yz_json *list = yz_json_get(t->v->body, "situations");
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(list, i), "key"), t->situation))
			put(w, "situation", yz_json_str(yz_json_at(list, i), "name"));
	const char *matter = yz_code_title("type", t->v->type);
	if (matter)
		yz_jw_kz(w, "matter", matter);
	put(w, "office", yz_json_str(org, "window"));
	put(w, "address", yz_json_str(org, "address"));
	put(w, "phone", yz_json_str(org, "phone"));
	put(w, "hours", yz_json_str(org, "hours"));
	put(w, "supervision", yz_json_str(org, "complain"));
	put(w, "review_organ", yz_json_str(org, "review_organ"));
	put(w, "court", yz_json_str(org, "court"));
	yz_jw_kint(w, "date", yz_instant_day(t->now, t->site->offset));
	put_day(w, "received", t->received, t->site->offset);
	struct yz_clock_held *k = yz_acting_clock(t, "promised");
	k = k ? k : yz_acting_clock(t, "legal");
	if (!k || yz_clock_stopped(&k->clock))
		return;
	struct yz_clock_state s = yz_clock_at(&k->clock, t->calendar, NULL, t->now);
	yz_jw_kint(w, "due", s.last_day);
	yz_jw_kbool(w, "provisional", s.provisional != 0);
	if (k->clock.unit == YZ_WORKING_DAYS)
		yz_jw_kint(w, "days", k->clock.limit + k->clock.extra);
}

/* What is to be mended, with the names people know. */
static void put_items(struct yz_acting *t, struct yz_jw *w, const struct yz_json *items)
{
	yz_jw_key(w, "materials");
	yz_jw_array(w);
	for (size_t i = 0; i < yz_json_len(items); i++) {
		const struct yz_json *one = yz_json_at(items, i);
		struct yz_str field = yz_json_str(one, "field"), material = yz_json_str(one, "material"), name = field;
		const struct yz_field *f = field.len && t->v->form ? yz_form_field(t->v->form, field) : NULL;
		if (f && f->title.len)
			name = f->title;
		const struct yz_json *list = yz_json_get(t->v->body, "materials");
		for (size_t k = 0; material.len && k < yz_json_len(list); k++)
			if (yz_str_eq(yz_json_str(yz_json_at(list, k), "key"), material))
				name = yz_json_str(yz_json_at(list, k), "name");
		yz_jw_object(w);
		yz_jw_kstr(w, "name", name);
		yz_jw_kstr(w, "what", yz_json_str(one, "what"));
		yz_jw_kbool(w, "field", field.len != 0);
		yz_jw_end(w, '}');
	}
	yz_jw_end(w, ']');
}

struct yz_rows *yz_acting_papers(struct yz_acting *t, struct yz_err *err)
{
	return yz_select(t->conn, t->a, err, "SELECT kind, title, no FROM document WHERE case_id = $1 ORDER BY id", YZ_I(t->id));
}

/* What is handed over: the decision, and the certificate where there is one. */
static void put_papers(struct yz_acting *t, struct yz_jw *w, const struct yz_rows *papers)
{
	yz_jw_key(w, "papers");
	yz_jw_array(w);
	for (size_t i = 0; i < papers->count; i++) {
		struct yz_str kind = yz_row_str(papers, i, 0);
		if (yz_str_eqz(kind, "GRANT") || yz_str_eqz(kind, "DENY") || yz_str_eqz(kind, "LICENCE"))
			yz_jw_str(w, yz_str_printf(t->a, "%.*s（%.*s）", YZ_P(yz_row_str(papers, i, 1)), YZ_P(yz_row_str(papers, i, 2))));
	}
	yz_jw_end(w, ']');
}

/* What is licensed, in the words of the form: its first plain answers. */
static bool put_fields(struct yz_acting *t, struct yz_jw *w, struct yz_err *err)
{
	enum { SHOWN = 6 };
	if (!t->v->form)
		return true;
	if (!yz_acting_facts(t, err))
		return false;
	yz_jw_key(w, "fields");
	yz_jw_array(w);
	size_t shown = 0;
	const struct yz_form *form = t->v->form;
	for (size_t g = 0; g < form->npages; g++)
		for (size_t i = 0; i < form->pages[g].nfields && shown < SHOWN; i++) {
			const struct yz_field *f = &form->fields[form->pages[g].fields[i]];
			const struct yz_json *v = yz_json_find(t->facts, f->name);
			if (f->is_private || f->type == YZ_FIELD_ROWS || f->multiline || !v || v->type == YZ_JSON_NULL)
				continue;
			yz_jw_object(w);
			yz_jw_kstr(w, "label", f->title.len ? f->title : f->name);
			yz_jw_kstr(w, "value", yz_form_show(t->a, f, v, 0));
			yz_jw_end(w, '}');
			shown++;
		}
	yz_jw_end(w, ']');
	return true;
}

bool yz_acting_letter(struct yz_acting *t, const char *kind, const struct yz_letter_extra *extra, struct yz_err *err)
{
	static const struct yz_letter_extra none;
	const struct yz_letter_extra *x = extra ? extra : &none;
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, t->a, 1 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	put_common(t, &w);
	put(&w, "reason", x->reason);
	put(&w, "procedure", x->procedure);
	put(&w, "approver", x->approver);
	put(&w, "licence_no", x->licence_no);
	if (x->basis.len) {
		yz_jw_key(&w, "basis");
		yz_jw_array(&w);
		yz_jw_str(&w, x->basis);
		yz_jw_end(&w, ']');
	}
	if (x->days)
		yz_jw_kint(&w, "more_days", x->days);
	if (x->mend_by)
		yz_jw_kint(&w, "mend_by", x->mend_by);
	if (x->valid_from)
		yz_jw_kint(&w, "valid_from", x->valid_from);
	if (x->valid_until)
		yz_jw_kint(&w, "valid_to", x->valid_until);
	if (x->items)
		put_items(t, &w, x->items);
	if (yz_str_eqz(yz_str(kind), "LICENCE")) {
		put(&w, "licence", t->v->result_name);
		if (!put_fields(t, &w, err))
			return false;
	}
	assert(!x->papers == !yz_str_eqz(yz_str(kind), "DELIVERY"));
	if (x->papers)
		put_papers(t, &w, x->papers);
	yz_jw_end(&w, '}');
	const char *matter = yz_code_title("type", t->v->type);
	const struct yz_letter about = {.matter = yz_str(matter ? matter : ""), .licence = t->v->result_name};
	int64_t id;
	if (t->ndocuments == sizeof t->documents / sizeof *t->documents ||
	    !yz_document_add(t->site, t->conn, t->a, t->id, yz_str(kind), t->v->org, &about, yz_buf_str(&b),
			     t->who ? t->who->person : 0, &id, err))
		return false;
	t->documents[t->ndocuments++] = id;
	return true;
}

/* The house's own, or where the item says so a credit code (GB 32100): the number by which the next office asks for it. */
static bool licence_number(struct yz_acting *t, int year, struct yz_str *no, struct yz_err *err)
{
	enum { CODES = 9999999 };
	int64_t n;
	char code[40];
	bool credit = t->v->licence_number.len == 2;
	const char *key = credit ? "licence:credit" : yz_printf(t->a, "licence:%.*s:%d", YZ_P(t->v->key), year);
	if (!yz_site_count(t->conn, key, &n, err))
		return false;
	if (!credit) {
		*no = yz_str_printf(t->a, "%.*s-%.*s-%d-%05lld", YZ_P(t->v->region), YZ_P(t->v->key), year, (long long)n);
		return true;
	}
	if (n > CODES || t->v->region.len < 6)
		return yz_fail(err, YZ_LIMIT, "no credit code is left for region %.*s", YZ_P(t->v->region));
	snprintf(code, sizeof code, "%.2s%.6sMA%07lld", t->v->licence_number.ptr, t->v->region.ptr, (long long)n);
	code[17] = yz_ident_credit_check(code);
	code[18] = '\0';
	*no = yz_str_dup(t->a, yz_str(code));
	return true;
}

bool yz_acting_licence(struct yz_acting *t, struct yz_err *err)
{
	yz_day today = yz_instant_day(t->now, t->site->offset), until = 0;
	struct yz_civil c = yz_day_civil(today);
	struct yz_str no;
	if (!licence_number(t, c.year, &no, err))
		return false;
	if (t->v->result_months) {
		int month = c.month - 1 + t->v->result_months;
		int year = c.year + month / 12, day = c.day;
		month = month % 12 + 1;
		while (!yz_civil_valid(year, month, day))
			day--;
		until = yz_day_from(year, month, day) - 1; /* valid until the day before the anniversary */
	}
	struct yz_letter_extra extra = {.licence_no = no, .valid_from = today, .valid_until = until};
	if (!yz_acting_letter(t, "LICENCE", &extra, err))
		return false;
	return yz_insert(t->conn, err,
			 "INSERT INTO licence (no, type, case_id, document_id, holder, holder_name, org, issued, valid_from, valid_until, "
			 "state, type_key, type_code) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'valid', $11, $12)",
			 YZ_S(no), YZ_S(t->v->result_name), YZ_I(t->id), YZ_I(t->documents[t->ndocuments - 1]), YZ_I(t->applicant),
			 YZ_S(t->applicant_name), YZ_S(t->v->org), YZ_I(t->now), YZ_I(today), yz_val_int_or_null(until, until != 0),
			 YZ_S(t->v->licence_type), YZ_S(t->v->licence_code)) != 0;
}
