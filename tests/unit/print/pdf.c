/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/print/render.h"

static struct yz_str render(struct yz_arena *a, const struct yz_doc *d)
{
	struct yz_err err = {0};
	struct yz_str pdf;
	ASSERT_OK(yz_print_pdf(d, a, &pdf, &err), &err);
	return pdf;
}

static struct yz_doc *letter(struct yz_arena *a)
{
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_LETTER, YZ_DOC_ZH, YZ_LIT("受理通知书"));
	d->author = YZ_LIT("青岭县行政审批局");
	d->made = 1795305600 * YZ_SECOND;
	yz_doc_letterhead(d, YZ_LIT("青岭县行政审批局"), YZ_LIT("青审批字〔2026〕128号"));
	yz_doc_title(d, YZ_LIT("受理通知书"));
	yz_doc_addressee(d, YZ_LIT("张三"));
	yz_doc_para(d, YZ_LIT("你的申请已收到，本机关决定"));
	yz_doc_run(d, YZ_LIT("予以受理"), true);
	yz_doc_close(d, &(struct yz_doc_closing){
				.organ = YZ_LIT("青岭县行政审批局"), .date = YZ_LIT("2026年11月22日"), .sealed = true});
	return d;
}

TEST(the_same_document_gives_the_same_bytes)
{
	NEEDS("true");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str first = render(a, letter(a));
	struct yz_doc *other = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("别的"));
	yz_doc_para(other, YZ_LIT("中间印了别的文件，缓存不同"));
	render(a, other);
	assert_true(yz_str_eq(first, render(a, letter(a))));
	yz_arena_destroy(a);
}

TEST(the_file_is_small_and_names_title_author_date_and_language)
{
	NEEDS("pdfinfo");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str pdf = render(a, letter(a));
	assert_in_range(pdf.len, 5 * 1024, 64 * 1024);
	struct yz_str info = piped(a, pdf, "TZ=UTC pdfinfo @ 2>&1");
	assert_true(contains(info, "受理通知书"));
	assert_true(contains(info, "青岭县行政审批局"));
	assert_true(contains(info, "Nov 22 00:00:00 2026"));
	assert_true(contains(info, "A4"));
	assert_true(contains(info, "Tagged:          yes"));
	assert_false(contains(info, "rror"));
	assert_true(contains(pdf, "/Lang (zh-CN)"));
	struct yz_str structure = piped(a, pdf, "pdfinfo -struct-text @ 2>/dev/null");
	assert_true(contains(structure, "H1"));
	assert_true(contains(structure, "你的申请已收到，本机关决定予以受理"));
	yz_arena_destroy(a);
}

TEST(fonts_are_embedded_subsets)
{
	NEEDS("pdffonts");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str fonts = piped(a, render(a, letter(a)), "pdffonts @ 2>/dev/null | tail -n +3");
	assert_true(count_of(fonts, "\n") >= 2);
	assert_int_equal(count_of(fonts, "yes yes yes"), count_of(fonts, "\n"));
	yz_arena_destroy(a);
}

TEST(the_head_of_a_long_table_is_repeated_on_every_page)
{
	NEEDS("pdftotext");
	static const struct yz_doc_column columns[] = {
		{YZ_LIT("序号"), 1, YZ_ALIGN_CENTRE}, {YZ_LIT("材料名称"), 4}, {YZ_LIT("要求"), 4}};
	struct yz_arena *a = yz_arena_create(0);
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("清单"));
	yz_doc_title(d, YZ_LIT("清单"));
	yz_doc_table(d, columns, 3);
	for (int i = 0; i < 150; i++) {
		struct yz_str row[] = {
			yz_str_printf(a, "row%03d", i), YZ_LIT("建设工程规划许可证"),
			i % 4 ? YZ_LIT("原件")
			      : YZ_LIT("原件核对，收复印件，复印件加盖公章并注明与原件一致，由经办人签名")};
		yz_doc_row(d, row);
	}
	struct yz_str pdf = render(a, d), text = pdf_text(a, pdf);
	long pages = pdf_pages(a, pdf);
	assert_in_range(pages, 4, 10);
	assert_int_equal(count_of(text, "材料名称"), pages);
	for (int i = 0; i < 150; i++)
		assert_int_equal(count_of(text, yz_printf(a, "row%03d", i)), 1);
	assert_true(contains(text, yz_printf(a, "第%ld页共%ld页", pages, pages)));
	yz_arena_destroy(a);
}

