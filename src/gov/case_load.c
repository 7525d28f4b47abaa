/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/case.h"

#include "crypt/crypt.h"
#include "db/ledger.h"
#include "gov/case_light.h"
#include "gov/case_choice.h"
#include "gov/draft_row.h"
#include "gov/outside_report.h"
#include "gov/person.h"
#include "gov/version.h"
#include "text/text.h"

enum { EVENTS_MOST = 1000 };

struct loading {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	const struct yz_actor *who;
	const struct yz_version *v;
	struct yz_case *c;
	bool owner;
};

/* ---- its parts ---- */

static bool load_tasks(struct loading *l, struct yz_err *err)
{
	struct yz_rows *r = yz_select(l->conn, l->a, err,
				      "SELECT k.id, k.node, k.name, k.act, k.org, o.name, k.role, k.outcome, k.opinion, p.name, k.person, "
				      "k.state, k.opened, k.done, k.due, k.parent, k.multi, k.nth, k.post, g.path, k.kind, k.by_person, b.name "
				      "FROM task k LEFT JOIN org o ON o.key = k.org LEFT JOIN region g ON g.code = k.region "
				      "LEFT JOIN person b ON b.id = k.by_person LEFT JOIN person p ON p.id = k.person WHERE k.case_id = $1 ORDER BY k.id",
				      YZ_I(l->c->row.id));
	if (!r)
		return false;
	l->c->tasks = yz_new_n(l->a, r->count, struct yz_case_task);
	l->c->ntasks = r->count;
	struct yz_buf step;
	yz_buf_init(&step, l->a, 1000);
	for (size_t i = 0; i < r->count; i++) {
		struct yz_case_task *k = &l->c->tasks[i];
		struct yz_str state = yz_row_str(r, i, 11);
		*k = (struct yz_case_task){.id = yz_row_int(r, i, 0), .node = yz_row_str(r, i, 1), .name = yz_row_str(r, i, 2),
					   .act = yz_row_str(r, i, 3), .org = yz_row_str(r, i, 4), .org_name = yz_row_str(r, i, 5),
					   .role = yz_row_str(r, i, 6), .outcome = yz_row_str(r, i, 7), .opinion = yz_row_str(r, i, 8),
					   .person_name = yz_row_str(r, i, 9), .person = yz_row_int(r, i, 10),
					   .open = yz_str_eqz(state, "open"), .cancelled = yz_str_eqz(state, "cancelled"),
					   .held = yz_str_eqz(state, "held"), .waiting = yz_str_eqz(state, "waiting"),
					   .opened = yz_row_int(r, i, 12), .done = yz_row_int(r, i, 13), .due = yz_row_int(r, i, 14),
					   .parent = yz_row_int(r, i, 15), .multi = yz_row_int(r, i, 16), .nth = yz_row_int(r, i, 17),
					   .post = yz_row_str(r, i, 18), .path = yz_row_str(r, i, 19), .kind = yz_row_str(r, i, 20),
					   .by = yz_row_int(r, i, 21), .by_name = yz_row_str(r, i, 22)};
		if (k->open) {
			if (step.len)
				yz_buf_addz(&step, "、");
			yz_buf_adds(&step, k->name);
		}
	}
	l->c->row.step = yz_buf_str(&step);
	return true;
}

static bool load_clocks(struct loading *l, struct yz_err *err)
{
	struct yz_rows *r = yz_select(l->conn, l->a, err,
				      "SELECT id, task_id, kind, body, org, state, started, due, ended, provisional, card FROM clock "
				      "WHERE case_id = $1 ORDER BY id",
				      YZ_I(l->c->row.id));
	if (!r)
		return false;
	l->c->clocks = yz_new_n(l->a, r->count, struct yz_case_clock);
	l->c->nclocks = r->count;
	for (size_t i = 0; i < r->count; i++) {
		struct yz_str state = yz_row_str(r, i, 5);
		l->c->clocks[i] = (struct yz_case_clock){
			.id = yz_row_int(r, i, 0), .task = yz_row_int(r, i, 1), .kind = yz_row_str(r, i, 2), .body = yz_row_str(r, i, 3),
			.org = yz_row_str(r, i, 4), .running = yz_str_eqz(state, "running"), .stopped = yz_str_eqz(state, "stopped"),
			.started = yz_row_int(r, i, 6), .due = yz_row_int(r, i, 7), .ended = yz_row_int(r, i, 8),
			.provisional = (int)yz_row_int(r, i, 9), .card = yz_row_str(r, i, 10)};
	}
	return true;
}

