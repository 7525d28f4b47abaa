/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/fee_case.h"

#include "gov/fault.h"
#include "gov/fee_row.h"
#include "gov/monitor.h"
#include "text/text.h"

enum { DAYS = 15 };

struct counted {
	struct yz_fee_line lines[YZ_FEE_LINES];
	size_t n;
	int64_t sum;
	bool open; /* an amount is for an official to assess */
};

/* 行政许可法 58, 59: what the item does not publish with its basis is not charged. */
static const struct yz_json *published(struct yz_acting *t, struct yz_str name, struct yz_err *err)
{
	const struct yz_json *fees = yz_json_get(t->v->body, "fees");
	for (size_t i = 0; i < yz_json_len(fees); i++) {
		const struct yz_json *one = yz_json_at(fees, i);
		if (!yz_str_eq(yz_json_str(one, "name"), name))
			continue;
		if (yz_str_trim(yz_json_str(one, "basis")).len)
			return one;
		return yz_fail_null(err, YZ_BAD_INPUT, "item %.*s: the fee %.*s has no basis: it must not be charged (行政许可法 58, 59)",
				    YZ_P(t->v->code), YZ_P(name));
	}
	return yz_fail_null(err, YZ_BAD_INPUT, "item %.*s publishes no fee %.*s: it must not be charged (行政许可法 58, 59)", YZ_P(t->v->code),
			    YZ_P(name));
}

static bool to_fen(struct yz_dec yuan, int64_t *fen)
{
	struct yz_dec d;
	return yz_dec_mul(yuan, yz_dec_int(100), &d) && yz_dec_scale(d, 0, YZ_DEC_HALF_UP, &d) && yz_dec_to_int(d, fen) && *fen >= 0 &&
	       *fen <= YZ_PAY_MOST;
}

static bool add_line(struct yz_acting *t, struct counted *c, struct yz_str name, const struct yz_dec *yuan, struct yz_str price,
		     struct yz_str quantity, struct yz_str note, struct yz_err *err)
{
	const struct yz_json *fee = published(t, name, err);
	int64_t fen = 0;
	if (!fee)
		return false;
	if (c->n == YZ_FEE_LINES)
		return yz_fail(err, YZ_LIMIT, "item %.*s charges more than %d fees", YZ_P(t->v->code), YZ_FEE_LINES);
	if (yuan && !to_fen(*yuan, &fen))
		return yz_fail(err, YZ_BAD_INPUT, "item %.*s: the fee %.*s comes to no amount of money", YZ_P(t->v->code), YZ_P(name));
	if (yuan && !fen)
		return true;
	c->lines[c->n++] = (struct yz_fee_line){.name = name, .basis = yz_json_str(fee, "basis"), .standard = yz_json_str(fee, "standard"),
						.price = price, .quantity = quantity, .note = note, .assessed = yuan != NULL, .amount = fen};
	c->sum += fen;
	c->open = c->open || !yuan;
	return c->sum <= YZ_PAY_MOST || yz_fail(err, YZ_BAD_INPUT, "item %.*s: the fees come to more than can be paid", YZ_P(t->v->code));
}

static bool by_decision(struct yz_acting *t, struct counted *c, struct yz_err *err)
{
	struct yz_decided said;
	size_t n;
	const struct yz_dmn_told *told = yz_decision_told(t->a, t->v->decision, t->v->form, t->facts, t->facts, t->now, &n);
	yz_decide(t->a, t->v->decision, t->v->body, told, n, t->now, 1u << YZ_SAYS_FEES, &said);
	for (size_t i = 0; said.known[YZ_SAYS_FEES] && i < said.nfees; i++) {
		struct yz_dec yuan = said.fees[i].amount ? yz_feel_dec(*said.fees[i].amount) : yz_dec_int(0);
		if (!add_line(t, c, said.fees[i].name, said.fees[i].amount ? &yuan : NULL, YZ_LIT(""), YZ_LIT(""), said.fees[i].note, err))
			return false;
	}
	/* Facts are missing (an application on paper): the window looks at each. */
	const struct yz_json *fees = yz_json_get(t->v->body, "fees");
	for (size_t i = 0; !said.known[YZ_SAYS_FEES] && i < yz_json_len(fees); i++)
		if (!add_line(t, c, yz_json_str(yz_json_at(fees, i), "name"), NULL, YZ_LIT(""), YZ_LIT(""), YZ_LIT(""), err))
			return false;
	return true;
}

