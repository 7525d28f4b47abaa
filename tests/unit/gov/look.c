/* Every look at a person's data is hers to see, once a day and in the ledger.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/look.h"
#include "gov/register.h"

static struct yz_traces looks(struct fixture *f, const struct yz_actor *who, struct yz_str case_no)
{
	struct yz_traces out;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_looks_mine(f->site, conn, f->a, who, case_no, 0, 100, &out, &f->err));
	yz_db_release(conn);
	return out;
}

static struct yz_traces acts(struct fixture *f, const struct yz_actor *who, struct yz_str case_no)
{
	struct yz_traces out;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_acts_mine(f->site, conn, f->a, who, case_no, 0, 100, &out, &f->err));
	yz_db_release(conn);
	return out;
}

static struct yz_looked of(struct fixture *f, enum yz_look_thing thing, int64_t id)
{
	struct yz_looked out;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_look_of(conn, f->a, thing, id, &out, &f->err));
	yz_db_release(conn);
	return out;
}

static void opens(struct fixture *f, const char *login, struct yz_looked what)
{
	GOOD(f, yz_look(f->site, actor(f, login), &what, &f->err));
}

SITE(each_kind_of_look_is_a_line_with_who_when_and_on_which_case)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	struct yz_case *c = look(f, actor(f, "zhangmin"), no);
	review_all(f, no);
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = YZ_LIT("符合条件")));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, issue));
	c = look(f, actor(f, "zhangmin"), no);
	int64_t id = c->row.id, licence = site_int(f, "SELECT MIN(id) FROM licence WHERE holder = $1", YZ_I(she->person));
	struct yz_looked whole = {YZ_LOOK_case, id, id, &she->person, 1};
	assert_int_equal(looks(f, she, no).len, 0);
	opens(f, "zhangmin", whole);
	opens(f, "supervisor", whole);
	assert_true(c->nmaterials > 0 && c->ndocuments > 0 && licence > 0);
	opens(f, "jiaojing", of(f, YZ_LOOK_material, c->materials[0].id));
	opens(f, "decider", of(f, YZ_LOOK_document, c->documents[0].id));
	opens(f, "zhangmin", of(f, YZ_LOOK_licence, licence));
	/* Those that the pages know by themselves. */
	for (enum yz_look_thing thing = YZ_LOOK_question; thing < YZ_LOOK_export; thing++)
		opens(f, "caiwu", (struct yz_looked){thing, 7, 0, &she->person, 1});
	struct yz_traces mine = looks(f, she, YZ_LIT(""));
	assert_int_equal(mine.len, 5 + YZ_LOOK_export - YZ_LOOK_question);
	for (size_t i = 0; i < mine.len; i++) {
		enum yz_look_thing thing;
		assert_true(yz_look_parse(mine.at[i].thing, &thing) && *yz_look_title(thing));
		assert_true(mine.at[i].by_name.len && mine.at[i].org_name.len && mine.at[i].role.len && mine.at[i].at == f->now);
		assert_false(mine.at[i].hers);
	}
	assert_int_equal(looks(f, she, no).len, 4); /* the case twice, a material, a letter */
	struct yz_traced *first = &mine.at[mine.len - 1];
	assert_true(yz_str_eqz(first->thing, "case") && yz_str_eqz(first->by_name, "张敏") && yz_str_eqz(first->role, "window"));
	assert_true(yz_str_eq(first->case_no, no));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'person.look'"), (int64_t)mine.len);
	assert_int_equal(looks(f, actor(f, "zhaoguilan"), YZ_LIT("")).len, 0);
	ledger_holds(f);
}

SITE(the_same_official_and_thing_is_one_line_a_day)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	int64_t id = look(f, actor(f, "zhangmin"), no)->row.id;
	struct yz_looked whole = {YZ_LOOK_case, id, id, &she->person, 1};
	for (int i = 0; i < 3; i++)
		opens(f, "zhangmin", whole);
	assert_int_equal(looks(f, she, no).len, 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'person.look'"), 1);
	site_clock(f, "2026-11-24T09:00:00+08:00");
	opens(f, "zhangmin", whole);
	opens(f, "decider", whole);
	assert_int_equal(looks(f, she, no).len, 3);
}

SITE(her_own_looks_and_those_of_who_is_no_official_leave_no_line)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = apply(f, she);
	int64_t id = look(f, clerk, no)->row.id;
	struct yz_looked whole = {YZ_LOOK_case, id, id, &she->person, 1};
	opens(f, "liuyang", whole);
	opens(f, "zhaoguilan", whole);
	/* A clerk who looks at what she applied for herself. */
	opens(f, "zhangmin", (struct yz_looked){YZ_LOOK_account, clerk->person, 0, &clerk->person, 1});
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM pull WHERE thing <> ''"), 0);
	assert_int_equal(of(f, YZ_LOOK_material, 999999).n, 0);
	assert_int_equal(of(f, YZ_LOOK_payout, 999999).n, 0);
	assert_int_equal(of(f, YZ_LOOK_reclaim, 999999).n, 0);
}

SITE(of_a_list_each_who_stands_in_it_sees_the_look)
{
	int64_t people[] = {actor(f, "liuyang")->person, actor(f, "zhaoguilan")->person};
	opens(f, "caiwu", (struct yz_looked){YZ_LOOK_payout_file, 3, 0, people, 2});
	assert_int_equal(looks(f, actor(f, "liuyang"), YZ_LIT("")).len, 1);
	assert_int_equal(looks(f, actor(f, "zhaoguilan"), YZ_LIT("")).len, 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'person.look'"), 1);
}

SITE(every_act_on_her_case_is_told_with_the_post_it_was_done_by)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she), other = apply(f, she);
	review_all(f, no);
	struct yz_traces all = acts(f, she, no);
	assert_int_equal(all.len, site_int(f, "SELECT COUNT(*) FROM ledger l JOIN cases c ON c.id = l.thing_id WHERE l.thing_kind = 'case' AND c.no = $1", YZ_S(no)));
	assert_true(all.len >= 5);
	assert_true(yz_str_eqz(all.at[all.len - 1].act, "case.submit") && all.at[all.len - 1].hers && !all.at[all.len - 1].by_name.len);
	bool accepted = false;
	for (size_t i = 0; i < all.len; i++)
		if (yz_str_eqz(all.at[i].act, "case.accept")) {
			accepted = true;
			assert_true(yz_str_eqz(all.at[i].by_name, "张敏") && yz_str_eqz(all.at[i].role, "window") && all.at[i].org_name.len);
			assert_true(yz_str_eq(all.at[i].case_no, no));
		}
	assert_true(accepted);
	assert_int_equal(acts(f, she, YZ_LIT("")).len, all.len + acts(f, she, other).len);
	assert_int_equal(acts(f, actor(f, "zhaoguilan"), no).len, 0);
}
