/* SPDX-License-Identifier: Apache-2.0 */
#include "web/account.h"

#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

#include <ctype.h>

/* ---- papers ---- */

static bool show_check(struct yz_page *p, struct yz_str code, const struct yz_document_check *found)
{
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "证照文书核验"));
	tpl_check_paper(out, p, code, found, p->lang);
	return yz_page_end(p);
}

bool yz_web_check(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return show_check(yz_page_of(req), YZ_LIT(""), NULL);
}

bool yz_web_check_post(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	struct yz_page *p = yz_page_of(req);
	struct yz_str typed = yz_req_field(req, "code");
	char code[40];
	size_t n = 0;
	for (size_t i = 0; i < typed.len && n < sizeof code - 1; i++)
		if (isalnum((unsigned char)typed.ptr[i]))
			code[n++] = (char)toupper((unsigned char)typed.ptr[i]);
	return yz_res_redirect(req, n ? yz_str_printf(p->arena, "/check/%.*s", (int)n, code) : YZ_LIT("/check"));
}

bool yz_web_check_code(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str code = yz_req_param(req, "code");
	struct yz_document_check found;
	struct yz_err failed = {0};
	if (!yz_web_rate(p, "check", YZ_LIT(""), 60, 60, err))
		return false;
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn)
		return false;
	if (yz_document_check(p->site, conn, p->arena, code, &found, &failed))
		return show_check(p, code, &found);
	if (failed.code != YZ_NOT_FOUND) {
		*err = failed;
		return false;
	}
	yz_res_status(req, 404);
	return show_check(p, code, NULL);
}

/* ---- progress by number and tail of the id ---- */

static bool show_progress(struct yz_page *p, const struct yz_case_row *row, const struct yz_joint *j, bool missed)
{
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "查进度"));
	tpl_check_progress(out, p, row, j, missed, yz_req_field(p->req, "no"), p->lang);
	return yz_page_end(p);
}

bool yz_web_progress(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return show_progress(yz_page_of(req), NULL, NULL, false);
}

bool yz_web_progress_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_case_row row;
	struct yz_err failed = {0};
	if (!yz_web_rate(p, "progress", yz_str_trim(yz_req_field(req, "no")), 6, 12, err))
		return false;
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn)
		return false;
	if (yz_case_peek(p->site, conn, p->arena, yz_req_field(req, "no"), yz_req_field(req, "tail"), &row, &failed))
		return show_progress(p, &row, NULL, false);
	const struct yz_joint *j = NULL;
	if (failed.code == YZ_NOT_FOUND) {
		failed = (struct yz_err){0};
		j = yz_joint_peek(p->site, conn, p->arena, yz_req_field(req, "no"), yz_req_field(req, "tail"), &failed);
	}
	if (!j && failed.code != YZ_NOT_FOUND) {
		*err = failed;
		return false;
	}
	return show_progress(p, NULL, j, !j);
}
