/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/fee_row.h"

#include "crypt/crypt.h"
#include "gov/note.h"
#include "gov/person.h"
#include "gov/reach.h"
#include "text/text.h"

static const struct {
	const char *name, *title;
	bool owed;
} states[YZ_FEE_STATES] = {
#define STATE(name, title, owed) {#name, title, owed},
#include "gov/fee_states.def"
#undef STATE
};

#define IN(state) (1u << YZ_FEE_##state)
static const struct {
	const char *name, *done;
	unsigned from;
	enum yz_fee_state to;
} moves[YZ_FEE_MOVES] = {
#define MOVE(name, from, to, done) {#name, done, from, YZ_FEE_##to},
#include "gov/fee_moves.def"
#undef MOVE
};

const char *yz_fee_state_name(enum yz_fee_state s)
{
	return states[s].name;
}

const char *yz_fee_state_title(enum yz_fee_state s)
{
	return states[s].title;
}

bool yz_fee_owed(enum yz_fee_state s)
{
	return states[s].owed;
}

bool yz_fee_state_parse(struct yz_str s, enum yz_fee_state *out)
{
	for (int i = 0; i < YZ_FEE_STATES; i++)
		if (yz_str_eqz(s, states[i].name)) {
			*out = (enum yz_fee_state)i;
			return true;
		}
	return false;
}

bool yz_fee_move_fits(enum yz_fee_move move, enum yz_fee_state from)
{
	return (moves[move].from & (1u << from)) != 0;
}

enum yz_fee_state yz_fee_move_to(enum yz_fee_move move)
{
	return moves[move].to;
}

/* ---- a row and its moves ---- */

#define HELD                                                                                                           \
	"SELECT f.id, f.case_id, f.payer, f.amount, f.full_amount, f.version, f.no, c.no, c.item_name, c.item_code, f.org, f.region, "  \
	"f.state, g.path, f.reason FROM fee_order f JOIN cases c ON c.id = f.case_id LEFT JOIN region g ON g.code = f.region WHERE "

static bool held(const struct yz_rows *r, struct yz_fee_held *out, struct yz_err *err)
{
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no such order of fees");
	*out = (struct yz_fee_held){.id = yz_row_int(r, 0, 0), .case_id = yz_row_int(r, 0, 1), .payer = yz_row_int(r, 0, 2),
				    .amount = yz_row_int(r, 0, 3), .full = yz_row_int(r, 0, 4), .version = yz_row_int(r, 0, 5),
				    .no = yz_row_str(r, 0, 6), .case_no = yz_row_str(r, 0, 7), .item_name = yz_row_str(r, 0, 8),
				    .item_code = yz_row_str(r, 0, 9), .org = yz_row_str(r, 0, 10), .region = yz_row_str(r, 0, 11),
				    .region_path = yz_row_str(r, 0, 13), .reason = yz_row_str(r, 0, 14)};
	return yz_fee_state_parse(yz_row_str(r, 0, 12), &out->state) ||
	       yz_fail(err, YZ_CORRUPT, "order %.*s is in an unknown state", YZ_P(out->no));
}

bool yz_fee_hold(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_fee_held *out, struct yz_err *err)
{
	int64_t locked;
	return yz_select_int(conn, &locked, 0, err, "SELECT id FROM fee_order WHERE id = $1 FOR UPDATE", YZ_I(id)) &&
	       held(yz_select(conn, a, err, HELD "f.id = $1", YZ_I(id)), out, err);
}

bool yz_fee_hold_no(struct yz_conn *conn, struct yz_arena *a, struct yz_str no, struct yz_fee_held *out, struct yz_err *err)
{
	int64_t locked;
	return yz_select_int(conn, &locked, 0, err, "SELECT id FROM fee_order WHERE no = $1 FOR UPDATE", YZ_S(no)) &&
	       held(yz_select(conn, a, err, HELD "f.no = $1", YZ_S(no)), out, err);
}

bool yz_fee_note(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const char *act,
		 const char *thing, int64_t id, int64_t amount, struct yz_str about, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kint(&w, "amount", amount);
	if (about.len) {
		char digest[YZ_HEX];
		yz_jw_kz(&w, "digest", yz_keyed_digest(site->keys, "fee.about", id, about, digest));
	}
	yz_jw_end(&w, '}');
	return yz_note(site, conn, who, yz_printf(a, "%s.%s", thing, act), thing, id, "", yz_buf_str(&b), err);
}

