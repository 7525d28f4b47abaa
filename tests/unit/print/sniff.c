/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/print/render.h"

#include "print/sniff.h"
#include "print/xlsx.h"

#include <zlib.h>

static void put(struct yz_buf *b, uint32_t v, int n)
{
	while (n--) {
		yz_buf_addc(b, (char)v);
		v >>= 8;
	}
}

static void put_be(struct yz_buf *b, uint32_t v, int n)
{
	while (n--)
		yz_buf_addc(b, (char)(v >> 8 * n));
}

/* An archive of members that all hold `size` zeros, deflated. */
static struct yz_str archive(struct yz_arena *a, const char *const *names, size_t n, size_t size)
{
	struct yz_buf out, directory;
	uLongf packed = compressBound(size) + 64;
	Bytef *zeros = yz_alloc(a, size + 1), *deflated = yz_alloc(a, packed);
	z_stream z = {.next_in = zeros, .avail_in = (uInt)size, .next_out = deflated, .avail_out = (uInt)packed};
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	packed = z.total_out;
	deflateEnd(&z);
	uint32_t crc = (uint32_t)crc32(0, zeros, (uInt)size);
	yz_buf_init(&out, a, 64 << 20);
	yz_buf_init(&directory, a, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		uint32_t offset = (uint32_t)out.len, len = (uint32_t)strlen(names[i]);
		for (int copy = 0; copy < 2; copy++) {
			struct yz_buf *b = copy ? &directory : &out;
			yz_buf_add(b, copy ? "PK\1\2\24\0" : "PK\3\4", copy ? 6 : 4);
			put(b, 20, 2);
			put(b, 0, 2);
			put(b, 8, 2);
			put(b, 0, 4);
			put(b, crc, 4);
			put(b, (uint32_t)packed, 4);
			put(b, (uint32_t)size, 4);
			put(b, len, 2);
			put(b, 0, copy ? 8 : 2);
			if (copy) {
				put(b, 0, 4);
				put(b, 0, 2);
				b->len -= 2;
				put(b, offset, 4);
			}
			yz_buf_addz(b, names[i]);
			if (!copy)
				yz_buf_add(b, deflated, packed);
		}
	}
	uint32_t start = (uint32_t)out.len;
	yz_buf_adds(&out, yz_buf_str(&directory));
	yz_buf_add(&out, "PK\5\6\0\0\0\0", 8);
	put(&out, (uint32_t)n, 2);
	put(&out, (uint32_t)n, 2);
	put(&out, (uint32_t)directory.len, 4);
	put(&out, start, 4);
	put(&out, 0, 2);
	return yz_buf_str(&out);
}

static void chunk(struct yz_buf *b, const char *type, struct yz_str data)
{
	struct yz_str body = {b->ptr + b->len + 4, 4 + data.len};
	put_be(b, (uint32_t)data.len, 4);
	size_t from = b->len;
	yz_buf_addz(b, type);
	yz_buf_adds(b, data);
	body.ptr = b->ptr + from;
	put_be(b, (uint32_t)crc32(0, (const Bytef *)body.ptr, (uInt)body.len), 4);
}

static struct yz_str png(struct yz_arena *a, uint32_t width, uint32_t height)
{
	struct yz_buf b, head;
	yz_buf_init(&b, a, 1024);
	yz_buf_init(&head, a, 64);
	put_be(&head, width, 4);
	put_be(&head, height, 4);
	yz_buf_add(&head, "\10\2\0\0\0", 5);
	yz_buf_add(&b, "\x89PNG\r\n\x1A\n", 8);
	chunk(&b, "IHDR", yz_buf_str(&head));
	chunk(&b, "IDAT", YZ_LIT("x\x9C\3\0\0\0\0\1"));
	chunk(&b, "IEND", (struct yz_str){0});
	return yz_buf_str(&b);
}

static struct yz_str jpeg(struct yz_arena *a, uint32_t width, uint32_t height)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1024);
	yz_buf_add(&b, "\xFF\xD8\xFF\xE0\0\20JFIF\0\1\1\0\0\1\0\1\0\0", 20);
	yz_buf_add(&b, "\xFF\xC0\0\13\10", 5);
	put_be(&b, height, 2);
	put_be(&b, width, 2);
	yz_buf_add(&b, "\1\1\21\0\xFF\xDA\0\10\1\1\0\0\77\0 scan \xFF\0 scan\xFF\xD9", 29);
	return yz_buf_str(&b);
}

static struct yz_str webp(struct yz_arena *a)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1024);
	yz_buf_add(&b, "RIFF", 4);
	put(&b, 30, 4);
	yz_buf_add(&b, "WEBPVP8X", 8);
	put(&b, 10, 4);
	put(&b, 0, 4);
	put(&b, 639, 3);
	put(&b, 479, 3);
	put(&b, 0, 8);
	return yz_buf_str(&b);
}

static struct yz_str heic(struct yz_arena *a)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1024);
	yz_buf_add(&b, "\0\0\0\30ftypmif1\0\0\0\0mif1heic", 24);
	yz_buf_add(&b, "\0\0\0\14meta\0\0\0\0\0\0\0\14mdat....", 24);
	return yz_buf_str(&b);
}

