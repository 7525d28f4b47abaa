/* gov/outside_take.c - rows that a department's own system reports, each done and answered in one write.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/outside_take.h"

#include "base/log.h"
#include "crypt/crypt.h"
#include "db/db.h"
#include "gov/item_row.h"
#include "gov/person_row.h"
#include "gov/upward_batch.h"
#include "text/ident.h"

enum { CHUNK = 40 /* rows that hold the writer at one time */ };

/* ---- one row ---- */

struct doing {
	struct yz_out_item *item;
	struct yz_conn *conn;
	struct yz_arena *a;
	struct yz_str name, org;
	int64_t person, have;
	char digest[YZ_HEX];
};

static bool begin(struct doing *w, struct yz_err *err)
{
	const struct yz_out_item *item = w->item;
	struct yz_rows *r = yz_select(w->conn, w->a, err, "SELECT name, org, person, have, closed FROM outside_system WHERE id = $1 FOR UPDATE",
				      YZ_I(item->system));
	if (!r || !r->count || !yz_row_null(r, 0, 4))
		return r ? yz_fail(err, YZ_FORBIDDEN, "the system may not report any more") : false;
	w->name = yz_row_str(r, 0, 0);
	w->org = yz_row_str(r, 0, 1);
	w->person = yz_row_int(r, 0, 2);
	w->have = yz_row_int(r, 0, 3);
	yz_keyed_digest(item->site->keys, "outside_row.says", item->system, item->row->says, w->digest);
	return true;
}

static bool answered_before(struct doing *w, bool *fork, struct yz_err *err)
{
	int64_t same;
	if (!yz_select_int(w->conn, &same, 0, err, "SELECT COUNT(*) FROM outside_row WHERE system_id = $1 AND seq = $2 AND digest = $3",
			   YZ_I(w->item->system), YZ_I(w->item->seq), YZ_Z(w->digest)))
		return false;
	*fork = !same;
	return true;
}

/* findings "": none.  The number it is answered under is the next one. */
static bool keep_answer(struct doing *w, const char *state, struct yz_str findings, struct yz_err *err)
{
	const struct yz_out_item *item = w->item;
	int64_t seq = w->have + 1;
	bool taken = strcmp(state, "taken") == 0, refused = strcmp(state, "refused") == 0;
	struct yz_str sealed = findings.len ? yz_seal(item->site->keys, w->a, "outside_row.answer", seq, findings) : YZ_LIT("");
	return yz_exec(w->conn, err,
			     "INSERT INTO outside_row (system_id, seq, digest, state, at, answer_enc) VALUES ($1, $2, $3, $4, $5, $6)",
			     YZ_I(item->system), YZ_I(seq), YZ_Z(w->digest), YZ_Z(state), YZ_I(yz_site_now(item->site)), YZ_BLOB(sealed)) &&
	       yz_exec(w->conn, err, "UPDATE outside_system SET have = $1, taken = taken + $2, refused = refused + $3 WHERE id = $4", YZ_I(seq),
		       YZ_I(taken), YZ_I(refused), YZ_I(item->system));
}

/* Hers where the number is verified to be of somebody of this name; else nobody's here. */
static bool applicant_of(struct doing *w, int64_t *person, struct yz_err *err)
{
	struct yz_site *site = w->item->site;
	struct yz_str said = YZ_OUT_GET(w->item->row, apply, applicant_id)->text;
	char norm[24];
	int64_t id = 0;
	*person = w->person;
	if (!said.ptr || (!yz_ident_person_norm(said, yz_instant_day(yz_site_now(site), site->offset), norm) && !yz_ident_credit_norm(said, norm)))
		return true;
	if (!yz_person_by_id_no(site, w->conn, norm, &id, err))
		return false;
	struct yz_rows *r = id ? yz_select(w->conn, w->a, err, "SELECT name FROM person WHERE id = $1 AND active = 1", YZ_I(id)) : NULL;
	if (id && !r)
		return false;
	if (id && r->count && yz_str_eq(yz_row_str(r, 0, 0), w->item->row->c.applicant_name))
		*person = id;
	return true;
}

static bool known_case(struct doing *w, bool *there, struct yz_err *err)
{
	int64_t n;
	if (!yz_select_int(w->conn, &n, 0, err, "SELECT COUNT(*) FROM outside_case WHERE system_id = $1 AND no = $2", YZ_I(w->item->system),
			   YZ_S(w->item->row->no)))
		return false;
	*there = n != 0;
	return true;
}

