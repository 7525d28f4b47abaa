/* gov/upward_order.c - what is asked downward of a case: given, passed on, shown to the department, answered, carried up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/upward_batch.h"

#include "base/utf8.h"
#include "calendar/calendar.h"
#include "gov/fault.h"
#include "gov/message.h"
#include "gov/note.h"
#include "gov/reach.h"
#include "gov/superior.h"
#include "gov/urge_row.h"
#include "text/text.h"

enum { UID_MOST = 40, NAME_MOST = 200 };

static void put_time(struct yz_jw *w, const char *key, yz_instant t)
{
	char text[32];
	if (t)
		yz_jw_kz(w, key, yz_instant_print(t, text));
}

/* A text that is there may be left out, but not be longer than its place. */
static bool fits(struct yz_str s, size_t least, size_t most)
{
	size_t n = yz_utf8_count(s);
	return n >= least && n <= most && (!s.len || !memchr(s.ptr, '\0', s.len));
}

static bool time_of(const struct yz_json *v, const char *key, yz_instant *out)
{
	struct yz_str s = yz_json_str(v, key);
	*out = 0;
	return !s.len || yz_instant_parse(s, out);
}

/* ---- given ---- */

struct giving {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str region, no, text;
	bool question;
	yz_instant now, due;
};

static bool do_give(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct giving *w = ctx;
	int64_t n;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT s.link FROM reported_case c JOIN reported_site s ON s.site = c.site JOIN link_down l ON l.id = s.link "
				      "WHERE c.site = $1 AND c.no = $2 AND c.kind = 'case'",
				      YZ_S(w->region), YZ_S(w->no));
	if (!r || !yz_reach_whole(w->site, conn, a, w->who, YZ_MAY_urge, err))
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no case %.*s of %.*s was reported here", YZ_P(w->no), YZ_P(w->region));
	if (!yz_site_count(conn, "level_order", &n, err))
		return false;
	struct yz_str uid = yz_str_printf(a, "%.*s-%lld", YZ_P(w->site->region), (long long)n);
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO level_order (uid, kind, site, no, text, from_site, from_name, by_name, by_person, at, due, link_down, org, "
			       "answer, answered_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '', '')",
			       YZ_S(uid), YZ_Z(w->question ? "question" : "urge"), YZ_S(w->region), YZ_S(w->no), YZ_S(w->text),
			       YZ_S(w->site->region), YZ_S(w->site->name), YZ_S(w->who->name), YZ_I(w->who->person), YZ_I(w->now), YZ_I(w->due),
			       YZ_I(yz_row_int(r, 0, 0)));
	return id && yz_note(w->site, conn, w->who, "order.give", "level_order", id, "", yz_str_printf(a, "{\"uid\":\"%.*s\"}", YZ_P(uid)), err);
}

bool yz_order_give(struct yz_site *site, const struct yz_actor *who, struct yz_str region, struct yz_str no, bool question,
		   struct yz_str text, int days, struct yz_err *err)
{
	struct giving w = {.site = site, .who = who, .region = region, .no = no, .text = yz_str_trim(text), .question = question};
	if (!yz_may(who, YZ_MAY_urge))
		return yz_refuse(who, YZ_MAY_urge, err);
	if (!fits(w.text, 1, YZ_UPWARD_TEXT))
		return yz_wrong(err, "text", N_("请写明要求或问题，最多 1000 个字"));
	if (days < 1 || days > 30)
		return yz_wrong(err, "days", N_("答复期限为 1 到 30 个工作日"));
	const struct yz_calendar *calendar = yz_site_calendar(site);
	struct yz_clock k;
	w.now = yz_site_now(site);
	bool started = yz_clock_start(&k, days, YZ_WORKING_DAYS, w.now, err);
	w.due = started ? yz_clock_due(&k, calendar) : 0;
	yz_site_calendar_release(site, calendar);
	return started && yz_db_write(site->db, do_give, &w, err);
}

