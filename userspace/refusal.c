// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Explain why the module refused a call with these arguments. Asks the module for its limits and
 * the chip's geometry, which the failing call itself did not do.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>

#include "error.h"
#include "internal.h"

#define say(v, ...)	ttmemstat_say((v)->text, __VA_ARGS__)

/* ---- What the module knows now ---- */

static bool get_info(const struct ttmemstat_view *v, struct tt_memstat_get_info *info)
{
	memset(info, 0, sizeof(*info));
	info->argsz = sizeof(*info);
	return v->ctx && !ttmemstat_ctx_call(v->ctx, TT_MEMSTAT_GET_INFO, info);
}

static bool get_figures(const struct ttmemstat_view *v, unsigned long call, uint64_t client,
			struct tt_memstat_figures *figures)
{
	struct tt_memstat_query arg = {
		.argsz = sizeof(arg), .chip = v->facts->chip, .client = client,
	};

	if (!v->ctx || ttmemstat_ctx_call(v->ctx, call, &arg))
		return false;
	*figures = arg.figures;
	return true;
}

/* The fields of an unknown side are 0. */
static bool get_chip(const struct ttmemstat_view *v, struct ttmemstat_resolved *has)
{
	struct tt_memstat_chip_find arg = {
		.argsz = sizeof(arg), .flags = TT_MEMSTAT_FIND_NAME,
	};

	snprintf(arg.name, sizeof(arg.name), "tt%u", v->facts->chip);
	if (!v->ctx || ttmemstat_ctx_call(v->ctx, TT_MEMSTAT_CHIP_FIND, &arg))
		return false;
	*has = (struct ttmemstat_resolved) {
		.grid_x = arg.geometry.grid_x, .grid_y = arg.geometry.grid_y,
		.dram_banks = arg.geometry.dram_banks, .l1_bytes = arg.geometry.l1_bytes,
		.dram_bank_bytes = arg.geometry.dram_bank_bytes,
	};
	has->l1_capacity = has->l1_bytes * has->grid_x * has->grid_y;
	has->dram_capacity = has->dram_bank_bytes * has->dram_banks;
	return true;
}

/* ---- Events ---- */

static bool is_l1(uint32_t pool)
{
	return pool == TT_MEMSTAT_POOL_L1 || pool == TT_MEMSTAT_POOL_L1_SMALL ||
	       pool == TT_MEMSTAT_POOL_CB;
}

static bool say_misaligned(const struct ttmemstat_view *v, const char *field, uint64_t value)
{
	if (!(value % TT_MEMSTAT_GRANULE))
		return false;
	say(v, "%s is %" PRIu64 ": it must be a multiple of %d", field, value, TT_MEMSTAT_GRANULE);
	return true;
}

static bool say_uncovered(const struct ttmemstat_view *v, uint32_t pool)
{
	if (!v->att || (pool < TT_MEMSTAT_POOLS && v->att->covers >> pool & 1))
		return false;
	say(v, "pool is %u", pool);
	if (pool < TT_MEMSTAT_POOLS)
		say(v, " (%s)", ttmemstat_pool_name(pool));
	say(v, ": the attachment covers ");
	ttmemstat_say_pools(v, v->att->covers);
	return true;
}

static void say_bad_record(const struct ttmemstat_view *v, const struct tt_memstat_entry *e)
{
	if (say_uncovered(v, e->pool) || say_misaligned(v, "addr", e->addr) ||
	    say_misaligned(v, "size", e->size))
		return;
	if (!e->size && e->pool != TT_MEMSTAT_POOL_KERNEL && !(e->flags & TT_MEMSTAT_ENTRY_VIEW))
		say(v, "size is 0: it must not be, but of a view or a kernel");
	else if ((e->flags & TT_MEMSTAT_ENTRY_VIEW) && e->pool != TT_MEMSTAT_POOL_CB)
		say(v, "flags is 0x%x: VIEW is for pool cb", e->flags);
	else if ((e->flags & TT_MEMSTAT_ENTRY_SYSTEM) && e->pool != TT_MEMSTAT_POOL_KERNEL)
		say(v, "flags is 0x%x: SYSTEM is for pool kernel", e->flags);
	else
		say(v, "pool %s with set %u, program %" PRIu64 " and flags 0x%x does not go together: "
		    "is the set of the other space?", ttmemstat_pool_name(e->pool), e->set,
		    (uint64_t)e->program, e->flags);
}

