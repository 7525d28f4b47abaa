/* dmn/compile.h - private: between the files that compile boxed expressions.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_COMPILE_H
#define YZ_DMN_COMPILE_H

#include "dmn/load.h"

/* One boxed expression: everything but its typeRef; `*seen` (NULL before) is the type of its value. */
typedef struct yz_dexpr *yz_dreader(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen);

/* compile.c */
struct yz_dexpr *yz_dexpr_new(struct yz_dscope *s, const struct yz_xml *el, enum yz_dexpr_kind kind);
struct yz_dexpr *yz_dexpr_broken(struct yz_dscope *s, const struct yz_xml *el, const char *why);
/* Something that has to be there is not: reports it. */
struct yz_dexpr *yz_dexpr_missing(struct yz_dscope *s, const struct yz_xml *el, const char *what);
/* The expression in a child like <in>, <then>. */
const struct yz_dexpr *yz_dexpr_part(struct yz_dscope *s, const struct yz_xml *el, const char *name,
				     const struct yz_feel_type **seen);
struct yz_feel_type *yz_dtype_list(struct yz_dload *l, const struct yz_feel_type *item);
/* compile_call.c */
yz_dreader yz_dread_function, yz_dread_invocation;
/* compile_loop.c */
yz_dreader yz_dread_conditional, yz_dread_filter, yz_dread_for, yz_dread_quantified;

#endif
