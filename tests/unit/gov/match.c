/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/site_fixture.h"

#include "gov/draft.h"
#include "gov/enterprise.h"
#include "gov/match.h"
#include "gov/message.h"
#include "text/ident.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static struct yz_match_counts counts(struct fixture *f, const char *policy)
{
	struct yz_match_counts c;
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, conn && yz_match_refresh(f->site, conn, &f->err));
	yz_db_release(conn);
	assert_true(yz_match_count(f->site, yz_str(policy), &c));
	return c;
}

static struct yz_enterprise_report import(struct fixture *f, const char *text)
{
	const struct yz_enterprise_options o = {.bytes = yz_str(text), .file_name = YZ_LIT("e.csv")};
	struct yz_enterprise_report r;
	GOOD(f, yz_enterprise_import(f->site, f->a, &o, &r, &f->err));
	return r;
}

static const char *code(struct fixture *f, int n)
{
	char *s = yz_printf(f->a, "91990121MB8%06d?", n);
	s[17] = yz_ident_credit_check(s);
	return s;
}

static int64_t row_of(struct fixture *f, const char *uscc)
{
	return site_int(f, "SELECT id FROM enterprise WHERE uscc = $1", YZ_Z(uscc));
}

static struct yz_match_pair pair_of(struct fixture *f, const char *policy, bool legal, int64_t id, bool trace)
{
	struct yz_match_pair pair;
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, conn && yz_match_refresh(f->site, conn, &f->err));
	struct yz_subject *s = yz_subject_load(f->site, conn, f->a, legal, id, &f->err);
	GOOD(f, s);
	yz_db_release(conn);
	GOOD(f, yz_match_pair(f->site, f->a, yz_str(policy), s, trace, YZ_LANG_ZH, &pair, &f->err));
	return pair;
}

#define assert_text(s, z) assert_string_equal(yz_str_z(f->a, (s)), (z))

SITE(at_least_thirty_policies_are_in_the_demo_county)
{
	assert_true(f->installed.policies >= 30);
	assert_true(f->installed.enterprises >= 300);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM policy WHERE ended IS NULL"), f->installed.policies);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'policy.publish'"), f->installed.policies);
	site_install(f, site_demo_pack());
	assert_int_equal(f->installed.policies, 0);
}

/* Each pair both ways: as the sets have it, and as a decision of its own says. */
SITE(every_pair_of_the_sets_is_as_its_own_decision_says)
{
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, conn && yz_match_refresh(f->site, conn, &f->err));
	struct yz_policy *all;
	size_t n = yz_policy_all(conn, f->a, &all, &f->err), seen[3] = {0};
	for (size_t i = 0; i < n; i++) {
		bool legal = yz_str_eqz(all[i].text.whom, "legal");
		struct yz_rows *r = legal ? yz_select(conn, f->a, &f->err, "SELECT id FROM enterprise ORDER BY id")
					  : yz_select(conn, f->a, &f->err, "SELECT id FROM person WHERE kind = 'natural' AND proof >= 1 AND id_enc IS NOT NULL");
		struct yz_arena *a = yz_arena_create(0);
		struct yz_match_counts c;
		size_t yes = 0, near = 0;
		for (size_t k = 0; k < r->count; k++) {
			struct yz_match_pair pair;
			struct yz_subject *s = yz_subject_load(f->site, conn, a, legal, yz_row_int(r, k, 0), &f->err);
			GOOD(f, s && yz_match_pair(f->site, a, all[i].key, s, false, YZ_LANG_ZH, &pair, &f->err));
			enum yz_match state = yz_match_state(f->site, all[i].key, s->id);
			if (state != pair.state)
				fail_msg("%.*s and %.*s: %d in the sets, %d by itself", YZ_P(all[i].key), YZ_P(s->name), (int)state, (int)pair.state);
			seen[state]++;
			yes += state == YZ_MATCH_YES;
			near += state == YZ_MATCH_NEAR;
			yz_arena_reset(a);
		}
		assert_true(yz_match_count(f->site, all[i].key, &c));
		assert_int_equal(c.subjects, r->count);
		assert_int_equal(c.yes, yes);
		assert_int_equal(c.near, near);
		yz_arena_destroy(a);
	}
	yz_db_release(conn);
	assert_true(seen[YZ_MATCH_NO] > 1000 && seen[YZ_MATCH_NEAR] > 1000 && seen[YZ_MATCH_YES] > 500);
}