/* What was taken of the holder's licences: worth what then, and what now. */
static bool load_licences(struct loading *l, struct yz_err *err)
{
	struct yz_rows *r = yz_select(l->conn, l->a, err,
				      "SELECT u.what, u.state, l.id, l.no, l.state, l.valid_until, o.name FROM pull u "
				      "JOIN licence l ON l.id = u.licence LEFT JOIN org o ON o.key = l.org WHERE u.case_id = $1 ORDER BY u.id",
				      YZ_I(l->c->row.id));
	yz_day today = yz_instant_day(yz_site_now(l->site), l->site->offset);
	for (size_t i = 0; r && i < r->count; i++)
		for (size_t k = 0; k < l->c->nmaterials; k++) {
			struct yz_case_material *m = &l->c->materials[k];
			if (!yz_str_eqz(m->source, "licence") || !yz_str_eq(m->key, yz_row_str(r, i, 0)))
				continue;
			m->licence = yz_row_int(r, i, 2);
			m->licence_no = yz_row_str(r, i, 3);
			m->licence_org = yz_row_str(r, i, 6);
			m->licence_until = (yz_day)yz_row_int(r, i, 5);
			yz_licence_state_parse(yz_row_str(r, i, 1), &m->licence_then);
			m->licence_now = yz_licence_state_on(yz_row_str(r, i, 4), m->licence_until, today);
		}
	return r != NULL;
}

static bool load_materials(struct loading *l, struct yz_err *err)
{
	struct yz_rows *r = yz_select(l->conn, l->a, err,
				      "SELECT id, key, name, file, file_name, type, source, state, size, at FROM material "
				      "WHERE case_id = $1 ORDER BY id",
				      YZ_I(l->c->row.id));
	if (!r)
		return false;
	l->c->materials = yz_new_n(l->a, r->count, struct yz_case_material);
	l->c->nmaterials = r->count;
	bool licences = false;
	for (size_t i = 0; i < r->count; i++) {
		yz_material_row(r, i, &l->c->materials[i]);
		licences = licences || yz_str_eqz(l->c->materials[i].source, "licence");
	}
	return !licences || load_licences(l, err);
}

static struct yz_str remark_text(const struct yz_rows *remarks, int64_t id, struct yz_arena *a)
{
	for (size_t i = 0; id && i < remarks->count; i++) {
		if (yz_row_int(remarks, i, 0) != id)
			continue;
		struct yz_str text = yz_row_str(remarks, i, 1), basis = yz_row_str(remarks, i, 2);
		return !basis.len ? text : !text.len ? basis
						     : yz_str_printf(a, "%.*s（%.*s）", YZ_P(text), YZ_P(basis));
	}
	return (struct yz_str){0};
}

static bool load_events(struct loading *l, struct yz_err *err)
{
	struct yz_entries entries;
	struct yz_rows *remarks = yz_select(l->conn, l->a, err, "SELECT id, text, basis FROM remark WHERE case_id = $1 ORDER BY id",
					    YZ_I(l->c->row.id));
	if (!remarks || !yz_ledger_of(l->conn, l->a, YZ_LIT("case"), l->c->row.id, 0, 0, EVENTS_MOST, &entries, err))
		return false;
	l->c->events = yz_new_n(l->a, entries.count, struct yz_case_event);
	for (size_t i = 0; i < entries.count; i++) {
		const struct yz_entry *e = &entries.at[i];
		struct yz_case_event *ev = &l->c->events[l->c->nevents++];
		struct yz_str act = e->act;
		if (yz_str_starts(act, YZ_LIT("case.")))
			act = yz_str_n(act.ptr + 5, act.len - 5);
		*ev = (struct yz_case_event){.seq = e->seq, .at = e->at, .who = e->actor_name, .who_kind = e->actor_kind, .act = act,
					     .body = yz_json_read(l->a, e->body, NULL, err)};
		if (!ev->body)
			return false;
		if (yz_str_eqz(e->actor_kind, "person"))
			ev->who = e->actor_id == l->c->applicant ? l->c->row.applicant_name : l->c->agent_name;
		ev->text = remark_text(remarks, yz_json_int(ev->body, "remark", 0), l->a);
	}
	return true;
}

