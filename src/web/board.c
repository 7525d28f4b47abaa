/* SPDX-License-Identifier: Apache-2.0 */
#include "web/board.h"

#include "db/ledger.h"
#include "gov/reach.h"
#include "web/desk.h"
#include "web/handlers.h"
#include "web/templates.h"

enum { PAGE = 50, CARDS = 12, CARD_PAGE = 100, LEDGER_PAGE = 100 };

struct yz_str yz_show_share(const struct yz_page *p, int64_t part, int64_t whole)
{
	return whole ? yz_str_printf(p->arena, "%.1f%%", 100.0 * (double)part / (double)whole) : YZ_LIT("–");
}

struct yz_str yz_show_stars(const struct yz_page *p, const struct yz_figures *f)
{
	return f->rated ? yz_str_printf(p->arena, "%.1f", (double)f->stars / (double)f->rated) : YZ_LIT("–");
}

static bool month_fits(struct yz_str s)
{
	int64_t v;
	return s.len == 7 && s.ptr[4] == '-' && yz_str_int(yz_str_n(s.ptr, 4), &v) && yz_str_int(yz_str_n(s.ptr + 5, 2), &v) && v >= 1 &&
	       v <= 12;
}

/* From and to, 'YYYY-MM'; this month when not said. */
static void read_months(struct yz_page *p, struct yz_board_page *v)
{
	char day[16];
	yz_day_print(yz_instant_day(p->now, p->site->offset), day);
	struct yz_str now = yz_str_dup(p->arena, yz_str_n(day, 7));
	v->from = yz_req_query(p->req, "from");
	v->to = yz_req_query(p->req, "to");
	if (!month_fits(v->to))
		v->to = now;
	if (!month_fits(v->from))
		v->from = v->to;
}

static bool load(struct yz_page *p, struct yz_board_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	*v = (struct yz_board_page){.query = {.limit = 15}};
	if (!conn)
		return false;
	read_months(p, v);
	v->nfigures = yz_board_figures(p->site, conn, p->arena, &p->who, v->from, v->to, &v->figures, err);
	v->ncards = v->nfigures ? yz_card_list(p->site, conn, p->arena, &p->who, YZ_LIT(""), 0, CARDS, &v->cards, err) : 0;
	return !err->code && yz_case_watch(p->site, conn, p->arena, &p->who, &v->query, &v->cases, err);
}

bool yz_web_board(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_board_page v;
	if (!load(p, &v, err))
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "监察"));
	tpl_board_board(out, p, &v, p->lang);
	return yz_page_end(p);
}

/* The part of the board that is fetched anew when something changed. */
bool yz_web_board_numbers(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_board_page v;
	struct yz_buf out;
	if (!load(p, &v, err))
		return false;
	yz_buf_init(&out, p->arena, 4 << 20);
	tpl_board_numbers(&out, p, &v, p->lang);
	return yz_page_fragment(p, &out);
}

bool yz_web_board_events(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	const struct yz_str topics[] = {YZ_LIT("board")};
	yz_page_release(p);
	return yz_res_events(req, topics, 1, err);
}

bool yz_web_board_cases(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_board_page v = {.query = {.words = yz_str_trim(yz_req_query(req, "q")), .light = yz_req_query(req, "light"),
					    .org = yz_req_query(req, "org"), .limit = PAGE}};
	yz_str_int(yz_req_query(req, "due"), &v.query.after_due);
	yz_str_int(yz_req_query(req, "id"), &v.query.after_id);
	if (!conn || !yz_case_watch(p->site, conn, p->arena, &p->who, &v.query, &v.cases, err))
		return false;
	if (v.cases.more) {
		const struct yz_case_row *last = &v.cases.rows[v.cases.len - 1];
		v.next = yz_str_printf(p->arena, "/board/cases?due=%lld&id=%lld&light=%.*s&org=%.*s",
				       (long long)(last->next_due ? last->next_due : INT64_MAX), (long long)last->id, YZ_P(v.query.light),
				       YZ_P(v.query.org));
	}
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "在办件"));
	tpl_board_cases(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_cards(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_card *cards = NULL;
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	size_t n = conn ? yz_card_list(p->site, conn, p->arena, &p->who, yz_req_query(req, "org"), before, CARD_PAGE, &cards, err) : 0;
	if (err->code)
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "黄牌红牌"));
	tpl_board_cards(out, p, cards, n, n == CARD_PAGE, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_figures(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_board_page v = {0};
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn)
		return false;
	read_months(p, &v);
	v.nfigures = yz_board_figures(p->site, conn, p->arena, &p->who, v.from, v.to, &v.figures, err);
	v.nmonths = v.nfigures ? yz_board_months(p->site, conn, p->arena, &p->who, YZ_LIT(""), &v.months, err) : 0;
	if (err->code)
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "部门和月份统计"));
	tpl_board_figures(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_org(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_board_page v = {.org = yz_req_param(req, "key"), .query = {.limit = PAGE}};
	const struct yz_entry_org *org = yz_catalogue_org(yz_page_catalogue(p), v.org);
	if (!conn || !org)
		return conn ? yz_fail(err, YZ_NOT_FOUND, "no department %.*s", YZ_P(v.org)) : false;
	v.org_name = org->name;
	v.query.org = v.org;
	v.nmonths = yz_board_months(p->site, conn, p->arena, &p->who, v.org, &v.months, err);
	v.ncards = err->code ? 0 : yz_card_list(p->site, conn, p->arena, &p->who, v.org, 0, CARDS, &v.cards, err);
	if (err->code || !yz_case_watch(p->site, conn, p->arena, &p->who, &v.query, &v.cases, err))
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, yz_name(p, v.org_name)));
	tpl_board_org(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_ledger(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_entries entries;
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	/* Its entries are of the whole site, not of one of its towns. */
	if (!conn || !yz_reach_whole(p->site, conn, p->arena, &p->who, YZ_MAY_ledger_read, err) ||
	    !yz_ledger_page(conn, p->arena, p->site->region, before, LEDGER_PAGE, &entries, err))
		return false;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "账目"));
	tpl_board_ledger(out, p, &entries, entries.count == LEDGER_PAGE, p->lang);
	return yz_page_end(p);
}
