/* text/gen/han.c - runs while building: what ICU knows of each character.
 *
 * One line a character, tab-separated: code point in hex, its reading without
 * tones (ü as v; "-" for none), the simplified form's code point.  tools/wordgen
 * turns it into tables, so the program itself opens no ICU data.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { FIRST = 0x4E00, LAST = 0x9FFF };

static UTransliterator *open_rules(const char *rules)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar id[200];
	u_uastrcpy(id, rules);
	UTransliterator *t = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
	if (U_FAILURE(status)) {
		fprintf(stderr, "%s: %s\n", rules, u_errorName(status));
		exit(1);
	}
	return t;
}

static int apply(UTransliterator *t, UChar *text, int capacity)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t len = u_strlen(text), limit = len;
	utrans_transUChars(t, text, &len, capacity, 0, &limit, &status);
	if (U_FAILURE(status)) {
		fprintf(stderr, "%s\n", u_errorName(status));
		exit(1);
	}
	text[len] = 0;
	return len;
}

int main(void)
{
	/* The marks of the four tones; the diaeresis stays. */
	UTransliterator *latin = open_rules("Han-Latin; NFD; [\\u0300\\u0301\\u0304\\u030C] Remove; NFC");
	UTransliterator *simple = open_rules("Traditional-Simplified");
	for (int c = FIRST; c <= LAST; c++) {
		UChar text[64] = {(UChar)c, 0};
		char reading[64];
		int n = apply(latin, text, 60), at = 0;
		for (int i = 0; i < n && at < 60; i++)
			reading[at++] = text[i] == 0xFC ? 'v' : text[i] >= 'a' && text[i] <= 'z' ? (char)text[i] : '?';
		reading[at] = 0;
		UChar form[8] = {(UChar)c, 0};
		int m = apply(simple, form, 6);
		printf("%x\t%s\t%x\n", (unsigned)c, text[0] == (UChar)c ? "-" : reading,
		       m == 1 ? form[0] : (unsigned)c);
	}
	utrans_close(latin);
	utrans_close(simple);
	return 0;
}
