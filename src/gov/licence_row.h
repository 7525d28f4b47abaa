/* gov/licence_row.h - what the files of licences share, and drafts and cases use (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_LICENCE_ROW_H
#define YZ_GOV_LICENCE_ROW_H

#include "gov/licence.h"
#include "gov/site.h"

#define LICENCE_COLUMNS                                                                                                \
	"l.id, l.holder, l.document_id, l.case_id, l.no, l.type_key, l.type_code, l.type, l.holder_name, l.org, o.name, c.item_code, " \
	"c.item_name, c.no, d.check_code, l.issued, l.changed, l.valid_from, l.valid_until, l.state, l.reason"
#define LICENCE_TABLES                                                                                                 \
	"licence l JOIN cases c ON c.id = l.case_id JOIN document d ON d.id = l.document_id LEFT JOIN org o ON o.key = l.org"
/* Row i of such a select; further columns begin at LICENCE_COLS. */
enum { LICENCE_COLS = 21 };
void yz_licence_row(const struct yz_site *site, const struct yz_rows *r, size_t i, struct yz_licence *l);

/* All that she holds, newest first; whether that may be shown the caller has asked. */
bool yz_licence_held(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t holder, struct yz_licence_list *out,
		     struct yz_err *err);
/* What these materials find proved for `principal` in an application that `person` fills in: see yz_licence_proves;
 * whether the two belong together the caller has asked. */
bool yz_proofs_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t principal, int64_t person,
		  struct yz_str item_code, const struct yz_json *const *materials, size_t n, struct yz_licence_proof *out,
		  struct yz_err *err);

static inline bool yz_proof_holds(const struct yz_licence_proof *p)
{
	return p->kind == YZ_PROOF_LICENCE || p->kind == YZ_PROOF_REGISTER;
}

#endif
