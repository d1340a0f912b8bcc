// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The mirror: where tt-metal's functions cannot be interposed, report the totals that tt-metal
 * keeps in shared memory.
 *
 * shm_open() of such a region returns private, unnamed memory, so that its contents belong to this
 * process alone and not to other processes, users or versions. A thread reads the regions ten times
 * a second and reports changes. It uses pread() instead of a mapping, as the program could truncate
 * the file and so end the process with SIGBUS.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "books.h"
#include "chips.h"
#include "lock.h"
#include "mirror.h"

#define EXPORT		__attribute__((visibility("default")))
#define FIRST_FD	256	/* above the low descriptors that programs expect to get */
#define STACK_SIZE	((size_t)1024 * 1024)	/* includes the thread-local storage of programs */
#define LOOKS		10	/* a second */
#define OPEN_LOOKS	(10 * LOOKS)	/* grace of a region that is not set up */

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL	0x0008u
#endif

static const uint32_t pools[MIRROR_POOLS] = {
	[MIRROR_DRAM] = TT_MEMSTAT_POOL_DRAM,
	[MIRROR_L1] = TT_MEMSTAT_POOL_L1,
	[MIRROR_L1_SMALL] = TT_MEMSTAT_POOL_L1_SMALL,
	[MIRROR_TRACE] = TT_MEMSTAT_POOL_TRACE,
	[MIRROR_CB] = TT_MEMSTAT_POOL_CB,
};

/**
 * struct region - a region that this process has opened
 * @unique_id: of its chip, from its name
 * @fd: a descriptor of the reporter's own
 * @identity: of the file, as programs that close all descriptors close @fd, too
 * @grace: number of further looks at a region that is not set up or no longer open
 * @unlinked: its name is free again
 * @printed: its unknown version was printed
 * @chip: chip that it is reported on; -1: none
 * @sent: @last was reported
 * @last: contents at the last look
 * @quiet: looks since the last call that would detect a change of geometry
 */
struct region {
	struct region *next;
	uint64_t unique_id;
	int fd;
	struct stat identity;
	unsigned int grace;
	bool unlinked;
	bool printed;
	int chip;
	bool sent;
	struct mirror_view last;
	unsigned int quiet;
};

/* Guarded by the books' lock. */
static struct region *regions;
static bool running;
static bool news;
static bool watches_forks;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;

/* ---- Contents of a region ---------------------------------------------------------------- */

#define AT_VERSION	0
#define AT_USERS	16
#define AT_DEVICE	40
#define AT_TOTAL	48
#define AT_SLOTS	856
#define SLOTS		64
#define SLOT_SIZE	120
#define SLOT_FIGURES	8	/* offset, after the pid */
#define AT_STATE	8536	/* version 4 */
#define STATE_READY	0x52454459u

static uint32_t get32(const unsigned char *image, size_t at)
{
	uint32_t value;

	memcpy(&value, image + at, sizeof(value));
	return value;
}

bool mirror_name(const char *name, uint64_t *unique_id)
{
	static const char head[] = "tt_device_", tail[] = "_memory";
	uint64_t id = 0;

	while (*name == '/')
		name++;
	if (strncmp(name, head, strlen(head)) != 0)
		return false;
	name += strlen(head);
	if (*name < '0' || *name > '9')
		return false;
	for (; *name >= '0' && *name <= '9'; name++)
		if (__builtin_mul_overflow(id, UINT64_C(10), &id) ||
		    __builtin_add_overflow(id, (uint64_t)(*name - '0'), &id))
			return false;
	*unique_id = id;
	return strcmp(name, tail) == 0;
}

/*
 * Totals are used if the process has no slot; children that exit reset the inherited totals only.
 */
int mirror_read(const void *image, size_t len, pid_t pid, struct mirror_view *view)
{
	const unsigned char *bytes = image;
	size_t at = AT_TOTAL;

	memset(view, 0, sizeof(*view));
	if (len < MIRROR_SIZE)
		return -EMSGSIZE;
	view->version = get32(bytes, AT_VERSION);
	if (!view->version)
		return -EAGAIN;
	if (view->version != 3 && view->version != 4)
		return -EPROTONOSUPPORT;
	if (view->version == 4 && get32(bytes, AT_STATE) != STATE_READY)
		return -EAGAIN;
	view->device = get32(bytes, AT_DEVICE);
	/* Children that exit may have decremented it below zero. */
	view->open = (int32_t)get32(bytes, AT_USERS) > 0;
	for (size_t i = 0; i < SLOTS; i++) {
		if (get32(bytes, AT_SLOTS + i * SLOT_SIZE) == (uint32_t)pid) {
			at = AT_SLOTS + i * SLOT_SIZE + SLOT_FIGURES;
			view->open = true;
			break;
		}
	}
	memcpy(view->bytes, bytes + at, sizeof(view->bytes));
	return 0;
}

