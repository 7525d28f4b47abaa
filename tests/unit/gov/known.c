/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/licence_fixture.h"

#include "crypt/crypt.h"
#include "gov/known.h"
#include "gov/match.h"
#include "text/ident.h"

static int64_t person(struct fixture *f, const char *login)
{
	return site_int(f, "SELECT id FROM person WHERE login = $1", YZ_Z(login));
}

static struct yz_match_pair pair_of(struct fixture *f, const char *policy, int64_t id)
{
	struct yz_match_pair pair;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_match_refresh(f->site, conn, &f->err));
	struct yz_subject *s = yz_subject_load(f->site, conn, f->a, false, id, &f->err);
	GOOD(f, s && yz_match_pair(f->site, f->a, yz_str(policy), s, false, YZ_LANG_ZH, &pair, &f->err));
	yz_db_release(conn);
	assert_int_equal(yz_match_state(f->site, yz_str(policy), id), pair.state);
	return pair;
}

/* A licence of hers, as if it had been granted on these facts. */
static int64_t licence(struct fixture *f, const char *login, const char *type, const char *name, const char *org, const char *facts)
{
	int64_t holder = person(f, login), id = site_int(f, "SELECT COALESCE(MAX(id), 0) + 1 FROM cases"), item = site_int(f, "SELECT MAX(id) FROM item");
	change(f, "INSERT INTO cases (id, no, region, org, item, item_code, item_name, applicant, applicant_name, channel, state, situation, "
		  "flow, submitted, received, outcome, light, stopped, version) VALUES ($1, $2, '990121', $3, $4, '', '', $5, '', "
		  "'web', 'finished', '', '', 0, 0, '', '', 0, 0)",
	       YZ_I(id), YZ_S(yz_str_printf(f->a, "no-%lld", (long long)id)), YZ_Z(org), YZ_I(item), YZ_I(holder));
	change(f, "INSERT INTO case_facts (case_id, facts_enc, facts_dig) VALUES ($1, $2, '')", YZ_I(id),
	       YZ_BLOB(yz_seal(f->site->keys, f->a, "cases.facts", id, yz_str(facts))));
	change(f, "INSERT INTO document (case_id, kind, no, title, facts_enc, check_code, created) VALUES ($1, 'LICENCE', $2, '', $3, $2, 0)", YZ_I(id),
	       YZ_S(yz_str_printf(f->a, "code%lld", (long long)id)), YZ_BLOB(YZ_LIT("")));
	change(f, "INSERT INTO licence (no, type, case_id, document_id, holder, holder_name, org, issued, valid_from, valid_until, state, type_key, type_code) "
		  "VALUES ($1, $2, $3, (SELECT MAX(id) FROM document), $4, '', $5, $6, $7, $8, 'valid', $9, '')",
	       YZ_S(yz_str_printf(f->a, "NO%lld", (long long)id)), YZ_Z(name), YZ_I(id), YZ_I(holder), YZ_Z(org), YZ_I(f->now),
	       YZ_I(yz_instant_day(f->now, f->site->offset)), YZ_I(yz_instant_day(f->now, f->site->offset) + 30), YZ_Z(type));
	return site_int(f, "SELECT MAX(id) FROM licence");
}

#define assert_text(s, z) assert_string_equal(yz_str_z(f->a, (s)), (z))

SITE(ten_policies_for_people_ask_what_the_house_holds)
{
	struct yz_conn *conn = reading(f);
	struct yz_policy *all;
	size_t n = yz_policy_all(conn, f->a, &all, &f->err), with = 0;
	for (size_t i = 0; i < n; i++)
		with += yz_str_eqz(all[i].text.whom, "natural") && all[i].text.known && all[i].text.known->count;
	yz_db_release(conn);
	assert_true(with >= 10);
}

SITE(a_licence_and_its_level_qualify_and_say_where_from)
{
	int64_t who = person(f, "wutiezhu");
	assert_int_equal(pair_of(f, "disability-care", who).state != YZ_MATCH_YES, 1);
	assert_true(pair_of(f, "disability-living", who).possible);
	struct yz_match_work work = yz_match_work(f->site);
	licence(f, "wutiezhu", "disability-card", "残疾人证", "canlian", "{\"残疾类别\":\"肢体\",\"残疾等级\":\"二级\"}");
	licence(f, "wutiezhu", "dibao-card", "最低生活保障证", "minzheng", "{\"家庭人口\":3}");
	struct yz_match_pair pair = pair_of(f, "disability-living", who);
	assert_int_equal(pair.state, YZ_MATCH_YES);
	/* He alone was looked at again. */
	assert_int_equal(yz_match_work(f->site).built, work.built);
	assert_true(yz_match_work(f->site).records > work.records);
	bool sourced = false;
	for (size_t i = 0; i < pair.nfacts; i++)
		if (yz_str_eqz(pair.facts[i].name, "残疾等级")) {
			assert_text(pair.facts[i].value, "2");
			sourced = yz_str_starts(pair.facts[i].source, YZ_LIT("残疾人证 NO"));
		}
	assert_true(sourced);
	assert_text(pair_of(f, "home-access", who).amount, "8000");
	assert_text(pair_of(f, "dibao-utilities", who).amount, "30");
}

