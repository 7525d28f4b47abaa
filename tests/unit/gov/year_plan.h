/* tests/unit/gov/year_plan.h - what happens in a generated year: each case is what its number makes of a throw of dice.
 *
 * A plan says who did what and when, and nothing of what supervision ought to find: that is in year_rules.h.  Of every limit
 * some keep it, some to the microsecond, some miss it by one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_GOV_YEAR_PLAN_H
#define YZ_TESTS_GOV_YEAR_PLAN_H

#include "tests/unit/gov/year_days.h"

#include "gov/case.h"

#include <assert.h>

enum { DEEDS = 10, STEPS = 4 };

enum way {
	REPORTED, /* by another system */
	HANDLED,  /* in the house, from the form to the delivery */
	LETTER,
	LOOKING, /* a day of one who looks people up */
};

struct price {
	const char *name, *price, *quantity;
	int64_t amount;
};

struct deed {
	int what;             /* an act of cases, or CHARGE */
	yz_instant at, entered; /* entered: when the house heard of it */
	const char *reason, *basis, *special, *overrule, *items;
	const struct price *fee;
	int days, level;
};
enum { CHARGE = YZ_ACTS }; /* took a fee */

struct planned {
	enum way way;
	const char *item, *org;
	int hours;  /* a limit of its own, accepted at once; 0: the item's */
	bool whole; /* every document came with it */
	struct deed deeds[DEEDS];
	int n;
	int looks, pages; /* of a day: people looked up, and pages opened besides */
};

/* ---- dice ---- */

struct dice {
	uint64_t s;
};

