/* A generated year: violations of every kind the pack watches for, planted among what was done by the book; all found, to the
 * row and the microsecond, and none invented.
 *
 * YZ_YEAR_CASES says how many cases (286 unless set); letters and days of looking people up come on top.  What happens is in
 * year_plan.h, what ought to be found in year_rules.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gov/replay.h"
#include "tests/unit/gov/year_rules.h"

#include "gov/consult.h"
#include "gov/look.h"
#include "gov/outside.h"
#include "gov/register.h"

enum { NO = 24, ACTORS = 12 };

struct number {
	char s[NO];
};
struct year {
	struct year_size size;
	size_t n;
	struct number *no; /* as the house numbers it */
	struct yz_actor *who[ACTORS];
	const char *login[ACTORS];
	struct yz_arena *keep;
};

/* Signed in once: the year has a million deeds. */
static struct yz_actor *person(struct fixture *f, struct year *y, const char *login)
{
	size_t k = 0;
	while (k < ACTORS && y->login[k] && !same(y->login[k], login))
		k++;
	assert_true(k < ACTORS);
	if (!y->login[k]) {
		struct yz_arena *a = f->a;
		f->a = y->keep;
		y->who[k] = actor(f, login);
		y->login[k] = login;
		f->a = a;
	}
	return y->who[k];
}

static struct yz_str code_of(const char *item)
{
	return yz_json_str(yz_pack_find(&site_demo_pack()->items, yz_str(item))->json, "code");
}

static void keep_no(struct year *y, size_t i, struct yz_str no)
{
	assert_true(no.len < NO);
	memcpy(y->no[i].s, no.ptr, no.len);
}

/* ---- what another system reports ---- */

static void open_reported(struct fixture *f, struct year *y, size_t i, const struct planned *p)
{
	const char *all = same(p->item, "entertainment-venue") ? "[\"application\",\"licence\",\"declaration\",\"site\",\"fire\",\"noise\"]"
							       : "[\"id-card\"]";
	const struct yz_outside_case c = {.no = yz_str_printf(f->a, "Y-%zu", i), .item = code_of(p->item), .applicant = person(f, y, "liuyang")->person,
					  .received = f->now, .own_limit = p->hours != 0, .limit = p->hours, .unit = YZ_NATURAL_HOURS,
					  .materials = p->whole ? json(f, all) : NULL};
	keep_no(y, i, c.no);
	GOOD(f, yz_outside_open(f->site, &c, &f->err));
}

static void report_deed(struct fixture *f, struct year *y, size_t i, const struct deed *x)
{
	struct yz_str no = yz_str(y->no[i].s);
	if (x->what == CHARGE) {
		const struct yz_outside_fee fee = {yz_str(x->fee->name), yz_str(x->fee->price), yz_str(x->fee->quantity), x->fee->amount};
		GOOD(f, yz_outside_charge(f->site, no, &fee, 1, &f->err));
		return;
	}
	const struct yz_outside_act w = {
		.no = no, .at = x->at,
		.in = {.act = (enum yz_act)x->what, .reason = yz_str(x->reason), .basis = yz_str(x->basis), .special = yz_str(x->special),
		       .overrule = yz_str(x->overrule), .days = x->days, .level = x->level, .items = x->items ? json(f, x->items) : NULL}};
	GOOD(f, yz_outside_act(f->site, &w, &f->err));
}

/* ---- in the house ---- */

static void apply_for_allowance(struct fixture *f, struct year *y, size_t i, const struct planned *p)
{
	static const char facts[] = "{\"性别\":\"女\",\"年龄\":\"86\",\"居住乡镇\":\"河东街道\",\"村社区\":\"滨河社区\",\"在外地居住\":\"false\","
				    "\"已领同类津贴\":\"false\",\"办理人\":\"老人本人\",\"用社保卡领取\":\"true\"}";
	const struct yz_actor *who = person(f, y, "linguohua");
	int64_t id;
	struct yz_str no;
	GOOD(f, yz_draft_open(f->site, who, code_of(p->item), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, who, id, json(f, facts), 0, &f->err));
	add_materials(f, who, id);
	GOOD(f, yz_case_submit(f->site, f->a, who, id, YZ_LIT("web"), &no, &f->err));
	keep_no(y, i, no);
}

static const char *doer(const struct planned *p, int k)
{
	switch (p->deeds[k].what) {
	case YZ_ACT_pass:
		return p->deeds[k + 1].what == YZ_ACT_pass ? "town-hedong" : "xulei";
	case YZ_ACT_grant:
		return "maping";
	case YZ_ACT_rate:
		return "linguohua";
	case YZ_ACT_answer_rating:
	case YZ_ACT_mend_rating:
		return p->way == HANDLED ? "maping" : "shenhe";
	default:
		return "yanghui";
	}
}

static void do_deed(struct fixture *f, struct year *y, size_t i, const struct planned *p, int k)
{
	const struct yz_act_input in = {.act = (enum yz_act)p->deeds[k].what, .reason = YZ_LIT("已经核实，符合条件"), .level = p->deeds[k].level};
	GOOD(f, yz_case_act(f->site, f->a, person(f, y, doer(p, k)), yz_str(y->no[i].s), &in, &f->err));
}