bool yz_fee_move(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_fee_held *o,
		 enum yz_fee_move move, struct yz_str about, struct yz_err *err)
{
	if (!yz_fee_move_fits(move, o->state))
		return yz_fail(err, YZ_NOT_NOW, "order %.*s is %s: it cannot %s", YZ_P(o->no), states[o->state].name, moves[move].name);
	yz_instant now = yz_site_now(site);
	enum yz_fee_state to = moves[move].to;
	if (!yz_exec(conn, err,
		     "UPDATE fee_order SET state = $1, changed = $2, version = version + 1, amount = $3, "
		     "paid_at = CASE WHEN $1 = 'paid' AND paid_at IS NULL THEN $2 WHEN $1 = 'due' THEN NULL ELSE paid_at END "
		     "WHERE id = $4 AND version = $5",
		     YZ_Z(states[to].name), YZ_I(now), YZ_I(o->amount), YZ_I(o->id), YZ_I(o->version)))
		return false;
	if (yz_changed(conn) != 1)
		return yz_fail(err, YZ_CONFLICT, "order %.*s was changed meanwhile", YZ_P(o->no));
	o->state = to;
	o->version++;
	yz_site_changed(site, YZ_CHANGE_CASE);
	return yz_fee_note(site, conn, a, who, moves[move].name, "fee", o->id, o->amount, about, err);
}

bool yz_fee_tell(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_fee_held *o, enum yz_say kind,
		 int64_t amount, struct yz_str reason, struct yz_err *err)
{
	const struct yz_said said[] = {{"item", o->item_name, true}, {"no", o->case_no, false}, {"amount", yz_yuan_show(a, amount), false},
				       {"reason", reason, false}};
	return yz_message_say(site, conn, a, o->payer, o->case_id, kind, said, 4, err);
}

bool yz_fee_stop_payments(struct yz_site *site, struct yz_conn *conn, int64_t order, struct yz_err *err)
{
	yz_site_changed(site, YZ_CHANGE_MONEY);
	return yz_exec(conn, err, "UPDATE payment SET next_ask = $1 WHERE order_id = $2 AND state = 'open'", YZ_I(yz_site_now(site)),
		       YZ_I(order));
}

/* ---- looking ---- */

static bool may_see(struct yz_site *site, struct yz_conn *conn, const struct yz_actor *who, const struct yz_fee_order *o, int64_t agent,
		    bool *hers, struct yz_err *err)
{
	*hers = yz_may_own(who, YZ_MAY_pay_own, o->payer, o->item_code);
	if (!*hers && agent && agent == who->person && !yz_agency_holds(conn, o->payer, agent, o->item_code, yz_site_now(site), hers, err))
		return false;
	if (*hers || yz_may_in(who, YZ_MAY_fee_read, o->org, o->region_path) || yz_may_in(who, YZ_MAY_fee_approve, o->org, o->region_path) ||
	    yz_may_in(who, YZ_MAY_money, YZ_LIT(""), o->region_path))
		return true;
	return yz_fail(err, YZ_NOT_FOUND, "order %.*s is not for person %lld", YZ_P(o->no), (long long)who->person);
}

static bool read_lines(struct yz_conn *conn, struct yz_arena *a, struct yz_fee_order *o, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, name, basis, standard, price, quantity, amount, reduced, note FROM fee_line "
				      "WHERE order_id = $1 ORDER BY position",
				      YZ_I(o->id));
	if (!r)
		return false;
	o->nlines = r->count;
	o->lines = yz_new_n(a, r->count, struct yz_fee_line);
	for (size_t i = 0; i < r->count; i++)
		o->lines[i] = (struct yz_fee_line){.id = yz_row_int(r, i, 0), .name = yz_row_str(r, i, 1), .basis = yz_row_str(r, i, 2),
						   .standard = yz_row_str(r, i, 3), .price = yz_row_str(r, i, 4), .quantity = yz_row_str(r, i, 5),
						   .assessed = !yz_row_null(r, i, 6), .amount = yz_row_int(r, i, 6),
						   .reduced = yz_row_int(r, i, 7), .note = yz_row_str(r, i, 8)};
	r = yz_select(conn, a, err,
		      "SELECT f.id, f.line_id, f.amount, f.reason, f.basis, f.state, f.answer, p.name, d.name, f.at, f.decided_at, f.by_person "
		      "FROM fee_relief f JOIN person p ON p.id = f.by_person LEFT JOIN person d ON d.id = f.decided_by WHERE f.order_id = $1 "
		      "ORDER BY f.id",
		      YZ_I(o->id));
	if (!r)
		return false;
	o->nreliefs = r->count;
	o->reliefs = yz_new_n(a, r->count, struct yz_fee_relief);
	for (size_t i = 0; i < r->count; i++)
		o->reliefs[i] = (struct yz_fee_relief){.id = yz_row_int(r, i, 0), .line = yz_row_int(r, i, 1), .amount = yz_row_int(r, i, 2),
						       .reason = yz_row_str(r, i, 3), .basis = yz_row_str(r, i, 4), .state = yz_row_str(r, i, 5),
						       .answer = yz_row_str(r, i, 6), .by = yz_row_str(r, i, 7), .decided_by = yz_row_str(r, i, 8),
						       .at = yz_row_int(r, i, 9), .decided = yz_row_int(r, i, 10), .by_id = yz_row_int(r, i, 11)};
	return true;
}