static const char *const HEAD = "统一社会信用代码,企业名称,注册日期,职工人数,失信\n";

SITE(a_new_or_changed_row_is_matched_alone)
{
	struct yz_match_counts before = counts(f, "startup-rent");
	struct yz_match_work work = yz_match_work(f->site);
	import(f, yz_printf(f->a, "%s%s,甲,2025-06-01,2,否\n", HEAD, code(f, 1)));
	struct yz_match_counts after = counts(f, "startup-rent");
	assert_int_equal(after.subjects, before.subjects + 1);
	assert_int_equal(after.near, before.near + 1);
	import(f, yz_printf(f->a, "统一社会信用代码,企业名称,职工人数\n%s,甲,3\n", code(f, 1)));
	after = counts(f, "startup-rent");
	assert_int_equal(after.yes, before.yes + 1);
	assert_int_equal(after.near, before.near);
	struct yz_match_work now = yz_match_work(f->site);
	assert_int_equal(now.built, work.built);
	assert_int_equal(now.records, work.records + 2);
}

SITE(who_is_old_enough_at_midnight_is_matched_at_midnight)
{
	import(f, yz_printf(f->a, "%s%s,甲,2026-05-24,4,否\n", HEAD, code(f, 1)));
	int64_t id = row_of(f, code(f, 1));
	struct yz_match_pair pair = pair_of(f, "startup-rent", true, id, false);
	assert_int_equal(pair.state, YZ_MATCH_NEAR);
	assert_text(pair.shorts[0].fact, "成立月数");
	assert_text(pair.shorts[0].by, "1");
	site_clock(f, "2026-11-23T23:59:59+08:00");
	counts(f, "startup-rent");
	assert_int_equal(yz_match_state(f->site, YZ_LIT("startup-rent"), id), YZ_MATCH_NEAR);
	site_clock(f, "2026-11-24T00:00:00+08:00");
	counts(f, "startup-rent");
	assert_int_equal(yz_match_state(f->site, YZ_LIT("startup-rent"), id), YZ_MATCH_YES);
}

SITE(a_new_model_is_built_and_no_other)
{
	counts(f, "startup-rent");
	struct yz_match_work work = yz_match_work(f->site);
	struct yz_pack newer = *site_demo_pack();
	newer.decisions.at = yz_new_n(f->a, newer.decisions.len, struct yz_pack_file);
	memcpy(newer.decisions.at, site_demo_pack()->decisions.at, newer.decisions.len * sizeof *newer.decisions.at);
	for (size_t i = 0; i < newer.decisions.len; i++)
		if (yz_str_eqz(newer.decisions.at[i].key, "policy-person"))
			newer.decisions.at[i].text = yz_str_printf(f->a, "%.*s\n", YZ_P(newer.decisions.at[i].text));
	site_install(f, &newer);
	assert_int_equal(f->installed.policies, site_int(f, "SELECT COUNT(*) FROM policy WHERE ended IS NULL AND whom = 'natural'"));
	counts(f, "startup-rent");
	assert_int_equal(yz_match_work(f->site).built, work.built + 1);
}

SITE(bands_exceptions_and_amounts_are_as_the_policy_says)
{
	static const struct {
		const char *row, *policy, *amount;
		enum yz_match state;
	} cases[] = {
		{"2025-06-01,9,否,,", "startup-rent", "6000", YZ_MATCH_YES},
		{"2025-06-01,10,否,,", "startup-rent", "12000", YZ_MATCH_YES},
		{"2025-06-01,20,否,,", "startup-rent", "20000", YZ_MATCH_YES},
		{"2025-06-01,20,是,,", "startup-rent", "", YZ_MATCH_NEAR},
		{"2020-06-01,20,是,,", "startup-rent", "", YZ_MATCH_NO},
		{"2020-06-01,5,否,3000,149.9", "city-rd", "", YZ_MATCH_NEAR},
		{"2020-06-01,5,否,3000,150", "city-rd", "100000", YZ_MATCH_YES},
		{"2020-06-01,5,否,3001,125", "city-rd", "100000", YZ_MATCH_YES},
		{"2020-06-01,5,否,10001,310", "city-rd", "100000", YZ_MATCH_YES},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		import(f, yz_printf(f->a, "统一社会信用代码,企业名称,注册日期,职工人数,失信,上年销售收入万元,上年研发费用万元\n%s,甲,%s\n",
				    code(f, (int)i), cases[i].row));
		struct yz_match_pair pair = pair_of(f, cases[i].policy, true, row_of(f, code(f, (int)i)), false);
		if (pair.state != cases[i].state || !yz_str_eqz(pair.amount, cases[i].amount))
			fail_msg("%s for %s: %d %.*s", cases[i].policy, cases[i].row, (int)pair.state, YZ_P(pair.amount));
	}
}

