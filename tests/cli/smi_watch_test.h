/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the unit tests of the full screen of tt-smi. */
#ifndef TT_SMI_WATCH_TEST_H
#define TT_SMI_WATCH_TEST_H

#include "smi_test.h"

#include "history.h"
#include "watch_view.h"

extern struct smi_frame watch_screen;
extern struct smi_history watch_past;
extern struct smi_core_map watch_cores;	/* of the next layouts; zeroed: not read */
extern bool watch_ascii;

/* A watch as it begins without a file of settings. */
void watch_start(struct smi_watch_state *st, const struct world *w);
void watch_lay_out(struct world *w, struct smi_watch_state *st, unsigned int width,
		   unsigned int height);
/* Press a key and lay the screen out. */
void watch_press(struct world *w, struct smi_watch_state *st, int key, unsigned int width,
		 unsigned int height);
bool watch_row_has(unsigned int y, const char *text);
bool watch_shows(const char *text);

/* smi_watch_cores.c: read the map of a fake chip with one client; another one has just gone. */
void watch_read_cores(void);

#endif
