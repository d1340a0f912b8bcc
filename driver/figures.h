/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How figures are named and printed. What they are worth is the ledger's business.
 */
#ifndef TTMEM_FIGURES_H
#define TTMEM_FIGURES_H

#include <linux/bits.h>
#include <linux/types.h>
#include "../uapi/tt_memstat.h"

#define TTMEM_FIGURE_CHIP	BIT(0)	/* in a chip's stat */
#define TTMEM_FIGURE_CLIENT	BIT(1)	/* in a client's stat */
#define TTMEM_FIGURE_FILE	BIT(2)	/* also a file of its own beside that stat */
#define TTMEM_FIGURE_SIGNED	BIT(3)

/**
 * struct ttmem_figure - one line of the table of figures
 * @name: of the file and of the key in stat
 * @flags: TTMEM_FIGURE_*
 */
struct ttmem_figure {
	const char *name;
	unsigned int flags;
};

extern const struct ttmem_figure ttmem_figure_table[TT_MEMSTAT_FIGURES];

bool ttmem_figure_known(const struct tt_memstat_figures *f, unsigned int nr);
void ttmem_figure_set(struct tt_memstat_figures *f, unsigned int nr, u64 value);
int ttmem_figure_show(const struct tt_memstat_figures *f, unsigned int nr, char *buf);
int ttmem_figure_show_fullest_core(const struct tt_memstat_figures *f, char *buf);
int ttmem_figure_show_stat(const struct tt_memstat_figures *f, unsigned int where, char *buf,
			   int at);

#endif /* TTMEM_FIGURES_H */