SITE(what_nobody_knows_leaves_it_open)
{
	import(f, yz_printf(f->a, "统一社会信用代码,企业名称,注册日期,失信\n%s,甲,2025-06-01,否\n", code(f, 1)));
	struct yz_match_pair pair = pair_of(f, "startup-rent", true, row_of(f, code(f, 1)), true);
	assert_int_equal(pair.state, YZ_MATCH_NEAR);
	assert_true(pair.possible);
	assert_int_equal(pair.nopen, 1);
	assert_text(pair.open[0], "职工人数");
	assert_true(pair.trace.len > 0);
}

SITE(citizens_match_from_what_their_record_says)
{
	int64_t old = site_int(f, "SELECT id FROM person WHERE login = 'zhaoguilan'"), young = site_int(f, "SELECT id FROM person WHERE login = 'liuyang'");
	struct yz_match_pair pair = pair_of(f, "elderly-allowance", false, old, false);
	assert_int_equal(pair.state, YZ_MATCH_YES);
	assert_text(pair.amount, "100");
	assert_int_equal(pair_of(f, "elderly-allowance", false, young, false).state, YZ_MATCH_NEAR);
	assert_true(pair_of(f, "childcare", false, young, false).possible);
}

/* ---- acts ---- */

static int64_t entries(struct fixture *f, const char *act)
{
	return site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = $1", YZ_Z(act));
}

