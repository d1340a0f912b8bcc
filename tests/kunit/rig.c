// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rig: a ledger and its oracle side by side.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "cases.h"
#include "../../driver/geometry.h"
#include "../../driver/limits.h"
#include "rig.h"

#define NAME(figure)	[TT_MEMSTAT_FIG_##figure] = #figure

static const char *const names[TT_MEMSTAT_FIGURES] = {
	NAME(GENERATION), NAME(CLIENTS), NAME(TENSIX_TOTAL), NAME(TENSIX_ACTIVE),
	NAME(TENSIX_HARVESTING), NAME(GEOMETRY_CONFLICTS), NAME(L1_CAPACITY),
	NAME(L1_ALLOCATABLE), NAME(L1_RESERVED), NAME(L1_FREE), NAME(L1_USED), NAME(L1_PEAK),
	NAME(L1_FOOTPRINT), NAME(L1_FOOTPRINT_PEAK), NAME(L1_OVERLAP), NAME(L1_SHARED),
	NAME(L1_BUFFERS_USED), NAME(L1_BUFFERS_PEAK), NAME(L1_SMALL_USED), NAME(L1_SMALL_PEAK),
	NAME(CB_USED), NAME(CB_PEAK), NAME(CB_LOADED), NAME(CB_LOADED_PEAK),
	NAME(L1_FULLEST_CORE_X), NAME(L1_FULLEST_CORE_Y), NAME(L1_FULLEST_CORE_USED),
	NAME(L1_FULLEST_CORE_PEAK), NAME(L1_HEADROOM), NAME(L1_HEADROOM_MIN), NAME(L1_CLASH),
	NAME(L1_LARGEST_FREE_BLOCK), NAME(DRAM_CAPACITY), NAME(DRAM_ALLOCATABLE),
	NAME(DRAM_FREE), NAME(DRAM_USED), NAME(DRAM_PEAK), NAME(DRAM_OVERLAP), NAME(DRAM_SHARED),
	NAME(DRAM_BUFFERS_USED), NAME(TRACE_USED), NAME(DRAM_LARGEST_FREE_BLOCK),
	NAME(KERNEL_REGION), NAME(KERNEL_APP), NAME(KERNEL_SYSTEM), NAME(PROGRAMS),
	NAME(RECORDS), NAME(L1_PARTIAL), NAME(DRAM_PARTIAL), NAME(DRIFT), NAME(APPROX),
	NAME(INCONSISTENT), NAME(SNAPSHOT_AGE_MS), NAME(REJECTED), NAME(DROPPED),
	NAME(L1_ALERT), NAME(DRAM_ALERT), NAME(DRAM_BUFFERS_PEAK), NAME(TRACE_PEAK),
	NAME(DISPATCH_AGE_MS),
};

/* Figures that the ledger's caller fills in: the chip's identity and state. */
static bool is_callers(unsigned int figure)
{
	return figure == TT_MEMSTAT_FIG_TENSIX_TOTAL ||
	       figure == TT_MEMSTAT_FIG_TENSIX_ACTIVE ||
	       figure == TT_MEMSTAT_FIG_TENSIX_HARVESTING ||
	       figure == TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS ||
	       figure == TT_MEMSTAT_FIG_L1_ALERT || figure == TT_MEMSTAT_FIG_DRAM_ALERT;
}

/* ---- log of events ---- */

#define AN_ENTRY	(~0ull)		/* instead of an argument: the event has an entry */

static struct rig_event *note(struct rig *rig, const char *what, int client, u64 arg)
{
	struct rig_event *event = &rig->log[rig->events++ % RIG_LOG];

	memset(event, 0, sizeof(*event));
	event->what = what;
	event->client = client;
	event->arg = arg;
	return event;
}

static void print_event(struct rig *rig, u64 nr, const struct rig_event *event)
{
	const struct tt_memstat_entry *e = &event->e;

	kunit_info(rig->test, "#%llu client %d: %s %#llx: %d\n", nr, event->client, event->what,
		   event->arg, event->ret);
	if (event->arg != AN_ENTRY)
		return;
	kunit_info(rig->test, "  op %u flags %#x id %llu addr %#llx size %#llx\n", e->op,
		   e->flags, e->id, e->addr, e->size);
	kunit_info(rig->test, "  set %u pool %u program %llu\n", e->set, e->pool, e->program);
}

