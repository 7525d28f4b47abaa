/* base/log.h - one line an event, to standard error (journald adds the rest).
 *
 * "2026-11-22T10:32:00Z level message".  Control characters in the message are
 * printed as \xNN, so that one event stays one line.
 *
 * Threads: any.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BASE_LOG_H
#define YZ_BASE_LOG_H

#include "base/err.h"

enum yz_level { YZ_DEBUG, YZ_INFO, YZ_WARN, YZ_ERROR };

void yz_log_level(enum yz_level least);
void yz_log(enum yz_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* An error with its place. */
void yz_log_err(enum yz_level level, const struct yz_err *err);

#endif
