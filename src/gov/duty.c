/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/duty.h"

#include "base/map.h"
#include "db/ledger.h"
#include "fmt/json.h"
#include "gov/acting.h"
#include "text/text.h"

#include <stdlib.h>

enum { PAGE = 500, DEPUTIES = 200 };

static const struct {
	const char *name, *title;
} awaits[YZ_AWAITS] = {
	[YZ_AWAITS_OFFICE] = {"office", N_("部门办理")},
	[YZ_AWAITS_APPLICANT] = {"applicant", N_("等申请人补正")},
	[YZ_AWAITS_SPECIAL] = {"special", N_("特别程序，不计时")},
	[YZ_AWAITS_SUSPENDED] = {"suspended", N_("部门挂起，照常计时")},
	[YZ_AWAITS_TIME] = {"time", N_("等流程规定的时间")},
};

const char *yz_awaits_title(enum yz_awaits what)
{
	return awaits[what].title;
}

/* ---- into the ledger ---- */

static enum yz_awaits awaits_now(struct yz_acting *t)
{
	if (t->state == YZ_CASE_correcting)
		return YZ_AWAITS_APPLICANT;
	return yz_acting_all_wait(t) ? YZ_AWAITS_SPECIAL : t->paused ? YZ_AWAITS_SUSPENDED : YZ_AWAITS_OFFICE;
}

void yz_duty_write_awaits(struct yz_acting *t, struct yz_jw *w)
{
	enum yz_awaits what = awaits_now(t);
	if (what != YZ_AWAITS_OFFICE && !t->ended)
		yz_jw_kz(w, "awaits", awaits[what].name);
}

void yz_duty_write_held(struct yz_acting *t, struct yz_jw *w)
{
	yz_jw_key(w, "held");
	yz_jw_array(w);
	for (size_t i = 0; i < t->tasks.len; i++) {
		const struct yz_task_held *k = &t->tasks.at[i];
		yz_jw_array(w);
		yz_jw_int(w, k->id);
		yz_jw_str(w, k->name);
		yz_jw_z(w, k->waiting ? "waiting" : k->held ? "held" : "open");
		yz_jw_str(w, k->org);
		yz_jw_str(w, k->role);
		yz_jw_str(w, k->post);
		yz_jw_int(w, k->person);
		yz_jw_end(w, ']');
	}
	yz_jw_end(w, ']');
}

/* ---- out of it ---- */

struct reading {
	struct yz_arena *a;
	YZ_VEC(struct yz_duty) all;  /* over */
	YZ_VEC(struct yz_duty) last; /* since the entry before */
	yz_instant first, unknown;
	bool said;
};

static bool same(const struct yz_duty *x, const struct yz_duty *y)
{
	return x->task == y->task && x->person == y->person && x->awaits == y->awaits && yz_str_eq(x->org, y->org) &&
	       yz_str_eq(x->role, y->role) && yz_str_eq(x->post, y->post);
}

static enum yz_awaits parse_awaits(struct yz_str s)
{
	for (int i = 0; i < YZ_AWAITS; i++)
		if (yz_str_eqz(s, awaits[i].name))
			return (enum yz_awaits)i;
	return YZ_AWAITS_OFFICE;
}

static int64_t number(const struct yz_json *v)
{
	int64_t n = 0;
	yz_str_int(v ? v->text : (struct yz_str){0}, &n);
	return n;
}

static bool ended(const struct yz_json *body)
{
	enum yz_case_state state;
	return yz_case_state_parse(yz_json_str(body, "state"), &state) && !yz_case_state_open(state);
}

