/* web/language.c - the languages of a page: where the others are, and what is not in one of them yet.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "web/frame.h"

#include "fmt/html.h"
#include "web/templates.h"
#include "web/web.h"

#include <string.h>

/* FOREIGN: of so many texts of a page one may be missing. */
enum { LINK_MOST = 4096, FOREIGN = 4 };

/* An answer to a form has no address of its own to go to. */
static struct yz_str page_behind(const struct yz_page *p, enum yz_lang lang)
{
	struct yz_str path = yz_req_page(p->req), part;
	struct yz_buf b;
	yz_buf_init(&b, p->arena, LINK_MOST);
	path = yz_str_n(path.ptr + 1, path.len - 1);
	while (yz_str_cut(&path, '/', &part)) {
		yz_buf_addc(&b, '/');
		yz_html_url_part(&b, part);
	}
	return b.full ? yz_str_printf(p->arena, "/?lang=%s", yz_lang_code(lang))
		      : yz_str_printf(p->arena, "%.*s?lang=%s", YZ_P(yz_buf_str(&b)), yz_lang_code(lang));
}

struct yz_str yz_page_in(const struct yz_page *p, enum yz_lang lang)
{
	if (p->req->method != YZ_GET)
		return page_behind(p, lang);
	struct yz_pairs q = yz_req_queries(p->req);
	struct yz_buf b;
	yz_buf_init(&b, p->arena, LINK_MOST);
	yz_buf_addc(&b, '?');
	for (size_t i = 0; i < q.len; i++) {
		if (yz_str_eqz(q.at[i].name, "lang") || yz_str_eqz(q.at[i].name, "done"))
			continue;
		yz_html_url_part(&b, q.at[i].name);
		yz_buf_addc(&b, '=');
		yz_html_url_part(&b, q.at[i].value);
		yz_buf_addc(&b, '&');
	}
	/* A query as long as that is nobody's who reads: the page without it. */
	if (b.full) {
		yz_buf_init(&b, p->arena, LINK_MOST);
		yz_buf_addc(&b, '?');
	}
	yz_buf_printf(&b, "lang=%s", yz_lang_code(lang));
	return yz_buf_str(&b);
}

void yz_page_in_chinese(struct yz_page *p)
{
	struct yz_tr_tally now = yz_tr_tally();
	if (p->lang == YZ_LANG_ZH || (now.missed - p->tally.missed) * FOREIGN <= now.found - p->tally.found)
		return;
	size_t len = p->out.len - p->main_from;
	char *said = yz_alloc(p->arena, len + 1);
	memcpy(said, p->out.ptr + p->main_from, len);
	p->out.len = p->main_from;
	tpl_frame_chinese(&p->out, p->lang);
	yz_buf_addz(&p->out, "<div class=\"in-chinese\" lang=\"zh-CN\" dir=\"ltr\">\n");
	yz_buf_add(&p->out, said, len);
	yz_buf_addz(&p->out, "</div>\n");
}
