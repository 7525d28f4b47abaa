/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/licence_fixture.h"

#include "gov/asked.h"
#include "gov/match.h"
#include "text/ident.h"

#define OLD_FACTS                                                                                                      \
	"{\"老人姓名\":\"赵桂兰\",\"老人身份证号\":\"990121193803080420\",\"性别\":\"女\",\"年龄\":\"88\",\"居住乡镇\":\"柳溪镇\",\"村社区\":\"柳溪社区\","                        \
	"\"在外地居住\":\"false\",\"已领同类津贴\":\"false\",\"办理人\":\"老人本人\",\"联系电话\":\"15409990032\",\"用社保卡领取\":\"true\"}"

static int64_t person(struct fixture *f, const char *login)
{
	return site_int(f, "SELECT id FROM person WHERE login = $1", YZ_Z(login));
}

static int64_t entries(struct fixture *f, const char *act)
{
	return site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = $1", YZ_Z(act));
}

static struct yz_match_list listed(struct fixture *f, const char *login, const char *policy, enum yz_match_show show)
{
	struct yz_actor *who = site_actor(f, login);
	struct yz_conn *conn = reading(f);
	struct yz_policy *p = yz_policy_load(conn, f->a, yz_str(policy), &f->err);
	struct yz_match_list list = {0};
	GOOD(f, p && yz_match_list(f->site, conn, f->a, who, p, show, 0, 50, &list, &f->err));
	yz_db_release(conn);
	return list;
}

static struct yz_match_mine mine_of(struct fixture *f, const char *login, const char *policy)
{
	struct yz_actor *who = site_actor(f, login);
	struct yz_conn *conn = reading(f);
	struct yz_match_mine *all = NULL, found = {0};
	size_t n = 0;
	struct yz_subject *s = yz_subject_of(f->site, conn, f->a, who, &f->err);
	GOOD(f, s && yz_match_mine(f->site, conn, f->a, s, YZ_LANG_ZH, &all, &n, &f->err));
	for (size_t i = 0; i < n; i++)
		if (yz_str_eqz(all[i].policy->key, policy))
			found = all[i];
	yz_db_release(conn);
	assert_non_null(found.policy);
	return found;
}

#define assert_text(s, z) assert_string_equal(yz_str_z(f->a, (s)), (z))
#define assert_way(list, a, b, c, d, e)                                                                                \
	do {                                                                                                           \
		struct yz_match_way w_ = (list).way;                                                                   \
		assert_int_equal(w_.told, (a));                                                                        \
		assert_int_equal(w_.opened, (b));                                                                      \
		assert_int_equal(w_.claimed, (c));                                                                     \
		assert_int_equal(w_.applied, (d));                                                                     \
		assert_int_equal(w_.granted, (e));                                                                     \
	} while (0)

