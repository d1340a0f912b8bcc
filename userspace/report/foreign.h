/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What may be asked of tt-metal's objects, which are addresses here: foreign.c and asked.c alone
 * know their names and layouts. Nothing is guessed: what the loaded release does not tell is refused.
 */
#ifndef REPORT_FOREIGN_H
#define REPORT_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ttmemstat.h>

#define FOREIGN_CHIPS	64	/* of one mesh device */
#define FOREIGN_ROWS	64	/* of cores */

/* The logical cores from (x0, y0) to (x1, y1). */
struct foreign_range {
	size_t x0, y0, x1, y1;
};

/**
 * struct foreign_place - where the allocator has put a buffer
 * @pool: enum tt_memstat_pool
 * @addr: in each bank
 * @size: bytes that the allocator has taken in each bank
 */
struct foreign_place {
	int pool;
	uint64_t addr;
	uint64_t size;
};

/**
 * struct foreign_part - of a buffer that has an address of its own on each core
 * @addr: there
 * @where: the core
 * @taken: for the caller; false
 */
struct foreign_part {
	uint64_t addr;
	bool taken;
	struct foreign_range where;
};

/* Looks for the names, with the first call of all; whether there is anything to report to. */
bool foreign_open(const void *caller);

/* Of @pools those that are not seen in this release, and those that are not seen wholly. */
uint32_t foreign_unseen(uint32_t pools);
uint32_t foreign_partial(uint32_t pools);

/* A buffer that @allocator has just placed at @addr; false: not on the chip, or not told. */
bool foreign_place(void *allocator, void *buffer, uint64_t addr, struct foreign_place *place);

/* The parts of a buffer, for the caller to free(), and their number; 0: it is in all banks alike. */
size_t foreign_parts(void *buffer, struct foreign_part **parts);

/* The device, or mesh of devices, of a buffer. */
void *foreign_device(void *buffer);

/* Chips of a device as the runtime numbers them, row by row of a mesh; their number. */
size_t foreign_chips(void *device, int ids[FOREIGN_CHIPS], size_t *columns);

/* The cores on which a program runs, as bits of rows; false: not told. */
bool foreign_program_cores(const void *program, uint64_t cores[FOREIGN_ROWS]);

/* Which chip it is that the runtime gave a number. */
void foreign_identity(int id, struct ttmemstat_device *device);

/* What a chip has, and its DRAM banks as the allocator has them; only what is told becomes valid. */
void foreign_geometry(int id, void *allocator, struct tt_memstat_geometry *geometry);

/* How the allocator of a device divides a chip; only what is told becomes valid. */
void foreign_layout(void *allocator, void *device, struct tt_memstat_layout *layout);

/* How many cores hold data of a buffer in L1; 0: not told, or not in L1. */
uint32_t foreign_cores(void *allocator, void *buffer, int pool);

/* How many banks a pool of an allocator has; 0: not told. */
uint32_t foreign_banks(void *allocator, int pool);

/* What the allocator says of a pool; false: it has none. */
bool foreign_statistics(void *allocator, int pool, struct ttmemstat_snapshot *snapshot);

#endif
