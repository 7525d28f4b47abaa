/* SPDX-License-Identifier: Apache-2.0 */
#include "record/row.h"

enum { SCRATCH_ROWS = 256 };

struct importing {
	const struct yz_record_env *env;
	const struct yz_register *g;
	const struct yz_record_options *o;
	struct yz_record_entries entries;
	struct yz_record_report *report;
	char digest[YZ_HEX];
	int64_t source;
	size_t added, changed, same, ended; /* of the write */
};

static struct yz_str body_of(struct yz_arena *a, const struct yz_register *g, const struct yz_record_entry *e, bool is_private)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, (size_t)YZ_REG_FIELDS * (YZ_REG_VALUE * 2 + 400));
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	for (size_t i = 0; i < g->nfields; i++)
		if (e->values[i].len && g->fields[i].is_private == is_private) {
			yz_jw_keys(&j, g->fields[i].name);
			yz_jw_str(&j, e->values[i]);
		}
	yz_jw_end(&j, '}');
	return yz_buf_str(&b);
}

static bool put_finds(struct importing *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_record_entry *e, int64_t id,
		      struct yz_err *err)
{
	for (size_t i = 0; i < w->g->nfields; i++)
		if (w->g->fields[i].find && e->values[i].len &&
		    !yz_exec(conn, err, "INSERT INTO record_find (register, field, dig, record) VALUES ($1, $2, $3, $4)", YZ_S(w->g->key),
			     YZ_S(w->g->fields[i].name), YZ_S(yz_record_digest(a, w->env->keys, w->g, i, e->values[i])), YZ_I(id)))
			return false;
	return true;
}

static bool end_version(struct importing *w, struct yz_conn *conn, int64_t id, struct yz_err *err)
{
	return yz_exec(conn, err, "UPDATE record SET until_at = $1 WHERE id = $2", YZ_I(w->env->now), YZ_I(id)) &&
	       yz_exec(conn, err, "DELETE FROM record_find WHERE record = $1", YZ_I(id));
}

static bool put_version(struct importing *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_record_entry *e, int64_t version,
			struct yz_str body_dig, struct yz_err *err)
{
	const struct yz_register *g = w->g;
	struct yz_str closed = body_of(a, g, e, true), subject = {0};
	if (g->subject != SIZE_MAX && e->values[g->subject].len)
		subject = yz_record_digest(a, w->env->keys, g, g->subject, e->values[g->subject]);
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO record (register, key_dig, version, body, private_enc, body_dig, subject_dig, source, source_row, seen, from_at) "
			       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $10)",
			       YZ_S(g->key), YZ_S(e->key), YZ_I(version), YZ_S(body_of(a, g, e, false)),
			       closed.len > 2 ? YZ_BLOB(yz_seal(w->env->keys, a, yz_record_seal(a, g, e->key), version, closed)) : YZ_NULL,
			       YZ_S(body_dig), YZ_S(subject), YZ_I(w->source), YZ_I(e->row), YZ_I(w->env->now));
	return id && put_finds(w, conn, a, e, id, err);
}

static struct yz_str digest_of(struct importing *w, struct yz_arena *a, const struct yz_record_entry *e)
{
	char hex[YZ_HEX];
	struct yz_str both = yz_str_printf(a, "%.*s%.*s", YZ_P(body_of(a, w->g, e, false)), YZ_P(body_of(a, w->g, e, true)));
	return yz_str_dup(a, yz_str(yz_keyed_digest(w->env->keys, yz_record_seal(a, w->g, e->key), 0, both, hex)));
}

static bool put(struct importing *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_record_entry *e, struct yz_err *err)
{
	struct yz_str dig = digest_of(w, a, e);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, version, body_dig, until_at FROM record WHERE register = $1 AND key_dig = $2 ORDER BY version DESC LIMIT 1",
				      YZ_S(w->g->key), YZ_S(e->key));
	if (!r)
		return false;
	bool open = r->count && yz_row_null(r, 0, 3);
	if (open && yz_str_eq(yz_row_str(r, 0, 2), dig)) {
		w->same++;
		return !w->o->whole || yz_exec(conn, err, "UPDATE record SET seen = $1 WHERE id = $2", YZ_I(w->source), YZ_I(yz_row_int(r, 0, 0)));
	}
	if (open)
		w->changed++;
	else
		w->added++;
	return (!open || end_version(w, conn, yz_row_int(r, 0, 0), err)) &&
	       put_version(w, conn, a, e, r->count ? yz_row_int(r, 0, 1) + 1 : 1, dig, err);
}

