/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/sandbox.h"

#include "base/log.h"
#include "crypt/crypt.h"
#include "fmt/json.h"
#include "gov/fault.h"
#include "gov/site.h"
#include "text/text.h"

#include <curl/curl.h>
#include <string.h>

enum { BODY_MOST = 64 * 1024, ROUND = 50, TRIES = 8, CALL_SECONDS = 10 };
#define WINDOW (10 * YZ_MINUTE)
#define REFUND_TAKES (20 * YZ_SECOND)

static struct yz_str key_of(struct yz_site *site, struct yz_arena *a)
{
	char hex[YZ_HEX];
	return yz_str_dup(a, yz_str(yz_keyed_digest(site->keys, "pay.sandbox", 0, YZ_LIT("callbacks"), hex)));
}

static struct yz_str sign(struct yz_site *site, struct yz_arena *a, const struct yz_pay_message *m)
{
	char hex[YZ_HEX];
	struct yz_digest d = yz_hmac(key_of(site, a), yz_str_printf(a, "%.*s\n%.*s\n%.*s", YZ_P(m->time), YZ_P(m->nonce), YZ_P(m->body)));
	return yz_str_dup(a, yz_str(yz_digest_hex(&d, hex)));
}

void yz_sandbox_sign(struct yz_site *site, struct yz_arena *a, struct yz_str body, yz_instant now, struct yz_pay_message *out)
{
	char nonce[32];
	*out = (struct yz_pay_message){.body = body, .time = yz_str_printf(a, "%lld", (long long)(now / YZ_SECOND)),
				       .nonce = yz_str_dup(a, yz_str(yz_token(nonce)))};
	out->sign = sign(site, a, out);
}

/* ---- create, query, close ---- */

struct making {
	struct yz_site *site;
	const struct yz_pay_order *order;
	struct yz_str notify;
	char token[32], fresh[32];
};

static bool do_create(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct making *w = ctx;
	const struct yz_pay_order *o = w->order;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT token, amount FROM sandbox_trade WHERE out_no = $1", YZ_S(o->out_no));
	if (!r)
		return false;
	if (r->count && yz_row_int(r, 0, 1) != o->amount)
		return yz_fail(err, YZ_BAD_INPUT, "sandbox: %.*s was begun with another amount", YZ_P(o->out_no));
	snprintf(w->token, sizeof w->token, "%.*s", YZ_P(r->count ? yz_row_str(r, 0, 0) : yz_str(w->fresh)));
	return r->count || yz_insert(conn, err,
				     "INSERT INTO sandbox_trade (out_no, token, title, amount, paid, state, trade_no, back_url, notify_url, created, expires) "
				     "VALUES ($1, $2, $3, $4, 0, 'waiting', '', $5, $6, $7, $8)",
				     YZ_S(o->out_no), YZ_Z(w->token), YZ_S(o->title), YZ_I(o->amount), YZ_S(o->back_url), YZ_S(w->notify),
				     YZ_I(yz_site_now(w->site)), YZ_I(o->expires));
}

static bool create(const struct yz_pay *pay, struct yz_arena *a, const struct yz_pay_order *order, struct yz_str *url, struct yz_err *err)
{
	struct making w = {.site = pay->site, .order = order, .notify = pay->notify_url};
	if (order->amount < 1 || order->amount > YZ_PAY_MOST || !order->out_no.len || order->out_no.len > YZ_PAY_NO)
		return yz_fail(err, YZ_BAD_INPUT, "sandbox: no payment of %lld under '%.*s'", (long long)order->amount, YZ_P(order->out_no));
	yz_token(w.fresh);
	if (!yz_db_write(pay->site->db, do_create, &w, err))
		return false;
	*url = yz_str_printf(a, "/sandbox/pay/%s", w.token);
	return true;
}

