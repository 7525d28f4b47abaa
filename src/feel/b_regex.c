/* matches, replace and split (DMN 1.5, 10.3.4.3).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/builtin.h"

#include "base/map.h"
#include "feel/machine.h"
#include "feel/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define DEFINE(ident)                                                                                                  \
	struct yz_feel_value yz_feel_b_##ident(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n)

static const struct yz_feel_value none;
static const struct yz_str no_text;

/* ---- finding the compiled pattern ---- */

struct cached {
	const struct yz_regex *regex;
	struct cached *next;
};

/* Compiled with the program, when the pattern is the very constant that it was compiled for, and this run allows as
 * much work. */
static const struct yz_regex *of_program(const struct yz_feel_run *run, struct yz_feel_value pattern,
					 struct yz_str flags)
{
	const struct yz_feel_frame *frame = run->frame;
	if (!pattern.aux || !frame || pattern.aux > frame->program->nregexes)
		return NULL;
	const struct yz_regex *r = frame->program->regexes[pattern.aux - 1];
	bool fits = r->work <= run->limits->regex && yz_str_eq(r->pattern, yz_feel_str(pattern));
	return fits && yz_str_eq(r->flags, flags) ? r : NULL;
}

static const struct yz_regex *find_regex(struct yz_feel_run *run, struct yz_feel_value pattern, struct yz_str flags,
					 const char **wrong)
{
	enum { MOST_CACHED = 32 };
	const struct yz_regex *r = of_program(run, pattern, flags);
	if (r)
		return r;
	int seen = 0;
	for (struct cached *c = run->regexes; c; c = c->next, seen++)
		if (yz_str_eq(c->regex->pattern, yz_feel_str(pattern)) && yz_str_eq(c->regex->flags, flags))
			return c->regex;
	if (!yz_feel_steps(run, 100 + pattern.len))
		return NULL;
	r = yz_regex_compile(run->arena, yz_feel_str(pattern), flags, run->limits->regex, wrong);
	if (r && seen < MOST_CACHED) {
		struct cached *c = yz_new(run->arena, struct cached);
		*c = (struct cached){r, run->regexes};
		run->regexes = c;
	}
	return r;
}

/* ---- matching ---- */

struct matcher {
	struct yz_feel_run *run;
	const struct yz_regex *regex;
	struct yz_str text;
	pcre2_match_data *data;
	size_t start, end; /* of the match of a plain pattern */
	bool going;
	struct yz_feel_value failed; /* when it no longer is: why the result is null */
};

static void free_data(void *m)
{
	pcre2_match_data_free(((struct matcher *)m)->data);
}

/* `own`, or for PCRE2 one in the arena, because it must outlive a run that the arena cuts short. */
static struct matcher *matcher_begin(struct matcher *own, struct yz_feel_run *run, const struct yz_feel_value *args,
				     struct yz_feel_value flags)
{
	const char *wrong = NULL;
	struct matcher *m = own;
	m->run = run;
	m->text = yz_feel_str(args[0]);
	m->data = NULL;
	m->failed = none;
	m->regex = find_regex(run, args[1], flags.kind == YZ_FEEL_STRING ? yz_feel_str(flags) : no_text, &wrong);
	m->going = m->regex;
	if (!m->regex) {
		if (!run->spent)
			m->failed = yz_feel_raise(run, YZ_FEEL_WHY_PATTERN, wrong, NULL);
		return m;
	}
	if (m->regex->plain)
		return m;
	m = yz_new(run->arena, struct matcher);
	*m = *own;
	yz_arena_defer(run->arena, free_data, m);
	m->data = pcre2_match_data_create_from_pattern(m->regex->code, NULL);
	if (!m->data)
		m->failed = yz_feel_raise(run, YZ_FEEL_WHY_PATTERN, "there is no memory for it", NULL);
	m->going = m->data;
	return m;
}

static void matcher_finish(struct matcher *m)
{
	if (m->data)
		pcre2_match_data_free(m->data);
	m->data = NULL;
	m->going = false;
}

static void too_much_work(struct matcher *m)
{
	m->failed = yz_feel_raise(m->run, YZ_FEEL_WHY_PATTERN_WORK, NULL, NULL);
}

static bool next_plain(struct matcher *m, struct yz_str text, size_t from)
{
	enum yz_regex_found found = yz_regex_plain_find(m->regex->plain, text, from, m->run->limits->regex, &m->start,
							&m->end);
	if (found == YZ_REGEX_WORK) {
		too_much_work(m);
		matcher_finish(m);
	}
	return found == YZ_REGEX_FOUND;
}

