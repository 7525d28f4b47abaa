/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/draft.h"

#include "base/log.h"
#include "crypt/crypt.h"
#include "gov/draft_row.h"
#include "gov/guide.h"
#include "gov/fill.h"
#include "gov/joint_row.h"
#include "gov/licence_row.h"
#include "gov/note.h"
#include "gov/person.h"
#include "text/text.h"

enum { DRAFTS_MOST = 50 };
#define PAPERS_SEEN (12 * YZ_HOUR) /* a clerk files for whom she has verified within it */

static const struct yz_json *empty_facts(struct yz_arena *a)
{
	return yz_json_read(a, YZ_LIT("{}"), NULL, NULL);
}

/* ---- opening ---- */

struct opening {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t principal, id;
	struct yz_str code;
	bool counter;
};

bool yz_draft_store(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, const struct yz_json *facts, int page,
		    struct yz_err *err)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 4 << 20);
	yz_json_canonical(&b, facts);
	if (b.full)
		return yz_fail(err, YZ_TOO_LARGE, "the facts of draft %lld are over 4 MiB", (long long)id);
	return yz_exec(conn, err, "UPDATE draft SET facts_enc = $1, page = $2, updated = $3 WHERE id = $4",
		       YZ_BLOB(yz_seal(site->keys, a, "draft.facts", id, yz_buf_str(&b))), YZ_I(page), YZ_I(yz_site_now(site)),
		       YZ_I(id));
}

bool yz_draft_make(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, int64_t principal,
		   const struct yz_version *v, int64_t *id, struct yz_err *err)
{
	struct yz_fills *fills;
	const struct yz_json *facts = v->form ? NULL : empty_facts(a);
	if (v->form && yz_fills_of(site, conn, a, principal, person, v->form, &fills, err))
		facts = yz_fills_take(a, v->form, fills, yz_site_now(site), err);
	*id = !facts ? 0
		     : yz_insert(conn, err,
				 "INSERT INTO draft (person, principal, item, facts_enc, page, created, updated) "
				 "VALUES ($1, $2, $3, $4, 0, $5, $5)",
				 YZ_I(person), YZ_I(principal), YZ_I(v->id), YZ_BLOB(YZ_LIT("")), YZ_I(yz_site_now(site)));
	return *id && yz_draft_store(site, conn, a, *id, facts, 0, err);
}

bool yz_draft_may_file(const struct yz_actor *who, const struct yz_version *v)
{
	size_t n;
	if (yz_may_in(who, YZ_MAY_case_file_for, v->org, v->region_path))
		return true;
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(v->process, &n);
	bool village = false;
	for (size_t i = 0; !village && i < n; i++)
		village = yz_str_eqz(yz_bpmn_attr(nodes[i], "role"), "worker");
	for (size_t i = 0; village && i < who->nposts; i++)
		if (who->posts[i].role == YZ_ROLE_WORKER && yz_str_starts(who->posts[i].region_path, v->region_path))
			return true;
	return false;
}

bool yz_draft_papers_seen(struct yz_site *site, struct yz_conn *conn, const struct yz_actor *clerk, int64_t principal, struct yz_err *err)
{
	int64_t seen;
	return yz_select_int(conn, &seen, 0, err, "SELECT COUNT(*) FROM proof WHERE person = $1 AND by_person = $2 AND at > $3", YZ_I(principal),
			     YZ_I(clerk->person), YZ_I(yz_site_now(site) - PAPERS_SEEN)) &&
	       (seen || yz_refuse(clerk, YZ_MAY_case_file_for, err));
}

