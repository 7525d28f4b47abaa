/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/promise.h"

#include "fmt/json.h"
#include "gov/catalogue.h"
#include "gov/note.h"

#include <stdlib.h>

enum { BODY_MOST = 1 << 20 };

struct cut {
	struct yz_str org;
	int64_t percent; /* whole, as the methods count */
};

static int by_org(const void *a, const void *b)
{
	return yz_str_cmp(((const struct cut *)a)->org, ((const struct cut *)b)->org);
}

/* {"cuts":{"zhujian":35, …}}, departments by their keys. */
static struct yz_str said_now(struct yz_site *site, struct yz_arena *a)
{
	struct yz_map by_key;
	YZ_VEC(struct cut) all = {0};
	struct yz_buf b;
	struct yz_jw w;
	const struct yz_catalogue *c = yz_site_catalogue(site);
	yz_map_init(&by_key, a);
	for (size_t i = 0; i < c->nitems; i++) {
		const struct yz_entry_item *e = &c->items[i];
		if (!e->has_cut || e->suspended)
			continue;
		int64_t percent = (int64_t)e->cut;
		int64_t *least = yz_map_get(&by_key, e->org);
		if (!least) {
			struct yz_str org = yz_str_dup(a, e->org);
			least = yz_new(a, int64_t);
			*least = percent;
			yz_map_put(&by_key, org, least);
			*yz_vec_push(a, &all) = (struct cut){.org = org};
		}
		*least = percent < *least ? percent : *least;
	}
	yz_site_catalogue_release(site, c);
	if (all.len)
		qsort(all.at, all.len, sizeof *all.at, by_org);
	yz_buf_init(&b, a, BODY_MOST);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_key(&w, "cuts");
	yz_jw_object(&w);
	for (size_t i = 0; i < all.len; i++)
		yz_jw_kint(&w, yz_str_z(a, all.at[i].org), *(int64_t *)yz_map_get(&by_key, all.at[i].org));
	yz_jw_end(&w, '}');
	yz_jw_end(&w, '}');
	return yz_buf_str(&b);
}

static bool last(struct yz_conn *conn, struct yz_arena *a, yz_instant before, struct yz_str *body, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT body FROM ledger WHERE thing_kind = 'promise' AND thing_id = 0 AND at < $1 ORDER BY at DESC, seq DESC LIMIT 1",
				      YZ_I(before));
	*body = r && r->count ? yz_row_str(r, 0, 0) : YZ_LIT("");
	return r != NULL;
}

struct keeping {
	struct yz_site *site;
	struct yz_str body;
	bool news;
};

static bool do_keep(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct keeping *w = ctx;
	struct yz_str body;
	if (!last(conn, a, INT64_MAX, &body, err))
		return false;
	w->news = !yz_str_eq(body, w->body);
	return !w->news || yz_note(w->site, conn, NULL, "promise.cut", "promise", 0, "", w->body, err);
}

bool yz_promise_keep(struct yz_site *site, bool *news, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct keeping w = {.site = site, .body = said_now(site, a)};
	struct yz_str body = {0};
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	bool ok = conn && last(conn, a, INT64_MAX, &body, err);
	yz_db_release(conn);
	/* Most often nothing is new, and nobody need write. */
	ok = ok && (yz_str_eq(body, w.body) || yz_db_write(site->db, do_keep, &w, err));
	*news = ok && w.news;
	yz_arena_destroy(a);
	return ok;
}

bool yz_promise_at(struct yz_conn *conn, struct yz_arena *a, yz_instant before, struct yz_map *cuts, struct yz_err *err)
{
	struct yz_str body;
	yz_map_init(cuts, a);
	if (!last(conn, a, before, &body, err))
		return false;
	const struct yz_json *v = body.len ? yz_json_read(a, body, NULL, err) : NULL, *all = yz_json_get(v, "cuts");
	if (body.len && !v)
		return false;
	for (size_t i = 0; i < yz_json_len(all); i++) {
		double *cut = yz_new(a, double);
		int64_t n = 0;
		if (yz_str_int(all->members[i].value->text, &n))
			*cut = (double)n;
		yz_map_put(cuts, all->members[i].key, cut);
	}
	return true;
}
