/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ledger: what an event does to the totals of a chip and of a client.
 *
 * Knows addresses, banks, records, programs, snapshots. Does not know files, sysfs, tasks or
 * time; who calls brings the locking. Nothing here sleeps or allocates except ttm_fund_*():
 * every node that an event may need is in a fund before the event is taken.
 *
 * Locking: one lock a chip, the caller's. It guards struct ttm_ledger, every struct
 * ttm_ledger_client on it and all that hangs below. ttm_fund_*() and ttm_ledger_need() run
 * without it.
 *
 * Addresses and sizes are in granules of 16 bytes inside, in bytes at the boundary.
 */
#ifndef TTM_LEDGER_H
#define TTM_LEDGER_H

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/types.h>
#include <linux/xarray.h>
#include "../../uapi/tt_memstat.h"

struct ttm_user;

#define TTM_GRANULE_SHIFT	4
#define TTM_MAX_CORES		140	/* blackhole, nothing harvested */
#define TTM_MAX_DRAM_BANKS	12	/* wormhole: two to a channel */
#define TTM_MAX_CLIENTS		128	/* on a chip; counts of clients are u8 */
#define TTM_MAX_SETS		4096	/* of an attachment; a record keeps 16 bits of it */
#define TTM_MAX_SNAPSHOTS	256	/* of a client on a chip */
#define TTM_MAX_PARTS		4096	/* of a record; all are freed by one event */
#define TTM_MAX_PROGRAM_RECORDS	4096	/* of a program; alike */
#define TTM_MAX_PROGRAM_SETS	256	/* of a program; a dispatch looks at each */
#define TTM_MAX_PROGRAM_L1	2	/* times the L1: what a program's CBs cover, by set */
#define TTM_MAX_PART_CUTS	16384	/* of a client in DRAM_PART: a range may cross each */
#define TTM_MAX_INNER_CUTS	65536	/* of a client in DRAM, inside of its ranges; alike */
#define TTM_INNER_LEN		65536	/* granules: a shorter range cannot cross more */

/*
 * Counts that one hold of the lock should look at. What an event frees beyond that is left for
 * the next hold: ttm_ledger_take() then says TTM_AGAIN.
 */
#define TTM_WORK_MAX		262144
#define TTM_AGAIN		1

#define TTM_SHARE_LOT		1024	/* of what a user may have, taken in lots */

/*
 * The maps. USED holds buffers and resident CBs, LOADED buffers and all loaded CBs. DRAM holds
 * what occupies every bank alike (set 0) with one count for all banks, DRAM_PART the rest.
 */
enum ttm_map_id {
	TTM_MAP_USED,
	TTM_MAP_LOADED,
	TTM_MAP_DRAM,
	TTM_MAP_DRAM_PART,
	TTM_MAPS,
};

enum ttm_lane {
	TTM_LANE_L1 = 0, TTM_LANE_SMALL = 1, TTM_LANE_CB = 2,	/* USED */
	TTM_LANE_BUFFERS = 0, TTM_LANE_CB_LOADED = 1,		/* LOADED */
	TTM_LANE_DRAM = 0, TTM_LANE_TRACE = 1,			/* DRAM, DRAM_PART */
	TTM_LANES_MAX = 3,
};

/*
 * A boundary in a client's map: the counts are those of the segment from here to the next.
 * @users: how many ranges start or end here; without one the boundary goes.
 */
struct ttm_cut {
	struct rb_node rb;
	u32 at;
	u32 users;
	struct ttm_top *top;	/* the chip's boundary at the same address */
	u32 count[];		/* [lane][bank]: ranges of this client */
};

/* A boundary in the chip's map; @users: how many clients have it. */
struct ttm_top {
	struct rb_node rb;
	u32 at;
	u8 users;
	u8 count[];		/* [lane][bank]: clients that cover the segment */
};

/* Granules covered, by lane and by any lane; the two DRAM maps share one. */
struct ttm_tally {
	u64 lane[TTM_LANES_MAX];
	u64 any;
};

