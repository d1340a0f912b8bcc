// SPDX-License-Identifier: GPL-2.0-only
/*
 * Histories with one expensive event. Each prepares a chip, announces this on its standard output,
 * waits for a line on its standard input, and then makes the measured calls. bench/holds.sh
 * measures.
 *
 *	ttmem-holds NAME		on tt0, a blackhole of 14x10 cores
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <tt_memstat.h>

#define PIECES		20000u	/* in DRAM, or programs */
#define L1_PIECES	4000u	/* on each core */
#define L1_BYTES	1572864u
#define DRAM_BYTES	(4ull << 30)
#define BATCH		256u

struct client {
	int fd;
	uint32_t attachment;
	struct tt_memstat_entry batch[BATCH];
	uint32_t count;
};

static struct client us, other;

static void must(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void attach(struct client *c)
{
	struct tt_memstat_attach a = { .argsz = sizeof(a), .covers = TT_MEMSTAT_POOL_MASK_ALL,
				       .proof = -1, .runtime_id = -1 };

	c->fd = open("/dev/tt_memstat", O_RDWR);
	must(c->fd >= 0, "open");
	must(!ioctl(c->fd, TT_MEMSTAT_ATTACH, &a), "attach");
	c->attachment = a.attachment;
}

static void flush(struct client *c)
{
	struct tt_memstat_submit s = { .argsz = sizeof(s), .attachment = c->attachment,
				       .count = c->count, .entries = (uintptr_t)c->batch };

	must(!ioctl(c->fd, TT_MEMSTAT_SUBMIT, &s) && s.taken == c->count, "submit");
	c->count = 0;
}

static void report(struct client *c, struct tt_memstat_entry e)
{
	c->batch[c->count++] = e;
	if (c->count == BATCH)
		flush(c);
}

static void record(struct client *c, uint32_t pool, uint64_t id, uint64_t addr, uint64_t size,
		   uint32_t set, uint64_t program)
{
	report(c, (struct tt_memstat_entry) {
		.op = TT_MEMSTAT_OP_RECORD, .pool = pool, .id = id, .addr = addr, .size = size,
		.set = set, .program = program });
}

static void event(struct client *c, uint16_t op, uint64_t id, uint64_t program)
{
	report(c, (struct tt_memstat_entry) { .op = op, .id = id, .program = program });
	flush(c);
}

static void pieces(struct client *c, uint32_t pool, uint32_t count, uint32_t set)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		record(c, pool, 1000000 + i, i * 32ull, 16, set, 0);
	flush(c);
}

static uint32_t half_the_banks(struct client *c)
{
	struct tt_memstat_bank_set s = { .argsz = sizeof(s), .attachment = c->attachment,
					 .space = TT_MEMSTAT_SPACE_DRAM, .mask = 0x55 };

	must(!ioctl(c->fd, TT_MEMSTAT_BANK_SET, &s), "bank set");
	return s.set;
}

static void go(void)
{
	char line[16];

	puts("ready");
	fflush(stdout);
	must(fgets(line, sizeof(line), stdin) != NULL, "a line");
}

/* Record a whole space over @by's many small records, and free it again. */
static void cross(struct client *by, uint32_t pool, uint32_t count, uint32_t cut_set, uint32_t set)
{
	uint64_t size = pool == TT_MEMSTAT_POOL_DRAM ? DRAM_BYTES : L1_BYTES;

	pieces(by, pool, count, cut_set);
	go();
	record(&us, pool, 1, 0, size, set, 0);
	flush(&us);
	event(&us, TT_MEMSTAT_OP_FREE, 1, 0);
}

static void programs(uint32_t count, uint64_t size, uint64_t list)
{
	uint32_t i;

	for (i = 1; i <= count; i++)
		record(&us, TT_MEMSTAT_POOL_CB, i, size ? 0 : i * 16ull, size ? size : 16, 0, i);
	flush(&us);
	for (i = 1; list && i <= count; i++)
		report(&us, (struct tt_memstat_entry) {
			.op = TT_MEMSTAT_OP_DISPATCH, .program = i, .id = list });
	flush(&us);
}

static void drop(void)
{
	struct tt_memstat_drop d = { .argsz = sizeof(d), .attachment = us.attachment,
				     .pools = TT_MEMSTAT_POOL_MASK_ALL };

	must(!ioctl(us.fd, TT_MEMSTAT_DROP, &d), "drop");
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	attach(&us);
	attach(&other);
	if (!strcmp(name, "l1_own")) {
		cross(&us, TT_MEMSTAT_POOL_L1, L1_PIECES, 0, 0);
	} else if (!strcmp(name, "l1_others")) {
		cross(&other, TT_MEMSTAT_POOL_L1, L1_PIECES, 0, 0);
	} else if (!strcmp(name, "dram_own")) {
		cross(&us, TT_MEMSTAT_POOL_DRAM, PIECES, 0, 0);
	} else if (!strcmp(name, "dram_others")) {
		cross(&other, TT_MEMSTAT_POOL_DRAM, PIECES, 0, 0);
	} else if (!strcmp(name, "dram_over_parts")) {
		cross(&other, TT_MEMSTAT_POOL_DRAM, PIECES, half_the_banks(&other), 0);
	} else if (!strcmp(name, "parts_over_dram")) {
		cross(&other, TT_MEMSTAT_POOL_DRAM, PIECES, 0, half_the_banks(&us));
	} else if (!strcmp(name, "dispatch_over_pieces")) {
		pieces(&other, TT_MEMSTAT_POOL_L1, L1_PIECES, 0);
		programs(2, L1_BYTES, 0);
		event(&us, TT_MEMSTAT_OP_DISPATCH, 0, 1);
		go();
		event(&us, TT_MEMSTAT_OP_DISPATCH, 0, 2);
		event(&us, TT_MEMSTAT_OP_PROGRAM_FREE, 0, 2);
	} else if (!strcmp(name, "first_dispatch")) {
		programs(PIECES, 0, 0);
		go();
		event(&us, TT_MEMSTAT_OP_DISPATCH, 0, 1);
	} else if (!strcmp(name, "long_list")) {
		programs(PIECES, 0, 7);
		go();
		event(&us, TT_MEMSTAT_OP_DISPATCH, 7, 1);
		event(&us, TT_MEMSTAT_OP_DISPATCH, 0, 1);
	} else if (!strcmp(name, "drop")) {
		programs(PIECES, 0, 7);
		pieces(&us, TT_MEMSTAT_POOL_DRAM, PIECES, 0);
		go();
		drop();
	} else if (!strcmp(name, "death")) {
		pieces(&other, TT_MEMSTAT_POOL_L1, L1_PIECES, 0);
		pieces(&us, TT_MEMSTAT_POOL_DRAM, PIECES, 0);
		record(&us, TT_MEMSTAT_POOL_L1, 1, 0, L1_BYTES, 0, 0);
		flush(&us);
		go();
	} else {
		must(0, "a history");
	}
	return 0;
}
