/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/payout_row.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "gov/doing.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "gov/pay.h"
#include "gov/person.h"
#include "gov/register.h"
#include "text/ident.h"
#include "text/text.h"

enum { LIST = 500, PURPOSE_LEAST = 2, PURPOSE_MOST = 200 };

static const char *const states[YZ_PAYOUT_STATES][2] = {
#define STATE(name, title) {#name, title},
#include "gov/payout_states.def"
#undef STATE
};

const char *yz_payout_state_title(enum yz_payout_state s)
{
	return states[s][1];
}

const char *yz_payout_state_name(enum yz_payout_state s)
{
	return states[s][0];
}

/* ---- rows ---- */

/* 6222 **** **** 1234 */
static struct yz_str mask_account(struct yz_arena *a, struct yz_str s)
{
	return s.len > 8 ? yz_str_printf(a, "%.4s****%.4s", s.ptr, s.ptr + s.len - 4) : s.len ? YZ_LIT("****") : YZ_LIT("");
}

bool yz_payout_read(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t i, bool open, struct yz_payout *out,
		    struct yz_err *err)
{
	struct yz_str plain, state = yz_row_str(r, i, 13);
	*out = (struct yz_payout){.id = yz_row_int(r, i, 0), .case_id = yz_row_int(r, i, 1), .amount = yz_row_int(r, i, 2),
				  .attempt = yz_row_int(r, i, 3), .batch = yz_row_int(r, i, 4), .no = yz_row_str(r, i, 5),
				  .case_no = yz_row_str(r, i, 6), .item_name = yz_row_str(r, i, 7), .org = yz_row_str(r, i, 8),
				  .org_name = yz_row_str(r, i, 9), .reason = yz_row_str(r, i, 11), .bank_no = yz_row_str(r, i, 12),
				  .created = yz_row_int(r, i, 14), .settled = yz_row_int(r, i, 15), .reclaimed = yz_row_int(r, i, 16),
				  .repaid = yz_row_int(r, i, 17), .region = yz_row_str(r, i, 18), .bank_dig = yz_row_str(r, i, 19),
				  .over = yz_row_int(r, i, 20) != 0, .less = yz_row_int(r, i, 21),
				  .withheld = yz_row_int(r, i, 22)};
	for (int s = 0; s < YZ_PAYOUT_STATES; s++)
		if (yz_str_eqz(state, states[s][0]))
			out->state = (enum yz_payout_state)s;
	if (!yz_unseal(site->keys, a, "payout.bank", out->case_id, yz_row_str(r, i, 10), &plain, err))
		return false;
	const struct yz_json *bank = yz_json_read(a, plain, NULL, err);
	if (!bank)
		return false;
	out->payee = yz_json_str(bank, "name");
	out->account = yz_json_str(bank, "account");
	out->bank = yz_json_str(bank, "bank");
	if (!open)
		out->account = mask_account(a, out->account);
	return true;
}

bool yz_payouts_read(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, bool open, struct yz_payouts *out,
		     struct yz_err *err)
{
	out->at = yz_new_n(a, r->count, struct yz_payout);
	for (out->len = 0; out->len < r->count; out->len++)
		if (!yz_payout_read(site, a, r, out->len, open, &out->at[out->len], err))
			return false;
	for (size_t i = 0; i < out->len; i++) {
		const struct yz_payout *p = &out->at[i];
		if (p->state == YZ_PAYOUT_paid || p->state == YZ_PAYOUT_repaid) {
			out->paid += p->amount;
			out->repaid += p->repaid;
		}
	}
	return true;
}

bool yz_payout_orgs(struct yz_sql *q, const struct yz_actor *who, enum yz_permission what)
{
	size_t n = 0;
	for (size_t i = 0; i < who->nposts; i++) {
		if (!yz_may_at(who, what, who->posts[i].org, who->posts[i].region_path, YZ_LIT("")))
			continue;
		if (n++)
			yz_sql_add(q, ", ");
		else
			yz_sql_add(q, "y.org IN (");
		yz_sql_val(q, YZ_S(who->posts[i].org));
	}
	if (n)
		yz_sql_add(q, ")");
	return n != 0;
}

