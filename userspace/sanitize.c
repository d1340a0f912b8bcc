// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Make untrusted bytes safe for a terminal: UTF-8 without characters that move, hide or reorder
 * text. Pure; independent of the locale.
 */
#include "public.h"

static const char replacement[] = "\xef\xbf\xbd";	/* U+FFFD */

/* Length and code point of the well-formed character at @s; 0: malformed. */
static size_t decode(const unsigned char *s, uint32_t *code)
{
	uint32_t c = s[0], least;
	size_t len, i;

	if (c < 0x80) {
		*code = c;
		return 1;
	}
	if (c >= 0xc2 && c <= 0xdf) {
		len = 2;
		least = 0x80;
		c &= 0x1f;
	} else if (c >= 0xe0 && c <= 0xef) {
		len = 3;
		least = 0x800;
		c &= 0x0f;
	} else if (c >= 0xf0 && c <= 0xf4) {
		len = 4;
		least = 0x10000;
		c &= 0x07;
	} else {
		return 0;
	}
	for (i = 1; i < len; i++) {
		/* The terminating NUL is not a continuation either. */
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code = c;
	return len;
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) ||
	       c == 0x061c ||			/* Arabic letter mark */
	       c == 0x200e || c == 0x200f ||	/* left-to-right, right-to-left marks */
	       (c >= 0x2028 && c <= 0x202e) ||	/* separators, embeddings, overrides */
	       (c >= 0x2066 && c <= 0x2069);	/* isolates */
}

size_t ttmemstat_sanitize(char *dst, size_t len, const char *src)
{
	const unsigned char *s = (const unsigned char *)src;
	size_t used = 0;

	if (!dst || !len)
		return 0;
	while (s && *s) {
		const char *put = (const char *)s;
		uint32_t code = 0;
		size_t take = decode(s, &code), n = take;

		if (!take) {
			put = replacement;
			n = sizeof(replacement) - 1;
			take = 1;
		} else if (is_control(code)) {
			put = "?";
			n = 1;
		}
		if (n >= len - used)
			break;
		memcpy(dst + used, put, n);
		used += n;
		s += take;
	}
	dst[used] = '\0';
	return used;
}
