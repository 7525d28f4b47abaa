/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/outside.h"

#include "gov/acting.h"
#include "gov/doing.h"
#include "gov/fault.h"
#include "gov/fee_row.h"
#include "gov/monitor.h"
#include "text/text.h"

enum { NO_MOST = 60, ANSWER_DAYS = 5, LAW_DAYS = 20, NAME_MOST = 200, NUMBER_MOST = 40 };

static bool number_fits(struct yz_str no)
{
	for (size_t i = 0; i < no.len; i++) {
		char ch = no.ptr[i];
		if (!(ch >= 'a' && ch <= 'z') && !(ch >= 'A' && ch <= 'Z') && !(ch >= '0' && ch <= '9') && ch != '-')
			return false;
	}
	return no.len > 0 && no.len <= NO_MOST;
}

static bool insert(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_outside_case *c, const struct yz_version *v,
		   struct yz_err *err)
{
	struct yz_str digest;
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO cases (no, region, org, item, item_code, item_name, applicant, applicant_name, channel, state, situation, "
			       "flow, submitted, received, outcome, light, stopped, version) SELECT $1, $2, $3, $4, $5, $6, p.id, "
			       "CASE WHEN $9 = '' THEN p.name ELSE $9 END, 'system', 'submitted', '', '', $8, $8, '', '', 0, 0 "
			       "FROM person p WHERE p.id = $7",
			       YZ_S(c->no), YZ_S(v->region), YZ_S(v->org), YZ_I(v->id), YZ_S(v->code), YZ_S(v->name), YZ_I(c->applicant),
			       YZ_I(c->received), YZ_S(c->applicant_name));
	return id && yz_case_facts_store(site, conn, a, id, yz_json_new_object(a), &digest, err);
}

/* The step of the process that this act is, by its id or name, or the one for such an act. */
static bool find_step(struct yz_acting *t, enum yz_act act, struct yz_str named, const char **of, const struct yz_bpmn_node **node,
		      struct yz_err *err)
{
	static const struct {
		enum yz_act act;
		const char *of;
	} steps[] = {{YZ_ACT_accept, "accept"}, {YZ_ACT_refuse, "accept"}, {YZ_ACT_pass, "review"}, {YZ_ACT_grant, "decide"}, {YZ_ACT_deny, "decide"}};
	size_t n;
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(t->process, &n);
	*of = NULL;
	*node = NULL;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		*of = steps[i].act == act ? steps[i].of : *of;
	for (size_t i = 0; *of && !*node && i < n; i++)
		if (named.len ? yz_str_eq(nodes[i]->id, named) || yz_str_eq(nodes[i]->name, named) : yz_str_eqz(yz_bpmn_attr(nodes[i], "act"), *of))
			*node = nodes[i];
	return !named.len || *node || yz_wrong(err, "node", N_("这个事项的流程里没有这个环节，请核对环节名称"));
}

static bool keep_step(struct yz_acting *t, enum yz_act act, const char *of, const struct yz_bpmn_node *node, struct yz_err *err)
{
	return !node || yz_insert(t->conn, err,
				  "INSERT INTO task (case_id, token, node, name, act, org, role, region, state, opened, done, outcome, opinion) "
				  "VALUES ($1, 0, $2, $3, $4, $5, '', $6, 'done', $7, $7, $8, '')",
				  YZ_I(t->id), YZ_S(node->id), YZ_S(node->name), YZ_Z(of), YZ_S(t->org), YZ_S(t->region), YZ_I(t->done_at),
				  YZ_Z(yz_act_name(act))) != 0;
}

/* Another system knows a material by its name on the list, or by its key; one that is not on the list stays as it is said. */
static struct yz_str material_key(const struct yz_version *v, struct yz_str said)
{
	const struct yz_json *list = yz_json_get(v->body, "materials");
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(list, i), "name"), said))
			return yz_json_str(yz_json_at(list, i), "key");
	return said;
}