static bool query(const struct yz_pay *pay, struct yz_arena *a, struct yz_str out_no, struct yz_pay_trade *out, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(pay->site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT state, trade_no, paid, paid_at, expires FROM sandbox_trade WHERE out_no = $1", YZ_S(out_no))
				 : NULL;
	if (conn)
		yz_db_release(conn);
	if (!r)
		return false;
	*out = (struct yz_pay_trade){.state = YZ_PAY_UNKNOWN};
	if (!r->count)
		return true;
	bool paid = yz_str_eqz(yz_row_str(r, 0, 0), "paid"), open = yz_str_eqz(yz_row_str(r, 0, 0), "waiting");
	*out = (struct yz_pay_trade){.state = paid ? YZ_PAY_PAID : open && yz_site_now(pay->site) < yz_row_int(r, 0, 4) ? YZ_PAY_WAITING : YZ_PAY_CLOSED,
				     .trade_no = yz_row_str(r, 0, 1), .amount = yz_row_int(r, 0, 2), .paid_at = yz_row_int(r, 0, 3)};
	return true;
}

static bool do_close(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	return yz_exec(conn, err, "UPDATE sandbox_trade SET state = 'closed' WHERE out_no = $1 AND state = 'waiting'", YZ_S(*(struct yz_str *)ctx));
}

static bool close_trade(const struct yz_pay *pay, struct yz_arena *a, struct yz_str out_no, struct yz_err *err)
{
	(void)a;
	return yz_db_write(pay->site->db, do_close, &out_no, err);
}

/* ---- refunds ---- */

static void as_back(struct yz_site *site, const struct yz_rows *r, struct yz_pay_back *out)
{
	yz_instant due = yz_row_int(r, 0, 2);
	bool fails = yz_str_eqz(yz_row_str(r, 0, 1), "fail"), over = yz_site_now(site) >= due;
	*out = (struct yz_pay_back){.state = !over ? YZ_BACK_WAITING : fails ? YZ_BACK_FAILED : YZ_BACK_DONE, .amount = yz_row_int(r, 0, 0), .at = due,
				    .reason = fails ? YZ_LIT("原付款账户已经注销") : YZ_LIT("")};
}

struct sending {
	struct yz_site *site;
	const struct yz_pay_refund *r;
	struct yz_pay_back back;
};

static struct yz_str refund_body(struct yz_arena *a, const struct yz_pay_refund *r, yz_instant at, bool fails)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, a, BODY_MOST);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kz(&w, "event", "refund");
	yz_jw_kstr(&w, "refund_no", r->refund_no);
	yz_jw_kstr(&w, "trade_no", r->trade_no);
	yz_jw_kint(&w, "amount", r->amount);
	yz_jw_kint(&w, "at", at);
	yz_jw_kz(&w, "state", fails ? "failed" : "done");
	if (fails)
		yz_jw_kz(&w, "reason", "原付款账户已经注销");
	yz_jw_end(&w, '}');
	return yz_buf_str(&b);
}

static bool put_callback(struct yz_conn *conn, struct yz_str url, struct yz_str body, yz_instant due, struct yz_err *err)
{
	return yz_insert(conn, err, "INSERT INTO sandbox_callback (url, body, due, tries) VALUES ($1, $2, $3, 0)", YZ_S(url), YZ_S(body), YZ_I(due)) != 0;
}

