/* One application for the items of a bundle, to its end.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/guide.h"
#include "gov/joint.h"
#include "gov/message.h"
#include "gov/version.h"

#include <pthread.h>

/* An official who has every step of one department. */
static struct yz_actor *officer(struct fixture *f, const char *org)
{
	struct yz_actor *who = actor(f, "zhangmin");
	static const enum yz_role roles[] = {YZ_ROLE_WINDOW, YZ_ROLE_REVIEWER, YZ_ROLE_DECIDER};
	who->posts = yz_new_n(f->a, 3, struct yz_post);
	who->nposts = 3;
	for (size_t i = 0; i < 3; i++)
		who->posts[i] = (struct yz_post){.id = 1, .role = roles[i], .org = yz_str(org), .org_name = yz_str(org), .region = YZ_LIT("990121"),
						 .region_path = YZ_LIT(""), .title = YZ_LIT("")};
	return who;
}

static struct yz_joint *joint(struct fixture *f, const struct yz_actor *who, struct yz_str no)
{
	struct yz_conn *conn = reading(f);
	struct yz_joint *j = yz_joint_load(f->site, conn, f->a, who, no, &f->err);
	yz_db_release(conn);
	GOOD(f, j);
	return j;
}

static struct yz_joint_part *part(struct yz_joint *j, const char *key)
{
	for (size_t i = 0; i < j->nparts; i++)
		if (yz_str_eqz(j->parts[i].key, key))
			return &j->parts[i];
	fail_msg("no part %s", key);
	return NULL;
}

static void is_at(struct fixture *f, const struct yz_actor *who, struct yz_str no, const char *key, enum yz_joint_state wanted)
{
	enum yz_joint_state state = part(joint(f, who, no), key)->state;
	if (state != wanted)
		fail_msg("%s is %s, not %s", key, yz_joint_state_name(state), yz_joint_state_name(wanted));
}

static struct yz_str begin(struct fixture *f, const struct yz_actor *who, const char *bundle)
{
	struct yz_str no;
	GOOD(f, yz_joint_begin(f->site, f->a, who, yz_str(bundle), YZ_LIT(""), &no, &f->err));
	return no;
}

static void save(struct fixture *f, const struct yz_actor *who, struct yz_str no, const char *key, const char *facts)
{
	GOOD(f, yz_draft_save(f->site, f->a, who, part(joint(f, who, no), key)->draft, json(f, facts), 0, &f->err));
}

/* Uploads what each draft still asks for, one after another. */
static size_t papers(struct fixture *f, const struct yz_actor *who, struct yz_str no)
{
	const char *picture = put_picture(f);
	struct yz_joint *j = joint(f, who, no);
	size_t uploads = 0;
	for (size_t i = 0; i < j->nparts; i++) {
		if (!j->parts[i].draft)
			continue;
		struct yz_draft *d = draft(f, who, j->parts[i].draft);
		for (size_t k = 0; k < d->nneeds; k++) {
			int64_t id;
			const struct yz_draft_need *n = &d->needs[k];
			if (!n->must || n->given || n->given_by.len || n->proof.kind == YZ_PROOF_LICENCE || n->proof.kind == YZ_PROOF_REGISTER)
				continue;
			GOOD(f, yz_material_add(f->site, f->a, who, d->id, YZ_LIT(""), n->key, picture, YZ_LIT("照片.png"), &id, &f->err));
			uploads++;
		}
	}
	return uploads;
}

/* Each step that is open, as its department does it: to the end. */
static void finish(struct fixture *f, const struct yz_actor *she, struct yz_str no)
{
	for (int turns = 0; turns < 20; turns++) {
		struct yz_case *c = look(f, she, no);
		const struct yz_case_task *k = NULL;
		for (size_t i = 0; i < c->ntasks && !k; i++)
			k = c->tasks[i].open ? &c->tasks[i] : NULL;
		if (!k && c->nwaits) { /* for what another part of it tells */
			assert_true(sweep(f) > 0);
			continue;
		}
		if (!k)
			return;
		enum yz_act act = yz_str_eqz(k->act, "review") ? YZ_ACT_pass
				  : yz_str_eqz(k->act, "decide") ? YZ_ACT_grant
								 : YZ_ACTS;
		if (act == YZ_ACTS && !yz_act_parse(k->act, &act))
			fail_msg("a step %.*s", YZ_P(k->act));
		const struct yz_act_input in = {.act = act, .task = k->id, .reason = YZ_LIT("符合条件"), .overrule = YZ_LIT("现场核对过")};
		GOOD(f, yz_case_act(f->site, f->a, officer(f, yz_str_z(f->a, k->org)), no, &in, &f->err));
	}
	fail_msg("case %.*s does not end", YZ_P(no));
}

