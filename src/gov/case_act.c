/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/acting.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "gov/case_light.h"
#include "gov/fault.h"
#include "gov/message.h"
#include "gov/note.h"
#include "gov/person.h"
#include "text/text.h"

enum { ANSWER_DAYS = 5, EXTEND_MOST = 10, DELIVER_DAYS = 10, REASON_MOST = 4000, MEND_DAYS = 15 };

struct doing {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str no;
	const struct yz_act_input *in;
	const struct yz_acting *seen; /* outside the write; NULL: nothing */
};

typedef bool act_fn(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err);

/* ---- what an act needs ---- */

enum needs { NO_REASON = 0, REASON = 1, BASIS = 2, TASK = 4 };

static bool reason_given(const struct yz_act_input *in, struct yz_err *err)
{
	struct yz_str s = yz_str_trim(in->reason);
	if (!s.len)
		return yz_wrong(err, "reason", N_("请写明理由"));
	if (yz_utf8_count(s) > REASON_MOST)
		return yz_wrong(err, "reason", N_("理由最多 4000 字"));
	return true;
}

static bool at_state(const struct yz_acting *t, struct yz_err *err, unsigned states)
{
	return (states & (1u << t->state)) != 0 ||
	       yz_fail(err, YZ_NOT_NOW, "case %.*s is %s", YZ_P(t->no), yz_case_state_name(t->state));
}
#define IN(state) (1u << YZ_CASE_##state)

/* The open task of this kind that the input names (or the only one); she must be of its department and role. */
static bool own_task(struct yz_acting *t, const struct yz_act_input *in, const char *act, enum yz_permission may, int64_t *task,
		     struct yz_err *err)
{
	bool any = false;
	for (size_t i = 0; i < t->tasks.len; i++) {
		const struct yz_task_held *k = &t->tasks.at[i];
		if (k->held || !yz_str_eqz(k->act, act) || (in->task && k->id != in->task))
			continue;
		any = true;
		if (!yz_may_in(t->who, may, k->org, t->v->region_path))
			continue;
		if (k->person && k->person != t->who->person)
			return yz_fail(err, YZ_CONFLICT, "task %lld is claimed by person %lld", (long long)k->id, (long long)k->person);
		*task = k->id;
		return true;
	}
	if (any)
		return yz_refuse(t->who, may, err);
	return yz_fail(err, YZ_CONFLICT, "case %.*s has no open task to %s", YZ_P(t->no), act);
}

/* Hers, or her agent's while she is one (sees() has asked). */
static bool own(const struct yz_acting *t)
{
	return yz_may_own(t->who, YZ_MAY_case_act_own, t->applicant, t->v->code) || (t->agent && t->who->person == t->agent);
}

static struct yz_str says(const struct yz_act_input *in)
{
	return yz_str_trim(in->reason);
}

/* ---- acceptance (行政许可法 32) ---- */

static bool start_limits(struct yz_acting *t, yz_instant at, struct yz_err *err)
{
	const struct yz_item_limit *p = &t->v->promised, *l = &t->v->legal;
	/* Without a promise the law's own limit runs: twenty working days (行政许可法 42). */
	if (!p->given && !l->given)
		return yz_acting_clock_start(t, "legal", 0, t->org, 20, YZ_WORKING_DAYS, at, err);
	return (!p->given || yz_acting_clock_start(t, "promised", 0, t->org, p->n, p->unit, at, err)) &&
	       (!l->given || yz_acting_clock_start(t, "legal", 0, t->org, l->n, l->unit, at, err));
}

static bool do_accepted(struct yz_acting *t, int64_t task, yz_instant at, struct yz_str opinion, struct yz_err *err)
{
	t->state = YZ_CASE_accepted;
	t->accepted = at;
	t->figure.accepted = 1;
	return yz_acting_clock_end(t, "answer", 0, err) && yz_acting_clock_end(t, "correction", 0, err) &&
	       start_limits(t, at, err) && yz_acting_letter(t, "ACCEPT", NULL, err) &&
	       yz_acting_done(t, task, "accept", opinion, err);
}