/* What one entry says, after what the entries before it said. */
static void follow(struct reading *r, const struct yz_entry *e, const struct yz_json *body)
{
	const struct yz_json *held = yz_json_get(body, "held");
	enum yz_awaits what = parse_awaits(yz_json_str(body, "awaits"));
	YZ_VEC(struct yz_duty) now = {0};
	for (size_t i = 0; i < yz_json_len(held); i++) {
		const struct yz_json *k = yz_json_at(held, i);
		if (yz_json_len(k) != 7 || yz_str_eqz(yz_json_at(k, 2)->text, "waiting"))
			continue;
		*yz_vec_push(r->a, &now) = (struct yz_duty){
			.from = e->at, .until = YZ_NEVER, .seq = e->seq, .awaits = what, .task = number(yz_json_at(k, 0)),
			.step = yz_json_at(k, 1)->text, .org = yz_json_at(k, 3)->text, .role = yz_json_at(k, 4)->text,
			.post = yz_json_at(k, 5)->text, .person = number(yz_json_at(k, 6))};
	}
	if (!now.len && !ended(body))
		*yz_vec_push(r->a, &now) = (struct yz_duty){.from = e->at, .until = YZ_NEVER, .seq = e->seq,
							    .awaits = what == YZ_AWAITS_OFFICE ? YZ_AWAITS_TIME : what};
	for (size_t i = 0; i < r->last.len; i++) {
		struct yz_duty *before = &r->last.at[i], *still = NULL;
		for (size_t k = 0; !still && k < now.len; k++)
			still = same(before, &now.at[k]) ? &now.at[k] : NULL;
		if (still) {
			still->from = before->from;
			still->seq = before->seq;
		} else if (before->from < e->at) {
			before->until = e->at;
			*yz_vec_push(r->a, &r->all) = *before;
		}
	}
	r->last.len = 0;
	for (size_t i = 0; i < now.len; i++)
		*yz_vec_push(r->a, &r->last) = now.at[i];
}

static bool read_entries(struct reading *r, struct yz_conn *conn, int64_t case_id, struct yz_err *err)
{
	struct yz_entries page;
	yz_instant at = 0;
	int64_t seq = 0;
	do {
		if (!yz_ledger_of(conn, r->a, YZ_LIT("case"), case_id, at, seq, PAGE, &page, err))
			return false;
		for (size_t i = 0; i < page.count; i++) {
			const struct yz_entry *e = &page.at[i];
			const struct yz_json *body = yz_json_read(r->a, e->body, NULL, NULL);
			at = e->at;
			seq = e->seq;
			r->first = r->first ? r->first : at;
			if (!yz_json_get(body, "held"))
				continue; /* a card, another calendar: nobody's desk changed */
			if (!r->said && at > r->first)
				r->unknown = at;
			r->said = true;
			follow(r, e, body);
		}
	} while (page.count == PAGE);
	for (size_t i = 0; i < r->last.len; i++)
		*yz_vec_push(r->a, &r->all) = r->last.at[i];
	return true;
}

/* ---- who stood in ---- */

struct absence {
	int64_t person, deputy;
	yz_instant from, until;
};

/* One that was named and ended again, as the two entries say. */
static bool read_absence(struct reading *r, struct yz_conn *conn, int64_t id, struct absence *out, struct yz_err *err)
{
	struct yz_entries two;
	if (!yz_ledger_of(conn, r->a, YZ_LIT("deputy"), id, 0, 0, PAGE, &two, err))
		return false;
	*out = (struct absence){0};
	for (size_t i = 0; i < two.count; i++) {
		const struct yz_entry *e = &two.at[i];
		const struct yz_json *body = yz_json_read(r->a, e->body, NULL, NULL);
		if (yz_str_eqz(e->act, "deputy.add"))
			*out = (struct absence){yz_json_int(body, "person", 0), yz_json_int(body, "deputy", 0),
						yz_json_int(body, "from", 0), yz_json_int(body, "until", 0)};
		else if (e->at < out->until)
			out->until = e->at;
		/* Whoever is named only later has not stood in before. */
		if (yz_str_eqz(e->act, "deputy.add") && out->from < e->at)
			out->from = e->at;
	}
	return true;
}

