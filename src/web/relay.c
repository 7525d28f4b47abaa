/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/relay.h"

#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

enum { PAGE = 50 };

/* What one case told another and nobody has heard. */
static bool show(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_relay *list = NULL;
	int64_t before = 0;
	yz_str_int(yz_req_query(p->req, "before"), &before);
	size_t n = conn ? yz_relay_list(conn, p->arena, &p->who, before, PAGE + 1, &list, err) : 0;
	if (err->code)
		return false;
	if (failed)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "没有送到的通知"));
	tpl_board_relays(out, p, list, n > PAGE ? PAGE : n, n > PAGE, failed ? yz_err_text(p, failed) : YZ_LIT(""), p->lang);
	return yz_page_end(p);
}

bool yz_web_board_relays(struct yz_req *req, struct yz_err *err)
{
	return show(yz_page_of(req), NULL, err);
}

bool yz_web_board_relay_again(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	yz_page_release(p);
	if (yz_relay_again(p->site, &p->who, yz_param_int(req, "id"), &failed))
		return yz_res_redirect(req, YZ_LIT("/board/relays?done=sent_again"));
	if (yz_err_is_hers(&failed))
		return show(p, &failed, err);
	*err = failed;
	return false;
}
