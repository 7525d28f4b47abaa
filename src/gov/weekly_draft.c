/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/weekly_draft.h"

#include "base/map.h"
#include "base/utf8.h"
#include "gov/catalogue.h"
#include "gov/reach.h"
#include "text/text.h"

#include <stdlib.h>
#include <string.h>

enum { TYPICAL = 5, QUOTED = 60 /* characters */ };

struct letter {
	int64_t id, rating;
	struct yz_str org, org_name, item, item_name, state, question;
	yz_instant asked, ended, due, rated;
};

/* More of a question than is quoted, and never all of what is long: there may be ten thousand. */
#define QUESTION "CASE WHEN c.published IS NULL THEN '' ELSE SUBSTR(c.public_question, 1, 200) END "

struct counting {
	struct yz_arena *a;
	struct yz_weekly *w;
	struct letter *letters;
	size_t n;
	yz_instant from, to, before, now;
	struct yz_map known; /* figure's key to index + 1 */
	YZ_VEC(struct yz_weekly_figure) figures;
};

static bool in_week(const struct counting *c, yz_instant t)
{
	return t >= c->from && t < c->to;
}

/* The figures that stand alone, in their order. */
#define FIGURES(X)                                                                                                               \
	X(before, N_("上周收到"), l->asked >= c->before && l->asked < c->from)                                                       \
	X(received, N_("本周收到"), in_week(c, l->asked))                                                                          \
	X(received_answered, N_("本周收到的已答复"), in_week(c, l->asked) && yz_str_eqz(l->state, "answered"))                       \
	X(received_open, N_("本周收到的正在办"), in_week(c, l->asked) && yz_str_eqz(l->state, "open"))                               \
	X(received_withdrawn, N_("本周收到的已撤回"), in_week(c, l->asked) && yz_str_eqz(l->state, "withdrawn"))                     \
	X(answered, N_("本周答复"), in_week(c, l->ended) && yz_str_eqz(l->state, "answered"))                                      \
	X(answered_on_time, N_("本周答复的按期"), in_week(c, l->ended) && yz_str_eqz(l->state, "answered") && l->ended < l->due)     \
	X(answered_late, N_("本周答复的超期"), in_week(c, l->ended) && yz_str_eqz(l->state, "answered") && l->ended >= l->due)       \
	X(overdue, N_("超期还没有答复"), yz_str_eqz(l->state, "open") && l->due <= c->now)                                         \
	X(rated, N_("本周评价"), in_week(c, l->rated))                                                                             \
	X(satisfied, N_("满意（四星、五星）"), in_week(c, l->rated) && l->rating >= 4)                                                 \
	X(middling, N_("一般（三星）"), in_week(c, l->rated) && l->rating == 3)                                                      \
	X(dissatisfied, N_("不满意（一星、二星）"), in_week(c, l->rated) && l->rating <= 2)

static struct yz_weekly_figure *figure_at(struct counting *c, struct yz_str key, struct yz_str name)
{
	size_t at = (size_t)yz_map_get(&c->known, key);
	if (!at) {
		*yz_vec_push(c->a, &c->figures) = (struct yz_weekly_figure){key, name, NULL, 0, {0}};
		at = c->figures.len;
		yz_map_put(&c->known, key, (void *)at);
	}
	return &c->figures.at[at - 1];
}

/* Doubles its room when its number is a power of two: most groups have few of the letters. */
static void put(struct counting *c, struct yz_weekly_figure *f, int64_t id)
{
	if (!(f->n & (f->n - 1))) {
		int64_t *wider = yz_new_n(c->a, f->n ? 2 * f->n : 1, int64_t);
		if (f->n)
			memcpy(wider, f->letters, f->n * sizeof *wider);
		f->letters = wider;
	}
	f->letters[f->n++] = id;
}

static void count_alone(struct counting *c)
{
#define FIGURE(key, name, holds)                                                                                                 \
	{                                                                                                                        \
		struct yz_weekly_figure *f = figure_at(c, YZ_LIT(#key), yz_str(name));                                           \
		for (size_t i = 0; i < c->n; i++) {                                                                              \
			const struct letter *l = &c->letters[i];                                                                 \
			if (holds)                                                                                               \
				put(c, f, l->id);                                                                      \
		}                                                                                                                \
	}
	FIGURES(FIGURE)
#undef FIGURE
}

/* What was received, by the theme of its item, by department and by item. */
static void count_kinds(struct counting *c, const struct yz_catalogue *catalogue)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct letter *l = &c->letters[i];
		if (!in_week(c, l->asked))
			continue;
		const struct yz_entry_item *item = l->item.len ? yz_catalogue_find(catalogue, l->item) : NULL;
		const struct yz_entry_theme *theme = item && item->nthemes ? yz_catalogue_theme(catalogue, item->themes[0]) : NULL;
		struct yz_weekly_figure *kind =
			theme ? figure_at(c, yz_str_printf(c->a, "kind.%.*s", YZ_P(theme->key)), yz_str_dup(c->a, theme->name))
			      : figure_at(c, YZ_LIT("kind.other"), YZ_LIT(N_("其他")));
		put(c, kind, l->id);
		struct yz_weekly_figure *org = figure_at(c, yz_str_printf(c->a, "org.%.*s", YZ_P(l->org)), l->org_name);
		put(c, org, l->id);
		if (l->item.len) {
			struct yz_weekly_figure *own = figure_at(c, yz_str_printf(c->a, "item.%.*s", YZ_P(l->item)), l->item_name);
			put(c, own, l->id);
			if (!own->quote.len && yz_str_find(l->question, YZ_LIT("{"), 0) == SIZE_MAX)
				own->quote = yz_str_trim(l->question);
		}
	}
	for (size_t i = 0; i < c->n; i++) {
		const struct letter *l = &c->letters[i];
		if (!yz_str_eqz(l->state, "open") || l->due > c->now)
			continue;
		struct yz_weekly_figure *late = figure_at(c, yz_str_printf(c->a, "late.%.*s", YZ_P(l->org)), l->org_name);
		put(c, late, l->id);
	}
}

