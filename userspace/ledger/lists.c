// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Pages of live objects and of bank sets, as driver/list.c makes them. The cursor is the lowest id
 * not yet looked at; the parts of a record share a page.
 */
#include <linux/errno.h>
#include "books_private.h"

/* Where the next list starts; 0, the end, follows the last entry and the highest possible id. */
static uint64_t next_cursor(bool more, uint64_t last)
{
	return more ? last + 1 : 0;
}

static void fill_record(const struct ttmem_ledger_client *c, const struct ttmem_record *r,
			struct tt_memstat_record_info *info)
{
	const struct ttmem_set *set = ttmem_set_find((struct ttmem_ledger_client *)c,
						     ttmem_pool_space(r->pool), r->set);

	*info = (struct tt_memstat_record_info) {
		.id = r->id,
		.addr = ttmem_bytes(r->at),
		.size = ttmem_bytes(r->len),
		.program = ttmem_pool_has_program(r->pool) ?
			container_of(r, struct ttmem_program_record, r)->program->id : 0,
		.pool = r->pool,
		.flags = r->flags,
		.set = r->set,
		.banks = set->banks,
	};
}

int books_list_records(const struct books_client *client, uint64_t *cursor,
		       struct tt_memstat_record_info *items, uint32_t *count)
{
	const struct ttmem_ledger_client *c = &client->ledger;
	struct ttmem_record *r = ttmem_by_id_from((struct rb_root *)&c->records, *cursor), *part;
	uint32_t done = 0;
	uint64_t last = 0;

	while (r) {
		uint32_t n = done;

		for (part = r; part && n < *count; part = part->next_part)
			fill_record(c, part, &items[n++]);
		if (part)
			break;
		done = n;
		last = r->id;
		r = rb_entry_safe(rb_next(&r->rb), struct ttmem_record, rb);
	}
	if (r && !done)
		return -ENOSPC;
	*count = done;
	*cursor = next_cursor(r, last);
	return 0;
}

static void fill_program(const struct books *books, struct ttmem_program *p,
			 struct tt_memstat_program_info *info)
{
	DECLARE_BITMAP(resident, TTMEM_MAX_CORES);
	DECLARE_BITMAP(cores, TTMEM_MAX_CORES);

	ttmem_program_cores(p, cores);
	bitmap_and(resident, cores, p->last, TTMEM_MAX_CORES);
	*info = (struct tt_memstat_program_info) {
		.id = p->id,
		.list = p->list,
		.cb_bytes = ttmem_program_cb_bytes(p),
		.records = p->records,
		.cores = fold_weight(books, cores),
		.resident = fold_weight(books, resident),
	};
}

int books_list_programs(const struct books_client *client, uint64_t *cursor,
			struct tt_memstat_program_info *items, uint32_t *count)
{
	struct ttmem_program *p = ttmem_by_id_from((struct rb_root *)&client->ledger.programs, *cursor);
	uint32_t done = 0;
	uint64_t last = 0;

	while (p && done < *count) {
		fill_program(books_of(client), p, &items[done++]);
		last = p->id;
		p = rb_entry_safe(rb_next(&p->rb), struct ttmem_program, rb);
	}
	*count = done;
	*cursor = next_cursor(p, last);
	return 0;
}

static void fill_set(const struct books *books, const struct ttmem_set *set,
		     struct tt_memstat_set_info *info)
{
	const bool l1 = set->space == TT_MEMSTAT_SPACE_L1;

	*info = (struct tt_memstat_set_info) {
		.set = set->number,
		.space = set->space,
		.banks = set->banks,
		.columns = l1 ? books->ledger.columns : 0,
	};
	for (uint32_t bank = 0; bank < (l1 ? books->fold.cores : books->ledger.banks); bank++)
		if (test_bit(l1 ? books->fold.of[bank] : bank, set->map))
			info->map[bank / 64] |= 1ull << bank % 64;
}

int books_list_sets(const struct books_client *client, uint64_t *cursor,
		    struct tt_memstat_set_info *items, uint32_t *count)
{
	struct ttmem_ledger_client *c = (struct ttmem_ledger_client *)&client->ledger;
	const struct ttmem_set *set;
	uint64_t at = *cursor;
	uint32_t done = 0;

	for (;; at++) {
		set = at > TTMEM_MAX_SETS + 1 ? NULL :
		      ttmem_set_find(c, at ? TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1,
				     at ? (u32)at - 1 : 0);
		if (!set || done == *count)
			break;
		if (set->banks)
			fill_set(books_of(client), set, &items[done++]);
	}
	*count = done;
	*cursor = set ? at : 0;
	return 0;
}
