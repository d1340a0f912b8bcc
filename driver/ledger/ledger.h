/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/**
 * DOC: The ledger
 *
 * The arithmetic of the driver: the effect of each event on the totals of a chip and of a client.
 * It knows nothing of files, tasks, locks or time, and is compiled for userspace, too.
 *
 * Locking: the caller has one lock for each chip. It guards struct ttmem_ledger, every struct
 * ttmem_ledger_client on it and everything below. ttmem_prealloc_*() and ttmem_ledger_need() run
 * without it, and nothing else sleeps or allocates: every node that an event may need is
 * preallocated.
 *
 * Addresses and sizes are in granules of 16 bytes inside, in bytes at the interface.
 */
#ifndef TTMEM_LEDGER_H
#define TTMEM_LEDGER_H

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/types.h>
#include <linux/xarray.h>
#include "../../uapi/tt_memstat.h"

struct ttmem_user;

#define TTMEM_GRANULE_SHIFT	4
#define TTMEM_MAX_CORES		140	/* blackhole, nothing harvested */
#define TTMEM_MAX_DRAM_BANKS	12	/* wormhole: two to a channel */
#define TTMEM_MAX_CLIENTS	128	/* on a chip; counts of clients are u8 */
#define TTMEM_MAX_SETS		4096	/* of an attachment; a record keeps 16 bits of it */
#define TTMEM_MAX_SNAPSHOTS	256	/* of a client on a chip */
#define TTMEM_MAX_PARTS		4096	/* of a record; a page of the list holds them */
#define TTMEM_MAX_PROGRAM_RECORDS	4096	/* of a program; a dispatch may look at each */
#define TTMEM_KERNEL_BYTES_MAX	BIT_ULL(30)	/* above the L1 of any chip; no sum wraps */
#define TTMEM_RESERVE		2	/* boundaries of each map, for cuts; a step has two */

/* Counted work of one hold of the lock, roughly; then ttmem_ledger_apply() says TTMEM_AGAIN. */
#define TTMEM_WORK_MAX		8192
#define TTMEM_AGAIN		1

/*
 * The maps. USED holds buffers and resident CBs, LOADED buffers and all loaded CBs. DRAM holds
 * ranges on all banks (set 0), with one count for all of them, DRAM_PART the others.
 */
enum ttmem_map_id {
	TTMEM_MAP_USED,
	TTMEM_MAP_LOADED,
	TTMEM_MAP_DRAM,
	TTMEM_MAP_DRAM_PART,
	TTMEM_MAPS,
};

enum ttmem_pool_class {
	TTMEM_CLASS_L1 = 0, TTMEM_CLASS_SMALL = 1, TTMEM_CLASS_CB = 2,	/* USED */
	TTMEM_CLASS_BUFFERS = 0, TTMEM_CLASS_CB_LOADED = 1,	/* LOADED */
	TTMEM_CLASS_DRAM = 0, TTMEM_CLASS_TRACE = 1,		/* DRAM, DRAM_PART */
	TTMEM_CLASSES_MAX = 3,
};

/* The head of all kinds of boundaries; functions for all kinds take and return void *. */
struct ttmem_boundary {
	struct rb_node rb;
	u32 at;
};

/*
 * A boundary in a client's map: the counts are those of the segment from here to the next.
 * @users: how many ranges start or end here; the boundary is freed with the last.
 */
struct ttmem_client_boundary {
	struct rb_node rb;
	u32 at;
	u32 users;
	struct ttmem_chip_boundary *chip_boundary; /* the chip's boundary at the same address */
	unsigned long counts[];		/* by class: ranges of this client (counts.h) */
};

/* A boundary in the chip's map; @users: how many clients have it. */
struct ttmem_chip_boundary {
	struct rb_node rb;
	u32 at;
	u8 users;
	u8 counts[];		/* by class: clients that cover the segment (counts.h) */
};