/* [from, until) of what she held becomes a piece of its own, with her deputy. */
static void stand_in(struct reading *r, size_t i, const struct absence *x)
{
	struct yz_duty d = r->all.at[i];
	yz_instant from = d.from > x->from ? d.from : x->from, until = d.until < x->until ? d.until : x->until;
	if (d.person != x->person || d.deputy || d.task == 0 || from >= until)
		return;
	struct yz_duty before = d, behind = d;
	r->all.at[i].from = from;
	r->all.at[i].until = until;
	r->all.at[i].deputy = x->deputy;
	before.until = from;
	behind.from = until;
	if (before.from < before.until)
		*yz_vec_push(r->a, &r->all) = before;
	if (behind.from < behind.until)
		*yz_vec_push(r->a, &r->all) = behind;
}

static bool read_absences(struct reading *r, struct yz_conn *conn, int64_t person, struct yz_err *err)
{
	struct yz_rows *ids = yz_select(conn, r->a, err, "SELECT id FROM deputy WHERE person = $1 ORDER BY id DESC LIMIT $2", YZ_I(person),
					YZ_I(DEPUTIES));
	for (size_t k = 0; ids && k < ids->count; k++) {
		struct absence x;
		if (!read_absence(r, conn, yz_row_int(ids, k, 0), &x, err))
			return false;
		for (size_t i = 0; i < r->all.len; i++)
			stand_in(r, i, &x);
	}
	return ids != NULL;
}

static int by_number(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
	return (a > b) - (a < b);
}

static bool read_deputies(struct reading *r, struct yz_conn *conn, struct yz_err *err)
{
	size_t n = r->all.len, met = 0;
	int64_t *persons = yz_new_n(r->a, n + 1, int64_t);
	for (size_t i = 0; i < n; i++)
		persons[met++] = r->all.at[i].person;
	qsort(persons, met, sizeof *persons, by_number);
	/* Each person once, in ascending order; what stands in makes new pieces, of the same persons. */
	for (size_t i = 0; i < met; i++)
		if (persons[i] && (!i || persons[i] != persons[i - 1]) && !read_absences(r, conn, persons[i], err))
			return false;
	return true;
}

/* ---- names ---- */

static bool name_all(struct reading *r, struct yz_conn *conn, int64_t case_id, struct yz_err *err)
{
	struct yz_rows *home = yz_select(conn, r->a, err, "SELECT org FROM cases WHERE id = $1", YZ_I(case_id));
	if (!home)
		return false;
	for (size_t i = 0; i < r->all.len; i++) {
		struct yz_duty *d = &r->all.at[i];
		if (!d->task && home->count)
			d->org = yz_row_str(home, 0, 0);
		struct yz_rows *n = yz_select(conn, r->a, err,
					      "SELECT (SELECT name FROM org WHERE key = $1), (SELECT name FROM person WHERE id = $2), "
					      "(SELECT name FROM person WHERE id = $3)",
					      YZ_S(d->org), YZ_I(d->person), YZ_I(d->deputy));
		if (!n)
			return false;
		d->org_name = yz_row_null(n, 0, 0) ? d->org : yz_row_str(n, 0, 0);
		d->person_name = yz_row_str(n, 0, 1);
		d->deputy_name = yz_row_str(n, 0, 2);
	}
	return true;
}

static int by_instant(const void *x, const void *y)
{
	const struct yz_duty *a = x, *b = y;
	return a->from != b->from ? (a->from < b->from ? -1 : 1) : a->task < b->task ? -1 : a->task > b->task;
}

bool yz_duty_of(struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_duty **out, size_t *n, yz_instant *unknown,
		struct yz_err *err)
{
	struct reading r = {.a = a};
	if (!read_entries(&r, conn, case_id, err) || !read_deputies(&r, conn, err) || !name_all(&r, conn, case_id, err))
		return false;
	if (r.all.len)
		qsort(r.all.at, r.all.len, sizeof *r.all.at, by_instant);
	*out = r.all.at;
	*n = r.all.len;
	*unknown = r.said ? r.unknown : r.first;
	return true;
}