#define REFUNDS                                                                                                        \
	"SELECT r.id, r.amount, r.no, r.reason, r.state, r.failure, p.name, r.by_person, r.at, r.done_at, f.no, c.no, m.provider, m.trade_no, r.settled, "  \
	"COALESCE(r.document, 0), m.method, r.slip, g.name "                                                               \
	"FROM refund r JOIN money_in m ON m.id = r.money_id LEFT JOIN fee_order f ON f.id = r.order_id "                                \
	"LEFT JOIN cases c ON c.id = f.case_id LEFT JOIN person p ON p.id = r.by_person LEFT JOIN person g ON g.id = r.given_by "

static struct yz_fee_refund *refunds_of(struct yz_arena *a, const struct yz_rows *r)
{
	struct yz_fee_refund *out = yz_new_n(a, r->count, struct yz_fee_refund);
	for (size_t i = 0; i < r->count; i++)
		out[i] = (struct yz_fee_refund){.id = yz_row_int(r, i, 0), .amount = yz_row_int(r, i, 1), .no = yz_row_str(r, i, 2),
						.reason = yz_row_str(r, i, 3), .state = yz_row_str(r, i, 4), .failure = yz_row_str(r, i, 5),
						.by = yz_row_str(r, i, 6), .by_id = yz_row_int(r, i, 7), .at = yz_row_int(r, i, 8),
						.done = yz_row_int(r, i, 9), .order_no = yz_row_str(r, i, 10), .case_no = yz_row_str(r, i, 11),
						.provider = yz_row_str(r, i, 12), .trade_no = yz_row_str(r, i, 13), .settled = yz_row_str(r, i, 14),
						.document = yz_row_int(r, i, 15), .method = yz_row_str(r, i, 16), .slip = yz_row_str(r, i, 17),
						.given_by = yz_row_str(r, i, 18)};
	return out;
}

static bool read_money(struct yz_conn *conn, struct yz_arena *a, struct yz_fee_order *o, struct yz_err *err)
{
	int64_t waiting;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT m.id, m.amount, m.provider, m.trade_no, m.use_for, m.why, m.learned, m.paid_at, m.method, m.slip, p.name FROM money_in m "
				      "LEFT JOIN person p ON p.id = m.by_person WHERE m.order_id = $1 ORDER BY m.id",
				      YZ_I(o->id));
	if (!r)
		return false;
	o->nmoney = r->count;
	o->money = yz_new_n(a, r->count, struct yz_fee_money);
	for (size_t i = 0; i < r->count; i++)
		o->money[i] = (struct yz_fee_money){.id = yz_row_int(r, i, 0), .amount = yz_row_int(r, i, 1), .provider = yz_row_str(r, i, 2),
						    .trade_no = yz_row_str(r, i, 3), .use_for = yz_row_str(r, i, 4), .why = yz_row_str(r, i, 5),
						    .learned = yz_row_str(r, i, 6), .paid_at = yz_row_int(r, i, 7), .method = yz_row_str(r, i, 8),
						    .slip = yz_row_str(r, i, 9), .by = yz_row_str(r, i, 10)};
	if (!(r = yz_select(conn, a, err, REFUNDS "WHERE r.order_id = $1 ORDER BY r.id", YZ_I(o->id))) ||
	    !yz_select_int(conn, &waiting, 0, err, "SELECT COUNT(*) FROM payment WHERE order_id = $1 AND state = 'open'", YZ_I(o->id)))
		return false;
	o->nrefunds = r->count;
	o->refunds = refunds_of(a, r);
	o->waiting = waiting > 0 && o->state == YZ_FEE_due;
	return true;
}

