/* bench/search_items.c - how well and how fast items are found.
 *
 *	search_items ITEMS.csv QUERIES.tsv... [--misses]
 *
 * Questions of each file are split by a hash into a half that was looked at while
 * the words were written and weights set, and a half that was not.  Beside ours
 * runs a plain BM25 over character pairs of the names.  --misses lists what the
 * seen half missed, and says nothing of the other.  Speed is measured over 20,000 items made from the same list.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/map.h"
#include "base/utf8.h"
#include "text/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MANY = 20000, BEST = 5, ANSWERS_MAX = 12 };

struct question {
	struct yz_str text, answers[ANSWERS_MAX];
	size_t nanswers;
	bool seen;
};

static struct yz_arena *arena;
static YZ_VEC(struct yz_search_item) items;
static YZ_VEC(struct question) questions;

static struct yz_str load(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		exit(2);
	}
	struct yz_buf b;
	yz_buf_init(&b, arena, (size_t)64 << 20);
	char chunk[65536];
	for (size_t n; (n = fread(chunk, 1, sizeof chunk, f));)
		yz_buf_add(&b, chunk, n);
	fclose(f);
	return yz_buf_str(&b);
}

/* One field of a CSV row; quotes doubled inside quotes. */
static struct yz_str field(struct yz_str s, size_t *at)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 4096);
	bool quoted = *at < s.len && s.ptr[*at] == '"';
	*at += quoted;
	for (; *at < s.len; ++*at) {
		char c = s.ptr[*at];
		if (quoted && c == '"') {
			if (*at + 1 < s.len && s.ptr[*at + 1] == '"')
				++*at;
			else
				quoted = false;
			if (!quoted)
				continue;
		} else if (!quoted && (c == ',' || c == '\n')) {
			break;
		}
		if (c != '\r')
			yz_buf_addc(&b, c);
	}
	return yz_buf_str(&b);
}

static void load_items(const char *path)
{
	struct yz_str text = load(path);
	size_t at = yz_str_find(text, YZ_LIT("\n"), 0) + 1;
	while (at < text.len) {
		struct yz_str column[8] = {{0}};
		for (int i = 0; i < 8 && at < text.len; i++) {
			column[i] = field(text, &at);
			if (at < text.len && text.ptr[at++] == '\n')
				break;
		}
		if (!column[2].len)
			continue;
		struct yz_str main = yz_str_eqz(column[1], "未分类") ? (struct yz_str){0} : column[1];
		*yz_vec_push(arena, &items) = (struct yz_search_item){
			.id = column[4], .name = column[2], .main = main, .department = column[0]};
	}
}

static uint64_t fnv(struct yz_str s)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.ptr[i]) * 1099511628211u;
	return h;
}

static void load_questions(const char *path)
{
	struct yz_str text = load(path), line, part;
	while (yz_str_cut(&text, '\n', &line)) {
		struct question q = {0};
		if (!line.len || line.ptr[0] == '#' || !yz_str_cut(&line, '\t', &q.text))
			continue;
		struct yz_str answers;
		yz_str_cut(&line, '\t', &answers);
		while (q.nanswers < ANSWERS_MAX && yz_str_cut(&answers, '|', &part))
			q.answers[q.nanswers++] = part;
		q.seen = yz_str_eqz(line, "seen") || (fnv(q.text) >> 32 & 1);
		*yz_vec_push(arena, &questions) = q;
	}
}

/* ---- the rival: BM25 (k1 1.2, b 0.75) over character pairs of the name ---- */

struct pair {
	uint64_t key;
	uint32_t df;
};
static struct yz_map pairs;
static double mean_length;

static size_t pairs_of(struct yz_str s, struct yz_str *out, size_t most)
{
	struct yz_tokens t;
	yz_text_tokens(arena, s, YZ_TOKENS_QUERY, &t);
	size_t n = 0;
	for (size_t i = 0; i < t.len && n < most; i++)
		out[n++] = t.at[i].text;
	return n;
}

