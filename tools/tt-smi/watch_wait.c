// SPDX-License-Identifier: GPL-2.0-only
/* Sleep until there is something to show: see watch_wait.h. */
#include "watch_wait.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <libudev.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct ear {
	uint32_t n;	/* of tt<N> */
	int fd;		/* its generation */
	bool present;
};

struct smi_wait {
	const char *root;
	struct udev *udev;
	struct udev_monitor *monitor;
	struct ear *ears;
	size_t count;
	struct pollfd *polls;
};

int64_t smi_wait_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/*
 * The kernel's own events: sysfs is complete by then, and they come where no udevd runs, and in most
 * containers. Where they do not, the interval finds what came and went.
 */
static void start_monitor(struct smi_wait *wait)
{
	wait->udev = udev_new();
	if (!wait->udev)
		return;
	wait->monitor = udev_monitor_new_from_netlink(wait->udev, "kernel");
	if (!wait->monitor)
		return;
	udev_monitor_filter_add_match_subsystem_devtype(wait->monitor, "tt_memstat", NULL);
	udev_monitor_filter_add_match_subsystem_devtype(wait->monitor, "tenstorrent", NULL);
	if (udev_monitor_enable_receiving(wait->monitor) < 0)
		wait->monitor = udev_monitor_unref(wait->monitor);
}

int smi_wait_new(struct smi_wait **out, const char *root)
{
	struct smi_wait *wait = calloc(1, sizeof(*wait));

	if (!wait)
		return -ENOMEM;
	wait->root = root;
	if (!root)
		start_monitor(wait);
	*out = wait;
	return 0;
}

void smi_wait_free(struct smi_wait *wait)
{
	if (!wait)
		return;
	for (size_t i = 0; i < wait->count; i++)
		close(wait->ears[i].fd);
	free(wait->ears);
	free(wait->polls);
	udev_monitor_unref(wait->monitor);
	udev_unref(wait->udev);
	free(wait);
}

/* Reading is what arms the next notice. */
static bool arm(const struct ear *ear)
{
	char text[32];

	return smi_read_fd(ear->fd, text, sizeof(text)) >= 0;
}

static struct ear *ear_of(struct smi_wait *wait, uint32_t n)
{
	for (size_t i = 0; i < wait->count; i++)
		if (wait->ears[i].n == n)
			return &wait->ears[i];
	return NULL;
}

static int add_ear(struct smi_wait *wait, uint32_t n)
{
	char path[PATH_MAX];
	struct ear *grown;
	int fd;

	snprintf(path, sizeof(path), "%s/class/tt_memstat/tt%u/generation",
		 wait->root ? wait->root : "/sys", n);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	grown = reallocarray(wait->ears, wait->count + 1, sizeof(*grown));
	if (!grown) {
		close(fd);
		return -ENOMEM;
	}
	wait->ears = grown;
	grown[wait->count++] = (struct ear){ n, fd, true };
	return 0;
}

int smi_wait_listen(struct smi_wait *wait, const struct smi_snapshot *s)
{
	struct pollfd *polls;
	size_t kept = 0;
	int rc = 0;

	for (size_t i = 0; i < wait->count; i++)
		wait->ears[i].present = false;
	for (size_t i = 0; !rc && i < s->chip_count; i++) {
		struct ear *ear = ear_of(wait, s->chips[i]->n);

		if (ear)
			ear->present = true;
		else
			rc = add_ear(wait, s->chips[i]->n);
	}
	for (size_t i = 0; i < wait->count; i++) {
		if (wait->ears[i].present && arm(&wait->ears[i]))
			wait->ears[kept++] = wait->ears[i];
		else
			close(wait->ears[i].fd);
	}
	wait->count = kept;
	polls = reallocarray(wait->polls, kept + 3, sizeof(*polls));
	if (!polls)
		return -ENOMEM;
	wait->polls = polls;
	return rc;
}

static int drain_monitor(struct smi_wait *wait)
{
	struct udev_device *device;
	int woke = 0;

	while ((device = udev_monitor_receive_device(wait->monitor))) {
		const char *action = udev_device_get_action(device);

		woke |= action && strcmp(action, "change") == 0 ? SMI_WOKE_CHANGED :
								  SMI_WOKE_HOTPLUG;
		udev_device_unref(device);
	}
	return woke;
}

/* Fills wait->polls: the fixed ones first, then the ears unless deaf. */
static size_t prepare(struct smi_wait *wait, int input, int signals, bool deaf)
{
	size_t n = 3;

	wait->polls[0] = (struct pollfd){ input, POLLIN, 0 };
	wait->polls[1] = (struct pollfd){ signals, POLLIN, 0 };
	wait->polls[2] = (struct pollfd){
		wait->monitor && !deaf ? udev_monitor_get_fd(wait->monitor) : -1, POLLIN, 0
	};
	for (size_t i = 0; !deaf && i < wait->count; i++)
		wait->polls[n++] = (struct pollfd){ wait->ears[i].fd, POLLPRI, 0 };
	return n;
}

static int look(struct smi_wait *wait, size_t n)
{
	int woke = 0;

	if (wait->polls[0].revents)
		woke |= SMI_WOKE_INPUT;
	if (wait->polls[1].revents)
		woke |= SMI_WOKE_SIGNAL;
	if (wait->polls[2].revents)
		woke |= drain_monitor(wait);
	for (size_t i = 3; i < n; i++)
		if (wait->polls[i].revents & (POLLPRI | POLLERR))
			woke |= SMI_WOKE_CHANGED;
	return woke;
}

int smi_wait_until(struct smi_wait *wait, int64_t until, int64_t deaf, int input, int signals)
{
	for (;;) {
		int64_t now = smi_wait_now(), end = now < deaf && deaf < until ? deaf : until;
		bool is_deaf = now < deaf;
		size_t n = prepare(wait, input, signals, is_deaf);
		int woke;
		int rc;

		rc = poll(wait->polls, n, now >= end ? 0 :
			  end - now > INT_MAX ? INT_MAX : (int)(end - now));
		if (rc < 0 && errno != EINTR)
			return -errno;
		woke = rc > 0 ? look(wait, n) : 0;
		if (woke)
			return woke;
		if (smi_wait_now() >= until)
			return SMI_WOKE_TIME;
	}
}
