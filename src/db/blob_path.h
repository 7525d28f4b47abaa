/* db/blob_path.h - where files lie; and small things about files that db does in several places.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DB_BLOB_PATH_H
#define YZ_DB_BLOB_PATH_H

#include "base/err.h"
#include "base/str.h"

enum { YZ_BLOB_PATH = 4096 };

/* DIR/files/ab/cdef…; YZ_BAD_INPUT when hash is not 64 lower-case hexadecimal digits. */
bool yz_blob_path(const char *dir, struct yz_str hash, char out[YZ_BLOB_PATH], struct yz_err *err);
/* The lock of DIR/files, until the descriptor is closed; -1 on failure. */
int yz_blob_lock(const char *dir, bool exclusive, struct yz_err *err);

/* Fills err from errno: YZ_NOT_FOUND, YZ_UNAVAILABLE (full, I/O error) or YZ_IO; returns false. */
bool yz_file_fail(struct yz_err *err, const char *path);
bool yz_folder_sync(const char *path, struct yz_err *err);
/* Makes it unless it is there; its entry in `above` is then on disk. */
bool yz_folder_make(const char *path, const char *above, struct yz_err *err);
/* false with errno. */
bool yz_write_all(int fd, const void *p, size_t n);

#endif
