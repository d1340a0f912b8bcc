/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * L1 and DRAM on the full screen: their figures and, for each pool, its name, its colour, and the
 * characters that replace the colour.
 */
#ifndef SMI_SPACES_H
#define SMI_SPACES_H

#include "frame.h"
#include "limit.h"
#include "sums.h"

#define SMI_POOLS 3

struct smi_pool {
	const char *name;	/* NULL after the last */
	enum smi_column column;
	enum smi_style style;
	const char *block;	/* without colour, in UTF-8 */
	const char *letter;	/* in ASCII */
};

struct smi_space_view {
	const char *name;
	enum smi_column used;
	enum smi_column overlap;
	unsigned int capacity;	/* figures */
	unsigned int allocatable;
	unsigned int peak;
	struct smi_pool pools[SMI_POOLS];
};

extern const struct smi_space_view smi_space_views[SMI_SPACES];

/*
 * Divide @steps, which stand for all memory in use, among the pools: the end of each part. If no
 * pool is known, all ends are 0, and smi_pool_at() finds none.
 */
void smi_pool_ends(const struct smi_space_view *space, const struct smi_value *pools,
		   size_t steps, size_t ends[SMI_POOLS]);

/* The pool at a step; NULL: unknown. */
const struct smi_pool *smi_pool_at(const struct smi_space_view *space,
				   const size_t ends[SMI_POOLS], size_t step);

/* A bar of a space's use by pools, or a text if use or capacity is unknown. */
void smi_pool_bar(struct smi_frame *f, unsigned int x, unsigned int y, unsigned int width,
		  const struct ttmemstat_chip *chip, const struct smi_use *use,
		  const struct smi_space_view *space, const struct smi_view *view);

/* "38%" of allocatable memory, else of the capacity, and its style; "-": unknown. */
enum smi_style smi_space_percent(char *out, size_t size, const struct ttmemstat_chip *chip,
				 const struct smi_use *use, const struct smi_space_view *space,
				 const struct smi_levels *levels);

#endif
