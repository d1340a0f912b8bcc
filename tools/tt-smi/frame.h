/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A screenful of cells: what is to be seen, before any terminal. Knows cells, rows and styles;
 * takes the text that the screens of the one-shot view are made of.
 */
#ifndef SMI_FRAME_H
#define SMI_FRAME_H

#include "text.h"

/* @bytes: one character and the marks that combine with it; empty: the right half of a wide one. */
struct smi_glyph {
	char bytes[15];
	unsigned char style;
};

struct smi_frame {
	unsigned int width;
	unsigned int height;
	struct smi_glyph *cells;
};

/* Blank; -ENOMEM. A frame of the same size is reused. */
int smi_frame_reset(struct smi_frame *f, unsigned int width, unsigned int height);
void smi_frame_release(struct smi_frame *f);

/*
 * One line of clean text from column @x on, with the sequences of smi_text_style(); what does not
 * fit is cut. Returns the text behind the newline, NULL at the end.
 */
const char *smi_frame_line(struct smi_frame *f, unsigned int x, unsigned int y, const char *text);

/* The whole row in one style. */
void smi_frame_style(struct smi_frame *f, unsigned int y, enum smi_style style);

const struct smi_glyph *smi_frame_at(const struct smi_frame *f, unsigned int x, unsigned int y);

#endif
