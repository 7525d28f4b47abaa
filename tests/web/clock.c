/* tests/web/clock.c - a wall clock that a test sets forward while the server runs.
 *
 * Loaded before the C library (LD_PRELOAD).  The file $YZ_TEST_CLOCK holds the seconds it is ahead, as an int64_t of
 * this machine; what is written there counts from then on, in every thread.  The monotonic clock is left alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Atomic int64_t none, *ahead = &none;

__attribute__((constructor)) static void look_up(void)
{
	const char *path = getenv("YZ_TEST_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *at = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	if (at != MAP_FAILED)
		ahead = at;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	int r = (int)syscall(SYS_clock_gettime, id, t);
	if (r == 0 && id == CLOCK_REALTIME)
		t->tv_sec += (time_t)atomic_load_explicit(ahead, memory_order_relaxed);
	return r;
}