bool yz_payout_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, enum yz_payout_state state,
		    int64_t before, struct yz_payouts *out, struct yz_err *err)
{
	struct yz_sql q, sum;
	*out = (struct yz_payouts){0};
	yz_sql_init(&q, a);
	yz_sql_init(&sum, a);
	yz_sql_add(&q, "SELECT " PAYOUT_COLUMNS " FROM " PAYOUT_TABLES " WHERE y.state = $1 AND ", YZ_Z(states[state][0]));
	yz_sql_add(&sum, "SELECT COUNT(*), COALESCE(SUM(y.amount), 0) FROM payout y WHERE y.state = 'due' AND ");
	if (!yz_payout_orgs(&q, who, YZ_MAY_payout_read))
		return yz_refuse(who, YZ_MAY_payout_read, err);
	yz_payout_orgs(&sum, who, YZ_MAY_payout_read);
	yz_sql_add(&q, " AND ($1 = 0 OR y.id < $1) ORDER BY y.id DESC LIMIT $2", YZ_I(before), YZ_I(YZ_PAYOUT_PAGE));
	struct yz_rows *r = yz_sql_select(&q, conn, a, err), *s = r ? yz_sql_select(&sum, conn, a, err) : NULL;
	if (!s)
		return false;
	out->due = yz_row_int(s, 0, 0);
	out->amount = yz_row_int(s, 0, 1);
	return yz_payouts_read(site, a, r, false, out, err);
}

bool yz_payout_one(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id,
		   struct yz_payout *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " PAYOUT_COLUMNS " FROM " PAYOUT_TABLES " WHERE y.id = $1", YZ_I(id));
	if (!r)
		return false;
	if (!r->count || !yz_may_in(who, YZ_MAY_payout_read, yz_row_str(r, 0, 8), YZ_LIT("")))
		return yz_fail(err, YZ_NOT_FOUND, "no payment %lld", (long long)id);
	return yz_payout_read(site, a, r, 0, false, out, err);
}

bool yz_payouts_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_payouts *out,
		   struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " PAYOUT_COLUMNS " FROM " PAYOUT_TABLES " WHERE y.case_id = $1 ORDER BY y.id",
				      YZ_I(case_id));
	*out = (struct yz_payouts){0};
	return r && yz_payouts_read(site, a, r, false, out, err);
}

bool yz_payouts_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_payouts *out,
		     struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT " PAYOUT_COLUMNS " FROM " PAYOUT_TABLES " WHERE y.person = $1 ORDER BY y.id DESC LIMIT $2",
				      YZ_I(who->person), YZ_I(LIST));
	*out = (struct yz_payouts){0};
	return r && yz_payouts_read(site, a, r, false, out, err);
}

/* ---- one person's, for an official ---- */

struct looking {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str purpose;
	char subject[YZ_BLIND];
	int64_t person;
};

static bool keep(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct looking *w = ctx;
	const struct yz_pull pull = {.subject = yz_str(w->subject), .purpose = w->purpose, .what = YZ_LIT("各项补贴的发放情况"),
				     .by_person = w->who->person, .at = yz_site_now(w->site)};
	char digest[YZ_HEX];
	struct yz_str body = yz_str_printf(a, "{\"digest\": \"%s\"}", yz_keyed_digest(w->site->keys, "payout.look", w->person, w->purpose, digest));
	return yz_pull_add(conn, &pull, err) && yz_note(w->site, conn, w->who, "payout.look", "person", w->person, "", body, err);
}

/* What is her department's, or lies where she has a post. */
static bool hers_to_see(const struct yz_actor *who, struct yz_str org, struct yz_str path)
{
	for (size_t i = 0; i < who->nposts; i++) {
		const struct yz_post *p = &who->posts[i];
		bool may = yz_may_at(who, YZ_MAY_payout_person, p->org, p->region_path, YZ_LIT("")) != NULL;
		if (may && (yz_str_eq(p->org, org) || yz_str_starts(path, p->region_path)))
			return true;
	}
	return false;
}

