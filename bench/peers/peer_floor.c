// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lower bounds: a system call on the device that does nothing, and an atomic addition. A pair is
 * two of them, because it is two events.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <tt_memstat.h>

#include "peers.h"

static void *open_null(unsigned int chip)
{
	int *fd = malloc(sizeof(*fd));

	(void)chip;
	must(fd, "memory");
	*fd = open("/dev/tt_memstat", O_RDWR | O_CLOEXEC);
	must(*fd >= 0, "/dev/tt_memstat");
	return fd;
}

/* An unknown call number. */
static void run_null(void *self, uint64_t first, uint64_t count)
{
	int fd = *(int *)self;
	uint64_t n;

	for (n = first; n < first + count; n++) {
		ioctl(fd, _IO(TT_MEMSTAT_MAGIC, 255), NULL);
		ioctl(fd, _IO(TT_MEMSTAT_MAGIC, 255), NULL);
	}
}

static void close_null(void *self)
{
	close(*(int *)self);
	free(self);
}

static void *open_atomic(unsigned int chip)
{
	(void)chip;
	return calloc(1, sizeof(uint64_t));
}

static void run_atomic(void *self, uint64_t first, uint64_t count)
{
	uint64_t *total = self;
	uint64_t n;

	for (n = first; n < first + count; n++) {
		__atomic_fetch_add(total, PAIR_SIZE, __ATOMIC_RELAXED);
		__atomic_fetch_sub(total, PAIR_SIZE, __ATOMIC_RELAXED);
	}
}

static void sync_nothing(void *self)
{
	(void)self;
}

const struct peer peer_null_ioctl = {
	.name = "null_ioctl", .open = open_null, .run = run_null, .sync = sync_nothing,
	.close = close_null,
};

const struct peer peer_atomic_add = {
	.name = "atomic_add", .open = open_atomic, .run = run_atomic, .sync = sync_nothing,
	.close = free,
};
