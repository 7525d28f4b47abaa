/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/deputy.h"
#include "gov/duty.h"

#define WHY YZ_LIT("按规定办理")

static size_t duties(struct fixture *f, struct yz_str no, struct yz_duty **all, yz_instant *unknown)
{
	int64_t id = site_int(f, "SELECT id FROM cases WHERE no = $1", YZ_S(no));
	struct yz_conn *conn = reading(f);
	size_t n;
	GOOD(f, yz_duty_of(conn, f->a, id, all, &n, unknown, &f->err));
	yz_db_release(conn);
	return n;
}

/* "from-until step post person(deputy) awaits", a line each, hours and minutes of the day. */
static const char *told(struct fixture *f, struct yz_str no)
{
	static const char *const awaited[] = {"office", "applicant", "special", "suspended", "time"};
	struct yz_duty *d;
	yz_instant unknown;
	struct yz_buf b;
	size_t n = duties(f, no, &d, &unknown);
	yz_buf_init(&b, f->a, 1 << 16);
	assert_int_equal(unknown, 0);
	for (size_t i = 0; i < n; i++) {
		int64_t from = (d[i].from + 8 * YZ_HOUR) / YZ_MINUTE, until = (d[i].until == YZ_NEVER ? 0 : (d[i].until + 8 * YZ_HOUR) / YZ_MINUTE);
		yz_buf_printf(&b, "%02d:%02d-", (int)(from / 60 % 24), (int)(from % 60));
		if (until)
			yz_buf_printf(&b, "%02d:%02d", (int)(until / 60 % 24), (int)(until % 60));
		yz_buf_printf(&b, " %.*s %.*s/%.*s %.*s", YZ_P(d[i].step), YZ_P(d[i].org), YZ_P(d[i].role), YZ_P(d[i].person_name));
		if (d[i].deputy)
			yz_buf_printf(&b, "(%.*s)", YZ_P(d[i].deputy_name));
		yz_buf_printf(&b, " %s\n", awaited[d[i].awaits]);
	}
	return yz_str_z(f->a, yz_buf_str(&b));
}

static void clock_to(struct fixture *f, const char *time)
{
	site_clock(f, yz_printf(f->a, "2026-11-23T%s:00+08:00", time));
}

SITE(a_handover_and_what_is_delegated_change_who_holds_it)
{
	struct yz_actor *decider = actor(f, "decider");
	struct yz_str no = apply(f, actor(f, "liuyang"));
	clock_to(f, "10:00");
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, claim, .task = task_at(look(f, actor(f, "zhangmin"), no), "accept")->id));
	clock_to(f, "10:30");
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	clock_to(f, "10:40");
	GOOD(f, ACT(f, actor(f, "jiaojing"), no, pass));
	GOOD(f, ACT(f, actor(f, "yuanlin"), no, pass));
	clock_to(f, "11:00");
	struct yz_actor *city = actor(f, "caihong");
	int64_t task = task_at(look(f, city, no), "review_city")->id;
	GOOD(f, ACT(f, city, no, hand, .task = task, .to = YZ_LIT("zhujian/reviewer"), .reason = WHY));
	clock_to(f, "11:20");
	GOOD(f, ACT(f, actor(f, "reviewer"), no, hand, .task = task, .to = YZ_LIT("reviewer-lin"), .reason = WHY));
	clock_to(f, "11:30");
	GOOD(f, ACT(f, actor(f, "reviewer-lin"), no, delegate, .task = task, .to = YZ_LIT("reviewer"), .reason = WHY));
	clock_to(f, "14:00");
	GOOD(f, ACT(f, actor(f, "reviewer"), no, pass, .reason = WHY));
	clock_to(f, "15:00");
	GOOD(f, ACT(f, actor(f, "reviewer-lin"), no, pass, .task = task, .reason = WHY));
	clock_to(f, "16:00");
	GOOD(f, ACT(f, decider, no, deny, .reason = WHY, .basis = YZ_LIT("城市道路管理条例第三十三条")));
	assert_string_equal(told(f, no), "09:30-10:00 受理 zhujian/window  office\n"
			    "10:00-10:30 受理 zhujian/window 张敏 office\n"
			    "10:30-11:00 现场踏勘 chengguan/reviewer  office\n"
			    "10:30-10:40 交警审查 jiaojing/reviewer  office\n"
			    "10:30-10:40 园林审查 yuanlin/reviewer  office\n"
			    "11:00-11:20 现场踏勘 zhujian/reviewer  office\n"
			    "11:20-11:30 现场踏勘 zhujian/reviewer 林涛 office\n"
			    "11:30-14:00 现场踏勘（委派） zhujian/reviewer 陈浩 office\n"
			    "14:00-15:00 现场踏勘 zhujian/reviewer 林涛 office\n"
			    "15:00-16:00 决定 zhujian/decider  office\n");
}

