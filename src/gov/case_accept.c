/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/doing.h"

#include "base/utf8.h"
#include "gov/fault.h"
#include "gov/fee_case.h"
#include "gov/joint_row.h"
#include "text/text.h"

enum { ANSWER_DAYS = 5, MEND_DAYS = 15 };

/* ---- acceptance (行政许可法 32) ---- */

static bool start_limits(struct yz_acting *t, yz_instant at, struct yz_err *err)
{
	const struct yz_item_limit *p = &t->v->promised, *l = &t->v->legal;
	/* Without a promise the law's own limit runs: twenty working days, forty-five where several handle it as one (行政许可法
	 * 26, 42). */
	if (!p->given && !l->given)
		return yz_acting_clock_start(t, "legal", 0, t->org, t->v->joint ? 45 : 20, YZ_WORKING_DAYS, at, err);
	return (!p->given || yz_acting_clock_start(t, "promised", 0, t->org, p->n, p->unit, at, err)) &&
	       (!l->given || yz_acting_clock_start(t, "legal", 0, t->org, l->n, l->unit, at, err));
}

static bool do_accepted(struct yz_acting *t, int64_t task, yz_instant at, struct yz_str opinion, struct yz_err *err)
{
	t->state = YZ_CASE_accepted;
	t->accepted = at;
	t->figure.accepted = 1;
	t->figure.days_accept = yz_acting_days(t, t->received, t->now);
	return yz_acting_clock_end(t, "answer", 0, err) && yz_acting_clock_end(t, "correction", 0, err) &&
	       start_limits(t, at, err) && yz_acting_letter(t, "ACCEPT", NULL, err) && yz_fee_at(t, "accept", err) &&
	       yz_acting_done(t, task, "accept", opinion, err);
}

bool yz_do_accept(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task;
	return yz_act_at(t, err, YZ_AT(submitted)) && yz_act_task(t, in, "accept", YZ_MAY_case_accept, &task, err) &&
	       do_accepted(t, task, t->now, yz_act_says(in), err) &&
	       yz_acting_say(t, YZ_SAY_accept, NULL, 0, err) &&
	       yz_acting_note(t, YZ_ACT_accept, task, yz_act_says(in), YZ_LIT(""), err);
}

/* Nobody answered in five working days: accepted from the day of receipt (行政许可法 32(4)). */
bool yz_acting_deem(struct yz_acting *t, struct yz_err *err)
{
	int64_t task = 0;
	for (size_t i = 0; !task && i < t->tasks.len; i++)
		task = yz_str_eqz(t->tasks.at[i].act, "accept") ? t->tasks.at[i].id : 0;
	if (!task)
		return yz_fail(err, YZ_NOT_NOW, "case %.*s has no open acceptance", YZ_P(t->no));
	return do_accepted(t, task, t->received, YZ_LIT(""), err) &&
	       yz_acting_say(t, YZ_SAY_deem, NULL, 0, err) &&
	       yz_acting_note(t, YZ_ACT_deem, task, YZ_LIT(""), YZ_LIT("行政许可法第三十二条"), err);
}

bool yz_do_refuse(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task = 0;
	if (!yz_act_at(t, err, YZ_AT(submitted) | YZ_AT(correcting)) || !yz_act_reason(in, err))
		return false;
	if (!yz_str_trim(in->basis).len)
		return yz_wrong(err, "basis", N_("请写明法律依据（法律名称和条款）"));
	if (t->accepted)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("已经受理，不能再不予受理"));
	if (t->state == YZ_CASE_correcting) {
		struct yz_clock_held *k = yz_acting_clock(t, "correction");
		if (k && t->now < k->due)
			return yz_fail(err, YZ_NOT_NOW, "%s", N_("补正期限未到，请等申请人补正"));
		if (!yz_may_in(t->who, YZ_MAY_case_accept, t->org, t->path))
			return yz_refuse(t->who, YZ_MAY_case_accept, err);
	} else if (!yz_act_task(t, in, "accept", YZ_MAY_case_accept, &task, err)) {
		return false;
	}
	t->state = YZ_CASE_refused;
	t->outcome = YZ_LIT("refuse");
	t->figure.refused = 1;
	struct yz_letter_extra extra = {.reason = yz_act_says(in), .basis = yz_str_trim(in->basis)};
	return yz_acting_letter(t, "REFUSE", &extra, err) && yz_acting_terminate(t, err) &&
	       yz_acting_say(t, YZ_SAY_refuse, (struct yz_said[]){{"reason", yz_act_says(in)}}, 1, err) &&
	       yz_acting_note(t, YZ_ACT_refuse, task, yz_act_says(in), yz_str_trim(in->basis), err);
}