static void print_log(struct rig *rig)
{
	u64 nr = rig->events > RIG_LOG ? rig->events - RIG_LOG : 0;

	for (; nr < rig->events; nr++)
		print_event(rig, nr, &rig->log[nr % RIG_LOG]);
}

static void print_number(char *buf, size_t size, bool known, u64 number)
{
	if (known)
		snprintf(buf, size, "%lld", number);
	else
		snprintf(buf, size, "unknown");
}

static void mismatch_known(struct rig *rig, int client, const char *what, bool expects,
			   u64 expected, bool sees, u64 seen)
{
	char a[24], b[24];

	rig->failed = true;
	print_log(rig);
	print_number(a, sizeof(a), expects, expected);
	print_number(b, sizeof(b), sees, seen);
	KUNIT_FAIL(rig->test, "event %llu, %s %d: %s: expected %s, saw %s; alone: %s",
		   rig->events - 1, client == ORACLE_CHIP ? "chip" : "client", client, what,
		   a, b, rig->how);
}

static void mismatch(struct rig *rig, int client, const char *what, u64 expected, u64 seen)
{
	mismatch_known(rig, client, what, true, expected, true, seen);
}

/* ---- comparing ---- */

static void look(struct rig *rig, int client)
{
	struct ttmem_state state;

	memset(&rig->seen, 0, sizeof(rig->seen));
	ttmem_ledger_refresh_view(&rig->ledger);
	if (client == ORACLE_CHIP) {
		ttmem_state_chip(&rig->ledger, &state, true);
		ttmem_figures_chip(&state, rig->now_ns, &rig->seen);
	} else {
		ttmem_state_client(rig->client[client], &state, true);
		ttmem_figures_client(&state, rig->now_ns, &rig->seen);
	}
}

static bool is_known(const struct tt_memstat_figures *f, unsigned int n)
{
	return f->known[n / 64] >> (n % 64) & 1;
}

static void check_figures(struct rig *rig, int client)
{
	unsigned int n;

	look(rig, client);
	oracle_figures(rig->oracle, client, rig->now_ns, &rig->expected);
	for (n = 0; n < TT_MEMSTAT_FIGURES && !rig->failed; n++) {
		bool expects = is_known(&rig->expected, n), sees = is_known(&rig->seen, n);

		if (is_callers(n))
			continue;
		if (expects != sees || rig->expected.value[n] != rig->seen.value[n])
			mismatch_known(rig, client, names[n], expects, rig->expected.value[n],
				       sees, rig->seen.value[n]);
	}
}

/* Convert the oracle's number of a core, which counts only active cores, to the ledger's. */
static unsigned int number_of(const struct rig *rig, unsigned int core)
{
	return core / rig->geo.grid_x * rig->ledger.columns + core % rig->geo.grid_x;
}

static void check_cores(struct rig *rig, int client)
{
	const struct ttmem_coverage *coverage = client == ORACLE_CHIP ? &rig->ledger.coverage :
						   &rig->client[client]->coverage;
	unsigned int core;

	for (core = 0; core < ttmem_geometry_cores(&rig->geo) && !rig->failed; core++) {
		u64 expected = oracle_core_used(rig->oracle, client, core);
		u64 seen = ttmem_bytes(coverage->core[number_of(rig, core)]);

		if (seen != expected)
			mismatch(rig, client, "used on a core", expected, seen);
	}
}

/* l1_per_core is shown when the fullest core is. */
static void check_cores_known(struct rig *rig)
{
	bool expects = is_known(&rig->expected, TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED);
	struct ttmem_state state;
	bool sees;

	ttmem_ledger_refresh_view(&rig->ledger);
	ttmem_state_chip(&rig->ledger, &state, true);
	sees = ttmem_state_cores_known(&state);

	if (!rig->failed && expects != sees)
		mismatch(rig, ORACLE_CHIP, "cores are known", expects, sees);
}

/* Compare every figure of the chip and of its clients. */
void rig_check(struct rig *rig)
{
	int i;

	for (i = ORACLE_CHIP; i < ORACLE_CLIENTS; i++) {
		if (!rig->oracle || rig->failed)
			return;
		if (i != ORACLE_CHIP && !rig->client[i])
			continue;
		if (rig->leaving >= 0 && (i == ORACLE_CHIP || i == rig->leaving))
			continue;
		check_figures(rig, i);
		if (i == ORACLE_CHIP)
			check_cores_known(rig);
		check_cores(rig, i);
	}
}