static void finish_part(struct fixture *f, const struct yz_actor *she, struct yz_str no, const char *key)
{
	const struct yz_joint_part *p = part(joint(f, she, no), key);
	assert_int_equal(p->state, YZ_JOINT_submitted);
	finish(f, she, p->case_no);
	is_at(f, she, no, key, YZ_JOINT_ended);
}

#define BIRTH                                                                                                          \
	"{\"新生儿姓名\":\"刘安\",\"性别\":\"女\",\"民族\":\"汉族\",\"出生日期\":\"2026-11-20\",\"出生地点\":\"国内医院\","  \
	"\"有出生医学证明\":\"true\",\"姓氏来源\":\"随父姓\",\"与新生儿关系\":\"父亲\",\"父母婚姻\":\"已结婚\","              \
	"\"随谁落户\":\"母亲\",\"父亲姓名\":\"刘洋\",\"母亲姓名\":\"陈海燕\",\"户口类型\":\"家庭户\","                        \
	"\"落户地址\":\"泽安街道文昌路 26 号\",\"户主姓名\":\"刘洋\",\"领取方式\":\"窗口领取\"}"

static struct yz_str born(struct fixture *f, const struct yz_actor *she)
{
	struct yz_str no = begin(f, she, "newborn");
	save(f, she, no, "household-birth", BIRTH);
	papers(f, she, no);
	GOOD(f, yz_joint_submit(f->site, f->a, she, no, 0, &f->err));
	return no;
}

SITE(a_birth_is_applied_for_once_and_goes_from_office_to_office)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = begin(f, she, "newborn");
	assert_int_equal(joint(f, she, no)->nparts, 7);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE applicant = $1 AND submitted = $2", YZ_I(she->person), YZ_I(f->now)), 0);
	save(f, she, no, "household-birth", BIRTH);
	papers(f, she, no);
	/* The card of the parents, asked by five, is uploaded once: a row a draft, one file. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM material m JOIN joint_part p ON p.draft = m.draft_id WHERE m.name IN ('父母身份证')"), 2);
	GOOD(f, yz_joint_submit(f->site, f->a, she, no, 0, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_joint_submit(f->site, f->a, she, no, 0, &f->err));
	is_at(f, she, no, "birth-certificate", YZ_JOINT_submitted);
	is_at(f, she, no, "household-birth", YZ_JOINT_waiting);
	is_at(f, she, no, "social-card", YZ_JOINT_waiting);
	finish_part(f, she, no, "birth-certificate");
	is_at(f, she, no, "medical-enrol", YZ_JOINT_waiting);
	struct yz_case *c = look(f, she, part(joint(f, she, no), "household-birth")->case_no);
	/* The certificate's paper and number came over by themselves. */
	bool paper_there = false;
	for (size_t i = 0; i < c->nmaterials; i++)
		paper_there = paper_there || (yz_str_eqz(c->materials[i].key, "birth-certificate") && yz_str_eqz(c->materials[i].source, "licence"));
	assert_true(paper_there);
	assert_true(yz_json_str(c->facts, "出生医学证明编号").len > 0);
	finish_part(f, she, no, "birth-registration");
	finish_part(f, she, no, "vaccination");
	finish_part(f, she, no, "maternity-allowance");
	finish_part(f, she, no, "household-birth");
	finish_part(f, she, no, "medical-enrol");
	assert_false(joint(f, she, no)->ended);
	finish_part(f, she, no, "social-card");
	struct yz_joint *j = joint(f, she, no);
	assert_true(j->ended);
	assert_int_equal(j->done, 7);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM joint_part WHERE case_id IS NOT NULL"), 7);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM draft WHERE person = $1", YZ_I(she->person)), 0);
	ledger_holds(f);
}

#define SHOP                                                                                                           \
	"{\"经营者姓名\":\"刘洋\",\"组成形式\":\"个人经营\",\"委托办理\":\"false\",\"使用字号\":\"true\","                    \
	"\"字号名称\":\"清泽县老街面馆\",\"经营范围\":\"小吃制售\",\"行业\":\"餐饮\",\"从业人数\":\"5\",\"资金数额\":\"8\","  \
	"\"涉及前置许可\":\"false\",\"经营场所\":\"河东街道平安大道 17 号\",\"场所性质\":\"租赁房屋\",\"住宅改商用\":\"false\"}"
#define FOOD                                                                                                           \
	"{\"经营面积\":\"80\",\"主体业态\":\"餐饮服务\",\"仅销售预包装食品\":\"false\",\"经营项目\":[\"热食类制售\"],"        \
	"\"高风险项目\":\"false\",\"就餐人数\":\"60\",\"自动设备\":\"false\",\"网络经营\":\"false\","                         \
	"\"食品安全管理员\":\"刘洋\",\"从业人数\":\"3\"}"
