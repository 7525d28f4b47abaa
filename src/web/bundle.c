/* 一件事: several items at once, by the event that calls for them.  SPDX-License-Identifier: Apache-2.0 */
#include "web/guide.h"
#include "web/handlers.h"
#include "web/templates.h"

bool yz_web_bundles(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_bundle *list;
	size_t n = conn ? yz_bundle_list(p->site, conn, p->arena, p->lang, &list, err) : 0;
	if (err->code)
		return false;
	p->room = YZ_ROOM_ITEMS;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "一件事一次办"));
	tpl_guide_bundles(out, p, list, n, p->lang);
	return yz_page_end(p);
}

bool yz_web_bundle(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	const struct yz_bundle *b = conn ? yz_bundle_load(p->site, conn, p->arena, yz_req_param(req, "key"), p->lang, err) : NULL;
	if (!b)
		return false;
	p->room = YZ_ROOM_ITEMS;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, b->name));
	tpl_guide_bundle(out, p, b, p->lang);
	return yz_page_end(p);
}