static bool keep_materials(struct yz_acting *t, const struct yz_json *keys, struct yz_err *err)
{
	for (size_t i = 0; i < yz_json_len(keys); i++)
		if (!yz_insert(t->conn, err,
			       "INSERT INTO material (case_id, key, name, file, file_name, type, size, source, state, by_person, at) "
			       "VALUES ($1, $2, $3, '', '', '', 0, 'system', 'given', $4, $5)",
			       YZ_I(t->id), YZ_S(material_key(t->v, yz_json_text(yz_json_at(keys, i)))), YZ_S(yz_json_text(yz_json_at(keys, i))),
			       YZ_I(t->applicant), YZ_I(t->received)))
			return false;
	return true;
}

static bool open_checks(struct yz_site *site, const struct yz_outside_case *c, struct yz_err *err)
{
	if (!number_fits(c->no))
		return yz_wrong(err, "no", N_("编号是 1 到 60 个字母、数字和连字符"));
	return c->received <= yz_site_now(site) || yz_wrong(err, "at", N_("时间还没有到"));
}

/* Who is supervised does not say alone how long it may take: what is reported is held against what is published. */
static bool limit_holds(struct yz_site *site, const struct yz_outside_case *c, const struct yz_version *v, struct yz_err *err)
{
	const struct yz_item_limit *l = v->promised.given ? &v->promised : &v->legal;
	struct yz_clock said, published;
	if (!c->org.len || !c->own_limit || !l->given || l->at_once)
		return true;
	if (!yz_clock_start(&said, c->limit, c->unit, c->received, err) || !yz_clock_start(&published, l->n, l->unit, c->received, err))
		return false;
	const struct yz_calendar *calendar = yz_site_calendar(site);
	bool holds = yz_clock_at(&said, calendar, NULL, c->received).due <= yz_clock_at(&published, calendar, NULL, c->received).due;
	yz_site_calendar_release(site, calendar);
	return holds || yz_wrong(err, "limit", N_("比公布的办理期限长，请核对"));
}

bool yz_outside_open_in(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_outside_case *c, int64_t *id,
			struct yz_err *err)
{
	struct yz_acting *t = yz_new(a, struct yz_acting);
	const struct yz_version *v = open_checks(site, c, err) ? yz_version_now(site, conn, a, c->item, err) : NULL;
	const struct yz_bpmn_node *node;
	const char *of;
	if (!v || (c->org.len && !yz_str_eq(c->org, v->org)))
		/* Whether another department has it is nobody's affair. */
		return !v && err->code != YZ_NOT_FOUND ? false : (*err = (struct yz_err){0}, yz_wrong(err, "item", N_("本部门没有这个事项，请核对实施编码")));
	if (!limit_holds(site, c, v, err) || !insert(site, conn, a, c, v, err) || !yz_acting_load(t, site, conn, a, NULL, c->no, err))
		return false;
	*id = t->id;
	t->figure.received = 1;
	t->done_at = c->received;
	if (c->own_limit) {
		t->state = YZ_CASE_accepted;
		t->accepted = c->received;
		t->figure.accepted = 1;
	}
	return yz_acting_clock_start(t, c->own_limit ? "promised" : "answer", 0, t->org, c->own_limit ? c->limit : ANSWER_DAYS,
				     c->own_limit ? c->unit : YZ_WORKING_DAYS, c->received, err) &&
	       keep_materials(t, c->materials, err) &&
	       (!c->own_limit || (find_step(t, YZ_ACT_accept, YZ_LIT(""), &of, &node, err) && keep_step(t, YZ_ACT_accept, of, node, err))) &&
	       yz_acting_note(t, YZ_ACT_submit, 0, YZ_LIT(""), YZ_LIT(""), err) && yz_acting_save(t, err);
}

struct opening {
	struct yz_site *site;
	const struct yz_outside_case *c;
};

static bool do_open(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct opening *w = ctx;
	int64_t id;
	return yz_outside_open_in(w->site, conn, a, w->c, &id, err);
}

bool yz_outside_open(struct yz_site *site, const struct yz_outside_case *c, struct yz_err *err)
{
	struct opening w = {site, c};
	return open_checks(site, c, err) && yz_db_write(site->db, do_open, &w, err);
}

/* ---- acts ---- */

