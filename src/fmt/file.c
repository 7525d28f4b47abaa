/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_open(int fd, struct yz_arena *a, size_t max, struct yz_str *out, struct yz_err *err)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return yz_fail(err, YZ_IO, "cannot be examined: %s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return yz_fail(err, YZ_IO, "is not a file");
	if ((uintmax_t)st.st_size > max)
		return yz_fail(err, YZ_TOO_LARGE, "has %jd bytes; at most %zu are read", (intmax_t)st.st_size, max);
	size_t size = (size_t)st.st_size, got = 0;
	char *bytes = yz_alloc(a, size + 1);
	while (got < size) {
		ssize_t n = read(fd, bytes + got, size - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return yz_fail(err, YZ_IO, "cannot be read: %s", strerror(errno));
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*out = yz_str_n(bytes, got);
	return true;
}

bool yz_file_read_open(struct yz_arena *a, int fd, const char *name, size_t max, struct yz_str *out, struct yz_err *err)
{
	return read_open(fd, a, max, out, err) || yz_fail_in(err, "%s", name);
}

bool yz_file_read(struct yz_arena *a, const char *path, size_t max, struct yz_str *out, struct yz_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		yz_fail(err, errno == ENOENT ? YZ_NOT_FOUND : YZ_IO, "cannot be opened: %s", strerror(errno));
		return yz_fail_in(err, "%s", path);
	}
	bool ok = yz_file_read_open(a, fd, path, max, out, err);
	close(fd);
	return ok;
}