static bool do_refund(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct sending *w = ctx;
	const struct yz_pay_refund *f = w->r;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT amount, state, due FROM sandbox_refund WHERE refund_no = $1", YZ_S(f->refund_no));
	if (!r)
		return false;
	if (r->count) {
		as_back(w->site, r, &w->back);
		if (w->back.amount != f->amount)
			return yz_fail(err, YZ_BAD_INPUT, "sandbox: refund %.*s was begun with another amount", YZ_P(f->refund_no));
		if (w->back.state != YZ_BACK_FAILED)
			return true;
	}
	bool again = r->count > 0;
	r = yz_select(conn, a, err,
		      "SELECT t.id, t.paid - COALESCE((SELECT CAST(SUM(s.amount) AS BIGINT) FROM sandbox_refund s WHERE s.trade_id = t.id AND s.state = 'done'), 0), "
		      "t.notify_url FROM sandbox_trade t WHERE t.trade_no = $1 AND t.state = 'paid'",
		      YZ_S(f->trade_no));
	if (!r)
		return false;
	if (!r->count || f->amount > yz_row_int(r, 0, 1) || f->amount < 1)
		return yz_fail(err, YZ_BAD_INPUT, "sandbox: %.*s: there is no such money to give back", YZ_P(f->trade_no));
	bool fails = yz_str_eqz(yz_site_setting(conn, a, "pay.sandbox.refunds", "done"), "fail");
	yz_instant due = yz_site_now(w->site) + REFUND_TAKES;
	w->back = (struct yz_pay_back){.state = YZ_BACK_WAITING, .amount = f->amount};
	return (again ? yz_exec(conn, err, "UPDATE sandbox_refund SET state = $1, due = $2, done_at = $2 WHERE refund_no = $3", YZ_Z(fails ? "fail" : "done"),
				YZ_I(due), YZ_S(f->refund_no))
		      : yz_insert(conn, err, "INSERT INTO sandbox_refund (refund_no, trade_id, amount, state, due, done_at) VALUES ($1, $2, $3, $4, $5, $5)",
				  YZ_S(f->refund_no), YZ_I(yz_row_int(r, 0, 0)), YZ_I(f->amount), YZ_Z(fails ? "fail" : "done"), YZ_I(due)) != 0) &&
	       put_callback(conn, yz_row_str(r, 0, 2), refund_body(a, f, due, fails), due, err);
}

static bool refund(const struct yz_pay *pay, struct yz_arena *a, const struct yz_pay_refund *r, struct yz_pay_back *out, struct yz_err *err)
{
	struct sending w = {.site = pay->site, .r = r};
	(void)a;
	if (!yz_db_write(pay->site->db, do_refund, &w, err))
		return false;
	*out = w.back;
	return true;
}

static bool refund_query(const struct yz_pay *pay, struct yz_arena *a, struct yz_str refund_no, struct yz_pay_back *out, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(pay->site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT amount, state, due FROM sandbox_refund WHERE refund_no = $1", YZ_S(refund_no)) : NULL;
	if (conn)
		yz_db_release(conn);
	if (!r)
		return false;
	*out = (struct yz_pay_back){.state = YZ_BACK_UNKNOWN};
	if (r->count)
		as_back(pay->site, r, out);
	return true;
}

/* ---- callbacks as we hear them ---- */

static bool notice(const struct yz_pay *pay, struct yz_arena *a, const struct yz_pay_message *m, yz_instant now, struct yz_pay_notice *out,
		   struct yz_err *err)
{
	int64_t seconds;
	if (m->body.len > BODY_MOST || m->nonce.len < 8 || m->nonce.len > 64 || m->time.len > 12 || !yz_str_int(m->time, &seconds))
		return yz_fail(err, YZ_FORBIDDEN, "callback: no signature of ours");
	if (!yz_same(m->sign, sign(pay->site, a, m)))
		return yz_fail(err, YZ_FORBIDDEN, "callback: the signature does not hold");
	if (seconds * YZ_SECOND < now - WINDOW || seconds * YZ_SECOND > now + WINDOW)
		return yz_fail(err, YZ_FORBIDDEN, "callback: signed at another time; is the clock right?");
	const struct yz_json *j = yz_json_read(a, m->body, NULL, err);
	if (!j)
		return yz_fail_in(err, "callback");
	struct yz_str event = yz_json_str(j, "event"), state = yz_json_str(j, "state");
	*out = (struct yz_pay_notice){.kind = yz_str_eqz(event, "refund") ? YZ_NOTICE_REFUND : YZ_NOTICE_PAID, .nonce = m->nonce,
				      .out_no = yz_json_str(j, "out_no"), .trade_no = yz_json_str(j, "trade_no"),
				      .refund_no = yz_json_str(j, "refund_no"), .amount = yz_json_int(j, "amount", -1), .at = yz_json_int(j, "at", 0),
				      .failed = yz_str_eqz(state, "failed"), .reason = yz_json_str(j, "reason")};
	bool known = yz_str_eqz(event, "refund") ? out->refund_no.len > 0 && out->refund_no.len <= YZ_PAY_NO
						 : yz_str_eqz(event, "paid") && out->out_no.len <= YZ_PAY_NO && out->trade_no.len && out->trade_no.len <= 60;
	if (!known || out->amount < 0 || out->amount > YZ_PAY_MOST || out->at <= 0 || out->at > now + WINDOW || out->reason.len > 1000)
		return yz_fail(err, YZ_BAD_INPUT, "callback: not what a callback says");
	return true;
}

/* ---- its page ---- */

bool yz_sandbox_find(struct yz_conn *conn, struct yz_arena *a, struct yz_str token, struct yz_sandbox_trade *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, amount, out_no, title, state, back_url, expires FROM sandbox_trade WHERE token = $1",
				      YZ_S(token));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "the sandbox has no such payment");
	*out = (struct yz_sandbox_trade){.id = yz_row_int(r, 0, 0), .amount = yz_row_int(r, 0, 1), .out_no = yz_row_str(r, 0, 2),
					 .title = yz_row_str(r, 0, 3), .state = yz_row_str(r, 0, 4), .back_url = yz_row_str(r, 0, 5),
					 .expires = yz_row_int(r, 0, 6)};
	return true;
}