/* The file is all there is: what it has not has ended. */
static bool end_rest(struct importing *w, struct yz_conn *conn, struct yz_err *err)
{
	if (!w->o->whole)
		return true;
	if (!yz_exec(conn, err,
		     "DELETE FROM record_find WHERE record IN (SELECT id FROM record WHERE register = $1 AND until_at IS NULL AND seen <> $2)",
		     YZ_S(w->g->key), YZ_I(w->source)) ||
	    !yz_exec(conn, err, "UPDATE record SET until_at = $1 WHERE register = $2 AND until_at IS NULL AND seen <> $3", YZ_I(w->env->now),
		     YZ_S(w->g->key), YZ_I(w->source)))
		return false;
	w->ended = (size_t)yz_changed(conn);
	return true;
}

static bool note(struct importing *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "register", w->g->key);
	yz_jw_kz(&j, "sm3", w->digest);
	yz_jw_kint(&j, "rows", (int64_t)w->report->rows);
	yz_jw_kint(&j, "added", (int64_t)w->added);
	yz_jw_kint(&j, "changed", (int64_t)w->changed);
	yz_jw_kint(&j, "left_out", (int64_t)w->report->left_out);
	yz_jw_kint(&j, "ended", (int64_t)w->ended);
	yz_jw_end(&j, '}');
	return yz_exec(conn, err, "UPDATE register_import SET added = $1, changed = $2, same = $3, ended = $4 WHERE id = $5",
		       YZ_I((int64_t)w->added), YZ_I((int64_t)w->changed), YZ_I((int64_t)w->same), YZ_I((int64_t)w->ended), YZ_I(w->source)) &&
	       yz_record_note(conn, w->env, "register.import", "register_import", w->source, YZ_LIT(""), yz_buf_str(&b), err);
}

static void scratch_gone(void *ctx)
{
	yz_arena_destroy(ctx);
}

static bool do_import(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct importing *w = ctx;
	struct yz_arena *scratch = yz_arena_create(0);
	yz_arena_defer(a, scratch_gone, scratch);
	w->added = w->changed = w->same = w->ended = 0;
	struct yz_str file = w->o->file_name.len <= 200 ? w->o->file_name : YZ_LIT("");
	w->source = yz_insert(conn, err,
			      "INSERT INTO register_import (register, file, digest, rows, added, changed, same, left_out, ended, by_person, at) "
			      "VALUES ($1, $2, $3, $4, 0, 0, 0, $5, 0, $6, $7)",
			      YZ_S(w->g->key), YZ_S(file), YZ_Z(w->digest), YZ_I((int64_t)w->report->rows), YZ_I((int64_t)w->report->left_out),
			      yz_val_int_or_null(w->env->actor, w->env->actor != 0), YZ_I(w->env->now));
	if (!w->source)
		return false;
	for (size_t i = 0; i < w->entries.len; i++) {
		if (i % SCRATCH_ROWS == 0)
			yz_arena_reset(scratch);
		if (!put(w, conn, scratch, &w->entries.at[i], err))
			return yz_fail_in(err, "row %d", w->entries.at[i].row);
	}
	return end_rest(w, conn, err) && note(w, conn, a, err);
}

bool yz_record_import(struct yz_db *db, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g,
		      const struct yz_record_options *options, struct yz_record_report *report, struct yz_err *err)
{
	struct importing w = {.env = env, .g = g, .o = options, .report = report};
	struct yz_digest d = yz_digest(YZ_SM3, options->bytes);
	yz_digest_hex(&d, w.digest);
	if (!yz_record_read(a, env, g, options, &w.entries, report, err))
		return yz_fail_in(err, "%.*s", YZ_P(options->file_name));
	/* A row left out for a slip of the pen is still in the register: its record must not end. */
	if (options->whole && report->left_out)
		return yz_fail(err, YZ_BAD_INPUT, "%zu rows were left out: a whole register cannot be taken from this file", report->left_out) ||
		       yz_fail_in(err, "%.*s", YZ_P(options->file_name));
	if (!yz_db_write(db, do_import, &w, err))
		return yz_fail_in(err, "%.*s", YZ_P(options->file_name));
	report->added = w.added;
	report->changed = w.changed;
	report->same = w.same;
	report->ended = w.ended;
	return true;
}

