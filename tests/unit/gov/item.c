/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/site_fixture.h"

#include "gov/catalogue.h"
#include "gov/item.h"
#include "gov/refresh.h"

static const struct yz_json *json(struct fixture *f, const char *text)
{
	const struct yz_json *v = yz_json_read(f->a, yz_str(text), NULL, &f->err);
	GOOD(f, v);
	return v;
}

#define GOOD_BODY \
	"\"name\":\"小额补助\",\"code\":\"T-1\",\"type\":\"05\",\"org\":\"minzheng\",\"handle_type\":\"2\"," \
	"\"promised_limit\":{\"n\":5,\"unit\":\"wd\"},\"legal_limit\":{\"n\":20,\"unit\":\"wd\"}"

static struct yz_str state_of(struct fixture *f, int64_t id)
{
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	struct yz_item *item = yz_item_by_id(f->site, conn, f->a, id, &f->err);
	GOOD(f, item);
	yz_db_release(conn);
	return item->state;
}

static const struct yz_entry_item *listed(struct fixture *f, const char *code)
{
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	const struct yz_entry_item *e = yz_catalogue_find(c, yz_str(code)), *copy = NULL;
	if (e)
		copy = memcpy(yz_new(f->a, struct yz_entry_item), e, sizeof *e);
	yz_site_catalogue_release(f->site, c);
	return copy;
}

static int64_t draft(struct fixture *f, const struct yz_actor *who, const char *body)
{
	int64_t id;
	GOOD(f, yz_item_save_draft(f->site, f->a, who, json(f, body), &id, &f->err));
	return id;
}

static void move(struct fixture *f, const struct yz_actor *who, int64_t id, const char *state, yz_instant from)
{
	GOOD(f, yz_item_set_state(f->site, who, id, yz_str(state), from, &f->err));
}

SITE(a_draft_becomes_law_through_review)
{
	struct yz_actor *who = site_actor(f, "items");
	int64_t id = draft(f, who, "{" GOOD_BODY "}");
	assert_true(yz_str_eqz(state_of(f, id), "draft"));
	assert_null(listed(f, "T-1"));
	FAILS(f, YZ_NOT_NOW, yz_item_set_state(f->site, who, id, YZ_LIT("published"), 0, &f->err));
	assert_int_equal(draft(f, who, "{" GOOD_BODY ",\"summary\":\"改\"}"), id); /* the same draft, changed */
	move(f, who, id, "review", 0);
	int64_t other;
	FAILS(f, YZ_NOT_NOW, yz_item_save_draft(f->site, f->a, who, json(f, "{" GOOD_BODY "}"), &other, &f->err));
	move(f, who, id, "draft", 0);
	move(f, who, id, "review", 0);
	move(f, who, id, "published", 0);
	assert_non_null(listed(f, "T-1"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE thing_kind = 'item' AND thing_id = $1", YZ_I(id)), 6);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'item.publish'"), 1);
}

SITE(a_date_that_exchanges_two_versions_is_noticed)
{
	struct yz_actor *who = site_actor(f, "items");
	int64_t first = draft(f, who, "{" GOOD_BODY "}");
	move(f, who, first, "review", 0);
	move(f, who, first, "published", 0);
	const struct yz_entry_item *old = listed(f, "T-1");
	int64_t second = draft(f, who, "{" GOOD_BODY ",\"summary\":\"第二版\"}");
	move(f, who, second, "review", 0);
	move(f, who, second, "published", f->now + YZ_DAY);
	struct yz_seen seen;
	GOOD(f, yz_site_look(f->site, &seen, &f->err));
	f->now += YZ_DAY - 1;
	GOOD(f, yz_site_refresh(f->site, &seen, &f->err));
	assert_int_equal(listed(f, "T-1")->id, old->id);
	f->now += 1;
	GOOD(f, yz_site_refresh(f->site, &seen, &f->err));
	assert_int_equal(listed(f, "T-1")->id, second);
}

