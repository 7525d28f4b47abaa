/* SPDX-License-Identifier: Apache-2.0
 *
 * The demo county's own processes where several have a say at once: 或签 over timber, 并联 over a billboard.
 */
#include "tests/unit/gov/case_fixture.h"

#define LOGGING "11990121009902406N4990164006000"
#define TIMBER                                                                                                         \
	"{\"申请人名称\":\"刘洋\",\"申请人类型\":\"农户\",\"证件号码\":\"990121198812077317\",\"联系电话\":\"13800009990\","        \
	"\"委托办理\":\"false\",\"采伐地类\":\"林地\",\"乡镇\":\"高岭乡\",\"小地名\":\"老鹰坡\",\"林种\":\"商品林\","                \
	"\"林木共有\":\"false\",\"林木流转\":\"false\",\"采伐类型\":\"主伐\",\"采伐方式\":\"择伐\",\"树种\":\"杉木\","                  \
	"\"采伐面积\":\"3\",\"采伐蓄积\":\"80\",\"采伐株数\":\"200\",\"开始日期\":\"2026-12-20\",\"结束日期\":\"2027-02-20\","           \
	"\"更新方式\":\"人工造林\"}"
#define BILLBOARD "11990121009902051M4990117031000"
#define POSTER                                                                                                         \
	"{\"申请人名称\":\"刘洋\",\"申请人类型\":\"个人\",\"证件号码\":\"990121198812077317\",\"联系电话\":\"13800009990\","        \
	"\"委托办理\":\"false\",\"设施类型\":\"广告牌\",\"设置位置\":\"地面立柱\",\"详细地址\":\"平安大道 17 号\"," \
	"\"展示面积\":\"30\",\"离地高度\":\"6\",\"带照明\":\"false\",\"邻近路口\":\"true\",\"使用权\":\"租用\","              \
	"\"广告内容\":\"商场开业\",\"开始日期\":\"2026-12-20\",\"结束日期\":\"2027-12-19\",\"维护单位\":\"百佳广告部\"}"

static struct yz_str applied(struct fixture *f, const char *code, const char *facts)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str no = {0};
	int64_t id;
	GOOD(f, yz_draft_open(f->site, her, yz_str(code), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, her, id, json(f, facts), 0, &f->err));
	add_materials(f, her, id);
	GOOD(f, yz_case_submit(f->site, f->a, her, id, YZ_LIT("web"), &no, &f->err));
	return no;
}

static size_t open_at(struct fixture *f, struct yz_str no, const char *node)
{
	struct yz_case *c = look(f, actor(f, "liuyang"), no);
	size_t n = 0;
	for (size_t i = 0; i < c->ntasks; i++)
		n += c->tasks[i].open && yz_str_eqz(c->tasks[i].node, node);
	return n;
}

/* The task of this step that is open for this person or department. */
static int64_t task_of(struct fixture *f, const char *node, const char *who)
{
	return site_int(f, "SELECT k.id FROM task k LEFT JOIN person p ON p.id = k.person WHERE k.state = 'open' AND k.node = $1 "
			   "AND (p.login = $2 OR k.org = $2)",
			YZ_Z(node), YZ_Z(who));
}

/* Timber that both inspectors have to look at. */
static struct yz_str to_look_at(struct fixture *f)
{
	struct yz_str no = applied(f, LOGGING, TIMBER);
	GOOD(f, ACT(f, actor(f, "dengfang"), no, accept));
	assert_int_equal(open_at(f, no, "visit"), 0);
	GOOD(f, ACT(f, actor(f, "fengtao"), no, pass));
	assert_int_equal(open_at(f, no, "visit"), 2);
	return no;
}

SITE(timber_is_looked_at_by_either_inspector_and_the_other_is_too_late)
{
	struct yz_str no = to_look_at(f);
	int64_t hers = task_of(f, "visit", "linye-surveyor"), his = task_of(f, "visit", "fengtao");
	assert_true(hers && his && hers != his);
	/* Each has her own: nobody else says it for her. */
	FAILS(f, YZ_FORBIDDEN, ACT(f, actor(f, "dengfang"), no, pass, .task = hers));
	FAILS(f, YZ_CONFLICT, ACT(f, actor(f, "fengtao"), no, pass, .task = hers));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, actor(f, "linye-surveyor"), no, pass, .task = hers, .reason = YZ_LIT("蓄积、树种与申请一致")));
	assert_int_equal(open_at(f, no, "visit"), 0);
	assert_int_equal(open_at(f, no, "decide"), 1);
	FAILS(f, YZ_CONFLICT, ACT(f, actor(f, "fengtao"), no, object, .task = his, .reason = YZ_LIT("没有看到现场")));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM task WHERE node = 'visit' AND state = 'done'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM task WHERE node = 'visit' AND state NOT IN ('done', 'open')"), 1);
	GOOD(f, ACT(f, actor(f, "zengguang"), no, grant, .reason = YZ_LIT("在采伐限额以内。")));
	ledger_holds(f);
}

SITE(an_objection_of_the_first_inspector_decides_for_both_as_well)
{
	struct yz_str no = to_look_at(f);
	int64_t hers = task_of(f, "visit", "linye-surveyor");
	GOOD(f, ACT(f, actor(f, "fengtao"), no, object, .task = task_of(f, "visit", "fengtao"), .reason = YZ_LIT("株数与现场不符")));
	assert_int_equal(open_at(f, no, "visit"), 0);
	assert_int_equal(open_at(f, no, "decide"), 1);
	FAILS(f, YZ_CONFLICT, ACT(f, actor(f, "linye-surveyor"), no, pass, .task = hers));
	ledger_holds(f);
}

SITE(a_billboard_sent_back_from_one_branch_leaves_the_other_and_cannot_come_straight_back)
{
	struct yz_str no = applied(f, BILLBOARD, POSTER);
	GOOD(f, ACT(f, actor(f, "pengyu"), no, accept));
	GOOD(f, ACT(f, actor(f, "caihong"), no, pass));
	assert_int_equal(open_at(f, no, "planning"), 1);
	assert_int_equal(open_at(f, no, "traffic"), 1);
	int64_t police = task_of(f, "traffic", "jiaojing");
	FAILS(f, YZ_BAD_INPUT, ACT(f, actor(f, "ziran"), no, back, .where = YZ_LIT("review"), .straight = true, .reason = YZ_LIT("位置图不清")));
	assert_int_equal(open_at(f, no, "planning"), 1);
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, actor(f, "ziran"), no, back, .where = YZ_LIT("review"), .reason = YZ_LIT("位置图不清")));
	/* The police's review stood beside the fork that was left. */
	assert_int_equal(open_at(f, no, "review"), 1);
	assert_int_equal(open_at(f, no, "planning") + open_at(f, no, "traffic"), 0);
	FAILS(f, YZ_CONFLICT, ACT(f, actor(f, "jiaojing"), no, pass, .task = police));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, actor(f, "caihong"), no, pass));
	assert_int_equal(open_at(f, no, "planning"), 1);
	assert_int_equal(open_at(f, no, "traffic"), 1);
	GOOD(f, ACT(f, actor(f, "jiaojing"), no, pass));
	assert_int_equal(open_at(f, no, "decide"), 0);
	GOOD(f, ACT(f, actor(f, "ziran"), no, pass));
	assert_int_equal(open_at(f, no, "decide"), 1);
	GOOD(f, ACT(f, actor(f, "panwei"), no, grant, .reason = YZ_LIT("符合设置规范。")));
	ledger_holds(f);
}
