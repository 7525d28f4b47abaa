/* gov/upward.c - the reporter: a round over the links upward, and its thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/upward_batch.h"

#include "base/log.h"
#include "base/map.h"
#include "db/ledger.h"
#include "gov/round.h"
#include "gov/technician.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LINKS_MOST = 20, TELL_AFTER = 8, SHIFT_MOST = 6 };
#define BEAT (15 * YZ_SECOND)  /* the upper one hears that we are there */
#define LEASE (2 * YZ_MINUTE)  /* one process has the link for so long */
#define PAUSE YZ_SECOND        /* between looks at the ledger */

struct speaking {
	struct yz_site *site;
	struct yz_arena *a;
	int64_t id, acked, tries;
	struct yz_str name, url, secret;
	bool personal;
	yz_instant now;
	bool taken; /* the link is ours for this round */
	/* what came of it */
	bool well, more;
	int64_t have;
	const struct yz_json *orders;
	char failure[400];
};

/* ---- which links are due ---- */

static struct yz_rows *due_links(struct yz_site *site, struct yz_arena *a, yz_instant now, struct yz_err *err)
{
	int64_t head;
	struct yz_conn *conn = yz_db_read(site->db, err);
	if (!conn)
		return NULL;
	struct yz_rows *r = !yz_ledger_head(conn, site->region, &head, err)
				    ? NULL
				    : yz_select(conn, a, err,
						"SELECT id, name, url, secret_enc, personal, acked, tries FROM link_up WHERE busy <= $1 "
						"AND (next_try <= $1 OR (tries = 0 AND acked < $2)) ORDER BY next_try, id LIMIT $3",
						YZ_I(now), YZ_I(head), YZ_I(LINKS_MOST));
	yz_db_release(conn);
	return r;
}

static bool do_lease(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct speaking *w = ctx;
	(void)a;
	if (!yz_exec(conn, err, "UPDATE link_up SET busy = $1 WHERE id = $2 AND busy <= $3", YZ_I(w->now + LEASE), YZ_I(w->id), YZ_I(w->now)))
		return false;
	w->taken = yz_changed(conn) == 1;
	return true;
}

/* ---- the call ---- */

static void call_with(struct speaking *w, const char *method, const char *path, struct yz_str body, struct yz_upward_call *call)
{
	char nonce[32];
	*call = (struct yz_upward_call){.method = method, .path = path, .url = w->url, .site = w->site->region, .body = body,
					.time = yz_str_printf(w->a, "%lld", (long long)(w->now / YZ_SECOND)),
					.nonce = yz_str_dup(w->a, yz_str(yz_token(nonce)))};
	call->sign = yz_up_sign(w->a, w->secret, method, path, call->time, call->nonce, body);
}

/* The answer's tree, where it is one and is the upper one's own. */
static const struct yz_json *answer_of(struct speaking *w, const struct yz_upward_call *call)
{
	static const struct yz_json_limits limits = {512 * 1024, 6, 5000};
	bool good = call->status == 200 || call->status == 409;
	if (good && !yz_same(call->answer_sign, yz_up_sign_answer(w->a, w->secret, call->status, call->nonce, call->answer))) {
		snprintf(w->failure, sizeof w->failure, "the answer is not signed with the secret of this link");
		return NULL;
	}
	const struct yz_json *said = yz_json_read(w->a, call->answer, &limits, NULL);
	if (good && said && yz_json_int(said, "have", -1) >= 0)
		return said;
	struct yz_str why = yz_json_str(said, "error");
	snprintf(w->failure, sizeof w->failure, "%.*s answered %d%s%.*s", YZ_P(w->url), call->status, why.len ? ": " : "",
		 (int)(why.len < 120 ? why.len : 120), why.len ? why.ptr : "");
	return NULL;
}

