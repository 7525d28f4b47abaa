/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/licence_fixture.h"

#include "crypt/crypt.h"
#include "db/blob.h"
#include "gov/fill.h"
#include "gov/version.h"
#include "print/sign.h"
#include "text/ident.h"

#include <pthread.h>

/* ---- what it proves ---- */

SITE(a_licence_of_one_case_is_a_material_of_the_next)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	int64_t licence = trader(f, she);
	struct yz_str no = eats(f, she);
	const struct yz_case *c = look(f, she, no);
	const struct yz_case_material *m = material(c, "licence");
	assert_true(yz_str_eqz(m->source, "licence"));
	assert_int_equal(m->licence, licence);
	assert_int_equal(m->licence_then, YZ_LICENCE_valid);
	/* The file is the signed paper, by content. */
	struct yz_str pdf, file;
	GOOD(f, yz_licence_pdf(f->site, f->a, she, licence, &pdf, &f->err));
	GOOD(f, yz_blob_read(f->site->db, f->a, m->file, 1 << 24, &file, &f->err));
	assert_true(yz_str_eq(pdf, file));
	assert_int_equal(m->size, pdf.len);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM material WHERE key = 'licence' AND source = 'upload'"), 0);
	ledger_holds(f);
}

SITE(every_pull_stands_in_the_holders_log_and_in_the_ledger)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	int64_t licence = trader(f, she);
	struct yz_licence_uses uses;
	struct yz_str no = eats(f, she);
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_licence_used(conn, f->a, licence, 0, 10, &uses, &f->err));
	assert_int_equal(uses.len, 1);
	assert_true(yz_str_eq(uses.at[0].case_no, no));
	assert_true(yz_str_eqz(uses.at[0].item_name, "食品经营许可"));
	assert_true(yz_str_eqz(uses.at[0].material, "licence"));
	assert_true(yz_str_eqz(uses.at[0].by_name, "陈小雨"));
	assert_at(uses.at[0].at, SITE_BEGINS);
	GOOD(f, yz_licence_used(conn, f->a, licence, uses.at[0].id, 10, &uses, &f->err));
	assert_int_equal(uses.len, 0);
	struct yz_entries entries;
	GOOD(f, yz_ledger_of(conn, f->a, YZ_LIT("licence"), licence, 0, 0, 10, &entries, &f->err));
	yz_db_release(conn);
	assert_int_equal(entries.count, 1);
	assert_true(yz_str_eqz(entries.at[0].act, "licence.use"));
	assert_true(yz_str_find(entries.at[0].body, no, 0) != SIZE_MAX);
	/* She did it herself: nobody has to tell her. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '您的电子证照被调用'"), 0);
}

SITE(nothing_is_pulled_before_the_application_is_submitted)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	trader(f, she);
	int64_t id = wants_food(f, she);
	assert_int_equal(need(draft(f, she, id), "licence")->proof.kind, YZ_PROOF_LICENCE);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM pull"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM material WHERE source = 'licence'"), 0);
}

SITE(what_she_uploads_goes_before_her_licence)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	trader(f, she);
	int64_t id = wants_food(f, she), file;
	struct yz_str no;
	GOOD(f, yz_material_add(f->site, f->a, she, id, YZ_LIT(""), YZ_LIT("licence"), put_picture(f), YZ_LIT("执照.png"), &file, &f->err));
	GOOD(f, yz_case_submit(f->site, f->a, she, id, YZ_LIT("web"), &no, &f->err));
	assert_true(yz_str_eqz(material(look(f, she, no), "licence")->source, "upload"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM pull"), 0);
}

SITE(a_licence_revoked_between_draft_and_submission_is_caught)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	int64_t licence = trader(f, she), id = wants_food(f, she);
	struct yz_str no;
	assert_int_equal(need(draft(f, she, id), "licence")->proof.kind, YZ_PROOF_LICENCE);
	GOOD(f, LICENCE_ACT(f, actor(f, "hejing"), licence, revoke, "以欺骗手段取得登记。", 0));
	FAILS(f, YZ_BAD_INPUT, yz_case_submit(f->site, f->a, she, id, YZ_LIT("web"), &no, &f->err));
	assert_true(yz_str_eqz(yz_str(f->err.where), "licence"));
	assert_true(yz_str_find(yz_str(f->err.msg), YZ_LIT("已撤销或者注销"), 0) != SIZE_MAX);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM pull"), 0);
	/* With a file of her own it goes. */
	int64_t file;
	GOOD(f, yz_material_add(f->site, f->a, she, id, YZ_LIT(""), YZ_LIT("licence"), put_picture(f), YZ_LIT("执照.png"), &file, &f->err));
	GOOD(f, yz_case_submit(f->site, f->a, she, id, YZ_LIT("web"), &no, &f->err));
}

