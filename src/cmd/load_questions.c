/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/load_questions.h"

#include "calendar/calendar.h"
#include "gov/consult.h"
#include "gov/person.h"
#include "gov/site.h"

#include <stdlib.h>

/* One thing that happened: the question itself, or a step of it. */
struct happening {
	yz_instant at;
	size_t question;
	const struct yz_json *step; /* NULL: it is asked */
};

struct past {
	struct yz_site site; /* as it is, seen at another time */
	struct yz_arena *a;
	yz_instant now;
	const struct yz_json *questions;
	struct yz_str *nos, *codes;
};

static yz_instant then(void *ctx)
{
	return ((struct past *)ctx)->now;
}

static int earlier(const void *x, const void *y)
{
	const struct happening *a = x, *b = y;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->question > b->question) - (a->question < b->question);
}

/* So many working days before; each question in its own quarter of an hour, its steps a minute apart. */
static yz_instant instant_of(struct past *s, const struct yz_json *o, yz_day last, size_t question, size_t nth)
{
	const struct yz_calendar *c = yz_site_calendar(&s->site);
	yz_day day = yz_add_working(c, yz_working_from(c, last, -1), 1 - (int)yz_json_int(o, "wd", 1));
	yz_site_calendar_release(&s->site, c);
	return yz_day_start(day, s->site.offset) + 9 * YZ_HOUR + (yz_instant)question * 15 * YZ_MINUTE + (yz_instant)nth * YZ_MINUTE;
}

static bool actor(struct past *s, struct yz_str login, struct yz_actor *who, struct yz_err *err)
{
	*who = (struct yz_actor){0};
	if (!login.len)
		return true;
	struct yz_conn *conn = yz_db_read(s->site.db, err);
	int64_t id = 0;
	bool ok = conn && yz_select_int(conn, &id, 0, err, "SELECT id FROM person WHERE login = $1", YZ_S(login)) &&
		  yz_actor_of(&s->site, conn, s->a, id, who, err);
	if (conn)
		yz_db_release(conn);
	return ok;
}

static bool ask(struct past *s, size_t i, struct yz_err *err)
{
	const struct yz_json *o = yz_json_at(s->questions, i);
	struct yz_actor who;
	struct yz_question_receipt receipt;
	const struct yz_question q = {.text = yz_json_str(o, "text"), .item = yz_json_str(o, "item"), .org = yz_json_str(o, "org"),
				      .email = yz_json_str(o, "email"), .mobile = yz_json_str(o, "mobile"),
				      .may_publish = yz_json_bool(o, "public", false)};
	if (!actor(s, yz_json_str(o, "who"), &who, err) || !yz_consult_ask(&s->site, s->a, &who, &q, &receipt, err))
		return false;
	s->nos[i] = receipt.no;
	s->codes[i] = receipt.code;
	return true;
}

static struct yz_str joined(struct yz_arena *a, const struct yz_json *list)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 64 * 1024);
	for (size_t i = 0; i < yz_json_len(list); i++) {
		yz_buf_adds(&b, yz_json_text(yz_json_at(list, i)));
		yz_buf_addc(&b, '\n');
	}
	return yz_buf_str(&b);
}

static bool learn(struct past *s, const struct yz_actor *who, size_t i, const struct yz_json *step, struct yz_err *err)
{
	int64_t id;
	const struct yz_knowledge_new k = {.question = yz_json_str(step, "question"), .answer = yz_json_str(step, "answer"),
					   .variants = joined(s->a, yz_json_get(step, "variants")),
					   .item = yz_json_str(yz_json_at(s->questions, i), "item")};
	return yz_consult_learn(&s->site, s->a, who, s->nos[i], &k, &id, err);
}

