/* SPDX-License-Identifier: Apache-2.0
 *
 * What is written in order needs no tree to be put in order.  This walks over a text once and stops at whatever it would
 * have to think about: a key or string with escapes, a key beyond ASCII (whose order is by UTF-16), a fraction.
 */
#include "fmt/json.h"

#include "fmt/json_scan.h"

struct walk {
	const char *p, *end;
	size_t values, depth;
};

static bool is(struct walk *w, char c)
{
	if (w->p == w->end || *w->p != c)
		return false;
	w->p++;
	return true;
}

static bool word(struct walk *w, const char *z)
{
	size_t n = strlen(z);
	if ((size_t)(w->end - w->p) < n || memcmp(w->p, z, n) != 0)
		return false;
	w->p += n;
	return true;
}

static bool string(struct walk *w, struct yz_str *s)
{
	if (!is(w, '"'))
		return false;
	const char *begin = w->p;
	w->p = yz_json_plain_run(begin, w->end);
	*s = yz_str_n(begin, (size_t)(w->p - begin));
	return is(w, '"');
}

/* ASCII only. */
static bool key(struct walk *w, struct yz_str *s)
{
	if (!is(w, '"'))
		return false;
	const char *begin = w->p;
	while (w->p < w->end && yz_json_is_plain((unsigned char)*w->p))
		w->p++;
	*s = yz_str_n(begin, (size_t)(w->p - begin));
	return is(w, '"');
}

static bool whole_number(struct walk *w)
{
	enum { MOST = 18 };
	is(w, '-');
	const char *begin = w->p;
	while (w->p < w->end && *w->p >= '0' && *w->p <= '9')
		w->p++;
	size_t n = (size_t)(w->p - begin);
	return n && n <= MOST && (*begin != '0' || n == 1);
}

static bool value(struct walk *w);

static bool object(struct walk *w)
{
	struct yz_str before = {0}, now;
	for (bool first = true; !is(w, '}'); first = false, before = now)
		if ((!first && !is(w, ',')) || !key(w, &now) || (!first && yz_str_cmp(before, now) >= 0) || !is(w, ':') ||
		    !value(w))
			return false;
	return true;
}

static bool array(struct walk *w)
{
	for (bool first = true; !is(w, ']'); first = false)
		if ((!first && !is(w, ',')) || !value(w))
			return false;
	return true;
}

static bool value(struct walk *w)
{
	struct yz_str s;
	if (w->p == w->end || !w->values--)
		return false;
	switch (*w->p) {
	case '{':
	case '[':
		if (!w->depth)
			return false;
		w->depth--;
		bool good = *w->p++ == '{' ? object(w) : array(w);
		w->depth++;
		return good;
	case '"':
		return string(w, &s);
	case 't':
		return word(w, "true");
	case 'f':
		return word(w, "false");
	case 'n':
		return word(w, "null");
	default:
		return whole_number(w);
	}
}

bool yz_json_is_canonical(struct yz_str text, const struct yz_json_limits *limits)
{
	struct walk w = {text.ptr, text.ptr + text.len, limits->values, limits->depth};
	return text.len && text.len <= limits->bytes && value(&w) && w.p == w.end;
}
