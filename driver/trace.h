/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tracepoints, tt_memstat:*. docs/tracing.md says what each field means;
 * fields are only added.
 *
 * Those of entries are behind one jump, ttmem_tracing(), so that taking an entry costs nothing more
 * while nobody listens. What they show is looked up only when somebody does. No lock is taken in
 * them: on PREEMPT_RT that could sleep.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM tt_memstat

#if !defined(TTMEM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define TTMEM_TRACE_H

#include <linux/jump_label.h>
#include <linux/tracepoint.h>
#include "private.h"

#ifndef TTMEM_TRACE_ONCE
#define TTMEM_TRACE_ONCE

/* Somebody listens to a tracepoint of entries. */
DECLARE_STATIC_KEY_FALSE(ttmem_trace_key);

int ttmem_trace_on(void);
void ttmem_trace_off(void);

static inline bool ttmem_tracing(void)
{
#ifdef TRACEPOINTS_ENABLED
	return static_branch_unlikely(&ttmem_trace_key);
#else
	return false;
#endif
}

/* Bytes in use on the chip, in the space of a pool; of pool kernel, all binaries. */
static inline u64 ttmem_trace_used(const struct ttmem_ledger *l, unsigned int pool)
{
	switch (pool) {
	case TT_MEMSTAT_POOL_DRAM:
	case TT_MEMSTAT_POOL_TRACE:
		return l->sums.usage.dram;
	case TT_MEMSTAT_POOL_KERNEL:
		return l->sums.kernel_app + l->sums.kernel_system;
	}
	return l->sums.usage.l1;
}

#endif /* TTMEM_TRACE_ONCE */

/* By number, as in uapi/tt_memstat.h and enum ttmem_chip_kind: tracers do not know their names. */
#define ttmem_show_pool(pool)							\
	__print_symbolic(pool, { 0, "dram" }, { 1, "trace" }, { 2, "l1" },	\
			 { 3, "l1_small" }, { 4, "cb" }, { 5, "kernel" })

#define ttmem_show_op(op)							\
	__print_symbolic(op, { 0, "none" }, { 1, "record" }, { 2, "free" },	\
			 { 3, "program_free" }, { 4, "dispatch" }, { 5, "snapshot" })

#define ttmem_show_kind(kind) \
	__print_symbolic(kind, { 0, "local" }, { 1, "remote" }, { 2, "virtual" })

/* Whose: in every event of a client. */
#define TTMEM_TRACE_WHO								\
	__field(u32, chip)							\
	__field(s32, pid)							\
	__field(u64, client)

#define TTMEM_TRACE_WHO_ASSIGN(_a)						\
do {										\
	const struct ttmem_attachment *_who = (_a);				\
										\
	__entry->chip = _who->chip->number;					\
	__entry->pid = pid_nr(_who->client->owner);				\
	__entry->client = _who->client->id;					\
} while (0)

#define TTMEM_TRACE_WHO_FORMAT	"chip=%u client=%llu pid=%d"
#define TTMEM_TRACE_WHO_ARGS	__entry->chip, __entry->client, __entry->pid

TRACE_EVENT_FN(record,
	TP_PROTO(const struct ttmem_attachment *a, const struct tt_memstat_entry *e, u32 banks),
	TP_ARGS(a, e, banks),
	TP_STRUCT__entry(
		TTMEM_TRACE_WHO
		__field(u64, id)
		__field(u64, program)
		__field(u64, addr)
		__field(u64, size)
		__field(u64, bytes)
		__field(u64, used)
		__field(u32, set)
		__field(u32, banks)
		__field(u32, pool)
		__field(u32, flags)
	),
	TP_fast_assign(
		TTMEM_TRACE_WHO_ASSIGN(a);
		__entry->id = e->id;
		__entry->program = e->program;
		__entry->addr = e->addr;
		__entry->size = e->size;
		__entry->bytes = e->flags & TT_MEMSTAT_ENTRY_VIEW ? 0 : e->size * banks;
		__entry->used = ttmem_trace_used(&a->chip->ledger, e->pool);
		__entry->set = e->set;
		__entry->banks = banks;
		__entry->pool = e->pool;
		__entry->flags = e->flags;
	),
	TP_printk(TTMEM_TRACE_WHO_FORMAT
		  " pool=%s id=%#llx program=%#llx addr=%#llx size=%llu set=%u banks=%u bytes=%llu used=%llu flags=%#x",
		  TTMEM_TRACE_WHO_ARGS, ttmem_show_pool(__entry->pool), __entry->id,
		  __entry->program, __entry->addr, __entry->size, __entry->set, __entry->banks,
		  __entry->bytes, __entry->used, __entry->flags),
	ttmem_trace_on, ttmem_trace_off
);