bool yz_up_orders_write(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t link, struct yz_jw *w, struct yz_err *err)
{
	(void)site;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT uid, kind, site, no, text, from_site, from_name, by_name, at, due FROM level_order "
				      "WHERE link_down = $1 AND received IS NULL ORDER BY offered, id LIMIT $2",
				      YZ_I(link), YZ_I(YZ_UPWARD_ORDERS));
	static const char *const keys[] = {"uid", "kind", "site", "no", "text", "from_site", "from_name", "by_name"};
	yz_jw_key(w, "orders");
	yz_jw_array(w);
	for (size_t i = 0; r && i < r->count; i++) {
		yz_jw_object(w);
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
			yz_jw_kstr(w, keys[k], yz_row_str(r, i, k));
		put_time(w, "at", yz_row_int(r, i, 8));
		put_time(w, "due", yz_row_int(r, i, 9));
		yz_jw_end(w, '}');
	}
	yz_jw_end(w, ']');
	return r != NULL;
}

/* Where there are more than an answer takes, those that were offered stand behind the others next time: none whose place does
 * not answer keeps back the rest. */
bool yz_up_orders_turn(struct yz_conn *conn, int64_t link, yz_instant now, struct yz_err *err)
{
	int64_t n;
	return yz_select_int(conn, &n, 0, err, "SELECT COUNT(*) FROM level_order WHERE link_down = $1 AND received IS NULL", YZ_I(link)) &&
	       (n <= YZ_UPWARD_ORDERS ||
		yz_exec(conn, err,
			"UPDATE level_order SET offered = $1 WHERE id IN (SELECT id FROM level_order WHERE link_down = $2 AND received IS NULL "
			"ORDER BY offered, id LIMIT $3)",
			YZ_I(now), YZ_I(link), YZ_I(YZ_UPWARD_ORDERS)));
}

bool yz_up_orders_route(struct yz_conn *conn, struct yz_str of, int64_t link, struct yz_err *err)
{
	return yz_exec(conn, err,
		       "UPDATE level_order SET link_down = $1 WHERE site = $2 AND answered IS NULL AND (link_down IS NULL OR link_down <> $1)",
		       YZ_I(link), YZ_S(of));
}

/* ---- come down ---- */

/* The department whose task is open and due first, or the case's. */
static bool whose(struct yz_conn *conn, struct yz_arena *a, struct yz_str no, int64_t *case_id, struct yz_str *org, struct yz_err *err)
{
	struct yz_rows *c = yz_select(conn, a, err, "SELECT id, org FROM cases WHERE no = $1", YZ_S(no));
	if (!c || !c->count)
		return c != NULL;
	*case_id = yz_row_int(c, 0, 0);
	*org = yz_row_str(c, 0, 1);
	struct yz_rows *k = yz_select(conn, a, err, "SELECT org FROM task WHERE case_id = $1 AND state = 'open' ORDER BY "
				      "COALESCE(due, 9223372036854775807), id LIMIT 1",
				      YZ_I(*case_id));
	if (k && k->count)
		*org = yz_row_str(k, 0, 0);
	return k != NULL;
}

/* Who works in the department, and who supervises the site. */
static bool tell_people(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str org, int64_t urge, struct yz_str title,
			struct yz_str text, struct yz_err *err)
{
	struct yz_people all = {0}, here = {0};
	yz_instant now = yz_site_now(site);
	struct yz_rows *r = yz_select(conn, a, err, "SELECT path FROM region WHERE code = $1", YZ_S(site->region));
	if (!r || (r->count && !yz_supervisors(conn, a, yz_row_str(r, 0, 0), false, now, &all, err)) ||
	    (org.len && !yz_people_of(conn, a, org, "", now, &here, err)))
		return false;
	yz_people_join(&all, &here);
	return yz_people_tell(site, conn, a, &all, yz_urge_link(a, urge), title, text, err);
}

/* What is asked here is an urging like any other, answered in time. */
static bool urge(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_urge_order *o, bool question, struct yz_str from,
		 struct yz_str no, struct yz_err *err)
{
	int64_t id;
	yz_instant due;
	struct yz_str title = question ? YZ_LIT("上级询问") : YZ_LIT("上级督办");
	return yz_urge_from_above(site, conn, a, o, &id, &due, err) &&
	       tell_people(site, conn, a, o->org, id, title, yz_str_printf(a, "%.*s（办件 %.*s）：%.*s", YZ_P(from), YZ_P(no), YZ_P(o->text)), err);
}

static bool receive(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_str uid, struct yz_err *err)
{
	return id && yz_note(site, conn, NULL, "order.receive", "level_order", id, "", yz_str_printf(a, "{\"uid\":\"%.*s\"}", YZ_P(uid)), err);
}