/* ---- beside the cases ---- */

static void write_letter(struct fixture *f, struct year *y, size_t i, const struct planned *p, int k)
{
	struct yz_actor *she = person(f, y, "liuyang"), *he = person(f, y, "zhangmin");
	const struct yz_question q = {.text = YZ_LIT("门前的井盖坏了，请问归哪个部门修？"), .org = yz_str(p->org)};
	struct yz_question_receipt r;
	struct yz_str no = yz_str(y->no[i].s);
	if (!k) {
		GOOD(f, yz_consult_ask(f->site, f->a, she, &q, &r, &f->err));
		keep_no(y, i, r.no);
	} else if (p->deeds[k].what == YZ_ACT_withdraw) {
		GOOD(f, yz_consult_withdraw(f->site, f->a, she, no, YZ_LIT(""), &f->err));
	} else {
		struct yz_consult c;
		struct yz_conn *conn = reading(f);
		GOOD(f, yz_consult_load(f->site, conn, f->a, he, no, &c, &f->err));
		yz_db_release(conn);
		GOOD(f, yz_consult_answer(f->site, f->a, he, no, c.version, YZ_LIT("井盖归城管部门修，已经转告，三天内修好。"), &f->err));
	}
}

static void look_up(struct fixture *f, struct year *y, size_t i, const struct planned *p)
{
	const struct yz_actor *who = person(f, y, "wupeng");
	int64_t she = person(f, y, "liuyang")->person;
	for (int k = 0; k < p->pages; k++) {
		const struct yz_looked page = {YZ_LOOK_licence, (int64_t)i * DEEDS + k + 1, 0, &she, 1};
		GOOD(f, yz_look(f->site, who, &page, &f->err));
	}
	for (int k = 0; k < p->looks; k++) {
		struct yz_register_look look = {.reg = YZ_LIT("vehicle"), .value = YZ_LIT("99012119650312902X"), .purpose = YZ_LIT("补贴审核"),
						.field = YZ_LIT("身份证号")};
		GOOD(f, yz_site_register_look(f->site, f->a, who, &look, &f->err));
		assert_int_equal(look.found.len, 1);
	}
}

static void happen(struct replay *r, const struct happening *h)
{
	struct year *y = r->ctx;
	struct fixture *f = r->f;
	struct planned p;
	plan(&y->size, h->one, &p);
	int what = p.deeds[h->step].what;
	bool after = what == YZ_ACT_answer_rating || what == YZ_ACT_mend_rating;
	if (p.way == LETTER)
		write_letter(f, y, h->one, &p, h->step);
	else if (p.way == LOOKING)
		look_up(f, y, h->one, &p);
	else if (!h->step && p.way == REPORTED)
		open_reported(f, y, h->one, &p);
	else if (!h->step)
		apply_for_allowance(f, y, h->one, &p);
	else if (p.way == HANDLED || after)
		do_deed(f, y, h->one, &p, h->step);
	else
		report_deed(f, y, h->one, &p.deeds[h->step]);
}

/* ---- what was found ---- */

static int by_row(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	if (x->one != y->one)
		return x->one < y->one ? -1 : 1;
	int monitor = strcmp(x->monitor, y->monitor), level = strcmp(x->level, y->level), org = strcmp(x->org, y->org);
	return monitor ? monitor : level ? level : org ? org : x->at < y->at ? -1 : x->at > y->at;
}

/* Of which plan a card is: by the number of its case or letter, else (a day of looking, notices) of none. */
static void keep_card(const struct year *y, const struct yz_map *plans, const struct yz_rows *r, size_t i, struct findings *o)
{
	struct yz_arena *a = y->keep;
	const struct number *no = yz_map_get(plans, yz_row_str(r, i, 1));
	size_t one = no && !yz_str_eqz(yz_row_str(r, i, 6), "notice") ? (size_t)(no - y->no) : SIZE_MAX;
	finds(o, one, yz_str_z(a, yz_row_str(r, i, 4)), yz_str_z(a, yz_row_str(r, i, 2)), yz_str_z(a, yz_row_str(r, i, 3)), yz_row_int(r, i, 5));
}

static void read_cards(struct fixture *f, const struct year *y, struct findings *o)
{
	enum { SOME = 20000 };
	struct yz_map plans;
	yz_map_init(&plans, y->keep);
	for (size_t i = 0; i < y->n; i++)
		if (y->no[i].s[0])
			yz_map_put(&plans, yz_str(y->no[i].s), &y->no[i]);
	for (int64_t after = 0, n = SOME; n == SOME;) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_conn *conn = reading(f);
		struct yz_rows *r = yz_select(conn, a, &f->err,
					      "SELECT d.id, COALESCE(c.no, q.no, ''), d.monitor, d.level, d.org, d.issued, d.thing FROM card d "
					      "LEFT JOIN cases c ON c.id = d.case_id LEFT JOIN consultation q ON q.id = d.thing_id AND d.thing = 'consultation' "
					      "WHERE d.id > $1 ORDER BY d.id LIMIT $2",
					      YZ_I(after), YZ_I(SOME));
		yz_db_release(conn);
		GOOD(f, r);
		n = (int64_t)r->count;
		for (size_t i = 0; i < r->count; i++, after = yz_row_int(r, i - 1, 0))
			keep_card(y, &plans, r, i, o);
		yz_arena_destroy(a);
	}
}