/* ---- Reporting --------------------------------------------------------------------------- */

static bool is_still(const struct region *region)
{
	struct stat st;

	return !fstat(region->fd, &st) && st.st_dev == region->identity.st_dev &&
	       st.st_ino == region->identity.st_ino;
}

/*
 * Version 3 is partial: it misses threads that did not open a device, and circular buffers between
 * two looks.
 */
static void join(struct region *region, const struct mirror_view *view)
{
	struct chips_terms terms = {
		.covers = CHIPS_COVERS,
		.partial = view->version == 3 ? CHIPS_COVERS : 0,
		.label = view->version == 3 ? "mirror, region v3" : "mirror, region v4",
	};

	ttmemstat_device_init(&terms.device);
	terms.device.runtime_id = (int32_t)(view->device & INT32_MAX);
	terms.device.unique_id = region->unique_id;
	region->chip = chips_use(&terms);
	region->sent = false;
}

static void leave(struct region *region)
{
	if (region->chip >= 0)
		chips_leave(region->chip);
	region->chip = -1;
}

/* Report the totals that have changed. */
static int send(struct ttmemstat_attachment *att, const struct region *region,
		const struct mirror_view *view)
{
	int error = 0;

	for (int pool = 0; pool < MIRROR_POOLS; pool++) {
		const uint32_t loaded = pool == MIRROR_CB && view->version == 3 ?
						TT_MEMSTAT_ENTRY_LOADED : 0;
		int refused;

		if (region->sent && region->last.bytes[pool] == view->bytes[pool])
			continue;
		refused = ttmemstat_report_snapshot_total(att, pools[pool], view->bytes[pool],
							  loaded);
		/* The total of another pool may be in range. */
		error = refused && refused != -ERANGE ? refused : error;
	}
	return error;
}

/* Detect a change of geometry once a second, as unchanged totals cause no calls. */
static void look_after(struct region *region)
{
	struct tt_memstat_ring_status none = { 0 };
	struct ttmemstat_attachment *att;

	if (++region->quiet < LOOKS)
		return;
	region->quiet = 0;
	att = chips_attachment(region->chip);
	if (att)
		ttmemstat_ring_status(att, &none);
	region->sent = att && !chips_renewed(region->chip);
}

static void report(struct region *region, const struct mirror_view *view)
{
	struct ttmemstat_attachment *att;
	int error = 0;

	if (region->chip >= 0 && region->last.version != view->version)
		leave(region);
	if (region->chip < 0) {
		join(region, view);
		region->last = *view;
	}
	if (region->chip < 0)
		return;
	if (region->sent && !memcmp(region->last.bytes, view->bytes, sizeof(view->bytes))) {
		look_after(region);
		return;
	}
	att = chips_attachment(region->chip);
	if (att)
		error = send(att, region, view);
	region->sent = att && !error && !chips_renewed(region->chip);
	region->quiet = 0;
	region->last = *view;
	chips_judge(region->chip, error);
}

/* Look at a region once; returns whether to look again. */
static bool look(struct region *region)
{
	unsigned char image[MIRROR_SIZE];
	struct mirror_view view;
	ssize_t len;
	int error;

	if (!region->grace)
		return false;
	if (!is_still(region)) {
		leave(region);
		region->grace = 0;
		region->fd = -1;
		return false;
	}
	len = pread(region->fd, image, sizeof(image), 0);
	error = mirror_read(image, len < 0 ? 0 : (size_t)len, getpid(), &view);
	if (!error && view.open) {
		region->grace = LOOKS;
		report(region, &view);
		return true;
	}
	leave(region);
	if (error == -EPROTONOSUPPORT && !region->printed) {
		region->printed = true;
		chips_say("unique id %" PRIu64 " is not reported: version %" PRIu32
			  " of tt-metal's statistics is not known", region->unique_id, view.version);
	}
	return --region->grace > 0;
}

static void *mirror(void *unused)
{
	const struct timespec nap = { .tv_nsec = 1000000000 / LOOKS };

	(void)unused;
	for (;;) {
		bool more = false;

		books_lock();
		news = false;
		for (struct region *region = regions; region; region = region->next)
			more |= look(region);
		while (!more && !news)
			books_wait(&wake);
		books_unlock();
		nanosleep(&nap, NULL);
	}
	return NULL;
}

