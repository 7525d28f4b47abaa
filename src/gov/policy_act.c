/* gov/policy_act.c - pushing, applying, confirming, settling.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/policy.h"

#include "calendar/calendar.h"
#include "crypt/crypt.h"
#include "db/db.h"
#include "gov/catalogue.h"
#include "gov/draft.h"
#include "gov/enterprise.h"
#include "gov/match.h"
#include "gov/message.h"
#include "gov/note.h"
#include "gov/person.h"
#include "gov/site.h"
#include "gov/version.h"
#include "text/text.h"

struct acting {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_policy *policy;
	struct yz_subject *subject; /* apply, confirm */
	struct yz_subject **subjects; /* push */
	size_t n;
	struct yz_str amount;
	int64_t claim, draft;
	size_t told, today; /* today: told already this day */
};

static bool note(const struct acting *w, struct yz_conn *conn, struct yz_arena *a, const char *act, const char *key, int64_t value,
		 struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "policy", w->policy->key);
	yz_jw_kint(&j, "version", w->policy->version);
	yz_jw_kint(&j, key, value);
	if (w->amount.len)
		yz_jw_kstr(&j, "amount", w->amount);
	yz_jw_end(&j, '}');
	return yz_note(w->site, conn, w->who, act, "policy", w->policy->id, yz_printf(a, "policy.%.*s", YZ_P(w->policy->key)),
		       yz_buf_str(&b), err);
}

static bool in_force(const struct yz_site *site, const struct yz_policy *p, struct yz_err *err)
{
	if (yz_policy_holds(&p->text, yz_instant_day(yz_site_now(site), site->offset)))
		return true;
	return yz_fail(err, YZ_NOT_NOW, "%s", N_("这项政策现在不在执行期内"));
}

/* ---- push ---- */

static bool tell_one(struct acting *w, struct yz_conn *conn, struct yz_arena *a, const struct yz_subject *s, struct yz_err *err)
{
	const struct yz_policy_text *p = &w->policy->text;
	const struct yz_said said[] = {{"item", p->name, true}, {"name", s->name}, {"benefit", p->benefit, yz_str_find(p->benefit, YZ_LIT("\n"), 0) == SIZE_MAX}};
	struct yz_message_ways went;
	if (!yz_message_say_told(w->site, conn, a, s->account, yz_str_printf(a, "/me/policies/%.*s", YZ_P(w->policy->key)),
				 p->confirm ? YZ_SAY_policy_ready : YZ_SAY_policy_told, said, 3, &went, err))
		return false;
	w->told++;
	return yz_insert(conn, err, "INSERT INTO policy_told (policy, subject, person, ways, by_person, at) VALUES ($1, $2, $3, $4, $5, $6)",
			 YZ_S(w->policy->key), YZ_I(s->id), YZ_I(s->account), YZ_S(yz_str_printf(a, "message%s%s", went.mail ? " mail" : "", went.sms ? " sms" : "")),
			 YZ_I(w->who->person), YZ_I(yz_site_now(w->site))) != 0;
}

/* A button pressed twice, or by two officials at once, tells nobody twice: looked at within the write. */
static bool was_told_today(const struct acting *w, struct yz_conn *conn, const struct yz_subject *s, int64_t *times, struct yz_err *err)
{
	yz_day today = yz_instant_day(yz_site_now(w->site), w->site->offset);
	return yz_select_int(conn, times, 0, err, "SELECT COUNT(*) FROM policy_told WHERE policy = $1 AND subject = $2 AND at >= $3",
			     YZ_S(w->policy->key), YZ_I(s->id), YZ_I(yz_day_start(today, w->site->offset)));
}

static bool do_push(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct acting *w = ctx;
	w->told = w->today = 0;
	for (size_t i = 0; i < w->n; i++) {
		int64_t times;
		if (!was_told_today(w, conn, w->subjects[i], &times, err))
			return false;
		if (times)
			w->today++;
		else if (!tell_one(w, conn, a, w->subjects[i], err))
			return false;
	}
	return !w->told || note(w, conn, a, "policy.push", "told", (int64_t)w->told, err);
}

