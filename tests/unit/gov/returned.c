/* SPDX-License-Identifier: Apache-2.0
 *
 * 退汇 meets 追回 in every order: paid, ordered back, repaid in part, sent back by the bank, paid again.  At every moment
 *
 *	paid out - repaid + still to be paid - still to be repaid = what she is entitled to
 */
#include "tests/unit/gov/subsidy_fixture.h"

#define ALL 98500

struct life {
	struct fixture *f;
	struct yz_str no;
	int64_t case_id, batch, assessed, ordered; /* ordered: all told, but for what was dropped */
	int64_t area;				/* in hundredths */
	int receipts;
};

static int64_t entitled(const struct life *l)
{
	return l->assessed > l->ordered ? l->assessed - l->ordered : 0;
}

static int64_t sum(const struct life *l, const char *what)
{
	struct yz_conn *conn = reading(l->f);
	struct yz_rows *r = yz_select_vals(conn, l->f->a, &l->f->err, what, 1, (const struct yz_val[]){YZ_I(l->case_id)});
	yz_db_release(conn);
	GOOD(l->f, r && r->count == 1);
	return yz_row_int(r, 0, 0);
}

static int64_t cash(const struct life *l)
{
	return sum(l, "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payout WHERE case_id = $1 AND state IN ('paid', 'repaid')") -
	       sum(l, "SELECT CAST(COALESCE(SUM(m.amount), 0) AS BIGINT) FROM repayment m JOIN reclaim y ON y.id = m.reclaim JOIN payout k ON k.id = y.payout "
		      "WHERE k.case_id = $1");
}

static int64_t to_be_paid(const struct life *l)
{
	return sum(l, "SELECT CAST(COALESCE(SUM(amount - withheld), 0) AS BIGINT) FROM payout WHERE case_id = $1 AND state IN ('due', 'batched', 'failed') "
		      "AND attempt = (SELECT MAX(k.attempt) FROM payout k WHERE k.case_id = $1)");
}

static int64_t to_be_repaid(const struct life *l)
{
	return sum(l, "SELECT CAST(COALESCE(SUM(y.amount - y.repaid), 0) AS BIGINT) FROM reclaim y JOIN payout k ON k.id = y.payout "
		      "WHERE k.case_id = $1 AND y.state = 'ordered'");
}

static int64_t last_payout(const struct life *l)
{
	return sum(l, "SELECT MAX(id) FROM payout WHERE case_id = $1");
}

static struct yz_payout now_of(const struct life *l)
{
	struct yz_payout p;
	struct yz_conn *conn = reading(l->f);
	GOOD(l->f, yz_payout_one(l->f->site, conn, l->f->a, actor(l->f, "pay-clerk"), last_payout(l), &p, &l->f->err));
	yz_db_release(conn);
	return p;
}

/* What the department's register says she has had of it, in 分. */
static int64_t recorded(const struct life *l)
{
	struct yz_payout p = now_of(l);
	struct yz_register_look seen = {.reg = YZ_LIT("subsidy-paid"), .field = YZ_LIT(""), .value = p.no, .purpose = YZ_LIT("核对")};
	int64_t fen = 0;
	GOOD(l->f, yz_site_register_look(l->f->site, l->f->a, actor(l->f, "pay-head"), &seen, &l->f->err));
	for (size_t i = 0; i < seen.found.len; i++)
		if (!seen.found.at[i].until)
			assert_true(yz_yuan_parse(seen.found.at[i].values[yz_register_field(seen.g, YZ_LIT("金额"))], &fen));
	return fen;
}

static int64_t open_order(const struct life *l)
{
	return sum(l, "SELECT COALESCE(MAX(y.id), 0) FROM reclaim y JOIN payout k ON k.id = y.payout WHERE k.case_id = $1 AND y.state = 'ordered'");
}

/* ---- one event; false: it was refused ---- */

