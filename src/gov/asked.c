/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/asked.h"

#include "base/map.h"
#include "base/utf8.h"
#include "db/db.h"
#include "gov/scrub.h"
#include "gov/site.h"
#include "text/text.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct count {
	int64_t times, none, opened;
};
struct choice {
	struct yz_str words, item;
	int64_t n;
};

/* What was counted since it was last written. */
struct tally {
	struct yz_arena *arena;
	struct yz_map words;   /* to struct count */
	struct yz_map choices; /* "words\nitem" to struct choice */
};

struct yz_asked {
	pthread_mutex_t lock;
	struct tally now;
};

static struct tally tally_new(void)
{
	struct tally t = {.arena = yz_arena_create(0)};
	yz_map_init(&t.words, t.arena);
	yz_map_init(&t.choices, t.arena);
	return t;
}

struct yz_asked *yz_asked_create(void)
{
	struct yz_asked *k = malloc(sizeof *k);
	assert(k);
	pthread_mutex_init(&k->lock, NULL);
	k->now = tally_new();
	return k;
}

void yz_asked_destroy(struct yz_asked *k)
{
	if (!k)
		return;
	yz_arena_destroy(k->now.arena);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

/* As they are kept and looked up; "" where there is nothing to keep. */
static struct yz_str kept(struct yz_arena *a, struct yz_str words)
{
	if (words.len > YZ_SEARCH_QUERY_MAX || !yz_utf8_valid(words))
		return (struct yz_str){0};
	struct yz_str s = yz_str_trim(yz_fold(a, yz_scrub(a, words, (struct yz_str){0}, NULL)));
	size_t n = 0, end = 0;
	while (end < s.len && n < YZ_ASKED_MOST) {
		yz_utf8_next(s, &end);
		n++;
	}
	return n < 2 ? (struct yz_str){0} : yz_str_trim(yz_str_n(s.ptr, end));
}

/* Under the lock; NULL where the tally is full. */
static struct count *count_of(struct tally *t, struct yz_str words)
{
	struct count *c = yz_map_get(&t->words, words);
	if (!c && t->words.len < YZ_ASKED_WORDS)
		yz_map_put(&t->words, yz_str_dup(t->arena, words), c = yz_new(t->arena, struct count));
	return c;
}

static void add_choice(struct tally *t, struct yz_str words, struct yz_str item)
{
	struct yz_str key = yz_str_printf(t->arena, "%.*s\n%.*s", YZ_P(words), YZ_P(item));
	struct choice *c = yz_map_get(&t->choices, key);
	if (!c) {
		c = yz_new(t->arena, struct choice);
		*c = (struct choice){yz_str_n(key.ptr, words.len), yz_str_n(key.ptr + words.len + 1, item.len), 0};
		yz_map_put(&t->choices, key, c);
	}
	c->n++;
}

void yz_asked_note(struct yz_site *site, struct yz_str words, size_t found)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str s = kept(a, words);
	if (s.len) {
		pthread_mutex_lock(&site->asked->lock);
		struct count *c = count_of(&site->asked->now, s);
		if (c) {
			c->times++;
			c->none += !found;
		}
		pthread_mutex_unlock(&site->asked->lock);
	}
	yz_arena_destroy(a);
}

void yz_asked_opened(struct yz_site *site, struct yz_str words, struct yz_str item)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str s = kept(a, words);
	if (s.len) {
		pthread_mutex_lock(&site->asked->lock);
		struct count *c = count_of(&site->asked->now, s);
		if (c) {
			c->opened++;
			if (item.len && site->asked->now.choices.len < YZ_ASKED_WORDS)
				add_choice(&site->asked->now, s, item);
		}
		pthread_mutex_unlock(&site->asked->lock);
	}
	yz_arena_destroy(a);
}

/* ---- writing ---- */

struct writing {
	const struct tally *t;
	yz_day day;
};

