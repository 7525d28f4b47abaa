/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/upward_batch.h"

#include "base/map.h"
#include "db/ledger.h"

enum { ENOUGH = YZ_UPWARD_BODY / 8 };

/* ---- signatures ---- */

struct yz_str yz_up_sign(struct yz_arena *a, struct yz_str secret, const char *method, const char *path, struct yz_str time,
			 struct yz_str nonce, struct yz_str body)
{
	char of_body[YZ_HEX], hex[YZ_HEX];
	struct yz_digest d = yz_digest(YZ_SM3, body);
	struct yz_str text = yz_str_printf(a, "%s\n%s\n%.*s\n%.*s\n%s", method, path, YZ_P(time), YZ_P(nonce), yz_digest_hex(&d, of_body));
	d = yz_hmac(secret, text);
	return yz_str_dup(a, yz_str(yz_digest_hex(&d, hex)));
}

struct yz_str yz_up_sign_answer(struct yz_arena *a, struct yz_str secret, int status, struct yz_str nonce, struct yz_str body)
{
	char of_body[YZ_HEX], hex[YZ_HEX];
	struct yz_digest d = yz_digest(YZ_SM3, body);
	d = yz_hmac(secret, yz_str_printf(a, "%d\n%.*s\n%s", status, YZ_P(nonce), yz_digest_hex(&d, of_body)));
	return yz_str_dup(a, yz_str(yz_digest_hex(&d, hex)));
}

struct yz_str yz_up_seal_secret(struct yz_site *site, struct yz_arena *a, struct yz_str secret)
{
	return yz_seal(site->keys, a, "link.secret", 0, secret);
}

bool yz_up_open_secret(struct yz_site *site, struct yz_arena *a, struct yz_str sealed, struct yz_str *secret, struct yz_err *err)
{
	return yz_unseal(site->keys, a, "link.secret", 0, sealed, secret, err);
}

struct yz_str yz_up_area(struct yz_str code)
{
	while (code.len == 6 || code.len == 4) {
		if (!yz_str_ends(code, YZ_LIT("00")))
			break;
		code.len -= 2;
	}
	return code;
}

/* ---- what the entries touch ---- */

struct making {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_up_out *out;
	struct yz_map told; /* "case 17" */
	int64_t link;
};

/* The first time it is asked about. */
static bool first_time(struct making *m, const char *kind, int64_t id)
{
	struct yz_str key = yz_str_printf(m->out->a, "%s %lld", kind, (long long)id);
	if (yz_map_has(&m->told, key))
		return false;
	yz_map_put(&m->told, key, m);
	return true;
}

static bool tell_case(struct making *m, int64_t id, struct yz_err *err)
{
	return !first_time(m, "case", id) || yz_up_case(m->site, m->conn, m->out, id, err);
}

static bool tell_talk(struct making *m, int64_t id, struct yz_err *err)
{
	return !first_time(m, "consult", id) || yz_up_talk(m->site, m->conn, m->out, id, err);
}

static bool tell_card(struct making *m, int64_t id, struct yz_err *err)
{
	struct yz_rows *r = yz_select(m->conn, m->out->a, err, "SELECT case_id, thing, thing_id FROM card WHERE id = $1", YZ_I(id));
	if (!r || !r->count)
		return r != NULL;
	if (!yz_row_null(r, 0, 0))
		return tell_case(m, yz_row_int(r, 0, 0), err);
	if (yz_str_eqz(yz_row_str(r, 0, 1), "consultation"))
		return tell_talk(m, yz_row_int(r, 0, 2), err);
	return !first_time(m, "card", id) || yz_up_lone_card(m->site, m->conn, m->out, id, err);
}

static bool tell_urge(struct making *m, int64_t id, struct yz_err *err)
{
	struct yz_rows *r = yz_select(m->conn, m->out->a, err, "SELECT case_id, thing, thing_id FROM urge WHERE id = $1", YZ_I(id));
	if (!r || !r->count)
		return r != NULL;
	if (!yz_row_null(r, 0, 0))
		return tell_case(m, yz_row_int(r, 0, 0), err);
	if (yz_str_eqz(yz_row_str(r, 0, 1), "order"))
		return true; /* its receipt has its own entries */
	return yz_str_eqz(yz_row_str(r, 0, 1), "card") ? tell_card(m, yz_row_int(r, 0, 2), err) : tell_talk(m, yz_row_int(r, 0, 2), err);
}