static void tell(const struct year *y, const char *what, const struct finding *x)
{
	struct planned p = {0};
	if (x->one != SIZE_MAX)
		plan(&y->size, x->one, &p);
	fprintf(stderr, "%s: %s %s of %s at %lld, of plan %zd (%s, kind %zu)\n", what, x->monitor, x->level, x->org, (long long)x->at,
		(ssize_t)x->one, p.item ? p.item : "", x->one < y->size.cases ? x->one % KINDS : (size_t)KINDS);
	for (int i = 0; i < p.n; i++)
		fprintf(stderr, "\t%s at %lld entered %lld %s %d\n", p.deeds[i].what == CHARGE ? "charge" : yz_act_name((enum yz_act)p.deeds[i].what),
			(long long)p.deeds[i].at, (long long)p.deeds[i].entered, p.deeds[i].special ? p.deeds[i].special : "", p.deeds[i].days);
}

/* Row by row, both in order. */
static void compare(const struct year *y, const struct findings *wanted, const struct findings *found)
{
	size_t i = 0, k = 0, missed = 0, invented = 0;
	while (i < wanted->n || k < found->n) {
		int order = i == wanted->n ? 1 : k == found->n ? -1 : by_row(&wanted->at[i], &found->at[k]);
		if (order < 0 && missed++ < 5)
			tell(y, "not found", &wanted->at[i]);
		if (order > 0 && invented++ < 5)
			tell(y, "invented", &found->at[k]);
		i += order <= 0;
		k += order >= 0;
	}
	assert_int_equal(missed, 0);
	assert_int_equal(invented, 0);
}

/* A monitor that the year does not plant would be watched by nobody. */
static void every_monitor_is_planted(const struct findings *wanted)
{
	const struct yz_pack_files *all = &site_demo_pack()->monitors;
	assert_true(all->len > 0);
	for (size_t m = 0; m < all->len; m++) {
		size_t n = 0;
		for (size_t i = 0; i < wanted->n; i++)
			n += yz_str_eqz(all->at[m].key, wanted->at[i].monitor);
		if (!n)
			fail_msg("the year plants nothing for monitors/%.*s.json: year_plan.h must, and year_rules.h must say when it is to be found",
				 YZ_P(all->at[m].key));
		if (getenv("YZ_YEAR_CASES"))
			printf("%8zu %.*s\n", n, YZ_P(all->at[m].key));
	}
}

static void sort(struct findings *o)
{
	assert_true(o->n > 0);
	qsort(o->at, o->n, sizeof *o->at, by_row);
}

SITE(of_a_year_with_planted_violations_of_every_kind_all_are_found_and_none_invented)
{
	struct year y = {.size.cases = (size_t)(getenv("YZ_YEAR_CASES") ? atoi(getenv("YZ_YEAR_CASES")) : 22 * KINDS), .keep = f->a};
	y.size.letters = y.size.cases / 20 + 8;
	y.size.days = y.size.cases / 4000 + 2;
	y.n = y.size.cases + y.size.letters + y.size.days;
	y.no = yz_new_n(f->a, y.n, struct number);
	struct findings wanted = {0}, found = {0};
	struct replay r = {.f = f, .happen = happen, .ctx = &y};
	struct planned p;
	size_t deeds = 0;
	for (size_t i = 0; i < y.n; i++)
		plan(&y.size, i, &p), deeds += (size_t)p.n;
	r.list = yz_new_n(f->a, deeds, struct happening);
	for (size_t i = 0; i < y.n; i++) {
		plan(&y.size, i, &p);
		found_in(&wanted, i, &p);
		for (int k = 0; k < p.n; k++)
			r.list[r.n++] = (struct happening){p.deeds[k].entered, i, k};
	}
	in_threes(&wanted, &wanted);
	every_monitor_is_planted(&wanted);
	replay(&r);
	sweep_before(&r, f->now + 90 * YZ_DAY);
	/* Cards that are of no case and no letter are of the plan that looked people up at that instant. */
	read_cards(f, &y, &found);
	for (size_t i = 0; i < wanted.n; i++)
		if (same(wanted.at[i].monitor, "pull-many"))
			wanted.at[i].one = SIZE_MAX;
	sort(&wanted);
	sort(&found);
	compare(&y, &wanted, &found);
	if (getenv("YZ_YEAR_CASES"))
		printf("%zu cases, %zu letters, %zu days of looking, %zu deeds: %zu cards planted, %zu found, none invented\n", y.size.cases,
		       y.size.letters, y.size.days, deeds, wanted.n, found.n);
	free(wanted.at);
	free(found.at);
	ledger_holds(f);
}
