/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/document.h"

#include "crypt/crypt.h"
#include "db/blob.h"
#include "gov/case_light.h"
#include "gov/note.h"
#include "gov/organ.h"
#include "gov/person.h"
#include "gov/site.h"
#include "print/letters.h"
#include "text/text.h"

#include <stdio.h>
#include <string.h>

enum { CHECK_LENGTH = 12, PDF_MOST = 32 << 20 };

static bool letter_kind(struct yz_str kind, enum yz_letter_kind *out)
{
	for (int i = 0; i < YZ_LETTER_KINDS; i++)
		if (yz_str_eqz(kind, yz_letter_name((enum yz_letter_kind)i))) {
			*out = (enum yz_letter_kind)i;
			return true;
		}
	return false;
}

/* The word in the document's number: 清住建〔受〕2026-12. */
static const char *word_of(struct yz_str kind)
{
	static const char *const words[][2] = {{"RECEIPT", "收"}, {"ACCEPT", "受"}, {"REFUSE", "不受"}, {"MEND", "补"},
					       {"EXTEND", "延"}, {"SUSPEND", "停"}, {"GRANT", "准"}, {"DENY", "不准"},
					       {"CLOSE", "终"}, {"DELIVERY", "送"}, {"BILL", "缴"}, {"PAID", "据"}, {"REPAID", "退"}, {"RECLAIM", "追"}, {"LICENCE", "证"}, {"CHECKLIST", "告"}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (yz_str_eqz(kind, words[i][0]))
			return words[i][1];
	return "文";
}

static struct yz_str short_name(struct yz_conn *conn, struct yz_arena *a, struct yz_str org, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT short FROM org WHERE key = $1", YZ_S(org));
	return r && r->count ? yz_row_str(r, 0, 0) : (struct yz_str){0};
}

/* Twelve characters a person can read aloud: no 0 O 1 I L. */
static void check_code(const struct yz_site *site, char out[CHECK_LENGTH + 1])
{
	static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
	for (int i = 0; i < CHECK_LENGTH; i++)
		out[i] = alphabet[yz_site_draw(site, sizeof alphabet - 1)];
	out[CHECK_LENGTH] = '\0';
}

/* As the database itself would number it.  Its facts are sealed under the number: asked for first, it is stored once. */
static bool next_id(struct yz_conn *conn, int64_t *id, struct yz_err *err)
{
	return yz_select_int(conn, id, 0, err,
			     "SELECT /*sqlite*/COALESCE(MAX(id), 0) + 1 FROM document/*end*/"
			     "/*postgres*/nextval(pg_get_serial_sequence('document', 'id'))/*end*/");
}

bool yz_document_add(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_str kind,
		     struct yz_str org, const struct yz_letter *about, struct yz_str facts, int64_t by, int64_t *id, struct yz_err *err)
{
	enum yz_letter_kind letter;
	if (!letter_kind(kind, &letter))
		return yz_fail(err, YZ_BAD_INPUT, "%.*s is no kind of letter", YZ_P(kind));
	yz_instant now = yz_site_now(site);
	int year = yz_day_civil(yz_instant_day(now, site->offset)).year;
	int64_t n;
	if (!yz_site_count(conn, yz_printf(a, "document:%.*s:%.*s:%d", YZ_P(org), YZ_P(kind), year), &n, err))
		return false;
	struct yz_str brief = short_name(conn, a, org, err);
	if (!brief.ptr)
		return yz_fail(err, YZ_NOT_FOUND, "no department %.*s", YZ_P(org));
	struct yz_str no = yz_str_printf(a, "%.*s%s〔%d〕%lld号", YZ_P(brief), word_of(kind), year, (long long)n);
	char code[CHECK_LENGTH + 1];
	check_code(site, code);
	return next_id(conn, id, err) &&
	       yz_exec(conn, err,
		       "INSERT INTO document (id, case_id, kind, no, title, facts_enc, check_code, created, by_person, org) "
		       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		       YZ_I(*id), YZ_I(case_id), YZ_S(kind), YZ_S(no), YZ_S(yz_letter_title(a, letter, about)),
		       YZ_BLOB(yz_seal(site->keys, a, "document.facts", *id, facts)), YZ_Z(code), YZ_I(now),
		       yz_val_int_or_null(by, by != 0), YZ_S(org));
}

/* ---- facts back into a letter ---- */

static const struct yz_str *texts(struct yz_arena *a, const struct yz_json *list, size_t *n)
{
	*n = yz_json_len(list);
	struct yz_str *s = yz_new_n(a, *n, struct yz_str);
	for (size_t i = 0; i < *n; i++)
		s[i] = yz_json_at(list, i)->text;
	return s;
}

static void lists_into(struct yz_arena *a, const struct yz_json *j, struct yz_letter *l)
{
	l->basis = texts(a, yz_json_get(j, "basis"), &l->nbasis);
	l->papers = texts(a, yz_json_get(j, "papers"), &l->npapers);
	const struct yz_json *m = yz_json_get(j, "materials"), *f = yz_json_get(j, "fields");
	struct yz_letter_material *materials = yz_new_n(a, yz_json_len(m), struct yz_letter_material);
	for (size_t i = 0; i < yz_json_len(m); i++) {
		const struct yz_json *one = yz_json_at(m, i);
		materials[i] = (struct yz_letter_material){.name = yz_json_str(one, "name"), .what = yz_json_str(one, "what"),
							   .field = yz_json_bool(one, "field", false)};
	}
	l->materials = materials;
	l->nmaterials = yz_json_len(m);
	struct yz_letter_field *fields = yz_new_n(a, yz_json_len(f), struct yz_letter_field);
	for (size_t i = 0; i < yz_json_len(f); i++)
		fields[i] = (struct yz_letter_field){yz_json_str(yz_json_at(f, i), "label"), yz_json_str(yz_json_at(f, i), "value")};
	l->fields = fields;
	l->nfields = yz_json_len(f);
}

static void facts_into(struct yz_arena *a, const struct yz_json *j, struct yz_letter *l)
{
	l->organ = yz_json_str(j, "organ");
	l->applicant = yz_json_str(j, "applicant");
	l->item = yz_json_str(j, "item");
	l->item_code = yz_json_str(j, "item_code");
	l->situation = yz_json_str(j, "situation");
	l->case_no = yz_json_str(j, "case_no");
	l->matter = yz_json_str(j, "matter");
	l->office = yz_json_str(j, "office");
	l->address = yz_json_str(j, "address");
	l->phone = yz_json_str(j, "phone");
	l->hours = yz_json_str(j, "hours");
	l->supervision = yz_json_str(j, "supervision");
	l->review_organ = yz_json_str(j, "review_organ");
	l->court = yz_json_str(j, "court");
	l->reason = yz_json_str(j, "reason");
	l->procedure = yz_json_str(j, "procedure");
	l->approver = yz_json_str(j, "approver");
	l->means = yz_json_str(j, "means");
	l->hands = yz_json_str(j, "hands");
	l->slip_no = yz_json_str(j, "slip_no");
	l->amount = yz_json_str(j, "amount");
	l->amount_words = yz_json_str(j, "amount_words");
	l->licence = yz_json_str(j, "licence");
	l->licence_no = yz_json_str(j, "licence_no");
	l->date = (yz_day)yz_json_int(j, "date", 0);
	l->received = (yz_day)yz_json_int(j, "received", 0);
	l->due = (yz_day)yz_json_int(j, "due", 0);
	l->mend_by = (yz_day)yz_json_int(j, "mend_by", 0);
	l->valid_from = (yz_day)yz_json_int(j, "valid_from", 0);
	l->valid_to = (yz_day)yz_json_int(j, "valid_to", 0);
	l->provisional = yz_json_bool(j, "provisional", false);
	l->days = (unsigned)yz_json_int(j, "days", 0);
	int64_t more = yz_json_int(j, "more_days", 0);
	if (more && l->procedure.len)
		l->procedure_days = yz_str_printf(a, "约%lld个工作日", (long long)more);
	else if (more)
		l->days = (unsigned)more;
	lists_into(a, j, l);
}

/* ---- the PDF ---- */

/* A paper as stored: what its file is made of. */
struct paper {
	int64_t id;
	struct yz_str org, kind, no, check_code, facts, title;
	yz_instant created;
	struct yz_str file; /* "" until it is made */
};

struct storing {
	struct yz_site *site;
	int64_t id;
	struct yz_blob blob;
	char signer[YZ_HEX];
	char file[YZ_HEX]; /* the first to store it wins */
};

static bool do_store(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct storing *w = ctx;
	if (!yz_blob_name(conn, &w->blob, YZ_LIT("application/pdf"), yz_site_now(w->site), err) ||
	    !yz_exec(conn, err, "UPDATE document SET file = $1, signer = $2 WHERE id = $3 AND file IS NULL", YZ_Z(w->blob.hash), YZ_Z(w->signer),
		     YZ_I(w->id)))
		return false;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT file FROM document WHERE id = $1", YZ_I(w->id));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_NOT_FOUND, "no document %lld", (long long)w->id) : false;
	snprintf(w->file, sizeof w->file, "%.*s", YZ_P(yz_row_str(r, 0, 0)));
	if (strcmp(w->file, w->blob.hash) != 0)
		return true;
	/* The material of a case that took it before it was made is this file too. */
	struct yz_str body = yz_str_printf(a, "{\"sm3\":\"%s\",\"signer\":\"%s\"}", w->file, w->signer);
	return yz_exec(conn, err, "UPDATE material SET file = $1, size = $2 WHERE document_id = $3 AND file = ''", YZ_Z(w->file),
		       YZ_I(w->blob.size), YZ_I(w->id)) &&
	       yz_note(w->site, conn, NULL, "document.sign", "document", w->id, "", body, err);
}

static bool render(struct yz_site *site, struct yz_arena *a, const struct paper *p, struct yz_str *pdf, struct yz_err *err)
{
	struct yz_str plain;
	enum yz_letter_kind kind;
	if (!yz_unseal(site->keys, a, "document.facts", p->id, p->facts, &plain, err))
		return false;
	const struct yz_json *facts = yz_json_read(a, plain, NULL, err);
	if (!facts || !letter_kind(p->kind, &kind))
		return facts ? yz_fail(err, YZ_CORRUPT, "document %lld has an unknown kind", (long long)p->id) : false;
	struct yz_letter l = {.number = p->no, .check_code = p->check_code, .sealed = true, .made = p->created};
	l.check_url = yz_str_printf(a, "%s/check/%.*s", site->base_url, YZ_P(l.check_code));
	facts_into(a, facts, &l);
	struct yz_doc *doc = yz_letter_doc(a, kind, &l, err);
	if (!doc)
		return yz_fail_in(err, "document %lld", (long long)p->id);
	return site->printer ? yz_printer_render(site->printer, doc, a, pdf, err) : yz_print_pdf(doc, a, pdf, err);
}

static bool find_paper(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct paper *p, struct yz_str *case_no, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT c.no, COALESCE(d.org, c.org), d.kind, d.no, d.facts_enc, d.check_code, d.created, d.file, d.title FROM document d "
				      "JOIN cases c ON c.id = d.case_id WHERE d.id = $1",
				      YZ_I(id));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no document %lld", (long long)id);
	*case_no = yz_row_str(r, 0, 0);
	*p = (struct paper){.id = id, .org = yz_row_str(r, 0, 1), .kind = yz_row_str(r, 0, 2), .no = yz_row_str(r, 0, 3),
			    .facts = yz_row_str(r, 0, 4), .check_code = yz_row_str(r, 0, 5), .created = yz_row_int(r, 0, 6),
			    .file = yz_row_str(r, 0, 7), .title = yz_row_str(r, 0, 8)};
	return true;
}

