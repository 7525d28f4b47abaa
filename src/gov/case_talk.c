/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/doing.h"

#include "base/utf8.h"
#include "gov/fault.h"
#include "gov/urge.h"
#include "text/text.h"

/* ---- 抄送: to be read, not done ---- */

enum { COPIES_MOST = 20 };

static bool copy_to(struct yz_acting *t, struct yz_str login, struct yz_str text, struct yz_buf *names, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT q.id, q.name, p.role FROM person q JOIN post p ON p.person = q.id WHERE q.login = $1 AND q.active = 1 "
				      "AND p.from_at <= $2 AND (p.until_at IS NULL OR p.until_at > $2)",
				      YZ_S(login), YZ_I(t->now));
	bool opens = false; /* what she cannot open she is not sent */
	for (size_t i = 0; r && i < r->count; i++) {
		enum yz_role role;
		opens = opens || (yz_role_parse(yz_row_str(r, i, 2), &role) && yz_role_may(role, YZ_MAY_case_copy) && yz_role_may(role, YZ_MAY_case_read));
	}
	if (!r)
		return false;
	if (!opens || yz_row_int(r, 0, 0) == t->who->person)
		return yz_wrong(err, "to", N_("只能抄送给其他能看办件的工作人员，请另选"));
	if (names->len)
		yz_buf_addz(names, "、");
	yz_buf_adds(names, yz_row_str(r, 0, 1));
	return yz_exec(t->conn, err,
		       "INSERT INTO case_copy (case_id, person, by_person, text, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (case_id, person) "
		       "DO UPDATE SET by_person = excluded.by_person, text = excluded.text, at = excluded.at, read_at = NULL",
		       YZ_I(t->id), YZ_I(yz_row_int(r, 0, 0)), YZ_I(t->who->person), YZ_S(text), YZ_I(t->now)) &&
	       yz_act_tell(t, yz_row_int(r, 0, 0), YZ_SAY_case_copied, YZ_LIT(""), text, err);
}

/* Whoever handles the case: not who was only sent a copy. */
static bool handles(struct yz_acting *t, enum yz_permission may, struct yz_err *err)
{
	t->by = yz_may_at(t->who, may, t->org, t->path, YZ_LIT(""));
	struct yz_rows *r = t->by ? NULL : yz_select(t->conn, t->a, err,
						     "SELECT DISTINCT k.org, g.path FROM task k LEFT JOIN region g ON g.code = k.region "
						     "WHERE k.case_id = $1",
						     YZ_I(t->id));
	for (size_t i = 0; r && !t->by && i < r->count; i++)
		t->by = yz_may_at(t->who, may, yz_row_str(r, i, 0), yz_row_str(r, i, 1), YZ_LIT(""));
	return t->by || (!err->code && yz_refuse(t->who, may, err));
}

bool yz_do_copy(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct yz_buf names;
	struct yz_str to = yz_str_trim(in->to), says = yz_act_says(in);
	size_t n = 0;
	if (!handles(t, YZ_MAY_case_copy, err))
		return false;
	if (!to.len)
		return yz_wrong(err, "to", N_("请选择抄送给谁"));
	if (yz_utf8_count(says) > 1000)
		return yz_wrong(err, "reason", N_("说明最多 1000 字"));
	yz_buf_init(&names, t->a, 4096);
	for (size_t from = 0; from < to.len;) {
		size_t end = yz_str_find(to, YZ_LIT(" "), from);
		end = end == SIZE_MAX ? to.len : end;
		if (end > from && ++n > COPIES_MOST)
			return yz_wrong(err, "to", N_("一次最多抄送 20 人"));
		if (end > from && !copy_to(t, yz_str_n(to.ptr + from, end - from), says, &names, err))
			return false;
		from = end + 1;
	}
	struct yz_str text = yz_str_printf(t->a, "给%.*s%s%.*s", YZ_P(yz_buf_str(&names)), says.len ? "：" : "", YZ_P(says));
	return yz_acting_note(t, YZ_ACT_copy, 0, text, YZ_LIT(""), err);
}

