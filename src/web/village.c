/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/village.h"

#include "web/desk.h"
#include "web/handlers.h"
#include "web/templates.h"

/* A town's villages; the worker of one sees hers, what falls due, and what she may take in for whom. */
bool yz_web_villages(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_villages v;
	struct yz_case_list due;
	struct yz_str village = yz_req_query(req, "village");
	const struct yz_case_query q = {.limit = 10};
	if (!conn || !yz_villages(conn, p->arena, &p->who, village, &v, err) || !yz_case_desk(p->site, conn, p->arena, &p->who, &q, &due, err))
		return false;
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, v.worker ? T(p->lang, "我的村") : T(p->lang, "各村办件"));
	tpl_desk_villages(out, p, &v, &due, village, yz_page_catalogue(p), p->lang);
	return yz_page_end(p);
}
