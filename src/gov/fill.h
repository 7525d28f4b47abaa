/* gov/fill.h - what a form need not ask: what the accounts and the licences of whom it is for already say.
 *
 * A field's x-fill names up to four places, first things first, "|" between them; the first whose value fits the field is
 * taken.  What comes from registers and licences comes from level 1 only; what she typed herself at registration is
 * hers to see again.
 *
 * Ownership: the arena given.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_FILL_H
#define YZ_GOV_FILL_H

#include "gov/licence.h"
#include "pack/form.h"

struct yz_draft;

struct yz_fill {
	struct yz_str value;
	const char *source;               /* message id: where it comes from; NULL: nothing to say about it */
	const struct yz_licence *licence; /* or NULL */
};
/* Of one field, in order. */
struct yz_fills {
	struct yz_fill at[YZ_FORM_FILLS];
	size_t len;
};

/* For each field of the form. */
bool yz_fills_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t principal, int64_t person,
		 const struct yz_form *form, struct yz_fills **out, struct yz_err *err);
/* Facts with the first value of each field that fits it. */
const struct yz_json *yz_fills_take(struct yz_arena *a, const struct yz_form *form, const struct yz_fills *fills, yz_instant now,
				    struct yz_err *err);
/* For each field of a draft's form: where the value that stands there comes from; nothing where she wrote another. */
bool yz_draft_fills(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_draft *d, struct yz_fill **out,
		    struct yz_err *err);

#endif
