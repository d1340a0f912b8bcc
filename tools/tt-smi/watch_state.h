/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the watcher has chosen: page, chip, order, filter. Pure: keys in, state out.
 */
#ifndef SMI_WATCH_STATE_H
#define SMI_WATCH_STATE_H

#include "smi.h"

enum smi_page {
	SMI_PAGE_CHIPS,
	SMI_PAGE_PROCESSES,
	SMI_PAGE_CHIP,
	SMI_PAGE_HELP,
};

/* Keys that are no character. */
enum smi_key {
	SMI_KEY_NONE = -1,
	SMI_KEY_UP = 0x110000,
	SMI_KEY_DOWN,
	SMI_KEY_LEFT,
	SMI_KEY_RIGHT,
	SMI_KEY_PAGE_UP,
	SMI_KEY_PAGE_DOWN,
	SMI_KEY_HOME,
	SMI_KEY_END,
	SMI_KEY_ENTER,
	SMI_KEY_ESCAPE,
	SMI_KEY_BACKSPACE,
	SMI_KEY_HELP,
	SMI_KEY_REDRAW,
};

#define SMI_FILTER_LEN 64

struct smi_watch_state {
	enum smi_page page;
	enum smi_page before;	/* the help page */
	uint32_t chip;		/* number of the chosen one */
	size_t scroll;		/* first line of what scrolls */
	size_t page_lines;	/* what fits: set by the layout */
	size_t lines;		/* what there is: set by the layout */
	enum smi_sort sort;
	bool reverse;
	bool editing;		/* the filter */
	char filter[SMI_FILTER_LEN];
	unsigned int seconds;	/* of the charts: 60, 120, 300 */
	bool quit;
};

void smi_watch_start(struct smi_watch_state *st, const struct smi_snapshot *s);

/* What a key does. True: figures are wanted that the snapshot may not have. */
bool smi_watch_key(struct smi_watch_state *st, const struct smi_snapshot *s, int key);

/* The chosen chip; another when that went; NULL when there is none. */
const struct ttmemstat_chip *smi_watch_chip(struct smi_watch_state *st,
					    const struct smi_snapshot *s);

/* Whether a process is to be seen with this filter: part of its chip, pid, user, label or name. */
bool smi_watch_matches(const struct smi_process *p, const char *filter);

#endif
