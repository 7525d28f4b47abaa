/* Joint applications as rows.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/joint_row.h"

#include "gov/case_light.h"
#include "gov/message.h"
#include "gov/person.h"
#include "text/text.h"

#include <assert.h>

enum { MINE_MOST = 50 };

static const struct {
	const char *name, *title;
	bool open;
} states[] = {
#define STATE(name, title, open) {#name, title, open},
#include "gov/joint_states.def"
#undef STATE
};

const char *yz_joint_state_name(enum yz_joint_state state)
{
	return states[state].name;
}

const char *yz_joint_state_title(enum yz_joint_state state)
{
	return states[state].title;
}

bool yz_joint_state_open(enum yz_joint_state state)
{
	return states[state].open;
}

static bool state_parse(struct yz_str s, enum yz_joint_state *out)
{
	for (size_t i = 0; i < YZ_JOINT_STATES; i++)
		if (yz_str_eqz(s, states[i].name)) {
			*out = (enum yz_joint_state)i;
			return true;
		}
	return false;
}

/* ---- what waits for what ---- */

static size_t place_of(const struct yz_joint *j, struct yz_str key)
{
	for (size_t i = 0; i < j->nparts; i++)
		if (yz_str_eq(j->parts[i].key, key))
			return i;
	return SIZE_MAX;
}

/* By the bundle: `after`, and what gives it something; of all its items, those not applied for included. */
static uint32_t before(const struct yz_joint *j, struct yz_str key, int deep)
{
	const struct yz_json *items = yz_json_get(j->body, "items"), *gives = yz_json_get(j->body, "gives");
	uint32_t mask = 0;
	if (deep > YZ_JOINT_PARTS) /* a ring: the pack's check does not let it through */
		return 0;
	for (size_t i = 0; i < yz_json_len(items) + yz_json_len(gives); i++) {
		bool given = i >= yz_json_len(items);
		const struct yz_json *one = given ? yz_json_at(gives, i - yz_json_len(items)) : yz_json_at(items, i);
		struct yz_str to = given ? yz_json_str(one, "to") : yz_json_str(one, "item");
		bool hers = yz_str_starts(to, key) && (to.len == key.len || to.ptr[key.len] == '/');
		const struct yz_json *after = yz_json_get(one, "after");
		for (size_t k = 0; hers && k < (given ? 1 : yz_json_len(after)); k++) {
			struct yz_str from = given ? yz_json_str(one, "from") : yz_json_text(yz_json_at(after, k));
			size_t at = place_of(j, from);
			/* What is left out is passed over: she waits for what that one waited for. */
			bool stands = at != SIZE_MAX && j->parts[at].state != YZ_JOINT_dropped;
			mask |= stands ? 1u << at : before(j, from, deep + 1);
		}
	}
	return mask;
}

/* ---- reading ---- */

#define JOINT_COLUMNS "j.id, j.no, j.bundle, j.name, j.body, j.person, j.principal, j.created, j.submitted, j.ended, j.version, p.name, j.channel"
#define JOINT_TABLES "joint j JOIN person p ON p.id = j.principal"

static bool read_parts(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_joint *j, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT q.nth, q.item_key, q.item, q.draft, q.case_id, q.state, c.no, c.state, c.light, c.next_due, "
				      "c.submitted, c.accepted, c.ended FROM joint_part q LEFT JOIN cases c ON c.id = q.case_id "
				      "WHERE q.joint_id = $1 ORDER BY q.nth",
				      YZ_I(j->id));
	if (!r)
		return false;
	j->parts = yz_new_n(a, r->count + 1, struct yz_joint_part);
	j->nparts = r->count;
	for (size_t i = 0; i < r->count; i++) {
		struct yz_joint_part *p = &j->parts[i];
		const struct yz_version *v = yz_version_of(site, conn, a, yz_row_int(r, i, 2), err);
		if (!v)
			return yz_fail_in(err, "joint application %.*s", YZ_P(j->no));
		*p = (struct yz_joint_part){.nth = yz_row_int(r, i, 0), .key = yz_row_str(r, i, 1), .code = v->code, .name = v->name,
					    .org = v->org, .org_name = v->org_name, .item = v->id, .draft = yz_row_int(r, i, 3),
					    .case_id = yz_row_int(r, i, 4), .seen = true, .case_no = yz_row_str(r, i, 6),
					    .light = yz_light_parse(yz_row_str(r, i, 8)), .next_due = yz_row_int(r, i, 9),
					    .filed = yz_row_int(r, i, 10), .accepted = yz_row_int(r, i, 11), .over = yz_row_int(r, i, 12)};
		if (!state_parse(yz_row_str(r, i, 5), &p->state) ||
		    (p->case_id && !yz_case_state_parse(yz_row_str(r, i, 7), &p->case_state)))
			return yz_fail(err, YZ_CORRUPT, "part %lld of %.*s is in an unknown state", (long long)p->nth, YZ_P(j->no));
		j->done += p->state == YZ_JOINT_ended;
		j->counted += p->state != YZ_JOINT_dropped;
	}
	for (size_t i = 0; i < j->nparts; i++)
		j->parts[i].after = before(j, j->parts[i].key, 0);
	return true;
}

