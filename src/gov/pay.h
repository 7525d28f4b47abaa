/* gov/pay.h - a way to be paid and to pay: what a payment channel must be able to do.
 *
 *	order ──▶ create ──▶ her browser goes to the channel's page ──▶ she pays
 *	            │                                                      │
 *	            └── query (asked again and again) ◀── never ── callback ──▶ notice
 *	refund ──▶ refund_query            statement (a day's file) ──▶ read_statement
 *	payout ──▶ payout_file ──▶ bank ──▶ result file ──▶ read_payout
 *
 * A channel knows nothing of cases: it moves money under numbers of ours.  What it says is believed only when it is
 * signed (notice) or was asked for by us (query, statement).  All of it is idempotent: the same out_no or refund_no
 * asked again is the same payment or refund, never a second one, so whoever was killed in between asks again.
 *
 * To add one: a file pay_NAME.c with a struct yz_pay_provider, a line in pay_providers.def, and its settings
 * pay.NAME.* (docs/money.md).  The setting pay.provider names the channel in use; without one nothing is paid online.
 *
 * Payouts (subsidies, refunds by transfer) go by file: payout_file makes what the bank takes, read_payout reads what it
 * says back, line by line, with the reason of what failed.  A channel that pays only in, or only out, leaves the
 * others NULL.  yz_payout_csv is the plain file that any bank's tool can be fed from (gov/statement.c); a channel of a bank's own
 * format writes that instead, and may send it by itself in payout_send.
 *
 * Amounts: 分, whole numbers, never negative.  Numbers (out_no, refund_no, batch): ASCII letters, digits and -, ≤ 40.
 * Failure:   YZ_UNAVAILABLE: nobody answered, ask again; YZ_FORBIDDEN: a signature that does not hold;
 *            YZ_BAD_INPUT: it was understood and refused for good.
 * Threads:   any; no connection may be held by the caller, and none is inside a write.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_PAY_H
#define YZ_GOV_PAY_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

struct yz_site;

enum { YZ_PAY_NO = 40, YZ_PAY_LINES = 100000, YZ_PAY_FILE = 32 << 20 };
/* One hundred million yuan: what is above it is a mistake. */
#define YZ_PAY_MOST INT64_C(10000000000)

/* Money that came in over the counter: of no channel, nobody to ask. */
#define YZ_PAY_COUNTER "counter"

/* The channel as this site has it. */
struct yz_pay {
	struct yz_site *site;
	const struct yz_pay_provider *provider;
	struct yz_str notify_url; /* where it calls back: BASE/pay/notice/NAME */
};

/* ---- money in ---- */

struct yz_pay_order {
	struct yz_str out_no, title; /* title: what the page of the channel shows; no personal data */
	int64_t amount;
	yz_instant expires;          /* not to be paid after it */
	struct yz_str back_url;      /* where her browser goes afterwards */
};

enum yz_pay_state { YZ_PAY_UNKNOWN, YZ_PAY_WAITING, YZ_PAY_PAID, YZ_PAY_CLOSED };

struct yz_pay_trade { /* what a query found */
	enum yz_pay_state state;
	struct yz_str trade_no; /* the channel's own number, once paid */
	int64_t amount;
	yz_instant paid_at;
};

/* ---- money back ---- */

/* A refund_no that failed and is sent again is tried anew, as gateways do it: still one refund, at most once. */
struct yz_pay_refund {
	struct yz_str refund_no, out_no, trade_no, reason;
	int64_t amount, paid; /* paid: of the whole trade */
};
enum yz_refund_state { YZ_BACK_UNKNOWN, YZ_BACK_WAITING, YZ_BACK_DONE, YZ_BACK_FAILED };
struct yz_pay_back {
	enum yz_refund_state state;
	int64_t amount;
	yz_instant at;
	struct yz_str reason; /* of a failure */
};

/* ---- what it tells us by itself ---- */

enum yz_notice_kind { YZ_NOTICE_PAID, YZ_NOTICE_REFUND };
struct yz_pay_notice {
	enum yz_notice_kind kind;
	struct yz_str nonce;           /* of this delivery: one that came before is a copy */
	struct yz_str out_no, trade_no, refund_no;
	int64_t amount;
	yz_instant at;                 /* when the money moved */
	bool failed;                   /* REFUND: it did not go through */
	struct yz_str reason;
};
struct yz_pay_message { /* as it came in */
	struct yz_str body, time, nonce, sign; /* header fields by the names of the provider */
};

/* ---- a day's file ---- */

struct yz_pay_line {
	bool refund;
	struct yz_str out_no, trade_no, refund_no;
	int64_t amount;
	yz_instant at;
	size_t line; /* of the file */
};
struct yz_pay_statement {
	struct yz_pay_line *lines;
	size_t len;
	int64_t in, out; /* sums of the lines; the file's own sums must agree */
};

/* ---- money out ---- */