/* What came from below goes on as it was told. */
static bool tell_report(struct making *m, int64_t report, struct yz_err *err)
{
	struct yz_arena *a = m->out->a;
	struct yz_rows *r = yz_select(m->conn, a, err, "SELECT site, no FROM reported_case WHERE report = $1 ORDER BY site, no", YZ_I(report));
	struct yz_rows *o = r ? yz_select(m->conn, a, err, "SELECT id FROM level_order WHERE report = $1 ORDER BY id", YZ_I(report)) : NULL;
	for (size_t i = 0; o && i < r->count; i++) {
		struct yz_up_row *rows;
		size_t n;
		if (!yz_up_rows(m->site, m->conn, a, yz_row_str(r, i, 0), yz_row_str(r, i, 1), YZ_UP_SLOTS, &rows, &n, err))
			return false;
		for (size_t k = 0; k < n; k++)
			yz_up_row_write(m->out, &rows[k]);
	}
	for (size_t i = 0; o && i < o->count; i++)
		if (!yz_up_receipt_write(m->conn, m->out, m->link, yz_row_int(o, i, 0), err))
			return false;
	return o != NULL;
}

static bool is_restart(const struct yz_entry *e)
{
	return yz_str_eqz(e->act, "levels.restart");
}

static void tell_forget(struct making *m, const struct yz_json *body)
{
	struct yz_jw w;
	yz_jw_init(&w, m->out->buf);
	yz_jw_object(&w);
	yz_jw_key(&w, "forget");
	yz_jw_object(&w);
	yz_jw_kstr(&w, "site", yz_json_str(body, "site"));
	yz_jw_end(&w, '}');
	yz_jw_end(&w, '}');
	yz_buf_addc(m->out->buf, '\n');
}

static bool tell_entry(struct making *m, const struct yz_entry *e, struct yz_err *err)
{
	if (yz_str_eqz(e->thing_kind, "case"))
		return tell_case(m, e->thing_id, err);
	if (yz_str_eqz(e->thing_kind, "consult"))
		return tell_talk(m, e->thing_id, err);
	if (yz_str_eqz(e->thing_kind, "card"))
		return tell_card(m, e->thing_id, err);
	/* A card can be of anything, of an urging too. */
	bool card = yz_str_starts(e->act, YZ_LIT("card.")), restart = is_restart(e);
	if (!card && yz_str_eqz(e->thing_kind, "urge"))
		return tell_urge(m, e->thing_id, err);
	if (yz_str_eqz(e->thing_kind, "report"))
		return tell_report(m, e->thing_id, err);
	if (yz_str_eqz(e->thing_kind, "level_order"))
		return !first_time(m, "order", e->thing_id) || yz_up_receipt_write(m->conn, m->out, m->link, e->thing_id, err);
	if (!card && !restart)
		return true; /* a sign-in, an item, a post: none of the standard's tables */
	const struct yz_json *body = yz_json_read(m->out->a, e->body, NULL, err);
	if (body && restart)
		tell_forget(m, body);
	return body && (restart || tell_card(m, yz_json_int(body, "card", 0), err));
}

/* ---- who stands below us ---- */

static void put_time(struct yz_jw *w, const char *key, yz_instant t)
{
	char text[32];
	if (t)
		yz_jw_kz(w, key, yz_instant_print(t, text));
}

static bool tell_sites(struct making *m, struct yz_err *err)
{
	struct yz_rows *r = yz_select(m->conn, m->out->a, err, "SELECT site, name, have, head, oldest, seen, gap FROM reported_site ORDER BY site");
	for (size_t i = 0; r && i < r->count; i++) {
		struct yz_jw w;
		yz_jw_init(&w, m->out->buf);
		yz_jw_object(&w);
		yz_jw_key(&w, "about");
		yz_jw_object(&w);
		yz_jw_kstr(&w, "site", yz_row_str(r, i, 0));
		yz_jw_kstr(&w, "name", yz_row_str(r, i, 1));
		yz_jw_kint(&w, "have", yz_row_int(r, i, 2));
		yz_jw_kint(&w, "head", yz_row_int(r, i, 3));
		put_time(&w, "oldest", yz_row_int(r, i, 4));
		put_time(&w, "seen", yz_row_int(r, i, 5));
		yz_jw_kstr(&w, "gap", yz_row_str(r, i, 6));
		yz_jw_end(&w, '}');
		yz_jw_end(&w, '}');
		yz_buf_addc(m->out->buf, '\n');
	}
	return r != NULL;
}

