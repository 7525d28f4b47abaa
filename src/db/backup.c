/* SPDX-License-Identifier: Apache-2.0 */
#include "db/backup.h"

#include "base/map.h"
#include "db/blob.h"
#include "db/blob_path.h"
#include "db/dump.h"
#include "db/tar.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST = 8 };

struct named {
	struct yz_digest digest;
	int64_t size;
};

struct backup {
	struct yz_db *db;
	struct yz_arena *arena;
	struct yz_conn *conn; /* one snapshot for the database and the list of its files */
	struct yz_tar tar;
	FILE *manifest;
	struct yz_hasher *lines; /* of the manifest */
	YZ_VEC(struct named) blobs;
	struct yz_backup_report *report;
	struct stat self; /* the archive, which may lie in the site's folder */
};

static void manifest_line(struct backup *b, const char *line)
{
	yz_hasher_add(b->lines, line, strlen(line));
	fputs(line, b->manifest); /* checked at the end, by ferror */
}

static bool add_member(struct backup *b, const char *name, int fd, int64_t size, struct yz_err *err)
{
	struct yz_digest d;
	char hex[YZ_HEX], line[YZ_HEX + 24 + YZ_TAR_NAME];
	if (!yz_tar_add(&b->tar, name, fd, size, &d, err))
		return false;
	snprintf(line, sizeof line, "%s %lld %s\n", yz_digest_hex(&d, hex), (long long)size, name);
	manifest_line(b, line);
	b->report->members++;
	return true;
}

static bool add_path(struct backup *b, const char *name, const char *path, struct yz_err *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool good = fd >= 0 && fstat(fd, &st) == 0;
	if (!good)
		yz_file_fail(err, path);
	good = good && add_member(b, name, fd, st.st_size, err);
	if (fd >= 0)
		close(fd);
	return good;
}

/* A new file in the site's folder, of a name that no backup takes. */
static int open_beside(struct backup *b, char **path, struct yz_err *err)
{
	*path = yz_printf(b->arena, "%s/backup-XXXXXX.part", yz_db_dir(b->db));
	int fd = mkostemps(*path, (int)strlen(".part"), O_CLOEXEC);
	if (fd < 0)
		yz_file_fail(err, *path);
	return fd;
}

/* ---- the database ---- */

static bool add_database(struct backup *b, struct yz_err *err)
{
	bool postgres = yz_db_is_postgres(b->db);
	char *beside;
	int fd = open_beside(b, &beside, err);
	if (fd < 0)
		return false;
	close(fd);
	bool good = (postgres ? yz_dump_postgres : yz_dump_sqlite)(b->conn, beside, err) &&
		    add_path(b, postgres ? "site.pgdump" : "site.db", beside, err);
	unlink(beside);
	return good;
}

/* ---- files ---- */

static bool note_blob(void *ctx, const struct yz_rows *row, struct yz_err *err)
{
	struct backup *b = ctx;
	struct named n = {.size = yz_row_int(row, 0, 1)};
	if (!yz_unhex(yz_row_str(row, 0, 0), n.digest.bytes, sizeof n.digest.bytes))
		return yz_fail(err, YZ_CORRUPT, "the database names a file \"%.80s\"", yz_row_z(row, 0, 0));
	*yz_vec_push(b->arena, &b->blobs) = n;
	return true;
}

/* Open, and known to be what its name says; or -1. */
static int open_blob(struct backup *b, const struct named *n, const char *hex)
{
	char chunk[65536];
	int fd;
	int64_t size;
	ssize_t got;
	if (!yz_blob_open(b->db, yz_str(hex), &fd, &size, NULL))
		return -1;
	struct yz_hasher *h = yz_hasher_create(YZ_SM3);
	while ((got = read(fd, chunk, sizeof chunk)) > 0)
		yz_hasher_add(h, chunk, (size_t)got);
	struct yz_digest d = yz_hasher_end(h);
	yz_hasher_destroy(h);
	if (got == 0 && size == n->size && yz_digest_eq(&d, &n->digest) && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool add_blob(struct backup *b, const struct named *n, struct yz_err *err)
{
	char hex[YZ_HEX], name[YZ_HEX + 16];
	yz_digest_hex(&n->digest, hex);
	int fd = open_blob(b, n, hex);
	if (fd < 0) {
		if (b->report->missing++ == 0)
			memcpy(b->report->first_missing, hex, sizeof hex);
		return true;
	}
	snprintf(name, sizeof name, "files/%.2s/%s", hex, hex + 2);
	bool good = add_member(b, name, fd, n->size, err);
	close(fd);
	b->report->blobs += good;
	return good;
}

/* ---- the rest of the folder ---- */

static bool ends(const char *s, const char *tail)
{
	return yz_str_ends(yz_str(s), yz_str(tail));
}

static bool passed_over(const char *name, int depth)
{
	if (name[0] == '.' || ends(name, ".part") || ends(name, ".log") || ends(name, ".lock"))
		return true;
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7F)
			return true;
	return depth == 0 && (strcmp(name, "files") == 0 || strncmp(name, "site.db", 7) == 0 ||
			      strcmp(name, "manifest") == 0 || strcmp(name, "site.pgdump") == 0);
}

static bool add_folder(struct backup *b, const char *path, const char *name, int depth, struct yz_err *err);

static bool add_entry(struct backup *b, const char *path, const char *name, int depth, struct yz_err *err)
{
	struct stat st;
	if (lstat(path, &st) != 0)
		return errno == ENOENT || yz_file_fail(err, path);
	if (S_ISDIR(st.st_mode))
		return depth == DEEPEST ? yz_fail(err, YZ_LIMIT, "%s lies too deep", path)
					: add_folder(b, path, name, depth + 1, err);
	if (!S_ISREG(st.st_mode) || (st.st_dev == b->self.st_dev && st.st_ino == b->self.st_ino))
		return true;
	b->report->with_keys |= strcmp(name, "site.key") == 0;
	return add_path(b, name, path, err);
}

static bool add_folder(struct backup *b, const char *path, const char *name, int depth, struct yz_err *err)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);
	if (n < 0)
		return yz_file_fail(err, path);
	bool good = true;
	for (int i = 0; i < n; i++) {
		const char *leaf = entries[i]->d_name;
		if (good && !passed_over(leaf, depth))
			good = add_entry(b, yz_printf(b->arena, "%s/%s", path, leaf),
					 yz_printf(b->arena, "%s%s%s", name, *name ? "/" : "", leaf), depth, err);
		free(entries[i]);
	}
	free(entries);
	return good;
}