static bool take_step(struct past *s, size_t i, const struct yz_json *step, struct yz_err *err)
{
	struct yz_str act = yz_json_str(step, "act"), no = s->nos[i];
	bool hers = yz_str_eqz(act, "rate") || yz_str_eqz(act, "withdraw");
	struct yz_actor who;
	if (!actor(s, hers ? yz_json_str(yz_json_at(s->questions, i), "who") : yz_json_str(step, "by"), &who, err))
		return false;
	if (yz_str_eqz(act, "transfer"))
		return yz_consult_transfer(&s->site, s->a, &who, no, 0, yz_json_str(step, "to"), yz_json_str(step, "reason"), err);
	if (yz_str_eqz(act, "answer"))
		return yz_consult_answer(&s->site, s->a, &who, no, 0, yz_json_str(step, "text"), err);
	if (yz_str_eqz(act, "publish"))
		return yz_consult_publish(&s->site, s->a, &who, no, yz_json_str(step, "question"), yz_json_str(step, "answer"), err);
	if (yz_str_eqz(act, "learn"))
		return learn(s, &who, i, step, err);
	if (yz_str_eqz(act, "withdraw"))
		return yz_consult_withdraw(&s->site, s->a, &who, no, s->codes[i], err);
	return yz_consult_rate(&s->site, s->a, &who, no, s->codes[i], (int)yz_json_int(step, "level", 0), yz_json_str(step, "remark"), err);
}

static bool sweep_until(struct past *s, yz_instant until, struct yz_err *err)
{
	int64_t done;
	yz_instant next;
	for (;;) {
		struct yz_conn *conn = yz_db_read(s->site.db, err);
		bool ok = conn && yz_select_int(conn, &next, INT64_MAX, err, "SELECT MIN(next_at) FROM consultation WHERE next_at IS NOT NULL");
		if (conn)
			yz_db_release(conn);
		if (!ok || next > until)
			return ok;
		s->now = next;
		if (!yz_consult_sweep(&s->site, s->now, &done, &next, err))
			return false;
	}
}

static bool play(struct past *s, yz_day until, struct yz_err *err)
{
	size_t n = 0, many = yz_json_len(s->questions);
	for (size_t i = 0; i < many; i++)
		n += 1 + yz_json_len(yz_json_get(yz_json_at(s->questions, i), "steps"));
	struct happening *all = yz_new_n(s->a, n, struct happening);
	n = 0;
	for (size_t i = 0; i < many; i++) {
		const struct yz_json *q = yz_json_at(s->questions, i), *steps = yz_json_get(q, "steps");
		all[n++] = (struct happening){instant_of(s, q, until - 1, i, 0), i, NULL};
		for (size_t k = 0; k < yz_json_len(steps); k++)
			all[n++] = (struct happening){instant_of(s, yz_json_at(steps, k), until - 1, i, k + 1), i, yz_json_at(steps, k)};
	}
	qsort(all, n, sizeof *all, earlier);
	for (size_t i = 0; i < n; i++) {
		if (!sweep_until(s, all[i].at, err))
			return false;
		s->now = all[i].at;
		if (!(all[i].step ? take_step(s, all[i].question, all[i].step, err) : ask(s, all[i].question, err)))
			return yz_fail_in(err, "questions.json: question %zu", all[i].question + 1);
	}
	return sweep_until(s, yz_day_start(until, s->site.offset), err);
}

int yz_load_questions(struct yz_args *args, const struct yz_json *questions, yz_day until)
{
	struct yz_err err = {0};
	size_t many = yz_json_len(questions);
	if (!many)
		return 0;
	struct yz_arena *a = yz_arena_create(0);
	struct past *s = yz_new(a, struct past);
	*s = (struct past){.site = *args->site, .a = a, .questions = questions, .nos = yz_new_n(a, many, struct yz_str),
			   .codes = yz_new_n(a, many, struct yz_str)};
	s->site.now = then;
	s->site.now_ctx = s;
	s->site.silent = true;
	yz_sweep_begin(args->site);
	bool ok = play(s, until, &err);
	yz_sweep_end(args->site);
	yz_arena_destroy(a);
	return ok ? 0 : yz_cmd_fail(args, &err);
}