static bool do_flush(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	const struct writing *w = ctx;
	for (size_t i = 0; i < w->t->words.len; i++) {
		const struct count *c = w->t->words.entries[i].value;
		if (!yz_exec(conn, err,
			     "INSERT INTO asked_words (words, day, times, none, opened) VALUES ($1, $2, $3, $4, $5) "
			     "ON CONFLICT (words, day) DO UPDATE SET times = asked_words.times + excluded.times, "
			     "none = asked_words.none + excluded.none, opened = asked_words.opened + excluded.opened",
			     YZ_S(w->t->words.entries[i].key), YZ_I(w->day), YZ_I(c->times), YZ_I(c->none), YZ_I(c->opened)))
			return false;
	}
	for (size_t i = 0; i < w->t->choices.len; i++) {
		const struct choice *c = w->t->choices.entries[i].value;
		if (!yz_exec(conn, err,
			     "INSERT INTO asked_choice (words, item, n, day) VALUES ($1, $2, $3, $4) "
			     "ON CONFLICT (words, item) DO UPDATE SET n = asked_choice.n + excluded.n, day = excluded.day",
			     YZ_S(c->words), YZ_S(c->item), YZ_I(c->n), YZ_I(w->day)))
			return false;
	}
	return yz_exec(conn, err, "DELETE FROM asked_words WHERE day < $1", YZ_I(w->day - YZ_ASKED_DAYS)) &&
	       yz_exec(conn, err, "DELETE FROM asked_choice WHERE day < $1", YZ_I(w->day - YZ_ASKED_CHOICE_DAYS));
}

bool yz_asked_flush(struct yz_site *site, struct yz_err *err)
{
	pthread_mutex_lock(&site->asked->lock);
	struct tally t = site->asked->now;
	bool any = t.words.len > 0;
	if (any)
		site->asked->now = tally_new();
	pthread_mutex_unlock(&site->asked->lock);
	if (!any)
		return true;
	struct writing w = {&t, yz_instant_day(yz_site_now(site), site->offset)};
	bool ok = yz_db_write(site->db, do_flush, &w, err);
	yz_arena_destroy(t.arena);
	return ok;
}

/* ---- reading ---- */

size_t yz_asked_gaps(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, yz_day since,
		     int limit, struct yz_asked_row **out, struct yz_err *err)
{
	(void)site;
	*out = NULL;
	if (!yz_may(who, YZ_MAY_knowledge_edit)) {
		yz_refuse(who, YZ_MAY_knowledge_edit, err);
		return 0;
	}
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT words, CAST(SUM(times) AS BIGINT), CAST(SUM(none) AS BIGINT), CAST(SUM(opened) AS BIGINT) "
				      "FROM asked_words WHERE day >= $1 GROUP BY words "
				      "HAVING SUM(none) > 0 OR 2 * SUM(opened) < SUM(times) "
				      "ORDER BY 2 DESC, words LIMIT $2",
				      YZ_I(since), YZ_I(limit));
	if (!r)
		return 0;
	*out = yz_new_n(a, r->count, struct yz_asked_row);
	for (size_t i = 0; i < r->count; i++)
		(*out)[i] = (struct yz_asked_row){yz_row_str(r, i, 0), yz_row_int(r, i, 1), yz_row_int(r, i, 2), yz_row_int(r, i, 3)};
	return r->count;
}

bool yz_asked_choice(struct yz_conn *conn, struct yz_arena *a, struct yz_str words, struct yz_str *item, struct yz_err *err)
{
	*item = (struct yz_str){0};
	struct yz_str s = kept(a, words);
	struct yz_rows *r = s.len ? yz_select(conn, a, err,
					      "SELECT item, n, CAST((SELECT SUM(n) FROM asked_choice WHERE words = $1) AS BIGINT) "
					      "FROM asked_choice WHERE words = $1 ORDER BY n DESC, item LIMIT 1",
					      YZ_S(s))
				  : NULL;
	if (s.len && !r)
		return false;
	if (r && r->count && yz_row_int(r, 0, 1) >= 3 && 2 * yz_row_int(r, 0, 1) > yz_row_int(r, 0, 2))
		*item = yz_row_str(r, 0, 0);
	return true;
}