static void learn(struct speaking *w, const struct yz_up_batch *b, const struct yz_json *said)
{
	struct yz_str why = yz_json_str(said, "why");
	w->have = yz_json_int(said, "have", 0);
	w->orders = yz_json_get(said, "orders");
	if (yz_str_eqz(why, "fork") || w->have > b->head) {
		snprintf(w->failure, sizeof w->failure,
			 "there they have %lld entries of a ledger that is not this one (restored from a backup?): they begin anew by "
			 "yizhan link restart",
			 (long long)w->have);
		return;
	}
	w->well = true;
	w->more = w->have < b->head && w->have != w->acked;
}

static bool speak(struct speaking *w, yz_upward_post *post, void *ctx, struct yz_err *err)
{
	struct yz_up_batch b;
	struct yz_str body;
	struct yz_upward_call call;
	struct yz_conn *conn = yz_db_read(w->site->db, err);
	bool made = conn && yz_up_batch_make(w->site, conn, w->a, w->id, w->acked, w->personal, &b, &body, err);
	if (conn)
		yz_db_release(conn);
	if (!made)
		return false;
	call_with(w, "POST", YZ_UPWARD_PATH, body, &call);
	if (!post(ctx, w->a, &call)) {
		snprintf(w->failure, sizeof w->failure, "%s", call.failure);
		return true;
	}
	const struct yz_json *said = answer_of(w, &call);
	if (said)
		learn(w, &b, said);
	return true;
}

/* ---- what came of it ---- */

/* 2, 4, 8 … 64 seconds: a line that comes back is used at once. */
static yz_instant later(const struct speaking *w)
{
	int64_t shift = w->tries + 1 < SHIFT_MOST ? w->tries + 1 : SHIFT_MOST;
	return w->now + (YZ_SECOND << shift);
}

static bool do_settle(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct speaking *w = ctx;
	(void)a;
	if (!w->well)
		return yz_exec(conn, err, "UPDATE link_up SET busy = 0, tries = tries + 1, next_try = $1, failure = $2 WHERE id = $3", YZ_I(later(w)),
			       YZ_Z(w->failure), YZ_I(w->id));
	return yz_exec(conn, err, "UPDATE link_up SET busy = 0, tries = 0, next_try = $1, failure = '', acked = $2, said = $3 WHERE id = $4",
		       YZ_I(w->now + BEAT), YZ_I(w->have), YZ_I(w->now), YZ_I(w->id));
}

struct ordering {
	struct speaking *w;
	const struct yz_json *order;
};

static bool do_refuse(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct ordering *o = ctx;
	return yz_up_order_refuse(o->w->site, conn, a, o->w->id, o->order, err);
}

static bool do_order(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct ordering *o = ctx;
	return yz_up_order_take(o->w->site, conn, a, o->w->id, o->order, err);
}

/* One that is not whole must not keep back the others. */
static bool take_orders(struct speaking *w, struct yz_err *err)
{
	for (size_t i = 0; i < yz_json_len(w->orders) && i < YZ_UPWARD_ORDERS; i++) {
		struct ordering o = {.w = w, .order = yz_json_at(w->orders, i)};
		struct yz_err one = {0};
		if (yz_db_write(w->site->db, do_order, &o, &one))
			continue;
		if (one.code != YZ_BAD_INPUT) {
			*err = one;
			return false;
		}
		yz_log_err(YZ_WARN, &one);
		if (!yz_db_write(w->site->db, do_refuse, &o, err))
			return false;
	}
	return true;
}

static bool tell_technicians(struct speaking *w, struct yz_err *err)
{
	struct yz_err failed = {0};
	yz_fail(&failed, YZ_UNAVAILABLE, "link %.*s: %s", YZ_P(w->name), w->failure);
	return yz_technicians_tell(w->site, "levels", &failed, err);
}