SITE(publishing_ends_the_version_before_on_its_day)
{
	struct yz_actor *who = site_actor(f, "items");
	int64_t first = draft(f, who, "{" GOOD_BODY "}");
	move(f, who, first, "review", 0);
	move(f, who, first, "published", 0);
	yz_instant begin = f->now, later = f->now + 10 * YZ_DAY;
	int64_t second = draft(f, who, "{" GOOD_BODY ",\"summary\":\"第二版\"}");
	assert_int_not_equal(first, second);
	move(f, who, second, "review", 0);
	move(f, who, second, "published", later);
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	assert_int_equal(yz_item_at(f->site, conn, f->a, YZ_LIT("T-1"), begin, &f->err)->id, first);
	assert_int_equal(yz_item_at(f->site, conn, f->a, YZ_LIT("T-1"), later - 1, &f->err)->id, first);
	assert_int_equal(yz_item_at(f->site, conn, f->a, YZ_LIT("T-1"), later, &f->err)->id, second);
	struct yz_item *all;
	assert_int_equal(yz_item_versions(f->site, conn, f->a, YZ_LIT("T-1"), &all, &f->err), 2);
	assert_int_equal(all[0].id, second);
	yz_db_release(conn);
	assert_int_equal(listed(f, "T-1")->id, first);
	f->now = later;
	GOOD(f, yz_site_catalogue_reload(f->site, &f->err));
	assert_int_equal(listed(f, "T-1")->id, second);
}

SITE(a_version_from_an_earlier_day_than_the_next_is_refused)
{
	struct yz_actor *who = site_actor(f, "items");
	int64_t first = draft(f, who, "{" GOOD_BODY "}");
	move(f, who, first, "review", 0);
	move(f, who, first, "published", f->now + 10 * YZ_DAY);
	int64_t second = draft(f, who, "{" GOOD_BODY ",\"summary\":\"第二版\"}");
	move(f, who, second, "review", 0);
	FAILS(f, YZ_BAD_INPUT, yz_item_set_state(f->site, who, second, YZ_LIT("published"), f->now + YZ_DAY, &f->err));
	assert_string_equal(f->err.where, "from_at");
}

SITE(a_suspended_item_stays_listed_and_an_abolished_one_goes)
{
	struct yz_actor *who = site_actor(f, "items");
	int64_t id = draft(f, who, "{" GOOD_BODY "}");
	move(f, who, id, "review", 0);
	move(f, who, id, "published", 0);
	move(f, who, id, "suspended", 0);
	assert_true(listed(f, "T-1")->suspended);
	move(f, who, id, "published", 0);
	assert_false(listed(f, "T-1")->suspended);
	move(f, who, id, "abolished", f->now + YZ_DAY);
	assert_non_null(listed(f, "T-1"));
	f->now += YZ_DAY;
	GOOD(f, yz_site_catalogue_reload(f->site, &f->err));
	assert_null(listed(f, "T-1"));
}

SITE(what_has_errors_is_not_published)
{
	struct yz_actor *who = site_actor(f, "items");
	int64_t id = draft(f, who, "{\"name\":\"小额补助\",\"code\":\"T-1\",\"type\":\"05\",\"org\":\"minzheng\","
				   "\"promised_limit\":{\"n\":30,\"unit\":\"wd\"},\"legal_limit\":{\"n\":20,\"unit\":\"wd\"}}");
	move(f, who, id, "review", 0);
	FAILS(f, YZ_BAD_INPUT, yz_item_set_state(f->site, who, id, YZ_LIT("published"), 0, &f->err));
	assert_string_equal(f->err.where, "promised_limit");
	assert_true(yz_str_eqz(state_of(f, id), "review"));
}