static bool load_papers(struct loading *l, struct yz_err *err)
{
	struct yz_rows *r = yz_select(l->conn, l->a, err,
				      "SELECT id, kind, no, title, check_code, created FROM document WHERE case_id = $1 ORDER BY id",
				      YZ_I(l->c->row.id));
	struct yz_rows *n = r ? yz_select(l->conn, l->a, err, "SELECT no FROM licence WHERE case_id = $1 ORDER BY id DESC LIMIT 1",
					  YZ_I(l->c->row.id)) : NULL;
	if (!n)
		return false;
	l->c->documents = yz_new_n(l->a, r->count, struct yz_case_document);
	l->c->ndocuments = r->count;
	for (size_t i = 0; i < r->count; i++)
		l->c->documents[i] = (struct yz_case_document){.id = yz_row_int(r, i, 0), .kind = yz_row_str(r, i, 1),
							       .no = yz_row_str(r, i, 2), .title = yz_row_str(r, i, 3),
							       .check_code = yz_row_str(r, i, 4), .created = yz_row_int(r, i, 5)};
	if (n->count)
		l->c->licence_no = yz_row_str(n, 0, 0);
	return true;
}

/* 催办 and 抄送: both are the office's own, and hers who hurries it. */
static bool load_asides(struct loading *l, struct yz_err *err)
{
	struct yz_rows *h = yz_select(l->conn, l->a, err,
				      "SELECT p.name, k.name, h.text, h.at, h.by_person FROM hurry h JOIN person p ON p.id = h.by_person "
				      "LEFT JOIN task k ON k.id = h.task_id WHERE h.case_id = $1 ORDER BY h.id",
				      YZ_I(l->c->row.id));
	struct yz_rows *r = h && l->who->staff ? yz_select(l->conn, l->a, err,
							   "SELECT p.name, b.name, d.text, d.at, d.read_at, d.person FROM case_copy d "
							   "JOIN person p ON p.id = d.person JOIN person b ON b.id = d.by_person "
							   "WHERE d.case_id = $1 ORDER BY d.at, d.id",
							   YZ_I(l->c->row.id)) : NULL;
	if (!h || (l->who->staff && !r))
		return false;
	l->c->hurries = yz_new_n(l->a, h->count, struct yz_case_hurry);
	for (size_t i = 0; i < h->count; i++) {
		int64_t by = yz_row_int(h, i, 4);
		if (!l->who->staff && by != l->who->person && by != l->c->applicant)
			continue;
		l->c->hurries[l->c->nhurries++] = (struct yz_case_hurry){.by = yz_row_str(h, i, 0), .step = yz_row_str(h, i, 1),
									 .text = yz_row_str(h, i, 2), .at = yz_row_int(h, i, 3)};
	}
	l->c->copies = yz_new_n(l->a, r ? r->count : 0, struct yz_case_copy);
	l->c->ncopies = r ? r->count : 0;
	for (size_t i = 0; i < l->c->ncopies; i++)
		l->c->copies[i] = (struct yz_case_copy){.person = yz_row_int(r, i, 5), .name = yz_row_str(r, i, 0), .by = yz_row_str(r, i, 1),
							.text = yz_row_str(r, i, 2), .at = yz_row_int(r, i, 3), .read_at = yz_row_int(r, i, 4)};
	return true;
}

static bool beside(const struct yz_bpmn *process, struct yz_str id)
{
	const struct yz_bpmn_node *n = process ? yz_bpmn_node(process, id) : NULL;
	return n && (n->type == YZ_BPMN_BOUNDARY_EVENT || n->type == YZ_BPMN_START_EVENT);
}

