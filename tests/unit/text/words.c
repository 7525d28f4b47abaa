/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "base/utf8.h"
#include "text/text.h"

#include <stdlib.h>
#include <string.h>

static struct yz_arena *arena;

__attribute__((constructor)) static void open_arena(void)
{
	arena = yz_arena_create(0);
}

static struct yz_buf *fresh(void)
{
	static struct yz_buf out;
	yz_buf_init(&out, arena, (size_t)1 << 20);
	yz_buf_addz(&out, "");
	return &out;
}

static const char *pinyin(const char *s, enum yz_pinyin_style style, bool person)
{
	struct yz_buf *out = fresh();
	yz_pinyin(out, yz_str(s), style, person);
	return out->ptr;
}

static const char *tokens(const char *s, enum yz_tokens_mode mode)
{
	struct yz_buf *out = fresh();
	struct yz_tokens t;
	yz_text_tokens(arena, yz_str(s), mode, &t);
	for (size_t i = 0; i < t.len; i++)
		yz_buf_printf(out, i ? "/%.*s" : "%.*s", YZ_P(t.at[i].text));
	return out->ptr;
}

static const char *folded(const char *s)
{
	return yz_str_z(arena, yz_fold(arena, yz_str(s)));
}

TEST(folding_makes_one_form_of_many)
{
	assert_string_equal(folded("戶口遷移"), "户口迁移");
	assert_string_equal(folded("ＫＴＶ１２３"), "ktv123");
	assert_string_equal(folded("食品（含保健食品）"), "食品 含保健食品 ");
	assert_string_equal(folded("户\xE2\x80\x8B口"), "户口");
	assert_string_equal(folded("著作权"), "著作权");
	assert_string_equal(folded("帳户"), "账户");
	assert_string_equal(folded("ئاۋۋال"), folded("اۋۋال"));
	assert_string_equal(folded("ھە"), folded("ه‍ە"));
}