struct name {
	struct yz_str pairs[256];
	size_t n;
};
static struct name *names;

static void rival_build(void)
{
	if (names)
		return;
	yz_map_init(&pairs, arena);
	names = yz_new_n(arena, items.len, struct name);
	for (size_t i = 0; i < items.len; i++) {
		struct name *name = &names[i];
		name->n = pairs_of(items.at[i].name, name->pairs, 256);
		mean_length += (double)name->n / (double)items.len;
		for (size_t k = 0; k < name->n; k++) {
			bool again = false;
			for (size_t j = 0; j < k; j++)
				again |= yz_str_eq(name->pairs[j], name->pairs[k]);
			if (!again)
				yz_map_put(&pairs, name->pairs[k],
					   (void *)((uintptr_t)yz_map_get(&pairs, name->pairs[k]) + 1));
		}
	}
}

static size_t rival_run(struct yz_str text, uint32_t best[BEST])
{
	struct yz_str q[256];
	size_t n = pairs_of(text, q, 256), found = 0;
	double scores[BEST];
	for (size_t i = 0; i < items.len; i++) {
		double score = 0;
		for (size_t k = 0; k < n; k++) {
			double tf = 0, df = (double)(uintptr_t)yz_map_get(&pairs, q[k]), all = (double)items.len;
			for (size_t j = 0; j < names[i].n; j++)
				tf += yz_str_eq(names[i].pairs[j], q[k]);
			score += log(1 + (all - df + 0.5) / (df + 0.5)) * tf * 2.2 /
				 (tf + 1.2 * (0.25 + 0.75 * (double)names[i].n / mean_length));
		}
		if (score <= 0)
			continue;
		size_t at = found < BEST ? found++ : BEST;
		for (; at && (at == BEST ? scores[BEST - 1] : scores[at - 1]) < score; at--)
			if (at < BEST) {
				scores[at] = scores[at - 1];
				best[at] = best[at - 1];
			}
		if (at < BEST) {
			scores[at] = score;
			best[at] = (uint32_t)i;
		}
	}
	return found;
}

/* ---- figures ---- */

struct figures {
	int asked, hit1, hit3, hit5;
};

/* 0-based place of the first right answer, or -1. */
static int place(const struct question *q, const uint32_t *best, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < q->nanswers; k++)
			if (yz_str_eq(items.at[best[i]].name, q->answers[k]))
				return (int)i;
	return -1;
}

static void count(struct figures *f, int at)
{
	f->asked++;
	f->hit1 += at == 0;
	f->hit3 += at >= 0 && at < 3;
	f->hit5 += at >= 0 && at < 5;
}

static void print(const char *who, const char *half, const struct figures *f)
{
	printf("%-14s %-7s %4d questions   hit@1 %5.1f%%   hit@3 %5.1f%%   hit@5 %5.1f%%\n", who, half, f->asked,
	       100.0 * f->hit1 / f->asked, 100.0 * f->hit3 / f->asked, 100.0 * f->hit5 / f->asked);
}

