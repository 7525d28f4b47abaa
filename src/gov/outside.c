/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/outside.h"

#include "crypt/crypt.h"
#include "gov/acting.h"
#include "gov/doing.h"
#include "gov/fee_row.h"
#include "gov/monitor.h"

enum { NO_MOST = 60, ANSWER_DAYS = 5, LAW_DAYS = 20, NAME_MOST = 200, NUMBER_MOST = 40 };

struct opening {
	struct yz_site *site;
	const struct yz_outside_case *c;
};

static bool number_fits(struct yz_str no)
{
	for (size_t i = 0; i < no.len; i++) {
		char ch = no.ptr[i];
		if (!(ch >= 'a' && ch <= 'z') && !(ch >= 'A' && ch <= 'Z') && !(ch >= '0' && ch <= '9') && ch != '-')
			return false;
	}
	return no.len > 0 && no.len <= NO_MOST;
}

static bool insert(struct opening *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_version *v, struct yz_err *err)
{
	const struct yz_outside_case *c = w->c;
	char digest[YZ_HEX];
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO cases (no, region, org, item, item_code, item_name, applicant, applicant_name, channel, state, situation, "
			       "facts_enc, facts_dig, flow, submitted, received, outcome, light, stopped, version) SELECT $1, $2, $3, $4, $5, $6, p.id, "
			       "p.name, 'system', 'submitted', '', $8, '', '', $9, $9, '', '', 0, 0 FROM person p WHERE p.id = $7",
			       YZ_S(c->no), YZ_S(v->region), YZ_S(v->org), YZ_I(v->id), YZ_S(v->code), YZ_S(v->name), YZ_I(c->applicant),
			       YZ_BLOB(YZ_LIT("")), YZ_I(c->received));
	return id && yz_exec(conn, err, "UPDATE cases SET facts_enc = $1, facts_dig = $2 WHERE id = $3",
			     YZ_BLOB(yz_seal(w->site->keys, a, "cases.facts", id, YZ_LIT("{}"))),
			     YZ_Z(yz_keyed_digest(w->site->keys, "cases.facts", id, YZ_LIT("{}"), digest)), YZ_I(id));
}

/* The step of the process that this act is, so that supervision knows which were done. */
static bool keep_step(struct yz_acting *t, enum yz_act act, struct yz_str named, struct yz_err *err)
{
	static const struct {
		enum yz_act act;
		const char *of;
	} steps[] = {{YZ_ACT_accept, "accept"}, {YZ_ACT_refuse, "accept"}, {YZ_ACT_pass, "review"}, {YZ_ACT_grant, "decide"}, {YZ_ACT_deny, "decide"}};
	const char *of = NULL;
	size_t n;
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(t->process, &n), *node = NULL;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		of = steps[i].act == act ? steps[i].of : of;
	for (size_t i = 0; of && !node && i < n; i++)
		if (named.len ? yz_str_eq(nodes[i]->id, named) : yz_str_eqz(yz_bpmn_attr(nodes[i], "act"), of))
			node = nodes[i];
	if (named.len && !node)
		return yz_fail(err, YZ_BAD_INPUT, "the process of case %.*s has no step %.*s", YZ_P(t->no), YZ_P(named));
	return !node || yz_insert(t->conn, err,
				  "INSERT INTO task (case_id, token, node, name, act, org, role, region, state, opened, done, outcome, opinion) "
				  "VALUES ($1, 0, $2, $3, $4, $5, '', $6, 'done', $7, $7, $8, '')",
				  YZ_I(t->id), YZ_S(node->id), YZ_S(node->name), YZ_Z(of), YZ_S(t->org), YZ_S(t->region), YZ_I(t->done_at),
				  YZ_Z(yz_act_name(act))) != 0;
}

