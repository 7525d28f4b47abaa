/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/publicity.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "gov/doing.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "gov/pay.h"
#include "gov/person.h"
#include "gov/reach.h"
#include "text/text.h"

#define COLUMNS                                                                                                        \
	"p.id, p.item_name, p.name, p.place, p.standard, o.name, p.region, p.amount, p.from_at, p.until_at, p.ended, o.body "  \
	"FROM publicity p LEFT JOIN org o ON o.key = p.org LEFT JOIN region g ON g.code = p.region"

static void read_row(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_publicity *out)
{
	yz_instant now = yz_site_now(site);
	*out = (struct yz_publicity){.id = yz_row_int(r, i, 0), .item_name = yz_row_str(r, i, 1), .name = yz_row_str(r, i, 2),
				     .place = yz_row_str(r, i, 3), .standard = yz_row_str(r, i, 4), .org_name = yz_row_str(r, i, 5),
				     .region = yz_row_str(r, i, 6), .amount = yz_row_int(r, i, 7), .from = yz_row_int(r, i, 8),
				     .until = yz_row_int(r, i, 9), .ended = yz_row_int(r, i, 10)};
	const struct yz_json *org = yz_json_read(a, yz_row_str(r, i, 11), NULL, NULL);
	out->org_phone = yz_json_str(org, "phone");
	out->open = !out->ended && now < out->until;
	/* Over is over: what was shown is not kept in public. */
	if (!out->open)
		out->name = out->place = out->standard = YZ_LIT(""), out->amount = 0;
}

bool yz_publicity_now(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str region, int64_t before,
		      struct yz_publicity_list *out, struct yz_err *err)
{
	struct yz_sql q;
	yz_sql_init(&q, a);
	yz_sql_add(&q, "SELECT " COLUMNS " WHERE p.ended IS NULL AND p.until_at > $1", YZ_I(yz_site_now(site)));
	if (region.len) {
		struct yz_rows *g = yz_select(conn, a, err, "SELECT path FROM region WHERE code = $1", YZ_S(region));
		if (!g)
			return false;
		struct yz_str path = g->count ? yz_row_str(g, 0, 0) : YZ_LIT("?");
		yz_sql_add(&q, " AND g.path >= $1 AND g.path < $2", YZ_S(path), YZ_S(yz_reach_end(a, path)));
	}
	if (before)
		yz_sql_add(&q, " AND p.id < $1", YZ_I(before));
	yz_sql_add(&q, " ORDER BY p.id DESC LIMIT $1", YZ_I(YZ_PUBLICITY_PAGE));
	struct yz_rows *r = yz_sql_select(&q, conn, a, err);
	if (!r)
		return false;
	*out = (struct yz_publicity_list){yz_new_n(a, r->count, struct yz_publicity), r->count};
	for (size_t i = 0; i < r->count; i++)
		read_row(site, a, r, i, &out->at[i]);
	return true;
}

bool yz_publicity_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_publicity *out,
		       struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " COLUMNS " WHERE p.id = $1", YZ_I(id));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "nothing is publicised under %lld", (long long)id);
	read_row(site, a, r, 0, out);
	return true;
}

/* ---- objecting ---- */

struct objecting {
	struct yz_site *site;
	int64_t id;
	const struct yz_objection_new *in;
	char code[YZ_OBJECTION_CODE + 1];
};

static struct yz_val sealed(struct yz_site *site, struct yz_arena *a, const char *column, int64_t row, struct yz_str s)
{
	return s.len ? YZ_BLOB(yz_seal(site->keys, a, column, row, s)) : YZ_NULL;
}

/* Variables of the process: how many wait for an answer, how many were right. */
static bool tell_process(struct yz_acting *t, struct yz_err *err)
{
	int64_t open, upheld;
	if (!yz_select_int(t->conn, &open, 0, err, "SELECT COUNT(*) FROM objection WHERE case_id = $1 AND answered IS NULL", YZ_I(t->id)) ||
	    !yz_select_int(t->conn, &upheld, 0, err, "SELECT COUNT(*) FROM objection WHERE case_id = $1 AND upheld = 1", YZ_I(t->id)))
		return false;
	struct yz_feel_entry *vars = yz_new_n(t->a, 2, struct yz_feel_entry);
	vars[0] = (struct yz_feel_entry){YZ_LIT("objections"), yz_feel_int(open)};
	vars[1] = (struct yz_feel_entry){YZ_LIT("upheld"), yz_feel_int(upheld)};
	struct yz_bpmn_event set = {.kind = YZ_BPMN_SET, .value = yz_feel_context(t->a, vars, 2)};
	return yz_acting_step(t, &set, err);
}

