/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/urge_row.h"

#include "base/utf8.h"
#include "gov/case.h"
#include "gov/fault.h"
#include "gov/note.h"
#include "gov/reach.h"
#include "gov/upward_batch.h"
#include "text/text.h"

/* ---- what it is about ---- */

static bool is(struct yz_str s, const char *z)
{
	return yz_str_eqz(s, z);
}

/* The department whose task is open and due first holds a case. */
static struct yz_rows *case_of(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	return yz_select(conn, a, err,
			 "SELECT COALESCE((SELECT k.org FROM task k WHERE k.case_id = c.id AND k.state = 'open' ORDER BY COALESCE(k.due, 9223372036854775807), "
			 "k.id LIMIT 1), c.org), g.path, c.no, c.item_name, c.id, (SELECT k.person FROM task k WHERE k.case_id = c.id AND k.state = 'open' "
			 "ORDER BY COALESCE(k.due, 9223372036854775807), k.id LIMIT 1), CASE WHEN c.ended IS NULL THEN 1 ELSE 0 END, c.org "
			 "FROM cases c LEFT JOIN region g ON g.code = c.region WHERE c.id = $1",
			 YZ_I(id));
}

static struct yz_rows *card_of(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	return yz_select(conn, a, err,
			 "SELECT d.org, g.path, COALESCE(c.no, ''), COALESCE(c.item_name, ''), d.case_id, d.person, "
			 "CASE WHEN d.state = 'withdrawn' THEN 0 ELSE 1 END, d.org FROM card d LEFT JOIN org o ON o.key = d.org "
			 "LEFT JOIN region g ON g.code = o.region LEFT JOIN cases c ON c.id = d.case_id WHERE d.id = $1",
			 YZ_I(id));
}

static struct yz_rows *question_of(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	return yz_select(conn, a, err,
			 "SELECT q.org, g.path, q.no, q.item_name, CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CASE WHEN q.state = 'open' THEN 1 ELSE 0 END, q.org "
			 "FROM consultation q LEFT JOIN org o ON o.key = q.org LEFT JOIN region g ON g.code = o.region WHERE q.id = $1",
			 YZ_I(id));
}

/* Of a case that nobody here has. */
static struct yz_rows *order_of(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	return yz_select(conn, a, err,
			 "SELECT d.org, g.path, d.no, '', CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CASE WHEN d.answered IS NULL THEN 1 ELSE 0 END, d.org "
			 "FROM level_order d LEFT JOIN region g ON g.code = d.site WHERE d.id = $1",
			 YZ_I(id));
}

bool yz_urge_thing_load(struct yz_conn *conn, struct yz_arena *a, struct yz_str kind, int64_t id, struct yz_urge_thing *out,
			struct yz_err *err)
{
	struct yz_rows *r = is(kind, "case")	       ? case_of(conn, a, id, err)
			    : is(kind, "card")	       ? card_of(conn, a, id, err)
			    : is(kind, "consultation") ? question_of(conn, a, id, err)
			    : is(kind, "order")	       ? order_of(conn, a, id, err)
						       : NULL;
	if (!r || !r->count)
		return !err->code && yz_fail(err, YZ_NOT_FOUND, "no %.*s %lld to urge", YZ_P(kind), (long long)id);
	*out = (struct yz_urge_thing){.kind = kind, .id = id, .org = yz_row_str(r, 0, 0), .path = yz_row_str(r, 0, 1), .no = yz_row_str(r, 0, 2),
				      .title = yz_row_str(r, 0, 3), .case_id = yz_row_int(r, 0, 4), .person = yz_row_int(r, 0, 5),
				      .open = yz_row_int(r, 0, 6) == 1, .home = yz_row_str(r, 0, 7)};
	return true;
}

/* ---- the row ---- */

bool yz_urge_row_load(struct yz_urge_row *t, struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id,
		      struct yz_err *err)
{
	*t = (struct yz_urge_row){.site = site, .conn = conn, .a = a, .id = id, .now = yz_site_now(site)};
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT u.thing, u.thing_id, u.case_id, u.parent, u.org, u.role, u.region, g.path, u.by_person, u.clock, u.due, "
				      "u.stage, u.warned, u.turn, u.answered, u.order_id FROM urge u LEFT JOIN region g ON g.code = u.region WHERE u.id = $1",
				      YZ_I(id));
	if (!r || !r->count)
		return r && yz_fail(err, YZ_NOT_FOUND, "no urge %lld", (long long)id);
	t->thing = yz_row_str(r, 0, 0);
	t->thing_id = yz_row_int(r, 0, 1);
	t->case_id = yz_row_int(r, 0, 2);
	t->parent = yz_row_int(r, 0, 3);
	t->org = yz_row_str(r, 0, 4);
	t->role = yz_row_str(r, 0, 5);
	t->region = yz_row_str(r, 0, 6);
	t->path = yz_row_str(r, 0, 7);
	t->by_person = yz_row_int(r, 0, 8);
	t->clock = yz_row_str(r, 0, 9);
	t->due = yz_row_int(r, 0, 10);
	t->stage = yz_row_int(r, 0, 11);
	t->warned = yz_row_int(r, 0, 12);
	t->turn = yz_row_int(r, 0, 13);
	t->answered = yz_row_int(r, 0, 14);
	t->order_id = yz_row_int(r, 0, 15);
	return true;
}

