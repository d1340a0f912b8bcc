// SPDX-License-Identifier: GPL-2.0-only
/* Text for a terminal: see text.h. */
#include "text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <ttmemstat.h>

static bool text_reserve(struct smi_text *t, size_t more)
{
	size_t size = t->size ? t->size : 1024;
	char *buf;

	if (t->failed)
		return false;
	if (more < t->size - t->len)
		return true;
	while (size - t->len <= more) {
		if (size > SIZE_MAX / 4) {
			t->failed = true;
			return false;
		}
		size *= 2;
	}
	buf = realloc(t->buf, size);
	if (!buf) {
		t->failed = true;
		return false;
	}
	t->buf = buf;
	t->size = size;
	return true;
}

void smi_text_add(struct smi_text *t, const char *s, size_t len)
{
	if (!text_reserve(t, len))
		return;
	memcpy(t->buf + t->len, s, len);
	t->len += len;
	t->buf[t->len] = '\0';
}

void smi_text_puts(struct smi_text *t, const char *s)
{
	smi_text_add(t, s, strlen(s));
}

void smi_text_fill(struct smi_text *t, const char *s, size_t times)
{
	while (times--)
		smi_text_puts(t, s);
}

void smi_text_printf(struct smi_text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		t->failed = true;
		return;
	}
	if (!text_reserve(t, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(t->buf + t->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

void smi_text_release(struct smi_text *t)
{
	free(t->buf);
	*t = (struct smi_text){ 0 };
}

static const char *const sgr[SMI_STYLES] = {
	[SMI_PLAIN] = "\033[0m",
	[SMI_HEAD] = "\033[1m",
	[SMI_DIM] = "\033[2m",
	[SMI_GOOD] = "\033[32m",
	[SMI_WARN] = "\033[33m",
	[SMI_BAD] = "\033[1;31m",
	[SMI_REVERSE] = "\033[7m",
	[SMI_ALARM] = "\033[1;7;31m",
	[SMI_POOL_L1] = "\033[92m",
	[SMI_POOL_L1_SMALL] = "\033[95m",
	[SMI_POOL_CB] = "\033[96m",
	[SMI_POOL_DRAM] = "\033[94m",
	[SMI_POOL_TRACE] = "\033[93m",
};

void smi_text_style(struct smi_text *t, enum smi_style style, bool color)
{
	if (color)
		smi_text_puts(t, sgr[style]);
}

size_t smi_text_style_read(const char *s, enum smi_style *style)
{
	for (unsigned int i = 0; *s == '\033' && i < SMI_STYLES; i++) {
		size_t len = strlen(sgr[i]);

		if (strncmp(s, sgr[i], len) == 0) {
			*style = (enum smi_style)i;
			return len;
		}
	}
	return 0;
}

void smi_text_newline(struct smi_text *t, size_t start)
{
	if (t->failed)
		return;
	while (t->len > start && t->buf[t->len - 1] == ' ')
		t->len--;
	smi_text_puts(t, "\n");
}

/* Decode a code point and return its length; safe for invalid UTF-8. */
static size_t utf8_next(const char *s, uint32_t *cp)
{
	unsigned char c = (unsigned char)*s;
	size_t len = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	uint32_t v = len == 1 ? c : c & (0xffu >> (len + 1));

	for (size_t i = 1; i < len; i++) {
		unsigned char next = (unsigned char)s[i];

		if ((next & 0xc0) != 0x80) {
			len = i;
			break;
		}
		v = v << 6 | (next & 0x3f);
	}
	*cp = v;
	return len;
}

/* Zero-width and tag characters, which could hide text from readers. */
static bool invisible(uint32_t cp)
{
	return cp == 0xad || (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2060 && cp <= 0x206f) ||
	       cp == 0xfeff || (cp >= 0xe0000 && cp <= 0xe0fff);
}

void smi_text_clean(char *dst, size_t size, const char *src, bool utf8)
{
	const char *from = dst;
	char *to = dst;

	if (size == 0)
		return;
	ttmemstat_sanitize(dst, size, src);
	while (*from) {
		uint32_t cp;
		size_t len = utf8_next(from, &cp);

		if (cp >= 0x80 && (!utf8 || invisible(cp))) {
			*to++ = '?';
		} else {
			memmove(to, from, len);
			to += len;
		}
		from += len;
	}
	*to = '\0';
}

static size_t cp_width(uint32_t cp)
{
	int n;

	if (cp < 0x80)
		return 1;
	n = wcwidth((wchar_t)cp);
	return n < 0 ? 1 : (size_t)n;
}

size_t smi_text_next(const char *s, size_t *width)
{
	uint32_t cp;
	size_t len = utf8_next(s, &cp);

	*width = cp_width(cp);
	if (*width > 2)
		*width = 2;
	return len;
}

size_t smi_text_width(const char *s)
{
	size_t columns = 0;

	while (*s) {
		uint32_t cp;

		s += utf8_next(s, &cp);
		columns += cp_width(cp);
	}
	return columns;
}

void smi_text_cut(struct smi_text *t, const char *s, size_t columns, bool utf8)
{
	const char *end = s;
	size_t used = 0, room;

	if (smi_text_width(s) <= columns) {
		smi_text_puts(t, s);
		return;
	}
	room = utf8 ? 1 : 2;
	if (columns <= room)
		room = 0;
	while (*end) {
		uint32_t cp;
		size_t len = utf8_next(end, &cp);

		if (used + cp_width(cp) > columns - room)
			break;
		used += cp_width(cp);
		end += len;
	}
	smi_text_add(t, s, (size_t)(end - s));
	if (room)
		smi_text_puts(t, utf8 ? "…" : "..");
	smi_text_fill(t, " ", columns - room - used);
}