static bool read_person(const struct looking *w, struct yz_conn *conn, struct yz_arena *a, struct yz_payout_person *out, struct yz_err *err)
{
	struct yz_rows *p = yz_select(conn, a, err, "SELECT id, name FROM person WHERE id_dig = $1", YZ_Z(w->subject));
	if (!p)
		return false;
	if (!p->count)
		return yz_fail(err, YZ_NOT_FOUND, "nobody verified has this number");
	out->person = yz_row_int(p, 0, 0);
	out->name = yz_row_str(p, 0, 1);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT " PAYOUT_COLUMNS ", g.path FROM " PAYOUT_TABLES
				      " LEFT JOIN region g ON g.code = y.region WHERE y.person = $1 ORDER BY y.id DESC LIMIT $2",
				      YZ_I(out->person), YZ_I(LIST));
	struct yz_payouts *list = &out->list;
	if (!r)
		return false;
	list->at = yz_new_n(a, r->count, struct yz_payout);
	for (size_t i = 0; i < r->count; i++)
		if (hers_to_see(w->who, yz_row_str(r, i, 8), yz_row_str(r, i, 23)) &&
		    !yz_payout_read(w->site, a, r, i, false, &list->at[list->len++], err))
			return false;
	return true;
}

bool yz_payouts_of_person(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str id_no, struct yz_str purpose,
			  struct yz_payout_person *out, struct yz_err *err)
{
	struct looking w = {.site = site, .who = who, .purpose = yz_str_trim(purpose)};
	char norm[24];
	size_t words = yz_utf8_count(w.purpose);
	*out = (struct yz_payout_person){0};
	if (!yz_may(who, YZ_MAY_payout_person))
		return yz_refuse(who, YZ_MAY_payout_person, err);
	if (!yz_ident_person_norm(id_no, yz_instant_day(yz_site_now(site), site->offset), norm))
		return yz_wrong(err, "id_no", N_("身份证号码不对，请核对后重填"));
	if (words < PURPOSE_LEAST || words > PURPOSE_MOST)
		return yz_wrong(err, "purpose", N_("请写明为了什么事查，本人看得到"));
	yz_subject_digest(site->keys, yz_str(norm), w.subject);
	struct yz_conn *conn = yz_db_read(site->db, err);
	bool good = conn && read_person(&w, conn, a, out, err);
	if (conn)
		yz_db_release(conn);
	out->id_no = yz_mask_id(a, yz_str_dup(a, yz_str(norm)));
	w.person = out->person;
	return good && yz_db_write(site->db, keep, &w, err);
}

/* ---- in the process ---- */

struct yz_str yz_payout_bank(struct yz_site *site, struct yz_arena *a, int64_t case_id, struct yz_str name, struct yz_str account, struct yz_str bank,
			     char dig[YZ_HEX])
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "name", name);
	yz_jw_kstr(&j, "account", account);
	yz_jw_kstr(&j, "bank", bank);
	yz_jw_end(&j, '}');
	yz_keyed_digest(site->keys, "payout.bank", case_id, yz_buf_str(&b), dig);
	return yz_buf_str(&b);
}

bool yz_payout_note(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const char *act, int64_t id,
		    int64_t amount, struct yz_str bank_dig, struct yz_str about, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw j;
	char digest[YZ_HEX];
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kint(&j, "fen", amount);
	if (bank_dig.len)
		yz_jw_kstr(&j, "account", bank_dig);
	if (about.len)
		yz_jw_kz(&j, "digest", yz_keyed_digest(site->keys, "payout.about", id, about, digest));
	yz_jw_end(&j, '}');
	return yz_note(site, conn, who, act, "payout", id, "", yz_buf_str(&b), err);
}

/* The payment this one is made instead of; old 0: there is none. */
struct before {
	int64_t old, less, repaid; /* less: not paid again; repaid: her own money, which the bank sent back with it */
};

/* What had been ordered back of one that was stopped is not paid again either. */
static bool instead_of(struct yz_acting *t, struct before *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT y.id, y.less + y.withheld, y.state, " PAYOUT_REPAID
				      " FROM payout y WHERE y.case_id = $1 ORDER BY y.attempt DESC LIMIT 1 FOR UPDATE",
				      YZ_I(t->id));
	bool failed = r && r->count && (yz_str_eqz(yz_row_str(r, 0, 2), yz_payout_state_name(YZ_PAYOUT_failed)) ||
					(yz_str_eqz(yz_row_str(r, 0, 2), yz_payout_state_name(YZ_PAYOUT_stopped)) && yz_row_int(r, 0, 1)));
	*out = (struct before){0};
	if (failed)
		*out = (struct before){yz_row_int(r, 0, 0), yz_row_int(r, 0, 1), yz_row_int(r, 0, 3)};
	return r != NULL;
}