static bool accept(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task;
	return at_state(t, err, IN(submitted)) && own_task(t, in, "accept", YZ_MAY_case_accept, &task, err) &&
	       do_accepted(t, task, t->now, says(in), err) &&
	       yz_acting_tell(t, YZ_LIT("您的申请已受理"), yz_str_printf(t->a, "%.*s（%.*s）已受理。", YZ_P(t->v->name), YZ_P(t->no)), err) &&
	       yz_acting_note(t, YZ_ACT_accept, task, says(in), YZ_LIT(""), err);
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
	       yz_acting_tell(t, YZ_LIT("您的申请视为已受理"),
			      yz_str_printf(t->a, "%.*s（%.*s）五个工作日内未收到答复，依法自收到之日起视为受理。", YZ_P(t->v->name), YZ_P(t->no)),
			      err) &&
	       yz_acting_note(t, YZ_ACT_deem, task, YZ_LIT(""), YZ_LIT("行政许可法第三十二条"), err);
}

static bool refuse(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task = 0;
	if (!at_state(t, err, IN(submitted) | IN(correcting)) || !reason_given(in, err))
		return false;
	if (!yz_str_trim(in->basis).len)
		return yz_wrong(err, "basis", N_("请写明法律依据（法律名称和条款）"));
	if (t->state == YZ_CASE_correcting) {
		struct yz_clock_held *k = yz_acting_clock(t, "correction");
		if (k && t->now < k->due)
			return yz_fail(err, YZ_NOT_NOW, "%s", N_("补正期限未到，请等申请人补正"));
		if (!yz_may_in(t->who, YZ_MAY_case_accept, t->org, t->v->region_path))
			return yz_refuse(t->who, YZ_MAY_case_accept, err);
	} else if (!own_task(t, in, "accept", YZ_MAY_case_accept, &task, err)) {
		return false;
	}
	t->state = YZ_CASE_refused;
	t->outcome = YZ_LIT("refuse");
	t->figure.refused = 1;
	struct yz_letter_extra extra = {.reason = says(in), .basis = yz_str_trim(in->basis)};
	return yz_acting_letter(t, "REFUSE", &extra, err) && yz_acting_terminate(t, err) &&
	       yz_acting_tell(t, YZ_LIT("您的申请不予受理"),
			      yz_str_printf(t->a, "%.*s（%.*s）不予受理。理由：%.*s", YZ_P(t->v->name), YZ_P(t->no), YZ_P(says(in))), err) &&
	       yz_acting_note(t, YZ_ACT_refuse, task, says(in), yz_str_trim(in->basis), err);
}

static bool items_fit(const struct yz_acting *t, const struct yz_json *items, struct yz_err *err)
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

static bool correct(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task, before;
	if (!at_state(t, err, IN(submitted)) || !own_task(t, in, "accept", YZ_MAY_case_accept, &task, err) ||
	    !items_fit(t, in->items, err) ||
	    !yz_select_int(t->conn, &before, 0, err, "SELECT COUNT(*) FROM correction WHERE case_id = $1", YZ_I(t->id)))
		return false;
	if (before)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("补正内容必须一次告知，已经告知过，不能再要求补正"));
	int32_t days = in->days > 0 && in->days <= 60 ? (int32_t)in->days : MEND_DAYS;
	t->state = YZ_CASE_correcting;
	if (!yz_acting_clock_end(t, "answer", 0, err) || !yz_acting_steps_rest(t, err) ||
	    !yz_acting_clock_start(t, "correction", 0, t->org, days, YZ_WORKING_DAYS, t->now, err))
		return false;
	yz_instant due = yz_acting_clock(t, "correction")->due;
	struct yz_buf items;
	yz_buf_init(&items, t->a, 1 << 20);
	yz_json_canonical(&items, in->items);
	if (!yz_insert(t->conn, err, "INSERT INTO correction (case_id, items, reason, by_person, at, due) VALUES ($1, $2, $3, $4, $5, $6)",
		       YZ_I(t->id), YZ_S(yz_buf_str(&items)), YZ_S(says(in)), YZ_I(t->who->person), YZ_I(t->now), YZ_I(due)))
		return false;
	for (size_t i = 0; i < yz_json_len(in->items); i++) {
		struct yz_str material = yz_json_str(yz_json_at(in->items, i), "material");
		if (material.len && !yz_exec(t->conn, err, "UPDATE material SET state = 'mend' WHERE case_id = $1 AND key = $2",
					     YZ_I(t->id), YZ_S(material)))
			return false;
	}
	struct yz_letter_extra extra = {.reason = says(in), .items = in->items,
					.mend_by = yz_instant_day(due - 1, t->site->offset)};
	return yz_acting_letter(t, "MEND", &extra, err) && yz_acting_hold(t, true, err) &&
	       yz_acting_tell(t, YZ_LIT("请补正申请材料"),
			      yz_str_printf(t->a, "%.*s（%.*s）有 %zu 处需要补正，请按补正告知书一次补齐。", YZ_P(t->v->name), YZ_P(t->no),
					    yz_json_len(in->items)),
			      err) &&
	       yz_acting_note(t, YZ_ACT_correct, task, says(in), YZ_LIT(""), err);
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