static bool over(struct yz_acting *t, enum yz_case_state state, const char *outcome, struct yz_err *err)
{
	t->state = state;
	t->outcome = yz_str(outcome);
	t->ended = t->done_at;
	return yz_acting_clock_end(t, NULL, 0, err);
}

static bool accepted(struct yz_acting *t, struct yz_err *err)
{
	const struct yz_item_limit *l = t->v->promised.given ? &t->v->promised : &t->v->legal;
	t->state = YZ_CASE_accepted;
	t->accepted = t->done_at;
	t->figure.accepted = 1;
	return yz_acting_clock_end(t, "answer", 0, err) &&
	       yz_acting_clock_start(t, t->v->promised.given ? "promised" : "legal", 0, t->org, l->given ? l->n : LAW_DAYS,
				     l->given ? l->unit : YZ_WORKING_DAYS, t->done_at, err);
}

static bool corrects(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t before;
	struct yz_buf items;
	yz_buf_init(&items, t->a, 1 << 20);
	if (in->items)
		yz_json_canonical(&items, in->items);
	else
		yz_buf_addz(&items, "[]");
	if (!yz_select_int(t->conn, &before, 0, err, "SELECT COUNT(*) FROM correction WHERE case_id = $1", YZ_I(t->id)))
		return false;
	t->state = t->accepted ? t->state : YZ_CASE_correcting;
	/* A second one is kept beside the first, which is all there should be. */
	return (t->accepted || yz_acting_clock_end(t, "answer", 0, err)) &&
	       (before ? yz_insert(t->conn, err, "INSERT INTO amend (case_id, items, reason, by_person, task_id, at, due) VALUES ($1, $2, $3, 0, 0, $4, $4)",
				   YZ_I(t->id), YZ_S(yz_buf_str(&items)), YZ_S(in->reason), YZ_I(t->done_at))
		       : yz_insert(t->conn, err, "INSERT INTO correction (case_id, items, reason, by_person, at, due) VALUES ($1, $2, $3, 0, $4, $4)",
				   YZ_I(t->id), YZ_S(yz_buf_str(&items)), YZ_S(in->reason), YZ_I(t->done_at))) != 0;
}

static bool supplies(struct yz_acting *t, struct yz_err *err)
{
	if (t->state != YZ_CASE_correcting) /* nothing was asked for: what runs, runs on */
		return true;
	t->state = YZ_CASE_submitted;
	t->received = t->done_at;
	return yz_exec(t->conn, err, "UPDATE correction SET answered = $1 WHERE case_id = $2", YZ_I(t->done_at), YZ_I(t->id)) &&
	       yz_acting_clock_start(t, "answer", 0, t->org, ANSWER_DAYS, YZ_WORKING_DAYS, t->done_at, err);
}

static bool decides(struct yz_acting *t, bool deny, struct yz_err *err)
{
	struct yz_clock_held *k = yz_acting_clock(t, "promised");
	k = k ? k : yz_acting_clock(t, "legal");
	t->figure.on_time = !k || yz_clock_stopped(&k->clock) || t->now <= k->due;
	t->figure.decided = 1;
	t->figure.denied = deny;
	t->decided = t->done_at;
	return over(t, deny ? YZ_CASE_denied : YZ_CASE_finished, deny ? "deny" : "grant", err);
}

static bool rates(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t before;
	if (in->level < 1 || in->level > 5)
		return yz_wrong(err, "level", N_("满意度代码是 1 到 5"));
	if (!yz_select_int(t->conn, &before, 0, err, "SELECT COUNT(*) FROM rating WHERE case_id = $1", YZ_I(t->id)))
		return false;
	if (before)
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这个办件已经有评价"));
	if (!t->ended) /* as for whoever rates here */
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("办结以后才能评价"));
	t->figure.rated = 1;
	t->figure.stars = in->level;
	t->figure.low = in->level <= 2;
	return yz_insert(t->conn, err, "INSERT INTO rating (case_id, org, person, level, text, at, answer) VALUES ($1, $2, $3, $4, $5, $6, '')",
			 YZ_I(t->id), YZ_S(t->org), YZ_I(t->applicant), YZ_I(in->level), YZ_S(yz_act_says(in)), YZ_I(t->done_at)) != 0;
}

