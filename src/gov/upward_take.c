/* gov/upward_take.c - what a lower installation sends, taken in once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/upward_batch.h"

#include "base/log.h"
#include "base/map.h"
#include "gov/note.h"

enum { LINE_MOST = 512 * 1024, ABOUTS_MOST = 2000, SITE_NAME = 200 };
#define NO_HASH YZ_LIT("0000000000000000000000000000000000000000000000000000000000000000")

enum verdict { TAKEN, HAD, BEHIND, GAP, FORK };
static const char *const verdicts[] = {[TAKEN] = "", [HAD] = "", [BEHIND] = "behind", [GAP] = "gap", [FORK] = "fork"};

struct taking {
	struct yz_site *site;
	struct yz_arena *a;
	const struct yz_upward_message *m;
	struct yz_up_sender from;
	yz_instant now;
	struct yz_up_batch batch;
	struct yz_map things; /* "site no" → whether its state is there */
	YZ_VEC(struct yz_up_row) rows;
	YZ_VEC(const struct yz_json *) abouts;
	YZ_VEC(const struct yz_json *) receipts;
	YZ_VEC(struct yz_str) forgets;
	/* what came of it */
	enum verdict verdict;
	int64_t have;
};

/* ---- what it says ---- */

static bool within(const struct taking *t, struct yz_str site)
{
	return yz_str_starts(site, yz_up_area(t->m->site)) && site.len <= YZ_UP_SITE;
}

static bool read_head(struct taking *t, const struct yz_json *line, struct yz_err *err)
{
	const struct yz_json *b = yz_json_get(line, "batch");
	struct yz_up_batch *out = &t->batch;
	*out = (struct yz_up_batch){.site = yz_json_str(b, "site"), .name = yz_json_str(b, "name"), .prev = yz_json_str(b, "prev"),
				    .hash = yz_json_str(b, "hash"), .from = yz_json_int(b, "from", 0), .to = yz_json_int(b, "to", -1),
				    .head = yz_json_int(b, "head", -1)};
	struct yz_str oldest = yz_json_str(b, "oldest");
	if (!b || !yz_str_eq(out->site, t->m->site) || out->from < 1 || out->to < out->from - 1 || out->head < 0 || out->prev.len != YZ_HEX - 1 ||
	    out->hash.len != YZ_HEX - 1 || !out->name.len || out->name.len > SITE_NAME || (oldest.len && !yz_instant_parse(oldest, &out->oldest)))
		return yz_fail(err, YZ_BAD_INPUT, "the first line says whose batch it is, from, to, prev, hash, head and name");
	return true;
}

static bool read_row(struct taking *t, const struct yz_json *line, struct yz_err *err)
{
	struct yz_up_row row;
	if (t->rows.len == YZ_UP_ROWS)
		return yz_fail(err, YZ_BAD_INPUT, "a batch has at most %d rows", YZ_UP_ROWS);
	if (!yz_up_row_read(t->a, line, &row, err))
		return false;
	if (!within(t, row.site))
		return yz_fail(err, YZ_BAD_INPUT, "%.*s does not report for %.*s", YZ_P(t->m->site), YZ_P(row.site));
	struct yz_str thing = yz_str_printf(t->a, "%.*s %.*s", YZ_P(row.site), YZ_P(row.no));
	bool state = row.table == YZ_UP_thing, *has = yz_map_get(&t->things, thing);
	struct yz_str key = yz_str_printf(t->a, "%.*s %d %.*s", YZ_P(thing), (int)row.table, YZ_P(row.key));
	if (yz_map_has(&t->things, key) || (state && row.key.len))
		return yz_fail(err, YZ_BAD_INPUT, "a row of %.*s stands there twice", YZ_P(row.no));
	if (!has) {
		has = yz_new(t->a, bool);
		*has = false;
		yz_map_put(&t->things, thing, has);
	}
	*has = *has || state;
	static bool there = true;
	yz_map_put(&t->things, key, &there);
	*yz_vec_push(t->a, &t->rows) = row;
	return true;
}

static bool read_line(struct taking *t, struct yz_str text, size_t nth, struct yz_err *err)
{
	static const struct yz_json_limits limits = {LINE_MOST, 6, 400};
	const struct yz_json *line = yz_json_read(t->a, text, &limits, err), *about, *receipt;
	if (!line)
		return false;
	if (nth == 1)
		return read_head(t, line, err);
	if (yz_json_get(line, "table"))
		return read_row(t, line, err);
	if ((about = yz_json_get(line, "about")) && t->abouts.len < ABOUTS_MOST) {
		struct yz_str of = yz_json_str(about, "site");
		*yz_vec_push(t->a, &t->abouts) = about;
		return (of.len && within(t, of) && !yz_str_eq(of, t->m->site)) || yz_fail(err, YZ_BAD_INPUT, "not an installation below");
	}
	if ((receipt = yz_json_get(line, "receipt"))) {
		*yz_vec_push(t->a, &t->receipts) = receipt;
		return true;
	}
	struct yz_str forget = yz_json_str(yz_json_get(line, "forget"), "site");
	if (!forget.len || !within(t, forget) || yz_str_eq(forget, t->m->site))
		return yz_fail(err, YZ_BAD_INPUT, "neither a row nor anything else that a batch has");
	*yz_vec_push(t->a, &t->forgets) = forget;
	return true;
}