SITE(it_is_good_through_its_last_day)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	int64_t licence = trader(f, she), id = wants_food(f, she);
	ends_on(f, licence, "2026-11-24");
	site_clock(f, "2026-11-24T23:59:59+08:00");
	assert_int_equal(need(draft(f, she, id), "licence")->proof.kind, YZ_PROOF_LICENCE);
	site_clock(f, "2026-11-25T00:00:00+08:00");
	const struct yz_licence_proof *p = &need(draft(f, she, id), "licence")->proof;
	assert_int_equal(p->kind, YZ_PROOF_UNFIT);
	assert_string_equal(p->why, "已过有效期");
	struct yz_str no;
	FAILS(f, YZ_BAD_INPUT, yz_case_submit(f->site, f->a, she, id, YZ_LIT("web"), &no, &f->err));
}

SITE(a_suspended_licence_proves_nothing_until_it_is_reinstated)
{
	struct yz_actor *she = actor(f, "chenxiaoyu"), *decider = actor(f, "hejing");
	int64_t licence = trader(f, she), id = wants_food(f, she);
	GOOD(f, LICENCE_ACT(f, decider, licence, suspend, "经营场所失联，核实期间暂停使用。", 0));
	assert_int_equal(need(draft(f, she, id), "licence")->proof.kind, YZ_PROOF_UNFIT);
	GOOD(f, LICENCE_ACT(f, decider, licence, resume, "已重新取得联系。", 0));
	assert_int_equal(need(draft(f, she, id), "licence")->proof.kind, YZ_PROOF_LICENCE);
}

SITE(a_licence_of_another_proves_nothing)
{
	trader(f, actor(f, "chenxiaoyu"));
	struct yz_actor *other = actor(f, "liuyang");
	int64_t id = wants_food(f, other);
	struct yz_str no;
	assert_int_equal(need(draft(f, other, id), "licence")->proof.kind, YZ_PROOF_NONE);
	FAILS(f, YZ_BAD_INPUT, yz_case_submit(f->site, f->a, other, id, YZ_LIT("web"), &no, &f->err));
}

SITE(who_only_claims_to_be_somebody_has_nothing_proved)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	int64_t licence = trader(f, she), id = wants_food(f, she);
	change(f, "UPDATE person SET proof = 0 WHERE login = 'chenxiaoyu'");
	assert_int_equal(need(draft(f, actor(f, "chenxiaoyu"), id), "licence")->proof.kind, YZ_PROOF_NONE);
	struct yz_licence_list list;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_licence_mine(f->site, conn, f->a, actor_in(f, conn, "chenxiaoyu"), &list, &f->err));
	yz_db_release(conn);
	assert_int_equal(list.len, 0);
	struct yz_str pdf;
	FAILS(f, YZ_NOT_FOUND, yz_licence_pdf(f->site, f->a, actor(f, "chenxiaoyu"), licence, &pdf, &f->err));
}

SITE(a_verified_enterprise_needs_no_copy_of_its_business_licence)
{
	struct yz_actor *firm = actor(f, "yunhe-food");
	int64_t id = wants_food(f, firm);
	const struct yz_licence_proof *p = &need(draft(f, firm, id), "licence")->proof;
	assert_int_equal(p->kind, YZ_PROOF_REGISTER);
	struct yz_str no;
	GOOD(f, yz_case_submit(f->site, f->a, firm, id, YZ_LIT("web"), &no, &f->err));
	const struct yz_case_material *m = material(look(f, firm, no), "licence");
	assert_true(yz_str_eqz(m->source, "register"));
	assert_int_equal(m->file.len, 0);
	/* There is no file to be had of it. */
	struct yz_conn *conn = reading(f);
	int fd;
	int64_t size;
	struct yz_str type, name;
	FAILS(f, YZ_NOT_FOUND, yz_material_open(f->site, conn, f->a, firm, m->id, &fd, &size, &type, &name, &f->err));
	yz_db_release(conn);
}