static bool one_link(struct speaking *w, yz_upward_post *post, void *ctx, struct yz_err *err)
{
	struct yz_err failed = {0};
	if (!yz_db_write(w->site->db, do_lease, w, err))
		return false;
	if (!w->taken)
		return true;
	if (!speak(w, post, ctx, &failed)) {
		yz_log_err(YZ_ERROR, &failed);
		snprintf(w->failure, sizeof w->failure, "%s", failed.msg);
	}
	if (!w->well)
		yz_log(YZ_WARN, "link %.*s: %s", YZ_P(w->name), w->failure);
	return yz_db_write(w->site->db, do_settle, w, err) && take_orders(w, err) &&
	       (w->well || w->tries + 1 != TELL_AFTER || tell_technicians(w, err));
}

static bool read_link(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t i, yz_instant now, struct speaking *w,
		      struct yz_err *err)
{
	*w = (struct speaking){.site = site, .a = a, .id = yz_row_int(r, i, 0), .name = yz_row_str(r, i, 1), .url = yz_row_str(r, i, 2),
			       .personal = yz_row_int(r, i, 4) != 0, .acked = yz_row_int(r, i, 5), .tries = yz_row_int(r, i, 6), .now = now};
	return yz_up_open_secret(site, a, yz_row_str(r, i, 3), &w->secret, err);
}

bool yz_upward_round(struct yz_site *site, yz_instant now, yz_upward_post *post, void *ctx, bool *more, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_rows *r = due_links(site, a, now, err);
	bool ok = r != NULL;
	*more = false;
	for (size_t i = 0; ok && i < r->count; i++) {
		struct yz_arena *each = yz_arena_create((size_t)256 << 20);
		struct speaking w;
		/* The one before may have taken minutes. */
		ok = read_link(site, each, r, i, i ? yz_site_now(site) : now, &w, err) && one_link(&w, post, ctx, err);
		*more = *more || (ok && w.more);
		yz_arena_destroy(each);
	}
	yz_arena_destroy(a);
	return ok;
}

bool yz_upward_try(struct yz_site *site, struct yz_arena *a, struct yz_str name, yz_upward_post *post, void *ctx, int64_t *have,
		   struct yz_err *err)
{
	struct speaking w;
	struct yz_upward_call call;
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT id, name, url, secret_enc, personal, acked, tries FROM link_up WHERE name = $1", YZ_S(name))
				 : NULL;
	if (conn)
		yz_db_release(conn);
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_NOT_FOUND, "there is no link %.*s upward", YZ_P(name)) : false;
	if (!read_link(site, a, r, 0, yz_site_now(site), &w, err))
		return false;
	call_with(&w, "GET", YZ_UPWARD_STATE, YZ_LIT(""), &call);
	if (!post(ctx, a, &call))
		return yz_fail(err, YZ_UNAVAILABLE, "%.*s: %s", YZ_P(w.url), call.failure);
	const struct yz_json *said = answer_of(&w, &call);
	*have = yz_json_int(said, "have", 0);
	return said || yz_fail(err, YZ_UNAVAILABLE, "%s", w.failure);
}

/* ---- what both ends must have alike ---- */

struct lining {
	struct yz_site *site;
	struct yz_str region;
	bool own, personal;
	bool (*line)(void *ctx, struct yz_str text);
	void *ctx;
};

static bool own_rows(struct lining *w, struct yz_conn *conn, struct yz_up_out *out, struct yz_str no, struct yz_err *err)
{
	int64_t id;
	if (!yz_select_int(conn, &id, 0, err, "SELECT id FROM cases WHERE no = $1", YZ_S(no)))
		return false;
	if (id)
		return yz_up_case(w->site, conn, out, id, err);
	if (!yz_select_int(conn, &id, 0, err, "SELECT id FROM consultation WHERE no = $1", YZ_S(no)))
		return false;
	if (id)
		return yz_up_talk(w->site, conn, out, id, err);
	return !yz_str_starts(no, YZ_LIT("card-")) || !yz_str_int(yz_str_n(no.ptr + 5, no.len - 5), &id) || yz_up_lone_card(w->site, conn, out, id, err);
}

