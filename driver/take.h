/* SPDX-License-Identifier: GPL-2.0-only */
/* Entries into the books, and into the trace for who listens. */
#ifndef TTMEM_TAKE_H
#define TTMEM_TAKE_H

#include "attachment.h"
#include "ledger/ledger.h"
#include "trace.h"

int ttmem_take_traced(struct ttmem_attachment *a, const struct tt_memstat_entry *e, u64 now_ns,
		      struct ttmem_fund *fund);
void ttmem_refuse(struct ttmem_attachment *a, const struct tt_memstat_entry *e, int error);

/* As ttmem_ledger_take(). */
static inline int ttmem_take(struct ttmem_attachment *a, const struct tt_memstat_entry *e,
			     u64 now_ns, struct ttmem_fund *fund)
{
	if (ttmem_tracing())
		return ttmem_take_traced(a, e, now_ns, fund);
	return ttmem_ledger_take(&a->books, e, now_ns, fund);
}

#endif /* TTMEM_TAKE_H */