static void say_bad_snapshot(const struct ttmemstat_view *v, const struct tt_memstat_entry *e)
{
	if (say_uncovered(v, e->pool))
		return;
	if (!(e->flags & TT_MEMSTAT_ENTRY_TOTAL) && e->addr > e->id)
		say(v, "allocated is %" PRIu64 ": it must be at most allocatable, %" PRIu64,
		    (uint64_t)e->addr, (uint64_t)e->id);
	else if ((e->flags & TT_MEMSTAT_ENTRY_LOADED) && e->pool != TT_MEMSTAT_POOL_CB)
		say(v, "flags is 0x%x: LOADED is for pool cb", e->flags);
	else
		say(v, "pool %s takes no such snapshot with set %u: is the set of the other space?",
		    ttmemstat_pool_name(e->pool), e->set);
}

static void say_bad_event(const struct ttmemstat_view *v, const struct tt_memstat_entry *e)
{
	switch (e->op) {
	case TT_MEMSTAT_OP_RECORD:
		say_bad_record(v, e);
		break;
	case TT_MEMSTAT_OP_SNAPSHOT:
		say_bad_snapshot(v, e);
		break;
	case TT_MEMSTAT_OP_FREE:
	case TT_MEMSTAT_OP_PROGRAM_FREE:
	case TT_MEMSTAT_OP_DISPATCH:
		say(v, "fields that operation %u does not name must be 0", e->op);
		break;
	default:
		say(v, "op is %u: it must be from 1 to %d", e->op, TT_MEMSTAT_OP_SNAPSHOT);
	}
}

/* Compare a record with its bank, or a snapshot with its space. */
static void say_too_big(const struct ttmemstat_view *v, const struct tt_memstat_entry *e)
{
	struct ttmemstat_resolved has;
	bool known = get_chip(v, &has), l1 = is_l1(e->pool);
	uint64_t bank = !known ? 0 : l1 ? has.l1_bytes : has.dram_bank_bytes;
	const char *of = l1 ? "core" : "DRAM bank";
	uint64_t whole;

	if (e->op == TT_MEMSTAT_OP_RECORD && e->pool == TT_MEMSTAT_POOL_KERNEL)
		say(v, "size is %" PRIu64 ": it must be below 2^36", (uint64_t)e->size);
	else if (e->op == TT_MEMSTAT_OP_RECORD)
		say(v, "size %" PRIu64 " at addr %" PRIu64 " ends beyond the %s",
		    (uint64_t)e->size, (uint64_t)e->addr, of);
	else if (e->flags & TT_MEMSTAT_ENTRY_TOTAL)
		say(v, "bytes is %" PRIu64 ": it is more than the chip has",
		    (uint64_t)e->size);
	else
		say(v, "allocatable %" PRIu64 ", free %" PRIu64 " or largest_free_block %" PRIu64
		    " is beyond the %s", (uint64_t)e->id, (uint64_t)e->size,
		    (uint64_t)e->program, of);
	if (!bank || e->pool == TT_MEMSTAT_POOL_KERNEL)
		return;
	whole = l1 ? has.l1_capacity : has.dram_capacity;
	if ((e->flags & TT_MEMSTAT_ENTRY_TOTAL) && whole)
		say(v, ", %" PRIu64 " bytes", whole);
	else if (!(e->flags & TT_MEMSTAT_ENTRY_TOTAL))
		say(v, ", which has %" PRIu64 " bytes", bank);
}

