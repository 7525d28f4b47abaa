/* gov/upward_case.c - a case, a question or a card as rows of GB/T 39046, from this installation's own tables.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/upward_row.h"

#include "gov/consult_row.h"
#include "gov/item.h"
#include "gov/person.h"
#include "text/text.h"

struct telling {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	struct yz_up_out *out;
	int64_t id;
	struct yz_str no, region, org_name, org_code, item_code, item_name, type_name, type_code;
	const struct yz_json *item;
};

static struct yz_up_row *row(struct telling *t, enum yz_up_slot table, struct yz_str key)
{
	return yz_up_row_new(t->a, table, t->out->site, t->no, key);
}

static struct yz_val at(const struct yz_rows *r, size_t i, size_t c)
{
	return r->row[i][c];
}

static struct yz_str key_of(struct telling *t, char kind, int64_t id)
{
	return yz_str_printf(t->a, "%c%lld", kind, (long long)id);
}

/* ---- 办件状况, table 5 ---- */

static const char *id_type(const struct yz_person *p)
{
	return !p->id_no.len ? NULL : yz_str_eqz(p->kind, "legal") ? "001" : "111";
}

static bool tell_people(struct telling *t, struct yz_up_row *r, int64_t applicant, int64_t agent, struct yz_err *err)
{
	struct yz_person *p = yz_person_load(t->site, t->conn, t->a, applicant, err);
	struct yz_person *by = !p ? NULL : agent && agent != applicant ? yz_person_load(t->site, t->conn, t->a, agent, err) : p;
	struct yz_person *rep = p && p->legal_rep ? yz_person_load(t->site, t->conn, t->a, p->legal_rep, err) : NULL;
	if (!p || !by || (p->legal_rep && !rep))
		return false;
	YZ_UP_SET(r, apply, applicant_id_type, YZ_Z(id_type(p)));
	YZ_UP_SET(r, apply, applicant_id, yz_val_str_or_null(p->id_no));
	YZ_UP_SET(r, apply, address, yz_val_str_or_null(p->address));
	YZ_UP_SET(r, apply, agent, yz_val_str_or_null(by->name));
	YZ_UP_SET(r, apply, agent_id_type, YZ_Z(id_type(by)));
	YZ_UP_SET(r, apply, agent_id, yz_val_str_or_null(by->id_no));
	YZ_UP_SET(r, apply, agent_mobile, yz_val_str_or_null(by->mobile));
	if (rep)
		YZ_UP_SET(r, apply, legal_rep, yz_val_str_or_null(rep->name));
	return true;
}

/* A.5 */
static const char *source_code(struct yz_str channel)
{
	return yz_str_eqz(channel, "counter") ? "1" : yz_str_eqz(channel, "web") ? "2" : "9";
}

static bool tell_state(struct telling *t, const struct yz_rows *c, struct yz_err *err)
{
	struct yz_up_row *r = row(t, YZ_UP_thing, YZ_LIT(""));
	struct yz_buf step;
	yz_buf_init(&step, t->a, 2000);
	struct yz_rows *open = yz_select(t->conn, t->a, err, "SELECT name FROM task WHERE case_id = $1 AND state = 'open' ORDER BY id", YZ_I(t->id));
	for (size_t i = 0; open && i < open->count; i++) {
		if (i)
			yz_buf_addz(&step, "、");
		yz_buf_adds(&step, yz_row_str(open, i, 0));
	}
	YZ_UP_SET(r, thing, kind, YZ_Z("case"));
	YZ_UP_SET(r, thing, item_code, YZ_S(t->item_code));
	YZ_UP_SET(r, thing, item_name, YZ_S(t->item_name));
	YZ_UP_SET(r, thing, org, at(c, 0, 5));
	YZ_UP_SET(r, thing, org_name, YZ_S(t->org_name));
	YZ_UP_SET(r, thing, state, at(c, 0, 8));
	YZ_UP_SET(r, thing, light, at(c, 0, 9));
	YZ_UP_SET(r, thing, step, yz_val_str_or_null(yz_buf_str(&step)));
	YZ_UP_SET(r, thing, due, at(c, 0, 10));
	YZ_UP_SET(r, thing, received, at(c, 0, 12));
	YZ_UP_SET(r, thing, ended, at(c, 0, 15));
	if (open)
		yz_up_row_write(t->out, r);
	return open != NULL;
}

