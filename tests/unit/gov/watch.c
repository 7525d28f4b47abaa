/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/consult.h"
#include "gov/refresh.h"

#include <pthread.h>

#define LAW YZ_LIT("城市道路管理条例第三十三条")
#define WHY YZ_LIT("材料与现场不符")

static int64_t cards(struct fixture *f, const char *kind, const char *level)
{
	return site_int(f, "SELECT COUNT(*) FROM card d JOIN clock k ON k.id = d.clock_id WHERE k.kind = $1 AND d.level = $2", YZ_Z(kind),
			YZ_Z(level));
}

SITE(yellow_comes_at_nine_a_working_day_before_and_red_at_the_instant)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	site_clock(f, "2026-11-27T08:59:59+08:00");
	sweep(f);
	assert_int_equal(cards(f, "answer", "yellow"), 0);
	site_clock(f, "2026-11-27T09:00:00+08:00"); /* Friday; the last day is Monday */
	assert_int_equal(sweep(f), 1);
	assert_int_equal(cards(f, "answer", "yellow"), 1);
	assert_int_equal(sweep(f), 0);
	assert_int_equal(look(f, actor(f, "zhangmin"), no)->row.light, YZ_LIGHT_LATE); /* the window's own day was long over */
	site_clock(f, "2026-11-30T23:59:59+08:00");
	sweep(f);
	assert_int_equal(cards(f, "answer", "red"), 0);
	site_clock(f, "2026-12-01T00:00:00+08:00");
	sweep(f);
	assert_int_equal(cards(f, "answer", "red"), 1);
	struct yz_card *list;
	struct yz_conn *conn = reading(f);
	size_t n = yz_card_list(f->site, conn, f->a, actor(f, "supervisor"), YZ_LIT(""), 0, 50, &list, &f->err);
	yz_db_release(conn);
	assert_int_equal(n, 3); /* of the window's day only the red: nobody looked in time for the yellow */
	for (size_t i = 0; i < n; i++) {
		assert_true(yz_str_eq(list[i].case_no, no));
		assert_true(yz_json_len(yz_json_get(list[i].reckoning, "days")) > 0);
	}
	ledger_holds(f);
}

SITE(who_is_not_answered_in_five_days_is_accepted_from_the_day_of_receipt)
{
	struct yz_actor *she = actor(f, "liuyang");
	yz_instant received = f->now;
	struct yz_str no = apply(f, she);
	site_clock(f, "2026-12-01T00:00:00+08:00");
	sweep(f);
	struct yz_case *c = look(f, she, no);
	assert_int_equal(c->row.state, YZ_CASE_accepted);
	assert_int_equal(c->accepted, received);
	assert_int_equal(clock_of(c, "promised")->started, received);
	assert_at(clock_of(c, "promised")->due, "2026-12-08T00:00:00+08:00");
	paper(c, "ACCEPT");
	assert_int_equal(cards(f, "answer", "red"), 1);
	bool told = false;
	for (size_t i = 0; i < c->nevents; i++)
		told = told || (yz_str_eqz(c->events[i].act, "deem") && yz_str_eqz(c->events[i].who_kind, "system"));
	assert_true(told);
	assert_true(task_at(c, "review_city")->open);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM clock WHERE next_at <= $1", YZ_I(f->now)), 0);
}

static bool set_warn(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a, (void)ctx;
	return yz_site_set(conn, "calendar.warn_days", YZ_LIT("2"), err) && yz_site_set(conn, "calendar.warn_time", YZ_LIT("14:30"), err);
}

SITE(a_site_says_how_long_before_its_limits_warn)
{
	GOOD(f, yz_db_write(f->site->db, set_warn, NULL, &f->err));
	struct yz_seen seen = *f->site->at_open;
	GOOD(f, yz_site_refresh(f->site, &seen, &f->err)); /* as another server comes to know of it */
	apply(f, actor(f, "liuyang"));
	site_clock(f, "2026-11-26T14:29:59+08:00"); /* the last day is Monday */
	sweep(f);
	assert_int_equal(cards(f, "answer", "yellow"), 0);
	site_clock(f, "2026-11-26T14:30:00+08:00");
	sweep(f);
	assert_int_equal(cards(f, "answer", "yellow"), 1);
	site_clock(f, "2026-12-01T00:00:00+08:00");
	sweep(f);
	assert_int_equal(cards(f, "answer", "red"), 1);
}

struct sweeping {
	struct yz_site *site;
	yz_instant now;
	bool good;
};

static void *sweep_once(void *ctx)
{
	struct sweeping *s = ctx;
	int64_t done;
	yz_instant next;
	struct yz_err err = {0};
	s->good = yz_sweep(s->site, s->now, &done, &next, &err);
	return NULL;
}