/* Left and right edge of the first line that holds `word`, and the page's width. */
static void edges(struct yz_arena *a, struct yz_str pdf, const char *word, double *left, double *right, double *width)
{
	struct yz_str xml = piped(a, pdf, "pdftotext -bbox-layout -enc UTF-8 @ - 2>/dev/null");
	size_t at = yz_str_find(xml, yz_str(word), 0), line = SIZE_MAX;
	assert_true(at != SIZE_MAX);
	for (size_t i = 0; (i = yz_str_find(xml, YZ_LIT("<line "), i)) < at; i++)
		line = i;
	assert_true(line != SIZE_MAX);
	size_t page = yz_str_find(xml, YZ_LIT("<page "), 0);
	assert_int_equal(sscanf(xml.ptr + page, "<page width=\"%lf\"", width), 1);
	double top;
	assert_int_equal(sscanf(xml.ptr + line, "<line xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\"", left, &top, right), 3);
}

TEST(a_uyghur_paragraph_stands_at_the_right_and_is_shaped)
{
	NEEDS("pdftotext");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_UG, YZ_LIT("ئۇقتۇرۇش"));
	double left, right, width;
	yz_doc_note(d, YZ_LIT("قوبۇل"));
	yz_doc_lang(d, YZ_DOC_ZH);
	yz_doc_note(d, YZ_LIT("受理"));
	struct yz_str pdf = render(a, d);
	edges(a, pdf, "受理", &left, &right, &width);
	assert_true(left < width * 0.15 && right < width * 0.3);
	edges(a, pdf, "ق</word>", &left, &right, &width);
	assert_true(right > width * 0.85 && left > width * 0.7);
	assert_true(contains(pdf, "/Lang (ug)"));
	/* Five letters that join take far less room than five that stand alone. */
	struct yz_doc *apart = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_UG, YZ_LIT("1"));
	double joined = right - left;
	yz_doc_note(apart, YZ_LIT("ق\u200Cو\u200Cب\u200Cۇ\u200Cل"));
	struct yz_str xml = piped(a, render(a, apart), "pdftotext -bbox-layout -enc UTF-8 @ - 2>/dev/null");
	size_t line = yz_str_find(xml, YZ_LIT("<line "), 0);
	double top;
	assert_int_equal(sscanf(xml.ptr + line, "<line xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\"", &left, &top, &right),
			 3);
	assert_true(joined < 0.93 * (right - left));
	yz_arena_destroy(a);
}

/* Where the first `word` begins, in points from the left. */
static double left_of(struct yz_arena *a, struct yz_str xml, const char *word)
{
	double left;
	const char *tail = yz_printf(a, ">%s<", word);
	size_t at = yz_str_find(xml, yz_str(tail), 0), start = SIZE_MAX;
	if (at == SIZE_MAX)
		fail_msg("%s stands by itself nowhere in %.*s", word, YZ_P(xml));
	for (size_t i = 0; (i = yz_str_find(xml, YZ_LIT("<word "), i)) < at; i++)
		start = i;
	assert_int_equal(sscanf(xml.ptr + start, "<word xMin=\"%lf\"", &left), 1);
	return left;
}

TEST(two_directions_in_one_line_stand_in_the_order_they_are_read)
{
	NEEDS("pdftotext");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("试"));
	yz_doc_note(d, YZ_LIT("ئالىم : 120 元 AB"));
	yz_doc_note(d, YZ_LIT("最早 \u20682027-يىلى 3-ئاينىڭ 4-كۈنى\u2069 办好"));
	yz_doc_lang(d, YZ_DOC_UG);
	yz_doc_note(d, YZ_LIT("قانۇن 《条例》 第十条 بويىچە"));
	struct yz_str pdf = render(a, d), xml = piped(a, pdf, "pdftotext -bbox -enc UTF-8 @ - 2>/dev/null");
	assert_true(left_of(a, xml, "120") < left_of(a, xml, "元"));
	assert_true(left_of(a, xml, "元") < left_of(a, xml, "AB"));
	assert_true(left_of(a, xml, "最早") < left_of(a, xml, "办好"));
	assert_true(left_of(a, xml, "《条例》") < left_of(a, xml, "第十条"));
	struct yz_str said = raw_text(a, pdf);
	ASSERT_SAYS(a, said, "ئالىم:120元AB最早2027-يىلى3-ئاينىڭ4-كۈنى办好قانۇن《条例》第十条بويىچە");
	yz_arena_destroy(a);
}

