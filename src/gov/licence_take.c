/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/licence_take.h"

#include "base/log.h"
#include "gov/document.h"
#include "gov/message.h"
#include "gov/note.h"
#include "record/record.h"
#include "text/text.h"

/* ---- before the write ---- */

/* Most applications need none, and most people hold none: those are not read twice. */
static bool may_take(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t draft, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT d.item FROM draft d WHERE d.id = $1 AND EXISTS (SELECT 1 FROM licence l WHERE l.holder = d.principal)",
				      YZ_I(draft));
	const struct yz_version *v = r && r->count ? yz_version_of(site, conn, a, yz_row_int(r, 0, 0), err) : NULL;
	const struct yz_json *materials = v ? yz_json_get(v->body, "materials") : NULL;
	for (size_t i = 0; i < yz_json_len(materials); i++)
		if (yz_json_len(yz_json_get(yz_json_at(materials, i), "licence")))
			return true;
	return false;
}

void yz_licence_ready(struct yz_site *site, const struct yz_actor *who, int64_t draft)
{
	/* A past that is made up draws no papers: they are made when somebody opens one. */
	if (site->silent)
		return;
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str pdf;
	struct yz_conn *conn = yz_db_read(site->db, &err);
	const struct yz_draft *d = conn && may_take(site, conn, a, draft, &err) ? yz_draft_load(site, conn, a, who, draft, &err) : NULL;
	yz_db_release(conn);
	for (size_t i = 0; d && i < d->nneeds; i++) {
		const struct yz_draft_need *n = &d->needs[i];
		if (n->given || n->proof.kind != YZ_PROOF_LICENCE)
			continue;
		err = (struct yz_err){0};
		if (!yz_document_file(site, a, n->proof.licence->document, &pdf, &err))
			yz_log_err(YZ_WARN, &err);
	}
	yz_arena_destroy(a);
}

/* ---- inside it ---- */

static bool take_file(struct yz_acting *t, const struct yz_licence *l, struct yz_str *file, int64_t *size, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT d.file, b.size FROM document d LEFT JOIN blob b ON b.hash = d.file WHERE d.id = $1", YZ_I(l->document));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_NOT_FOUND, "licence %lld has no paper", (long long)l->id) : false;
	*file = yz_row_str(r, 0, 0);
	*size = yz_row_int(r, 0, 1);
	return true;
}

static bool note_use(struct yz_acting *t, const struct yz_draft_need *n, struct yz_err *err)
{
	const struct yz_licence *l = n->proof.licence;
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, t->a, 65536);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kstr(&w, "case", t->no);
	yz_jw_kstr(&w, "item", t->v->code);
	yz_jw_kstr(&w, "material", n->key);
	yz_jw_kz(&w, "purpose", "apply");
	yz_jw_kz(&w, "state", yz_licence_state_name(l->state));
	yz_jw_end(&w, '}');
	const struct yz_pull pull = {.licence = l->id, .case_id = t->id, .purpose = YZ_LIT("apply"), .what = n->key,
				     .state = yz_str(yz_licence_state_name(l->state)), .by_person = t->who->person, .at = t->now};
	return yz_pull_add(t->conn, &pull, err) &&
	       yz_note(t->site, t->conn, t->who, "licence.use", "licence", l->id, t->v->code.ptr, yz_buf_str(&b), err);
}

/* Whoever is not the holder used it for her: she is told. */
static bool tell_holder(struct yz_acting *t, const struct yz_draft_need *n, struct yz_err *err)
{
	const struct yz_licence *l = n->proof.licence;
	if (t->who->person == l->holder)
		return true;
	const struct yz_said said[] = {{"licence", l->name, true}, {"number", l->no}, {"item", t->v->name, true}, {"no", t->no}, {"part", n->name, true}};
	return yz_message_say(t->site, t->conn, t->a, l->holder, t->id, YZ_SAY_licence_used, said, 5, err);
}

static bool insert(struct yz_acting *t, const struct yz_draft_need *n, struct yz_err *err)
{
	const struct yz_licence *l = n->proof.licence;
	struct yz_str file = {0}, title = l ? yz_str_printf(t->a, "%.*s %.*s", YZ_P(l->name), YZ_P(l->no)) : yz_str(n->proof.fact);
	int64_t size = 0;
	if (l && !take_file(t, l, &file, &size, err))
		return false;
	return yz_insert(t->conn, err,
			 "INSERT INTO material (case_id, key, name, file, file_name, type, size, source, state, by_person, at, licence, document_id) "
			 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'given', $9, $10, $11, $12)",
			 YZ_I(t->id), YZ_S(n->key), YZ_S(n->name), YZ_S(file), YZ_S(title), YZ_Z(l ? "application/pdf" : ""), YZ_I(size),
			 YZ_Z(l ? "licence" : "register"), YZ_I(t->who->person), YZ_I(t->now), yz_val_int_or_null(l ? l->id : 0, l != NULL),
			 yz_val_int_or_null(l ? l->document : 0, l != NULL)) &&
	       (!l || (note_use(t, n, err) && tell_holder(t, n, err)));
}

bool yz_licence_take(struct yz_acting *t, const struct yz_draft *d, struct yz_err *err)
{
	for (size_t i = 0; i < d->nneeds; i++)
		if (!d->needs[i].given && yz_proof_holds(&d->needs[i].proof) && !insert(t, &d->needs[i], err))
			return false;
	return true;
}