static inline uint64_t throw(struct dice *d)
{
	d->s += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = d->s;
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline int64_t roll(struct dice *d, int64_t n)
{
	return (int64_t)(throw(d) % (uint64_t)n);
}

/* In time: at its last instant now and then; late: by a microsecond, or by days. */
static inline yz_instant moment(struct dice *d, yz_instant from, yz_instant due, bool late)
{
	if (late)
		return roll(d, 4) ? due + 1 + roll(d, 6 * YZ_DAY) : due + 1;
	return due > from + 1 && roll(d, 4) ? from + 1 + roll(d, due - from - 1) : due;
}

/* ---- deeds ---- */

static inline struct deed *do_at(struct planned *p, int what, yz_instant at)
{
	assert(p->n < DEEDS);
	struct deed *o = &p->deeds[p->n++];
	*o = (struct deed){.what = what, .at = at, .entered = at, .reason = "材料齐全，现场核对无误，按规定办理", .basis = "档案法第二十八条",
			   .special = "", .overrule = ""};
	if (p->n > 1 && o->at <= o[-1].entered)
		o->at = o->entered = o[-1].entered + 1;
	return o;
}

static inline struct deed *last(struct planned *p)
{
	return &p->deeds[p->n - 1];
}

static inline yz_instant days_after(yz_instant from, int n)
{
	return due_of(&(struct limit){.from = from, .n = n}, false);
}

static inline void received(struct planned *p, struct dice *d, const char *item, const char *org, int hours, bool whole)
{
	yz_day first = yz_day_from(2026, 12, 1);
	p->item = item;
	p->org = org;
	p->hours = hours;
	p->whole = whole;
	do_at(p, YZ_ACT_submit, yz_day_start(first + (yz_day)roll(d, 330), ZONE) + 7 * YZ_HOUR + roll(d, 13 * YZ_HOUR));
}

static inline void within(struct planned *p, struct dice *d, int what, int days, bool late)
{
	do_at(p, what, moment(d, last(p)->at, days_after(last(p)->at, days), late));
}

#define ARCHIVE "archive-lookup", "dangan"
#define VENUE "entertainment-venue", "wenlv"
#define ESTATE "estate-transfer", "ziran"
enum { VENUE_DAYS = 12 };

static inline void say_why(struct deed *o, struct dice *d)
{
	static const char *const reasons[] = {"不属于本馆保管的档案，请向乡镇查询", "材料不够，请回去", "不行", "申请人不是档案当事人"};
	static const char *const bases[] = {"档案法第二十八条", "有关规定", "《行政许可法》第三十二条第一款", "档案法"};
	o->reason = reasons[roll(d, 4)];
	o->basis = bases[roll(d, 4)];
}

/* ---- what another system reports ---- */

static inline void granted(struct planned *p, struct dice *d)
{
	static const char *const whys[] = {"就这样", "领导已经同意了", "出生年份登记错了", "户口簿上的出生年份登记错了"};
	received(p, d, ARCHIVE, 0, true);
	within(p, d, YZ_ACT_accept, 5, !roll(d, 4));
	if (!roll(d, 3)) /* why it is done against the rule */
		last(p)->overrule = whys[roll(d, 4)];
	within(p, d, YZ_ACT_grant, 0, !roll(d, 4));
}

static inline void refused(struct planned *p, struct dice *d)
{
	received(p, d, ARCHIVE, 0, true);
	within(p, d, YZ_ACT_refuse, 5, !roll(d, 6));
	say_why(last(p), d);
}

static inline void denied(struct planned *p, struct dice *d)
{
	received(p, d, ARCHIVE, 0, true);
	within(p, d, YZ_ACT_accept, 5, false);
	within(p, d, YZ_ACT_deny, 0, false);
	say_why(last(p), d);
}

static inline void corrected(struct planned *p, struct dice *d)
{
	static const char *const asked[] = {
		"[{\"field\":\"档案名称\",\"what\":\"请写清年份\"}]", "[{\"material\":\"house-deed\",\"what\":\"请交房产证\"}]",
		"[{\"material\":\"id-card\",\"what\":\"请再交身份证\"}]", "[{\"material\":\"relation\",\"what\":\"请交亲属关系证明\"}]"};
	received(p, d, ARCHIVE, 0, true);
	for (int64_t times = 1 + !roll(d, 2) + !roll(d, 6); times--;) {
		within(p, d, YZ_ACT_correct, 5, !roll(d, 6));
		last(p)->items = asked[roll(d, 4)];
		within(p, d, YZ_ACT_supply, 10, false);
	}
	if (!roll(d, 4)) {
		within(p, d, YZ_ACT_withdraw, 5, false);
		return;
	}
	within(p, d, YZ_ACT_accept, 5, false);
	within(p, d, YZ_ACT_grant, 0, false);
}

/* Documents were missing, and somebody said so, or did not. */
static inline void unfinished(struct planned *p, struct dice *d)
{
	received(p, d, VENUE, 0, false);
	within(p, d, roll(d, 2) ? YZ_ACT_correct : YZ_ACT_refuse, 5, roll(d, 2));
	last(p)->items = "[{\"field\":\"经营范围\",\"what\":\"请写清楚\"}]";
	if (last(p)->what == YZ_ACT_correct)
		within(p, d, YZ_ACT_withdraw, 30, false);
}

static inline void licensed(struct planned *p, struct dice *d)
{
	static const char *const kinds[] = {"听证", "听证", "检验", "鉴定"};
	received(p, d, VENUE, 0, true);
	within(p, d, YZ_ACT_accept, 5, !roll(d, 8));
	struct limit whole = {.from = last(p)->at, .n = VENUE_DAYS};
	if (roll(d, 5)) {
		do_at(p, YZ_ACT_stop, last(p)->at + YZ_HOUR + roll(d, 9 * YZ_DAY));
		last(p)->special = kinds[roll(d, 4)];
		last(p)->days = 1 + (int)roll(d, 9);
		whole.stop = last(p)->at;
		bool heard = last(p)->special == kinds[0];
		within(p, d, YZ_ACT_resume, heard ? 20 : last(p)->days, !roll(d, 3));
		whole.resume = last(p)->at;
	}
	do_at(p, roll(d, 6) ? YZ_ACT_grant : YZ_ACT_deny, moment(d, last(p)->at, due_of(&whole, whole.stop != 0), !roll(d, 4)));
}

static inline void own_limit(struct planned *p, struct dice *d)
{
	received(p, d, ARCHIVE, 8 + (int)roll(d, 200), true);
	do_at(p, YZ_ACT_grant, moment(d, last(p)->at, last(p)->at + p->hours * YZ_HOUR, roll(d, 2)));
}

/* Done, and entered days later. */
static inline void entered(struct planned *p, struct dice *d)
{
	received(p, d, ARCHIVE, 1000, true);
	do_at(p, YZ_ACT_grant, last(p)->at + YZ_HOUR + roll(d, 3 * YZ_DAY));
	last(p)->entered += roll(d, 6 * YZ_DAY);
}

static inline void skipping(struct planned *p, struct dice *d)
{
	received(p, d, ARCHIVE, 0, true);
	if (roll(d, 2))
		within(p, d, YZ_ACT_accept, 5, false);
	do_at(p, YZ_ACT_grant, moment(d, last(p)->at, yz_day_start(day_of(last(p)->at) + 1, ZONE), false));
}

static inline void charged(struct planned *p, struct dice *d)
{
	static const struct price fees[] = {
		{"不动产登记费（住宅）", "80", "1", 8000},    {"不动产登记费（非住宅）", "550.00", "2", 110000},
		{"不动产登记费（住宅）", "100", "1", 10000},  {"不动产登记费（住宅）", "80", "1", 9000},
		{"资料查询费", "20", "1", 2000},
	};
	received(p, d, ESTATE, 1000, true);
	do_at(p, CHARGE, last(p)->at + 1 + roll(d, YZ_DAY));
	last(p)->fee = &fees[roll(d, 5)];
	do_at(p, YZ_ACT_grant, last(p)->at + 1 + roll(d, 9 * YZ_DAY));
}

/* How she was served, and what became of it. */
static inline void rated(struct planned *p, struct dice *d, yz_instant from)
{
	do_at(p, YZ_ACT_rate, from + 1 + roll(d, 9 * YZ_DAY));
	last(p)->level = 1 + (int)roll(d, 3);
	yz_instant said = last(p)->at;
	if (last(p)->level > 2 || !roll(d, 5))
		return;
	within(p, d, YZ_ACT_answer_rating, 1, !roll(d, 3));
	if (roll(d, 5))
		do_at(p, YZ_ACT_mend_rating, moment(d, last(p)->at, days_after(said, 15), !roll(d, 3)));
}

static inline void judged(struct planned *p, struct dice *d)
{
	received(p, d, ESTATE, 1000, true);
	do_at(p, YZ_ACT_grant, last(p)->at + YZ_HOUR + roll(d, 9 * YZ_DAY));
	rated(p, d, last(p)->at);
}

/* ---- in the house ---- */

/* A town looks first; working days of each step. */
static const struct {
	int act, days;
} steps[STEPS] = {{YZ_ACT_pass, 3}, {YZ_ACT_pass, 3}, {YZ_ACT_grant, 2}, {YZ_ACT_deliver, 1}};

static inline void handled(struct planned *p, struct dice *d)
{
	p->way = HANDLED;
	received(p, d, "elderly-allowance", "minzheng", 0, true);
	yz_instant from = days_after(last(p)->at, 5);
	/* Where nobody accepts it within five days, the law does. */
	if (roll(d, 6)) {
		yz_instant at = moment(d, last(p)->at, days_after(last(p)->at, 1), !roll(d, 4));
		do_at(p, YZ_ACT_accept, at < from ? at : from - 1);
		from = last(p)->at;
	}
	for (int i = 0; i < STEPS; i++) {
		bool late = !roll(d, 4), very = late && !roll(d, 3);
		do_at(p, steps[i].act, moment(d, from, days_after(from, very ? 10 : steps[i].days), late));
		from = last(p)->at;
	}
	if (!roll(d, 3))
		rated(p, d, from);
}

/* ---- beside the cases ---- */

static inline void letter(struct planned *p, struct dice *d)
{
	p->way = LETTER;
	received(p, d, "", "zhujian", 0, true);
	if (roll(d, 8))
		within(p, d, roll(d, 4) ? YZ_ACT_answer_rating : YZ_ACT_withdraw, 5, !roll(d, 2));
}

/* Each on a day of its own. */
static inline void looking(struct planned *p, struct dice *d, size_t k)
{
	p->way = LOOKING;
	received(p, d, "", "gongan", 0, true);
	p->deeds[0].at = p->deeds[0].entered = yz_day_start(yz_day_from(2026, 12, 1) + (yz_day)(k * 37 % 330), ZONE) + 10 * YZ_HOUR;
	p->looks = k < 2 ? 51 - (int)k : 45 + (int)roll(d, 12);
	p->pages = (int)roll(d, 9);
}

static void (*const kinds[])(struct planned *p, struct dice *d) = {granted,   refused, denied,	  corrected, unfinished, licensed, licensed,
								   own_limit, entered, skipping, charged,   judged,     handled};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* Behind the cases come the letters and the days of looking. */
struct year_size {
	size_t cases, letters, days;
};

static inline void plan(const struct year_size *y, size_t i, struct planned *p)
{
	struct dice d = {i * UINT64_C(0x2545f4914f6cdd1d) + 7};
	*p = (struct planned){.way = REPORTED};
	if (i < y->cases)
		kinds[i % KINDS](p, &d);
	else if (i < y->cases + y->letters)
		letter(p, &d);
	else
		looking(p, &d, i - y->cases - y->letters);
}

#endif