SITE(a_claim_is_followed_from_being_told_to_the_decision)
{
	struct yz_actor *old = site_actor(f, "zhaoguilan"), *chief = site_actor(f, "maping");
	int64_t id = person(f, "zhaoguilan"), draft_id;
	struct yz_push_report r;
	struct yz_str no;
	GOOD(f, yz_policy_push(f->site, f->a, chief, YZ_LIT("elderly-allowance"), &id, 1, &r, &f->err));
	assert_way(listed(f, "maping", "elderly-allowance", YZ_SHOW_YES), 1, 0, 0, 0, 0);
	GOOD(f, yz_policy_opened(f->site, old, YZ_LIT("elderly-allowance"), &f->err));
	GOOD(f, yz_policy_opened(f->site, old, YZ_LIT("elderly-allowance"), &f->err));
	assert_int_equal(entries(f, "policy.open"), 1);
	assert_way(listed(f, "maping", "elderly-allowance", YZ_SHOW_YES), 1, 1, 0, 0, 0);
	GOOD(f, yz_policy_apply(f->site, f->a, old, YZ_LIT("elderly-allowance"), &draft_id, &f->err));
	assert_way(listed(f, "maping", "elderly-allowance", YZ_SHOW_YES), 1, 1, 1, 0, 0);
	assert_int_equal(mine_of(f, "zhaoguilan", "elderly-allowance").draft, draft_id);
	GOOD(f, yz_draft_save(f->site, f->a, old, draft_id, json(f, OLD_FACTS), 0, &f->err));
	add_materials(f, old, draft_id);
	GOOD(f, yz_case_submit(f->site, f->a, old, draft_id, YZ_LIT("web"), &no, &f->err));
	struct yz_match_list list = listed(f, "maping", "elderly-allowance", YZ_SHOW_CLAIMED);
	assert_way(list, 1, 1, 1, 1, 0);
	assert_int_equal(list.len, 1);
	assert_text(list.rows[0].case_no, yz_str_z(f->a, no));
	assert_text(list.rows[0].case_state, "submitted");
	assert_int_equal(list.rows[0].submitted, f->now);
	GOOD(f, ACT(f, actor(f, "yanghui"), no, accept));
	/* Whatever departments review first, the end of the case is the end of the claim. */
	change(f, "UPDATE cases SET state = 'decided', outcome = 'grant', decided = $1 WHERE no = $2", YZ_I(f->now), YZ_S(no));
	list = listed(f, "maping", "elderly-allowance", YZ_SHOW_CLAIMED);
	assert_way(list, 1, 1, 1, 1, 1);
	assert_text(list.rows[0].outcome, "grant");
	assert_int_equal(list.rows[0].decided, f->now);
	assert_text(mine_of(f, "zhaoguilan", "elderly-allowance").case_no, yz_str_z(f->a, no));
	assert_int_equal(mine_of(f, "zhaoguilan", "elderly-allowance").draft, 0);
}

