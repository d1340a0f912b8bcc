// SPDX-License-Identifier: GPL-2.0-only
/*
 * The administrator: plugs and unplugs cards, rebinds drivers, changes limits, resets peaks and
 * tries to unload the module, while others report and read.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fuzz.h"

#define CARD_SLOTS	2
#define DRIVER		"/sys/bus/pci/drivers/tenstorrent/"

/* 0 or a negative errno. */
long put_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	long ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

long module_load(const char *file, const char *parameters)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	uint64_t started = fuzz_now();
	long ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	fuzz_count(KIND_LOAD, ret, started);
	close(fd);
	return ret;
}

/* Never waits for users of the module. */
long module_unload(const char *name)
{
	uint64_t started = fuzz_now();
	long ret = syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;

	fuzz_count(KIND_UNLOAD, ret, started);
	return ret;
}

static void put(unsigned int kind, const char *path, const char *text)
{
	uint64_t started = fuzz_now();

	fuzz_count(kind, put_text(path, text), started);
}

/* Publish the chips of cards for the other processes. */
static void tell_cards(void)
{
	struct tt_memstat_chip_find find = {
		.argsz = sizeof(find), .flags = TT_MEMSTAT_FIND_PCI,
	};
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);

	for (unsigned int slot = 1; fd >= 0 && slot <= CARD_SLOTS; slot++) {
		snprintf(find.pci, sizeof(find.pci), "0077:00:%02x.0", slot);
		if (!ioctl(fd, TT_MEMSTAT_CHIP_FIND, &find))
			fuzz_tell_chip(find.chip, 256, 512, slot + 1);
	}
	if (fd >= 0)
		close(fd);
	chmod("/dev/tenstorrent/0", 0666);
	chmod("/dev/tenstorrent/1", 0666);
}

static void do_cards(struct rng *r)
{
	unsigned int slot = 1 + rng_below(r, CARD_SLOTS);
	char text[32];

	switch (rng_below(r, 6)) {
	case 0:
	case 1:
		snprintf(text, sizeof(text), "%u", slot);
		put(KIND_PLUG, CARDS "unplug", text);
		break;
	case 2:
		snprintf(text, sizeof(text), "0077:00:%02x.0", slot);
		put(KIND_PLUG, DRIVER "unbind", text);
		break;
	case 3:
		snprintf(text, sizeof(text), "0077:00:%02x.0", slot);
		put(KIND_PLUG, DRIVER "bind", text);
		break;
	default:	/* mostly the same card, at times another, or one of no known kind */
		snprintf(text, sizeof(text), "%u %s", slot,
			 rng_once_in(r, 40) ? "0x1234" :
			 (slot == 1) == !rng_once_in(r, 8) ? "0x401e" : "0xb140");
		put(KIND_PLUG, CARDS "plug", text);
	}
	tell_cards();
}

/* Limits that are reached soon, and the defaults. */
static void do_limits(struct rng *r)
{
	static const struct {
		const char *name;
		const char *usual;
		uint32_t low;
	} limit[] = {
		{ "max_user_mib", "256", 3 }, { "max_user_mib_per_chip", "64", 2 },
		{ "max_host_mib", "1024", 6 },
		{ "max_clients", "128", 6 }, { "max_submit", "65536", 10 },
		{ "max_virtual", "16", 3 }, { "max_chips", "256", 8 },
		{ "allow_virtual", "1", 2 },
		{ "max_exited", "8", 3 },
	};
	uint32_t n = rng_below(r, sizeof(limit) / sizeof(limit[0]));
	char path[128], text[32];

	snprintf(path, sizeof(path), MODULE "/parameters/%s", limit[n].name);
	snprintf(text, sizeof(text), "%u", rng_below(r, limit[n].low));
	if (rng_once_in(r, 4))
		put(KIND_PARAMETER, path, rng_once_in(r, 20) ? "rubbish" : text);
	else
		put(KIND_PARAMETER, path, limit[n].usual);
}

static void do_chip_files(struct rng *r)
{
	static const char * const text[] = { "1", "1", "1", "0", "x", "", "11111111111111" };
	static const char * const file[] = {
		"peak_reset", "l1_alert_percent", "dram_alert_percent",
	};
	uint32_t n = atomic_load(&fuzz->chips);
	char path[64];

	if (!n)
		return;
	n = rng_below(r, n < FUZZ_CHIPS ? n : FUZZ_CHIPS);
	snprintf(path, sizeof(path), CLASS "/tt%u/%s", atomic_load(&fuzz->chip[n].number),
		 rng_once_in(r, 10) ? "uevent" : file[rng_below(r, 3)]);
	put(KIND_WRITE, path, text[rng_below(r, sizeof(text) / sizeof(text[0]))]);
}

/* The first process has the device open, so that this never succeeds. */
static void do_unload(void)
{
	if (!module_unload("tt_memstat"))
		fuzz_fail("the module was unloaded while it was open");
}

pid_t admin_start(uint64_t seed)
{
	struct thread t = { .kcov_fd = -1, .rng = { seed } };
	pid_t pid = fork();

	if (pid)
		return pid;
	cover_start(&t);
	while (!atomic_load(&fuzz->stop) && atomic_load(&fuzz->done) < fuzz->calls) {
		uint32_t pick = rng_below(&t.rng, 20);

		if (pick < 6 && fuzz->cards)
			do_cards(&t.rng);
		else if (pick < 10)
			do_limits(&t.rng);
		else if (pick < 16)
			do_chip_files(&t.rng);
		else
			do_unload();
		cover_take(&t);
		usleep(1000 * rng_below(&t.rng, 100));
	}
	cover_stop(&t);
	_exit(0);
}