static struct yz_str number_text(struct yz_acting *t, struct yz_dec d)
{
	struct yz_buf b;
	yz_buf_init(&b, t->a, 128);
	yz_buf_add_dec(&b, yz_dec_strip(d));
	return yz_buf_str(&b);
}

/* How many: 1 where the item does not say; false in *known where the facts do not tell. */
static bool quantity_of(struct yz_acting *t, const struct yz_json *fee, struct yz_dec *out, bool *known, struct yz_err *err)
{
	struct yz_str text = yz_str_trim(yz_json_str(fee, "quantity"));
	const struct yz_feel *f;
	*out = yz_dec_int(1);
	*known = true;
	if (!text.len || yz_dec_parse(text, out))
		return true;
	*known = false;
	if (!t->v->form)
		return true;
	if (!yz_form_condition(t->a, t->v->form, text, yz_json_str(fee, "name"), &f, err))
		return false;
	struct yz_feel_run run;
	yz_feel_run_init(&run, t->a);
	run.now = yz_feel_instant(t->now, t->site->offset);
	struct yz_feel_value v = yz_feel_eval(f, &run, yz_form_visible(t->a, t->v->form, t->facts, t->now, NULL));
	if (v.kind != YZ_FEEL_NUMBER)
		return true;
	*out = yz_feel_dec(v);
	*known = !out->neg;
	return true;
}

static bool reads(const struct yz_feel_name *names, const struct yz_feel_use *uses, size_t n, struct yz_str field)
{
	for (size_t i = 0; i < n; i++)
		if (yz_str_eq(names[uses[i].input].name, field))
			return true;
	return false;
}

/* Whether the fee is charged; *sure false: the facts do not tell, so an official decides. */
static bool charged(struct yz_acting *t, const struct yz_json *fee, bool *yes, bool *sure, struct yz_err *err)
{
	struct yz_str when = yz_str_trim(yz_json_str(fee, "when"));
	const struct yz_feel *condition;
	struct yz_form_state state;
	*yes = *sure = true;
	if (!when.len)
		return true;
	*yes = *sure = false;
	if (!t->v->form)
		return true;
	if (!yz_form_condition(t->a, t->v->form, when, yz_json_str(fee, "name"), &condition, err))
		return false;
	*yes = yz_form_holds(t->a, t->v->form, condition, t->facts, t->now);
	/* A condition over what was asked and never answered (an application on paper) says nothing. */
	*sure = true;
	size_t nnames, nuses;
	const struct yz_feel_name *names = yz_feel_names(condition, &nnames);
	const struct yz_feel_use *uses = yz_feel_uses(t->a, condition, &nuses);
	yz_form_state(t->a, t->v->form, t->facts, -1, t->now, YZ_LANG_ZH, &state);
	for (size_t i = 0; *sure && i < t->v->form->nfields; i++) {
		const struct yz_field *f = &t->v->form->fields[i];
		*sure = !state.asked[i] || !f->required || !reads(names, uses, nuses, f->name) || yz_json_find(t->facts, f->name);
	}
	return true;
}

static bool by_item(struct yz_acting *t, struct counted *c, struct yz_err *err)
{
	const struct yz_json *fees = yz_json_get(t->v->body, "fees");
	for (size_t i = 0; i < yz_json_len(fees); i++) {
		const struct yz_json *fee = yz_json_at(fees, i);
		struct yz_str price = yz_json_str(fee, "price");
		struct yz_dec each, many, yuan;
		bool known, yes, sure;
		if (!charged(t, fee, &yes, &sure, err))
			return false;
		if (sure && !yes)
			continue;
		if (!quantity_of(t, fee, &many, &known, err))
			return false;
		known = known && sure && price.len && yz_dec_parse(price, &each) && yz_dec_mul(each, many, &yuan);
		if (!add_line(t, c, yz_json_str(fee, "name"), known ? &yuan : NULL, price, known ? number_text(t, many) : YZ_LIT(""),
			      sure ? YZ_LIT("") : YZ_LIT("申请里填的不够判断收不收这一项，请核实以后核定；不收的，数量写 0"), err))
			return false;
	}
	return true;
}

static bool put_lines(struct yz_acting *t, int64_t order, const struct counted *c, struct yz_err *err)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct yz_fee_line *l = &c->lines[i];
		if (!yz_insert(t->conn, err,
			       "INSERT INTO fee_line (order_id, position, name, basis, standard, price, quantity, amount, reduced, note) "
			       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)",
			       YZ_I(order), YZ_I((int64_t)i), YZ_S(l->name), YZ_S(l->basis), YZ_S(l->standard), YZ_S(l->price), YZ_S(l->quantity),
			       yz_val_int_or_null(l->amount, l->assessed), YZ_S(l->note)))
			return false;
	}
	return true;
}

