/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The virtual chips of a mock card for the life of the process, whatever it becomes by exec().
 */
#ifndef TT_MEMSTAT_RUN_VIRTUAL_H
#define TT_MEMSTAT_RUN_VIRTUAL_H

/* What cannot be made is said. */
void run_virtual(void);

#endif
