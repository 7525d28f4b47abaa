/* gov/policy.h - policies in force, who was told of them, and who claimed.
 *
 *	pack ──install──▶ policy (versions) ──▶ gov/match.h: who qualifies ──▶ push ──▶ told ──▶ opened
 *	                                                              └──▶ apply ──▶ draft ──submit──▶ case ──▶ granted
 *	                                                              └──▶ confirm (免申即享) ──▶ settle
 *
 * A policy belongs to a department: its reviewers and deciders read, its deciders push and settle; the item
 * administrator does so for her region; supervision reads, and sees what was confirmed and when it was given.  Pushing, opening,
 * applying, confirming, settling and looking at people each are one ledger entry; an entry names the subject by its row, never by name.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_POLICY_H
#define YZ_GOV_POLICY_H

#include "gov/permission.h"
#include "pack/pack.h"
#include "pack/policy.h"

struct yz_site;
struct yz_conn;

/* Subjects of one push. */
enum { YZ_PUSH_MOST = 2000 };

struct yz_policy {
	int64_t id, version;
	struct yz_str key, org, org_name, region_path, model; /* model: digest of the artifact */
	struct yz_policy_text text;
	const struct yz_json *body;
};

/* All current ones, in order of key; whatever their dates say. */
size_t yz_policy_all(struct yz_conn *conn, struct yz_arena *a, struct yz_policy **out, struct yz_err *err);
/* YZ_NOT_FOUND. */
struct yz_policy *yz_policy_load(struct yz_conn *conn, struct yz_arena *a, struct yz_str key, struct yz_err *err);
/* May she read it, or push it, for its department? */
bool yz_policy_may(const struct yz_actor *who, enum yz_permission what, const struct yz_policy *p);

/* May she read of single people what this policy finds?  Of enterprises whoever may read the policy; of natural persons
 * only an official of its own department: item administrators and supervision see counts. */
bool yz_policy_may_see(const struct yz_actor *who, const struct yz_policy *p);

/* Inside a write: those of the pack; another version where body or model changed, an end where the pack has it no more. */
bool yz_policy_install(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, size_t *fresh,
		       struct yz_err *err);

/* ---- acts; no connection may be held ---- */

struct yz_push_report {
	size_t told, no_account, not_matching, today; /* today: had been told this day already */
};
/* Tells these subjects (rows of the register) who qualify and have a verified account: a message, mail where she gave an
 * address, and a text message where setting sms.url is set and her mobile is known.  Those who do not qualify are left
 * out, whatever the page said, and so is who was told of it this day already. */
bool yz_policy_push(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str key, const int64_t *subjects,
		    size_t n, struct yz_push_report *report, struct yz_err *err);
/* Her draft of the item, with the register's facts put into fields of equal names. */
bool yz_policy_apply(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str key, int64_t *draft,
		     struct yz_err *err);
/* 免申即享: she qualifies and says yes; the department is told. */
bool yz_policy_confirm(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str key, struct yz_err *err);
/* Who was told of it has opened it: kept once, the first time. */
bool yz_policy_opened(struct yz_site *site, const struct yz_actor *who, struct yz_str key, struct yz_err *err);
/* An official is about to read a list of people, or of one (`subject`, else 0): who, which list, how many, and for what.  Call
 * it before anything is shown. */
bool yz_policy_looked(struct yz_site *site, const struct yz_actor *who, const struct yz_policy *p, const char *list, int64_t subject,
		      size_t rows, struct yz_err *err);
/* The department has given what was confirmed. */
bool yz_policy_settle(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t claim, struct yz_err *err);

/* ---- what was confirmed (免申即享), for supervision ---- */

struct yz_claim_row {
	int64_t id;
	struct yz_str policy, policy_name, org_name, subject, amount, settled_by; /* subject: a natural person's name masked */
	yz_instant at, due, settled; /* due: 0 where the policy names no limit */
};
struct yz_claim_list {
	struct yz_claim_row *at;
	size_t len, open, late, settled; /* counts of all in her region */
};
/* Newest first; `late`: those not given whose limit is over.  `before`: id of the last row. */
bool yz_claim_watch(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, bool late, int64_t before,
		    int limit, struct yz_claim_list *out, struct yz_err *err);

#endif