SITE(two_sweepers_at_once_and_a_restart_issue_each_card_once)
{
	struct yz_actor *she = actor(f, "liuyang");
	for (int i = 0; i < 10; i++)
		apply(f, she);
	site_clock(f, "2026-11-30T12:00:00+08:00"); /* the window's day is over, the five days nearly */
	enum { SWEEPERS = 4 };
	pthread_t t[SWEEPERS];
	struct sweeping s[SWEEPERS];
	for (int i = 0; i < SWEEPERS; i++) {
		s[i] = (struct sweeping){f->site, f->now, false};
		assert_int_equal(pthread_create(&t[i], NULL, sweep_once, &s[i]), 0);
	}
	for (int i = 0; i < SWEEPERS; i++) {
		pthread_join(t[i], NULL);
		assert_true(s[i].good);
	}
	assert_int_equal(cards(f, "step", "red"), 10);
	assert_int_equal(cards(f, "answer", "yellow"), 10);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card"), 20);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act LIKE 'card.%'"), 20);
	if (!yz_db_is_postgres(f->site->db)) {
		yz_arena_destroy(f->a); /* gives back what the site lent */
		f->a = yz_arena_create(0);
		yz_site_close(f->site);
		site_open(f, false, NULL);
	}
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card"), 20);
	assert_int_equal(site_int(f, "SELECT CAST(SUM(yellow + red) AS BIGINT) FROM figure"), 20);
	ledger_holds(f);
}

SITE(a_case_that_is_done_in_time_gets_no_card)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	review_all(f, no);
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = YZ_LIT("符合条件")));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, issue));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, deliver));
	site_clock(f, "2027-06-01T12:00:00+08:00");
	assert_int_equal(sweep(f), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card"), 0);
}

SITE(a_clerk_sees_the_cards_of_her_department_alone)
{
	apply(f, actor(f, "liuyang"));
	site_clock(f, "2026-11-25T12:00:00+08:00");
	sweep(f);
	struct yz_card *list;
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_card_list(f->site, conn, f->a, actor(f, "zhangmin"), YZ_LIT("zhujian"), 0, 50, &list, &f->err), 1);
	assert_int_equal(yz_card_list(f->site, conn, f->a, actor(f, "lixue"), YZ_LIT("shichang"), 0, 50, &list, &f->err), 0);
	assert_int_equal(f->err.code, YZ_OK);
	assert_int_equal(yz_card_list(f->site, conn, f->a, actor(f, "lixue"), YZ_LIT("zhujian"), 0, 50, &list, &f->err), 0);
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	f->err = (struct yz_err){0};
	assert_int_equal(yz_card_list(f->site, conn, f->a, actor(f, "lixue"), YZ_LIT(""), 0, 50, &list, &f->err), 0);
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	yz_db_release(conn);
}

/* ---- a year whose notice comes later ---- */

#define NOTICE                                                                                                         \
	"{\"holidays\":{\"2027-01-01\":\"New Year's Day,元旦,1\",\"2027-01-04\":\"New Year's Day,元旦,1\","                     \
	"\"2027-05-01\":\"Labour Day,劳动节,1\",\"2027-10-01\":\"National Day,国庆节,3\"},"                                    \
	"\"workdays\":{\"2027-01-10\":\"New Year's Day,元旦,1\"},\"inLieuDays\":{\"2027-01-04\":\"New Year's Day,元旦,1\"}}"

SITE(the_notice_of_next_year_moves_what_was_provisional)
{
	site_clock(f, "2026-12-24T10:00:00+08:00");
	struct yz_actor *she = actor(f, "liuyang"), *admin = actor(f, "admin");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	struct yz_case_clock *k = clock_of(look(f, she, no), "promised");
	assert_at(k->due, "2027-01-09T00:00:00+08:00"); /* 1 January off by rule */
	assert_int_equal(k->provisional, 2027);
	struct yz_calendar_report report;
	int64_t moved;
	struct yz_str source = YZ_LIT("国办发明电〔2026〕7号");
	FAILS(f, YZ_FORBIDDEN, yz_site_calendar_import(f->site, f->a, actor(f, "zhangmin"), YZ_LIT(NOTICE), source, &report, &moved, &f->err));
	GOOD(f, yz_site_calendar_import(f->site, f->a, admin, YZ_LIT(NOTICE), source, &report, &moved, &f->err));
	struct yz_case *c = look(f, she, no);
	k = clock_of(c, "promised");
	assert_at(k->due, "2027-01-11T00:00:00+08:00"); /* the fourth is off, so is the ninth, the tenth is worked */
	assert_int_equal(k->provisional, 0);
	assert_int_equal(moved, 1); /* in the legal limit one day lost is one day won */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'clock.move'"), moved);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'calendar.import'"), 1);
	GOOD(f, yz_site_calendar_import(f->site, f->a, admin, YZ_LIT(NOTICE), source, &report, &moved, &f->err));
	assert_int_equal(moved, 0);
	ledger_holds(f);
}