SITE(a_suspension_a_special_procedure_and_the_applicants_own_time_say_what_was_awaited)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin"), *head = actor(f, "decider");
	struct yz_str no = apply(f, she);
	clock_to(f, "10:00");
	GOOD(f, ACT(f, clerk, no, correct, .items = json(f, "[{\"field\":\"挖掘长度\",\"what\":\"改\"}]"), .reason = WHY));
	clock_to(f, "11:00");
	GOOD(f, ACT(f, she, no, supply, .facts = json(f, "{\"挖掘长度\":\"11\"}")));
	clock_to(f, "11:30");
	review_all(f, no);
	clock_to(f, "14:00");
	GOOD(f, ACT(f, head, no, stop, .special = YZ_LIT("听证"), .days = 9, .reason = WHY));
	clock_to(f, "15:00");
	GOOD(f, ACT(f, head, no, resume, .reason = WHY));
	clock_to(f, "15:30");
	GOOD(f, ACT(f, head, no, suspend, .reason = WHY));
	clock_to(f, "16:00");
	GOOD(f, ACT(f, head, no, unsuspend));
	assert_string_equal(told(f, no), "09:30-10:00 受理 zhujian/window  office\n"
			    "10:00-11:00 受理 zhujian/window  applicant\n"
			    "11:00-11:30 受理 zhujian/window  office\n"
			    "11:30-14:00 决定 zhujian/decider  office\n"
			    "14:00-15:00 决定 zhujian/decider  special\n"
			    "15:00-15:30 决定 zhujian/decider  office\n"
			    "15:30-16:00 决定 zhujian/decider  suspended\n"
			    "16:00- 决定 zhujian/decider  office\n");
}

SITE(a_deputy_stands_beside_whom_she_stands_for)
{
	struct yz_actor *clerk = actor(f, "zhangmin");
	struct yz_str no = apply(f, actor(f, "liuyang"));
	clock_to(f, "10:00");
	GOOD(f, ACT(f, clerk, no, claim, .task = task_at(look(f, clerk, no), "accept")->id));
	clock_to(f, "10:30");
	GOOD(f, yz_deputy_add(f->site, f->a, clerk, clerk->person, YZ_LIT("reviewer"), at("2026-11-23T11:00:00+08:00"),
			      at("2026-11-27T00:00:00+08:00"), YZ_LIT("休假"), &f->err));
	clock_to(f, "12:00");
	GOOD(f, yz_deputy_end(f->site, clerk, site_int(f, "SELECT MAX(id) FROM deputy"), &f->err));
	clock_to(f, "13:00");
	GOOD(f, ACT(f, clerk, no, accept));
	assert_string_equal(told(f, no), "09:30-10:00 受理 zhujian/window  office\n"
			    "10:00-11:00 受理 zhujian/window 张敏 office\n"
			    "11:00-12:00 受理 zhujian/window 张敏(陈浩) office\n"
			    "12:00-13:00 受理 zhujian/window 张敏 office\n"
			    "13:00- 现场踏勘 chengguan/reviewer  office\n"
			    "13:00- 交警审查 jiaojing/reviewer  office\n"
			    "13:00- 园林审查 yuanlin/reviewer  office\n");
}

/* ---- any history ---- */

static uint64_t seed;

