/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <time.h>

struct file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this struct */
};

static sqlite3_vfs shim, *disk;
static sqlite3_io_methods methods;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic enum fault_kind armed; /* changed in the lock, looked at without: readers and writer must not meet here */
static long left, syncs, delay;
static bool struck;

static bool fails(enum fault_kind kind)
{
	bool now = false;
	if (armed != kind)
		return false;
	pthread_mutex_lock(&lock);
	if (armed == kind && left > 0 && --left == 0) {
		now = struck = true;
		if (kind == FAULT_FULL)
			left = 1;
	}
	pthread_mutex_unlock(&lock);
	return now;
}

void fault_arm(enum fault_kind kind, long nth)
{
	pthread_mutex_lock(&lock);
	armed = kind;
	left = nth;
	struck = false;
	pthread_mutex_unlock(&lock);
}

void fault_clear(void)
{
	pthread_mutex_lock(&lock);
	armed = FAULT_NONE;
	pthread_mutex_unlock(&lock);
}

bool fault_struck(void)
{
	pthread_mutex_lock(&lock);
	bool yes = struck;
	pthread_mutex_unlock(&lock);
	return yes;
}

void fault_slow_sync(long microseconds)
{
	pthread_mutex_lock(&lock);
	delay = microseconds;
	pthread_mutex_unlock(&lock);
}

long fault_syncs(void)
{
	pthread_mutex_lock(&lock);
	long n = syncs;
	pthread_mutex_unlock(&lock);
	return n;
}

static sqlite3_file *real(sqlite3_file *f)
{
	return ((struct file *)f)->real;
}

static int do_close(sqlite3_file *f)
{
	return real(f)->pMethods ? real(f)->pMethods->xClose(real(f)) : SQLITE_OK;
}

static int do_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return fails(FAULT_READ) ? SQLITE_IOERR_READ : real(f)->pMethods->xRead(real(f), p, n, at);
}

static int do_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (fails(FAULT_WRITE))
		return SQLITE_IOERR_WRITE;
	if (fails(FAULT_FULL))
		return SQLITE_FULL;
	if (fails(FAULT_SHORT)) {
		real(f)->pMethods->xWrite(real(f), p, n / 2, at);
		return SQLITE_IOERR_WRITE;
	}
	return real(f)->pMethods->xWrite(real(f), p, n, at);
}

static int do_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	return real(f)->pMethods->xTruncate(real(f), size);
}

static int do_sync(sqlite3_file *f, int flags)
{
	pthread_mutex_lock(&lock);
	long wait = delay;
	syncs++;
	pthread_mutex_unlock(&lock);
	if (fails(FAULT_SYNC))
		return SQLITE_IOERR_FSYNC;
	int rc = real(f)->pMethods->xSync(real(f), flags);
	if (wait)
		nanosleep(&(struct timespec){.tv_sec = wait / 1000000, .tv_nsec = wait % 1000000 * 1000}, NULL);
	return rc;
}

static int do_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real(f)->pMethods->xFileSize(real(f), size);
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

static int do_map(sqlite3_file *f, int region, int size, int extend, void volatile **out)
{
	return real(f)->pMethods->xShmMap(real(f), region, size, extend, out);
}

static int do_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}

static void do_barrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static int do_unmap(sqlite3_file *f, int forget)
{
	return real(f)->pMethods->xShmUnmap(real(f), forget);
}

static int do_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
	(void)vfs;
	struct file *file = (struct file *)f;
	memset(file, 0, sizeof *file);
	file->real = (sqlite3_file *)(file + 1);
	int rc = disk->xOpen(disk, name, file->real, flags, out);
	file->base.pMethods = rc == SQLITE_OK ? &methods : NULL;
	return rc;
}

void fault_register(void)
{
	if (disk)
		return;
	/* As db does before its first connection: after sqlite3_vfs_find it would be too late. */
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	disk = sqlite3_vfs_find(NULL);
	methods = (sqlite3_io_methods){
		.iVersion = 2, /* without xFetch: everything goes through read and write */
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
		.xShmMap = do_map,
		.xShmLock = do_shm_lock,
		.xShmBarrier = do_barrier,
		.xShmUnmap = do_unmap,
	};
	shim = *disk;
	shim.zName = FAULT_VFS;
	shim.szOsFile = (int)sizeof(struct file) + disk->szOsFile;
	shim.pNext = NULL;
	shim.xOpen = do_open;
	sqlite3_vfs_register(&shim, 0);
}