TEST(pinyin_reads_phrases_before_characters)
{
	static const char *const cases[][2] = {
		{"重庆", "chong qing"},    {"重新", "chong xin"},      {"长大", "zhang da"},
		{"长沙", "chang sha"},     {"银行", "yin hang"},       {"音乐", "yin yue"},
		{"会计", "kuai ji"},       {"厦门", "xia men"},        {"调整", "tiao zheng"},
		{"还款", "huan kuan"},     {"六安", "lu an"},          {"蚌埠", "beng bu"},
		{"解放路", "jie fang lu"}, {"朝阳区", "chao yang qu"}, {"单位", "dan wei"},
		{"绿化", "lv hua"},        {"广安", "guang an"},       {"校长变更", "xiao zhang bian geng"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(pinyin(cases[i][0], YZ_PINYIN_FULL, false), cases[i][1]);
	assert_string_equal(pinyin("户口登记", YZ_PINYIN_INITIALS, false), "hkdj");
	assert_string_equal(pinyin("A股开户", YZ_PINYIN_FULL, false), "Agu kai hu");
}

TEST(a_persons_first_character_is_read_as_a_surname)
{
	assert_string_equal(pinyin("单晓明", YZ_PINYIN_FULL, true), "shan xiao ming");
	assert_string_equal(pinyin("曾先生", YZ_PINYIN_FULL, true), "zeng xian sheng");
	assert_string_equal(pinyin("张重", YZ_PINYIN_INITIALS, true), "zz");
}

TEST(names_are_ordered_by_sound)
{
	const char *in_order[] = {"ABC", "安心", "北京", "李白", "李四", "王五", "张三", "重点"};
	for (size_t i = 0; i + 1 < sizeof in_order / sizeof *in_order; i++) {
		assert_true(yz_pinyin_cmp(yz_str(in_order[i]), yz_str(in_order[i + 1])) < 0);
		assert_true(yz_pinyin_cmp(yz_str(in_order[i + 1]), yz_str(in_order[i])) > 0);
		assert_int_equal(yz_pinyin_cmp(yz_str(in_order[i]), yz_str(in_order[i])), 0);
	}
	assert_true(yz_pinyin_cmp(YZ_LIT("李"), YZ_LIT("李四")) < 0);
}

TEST(bigrams_give_exact_recall)
{
	assert_string_equal(tokens("新生儿落户", YZ_TOKENS_INDEX), "新生/生儿/儿落/落户/户");
	assert_string_equal(tokens("新生儿落户", YZ_TOKENS_QUERY), "新生/生儿/儿落/落户");
	assert_string_equal(tokens("户", YZ_TOKENS_QUERY), "户");
	assert_string_equal(tokens("GB/T 39046 标准，2020年", YZ_TOKENS_INDEX), "gb/t/39046/标准/准/2020/年");
	assert_string_equal(tokens("", YZ_TOKENS_INDEX), "");
	assert_string_equal(tokens("，。 ", YZ_TOKENS_QUERY), "");
}

TEST(words_are_cut_by_the_dictionary)
{
	assert_string_equal(tokens("不动产登记预约与抵押权注销", YZ_TOKENS_WORDS), "不动产登记/预约/与/抵押权/注销");
	assert_string_equal(tokens("城乡居民基本养老保险", YZ_TOKENS_WORDS), "城乡/居民/基本养老保险");
	assert_string_equal(tokens("居住证和护照", YZ_TOKENS_WORDS), "居住证/和/护照");
}

TEST(tokens_know_their_place_in_the_original)
{
	struct yz_tokens t;
	const char *text = "戶 口本";
	yz_text_tokens(arena, yz_str(text), YZ_TOKENS_QUERY, &t);
	assert_int_equal(t.len, 2);
	assert_int_equal(t.at[0].start, 0);
	assert_int_equal(t.at[0].end, 3);
	assert_int_equal(t.at[1].start, 4);
	assert_int_equal(t.at[1].end, 10);
	assert_true(t.at[1].position > t.at[0].position + 1);
}

/* Longer than one piece: every bigram is there once, none is lost at a seam. */
TEST(long_text_has_no_seams)
{
	struct yz_buf *b = fresh();
	for (int i = 0; i < 5000; i++)
		yz_buf_add_utf8(b, 0x4E00 + (uint32_t)i);
	struct yz_tokens t;
	yz_text_tokens(arena, yz_buf_str(b), YZ_TOKENS_QUERY, &t);
	assert_int_equal(t.len, 4999);
	for (size_t i = 0; i < t.len; i++)
		assert_int_equal(t.at[i].position, i + 1);
	yz_text_tokens(arena, yz_buf_str(b), YZ_TOKENS_INDEX, &t);
	assert_int_equal(t.len, 5000);
}

TEST(text_past_the_bound_is_ignored)
{
	char *text = malloc(YZ_TOKENS_MAX + 4);
	assert_non_null(text);
	memset(text, ' ', YZ_TOKENS_MAX + 4);
	memcpy(text + YZ_TOKENS_MAX - 2, "ab", 2);
	memcpy(text + YZ_TOKENS_MAX + 1, "cd", 2);
	struct yz_tokens t;
	yz_text_tokens(arena, yz_str_n(text, YZ_TOKENS_MAX + 4), YZ_TOKENS_INDEX, &t);
	assert_int_equal(t.len, 1);
	free(text);
}

TEST(both_engines_get_the_same_tokens)
{
	struct yz_buf *b = fresh();
	yz_tokens_fts5(b, YZ_LIT("新生儿，落户"));
	assert_string_equal(b->ptr, "新生 生儿 儿 落户 户");
	yz_tokens_fts5_match(b = fresh(), YZ_LIT("新生儿 户"));
	assert_string_equal(b->ptr, "\"新生\" + \"生儿\" \"户\"*");
	yz_tokens_tsvector(b = fresh(), YZ_LIT("新生儿，落户"));
	assert_string_equal(b->ptr, "'新生':1 '生儿':2 '儿':3 '落户':5 '户':6");
	yz_tokens_tsquery(b = fresh(), YZ_LIT("新生儿 户"));
	assert_string_equal(b->ptr, "'新生' <-> '生儿' & '户':*");
	yz_tokens_tsquery(b = fresh(), YZ_LIT("'\\:*&|!()\""));
	assert_string_equal(b->ptr, "");
	yz_tokens_fts5_match(b = fresh(), YZ_LIT("a\" OR b"));
	assert_string_equal(b->ptr, "\"a\" \"or\" \"b\"");
}

TEST(bad_bytes_are_passed_over)
{
	assert_string_equal(tokens("\xFF\xFE户口\xE6", YZ_TOKENS_QUERY), "户口");
}
