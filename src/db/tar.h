/* db/tar.h - POSIX ustar archives of plain files, written and read in one pass.
 *
 * Sizes over 8 GiB stand in base 256, as GNU tar has them; nothing but plain
 * files is written or accepted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DB_TAR_H
#define YZ_DB_TAR_H

#include "crypt/crypt.h"

enum { YZ_TAR_NAME = 256 };

struct yz_tar {
	int fd;
	int64_t at; /* where the next header begins */
	struct yz_hasher *hasher;
};

struct yz_tar_member {
	char name[YZ_TAR_NAME];
	int64_t size, offset; /* of its bytes in the archive */
};

/* Appends `size` bytes of `from`; *digest is theirs.  YZ_IO when the file ends before. */
bool yz_tar_add(struct yz_tar *tar, const char *name, int from, int64_t size, struct yz_digest *digest,
		struct yz_err *err);
bool yz_tar_end(struct yz_tar *tar, struct yz_err *err);

/* 1: the next member, tar->at behind it; 0: the end; -1: YZ_CORRUPT or YZ_IO. */
int yz_tar_next(struct yz_tar *tar, struct yz_tar_member *m, struct yz_err *err);
/* Reads a member; its bytes go to `to` unless that is -1. */
bool yz_tar_read(struct yz_tar *tar, const struct yz_tar_member *m, int to, struct yz_digest *digest,
		 struct yz_err *err);

#endif
