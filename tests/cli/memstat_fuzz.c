// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parse arbitrary bytes as a capture, determine the layout, plan, and run the plan through the
 * ledger, with and without the program cache.
 *
 * Built with clang's libFuzzer (make -C tools/tt-memstat fuzz). Properties of plans are checked
 * with abort().
 */
#include <stdio.h>
#include <stdlib.h>

#include "capture.h"
#include "feed_plan.h"
#include "holders.h"
#include "layout.h"
#include "moment.h"
#include "moment_pieces.h"
#include "plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Records have new ids and are within their bank; frees and dispatches refer to live objects. */
static void check(const struct plan *plan, const struct layout *layout)
{
	uint64_t last = 0;

	for (size_t i = 0; i < plan->event_count; i++) {
		const struct plan_event *event = &plan->events[i];
		bool dram = event->pool == TT_MEMSTAT_POOL_DRAM ||
			    event->pool == TT_MEMSTAT_POOL_TRACE;
		uint64_t bank = dram ? layout->dram_bytes : layout->l1_bytes;

		if (event->op == PLAN_FREE && (!event->id || event->id > last))
			abort();
		if (event->op != PLAN_RECORD)
			continue;
		if (event->id <= last || event->size > bank || event->address > bank - event->size)
			abort();
		if (event->set != PLAN_WHOLE && event->set >= plan->set_count)
			abort();
		last = event->id;
	}
}

/* Run the plan through the ledger: the parts of the peak add up. */
static void check_history(const struct capture *capture, const struct layout *layout,
			  const struct plan *plan)
{
	struct history history = {
		.geometry = {
			.arch = TT_MEMSTAT_ARCH_BLACKHOLE, .valid = TT_MEMSTAT_GEOMETRY_GRID,
			.grid_x = 12, .grid_y = 10, .dram_banks = 8,
		},
		.layout = *layout,
	};
	struct moment moment;
	struct pieces pieces;
	struct shares shares;
	uint64_t whole = 0;

	if (feed_plan_new(capture, plan, &history.feed) || history_run(&history) ||
	    history_moments(&history, &history.l1_peak, 1, &moment) ||
	    shares_of(&moment, TT_MEMSTAT_SPACE_L1, &shares) ||
	    pieces_of_core(&moment, layout, 0, 0, &pieces))
		abort();
	for (size_t i = 0; i < pieces.count; i++)
		whole += pieces.items[i].to - pieces.items[i].from;
	if (whole != layout->l1_bytes || shares.bytes < moment.usage.l1_used)
		abort();
	pieces_release(&pieces);
	shares_release(&shares);
	moment_free(&moment);
	feed_plan_free(&history.feed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct layout_chip chip = {
		.grid_x = 12, .grid_y = 10, .usual_x = 11, .usual_y = 10, .l1_bytes = 1572864,
		.usual_l1_base = 111616, .dram_bank_bytes = 4294967296, .dram_banks = 8,
		.dram_align = 64,
	};
	const struct layout_options options = { 0 };
	struct capture_error error;
	struct capture *capture;
	struct layout layout;
	struct plan *plan;
	FILE *notes;

	if (capture_parse((const char *)data, size, &capture, &error)) {
		if (!error.message[0])
			abort();
		return 0;
	}
	notes = fopen("/dev/null", "w");
	if (notes && !layout_decide(capture, &options, &chip, &layout, notes)) {
		for (int cache = 0; cache < 2; cache++) {
			if (plan_build(capture, &layout, cache, &plan))
				abort();
			check(plan, &layout);
			check_history(capture, &layout, plan);
			plan_free(plan);
		}
	}
	if (notes)
		fclose(notes);
	capture_free(capture);
	return 0;
}