static struct yz_str bmp(struct yz_arena *a)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1024);
	yz_buf_add(&b, "BM", 2);
	put(&b, 58, 4);
	put(&b, 0, 4);
	put(&b, 54, 4);
	put(&b, 40, 4);
	put(&b, 3, 4);
	put(&b, (uint32_t)-7, 4); /* top down */
	for (int i = 0; i < 8; i++)
		put(&b, 0, 4);
	return yz_buf_str(&b);
}

static struct yz_str tiff(struct yz_arena *a)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1024);
	yz_buf_add(&b, "MM\0*\0\0\0\10\0\2", 10);
	yz_buf_add(&b, "\1\0\0\3\0\0\0\1\0\x64\0\0", 12); /* ImageWidth, SHORT, 100 */
	yz_buf_add(&b, "\1\1\0\4\0\0\0\1\0\0\0\x32", 12); /* ImageLength, LONG, 50 */
	put(&b, 0, 4);
	return yz_buf_str(&b);
}

static struct yz_str pdf(struct yz_arena *a)
{
	return yz_str_printf(a, "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%s",
			     "xref\n0 1\n0000000000 65535 f \n"
			     "trailer\n<< /Size 1 /Root 1 0 R >>\n"
			     "startxref\n45\n%%EOF\n");
}

static const char *const docx_names[] = {"[Content_Types].xml", "_rels/.rels", "word/document.xml"};

TEST(a_file_is_what_its_content_says)
{
	struct yz_arena *a = yz_arena_create(0);
	static const char *const ofd[] = {"OFD.xml", "Doc_0/Document.xml"}, *const plain[] = {"a.txt"};
	struct {
		struct yz_str bytes;
		enum yz_file_type type;
		uint32_t width, height;
	} cases[] = {
		{pdf(a), YZ_FILE_PDF},
		{png(a, 800, 600), YZ_FILE_PNG, 800, 600},
		{jpeg(a, 640, 480), YZ_FILE_JPEG, 640, 480},
		{webp(a), YZ_FILE_WEBP, 640, 480},
		{heic(a), YZ_FILE_HEIC},
		{bmp(a), YZ_FILE_BMP, 3, 7},
		{tiff(a), YZ_FILE_TIFF, 100, 50},
		{archive(a, ofd, 2, 10), YZ_FILE_OFD},
		{archive(a, docx_names, 3, 10), YZ_FILE_DOCX},
		{archive(a, plain, 1, 10), YZ_FILE_ZIP},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yz_sniffed s = yz_sniff(cases[i].bytes);
		if (s.fault || s.type != cases[i].type)
			fail_msg("case %zu is %s: %s", i, yz_file_ext(s.type), s.fault ? s.fault : "");
		assert_int_equal(s.width, cases[i].width);
		assert_int_equal(s.height, cases[i].height);
	}
	struct yz_sniffed text =
		yz_sniff(YZ_LIT("<html><script>alert(1)</script> which is long enough to be looked at"));
	assert_int_equal(text.type, YZ_FILE_OTHER);
	assert_non_null(text.fault);
	assert_int_equal(yz_sniff(YZ_LIT("")).type, YZ_FILE_OTHER);
	yz_arena_destroy(a);
}

TEST(a_file_cut_short_anywhere_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str whole[] = {pdf(a), png(a, 8, 8), jpeg(a, 8, 8), webp(a), heic(a), tiff(a)};
	for (size_t k = 0; k < sizeof whole / sizeof *whole; k++)
		for (size_t n = 0; n < whole[k].len - (k == 0 ? 1 : k == 5 ? 4 : 0); n++) {
			char *exact = malloc(n ? n : 1); /* so that a sanitizer sees a read past the end */
			memcpy(exact, whole[k].ptr, n);
			struct yz_sniffed s = yz_sniff(yz_str_n(exact, n));
			free(exact);
			assert_int_equal(s.type, YZ_FILE_OTHER);
			assert_non_null(s.fault);
		}
	struct yz_str zip = archive(a, docx_names, 3, 100);
	for (size_t n = 4; n < zip.len; n++)
		assert_non_null(yz_sniff(yz_str_n(zip.ptr, n)).fault);
	yz_arena_destroy(a);
}

TEST(a_byte_changed_anywhere_reads_nothing_outside)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str whole[] = {pdf(a),  png(a, 8, 8), jpeg(a, 8, 8), webp(a),
				 heic(a), bmp(a),       tiff(a),       archive(a, docx_names, 3, 40)};
	size_t kept = 0;
	for (size_t k = 0; k < sizeof whole / sizeof *whole; k++) {
		char *bytes = malloc(whole[k].len);
		for (size_t i = 0; i < whole[k].len; i++)
			for (int v = 0; v < 256; v += 51) {
				memcpy(bytes, whole[k].ptr, whole[k].len);
				bytes[i] = (char)v;
				kept += yz_sniff(yz_str_n(bytes, whole[k].len)).type == yz_sniff(whole[k]).type;
			}
		free(bytes);
	}
	assert_true(kept > 100);
	yz_arena_destroy(a);
}

