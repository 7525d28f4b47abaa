/* SPDX-License-Identifier: Apache-2.0 */
#include "db/backup.h"

#include "db/blob_path.h"
#include "db/dump.h"
#include "db/tar.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST = 10, LINE = YZ_HEX + 24 + YZ_TAR_NAME };

struct archive {
	struct yz_tar tar;
	FILE *manifest; /* the archive again, where the manifest stands */
	struct yz_tar_member last;
	struct yz_hasher *lines;
	struct yz_backup_report *report;
};

/* No way out of the folder: plain parts between single slashes. */
static bool safe(const char *name)
{
	struct yz_str rest = yz_str(name), part;
	int depth = 0;
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p < ' ')
			return false;
	while (yz_str_cut(&rest, '/', &part))
		if (++depth > DEEPEST || !part.len || part.ptr[0] == '.')
			return false;
	return depth > 0;
}

static bool is_database(const char *name)
{
	return strcmp(name, "site.db") == 0 || strcmp(name, "site.pgdump") == 0;
}

/* ---- checking ---- */

/* The manifest is the last member. */
static bool find_manifest(struct archive *ar, const char *file, struct yz_err *err)
{
	struct yz_tar_member m;
	int got;
	while ((got = yz_tar_next(&ar->tar, &m, err)) > 0)
		ar->last = m;
	if (got < 0)
		return false;
	ar->report->bytes = ar->tar.at + 1024; /* two empty blocks end it */
	if (strcmp(ar->last.name, "manifest") != 0)
		return yz_fail(err, YZ_CORRUPT, "this is no backup of a site: it does not end in a manifest");
	ar->manifest = fopen(file, "re");
	if (!ar->manifest || fseeko(ar->manifest, ar->last.offset, SEEK_SET) != 0)
		return yz_file_fail(err, file);
	return true;
}

/* The next line of the manifest, with its end; counted in their digest unless it is the last. */
static bool next_line(struct archive *ar, char line[LINE], struct yz_err *err)
{
	if (!fgets(line, LINE, ar->manifest) || !strchr(line, '\n'))
		return yz_fail(err, YZ_CORRUPT, "the manifest breaks off");
	if (strncmp(line, "end ", 4) != 0)
		yz_hasher_add(ar->lines, line, strlen(line));
	return true;
}

static bool check_member(struct archive *ar, const struct yz_tar_member *m, struct yz_err *err)
{
	char line[LINE], want[LINE], hex[YZ_HEX];
	struct yz_digest d;
	if (!safe(m->name))
		return yz_fail(err, YZ_CORRUPT, "a member is called %s", m->name);
	if (!next_line(ar, line, err) || !yz_tar_read(&ar->tar, m, -1, &d, err))
		return false;
	snprintf(want, sizeof want, "%s %lld %s\n", yz_digest_hex(&d, hex), (long long)m->size, m->name);
	if (strcmp(line, want) != 0)
		return yz_fail(err, YZ_CORRUPT, "%s is not what the manifest says", m->name);
	ar->report->members++;
	ar->report->blobs += strncmp(m->name, "files/", 6) == 0;
	ar->report->with_keys |= strcmp(m->name, "site.key") == 0;
	return true;
}

static bool check_end(struct archive *ar, struct yz_err *err)
{
	char line[LINE], want[LINE], hex[YZ_HEX];
	struct yz_digest d = yz_hasher_end(ar->lines);
	snprintf(want, sizeof want, "end %lld %s\n", (long long)ar->report->members, yz_digest_hex(&d, hex));
	if (!next_line(ar, line, err))
		return false;
	if (strcmp(line, want) != 0 || ftello(ar->manifest) != ar->last.offset + ar->last.size)
		return yz_fail(err, YZ_CORRUPT, "the manifest is not what it was");
	return true;
}

static bool check(struct archive *ar, const char *file, struct yz_err *err)
{
	char line[LINE];
	struct yz_tar_member m;
	int databases = 0, got;
	if (!find_manifest(ar, file, err) || !next_line(ar, line, err))
		return false;
	ar->report->postgres = strcmp(line, "yizhan backup 1 postgres\n") == 0;
	if (!ar->report->postgres && strcmp(line, "yizhan backup 1 sqlite\n") != 0)
		return yz_fail(err, YZ_CORRUPT, "this program does not know such backups: %.40s", line);
	ar->tar.at = 0;
	while ((got = yz_tar_next(&ar->tar, &m, err)) > 0 && m.offset != ar->last.offset) {
		if (!check_member(ar, &m, err))
			return false;
		databases += strcmp(m.name, ar->report->postgres ? "site.pgdump" : "site.db") == 0;
	}
	if (got > 0 && databases != 1)
		return yz_fail(err, YZ_CORRUPT, "the archive holds %d databases", databases);
	return got > 0 && check_end(ar, err);
}

