/* gov/policy.h - policies in force, who was told of them, and who claimed.
 *
 *	pack ──install──▶ policy (versions) ──▶ gov/match.h: who qualifies ──▶ push ──▶ told
 *	                                                              └──▶ apply ──▶ draft
 *	                                                              └──▶ confirm (免申即享) ──▶ settle
 *
 * A policy belongs to a department: its reviewers and deciders read, its deciders push and settle; the item
 * administrator does so for her region; supervision reads.  Pushing, applying, confirming and settling each are one
 * ledger entry; an entry names the subject by its row, never by name.
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

/* Inside a write: those of the pack; another version where body or model changed, an end where the pack has it no more. */
bool yz_policy_install(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, size_t *fresh,
		       struct yz_err *err);

/* ---- acts; no connection may be held ---- */

struct yz_push_report {
	size_t told, no_account, not_matching;
};
/* Tells these subjects (rows of the register) who qualify and have a verified account: a message, mail where she gave an
 * address, and a text message where setting sms.url is set and her mobile is known.  Those who do not qualify are left
 * out, whatever the page said. */
bool yz_policy_push(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str key, const int64_t *subjects,
		    size_t n, struct yz_push_report *report, struct yz_err *err);
/* Her draft of the item, with the register's facts put into fields of equal names. */
bool yz_policy_apply(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str key, int64_t *draft,
		     struct yz_err *err);
/* 免申即享: she qualifies and says yes; the department is told. */
bool yz_policy_confirm(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str key, struct yz_err *err);
/* The department has given what was confirmed. */
bool yz_policy_settle(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t claim, struct yz_err *err);

#endif
