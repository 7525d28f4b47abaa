/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/relay_row.h"

#include "base/log.h"
#include "crypt/crypt.h"
#include "gov/note.h"
#include "gov/reach.h"
#include "pack/pack.h"
#include "text/text.h"

enum { ROUND = 200, KEEP_DAYS = 90 };
#define KEYLESS YZ_RELAY_NOBODY "key came to nothing"
#define LOOK_AGAIN YZ_HOUR /* somebody may have begun to wait unseen, on another server */

static char *index_of(const struct yz_acting *t, struct yz_str key, char out[YZ_BLIND])
{
	return yz_blind(t->site->keys, "relay.key", key, out);
}

/* ---- inside an act ---- */

static bool kept(const struct yz_bpmn_node *node, int32_t *days, struct yz_err *err)
{
	struct yz_str keep = yz_bpmn_attr(node, "keep");
	enum yz_unit unit;
	*days = KEEP_DAYS;
	return !keep.len || (yz_limit_parse(keep, days, &unit) && unit == YZ_NATURAL_DAYS && *days >= 1 && *days <= YZ_PROCESS_KEEP) ||
	       yz_fail(err, YZ_BAD_INPUT, "node %.*s: yz:keep is %.*s, not days (P90D, at most P%dD)", YZ_P(node->id), YZ_P(keep), YZ_PROCESS_KEEP);
}

/* Nobody came for it: its case, which may have ended, says so. */
static bool unheard(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t from, int64_t relay, struct yz_err *err)
{
	return yz_exec(conn, err, "UPDATE relay SET state = 'lapsed', ended = $1, next_try = NULL WHERE id = $2", YZ_I(yz_site_now(site)),
		       YZ_I(relay)) &&
	       yz_note(site, conn, NULL, "case.unheard", "case", from, "", yz_str_printf(a, "{\"relay\":%lld}", (long long)relay), err);
}

bool yz_relay_put(struct yz_acting *t, const struct yz_bpmn_effect *e, const char *dig, const char *state, const char *failure, int64_t *id,
		  struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw w;
	int32_t days;
	bool waits = yz_str_eqz(yz_str(state), "waiting");
	yz_buf_init(&b, t->a, YZ_RELAY_BODY);
	yz_jw_init(&w, &b);
	yz_bpmn_value_write(&w, e->value);
	if (b.full)
		return yz_fail(err, YZ_LIMIT, "the message of %.*s is over %d KiB: send less of it", YZ_P(e->node->id), YZ_RELAY_BODY >> 10);
	if (!kept(e->node, &days, err))
		return false;
	*id = yz_insert(t->conn, err,
			"INSERT INTO relay (case_id, node, name, key_dig, body_enc, sent, until_at, state, next_try, tries, failure, ended) "
			"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11)",
			YZ_I(t->id), YZ_S(e->node->id), YZ_S(e->name), YZ_Z(dig), YZ_BLOB(YZ_LIT("")), YZ_I(t->now), YZ_I(t->now + days * YZ_DAY),
			YZ_Z(state), yz_val_int_or_null(t->now, waits), YZ_Z(failure), yz_val_int_or_null(t->now, !waits));
	return *id &&
	       yz_exec(t->conn, err, "UPDATE relay SET body_enc = $1 WHERE id = $2",
		       YZ_BLOB(yz_seal(t->site->keys, t->a, "relay.body", *id, yz_buf_str(&b))), YZ_I(*id)) &&
	       (!*failure || unheard(t->site, t->conn, t->a, t->id, *id, err));
}

bool yz_relay_send(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err)
{
	char dig[YZ_BLIND];
	int64_t id;
	bool keyed = yz_str_trim(e->key).len != 0; /* without, it would be anybody's */
	if (yz_pack_message_own(e->name))
		return yz_fail(err, YZ_BAD_INPUT, "node %.*s sends the message %.*s, which no process sends", YZ_P(e->node->id), YZ_P(e->name));
	if (!yz_relay_put(t, e, index_of(t, e->key, dig), keyed ? "waiting" : "lapsed", keyed ? "" : KEYLESS, &id, err))
		return false;
	if (keyed)
		yz_site_changed(t->site, YZ_CHANGE_CLOCK);
	*yz_vec_push(t->a, &t->follow) = (struct yz_follow){.act = YZ_ACT_tell, .says = e->node->name.len ? e->node->name : e->name};
	return true;
}