struct yz_fee_order *yz_fee_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
				 struct yz_str no, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT f.id, f.version, f.case_id, f.payer, f.no, c.no, c.item_code, c.item_name, f.org, o.name, g.path, f.title, "
				      "c.applicant_name, f.before_act, f.state, f.amount, f.full_amount, f.due, f.created, f.paid_at, c.agent, f.reason, "
				      "f.receipt, f.bill FROM fee_order f JOIN cases c ON c.id = f.case_id LEFT JOIN org o ON o.key = f.org "
				      "LEFT JOIN region g ON g.code = f.region WHERE f.no = $1",
				      YZ_S(no));
	if (!r)
		return NULL;
	if (!r->count)
		return yz_fail_null(err, YZ_NOT_FOUND, "no order of fees %.*s", YZ_P(no));
	struct yz_fee_order *o = yz_new(a, struct yz_fee_order);
	*o = (struct yz_fee_order){.id = yz_row_int(r, 0, 0), .version = yz_row_int(r, 0, 1), .case_id = yz_row_int(r, 0, 2),
				   .payer = yz_row_int(r, 0, 3), .no = yz_row_str(r, 0, 4), .case_no = yz_row_str(r, 0, 5),
				   .item_code = yz_row_str(r, 0, 6), .item_name = yz_row_str(r, 0, 7), .org = yz_row_str(r, 0, 8),
				   .org_name = yz_row_str(r, 0, 9), .region_path = yz_row_str(r, 0, 10), .title = yz_row_str(r, 0, 11),
				   .payer_name = yz_row_str(r, 0, 12), .before = yz_row_str(r, 0, 13), .amount = yz_row_int(r, 0, 15),
				   .full = yz_row_int(r, 0, 16), .due = yz_row_int(r, 0, 17), .created = yz_row_int(r, 0, 18),
				   .paid_at = yz_row_int(r, 0, 19), .reason = yz_row_str(r, 0, 21), .receipt = yz_row_int(r, 0, 22),
				   .bill = yz_row_int(r, 0, 23)};
	if (!yz_fee_state_parse(yz_row_str(r, 0, 14), &o->state))
		return yz_fail_null(err, YZ_CORRUPT, "order %.*s is in an unknown state", YZ_P(no));
	if (!may_see(site, conn, who, o, yz_row_int(r, 0, 20), &o->hers, err) || !read_lines(conn, a, o, err) || !read_money(conn, a, o, err))
		return NULL;
	/* Who neither owns nor handles it sees her masked, as on the case. */
	if (!o->hers && !yz_may_in(who, YZ_MAY_fee_manage, o->org, o->region_path) &&
	    !yz_may_in(who, YZ_MAY_fee_approve, o->org, o->region_path))
		o->payer_name = yz_mask_name(a, o->payer_name);
	return o;
}

bool yz_fee_of_case(struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_str **nos, size_t *n, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT no FROM fee_order WHERE case_id = $1 ORDER BY id DESC", YZ_I(case_id));
	if (!r)
		return false;
	*n = r->count;
	*nos = yz_new_n(a, r->count, struct yz_str);
	for (size_t i = 0; i < r->count; i++)
		(*nos)[i] = yz_row_str(r, i, 0);
	return true;
}

/* ---- finance ---- */

static bool reach_of(const struct yz_actor *who, struct yz_arena *a, struct yz_str *from, struct yz_str *to, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_money))
		return yz_refuse(who, YZ_MAY_money, err);
	*from = yz_reach(who, YZ_ROLE_FINANCE);
	*to = yz_reach_end(a, *from);
	return true;
}