static bool supply(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!at_state(t, err, IN(correcting)))
		return false;
	if (!own(t))
		return yz_refuse(t->who, YZ_MAY_case_act_own, err);
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT items FROM correction WHERE case_id = $1", YZ_I(t->id));
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
	struct yz_buf facts;
	yz_buf_init(&facts, t->a, 4 << 20);
	yz_json_canonical(&facts, t->facts);
	char digest[YZ_HEX];
	t->state = YZ_CASE_submitted;
	t->received = t->now;
	return yz_exec(t->conn, err, "UPDATE cases SET facts_enc = $1, facts_dig = $2 WHERE id = $3",
		       YZ_BLOB(yz_seal(t->site->keys, t->a, "cases.facts", t->id, yz_buf_str(&facts))),
		       YZ_Z(yz_keyed_digest(t->site->keys, "cases.facts", t->id, yz_buf_str(&facts), digest)), YZ_I(t->id)) &&
	       yz_exec(t->conn, err, "UPDATE correction SET answered = $1 WHERE case_id = $2", YZ_I(t->now), YZ_I(t->id)) &&
	       yz_acting_clock_end(t, "correction", 0, err) &&
	       yz_acting_clock_start(t, "answer", 0, t->org, ANSWER_DAYS, YZ_WORKING_DAYS, t->now, err) &&
	       yz_acting_steps_again(t, err) && yz_acting_hold(t, false, err) && yz_acting_note(t, YZ_ACT_supply, 0, YZ_LIT(""), YZ_LIT(""), err);
}

static bool withdraw(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!own(t))
		return yz_refuse(t->who, YZ_MAY_case_act_own, err);
	if (!at_state(t, err, IN(submitted) | IN(correcting) | IN(accepted)))
		return false;
	t->state = YZ_CASE_withdrawn;
	t->outcome = YZ_LIT("withdraw");
	t->figure.withdrawn = 1;
	return yz_acting_terminate(t, err) && yz_acting_note(t, YZ_ACT_withdraw, 0, says(in), YZ_LIT(""), err);
}

/* ---- review ---- */

static bool claim(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	const struct yz_task_held *k = NULL;
	for (size_t i = 0; !k && i < t->tasks.len; i++)
		k = t->tasks.at[i].id == in->task && !t->tasks.at[i].held ? &t->tasks.at[i] : NULL;
	if (!k || (k->person && k->person != t->who->person))
		return yz_fail(err, YZ_CONFLICT, "task %lld is taken", (long long)in->task);
	if (!yz_may_in(t->who, YZ_MAY_desk, k->org, t->v->region_path))
		return yz_refuse(t->who, YZ_MAY_desk, err);
	return yz_exec(t->conn, err, "UPDATE task SET person = $1 WHERE id = $2", YZ_I(t->who->person), YZ_I(in->task)) &&
	       yz_acting_note(t, YZ_ACT_claim, in->task, YZ_LIT(""), YZ_LIT(""), err);
}

static bool review(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task;
	bool pass = in->act == YZ_ACT_pass;
	/* A process may ask other departments after the decision too: the tax office of a new company. */
	return at_state(t, err, IN(accepted) | IN(decided)) && (pass || reason_given(in, err)) &&
	       own_task(t, in, "review", YZ_MAY_case_review, &task, err) &&
	       yz_acting_done(t, task, pass ? "pass" : "object", says(in), err) &&
	       yz_acting_note(t, in->act, task, says(in), YZ_LIT(""), err);
}

