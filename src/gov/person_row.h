/* gov/person_row.h - how a person's values are kept (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_PERSON_ROW_H
#define YZ_GOV_PERSON_ROW_H

#include "gov/person.h"
#include "gov/site.h"

/* Login, id number and mobile as they are compared; false with the field in err->where. */
struct yz_person_values {
	struct yz_str kind, login, name, lang;
	char id_no[24], mobile[24];
	struct yz_str email;
};
bool yz_person_normalise(struct yz_site *site, const struct yz_registration *r, struct yz_person_values *v, struct yz_err *err);
/* One @ with something before it and a dotted name behind it, no blanks: more only the mail itself can tell. */
bool yz_email_fits(struct yz_str s);
bool yz_password_fit(struct yz_str password, struct yz_str login, struct yz_err *err);

/* Inside a write: the new row's id, 0 when err is filled.  password: its hash, "" for an account nobody can sign in to.
 * The id number is hers from proof 1, and before that what she claims. */
int64_t yz_person_insert(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_person_values *v,
			 struct yz_str password, int proof, int64_t legal_rep, struct yz_str region, struct yz_err *err);
/* The id of who is verified to have this id number, or 0; false when the database failed. */
bool yz_person_by_id_no(struct yz_site *site, struct yz_conn *conn, const char *id_no, int64_t *id, struct yz_err *err);
/* By login as typed; a verified person also by her id number, and by her mobile where no other verified one has it:
 * id or 0. */
bool yz_person_find(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str login, int64_t *id,
		    struct yz_err *err);
/* The stored password hash of an active person; "" when there is none. */
bool yz_person_password(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_str *hash, struct yz_err *err);

#endif