static int start(void)
{
	sigset_t all, before;
	pthread_attr_t attr;
	pthread_t thread;
	int error;

	news = true;
	if (running) {
		pthread_cond_signal(&wake);
		return 0;
	}
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	/* Block all signals, which are meant for the program's threads. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, &attr, mirror, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	if (error)
		return -error;
	pthread_setname_np(thread, "tt_memstat");
	running = true;
	return 0;
}

/* In a child: forget all inherited regions. */
static void forget(void)
{
	for (struct region *region = regions; region; region = region->next)
		if (is_still(region))
			close(region->fd);
	regions = NULL;
	running = false;
	news = false;
	pthread_cond_init(&wake, NULL);
}

/* ---- shm_open() and shm_unlink() --------------------------------------------------------- */

static struct region *find(uint64_t unique_id)
{
	struct region *region = regions;

	while (region && (region->unique_id != unique_id || region->unlinked || region->fd < 0))
		region = region->next;
	return region;
}

/* Drop regions whose name was unlinked or whose file was closed. */
static void drop_older(uint64_t unique_id)
{
	struct region **link = &regions, *region;

	while ((region = *link)) {
		if (region->unique_id != unique_id) {
			link = &region->next;
			continue;
		}
		*link = region->next;
		leave(region);
		if (region->fd >= 0 && is_still(region))
			close(region->fd);
		free(region);
	}
}

static int make_memory(uint64_t unique_id)
{
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "tt_device_%" PRIu64 "_memory", unique_id);
	fd = memfd_create(name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);
	return fd < 0 ? memfd_create(name, MFD_CLOEXEC) : fd;
}

/* Open a known region again: a new descriptor, or an error, as for a file. */
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
	start();
	return fd;
}

/* -1 with errno 0: the C library must open it. */
static int open_region(uint64_t unique_id, int flags)
{
	struct region *region = find(unique_id);
	int fd;

	if (region)
		return open_again(region, flags);
	errno = 0;
	if (!(flags & O_CREAT) || (flags & O_ACCMODE) != O_RDWR)
		return -1;
	drop_older(unique_id);
	if (!watches_forks)
		watches_forks = !pthread_atfork(NULL, NULL, forget);
	region = calloc(1, sizeof(*region));
	fd = region ? make_memory(unique_id) : -1;
	if (fd >= 0)
		region->fd = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FD);
	if (fd < 0 || region->fd < 0 || fstat(region->fd, &region->identity) || start()) {
		if (fd >= 0)
			close(fd);
		free(region);
		errno = 0;
		return -1;
	}
	region->unique_id = unique_id;
	region->grace = OPEN_LOOKS;
	region->chip = -1;
	region->next = regions;
	regions = region;
	return fd;
}

/* Never for a library whose functions are interposed. */
static bool is_wanted(const char *name, uint64_t *unique_id, const void *caller)
{
	const char *mode = secure_getenv("TT_MEMSTAT_MODE");

	if (!name || !mirror_name(name, unique_id) || (mode && !strcmp(mode, "exact")))
		return false;
	return foreign_open(caller) &&
	       ((mode && !strcmp(mode, "mirror")) || foreign_unseen(1u << TT_MEMSTAT_POOL_L1));
}

EXPORT int shm_open(const char *name, int flags, mode_t mode);
EXPORT int shm_unlink(const char *name);

int shm_open(const char *name, int flags, mode_t mode)
{
	int (*next)(const char *name, int flags, mode_t mode) = dlsym(RTLD_NEXT, "shm_open");
	const int error = errno;
	uint64_t unique_id;
	int fd;

	if (is_wanted(name, &unique_id, __builtin_return_address(0))) {
		books_lock();
		fd = open_region(unique_id, flags);
		books_unlock();
		if (fd < 0 && errno)
			return fd;
		errno = error;
		if (fd >= 0)
			return fd;
	}
	if (next)
		return next(name, flags, mode);
	errno = ENOSYS;
	return -1;
}

int shm_unlink(const char *name)
{
	int (*next)(const char *name) = dlsym(RTLD_NEXT, "shm_unlink");
	struct region *region = NULL;
	uint64_t unique_id;

	if (is_wanted(name, &unique_id, __builtin_return_address(0))) {
		books_lock();
		region = find(unique_id);
		if (region)
			region->unlinked = true;
		books_unlock();
	}
	if (region)
		return 0;
	if (next)
		return next(name);
	errno = ENOSYS;
	return -1;
}
