/* SPDX-License-Identifier: Apache-2.0
 *
 * Declared at the village, compared at every level, publicised; and what is seen of one person.
 */
#include "tests/unit/gov/subsidy_fixture.h"

static struct yz_publicity shown(struct fixture *f, struct yz_objections *list, struct yz_str no)
{
	struct yz_publicity p;
	struct yz_case *c = look(f, actor(f, "farm-reviewer"), no);
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_objections_of(f->site, conn, f->a, c->row.id, list, &p, &f->err));
	yz_db_release(conn);
	return p;
}

SITE(a_doubt_must_be_explained_at_every_level_before_the_case_goes_on)
{
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200");
	struct yz_actor *worker = actor(f, "village-shangliu"), *town = actor(f, "town-liuxi");
	GOOD(f, ACT(f, worker, no, accept));
	struct yz_case_doubts d = doubts(f, look(f, worker, no));
	assert_int_equal(d.rounds, 1);
	assert_int_equal(d.open, 1);
	assert_true(yz_str_eqz(d.at[0].rule, "car") && yz_str_eqz(d.at[0].value, "比亚迪汉"));
	FAILS(f, YZ_NOT_NOW, ACT(f, worker, no, pass));
	FAILS(f, YZ_BAD_INPUT, ACT(f, worker, no, clear, .ref = d.at[0].id));
	FAILS(f, YZ_CONFLICT, ACT(f, worker, no, clear, .ref = d.at[0].id + 1000, .reason = YZ_LIT("不是她的")));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, worker, no, clear, .ref = d.at[0].id, .reason = YZ_LIT("车是儿子的")));
	FAILS(f, YZ_CONFLICT, ACT(f, worker, no, clear, .ref = d.at[0].id, .reason = YZ_LIT("再说一次")));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, worker, no, pass));
	d = doubts(f, look(f, town, no));
	assert_int_equal(d.rounds, 2);
	assert_int_equal(d.open, 1);
	assert_true(yz_str_eqz(d.at[0].before, "车是儿子的"));
	FAILS(f, YZ_NOT_NOW, ACT(f, town, no, pass));
	/* Not worth explaining away: it goes to the county to be refused. */
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, town, no, object, .reason = YZ_LIT("说明没有证明")));
	FAILS(f, YZ_NOT_NOW, ACT(f, actor(f, "farm-head"), no, grant, .reason = YZ_LIT("发")));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, actor(f, "farm-head"), no, deny, .reason = YZ_LIT("不符合"), .basis = YZ_LIT("办法第十二条")));
	assert_int_equal(look(f, town, no)->row.state, YZ_CASE_denied);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'register.compare'"), 2);
}

/* Somebody who stands in no register of the demo. */
static const char *stranger(struct fixture *f, int n)
{
	char *id = yz_printf(f->a, "99012119500101%03d?", 900 + n);
	id[17] = yz_ident_person_check(id);
	return id;
}

static void enter(struct fixture *f, const char *reg, const char *csv)
{
	const struct yz_record_options o = {.bytes = yz_str(csv), .file_name = YZ_LIT("r.csv")};
	struct yz_record_report r;
	GOOD(f, yz_site_register_import(f->site, f->a, NULL, yz_str(reg), &o, &r, &f->err));
	assert_int_equal(r.added, 1);
	assert_int_equal(r.errors, 0);
}