TEST(a_png_whose_head_lies_or_is_too_large_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str good = png(a, 800, 600);
	char *lie = yz_memdup(a, good.ptr, good.len);
	lie[19] ^= 1; /* width, without a new CRC */
	assert_int_equal(yz_sniff(yz_str_n(lie, good.len)).type, YZ_FILE_OTHER);
	assert_int_equal(yz_sniff(png(a, 0, 600)).type, YZ_FILE_OTHER);
	assert_int_equal(yz_sniff(png(a, 20000, 10000)).type, YZ_FILE_PNG);
	struct yz_sniffed large = yz_sniff(png(a, 20000, 10001));
	assert_int_equal(large.type, YZ_FILE_OTHER);
	assert_non_null(strstr(large.fault, "尺寸"));
	yz_arena_destroy(a);
}

TEST(a_zip_bomb_is_a_zip_with_a_fault_whatever_it_is_called)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str bomb = archive(a, docx_names, 3, 16 << 20);
	assert_true(bomb.len < 64 * 1024);
	struct yz_sniffed s = yz_sniff(bomb);
	assert_int_equal(s.type, YZ_FILE_ZIP);
	assert_non_null(strstr(s.fault, "解开后太大"));
	assert_false(yz_file_shows(s.type));
	yz_arena_destroy(a);
}

TEST(an_office_file_with_macros_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	static const char *const names[] = {"[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"};
	struct yz_sniffed s = yz_sniff(archive(a, names, 3, 10));
	assert_int_equal(s.type, YZ_FILE_ZIP);
	assert_non_null(strstr(s.fault, "宏"));
	yz_arena_destroy(a);
}

TEST(a_pdf_whose_end_points_nowhere_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	static const char *const bad[] = {
		"%PDF-1.4\n1 0 obj\nendobj\nxref\ntrailer\nstartxref\n99999\n%%EOF\n",
		"%PDF-1.4\n1 0 obj\nendobj\nxref\ntrailer\nstartxref\n\n%%EOF\n",
		"%PDF-1.4\n1 0 obj\nendobj\nxref\ntrailer\nstartxref\n99999999999999999999\n%%EOF\n",
		"%PDF-1.4\n1 0 obj\nendobj\nxref\ntrailer\n%%EOF\n",
		"%PDF-x.4\n1 0 obj\nendobj\nxref\ntrailer\nstartxref\n25\n%%EOF\n",
		"%PDF-1.4 and then nothing of the kind, for a while",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(yz_sniff(yz_str(bad[i])).type, YZ_FILE_OTHER);
	struct yz_str bytes = yz_str_printf(a, "\xEF\xBB\xBF%s", pdf(a).ptr);
	assert_int_equal(yz_sniff(bytes).type, YZ_FILE_PDF);
	yz_arena_destroy(a);
}

TEST(what_we_print_and_what_poppler_draws_is_known)
{
	NEEDS("pdftoppm");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str bytes;
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_SHEET, YZ_DOC_ZH, YZ_LIT("页"));
	yz_doc_para(d, YZ_LIT("页"));
	ASSERT_OK(yz_print_pdf(d, a, &bytes, &err), &err);
	assert_int_equal(yz_sniff(bytes).type, YZ_FILE_PDF);
	static const struct {
		const char *command;
		enum yz_file_type type;
	} made[] = {{"pdftoppm -r 20 -png @", YZ_FILE_PNG}, {"pdftoppm -r 20 -jpeg @", YZ_FILE_JPEG}};
	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		struct yz_str drawn = piped(a, bytes, made[i].command);
		if (!drawn.len)
			continue; /* poppler built without that format */
		struct yz_sniffed s = yz_sniff(drawn);
		assert_int_equal(s.type, made[i].type);
		assert_in_range(s.width, 164, 167);
	}
	struct yz_xlsx *x = yz_xlsx_begin(a, YZ_LIT("表"), 0, &err);
	yz_xlsx_int(x, 1);
	ASSERT_OK(yz_xlsx_end(x, &bytes, &err), &err);
	assert_int_equal(yz_sniff(bytes).type, YZ_FILE_XLSX);
	yz_arena_destroy(a);
}

TEST(every_type_has_its_mime_and_extension)
{
	assert_string_equal(yz_file_mime(YZ_FILE_PDF), "application/pdf");
	assert_string_equal(yz_file_ext(YZ_FILE_JPEG), "jpg");
	assert_true(yz_file_shows(YZ_FILE_PDF) && yz_file_shows(YZ_FILE_PNG));
	assert_false(yz_file_shows(YZ_FILE_OTHER) || yz_file_shows(YZ_FILE_HEIC));
	for (int t = 0; t <= YZ_FILE_ZIP; t++)
		assert_true(strlen(yz_file_mime(t)) > 5 && strlen(yz_file_ext(t)) >= 3);
}
