/* web/account.h - what the templates of accounts and of 我的 show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_ACCOUNT_H
#define YZ_WEB_ACCOUNT_H

#include "gov/joint.h"
#include "gov/case.h"
#include "gov/document.h"
#include "gov/draft.h"
#include "gov/message.h"
#include "gov/person.h"
#include "web/web.h"

/* One text field of a form, with its error. */
struct yz_input {
	const char *name, *label, *hint, *type, *autocomplete; /* label, hint: already translated */
	struct yz_str value, error;
	bool required;
};

/* A form of such fields. */
struct yz_simple_form {
	const struct yz_err *err;   /* NULL or what went wrong */
	struct yz_str err_text;     /* "" or for the summary */
	const char *err_field;      /* where the summary's link leads */
	struct yz_input *inputs;
	size_t n;
};
/* Values from the request, the error beside its field. */
void yz_form_inputs(struct yz_page *p, struct yz_simple_form *f, struct yz_input *inputs, size_t n, const struct yz_err *err);

struct yz_me_page {
	struct yz_case_list cases;
	struct yz_draft_row *drafts;
	size_t ndrafts;
	struct yz_agency *agencies;
	size_t nagencies;
	struct yz_joint *joints;
	size_t njoints;
	struct yz_str legals_title;
};

#endif