/* ---- who acts for her ---- */

SITE(an_agent_uses_it_for_what_she_was_named_for_and_for_nothing_else)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	int64_t licence = trader(f, she);
	GOOD(f, yz_agency_add(f->site, f->a, she, YZ_LIT("liuyang"), YZ_LIT("刘洋"), YZ_LIT(FOOD), f->now + 30 * YZ_DAY, &f->err));
	struct yz_actor *agent = acting_for(f, "liuyang", she, YZ_LIT(FOOD));
	int64_t id = wants_food(f, agent);
	const struct yz_draft *d = draft(f, agent, id);
	assert_int_equal(d->principal, she->person);
	assert_int_equal(need(d, "licence")->proof.kind, YZ_PROOF_LICENCE);
	struct yz_str no, pdf;
	GOOD(f, yz_case_submit(f->site, f->a, agent, id, YZ_LIT("web"), &no, &f->err));
	/* The holder is told, and sees who it was. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE person = $1 AND title = '您的电子证照被调用'", YZ_I(she->person)), 1);
	struct yz_conn *conn = reading(f);
	struct yz_licence_uses uses;
	GOOD(f, yz_licence_used(conn, f->a, licence, 0, 10, &uses, &f->err));
	assert_true(yz_str_eqz(uses.at[0].by_name, "刘洋"));
	/* For another item the guide shows nothing, and her licences are not listed for an agent of one item. */
	struct yz_licence_proof *proofs;
	const struct yz_json *materials = json(f, "[{\"key\":\"licence\",\"licence\":[\"business-licence\"]}]");
	GOOD(f, yz_licence_proves(f->site, conn, f->a, agent, YZ_LIT(ROAD_DIG), materials, &proofs, &f->err));
	assert_int_equal(proofs[0].kind, YZ_PROOF_NONE);
	GOOD(f, yz_licence_proves(f->site, conn, f->a, agent, YZ_LIT(FOOD), materials, &proofs, &f->err));
	assert_int_equal(proofs[0].kind, YZ_PROOF_LICENCE);
	struct yz_licence_list list;
	GOOD(f, yz_licence_mine(f->site, conn, f->a, agent, &list, &f->err));
	assert_int_equal(list.len, 0);
	yz_db_release(conn);
	FAILS(f, YZ_NOT_FOUND, yz_licence_pdf(f->site, f->a, agent, licence, &pdf, &f->err));
}

SITE(an_agency_that_ended_ends_what_she_may_use)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	trader(f, she);
	GOOD(f, yz_agency_add(f->site, f->a, she, YZ_LIT("liuyang"), YZ_LIT("刘洋"), YZ_LIT(FOOD), f->now + YZ_DAY, &f->err));
	struct yz_actor *agent = acting_for(f, "liuyang", she, YZ_LIT(FOOD));
	int64_t id = wants_food(f, agent);
	f->now += 2 * YZ_DAY;
	struct yz_str no;
	FAILS(f, YZ_NOT_FOUND, yz_case_submit(f->site, f->a, actor(f, "liuyang"), id, YZ_LIT("web"), &no, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM pull"), 0);
}

SITE(who_acts_for_her_in_everything_sees_her_licences)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	int64_t licence = trader(f, she);
	GOOD(f, yz_agency_add(f->site, f->a, she, YZ_LIT("liuyang"), YZ_LIT("刘洋"), YZ_LIT("*"), f->now + YZ_DAY, &f->err));
	struct yz_actor *agent = acting_for(f, "liuyang", she, YZ_LIT("*"));
	struct yz_licence_list list;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_licence_mine(f->site, conn, f->a, agent, &list, &f->err));
	yz_db_release(conn);
	assert_int_equal(list.len, 1);
	assert_int_equal(list.at[0].id, licence);
	struct yz_str pdf;
	GOOD(f, yz_licence_pdf(f->site, f->a, agent, licence, &pdf, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_licence_pdf(f->site, f->a, actor(f, "zhaoguilan"), licence, &pdf, &f->err));
}

/* ---- what the clerk sees ---- */

