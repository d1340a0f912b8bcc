// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Pages of what is live, as driver/list.c makes them. The cursor is the lowest id not yet looked at;
 * the parts of a record share a page.
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
