/* SPDX-License-Identifier: Apache-2.0 */
#include "record/row.h"

static struct yz_str canonical(struct yz_arena *a, const struct yz_json *v)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 4 << 20);
	yz_json_canonical(&b, v);
	return yz_buf_str(&b);
}

static bool note(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const char *kind, int64_t id, struct yz_str key,
		 int64_t version, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, kind, key);
	yz_jw_kint(&j, "version", version);
	yz_jw_end(&j, '}');
	return yz_record_note(conn, env, strcmp(kind, "register") == 0 ? "register.declare" : "comparison.declare", kind, id, YZ_LIT(""),
			      yz_buf_str(&b), err);
}

bool yz_register_install(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const char *kind, struct yz_str key,
			 const struct yz_json *body, size_t *fresh, struct yz_err *err)
{
	struct yz_str text = canonical(a, body);
	struct yz_rows *r = yz_select(conn, a, err, "SELECT version, body FROM register WHERE kind = $1 AND key = $2 AND ended IS NULL",
				      YZ_Z(kind), YZ_S(key));
	if (!r)
		return false;
	if (r->count && yz_str_eq(yz_row_str(r, 0, 1), text))
		return true;
	int64_t version = r->count ? yz_row_int(r, 0, 0) + 1 : 1;
	if (!yz_exec(conn, err, "UPDATE register SET ended = $1 WHERE kind = $2 AND key = $3 AND ended IS NULL", YZ_I(env->now), YZ_Z(kind),
		     YZ_S(key)))
		return false;
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO register (kind, key, version, name, org, body, created) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			       YZ_Z(kind), YZ_S(key), YZ_I(version), YZ_S(yz_json_str(body, "name")), YZ_S(yz_json_str(body, "org")), YZ_S(text),
			       YZ_I(env->now));
	++*fresh;
	return id && note(conn, a, env, kind, id, key, version, err);
}

static const struct yz_json *declared(struct yz_conn *conn, struct yz_arena *a, const char *kind, struct yz_str key, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT body FROM register WHERE kind = $1 AND key = $2 AND ended IS NULL", YZ_Z(kind),
				      YZ_S(key));
	if (!r)
		return NULL;
	if (!r->count)
		return yz_fail_null(err, YZ_NOT_FOUND, "there is no %s '%.*s'", kind, YZ_P(key));
	return yz_json_read(a, yz_row_str(r, 0, 0), NULL, err);
}

struct yz_register *yz_register_load(struct yz_conn *conn, struct yz_arena *a, struct yz_str key, struct yz_err *err)
{
	const struct yz_json *body = declared(conn, a, "register", key, err);
	return body ? yz_register_read(a, key, body, err) : NULL;
}

struct yz_comparison *yz_comparison_load(struct yz_conn *conn, struct yz_arena *a, struct yz_str key, struct yz_err *err)
{
	const struct yz_json *body = declared(conn, a, "comparison", key, err);
	return body ? yz_comparison_read(a, key, body, err) : NULL;
}

struct yz_register_row *yz_register_list(struct yz_conn *conn, struct yz_arena *a, size_t *n, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT g.key, g.name, g.org, g.version, (SELECT COUNT(*) FROM record k WHERE k.register = g.key AND k.until_at IS NULL), "
				      "i.file, i.at FROM register g LEFT JOIN register_import i ON i.id = "
				      "(SELECT MAX(id) FROM register_import m WHERE m.register = g.key) "
				      "WHERE g.kind = 'register' AND g.ended IS NULL ORDER BY g.key");
	if (!r)
		return NULL;
	struct yz_register_row *rows = yz_new_n(a, r->count, struct yz_register_row);
	*n = r->count;
	for (size_t i = 0; i < r->count; i++)
		rows[i] = (struct yz_register_row){.key = yz_row_str(r, i, 0), .name = yz_row_str(r, i, 1), .org = yz_row_str(r, i, 2),
						   .version = yz_row_int(r, i, 3), .records = yz_row_int(r, i, 4), .file = yz_row_str(r, i, 5),
						   .imported = yz_row_int(r, i, 6)};
	return rows;
}
