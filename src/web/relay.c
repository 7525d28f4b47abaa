/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/relay.h"

#include "web/handlers.h"
#include "web/templates.h"

enum { PAGE = 50 };

/* What one case told another and nobody has heard. */
bool yz_web_board_relays(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_relay *list = NULL;
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	size_t n = conn ? yz_relay_list(conn, p->arena, &p->who, before, PAGE + 1, &list, err) : 0;
	if (err->code)
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "没有送到的通知"));
	tpl_board_relays(out, p, list, n > PAGE ? PAGE : n, n > PAGE, p->lang);
	return yz_page_end(p);
}