/* Convert cores to the oracle's mask, which has only active cores. */
static u32 mask_of(const struct rig *rig, const unsigned long *cores)
{
	unsigned int core;
	u32 mask = 0;

	for (core = 0; core < ttmem_geometry_cores(&rig->geo); core++)
		if (test_bit(number_of(rig, core), cores))
			mask |= 1u << core;
	return mask;
}

static void check_program(struct rig *rig, int client, const struct oracle_program_info *info)
{
	struct ttmem_ledger_client *c = rig->client[client];
	struct ttmem_program *p = ttmem_program_find(c, info->id);
	DECLARE_BITMAP(cores, TTMEM_MAX_CORES);
	unsigned int core;
	u32 resident = 0;

	if (!p) {
		mismatch(rig, client, "program is there", info->id, 0);
		return;
	}
	for (core = 0; core < ttmem_geometry_cores(&rig->geo); core++)
		if (test_bit(number_of(rig, core), p->last))
			resident |= 1u << core;
	ttmem_program_cores(p, cores);
	if (mask_of(rig, cores) != info->cores)
		mismatch(rig, client, "cores of a program", info->cores, mask_of(rig, cores));
	else if ((resident & info->cores) != (info->resident & info->cores))
		mismatch(rig, client, "cores where a program is resident",
			 info->resident & info->cores, resident & info->cores);
	else if (ttmem_program_cb_bytes(p) != info->cb_bytes)
		mismatch(rig, client, "CB bytes of a program", info->cb_bytes,
			 ttmem_program_cb_bytes(p));
}

static u32 count_nodes(const struct rb_root *root)
{
	struct rb_node *rb;
	u32 n = 0;

	for (rb = rb_first(root); rb; rb = rb_next(rb))
		n++;
	return n;
}

/* Each boundary of a client has brought a chip node; one of LOADED also those for USED. */
static void check_spares(struct rig *rig)
{
	const struct ttmem_ledger *l = &rig->ledger;
	u32 brought[TTMEM_MAPS] = { 0 }, there;
	unsigned int map;
	int i;

	for (i = 0; i < ORACLE_CLIENTS && !rig->failed; i++) {
		const struct ttmem_ledger_client *c = rig->client[i];

		if (!c)
			continue;
		for (map = TTMEM_MAP_LOADED; map < TTMEM_MAPS; map++)
			brought[map] += count_nodes(&c->coverage.map[map]);
		there = c->spare.nodes + count_nodes(&c->coverage.map[TTMEM_MAP_USED]);
		if (there != count_nodes(&c->coverage.map[TTMEM_MAP_LOADED]))
			mismatch(rig, i, "spare client boundaries of USED",
				 count_nodes(&c->coverage.map[TTMEM_MAP_LOADED]), there);
	}
	brought[TTMEM_MAP_USED] = brought[TTMEM_MAP_LOADED];
	for (map = 0; map < TTMEM_MAPS && !rig->failed; map++) {
		there = l->spare.type[TTMEM_NODE_CHIP_BOUNDARY + map].count +
			 count_nodes(&l->coverage.map[map]);
		if (there != brought[map])
			mismatch(rig, ORACLE_CHIP, "chip boundaries", brought[map], there);
	}
}

static bool has_part(struct ttmem_record *r, const struct tt_memstat_entry *e)
{
	for (; r; r = r->next_part)
		if (r->pool == e->pool && r->set == e->set && ttmem_bytes(r->len) == e->size &&
		    r->flags == e->flags &&
		    (e->pool == TT_MEMSTAT_POOL_KERNEL || ttmem_bytes(r->at) == e->addr))
			return true;
	return false;
}

/* Compare the records and the programs of a client one by one, and count the spare nodes. */
void rig_check_lists(struct rig *rig, int client)
{
	unsigned int i, n;

	if (!rig->oracle || rig->failed || !rig->client[client])
		return;
	n = oracle_records(rig->oracle, client, rig->entries);
	for (i = 0; i < n && !rig->failed; i++)
		if (!has_part(ttmem_record_find(rig->client[client], rig->entries[i].id),
			      &rig->entries[i]))
			mismatch(rig, client, "record is there", rig->entries[i].id, 0);
	n = oracle_programs(rig->oracle, client, rig->programs);
	for (i = 0; i < n && !rig->failed; i++)
		check_program(rig, client, &rig->programs[i]);
	check_spares(rig);
}