enum ttm_tally_id { TTM_TALLY_USED, TTM_TALLY_LOADED, TTM_TALLY_DRAM, TTM_TALLIES };

/* A walk over the set bits of a bank map, fast: this is what counting is made of. */
struct ttm_walk {
	const unsigned long *map;
	unsigned int word;
	unsigned int words;
	unsigned long bits;
};

static inline struct ttm_walk ttm_walk_start(const unsigned long *map, unsigned int nr)
{
	return (struct ttm_walk) { map, 0, BITS_TO_LONGS(nr), map[0] };
}

static inline bool ttm_walk_next(struct ttm_walk *walk, unsigned int *bank)
{
	while (!walk->bits) {
		if (++walk->word >= walk->words)
			return false;
		walk->bits = walk->map[walk->word];
	}
	*bank = walk->word * BITS_PER_LONG + __ffs(walk->bits);
	walk->bits &= walk->bits - 1;
	return true;
}

/* What a chip and a client have alike: maps and what they add up to. */
struct ttm_level {
	bool chip;
	struct rb_root map[TTM_MAPS];	/* struct ttm_top of a chip, ttm_cut of a client */
	struct ttm_tally tally[TTM_TALLIES];
	u32 core[TTM_MAX_CORES];	/* granules used on each core */
	bool core_changed;
};

/* A bank set. Set 0 of each space is made at attach. @epoch: the ledger's when it was made. */
struct ttm_set {
	u32 number;
	u32 epoch;
	u16 space;
	u16 banks;			/* how many */
	struct ttm_set *hash_next;
	DECLARE_BITMAP(map, TTM_MAX_CORES);
};

struct ttm_record {
	struct rb_node rb;		/* by id; parts other than the first hang off it */
	u64 id;
	u32 at;
	u32 len;
	u16 set;
	u16 parts;			/* in the first: how many */
	u8 pool;
	u8 flags;			/* TT_MEMSTAT_ENTRY_* */
	struct ttm_record *next_part;
	struct ttm_cut *from;		/* where it starts in LOADED or a DRAM map */
};

/* A cb or kernel record: those have a program (program 0 is one, always resident). */
struct ttm_program_record {
	struct ttm_record r;
	struct ttm_program *program;
	struct ttm_program_set *pset;
	struct list_head of_program;
};

/* A boundary in the address ranges of a program's CBs on one bank set. */
struct ttm_program_cut {
	struct rb_node rb;
	u32 at;
	u32 users;
	u32 count;			/* CBs that cover the segment from here */
};

/* A program's records on one bank set. */
struct ttm_program_set {
	struct list_head of_program;
	struct ttm_set *set;
	u32 records;			/* CBs, views and kernels */
	struct rb_root cuts;
	u32 lowest;			/* first cut, while there is one; @highest: the last */
	u32 highest;
	u32 covered;			/* granules: the whole way between, in the common case */
	DECLARE_BITMAP(on, TTM_MAX_CORES); /* cores whose USED map shows it */
};

struct ttm_program {
	struct rb_node rb;		/* by id */
	u64 id;
	u64 list;			/* of its last dispatch */
	u32 records;
	u32 nr_sets;
	u64 reach;			/* granules that its CBs cover, times banks, by set */
	struct list_head of_records;
	struct list_head sets;
	struct list_head of_resident;	/* on the client's, while it may be resident */
	DECLARE_BITMAP(last, TTM_MAX_CORES); /* cores where it was the last dispatched */
};

struct ttm_snapshot {
	struct list_head of_client;
	u32 set;
	u8 pool;
	bool total;
	bool loaded;
	u16 banks;
	u64 allocatable;		/* bytes in each bank, from here on */
	u64 allocated;
	u64 free;
	u64 largest;
	u64 bytes;			/* of the chip */
};