TRACE_EVENT_FN(free,
	TP_PROTO(const struct ttmem_attachment *a, u64 id, u32 pool, u64 bytes),
	TP_ARGS(a, id, pool, bytes),
	TP_STRUCT__entry(
		TTMEM_TRACE_WHO
		__field(u64, id)
		__field(u64, bytes)
		__field(u64, used)
		__field(u32, pool)
	),
	TP_fast_assign(
		TTMEM_TRACE_WHO_ASSIGN(a);
		__entry->id = id;
		__entry->bytes = bytes;
		__entry->used = ttmem_trace_used(&a->chip->ledger, pool);
		__entry->pool = pool;
	),
	TP_printk(TTMEM_TRACE_WHO_FORMAT " pool=%s id=%#llx bytes=%llu used=%llu",
		  TTMEM_TRACE_WHO_ARGS, ttmem_show_pool(__entry->pool), __entry->id,
		  __entry->bytes, __entry->used),
	ttmem_trace_on, ttmem_trace_off
);

TRACE_EVENT_FN(program_load,
	TP_PROTO(const struct ttmem_attachment *a, u64 program),
	TP_ARGS(a, program),
	TP_STRUCT__entry(
		TTMEM_TRACE_WHO
		__field(u64, program)
		__field(u32, programs)
	),
	TP_fast_assign(
		TTMEM_TRACE_WHO_ASSIGN(a);
		__entry->program = program;
		__entry->programs = a->books.sums.programs;
	),
	TP_printk(TTMEM_TRACE_WHO_FORMAT " program=%#llx programs=%u", TTMEM_TRACE_WHO_ARGS,
		  __entry->program, __entry->programs),
	ttmem_trace_on, ttmem_trace_off
);

TRACE_EVENT_FN(program_free,
	TP_PROTO(const struct ttmem_attachment *a, u64 program, bool replaced),
	TP_ARGS(a, program, replaced),
	TP_STRUCT__entry(
		TTMEM_TRACE_WHO
		__field(u64, program)
		__field(u64, cb_used)
		__field(u64, cb_loaded)
		__field(u32, programs)
		__field(u32, replaced)
	),
	TP_fast_assign(
		TTMEM_TRACE_WHO_ASSIGN(a);
		__entry->program = program;
		__entry->cb_used = a->chip->ledger.sums.usage.cb;
		__entry->cb_loaded = a->chip->ledger.sums.usage.loaded;
		__entry->programs = a->books.sums.programs;
		__entry->replaced = replaced;
	),
	TP_printk(TTMEM_TRACE_WHO_FORMAT
		  " program=%#llx programs=%u cb_used=%llu cb_loaded=%llu replaced=%u",
		  TTMEM_TRACE_WHO_ARGS, __entry->program, __entry->programs, __entry->cb_used,
		  __entry->cb_loaded, __entry->replaced),
	ttmem_trace_on, ttmem_trace_off
);

TRACE_EVENT_FN(dispatch,
	TP_PROTO(const struct ttmem_attachment *a, u64 program, u64 list, bool clash),
	TP_ARGS(a, program, list, clash),
	TP_STRUCT__entry(
		TTMEM_TRACE_WHO
		__field(u64, program)
		__field(u64, list)
		__field(u64, cb_used)
		__field(s64, headroom)
		__field(u32, clash)
	),
	TP_fast_assign(
		TTMEM_TRACE_WHO_ASSIGN(a);
		__entry->program = program;
		__entry->list = list;
		__entry->cb_used = a->chip->ledger.sums.usage.cb;
		__entry->headroom = a->books.sums.headroom;
		__entry->clash = clash;
	),
	TP_printk(TTMEM_TRACE_WHO_FORMAT
		  " program=%#llx list=%#llx cb_used=%llu headroom=%lld clash=%u",
		  TTMEM_TRACE_WHO_ARGS, __entry->program, __entry->list, __entry->cb_used,
		  __entry->headroom, __entry->clash),
	ttmem_trace_on, ttmem_trace_off
);