struct yz_str yz_urge_link(struct yz_arena *a, int64_t id)
{
	return yz_str_printf(a, "/urge/%lld", (long long)id);
}

bool yz_urge_is_hers(const struct yz_urge_row *t, const struct yz_actor *who)
{
	for (size_t i = 0; is(t->role, "supervisor") && i < who->nposts; i++)
		if (who->posts[i].role == YZ_ROLE_SUPERVISOR && yz_str_eq(who->posts[i].region, t->region))
			return true;
	return false;
}

bool yz_urge_may_answer(const struct yz_urge_row *t, const struct yz_actor *who)
{
	if (t->answered)
		return false;
	if ((t->stage >= YZ_URGE_GOVERNMENT && yz_heads_government(t->conn, t->a, who)) || yz_urge_is_for_all(t, who))
		return true;
	if (!t->role.len)
		return yz_may_in(who, YZ_MAY_urge_answer, t->org, t->path);
	return yz_urge_is_hers(t, who) || (t->stage >= YZ_URGE_HEAD && yz_heads(who, t->org));
}

/* The supervisors of exactly that region. */
static bool watchers(struct yz_urge_row *t, struct yz_people *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT DISTINCT p.person FROM post p JOIN person q ON q.id = p.person WHERE p.role = 'supervisor' AND p.region = $1 "
				      "AND q.active = 1 AND p.from_at <= $2 AND (p.until_at IS NULL OR p.until_at > $2) ORDER BY p.person LIMIT $3",
				      YZ_S(t->region), YZ_I(t->now), YZ_I(YZ_SUPERIORS_MOST));
	*out = (struct yz_people){0};
	for (size_t i = 0; r && i < r->count; i++)
		out->at[out->n++] = yz_row_int(r, i, 0);
	return r != NULL;
}

bool yz_urge_holders(struct yz_urge_row *t, struct yz_people *out, struct yz_err *err)
{
	struct yz_people heads;
	if (t->stage == YZ_URGE_GOVERNMENT)
		return yz_government(t->conn, t->a, t->now, out, err);
	if (t->role.len && t->stage == YZ_URGE_DEPARTMENT)
		return watchers(t, out, err);
	if (!yz_people_of(t->conn, t->a, t->org, "decider", t->now, &heads, err))
		return false;
	*out = heads;
	if (t->stage == YZ_URGE_HEAD)
		return true;
	struct yz_urge_thing thing;
	if (!yz_urge_thing_load(t->conn, t->a, t->thing, t->thing_id, &thing, err))
		return false;
	struct yz_people holder = {{thing.person}, yz_str_eq(thing.org, t->org) && thing.person != 0};
	yz_people_join(out, &holder);
	return out->n || yz_people_of(t->conn, t->a, t->org, "", t->now, out, err);
}

/* ---- urging ---- */

/* In the ledger of what it is about; a case's history shows the words. */
static bool note(struct yz_urge_row *t, const struct yz_actor *who, const char *act, struct yz_str text, struct yz_err *err)
{
	char digest[YZ_HEX];
	int64_t remark = 0;
	bool of_case = is(t->thing, "case"), question = is(t->thing, "consultation");
	const char *kind = of_case ? "case" : question ? "consult" : "card";
	if (of_case && !(remark = yz_insert(t->conn, err, "INSERT INTO remark (case_id, act, text, basis, by_person, at) VALUES ($1, $2, $3, '', $4, $5)",
					    YZ_I(t->case_id), YZ_Z(act), YZ_S(text), YZ_I(who->person), YZ_I(t->now))))
		return false;
	struct yz_str body = yz_str_printf(t->a, "{\"urge\":%lld,\"org\":\"%.*s\",\"role\":\"%.*s\",\"region\":\"%.*s\",\"due\":%lld,\"remark\":%lld,\"digest\":\"%s\"}",
					   (long long)t->id, YZ_P(t->org), YZ_P(t->role), YZ_P(t->region), (long long)t->due, (long long)remark,
					   yz_keyed_digest(t->site->keys, "urge.text", t->id, text, digest));
	yz_site_changed(t->site, YZ_CHANGE_CARD | YZ_CHANGE_CLOCK);
	return yz_note(t->site, t->conn, who, yz_printf(t->a, "%s.%s", kind, act), kind, t->thing_id, "", body, err);
}

