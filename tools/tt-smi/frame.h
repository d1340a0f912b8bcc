/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A screenful of cells, independent of any terminal. Accepts the styled text of the one-shot
 * screen.
 */
#ifndef SMI_FRAME_H
#define SMI_FRAME_H

#include "text.h"

/* @bytes: a character with its combining marks; empty: the right half of a wide character. */
struct smi_glyph {
	char bytes[14];
	unsigned char style;
	bool bold;		/* in addition to the style */
};

/* A part of a frame. */
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

/* Clear the frame; a frame of the same size is reused. -ENOMEM. */
int smi_frame_reset(struct smi_frame *f, unsigned int width, unsigned int height);
void smi_frame_release(struct smi_frame *f);

/*
 * Put a line of clean text, which may have the sequences of smi_text_style(), from column @x on.
 * Cuts it at the frame's edge. Returns the text after the newline, or NULL at the end.
 */
const char *smi_frame_line(struct smi_frame *f, unsigned int x, unsigned int y, const char *text);

/* Put clean text in one style, up to the frame's edge; returns the column after it. */
unsigned int smi_frame_put(struct smi_frame *f, unsigned int x, unsigned int y,
			   enum smi_style style, const char *text);

/* As smi_frame_put(), in at most @width columns, with a mark where the text is cut. */
unsigned int smi_frame_cut(struct smi_frame *f, unsigned int x, unsigned int y,
			   enum smi_style style, const char *text, unsigned int width, bool utf8);

unsigned int smi_frame_printf(struct smi_frame *f, unsigned int x, unsigned int y,
			      enum smi_style style, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* Set the style of a whole row. */
void smi_frame_style(struct smi_frame *f, unsigned int y, enum smi_style style);

/* Make a part of a row bold; colours are unchanged. */
void smi_frame_bold(struct smi_frame *f, unsigned int x, unsigned int y, unsigned int width);

/* Make @to a copy, or leave it empty: -ENOMEM. */
int smi_frame_copy(struct smi_frame *to, const struct smi_frame *from);

/* Whether a cell looks the same in two frames of one size. */
bool smi_frame_same(const struct smi_frame *a, const struct smi_frame *b, unsigned int x,
		    unsigned int y);

const struct smi_glyph *smi_frame_at(const struct smi_frame *f, unsigned int x, unsigned int y);

#endif