/*
 * Granules that a map covers, by class and by any class. Of DRAM_PART only those that DRAM, which
 * counts each once for all banks, does not cover at the same place.
 */
struct ttmem_tally {
	u64 class[TTMEM_CLASSES_MAX];
	u64 any;
};

/*
 * The maps of a chip or a client, and their totals. @classes: those classes of each map whose tally
 * is not 0. A class of DRAM_PART that DRAM covers completely is not in it, as it changes no sum.
 */
struct ttmem_coverage {
	bool chip;
	u8 classes[TTMEM_MAPS];
	struct rb_root map[TTMEM_MAPS];	/* of chip boundaries, or of client boundaries */
	struct ttmem_tally tally[TTMEM_MAPS];
	u32 core[TTMEM_MAX_CORES];	/* granules used on each core */
	bool core_changed;		/* the fullest core may be another one */
	bool cores_stale;		/* @core has not been copied since; the copier clears it */
};

/* A bank set. Set 0 of a space exists as soon as that side of the geometry is known. */
struct ttmem_set {
	u32 number;
	u16 space;
	u16 banks;			/* how many */
	struct ttmem_set *hash_next;
	struct hlist_head snapshots;
	DECLARE_BITMAP(map, TTMEM_MAX_CORES);
};

/* The head of records and programs, which are in trees by id. */
struct ttmem_by_id {
	struct rb_node rb;
	u64 id;
};

struct ttmem_record {
	struct rb_node rb;		/* by id; parts other than the first hang off it */
	u64 id;
	u32 at;
	u32 len;
	u16 set;
	u16 parts;			/* in the first: how many */
	u8 pool;
	u8 flags;			/* TT_MEMSTAT_ENTRY_* */
	struct ttmem_record *next_part;
	struct ttmem_client_boundary *from;	/* where it starts in LOADED or a DRAM map */
};

/* A cb or kernel record: those have a program (program 0 is one, always resident). */
struct ttmem_program_record {
	struct ttmem_record r;
	struct ttmem_program *program;
	struct ttmem_program_set *pset;
	struct list_head of_program;
};

/* A boundary in the address ranges of a program's CBs on one bank set. */
struct ttmem_program_boundary {
	struct rb_node rb;
	u32 at;
	u32 users;
	u32 count;			/* CBs that cover the segment from here */
};

/* A program's records on one bank set. */
struct ttmem_program_set {
	struct list_head of_program;
	struct ttmem_set *set;
	u32 records;			/* CBs, views and kernels */
	struct rb_root boundaries;
	u32 lowest;			/* first boundary, while there is one; @highest: the last */
	u32 highest;
	u32 covered;			/* granules: the whole way between, in the common case */
	DECLARE_BITMAP(on, TTMEM_MAX_CORES); /* cores whose USED map shows it */
};

struct ttmem_program {
	struct rb_node rb;		/* by id */
	u64 id;
	u64 list;			/* of its last dispatch */
	u32 records;
	struct list_head of_records;
	struct list_head sets;
	struct list_head of_resident;	/* on the client's, while it may be resident */
	DECLARE_BITMAP(last, TTMEM_MAX_CORES); /* cores where it was the last dispatched */
};

struct ttmem_snapshot {
	struct list_head of_client;
	struct ttmem_set *set;
	struct hlist_node of_set;
	struct rb_node of_largest;
	u8 pool;
	bool total;
	bool loaded;
	u64 allocatable;		/* bytes in each bank, as @largest */
	u64 largest;
	u64 bytes;			/* of the chip */
};

/* The sums of a client's snapshots of one pool, or of loaded CBs. */
struct ttmem_snapshot_sum {
	u64 bytes;
	u32 count;
	u32 totals;			/* snapshots that are a mere total */
};

