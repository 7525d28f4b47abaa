/* SPDX-License-Identifier: Apache-2.0 */
#include "print/sniff.h"

#include "base/arena.h"
#include "base/err.h"
#include "fmt/zip.h"

#include <zlib.h>

#define BROKEN "文件不完整或已损坏，请重新导出或扫描后再上传"
#define TOO_MANY_PIXELS "图片尺寸太大，请缩小后再上传"
#define TOO_BIG_INSIDE "压缩包解开后太大，请拆分后再上传"
#define MACROS "文件中含有宏，请另存为不含宏的文件后再上传"
#define UNKNOWN "不能识别的文件类型，请上传PDF或图片"

static uint32_t be(const char *p, int n)
{
	uint32_t v = 0;
	for (int i = 0; i < n; i++)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

static uint32_t le(const char *p, int n)
{
	uint32_t v = 0;
	while (n--)
		v = v << 8 | (unsigned char)p[n];
	return v;
}

static bool at(struct yz_str s, size_t i, const char *bytes, size_t n)
{
	return i <= s.len && s.len - i >= n && memcmp(s.ptr + i, bytes, n) == 0;
}

static struct yz_sniffed broken(void)
{
	return (struct yz_sniffed){.type = YZ_FILE_OTHER, .fault = BROKEN};
}

static struct yz_sniffed picture(enum yz_file_type type, uint32_t width, uint32_t height)
{
	if (!width || !height)
		return broken();
	if ((uint64_t)width * height > YZ_FILE_PIXELS)
		return (struct yz_sniffed){
			.type = YZ_FILE_OTHER, .width = width, .height = height, .fault = TOO_MANY_PIXELS};
	return (struct yz_sniffed){.type = type, .width = width, .height = height};
}

/* --- PDF (ISO 32000-1, 7.5): header first, startxref and %%EOF last --- */

static bool pdf_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == 0;
}

static size_t last_of(struct yz_str s, const char *what, size_t within)
{
	size_t n = strlen(what), stop = s.len > within ? s.len - within : 0;
	for (size_t i = s.len < n ? 0 : s.len - n + 1; i-- > stop;)
		if (memcmp(s.ptr + i, what, n) == 0)
			return i;
	return SIZE_MAX;
}