static bool load_waits(struct loading *l, struct yz_err *err)
{
	struct yz_rows *r = yz_select(l->conn, l->a, err,
				      "SELECT w.node, w.title, w.since, c.flow_item FROM relay_wait w JOIN cases c ON c.id = w.case_id "
				      "WHERE w.case_id = $1 AND w.gone IS NULL ORDER BY w.id", YZ_I(l->c->row.id));
	/* The version it came by, or was moved to. */
	int64_t moved = r && r->count ? yz_row_int(r, 0, 3) : 0;
	const struct yz_version *v = moved ? yz_version_of(l->site, l->conn, l->a, moved, err) : l->v;
	if (!r || !v)
		return false;
	l->c->nwaits = r->count;
	l->c->waits = yz_new_n(l->a, l->c->nwaits, struct yz_case_wait);
	for (size_t i = 0; i < l->c->nwaits; i++)
		l->c->waits[i] = (struct yz_case_wait){yz_row_str(r, i, 0), yz_row_str(r, i, 1), yz_row_int(r, i, 2),
						       beside(v->process, yz_row_str(r, i, 0))};
	return true;
}

static bool load_talk(struct loading *l, struct yz_err *err)
{
	int64_t id = l->c->row.id;
	struct yz_rows *u = yz_select(l->conn, l->a, err,
				      "SELECT u.id, o.name, COALESCE(p.name, d.from_name || ' ' || d.by_name, ''), u.text, u.answer, q.name, u.at, u.answered, u.org, u.role, u.due, d.kind FROM urge u "
				      "LEFT JOIN org o ON o.key = u.org LEFT JOIN person p ON p.id = u.by_person "
				      "LEFT JOIN person q ON q.id = u.answered_by LEFT JOIN level_order d ON d.id = u.order_id WHERE u.case_id = $1 AND u.thing = 'case' ORDER BY u.id",
				      YZ_I(id));
	/* The latest of the one correction before acceptance and the rounds after it. */
	struct yz_rows *k = u ? yz_select(l->conn, l->a, err,
					  "SELECT items, reason, at, due, answered, 0 FROM correction WHERE case_id = $1 UNION ALL "
					  "SELECT items, reason, at, due, answered, id FROM amend WHERE case_id = $1 ORDER BY 6 DESC LIMIT 1",
					  YZ_I(id)) : NULL;
	struct yz_rows *g = k ? yz_select(l->conn, l->a, err, "SELECT level, text, answer, at, answered FROM rating WHERE case_id = $1",
					  YZ_I(id)) : NULL;
	if (!g)
		return false;
	l->c->urges = yz_new_n(l->a, u->count, struct yz_case_urge);
	/* 督办 is between the supervisor and the department. */
	l->c->nurges = l->owner && !l->who->staff ? 0 : u->count;
	for (size_t i = 0; i < l->c->nurges; i++)
		l->c->urges[i] = (struct yz_case_urge){.id = yz_row_int(u, i, 0), .org = yz_row_str(u, i, 1), .by = yz_row_str(u, i, 2),
						       .text = yz_row_str(u, i, 3), .answer = yz_row_str(u, i, 4),
						       .answered_by = yz_row_str(u, i, 5), .at = yz_row_int(u, i, 6),
						       .answered = yz_row_int(u, i, 7), .org_key = yz_row_str(u, i, 8),
						       .to_supervisor = yz_row_str(u, i, 9).len != 0, .due = yz_row_int(u, i, 10),
						       .above = !yz_row_null(u, i, 11), .question = yz_str_eqz(yz_row_str(u, i, 11), "question")};
	if (k->count) {
		l->c->correction = yz_new(l->a, struct yz_case_correction);
		l->c->correction->items = yz_json_read(l->a, yz_row_str(k, 0, 0), NULL, err);
		if (!l->c->correction->items)
			return false;
		l->c->correction->reason = yz_row_str(k, 0, 1);
		l->c->correction->at = yz_row_int(k, 0, 2);
		l->c->correction->due = yz_row_int(k, 0, 3);
		l->c->correction->answered = yz_row_int(k, 0, 4);
		l->c->correction->amends = yz_row_int(k, 0, 5) != 0;
	}
	if (g->count)
		l->c->rating = (struct yz_case_rating){(int)yz_row_int(g, 0, 0), yz_row_str(g, 0, 1), yz_row_str(g, 0, 2),
						       yz_row_int(g, 0, 3), yz_row_int(g, 0, 4)};
	return true;
}

