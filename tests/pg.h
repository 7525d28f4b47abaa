/* tests/pg.h - a database for a test, on both engines.
 *
 * A suite that runs once an engine asks yz_test_url() for every site it opens:
 * NULL (SQLite) unless YZ_TEST_DB names a server (tools/pgtest COMMAND sets it),
 * then the URL of an empty database there.  A test that wants PostgreSQL for
 * itself asks yz_test_pg(), which starts a server of its own when it must.
 * Databases are dropped, and the server stopped, when the program ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_PG_H
#define YZ_TESTS_PG_H

/* The URL of an empty database; or NULL, and *why says why there is no PostgreSQL here: SKIP.  Lives until the end. */
const char *yz_test_pg(const char **why);
/* As above when YZ_TEST_DB is set; else NULL. */
const char *yz_test_url(void);
/* A new empty folder, removed at the end; lives until the end. */
const char *yz_test_folder(void);

#endif
