// SPDX-License-Identifier: GPL-2.0-only
/*
 * The oracle: computes every figure of a small chip from the definitions alone.
 *
 * Keeps lists of the clients' live objects, in the order and the units of the uAPI, and computes
 * every figure from scratch after each event (oracle_figures.c).
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "oracle_model.h"

/* ---- what is live ---- */

u32 oracle_space_of(u32 pool)
{
	return pool == TT_MEMSTAT_POOL_DRAM || pool == TT_MEMSTAT_POOL_TRACE ?
	       TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1;
}

static u64 bank_bytes(const struct oracle *o, u32 pool)
{
	if (oracle_space_of(pool) == TT_MEMSTAT_SPACE_DRAM)
		return o->geo.dram_bank_bytes;
	return o->geo.l1_bytes;
}

u64 oracle_capacity(const struct oracle *o, u32 space)
{
	return space == TT_MEMSTAT_SPACE_DRAM ? o->geo.dram_bank_bytes * o->geo.dram_banks :
						o->geo.l1_bytes * o->cores;
}

unsigned int oracle_count_bits(u32 mask)
{
	unsigned int n = 0;

	for (; mask; mask >>= 1)
		n += mask & 1;
	return n;
}

static struct oset *find_set(struct oclient *c, u32 number)
{
	unsigned int i;

	for (i = 0; i < c->nr_sets; i++)
		if (c->sets[i].number == number)
			return &c->sets[i];
	return NULL;
}

u32 oracle_worker_grid(struct oracle *o, struct oclient *c)
{
	u32 x, y, mask = 0;

	for (y = 0; y < o->geo.grid_y; y++)
		for (x = 0; x < o->geo.grid_x; x++)
			if (!(c->layout.valid & TT_MEMSTAT_LAYOUT_WORKER) ||
			    (x < c->layout.worker_x && y < c->layout.worker_y))
				mask |= 1u << (y * o->geo.grid_x + x);
	return mask;
}

/* The banks of set @number for a record of @pool; the set is valid. */
u32 oracle_banks_of(struct oracle *o, struct oclient *c, u32 pool, u32 number)
{
	if (number)
		return find_set(c, number)->banks;
	if (oracle_space_of(pool) == TT_MEMSTAT_SPACE_DRAM)
		return (1u << o->geo.dram_banks) - 1;
	return oracle_worker_grid(o, c);
}

struct oprogram *oracle_find_program(struct oclient *c, u64 id)
{
	unsigned int i;

	for (i = 0; i < c->nr_programs; i++)
		if (id && c->programs[i].id == id)
			return &c->programs[i];
	return NULL;
}

bool oracle_has_program(const struct tt_memstat_entry *e)
{
	return e->pool == TT_MEMSTAT_POOL_CB || e->pool == TT_MEMSTAT_POOL_KERNEL;
}

bool oracle_is_cb(const struct tt_memstat_entry *e)
{
	return e->pool == TT_MEMSTAT_POOL_CB && !(e->flags & TT_MEMSTAT_ENTRY_VIEW);
}

static void remove_record(struct oclient *c, unsigned int i)
{
	c->records[i] = c->records[--c->nr_records];
}

static void remove_records_of(struct oclient *c, u64 program)
{
	unsigned int i;

	for (i = c->nr_records; i-- > 0;)
		if (oracle_has_program(&c->records[i].e) && c->records[i].e.program == program)
			remove_record(c, i);
}

static unsigned int count_records_of(struct oclient *c, u64 program)
{
	unsigned int i, n = 0;

	for (i = 0; i < c->nr_records; i++)
		n += oracle_has_program(&c->records[i].e) && c->records[i].e.program == program;
	return n;
}

static u32 cores_of(struct oracle *o, struct oclient *c, u64 program)
{
	unsigned int i;
	u32 mask = 0;

	for (i = 0; i < c->nr_records; i++)
		if (oracle_has_program(&c->records[i].e) && c->records[i].e.program == program)
			mask |= oracle_banks_of(o, c, c->records[i].e.pool, c->records[i].e.set);
	return mask;
}

u32 oracle_resident_cores(struct oclient *c, u64 program)
{
	return program && c->dispatched ? oracle_find_program(c, program)->last : ~0u;
}

