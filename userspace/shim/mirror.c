// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The thread that mirrors regions: looks at them ten times a second and reports what has changed
 * as snapshots. Knows the library; does not know how regions are opened.
 *
 * A look is a read, not a mapping: what the program does to its file, such as to shorten it, can
 * then not end the process. Every look compares the last figures, so that none is left behind.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../internal.h"
#include "shim.h"

#define STACK_SIZE	 ((size_t)1024 * 1024) /* what programs keep for each thread comes off it */
#define RETRY_LOOKS	SHIM_LOOKS_A_SECOND
#define RETRY_MAX	(30 * SHIM_LOOKS_A_SECOND)
#define GIVEN_BACK_LOOKS SHIM_LOOKS_A_SECOND
#define PATIENCE	2	/* failures before one is worth a word */

static const uint32_t pools[REGION_POOLS] = {
	[REGION_DRAM] = TT_MEMSTAT_POOL_DRAM,
	[REGION_L1] = TT_MEMSTAT_POOL_L1,
	[REGION_L1_SMALL] = TT_MEMSTAT_POOL_L1_SMALL,
	[REGION_TRACE] = TT_MEMSTAT_POOL_TRACE,
	[REGION_CB] = TT_MEMSTAT_POOL_CB,
};

#define COVERS	(1u << TT_MEMSTAT_POOL_DRAM | 1u << TT_MEMSTAT_POOL_L1 | \
		 1u << TT_MEMSTAT_POOL_L1_SMALL | 1u << TT_MEMSTAT_POOL_TRACE | \
		 1u << TT_MEMSTAT_POOL_CB)

bool shim_is_still(int fd, const struct stat *identity)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_dev == identity->st_dev && st.st_ino == identity->st_ino &&
	       st.st_rdev == identity->st_rdev;
}

void shim_say(const char *format, ...)
{
	struct pollfd ready = { .fd = STDERR_FILENO, .events = POLLOUT };
	char line[256] = "tt_memstat: ";
	size_t len = strlen(line);
	va_list args;
	int n;

	if (!shim.stderr_identity.st_ino || !shim_is_still(STDERR_FILENO, &shim.stderr_identity))
		return;
	va_start(args, format);
	n = vsnprintf(line + len, sizeof(line) - len - 1, format, args);
	va_end(args);
	if (n < 0)
		return;
	len = strlen(line);
	line[len++] = '\n';
	/* A reader that is slow to read it must not hold up the program. */
	if (poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) &&
	    write(STDERR_FILENO, line, len) < 0)
		return;
}

static void say_why(struct target *target, uint64_t unique_id, int error)
{
	char text[64];
	const char *why = text;

	if (target->told || target->failures < PATIENCE)
		return;
	target->told = true;
	switch (error) {
	case -ENODEV:
		why = "no chip is beyond doubt this one (tt-memstat import tells which is)";
		break;
	case -ENOTUNIQ:
		why = "several chips have its id";
		break;
	case -EPERM:
		why = "this process does not have the chip's node open";
		break;
	case -ENODATA:
		why = "nobody told what the chip has (tt-memstat import does)";
		break;
	case -EALREADY:
		why = "this process reports on its chip already";
		break;
	case -ERANGE:
		why = "more than the chip has";
		break;
	default:
		snprintf(text, sizeof(text), "error %d", -error);
	}
	shim_say("device %" PRIu32 " (unique id %" PRIu64 ") is not reported: %s", target->id,
		 unique_id, why);
}

static void leave(struct target *target)
{
	ttmemstat_detach(target->att);
	target->att = NULL;
	target->sent = false;
}

static uint32_t partial(uint32_t version)
{
	return version == REGION_V3 ? COVERS : 0;
}

/* The chip was described anew: the next look sends all, which is as much as ever. */
static void report_again(struct ttmemstat_attachment *att, void *arg)
{
	struct target *target = arg;

	target->renewed = true;
	ttmemstat_partial(att, partial(target->version));
}

/*
 * What version 3 tells is not all: threads that did not open a device are not seen, and circular
 * buffers are looked at ten times a second without a last time.
 */