SITE(only_the_item_administrator_of_the_region_may)
{
	int64_t id;
	static const char *const others[] = {"zhangmin", "decider", "linguohua"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct yz_actor *who = site_actor(f, others[i]);
		FAILS(f, YZ_FORBIDDEN, yz_item_save_draft(f->site, f->a, who, json(f, "{" GOOD_BODY "}"), &id, &f->err));
	}
	struct yz_actor *who = site_actor(f, "items");
	FAILS(f, YZ_FORBIDDEN, yz_item_save_draft(f->site, f->a, who, json(f, "{" GOOD_BODY ",\"region\":\"990100\"}"), &id, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_item_save_draft(f->site, f->a, who, json(f, "{" GOOD_BODY ",\"region\":\"110000\"}"), &id, &f->err));
	assert_string_equal(f->err.where, "region");
	/* Of a town only: what belongs to the county is not hers, whatever region her draft names. */
	struct yz_post town = {.role = YZ_ROLE_ITEM_ADMIN, .region_path = YZ_LIT("/990000/990100/990121/990121101/")};
	struct yz_actor clerk = {.person = who->person, .staff = true, .posts = &town, .nposts = 1};
	draft(f, who, "{" GOOD_BODY "}");
	FAILS(f, YZ_FORBIDDEN, yz_item_save_draft(f->site, f->a, &clerk, json(f, "{" GOOD_BODY ",\"region\":\"990121101\"}"), &id, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM item WHERE code = 'T-1'"), 1);
}

SITE(a_draft_keeps_its_form_and_refuses_one_that_is_not_there)
{
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	struct yz_item *item = yz_item_at(f->site, conn, f->a, YZ_LIT("road-dig"), f->now, &f->err);
	yz_db_release(conn);
	GOOD(f, item);
	int64_t id;
	GOOD(f, yz_item_save_draft(f->site, f->a, NULL, item->body, &id, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM item a JOIN item b ON a.form = b.form AND a.process = b.process "
				     "WHERE a.id = $1 AND b.id = $2", YZ_I(item->id), YZ_I(id)), 1);
	FAILS(f, YZ_BAD_INPUT, yz_item_save_draft(f->site, f->a, NULL, json(f, "{" GOOD_BODY ",\"form\":\"nowhere\"}"), &id, &f->err));
	assert_string_equal(f->err.where, "form");
}

SITE(a_body_of_over_a_mebibyte_is_refused)
{
	struct yz_buf b;
	int64_t id;
	for (int over = 0; over <= 1; over++) {
		yz_buf_init(&b, f->a, 4 << 20);
		yz_buf_addz(&b, "{" GOOD_BODY ",\"summary\":\"");
		for (size_t n = b.len + 2; n < (1 << 20) + (size_t)over * 64; n++)
			yz_buf_addc(&b, 'x');
		yz_buf_addz(&b, "\"}");
		f->err = (struct yz_err){0};
		bool saved = yz_item_save_draft(f->site, f->a, NULL, json(f, b.ptr), &id, &f->err);
		assert_int_equal(saved, !over);
		if (over)
			assert_int_equal(f->err.code, YZ_TOO_LARGE);
	}
}

/* ---- rules ---- */

static bool says(struct fixture *f, const char *body, const char *rule, const char *field)
{
	struct yz_findings found = {0};
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	yz_item_check_in(f->a, c, json(f, body), "zh-CN", &found);
	yz_site_catalogue_release(f->site, c);
	bool said = false;
	for (size_t i = 0; i < found.len; i++)
		said |= yz_str_eqz(found.at[i].rule, rule) && yz_str_eqz(found.at[i].field, field) && found.at[i].reason.len;
	return said;
}

SITE(each_rule_is_broken_and_kept)
{
	static const struct {
		const char *rule, *field, *broken, *kept;
	} cases[] = {
		{"R1", "handle_type", "\"handle_type\":\"2\",\"promised_limit\":{\"n\":0,\"unit\":\"now\"}",
		 "\"handle_type\":\"1\",\"promised_limit\":{\"n\":0,\"unit\":\"now\"}"},
		{"R1", "promised_limit", "\"handle_type\":\"1\",\"promised_limit\":{\"n\":5,\"unit\":\"wd\"}",
		 "\"handle_type\":\"2\",\"promised_limit\":{\"n\":5,\"unit\":\"wd\"}"},
		{"R2", "result", "\"result\":{\"name\":\"许可证\",\"kind\":\"document\",\"sample\":true}",
		 "\"result\":{\"name\":\"许可证\",\"kind\":\"licence\",\"sample\":true}"},
		{"R2", "result", "\"result\":{\"name\":\"批复\",\"kind\":\"licence\",\"sample\":true}",
		 "\"result\":{\"name\":\"批复\",\"kind\":\"document\",\"sample\":true}"},
		{"R2", "result", "\"result\":{\"name\":\"决定书\",\"kind\":\"document\"}", "\"result\":{\"name\":\"无\",\"kind\":\"none\"}"},
		{"R3", "visit_reason", "\"visits\":1", "\"visits\":1,\"visit_reason\":\"核对原件\""},
		{"R3", "visits", "\"visits\":0,\"online\":false", "\"visits\":0,\"online\":false,\"ways\":[\"4\"]"},
		{"R4", "visits", "\"visits\":1,\"visit_reason\":\"x\",\"depth\":\"6\"", "\"visits\":0,\"online\":true,\"depth\":\"6\""},
		{"R5", "fees", "\"fees\":[{\"name\":\"费\",\"standard\":\"1 元\",\"pay_online\":true}]",
		 "\"fees\":[{\"name\":\"费\",\"standard\":\"1 元\",\"basis\":\"条例\",\"pay_online\":true}]"},
		{"R5", "pay_online", "\"fees\":[],\"pay_online\":true", "\"fees\":[],\"pay_online\":false"},
		{"R6", "complain_phone", "\"ask_phone\":\"0999-1234567\",\"complain_phone\":\"0999-1234567\"",
		 "\"ask_phone\":\"0999-1234567\",\"complain_phone\":\"0999-1234568\""},
		{"R6", "ask_phone", "\"ask_phone\":\"1234567\"", "\"ask_phone\":\"0999-1234567\""},
		{"R7", "themes", "\"for\":[\"2\"],\"themes\":[\"n-hukou\"]", "\"for\":[\"1\",\"2\"],\"themes\":[\"n-hukou\"]"},
		{"R7", "themes", "\"for\":[\"1\"],\"themes\":[\"l-city\"]", "\"for\":[\"6\"],\"themes\":[\"l-city\"]"},
		{"R8", "faq", "\"type\":\"01\",\"faq\":[]", "\"type\":\"20\",\"faq\":[]"},
		{"R8", "steps", "\"type\":\"01\",\"steps\":[{\"name\":\"受理\"}]", "\"type\":\"20\",\"steps\":[{\"name\":\"受理\"}]"},
		{"R10", "promised_limit", "\"promised_limit\":{\"n\":21,\"unit\":\"wd\"},\"legal_limit\":{\"n\":20,\"unit\":\"wd\"}",
		 "\"promised_limit\":{\"n\":20,\"unit\":\"wd\"},\"legal_limit\":{\"n\":20,\"unit\":\"wd\"}"},
		{"R10", "promised_limit", "\"promised_limit\":{\"n\":6,\"unit\":\"wd\"},\"legal_limit\":{\"n\":7,\"unit\":\"d\"}",
		 "\"promised_limit\":{\"n\":5,\"unit\":\"wd\"},\"legal_limit\":{\"n\":7,\"unit\":\"d\"}"},
		{"", "org", "\"org\":\"nobody\"", "\"org\":\"minzheng\""},
		{"", "type", "\"type\":\"0\"", "\"type\":\"05\""},
		{"", "themes", "\"for\":[\"1\"],\"themes\":[\"nothing\"]", "\"themes\":[]"},
		{"", "colour", "\"colour\":\"red\"", "\"quota\":\"无\""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (!says(f, yz_printf(f->a, "{%s}", cases[i].broken), cases[i].rule, cases[i].field))
			fail_msg("%s passes %s", cases[i].broken, cases[i].rule);
		if (says(f, yz_printf(f->a, "{%s}", cases[i].kept), cases[i].rule, cases[i].field))
			fail_msg("%s breaks %s", cases[i].kept, cases[i].rule);
	}
}

SITE(the_demo_items_keep_the_rules)
{
	const struct yz_pack *p = site_demo_pack();
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	struct yz_findings found = {0};
	for (size_t i = 0; i < p->items.len; i++) {
		size_t before = found.len;
		yz_item_check_in(f->a, c, p->items.at[i].json, "zh-CN", &found);
		for (size_t k = before; k < found.len; k++)
			print_message("%.*s: %.*s %.*s: %.*s\n", YZ_P(p->items.at[i].key), YZ_P(found.at[k].rule), YZ_P(found.at[k].field),
				      YZ_P(found.at[k].reason));
	}
	yz_site_catalogue_release(f->site, c);
	assert_int_equal(found.errors, 0);
}

SITE(the_once_rate_counts_items_that_say_their_visits)
{
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	int rate = yz_item_once_rate(f->site, conn);
	yz_db_release(conn);
	int all = 0, once = 0;
	for (size_t i = 0; i < site_demo_pack()->items.len; i++) {
		int64_t visits = yz_json_int(site_demo_pack()->items.at[i].json, "visits", -1);
		all += visits >= 0;
		once += visits >= 0 && visits <= 1;
	}
	assert_int_equal(rate, once * 1000 / all);
}
