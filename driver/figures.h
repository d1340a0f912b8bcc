/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How figures are named and printed. What they are worth is the ledger's business.
 */
#ifndef TTM_FIGURES_H
#define TTM_FIGURES_H

#include <linux/bits.h>
#include <linux/types.h>
#include "../uapi/tt_memstat.h"

#define TTM_FIGURE_CHIP		BIT(0)	/* in a chip's stat */
#define TTM_FIGURE_CLIENT	BIT(1)	/* in a client's stat */
#define TTM_FIGURE_FILE		BIT(2)	/* also a file of its own beside that stat */
#define TTM_FIGURE_SIGNED	BIT(3)

/**
 * struct ttm_figure - one line of the table of figures
 * @name: of the file and of the key in stat
 * @flags: TTM_FIGURE_*
 */
struct ttm_figure {
	const char *name;
	unsigned int flags;
};

extern const struct ttm_figure ttm_figure_table[TT_MEMSTAT_FIGURES];

bool ttm_figure_known(const struct tt_memstat_figures *f, unsigned int nr);
void ttm_figure_set(struct tt_memstat_figures *f, unsigned int nr, u64 value);
int ttm_figure_show(const struct tt_memstat_figures *f, unsigned int nr, char *buf);
int ttm_figure_show_fullest_core(const struct tt_memstat_figures *f, char *buf);
int ttm_figure_show_stat(const struct tt_memstat_figures *f, unsigned int where, char *buf,
			 int at);

#endif /* TTM_FIGURES_H */
