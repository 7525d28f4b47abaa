/* bench/acts.h - road-digging cases by the hundred, and the next act of each: what programs that measure acts share.
 *
 * One site a program.  Whatever fails ends it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BENCH_ACTS_H
#define YZ_BENCH_ACTS_H

#include "gov/case.h"
#include "gov/draft.h"
#include "gov/install.h"
#include "gov/person.h"
#include "pack/pack.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { APPLICANTS = 12, OFFICIALS = 1000 };

static const char facts[] =
	"{\"申请人类型\":\"居民个人\",\"委托办理\":\"false\",\"挖掘原因\":\"供水管线接入\",\"道路名称\":\"滨河路\","
	"\"具体位置\":\"滨河路30号门前\",\"道路等级\":\"支路\",\"道路使用情况\":\"其他\",\"涉及绿化带\":\"true\","
	"\"邻近河道\":\"false\",\"邻近文物\":\"false\",\"邻近铁路\":\"false\",\"施工方式\":\"开挖\",\"挖掘长度\":\"12\","
	"\"挖掘宽度\":\"0.8\",\"挖掘深度\":\"1.2\",\"车道封闭\":\"封闭部分车道\",\"开工日期\":\"2027-12-20\","
	"\"完工日期\":\"2027-12-24\",\"施工单位\":\"清源工程队\",\"施工负责人电话\":\"15409990021\"}";

static struct yz_site *site;
struct a_case {
	char no[40];
	int64_t id;
};
struct official { /* the first of a department who has the role */
	char org[64], role[32];
	int64_t person;
};
static struct a_case *cases;
static struct official officials[OFFICIALS];
static size_t nofficials;
static atomic_int next_case;
static int ncases;

static void die(const char *what, struct yz_err *err)
{
	char buf[768];
	fprintf(stderr, "%s: %s\n", what, yz_err_print(err, buf, sizeof buf));
	exit(1);
}

/* ---- cases to act on ---- */

struct giving {
	int64_t draft, person;
	const struct yz_draft *d;
};

static bool do_give(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct giving *g = ctx;
	for (size_t i = 0; i < g->d->nneeds; i++)
		if (g->d->needs[i].must &&
		    !yz_insert(conn, err,
			       "INSERT INTO material (draft_id, key, name, file, file_name, type, size, source, state, by_person, at) "
			       "VALUES ($1, $2, $3, '', 'a.pdf', 'application/pdf', 1, 'upload', 'given', $4, $5)",
			       YZ_I(g->draft), YZ_S(g->d->needs[i].key), YZ_S(g->d->needs[i].name), YZ_I(g->person),
			       YZ_I(yz_site_now(site))))
			return false;
	return true;
}

static bool who_is(struct yz_arena *a, int64_t person, struct yz_actor *who, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	bool good = conn && yz_actor_of(site, conn, a, person, who, err);
	yz_db_release(conn);
	return good;
}

static bool apply(struct yz_arena *a, const struct yz_actor *she, struct yz_str *no, struct yz_err *err)
{
	int64_t id;
	const struct yz_json *typed = yz_json_read(a, yz_str(facts), NULL, err);
	if (!typed || !yz_draft_open(site, she, YZ_LIT("road-dig"), &id, err) || !yz_draft_save(site, a, she, id, typed, 0, err))
		return false;
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct giving g = {id, she->person, conn ? yz_draft_load(site, conn, a, she, id, err) : NULL};
	yz_db_release(conn);
	return g.d && yz_db_write(site->db, do_give, &g, err) && yz_case_submit(site, a, she, id, YZ_LIT("web"), no, err);
}

static void *applicant(void *ctx)
{
	const struct yz_actor *she = ctx; /* each another: a person has one draft of an item */
	struct yz_err err = {0};
	for (int i; (i = next_case++) < ncases;) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_str no;
		if (!apply(a, she, &no, &err))
			die("apply", &err);
		snprintf(cases[i].no, sizeof cases[i].no, "%.*s", YZ_P(no));
		yz_arena_destroy(a);
	}
	return NULL;
}