static bool read_body(struct taking *t, struct yz_err *err)
{
	struct yz_str rest = t->m->body, text;
	size_t nth = 0;
	yz_map_init(&t->things, t->a);
	while (yz_str_cut(&rest, '\n', &text)) {
		if (!text.len)
			continue;
		if (!read_line(t, text, ++nth, err))
			return yz_fail_in(err, "line %zu", nth);
	}
	if (!nth)
		return yz_fail(err, YZ_BAD_INPUT, "the batch is empty");
	for (size_t i = 0; i < t->rows.len; i++) {
		struct yz_str thing = yz_str_printf(t->a, "%.*s %.*s", YZ_P(t->rows.at[i].site), YZ_P(t->rows.at[i].no));
		if (!*(bool *)yz_map_get(&t->things, thing))
			return yz_fail(err, YZ_BAD_INPUT, "%.*s has no row of its state", YZ_P(t->rows.at[i].no));
	}
	return true;
}

/* ---- the write ---- */

static enum verdict judge(const struct taking *t, struct yz_str hash)
{
	const struct yz_up_batch *b = &t->batch;
	struct yz_str stands = t->have ? hash : NO_HASH;
	if (b->from == t->have + 1)
		return yz_str_eq(b->prev, stands) ? TAKEN : FORK;
	if (b->from > t->have + 1)
		return GAP;
	/* Its whole chain is shorter than what we have of it. */
	if (b->head < t->have || (b->to == t->have && !yz_str_eq(b->hash, stands)))
		return FORK;
	return b->to <= t->have ? HAD : BEHIND;
}

static bool store_site(struct taking *t, struct yz_conn *conn, struct yz_str site, struct yz_str name, struct yz_str via, int64_t have,
		       int64_t head, yz_instant oldest, yz_instant seen, struct yz_str gap, struct yz_err *err)
{
	return yz_up_orders_route(conn, site, t->from.link, err) &&
	       yz_exec(conn, err,
		       "INSERT INTO reported_site (site, name, via, link, have, head, oldest, seen, gap) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
		       "ON CONFLICT (site) DO UPDATE SET name = excluded.name, via = excluded.via, link = excluded.link, have = excluded.have, "
		       "head = excluded.head, oldest = excluded.oldest, seen = excluded.seen, gap = excluded.gap",
		       YZ_S(site), YZ_S(name), YZ_S(via), YZ_I(t->from.link), YZ_I(have), YZ_I(head), yz_val_int_or_null(oldest, oldest != 0), YZ_I(seen),
		       YZ_S(gap));
}

static bool store_about(struct taking *t, struct yz_conn *conn, const struct yz_json *about, struct yz_err *err)
{
	yz_instant oldest = 0, seen = 0;
	struct yz_str name = yz_json_str(about, "name"), gap = yz_json_str(about, "gap");
	if (!yz_instant_parse(yz_json_str(about, "seen"), &seen) || !name.len || name.len > SITE_NAME || gap.len > 20)
		return yz_fail(err, YZ_BAD_INPUT, "an installation below has a name and was seen");
	yz_instant_parse(yz_json_str(about, "oldest"), &oldest);
	return store_site(t, conn, yz_json_str(about, "site"), name, t->m->site, yz_json_int(about, "have", 0), yz_json_int(about, "head", 0),
			  oldest, seen, gap, err);
}

/* How many cases and cards of it are here more than before. */
struct more {
	struct yz_str site;
	int64_t cases, cards;
};
typedef YZ_VEC(struct more) mores;

static struct more *more_of(struct yz_arena *a, mores *all, struct yz_str site)
{
	for (size_t i = 0; i < all->len; i++)
		if (yz_str_eq(all->at[i].site, site))
			return &all->at[i];
	struct more *m = yz_vec_push(a, all);
	*m = (struct more){.site = site};
	return m;
}