static bool do_open(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct opening *w = ctx;
	const struct yz_version *v = yz_version_now(w->site, conn, a, w->code, err);
	if (!v)
		return false;
	if (w->counter && !yz_draft_may_file(w->who, v))
		return yz_refuse(w->who, YZ_MAY_case_file_for, err);
	/* The draft begins with what is known of her: not for whoever guesses the number of a person. */
	int64_t suspended, many;
	if (w->counter && !yz_draft_papers_seen(w->site, conn, w->who, w->principal, err))
		return false;
	if (!yz_select_int(conn, &suspended, 0, err, "SELECT COUNT(*) FROM item WHERE id = $1 AND state = 'suspended'", YZ_I(v->id)) ||
	    !yz_select_int(conn, &w->id, 0, err,
			   "SELECT id FROM draft d WHERE person = $1 AND principal = $2 AND item = $3 "
			   "AND NOT EXISTS (SELECT 1 FROM joint_part p WHERE p.draft = d.id) ORDER BY updated DESC LIMIT 1",
			   YZ_I(w->who->person), YZ_I(w->principal), YZ_I(v->id)) ||
	    !yz_select_int(conn, &many, 0, err, "SELECT COUNT(*) FROM draft WHERE person = $1", YZ_I(w->who->person)))
		return false;
	if (suspended)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这个事项暂停办理，恢复后可以再来申请"));
	if (w->id)
		return true;
	if (many >= DRAFTS_MOST && !w->who->staff)
		return yz_fail(err, YZ_LIMIT, "%s", N_("没有提交的申请太多了，请先提交或删除一些"));
	return yz_draft_make(w->site, conn, a, w->who->person, w->principal, v, &w->id, err);
}

bool yz_draft_open(struct yz_site *site, const struct yz_actor *who, struct yz_str item_code, int64_t *id, struct yz_err *err)
{
	if (!yz_may_own(who, YZ_MAY_apply, who->principal, item_code))
		return yz_refuse(who, YZ_MAY_apply, err);
	struct opening w = {.site = site, .who = who, .principal = who->principal, .code = item_code};
	bool ok = yz_db_write(site->db, do_open, &w, err);
	*id = w.id;
	return ok;
}

bool yz_draft_open_for(struct yz_site *site, const struct yz_actor *clerk, int64_t principal, struct yz_str item_code,
		       int64_t *id, struct yz_err *err)
{
	if (!yz_may(clerk, YZ_MAY_case_file_for))
		return yz_refuse(clerk, YZ_MAY_case_file_for, err);
	struct opening w = {.site = site, .who = clerk, .principal = principal, .code = item_code, .counter = true};
	bool ok = yz_db_write(site->db, do_open, &w, err);
	*id = w.id;
	return ok;
}

/* ---- reading ---- */

/* Her own or her principal's; what she began for another as long as she may file for him. */
static bool sees(struct yz_site *site, struct yz_conn *conn, const struct yz_actor *who, int64_t id, int64_t person, int64_t principal,
		 const struct yz_version *v, bool *yes, struct yz_err *err)
{
	*yes = yz_may_own(who, YZ_MAY_apply, principal, v->code) ||
	       (who->person == person && yz_draft_may_file(who, v));
	/* One window takes in all that one application is for, whichever department then has it. */
	if (!*yes && who->person == person && yz_may(who, YZ_MAY_case_file_for) && !yz_joint_at_counter(conn, id, yes, err))
		return false;
	return *yes || who->person != person ||
	       yz_agency_holds(conn, principal, who->person, v->code, yz_site_now(site), yes, err);
}

static bool read_materials(struct yz_conn *conn, struct yz_arena *a, struct yz_draft *d, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, key, name, file, file_name, type, source, state, size, at FROM material "
				      "WHERE draft_id = $1 ORDER BY id",
				      YZ_I(d->id));
	if (!r)
		return false;
	d->materials = yz_new_n(a, r->count, struct yz_case_material);
	d->nmaterials = r->count;
	for (size_t i = 0; i < r->count; i++)
		yz_material_row(r, i, &d->materials[i]);
	return true;
}

void yz_material_row(const struct yz_rows *r, size_t i, struct yz_case_material *m)
{
	*m = (struct yz_case_material){.id = yz_row_int(r, i, 0), .key = yz_row_str(r, i, 1), .name = yz_row_str(r, i, 2),
				       .file = yz_row_str(r, i, 3), .file_name = yz_row_str(r, i, 4), .type = yz_row_str(r, i, 5),
				       .source = yz_row_str(r, i, 6), .state = yz_row_str(r, i, 7), .size = yz_row_int(r, i, 8),
				       .at = yz_row_int(r, i, 9)};
}