static bool cross_reference(struct yz_str s, size_t i)
{
	while (i < s.len && pdf_space(s.ptr[i]))
		i++;
	if (at(s, i, "xref", 4))
		return true;
	size_t digits = i;
	while (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
		i++;
	/* a cross-reference stream: "12 0 obj" */
	return i > digits && i - digits <= 10 &&
	       yz_str_find(yz_str_n(s.ptr + i, s.len - i < 24 ? s.len - i : 24), YZ_LIT("obj"), 0) != SIZE_MAX;
}

static struct yz_sniffed sniff_pdf(struct yz_str s, size_t head)
{
	size_t end = last_of(s, "%%EOF", 2048);
	if (end == SIZE_MAX || s.len < head + 32 || s.ptr[head + 5] < '1' || s.ptr[head + 5] > '2' ||
	    s.ptr[head + 6] != '.')
		return broken();
	size_t start = last_of(yz_str_n(s.ptr, end), "startxref", 256);
	if (start == SIZE_MAX)
		return broken();
	size_t i = start + 9, offset = 0, digits = 0;
	while (i < end && pdf_space(s.ptr[i]))
		i++;
	for (; i < end && s.ptr[i] >= '0' && s.ptr[i] <= '9' && digits < 12; i++, digits++)
		offset = offset * 10 + (size_t)(s.ptr[i] - '0');
	if (!digits || (!cross_reference(s, offset) && !cross_reference(s, offset + head)))
		return broken();
	return (struct yz_sniffed){.type = YZ_FILE_PDF};
}

/* --- PNG (ISO 15948) --- */

static struct yz_sniffed sniff_png(struct yz_str s)
{
	if (!at(s, 8, "\0\0\0\rIHDR", 8) || s.len < 33)
		return broken();
	if (crc32(0, (const Bytef *)s.ptr + 12, 17) != be(s.ptr + 29, 4))
		return broken();
	bool data = false;
	for (size_t i = 8; s.len - i >= 12;) {
		uint32_t n = be(s.ptr + i, 4);
		if (n > s.len - i - 12)
			return broken();
		if (at(s, i + 4, "IEND", 4))
			return data ? picture(YZ_FILE_PNG, be(s.ptr + 16, 4), be(s.ptr + 20, 4)) : broken();
		data |= at(s, i + 4, "IDAT", 4);
		i += 12 + (size_t)n;
	}
	return broken();
}

/* --- JPEG (ITU T.81, annex B) --- */

static bool frame_marker(unsigned m)
{
	return m >= 0xC0 && m <= 0xCF && m != 0xC4 && m != 0xC8 && m != 0xCC;
}

static struct yz_sniffed sniff_jpeg(struct yz_str s)
{
	uint32_t width = 0, height = 0;
	for (size_t i = 2; s.len - i >= 4;) {
		unsigned m = (unsigned char)s.ptr[i + 1];
		if ((unsigned char)s.ptr[i] != 0xFF)
			return broken();
		if (m == 0xFF) { /* fill */
			i++;
			continue;
		}
		uint32_t n = be(s.ptr + i + 2, 2);
		if (n < 2 || n > s.len - i - 2)
			return broken();
		if (frame_marker(m) && n >= 8) {
			height = be(s.ptr + i + 5, 2);
			width = be(s.ptr + i + 7, 2);
		}
		if (m == 0xDA) {
			struct yz_str rest = {s.ptr + i + 2 + n, s.len - i - 2 - n};
			bool ends = yz_str_find(rest, YZ_LIT("\xFF\xD9"), 0) != SIZE_MAX;
			return ends ? picture(YZ_FILE_JPEG, width, height) : broken();
		}
		i += 2 + (size_t)n;
	}
	return broken();
}

/* --- WebP (RFC 9649) --- */

static struct yz_sniffed sniff_webp(struct yz_str s)
{
	if (s.len < 30 || le(s.ptr + 4, 4) > s.len - 8 || le(s.ptr + 16, 4) > s.len - 20)
		return broken();
	const char *p = s.ptr + 20;
	if (at(s, 12, "VP8X", 4))
		return picture(YZ_FILE_WEBP, le(p + 4, 3) + 1, le(p + 7, 3) + 1);
	if (at(s, 12, "VP8L", 4) && *p == 0x2F)
		return picture(YZ_FILE_WEBP, (le(p + 1, 4) & 0x3FFF) + 1, (le(p + 1, 4) >> 14 & 0x3FFF) + 1);
	if (at(s, 12, "VP8 ", 4) && at(s, 23, "\x9D\x01\x2A", 3))
		return picture(YZ_FILE_WEBP, le(p + 6, 2) & 0x3FFF, le(p + 8, 2) & 0x3FFF);
	return broken();
}

/* --- HEIC (ISO 23008-12): ftyp with a brand of HEVC pictures, then boxes to the end --- */

static bool heic_brand(struct yz_str s)
{
	static const char brands[][5] = {"heic", "heix", "heim", "heis", "hevc", "hevx"};
	uint32_t n = be(s.ptr, 4);
	for (size_t i = 8; i + 4 <= n && i + 4 <= s.len; i += i == 8 ? 8 : 4)
		for (size_t k = 0; k < sizeof brands / sizeof *brands; k++)
			if (at(s, i, brands[k], 4))
				return true;
	return false;
}

static struct yz_sniffed sniff_heic(struct yz_str s)
{
	bool meta = false, data = false;
	size_t i = 0;
	while (s.len - i >= 8) {
		uint64_t n = be(s.ptr + i, 4);
		if (n == 1 && s.len - i >= 16)
			n = (uint64_t)be(s.ptr + i + 8, 4) << 32 | be(s.ptr + i + 12, 4);
		else if (n == 0)
			n = s.len - i;
		if (n < 8 || n > s.len - i)
			return broken();
		meta |= at(s, i + 4, "meta", 4);
		data |= at(s, i + 4, "mdat", 4);
		i += n;
	}
	return meta && data && i == s.len ? (struct yz_sniffed){.type = YZ_FILE_HEIC} : broken();
}

/* --- BMP and TIFF --- */

static struct yz_sniffed sniff_bmp(struct yz_str s)
{
	uint32_t data = le(s.ptr + 10, 4), head = le(s.ptr + 14, 4);
	if (data >= s.len || data < 14 + head)
		return broken();
	if (head == 12)
		return picture(YZ_FILE_BMP, le(s.ptr + 18, 2), le(s.ptr + 20, 2));
	int32_t height = (int32_t)le(s.ptr + 22, 4), width = (int32_t)le(s.ptr + 18, 4);
	if (width <= 0 || height == INT32_MIN)
		return broken();
	return picture(YZ_FILE_BMP, (uint32_t)width, (uint32_t)(height < 0 ? -height : height));
}

static struct yz_sniffed sniff_tiff(struct yz_str s)
{
	uint32_t (*read)(const char *, int) = s.ptr[0] == 'I' ? le : be;
	uint32_t ifd = read(s.ptr + 4, 4), width = 0, height = 0;
	if (ifd < 8 || ifd > s.len || s.len - ifd < 2)
		return broken();
	uint32_t n = read(s.ptr + ifd, 2);
	if (!n || s.len - ifd - 2 < (size_t)n * 12)
		return broken();
	for (uint32_t i = 0; i < n; i++) {
		const char *e = s.ptr + ifd + 2 + (size_t)i * 12;
		uint32_t tag = read(e, 2), value = read(e + 8, read(e + 2, 2) == 3 ? 2 : 4);
		if (tag == 256)
			width = value;
		else if (tag == 257)
			height = value;
	}
	return picture(YZ_FILE_TIFF, width, height);
}

/* --- ZIP and what is built on it --- */

static bool has(const struct yz_zip *z, const char *name)
{
	return yz_zip_find(z, yz_str(name)) != NULL;
}

static enum yz_file_type zip_kind(const struct yz_zip *z)
{
	if (has(z, "OFD.xml"))
		return YZ_FILE_OFD;
	if (has(z, "[Content_Types].xml") && has(z, "word/document.xml"))
		return YZ_FILE_DOCX;
	if (has(z, "[Content_Types].xml") && has(z, "xl/workbook.xml"))
		return YZ_FILE_XLSX;
	return YZ_FILE_ZIP;
}

static struct yz_sniffed sniff_zip(struct yz_str s)
{
	struct yz_sniffed out = {.type = YZ_FILE_ZIP};
	struct yz_err err = {0};
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_zip *z = yz_zip_open(a, s, NULL, &err);
	if (!z) {
		out.fault = err.code == YZ_LIMIT ? TOO_BIG_INSIDE : BROKEN;
	} else {
		out.type = zip_kind(z);
		for (size_t i = 0; i < z->n; i++) {
			out.unpacked += z->entries[i].size;
			if (yz_str_ends(z->entries[i].name, YZ_LIT("vbaProject.bin"))) {
				out.type = YZ_FILE_ZIP;
				out.fault = MACROS;
			}
		}
	}
	yz_arena_destroy(a);
	return out;
}

static bool zip_head(struct yz_str s)
{
	return at(s, 0, "PK\3\4", 4) || at(s, 0, "PK\5\6", 4) || at(s, 0, "PK\7\x8", 4);
}

/* --- the whole --- */

struct yz_sniffed yz_sniff(struct yz_str s)
{
	size_t head = at(s, 0, "\xEF\xBB\xBF", 3) ? 3 : 0;
	while (head < s.len && head < 64 && pdf_space(s.ptr[head]))
		head++;
	if (at(s, head, "%PDF-", 5))
		return sniff_pdf(s, head);
	if (zip_head(s))
		return sniff_zip(s);
	if (s.len < 32)
		return (struct yz_sniffed){.fault = UNKNOWN};
	if (at(s, 0, "\x89PNG\r\n\x1A\n", 8))
		return sniff_png(s);
	if (at(s, 0, "\xFF\xD8\xFF", 3))
		return sniff_jpeg(s);
	if (at(s, 0, "RIFF", 4) && at(s, 8, "WEBP", 4))
		return sniff_webp(s);
	if (at(s, 4, "ftyp", 4) && heic_brand(s))
		return sniff_heic(s);
	if (at(s, 0, "BM", 2) && le(s.ptr + 6, 4) == 0 && le(s.ptr + 14, 4) >= 12 && le(s.ptr + 14, 4) <= 124)
		return sniff_bmp(s);
	if (at(s, 0, "II*\0", 4) || at(s, 0, "MM\0*", 4))
		return sniff_tiff(s);
	return (struct yz_sniffed){.fault = UNKNOWN};
}

static const struct {
	const char *mime, *ext;
	bool shows;
} types[] = {
	[YZ_FILE_OTHER] = {"application/octet-stream", "bin", false},
	[YZ_FILE_PDF] = {"application/pdf", "pdf", true},
	[YZ_FILE_PNG] = {"image/png", "png", true},
	[YZ_FILE_JPEG] = {"image/jpeg", "jpg", true},
	[YZ_FILE_WEBP] = {"image/webp", "webp", true},
	[YZ_FILE_HEIC] = {"image/heic", "heic", false},
	[YZ_FILE_BMP] = {"image/bmp", "bmp", false},
	[YZ_FILE_TIFF] = {"image/tiff", "tif", false},
	[YZ_FILE_OFD] = {"application/ofd", "ofd", false},
	[YZ_FILE_DOCX] = {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", false},
	[YZ_FILE_XLSX] = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", false},
	[YZ_FILE_ZIP] = {"application/zip", "zip", false},
};

const char *yz_file_mime(enum yz_file_type type)
{
	return types[type].mime;
}

const char *yz_file_ext(enum yz_file_type type)
{
	return types[type].ext;
}

bool yz_file_shows(enum yz_file_type type)
{
	return types[type].shows;
}