/* 行政许可法 45: this time does not count, and the applicant is told in writing. */
static bool stop(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	static const char *const lawful[] = {"听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"};
	struct yz_str special = yz_str_trim(in->special);
	bool known = false;
	for (size_t i = 0; i < sizeof lawful / sizeof *lawful; i++)
		known = known || yz_str_eqz(special, lawful[i]);
	const struct yz_json *own = yz_json_get(t->v->body, "special");
	for (size_t i = 0; i < yz_json_len(own); i++)
		known = known || yz_str_eq(special, yz_json_str(yz_json_at(own, i), "kind"));
	if (!at_state(t, err, IN(accepted)) || !reason_given(in, err))
		return false;
	if (!known)
		return yz_wrong(err, "special", N_("请选择法律规定不计入期限的程序"));
	if (in->days < 1 || in->days > 365)
		return yz_wrong(err, "days", N_("请写明预计需要的工作日，1 到 365"));
	struct yz_clock_held *k = yz_acting_clock(t, "promised");
	k = k ? k : yz_acting_clock(t, "legal");
	if (k && yz_clock_stopped(&k->clock))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("已经停表"));
	struct yz_letter_extra extra = {.reason = says(in), .procedure = special, .days = in->days};
	struct yz_str text = yz_str_printf(t->a, "%.*s，预计 %lld 个工作日：%.*s", YZ_P(special), (long long)in->days, YZ_P(says(in)));
	return yz_acting_clocks_stop(t, err) && yz_acting_letter(t, "SUSPEND", &extra, err) &&
	       yz_acting_tell(t, YZ_LIT("办理期限暂停计算"),
			      yz_str_printf(t->a, "%.*s（%.*s）需要%.*s，预计 %lld 个工作日，这段时间不计入期限。理由：%.*s", YZ_P(t->v->name),
					    YZ_P(t->no), YZ_P(special), (long long)in->days, YZ_P(says(in))),
			      err) &&
	       yz_acting_note(t, YZ_ACT_stop, in->task, text, YZ_LIT("行政许可法第四十五条"), err);
}

static bool resume(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	bool stopped = false;
	for (size_t i = 0; i < t->nclocks; i++)
		stopped = stopped || yz_clock_stopped(&t->clocks[i].clock);
	if (!stopped)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("现在没有停表"));
	return reason_given(in, err) && yz_acting_clocks_resume(t, err) &&
	       yz_acting_tell(t, YZ_LIT("办理期限恢复计算"), yz_str_printf(t->a, "%.*s（%.*s）恢复计时。", YZ_P(t->v->name), YZ_P(t->no)), err) &&
	       yz_acting_note(t, YZ_ACT_resume, in->task, says(in), YZ_LIT(""), err);
}

/* 行政许可法 42: ten working days more, once, approved by the head, the reason told. */
static bool extend(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!at_state(t, err, IN(accepted)) || !reason_given(in, err))
		return false;
	if (!yz_may_in(t->who, YZ_MAY_clock_extend, t->org, t->v->region_path))
		return yz_refuse(t->who, YZ_MAY_clock_extend, err);
	if (in->days < 1 || in->days > EXTEND_MOST)
		return yz_wrong(err, "days", N_("延长期限为 1 到 10 个工作日"));
	/* The law extends its own limit while it runs; a promise that ran out before does not end it. */
	const struct yz_clock_held *k = yz_acting_clock(t, "legal");
	k = k ? k : yz_acting_clock(t, "promised");
	if (k && !yz_clock_stopped(&k->clock) && t->now >= k->due)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("期限已过，不能再延长"));
	for (size_t i = 0; i < t->nclocks; i++)
		if (t->clocks[i].clock.extra)
			return yz_fail(err, YZ_NOT_NOW, "%s", N_("期限只能延长一次"));
	struct yz_letter_extra extra = {.reason = says(in), .days = in->days};
	struct yz_str text = yz_str_printf(t->a, "延长 %lld 个工作日：%.*s", (long long)in->days, YZ_P(says(in)));
	return yz_acting_clocks_extend(t, (int32_t)in->days, err) && yz_acting_letter(t, "EXTEND", &extra, err) &&
	       yz_acting_tell(t, YZ_LIT("办理期限延长"), yz_str_printf(t->a, "%.*s（%.*s）%.*s", YZ_P(t->v->name), YZ_P(t->no), YZ_P(text)),
			      err) &&
	       yz_acting_note(t, YZ_ACT_extend, in->task, text, YZ_LIT("行政许可法第四十二条"), err);
}