/* Groups together, in each the most first; what stands alone stays before them. */
static int rank_of(const struct yz_weekly_figure *f)
{
	static const char *const groups[] = {"kind.", "org.", "item.", "late."};
	for (int i = 0; i < 4; i++)
		if (yz_str_starts(f->key, yz_str(groups[i])))
			return i + 1;
	return 0;
}

static int by_group(const void *a, const void *b)
{
	const struct yz_weekly_figure *x = a, *y = b;
	int group = rank_of(x) - rank_of(y);
	return group ? group : x->n != y->n ? (x->n < y->n) - (x->n > y->n) : yz_str_cmp(x->key, y->key);
}

static void put_in_order(struct counting *c)
{
	size_t alone = 0;
	while (alone < c->figures.len && !rank_of(&c->figures.at[alone]))
		alone++;
	qsort(c->figures.at + alone, c->figures.len - alone, sizeof *c->figures.at, by_group);
	c->w->figures = c->figures.at;
	c->w->nfigures = c->figures.len;
}

bool yz_weekly_count(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str path, struct yz_weekly *w, struct yz_err *err)
{
	struct counting c = {.a = a, .w = w, .from = yz_day_start(w->period.from, site->offset), .to = yz_day_start(w->period.to + 1, site->offset),
			     .before = yz_day_start(w->period.from - 7, site->offset), .now = yz_site_now(site)};
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT c.id, c.org, o.name, c.item, c.item_name, c.state, c.asked, c.ended, c.due, c.rating, c.rated, "
				      QUESTION "FROM consultation c JOIN org o ON o.key = c.org JOIN region g ON g.code = o.region "
				      "WHERE g.path >= $1 AND g.path < $2 AND ((c.asked >= $3 AND c.asked < $4) OR (c.ended >= $5 AND c.ended < $4) "
				      "OR (c.rated >= $5 AND c.rated < $4) OR c.state = 'open') ORDER BY c.asked, c.id",
				      YZ_S(path), YZ_S(yz_reach_end(a, path)), YZ_I(c.before), YZ_I(c.to), YZ_I(c.from));
	if (!r)
		return false;
	yz_map_init(&c.known, a);
	c.n = r->count;
	c.letters = yz_new_n(a, c.n + 1, struct letter);
	for (size_t i = 0; i < c.n; i++)
		c.letters[i] = (struct letter){.id = yz_row_int(r, i, 0), .org = yz_row_str(r, i, 1), .org_name = yz_row_str(r, i, 2),
					       .item = yz_row_str(r, i, 3), .item_name = yz_row_str(r, i, 4), .state = yz_row_str(r, i, 5),
					       .asked = yz_row_int(r, i, 6), .ended = yz_row_int(r, i, 7), .due = yz_row_int(r, i, 8),
					       .rating = yz_row_int(r, i, 9), .rated = yz_row_int(r, i, 10), .question = yz_row_str(r, i, 11)};
	const struct yz_catalogue *catalogue = yz_site_catalogue(site);
	count_alone(&c);
	count_kinds(&c, catalogue);
	yz_site_catalogue_release(site, catalogue);
	put_in_order(&c);
	return true;
}

/* ---- words ---- */

static int64_t count_of(const struct yz_weekly *w, const char *key)
{
	const struct yz_weekly_figure *f = yz_weekly_figure(w, yz_str(key));
	return f ? (int64_t)f->n : 0;
}

/* {org.a} 件、{org.b} 件 of a group: 县住建局 {…} 件，… */
static void list_group(struct yz_buf *b, const struct yz_weekly *w, const char *group, size_t most)
{
	size_t n = 0;
	for (size_t i = 0; i < w->nfigures && n < most; i++)
		if (yz_str_starts(w->figures[i].key, yz_str(group)))
			yz_buf_printf(b, "%s%.*s {%.*s} 件", n++ ? "，" : "", YZ_P(w->figures[i].name), YZ_P(w->figures[i].key));
}