bool yz_fee_orders(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, enum yz_fee_state state,
		   int64_t before, struct yz_fee_list *out, struct yz_err *err)
{
	struct yz_str from, to;
	(void)site;
	*out = (struct yz_fee_list){0};
	if (!reach_of(who, a, &from, &to, err))
		return false;
	struct yz_rows *sums = yz_select(conn, a, err,
					 "SELECT f.state, COUNT(*), CAST(SUM(f.amount) AS BIGINT) FROM fee_order f JOIN region g ON g.code = f.region "
					 "WHERE g.path >= $1 AND g.path < $2 GROUP BY f.state",
					 YZ_S(from), YZ_S(to));
	struct yz_rows *r = sums ? yz_select(conn, a, err,
					     "SELECT f.id, f.amount, f.no, c.no, c.item_name, o.name, f.title, f.state, f.due, f.changed FROM fee_order f "
					     "JOIN cases c ON c.id = f.case_id JOIN region g ON g.code = f.region LEFT JOIN org o ON o.key = f.org "
					     "WHERE g.path >= $1 AND g.path < $2 AND f.state = $3 AND f.id < $4 ORDER BY f.id DESC LIMIT $5",
					     YZ_S(from), YZ_S(to), YZ_Z(states[state].name), YZ_I(before > 0 ? before : INT64_MAX), YZ_I(YZ_FEE_PAGE))
				 : NULL;
	if (!r)
		return false;
	for (size_t i = 0; i < sums->count; i++) {
		enum yz_fee_state s;
		if (!yz_fee_state_parse(yz_row_str(sums, i, 0), &s))
			continue;
		out->count[s] = yz_row_int(sums, i, 1);
		out->sum[s] = yz_row_int(sums, i, 2);
	}
	out->len = r->count;
	out->at = yz_new_n(a, r->count, struct yz_fee_row);
	for (size_t i = 0; i < r->count; i++)
		out->at[i] = (struct yz_fee_row){.id = yz_row_int(r, i, 0), .amount = yz_row_int(r, i, 1), .no = yz_row_str(r, i, 2),
						 .case_no = yz_row_str(r, i, 3), .item_name = yz_row_str(r, i, 4), .org_name = yz_row_str(r, i, 5),
						 .title = yz_row_str(r, i, 6), .state = state, .due = yz_row_int(r, i, 8),
						 .changed = yz_row_int(r, i, 9)};
	return true;
}

bool yz_fee_refunds(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const char *state, int64_t after,
		    struct yz_fee_refund **out, size_t *n, struct yz_err *err)
{
	struct yz_str from, to;
	if (!reach_of(who, a, &from, &to, err))
		return false;
	/* Money of no order of ours belongs to whoever keeps the whole site's money. */
	struct yz_rows *r = yz_select(conn, a, err,
				      REFUNDS "LEFT JOIN region k ON k.code = f.region WHERE r.state = $1 AND "
					      "(f.id IS NULL OR (k.path >= $2 AND k.path < $3)) AND r.id > $4 ORDER BY r.id LIMIT $5",
				      YZ_Z(state), YZ_S(from), YZ_S(to), YZ_I(after), YZ_I(YZ_FEE_PAGE));
	if (!r)
		return false;
	*n = r->count;
	*out = refunds_of(a, r);
	return true;
}

bool yz_fee_refunds_counter(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t after, struct yz_fee_refund **out,
			    size_t *n, struct yz_err *err)
{
	struct yz_str from, to;
	struct yz_sql q;
	size_t orgs = 0;
	yz_sql_init(&q, a);
	yz_sql_add(&q, REFUNDS "LEFT JOIN region k ON k.code = f.region WHERE r.state = 'ready' AND m.provider = $1 AND ", YZ_Z(YZ_PAY_COUNTER));
	if (yz_may(who, YZ_MAY_money)) {
		if (!reach_of(who, a, &from, &to, err))
			return false;
		yz_sql_add(&q, "k.path >= $1 AND k.path < $2", YZ_S(from), YZ_S(to));
	} else {
		for (size_t i = 0; i < who->nposts; i++) {
			if (!yz_may_at(who, YZ_MAY_counter_take, who->posts[i].org, who->posts[i].region_path, YZ_LIT("")))
				continue;
			if (orgs++)
				yz_sql_add(&q, ", ");
			else
				yz_sql_add(&q, "f.org IN (");
			yz_sql_val(&q, YZ_S(who->posts[i].org));
		}
		if (!orgs)
			return yz_refuse(who, YZ_MAY_counter_take, err);
		yz_sql_add(&q, ")");
	}
	yz_sql_add(&q, " AND r.id > $1 ORDER BY r.id LIMIT $2", YZ_I(after), YZ_I(YZ_FEE_PAGE));
	struct yz_rows *r = yz_sql_select(&q, conn, a, err);
	if (!r)
		return false;
	*n = r->count;
	*out = refunds_of(a, r);
	return true;
}