/* ---- decision ---- */

/* On time: before the promised limit (else the law's) ran out; early: at least a day before its last. */
static void judge_time(struct yz_acting *t)
{
	struct yz_clock_held *k = yz_acting_clock(t, "promised");
	k = k ? k : yz_acting_clock(t, "legal");
	if (!k)
		return;
	struct yz_clock_state s = yz_clock_at(&k->clock, t->calendar, NULL, t->now);
	t->figure.on_time = s.stopped || t->now < s.due;
	t->figure.early = t->figure.on_time && (s.stopped || yz_instant_day(t->now, t->site->offset) < s.last_day);
}

static bool decide(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task;
	bool deny = in->act == YZ_ACT_deny;
	if (!at_state(t, err, IN(accepted)) || !own_task(t, in, "decide", YZ_MAY_case_decide, &task, err) || !reason_given(in, err))
		return false;
	if (deny && !yz_str_trim(in->basis).len)
		return yz_wrong(err, "basis", N_("请写明法律依据（法律名称和条款）"));
	t->state = YZ_CASE_decided;
	t->decided = t->now;
	t->outcome = deny ? YZ_LIT("deny") : YZ_LIT("grant");
	t->figure.decided = 1;
	t->figure.denied = deny;
	judge_time(t);
	struct yz_letter_extra extra = {.reason = says(in), .basis = yz_str_trim(in->basis)};
	return yz_acting_clock_end(t, "promised", 0, err) && yz_acting_clock_end(t, "legal", 0, err) &&
	       yz_acting_letter(t, deny ? "DENY" : "GRANT", &extra, err) &&
	       yz_acting_clock_start(t, "deliver", 0, t->org, DELIVER_DAYS, YZ_WORKING_DAYS, t->now, err) &&
	       yz_acting_done(t, task, deny ? "deny" : "grant", says(in), err) &&
	       yz_acting_tell(t, deny ? YZ_LIT("不予许可决定") : YZ_LIT("准予许可决定"),
			      yz_str_printf(t->a, "%.*s（%.*s）已作出%s的决定，可以查看决定书。", YZ_P(t->v->name), YZ_P(t->no),
					    deny ? "不予许可" : "准予许可"),
			      err) &&
	       yz_acting_note(t, in->act, task, says(in), yz_str_trim(in->basis), err);
}

static bool issue(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task;
	return at_state(t, err, IN(decided)) && own_task(t, in, "issue", YZ_MAY_case_issue, &task, err) &&
	       (!yz_str_eqz(t->v->result_kind, "licence") || yz_acting_licence(t, err)) &&
	       yz_acting_done(t, task, "issued", says(in), err) && yz_acting_note(t, YZ_ACT_issue, task, says(in), YZ_LIT(""), err);
}

static bool deliver(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task, licences;
	if (!at_state(t, err, IN(decided)) || !own_task(t, in, "deliver", YZ_MAY_case_deliver, &task, err) ||
	    !yz_select_int(t->conn, &licences, 0, err, "SELECT COUNT(*) FROM document WHERE case_id = $1 AND kind = 'LICENCE'", YZ_I(t->id)))
		return false;
	/* A process without a task of its own for it makes the certificate here. */
	bool make = !licences && yz_str_eqz(t->outcome, "grant") && yz_str_eqz(t->v->result_kind, "licence");
	return (!make || yz_acting_licence(t, err)) && yz_acting_letter(t, "DELIVERY", NULL, err) &&
	       yz_acting_clock_end(t, "deliver", 0, err) && yz_acting_done(t, task, "delivered", says(in), err) &&
	       yz_acting_tell(t, YZ_LIT("办理结果已送达"),
			      yz_str_printf(t->a, "%.*s（%.*s）已办结，可以下载结果并评价。", YZ_P(t->v->name), YZ_P(t->no)), err) &&
	       yz_acting_note(t, YZ_ACT_deliver, task, says(in), YZ_LIT(""), err);
}

