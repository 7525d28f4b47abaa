/* Asking, and reading what was asked.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/consult_row.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "gov/catalogue.h"
#include "gov/fault.h"
#include "gov/message.h"
#include "gov/note.h"
#include "gov/person_row.h"
#include "text/ident.h"
#include "text/text.h"

#include <stdio.h>

static const char *const states[] = {"open", "answered", "withdrawn"};
/* Letters and digits that are not taken for one another. */
static const char letters[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

const char *yz_consult_light(const struct yz_consult *c, yz_instant now)
{
	if (c->state != YZ_CONSULT_open)
		return "";
	return now >= c->due ? "late" : now >= c->warn ? "warn" : "ok";
}

/* ---- a row ---- */

static bool unseal(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t i, size_t col, const char *column, int64_t row,
		   struct yz_str *out, struct yz_err *err)
{
	*out = YZ_LIT("");
	return yz_row_null(r, i, col) || yz_unseal(site->keys, a, column, row, yz_row_str(r, i, col), out, err);
}

bool yz_consult_read(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_consult *out,
		     struct yz_err *err)
{
	int64_t id = yz_row_int(r, i, 0);
	*out = (struct yz_consult){.id = id, .person = yz_row_int(r, i, 1), .version = yz_row_int(r, i, 2), .knowledge = yz_row_int(r, i, 3),
				   .no = yz_row_str(r, i, 4), .item = yz_row_str(r, i, 6), .item_name = yz_row_str(r, i, 7),
				   .org = yz_row_str(r, i, 8), .org_name = yz_row_str(r, i, 9), .answered_by = yz_row_str(r, i, 11),
				   .name = yz_row_str(r, i, 14), .public_question = yz_row_str(r, i, 15),
				   .public_answer = yz_row_str(r, i, 16), .card = yz_row_str(r, i, 18),
				   .may_publish = yz_row_int(r, i, 20) != 0, .asked = yz_row_int(r, i, 21), .ended = yz_row_int(r, i, 22),
				   .published = yz_row_int(r, i, 23), .rated = yz_row_int(r, i, 24), .due = yz_row_int(r, i, 25),
				   .warn = yz_row_int(r, i, 26), .code_until = yz_row_int(r, i, 27),
				   .rating = (int)yz_row_int(r, i, 28), .provisional = (int)yz_row_int(r, i, 29)};
	for (int k = 0; k < 3; k++)
		if (yz_str_eqz(yz_row_str(r, i, 19), states[k]))
			out->state = (enum yz_consult_state)k;
	yz_lang_parse(yz_row_str(r, i, YZ_CONSULT_LANG), &out->lang);
	return unseal(site, a, r, i, 5, "consultation.text", id, &out->text, err) &&
	       unseal(site, a, r, i, 10, "consultation.answer", id, &out->answer, err) &&
	       unseal(site, a, r, i, 12, "consultation.email", id, &out->email, err) &&
	       unseal(site, a, r, i, 13, "consultation.mobile", id, &out->mobile, err) &&
	       unseal(site, a, r, i, 17, "consultation.remark", id, &out->remark, err);
}

void yz_consult_hide_private(struct yz_consult *c)
{
	c->text = c->answer = c->email = c->mobile = c->name = c->remark = c->answered_by = YZ_LIT("");
	c->person = 0;
	c->steps = NULL;
	c->nsteps = 0;
}

bool yz_consulting_load(struct yz_consulting *t, struct yz_site *site, struct yz_conn *conn, struct yz_arena *a,
			const struct yz_actor *who, struct yz_str no, struct yz_err *err)
{
	*t = (struct yz_consulting){.site = site, .conn = conn, .a = a, .who = who, .now = yz_site_now(site)};
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " YZ_CONSULT_COLUMNS "WHERE c.no = $1", YZ_S(yz_str_trim(no)));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no consultation %.*s", YZ_P(no));
	t->code_dig = yz_row_str(r, 0, YZ_CONSULT_CODE_DIG);
	t->path = yz_row_str(r, 0, YZ_CONSULT_PATH);
	t->clock = yz_row_str(r, 0, YZ_CONSULT_CLOCK);
	return yz_consult_read(site, a, r, 0, &t->c, err);
}