#define DRAIN                                                                                                          \
	"{\"排水类别\":\"餐饮\",\"日排水量\":\"3\",\"重点排污单位\":\"false\",\"排放口数量\":\"1\",\"排放口位置\":\"店后\","  \
	"\"新建排水设施\":\"false\",\"预处理方式\":[\"隔油\"]}"
#define SIGN                                                                                                           \
	"{\"申请人类型\":\"单位或商户\",\"设施类型\":\"门头招牌\",\"设置位置\":\"临街门头\",\"详细地址\":\"平安大道 17 号\"," \
	"\"展示面积\":\"8\",\"离地高度\":\"3\",\"带照明\":\"false\",\"邻近路口\":\"false\",\"使用权\":\"租用\","              \
	"\"广告内容\":\"店名\",\"开始日期\":\"2026-12-20\",\"结束日期\":\"2027-12-19\"}"

static struct yz_str shop(struct fixture *f, const struct yz_actor *she)
{
	struct yz_str no = begin(f, she, "open-restaurant");
	save(f, she, no, "individual-business", SHOP);
	save(f, she, no, "food-licence", FOOD);
	save(f, she, no, "drainage", DRAIN);
	save(f, she, no, "outdoor-ad", SIGN);
	papers(f, she, no);
	return no;
}

SITE(a_restaurant_opens_by_one_submit)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = shop(f, she);
	/* The code on a licence that is not there yet is not asked for. */
	struct yz_draft *d = draft(f, she, part(joint(f, she, no), "food-licence")->draft);
	assert_null(yz_json_get(d->facts, "信用代码"));
	GOOD(f, yz_joint_submit(f->site, f->a, she, no, joint(f, she, no)->version, &f->err));
	finish_part(f, she, no, "individual-business");
	struct yz_case *c = look(f, she, part(joint(f, she, no), "food-licence")->case_no);
	assert_int_equal(yz_json_str(c->facts, "信用代码").len, 18);
	assert_string_equal(yz_str_z(f->a, yz_json_str(c->facts, "经营者名称")), "清泽县老街面馆");
	/* It is taken as what it is, with its line in the holder's log. */
	assert_true(site_int(f, "SELECT COUNT(*) FROM pull WHERE purpose = 'apply'") >= 3);
	finish_part(f, she, no, "drainage");
	finish_part(f, she, no, "outdoor-ad");
	finish_part(f, she, no, "fire-check");
	finish_part(f, she, no, "food-licence");
	assert_true(joint(f, she, no)->ended);
	ledger_holds(f);
}

SITE(a_kitchen_is_looked_at_when_its_drain_was)
{
	struct yz_actor *she = actor(f, "liuyang"), *market = officer(f, "shichang");
	struct yz_str no = shop(f, she);
	GOOD(f, yz_joint_submit(f->site, f->a, she, no, joint(f, she, no)->version, &f->err));
	finish_part(f, she, no, "individual-business");
	struct yz_str food = part(joint(f, she, no), "food-licence")->case_no, drain = part(joint(f, she, no), "drainage")->case_no;
	GOOD(f, ACT(f, market, food, accept));
	GOOD(f, ACT(f, market, food, pass));
	struct yz_case *c = look(f, she, food);
	assert_int_equal(c->nwaits, 1);
	assert_string_equal(yz_str_z(f->a, c->waits[0].title), "等排水许可的现场核查");
	GOOD(f, ACT(f, officer(f, "chengguan"), drain, accept));
	GOOD(f, ACT(f, officer(f, "chengguan"), drain, pass));
	assert_true(sweep(f) > 0);
	c = look(f, she, food);
	assert_int_equal(c->nwaits, 0);
	assert_true(task_at(c, "visit")->open);
	assert_true(strstr(yz_str_z(f->a, c->events[c->nevents - 1].text), yz_str_z(f->a, drain)) != NULL);
	ledger_holds(f);
}

SITE(a_kitchen_waits_three_days_for_a_drain_and_not_longer)
{
	struct yz_actor *she = actor(f, "liuyang"), *market = officer(f, "shichang");
	struct yz_str no = shop(f, she);
	GOOD(f, yz_joint_submit(f->site, f->a, she, no, joint(f, she, no)->version, &f->err));
	finish_part(f, she, no, "individual-business");
	struct yz_str food = part(joint(f, she, no), "food-licence")->case_no;
	GOOD(f, ACT(f, market, food, accept));
	GOOD(f, ACT(f, market, food, pass));
	site_clock(f, "2026-11-27T00:00:00+08:00");
	sweep(f);
	assert_true(task_at(look(f, she, food), "visit")->open);
	assert_int_equal(look(f, she, food)->nwaits, 0);
}