/* ---- figures ---- */

/* One case in every end, one open in every light. */
static void busy_month(struct fixture *f)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin"), *decider = actor(f, "decider");
	struct yz_str no = apply(f, she);
	review_all(f, no);
	GOOD(f, ACT(f, decider, no, grant, .reason = YZ_LIT("符合条件")));
	GOOD(f, ACT(f, clerk, no, issue));
	GOOD(f, ACT(f, clerk, no, deliver));
	GOOD(f, ACT(f, she, no, rate, .level = 5));
	no = apply(f, she);
	review_all(f, no);
	GOOD(f, ACT(f, decider, no, deny, .reason = WHY, .basis = LAW));
	GOOD(f, ACT(f, she, no, rate, .level = 2));
	no = apply(f, she);
	GOOD(f, ACT(f, clerk, no, refuse, .reason = WHY, .basis = LAW));
	no = apply(f, she);
	GOOD(f, ACT(f, she, no, withdraw));
	no = apply(f, she);
	GOOD(f, ACT(f, clerk, no, accept));
	GOOD(f, ACT(f, actor(f, "reviewer"), no, stop, .special = YZ_LIT("听证"), .days = 9, .reason = WHY));
	no = apply(f, she);
	GOOD(f, ACT(f, clerk, no, correct, .items = json(f, "[{\"field\":\"挖掘长度\",\"what\":\"改\"}]"), .reason = WHY));
	apply(f, she);
	site_clock(f, "2026-11-26T12:00:00+08:00");
	sweep(f);
	no = apply(f, she);
	review_all(f, no);
	sweep(f);
}

SITE(figures_add_up_to_the_cases)
{
	busy_month(f);
	struct yz_figures *all;
	struct yz_conn *conn = reading(f);
	struct yz_actor *watch = actor(f, "supervisor");
	size_t n = yz_board_figures(f->site, conn, f->a, watch, YZ_LIT("2026-11"), YZ_LIT("2026-11"), &all, &f->err);
	assert_true(n > 30);
	struct yz_figures *months, sum = all[0];
	assert_int_equal(yz_board_months(f->site, conn, f->a, watch, YZ_LIT(""), &months, &f->err), 1);
	yz_db_release(conn);
	assert_int_equal(sum.received, site_int(f, "SELECT COUNT(*) FROM cases"));
	assert_int_equal(sum.received, 8);
	assert_int_equal(sum.accepted, site_int(f, "SELECT COUNT(*) FROM cases WHERE accepted IS NOT NULL"));
	assert_int_equal(sum.refused, site_int(f, "SELECT COUNT(*) FROM cases WHERE state = 'refused'"));
	assert_int_equal(sum.decided, site_int(f, "SELECT COUNT(*) FROM cases WHERE decided IS NOT NULL"));
	assert_int_equal(sum.denied, site_int(f, "SELECT COUNT(*) FROM cases WHERE outcome = 'deny'"));
	assert_int_equal(sum.withdrawn, site_int(f, "SELECT COUNT(*) FROM cases WHERE state = 'withdrawn'"));
	assert_int_equal(sum.on_time, 2);
	assert_int_equal(sum.early, 2);
	assert_int_equal(sum.yellow, site_int(f, "SELECT COUNT(*) FROM card WHERE level = 'yellow'"));
	assert_int_equal(sum.red, site_int(f, "SELECT COUNT(*) FROM card WHERE level = 'red'"));
	assert_int_equal(sum.rated, 2);
	assert_int_equal(sum.stars, 7);
	assert_int_equal(sum.open, site_int(f, "SELECT COUNT(*) FROM cases WHERE ended IS NULL"));
	assert_int_equal(sum.late, site_int(f, "SELECT COUNT(*) FROM cases WHERE ended IS NULL AND light = 'late'"));
	assert_int_equal(sum.stopped, 1);
	assert_int_equal(sum.late, 1);
	assert_int_equal(sum.ok + sum.warn, 2);
	assert_int_equal(months[0].received, sum.received);
	assert_int_equal(months[0].red, sum.red);
	struct yz_figures *town;
	conn = reading(f);
	n = yz_board_figures(f->site, conn, f->a, actor(f, "supervisor-town"), YZ_LIT("2026-11"), YZ_LIT("2026-11"), &town, &f->err);
	assert_true(n > 0);
	assert_int_equal(town[0].received, 0);
	assert_int_equal(yz_board_figures(f->site, conn, f->a, actor(f, "decider"), YZ_LIT("2026-11"), YZ_LIT("2026-11"), &town, &f->err), 0);
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	yz_db_release(conn);
}