/* Write the user's pinned memory and its limit, and the limits of a record and a program. */
static void say_limits(const struct ttmemstat_view *v)
{
	struct tt_memstat_get_info info;

	if (!get_info(v, &info)) {
		say(v, "a limit of the client or its user is reached");
		return;
	}
	say(v, "the user pins %" PRIu64 " bytes: max_user_bytes is %" PRIu64
	       "; all users pin %" PRIu64 ": max_host_bytes is %" PRIu64, (uint64_t)info.user_bytes,
	    (uint64_t)info.max_user_bytes, (uint64_t)info.host_bytes,
	    (uint64_t)info.max_host_bytes);
}

/* The caller's id: for a kernel, without the bit that the library adds. */
static uint64_t id_of(const struct ttmemstat_view *v)
{
	const enum ttmemstat_call call = v->facts->call;

	return v->facts->entry.id &
	       (call == TTMEMSTAT_CALL_report_kernel_load ||
		call == TTMEMSTAT_CALL_report_kernel_unload ? ~TTMEMSTAT_KERNEL_ID : UINT64_MAX);
}

static void say_missing(const struct ttmemstat_view *v, const struct tt_memstat_entry *e)
{
	switch (e->op) {
	case TT_MEMSTAT_OP_FREE:
		say(v, "id is %" PRIu64 ": nothing of this id is live", id_of(v));
		break;
	case TT_MEMSTAT_OP_PROGRAM_FREE:
	case TT_MEMSTAT_OP_DISPATCH:
		say(v, "program is %" PRIu64 ": no such program is loaded", (uint64_t)e->program);
		break;
	default:
		say(v, "set is %u: the attachment has named no such bank set", e->set);
	}
}

/* A side of the chip is unknown, so nothing can be reported on it. */
static void say_untold(const struct ttmemstat_view *v, bool cores)
{
	say(v, "the %s of tt%u are unknown: neither this attachment nor an import has described them",
	    cores ? "cores" : "DRAM banks", v->facts->chip);
}

static void say_event(const struct ttmemstat_view *v)
{
	const struct tt_memstat_entry *e = &v->facts->entry;

	if (v->facts->array)
		say(v, "%s[%zu]: ", v->facts->array, v->facts->index);
	switch (v->facts->error) {
	case -EINVAL:
		say_bad_event(v, e);
		break;
	case -ERANGE:
		say_too_big(v, e);
		break;
	case -EEXIST:
		say(v, "id is %" PRIu64 ": it is live already", id_of(v));
		break;
	case -ENOENT:
		say_missing(v, e);
		break;
	case -ENODATA:
		say_untold(v, e->pool != TT_MEMSTAT_POOL_DRAM && e->pool != TT_MEMSTAT_POOL_TRACE);
		break;
	case -ENODEV:
		say(v, "tt%u is gone", v->facts->chip);
		break;
	case -ENOSPC:
		say_limits(v);
		break;
	case -EBUSY:
		say(v, "the ring stayed full: a thread has claimed a slot and not filled it");
		break;
	default:
		say(v, "%s", ttmemstat_meaning(v->facts->error));
	}
}

/* ---- Attachments and bank sets ---- */

static void say_geometry(const struct ttmemstat_view *v, const struct tt_memstat_geometry *geometry)
{
	struct ttmemstat_resolved has;

	say(v, "%s", ttmemstat_arch_name(geometry->arch));
	if (ttmemstat_geometry_resolve(geometry, &has))
		return;
	if (has.grid_x)
		say(v, " %ux%u, %" PRIu64 " bytes a core", has.grid_x, has.grid_y, has.l1_bytes);
	else
		say(v, ", its cores unknown");
	if (has.dram_banks)
		say(v, ", %u banks of %" PRIu64, has.dram_banks, has.dram_bank_bytes);
	else
		say(v, ", its DRAM unknown");
}