static struct yz_str whole(struct yz_arena *a, const struct yz_weekly *w)
{
	struct yz_buf b;
	struct yz_civil f = yz_day_civil(w->period.from), t = yz_day_civil(w->period.to);
	yz_buf_init(&b, a, 1 << 16);
	yz_buf_printf(&b, "本周（%d月%d日至%d月%d日）共收到群众来信和咨询 {received} 件，上周 {before} 件", f.month, f.day, t.month, t.day);
	if (count_of(w, "before"))
		yz_buf_addz(&b, "，{received~before}");
	yz_buf_addz(&b, "。其中已经答复 {received_answered} 件，正在办理 {received_open} 件，本人撤回 {received_withdrawn} 件。");
	yz_buf_addz(&b, "本周共答复 {answered} 件（含以前收到的），按期 {answered_on_time} 件，超期 {answered_late} 件");
	if (count_of(w, "answered"))
		yz_buf_addz(&b, "，按期率 {answered_on_time%answered}");
	yz_buf_addz(&b, "。");
	return yz_buf_str(&b);
}

/* Up to QUOTED characters of a question that is public. */
static struct yz_str quote(struct yz_arena *a, struct yz_str s)
{
	const char *p = s.ptr, *end = s.ptr + s.len;
	for (int n = 0; p < end && n < QUOTED; n++)
		do
			p++;
		while (p < end && ((unsigned char)*p & 0xC0) == 0x80);
	return p == end ? s : yz_str_printf(a, "%.*s……", (int)(p - s.ptr), s.ptr);
}

/* The items most asked about, each with a question that may be quoted. */
static void typical(struct yz_buf *b, struct yz_arena *a, const struct yz_weekly *w)
{
	size_t n = 0;
	for (size_t i = 0; i < w->nfigures && n < TYPICAL; i++) {
		const struct yz_weekly_figure *f = &w->figures[i];
		if (!yz_str_starts(f->key, YZ_LIT("item.")))
			continue;
		yz_buf_printf(b, "%s%.*s（{%.*s} 件）", n++ ? "；" : "问得多的有：", YZ_P(f->name), YZ_P(f->key));
		if (f->quote.len)
			yz_buf_printf(b, "，如“%.*s”", YZ_P(quote(a, f->quote)));
	}
	if (n)
		yz_buf_addz(b, "。");
}

static struct yz_str kinds(struct yz_arena *a, const struct yz_weekly *w)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 16);
	if (!count_of(w, "received"))
		return YZ_LIT("本周没有收到来信和咨询。");
	yz_buf_addz(&b, "按内容分：");
	list_group(&b, w, "kind.", 12);
	yz_buf_addz(&b, "。");
	typical(&b, a, w);
	return yz_buf_str(&b);
}

static struct yz_str orgs(struct yz_arena *a, const struct yz_weekly *w)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 16);
	if (!count_of(w, "received"))
		return YZ_LIT("本周没有新收到的来信和咨询。");
	yz_buf_addz(&b, "收到的分别由以下部门办理：");
	list_group(&b, w, "org.", 60);
	yz_buf_addz(&b, "。");
	return yz_buf_str(&b);
}

static struct yz_str late(struct yz_arena *a, const struct yz_weekly *w)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 16);
	if (!count_of(w, "overdue"))
		return YZ_LIT("目前没有超期未答复的。");
	yz_buf_addz(&b, "目前超期还没有答复的 {overdue} 件：");
	list_group(&b, w, "late.", 60);
	yz_buf_addz(&b, "。请有关部门抓紧答复，向来信人说明原因。");
	return yz_buf_str(&b);
}

static struct yz_str ratings(const struct yz_weekly *w)
{
	if (!count_of(w, "rated"))
		return YZ_LIT("本周没有收到评价。");
	return YZ_LIT("本周收到评价 {rated} 个：满意 {satisfied} 个，一般 {middling} 个，不满意 {dissatisfied} 个，满意率 {satisfied%rated}。");
}

bool yz_weekly_write(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_weekly *w, struct yz_err *err)
{
	struct yz_str government = yz_site_setting(conn, a, "government.org", "");
	struct yz_rows *r = yz_select(conn, a, err, "SELECT name FROM org WHERE key = $1", YZ_S(government));
	if (!r)
		return false;
	w->to = r->count ? yz_row_str(r, 0, 0) : yz_str_printf(a, "%.*s人民政府", YZ_P(site->name));
	w->copies = YZ_LIT("");
	w->number = YZ_LIT("");
	w->texts[YZ_WEEKLY_WHOLE] = whole(a, w);
	w->texts[YZ_WEEKLY_KINDS] = kinds(a, w);
	w->texts[YZ_WEEKLY_ORGS] = orgs(a, w);
	w->texts[YZ_WEEKLY_LATE] = late(a, w);
	w->texts[YZ_WEEKLY_RATINGS] = ratings(w);
	w->texts[YZ_WEEKLY_NEXT] = YZ_LIT("");
	return true;
}
