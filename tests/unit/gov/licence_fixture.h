/* tests/unit/gov/licence_fixture.h - a trader with a business licence, who wants to sell food.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_GOV_LICENCE_FIXTURE_H
#define YZ_TESTS_GOV_LICENCE_FIXTURE_H

#include "tests/unit/gov/case_fixture.h"

#include "gov/licence.h"

#define TRADE "11990121009902895K4990731001000"
#define FOOD "11990121009902895K4990131007000"

#define TRADE_FACTS                                                                                                    \
	"{\"组成形式\":\"个人经营\",\"委托办理\":\"false\",\"使用字号\":\"true\",\"字号名称\":\"小雨小吃店\","                  \
	"\"经营范围\":\"小吃服务\",\"行业\":\"餐饮\",\"从业人数\":\"2\",\"资金数额\":\"5\",\"涉及前置许可\":\"false\","         \
	"\"经营场所\":\"泽安街道文昌路 6 号\",\"场所性质\":\"自有房屋\",\"住宅改商用\":\"false\"}"
/* Only what stands in packages: nothing but the licence is asked. */
#define FOOD_FACTS                                                                                                     \
	"{\"信用代码\":\"91990121MA9QW0175M\",\"负责人\":\"陈小雨\",\"经营场所\":\"泽安街道文昌路 6 号\",\"经营面积\":\"30\","   \
	"\"委托办理\":\"false\",\"主体业态\":\"食品销售\",\"仅销售预包装食品\":\"true\",\"自动设备\":\"false\","               \
	"\"网络经营\":\"false\",\"食品安全管理员\":\"陈小雨\",\"从业人数\":\"2\"}"

static inline struct yz_actor *actor_in(struct fixture *f, struct yz_conn *conn, const char *login)
{
	struct yz_actor *who = yz_new(f->a, struct yz_actor);
	int64_t id = 0;
	GOOD(f, yz_select_int(conn, &id, 0, &f->err, "SELECT id FROM person WHERE login = $1", YZ_Z(login)));
	GOOD(f, yz_actor_of(f->site, conn, f->a, id, who, &f->err));
	return who;
}

/* As the session would have it. */
static inline struct yz_actor *acting_for(struct fixture *f, const char *login, const struct yz_actor *principal, struct yz_str scope)
{
	struct yz_actor *who = actor(f, login);
	who->principal = principal->person;
	who->principal_name = principal->name;
	who->principal_proof = principal->proof;
	who->agency_scope = scope;
	return who;
}


static inline bool do_change(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	return yz_sql_exec(ctx, conn, err);
}

#define change(f, sql, ...)                                                                                            \
	do {                                                                                                           \
		struct yz_sql q_;                                                                                      \
		yz_sql_init(&q_, (f)->a);                                                                              \
		yz_sql_add(&q_, sql, ##__VA_ARGS__);                                                                   \
		GOOD((f), yz_db_write((f)->site->db, do_change, &q_, &(f)->err));                                      \
	} while (0)

/* A business licence, the whole way; its id. */
static inline int64_t trader(struct fixture *f, const struct yz_actor *who)
{
	int64_t id;
	struct yz_str no;
	GOOD(f, yz_draft_open(f->site, who, YZ_LIT(TRADE), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, who, id, json(f, TRADE_FACTS), 0, &f->err));
	add_materials(f, who, id);
	GOOD(f, yz_case_submit(f->site, f->a, who, id, YZ_LIT("web"), &no, &f->err));
	GOOD(f, ACT(f, actor(f, "lixue"), no, accept));
	GOOD(f, ACT(f, actor(f, "hejing"), no, grant, .reason = YZ_LIT("符合条件。")));
	if (!site_int(f, "SELECT COUNT(*) FROM licence l JOIN cases c ON c.id = l.case_id WHERE c.no = $1", YZ_S(no)))
		GOOD(f, ACT(f, actor(f, "lixue"), no, issue));
	return site_int(f, "SELECT l.id FROM licence l JOIN cases c ON c.id = l.case_id WHERE c.no = $1", YZ_S(no));
}

/* An application to sell food, with nothing uploaded. */
static inline int64_t wants_food(struct fixture *f, const struct yz_actor *who)
{
	int64_t id;
	GOOD(f, yz_draft_open(f->site, who, YZ_LIT(FOOD), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, who, id, json(f, FOOD_FACTS), 0, &f->err));
	return id;
}

static inline struct yz_str eats(struct fixture *f, const struct yz_actor *who)
{
	struct yz_str no = {0};
	GOOD(f, yz_case_submit(f->site, f->a, who, wants_food(f, who), YZ_LIT("web"), &no, &f->err));
	return no;
}

static inline const struct yz_draft_need *need(const struct yz_draft *d, const char *key)
{
	for (size_t i = 0; i < d->nneeds; i++)
		if (yz_str_eqz(d->needs[i].key, key))
			return &d->needs[i];
	fail_msg("%s is not asked", key);
	return NULL;
}

static inline const struct yz_case_material *material(const struct yz_case *c, const char *key)
{
	for (size_t i = 0; i < c->nmaterials; i++)
		if (yz_str_eqz(c->materials[i].key, key))
			return &c->materials[i];
	fail_msg("no %s among %zu materials", key, c->nmaterials);
	return NULL;
}

#define LICENCE_ACT(f, who, id, name, reason, until)                                                                   \
	yz_licence_act((f)->site, (f)->a, (who), (id), YZ_LICENCE_ACT_##name, yz_str(reason), (until), &(f)->err)

static inline void ends_on(struct fixture *f, int64_t licence, const char *day)
{
	yz_day d;
	assert_true(yz_day_parse(yz_str(day), &d));
	change(f, "UPDATE licence SET valid_until = $1 WHERE id = $2", YZ_I(d), YZ_I(licence));
}

static inline struct yz_str code_of(struct fixture *f, int64_t licence)
{
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err,
				      "SELECT d.check_code FROM licence l JOIN document d ON d.id = l.document_id WHERE l.id = $1", YZ_I(licence));
	yz_db_release(conn);
	assert_true(r && r->count == 1);
	return yz_row_str(r, 0, 0);
}

static inline struct yz_document_check checked(struct fixture *f, int64_t licence)
{
	struct yz_document_check check;
	struct yz_str code = code_of(f, licence);
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_document_check(f->site, conn, f->a, code, &check, &f->err));
	yz_db_release(conn);
	return check;
}

#endif
