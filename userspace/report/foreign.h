/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Queries of tt-metal's objects, which are opaque addresses here. Only foreign.c, interposed.c and
 * asked.c know their names and layouts. Values that the loaded release does not have are refused,
 * not guessed.
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
 * @size: bytes in each bank, rounded by the allocator
 */
struct foreign_place {
	int pool;
	uint64_t addr;
	uint64_t size;
};

/**
 * struct foreign_part - part of a buffer with different addresses on its cores
 * @addr: address on the core
 * @where: the core
 * @taken: false; free for the caller's use
 */
struct foreign_part {
	uint64_t addr;
	bool taken;
	struct foreign_range where;
};

/*
 * The first call looks up the names. Returns whether there is a module or recording to report to.
 */
bool foreign_open(const void *caller);

/*
 * Those of @pools that this release does not let us report, and those that it lets us report in
 * part.
 */
uint32_t foreign_unseen(uint32_t pools);
uint32_t foreign_partial(uint32_t pools);

/* Place of a buffer that @allocator has put at @addr; false: not on the chip, or unknown. */
bool foreign_place(void *allocator, void *buffer, uint64_t addr, struct foreign_place *place);

/* Parts of a buffer, to be released with free(), and their number; 0: same address in all banks. */
size_t foreign_parts(void *buffer, struct foreign_part **parts);

/* The device, or mesh of devices, of a buffer. */
void *foreign_device(void *buffer);

/* The runtime's numbers of a device's chips, row by row of a mesh; returns their number. */
size_t foreign_chips(void *device, int ids[FOREIGN_CHIPS], size_t *columns);

/* The cores on which a program runs, as bits of rows; false: unknown. */
bool foreign_program_cores(const void *program, uint64_t cores[FOREIGN_ROWS]);

/* Identity of the chip with a runtime's number. */
void foreign_identity(int id, struct ttmemstat_device *device);

/* Geometry of a chip, with the allocator's DRAM banks; only known members become valid. */
void foreign_geometry(int id, void *allocator, struct tt_memstat_geometry *geometry);

/* The allocator's layout of a chip; only known members become valid. */
void foreign_layout(void *allocator, void *device, struct tt_memstat_layout *layout);

/* Number of cores with data of a buffer in L1; 0: unknown, or not in L1. */
uint32_t foreign_cores(void *allocator, void *buffer, int pool);

/* Number of banks of an allocator's pool; 0: unknown. */
uint32_t foreign_banks(void *allocator, int pool);

/* The allocator's statistics of a pool; false: none. */
bool foreign_statistics(void *allocator, int pool, struct ttmemstat_snapshot *snapshot);

#endif