/* ---- who may see it ---- */

/* Her own, a task of her department and region, the item's department, supervision of its region, she handed
 * it on, or was sent a copy. */
static bool may_see(struct loading *l, struct yz_str org, bool *sees, struct yz_err *err)
{
	const struct yz_actor *who = l->who;
	int64_t copies = 0;
	l->owner = l->owner || yz_may_own(who, YZ_MAY_case_read_own, l->c->applicant, l->c->row.item_code);
	*sees = l->owner || yz_may_at(who, YZ_MAY_case_read, org, l->c->region_path, YZ_LIT(""));
	for (size_t i = 0; !*sees && i < l->c->ntasks; i++)
		*sees = yz_may_at(who, YZ_MAY_case_read, l->c->tasks[i].org, l->c->tasks[i].path, YZ_LIT("")) ||
			(who->staff && l->c->tasks[i].by == who->person);
	if (*sees || !who->staff)
		return true;
	if (!yz_select_int(l->conn, &copies, 0, err, "SELECT COUNT(*) FROM case_copy WHERE case_id = $1 AND person = $2", YZ_I(l->c->row.id),
			   YZ_I(who->person)))
		return false;
	*sees = copies != 0;
	return true;
}

/* Private facts are for her and for those who handle the case; a supervisor reads them masked. */
static bool handles(const struct loading *l)
{
	struct yz_str none = {0};
	const struct yz_post *p = yz_may_at(l->who, YZ_MAY_desk, l->c->row.org, l->c->region_path, none);
	for (size_t i = 0; !p && i < l->c->ntasks; i++)
		p = yz_may_at(l->who, YZ_MAY_desk, l->c->tasks[i].org, l->c->tasks[i].path, none);
	return l->owner || p;
}

static bool mask_facts(struct loading *l, struct yz_err *err)
{
	if ((l->c->whole = handles(l)))
		return true;
	l->c->row.applicant_name = yz_mask_name(l->a, l->c->row.applicant_name);
	l->c->agent_name = yz_mask_name(l->a, l->c->agent_name);
	if (!l->v->form)
		return true;
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, l->a, 4 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	for (size_t i = 0; i < yz_json_len(l->c->facts); i++) {
		const struct yz_json_member *m = &l->c->facts->members[i];
		const struct yz_field *f = yz_form_field(l->v->form, m->key);
		yz_jw_keys(&w, m->key);
		if (f && yz_str_ends(f->fill, YZ_LIT(".name")) && m->value->type == YZ_JSON_STRING)
			yz_jw_str(&w, yz_mask_name(l->a, m->value->text));
		else if (f && f->is_private && m->value->type == YZ_JSON_STRING)
			yz_jw_str(&w, yz_mask_id(l->a, m->value->text));
		else if (f && (f->is_private || f->type == YZ_FIELD_ROWS))
			yz_jw_null(&w);
		else
			yz_jw_value(&w, m->value);
	}
	yz_jw_end(&w, '}');
	l->c->facts = yz_json_read(l->a, yz_buf_str(&b), NULL, err);
	return l->c->facts != NULL;
}

/* ---- the whole ---- */