static bool tell_apply(struct telling *t, const struct yz_rows *c, struct yz_err *err)
{
	struct yz_up_row *r = row(t, YZ_UP_apply, YZ_LIT(""));
	YZ_UP_SET(r, apply, item_code, YZ_S(t->item_code));
	YZ_UP_SET(r, apply, item_name, YZ_S(t->item_name));
	YZ_UP_SET(r, apply, type_name, yz_val_str_or_null(t->type_name));
	YZ_UP_SET(r, apply, type_code, yz_val_str_or_null(t->type_code));
	YZ_UP_SET(r, apply, applicant, at(c, 0, 17));
	YZ_UP_SET(r, apply, source_code, YZ_Z(source_code(yz_row_str(c, 0, 7))));
	YZ_UP_SET(r, apply, applied, at(c, 0, 11));
	YZ_UP_SET(r, apply, region, YZ_S(t->region));
	if (!tell_people(t, r, yz_row_int(c, 0, 6), yz_row_int(c, 0, 18), err))
		return false;
	yz_up_row_write(t->out, r);
	return true;
}

static bool tell_materials(struct telling *t, struct yz_err *err)
{
	struct yz_rows *m = yz_select(t->conn, t->a, err,
				      "SELECT id, name, source, at FROM material WHERE case_id = $1 AND state <> 'replaced' ORDER BY id", YZ_I(t->id));
	for (size_t i = 0; m && i < m->count; i++) {
		struct yz_up_row *r = row(t, YZ_UP_material, key_of(t, 'm', yz_row_int(m, i, 0)));
		struct yz_str source = yz_row_str(m, i, 2);
		YZ_UP_SET(r, material, name, at(m, i, 1));
		YZ_UP_SET(r, material, taken, YZ_I(1));
		YZ_UP_SET(r, material, way, YZ_Z(yz_str_eqz(source, "licence") ? N_("电子证照") : yz_str_eqz(source, "register") ? N_("数据共享") : N_("电子件")));
		YZ_UP_SET(r, material, copies, YZ_I(1));
		YZ_UP_SET(r, material, at, at(m, i, 3));
		yz_up_row_write(t->out, r);
	}
	return m != NULL;
}

/* ---- tables 6, 7, 8 ---- */

static bool tell_accept(struct telling *t, const struct yz_rows *c, struct yz_err *err)
{
	if (yz_row_null(c, 0, 13))
		return true;
	struct yz_rows *paper = yz_select(t->conn, t->a, err,
					  "SELECT d.no, p.name FROM document d LEFT JOIN person p ON p.id = d.by_person "
					  "WHERE d.case_id = $1 AND d.kind = 'ACCEPT' ORDER BY d.id LIMIT 1",
					  YZ_I(t->id));
	struct yz_rows *due = paper ? yz_select(t->conn, t->a, err,
						"SELECT due FROM clock WHERE case_id = $1 AND kind = 'promised' ORDER BY id DESC LIMIT 1", YZ_I(t->id))
				    : NULL;
	if (!due)
		return false;
	struct yz_up_row *r = row(t, YZ_UP_accept, YZ_LIT(""));
	YZ_UP_SET(r, accept, basic_code, yz_val_str_or_null(yz_json_str(t->item, "basic_code")));
	YZ_UP_SET(r, accept, item_code, YZ_S(t->item_code));
	YZ_UP_SET(r, accept, item_name, YZ_S(t->item_name));
	YZ_UP_SET(r, accept, org_name, YZ_S(t->org_name));
	YZ_UP_SET(r, accept, org_code, yz_val_str_or_null(t->org_code));
	YZ_UP_SET(r, accept, at, at(c, 0, 13));
	YZ_UP_SET(r, accept, type_name, yz_val_str_or_null(t->type_name));
	YZ_UP_SET(r, accept, type_code, yz_val_str_or_null(t->type_code));
	YZ_UP_SET(r, accept, region, YZ_S(t->region));
	if (paper->count) {
		YZ_UP_SET(r, accept, paper, at(paper, 0, 0));
		YZ_UP_SET(r, accept, person, at(paper, 0, 1));
	}
	if (due->count)
		YZ_UP_SET(r, accept, promised, at(due, 0, 0));
	yz_up_row_write(t->out, r);
	return true;
}