/* A past that is made up was paid at the window. */
static bool paid_at_window(struct yz_acting *t, struct yz_str no, int64_t sum, struct yz_err *err)
{
	struct yz_str out_no = yz_str_printf(t->a, "%.*s-1", YZ_P(no));
	int64_t id, order;
	if (!yz_select_int(t->conn, &order, 0, err, "SELECT id FROM fee_order WHERE no = $1", YZ_S(no)) ||
	    !yz_insert(t->conn, err,
		       "INSERT INTO payment (order_id, provider, out_no, amount, state, created, expires, asks) "
		       "VALUES ($1, 'counter', $2, $3, 'open', $4, $4, 0)",
		       YZ_I(order), YZ_S(out_no), YZ_I(sum), YZ_I(t->now)))
		return false;
	const struct yz_learned l = {.provider = YZ_LIT(YZ_PAY_COUNTER), .out_no = out_no, .trade_no = yz_str_printf(t->a, "C-%.*s", YZ_P(no)),
				       .amount = sum, .paid_at = t->now, .how = "counter", .method = YZ_LIT("cash")};
	return yz_money_learn(t->site, t->conn, t->a, &l, &id, err);
}

bool yz_fee_number(struct yz_acting *t, struct yz_str *no, struct yz_err *err)
{
	int year = yz_day_civil(yz_instant_day(t->now, t->site->offset)).year;
	int64_t n;
	if (!yz_site_count(t->conn, yz_printf(t->a, "fee:%d", year), &n, err))
		return false;
	*no = yz_str_printf(t->a, "F%.*s-%d-%06lld", YZ_P(t->region), year, (long long)n);
	return true;
}

static bool make_order(struct yz_acting *t, const struct counted *c, struct yz_err *err)
{
	const struct yz_json *charge = yz_json_get(t->v->body, "charge");
	yz_day today = yz_instant_day(t->now, t->site->offset);
	yz_instant due = yz_day_start(today + (yz_day)yz_json_int(charge, "days", DAYS) + 1, t->site->offset);
	struct yz_str no;
	if (!yz_fee_number(t, &no, err))
		return false;
	struct yz_fee_held o = {.case_id = t->id, .payer = t->applicant, .amount = c->sum, .full = c->sum, .case_no = t->no,
				.item_name = t->v->name, .item_code = t->v->code, .org = t->org, .region = t->region,
				.state = c->open ? YZ_FEE_assess : YZ_FEE_due,
				.no = no};
	struct yz_str before = yz_json_str(charge, "before");
	o.id = yz_insert(t->conn, err,
			 "INSERT INTO fee_order (no, case_id, org, region, payer, title, state, amount, full_amount, before_act, due, created, "
			 "changed, reason, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $11, '', 1)",
			 YZ_S(o.no), YZ_I(o.case_id), YZ_S(o.org), YZ_S(o.region), YZ_I(o.payer), YZ_S(c->lines[0].name),
			 YZ_Z(yz_fee_state_name(o.state)), YZ_I(o.amount), YZ_S(before.len ? before : YZ_LIT("deliver")), YZ_I(due), YZ_I(t->now));
	if (!o.id || !put_lines(t, o.id, c, err) ||
	    !yz_fee_note(t->site, t->conn, t->a, t->who, "charge", "fee", o.id, o.amount, YZ_LIT(""), err) ||
	    !yz_monitor_fee(t->site, t->conn, t->a, t->who, o.id, YZ_EVENT_charge, err))
		return false;
	if (t->site->silent && !c->open)
		return paid_at_window(t, o.no, c->sum, err);
	char day[16];
	yz_day_print(yz_instant_day(due - 1, t->site->offset), day);
	const struct yz_said said[] = {{"amount", yz_yuan_show(t->a, o.amount), false}, {"due", yz_str_dup(t->a, yz_str(day)), false}};
	return (c->open || yz_fee_paper(t->site, t->conn, t->a, &o, "BILL", err)) && yz_acting_say(t, c->open ? YZ_SAY_fee_assess : YZ_SAY_fee_due, said, 2, err);
}