/* Whether this value does not fit; @most: 0 if unknown. */
static bool say_outside(const struct ttmemstat_view *v, uint32_t valid, const char *field,
			uint64_t value, uint64_t least, uint64_t most)
{
	if (!(v->facts->attach.layout.valid & valid) || !most || (value >= least && value <= most))
		return false;
	say(v, "layout.%s is %" PRIu64 ": it must be from %" PRIu64 " to %" PRIu64, field, value,
	    least, most);
	return true;
}

static void say_misfit(const struct ttmemstat_view *v)
{
	const struct tt_memstat_layout *l = &v->facts->attach.layout;
	struct ttmemstat_resolved has = { 0 };

	get_chip(v, &has);
	if (say_outside(v, TT_MEMSTAT_LAYOUT_WORKER, "worker_x", l->worker_x, 1, has.grid_x) ||
	    say_outside(v, TT_MEMSTAT_LAYOUT_WORKER, "worker_y", l->worker_y, 1, has.grid_y) ||
	    say_outside(v, TT_MEMSTAT_LAYOUT_L1, "l1_end", l->l1_end, l->l1_base + 1,
			has.l1_bytes) ||
	    say_outside(v, TT_MEMSTAT_LAYOUT_L1, "l1_small", l->l1_small, 0,
			l->l1_end - l->l1_base) ||
	    say_outside(v, TT_MEMSTAT_LAYOUT_KERNEL, "kernel_region", l->kernel_region, 0,
			has.l1_bytes) ||
	    say_outside(v, TT_MEMSTAT_LAYOUT_TRACE, "trace_region", l->trace_region, 0,
			has.dram_bank_bytes))
		return;
	say(v, "the layout does not fit tt%u", v->facts->chip);
}

/* Client slots of the chip, or chips behind a gateway. */
static void say_no_slot(const struct ttmemstat_view *v)
{
	struct tt_memstat_get_info info;
	struct tt_memstat_figures figures;
	uint64_t clients;

	if (get_info(v, &info) && get_figures(v, TT_MEMSTAT_QUERY_CHIP, 0, &figures) &&
	    ttmemstat_figure(&figures, TT_MEMSTAT_FIG_CLIENTS, &clients))
		say(v, "tt%u has %" PRIu64 " clients: max_clients is %u, an eighth of them for "
		    "CAP_SYS_ADMIN, half of the rest one user's at most; max_remote is %u",
		    v->facts->chip, clients, info.max_clients, info.max_remote);
	else
		say(v, "tt%u has no slot for another client of this user", v->facts->chip);
}

static void say_attach(const struct ttmemstat_view *v)
{
	const struct ttmemstat_facts *f = v->facts;

	switch (f->error) {
	case -EPERM:
		say(v, "proof is %d: tt%u needs an open descriptor of its /dev/tenstorrent node, or is "
		    "somebody else's virtual chip", f->attach.proof, f->chip);
		break;
	case -EBADF:
		say(v, "proof is %d: it is no open descriptor", f->attach.proof);
		break;
	case -ENODEV:
		say(v, "chip is %u: ", f->chip);
		if (f->attach.proof >= 0)
			say(v, "there is no tt%u, or proof, %d, is not its node", f->chip,
			    f->attach.proof);
		else
			say(v, "there is no tt%u", f->chip);
		break;
	case -EOPNOTSUPP:
		say(v, "chip is %u: with REMOTE it must be the chip of a PCI function", f->chip);
		break;
	case -EALREADY:
		say(v, "chip is %u: the context is attached to it already", f->chip);
		break;
	case -EEXIST:
		say(v, "geometry is ");
		say_geometry(v, &f->attach.geometry);
		say(v, ": tt%u is ", f->chip);
		say_geometry(v, &f->attach.present);
		break;
	case -ENODATA:
		say(v, "layout has a worker grid: the grid of tt%u is unknown; pass the grid with it",
		    f->chip);
		break;
	case -ERANGE:
		say_misfit(v);
		break;
	case -ENOSPC:
		say_no_slot(v);
		break;
	default:
		say(v, "tt%u: %s", f->chip, ttmemstat_meaning(f->error));
	}
}