SITE(a_draft_thrown_away_leaves_the_claim_without_it)
{
	struct yz_actor *old = site_actor(f, "zhaoguilan");
	int64_t first, second;
	GOOD(f, yz_policy_apply(f->site, f->a, old, YZ_LIT("elderly-allowance"), &first, &f->err));
	GOOD(f, yz_draft_discard(f->site, old, first, &f->err));
	/* Another draft may have the same number: it is no claim of that policy. */
	GOOD(f, yz_draft_open(f->site, site_actor(f, "liuyang"), YZ_LIT(ROAD_DIG), &second, &f->err));
	assert_int_equal(mine_of(f, "zhaoguilan", "elderly-allowance").draft, 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM policy_claim WHERE draft IS NOT NULL"), 0);
}

static struct yz_claim_list watched(struct fixture *f, const char *login, bool late)
{
	struct yz_actor *who = site_actor(f, login);
	struct yz_conn *conn = reading(f);
	struct yz_claim_list list;
	GOOD(f, yz_claim_watch(f->site, conn, f->a, who, late, 0, 50, &list, &f->err));
	yz_db_release(conn);
	return list;
}

SITE(what_was_confirmed_stands_before_supervision_until_it_is_given)
{
	GOOD(f, yz_policy_confirm(f->site, f->a, site_actor(f, "qingze-water"), YZ_LIT("stable-jobs"), &f->err));
	assert_way(listed(f, "renshe", "stable-jobs", YZ_SHOW_CLAIMED), 0, 0, 1, 1, 0);
	struct yz_claim_list list = watched(f, "supervisor", false);
	assert_int_equal(list.len, 1);
	assert_int_equal(list.open, 1);
	assert_text(list.at[0].subject, "清泽县清源供水有限公司");
	/* Twenty working days after Monday 23 November, to the end of that day. */
	yz_instant due;
	assert_true(yz_instant_parse(YZ_LIT("2026-12-22T00:00:00+08:00"), &due));
	assert_int_equal(list.at[0].due, due);
	assert_int_equal(watched(f, "supervisor", true).len, 0);
	f->now = due;
	assert_int_equal(watched(f, "supervisor", true).len, 1);
	assert_int_equal(watched(f, "supervisor", false).late, 1);
	GOOD(f, yz_policy_settle(f->site, f->a, site_actor(f, "renshe"), list.at[0].id, &f->err));
	list = watched(f, "supervisor", false);
	assert_int_equal(list.settled, 1);
	assert_int_equal(list.late, 0);
	assert_text(list.at[0].settled_by, "方瑜");
	assert_way(listed(f, "renshe", "stable-jobs", YZ_SHOW_CLAIMED), 0, 0, 1, 1, 1);
	/* Only of her own region, and only supervision. */
	assert_int_equal(watched(f, "supervisor-town", false).len, 0);
	struct yz_conn *conn = reading(f);
	struct yz_actor *clerk = actor_in(f, conn, "renshe");
	FAILS(f, YZ_FORBIDDEN, yz_claim_watch(f->site, conn, f->a, clerk, false, 0, 50, &list, &f->err));
	yz_db_release(conn);
}

/* ---- people who nearly qualify ---- */

static int64_t born(struct fixture *f, const char *day, int n)
{
	char id_no[19];
	snprintf(id_no, sizeof id_no, "990121%s%02d1", day, n);
	id_no[17] = yz_ident_person_check(id_no);
	id_no[18] = '\0';
	const struct yz_registration r = {.kind = YZ_LIT("natural"), .name = YZ_LIT("周老太"), .id_no = yz_str_dup(f->a, yz_str(id_no)),
					  .mobile = YZ_LIT("15409991234")};
	int64_t id;
	GOOD(f, yz_person_verify(f->site, f->a, site_actor(f, "yanghui"), &r, YZ_LIT("居民身份证"), &id, &f->err));
	return id;
}

static bool has(const struct yz_match_list *list, int64_t id)
{
	for (size_t i = 0; i < list->len; i++)
		if (list->rows[i].subject->id == id)
			return true;
	return false;
}

static bool may_see(struct fixture *f, const char *login, const char *policy, int64_t id)
{
	struct yz_actor *who = site_actor(f, login);
	struct yz_conn *conn = reading(f);
	struct yz_policy *p = yz_policy_load(conn, f->a, yz_str(policy), &f->err);
	struct yz_match_pair pair;
	bool may;
	GOOD(f, yz_match_refresh(f->site, conn, &f->err));
	struct yz_subject *s = yz_subject_load(f->site, conn, f->a, false, id, &f->err);
	GOOD(f, p && s && yz_match_pair(f->site, f->a, p->key, s, false, YZ_LANG_ZH, &pair, &f->err));
	GOOD(f, yz_match_may_see(f->site, conn, who, p, s, &pair, &may, &f->err));
	yz_db_release(conn);
	return may;
}

SITE(of_people_one_condition_short_only_those_who_grow_into_it_within_a_year_are_read)
{
	int64_t soon = born(f, "19470301", 12), later = born(f, "19600301", 13);
	change(f, "UPDATE person SET region = (SELECT region FROM person WHERE login = 'zhaoguilan') WHERE id IN ($1, $2)", YZ_I(soon), YZ_I(later));
	struct yz_match_list near = listed(f, "maping", "elderly-allowance", YZ_SHOW_NEAR);
	assert_int_equal(yz_match_state(f->site, YZ_LIT("elderly-allowance"), soon), YZ_MATCH_NEAR);
	assert_int_equal(yz_match_state(f->site, YZ_LIT("elderly-allowance"), later), YZ_MATCH_NEAR);
	assert_true(has(&near, soon));
	assert_false(has(&near, later));
	assert_true(near.counts.near > near.len);
	assert_true(may_see(f, "maping", "elderly-allowance", soon));
	assert_false(may_see(f, "maping", "elderly-allowance", later));
	/* An administrator and another department: nobody at all, not even who qualifies. */
	assert_false(may_see(f, "items", "elderly-allowance", person(f, "zhaoguilan")));
	assert_false(may_see(f, "renshe", "elderly-allowance", person(f, "zhaoguilan")));
	assert_true(may_see(f, "maping", "elderly-allowance", person(f, "zhaoguilan")));
}

SITE(a_policy_may_say_that_nobody_near_or_everybody_is_read)
{
	struct yz_conn *conn = reading(f);
	struct yz_policy *p = yz_policy_load(conn, f->a, YZ_LIT("elderly-allowance"), &f->err);
	struct yz_subject s = {.id = 1};
	struct yz_match_pair pair = {.state = YZ_MATCH_NEAR, .nshorts = 1};
	pair.shorts[0] = (struct yz_match_short){.fact = YZ_LIT("年龄"), .is = YZ_LIT("79"), .by = YZ_LIT("1")};
	assert_true(yz_match_near_shown(p, &s, &pair));
	pair.shorts[0].by = YZ_LIT("2");
	assert_false(yz_match_near_shown(p, &s, &pair));
	p->text.near = YZ_NEAR_ALL;
	assert_true(yz_match_near_shown(p, &s, &pair));
	p->text.near = YZ_NEAR_COUNT;
	pair.shorts[0].by = YZ_LIT("1");
	assert_false(yz_match_near_shown(p, &s, &pair));
	p->text.near = YZ_NEAR_COMING;
	pair.shorts[0] = (struct yz_match_short){.fact = YZ_LIT("创业月数"), .is = YZ_LIT("1"), .by = YZ_LIT("12")};
	assert_true(yz_match_near_shown(p, &s, &pair));
	pair.shorts[0].by = YZ_LIT("13");
	assert_false(yz_match_near_shown(p, &s, &pair));
	assert_int_equal(yz_match_time(&pair.shorts[0]), YZ_TIME_FAR);
	pair.shorts[0].by = YZ_LIT("12");
	assert_int_equal(yz_match_time(&pair.shorts[0]), YZ_TIME_COMING);
	pair.shorts[0] = (struct yz_match_short){.fact = YZ_LIT("失能等级"), .needs = YZ_LIT("\"中度\""), .is = YZ_LIT("轻度")};
	assert_int_equal(yz_match_time(&pair.shorts[0]), YZ_TIME_NOT);
	pair.shorts[0] = (struct yz_match_short){.fact = YZ_LIT("年龄"), .is = YZ_LIT("61"), .by = YZ_LIT("1"), .less = true};
	assert_int_equal(yz_match_time(&pair.shorts[0]), YZ_TIME_FAR);
	assert_false(yz_match_near_shown(p, &s, &pair));
	yz_db_release(conn);
}

SITE(who_looks_at_people_is_on_record_with_what_for)
{
	struct yz_actor *chief = site_actor(f, "maping");
	struct yz_conn *conn = reading(f);
	struct yz_policy *p = yz_policy_load(conn, f->a, YZ_LIT("elderly-allowance"), &f->err);
	yz_db_release(conn);
	GOOD(f, yz_policy_looked(f->site, chief, p, "near", 0, 3, &f->err));
	assert_int_equal(entries(f, "policy.look"), 1);
	struct yz_rows *r = yz_select(conn = reading(f), f->a, &f->err, "SELECT body, actor_id FROM ledger WHERE act = 'policy.look'");
	GOOD(f, r);
	assert_int_equal(yz_row_int(r, 0, 1), chief->person);
	assert_non_null(strstr(yz_row_z(r, 0, 0), "\"purpose\":\"advise\""));
	assert_non_null(strstr(yz_row_z(r, 0, 0), "\"rows\":3"));
	yz_db_release(conn);
}

/* ---- words that lead to items ---- */

SITE(what_words_led_to_is_forgotten_when_nobody_goes_there_any_more)
{
	struct yz_str item;
	for (int i = 0; i < 4; i++)
		yz_asked_opened(f->site, YZ_LIT("挖沟接水"), YZ_LIT(ROAD_DIG));
	GOOD(f, yz_asked_flush(f->site, &f->err));
	f->now += (yz_instant)YZ_ASKED_CHOICE_DAYS * 24 * YZ_HOUR;
	yz_asked_opened(f->site, YZ_LIT("别的"), YZ_LIT(ROAD_DIG));
	GOOD(f, yz_asked_flush(f->site, &f->err));
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_asked_choice(conn, f->a, YZ_LIT("挖沟接水"), &item, &f->err));
	assert_text(item, ROAD_DIG);
	yz_db_release(conn);
	f->now += (yz_instant)24 * YZ_HOUR;
	yz_asked_opened(f->site, YZ_LIT("别的"), YZ_LIT(ROAD_DIG));
	GOOD(f, yz_asked_flush(f->site, &f->err));
	conn = reading(f);
	GOOD(f, yz_asked_choice(conn, f->a, YZ_LIT("挖沟接水"), &item, &f->err));
	assert_text(item, "");
	yz_db_release(conn);
}
