// SPDX-License-Identifier: GPL-2.0-only
/*
 * An explanation for machines: exact bytes.
 *
 * Knows json-c and the names of the fields. Does not compute what it writes.
 */
#include <stdio.h>

#include "explain.h"

/* What could not be made, for want of memory, shows in @failed. */
struct tree {
	struct json_object *object;
	bool failed;
};

static void put(struct tree *tree, const char *key, struct json_object *value)
{
	if (!value || json_object_object_add(tree->object, key, value)) {
		json_object_put(value);
		tree->failed = true;
	}
}

static void put_number(struct tree *tree, const char *key, uint64_t value)
{
	put(tree, key, json_object_new_uint64(value));
}

static void put_text(struct tree *tree, const char *key, const char *value)
{
	char clean[1024];

	if (!value)
		return;
	ttmemstat_sanitize(clean, sizeof(clean), value);
	put(tree, key, json_object_new_string(clean));
}

static void put_tree(struct tree *tree, const char *key, struct tree *child)
{
	tree->failed |= child->failed;
	put(tree, key, child->object);
}

/* Takes @child over. */
static void push(struct tree *tree, struct json_object *list, struct tree *child)
{
	tree->failed |= child->failed;
	if (!child->object || !list || json_object_array_add(list, child->object)) {
		json_object_put(child->object);
		tree->failed = true;
	}
}

static struct tree new_tree(void)
{
	struct tree tree = { .object = json_object_new_object() };

	tree.failed = !tree.object;
	return tree;
}

static void put_figures(struct tree *tree, const char *key, const struct tt_memstat_figures *figures)
{
	struct tree child = new_tree();

	for (unsigned int n = 0; n < TT_MEMSTAT_FIGURES; n++) {
		const char *name = ttmemstat_figure_name(n);
		uint64_t value;
		int64_t number;

		if (!name || !ttmemstat_figure(figures, n, &value))
			continue;
		if (ttmemstat_figure_is_signed(n) && ttmemstat_figure_signed(figures, n, &number))
			put(&child, name, json_object_new_int64(number));
		else
			put_number(&child, name, value);
	}
	put_tree(tree, key, &child);
}

static void put_name(struct tree *tree, const struct feed_name *name)
{
	if (name->node != FEED_NO_NODE)
		put_number(tree, "node", name->node);
	put_text(tree, "operation", name->operation);
	put_text(tree, "caller", name->caller);
	put_text(tree, "line", name->line);
	put_text(tree, "shape", name->shape);
	put_text(tree, "dtype", name->dtype);
	put_text(tree, "layout", name->layout);
	put_text(tree, "memory_layout", name->memory);
	if (name->cores)
		put_number(tree, "data_cores", name->cores);
	if (name->page)
		put_number(tree, "page_size", name->page);
}

static void put_share(struct tree *tree, struct json_object *list, const struct moment *moment,
		      const struct share *share)
{
	const struct holder *holder = &moment->holders[share->first];
	struct tree item = new_tree();

	put_text(&item, "pool", explain_pool_name(holder->pool));
	if (holder->program)
		put_number(&item, "program", holder->program);
	else
		put_number(&item, "id", holder->id);
	put_number(&item, "bytes", share->bytes);
	put_number(&item, pool_is_dram(holder->pool) ? "bytes_per_bank" : "bytes_per_core",
		   share->most);
	put_number(&item, pool_is_dram(holder->pool) ? "banks" : "cores", share->banks);
	put_number(&item, "records", share->count);
	if (share->count == 1)
		put_number(&item, "address", holder->address);
	put_name(&item, &holder->name);
	push(tree, list, &item);
}

static void put_blocks(struct tree *tree, const char *key, const struct free_blocks *blocks)
{
	struct tree child = new_tree();

	put_number(&child, "free", blocks->bytes);
	put_number(&child, "largest", blocks->largest);
	put_number(&child, "largest_address", blocks->at);
	put_number(&child, "blocks", blocks->blocks);
	put_tree(tree, key, &child);
}