struct yz_payout_line {
	struct yz_str no;             /* of this payment: never used twice, also not when it is paid again */
	struct yz_str name, account, bank, note;
	int64_t amount;
};
struct yz_payout_batch {
	struct yz_str no, purpose;
	yz_day day;
	const struct yz_payout_line *lines;
	size_t len;
};
struct yz_payout_result {
	struct yz_str no;
	bool paid, returned; /* returned: it was paid before, and came back (退汇) */
	int64_t amount;
	struct yz_str bank_no, reason; /* reason: of a failure, in the bank's words */
	yz_day day;
};

/* ---- the channel ---- */

struct yz_pay_provider {
	const char *name, *title; /* "sandbox"; title: message id */
	/* The names of the headers a callback carries its time, nonce and signature in. */
	const char *time_header, *nonce_header, *sign_header;
	const char *thanks; /* what a callback is answered once it is on disk; anything else and it comes again */
	bool (*create)(const struct yz_pay *pay, struct yz_arena *a, const struct yz_pay_order *order, struct yz_str *url,
		       struct yz_err *err);
	bool (*query)(const struct yz_pay *pay, struct yz_arena *a, struct yz_str out_no, struct yz_pay_trade *out, struct yz_err *err);
	bool (*close)(const struct yz_pay *pay, struct yz_arena *a, struct yz_str out_no, struct yz_err *err);
	bool (*refund)(const struct yz_pay *pay, struct yz_arena *a, const struct yz_pay_refund *r, struct yz_pay_back *out,
		       struct yz_err *err);
	bool (*refund_query)(const struct yz_pay *pay, struct yz_arena *a, struct yz_str refund_no, struct yz_pay_back *out,
			     struct yz_err *err);
	/* Signature, time window and form; nothing of it is believed where it fails. */
	bool (*notice)(const struct yz_pay *pay, struct yz_arena *a, const struct yz_pay_message *m, yz_instant now,
		       struct yz_pay_notice *out, struct yz_err *err);
	bool (*statement)(const struct yz_pay *pay, struct yz_arena *a, yz_day day, struct yz_str *text, struct yz_err *err);
	bool (*read_statement)(const struct yz_pay *pay, struct yz_arena *a, struct yz_str text, yz_day day,
			       struct yz_pay_statement *out, struct yz_err *err);
	bool (*payout_file)(const struct yz_pay *pay, struct yz_arena *a, const struct yz_payout_batch *batch, struct yz_str *text,
			    struct yz_err *err);
	bool (*payout_send)(const struct yz_pay *pay, struct yz_arena *a, struct yz_str batch, struct yz_str file, struct yz_err *err);
	bool (*read_payout)(const struct yz_pay *pay, struct yz_arena *a, struct yz_str text, struct yz_payout_result **out, size_t *n,
			    struct yz_err *err);
};

/* By name; false with NOT_FOUND. */
bool yz_pay_find(struct yz_site *site, struct yz_arena *a, struct yz_str name, struct yz_pay *out, struct yz_err *err);
/* The one of setting pay.provider; provider NULL where there is none. */
bool yz_pay_of(struct yz_site *site, struct yz_arena *a, struct yz_pay *out, struct yz_err *err);

/* ---- a plain file of a day (statement.c) ----
 *
 *	类型,商户订单号,平台流水号,退款单号,金额,完成时间      类型: 收款 or 退款; then 合计,N,IN,M,OUT,
 *
 * UTF-8 or GB18030; amounts in 元; times 2026-11-23 09:30:00 of that day.  At most YZ_PAY_LINES lines and YZ_PAY_FILE bytes;
 * a number that stands twice, sums that are not those of the lines, or no sums: the file is refused with its line.
 */
bool yz_statement_csv_read(const struct yz_pay *pay, struct yz_arena *a, struct yz_str text, yz_day day,
			   struct yz_pay_statement *out, struct yz_err *err);

/* ---- the plain payout file (statement.c) ----
 *
 *	批次,序号,付款编号,收款人,账号,开户行,金额,用途          out: one line a payment, then 合计,N,,,,,SUM,
 *	付款编号,结果,金额,银行流水号,日期,原因                back: 结果 is 成功, 失败 or 退汇
 *
 * UTF-8 with a mark; amounts in 元 with two places.  A result that names a payment twice, or an amount with a
 * third place, is refused with its line: nothing of the file is taken.
 */
bool yz_payout_csv(const struct yz_pay *pay, struct yz_arena *a, const struct yz_payout_batch *batch, struct yz_str *text,
		   struct yz_err *err);
bool yz_payout_csv_read(const struct yz_pay *pay, struct yz_arena *a, struct yz_str text, struct yz_payout_result **out, size_t *n,
			struct yz_err *err);

/* ---- amounts as written ---- */

/* "1234.50" of 123450; for files. */
struct yz_str yz_yuan(struct yz_arena *a, int64_t fen);
/* "1,234.50 元" is written by pages: "1,234.50". */
struct yz_str yz_yuan_show(struct yz_arena *a, int64_t fen);
/* At most two places, no sign, no spaces, ≤ YZ_PAY_MOST. */
bool yz_yuan_parse(struct yz_str s, int64_t *fen);
/* The same for the sum of a file: ≤ YZ_PAY_LINES × YZ_PAY_MOST. */
bool yz_yuan_parse_sum(struct yz_str s, int64_t *fen);

#endif