static void work_out(struct yz_site *site, struct yz_arena *a, const struct yz_version *v, struct yz_draft *d)
{
	yz_instant now = yz_site_now(site);
	const struct yz_json *s = yz_pack_situation(a, v->body, v->form, v->decision, d->facts, now);
	if (s) {
		d->situation = yz_json_str(s, "key");
		d->situation_name = yz_json_str(s, "name");
	}
	struct yz_advice advice;
	yz_guide_advise(a, v, d->facts, now, &advice);
	d->refusal = advice.refusal;
	struct yz_pack_need *needs;
	d->nneeds = yz_pack_needs(a, v->body, v->form, v->decision, d->facts, now, &needs);
	d->needs = yz_new_n(a, d->nneeds, struct yz_draft_need);
	for (size_t i = 0; i < d->nneeds; i++) {
		struct yz_draft_need *n = &d->needs[i];
		n->key = yz_json_str(needs[i].material, "key");
		n->name = yz_json_str(needs[i].material, "name");
		n->material = needs[i].material;
		n->must = needs[i].must;
		for (size_t k = 0; k < d->nmaterials; k++)
			n->given += yz_str_eq(d->materials[k].key, n->key);
	}
}

static bool prove(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_draft *d, struct yz_err *err)
{
	const struct yz_json **materials = yz_new_n(a, d->nneeds + 1, const struct yz_json *);
	struct yz_licence_proof *proofs = yz_new_n(a, d->nneeds + 1, struct yz_licence_proof);
	for (size_t i = 0; i < d->nneeds; i++)
		materials[i] = d->needs[i].material;
	if (!yz_proofs_of(site, conn, a, d->principal, d->person, d->item_code, materials, d->nneeds, proofs, err))
		return false;
	for (size_t i = 0; i < d->nneeds; i++)
		d->needs[i].proof = proofs[i];
	return true;
}

static struct yz_draft *fill_in(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_rows *r, int64_t id,
				const struct yz_version *v, struct yz_err *err)
{
	struct yz_draft *d = yz_new(a, struct yz_draft);
	*d = (struct yz_draft){.id = id, .person = yz_row_int(r, 0, 0), .principal = yz_row_int(r, 0, 1), .item = v->id,
			       .item_code = v->code, .item_name = v->name, .item_key = v->key, .item_body = v->body,
			       .form = v->form ? v->form->json : NULL, .page = (int)yz_row_int(r, 0, 4),
			       .updated = yz_row_int(r, 0, 5), .version = v};
	struct yz_str facts;
	if (!yz_unseal(site->keys, a, "draft.facts", id, yz_row_str(r, 0, 3), &facts, err) ||
	    !(d->facts = yz_json_read(a, facts, NULL, err)) || !read_materials(conn, a, d, err))
		return NULL;
	work_out(site, a, v, d);
	return prove(site, conn, a, d, err) ? d : NULL;
}

static struct yz_rows *read_row(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	return yz_select(conn, a, err, "SELECT person, principal, item, facts_enc, page, updated FROM draft WHERE id = $1", YZ_I(id));
}

struct yz_draft *yz_draft_read(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	struct yz_rows *r = read_row(conn, a, id, err);
	const struct yz_version *v = r && r->count ? yz_version_of(site, conn, a, yz_row_int(r, 0, 2), err) : NULL;
	if (r && !r->count)
		return yz_fail_null(err, YZ_NOT_FOUND, "no draft %lld", (long long)id);
	return v ? fill_in(site, conn, a, r, id, v, err) : NULL;
}

struct yz_draft *yz_draft_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
			       int64_t id, struct yz_err *err)
{
	struct yz_rows *r = read_row(conn, a, id, err);
	if (!r)
		return NULL;
	const struct yz_version *v = r->count ? yz_version_of(site, conn, a, yz_row_int(r, 0, 2), err) : NULL;
	bool yes = false;
	if (r->count && (!v || !sees(site, conn, who, id, yz_row_int(r, 0, 0), yz_row_int(r, 0, 1), v, &yes, err)))
		return NULL;
	if (!yes)
		return yz_fail_null(err, YZ_NOT_FOUND, "no draft %lld for person %lld", (long long)id, (long long)who->person);
	struct yz_draft *d = fill_in(site, conn, a, r, id, v, err);
	return d && yz_joint_look(site, conn, a, d, err) ? d : NULL;
}