static bool held_rows(struct lining *w, struct yz_conn *conn, struct yz_up_out *out, struct yz_str no, struct yz_err *err)
{
	struct yz_up_row *rows;
	size_t n;
	if (!yz_up_rows(w->site, conn, out->a, w->region, no, YZ_UP_SLOTS, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		yz_up_row_write(out, &rows[i]);
	return true;
}

static int by_bytes(const void *a, const void *b)
{
	return yz_str_cmp(*(const struct yz_str *)a, *(const struct yz_str *)b);
}

static bool line_up(struct lining *w, struct yz_conn *conn, struct yz_str no, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_buf buf;
	struct yz_up_out out = {.a = a, .buf = &buf, .personal = w->personal, .site = w->own ? w->site->region : w->region};
	yz_buf_init(&buf, a, YZ_UPWARD_BODY);
	bool ok = w->own ? own_rows(w, conn, &out, no, err) : held_rows(w, conn, &out, no, err);
	YZ_VEC(struct yz_str) lines = {0};
	struct yz_str rest = yz_buf_str(&buf), text;
	while (ok && yz_str_cut(&rest, '\n', &text))
		if (text.len)
			*yz_vec_push(a, &lines) = text;
	if (lines.len)
		qsort(lines.at, lines.len, sizeof *lines.at, by_bytes);
	for (size_t i = 0; ok && i < lines.len; i++)
		ok = w->line(w->ctx, lines.at[i]) || yz_fail(err, YZ_IO, "the rows could not be written");
	yz_arena_destroy(a);
	return ok;
}

bool yz_upward_lines(struct yz_site *site, struct yz_str region, bool personal, bool (*line)(void *ctx, struct yz_str text), void *ctx,
		     struct yz_err *err)
{
	enum { PAGE = 500 };
	struct lining w = {site, region, !region.len || yz_str_eq(region, site->region), personal, line, ctx};
	struct yz_arena *a = yz_arena_create(0);
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_str after = YZ_LIT("");
	size_t n = PAGE;
	bool ok = conn != NULL;
	while (ok && n == PAGE) {
		struct yz_rows *r = w.own ? yz_select(conn, a, err,
						      "SELECT no FROM (SELECT no FROM cases WHERE no > $1 UNION ALL SELECT no FROM consultation WHERE no > $1 "
						      "UNION ALL SELECT 'card-' || CAST(id AS TEXT) FROM card WHERE case_id IS NULL AND thing <> 'consultation' "
						      "AND 'card-' || CAST(id AS TEXT) > $1) x ORDER BY no LIMIT $2",
						      YZ_S(after), YZ_I(PAGE))
					  : yz_select(conn, a, err, "SELECT no FROM reported_case WHERE site = $2 AND no > $1 ORDER BY no LIMIT $3",
						      YZ_S(after), YZ_S(region), YZ_I(PAGE));
		ok = r != NULL;
		n = ok ? r->count : 0;
		for (size_t i = 0; ok && i < n; i++)
			ok = line_up(&w, conn, after = yz_row_str(r, i, 0), err);
	}
	if (conn)
		yz_db_release(conn);
	yz_arena_destroy(a);
	return ok;
}

/* ---- the thread ---- */

struct yz_reporter {
	struct yz_site *site;
	struct yz_round *round;
};

static yz_instant report(void *ctx, atomic_bool *stop)
{
	struct yz_reporter *r = ctx;
	struct yz_err err = {0};
	bool more = false;
	if (!yz_upward_round(r->site, yz_site_now(r->site), yz_upward_http, stop, &more, &err))
		yz_log_err(YZ_WARN, &err);
	return more ? 0 : PAUSE;
}

struct yz_reporter *yz_reporter_start(struct yz_site *site, struct yz_err *err)
{
	struct yz_reporter *r = yz_new(site->arena, struct yz_reporter);
	r->site = site;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	/* No change wakes it: what is new waits for the pause, and goes in one batch. */
	r->round = yz_round_start(site, "the reporter", 0, 0, report, r, err);
	return r->round ? r : NULL;
}

void yz_reporter_stop(struct yz_reporter *r)
{
	if (r)
		yz_round_stop(r->round);
}