/* ---- the caller's part ---- */

/* Like a user's limit: a replacement frees the memory that it needs. */
static bool has_room(struct rig *rig, int client, const struct tt_memstat_entry *e)
{
	struct ttmem_ledger_client *c = rig->client[client];
	struct ttmem_program *p = e->program ? ttmem_program_find(c, e->program) : NULL;
	bool replaces = p && e->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM;

	return e->op != TT_MEMSTAT_OP_RECORD ||
	       (c->sums.records - (replaces ? p->records : 0) < rig->max_records[client] &&
		(!e->program || p || c->sums.programs < rig->max_programs[client]));
}

static int refuse(struct ttmem_ledger_client *c, const struct tt_memstat_entry *e)
{
	int ret = ttmem_ledger_check(c, e) ?: -ENOSPC;

	if (ret == -ENOSPC)
		ttmem_ledger_count_dropped(c);
	else
		ttmem_ledger_count_rejected(c);
	return ret;
}

/* A hold of the lock exceeds its work by one item at most. */
static void check_work(struct rig *rig)
{
	const u64 most = rig->ledger.work_max + RIG_ITEM;

	if (!rig->failed && rig->oracle && rig->ledger.work > most)
		mismatch(rig, ORACLE_CHIP, "work of one hold", most, rig->ledger.work);
}

/* Entries of the owner's concurrent calls; the event in progress is finished first. */
static bool report_along(struct rig *rig, int client, const struct tt_memstat_entry *e, u64 now_ns)
{
	struct tt_memstat_entry other;

	if (!rig->along || !rig->along(rig, client, &other, rig->meanwhile_arg))
		return false;
	if (rig->oracle && !rig->failed)
		oracle_take(rig->oracle, client, e, now_ns);
	rig_entry(rig, client, &other);
	return true;
}

/*
 * Offer an entry until it is taken or refused. Between the steps the lock is free and others
 * report, without nesting. *@reported: the oracle has got it. TTMEM_AGAIN: the client is to die
 * during the entry.
 */
static int take(struct rig *rig, int client, const struct tt_memstat_entry *e, bool *reported)
{
	struct ttmem_ledger_client *c = rig->client[client];
	struct ttmem_prealloc prealloc = { .user = c->user, .arch = rig->ledger.arch };
	bool outer = rig->leaving < 0;
	struct ttmem_need need = { };
	u64 now_ns = rig->now_ns;
	int ret = 0;

	/* Records that an event in progress frees count until it is finished. */
	while (!has_room(rig, client, e)) {
		if (!c->op.active)
			return refuse(c, e);
		ttmem_ledger_begin(&rig->ledger);
		ttmem_op_run(c, &prealloc);
		ttmem_prealloc_free(&prealloc);
	}
	ttmem_ledger_need(c, e, &need);
	ret = ttmem_prealloc_fill(&prealloc, &need);
	while (!ret) {
		bool begun = prealloc.begun;

		ttmem_ledger_begin(&rig->ledger);
		ret = ttmem_ledger_apply(c, e, now_ns, &prealloc);
		check_work(rig);
		/* Only an entry that has not begun needs nodes. */
		if (ret != TTMEM_AGAIN || prealloc.begun)
			ttmem_prealloc_free(&prealloc);
		if (ret != TTMEM_AGAIN)
			return ret;
		rig->steps++;
		if (rig->oracle && !rig->failed)
			oracle_step(rig->oracle, client);
		if (rig->oracle && !rig->failed && prealloc.begun && !begun)
			oracle_begin(rig->oracle, client, e);
		ret = 0;
		if (!outer || !rig->meanwhile)
			continue;
		rig->leaving = client;
		rig->meanwhile(rig, rig->meanwhile_arg);
		if (!*reported)
			*reported = report_along(rig, client, e, now_ns);
		if (!*reported && rig->dies && rig->dies(rig, rig->meanwhile_arg))
			return TTMEM_AGAIN;
	}
	return ret;
}

/* Records of its group between its steps may have stopped its snapshots from counting. */
static void forget_peaks(struct rig *rig, int client)
{
	struct ttmem_ledger_client *c = rig->client[client];
	int i;

	if (!c)
		return;
	for (i = 0; i < ORACLE_CLIENTS; i++)
		if (i != client && rig->client[i] && rig->client[i]->group == c->group)
			break;
	if (i == ORACLE_CLIENTS)
		return;
	memset(&c->sums.peaks, 0, sizeof(c->sums.peaks));
	ttmem_figures_update_client(c);
	if (rig->oracle && !rig->failed)
		oracle_forget_peaks(rig->oracle, client);
}

