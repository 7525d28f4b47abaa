/* A generated year: violations of each kind that another system can report, planted among cases by the book; all found, none
 * invented.
 *
 * YZ_YEAR_CASES says how many (240 unless set).  Steps, fees, letters and looks at records, which no other system reports, are
 * planted in monitor.c and monitor_more.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gov/replay.h"

#include "gov/outside.h"

#define HOUR YZ_HOUR
#define OVER YZ_LIT("材料齐全，现场核对无误，按规定办理")
#define LAW YZ_LIT("档案法第二十八条")

/* What happens to a case of each kind: which act, how long after receipt; `entered`: how long after that it is entered. */
struct step {
	enum yz_act act;
	yz_instant after, entered;
	const char *reason, *basis, *special, *overrule, *items;
	int64_t days;
	int level;
};
struct kind {
	const char *finds[4]; /* the monitors that find it, each once as a card of its level */
	const char *item;     /* key */
	const char *materials;
	int32_t hours; /* its own limit; 0: the item's */
	struct step steps[8];
};

#define ARCHIVE "archive-lookup"
#define HEARING "entertainment-venue"
#define ROAD "road-dig"
#define GIVEN "[\"id-card\"]"
#define DAYS(n) ((n) * YZ_DAY)

static const struct kind kinds[] = {
	/* By the book: granted, refused, corrected once, stopped and resumed in time, rated well, heard. */
	{{NULL}, ARCHIVE, GIVEN, 0, {{YZ_ACT_accept, HOUR}, {YZ_ACT_grant, 2 * HOUR}, {YZ_ACT_rate, 3 * HOUR, .level = 5}}},
	{{NULL}, ARCHIVE, GIVEN, 0, {{YZ_ACT_refuse, HOUR, .reason = "不属于本馆保管的档案，请向乡镇查询", .basis = "档案法第二十八条"}}},
	{{NULL}, ARCHIVE, GIVEN, 0, {{YZ_ACT_correct, HOUR}, {YZ_ACT_supply, 2 * HOUR}, {YZ_ACT_accept, 3 * HOUR}, {YZ_ACT_grant, 4 * HOUR}}},
	{{NULL}, ARCHIVE, GIVEN, 0, {{YZ_ACT_accept, HOUR}, {YZ_ACT_stop, 2 * HOUR, .special = "鉴定", .days = 9}, {YZ_ACT_resume, 3 * HOUR}, {YZ_ACT_grant, 4 * HOUR}}},
	{{NULL}, HEARING, "[\"application\",\"licence\",\"declaration\",\"site\",\"fire\",\"noise\"]", 0,
	 {{YZ_ACT_accept, HOUR}, {YZ_ACT_stop, 2 * HOUR, .reason = "听证，预计 9 个工作日：依法举行", .special = "听证", .days = 9}, {YZ_ACT_resume, 5 * HOUR}, {YZ_ACT_grant, 6 * HOUR}}},
	/* Planted. */
	{{"accept-missed"}, ARCHIVE, GIVEN, 0, {{YZ_ACT_accept, DAYS(20)}, {YZ_ACT_grant, DAYS(20) + HOUR}}},
	{{"notice-missed"}, HEARING, NULL, 0, {{YZ_ACT_refuse, DAYS(20), .reason = "逾期没有补齐材料，不符合受理条件", .basis = "行政许可法第三十二条"}}},
	{{"whole-late"}, ARCHIVE, GIVEN, 48, {{YZ_ACT_grant, DAYS(3)}}},
	{{"refuse-unreasoned"}, ARCHIVE, GIVEN, 0, {{YZ_ACT_refuse, HOUR, .reason = "不行", .basis = "档案法第二十八条"}}},
	{{"refuse-unreasoned"}, ARCHIVE, GIVEN, 0, {{YZ_ACT_accept, HOUR}, {YZ_ACT_deny, 2 * HOUR, .reason = "不属于本馆保管的档案，请向乡镇查询", .basis = "有关规定"}}},
	{{"entered-late"}, ARCHIVE, GIVEN, 1000, {{YZ_ACT_grant, HOUR, DAYS(8)}}},
	{{"step-skipped"}, ARCHIVE, GIVEN, 0, {{YZ_ACT_grant, HOUR}}},
	{{"notices-many"}, ARCHIVE, GIVEN, 0, {{YZ_ACT_correct, HOUR}, {YZ_ACT_supply, 2 * HOUR}, {YZ_ACT_correct, 3 * HOUR}, {YZ_ACT_supply, 4 * HOUR}, {YZ_ACT_accept, 5 * HOUR}, {YZ_ACT_grant, 6 * HOUR}}},
	{{"material-unlisted"}, ARCHIVE, GIVEN, 0, {{YZ_ACT_correct, HOUR, .items = "[{\"material\":\"house-deed\",\"what\":\"请交房产证\"}]"}, {YZ_ACT_withdraw, 2 * HOUR}}},
	{{"material-held"}, ARCHIVE, GIVEN, 0, {{YZ_ACT_correct, HOUR, .items = "[{\"material\":\"id-card\",\"what\":\"请再交身份证\"}]"}, {YZ_ACT_withdraw, 2 * HOUR}}},
	{{"hearing-missed"}, HEARING, "[\"application\",\"licence\",\"declaration\",\"site\",\"fire\",\"noise\"]", 0, {{YZ_ACT_accept, HOUR}, {YZ_ACT_grant, 2 * HOUR}}},
	{{"hearing-late"}, ARCHIVE, GIVEN, 3000, {{YZ_ACT_stop, 2 * HOUR, .special = "听证", .days = 9}, {YZ_ACT_resume, DAYS(60)}, {YZ_ACT_grant, DAYS(60) + HOUR}}},
	{{"special-long"}, ARCHIVE, GIVEN, 3000, {{YZ_ACT_stop, 2 * HOUR, .special = "检验", .days = 3}, {YZ_ACT_resume, DAYS(25)}, {YZ_ACT_grant, DAYS(25) + HOUR}}},
	{{"overrule-unreasoned"}, ARCHIVE, GIVEN, 0, {{YZ_ACT_accept, HOUR, .overrule = "就这样"}, {YZ_ACT_grant, 2 * HOUR}}},
	{{"rating-contact", "rating-mend"}, ARCHIVE, GIVEN, 0, {{YZ_ACT_accept, HOUR}, {YZ_ACT_grant, 2 * HOUR}, {YZ_ACT_rate, 3 * HOUR, .level = 1}}},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

struct year {
	size_t cases;
	int64_t person;
	struct yz_str codes[KINDS];
};

static struct yz_str number_of(struct fixture *f, size_t i)
{
	return yz_str_printf(f->a, "Y-%zu", i);
}

static const struct yz_json *items_of(struct fixture *f, const char *text)
{
	return text ? json(f, text) : NULL;
}

static void open_case(struct fixture *f, struct year *y, size_t i)
{
	const struct kind *k = &kinds[i % KINDS];
	const struct yz_outside_case c = {.no = number_of(f, i), .item = y->codes[i % KINDS], .applicant = y->person, .received = f->now,
					  .own_limit = k->hours != 0, .limit = k->hours, .unit = YZ_NATURAL_HOURS,
					  .materials = items_of(f, k->materials)};
	GOOD(f, yz_outside_open(f->site, &c, &f->err));
}

static void act(struct fixture *f, size_t i, const struct step *s)
{
	static const char correct[] = "[{\"field\":\"档案名称\",\"what\":\"请写清年份\"}]";
	const struct yz_outside_act w = {
		.no = number_of(f, i), .at = f->now - s->entered,
		.in = {.act = s->act, .reason = s->reason ? yz_str(s->reason) : OVER, .basis = s->basis ? yz_str(s->basis) : LAW,
		       .special = s->special ? yz_str(s->special) : YZ_LIT(""), .overrule = s->overrule ? yz_str(s->overrule) : YZ_LIT(""),
		       .days = s->days, .level = s->level,
		       .items = s->act == YZ_ACT_correct ? items_of(f, s->items ? s->items : correct) : NULL}};
	GOOD(f, yz_outside_act(f->site, &w, &f->err));
}

static void happen(struct replay *r, const struct happening *h)
{
	struct year *y = r->ctx;
	struct fixture *f = r->f;
	if (!h->step)
		open_case(f, y, h->one);
	else
		act(f, h->one, &kinds[h->one % KINDS].steps[h->step - 1]);
}

/* 09:00 of some working day of the year. */
static yz_instant receipt(struct fixture *f, size_t i)
{
	const struct yz_calendar *c = yz_site_calendar(f->site);
	yz_day day = yz_working_from(c, yz_instant_day(at("2026-12-01T09:00:00+08:00"), f->site->offset) + (yz_day)(i * 37 % 330), 1);
	yz_site_calendar_release(f->site, c);
	return yz_day_start(day, f->site->offset) + 9 * YZ_HOUR + (yz_instant)(i % 3600) * YZ_SECOND;
}

/* Of one monitor: how many things have its card of the level it ends with. */
static int64_t found(struct fixture *f, const char *monitor)
{
	return site_int(f, "SELECT COUNT(DISTINCT thing_id) FROM card WHERE monitor = $1", YZ_Z(monitor));
}

SITE(of_a_year_with_planted_violations_all_are_found_and_none_invented)
{
	struct year y = {.cases = (size_t)(getenv("YZ_YEAR_CASES") ? atoi(getenv("YZ_YEAR_CASES")) : 12 * KINDS), .person = actor(f, "liuyang")->person};
	for (size_t k = 0; k < KINDS; k++)
		y.codes[k] = yz_json_str(yz_pack_find(&site_demo_pack()->items, yz_str(kinds[k].item))->json, "code");
	y.cases = y.cases / KINDS * KINDS;
	struct replay r = {.f = f, .happen = happen, .ctx = &y};
	r.list = yz_new_n(f->a, y.cases * 9, struct happening);
	for (size_t i = 0; i < y.cases; i++) {
		const struct kind *k = &kinds[i % KINDS];
		yz_instant from = receipt(f, i);
		r.list[r.n++] = (struct happening){from, i, 0};
		for (int s = 0; s < 8 && k->steps[s].after; s++)
			r.list[r.n++] = (struct happening){from + k->steps[s].after + k->steps[s].entered, i, s + 1};
	}
	replay(&r);
	sweep_before(&r, f->now + DAYS(90));
	/* Case by case: what found it is what was planted. */
	struct yz_conn *conn = reading(f);
	struct yz_rows *rows = yz_select(conn, f->a, &f->err,
					 "SELECT DISTINCT c.no, d.monitor FROM card d JOIN cases c ON c.id = d.case_id WHERE d.thing <> 'notice' ORDER BY 1, 2");
	yz_db_release(conn);
	GOOD(f, rows);
	int64_t planted = 0, invented = 0;
	for (size_t i = 0; i < y.cases; i++)
		for (size_t k = 0; k < 4 && kinds[i % KINDS].finds[k]; k++)
			planted++;
	for (size_t i = 0; i < rows->count; i++) {
		int64_t one;
		struct yz_str no = yz_row_str(rows, i, 0);
		assert_true(yz_str_int(yz_str_n(no.ptr + 2, no.len - 2), &one));
		bool wanted = false;
		for (size_t k = 0; k < 4 && kinds[one % KINDS].finds[k]; k++)
			wanted = wanted || yz_str_eqz(yz_row_str(rows, i, 1), kinds[one % KINDS].finds[k]);
		if (!wanted && !invented++)
			fprintf(stderr, "invented: %.*s for a case of kind %d\n", YZ_P(yz_row_str(rows, i, 1)), (int)(one % KINDS));
	}
	for (size_t k = 0; k < KINDS; k++)
		for (size_t i = 0; i < 4 && kinds[k].finds[i]; i++)
			if (!found(f, kinds[k].finds[i]))
				fail_msg("%s was planted and not found", kinds[k].finds[i]);
	assert_int_equal(invented, 0);
	assert_int_equal(rows->count, planted);
	/* Of the notices of a department every third in a month comes to a card. */
	conn = reading(f);
	struct yz_rows *months = yz_select(conn, f->a, &f->err, "SELECT org, issued FROM card WHERE level = 'notice' ORDER BY org, issued");
	yz_db_release(conn);
	GOOD(f, months);
	int64_t thirds = 0, run = 0;
	for (size_t i = 0; i < months->count; i++) {
		struct yz_civil now = yz_day_civil(yz_instant_day(yz_row_int(months, i, 1), f->site->offset));
		struct yz_civil before = yz_day_civil(yz_instant_day(yz_row_int(months, i ? i - 1 : 0, 1), f->site->offset));
		bool same = i && yz_str_eq(yz_row_str(months, i, 0), yz_row_str(months, i - 1, 0)) && now.year == before.year && now.month == before.month;
		run = same ? run + 1 : 1;
		thirds += run % 3 == 0;
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'notice-repeated'"), thirds);
	if (getenv("YZ_YEAR_CASES"))
		printf("%zu cases, %lld planted and found, none invented; %lld notices, %lld in threes\n", y.cases, (long long)planted,
		       (long long)months->count, (long long)thirds);
	ledger_holds(f);
}
