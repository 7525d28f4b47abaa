/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"

#include "crypt/crypt.h"
#include "db/private.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 1000 };

extern const struct yz_embedded db_migrations[];
extern const size_t db_migrations_count;

struct step {
	const char *module;
	const struct yz_migration *m;
	char digest[YZ_HEX];
};

static bool make_table(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)ctx;
	struct yz_sql q;
	yz_sql_init(&q, a);
	yz_sql_add(&q, "CREATE TABLE IF NOT EXISTS yz_migration (module TEXT NOT NULL, version BIGINT NOT NULL, "
		       "name TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (module, version))");
	return yz_sql_ddl(&q, c, err);
}

/* Whether it was run before; a text that changed since is an error. */
static bool find(struct yz_conn *c, struct yz_arena *a, const struct step *s, bool *there, struct yz_err *err)
{
	struct yz_rows *r = yz_select(c, a, err, "SELECT digest FROM yz_migration WHERE module = $1 AND version = $2",
				      YZ_Z(s->module), YZ_I(s->m->version));
	if (!r)
		return false;
	*there = r->count > 0;
	if (*there && !yz_str_eqz(yz_row_str(r, 0, 0), s->digest))
		return yz_fail(err, YZ_CORRUPT, "it was changed after it had been run here");
	return true;
}

static bool run(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct step *s = ctx;
	bool there;
	if (!find(c, a, s, &there, err))
		return false;
	if (there)
		return true;
	char *text = yz_dialect_ddl(a, s->m->sql, yz_db_is_postgres(c->db));
	return c->driver->script(c, text, err) &&
	       yz_exec(c, err, "INSERT INTO yz_migration (module, version, name, digest) VALUES ($1, $2, $3, $4)",
		       YZ_Z(s->module), YZ_I(s->m->version), YZ_Z(s->m->name), YZ_Z(s->digest));
}

/* Writes nothing when there is nothing to do: a second server may be at work. */
static bool look(struct yz_db *db, const struct step *s, bool *there, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_conn *c = yz_db_read_in(db, a, err);
	bool good = c && find(c, a, s, there, err);
	yz_arena_destroy(a);
	return good;
}

static bool check_ahead(struct yz_db *db, const char *module, int newest, struct yz_err *err)
{
	struct yz_conn *c = yz_db_read(db, err);
	int64_t found = 0;
	if (!c)
		return false;
	bool good = yz_select_int(c, &found, 0, err, "SELECT MAX(version) FROM yz_migration WHERE module = $1",
				  YZ_Z(module));
	yz_db_release(c);
	if (good && found > newest)
		return yz_fail(err, YZ_CONFLICT,
			       "the database is at version %lld of %s, this program knows %d: use a newer program",
			       (long long)found, module, newest);
	return good;
}

static bool run_list(struct yz_db *db, const char *module, const struct yz_migration *list, size_t n,
		     struct yz_err *err)
{
	if (!check_ahead(db, module, n ? list[n - 1].version : 0, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct step s = {.module = module, .m = &list[i]};
		struct yz_digest d = yz_digest(YZ_SM3, yz_str(list[i].sql));
		bool there;
		yz_digest_hex(&d, s.digest);
		if (list[i].version <= (i ? list[i - 1].version : 0))
			return yz_fail(err, YZ_USAGE, "migration %s %d does not follow the one before", module,
				       list[i].version);
		if (!look(db, &s, &there, err) || (!there && !yz_db_write(db, run, &s, err)))
			return yz_fail_in(err, "migration %s %d %s", module, list[i].version, list[i].name);
	}
	return true;
}

/* "0012-cases.sql" */
static bool describe(const struct yz_embedded *file, struct yz_migration *m)
{
	char *end;
	long version = strtol(file->name, &end, 10);
	if (version < 1 || version > 1000000 || *end != '-')
		return false;
	*m = (struct yz_migration){.version = (int)version, .name = end + 1, .sql = file->data};
	return strlen(file->data) == file->size;
}

static bool run_embedded(struct yz_db *db, const char *module, const struct yz_embedded *files, size_t n,
			 struct yz_err *err)
{
	struct yz_migration *list = calloc(n + 1, sizeof *list);
	if (!list)
		abort();
	bool good = true;
	if (n > MOST)
		good = yz_fail(err, YZ_LIMIT, "%s has %zu migrations, at most %d are allowed", module, n, MOST);
	for (size_t i = 0; good && i < n; i++)
		if (!describe(&files[i], &list[i]))
			good = yz_fail(err, YZ_USAGE, "%s: a migration is called 0001-name.sql and holds no NUL",
				       files[i].name);
	good = good && run_list(db, module, list, n, err);
	free(list);
	return good;
}

static bool run_own(struct yz_db *db, struct yz_err *err)
{
	struct yz_conn *c = yz_db_read(db, err);
	if (!c)
		return false;
	int64_t there = 0;
	bool good = yz_select_int(c, &there, 0, err,
				  "/*sqlite*/SELECT COUNT(*) FROM sqlite_schema WHERE name = 'yz_migration'/*end*/"
				  "/*postgres*/SELECT COUNT(*) WHERE to_regclass('yz_migration') IS NOT NULL/*end*/");
	yz_db_release(c);
	return good && (there || yz_db_write(db, make_table, NULL, err)) &&
	       run_embedded(db, "db", db_migrations, db_migrations_count, err);
}

bool yz_db_migrate(struct yz_db *db, const char *module, const struct yz_migration *list, size_t n, struct yz_err *err)
{
	return run_own(db, err) && run_list(db, module, list, n, err);
}

bool yz_db_migrate_embedded(struct yz_db *db, const char *module, const struct yz_embedded *files, size_t n,
			    struct yz_err *err)
{
	return run_own(db, err) && run_embedded(db, module, files, n, err);
}
