/* SPDX-License-Identifier: Apache-2.0 */
#include "print/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#elif defined(__loongarch64)
#define ARCH AUDIT_ARCH_LOONGARCH64
#endif

static void bound(int what, rlim_t most)
{
	setrlimit(what, &(struct rlimit){most, most});
}

#ifdef ARCH
/* Refused with EPERM whatever the arguments. */
static const int refused[] = {
	/* programs and other processes */
	SYS_execve, SYS_execveat, SYS_kill, SYS_tkill, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
	SYS_pidfd_open, SYS_pidfd_send_signal, SYS_pidfd_getfd, SYS_prlimit64, SYS_setpriority,
	/* the network */
	SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_setsockopt,
	/* the file system */
	SYS_openat2, SYS_open_by_handle_at, SYS_unlinkat, SYS_renameat2, SYS_linkat, SYS_symlinkat, SYS_mkdirat,
	SYS_mknodat, SYS_truncate, SYS_ftruncate, SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_utimensat,
	SYS_setxattr, SYS_fallocate, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot,
#ifdef SYS_unlink
	SYS_unlink, SYS_rename, SYS_renameat, SYS_link, SYS_symlink, SYS_mkdir, SYS_rmdir, SYS_mknod, SYS_creat,
	SYS_chmod, SYS_chown, SYS_lchown,
#endif
	/* the kernel */
	SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_io_uring_setup, SYS_unshare, SYS_setns, SYS_keyctl,
	SYS_add_key, SYS_request_key, SYS_setuid, SYS_setgid, SYS_setresuid, SYS_setresgid, SYS_capset};

enum { REFUSED = sizeof refused / sizeof *refused };

#define DENY BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS_EQ(k, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(k), 0, (skip))
#define UNLESS_GE(k, skip) BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (unsigned)(k), 0, (skip))
#define UNLESS_SET(k, skip) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (unsigned)(k), 0, (skip))
#define WRITING (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)

static size_t program(struct sock_filter *at)
{
	const struct sock_filter *const start = at;
	const struct sock_filter head[] = {
		LOAD(arch),
		UNLESS_EQ(ARCH, 1),
		BPF_STMT(BPF_JMP | BPF_JA, 1),
		DENY,
		LOAD(nr),
		UNLESS_GE(0x40000000, 1),
		DENY, /* x32 */
		UNLESS_EQ(SYS_openat, 4),
		LOAD(args[2]),
		UNLESS_SET(WRITING, 1),
		DENY,
		ALLOW,
#ifdef SYS_open
		UNLESS_EQ(SYS_open, 4),
		LOAD(args[1]),
		UNLESS_SET(WRITING, 1),
		DENY,
		ALLOW,
#endif
	};
	memcpy(at, head, sizeof head);
	at += sizeof head / sizeof *head;
	for (size_t i = 0; i < REFUSED; i++) {
		*at++ = (struct sock_filter)UNLESS_EQ(refused[i], 1);
		*at++ = (struct sock_filter)DENY;
	}
	*at++ = (struct sock_filter)ALLOW;
	return (size_t)(at - start);
}

static bool filter(void)
{
	struct sock_filter code[32 + 2 * REFUSED];
	struct sock_fprog prog = {.len = (unsigned short)program(code), .filter = code};
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0;
}
#else
static bool filter(void)
{
	return false;
}
#endif

bool yz_jail_enter(size_t memory)
{
	signal(SIGXFSZ, SIG_IGN);
	bound(RLIMIT_CORE, 0);
	bound(RLIMIT_FSIZE, 0);
	bound(RLIMIT_NOFILE, 64);
	if (memory) {
		bound(RLIMIT_AS, memory);
		mallopt(M_ARENA_MAX, 1); /* each thread of Pango would reserve 64 MiB of it for itself */
	}
	prctl(PR_SET_DUMPABLE, 0);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && filter();
}
