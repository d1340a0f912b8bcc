// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Test of a program that reports, without card, module or root: the peak and the remaining bytes of
 * the allocator below, and that no report was refused.
 *
 *   TT_MEMSTAT_FAKE=blackhole ttmemstat-testing
 */
#include <stdio.h>
#include <string.h>

#include <ttmemstat.h>

/* The tested allocator stacks buffers from the end of L1 down, on all cores. */
static uint64_t top = 1 << 20;

static int allocate(struct ttmemstat_attachment *att, uint64_t id, uint64_t size)
{
	struct ttmemstat_record buffer = { .id = id, .pool = TT_MEMSTAT_POOL_L1, .size = size };

	buffer.addr = top -= size;
	return ttmemstat_report_record(att, &buffer);
}

static int expect(const char *what, unsigned int figure, uint64_t wanted,
		  const struct tt_memstat_figures *figures)
{
	uint64_t seen;
	const bool known = ttmemstat_figure(figures, figure, &seen);

	if (known && seen == wanted)
		return 0;
	printf("%s: %s is %llu, expected %llu\n", what, ttmemstat_figure_name(figure),
	       (unsigned long long)seen, (unsigned long long)wanted);
	return 1;
}

static int test(struct ttmemstat_ctx *ctx, struct ttmemstat_attachment *att, uint64_t cores)
{
	struct tt_memstat_get_info info = { 0 };
	struct tt_memstat_figures figures;
	int failed = 0;

	if (allocate(att, 1, 64 << 10) || allocate(att, 2, 32 << 10) ||
	    ttmemstat_report_free(att, 1) || ttmemstat_info(ctx, &info) ||
	    ttmemstat_query_client(ctx, 0, info.client, &figures))
		return 1;
	failed += expect("at most", TT_MEMSTAT_FIG_L1_BUFFERS_PEAK, cores * (96 << 10), &figures);
	failed += expect("left", TT_MEMSTAT_FIG_L1_BUFFERS_USED, cores * (32 << 10), &figures);
	failed += expect("nothing was refused", TT_MEMSTAT_FIG_REJECTED, 0, &figures);
	return failed;
}

int main(void)
{
	struct tt_memstat_chip_find chip = { .flags = TT_MEMSTAT_FIND_NAME, .name = "tt0" };
	struct tt_memstat_get_info info = { 0 };
	struct ttmemstat_attach_options what;
	struct ttmemstat_attachment *att = NULL;
	struct ttmemstat_ctx *ctx = NULL;
	int failed = 1;

	ttmemstat_attach_options_init(&what);
	what.covers = 1u << TT_MEMSTAT_POOL_L1;
	if (ttmemstat_open(&ctx, NULL) || ttmemstat_info(ctx, &info) ||
	    strcmp(info.version, "fake") != 0)
		puts("no fake: TT_MEMSTAT_FAKE=blackhole makes one");
	else if (!ttmemstat_chip_find(ctx, &chip) && !ttmemstat_attach(ctx, &what, &att, NULL))
		failed = test(ctx, att, chip.geometry.grid_x * chip.geometry.grid_y);
	ttmemstat_detach(att);
	ttmemstat_close(ctx);
	puts(failed ? "failed" : "passed");
	return failed;
}
