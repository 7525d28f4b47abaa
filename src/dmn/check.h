/* dmn/check.h - private: what is suspicious in a decision table.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_CHECK_H
#define YZ_DMN_CHECK_H

#include "dmn/load.h"

/* What loading knows of a clause beyond the model. */
struct yz_dclause {
	const struct yz_xml *el;
	const struct yz_feel_type *type, *seen; /* declared (an input's: or as it shows); as the cells show */
	const struct yz_feel_value *values;     /* allowed ones, when they are a plain list */
	size_t nvalues, any;
};
struct yz_dclauses {
	struct yz_dclause *inputs, *outputs;
};

/* The clauses, before the rules are read.  False: two outputs have one name, so nothing can come of it. */
bool yz_dcheck_table(struct yz_dscope *s, const struct yz_xml *el, const struct yz_dtable *t,
		     const struct yz_dclauses *clauses);
void yz_dcheck_cell(struct yz_dscope *s, const struct yz_xml *el, const struct yz_dclause *clause,
		    const struct yz_dfeel *cell);
void yz_dcheck_rule(struct yz_dscope *s, const struct yz_xml *el, const struct yz_dtable *t, const struct yz_drule *r,
		    const struct yz_dclauses *clauses);

#endif
