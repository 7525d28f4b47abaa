/* tests/unit/gov/case_fixture.h - cases of the demo county: road digging before three departments.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_GOV_CASE_FIXTURE_H
#define YZ_TESTS_GOV_CASE_FIXTURE_H

#include "tests/unit/gov/site_fixture.h"

#include "db/ledger.h"
#include "gov/board.h"
#include "gov/calendar_import.h"
#include "gov/clock.h"
#include "gov/document.h"
#include "gov/draft.h"
#include "gov/item.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROAD_DIG "11990121009901980H4990117021000"

/* Everything road digging asks; lanes and trees are touched, so traffic police and gardens review too. */
#define ROAD_FACTS                                                                                                     \
	"{\"申请人类型\":\"居民个人\",\"委托办理\":\"false\",\"挖掘原因\":\"供水管线接入\",\"道路名称\":\"滨河路\","            \
	"\"具体位置\":\"滨河路30号门前\",\"道路等级\":\"支路\",\"道路使用情况\":\"其他\",\"涉及绿化带\":\"true\","            \
	"\"邻近河道\":\"false\",\"邻近文物\":\"false\",\"邻近铁路\":\"false\",\"施工方式\":\"开挖\",\"挖掘长度\":\"12\","      \
	"\"挖掘宽度\":\"0.8\",\"挖掘深度\":\"1.2\",\"车道封闭\":\"封闭部分车道\",\"开工日期\":\"2026-12-20\","                 \
	"\"完工日期\":\"2026-12-24\",\"施工单位\":\"清源工程队\",\"施工负责人电话\":\"15409990021\"}"

static inline struct yz_conn *reading(struct fixture *f)
{
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, conn);
	return conn;
}

/* Of the demo, as she is now, without a session. */
static inline struct yz_actor *actor(struct fixture *f, const char *login)
{
	struct yz_actor *who = yz_new(f->a, struct yz_actor);
	struct yz_conn *conn = reading(f);
	int64_t id = 0;
	GOOD(f, yz_select_int(conn, &id, 0, &f->err, "SELECT id FROM person WHERE login = $1", YZ_Z(login)));
	GOOD(f, yz_actor_of(f->site, conn, f->a, id, who, &f->err));
	yz_db_release(conn);
	return who;
}

static inline const struct yz_json *json(struct fixture *f, const char *text)
{
	const struct yz_json *j = yz_json_read(f->a, yz_str(text), NULL, &f->err);
	GOOD(f, j);
	return j;
}

static inline const char *put_file(struct fixture *f, const char *name, const void *bytes, size_t n)
{
	const char *path = yz_printf(f->a, "%s/%s", f->dir, name);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, n, out), n);
	assert_int_equal(fclose(out), 0);
	return path;
}