static bool make(struct yz_site *site, struct yz_arena *a, const struct paper *p, struct yz_str *pdf, struct yz_err *err)
{
	struct storing w = {.site = site, .id = p->id};
	if (p->file.len)
		return yz_blob_read(site->db, a, p->file, PDF_MOST, pdf, err);
	if (!render(site, a, p, pdf, err) || !yz_organ_sign(site, a, p->org, p->title, pdf, w.signer, err) ||
	    !yz_blob_put(site->db, *pdf, &w.blob, err) || !yz_db_write(site->db, do_store, &w, err))
		return false;
	return strcmp(w.file, w.blob.hash) == 0 || yz_blob_read(site->db, a, yz_str(w.file), PDF_MOST, pdf, err);
}

bool yz_document_file(struct yz_site *site, struct yz_arena *a, int64_t id, struct yz_str *pdf, struct yz_err *err)
{
	struct paper p;
	struct yz_str no;
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	bool found = conn && find_paper(conn, a, id, &p, &no, err);
	yz_db_release(conn);
	return found && make(site, a, &p, pdf, err);
}

bool yz_document_pdf(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_str *pdf,
		     struct yz_err *err)
{
	struct paper p;
	struct yz_str no;
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	bool found = conn && find_paper(conn, a, id, &p, &no, err);
	const struct yz_case *c = found ? yz_case_load(site, conn, a, who, no, err) : NULL;
	yz_db_release(conn);
	if (!c)
		return false;
	/* A letter names the applicant in full: not for who sees her masked. */
	if (!c->whole)
		return yz_fail(err, YZ_FORBIDDEN, "document %lld shows what person %lld sees masked", (long long)id, (long long)who->person);
	return make(site, a, &p, pdf, err);
}

