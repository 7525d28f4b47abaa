/* A day's file, and files of payouts.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/pay.h"

#include "base/map.h"
#include "fmt/csv.h"
#include "gov/sandbox.h"
#include "gov/site.h"

enum { FIELD = 400 };

static void row(struct yz_buf *b, const struct yz_str *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		yz_csv_field(b, cells[i], i == 0);
	yz_csv_end(b);
}

static struct yz_str time_text(struct yz_arena *a, yz_instant t, int offset)
{
	char day[16];
	yz_day d = yz_instant_day(t, offset);
	yz_day_print(d, day);
	int64_t s = (t - yz_day_start(d, offset)) / YZ_SECOND;
	return yz_str_printf(a, "%s %02d:%02d:%02d", day, (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

/* "2026-11-23 09:30:00" */
static bool read_time(struct yz_str s, int offset, yz_instant *out)
{
	yz_day d;
	int64_t h, m, sec;
	if (s.len != 19 || s.ptr[10] != ' ' || s.ptr[13] != ':' || s.ptr[16] != ':' || !yz_day_parse(yz_str_n(s.ptr, 10), &d))
		return false;
	for (size_t i = 11; i < 19; i++)
		if (i != 13 && i != 16 && (s.ptr[i] < '0' || s.ptr[i] > '9'))
			return false;
	h = (s.ptr[11] - '0') * 10 + s.ptr[12] - '0';
	m = (s.ptr[14] - '0') * 10 + s.ptr[15] - '0';
	sec = (s.ptr[17] - '0') * 10 + s.ptr[18] - '0';
	*out = yz_day_start(d, offset) + (h * 3600 + m * 60 + sec) * YZ_SECOND;
	return h < 24 && m < 60 && sec < 60;
}

static bool is_number(struct yz_str s)
{
	if (s.len > 60)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'))
			return false;
	}
	return true;
}

/* ---- the sandbox's day ---- */

static const char *const heads[] = {"类型", "商户订单号", "平台流水号", "退款单号", "金额", "完成时间"};
enum { COLUMNS = 6 };

bool yz_sandbox_statement(const struct yz_pay *pay, struct yz_arena *a, yz_day day, struct yz_str *text, struct yz_err *err)
{
	yz_instant from = yz_day_start(day, pay->site->offset), to = yz_day_start(day + 1, pay->site->offset);
	struct yz_conn *conn = yz_db_read(pay->site->db, err);
	struct yz_rows *paid = conn ? yz_select(conn, a, err,
						"SELECT out_no, trade_no, paid, paid_at FROM sandbox_trade WHERE state = 'paid' AND paid_at >= $1 AND paid_at < $2 "
						"ORDER BY paid_at, id",
						YZ_I(from), YZ_I(to))
				    : NULL;
	struct yz_rows *back = paid ? yz_select(conn, a, err,
						"SELECT t.out_no, t.trade_no, r.refund_no, r.amount, r.done_at FROM sandbox_refund r "
						"JOIN sandbox_trade t ON t.id = r.trade_id WHERE r.state = 'done' AND r.done_at >= $1 AND r.done_at < $2 "
						"AND r.done_at <= $3 ORDER BY r.done_at, r.id",
						YZ_I(from), YZ_I(to), YZ_I(yz_site_now(pay->site)))
				    : NULL;
	if (conn)
		yz_db_release(conn);
	if (!back)
		return false;
	struct yz_buf b;
	struct yz_str cells[COLUMNS];
	int64_t in = 0, out = 0;
	yz_buf_init(&b, a, YZ_PAY_FILE);
	yz_csv_mark(&b);
	for (size_t i = 0; i < COLUMNS; i++)
		cells[i] = yz_str(heads[i]);
	row(&b, cells, COLUMNS);
	for (size_t i = 0; i < paid->count; i++) {
		in += yz_row_int(paid, i, 2);
		const struct yz_str line[COLUMNS] = {YZ_LIT("收款"), yz_row_str(paid, i, 0), yz_row_str(paid, i, 1), YZ_LIT(""),
						     yz_yuan(a, yz_row_int(paid, i, 2)), time_text(a, yz_row_int(paid, i, 3), pay->site->offset)};
		row(&b, line, COLUMNS);
	}
	for (size_t i = 0; i < back->count; i++) {
		out += yz_row_int(back, i, 3);
		const struct yz_str line[COLUMNS] = {YZ_LIT("退款"), yz_row_str(back, i, 0), yz_row_str(back, i, 1), yz_row_str(back, i, 2),
						     yz_yuan(a, yz_row_int(back, i, 3)), time_text(a, yz_row_int(back, i, 4), pay->site->offset)};
		row(&b, line, COLUMNS);
	}
	const struct yz_str sums[COLUMNS] = {YZ_LIT("合计"), yz_str_printf(a, "%zu", paid->count), yz_yuan(a, in), yz_str_printf(a, "%zu", back->count),
					     yz_yuan(a, out), YZ_LIT("")};
	row(&b, sums, COLUMNS);
	*text = yz_buf_str(&b);
	return true;
}

