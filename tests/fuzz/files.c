// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors and children: files that are opened, closed, duplicated and sent to others; children
 * that keep them across fork and exec; the calls that such a child may make.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

void file_open(struct thread *t, struct file *file)
{
	struct tt_memstat_get_info info = { .argsz = sizeof(info) };
	struct file fresh = { .fd = -1 };
	uint64_t started = fuzz_now();
	/* Some stay open across exec. */
	int fd = open(DEVICE, rng_once_in(&t->rng, 4) ? O_RDWR : O_RDWR | O_CLOEXEC);

	fuzz_count(KIND_OPEN, fd < 0 ? -errno : 0, started);
	if (fd < 0)
		return;
	if (!ioctl(fd, TT_MEMSTAT_GET_INFO, &info))
		fresh.client = info.client;
	fresh.fd = fd;
	*file = fresh;
}

static void do_close(int fd)
{
	uint64_t started = fuzz_now();

	fuzz_count(KIND_CLOSE, close(fd) ? -errno : 0, started);
}

static void do_reopen(struct thread *t)
{
	struct file *f = own_file(t);
	int fd = f->fd;

	if (fd >= 0) {
		f->fd = -1;
		for (uint32_t i = 0; i < FUZZ_ON_FILE; i++)
			f->on[i].handle = 0;
		do_close(fd);
	}
	file_open(t, f);
}

static void do_send(struct thread *t)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	uint64_t started = fuzz_now();
	int fd = any_fd(t);

	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	fuzz_count(KIND_SEND, sendmsg(fuzz->channel[0], &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ?
		   -errno : 0, started);
}

static void do_receive(struct thread *t)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	uint32_t i = rng_below(&t->rng, FUZZ_FOREIGN);
	uint64_t started = fuzz_now();
	ssize_t n = recvmsg(fuzz->channel[1], &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	int old;

	fuzz_count(KIND_RECEIVE, n < 0 ? -errno : 0, started);
	if (n < 0 || msg.msg_controllen < CMSG_LEN(sizeof(int)))
		return;
	old = t->p->foreign[i];
	memcpy(&t->p->foreign[i], CMSG_DATA(&control.head), sizeof(int));
	if (old >= 0)
		do_close(old);
}

/* Duplicate a descriptor and close it soon: every close calls the driver. */
static void do_dup(struct thread *t)
{
	int fd = dup(any_fd(t));

	if (fd >= 0)
		do_close(fd);
}

void files_any(struct thread *t)
{
	uint32_t pick = rng_below(&t->rng, 100);

	if (pick < 25)
		do_reopen(t);
	else if (pick < 45)
		do_send(t);
	else if (pick < 70)
		do_receive(t);
	else
		do_dup(t);
}

/* ---- Children ------------------------------------------------------------------------------- */

/* In a child of a worker, which does not own the inherited files. */
static void kin_live(struct thread *parent, uint64_t seed)
{
	struct thread t = *parent;

	t.rng.state = seed;
	t.kcov = NULL;
	t.kcov_fd = -1;
	t.found = false;
	guard_thread(&t);
	arena_make(&t.arena);
	cover_start(&t);
	for (uint32_t n = rng_below(&t.rng, 40); n; n--) {
		call_any(&t);
		if (rng_once_in(&t.rng, 4))
			memory_any(&t);
		if (rng_once_in(&t.rng, 16))
			files_any(&t);
	}
	cover_take(&t);
	_exit(0);
}

static void kin_exec(struct thread *t)
{
	char fd[16], seed[32];

	snprintf(fd, sizeof(fd), "%d", any_fd(t));
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)rng_next(&t->rng));
	execl("/proc/self/exe", "ttmem-fuzz", "after-exec", fd, seed, (char *)NULL);
	_exit(1);
}

/* After exec: another program with an open descriptor. */
int run_after_exec(int argc, char **argv)
{
	struct rng r = { argc > 3 ? strtoull(argv[3], NULL, 10) : 0 };
	int fd = argc > 2 ? atoi(argv[2]) : -1;
	uint64_t room[64];

	for (int i = 0; i < 30; i++) {
		memset(room, 0, sizeof(room));
		room[0] = 8 * (2 + rng_below(&r, 60));
		ioctl(fd, _IO(TT_MEMSTAT_MAGIC, rng_below(&r, FUZZ_CALLS)), room);
	}
	return 0;
}

/*
 * A child with some of the parent's descriptors: it may be waited for, or outlive its parent, or
 * live in a pid namespace or a user namespace of its own.
 */
void kin_any(struct thread *t)
{
	uint64_t started = fuzz_now(), seed = rng_next(&t->rng);
	uint32_t pick = rng_below(&t->rng, 8);
	bool exec = rng_once_in(&t->rng, 6);
	pid_t pid;

	fflush(NULL);
	pid = (pid_t)syscall(SYS_clone, SIGCHLD | (pick == 0 ? CLONE_NEWUSER : 0) |
			     (pick == 1 && t->p->privileged ? CLONE_NEWPID : 0),
			     NULL, NULL, NULL, NULL);
	if (!pid) {
		if (exec)
			kin_exec(t);
		kin_live(t, seed);
	}
	fuzz_count(exec ? KIND_EXEC : KIND_FORK, pid < 0 ? -errno : 0, started);
	if (pid > 0 && rng_once_in(&t->rng, 3))
		waitpid(pid, NULL, 0);
}
