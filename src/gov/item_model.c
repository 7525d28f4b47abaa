/* The decision model of an item's version: taken out, and put in as the next version.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/item_row.h"

#include "crypt/crypt.h"
#include "gov/catalogue.h"
#include "gov/version.h"
#include "text/text.h"

#include <string.h>

const char *yz_item_part_name(enum yz_item_part part)
{
	static const char *const names[YZ_ITEM_PARTS] = {"process", "decision", "form"};
	return names[part];
}

bool yz_item_text(struct yz_conn *conn, struct yz_arena *a, int64_t id, enum yz_item_part part, struct yz_str *key, struct yz_str *text,
		  struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT t.key, t.body FROM item i JOIN artifact t ON t.digest = "
				      "CASE WHEN $2 = 'process' THEN i.process WHEN $2 = 'decision' THEN i.decision ELSE i.form END WHERE i.id = $1",
				      YZ_I(id), YZ_Z(yz_item_part_name(part)));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "item version %lld has no %s", (long long)id, yz_item_part_name(part));
	*key = yz_row_str(r, 0, 0);
	*text = yz_row_str(r, 0, 1);
	return true;
}

bool yz_item_model(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_str *key, struct yz_str *text, struct yz_err *err)
{
	return yz_item_text(conn, a, id, YZ_PART_DECISION, key, text, err);
}

const struct yz_decision *yz_item_check_model(struct yz_arena *a, const struct yz_version *v, struct yz_str file, struct yz_str text,
					      struct yz_pack_findings *found)
{
	const struct yz_decision *d = yz_pack_check_model(a, file, text, found);
	if (d)
		yz_pack_check_decided(a, v->body, v->form, d, file, found);
	return d;
}

bool yz_item_put_text(struct yz_conn *conn, struct yz_arena *a, enum yz_item_part part, struct yz_str key, struct yz_str text,
		      struct yz_str *digest, struct yz_err *err)
{
	char hex[YZ_HEX];
	struct yz_digest d = yz_digest(YZ_SM3, text);
	*digest = yz_str_dup(a, yz_str(yz_digest_hex(&d, hex)));
	return yz_exec(conn, err, "INSERT INTO artifact (digest, kind, key, body) VALUES ($1, $2, $3, $4) ON CONFLICT (digest) DO NOTHING",
		       YZ_S(*digest), YZ_Z(yz_item_part_name(part)), YZ_S(key), YZ_S(text));
}

bool yz_item_save_model(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_version *v,
			struct yz_str file, struct yz_str text, struct yz_pack_findings *found, int64_t *draft, struct yz_err *err)
{
	yz_item_check_model(a, v, file, text, found);
	for (size_t i = 0; i < found->len; i++)
		if (found->at[i].error)
			return yz_fail(err, YZ_BAD_INPUT, "%s", N_("决策有错误，没有保存；请按下面的报告改好再上传"));
	return yz_item_save_draft_with(site, a, who, v->body, YZ_PART_DECISION, text, (struct yz_str){0}, draft, err);
}

/* ---- any part ---- */

static bool known(void *ctx, const char *attr, struct yz_str name)
{
	if (strcmp(attr, "org") == 0)
		return yz_catalogue_org(ctx, name) != NULL;
	return (strcmp(attr, "role") != 0 && strcmp(attr, "act") != 0) || yz_pack_process_knows(attr, name);
}

bool yz_item_check_text(struct yz_arena *a, const struct yz_catalogue *catalogue, const struct yz_version *v, enum yz_item_part part,
			struct yz_str file, struct yz_str text, struct yz_pack_findings *found)
{
	const struct yz_bpmn_known names = {known, (void *)catalogue};
	const struct yz_form *form;
	const struct yz_bpmn *m;
	switch (part) {
	case YZ_PART_PROCESS:
		m = yz_pack_check_process(a, file, text, catalogue ? &names : NULL, found);
		if (m) {
			yz_pack_check_rules(a, m, v->decision, file, found);
			yz_pack_check_names(a, m, v->form, NULL, file, found);
		}
		break;
	case YZ_PART_DECISION:
		yz_item_check_model(a, v, file, text, found);
		break;
	default:
		form = yz_pack_check_form(a, file, text, found);
		if (form)
			yz_pack_check_item(a, v->body, form, file, found);
		if (form && v->decision)
			yz_pack_check_decided(a, v->body, form, v->decision, file, found);
	}
	for (size_t i = 0; i < found->len; i++)
		if (found->at[i].error)
			return false;
	return true;
}