SITE(the_clerk_sees_what_it_was_worth_then_and_is_now)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	int64_t licence = trader(f, she);
	struct yz_str no = eats(f, she);
	GOOD(f, LICENCE_ACT(f, actor(f, "hejing"), licence, revoke, "注销登记。", 0));
	const struct yz_case_material *m = material(look(f, actor(f, "lixue"), no), "licence");
	assert_int_equal(m->licence_then, YZ_LICENCE_valid);
	assert_int_equal(m->licence_now, YZ_LICENCE_revoked);
	assert_true(yz_str_eqz(m->licence_org, "清泽县市场监督管理局"));
}

SITE(a_paper_that_could_not_be_made_in_time_is_made_when_it_is_opened)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	trader(f, she);
	f->site->silent = true; /* so nothing is drawn beforehand */
	struct yz_str no = eats(f, she);
	f->site->silent = false;
	const struct yz_case_material *m = material(look(f, she, no), "licence");
	assert_int_equal(m->file.len, 0);
	GOOD(f, yz_material_make(f->site, f->a, she, m->id, &f->err));
	m = material(look(f, she, no), "licence");
	assert_int_equal(m->file.len, 64);
	assert_true(m->size > 0);
	struct yz_str file;
	GOOD(f, yz_blob_read(f->site->db, f->a, m->file, 1 << 24, &file, &f->err));
	assert_int_equal(file.len, m->size);
}

/* ---- the paper ---- */

SITE(a_paper_is_signed_by_its_department_and_its_digest_stands_in_the_ledger)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	int64_t licence = trader(f, she);
	struct yz_str pdf, parts[2], der;
	GOOD(f, yz_licence_pdf(f->site, f->a, she, licence, &pdf, &f->err));
	assert_true(yz_pdf_sign_read(f->a, pdf, parts, &der));
	struct yz_conn *conn = reading(f);
	struct yz_rows *k = yz_select(conn, f->a, &f->err, "SELECT cert FROM organ_key WHERE org = 'shichang'");
	assert_true(k && k->count == 1);
	assert_true(yz_cms_verify(yz_row_str(k, 0, 0), parts, 2, der));
	struct yz_rows *d = yz_select(conn, f->a, &f->err,
				      "SELECT d.check_code, d.file, d.signer, d.id FROM document d JOIN licence l ON l.document_id = d.id");
	struct yz_document_check check;
	GOOD(f, yz_document_check(f->site, conn, f->a, yz_row_str(d, 0, 0), &check, &f->err));
	struct yz_digest sm3 = yz_digest(YZ_SM3, pdf);
	char hex[YZ_HEX];
	assert_true(yz_str_eqz(check.digest, yz_digest_hex(&sm3, hex)));
	assert_int_equal(check.signer.len, 64);
	struct yz_entries entries;
	GOOD(f, yz_ledger_of(conn, f->a, YZ_LIT("document"), yz_row_int(d, 0, 3), 0, 0, 10, &entries, &f->err));
	assert_int_equal(entries.count, 1);
	assert_true(yz_str_find(entries.at[0].body, check.digest, 0) != SIZE_MAX);
	yz_db_release(conn);
	/* The key is the department's from now on; it stands nowhere in clear. */
	struct yz_str again;
	GOOD(f, yz_licence_pdf(f->site, f->a, she, licence, &again, &f->err));
	assert_true(yz_str_eq(pdf, again));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM organ_key"), 1);
}

static struct yz_str signer_of(struct fixture *f, const struct yz_actor *she)
{
	struct yz_str pdf;
	int64_t licence = trader(f, she);
	GOOD(f, yz_licence_pdf(f->site, f->a, she, licence, &pdf, &f->err));
	return yz_str_dup(f->a, checked(f, licence).signer);
}

SITE(a_department_signs_with_one_certificate_until_a_year_before_it_ends)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	struct yz_str first = signer_of(f, she);
	f->now += 9 * 366 * YZ_DAY - YZ_SECOND;
	assert_true(yz_str_eq(first, signer_of(f, she)));
	f->now += YZ_SECOND;
	assert_false(yz_str_eq(first, signer_of(f, she)));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM organ_key"), 1);
}