static bool do_object(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct objecting *w = ctx;
	const struct yz_objection_new *in = w->in;
	char dig[YZ_BLIND];
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT c.no, c.id FROM publicity p JOIN cases c ON c.id = p.case_id WHERE p.id = $1 AND p.ended IS NULL AND "
				      "p.until_at > $2",
				      YZ_I(w->id), YZ_I(yz_site_now(w->site)));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("公示已经结束；现在有意见，请向主管部门反映"));
	int64_t case_id = yz_row_int(r, 0, 1);
	if (!yz_insert(conn, err,
		       "INSERT INTO objection (publicity_id, case_id, code_dig, name_enc, contact_enc, text_enc, at, answer) "
		       "VALUES ($1, $2, $3, $4, $5, $6, $7, '')",
		       YZ_I(w->id), YZ_I(case_id), YZ_Z(yz_blind(w->site->keys, "objection.code", yz_str(w->code), dig)),
		       sealed(w->site, a, "objection.name", case_id, yz_str_trim(in->name)),
		       sealed(w->site, a, "objection.contact", case_id, yz_str_trim(in->contact)),
		       sealed(w->site, a, "objection.text", case_id, yz_str_trim(in->text)), YZ_I(yz_site_now(w->site))))
		return false;
	struct yz_acting *t = yz_new(a, struct yz_acting);
	return yz_acting_load(t, w->site, conn, a, NULL, yz_row_str(r, 0, 0), err) && tell_process(t, err) &&
	       yz_acting_note(t, YZ_ACT_objection, 0, YZ_LIT(""), YZ_LIT(""), err) && yz_acting_save(t, err);
}

static void draw_code(struct yz_site *site, char code[YZ_OBJECTION_CODE + 1])
{
	/* Letters and digits that are not taken for one another. */
	static const char letters[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
	for (int i = 0; i < YZ_OBJECTION_CODE; i++)
		code[i] = letters[yz_site_draw(site, sizeof letters - 1)];
	code[YZ_OBJECTION_CODE] = '\0';
}

bool yz_publicity_object(struct yz_site *site, struct yz_arena *a, int64_t id, const struct yz_objection_new *in, struct yz_str *code,
			 struct yz_err *err)
{
	struct objecting w = {.site = site, .id = id, .in = in};
	size_t n = yz_utf8_count(yz_str_trim(in->text));
	if (n < 5 || n > YZ_OBJECTION_TEXT)
		return yz_wrong(err, "text", N_("请写明异议的事实，5 到 2000 个字"));
	if (yz_utf8_count(in->name) > 60)
		return yz_wrong(err, "name", N_("姓名最多 60 个字"));
	if (yz_utf8_count(in->contact) > 60)
		return yz_wrong(err, "contact", N_("联系方式最多 60 个字"));
	draw_code(site, w.code);
	if (!yz_db_write(site->db, do_object, &w, err))
		return false;
	*code = yz_str_dup(a, yz_str(w.code));
	return true;
}

/* ---- answering ---- */

static bool read_objection(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_objection *out,
			   struct yz_err *err)
{
	static const char *const columns[] = {"objection.name", "objection.contact", "objection.text"};
	struct yz_str *to[] = {&out->name, &out->contact, &out->text};
	int64_t case_id = yz_row_int(r, i, 1);
	*out = (struct yz_objection){.id = yz_row_int(r, i, 0), .at = yz_row_int(r, i, 5), .upheld = yz_row_int(r, i, 6) != 0,
				     .answer = yz_row_str(r, i, 7), .answered = yz_row_int(r, i, 8), .by = yz_row_str(r, i, 9)};
	for (size_t k = 0; k < 3; k++)
		if (!yz_row_null(r, i, 2 + k) && !yz_unseal(site->keys, a, columns[k], case_id, yz_row_str(r, i, 2 + k), to[k], err))
			return false;
	return true;
}

#define OBJECTION                                                                                                      \
	"SELECT j.id, j.case_id, j.name_enc, j.contact_enc, j.text_enc, j.at, j.upheld, j.answer, j.answered, p.name "        \
	"FROM objection j LEFT JOIN person p ON p.id = j.answered_by "

bool yz_objection_by_code(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t publicity, struct yz_str code,
			  struct yz_objection *out, struct yz_err *err)
{
	char dig[YZ_BLIND];
	struct yz_str given = yz_str_trim(code);
	struct yz_rows *r = given.len != YZ_OBJECTION_CODE
				    ? NULL
				    : yz_select(conn, a, err, OBJECTION "WHERE j.code_dig = $1 AND j.publicity_id = $2",
						YZ_Z(yz_blind(site->keys, "objection.code", given, dig)), YZ_I(publicity));
	if (err->code)
		return false;
	return r && r->count ? read_objection(site, a, r, 0, out, err) : yz_fail(err, YZ_NOT_FOUND, "no objection has this code");
}

bool yz_objections_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_objections *out,
		      struct yz_publicity *shown, struct yz_err *err)
{
	*out = (struct yz_objections){0};
	*shown = (struct yz_publicity){0};
	struct yz_rows *p = yz_select(conn, a, err, "SELECT " COLUMNS " WHERE p.case_id = $1 ORDER BY p.id DESC LIMIT 1", YZ_I(case_id));
	struct yz_rows *r = p ? yz_select(conn, a, err, OBJECTION "WHERE j.case_id = $1 ORDER BY j.id", YZ_I(case_id)) : NULL;
	if (!r)
		return false;
	if (p->count)
		read_row(site, a, p, 0, shown);
	out->at = yz_new_n(a, r->count, struct yz_objection);
	for (; out->len < r->count; out->len++) {
		if (!read_objection(site, a, r, out->len, &out->at[out->len], err))
			return false;
		out->open += !out->at[out->len].answered;
	}
	return true;
}

