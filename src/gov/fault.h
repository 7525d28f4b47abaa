/* gov/fault.h - what is wrong with one field of what she sent.
 *
 * The page shows the message (a message id of the catalogue) at the field that err->where names.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_FAULT_H
#define YZ_GOV_FAULT_H

#include "base/err.h"

static inline bool yz_wrong(struct yz_err *err, const char *field, const char *what)
{
	yz_fail(err, YZ_BAD_INPUT, "%s", what);
	return yz_fail_in(err, "%s", field);
}

#endif
