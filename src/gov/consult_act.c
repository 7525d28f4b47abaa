/* What is done with a consultation.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/consult_row.h"

#include "base/utf8.h"
#include "crypt/crypt.h"
#include "gov/fault.h"
#include "gov/knowledge_row.h"
#include "gov/message.h"
#include "gov/monitor.h"
#include "gov/note.h"
#include "gov/scrub.h"
#include "text/text.h"

/* ---- what every act has ---- */

bool yz_consulting_step(struct yz_consulting *t, const char *act, struct yz_str org, struct yz_str text, struct yz_str body,
			struct yz_err *err)
{
	bool named = t->who && t->who->person;
	int64_t id = yz_insert(t->conn, err, "INSERT INTO consultation_step (consultation, act, org, by_person, at) VALUES ($1, $2, $3, $4, $5)",
			       YZ_I(t->c.id), YZ_Z(act), YZ_S(org), yz_val_int_or_null(named ? t->who->person : 0, named), YZ_I(t->now));
	if (!id || (text.len && !yz_exec(t->conn, err, "UPDATE consultation_step SET text_enc = $2 WHERE id = $1", YZ_I(id),
					 YZ_BLOB(yz_seal(t->site->keys, t->a, "consultation_step.text", id, text)))))
		return false;
	return yz_note(t->site, t->conn, t->who, yz_printf(t->a, "consult.%s", act), "consult", t->c.id, "", body, err) &&
	       yz_monitor_question(t, act, err);
}

struct yz_str yz_consulting_digest(struct yz_consulting *t, struct yz_str said)
{
	char hex[YZ_HEX];
	return yz_str_printf(t->a, "{\"text\":\"%s\"}", yz_keyed_digest(t->site->keys, "consultation.text", t->c.id, said, hex));
}

struct act {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str no, code, text, org, question;
	int64_t version, made;
	int level;
	const struct yz_knowledge_values *values;
};

/* Loaded for who answers for its department. */
static bool load_for_staff(struct yz_consulting *t, struct act *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	if (!yz_may(w->who, YZ_MAY_consult_answer))
		return yz_refuse(w->who, YZ_MAY_consult_answer, err);
	if (!yz_consulting_load(t, w->site, conn, a, w->who, w->no, err))
		return false;
	if (!yz_may_in(w->who, YZ_MAY_consult_answer, t->c.org, (struct yz_str){0}))
		return yz_refuse(w->who, YZ_MAY_consult_answer, err);
	return !w->version || w->version == t->c.version ||
	       yz_fail(err, YZ_CONFLICT, "consultation %.*s is at version %lld", YZ_P(w->no), (long long)t->c.version);
}

static bool still_open(const struct yz_consulting *t, struct yz_err *err)
{
	return t->c.state == YZ_CONSULT_open || yz_fail(err, YZ_NOT_NOW, "%s", N_("这条咨询已经办结"));
}

static bool is_answered(const struct yz_consulting *t, struct yz_err *err)
{
	return t->c.state == YZ_CONSULT_answered || yz_fail(err, YZ_NOT_NOW, "%s", N_("这条咨询还没有答复"));
}

/* In her account with mail, or by mail alone to the address she left, in the language she asked in. */
static bool tell(struct yz_consulting *t, enum yz_say kind, const struct yz_said *said, size_t n, struct yz_err *err)
{
	if (t->c.person)
		return yz_message_say_at(t->site, t->conn, t->a, t->c.person, yz_str_printf(t->a, "/ask/%.*s", YZ_P(t->c.no)), kind, said, n, err);
	return !t->c.email.len || yz_mail_say(t->site, t->conn, t->a, t->c.email, t->c.lang, kind, said, n, err);
}

static bool end_clock(struct yz_consulting *t, const char *state, struct yz_err *err)
{
	struct yz_clock k;
	char body[YZ_CLOCK_TEXT];
	return yz_clock_parse(t->clock, &k, err) && yz_clock_end(&k, t->now, err) &&
	       yz_exec(t->conn, err,
		       "UPDATE consultation SET state = $2, ended = $3, clock = $4, next_at = NULL, version = version + 1 WHERE id = $1",
		       YZ_I(t->c.id), YZ_Z(state), YZ_I(t->now), YZ_Z(yz_clock_print(&k, body)));
}

/* ---- the department ---- */

