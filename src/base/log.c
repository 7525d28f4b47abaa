/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "base/date.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static atomic_int least_level = YZ_INFO;

void yz_log_level(enum yz_level least)
{
	atomic_store(&least_level, (int)least);
}

void yz_log(enum yz_level level, const char *fmt, ...)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	if ((int)level < atomic_load(&least_level))
		return;
	char text[1024], line[2048], when[32];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	size_t n = (size_t)snprintf(line, sizeof line, "%s %s ", yz_instant_print(yz_now() / YZ_SECOND * YZ_SECOND, when),
				    names[level]);
	for (const char *p = text; *p && n < sizeof line - 6; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			n += (size_t)snprintf(line + n, 5, "\\x%02x", (unsigned char)*p);
		else
			line[n++] = *p;
	}
	line[n++] = '\n';
	ssize_t done = write(STDERR_FILENO, line, n); /* one call: lines never mix */
	(void)done;
}

void yz_log_err(enum yz_level level, const struct yz_err *err)
{
	char buf[768];
	yz_log(level, "%s: %s", yz_code_name(err->code), yz_err_print(err, buf, sizeof buf));
}