static bool open_case(struct doing *w, struct yz_str no, struct yz_err *err)
{
	struct yz_outside_case c = w->item->row->c;
	int64_t id;
	c.no = no;
	c.org = w->org;
	return applicant_of(w, &c.applicant, err) && yz_outside_open_in(w->item->site, w->conn, w->a, &c, &id, err) &&
	       yz_exec(w->conn, err, "INSERT INTO outside_case (case_id, system_id, no) VALUES ($1, $2, $3)", YZ_I(id), YZ_I(w->item->system),
			     YZ_S(w->item->row->no));
}

static bool act(struct doing *w, struct yz_err *err)
{
	const struct yz_out_row *row = w->item->row;
	struct yz_str no = yz_str_printf(w->a, "%.*s-%.*s", YZ_P(w->name), YZ_P(row->no));
	bool there;
	if (!known_case(w, &there, err))
		return false;
	if (row->opens)
		return there ? yz_fail(err, YZ_CONFLICT, "%s", N_("这个编号的申请已经报过，内容不同；已经报的不能改")) : open_case(w, no, err);
	if (!there)
		return yz_fail(err, YZ_NOT_FOUND, "%s", N_("没有这个办件：先报它的申请（表 5），编号要一样"));
	if (row->charges)
		return yz_outside_charge_in(w->item->site, w->conn, w->a, no, &row->fee, 1, err);
	struct yz_outside_act what = row->act;
	what.no = no;
	return yz_outside_act_in(w->item->site, w->conn, w->a, &what, err);
}

/* Whether it is to be done, or what became of it without. */
static bool weigh(struct doing *w, bool *go, struct yz_err *err)
{
	struct yz_out_item *item = w->item;
	bool fork;
	int64_t taken;
	*go = false;
	if (item->seq && item->seq <= w->have) {
		if (!answered_before(w, &fork, err))
			return false;
		item->state = fork ? YZ_OUT_FORK : YZ_OUT_BEFORE;
		return true;
	}
	if (item->seq > w->have + 1) {
		item->state = YZ_OUT_GAP;
		return true;
	}
	if (item->row->found.errors) {
		item->state = YZ_OUT_REFUSED;
		return !item->seq || keep_answer(w, "refused", yz_findings_json(w->a, &item->row->found, item->row->found.at[0].row), err);
	}
	if (!yz_select_int(w->conn, &taken, 0, err, "SELECT COUNT(*) FROM outside_row WHERE system_id = $1 AND digest = $2 AND state = 'taken'",
			   YZ_I(item->system), YZ_Z(w->digest)))
		return false;
	if (taken) {
		item->state = YZ_OUT_SAME;
		return !item->seq || keep_answer(w, "same", YZ_LIT(""), err);
	}
	*go = true;
	return true;
}

static bool do_row(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct yz_out_item *item = ctx;
	struct doing w = {.item = item, .conn = conn, .a = a};
	bool go;
	if (!begin(&w, err) || !weigh(&w, &go, err))
		return false;
	if (!go)
		return true;
	item->state = YZ_OUT_TAKEN;
	return act(&w, err) && keep_answer(&w, "taken", YZ_LIT(""), err);
}

/* It reads well and cannot be done: item->why. */
static bool do_refuse(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct yz_out_item *item = ctx;
	struct doing w = {.item = item, .conn = conn, .a = a};
	struct yz_findings found = {0};
	item->state = YZ_OUT_REFUSED;
	if (!item->seq)
		return true;
	if (!begin(&w, err))
		return false;
	if (item->seq != w.have + 1)
		return yz_fail(err, YZ_BUSY, "another message of this system came between");
	yz_out_item_why(a, item, 0, &found);
	return keep_answer(&w, "refused", yz_findings_json(a, &found, 0), err);
}

/* It is the house that failed, or the right to report that ended: no answer to a row. */
static bool ours(enum yz_code code)
{
	return code == YZ_FORBIDDEN || yz_code_status(code) >= 500;
}

void yz_out_item_why(struct yz_arena *a, const struct yz_out_item *item, int nth, struct yz_findings *out)
{
	const struct yz_err *why = &item->why;
	const char *field = yz_out_field_of(item->row, why->where);
	/* A message that is none of the catalogue is for who keeps the log. */
	bool known = strcmp(yz_tr(YZ_LANG_EN, why->msg), why->msg) != 0;
	struct yz_str said = yz_out_said(item->row, field);
	yz_finding_add(a, out, true, nth, "", yz_str(field), yz_str_n(said.ptr, said.len < YZ_OUT_SHOWN ? said.len : 0), "%s",
		       yz_tr(item->lang, known ? why->msg : yz_code_text(why->code)));
	if (!known)
		yz_log_err(YZ_WARN, why);
}

