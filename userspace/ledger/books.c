// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The ledger of a chip in this process: driver/ledger/ with a userspace environment.
 */
#include <pthread.h>
#include <string.h>

#include "../../driver/geometry.h"
#include <linux/slab.h>
#include "books_private.h"

static_assert(BOOKS_MAX_SNAPSHOTS == TTMEM_MAX_SNAPSHOTS);
static_assert(BOOKS_MAX_PARTS == TTMEM_MAX_PARTS);
static_assert(BOOKS_MAX_PROGRAM_RECORDS == TTMEM_MAX_PROGRAM_RECORDS);
static_assert(BOOKS_KERNEL_BYTES_MAX == TTMEM_KERNEL_BYTES_MAX);

#define KEPT_NODES	64	/* kept by a client for its next event */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int caches_err;

/* The sizes of nodes are the same for all chips, so caches are never destroyed. */
static void make_caches(void)
{
	caches_err = ttmem_prealloc_init();
}

int books_open(const struct tt_memstat_geometry *geometry, struct books **out)
{
	struct tt_memstat_geometry derived;
	struct books *books;
	int err = ttmem_geometry_derive(geometry, &derived);

	if (err)
		return err;
	pthread_once(&once, make_caches);
	books = caches_err ? NULL : calloc(1, sizeof(*books));
	if (!books)
		return -ENOMEM;
	ttmem_ledger_init(&books->ledger);
	ttmem_ledger_describe(&books->ledger, &derived);
	fold_init(books);
	books->geometry = derived;
	*out = books;
	return 0;
}

void books_close(struct books *books)
{
	struct ttmem_ledger_client *c, *next;

	if (!books)
		return;
	list_for_each_entry_safe(c, next, &books->ledger.clients, of_ledger)
		books_detach(container_of(c, struct books_client, ledger));
	free(books);
}

const struct tt_memstat_geometry *books_geometry(const struct books *books)
{
	return &books->geometry;
}

/* The worker grid is a set like others; before there are clients, cores are parted by it. */
static int fold_workers(struct books *books, const struct tt_memstat_geometry *g,
			const struct tt_memstat_layout *layout)
{
	const bool worker = layout && layout->valid & TT_MEMSTAT_LAYOUT_WORKER;
	const struct tt_memstat_rect workers = {
		.x1 = (uint16_t)((worker ? layout->worker_x : g->grid_x) - 1),
		.y1 = (uint16_t)((worker ? layout->worker_y : g->grid_y) - 1),
	};

	if (!books->ledger.weight || !g->grid_x)
		return 0;
	return books_fold(books, &workers, 1);
}

int books_attach(struct books *books, const struct tt_memstat_geometry *geometry,
		 const struct tt_memstat_layout *layout, uint32_t covers,
		 struct books_client **out)
{
	static const struct tt_memstat_layout none;
	struct tt_memstat_geometry known = books->geometry;
	struct books_client *client;
	int err = 0;

	if (geometry)
		ttmem_geometry_complete(&known, geometry);
	if (layout)
		err = ttmem_geometry_check_layout(&known, layout);
	if (!err)
		err = fold_workers(books, &known, layout);
	if (err)
		return err;
	client = calloc(1, sizeof(*client));
	if (!client)
		return -ENOMEM;
	client->prealloc.arch = books->ledger.arch;
	ttmem_ledger_client_init(&client->ledger, client, covers, 0, layout ? layout : &none, NULL);
	ttmem_ledger_attach(&books->ledger, &client->ledger, geometry);
	fold_map(books, client->ledger.set0_l1.map);
	*out = client;
	return 0;
}

void books_detach(struct books_client *client)
{
	struct ttmem_ledger_client *c;
	bool more;

	if (!client)
		return;
	c = &client->ledger;
	ttmem_ledger_detach(c);
	do {
		ttmem_ledger_begin(c->ledger);
		more = ttmem_ledger_detach_step(c, &client->prealloc);
		ttmem_prealloc_free(&client->prealloc);
	} while (more);
	ttmem_ledger_client_free(c);
	free(client);
}

