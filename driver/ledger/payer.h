/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The functions that the ledger's environment provides: they charge a user for nodes and bank sets.
 * The driver has them in limits.c; the library charges nobody.
 */
#ifndef TTMEM_LEDGER_PAYER_H
#define TTMEM_LEDGER_PAYER_H

#include <linux/types.h>

struct ttmem_user;

/* 0, or -ENOSPC: over a limit. @user may be NULL: charge nobody. */
int ttmem_user_charge(struct ttmem_user *user, u64 bytes);
void ttmem_user_uncharge(struct ttmem_user *user, u64 bytes);

#endif /* TTMEM_LEDGER_PAYER_H */