static int join(struct target *target, const struct ttmemstat_device *device, uint32_t version)
{
	struct ttmemstat_attach_options options;
	int error;

	ttmemstat_attach_options_init(&options);
	error = ttmemstat_resolve(device, NULL, &options);
	if (error < 0)
		return error;
	options.covers = COVERS;
	options.partial = partial(version);
	options.report_again = report_again;
	options.arg = target;
	options.label = version == REGION_V3 ? "shim, region v3" : "shim, region v4";
	error = ttmemstat_attach(shim.ctx, &options, &target->att, NULL);
	if (!error)
		target->version = version;
	return error;
}

/* Once a second where nothing else would tell that the chip was described anew. */
static void look_after(struct target *target)
{
	struct tt_memstat_ring_status none = { 0 };

	if (++target->quiet < SHIM_LOOKS_A_SECOND)
		return;
	target->quiet = 0;
	ttmemstat_ring_status(target->att, &none);
	target->sent = !target->renewed;
	target->renewed = false;
}

/* All that is not as it was; what is refused does not keep back the rest. */
static int send(struct target *target, const struct region_figures *figures)
{
	const uint32_t cb_flags = target->version == REGION_V3 ? TT_MEMSTAT_ENTRY_LOADED : 0;
	struct tt_memstat_entry entries[REGION_POOLS];
	size_t count = 0, done = 0, taken;
	int error = 0;

	for (int pool = 0; pool < REGION_POOLS; pool++) {
		if (target->sent && target->last.bytes[pool] == figures->bytes[pool])
			continue;
		ttmemstat_entry_snapshot_total(&entries[count++], pools[pool], figures->bytes[pool],
					       pool == REGION_CB ? cb_flags : 0);
	}
	while (done < count) {
		int refused = ttmemstat_submit(target->att, entries + done, count - done, &taken);

		done += taken;
		if (!refused)
			break;
		error = refused;
		if (refused != -ERANGE)
			break;
		done++;
	}
	return error;
}

static void report(struct target *target, const struct ttmemstat_device *device, uint32_t version,
		   const struct region_figures *figures, uint64_t unique_id)
{
	int error = 0;

	if (target->att && target->version != version)
		leave(target);
	if (target->att && target->sent && !memcmp(&target->last, figures, sizeof(*figures)))
		look_after(target);
	if (target->att && target->sent && !memcmp(&target->last, figures, sizeof(*figures)))
		return;
	if (target->wait) {
		target->wait--;
		return;
	}
	if (!target->att)
		error = join(target, device, version);
	if (!error)
		error = send(target, figures);
	/* Out of range: the next ones may not be, and this one is not worth saying again. */
	if (!error || error == -ERANGE) {
		target->last = *figures;
		target->sent = !target->renewed;
		target->renewed = false;
	}
	if (!error) {
		target->failures = 0;
		target->pause = 0;
		return;
	}
	target->failures++;
	say_why(target, unique_id, error);
	if (error == -ERANGE)
		return;
	if (error != -ENODATA)
		leave(target);
	target->pause = target->pause ? target->pause * 2 : RETRY_LOOKS;
	if (target->pause > RETRY_MAX)
		target->pause = RETRY_MAX;
	target->wait = target->pause - 1;
}

static void report_own(struct region *region, const struct region_view *view,
		       const struct region_figures *figures)
{
	struct ttmemstat_device device;

	ttmemstat_device_init(&device);
	device.runtime_id = (int32_t)(view->device_id & INT32_MAX);
	device.unique_id = region->unique_id;
	region->own.id = view->device_id;
	report(&region->own, &device, view->version, figures, region->unique_id);
}

static struct target *other(struct region *region, uint32_t id)
{
	struct target *target = region->others;

	for (size_t i = 0; i < region->other_count; i++, target++)
		if (target->id == id)
			return target;
	if (region->other_count == REGION_CHIPS)
		return NULL;
	region->other_count++;
	target->id = id;
	return target;
}

/* A chip of which nothing is left is still reported, as 0. */
static const struct region_figures *figures_of(const struct region_view *view, uint32_t id)
{
	static const struct region_figures none;

	for (size_t i = 0; i < view->chip_count; i++)
		if (view->chips[i].id == id)
			return &view->chips[i].figures;
	return &none;
}