/* ---- the whole ---- */

static bool add_manifest(struct backup *b, struct yz_err *err)
{
	char hex[YZ_HEX];
	struct yz_digest d = yz_hasher_end(b->lines);
	fprintf(b->manifest, "end %lld %s\n", (long long)b->report->members, yz_digest_hex(&d, hex));
	off_t size = ftello(b->manifest);
	if (fflush(b->manifest) != 0 || ferror(b->manifest) || size < 0 || fseeko(b->manifest, 0, SEEK_SET) != 0)
		return yz_file_fail(err, "the manifest");
	return yz_tar_add(&b->tar, "manifest", fileno(b->manifest), size, &d, err) && yz_tar_end(&b->tar, err);
}

static bool add_all(struct backup *b, struct yz_err *err)
{
	manifest_line(b, yz_db_is_postgres(b->db) ? "yizhan backup 1 postgres\n" : "yizhan backup 1 sqlite\n");
	/* The list first: it begins the snapshot that the database is then copied from. */
	if (!yz_each(b->conn, note_blob, b, err, "SELECT hash, size FROM blob ORDER BY hash") || !add_database(b, err))
		return false;
	yz_db_release(b->conn);
	b->conn = NULL;
	for (size_t i = 0; i < b->blobs.len; i++)
		if (!add_blob(b, &b->blobs.at[i], err))
			return false;
	return add_folder(b, yz_db_dir(b->db), "", 0, err) && add_manifest(b, err);
}

static FILE *open_manifest(struct backup *b, struct yz_err *err)
{
	char *beside;
	int fd = open_beside(b, &beside, err);
	if (fd < 0)
		return NULL;
	unlink(beside); /* it lives as long as it is open */
	FILE *f = fdopen(fd, "w+");
	if (!f)
		yz_file_fail(err, beside);
	return f;
}

bool yz_backup_to(struct yz_db *db, int fd, struct yz_backup_report *report, struct yz_err *err)
{
	struct backup b = {.db = db, .arena = yz_arena_create(0), .report = report};
	*report = (struct yz_backup_report){.postgres = yz_db_is_postgres(db)};
	b.tar = (struct yz_tar){.fd = fd, .hasher = yz_hasher_create(YZ_SM3)};
	b.lines = yz_hasher_create(YZ_SM3);
	bool good = (fstat(fd, &b.self) == 0 || yz_file_fail(err, "the archive")) && (b.manifest = open_manifest(&b, err)) &&
		    (b.conn = yz_db_read(db, err)) && add_all(&b, err) && (fsync(fd) == 0 || yz_file_fail(err, "the archive"));
	report->bytes = b.tar.at;
	yz_db_release(b.conn);
	if (b.manifest)
		fclose(b.manifest);
	yz_hasher_destroy(b.tar.hasher);
	yz_hasher_destroy(b.lines);
	yz_arena_destroy(b.arena);
	return good;
}

static bool put_in_place(const char *part, const char *file, struct yz_err *err)
{
	char *copy = strdup(file);
	if (!copy)
		abort();
	/* A rename would replace. */
	bool good = link(part, file) == 0 ? yz_folder_sync(dirname(copy), err)
					  : errno == EEXIST ? yz_fail(err, YZ_EXISTS, "%s is there already", file) : yz_file_fail(err, file);
	free(copy);
	return good;
}

bool yz_backup(struct yz_db *db, const char *file, struct yz_backup_report *report, struct yz_err *err)
{
	char part[PATH_MAX];
	if ((size_t)snprintf(part, sizeof part, "%s.part", file) >= sizeof part)
		return yz_fail(err, YZ_LIMIT, "the name %.80s… is too long", file);
	if (access(file, F_OK) == 0)
		return yz_fail(err, YZ_EXISTS, "%s is there already", file);
	int fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return yz_file_fail(err, part);
	bool good = yz_backup_to(db, fd, report, err) && put_in_place(part, file, err);
	unlink(part);
	close(fd);
	return good;
}