static bool keep_materials(struct yz_acting *t, const struct yz_json *keys, struct yz_err *err)
{
	for (size_t i = 0; i < yz_json_len(keys); i++)
		if (!yz_insert(t->conn, err,
			       "INSERT INTO material (case_id, key, name, file, file_name, type, size, source, state, by_person, at) "
			       "VALUES ($1, $2, $2, '', '', '', 0, 'system', 'given', $3, $4)",
			       YZ_I(t->id), YZ_S(yz_json_text(yz_json_at(keys, i))), YZ_I(t->applicant), YZ_I(t->received)))
			return false;
	return true;
}

static bool do_open(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct opening *w = ctx;
	const struct yz_outside_case *c = w->c;
	struct yz_acting *t = yz_new(a, struct yz_acting);
	const struct yz_version *v = yz_version_now(w->site, conn, a, c->item, err);
	if (!v || !insert(w, conn, a, v, err) || !yz_acting_load(t, w->site, conn, a, NULL, c->no, err))
		return false;
	t->figure.received = 1;
	t->done_at = c->received;
	if (c->own_limit) {
		t->state = YZ_CASE_accepted;
		t->accepted = c->received;
		t->figure.accepted = 1;
	}
	return yz_acting_clock_start(t, c->own_limit ? "promised" : "answer", 0, t->org, c->own_limit ? c->limit : ANSWER_DAYS,
				     c->own_limit ? c->unit : YZ_WORKING_DAYS, c->received, err) &&
	       keep_materials(t, c->materials, err) && (!c->own_limit || keep_step(t, YZ_ACT_accept, YZ_LIT(""), err)) &&
	       yz_acting_note(t, YZ_ACT_submit, 0, YZ_LIT(""), YZ_LIT(""), err) && yz_acting_save(t, err);
}

bool yz_outside_open(struct yz_site *site, const struct yz_outside_case *c, struct yz_err *err)
{
	struct opening w = {site, c};
	if (!number_fits(c->no))
		return yz_fail(err, YZ_BAD_INPUT, "the number of a case is 1 to %d letters, digits and -", NO_MOST);
	if (c->received > yz_site_now(site))
		return yz_fail(err, YZ_BAD_INPUT, "case %.*s is received in the future", YZ_P(c->no));
	return yz_db_write(site->db, do_open, &w, err);
}

/* ---- acts ---- */

struct reporting {
	struct yz_site *site;
	const struct yz_outside_act *w;
};

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
	if (t->accepted)
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

static bool rates(struct yz_acting *t, int level, struct yz_err *err)
{
	if (level < 1 || level > 5)
		return yz_fail(err, YZ_BAD_INPUT, "a rating is 1 to 5");
	t->figure.rated = 1;
	t->figure.stars = level;
	return yz_insert(t->conn, err, "INSERT INTO rating (case_id, org, person, level, text, at, answer) VALUES ($1, $2, $3, $4, '', $5, '')",
			 YZ_I(t->id), YZ_S(t->org), YZ_I(t->applicant), YZ_I(level), YZ_I(t->done_at)) != 0;
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
		return rates(t, in->level, err);
	default:
		return yz_fail(err, YZ_BAD_INPUT, "another system reports no %s", yz_act_name(in->act));
	}
}

static bool do_act(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct reporting *r = ctx;
	const struct yz_outside_act *w = r->w;
	struct yz_acting *t = yz_new(a, struct yz_acting);
	if (!yz_acting_load(t, r->site, conn, a, NULL, w->no, err))
		return false;
	if (!yz_str_eqz(t->channel, "system"))
		return yz_fail(err, YZ_CONFLICT, "case %.*s is handled here", YZ_P(w->no));
	if (t->ended && w->in.act != YZ_ACT_rate)
		return yz_fail(err, YZ_NOT_NOW, "case %.*s has ended", YZ_P(w->no));
	t->done_at = w->at ? w->at : t->now;
	if (t->done_at > t->now || t->done_at < t->submitted)
		return yz_fail(err, YZ_BAD_INPUT, "an act of case %.*s lies in the future, or before the case", YZ_P(w->no));
	t->in = &w->in;
	/* As of our own acts, what was done against the rules stands before the act. */
	if (w->in.overrule.len && !yz_acting_note(t, YZ_ACT_overrule, 0, w->in.overrule, YZ_LIT(""), err))
		return false;
	struct yz_str said = w->in.act == YZ_ACT_stop ? yz_act_stop_says(t->a, &w->in) : w->in.reason;
	return change(t, &w->in, err) && keep_step(t, w->in.act, w->node, err) && yz_acting_note(t, w->in.act, 0, said, w->in.basis, err) &&
	       yz_acting_save(t, err);
}