bool oracle_group_recorded(struct oracle *o, const struct oclient *c, u32 pool)
{
	unsigned int i;

	for (i = 0; i < ORACLE_CLIENTS; i++)
		if (o->client[i].live && o->client[i].group == c->group &&
		    ((o->client[i].recorded | o->client[i].left) & (1u << pool)))
			return true;
	return false;
}

/* ---- permitted errors of an entry ---- */

#define ERR(e)		(1ull << (e))

static u64 check_fields(const struct tt_memstat_entry *e)
{
	bool record = e->op == TT_MEMSTAT_OP_RECORD, snapshot = e->op == TT_MEMSTAT_OP_SNAPSHOT;
	bool wrong = e->reserved[0] || e->reserved[1];

	if (!record && !snapshot)
		wrong |= e->flags || e->addr || e->size || e->set || e->pool;
	if (e->op == TT_MEMSTAT_OP_FREE)
		wrong |= e->program != 0;
	if (e->op == TT_MEMSTAT_OP_PROGRAM_FREE)
		wrong |= e->id != 0;
	if (snapshot && (e->flags & TT_MEMSTAT_ENTRY_TOTAL))
		wrong |= e->id || e->addr || e->program || e->set;
	return wrong ? ERR(EINVAL) : 0;
}

static u64 check_set(struct oclient *c, const struct tt_memstat_entry *e)
{
	struct oset *set;

	if (!e->set)
		return 0;
	set = find_set(c, e->set);
	if (!set)
		return ERR(ENOENT);
	return set->space == oracle_space_of(e->pool) ? 0 : ERR(EINVAL);
}

static u64 check_id(struct oclient *c, const struct tt_memstat_entry *e)
{
	bool replace = e->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
	const struct tt_memstat_entry *r;
	unsigned int i;

	for (i = 0; i < c->nr_records; i++) {
		r = &c->records[i].e;
		if (r->id != e->id)
			continue;
		if (replace && oracle_has_program(r) && r->program == e->program)
			continue;
		if (!(r->flags & e->flags & TT_MEMSTAT_ENTRY_PART) || r->pool != e->pool ||
		    r->program != e->program)
			return ERR(EEXIST);
	}
	return 0;
}

static u64 check_record(struct oracle *o, struct oclient *c, const struct tt_memstat_entry *e)
{
	const u32 known = TT_MEMSTAT_ENTRY_VIEW | TT_MEMSTAT_ENTRY_SYSTEM | TT_MEMSTAT_ENTRY_PART |
			  TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;
	bool view = e->flags & TT_MEMSTAT_ENTRY_VIEW, wrong;
	bool kernel = e->pool == TT_MEMSTAT_POOL_KERNEL;
	u64 errs;

	if (e->pool >= TT_MEMSTAT_POOLS)
		return ERR(EINVAL) | (e->set && !find_set(c, e->set) ? ERR(ENOENT) : 0) |
		       check_id(c, e);
	wrong = (e->flags & ~known) || !(c->covers & (1u << e->pool));
	wrong |= view && e->pool != TT_MEMSTAT_POOL_CB;
	wrong |= (e->flags & TT_MEMSTAT_ENTRY_SYSTEM) && !kernel;
	wrong |= (e->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM) &&
		 (!e->program || !oracle_has_program(e));
	wrong |= e->program && !oracle_has_program(e);
	wrong |= e->addr % TT_MEMSTAT_GRANULE || e->size % TT_MEMSTAT_GRANULE;
	wrong |= !e->size && !kernel && !view;
	errs = wrong ? ERR(EINVAL) : 0;
	errs |= check_set(c, e) | check_id(c, e);
	if (kernel && e->size > 1u << 30)
		errs |= ERR(ERANGE);
	if (!kernel && (e->addr > bank_bytes(o, e->pool) ||
			e->size > bank_bytes(o, e->pool) - e->addr))
		errs |= ERR(ERANGE);
	return errs;
}

