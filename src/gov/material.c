/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/draft.h"

#include "gov/attach.h"
#include "gov/case_light.h"
#include "gov/document.h"
#include "gov/draft_row.h"
#include "gov/fault.h"
#include "gov/joint_row.h"
#include "gov/note.h"
#include "gov/person.h"
#include "text/text.h"

enum { FILES_OF_ONE = 20 };

static bool missing(struct yz_err *err, const char *what)
{
	return yz_wrong(err, "materials", what);
}

/* ---- naming it ---- */

struct adding {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t draft, id;
	struct yz_str case_no, key;
	struct yz_attached file;
};

static const struct yz_json *material_of(const struct yz_json *body, struct yz_str key)
{
	const struct yz_json *list = yz_json_get(body, "materials");
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(list, i), "key"), key))
			return yz_json_at(list, i);
	return NULL;
}

/* The supply of a material that was marked: only while the case waits for it, only by who applied. */
static bool for_case(struct adding *w, struct yz_conn *conn, struct yz_arena *a, int64_t *case_id, const struct yz_json **body,
		     struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, item, applicant, agent, state, item_code FROM cases WHERE no = $1",
				      YZ_S(w->case_no));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no case %.*s", YZ_P(w->case_no));
	*case_id = yz_row_int(r, 0, 0);
	bool hers = yz_may_own(w->who, YZ_MAY_case_act_own, yz_row_int(r, 0, 2), yz_row_str(r, 0, 5));
	if (!hers && w->who->person && w->who->person == yz_row_int(r, 0, 3) &&
	    !yz_agency_holds(conn, yz_row_int(r, 0, 2), w->who->person, yz_row_str(r, 0, 5), yz_site_now(w->site), &hers, err))
		return false;
	if (!hers)
		return yz_fail(err, YZ_NOT_FOUND, "case %.*s is not of person %lld", YZ_P(w->case_no), (long long)w->who->person);
	int64_t marked;
	if (!yz_select_int(conn, &marked, 0, err,
			   "SELECT (SELECT COUNT(*) FROM correction WHERE case_id = $1 AND items LIKE $2) + "
			   "(SELECT COUNT(*) FROM amend WHERE case_id = $1 AND answered IS NULL AND items LIKE $2)",
			   YZ_I(*case_id),
			   YZ_S(yz_str_printf(a, "%%\"material\":\"%.*s\"%%", YZ_P(w->key)))))
		return false;
	if (!marked || !yz_str_eqz(yz_row_str(r, 0, 4), "correcting"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这项材料现在不需要补正"));
	const struct yz_version *v = yz_version_of(w->site, conn, a, yz_row_int(r, 0, 1), err);
	*body = v ? v->body : NULL;
	return v != NULL;
}

static bool do_add(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct adding *w = ctx;
	const struct yz_json *body = NULL;
	int64_t case_id = 0, many;
	if (w->case_no.len) {
		if (!for_case(w, conn, a, &case_id, &body, err) ||
		    !yz_exec(conn, err, "UPDATE material SET state = 'replaced' WHERE case_id = $1 AND key = $2 AND state = 'mend'",
			     YZ_I(case_id), YZ_S(w->key)))
			return false;
	} else {
		struct yz_draft *d = yz_draft_load(w->site, conn, a, w->who, w->draft, err);
		if (!d)
			return false;
		body = d->item_body;
	}
	const struct yz_json *material = material_of(body, w->key);
	if (!material)
		return yz_fail(err, YZ_NOT_FOUND, "the item has no material %.*s", YZ_P(w->key));
	if (!yz_select_int(conn, &many, 0, err,
			   "SELECT COUNT(*) FROM material WHERE key = $1 AND ((draft_id = $2 AND $3 = 0) OR (case_id = $3 AND $3 <> 0))",
			   YZ_S(w->key), YZ_I(w->draft), YZ_I(case_id)))
		return false;
	if (many >= FILES_OF_ONE)
		return missing(err, N_("一项材料最多 20 个文件，请合并成 PDF"));
	w->id = yz_insert(conn, err,
			  "INSERT INTO material (draft_id, case_id, key, name, file, file_name, type, size, source, state, by_person, at) "
			  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'given', $10, $11)",
			  yz_val_int_or_null(w->draft, !case_id), yz_val_int_or_null(case_id, case_id != 0), YZ_S(w->key),
			  YZ_S(yz_json_str(material, "name")), YZ_Z(w->file.blob.hash), YZ_S(w->file.name), YZ_Z(w->file.type),
			  YZ_I(w->file.blob.size), YZ_Z(w->who->staff ? "scan" : "upload"), YZ_I(w->who->person),
			  YZ_I(yz_site_now(w->site)));
	return w->id && yz_attach_name(conn, &w->file, yz_site_now(w->site), err) &&
	       (case_id ? yz_note(w->site, conn, w->who, "material.add", "case", case_id, "", YZ_LIT(""), err)
			: yz_exec(conn, err, "UPDATE draft SET updated = $1 WHERE id = $2", YZ_I(yz_site_now(w->site)), YZ_I(w->draft)) &&
				  yz_joint_paper(w->site, conn, a, w->draft, w->id, err));
}