/* ---- 督办 and 好差评 ---- */

static bool urge(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!yz_may_in(t->who, YZ_MAY_urge, t->org, t->v->region_path))
		return yz_refuse(t->who, YZ_MAY_urge, err);
	if (!reason_given(in, err))
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
			 YZ_I(t->id), YZ_S(org), YZ_I(t->who->person), YZ_S(says(in)), YZ_I(t->now)) &&
	       yz_acting_note(t, YZ_ACT_urge, 0, says(in), YZ_LIT(""), err);
}

static bool answer_urge(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT org, answered FROM urge WHERE id = $1 AND case_id = $2", YZ_I(in->ref),
				      YZ_I(t->id));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no urge %lld", (long long)in->ref);
	if (!yz_may_in(t->who, YZ_MAY_urge_answer, yz_row_str(r, 0, 0), t->v->region_path))
		return yz_refuse(t->who, YZ_MAY_urge_answer, err);
	if (!yz_row_null(r, 0, 1))
		return yz_fail(err, YZ_CONFLICT, "urge %lld is answered", (long long)in->ref);
	return reason_given(in, err) &&
	       yz_exec(t->conn, err, "UPDATE urge SET answer = $1, answered = $2, answered_by = $3 WHERE id = $4", YZ_S(says(in)),
		       YZ_I(t->now), YZ_I(t->who->person), YZ_I(in->ref)) &&
	       yz_acting_note(t, YZ_ACT_answer_urge, 0, says(in), YZ_LIT(""), err);
}

static bool rate(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!own(t))
		return yz_refuse(t->who, YZ_MAY_rate, err);
	if (!at_state(t, err, IN(finished) | IN(denied) | IN(refused)))
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
			 YZ_I(t->id), YZ_S(t->org), YZ_I(t->who->person), YZ_I(in->level), YZ_S(says(in)), YZ_I(t->now)) &&
	       yz_acting_note(t, YZ_ACT_rate, 0, YZ_LIT(""), YZ_LIT(""), err);
}

static bool answer_rating(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!yz_may_in(t->who, YZ_MAY_rating_answer, t->org, t->v->region_path))
		return yz_refuse(t->who, YZ_MAY_rating_answer, err);
	if (!reason_given(in, err) ||
	    !yz_exec(t->conn, err, "UPDATE rating SET answer = $1, answered = $2 WHERE case_id = $3 AND answered IS NULL", YZ_S(says(in)),
		     YZ_I(t->now), YZ_I(t->id)))
		return false;
	if (!yz_changed(t->conn))
		return yz_fail(err, YZ_CONFLICT, "no rating of case %.*s waits for an answer", YZ_P(t->no));
	return yz_acting_tell(t, YZ_LIT("您的评价有了答复"), says(in), err) &&
	       yz_acting_note(t, YZ_ACT_answer_rating, 0, YZ_LIT(""), YZ_LIT(""), err);
}

/* stop and resume: whoever holds an open task of the case, or decides for its department. */
static bool pause(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	bool may = yz_may_in(t->who, YZ_MAY_clock_stop, t->org, t->v->region_path);
	for (size_t i = 0; !may && i < t->tasks.len; i++)
		may = !t->tasks.at[i].held && yz_may_in(t->who, YZ_MAY_clock_stop, t->tasks.at[i].org, t->v->region_path);
	if (!may)
		return yz_refuse(t->who, YZ_MAY_clock_stop, err);
	return in->act == YZ_ACT_stop ? stop(t, in, err) : resume(t, in, err);
}

