/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "cmd/control.h"
#include "cmd/load.h"
#include "cmd/load_facts.h"
#include "gov/version.h"

/* What copies the folder, or reaches into its file: a site in PostgreSQL has its rows elsewhere. */
static void needs_a_file(struct fixture *f)
{
	if (yz_db_is_postgres(f->site->db))
		skip();
}

/* One site, copied as often as it is wanted: the same keys, the same rows. */
static const char *copied(struct fixture *f, const char *from)
{
	const char *to = yz_test_folder();
	assert_int_equal(system(yz_printf(f->a, "cp -r '%s/.' '%s/'", from, to)), 0);
	return to;
}

static int load(const char *dir, const char *seed, const char *until)
{
	const char *const given[] = {"load", dir, "--cases", "40", "--seed", seed, "--until", until};
	char **argv = (char **)given;
	int words, argc = sizeof given / sizeof *given;
	FILE *null = fopen("/dev/null", "w");
	struct yz_args args = {.arena = yz_arena_create(0), .out = null, .err = null, .command = yz_command_find(argc, argv, &words)};
	int status = yz_args_parse(&args, argc - words, argv + words) ? yz_cmd_at_site(&args, argc, argv) : 2;
	yz_arena_destroy(args.arena);
	fclose(null);
	return status;
}

/* All that a load leaves, as text: what is sealed is looked at opened, and the ledger with its hashes. */
static struct yz_str left_in(struct fixture *f, const char *dir)
{
	struct fixture own = {.dir = dir, .a = f->a, .now = f->now};
	site_open(&own, false, NULL);
	struct yz_conn *conn = yz_db_read(own.site->db, &own.err);
	GOOD(&own, conn);
	static const char *const tables[] = {
		"SELECT seq, at, actor_kind, actor_name, act, thing_kind, thing_id, rule, body, hash FROM ledger ORDER BY seq",
		"SELECT id, no, state, light, outcome, item, applicant, submitted, received, accepted, decided, ended, next_due FROM cases ORDER BY id",
		"SELECT id, no, kind, title, check_code, created FROM document ORDER BY id",
		"SELECT id, case_id, kind, state, due, warn_at, ended FROM clock ORDER BY id",
		"SELECT id, person, title, body, created, read_at FROM message ORDER BY id",
		"SELECT id, monitor, level, thing, thing_id, due, issued FROM card ORDER BY id",
	};
	struct yz_buf b;
	yz_buf_init(&b, f->a, 64 << 20);
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
		struct yz_rows *r = yz_select_vals(conn, f->a, &own.err, tables[t], 0, NULL);
		GOOD(&own, r);
		assert_true(r->count > 0);
		for (size_t i = 0; i < r->count; i++)
			for (size_t c = 0; c < r->cols; c++)
				if (r->row[i][c].type == YZ_VAL_INT)
					yz_buf_printf(&b, "%lld|", (long long)r->row[i][c].i);
				else
					yz_buf_printf(&b, "%.*s|", YZ_P(yz_row_str(r, i, c)));
	}
	assert_false(b.full);
	yz_db_release(conn);
	yz_site_close(own.site);
	return yz_buf_str(&b);
}

SITE(the_same_seed_and_day_make_the_same_cases_to_the_last_byte)
{
	needs_a_file(f);
	const char *plain = f->dir;
	yz_site_close(f->site);
	const char *one = copied(f, plain), *two = copied(f, plain), *other = copied(f, plain), *later = copied(f, plain);
	assert_int_equal(load(one, "7", "2026-11-20"), 0);
	assert_int_equal(load(two, "7", "2026-11-20"), 0);
	assert_int_equal(load(other, "8", "2026-11-20"), 0);
	assert_int_equal(load(later, "7", "2026-11-19"), 0);
	struct yz_str made = left_in(f, one);
	assert_true(yz_str_eq(made, left_in(f, two)));
	assert_false(yz_str_eq(made, left_in(f, other)));
	assert_false(yz_str_eq(made, left_in(f, later)));
	site_open(f, false, NULL);
}