/* Kinds of node. The cuts and tops follow the order of the maps. */
enum ttm_kind {
	TTM_KIND_RECORD,
	TTM_KIND_PROGRAM_RECORD,
	TTM_KIND_PROGRAM,
	TTM_KIND_PROGRAM_SET,
	TTM_KIND_PROGRAM_CUT,
	TTM_KIND_SNAPSHOT,
	TTM_KIND_CUT,
	TTM_KIND_TOP = TTM_KIND_CUT + TTM_MAPS,
	TTM_KINDS = TTM_KIND_TOP + TTM_MAPS,
};

struct ttm_node {
	struct ttm_node *next;
};

struct ttm_stack {
	struct ttm_node *first;
	u32 count;
};

static inline void ttm_stack_push(struct ttm_stack *stack, void *p)
{
	struct ttm_node *node = p;

	node->next = stack->first;
	stack->first = node;
	stack->count++;
}

static inline void *ttm_stack_pop(struct ttm_stack *stack)
{
	struct ttm_node *node = stack->first;

	if (node) {
		stack->first = node->next;
		stack->count--;
	}
	return node;
}

/*
 * Nodes on their way in (allocated before the lock is taken) or out (freed after it is
 * dropped). @arch: which size the nodes of the L1 maps have. @kinds: a bit for each kind that it
 * may hold, as most events concern few. @nodes: of all kinds.
 */
struct ttm_fund {
	u32 arch;
	u32 kinds;
	u32 nodes;
	struct ttm_stack kind[TTM_KINDS];
};

/* Takes the lowest of a set of kinds; false: none is left. */
static inline bool ttm_kinds_next(u32 *kinds, unsigned int *kind)
{
	if (!*kinds)
		return false;
	*kind = __ffs(*kinds);
	*kinds &= *kinds - 1;
	return true;
}

static inline void *ttm_fund_take(struct ttm_fund *fund, enum ttm_kind kind)
{
	void *node = ttm_stack_pop(&fund->kind[kind]);

	fund->nodes -= !!node;
	return node;
}

static inline void ttm_fund_give(struct ttm_fund *fund, enum ttm_kind kind, void *node)
{
	fund->kinds |= BIT(kind);
	fund->nodes++;
	ttm_stack_push(&fund->kind[kind], node);
}

/* How many nodes of each kind; @kinds: a bit for each that is not 0. */
struct ttm_need {
	u32 kinds;
	u32 kind[TTM_KINDS];
};

static inline void ttm_need_add(struct ttm_need *need, unsigned int kind, u32 count)
{
	need->kinds |= count ? BIT(kind) : 0;
	need->kind[kind] += count;
}

/* Peaks, in bytes, of what the figures show. */
struct ttm_peaks {
	u64 l1, footprint, buffers, small, cb, loaded, dram, dram_buffers, trace, core;
};

/* The figures that peaks and sums are taken from, after snapshots and clipping; bytes. */
struct ttm_now {
	u64 l1, footprint, buffers, small, cb, loaded, dram, dram_buffers, trace, core;
	u16 core_index;
	bool clipped;
};

/* @user: whom the client's records, boundaries and sets are charged to; NULL = nobody */
struct ttm_ledger_limits {
	u32 records;			/* of a client, parts included */
	u32 programs;			/* of a client */
	u32 boundaries;			/* of a client, USED apart, which has none of its own */
	struct ttm_user *user;
};

enum ttm_share { TTM_SHARE_RECORDS, TTM_SHARE_CUTS, TTM_SHARES };

/**
 * struct ttm_ledger - the books of one chip
 * @level: maps and totals over all clients
 * @work: counts looked at since the caller took the lock, about
 * @work_max: when that is enough: TTM_WORK_MAX, tests take less
 * @spare_used: tops of USED that clients brought and no boundary uses at the moment
 * @clients: struct ttm_ledger_client, attached
 * @arch: 0 while there is no geometry
 * @epoch: changes of geometry under clients; sets of an earlier one are void
 * @snap: bytes of snapshots that count, by pool; CBs: resident, then loaded
 * @clients_l1: sum of the clients' l1_used, for l1_shared; @clients_dram alike
 * @ever_known: pools that were ever covered since the last reset of the peaks
 * @crest: most that was used since ttm_ledger_crest(), by space; bytes
 */
