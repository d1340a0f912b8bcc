/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses for what a capture has none for, as the runtime would have given them, and what does
 * not fit.
 *
 * Knows the order of allocation in each region and what is live in it. Does not know captures,
 * programs or the module.
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
 * @have: bytes that there are for it
 * @dram: on every DRAM bank; else on core @x, @y
 * @outside: core @x, @y is not on the chip at all
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
 * A buffer lives from now on. @address: in, with @fixed; out otherwise. 0; -ERANGE: does not fit,
 * nothing changed, @misfit says how far; -ENOMEM.
 */
int place_buffer(struct place *place, enum place_region region, bool fixed, uint64_t *address,
		 uint64_t size, struct place_misfit *misfit);
/* The buffer that was placed there is gone. */
void place_release(struct place *place, enum place_region region, uint64_t address, uint64_t size);

/* The circular buffers of one program, core by core. */
struct place_program {
	uint64_t end[CORES_MAX][CORES_MAX];	/* [y][x]; 0 = nothing there */
};

/*
 * One more circular buffer of the program on @cores, which all lie on the chip. @address: in,
 * with @fixed; else out: the lowest that is free on every one of the cores. -ERANGE: beyond the
 * end of L1; the program counts as needing it all the same, for place_check() to tell.
 */
int place_cb(const struct place *place, struct place_program *program, bool fixed,
	     const struct core_set *cores, uint64_t *address, uint64_t size);

/*
 * Whether the program can run beside the buffers that live now: 0, or -ERANGE with the core
 * where the most is missing. Counted is what lies between the base and the end of the program's
 * circular buffers, and between the lowest buffer and L1_SMALL.
 */
int place_check(const struct place *place, const struct place_program *program,
		struct place_misfit *misfit);

#endif
