/* SPDX-License-Identifier: GPL-2.0-only */
/* Entries into the books, and into the trace for who listens. */
#ifndef TTM_TAKE_H
#define TTM_TAKE_H

#include "attachment.h"
#include "ledger/ledger.h"
#include "trace.h"

int ttm_take_traced(struct ttm_attachment *a, const struct tt_memstat_entry *e, u64 now_ns,
		    struct ttm_fund *fund);
void ttm_refuse(struct ttm_attachment *a, const struct tt_memstat_entry *e, int error);

/* As ttm_ledger_take(). */
static inline int ttm_take(struct ttm_attachment *a, const struct tt_memstat_entry *e, u64 now_ns,
			   struct ttm_fund *fund)
{
	if (ttm_tracing())
		return ttm_take_traced(a, e, now_ns, fund);
	return ttm_ledger_take(&a->books, e, now_ns, fund);
}

#endif /* TTM_TAKE_H */