static bool read_steps(struct yz_conn *conn, struct yz_arena *a, struct yz_joint *j, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT k.case_id, k.name FROM task k JOIN joint_part q ON q.case_id = k.case_id "
				      "WHERE q.joint_id = $1 AND k.state = 'open' ORDER BY k.id",
				      YZ_I(j->id));
	for (size_t i = 0; r && i < r->count; i++)
		for (size_t k = 0; k < j->nparts; k++)
			if (j->parts[k].case_id == yz_row_int(r, i, 0))
				j->parts[k].step = j->parts[k].step.len
							   ? yz_str_printf(a, "%.*s、%.*s", YZ_P(j->parts[k].step), YZ_P(yz_row_str(r, i, 1)))
							   : yz_row_str(r, i, 1);
	return r != NULL;
}

static struct yz_joint *from_row(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_rows *r, size_t i,
				 struct yz_joint *j, struct yz_err *err)
{
	*j = (struct yz_joint){.id = yz_row_int(r, i, 0), .no = yz_row_str(r, i, 1), .bundle = yz_row_str(r, i, 2), .name = yz_row_str(r, i, 3),
			       .person = yz_row_int(r, i, 5), .principal = yz_row_int(r, i, 6), .created = yz_row_int(r, i, 7),
			       .submitted = yz_row_int(r, i, 8), .ended = yz_row_int(r, i, 9), .version = yz_row_int(r, i, 10),
			       .principal_name = yz_row_str(r, i, 11), .counter = yz_str_eqz(yz_row_str(r, i, 12), "counter")};
	if (!(j->body = yz_json_read(a, yz_row_str(r, i, 4), NULL, err)))
		return yz_fail_in(err, "joint application %.*s", YZ_P(j->no)), NULL;
	return read_parts(site, conn, a, j, err) ? j : NULL;
}

static struct yz_joint *one(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_rows *r, struct yz_err *err)
{
	if (!r)
		return NULL;
	if (!r->count)
		return yz_fail_null(err, YZ_NOT_FOUND, "there is no such joint application");
	struct yz_joint *j = from_row(site, conn, a, r, 0, yz_new(a, struct yz_joint), err);
	return j && read_steps(conn, a, j, err) && yz_joint_reckon(site, conn, a, j, err) ? j : NULL;
}

struct yz_joint *yz_joint_read(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	return one(site, conn, a, yz_select(conn, a, err, "SELECT " JOINT_COLUMNS " FROM " JOINT_TABLES " WHERE j.id = $1", YZ_I(id)), err);
}

static struct yz_joint *by_number(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str no, struct yz_err *err)
{
	return one(site, conn, a, yz_select(conn, a, err, "SELECT " JOINT_COLUMNS " FROM " JOINT_TABLES " WHERE j.no = $1", YZ_S(no)), err);
}

bool yz_joint_of_draft(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t draft, struct yz_joint **out, int64_t *nth,
		       struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT joint_id, nth FROM joint_part WHERE draft = $1", YZ_I(draft));
	*out = NULL;
	if (!r || !r->count)
		return r != NULL;
	*nth = yz_row_int(r, 0, 1);
	return (*out = yz_joint_read(site, conn, a, yz_row_int(r, 0, 0), err)) != NULL;
}

/* ---- who sees it ---- */

static bool hers(struct yz_site *site, struct yz_conn *conn, const struct yz_actor *who, const struct yz_joint *j, bool *yes,
		 struct yz_err *err)
{
	*yes = who->person && who->person == j->person && j->counter && yz_may(who, YZ_MAY_case_file_for);
	if (*yes)
		return true;
	*yes = who->person && (who->person == j->principal || j->nparts);
	for (size_t i = 0; *yes && who->person != j->principal && i < j->nparts; i++) {
		*yes = yz_may_own(who, YZ_MAY_case_read_own, j->principal, j->parts[i].code);
		if (!*yes && who->person == j->person &&
		    !yz_agency_holds(conn, j->principal, who->person, j->parts[i].code, yz_site_now(site), yes, err))
			return false;
	}
	return true;
}

struct yz_joint *yz_joint_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
			       struct yz_str no, struct yz_err *err)
{
	struct yz_joint *j = by_number(site, conn, a, no, err);
	bool yes;
	if (!j || !hers(site, conn, who, j, &yes, err))
		return NULL;
	return yes ? j : yz_fail_null(err, YZ_NOT_FOUND, "there is no such joint application");
}

struct yz_joint *yz_joint_take(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str no,
			       struct yz_err *err)
{
	int64_t id;
	return yz_select_int(conn, &id, 0, err, "SELECT id FROM joint WHERE no = $1 FOR UPDATE", YZ_S(no))
		       ? yz_joint_load(site, conn, a, who, no, err)
		       : NULL;
}

