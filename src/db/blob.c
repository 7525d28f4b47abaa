/* SPDX-License-Identifier: Apache-2.0
 *
 *	DIR/files/part/N-…    being written
 *	DIR/files/ab/cdef…    in place
 *	DIR/files/lock        shared while a file is put in place, exclusive while one is removed:
 *	                      so that none is removed that was just uploaded again
 */
#include "db/blob.h"

#include "db/blob_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct yz_blob_writer {
	struct yz_db *db;
	struct yz_hasher *hasher;
	int fd;
	int64_t size, limit;
	char path[YZ_BLOB_PATH]; /* of the part */
};

bool yz_file_fail(struct yz_err *err, const char *path)
{
	int why = errno;
	bool full = why == ENOSPC || why == EDQUOT || why == EIO || why == EFBIG || why == EROFS;
	return yz_fail(err,
		       why == ENOENT ? YZ_NOT_FOUND
		       : full        ? YZ_UNAVAILABLE
				     : YZ_IO,
		       "%s: %s", path, strerror(why));
}

bool yz_folder_sync(const char *path, struct yz_err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;
	if (!good)
		yz_file_fail(err, path);
	if (fd >= 0)
		close(fd);
	return good;
}

bool yz_folder_make(const char *path, const char *above, struct yz_err *err)
{
	if (mkdir(path, 0700) == 0)
		return yz_folder_sync(above, err);
	return errno == EEXIST || yz_file_fail(err, path);
}

bool yz_blob_path(const char *dir, struct yz_str hash, char out[YZ_BLOB_PATH], struct yz_err *err)
{
	uint8_t bytes[YZ_DIGEST];
	bool good = yz_unhex(hash, bytes, sizeof bytes);
	for (size_t i = 0; good && i < hash.len; i++)
		good = hash.ptr[i] < 'A' || hash.ptr[i] > 'F';
	if (!good)
		return yz_fail(err, YZ_BAD_INPUT, "a file is named by 64 hexadecimal digits");
	int n = snprintf(out, YZ_BLOB_PATH, "%s/files/%.2s/%.62s", dir, hash.ptr, hash.ptr + 2);
	return n < YZ_BLOB_PATH || yz_fail(err, YZ_LIMIT, "the path of the site's folder is too long");
}

int yz_blob_lock(const char *dir, bool exclusive, struct yz_err *err)
{
	char path[YZ_BLOB_PATH];
	snprintf(path, sizeof path, "%s/files/lock", dir);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && flock(fd, exclusive ? LOCK_EX : LOCK_SH) == 0)
		return fd;
	yz_file_fail(err, path);
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool make_folders(const char *dir, struct yz_err *err)
{
	char files[YZ_BLOB_PATH], part[YZ_BLOB_PATH];
	int n = snprintf(part, sizeof part, "%s/files/part", dir);
	if (n >= YZ_BLOB_PATH - 100)
		return yz_fail(err, YZ_LIMIT, "the path of the site's folder is too long");
	snprintf(files, sizeof files, "%s/files", dir);
	return yz_folder_make(files, dir, err) && yz_folder_make(part, files, err);
}

