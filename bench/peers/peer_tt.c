// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt_memstat's ways to report: the ring, and submit of 1, 16 and 256 entries, with the library; and
 * the concurrent reader.
 */
#include <stdlib.h>
#include <time.h>

#include <ttmemstat.h>

#include "peers.h"

struct tt {
	struct ttmemstat_ctx *ctx;
	struct ttmemstat_attachment *att;
};

static void *open_tt(unsigned int chip, uint32_t flags)
{
	struct ttmemstat_attach_options o;
	struct tt *tt = calloc(1, sizeof(*tt));

	must(tt && !ttmemstat_open(&tt->ctx, NULL), "ttmemstat_open");
	ttmemstat_attach_options_init(&o);
	o.chip = chip;
	o.covers = TT_MEMSTAT_POOL_MASK_ALL;
	o.flags = flags;
	must(!ttmemstat_attach(tt->ctx, &o, &tt->att, NULL), "ttmemstat_attach");
	return tt;
}

static void close_tt(void *self)
{
	struct tt *tt = self;

	must(!ttmemstat_detach(tt->att), "ttmemstat_detach");
	ttmemstat_close(tt->ctx);
	free(tt);
}

static void *open_ring(unsigned int chip)
{
	struct tt_memstat_ring_status status = { 0 };
	struct tt *tt = open_tt(chip, TTMEMSTAT_ATTACH_RING);

	must(!ttmemstat_ring_status(tt->att, &status), "a ring");
	return tt;
}

static void *open_submit(unsigned int chip)
{
	return open_tt(chip, 0);
}

static void run_pairs(void *self, uint64_t first, uint64_t count)
{
	struct tt *tt = self;
	struct ttmemstat_record r = { .size = PAIR_SIZE, .pool = TT_MEMSTAT_POOL_DRAM };
	bool ok = true;
	uint64_t n;

	for (n = first; n < first + count; n++) {
		r.id = n;
		r.addr = pair_addr(n);
		ok &= !ttmemstat_report_record(tt->att, &r);
		ok &= !ttmemstat_report_free(tt->att, n);
	}
	must(ok, "an event");
}

static void sync_ring(void *self)
{
	struct tt_memstat_ring_status status = { 0 };
	struct tt *tt = self;

	must(!ttmemstat_flush(tt->att), "ttmemstat_flush");
	must(!ttmemstat_ring_status(tt->att, &status) && !status.refused, "all events taken");
}

static void sync_nothing(void *self)
{
	(void)self;
}

static void run_batches(struct tt *tt, uint64_t first, uint64_t count, size_t batch)
{
	struct tt_memstat_entry entries[256];
	struct ttmemstat_record r = { .size = PAIR_SIZE, .pool = TT_MEMSTAT_POOL_DRAM };
	bool ok = true;
	size_t some = 0;
	uint64_t n;

	for (n = first; n < first + count; n++) {
		r.id = n;
		r.addr = pair_addr(n);
		ok &= !ttmemstat_entry_record(&entries[some++], &r);
		ok &= !ttmemstat_entry_free(&entries[some++], n);
		if (some < batch && n + 1 < first + count)
			continue;
		ok &= !ttmemstat_submit(tt->att, entries, some, NULL);
		some = 0;
	}
	must(ok, "a batch");
}

static void run_16(void *self, uint64_t first, uint64_t count)
{
	run_batches(self, first, count, 16);
}

static void run_256(void *self, uint64_t first, uint64_t count)
{
	run_batches(self, first, count, 256);
}

const struct peer peer_ring = {
	.name = "ring", .open = open_ring, .run = run_pairs, .sync = sync_ring, .close = close_tt,
};

const struct peer peer_submit1 = {
	.name = "ioctl1", .open = open_submit, .run = run_pairs, .sync = sync_nothing,
	.close = close_tt,
};

const struct peer peer_submit16 = {
	.name = "ioctl16", .open = open_submit, .run = run_16, .sync = sync_nothing,
	.close = close_tt,
};

const struct peer peer_submit256 = {
	.name = "ioctl256", .open = open_submit, .run = run_256, .sync = sync_nothing,
	.close = close_tt,
};

static uint64_t value(const struct tt_memstat_figures *f, unsigned int n)
{
	return f->value[n];
}

/* Capacity, and parts against wholes: docs/ledger.md. */
static bool reading_is_right(const struct tt_memstat_figures *f)
{
	uint64_t l1 = value(f, TT_MEMSTAT_FIG_L1_BUFFERS_USED) +
		      value(f, TT_MEMSTAT_FIG_L1_SMALL_USED) + value(f, TT_MEMSTAT_FIG_CB_USED) -
		      value(f, TT_MEMSTAT_FIG_L1_OVERLAP);
	uint64_t dram = value(f, TT_MEMSTAT_FIG_DRAM_BUFFERS_USED) +
			value(f, TT_MEMSTAT_FIG_TRACE_USED) -
			value(f, TT_MEMSTAT_FIG_DRAM_OVERLAP);

	return l1 == value(f, TT_MEMSTAT_FIG_L1_USED) &&
	       dram == value(f, TT_MEMSTAT_FIG_DRAM_USED) &&
	       value(f, TT_MEMSTAT_FIG_L1_USED) <= value(f, TT_MEMSTAT_FIG_L1_CAPACITY) &&
	       value(f, TT_MEMSTAT_FIG_L1_PEAK) <= value(f, TT_MEMSTAT_FIG_L1_CAPACITY) &&
	       value(f, TT_MEMSTAT_FIG_DRAM_USED) <= value(f, TT_MEMSTAT_FIG_DRAM_CAPACITY);
}

void read_chip(unsigned int chip, unsigned int hz)
{
	const struct timespec pause = { .tv_nsec = 1000000000 / hz };
	struct tt_memstat_figures f;
	struct ttmemstat_ctx *ctx;

	must(!ttmemstat_open(&ctx, NULL), "ttmemstat_open");
	for (;;) {
		must(!ttmemstat_query_chip(ctx, chip, &f), "ttmemstat_query_chip");
		must(reading_is_right(&f), "a reading that is right");
		nanosleep(&pause, NULL);
	}
}