static bool drop_thing(struct yz_conn *conn, struct yz_arena *a, const struct yz_up_row *row, struct more *m, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT (SELECT COUNT(*) FROM reported_apply WHERE site = $1 AND no = $2), "
				      "(SELECT COUNT(*) FROM reported_card WHERE site = $1 AND no = $2 AND card_no IS NOT NULL)",
				      YZ_S(row->site), YZ_S(row->no));
	if (!r)
		return false;
	m->cases -= yz_row_int(r, 0, 0);
	m->cards -= yz_row_int(r, 0, 1);
	return yz_up_thing_drop(conn, a, row->site, row->no, err);
}

static bool store_rows(struct taking *t, struct yz_conn *conn, struct yz_arena *a, int64_t report, struct yz_err *err)
{
	struct yz_map dropped;
	mores all = {0};
	yz_map_init(&dropped, a);
	for (size_t i = 0; i < t->rows.len; i++) {
		const struct yz_up_row *row = &t->rows.at[i];
		struct yz_str thing = yz_str_printf(a, "%.*s %.*s", YZ_P(row->site), YZ_P(row->no));
		struct more *m = more_of(a, &all, row->site);
		if (!yz_map_has(&dropped, thing) && !drop_thing(conn, a, row, m, err))
			return false;
		m->cases += row->table == YZ_UP_apply;
		m->cards += row->table == YZ_UP_card && YZ_UP_GET(row, card, card_no)->type != YZ_VAL_NULL;
		yz_map_put(&dropped, thing, t);
		if (!yz_up_row_store(t->site, conn, a, row, report, err))
			return false;
	}
	for (size_t i = 0; i < all.len; i++)
		if (!yz_exec(conn, err, "UPDATE reported_site SET cases = cases + $1, cards = cards + $2 WHERE site = $3", YZ_I(all.at[i].cases),
			     YZ_I(all.at[i].cards), YZ_S(all.at[i].site)))
			return false;
	return true;
}

static bool store_report(struct taking *t, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	const struct yz_up_batch *b = &t->batch;
	if (!t->rows.len && !t->receipts.len)
		return true;
	int64_t report = yz_insert(conn, err, "INSERT INTO report (link, from_seq, to_seq, at, lines) VALUES ($1, $2, $3, $4, $5)", YZ_I(t->from.link),
				   YZ_I(b->from), YZ_I(b->to), YZ_I(t->now), YZ_I((int64_t)(t->rows.len + t->receipts.len)));
	if (!report || !store_rows(t, conn, a, report, err))
		return false;
	for (size_t i = 0; i < t->receipts.len; i++)
		if (!yz_up_receipt_take(conn, t->receipts.at[i], t->from.link, report, err))
			return false;
	return yz_note(t->site, conn, NULL, "levels.receive", "report", report, "",
		       yz_str_printf(a, "{\"site\":\"%.*s\",\"from\":%lld,\"to\":%lld,\"rows\":%zu,\"hash\":\"%.*s\"}", YZ_P(b->site), (long long)b->from,
				     (long long)b->to, t->rows.len, YZ_P(b->hash)),
		       err);
}

/* Within the sender's region, and with a link of its own, which alone speaks for it. */
static bool speaks_itself(const struct taking *t, const struct yz_rows *links, struct yz_str site)
{
	struct yz_str around = yz_up_area(t->m->site);
	for (size_t i = 0; i < links->count; i++) {
		struct yz_str area = yz_up_area(yz_row_str(links, i, 0));
		if (area.len > around.len && yz_str_starts(area, around) && yz_str_starts(site, area))
			return true;
	}
	return false;
}

/* Left out and not refused: a city whose county was linked here too would never get through again. */
static bool leave_out(struct taking *t, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	struct yz_rows *links = yz_select(conn, a, err, "SELECT site FROM link_down WHERE id <> $1 AND org = ''", YZ_I(t->from.link));
	size_t rows = 0, abouts = 0, forgets = 0;
	if (!links)
		return false;
	for (size_t i = 0; i < t->rows.len; i++)
		if (!speaks_itself(t, links, t->rows.at[i].site))
			t->rows.at[rows++] = t->rows.at[i];
	for (size_t i = 0; i < t->abouts.len; i++)
		if (!speaks_itself(t, links, yz_json_str(t->abouts.at[i], "site")))
			t->abouts.at[abouts++] = t->abouts.at[i];
	for (size_t i = 0; i < t->forgets.len; i++)
		if (!speaks_itself(t, links, t->forgets.at[i]))
			t->forgets.at[forgets++] = t->forgets.at[i];
	t->rows.len = rows;
	t->abouts.len = abouts;
	t->forgets.len = forgets;
	return true;
}