static bool charge(struct yz_acting *t, struct yz_err *err)
{
	struct counted *c = yz_new(t->a, struct counted);
	int64_t live;
	if (!yz_select_int(t->conn, &live, 0, err, "SELECT COUNT(*) FROM fee_order WHERE case_id = $1 AND state <> 'closed'", YZ_I(t->id)))
		return false;
	if (live)
		return true;
	bool decided = t->v->decision && t->v->decision->at[YZ_SAYS_FEES];
	if (!yz_acting_facts(t, err) || !(decided ? by_decision(t, c, err) : by_item(t, c, err)))
		return yz_fail_in(err, "fees of case %.*s", YZ_P(t->no));
	/* Of a made-up past nobody measured anything. */
	if (!c->n || (c->open && t->site->silent))
		return true;
	t->charged = true;
	return make_order(t, c, err);
}

bool yz_fee_at(struct yz_acting *t, const char *moment, struct yz_err *err)
{
	const struct yz_json *setting = yz_json_get(t->v->body, "charge");
	return !setting || !yz_str_eqz(yz_json_str(setting, "at"), moment) || charge(t, err);
}

/* ---- what waits for it ---- */

static bool barred(struct yz_conn *conn, int64_t case_id, const char *act, bool *out, struct yz_err *err)
{
	int64_t owed;
	/* Who must pay before the decision has not paid before the delivery either. */
	if (!yz_select_int(conn, &owed, 0, err,
			   "SELECT COUNT(*) FROM fee_order WHERE case_id = $1 AND state IN ('assess', 'due') "
			   "AND (before_act = $2 OR (before_act = 'decide' AND $2 = 'deliver'))",
			   YZ_I(case_id), YZ_Z(act)))
		return false;
	*out = owed > 0;
	return true;
}

const char *yz_fee_bars(struct yz_conn *conn, int64_t case_id, const char *act)
{
	bool bar = false;
	struct yz_err err = {0};
	return barred(conn, case_id, act, &bar, &err) && bar ? N_("还有费用没有缴清") : NULL;
}

bool yz_fee_gate(struct yz_acting *t, const char *act, struct yz_err *err)
{
	bool bar;
	if (!yz_json_get(t->v->body, "charge") || yz_str_eqz(t->outcome, "deny"))
		return true;
	if (!barred(t->conn, t->id, act, &bar, err))
		return false;
	return !bar || yz_fail(err, YZ_NOT_NOW, "%s", N_("还有费用没有缴清，缴清或者批准免缴以后再办这一步"));
}

bool yz_fee_over(struct yz_acting *t, struct yz_err *err)
{
	const struct yz_json *setting = yz_json_get(t->v->body, "charge");
	if (!setting)
		return true;
	bool nothing = t->state != YZ_CASE_finished, back = nothing && yz_json_bool(setting, "refund", true);
	bool owes = yz_str_eqz(yz_json_str(setting, "before"), "none") && !nothing;
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT id FROM fee_order WHERE case_id = $1 AND state IN ('assess', 'due', 'paid')",
				      YZ_I(t->id));
	for (size_t i = 0; r && i < r->count; i++) {
		struct yz_fee_held o;
		if (!yz_fee_hold(t->conn, t->a, yz_row_int(r, i, 0), &o, err))
			return false;
		if (yz_fee_owed(o.state) && !owes) {
			if (!yz_fee_move(t->site, t->conn, t->a, t->who, &o, YZ_FEE_MOVE_close, YZ_LIT(""), err) ||
			    !yz_fee_stop_payments(t->site, t->conn, o.id, err) ||
			    !yz_fee_tell(t->site, t->conn, t->a, &o, YZ_SAY_fee_closed, 0, YZ_LIT(""), err))
				return false;
		} else if (o.state == YZ_FEE_paid && back) {
			int64_t money, refund, failed;
			/* One that somebody asked for becomes this one; one that did not go through is in finance's hands. */
			if (!yz_select_int(t->conn, &money, 0, err, "SELECT id FROM money_in WHERE order_id = $1 AND use_for = 'order'", YZ_I(o.id)) ||
			    !yz_money_drop(t->site, t->conn, t->a, t->who, money, true, err) ||
			    !yz_select_int(t->conn, &failed, 0, err, "SELECT COUNT(*) FROM refund WHERE money_id = $1 AND state = 'failed'", YZ_I(money)))
				return false;
			if (failed)
				continue;
			if (!yz_fee_move(t->site, t->conn, t->a, t->who, &o, YZ_FEE_MOVE_refund, YZ_LIT(""), err) ||
			    !yz_money_back(t->site, t->conn, t->a, money, o.amount, &o, YZ_LIT("没有办成，费用退还"), &refund, err))
				return false;
		}
	}
	return r != NULL;
}
