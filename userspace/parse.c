// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Parse the contents of sysfs files. Pure functions.
 */
#define _GNU_SOURCE
#include <errno.h>

#include "parse.h"

/* Part of a buffer; all reads check its end. */
struct span {
	const char *at;
	const char *end;
};

static struct span span_of(const char *buf, size_t len)
{
	struct span s = { buf, buf + len };

	if (len && s.end[-1] == '\n')
		s.end--;
	return s;
}

static int digit_of(char c, unsigned int base)
{
	int d;

	if (c >= '0' && c <= '9')
		d = c - '0';
	else if (c >= 'a' && c <= 'f')
		d = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		d = c - 'A' + 10;
	else
		return -1;
	return d < (int)base ? d : -1;
}

/* Read all digits; false: there is none, or the number exceeds 64 bits. */
static bool take_number(struct span *s, unsigned int base, uint64_t *value)
{
	const char *start = s->at;
	uint64_t v = 0;

	for (; s->at < s->end; s->at++) {
		int d = digit_of(*s->at, base);

		if (d < 0)
			break;
		if (__builtin_mul_overflow(v, (uint64_t)base, &v) ||
		    __builtin_add_overflow(v, (uint64_t)d, &v))
			return false;
	}
	*value = v;
	return s->at > start;
}

