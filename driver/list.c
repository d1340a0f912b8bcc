// SPDX-License-Identifier: GPL-2.0-only
/*
 * LIST_RECORDS, LIST_PROGRAMS and LIST_SETS, a page at a time.
 *
 * Collect a page under the chip lock and copy it out without. The cursor is the lowest id not yet
 * looked at, so that it stays valid whatever changes between two pages; the parts of a record
 * therefore share a page.
 */
#include <linux/mm.h>
#include "private.h"

#define TTMEM_LIST_MAX		4096
#define TTMEM_LIST_SETS		16	/* in one hold: each is a walk over cores */

static_assert(TTMEM_MAX_CORES <= TT_MEMSTAT_SET_WORDS * 64);

/*
 * Find the client, with a reference, and check permission: the client's own uid, in a pid namespace
 * where the owner is visible, or the administrator.
 */
static struct ttmem_attachment *ttmem_list_open(const struct tt_memstat_list *arg)
{
	struct ttmem_attachment *a;
	struct ttmem_chip *chip;

	if (!arg->count || arg->count > TTMEM_LIST_MAX)
		return ERR_PTR(-EINVAL);
	chip = ttmem_chip_get(arg->chip);
	if (!chip)
		return ERR_PTR(-ENODEV);
	ttmem_rings_sync(chip);
	a = ttmem_attachment_find(chip, arg->client);
	ttmem_chip_put(chip);
	if (!a)
		return ERR_PTR(-ENOENT);
	if ((uid_eq(current_euid(), a->client->uid) && pid_vnr(a->client->owner)) ||
	    capable(CAP_SYS_ADMIN))
		return a;
	ttmem_attachment_put(a);
	return ERR_PTR(-EPERM);
}

static void ttmem_list_record(struct ttmem_ledger_client *c, const struct ttmem_record *r,
			      struct tt_memstat_record_info *info)
{
	const struct ttmem_set *set = ttmem_set_find(c, ttmem_pool_space(r->pool), r->set);

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

/* -ENOSPC: not even the first id's parts fit. */
static int ttmem_list_records(struct ttmem_ledger_client *c, u64 *cursor, void *items, u32 room)
{
	struct ttmem_record *r = ttmem_by_id_from(&c->records, *cursor), *part;
	struct tt_memstat_record_info *item = items;
	u32 count = 0, n;
	u64 last = 0;

	while (r) {
		n = count;
		for (part = r; part && n < room; part = part->next_part)
			ttmem_list_record(c, part, &item[n++]);
		if (part)
			break;
		count = n;
		last = r->id;
		r = rb_entry_safe(rb_next(&r->rb), struct ttmem_record, rb);
	}
	*cursor = r ? last + 1 : 0;
	return r && !count ? -ENOSPC : count;
}

static void ttmem_list_program(struct ttmem_ledger_client *c, struct ttmem_program *p,
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
		.cores = bitmap_weight(cores, TTMEM_MAX_CORES),
		.resident = bitmap_weight(resident, TTMEM_MAX_CORES),
	};
}

static int ttmem_list_programs(struct ttmem_ledger_client *c, u64 *cursor, void *items, u32 room)
{
	struct ttmem_program *p = ttmem_by_id_from(&c->programs, *cursor);
	struct tt_memstat_program_info *item = items;
	u32 count = 0;
	u64 last = 0;

	while (p && count < room) {
		ttmem_list_program(c, p, &item[count++]);
		last = p->id;
		p = rb_entry_safe(rb_next(&p->rb), struct ttmem_program, rb);
	}
	*cursor = p ? last + 1 : 0;
	return count;
}

static void ttmem_list_set(struct ttmem_ledger_client *c, const struct ttmem_set *set,
			   struct tt_memstat_set_info *info)
{
	unsigned int bank;

	*info = (struct tt_memstat_set_info) {
		.set = set->number,
		.space = set->space,
		.banks = set->banks,
		.columns = set->space == TT_MEMSTAT_SPACE_L1 ? c->ledger->columns : 0,
	};
	for_each_set_bit(bank, set->map, TTMEM_MAX_CORES)
		info->map[bank / 64] |= BIT_ULL(bank % 64);
}

/* Cursor 0 is set 0 of L1, 1 that of DRAM, and n + 1 set n. A set 0 without banks is unknown. */
static int ttmem_list_sets(struct ttmem_ledger_client *c, u64 *cursor, void *items, u32 room)
{
	struct tt_memstat_set_info *item = items;
	const struct ttmem_set *set;
	u32 count = 0;
	u64 at;

	for (at = *cursor;; at++) {
		set = at > TTMEM_MAX_SETS + 1 ? NULL :
		      ttmem_set_find(c, at ? TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1,
				     at ? at - 1 : 0);
		if (!set || count == room)
			break;
		if (set->banks)
			ttmem_list_set(c, set, &item[count++]);
	}
	*cursor = set ? at : 0;
	return count;
}

/*
 * Copy a page out. @fill collects items from *cursor on, under the chip lock, and returns how many
 * or an error; @at_once: as many as one hold of the lock should collect.
 */
static int ttmem_list(struct tt_memstat_list *arg, u32 at_once, size_t size,
		      int (*fill)(struct ttmem_ledger_client *c, u64 *cursor, void *items,
				  u32 room))
{
	struct ttmem_attachment *a = ttmem_list_open(arg);
	u32 room, done = 0;
	void *items;
	int n;

	if (IS_ERR(a))
		return PTR_ERR(a);
	items = kvmalloc_array(min(arg->count, at_once), size, GFP_KERNEL_ACCOUNT);
	if (!items) {
		ttmem_attachment_put(a);
		return -ENOMEM;
	}
	do {
		room = min(arg->count - done, at_once);
		spin_lock(&a->chip->lock);
		n = ttmem_attachment_error(a) ? -ENOENT :
						fill(&a->books, &arg->cursor, items, room);
		spin_unlock(&a->chip->lock);
		if (n > 0 && copy_to_user(u64_to_user_ptr(arg->items) + done * size, items,
					  n * size))
			n = -EFAULT;
		if (n < 0)
			break;
		done += n;
		cond_resched();
	} while (n == at_once && arg->cursor && done < arg->count);
	kvfree(items);
	ttmem_attachment_put(a);
	arg->count = done;
	return n < 0 ? n : 0;
}

int ttmem_ioctl_list_records(struct ttmem_client *client, void *data)
{
	return ttmem_list(data, TTMEM_LIST_MAX, sizeof(struct tt_memstat_record_info),
			  ttmem_list_records);
}

int ttmem_ioctl_list_programs(struct ttmem_client *client, void *data)
{
	/* One in a hold, as each is a walk over the bank sets of its records. */
	return ttmem_list(data, 1, sizeof(struct tt_memstat_program_info), ttmem_list_programs);
}

int ttmem_ioctl_list_sets(struct ttmem_client *client, void *data)
{
	return ttmem_list(data, TTMEM_LIST_SETS, sizeof(struct tt_memstat_set_info),
			  ttmem_list_sets);
}
