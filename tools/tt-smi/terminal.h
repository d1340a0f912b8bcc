/* SPDX-License-Identifier: GPL-2.0-only */
/* The terminal: shows frames and reads keys, with ncurses. */
#ifndef SMI_TERMINAL_H
#define SMI_TERMINAL_H

#include <stdbool.h>

#include "frame.h"
#include "watch_state.h"

struct smi_terminal;

/* -ENOTTY: ncurses cannot use the terminal. */
int smi_terminal_open(struct smi_terminal **terminal, bool color);
void smi_terminal_close(struct smi_terminal *terminal);

void smi_terminal_size(const struct smi_terminal *terminal, unsigned int *width,
		       unsigned int *height);
void smi_terminal_paint(struct smi_terminal *terminal, const struct smi_frame *f);

/* The next key, as enum smi_key or a character; SMI_KEY_NONE: none is waiting. */
int smi_terminal_key(struct smi_terminal *terminal);

/* The mouse event of SMI_KEY_MOUSE. */
void smi_terminal_mouse(const struct smi_terminal *terminal, struct smi_mouse *mouse);

/* Capture or release the mouse; does nothing if unchanged. */
void smi_terminal_want_mouse(struct smi_terminal *terminal, bool want);

void smi_terminal_bell(struct smi_terminal *terminal);

/* Whether ncurses can paint on TERM. */
bool smi_terminal_usable(void);

/* Adopt the window's size; the next frame is painted from scratch. */
void smi_terminal_resize(struct smi_terminal *terminal);

/* Restore the terminal for the shell and stop the process until it is continued. */
void smi_terminal_suspend(struct smi_terminal *terminal);

#endif