SITE(the_check_page_masks_the_holder_and_tells_the_state)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	int64_t licence = trader(f, she);
	struct yz_document_check check = checked(f, licence);
	assert_true(check.is_licence);
	assert_int_equal(check.state, YZ_LICENCE_valid);
	assert_true(yz_str_eqz(check.type, "营业执照"));
	assert_true(yz_str_eqz(check.holder, "陈*雨"));
	assert_true(yz_str_eqz(check.org_name, "清泽县市场监督管理局"));
	GOOD(f, LICENCE_ACT(f, actor(f, "hejing"), licence, suspend, "核实期间暂停使用。", 0));
	assert_int_equal(checked(f, licence).state, YZ_LICENCE_suspended);
	GOOD(f, LICENCE_ACT(f, actor(f, "hejing"), licence, revoke, "注销登记。", 0));
	assert_int_equal(checked(f, licence).state, YZ_LICENCE_revoked);
}

/* ---- what the department does ---- */

SITE(only_a_decider_of_the_department_that_issued_it_acts_on_it)
{
	int64_t licence = trader(f, actor(f, "chenxiaoyu"));
	FAILS(f, YZ_FORBIDDEN, LICENCE_ACT(f, actor(f, "lixue"), licence, revoke, "注销登记。", 0));
	FAILS(f, YZ_NOT_FOUND, LICENCE_ACT(f, actor(f, "decider"), licence, revoke, "注销登记。", 0));
	FAILS(f, YZ_FORBIDDEN, LICENCE_ACT(f, actor(f, "chenxiaoyu"), licence, revoke, "注销登记。", 0));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM licence WHERE state = 'valid'"), 1);
}

SITE(each_act_has_its_state_and_its_reason)
{
	struct yz_actor *decider = actor(f, "hejing");
	int64_t licence = trader(f, actor(f, "chenxiaoyu"));
	FAILS(f, YZ_BAD_INPUT, LICENCE_ACT(f, decider, licence, suspend, "  ", 0));
	FAILS(f, YZ_NOT_NOW, LICENCE_ACT(f, decider, licence, resume, "没有暂停过。", 0));
	char *reason = yz_alloc(f->a, YZ_LICENCE_REASON + 2);
	memset(reason, 'a', YZ_LICENCE_REASON + 1);
	reason[YZ_LICENCE_REASON + 1] = '\0';
	FAILS(f, YZ_BAD_INPUT, LICENCE_ACT(f, decider, licence, suspend, reason, 0));
	GOOD(f, LICENCE_ACT(f, decider, licence, suspend, reason + 1, 0));
	FAILS(f, YZ_NOT_NOW, LICENCE_ACT(f, decider, licence, suspend, "再来一次。", 0));
	GOOD(f, LICENCE_ACT(f, decider, licence, revoke, "注销登记。", 0));
	FAILS(f, YZ_NOT_NOW, LICENCE_ACT(f, decider, licence, resume, "恢复。", 0));
	/* The holder is told of each; the ledger has each, without the words. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title LIKE '您的证照%'"), 2);
	struct yz_entries entries;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_ledger_of(conn, f->a, YZ_LIT("licence"), licence, 0, 0, 10, &entries, &f->err));
	yz_db_release(conn);
	assert_int_equal(entries.count, 2);
	assert_true(yz_str_eqz(entries.at[1].act, "licence.revoke"));
	assert_true(yz_str_find(entries.at[1].body, YZ_LIT("注销登记"), 0) == SIZE_MAX);
	ledger_holds(f);
}

SITE(a_renewal_is_a_new_paper_and_the_old_one_says_so)
{
	struct yz_actor *decider = actor(f, "hejing"), *she = actor(f, "chenxiaoyu");
	int64_t licence = trader(f, she);
	yz_day today = yz_instant_day(f->now, 8 * 3600);
	FAILS(f, YZ_NOT_NOW, LICENCE_ACT(f, decider, licence, renew, "长期有效的。", today + 10)); /* it has no end */
	ends_on(f, licence, "2026-11-30");
	struct yz_document_check old = checked(f, licence);
	struct yz_str old_code = code_of(f, licence);
	FAILS(f, YZ_BAD_INPUT, LICENCE_ACT(f, decider, licence, renew, "延续。", today)); /* not behind its end */
	FAILS(f, YZ_BAD_INPUT, LICENCE_ACT(f, decider, licence, renew, "延续。", today + 30 * 366 + 1));
	GOOD(f, LICENCE_ACT(f, decider, licence, renew, "符合条件，准予延续。", today + 30 * 366));
	struct yz_document_check fresh = checked(f, licence);
	assert_true(fresh.valid_until > old.valid_until);
	assert_false(fresh.replaced);
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_document_check(f->site, conn, f->a, old_code, &old, &f->err));
	yz_db_release(conn);
	assert_true(old.replaced);
	assert_true(yz_str_eq(old.no, fresh.no));
	struct yz_str pdf;
	GOOD(f, yz_licence_pdf(f->site, f->a, she, licence, &pdf, &f->err));
	/* An expired one can be renewed too. */
	f->now += (31 * 366) * YZ_DAY;
	assert_int_equal(checked(f, licence).state, YZ_LICENCE_expired);
	GOOD(f, LICENCE_ACT(f, actor(f, "hejing"), licence, renew, "准予延续。", yz_instant_day(f->now, 8 * 3600)));
	assert_int_equal(checked(f, licence).state, YZ_LICENCE_valid);
}