/* Kinds of node. The boundaries and chip boundaries follow the order of the maps. */
enum ttmem_node_type {
	TTMEM_NODE_RECORD,
	TTMEM_NODE_PROGRAM_RECORD,
	TTMEM_NODE_PROGRAM,
	TTMEM_NODE_PROGRAM_SET,
	TTMEM_NODE_PROGRAM_BOUNDARY,
	TTMEM_NODE_SNAPSHOT,
	TTMEM_NODE_CLIENT_BOUNDARY,
	TTMEM_NODE_CHIP_BOUNDARY = TTMEM_NODE_CLIENT_BOUNDARY + TTMEM_MAPS,
	TTMEM_NODE_TYPES = TTMEM_NODE_CHIP_BOUNDARY + TTMEM_MAPS,
};

struct ttmem_node {
	struct ttmem_node *next;
};

struct ttmem_stack {
	struct ttmem_node *first;
	u32 count;
};

/*
 * Nodes on their way in, allocated before the lock is taken, or out, freed after it is dropped.
 * @user: whom they are charged to, NULL = nobody. @arch: gives the size of the nodes. @types: a bit
 * for each type that it may hold, as most events concern few. @nodes: how many, of all types.
 * @begun: an event that began with it has not been reported as taken yet.
 */
struct ttmem_prealloc {
	struct ttmem_user *user;
	u32 arch;
	u32 types;
	u32 nodes;
	bool begun;
	struct ttmem_stack type[TTMEM_NODE_TYPES];
};

/* Take the lowest of a set of types; false: none is left. */
static inline bool ttmem_node_types_next(u32 *types, unsigned int *type)
{
	if (!*types)
		return false;
	*type = __ffs(*types);
	*types &= *types - 1;
	return true;
}

static inline void *ttmem_prealloc_pop(struct ttmem_prealloc *prealloc, enum ttmem_node_type type)
{
	struct ttmem_stack *stack = &prealloc->type[type];
	struct ttmem_node *node = stack->first;

	if (node) {
		stack->first = node->next;
		stack->count--;
		prealloc->nodes--;
	}
	return node;
}

static inline void ttmem_prealloc_push(struct ttmem_prealloc *prealloc, enum ttmem_node_type type,
				       void *p)
{
	struct ttmem_stack *stack = &prealloc->type[type];
	struct ttmem_node *node = p;

	node->next = stack->first;
	stack->first = node;
	stack->count++;
	prealloc->nodes++;
	prealloc->types |= BIT(type);
}

/* Move one node. */
static inline void ttmem_prealloc_give(struct ttmem_prealloc *to, struct ttmem_prealloc *from,
				       enum ttmem_node_type type)
{
	ttmem_prealloc_push(to, type, ttmem_prealloc_pop(from, type));
}

/* A range that is being covered, or uncovered: [@from, @end); done up to @at. */
struct ttmem_cover {
	enum ttmem_map_id map;
	unsigned int class;
	bool add;
	bool cut;			/* @at is a cut: it goes when passed */
	bool put_from;			/* in the end @from loses a user */
	bool put_to;			/* so does the boundary at @end */
	struct ttmem_client_boundary *from;
	struct ttmem_client_boundary *at; /* NULL: there is none */
	u32 end;
	const unsigned long *banks;
};

/* The op of a drop; invalid in entries of users. */
#define TTMEM_OP_DROP	0

/**
 * struct ttmem_op - the event of a client that is under way, and how far it has come
 * @active: the next caller that offers an entry continues it
 * @entry: its entry; @owner: the prealloc that it began with, only compared, as it may be gone
 * @cover: the range at hand
 * @head: the record that is freed, with its parts
 * @record: the record, or part, that is covered or uncovered; its second map, if @second
 * @program: that is freed, replaced or dispatched
 * @stage: of a dispatch
 * @pset: is being shown, if @show, or hidden, on @cores
 * @at: where the next extent, or boundary, of the program is looked for; @end: the end of this one
 * @other: the next of all programs to evict; @next: the next of the resident ones
 * @scan: looked through next for a clash
 * @lowest: lowest buffer on the program's cores; @clash: its CBs run into one
 * @drop_pools: mask of pools that are dropped
 * @drop_next: the id of the record that a drop has reached; of the program, if @drop_programs
 */
