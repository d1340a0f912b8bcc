// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entries that fit the live objects, and some that do not. Addresses come from a small set, so that
 * records overlap, or end where others start.
 */
#include <string.h>

#include "fuzz.h"

/* Choose address and size of a record in a bank of @len granules; in bytes. */
static void range_any(struct rng *r, uint32_t len, struct tt_memstat_entry *e)
{
	uint32_t span = len > 256 && rng_below(r, 16) ? 256 : len ? len : 256;
	uint32_t at = rng_below(r, span), room = span - at;
	uint32_t n = 1 + rng_below(r, rng_once_in(r, 8) ? room : room < 16 ? room : 16);

	if (rng_once_in(r, 4))
		at &= ~7u;
	e->addr = (uint64_t)at * TT_MEMSTAT_GRANULE;
	e->size = (uint64_t)n * TT_MEMSTAT_GRANULE;
}

static uint32_t set_any(struct rng *r, const struct standing *on, unsigned int space)
{
	uint32_t n = on->sets[space];

	if (!n || rng_once_in(r, 3))
		return 0;
	return on->set[space][rng_below(r, n < FUZZ_SETS ? n : FUZZ_SETS)];
}

static bool is_dram(uint32_t pool)
{
	return pool == TT_MEMSTAT_POOL_DRAM || pool == TT_MEMSTAT_POOL_TRACE;
}

static bool has_program(uint32_t pool)
{
	return pool == TT_MEMSTAT_POOL_CB || pool == TT_MEMSTAT_POOL_KERNEL;
}

static bool is_of_program(const struct standing *on, uint32_t id)
{
	return on->pool[id] && has_program(on->pool[id] - 1u);
}

enum which { UNUSED, LIVE, OF_PROGRAM };

/* Find a record of the wanted kind, starting at a random id; FUZZ_IDS: none. */
static uint32_t id_any(struct rng *r, const struct standing *on, enum which which)
{
	uint32_t id = rng_below(r, FUZZ_IDS);

	for (uint32_t i = 0; i < FUZZ_IDS; i++, id = (id + 1) % FUZZ_IDS)
		if (which == OF_PROGRAM ? is_of_program(on, id) : !on->pool[id] == (which == UNUSED))
			return id;
	return FUZZ_IDS;
}

static void record_any(struct rng *r, const struct standing *on, struct tt_memstat_entry *e)
{
	static const uint8_t pools[] = {
		TT_MEMSTAT_POOL_L1, TT_MEMSTAT_POOL_L1, TT_MEMSTAT_POOL_L1,
		TT_MEMSTAT_POOL_L1_SMALL, TT_MEMSTAT_POOL_CB, TT_MEMSTAT_POOL_CB,
		TT_MEMSTAT_POOL_CB, TT_MEMSTAT_POOL_DRAM, TT_MEMSTAT_POOL_DRAM,
		TT_MEMSTAT_POOL_TRACE, TT_MEMSTAT_POOL_KERNEL,
	};
	bool dram;

	e->op = TT_MEMSTAT_OP_RECORD;
	e->pool = pools[rng_below(r, sizeof(pools))];
	dram = is_dram(e->pool);
	e->id = id_any(r, on, UNUSED);
	if (rng_once_in(r, 12)) {
		e->flags |= TT_MEMSTAT_ENTRY_PART;
		e->id = rng_below(r, FUZZ_IDS);
	}
	range_any(r, dram ? on->dram : on->l1, e);
	e->set = set_any(r, on, dram ? TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1);
	if (has_program(e->pool)) {
		e->program = rng_below(r, FUZZ_PROGRAMS) + !rng_once_in(r, 20);
		if (rng_once_in(r, 30))
			e->flags |= TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
	}
	if (e->pool == TT_MEMSTAT_POOL_CB && rng_once_in(r, 8))
		e->flags |= TT_MEMSTAT_ENTRY_VIEW;
	if (e->pool == TT_MEMSTAT_POOL_KERNEL) {
		e->addr = 0;
		if (rng_once_in(r, 4))
			e->size = 0;
		if (rng_once_in(r, 3))
			e->flags |= TT_MEMSTAT_ENTRY_SYSTEM;
	}
}