static bool heads_fit(const struct yz_csv_row *r, const char *const *names, size_t n, struct yz_err *err)
{
	bool same = r->n == n;
	for (size_t i = 0; same && i < n; i++)
		same = yz_str_eqz(yz_str_trim(r->fields[i]), names[i]);
	return same || yz_fail(err, YZ_BAD_INPUT, "line %zu: this is not the head of such a file", r->line);
}

static bool read_line(const struct yz_pay *pay, struct yz_arena *a, const struct yz_csv_row *r, yz_day day, struct yz_map *seen,
		      struct yz_pay_statement *out, struct yz_err *err)
{
	struct yz_str kind = r->fields[0];
	struct yz_pay_line l = {.refund = yz_str_eqz(kind, "退款"), .out_no = yz_str_dup(a, r->fields[1]), .trade_no = yz_str_dup(a, r->fields[2]),
				.refund_no = yz_str_dup(a, r->fields[3]), .line = r->line};
	if (!l.refund && !yz_str_eqz(kind, "收款"))
		return yz_fail(err, YZ_BAD_INPUT, "line %zu: %.*s is neither 收款 nor 退款", r->line, YZ_P(kind));
	if (!l.trade_no.len || !is_number(l.trade_no) || !is_number(l.out_no) || !is_number(l.refund_no) || l.refund != (l.refund_no.len > 0))
		return yz_fail(err, YZ_BAD_INPUT, "line %zu: its numbers are no numbers of a payment", r->line);
	if (!yz_yuan_parse(r->fields[4], &l.amount))
		return yz_fail(err, YZ_BAD_INPUT, "line %zu: '%.*s' is no amount in yuan", r->line, YZ_P(r->fields[4]));
	if (!read_time(r->fields[5], pay->site->offset, &l.at) || yz_instant_day(l.at, pay->site->offset) != day)
		return yz_fail(err, YZ_BAD_INPUT, "line %zu: '%.*s' is no time of this day", r->line, YZ_P(r->fields[5]));
	struct yz_str key = yz_str_printf(a, "%c%.*s", l.refund ? 'r' : 'p', YZ_P(l.refund ? l.refund_no : l.trade_no));
	if (yz_map_get(seen, key))
		return yz_fail(err, YZ_BAD_INPUT, "line %zu: %.*s stands twice", r->line, YZ_P(l.refund ? l.refund_no : l.trade_no));
	yz_map_put(seen, key, out);
	if (out->len == YZ_PAY_LINES)
		return yz_fail(err, YZ_LIMIT, "line %zu: more than %d lines", r->line, YZ_PAY_LINES);
	out->lines[out->len++] = l;
	*(l.refund ? &out->out : &out->in) += l.amount;
	return true;
}

