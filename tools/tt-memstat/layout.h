/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The worker grid and the regions of L1 that the runtime of a capture uses on the chip: from the
 * report's devices, from options, from the capture's addresses, or from the arch's defaults.
 */
#ifndef TT_MEMSTAT_LAYOUT_H
#define TT_MEMSTAT_LAYOUT_H

#include <stdint.h>
#include <stdio.h>

#include "capture.h"

/**
 * struct layout_chip - the chip, and the defaults of its arch
 * @grid_x: columns of the logical grid
 * @usual_x: columns of the default compute grid
 * @usual_l1_base: default start of circular buffers
 * @dram_align: alignment of DRAM buffers and circular buffers
 */
struct layout_chip {
	uint32_t grid_x;
	uint32_t grid_y;
	uint32_t usual_x;
	uint32_t usual_y;
	uint64_t l1_bytes;
	uint64_t usual_l1_base;
	uint64_t dram_bank_bytes;
	uint32_t dram_banks;
	uint32_t dram_align;
};

#define LAYOUT_OPTION_GRID	(1u << 0)
#define LAYOUT_OPTION_L1_BASE	(1u << 1)
#define LAYOUT_OPTION_L1_SMALL	(1u << 2)

struct layout_options {
	uint32_t given;		/* LAYOUT_OPTION_* */
	uint32_t grid_x;
	uint32_t grid_y;
	uint64_t l1_base;
	uint64_t l1_small;
};

enum layout_source {
	LAYOUT_REPORT = 0,
	LAYOUT_OPTION,
	LAYOUT_CAPTURE,
	LAYOUT_ASSUMED,
};

/**
 * struct layout - the result
 * @l1_end: end of the runtime's L1, and of L1_SMALL
 * @dram_bytes: of one bank
 */
struct layout {
	uint32_t chip_x;
	uint32_t chip_y;
	uint32_t worker_x;
	uint32_t worker_y;
	uint64_t l1_bytes;
	uint64_t l1_base;
	uint64_t l1_end;
	uint64_t l1_small;
	uint64_t dram_bytes;
	uint32_t dram_banks;
	uint32_t dram_align;
	enum layout_source grid_source;
	enum layout_source base_source;
	enum layout_source small_source;
};

const char *layout_source_name(enum layout_source source);

/*
 * Prints assumptions and overridden options to @notes. -ERANGE: the layout does not fit the chip;
 * @notes has the reason.
 */
int layout_decide(const struct capture *capture, const struct layout_options *options,
		  const struct layout_chip *chip, struct layout *layout, FILE *notes);

/* Bytes of a buffer on each bank; derived if the capture does not have them. */
uint64_t layout_per_bank(const struct layout *layout, const struct capture_node *node);

#endif