/* The material's own limits, before the file is copied into the site. */
static bool look_up(struct adding *w, struct yz_arena *a, const struct yz_json **material, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read_in(w->site->db, a, err);
	if (!conn)
		return false;
	const struct yz_json *body = NULL;
	int64_t case_id;
	struct yz_draft *d;
	bool ok = w->case_no.len ? for_case(w, conn, a, &case_id, &body, err)
				 : (d = yz_draft_load(w->site, conn, a, w->who, w->draft, err)) && (body = d->item_body);
	yz_db_release(conn);
	if (!ok)
		return false;
	*material = material_of(body, w->key);
	return *material || yz_fail(err, YZ_NOT_FOUND, "the item has no material %.*s", YZ_P(w->key));
}

bool yz_material_add(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t draft, struct yz_str case_no,
		     struct yz_str key, const char *path, struct yz_str file_name, int64_t *id, struct yz_err *err)
{
	struct adding w = {.site = site, .who = who, .draft = draft, .case_no = case_no, .key = key};
	const struct yz_json *material;
	if (key.len > 60 || !look_up(&w, a, &material, err))
		return key.len > 60 ? yz_fail(err, YZ_NOT_FOUND, "no such material") : false;
	if (!yz_attach(site, "materials", path, file_name, yz_json_get(material, "types"), yz_json_int(material, "max_mb", YZ_ATTACH_MB), &w.file, err))
		return false;
	if (!yz_db_write(site->db, do_add, &w, err))
		return false;
	*id = w.id;
	return true;
}

static bool do_remove(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct adding *w = ctx;
	if (!yz_draft_load(w->site, conn, a, w->who, w->draft, err))
		return false;
	return yz_joint_paper_out(w->site, conn, a, w->draft, w->id, err) &&
	       yz_exec(conn, err, "DELETE FROM material WHERE id = $1 AND draft_id = $2", YZ_I(w->id), YZ_I(w->draft));
}

bool yz_material_remove(struct yz_site *site, const struct yz_actor *who, int64_t draft, int64_t material, struct yz_err *err)
{
	struct adding w = {.site = site, .who = who, .draft = draft, .id = material};
	return yz_db_write(site->db, do_remove, &w, err);
}

bool yz_material_make(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t material, struct yz_err *err)
{
	struct yz_str pdf;
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT document_id FROM material WHERE id = $1 AND file = '' AND document_id IS NOT NULL",
					     YZ_I(material)) : NULL;
	yz_db_release(conn);
	if (!r || !who->person)
		return r != NULL;
	return !r->count || yz_document_file(site, a, yz_row_int(r, 0, 0), &pdf, err);
}

bool yz_material_open(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		      int64_t material, int *fd, int64_t *size, struct yz_str *type, struct yz_str *file_name, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT m.draft_id, c.no, m.file, m.type, m.file_name FROM material m "
				      "LEFT JOIN cases c ON c.id = m.case_id WHERE m.id = $1",
				      YZ_I(material));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no material %lld", (long long)material);
	bool of_draft = yz_row_null(r, 0, 1);
	const struct yz_case *c = of_draft ? NULL : yz_case_load(site, conn, a, who, yz_row_str(r, 0, 1), err);
	bool may = of_draft ? yz_draft_load(site, conn, a, who, yz_row_int(r, 0, 0), err) != NULL : c != NULL;
	*type = yz_row_str(r, 0, 3);
	*file_name = yz_row_str(r, 0, 4);
	/* A scan cannot be masked: it is for her and for those who handle the case. */
	if (c && !c->whole)
		return yz_fail(err, YZ_FORBIDDEN, "material %lld is not for person %lld", (long long)material, (long long)who->person);
	if (may && !yz_row_str(r, 0, 2).len)
		return yz_fail(err, YZ_NOT_FOUND, "material %lld has no file", (long long)material);
	return may && yz_blob_open(site->db, yz_row_str(r, 0, 2), fd, size, err);
}