static bool do_answer(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	struct yz_consulting t;
	if (!load_for_staff(&t, w, conn, a, err) || !still_open(&t, err) || !end_clock(&t, "answered", err))
		return false;
	const struct yz_said said[] = {{"no", t.c.no}, {"question", t.c.text}, {"answer", w->text}, {"org", t.c.org_name, true}};
	return yz_exec(conn, err, "UPDATE consultation SET answer_enc = $2, answered_by = $3 WHERE id = $1", YZ_I(t.c.id),
		       YZ_BLOB(yz_seal(w->site->keys, a, "consultation.answer", t.c.id, w->text)), YZ_I(w->who->person)) &&
	       tell(&t, YZ_SAY_consult_answered, said, 4, err) &&
	       yz_consulting_step(&t, "answer", t.c.org, (struct yz_str){0}, yz_consulting_digest(&t, w->text), err);
}

bool yz_consult_answer(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t version,
		       struct yz_str text, struct yz_err *err)
{
	(void)a;
	struct act w = {.site = site, .who = who, .no = no, .version = version, .text = yz_str_trim(text)};
	size_t n = yz_utf8_count(w.text);
	if (n < 2 || n > YZ_ANSWER_MOST)
		return yz_wrong(err, "answer", N_("答复要写 2 到 4000 个字"));
	return yz_db_write(site->db, do_answer, &w, err);
}

static bool do_transfer(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	struct yz_consulting t;
	if (!load_for_staff(&t, w, conn, a, err) || !still_open(&t, err))
		return false;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT name FROM org WHERE key = $1", YZ_S(w->org));
	if (!r)
		return false;
	if (!r->count || yz_str_eq(w->org, t.c.org))
		return yz_wrong(err, "org", N_("请选要转去的部门"));
	const struct yz_said said[] = {{"no", t.c.no}, {"from", t.c.org_name, true}, {"to", yz_row_str(r, 0, 0), true}, {"reason", w->text}};
	struct yz_str body = yz_str_printf(a, "{\"from\":\"%.*s\",\"to\":\"%.*s\"}", YZ_P(t.c.org), YZ_P(w->org));
	return yz_exec(conn, err, "UPDATE consultation SET org = $2, version = version + 1 WHERE id = $1", YZ_I(t.c.id), YZ_S(w->org)) &&
	       tell(&t, YZ_SAY_consult_moved, said, 4, err) && yz_consulting_step(&t, "transfer", w->org, w->text, body, err);
}

static bool check_reason(struct yz_str *reason, struct yz_err *err)
{
	*reason = yz_str_trim(*reason);
	size_t n = yz_utf8_count(*reason);
	return (n >= 2 && n <= YZ_REASON_MOST) || yz_wrong(err, "reason", N_("理由要写 2 到 500 个字"));
}

bool yz_consult_transfer(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t version,
			 struct yz_str org, struct yz_str reason, struct yz_err *err)
{
	(void)a;
	struct act w = {.site = site, .who = who, .no = no, .version = version, .org = org, .text = reason};
	return check_reason(&w.text, err) && yz_db_write(site->db, do_transfer, &w, err);
}

/* ---- in public ---- */

struct yz_str yz_consult_scrub(struct yz_arena *a, const struct yz_consult *c, struct yz_str text)
{
	return yz_scrub(a, text, c->name, NULL);
}

static bool is_clean(struct yz_consulting *t, struct yz_str text, const char *field, struct yz_err *err)
{
	size_t found;
	yz_scrub(t->a, text, t->c.name, &found);
	return !found || yz_wrong(err, field, N_("里面像有提问人的姓名、手机号、证件号或邮箱，请去掉再公开"));
}

static bool do_publish(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	struct yz_consulting t;
	if (!load_for_staff(&t, w, conn, a, err) || !is_answered(&t, err))
		return false;
	if (!t.c.may_publish)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("提问人没有同意公开"));
	return is_clean(&t, w->question, "question", err) && is_clean(&t, w->text, "answer", err) &&
	       yz_exec(conn, err,
		       "UPDATE consultation SET public_question = $2, public_answer = $3, published = $4, version = version + 1 WHERE id = $1",
		       YZ_I(t.c.id), YZ_S(w->question), YZ_S(w->text), YZ_I(t.now)) &&
	       yz_consulting_step(&t, "publish", t.c.org, (struct yz_str){0}, (struct yz_str){0}, err);
}

bool yz_consult_publish(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_str question,
			struct yz_str answer, struct yz_err *err)
{
	(void)a;
	struct act w = {.site = site, .who = who, .no = no, .question = yz_str_trim(question), .text = yz_str_trim(answer)};
	size_t nq = yz_utf8_count(w.question), na = yz_utf8_count(w.text);
	if (nq < YZ_QUESTION_LEAST || nq > YZ_QUESTION_MOST)
		return yz_wrong(err, "question", N_("公开的问题要写 4 到 2000 个字"));
	if (na < 2 || na > YZ_ANSWER_MOST)
		return yz_wrong(err, "answer", N_("答复要写 2 到 4000 个字"));
	return yz_db_write(site->db, do_publish, &w, err);
}

