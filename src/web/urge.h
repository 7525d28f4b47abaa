/* web/urge.h - what the pages of 督办 show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_URGE_H
#define YZ_WEB_URGE_H

#include "gov/urge.h"
#include "web/web.h"

struct yz_urge_page {
	bool desk, answered, received;
	struct yz_urge *at;
	size_t n;
};

struct yz_urge_form {
	struct yz_urge about;
	struct yz_urge_target *targets;
	size_t ntargets;
	int64_t parent;
	int32_t days;
	const struct yz_err *failed;
	struct yz_str error;
};

/* What it is about, in a word, and its page. */
struct yz_str yz_urge_thing_said(const struct yz_page *p, const struct yz_urge *u);
struct yz_str yz_urge_thing_address(const struct yz_page *p, const struct yz_urge *u);
/* Whom it lies with now. */
struct yz_str yz_urge_with(const struct yz_page *p, const struct yz_urge *u);
/* "ok", "warn", "late"; "" when it is answered or has no limit. */
const char *yz_urge_light(const struct yz_page *p, const struct yz_urge *u);
const char *yz_urge_light_title(const struct yz_page *p, const struct yz_urge *u);
/* 督办; what a level above orders: 上级督办, 上级询问. */
const char *yz_urge_kind(const struct yz_page *p, const struct yz_urge *u);
/* An entry of the clockwork in words. */
const char *yz_urge_entry(const struct yz_page *p, const struct yz_entry *e);

#endif