struct clicking {
	struct yz_site *site;
	struct yz_str token, how;
	char back[512];
};

/* A word drawn for each payment from the seed: the same for the same. */
static struct yz_str drawn(struct yz_arena *a, struct yz_str setting, int64_t id)
{
	static const char *const words[] = {"prompt", "late", "twice", "never"};
	int64_t seed = 0;
	if (!yz_str_starts(setting, YZ_LIT("seed ")))
		return setting;
	yz_str_int(yz_str_n(setting.ptr + 5, setting.len - 5), &seed);
	struct yz_digest d = yz_digest(YZ_SM3, yz_str_printf(a, "%lld/%lld", (long long)seed, (long long)id));
	return yz_str(words[d.bytes[0] % 4]);
}

static struct yz_str paid_body(struct yz_arena *a, const struct yz_sandbox_trade *t, struct yz_str trade_no, int64_t amount, yz_instant at)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, a, BODY_MOST);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kz(&w, "event", "paid");
	yz_jw_kstr(&w, "out_no", t->out_no);
	yz_jw_kstr(&w, "trade_no", trade_no);
	yz_jw_kint(&w, "amount", amount);
	yz_jw_kint(&w, "at", at);
	yz_jw_end(&w, '}');
	return yz_buf_str(&b);
}

static bool call_back(struct yz_conn *conn, struct yz_str url, struct yz_str how, struct yz_str body, yz_instant now, struct yz_err *err)
{
	if (yz_str_eqz(how, "never"))
		return true;
	yz_instant due = now + (yz_str_eqz(how, "late") ? 2 * YZ_MINUTE : YZ_SECOND);
	return put_callback(conn, url, body, due, err) && (!yz_str_eqz(how, "twice") || put_callback(conn, url, body, due + 5 * YZ_SECOND, err));
}

