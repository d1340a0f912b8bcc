/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Declarations shared by the files that make text of failures.
 */
#ifndef TTMEMSTAT_ERROR_H
#define TTMEMSTAT_ERROR_H

#include <stdarg.h>
#include <stdio.h>

#include "failure.h"

/**
 * struct ttmemstat_text - text that grows in a caller's buffer
 * @buf: @size bytes, always NUL terminated
 * @size: may be 0
 * @len: of the whole text, even if @buf is too small
 */
struct ttmemstat_text {
	char *buf;
	size_t size;
	size_t len;
};

static inline __attribute__((format(printf, 2, 3))) void
ttmemstat_say(struct ttmemstat_text *text, const char *format, ...)
{
	size_t room = text->len < text->size ? text->size - text->len : 0;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(room ? text->buf + text->len : NULL, room, format, ap);
	va_end(ap);
	text->len += n > 0 ? (size_t)n : 0;
}

/**
 * struct ttmemstat_view - sources of a text
 * @text: destination
 * @facts: the failure
 * @ctx: used to ask the module; NULL: do not ask
 * @att: may be NULL
 */
struct ttmemstat_view {
	struct ttmemstat_text *text;
	const struct ttmemstat_facts *facts;
	const struct ttmemstat_ctx *ctx;
	const struct ttmemstat_attachment *att;
};

/* Meaning of an error when nothing more is known of the call. */
const char *ttmemstat_meaning(int error);

/* Write the name of an error, in brackets. */
void ttmemstat_say_error(const struct ttmemstat_view *v, int error);

/* Write the names of the pools in a mask. */
void ttmemstat_say_pools(const struct ttmemstat_view *v, uint64_t mask);

/* Explain why the module refused the call. */
void ttmemstat_say_refusal(const struct ttmemstat_view *v);

#endif /* TTMEMSTAT_ERROR_H */
