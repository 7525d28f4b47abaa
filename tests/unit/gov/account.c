/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/deputy.h"

#define HER_ID YZ_LIT("990121198505050023")
#define PASSWORD YZ_LIT("a-long-password")
#define FRESH YZ_LIT("another-password")

static struct yz_registration someone(void)
{
	return (struct yz_registration){.kind = YZ_LIT("natural"), .login = YZ_LIT("meihua"), .password = PASSWORD,
					.name = YZ_LIT("梅花"), .id_no = HER_ID, .mobile = YZ_LIT("15409990099"),
					.email = YZ_LIT("mei@example.cn"), .lang = YZ_LIT("zh-CN")};
}

static bool enroll(struct fixture *f, const struct yz_registration *r, int64_t *id)
{
	return yz_person_register(f->site, f->a, r, id, &f->err);
}

static bool sign_in(struct fixture *f, struct yz_str login, struct yz_str password, struct yz_str *token)
{
	return yz_sign_in(f->site, f->a, login, password, token, &f->err);
}

static struct yz_actor session(struct fixture *f, struct yz_str token)
{
	struct yz_actor who;
	struct yz_str csrf;
	bool stale;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_session_load(f->site, conn, f->a, token, &who, &csrf, &stale, &f->err));
	yz_db_release(conn);
	return who;
}

static struct yz_person *person(struct fixture *f, int64_t id)
{
	struct yz_conn *conn = reading(f);
	struct yz_person *p = yz_person_load(f->site, conn, f->a, id, &f->err);
	yz_db_release(conn);
	GOOD(f, p);
	return p;
}

/* ---- registering ---- */