static bool do_pay(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct clicking *w = ctx;
	struct yz_sandbox_trade t;
	yz_instant now = yz_site_now(w->site);
	if (!yz_sandbox_find(conn, a, w->token, &t, err))
		return false;
	snprintf(w->back, sizeof w->back, "%.*s", YZ_P(t.back_url));
	if (yz_str_eqz(t.state, "paid"))
		return true;
	if (!yz_str_eqz(t.state, "waiting") || now >= t.expires)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这笔付款已经关闭，请回到缴费页面重新开始"));
	struct yz_str how = drawn(a, w->how.len ? w->how : yz_site_setting(conn, a, "pay.sandbox.callbacks", "prompt"), t.id);
	int64_t amount = t.amount - (yz_str_eqz(how, "wrong") && t.amount > 1);
	struct yz_str trade_no = yz_str_printf(a, "SB%lld%06lld", (long long)yz_instant_day(now, w->site->offset), (long long)t.id);
	struct yz_rows *r = yz_select(conn, a, err, "SELECT notify_url FROM sandbox_trade WHERE id = $1", YZ_I(t.id));
	return r && yz_exec(conn, err, "UPDATE sandbox_trade SET state = 'paid', paid = $1, trade_no = $2, paid_at = $3 WHERE id = $4", YZ_I(amount),
			    YZ_S(trade_no), YZ_I(now), YZ_I(t.id)) &&
	       call_back(conn, yz_row_str(r, 0, 0), how, paid_body(a, &t, trade_no, amount, now), now, err);
}

bool yz_sandbox_pay(struct yz_site *site, struct yz_arena *a, struct yz_str token, struct yz_str how, struct yz_str *back, struct yz_err *err)
{
	static const char *const known[] = {"", "prompt", "late", "twice", "never", "wrong"};
	struct clicking w = {.site = site, .token = token, .how = how};
	bool fits = false;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		fits = fits || yz_str_eqz(how, known[i]);
	if (!fits)
		return yz_fail(err, YZ_BAD_INPUT, "the sandbox knows no '%.*s'", YZ_P(how));
	if (!yz_db_write(site->db, do_pay, &w, err))
		return false;
	*back = yz_str_dup(a, yz_str(w.back));
	return true;
}

static bool do_cancel(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct clicking *w = ctx;
	struct yz_sandbox_trade t;
	if (!yz_sandbox_find(conn, a, w->token, &t, err))
		return false;
	snprintf(w->back, sizeof w->back, "%.*s", YZ_P(t.back_url));
	return yz_exec(conn, err, "UPDATE sandbox_trade SET state = 'closed' WHERE id = $1 AND state = 'waiting'", YZ_I(t.id));
}

bool yz_sandbox_cancel(struct yz_site *site, struct yz_arena *a, struct yz_str token, struct yz_str *back, struct yz_err *err)
{
	struct clicking w = {.site = site, .token = token};
	if (!yz_db_write(site->db, do_cancel, &w, err))
		return false;
	*back = yz_str_dup(a, yz_str(w.back));
	return true;
}

/* ---- its callbacks ---- */

bool yz_sandbox_due(struct yz_site *site, struct yz_arena *a, yz_instant now, struct yz_sandbox_message **out, size_t *n, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err,
					     "SELECT id, url, body FROM sandbox_callback WHERE due IS NOT NULL AND due <= $1 ORDER BY due, id LIMIT $2",
					     YZ_I(now), YZ_I(ROUND))
				 : NULL;
	if (conn)
		yz_db_release(conn);
	if (!r)
		return false;
	*n = r->count;
	*out = yz_new_n(a, r->count, struct yz_sandbox_message);
	for (size_t i = 0; i < r->count; i++) {
		(*out)[i] = (struct yz_sandbox_message){.id = yz_row_int(r, i, 0), .url = yz_row_str(r, i, 1)};
		yz_sandbox_sign(site, a, yz_row_str(r, i, 2), now, &(*out)[i].message);
	}
	return true;
}

struct settling {
	int64_t id;
	bool heard;
	yz_instant now;
};