static const char *action(struct yz_str state, struct yz_str outcome)
{
	static const char *const passes[] = {"pass", "accept", "grant", "issue", "deliver", "done", "deem"};
	static const char *const returns[] = {"back", "refuse", "deny", "object", "correct", "decline"};
	if (!yz_str_eqz(state, "done"))
		return NULL;
	for (size_t i = 0; i < sizeof passes / sizeof *passes; i++)
		if (yz_str_eqz(outcome, passes[i]))
			return N_("通过");
	for (size_t i = 0; i < sizeof returns / sizeof *returns; i++)
		if (yz_str_eqz(outcome, returns[i]))
			return N_("退回");
	return N_("其他");
}

/* A task that was given up before anybody did it was no step. */
static bool tell_steps(struct telling *t, struct yz_err *err)
{
	struct yz_rows *k = yz_select(t->conn, t->a, err,
				      "SELECT k.id, k.name, p.name, k.opinion, k.opened, k.done, o.name, o.uscc, k.state, k.due, k.outcome FROM task k "
				      "LEFT JOIN org o ON o.key = k.org LEFT JOIN person p ON p.id = k.person "
				      "WHERE k.case_id = $1 AND k.state <> 'cancelled' ORDER BY k.id",
				      YZ_I(t->id));
	for (size_t i = 0; k && i < k->count; i++) {
		struct yz_up_row *r = row(t, YZ_UP_step, key_of(t, 't', yz_row_int(k, i, 0)));
		struct yz_str state = yz_row_str(k, i, 8);
		YZ_UP_SET(r, step, action, YZ_Z(action(state, yz_row_str(k, i, 10))));
		YZ_UP_SET(r, step, name, at(k, i, 1));
		YZ_UP_SET(r, step, person, at(k, i, 2));
		YZ_UP_SET(r, step, opinion, yz_val_str_or_null(yz_row_str(k, i, 3)));
		YZ_UP_SET(r, step, began, at(k, i, 4));
		YZ_UP_SET(r, step, ended, at(k, i, 5));
		YZ_UP_SET(r, step, org_name, at(k, i, 6));
		YZ_UP_SET(r, step, org_code, yz_val_str_or_null(yz_row_str(k, i, 7)));
		YZ_UP_SET(r, step, state_code, YZ_Z(yz_str_eqz(state, "done") ? "2" : "1"));
		YZ_UP_SET(r, step, due, at(k, i, 9));
		yz_up_row_write(t->out, r);
	}
	return k != NULL;
}

/* "专家评审，预计 5 个工作日：…" begins with the kind of procedure. */
static struct yz_str before_comma(struct yz_str text)
{
	size_t comma = yz_str_find(text, YZ_LIT("，"), 0);
	return comma == SIZE_MAX ? text : yz_str_n(text.ptr, comma);
}

