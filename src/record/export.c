/* SPDX-License-Identifier: Apache-2.0 */
#include "record/row.h"

#include "fmt/csv.h"

struct exporting {
	const struct yz_record_env *env;
	const struct yz_register *g;
	bool open;
	struct yz_buf *out;
	struct yz_arena *scratch;
	size_t n;
};

static bool one(void *ctx, const struct yz_rows *row, struct yz_err *err)
{
	struct exporting *e = ctx;
	struct yz_record k;
	yz_arena_reset(e->scratch);
	if (!yz_record_row(e->scratch, e->env, e->g, row, 0, &k, err))
		return false;
	for (size_t i = 0; i < e->g->nfields; i++)
		yz_csv_field(e->out, e->g->fields[i].is_private && !e->open ? yz_record_mask(e->scratch, &e->g->fields[i], k.values[i]) :
									      k.values[i], i == 0);
	yz_csv_end(e->out);
	e->n++;
	return !e->out->full || yz_fail(err, YZ_LIMIT, "the register is over %zu bytes", e->out->max);
}

bool yz_record_export(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g, bool open,
		      struct yz_buf *out, size_t *n, struct yz_err *err)
{
	struct exporting e = {.env = env, .g = g, .open = open, .out = out, .scratch = yz_arena_create(0)};
	for (size_t i = 0; i < g->nfields; i++)
		yz_csv_field(out, g->fields[i].name, i == 0);
	yz_csv_end(out);
	bool good = yz_each(conn, one, &e, err,
			    "SELECT " RECORD_COLUMNS " FROM " RECORD_TABLES " WHERE r.register = $1 AND r.until_at IS NULL ORDER BY r.id", YZ_S(g->key));
	yz_arena_destroy(e.scratch);
	*n = e.n;
	return good;
}