static bool bank(struct life *l, const char *how)
{
	struct yz_payout p = now_of(l);
	struct yz_payout_report r;
	if (p.state == YZ_PAYOUT_due) {
		l->batch = batch(l->f);
		p = now_of(l);
	}
	if (!p.batch)
		return false;
	const char *says = strcmp(how, "paid") == 0 ? "成功" : strcmp(how, "fail") == 0 ? "失败" : "退汇";
	struct yz_str text = yz_str(result(l->f, &p, says, yz_yuan(l->f->a, p.amount).ptr, strcmp(how, "paid") == 0 ? "" : "收款账户已销户"));
	return yz_payout_result(l->f->site, l->f->a, actor(l->f, "pay-clerk"), p.batch, text, &r, &l->f->err) && r.paid + r.failed == 1;
}

/* area: that she has, found anew before it is paid again (assesses); empty: as before. */
static bool again(struct life *l, struct yz_str area)
{
	struct fixture *f = l->f;
	const char *mend = yz_printf(f->a, "{\"银行卡号\":\"6217990121000054321\"%s%.*s%s}", area.len ? ",\"承包面积\":\"" : "", YZ_P(area),
				     area.len ? "\"" : "");
	const struct yz_payout_anew in = {.payout = last_payout(l), .account = YZ_LIT("6217990121000099999"), .bank = YZ_LIT("清泽农商行"),
					  .reason = YZ_LIT("本人持新卡到窗口")};
	if (now_of(l).over)
		return yz_payout_again(f->site, actor(f, "pay-clerk"), &in, &f->err);
	if (now_of(l).state != YZ_PAYOUT_failed)
		return ACT(f, actor(f, "village-shangliu"), l->no, mend_account, .reason = YZ_LIT("卡换了"), .facts = json(f, mend));
	GOOD(f, ACT(f, actor(f, "village-shangliu"), l->no, mend_account, .reason = YZ_LIT("卡换了"), .facts = json(f, mend)));
	clear(f, actor(f, "farm-reviewer"), l->no, "已核实");
	bool good = ACT(f, actor(f, "farm-reviewer"), l->no, pass);
	if (area.len)
		assert_true(yz_yuan_parse(area, &l->area));
	if (good) {
		l->assessed = ALL * l->area / 1000;
	} else { /* What is not paid again can be stopped. */
		assert_int_equal(now_of(l).repaid, 0);
		GOOD(f, ACT(f, actor(f, "farm-reviewer"), l->no, object, .reason = YZ_LIT("没有可以再发的")));
	}
	return good;
}

static bool drop(struct life *l)
{
	int64_t id = open_order(l), left = sum(l, "SELECT CAST(COALESCE(MAX(y.amount - y.repaid), 0) AS BIGINT) FROM reclaim y JOIN payout k ON k.id = y.payout "
						  "WHERE k.case_id = $1 AND y.id = (SELECT MAX(o.id) FROM reclaim o JOIN payout n ON n.id = o.payout "
						  "WHERE n.case_id = $1 AND o.state = 'ordered')");
	bool good = yz_reclaim_drop(l->f->site, actor(l->f, "pay-head"), id, YZ_LIT("查明没有多发"), &l->f->err);
	l->ordered -= good ? left : 0;
	return good;
}

static bool event(struct life *l, struct yz_str what, struct yz_str amount)
{
	struct fixture *f = l->f;
	int64_t id, fen = 0;
	f->err = (struct yz_err){0};
	yz_yuan_parse(amount, &fen);
	if (yz_str_eqz(what, "again"))
		return again(l, amount);
	if (yz_str_eqz(what, "drop"))
		return drop(l);
	if (yz_str_eqz(what, "repay"))
		return yz_reclaim_repaid(f->site, actor(f, "pay-clerk"), open_order(l), amount, YZ_LIT("2026-11-25"),
					 yz_str_printf(f->a, "S-%d", ++l->receipts), &f->err);
	if (!yz_str_eqz(what, "order"))
		return bank(l, yz_str_z(f->a, what));
	const struct yz_reclaim_new in = {.payout = last_payout(l), .amount = amount, .reason = YZ_LIT("面积多报"), .basis = YZ_LIT("办法第二十条"), .days = 30};
	bool good = yz_reclaim_order(f->site, actor(f, "pay-head"), &in, &id, &f->err);
	l->ordered += good ? fen : 0;
	return good;
}

