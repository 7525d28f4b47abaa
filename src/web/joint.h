/* web/joint.h - what the templates of a joint application show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_JOINT_H
#define YZ_WEB_JOINT_H

#include "gov/joint.h"
#include "web/apply.h"

struct yz_joint_page {
	const struct yz_joint *j;
	/* By part: its draft and what is wrong with it; draft NULL: it has none. */
	struct yz_apply_page *drafts;
	size_t left;                      /* drafts that are not complete */
	const struct yz_joint_part *next; /* the first of them, or NULL */
	struct yz_str error;
};

/* "等“甲”“乙”办好"; "" where it waits for nothing. */
struct yz_str yz_joint_after(const struct yz_page *p, const struct yz_joint *j, const struct yz_joint_part *part);
/* "8 个工作日", "当场办结". */
struct yz_str yz_joint_limit(const struct yz_page *p, const struct yz_joint_part *part);

#endif