struct ttmem_op {
	bool active;
	bool second;
	bool show;
	bool clash;
	bool drop_programs;
	u8 stage;
	const struct ttmem_prealloc *owner;
	struct tt_memstat_entry entry;
	struct ttmem_cover cover;
	struct ttmem_record *head;
	struct ttmem_record *record;
	struct ttmem_program *program;
	struct ttmem_program *other;
	struct list_head *next;
	struct ttmem_program_set *pset;
	struct ttmem_program_set *scan;
	u32 at;
	u32 end;
	u32 lowest;
	u32 drop_pools;
	u64 drop_next;
	DECLARE_BITMAP(cores, TTMEM_MAX_CORES);
};

/* How many nodes of each type; @types: a bit for each that is not 0. */
struct ttmem_need {
	u32 types;
	u32 type[TTMEM_NODE_TYPES];
};

static inline void ttmem_need_add(struct ttmem_need *need, unsigned int type, u32 count)
{
	need->types |= count ? BIT(type) : 0;
	need->type[type] += count;
}

/*
 * The figures in bytes that have peaks, including snapshots, and clipped to the capacity. @core: of
 * the fullest core.
 */
struct ttmem_usage {
	union {
		struct {
			u64 l1, footprint, buffers, small, cb, loaded, core;
			u64 dram, dram_buffers, trace;
		};
		u64 each[10];
	};
};

#define TTMEM_USAGES_L1		7	/* the first of @each are of L1, the others of DRAM */

/* The contents of snapshots beside the pools' use. */
struct ttmem_snapshot_view {
	bool age, approx, l1, l1_largest_known, dram_largest_known, dram_known;
	u32 drift_pools;	/* pools, and loaded CBs, with snapshots that do not count */
	u64 drift_bytes, newest, l1_largest, dram_largest, dram_allocatable;
};

/* The state of a client's figures, or a chip's, beside the sums. Few events change it. */
struct ttmem_view {
	struct ttmem_snapshot_view snapshots;
	u32 knows, partial;
	bool layout, kernel_region_known, lost;
	u64 allocatable, kernel_region;
};

/* Sums that a chip and a client have. */
struct ttmem_sums {
	struct ttmem_usage usage;
	struct ttmem_usage peaks;
	u16 core_index;			/* the fullest core */
	bool clipped;			/* @usage exceeded a capacity */
	u64 generation, rejected, dropped, records, programs, kernel_app, kernel_system, clash;
	s64 headroom, headroom_min;
	s64 drift;			/* snapshots of pools that are recorded, less records */
	u64 dispatch_time;		/* of the last dispatch, if any; caller's clock, ns */
	bool headroom_known, dispatched;
};

/**
 * struct ttmem_state - the source of a chip's or a client's figures at one moment
 * @ever_known: pools whose peaks are known
 * @cores: 0 = unknown; so are the capacities
 * @columns: of the numbers of cores
 * @clients: of a chip, as the rest
 * @clearing: clients that have left and still cover something
 * @clients_l1: sum of what the clients use; @clients_dram alike
 */
struct ttmem_state {
	struct ttmem_sums sums;
	struct ttmem_view view;
	u32 ever_known;
	u16 cores, grid_x, columns;
	u64 l1_capacity, dram_capacity;
	u32 clients, clearing;
	u64 clients_l1, clients_dram;
};

