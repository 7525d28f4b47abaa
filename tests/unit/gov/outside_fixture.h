/* tests/unit/gov/outside_fixture.h - a department's own system that reports to the demo county.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_GOV_OUTSIDE_FIXTURE_H
#define YZ_TESTS_GOV_OUTSIDE_FIXTURE_H

#include "tests/unit/gov/case_fixture.h"

#include "crypt/crypt.h"
#include "gov/outside_report.h"
#include "gov/upward_batch.h"

#define SECRET "0123456789abcdef0123456789abcdef"
#define ARCHIVES "1299012100990359934992079201000" /* of the archives; ROAD_DIG is of zhujian */

struct said {
	int status; /* 0: it failed with f->err */
	struct yz_str answer;
};

static inline void set_system(struct fixture *f, const char *name, const char *org)
{
	GOOD(f, yz_outside_system_set(f->site, yz_str(name), yz_str(org), yz_str_printf(f->a, "%s的系统", org), YZ_LIT(SECRET), YZ_LIT(""), &f->err));
}

static inline struct yz_upward_message message_of(struct fixture *f, const char *name, const char *method, const char *path, struct yz_str body)
{
	static int nth;
	struct yz_upward_message m = {.method = method, .path = path, .site = yz_str(name), .client = YZ_LIT("10.0.0.7"), .body = body,
				      .time = yz_str_printf(f->a, "%lld", (long long)(f->now / YZ_SECOND)),
				      .nonce = yz_str_printf(f->a, "a-nonce-of-the-tests-%d", ++nth)};
	m.sign = yz_str_printf(f->a, "sm3=%.*s", YZ_P(yz_up_sign(f->a, YZ_LIT(SECRET), method, path, m.time, m.nonce, body)));
	return m;
}

static inline struct said take(struct fixture *f, const struct yz_upward_message *m)
{
	struct said s = {0};
	struct yz_str sign;
	f->err = (struct yz_err){0};
	if (!yz_outside_take(f->site, f->a, YZ_LANG_ZH, m, &s.status, &s.answer, &sign, &f->err))
		return (struct said){0};
	struct yz_str right = yz_str_printf(f->a, "sm3=%.*s", YZ_P(yz_up_sign_answer(f->a, YZ_LIT(SECRET), s.status, m->nonce, s.answer)));
	assert_true(yz_str_eq(sign, right));
	return s;
}

/* lines: rows, a line end behind each. */
static inline struct yz_str batch_of(struct fixture *f, const char *name, int64_t from, int64_t to, const char *lines)
{
	return yz_str_printf(f->a, "{\"batch\":{\"site\":\"%s\",\"from\":%lld,\"to\":%lld}}\n%s", name, (long long)from, (long long)to, lines);
}

static inline struct said report(struct fixture *f, const char *name, int64_t from, int64_t to, const char *lines)
{
	struct yz_upward_message m = message_of(f, name, "POST", YZ_OUTSIDE_PATH, batch_of(f, name, from, to, lines));
	return take(f, &m);
}

static inline const char *state_of(struct fixture *f, const struct said *s, size_t i)
{
	const struct yz_json *answer = yz_json_read(f->a, s->answer, NULL, &f->err);
	GOOD(f, answer);
	return yz_str_z(f->a, yz_json_str(yz_json_at(yz_json_get(answer, "rows"), i), "state"));
}

/* The first thing found of the row: field, value, reason. */
static inline const char *found_of(struct fixture *f, const struct said *s, size_t i)
{
	const struct yz_json *answer = yz_json_read(f->a, s->answer, NULL, &f->err);
	GOOD(f, answer);
	const struct yz_json *one = yz_json_at(yz_json_get(yz_json_at(yz_json_get(answer, "rows"), i), "findings"), 0);
	return yz_printf(f->a, "%.*s|%.*s|%.*s", YZ_P(yz_json_str(one, "field")), YZ_P(yz_json_str(one, "value")), YZ_P(yz_json_str(one, "reason")));
}

#define APPLY_AT(no, item, at)                                                                                                                \
	"{\"table\":\"5\",\"no\":\"" no "\",\"fields\":{\"实施编码\":\"" item "\",\"申请者名称\":\"周小川\",\"申请时间\":\"" at "\"}}\n"
#define APPLY(no) APPLY_AT(no, ROAD_DIG, "2026-11-23T09:00:00+08:00")
#define ACCEPT(no, at) "{\"table\":\"6\",\"no\":\"" no "\",\"fields\":{\"受理时间\":\"" at "\"}}\n"
#define PASS(no, node, at) "{\"table\":\"7\",\"no\":\"" no "\",\"fields\":{\"业务动作\":\"通过\",\"环节名称\":\"" node "\",\"结束时间\":\"" at "\"}}\n"
#define GRANT(no, at) "{\"table\":\"8\",\"no\":\"" no "\",\"fields\":{\"办结时间\":\"" at "\",\"办结结果\":\"准予许可\",\"结果描述\":\"符合条件\"}}\n"
#define RATE(no, code, at) "{\"table\":\"9\",\"no\":\"" no "\",\"fields\":{\"评价时间\":\"" at "\",\"满意度代码\":\"" code "\"}}\n"

#endif