static void adds_up(const struct life *l, const char *after)
{
	int64_t has = cash(l), pays = to_be_paid(l), owes = to_be_repaid(l);
	if (has + pays - owes != entitled(l))
		fail_msg("after %s: she has %lld, is to get %lld, owes %lld; entitled to %lld", after, (long long)has, (long long)pays, (long long)owes,
			 (long long)entitled(l));
	/* Nobody owes what she has not got, and the register says what she has. */
	if (owes)
		assert_true(owes <= has);
	struct yz_payout p = now_of(l);
	int64_t want = p.state == YZ_PAYOUT_paid ? has : 0;
	if (recorded(l) != want)
		fail_msg("after %s: the register says %lld and she has had %lld", after, (long long)recorded(l), (long long)want);
	if (p.state == YZ_PAYOUT_repaid)
		assert_int_equal(has, 0);
}

static struct life begin(struct fixture *f)
{
	struct life l = {.f = f, .no = to_pay(f), .assessed = ALL, .area = 1000};
	l.case_id = site_int(f, "SELECT id FROM cases WHERE no = $1", YZ_S(l.no));
	adds_up(&l, "the grant");
	return l;
}

/* An event with a ! before it must be refused, and change nothing. */
static void run(struct life *l, const char *events)
{
	struct yz_str rest = yz_str(events), one;
	while (yz_str_cut(&rest, ' ', &one)) {
		bool refused = one.ptr[0] == '!';
		struct yz_str what = refused ? yz_str_n(one.ptr + 1, one.len - 1) : one, amount = {0};
		size_t colon = yz_str_find(what, YZ_LIT(":"), 0);
		if (colon != SIZE_MAX) {
			amount = yz_str_n(what.ptr + colon + 1, what.len - colon - 1);
			what = yz_str_n(what.ptr, colon);
		}
		if (event(l, what, amount) == refused)
			fail_msg("%s: %.*s: %s", events, YZ_P(one), refused ? "was not refused" : l->f->err.msg);
		adds_up(l, yz_printf(l->f->a, "%.*s of %s", YZ_P(one), events));
	}
}

static const struct {
	const char *events;
	int64_t cash, pays, owes;
} lives[] = {
	{"paid", 98500, 0, 0},
	{"paid !paid back !order:1 !repay:1", 0, 98500, 0},
	{"paid back !back again paid", 98500, 0, 0},
	{"fail again paid back again paid", 98500, 0, 0},
	{"paid order:300", 98500, 0, 30000},
	{"paid order:300 back !repay:1 !drop", 0, 68500, 0},
	{"paid order:300 back again paid", 68500, 0, 0},
	{"paid order:300 repay:100 back", -10000, 78500, 0},
	{"paid order:300 repay:100 back !repay:200 again !order:1 paid", 68500, 0, 0},
	{"paid order:300 repay:100 repay:200 back", -30000, 98500, 0},
	{"paid order:300 repay:300 back again paid !order:685.01 order:685 repay:685 !order:0.01", 0, 0, 0},
	{"paid order:300 repay:300 back again paid order:685 repay:685 back", -98500, 98500, 0},
	{"paid order:300 repay:100 drop back", -10000, 98500, 0},
	{"paid order:300 repay:100 drop back again paid", 88500, 0, 0},
	{"paid order:300 order:200 repay:50 back", -5000, 53500, 0},
	{"paid order:300 repay:100 back again paid order:200 repay:50 back", -15000, 63500, 0},
	{"paid order:300 repay:100 back again paid order:200 repay:50 back again paid", 48500, 0, 0},
	{"paid order:300 repay:100 back again fail again paid back again paid", 68500, 0, 0},
	{"paid order:0.01 repay:0.01 back again paid", 98499, 0, 0},
	{"paid order:985 back !again !order:1", 0, 0, 0},
	{"paid order:985 repay:400 back again paid !order:0.01", 0, 0, 0},
	{"paid order:985 repay:985 back again paid !order:0.01", 0, 0, 0},
	{"paid order:985 repay:984.99 back again paid back again paid", 0, 0, 0},
	{"paid order:500 repay:500 back again paid order:485 back", -50000, 50000, 0},
	{"paid order:500 repay:500 back again paid order:485 back again paid !order:0.01", 0, 0, 0},
};