static bool change(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	switch (in->act) {
	case YZ_ACT_accept:
		return accepted(t, err);
	case YZ_ACT_refuse:
		t->figure.refused = 1;
		return over(t, YZ_CASE_refused, "refuse", err);
	case YZ_ACT_withdraw:
		t->figure.withdrawn = 1;
		return over(t, YZ_CASE_withdrawn, "withdraw", err);
	case YZ_ACT_correct:
		return corrects(t, in, err);
	case YZ_ACT_supply:
		return supplies(t, err);
	case YZ_ACT_pass:
		return true;
	case YZ_ACT_stop:
		return yz_acting_clocks_stop(t, err);
	case YZ_ACT_resume:
		return yz_acting_clocks_resume(t, err);
	case YZ_ACT_grant:
	case YZ_ACT_deny:
		return decides(t, in->act == YZ_ACT_deny, err);
	case YZ_ACT_rate:
		return rates(t, in, err);
	default:
		return yz_fail(err, YZ_BAD_INPUT, "another system reports no %s", yz_act_name(in->act));
	}
}

/* A case of another system that may be acted on at this time. */
static bool stands(struct yz_acting *t, const struct yz_outside_act *w, struct yz_err *err)
{
	if (!yz_str_eqz(t->channel, "system"))
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这个办件在本平台办理，不由别的系统报送"));
	if (t->ended && w->in.act != YZ_ACT_rate)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这个办件已经办结"));
	if (w->in.act == YZ_ACT_accept && t->accepted)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这个办件已经受理"));
	t->done_at = w->at ? w->at : t->now;
	if (t->done_at > t->now)
		return yz_wrong(err, "at", N_("时间还没有到"));
	return t->done_at >= t->submitted || yz_wrong(err, "at", N_("时间在申请之前"));
}

/* With materials by their keys, as conditions ask for them. */
static const struct yz_act_input *by_keys(struct yz_acting *t, const struct yz_act_input *said)
{
	struct yz_act_input *in = yz_new(t->a, struct yz_act_input);
	*in = *said;
	struct yz_json *items = said->items ? yz_json_new_array(t->a) : NULL;
	for (size_t i = 0; i < yz_json_len(said->items); i++) {
		const struct yz_json *one = yz_json_at(said->items, i);
		struct yz_json *copy = yz_json_new_object(t->a);
		for (size_t k = 0; k < one->count; k++)
			yz_json_put(t->a, copy, one->members[k].key,
				    yz_str_eqz(one->members[k].key, "material")
					    ? yz_json_new_str(t->a, material_key(t->v, yz_json_text(one->members[k].value)))
					    : one->members[k].value);
		yz_json_push(t->a, items, copy);
	}
	in->items = items;
	return in;
}

bool yz_outside_act_in(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_outside_act *w, struct yz_err *err)
{
	struct yz_acting *t = yz_new(a, struct yz_acting);
	const struct yz_bpmn_node *node;
	const char *of;
	if (!yz_acting_load(t, site, conn, a, NULL, w->no, err) || !stands(t, w, err) || !find_step(t, w->in.act, w->node, &of, &node, err))
		return false;
	const struct yz_act_input *in = t->in = by_keys(t, &w->in);
	/* What fell due before this was heard of has its card, whether the sweeper was here or not. */
	if (!yz_acting_clocks_look(t, err))
		return false;
	/* As of our own acts, what was done against the rules stands before the act. */
	if (in->overrule.len && !yz_acting_note(t, YZ_ACT_overrule, 0, in->overrule, YZ_LIT(""), err))
		return false;
	struct yz_str said = in->act == YZ_ACT_stop ? yz_act_stop_says(t->a, in) : in->act == YZ_ACT_rate ? YZ_LIT("") : in->reason;
	return change(t, in, err) && keep_step(t, in->act, of, node, err) && yz_acting_note(t, in->act, 0, said, in->basis, err) &&
	       yz_acting_save(t, err);
}

struct reporting {
	struct yz_site *site;
	const struct yz_outside_act *w;
};

