/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/print/render.h"

#include "print/sign.h"

#include <string.h>

static struct yz_str paper(struct yz_arena *a)
{
	struct yz_err err = {0};
	struct yz_str pdf;
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_LETTER, YZ_DOC_ZH, YZ_LIT("营业执照"));
	yz_doc_title(d, YZ_LIT("营业执照"));
	yz_doc_para(d, YZ_LIT("准予登记。"));
	ASSERT_OK(yz_print_pdf(d, a, &pdf, &err), &err);
	return pdf;
}

static const struct yz_pdf_signer office = {YZ_LIT("清泽县市场监督管理局"), YZ_LIT("营业执照 𠮷"), 1795305600 * YZ_SECOND};

static struct yz_str signed_with(struct yz_arena *a, struct yz_str der, struct yz_pdf_room *room)
{
	struct yz_err err = {0};
	struct yz_str pdf;
	ASSERT_OK(yz_pdf_sign_room(a, paper(a), &office, room, &err), &err);
	ASSERT_OK(yz_pdf_sign_fill(a, room, der, &pdf, &err), &err);
	return pdf;
}

TEST(the_signed_parts_are_all_but_the_hole)
{
	NEEDS("true");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_pdf_room room;
	struct yz_str parts[2], der, given = YZ_LIT("\x30\x03\x02\x01\x05");
	struct yz_str pdf = signed_with(a, given, &room);
	assert_true(yz_pdf_sign_read(a, pdf, parts, &der));
	assert_true(yz_str_eq(der, given));
	assert_true(yz_str_eq(parts[0], room.before));
	assert_true(yz_str_eq(parts[1], room.after));
	assert_int_equal(parts[0].len + parts[1].len + 2 * YZ_PDF_SIGNATURE + 2, pdf.len);
	assert_int_equal(parts[0].ptr[parts[0].len], '<');
	assert_int_equal(parts[1].ptr[-1], '>');
	yz_arena_destroy(a);
}

TEST(another_program_reads_the_signed_file)
{
	NEEDS("pdfinfo");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_pdf_room room;
	struct yz_str pdf = signed_with(a, YZ_LIT("\x30\x03\x02\x01\x05"), &room);
	struct yz_str info = piped(a, pdf, "pdfinfo @ 2>&1");
	assert_true(contains(info, "Pages:           1"));
	assert_true(contains(info, "AcroForm"));
	assert_false(contains(info, "rror"));
	assert_true(contains(piped(a, pdf, "pdftotext @ - 2>&1"), "准予登记"));
	yz_arena_destroy(a);
}

TEST(a_signature_has_a_most)
{
	NEEDS("true");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_pdf_room room;
	struct yz_err err = {0};
	struct yz_str pdf;
	char *bytes = yz_alloc(a, YZ_PDF_SIGNATURE + 1);
	memset(bytes, 0x30, YZ_PDF_SIGNATURE + 1);
	ASSERT_OK(yz_pdf_sign_room(a, paper(a), &office, &room, &err), &err);
	ASSERT_OK(yz_pdf_sign_fill(a, &room, yz_str_n(bytes, YZ_PDF_SIGNATURE), &pdf, &err), &err);
	assert_false(yz_pdf_sign_fill(a, &room, yz_str_n(bytes, YZ_PDF_SIGNATURE + 1), &pdf, &err));
	assert_int_equal(err.code, YZ_TOO_LARGE);
	yz_arena_destroy(a);
}

TEST(what_is_no_pdf_of_ours_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	static const char *const bad[] = {"", "%PDF-1.5\n", "trailer << /Root 1 0 R /Size 2 /Info 3 0 R >>\nstartxref\n9\n%%EOF\n",
					  ("\n1 0 obj\n<< /Pages 1 0 R /Kids [ 1 0 R >> /AcroForm\nendobj\ntrailer << /Root 1 0 R /Size 2 /Info 3 0 R "
					   ">>\nstartxref\n9\n%%EOF\n")};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct yz_pdf_room room;
		struct yz_err err = {0};
		struct yz_str parts[2], der;
		assert_false(yz_pdf_sign_room(a, yz_str(bad[i]), &office, &room, &err));
		assert_int_equal(err.code, YZ_BAD_INPUT);
		assert_false(yz_pdf_sign_read(a, yz_str(bad[i]), parts, &der));
	}
	yz_arena_destroy(a);
}

TEST(a_range_that_leaves_something_out_is_no_signature)
{
	NEEDS("true");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_pdf_room room;
	struct yz_str parts[2], der, pdf = signed_with(a, YZ_LIT("\x30\x03\x02\x01\x05"), &room);
	struct yz_str longer = yz_str_printf(a, "%.*s\n%% something behind it", YZ_P(pdf));
	assert_true(yz_pdf_sign_read(a, pdf, parts, &der));
	assert_false(yz_pdf_sign_read(a, longer, parts, &der));
	assert_false(yz_pdf_sign_read(a, yz_str_n(pdf.ptr, pdf.len - 1), parts, &der));
	yz_arena_destroy(a);
}