/* ---- the public check ---- */

/* The licence it is the paper of; a paper that was followed by another is of none any more. */
static void check_licence(struct yz_site *site, const struct yz_rows *r, struct yz_document_check *out)
{
	enum { NO = 7, STATE, UNTIL, CURRENT, CHANGED };
	out->is_licence = true;
	out->no = yz_row_str(r, 0, NO);
	out->replaced = !yz_row_int(r, 0, CURRENT);
	if (!yz_row_null(r, 0, UNTIL))
		out->valid_until = yz_day_start((yz_day)yz_row_int(r, 0, UNTIL) + 1, site->offset);
	out->state = yz_licence_state_on(yz_row_str(r, 0, STATE), (yz_day)yz_row_int(r, 0, UNTIL),
					 yz_instant_day(yz_site_now(site), site->offset));
	out->changed = yz_row_int(r, 0, CHANGED);
}

bool yz_document_check(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str code,
		       struct yz_document_check *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT d.kind, d.no, d.title, o.name, c.item_name, c.applicant_name, d.created, l.no, l.state, "
				      "l.valid_until, CASE WHEN l.document_id = d.id THEN 1 ELSE 0 END, l.changed, l.type, d.file, d.signer "
				      "FROM document d JOIN cases c ON c.id = d.case_id LEFT JOIN org o ON o.key = COALESCE(d.org, c.org) "
				      "LEFT JOIN licence l ON l.case_id = d.case_id AND d.kind = 'LICENCE' WHERE d.check_code = $1",
				      YZ_S(code));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no document with this check code");
	*out = (struct yz_document_check){.kind = yz_row_str(r, 0, 0), .no = yz_row_str(r, 0, 1), .title = yz_row_str(r, 0, 2),
					  .org_name = yz_row_str(r, 0, 3), .item_name = yz_row_str(r, 0, 4),
					  .holder = yz_mask_name(a, yz_row_str(r, 0, 5)), .created = yz_row_int(r, 0, 6),
					  .state = YZ_LICENCE_valid, .type = yz_row_str(r, 0, 12), .digest = yz_row_str(r, 0, 13), .signer = yz_row_str(r, 0, 14)};
	if (!yz_row_null(r, 0, 7))
		check_licence(site, r, out);
	return true;
}