TEST(the_type_area_is_that_of_the_standard)
{
	NEEDS("pdftotext");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_FILE, YZ_DOC_ZH, YZ_LIT("版心"));
	struct yz_buf b;
	yz_buf_init(&b, a, 100000);
	for (int i = 0; i < 28 * 30; i++)
		yz_buf_addz(&b, "国");
	yz_doc_note(d, YZ_LIT("起"));
	yz_doc_break(d);
	yz_doc_para(d, yz_buf_str(&b));
	struct yz_str xml = piped(a, render(a, d), "pdftotext -bbox-layout -f 2 -l 2 -enc UTF-8 @ - 2>/dev/null");
	/* 22 lines of 28 characters, from 28 mm to 28 + 156 mm. */
	double left = 1e9, right = 0, x, y, to;
	size_t lines = 0;
	for (size_t i = 0; (i = yz_str_find(xml, YZ_LIT("<line "), i)) != SIZE_MAX; i++) {
		assert_int_equal(sscanf(xml.ptr + i, "<line xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\"", &x, &y, &to), 3);
		if (!contains(yz_str_n(xml.ptr + i, 400), "国国国"))
			continue;
		lines++;
		left = x < left ? x : left;
		right = to > right ? to : right;
	}
	assert_int_equal(lines, 22);
	assert_int_equal(count_of(xml, "国"), 28 * 22 - 2);
	assert_float_equal(left, 28 * 72 / 25.4, 0.7);
	assert_float_equal(right, 184 * 72 / 25.4, 0.7);
	yz_arena_destroy(a);
}

TEST(a_closing_is_never_alone_on_a_page)
{
	NEEDS("pdftotext");
	for (int lines = 12; lines < 24; lines++) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_doc *d = yz_doc_new(a, YZ_DOC_FILE, YZ_DOC_ZH, YZ_LIT("落款"));
		for (int i = 0; i < lines; i++)
			yz_doc_para(d, YZ_LIT("正文一行。"));
		yz_doc_close(d, &(struct yz_doc_closing){.organ = YZ_LIT("青岭县行政审批局"),
							 .date = YZ_LIT("2026年11月22日"),
							 .sealed = true});
		struct yz_str pdf = render(a, d);
		struct yz_str text = pdf_text(a, pdf);
		assert_int_equal(count_of(text, "正文一行"), lines);
		if (pdf_pages(a, pdf) == 2)
			assert_true(contains(piped(a, pdf, "pdftotext -f 2 -l 2 -enc UTF-8 @ -"), "正文一行"));
		else
			assert_true(lines < 19);
		yz_arena_destroy(a);
	}
}

/* GB/T 9704, 7.4: whatever stands above it. */
TEST(the_imprint_stands_at_the_foot_of_the_last_page)
{
	NEEDS("pdftotext");
	for (int lines = 0; lines < 40; lines += 13) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_doc *d = yz_doc_new(a, YZ_DOC_FILE, YZ_DOC_ZH, YZ_LIT("版记"));
		for (int i = 0; i < lines; i++)
			yz_doc_para(d, YZ_LIT("正文一行。"));
		yz_doc_imprint(d, YZ_LIT("县委办公室，县人大常委会办公室。"), YZ_LIT("青岭县行政审批局"), YZ_LIT("2026年11月22日"));
		struct yz_str pdf = render(a, d);
		char last[96];
		int pages = pdf_pages(a, pdf);
		snprintf(last, sizeof last, "pdftotext -f %d -l %d -bbox -enc UTF-8 @ -", pages, pages);
		struct yz_str words = piped(a, pdf, last);
		assert_true(contains(words, "抄送：县委办公室"));
		const char *at = strstr(yz_str_z(a, words), "印发</word>");
		assert_non_null(at);
		while (strncmp(at, "yMax=\"", 6) != 0)
			at--;
		assert_float_equal(strtod(at + 6, NULL), (297 - 35) * 72 / 25.4, 10);
		yz_arena_destroy(a);
	}
}

