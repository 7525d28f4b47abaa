/* SPDX-License-Identifier: Apache-2.0 */
#include "db/tar.h"

#include "db/blob_path.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 512, CHUNK = 65536 };

/* IEEE 1003.1, pax, "ustar Interchange Format" */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], chksum[8], typeflag, linkname[100], magic[6],
		version[2], uname[32], gname[32], devmajor[8], devminor[8], prefix[155], pad[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is one block");

static unsigned sum_of(const struct header *h)
{
	const unsigned char *p = (const unsigned char *)h;
	unsigned sum = 0;
	for (size_t i = 0; i < sizeof *h; i++)
		sum += i >= offsetof(struct header, chksum) && i < offsetof(struct header, typeflag) ? ' ' : p[i];
	return sum;
}

static void set_size(struct header *h, int64_t size)
{
	if (size < (int64_t)1 << 33) {
		snprintf(h->size, sizeof h->size, "%011llo", (unsigned long long)size);
		return;
	}
	h->size[0] = (char)0x80;
	for (int i = 11; i > 3; i--, size >>= 8)
		h->size[i] = (char)(size & 0xFF);
}

/* A name over 100 bytes is cut at a slash. */
static bool set_name(struct header *h, const char *name)
{
	size_t n = strlen(name);
	if (n <= sizeof h->name) {
		memcpy(h->name, name, n);
		return true;
	}
	const char *cut = strchr(n > sizeof h->name + 1 ? name + n - sizeof h->name - 1 : name, '/');
	if (!cut || (size_t)(cut - name) > sizeof h->prefix || cut == name)
		return false;
	memcpy(h->prefix, name, (size_t)(cut - name));
	memcpy(h->name, cut + 1, strlen(cut + 1));
	return true;
}

static bool write_header(struct yz_tar *tar, const char *name, int64_t size, struct yz_err *err)
{
	struct header h = {.typeflag = '0'};
	char sum[8];
	if (!set_name(&h, name))
		return yz_fail(err, YZ_LIMIT, "%s: this name is too long for an archive", name);
	memcpy(h.mode, "0000600", 8);
	memcpy(h.uid, "0000000", 8);
	memcpy(h.gid, "0000000", 8);
	memcpy(h.mtime, "00000000000", 12);
	memcpy(h.magic, "ustar", 6);
	memcpy(h.version, "00", 2);
	set_size(&h, size);
	snprintf(sum, sizeof sum, "%06o", sum_of(&h) & 0777777);
	memcpy(h.chksum, sum, 7);
	h.chksum[7] = ' ';
	tar->at += BLOCK;
	return yz_write_all(tar->fd, &h, sizeof h) || yz_file_fail(err, name);
}

static int64_t padding(int64_t size)
{
	return (BLOCK - size % BLOCK) % BLOCK;
}

bool yz_tar_add(struct yz_tar *tar, const char *name, int from, int64_t size, struct yz_digest *digest,
		struct yz_err *err)
{
	static const char zeros[BLOCK];
	char chunk[CHUNK];
	if (!write_header(tar, name, size, err))
		return false;
	for (int64_t left = size; left > 0;) {
		ssize_t n = read(from, chunk, left < CHUNK ? (size_t)left : CHUNK);
		if (n <= 0)
			return yz_fail(err, YZ_IO, "%s: it became shorter while it was read", name);
		yz_hasher_add(tar->hasher, chunk, (size_t)n);
		if (!yz_write_all(tar->fd, chunk, (size_t)n))
			return yz_file_fail(err, "the archive");
		left -= n;
	}
	*digest = yz_hasher_end(tar->hasher);
	tar->at += size + padding(size);
	return yz_write_all(tar->fd, zeros, (size_t)padding(size)) || yz_file_fail(err, "the archive");
}

bool yz_tar_end(struct yz_tar *tar, struct yz_err *err)
{
	static const char zeros[2 * BLOCK];
	tar->at += sizeof zeros;
	return yz_write_all(tar->fd, zeros, sizeof zeros) || yz_file_fail(err, "the archive");
}

/* ---- reading ---- */

static int64_t get_size(const struct header *h)
{
	int64_t v = 0;
	if ((unsigned char)h->size[0] == 0x80) {
		for (int i = 1; i < 12; i++) {
			if (v >> 54)
				return -1;
			v = v << 8 | (unsigned char)h->size[i];
		}
		return v;
	}
	for (int i = 0; i < 11; i++) {
		if (h->size[i] < '0' || h->size[i] > '7')
			return -1;
		v = v << 3 | (h->size[i] - '0');
	}
	return v;
}

static void get_name(const struct header *h, char out[YZ_TAR_NAME])
{
	size_t prefix = strnlen(h->prefix, sizeof h->prefix), name = strnlen(h->name, sizeof h->name);
	_Static_assert(sizeof h->prefix + 1 + sizeof h->name <= YZ_TAR_NAME, "every name fits, with its NUL");
	memcpy(out, h->prefix, prefix);
	if (prefix)
		out[prefix++] = '/';
	memcpy(out + prefix, h->name, name);
	out[prefix + name] = '\0';
}

int yz_tar_next(struct yz_tar *tar, struct yz_tar_member *m, struct yz_err *err)
{
	struct header h;
	static const struct header none;
	if (pread(tar->fd, &h, sizeof h, tar->at) != sizeof h) {
		yz_fail(err, YZ_CORRUPT, "the archive breaks off at byte %lld", (long long)tar->at);
		return -1;
	}
	if (memcmp(&h, &none, sizeof h) == 0)
		return 0;
	char sum[8] = "";
	memcpy(sum, h.chksum, 7);
	if (strtoul(sum, NULL, 8) != sum_of(&h) || memcmp(h.magic, "ustar", 5) != 0 || h.typeflag != '0' ||
	    (m->size = get_size(&h)) < 0) {
		yz_fail(err, YZ_CORRUPT, "at byte %lld of the archive begins no plain file", (long long)tar->at);
		return -1;
	}
	get_name(&h, m->name);
	m->offset = tar->at + BLOCK;
	tar->at = m->offset + m->size + padding(m->size);
	return 1;
}

bool yz_tar_read(struct yz_tar *tar, const struct yz_tar_member *m, int to, struct yz_digest *digest,
		 struct yz_err *err)
{
	char chunk[CHUNK];
	for (int64_t done = 0; done < m->size;) {
		int64_t left = m->size - done;
		ssize_t n = pread(tar->fd, chunk, left < CHUNK ? (size_t)left : CHUNK, m->offset + done);
		if (n <= 0)
			return yz_fail(err, YZ_CORRUPT, "the archive breaks off in %s", m->name);
		yz_hasher_add(tar->hasher, chunk, (size_t)n);
		if (to >= 0 && !yz_write_all(to, chunk, (size_t)n))
			return yz_file_fail(err, m->name);
		done += n;
	}
	*digest = yz_hasher_end(tar->hasher);
	return true;
}
