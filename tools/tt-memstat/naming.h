/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names that a process publishes for the operations that made its buffers and programs
 * (userspace/report/published.h).
 */
#ifndef TT_MEMSTAT_NAMING_H
#define TT_MEMSTAT_NAMING_H

#include <stdint.h>

struct naming;

/* Names that process @pid publishes; NULL: none, or unreadable. */
struct naming *naming_read(int32_t pid);

/*
 * The operation of the record or program @id, fit for a terminal; NULL: unknown. @naming may be
 * NULL.
 */
const char *naming_find(const struct naming *naming, uint64_t id);

/* Number of cores with data of the record @id; 0: unknown. @naming may be NULL. */
uint32_t naming_cores(const struct naming *naming, uint64_t id);

void naming_free(struct naming *naming);

#endif
