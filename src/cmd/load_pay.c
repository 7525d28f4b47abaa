/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/load_pay.h"

#include "gov/pay.h"
#include "gov/payout.h"
#include "gov/person.h"

static const char *const reasons[] = {"账号不存在", "户名与账号不符", "账户已销户", "账户长期不动，已转久悬"};

static bool find_actor(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str org, const char *role, struct yz_actor *who,
		       struct yz_err *err)
{
	int64_t person;
	return yz_select_int(conn, &person, 0, err, "SELECT MIN(person) FROM post WHERE org = $1 AND role = $2 AND until_at IS NULL", YZ_S(org),
			     YZ_Z(role)) &&
	       (person ? yz_actor_of(site, conn, a, person, who, err) : (*who = (struct yz_actor){0}, true));
}

static struct yz_str answer(struct yz_arena *a, struct yz_dice *dice, const struct yz_payouts *lines, yz_day day, bool *bad)
{
	struct yz_buf b;
	char text[16];
	yz_day_print(day, text);
	yz_buf_init(&b, a, 16 << 20);
	yz_buf_addz(&b, "付款编号,结果,金额,银行流水号,日期,原因\n");
	for (size_t i = 0; i < lines->len; i++) {
		const struct yz_payout *p = &lines->at[i];
		bad[i] = yz_dice_chance(dice, 5);
		yz_buf_printf(&b, "%.*s,%s,%.*s,%s%llu,%s,%s\n", YZ_P(p->no), bad[i] ? "失败" : "成功", YZ_P(yz_yuan(a, p->amount)), bad[i] ? "F" : "S",
			      (unsigned long long)(100000000 + yz_dice_below(dice, 900000000)), text,
			      bad[i] ? reasons[yz_dice_below(dice, sizeof reasons / sizeof *reasons)] : "");
	}
	return yz_buf_str(&b);
}

static bool pay_one(struct yz_site *site, struct yz_arena *a, struct yz_dice *dice, struct yz_str org, void (*failed)(void *ctx, const char *no),
		    void *ctx, struct yz_err *err)
{
	struct yz_actor clerk, head;
	struct yz_payout_batch_row batch;
	struct yz_payouts lines = {0};
	struct yz_payout_report report;
	int64_t id;
	struct yz_conn *conn = yz_db_read(site->db, err);
	bool ok = conn && find_actor(site, conn, a, org, "finance", &clerk, err) && find_actor(site, conn, a, org, "decider", &head, err);
	if (conn)
		yz_db_release(conn);
	if (!ok || !clerk.person || !head.person)
		return ok;
	if (!yz_payout_batch_make(site, &clerk, org, YZ_LIT("惠民补贴按月发放"), &id, err) || !yz_payout_batch_release(site, &head, id, err) ||
	    !(conn = yz_db_read(site->db, err)))
		return false;
	ok = yz_payout_batch_load(site, conn, a, &clerk, id, &batch, &lines, err);
	yz_db_release(conn);
	bool *bad = yz_new_n(a, lines.len, bool);
	if (!ok || !yz_payout_result(site, a, &clerk, id, answer(a, dice, &lines, yz_instant_day(yz_site_now(site), site->offset), bad), &report, err))
		return false;
	for (size_t i = 0; i < lines.len; i++)
		if (bad[i])
			failed(ctx, yz_str_z(a, lines.at[i].case_no));
	return true;
}

bool yz_load_pay(struct yz_site *site, struct yz_arena *a, struct yz_dice *dice, void (*failed)(void *ctx, const char *no), void *ctx,
		 struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *orgs = conn ? yz_select(conn, a, err, "SELECT DISTINCT org FROM payout WHERE state = 'due' ORDER BY org") : NULL;
	if (conn)
		yz_db_release(conn);
	for (size_t i = 0; orgs && i < orgs->count; i++)
		if (!pay_one(site, a, dice, yz_row_str(orgs, i, 0), failed, ctx, err))
			return false;
	return orgs != NULL;
}