SITE(the_ledger_verifies_and_names_no_applicant)
{
	struct yz_registration r = {.kind = YZ_LIT("natural"), .login = YZ_LIT("meihua"), .password = YZ_LIT("a-long-password"),
				    .name = YZ_LIT("梅花"), .id_no = YZ_LIT("990121198505050023"), .mobile = YZ_LIT("15409990099")};
	int64_t id;
	GOOD(f, yz_person_register(f->site, f->a, &r, &id, &f->err));
	GOOD(f, yz_person_verify(f->site, f->a, actor(f, "zhangmin"), &r, YZ_LIT("身份证"), &id, &f->err));
	busy_month(f);
	ledger_holds(f);
	static const char *const personal[] = {"刘洋", "990121199106122135", "15409990001", "梅花", "990121198505050023", "15409990099"};
	for (size_t i = 0; i < sizeof personal / sizeof *personal; i++)
		assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE body LIKE $1 OR actor_name LIKE $1 OR rule LIKE $1",
					  YZ_Z(yz_printf(f->a, "%%%s%%", personal[i]))),
				 0);
	assert_true(site_int(f, "SELECT COUNT(*) FROM ledger WHERE actor_name = '张敏'") > 0); /* staff act by name */
	/* One act, one entry. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'case.submit'"), site_int(f, "SELECT COUNT(*) FROM cases"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act IN ('case.grant', 'case.deny')"),
			 site_int(f, "SELECT COUNT(*) FROM cases WHERE decided IS NOT NULL"));
}

/* ---- the sweeper's own ---- */

#define MARKS "[{\"field\":\"挖掘长度\",\"what\":\"与平面图一致\"}]"

static int64_t told(struct fixture *f)
{
	return site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'case.lapse'");
}

static bool do_sweep(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct fixture *f = ctx;
	int64_t done;
	yz_instant next;
	(void)conn, (void)a;
	return yz_sweep(f->site, f->now, &done, &next, err);
}

/* As a load does it: many instants in one durable write. */
SITE(a_sweep_inside_a_bulk_does_nothing_twice_where_a_case_cannot_be_read)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str one = apply(f, she), other = apply(f, she);
	GOOD(f, ACT(f, clerk, one, correct, .items = json(f, MARKS), .reason = WHY));
	GOOD(f, ACT(f, clerk, other, correct, .items = json(f, MARKS), .reason = WHY));
	site_do(f, "UPDATE cases SET flow = '{' WHERE id = (SELECT MAX(id) FROM cases)");
	site_clock(f, "2026-12-15T00:00:00+08:00");
	GOOD(f, yz_db_bulk(f->site->db, do_sweep, f, &f->err));
	assert_int_equal(told(f), 1);
	/* What could not be read comes again in an hour. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM clock WHERE kind = 'correction' AND next_at > $1", YZ_I(f->now)), 1);
}

SITE(days_to_correct_lapse_once_whoever_looks)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, correct, .items = json(f, MARKS), .reason = WHY));
	site_clock(f, "2026-12-15T00:00:00+08:00");
	sweep(f);
	/* Another server had read it as due too. */
	site_do(f, "UPDATE clock SET next_at = due WHERE kind = 'correction'");
	sweep(f);
	assert_int_equal(told(f), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM clock WHERE kind = 'correction' AND next_at IS NOT NULL"), 0);
}

SITE(where_one_thing_cannot_be_swept_the_others_are)
{
	struct yz_question_receipt r;
	const struct yz_question q = {.text = YZ_LIT("在路上挖一条沟接水管，请问要办几天？"), .may_publish = true};
	int64_t done;
	yz_instant next;
	GOOD(f, yz_consult_ask(f->site, f->a, actor(f, "liuyang"), &q, &r, &f->err));
	site_do(f, "ALTER TABLE relay RENAME TO elsewhere");
	site_clock(f, "2026-12-01T00:00:00+08:00");
	assert_false(yz_sweep(f->site, f->now, &done, &next, &f->err));
	assert_int_equal(f->err.code, YZ_DB);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE thing = 'consultation' AND level = 'red'"), 1);
	assert_int_equal(done, 1);
}
