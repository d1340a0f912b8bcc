/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the runtime that made a capture divides the chip that it is replayed on.
 *
 * Knows where each part of the answer comes from: a report, an option, or the arch's habit.
 * Does not know the module.
 */
#ifndef TT_MEMSTAT_LAYOUT_H
#define TT_MEMSTAT_LAYOUT_H

#include <stdint.h>
#include <stdio.h>

#include "capture.h"

/**
 * struct layout_chip - what the chip has, and what runtimes usually do with its arch
 * @grid_x: columns of the logical grid
 * @usual_x: columns of the usual compute grid
 * @usual_l1_base: where circular buffers usually start
 * @dram_align: addresses of DRAM buffers, and of circular buffers, are multiples of it
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
 * struct layout - the answer
 * @l1_end: end of what the runtime may allocate; L1_SMALL ends there
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
 * What is assumed, and which option a report overrides, is said on @notes. -ERANGE: the answer
 * does not fit the chip, and @notes says why.
 */
int layout_decide(const struct capture *capture, const struct layout_options *options,
		  const struct layout_chip *chip, struct layout *layout, FILE *notes);

/* Bytes on each bank of a buffer; derived where a capture does not tell them. */
uint64_t layout_per_bank(const struct layout *layout, const struct capture_node *node);

#endif