/**
 * struct ttmem_ledger - the books of one chip
 * @coverage: maps and totals over all clients
 * @work: done since the caller took the lock, counted (map.c)
 * @work_max: when that is enough: TTMEM_WORK_MAX, tests take less
 * @spare: chip boundaries that clients brought and no boundary uses at the moment
 * @clients: struct ttmem_ledger_client, attached
 * @arch: which size the nodes have
 * @columns: core x,y has number y * @columns + x, of @cores, whatever is known of the grid
 * @banks: DRAM banks that the chip can have
 * @weight: how many cores each core stands for; NULL: one. Only in userspace, where equal cores
 *	may be kept once
 * @binding: the geometry that binds every client; either side may be unknown
 * @known: @binding, completed by the sides that all living clients agree on
 * @differ: the sides that they disagree on
 * @sums: of all clients; dispatches are those of the living ones
 * @snap: bytes of snapshots that count, by pool; CBs: resident, then loaded
 * @clients_l1: sum of the clients' l1_used, for l1_shared; @clients_dram alike
 * @ever_known: pools that were ever covered since the last reset of the peaks
 * @peaks_exceed: pools whose peaks are unknown, as they are above the present capacity
 * @clearing: clients that are dead and still on the list
 * @dispatching: clients that have a dispatch in progress, also dead ones that are on the list
 * @view: the clients' views together, unless @view_stale
 * @high_watermark: most that was used since ttmem_ledger_reset_high_watermark(), by space; bytes
 */
struct ttmem_ledger {
	struct ttmem_coverage coverage;
	u64 work;
	u64 work_max;
	struct ttmem_prealloc spare;
	struct list_head clients;
	u32 nr_clients;
	u32 arch;
	u16 columns;
	u16 cores;
	u16 banks;
	const u8 *weight;
	struct tt_memstat_geometry binding;
	struct tt_memstat_geometry known;
	u32 differ;
	u32 l1_len;			/* granules of a core */
	u32 dram_len;			/* granules of a DRAM bank */
	struct ttmem_sums sums;
	u64 snap[TT_MEMSTAT_POOLS + 1];
	u64 clients_l1;
	u64 clients_dram;
	u32 ever_known;
	u32 peaks_exceed;
	u64 high_watermark[2];
	u32 clearing;
	u32 dispatching;
	bool view_stale;
	struct ttmem_view view;
};

#define TTMEM_SNAP_CB_LOADED	TT_MEMSTAT_POOLS	/* index in snap[] and sum[] */

static inline unsigned int ttmem_snapshot_pool(unsigned int i)
{
	return i == TTMEM_SNAP_CB_LOADED ? TT_MEMSTAT_POOL_CB : i;
}

/**
 * struct ttmem_ledger_client - the books of one attachment
 * @group: its thread group: once one client of a group has recorded in a pool, records count there
 *	for all of the group, and snapshots no longer do
 * @user: whom its memory is charged to, NULL = nobody
 * @dead: nothing is taken any more
 * @geometry: for checking its events: its own, completed by the one that binds it
 * @own: the sides that it described itself
 * @pools: those of @covers whose side it knows
 * @sums: since the first dispatch, in @dispatched, only what was dispatched is resident
 * @self_recorded: pools that this client has recorded in; @recorded: pools that its group has,
 *	also after the recording client left
 * @sum: all its snapshots, by pool; @snap: bytes of those that count
 * @allocatable: bytes of DRAM that snapshots call allocatable, @nr_allocatable of them
 * @largest: snapshots of L1 and DRAM buffers, by space, the largest free block first
 * @view_stale: the view has changed and has not been published yet
 * @spare: nodes of USED that boundaries of LOADED brought and no boundary uses
 * @reserve: nodes for cuts, and those of an event in steps; @reserved: a bit for each map that has
 *	its nodes for cuts, in the reserve or in use
 * @op: the event under way
 * @near: the boundary that was made or found last in each map; the next is likely near
 * @near_record: the record that was looked up last
 */
struct ttmem_ledger_client {
	struct ttmem_ledger *ledger;
	struct list_head of_ledger;
	const void *group;
	struct ttmem_user *user;
	bool dead;
	u32 covers;
	u32 partial;
	struct tt_memstat_geometry geometry;
	u32 own;
	u32 pools;
	struct tt_memstat_layout layout;