/* Of what the process assessed.  However low it was assessed anew, what she repaid is her own and is paid: it cannot be stopped. */
static bool to_pay(int64_t assessed, const struct before *b, int64_t *fen, struct yz_err *err)
{
	int64_t rest = assessed - b->less;
	*fen = rest > b->repaid ? rest : b->repaid;
	if (*fen > 0)
		return true;
	return assessed ? yz_fail(err, YZ_NOT_NOW, "%s", N_("核定的金额已经全部追回，没有可以再发的；请办“不再发放”"))
			: yz_fail(err, YZ_NOT_NOW, "%s", N_("核定的金额是 0，不能列入发放；请不予，或者退回更正申报内容"));
}

bool yz_acting_pay(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_feel_value *result, struct yz_err *err)
{
	struct yz_str amount = yz_effect_attr(e, "amount"), org = yz_effect_attr(e, "org"), payee = yz_effect_attr(e, "payee");
	int64_t assessed, fen, n, attempt;
	struct before b;
	char dig[YZ_HEX];
	(void)result;
	if (!yz_yuan_parse(amount, &assessed))
		return yz_fail(err, YZ_BAD_INPUT, "task %.*s: %.*s is no amount to pay", YZ_P(e->node->id), YZ_P(amount));
	if (!instead_of(t, &b, err) || !to_pay(assessed, &b, &fen, err))
		return false;
	if (!yz_str_trim(yz_effect_attr(e, "account")).len)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("没有收款账号，不能列入发放"));
	struct yz_str bank = yz_payout_bank(t->site, t->a, t->id, payee.len ? payee : t->applicant_name, yz_effect_attr(e, "account"),
					    yz_effect_attr(e, "bank"), dig);
	if (!yz_site_count(t->conn, "payout", &n, err) ||
	    !yz_select_int(t->conn, &attempt, 0, err, "SELECT COUNT(*) FROM payout WHERE case_id = $1", YZ_I(t->id)))
		return false;
	int64_t id = yz_insert(t->conn, err,
			 "INSERT INTO payout (no, case_id, org, item_code, item_name, person, region, bank_enc, amount, attempt, state, reason, bank_no, "
			 "created, bank_dig, less) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'due', '', '', $11, $12, $13)",
			 YZ_S(yz_str_printf(t->a, "P%.*s-%08lld", YZ_P(t->site->region), (long long)n)), YZ_I(t->id), YZ_S(org.len ? org : t->org),
			 YZ_S(t->v->code), YZ_S(t->v->name), YZ_I(t->applicant), YZ_S(t->region),
			 YZ_BLOB(yz_seal(t->site->keys, t->a, "payout.bank", t->id, bank)), YZ_I(fen), YZ_I(attempt + 1), YZ_I(t->now), YZ_Z(dig), YZ_I(b.less));
	return id && (!b.old || yz_payout_instead(t->site, t->conn, t->a, t->who, b.old, id, err)) &&
	       yz_payout_note(t->site, t->conn, t->a, t->who, "payout.due", id, fen, yz_str(dig), YZ_LIT(""), err);
}

/* Only what the task names changes; the whole must fit the form. */
static bool put_fields(struct yz_acting *t, const struct yz_task_held *k, const struct yz_json *typed, struct yz_err *err)
{
	const struct yz_bpmn_node *node = yz_bpmn_node(t->process, k->node);
	struct yz_str fields = node ? yz_bpmn_attr(node, "fields") : YZ_LIT(""), one;
	struct yz_json *some = yz_json_new_object(t->a);
	struct yz_form_state state;
	struct yz_str digest;
	if (!t->v->form || !yz_acting_facts(t, err))
		return t->v->form ? false : yz_fail(err, YZ_BAD_INPUT, "case %.*s has no form", YZ_P(t->no));
	while (yz_str_cut(&fields, ' ', &one))
		if (one.len && yz_json_find(typed, one))
			yz_json_put(t->a, some, one, yz_json_find(typed, one));
	t->facts = yz_form_take(t->a, t->v->form, t->facts, some, true, t->now);
	t->vars = (struct yz_feel_value){0};
	yz_form_state(t->a, t->v->form, t->facts, -1, t->now, YZ_LANG_ZH, &state);
	if (state.nerrors) {
		yz_fail(err, YZ_BAD_INPUT, "%.*s", YZ_P(state.errors[0].text));
		return yz_fail_in(err, "%.*s", YZ_P(state.errors[0].path));
	}
	return yz_case_facts_store(t->site, t->conn, t->a, t->id, t->facts, &digest, err) &&
	       yz_note(t->site, t->conn, t->who, "case.facts", "case", t->id, "",
		       yz_str_printf(t->a, "{\"facts\": \"%.*s\"}", YZ_P(digest)), err);
}