bool yz_do_read_copy(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	(void)in;
	if (!yz_exec(t->conn, err, "UPDATE case_copy SET read_at = $1 WHERE case_id = $2 AND person = $3 AND read_at IS NULL", YZ_I(t->now),
		     YZ_I(t->id), YZ_I(t->who->person)))
		return false;
	if (!yz_changed(t->conn))
		return yz_fail(err, YZ_CONFLICT, "no copy of case %.*s waits to be read", YZ_P(t->no));
	return yz_acting_note(t, YZ_ACT_read_copy, 0, YZ_LIT(""), YZ_LIT(""), err);
}

/* ---- 催办: not 督办 ---- */

#define HURRY_EVERY (24 * YZ_HOUR)

/* Whoever has the task, or all who may claim it. */
static bool tell_holders(struct yz_acting *t, const struct yz_task_held *k, enum yz_say kind, struct yz_str says, struct yz_err *err)
{
	if (k->person)
		return yz_act_tell(t, k->person, kind, k->name, says, err);
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT DISTINCT p.person FROM post p JOIN region g ON g.code = p.region JOIN person q ON q.id = p.person "
				      "WHERE p.org = $1 AND p.role = $2 AND $3 LIKE g.path || '%' AND p.until_at IS NULL AND q.active = 1 "
				      "ORDER BY p.person LIMIT $4",
				      YZ_S(k->org), YZ_S(k->role), YZ_S(k->path), YZ_I(COPIES_MOST));
	for (size_t i = 0; r && i < r->count; i++)
		if (!yz_act_tell(t, yz_row_int(r, i, 0), kind, k->name, says, err))
			return false;
	return r != NULL;
}

/* The applicant, or an official who waits for another. */
bool yz_do_hurry(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	const struct yz_task_held *k = NULL;
	int64_t before;
	bool own = yz_act_own(t);
	for (size_t i = 0; i < t->tasks.len; i++) {
		const struct yz_task_held *o = &t->tasks.at[i];
		if (!yz_task_rests(o) && (!in->task || in->task == o->id) && (!k || o->due < k->due))
			k = o;
	}
	if (yz_utf8_count(in->reason) > 500)
		return yz_wrong(err, "reason", N_("催办的话最多 500 字"));
	if (!own && !handles(t, YZ_MAY_case_hurry, err))
		return false;
	if (!k)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("现在没有等着办的环节，不用催办"));
	if (!own && k->person && yz_stands_for(t->who, k->person))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这一步就在您手上，请直接办理"));
	if (!yz_select_int(t->conn, &before, 0, err, "SELECT COUNT(*) FROM hurry WHERE case_id = $1 AND by_person = $2 AND at > $3", YZ_I(t->id),
			   YZ_I(t->who->person), YZ_I(t->now - HURRY_EVERY)))
		return false;
	if (before)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("24 小时内已经催过一次，请稍后再催"));
	struct yz_str says = yz_act_says(in);
	return yz_insert(t->conn, err, "INSERT INTO hurry (case_id, task_id, by_person, text, at) VALUES ($1, $2, $3, $4, $5)", YZ_I(t->id),
			 YZ_I(k->id), YZ_I(t->who->person), YZ_S(says), YZ_I(t->now)) &&
	       tell_holders(t, k, own ? YZ_SAY_hurried_applicant : YZ_SAY_hurried_colleague, says, err) && yz_acting_note(t, YZ_ACT_hurry, k->id, says, YZ_LIT(""), err);
}

/* ---- 督办 and 好差评 ---- */

bool yz_do_urge(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	const struct yz_urge_new urge = {.thing = YZ_LIT("case"), .thing_id = t->id, .to = yz_str_trim(in->to), .text = yz_act_says(in), .days = in->days};
	int64_t id;
	if (!yz_may_in(t->who, YZ_MAY_urge, t->org, t->path))
		return yz_refuse(t->who, YZ_MAY_urge, err);
	return yz_act_reason(in, err) && yz_urge_put(t->site, t->conn, t->a, t->who, &urge, &id, err);
}