static bool apply(struct taking *t, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	if (!leave_out(t, conn, a, err))
		return false;
	for (size_t i = 0; i < t->forgets.len; i++)
		if (!yz_up_site_drop(conn, a, t->forgets.at[i], err) ||
		    !yz_exec(conn, err, "DELETE FROM reported_site WHERE site = $1", YZ_S(t->forgets.at[i])) ||
		    !yz_note(t->site, conn, NULL, "levels.restart", "levels", 0, "",
			     yz_str_printf(a, "{\"site\":\"%.*s\"}", YZ_P(t->forgets.at[i])), err))
			return false;
	for (size_t i = 0; i < t->abouts.len; i++)
		if (!store_about(t, conn, t->abouts.at[i], err))
			return false;
	if (!store_report(t, conn, a, err))
		return false;
	t->have = t->batch.to;
	return yz_exec(conn, err,
		       "UPDATE link_down SET have = $1, hash = $2, gap_from = NULL, gap_to = NULL, gap_at = NULL, gap_why = '' WHERE id = $3",
		       YZ_I(t->have), YZ_S(t->batch.hash), YZ_I(t->from.link));
}

/* The first time counts: since then something is missing. */
static bool mark(struct taking *t, struct yz_conn *conn, struct yz_err *err)
{
	int64_t last = t->verdict == GAP ? t->batch.from - 1 : t->batch.head;
	return yz_exec(conn, err,
		       "UPDATE link_down SET gap_from = $1, gap_to = $2, gap_at = CASE WHEN gap_why = $3 THEN gap_at ELSE $4 END, gap_why = $3 WHERE id = $5",
		       YZ_I(t->have + 1), YZ_I(last), YZ_Z(verdicts[t->verdict]), YZ_I(t->now), YZ_I(t->from.link));
}

static bool do_take(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct taking *t = ctx;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT have, hash, gap_why FROM link_down WHERE id = $1 FOR UPDATE", YZ_I(t->from.link));
	if (!r || !yz_up_nonce_once(conn, t->from.link, t->m, t->now, err) || !yz_up_orders_turn(conn, t->from.link, t->now, err))
		return false;
	if (!r->count)
		return yz_fail(err, YZ_FORBIDDEN, "the link is gone");
	t->have = yz_row_int(r, 0, 0);
	if (!t->batch.site.len)
		return true; /* it only asked */
	t->verdict = judge(t, yz_row_str(r, 0, 1));
	bool bad = t->verdict == GAP || t->verdict == FORK;
	if (t->verdict == TAKEN)
		return store_site(t, conn, t->m->site, t->batch.name, YZ_LIT(""), t->batch.to, t->batch.head, t->batch.oldest, t->now, YZ_LIT(""), err) &&
		       apply(t, conn, a, err);
	if (bad && !mark(t, conn, err))
		return false;
	/* What it says of itself holds, whatever becomes of the batch. */
	struct yz_str gap = bad ? yz_str(verdicts[t->verdict]) : yz_row_str(r, 0, 2);
	return yz_exec(conn, err, "UPDATE reported_site SET head = $1, seen = $2, gap = $3 WHERE site = $4", YZ_I(t->batch.head), YZ_I(t->now), YZ_S(gap),
		       YZ_S(t->m->site));
}

/* ---- the answer ---- */

static bool answer_with(struct taking *t, struct yz_str *answer, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw w;
	struct yz_conn *conn = yz_db_read(t->site->db, err);
	yz_buf_init(&b, t->a, 512 * 1024);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kint(&w, "have", t->have);
	yz_jw_kbool(&w, "taken", t->batch.site.len && t->verdict == TAKEN);
	if (verdicts[t->verdict][0])
		yz_jw_kz(&w, "why", verdicts[t->verdict]);
	bool ok = conn && yz_up_orders_write(t->site, conn, t->a, t->from.link, &w, err);
	if (conn)
		yz_db_release(conn);
	yz_jw_end(&w, '}');
	*answer = yz_buf_str(&b);
	return ok;
}

bool yz_upward_take(struct yz_site *site, struct yz_arena *a, const struct yz_upward_message *m, int *status, struct yz_str *answer,
		    struct yz_str *sign, struct yz_err *err)
{
	struct taking *t = yz_new(a, struct taking);
	*t = (struct taking){.site = site, .a = a, .m = m, .now = yz_site_now(site), .verdict = HAD};
	if (!yz_up_sender_check(site, a, m, false, &t->from, err) || (yz_str_eqz(yz_str(m->method), "POST") && !read_body(t, err)) || !yz_db_write(site->db, do_take, t, err) ||
	    !answer_with(t, answer, err))
		return false;
	*status = verdicts[t->verdict][0] ? 409 : 200;
	if (t->verdict == FORK)
		yz_log(YZ_WARN, "%.*s: what it reports from entry %lld on does not continue what it reported before", YZ_P(m->site),
		       (long long)t->batch.from);
	*sign = yz_str_printf(a, "sm3=%.*s", YZ_P(yz_up_sign_answer(a, t->from.secret, *status, m->nonce, *answer)));
	return true;
}