SITE(a_licence_that_is_suspended_or_over_says_nothing)
{
	int64_t who = person(f, "wutiezhu"), id = licence(f, "wutiezhu", "veteran-card", "退役军人优待证", "tuiyi", "{}");
	assert_int_equal(pair_of(f, "veteran-bus", who).state, YZ_MATCH_YES);
	change(f, "UPDATE licence SET state = 'suspended', changed = $1 WHERE id = $2", YZ_I(f->now + 1), YZ_I(id));
	assert_int_equal(pair_of(f, "veteran-bus", who).state != YZ_MATCH_YES, 1);
	change(f, "UPDATE licence SET state = 'valid', changed = $1 WHERE id = $2", YZ_I(f->now + 2), YZ_I(id));
	assert_int_equal(pair_of(f, "veteran-bus", who).state, YZ_MATCH_YES);
	site_clock(f, "2026-12-24T00:00:00+08:00");
	assert_int_equal(pair_of(f, "veteran-bus", who).state != YZ_MATCH_YES, 1);
}

SITE(whom_the_register_has_as_legal_representative_is_known_by_the_enterprise)
{
	int64_t who = person(f, "yunhe");
	licence(f, "yunhe", "veteran-card", "退役军人优待证", "tuiyi", "{}");
	struct yz_match_pair pair = pair_of(f, "veteran-startup", who);
	assert_int_equal(pair.state, YZ_MATCH_YES);
	for (size_t i = 0; i < pair.nfacts; i++)
		if (yz_str_eqz(pair.facts[i].name, "创业月数"))
			assert_text(pair.facts[i].source, "清泽县云禾餐饮管理有限公司");
	/* Who represents nobody has started nothing that the house knows of. */
	licence(f, "wutiezhu", "veteran-card", "退役军人优待证", "tuiyi", "{}");
	assert_true(pair_of(f, "veteran-startup", person(f, "wutiezhu")).possible);
}

SITE(a_case_that_was_granted_is_known_and_one_that_was_not_is_not)
{
	int64_t who = person(f, "huangqiaoyun"), item = site_int(f, "SELECT MAX(id) FROM item WHERE key = 'flexible-insurance'");
	assert_true(pair_of(f, "flexible-insurance", who).possible);
	licence(f, "huangqiaoyun", "none", "无", "renshe", "{}");
	change(f, "UPDATE cases SET item = $1, outcome = 'deny', decided = $2 WHERE id = (SELECT MAX(id) FROM cases)", YZ_I(item), YZ_I(f->now));
	assert_true(pair_of(f, "flexible-insurance", who).possible);
	change(f, "UPDATE cases SET outcome = 'grant' WHERE id = (SELECT MAX(id) FROM cases)");
	struct yz_match_pair pair = pair_of(f, "flexible-insurance", who);
	assert_int_equal(pair.state, YZ_MATCH_YES);
}

SITE(the_family_of_a_card_holder_is_known_by_the_register)
{
	int64_t who = person(f, "sundelin");
	struct yz_match_pair pair = pair_of(f, "elderly-care", who);
	bool said = false;
	for (size_t i = 0; i < pair.nfacts; i++)
		if (yz_str_eqz(pair.facts[i].name, "低保家庭")) {
			assert_text(pair.facts[i].source, "最低生活保障家庭成员名册");
			said = true;
		}
	assert_true(said);
	for (size_t i = 0; i < pair.nopen; i++)
		assert_false(yz_str_eqz(pair.open[i], "低保家庭"));
	/* Struck off by the next file, he is not known any more. */
	struct yz_match_work work = yz_match_work(f->site);
	change(f, "INSERT INTO register_import (register, file, digest, rows, added, changed, same, left_out, ended, at) SELECT register, file, digest, 0, 0, 0, 0, 0, 1, at + 1 FROM register_import "
		  "WHERE id = (SELECT MAX(id) FROM register_import)");
	change(f, "DELETE FROM record_find WHERE register = 'dibao-member' AND dig = (SELECT id_dig FROM person WHERE id = $1)", YZ_I(who));
	pair = pair_of(f, "elderly-care", who);
	assert_true(yz_match_work(f->site).built > work.built);
	for (size_t i = 0; i < pair.nfacts; i++)
		assert_false(yz_str_eqz(pair.facts[i].name, "低保家庭") && pair.facts[i].source.len);
}

SITE(of_who_is_not_verified_nothing_is_known)
{
	licence(f, "limengyao", "veteran-card", "退役军人优待证", "tuiyi", "{}");
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_match_refresh(f->site, conn, &f->err));
	assert_int_equal(yz_match_state(f->site, YZ_LIT("veteran-bus"), person(f, "limengyao")), YZ_MATCH_NO);
	FAILS(f, YZ_NOT_FOUND, yz_subject_load(f->site, conn, f->a, false, person(f, "limengyao"), &f->err) != NULL);
	yz_db_release(conn);
}

TEST(values_are_read_as_the_fact_wants_them)
{
	struct yz_arena *a = yz_arena_create(0);
	assert_true(yz_feel_is_true(yz_known_read(a, YZ_LIT("是"), YZ_FEEL_BOOLEAN)));
	assert_int_equal(yz_known_read(a, YZ_LIT("也许"), YZ_FEEL_BOOLEAN).kind, YZ_FEEL_NULL);
	assert_string_equal(yz_str_z(a, yz_feel_text(a, yz_known_read(a, YZ_LIT(" 四级"), YZ_FEEL_NUMBER))), "4");
	assert_int_equal(yz_known_read(a, YZ_LIT("十一级"), YZ_FEEL_NUMBER).kind, YZ_FEEL_NULL);
	assert_int_equal(yz_known_read(a, YZ_LIT(""), YZ_FEEL_STRING).kind, YZ_FEEL_NULL);
	yz_arena_destroy(a);
}