static void all_steps_done(struct rig *rig)
{
	bool others = rig->leaving >= 0;

	if (others)
		forget_peaks(rig, rig->leaving);
	rig->leaving = -1;
	if (others)
		rig_reset_peaks(rig);
	else
		rig_check(rig);
}

/**
 * rig_entry() - offer an entry to the ledger and to the oracle
 *
 * Return: the ledger's result, which the oracle permits.
 */
int rig_entry(struct rig *rig, int client, const struct tt_memstat_entry *e)
{
	struct rig_event *event = note(rig, "entry", client, AN_ENTRY);
	bool outer, reported = false;
	u64 now_ns;
	int ret;

	rig->now_ns += 1000003;
	now_ns = rig->now_ns;
	event->e = *e;
	outer = rig->leaving < 0;
	ret = take(rig, client, e, &reported);
	event->ret = ret;
	if (ret == TTMEM_AGAIN) {
		rig_detach(rig, client, 100);
		return ret;
	}
	if (!rig->oracle || rig->failed) {
		rig->leaving = outer ? -1 : rig->leaving;
		return ret;
	}
	if (reported)
		KUNIT_EXPECT_EQ(rig->test, ret, 0);
	else if (!oracle_permits(rig->oracle, client, e, ret))
		mismatch(rig, client, "result that the entry cannot have", !ret, ret);
	else if (!ret)
		oracle_take(rig->oracle, client, e, now_ns);
	else if (ret == -ENOSPC)
		oracle_lose(rig->oracle, client);
	else
		oracle_reject(rig->oracle, client);
	if (outer)
		all_steps_done(rig);
	else
		rig_check(rig);
	return ret;
}

/**
 * rig_starve() - try to prealloc an entry while the (@fail_after + 1)th allocation fails
 *
 * Return: 0 when the entry needs no more than that; else -ENOMEM, and nothing has changed.
 */
int rig_starve(struct rig *rig, int client, const struct tt_memstat_entry *e, int fail_after)
{
	struct ttmem_prealloc prealloc = { .user = rig->client[client]->user,
					   .arch = rig->ledger.arch };
	struct ttmem_need need = { };
	int ret;

	ttmem_ledger_need(rig->client[client], e, &need);
	ttmem_prealloc_fail_after = fail_after;
	ret = ttmem_prealloc_fill(&prealloc, &need);
	ttmem_prealloc_fail_after = -1;
	ttmem_prealloc_free(&prealloc);
	note(rig, "starved", client, fail_after)->ret = ret;
	rig_check(rig);
	return ret;
}

u32 rig_set(struct rig *rig, int client, u32 space, u32 banks)
{
	DECLARE_BITMAP(map, TTMEM_MAX_CORES);
	unsigned int bank;
	u32 number = 0;
	int ret;

	bitmap_zero(map, TTMEM_MAX_CORES);
	for (bank = 0; bank < 32; bank++)
		if (banks & (1u << bank))
			__set_bit(space == TT_MEMSTAT_SPACE_L1 ? number_of(rig, bank) : bank, map);
	ret = ttmem_set_add(rig->client[client], space, map, &number);
	KUNIT_EXPECT_EQ(rig->test, ret, 0);
	if (rig->oracle && !ret)
		oracle_set(rig->oracle, client, space, number, banks);
	note(rig, "set", client, ((u64)number << 32) | banks);
	return number;
}

int rig_attach(struct rig *rig, const void *group, u32 covers, u32 partial,
	       const struct tt_memstat_layout *layout, u32 max_records, u32 max_programs)
{
	static const struct tt_memstat_layout none;
	int i;

	for (i = 0; i < ORACLE_CLIENTS && rig->client[i]; i++)
		;
	if (i == ORACLE_CLIENTS)
		return -ENOSPC;
	rig->client[i] = kzalloc(sizeof(*rig->client[i]), GFP_KERNEL);
	if (!rig->client[i])
		return -ENOMEM;
	if (!layout)
		layout = &none;
	rig->max_records[i] = max_records;
	rig->max_programs[i] = max_programs;
	ttmem_ledger_client_init(rig->client[i], group, covers, partial, layout, rig->user);
	ttmem_ledger_attach(&rig->ledger, rig->client[i], rig->own);
	note(rig, "attach", i, covers);
	if (rig->oracle && !rig->failed) {
		int slot = oracle_attach(rig->oracle, group, covers, partial, layout,
					 max_records, max_programs);

		KUNIT_EXPECT_EQ(rig->test, slot, i);
	}
	rig_check(rig);
	return i;
}