/* The ids of the cases and who is there to act, as a session and a desk know them. */
static void look_up(struct yz_arena *a)
{
	struct yz_err err = {0};
	struct yz_conn *conn = yz_db_read(site->db, &err);
	for (int i = 0; conn && i < ncases; i++)
		if (!yz_select_int(conn, &cases[i].id, 0, &err, "SELECT id FROM cases WHERE no = $1", YZ_Z(cases[i].no)))
			die("cases", &err);
	struct yz_rows *r = conn ? yz_select(conn, a, &err, "SELECT org, role, MIN(person) FROM post GROUP BY org, role LIMIT $1",
					     YZ_I(OFFICIALS)) : NULL;
	if (!r)
		die("officials", &err);
	for (size_t i = 0; i < r->count; i++) {
		struct official *o = &officials[nofficials++];
		snprintf(o->org, sizeof o->org, "%s", yz_row_z(r, i, 0));
		snprintf(o->role, sizeof o->role, "%s", yz_row_z(r, i, 1));
		o->person = yz_row_int(r, i, 2);
	}
	yz_db_release(conn);
}

/* Many at once: they share commits. */
static void prepare(const char *dir, const char *vfs, int n)
{
	struct yz_err err = {0};
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_site_options options = {.dir = dir, .db_vfs = vfs};
	struct yz_actor who[APPLICANTS];
	pthread_t threads[APPLICANTS];
	if (!yz_site_open(&site, &options, &err))
		die("site", &err);
	struct yz_conn *conn = yz_db_read(site->db, &err);
	struct yz_rows *r = conn ? yz_select(conn, a, &err,
					     "SELECT p.id FROM person p WHERE p.kind = 'natural' AND p.proof > 0 "
					     "AND NOT EXISTS (SELECT 1 FROM post WHERE person = p.id) ORDER BY p.id LIMIT $1",
					     YZ_I(APPLICANTS)) : NULL;
	if (!r || !r->count)
		die("applicants", &err);
	yz_db_release(conn);
	for (size_t i = 0; i < r->count; i++)
		if (!who_is(a, yz_row_int(r, i, 0), &who[i], &err))
			die("applicants", &err);
	cases = calloc((size_t)n, sizeof *cases);
	ncases = n;
	next_case = 0;
	for (size_t i = 0; i < r->count; i++)
		pthread_create(&threads[i], NULL, applicant, &who[i]);
	for (size_t i = 0; i < r->count; i++)
		pthread_join(threads[i], NULL);
	look_up(a);
	yz_arena_destroy(a);
	yz_site_close(site);
}

/* ---- acting ---- */

static int64_t official(struct yz_str org, struct yz_str role)
{
	for (size_t i = 0; i < nofficials; i++)
		if (yz_str_eqz(org, officials[i].org) && yz_str_eqz(role, officials[i].role))
			return officials[i].person;
	return 0;
}

/* The next act of the case and who does it; false when it is over. */
static bool next_act(struct yz_arena *a, int64_t id, struct yz_act_input *in, struct yz_actor *who, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err,
					     "SELECT id, act, person, org, role FROM task WHERE case_id = $1 AND state = 'open' ORDER BY id LIMIT 1",
					     YZ_I(id)) : NULL;
	bool there = r && r->count && yz_actor_of(site, conn, a, official(yz_row_str(r, 0, 3), yz_row_str(r, 0, 4)), who, err);
	yz_db_release(conn);
	if (!there)
		return false;
	struct yz_str act = yz_row_str(r, 0, 1);
	*in = (struct yz_act_input){.task = yz_row_int(r, 0, 0), .reason = YZ_LIT("材料齐全，符合规定。")};
	in->act = !yz_row_int(r, 0, 2)		? YZ_ACT_claim
		  : yz_str_eqz(act, "accept")	? YZ_ACT_accept
		  : yz_str_eqz(act, "review")	? YZ_ACT_pass
		  : yz_str_eqz(act, "decide")	? YZ_ACT_grant
		  : yz_str_eqz(act, "issue")	? YZ_ACT_issue
						: YZ_ACT_deliver;
	return true;
}

static void install(const char *dir, const char *pack_dir)
{
	struct yz_err err = {0};
	struct yz_install_report report;
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_pack *pack = yz_pack_load(a, pack_dir, &err);
	const struct yz_site_options options = {.dir = dir, .create = true};
	const struct yz_install_options how = {.demo_password = "only-for-measuring-1"};
	if (!pack || !yz_site_open(&site, &options, &err) || !yz_pack_install(site, pack, &how, &report, &err))
		die("install", &err);
	yz_site_close(site);
	yz_arena_destroy(a);
}

#endif