static bool read_steps(struct yz_consulting *t, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT s.id, s.act, o.name, s.text_enc, b.name, s.at, s.by_person FROM consultation_step s "
				      "LEFT JOIN org o ON o.key = s.org LEFT JOIN person b ON b.id = s.by_person "
				      "WHERE s.consultation = $1 ORDER BY s.id",
				      YZ_I(t->c.id));
	if (!r)
		return false;
	t->c.steps = yz_new_n(t->a, r->count, struct yz_consult_step);
	t->c.nsteps = r->count;
	for (size_t i = 0; i < r->count; i++) {
		struct yz_consult_step *s = &t->c.steps[i];
		bool hers = !yz_row_int(r, i, 6) || yz_row_int(r, i, 6) == t->c.person;
		*s = (struct yz_consult_step){.act = yz_row_str(r, i, 1), .org_name = yz_row_str(r, i, 2),
					      .by = hers ? YZ_LIT("") : yz_row_str(r, i, 4), .at = yz_row_int(r, i, 5)};
		if (!unseal(t->site, t->a, r, i, 3, "consultation_step.text", yz_row_int(r, i, 0), &s->text, err))
			return false;
	}
	return true;
}

/* ---- whose it is ---- */

/* Spaces and hyphens are how people write it down. */
static struct yz_str plain_code(struct yz_arena *a, struct yz_str code)
{
	struct yz_buf b;
	yz_buf_init(&b, a, YZ_CONSULT_CODE + 1);
	for (size_t i = 0; i < code.len && code.len < 64; i++) {
		char c = code.ptr[i];
		if (c == ' ' || c == '-')
			continue;
		yz_buf_addc(&b, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
	}
	return b.full ? (struct yz_str){0} : yz_buf_str(&b);
}

bool yz_consulting_is_hers(struct yz_consulting *t, struct yz_str code, struct yz_err *err)
{
	if (t->c.person)
		return yz_may_own(t->who, YZ_MAY_consult_own, t->c.person, t->c.item) ||
		       yz_fail(err, YZ_NOT_FOUND, "consultation %.*s is not hers", YZ_P(t->c.no));
	char dig[YZ_BLIND];
	struct yz_str given = plain_code(t->a, code);
	if (given.len != YZ_CONSULT_CODE || !yz_same(yz_str(yz_blind(t->site->keys, "consultation.code", given, dig)), t->code_dig))
		return yz_fail(err, YZ_NOT_FOUND, "no consultation with this number and code");
	if (t->now >= t->c.code_until)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("查询码已过期，请重新提问或拨打 12345"));
	return true;
}

bool yz_consult_open(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str no,
		     struct yz_str code, struct yz_consult *out, struct yz_err *err)
{
	struct yz_consulting t;
	if (!yz_consulting_load(&t, site, conn, a, who, no, err) || !yz_consulting_is_hers(&t, code, err) || !read_steps(&t, err))
		return false;
	*out = t.c;
	return true;
}

bool yz_consult_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str no,
		     struct yz_consult *out, struct yz_err *err)
{
	struct yz_consulting t;
	if (!yz_may(who, YZ_MAY_consult_read))
		return yz_refuse(who, YZ_MAY_consult_read, err);
	if (!yz_consulting_load(&t, site, conn, a, who, no, err))
		return false;
	if (!yz_may_in(who, YZ_MAY_consult_read, t.c.org, t.path))
		return yz_refuse(who, YZ_MAY_consult_read, err);
	if (!read_steps(&t, err))
		return false;
	*out = t.c;
	/* Who watches the clock needs no telephone number. */
	if (!yz_may_in(who, YZ_MAY_consult_answer, t.c.org, (struct yz_str){0}))
		out->email = out->mobile = YZ_LIT(""), out->name = yz_mask_name(a, out->name);
	return true;
}

bool yz_consult_public(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str no, struct yz_consult *out,
		       struct yz_err *err)
{
	struct yz_consulting t;
	if (!yz_consulting_load(&t, site, conn, a, NULL, no, err))
		return false;
	if (!t.c.published)
		return yz_fail(err, YZ_NOT_FOUND, "consultation %.*s is not published", YZ_P(no));
	*out = t.c;
	yz_consult_hide_private(out);
	return true;
}