static bool tell_specials(struct telling *t, struct yz_err *err)
{
	struct yz_rows *m = yz_select(t->conn, t->a, err,
				      "SELECT m.id, m.act, m.text, m.at, p.name FROM remark m LEFT JOIN person p ON p.id = m.by_person "
				      "WHERE m.case_id = $1 AND m.act IN ('stop', 'resume', 'extend') ORDER BY m.id",
				      YZ_I(t->id));
	struct yz_up_row *open = NULL;
	for (size_t i = 0; m && i < m->count; i++) {
		struct yz_str act = yz_row_str(m, i, 1);
		bool extends = yz_str_eqz(act, "extend");
		if (yz_str_eqz(act, "resume")) {
			if (!open)
				continue;
			YZ_UP_SET(open, special, ended, at(m, i, 3));
			YZ_UP_SET(open, special, result, YZ_Z(N_("已结束")));
			YZ_UP_SET(open, special, opinion, yz_val_str_or_null(yz_row_str(m, i, 2)));
			yz_up_row_write(t->out, open);
			open = NULL;
			continue;
		}
		struct yz_up_row *r = row(t, YZ_UP_special, key_of(t, 'r', yz_row_int(m, i, 0)));
		YZ_UP_SET(r, special, name, extends ? YZ_Z(N_("延长审批")) : YZ_S(before_comma(yz_row_str(m, i, 2))));
		YZ_UP_SET(r, special, code, YZ_Z(extends ? "1" : "2"));
		YZ_UP_SET(r, special, began, at(m, i, 3));
		YZ_UP_SET(r, special, reason, yz_val_str_or_null(yz_row_str(m, i, 2)));
		YZ_UP_SET(r, special, org_name, YZ_S(t->org_name));
		YZ_UP_SET(r, special, org_code, yz_val_str_or_null(t->org_code));
		YZ_UP_SET(r, special, person, at(m, i, 4));
		if (extends) {
			YZ_UP_SET(r, special, ended, at(m, i, 3));
			YZ_UP_SET(r, special, result, YZ_Z(N_("同意")));
			yz_up_row_write(t->out, r);
		} else {
			open = r;
		}
	}
	if (open)
		yz_up_row_write(t->out, open);
	return m != NULL;
}

static bool tell_result(struct telling *t, const struct yz_rows *c, struct yz_err *err)
{
	int64_t charged;
	if (yz_row_null(c, 0, 14) && yz_row_null(c, 0, 15))
		return true;
	struct yz_rows *l = yz_select(t->conn, t->a, err,
				      "SELECT l.id, d.title, l.no, l.valid_until, o.name FROM licence l LEFT JOIN document d ON d.id = l.document_id "
				      "LEFT JOIN org o ON o.key = l.org WHERE l.case_id = $1 ORDER BY l.id",
				      YZ_I(t->id));
	if (!l || !yz_select_int(t->conn, &charged, 0, err, "SELECT COUNT(*) FROM fee_order WHERE case_id = $1 AND amount > 0", YZ_I(t->id)))
		return false;
	for (size_t i = 0; i < (l->count ? l->count : 1); i++) {
		bool paper = i < l->count;
		struct yz_up_row *r = row(t, YZ_UP_result, paper ? key_of(t, 'l', yz_row_int(l, i, 0)) : YZ_LIT(""));
		YZ_UP_SET(r, result, at, at(c, 0, yz_row_null(c, 0, 15) ? 14 : 15));
		YZ_UP_SET(r, result, outcome, yz_val_str_or_null(yz_row_str(c, 0, 16)));
		YZ_UP_SET(r, result, region, YZ_S(t->region));
		YZ_UP_SET(r, result, charged, YZ_I(charged > 0));
		if (paper) {
			YZ_UP_SET(r, result, paper_name, at(l, i, 1));
			YZ_UP_SET(r, result, paper_no, at(l, i, 2));
			YZ_UP_SET(r, result, valid_until, at(l, i, 3));
			YZ_UP_SET(r, result, org_name, at(l, i, 4));
		}
		yz_up_row_write(t->out, r);
	}
	return true;
}

/* ---- table 9 ---- */

/* A.8 counts from the best: 1 非常满意. */
static const char *const levels[] = {N_("非常满意"), N_("满意"), N_("基本满意"), N_("不满意"), N_("非常不满意")};

static bool tell_rating(struct telling *t, struct yz_err *err)
{
	struct yz_rows *g = yz_select(t->conn, t->a, err,
				      "SELECT r.id, p.name, r.at, r.level, r.text, r.answer FROM rating r LEFT JOIN person p ON p.id = r.person "
				      "WHERE r.case_id = $1",
				      YZ_I(t->id));
	for (size_t i = 0; g && i < g->count; i++) {
		struct yz_up_row *r = row(t, YZ_UP_rating, key_of(t, 'g', yz_row_int(g, i, 0)));
		int64_t code = 6 - yz_row_int(g, i, 3);
		YZ_UP_SET(r, rating, person, at(g, i, 1));
		YZ_UP_SET(r, rating, at, at(g, i, 2));
		YZ_UP_SET(r, rating, times, YZ_I(1));
		if (code >= 1 && code <= 5) {
			YZ_UP_SET(r, rating, level_name, YZ_Z(levels[code - 1]));
			YZ_UP_SET(r, rating, level_code, YZ_S(yz_str_printf(t->a, "%d", (int)code)));
		}
		YZ_UP_SET(r, rating, text, yz_val_str_or_null(yz_row_str(g, i, 4)));
		YZ_UP_SET(r, rating, region, YZ_S(t->region));
		YZ_UP_SET(r, rating, answer, yz_val_str_or_null(yz_row_str(g, i, 5)));
		yz_up_row_write(t->out, r);
	}
	return g != NULL;
}

