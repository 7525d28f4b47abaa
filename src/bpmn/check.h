/* bpmn/check.h - private: what the static constraints share.
 *
 * The codes are those of the published list of BPMN 2.0 serialization
 * constraints (EXT002 … EXT152), so that findings can be compared with other
 * checkers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BPMN_CHECK_H
#define YZ_BPMN_CHECK_H

#include "bpmn/model.h"

#define BAD(code, el, ...) yz_bdiag(m, YZ_BPMN_REJECT, code, el, __VA_ARGS__)

typedef void yz_bcheck(struct yz_bpmn *m, const struct yz_belem *el); /* one rule on one element */

struct yz_brule {
	const char *element;
	yz_bcheck *check;
};

/* The element a reference attribute or text names, or NULL. */
const struct yz_belem *yz_bref(const struct yz_bpmn *m, struct yz_str qname);
const struct yz_belem *yz_bref_attr(const struct yz_bpmn *m, const struct yz_belem *el, const char *attr);
/* The element a child's text names. */
const struct yz_belem *yz_bref_child(struct yz_bpmn *m, const struct yz_belem *el, const char *child);
const struct yz_bnode *yz_bnode_at(const struct yz_bpmn *m, const struct yz_belem *el);
bool yz_belem_executable(const struct yz_belem *el); /* in a process that is to be run */
bool yz_belem_one_of(const struct yz_belem *el, const char *const *names, size_t n);
size_t yz_belem_count(const struct yz_belem *el, const char *child);
const struct yz_belem *yz_belem_owner(const struct yz_belem *el, const char *name); /* nearest ancestor of that name */

/* The item definition an element speaks of (itemSubjectRef, itemRef, structureRef), and whether two are alike. */
const struct yz_belem *yz_bitem(const struct yz_bpmn *m, const struct yz_belem *el);
bool yz_bitem_same(const struct yz_belem *a, const struct yz_belem *b);

extern const struct yz_brule yz_bevent_rules[], yz_bdata_rules[], yz_bpart_rules[], yz_btext_rules[]; /* ended by {0} */

#endif