SITE(a_server_makes_the_same_cases_as_the_command_alone)
{
	needs_a_file(f);
	const char *plain = f->dir;
	yz_site_close(f->site);
	const char *alone = copied(f, plain);
	assert_int_equal(load(alone, "7", "2026-11-20"), 0);
	site_open(f, false, NULL);
	struct yz_control *server = yz_control_start(f->site, &f->err);
	GOOD(f, server);
	assert_int_equal(load(plain, "7", "2026-11-20"), 0);
	yz_control_stop(server);
	yz_site_close(f->site);
	assert_true(yz_str_eq(left_in(f, alone), left_in(f, plain)));
	site_open(f, false, NULL);
}

/* Whatever the dice say: a form that no made-up person can fill in stops a load in its middle. */
SITE(every_form_of_the_demo_can_be_answered)
{
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, conn);
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT code FROM item WHERE state = 'published' ORDER BY code");
	GOOD(f, r);
	size_t forms = 0;
	for (size_t i = 0; i < r->count; i++) {
		const struct yz_version *v = yz_version_now(f->site, conn, f->a, yz_row_str(r, i, 0), &f->err);
		GOOD(f, v);
		const struct yz_json *none = yz_json_new_object(f->a);
		forms += v->form != NULL;
		for (uint64_t seed = 1; v->form && seed <= 20; seed++) {
			struct yz_dice dice = {seed};
			if (!yz_load_facts(f->a, v->form, none, &dice, yz_site_now(f->site), f->site->offset))
				fail_msg("nobody fills in %.*s with the seed %d", YZ_P(v->name), (int)seed);
		}
	}
	yz_db_release(conn);
	assert_true(forms >= 16);
}

SITE(nothing_of_a_load_is_after_its_day)
{
	const char *dir = f->dir;
	yz_site_close(f->site);
	assert_int_equal(load(dir, "7", "2026-11-20"), 0);
	assert_int_equal(load(dir, "7", "20.11.2026"), 2);
	site_open(f, false, NULL);
	yz_instant end = at("2026-11-20T00:00:00+08:00");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases"), 40);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE submitted >= $1", YZ_I(end)), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act LIKE 'case.%' AND at >= $1", YZ_I(end)), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE issued > $1", YZ_I(end)), 0);
	ledger_holds(f);
}

SITE(nobody_gets_mail_of_a_past_that_is_made_up)
{
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, conn);
	struct yz_rows *all = yz_select(conn, f->a, &f->err,
					"SELECT login FROM person p WHERE kind = 'natural' AND mobile_enc IS NOT NULL AND NOT EXISTS (SELECT 1 FROM post WHERE person = p.id)");
	yz_db_release(conn);
	GOOD(f, all);
	for (size_t i = 0; i < all->count; i++)
		GOOD(f, yz_person_update(f->site, actor(f, yz_row_z(all, i, 0)), YZ_LIT("15409990001"), YZ_LIT("one@example.cn"), YZ_LIT(""), YZ_LIT("zh-CN"), &f->err));
	const char *dir = f->dir;
	yz_site_close(f->site);
	assert_int_equal(load(dir, "7", "2026-11-20"), 0);
	site_open(f, false, NULL);
	assert_true(site_int(f, "SELECT COUNT(*) FROM message m JOIN person p ON p.id = m.person WHERE p.email_enc IS NOT NULL") > 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox"), 0);
}

/* What shares its write with others is run again without them: they stay, and it alone is undone. */
SITE(an_act_that_fails_in_the_middle_takes_no_other_with_it)
{
	needs_a_file(f);
	const char *dir = f->dir;
	yz_site_close(f->site);
	assert_int_equal(system(yz_printf(f->a,
					  "python3 -c \"import sqlite3; sqlite3.connect('%s/site.db').executescript('CREATE TRIGGER no BEFORE "
					  "INSERT ON message WHEN NEW.title = \\'办理结果已送达\\' BEGIN SELECT RAISE(ABORT, \\'no\\'); END')\"",
					  dir)), 0);
	assert_int_equal(load(dir, "7", "2026-11-20"), 1);
	site_open(f, false, NULL);
	assert_true(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'case.grant'") >= 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'case.deliver'"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM document WHERE kind = 'DELIVERY'"), 0);
	ledger_holds(f);
}