SITE(a_department_finds_its_own_by_number_and_holder)
{
	struct yz_actor *clerk = actor(f, "lixue");
	int64_t licence = trader(f, actor(f, "chenxiaoyu"));
	struct yz_licence_list list;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_licence_search(f->site, conn, f->a, clerk, YZ_LIT("陈小"), 0, &list, &f->err));
	assert_int_equal(list.len, 1);
	GOOD(f, yz_licence_search(f->site, conn, f->a, clerk, list.at[0].no, 0, &list, &f->err));
	assert_int_equal(list.len, 1);
	assert_int_equal(list.at[0].id, licence);
	GOOD(f, yz_licence_search(f->site, conn, f->a, clerk, YZ_LIT("%"), 0, &list, &f->err));
	assert_int_equal(list.len, 0);
	GOOD(f, yz_licence_search(f->site, conn, f->a, clerk, YZ_LIT(""), licence, &list, &f->err));
	assert_int_equal(list.len, 0);
	GOOD(f, yz_licence_search(f->site, conn, f->a, actor_in(f, conn, "zhangmin"), YZ_LIT(""), 0, &list, &f->err));
	assert_int_equal(list.len, 0);
	FAILS(f, YZ_FORBIDDEN, yz_licence_search(f->site, conn, f->a, actor_in(f, conn, "chenxiaoyu"), YZ_LIT(""), 0, &list, &f->err));
	yz_db_release(conn);
}


/* ---- what is filled in ---- */

static struct yz_str fact_of(const struct yz_draft *d, const char *name)
{
	return yz_json_str(d->facts, name);
}

static int64_t food_as_it_opens(struct fixture *f, const struct yz_actor *who)
{
	int64_t id;
	GOOD(f, yz_draft_open(f->site, who, YZ_LIT(FOOD), &id, &f->err));
	return id;
}

SITE(what_one_case_gave_is_not_asked_by_the_next)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	int64_t licence = trader(f, she);
	struct yz_str no = yz_str_dup(f->a, checked(f, licence).no);
	assert_null(yz_ident_credit_fault(no));
	assert_true(yz_str_starts(no, YZ_LIT("92990121MA")));
	const struct yz_draft *d = draft(f, she, food_as_it_opens(f, she));
	assert_true(yz_str_eq(fact_of(d, "信用代码"), no));
	assert_true(yz_str_eqz(fact_of(d, "经营者名称"), "小雨小吃店"));
	assert_true(yz_str_eqz(fact_of(d, "经营场所"), "泽安街道文昌路 6 号"));
	assert_true(yz_str_eqz(fact_of(d, "负责人"), "陈小雨"));
	/* Each says where it comes from, as long as she leaves it as it is. */
	GOOD(f, yz_draft_save(f->site, f->a, she, d->id, json(f, "{\"经营场所\":\"别处\"}"), 0, &f->err));
	d = draft(f, she, d->id);
	struct yz_fill *fills;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_draft_fills(f->site, conn, f->a, d, &fills, &f->err));
	yz_db_release(conn);
	size_t told = 0;
	for (size_t i = 0; i < d->version->form->nfields; i++) {
		const struct yz_field *field = &d->version->form->fields[i];
		if (yz_str_eqz(field->name, "信用代码"))
			assert_int_equal(fills[i].licence->id, licence);
		if (yz_str_eqz(field->name, "负责人"))
			assert_string_equal(fills[i].source, "来自已核验的身份资料");
		if (yz_str_eqz(field->name, "经营场所"))
			assert_null(fills[i].source);
		told += fills[i].source != NULL;
	}
	assert_int_equal(told, 4); /* name, code, head, mobile */
}