/*
 * The lock is free, and others report. The oracle does not model intermediate steps: until the last
 * one, the chip and the leaving client are not compared, and the chip's peaks are reset then.
 */
static void between_steps(struct rig *rig, int client, struct ttmem_prealloc *prealloc)
{
	check_work(rig);
	ttmem_prealloc_free(prealloc);
	if (!rig->meanwhile)
		return;
	rig->leaving = client;
	rig->meanwhile(rig, rig->meanwhile_arg);
}

void rig_drop(struct rig *rig, int client, u32 pools, unsigned int budget)
{
	struct ttmem_prealloc prealloc = { .user = rig->client[client]->user,
					   .arch = rig->ledger.arch };
	u64 work_max = rig->ledger.work_max;

	note(rig, "drop", client, pools);
	rig->ledger.work_max = budget;
	ttmem_ledger_begin(&rig->ledger);
	while (ttmem_ledger_drop(rig->client[client], pools, &prealloc)) {
		between_steps(rig, client, &prealloc);
		ttmem_ledger_begin(&rig->ledger);
	}
	rig->ledger.work_max = work_max;
	ttmem_prealloc_free(&prealloc);
	if (rig->oracle && !rig->failed)
		oracle_drop(rig->oracle, client, pools);
	all_steps_done(rig);
}

/* A dead client has left nothing on the chip. */
static void check_gone(struct rig *rig, struct ttmem_ledger_client *c)
{
	unsigned int map;

	for (map = 0; map < TTMEM_MAPS; map++)
		KUNIT_EXPECT_TRUE(rig->test, RB_EMPTY_ROOT(&c->coverage.map[map]));
	check_spares(rig);
}

void rig_detach(struct rig *rig, int client, unsigned int budget)
{
	struct ttmem_ledger_client *c = rig->client[client];
	struct ttmem_prealloc prealloc = { .user = c->user, .arch = rig->ledger.arch };
	u64 work_max = rig->ledger.work_max;

	note(rig, "detach", client, budget);
	rig->ledger.work_max = budget;
	ttmem_ledger_detach(c);
	ttmem_ledger_begin(&rig->ledger);
	while (ttmem_ledger_detach_step(c, &prealloc)) {
		between_steps(rig, client, &prealloc);
		ttmem_ledger_begin(&rig->ledger);
	}
	rig->ledger.work_max = work_max;
	ttmem_prealloc_free(&prealloc);
	check_gone(rig, c);
	ttmem_ledger_client_free(c);
	kfree(c);
	rig->client[client] = NULL;
	if (rig->oracle && !rig->failed)
		oracle_detach(rig->oracle, client);
	all_steps_done(rig);
}

void rig_reset_peaks(struct rig *rig)
{
	note(rig, "reset of the peaks", ORACLE_CHIP, 0);
	ttmem_ledger_reset_peaks(&rig->ledger);
	if (rig->oracle && !rig->failed)
		oracle_reset_peaks(rig->oracle);
	rig_check(rig);
}

/* ---- looking ---- */

bool rig_knows(struct rig *rig, int client, unsigned int figure)
{
	look(rig, client);
	return is_known(&rig->seen, figure);
}

u64 rig_client(struct rig *rig, int client, unsigned int figure)
{
	if (!rig_knows(rig, client, figure))
		KUNIT_FAIL(rig->test, "%s of %d is unknown", names[figure], client);
	return rig->seen.value[figure];
}

u64 rig_chip(struct rig *rig, unsigned int figure)
{
	return rig_client(rig, ORACLE_CHIP, figure);
}

/* ---- a chip ---- */

struct rig *rig_new(struct kunit *test, const struct tt_memstat_geometry *geo, bool oracle)
{
	return rig_new_of(test, geo, geo, oracle);
}