size_t yz_draft_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		     struct yz_draft_row **rows, struct yz_err *err)
{
	(void)site;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT d.id, i.name, i.code, p.name, d.updated FROM draft d JOIN item i ON i.id = d.item "
				      "JOIN person p ON p.id = d.principal WHERE d.person = $1 "
				      "AND NOT EXISTS (SELECT 1 FROM joint_part j WHERE j.draft = d.id) ORDER BY d.updated DESC LIMIT 100",
				      YZ_I(who->person));
	if (!r)
		return 0;
	*rows = yz_new_n(a, r->count, struct yz_draft_row);
	for (size_t i = 0; i < r->count; i++)
		(*rows)[i] = (struct yz_draft_row){.id = yz_row_int(r, i, 0), .item_name = yz_row_str(r, i, 1),
						   .item_code = yz_row_str(r, i, 2), .principal_name = yz_row_str(r, i, 3),
						   .updated = yz_row_int(r, i, 4)};
	return r->count;
}

/* ---- saving ---- */

struct saving {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t id;
	const struct yz_json *fields;
	int page;
};

static bool do_save(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct saving *w = ctx;
	struct yz_draft *d = yz_draft_load(w->site, conn, a, w->who, w->id, err);
	if (!d)
		return false;
	const struct yz_json *facts = d->facts;
	if (d->version->form)
		facts = yz_form_take(a, d->version->form, facts, w->fields, false, yz_site_now(w->site));
	return yz_draft_store(w->site, conn, a, w->id, facts, w->page < 0 ? d->page : w->page, err) &&
	       yz_joint_share(w->site, conn, a, d, w->fields, err);
}

bool yz_draft_save(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id,
		   const struct yz_json *fields, int page, struct yz_err *err)
{
	(void)a;
	struct saving w = {site, who, id, fields, page};
	return yz_db_write(site->db, do_save, &w, err);
}

bool yz_draft_delete(struct yz_conn *conn, int64_t id, struct yz_err *err)
{
	return yz_exec(conn, err, "DELETE FROM material WHERE draft_id = $1", YZ_I(id)) &&
	       yz_exec(conn, err, "UPDATE policy_claim SET draft = NULL WHERE draft = $1", YZ_I(id)) &&
	       yz_exec(conn, err, "UPDATE joint_part SET draft = NULL WHERE draft = $1", YZ_I(id)) &&
	       yz_exec(conn, err, "DELETE FROM draft WHERE id = $1", YZ_I(id));
}

static bool do_discard(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct saving *w = ctx;
	const struct yz_draft *d = yz_draft_load(w->site, conn, a, w->who, w->id, err);
	if (!d)
		return false;
	if (d->joint)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这是一件事里的一项，请在那里选择不办这一项"));
	return yz_draft_delete(conn, w->id, err);
}

bool yz_draft_discard(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_err *err)
{
	struct saving w = {.site = site, .who = who, .id = id};
	return yz_db_write(site->db, do_discard, &w, err);
}

/* ---- checking ---- */

static struct yz_str asked_for(struct yz_arena *a, const struct yz_draft_need *n, enum yz_lang l)
{
	if (n->proof.kind != YZ_PROOF_UNFIT)
		return yz_str_printf(a, yz_tr(l, N_("请上传：%.*s")), YZ_P(n->name));
	return yz_str_printf(a, yz_tr(l, N_("请上传：%.*s。电子证照 %.*s 不能用：%s")), YZ_P(n->name), YZ_P(n->proof.licence->no),
			     yz_tr(l, n->proof.why));
}

size_t yz_draft_check(struct yz_site *site, struct yz_arena *a, const struct yz_draft *d, const char *lang, int page,
		      struct yz_draft_error **errors)
{
	enum yz_lang l = YZ_LANG_ZH;
	yz_lang_parse(yz_str(lang), &l);
	struct yz_form_state state = {0};
	if (d->version->form)
		yz_form_state(a, d->version->form, d->facts, page, yz_site_now(site), (int)l, &state);
	struct yz_draft_error *e = yz_new_n(a, state.nerrors + d->nneeds, struct yz_draft_error);
	size_t n = 0;
	for (size_t i = 0; i < state.nerrors; i++)
		if (!d->joint || !d->joint->fields[state.errors[i].field].given_by.len)
			e[n++] = (struct yz_draft_error){.field = state.errors[i].path, .text = state.errors[i].text};
	for (size_t i = 0; page < 0 && i < d->nneeds; i++)
		if (d->needs[i].must && !d->needs[i].given && !d->needs[i].given_by.len && !yz_proof_holds(&d->needs[i].proof))
			e[n++] = (struct yz_draft_error){.field = d->needs[i].key, .material = true, .text = asked_for(a, &d->needs[i], l)};
	*errors = e;
	return n;
}
