/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include <zlib.h>

static struct yz_str fact(const struct yz_json *facts, const char *name)
{
	return yz_json_str(facts, name);
}

SITE(a_draft_is_filled_with_what_is_known_of_her)
{
	struct yz_actor *she = actor(f, "liuyang");
	int64_t id, again;
	GOOD(f, yz_draft_open(f->site, she, YZ_LIT(ROAD_DIG), &id, &f->err));
	struct yz_draft *d = draft(f, she, id);
	assert_true(yz_str_eqz(fact(d->facts, "申请人名称"), "刘洋"));
	assert_true(yz_str_eqz(fact(d->facts, "证件号码"), "990121199106122135"));
	assert_true(yz_str_eqz(fact(d->facts, "联系电话"), "15409990001"));
	GOOD(f, yz_draft_open(f->site, she, YZ_LIT(ROAD_DIG), &again, &f->err));
	assert_int_equal(again, id);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM draft"), 1);
}

SITE(saving_keeps_what_other_pages_said)
{
	struct yz_actor *she = actor(f, "liuyang");
	int64_t id;
	GOOD(f, yz_draft_open(f->site, she, YZ_LIT(ROAD_DIG), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, she, id, json(f, "{\"道路名称\":\"滨河路\"}"), 1, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, she, id, json(f, "{\"挖掘长度\":\"十二\"}"), 2, &f->err));
	struct yz_draft *d = draft(f, she, id);
	assert_int_equal(d->page, 2);
	assert_true(yz_str_eqz(fact(d->facts, "道路名称"), "滨河路"));
	/* What is wrong is kept too, for her to mend, and named. */
	struct yz_draft_error *e;
	size_t n = yz_draft_check(f->site, f->a, d, "zh-CN", 2, &e);
	bool named = false;
	for (size_t i = 0; i < n; i++)
		named = named || yz_str_eqz(e[i].field, "挖掘长度");
	assert_true(named);
}

SITE(an_answer_decides_which_materials_are_asked)
{
	struct yz_actor *she = actor(f, "liuyang");
	int64_t id = ready(f, she);
	struct yz_draft *d = draft(f, she, id);
	bool trees = false, agent = false;
	for (size_t i = 0; i < d->nneeds; i++) {
		trees = trees || yz_str_eqz(d->needs[i].key, "green-plan");
		agent = agent || yz_str_eqz(d->needs[i].key, "agent-letter");
	}
	assert_true(trees);
	assert_false(agent);
	assert_true(yz_str_eqz(d->situation, "green"));
	GOOD(f, yz_draft_save(f->site, f->a, she, id, json(f, "{\"涉及绿化带\":\"false\",\"委托办理\":\"true\"}"), 1, &f->err));
	d = draft(f, she, id);
	trees = agent = false;
	for (size_t i = 0; i < d->nneeds; i++) {
		trees = trees || yz_str_eqz(d->needs[i].key, "green-plan");
		agent = agent || yz_str_eqz(d->needs[i].key, "agent-letter");
	}
	assert_false(trees);
	assert_true(agent);
}

SITE(what_is_no_longer_asked_is_no_fact_of_the_case)
{
	struct yz_actor *she = actor(f, "liuyang");
	int64_t id = ready(f, she);
	GOOD(f, yz_draft_save(f->site, f->a, she, id, json(f, "{\"挖掘原因\":\"其他\",\"其他原因\":\"试验\"}"), 0, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, she, id, json(f, "{\"挖掘原因\":\"供水管线接入\"}"), 0, &f->err));
	struct yz_str no;
	GOOD(f, yz_case_submit(f->site, f->a, she, id, YZ_LIT("web"), &no, &f->err));
	struct yz_case *c = look(f, she, no);
	assert_null(yz_json_get(c->facts, "其他原因"));
	assert_true(yz_str_eqz(fact(c->facts, "道路名称"), "滨河路"));
}

