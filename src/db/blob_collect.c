/* SPDX-License-Identifier: Apache-2.0 */
#include "db/blob.h"

#include "db/blob_path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct collection {
	struct yz_db *db;
	yz_instant before;
	struct yz_blob_report *report;
};

static yz_instant changed_at(const struct stat *st)
{
	return (yz_instant)st->st_mtim.tv_sec * YZ_SECOND + st->st_mtim.tv_nsec / 1000;
}

static bool named(struct yz_db *db, const char *hash, bool *yes, struct yz_err *err)
{
	int64_t n = 0;
	struct yz_conn *c = yz_db_read(db, err);
	bool good = c && yz_select_int(c, &n, 0, err, "SELECT COUNT(*) FROM blob WHERE hash = $1", YZ_Z(hash));
	yz_db_release(c);
	*yes = n > 0;
	return good;
}

static bool old(const struct collection *k, const char *path, struct stat *st)
{
	return lstat(path, st) == 0 && S_ISREG(st->st_mode) && changed_at(st) < k->before;
}

/* Looks again inside the lock: it may have been uploaded once more. */
static bool remove_unnamed(struct collection *k, const char *path, const char *hash, struct yz_err *err)
{
	struct stat st;
	bool yes = false;
	if (!named(k->db, hash, &yes, err))
		return false;
	if (yes)
		return true;
	int lock = yz_blob_lock(yz_db_dir(k->db), true, err);
	if (lock < 0)
		return false;
	bool good = true;
	if (old(k, path, &st)) {
		good = named(k->db, hash, &yes, err);
		if (good && !yes && unlink(path) == 0)
			k->report->removed++;
	}
	close(lock);
	return good;
}

static bool look_at(struct collection *k, const char *folder, const char *name, struct yz_err *err)
{
	char path[YZ_BLOB_PATH], hash[YZ_HEX], expected[YZ_BLOB_PATH];
	struct stat st;
	const char *dir = yz_db_dir(k->db);
	if (snprintf(path, sizeof path, "%s/files/%s/%s", dir, folder, name) >= (int)sizeof path)
		return true;
	if (strcmp(folder, "part") == 0) {
		if (old(k, path, &st) && unlink(path) == 0)
			k->report->removed++;
		return true;
	}
	if (snprintf(hash, sizeof hash, "%s%s", folder, name) != YZ_HEX - 1 ||
	    !yz_blob_path(dir, yz_str(hash), expected, NULL) || lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return true; /* not ours */
	k->report->files++;
	k->report->bytes += st.st_size;
	return changed_at(&st) >= k->before || remove_unnamed(k, path, hash, err);
}

static bool look_in(struct collection *k, const char *folder, struct yz_err *err)
{
	char path[YZ_BLOB_PATH];
	snprintf(path, sizeof path, "%s/files/%s", yz_db_dir(k->db), folder);
	DIR *d = opendir(path);
	if (!d)
		return errno == ENOENT || errno == ENOTDIR || yz_file_fail(err, path);
	bool good = true;
	struct dirent *e;
	while (good && (e = readdir(d)))
		if (e->d_name[0] != '.')
			good = look_at(k, folder, e->d_name, err);
	closedir(d);
	return good;
}

bool yz_blob_collect(struct yz_db *db, yz_instant before, struct yz_blob_report *report, struct yz_err *err)
{
	struct collection k = {.db = db, .before = before, .report = report};
	*report = (struct yz_blob_report){0};
	for (int i = 0; i < 256; i++) {
		char folder[4];
		snprintf(folder, sizeof folder, "%02x", i);
		if (!look_in(&k, folder, err))
			return false;
	}
	return look_in(&k, "part", err);
}

/* ---- verifying ---- */

static void mark(struct yz_blob_report *r, int64_t *count, struct yz_str hash)
{
	if (r->missing + r->corrupt == 0)
		snprintf(r->first, sizeof r->first, "%.*s", YZ_P(hash));
	++*count;
}

static void verify_one(struct yz_db *db, struct yz_hasher *h, struct yz_str hash, int64_t size,
		       struct yz_blob_report *r)
{
	static _Thread_local char block[65536];
	int fd;
	int64_t there;
	char hex[YZ_HEX];
	r->files++;
	if (!yz_blob_open(db, hash, &fd, &there, NULL)) {
		mark(r, &r->missing, hash);
		return;
	}
	ssize_t n;
	while ((n = read(fd, block, sizeof block)) > 0) {
		yz_hasher_add(h, block, (size_t)n);
		r->bytes += n;
	}
	close(fd);
	struct yz_digest d = yz_hasher_end(h);
	if (n < 0 || there != size || !yz_str_eqz(hash, yz_digest_hex(&d, hex)))
		mark(r, &r->corrupt, hash);
}

bool yz_blob_verify(struct yz_db *db, struct yz_blob_report *report, struct yz_err *err)
{
	char last[YZ_HEX] = "";
	struct yz_hasher *h = yz_hasher_create(YZ_SM3);
	*report = (struct yz_blob_report){0};
	for (bool more = true; more;) {
		struct yz_arena *a = yz_arena_create(0);
		/* By the hundred: the files may take hours, a snapshot should not. */
		struct yz_conn *c = yz_db_read_in(db, a, err);
		struct yz_rows *r =
			!c ? NULL
			   : yz_select(c, a, err, "SELECT hash, size FROM blob WHERE hash > $1 ORDER BY hash LIMIT 500",
				       YZ_Z(last));
		yz_db_release(c);
		for (size_t i = 0; r && i < r->count; i++)
			verify_one(db, h, yz_row_str(r, i, 0), yz_row_int(r, i, 1), report);
		more = r && r->count;
		if (more)
			snprintf(last, sizeof last, "%s", yz_row_z(r, r->count - 1, 0));
		yz_arena_destroy(a);
		if (!r) {
			yz_hasher_destroy(h);
			return false;
		}
	}
	yz_hasher_destroy(h);
	return true;
}
