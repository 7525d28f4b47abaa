/* tests/unit/db/site.h - every test of db runs on both databases.
 *
 *	BOTH(a_name_that_holds)
 *	{
 *		struct yz_conn *c = yz_db_read(site->db, &site->err); …
 *	}
 *
 * becomes a_name_that_holds_on_sqlite and …_on_postgres, each with a new, migrated site.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_DB_SITE_H
#define YZ_TESTS_DB_SITE_H

#include "tests/pg.h"
#include "tests/test.h"

#include "db/db.h"

#include <stdio.h>
#include <string.h>

struct site {
	const char *dir, *url;
	struct yz_db *db;
	struct yz_arena *a;
	struct yz_err err;
};

#define GOOD(site, call)                                                                                               \
	do {                                                                                                           \
		if (!(call))                                                                                           \
			site_failed(site, #call, __LINE__);                                                            \
	} while (0)

static inline void site_failed(struct site *s, const char *call, int line)
{
	char buf[768];
	fail_msg("line %d: %s: %s: %s", line, call, yz_code_name(s->err.code), yz_err_print(&s->err, buf, sizeof buf));
}

static inline void site_open(struct site *s)
{
	s->db = yz_db_open(&(struct yz_db_options){.dir = s->dir, .url = s->url}, &s->err);
	GOOD(s, s->db);
}

static inline void site_run(void (*fn)(struct site *site), bool postgres)
{
	struct site s = {.dir = yz_test_folder()};
	if (postgres) {
		const char *why;
		s.url = yz_test_pg(&why);
		if (!s.url) {
			SKIP(why);
			return;
		}
	}
	s.a = yz_arena_create(0);
	site_open(&s);
	GOOD(&s, yz_db_migrate(s.db, "test", NULL, 0, &s.err));
	fn(&s);
	yz_arena_destroy(s.a);
	yz_db_close(s.db);
}

/* One statement in a write of its own. */
struct statement {
	const char *sql;
	bool ddl;
};

static inline bool statement_run(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct statement *st = ctx;
	if (!st->ddl)
		return yz_exec_vals(c, err, st->sql, 0, NULL);
	struct yz_sql q;
	yz_sql_init(&q, a);
	yz_sql_add_vals(&q, st->sql, 0, NULL);
	return yz_sql_ddl(&q, c, err);
}

static inline bool site_exec(struct site *s, const char *sql)
{
	struct statement st = {sql, false};
	return yz_db_write(s->db, statement_run, &st, &s->err);
}

static inline bool site_ddl(struct site *s, const char *sql)
{
	struct statement st = {sql, true};
	return yz_db_write(s->db, statement_run, &st, &s->err);
}

static inline int64_t site_int(struct site *s, const char *sql)
{
	int64_t v = 0;
	struct yz_conn *c = yz_db_read(s->db, &s->err);
	GOOD(s, c);
	GOOD(s, yz_select_int_vals(c, &v, 0, &s->err, sql, 0, NULL));
	yz_db_release(c);
	return v;
}

#define BOTH(name)                                                                                                     \
	static void name##_both(struct site *site);                                                                    \
	TEST(name##_on_sqlite)                                                                                         \
	{                                                                                                              \
		site_run(name##_both, false);                                                                          \
	}                                                                                                              \
	TEST(name##_on_postgres)                                                                                       \
	{                                                                                                              \
		site_run(name##_both, true);                                                                           \
	}                                                                                                              \
	static void name##_both(struct site *site)

#endif