/* Who of them is to be told: read before the write, which is quick then. */
static bool choose(struct acting *w, struct yz_conn *conn, struct yz_arena *a, const int64_t *subjects, size_t n,
		   struct yz_push_report *report, struct yz_err *err)
{
	int64_t *chosen = yz_new_n(a, n, int64_t);
	size_t len = 0;
	w->subjects = yz_new_n(a, n, struct yz_subject *);
	for (size_t i = 0; i < n; i++) {
		bool twice = false;
		for (size_t k = 0; k < i && !twice; k++)
			twice = subjects[k] == subjects[i];
		if (twice)
			continue;
		if (yz_match_state(w->site, w->policy->key, subjects[i]) != YZ_MATCH_YES) {
			report->not_matching++;
			continue;
		}
		chosen[len++] = subjects[i];
	}
	struct yz_subject **loaded = yz_new_n(a, len, struct yz_subject *);
	for (size_t i = 0; i < len; i += YZ_SUBJECTS_MOST) {
		size_t some = len - i < YZ_SUBJECTS_MOST ? len - i : YZ_SUBJECTS_MOST;
		if (!yz_subjects_load(w->site, conn, a, yz_str_eqz(w->policy->text.whom, "legal"), chosen + i, some, loaded + i, err))
			return false;
	}
	/* An account closed since the sets were made keeps nobody else from being told. */
	for (size_t i = 0; i < len; i++)
		if (loaded[i] && loaded[i]->account)
			w->subjects[w->n++] = loaded[i];
		else
			report->no_account++;
	return true;
}

bool yz_policy_push(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str key, const int64_t *subjects,
		    size_t n, struct yz_push_report *report, struct yz_err *err)
{
	struct acting w = {.site = site, .who = who};
	*report = (struct yz_push_report){0};
	if (n > YZ_PUSH_MOST)
		return yz_fail(err, YZ_LIMIT, "%s", N_("一次告知的太多了，请分几次"));
	if (!n)
		return yz_fail(err, YZ_BAD_INPUT, "%s", N_("请先勾选要告知的对象"));
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	bool ok = conn && (w.policy = yz_policy_load(conn, a, key, err)) != NULL;
	if (ok && !yz_policy_may(who, YZ_MAY_policy_push, w.policy))
		ok = yz_refuse(who, YZ_MAY_policy_push, err);
	ok = ok && in_force(site, w.policy, err) && yz_match_refresh(site, conn, err) && choose(&w, conn, a, subjects, n, report, err);
	if (conn)
		yz_db_release(conn);
	ok = ok && (!w.n || yz_db_write(site->db, do_push, &w, err));
	report->told = w.told;
	report->today = w.today;
	return ok;
}

/* ---- her own ---- */

/* The policy, whom she stands for, and that it is hers to claim today. */
static bool prepare(struct acting *w, struct yz_conn *conn, struct yz_arena *a, struct yz_str key, struct yz_err *err)
{
	struct yz_match_pair pair;
	if (!(w->policy = yz_policy_load(conn, a, key, err)) || !in_force(w->site, w->policy, err) ||
	    !(w->subject = yz_subject_of(w->site, conn, a, w->who, err)))
		return err->code ? false : yz_fail(err, YZ_NOT_NOW, "%s", N_("登记库里还没有您这家单位"));
	if (!yz_match_refresh(w->site, conn, err) || !yz_match_pair(w->site, a, key, w->subject, false, YZ_LANG_ZH, &pair, err))
		return false;
	w->amount = pair.amount;
	/* What hangs on facts that only she knows may be applied for: the department looks. */
	if (pair.state == YZ_MATCH_YES || (pair.possible && !w->policy->text.confirm))
		return true;
	return yz_fail(err, YZ_NOT_NOW, "%s", N_("按登记的信息，现在还不符合这项政策的条件"));
}

static bool begin(struct acting *w, struct yz_arena *a, struct yz_str key, struct yz_err *err)
{
	if (!yz_may(w->who, YZ_MAY_apply))
		return yz_refuse(w->who, YZ_MAY_apply, err);
	struct yz_conn *conn = yz_db_read_in(w->site->db, a, err);
	bool ok = conn && prepare(w, conn, a, key, err);
	if (conn)
		yz_db_release(conn);
	return ok;
}

/* The end of the last of the working days in which the department has promised to give it. */
static yz_instant due_of(const struct acting *w)
{
	if (!w->policy->text.confirm || !w->policy->text.within)
		return 0;
	const struct yz_calendar *c = yz_site_calendar(w->site);
	yz_day last = yz_add_working(c, yz_instant_day(yz_site_now(w->site), w->site->offset), w->policy->text.within);
	yz_site_calendar_release(w->site, c);
	return yz_day_start(last + 1, w->site->offset);
}

static bool put_claim(struct acting *w, struct yz_conn *conn, struct yz_err *err)
{
	yz_instant due = due_of(w);
	return yz_exec(conn, err,
		       "INSERT INTO policy_claim (policy, version, subject, person, give, amount, draft, at, due) "
		       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
		       "ON CONFLICT (policy, version, subject) DO UPDATE SET draft = excluded.draft, person = excluded.person",
		       YZ_S(w->policy->key), YZ_I(w->policy->version), YZ_I(w->subject->id), YZ_I(w->who->person),
		       YZ_Z(w->policy->text.confirm ? "confirm" : "apply"), YZ_S(w->amount), yz_val_int_or_null(w->draft, w->draft != 0),
		       YZ_I(yz_site_now(w->site)), yz_val_int_or_null(due, due != 0));
}

