// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The preload shim for an unmodified tt-metal: answers its shm_open() of the regions in which it
 * keeps statistics of chips. Knows names and what a program may expect of them; does not know
 * what is in a region.
 *
 * By default a region is memory of this process alone, so that there are no slots of others, no
 * other user's file and no other version in it: to the program it looks as on a /dev/shm that
 * nobody has used. With TT_MEMSTAT_SHARE the regions stay where they are.
 *
 * Whatever is not such a name, and everything where there is no module, goes to the C library.
 * No lock is held and no thread exists before the first region is opened. A child starts anew:
 * what it inherited is its parent's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../internal.h"
#include "shim.h"

#define EXPORT		__attribute__((visibility("default")))
#define FIRST_FD	256	/* ours are out of the way of those that programs count on */
#define OPEN_LOOKS	(10 * SHIM_LOOKS_A_SECOND)

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL	0x0008u
#endif

struct shim shim = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.wake = PTHREAD_COND_INITIALIZER,
};

typedef int (*open_fn)(const char *name, int flags, mode_t mode);
typedef int (*unlink_fn)(const char *name);

static int real_open(const char *name, int flags, mode_t mode)
{
	void *symbol = dlsym(RTLD_NEXT, "shm_open");
	open_fn next;

	memcpy(&next, &symbol, sizeof(next));
	if (next)
		return next(name, flags, mode);
	errno = ENOSYS;
	return -1;
}

static int real_unlink(const char *name)
{
	void *symbol = dlsym(RTLD_NEXT, "shm_unlink");
	unlink_fn next;

	memcpy(&next, &symbol, sizeof(next));
	if (next)
		return next(name);
	errno = ENOSYS;
	return -1;
}

/* A handler that interrupts the holder of the lock may fork, and then wants it. */
static void enter(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, before);
	pthread_mutex_lock(&shim.lock);
}

static void leave(const sigset_t *before)
{
	pthread_mutex_unlock(&shim.lock);
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

/* Whether there is a module to report to; it may come later. */
static bool is_enabled(void)
{
	const struct ttmemstat_open_options options = {
		.size = sizeof(options),
		.flags = TTMEMSTAT_OPEN_OPTIONAL,
	};

	if (shim.ctx && shim_is_still(shim.ctx->fd, &shim.device))
		return true;
	shim_disown();
	if (ttmemstat_open(&shim.ctx, &options))
		return false;
	if (ttmemstat_enabled(shim.ctx) && !fstat(shim.ctx->fd, &shim.device))
		return true;
	ttmemstat_close(shim.ctx);
	shim.ctx = NULL;
	return false;
}

static struct region *find(uint64_t unique_id)
{
	struct region *region;

	for (region = shim.regions; region; region = region->next)
		if (region->unique_id == unique_id && !region->unlinked && region->fd >= 0)
			return region;
	return NULL;
}

/* What nobody can open any more, and something else has the name of. */
static void drop_older(uint64_t unique_id)
{
	struct region *region, *next;

	for (region = shim.regions; region; region = next) {
		next = region->next;
		if (region->unique_id == unique_id)
			shim_drop(region);
	}
}

/* Starts to look at what the program has just been given. */
static struct region *watch(uint64_t unique_id, int fd)
{
	struct region *region = calloc(1, sizeof(*region));

	drop_older(unique_id);
	if (!region)
		return NULL;
	region->unique_id = unique_id;
	region->fd = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FD);
	if (region->fd < 0)
		region->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (region->fd < 0 || fstat(region->fd, &region->identity)) {
		if (region->fd >= 0)
			close(region->fd);
		free(region);
		return NULL;
	}
	region->grace = OPEN_LOOKS;
	region->next = shim.regions;
	shim.regions = region;
	return region;
}

static int make_memory(uint64_t unique_id)
{
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "tt_device_%llu_memory", (unsigned long long)unique_id);
	fd = memfd_create(name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);
	return fd < 0 ? memfd_create(name, MFD_CLOEXEC) : fd;
}