static act_fn *const table[YZ_ACTS] = {
	[YZ_ACT_accept] = accept, [YZ_ACT_refuse] = refuse, [YZ_ACT_correct] = correct, [YZ_ACT_supply] = supply,
	[YZ_ACT_withdraw] = withdraw, [YZ_ACT_claim] = claim, [YZ_ACT_pass] = review, [YZ_ACT_object] = review,
	[YZ_ACT_stop] = pause, [YZ_ACT_resume] = pause, [YZ_ACT_extend] = extend, [YZ_ACT_grant] = decide,
	[YZ_ACT_deny] = decide, [YZ_ACT_issue] = issue, [YZ_ACT_deliver] = deliver, [YZ_ACT_urge] = urge,
	[YZ_ACT_answer_urge] = answer_urge, [YZ_ACT_rate] = rate, [YZ_ACT_answer_rating] = answer_rating,
};

/* Whom the case is there for, as yz_case_load has it: numbers can be guessed. */
static bool sees(struct yz_acting *t, struct yz_err *err)
{
	const struct yz_actor *who = t->who;
	struct yz_str path = t->v->region_path;
	bool sees = yz_may_own(who, YZ_MAY_case_read_own, t->applicant, t->v->code);
	if (t->agent && who->person == t->agent && !sees) {
		if (!yz_agency_holds(t->conn, t->applicant, t->agent, t->v->code, t->now, &sees, err))
			return false;
		t->agent = sees ? t->agent : 0;
	}
	sees = sees || yz_may_in(who, YZ_MAY_case_read, t->org, path);
	for (size_t i = 0; !sees && i < t->tasks.len; i++)
		sees = yz_may_in(who, YZ_MAY_case_read, t->tasks.at[i].org, path);
	struct yz_rows *r = sees ? NULL : yz_select(t->conn, t->a, err, "SELECT DISTINCT org FROM task WHERE case_id = $1", YZ_I(t->id));
	if (!sees && !r)
		return false;
	for (size_t i = 0; !sees && i < r->count; i++)
		sees = yz_may_in(who, YZ_MAY_case_read, yz_row_str(r, i, 0), path);
	return sees || yz_fail(err, YZ_NOT_FOUND, "case %.*s is not for person %lld", YZ_P(t->no), (long long)who->person);
}

/* As it was seen if that still holds, else as it is now. */
static bool take_or_load(const struct doing *d, struct yz_acting *t, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	bool stands = false;
	if (d->seen && !yz_acting_take(t, d->seen, conn, a, &stands, err))
		return false;
	if (!stands)
		return yz_acting_load(t, d->site, conn, a, d->who, d->no, err) && sees(t, err);
	/* An agency may have ended without the case knowing. */
	return !t->agent || d->who->person != t->agent || sees(t, err);
}

static bool run(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct doing *d = ctx;
	struct yz_acting *t = yz_new(a, struct yz_acting);
	if (!take_or_load(d, t, conn, a, err))
		return false;
	if (d->in->version && d->in->version != t->version)
		return yz_fail(err, YZ_CONFLICT, "case %.*s is at version %lld, the actor saw %lld", YZ_P(t->no), (long long)t->version,
			       (long long)d->in->version);
	return yz_acting_check(t, d->in, err) && table[d->in->act](t, d->in, err) && yz_acting_save(t, err);
}

/* Outside the write: what the writer would do while others wait. */
static bool see(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, enum yz_act act,
		struct yz_acting *seen, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	bool good = conn && yz_acting_see(seen, site, conn, a, who, no, err) && sees(seen, err);
	yz_db_release(conn);
	/* To claim a task moves nothing: who reads it need not open what the applicant wrote. */
	return good && (act == YZ_ACT_claim || (yz_acting_vars(seen, err) && yz_acting_weigh(seen, act, err)));
}

bool yz_case_act(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no,
		 const struct yz_act_input *in, struct yz_err *err)
{
	if (in->act >= YZ_ACTS || !table[in->act])
		return yz_fail(err, YZ_BAD_INPUT, "act %d cannot be asked for", (int)in->act);
	enum yz_permission may = yz_act_permission(in->act);
	if (!yz_may(who, may))
		return yz_refuse(who, may, err);
	struct yz_acting *seen = yz_new(a, struct yz_acting);
	if (!see(site, a, who, no, in->act, seen, err))
		return false;
	struct doing d = {site, who, no, in, seen};
	return yz_db_write(site->db, run, &d, err);
}