struct ttm_ledger {
	struct ttm_level level;
	u64 work;
	u64 work_max;
	struct ttm_stack spare_used;
	struct list_head clients;
	u32 nr_clients;
	u32 arch;
	u32 epoch;
	u16 grid_x;
	u16 grid_y;
	u16 cores;
	u16 dram_banks;
	u32 l1_len;			/* granules of a core */
	u32 dram_len;			/* granules of a DRAM bank */
	u64 generation;
	u64 rejected;
	u64 dropped;
	u64 records;
	u64 programs;
	u64 kernel_app;
	u64 kernel_system;
	u64 snap[TT_MEMSTAT_POOLS + 1];
	u64 clients_l1;
	u64 clients_dram;
	s64 headroom;
	s64 headroom_min;
	bool headroom_known;
	u64 clash;
	u32 ever_known;
	struct ttm_now now;
	struct ttm_peaks peaks;
	u64 crest[2];
};

#define TTM_SNAP_CB_LOADED	TT_MEMSTAT_POOLS	/* index in snap[] */

/**
 * struct ttm_ledger_client - the books of one attachment
 * @group: whose thread group; equal groups share the sticky record mode of DESIGN 3.8
 * @dead: nothing is taken any more
 * @dispatched: since the first dispatch only what was dispatched is resident
 * @self_recorded: pools this client has recorded in; @recorded: its group on this chip
 * @spare_used: cuts of USED that boundaries of LOADED brought and no boundary uses
 * @nr_cuts: boundaries in LOADED, DRAM and DRAM_PART; @nr_part: in DRAM_PART alone; @nr_inner: in
 *	DRAM and inside of at least one range of this client
 * @held: what is charged to the user
 * @evicting: the first dispatch is under way: programs from @evict_next on are still resident
 * @near: the boundary that was made or found last in each map, where the next is likely near
 * @near_record: the record that was looked for last, alike
 */
struct ttm_ledger_client {
	struct ttm_ledger *ledger;
	struct list_head of_ledger;
	const void *group;
	bool dead;
	u32 covers;
	u32 partial;
	u32 arch;			/* which size its nodes have */
	struct tt_memstat_layout layout;
	struct ttm_ledger_limits limits;

	struct ttm_level level;
	struct ttm_stack spare_used;
	struct ttm_cut *near[TTM_MAPS];

	struct xarray sets;		/* number -> struct ttm_set; writers: see ttm_set_add() */
	struct ttm_set set0_l1;
	struct ttm_set set0_dram;
	struct ttm_set *set_hash[64];
	u32 nr_sets;

	struct rb_root records;
	struct ttm_record *near_record;
	struct rb_root programs;
	struct list_head resident;
	bool dispatched;
	bool evicting;
	u64 evict_next;
	u32 nr_records;
	u32 nr_programs;
	u32 nr_snapshots;
	u32 nr_cuts;
	u32 nr_part;
	u32 nr_inner;
	u32 held[TTM_SHARES];

	struct list_head snapshots;
	u64 snap[TT_MEMSTAT_POOLS + 1];
	u32 self_recorded;
	u32 recorded;
	u64 snapshot_time;		/* caller's clock, ns */
	u64 dispatch_time;		/* the same, of the last if @dispatched */
	u64 drop_next;			/* where an unfinished drop goes on */

	u64 generation;
	u64 rejected;
	u64 dropped;
	bool lost;			/* an event was dropped since the last drop */
	u64 kernel_app;
	u64 kernel_system;
	s64 headroom;
	s64 headroom_min;
	bool headroom_known;
	u64 clash;
	struct ttm_now now;
	struct ttm_peaks peaks;
};

/* The lock has just been taken. */
static inline void ttm_ledger_begin(struct ttm_ledger *l)
{
	l->work = 0;
}

/* Whether it is time to let others have the lock. */
static inline bool ttm_ledger_is_tired(const struct ttm_ledger *l)
{
	return l->work >= l->work_max;
}

static inline u64 ttm_bytes(u64 granules)
{
	return granules << TTM_GRANULE_SHIFT;
}

