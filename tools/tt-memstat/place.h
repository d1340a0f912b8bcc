/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Choose the addresses that a capture lacks, as the runtime would choose them, and find the buffers
 * that do not fit.
 */
#ifndef TT_MEMSTAT_PLACE_H
#define TT_MEMSTAT_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "corerange.h"
#include "layout.h"

enum place_region {
	PLACE_L1 = 0,
	PLACE_L1_SMALL,
	PLACE_DRAM,
	PLACE_TRACE,
};

/**
 * struct place_misfit - what did not fit
 * @need: bytes needed on the core or bank
 * @have: bytes available
 * @dram: on every DRAM bank; else on core @x, @y
 * @outside: core @x, @y is not on the chip
 */
struct place_misfit {
	uint64_t need;
	uint64_t have;
	uint32_t x;
	uint32_t y;
	bool dram;
	bool outside;
};

struct place;

int place_new(const struct layout *layout, struct place **place);
void place_free(struct place *place);

/*
 * Add a live buffer. @address: input with @fixed, else output. -ERANGE: it does not fit; nothing is
 * changed and @misfit has the sizes. -ENOMEM.
 */
int place_buffer(struct place *place, enum place_region region, bool fixed, uint64_t *address,
		 uint64_t size, struct place_misfit *misfit);
/* Remove a live buffer. */
void place_release(struct place *place, enum place_region region, uint64_t address, uint64_t size);

/* The circular buffers of one program, core by core. */
struct place_program {
	uint64_t end[CORES_MAX][CORES_MAX];	/* [y][x]; 0 = nothing there */
};

/*
 * Add a circular buffer to the program on @cores, which must be on the chip. @address: input with
 * @fixed; else output: the lowest that is free on all these cores. -ERANGE: beyond the end of L1;
 * the program still counts as needing it, for place_check().
 */
int place_cb(const struct place *place, struct place_program *program, bool fixed,
	     const struct core_set *cores, uint64_t *address, uint64_t size);

/*
 * Whether the program can run beside the live buffers: 0, or -ERANGE with the core that lacks most.
 * Compares the space from the base to the end of the circular buffers with that below the lowest
 * buffer and L1_SMALL.
 */
int place_check(const struct place *place, const struct place_program *program,
		struct place_misfit *misfit);

#endif
