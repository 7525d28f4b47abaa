/* feel/regex.h - XPath and XQuery regular expressions; private to feel.
 *
 * A pattern of XML Schema part 2 (appendix G) as extended by XPath functions
 * 3.1 (clause 5.6.1) is translated to PCRE2 and matched with limits on work
 * and memory.  What the translation does not know is refused, so that no
 * construct of PCRE2's own gets through.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_REGEX_H
#define YZ_FEEL_REGEX_H

#include "feel/feel.h"

struct yz_regex_plain;

struct yz_regex {
	struct yz_str pattern, flags;
	int groups;
	uint32_t work; /* its match limit */
	const struct yz_regex_plain *plain; /* or NULL, and then: */
	void *code;                         /* pcre2_code */
};

/* A pattern in PCRE2's language; `wrong` says what is not understood. */
struct yz_regex_text {
	struct yz_str pcre;
	uint32_t options;
	int groups;
	const char *wrong;
};
bool yz_regex_translate(struct yz_arena *a, struct yz_str pattern, struct yz_str flags, struct yz_regex_text *out);

/* regex_plain.c: the pattern, when it is of the common kind that needs no PCRE2; or NULL. */
const struct yz_regex_plain *yz_regex_plain(struct yz_arena *a, struct yz_str pattern);
enum yz_regex_found { YZ_REGEX_NONE, YZ_REGEX_FOUND, YZ_REGEX_WORK /* more than the limit */ };
/* The first match at or behind `from`. */
enum yz_regex_found yz_regex_plain_find(const struct yz_regex_plain *plain, struct yz_str text, size_t from,
					uint32_t work, size_t *start, size_t *end);

bool yz_regex_plain_empty(const struct yz_regex_plain *plain); /* it matches the empty string */

/* Compiled; freed with the arena.  NULL: not understood, *wrong says why. */
const struct yz_regex *yz_regex_compile(struct yz_arena *a, struct yz_str pattern, struct yz_str flags, uint32_t work,
					const char **wrong);

#endif