bool yz_relay_wait(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err)
{
	char dig[YZ_BLIND];
	if (yz_pack_message_own(e->name) || !yz_str_trim(e->key).len)
		return true;
	index_of(t, e->key, dig);
	if (!yz_insert(t->conn, err, "INSERT INTO relay_wait (case_id, wait, node, title, name, key_dig, since) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		       YZ_I(t->id), YZ_I(e->id), YZ_S(e->node->id), YZ_S(e->node->name.len ? e->node->name : e->name), YZ_S(e->name), YZ_Z(dig),
		       YZ_I(t->now)) ||
	    !yz_exec(t->conn, err, "UPDATE relay SET next_try = $1 WHERE name = $2 AND key_dig = $3 AND state = 'waiting'", YZ_I(t->now),
		     YZ_S(e->name), YZ_Z(dig)))
		return false;
	if (yz_changed(t->conn))
		yz_site_changed(t->site, YZ_CHANGE_CLOCK);
	return true;
}

bool yz_relay_gone(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err)
{
	return yz_exec(t->conn, err, "UPDATE relay_wait SET gone = $1 WHERE case_id = $2 AND wait = $3 AND node = $4 AND gone IS NULL",
		       YZ_I(t->now), YZ_I(t->id), YZ_I(e->id), YZ_S(e->node->id));
}

bool yz_relay_back(struct yz_acting *t, yz_instant since, struct yz_err *err)
{
	size_t n;
	const struct yz_bpmn_token *tokens = yz_bpmn_tokens(t->process, t->flow, t->a, &n);
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT id, wait, gone FROM relay_wait WHERE case_id = $1 AND (gone IS NULL OR gone >= $2) "
				      "AND key_dig <> '" YZ_RELAY_SIGNAL "'",
				      YZ_I(t->id), YZ_I(since));
	for (size_t i = 0; r && i < r->count; i++) {
		bool stands = false, gone = !yz_row_null(r, i, 2);
		for (size_t k = 0; k < n; k++)
			stands = stands || tokens[k].id == yz_row_int(r, i, 1) || tokens[k].parent == yz_row_int(r, i, 1);
		if (stands && gone && !yz_exec(t->conn, err, "UPDATE relay_wait SET gone = NULL WHERE id = $1", YZ_I(yz_row_int(r, i, 0))))
			return false;
		if (!stands && !yz_exec(t->conn, err, "DELETE FROM relay_wait WHERE id = $1", YZ_I(yz_row_int(r, i, 0))))
			return false;
	}
	return r != NULL;
}

/* ---- the sweeper ---- */

static bool later(struct yz_conn *conn, int64_t id, yz_instant at, const struct yz_parcel *m, struct yz_err *err)
{
	return yz_exec(conn, err, "UPDATE relay SET next_try = $1 WHERE id = $2", YZ_I(at < m->until ? at : m->until), YZ_I(id));
}

/* Who sent it, for the hearer's history: by number only where both are one person's. */
static bool sender(struct yz_acting *t, const struct yz_parcel *m, struct yz_str at, struct yz_str *text, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT no, item_name, applicant FROM cases WHERE id = $1", YZ_I(m->from));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_CORRUPT, "no case %lld", (long long)m->from) : false;
	bool same = yz_row_int(r, 0, 2) == t->applicant;
	*text = yz_str_printf(t->a, "%.*s：%.*s%s%.*s%s", YZ_P(at), YZ_P(yz_row_str(r, 0, 1)), same ? "（" : "",
			      YZ_P(same ? yz_row_str(r, 0, 0) : YZ_LIT("")), same ? "）" : "");
	return true;
}

bool yz_relay_hear(struct yz_bringing *w, struct yz_acting *t, struct yz_bpmn_event *e, const struct yz_parcel *m, struct yz_str at,
		   struct yz_err *err)
{
	struct yz_str body, text;
	const struct yz_json *value;
	if (!yz_unseal(w->site->keys, t->a, "relay.body", m->body, m->sealed, &body, err) || !(value = yz_json_read(t->a, body, NULL, err)))
		return false;
	e->value = yz_bpmn_value_read(t->a, value);
	yz_acting_touch(t);
	w->done = true;
	return sender(t, m, at, &text, err) && yz_acting_step(t, e, err) &&
	       yz_exec(t->conn, err, "UPDATE relay SET state = 'heard', to_case = $1, ended = $2, next_try = NULL WHERE id = $3", YZ_I(t->id),
		       YZ_I(t->now), YZ_I(w->id)) &&
	       yz_acting_note(t, YZ_ACT_hear, 0, text, YZ_LIT(""), err) && yz_acting_save(t, err);
}

/* Who has waited longest, its case held; no row: nobody.  While the case was waited for, another server's message may have
 * ended its wait: then it is the next one's. */