static unsigned draw(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

struct moment {
	yz_instant at;
	const char *is;
};

static const char *line_of(struct fixture *f, int64_t task, struct yz_str org, struct yz_str role, struct yz_str post, int64_t person, int awaits)
{
	return yz_printf(f->a, "%lld %.*s/%.*s/%.*s %lld %d\n", (long long)task, YZ_P(org), YZ_P(role), YZ_P(post), (long long)person, awaits);
}

/* As the rows stand now. */
static const char *rows_say(struct fixture *f, struct yz_str no)
{
	struct yz_conn *conn = reading(f);
	struct yz_rows *c = yz_select(conn, f->a, &f->err,
				      "SELECT c.id, c.state, c.paused, c.ended, (SELECT COUNT(*) FROM clock k WHERE k.case_id = c.id AND k.ended IS NULL "
				      "AND k.kind IN ('promised', 'legal') AND k.state = 'stopped'), c.org FROM cases c WHERE c.no = $1",
				      YZ_S(no));
	GOOD(f, c);
	enum yz_awaits awaits = yz_str_eqz(yz_row_str(c, 0, 1), "correcting") ? YZ_AWAITS_APPLICANT
				: yz_row_int(c, 0, 4)			      ? YZ_AWAITS_SPECIAL
				: !yz_row_null(c, 0, 2)			      ? YZ_AWAITS_SUSPENDED
									      : YZ_AWAITS_OFFICE;
	struct yz_rows *r = yz_select(conn, f->a, &f->err,
				      "SELECT id, org, role, post, person FROM task WHERE case_id = $1 AND state IN ('open', 'held') ORDER BY id",
				      YZ_I(yz_row_int(c, 0, 0)));
	GOOD(f, r);
	yz_db_release(conn);
	const char *all = "";
	for (size_t i = 0; i < r->count; i++)
		all = yz_printf(f->a, "%s%s", all, line_of(f, yz_row_int(r, i, 0), yz_row_str(r, i, 1), yz_row_str(r, i, 2), yz_row_str(r, i, 3),
							   yz_row_int(r, i, 4), (int)awaits));
	if (!r->count && yz_row_null(c, 0, 3))
		all = line_of(f, 0, yz_row_str(c, 0, 5), YZ_LIT(""), YZ_LIT(""), 0, awaits == YZ_AWAITS_OFFICE ? YZ_AWAITS_TIME : awaits);
	return all;
}

/* As the ledger says it of that instant. */
static const char *ledger_says(struct fixture *f, const struct yz_duty *d, size_t n, yz_instant t)
{
	const char *all = "";
	int64_t last = -1;
	for (;;) { /* by task: the duties are by instant */
		const struct yz_duty *next = NULL;
		for (size_t i = 0; i < n; i++)
			if (d[i].from <= t && t < d[i].until && d[i].task > last && (!next || d[i].task < next->task))
				next = &d[i];
		if (!next)
			return all;
		last = next->task;
		all = yz_printf(f->a, "%s%s", all, line_of(f, next->task, next->org, next->role, next->post, next->person, (int)next->awaits));
	}
}

static const char *const people[] = {"zhangmin", "reviewer", "reviewer-lin", "decider", "decider-xie", "jiaojing", "caihong", "panwei", "yuanlin", "liuyang"};
enum { PEOPLE = sizeof people / sizeof *people, STEPS = 40 };
static const char *const targets[] = {"reviewer", "reviewer-lin", "caihong", "jiaojing", "yuanlin", "zhujian/reviewer", "chengguan/reviewer", "panwei"};

/* What she may do, chosen by chance, with what it asks for; most of it works. */
static bool do_something(struct fixture *f, struct yz_str no)
{
	static const char *const where[] = {"before", "after", "applicant", "last"};
	struct yz_actor *who = actor(f, people[draw(PEOPLE)]);
	struct yz_conn *conn = reading(f);
	struct yz_err err = {0};
	struct yz_case *c = yz_case_load(f->site, conn, f->a, who, no, &err);
	yz_db_release(conn);
	if (!c || !c->nchoices)
		return false;
	const struct yz_case_choice *choice = &c->choices[draw((unsigned)c->nchoices)];
	bool ends = choice->act == YZ_ACT_withdraw || choice->act == YZ_ACT_refuse || choice->act == YZ_ACT_close || choice->act == YZ_ACT_deny ||
		    choice->act == YZ_ACT_grant;
	if (!choice->allowed || (ends && draw(8)))
		return false;
	struct yz_act_input in = {.act = choice->act, .task = choice->task, .reason = WHY, .basis = YZ_LIT("城市道路管理条例第三十三条"),
				  .items = json(f, "[{\"field\":\"挖掘长度\",\"what\":\"改\"}]"), .facts = json(f, "{\"挖掘长度\":\"11\"}"),
				  .special = YZ_LIT("听证"), .days = 3, .level = 4, .ref = choice->task, .to = yz_str(targets[draw(8)]),
				  .where = yz_str(where[choice->act == YZ_ACT_back ? 2 + draw(2) : draw(2)]), .overrule = WHY};
	return yz_case_act(f->site, f->a, who, no, &in, &err);
}

SITE(the_ledger_says_of_every_instant_what_the_tasks_said_then)
{
	int acts = 0, seen[YZ_AWAITS] = {0}, handed = 0;
	for (seed = 1; seed <= 9; seed++) {
		uint64_t s = seed;
		struct moment moments[STEPS + 1];
		struct yz_str no = apply(f, actor(f, "liuyang"));
		struct yz_duty *d;
		yz_instant unknown;
		for (int i = 0; i <= STEPS; i++) {
			if (i && do_something(f, no))
				acts++;
			moments[i] = (struct moment){f->now + YZ_MINUTE, rows_say(f, no)};
			f->now += (2 + draw(600)) * YZ_MINUTE;
			if (!draw(5))
				sweep(f);
		}
		size_t n = duties(f, no, &d, &unknown);
		assert_int_equal(unknown, 0);
		for (size_t i = 0; i < n; i++) {
			seen[d[i].awaits]++;
			handed += d[i].person != 0;
			assert_true(d[i].from < d[i].until);
		}
		for (int i = 0; i <= STEPS; i++)
			assert_string_equal(ledger_says(f, d, n, moments[i].at), moments[i].is);
		seed = s;
	}
	assert_true(acts > 90);
	assert_true(seen[YZ_AWAITS_OFFICE] && seen[YZ_AWAITS_APPLICANT] && seen[YZ_AWAITS_SPECIAL] && seen[YZ_AWAITS_SUSPENDED] && handed);
	ledger_holds(f);
}