int books_set_l1(struct books_client *client, const struct tt_memstat_rect *rects, size_t count,
		 uint32_t *set)
{
	struct ttmem_ledger_client *c = &client->ledger;
	struct books *books = books_of(client);
	DECLARE_BITMAP(map, TTMEM_MAX_CORES);
	int err = fold_rects(books, &c->geometry, rects, count, map);

	if (!err)
		err = fold_map(books, map);
	if (!err)
		err = ttmem_set_add(c, TT_MEMSTAT_SPACE_L1, map, set);
	if (!err)
		ttmem_set_find(c, TT_MEMSTAT_SPACE_L1, *set)->banks =
			(u16)fold_weight(books, map);
	return err;
}

int books_set_dram(struct books_client *client, uint64_t mask, uint32_t *set)
{
	const struct tt_memstat_geometry *g = &client->ledger.geometry;
	DECLARE_BITMAP(map, TTMEM_MAX_CORES);

	if (!g->dram_banks)
		return -ENODATA;
	if (!mask)
		return -EINVAL;
	if (mask >> g->dram_banks)
		return -ERANGE;
	bitmap_zero(map, TTMEM_MAX_CORES);
	for (unsigned int bank = 0; bank < g->dram_banks; bank++)
		if (mask >> bank & 1)
			__set_bit(bank, map);
	return ttmem_set_add(&client->ledger, TT_MEMSTAT_SPACE_DRAM, map, set);
}

int books_take(struct books_client *client, const struct tt_memstat_entry *entry, uint64_t now_ns)
{
	struct ttmem_ledger_client *c = &client->ledger;
	int err = 0;

	if (ttmem_ledger_needs(entry)) {
		struct ttmem_need need = { 0 };

		ttmem_ledger_need(c, entry, &need);
		err = ttmem_prealloc_fill(&client->prealloc, &need);
	}
	if (!err)
		do {
			ttmem_ledger_begin(c->ledger);
			err = ttmem_ledger_apply(c, entry, now_ns, &client->prealloc);
		} while (err == TTMEM_AGAIN);
	if (client->prealloc.nodes > KEPT_NODES)
		ttmem_prealloc_free(&client->prealloc);
	return err;
}

void books_drop(struct books_client *client, uint32_t pools)
{
	struct ttmem_ledger_client *c = &client->ledger;
	bool more;

	do {
		ttmem_ledger_begin(c->ledger);
		more = ttmem_ledger_drop(c, pools, &client->prealloc);
		ttmem_prealloc_free(&client->prealloc);
	} while (more);
}

int books_partial(struct books_client *client, uint32_t pools)
{
	return ttmem_ledger_partial(&client->ledger, pools);
}

static void put(struct tt_memstat_figures *figures, enum tt_memstat_figure n, bool known,
		uint64_t value)
{
	if (!known)
		return;
	figures->known[n / 64] |= 1ull << n % 64;
	figures->value[n] = value;
}

/* Of folded cores the first is the fullest. */
static void unfold(const struct books *books, struct ttmem_state *state)
{
	u16 *core = &state->sums.core_index;

	*core = books->fold.first[*core];
}

void books_chip_figures(struct books *books, uint64_t now_ns, struct tt_memstat_figures *figures)
{
	const struct tt_memstat_geometry *known = &books->ledger.known;
	const struct ttmem_arch *arch = ttmem_arch_get(books->ledger.arch);
	struct ttmem_state state;

	memset(figures, 0, sizeof(*figures));
	ttmem_ledger_refresh_view(&books->ledger);
	ttmem_state_chip(&books->ledger, &state, true);
	unfold(books, &state);
	ttmem_figures_chip(&state, now_ns, figures);
	put(figures, TT_MEMSTAT_FIG_CLEARING, true, 0);
	put(figures, TT_MEMSTAT_FIG_RING_PENDING, true, 0);
	put(figures, TT_MEMSTAT_FIG_TENSIX_TOTAL, known->grid_x, ttmem_arch_cores(arch));
	put(figures, TT_MEMSTAT_FIG_TENSIX_HARVESTING,
	    known->valid & TT_MEMSTAT_GEOMETRY_TENSIX_MASK, known->tensix_mask);
	put(figures, TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS, true, 0);
}

void books_client_figures(struct books_client *client, uint64_t now_ns,
			  struct tt_memstat_figures *figures)
{
	struct ttmem_state state;

	memset(figures, 0, sizeof(*figures));
	ttmem_ledger_refresh_view(&books_of(client)->ledger);
	ttmem_state_client(&client->ledger, &state, true);
	unfold(books_of(client), &state);
	ttmem_figures_client(&state, now_ns, figures);
	put(figures, TT_MEMSTAT_FIG_RING_PENDING, true, 0);
}