static void snapshot_any(struct rng *r, const struct standing *on, struct tt_memstat_entry *e)
{
	uint32_t len;

	e->op = TT_MEMSTAT_OP_SNAPSHOT;
	e->pool = rng_below(r, TT_MEMSTAT_POOL_KERNEL);
	len = is_dram(e->pool) ? on->dram : on->l1;
	if (e->pool == TT_MEMSTAT_POOL_CB && rng_once_in(r, 2))
		e->flags |= TT_MEMSTAT_ENTRY_LOADED;
	if (rng_once_in(r, 3)) {
		e->flags |= TT_MEMSTAT_ENTRY_TOTAL;
		e->size = (uint64_t)rng_below(r, len + 1) * TT_MEMSTAT_GRANULE;
		return;
	}
	e->set = set_any(r, on, is_dram(e->pool) ? TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1);
	e->id = (uint64_t)rng_below(r, len + 1) * TT_MEMSTAT_GRANULE;
	e->addr = e->id ? rng_next(r) % (e->id + 1) : 0;
	e->size = e->id - e->addr;
	e->program = e->size / 2;
}

static void bend_entry(struct rng *r, struct tt_memstat_entry *e)
{
	uint64_t value = odd_number(r);
	size_t width = rng_once_in(r, 2) ? 8 : rng_once_in(r, 2) ? 4 : 2;
	size_t at = rng_below(r, (uint32_t)(sizeof(*e) / width)) * width;

	memcpy((unsigned char *)e + at, &value, width);
}

void event_any(struct thread *t, const struct standing *on, struct tt_memstat_entry *e)
{
	struct rng *r = &t->rng;
	uint32_t pick = rng_below(r, 100);
	uint32_t live = id_any(r, on, pick < 82 ? LIVE : OF_PROGRAM);

	memset(e, 0, sizeof(*e));
	if (pick >= 96) {
		snapshot_any(r, on, e);
	} else if (pick < 55 || (live == FUZZ_IDS && !rng_once_in(r, 20))) {
		record_any(r, on, e);
	} else if (pick < 82) {
		e->op = TT_MEMSTAT_OP_FREE;
		e->id = live;
	} else if (pick < 85) {
		e->op = TT_MEMSTAT_OP_PROGRAM_FREE;
		e->program = on->program[live % FUZZ_IDS];
	} else {
		e->op = TT_MEMSTAT_OP_DISPATCH;
		e->program = on->program[live % FUZZ_IDS];
		e->id = rng_below(r, 3);
	}
	if (!t->p->orderly && rng_once_in(r, 60))
		bend_entry(r, e);
}

/* The kernel took the entry: update the live objects. */
void event_taken(struct standing *on, const struct tt_memstat_entry *e)
{
	bool all = e->op == TT_MEMSTAT_OP_PROGRAM_FREE ||
		   (e->op == TT_MEMSTAT_OP_RECORD && e->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM);

	for (uint32_t id = 0; all && id < FUZZ_IDS; id++)
		if (on->pool[id] && has_program(on->pool[id] - 1u) &&
		    on->program[id] == (uint8_t)e->program)
			on->pool[id] = 0;
	if (e->id >= FUZZ_IDS)
		return;
	if (e->op == TT_MEMSTAT_OP_RECORD) {
		on->pool[e->id] = (uint8_t)(1 + e->pool);
		on->program[e->id] = (uint8_t)e->program;
	} else if (e->op == TT_MEMSTAT_OP_FREE) {
		on->pool[e->id] = 0;
	}
}

/* Many entries of one kind, towards the limits of a record, a program or a client. */
uint32_t event_crowd(struct thread *t, struct standing *on, struct tt_memstat_entry *e,
		     uint32_t room)
{
	struct rng *r = &t->rng;
	uint32_t kind = rng_below(r, 4), at = rng_below(r, 1 << 20);

	for (uint32_t i = 0; i < room; i++) {
		memset(&e[i], 0, sizeof(e[i]));
		record_any(r, on, &e[i]);
		e[i].flags = 0;
		e[i].id = 1000000 + at + i;
		if (kind == 0) {			/* parts of a record */
			e[i].id = 1000000;
			e[i].flags = TT_MEMSTAT_ENTRY_PART;
		} else if (kind == 1) {			/* records of a program */
			e[i].pool = i % 2 ? TT_MEMSTAT_POOL_CB : TT_MEMSTAT_POOL_KERNEL;
			e[i].program = 1000;
			e[i].set = set_any(r, on, TT_MEMSTAT_SPACE_L1);
			range_any(r, on->l1, &e[i]);
			if (e[i].pool == TT_MEMSTAT_POOL_KERNEL)
				e[i].addr = 0;
		} else if (kind == 2 && i % 3 == 2) {	/* programs, dispatched as a trace */
			e[i] = (struct tt_memstat_entry) {
				.op = TT_MEMSTAT_OP_DISPATCH, .id = 9,
				.program = e[i - 1].program,
			};
		} else if (kind == 2) {
			e[i].pool = TT_MEMSTAT_POOL_CB;
			e[i].program = 2000 + at + i / 3;
			e[i].set = set_any(r, on, TT_MEMSTAT_SPACE_L1);
			range_any(r, on->l1, &e[i]);
		}
	}
	return room;
}