/* One that came by a link that was removed since goes on with this one, and says so where it is received already. */
static bool known(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t link, const struct yz_json *order, int64_t *there,
		  struct yz_err *err)
{
	struct yz_str uid = yz_json_str(order, "uid");
	if (!yz_select_int(conn, there, 0, err, "SELECT id FROM level_order WHERE uid = $1", YZ_S(uid)))
		return false;
	if (!*there)
		return true;
	if (!yz_exec(conn, err, "UPDATE level_order SET link_up = $1 WHERE id = $2 AND link_up IS NULL AND by_person IS NULL AND from_site = $3",
		     YZ_I(link), YZ_I(*there), YZ_S(yz_json_str(order, "from_site"))))
		return false;
	return yz_changed(conn) == 0 || receive(site, conn, a, *there, uid, err);
}

bool yz_up_order_refuse(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t link, const struct yz_json *order,
			struct yz_err *err)
{
	struct yz_str uid = yz_json_str(order, "uid");
	int64_t there;
	yz_instant now = yz_site_now(site);
	/* Without its number nothing can be said of it. */
	if (!fits(uid, 3, UID_MOST) || !yz_utf8_valid(uid))
		return true;
	if (!yz_select_int(conn, &there, 0, err, "SELECT id FROM level_order WHERE uid = $1", YZ_S(uid)) || there)
		return !err->code;
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO level_order (uid, kind, site, no, text, from_site, from_name, by_name, at, link_up, org, received, answer, "
			       "answered_by, answered) VALUES ($1, 'urge', '', '', '', '', '', '', $2, $3, '', $2, $4, $5, $2)",
			       YZ_S(uid), YZ_I(now), YZ_I(link), YZ_Z("退回：这一条送到时不完整，请重新发出。"), YZ_S(site->name));
	return receive(site, conn, a, id, uid, err);
}

bool yz_up_order_take(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t link, const struct yz_json *order,
			  struct yz_err *err)
{
	struct yz_str uid = yz_json_str(order, "uid"), kind = yz_json_str(order, "kind"), of = yz_json_str(order, "site"),
		      no = yz_json_str(order, "no"), text = yz_json_str(order, "text"), from = yz_json_str(order, "from_name"), org = YZ_LIT("");
	bool ours = yz_str_eq(of, site->region), question = yz_str_eqz(kind, "question");
	int64_t there, case_id = 0, down = 0;
	yz_instant at, due, now = yz_site_now(site);
	if (!fits(uid, 3, UID_MOST) || (!question && !yz_str_eqz(kind, "urge")) || !fits(of, 1, YZ_UP_SITE) || !fits(no, 1, YZ_UP_NO) ||
	    !fits(text, 1, YZ_UPWARD_TEXT) || !fits(from, 1, NAME_MOST) || !fits(yz_json_str(order, "by_name"), 0, NAME_MOST) ||
	    !fits(yz_json_str(order, "from_site"), 1, YZ_UP_SITE) || !time_of(order, "at", &at) || !at || !time_of(order, "due", &due))
		return yz_fail(err, YZ_BAD_INPUT, "an order from above is not whole");
	if (!known(site, conn, a, link, order, &there, err) || there)
		return !err->code;
	if (ours ? !whose(conn, a, no, &case_id, &org, err)
		 : !yz_select_int(conn, &down, 0, err,
				  "SELECT l.id FROM reported_site s JOIN link_down l ON l.id = s.link WHERE s.site = $1", YZ_S(of)))
		return false;
	/* Nobody who would carry it has spoken yet: it is offered again, and taken when the way is known. */
	if (!ours && !down)
		return true;
	int64_t id = yz_insert(conn, err,
			       "INSERT INTO level_order (uid, kind, site, no, text, from_site, from_name, by_name, at, due, link_up, link_down, case_id, "
			       "org, received, answer, answered_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', '')",
			       YZ_S(uid), YZ_S(kind), YZ_S(of), YZ_S(no), YZ_S(text), YZ_S(yz_json_str(order, "from_site")), YZ_S(from),
			       YZ_S(yz_json_str(order, "by_name")), YZ_I(at), yz_val_int_or_null(due, due != 0), YZ_I(link),
			       yz_val_int_or_null(down, !ours), yz_val_int_or_null(case_id, case_id != 0), YZ_S(org),
			       yz_val_int_or_null(now, ours));
	return id && (!ours || urge(site, conn, a, &(struct yz_urge_order){id, case_id, org, text, due}, question, from, no, err)) &&
	       receive(site, conn, a, id, uid, err);
}