bool yz_item_process_holds(struct yz_site *site, int64_t id, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_str key, text;
	struct yz_err none = {0};
	bool has = conn && yz_item_text(conn, a, id, YZ_PART_PROCESS, &key, &text, &none);
	struct yz_err without = {0};
	struct yz_str model_key, model;
	bool decided = has && yz_item_text(conn, a, id, YZ_PART_DECISION, &model_key, &model, &without);
	struct yz_err formless = {0};
	struct yz_str form_key, form;
	bool asks = has && yz_item_text(conn, a, id, YZ_PART_FORM, &form_key, &form, &formless);
	if (conn)
		yz_db_release(conn);
	bool ok = conn && (has || none.code == YZ_NOT_FOUND) && (decided || !has || without.code == YZ_NOT_FOUND) &&
		  (asks || !has || formless.code == YZ_NOT_FOUND);
	if (conn && !ok)
		*err = !has ? none : decided || without.code == YZ_NOT_FOUND ? formless : without;
	if (has) {
		struct yz_pack_findings found = {0};
		const struct yz_catalogue *c = yz_site_catalogue(site);
		const struct yz_bpmn_known names = {known, (void *)c};
		const struct yz_bpmn *m = yz_pack_check_process(a, key, text, &names, &found);
		yz_site_catalogue_release(site, c);
		struct yz_pack_findings own = {0}; /* of the model and the form by themselves: their own checks say them */
		if (m) {
			yz_pack_check_rules(a, m, decided ? yz_pack_check_model(a, model_key, model, &own) : NULL, key, &found);
			yz_pack_check_names(a, m, asks ? yz_pack_check_form(a, form_key, form, &own) : NULL, NULL, key, &found);
		}
		for (size_t i = 0; ok && i < found.len; i++)
			if (found.at[i].error) {
				yz_fail(err, YZ_BAD_INPUT, "流程有错误：%.*s", YZ_P(yz_pack_finding_what(&found.at[i], true)));
				ok = yz_fail_in(err, "process");
			}
	}
	yz_arena_destroy(a);
	return ok;
}

bool yz_item_seen(struct yz_conn *conn, struct yz_arena *a, struct yz_str code, struct yz_str *seen, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, updated FROM item WHERE code = $1 ORDER BY version DESC LIMIT 1", YZ_S(code));
	if (r)
		*seen = r->count ? yz_str_printf(a, "%lld-%lld", (long long)yz_row_int(r, 0, 0), (long long)yz_row_int(r, 0, 1)) : YZ_LIT("");
	return r != NULL;
}

/* Its body names the part: what had none is called as the item is. */
static const struct yz_json *naming(struct yz_arena *a, const struct yz_version *v, enum yz_item_part part, struct yz_err *err)
{
	const char *name = yz_item_part_name(part);
	struct yz_buf b;
	struct yz_jw w;
	if (yz_json_str(v->body, name).len)
		return v->body;
	yz_buf_init(&b, a, 2 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	for (size_t i = 0; i < v->body->count; i++)
		if (!yz_str_eqz(v->body->members[i].key, name)) {
			yz_jw_keys(&w, v->body->members[i].key);
			yz_jw_value(&w, v->body->members[i].value);
		}
	yz_jw_kstr(&w, name, v->key);
	yz_jw_end(&w, '}');
	return yz_json_read(a, yz_buf_str(&b), NULL, err);
}

bool yz_item_save_text(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_version *v,
		       enum yz_item_part part, struct yz_str file, struct yz_str text, struct yz_str seen, struct yz_pack_findings *found,
		       int64_t *draft, struct yz_err *err)
{
	const struct yz_catalogue *c = yz_site_catalogue(site);
	bool sound = yz_item_check_text(a, c, v, part, file, text, found);
	yz_site_catalogue_release(site, c);
	struct yz_err unread = {0};
	bool draws = part == YZ_PART_PROCESS && yz_bpmn_load(a, text, NULL, &unread);
	if (!sound && !draws)
		return yz_fail(err, YZ_BAD_INPUT, "%s", N_("有错误，没有保存；您的内容还在下面，按报告改好再存"));
	const struct yz_json *body = naming(a, v, part, err);
	return body && yz_item_save_draft_with(site, a, who, body, part, text, seen.len ? seen : YZ_LIT("-"), draft, err);
}