/* An archive whose one member unpacks to 16 MiB of nothing, from a few thousand bytes. */
static size_t bomb(unsigned char *out, size_t cap)
{
	static unsigned char nothing[16 << 20];
	uLong crc = crc32(0, nothing, sizeof nothing);
	z_stream z = {.next_in = nothing, .avail_in = sizeof nothing, .next_out = out + 31, .avail_out = (uInt)cap - 31};
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	uint32_t packed = (uint32_t)z.total_out, whole = sizeof nothing, sum = (uint32_t)crc, start = 31 + packed, dir = 47, zero = 0;
	deflateEnd(&z);
	memset(out, 0, 31);
	memcpy(out, "PK\3\4\24\0\0\0\10\0", 10);
	memcpy(out + 14, &sum, 4), memcpy(out + 18, &packed, 4), memcpy(out + 22, &whole, 4);
	out[26] = 1, out[30] = 'a';
	unsigned char *d = out + start;
	memset(d, 0, 47 + 22);
	memcpy(d, "PK\1\2\24\0\24\0\0\0\10\0", 12);
	memcpy(d + 16, &sum, 4), memcpy(d + 20, &packed, 4), memcpy(d + 24, &whole, 4), memcpy(d + 42, &zero, 4);
	d[28] = 1, d[46] = 'a';
	unsigned char *e = d + 47;
	memcpy(e, "PK\5\6", 4);
	e[8] = e[10] = 1;
	memcpy(e + 12, &dir, 4), memcpy(e + 16, &start, 4);
	return start + 47 + 22;
}

static bool add(struct fixture *f, const struct yz_actor *who, int64_t id, const char *key, const char *path, const char *name)
{
	int64_t material;
	return yz_material_add(f->site, f->a, who, id, YZ_LIT(""), yz_str(key), path, yz_str(name), &material, &f->err);
}

