// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parse arbitrary bytes as a cluster descriptor, and plan an import for a host with and without
 * chips.
 *
 * Built with clang's libFuzzer (make -C tools/tt-memstat fuzz). Properties of plans are checked
 * with abort().
 */
#include <stdlib.h>
#include <string.h>

#include "descriptor.h"
#include "import_plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every chip has a step; geometries to set resolve; skipped chips have a reason. */
static void check(const struct descriptor *descriptor, const struct import_plan *plan)
{
	if (plan->count != descriptor->count)
		abort();
	for (size_t i = 0; i < plan->count; i++) {
		const struct import_step *step = &plan->steps[i];
		struct ttmemstat_resolved resolved;

		if (step->source < descriptor->chips ||
		    step->source >= descriptor->chips + descriptor->count)
			abort();
		if (!memchr(step->board, 0, sizeof(step->board)))
			abort();
		if (step->action == IMPORT_UNKNOWN || step->action == IMPORT_ABSENT) {
			if (!step->why[0])
				abort();
			continue;
		}
		if (ttmemstat_geometry_resolve(&step->geometry, &resolved) || !resolved.dram_banks)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ttmemstat_chip local = { .n = 0,
					       .kind = TTMEMSTAT_KIND_LOCAL,
					       .unique_id = 31000000001,
					       .name = "tt0",
					       .pci = "0000:23:00.0",
					       .kmd_node = "tenstorrent/0" };
	static struct ttmemstat_chip made = { .n = 1, .kind = TTMEMSTAT_KIND_VIRTUAL, .name = "tt1",
					.unique_id = 34000000001 };
	static struct ttmemstat_chip *chips[] = { &local, &made };
	struct descriptor_error error;
	struct descriptor *descriptor;

	if (descriptor_parse((const char *)data, size, &descriptor, &error)) {
		if (!error.message[0] || !error.line)
			abort();
		return 0;
	}
	for (uint32_t flags = 0; flags < 8; flags++) {
		const struct ttmemstat_chip_list present = { .chips = chips, .count = flags % 3 };
		struct import_plan plan;

		if (import_plan_build(descriptor, &present, flags, &plan, &error)) {
			if (!error.message[0] || !error.line)
				abort();
			continue;
		}
		check(descriptor, &plan);
		import_plan_free(&plan);
	}
	descriptor_free(descriptor);
	return 0;
}