/* ---- table 11 ---- */

#define CARDS                                                                                                                         \
	"SELECT d.id, o.name, d.monitor, d.version, d.level, d.issued, d.state, d.held_level, d.due, p.name, d.points, d.reckoning "   \
	"FROM card d LEFT JOIN org o ON o.key = d.org LEFT JOIN person p ON p.id = d.person "

static const char *level_code(struct yz_str level)
{
	return yz_str_eqz(level, "red") ? "3" : yz_str_eqz(level, "yellow") ? "2" : "1";
}

static const char *held(struct yz_str state)
{
	return yz_str_eqz(state, "upheld") ? N_("维持") : yz_str_eqz(state, "reduced") ? N_("降级") : yz_str_eqz(state, "withdrawn") ? N_("撤销") : N_("已发出");
}

static void tell_cards(struct telling *t, const struct yz_rows *d)
{
	for (size_t i = 0; i < d->count; i++) {
		int64_t id = yz_row_int(d, i, 0);
		struct yz_up_row *r = row(t, YZ_UP_card, key_of(t, 'c', id));
		struct yz_str version = yz_row_str(d, i, 3);
		YZ_UP_SET(r, card, org_name, at(d, i, 1));
		YZ_UP_SET(r, card, item_type, yz_val_str_or_null(yz_json_str(t->item, "type")));
		YZ_UP_SET(r, card, card_no, YZ_S(yz_str_printf(t->a, "%.*s-%lld", YZ_P(t->out->site), (long long)id)));
		YZ_UP_SET(r, card, rule,
			  YZ_S(version.len ? yz_str_printf(t->a, "%.*s@%.*s", YZ_P(yz_row_str(d, i, 2)), YZ_P(version)) : yz_row_str(d, i, 2)));
		YZ_UP_SET(r, card, level_code, YZ_Z(level_code(yz_row_str(d, i, 4))));
		YZ_UP_SET(r, card, at, at(d, i, 5));
		YZ_UP_SET(r, card, result, YZ_Z(held(yz_row_str(d, i, 6))));
		YZ_UP_SET(r, card, duty_org, at(d, i, 1));
		YZ_UP_SET(r, card, due, at(d, i, 8));
		YZ_UP_SET(r, card, person, at(d, i, 9));
		YZ_UP_SET(r, card, points, at(d, i, 10));
		YZ_UP_SET(r, card, reckoning, yz_val_str_or_null(yz_row_str(d, i, 11)));
		yz_up_row_write(t->out, r);
	}
}

/* About this thing, or (thing "") this case and all that is in it; what came from above is told by its receipt. */
static bool tell_urges(struct telling *t, const char *thing, struct yz_err *err)
{
	struct yz_rows *u = yz_select(t->conn, t->a, err,
				      "SELECT u.id, u.text, o.name, u.at, u.answer, p.name, u.due FROM urge u LEFT JOIN org o ON o.key = u.org "
				      "LEFT JOIN person p ON p.id = u.by_person WHERE u.order_id IS NULL AND "
				      "((u.case_id = $1 AND $2 = '') OR (u.thing = $2 AND u.thing_id = $1)) "
				      "ORDER BY u.id",
				      YZ_I(t->id), YZ_Z(thing));
	for (size_t i = 0; u && i < u->count; i++) {
		struct yz_up_row *r = row(t, YZ_UP_card, key_of(t, 'u', yz_row_int(u, i, 0)));
		YZ_UP_SET(r, card, text, at(u, i, 1));
		YZ_UP_SET(r, card, org_name, at(u, i, 2));
		YZ_UP_SET(r, card, item_type, yz_val_str_or_null(yz_json_str(t->item, "type")));
		YZ_UP_SET(r, card, urged, at(u, i, 3));
		if (yz_row_str(u, i, 4).len)
			YZ_UP_SET(r, card, result, YZ_Z(N_("已答复")));
		YZ_UP_SET(r, card, answer, yz_val_str_or_null(yz_row_str(u, i, 4)));
		YZ_UP_SET(r, card, duty_org, at(u, i, 2));
		YZ_UP_SET(r, card, person, at(u, i, 5));
		YZ_UP_SET(r, card, due, at(u, i, 6));
		yz_up_row_write(t->out, r);
	}
	return u != NULL;
}