SITE(an_enterprise_is_filled_in_from_its_own_record)
{
	struct yz_actor *firm = actor(f, "yunhe-food");
	const struct yz_draft *d = draft(f, firm, food_as_it_opens(f, firm));
	assert_true(yz_str_eqz(fact_of(d, "信用代码"), "91990121MA9QW0175M"));
	assert_true(yz_str_eqz(fact_of(d, "负责人"), "何云禾"));
	assert_true(yz_str_eqz(fact_of(d, "经营者名称"), "清泽县云禾餐饮管理有限公司"));
	assert_int_equal(fact_of(d, "经营场所").len, 0);
}

SITE(nothing_of_a_licence_is_filled_in_for_who_is_not_verified)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	trader(f, she);
	change(f, "UPDATE person SET proof = 0 WHERE login = 'chenxiaoyu'");
	she = actor(f, "chenxiaoyu");
	const struct yz_draft *d = draft(f, she, food_as_it_opens(f, she));
	assert_int_equal(fact_of(d, "信用代码").len, 0);
	assert_int_equal(fact_of(d, "经营场所").len, 0);
	assert_true(yz_str_eqz(fact_of(d, "经营者名称"), "陈小雨"));
}

SITE(a_revoked_licence_fills_nothing_in)
{
	struct yz_actor *she = actor(f, "chenxiaoyu");
	GOOD(f, LICENCE_ACT(f, actor(f, "hejing"), trader(f, she), revoke, "注销登记。", 0));
	assert_int_equal(fact_of(draft(f, she, food_as_it_opens(f, she)), "信用代码").len, 0);
}

/* ---- both at once ---- */

struct racer {
	struct fixture *f;
	struct yz_actor *who;
	int64_t id; /* the draft, or the licence */
	bool good;
	struct yz_err err;
};

static void *submits(void *ctx)
{
	struct racer *r = ctx;
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str no;
	r->good = yz_case_submit(r->f->site, a, r->who, r->id, YZ_LIT("web"), &no, &r->err);
	yz_arena_destroy(a);
	return NULL;
}

static void *revokes(void *ctx)
{
	struct racer *r = ctx;
	struct yz_arena *a = yz_arena_create(0);
	r->good = yz_licence_act(r->f->site, a, r->who, r->id, YZ_LICENCE_ACT_revoke, YZ_LIT("注销登记。"), 0, &r->err);
	yz_arena_destroy(a);
	return NULL;
}

SITE(a_licence_revoked_while_she_submits_was_used_before_or_not_at_all)
{
	enum { ROUNDS = 12 };
	struct yz_actor *she = actor(f, "chenxiaoyu"), *decider = actor(f, "hejing");
	int taken = 0;
	for (int i = 0; i < ROUNDS; i++) {
		int64_t licence = trader(f, she);
		struct racer both[] = {{f, she, wants_food(f, she), false, {0}}, {f, decider, licence, false, {0}}};
		pthread_t threads[2];
		assert_int_equal(pthread_create(&threads[i % 2], NULL, i % 2 ? revokes : submits, &both[i % 2]), 0);
		assert_int_equal(pthread_create(&threads[!(i % 2)], NULL, i % 2 ? submits : revokes, &both[!(i % 2)]), 0);
		pthread_join(threads[0], NULL);
		pthread_join(threads[1], NULL);
		assert_true(both[1].good);
		assert_true(both[0].good || both[0].err.code == YZ_BAD_INPUT);
		taken += both[0].good;
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM pull WHERE state = 'valid'"), taken);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM pull"), taken);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM material WHERE source = 'licence'"), taken);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger u JOIN ledger r ON r.thing_kind = 'licence' AND r.thing_id = u.thing_id "
				     "WHERE u.thing_kind = 'licence' AND u.act = 'licence.use' AND r.act = 'licence.revoke' AND r.seq < u.seq"),
			 0);
	ledger_holds(f);
}