static bool sums_fit(const struct yz_csv_row *r, const struct yz_pay_statement *s, struct yz_err *err)
{
	int64_t n, in, m, out;
	size_t refunds = 0;
	for (size_t i = 0; i < s->len; i++)
		refunds += s->lines[i].refund;
	bool good = yz_str_int(r->fields[1], &n) && yz_yuan_parse_sum(r->fields[2], &in) && yz_str_int(r->fields[3], &m) && yz_yuan_parse_sum(r->fields[4], &out);
	return (good && n == (int64_t)(s->len - refunds) && m == (int64_t)refunds && in == s->in && out == s->out) ||
	       yz_fail(err, YZ_BAD_INPUT, "line %zu: the sums are not those of the lines above", r->line);
}

bool yz_statement_csv_read(const struct yz_pay *pay, struct yz_arena *a, struct yz_str text, yz_day day, struct yz_pay_statement *out,
			   struct yz_err *err)
{
	const struct yz_csv_options options = {.bytes = YZ_PAY_FILE, .field = FIELD, .columns = COLUMNS, .rows = YZ_PAY_LINES + 2, .same_width = true};
	struct yz_csv_row r;
	struct yz_map seen;
	bool summed = false;
	struct yz_csv *csv = yz_csv_open(a, text, &options, err);
	*out = (struct yz_pay_statement){0};
	if (!csv || !yz_csv_next(csv, &r, err))
		return err->code ? false : yz_fail(err, YZ_BAD_INPUT, "the file is empty");
	if (!heads_fit(&r, heads, COLUMNS, err))
		return false;
	size_t most = 1;
	for (size_t i = 0; i < text.len; i++)
		most += text.ptr[i] == '\n';
	out->lines = yz_new_n(a, most < YZ_PAY_LINES ? most : YZ_PAY_LINES, struct yz_pay_line);
	yz_map_init(&seen, a);
	while (yz_csv_next(csv, &r, err)) {
		if (summed)
			return yz_fail(err, YZ_BAD_INPUT, "line %zu: nothing stands behind the sums", r.line);
		summed = yz_str_eqz(r.fields[0], "合计");
		if (summed ? !sums_fit(&r, out, err) : !read_line(pay, a, &r, day, &seen, out, err))
			return false;
	}
	if (err->code)
		return false;
	return summed || yz_fail(err, YZ_BAD_INPUT, "the file breaks off: there is no line 合计");
}

/* ---- money out ---- */

static const char *const out_heads[] = {"批次", "序号", "付款编号", "收款人", "账号", "开户行", "金额", "用途"};
static const char *const back_heads[] = {"付款编号", "结果", "金额", "银行流水号", "日期", "原因"};
enum { OUT_COLUMNS = 8 };

bool yz_payout_csv(const struct yz_pay *pay, struct yz_arena *a, const struct yz_payout_batch *batch, struct yz_str *text,
		   struct yz_err *err)
{
	struct yz_buf b;
	struct yz_map seen;
	struct yz_str cells[OUT_COLUMNS];
	int64_t sum = 0;
	(void)pay;
	if (!batch->len || batch->len > YZ_PAY_LINES)
		return yz_fail(err, YZ_BAD_INPUT, "batch %.*s has %zu payments: 1 to %d are wanted", YZ_P(batch->no), batch->len, YZ_PAY_LINES);
	yz_buf_init(&b, a, YZ_PAY_FILE);
	yz_map_init(&seen, a);
	yz_csv_mark(&b);
	for (size_t i = 0; i < OUT_COLUMNS; i++)
		cells[i] = yz_str(out_heads[i]);
	row(&b, cells, OUT_COLUMNS);
	for (size_t i = 0; i < batch->len; i++) {
		const struct yz_payout_line *l = &batch->lines[i];
		if (!l->no.len || l->no.len > YZ_PAY_NO || !is_number(l->no) || yz_map_get(&seen, l->no) || l->amount < 1 || l->amount > YZ_PAY_MOST ||
		    !l->name.len || !l->account.len)
			return yz_fail(err, YZ_BAD_INPUT, "batch %.*s: payment %.*s has no number of its own, amount, name or account", YZ_P(batch->no),
				       YZ_P(l->no));
		yz_map_put(&seen, l->no, &b);
		sum += l->amount;
		const struct yz_str line[OUT_COLUMNS] = {batch->no, yz_str_printf(a, "%zu", i + 1), l->no, l->name, l->account, l->bank,
							 yz_yuan(a, l->amount), l->note.len ? l->note : batch->purpose};
		row(&b, line, OUT_COLUMNS);
	}
	const struct yz_str sums[OUT_COLUMNS] = {YZ_LIT("合计"), yz_str_printf(a, "%zu", batch->len), YZ_LIT(""), YZ_LIT(""), YZ_LIT(""), YZ_LIT(""),
						 yz_yuan(a, sum), YZ_LIT("")};
	row(&b, sums, OUT_COLUMNS);
	*text = yz_buf_str(&b);
	return true;
}