/* What the process has already: another descriptor, or an error as of a file. */
static int open_again(struct region *region, int flags)
{
	char path[64];
	int fd;

	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) {
		errno = EEXIST;
		return -1;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", region->fd);
	fd = open(path, (flags & ~(O_CREAT | O_EXCL)) | O_CLOEXEC);
	if (fd < 0)
		return -1;
	region->grace = OPEN_LOOKS;
	shim_mirror();
	return fd;
}

/* False: the C library is to open it. */
static bool open_private(uint64_t unique_id, int flags, int *fd)
{
	struct region *region = find(unique_id);

	if (region) {
		*fd = open_again(region, flags);
		return true;
	}
	if (!(flags & O_CREAT) || (flags & O_ACCMODE) != O_RDWR)
		return false;
	*fd = make_memory(unique_id);
	if (*fd < 0)
		return false;
	region = watch(unique_id, *fd);
	if (region && !shim_mirror())
		return true;
	if (region)
		shim_drop(region);
	close(*fd);
	return false;
}

/* What stands in the process's slot is seen before the program has the region. */
static void see_base(struct region *region)
{
	unsigned char image[REGION_SIZE];
	struct region_view view;
	ssize_t len = pread(region->fd, image, sizeof(image), 0);

	if (!region_read(image, len < 0 ? 0 : (size_t)len, getpid(), &view))
		region_base_take(&region->base, &view);
}

static void open_shared(uint64_t unique_id, int flags, int fd)
{
	struct region *region = find(unique_id);

	if ((flags & O_ACCMODE) != O_RDWR)
		return;
	if (region && shim_is_still(fd, &region->identity)) {
		region->grace = OPEN_LOOKS;
		shim_mirror();
		return;
	}
	region = watch(unique_id, fd);
	if (!region)
		return;
	see_base(region);
	if (shim_mirror())
		shim_drop(region);
}

EXPORT int shm_open(const char *name, int flags, mode_t mode);
EXPORT int shm_unlink(const char *name);

int shm_open(const char *name, int flags, mode_t mode)
{
	const int error = errno;
	uint64_t unique_id;
	bool done = false;
	sigset_t before;
	int fd = -1;

	if (shim.off || !name || !region_name(name, &unique_id))
		return real_open(name, flags, mode);
	if (shim.share)
		fd = real_open(name, flags, mode);
	if (shim.share && fd < 0)
		return fd;
	enter(&before);
	if (shim.share) {
		if (is_enabled())
			open_shared(unique_id, flags, fd);
		done = true;
	} else if (is_enabled()) {
		done = open_private(unique_id, flags, &fd);
	}
	leave(&before);
	if (!done)
		fd = real_open(name, flags, mode);
	else if (fd >= 0)
		errno = error;
	return fd;
}

int shm_unlink(const char *name)
{
	struct region *region = NULL;
	uint64_t unique_id;
	sigset_t before;

	if (!shim.off && !shim.share && name && region_name(name, &unique_id)) {
		enter(&before);
		region = find(unique_id);
		if (region)
			region->unlinked = true;
		leave(&before);
	}
	return region ? 0 : real_unlink(name);
}

static sigset_t fork_mask;	/* of the one that forks: guarded by the lock */

static void before_fork(void)
{
	sigset_t before;

	enter(&before);
	fork_mask = before;
}

static void after_fork(void)
{
	const sigset_t before = fork_mask;

	leave(&before);
}

static void after_fork_in_child(void)
{
	shim_forget();
	pthread_cond_init(&shim.wake, NULL);
	after_fork();
}

static bool is_set(const char *variable)
{
	const char *value = secure_getenv(variable);

	return value && *value && strcmp(value, "0") != 0;
}

static bool is_one(const char *variable)
{
	const char *value = secure_getenv(variable);

	return value && !strcmp(value, "1");
}

__attribute__((constructor)) static void start(void)
{
	shim.off = is_set("TT_MEMSTAT_DISABLED") || is_one("TT_METAL_SHM_TRACKING_DISABLED");
	shim.share = is_set("TT_MEMSTAT_SHARE");
	if (shim.off)
		return;
	if (fstat(STDERR_FILENO, &shim.stderr_identity))
		memset(&shim.stderr_identity, 0, sizeof(shim.stderr_identity));
	if (pthread_atfork(before_fork, after_fork, after_fork_in_child))
		shim.off = true;
}