static bool do_apply(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct acting *w = ctx;
	return put_claim(w, conn, err) && note(w, conn, a, "policy.apply", "subject", w->subject->id, err);
}

/* Facts of the register into fields of equal names; the policy's own name into 申报政策. */
static const struct yz_json *known_fields(const struct acting *w, struct yz_arena *a, const struct yz_form *form)
{
	struct yz_json *fields = yz_json_new_object(a);
	yz_day today = yz_instant_day(yz_site_now(w->site), w->site->offset);
	for (size_t i = 0; form && i < form->nfields; i++) {
		const struct yz_field *f = &form->fields[i];
		enum yz_feel_kind kind = f->type == YZ_FIELD_NUMBER || f->type == YZ_FIELD_INTEGER ? YZ_FEEL_NUMBER
					 : f->type == YZ_FIELD_BOOLEAN				 ? YZ_FEEL_BOOLEAN
												 : YZ_FEEL_STRING;
		if (f->type == YZ_FIELD_CHOICES || f->type == YZ_FIELD_ROWS)
			continue;
		struct yz_feel_value v = yz_subject_fact(w->site, a, w->subject, f->name, kind, today);
		if (yz_str_eqz(f->name, "申报政策"))
			v = yz_feel_string(w->policy->text.name);
		if (v.kind != YZ_FEEL_NULL)
			yz_json_put(a, fields, f->name, yz_json_new_str(a, v.kind == YZ_FEEL_STRING ? yz_feel_str(v) : yz_feel_text(a, v)));
	}
	return fields;
}

static bool fill(struct acting *w, struct yz_arena *a, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read_in(w->site->db, a, err);
	struct yz_draft *d = conn ? yz_draft_load(w->site, conn, a, w->who, w->draft, err) : NULL;
	const struct yz_json *fields = d ? known_fields(w, a, d->version->form) : NULL;
	if (conn)
		yz_db_release(conn);
	return fields && yz_draft_save(w->site, a, w->who, w->draft, fields, 0, err);
}

bool yz_policy_apply(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str key, int64_t *draft,
		     struct yz_err *err)
{
	struct acting w = {.site = site, .who = who};
	if (!begin(&w, a, key, err))
		return false;
	if (w.policy->text.confirm || !w.policy->text.item.len)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这项政策不在网上申请，请看办理方式"));
	const struct yz_catalogue *c = yz_site_catalogue(site);
	const struct yz_entry_item *item = yz_catalogue_find(c, w.policy->text.item);
	struct yz_str code = item ? yz_str_dup(a, item->code) : (struct yz_str){0};
	yz_site_catalogue_release(site, c);
	if (!code.len)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这个事项暂停办理，恢复后可以再来申请"));
	if (!yz_draft_open(site, who, code, &w.draft, err) || !fill(&w, a, err) || !yz_db_write(site->db, do_apply, &w, err))
		return false;
	*draft = w.draft;
	return true;
}

/* Everybody of the department who decides or receives. */
static bool tell_department(struct acting *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	yz_instant now = yz_site_now(w->site);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT DISTINCT person FROM post WHERE org = $1 AND role IN ('window', 'decider') "
				      "AND from_at <= $2 AND (until_at IS NULL OR until_at > $2) ORDER BY person LIMIT 50",
				      YZ_S(w->policy->org), YZ_I(now));
	struct yz_str title = yz_str_printf(a, "免申即享已确认：%.*s", YZ_P(w->policy->text.name));
	struct yz_str link = yz_str_printf(a, "/policy/%.*s?show=claimed", YZ_P(w->policy->key));
	struct yz_str name = w->subject->legal ? w->subject->name : yz_mask_name(a, w->subject->name);
	struct yz_str body = yz_str_printf(a, "%.*s已确认享受这项政策，请兑现后在“政策”页登记。", YZ_P(name));
	for (size_t i = 0; r && i < r->count; i++)
		if (!yz_message_put(w->site, conn, a, YZ_TOPIC_policy, yz_row_int(r, i, 0), 0, link, title, body, err))
			return false;
	return r != NULL;
}

static bool do_confirm(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct acting *w = ctx;
	int64_t there;
	if (!yz_select_int(conn, &there, 0, err, "SELECT COUNT(*) FROM policy_claim WHERE policy = $1 AND version = $2 AND subject = $3",
			   YZ_S(w->policy->key), YZ_I(w->policy->version), YZ_I(w->subject->id)))
		return false;
	if (there)
		return yz_fail(err, YZ_EXISTS, "%s", N_("这项政策您已经确认过了"));
	return put_claim(w, conn, err) && note(w, conn, a, "policy.confirm", "subject", w->subject->id, err) &&
	       tell_department(w, conn, a, err);
}