	struct ttmem_coverage coverage;
	struct ttmem_prealloc spare;
	struct ttmem_prealloc reserve;
	u32 reserved;
	struct ttmem_op op;
	struct ttmem_client_boundary *near[TTMEM_MAPS];

	struct xarray sets;		/* number -> struct ttmem_set; see ttmem_set_add() */
	struct ttmem_set set0_l1;
	struct ttmem_set set0_dram;
	struct ttmem_set *set_hash[64];
	u32 nr_sets;

	struct rb_root records;
	struct ttmem_record *near_record;
	struct rb_root programs;
	struct list_head resident;
	u32 nr_snapshots;

	struct list_head snapshots;
	struct ttmem_snapshot_sum sum[TT_MEMSTAT_POOLS + 1];
	u64 snap[TT_MEMSTAT_POOLS + 1];
	u64 allocatable;
	u32 nr_allocatable;
	struct rb_root_cached largest[2];
	u32 self_recorded;
	u32 recorded;
	u64 snapshot_time;		/* caller's clock, ns */

	struct ttmem_sums sums;
	bool lost;			/* an entry found no room since the last DROP */
	bool view_stale;
	struct ttmem_view view;
};

/* Call when the lock has been taken. */
static inline void ttmem_ledger_begin(struct ttmem_ledger *l)
{
	l->work = 0;
}

/* Whether the work of the hold is used up. */
static inline bool ttmem_ledger_should_yield(const struct ttmem_ledger *l)
{
	return l->work >= l->work_max;
}

/* Have the client's view made anew. */
static inline void ttmem_view_invalidate(struct ttmem_ledger_client *c)
{
	c->view_stale = true;
	c->ledger->view_stale = true;
}

/* A dispatch is in progress. */
static inline bool ttmem_op_is_dispatch(const struct ttmem_ledger_client *c)
{
	return c->op.active && c->op.entry.op == TT_MEMSTAT_OP_DISPATCH;
}

static inline bool ttmem_pool_has_program(unsigned int pool)
{
	return pool == TT_MEMSTAT_POOL_CB || pool == TT_MEMSTAT_POOL_KERNEL;
}

/* Kernels are on cores. */
static inline enum tt_memstat_space ttmem_pool_space(unsigned int pool)
{
	return pool == TT_MEMSTAT_POOL_DRAM || pool == TT_MEMSTAT_POOL_TRACE ?
		TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1;
}

/* The pools of some sides, a mask of 1 << enum tt_memstat_space. */
static inline u32 ttmem_pools_of(u32 sides)
{
	const u32 dram = BIT(TT_MEMSTAT_POOL_DRAM) | BIT(TT_MEMSTAT_POOL_TRACE);

	return (sides & BIT(TT_MEMSTAT_SPACE_L1) ? ~dram : 0) |
	       (sides & BIT(TT_MEMSTAT_SPACE_DRAM) ? dram : 0);
}

static inline u64 ttmem_bytes(u64 granules)
{
	return granules << TTMEM_GRANULE_SHIFT;
}

/*
 * The environment provides these (limits.c, or userspace/ledger/payer.c): charge a user for nodes
 * and bank sets. 0, or -ENOSPC: over a limit. @user may be NULL: charge nobody.
 */
int ttmem_user_charge(struct ttmem_user *user, u64 bytes);
void ttmem_user_uncharge(struct ttmem_user *user, u64 bytes);

/* prealloc.c */
int ttmem_prealloc_init(void);
void ttmem_prealloc_exit(void);
u64 ttmem_prealloc_missing(const struct ttmem_prealloc *prealloc, const struct ttmem_need *need);
int ttmem_prealloc_fill(struct ttmem_prealloc *prealloc, const struct ttmem_need *need);
void ttmem_prealloc_free(struct ttmem_prealloc *prealloc);
void ttmem_prealloc_move(struct ttmem_prealloc *to, struct ttmem_prealloc *from);
/* Tests: allocations that succeed before one fails; -1 = off. */
extern int ttmem_prealloc_fail_after;

