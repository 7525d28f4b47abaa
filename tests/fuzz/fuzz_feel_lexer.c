/* Any text cut into words: nothing is lost, nothing comes twice, and each piece alone is the same kind of thing.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "feel/lexer.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void alone(struct yz_str piece, int kind)
{
	struct yz_lexer l = {piece, 0};
	struct yz_token t = yz_lex(&l);
	assert(t.kind == kind && t.from == 0 && t.to == piece.len);
	assert(yz_lex(&l).kind == YZ_T_END);
}

/* Only white space and comments lie between two pieces. */
static void between(struct yz_str gap)
{
	assert(yz_feel_skip(gap, 0) == gap.len);
}

static void try_word(struct yz_str word)
{
	size_t at = 0;
	uint32_t first = yz_utf8_next(word, &at);
	if (first == '?')
		return;
	assert(yz_feel_word_end(word, 0) == word.len);
	assert(yz_feel_is_plain_name(word) == (yz_feel_name_start(first) && !yz_feel_is_keyword(word)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yz_str text = yz_str_n((const char *)data, size < 4096 ? size : 4096);
	if (!yz_utf8_valid(text))
		return 0; /* refused before it is cut: fuzz_feel_parser */
	struct yz_lexer l = {text, 0};
	uint32_t ended = 0;
	for (;;) {
		struct yz_token t = yz_lex(&l);
		assert(t.from >= ended && t.to >= t.from && t.to <= text.len);
		between(yz_str_n(text.ptr + ended, t.from - ended));
		if (t.kind == YZ_T_END) {
			assert(t.from == text.len);
			break;
		}
		assert(t.to > t.from);
		struct yz_str piece = yz_str_n(text.ptr + t.from, t.to - t.from);
		assert(yz_utf8_valid(piece));
		alone(piece, t.kind);
		if (t.kind == YZ_T_WORD)
			try_word(piece);
		ended = t.to;
	}
	yz_feel_is_plain_name(text);
	return 0;
}