SITE(what_several_ask_is_answered_and_uploaded_once)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = begin(f, she, "open-restaurant");
	struct yz_joint *j = joint(f, she, no);
	int64_t food = part(j, "food-licence")->draft, fire = part(j, "fire-check")->draft, id;
	save(f, she, no, "individual-business", SHOP);
	struct yz_draft *d = draft(f, she, food);
	assert_string_equal(yz_str_z(f->a, yz_json_str(d->facts, "经营场所")), "河东街道平安大道 17 号");
	assert_null(yz_json_get(d->facts, "从业人数")); /* `own`: those who touch food are others */
	size_t k = (size_t)(yz_form_field(d->version->form, YZ_LIT("经营场所")) - d->version->form->fields);
	assert_int_equal(d->joint->fields[k].draft, part(j, "individual-business")->draft);
	save(f, she, no, "food-licence", "{\"经营场所\":\"石桥镇石桥老街 29 号\"}");
	d = draft(f, she, part(j, "individual-business")->draft);
	assert_string_equal(yz_str_z(f->a, yz_json_str(d->facts, "经营场所")), "石桥镇石桥老街 29 号");
	save(f, she, no, "food-licence", FOOD);
	GOOD(f, yz_material_add(f->site, f->a, she, food, YZ_LIT(""), YZ_LIT("layout"), put_picture(f), YZ_LIT("图.png"), &id, &f->err));
	d = draft(f, she, fire);
	assert_int_equal(d->nmaterials, 1);
	assert_true(yz_str_eqz(d->materials[0].key, "site"));
	assert_string_equal(yz_str_z(f->a, d->materials[0].file), yz_str_z(f->a, draft(f, she, food)->materials[0].file));
	GOOD(f, yz_material_remove(f->site, she, food, id, &f->err));
	assert_int_equal(draft(f, she, fire)->nmaterials, 0);
	/* Her drafts of the bundle are not offered one by one, nor submitted or thrown away so. */
	struct yz_str alone;
	FAILS(f, YZ_NOT_NOW, yz_case_submit(f->site, f->a, she, food, YZ_LIT("web"), &alone, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_draft_discard(f->site, she, food, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_joint_submit(f->site, f->a, she, no, 0, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM joint WHERE submitted IS NOT NULL"), 0);
	assert_int_equal(yz_str_eq(begin(f, she, "open-restaurant"), no), 1);
}

SITE(a_denial_stops_what_waits_and_she_decides)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = born(f, she);
	struct yz_str certificate = part(joint(f, she, no), "birth-certificate")->case_no;
	struct yz_actor *clerk = officer(f, "weijian");
	GOOD(f, ACT(f, clerk, certificate, accept));
	GOOD(f, ACT(f, clerk, certificate, deny, .reason = YZ_LIT("在别处开过"), .basis = YZ_LIT("母婴保健法第二十三条")));
	if (part(joint(f, she, no), "birth-certificate")->state == YZ_JOINT_submitted)
		GOOD(f, ACT(f, clerk, certificate, deliver));
	is_at(f, she, no, "birth-certificate", YZ_JOINT_failed);
	is_at(f, she, no, "household-birth", YZ_JOINT_blocked);
	is_at(f, she, no, "medical-enrol", YZ_JOINT_waiting);
	assert_true(site_int(f, "SELECT COUNT(*) FROM message WHERE person = $1 AND title = '后面的事停下来了，等您决定'", YZ_I(she->person)) == 1);
	struct yz_joint *j = joint(f, she, no);
	FAILS(f, YZ_NOT_NOW, yz_joint_continue(f->site, f->a, she, no, part(j, "medical-enrol")->nth, &f->err));
	/* Without it she has to bring the paper that it would have given. */
	GOOD(f, yz_joint_continue(f->site, f->a, she, no, part(j, "household-birth")->nth, &f->err));
	is_at(f, she, no, "household-birth", YZ_JOINT_draft);
	int64_t own = part(j, "household-birth")->draft;
	save(f, she, no, "household-birth", "{\"出生医学证明编号\":\"Z990012345\"}");
	papers(f, she, no);
	struct yz_str alone;
	GOOD(f, yz_case_submit(f->site, f->a, she, own, YZ_LIT("web"), &alone, &f->err));
	is_at(f, she, no, "household-birth", YZ_JOINT_submitted);
	/* The others she lets be; what waited for one of them stops in turn. */
	GOOD(f, yz_joint_drop(f->site, f->a, she, no, part(j, "vaccination")->nth, &f->err));
	GOOD(f, yz_joint_drop(f->site, f->a, she, no, part(j, "birth-registration")->nth, &f->err));
	GOOD(f, yz_joint_drop(f->site, f->a, she, no, part(j, "maternity-allowance")->nth, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_joint_drop(f->site, f->a, she, no, part(j, "household-birth")->nth, &f->err));
	GOOD(f, yz_joint_drop(f->site, f->a, she, no, part(j, "medical-enrol")->nth, &f->err));
	is_at(f, she, no, "social-card", YZ_JOINT_blocked);
	GOOD(f, yz_joint_continue(f->site, f->a, she, no, part(j, "social-card")->nth, &f->err));
	is_at(f, she, no, "social-card", YZ_JOINT_waiting); /* for the step that the one left out waited for */
	finish_part(f, she, no, "household-birth");
	finish_part(f, she, no, "social-card");
	j = joint(f, she, no);
	assert_true(j->ended);
	assert_int_equal(j->done, 2);
	ledger_holds(f);
}

struct ending {
	struct fixture f;
	struct yz_str no;
	struct yz_actor *who;
	bool done;
};

static void *end(void *ctx)
{
	struct ending *e = ctx;
	e->done = ACT(&e->f, e->who, e->no, deliver);
	return NULL;
}

static bool set_body(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	return yz_exec(conn, err, "UPDATE bundle SET body = $1 WHERE key = 'newborn'", YZ_Z(ctx));
}

SITE(two_that_end_at_once_submit_the_next_once)
{
	struct yz_actor *she = actor(f, "liuyang");
	GOOD(f, yz_db_write(f->site->db, set_body,
			    (char *)"{\"name\":\"试\",\"summary\":\"试\",\"for\":\"natural\",\"items\":[{\"item\":\"birth-certificate\"},"
			    "{\"item\":\"birth-registration\"},{\"item\":\"social-card\",\"after\":[\"birth-certificate\","
			    "\"birth-registration\"]}]}",
			    &f->err));
	struct yz_str no = begin(f, she, "newborn");
	papers(f, she, no);
	GOOD(f, yz_joint_submit(f->site, f->a, she, no, 0, &f->err));
	static const char *const keys[] = {"birth-certificate", "birth-registration"};
	struct ending ends[2];
	pthread_t threads[2];
	for (size_t i = 0; i < 2; i++) {
		ends[i] = (struct ending){.f = *f, .no = part(joint(f, she, no), keys[i])->case_no, .who = officer(f, "weijian")};
		ends[i].f.a = yz_arena_create(0);
		GOOD(f, ACT(f, ends[i].who, ends[i].no, accept));
		GOOD(f, ACT(f, ends[i].who, ends[i].no, grant, .reason = YZ_LIT("符合条件")));
	}
	is_at(f, she, no, "social-card", YZ_JOINT_waiting);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, end, &ends[i]), 0);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (size_t i = 0; i < 2; i++) {
		if (!ends[i].done)
			site_failed(&ends[i].f, "deliver", __LINE__);
		yz_arena_destroy(ends[i].f.a);
	}
	is_at(f, she, no, "social-card", YZ_JOINT_submitted);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases c JOIN joint_part p ON p.case_id = c.id"), 3);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE applicant = $1 AND item_code = $2", YZ_I(she->person),
				  YZ_S(part(joint(f, she, no), "social-card")->code)), 1);
	finish_part(f, she, no, "social-card");
	assert_true(joint(f, she, no)->ended);
	ledger_holds(f);
}