SITE(what_each_register_knows_is_found_at_every_level)
{
	static const struct {
		const char *reg, *name, *columns, *row, *rule, *value; /* row: without her number */
		bool second; /* her number is the second column */
		enum yz_severity severity;
	} registers[] = {
		{"death", "死亡登记信息", "身份证号,死亡日期", "2025-03-01", "dead", "2025-03-01", false, YZ_SEVERITY_HIGH},
		{"salary", "财政供养人员信息", "身份证号,月份,单位", "2026-10,清泽县第三中学", "salary", "清泽县第三中学", false, YZ_SEVERITY_DOUBT},
		{"company-officer", "企业任职信息", "身份证号,统一社会信用代码,企业名称,职务,状态", "91990121MC08231566,清泽县白沙渔具经营部,股东,存续", "company",
		 "清泽县白沙渔具经营部", false, YZ_SEVERITY_DOUBT},
		{"vehicle", "机动车登记信息", "号牌号码,身份证号,车辆类型,品牌型号,核定价格", "青K00001,小型轿车,红旗E-HS9,509800", "car", "红旗E-HS9", true,
		 YZ_SEVERITY_DOUBT},
	};
	static const struct {
		const char *login, *task;
	} levels[] = {{"village-shangliu", "village"}, {"town-liuxi", "town"}, {"reviewer", "county"}, {"city-reviewer", "city"}};
	for (size_t r = 0; r < sizeof registers / sizeof *registers; r++) {
		const char *id = stranger(f, (int)r), *row = registers[r].row;
		int first = registers[r].second ? (int)strcspn(row, ",") + 1 : 0;
		enter(f, registers[r].reg, yz_printf(f->a, "%s\n%.*s%s,%s\n", registers[r].columns, first, row, id, row + first));
		struct yz_str no = declare_of(f, id, "village-shangliu", HOUSE, "990121100200"), steps[4];
		GOOD(f, ACT(f, actor(f, "village-shangliu"), no, accept));
		int64_t last = 0;
		for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
			struct yz_actor *who = actor(f, levels[l].login);
			struct yz_case *c = look(f, who, no);
			task_at(c, levels[l].task);
			struct yz_case_doubts d = doubts(f, c);
			assert_int_equal(d.rounds, l + 1);
			assert_int_equal(d.len, 1);
			assert_int_equal(d.open, 1);
			const struct yz_case_doubt *found = &d.at[0];
			assert_true(yz_str_eqz(found->rule, registers[r].rule) && yz_str_eqz(found->register_name, registers[r].name));
			assert_true(yz_str_eqz(found->value, registers[r].value));
			assert_int_equal(found->severity, registers[r].severity);
			assert_true(found->id > last && !found->cleared && (l > 0) == (found->before.len > 0));
			steps[l] = d.step;
			for (size_t k = 0; k < l; k++)
				assert_false(yz_str_eq(steps[k], d.step));
			last = found->id;
			FAILS(f, YZ_NOT_NOW, ACT(f, who, no, pass));
			f->err = (struct yz_err){0};
			clear(f, who, no, "已核实");
			GOOD(f, ACT(f, who, no, pass));
		}
	}
}

SITE(a_village_sees_its_own_and_another_village_or_town_does_not)
{
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200");
	static const char *const see[] = {"village-shangliu", "town-liuxi"}, *const not[] = {"village-xialiu", "town-yuntai", "village-shahe"};
	GOOD(f, ACT(f, actor(f, "village-shangliu"), no, accept));
	clear(f, actor(f, "village-shangliu"), no, "已核实");
	GOOD(f, ACT(f, actor(f, "village-shangliu"), no, pass));
	for (int i = 0; i < 2; i++)
		look(f, actor(f, see[i]), no);
	for (int i = 0; i < 3; i++) {
		struct yz_conn *conn = reading(f);
		FAILS(f, YZ_NOT_FOUND, yz_case_load(f->site, conn, f->a, actor(f, not[i]), no, &f->err));
		yz_db_release(conn);
	}
	FAILS(f, YZ_FORBIDDEN, ACT(f, actor(f, "village-shangliu"), no, pass));
}

static struct yz_villages villages(struct fixture *f, const char *login, const char *village)
{
	struct yz_villages v;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_villages(conn, f->a, actor(f, login), yz_str(village), &v, &f->err));
	yz_db_release(conn);
	return v;
}

SITE(a_worker_has_a_list_of_her_village_and_a_town_of_its_villages)
{
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200");
	struct yz_villages v = villages(f, "village-shangliu", "");
	assert_true(v.worker && yz_str_eqz(v.place, "上柳村"));
	assert_int_equal(v.ncases, 1);
	assert_true(yz_str_eq(v.cases[0].no, no) && v.cases[0].step.len && v.cases[0].next_due);
	look(f, actor(f, "village-shangliu"), v.cases[0].no); /* what is listed opens */
	assert_int_equal(villages(f, "village-xialiu", "").ncases, 0);
	/* The town has a list once it has a step. */
	assert_int_equal(villages(f, "town-yuntai", "").ncases, 0);
	GOOD(f, ACT(f, actor(f, "village-shangliu"), no, accept));
	clear(f, actor(f, "village-shangliu"), no, "已核实");
	GOOD(f, ACT(f, actor(f, "village-shangliu"), no, pass));
	v = villages(f, "town-liuxi", "");
	assert_false(v.worker);
	assert_int_equal(v.len, 1);
	assert_true(yz_str_eqz(v.at[0].name, "上柳村"));
	assert_int_equal(v.at[0].open, 1);
	look(f, actor(f, "town-liuxi"), v.cases[0].no);
	assert_int_equal(villages(f, "town-liuxi", "990121100201").ncases, 0);
	assert_int_equal(villages(f, "town-liuxi", "990121100200").ncases, 1);
	assert_int_equal(villages(f, "decider", "").place.len, 0); /* of the county: the desk is hers */
	struct yz_conn *conn = reading(f);
	FAILS(f, YZ_FORBIDDEN, yz_villages(conn, f->a, actor(f, "liuyang"), YZ_LIT(""), &v, &f->err));
	yz_db_release(conn);
}