/* Whom it goes to: one of those she is offered. */
static bool place(struct yz_urge_row *t, const struct yz_actor *who, const struct yz_urge_thing *thing, struct yz_str to, struct yz_err *err)
{
	struct yz_urge_target *targets = NULL;
	size_t i = 0, n = yz_urge_targets(t->site, t->conn, t->a, who, t->thing, t->thing_id, &targets, err);
	to = to.len ? to : thing->org;
	if (err->code)
		return false;
	while (i < n && !yz_str_eq(targets[i].value, to))
		i++;
	if (i == n)
		return yz_wrong(err, "to", yz_str_starts(to, YZ_LIT("region/")) ? N_("只能督办下级的监察人员，请另选") : N_("只能督办本地区的部门，请另选"));
	t->org = targets[i].org;
	t->region = targets[i].region;
	t->path = targets[i].path;
	t->role = targets[i].supervisor ? YZ_LIT("supervisor") : YZ_LIT("");
	return true;
}

bool yz_urge_limit(struct yz_urge_row *t, int64_t days, yz_instant most, yz_instant *look, struct yz_err *err)
{
	char text[YZ_CLOCK_TEXT];
	struct yz_clock k;
	bool ok;
	const struct yz_calendar *calendar = yz_site_calendar(t->site);
	do {
		ok = yz_clock_start(&k, (int32_t)days, YZ_WORKING_DAYS, t->now, err);
		t->due = ok ? yz_clock_due(&k, calendar) : 0;
	} while (ok && most && t->due > most && --days > 0);
	if (ok)
		*look = yz_clock_at(&k, calendar, NULL, t->now).warn;
	yz_site_calendar_release(t->site, calendar);
	t->clock = ok ? yz_str_dup(t->a, yz_str(yz_clock_print(&k, text))) : YZ_LIT("");
	return ok;
}

int32_t yz_urge_days(struct yz_conn *conn, struct yz_arena *a)
{
	return yz_setting_days(conn, a, "urge.days", YZ_URGE_DAYS, YZ_URGE_DAYS_MOST);
}

/* What she passes on is hers and waits. */
static bool parent_due(struct yz_urge_row *t, const struct yz_actor *who, int64_t parent, yz_instant *most, struct yz_err *err)
{
	struct yz_urge_row p;
	*most = 0;
	if (!parent)
		return true;
	if (!yz_urge_row_load(&p, t->site, t->conn, t->a, parent, err))
		return false;
	if (!yz_urge_is_hers(&p, who) || !yz_str_eq(p.thing, t->thing) || p.thing_id != t->thing_id)
		return yz_fail(err, YZ_FORBIDDEN, "urge %lld is not person %lld's to pass on", (long long)parent, (long long)who->person);
	*most = p.due;
	return !p.answered || yz_fail(err, YZ_NOT_NOW, "%s", N_("这件督办已经答复"));
}

