/* tests/unit/gov/site_fixture.h - a site with the demo county in it, and a clock the test sets.
 *
 *	SITE(a_sentence_that_holds)
 *	{
 *		struct yz_actor *clerk = site_actor(f, "zhangmin");
 *		GOOD(f, yz_case_act(f->site, f->a, clerk, …, &f->err));
 *		site_clock(f, "2026-11-24T09:00:00+08:00");
 *	}
 *
 * On SQLite in a new folder; on a new database of the server that YZ_TEST_DB
 * names, when it is set.  The clock begins on Monday 2026-11-23 at 09:30 in Shanghai.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_GOV_SITE_FIXTURE_H
#define YZ_TESTS_GOV_SITE_FIXTURE_H

#include "tests/pg.h"
#include "tests/test.h"

#include "gov/install.h"
#include "gov/message.h"
#include "gov/person.h"

#include <stdio.h>

#define SITE_PASSWORD "qingze-demo-2026"
#define SITE_BEGINS "2026-11-23T09:30:00+08:00"

struct fixture {
	const char *dir;
	struct yz_site *site;
	struct yz_arena *a;
	struct yz_err err;
	yz_instant now;
	struct yz_install_report installed;
};

#define GOOD(f, call)                                                                                                  \
	do {                                                                                                           \
		if (!(call))                                                                                           \
			site_failed((f), #call, __LINE__);                                                             \
	} while (0)
/* It fails, with this code; the message is in f->err afterwards. */
#define FAILS(f, wanted, call)                                                                                         \
	do {                                                                                                           \
		(f)->err = (struct yz_err){0};                                                                         \
		assert_false(call);                                                                                    \
		if ((f)->err.code != (wanted))                                                                         \
			site_failed((f), #call, __LINE__);                                                             \
	} while (0)

static inline void site_failed(struct fixture *f, const char *call, int line)
{
	char buf[768];
	fail_msg("line %d: %s: %s: %s", line, call, yz_code_name(f->err.code), yz_err_print(&f->err, buf, sizeof buf));
}

static inline yz_instant site_now(void *ctx)
{
	return ((struct fixture *)ctx)->now;
}

static inline void site_clock(struct fixture *f, const char *instant)
{
	assert_true(yz_instant_parse(yz_str(instant), &f->now));
}

/* As init leaves it: commands beside the test find the database. */
static inline void site_say_where(struct fixture *f, const char *url)
{
	FILE *out = fopen(yz_printf(f->a, "%s/site.json", f->dir), "w");
	assert_non_null(out);
	fprintf(out, "{\"db\": \"%s\"}\n", url);
	fclose(out);
}

static inline void site_open(struct fixture *f, bool create, const char *url)
{
	if (create && url)
		site_say_where(f, url);
	const struct yz_site_options options = {.dir = f->dir, .db = url, .base_url = "https://yizhan.example", .now = site_now,
						.now_ctx = f, .create = create};
	GOOD(f, yz_site_open(&f->site, &options, &f->err));
}

/* Read once a program: it is the same for every test. */
static inline const struct yz_pack *site_demo_pack(void)
{
	static struct yz_pack *pack;
	struct yz_err err = {0};
	if (!pack)
		pack = yz_pack_load(yz_arena_create(0), yz_test_source("packs/demo"), &err);
	assert_non_null(pack);
	return pack;
}

static inline void site_install(struct fixture *f, const struct yz_pack *pack)
{
	const struct yz_install_options options = {.demo_password = SITE_PASSWORD};
	GOOD(f, yz_pack_install(f->site, pack, &options, &f->installed, &f->err));
}

/* A signed-in person of the demo, acting for herself; lives as long as f->a. */
static inline struct yz_actor *site_actor(struct fixture *f, const char *login)
{
	struct yz_actor *who = yz_new(f->a, struct yz_actor);
	struct yz_str token, csrf;
	bool stale;
	GOOD(f, yz_sign_in(f->site, f->a, yz_str(login), YZ_LIT(SITE_PASSWORD), &token, &f->err));
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, conn);
	GOOD(f, yz_session_load(f->site, conn, f->a, token, who, &csrf, &stale, &f->err));
	yz_db_release(conn);
	assert_int_not_equal(who->person, 0);
	return who;
}

static inline void site_run(void (*fn)(struct fixture *f))
{
	struct fixture f = {.dir = yz_test_folder(), .a = yz_arena_create(0)};
	site_clock(&f, SITE_BEGINS);
	site_open(&f, true, yz_test_url());
	site_install(&f, site_demo_pack());
	int unfilled = yz_message_unfilled();
	fn(&f);
	/* Whatever was told in it, its caller gave all that the kind declares. */
	assert_int_equal(yz_message_unfilled(), unfilled);
	yz_arena_destroy(f.a); /* first: it gives back what the site lent */
	yz_site_close(f.site);
}

/* One integer of the database. */
#define site_int(f, sql, ...)                                                                                          \
	({                                                                                                             \
		int64_t site_n_ = 0;                                                                                   \
		struct yz_conn *site_c_ = yz_db_read((f)->site->db, &(f)->err);                                        \
		GOOD((f), site_c_);                                                                                    \
		GOOD((f), yz_select_int(site_c_, &site_n_, 0, &(f)->err, sql, ##__VA_ARGS__));                         \
		yz_db_release(site_c_);                                                                                \
		site_n_;                                                                                               \
	})

static inline bool site_do_write(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	return yz_exec_vals(conn, err, ctx, 0, NULL);
}

/* What no act of ours can bring about: other people's books, a crash in between. */
static inline void site_do(struct fixture *f, const char *sql)
{
	char *text = yz_str_z(f->a, yz_str(sql));
	GOOD(f, yz_db_write(f->site->db, site_do_write, text, &f->err));
}

#define SITE(name)                                                                                                     \
	static void name##_body(struct fixture *f);                                                                    \
	TEST(name)                                                                                                     \
	{                                                                                                              \
		site_run(name##_body);                                                                                 \
	}                                                                                                              \
	static void name##_body(struct fixture *f)

#endif