bool yz_act_items(const struct yz_acting *t, const struct yz_json *items, struct yz_err *err)
{
	if (!yz_json_len(items) || yz_json_len(items) > 200)
		return yz_wrong(err, "items", N_("请标出需要补正的内容，并写明怎样补正"));
	for (size_t i = 0; i < yz_json_len(items); i++) {
		const struct yz_json *one = yz_json_at(items, i);
		struct yz_str field = yz_json_str(one, "field"), material = yz_json_str(one, "material");
		bool known = field.len && t->v->form && yz_form_field(t->v->form, field);
		const struct yz_json *list = yz_json_get(t->v->body, "materials");
		for (size_t k = 0; !known && material.len && k < yz_json_len(list); k++)
			known = yz_str_eq(yz_json_str(yz_json_at(list, k), "key"), material);
		if (!known)
			return yz_wrong(err, "items", N_("标出的内容不是这个事项的字段或材料"));
		if (!yz_str_trim(yz_json_str(one, "what")).len)
			return yz_wrong(err, "items", N_("每一项都要写明怎样补正"));
	}
	return true;
}

bool yz_act_mark(struct yz_acting *t, const struct yz_json *items, struct yz_err *err)
{
	for (size_t i = 0; i < yz_json_len(items); i++) {
		struct yz_str material = yz_json_str(yz_json_at(items, i), "material");
		if (material.len && !yz_exec(t->conn, err, "UPDATE material SET state = 'mend' WHERE case_id = $1 AND key = $2", YZ_I(t->id),
					     YZ_S(material)))
			return false;
	}
	return true;
}

bool yz_do_correct(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task, before;
	if (!yz_act_at(t, err, YZ_AT(submitted)) || !yz_act_task(t, in, "accept", YZ_MAY_case_accept, &task, err) ||
	    !yz_act_items(t, in->items, err) ||
	    !yz_select_int(t->conn, &before, 0, err, "SELECT COUNT(*) FROM correction WHERE case_id = $1", YZ_I(t->id)))
		return false;
	if (before)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("补正内容必须一次告知，已经告知过，不能再要求补正"));
	int32_t days = in->days > 0 && in->days <= 60 ? (int32_t)in->days : MEND_DAYS;
	t->state = YZ_CASE_correcting;
	t->figure.corrected = 1;
	if (!yz_acting_clock_end(t, "answer", 0, err) || !yz_acting_steps_rest(t, err) ||
	    !yz_acting_clock_start(t, "correction", 0, t->org, days, YZ_WORKING_DAYS, t->now, err))
		return false;
	yz_instant due = yz_acting_clock(t, "correction")->due;
	struct yz_buf items;
	yz_buf_init(&items, t->a, 1 << 20);
	yz_json_canonical(&items, in->items);
	if (!yz_insert(t->conn, err, "INSERT INTO correction (case_id, items, reason, by_person, at, due) VALUES ($1, $2, $3, $4, $5, $6)",
		       YZ_I(t->id), YZ_S(yz_buf_str(&items)), YZ_S(yz_act_says(in)), YZ_I(t->who->person), YZ_I(t->now), YZ_I(due)))
		return false;
	if (!yz_act_mark(t, in->items, err))
		return false;
	struct yz_letter_extra extra = {.reason = yz_act_says(in), .items = in->items,
					.mend_by = yz_instant_day(due - 1, t->site->offset)};
	return yz_acting_letter(t, "MEND", &extra, err) && yz_acting_hold(t, true, err) &&
	       yz_acting_say(t, YZ_SAY_correct, (struct yz_said[]){{"count", yz_str_printf(t->a, "%zu", yz_json_len(in->items))}}, 1, err) &&
	       yz_acting_note(t, YZ_ACT_correct, task, yz_act_says(in), YZ_LIT(""), err);
}