/* Of the questions from `first` on, which stood in that file. */
static void quality(const char *file, size_t first, bool misses)
{
	struct yz_search *s = yz_search_build(items.at, items.len, NULL);
	struct figures ours[2] = {{0}}, rival[2] = {{0}};
	rival_build();
	for (size_t i = first; i < questions.len; i++) {
		const struct question *q = &questions.at[i];
		struct yz_search_hits hits;
		struct yz_search_query query = {.text = q->text, .limit = BEST};
		uint32_t best[BEST];
		yz_search_run(s, arena, &query, &hits);
		for (size_t k = 0; k < hits.len; k++)
			best[k] = hits.at[k].item;
		int at = place(q, best, hits.len);
		count(&ours[q->seen], at);
		if (misses && q->seen && at != 0) {
			printf("%2d  %.*s  [", at + 1, YZ_P(q->text));
			for (size_t k = 0; k < hits.nwords; k++)
				printf("%s%.*s", k ? "; " : "", YZ_P(hits.words[k]));
			printf("]\n      wanted %.*s\n", YZ_P(q->answers[0]));
			for (size_t k = 0; k < hits.len && k < 3; k++)
				printf("      %.3f %.*s\n", hits.at[k].score, YZ_P(hits.at[k].name));
		}
		int theirs = place(q, best, rival_run(q->text, best));
		count(&rival[q->seen], theirs);
		if (misses && q->seen && theirs == 0 && at != 0)
			printf("      (pairs alone would have found it)\n");
	}
	printf("%zu items, questions of %s\n", items.len, strrchr(file, '/') ? strrchr(file, '/') + 1 : file);
	print("everyday words", "seen", &ours[1]);
	print("everyday words", "unseen", &ours[0]);
	print("pairs BM25", "seen", &rival[1]);
	print("pairs BM25", "unseen", &rival[0]);
	yz_search_destroy(s);
}

static int by_time(const void *a, const void *b)
{
	yz_instant x = *(const yz_instant *)a, y = *(const yz_instant *)b;
	return x < y ? -1 : x > y;
}

/* What this thread had of the processor: others on the machine do not count. */
static yz_instant worked(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (yz_instant)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void print_times(const char *which, yz_instant *times, size_t n)
{
	qsort(times, n, sizeof *times, by_time);
	printf("%zu searches, %s: p50 %lld us, p99 %lld us, most %lld us\n", n, which, (long long)times[n / 2],
	       (long long)times[n * 99 / 100], (long long)times[n - 1]);
}

static void speed(void)
{
	static const char *const towns[] = {"前锋", "岳池", "武胜", "邻水", "华蓥", "东阳", "义乌", "兰溪", "武义",
					    "浦江", "磐安", "婺城", "金东", "永康", "新城", "河东", "西山", "北岸"};
	struct yz_search_item *many = yz_new_n(arena, MANY, struct yz_search_item);
	for (size_t i = 0; i < MANY; i++) {
		many[i] = items.at[i % items.len];
		size_t town = i / items.len;
		if (town)
			many[i].name = yz_str_printf(arena, "%.*s（%s）", YZ_P(many[i].name), towns[(town - 1) % 18]);
		many[i].description = many[i].main;
	}
	yz_instant before = yz_ticks();
	struct yz_search *s = yz_search_build(many, MANY, NULL);
	yz_instant built = yz_ticks();
	printf("%d items: index built in %lld ms, %.1f MB\n", MANY, (long long)(built - before) / 1000,
	       (double)yz_search_bytes(s) / 1e6);
	enum { ROUNDS = 5 };
	size_t n = 0;
	yz_instant *times = yz_new_n(arena, questions.len * ROUNDS, yz_instant),
		   *work = yz_new_n(arena, questions.len * ROUNDS, yz_instant);
	struct yz_arena *request = yz_arena_create(0);
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < questions.len; i++) {
			struct yz_search_hits hits;
			struct yz_search_query query = {.text = questions.at[i].text, .limit = 20};
			yz_instant start = yz_ticks(), start_work = worked();
			yz_search_run(s, request, &query, &hits);
			work[n] = worked() - start_work;
			times[n++] = yz_ticks() - start;
			yz_arena_reset(request);
		}
	print_times("by the clock", times, n);
	print_times("of the processor", work, n);
	yz_arena_destroy(request);
	yz_search_destroy(s);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: search_items ITEMS.csv QUERIES.tsv... [--misses]\n");
		return 2;
	}
	arena = yz_arena_create(0);
	load_items(argv[1]);
	bool misses = !strcmp(argv[argc - 1], "--misses");
	for (int i = 2; i < argc - misses; i++) {
		size_t first = questions.len;
		load_questions(argv[i]);
		quality(argv[i], first, misses);
	}
	speed();
	yz_arena_destroy(arena);
	return 0;
}
