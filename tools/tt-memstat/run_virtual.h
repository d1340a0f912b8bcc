/* SPDX-License-Identifier: GPL-2.0-only */
/* tt-memstat run --virtual: virtual chips for a mock card, for the life of this process. */
#ifndef TT_MEMSTAT_RUN_VIRTUAL_H
#define TT_MEMSTAT_RUN_VIRTUAL_H

/* Make the chips; prints failures. */
void run_virtual(void);

#endif
