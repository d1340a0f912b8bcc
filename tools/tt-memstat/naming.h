/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which operation of its runtime made a buffer or a program, by what the process itself publishes
 * (userspace/report/published.h).
 *
 * Knows where that lies and that its author may be hostile. Does not know what is listed.
 */
#ifndef TT_MEMSTAT_NAMING_H
#define TT_MEMSTAT_NAMING_H

#include <stdint.h>

struct naming;

/* What process @pid publishes; NULL: nothing, or nothing that one may or can read. */
struct naming *naming_read(int32_t pid);

/* Of the record or program @id, fit for a terminal; NULL: unknown. @naming may be NULL. */
const char *naming_find(const struct naming *naming, uint64_t id);

/* How many cores hold data of the record @id; 0: unknown. @naming may be NULL. */
uint32_t naming_cores(const struct naming *naming, uint64_t id);

void naming_free(struct naming *naming);

#endif