/* ---- whole things ---- */

/* A.6 */
static struct yz_str type_name(struct yz_str code)
{
	return yz_str_eqz(code, "1") ? yz_str(N_("即办件")) : yz_str_eqz(code, "2") ? yz_str(N_("承诺件")) : code.len ? YZ_LIT("其他") : code;
}

bool yz_up_case(struct yz_site *site, struct yz_conn *conn, struct yz_up_out *out, int64_t id, struct yz_err *err)
{
	struct telling t = {.site = site, .conn = conn, .a = out->a, .out = out, .id = id};
	struct yz_rows *c = yz_select(conn, t.a, err,
				      "SELECT c.no, c.region, c.item, c.item_code, c.item_name, c.org, c.applicant, c.channel, c.state, c.light, c.next_due, "
				      "c.submitted, c.received, c.accepted, c.decided, c.ended, c.outcome, c.applicant_name, c.agent, o.name, o.uscc "
				      "FROM cases c LEFT JOIN org o ON o.key = c.org WHERE c.id = $1",
				      YZ_I(id));
	if (!c || !c->count)
		return c != NULL;
	struct yz_item *item = yz_item_by_id(site, conn, t.a, yz_row_int(c, 0, 2), err);
	if (!item)
		return false;
	t.no = yz_row_str(c, 0, 0);
	t.region = yz_row_str(c, 0, 1);
	t.item_code = yz_row_str(c, 0, 3);
	t.item_name = yz_row_str(c, 0, 4);
	t.org_name = yz_row_str(c, 0, 19);
	t.org_code = yz_row_str(c, 0, 20);
	t.item = item->body;
	t.type_code = yz_json_str(item->body, "handle_type");
	t.type_name = type_name(t.type_code);
	struct yz_rows *cards = yz_select(conn, t.a, err, CARDS "WHERE d.case_id = $1 ORDER BY d.id", YZ_I(id));
	if (!cards || !tell_state(&t, c, err) || !tell_apply(&t, c, err) || !tell_materials(&t, err) || !tell_accept(&t, c, err) ||
	    !tell_steps(&t, err) || !tell_specials(&t, err) || !tell_result(&t, c, err) || !tell_rating(&t, err))
		return false;
	tell_cards(&t, cards);
	return tell_urges(&t, "", err);
}

/* Days begun behind the due instant, at its end or now; 0 in time. */
static int64_t days_late(yz_instant due, yz_instant ended)
{
	return ended > due ? (ended - due + YZ_DAY - 1) / YZ_DAY : 0;
}

static const char *talk_light(const struct yz_consult *c)
{
	return c->ended ? "" : yz_str_eqz(c->card, "red") ? "late" : yz_str_eqz(c->card, "yellow") ? "warn" : "ok";
}

static const char *const states[] = {[YZ_CONSULT_open] = "open", [YZ_CONSULT_answered] = "answered", [YZ_CONSULT_withdrawn] = "withdrawn"};