struct yz_blob_writer *yz_blob_begin(struct yz_db *db, int64_t limit, struct yz_err *err)
{
	char token[32];
	if (!make_folders(yz_db_dir(db), err))
		return NULL;
	struct yz_blob_writer *w = calloc(1, sizeof *w);
	if (!w)
		return yz_fail_null(err, YZ_UNAVAILABLE, "no memory for an upload");
	w->db = db;
	w->limit = limit;
	snprintf(w->path, sizeof w->path, "%s/files/part/%s", yz_db_dir(db), yz_token(token));
	w->fd = open(w->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (w->fd < 0) {
		yz_file_fail(err, w->path);
		free(w);
		return NULL;
	}
	w->hasher = yz_hasher_create(YZ_SM3);
	return w;
}

bool yz_write_all(int fd, const void *p, size_t n)
{
	const char *at = p;
	while (n) {
		ssize_t done = write(fd, at, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		at += done;
		n -= (size_t)done;
	}
	return true;
}

bool yz_blob_add(struct yz_blob_writer *w, const void *p, size_t n, struct yz_err *err)
{
	if ((int64_t)n > w->limit - w->size)
		return yz_fail(err, YZ_TOO_LARGE, "the file has more than %lld bytes", (long long)w->limit);
	if (!yz_write_all(w->fd, p, n))
		return yz_file_fail(err, w->path);
	yz_hasher_add(w->hasher, p, n);
	w->size += (int64_t)n;
	return true;
}

/* The part takes its name; the folder entry is on disk. */
static bool put_in_place(struct yz_blob_writer *w, const char *hash, struct yz_err *err)
{
	char path[YZ_BLOB_PATH], folder[YZ_BLOB_PATH], files[YZ_BLOB_PATH];
	const char *dir = yz_db_dir(w->db);
	snprintf(files, sizeof files, "%s/files", dir);
	snprintf(folder, sizeof folder, "%.*s/files/%.2s", YZ_BLOB_PATH - 16, dir, hash);
	if (!yz_blob_path(dir, yz_str(hash), path, err) || !yz_folder_make(folder, files, err))
		return false;
	int lock = yz_blob_lock(dir, false, err);
	if (lock < 0)
		return false;
	/* One that is there already has the same bytes; this one's date is newer. */
	bool good = rename(w->path, path) == 0 || yz_file_fail(err, path);
	close(lock);
	return good && yz_folder_sync(folder, err);
}

static void forget(struct yz_blob_writer *w)
{
	if (w->fd >= 0)
		close(w->fd);
	yz_hasher_destroy(w->hasher);
	free(w);
}

bool yz_blob_finish(struct yz_blob_writer *w, struct yz_blob *out, struct yz_err *err)
{
	struct yz_digest d = yz_hasher_end(w->hasher);
	yz_digest_hex(&d, out->hash);
	out->size = w->size;
	bool good = fsync(w->fd) == 0 || yz_file_fail(err, w->path);
	int fd = w->fd;
	w->fd = -1;
	if (close(fd) != 0 && good)
		good = yz_file_fail(err, w->path);
	good = good && put_in_place(w, out->hash, err);
	if (!good)
		unlink(w->path);
	forget(w);
	return good;
}

void yz_blob_cancel(struct yz_blob_writer *w)
{
	if (!w)
		return;
	unlink(w->path);
	forget(w);
}

bool yz_blob_put(struct yz_db *db, struct yz_str bytes, struct yz_blob *out, struct yz_err *err)
{
	struct yz_blob_writer *w = yz_blob_begin(db, (int64_t)bytes.len, err);
	if (!w)
		return false;
	if (yz_blob_add(w, bytes.ptr, bytes.len, err))
		return yz_blob_finish(w, out, err);
	yz_blob_cancel(w);
	return false;
}

bool yz_blob_name(struct yz_conn *conn, const struct yz_blob *blob, struct yz_str type, yz_instant now,
		  struct yz_err *err)
{
	return yz_exec(conn, err,
		       "INSERT INTO blob (hash, size, type, at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING",
		       YZ_Z(blob->hash), YZ_I(blob->size), YZ_S(type), YZ_I(now));
}

bool yz_blob_open(struct yz_db *db, struct yz_str hash, int *fd, int64_t *size, struct yz_err *err)
{
	char path[YZ_BLOB_PATH];
	struct stat st;
	if (!yz_blob_path(yz_db_dir(db), hash, path, err))
		return false;
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0)
		return yz_file_fail(err, path);
	if (fstat(*fd, &st) != 0) {
		close(*fd);
		return yz_file_fail(err, path);
	}
	*size = st.st_size;
	return true;
}

static bool read_all(int fd, char *p, size_t n)
{
	while (n) {
		ssize_t got = read(fd, p, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

bool yz_blob_read(struct yz_db *db, struct yz_arena *a, struct yz_str hash, int64_t limit, struct yz_str *out,
		  struct yz_err *err)
{
	int fd;
	int64_t size;
	char hex[YZ_HEX];
	if (!yz_blob_open(db, hash, &fd, &size, err))
		return false;
	if (size > limit) {
		close(fd);
		return yz_fail(err, YZ_TOO_LARGE, "the file has %lld bytes, at most %lld are wanted", (long long)size,
			       (long long)limit);
	}
	/* The file is closed before memory is asked for: running out of it jumps. */
	close(fd);
	char *p = yz_alloc(a, (size_t)size + 1);
	if (!yz_blob_open(db, hash, &fd, &size, err))
		return false;
	*out = yz_str_n(p, (size_t)size);
	bool good = read_all(fd, p, (size_t)size);
	close(fd);
	struct yz_digest d = yz_digest(YZ_SM3, *out);
	if (!good || !yz_str_eqz(hash, yz_digest_hex(&d, hex)))
		return yz_fail(err, YZ_CORRUPT, "the file %.*s is not what it was", YZ_P(hash));
	return true;
}