/* ---- some of them ---- */

struct chunk {
	struct yz_out_item *items;
	size_t n, done;
};

static bool do_each(struct chunk *c, struct yz_err *err)
{
	for (c->done = 0; c->done < c->n; c->done++) {
		struct yz_out_item *item = &c->items[c->done];
		item->why = (struct yz_err){0};
		if (!yz_db_write(item->site->db, do_row, item, &item->why)) {
			if (ours(item->why.code)) {
				*err = item->why;
				return false;
			}
			if (!yz_db_write(item->site->db, do_refuse, item, err))
				return false;
		}
		if (item->state >= YZ_OUT_FORK)
			return true;
	}
	return true;
}

static bool do_chunk(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)conn, (void)a;
	return do_each(ctx, err);
}

bool yz_out_items_do(struct yz_site *site, struct yz_out_item *items, size_t *n, struct yz_err *err)
{
	size_t all = *n;
	for (*n = 0; *n < all;) {
		struct chunk c = {.items = items + *n, .n = all - *n < CHUNK ? all - *n : CHUNK};
		struct yz_err one = {0};
		/* One that failed half way undoes them all: then each by itself. */
		if (!yz_db_bulk(site->db, do_chunk, &c, &one) && !do_each(&c, err))
			return false;
		*n += c.done;
		if (c.done < c.n)
			return true;
	}
	return true;
}

/* ---- a message ---- */

struct taking {
	struct yz_site *site;
	struct yz_arena *a;
	const struct yz_upward_message *m;
	enum yz_lang lang;
	struct yz_up_sender from;
	bool batch; /* else it only asks */
	int64_t first, last, system, have;
	struct yz_out_item *items;
	size_t nitems;
	const char *why;
};

static bool read_head(struct taking *t, const struct yz_json *line, struct yz_err *err)
{
	const struct yz_json *b = yz_json_get(line, "batch");
	t->batch = true;
	t->first = yz_json_int(b, "from", 0);
	t->last = yz_json_int(b, "to", -1);
	if (!b || !yz_str_eq(yz_json_str(b, "site"), t->m->site) || t->first < 1 || t->first > INT64_MAX / 2 || t->last < t->first - 1 ||
	    t->last - t->first >= YZ_OUTSIDE_ROWS)
		return yz_fail(err, YZ_BAD_INPUT, "the first line says whose batch it is, from and to: at most %d rows", YZ_OUTSIDE_ROWS);
	t->items = yz_new_n(t->a, (size_t)(t->last - t->first + 1), struct yz_out_item);
	return true;
}

static bool read_line(struct taking *t, struct yz_str text, size_t nth, struct yz_err *err)
{
	static const struct yz_json_limits limits = {YZ_OUTSIDE_LINE, 6, 1000};
	const struct yz_json *line = yz_json_read(t->a, text, &limits, err);
	if (!line)
		return false;
	if (nth == 1)
		return read_head(t, line, err);
	if ((int64_t)t->nitems > t->last - t->first)
		return yz_fail(err, YZ_BAD_INPUT, "more rows than from and to say");
	struct yz_out_row *row = yz_new(t->a, struct yz_out_row);
	yz_out_row_read(t->a, t->lang, 0, line, row);
	t->items[t->nitems] = (struct yz_out_item){.site = t->site, .lang = t->lang, .seq = t->first + (int64_t)t->nitems, .row = row};
	t->nitems++;
	return true;
}

static bool read_body(struct taking *t, struct yz_err *err)
{
	struct yz_str rest = t->m->body, text;
	size_t nth = 0;
	while (yz_str_cut(&rest, '\n', &text)) {
		if (!yz_str_trim(text).len)
			continue;
		if (!read_line(t, text, ++nth, err))
			return yz_fail_in(err, "line %zu", nth);
	}
	if (!nth)
		return yz_fail(err, YZ_BAD_INPUT, "the batch is empty");
	return (int64_t)t->nitems == t->last - t->first + 1 || yz_fail(err, YZ_BAD_INPUT, "fewer rows than from and to say");
}

static bool do_begin(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct taking *t = ctx;
	yz_instant now = yz_site_now(t->site);
	if (!yz_up_nonce_once(conn, t->from.link, t->m, now, err))
		return false;
	if (!yz_out_system_find(conn, a, t->m->site, &t->system, &t->have, err))
		return err->code == YZ_NOT_FOUND ? (*err = (struct yz_err){0}, yz_fail(err, YZ_FORBIDDEN, "the link is gone")) : false;
	bool gap = t->batch && t->first > t->have + 1;
	t->why = gap ? "gap" : NULL;
	return yz_exec(conn, err, "UPDATE outside_system SET seen = $1 WHERE id = $2", YZ_I(now), YZ_I(t->system)) &&
	       (!t->batch || yz_exec(conn, err, "UPDATE link_down SET gap_why = $1, gap_from = $2, gap_to = $3, gap_at = $4 WHERE id = $5",
				     YZ_Z(gap ? "gap" : ""), yz_val_int_or_null(t->have + 1, gap), yz_val_int_or_null(t->first - 1, gap),
				     yz_val_int_or_null(now, gap), YZ_I(t->from.link)));
}

