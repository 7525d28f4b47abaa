/* Signals from one case to all that wait for them (BPMN 2.0.2, 10.5.1): whoever waits when it is sent hears it, nobody later.
 *
 * How far it goes its model says by yz:reach, and never past the region of the item's department: a township's process does
 * not speak to the whole county.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/relay_row.h"

#include "gov/reach.h"

/* Two processes that answer each other's signals would go on for ever. */
enum { SENT_MOST = 100 };
#define ENDLESS YZ_RELAY_NOBODY "sent a hundred times by this step of the case"
#define REACHLESS YZ_RELAY_NOBODY "reach leads nowhere in the item's region"

/* ---- inside an act ---- */

/* "home": where the case is at home; "item": where the item's department is; else a region's code.  *leads: it lies within. */
static bool territory(struct yz_acting *t, struct yz_str reach, struct yz_str *path, bool *leads, struct yz_err *err)
{
	*path = yz_str_eqz(reach, "home") ? t->path : t->v->region_path;
	if (!yz_str_eqz(reach, "home") && !yz_str_eqz(reach, "item")) {
		struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT path FROM region WHERE code = $1", YZ_S(reach));
		if (!r)
			return false;
		*path = r->count ? yz_row_str(r, 0, 0) : YZ_LIT("");
	}
	*leads = path->len && yz_str_starts(*path, t->v->region_path);
	return true;
}

bool yz_relay_signal(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err)
{
	struct yz_str reach = yz_str_trim(e->key), path;
	bool leads;
	int64_t id, sent;
	if (!yz_bpmn_attr(e->node, "reach").len)
		return true; /* its own, and heard */
	if (!territory(t, reach, &path, &leads, err) ||
	    !yz_select_int(t->conn, &sent, 0, err, "SELECT COUNT(*) FROM relay WHERE case_id = $1 AND node = $2 AND key_dig = '" YZ_RELAY_SIGNAL "'",
			   YZ_I(t->id), YZ_S(e->node->id)))
		return false;
	const char *lapsed = !leads ? REACHLESS : sent >= SENT_MOST ? ENDLESS : "";
	leads = leads && sent < SENT_MOST;
	if (!yz_relay_put(t, e, YZ_RELAY_SIGNAL, leads ? "sent" : "lapsed", lapsed, &id, err))
		return false;
	*yz_vec_push(t->a, &t->follow) = (struct yz_follow){.act = YZ_ACT_tell, .says = e->node->name.len ? e->node->name : e->name};
	if (!leads)
		return true;
	if (!yz_exec(t->conn, err,
		     "INSERT INTO relay (case_id, node, name, key_dig, body_enc, sent, until_at, state, next_try, tries, failure, to_case) "
		     "SELECT s.case_id, s.node, s.name, $1, $2, s.sent, s.until_at, 'waiting', s.sent, 0, '', c.id FROM relay s, cases c "
		     "JOIN region g ON g.code = c.region WHERE s.id = $3 AND c.id <> s.case_id AND c.ended IS NULL AND g.path >= $4 AND g.path < $5 "
		     "AND c.id IN (SELECT w.case_id FROM relay_wait w WHERE w.name = $6 AND w.key_dig = '" YZ_RELAY_SIGNAL "' AND w.gone IS NULL) "
		     "ORDER BY c.id",
		     YZ_S(yz_str_printf(t->a, YZ_RELAY_OF "%lld", (long long)id)), YZ_BLOB(YZ_LIT("")), YZ_I(id), YZ_S(path),
		     YZ_S(yz_reach_end(t->a, path)), YZ_S(e->name)))
		return false;
	if (yz_changed(t->conn))
		yz_site_changed(t->site, YZ_CHANGE_CLOCK);
	return true;
}

/* ---- who waits ---- */

static bool wait(struct yz_acting *t, const struct yz_bpmn_ear *e, struct yz_err *err)
{
	return yz_insert(t->conn, err,
			 "INSERT INTO relay_wait (case_id, wait, node, title, name, key_dig, since) VALUES ($1, $2, $3, $4, $5, '" YZ_RELAY_SIGNAL "', $6)",
			 YZ_I(t->id), YZ_I(e->id), YZ_S(e->node->id), YZ_S(e->node->name.len ? e->node->name : e->name), YZ_S(e->name),
			 YZ_I(t->now)) != 0;
}