/* The next match at or after `from`; false: none, or failed. */
static bool next_match(struct matcher *m, struct yz_str text, size_t from)
{
	if (!m->going || !yz_feel_steps(m->run, 10 + (text.len - from) / 64))
		return false;
	if (m->regex->plain)
		return next_plain(m, text, from);
	int rc = pcre2_match(m->regex->code, (PCRE2_SPTR)text.ptr, text.len, from, 0, m->data, NULL);
	if (rc >= 0)
		return true;
	if (rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT || rc == PCRE2_ERROR_HEAPLIMIT ||
	    rc == PCRE2_ERROR_NOMEMORY)
		too_much_work(m);
	else if (rc != PCRE2_ERROR_NOMATCH)
		m->failed = yz_feel_raise(m->run, YZ_FEEL_WHY_PATTERN, "the text is not UTF-8", NULL);
	if (rc != PCRE2_ERROR_NOMATCH)
		matcher_finish(m);
	return false;
}

static struct yz_str group(const struct matcher *m, struct yz_str text, int n)
{
	if (m->regex->plain)
		return n ? no_text : yz_str_n(text.ptr + m->start, m->end - m->start);
	const size_t *o = pcre2_get_ovector_pointer(m->data);
	if (n > m->regex->groups || o[2 * n] == PCRE2_UNSET)
		return no_text;
	return yz_str_n(text.ptr + o[2 * n], o[2 * n + 1] - o[2 * n]);
}

DEFINE(matches)
{
	struct matcher own, *m = matcher_begin(&own, run, args, n > 2 ? args[2] : none);
	bool found = next_match(m, m->text, 0), ok = m->going;
	matcher_finish(m);
	return ok ? yz_feel_bool(found) : m->failed;
}

/* A pattern that matches nothing at all has no places to replace or to split at (XPath: FORX0003). */
static bool begin_pieces(struct matcher *m)
{
	if (m->going && (m->regex->plain ? yz_regex_plain_empty(m->regex->plain) : next_match(m, YZ_LIT(""), 0))) {
		m->failed = yz_feel_raise(m->run, YZ_FEEL_WHY_PATTERN, "it matches the empty string", NULL);
		matcher_finish(m);
	}
	return m->going;
}

/* One match's replacement: $1, \$ and \\ are special, other uses of the two are wrong. */
static bool add_replacement(struct matcher *m, struct yz_buf *b, struct yz_str with)
{
	for (size_t i = 0; i < with.len; i++) {
		char c = with.ptr[i], next = i + 1 < with.len ? with.ptr[i + 1] : '\0';
		if (c == '\\') {
			if (next != '\\' && next != '$')
				return false;
			yz_buf_addc(b, next);
			i++;
		} else if (c == '$') {
			if (next < '0' || next > '9')
				return false;
			int g = next - '0';
			i++;
			while (i + 1 < with.len && with.ptr[i + 1] >= '0' && with.ptr[i + 1] <= '9' &&
			       g * 10 + (with.ptr[i + 1] - '0') <= m->regex->groups)
				g = g * 10 + (with.ptr[++i] - '0');
			yz_buf_adds(b, group(m, m->text, g));
		} else {
			yz_buf_addc(b, c);
		}
	}
	return true;
}

DEFINE(replace)
{
	struct matcher own, *m = matcher_begin(&own, run, args, n > 3 ? args[3] : none);
	struct yz_buf b;
	size_t at = 0;
	yz_buf_init(&b, run->arena, run->limits->string);
	if (!begin_pieces(m))
		return m->failed;
	while (!b.full && next_match(m, m->text, at)) {
		struct yz_str hit = group(m, m->text, 0);
		size_t start = (size_t)(hit.ptr - m->text.ptr);
		yz_buf_add(&b, m->text.ptr + at, start - at);
		bool ok = hit.len && add_replacement(m, &b, yz_feel_str(args[2]));
		if (!ok) {
			matcher_finish(m);
			return yz_feel_raise(run, YZ_FEEL_WHY_PATTERN, "the replacement", NULL);
		}
		at = start + hit.len;
	}
	bool ok = m->going;
	matcher_finish(m);
	if (!ok)
		return m->failed;
	yz_buf_add(&b, m->text.ptr + at, m->text.len - at);
	return yz_feel_buf_value(run, &b);
}

DEFINE(split)
{
	struct matcher own, *m = matcher_begin(&own, run, args, none);
	YZ_VEC(struct yz_feel_value) parts = {0};
	size_t at = 0;
	if (!begin_pieces(m))
		return m->failed;
	while (parts.len < run->limits->list && next_match(m, m->text, at)) {
		struct yz_str hit = group(m, m->text, 0);
		size_t start = (size_t)(hit.ptr - m->text.ptr);
		if (!hit.len)
			break;
		*yz_vec_push(run->arena, &parts) = yz_feel_string(yz_str_n(m->text.ptr + at, start - at));
		at = start + hit.len;
	}
	bool ok = m->going;
	matcher_finish(m);
	if (!ok)
		return m->failed;
	if (parts.len >= run->limits->list)
		return yz_feel_raise(run, YZ_FEEL_WHY_LONG_LIST, NULL, NULL);
	*yz_vec_push(run->arena, &parts) = yz_feel_string(yz_str_n(m->text.ptr + at, m->text.len - at));
	return yz_feel_list(parts.at, parts.len);
}