static void report_others(struct region *region, const struct region_view *view)
{
	for (size_t i = 0; i < view->chip_count; i++)
		other(region, view->chips[i].id);
	for (size_t i = 0; i < region->other_count; i++) {
		struct target *target = &region->others[i];
		struct ttmemstat_device device;

		ttmemstat_device_init(&device);
		device.runtime_id = (int32_t)(target->id & INT32_MAX);
		device.flags = TTMEMSTAT_DEVICE_REMOTE;
		device.gateway_unique_id = region->unique_id;
		device.gateway_id = (int32_t)(view->device_id & INT32_MAX);
		if (device.gateway_id != device.runtime_id)
			report(target, &device, view->version, figures_of(view, target->id), 0);
	}
}

static void leave_all(struct region *region)
{
	leave(&region->own);
	for (size_t i = 0; i < region->other_count; i++)
		leave(&region->others[i]);
}

static bool read_view(const struct region *region, struct region_view *view, int *error)
{
	unsigned char image[REGION_SIZE];
	ssize_t len = pread(region->fd, image, sizeof(image), 0);

	*error = region_read(image, len < 0 ? 0 : (size_t)len, getpid(), view);
	return !*error;
}

/* One look: whether there is something to look for. */
static bool look(struct region *region)
{
	struct region_figures figures;
	struct region_view view;
	bool present = false;
	int error;

	if (!region->grace)
		return false;
	if (!shim_is_still(region->fd, &region->identity)) {
		leave_all(region);
		region->grace = 0;
		region->fd = -1;
		return false;
	}
	if (read_view(region, &view, &error))
		present = shim.share ? region_own(&region->base, &view, &figures) :
				       region_private(&view, &figures);
	if (present) {
		region->grace = GIVEN_BACK_LOOKS;
		report_own(region, &view, &figures);
		if (!shim.share)
			report_others(region, &view);
		return true;
	}
	leave_all(region);
	if (error == -EPROTONOSUPPORT && !region->told) {
		region->told = true;
		shim_say("unique id %" PRIu64 " is not reported: version %" PRIu32
			 " of tt-metal's statistics is not known", region->unique_id, view.version);
	}
	/* In a shared region a slot is taken with the first allocation, which may be long after. */
	if (!error && region_in_use(&view))
		return true;
	return --region->grace > 0;
}

bool shim_look(void)
{
	bool more = false;

	for (struct region *region = shim.regions; region; region = region->next)
		more |= look(region);
	return more;
}

static void *mirror(void *unused)
{
	const struct timespec nap = { .tv_nsec = 1000000000 / SHIM_LOOKS_A_SECOND };

	(void)unused;
	pthread_mutex_lock(&shim.lock);
	for (;;) {
		shim.news = false;
		if (shim_look()) {
			pthread_mutex_unlock(&shim.lock);
			nanosleep(&nap, NULL);
			pthread_mutex_lock(&shim.lock);
		} else {
			while (!shim.news)
				pthread_cond_wait(&shim.wake, &shim.lock);
		}
	}
	return NULL;
}

int shim_mirror(void)
{
	sigset_t all, before;
	pthread_attr_t attr;
	pthread_t thread;
	int error;

	shim.news = true;
	if (shim.running) {
		pthread_cond_signal(&shim.wake);
		return 0;
	}
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	/* The program's signals are the program's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, &attr, mirror, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	if (error)
		return -error;
	pthread_setname_np(thread, "tt_memstat");
	shim.running = true;
	return 0;
}

void shim_disown(void)
{
	/* A program that closed all descriptors may have opened something else by the number. */
	if (shim.ctx && !shim_is_still(shim.ctx->fd, &shim.device))
		shim.ctx->fd = -1;
	for (struct region *region = shim.regions; region; region = region->next)
		leave_all(region);
	ttmemstat_close(shim.ctx);
	shim.ctx = NULL;
}

void shim_drop(struct region *region)
{
	struct region **link = &shim.regions;

	while (*link != region)
		link = &(*link)->next;
	*link = region->next;
	leave_all(region);
	if (region->fd >= 0 && shim_is_still(region->fd, &region->identity))
		close(region->fd);
	free(region);
}

void shim_forget(void)
{
	shim_disown();
	while (shim.regions)
		shim_drop(shim.regions);
	shim.running = false;
	shim.news = false;
}
