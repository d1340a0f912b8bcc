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
	char bytes[14];
	unsigned char style;
	bool bold;		/* beside the style, which keeps its colour */
};

/* Part of a frame. */
struct smi_area {
	unsigned int x;
	unsigned int y;
	unsigned int width;
	unsigned int height;
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

/* Clean text in one style, to its end or the frame's; returns the column behind it. */
unsigned int smi_frame_put(struct smi_frame *f, unsigned int x, unsigned int y,
			   enum smi_style style, const char *text);

/* The same in at most @width columns; a cut shows. */
unsigned int smi_frame_cut(struct smi_frame *f, unsigned int x, unsigned int y,
			   enum smi_style style, const char *text, unsigned int width, bool utf8);

unsigned int smi_frame_printf(struct smi_frame *f, unsigned int x, unsigned int y,
			      enum smi_style style, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* The whole row in one style. */
void smi_frame_style(struct smi_frame *f, unsigned int y, enum smi_style style);

/* Part of a row in bold, in the colours that it has. */
void smi_frame_bold(struct smi_frame *f, unsigned int x, unsigned int y, unsigned int width);

const struct smi_glyph *smi_frame_at(const struct smi_frame *f, unsigned int x, unsigned int y);

#endif