SITE(an_enterprise_hires_by_one_submit)
{
	struct yz_actor *she = actor(f, "yunhe-food");
	struct yz_str no = begin(f, she, "hire-employee");
	papers(f, she, no);
	GOOD(f, yz_joint_submit(f->site, f->a, she, no, 0, &f->err));
	static const char *const keys[] = {"employment-registration", "insurance-enrol", "medical-employee", "fund-account", "social-card",
					   "archive-transfer"};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		finish_part(f, she, no, keys[i]);
	assert_true(joint(f, she, no)->ended);
}

/* A restaurant: the licence on the spot, then eight working days for the drain; 23 November is a Monday. */
SITE(the_whole_is_due_when_its_longest_chain_is)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = shop(f, she);
	GOOD(f, yz_joint_submit(f->site, f->a, she, no, 0, &f->err));
	struct yz_joint *j = joint(f, she, no);
	assert_at(part(j, "individual-business")->due, "2026-11-24T00:00:00+08:00");
	assert_at(part(j, "food-licence")->due, "2026-12-03T00:00:00+08:00");
	assert_at(part(j, "drainage")->due, "2026-12-04T00:00:00+08:00");
	assert_at(j->due, "2026-12-04T00:00:00+08:00");
	assert_true(part(j, "individual-business")->critical);
	assert_true(part(j, "drainage")->critical);
	assert_false(part(j, "food-licence")->critical);
	assert_int_equal(part(j, "drainage")->limit, 8);
	GOOD(f, yz_joint_drop(f->site, f->a, she, no, part(j, "drainage")->nth, &f->err));
	assert_at(joint(f, she, no)->due, "2026-12-03T00:00:00+08:00");
}