/* map.c */
void *ttmem_boundary_next(void *boundary);
void *ttmem_boundary_find(struct rb_root *root, u32 at, struct rb_node **parent,
			  struct rb_node ***link);
void *ttmem_boundary_floor(struct rb_root *root, u32 at);
void *ttmem_boundary_from(struct rb_root *root, u32 at);
struct ttmem_client_boundary *ttmem_client_boundary_get(struct ttmem_ledger_client *c,
							enum ttmem_map_id map, u32 at,
							struct ttmem_prealloc *prealloc);
bool ttmem_map_run(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc);
struct ttmem_client_boundary *ttmem_map_add_begin(struct ttmem_ledger_client *c,
						  enum ttmem_map_id map, unsigned int class,
						  const unsigned long *banks, u32 at, u32 len,
						  struct ttmem_prealloc *prealloc);
void ttmem_map_remove_begin(struct ttmem_ledger_client *c, enum ttmem_map_id map,
			    unsigned int class, const unsigned long *banks,
			    struct ttmem_client_boundary *from, u32 len);
bool ttmem_map_erase(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc);
unsigned int ttmem_map_classes(enum ttmem_map_id map);
bool ttmem_map_seek(struct ttmem_ledger_client *c, const unsigned long *cores, unsigned int classes,
		    u32 *at, u32 end);

/* program.c */
void *ttmem_by_id_from(const struct rb_root *root, u64 id);
struct ttmem_program *ttmem_program_find(struct ttmem_ledger_client *c, u64 id);
struct ttmem_program *ttmem_program_get(struct ttmem_ledger_client *c, u64 id,
					struct ttmem_prealloc *prealloc);
bool ttmem_program_record_counts(const struct ttmem_program_record *pr);
void ttmem_program_add(struct ttmem_ledger_client *c, struct ttmem_program_record *pr,
		       struct ttmem_prealloc *prealloc);
bool ttmem_program_cover(struct ttmem_ledger_client *c, struct ttmem_program_record *pr, bool add,
			 struct ttmem_prealloc *prealloc);
void ttmem_program_del(struct ttmem_ledger_client *c, struct ttmem_program_record *pr,
		       struct ttmem_prealloc *prealloc);
void ttmem_program_end(struct ttmem_ledger_client *c, struct ttmem_program *p,
		       struct ttmem_prealloc *prealloc);
void ttmem_program_dispatch_begin(struct ttmem_ledger_client *c);
bool ttmem_program_dispatch_run(struct ttmem_ledger_client *c, u64 list);
bool ttmem_program_set_run(struct ttmem_ledger_client *c);
bool ttmem_program_forget_dispatches(struct ttmem_ledger_client *c, struct ttmem_program *p);
u64 ttmem_program_cb_bytes(struct ttmem_program *p);
void ttmem_program_cores(struct ttmem_program *p, unsigned long *cores);

/* record.c */
/* False: the entry needs no nodes. */
static inline bool ttmem_ledger_needs(const struct tt_memstat_entry *e)
{
	return e->op == TT_MEMSTAT_OP_RECORD || e->op == TT_MEMSTAT_OP_SNAPSHOT;
}

void ttmem_ledger_need(const struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
		       struct ttmem_need *need);
struct ttmem_record *ttmem_record_find(struct ttmem_ledger_client *c, u64 id);
int ttmem_record_check(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
		       struct ttmem_program **replaced);
int ttmem_record_event(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
		       struct ttmem_prealloc *prealloc);
bool ttmem_record_event_run(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			    struct ttmem_prealloc *prealloc);
bool ttmem_record_free_run(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc);
bool ttmem_program_free_records_run(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc);

/* event.c */
int ttmem_ledger_check(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e);
int ttmem_ledger_apply(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e, u64 now_ns,
		       struct ttmem_prealloc *prealloc);