SITE(an_official_tells_who_qualifies_and_has_an_account)
{
	struct yz_actor *fan = site_actor(f, "fanning");
	int64_t shop = row_of(f, "91990121MA9QW0239K"), water = row_of(f, "91990121MA9QW001X4");
	counts(f, "renewal");
	int64_t *ids, mixed[4] = {shop, water, water, 0};
	assert_true(yz_match_subjects(f->site, f->a, YZ_LIT("tech-sme"), YZ_MATCH_YES, 0, 500, &ids) > 10);
	struct yz_push_report r;
	FAILS(f, YZ_FORBIDDEN, yz_policy_push(f->site, f->a, site_actor(f, "renshe"), YZ_LIT("tech-sme"), mixed, 2, &r, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_policy_push(f->site, f->a, fan, YZ_LIT("tech-sme"), mixed, 0, &r, &f->err));
	FAILS(f, YZ_LIMIT, yz_policy_push(f->site, f->a, fan, YZ_LIT("tech-sme"), mixed, YZ_PUSH_MOST + 1, &r, &f->err));
	int64_t stranger = 0;
	for (size_t i = 0; !stranger; i++)
		stranger = ids[i] == shop || ids[i] == water ? 0 : ids[i];
	mixed[3] = stranger;
	GOOD(f, yz_policy_push(f->site, f->a, fan, YZ_LIT("tech-sme"), mixed, 4, &r, &f->err));
	assert_int_equal(r.told, 2);
	assert_int_equal(r.no_account, 1);
	assert_int_equal(r.not_matching, 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM policy_told WHERE policy = 'tech-sme'"), 2);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message m JOIN person p ON p.id = m.person WHERE p.login IN ('hongtu-build', 'qingze-water')"), 2);
	assert_int_equal(entries(f, "policy.push"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE channel = 'sms'"), 0);
}

struct pressing {
	struct fixture *f;
	const struct yz_actor *official;
	int64_t subject;
	bool good;
	pthread_t thread;
};

static void *press(void *ctx)
{
	struct pressing *x = ctx;
	struct yz_arena *a = yz_arena_create(0);
	struct yz_push_report r;
	struct yz_err err = {0};
	x->good = yz_policy_push(x->f->site, a, x->official, YZ_LIT("tech-sme"), &x->subject, 1, &r, &err) && r.told + r.today == 1;
	yz_arena_destroy(a);
	return NULL;
}

SITE(nobody_is_told_twice_on_one_day_however_often_it_is_pressed)
{
	struct pressing x[6];
	int64_t water = row_of(f, "91990121MA9QW001X4");
	const struct yz_actor *fan = site_actor(f, "fanning");
	for (int i = 0; i < 6; i++) {
		x[i] = (struct pressing){.f = f, .official = fan, .subject = water};
		assert_int_equal(pthread_create(&x[i].thread, NULL, press, &x[i]), 0);
	}
	for (int i = 0; i < 6; i++) {
		pthread_join(x[i].thread, NULL);
		assert_true(x[i].good);
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM policy_told WHERE policy = 'tech-sme'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message m JOIN person p ON p.id = m.person WHERE p.login = 'qingze-water'"), 1);
	assert_int_equal(entries(f, "policy.push"), 1);
	/* Another day she may be told again. */
	struct yz_push_report r;
	f->now += YZ_DAY;
	GOOD(f, yz_policy_push(f->site, f->a, site_actor(f, "fanning"), YZ_LIT("tech-sme"), &water, 1, &r, &f->err));
	assert_int_equal(r.told, 1);
	assert_int_equal(r.today, 0);
}

/* A gateway for text messages on loopback: keeps what it was sent, answers as the test says. */
struct gateway {
	int listener;
	const char *answer;
	char request[4096];
};

static void *gateway_once(void *ctx)
{
	struct gateway *g = ctx;
	int fd = accept(g->listener, NULL, NULL);
	size_t n = 0;
	ssize_t got;
	while (n + 1 < sizeof g->request && (got = read(fd, g->request + n, sizeof g->request - 1 - n)) > 0) {
		n += (size_t)got;
		g->request[n] = '\0';
		if (strchr(g->request, '}'))
			break;
	}
	char reply[200];
	int len = snprintf(reply, sizeof reply, "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", g->answer);
	assert_int_equal(write(fd, reply, (size_t)len), len);
	close(fd);
	return NULL;
}

static bool do_sms_url(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	return yz_site_set(conn, "sms.url", yz_str_printf(a, "http://127.0.0.1:%d/sms", *(int *)ctx), err);
}

static int send_through(struct fixture *f, struct gateway *g)
{
	pthread_t thread;
	int sent;
	assert_int_equal(pthread_create(&thread, NULL, gateway_once, g), 0);
	GOOD(f, yz_mail_send_due(f->site, f->now, &sent, &f->err));
	pthread_join(thread, NULL);
	return sent;
}

SITE(a_text_message_goes_through_the_gateway_that_is_set)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;
	struct gateway g = {.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .answer = "503 Busy"};
	assert_int_equal(bind(g.listener, (struct sockaddr *)&at, size), 0);
	assert_int_equal(listen(g.listener, 5), 0);
	assert_int_equal(getsockname(g.listener, (struct sockaddr *)&at, &size), 0);
	int port = ntohs(at.sin_port);
	GOOD(f, yz_db_write(f->site->db, do_sms_url, &port, &f->err));
	int64_t water = row_of(f, "91990121MA9QW001X4");
	struct yz_push_report r;
	GOOD(f, yz_policy_push(f->site, f->a, site_actor(f, "items"), YZ_LIT("tech-sme"), &water, 1, &r, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM policy_told WHERE ways = 'message sms'"), 1);
	assert_int_equal(send_through(f, &g), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE channel = 'sms' AND next_try IS NOT NULL"), 1);
	f->now += YZ_HOUR;
	g.answer = "200 OK";
	assert_int_equal(send_through(f, &g), 1);
	assert_non_null(strstr(g.request, "\"to\":\"15409990014\""));
	assert_non_null(strstr(g.request, "Idempotency-Key: "));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE channel = 'sms' AND next_try IS NULL AND body = ''"), 1);
	close(g.listener);
}

SITE(who_does_not_qualify_is_not_told)
{
	int64_t shop = row_of(f, "92990121MA9QW03862");
	struct yz_push_report r;
	GOOD(f, yz_policy_push(f->site, f->a, site_actor(f, "fanning"), YZ_LIT("tech-sme"), &shop, 1, &r, &f->err));
	assert_int_equal(r.told, 0);
	assert_int_equal(r.not_matching, 1);
	assert_int_equal(entries(f, "policy.push"), 0);
}

SITE(an_account_closed_since_keeps_nobody_else_from_being_told)
{
	struct yz_actor *official = site_actor(f, "items");
	struct yz_match_counts c = counts(f, "elderly-allowance");
	int64_t *ids, gone = site_int(f, "SELECT id FROM person WHERE login = 'zhaoguilan'");
	size_t n = yz_match_subjects(f->site, f->a, YZ_LIT("elderly-allowance"), YZ_MATCH_YES, 0, c.yes, &ids);
	assert_true(n >= 2);
	GOOD(f, yz_person_set_active(f->site, site_actor(f, "admin"), gone, false, &f->err));
	struct yz_push_report r;
	GOOD(f, yz_policy_push(f->site, f->a, official, YZ_LIT("elderly-allowance"), ids, n, &r, &f->err));
	assert_int_equal(r.told, n - 1);
	assert_int_equal(r.no_account, 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM policy_told WHERE subject = $1", YZ_I(gone)), 0);
}

SITE(she_confirms_once_and_the_department_gives)
{
	struct yz_actor *water = site_actor(f, "qingze-water");
	GOOD(f, yz_policy_confirm(f->site, f->a, water, YZ_LIT("stable-jobs"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM policy_claim WHERE policy = 'stable-jobs' AND amount = '18900'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message m JOIN person p ON p.id = m.person WHERE p.login = 'renshe'"), 1);
	assert_int_equal(entries(f, "policy.confirm"), 1);
	FAILS(f, YZ_EXISTS, yz_policy_confirm(f->site, f->a, water, YZ_LIT("stable-jobs"), &f->err));
	FAILS(f, YZ_NOT_NOW, yz_policy_confirm(f->site, f->a, water, YZ_LIT("scale-up"), &f->err));
	FAILS(f, YZ_NOT_NOW, yz_policy_confirm(f->site, f->a, water, YZ_LIT("tech-sme"), &f->err));
	int64_t claim = site_int(f, "SELECT id FROM policy_claim");
	FAILS(f, YZ_FORBIDDEN, yz_policy_settle(f->site, f->a, site_actor(f, "fanning"), claim, &f->err));
	GOOD(f, yz_policy_settle(f->site, f->a, site_actor(f, "renshe"), claim, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_policy_settle(f->site, f->a, site_actor(f, "renshe"), claim, &f->err));
	assert_int_equal(entries(f, "policy.settle"), 1);
}

SITE(who_is_not_verified_has_no_policies)
{
	FAILS(f, YZ_FORBIDDEN, yz_policy_confirm(f->site, f->a, site_actor(f, "limengyao"), YZ_LIT("elderly-bus"), &f->err));
}

SITE(a_policy_past_its_last_day_is_over)
{
	struct yz_actor *water = site_actor(f, "qingze-water");
	site_clock(f, "2027-01-01T08:00:00+08:00");
	FAILS(f, YZ_NOT_NOW, yz_policy_confirm(f->site, f->a, water, YZ_LIT("stable-jobs"), &f->err));
}

SITE(an_application_begins_with_what_the_register_knows)
{
	struct yz_actor *water = site_actor(f, "qingze-water");
	int64_t draft;
	GOOD(f, yz_policy_apply(f->site, f->a, water, YZ_LIT("tech-sme"), &draft, &f->err));
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	struct yz_draft *d = yz_draft_load(f->site, conn, f->a, water, draft, &f->err);
	GOOD(f, d);
	yz_db_release(conn);
	assert_text(yz_json_str(d->facts, "申报政策"), "科技型中小企业培育补助");
	assert_text(yz_json_get(d->facts, "职工人数")->text, "62");
	assert_text(yz_json_str(d->facts, "主体类别"), "企业");
	assert_int_equal(entries(f, "policy.apply"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM policy_claim WHERE draft = $1", YZ_I(draft)), 1);
}

SITE(pages_list_who_was_never_told_and_who_claimed)
{
	struct yz_actor *fan = site_actor(f, "fanning");
	int64_t water = row_of(f, "91990121MA9QW001X4"), draft;
	struct yz_push_report r;
	GOOD(f, yz_policy_push(f->site, f->a, fan, YZ_LIT("tech-sme"), &water, 1, &r, &f->err));
	GOOD(f, yz_policy_apply(f->site, f->a, site_actor(f, "qingze-water"), YZ_LIT("tech-sme"), &draft, &f->err));
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	struct yz_policy *p = yz_policy_load(conn, f->a, YZ_LIT("tech-sme"), &f->err);
	struct yz_match_list all, untold, claimed;
	GOOD(f, yz_match_list(f->site, conn, f->a, fan, p, YZ_SHOW_YES, 0, 200, &all, &f->err));
	GOOD(f, yz_match_list(f->site, conn, f->a, fan, p, YZ_SHOW_UNTOLD, 0, 200, &untold, &f->err));
	GOOD(f, yz_match_list(f->site, conn, f->a, fan, p, YZ_SHOW_CLAIMED, 0, 200, &claimed, &f->err));
	assert_int_equal(all.len, all.counts.yes);
	assert_int_equal(untold.len, all.len - 1);
	assert_int_equal(all.untold, untold.len);
	assert_int_equal(claimed.len, 1);
	assert_int_equal(claimed.rows[0].subject->id, water);
	assert_int_equal(claimed.rows[0].told, f->now);
	/* By pages: the same rows, each once. */
	size_t n = 0;
	for (int64_t after = 0;;) {
		struct yz_match_list page;
		GOOD(f, yz_match_list(f->site, conn, f->a, fan, p, YZ_SHOW_UNTOLD, after, 7, &page, &f->err));
		for (size_t i = 0; i < page.len; i++)
			assert_int_equal(page.rows[i].subject->id, untold.rows[n++].subject->id);
		if (!(after = page.next))
			break;
	}
	assert_int_equal(n, untold.len);
	FAILS(f, YZ_FORBIDDEN, yz_match_list(f->site, conn, f->a, site_actor(f, "renshe"), p, YZ_SHOW_YES, 0, 10, &all, &f->err));
	yz_db_release(conn);
}

static struct yz_match_list listed(struct fixture *f, const char *login, const char *policy, enum yz_match_show show)
{
	struct yz_actor *who = site_actor(f, login);
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	struct yz_policy *p = yz_policy_load(conn, f->a, yz_str(policy), &f->err);
	struct yz_match_list list = {0};
	GOOD(f, p && yz_match_list(f->site, conn, f->a, who, p, show, 0, 50, &list, &f->err));
	yz_db_release(conn);
	return list;
}

SITE(a_citizens_name_is_masked_for_the_official)
{
	struct yz_match_list list = listed(f, "maping", "elderly-allowance", YZ_SHOW_YES);
	assert_true(list.len >= 2);
	for (size_t i = 0; i < list.len; i++)
		assert_non_null(strchr(yz_str_z(f->a, list.rows[i].subject->name), '*'));
}

SITE(of_people_other_departments_and_administrators_see_counts)
{
	struct yz_match_list list = listed(f, "items", "elderly-allowance", YZ_SHOW_YES);
	assert_true(list.hidden && !list.len && list.counts.yes >= 2 && list.untold >= 2);
	/* Of enterprises she reads the list. */
	assert_true(!listed(f, "items", "tech-sme", YZ_SHOW_YES).hidden);
}

SITE(who_is_verified_today_is_matched_today)
{
	struct yz_match_counts before = counts(f, "elderly-bus");
	struct yz_registration r = {.kind = YZ_LIT("natural"), .name = YZ_LIT("周老太"), .id_no = YZ_LIT("990121194001010021")};
	char id_no[19] = "99012119400101002";
	id_no[17] = yz_ident_person_check(id_no);
	r.id_no = yz_str(id_no);
	r.mobile = YZ_LIT("15409991234");
	int64_t id;
	GOOD(f, yz_person_verify(f->site, f->a, site_actor(f, "yanghui"), &r, YZ_LIT("居民身份证"), &id, &f->err));
	struct yz_match_counts after = counts(f, "elderly-bus");
	assert_int_equal(after.yes, before.yes + 1);
	assert_int_equal(yz_match_state(f->site, YZ_LIT("elderly-bus"), id), YZ_MATCH_YES);
}

SITE(an_agent_for_all_acts_and_one_for_an_item_does_not)
{
	struct yz_actor *water = site_actor(f, "qingze-water"), *agent = site_actor(f, "liuyang");
	*agent = (struct yz_actor){.person = agent->person, .name = agent->name, .proof = 1, .principal = water->person,
				   .principal_name = water->name, .principal_proof = 1, .agency_scope = YZ_LIT("11990121009901980H4990117031000")};
	FAILS(f, YZ_NOT_NOW, yz_policy_confirm(f->site, f->a, agent, YZ_LIT("stable-jobs"), &f->err));
	agent->agency_scope = YZ_LIT("*");
	f->err = (struct yz_err){0};
	GOOD(f, yz_policy_confirm(f->site, f->a, agent, YZ_LIT("stable-jobs"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM policy_claim WHERE person = $1", YZ_I(agent->person)), 1);
}
