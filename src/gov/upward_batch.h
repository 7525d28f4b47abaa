/* gov/upward_batch.h - a batch as it travels, and how it is signed (private to gov).
 *
 *	{"batch":{"site":"990121","name":"清泽县","from":513,"to":590,"prev":"…","hash":"…","head":600,"oldest":"2026-…"}}
 *	{"about":{"site":…,"name":…,"have":…,"head":…,"oldest":…,"seen":…,"gap":…}}     of each installation below the sender
 *	{"forget":{"site":…}}                                                          first, if at all: it begins anew
 *	{"table":…}                                                                    gov/upward_row.h
 *	{"receipt":{"uid":…,"received":…,"answer":…,"answered_by":…,"answered":…}}     of an order
 *
 * One JSON object a line.  from = to + 1: nothing new, only that the sender is there.  prev and hash: of the entry before the
 * first, and of the last, in hexadecimal; the same one twice where there is nothing new.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_UPWARD_BATCH_H
#define YZ_GOV_UPWARD_BATCH_H

#include "crypt/crypt.h"
#include "gov/upward.h"
#include "gov/upward_row.h"

struct yz_up_batch {
	struct yz_str site, name, prev, hash; /* hexadecimal */
	int64_t from, to, head;
	yz_instant oldest; /* 0: nothing stands behind `to` */
};

/* Who sent a message: of an installation below or (system) a department's own system.  YZ_FORBIDDEN where no link, address,
 * time or signature is right; that the nonce is new is told inside a write. */
enum { YZ_UP_SYSTEM = 16 /* bytes of a system's name */ };
struct yz_up_sender {
	int64_t link;
	struct yz_str secret;
};
bool yz_up_sender_check(struct yz_site *site, struct yz_arena *a, const struct yz_upward_message *m, bool system, struct yz_up_sender *out,
			struct yz_err *err);
bool yz_up_nonce_once(struct yz_conn *conn, int64_t link, const struct yz_upward_message *m, yz_instant now, struct yz_err *err);

/* What tells of the entries behind `after`, for the link of that id. */
bool yz_up_batch_make(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t link, int64_t after, bool personal,
		      struct yz_up_batch *out, struct yz_str *body, struct yz_err *err);

/* Hexadecimal HMAC-SM3. */
struct yz_str yz_up_sign(struct yz_arena *a, struct yz_str secret, const char *method, const char *path, struct yz_str time,
			 struct yz_str nonce, struct yz_str body);
struct yz_str yz_up_sign_answer(struct yz_arena *a, struct yz_str secret, int status, struct yz_str nonce, struct yz_str body);

/* Of a link that comes from outside: a secret that is long enough, addresses that are not too many. */
bool yz_up_link_checks(struct yz_str secret, struct yz_str addresses, struct yz_err *err);
struct yz_str yz_up_seal_secret(struct yz_site *site, struct yz_arena *a, struct yz_str secret);
bool yz_up_open_secret(struct yz_site *site, struct yz_arena *a, struct yz_str sealed, struct yz_str *secret, struct yz_err *err);

/* What a region's code begins with for all within it: 990100 → 9901, 990000 → 99. */
struct yz_str yz_up_area(struct yz_str code);

/* ---- orders ---- */

/* "orders": [...] into an open object: of this link, without a receipt. */
bool yz_up_orders_write(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t link, struct yz_jw *w, struct yz_err *err);
/* All of a thing below, newest first. */
size_t yz_up_orders_below(struct yz_conn *conn, struct yz_arena *a, struct yz_str region, struct yz_str no, struct yz_order **out,
			  struct yz_err *err);
/* Inside a write: one of them, come down by this link.  Once; a second time nothing happens, nor while
 * it is for an installation that has not been heard of. */
bool yz_up_order_take(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t link, const struct yz_json *order,
		      struct yz_err *err);
/* Inside a write: the urging that it is here was answered; the answer goes up with the entry. */
bool yz_up_order_answered(struct yz_site *site, struct yz_conn *conn, const struct yz_actor *who, int64_t id, struct yz_str text,
			  struct yz_err *err);
/* Inside a write: one that is not whole is answered as sent back, where it says at least its number. */
bool yz_up_order_refuse(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t link, const struct yz_json *order,
			struct yz_err *err);
/* Inside a write, before others are offered: whose turn it is among more than YZ_UPWARD_ORDERS. */
bool yz_up_orders_turn(struct yz_conn *conn, int64_t link, yz_instant now, struct yz_err *err);
/* Inside a write: what is asked of this installation goes by this link from now on. */
bool yz_up_orders_route(struct yz_conn *conn, struct yz_str of, int64_t link, struct yz_err *err);
/* The receipt's line of an order that came by this link; nothing for another. */
bool yz_up_receipt_write(struct yz_conn *conn, struct yz_up_out *out, int64_t link, int64_t order, struct yz_err *err);
/* Inside a write: what came up of an order that went down by this link. */
bool yz_up_receipt_take(struct yz_conn *conn, const struct yz_json *receipt, int64_t link, int64_t report, struct yz_err *err);

#endif