static bool open_archive(struct archive *ar, const char *file, struct yz_backup_report *report, struct yz_err *err)
{
	*ar = (struct archive){.report = report};
	*report = (struct yz_backup_report){0};
	ar->tar.hasher = yz_hasher_create(YZ_SM3);
	ar->lines = yz_hasher_create(YZ_SM3);
	ar->tar.fd = open(file, O_RDONLY | O_CLOEXEC);
	return ar->tar.fd >= 0 ? check(ar, file, err) || yz_fail_in(err, "%s", file) : yz_file_fail(err, file);
}

static void close_archive(struct archive *ar)
{
	if (ar->manifest)
		fclose(ar->manifest);
	if (ar->tar.fd >= 0)
		close(ar->tar.fd);
	yz_hasher_destroy(ar->tar.hasher);
	yz_hasher_destroy(ar->lines);
}

bool yz_backup_check(const char *file, struct yz_backup_report *report, struct yz_err *err)
{
	struct archive ar;
	bool good = open_archive(&ar, file, report, err);
	close_archive(&ar);
	return good;
}

/* ---- restoring ---- */

static bool check_folder(const char *dir, struct yz_err *err)
{
	if (mkdir(dir, 0700) == 0)
		return true;
	DIR *d = errno == EEXIST ? opendir(dir) : NULL;
	if (!d)
		return yz_file_fail(err, dir);
	bool empty = true;
	struct dirent *e;
	while ((e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && strcmp(e->d_name, "site.lock") != 0)
			empty = false;
	closedir(d);
	return empty || yz_fail(err, YZ_EXISTS, "%s is not empty", dir);
}

static bool make_folders(char *path, size_t from, struct yz_err *err)
{
	for (char *p = strchr(path + from, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		bool good = mkdir(path, 0700) == 0 || errno == EEXIST;
		if (!good)
			yz_file_fail(err, path);
		*p = '/';
		if (!good)
			return false;
	}
	return true;
}

/* The database gets its name last: a folder without one was not restored. */
static bool extract(struct archive *ar, const struct yz_tar_member *m, const char *dir, struct yz_err *err)
{
	char path[YZ_BLOB_PATH];
	struct yz_digest d;
	int n = snprintf(path, sizeof path, "%s/%s%s", dir, m->name, is_database(m->name) ? ".part" : "");
	if (n >= (int)sizeof path)
		return yz_fail(err, YZ_LIMIT, "%s: this path is too long", m->name);
	if (!make_folders(path, strlen(dir) + 1, err))
		return false;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return yz_file_fail(err, path);
	bool good = yz_tar_read(&ar->tar, m, fd, &d, err);
	if (close(fd) != 0 && good)
		good = yz_file_fail(err, path);
	return good;
}

static bool sync_all(const char *dir, struct yz_err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && syncfs(fd) == 0;
	if (!good)
		yz_file_fail(err, dir);
	if (fd >= 0)
		close(fd);
	return good;
}

static bool finish(const struct archive *ar, const char *dir, const char *url, struct yz_err *err)
{
	char part[YZ_BLOB_PATH], path[YZ_BLOB_PATH];
	snprintf(part, sizeof part, "%s/%s.part", dir, ar->report->postgres ? "site.pgdump" : "site.db");
	snprintf(path, sizeof path, "%s/site.db", dir);
	if (!sync_all(dir, err))
		return false;
	if (ar->report->postgres) {
		bool good = yz_undump_postgres(url, part, err);
		unlink(part);
		return good;
	}
	return rename(part, path) == 0 ? yz_folder_sync(dir, err) : yz_file_fail(err, path);
}

static bool restore(struct archive *ar, const char *dir, const char *url, struct yz_err *err)
{
	struct yz_tar_member m;
	if (ar->report->postgres && !url)
		return yz_fail(err, YZ_USAGE, "this backup is of PostgreSQL: give the URL of an empty database");
	if (!ar->report->postgres && url)
		return yz_fail(err, YZ_USAGE, "this backup is of SQLite: it restores into the folder, without a URL");
	if ((url && !yz_undump_check(url, err)) || !check_folder(dir, err))
		return false;
	ar->tar.at = 0;
	while (yz_tar_next(&ar->tar, &m, err) > 0) {
		if (m.offset == ar->last.offset)
			return finish(ar, dir, url, err);
		if (!extract(ar, &m, dir, err))
			return false;
	}
	return false;
}

bool yz_restore(const char *file, const char *dir, const char *url, struct yz_backup_report *report, struct yz_err *err)
{
	struct archive ar;
	bool good = open_archive(&ar, file, report, err) && restore(&ar, dir, url, err);
	close_archive(&ar);
	return good;
}