void books_get_usage(const struct books *books, struct books_usage *usage)
{
	const struct ttmem_ledger *l = &books->ledger;
	const struct ttmem_usage *now = &l->sums.usage;
	const unsigned int core = books->fold.first[l->sums.core_index];

	*usage = (struct books_usage) {
		.l1_used = now->l1,
		.l1_buffers_used = now->buffers,
		.l1_small_used = now->small,
		.cb_used = now->cb,
		.cb_loaded = now->loaded,
		.dram_used = now->dram,
		.dram_buffers_used = now->dram_buffers,
		.trace_used = now->trace,
		.fullest_core_used = now->core,
		.core_x = core % l->columns,
		.core_y = core / l->columns,
	};
}

uint64_t books_core_used(const struct books *books, uint32_t x, uint32_t y)
{
	unsigned int core;

	return fold_core(books, x, y, &core) ? ttmem_bytes(books->ledger.coverage.core[core]) : 0;
}

/* The banks where a record counts as used; NULL: none. */
static const unsigned long *shown_on(struct ttmem_ledger_client *c, const struct ttmem_record *r)
{
	if (r->pool == TT_MEMSTAT_POOL_KERNEL || r->flags & TT_MEMSTAT_ENTRY_VIEW)
		return NULL;
	if (r->pool == TT_MEMSTAT_POOL_CB)
		return container_of(r, struct ttmem_program_record, r)->pset->on;
	return ttmem_set_find(c, ttmem_pool_space(r->pool), r->set)->map;
}

static uint32_t shown_banks(const struct ttmem_ledger_client *c, const struct ttmem_record *r,
			    const unsigned long *on)
{
	if (ttmem_pool_space(r->pool) == TT_MEMSTAT_SPACE_DRAM)
		return bitmap_weight(on, TTMEM_MAX_CORES);
	return fold_weight(container_of(c->ledger, struct books, ledger), on);
}

static int show(struct ttmem_ledger_client *c, const struct ttmem_record *r,
		int (*fn)(void *arg, const struct books_record *record), void *arg)
{
	const unsigned long *on = shown_on(c, r);
	const struct books_record record = {
		.id = r->id,
		.program = ttmem_pool_has_program(r->pool) ?
			container_of(r, struct ttmem_program_record, r)->program->id : 0,
		.address = ttmem_bytes(r->at),
		.size = ttmem_bytes(r->len),
		.pool = r->pool,
		.flags = r->flags,
		.set = r->set,
		.banks = ttmem_set_find(c, ttmem_pool_space(r->pool), r->set)->banks,
		.shown = on ? shown_banks(c, r, on) : 0,
		.of = on,
	};

	return fn(arg, &record);
}

int books_each_record(struct books_client *client,
		      int (*fn)(void *arg, const struct books_record *record), void *arg)
{
	struct ttmem_ledger_client *c = &client->ledger;
	int err = 0;

	for (struct rb_node *rb = rb_first(&c->records); rb && !err; rb = rb_next(rb)) {
		const struct ttmem_record *r = rb_entry(rb, struct ttmem_record, rb);

		for (; r && !err; r = r->next_part)
			err = show(c, r, fn, arg);
	}
	return err;
}

bool books_record_on(const struct books_client *client, const struct books_record *record,
		     uint32_t x, uint32_t y)
{
	const struct books *books = books_of(client);
	unsigned int core;

	if (!record->of)
		return false;
	if (ttmem_pool_space(record->pool) == TT_MEMSTAT_SPACE_DRAM)
		return x < books->ledger.banks && test_bit(x, record->of);
	return fold_core(books, x, y, &core) && test_bit(core, record->of);
}

bool books_set_has(struct books_client *client, uint32_t number, uint32_t x, uint32_t y)
{
	const struct books *books = books_of(client);
	const struct ttmem_set *set = ttmem_set_find(&client->ledger, TT_MEMSTAT_SPACE_L1, number);

	unsigned int core;

	if (!set)
		return false;
	if (set->space == TT_MEMSTAT_SPACE_DRAM)
		return x < books->ledger.banks && test_bit(x, set->map);
	return fold_core(books, x, y, &core) && test_bit(core, set->map);
}