/* ---- asking ---- */

struct asking {
	struct yz_site *site;
	const struct yz_actor *who;
	const struct yz_question *q;
	struct yz_str text, email, mobile, item, item_name, org; /* as they go in */
	char code[YZ_CONSULT_CODE + 1], no[40];
	yz_instant due;
	struct yz_str org_name; /* of the caller's arena */
};

static bool check_text(struct asking *w, struct yz_err *err)
{
	size_t n = yz_utf8_count(w->text);
	if (n < YZ_QUESTION_LEAST)
		return yz_wrong(err, "text", N_("请写清楚要问什么，至少 4 个字"));
	if (n > YZ_QUESTION_MOST)
		return yz_wrong(err, "text", N_("问题太长了，请控制在 2000 个字以内"));
	if (w->email.len && !yz_email_fits(w->email))
		return yz_wrong(err, "email", N_("邮箱地址不对，应像 name@example.cn"));
	if (w->mobile.len && yz_ident_mobile_fault(w->mobile))
		return yz_wrong(err, "mobile", N_("手机号码不对，应为 11 位数字"));
	return true;
}

/* The item's department, else the one she chose, else (in the write) the reception. */
static bool find_place(struct asking *w, struct yz_arena *a, struct yz_err *err)
{
	const struct yz_catalogue *c = yz_site_catalogue(w->site);
	const struct yz_entry_item *e = w->q->item.len ? yz_catalogue_find(c, w->q->item) : NULL;
	const struct yz_entry_org *o = e ? yz_catalogue_org(c, e->org) : w->q->org.len ? yz_catalogue_org(c, w->q->org) : NULL;
	if (e) {
		w->item = yz_str_dup(a, e->code);
		w->item_name = yz_str_dup(a, e->name);
	}
	if (o)
		w->org = yz_str_dup(a, o->key);
	yz_site_catalogue_release(w->site, c);
	if (w->q->item.len && !e)
		return yz_wrong(err, "item", N_("没有这个事项，请重新选择"));
	return !w->q->org.len || e || o || yz_wrong(err, "org", N_("没有这个部门，请重新选择"));
}

static bool find_reception(struct asking *w, struct yz_conn *conn, struct yz_arena *a, struct yz_str *org, struct yz_err *err)
{
	*org = w->org.len ? w->org : yz_site_setting(conn, a, "consult.org", "");
	struct yz_rows *r = yz_select(conn, a, err, "SELECT key FROM org ORDER BY CASE WHEN key = $1 THEN 0 ELSE 1 END, position, key LIMIT 1",
				      YZ_S(*org));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "the site has no department to ask; install a pack first");
	*org = yz_row_str(r, 0, 0);
	return true;
}

static bool next_number(struct asking *w, struct yz_conn *conn, yz_instant now, struct yz_err *err)
{
	struct yz_civil c = yz_day_civil(yz_instant_day(now, w->site->offset));
	char key[40];
	int64_t n;
	snprintf(key, sizeof key, "consult:%04d%02d%02d", c.year % 10000, c.month, c.day);
	if (!yz_site_count(conn, key, &n, err))
		return false;
	snprintf(w->no, sizeof w->no, "ZX%04d%02d%02d-%04lld", c.year % 10000, c.month, c.day, (long long)n);
	return true;
}

int yz_consult_days(struct yz_conn *conn, struct yz_arena *a)
{
	int64_t days;
	bool set = yz_str_int(yz_site_setting(conn, a, "consult.days", ""), &days) && days >= 1 && days <= YZ_CONSULT_DAYS_MOST;
	return set ? (int)days : YZ_CONSULT_DAYS;
}

static bool start_clock(struct asking *w, struct yz_conn *conn, struct yz_arena *a, yz_instant now, struct yz_consult_due *d, struct yz_err *err)
{
	struct yz_clock k;
	if (!yz_clock_start(&k, yz_consult_days(conn, a), YZ_WORKING_DAYS, now, err))
		return false;
	const struct yz_calendar *calendar = yz_site_calendar(w->site);
	yz_consult_reckon(&k, calendar, YZ_LIT(""), now, d);
	yz_site_calendar_release(w->site, calendar);
	return true;
}