/* ---- one that the site itself makes ---- */

/* As the register keeps them; false where one does not fit or is missing, its field in *fault. */
static bool kept_values(struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g, const struct yz_str *typed,
			bool key_only, struct yz_str *out, struct yz_str *fault)
{
	for (size_t i = 0; i < g->nfields; i++) {
		const struct yz_reg_field *f = &g->fields[i];
		bool in_key = false;
		for (size_t k = 0; k < g->nid; k++)
			in_key = in_key || g->id[k] == i;
		if (key_only && !in_key)
			continue;
		if (yz_reg_value(a, f, typed[i], yz_instant_day(env->now, env->offset), &out[i]) || (f->required && !out[i].len)) {
			*fault = f->name;
			return false;
		}
	}
	return true;
}

/* The import that stands for all records from one thing. */
static int64_t source_of(struct importing *w, struct yz_conn *conn, const struct yz_record_made *made, int64_t *row, struct yz_err *err)
{
	int64_t id;
	if (!yz_select_int(conn, &id, 0, err, "SELECT MAX(id) FROM register_import WHERE register = $1 AND file = $2 AND digest = ''",
			   YZ_S(w->g->key), YZ_S(made->from)))
		return 0;
	if (!id)
		id = yz_insert(conn, err,
			       "INSERT INTO register_import (register, file, digest, rows, added, changed, same, left_out, ended, by_person, at) "
			       "VALUES ($1, $2, '', 0, 0, 0, 0, 0, 0, $3, $4)",
			       YZ_S(w->g->key), YZ_S(made->from), yz_val_int_or_null(w->env->actor, w->env->actor != 0), YZ_I(w->env->now));
	return id && yz_exec(conn, err, "UPDATE register_import SET rows = rows + 1 WHERE id = $1", YZ_I(id)) &&
			       yz_select_int(conn, row, 0, err, "SELECT rows FROM register_import WHERE id = $1", YZ_I(id))
		       ? id
		       : 0;
}

static bool note_one(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g, const char *act,
		     struct yz_str key, struct yz_err *err)
{
	int64_t id;
	if (!yz_select_int(conn, &id, 0, err, "SELECT MAX(id) FROM record WHERE register = $1 AND key_dig = $2", YZ_S(g->key), YZ_S(key)))
		return false;
	return yz_record_note(conn, env, act, "record", id, YZ_LIT(""), yz_str_printf(a, "{\"register\":\"%.*s\"}", YZ_P(g->key)), err);
}

bool yz_record_put(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g,
		   const struct yz_record_made *made, struct yz_str *fault, struct yz_err *err)
{
	static const struct yz_record_options one = {0};
	struct importing w = {.env = env, .g = g, .o = &one};
	struct yz_record_entry e = {.values = yz_new_n(a, g->nfields, struct yz_str)};
	int64_t row;
	*fault = (struct yz_str){0};
	if (!kept_values(a, env, g, made->typed, false, e.values, fault))
		return true;
	e.key = yz_record_key(a, env->keys, g, e.values);
	if (!(w.source = source_of(&w, conn, made, &row, err)))
		return false;
	e.row = (int)row;
	return put(&w, conn, a, &e, err) &&
	       yz_exec(conn, err, "UPDATE register_import SET added = added + $1, changed = changed + $2, same = same + $3 WHERE id = $4",
		       YZ_I((int64_t)w.added), YZ_I((int64_t)w.changed), YZ_I((int64_t)w.same), YZ_I(w.source)) &&
	       (w.same || note_one(conn, a, env, g, "register.put", e.key, err));
}

bool yz_record_end(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g,
		   const struct yz_record_made *made, struct yz_err *err)
{
	struct importing w = {.env = env, .g = g};
	struct yz_str *values = yz_new_n(a, g->nfields, struct yz_str), fault = {0};
	if (!kept_values(a, env, g, made->typed, true, values, &fault))
		return true;
	struct yz_str key = yz_record_key(a, env->keys, g, values);
	int64_t id;
	return yz_select_int(conn, &id, 0, err, "SELECT MAX(id) FROM record WHERE register = $1 AND key_dig = $2 AND until_at IS NULL",
			     YZ_S(g->key), YZ_S(key)) &&
	       (!id || (end_version(&w, conn, id, err) && note_one(conn, a, env, g, "register.end", key, err)));
}
