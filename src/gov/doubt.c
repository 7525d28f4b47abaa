/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/doubt.h"

#include "crypt/crypt.h"
#include "gov/doing.h"
#include "gov/fault.h"
#include "gov/register.h"
#include "text/text.h"

/* ---- reading ---- */

static bool unseal(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t i, size_t col, const char *column,
		   int64_t case_id, struct yz_str *out, struct yz_err *err)
{
	*out = (struct yz_str){0};
	return yz_row_null(r, i, col) || yz_unseal(site->keys, a, column, case_id, yz_row_str(r, i, col), out, err);
}

static bool before_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_case_doubt *d, int64_t record,
		      struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT d.reason_enc, p.name FROM doubt d LEFT JOIN person p ON p.id = d.cleared_by WHERE d.case_id = $1 "
				      "AND d.round < $2 AND d.rule = $3 AND COALESCE(d.record, 0) = $4 AND d.cleared IS NOT NULL "
				      "ORDER BY d.round DESC LIMIT 1",
				      YZ_I(case_id), YZ_I(d->round), YZ_S(d->rule), YZ_I(record));
	if (!r || !r->count)
		return r != NULL;
	d->before_by = yz_row_str(r, 0, 1);
	return unseal(site, a, r, 0, 0, "doubt.reason", case_id, &d->before, err);
}

static bool last_round(struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_case_doubts *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT round, name, at, records FROM compared WHERE case_id = $1 ORDER BY round DESC LIMIT 1",
				      YZ_I(case_id));
	if (r && r->count) {
		out->rounds = yz_row_int(r, 0, 0);
		out->step = yz_row_str(r, 0, 1);
		out->compared = yz_row_int(r, 0, 2);
		out->records = yz_row_int(r, 0, 3);
	}
	return r != NULL;
}

bool yz_doubts_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t case_id, bool open, struct yz_case_doubts *out,
		  struct yz_err *err)
{
	*out = (struct yz_case_doubts){0};
	if (!last_round(conn, a, case_id, out, err))
		return false;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT d.id, d.round, d.step, d.rule, d.register_name, d.field, d.text, d.severity, d.found, d.cleared, p.name, "
				      "d.value_enc, d.reason_enc, d.record FROM doubt d LEFT JOIN person p ON p.id = d.cleared_by "
				      "WHERE d.case_id = $1 AND d.round = $2 ORDER BY d.id",
				      YZ_I(case_id), YZ_I(out->rounds));
	if (!r)
		return false;
	out->at = yz_new_n(a, r->count, struct yz_case_doubt);
	for (size_t i = 0; i < r->count; i++) {
		struct yz_case_doubt *d = &out->at[out->len++];
		*d = (struct yz_case_doubt){.id = yz_row_int(r, i, 0), .round = yz_row_int(r, i, 1), .step = yz_row_str(r, i, 2),
					    .rule = yz_row_str(r, i, 3), .register_name = yz_row_str(r, i, 4), .field = yz_row_str(r, i, 5),
					    .text = yz_row_str(r, i, 6), .found = yz_row_int(r, i, 8), .cleared = yz_row_int(r, i, 9),
					    .by = yz_row_str(r, i, 10)};
		yz_severity_parse(yz_row_str(r, i, 7), &d->severity);
		out->open += !d->cleared && d->severity != YZ_SEVERITY_NOTE;
		if (open && (!unseal(site, a, r, i, 11, "doubt.value", case_id, &d->value, err) ||
			     !unseal(site, a, r, i, 12, "doubt.reason", case_id, &d->reason, err) ||
			     !before_of(site, conn, a, case_id, d, yz_row_int(r, i, 13), err)))
			return false;
	}
	return true;
}

/* ---- comparing ---- */

