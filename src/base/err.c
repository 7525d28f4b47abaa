/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	int status;
	const char *name, *text;
} codes[] = {
	{200, "OK", ""},
#define CODE(name, status, text) {status, #name, text},
#include "base/codes.def"
#undef CODE
};

/* Cuts a half-written UTF-8 character off the end of a truncated text. */
static void mend_end(char *s)
{
	size_t n = strlen(s), i = n;
	while (i && n - i < 3 && ((unsigned char)s[i - 1] & 0xC0) == 0x80)
		i--;
	if (!i)
		return;
	unsigned char lead = (unsigned char)s[i - 1];
	size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	if (n - (i - 1) < want)
		s[i - 1] = '\0';
}

bool yz_fail_at(struct yz_err *err, const char *file, int line, enum yz_code code, const char *fmt, ...)
{
	if (!err)
		return false;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof err->msg, fmt, ap);
	va_end(ap);
	mend_end(err->msg);
	err->code = code;
	err->where[0] = '\0';
	err->file = file;
	err->line = line;
	return false;
}

bool yz_fail_in(struct yz_err *err, const char *fmt, ...)
{
	if (!err)
		return false;
	char inner[sizeof err->where], outer[sizeof err->where];
	memcpy(inner, err->where, sizeof inner);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(outer, sizeof outer, fmt, ap);
	va_end(ap);
	size_t n = strnlen(outer, sizeof outer - 1);
	memcpy(err->where, outer, n);
	err->where[n] = '\0';
	if (inner[0])
		snprintf(err->where + n, sizeof err->where - n, ": %s", inner);
	mend_end(err->where);
	return false;
}

int yz_code_status(enum yz_code code)
{
	return codes[code].status;
}

const char *yz_code_name(enum yz_code code)
{
	return codes[code].name;
}

const char *yz_code_text(enum yz_code code)
{
	return codes[code].text;
}

char *yz_err_print(const struct yz_err *err, char *buf, size_t size)
{
	const char *file = err->file ? strrchr(err->file, '/') : NULL;
	file = file ? file + 1 : err->file ? err->file : "?";
	if (err->where[0])
		snprintf(buf, size, "%s: %s (%s:%d)", err->where, err->msg, file, err->line);
	else
		snprintf(buf, size, "%s (%s:%d)", err->msg, file, err->line);
	return buf;
}