bool yz_relay_ears(struct yz_acting *t, struct yz_err *err)
{
	size_t n = 0;
	if (!t->flowed || !t->flow || !yz_bpmn_hears(t->process))
		return true;
	const struct yz_bpmn_ear *ears = yz_bpmn_ears(t->flow, t->a, &n);
	bool *known = yz_new_n(t->a, n + 1, bool);
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT id, wait, node, name FROM relay_wait WHERE case_id = $1 AND key_dig = '" YZ_RELAY_SIGNAL "' AND gone IS NULL",
				      YZ_I(t->id));
	for (size_t i = 0; r && i < r->count; i++) {
		size_t k = 0;
		while (k < n && (known[k] || ears[k].id != yz_row_int(r, i, 1) || !yz_str_eq(ears[k].node->id, yz_row_str(r, i, 2)) ||
				 !yz_str_eq(ears[k].name, yz_row_str(r, i, 3))))
			k++;
		known[k] = true;
		if (k == n && !yz_exec(t->conn, err, "UPDATE relay_wait SET gone = $1 WHERE id = $2", YZ_I(t->now), YZ_I(yz_row_int(r, i, 0))))
			return false;
	}
	for (size_t k = 0; r && k < n; k++)
		if (!known[k] && !wait(t, &ears[k], err))
			return false;
	return r != NULL;
}

bool yz_relay_moved(struct yz_acting *t, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT id, node, key_dig FROM relay_wait WHERE case_id = $1 AND gone IS NULL", YZ_I(t->id));
	for (size_t i = 0; r && i < r->count; i++) {
		bool signal = yz_str_eqz(yz_row_str(r, i, 2), YZ_RELAY_SIGNAL);
		if ((signal ? !yz_bpmn_hears(t->process) : !yz_bpmn_node(t->process, yz_row_str(r, i, 1))) &&
		    !yz_exec(t->conn, err, "UPDATE relay_wait SET gone = $1 WHERE id = $2", YZ_I(t->now), YZ_I(yz_row_int(r, i, 0))))
			return false;
	}
	return r != NULL;
}

/* ---- the sweeper ---- */

/* What it carries stands once, in the signal's own row. */
static bool open_signal(struct yz_conn *conn, struct yz_arena *a, struct yz_parcel *m, struct yz_err *err)
{
	struct yz_str text = m->dig;
	size_t skip = sizeof YZ_RELAY_OF - 1;
	if (!yz_str_starts(text, YZ_LIT(YZ_RELAY_OF)) || !yz_str_int(yz_str_n(text.ptr + skip, text.len - skip), &m->body))
		return yz_fail(err, YZ_CORRUPT, "the signal to case %lld is of no signal: %.*s", (long long)m->to, YZ_P(text));
	struct yz_rows *r = yz_select(conn, a, err, "SELECT body_enc FROM relay WHERE id = $1", YZ_I(m->body));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_CORRUPT, "no signal %lld", (long long)m->body) : false;
	m->sealed = yz_row_str(r, 0, 0);
	return true;
}

bool yz_relay_bring_signal(struct yz_bringing *w, struct yz_conn *conn, struct yz_arena *a, struct yz_parcel *m, struct yz_err *err)
{
	struct yz_acting *t = yz_new(a, struct yz_acting);
	struct yz_rows *c = yz_select(conn, a, err, "SELECT no FROM cases WHERE id = $1", YZ_I(m->to));
	if (!c || !c->count)
		return c ? yz_fail(err, YZ_CORRUPT, "no case %lld", (long long)m->to) : false;
	if (!open_signal(conn, a, m, err) || !yz_acting_load(t, w->site, conn, a, NULL, yz_row_str(c, 0, 0), err))
		return false;
	/* It waited when the signal was sent, and still does. */
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT title FROM relay_wait WHERE case_id = $1 AND name = $2 AND key_dig = '" YZ_RELAY_SIGNAL "' AND gone IS NULL "
				      "AND since <= $3 ORDER BY id LIMIT 1",
				      YZ_I(m->to), YZ_S(m->name), YZ_I(m->sent));
	if (!r)
		return false;
	if (t->ended || !r->count) {
		w->done = true;
		return yz_exec(conn, err, "UPDATE relay SET state = 'past', ended = $1, next_try = NULL WHERE id = $2", YZ_I(t->now), YZ_I(w->id));
	}
	struct yz_bpmn_event e = {.kind = YZ_BPMN_SIGNAL, .name = m->name};
	return yz_relay_hear(w, t, &e, m, yz_row_str(r, 0, 0), err);
}
