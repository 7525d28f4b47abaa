/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/doing.h"

#include "base/utf8.h"
#include "gov/fault.h"
#include "text/text.h"

/* ---- 督办 and 好差评 ---- */

bool yz_do_urge(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!yz_may_in(t->who, YZ_MAY_urge, t->org, t->path))
		return yz_refuse(t->who, YZ_MAY_urge, err);
	if (!yz_act_reason(in, err))
		return false;
	if (!yz_case_state_open(t->state))
		return yz_fail(err, YZ_NOT_NOW, "case %.*s has ended", YZ_P(t->no));
	/* It goes to the department whose task is open and due first. */
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT org FROM task WHERE case_id = $1 AND state = 'open' ORDER BY due, id LIMIT 1",
				      YZ_I(t->id));
	if (!r)
		return false;
	struct yz_str org = r->count ? yz_row_str(r, 0, 0) : t->org;
	return yz_insert(t->conn, err, "INSERT INTO urge (case_id, org, by_person, text, at, answer) VALUES ($1, $2, $3, $4, $5, '')",
			 YZ_I(t->id), YZ_S(org), YZ_I(t->who->person), YZ_S(yz_act_says(in)), YZ_I(t->now)) &&
	       yz_acting_note(t, YZ_ACT_urge, 0, yz_act_says(in), YZ_LIT(""), err);
}

bool yz_do_answer_urge(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT org, answered FROM urge WHERE id = $1 AND case_id = $2", YZ_I(in->ref),
				      YZ_I(t->id));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no urge %lld", (long long)in->ref);
	if (!yz_may_in(t->who, YZ_MAY_urge_answer, yz_row_str(r, 0, 0), t->path))
		return yz_refuse(t->who, YZ_MAY_urge_answer, err);
	if (!yz_row_null(r, 0, 1))
		return yz_fail(err, YZ_CONFLICT, "urge %lld is answered", (long long)in->ref);
	return yz_act_reason(in, err) &&
	       yz_exec(t->conn, err, "UPDATE urge SET answer = $1, answered = $2, answered_by = $3 WHERE id = $4", YZ_S(yz_act_says(in)),
		       YZ_I(t->now), YZ_I(t->who->person), YZ_I(in->ref)) &&
	       yz_acting_note(t, YZ_ACT_answer_urge, 0, yz_act_says(in), YZ_LIT(""), err);
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
	return yz_acting_tell(t, YZ_LIT("您的评价有了答复"), yz_act_says(in), err) &&
	       yz_acting_note(t, YZ_ACT_answer_rating, 0, YZ_LIT(""), YZ_LIT(""), err);
}