/* fund.c */
int ttm_fund_init(void);
void ttm_fund_exit(void);
int ttm_fund_fill(struct ttm_fund *fund, const struct ttm_need *need);
void ttm_fund_empty(struct ttm_fund *fund);
extern int ttm_fund_fail_after;	/* tests: allocations that succeed before one fails; -1 = off */

/* map.c */
struct ttm_cut *ttm_cut_get(struct ttm_ledger_client *c, enum ttm_map_id map, u32 at,
			    struct ttm_fund *fund);
struct ttm_cut *ttm_cut_find(struct ttm_ledger_client *c, enum ttm_map_id map, u32 at);
void ttm_cut_put(struct ttm_ledger_client *c, enum ttm_map_id map, struct ttm_cut *cut,
		 struct ttm_fund *fund);
struct ttm_cut *ttm_map_cover(struct ttm_ledger_client *c, enum ttm_map_id map,
			      unsigned int lane, const unsigned long *banks,
			      struct ttm_cut *from, u32 end, bool add);
struct ttm_cut *ttm_map_add(struct ttm_ledger_client *c, enum ttm_map_id map, unsigned int lane,
			    const unsigned long *banks, u32 at, u32 len, struct ttm_fund *fund);
void ttm_map_remove(struct ttm_ledger_client *c, enum ttm_map_id map, unsigned int lane,
		    const unsigned long *banks, struct ttm_cut *from, u32 len,
		    struct ttm_fund *fund);
bool ttm_map_erase_first(struct ttm_ledger_client *c, enum ttm_map_id map, struct ttm_fund *fund);
unsigned int ttm_map_banks(const struct ttm_ledger *l, enum ttm_map_id map);
unsigned int ttm_map_lanes(enum ttm_map_id map);
u32 ttm_map_lowest_l1(struct ttm_ledger_client *c, const unsigned long *cores);
bool ttm_map_has_room(struct ttm_ledger_client *c, enum ttm_map_id map, u32 at, u32 len);
bool ttm_map_buffers_overlap(struct ttm_ledger_client *c, const unsigned long *cores,
			     u32 at, u32 end);

/* program.c */
struct ttm_program *ttm_program_find(struct ttm_ledger_client *c, u64 id);
struct ttm_program *ttm_program_from(struct ttm_ledger_client *c, u64 id);
struct ttm_program *ttm_program_get(struct ttm_ledger_client *c, u64 id, struct ttm_fund *fund);
void ttm_program_add(struct ttm_ledger_client *c, struct ttm_program *p,
		     struct ttm_program_record *pr, struct ttm_fund *fund);
void ttm_program_del(struct ttm_ledger_client *c, struct ttm_program_record *pr,
		     struct ttm_fund *fund);
void ttm_program_end(struct ttm_ledger_client *c, struct ttm_program *p, struct ttm_fund *fund);
int ttm_program_dispatch(struct ttm_ledger_client *c, struct ttm_program *p, u64 list);
void ttm_program_forget_dispatches(struct ttm_ledger_client *c);
u64 ttm_program_reach_max(const struct ttm_ledger *l);
u64 ttm_program_cb_bytes(struct ttm_program *p);
void ttm_program_cores(struct ttm_program *p, unsigned long *cores);
bool ttm_program_is_resident(const struct ttm_program *p, unsigned int core);

/* event.c */
/* False: taking the entry needs no nodes. */
static inline bool ttm_ledger_needs(const struct tt_memstat_entry *e)
{
	return e->op == TT_MEMSTAT_OP_RECORD || e->op == TT_MEMSTAT_OP_SNAPSHOT;
}

void ttm_ledger_need(const struct tt_memstat_entry *e, struct ttm_need *need);
int ttm_ledger_check(struct ttm_ledger_client *c, const struct tt_memstat_entry *e);
int ttm_ledger_take(struct ttm_ledger_client *c, const struct tt_memstat_entry *e, u64 now_ns,
		    struct ttm_fund *fund);
