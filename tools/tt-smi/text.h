/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text for a terminal: a buffer that grows, styles, cleaning of foreign bytes, widths in columns.
 *
 * Knows bytes, code points and SGR sequences. Does not know what is written.
 */
#ifndef SMI_TEXT_H
#define SMI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* A failed allocation sets @failed and makes every later call a no-op: check once, at the end. */
struct smi_text {
	char *buf;
	size_t len;
	size_t size;
	bool failed;
};

enum smi_style {
	SMI_PLAIN,
	SMI_HEAD,
	SMI_DIM,
	SMI_GOOD,
	SMI_WARN,
	SMI_BAD,
	SMI_REVERSE,
	SMI_ALARM,		/* cannot be overlooked */
	SMI_POOL_L1,
	SMI_POOL_L1_SMALL,
	SMI_POOL_CB,
	SMI_POOL_DRAM,
	SMI_POOL_TRACE,
	SMI_STYLES,
};

void smi_text_add(struct smi_text *t, const char *s, size_t len);
void smi_text_puts(struct smi_text *t, const char *s);
void smi_text_fill(struct smi_text *t, const char *s, size_t times);
void smi_text_printf(struct smi_text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void smi_text_release(struct smi_text *t);

/* Start or (with SMI_PLAIN) end a style; nothing without @color. */
void smi_text_style(struct smi_text *t, enum smi_style style, bool color);

/* Bytes of a style's sequence at @s, and which it is; 0: there is none. */
size_t smi_text_style_read(const char *s, enum smi_style *style);

/* Bytes of the character at @s, not its end, and the columns that it takes: 0, 1 or 2. */
size_t smi_text_next(const char *s, size_t *width);

/* Ends the line at *@start, dropping the blanks before its end. */
void smi_text_newline(struct smi_text *t, size_t start);

/*
 * Copies @src so that any terminal, CSV reader or JSON parser takes it as plain text: invalid
 * UTF-8, controls, and marks that reorder or hide text become '?'; so does all that is not ASCII
 * unless @utf8. Always terminated, never cut inside a character.
 */
void smi_text_clean(char *dst, size_t size, const char *src, bool utf8);

/* Columns that a cleaned string takes. */
size_t smi_text_width(const char *s);

/* Adds at most @columns columns of @s; a cut is shown by an ellipsis when there is room. */
void smi_text_cut(struct smi_text *t, const char *s, size_t columns, bool utf8);

#endif
