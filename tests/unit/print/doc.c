/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "print/type.h"
#include "print/wire.h"

static struct yz_doc *one_of_each(struct yz_arena *a)
{
	static const struct yz_doc_column columns[] = {{YZ_LIT("名称"), 3, YZ_ALIGN_START},
						       {YZ_LIT("份数"), 1, YZ_ALIGN_END}};
	static const struct yz_str row[] = {YZ_LIT("申请表"), YZ_LIT("2")}, labels[] = {YZ_LIT("签名")};
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("试"));
	d->made = -5;
	d->landscape = true;
	d->check = YZ_LIT("核验码");
	d->watermark = YZ_LIT("演示");
	yz_doc_letterhead(d, YZ_LIT("某局"), YZ_LIT("1号"));
	yz_doc_title(d, YZ_LIT("题"));
	yz_doc_subtitle(d, YZ_LIT("副题"));
	yz_doc_addressee(d, YZ_LIT("某人"));
	yz_doc_heading(d, 2, YZ_LIT("一、"));
	yz_doc_para(d, YZ_LIT("甲"));
	yz_doc_run(d, YZ_LIT("乙"), true);
	yz_doc_item(d, YZ_LIT("一项"));
	yz_doc_item(d, YZ_LIT("二项"));
	yz_doc_note(d, YZ_LIT("注"));
	yz_doc_fields(d, 2);
	yz_doc_field(d, YZ_LIT("标"), YZ_LIT("值\0内"));
	yz_doc_table(d, columns, 2);
	yz_doc_row(d, row);
	yz_doc_notice(d, YZ_LIT("请"), YZ_LIT("注意"));
	yz_doc_qr(d, YZ_LIT("https://a.example"), YZ_LIT("扫"));
	yz_doc_sign(d, labels, 1);
	yz_doc_space(d, 2);
	yz_doc_break(d);
	yz_doc_imprint(d, YZ_LIT("某办"), YZ_LIT("某局"), YZ_LIT("今天"));
	yz_doc_lang(d, YZ_DOC_UG);
	yz_doc_close(d, &(struct yz_doc_closing){.organ = YZ_LIT("某局"), .date = YZ_LIT("今天"), .sealed = true});
	return d;
}

TEST(a_message_read_back_and_written_again_is_the_same)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str first, second;
	struct yz_doc *d = one_of_each(a);
	assert_int_equal(d->nblocks, YZ_BLOCK_TYPES + 1); /* two items */
	assert_true(yz_wire_write(a, d, &first, &err));
	struct yz_doc *back = yz_wire_read(a, first, &err);
	assert_non_null(back);
	assert_int_equal(back->nblocks, d->nblocks);
	assert_int_equal(back->ncells, d->ncells);
	assert_int_equal(back->made, -5);
	assert_true(back->landscape);
	assert_int_equal(back->last->lang, YZ_DOC_UG);
	assert_true(yz_str_eqz(back->last->cells.at[YZ_CLOSE_SEAL], "某局"));
	assert_true(yz_wire_write(a, back, &second, &err));
	assert_true(yz_str_eq(first, second));
	yz_arena_destroy(a);
}

TEST(a_message_cut_short_or_altered_is_refused_or_well_formed)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str whole;
	assert_true(yz_wire_write(a, one_of_each(a), &whole, &err));
	for (size_t n = 0; n < whole.len; n++) {
		err = (struct yz_err){0};
		assert_null(yz_wire_read(a, yz_str_n(whole.ptr, n), &err));
		assert_int_equal(err.code, YZ_SYNTAX);
	}
	char *altered = yz_memdup(a, whole.ptr, whole.len);
	for (size_t i = 0; i < whole.len; i++)
		for (int v = 0; v < 4; v++) {
			static const char values[] = {0, 1, 0x7F, (char)0xFF};
			altered[i] = values[v];
			struct yz_arena *inner = yz_arena_create(0);
			struct yz_doc *d = yz_wire_read(inner, yz_str_n(altered, whole.len), &err);
			for (struct yz_block *b = d ? d->first : NULL; b; b = b->next)
				assert_true(b->type < YZ_BLOCK_TYPES && b->lang <= YZ_DOC_UG &&
					    (b->type != YZ_BLOCK_TABLE || (b->n && b->cells.len % b->n == 0)));
			yz_arena_destroy(inner);
			altered[i] = whole.ptr[i];
		}
	yz_arena_destroy(a);
}

