/* text/ident.h - identifiers that carry their own proof.
 *
 * A right check digit shows that a number was copied without a slip; it does
 * not show whose number it is.
 *
 * Every function is pure and takes the text as typed: white space around it is
 * ignored, anything else counts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TEXT_IDENT_H
#define YZ_TEXT_IDENT_H

#include "base/date.h"
#include "base/str.h"

/* What is wrong, as a message id for the page; NULL when nothing is. */
const char *yz_ident_person_fault(struct yz_str s, yz_day today); /* GB 11643: 18 digits, or X at the end */
const char *yz_ident_credit_fault(struct yz_str s);               /* GB 32100: unified social credit code */
const char *yz_ident_mobile_fault(struct yz_str s);               /* mainland mobile number, +86 allowed */
const char *yz_ident_postcode_fault(struct yz_str s);

static inline bool yz_ident_credit_ok(struct yz_str s)
{
	return !yz_ident_credit_fault(s);
}

struct yz_ident_person {
	char region[7]; /* first six digits, NUL-terminated */
	yz_day born;
	bool female;
};
/* What a valid identity number says; false when it is not valid. */
bool yz_ident_person_read(struct yz_str s, yz_day today, struct yz_ident_person *out);
/* Whole years on `day`: the birthday counts, 29 February is reached on 1 March. */
int yz_ident_age(yz_day born, yz_day day);

/* The form to keep: trimmed, upper case, without +86; buf[24]; false when invalid.
 * The identity number's century and future are judged by `today`. */
bool yz_ident_person_norm(struct yz_str s, yz_day today, char buf[24]);
bool yz_ident_credit_norm(struct yz_str s, char buf[24]);
bool yz_ident_mobile_norm(struct yz_str s, char buf[24]);

/* For screens that need not show all of it: "110105********002X", "138****5678". */
void yz_ident_mask(struct yz_buf *out, struct yz_str s);

/* Check characters, for those who make numbers: of the first 17. */
char yz_ident_person_check(const char first17[17]);
char yz_ident_credit_check(const char first17[17]); /* 0: a character outside the alphabet */

#endif