/* Only the marked fields change. */
static const struct yz_json *marked_only(struct yz_acting *t, const struct yz_json *items, const struct yz_json *typed)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, t->a, 4 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	for (size_t i = 0; i < yz_json_len(items); i++) {
		struct yz_str field = yz_json_str(yz_json_at(items, i), "field");
		const struct yz_json *v = field.len ? yz_json_find(typed, field) : NULL;
		if (v) {
			yz_jw_keys(&w, field);
			yz_jw_value(&w, v);
		}
	}
	yz_jw_end(&w, '}');
	return yz_json_read(t->a, yz_buf_str(&b), NULL, NULL);
}

bool yz_do_supply(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!yz_act_at(t, err, YZ_AT(correcting)))
		return false;
	if (!yz_act_own(t))
		return yz_refuse(t->who, YZ_MAY_case_act_own, err);
	bool amends = t->accepted != 0;
	struct yz_rows *r = amends ? yz_select(t->conn, t->a, err,
					       "SELECT items FROM amend WHERE case_id = $1 AND answered IS NULL ORDER BY id DESC LIMIT 1",
					       YZ_I(t->id))
				   : yz_select(t->conn, t->a, err, "SELECT items FROM correction WHERE case_id = $1", YZ_I(t->id));
	const struct yz_json *items = r && r->count ? yz_json_read(t->a, yz_row_str(r, 0, 0), NULL, err) : NULL;
	int64_t unmended;
	if (!items || !yz_acting_facts(t, err) ||
	    !yz_select_int(t->conn, &unmended, 0, err, "SELECT COUNT(*) FROM material WHERE case_id = $1 AND state = 'mend'", YZ_I(t->id)))
		return false;
	if (unmended)
		return yz_wrong(err, "materials", N_("还有标出的材料没有重新上传"));
	if (t->v->form && in->facts) {
		const struct yz_json *typed = marked_only(t, items, in->facts);
		if (!typed)
			return yz_wrong(err, "facts", N_("填写的内容读不出来，请重新填写"));
		t->facts = yz_form_take(t->a, t->v->form, t->facts, typed, true, t->now);
		t->vars = (struct yz_feel_value){0};
		struct yz_form_state state;
		yz_form_state(t->a, t->v->form, t->facts, -1, t->now, YZ_LANG_ZH, &state);
		if (state.nerrors) {
			yz_fail(err, YZ_BAD_INPUT, "%.*s", YZ_P(state.errors[0].text));
			return yz_fail_in(err, "%.*s", YZ_P(state.errors[0].path));
		}
	}
	struct yz_str digest;
	t->state = amends ? YZ_CASE_accepted : YZ_CASE_submitted;
	t->received = amends ? t->received : t->now;
	return yz_case_facts_store(t->site, t->conn, t->a, t->id, t->facts, &digest, err) &&
	       (amends ? yz_exec(t->conn, err, "UPDATE amend SET answered = $1 WHERE case_id = $2 AND answered IS NULL", YZ_I(t->now), YZ_I(t->id))
		       : yz_exec(t->conn, err, "UPDATE correction SET answered = $1 WHERE case_id = $2", YZ_I(t->now), YZ_I(t->id))) &&
	       yz_acting_clock_end(t, "correction", 0, err) &&
	       (amends || yz_acting_clock_start(t, "answer", 0, t->org, ANSWER_DAYS, YZ_WORKING_DAYS, t->now, err)) &&
	       yz_acting_steps_again(t, err) && yz_acting_hold(t, false, err) && yz_acting_note(t, YZ_ACT_supply, 0, YZ_LIT(""), YZ_LIT(""), err) &&
	       yz_joint_mend(t, items, in->facts, err);
}

bool yz_do_withdraw(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!yz_act_own(t))
		return yz_refuse(t->who, YZ_MAY_case_act_own, err);
	if (!yz_act_at(t, err, YZ_AT(submitted) | YZ_AT(correcting) | YZ_AT(accepted)))
		return false;
	t->state = YZ_CASE_withdrawn;
	t->outcome = YZ_LIT("withdraw");
	t->figure.withdrawn = 1;
	return yz_acting_terminate(t, err) && yz_acting_note(t, YZ_ACT_withdraw, 0, yz_act_says(in), YZ_LIT(""), err);
}