SITE(what_two_cases_share_is_corrected_once)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = shop(f, she);
	GOOD(f, yz_joint_submit(f->site, f->a, she, no, 0, &f->err));
	finish_part(f, she, no, "individual-business");
	struct yz_joint *j = joint(f, she, no);
	struct yz_str food = part(j, "food-licence")->case_no, drain = part(j, "drainage")->case_no, sign = part(j, "outdoor-ad")->case_no;
	const struct yz_json *phone = json(f, "[{\"field\":\"联系电话\",\"what\":\"打不通\"}]");
	const struct yz_json *two = json(f, "[{\"field\":\"联系电话\",\"what\":\"打不通\"},{\"field\":\"展示面积\",\"what\":\"量一下\"}]");
	GOOD(f, ACT(f, officer(f, "shichang"), food, correct, .items = phone, .reason = YZ_LIT("电话")));
	GOOD(f, ACT(f, officer(f, "chengguan"), drain, correct, .items = phone, .reason = YZ_LIT("电话")));
	GOOD(f, ACT(f, officer(f, "chengguan"), sign, correct, .items = two, .reason = YZ_LIT("电话和面积")));
	GOOD(f, ACT(f, she, food, supply, .facts = json(f, "{\"联系电话\":\"15409990099\"}")));
	assert_int_equal(look(f, she, food)->row.state, YZ_CASE_submitted);
	assert_int_equal(look(f, she, drain)->row.state, YZ_CASE_submitted);
	assert_string_equal(yz_str_z(f->a, yz_json_str(look(f, she, drain)->facts, "联系电话")), "15409990099");
	/* Where more was marked the rest is still hers to do. */
	assert_int_equal(look(f, she, sign)->row.state, YZ_CASE_correcting);
	assert_string_equal(yz_str_z(f->a, yz_json_str(look(f, she, sign)->facts, "联系电话")), "15409990099");
	GOOD(f, ACT(f, she, sign, supply, .facts = json(f, "{\"展示面积\":\"9\"}")));
	ledger_holds(f);
}