struct ttmem_ledger_client *ttmem_ledger_run_dispatch(struct ttmem_ledger *l);
bool ttmem_ledger_drop(struct ttmem_ledger_client *c, u32 pools, struct ttmem_prealloc *prealloc);
bool ttmem_op_run(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc);

/* snapshot.c */
int ttmem_snapshot_check(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			 struct ttmem_set **set);
int ttmem_snapshot_apply(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e,
			 u64 now_ns, struct ttmem_prealloc *prealloc);
void ttmem_snapshot_drop(struct ttmem_ledger_client *c, u32 pools, struct ttmem_prealloc *prealloc);
void ttmem_snapshot_join(struct ttmem_ledger_client *c);
void ttmem_snapshot_leave(struct ttmem_ledger_client *c);
void ttmem_snapshot_recorded(struct ttmem_ledger_client *c, unsigned int pool);

/* set.c */
int ttmem_set_add(struct ttmem_ledger_client *c, unsigned int space, const unsigned long *map,
		  u32 *number);
struct ttmem_set *ttmem_set_find(struct ttmem_ledger_client *c, unsigned int space, u32 number);
void ttmem_set_free_all(struct ttmem_ledger_client *c);

/* ledger.c */
void ttmem_ledger_init(struct ttmem_ledger *l);
void ttmem_ledger_client_init(struct ttmem_ledger_client *c, const void *group, u32 covers,
			      u32 partial, const struct tt_memstat_layout *layout,
			      struct ttmem_user *user);
void ttmem_ledger_attach(struct ttmem_ledger *l, struct ttmem_ledger_client *c,
			 const struct tt_memstat_geometry *own);
int ttmem_ledger_partial(struct ttmem_ledger_client *c, u32 partial);
void ttmem_ledger_detach(struct ttmem_ledger_client *c);
bool ttmem_ledger_detach_step(struct ttmem_ledger_client *c, struct ttmem_prealloc *prealloc);
void ttmem_ledger_client_clear(struct ttmem_ledger_client *c);
void ttmem_ledger_client_free(struct ttmem_ledger_client *c);

/* sides.c */
void ttmem_ledger_set_bounds(struct ttmem_ledger *l, const struct tt_memstat_geometry *most);
void ttmem_ledger_set_geometry(struct ttmem_ledger *l, const struct tt_memstat_geometry *g);
void ttmem_ledger_describe(struct ttmem_ledger *l, const struct tt_memstat_geometry *g);
void ttmem_ledger_client_learn(struct ttmem_ledger_client *c);
bool ttmem_ledger_client_relies(const struct ttmem_ledger_client *c,
				const struct tt_memstat_geometry *g);
void ttmem_ledger_agree(struct ttmem_ledger *l);

/* figures.c */
void ttmem_figures_update(struct ttmem_ledger_client *c);
void ttmem_figures_update_client(struct ttmem_ledger_client *c);
void ttmem_figures_update_chip(struct ttmem_ledger *l);
void ttmem_ledger_reset_peaks(struct ttmem_ledger *l);
void ttmem_ledger_reset_high_watermark(struct ttmem_ledger *l, enum tt_memstat_space space);
void ttmem_ledger_count_rejected(struct ttmem_ledger_client *c);
void ttmem_ledger_count_dropped(struct ttmem_ledger_client *c);
void ttmem_ledger_refresh_view(struct ttmem_ledger *l);
void ttmem_state_chip(const struct ttmem_ledger *l, struct ttmem_state *s, bool view);
void ttmem_state_client(const struct ttmem_ledger_client *c, struct ttmem_state *s, bool view);
void ttmem_figure_set(struct tt_memstat_figures *out, enum tt_memstat_figure figure, u64 value);
bool ttmem_state_cores_known(const struct ttmem_state *s);
void ttmem_figures_chip(const struct ttmem_state *s, u64 now_ns, struct tt_memstat_figures *out);
void ttmem_figures_client(const struct ttmem_state *s, u64 now_ns, struct tt_memstat_figures *out);

#endif /* TTMEM_LEDGER_H */