SITE(a_large_grant_goes_to_the_city_and_a_small_one_does_not)
{
	struct yz_str no = declare(f, "village-shangliu", HOUSE, "990121100200");
	GOOD(f, ACT(f, actor(f, "village-shangliu"), no, accept));
	static const char *const hands[] = {"village-shangliu", "town-liuxi", "reviewer", "city-reviewer"};
	for (int i = 0; i < 4; i++) {
		clear(f, actor(f, hands[i]), no, "已核实");
		GOOD(f, ACT(f, actor(f, hands[i]), no, pass));
	}
	assert_int_equal(doubts(f, look(f, actor(f, "city-reviewer"), no)).rounds, 4);
	assert_int_equal(site_int(f, "SELECT amount FROM publicity"), 3500000);
	to_pay(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM task WHERE node = 'city'"), 1);
}

SITE(what_is_publicised_says_no_number_and_is_gone_when_it_is_over)
{
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200");
	struct yz_objections o;
	struct yz_publicity_list list;
	to_publicity(f, no, "village-shangliu", "town-liuxi", "farm-reviewer");
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_publicity_now(f->site, conn, f->a, YZ_LIT("990121100"), 0, &list, &f->err));
	assert_int_equal(list.len, 1);
	assert_true(yz_str_eqz(list.at[0].name, "何*兰"));
	assert_true(yz_str_eqz(list.at[0].place, "柳溪镇上柳村"));
	assert_int_equal(list.at[0].amount, 98500);
	GOOD(f, yz_publicity_now(f->site, conn, f->a, YZ_LIT("990121101"), 0, &list, &f->err));
	assert_int_equal(list.len, 0);
	yz_db_release(conn);
	struct yz_publicity p = shown(f, &o, no);
	f->now = p.until;
	p = shown(f, &o, no);
	assert_false(p.open);
	assert_int_equal(p.name.len + p.place.len + (size_t)p.amount, 0);
	const struct yz_objection_new in = {.text = YZ_LIT("地早就不种了")};
	struct yz_str code;
	FAILS(f, YZ_NOT_NOW, yz_publicity_object(f->site, f->a, p.id, &in, &code, &f->err));
}

/* As far as the county, whose pass leads to the publicity; of a process that is written wrong it says what is, and a word stands
 * before the node's id, which may be Chinese and would be taken for words to people. */
static void publicises(struct fixture *f, const char *was, const char *is, const char *why)
{
	rewritten(f, was, is);
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200");
	const char *const hands[] = {"village-shangliu", "town-liuxi", "farm-reviewer"};
	GOOD(f, ACT(f, actor(f, hands[0]), no, accept));
	for (int i = 0; i < 3; i++) {
		clear(f, actor(f, hands[i]), no, "车是儿子的，已核实");
		if (i < 2)
			GOOD(f, ACT(f, actor(f, hands[i]), no, pass));
	}
	FAILS(f, YZ_BAD_INPUT, ACT(f, actor(f, hands[2]), no, pass));
	assert_string_equal(f->err.msg, why);
}

SITE(a_publicity_without_a_period_is_a_mistake_of_the_process)
{
	publicises(f, "yz:period=\"P7D\"", "yz:period=\"7\"", "task publicise: 7 is no period");
}

SITE(a_publicity_of_no_amount_is_a_mistake_of_the_process)
{
	publicises(f, "yz:amount=\"=补贴金额\" yz:standard", "yz:amount=\"many\" yz:standard", "task publicise: many is no amount");
}

