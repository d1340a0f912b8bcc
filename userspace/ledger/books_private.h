/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * What the files of the books share.
 */
#ifndef TTMEMSTAT_BOOKS_PRIVATE_H
#define TTMEMSTAT_BOOKS_PRIVATE_H

#include "../../driver/ledger/ledger.h"
#include "books.h"

struct books {
	struct ttmem_ledger ledger;
	struct tt_memstat_geometry geometry;
};

struct books_client {
	struct ttmem_ledger_client ledger;
	struct ttmem_prealloc prealloc;
};

#endif