static void say_set_outside(const struct ttmemstat_view *v)
{
	const struct ttmemstat_facts *f = v->facts;
	struct ttmemstat_resolved has = { 0 };
	bool known = get_chip(v, &has);

	if (f->call == TTMEMSTAT_CALL_bank_set_dram)
		say(v, "mask is 0x%" PRIx64 ": it names banks that tt%u does not have", f->mask,
		    f->chip);
	else
		say(v, "rects reach column %u and row %u: that is outside the logical grid of tt%u",
		    f->set.columns, f->set.rows, f->chip);
	if (known && has.dram_banks && f->call == TTMEMSTAT_CALL_bank_set_dram)
		say(v, ", which has %u", has.dram_banks);
	else if (known && has.grid_x && f->call == TTMEMSTAT_CALL_bank_set_l1)
		say(v, ", which is %ux%u", has.grid_x, has.grid_y);
}

static void say_bank_set(const struct ttmemstat_view *v)
{
	const struct ttmemstat_facts *f = v->facts;
	struct tt_memstat_get_info info = { 0 };

	switch (f->error) {
	case -ERANGE:
		say_set_outside(v);
		break;
	case -EINVAL:
		get_info(v, &info);
		say(v, "count is %" PRIu64 ": max_rects is %u", f->set.rects, info.max_rects);
		break;
	case -ENOSPC:
		get_info(v, &info);
		say(v, "the attachment has named too many sets: max_sets is %u; or ", info.max_sets);
		say_limits(v);
		break;
	case -ENODEV:
		say(v, "tt%u is gone", f->chip);
		break;
	case -ENODATA:
		say_untold(v, f->call == TTMEMSTAT_CALL_bank_set_l1);
		break;
	default:
		say(v, "%s", ttmemstat_meaning(f->error));
	}
}

static void say_partial(const struct ttmemstat_view *v)
{
	if (v->facts->error == -EINVAL && v->att) {
		say(v, "pools is 0x%" PRIx64 ": the attachment covers 0x%x", v->facts->mask,
		    v->att->covers);
		return;
	}
	say(v, "%s", ttmemstat_meaning(v->facts->error));
}

/* ---- Chips and clients ---- */

static void say_chip_create(const struct ttmemstat_view *v)
{
	struct tt_memstat_get_info info = { 0 };

	get_info(v, &info);
	if (v->facts->error == -ENOSPC)
		say(v, "there are too many chips: max_chips is %u, max_virtual %u for a user without "
		    "CAP_SYS_ADMIN", info.max_chips, info.max_virtual);
	else if (v->facts->error == -EAGAIN)
		say(v, "the user has made too many devices of late: 16, then one a second");
	else if (v->facts->error == -EPERM)
		say(v, "it needs CAP_SYS_ADMIN, or the module's parameter allow_virtual");
	else
		say(v, "%s", ttmemstat_meaning(v->facts->error));
}

static void say_of_chip(const struct ttmemstat_view *v)
{
	const struct ttmemstat_facts *f = v->facts;
	bool destroy = f->call == TTMEMSTAT_CALL_chip_destroy;

	say(v, "chip is %u: ", f->chip);
	switch (f->error) {
	case -ENODEV:
		say(v, "there is no tt%u", f->chip);
		break;
	case -EPERM:
		say(v, destroy ? "it is somebody else's" : "it needs CAP_SYS_ADMIN");
		break;
	case -EOPNOTSUPP:
		say(v, destroy ? "it is not virtual"
			       : "it is virtual, or with REMOTE not the chip of a PCI function");
		break;
	case -EBUSY:
		say(v, "clients that are attached rely on what it has now: FORCE ends them");
		break;
	default:
		say(v, "%s", ttmemstat_meaning(f->error));
	}
}