bool yz_outside_act(struct yz_site *site, const struct yz_outside_act *w, struct yz_err *err)
{
	struct reporting r = {site, w};
	return yz_db_write(site->db, do_act, &r, err);
}

/* ---- fees ---- */

struct charging {
	struct yz_site *site;
	struct yz_str no;
	const struct yz_outside_fee *fees;
	size_t n;
};

static bool keep_lines(struct yz_acting *t, int64_t order, const struct charging *w, struct yz_err *err)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct yz_outside_fee *f = &w->fees[i];
		if (!yz_insert(t->conn, err,
			       "INSERT INTO fee_line (order_id, position, name, basis, standard, price, quantity, amount, reduced, note) "
			       "VALUES ($1, $2, $3, '', '', $4, $5, $6, 0, '')",
			       YZ_I(order), YZ_I((int64_t)i), YZ_S(f->name), YZ_S(f->price), YZ_S(f->quantity), YZ_I(f->amount)))
			return false;
	}
	return true;
}

static bool do_charge(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct charging *w = ctx;
	struct yz_acting *t = yz_new(a, struct yz_acting);
	int64_t sum = 0;
	if (!yz_acting_load(t, w->site, conn, a, NULL, w->no, err))
		return false;
	if (!yz_str_eqz(t->channel, "system"))
		return yz_fail(err, YZ_CONFLICT, "case %.*s is handled here", YZ_P(w->no));
	for (size_t i = 0; i < w->n; i++)
		sum += w->fees[i].amount;
	struct yz_str no;
	/* Closed: it was paid elsewhere, and no money of it passes our books. */
	int64_t id = yz_fee_number(t, &no, err)
			     ? yz_insert(conn, err,
					 "INSERT INTO fee_order (no, case_id, org, region, payer, title, state, amount, full_amount, before_act, due, created, "
					 "changed, reason, version) VALUES ($1, $2, $3, $4, $5, $6, 'closed', $7, $7, 'none', $8, $8, $8, $9, 1)",
					 YZ_S(no), YZ_I(t->id), YZ_S(t->org), YZ_S(t->region), YZ_I(t->applicant), YZ_S(w->fees[0].name), YZ_I(sum),
					 YZ_I(t->now), YZ_Z("由办理系统收取"))
			     : 0;
	return id && keep_lines(t, id, w, err) && yz_fee_note(w->site, conn, a, NULL, "charge", "fee", id, sum, YZ_LIT(""), err) &&
	       yz_monitor_fee(w->site, conn, a, NULL, id, YZ_EVENT_charge, err);
}

bool yz_outside_charge(struct yz_site *site, struct yz_str no, const struct yz_outside_fee *fees, size_t n, struct yz_err *err)
{
	struct charging w = {site, no, fees, n};
	if (!n || n > YZ_FEE_LINES)
		return yz_fail(err, YZ_BAD_INPUT, "the fees of case %.*s are 1 to %d lines", YZ_P(no), YZ_FEE_LINES);
	for (size_t i = 0; i < n; i++)
		if (!yz_str_trim(fees[i].name).len || fees[i].name.len > NAME_MOST || fees[i].price.len > NUMBER_MOST ||
		    fees[i].quantity.len > NUMBER_MOST || fees[i].amount < 0 || fees[i].amount > YZ_PAY_MOST)
			return yz_fail(err, YZ_BAD_INPUT, "line %zu of the fees of case %.*s has no name, or one too long, or no amount of money",
				       i + 1, YZ_P(no));
	return yz_db_write(site->db, do_charge, &w, err);
}