static void fill_row(struct yz_rows *r, struct yz_case *c)
{
	c->row = (struct yz_case_row){.id = yz_row_int(r, 0, 0), .version = yz_row_int(r, 0, 1), .no = yz_row_str(r, 0, 2),
				      .item_name = yz_row_str(r, 0, 3), .item_code = yz_row_str(r, 0, 4),
				      .applicant_name = yz_row_str(r, 0, 5), .org = yz_row_str(r, 0, 6), .org_name = yz_row_str(r, 0, 7),
				      .light = yz_light_parse(yz_row_str(r, 0, 9)), .submitted = yz_row_int(r, 0, 10),
				      .next_due = yz_row_int(r, 0, 11), .ended = yz_row_int(r, 0, 12)};
	c->item = yz_row_int(r, 0, 13);
	c->applicant = yz_row_int(r, 0, 14);
	c->agent = yz_row_int(r, 0, 15);
	c->filed_by = yz_row_int(r, 0, 16);
	c->agent_name = yz_row_str(r, 0, 17);
	c->channel = yz_row_str(r, 0, 18);
	c->situation = yz_row_str(r, 0, 19);
	c->outcome = yz_row_str(r, 0, 20);
	c->region_path = yz_row_str(r, 0, 21);
	c->received = yz_row_int(r, 0, 22);
	c->accepted = yz_row_int(r, 0, 23);
	c->decided = yz_row_int(r, 0, 24);
	c->paused = yz_row_int(r, 0, 26);
	c->undo_task = yz_row_int(r, 0, 27);
}

static void name_situation(struct loading *l)
{
	const struct yz_json *list = yz_json_get(l->v->body, "situations");
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(list, i), "key"), l->c->situation))
			l->c->situation_name = yz_json_str(yz_json_at(list, i), "name");
}

struct yz_case *yz_case_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
			     struct yz_str no, struct yz_err *err)
{
	struct yz_rows *r = yz_select(
		conn, a, err,
		"SELECT c.id, c.version, c.no, c.item_name, c.item_code, c.applicant_name, c.org, o.name, c.state, c.light, c.submitted, "
		"c.next_due, c.ended, c.item, c.applicant, c.agent, c.filed_by, p.name, c.channel, c.situation, c.outcome, g.path, "
		"c.received, c.accepted, c.decided, f.facts_enc, c.paused, c.undo_task FROM cases c "
		"LEFT JOIN case_facts f ON f.case_id = c.id LEFT JOIN org o ON o.key = c.org "
		"LEFT JOIN person p ON p.id = c.agent LEFT JOIN region g ON g.code = c.region WHERE c.no = $1",
		YZ_S(no));
	if (!r)
		return NULL;
	if (!r->count)
		return yz_fail_null(err, YZ_NOT_FOUND, "no case %.*s", YZ_P(no));
	struct yz_case *c = yz_new(a, struct yz_case);
	fill_row(r, c);
	if (!yz_case_state_parse(yz_row_str(r, 0, 8), &c->row.state))
		return yz_fail_null(err, YZ_CORRUPT, "case %.*s is in an unknown state", YZ_P(no));
	struct loading l = {site, conn, a, who, NULL, c, false};
	/* Who filed it for her sees it as long as she may act for her. */
	if (c->agent && who->person == c->agent &&
	    !yz_agency_holds(conn, c->applicant, c->agent, c->row.item_code, yz_site_now(site), &l.owner, err))
		return NULL;
	if (!load_tasks(&l, err) ||
	    (yz_str_eqz(c->channel, "system") && !yz_outside_source(conn, a, c->row.id, &c->source, &c->source_no, err)))
		return NULL;
	bool sees;
	if (!may_see(&l, c->row.org, &sees, err))
		return NULL;
	if (!sees)
		return yz_fail_null(err, YZ_NOT_FOUND, "case %.*s is not for person %lld", YZ_P(no), (long long)who->person);
	struct yz_str facts;
	if (!(l.v = yz_version_of(site, conn, a, c->item, err)) ||
	    !yz_unseal(site->keys, a, "cases.facts", c->row.id, yz_row_str(r, 0, 25), &facts, err) ||
	    !(c->facts = yz_json_read(a, facts, NULL, err)))
		return NULL;
	c->item_body = l.v->body;
	c->form = l.v->form ? l.v->form->json : NULL;
	c->version = l.v;
	name_situation(&l);
	/* First the masks: the history names people too. */
	if (!mask_facts(&l, err) || !load_clocks(&l, err) || !load_materials(&l, err) || !load_events(&l, err) ||
	    !load_papers(&l, err) || !load_talk(&l, err) || !load_asides(&l, err) || !load_waits(&l, err))
		return NULL;
	return yz_case_offer(site, conn, a, who, c, l.owner, err) ? c : NULL;
}
