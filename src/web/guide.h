/* web/guide.h - what the templates of guides and notices show (private to web).
 *
 *	GET /item/{code}/guide ─POST /guide─▶ GET /guide/{token} ─POST─▶ … ─▶ GET /guide/{token}/notice ─▶ .pdf, apply
 *
 * No answer stands in an address: each is posted and answered by a redirect, so that going back and loading again ask
 * nothing twice.  The routes with a token are not in the access log: who has the token has the guide.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_GUIDE_H
#define YZ_WEB_GUIDE_H

#include "gov/guide.h"
#include "gov/version.h"
#include "print/print.h"
#include "web/web.h"

enum yz_guide_mark { YZ_GUIDE_SAME, YZ_GUIDE_NEW, YZ_GUIDE_GONE };

struct yz_guide_page {
	const struct yz_guide *g;
	const struct yz_guide_question *ask; /* the next, or the one that is changed; NULL: everything is decided */
	const struct yz_guide_answered *changing; /* NULL: it is the next */
	const struct yz_str *typed; /* the values to be shown in it */
	size_t ntyped;
	struct yz_str error;
	struct yz_str address; /* of this guide on the net */
	const enum yz_guide_mark *marks; /* of each material: what the answer before this page changed */
	struct yz_html qr;
};

/* The guide of the address, as who asks sees it; v->address is of the guide itself.  YZ_NOT_FOUND: no such guide. */
bool yz_guide_page_load(struct yz_page *p, struct yz_guide_page *v, struct yz_err *err);
/* Instead of a page that is gone: how to begin again; 404.  Any other error is left in err: false. */
bool yz_guide_page_gone(struct yz_page *p, struct yz_err *failed, struct yz_err *err);
bool yz_guide_typed(const struct yz_guide_page *v, struct yz_str value);

/* Somebody pressed "apply" before signing in (within half an hour, in this browser): whether that is so; and, now that
 * she is `who` and it was she (`wanted`), where she goes on: to her draft, filled in, or, where that cannot be, to the
 * notice.  "": not wanted, nothing waits, or its guide is gone.  Whatever was said, it does not wait any more then.  No
 * connection may be held. */
bool yz_guide_waits(const struct yz_page *p);
struct yz_str yz_guide_go_on(struct yz_page *p, const struct yz_actor *who, bool wanted);

/* ---- words that the page and the paper share ---- */

/* "原件 1 份，复印件 2 份"; "" when neither is asked. */
struct yz_str yz_guide_copies(const struct yz_page *p, const struct yz_guide_material *m);
/* What it must be like and how to fill it in; who gives it out. */
struct yz_str yz_guide_standard(const struct yz_page *p, const struct yz_guide_material *m);
struct yz_str yz_guide_issuer(const struct yz_page *p, const struct yz_guide_material *m);
/* Why it need not be brought; "" when it must be. */
struct yz_str yz_guide_spared(const struct yz_page *p, const struct yz_guide_material *m);
/* "三、费用"; title: translated. */
struct yz_str yz_guide_heading(const struct yz_page *p, unsigned n, const char *title);
/* Its name, with "（有就带）" where it is optional; of a bundle, the items that ask for it. */
struct yz_str yz_guide_material_name(const struct yz_page *p, const struct yz_guide_material *m);
struct yz_str yz_guide_used_by(const struct yz_page *p, const struct yz_guide *g, const struct yz_guide_material *m);
/* When all that comes before can be done. */
struct yz_str yz_guide_ready(const struct yz_page *p, const struct yz_guide *g);
/* To be brought: needed, and nothing spares it. */
bool yz_guide_brought(const struct yz_guide_material *m);
/* "300 元", "不收费", "要收费，到窗口核定": of the whole, for the strip of facts. */
struct yz_str yz_guide_fee_words(const struct yz_page *p, const struct yz_guide *g);
/* "最早 2026年3月9日办好" of a step before. */
struct yz_str yz_guide_span(const struct yz_page *p, const struct yz_guide_step *s);
/* "下面 3 步可以同时办" over the first of several steps of one round; else "". */
struct yz_str yz_guide_round(const struct yz_page *p, const struct yz_guide *g, size_t step);
/* "先办好第 1、3 步" of a step, by the numbers they have in the list, without those that come before these anyway;
 * "先办好“…”" of an item of a bundle; "" when nothing comes before it. */
struct yz_str yz_guide_after(const struct yz_page *p, const struct yz_guide *g, const struct yz_guide_step *s);
struct yz_str yz_guide_item_after(const struct yz_page *p, const struct yz_guide *g, const struct yz_guide_item *it);
struct yz_str yz_bundle_after(const struct yz_page *p, const struct yz_bundle *b, size_t item);
/* 《城市道路管理条例》第三十条 of a law of an item. */
struct yz_str yz_guide_law(const struct yz_page *p, const struct yz_json *law);
struct yz_str yz_guide_day(const struct yz_page *p, yz_day day);
/* The answer, and where it comes from when she was not asked: 是（来自实名信息）. */
struct yz_str yz_guide_answer_words(const struct yz_page *p, const struct yz_guide_answered *one);
/* What the notice rests on, and how long it is kept. */
struct yz_str yz_guide_rests(const struct yz_page *p, const struct yz_guide *g);

/* The notice as a document: what the page says, in the same words and order. */
struct yz_doc *yz_guide_doc(const struct yz_page *p, const struct yz_guide *g, struct yz_str address);

#endif
