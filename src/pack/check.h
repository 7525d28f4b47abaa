/* pack/check.h - findings while reading a pack's files (private to pack).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PACK_CHECK_H
#define YZ_PACK_CHECK_H

#include "pack/form.h"
#include "pack/pack.h"

enum { YZ_FINDINGS = 500 }; /* of one pack; what follows is one more line */

struct yz_checker {
	struct yz_arena *a;
	struct yz_str file;
	struct yz_pack_findings *out;
};

/* mend is a whole sentence; NULL repeats nothing.  Both have their Chinese in say.def, or from yz_check_zh. */
void yz_check_error(struct yz_checker *c, uint32_t line, const char *mend, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void yz_check_warn(struct yz_checker *c, uint32_t line, const char *mend, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The Chinese of what say.def has; "" where it has none. */
struct yz_str yz_check_chinese(struct yz_arena *a, struct yz_str english);
/* The last finding in Chinese, where its words come from elsewhere. */
void yz_check_zh(struct yz_checker *c, const char *mend, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
size_t yz_check_errors(const struct yz_pack_findings *f);

/* Members of an object by a list of names ended by NULL; "x" is enough to say which are allowed. */
void yz_check_keys(struct yz_checker *c, const struct yz_json *object, const char *where, const char *const *keys);
bool yz_check_key_name(struct yz_str key); /* [a-z0-9-]{1,60} */

/* A form with all its findings; NULL where one is an error. */
const struct yz_form *yz_form_check(struct yz_checker *c, const struct yz_json *json);
/* A condition of the file; line is where its text stands. */
const struct yz_feel *yz_check_condition(struct yz_checker *c, const struct yz_form *form, const struct yz_json *text,
					 const char *where);

#endif