static bool read_result(struct yz_arena *a, const struct yz_csv_row *r, struct yz_map *seen, struct yz_payout_result *out, struct yz_err *err)
{
	bool paid = yz_str_eqz(r->fields[1], "成功"), returned = yz_str_eqz(r->fields[1], "退汇");
	*out = (struct yz_payout_result){.no = yz_str_dup(a, r->fields[0]), .paid = paid, .returned = returned, .bank_no = yz_str_dup(a, r->fields[3]),
					 .reason = yz_str_dup(a, r->fields[5])};
	if (!out->no.len || !is_number(out->no) || out->no.len > YZ_PAY_NO)
		return yz_fail(err, YZ_BAD_INPUT, "line %zu: '%.*s' is no number of a payment", r->line, YZ_P(out->no));
	if (!paid && !returned && !yz_str_eqz(r->fields[1], "失败"))
		return yz_fail(err, YZ_BAD_INPUT, "line %zu: the result is neither 成功 nor 失败 nor 退汇", r->line);
	if (!yz_yuan_parse(r->fields[2], &out->amount) || !yz_day_parse(r->fields[4], &out->day))
		return yz_fail(err, YZ_BAD_INPUT, "line %zu: no amount in yuan, or no day like 2026-11-23", r->line);
	if (!paid && !yz_str_trim(out->reason).len)
		return yz_fail(err, YZ_BAD_INPUT, "line %zu: it failed, and no reason is told", r->line);
	if (yz_map_get(seen, out->no))
		return yz_fail(err, YZ_BAD_INPUT, "line %zu: %.*s stands twice", r->line, YZ_P(out->no));
	yz_map_put(seen, out->no, out);
	return true;
}

bool yz_payout_csv_read(const struct yz_pay *pay, struct yz_arena *a, struct yz_str text, struct yz_payout_result **out, size_t *n,
			struct yz_err *err)
{
	const struct yz_csv_options options = {.bytes = YZ_PAY_FILE, .field = FIELD, .columns = COLUMNS, .rows = YZ_PAY_LINES + 1, .same_width = true};
	struct yz_csv_row r;
	struct yz_map seen;
	(void)pay;
	*n = 0;
	struct yz_csv *csv = yz_csv_open(a, text, &options, err);
	if (!csv || !yz_csv_next(csv, &r, err))
		return err->code ? false : yz_fail(err, YZ_BAD_INPUT, "the file is empty");
	if (!heads_fit(&r, back_heads, COLUMNS, err))
		return false;
	size_t most = 1;
	for (size_t i = 0; i < text.len; i++)
		most += text.ptr[i] == '\n';
	*out = yz_new_n(a, most < YZ_PAY_LINES ? most : YZ_PAY_LINES, struct yz_payout_result);
	yz_map_init(&seen, a);
	while (yz_csv_next(csv, &r, err)) {
		if (*n == YZ_PAY_LINES)
			return yz_fail(err, YZ_LIMIT, "line %zu: more than %d lines", r.line, YZ_PAY_LINES);
		if (!read_result(a, &r, &seen, &(*out)[*n], err))
			return false;
		++*n;
	}
	return !err->code;
}