static struct yz_rows *waiter(struct yz_bringing *w, struct yz_conn *conn, struct yz_arena *a, struct yz_acting *t, const struct yz_parcel *m,
			      struct yz_err *err)
{
	for (;;) {
		int64_t stands;
		struct yz_rows *to = yz_select(conn, a, err,
					       "SELECT c.no, w.wait, w.node, w.id FROM relay_wait w JOIN cases c ON c.id = w.case_id WHERE w.name = $1 "
					       "AND w.key_dig = $2 AND w.gone IS NULL AND w.case_id <> $3 AND c.ended IS NULL ORDER BY w.id LIMIT 1",
					       YZ_S(m->name), YZ_S(m->dig), YZ_I(m->from));
		if (!to || !to->count)
			return to;
		if (!yz_acting_load(t, w->site, conn, a, NULL, yz_row_str(to, 0, 0), err) ||
		    !yz_select_int(conn, &stands, 0, err, "SELECT COUNT(*) FROM relay_wait WHERE id = $1 AND gone IS NULL", YZ_I(yz_row_int(to, 0, 3))))
			return NULL;
		if (stands && !t->ended)
			return to;
		*t = (struct yz_acting){0};
	}
}

static bool do_bring(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct yz_bringing *w = ctx;
	yz_instant now = yz_site_now(w->site);
	w->done = false;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT case_id, name, key_dig, body_enc, until_at, sent, to_case FROM relay WHERE id = $1 AND state = 'waiting' FOR UPDATE",
				      YZ_I(w->id));
	if (!r || !r->count)
		return r != NULL; /* another sweeper was here */
	struct yz_parcel m = {.from = yz_row_int(r, 0, 0), .to = yz_row_int(r, 0, 6), .body = w->id, .name = yz_row_str(r, 0, 1),
			      .dig = yz_row_str(r, 0, 2), .sealed = yz_row_str(r, 0, 3), .sent = yz_row_int(r, 0, 5), .until = yz_row_int(r, 0, 4)};
	if (now >= m.until) {
		w->done = true;
		return unheard(w->site, conn, a, m.from, w->id, err);
	}
	if (m.to)
		return yz_relay_bring_signal(w, conn, a, &m, err);
	struct yz_acting *t = yz_new(a, struct yz_acting);
	struct yz_rows *to = waiter(w, conn, a, t, &m, err);
	if (!to)
		return false;
	if (!to->count)
		return later(conn, w->id, now + LOOK_AGAIN, &m, err);
	const struct yz_bpmn_node *node = yz_bpmn_node(t->process, yz_row_str(to, 0, 2));
	if (!node)
		return yz_fail(err, YZ_CORRUPT, "the process of case %.*s has no %.*s", YZ_P(t->no), YZ_P(yz_row_str(to, 0, 2)));
	struct yz_bpmn_event e = {.kind = YZ_BPMN_MESSAGE, .name = m.name, .id = (uint32_t)yz_row_int(to, 0, 1), .node = node};
	return yz_relay_hear(w, t, &e, &m, node->name.len ? node->name : m.name, err);
}

static bool do_fail(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct yz_bringing *w = ctx;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT tries, until_at FROM relay WHERE id = $1 AND state = 'waiting'", YZ_I(w->id));
	if (!r || !r->count)
		return r != NULL;
	int64_t tries = yz_row_int(r, 0, 0);
	yz_instant wait = YZ_MINUTE << (tries < 11 ? tries : 11), at = yz_site_now(w->site) + (wait < YZ_DAY ? wait : YZ_DAY);
	return yz_exec(conn, err, "UPDATE relay SET tries = tries + 1, failure = $1, next_try = $2 WHERE id = $3", YZ_Z(w->failure),
		       YZ_I(at < yz_row_int(r, 0, 1) ? at : yz_row_int(r, 0, 1)), YZ_I(w->id));
}

static bool bring(struct yz_bringing *w, struct yz_err *err)
{
	struct yz_err one = {0};
	if (yz_db_write(w->site->db, do_bring, w, &one))
		return true;
	yz_log_err(YZ_ERROR, &one);
	w->done = false;
	yz_err_print(&one, w->failure, sizeof w->failure);
	if (one.code != YZ_UNAVAILABLE && yz_db_write(w->site->db, do_fail, w, err))
		return true;
	*err = one;
	return false;
}

static struct yz_rows *read_due(struct yz_site *site, struct yz_arena *a, yz_instant now, yz_instant *next, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	if (!conn)
		return NULL;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id FROM relay WHERE next_try IS NOT NULL AND next_try <= $1 ORDER BY next_try, id LIMIT $2",
				      YZ_I(now), YZ_I(ROUND));
	bool ok = r && yz_select_int(conn, next, INT64_MAX, err, "SELECT MIN(next_try) FROM relay WHERE next_try IS NOT NULL AND next_try > $1",
				     YZ_I(now));
	yz_db_release(conn);
	return ok ? r : NULL;
}