static void say_of_client(const struct ttmemstat_view *v)
{
	const struct ttmemstat_facts *f = v->facts;

	switch (f->error) {
	case -ENODEV:
		say(v, "chip is %u: there is no tt%u", f->chip, f->chip);
		break;
	case -ENOENT:
		say(v, "client is %" PRIu64 ": tt%u has no such client", f->client, f->chip);
		break;
	case -EPERM:
		say(v, "client is %" PRIu64 ": it is another user's", f->client);
		break;
	case -ENOSPC:
		say(v, "count is too small for the parts of one record: 4096 always do");
		break;
	default:
		say(v, "%s", ttmemstat_meaning(f->error));
	}
}

static void say_read(const struct ttmemstat_view *v)
{
	const struct ttmemstat_facts *f = v->facts;

	if (f->error == -ENODEV && f->call == TTMEMSTAT_CALL_reader_comm)
		say(v, "client is %" PRIu64 ", n is %u: there is no such client, or no tt%u", f->client,
		    f->chip, f->chip);
	else if (f->error == -ENODEV)
		say(v, "n is %u: there is no tt%u", f->chip, f->chip);
	else if (f->error == -EACCES)
		say(v, "root alone can read what is kept of the clients that have left tt%u",
		    f->chip);
	else
		say(v, "%s", ttmemstat_meaning(f->error));
}

static void say_find(const struct ttmemstat_view *v)
{
	say(v, "%s", v->facts->error == -ENODEV ? "there is no such chip"
						 : ttmemstat_meaning(v->facts->error));
}

void ttmemstat_say_refusal(const struct ttmemstat_view *v)
{
	if (v->facts->about) {
		say(v, "%s: %s", v->facts->about,
		    v->facts->why ? v->facts->why : ttmemstat_meaning(v->facts->error));
		return;
	}
	switch (v->facts->call) {
	case TTMEMSTAT_CALL_attach:
		say_attach(v);
		break;
	case TTMEMSTAT_CALL_bank_set_l1:
	case TTMEMSTAT_CALL_bank_set_dram:
		say_bank_set(v);
		break;
	case TTMEMSTAT_CALL_partial:
		say_partial(v);
		break;
	case TTMEMSTAT_CALL_submit:
	case TTMEMSTAT_CALL_report_record:
	case TTMEMSTAT_CALL_report_free:
	case TTMEMSTAT_CALL_report_program_free:
	case TTMEMSTAT_CALL_report_dispatch:
	case TTMEMSTAT_CALL_report_snapshot:
	case TTMEMSTAT_CALL_report_snapshot_total:
	case TTMEMSTAT_CALL_report_device_snapshots:
	case TTMEMSTAT_CALL_report_kernel_load:
	case TTMEMSTAT_CALL_report_kernel_unload:
	case TTMEMSTAT_CALL_report_program_replace:
	case TTMEMSTAT_CALL_flush:
	case TTMEMSTAT_CALL_drop:
		say_event(v);
		break;
	case TTMEMSTAT_CALL_reader_chip:
	case TTMEMSTAT_CALL_reader_exited:
	case TTMEMSTAT_CALL_reader_comm:
		say_read(v);
		break;
	case TTMEMSTAT_CALL_ring_status:
		say(v, "%s", v->facts->error == -ENOENT ? "there is no ring, events go by submit"
							 : ttmemstat_meaning(v->facts->error));
		break;
	case TTMEMSTAT_CALL_chip_create:
		say_chip_create(v);
		break;
	case TTMEMSTAT_CALL_chip_find:
		say_find(v);
		break;
	case TTMEMSTAT_CALL_chip_destroy:
	case TTMEMSTAT_CALL_geometry_set:
	case TTMEMSTAT_CALL_geometry_unset:
		say_of_chip(v);
		break;
	case TTMEMSTAT_CALL_query_chip:
	case TTMEMSTAT_CALL_query_client:
	case TTMEMSTAT_CALL_list_records:
	case TTMEMSTAT_CALL_list_programs:
	case TTMEMSTAT_CALL_list_sets:
		say_of_client(v);
		break;
	default:
		say(v, "%s", ttmemstat_meaning(v->facts->error));
	}
}
