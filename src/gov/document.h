/* gov/document.h - letters and certificates: facts now, PDF when wanted.
 *
 * The act that makes a letter stores its facts and number in its own transaction.
 * The PDF is made of them by the printing child the first time somebody asks,
 * signed with the department's key (gov/organ.h), stored by content hash, and never changes
 * afterwards; the ledger keeps its digest.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_DOCUMENT_H
#define YZ_GOV_DOCUMENT_H

#include "gov/case.h"

struct yz_letter;

/* Inside a write.  kind: a letter of print/letters.h; about: what its title is made of; facts: all it needs, an object in JSON.
 * Number: organ's short name, year, running number: 清住建许受〔2026〕12号. */
bool yz_document_add(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_str kind,
		     struct yz_str org, const struct yz_letter *about, struct yz_str facts, int64_t by, int64_t *id, struct yz_err *err);
/* The PDF, for who may see the case. */
bool yz_document_pdf(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_str *pdf,
		     struct yz_err *err);

/* The same for whoever the caller has found to be allowed it. */
bool yz_document_file(struct yz_site *site, struct yz_arena *a, int64_t id, struct yz_str *pdf, struct yz_err *err);

/* The public check page: what the paper says, so that it can be compared. */
struct yz_document_check {
	struct yz_str kind, no, title, type, org_name, item_name, holder; /* holder masked: 刘*洋; type of a licence: 营业执照 */
	yz_instant created, valid_until, changed; /* valid_until: the instant it ends; 0: without end */
	bool is_licence, replaced;          /* replaced: another paper of the licence came after this one */
	enum yz_licence_state state;        /* of a licence; any other paper is valid */
	struct yz_str digest, signer;       /* SM3 of the file, SHA-256 of the certificate that signed it; "" until it is made */
};
bool yz_document_check(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str check_code,
		       struct yz_document_check *out, struct yz_err *err);

#endif