/* The union of the program's CBs on one bank set, over its cores. */
static u64 set_bytes(struct oracle *o, struct oclient *c, u64 program, u32 set)
{
	u8 row[ORACLE_L1_GRANULES] = { 0 };
	unsigned int i;

	for (i = 0; i < c->nr_records; i++) {
		const struct tt_memstat_entry *e = &c->records[i].e;

		if (oracle_is_cb(e) && e->program == program && e->set == set)
			oracle_paint(row, e, 1);
	}
	return oracle_count_row(row, ORACLE_L1_GRANULES, 1) *
	       hweight32(oracle_banks_of(o, c, TT_MEMSTAT_POOL_CB, set));
}

static u64 program_cb_bytes(struct oracle *o, struct oclient *c, u64 program)
{
	unsigned int i, k;
	u64 bytes = 0;

	for (i = 0; i < c->nr_records; i++) {
		const struct tt_memstat_entry *e = &c->records[i].e;

		for (k = 0; k < i; k++)
			if (c->records[k].e.program == program && oracle_is_cb(&c->records[k].e) &&
			    c->records[k].e.set == e->set)
				break;
		if (k == i && oracle_is_cb(e) && e->program == program)
			bytes += set_bytes(o, c, program, e->set);
	}
	return bytes;
}

static u64 check_room(struct oclient *c, const struct tt_memstat_entry *e)
{
	bool program = oracle_has_program(e) && e->program;
	unsigned int left = c->nr_records;

	if (e->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
		left -= count_records_of(c, e->program);
	if (left >= c->max_records)
		return ERR(ENOSPC);
	if (program && !oracle_find_program(c, e->program) && c->nr_programs >= c->max_programs)
		return ERR(ENOSPC);
	return 0;
}

static u64 check_snapshot(struct oracle *o, struct oclient *c, const struct tt_memstat_entry *e)
{
	const u32 known = TT_MEMSTAT_ENTRY_TOTAL | TT_MEMSTAT_ENTRY_LOADED;
	u64 errs = 0;

	if (e->pool >= TT_MEMSTAT_POOLS || e->pool == TT_MEMSTAT_POOL_KERNEL)
		return ERR(EINVAL) | (e->set && !find_set(c, e->set) ? ERR(ENOENT) : 0);
	if ((e->flags & ~known) || !(c->covers & (1u << e->pool)) ||
	    ((e->flags & TT_MEMSTAT_ENTRY_LOADED) && e->pool != TT_MEMSTAT_POOL_CB))
		errs |= ERR(EINVAL);
	errs |= check_set(c, e);
	if (e->flags & TT_MEMSTAT_ENTRY_TOTAL)
		return errs | (e->size > oracle_capacity(o, oracle_space_of(e->pool)) ?
			       ERR(ERANGE) : 0);
	if (e->addr > e->id)
		errs |= ERR(EINVAL);
	if (e->id > bank_bytes(o, e->pool) || e->addr > bank_bytes(o, e->pool) ||
	    e->size > bank_bytes(o, e->pool) || e->program > bank_bytes(o, e->pool))
		errs |= ERR(ERANGE);
	return errs;
}

static u64 check_other(struct oclient *c, const struct tt_memstat_entry *e)
{
	unsigned int i;

	if (e->op == TT_MEMSTAT_OP_FREE) {
		for (i = 0; i < c->nr_records; i++)
			if (c->records[i].e.id == e->id)
				return 0;
		return ERR(ENOENT);
	}
	if (e->op == TT_MEMSTAT_OP_PROGRAM_FREE || e->op == TT_MEMSTAT_OP_DISPATCH) {
		if (!e->program)
			return ERR(EINVAL);
		return oracle_find_program(c, e->program) ? 0 : ERR(ENOENT);
	}
	return ERR(EINVAL);
}

/**
 * oracle_permits() - whether an entry may end with @ret
 * @ret: the ledger's result
 *
 * The order of checks is not specified, so any error of an entry with several faults is permitted.
 * Lack of memory is permitted only without another error.
 */
bool oracle_permits(struct oracle *o, int client, const struct tt_memstat_entry *e, int ret)
{
	struct oclient *c = &o->client[client];
	u64 errs = check_fields(e);

	switch (e->op) {
	case TT_MEMSTAT_OP_RECORD:
		errs |= check_record(o, c, e);
		break;
	case TT_MEMSTAT_OP_SNAPSHOT:
		errs |= check_snapshot(o, c, e);
		break;
	default:
		errs |= check_other(c, e);
	}
	if (e->op == TT_MEMSTAT_OP_RECORD && !errs)
		errs = check_room(c, e);
	if (!errs)
		return ret == 0;
	return ret < 0 && ret > -64 && (errs & ERR(-ret));
}

/* ---- events ---- */

static void count_event(struct oracle *o, struct oclient *c)
{
	o->level.generation++;
	c->level.generation++;
}

static void take_record(struct oclient *c, const struct tt_memstat_entry *e)
{
	if (e->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
		remove_records_of(c, e->program);
	if (oracle_has_program(e) && e->program && !oracle_find_program(c, e->program))
		c->programs[c->nr_programs++] = (struct oprogram){ .id = e->program };
	c->records[c->nr_records++].e = *e;
	c->recorded |= 1u << e->pool;
}

static void take_free(struct oclient *c, u64 id)
{
	unsigned int i;

	for (i = c->nr_records; i-- > 0;)
		if (c->records[i].e.id == id)
			remove_record(c, i);
}

static void take_program_free(struct oclient *c, u64 id)
{
	struct oprogram *p = oracle_find_program(c, id);

	remove_records_of(c, id);
	*p = c->programs[--c->nr_programs];
}

static bool clashes(struct oracle *o, struct oclient *c, const struct tt_memstat_entry *cb)
{
	u32 banks = oracle_banks_of(o, c, cb->pool, cb->set);
	unsigned int b;
	u64 g;

	for (b = 0; b < o->cores; b++)
		for (g = cb->addr / TT_MEMSTAT_GRANULE;
		     (banks & (1u << b)) && g < (cb->addr + cb->size) / TT_MEMSTAT_GRANULE; g++)
			if (c->level.map.l1[b][g] & (BIT_OF(L1) | BIT_OF(L1_SMALL)))
				return true;
	return false;
}

static void note_headroom(struct olevel *lv, s64 headroom, bool clash)
{
	lv->headroom_min = lv->headroom_known ? min(lv->headroom_min, headroom) : headroom;
	lv->headroom = headroom;
	lv->headroom_known = true;
	lv->clash += clash;
}

static void measure_headroom(struct oracle *o, struct oclient *c, u64 program)
{
	u64 low = o->geo.l1_bytes, end = 0;
	u32 cores = cores_of(o, c, program);
	bool clash = false, buffers = false;
	const struct tt_memstat_entry *e;
	unsigned int i;

	if (c->layout.valid & TT_MEMSTAT_LAYOUT_L1)
		low = c->layout.l1_end - c->layout.l1_small;
	for (i = 0; i < c->nr_records; i++) {
		e = &c->records[i].e;
		if (oracle_is_cb(e) && e->program == program) {
			end = max(end, e->addr + e->size);
			clash |= clashes(o, c, e);
		}
		if (e->pool == TT_MEMSTAT_POOL_L1 &&
		    (cores & oracle_banks_of(o, c, e->pool, e->set))) {
			low = buffers ? min(low, e->addr) : e->addr;
			buffers = true;
		}
	}
	if (!end)
		return;
	note_headroom(&c->level, (s64)(low - end), clash);
	note_headroom(&o->level, (s64)(low - end), clash);
}

static void take_dispatch(struct oracle *o, struct oclient *c, u64 program, u64 list, u64 now_ns)
{
	u32 cores = cores_of(o, c, program);
	struct oprogram *p;
	unsigned int i;

	measure_headroom(o, c, program);
	for (i = 0; i < c->nr_programs; i++) {
		p = &c->programs[i];
		if (!c->dispatched)
			p->last = 0;
		if (p->id == program)
			p->last |= cores;
		else if (!list || p->list != list)
			p->last &= ~cores;
	}
	oracle_find_program(c, program)->list = list;
	c->dispatched = true;
	c->dispatch_ns = now_ns;
}

static void take_snapshot(struct oclient *c, const struct tt_memstat_entry *e, u64 now_ns)
{
	unsigned int i;

	for (i = 0; i < c->nr_snapshots; i++)
		if (c->snapshots[i].e.pool == e->pool && c->snapshots[i].e.set == e->set)
			break;
	if (i == c->nr_snapshots)
		c->nr_snapshots++;
	c->snapshots[i].e = *e;
	c->snapshot_ns = now_ns;
}

/**
 * oracle_take() - an entry was taken
 *
 * Only after oracle_permits() has agreed to 0.
 */
void oracle_take(struct oracle *o, int client, const struct tt_memstat_entry *e, u64 now_ns)
{
	struct oclient *c = &o->client[client];

	switch (e->op) {
	case TT_MEMSTAT_OP_RECORD:
		take_record(c, e);
		break;
	case TT_MEMSTAT_OP_FREE:
		take_free(c, e->id);
		break;
	case TT_MEMSTAT_OP_PROGRAM_FREE:
		take_program_free(c, e->program);
		break;
	case TT_MEMSTAT_OP_DISPATCH:
		take_dispatch(o, c, e->program, e->id, now_ns);
		break;
	case TT_MEMSTAT_OP_SNAPSHOT:
		take_snapshot(c, e, now_ns);
		break;
	}
	count_event(o, c);
	oracle_recompute(o);
}

/* A valid entry was begun: from here on records count in its pool, not snapshots. */
void oracle_begin(struct oracle *o, int client, const struct tt_memstat_entry *e)
{
	if (e->op == TT_MEMSTAT_OP_RECORD)
		o->client[client].recorded |= 1u << e->pool;
	oracle_recompute(o);
}

/* An entry is in progress: the oracle knows its effect only when it is taken. */
void oracle_step(struct oracle *o, int client)
{
	o->client[client].level.generation++;
	o->level.generation++;
}

void oracle_reject(struct oracle *o, int client)
{
	o->client[client].level.rejected++;
	o->level.rejected++;
	oracle_recompute(o);
}

void oracle_lose(struct oracle *o, int client)
{
	o->client[client].level.dropped++;
	o->client[client].lost = true;
	o->level.dropped++;
	oracle_recompute(o);
}

void oracle_drop(struct oracle *o, int client, u32 pools)
{
	struct oclient *c = &o->client[client];
	unsigned int i;

	for (i = c->nr_records; i-- > 0;)
		if (pools & (1u << c->records[i].e.pool))
			remove_record(c, i);
	for (i = c->nr_snapshots; i-- > 0;)
		if (pools & (1u << c->snapshots[i].e.pool))
			c->snapshots[i] = c->snapshots[--c->nr_snapshots];
	for (i = c->nr_programs; i-- > 0;)
		if ((pools & (BIT_OF(CB) | BIT_OF(KERNEL))) &&
		    !count_records_of(c, c->programs[i].id))
			c->programs[i] = c->programs[--c->nr_programs];
	if (pools & BIT_OF(CB))
		c->dispatched = false;
	c->recorded &= ~pools;
	for (i = 0; i < ORACLE_CLIENTS; i++)
		if (o->client[i].group == c->group)
			o->client[i].left &= ~pools;
	c->lost = false;
	count_event(o, c);
	oracle_recompute(o);
}

int oracle_attach(struct oracle *o, const void *group, u32 covers, u32 partial,
		  const struct tt_memstat_layout *layout, u32 max_records, u32 max_programs)
{
	struct oclient *c;
	int i;

	for (i = 0; i < ORACLE_CLIENTS && o->client[i].live; i++)
		;
	if (i == ORACLE_CLIENTS || max_records > ORACLE_RECORDS || max_programs > ORACLE_PROGRAMS)
		return -ENOSPC;
	c = &o->client[i];
	memset(c, 0, sizeof(*c));
	c->live = true;
	c->group = group;
	c->covers = covers;
	c->partial = partial;
	c->layout = *layout;
	c->max_records = max_records;
	c->max_programs = max_programs;
	c->level.ever = covers;
	o->level.generation++;
	oracle_recompute(o);
	return i;
}

void oracle_detach(struct oracle *o, int client)
{
	struct oclient *c = &o->client[client];
	int i;

	c->live = false;
	for (i = 0; i < ORACLE_CLIENTS; i++)
		if (o->client[i].group == c->group)
			o->client[i].left |= c->recorded | c->left;
	/* One for the detach, one for the removal of the last byte. */
	o->level.generation += 2;
	oracle_recompute(o);
}

void oracle_set(struct oracle *o, int client, u32 space, u32 number, u32 banks)
{
	struct oclient *c = &o->client[client];

	if (!find_set(c, number) && c->nr_sets < ORACLE_SETS)
		c->sets[c->nr_sets++] = (struct oset){ space, number, banks };
}

/* Reset the chip's peaks and lowest headroom to the present values. */
void oracle_reset_peaks(struct oracle *o)
{
	memset(o->level.peak, 0, sizeof(o->level.peak));
	o->level.ever = 0;
	o->level.headroom_min = o->level.headroom;
	oracle_recompute(o);
}

void oracle_forget_peaks(struct oracle *o, int client)
{
	memset(o->client[client].level.peak, 0, sizeof(o->client[client].level.peak));
	oracle_recompute(o);
}

/* ---- looking ---- */

static void put_ages(struct oracle *o, int client, u64 now_ns, struct tt_memstat_figures *out)
{
	bool snapshot = false, dispatch = false;
	u64 snapshot_ns = 0, dispatch_ns = 0;
	int i;

	for (i = 0; i < ORACLE_CLIENTS; i++) {
		struct oclient *c = &o->client[i];

		if (!c->live || (client != ORACLE_CHIP && client != i))
			continue;
		if (c->nr_snapshots) {
			snapshot_ns = max(snapshot_ns, c->snapshot_ns);
			snapshot = true;
		}
		if (c->dispatched) {
			dispatch_ns = max(dispatch_ns, c->dispatch_ns);
			dispatch = true;
		}
	}
	oracle_put(out, TT_MEMSTAT_FIG_SNAPSHOT_AGE_MS, snapshot, (now_ns - snapshot_ns) / 1000000);
	oracle_put(out, TT_MEMSTAT_FIG_DISPATCH_AGE_MS, dispatch, (now_ns - dispatch_ns) / 1000000);
}

void oracle_figures(struct oracle *o, int client, u64 now_ns, struct tt_memstat_figures *out)
{
	*out = client == ORACLE_CHIP ? o->level.now : o->client[client].level.now;
	put_ages(o, client, now_ns, out);
}

u64 oracle_core_used(struct oracle *o, int client, unsigned int core)
{
	struct olevel *lv = client == ORACLE_CHIP ? &o->level : &o->client[client].level;

	return oracle_level_core(lv, core);
}

/* List the live records of a client, each part, unsorted; @out holds ORACLE_RECORDS. */
unsigned int oracle_records(struct oracle *o, int client, struct tt_memstat_entry *out)
{
	struct oclient *c = &o->client[client];
	unsigned int i;

	for (i = 0; i < c->nr_records; i++)
		out[i] = c->records[i].e;
	return c->nr_records;
}

/* List the loaded programs of a client, unsorted; @out holds ORACLE_PROGRAMS. */
unsigned int oracle_programs(struct oracle *o, int client, struct oracle_program_info *out)
{
	struct oclient *c = &o->client[client];
	unsigned int i;

	for (i = 0; i < c->nr_programs; i++) {
		out[i].id = c->programs[i].id;
		out[i].cb_bytes = program_cb_bytes(o, c, out[i].id);
		out[i].cores = cores_of(o, c, out[i].id);
		out[i].resident = oracle_resident_cores(c, out[i].id);
	}
	return c->nr_programs;
}

struct oracle *oracle_new(const struct tt_memstat_geometry *geometry)
{
	struct oracle *o;

	if (geometry->grid_x * geometry->grid_y > ORACLE_CORES ||
	    geometry->l1_bytes > ORACLE_L1_GRANULES * TT_MEMSTAT_GRANULE ||
	    geometry->dram_banks > ORACLE_BANKS ||
	    geometry->dram_bank_bytes > ORACLE_DRAM_GRANULES * TT_MEMSTAT_GRANULE)
		return NULL;
	o = kvzalloc(sizeof(*o), GFP_KERNEL);
	if (!o)
		return NULL;
	o->geo = *geometry;
	o->cores = geometry->grid_x * geometry->grid_y;
	oracle_recompute(o);
	return o;
}

void oracle_free(struct oracle *o)
{
	kvfree(o);
}