static bool do_act(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct reporting *r = ctx;
	return yz_outside_act_in(r->site, conn, a, r->w, err);
}

bool yz_outside_act(struct yz_site *site, const struct yz_outside_act *w, struct yz_err *err)
{
	struct reporting r = {site, w};
	return yz_db_write(site->db, do_act, &r, err);
}

/* ---- fees ---- */

static bool keep_lines(struct yz_acting *t, int64_t order, const struct yz_outside_fee *fees, size_t n, struct yz_err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct yz_outside_fee *f = &fees[i];
		if (!yz_insert(t->conn, err,
			       "INSERT INTO fee_line (order_id, position, name, basis, standard, price, quantity, amount, reduced, note) "
			       "VALUES ($1, $2, $3, '', '', $4, $5, $6, 0, '')",
			       YZ_I(order), YZ_I((int64_t)i), YZ_S(f->name), YZ_S(f->price), YZ_S(f->quantity), YZ_I(f->amount)))
			return false;
	}
	return true;
}

static bool charge_checks(const struct yz_outside_fee *fees, size_t n, struct yz_err *err)
{
	if (!n || n > YZ_FEE_LINES)
		return yz_fail(err, YZ_BAD_INPUT, "the fees of a case are 1 to %d lines", YZ_FEE_LINES);
	for (size_t i = 0; i < n; i++) {
		const struct yz_outside_fee *f = &fees[i];
		if (!yz_str_trim(f->name).len || f->name.len > NAME_MOST || f->price.len > NUMBER_MOST || f->quantity.len > NUMBER_MOST)
			return yz_wrong(err, "name", N_("收费项目、标准或数量没有写，或者太长"));
		if (f->amount < 0 || f->amount > YZ_PAY_MOST)
			return yz_wrong(err, "amount", N_("金额要像 80 或 80.00，不能是负数，也不能太大"));
	}
	return true;
}

bool yz_outside_charge_in(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str of, const struct yz_outside_fee *fees,
			  size_t n, struct yz_err *err)
{
	struct yz_acting *t = yz_new(a, struct yz_acting);
	int64_t sum = 0;
	struct yz_str no;
	if (!charge_checks(fees, n, err) || !yz_acting_load(t, site, conn, a, NULL, of, err))
		return false;
	if (!yz_str_eqz(t->channel, "system"))
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这个办件在本平台办理，不由别的系统报送"));
	for (size_t i = 0; i < n; i++)
		sum += fees[i].amount;
	/* Closed: it was paid elsewhere, and no money of it passes our books. */
	int64_t id = yz_fee_number(t, &no, err)
			     ? yz_insert(conn, err,
					 "INSERT INTO fee_order (no, case_id, org, region, payer, title, state, amount, full_amount, before_act, due, created, "
					 "changed, reason, version) VALUES ($1, $2, $3, $4, $5, $6, 'closed', $7, $7, 'none', $8, $8, $8, $9, 1)",
					 YZ_S(no), YZ_I(t->id), YZ_S(t->org), YZ_S(t->region), YZ_I(t->applicant), YZ_S(fees[0].name), YZ_I(sum),
					 YZ_I(t->now), YZ_Z("由办理系统收取"))
			     : 0;
	return id && keep_lines(t, id, fees, n, err) && yz_fee_note(site, conn, a, NULL, "charge", "fee", id, sum, YZ_LIT(""), err) &&
	       yz_monitor_fee(site, conn, a, NULL, id, YZ_EVENT_charge, err);
}

struct charging {
	struct yz_site *site;
	struct yz_str no;
	const struct yz_outside_fee *fees;
	size_t n;
};

static bool do_charge(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct charging *w = ctx;
	return yz_outside_charge_in(w->site, conn, a, w->no, w->fees, w->n, err);
}

bool yz_outside_charge(struct yz_site *site, struct yz_str no, const struct yz_outside_fee *fees, size_t n, struct yz_err *err)
{
	struct charging w = {site, no, fees, n};
	return charge_checks(fees, n, err) && yz_db_write(site->db, do_charge, &w, err);
}