static bool do_hide(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	struct yz_consulting t;
	if (!load_for_staff(&t, w, conn, a, err))
		return false;
	if (!t.c.published)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这条咨询没有公开"));
	return yz_exec(conn, err,
		       "UPDATE consultation SET published = NULL, public_question = '', public_answer = '', version = version + 1 WHERE id = $1",
		       YZ_I(t.c.id)) &&
	       yz_consulting_step(&t, "hide", t.c.org, w->text, (struct yz_str){0}, err);
}

bool yz_consult_hide(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_str reason,
		     struct yz_err *err)
{
	(void)a;
	struct act w = {.site = site, .who = who, .no = no, .text = reason};
	return check_reason(&w.text, err) && yz_db_write(site->db, do_hide, &w, err);
}

static bool do_learn(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	struct yz_consulting t;
	if (!load_for_staff(&t, w, conn, a, err) || !is_answered(&t, err))
		return false;
	if (t.c.knowledge)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这条咨询已经收进知识库"));
	struct yz_knowledge_values v = *w->values;
	v.org = t.c.org;
	if (!is_clean(&t, v.question, "question", err) || !is_clean(&t, v.variants, "variants", err) || !is_clean(&t, v.answer, "answer", err))
		return false;
	w->made = yz_knowledge_insert(w->site, conn, &v, (struct yz_str){0}, t.c.no, w->who, err);
	struct yz_str body = yz_str_printf(a, "{\"knowledge\":%lld}", (long long)w->made);
	return w->made &&
	       yz_exec(conn, err, "UPDATE consultation SET knowledge = $2, version = version + 1 WHERE id = $1", YZ_I(t.c.id), YZ_I(w->made)) &&
	       yz_consulting_step(&t, "learn", t.c.org, (struct yz_str){0}, body, err);
}

bool yz_consult_learn(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no,
		      const struct yz_knowledge_new *k, int64_t *id, struct yz_err *err)
{
	struct yz_knowledge_values v;
	struct act w = {.site = site, .who = who, .no = no, .values = &v};
	if (!yz_may(who, YZ_MAY_consult_answer))
		return yz_refuse(who, YZ_MAY_consult_answer, err);
	if (!yz_knowledge_check(site, a, k, &v, err) || !yz_db_write(site->db, do_learn, &w, err))
		return false;
	*id = w.made;
	return yz_site_answers_reload(site, err);
}

/* ---- her ---- */

static bool do_withdraw(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	struct yz_consulting t;
	return yz_consulting_load(&t, w->site, conn, a, w->who, w->no, err) && yz_consulting_is_hers(&t, w->code, err) &&
	       still_open(&t, err) && end_clock(&t, "withdrawn", err) &&
	       yz_consulting_step(&t, "withdraw", t.c.org, (struct yz_str){0}, (struct yz_str){0}, err);
}

bool yz_consult_withdraw(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_str code,
			 struct yz_err *err)
{
	(void)a;
	struct act w = {.site = site, .who = who, .no = no, .code = code};
	return yz_db_write(site->db, do_withdraw, &w, err);
}

static bool do_rate(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *w = ctx;
	struct yz_consulting t;
	if (!yz_consulting_load(&t, w->site, conn, a, w->who, w->no, err) || !yz_consulting_is_hers(&t, w->code, err) || !is_answered(&t, err))
		return false;
	if (t.c.rating)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("已经评价过了"));
	return yz_exec(conn, err, "UPDATE consultation SET rating = $2, rated = $3, remark_enc = $4, version = version + 1 WHERE id = $1",
		       YZ_I(t.c.id), YZ_I(w->level), YZ_I(t.now),
		       w->text.len ? YZ_BLOB(yz_seal(w->site->keys, a, "consultation.remark", t.c.id, w->text)) : YZ_NULL) &&
	       yz_consulting_step(&t, "rate", t.c.org, (struct yz_str){0}, yz_str_printf(a, "{\"level\":%d}", w->level), err);
}

bool yz_consult_rate(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_str code,
		     int level, struct yz_str remark, struct yz_err *err)
{
	(void)a;
	struct act w = {.site = site, .who = who, .no = no, .code = code, .level = level, .text = yz_str_trim(remark)};
	if (level < 1 || level > 5)
		return yz_wrong(err, "level", N_("请选一个评价等级"));
	if (yz_utf8_count(w.text) > YZ_REASON_MOST)
		return yz_wrong(err, "remark", N_("意见不超过 500 个字"));
	return yz_db_write(site->db, do_rate, &w, err);
}