SITE(an_objection_stands_in_the_way_until_it_is_answered)
{
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200"), code;
	struct yz_objections o;
	struct yz_objection mine;
	to_publicity(f, no, "village-shangliu", "town-liuxi", "farm-reviewer");
	struct yz_publicity p = shown(f, &o, no);
	const struct yz_objection_new in = {.text = YZ_LIT("地早就不种了，在城里住"), .contact = YZ_LIT("13909990009")};
	const struct yz_objection_new empty = {.text = YZ_LIT("不对")};
	FAILS(f, YZ_BAD_INPUT, yz_publicity_object(f->site, f->a, p.id, &empty, &code, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_publicity_object(f->site, f->a, p.id, &in, &code, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM objection WHERE answered IS NULL"), 1);
	f->now += 8 * YZ_DAY;
	sweep(f);
	struct yz_actor *county = actor(f, "farm-reviewer");
	task_at(look(f, county, no), "objections");
	FAILS(f, YZ_NOT_NOW, ACT(f, county, no, pass));
	shown(f, &o, no);
	assert_int_equal(o.open, 1);
	FAILS(f, YZ_BAD_INPUT, ACT(f, county, no, answer_objection, .ref = o.at[0].id, .reason = YZ_LIT("查过了")));
	FAILS(f, YZ_FORBIDDEN, ACT(f, actor(f, "town-liuxi"), no, answer_objection, .ref = o.at[0].id, .special = YZ_LIT("rejected"), .reason = YZ_LIT("查过了")));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, county, no, answer_objection, .ref = o.at[0].id, .special = YZ_LIT("rejected"), .reason = YZ_LIT("入户看过，地在种")));
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_objection_by_code(f->site, conn, f->a, p.id, code, &mine, &f->err));
	assert_true(mine.answered && !mine.upheld && yz_str_eqz(mine.answer, "入户看过，地在种"));
	FAILS(f, YZ_NOT_FOUND, yz_objection_by_code(f->site, conn, f->a, p.id, YZ_LIT("AAAAAAAAAAAA"), &mine, &f->err));
	yz_db_release(conn);
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, county, no, pass));
	GOOD(f, ACT(f, actor(f, "farm-head"), no, grant, .reason = YZ_LIT("符合规定")));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout WHERE state = 'due'"), 1);
}

SITE(one_persons_subsidies_are_hers_and_a_look_at_them_is_noted)
{
	struct yz_payout_person p;
	to_pay(f);
	FAILS(f, YZ_BAD_INPUT, yz_payouts_of_person(f->site, f->a, actor(f, "farm-reviewer"), YZ_LIT(OWNER), YZ_LIT(""), &p, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_payouts_of_person(f->site, f->a, actor(f, "liuyang"), YZ_LIT(OWNER), YZ_LIT("想看看"), &p, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_payouts_of_person(f->site, f->a, actor(f, "village-shangliu"), YZ_LIT(OWNER), YZ_LIT("年度复核"), &p, &f->err));
	assert_int_equal(p.list.len, 1);
	assert_true(yz_str_find(p.list.at[0].account, YZ_LIT("****"), 0) != SIZE_MAX);
	GOOD(f, yz_payouts_of_person(f->site, f->a, actor(f, "village-shahe"), YZ_LIT(OWNER), YZ_LIT("年度复核"), &p, &f->err));
	assert_int_equal(p.list.len, 0);
	struct yz_actor *owner = yz_new(f->a, struct yz_actor);
	struct yz_payouts mine;
	struct yz_traces pulls;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_actor_of(f->site, conn, f->a, p.person, owner, &f->err));
	GOOD(f, yz_payouts_mine(f->site, conn, f->a, owner, &mine, &f->err));
	assert_int_equal(mine.len, 1);
	GOOD(f, yz_looks_mine(f->site, conn, f->a, owner, YZ_LIT(""), 0, 50, &pulls, &f->err));
	assert_true(pulls.len >= 5);
	assert_true(yz_str_eqz(pulls.at[0].purpose, "年度复核"));
	yz_db_release(conn);
}

SITE(a_look_at_ones_subsidies_is_kept_for_that_person_without_its_words)
{
	struct yz_payout_person p;
	to_pay(f);
	GOOD(f, yz_payouts_of_person(f->site, f->a, actor(f, "farm-reviewer"), YZ_LIT(OWNER), YZ_LIT("查何桂兰的家事"), &p, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'payout.look' AND thing_id = $1", YZ_I(p.person)), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'payout.look' AND body LIKE '%家事%'"), 0);
}
