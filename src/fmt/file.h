/* fmt/file.h - a whole file into memory, bounded.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_FILE_H
#define YZ_FMT_FILE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Regular files only; err.where names it; TOO_LARGE past max bytes.  A NUL
 * stands behind the end. */
bool yz_file_read(struct yz_arena *a, const char *path, size_t max, struct yz_str *out, struct yz_err *err);
/* The same from one that is open, from where it stands; `name` is for err.where. */
bool yz_file_read_open(struct yz_arena *a, int fd, const char *name, size_t max, struct yz_str *out, struct yz_err *err);

#endif
