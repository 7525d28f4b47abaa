/* web/process.h - a process on a page: the drawing, and the same as a list (private to web).
 *
 * The drawing scrolls in its own box; the list beneath says every step in words, for who cannot see it or has no room.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_PROCESS_H
#define YZ_WEB_PROCESS_H

#include "bpmn/bpmn.h"
#include "gov/case_steps.h"
#include "web/web.h"

struct yz_process_row {
	struct yz_str name, who, limit, at; /* at: when it was opened or done; "" */
	enum yz_bpmn_mark mark;
};

struct yz_process_view {
	struct yz_html svg; /* empty: too large to draw, and the list says it all */
	struct yz_process_row *rows;
	size_t len;
	bool marked;
	bool now; /* the drawing has something in hand: #ID-now */
};

/* org: does what names no department.  id: begins the ids in the drawing. */
void yz_process_show(struct yz_page *p, const struct yz_bpmn *m, struct yz_str org, const char *id, struct yz_str title, struct yz_process_view *out);
/* With the tokens on it.  whole: with who handles it; else departments alone, as the citizen sees them. */
bool yz_process_of_case(struct yz_page *p, const struct yz_case *c, bool whole, struct yz_process_view *out, struct yz_err *err);
/* Two versions, marked by what is different; changes as yz_bpmn_compare gives them. */
void yz_process_compare(struct yz_page *p, const struct yz_bpmn *was, const struct yz_bpmn *is, const struct yz_bpmn_change *changes,
			size_t n, struct yz_process_view *before, struct yz_process_view *after);
/* 正在办, 已办 …: translated. */
const char *yz_process_word(const struct yz_page *p, enum yz_bpmn_mark mark);
/* 用户任务, 排他网关 …: translated. */
const char *yz_process_type(const struct yz_page *p, enum yz_bpmn_type type);

#endif