bool yz_policy_confirm(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str key, struct yz_err *err)
{
	struct acting w = {.site = site, .who = who};
	if (!begin(&w, a, key, err))
		return false;
	if (!w.policy->text.confirm)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这项政策要申请，不能直接确认"));
	return yz_db_write(site->db, do_confirm, &w, err);
}

/* ---- opening and looking ---- */

static bool do_opened(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct acting *w = ctx;
	return yz_exec(conn, err, "UPDATE policy_told SET opened = $1 WHERE policy = $2 AND person = $3 AND opened IS NULL",
		       YZ_I(yz_site_now(w->site)), YZ_S(w->policy->key), YZ_I(w->who->principal)) &&
	       (!yz_changed(conn) || note(w, conn, a, "policy.open", "told", yz_changed(conn), err));
}

bool yz_policy_opened(struct yz_site *site, const struct yz_actor *who, struct yz_str key, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct acting w = {.site = site, .who = who};
	int64_t unopened = 0;
	struct yz_conn *conn = yz_db_read(site->db, err);
	bool ok = conn && yz_select_int(conn, &unopened, 0, err,
					"SELECT COUNT(*) FROM policy_told WHERE policy = $1 AND person = $2 AND opened IS NULL", YZ_S(key),
					YZ_I(who->principal));
	ok = ok && (!unopened || (w.policy = yz_policy_load(conn, a, key, err)));
	if (conn)
		yz_db_release(conn);
	ok = ok && (!unopened || yz_db_write(site->db, do_opened, &w, err));
	yz_arena_destroy(a);
	return ok;
}

struct looked {
	struct yz_site *site;
	const struct yz_actor *who;
	const struct yz_policy *policy;
	const char *list;
	int64_t subject;
	size_t rows;
};

static bool do_looked(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	static const char *const purposes[][2] = {{"match", "tell"}, {"untold", "tell"}, {"near", "advise"}, {"claimed", "follow"}, {"why", "explain"}};
	const struct looked *w = ctx;
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "policy", w->policy->key);
	yz_jw_kz(&j, "list", w->list);
	yz_jw_kint(&j, "rows", (int64_t)w->rows);
	if (w->subject)
		yz_jw_kint(&j, "subject", w->subject);
	for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++)
		if (yz_str_eqz(yz_str(w->list), purposes[i][0]))
			yz_jw_kz(&j, "purpose", purposes[i][1]);
	yz_jw_end(&j, '}');
	return yz_note(w->site, conn, w->who, "policy.look", "policy", w->policy->id, yz_printf(a, "policy.%.*s", YZ_P(w->policy->key)),
		       yz_buf_str(&b), err);
}

bool yz_policy_looked(struct yz_site *site, const struct yz_actor *who, const struct yz_policy *p, const char *list, int64_t subject,
		      size_t rows, struct yz_err *err)
{
	struct looked w = {site, who, p, list, subject, rows};
	return yz_db_write(site->db, do_looked, &w, err);
}

/* ---- settling ---- */

static bool do_settle(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct acting *w = ctx;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT policy, person, settled, subject, give FROM policy_claim WHERE id = $1", YZ_I(w->claim));
	if (!r)
		return false;
	if (!r->count || !yz_str_eqz(yz_row_str(r, 0, 4), "confirm"))
		return yz_fail(err, YZ_NOT_FOUND, "no confirmed claim %lld", (long long)w->claim);
	if (!(w->policy = yz_policy_load(conn, a, yz_row_str(r, 0, 0), err)))
		return false;
	if (!yz_policy_may(w->who, YZ_MAY_policy_push, w->policy))
		return yz_refuse(w->who, YZ_MAY_policy_push, err);
	if (yz_row_int(r, 0, 2))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这一笔已经登记过兑现"));
	const struct yz_said said[] = {{"item", w->policy->text.name, true}};
	return yz_exec(conn, err, "UPDATE policy_claim SET settled = $1, settled_by = $2 WHERE id = $3", YZ_I(yz_site_now(w->site)),
		       YZ_I(w->who->person), YZ_I(w->claim)) &&
	       yz_message_say_at(w->site, conn, a, yz_row_int(r, 0, 1), YZ_LIT("/me/policies"), YZ_SAY_policy_settled, said, 1, err) &&
	       note(w, conn, a, "policy.settle", "claim", w->claim, err);
}

bool yz_policy_settle(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t claim, struct yz_err *err)
{
	struct acting w = {.site = site, .who = who, .claim = claim};
	(void)a;
	return yz_db_write(site->db, do_settle, &w, err);
}