/* ---- answered, and up again ---- */

struct answering {
	struct yz_site *site;
	const struct yz_actor *who;
	int64_t id;
	struct yz_str text;
};

static bool do_answer(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct answering *w = ctx;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT d.org, d.site, u.id FROM level_order d LEFT JOIN urge u ON u.order_id = d.id WHERE d.id = $1",
				      YZ_I(w->id));
	struct yz_err no = {0};
	if (!r)
		return false;
	/* Another department's is not there for her; that of a case nobody here has is for who supervises the whole. */
	struct yz_str org = r->count ? yz_row_str(r, 0, 0) : YZ_LIT("");
	bool hers = org.len && yz_may_in(w->who, YZ_MAY_urge_answer, org, YZ_LIT(""));
	if (!r->count || !yz_str_eq(yz_row_str(r, 0, 1), w->site->region) || yz_row_null(r, 0, 2) ||
	    (!hers && !yz_reach_whole(w->site, conn, a, w->who, YZ_MAY_urge, &no)))
		return no.code && no.code != YZ_FORBIDDEN ? (*err = no, false) : yz_fail(err, YZ_NOT_FOUND, "no order %lld", (long long)w->id);
	return yz_urge_settle(w->site, conn, a, w->who, yz_row_int(r, 0, 2), -1, w->text, err);
}

bool yz_up_order_answered(struct yz_site *site, struct yz_conn *conn, const struct yz_actor *who, int64_t id, struct yz_str text,
			  struct yz_err *err)
{
	return yz_exec(conn, err, "UPDATE level_order SET answer = $1, answered_by = $2, answered = $3 WHERE id = $4", YZ_S(text), YZ_S(who->name),
		       YZ_I(yz_site_now(site)), YZ_I(id)) &&
	       yz_note(site, conn, who, "order.answer", "level_order", id, "", YZ_LIT(""), err);
}

bool yz_order_answer(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_str text, struct yz_err *err)
{
	struct answering w = {site, who, id, yz_str_trim(text)};
	if (!fits(w.text, 1, YZ_UPWARD_TEXT))
		return yz_wrong(err, "text", N_("请写明答复，最多 1000 个字"));
	return yz_db_write(site->db, do_answer, &w, err);
}

bool yz_up_receipt_write(struct yz_conn *conn, struct yz_up_out *out, int64_t link, int64_t order, struct yz_err *err)
{
	struct yz_jw w;
	struct yz_rows *r = yz_select(conn, out->a, err,
				      "SELECT uid, received, answer, answered_by, answered FROM level_order WHERE id = $1 AND link_up = $2 "
				      "AND received IS NOT NULL",
				      YZ_I(order), YZ_I(link));
	if (!r || !r->count)
		return r != NULL;
	yz_jw_init(&w, out->buf);
	yz_jw_object(&w);
	yz_jw_key(&w, "receipt");
	yz_jw_object(&w);
	yz_jw_kstr(&w, "uid", yz_row_str(r, 0, 0));
	put_time(&w, "received", yz_row_int(r, 0, 1));
	if (!yz_row_null(r, 0, 4)) {
		yz_jw_kstr(&w, "answer", yz_row_str(r, 0, 2));
		yz_jw_kstr(&w, "answered_by", yz_row_str(r, 0, 3));
		put_time(&w, "answered", yz_row_int(r, 0, 4));
	}
	yz_jw_end(&w, '}');
	yz_jw_end(&w, '}');
	yz_buf_addc(out->buf, '\n');
	return true;
}