static bool do_settle(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	static const yz_instant waits[TRIES] = {15 * YZ_SECOND, 15 * YZ_SECOND, 30 * YZ_SECOND, 3 * YZ_MINUTE,
						10 * YZ_MINUTE, 30 * YZ_MINUTE, 2 * YZ_HOUR, 3 * YZ_HOUR};
	const struct settling *w = ctx;
	int64_t tries;
	(void)a;
	if (w->heard)
		return yz_exec(conn, err, "UPDATE sandbox_callback SET due = NULL WHERE id = $1", YZ_I(w->id));
	return yz_select_int(conn, &tries, 0, err, "SELECT tries FROM sandbox_callback WHERE id = $1", YZ_I(w->id)) &&
	       yz_exec(conn, err, "UPDATE sandbox_callback SET tries = tries + 1, due = $1 WHERE id = $2",
		       yz_val_int_or_null(w->now + waits[tries < TRIES ? tries : 0], tries < TRIES), YZ_I(w->id));
}

bool yz_sandbox_settle(struct yz_site *site, int64_t id, bool heard, yz_instant now, struct yz_err *err)
{
	struct settling w = {id, heard, now};
	return yz_db_write(site->db, do_settle, &w, err);
}

struct heard {
	char text[64];
	size_t len;
};

static size_t hear(char *bytes, size_t size, size_t n, void *ctx)
{
	struct heard *h = ctx;
	size_t len = size * n, room = sizeof h->text - h->len;
	memcpy(h->text + h->len, bytes, len < room ? len : room);
	h->len += len < room ? len : room;
	return len;
}

static int asked_to_stop(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	return ctx && atomic_load((atomic_bool *)ctx);
}

static bool post(struct yz_arena *a, const struct yz_sandbox_message *m, atomic_bool *stop)
{
	CURL *curl = curl_easy_init();
	struct heard h = {0};
	long answer = 0;
	struct curl_slist *head = curl_slist_append(NULL, "Content-Type: application/json");
	head = curl_slist_append(head, yz_printf(a, "X-Sandbox-Time: %.*s", YZ_P(m->message.time)));
	head = curl_slist_append(head, yz_printf(a, "X-Sandbox-Nonce: %.*s", YZ_P(m->message.nonce)));
	head = curl_slist_append(head, yz_printf(a, "X-Sandbox-Sign: %.*s", YZ_P(m->message.sign)));
	curl_easy_setopt(curl, CURLOPT_URL, yz_str_z(a, m->url));
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, head);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, m->message.body.ptr);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)m->message.body.len);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, hear);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &h);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, asked_to_stop);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, stop);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)CALL_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	CURLcode code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
	curl_slist_free_all(head);
	curl_easy_cleanup(curl);
	return code == CURLE_OK && answer == 200 && yz_str_eqz(yz_str_n(h.text, h.len), "success");
}

bool yz_sandbox_call(struct yz_site *site, yz_instant now, atomic_bool *stop, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(16 << 20);
	struct yz_sandbox_message *due = NULL;
	size_t n = 0;
	bool ok = yz_sandbox_due(site, a, now, &due, &n, err);
	for (size_t i = 0; ok && i < n && !(stop && atomic_load(stop)); i++)
		ok = yz_sandbox_settle(site, due[i].id, post(a, &due[i], stop), now, err);
	yz_arena_destroy(a);
	return ok;
}

extern const struct yz_pay_provider yz_pay_sandbox;
const struct yz_pay_provider yz_pay_sandbox = {
	.name = "sandbox", .title = N_("沙箱（不动真钱）"),
	.time_header = "x-sandbox-time", .nonce_header = "x-sandbox-nonce", .sign_header = "x-sandbox-sign", .thanks = "success",
	.create = create, .query = query, .close = close_trade, .refund = refund, .refund_query = refund_query, .notice = notice,
	.statement = yz_sandbox_statement, .read_statement = yz_statement_csv_read,
	.payout_file = yz_payout_csv, .read_payout = yz_payout_csv_read,
};
