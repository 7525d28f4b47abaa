/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/steps.h"

#include "db/ledger.h"

#include <stdio.h>
#include <string.h>

int steps_text = 1500;

static const struct yz_migration migrations[] = {
	{1, "steps",
	 "CREATE TABLE step (key BIGINT PRIMARY KEY, text TEXT NOT NULL);"
	 "CREATE TABLE half (id INTEGER PRIMARY KEY, step BIGINT NOT NULL, side TEXT NOT NULL);"
	 "CREATE INDEX half_step ON half (step);"},
};

bool steps_migrate(struct yz_db *db, struct yz_err *err)
{
	return yz_db_migrate(db, "steps", migrations, 1, err);
}

static bool write_step(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct step *s = ctx;
	struct yz_entry e = {
		.region = s->key % 2 ? YZ_LIT("511602") : YZ_LIT("511603"),
		.at = s->key,
		.actor_kind = YZ_LIT("person"),
		.act = YZ_LIT("step"),
		.thing_kind = YZ_LIT("step"),
		.thing_id = s->key,
	};
	char *text = yz_alloc(a, (size_t)steps_text + 1);
	memset(text, 'a' + (int)(s->key % 26), (size_t)steps_text);
	return yz_insert(c, err, "INSERT INTO half (step, side) VALUES ($1, 'left')", YZ_I(s->key)) &&
	       yz_exec(c, err, "INSERT INTO step (key, text) VALUES ($1, $2)", YZ_I(s->key), YZ_Z(text)) &&
	       yz_ledger_add(c, &e, err) &&
	       yz_insert(c, err, "INSERT INTO half (step, side) VALUES ($1, 'right')", YZ_I(s->key));
}

bool step_write(struct yz_db *db, int64_t key, struct yz_err *err)
{
	struct step s = {key};
	return yz_db_write(db, write_step, &s, err);
}

bool step_there(struct yz_db *db, int64_t key, bool *there, struct yz_err *err)
{
	int64_t n = 0;
	struct yz_conn *c = yz_db_read(db, err);
	bool good = c && yz_select_int(c, &n, 0, err, "SELECT COUNT(*) FROM step WHERE key = $1", YZ_I(key));
	yz_db_release(c);
	*there = n == 1;
	return good;
}

int64_t steps_count(struct yz_db *db)
{
	int64_t n = -1;
	struct yz_conn *c = yz_db_read(db, NULL);
	if (!c || !yz_select_int(c, &n, 0, NULL, "SELECT COUNT(*) FROM step"))
		n = -1;
	yz_db_release(c);
	return n;
}

static const char *complain(const char *what, const struct yz_err *err)
{
	static char text[512];
	char buf[400] = "";
	if (err)
		yz_err_print(err, buf, sizeof buf);
	snprintf(text, sizeof text, "%s %s", what, buf);
	return text;
}

static const char *check(struct yz_conn *c, struct yz_db *db, struct yz_arena *a)
{
	struct yz_err err;
	struct yz_ledger_report report;
	int64_t halves = 0;
	if (!yz_select_int(c, &halves, 0, &err,
			   "SELECT (SELECT COUNT(*) FROM step WHERE (SELECT COUNT(*) FROM half WHERE half.step = "
			   "step.key) <> 2)"
			   " + (SELECT COUNT(*) FROM half WHERE step NOT IN (SELECT key FROM step))"
			   " + (SELECT COUNT(*) FROM step WHERE key NOT IN (SELECT thing_id FROM ledger))"
			   " + (SELECT COUNT(*) FROM ledger WHERE thing_id NOT IN (SELECT key FROM step))"))
		return complain("the check failed:", &err);
	if (halves)
		return complain("a step is there by half", NULL);
	if (!yz_ledger_verify(c, NULL, &report, &err))
		return complain("the ledger could not be read:", &err);
	if (report.fault != YZ_LEDGER_GOOD)
		return complain(report.detail, NULL);
	if (yz_db_is_postgres(db))
		return NULL;
	struct yz_rows *r = yz_select(c, a, &err, "PRAGMA integrity_check");
	if (!r || r->count != 1 || strcmp(yz_row_z(r, 0, 0), "ok") != 0)
		return complain("the file is damaged", r ? NULL : &err);
	return NULL;
}

const char *steps_check(struct yz_db *db)
{
	struct yz_err err;
	struct yz_conn *c = yz_db_read(db, &err);
	if (!c)
		return complain("no connection:", &err);
	struct yz_arena *a = yz_arena_create(0);
	const char *wrong = check(c, db, a);
	yz_arena_destroy(a);
	yz_db_release(c);
	return wrong;
}