bool yz_relay_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err)
{
	*done = 0;
	for (;;) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_rows *due = read_due(site, a, now, next, err);
		size_t n = due ? due->count : 0;
		bool ok = due != NULL;
		for (size_t i = 0; ok && i < n; i++) {
			struct yz_bringing w = {.site = site, .id = yz_row_int(due, i, 0)};
			ok = bring(&w, err);
			*done += w.done;
		}
		yz_arena_destroy(a);
		if (!ok || n < ROUND)
			return ok;
	}
}

/* ---- shown ---- */

size_t yz_relay_list(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t before, int limit, struct yz_relay **out,
		     struct yz_err *err)
{
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	if (!yz_may(who, YZ_MAY_board)) {
		yz_refuse(who, YZ_MAY_board, err);
		return 0;
	}
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT m.id, c.no, c.item_name, o.name, m.name, m.failure, m.tries, m.state, m.sent, m.until_at, m.ended FROM relay m "
				      "JOIN cases c ON c.id = m.case_id LEFT JOIN org o ON o.key = c.org LEFT JOIN region g ON g.code = c.region "
				      "WHERE m.state IN ('waiting', 'lapsed') AND m.id < $1 AND g.path >= $2 AND g.path < $3 ORDER BY m.id DESC LIMIT $4",
				      YZ_I(before ? before : INT64_MAX), YZ_S(path), YZ_S(yz_reach_end(a, path)), YZ_I(limit));
	if (!r)
		return 0;
	*out = yz_new_n(a, r->count, struct yz_relay);
	for (size_t i = 0; i < r->count; i++)
		(*out)[i] = (struct yz_relay){.id = yz_row_int(r, i, 0), .case_no = yz_row_str(r, i, 1), .item_name = yz_row_str(r, i, 2),
					      .org_name = yz_row_str(r, i, 3), .name = yz_row_str(r, i, 4), .failure = yz_row_str(r, i, 5),
					      .tries = yz_row_int(r, i, 6), .lapsed = yz_str_eqz(yz_row_str(r, i, 7), "lapsed"),
					      .sent = yz_row_int(r, i, 8), .until = yz_row_int(r, i, 9), .ended = yz_row_int(r, i, 10), 
					      .nobodys = yz_str_starts(yz_row_str(r, i, 5), YZ_LIT(YZ_RELAY_NOBODY))};
	return r->count;
}

struct sending {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t id;
};

static bool do_again(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct sending *w = ctx;
	yz_instant now = yz_site_now(w->site);
	int64_t held;
	if (!yz_select_int(conn, &held, 0, err, "SELECT id FROM relay WHERE id = $1 FOR UPDATE", YZ_I(w->id)))
		return false;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT m.case_id, m.state, m.failure, g.path, m.until_at, m.tries FROM relay m JOIN cases c ON c.id = m.case_id "
				      "LEFT JOIN region g ON g.code = c.region WHERE m.id = $1",
				      YZ_I(w->id));
	if (!r)
		return false;
	if (!r->count || !yz_may_in(w->who, YZ_MAY_relay_again, YZ_LIT(""), yz_row_str(r, 0, 3)))
		return yz_fail(err, YZ_NOT_FOUND, "message %lld is not for person %lld", (long long)w->id, (long long)w->who->person);
	if (!yz_str_eqz(yz_row_str(r, 0, 1), "waiting") && !yz_str_eqz(yz_row_str(r, 0, 1), "lapsed"))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这个通知已经送到了"));
	if (yz_str_eqz(yz_row_str(r, 0, 1), "waiting") && !yz_row_int(r, 0, 5))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这个通知还留着，等办件来收，不用重新发出"));
	if (yz_str_starts(yz_row_str(r, 0, 2), YZ_LIT(YZ_RELAY_NOBODY)))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("流程没有写对通知给谁，再发也没有办件会收，请告诉管理员改流程"));
	yz_instant until = now + KEEP_DAYS * YZ_DAY;
	/* Tried anew from the first minute on: what stood in its way may have been mended. */
	if (!yz_exec(conn, err, "UPDATE relay SET state = 'waiting', next_try = $1, tries = 0, failure = '', ended = NULL, until_at = $2 WHERE id = $3",
		     YZ_I(now), YZ_I(until > yz_row_int(r, 0, 4) ? until : yz_row_int(r, 0, 4)), YZ_I(w->id)))
		return false;
	yz_site_changed(w->site, YZ_CHANGE_CLOCK);
	return yz_note(w->site, conn, w->who, "case.tell_again", "case", yz_row_int(r, 0, 0), "", yz_str_printf(a, "{\"relay\":%lld}", (long long)w->id),
		       err);
}

bool yz_relay_again(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_err *err)
{
	struct sending w = {site, who, id};
	return yz_may(who, YZ_MAY_relay_again) ? yz_db_write(site->db, do_again, &w, err) : yz_refuse(who, YZ_MAY_relay_again, err);
}
