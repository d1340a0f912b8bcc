// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The summary of `tt-memstat run --summary`.
 *
 * The holders at a peak are known without a copy at each new peak: a holder saves its bytes when it
 * changes for the first time after the peak.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chips.h"
#include "names.h"
#include "published.h"
#include "summary.h"

#define HOLDERS	5	/* to print */

enum space {
	SPACE_L1,
	SPACE_DRAM,
	SPACES,
};

/**
 * struct holder - buffers of one operation
 * @now: bytes
 * @then: bytes at the peak, if @after is the latest peak of the space; otherwise they are @now
 * @after: the latest peak before its last change
 */
struct holder {
	uint64_t now;
	uint64_t then;
	uint64_t after;
};

/**
 * struct space_sum - buffers of a space
 * @now: bytes
 * @peak: highest @now
 * @peaks: number of peaks
 * @holders: by number of the name
 */
struct space_sum {
	uint64_t now;
	uint64_t peak;
	uint64_t peaks;
	struct holder holders[PUBLISHED_NAMES];
};

/**
 * struct device - a device that the process has used
 * @id: the runtime's number
 * @chip: N of tt<N>; -1: never reported
 * @known: bit n: figure n of @worst is known
 * @worst: maximum of each figure, minimum of headroom
 * @spaces: buffers
 * @programs: by number of the name: the most L1 of a single program
 */
struct device {
	int id;
	int chip;
	uint64_t known;
	int64_t worst[TT_MEMSTAT_FIGURES];
	struct space_sum spaces[SPACES];
	uint64_t programs[PUBLISHED_NAMES];
};

static const int figures_said[] = {
	TT_MEMSTAT_FIG_L1_PEAK, TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK, TT_MEMSTAT_FIG_L1_HEADROOM_MIN,
	TT_MEMSTAT_FIG_DRAM_PEAK,
};

bool summary_wanted;

static struct device *devices[CHIPS_MAX];
static bool is_printed;
static void (*summary_end)(void);

void summary_open(void (*end)(void))
{
	const char *value = secure_getenv("TT_MEMSTAT_SUMMARY");

	if (!value || !*value || !strcmp(value, "0"))
		return;
	summary_end = end;
	summary_wanted = !atexit(end);
}

void summary_forget(void)
{
	for (size_t i = 0; i < CHIPS_MAX; i++) {
		free(devices[i]);
		devices[i] = NULL;
	}
	is_printed = false;
}

static struct device *device_of(int id)
{
	size_t i;

	for (i = 0; i < CHIPS_MAX && devices[i]; i++)
		if (devices[i]->id == id)
			return devices[i];
	if (i == CHIPS_MAX)
		return NULL;
	devices[i] = calloc(1, sizeof(*devices[i]));
	if (!devices[i])
		return NULL;
	devices[i]->id = id;
	devices[i]->chip = -1;
	return devices[i];
}

void summary_buffers(int id, int pool, uint32_t name, int64_t bytes)
{
	const bool dram = pool == TT_MEMSTAT_POOL_DRAM || pool == TT_MEMSTAT_POOL_TRACE;
	struct device *device = device_of(id);
	struct space_sum *sum;
	struct holder *holder;

	if (!device)
		return;
	sum = &device->spaces[dram ? SPACE_DRAM : SPACE_L1];
	holder = &sum->holders[name];
	if (holder->after != sum->peaks) {
		holder->then = holder->now;
		holder->after = sum->peaks;
	}
	holder->now += (uint64_t)bytes;
	sum->now += (uint64_t)bytes;
	if (sum->now > sum->peak) {
		sum->peak = sum->now;
		sum->peaks++;
	}
}

void summary_program(int id, uint32_t name, uint64_t bytes)
{
	struct device *device = device_of(id);

	if (device && device->programs[name] < bytes)
		device->programs[name] = bytes;
}