size_t yz_joint_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		     struct yz_joint **out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT " JOINT_COLUMNS " FROM " JOINT_TABLES " WHERE j.person = $1 OR j.principal IN ($1, $2) "
				      "ORDER BY j.created DESC, j.id DESC LIMIT $3",
				      YZ_I(who->person), YZ_I(who->principal), YZ_I(MINE_MOST));
	size_t n = 0;
	*out = yz_new_n(a, r ? r->count + 1 : 1, struct yz_joint);
	for (size_t i = 0; r && i < r->count; i++) {
		bool yes;
		if (!from_row(site, conn, a, r, i, &(*out)[n], err) || !hers(site, conn, who, &(*out)[n], &yes, err))
			return 0;
		n += yes;
	}
	return n;
}

bool yz_joint_around(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t case_id,
		     struct yz_joint **out, struct yz_err *err)
{
	int64_t id;
	*out = NULL;
	if (!yz_select_int(conn, &id, 0, err, "SELECT joint_id FROM joint_part WHERE case_id = $1", YZ_I(case_id)))
		return false;
	if (!id)
		return true;
	struct yz_joint *j = yz_joint_read(site, conn, a, id, err);
	bool yes;
	if (!j || !hers(site, conn, who, j, &yes, err))
		return false;
	for (size_t i = 0; !yes && i < j->nparts; i++) {
		struct yz_joint_part *p = &j->parts[i];
		const struct yz_version *v = yz_version_of(site, conn, a, p->item, err);
		if (!v)
			return false;
		p->seen = p->case_id == case_id || yz_may_at(who, YZ_MAY_case_read, v->org, v->region_path, YZ_LIT(""));
		if (!p->seen) {
			p->case_no = p->step = (struct yz_str){0};
			p->light = YZ_LIGHT_NONE;
			p->next_due = p->from = p->due = p->filed = p->accepted = p->over = 0;
		}
	}
	*out = j;
	return true;
}

struct yz_joint *yz_joint_peek(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str no, struct yz_str id_tail,
			       struct yz_err *err)
{
	struct yz_err quiet = {0};
	struct yz_joint *j = by_number(site, conn, a, yz_str_trim(no), &quiet);
	if (!j && quiet.code != YZ_NOT_FOUND) {
		*err = quiet;
		return NULL;
	}
	bool fits = false;
	if (j && !yz_person_tail(site, conn, a, j->principal, id_tail, &fits, err))
		return NULL;
	/* The same answer for a number that is not there, one not submitted, and a tail that is wrong. */
	if (!fits || !j->submitted)
		return yz_fail_null(err, YZ_NOT_FOUND, "no joint application with this number and id");
	j->principal_name = yz_mask_name(a, j->principal_name);
	for (size_t i = 0; i < j->nparts; i++)
		j->parts[i].case_no = (struct yz_str){0};
	return j;
}

/* ---- writing ---- */

bool yz_joint_set(struct yz_conn *conn, const struct yz_joint *j, struct yz_joint_part *p, enum yz_joint_state state, struct yz_err *err)
{
	p->state = state;
	return yz_exec(conn, err, "UPDATE joint_part SET state = $1 WHERE joint_id = $2 AND nth = $3", YZ_Z(states[state].name), YZ_I(j->id),
		       YZ_I(p->nth));
}

bool yz_joint_save(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err)
{
	const struct yz_joint *j = yz_joint_read(site, conn, a, id, err);
	size_t open = 0;
	if (!j)
		return false;
	for (size_t i = 0; i < j->nparts; i++)
		open += states[j->parts[i].state].open;
	bool ends = !open && j->submitted && !j->ended;
	if (!yz_exec(conn, err, "UPDATE joint SET version = version + 1, ended = $1 WHERE id = $2",
		     yz_val_int_or_null(ends ? yz_site_now(site) : j->ended, ends || j->ended), YZ_I(id)))
		return false;
	const struct yz_said said[] = {{.hole = "done", .value = yz_str_printf(a, "%zu", j->done)},
				       {.hole = "count", .value = yz_str_printf(a, "%zu", j->counted)}};
	return !ends || yz_joint_tell(site, conn, a, j, YZ_SAY_joint_over, said, 2, err);
}

bool yz_joint_tell(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j, enum yz_say kind,
		   const struct yz_said *more, size_t n, struct yz_err *err)
{
	struct yz_str link = yz_str_printf(a, "/joint/%.*s", YZ_P(j->no));
	struct yz_said said[6] = {{.hole = "item", .value = j->name, .is_name = true}, {.hole = "no", .value = j->no}};
	assert(n <= 4);
	for (size_t i = 0; i < n; i++)
		said[2 + i] = more[i];
	return yz_message_say_at(site, conn, a, j->principal, link, kind, said, n + 2, err) &&
	       (j->person == j->principal || j->counter || yz_message_say_at(site, conn, a, j->person, link, kind, said, n + 2, err));
}

bool yz_joint_at_counter(struct yz_conn *conn, int64_t draft, bool *yes, struct yz_err *err)
{
	int64_t n;
	if (!yz_select_int(conn, &n, 0, err, "SELECT COUNT(*) FROM joint_part p JOIN joint j ON j.id = p.joint_id WHERE p.draft = $1 AND j.channel = 'counter'",
			   YZ_I(draft)))
		return false;
	*yes = n > 0;
	return true;
}
