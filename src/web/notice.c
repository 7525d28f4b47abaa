/* The notice (智能告知单): as a page, and as a paper.  SPDX-License-Identifier: Apache-2.0 */
#include "web/guide.h"

#include "print/qr.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

/* Its guide when everything is answered; else an answer has been set, or err. */
static bool load_decided(struct yz_page *p, struct yz_guide_page *v, struct yz_err *err)
{
	struct yz_err failed = {0};
	if (!yz_guide_page_load(p, v, &failed)) {
		yz_guide_page_gone(p, &failed, err);
		return false;
	}
	if (v->g->decided)
		return true;
	yz_res_redirect(p->req, yz_str_printf(p->arena, "/guide/%.*s", YZ_P(v->g->token)));
	return false;
}

bool yz_web_notice(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_guide_page v;
	if (!load_decided(p, &v, err))
		return !err->code;
	v.qr = (struct yz_html){yz_qr_svg(p->arena, yz_str_printf(p->arena, "%.*s/notice", YZ_P(v.address)))};
	struct yz_buf *out = yz_page_begin(p, yz_printf(p->arena, "%s - %.*s", T(p->lang, "办事告知单"), YZ_P(v.g->name)));
	tpl_guide_notice(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_notice_pdf(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_guide_page v;
	struct yz_str pdf;
	if (!yz_web_rate(p, "notice", YZ_LIT(""), 20, 40, err))
		return false;
	if (!load_decided(p, &v, err))
		return !err->code;
	yz_page_release(p);
	const struct yz_doc *doc = yz_guide_doc(p, v.g, yz_str_printf(p->arena, "%.*s/notice", YZ_P(v.address)));
	if (!(p->site->printer ? yz_printer_render(p->site->printer, doc, p->arena, &pdf, err) : yz_print_pdf(doc, p->arena, &pdf, err)))
		return false;
	if (yz_req_query(req, "save").len)
		yz_res_download(req, yz_str_printf(p->arena, "%.*s.pdf", YZ_P(v.g->name)));
	return yz_res_body(req, "application/pdf", pdf);
}