void summary_figures(int id, uint32_t chip, const struct tt_memstat_figures *figures)
{
	struct device *device = device_of(id);

	if (!device)
		return;
	device->chip = (int)chip;
	for (size_t i = 0; i < sizeof(figures_said) / sizeof(figures_said[0]); i++) {
		const int n = figures_said[i];
		const int64_t value = (int64_t)figures->value[n];
		const bool lowest = n == TT_MEMSTAT_FIG_L1_HEADROOM_MIN;

		if (!(figures->known[0] >> n & 1))
			continue;
		if (!(device->known >> n & 1) ||
		    (lowest ? value < device->worst[n] : value > device->worst[n]))
			device->worst[n] = value;
		device->known |= 1ull << n;
	}
}

/* ---- Output ------------------------------------------------------------------------------ */

static const char *figure(const struct device *device, int n, char *text, size_t size)
{
	if (device->known >> n & 1)
		snprintf(text, size, "%" PRId64 " B", device->worst[n]);
	else
		snprintf(text, size, "unknown");
	return text;
}

static void print_figures(const struct device *device, const char *who)
{
	char l1[32], core[32], dram[32], headroom[32];

	chips_say("%s: peaks: L1 %s, fullest core %s, DRAM %s; least headroom %s", who,
		  figure(device, TT_MEMSTAT_FIG_L1_PEAK, l1, sizeof(l1)),
		  figure(device, TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK, core, sizeof(core)),
		  figure(device, TT_MEMSTAT_FIG_DRAM_PEAK, dram, sizeof(dram)),
		  figure(device, TT_MEMSTAT_FIG_L1_HEADROOM_MIN, headroom, sizeof(headroom)));
}

/* Print the largest elements of @bytes, which are cleared. */
static void print_holders(const char *who, const char *what, uint64_t bytes[PUBLISHED_NAMES])
{
	char line[HOLDERS * (PUBLISHED_NAME_LEN + 32)] = "";
	size_t used = 0;

	for (int i = 0; i < HOLDERS; i++) {
		uint32_t most = 0;

		for (uint32_t name = 1; name < PUBLISHED_NAMES; name++)
			if (bytes[name] > bytes[most])
				most = name;
		if (!bytes[most])
			break;
		used += (size_t)snprintf(line + used, sizeof(line) - used, "%s %s %" PRIu64 " B",
					 used ? "," : "", most ? names_text(most) : "unknown",
					 bytes[most]);
		bytes[most] = 0;
	}
	if (used)
		chips_say("%s: %s:%s", who, what, line);
}

static void print_space(const char *who, const char *what, const struct space_sum *sum)
{
	uint64_t bytes[PUBLISHED_NAMES];
	char text[64];

	for (uint32_t name = 0; name < PUBLISHED_NAMES; name++) {
		const struct holder *holder = &sum->holders[name];

		bytes[name] = holder->after == sum->peaks ? holder->then : holder->now;
	}
	snprintf(text, sizeof(text), "%s buffers, %" PRIu64 " B at most", what, sum->peak);
	print_holders(who, text, bytes);
}

void summary_print(void)
{
	char who[64];

	if (is_printed)
		return;
	is_printed = true;
	for (size_t i = 0; i < CHIPS_MAX && devices[i]; i++) {
		struct device *device = devices[i];

		if (device->chip >= 0)
			snprintf(who, sizeof(who), "tt%d, process %d", device->chip, getpid());
		else
			snprintf(who, sizeof(who), "device %d, process %d", device->id, getpid());
		print_figures(device, who);
		print_space(who, "L1", &device->spaces[SPACE_L1]);
		print_space(who, "DRAM", &device->spaces[SPACE_DRAM]);
		print_holders(who, "L1 of the largest program of each operation", device->programs);
	}
}

/* ---- Exit without handlers --------------------------------------------------------------- */

void report_exit(int status) __asm__("_exit") __attribute__((visibility("default"), noreturn));
void report_exit_too(int status) __asm__("_Exit")
	__attribute__((visibility("default"), noreturn, alias("_exit")));

/* Children of vfork() and signal handlers may call this, so it does nothing without a summary. */
void report_exit(int status)
{
	if (summary_wanted)
		summary_end();
	for (;;)
		syscall(SYS_exit_group, status);
}