/* One white pixel. */
static inline const char *put_picture(struct fixture *f)
{
	static const unsigned char png[] = {
		0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
		0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00,
		0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0x0f, 0x00, 0x01, 0x01, 0x01, 0x00,
		0xb1, 0x38, 0xf6, 0x14, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
	return put_file(f, "picture.png", png, sizeof png);
}

static inline struct yz_draft *draft(struct fixture *f, const struct yz_actor *who, int64_t id)
{
	struct yz_conn *conn = reading(f);
	struct yz_draft *d = yz_draft_load(f->site, conn, f->a, who, id, &f->err);
	yz_db_release(conn);
	GOOD(f, d);
	return d;
}

static inline void add_materials(struct fixture *f, const struct yz_actor *who, int64_t id)
{
	const char *picture = put_picture(f);
	struct yz_draft *d = draft(f, who, id);
	int64_t material;
	for (size_t i = 0; i < d->nneeds; i++)
		if (d->needs[i].must && !d->needs[i].given)
			GOOD(f, yz_material_add(f->site, f->a, who, id, YZ_LIT(""), d->needs[i].key, picture, YZ_LIT("照片.png"),
						&material, &f->err));
}

/* Filled in and ready to go. */
static inline int64_t ready(struct fixture *f, const struct yz_actor *who)
{
	int64_t id;
	GOOD(f, yz_draft_open(f->site, who, YZ_LIT(ROAD_DIG), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, who, id, json(f, ROAD_FACTS), 0, &f->err));
	add_materials(f, who, id);
	return id;
}

static inline struct yz_str apply(struct fixture *f, const struct yz_actor *who)
{
	struct yz_str no = {0};
	GOOD(f, yz_case_submit(f->site, f->a, who, ready(f, who), YZ_LIT("web"), &no, &f->err));
	return no;
}

static inline struct yz_case *look(struct fixture *f, const struct yz_actor *who, struct yz_str no)
{
	struct yz_conn *conn = reading(f);
	struct yz_case *c = yz_case_load(f->site, conn, f->a, who, no, &f->err);
	yz_db_release(conn);
	GOOD(f, c);
	return c;
}

/* ACT(f, clerk, no, accept, .reason = …): true or false as the act says. */
#define ACT(f, who, no, name, ...)                                                                                     \
	yz_case_act((f)->site, (f)->a, (who), (no), &(struct yz_act_input){.act = YZ_ACT_##name, ##__VA_ARGS__}, &(f)->err)

static inline struct yz_case_task *task_at(struct yz_case *c, const char *node)
{
	struct yz_case_task *found = NULL;
	for (size_t i = 0; i < c->ntasks; i++)
		if (yz_str_eqz(c->tasks[i].node, node))
			found = &c->tasks[i];
	assert_non_null(found);
	return found;
}

/* The newest of its kind. */
static inline struct yz_case_clock *clock_of(struct yz_case *c, const char *kind)
{
	struct yz_case_clock *found = NULL;
	for (size_t i = 0; i < c->nclocks; i++)
		if (yz_str_eqz(c->clocks[i].kind, kind))
			found = &c->clocks[i];
	assert_non_null(found);
	return found;
}

static inline const struct yz_case_document *paper(struct yz_case *c, const char *kind)
{
	for (size_t i = 0; i < c->ndocuments; i++)
		if (yz_str_eqz(c->documents[i].kind, kind))
			return &c->documents[i];
	fail_msg("no %s among %zu documents", kind, c->ndocuments);
	return NULL;
}

static inline bool choice(struct yz_case *c, enum yz_act act)
{
	for (size_t i = 0; i < c->nchoices; i++)
		if (c->choices[i].act == act && c->choices[i].allowed)
			return true;
	return false;
}

/* The instant as Shanghai reads it, for the eye of whoever reads a failure. */
static inline yz_instant at(const char *instant)
{
	yz_instant t;
	assert_true(yz_instant_parse(yz_str(instant), &t));
	return t;
}
#define assert_at(instant, expected) assert_int_equal((instant), at(expected))

static inline int64_t sweep(struct fixture *f)
{
	int64_t done;
	yz_instant next;
	GOOD(f, yz_sweep(f->site, f->now, &done, &next, &f->err));
	return done;
}

/* Accepted, reviewed by the three departments, and so before the decider. */
static inline void review_all(struct fixture *f, struct yz_str no)
{
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	GOOD(f, ACT(f, actor(f, "jiaojing"), no, pass));
	GOOD(f, ACT(f, actor(f, "caihong"), no, pass));
	GOOD(f, ACT(f, actor(f, "yuanlin"), no, pass));
}

static inline void ledger_holds(struct fixture *f)
{
	struct yz_ledger_report report;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_ledger_verify(conn, NULL, &report, &f->err));
	yz_db_release(conn);
	if (report.fault != YZ_LEDGER_GOOD)
		fail_msg("ledger: %s: %s", yz_ledger_fault_name(report.fault), report.detail);
	assert_true(report.checked > 0);
}

#endif
