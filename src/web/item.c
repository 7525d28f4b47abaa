/* SPDX-License-Identifier: Apache-2.0 */
#include "web/ask.h"
#include "web/find.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

#include "gov/version.h"
#include "pack/pack.h"

struct yz_str yz_show_code(const struct yz_page *p, const char *list, struct yz_str code)
{
	const char *title = code.len ? yz_code_title(list, code) : NULL;
	return title ? yz_str(yz_tr(p->lang, title)) : code;
}

struct yz_str yz_show_codes(const struct yz_page *p, const char *list, const struct yz_json *codes)
{
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 4096);
	for (size_t i = 0; i < yz_json_len(codes); i++) {
		if (i)
			yz_buf_addz(&b, p->lang == YZ_LANG_ZH ? "、" : ", ");
		yz_buf_adds(&b, yz_show_code(p, list, yz_json_at(codes, i)->text));
	}
	return yz_buf_str(&b);
}

struct yz_str yz_show_span(const struct yz_page *p, int32_t n, enum yz_unit unit)
{
	switch (unit) {
	case YZ_WORKING_DAYS:
		return yz_str_printf(p->arena, T_N(p->lang, "%d 个工作日", (uint64_t)n), n);
	case YZ_NATURAL_DAYS:
		return yz_str_printf(p->arena, T_N(p->lang, "%d 天", (uint64_t)n), n);
	case YZ_WORKING_HOURS:
		return yz_str_printf(p->arena, T_N(p->lang, "%d 个工作小时", (uint64_t)n), n);
	case YZ_NATURAL_HOURS:
		return yz_str_printf(p->arena, T_N(p->lang, "%d 小时", (uint64_t)n), n);
	default:
		return yz_str_printf(p->arena, T_N(p->lang, "%d 分钟", (uint64_t)n), n);
	}
}

struct yz_str yz_show_limit(const struct yz_page *p, const struct yz_json *limit)
{
	struct yz_item_limit l;
	return yz_item_limit_read(limit, &l) ? yz_show_limit_of(p, &l) : (struct yz_str){0};
}

struct yz_str yz_show_limit_of(const struct yz_page *p, const struct yz_item_limit *l)
{
	if (!l->given)
		return (struct yz_str){0};
	return l->at_once ? yz_str(T(p->lang, "当场办结")) : yz_show_span(p, l->n, l->unit);
}

static bool show(struct yz_page *p, const struct yz_item *item, const struct yz_version *v)
{
	struct yz_item_page page = {.item = item, .body = v->body, .org = v->org_body, .org_name = yz_name(p, v->org_name),
				    .org_key = v->org, .suspended = yz_str_eqz(item->state, "suspended")};
	page.promised = yz_show_limit(p, yz_json_get(v->body, "promised_limit"));
	page.legal = yz_show_limit(p, yz_json_get(v->body, "legal_limit"));
	page.result = yz_json_str(yz_json_get(v->body, "result"), "name");
	page.can_apply = v->form && !page.suspended;
	page.decides = v->decision != NULL;
	page.fee = yz_str(!yz_json_get(v->body, "fees")		 ? ""
			  : yz_json_len(yz_json_get(v->body, "fees")) ? T(p->lang, "收费")
								      : T(p->lang, "不收费"));
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, yz_name(p, item->name)));
	tpl_find_item(out, p, &page, p->lang);
	return yz_page_end(p);
}

bool yz_web_item(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str code = yz_req_param(req, "code");
	struct yz_str words = yz_came_from_search(p);
	const struct yz_entry_item *found = words.len ? yz_catalogue_find(yz_page_catalogue(p), code) : NULL;
	if (found)
		yz_asked_opened(p->site, words, found->code);
	p->room = YZ_ROOM_ITEMS;
	if (yz_page_kept(p))
		return true;
	struct yz_kept_term term = {.edition = yz_site_edition(p->site)};
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_item *item = conn ? yz_item_head_at(conn, p->arena, code, p->now, err) : NULL;
	const struct yz_version *v = item ? yz_version_of(p->site, conn, p->arena, item->id, err) : NULL;
	yz_res_cache(req, "no-cache, private");
	return v && yz_item_good_until(conn, code, p->now, &term.until, err) && show(p, item, v) && yz_page_keep(p, term);
}
