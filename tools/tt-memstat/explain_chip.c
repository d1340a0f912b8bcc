// SPDX-License-Identifier: GPL-2.0-only
/* Determine the chip of a capture, from its descriptor or from its cores and addresses. */
#include <errno.h>
#include <string.h>

#include "descriptor.h"
#include "explain_chip.h"
#include "import_plan.h"

/* Harvesting of a standard p150 and n150, the defaults. */
#define USUAL_BLACKHOLE	0xc0
#define USUAL_WORMHOLE	0x41

/* Where circular buffers start in recent tt-metal, and its alignment of DRAM addresses. */
static void habits(uint32_t arch, struct layout_chip *chip)
{
	chip->usual_l1_base = arch == TT_MEMSTAT_ARCH_WORMHOLE ? 130016 : 111616;
	chip->dram_align = arch == TT_MEMSTAT_ARCH_WORMHOLE ? 32 : 64;
}

int chip_layout(const struct tt_memstat_geometry *geometry, struct layout_chip *chip)
{
	const struct ttmemstat_arch_info *arch = ttmemstat_arch_get_info(geometry->arch);
	struct ttmemstat_resolved resolved;

	if (!arch || ttmemstat_geometry_resolve(geometry, &resolved) || !resolved.grid_x ||
	    !resolved.dram_banks)
		return -ENODATA;
	memset(chip, 0, sizeof(*chip));
	habits(arch->arch, chip);
	chip->grid_x = resolved.grid_x;
	chip->grid_y = resolved.grid_y;
	chip->usual_x = arch->usual_x;
	chip->usual_y = arch->usual_y;
	chip->l1_bytes = resolved.l1_bytes;
	chip->dram_bank_bytes = resolved.dram_bank_bytes;
	chip->dram_banks = resolved.dram_banks;
	return 0;
}

/* The chip with the number @device, else the first one with known geometry. */
static bool from_descriptor(const struct capture *capture, int64_t device,
			    struct tt_memstat_geometry *geometry)
{
	static const struct ttmemstat_chip_list none;
	struct descriptor *descriptor = NULL;
	struct descriptor_error error;
	struct import_plan plan = { 0 };
	struct layout_chip chip;
	bool found = false;

	if (!capture->descriptor)
		return false;
	if (!descriptor_parse(capture->descriptor, strlen(capture->descriptor), &descriptor,
			      &error) &&
	    !import_plan_build(descriptor, &none, IMPORT_VIRTUAL, &plan, &error)) {
		for (size_t i = 0; i < plan.count; i++) {
			const struct import_step *step = &plan.steps[i];
			bool meant = (int64_t)step->source->id == device;

			if (step->action != IMPORT_CREATE || (found && !meant) ||
			    chip_layout(&step->geometry, &chip))
				continue;
			*geometry = step->geometry;
			found = true;
			if (meant)
				break;
		}
	}
	import_plan_free(&plan);
	descriptor_free(descriptor);
	return found;
}

/* Cores or addresses that Wormhole does not have, or that Blackhole does not use. */
static uint32_t guess_arch(const struct capture *capture)
{
	const struct ttmemstat_arch_info *small =
		ttmemstat_arch_get_info(TT_MEMSTAT_ARCH_WORMHOLE);

	for (size_t i = 0; i < capture->device_count; i++) {
		if (capture->devices[i].worker_l1_size)
			return capture->devices[i].worker_l1_size > small->l1_bytes ?
				       TT_MEMSTAT_ARCH_BLACKHOLE : TT_MEMSTAT_ARCH_WORMHOLE;
	}
	for (size_t i = 0; i < capture->count; i++) {
		const struct capture_node *node = &capture->nodes[i];
		bool l1 = capture_is_program_scope(node) ||
			  (node->kind == CAPTURE_BUFFER_ALLOCATE &&
			   (node->buffer_type == CAPTURE_L1 || node->buffer_type == CAPTURE_L1_SMALL));

		for (size_t k = 0; k < node->cores.count; k++) {
			if (node->cores.rects[k].x1 >= small->grid_x)
				return TT_MEMSTAT_ARCH_BLACKHOLE;
		}
		if (l1 && capture_has_place(node, capture->addressed) &&
		    node->address >= small->l1_bytes)
			return TT_MEMSTAT_ARCH_BLACKHOLE;
	}
	return 0;
}

int explain_chip(const struct capture *capture, int64_t device,
		 const struct tt_memstat_geometry *asked, struct tt_memstat_geometry *geometry,
		 FILE *notes)
{
	struct layout_chip chip;
	uint32_t arch;

	if (asked->arch) {
		*geometry = *asked;
		if (!chip_layout(geometry, &chip))
			return 0;
		fprintf(notes, "tt-memstat: harvest 0x%x, DRAM harvest 0x%x: not masks of %s\n",
			asked->tensix_mask, asked->dram_mask, ttmemstat_arch_name(asked->arch));
		return -EINVAL;
	}
	if (from_descriptor(capture, device, geometry))
		return 0;
	arch = guess_arch(capture);
	memset(geometry, 0, sizeof(*geometry));
	geometry->arch = arch ? arch : TT_MEMSTAT_ARCH_BLACKHOLE;
	geometry->valid = TT_MEMSTAT_GEOMETRY_TENSIX_MASK | TT_MEMSTAT_GEOMETRY_DRAM_MASK;
	geometry->tensix_mask = geometry->arch == TT_MEMSTAT_ARCH_BLACKHOLE ? USUAL_BLACKHOLE :
									     USUAL_WORMHOLE;
	fprintf(notes, "tt-memstat: %s %s (--arch, --harvest)\n",
		geometry->arch == TT_MEMSTAT_ARCH_BLACKHOLE ? "a Blackhole of 12x10 cores" :
							      "a Wormhole of 8x8 cores",
		arch ? "assumed, as the capture needs" : "assumed");
	return 0;
}
