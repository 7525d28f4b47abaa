/* dmn/eval.h - private: what the evaluating files share.
 *
 *	eval.c      one evaluation: values of nodes, frames, functions of the model
 *	boxed.c     boxed expressions
 *	service.c   decision services
 *	table.c     decision tables; table_index.c: what makes them quick;
 *	            table_unknown.c: what they answer when facts are missing
 *	told.c      facts told one by one, as inputs; facts.c: which there are
 *	trace.c     what an evaluation remembers when it explains; trace_text.c,
 *	            trace_json.c: how it is written
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_EVAL_H
#define YZ_DMN_EVAL_H

#include "dmn/model.h"

/* An evaluation's values lie in pages, made when first touched. */
enum { YZ_DMN_PAGE = 32 };
enum yz_dstate { DS_NONE, DS_BUSY, DS_DONE, DS_SET };
struct yz_dmn_page {
	uint8_t state[YZ_DMN_PAGE]; /* enum yz_dstate */
	struct yz_feel_value values[];
};

/* In words of 64 bits: a processor forwards what was just stored to a load only where one store covers it, and what
 * is copied here was often written in smaller pieces a moment ago. */
static inline void yz_dcopy(struct yz_feel_value *to, const struct yz_feel_value *from)
{
	uint64_t a, b, c;
	memcpy(&a, from, 8);
	memcpy(&b, (const char *)from + 8, 8);
	memcpy(&c, (const char *)from + 16, 8);
	__asm__("" : "+r"(a), "+r"(b), "+r"(c));
	memcpy(to, &a, 8);
	memcpy((char *)to + 8, &b, 8);
	memcpy((char *)to + 16, &c, 8);
}

/* The page of a node, made when it is not there. */
struct yz_dmn_page *yz_dpage_new(struct yz_dmn_eval *e, size_t index);
static inline struct yz_dmn_page *yz_dpage(struct yz_dmn_eval *e, size_t index)
{
	struct yz_dmn_page *page = e->pages[index / YZ_DMN_PAGE];
	return page ? page : yz_dpage_new(e, index);
}
/* What stands for a node in a frame: its value, or the function of a knowledge model or service. */
struct yz_feel_value yz_dnode_value(struct yz_dmn_eval *e, const struct yz_dnode *n);
/* The values a node's logic stands on, to the beginning of its frame. */
void yz_dframe_fill(struct yz_dmn_eval *e, const struct yz_dnode *n, struct yz_feel_value *frame);
/* An input nobody set: null, or unknown by its name. */
struct yz_feel_value yz_dmissing(struct yz_dmn_eval *e, const struct yz_dnode *n);

/* A function value: `fn` with what it captured (boxed), or that of a knowledge model or service `n`. */
struct yz_feel_value yz_dclosure(struct yz_dmn_eval *e, const struct yz_dfunction *fn,
				 const struct yz_feel_value *frame);
struct yz_feel_value yz_dservice_run(struct yz_dmn_eval *e, const struct yz_dnode *n, const struct yz_feel_value *args);

/* One round of a loop; false, with the reason raised, when the run has no steps left. */
bool yz_dstep(struct yz_dmn_eval *e);
/* Null for a reason that lies at a place of the model. */
struct yz_feel_value yz_dnull(struct yz_dmn_eval *e, enum yz_feel_why why, const struct yz_dmn_place *place,
			      struct yz_str a, struct yz_str b, struct yz_str c);

/* A frame for the length of a block: short ones lie on the C stack. */
enum { YZ_DMN_SHORT = 24 };
static inline struct yz_feel_value *yz_dframe(struct yz_dmn_eval *e, struct yz_feel_value brief[YZ_DMN_SHORT], size_t n)
{
	if (n > YZ_DMN_SHORT)
		return yz_new_n(e->run->arena, n, struct yz_feel_value);
	memset(brief, 0, n * sizeof *brief);
	return brief;
}

/* ---- trace.c; all do nothing when the evaluation does not explain ---- */

struct yz_dmn_trace *yz_dtrace_open_step(struct yz_dmn_eval *e, enum yz_dmn_step step,
					 const struct yz_dmn_place *place);
static inline struct yz_dmn_trace *yz_dtrace_open(struct yz_dmn_eval *e, enum yz_dmn_step step,
						  const struct yz_dmn_place *place)
{
	return e->explain ? yz_dtrace_open_step(e, step, place) : NULL;
}
/* A value as an expression, cut to what a message has room for. */
struct yz_str yz_dbrief(struct yz_arena *a, struct yz_feel_value v);
/* t NULL: nothing was opened. */
void yz_dtrace_close(struct yz_dmn_eval *e, struct yz_dmn_trace *t, struct yz_feel_value v);

#endif