static bool take_char(struct span *s, char c)
{
	if (s->at == s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

/* A number with an optional minus, as two's complement. */
static bool take_signed(struct span *s, uint64_t *value)
{
	bool negative = take_char(s, '-');
	uint64_t v;

	if (!take_number(s, 10, &v))
		return false;
	if (negative && v > (uint64_t)INT64_MAX + 1)
		return false;
	*value = negative ? 0 - v : v;
	return true;
}

int ttmemstat_parse_u64(const char *buf, size_t len, uint64_t *value)
{
	struct span s = span_of(buf, len);
	unsigned int base = 10;
	uint64_t v;

	if (s.end - s.at > 2 && s.at[0] == '0' && (s.at[1] == 'x' || s.at[1] == 'X')) {
		s.at += 2;
		base = 16;
	}
	if (!take_number(&s, base, &v) || s.at != s.end)
		return -EBADMSG;
	*value = v;
	return 0;
}

int ttmemstat_parse_hex(const char *buf, size_t len, uint64_t *value)
{
	struct span s = span_of(buf, len);
	uint64_t v;

	if (s.end - s.at != 16 || !take_number(&s, 16, &v) || s.at != s.end)
		return -EBADMSG;
	*value = v;
	return 0;
}

int ttmemstat_parse_s64(const char *buf, size_t len, int64_t min, int64_t max, int64_t *value)
{
	struct span s = span_of(buf, len);
	bool negative = s.at < s.end && *s.at == '-';
	uint64_t v;

	if (!take_signed(&s, &v) || s.at != s.end)
		return -EBADMSG;
	if (!negative && v > INT64_MAX)
		return -EBADMSG;
	if ((int64_t)v < min || (int64_t)v > max)
		return -EBADMSG;
	*value = (int64_t)v;
	return 0;
}

void ttmemstat_parse_string(const char *buf, size_t len, char *dst, size_t size)
{
	struct span s = span_of(buf, len);
	size_t n = strnlen(s.at, (size_t)(s.end - s.at));

	if (!size)
		return;
	if (n > size - 1)
		n = size - 1;
	memcpy(dst, s.at, n);
	dst[n] = '\0';
}

int ttmemstat_parse_grid(const char *buf, size_t len, uint32_t *x, uint32_t *y)
{
	struct span s = span_of(buf, len);
	uint64_t a, b;

	if (!take_number(&s, 10, &a) || !take_char(&s, 'x') || !take_number(&s, 10, &b) ||
	    s.at != s.end)
		return -EBADMSG;
	/* Far above any chip, so that products cannot overflow. */
	if (!a || !b || a > UINT16_MAX || b > UINT16_MAX)
		return -EBADMSG;
	*x = (uint32_t)a;
	*y = (uint32_t)b;
	return 0;
}

const char *ttmemstat_kind_name(uint32_t kind)
{
	switch (kind) {
	case TTMEMSTAT_KIND_LOCAL:
		return "local";
	case TTMEMSTAT_KIND_REMOTE:
		return "remote";
	case TTMEMSTAT_KIND_VIRTUAL:
		return "virtual";
	default:
		return "unknown";
	}
}

uint32_t ttmemstat_parse_kind(const char *buf, size_t len)
{
	char name[TT_MEMSTAT_NAME_LEN];
	uint32_t kind;

	ttmemstat_parse_string(buf, len, name, sizeof(name));
	for (kind = TTMEMSTAT_KIND_LOCAL; kind <= TTMEMSTAT_KIND_VIRTUAL; kind++)
		if (!strcmp(name, ttmemstat_kind_name(kind)))
			return kind;
	return TTMEMSTAT_KIND_UNKNOWN;
}

int ttmemstat_parse_cores(const char *buf, size_t len, uint32_t x, uint32_t y, uint64_t *cores)
{
	struct span s = span_of(buf, len);
	uint32_t i, j;

	for (j = 0; j < y; j++) {
		if (j && !take_char(&s, '\n'))
			return -EBADMSG;
		for (i = 0; i < x; i++) {
			while (take_char(&s, ' '))
				;
			if (!take_number(&s, 10, &cores[(size_t)j * x + i]))
				return -EBADMSG;
			if (s.at < s.end && *s.at != ' ' && *s.at != '\n')
				return -EBADMSG;
		}
		while (take_char(&s, ' '))
			;
	}
	return s.at == s.end ? 0 : -EBADMSG;
}

/* A canonical decimal number: no sign, no leading zero, nothing after it. */
static bool plain_number(const char *name, uint64_t *value)
{
	struct span s = { name, name + strlen(name) };

	if (name[0] == '0' && name[1])
		return false;
	return take_number(&s, 10, value) && s.at == s.end;
}

int ttmemstat_parse_chip_name(const char *name, uint32_t *n)
{
	uint64_t v;

	if (strncmp(name, "tt", 2) != 0 || !plain_number(name + 2, &v) || v > UINT32_MAX)
		return -EBADMSG;
	*n = (uint32_t)v;
	return 0;
}

int ttmemstat_parse_client_name(const char *name, uint64_t *id)
{
	uint64_t v;

	if (!plain_number(name, &v))
		return -EBADMSG;
	*id = v;
	return 0;
}

bool ttmemstat_is_pci_address(const char *name, size_t len)
{
	struct span s = { name, name + len };
	uint64_t domain, bus, device, function;

	if (!take_number(&s, 16, &domain) || s.at - name < 4 || !take_char(&s, ':') ||
	    !take_number(&s, 16, &bus) || !take_char(&s, ':') ||
	    !take_number(&s, 16, &device) || !take_char(&s, '.') ||
	    !take_number(&s, 16, &function) || s.at != s.end)
		return false;
	return domain <= UINT32_MAX && bus <= 0xff && device <= 0x1f && function <= 7;
}

bool ttmemstat_parse_pci_path(const char *path, char dst[TT_MEMSTAT_PCI_LEN])
{
	const char *end = path + strlen(path);

	dst[0] = '\0';
	while (end > path) {
		const char *start = end;
		size_t len;

		while (start > path && start[-1] != '/')
			start--;
		len = (size_t)(end - start);
		if (len < TT_MEMSTAT_PCI_LEN && ttmemstat_is_pci_address(start, len)) {
			memcpy(dst, start, len);
			dst[len] = '\0';
			return true;
		}
		end = start > path ? start - 1 : start;
	}
	return false;
}

/*
 * Keys are in the order of their numbers. Starting after the last match makes one comparison per
 * line the usual case.
 */
static int figure_of(const char *key, size_t len, unsigned int *hint)
{
	unsigned int i;

	for (i = 0; i < TT_MEMSTAT_FIGURES; i++) {
		unsigned int n = (*hint + i) % TT_MEMSTAT_FIGURES;
		const char *name = ttmemstat_figure_name(n);

		/* Many keys of clients are no figures: most names differ at once. */
		if (*name == *key && !strncmp(name, key, len) && !name[len]) {
			*hint = n + 1;
			return (int)n;
		}
	}
	return -ENOENT;
}

static bool parse_line(struct span line, struct tt_memstat_figures *figures, unsigned int *hint)
{
	const char *key = line.at;
	uint64_t value;
	size_t len;
	int n;

	while (line.at < line.end && *line.at != ' ')
		line.at++;
	len = (size_t)(line.at - key);
	if (!len || !take_char(&line, ' '))
		return false;
	n = figure_of(key, len, hint);
	/* The value of an unknown key, from a newer module, need not be a number. */
	if (n < 0)
		return line.at < line.end;
	if (line.at < line.end && *line.at == '-' && !ttmemstat_figure_is_signed((unsigned int)n))
		return false;
	if (!take_signed(&line, &value) || line.at != line.end)
		return false;
	figures->value[n] = value;
	figures->known[n / 64] |= UINT64_C(1) << (n % 64);
	return true;
}

int ttmemstat_parse_stat(const char *buf, size_t len, struct tt_memstat_figures *figures,
			 size_t *malformed)
{
	const char *at = buf, *end;
	unsigned int hint = 0;
	size_t bad = 0;

	if (!figures || !buf)
		return -EINVAL;
	end = buf + len;
	memset(figures, 0, sizeof(*figures));
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		if (!newline) {
			bad++;
			break;
		}
		if (!parse_line((struct span){ at, newline }, figures, &hint))
			bad++;
		at = newline + 1;
	}
	if (malformed)
		*malformed = bad;
	return 0;
}

int ttmemstat_parse_stat_number(const char *buf, size_t len, const char *key, int64_t min,
				int64_t max, int64_t *value)
{
	const size_t key_len = strlen(key);
	const char *at = buf, *end = buf + len, *newline;

	for (; (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1) {
		const char *number = at + key_len + 1;

		if (number < newline && !memcmp(at, key, key_len) && number[-1] == ' ')
			return ttmemstat_parse_s64(number, (size_t)(newline - number), min, max,
						   value);
	}
	return -EBADMSG;
}