SITE(others_see_of_it_what_is_theirs)
{
	struct yz_actor *she = actor(f, "liuyang"), *other = actor(f, "zhaoguilan");
	struct yz_str no = born(f, she);
	struct yz_conn *conn = reading(f);
	FAILS(f, YZ_NOT_FOUND, yz_joint_load(f->site, conn, f->a, other, no, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_joint_peek(f->site, conn, f->a, no, YZ_LIT("0000"), &f->err));
	f->err = (struct yz_err){0};
	struct yz_joint *j = yz_joint_peek(f->site, conn, f->a, no, YZ_LIT("2135"), &f->err);
	GOOD(f, j);
	assert_int_equal(part(j, "birth-certificate")->case_no.len, 0);
	int64_t id = part(joint(f, she, no), "birth-certificate")->case_id;
	GOOD(f, yz_joint_around(f->site, conn, f->a, officer(f, "weijian"), id, &j, &f->err));
	assert_true(part(j, "birth-certificate")->seen);
	assert_false(part(j, "household-birth")->seen);
	GOOD(f, yz_joint_around(f->site, conn, f->a, she, id, &j, &f->err));
	assert_true(part(j, "household-birth")->seen);
	struct yz_joint *mine;
	assert_int_equal(yz_joint_mine(f->site, conn, f->a, she, &mine, &f->err), 1);
	assert_int_equal(yz_joint_mine(f->site, conn, f->a, other, &mine, &f->err), 0);
	yz_db_release(conn);
	FAILS(f, YZ_NOT_FOUND, yz_joint_drop(f->site, f->a, other, no, 1, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_joint_drop(f->site, f->a, she, no, 99, &f->err));
	FAILS(f, YZ_SIGN_IN, yz_joint_begin(f->site, f->a, &(struct yz_actor){0}, YZ_LIT("newborn"), YZ_LIT(""), &no, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_joint_begin(f->site, f->a, she, YZ_LIT("no-such"), YZ_LIT(""), &no, &f->err));
}

SITE(the_last_item_of_one_not_submitted_is_not_left_out)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = begin(f, she, "newborn");
	for (int64_t nth = 2; nth <= 7; nth++)
		GOOD(f, yz_joint_drop(f->site, f->a, she, no, nth, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_joint_drop(f->site, f->a, she, no, 1, &f->err));
	GOOD(f, yz_joint_discard(f->site, she, no, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM joint") + site_int(f, "SELECT COUNT(*) FROM joint_part"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM draft WHERE person = $1", YZ_I(she->person)), 0);
}

/* ---- what may have changed by the time the next one is filed ---- */

static size_t told(struct fixture *f, const struct yz_actor *who, const char *title)
{
	return (size_t)site_int(f, "SELECT COUNT(*) FROM message WHERE person = $1 AND title = $2", YZ_I(who->person), YZ_Z(title));
}

SITE(an_official_grants_though_the_applicants_account_is_closed)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = born(f, she);
	struct yz_str first = part(joint(f, she, no), "birth-certificate")->case_no;
	site_do(f, yz_printf(f->a, "UPDATE person SET active = 0 WHERE id = %lld", (long long)she->person));
	finish(f, she, first);
	is_at(f, she, no, "birth-certificate", YZ_JOINT_ended);
	/* Nobody files for her now: what comes next waits to be completed. */
	is_at(f, she, no, "household-birth", YZ_JOINT_draft);
	assert_true(told(f, she, "有一项等您补上再提交") >= 1);
	ledger_holds(f);
}

/* Her brother, who is a clerk besides, applies for her. */
static struct yz_actor *agent(struct fixture *f, const struct yz_actor *she)
{
	struct yz_actor *who = actor(f, "zhangmin");
	site_do(f, yz_printf(f->a,
			     "INSERT INTO agency (principal, agent, scope, from_at, until_at, created) VALUES (%lld, %lld, '*', 0, %lld, 0)", (long long)she->person,
			     (long long)who->person, (long long)(f->now + 300 * YZ_DAY)));
	who->principal = she->person;
	who->principal_name = she->name;
	who->principal_proof = she->proof;
	who->agency_scope = YZ_LIT("*");
	return who;
}

SITE(a_clerk_who_is_an_agent_files_as_one)
{
	struct yz_actor *she = actor(f, "liuyang"), *he = agent(f, she);
	struct yz_str no = born(f, he);
	const struct yz_joint_part *p = part(joint(f, he, no), "birth-certificate");
	assert_int_equal(site_int(f, "SELECT agent FROM cases WHERE id = $1", YZ_I(p->case_id)), he->person);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE id = $1 AND filed_by IS NULL", YZ_I(p->case_id)), 1);
	finish(f, she, p->case_no);
	p = part(joint(f, she, no), "household-birth");
	assert_int_equal(p->state, YZ_JOINT_submitted);
	assert_int_equal(site_int(f, "SELECT agent FROM cases WHERE id = $1", YZ_I(p->case_id)), he->person);
}

SITE(what_waited_is_not_filed_by_an_agent_who_is_none_any_more)
{
	struct yz_actor *she = actor(f, "liuyang"), *he = agent(f, she);
	struct yz_str no = born(f, he);
	struct yz_str first = part(joint(f, she, no), "birth-certificate")->case_no;
	site_do(f, "DELETE FROM agency");
	finish(f, she, first);
	is_at(f, she, no, "household-birth", YZ_JOINT_draft);
	assert_true(told(f, she, "有一项等您补上再提交") >= 1);
	/* She does it herself. */
	struct yz_str alone;
	GOOD(f, yz_case_submit(f->site, f->a, she, part(joint(f, she, no), "household-birth")->draft, YZ_LIT("web"), &alone, &f->err));
	is_at(f, she, no, "household-birth", YZ_JOINT_submitted);
}

/* The item as it is, published anew. */
static void new_version(struct fixture *f, const char *code)
{
	site_do(f, yz_printf(f->a, "UPDATE item SET until_at = %lld WHERE code = '%s' AND state = 'published' AND until_at IS NULL", (long long)f->now, code));
	site_do(f, yz_printf(f->a,
			     "INSERT INTO item (code, version, key, state, from_at, until_at, name, org, region, type, form, process, body, findings, source, "
			     "created, updated, decision) SELECT code, version + 1, key, 'published', %lld, NULL, name, org, region, type, form, process, body, "
			     "findings, source, created, updated, decision FROM item WHERE code = '%s' AND until_at = %lld",
			     (long long)f->now, code, (long long)f->now));
}

SITE(a_new_version_of_an_item_that_waits_is_no_dead_end)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = born(f, she);
	struct yz_joint *j = joint(f, she, no);
	const struct yz_joint_part *p = part(j, "household-birth");
	int64_t old = p->item;
	new_version(f, yz_str_z(f->a, p->code));
	finish_part(f, she, no, "birth-certificate");
	p = part(joint(f, she, no), "household-birth");
	assert_int_equal(p->state, YZ_JOINT_submitted);
	assert_int_not_equal(p->item, old);
	assert_int_equal(site_int(f, "SELECT item FROM cases WHERE id = $1", YZ_I(p->case_id)), p->item);
}

SITE(a_marked_paper_that_two_cases_ask_for_is_given_once)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = shop(f, she);
	int64_t id;
	GOOD(f, yz_joint_submit(f->site, f->a, she, no, 0, &f->err));
	finish_part(f, she, no, "individual-business");
	struct yz_joint *j = joint(f, she, no);
	struct yz_str food = part(j, "food-licence")->case_no, fire = part(j, "fire-check")->case_no;
	GOOD(f, ACT(f, officer(f, "shichang"), food, correct, .items = json(f, "[{\"material\":\"layout\",\"what\":\"看不清\"}]"),
		    .reason = YZ_LIT("图看不清")));
	GOOD(f, ACT(f, officer(f, yz_str_z(f->a, part(j, "fire-check")->org)), fire, correct,
		    .items = json(f, "[{\"material\":\"site\",\"what\":\"看不清\"}]"), .reason = YZ_LIT("图看不清")));
	GOOD(f, yz_material_add(f->site, f->a, she, 0, food, YZ_LIT("layout"), put_picture(f), YZ_LIT("新图.png"), &id, &f->err));
	GOOD(f, ACT(f, she, food, supply));
	assert_int_equal(look(f, she, food)->row.state, YZ_CASE_submitted);
	assert_int_equal(look(f, she, fire)->row.state, YZ_CASE_submitted);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM material m JOIN cases c ON c.id = m.case_id WHERE c.no = $1 AND m.key = 'site' AND "
				     "m.file_name = '新图.png' AND m.state <> 'replaced'",
				  YZ_S(fire)),
			 1);
	ledger_holds(f);
}

