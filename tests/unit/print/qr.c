/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/print/render.h"

#include "print/qr.h"

TEST(an_svg_holds_digits_and_fixed_words_only)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str svg = yz_qr_svg(a, YZ_LIT("https://a.example/\"><script>alert(1)</script>"));
	assert_true(yz_str_starts(svg, YZ_LIT("<svg xmlns=")));
	assert_true(yz_str_ends(svg, YZ_LIT("</svg>")));
	assert_int_equal(count_of(svg, "<"), 4); /* svg, two paths, and its end */
	assert_false(contains(svg, "script"));
	yz_arena_destroy(a);
}

TEST(texts_that_no_code_can_hold_give_nothing)
{
	struct yz_arena *a = yz_arena_create(0);
	char *text = yz_alloc(a, 1201);
	memset(text, 'a', 1201);
	assert_true(yz_qr_svg(a, yz_str_n(text, 1200)).len > 1000);
	assert_null(yz_qr_svg(a, yz_str_n(text, 1201)).ptr);
	assert_null(yz_qr_svg(a, YZ_LIT("")).ptr);
	assert_null(yz_qr_svg(a, YZ_LIT("a\0b")).ptr);
	yz_arena_destroy(a);
}

/* A portable bitmap of the modules, as a scanner would see them. */
static struct yz_str bitmap(struct yz_arena *a, struct yz_str text)
{
	enum { SCALE = 4, QUIET = 4 };
	unsigned size;
	const unsigned char *dark = yz_qr_modules(a, text, &size);
	assert_non_null(dark);
	unsigned side = (size + 2 * QUIET) * SCALE;
	struct yz_buf b;
	yz_buf_init(&b, a, 4 << 20);
	yz_buf_printf(&b, "P5 %u %u 255\n", side, side);
	for (unsigned y = 0; y < side; y++)
		for (unsigned x = 0; x < side; x++) {
			unsigned row = y / SCALE - QUIET, column = x / SCALE - QUIET;
			bool inside = row < size && column < size;
			yz_buf_addc(&b, inside && dark[row * size + column] ? 0 : (char)255);
		}
	return yz_buf_str(&b);
}

TEST(a_scanner_reads_the_text_back)
{
	NEEDS("zbarimg");
	struct yz_arena *a = yz_arena_create(0);
	static const char *const texts[] = {"https://qingling.example/check/7K2M9QXD?v=1&w=2",
					    "办件编号QL20261120000128", "1"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct yz_str found = piped(a, bitmap(a, yz_str(texts[i])), "zbarimg -q --raw @ 2>/dev/null");
		if (!yz_str_eqz(yz_str_trim(found), texts[i]))
			fail_msg("\"%s\" is read as \"%.*s\"", texts[i], YZ_P(found));
	}
	yz_arena_destroy(a);
}

/* The picture for pages, drawn from its path by hand: no other program is needed. */
TEST(the_svg_draws_exactly_the_modules)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str text = YZ_LIT("https://qingling.example/"), svg = yz_qr_svg(a, text);
	unsigned size, x, y, run, drawn = 0;
	const unsigned char *dark = yz_qr_modules(a, text, &size);
	const char *p = strstr(svg.ptr, "#000");
	assert_non_null(p);
	for (p = strchr(p, 'M'); p; p = strchr(p + 1, 'M')) {
		assert_int_equal(sscanf(p, "M%u %uh%u", &x, &y, &run), 3);
		for (unsigned i = 0; i < run; i++, drawn++)
			assert_int_equal(dark[(y - 4) * size + x - 4 + i], 1);
	}
	unsigned wanted = 0;
	for (unsigned i = 0; i < size * size; i++)
		wanted += dark[i];
	assert_int_equal(drawn, wanted);
	yz_arena_destroy(a);
}
