/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite writes each page of its log in two calls, a head of 24 bytes and the page: for a commit that many writes share
 * these are hundreds, one behind the other.  Here they are gathered and go to the file in one call each so many
 * kilobytes, at the latest before the log is synced.  That is early enough: with synchronous=FULL a commit is
 * announced to readers behind its sync, and who reads what this very connection wrote before that reads through
 * the same file.  What a transaction gathered that is rolled back is never written: the lock is gone by then, and another
 * process may have its own pages in that place.
 */
#include "db/private.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 120 * 1024 }; /* what is below takes less than 128 KiB at once */

struct log_file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this struct */
	sqlite3_int64 at;   /* where what is gathered belongs */
	int n;
	bool gathers;
	char *bytes;
};

struct log_vfs {
	sqlite3_vfs vfs;
	sqlite3_vfs *disk;
	struct log_vfs *next;
	char name[64];
};

static sqlite3_file *real(sqlite3_file *f)
{
	return ((struct log_file *)f)->real;
}

/* What could not be written stays: it is tried again with the next, or forgotten when all is rolled back. */
static int flush(sqlite3_file *f)
{
	struct log_file *l = (struct log_file *)f;
	int rc = l->n ? l->real->pMethods->xWrite(l->real, l->bytes, l->n, l->at) : SQLITE_OK;
	if (rc == SQLITE_OK)
		l->n = 0;
	return rc;
}

static int do_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct log_file *l = (struct log_file *)f;
	int rc = SQLITE_OK;
	if (!l->gathers)
		return l->real->pMethods->xWrite(l->real, p, n, at);
	if (!l->bytes && !(l->bytes = malloc(ROOM)))
		return SQLITE_IOERR_NOMEM;
	if (l->n && (at != l->at + l->n || n > ROOM - l->n))
		rc = flush(f);
	if (rc != SQLITE_OK)
		return rc;
	if (n > ROOM)
		return l->real->pMethods->xWrite(l->real, p, n, at);
	if (!l->n)
		l->at = at;
	memcpy(l->bytes + l->n, p, (size_t)n);
	l->n += n;
	return SQLITE_OK;
}

static int do_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	struct log_file *l = (struct log_file *)f;
	/* A full disk would undo the statement at hand alone, and this is of those before it: an error undoes all. */
	if (at < l->at + l->n && at + n > l->at && flush(f) != SQLITE_OK)
		return SQLITE_IOERR_WRITE;
	return real(f)->pMethods->xRead(real(f), p, n, at);
}

static int do_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int rc = flush(f);
	return rc == SQLITE_OK ? real(f)->pMethods->xTruncate(real(f), size) : rc;
}

static int do_sync(sqlite3_file *f, int flags)
{
	int rc = flush(f);
	return rc == SQLITE_OK ? real(f)->pMethods->xSync(real(f), flags) : rc;
}

static int do_size(sqlite3_file *f, sqlite3_int64 *size)
{
	int rc = flush(f);
	return rc == SQLITE_OK ? real(f)->pMethods->xFileSize(real(f), size) : rc;
}

/* What is gathered now was never synced, so never committed. */
static int do_close(sqlite3_file *f)
{
	struct log_file *l = (struct log_file *)f;
	free(l->bytes);
	return l->real->pMethods->xClose(l->real);
}

static int do_lock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xLock(real(f), level);
}

static int do_unlock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xUnlock(real(f), level);
}

static int do_check(sqlite3_file *f, int *out)
{
	return real(f)->pMethods->xCheckReservedLock(real(f), out);
}

static int do_control(sqlite3_file *f, int op, void *arg)
{
	return real(f)->pMethods->xFileControl(real(f), op, arg);
}

static int do_sector(sqlite3_file *f)
{
	return real(f)->pMethods->xSectorSize(real(f));
}

static int do_traits(sqlite3_file *f)
{
	return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = do_close,
	.xRead = do_read,
	.xWrite = do_write,
	.xTruncate = do_truncate,
	.xSync = do_sync,
	.xFileSize = do_size,
	.xLock = do_lock,
	.xUnlock = do_unlock,
	.xCheckReservedLock = do_check,
	.xFileControl = do_control,
	.xSectorSize = do_sector,
	.xDeviceCharacteristics = do_traits,
};

/* All but the log is the disk's own file. */
static int do_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
	sqlite3_vfs *disk = ((struct log_vfs *)vfs)->disk;
	if (!(flags & SQLITE_OPEN_WAL))
		return disk->xOpen(disk, name, f, flags, out);
	struct log_file *l = (struct log_file *)f;
	*l = (struct log_file){.real = (sqlite3_file *)(l + 1)};
	int rc = disk->xOpen(disk, name, l->real, flags, out);
	l->base.pMethods = rc == SQLITE_OK ? &methods : NULL;
	/* Else a commit is padded to whole sectors and synced before the last of them. */
	l->gathers = rc == SQLITE_OK && (do_traits(f) & SQLITE_IOCAP_POWERSAFE_OVERWRITE);
	return rc;
}

void yz_log_forget(void *handle)
{
	sqlite3_file *f = NULL;
	if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f) == SQLITE_OK && f && f->pMethods == &methods)
		((struct log_file *)f)->n = 0;
}

const char *yz_log_vfs(const char *disk)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct log_vfs *all; /* SQLite holds them as long as the program runs */
	sqlite3_vfs *of = sqlite3_vfs_find(disk);
	pthread_mutex_lock(&lock);
	struct log_vfs *v = all;
	while (of && v && v->disk != of)
		v = v->next;
	if (of && !v && (v = calloc(1, sizeof *v))) {
		snprintf(v->name, sizeof v->name, "yz-log-%.48s", of->zName);
		v->vfs = *of;
		v->vfs.zName = v->name;
		v->vfs.pNext = NULL;
		v->vfs.szOsFile = (int)sizeof(struct log_file) + of->szOsFile;
		v->vfs.xOpen = do_open;
		v->disk = of;
		v->next = all;
		all = v;
		if (sqlite3_vfs_register(&v->vfs, 0) != SQLITE_OK) {
			all = v->next;
			free(v);
			v = NULL;
		}
	}
	pthread_mutex_unlock(&lock);
	return v ? v->name : disk;
}