bool yz_urge_put(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		 const struct yz_urge_new *in, int64_t *id, struct yz_err *err)
{
	struct yz_urge_thing thing;
	struct yz_people to;
	yz_instant most, look;
	struct yz_str text = yz_str_trim(in->text);
	struct yz_urge_row t = {.site = site, .conn = conn, .a = a, .now = yz_site_now(site), .thing = in->thing, .thing_id = in->thing_id,
				.parent = in->parent, .by_person = who->person};
	if (!yz_may(who, YZ_MAY_urge))
		return yz_refuse(who, YZ_MAY_urge, err);
	if (!yz_urge_thing_load(conn, a, in->thing, in->thing_id, &thing, err))
		return false;
	if (!yz_may_in(who, YZ_MAY_urge, thing.org, thing.path))
		return yz_refuse(who, YZ_MAY_urge, err);
	/* What came from above about no case here has nobody below it: it is answered. */
	if (is(in->thing, "order"))
		return yz_fail(err, YZ_NOT_FOUND, "order %lld is of no case here to urge", (long long)in->thing_id);
	if (!text.len)
		return yz_wrong(err, "text", N_("请写明督办什么、要求怎样"));
	if (yz_utf8_count(text) > YZ_URGE_TEXT)
		return yz_wrong(err, "text", N_("最多写 2000 字"));
	if (in->days < 0 || in->days > YZ_URGE_DAYS_MOST)
		return yz_wrong(err, "days", N_("请写 1 到 30 个工作日"));
	if (!thing.open)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这件事已经了结，不用督办"));
	t.case_id = thing.case_id;
	if (!parent_due(&t, who, in->parent, &most, err) || !place(&t, who, &thing, in->to, err) ||
	    !yz_urge_limit(&t, in->days ? in->days : yz_urge_days(conn, a), most, &look, err))
		return false;
	t.id = *id = yz_insert(conn, err,
			       "INSERT INTO urge (thing, thing_id, case_id, parent, org, role, region, by_person, by_path, text, at, clock, due, stage, next_at, "
			       "turn, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, 0, '')",
			       YZ_S(t.thing), YZ_I(t.thing_id), yz_val_int_or_null(t.case_id, t.case_id != 0),
			       yz_val_int_or_null(t.parent, t.parent != 0), YZ_S(t.org), YZ_S(t.role), YZ_S(t.region), YZ_I(who->person),
			       YZ_S(yz_reach(who, YZ_ROLE_SUPERVISOR)), YZ_S(text), YZ_I(t.now), YZ_S(t.clock), YZ_I(t.due), YZ_I(look));
	struct yz_str body = yz_str_printf(a, "%.*s %.*s%s%.*s", YZ_P(thing.title), YZ_P(thing.no), thing.no.len ? "：" : "", YZ_P(text));
	return *id && note(&t, who, "urge", text, err) && yz_urge_holders(&t, &to, err) &&
	       yz_people_tell(site, conn, a, &to, yz_urge_link(a, t.id), YZ_LIT("有督办，请按期答复"), body, err);
}

struct urging {
	struct yz_site *site;
	const struct yz_actor *who;
	const struct yz_urge_new *in;
	int64_t id, turn;
	struct yz_str text;
};

static bool do_add(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct urging *w = ctx;
	return yz_urge_put(w->site, conn, a, w->who, w->in, &w->id, err);
}

bool yz_urge_add(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_urge_new *in, int64_t *id,
		 struct yz_err *err)
{
	(void)a;
	struct urging w = {.site = site, .who = who, .in = in};
	bool ok = yz_db_write(site->db, do_add, &w, err);
	*id = w.id;
	return ok;
}

/* ---- answering ---- */

bool yz_urge_settle(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id, int64_t turn,
		    struct yz_str text, struct yz_err *err)
{
	struct yz_urge_row t;
	int64_t held;
	if (!yz_select_int(conn, &held, 0, err, "SELECT id FROM urge WHERE id = $1 FOR UPDATE", YZ_I(id)) ||
	    !yz_urge_row_load(&t, site, conn, a, id, err))
		return false;
	if (t.answered)
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这件督办已经答复"));
	if (!yz_urge_may_answer(&t, who))
		return yz_refuse(who, YZ_MAY_urge_answer, err);
	if (turn >= 0 && turn != t.turn)
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这件督办刚有变化，请看最新情况再办"));
	if (!text.len)
		return yz_wrong(err, "text", N_("请写明办到哪一步、什么时候办好"));
	if (yz_utf8_count(text) > YZ_URGE_TEXT)
		return yz_wrong(err, "text", N_("最多写 2000 字"));
	if (t.order_id && yz_utf8_count(text) > YZ_UPWARD_TEXT)
		return yz_wrong(err, "text", N_("请写明答复，最多 1000 个字"));
	struct yz_people by = {{t.by_person}, t.by_person != 0};
	return yz_exec(conn, err, "UPDATE urge SET answer = $1, answered = $2, answered_by = $3, next_at = NULL, turn = turn + 1 WHERE id = $4",
		       YZ_S(text), YZ_I(t.now), YZ_I(who->person), YZ_I(id)) &&
	       (!t.order_id || yz_up_order_answered(site, conn, who, t.order_id, text, err)) &&
	       (is(t.thing, "order") || note(&t, who, "answer_urge", text, err)) &&
	       yz_people_tell(site, conn, a, &by, yz_urge_link(a, id), YZ_LIT("督办有了答复"), text, err);
}

static bool do_answer(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct urging *w = ctx;
	return yz_urge_settle(w->site, conn, a, w->who, w->id, w->turn, w->text, err);
}

bool yz_urge_answer(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, int64_t turn, struct yz_str text,
		    struct yz_err *err)
{
	(void)a;
	struct urging w = {.site = site, .who = who, .id = id, .turn = turn, .text = yz_str_trim(text)};
	return yz_db_write(site->db, do_answer, &w, err);
}
