/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The terminal: frames onto it, keys from it. Knows ncurses; does not know what is shown.
 */
#ifndef SMI_TERMINAL_H
#define SMI_TERMINAL_H

#include <stdbool.h>

#include "frame.h"
#include "watch_state.h"

struct smi_terminal;

/* -ENOTTY: there is no terminal that ncurses can use. */
int smi_terminal_open(struct smi_terminal **terminal, bool color);
void smi_terminal_close(struct smi_terminal *terminal);

void smi_terminal_size(const struct smi_terminal *terminal, unsigned int *width,
		       unsigned int *height);
void smi_terminal_paint(struct smi_terminal *terminal, const struct smi_frame *f);

/* The next key, as enum smi_key or a character; SMI_KEY_NONE: no more. */
int smi_terminal_key(struct smi_terminal *terminal);

/* What the mouse did, after SMI_KEY_MOUSE. */
void smi_terminal_mouse(const struct smi_terminal *terminal, struct smi_mouse *mouse);

/* Takes the mouse from the terminal, or gives it back; it does what it is told only when it changes. */
void smi_terminal_want_mouse(struct smi_terminal *terminal, bool want);

void smi_terminal_bell(struct smi_terminal *terminal);

/* Whether ncurses can paint on what TERM names. */
bool smi_terminal_usable(void);

/* Takes the window's present size; paints from scratch the next time. */
void smi_terminal_resize(struct smi_terminal *terminal);

/* Gives the terminal back to the shell and stops the process until it is continued. */
void smi_terminal_suspend(struct smi_terminal *terminal);

#endif
