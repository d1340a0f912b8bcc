/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The full screen: a pure function from a snapshot, the history and the watcher's choices to
 * cells. Knows no terminal and reads no clock.
 */
#ifndef SMI_WATCH_VIEW_H
#define SMI_WATCH_VIEW_H

#include "frame.h"
#include "history.h"
#include "smi.h"
#include "watch_state.h"

struct smi_watch_view {
	const struct smi_snapshot *s;
	const struct smi_history *history;
	struct smi_view view;	/* width and height are the frame's */
	int64_t second;		/* of the history's clock */
	unsigned int interval_ms;
	const char *message;	/* instead of the keys; NULL: none */
};

/* Fills the frame, which has its size already. -ENOMEM. */
int smi_watch_layout(struct smi_frame *f, const struct smi_watch_view *v,
		     struct smi_watch_state *st);

/* The page of one chip, as lines. */
void smi_watch_chip_page(const struct smi_watch_view *v, const struct smi_watch_state *st,
			 const struct ttmemstat_chip *chip, unsigned int height,
			 struct smi_text *out);

#endif
