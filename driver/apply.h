/* SPDX-License-Identifier: GPL-2.0-only */
/* Apply an entry to the books, and trace it if a tracepoint is enabled. */
#ifndef TTMEM_APPLY_H
#define TTMEM_APPLY_H

#include "private.h"
#include "trace.h"

int ttmem_apply_traced(struct ttmem_attachment *a, const struct tt_memstat_entry *e, u64 now_ns,
		       struct ttmem_prealloc *prealloc);
void ttmem_refuse(struct ttmem_attachment *a, const struct tt_memstat_entry *e, int error);

/* As ttmem_ledger_apply(). */
static inline int ttmem_apply(struct ttmem_attachment *a, const struct tt_memstat_entry *e,
			      u64 now_ns, struct ttmem_prealloc *prealloc)
{
	if (ttmem_tracing())
		return ttmem_apply_traced(a, e, now_ns, prealloc);
	return ttmem_ledger_apply(&a->books, e, now_ns, prealloc);
}

#endif /* TTMEM_APPLY_H */