TRACE_EVENT_FN(snapshot,
	TP_PROTO(const struct ttmem_attachment *a, const struct tt_memstat_entry *e, u32 banks),
	TP_ARGS(a, e, banks),
	TP_STRUCT__entry(
		TTMEM_TRACE_WHO
		__field(u64, bytes)
		__field(u64, allocatable)
		__field(u64, allocated)
		__field(u64, free)
		__field(u64, largest)
		__field(u32, set)
		__field(u32, banks)
		__field(u32, pool)
		__field(u32, flags)
	),
	TP_fast_assign(
		bool total = e->flags & TT_MEMSTAT_ENTRY_TOTAL;

		TTMEM_TRACE_WHO_ASSIGN(a);
		__entry->bytes = total ? e->size : e->addr * banks;
		__entry->allocatable = total ? 0 : e->id;
		__entry->allocated = total ? 0 : e->addr;
		__entry->free = total ? 0 : e->size;
		__entry->largest = total ? 0 : e->program;
		__entry->set = e->set;
		__entry->banks = banks;
		__entry->pool = e->pool;
		__entry->flags = e->flags;
	),
	TP_printk(TTMEM_TRACE_WHO_FORMAT
		  " pool=%s set=%u banks=%u bytes=%llu allocatable=%llu allocated=%llu free=%llu largest=%llu flags=%#x",
		  TTMEM_TRACE_WHO_ARGS, ttmem_show_pool(__entry->pool), __entry->set,
		  __entry->banks, __entry->bytes, __entry->allocatable, __entry->allocated,
		  __entry->free, __entry->largest, __entry->flags),
	ttmem_trace_on, ttmem_trace_off
);

DECLARE_EVENT_CLASS(ttmem_refused,
	TP_PROTO(const struct ttmem_attachment *a, const struct tt_memstat_entry *e, int error),
	TP_ARGS(a, e, error),
	TP_STRUCT__entry(
		TTMEM_TRACE_WHO
		__field(u64, id)
		__field(u64, program)
		__field(u64, addr)
		__field(u64, size)
		__field(u32, op)
		__field(u32, set)
		__field(u32, pool)
		__field(u32, flags)
		__field(s32, error)
	),
	TP_fast_assign(
		TTMEM_TRACE_WHO_ASSIGN(a);
		__entry->id = e->id;
		__entry->program = e->program;
		__entry->addr = e->addr;
		__entry->size = e->size;
		__entry->op = e->op;
		__entry->set = e->set;
		__entry->pool = e->pool;
		__entry->flags = e->flags;
		__entry->error = error;
	),
	TP_printk(TTMEM_TRACE_WHO_FORMAT
		  " op=%s error=%d id=%#llx program=%#llx addr=%#llx size=%llu set=%u pool=%u flags=%#x",
		  TTMEM_TRACE_WHO_ARGS, ttmem_show_op(__entry->op), __entry->error, __entry->id,
		  __entry->program, __entry->addr, __entry->size, __entry->set, __entry->pool,
		  __entry->flags)
);

DEFINE_EVENT_FN(ttmem_refused, entry_reject,
	TP_PROTO(const struct ttmem_attachment *a, const struct tt_memstat_entry *e, int error),
	TP_ARGS(a, e, error), ttmem_trace_on, ttmem_trace_off);

DEFINE_EVENT_FN(ttmem_refused, entry_drop,
	TP_PROTO(const struct ttmem_attachment *a, const struct tt_memstat_entry *e, int error),
	TP_ARGS(a, e, error), ttmem_trace_on, ttmem_trace_off);

TRACE_EVENT(client_attach,
	TP_PROTO(const struct ttmem_attachment *a),
	TP_ARGS(a),
	TP_STRUCT__entry(
		TTMEM_TRACE_WHO
		__field(u32, uid)
		__field(s32, runtime_id)
		__field(u32, covers)
		__array(char, comm, TASK_COMM_LEN)
		__array(char, label, TT_MEMSTAT_LABEL_LEN)
	),
	TP_fast_assign(
		TTMEM_TRACE_WHO_ASSIGN(a);
		__entry->uid = from_kuid(&init_user_ns, a->client->uid);
		__entry->runtime_id = a->runtime_id;
		__entry->covers = a->books.covers;
		memcpy(__entry->comm, a->comm, TASK_COMM_LEN);
		ttmem_sysfs_text(__entry->label, a->label, sizeof(__entry->label));
	),
	TP_printk(TTMEM_TRACE_WHO_FORMAT " uid=%u runtime_id=%d covers=%#x comm=%s label=%s",
		  TTMEM_TRACE_WHO_ARGS, __entry->uid, __entry->runtime_id, __entry->covers,
		  __entry->comm, __entry->label)
);