SITE(a_clerk_begins_one_for_whom_she_has_before_her)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no;
	clerk->posts = officer(f, "weijian")->posts;
	clerk->nposts = 3;
	FAILS(f, YZ_FORBIDDEN, yz_joint_begin_for(f->site, f->a, clerk, she->person, YZ_LIT("newborn"), &no, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_joint_begin_for(f->site, f->a, she, she->person, YZ_LIT("newborn"), &no, &f->err));
	f->err = (struct yz_err){0};
	site_do(f, yz_printf(f->a, "INSERT INTO proof (person, level, how, by_person, at) VALUES (%lld, 1, 'id-card', %lld, %lld)", (long long)she->person,
			     (long long)clerk->person, (long long)f->now));
	struct yz_actor *other = officer(f, "gongan-none");
	other->person = clerk->person;
	FAILS(f, YZ_FORBIDDEN, yz_joint_begin_for(f->site, f->a, other, she->person, YZ_LIT("newborn"), &no, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_joint_begin_for(f->site, f->a, clerk, she->person, YZ_LIT("newborn"), &no, &f->err));
	save(f, clerk, no, "household-birth", BIRTH);
	papers(f, clerk, no);
	GOOD(f, yz_joint_submit(f->site, f->a, clerk, no, 0, &f->err));
	const struct yz_joint_part *p = part(joint(f, she, no), "birth-certificate");
	assert_int_equal(p->state, YZ_JOINT_submitted);
	assert_int_equal(site_int(f, "SELECT filed_by FROM cases WHERE id = $1 AND channel = 'counter' AND applicant = $2", YZ_I(p->case_id),
				  YZ_I(she->person)),
			 clerk->person);
	assert_int_equal(told(f, she, "一件事已提交"), 1);
	assert_int_equal(told(f, clerk, "一件事已提交"), 0);
	finish_part(f, she, no, "birth-certificate");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE id = $1 AND channel = 'counter'",
				  YZ_I(part(joint(f, she, no), "household-birth")->case_id)),
			 1);
	ledger_holds(f);
}

SITE(what_she_is_told_of_it_is_in_her_language)
{
	struct yz_actor *she = actor(f, "liuyang");
	site_do(f, yz_printf(f->a, "UPDATE person SET lang = 'en' WHERE id = %lld", (long long)she->person));
	struct yz_str no = born(f, she);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE person = $1 AND link = $2 AND title = 'Your joint application was sent'",
				  YZ_I(she->person), YZ_S(yz_str_printf(f->a, "/joint/%.*s", YZ_P(no)))),
			 1);
	struct yz_str birth = part(joint(f, she, no), "birth-certificate")->case_no;
	GOOD(f, ACT(f, officer(f, "weijian"), birth, refuse, .reason = YZ_LIT("不属于本机关职权"), .basis = YZ_LIT("行政许可法第三十二条")));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE person = $1 AND body LIKE '%stopped%' AND body LIKE '%, %'", YZ_I(she->person)), 1);
}