bool yz_do_answer_urge(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t mine;
	if (!yz_select_int(t->conn, &mine, 0, err, "SELECT COUNT(*) FROM urge WHERE id = $1 AND case_id = $2", YZ_I(in->ref), YZ_I(t->id)))
		return false;
	if (!mine)
		return yz_fail(err, YZ_NOT_FOUND, "no urge %lld", (long long)in->ref);
	return yz_act_reason(in, err) && yz_urge_settle(t->site, t->conn, t->a, t->who, in->ref, -1, yz_act_says(in), err);
}

bool yz_do_rate(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!yz_act_own(t))
		return yz_refuse(t->who, YZ_MAY_rate, err);
	if (!yz_act_at(t, err, YZ_AT(finished) | YZ_AT(denied) | YZ_AT(refused)))
		return false;
	if (in->level < 1 || in->level > 5)
		return yz_wrong(err, "level", N_("请选择满意程度"));
	int64_t before;
	if (!yz_select_int(t->conn, &before, 0, err, "SELECT COUNT(*) FROM rating WHERE case_id = $1", YZ_I(t->id)))
		return false;
	if (before)
		return yz_fail(err, YZ_CONFLICT, "%s", N_("已经评价过了，谢谢"));
	if (yz_utf8_count(in->reason) > 1000)
		return yz_wrong(err, "reason", N_("评价最多 1000 字"));
	t->figure.rated = 1;
	t->figure.stars = in->level;
	t->figure.low = in->level <= 2;
	return yz_insert(t->conn, err,
			 "INSERT INTO rating (case_id, org, person, level, text, at, answer) VALUES ($1, $2, $3, $4, $5, $6, '')",
			 YZ_I(t->id), YZ_S(t->org), YZ_I(t->who->person), YZ_I(in->level), YZ_S(yz_act_says(in)), YZ_I(t->now)) &&
	       yz_acting_note(t, YZ_ACT_rate, 0, YZ_LIT(""), YZ_LIT(""), err);
}

bool yz_do_answer_rating(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!yz_may_in(t->who, YZ_MAY_rating_answer, t->org, t->path))
		return yz_refuse(t->who, YZ_MAY_rating_answer, err);
	if (!yz_act_reason(in, err) ||
	    !yz_exec(t->conn, err, "UPDATE rating SET answer = $1, answered = $2 WHERE case_id = $3 AND answered IS NULL", YZ_S(yz_act_says(in)),
		     YZ_I(t->now), YZ_I(t->id)))
		return false;
	if (!yz_changed(t->conn))
		return yz_fail(err, YZ_CONFLICT, "no rating of case %.*s waits for an answer", YZ_P(t->no));
	return yz_acting_say(t, YZ_SAY_rating_answer, (const struct yz_said[]){{"reason", yz_act_says(in), false, false}}, 1, err) &&
	       yz_acting_note(t, YZ_ACT_answer_rating, 0, YZ_LIT(""), YZ_LIT(""), err);
}

/* A bad rating (1, 2) was looked into and put right: once, after she was answered (GB/T 39735). */
bool yz_do_mend_rating(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!yz_may_in(t->who, YZ_MAY_rating_answer, t->org, t->path))
		return yz_refuse(t->who, YZ_MAY_rating_answer, err);
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT level, answered, (SELECT COUNT(*) FROM remark WHERE case_id = $1 AND act = 'mend_rating') FROM rating "
				      "WHERE case_id = $1",
				      YZ_I(t->id));
	if (!r)
		return false;
	if (!r->count || yz_row_int(r, 0, 0) > 2)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("没有要整改的差评"));
	if (yz_row_null(r, 0, 1))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("请先联系评价人并答复，再写整改结果"));
	if (yz_row_int(r, 0, 2))
		return yz_fail(err, YZ_CONFLICT, "%s", N_("已经写过整改结果了"));
	return yz_act_reason(in, err) &&
	       yz_acting_say(t, YZ_SAY_rating_mend, (const struct yz_said[]){{"reason", yz_act_says(in), false, false}}, 1, err) &&
	       yz_acting_note(t, YZ_ACT_mend_rating, 0, yz_act_says(in), YZ_LIT(""), err);
}
