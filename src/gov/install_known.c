/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/install_known.h"

#include "gov/knowledge_row.h"

static struct yz_str lines(struct yz_arena *a, const struct yz_json *list)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 64 * 1024);
	for (size_t i = 0; i < yz_json_len(list); i++) {
		if (i)
			yz_buf_addc(&b, '\n');
		yz_buf_adds(&b, yz_str_trim(yz_json_text(yz_json_at(list, i))));
	}
	return yz_buf_str(&b);
}

static bool put(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, const struct yz_pack_file *f,
		size_t *n, struct yz_err *err)
{
	const struct yz_json *j = f->json;
	yz_day last;
	struct yz_knowledge_values v = {.question = yz_str_trim(yz_json_str(j, "question")), .variants = lines(a, yz_json_get(j, "variants")),
					.answer = yz_str_trim(yz_json_str(j, "answer")), .basis = yz_json_str(j, "basis"),
					.item = yz_json_str(j, "item"), .org = yz_json_str(j, "org")};
	if (yz_day_parse(yz_json_str(j, "expires"), &last))
		v.expires = yz_day_start(last + 1, site->offset);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, updated_by, state, question, variants, answer, basis, item, expires FROM knowledge WHERE key = $1",
				      YZ_S(f->key));
	if (!r)
		return false;
	if (!r->count) {
		++*n;
		return yz_knowledge_insert(site, conn, &v, f->key,
					   yz_str_printf(a, "pack %.*s %.*s", YZ_P(pack->key), YZ_P(pack->version)), NULL, err) != 0;
	}
	bool theirs = !yz_row_null(r, 0, 1) || !yz_str_eqz(yz_row_str(r, 0, 2), "published");
	bool same = yz_str_eq(yz_row_str(r, 0, 3), v.question) && yz_str_eq(yz_row_str(r, 0, 4), v.variants) &&
		    yz_str_eq(yz_row_str(r, 0, 5), v.answer) && yz_str_eq(yz_row_str(r, 0, 6), v.basis) &&
		    yz_str_eq(yz_row_str(r, 0, 7), v.item) && yz_row_int(r, 0, 8) == v.expires;
	if (theirs || same)
		return true;
	++*n;
	return yz_knowledge_replace(site, conn, &v, yz_row_int(r, 0, 0), NULL, err);
}

bool yz_install_known(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, size_t *n,
		      struct yz_err *err)
{
	*n = 0;
	if (pack->government.len && !yz_site_setting(conn, a, "government.org", "").len &&
	    !yz_site_set(conn, "government.org", pack->government, err))
		return false;
	if (pack->reception.len && !yz_site_setting(conn, a, "consult.org", "").len &&
	    !yz_site_set(conn, "consult.org", pack->reception, err))
		return false;
	for (size_t i = 0; i < pack->knowledge.len; i++)
		if (!put(site, conn, a, pack, &pack->knowledge.at[i], n, err))
			return yz_fail_in(err, "%.*s", YZ_P(pack->knowledge.at[i].path));
	return true;
}