bool yz_acting_objections_settled(struct yz_acting *t, struct yz_err *err)
{
	int64_t open;
	return yz_select_int(t->conn, &open, 0, err, "SELECT COUNT(*) FROM objection WHERE case_id = $1 AND answered IS NULL", YZ_I(t->id)) &&
	       (!open || yz_fail(err, YZ_NOT_NOW, "%s", N_("公示中收到的异议还没有答复")));
}

bool yz_do_answer_objection(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	bool upheld = yz_str_eqz(in->special, "upheld");
	if (!upheld && !yz_str_eqz(in->special, "rejected"))
		return yz_wrong(err, "special", N_("请选择异议成立还是不成立"));
	if (!yz_act_reason(in, err))
		return false;
	if (!yz_may_at(t->who, YZ_MAY_objection_answer, t->org, t->path, YZ_LIT("")))
		return yz_refuse(t->who, YZ_MAY_objection_answer, err);
	if (!yz_exec(t->conn, err,
		     "UPDATE objection SET upheld = $1, answer = $2, answered_by = $3, answered = $4 WHERE id = $5 AND case_id = $6 AND answered IS NULL",
		     YZ_I(upheld), YZ_S(yz_act_says(in)), YZ_I(t->who->person), YZ_I(t->now), YZ_I(in->ref), YZ_I(t->id)))
		return false;
	if (!yz_changed(t->conn))
		return yz_fail(err, YZ_CONFLICT, "objection %lld of case %.*s is answered", (long long)in->ref, YZ_P(t->no));
	return tell_process(t, err) && yz_acting_note(t, YZ_ACT_answer_objection, 0, yz_act_says(in), YZ_LIT(""), err);
}

/* ---- publicising ---- */

/* 柳溪镇上柳村: where the case is at home. */
static bool place_of(struct yz_acting *t, struct yz_str *place, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT g.name, CASE WHEN g.level > 4 THEN u.name ELSE '' END FROM region g LEFT JOIN region u ON u.code = g.parent "
				      "WHERE g.code = $1",
				      YZ_S(t->region));
	if (r && r->count)
		*place = yz_str_printf(t->a, "%.*s%.*s", YZ_P(yz_row_str(r, 0, 1)), YZ_P(yz_row_str(r, 0, 0)));
	return r != NULL;
}

bool yz_acting_publicise(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_feel_value *result, struct yz_err *err)
{
	struct yz_str period = yz_effect_attr(e, "period"), amount = yz_effect_attr(e, "amount");
	struct yz_clock k;
	int32_t n;
	enum yz_unit unit;
	int64_t fen = 0;
	if (!yz_limit_parse(period, &n, &unit) || n < 1)
		return yz_fail(err, YZ_BAD_INPUT, "task %.*s: %.*s is no period", YZ_P(e->node->id), YZ_P(period));
	if (amount.len && !yz_yuan_parse(amount, &fen))
		return yz_fail(err, YZ_BAD_INPUT, "task %.*s: %.*s is no amount", YZ_P(e->node->id), YZ_P(amount));
	if (!yz_clock_start(&k, n, unit, t->now, err))
		return false;
	yz_instant until = yz_clock_due(&k, t->calendar);
	struct yz_str place = yz_effect_attr(e, "place");
	if ((!place.len && !place_of(t, &place, err)) || !yz_acting_publicity_end(t, err) ||
	    !yz_insert(t->conn, err,
		       "INSERT INTO publicity (case_id, item_name, name, region, place, amount, standard, org, from_at, until_at) "
		       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		       YZ_I(t->id), YZ_S(t->v->name), YZ_S(yz_mask_name(t->a, t->applicant_name)), YZ_S(t->region),
		       YZ_S(place), YZ_I(fen), YZ_S(yz_effect_attr(e, "standard")), YZ_S(t->org), YZ_I(t->now), YZ_I(until)))
		return false;
	*result = yz_publicity_begun(t->a, until, t->site->offset);
	return true;
}

struct yz_feel_value yz_publicity_begun(struct yz_arena *a, yz_instant until, int offset)
{
	struct yz_feel_entry *vars = yz_new_n(a, 3, struct yz_feel_entry);
	vars[0] = (struct yz_feel_entry){YZ_LIT("publicity_until"), yz_feel_instant(until, offset)};
	vars[1] = (struct yz_feel_entry){YZ_LIT("objections"), yz_feel_int(0)};
	vars[2] = (struct yz_feel_entry){YZ_LIT("upheld"), yz_feel_int(0)};
	return yz_feel_context(a, vars, 3);
}

bool yz_acting_publicity_end(struct yz_acting *t, struct yz_err *err)
{
	return yz_exec(t->conn, err, "UPDATE publicity SET ended = $1 WHERE case_id = $2 AND ended IS NULL", YZ_I(t->now), YZ_I(t->id));
}
