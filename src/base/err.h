/* base/err.h - what failed, where, and for whom.
 *
 * A fallible function returns bool or a pointer, with `struct yz_err *err`
 * last, and fails exactly when it filled err.  An error is a code, a message
 * for whoever can mend it, where it happened (outermost first) and the place
 * in the source; it never allocates.  The code picks the HTTP status and the
 * text a citizen sees; the message is printed once, at the edge.
 *
 *	if (!yz_form_load(a, path, &form, err))
 *		return yz_fail_in(err, "pack %s", name);
 *	return yz_fail(err, YZ_SYNTAX, "field %s is used but never asked", name);
 *
 * In a function returning a pointer: return yz_fail_null(err, …).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BASE_ERR_H
#define YZ_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

enum yz_code {
	YZ_OK = 0,
#define CODE(name, status, text) YZ_##name,
#include "base/codes.def"
#undef CODE
};

struct yz_err {
	enum yz_code code;
	char msg[320];
	char where[256]; /* "pack demo: item 3" */
	const char *file;
	int line;
};

/* Fills err (NULL allowed) and returns false. */
#define yz_fail(err, code, ...) yz_fail_at((err), __FILE__, __LINE__, (code), __VA_ARGS__)
#define yz_fail_null(err, code, ...) (yz_fail((err), (code), __VA_ARGS__), NULL)
bool yz_fail_at(struct yz_err *err, const char *file, int line, enum yz_code code, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* Puts an outer place before `where`; returns false. */
bool yz_fail_in(struct yz_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

int yz_code_status(enum yz_code code);        /* HTTP status */
const char *yz_code_name(enum yz_code code);  /* "NOT_FOUND" */
const char *yz_code_text(enum yz_code code);  /* message id for the page */

/* "where: message (file:line)" into buf; returns buf. */
char *yz_err_print(const struct yz_err *err, char *buf, size_t size);

#endif
