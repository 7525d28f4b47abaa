/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/machine.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

void yz_feel_place_next(const struct yz_feel *f, struct yz_feel_cursor *c, uint32_t from, uint32_t to,
			struct yz_feel_place *out)
{
	if (!c->line || from < c->at)
		*c = (struct yz_feel_cursor){0, f->line ? f->line : 1, f->column ? f->column : 1};
	size_t i = c->at;
	while (i < from && i < f->text.len) {
		if (yz_utf8_next(f->text, &i) == '\n') {
			c->line++;
			c->column = 1;
		} else {
			c->column++;
		}
	}
	c->at = (uint32_t)i;
	*out = (struct yz_feel_place){f->where, c->line, c->column, from, to};
}

void yz_feel_place_at(const struct yz_feel *f, uint32_t from, uint32_t to, struct yz_feel_place *out)
{
	struct yz_feel_cursor start = {0};
	yz_feel_place_next(f, &start, from, to, out);
}

static const struct yz_feel_mark *mark_at(const struct yz_feel_frame *frame)
{
	const struct yz_feel_proto *p = frame->proto;
	uint32_t pc = (uint32_t)(frame->pc - p->code);
	/* The last mark before the pc, which stands behind the instruction. */
	size_t lo = 0, hi = p->nmarks;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;
		if (p->marks[mid].pc < pc)
			lo = mid;
		else
			hi = mid;
	}
	return p->nmarks ? &p->marks[lo] : NULL;
}

static bool same_about(const struct yz_feel_reason *r, const struct yz_str about[3])
{
	for (int i = 0; i < 3; i++)
		if (!yz_str_eq(r->about[i], about[i]))
			return false;
	return true;
}

/* A loop raises the same reason at the same place again and again: one of them is kept. */
static const struct yz_feel_reason *raised_before(const struct yz_feel_run *run, enum yz_feel_why why,
						  const struct yz_feel_mark *mark, const struct yz_feel_place *place,
						  const struct yz_str about[3])
{
	const struct yz_feel_reason *r = run->last_reason;
	if (!r || r->why != why || !same_about(r, about))
		return NULL;
	if (place)
		return r->place.line == place->line && yz_str_eq(r->place.where, place->where) ? r : NULL;
	return !mark || (r->place.from == mark->from && r->place.to == mark->to) ? r : NULL;
}

static struct yz_feel_value null_for(const struct yz_feel_reason *r)
{
	return (struct yz_feel_value){.kind = YZ_FEEL_NULL, .reason = r};
}

struct yz_feel_value yz_feel_null_for(struct yz_feel_run *run, enum yz_feel_why why, const struct yz_feel_place *place,
				      struct yz_str a, struct yz_str b, struct yz_str c)
{
	const struct yz_feel_frame *frame = run->frame;
	const struct yz_feel_mark *mark = frame && !place ? mark_at(frame) : NULL;
	const struct yz_str about[3] = {a, b, c};
	const struct yz_feel_reason *before = raised_before(run, why, mark, place, about);
	run->nreasons++;
	if (before)
		return null_for(before);
	if (run->kept >= run->limits->reasons)
		return null_for(run->last_reason);
	run->kept++;
	struct yz_feel_reason *r = yz_new(run->arena, struct yz_feel_reason);
	r->why = why;
	memcpy(r->about, about, sizeof about);
	if (place)
		r->place = *place;
	else if (mark)
		yz_feel_place_at(frame->program, mark->from, mark->to, &r->place);
	if (run->last_reason)
		run->last_reason->next = r;
	else
		run->reasons = r;
	run->last_reason = r;
	return null_for(r);
}

struct yz_feel_value yz_feel_raise_s(struct yz_feel_run *run, enum yz_feel_why why, struct yz_str a, struct yz_str b,
				     struct yz_str c)
{
	return yz_feel_null_for(run, why, NULL, a, b, c);
}

struct yz_feel_value yz_feel_raise(struct yz_feel_run *run, enum yz_feel_why why, const char *a, const char *b)
{
	return yz_feel_raise_s(run, why, yz_str(a), yz_str(b), (struct yz_str){0});
}

struct yz_feel_value yz_feel_null(struct yz_feel_run *run, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	struct yz_str s = yz_str_dup(run->arena, yz_str(text));
	return yz_feel_raise_s(run, YZ_FEEL_WHY_HOST, s, (struct yz_str){0}, (struct yz_str){0});
}

bool yz_feel_steps(struct yz_feel_run *run, uint64_t n)
{
	if (n <= run->steps) {
		run->steps -= n;
		return true;
	}
	run->steps = 0;
	if (!run->spent)
		yz_feel_raise(run, YZ_FEEL_WHY_STEPS, NULL, NULL);
	run->spent = true;
	return false;
}

struct yz_feel_value *yz_feel_new_items(struct yz_feel_run *run, size_t n)
{
	if (n > run->limits->list) {
		yz_feel_raise(run, YZ_FEEL_WHY_LONG_LIST, NULL, NULL);
		return NULL;
	}
	if (!yz_feel_steps(run, n))
		return NULL;
	return yz_new_n(run->arena, n ? n : 1, struct yz_feel_value);
}

struct yz_feel_value yz_feel_buf_value(struct yz_feel_run *run, const struct yz_buf *b)
{
	if (b->full)
		return yz_feel_raise(run, YZ_FEEL_WHY_LONG_STRING, NULL, NULL);
	return yz_feel_string(yz_buf_str(b));
}

#define REASON(name, en, zh) {en, zh},
static const char *const texts[][2] = {
#include "feel/reasons.def"
};
#undef REASON

static struct yz_str in_chinese(struct yz_str s)
{
	static const char *const words[][2] = {
#define WORD(en, zh) {en, zh},
#include "feel/words.def"
#undef WORD
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (yz_str_eqz(s, words[i][0]))
			return yz_str(words[i][1]);
	return s;
}

/* At most 1000 bytes, whole characters: a name or a text may be of any length. */
static struct yz_str cut_short(struct yz_str s)
{
	if (s.len <= 1000)
		return s;
	s.len = 1000;
	while (s.len && ((unsigned char)s.ptr[s.len] & 0xC0) == 0x80)
		s.len--;
	return s;
}

/* {1} stands for about[0], {K1} for its word.  A function without a name is called so in English only. */
static struct yz_str filled(struct yz_arena *a, const char *text, const struct yz_str *about, enum yz_feel_lang lang)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 4096);
	for (const char *t = text; *t; t++) {
		bool word = t[0] == '{' && t[1] == 'K';
		const char *n = t + 1 + word;
		if (t[0] == '{' && n[0] >= '1' && n[0] <= '3' && n[1] == '}') {
			struct yz_str s = cut_short(about[n[0] - '1']);
			bool nameless = lang == YZ_FEEL_ZH && yz_str_eqz(s, "the function");
			yz_buf_adds(&b, word || nameless ? in_chinese(s) : s);
			t = n + 1;
		} else {
			yz_buf_addc(&b, *t);
		}
	}
	return yz_buf_str(&b);
}

struct yz_str yz_feel_reason_text(struct yz_arena *a, const struct yz_feel_reason *r, enum yz_feel_lang lang)
{
	return filled(a, texts[r->why][lang], r->about, lang);
}

struct yz_str yz_feel_diag_text(struct yz_arena *a, const struct yz_feel_diag *d, enum yz_feel_lang lang)
{
	static const char *const said[][2] = {
#define SAY(name, en, zh) {en, zh},
#include "feel/diags.def"
#undef SAY
	};
	return filled(a, said[d->says][lang], d->about, lang);
}