/* All of it was ordered back, and the bank sent it back: there is nothing to pay to a mended account. */
static bool still_to_pay(struct yz_acting *t, struct yz_err *err)
{
	int64_t none;
	if (!yz_select_int(t->conn, &none, 0, err,
			   "SELECT COUNT(*) FROM payout WHERE case_id = $1 AND state = 'stopped' AND withheld = amount AND attempt = "
			   "(SELECT MAX(k.attempt) FROM payout k WHERE k.case_id = $1)",
			   YZ_I(t->id)))
		return false;
	return !none || yz_fail(err, YZ_NOT_NOW, "%s", N_("这笔款已经全部责令退回，银行也退了回来，没有可以再发的；请办“不再发放”"));
}

bool yz_do_mend_account(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task;
	if (!yz_act_at(t, err, YZ_AT(accepted) | YZ_AT(decided)) || !yz_act_task(t, in, "account", YZ_MAY_account_mend, &task, err) ||
	    !yz_act_reason(in, err) || !still_to_pay(t, err) || !put_fields(t, yz_acting_task(t, task), in->facts, err))
		return false;
	return yz_acting_done(t, task, "mended", yz_act_says(in), err) &&
	       yz_acting_note(t, YZ_ACT_mend_account, task, yz_act_says(in), YZ_LIT(""), err);
}

/* What is due, and the last one where it failed: finance could pay that anew once the case is over. */
static bool stop_rest(struct yz_acting *t, struct yz_str why, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT y.id, y.amount, y.state, " PAYOUT_REPAID " FROM payout y WHERE y.case_id = $1 AND (y.state = 'due' OR "
				      "(y.state = 'failed' AND y.attempt = (SELECT MAX(k.attempt) FROM payout k WHERE k.case_id = $1))) ORDER BY y.id FOR UPDATE",
				      YZ_I(t->id));
	for (size_t i = 0; r && i < r->count; i++) {
		/* She repaid of it before the bank sent it back: that is hers, whatever becomes of the rest. */
		if (yz_row_int(r, i, 3))
			return yz_fail(err, YZ_NOT_NOW, "%s", N_("本人退过的款在这笔里，要还给本人或者继承人，不能不发；请更正账户"));
		if (!yz_exec(t->conn, err, "UPDATE payout SET state = 'stopped' WHERE id = $1 AND state = $2", YZ_I(yz_row_int(r, i, 0)),
			     YZ_S(yz_row_str(r, i, 2))) ||
		    (yz_changed(t->conn) != 1 && !yz_fail(err, YZ_CONFLICT, "a payment of case %.*s was changed meanwhile", YZ_P(t->no))) ||
		    !yz_payout_note(t->site, t->conn, t->a, t->who, "payout.stop", yz_row_int(r, i, 0), yz_row_int(r, i, 1), YZ_LIT(""), why, err))
			return false;
	}
	return r != NULL;
}

bool yz_do_stop_pay(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task;
	return yz_act_at(t, err, YZ_AT(accepted) | YZ_AT(decided)) && yz_act_task(t, in, "account", YZ_MAY_account_mend, &task, err) &&
	       yz_act_reason(in, err) &&
	       stop_rest(t, yz_act_says(in), err) &&
	       yz_acting_say(t, YZ_SAY_payout_stop, (const struct yz_said[]){{"reason", yz_act_says(in), false, false}}, 1, err) &&
	       yz_acting_done(t, task, "stopped", yz_act_says(in), err) &&
	       yz_acting_note(t, YZ_ACT_stop_pay, task, yz_act_says(in), YZ_LIT(""), err);
}