bool yz_up_receipt_take(struct yz_conn *conn, const struct yz_json *receipt, int64_t link, int64_t report, struct yz_err *err)
{
	yz_instant received, answered;
	struct yz_str answer = yz_json_str(receipt, "answer"), by = yz_json_str(receipt, "answered_by");
	if (!time_of(receipt, "received", &received) || !received || !time_of(receipt, "answered", &answered) || !fits(answer, 0, YZ_UPWARD_TEXT) ||
	    !fits(by, 0, NAME_MOST))
		return yz_fail(err, YZ_BAD_INPUT, "a receipt is not whole");
	/* One that is not ours any more, after a backup was restored, is nobody's. */
	return yz_exec(conn, err,
		       "UPDATE level_order SET received = $1, answer = $2, answered_by = $3, answered = $4, report = $5 WHERE uid = $6 AND link_down = $7",
		       YZ_I(received), YZ_S(answer), YZ_S(by), yz_val_int_or_null(answered, answered != 0), YZ_I(report),
		       YZ_S(yz_json_str(receipt, "uid")), YZ_I(link));
}

/* ---- lists ---- */

#define ORDER_COLUMNS                                                                                                                 \
	"SELECT d.id, d.kind, d.uid, d.site, d.no, d.text, d.from_name, d.by_name, d.org, d.answer, d.answered_by, d.at, d.due, "      \
	"d.received, d.answered, o.name, u.id, u.due FROM level_order d LEFT JOIN org o ON o.key = d.org LEFT JOIN urge u ON u.order_id = d.id "

static size_t read_orders(struct yz_arena *a, const struct yz_rows *r, struct yz_order **out)
{
	size_t n = r ? r->count : 0;
	*out = yz_new_n(a, n + 1, struct yz_order);
	for (size_t i = 0; i < n; i++)
		(*out)[i] = (struct yz_order){.id = yz_row_int(r, i, 0), .question = yz_str_eqz(yz_row_str(r, i, 1), "question"),
					      .uid = yz_row_str(r, i, 2), .site = yz_row_str(r, i, 3), .no = yz_row_str(r, i, 4),
					      .text = yz_row_str(r, i, 5), .from_name = yz_row_str(r, i, 6), .by_name = yz_row_str(r, i, 7),
					      .org = yz_row_str(r, i, 8), .answer = yz_row_str(r, i, 9), .answered_by = yz_row_str(r, i, 10),
					      .at = yz_row_int(r, i, 11), .due = yz_row_int(r, i, 12), .received = yz_row_int(r, i, 13),
					      .answered = yz_row_int(r, i, 14), .org_name = yz_row_str(r, i, 15),
					      .urge = yz_row_int(r, i, 16), .answer_by = yz_row_int(r, i, 17)};
	return n;
}

size_t yz_order_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int limit,
		     struct yz_order **out, struct yz_err *err)
{
	struct yz_err no = {0};
	bool all = yz_may(who, YZ_MAY_urge) && yz_reach_whole(site, conn, a, who, YZ_MAY_urge, &no);
	bool any = false;
	struct yz_sql *q = yz_new(a, struct yz_sql);
	yz_sql_init(q, a);
	yz_sql_add(q, ORDER_COLUMNS "WHERE d.site = $1", YZ_S(site->region));
	if (!all) {
		yz_sql_add(q, " AND d.org IN (''");
		for (size_t i = 0; i < who->nposts; i++)
			if (yz_role_may(who->posts[i].role, YZ_MAY_urge_answer)) {
				yz_sql_add(q, ", ");
				yz_sql_val(q, YZ_S(who->posts[i].org));
				any = true;
			}
		yz_sql_add(q, ") AND d.org <> ''");
	}
	if (!all && !any) {
		yz_refuse(who, YZ_MAY_urge_answer, err);
		return 0;
	}
	yz_sql_add(q, " ORDER BY CASE WHEN d.answered IS NULL THEN 0 ELSE 1 END, d.id DESC LIMIT $1", YZ_I(limit));
	struct yz_rows *r = yz_sql_select(q, conn, a, err);
	size_t n = read_orders(a, r, out);
	for (size_t i = 0; i < n; i++)
		(*out)[i].ours = true;
	return n;
}

size_t yz_up_orders_below(struct yz_conn *conn, struct yz_arena *a, struct yz_str region, struct yz_str no, struct yz_order **out,
			  struct yz_err *err)
{
	return read_orders(a, yz_select(conn, a, err, ORDER_COLUMNS "WHERE d.site = $1 AND d.no = $2 ORDER BY d.id DESC LIMIT 200", YZ_S(region), YZ_S(no)),
			   out);
}
