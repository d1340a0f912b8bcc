/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Who pays for the nodes and the bank sets of a client: all that the ledger asks of its home, which
 * defines both functions. The driver charges users (limits.c), the library nobody.
 */
#ifndef TTMEM_LEDGER_PAYER_H
#define TTMEM_LEDGER_PAYER_H

#include <linux/types.h>

struct ttmem_user;

/* 0, or -ENOSPC: the user may not have that. A @user of NULL is nobody, who may have everything. */
int ttmem_user_charge(struct ttmem_user *user, u64 bytes);
void ttmem_user_uncharge(struct ttmem_user *user, u64 bytes);

#endif /* TTMEM_LEDGER_PAYER_H */