static void put_side(struct tree *tree, const struct explanation *e, const struct explain_side *side,
		     bool dram)
{
	const struct books_usage *usage = &side->moment.usage;
	const struct tt_memstat_figures *chip = &side->moment.chip;
	size_t top = e->request->top ? e->request->top : side->shares.count;
	uint64_t used = dram ? usage->dram_used : usage->l1_used, rest = 0;
	struct json_object *list = json_object_new_array();
	struct tree child = new_tree(), where = new_tree();

	put_number(&child, "event", side->moment.event);
	if (side->moment.event) {
		put_name(&where, &side->moment.name);
		put_number(&where, "time_ns", side->moment.time_ns);
	}
	put_tree(&child, "at", &where);
	put_number(&child, "capacity", moment_figure(chip, dram ? TT_MEMSTAT_FIG_DRAM_CAPACITY :
								  TT_MEMSTAT_FIG_L1_CAPACITY));
	put_number(&child, "used", used);
	if (dram) {
		put_number(&child, "buffers", usage->dram_buffers_used);
		put_number(&child, "trace", usage->trace_used);
	} else {
		put_number(&child, "circular_buffers", usage->cb_used);
		put_number(&child, "buffers", usage->l1_buffers_used);
		put_number(&child, "l1_small", usage->l1_small_used);
		put_number(&child, "reserved", moment_figure(chip, TT_MEMSTAT_FIG_L1_CAPACITY) -
			   used - moment_figure(chip, TT_MEMSTAT_FIG_L1_FREE));
		put_number(&child, "free", moment_figure(chip, TT_MEMSTAT_FIG_L1_FREE));
	}
	for (size_t i = 0; i < side->shares.count; i++) {
		if (i < top)
			put_share(&child, list, &side->moment, &side->shares.items[i]);
		else
			rest += side->shares.items[i].bytes;
	}
	put(&child, "holders", list);
	put_number(&child, "other_holders", rest);
	put_number(&child, "shared", side->shares.bytes - used);
	put_blocks(&child, "blocks", &side->blocks);
	put_tree(tree, dram ? "dram" : "l1", &child);
}

static const char *const kinds[] = {
	[PIECE_FREE] = "free", [PIECE_HELD] = "held", [PIECE_BASE] = "reserved",
	[PIECE_SMALL] = "l1_small_free", [PIECE_END] = "reserved_end",
};

static void put_core(struct tree *tree, const struct explanation *e)
{
	struct json_object *list = json_object_new_array();
	struct tree child = new_tree();

	put_number(&child, "x", e->core_x);
	put_number(&child, "y", e->core_y);
	put_number(&child, "used", e->l1.moment.core[e->core_y][e->core_x]);
	put_number(&child, "headroom", pieces_headroom(&e->core, &e->l1.moment, &e->history.layout));
	for (size_t i = 0; i < e->core.count; i++) {
		const struct piece *piece = &e->core.items[i];
		struct tree item = new_tree();

		put_text(&item, "kind", kinds[piece->kind]);
		put_number(&item, "address", piece->from);
		put_number(&item, "bytes", piece->to - piece->from);
		if (piece->kind == PIECE_HELD) {
			const struct holder *holder = &e->l1.moment.holders[piece->holder];

			put_text(&item, "pool", explain_pool_name(holder->pool));
			put_number(&item, "id", holder->id);
			put_name(&item, &holder->name);
			put_number(&item, "others", piece->others);
		}
		push(&child, list, &item);
	}
	put(&child, "map", list);
	put_tree(tree, "core", &child);
}