struct ttm_record *ttm_record_find(struct ttm_ledger_client *c, u64 id);
struct ttm_record *ttm_record_from(struct ttm_ledger_client *c, u64 id);
bool ttm_record_drop(struct ttm_ledger_client *c, struct ttm_record *head, struct ttm_fund *fund);

/* snapshot.c */
int ttm_snapshot_check(struct ttm_ledger_client *c, const struct tt_memstat_entry *e,
		       struct ttm_set **set);
int ttm_snapshot_take(struct ttm_ledger_client *c, const struct tt_memstat_entry *e, u64 now_ns,
		      struct ttm_fund *fund);
void ttm_snapshot_drop(struct ttm_ledger_client *c, u32 pools, struct ttm_fund *fund);
void ttm_snapshot_recount(struct ttm_ledger *l);
void ttm_snapshot_recorded(struct ttm_ledger_client *c, unsigned int pool);

/* share.c */
bool ttm_share_reach(struct ttm_ledger_client *c, enum ttm_share share, u32 wanted);
void ttm_share_trim(struct ttm_ledger_client *c);
void ttm_share_settle(struct ttm_ledger_client *c);
void ttm_share_end(struct ttm_ledger_client *c);

/* set.c */
int ttm_set_add(struct ttm_ledger_client *c, unsigned int space, const unsigned long *map,
		u32 epoch, u32 *number);
struct ttm_set *ttm_set_find(struct ttm_ledger_client *c, unsigned int space, u32 number);
void ttm_set_free_all(struct ttm_ledger_client *c);

/* ledger.c */
void ttm_ledger_init(struct ttm_ledger *l);
void ttm_ledger_set_geometry(struct ttm_ledger *l, const struct tt_memstat_geometry *g);
void ttm_ledger_reset_peaks(struct ttm_ledger *l);
void ttm_ledger_crest(struct ttm_ledger *l, enum tt_memstat_space space);
void ttm_ledger_reject(struct ttm_ledger_client *c);
void ttm_ledger_lose(struct ttm_ledger_client *c);
void ttm_ledger_client_init(struct ttm_ledger_client *c, const void *group, u32 covers,
			    u32 partial, const struct tt_memstat_layout *layout,
			    const struct ttm_ledger_limits *limits);
void ttm_ledger_set0(struct ttm_ledger *l, struct ttm_ledger_client *c);
void ttm_ledger_attach(struct ttm_ledger *l, struct ttm_ledger_client *c);
int ttm_ledger_partial(struct ttm_ledger_client *c, u32 partial);
bool ttm_ledger_drop(struct ttm_ledger_client *c, u32 pools, unsigned int budget,
		     struct ttm_fund *fund);
void ttm_ledger_detach(struct ttm_ledger_client *c);
bool ttm_ledger_detach_step(struct ttm_ledger_client *c, unsigned int budget,
			    struct ttm_fund *fund);
void ttm_ledger_client_free(struct ttm_ledger_client *c);

/* refit.c */
bool ttm_ledger_is_live(const struct ttm_ledger *l);
bool ttm_ledger_clear_step(struct ttm_ledger *l, unsigned int budget, struct ttm_fund *fund);
void ttm_ledger_refit(struct ttm_ledger *l, const struct tt_memstat_geometry *g,
		      struct ttm_fund *fund);

/* figures.c */
void ttm_figures_update(struct ttm_ledger_client *c);
void ttm_figures_update_client(struct ttm_ledger_client *c);
void ttm_figures_update_chip(struct ttm_ledger *l);
void ttm_figures_chip(const struct ttm_ledger *l, u64 now_ns, struct tt_memstat_figures *out);
void ttm_figures_client(const struct ttm_ledger_client *c, u64 now_ns,
			struct tt_memstat_figures *out);
bool ttm_figures_cores_known(const struct ttm_ledger *l);
u64 ttm_figures_l1_capacity(const struct ttm_ledger *l);
u64 ttm_figures_dram_capacity(const struct ttm_ledger *l);

#endif /* TTM_LEDGER_H */