static void each(struct fixture *f)
{
	for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
		struct life l = begin(f);
		run(&l, lives[i].events);
		assert_int_equal(cash(&l), lives[i].cash);
		assert_int_equal(to_be_paid(&l), lives[i].pays);
		assert_int_equal(to_be_repaid(&l), lives[i].owes);
	}
	ledger_holds(f);
}

SITE(whatever_the_order_of_events_the_fen_add_up)
{
	each(f);
}

/* The bank's word is waited for once more behind the payment, so what comes back goes to the village. */
static void waits_on(struct fixture *f)
{
	site_do(f, "UPDATE artifact SET body = REPLACE(body, '<sequenceFlow id=\"f_paid_file\"', '<sequenceFlow id=\"f_paid_settled\" sourceRef=\"paid\" "
		   "targetRef=\"settled\"><conditionExpression xsi:type=\"tFormalExpression\">payment = \"paid\"</conditionExpression></sequenceFlow>"
		   "<sequenceFlow id=\"f_paid_file\"') WHERE digest = (SELECT process FROM item WHERE code = '" FARMLAND "')");
}

SITE(they_add_up_as_well_while_the_case_still_waits_for_the_bank)
{
	waits_on(f);
	each(f);
}

SITE(what_was_withheld_whole_is_stopped_by_the_village_and_what_she_repaid_is_not)
{
	waits_on(f);
	struct life l = begin(f), other = begin(f);
	run(&l, "paid order:985 back !again");
	GOOD(f, ACT(f, actor(f, "village-shangliu"), l.no, stop_pay, .reason = YZ_LIT("多发的款银行已经退回")));
	assert_int_equal(look(f, actor(f, "village-shangliu"), l.no)->row.state, YZ_CASE_finished);
	adds_up(&l, "the stop");
	run(&other, "paid order:300 repay:100 back");
	FAILS(f, YZ_NOT_NOW, ACT(f, actor(f, "village-shangliu"), other.no, stop_pay, .reason = YZ_LIT("本人已去世")));
	run(&other, "again paid");
	ledger_holds(f);
}

/* The village may also find that the land is less (or more) than was declared, and the amount follows. */
static void assesses(struct fixture *f)
{
	waits_on(f);
	site_do(f, "UPDATE artifact SET body = REPLACE(REPLACE(body, 'yz:fields=\"户名', 'yz:fields=\"承包面积 户名'), 'yz:amount=\"=补贴金额\" yz:payee', "
		   "'yz:amount=\"=round half up(承包面积 * 98.5, 2)\" yz:payee') WHERE digest = (SELECT process FROM item WHERE code = '" FARMLAND "')");
}

static const struct {
	const char *events;
	int64_t cash;
	bool stops; /* nothing of it is left to pay, and nothing of it is hers */
} assessed[] = {
	{"paid back again:4 paid", 39400, false},
	{"paid order:300 back again:4 paid", 9400, false},
	{"paid order:300 repay:100 back again:4 paid", 9400, false},
	/* Assessed at less than what is withheld, with her own money in it. */
	{"paid order:300 repay:100 back again:1.5 paid", 0, false},
	{"paid order:300 repay:100 back again:0.02 fail again:1.5 fail again:2 paid", 0, false},
	{"paid order:300 repay:100 back again:1.5 paid !order:0.01 back again:10 paid", 68500, false},
	/* Assessed at less than what she repaid. */
	{"paid order:300 repay:300 back again:2 paid", 0, false},
	{"paid order:300 repay:300 back again:2 paid back again:5 paid", 19250, false},
	{"paid order:300 repay:100 drop back again:0.5 paid", 0, false},
	{"paid order:300 repay:100 back again:3.5 paid order:44.75 repay:44.75 back again:1 paid", 0, false},
	/* Nothing of hers. */
	{"paid order:300 back !again:3", 0, true},
	{"paid order:300 back !again:0.02", 0, true},
};

