/* SPDX-License-Identifier: Apache-2.0 */
#include "record/row.h"

#include "db/ledger.h"

const char *yz_record_column(struct yz_arena *a, const struct yz_register *g, size_t field)
{
	const struct yz_reg_field *f = &g->fields[field];
	if (f->type == YZ_REG_PERSON || f->type == YZ_REG_CREDIT)
		return "person.id_no";
	return yz_printf(a, "record.%.*s.%.*s", YZ_P(g->key), YZ_P(f->name));
}

struct yz_str yz_record_digest(struct yz_arena *a, const struct yz_keys *keys, const struct yz_register *g, size_t field,
			       struct yz_str value)
{
	char dig[YZ_BLIND];
	return yz_str_dup(a, yz_str(yz_blind(keys, yz_record_column(a, g, field), value, dig)));
}

struct yz_str yz_record_key(struct yz_arena *a, const struct yz_keys *keys, const struct yz_register *g, const struct yz_str *values)
{
	struct yz_buf b;
	char dig[YZ_BLIND];
	yz_buf_init(&b, a, (YZ_REG_VALUE + 8) * YZ_REG_KEY);
	for (size_t i = 0; i < g->nid; i++) {
		yz_buf_adds(&b, values[g->id[i]]);
		yz_buf_addc(&b, '\x1f');
	}
	return yz_str_dup(a, yz_str(yz_blind(keys, yz_printf(a, "record.%.*s", YZ_P(g->key)), yz_buf_str(&b), dig)));
}

const char *yz_record_seal(struct yz_arena *a, const struct yz_register *g, struct yz_str key_dig)
{
	return yz_printf(a, "record.%.*s.%.*s", YZ_P(g->key), YZ_P(key_dig));
}

char *yz_subject_digest(const struct yz_keys *keys, struct yz_str number, char out[YZ_BLIND])
{
	return yz_blind(keys, "person.id_no", number, out);
}

static bool take_values(struct yz_arena *a, const struct yz_register *g, struct yz_str text, bool is_private, struct yz_record *out,
			struct yz_err *err)
{
	const struct yz_json *v = text.len ? yz_json_read(a, text, NULL, err) : NULL;
	if (text.len && !v)
		return false;
	/* A field that the register has no more, or made private since, is not told. */
	for (size_t i = 0; v && i < g->nfields; i++)
		if (yz_json_find(v, g->fields[i].name) && (is_private || !g->fields[i].is_private))
			out->values[i] = yz_json_text(yz_json_find(v, g->fields[i].name));
	return true;
}

bool yz_record_row(struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g, const struct yz_rows *r, size_t i,
		   struct yz_record *out, struct yz_err *err)
{
	*out = (struct yz_record){.id = yz_row_int(r, i, 0), .version = yz_row_int(r, i, 1), .from = yz_row_int(r, i, 2),
				  .until = yz_row_int(r, i, 3), .row = yz_row_int(r, i, 4), .file = yz_row_str(r, i, 9),
				  .by = yz_row_str(r, i, 10), .values = yz_new_n(a, g->nfields, struct yz_str)};
	struct yz_str plain = {0}, subject = yz_row_str(r, i, 8);
	memcpy(out->subject, subject.ptr ? subject.ptr : "", subject.len < YZ_BLIND ? subject.len : 0);
	if (!yz_row_null(r, i, 6) &&
	    !yz_unseal(env->keys, a, yz_record_seal(a, g, yz_row_str(r, i, 7)), out->version, yz_row_str(r, i, 6), &plain, err))
		return yz_fail_in(err, "record %lld of %.*s", (long long)out->id, YZ_P(g->key));
	return take_values(a, g, yz_row_str(r, i, 5), false, out, err) && take_values(a, g, plain, true, out, err);
}

bool yz_record_note(struct yz_conn *conn, const struct yz_record_env *env, const char *act, const char *kind, int64_t id,
		    struct yz_str rule, struct yz_str body, struct yz_err *err)
{
	struct yz_entry entry = {.region = env->region, .at = env->now, .actor_kind = env->actor_kind, .actor_id = env->actor,
				 .actor_name = env->actor_name, .act = yz_str(act), .thing_kind = yz_str(kind), .thing_id = id, .rule = rule,
				 .body = body};
	return yz_ledger_add(conn, &entry, err);
}

bool yz_record_find(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g, size_t field,
		    struct yz_str value, struct yz_records *out, struct yz_err *err)
{
	struct yz_str kept;
	*out = (struct yz_records){0};
	if (field >= g->nfields || !g->fields[field].find)
		return yz_fail(err, YZ_BAD_INPUT, "records of %.*s are not found by that field", YZ_P(g->key));
	if (yz_reg_value(a, &g->fields[field], value, yz_instant_day(env->now, env->offset), &kept) || !kept.len)
		return true;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT " RECORD_COLUMNS " FROM record_find f JOIN record r ON r.id = f.record" RECORD_SOURCE
				      " WHERE f.register = $1 AND f.field = $2 AND f.dig = $3 ORDER BY r.id LIMIT $4",
				      YZ_S(g->key), YZ_S(g->fields[field].name), YZ_S(yz_record_digest(a, env->keys, g, field, kept)),
				      YZ_I(YZ_RECORDS_MOST + 1));
	if (!r)
		return false;
	if (r->count > YZ_RECORDS_MOST)
		return yz_fail(err, YZ_LIMIT, "more than %d records of %.*s have this %.*s", YZ_RECORDS_MOST, YZ_P(g->key),
			       YZ_P(g->fields[field].name));
	out->at = yz_new_n(a, r->count, struct yz_record);
	for (; out->len < r->count; out->len++)
		if (!yz_record_row(a, env, g, r, out->len, &out->at[out->len], err))
			return false;
	return true;
}

bool yz_record_history(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g,
		       int64_t id, struct yz_records *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT " RECORD_COLUMNS " FROM " RECORD_TABLES " WHERE r.register = $1 AND r.key_dig = "
				      "(SELECT key_dig FROM record WHERE id = $2) ORDER BY r.version DESC LIMIT $3",
				      YZ_S(g->key), YZ_I(id), YZ_I(YZ_RECORDS_MOST));
	if (!r)
		return false;
	*out = (struct yz_records){yz_new_n(a, r->count, struct yz_record), 0};
	for (; out->len < r->count; out->len++)
		if (!yz_record_row(a, env, g, r, out->len, &out->at[out->len], err))
			return false;
	return true;
}
