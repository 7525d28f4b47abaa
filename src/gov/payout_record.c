/* What was paid, in the register of the department that paid it.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/payout_row.h"

#include "gov/doing.h"
#include "gov/note.h"
#include "gov/pay.h"
#include "gov/register.h"

/* The register's field from this payment, or from the form of its case. */
static struct yz_str value_of(const struct yz_acting *t, const struct yz_payout_result *line, struct yz_str from)
{
	struct yz_str facts = YZ_LIT("facts.");
	char day[16];
	if (yz_str_starts(from, facts)) {
		const struct yz_json *fact = yz_json_find(t->facts, yz_str_n(from.ptr + facts.len, from.len - facts.len));
		return yz_json_is(fact, YZ_JSON_NUMBER) ? fact->text : yz_json_text(fact);
	}
	if (yz_str_eqz(from, "no"))
		return line->no;
	if (yz_str_eqz(from, "item"))
		return t->v->key;
	if (yz_str_eqz(from, "item_name"))
		return t->v->name;
	if (yz_str_eqz(from, "amount"))
		return yz_yuan_show(t->a, line->amount);
	/* A day to come, as some banks write of what they will settle, is none that anything was paid on. */
	yz_day today = yz_instant_day(t->now, t->site->offset);
	yz_day_print(line->day && line->day < today ? line->day : today, day);
	return yz_str_dup(t->a, yz_str(day));
}

/* Money has moved whatever the register thinks of it: what is not written down there is told. */
static bool left_out(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_register *g, int64_t case_id,
		     struct yz_str field, struct yz_str payment, struct yz_err *err)
{
	struct yz_str body = yz_str_printf(a, "{\"register\":\"%.*s\",\"field\":\"%.*s\",\"payment\":\"%.*s\"}", YZ_P(g->key), YZ_P(field),
					   YZ_P(payment));
	return yz_note(site, conn, NULL, "register.left_out", "case", case_id, "", body, err);
}

static bool put(struct yz_acting *t, const struct yz_record_env *env, const struct yz_register *g, const struct yz_payout_result *line,
		struct yz_str batch, struct yz_err *err)
{
	struct yz_record_made made = {yz_new_n(t->a, g->nfields, struct yz_str), batch};
	struct yz_str fault = {0};
	for (size_t i = 0; i < g->payments->count; i++)
		made.typed[yz_register_field(g, g->payments->members[i].key)] = value_of(t, line, yz_json_text(g->payments->members[i].value));
	if (!line->paid)
		return yz_record_end(t->conn, t->a, env, g, &made, err);
	if (!yz_record_put(t->conn, t->a, env, g, &made, &fault, err))
		return false;
	return !fault.len || left_out(t->site, t->conn, t->a, g, t->id, fault, line->no, err);
}

bool yz_payout_record(struct yz_acting *t, const struct yz_actor *who, int64_t payout, const struct yz_payout_result *line, struct yz_err *err)
{
	const struct yz_record_env env = yz_register_env(t->site, who);
	if (!line->paid && !line->returned)
		return true;
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT g.key, b.no, y.amount - " PAYOUT_REPAID " FROM payout y JOIN payout_batch b ON b.id = y.batch JOIN register g ON g.org = y.org "
				      "AND g.kind = 'register' AND g.ended IS NULL WHERE y.id = $1 ORDER BY g.key",
				      YZ_I(payout));
	bool good = r && yz_acting_facts(t, err);
	for (size_t i = 0; good && i < r->count; i++) {
		const struct yz_register *g = yz_register_load(t->conn, t->a, yz_row_str(r, i, 0), err);
		struct yz_payout_result had = *line;
		had.amount = yz_row_int(r, i, 2);
		/* What only gives back her own repayment is no subsidy. */
		bool nothing = line->paid && !had.amount;
		good = g && (!g->payments || nothing || put(t, &env, g, &had, yz_row_str(r, i, 1), err));
	}
	return good;
}

static size_t field_from(const struct yz_register *g, const char *from)
{
	for (size_t i = 0; i < g->payments->count; i++)
		if (yz_str_eqz(yz_json_text(g->payments->members[i].value), from))
			return yz_register_field(g, g->payments->members[i].key);
	return SIZE_MAX;
}

bool yz_payout_record_left(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t payout,
			   int64_t left, struct yz_str from, struct yz_err *err)
{
	const struct yz_record_env env = yz_register_env(site, who);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT g.key, y.no, y.case_id FROM payout y JOIN register g ON g.org = y.org AND g.kind = 'register' AND g.ended IS NULL "
				      "WHERE y.id = $1 ORDER BY g.key",
				      YZ_I(payout));
	for (size_t i = 0; r && i < r->count; i++) {
		const struct yz_register *g = yz_register_load(conn, a, yz_row_str(r, i, 0), err);
		size_t no = g && g->payments ? field_from(g, "no") : SIZE_MAX, amount = g && g->payments ? field_from(g, "amount") : SIZE_MAX;
		struct yz_str fault = {0};
		struct yz_records found;
		if (!g)
			return false;
		/* One that does not keep payments by their number has no record of this one. */
		if (no == SIZE_MAX || g->nid != 1 || g->id[0] != no)
			continue;
		if (!yz_record_find(conn, a, &env, g, no, yz_row_str(r, i, 1), &found, err))
			return false;
		if (!found.len)
			continue;
		struct yz_record_made made = {found.at[0].values, from};
		if (!left) {
			if (!yz_record_end(conn, a, &env, g, &made, err))
				return false;
			continue;
		}
		if (amount == SIZE_MAX)
			continue;
		made.typed[amount] = yz_yuan_show(a, left);
		if (!yz_record_put(conn, a, &env, g, &made, &fault, err) ||
		    (fault.len && !left_out(site, conn, a, g, yz_row_int(r, i, 2), fault, yz_row_str(r, i, 1), err)))
			return false;
	}
	return r != NULL;
}
