/* web/apply.h - what the templates of applying show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_APPLY_H
#define YZ_WEB_APPLY_H

#include "gov/draft.h"
#include "gov/fill.h"
#include "gov/version.h"
#include "pack/form.h"
#include "web/case_page.h"
#include "web/web.h"

struct yz_apply_page {
	const struct yz_draft *draft;
	const struct yz_form *form; /* NULL: materials only */
	struct yz_form_state state;
	size_t page;                /* of the form; form->npages: materials; then: check */
	struct yz_fill *fills;      /* by field: where what stands there comes from */
	struct yz_draft_error *errors;
	size_t nerrors;
	bool counter;               /* a clerk files it at the counter: the desk's look */
	bool for_other;             /* a clerk files it, or an agent */
	struct yz_str principal_name;
	struct yz_str upload_error, upload_key;
	bool *spared;               /* by field: answered elsewhere in the joint application; NULL: it is in none */
};

/* What she need not upload. */
static inline bool yz_proved(const struct yz_draft_need *n)
{
	return n->proof.kind == YZ_PROOF_LICENCE || n->proof.kind == YZ_PROOF_REGISTER;
}

/* Fields of the request as the JSON that yz_draft_save takes; only those of this form.  NULL: err. */
const struct yz_json *yz_fields_typed(const struct yz_req *req, const struct yz_form *form, struct yz_arena *a, struct yz_err *err);
/* 来自您的电子证照：营业执照 9299…; "" for nothing. */
struct yz_str yz_fill_text(const struct yz_page *p, const struct yz_fill *fill);
/* The error of a field, or {NULL, 0}. */
struct yz_str yz_error_of(const struct yz_draft_error *errors, size_t n, struct yz_str field);
/* A fact as text for an input; the nth of a list has it? */
struct yz_str yz_fact_text(const struct yz_json *facts, struct yz_str name);
bool yz_fact_has(const struct yz_json *facts, struct yz_str name, struct yz_str value);
const struct yz_json *yz_fact_row(const struct yz_json *facts, struct yz_str name, size_t row);

#endif