/* ---- the whole ---- */

static struct yz_str hex(struct yz_arena *a, const struct yz_digest *d)
{
	char text[YZ_HEX];
	return yz_str_dup(a, yz_str(yz_digest_hex(d, text)));
}

/* Where there is nothing new it says where it stands: the last entry that was told. */
static bool standing(struct yz_conn *conn, struct yz_arena *a, struct yz_str region, int64_t after, struct yz_digest *d, struct yz_err *err)
{
	struct yz_entries last;
	memset(d, 0, sizeof *d);
	if (!after)
		return true;
	if (!yz_ledger_page(conn, a, region, after + 1, 1, &last, err))
		return false;
	if (last.count && last.at[0].seq == after)
		*d = last.at[0].hash;
	return true;
}

static bool tell_entries(struct making *m, const struct yz_entries *e, size_t *told, struct yz_err *err)
{
	size_t i = 0;
	while (i < e->count && (i == 0 || (m->out->buf->len < ENOUGH && !is_restart(&e->at[i])))) {
		if (!tell_entry(m, &e->at[i], err))
			return yz_fail_in(err, "ledger entry %lld", (long long)e->at[i].seq);
		i++;
	}
	*told = i;
	return true;
}

static struct yz_str put_together(struct yz_arena *a, const struct yz_up_batch *b, struct yz_str rest)
{
	struct yz_buf buf;
	struct yz_jw w;
	yz_buf_init(&buf, a, rest.len + 4096);
	yz_jw_init(&w, &buf);
	yz_jw_object(&w);
	yz_jw_key(&w, "batch");
	yz_jw_object(&w);
	yz_jw_kstr(&w, "site", b->site);
	yz_jw_kstr(&w, "name", b->name);
	yz_jw_kint(&w, "from", b->from);
	yz_jw_kint(&w, "to", b->to);
	yz_jw_kstr(&w, "prev", b->prev);
	yz_jw_kstr(&w, "hash", b->hash);
	yz_jw_kint(&w, "head", b->head);
	put_time(&w, "oldest", b->oldest);
	yz_jw_end(&w, '}');
	yz_jw_end(&w, '}');
	yz_buf_addc(&buf, '\n');
	yz_buf_adds(&buf, rest);
	return yz_buf_str(&buf);
}

bool yz_up_batch_make(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t link, int64_t after, bool personal,
		      struct yz_up_batch *b, struct yz_str *body, struct yz_err *err)
{
	struct yz_buf buf;
	struct yz_up_out out = {.a = a, .buf = &buf, .personal = personal, .site = site->region};
	struct making m = {.site = site, .conn = conn, .out = &out, .link = link};
	struct yz_entries e;
	struct yz_digest stands;
	size_t told = 0;
	yz_map_init(&m.told, a);
	yz_buf_init(&buf, a, YZ_UPWARD_BODY - 4096);
	*b = (struct yz_up_batch){.site = site->region, .name = site->name};
	if (!yz_ledger_after(conn, a, site->region, after, YZ_UPWARD_ENTRIES + 1, &e, err) ||
	    !yz_ledger_head(conn, site->region, &b->head, err) || !standing(conn, a, site->region, after, &stands, err) || !tell_sites(&m, err))
		return false;
	size_t count = e.count;
	e.count = count > YZ_UPWARD_ENTRIES ? YZ_UPWARD_ENTRIES : count;
	if (!tell_entries(&m, &e, &told, err))
		return false;
	if (buf.full)
		return yz_fail(err, YZ_LIMIT, "ledger entry %lld makes a batch of more than %d bytes", (long long)after + 1, YZ_UPWARD_BODY);
	b->from = after + 1;
	b->to = after + (int64_t)told;
	b->prev = hex(a, &stands);
	b->hash = told ? hex(a, &e.at[told - 1].hash) : b->prev;
	b->oldest = told < count ? e.at[told].at : 0;
	*body = put_together(a, b, yz_buf_str(&buf));
	return true;
}
