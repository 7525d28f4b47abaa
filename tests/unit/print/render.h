/* tests/unit/print/render.h - what other programs find in our files.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_PRINT_RENDER_H
#define YZ_TESTS_PRINT_RENDER_H

#include "tests/test.h"

#include "print/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What fontconfig and cairo keep until the process ends looks lost to the leak
 * checker; it does not grow with the documents. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig.so\nleak:libcairo.so\n";
}

/* Fails the test with the error's words. */
#define ASSERT_OK(call, err)                                                                                           \
	do {                                                                                                           \
		char words_[768];                                                                                      \
		if (!(call))                                                                                           \
			fail_msg("%s: %s", #call, yz_err_print((err), words_, sizeof words_));                         \
	} while (0)

static inline bool has_program(const char *name)
{
	char command[128];
	snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", name);
	return system(command) == 0;
}

/* Ends the test as skipped where the fonts or the program are not installed. */
#define NEEDS(program)                                                                                                 \
	do {                                                                                                           \
		struct yz_err missing_ = {0};                                                                          \
		if (!yz_print_fonts_check(&missing_))                                                                  \
			SKIP(missing_.msg);                                                                            \
		if (!has_program(program))                                                                             \
			SKIP(program " is not installed");                                                             \
	} while (0)

/* The output of `command` with every @ replaced by the path of a file that holds `bytes`. */
static inline struct yz_str piped(struct yz_arena *a, struct yz_str bytes, const char *command)
{
	char path[] = "/tmp/yz-print-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.ptr, bytes.len), (ssize_t)bytes.len);
	close(fd);
	struct yz_buf line, out;
	yz_buf_init(&line, a, 4096);
	yz_buf_init(&out, a, 16 << 20);
	for (const char *p = command; *p; p++)
		*p == '@' ? yz_buf_addz(&line, path) : yz_buf_addc(&line, *p);
	FILE *f = popen(line.ptr, "r");
	assert_non_null(f);
	char part[8192];
	for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
		yz_buf_add(&out, part, n);
	pclose(f);
	unlink(path);
	yz_buf_addz(&out, "");
	return yz_buf_str(&out);
}

/* All text of a PDF without white space, so that line breaks do not matter. */
static inline struct yz_str pdf_text(struct yz_arena *a, struct yz_str pdf)
{
	struct yz_str raw = piped(a, pdf, "pdftotext -enc UTF-8 @ - 2>/dev/null");
	struct yz_buf b;
	yz_buf_init(&b, a, raw.len + 1);
	for (size_t i = 0; i < raw.len; i++) {
		if (raw.len - i >= 3 && memcmp(raw.ptr + i, "\xE3\x80\x80", 3) == 0)
			i += 2;
		else if (!strchr(" \n\r\f\t", raw.ptr[i]) || !raw.ptr[i])
			yz_buf_addc(&b, raw.ptr[i]);
	}
	return yz_buf_str(&b);
}

/* The same in the order in which it is drawn, without the marks that pdftotext puts around what runs to the left. */
static inline struct yz_str raw_text(struct yz_arena *a, struct yz_str pdf)
{
	struct yz_str raw = piped(a, pdf, "pdftotext -raw -enc UTF-8 @ - 2>/dev/null");
	struct yz_buf b;
	yz_buf_init(&b, a, raw.len + 1);
	for (size_t i = 0; i < raw.len; i++) {
		unsigned char third = i + 2 < raw.len ? (unsigned char)raw.ptr[i + 2] : 0;
		if (raw.len - i >= 3 && memcmp(raw.ptr + i, "\xE2\x80", 2) == 0 && third >= 0xAA && third <= 0xAE)
			i += 2;
		else if (!strchr(" \n\r\f\t", raw.ptr[i]) || !raw.ptr[i])
			yz_buf_addc(&b, raw.ptr[i]);
	}
	return yz_buf_str(&b);
}

static inline struct yz_str without_space(struct yz_arena *a, const char *s)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 65536);
	for (; *s; s++)
		if (*s != ' ')
			yz_buf_addc(&b, *s);
	return yz_buf_str(&b);
}

static inline bool contains(struct yz_str text, const char *what)
{
	return yz_str_find(text, yz_str(what), 0) != SIZE_MAX;
}

#define ASSERT_SAYS(a, text, what)                                                                                     \
	do {                                                                                                           \
		if (!contains((text), without_space((a), (what)).ptr))                                                 \
			fail_msg("\"%s\" does not stand in: %.*s", (what), YZ_P(text));                                \
	} while (0)

static inline size_t count_of(struct yz_str text, const char *what)
{
	size_t n = 0;
	for (size_t i = 0; (i = yz_str_find(text, yz_str(what), i)) != SIZE_MAX; i += strlen(what))
		n++;
	return n;
}

static inline long pdf_pages(struct yz_arena *a, struct yz_str pdf)
{
	struct yz_str info = piped(a, pdf, "pdfinfo @ 2>/dev/null");
	size_t at = yz_str_find(info, YZ_LIT("Pages:"), 0);
	return at == SIZE_MAX ? -1 : strtol(info.ptr + at + 6, NULL, 10);
}

#endif