static bool put(struct yz_acting *t, const struct yz_bpmn_effect *e, int64_t round, const struct yz_doubt *d, struct yz_err *err)
{
	struct yz_str name = e->node->name.len ? e->node->name : e->node->id;
	return yz_insert(t->conn, err,
			 "INSERT INTO doubt (case_id, round, step, rule, register, register_name, record, field, value_enc, text, severity, found) "
			 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
			 YZ_I(t->id), YZ_I(round), YZ_S(name), YZ_S(d->rule), YZ_S(d->reg), YZ_S(d->register_name),
			 yz_val_int_or_null(d->record, d->record != 0), YZ_S(d->field),
			 d->value.len ? YZ_BLOB(yz_seal(t->site->keys, t->a, "doubt.value", t->id, d->value)) : YZ_NULL, YZ_S(d->text),
			 YZ_Z(yz_severity_name(d->severity)), YZ_I(t->now)) != 0;
}

bool yz_acting_compare(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_feel_value *result, struct yz_err *err)
{
	struct yz_record_env env = yz_register_env(t->site, t->who);
	struct yz_compared found;
	int64_t round, open = 0;
	struct yz_str name = e->node->name.len ? e->node->name : e->node->id;
	env.now = t->now;
	if (!yz_acting_vars(t, err) ||
	    !yz_select_int(t->conn, &round, 0, err, "SELECT MAX(round) FROM compared WHERE case_id = $1", YZ_I(t->id)))
		return false;
	const struct yz_compare_asked asked = {.comparison = yz_effect_attr(e, "rules"), .org = t->org, .facts = t->vars, .case_id = t->id};
	if (!yz_record_compare(t->conn, t->a, &env, &asked, &found, err) || !yz_compared_keep(t->conn, t->a, &env, &asked, &found, err) ||
	    !yz_exec(t->conn, err, "INSERT INTO compared (case_id, round, step, name, records, at) VALUES ($1, $2, $3, $4, $5, $6)", YZ_I(t->id),
		     YZ_I(round + 1), YZ_S(e->node->id), YZ_S(name), YZ_I((int64_t)found.npulls), YZ_I(t->now)))
		return false;
	for (size_t i = 0; i < found.ndoubts; i++) {
		open += found.doubts[i].severity != YZ_SEVERITY_NOTE;
		if (!put(t, e, round + 1, &found.doubts[i], err))
			return false;
	}
	struct yz_feel_entry *vars = yz_new_n(t->a, 1, struct yz_feel_entry);
	vars[0] = (struct yz_feel_entry){YZ_LIT("doubts"), yz_feel_int(open)};
	*result = yz_feel_context(t->a, vars, 1);
	return true;
}

bool yz_acting_doubts_settled(struct yz_acting *t, struct yz_err *err)
{
	int64_t open;
	return yz_select_int(t->conn, &open, 0, err,
			     "SELECT COUNT(*) FROM doubt WHERE case_id = $1 AND cleared IS NULL AND severity <> 'note' AND round = "
			     "(SELECT MAX(round) FROM compared WHERE case_id = $1)",
			     YZ_I(t->id)) &&
	       (!open || yz_fail(err, YZ_NOT_NOW, "%s", N_("比对发现的疑点还没有逐条说明；说明不了的，请退回或者不予")));
}

bool yz_do_clear(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!yz_act_reason(in, err) || !yz_act_on(t, in, YZ_MAY_doubt_clear, err))
		return false;
	if (!yz_exec(t->conn, err,
		     "UPDATE doubt SET cleared = $1, cleared_by = $2, reason_enc = $3 WHERE id = $4 AND case_id = $5 AND cleared IS NULL AND "
		     "round = (SELECT MAX(round) FROM compared WHERE case_id = $5)",
		     YZ_I(t->now), YZ_I(t->who->person), YZ_BLOB(yz_seal(t->site->keys, t->a, "doubt.reason", t->id, yz_act_says(in))),
		     YZ_I(in->ref), YZ_I(t->id)))
		return false;
	return yz_changed(t->conn) ? yz_acting_note(t, YZ_ACT_clear, 0, yz_act_says(in), YZ_LIT(""), err)
				   : yz_fail(err, YZ_CONFLICT, "doubt %lld is not open in case %.*s", (long long)in->ref, YZ_P(t->no));
}