TEST(hostile_text_stays_on_its_page)
{
	NEEDS("pdftotext");
	struct yz_arena *a = yz_arena_create(0);
	static const struct yz_doc_column columns[] = {{YZ_LIT("a"), 0}, {YZ_LIT("b"), -1e30f}, {YZ_LIT("c"), 1e30f}};
	struct yz_buf word, marks; /* in a column of no width the word takes a line a letter */
	yz_buf_init(&word, a, 1 << 20);
	yz_buf_init(&marks, a, 1 << 20);
	for (int i = 0; i < 20000; i++)
		yz_buf_addc(&word, 'W');
	yz_buf_addz(&marks, "a");
	for (int i = 0; i < 5000; i++)
		yz_buf_addz(&marks, "\u0301");
	struct yz_str row[] = {yz_str_n(word.ptr, 2000), YZ_LIT("\x01\x02\xFF\u202E"), YZ_LIT("\n\n\n")};
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, row[1]);
	d->check = d->watermark = yz_buf_str(&word);
	d->author = YZ_LIT("\xF0\x9F");
	yz_doc_title(d, yz_buf_str(&word));
	yz_doc_para(d, yz_buf_str(&marks));
	yz_doc_para(d, row[1]);
	yz_doc_addressee(d, YZ_LIT(""));
	yz_doc_fields(d, 2);
	yz_doc_field(d, yz_buf_str(&word), yz_buf_str(&word));
	yz_doc_field(d, YZ_LIT(""), YZ_LIT(""));
	yz_doc_table(d, columns, 3);
	yz_doc_row(d, row);
	yz_doc_notice(d, YZ_LIT(""), YZ_LIT(""));
	yz_doc_qr(d, yz_buf_str(&word), YZ_LIT("太长的码不画"));
	yz_doc_sign(d, row, 3);
	yz_doc_close(d, &(struct yz_doc_closing){.organ = yz_buf_str(&word), .date = row[1], .sealed = true});
	struct yz_str pdf = render(a, d);
	struct yz_str xml = piped(a, pdf, "pdftotext -bbox -enc UTF-8 @ - 2>/dev/null");
	size_t words = 0;
	for (size_t i = 0; (i = yz_str_find(xml, YZ_LIT("<word "), i)) != SIZE_MAX; i++) {
		double left, top, right, bottom;
		assert_int_equal(sscanf(xml.ptr + i, "<word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\"", &left,
					&top, &right, &bottom),
				 4);
		if (top < -1 || bottom > 843 || left < -1 || right > 597)
			fail_msg("off the page: %.200s", xml.ptr + i);
		words++;
	}
	assert_true(words > 100);
	yz_arena_destroy(a);
}

TEST(a_paragraph_of_100000_characters_loses_none)
{
	NEEDS("pdftotext");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("长"));
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 20);
	for (int i = 0; i < 10000; i++)
		yz_buf_printf(&b, "%05d一二三四五", i);
	yz_doc_para(d, yz_buf_str(&b));
	d->pages = YZ_PAGES_NONE;
	struct yz_str pdf = render(a, d), text = pdf_text(a, pdf);
	assert_true(yz_str_eq(text, yz_buf_str(&b)));
	yz_arena_destroy(a);
}

TEST(a_document_past_the_last_page_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str pdf;
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("多"));
	for (size_t i = 1; i < yz_print_limits.pages; i++) {
		yz_doc_para(d, YZ_LIT("页"));
		yz_doc_break(d);
	}
	yz_doc_para(d, YZ_LIT("末"));
	ASSERT_OK(yz_print_pdf(d, a, &pdf, &err), &err);
	yz_doc_break(d);
	yz_doc_para(d, YZ_LIT("过"));
	assert_false(yz_print_pdf(d, a, &pdf, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	/* Found out before it is set whole: a million short lines. */
	struct yz_doc *lines = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("行"));
	char *text = yz_alloc(a, 1 << 20);
	memset(text, '\n', 1 << 20);
	yz_doc_para(lines, yz_str_n(text, 1 << 20));
	err = (struct yz_err){0};
	assert_false(yz_print_pdf(lines, a, &pdf, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	yz_arena_destroy(a);
}

TEST(a_row_higher_than_a_page_goes_on_at_the_next)
{
	NEEDS("pdftotext");
	struct yz_arena *a = yz_arena_create(0);
	static const struct yz_doc_column columns[] = {{YZ_LIT("名称"), 1}, {YZ_LIT("内容"), 3}};
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("高"));
	struct yz_buf b;
	yz_buf_init(&b, a, 100000);
	for (int i = 0; i < 150; i++)
		yz_buf_printf(&b, "%sline%03d", i ? "\n" : "", i);
	struct yz_str row[] = {YZ_LIT("意见"), yz_buf_str(&b)};
	yz_doc_table(d, columns, 2);
	yz_doc_row(d, row);
	struct yz_str pdf = render(a, d), text = pdf_text(a, pdf);
	assert_int_equal(pdf_pages(a, pdf), 4);
	assert_int_equal(count_of(text, "内容"), 4);
	for (int i = 0; i < 150; i++)
		assert_int_equal(count_of(text, yz_printf(a, "line%03d", i)), 1);
	yz_arena_destroy(a);
}

static jmp_buf spent;

static void on_spent(void *ctx)
{
	longjmp(spent, 1);
}

TEST(an_arena_that_is_spent_leaves_the_printer_usable)
{
	NEEDS("true");
	struct yz_arena *doc = yz_arena_create(0), *volatile full = yz_arena_create(16 * 1024);
	struct yz_doc *d = letter(doc);
	yz_arena_on_spent(full, on_spent, NULL);
	if (!setjmp(spent)) {
		for (;;) {
			struct yz_str pdf;
			yz_print_pdf(d, full, &pdf, NULL); /* some hundred of these fill it */
			yz_alloc(full, 1024);
		}
	}
	yz_arena_destroy(full);
	render(doc, d);
	yz_arena_destroy(doc);
}
