// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
#include "../../driver/ledger/ledger.h"

/* Nodes are not charged in userspace. */
int ttmem_user_charge(struct ttmem_user *user, u64 bytes)
{
	(void)user;
	(void)bytes;
	return 0;
}

void ttmem_user_uncharge(struct ttmem_user *user, u64 bytes)
{
	(void)user;
	(void)bytes;
}