TEST(words_of_the_other_direction_are_isolated_with_what_belongs_to_them)
{
	static const struct {
		enum yz_doc_lang lang;
		const char *plain, *isolated; /* {> LRI, {< RLI, } PDI */
	} cases[] = {
		{YZ_DOC_ZH, "缴费：120 元", "缴费：120 元"},
		{YZ_DOC_ZH, "ئۆي ھەققى：120 元", "{<ئۆي ھەققى}：120 元"},
		{YZ_DOC_ZH, "姓名 ئالىم، 5 份", "姓名 {<ئالىم}، 5 份"},
		{YZ_DOC_ZH, "于2026-يىلى 11-ئاينىڭ 22-كۈنى办结", "于{<2026-يىلى 11-ئاينىڭ 22-كۈنى}办结"},
		{YZ_DOC_ZH, "120 سوم", "{<120 سوم}"},
		{YZ_DOC_ZH, "甲\nئا\n乙", "甲\n{<ئا}\n乙"},
		{YZ_DOC_UG, "ئىسمى ئالىم", "ئىسمى ئالىم"},
		{YZ_DOC_UG, "《城市道路管理条例》第三十条", "{>《城市道路管理条例》第三十条}"},
		{YZ_DOC_UG, "قانۇن: 《条例》第3条（甲）", "قانۇن: {>《条例》第3条（甲）}"},
		{YZ_DOC_UG, "نومۇر QZ-2026/0012 بىلەن", "نومۇر {>QZ-2026/0012} بىلەن"},
		{YZ_DOC_UG, "0538-1234567", "0538-1234567"},
		{YZ_DOC_UG, "ئا \u2068甲 1\u2069 ب", "ئا \u2068甲 1\u2069 ب"},
		{YZ_DOC_UG, "", ""},
	};
	struct yz_arena *a = yz_arena_create(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yz_buf want;
		yz_buf_init(&want, a, 4096);
		for (const char *p = cases[i].isolated; *p; p++)
			if (*p == '{')
				yz_buf_addz(&want, *++p == '<' ? "\u2067" : "\u2066");
			else if (*p == '}')
				yz_buf_addz(&want, "\u2069");
			else
				yz_buf_addc(&want, *p);
		struct yz_str said = yz_type_isolate(a, yz_str(cases[i].plain), cases[i].lang);
		if (!yz_str_eq(said, yz_buf_str(&want)))
			fail_msg("%s: %.*s", cases[i].plain, YZ_P(said));
	}
	yz_arena_destroy(a);
}

static enum yz_code code_of(const struct yz_doc *d)
{
	struct yz_err err = {0};
	bool ok = yz_doc_check(d, &err);
	assert_int_equal(ok, err.code == YZ_OK);
	return err.code;
}

TEST(one_block_past_the_limit_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("限"));
	for (size_t i = 0; i < yz_print_limits.blocks; i++)
		yz_doc_space(d, 1);
	assert_int_equal(code_of(d), YZ_OK);
	yz_doc_para(d, YZ_LIT("一"));
	yz_doc_run(d, YZ_LIT("二"), true);
	assert_int_equal(code_of(d), YZ_LIMIT);
	yz_arena_destroy(a);
}

TEST(one_cell_past_the_limit_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("限"));
	static const struct yz_doc_column column = {YZ_LIT("列")};
	struct yz_str cell = YZ_LIT("一");
	yz_doc_table(d, &column, 1);
	for (size_t i = 0; i < yz_print_limits.cells; i++)
		yz_doc_row(d, &cell);
	assert_int_equal(code_of(d), YZ_OK);
	yz_doc_row(d, &cell);
	assert_int_equal(code_of(d), YZ_LIMIT);
	yz_arena_destroy(a);
}

TEST(one_column_or_byte_past_the_limit_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_doc_column columns[32] = {0};
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT(""));
	yz_doc_table(d, columns, yz_print_limits.columns);
	assert_int_equal(code_of(d), YZ_OK);
	yz_doc_table(d, columns, yz_print_limits.columns + 1);
	assert_int_equal(code_of(d), YZ_LIMIT);
	char *text = yz_alloc(a, yz_print_limits.text + 1);
	d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT(""));
	yz_doc_para(d, yz_str_n(text, yz_print_limits.text));
	assert_int_equal(code_of(d), YZ_OK);
	yz_doc_title(d, yz_str_n(text, 1));
	assert_int_equal(code_of(d), YZ_LIMIT);
	yz_arena_destroy(a);
}

TEST(cleaned_text_keeps_words_and_drops_what_disturbs_a_page)
{
	struct yz_arena *a = yz_arena_create(0);
	struct {
		struct yz_str in;
		const char *out;
	} cases[] = {
		{YZ_LIT("张三\t(男)\n"), "张三 (男)\n"},
		{YZ_LIT("a\0b\x01\x1B[31mc\x7F\r"), "ab[31mc"},
		{YZ_LIT("1\u202E00元\u202C\u2066x\u2069"), "100元x"},
		{YZ_LIT("\u206811-ئاي\u2069\u2069 \u2068ئا\n\u2069"), "\u206811-ئاي\u2069 \u2068ئا\n"},
		{YZ_LIT("ab\xFF\xC0\x80"), "ab\uFFFD\uFFFD\uFFFD"},
		{YZ_LIT("\uFEFF零\u200B宽\u00AD"), "零宽"},
		{YZ_LIT("ئۇيغۇر\u200Cچە"), "ئۇيغۇر\u200Cچە"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yz_str out = yz_type_clean(a, cases[i].in);
		assert_true(yz_str_eqz(out, cases[i].out));
	}
	yz_arena_destroy(a);
}

TEST(items_count_from_one_in_each_list)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT(""));
	yz_doc_item(d, YZ_LIT("甲"));
	yz_doc_item(d, YZ_LIT("乙"));
	assert_int_equal(d->last->n, 2);
	yz_doc_para(d, YZ_LIT("丙"));
	yz_doc_item(d, YZ_LIT("丁"));
	assert_int_equal(d->last->n, 1);
	yz_arena_destroy(a);
}
