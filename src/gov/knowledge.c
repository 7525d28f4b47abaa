/* What is known, in memory: built from rows and the items' FAQ, searched, counted.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/knowledge.h"

#include "base/map.h"
#include "fmt/json.h"
#include "gov/answers_build.h"
#include "gov/catalogue.h"
#include "text/text.h"

#include <string.h>

enum { TITLE_MOST = 1024 };
/* What a question shares with an answer by chance scores less. */
enum { FITS = 330 };

struct yz_answers_index {
	struct yz_search *search;
	struct yz_map by_key;
};

struct build {
	struct yz_arena *a, *scratch;
	const struct yz_catalogue *catalogue;
	YZ_VEC(struct yz_answer) answers;
	YZ_VEC(struct yz_search_item) words;
};

static void put(struct build *b, const struct yz_answer *x, struct yz_str variants)
{
	struct yz_arena *a = b->a;
	struct yz_answer *e = yz_vec_push(a, &b->answers);
	*e = (struct yz_answer){.key = yz_str_dup(a, x->key), .question = yz_str_dup(a, x->question), .answer = yz_str_dup(a, x->answer),
				.basis = yz_str_dup(a, x->basis), .item = yz_str_dup(a, x->item), .item_name = yz_str_dup(a, x->item_name),
				.org = yz_str_dup(a, x->org), .org_name = yz_str_dup(a, x->org_name), .expires = x->expires,
				.published = x->published, .faq = x->faq};
	/* "到期了怎么办？" says of what only together with its item. */
	struct yz_str name = e->faq ? yz_str_printf(a, "%.*s %.*s", YZ_P(e->item_name), YZ_P(e->question)) : e->question;
	*yz_vec_push(a, &b->words) = (struct yz_search_item){
		.id = e->key, .name = yz_str_n(name.ptr, name.len < TITLE_MOST ? name.len : TITLE_MOST),
		.everyday = yz_str_dup(a, variants), .synonyms = e->faq ? e->question : YZ_LIT(""), .themes = e->item_name,
		.department = e->org_name, .description = e->answer, .weight = 1};
}

/* id, question, variants, answer, basis, item, org, o.name, expires, published */
static bool add_row(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	(void)err;
	struct build *b = ctx;
	struct yz_str item = yz_row_str(r, 0, 5);
	const struct yz_entry_item *e = item.len ? yz_catalogue_find(b->catalogue, item) : NULL;
	yz_arena_reset(b->scratch);
	const struct yz_answer x = {.key = yz_str_printf(b->scratch, "k%lld", (long long)yz_row_int(r, 0, 0)), .question = yz_row_str(r, 0, 1),
				    .answer = yz_row_str(r, 0, 3), .basis = yz_row_str(r, 0, 4),
				    .item = !e ? YZ_LIT("") : e->key.len ? e->key : e->code, .item_name = e ? e->name : YZ_LIT(""),
				    .org = yz_row_str(r, 0, 6), .org_name = yz_row_str(r, 0, 7), .expires = yz_row_int(r, 0, 8),
				    .published = yz_row_int(r, 0, 9)};
	put(b, &x, yz_row_str(r, 0, 2));
	return true;
}

/* i.code, i.key, i.name, i.org, o.name, i.body */
static bool add_faq(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct build *b = ctx;
	yz_arena_reset(b->scratch);
	struct yz_str code = yz_row_str(r, 0, 0), key = yz_row_str(r, 0, 1);
	const struct yz_json *body = yz_json_read(b->scratch, yz_row_str(r, 0, 5), NULL, err);
	if (!body)
		return yz_fail_in(err, "item %.*s", YZ_P(code));
	const struct yz_json *faq = yz_json_get(body, "faq");
	for (size_t i = 0; i < yz_json_len(faq); i++) {
		const struct yz_json *one = yz_json_at(faq, i);
		const struct yz_answer x = {.key = yz_str_printf(b->scratch, "%.*s.%zu", YZ_P(code), i + 1),
					    .question = yz_json_str(one, "q"), .answer = yz_json_str(one, "a"),
					    .item = key.len ? key : code, .item_name = yz_row_str(r, 0, 2), .org = yz_row_str(r, 0, 3),
					    .org_name = yz_row_str(r, 0, 4), .faq = true};
		if (x.question.len && x.answer.len)
			put(b, &x, YZ_LIT(""));
	}
	return true;
}

static void search_gone(void *ctx)
{
	yz_search_destroy(ctx);
}

static void scratch_gone(void *ctx)
{
	yz_arena_destroy(ctx);
}