SITE(a_material_is_taken_for_what_it_is_and_not_for_its_name)
{
	struct yz_actor *she = actor(f, "liuyang");
	int64_t id = ready(f, she);
	static unsigned char bytes[64 << 10];
	size_t n = bomb(bytes, sizeof bytes);
	int64_t before = site_int(f, "SELECT COUNT(*) FROM material");
	FAILS(f, YZ_BAD_INPUT, add(f, she, id, "site-plan", put_file(f, "plan.pdf", bytes, n), "平面图.pdf"));
	assert_true(yz_str_eqz(yz_str(f->err.where), "materials"));
	FAILS(f, YZ_BAD_INPUT, add(f, she, id, "site-plan", put_file(f, "empty.pdf", "", 0), "平面图.pdf"));
	FAILS(f, YZ_BAD_INPUT, add(f, she, id, "site-plan", put_file(f, "page.pdf", "<html>hello</html>", 18), "平面图.pdf"));
	FAILS(f, YZ_NOT_FOUND, add(f, she, id, "no-such", put_picture(f), "照片.png"));
	FAILS(f, YZ_NOT_FOUND, add(f, actor(f, "zhaoguilan"), id, "site-plan", put_picture(f), "照片.png"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM material"), before);
	/* A picture is one whatever it is called. */
	GOOD(f, add(f, she, id, "site-plan", put_picture(f), "平面图.pdf"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM material WHERE file_name = '平面图.pdf' AND type = 'image/png'"), 1);
}

SITE(a_file_of_one_byte_too_many_is_refused_and_nothing_is_stored)
{
	struct yz_actor *she = actor(f, "liuyang");
	int64_t id = ready(f, she);
	const char *path = put_picture(f);
	assert_int_equal(truncate(path, (20 << 20) + 1), 0); /* the material takes 20 MiB */
	int64_t before = site_int(f, "SELECT COUNT(*) FROM material");
	FAILS(f, YZ_TOO_LARGE, add(f, she, id, "site-plan", path, "照片.png"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM material"), before);
	/* One byte less is not too large: only no whole picture any more. */
	assert_int_equal(truncate(path, 20 << 20), 0);
	f->err = (struct yz_err){0};
	add(f, she, id, "site-plan", path, "照片.png");
	assert_int_not_equal(f->err.code, YZ_TOO_LARGE);
}

SITE(one_material_takes_twenty_files_and_no_more)
{
	struct yz_actor *she = actor(f, "liuyang");
	int64_t id;
	GOOD(f, yz_draft_open(f->site, she, YZ_LIT(ROAD_DIG), &id, &f->err));
	for (int i = 0; i < 20; i++)
		GOOD(f, add(f, she, id, "site-plan", put_picture(f), "照片.png"));
	FAILS(f, YZ_BAD_INPUT, add(f, she, id, "site-plan", put_picture(f), "照片.png"));
}

SITE(submitting_gives_a_number_a_receipt_an_entry_and_takes_the_draft)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	assert_true(yz_str_eqz(no, "990121-20261123-0001"));
	struct yz_case *c = look(f, she, no);
	assert_int_equal(c->row.state, YZ_CASE_submitted);
	assert_true(paper(c, "RECEIPT")->check_code.len == 12);
	assert_at(clock_of(c, "answer")->due, "2026-12-01T00:00:00+08:00");
	assert_int_equal(c->nmaterials, 8);
	assert_int_equal(c->nevents, 1);
	assert_true(yz_str_eqz(c->events[0].act, "submit"));
	assert_true(yz_str_eqz(c->events[0].who, "刘洋"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM draft"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM material WHERE draft_id IS NOT NULL"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE person = $1", YZ_I(she->person)), 1);
	assert_true(yz_str_eqz(apply(f, she), "990121-20261123-0002"));
	ledger_holds(f);
}

SITE(a_draft_with_errors_is_not_submitted_and_stays)
{
	struct yz_actor *she = actor(f, "liuyang");
	int64_t id = ready(f, she);
	GOOD(f, yz_draft_save(f->site, f->a, she, id, json(f, "{\"挖掘长度\":\"0\"}"), 2, &f->err));
	struct yz_str no;
	FAILS(f, YZ_BAD_INPUT, yz_case_submit(f->site, f->a, she, id, YZ_LIT("web"), &no, &f->err));
	assert_true(yz_str_eqz(yz_str(f->err.where), "挖掘长度"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases"), 0);
	assert_int_equal(draft(f, she, id)->nmaterials, 8);
	GOOD(f, yz_draft_save(f->site, f->a, she, id, json(f, "{\"挖掘长度\":\"12\"}"), 2, &f->err));
	/* Of what nothing else proves. */
	struct yz_draft *d = draft(f, she, id);
	size_t gone = 0;
	while (!yz_str_eqz(d->materials[gone].key, "site-plan"))
		gone++;
	GOOD(f, yz_material_remove(f->site, she, id, d->materials[gone].id, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_case_submit(f->site, f->a, she, id, YZ_LIT("web"), &no, &f->err));
	assert_true(yz_str_eqz(yz_str(f->err.where), "site-plan"));
}

SITE(a_draft_is_nobody_elses)
{
	struct yz_actor *she = actor(f, "liuyang"), *other = actor(f, "zhaoguilan"), *clerk = actor(f, "zhangmin");
	int64_t id = ready(f, she);
	struct yz_str no;
	FAILS(f, YZ_NOT_FOUND, yz_draft_save(f->site, f->a, other, id, json(f, "{\"道路名称\":\"别处\"}"), 0, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_draft_discard(f->site, clerk, id, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_case_submit(f->site, f->a, other, id, YZ_LIT("web"), &no, &f->err));
	assert_true(yz_str_eqz(fact(draft(f, she, id)->facts, "道路名称"), "滨河路"));
}

SITE(a_clerk_files_at_the_counter_for_items_of_her_department)
{
	struct yz_actor *clerk = actor(f, "zhangmin"), *elsewhere = actor(f, "lixue"), *she = actor(f, "liuyang");
	int64_t id;
	FAILS(f, YZ_FORBIDDEN, yz_draft_open_for(f->site, elsewhere, she->person, YZ_LIT(ROAD_DIG), &id, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_draft_open_for(f->site, she, she->person, YZ_LIT(ROAD_DIG), &id, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_draft_open_for(f->site, clerk, she->person, YZ_LIT(ROAD_DIG), &id, &f->err));
	const struct yz_registration papers = {.kind = YZ_LIT("natural"), .name = YZ_LIT("刘洋"), .id_no = YZ_LIT("990121199106122135"),
					       .login = YZ_LIT("liuyang")};
	GOOD(f, yz_person_verify(f->site, f->a, clerk, &papers, YZ_LIT("id-card"), &id, &f->err));
	GOOD(f, yz_draft_open_for(f->site, clerk, she->person, YZ_LIT(ROAD_DIG), &id, &f->err));
	assert_true(yz_str_eqz(fact(draft(f, clerk, id)->facts, "申请人名称"), "刘洋"));
	GOOD(f, yz_draft_save(f->site, f->a, clerk, id, json(f, ROAD_FACTS), 0, &f->err));
	add_materials(f, clerk, id);
	struct yz_str no;
	GOOD(f, yz_case_submit(f->site, f->a, clerk, id, YZ_LIT("window"), &no, &f->err));
	struct yz_case *c = look(f, she, no);
	assert_int_equal(c->applicant, she->person);
	assert_int_equal(c->filed_by, clerk->person);
	assert_int_equal(c->agent, 0);
	assert_true(yz_str_eqz(c->materials[0].source, "scan"));
}
