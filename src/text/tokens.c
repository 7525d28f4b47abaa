/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "base/utf8.h"
#include "text/text.h"
#include "text/words.h"

/* A run of Han, or a word of another script, as it is being read. */
struct run {
	uint32_t c[CUT_MAX];
	uint32_t start[CUT_MAX + 1]; /* bytes of the original; start[n] is its end */
	size_t n;
	bool han;
	bool broken; /* the run goes on in the next: no last character of its own */
};

struct writer {
	struct yz_arena *arena;
	struct yz_tokens *out;
	enum yz_tokens_mode mode;
	uint32_t position;
};

enum { TOKEN_CHARS_MAX = 64 }; /* engines bound a lexeme; no real word is longer */

static void emit(struct writer *w, const struct run *run, size_t from, size_t to)
{
	if (to - from > TOKEN_CHARS_MAX)
		to = from + TOKEN_CHARS_MAX;
	char text[4];
	struct yz_buf b;
	yz_buf_init(&b, w->arena, (to - from) * 4 + 4);
	for (size_t i = from; i < to; i++)
		yz_buf_add(&b, text, yz_utf8_put(run->c[i], text));
	*yz_vec_push(w->arena, w->out) =
		(struct yz_token){yz_buf_str(&b), run->start[from], run->start[to], w->position++};
}

static void flush_words(struct writer *w, const struct run *run)
{
	struct piece pieces[CUT_MAX];
	size_t n = word_cut(run->c, run->n, false, pieces);
	for (size_t i = 0; i < n; i++)
		emit(w, run, pieces[i].start, pieces[i].end);
}

static void flush(struct writer *w, struct run *run)
{
	if (!run->n)
		return;
	if (!run->han) {
		emit(w, run, 0, run->n);
	} else if (w->mode == YZ_TOKENS_WORDS) {
		flush_words(w, run);
	} else {
		for (size_t i = 0; i + 1 < run->n; i++)
			emit(w, run, i, i + 2);
		if (run->n == 1 || (w->mode == YZ_TOKENS_INDEX && !run->broken))
			emit(w, run, run->n - 1, run->n);
	}
	/* Runs do not touch: a phrase must not reach across a comma. */
	if (!run->broken)
		w->position++;
	run->n = 0;
	run->broken = false;
}

void yz_text_tokens(struct yz_arena *a, struct yz_str text, enum yz_tokens_mode mode, struct yz_tokens *out)
{
	struct writer w = {a, out, mode, 1};
	struct run run = {.n = 0};
	*out = (struct yz_tokens){0};
	if (text.len > YZ_TOKENS_MAX)
		text.len = YZ_TOKENS_MAX;
	for (size_t i = 0; i < text.len;) {
		uint32_t at = (uint32_t)i, c = yz_fold_char(yz_utf8_next(text, &i));
		if (!c)
			continue;
		bool han = yz_is_han(c);
		if (c == ' ' || c == 0xFFFD || (run.n && han != run.han))
			flush(&w, &run);
		if (c == ' ' || c == 0xFFFD)
			continue;
		if (run.n == CUT_MAX) {
			run.broken = han;
			uint32_t last = run.c[run.n - 1], last_at = run.start[run.n - 1];
			flush(&w, &run);
			if (han && mode != YZ_TOKENS_WORDS) {
				run.c[0] = last;
				run.start[0] = last_at;
				run.n = 1;
			}
		}
		run.han = han;
		run.c[run.n] = c;
		run.start[run.n++] = at;
		run.start[run.n] = (uint32_t)i;
	}
	flush(&w, &run);
}

/* A token for an engine: where it begins a new phrase, and whether that phrase
 * is one lone character, which stands for every word it begins. */
typedef void write_token(struct yz_buf *out, const struct yz_token *t, bool first, bool begins, bool lone);

static void write_tokens(struct yz_buf *out, struct yz_str text, enum yz_tokens_mode mode, write_token *write)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_tokens t;
	yz_text_tokens(a, text, mode, &t);
	for (size_t i = 0; i < t.len; i++) {
		bool begins = !i || t.at[i].position != t.at[i - 1].position + 1;
		bool ends = i + 1 == t.len || t.at[i + 1].position != t.at[i].position + 1;
		size_t at = 0;
		bool lone = begins && ends && yz_is_han(yz_utf8_next(t.at[i].text, &at)) && at == t.at[i].text.len;
		write(out, &t.at[i], !i, begins, lone);
	}
	yz_arena_destroy(a);
}

static void plain(struct yz_buf *out, const struct yz_token *t, bool first, bool begins, bool lone)
{
	(void)begins, (void)lone;
	if (!first)
		yz_buf_addc(out, ' ');
	yz_buf_adds(out, t->text);
}

void yz_tokens_fts5(struct yz_buf *out, struct yz_str text)
{
	/* The last character of a run stands between two runs, so no phrase of
	 * bigrams reaches across them. */
	write_tokens(out, text, YZ_TOKENS_INDEX, plain);
}

/* "+" joins strings to a phrase, so each can be written as it comes. */
static void match(struct yz_buf *out, const struct yz_token *t, bool first, bool begins, bool lone)
{
	if (!first)
		yz_buf_addz(out, begins ? " " : " + ");
	yz_buf_printf(out, lone ? "\"%.*s\"*" : "\"%.*s\"", YZ_P(t->text));
}

void yz_tokens_fts5_match(struct yz_buf *out, struct yz_str query)
{
	write_tokens(out, query, YZ_TOKENS_QUERY, match);
}

enum { TSVECTOR_POSITION_MAX = 16383 };

static void lexeme(struct yz_buf *out, const struct yz_token *t, bool first, bool begins, bool lone)
{
	(void)begins, (void)lone;
	uint32_t position = t->position < TSVECTOR_POSITION_MAX ? t->position : TSVECTOR_POSITION_MAX;
	yz_buf_printf(out, first ? "'%.*s':%u" : " '%.*s':%u", YZ_P(t->text), position);
}

void yz_tokens_tsvector(struct yz_buf *out, struct yz_str text)
{
	write_tokens(out, text, YZ_TOKENS_INDEX, lexeme);
}

static void tsquery(struct yz_buf *out, const struct yz_token *t, bool first, bool begins, bool lone)
{
	if (!first)
		yz_buf_addz(out, begins ? " & " : " <-> ");
	yz_buf_printf(out, lone ? "'%.*s':*" : "'%.*s'", YZ_P(t->text));
}

void yz_tokens_tsquery(struct yz_buf *out, struct yz_str query)
{
	write_tokens(out, query, YZ_TOKENS_QUERY, tsquery);
}
