// SPDX-License-Identifier: GPL-2.0-only
/*
 * A region in /dev/shm for each chip, like tt-metal's tracker: totals of the device, the chip and
 * the process by type, changed by atomic additions. Omits the tracker's time stamp and process-wide
 * mutex of each event, so this is a lower bound.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "peers.h"

#define TYPES		5
#define TYPE_DRAM	0
#define CHIPS		16
#define PROCESSES	64

struct region {
	uint32_t version;
	uint32_t num_active_processes;
	uint64_t last_update_timestamp;
	uint32_t reference_count;
	uint64_t board_serial;
	uint64_t asic_id;
	uint32_t device_id;
	uint64_t total[TYPES];
	struct {
		uint32_t chip_id;
		uint32_t is_remote;
		uint64_t allocated[TYPES];
	} chip[CHIPS];
	struct {
		int32_t pid;
		uint64_t allocated[TYPES];
		uint64_t last_update_timestamp;
		char name[64];
	} process[PROCESSES];
};

struct shm {
	struct region *region;
	unsigned int chip;
	unsigned int slot;
	char name[32];
};

static void *open_shm(unsigned int chip)
{
	struct shm *s = calloc(1, sizeof(*s));
	int32_t nobody = 0;
	int fd;

	must(s, "memory");
	snprintf(s->name, sizeof(s->name), "/tt_device_%u_memory", chip);
	fd = shm_open(s->name, O_CREAT | O_RDWR, 0600);
	must(fd >= 0 && !ftruncate(fd, sizeof(struct region)), s->name);
	s->region = mmap(NULL, sizeof(struct region), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	must(s->region != MAP_FAILED, "mmap");
	close(fd);
	s->chip = chip;
	while (!__atomic_compare_exchange_n(&s->region->process[s->slot].pid, &nobody, getpid(),
					    false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
		nobody = 0;
		must(++s->slot < PROCESSES, "a slot");
	}
	return s;
}

static void add(struct shm *s, uint64_t bytes)
{
	struct region *r = s->region;

	__atomic_fetch_add(&r->total[TYPE_DRAM], bytes, __ATOMIC_RELAXED);
	__atomic_fetch_add(&r->chip[s->chip].allocated[TYPE_DRAM], bytes, __ATOMIC_RELAXED);
	__atomic_fetch_add(&r->process[s->slot].allocated[TYPE_DRAM], bytes, __ATOMIC_RELAXED);
}

static void run_shm(void *self, uint64_t first, uint64_t count)
{
	uint64_t n;

	for (n = first; n < first + count; n++) {
		add(self, PAIR_SIZE);
		add(self, -(uint64_t)PAIR_SIZE);
	}
}

static void sync_nothing(void *self)
{
	(void)self;
}

static void close_shm(void *self)
{
	struct shm *s = self;

	must(!s->region->process[s->slot].allocated[TYPE_DRAM], "the sum is 0");
	__atomic_store_n(&s->region->process[s->slot].pid, 0, __ATOMIC_RELEASE);
	munmap(s->region, sizeof(struct region));
	shm_unlink(s->name);
	free(s);
}

const struct peer peer_shm = {
	.name = "shm", .open = open_shm, .run = run_shm, .sync = sync_nothing, .close = close_shm,
};
