/* SPDX-License-Identifier: Apache-2.0 */
#include "print/qr.h"

#include <qrencode.h>

enum { LONGEST = 1200, QUIET = 4 };

static bool ascii(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	return true;
}

const unsigned char *yz_qr_modules(struct yz_arena *a, struct yz_str text, unsigned *size)
{
	if (!text.len || text.len > LONGEST || memchr(text.ptr, 0, text.len))
		return NULL;
	QRinput *input = QRinput_new2(0, QR_ECLEVEL_M);
	if (!input)
		return NULL;
	/* Without this (ECI 26: UTF-8) some scanners take Chinese for Shift JIS. */
	bool failed = !ascii(text) && QRinput_appendECIheader(input, 26) != 0;
	failed |= QRinput_append(input, QR_MODE_8, (int)text.len, (const unsigned char *)text.ptr) != 0;
	QRcode *code = failed ? NULL : QRcode_encodeInput(input);
	QRinput_free(input);
	if (!code)
		return NULL;
	size_t n = (size_t)code->width * (size_t)code->width;
	unsigned char *modules = yz_alloc(a, n);
	for (size_t i = 0; i < n; i++)
		modules[i] = code->data[i] & 1;
	*size = (unsigned)code->width;
	QRcode_free(code);
	return modules;
}

struct yz_str yz_qr_svg(struct yz_arena *a, struct yz_str text)
{
	unsigned size;
	const unsigned char *dark = yz_qr_modules(a, text, &size);
	if (!dark)
		return (struct yz_str){0};
	struct yz_buf b;
	unsigned side = size + 2 * QUIET;
	yz_buf_init(&b, a, 512 * 1024);
	yz_buf_printf(&b,
		      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" shape-rendering=\"crispEdges\" "
		      "aria-hidden=\"true\"><path fill=\"#fff\" d=\"M0 0h%uv%uH0z\"/><path fill=\"#000\" d=\"",
		      side, side, side, side);
	for (unsigned y = 0; y < size; y++)
		for (unsigned x = 0, run; x < size; x += run) {
			for (run = 1; x + run < size && dark[y * size + x + run] == dark[y * size + x]; run++)
				;
			if (dark[y * size + x])
				yz_buf_printf(&b, "M%u %uh%uv1h-%uz", x + QUIET, y + QUIET, run, run);
		}
	yz_buf_addz(&b, "\"/></svg>");
	return b.full ? (struct yz_str){0} : yz_buf_str(&b);
}