TRACE_EVENT(client_drop,
	TP_PROTO(const struct ttmem_attachment *a, u32 pools),
	TP_ARGS(a, pools),
	TP_STRUCT__entry(TTMEM_TRACE_WHO __field(u32, pools)),
	TP_fast_assign(TTMEM_TRACE_WHO_ASSIGN(a); __entry->pools = pools;),
	TP_printk(TTMEM_TRACE_WHO_FORMAT " pools=%#x", TTMEM_TRACE_WHO_ARGS, __entry->pools)
);

TRACE_EVENT(client_detach,
	TP_PROTO(const struct ttmem_attachment *a, int why),
	TP_ARGS(a, why),
	TP_STRUCT__entry(
		TTMEM_TRACE_WHO
		__field(u64, rejected)
		__field(u64, dropped)
		__field(u64, l1_used)
		__field(u64, dram_used)
		__field(u64, l1_peak)
		__field(u64, l1_footprint_peak)
		__field(u64, l1_buffers_peak)
		__field(u64, l1_small_peak)
		__field(u64, cb_peak)
		__field(u64, cb_loaded_peak)
		__field(u64, dram_peak)
		__field(u64, dram_buffers_peak)
		__field(u64, trace_peak)
		__field(u32, uid)
		__field(u32, records)
		__field(u32, programs)
		__field(s32, why)
		__array(char, comm, TASK_COMM_LEN)
	),
	TP_fast_assign(
		const struct ttmem_ledger_client *c = &a->books;

		TTMEM_TRACE_WHO_ASSIGN(a);
		__entry->rejected = c->sums.rejected;
		__entry->dropped = c->sums.dropped;
		__entry->l1_used = c->sums.usage.l1;
		__entry->dram_used = c->sums.usage.dram;
		__entry->l1_peak = c->sums.peaks.l1;
		__entry->l1_footprint_peak = c->sums.peaks.footprint;
		__entry->l1_buffers_peak = c->sums.peaks.buffers;
		__entry->l1_small_peak = c->sums.peaks.small;
		__entry->cb_peak = c->sums.peaks.cb;
		__entry->cb_loaded_peak = c->sums.peaks.loaded;
		__entry->dram_peak = c->sums.peaks.dram;
		__entry->dram_buffers_peak = c->sums.peaks.dram_buffers;
		__entry->trace_peak = c->sums.peaks.trace;
		__entry->uid = from_kuid(&init_user_ns, a->client->uid);
		__entry->records = c->sums.records;
		__entry->programs = c->sums.programs;
		__entry->why = why;
		memcpy(__entry->comm, a->comm, TASK_COMM_LEN);
	),
	TP_printk(TTMEM_TRACE_WHO_FORMAT
		  " uid=%u comm=%s why=%d records=%u programs=%u l1_used=%llu dram_used=%llu l1_peak=%llu l1_footprint_peak=%llu l1_buffers_peak=%llu l1_small_peak=%llu cb_peak=%llu cb_loaded_peak=%llu dram_peak=%llu dram_buffers_peak=%llu trace_peak=%llu rejected=%llu dropped=%llu",
		  TTMEM_TRACE_WHO_ARGS, __entry->uid, __entry->comm, __entry->why,
		  __entry->records, __entry->programs, __entry->l1_used, __entry->dram_used,
		  __entry->l1_peak, __entry->l1_footprint_peak, __entry->l1_buffers_peak,
		  __entry->l1_small_peak, __entry->cb_peak, __entry->cb_loaded_peak,
		  __entry->dram_peak, __entry->dram_buffers_peak, __entry->trace_peak,
		  __entry->rejected, __entry->dropped)
);

DECLARE_EVENT_CLASS(ttmem_chip,
	TP_PROTO(const struct ttmem_chip *chip),
	TP_ARGS(chip),
	TP_STRUCT__entry(
		__field(u32, chip)
		__field(u32, kind)
		__array(char, pci, TT_MEMSTAT_PCI_LEN)
	),
	TP_fast_assign(
		__entry->chip = chip->number;
		__entry->kind = chip->kind;
		strscpy(__entry->pci, chip->slot ? chip->slot->pci : "", sizeof(__entry->pci));
	),
	TP_printk("chip=%u kind=%s pci=%s", __entry->chip, ttmem_show_kind(__entry->kind),
		  __entry->pci)
);

DEFINE_EVENT(ttmem_chip, chip_add, TP_PROTO(const struct ttmem_chip *chip), TP_ARGS(chip));
DEFINE_EVENT(ttmem_chip, chip_remove, TP_PROTO(const struct ttmem_chip *chip), TP_ARGS(chip));

#endif /* TTMEM_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