static struct yz_val sealed(struct yz_site *site, struct yz_arena *a, const char *column, int64_t id, struct yz_str s)
{
	return s.len ? YZ_BLOB(yz_seal(site->keys, a, column, id, s)) : YZ_NULL;
}

static bool insert(struct asking *w, struct yz_conn *conn, struct yz_arena *a, struct yz_str org, yz_instant now, int64_t *id, struct yz_err *err)
{
	struct yz_consult_due d;
	char dig[YZ_BLIND] = "";
	bool named = w->who->person != 0;
	if (!start_clock(w, conn, a, now, &d, err) || !next_number(w, conn, now, err))
		return false;
	if (!named)
		yz_blind(w->site->keys, "consultation.code", yz_str(w->code), dig);
	w->due = d.due;
	*id = yz_insert(conn, err,
			"INSERT INTO consultation (no, once, person, code_dig, code_until, text_enc, may_publish, item, item_name, org, state, "
			"asked, public_question, public_answer, clock, due, warn_at, provisional, card, next_at, version, lang) "
			"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, '', '', $12, $13, $14, $15, '', $16, 1, $17)",
			YZ_Z(w->no), yz_val_str_or_null(w->q->once), yz_val_int_or_null(w->who->principal, named), YZ_Z(dig),
			yz_val_int_or_null(now + YZ_CONSULT_CODE_DAYS * YZ_DAY, !named), YZ_BLOB(YZ_LIT("")), YZ_I(w->q->may_publish),
			YZ_S(w->item), YZ_S(w->item_name), YZ_S(org), YZ_I(now), YZ_Z(d.body), YZ_I(d.due), YZ_I(d.warn),
			YZ_I(d.provisional), d.look, YZ_Z(yz_lang_code(w->q->lang)));
	return *id && yz_exec(conn, err, "UPDATE consultation SET text_enc = $2, email_enc = $3, mobile_enc = $4 WHERE id = $1", YZ_I(*id),
			      sealed(w->site, a, "consultation.text", *id, w->text),
			      sealed(w->site, a, "consultation.email", *id, w->email),
			      sealed(w->site, a, "consultation.mobile", *id, w->mobile));
}

static bool do_ask(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct asking *w = ctx;
	struct yz_consulting t;
	struct yz_str org;
	int64_t id;
	if (!find_reception(w, conn, a, &org, err) || !insert(w, conn, a, org, yz_site_now(w->site), &id, err) ||
	    !yz_consulting_load(&t, w->site, conn, a, w->who, yz_str(w->no), err))
		return false;
	yz_site_changed(w->site, YZ_CHANGE_CLOCK);
	return yz_consulting_step(&t, "ask", org, (struct yz_str){0}, yz_consulting_digest(&t, w->text), err);
}

static bool read_org_name(struct yz_site *site, struct yz_arena *a, struct yz_str no, struct yz_str *name, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err,
					     "SELECT o.name FROM consultation c JOIN org o ON o.key = c.org WHERE c.no = $1", YZ_S(no))
				 : NULL;
	if (conn)
		yz_db_release(conn);
	*name = r && r->count ? yz_row_str(r, 0, 0) : YZ_LIT("");
	return r != NULL;
}

bool yz_consult_ask(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_question *q,
		    struct yz_question_receipt *out, struct yz_err *err)
{
	struct asking w = {.site = site, .who = who, .q = q, .text = yz_str_trim(yz_unhide(a, q->text))};
	/* Who has an account is reached by it. */
	if (!who->person) {
		w.email = yz_str_trim(q->email);
		w.mobile = yz_str_trim(q->mobile);
	}
	if (!check_text(&w, err) || !find_place(&w, a, err))
		return false;
	for (int i = 0; i < YZ_CONSULT_CODE; i++)
		w.code[i] = letters[yz_site_draw(site, sizeof letters - 1)];
	if (!yz_db_write(site->db, do_ask, &w, err))
		return false;
	*out = (struct yz_question_receipt){.no = yz_str_dup(a, yz_str(w.no)), .due = w.due};
	out->code = who->person ? YZ_LIT("") : yz_str_printf(a, "%.5s-%s", w.code, w.code + 5);
	return read_org_name(site, a, out->no, &out->org_name, err);
}