static void tell_talk(struct telling *t, const struct yz_consult *c, struct yz_str org_name)
{
	struct yz_up_row *s = row(t, YZ_UP_thing, YZ_LIT("")), *r = row(t, YZ_UP_talk, YZ_LIT(""));
	YZ_UP_SET(s, thing, kind, YZ_Z("consultation"));
	YZ_UP_SET(s, thing, item_code, yz_val_str_or_null(c->item));
	YZ_UP_SET(s, thing, item_name, yz_val_str_or_null(c->item_name));
	YZ_UP_SET(s, thing, org, YZ_S(c->org));
	YZ_UP_SET(s, thing, org_name, yz_val_str_or_null(org_name));
	YZ_UP_SET(s, thing, state, YZ_Z(states[c->state]));
	YZ_UP_SET(s, thing, light, YZ_Z(talk_light(c)));
	YZ_UP_SET(s, thing, due, c->ended ? YZ_NULL : YZ_I(c->due));
	YZ_UP_SET(s, thing, received, YZ_I(c->asked));
	YZ_UP_SET(s, thing, ended, yz_val_int_or_null(c->ended, c->ended != 0));
	yz_up_row_write(t->out, s);
	YZ_UP_SET(r, talk, kind, YZ_Z(N_("咨询")));
	YZ_UP_SET(r, talk, person, yz_val_str_or_null(c->name));
	YZ_UP_SET(r, talk, item_name, yz_val_str_or_null(c->item_name));
	YZ_UP_SET(r, talk, asked, YZ_I(c->asked));
	YZ_UP_SET(r, talk, text, yz_val_str_or_null(c->text));
	YZ_UP_SET(r, talk, org_name, yz_val_str_or_null(org_name));
	YZ_UP_SET(r, talk, answered, yz_val_int_or_null(c->ended, c->ended != 0));
	YZ_UP_SET(r, talk, answer, yz_val_str_or_null(c->answer));
	YZ_UP_SET(r, talk, promised, YZ_I(c->due));
	if (c->ended)
		YZ_UP_SET(r, talk, late, YZ_I(days_late(c->due, c->ended)));
	if (c->rating >= 1 && c->rating <= 5)
		YZ_UP_SET(r, talk, level_code, YZ_S(yz_str_printf(t->a, "%d", 6 - (int)c->rating)));
	yz_up_row_write(t->out, r);
}

bool yz_up_talk(struct yz_site *site, struct yz_conn *conn, struct yz_up_out *out, int64_t id, struct yz_err *err)
{
	struct telling t = {.site = site, .conn = conn, .a = out->a, .out = out, .id = id};
	struct yz_consult *c = yz_new(out->a, struct yz_consult);
	struct yz_rows *r = yz_select(conn, out->a, err, "SELECT " YZ_CONSULT_COLUMNS "WHERE c.id = $1", YZ_I(id));
	if (!r || !r->count)
		return r != NULL;
	struct yz_rows *cards = yz_select(conn, out->a, err, CARDS "WHERE d.thing = 'consultation' AND d.thing_id = $1 ORDER BY d.id", YZ_I(id));
	if (!cards || !yz_consult_read(site, out->a, r, 0, c, err))
		return false;
	t.no = c->no;
	t.region = site->region;
	tell_talk(&t, c, c->org_name);
	tell_cards(&t, cards);
	return tell_urges(&t, "consultation", err);
}

bool yz_up_lone_card(struct yz_site *site, struct yz_conn *conn, struct yz_up_out *out, int64_t id, struct yz_err *err)
{
	struct telling t = {.site = site, .conn = conn, .a = out->a, .out = out, .id = id};
	struct yz_rows *d = yz_select(conn, out->a, err, CARDS "WHERE d.id = $1", YZ_I(id));
	struct yz_rows *of = d && d->count ? yz_select(conn, out->a, err, "SELECT thing, item, org, issued FROM card WHERE id = $1", YZ_I(id)) : NULL;
	if (!of)
		return d != NULL && !d->count;
	t.no = yz_str_printf(out->a, "card-%lld", (long long)id);
	struct yz_up_row *s = row(&t, YZ_UP_thing, YZ_LIT(""));
	YZ_UP_SET(s, thing, kind, at(of, 0, 0));
	YZ_UP_SET(s, thing, item_code, yz_val_str_or_null(yz_row_str(of, 0, 1)));
	YZ_UP_SET(s, thing, org, at(of, 0, 2));
	YZ_UP_SET(s, thing, org_name, at(d, 0, 1));
	YZ_UP_SET(s, thing, received, at(of, 0, 3));
	YZ_UP_SET(s, thing, ended, at(of, 0, 3));
	yz_up_row_write(out, s);
	tell_cards(&t, d);
	return tell_urges(&t, "card", err);
}
