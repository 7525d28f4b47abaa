/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct yz_site_lock {
	int fd;
};

struct yz_site_lock *yz_site_lock(const char *dir, struct yz_err *err)
{
	char path[PATH_MAX], who[24] = "";
	snprintf(path, sizeof path, "%s/site.lock", dir);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return yz_fail_null(err, errno == ENOENT ? YZ_NOT_FOUND : YZ_IO, "%s: %m", path);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		ssize_t n = pread(fd, who, sizeof who - 1, 0);
		who[n > 0 ? strcspn(who, "\n") : 0] = '\0';
		close(fd);
		return yz_fail_null(err, YZ_BUSY, "process %s works in %s", who[0] ? who : "(unknown)", dir);
	}
	/* For the message above only: the lock is the kernel's, and ends with the process. */
	int n = snprintf(who, sizeof who, "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) != 0 || pwrite(fd, who, (size_t)n, 0) != n)
		errno = 0;
	struct yz_site_lock *lock = malloc(sizeof *lock);
	if (!lock)
		abort();
	lock->fd = fd;
	return lock;
}

void yz_site_unlock(struct yz_site_lock *lock)
{
	if (!lock)
		return;
	close(lock->fd);
	free(lock);
}
