/* SPDX-License-Identifier: GPL-2.0-only */
/* Text for terminals: a growing buffer, styles, sanitizing of untrusted bytes, display widths. */
#ifndef SMI_TEXT_H
#define SMI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* A failed allocation sets @failed and makes later calls no-ops: check once, at the end. */
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

/* Start a style, or with SMI_PLAIN end it; does nothing without @color. */
void smi_text_style(struct smi_text *t, enum smi_style style, bool color);

/* Length of the style sequence at @s, and its style; 0: there is none. */
size_t smi_text_style_read(const char *s, enum smi_style *style);

/* Length of the character at @s, before the end of the text, and its width: 0, 1 or 2 columns. */
size_t smi_text_next(const char *s, size_t *width);

/* End the line that began at *@start, without trailing blanks. */
void smi_text_newline(struct smi_text *t, size_t start);

/*
 * Copy @src as plain text for any terminal, CSV reader or JSON parser: invalid UTF-8, controls, and
 * characters that reorder or hide text become '?', and without @utf8 all non-ASCII characters.
 * Always terminated, never cut inside a character.
 */
void smi_text_clean(char *dst, size_t size, const char *src, bool utf8);

/* Width of a clean string in columns. */
size_t smi_text_width(const char *s);

/* Append at most @columns columns of @s; an ellipsis marks a cut if it fits. */
void smi_text_cut(struct smi_text *t, const char *s, size_t columns, bool utf8);

#endif