SITE(what_is_assessed_lower_before_it_is_paid_again_is_paid_or_stopped)
{
	assesses(f);
	for (size_t i = 0; i < sizeof assessed / sizeof *assessed; i++) {
		struct life l = begin(f);
		run(&l, assessed[i].events);
		if (assessed[i].stops) {
			GOOD(f, ACT(f, actor(f, "village-shangliu"), l.no, stop_pay, .reason = YZ_LIT("面积更正后没有可以再发的")));
			assert_int_equal(look(f, actor(f, "village-shangliu"), l.no)->row.state, YZ_CASE_finished);
		}
		assert_int_equal(cash(&l), assessed[i].cash);
		assert_int_equal(to_be_paid(&l), 0);
	}
	ledger_holds(f);
}

SITE(who_must_repay_nothing_any_more_is_told_so_with_what_is_paid_again)
{
	struct life l = begin(f);
	run(&l, "paid order:300 repay:100 back");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '不用再退款了' AND body LIKE '%200.00%不用再退%'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '补贴被银行退回' AND body LIKE '%200.00 元您不用再退%其余 785.00 元%'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'reclaim.returned' AND body LIKE '%20000%'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'payout.withheld' AND body LIKE '%20000%'"), 1);
	run(&l, "again");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'reclaim.carry' AND body LIKE '%10000%'"), 1);
	run(&l, "paid order:685 back");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '补贴被银行退回' AND body LIKE '%785.00 元被银行退回%其余 100.00 元%'"), 1);
	struct yz_payouts mine;
	struct yz_actor *owner = yz_new(f->a, struct yz_actor);
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_actor_of(f->site, conn, f->a, site_int(f, "SELECT MAX(person) FROM payout"), owner, &f->err));
	GOOD(f, yz_payouts_mine(f->site, conn, f->a, owner, &mine, &f->err));
	yz_db_release(conn);
	assert_int_equal(mine.len, 2);
	assert_int_equal(mine.at[0].withheld, 68500);
	assert_int_equal(mine.at[0].less, 20000);
	assert_int_equal(mine.at[0].repaid, 10000);
	ledger_holds(f);
}

/* What nobody thought of: whatever is refused changes nothing, whatever is not adds up. */
/* How many payments there were in the end. */
static int64_t any_order(struct fixture *f, const char *const *what, size_t n, uint64_t dice, int events)
{
	struct life l = begin(f);
	for (int i = 0; i < events; i++) {
		dice = dice * 6364136223846793005u + 1442695040888963407u;
		struct yz_str one = yz_str(what[(dice >> 33) % n]), amount = {0};
		size_t colon = yz_str_find(one, YZ_LIT(":"), 0);
		if (colon != SIZE_MAX) {
			amount = yz_str_n(one.ptr + colon + 1, one.len - colon - 1);
			one.len = colon;
		}
		event(&l, one, amount);
		adds_up(&l, yz_printf(f->a, "%.*s, the %dth", YZ_P(one), i + 1));
	}
	return sum(&l, "SELECT COUNT(*) FROM payout WHERE case_id = $1");
}

SITE(a_hundred_and_fifty_events_in_any_order_add_up)
{
	static const char *const what[] = {"paid", "paid", "back", "back", "fail", "again", "again", "order:7.31", "order:30", "repay:3.07", "repay:7.31", "drop"};
	assert_true(any_order(f, what, sizeof what / sizeof *what, 20261122, 150) > 10);
	ledger_holds(f);
}

/* In many short lives: one that was ordered back whole goes on no more. */
SITE(they_add_up_as_well_while_it_is_assessed_anew)
{
	static const char *const what[] = {"paid", "paid", "paid", "back", "back", "again:0.2", "again:2", "again:5", "again:10", "order:107.31", "order:300",
					   "repay:3.07", "repay:30", "repay:300", "drop"};
	int64_t payments = 0;
	assesses(f);
	for (uint64_t i = 0; i < 12; i++)
		payments += any_order(f, what, sizeof what / sizeof *what, 20261123 + i, 40);
	assert_true(payments > 30);
	ledger_holds(f);
}
