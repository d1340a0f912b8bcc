/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Parse the contents of sysfs files: pure functions on buffers that need not be NUL terminated.
 * Unless noted otherwise, each returns 0, or -EBADMSG for malformed content, with its output
 * unchanged. A newline at the end is always allowed.
 */
#ifndef TTMEMSTAT_PARSE_H
#define TTMEMSTAT_PARSE_H

#include "public.h"

/* A decimal number, or with 0x a hexadecimal one. */
int ttmemstat_parse_u64(const char *buf, size_t len, uint64_t *value);

/* 16 hexadecimal digits. */
int ttmemstat_parse_hex(const char *buf, size_t len, uint64_t *value);

/* A decimal number from @min to @max. */
int ttmemstat_parse_s64(const char *buf, size_t len, int64_t min, int64_t max, int64_t *value);

/*
 * Copy all bytes up to the final newline or a NUL, truncated to @size - 1; never fails. Newlines
 * inside are kept, because names may contain them.
 */
void ttmemstat_parse_string(const char *buf, size_t len, char *dst, size_t size);

/* "8x8" */
int ttmemstat_parse_grid(const char *buf, size_t len, uint32_t *x, uint32_t *y);

/* "local", "remote" or "virtual"; TTMEMSTAT_KIND_UNKNOWN for other contents */
uint32_t ttmemstat_parse_kind(const char *buf, size_t len);

/* @y lines of @x numbers, separated by blanks. On failure @cores may be partly written. */
int ttmemstat_parse_cores(const char *buf, size_t len, uint32_t x, uint32_t y, uint64_t *cores);

/* The number of one line of `stat`, decimal, from @min to @max. */
int ttmemstat_parse_stat_number(const char *buf, size_t len, const char *key, int64_t min,
				int64_t max, int64_t *value);

/* The canonical file name "tt<N>". */
int ttmemstat_parse_chip_name(const char *name, uint32_t *n);

/* The file name of a client: a canonical decimal number. */
int ttmemstat_parse_client_name(const char *name, uint64_t *id);

/* Whether @len bytes are domain:bus:device.function. */
bool ttmemstat_is_pci_address(const char *name, size_t len);

/* Copy the last part of a path that is a PCI address; false: there is none, and @dst is empty. */
bool ttmemstat_parse_pci_path(const char *path, char dst[TT_MEMSTAT_PCI_LEN]);

#endif /* TTMEMSTAT_PARSE_H */