const struct yz_answers *yz_answers_build(struct yz_conn *conn, struct yz_arena *a, const struct yz_catalogue *catalogue, yz_instant now,
					  struct yz_err *err)
{
	struct yz_answers *x = yz_new(a, struct yz_answers);
	struct build b = {.a = a, .scratch = yz_arena_create(0), .catalogue = catalogue};
	yz_arena_defer(a, scratch_gone, b.scratch);
	x->index = yz_new(a, struct yz_answers_index);
	yz_map_init(&x->index->by_key, a);
	if (!yz_each(conn, add_row, &b, err,
		     "SELECT k.id, k.question, k.variants, k.answer, k.basis, k.item, k.org, o.name, k.expires, k.published FROM knowledge k "
		     "LEFT JOIN org o ON o.key = k.org WHERE k.state = 'published' ORDER BY k.id") ||
	    !yz_each(conn, add_faq, &b, err,
		     "SELECT i.code, i.key, i.name, i.org, o.name, i.body FROM item i LEFT JOIN org o ON o.key = i.org "
		     "WHERE i.state = 'published' AND i.from_at <= $1 AND (i.until_at IS NULL OR i.until_at > $1) "
		     "AND i.body LIKE '%\"faq\"%' ORDER BY i.code, i.version",
		     YZ_I(now)))
		return NULL;
	x->at = b.answers.at;
	x->len = b.answers.len;
	for (size_t i = 0; i < x->len; i++)
		yz_map_put(&x->index->by_key, x->at[i].key, (void *)&x->at[i]);
	if (!(x->index->search = yz_search_build(b.words.at, b.words.len, err)))
		return NULL;
	yz_arena_defer(a, search_gone, x->index->search);
	return x;
}

static bool holds(const struct yz_answer *x, yz_instant now)
{
	return !x->expires || now < x->expires;
}

size_t yz_answers_search(const struct yz_answers *x, struct yz_arena *a, struct yz_str words, struct yz_str item, yz_instant now,
			 size_t limit, struct yz_answer_hit **hits)
{
	struct yz_search_hits found = {0};
	size_t n = 0;
	*hits = yz_new_n(a, limit + 1, struct yz_answer_hit);
	words = yz_str_trim(words);
	if (!words.len && !item.len)
		return 0;
	if (!words.len) {
		for (size_t i = 0; i < x->len && n < limit; i++)
			if (yz_str_eq(x->at[i].item, item) && holds(&x->at[i], now))
				(*hits)[n++] = (struct yz_answer_hit){&x->at[i], 0};
		return n;
	}
	yz_search_run(x->index->search, a, &(struct yz_search_query){.text = words, .limit = item.len ? x->len : limit * 4 + 20}, &found);
	for (size_t i = 0; i < found.len && n < limit; i++) {
		const struct yz_answer *e = &x->at[found.at[i].item];
		int score = (int)(found.at[i].score * 1000);
		if (score >= FITS && holds(e, now) && (!item.len || yz_str_eq(e->item, item)))
			(*hits)[n++] = (struct yz_answer_hit){e, score};
	}
	return n;
}

const struct yz_answer *yz_answers_find(const struct yz_answers *x, struct yz_str key, yz_instant now)
{
	const struct yz_answer *e = yz_map_get(&x->index->by_key, key);
	return e && holds(e, now) ? e : NULL;
}

/* ---- how it served ---- */

struct using {
	struct yz_str key;
	yz_day day;
	enum yz_answer_use use;
};

static bool do_use(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	const struct using *w = ctx;
	return yz_exec(conn, err,
		       "INSERT INTO answer_use (answer, day, views, yes, no) VALUES ($1, $2, $3, $4, $5) "
		       "ON CONFLICT (answer, day) DO UPDATE SET views = answer_use.views + excluded.views, "
		       "yes = answer_use.yes + excluded.yes, no = answer_use.no + excluded.no",
		       YZ_S(w->key), YZ_I(w->day), YZ_I(w->use == YZ_ANSWER_VIEWED), YZ_I(w->use == YZ_ANSWER_HELPED),
		       YZ_I(w->use == YZ_ANSWER_NOT));
}

bool yz_answer_used(struct yz_site *site, struct yz_str key, enum yz_answer_use use, struct yz_err *err)
{
	const struct yz_answers *x = yz_site_answers(site);
	bool there = yz_map_get(&x->index->by_key, key) != NULL;
	yz_site_answers_release(site, x);
	if (!there)
		return yz_fail(err, YZ_NOT_FOUND, "no answer %.*s", YZ_P(key));
	struct using w = {key, yz_instant_day(yz_site_now(site), site->offset), use};
	return yz_db_write(site->db, do_use, &w, err);
}
