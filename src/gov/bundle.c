/* Bundles as they are listed.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/catalogue.h"
#include "gov/guide.h"
#include "gov/site.h"

static bool read_bundle(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t row, enum yz_lang lang,
			struct yz_bundle *out, struct yz_err *err)
{
	const char *code = yz_lang_code(lang);
	*out = (struct yz_bundle){.key = yz_row_str(r, row, 0)};
	if (!(out->body = yz_json_read(a, yz_row_str(r, row, 1), NULL, err)))
		return yz_fail_in(err, "bundle %.*s", YZ_P(out->key));
	out->name = yz_site_name(site, code, yz_json_str(out->body, "name"));
	out->summary = yz_site_name(site, code, yz_json_str(out->body, "summary"));
	out->whom = yz_json_str(out->body, "for");
	const struct yz_json *items = yz_json_get(out->body, "items");
	struct yz_str *keys = yz_new_n(a, yz_json_len(items), struct yz_str), *codes = yz_new_n(a, yz_json_len(items), struct yz_str),
		      *names = yz_new_n(a, yz_json_len(items), struct yz_str);
	const struct yz_catalogue *c = yz_site_catalogue(site);
	for (size_t i = 0; i < yz_json_len(items); i++) {
		keys[i] = yz_json_str(yz_json_at(items, i), "item");
		const struct yz_entry_item *e = yz_catalogue_find(c, keys[i]);
		codes[i] = e ? yz_str_dup(a, e->code) : (struct yz_str){0};
		names[i] = e ? yz_str_dup(a, yz_site_name(site, code, e->name)) : keys[i];
	}
	yz_site_catalogue_release(site, c);
	out->item_keys = keys;
	out->item_codes = codes;
	out->item_names = names;
	out->nitems = yz_json_len(items);
	return true;
}

size_t yz_bundle_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, enum yz_lang lang, struct yz_bundle **out,
		      struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT key, body FROM bundle ORDER BY position, key LIMIT 1000");
	size_t n = r ? r->count : 0;
	*out = yz_new_n(a, n, struct yz_bundle);
	for (size_t i = 0; i < n; i++)
		if (!read_bundle(site, a, r, i, lang, &(*out)[i], err))
			return 0;
	return n;
}

struct yz_bundle *yz_bundle_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str key, enum yz_lang lang,
				 struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT key, body FROM bundle WHERE key = $1", YZ_S(key));
	struct yz_bundle *b = yz_new(a, struct yz_bundle);
	if (!r)
		return NULL;
	if (!r->count)
		return yz_fail_null(err, YZ_NOT_FOUND, "there is no bundle %.*s", YZ_P(key));
	return read_bundle(site, a, r, 0, lang, b, err) ? b : NULL;
}
