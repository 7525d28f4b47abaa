/* tests/unit/gov/levels_fixture.h - county, city and province in one process: what goes over the line between them is the test's
 * to drop, repeat, hold back and forge.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_LEVELS_FIXTURE_H
#define YZ_TESTS_LEVELS_FIXTURE_H

#include "tests/unit/gov/case_fixture.h"

#include "gov/upward_batch.h"

#define SECRET "0123456789abcdef0123456789abcdef"

/* The line to the upper one: what may happen on it. */
struct line {
	struct fixture *upper;
	bool cut;           /* it never arrives */
	bool lost;          /* it arrives, and the answer does not */
	bool forged;        /* the answer is another's */
	bool twice;         /* it arrives a second time, under a nonce of its own */
	int calls, refused; /* refused: of 409 */
	struct yz_upward_call last;
};

static inline bool deliver(struct fixture *upper, struct yz_arena *a, struct yz_upward_call *call, struct yz_err *err)
{
	const struct yz_upward_message m = {.method = call->method, .path = call->path, .site = call->site, .time = call->time, .nonce = call->nonce,
					    .sign = yz_str_printf(a, "sm3=%.*s", YZ_P(call->sign)), .client = YZ_LIT("10.0.0.1"), .body = call->body};
	struct yz_str sign;
	if (!yz_upward_take(upper->site, a, &m, &call->status, &call->answer, &sign, err)) {
		call->status = yz_code_status(err->code);
		call->answer = YZ_LIT("{\"error\":\"refused\"}");
		return false;
	}
	call->answer_sign = yz_str_n(sign.ptr + 4, sign.len - 4);
	return true;
}

static inline bool post(void *ctx, struct yz_arena *a, struct yz_upward_call *call)
{
	struct line *l = ctx;
	struct yz_err err = {0};
	l->calls++;
	if (l->cut) {
		snprintf(call->failure, sizeof call->failure, "the line is cut");
		return false;
	}
	deliver(l->upper, a, call, &err);
	if (l->twice) {
		struct yz_upward_call again = *call;
		again.nonce = yz_str_printf(a, "%.*s-again", YZ_P(call->nonce));
		again.sign = yz_up_sign(a, YZ_LIT(SECRET), call->method, call->path, call->time, again.nonce, call->body);
		err = (struct yz_err){0};
		assert_true(deliver(l->upper, a, &again, &err));
		assert_int_equal(again.status, call->status == 409 ? 409 : 200);
	}
	l->refused += call->status == 409;
	l->last = *call;
	l->last.body = yz_str_dup(l->upper->a, call->body);
	l->last.nonce = yz_str_dup(l->upper->a, call->nonce);
	l->last.time = yz_str_dup(l->upper->a, call->time);
	l->last.sign = yz_str_dup(l->upper->a, call->sign);
	l->last.site = yz_str_dup(l->upper->a, call->site);
	if (l->forged)
		call->answer = YZ_LIT("{\"have\":1,\"taken\":true,\"orders\":[]}");
	if (l->lost)
		snprintf(call->failure, sizeof call->failure, "no answer came");
	return !l->lost;
}

static inline void open_upper(struct fixture *f, const char *pack, yz_instant now)
{
	*f = (struct fixture){.dir = yz_test_folder(), .a = yz_arena_create(0), .now = now};
	site_open(f, true, yz_test_url());
	const struct yz_pack *loaded = yz_pack_load(f->a, yz_test_source(pack), &f->err);
	GOOD(f, loaded);
	site_install(f, loaded);
}

/* f is the county; both lines are whole. */
#define LEVELS(name)                                                                                                   \
	static void name##_levels(struct fixture *f, struct fixture *city, struct fixture *province, struct line *l);  \
	SITE(name)                                                                                                     \
	{                                                                                                              \
		struct fixture city, province;                                                                         \
		open_upper(&city, "packs/demo-city", f->now);                                                          \
		open_upper(&province, "packs/demo-province", f->now);                                                  \
		GOOD(f, yz_link_up(f->site, YZ_LIT("city"), YZ_LIT("http://127.0.0.1:1"), YZ_LIT(SECRET), true, &f->err)); \
		GOOD(&city, yz_link_down(city.site, YZ_LIT("990121"), YZ_LIT(SECRET), YZ_LIT("10.0.0.1"), &city.err));  \
		GOOD(&city, yz_link_up(city.site, YZ_LIT("province"), YZ_LIT("http://127.0.0.1:2"), YZ_LIT(SECRET), true, &city.err)); \
		GOOD(&province, yz_link_down(province.site, YZ_LIT("990100"), YZ_LIT(SECRET), YZ_LIT(""), &province.err)); \
		struct line l[2] = {{.upper = &city}, {.upper = &province}};                                           \
		name##_levels(f, &city, &province, l);                                                                 \
		ledger_holds(&city);                                                                                   \
		ledger_holds(&province);                                                                               \
		yz_arena_destroy(city.a);                                                                              \
		yz_arena_destroy(province.a);                                                                          \
		yz_site_close(city.site);                                                                              \
		yz_site_close(province.site);                                                                          \
	}                                                                                                              \
	static void name##_levels(struct fixture *f, struct fixture *city, struct fixture *province, struct line *l)

/* Time goes on everywhere; then this one speaks until it has nothing more to say. */
static inline void speak(struct fixture *f, struct fixture *city, struct fixture *province, struct fixture *who, struct line *l)
{
	bool more = true;
	f->now += 70 * YZ_SECOND;
	city->now = province->now = f->now;
	for (int i = 0; more && i < 200; i++)
		GOOD(who, yz_upward_round(who->site, who->now, post, l, &more, &who->err));
	assert_false(more);
}
#define SPEAK(who, at) speak(f, city, province, (who), &l[at])

static inline bool add_line(void *ctx, struct yz_str text)
{
	yz_buf_adds(ctx, text);
	yz_buf_addc(ctx, '\n');
	return true;
}

static inline struct yz_str rows_of(struct fixture *f, const char *region)
{
	struct yz_buf b;
	yz_buf_init(&b, f->a, 16 << 20);
	GOOD(f, yz_upward_lines(f->site, yz_str(region), true, add_line, &b, &f->err));
	return yz_buf_str(&b);
}

static inline void assert_alike(struct fixture *lower, struct fixture *upper)
{
	struct yz_str below = rows_of(lower, "990121"), above = rows_of(upper, "990121");
	assert_true(below.len > 0);
	assert_string_equal(yz_str_z(lower->a, above), yz_str_z(lower->a, below));
}

static inline int64_t have(struct fixture *upper, const char *region)
{
	return site_int(upper, "SELECT have FROM link_down WHERE site = $1", YZ_Z(region));
}

#endif