static bool do_mark_fork(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct taking *t = ctx;
	(void)a;
	return yz_exec(conn, err, "UPDATE link_down SET gap_why = 'fork', gap_from = $1, gap_to = $2, gap_at = $3 WHERE id = $4", YZ_I(t->first),
		       YZ_I(t->last), YZ_I(yz_site_now(t->site)), YZ_I(t->from.link));
}

static bool do_rows(struct taking *t, struct yz_err *err)
{
	size_t n = t->nitems;
	for (size_t i = 0; i < n; i++)
		t->items[i].system = t->system;
	if (!yz_out_items_do(t->site, t->items, &n, err))
		return false;
	if (n == t->nitems)
		return true;
	bool fork = t->items[n].state == YZ_OUT_FORK;
	t->why = fork ? "fork" : "gap";
	t->last = t->items[n].seq - 1;
	return !fork || yz_db_write(t->site->db, do_mark_fork, t, err);
}

/* From what was kept: sent again it is the same answer. */
static bool answer_rows(struct taking *t, struct yz_conn *conn, struct yz_jw *w, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, t->a, err,
				      "SELECT seq, state, answer_enc FROM outside_row WHERE system_id = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq",
				      YZ_I(t->system), YZ_I(t->first), YZ_I(t->last));
	yz_jw_key(w, "rows");
	yz_jw_array(w);
	for (size_t i = 0; r && i < r->count; i++) {
		struct yz_str sealed = yz_row_str(r, i, 2), said;
		yz_jw_object(w);
		yz_jw_kint(w, "seq", yz_row_int(r, i, 0));
		yz_jw_kstr(w, "state", yz_row_str(r, i, 1));
		if (sealed.len) {
			if (!yz_unseal(t->site->keys, t->a, "outside_row.answer", yz_row_int(r, i, 0), sealed, &said, err))
				return false;
			yz_jw_key(w, "findings");
			yz_jw_value(w, yz_json_read(t->a, said, NULL, NULL));
		}
		yz_jw_end(w, '}');
	}
	yz_jw_end(w, ']');
	return r != NULL;
}

static bool answer_with(struct taking *t, struct yz_str *answer, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw w;
	struct yz_conn *conn = yz_db_read(t->site->db, err);
	struct yz_err gone = {0};
	int64_t id;
	yz_buf_init(&b, t->a, 4 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	if (conn && !yz_out_system_find(conn, t->a, t->m->site, &id, &t->have, &gone) && gone.code != YZ_NOT_FOUND)
		yz_log_err(YZ_WARN, &gone); /* how far it was a moment ago is true as well */
	yz_jw_kint(&w, "have", t->have);
	if (t->why)
		yz_jw_kz(&w, "why", t->why);
	bool ok = conn && (!t->batch || answer_rows(t, conn, &w, err));
	if (conn)
		yz_db_release(conn);
	yz_jw_end(&w, '}');
	*answer = yz_buf_str(&b);
	return ok;
}

bool yz_outside_take(struct yz_site *site, struct yz_arena *a, enum yz_lang lang, const struct yz_upward_message *m, int *status,
		     struct yz_str *answer, struct yz_str *sign, struct yz_err *err)
{
	struct taking *t = yz_new(a, struct taking);
	*t = (struct taking){.site = site, .a = a, .m = m, .lang = lang};
	if (m->body.len > YZ_OUTSIDE_BODY)
		return yz_fail(err, YZ_TOO_LARGE, "a batch has at most %d bytes", YZ_OUTSIDE_BODY);
	if (!yz_up_sender_check(site, a, m, true, &t->from, err) || (yz_str_eqz(yz_str(m->method), "POST") && !read_body(t, err)) ||
	    !yz_db_write(site->db, do_begin, t, err) || (!t->why && !do_rows(t, err)) || !answer_with(t, answer, err))
		return false;
	*status = t->why ? 409 : 200;
	*sign = yz_str_printf(a, "sm3=%.*s", YZ_P(yz_up_sign_answer(a, t->from.secret, *status, m->nonce, *answer)));
	return true;
}
