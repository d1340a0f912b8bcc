/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The full screen: a pure function from a snapshot, the history and the user's choices to cells.
 * Uses neither terminal nor clock.
 */
#ifndef SMI_WATCH_VIEW_H
#define SMI_WATCH_VIEW_H

#include "core_map.h"
#include "environment.h"
#include "frame.h"
#include "history.h"
#include "smi.h"
#include "spaces.h"
#include "watch_state.h"

struct smi_watch_view {
	const struct smi_snapshot *s;
	const struct smi_history *history;
	struct smi_view view;	/* width is the frame's */
	int64_t second;		/* of the history's clock */
	const char *message;	/* instead of the keys; NULL: none */
	const struct smi_environment *environment;	/* of its page */
	const struct smi_core_map *map;	/* of the chosen chip; NULL or not read: none to be shown */
};

/* Fills the frame, which has its size already. -ENOMEM. */
int smi_watch_layout(struct smi_frame *f, const struct smi_watch_view *v,
		     struct smi_watch_state *st);

/* ---- Between the parts of the screen ---- */

/* A line across with a title in it; returns the column behind that. */
unsigned int smi_watch_rule(struct smi_frame *f, const struct smi_area *area, const char *title,
			    const struct smi_view *view);

/* The colours of a space's pools from column @x on, with @use (NULL: none) of each. */
unsigned int smi_watch_legend(struct smi_frame *f, unsigned int x, unsigned int y,
			      unsigned int end, const struct smi_space_view *space,
			      const struct smi_use *use, const struct smi_view *view);

/* How many chips stand beside each other, and lines of each. */
struct smi_grid {
	unsigned int lines;
	unsigned int beside;
	unsigned int rows;
	unsigned int height;	/* of all that is to be seen, at most what it was given */
};

void smi_watch_plan_grid(struct smi_grid *grid, const struct smi_snapshot *s, unsigned int width,
			 unsigned int height, const struct smi_view *view);
void smi_watch_grid(struct smi_frame *f, const struct smi_area *area, const struct smi_grid *grid,
		    const struct smi_watch_view *v, struct smi_watch_state *st);

/* One chip in four lines: who it is, L1, DRAM, the fullest core. */
void smi_watch_chip_block(struct smi_frame *f, const struct smi_area *area,
			  const struct smi_watch_view *v, size_t index, bool chosen);

/* The history of a space: pools stacked, with scales. At least four lines. */
void smi_watch_history(struct smi_frame *f, const struct smi_area *area,
		       const struct smi_watch_view *v, const struct smi_watch_state *st,
		       const struct ttmemstat_chip *chip, const struct smi_space_view *space);

/* What smi_watch_cores() needs of the screen. */
void smi_watch_cores_size(const struct ttmemstat_chip *chip, unsigned int *width,
			  unsigned int *height);

/* Bytes of L1 of each core; 0: unknown. */
uint64_t smi_watch_core_size(const struct ttmemstat_chip *chip);

/* Place the cursor on the fullest core until it is moved, and within the grid. */
void smi_watch_place_cursor(struct smi_watch_state *st, const struct ttmemstat_chip *chip);

/* The core under the cursor, of @bytes, by address. At least three lines. -ENOMEM. */
int smi_watch_map(struct smi_frame *f, const struct smi_area *area, const struct smi_watch_view *v,
		  const struct smi_watch_state *st, uint64_t bytes);

/* The grid of cores with a cursor, and what is known of the core below it. */
void smi_watch_cores(struct smi_frame *f, const struct smi_area *area,
		     const struct smi_watch_view *v, struct smi_watch_state *st,
		     const struct ttmemstat_chip *chip);

/* The list of processes, of one chip or of all (NULL); @s is what the filter leaves. -ENOMEM. */
int smi_watch_processes(struct smi_frame *f, const struct smi_area *area,
			const struct smi_watch_view *v, struct smi_watch_state *st,
			const struct smi_snapshot *s, const struct ttmemstat_chip *chip);

/* Pages: below the head, above the foot. */
int smi_watch_chip_page(struct smi_frame *f, const struct smi_area *area,
			const struct smi_watch_view *v, struct smi_watch_state *st,
			const struct smi_snapshot *s, const struct ttmemstat_chip *chip);
void smi_watch_help(struct smi_frame *f, const struct smi_area *area, struct smi_watch_state *st);
void smi_watch_environment(struct smi_frame *f, const struct smi_area *area,
			   const struct smi_watch_view *v, struct smi_watch_state *st);
void smi_watch_columns(struct smi_frame *f, const struct smi_area *area,
		       const struct smi_watch_state *st, const struct smi_view *view);

#endif
