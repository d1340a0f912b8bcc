/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The choices of the user of the full screen: page, chip, process, core, order, filter. Pure.
 */
#ifndef SMI_WATCH_STATE_H
#define SMI_WATCH_STATE_H

#include "settings.h"
#include "smi.h"

enum smi_page {
	SMI_PAGE_CHIPS,
	SMI_PAGE_PROCESSES,
	SMI_PAGE_CHIP,
	SMI_PAGE_HELP,
	SMI_PAGE_COLUMNS,
	SMI_PAGE_ENVIRONMENT,
};

/* Keys that are not characters. */
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
	SMI_KEY_TAB,
	SMI_KEY_HELP,
	SMI_KEY_REDRAW,
	SMI_KEY_MOUSE,		/* smi_terminal_mouse() has the event */
};

enum smi_button {
	SMI_BUTTON_LEFT,
	SMI_BUTTON_WHEEL_UP,
	SMI_BUTTON_WHEEL_DOWN,
};

struct smi_mouse {
	unsigned int x;
	unsigned int y;
	enum smi_button button;
};

/* What the mouse hits on a part of the screen. */
enum smi_spot_kind {
	SMI_SPOT_CHIP,		/* @n: number of the chip */
	SMI_SPOT_ROW,		/* @n: index in the list of processes */
	SMI_SPOT_SORT,		/* @n: enum smi_sort */
	SMI_SPOT_CORES,		/* the grid; @n: columns of the screen for each core */
};

struct smi_spot {
	unsigned int x;
	unsigned int y;
	unsigned int width;
	unsigned int height;
	enum smi_spot_kind kind;
	uint32_t n;
};

/* An action that a key requests; the main loop carries it out. */
enum smi_wish {
	SMI_WISH_NOTHING,
	SMI_WISH_ENVIRONMENT,	/* show that of the selected process */
	SMI_WISH_QUESTION,	/* ask whether to send @signal */
	SMI_WISH_SIGNAL,	/* send it */
	SMI_WISH_NO_SIGNAL,
};

/* A tagged process; the start time tells it from another one with its pid. */
struct smi_tag {
	pid_t pid;
	uint64_t start_time;
};

#define SMI_SPOTS	320
#define SMI_TAGS	64
#define SMI_WATCHED	128
#define SMI_UNFOLDED	64
#define SMI_FILTER_LEN	64

struct smi_watch_state {
	enum smi_page page;
	enum smi_page before;	/* help and columns */
	uint32_t chip;		/* number of the chosen one */
	bool on_processes;	/* on the first page the keys move in processes, not in chips */
	bool core_chosen;	/* else the fullest one is */
	uint32_t core_x;
	uint32_t core_y;
	size_t row;		/* of the chosen process */
	bool row_chosen;	/* @row is the truth and @pid follows; else the other way */
	bool follow;		/* scroll to the chosen process */
	pid_t pid;		/* of the chosen process; 0: none */
	pid_t unfolded[SMI_UNFOLDED];	/* the oldest goes for want of room */
	size_t unfolded_count;
	bool all_unfolded;
	size_t scroll;		/* first line of what scrolls */
	size_t chip_row;	/* first row of the grid of chips that is to be seen */
	unsigned int column;	/* of the page of columns */
	bool editing;		/* the filter */
	char filter[SMI_FILTER_LEN];
	struct smi_tag tags[SMI_TAGS];
	size_t tag_count;
	enum smi_wish wish;
	int signal;
	bool asking;		/* the next key answers the question in @said */
	char said[200];		/* message on the last line until the next key; may be empty */
	bool paused;
	bool quit;
	struct smi_settings set;
	/* Set by the layout: what fits, what there is, where it stands. */
	size_t page_lines;
	size_t lines;
	size_t rows;
	unsigned int beside;	/* chips in a row of the grid */
	struct smi_spot spots[SMI_SPOTS];
	size_t spot_count;
	pid_t watched[SMI_WATCHED];	/* processes whose host resources are visible */
	size_t watched_count;
};

void smi_watch_start(struct smi_watch_state *st, const struct smi_snapshot *s,
		     const struct smi_settings *set);

/* Open a page; help, columns and environment return to the page before. */
void smi_watch_open(struct smi_watch_state *st, enum smi_page page);

/* Apply a key. True: the snapshot may lack figures that are now needed. */
bool smi_watch_key(struct smi_watch_state *st, const struct smi_snapshot *s, int key);
bool smi_watch_mouse(struct smi_watch_state *st, const struct smi_snapshot *s,
		     const struct smi_mouse *mouse);

void smi_watch_spot(struct smi_watch_state *st, const struct smi_spot *spot);

/* The chosen chip; another one if it was removed; NULL if there is none. */
const struct ttmemstat_chip *smi_watch_chip(struct smi_watch_state *st,
					    const struct smi_snapshot *s);

bool smi_watch_tagged(const struct smi_watch_state *st, const struct smi_process *p);

/* Untag processes that have ended. */
void smi_watch_prune(struct smi_watch_state *st, const struct smi_snapshot *s);

bool smi_watch_unfolded(const struct smi_watch_state *st, pid_t pid);

/* A process of the snapshot by its pid; NULL: there is none. */
const struct smi_process *smi_watch_find(const struct smi_snapshot *s, pid_t pid);

/* Whether a process passes the filter: a part of its chip, pid, user, label or name. */
bool smi_watch_matches(const struct smi_process *p, const char *filter);

#endif