struct rig *rig_new_of(struct kunit *test, const struct tt_memstat_geometry *most,
		       const struct tt_memstat_geometry *geo, bool oracle)
{
	struct rig *rig = kzalloc(sizeof(*rig), GFP_KERNEL);

	if (!rig)
		return NULL;
	rig->test = test;
	rig->geo = *geo;
	rig->how = "the case by its name";
	rig->leaving = -1;
	ttmem_ledger_init(&rig->ledger);
	ttmem_ledger_set_bounds(&rig->ledger, most);
	ttmem_ledger_set_geometry(&rig->ledger, geo);
	if (oracle) {
		rig->oracle = oracle_new(geo);
		if (!rig->oracle) {
			kfree(rig);
			return NULL;
		}
	}
	rig_check(rig);
	return rig;
}

static void check_empty(struct rig *rig)
{
	const struct ttmem_ledger *l = &rig->ledger;
	unsigned int i, class;

	for (i = 0; i < TTMEM_MAPS; i++)
		KUNIT_EXPECT_TRUE(rig->test, RB_EMPTY_ROOT(&l->coverage.map[i]));
	KUNIT_EXPECT_EQ(rig->test, l->spare.nodes, 0U);
	for (i = 0; i < TTMEM_MAPS; i++) {
		KUNIT_EXPECT_EQ(rig->test, l->coverage.tally[i].any, 0ULL);
		for (class = 0; class < TTMEM_CLASSES_MAX; class++)
			KUNIT_EXPECT_EQ(rig->test, l->coverage.tally[i].class[class], 0ULL);
	}
	for (i = 0; i < TTMEM_MAX_CORES; i++)
		KUNIT_EXPECT_EQ(rig->test, l->coverage.core[i], 0U);
	KUNIT_EXPECT_EQ(rig->test, l->nr_clients, 0U);
	KUNIT_EXPECT_EQ(rig->test, l->sums.records, 0ULL);
	KUNIT_EXPECT_EQ(rig->test, l->sums.programs, 0ULL);
	KUNIT_EXPECT_EQ(rig->test, l->sums.kernel_app, 0ULL);
	KUNIT_EXPECT_EQ(rig->test, l->sums.kernel_system, 0ULL);
	KUNIT_EXPECT_EQ(rig->test, l->clients_l1, 0ULL);
	KUNIT_EXPECT_EQ(rig->test, l->clients_dram, 0ULL);
}

/* From now on charge a user, as in the driver. */
void rig_pay(struct rig *rig)
{
	rig->user = ttmem_user_get(KUIDT_INIT(4711), NULL, false);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(rig->test, rig->user);
}

u64 rig_charged(struct rig *rig)
{
	struct ttmem_charges charges;

	ttmem_user_charges(rig->user, &charges);
	return charges.user;
}

/* End all clients, and check that every byte is uncharged. */
void rig_free(struct rig *rig)
{
	int i;

	rig->meanwhile = NULL;
	for (i = 0; i < ORACLE_CLIENTS; i++)
		if (rig->client[i])
			rig_detach(rig, i, 64);
	check_empty(rig);
	if (rig->user) {
		KUNIT_EXPECT_EQ(rig->test, rig_charged(rig), 0ULL);
		ttmem_user_put(rig->user);
	}
	oracle_free(rig->oracle);
	kfree(rig);
}

/* ---- the chip of the hand-written cases ---- */

const struct tt_memstat_geometry case_geometry = {
	.arch = TT_MEMSTAT_ARCH_WORMHOLE,
	.valid = TT_MEMSTAT_GEOMETRY_GRID,
	.grid_x = 4,
	.grid_y = 3,
	.l1_bytes = CORE_BYTES,
	.dram_bank_bytes = BANK_BYTES,
	.dram_banks = BANKS,
};

int case_init(struct kunit *test)
{
	test->priv = rig_new(test, &case_geometry, true);
	return test->priv ? 0 : -ENOMEM;
}

void case_exit(struct kunit *test)
{
	if (test->priv)
		rig_free(test->priv);
}

int case_client_of(struct rig *rig, const void *group, u32 covers)
{
	int client = rig_attach(rig, group, covers, 0, NULL, ORACLE_RECORDS, ORACLE_PROGRAMS);

	KUNIT_ASSERT_GE(rig->test, client, 0);
	return client;
}

int case_client(struct rig *rig)
{
	static const char groups[ORACLE_CLIENTS];
	unsigned int i;

	for (i = 0; i < ORACLE_CLIENTS - 1 && rig->client[i]; i++)
		;
	return case_client_of(rig, &groups[i], ALL_POOLS);
}
