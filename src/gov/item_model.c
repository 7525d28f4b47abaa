/* The decision model of an item's version: taken out, and put in as the next version.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/item_row.h"

#include "crypt/crypt.h"
#include "gov/version.h"
#include "text/text.h"

bool yz_item_model(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_str *key, struct yz_str *text, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT t.key, t.body FROM item i JOIN artifact t ON t.digest = i.decision WHERE i.id = $1",
				      YZ_I(id));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "item version %lld has no decision", (long long)id);
	*key = yz_row_str(r, 0, 0);
	*text = yz_row_str(r, 0, 1);
	return true;
}

const struct yz_decision *yz_item_check_model(struct yz_arena *a, const struct yz_version *v, struct yz_str file, struct yz_str text,
					      struct yz_pack_findings *found)
{
	const struct yz_decision *d = yz_pack_check_model(a, file, text, found);
	if (d)
		yz_pack_check_decided(a, v->body, v->form, d, file, found);
	return d;
}

bool yz_item_put_model(struct yz_conn *conn, struct yz_arena *a, struct yz_str key, struct yz_str text, struct yz_str *digest,
		       struct yz_err *err)
{
	char hex[YZ_HEX];
	struct yz_digest d = yz_digest(YZ_SM3, text);
	*digest = yz_str_dup(a, yz_str(yz_digest_hex(&d, hex)));
	return yz_exec(conn, err, "INSERT INTO artifact (digest, kind, key, body) VALUES ($1, 'decision', $2, $3) ON CONFLICT (digest) DO NOTHING",
		       YZ_S(*digest), YZ_S(key), YZ_S(text));
}

bool yz_item_save_model(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_version *v,
			struct yz_str file, struct yz_str text, struct yz_pack_findings *found, int64_t *draft, struct yz_err *err)
{
	yz_item_check_model(a, v, file, text, found);
	for (size_t i = 0; i < found->len; i++)
		if (found->at[i].error)
			return yz_fail(err, YZ_BAD_INPUT, "%s", N_("决策有错误，没有保存；请按下面的报告改好再上传"));
	return yz_item_save_draft_with(site, a, who, v->body, text, draft, err);
}