static void put_misfits(struct tree *tree, const struct explanation *e)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; e->plan && i < e->plan->misfit_count; i++) {
		const struct plan_misfit *misfit = &e->plan->misfits[i];
		struct tree item = new_tree();
		struct feed_name name;

		e->history.feed.ops->where(e->history.feed.of, misfit->node, &name);
		put_name(&item, &name);
		if (!misfit->what.outside) {
			put_number(&item, "needs", misfit->what.need);
			put_number(&item, "of", misfit->what.have);
		}
		if (!misfit->what.dram) {
			put_number(&item, "x", misfit->what.x);
			put_number(&item, "y", misfit->what.y);
		}
		push(tree, list, &item);
	}
	put(tree, "misfits", list);
}

static void put_need(struct tree *tree, const struct explanation *e)
{
	struct json_object *list = json_object_new_array();
	const struct need *need = &e->need;
	struct tree child = new_tree();

	put_text(&child, "pool", explain_pool_name(e->request->need_pool));
	put_number(&child, "bytes", need->bytes);
	put(&child, "fits", json_object_new_boolean(need->fits));
	put(&child, "possible", json_object_new_boolean(need->fits || need->possible));
	put_blocks(&child, "blocks", &need->blocks);
	if (need->fits)
		put_number(&child, "address", need->at);
	for (size_t i = need->way.first; !need->fits && need->possible && i <= need->way.last; i++) {
		const struct piece *piece = &e->need_pieces.items[i];
		const struct moment *moment = e->request->need_pool == TT_MEMSTAT_POOL_DRAM ?
						      &e->dram.moment : &e->l1.moment;
		struct tree item = new_tree();

		if (piece->kind != PIECE_HELD) {
			json_object_put(item.object);
			continue;
		}
		put_number(&item, "address", piece->from);
		put_number(&item, "bytes", piece->to - piece->from);
		put_number(&item, "alone_gives", need_alone(&e->need_pieces, i));
		put_number(&item, "id", moment->holders[piece->holder].id);
		put_name(&item, &moment->holders[piece->holder].name);
		push(&child, list, &item);
	}
	put(&child, "in_the_way", list);
	if (!need->fits && need->possible) {
		put_number(&child, "way_frees", need->way.held);
		put_number(&child, "way_gives", need->way.bytes);
	}
	put_tree(tree, "need", &child);
}

static void put_chip(struct tree *tree, const struct explanation *e)
{
	const struct layout *layout = &e->history.layout;
	struct tree child = new_tree();

	put_text(&child, "arch", ttmemstat_arch_name(e->history.geometry.arch));
	put_number(&child, "grid_x", layout->chip_x);
	put_number(&child, "grid_y", layout->chip_y);
	put_number(&child, "worker_x", layout->worker_x);
	put_number(&child, "worker_y", layout->worker_y);
	put_text(&child, "worker_grid_source", layout_source_name(layout->grid_source));
	put_number(&child, "l1_bytes", layout->l1_bytes);
	put_number(&child, "l1_base", layout->l1_base);
	put_text(&child, "l1_base_source", layout_source_name(layout->base_source));
	put_number(&child, "l1_end", layout->l1_end);
	put_number(&child, "l1_small_size", layout->l1_small);
	put_number(&child, "dram_banks", layout->dram_banks);
	put_number(&child, "dram_bank_bytes", layout->dram_bytes);
	put_tree(tree, "chip", &child);
}

struct json_object *explain_json(const struct explanation *e)
{
	struct tree tree = new_tree();

	put_text(&tree, "file", e->file);
	put_number(&tree, "nodes", e->nodes);
	put_number(&tree, "events", e->history.events);
	put_number(&tree, "refused", e->history.refused);
	if (e->device >= 0)
		put(&tree, "device", json_object_new_int64(e->device));
	put_chip(&tree, e);
	put_side(&tree, e, &e->l1, false);
	put_core(&tree, e);
	put_side(&tree, e, &e->dram, true);
	put_misfits(&tree, e);
	if (e->request->need)
		put_need(&tree, e);
	put_figures(&tree, "figures", &e->l1.moment.mine);
	put_figures(&tree, "chip_figures", &e->l1.moment.chip);
	if (!tree.failed)
		return tree.object;
	json_object_put(tree.object);
	return NULL;
}