SITE(a_person_registers_and_is_self_declared)
{
	struct yz_registration r = someone();
	int64_t id;
	GOOD(f, enroll(f, &r, &id));
	struct yz_person *p = person(f, id);
	assert_int_equal(p->proof, 0); /* a check digit is no proof */
	assert_true(yz_str_eq(p->id_no, HER_ID));
	assert_true(yz_str_eqz(p->email, "mei@example.cn"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'person.register' AND thing_id = $1", YZ_I(id)), 1);
	ledger_holds(f);
}

static void faulty(struct fixture *f, struct yz_registration r, const char *field)
{
	int64_t id;
	FAILS(f, YZ_BAD_INPUT, enroll(f, &r, &id));
	assert_string_equal(f->err.where, field);
}
#define FAULTY(f, field, ...)                                                                                          \
	do {                                                                                                           \
		struct yz_registration r_ = someone();                                                                 \
		__VA_ARGS__;                                                                                           \
		faulty((f), r_, (field));                                                                              \
	} while (0)

SITE(registration_names_the_field_that_is_wrong)
{
	int64_t before = site_int(f, "SELECT COUNT(*) FROM person");
	FAULTY(f, "id_no", r_.id_no = YZ_LIT("990121198505050024"));  /* check digit, GB 11643 */
	FAULTY(f, "id_no", r_.id_no = YZ_LIT("990121198513050027"));  /* a thirteenth month */
	FAULTY(f, "id_no", r_.kind = YZ_LIT("legal"), r_.id_no = YZ_LIT("91990121MA9QW099X0")); /* GB 32100 */
	FAULTY(f, "name", r_.name = YZ_LIT(" "));
	FAULTY(f, "name", r_.name = yz_str_n("梅\0花", 7));
	FAULTY(f, "name", r_.name = YZ_LIT("\u202e花梅"));           /* would read as another */
	FAULTY(f, "name", r_.name = YZ_LIT("梅\u200b花"));
	FAULTY(f, "mobile", r_.mobile = YZ_LIT("1540999009"));
	FAULTY(f, "email", r_.email = YZ_LIT("mei.example.cn"));
	FAULTY(f, "login", r_.login = YZ_LIT("mei"));
	FAULTY(f, "login", r_.login = YZ_LIT("zhangmin"));           /* taken */
	FAULTY(f, "login", r_.login = YZ_LIT("990121199106122135")); /* would shadow whose number it is */
	FAULTY(f, "login", r_.login = YZ_LIT("15409990001"));
	FAULTY(f, "login", r_.login = YZ_LIT("91990121MA9QW001X4"));
	FAULTY(f, "password", r_.password = YZ_LIT("short"));
	FAULTY(f, "password", r_.password = YZ_LIT("password123"));
	FAULTY(f, "password", r_.login = PASSWORD);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM person"), before);
}

SITE(an_enterprise_registers_with_its_credit_code)
{
	struct yz_registration r = someone();
	r.kind = YZ_LIT("legal");
	r.name = YZ_LIT("清泽县梅花商行");
	r.id_no = YZ_LIT(" 91990121MA9QW099XF");
	int64_t id;
	GOOD(f, enroll(f, &r, &id));
	assert_true(yz_str_eqz(person(f, id)->id_no, "91990121MA9QW099XF"));
}

/* Whether a number is known here shows neither by registering nor by signing in with what was registered. */
SITE(registering_tells_nobody_whose_number_is_known)
{
	struct yz_str known = person(f, actor(f, "liuyang")->person)->id_no, token;
	const struct yz_str numbers[] = {known, HER_ID, HER_ID};
	static const char *const logins[] = {"guess-one", "guess-two", "guess-three"};
	for (int i = 0; i < 3; i++) {
		struct yz_registration r = someone();
		int64_t id;
		r.id_no = numbers[i];
		r.login = yz_str(logins[i]);
		GOOD(f, enroll(f, &r, &id));
		assert_int_equal(person(f, id)->proof, 0);
		GOOD(f, sign_in(f, r.login, PASSWORD, &token));
		FAILS(f, YZ_BAD_INPUT, sign_in(f, r.id_no, PASSWORD, &token));
		FAILS(f, YZ_BAD_INPUT, sign_in(f, r.mobile, PASSWORD, &token));
	}
	/* And it took nothing from whose number it is. */
	GOOD(f, sign_in(f, known, YZ_LIT(SITE_PASSWORD), &token));
	assert_int_equal(session(f, token).person, actor(f, "liuyang")->person);
}

/* ---- signing in ---- */

SITE(a_wrong_password_and_an_unknown_login_get_the_same_answer)
{
	struct yz_registration r = someone();
	int64_t id;
	struct yz_str token;
	GOOD(f, enroll(f, &r, &id));
	FAILS(f, YZ_BAD_INPUT, sign_in(f, r.login, FRESH, &token));
	struct yz_err first = f->err;
	FAILS(f, YZ_BAD_INPUT, sign_in(f, YZ_LIT("nobody-here"), FRESH, &token));
	assert_string_equal(f->err.msg, first.msg);
	assert_string_equal(f->err.where, first.where);
	GOOD(f, sign_in(f, r.login, PASSWORD, &token));
	assert_int_equal(session(f, token).person, id);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM session WHERE token_dig = $1", YZ_S(token)), 0); /* only its digest */
}

SITE(a_session_ends_after_twelve_hours_and_at_signing_out)
{
	struct yz_str token, other;
	GOOD(f, sign_in(f, YZ_LIT("liuyang"), YZ_LIT(SITE_PASSWORD), &token));
	GOOD(f, sign_in(f, YZ_LIT("liuyang"), YZ_LIT(SITE_PASSWORD), &other));
	f->now += 12 * YZ_HOUR - 1;
	assert_int_not_equal(session(f, token).person, 0);
	GOOD(f, yz_sign_out(f->site, other, &f->err));
	assert_int_equal(session(f, other).person, 0);
	f->now += 1;
	assert_int_equal(session(f, token).person, 0);
	assert_int_equal(session(f, YZ_LIT("")).person, 0);
	assert_int_equal(session(f, YZ_LIT("no-such-token-at-all-here")).person, 0);
}

SITE(staff_are_signed_out_after_half_an_hour_of_nothing)
{
	struct yz_str token;
	GOOD(f, sign_in(f, YZ_LIT("zhangmin"), YZ_LIT(SITE_PASSWORD), &token));
	f->now += 30 * YZ_MINUTE;
	assert_int_not_equal(session(f, token).person, 0);
	GOOD(f, yz_session_touch(f->site, token, &f->err));
	f->now += 30 * YZ_MINUTE;
	assert_int_not_equal(session(f, token).person, 0);
	f->now += 1;
	assert_int_equal(session(f, token).person, 0);
}

SITE(a_closed_account_is_signed_out_and_stays_out)
{
	struct yz_str token;
	struct yz_actor *admin = actor(f, "admin");
	GOOD(f, sign_in(f, YZ_LIT("zhangmin"), YZ_LIT(SITE_PASSWORD), &token));
	int64_t id = session(f, token).person;
	FAILS(f, YZ_FORBIDDEN, yz_person_set_active(f->site, actor(f, "decider"), id, false, &f->err));
	GOOD(f, yz_person_set_active(f->site, admin, id, false, &f->err));
	assert_int_equal(session(f, token).person, 0);
	FAILS(f, YZ_BAD_INPUT, sign_in(f, YZ_LIT("zhangmin"), YZ_LIT(SITE_PASSWORD), &token));
}

/* ---- a lost password ---- */

static struct yz_str mailed_token(struct fixture *f)
{
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT body FROM outbox ORDER BY id DESC LIMIT 1");
	GOOD(f, r && r->count == 1);
	yz_db_release(conn);
	struct yz_str body = yz_row_str(r, 0, 0), mark = YZ_LIT("/recover/");
	size_t from = yz_str_find(body, mark, 0), to = yz_str_find(body, YZ_LIT("\n"), from);
	assert_true(from != SIZE_MAX && to != SIZE_MAX);
	return yz_str_n(body.ptr + from + mark.len, to - from - mark.len);
}

SITE(a_lost_password_is_recovered_once_within_half_an_hour)
{
	struct yz_registration r = someone();
	int64_t id;
	struct yz_str session_before, token;
	GOOD(f, enroll(f, &r, &id));
	GOOD(f, sign_in(f, r.login, PASSWORD, &session_before));
	GOOD(f, yz_recovery_begin(f->site, f->a, YZ_LIT("nobody-here"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox"), 0);
	GOOD(f, yz_recovery_begin(f->site, f->a, r.login, &f->err));
	struct yz_str link = mailed_token(f);
	FAILS(f, YZ_BAD_INPUT, yz_recovery_finish(f->site, f->a, link, YZ_LIT("short"), &id, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_recovery_finish(f->site, f->a, YZ_LIT("guessed"), FRESH, &id, &f->err));
	GOOD(f, yz_recovery_finish(f->site, f->a, link, FRESH, &id, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_recovery_finish(f->site, f->a, link, PASSWORD, &id, &f->err));
	assert_int_equal(session(f, session_before).person, 0);
	FAILS(f, YZ_BAD_INPUT, sign_in(f, r.login, PASSWORD, &token));
	GOOD(f, sign_in(f, r.login, FRESH, &token));
	GOOD(f, yz_recovery_begin(f->site, f->a, r.login, &f->err));
	link = mailed_token(f);
	f->now += 30 * YZ_MINUTE;
	FAILS(f, YZ_NOT_NOW, yz_recovery_finish(f->site, f->a, link, PASSWORD, &id, &f->err));
}

static void recovers_in(struct fixture *f, const char *lang, const char *title, const char *words, const char *not_this)
{
	struct yz_registration r = someone();
	int64_t id;
	r.lang = yz_str(lang);
	GOOD(f, enroll(f, &r, &id));
	GOOD(f, yz_recovery_begin(f->site, f->a, r.login, &f->err));
	struct yz_conn *conn = reading(f);
	struct yz_rows *rows = yz_select(conn, f->a, &f->err, "SELECT subject, body FROM outbox ORDER BY id DESC LIMIT 1");
	GOOD(f, rows && rows->count == 1);
	yz_db_release(conn);
	struct yz_str subject = yz_row_str(rows, 0, 0), body = yz_row_str(rows, 0, 1);
	assert_true(yz_str_eqz(subject, title));
	if (yz_str_find(body, yz_str(words), 0) == SIZE_MAX || (not_this && yz_str_find(body, yz_str(not_this), 0) != SIZE_MAX))
		fail_msg("%s is told: %.*s", lang, YZ_P(body));
	/* Nothing is left to fill, and the address opens. */
	assert_true(yz_str_find(body, YZ_LIT("{"), 0) == SIZE_MAX);
	GOOD(f, yz_recovery_finish(f->site, f->a, mailed_token(f), FRESH, &id, &f->err));
}

SITE(the_letter_to_recover_a_password_is_in_the_language_of_the_account)
{
	recovers_in(f, "zh-CN", "找回密码", "清泽县一站”的密码", NULL);
}

SITE(it_is_in_english_for_who_reads_english)
{
	recovers_in(f, "en", "Recover your password", "Qingze County Yizhan", "清泽");
}

SITE(it_is_in_uyghur_for_who_reads_uyghur)
{
	recovers_in(f, "ug", "پارولنى قايتا بېكىتىش", "چىڭزې ناھىيەسى", "清泽");
}

SITE(asking_again_and_again_sends_one_letter_and_spoils_no_link)
{
	struct yz_registration r = someone();
	int64_t id;
	GOOD(f, enroll(f, &r, &id));
	GOOD(f, yz_recovery_begin(f->site, f->a, r.login, &f->err));
	struct yz_str link = mailed_token(f);
	for (int i = 0; i < 9; i++) {
		f->now += YZ_MINUTE;
		GOOD(f, yz_recovery_begin(f->site, f->a, r.login, &f->err));
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox"), 1);
	GOOD(f, yz_recovery_finish(f->site, f->a, link, FRESH, &id, &f->err));
	f->now += 10 * YZ_MINUTE;
	GOOD(f, yz_recovery_begin(f->site, f->a, r.login, &f->err));
	f->now += 10 * YZ_MINUTE;
	GOOD(f, yz_recovery_begin(f->site, f->a, r.login, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox"), 3);
}

SITE(a_devices_token_is_of_one_account_and_not_to_be_made_up)
{
	int64_t liuyang = actor(f, "liuyang")->person;
	struct yz_str token = yz_device_token(f->site, f->a, liuyang), other = yz_device_token(f->site, f->a, liuyang + 1);
	struct yz_str short_one = yz_str_n(token.ptr, token.len - 1), changed = yz_str_dup(f->a, token);
	((char *)changed.ptr)[changed.len - 1] ^= 1;
	assert_false(yz_str_eq(token, yz_device_token(f->site, f->a, liuyang))); /* each browser has its own */
	const struct {
		struct yz_str login, token;
		bool known;
	} all[] = {{YZ_LIT("liuyang"), token, true}, {YZ_LIT("liuyang"), other, false}, {YZ_LIT("zhangmin"), token, false},
		   {YZ_LIT("nobody-here"), token, false}, {YZ_LIT("liuyang"), short_one, false}, {YZ_LIT("liuyang"), changed, false},
		   {YZ_LIT("liuyang"), YZ_LIT(""), false}, {YZ_LIT("liuyang"), YZ_LIT("."), false}, {YZ_LIT("liuyang"), YZ_LIT("x"), false}};
	struct yz_conn *conn = reading(f);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		bool known;
		GOOD(f, yz_device_known(f->site, conn, f->a, all[i].login, all[i].token, &known, &f->err));
		if (known != all[i].known)
			fail_msg("%zu: %d", i, known);
	}
	yz_db_release(conn);
}

SITE(changing_a_password_takes_the_old_one)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str token;
	FAILS(f, YZ_BAD_INPUT, yz_password_change(f->site, f->a, she, FRESH, FRESH, &f->err));
	assert_string_equal(f->err.where, "old");
	GOOD(f, yz_password_change(f->site, f->a, she, YZ_LIT(SITE_PASSWORD), FRESH, &f->err));
	GOOD(f, sign_in(f, YZ_LIT("liuyang"), FRESH, &token));
}

/* ---- at the counter ---- */

static bool verify(struct fixture *f, const char *clerk, const struct yz_registration *r, int64_t *id)
{
	return yz_person_verify(f->site, f->a, actor(f, clerk), r, YZ_LIT("身份证"), id, &f->err);
}

SITE(a_clerk_who_sees_the_card_lifts_the_proof)
{
	struct yz_registration r = someone();
	int64_t id, verified;
	struct yz_str token;
	GOOD(f, enroll(f, &r, &id));
	FAILS(f, YZ_FORBIDDEN, verify(f, "liuyang", &r, &verified));
	FAILS(f, YZ_FORBIDDEN, verify(f, "supervisor", &r, &verified));
	GOOD(f, verify(f, "zhangmin", &r, &verified)); /* she names her login: it is hers, password and all */
	assert_int_equal(verified, id);
	assert_int_equal(person(f, id)->proof, 1);
	GOOD(f, sign_in(f, r.login, PASSWORD, &token));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM proof WHERE person = $1 AND level = 1", YZ_I(id)), 1);
}

SITE(who_is_verified_signs_in_with_her_number_and_mobile)
{
	struct yz_registration r = someone();
	int64_t id;
	struct yz_str token;
	GOOD(f, enroll(f, &r, &id));
	FAILS(f, YZ_BAD_INPUT, sign_in(f, HER_ID, PASSWORD, &token));
	GOOD(f, verify(f, "zhangmin", &r, &id));
	GOOD(f, sign_in(f, HER_ID, PASSWORD, &token));
	GOOD(f, sign_in(f, r.mobile, PASSWORD, &token));
	assert_int_equal(session(f, token).person, id);
}

SITE(whoever_claimed_her_number_before_it_is_hers_at_the_counter)
{
	struct yz_registration stranger = someone(), she = someone();
	stranger.login = YZ_LIT("stranger");
	stranger.name = YZ_LIT("王五");
	int64_t theirs, hers, verified, again;
	struct yz_str token;
	GOOD(f, enroll(f, &stranger, &theirs));
	GOOD(f, enroll(f, &she, &hers));
	GOOD(f, verify(f, "zhangmin", &she, &verified));
	assert_int_equal(verified, hers);
	assert_int_equal(person(f, hers)->proof, 1);
	assert_int_equal(person(f, theirs)->proof, 0);
	GOOD(f, sign_in(f, HER_ID, PASSWORD, &token));
	assert_int_equal(session(f, token).person, hers);
	/* What the stranger's account did is not hers, and its login opens nothing of hers. */
	GOOD(f, sign_in(f, stranger.login, PASSWORD, &token));
	assert_int_equal(session(f, token).person, theirs);
	/* Nor does the stranger get it at another counter, with her login or his. */
	FAILS(f, YZ_BAD_INPUT, verify(f, "lixue", &stranger, &again));
	assert_string_equal(f->err.where, "name");
	stranger.name = she.name;
	GOOD(f, verify(f, "lixue", &stranger, &again));
	assert_int_equal(again, hers);
	assert_int_equal(person(f, theirs)->proof, 0);
}

SITE(who_names_no_login_at_the_counter_gets_an_account_of_her_own)
{
	struct yz_registration stranger = someone(), she = someone();
	stranger.login = YZ_LIT("stranger");
	int64_t theirs, hers;
	struct yz_str token;
	GOOD(f, enroll(f, &stranger, &theirs));
	she.login = YZ_LIT("");
	she.email = YZ_LIT("");
	GOOD(f, verify(f, "zhangmin", &she, &hers));
	assert_int_not_equal(hers, theirs);
	assert_int_equal(person(f, hers)->proof, 1);
	assert_int_equal(person(f, hers)->email.len, 0);
	FAILS(f, YZ_BAD_INPUT, sign_in(f, HER_ID, PASSWORD, &token)); /* no password yet */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM person WHERE login LIKE '%990121198505050023%'"), 0);
}

SITE(a_legal_representative_may_be_verified_after_her_enterprise)
{
	struct yz_registration rep = someone(), firm = someone();
	int64_t person_id, firm_id;
	struct yz_str token;
	firm.kind = YZ_LIT("legal");
	firm.name = YZ_LIT("清泽县梅花商行");
	firm.id_no = YZ_LIT("91990121MA9QW099XF");
	firm.login = YZ_LIT("meihua-firm");
	firm.legal_rep_name = rep.name;
	firm.legal_rep_id = rep.id_no;
	GOOD(f, enroll(f, &rep, &person_id));
	GOOD(f, enroll(f, &firm, &firm_id));
	GOOD(f, verify(f, "zhangmin", &firm, &firm_id));
	GOOD(f, sign_in(f, rep.login, PASSWORD, &token));
	struct yz_actor she = session(f, token);
	FAILS(f, YZ_FORBIDDEN, yz_session_act_for(f->site, token, &she, firm_id, &f->err));
	GOOD(f, verify(f, "zhangmin", &rep, &person_id));
	she = session(f, token);
	GOOD(f, yz_session_act_for(f->site, token, &she, firm_id, &f->err));
}

SITE(what_a_clerk_verified_is_not_renamed_at_another_counter)
{
	struct yz_registration r = someone();
	int64_t id;
	r.login = YZ_LIT("");
	GOOD(f, verify(f, "zhangmin", &r, &id));
	r.name = YZ_LIT("王五");
	FAILS(f, YZ_BAD_INPUT, verify(f, "lixue", &r, &id));
	assert_string_equal(f->err.where, "name");
}

/* ---- agents ---- */

static struct yz_actor acting_for(struct fixture *f, struct yz_str token, const char *principal)
{
	struct yz_actor she = session(f, token);
	GOOD(f, yz_session_act_for(f->site, token, &she, actor(f, principal)->person, &f->err));
	return session(f, token);
}

SITE(an_agent_acts_within_her_scope_and_until_it_ends)
{
	struct yz_actor *liuyang = actor(f, "liuyang");
	struct yz_str token;
	int64_t id;
	GOOD(f, sign_in(f, YZ_LIT("chenxiaoyu"), YZ_LIT(SITE_PASSWORD), &token));
	struct yz_actor she = session(f, token);
	FAILS(f, YZ_FORBIDDEN, yz_session_act_for(f->site, token, &she, liuyang->person, &f->err));
	yz_instant until = f->now + 24 * YZ_HOUR;
	FAILS(f, YZ_BAD_INPUT, yz_agency_add(f->site, f->a, liuyang, YZ_LIT("chenxiaoyu"), YZ_LIT("陈小鱼"), YZ_LIT("*"), until, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_agency_add(f->site, f->a, liuyang, YZ_LIT("chenxiaoyu"), YZ_LIT("陈小雨"), YZ_LIT("*"), f->now, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_agency_add(f->site, f->a, actor(f, "limengyao"), YZ_LIT("chenxiaoyu"), YZ_LIT("陈小雨"), YZ_LIT("*"),
					   until, &f->err)); /* not verified */
	GOOD(f, yz_agency_add(f->site, f->a, liuyang, YZ_LIT("chenxiaoyu"), YZ_LIT("陈小雨"), YZ_LIT(ROAD_DIG), until, &f->err));
	struct yz_actor agent = acting_for(f, token, "liuyang");
	assert_int_equal(agent.principal, liuyang->person);
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT code FROM item WHERE key = 'tobacco'");
	yz_db_release(conn);
	GOOD(f, r && r->count);
	FAILS(f, YZ_FORBIDDEN, yz_draft_open(f->site, &agent, yz_row_str(r, 0, 0), &id, &f->err));
	/* A second item, named apart, is hers as well. */
	GOOD(f, yz_agency_add(f->site, f->a, liuyang, YZ_LIT("chenxiaoyu"), YZ_LIT("陈小雨"), yz_row_str(r, 0, 0), until, &f->err));
	agent = session(f, token);
	GOOD(f, yz_draft_open(f->site, &agent, yz_row_str(r, 0, 0), &id, &f->err));
	struct yz_str no = apply(f, &agent);
	struct yz_case *c = look(f, liuyang, no);
	assert_int_equal(c->applicant, liuyang->person);
	assert_int_equal(c->agent, agent.person);
	f->now = until;
	struct yz_actor after = session(f, token);
	if (!after.person) /* twelve hours are over as well */
		after = *actor(f, "chenxiaoyu");
	assert_int_equal(after.principal, after.person);
	FAILS(f, YZ_NOT_FOUND, ACT(f, &after, no, withdraw));
	conn = reading(f);
	assert_null(yz_case_load(f->site, conn, f->a, &after, no, &f->err));
	assert_int_equal(f->err.code, YZ_NOT_FOUND);
	yz_db_release(conn);
}

SITE(an_agent_who_is_revoked_is_out_at_once)
{
	struct yz_actor *liuyang = actor(f, "liuyang"), *agent = actor(f, "chenxiaoyu");
	struct yz_str token;
	GOOD(f, yz_agency_add(f->site, f->a, liuyang, YZ_LIT("chenxiaoyu"), YZ_LIT("陈小雨"), YZ_LIT("*"), f->now + YZ_HOUR, &f->err));
	GOOD(f, sign_in(f, YZ_LIT("chenxiaoyu"), YZ_LIT(SITE_PASSWORD), &token));
	struct yz_actor acting = acting_for(f, token, "liuyang");
	struct yz_str no = apply(f, &acting);
	look(f, agent, no); /* she filed it: she finds it as herself, too */
	FAILS(f, YZ_NOT_FOUND, yz_agency_revoke(f->site, actor(f, "zhaoguilan"), 1, &f->err));
	GOOD(f, yz_agency_revoke(f->site, liuyang, site_int(f, "SELECT MAX(id) FROM agency"), &f->err));
	assert_int_equal(session(f, token).principal, agent->person);
	FAILS(f, YZ_NOT_FOUND, ACT(f, agent, no, withdraw));
}

SITE(a_verified_legal_representative_acts_for_her_enterprise)
{
	struct yz_str token;
	GOOD(f, sign_in(f, YZ_LIT("yunhe"), YZ_LIT(SITE_PASSWORD), &token));
	struct yz_actor she = acting_for(f, token, "yunhe-food");
	assert_true(yz_str_eqz(she.agency_scope, "*"));
	FAILS(f, YZ_FORBIDDEN, yz_session_act_for(f->site, token, &she, actor(f, "qingze-water")->person, &f->err));
}

static size_t posts_of(struct fixture *f, struct yz_str token, int64_t principal, struct yz_str name)
{
	struct yz_actor who = session(f, token);
	size_t n = 0;
	for (size_t i = 0; i < who.nposts; i++)
		n += who.posts[i].deputy_of == principal && yz_str_eq(who.posts[i].deputy_of_name, name);
	return n;
}

SITE(a_session_holds_the_posts_of_today_and_those_she_stands_in_for)
{
	struct yz_str token;
	struct yz_actor *clerk = actor(f, "zhangmin"), *reviewer = actor(f, "reviewer");
	GOOD(f, sign_in(f, YZ_LIT("reviewer"), YZ_LIT(SITE_PASSWORD), &token));
	assert_true(clerk->nposts > 0 && reviewer->nposts > 0);
	GOOD(f, yz_deputy_add(f->site, f->a, clerk, clerk->person, YZ_LIT("reviewer"), f->now + YZ_MINUTE, f->now + 2 * YZ_MINUTE,
			      YZ_LIT("开会"), &f->err));
	struct yz_actor who = session(f, token);
	assert_int_equal(who.nposts, reviewer->nposts);
	f->now += YZ_MINUTE;
	assert_int_equal(posts_of(f, token, clerk->person, clerk->name), clerk->nposts);
	assert_int_equal(posts_of(f, token, 0, YZ_LIT("")), reviewer->nposts);
	assert_int_equal(session(f, token).posts[0].deputy_of, 0); /* her own before those she holds as a deputy */
	f->now += YZ_MINUTE;
	assert_int_equal(posts_of(f, token, clerk->person, clerk->name), 0);
	/* A second post from today on, the first one no longer. */
	site_do(f, yz_printf(f->a,
			     "INSERT INTO post (person, org, role, region, title, from_at, until_at) SELECT person, org, 'decider', region, '副科长', "
			     "%lld, %lld FROM post WHERE person = %lld",
			     (long long)f->now, (long long)f->now + 1, (long long)reviewer->person));
	site_do(f, yz_printf(f->a, "UPDATE post SET until_at = %lld WHERE person = %lld AND role = 'reviewer'", (long long)f->now,
			     (long long)reviewer->person));
	who = session(f, token);
	assert_int_equal(who.nposts, 1);
	assert_int_equal(who.posts[0].role, YZ_ROLE_DECIDER);
	assert_true(yz_str_eqz(who.posts[0].title, "副科长") && who.posts[0].region_path.len > 0 && who.staff);
	f->now += 1;
	who = session(f, token);
	assert_int_equal(who.nposts, 0);
	assert_false(who.staff);
	assert_true(yz_str_eq(who.name, reviewer->name));
}

SITE(a_technician_gives_a_link_to_an_account_without_password)
{
	struct yz_str first, second, session;
	int64_t id, holder = site_int(f, "SELECT id FROM person WHERE login = 'zhangmin'");
	FAILS(f, YZ_NOT_FOUND, yz_recovery_link(f->site, f->a, YZ_LIT("nobody-here"), &first, &f->err));
	GOOD(f, yz_recovery_link(f->site, f->a, YZ_LIT("zhangmin"), &first, &f->err));
	GOOD(f, yz_recovery_link(f->site, f->a, YZ_LIT("zhangmin"), &second, &f->err));
	size_t at = yz_str_find(second, YZ_LIT("/recover/"), 0);
	assert_true(at != SIZE_MAX);
	first = yz_str_n(first.ptr + at + 9, first.len - at - 9);
	second = yz_str_n(second.ptr + at + 9, second.len - at - 9);
	/* The last one only, once, within a day. */
	FAILS(f, YZ_NOT_NOW, yz_recovery_finish(f->site, f->a, first, FRESH, &id, &f->err));
	GOOD(f, yz_recovery_finish(f->site, f->a, second, FRESH, &id, &f->err));
	assert_int_equal(id, holder);
	FAILS(f, YZ_NOT_NOW, yz_recovery_finish(f->site, f->a, second, FRESH, &id, &f->err));
	GOOD(f, sign_in(f, YZ_LIT("zhangmin"), FRESH, &session));
	GOOD(f, yz_recovery_link(f->site, f->a, YZ_LIT("zhangmin"), &second, &f->err));
	second = yz_str_n(second.ptr + at + 9, second.len - at - 9);
	f->now += YZ_RECOVERY_LINK;
	FAILS(f, YZ_NOT_NOW, yz_recovery_finish(f->site, f->a, second, FRESH, &id, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'person.recover'"), 3);
}
