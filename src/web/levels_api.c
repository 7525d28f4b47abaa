/* web/levels_api.c - what programs of other installations and of departments speak to: docs/api/levels.json says it all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/embed.h"
#include "base/log.h"
#include "fmt/json.h"
#include "gov/outside_report.h"
#include "gov/upward.h"
#include "web/handlers.h"
#include "web/hooks.h"

#include <stdio.h>

extern const struct yz_embedded web_api[];
extern const size_t web_api_count;

/* It is a program that reads this: the status says it, the rest is for who mends it. */
static bool refuse(struct yz_page *p, const struct yz_err *failed)
{
	struct yz_buf b;
	struct yz_jw w;
	char text[sizeof failed->where + sizeof failed->msg + 4];
	/* Who has no secret learns nothing of who has. */
	bool open = failed->code == YZ_BAD_INPUT || failed->code == YZ_SYNTAX || failed->code == YZ_LIMIT || failed->code == YZ_TOO_LARGE;
	snprintf(text, sizeof text, "%s%s%s", failed->where, failed->where[0] ? ": " : "", failed->msg);
	if (yz_code_status(failed->code) >= 500)
		yz_log_err(YZ_ERROR, failed);
	else
		yz_log(YZ_WARN, "levels: %s", text);
	yz_buf_init(&b, p->arena, 4096);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kz(&w, "error", open ? text : yz_code_name(failed->code));
	yz_jw_end(&w, '}');
	yz_res_status(p->req, yz_code_status(failed->code));
	return yz_res_json(p->req, yz_buf_str(&b));
}

static bool take(struct yz_page *p, bool system, const struct yz_upward_message *m, int *status, struct yz_str *said, struct yz_str *sign,
		 struct yz_err *failed)
{
	return system ? yz_outside_take(p->site, p->arena, p->lang, m, status, said, sign, failed)
		      : yz_upward_take(p->site, p->arena, m, status, said, sign, failed);
}

static bool answer(struct yz_req *req, const char *method, const char *path, bool system)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct yz_str said, sign;
	int status;
	const struct yz_upward_message m = {.method = method, .path = path, .site = yz_req_header(req, "x-yizhan-site"),
					    .time = yz_req_header(req, "x-yizhan-time"), .nonce = yz_req_header(req, "x-yizhan-nonce"),
					    .sign = yz_req_header(req, "x-yizhan-signature"), .client = req->client, .body = req->body};
	yz_page_release(p);
	if (!yz_web_rate(p, "levels", YZ_LIT(""), 1200, 600, &failed) || !take(p, system, &m, &status, &said, &sign, &failed))
		return refuse(p, &failed);
	yz_res_status(req, status);
	yz_res_header(req, "X-Yizhan-Signature", sign);
	return yz_res_json(req, said);
}

bool yz_web_levels_reports(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return answer(req, "POST", YZ_UPWARD_PATH, false);
}

bool yz_web_levels_state(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return answer(req, "GET", YZ_UPWARD_STATE, false);
}

bool yz_web_systems_reports(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return answer(req, "POST", YZ_OUTSIDE_PATH, true);
}

bool yz_web_systems_state(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return answer(req, "GET", YZ_OUTSIDE_STATE, true);
}

bool yz_web_openapi(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	yz_res_cache(req, "no-cache");
	return yz_res_json(req, yz_str_n((const char *)web_api[0].data, web_api[0].size));
}
