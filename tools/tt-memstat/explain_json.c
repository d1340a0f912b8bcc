// SPDX-License-Identifier: GPL-2.0-only
/* Print an explanation as JSON, in exact bytes. */
#include <stdio.h>

#include "explain.h"
#include "explain_tree.h"

static void put_figures(struct tree *tree, const char *key, const struct tt_memstat_figures *figures)
{
	struct tree child = tree_new();

	tree_figures(&child, figures);
	tree_child(tree, key, &child);
}

static void put_name(struct tree *tree, const struct feed_name *name)
{
	if (name->node != FEED_NO_NODE)
		tree_number(tree, "node", name->node);
	tree_text(tree, "operation", name->operation);
	tree_text(tree, "caller", name->caller);
	tree_text(tree, "line", name->line);
	tree_text(tree, "shape", name->shape);
	tree_text(tree, "dtype", name->dtype);
	tree_text(tree, "layout", name->layout);
	tree_text(tree, "memory_layout", name->memory);
	if (name->cores)
		tree_number(tree, "data_cores", name->cores);
	if (name->page)
		tree_number(tree, "page_size", name->page);
}

static void put_share(struct tree *tree, struct json_object *list, const struct moment *moment,
		      const struct share *share)
{
	const struct holder *holder = &moment->holders[share->first];
	struct tree item = tree_new();

	tree_text(&item, "pool", explain_pool_name(holder->pool));
	if (holder->program)
		tree_number(&item, "program", holder->program);
	else
		tree_number(&item, "id", holder->id);
	tree_number(&item, "bytes", share->bytes);
	tree_number(&item, pool_is_dram(holder->pool) ? "bytes_per_bank" : "bytes_per_core",
		   share->most);
	tree_number(&item, pool_is_dram(holder->pool) ? "banks" : "cores", share->banks);
	tree_number(&item, "records", share->count);
	if (share->count == 1)
		tree_number(&item, "address", holder->address);
	put_name(&item, &holder->name);
	tree_push(tree, list, &item);
}

static void put_blocks(struct tree *tree, const char *key, const struct free_blocks *blocks)
{
	struct tree child = tree_new();

	tree_number(&child, "free", blocks->bytes);
	tree_number(&child, "largest", blocks->largest);
	tree_number(&child, "largest_address", blocks->at);
	tree_number(&child, "blocks", blocks->blocks);
	tree_child(tree, key, &child);
}

static void put_side(struct tree *tree, const struct explanation *e, const struct explain_side *side,
		     bool dram)
{
	const struct books_usage *usage = &side->moment.usage;
	const struct tt_memstat_figures *chip = &side->moment.chip;
	size_t top = e->request->top ? e->request->top : side->shares.count;
	uint64_t used = dram ? usage->dram_used : usage->l1_used, rest = 0;
	struct json_object *list = json_object_new_array();
	struct tree child = tree_new(), where = tree_new();

	tree_number(&child, "event", side->moment.event);
	if (side->moment.event) {
		put_name(&where, &side->moment.name);
		tree_number(&where, "time_ns", side->moment.time_ns);
	}
	tree_child(&child, "at", &where);
	tree_number(&child, "capacity", moment_figure(chip, dram ? TT_MEMSTAT_FIG_DRAM_CAPACITY :
								  TT_MEMSTAT_FIG_L1_CAPACITY));
	tree_number(&child, "used", used);
	if (dram) {
		tree_number(&child, "buffers", usage->dram_buffers_used);
		tree_number(&child, "trace", usage->trace_used);
	} else {
		tree_number(&child, "circular_buffers", usage->cb_used);
		tree_number(&child, "buffers", usage->l1_buffers_used);
		tree_number(&child, "l1_small", usage->l1_small_used);
		tree_number(&child, "reserved", moment_figure(chip, TT_MEMSTAT_FIG_L1_CAPACITY) -
			   used - moment_figure(chip, TT_MEMSTAT_FIG_L1_FREE));
		tree_number(&child, "free", moment_figure(chip, TT_MEMSTAT_FIG_L1_FREE));
	}
	for (size_t i = 0; i < side->shares.count; i++) {
		if (i < top)
			put_share(&child, list, &side->moment, &side->shares.items[i]);
		else
			rest += side->shares.items[i].bytes;
	}
	tree_put(&child, "holders", list);
	tree_number(&child, "other_holders", rest);
	tree_number(&child, "shared", side->shares.bytes - used);
	put_blocks(&child, "blocks", &side->blocks);
	tree_child(tree, dram ? "dram" : "l1", &child);
}

static const char *const kinds[] = {
	[PIECE_FREE] = "free", [PIECE_HELD] = "held", [PIECE_BASE] = "reserved",
	[PIECE_SMALL] = "l1_small_free", [PIECE_END] = "reserved_end",
};

static void put_core(struct tree *tree, const struct explanation *e)
{
	struct json_object *list = json_object_new_array();
	struct tree child = tree_new();

	tree_number(&child, "x", e->core_x);
	tree_number(&child, "y", e->core_y);
	tree_number(&child, "used", e->l1.moment.core[e->core_y][e->core_x]);
	tree_number(&child, "headroom", explain_headroom(e));
	for (size_t i = 0; i < e->core.count; i++) {
		const struct piece *piece = &e->core.items[i];
		struct tree item = tree_new();

		tree_text(&item, "kind", kinds[piece->kind]);
		tree_number(&item, "address", piece->from);
		tree_number(&item, "bytes", piece->to - piece->from);
		if (piece->kind == PIECE_HELD) {
			const struct holder *holder = &e->l1.moment.holders[piece->holder];

			tree_text(&item, "pool", explain_pool_name(holder->pool));
			tree_number(&item, "id", holder->id);
			put_name(&item, &holder->name);
			tree_number(&item, "others", piece->others);
		}
		tree_push(&child, list, &item);
	}
	tree_put(&child, "map", list);
	tree_child(tree, "core", &child);
}

static void put_misfits(struct tree *tree, const struct explanation *e)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; e->plan && i < e->plan->misfit_count; i++) {
		const struct plan_misfit *misfit = &e->plan->misfits[i];
		struct tree item = tree_new();
		struct feed_name name;

		e->history.feed.ops->where(e->history.feed.of, misfit->node, &name);
		put_name(&item, &name);
		if (!misfit->what.outside) {
			tree_number(&item, "needs", misfit->what.need);
			tree_number(&item, "of", misfit->what.have);
		}
		if (!misfit->what.dram) {
			tree_number(&item, "x", misfit->what.x);
			tree_number(&item, "y", misfit->what.y);
		}
		tree_push(tree, list, &item);
	}
	tree_put(tree, "misfits", list);
}

static void put_need(struct tree *tree, const struct explanation *e)
{
	struct json_object *list = json_object_new_array();
	const struct need *need = &e->need;
	struct tree child = tree_new();

	tree_text(&child, "pool", explain_pool_name(e->request->need_pool));
	tree_number(&child, "bytes", need->bytes);
	tree_put(&child, "fits", json_object_new_boolean(need->fits));
	tree_put(&child, "possible", json_object_new_boolean(need->fits || need->possible));
	put_blocks(&child, "blocks", &need->blocks);
	if (need->fits)
		tree_number(&child, "address", need->at);
	for (size_t i = need->way.first; !need->fits && need->possible && i <= need->way.last; i++) {
		const struct piece *piece = &e->need_pieces.items[i];
		const struct moment *moment = e->request->need_pool == TT_MEMSTAT_POOL_DRAM ?
						      &e->dram.moment : &e->l1.moment;
		struct tree item = tree_new();

		if (piece->kind != PIECE_HELD) {
			json_object_put(item.object);
			continue;
		}
		tree_number(&item, "address", piece->from);
		tree_number(&item, "bytes", piece->to - piece->from);
		tree_number(&item, "alone_gives", need_alone(&e->need_pieces, i));
		tree_number(&item, "id", moment->holders[piece->holder].id);
		put_name(&item, &moment->holders[piece->holder].name);
		tree_push(&child, list, &item);
	}
	tree_put(&child, "in_the_way", list);
	if (!need->fits && need->possible) {
		tree_number(&child, "way_frees", need->way.held);
		tree_number(&child, "way_gives", need->way.bytes);
	}
	tree_child(tree, "need", &child);
}

static void put_chip(struct tree *tree, const struct explanation *e)
{
	const struct layout *layout = &e->history.layout;
	struct tree child = tree_new();

	tree_text(&child, "arch", ttmemstat_arch_name(e->history.geometry.arch));
	tree_number(&child, "grid_x", layout->chip_x);
	tree_number(&child, "grid_y", layout->chip_y);
	tree_number(&child, "worker_x", layout->worker_x);
	tree_number(&child, "worker_y", layout->worker_y);
	tree_text(&child, "worker_grid_source", layout_source_name(layout->grid_source));
	tree_number(&child, "l1_bytes", layout->l1_bytes);
	tree_number(&child, "l1_base", layout->l1_base);
	tree_text(&child, "l1_base_source", layout_source_name(layout->base_source));
	tree_number(&child, "l1_end", layout->l1_end);
	tree_number(&child, "l1_small_size", layout->l1_small);
	tree_number(&child, "dram_banks", layout->dram_banks);
	tree_number(&child, "dram_bank_bytes", layout->dram_bytes);
	tree_child(tree, "chip", &child);
}

static void put_scopes(struct tree *tree, const struct scopes *scopes)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < scopes->count; i++) {
		struct tree item = tree_new();

		tree_text(&item, "name", scopes->items[i].name);
		tree_number(&item, "calls", scopes->items[i].calls);
		tree_number(&item, "l1", scopes->items[i].l1);
		tree_number(&item, "dram", scopes->items[i].dram);
		tree_push(tree, list, &item);
	}
	tree_put(tree, "scopes", list);
}

struct json_object *explain_json(const struct explanation *e)
{
	const struct feed *feed = &e->history.feed;
	struct tree tree = tree_new();

	tree_text(&tree, "file", e->file);
	tree_number(&tree, "nodes", e->nodes);
	tree_number(&tree, "events", e->history.events);
	tree_number(&tree, "refused", e->history.refused);
	if (e->device >= 0)
		tree_put(&tree, "device", json_object_new_int64(e->device));
	put_chip(&tree, e);
	put_side(&tree, e, &e->l1, false);
	put_core(&tree, e);
	put_side(&tree, e, &e->dram, true);
	put_misfits(&tree, e);
	if (feed->ops->scopes)
		put_scopes(&tree, feed->ops->scopes(feed->of));
	if (e->request->need)
		put_need(&tree, e);
	put_figures(&tree, "figures", &e->l1.moment.mine);
	put_figures(&tree, "chip_figures", &e->l1.moment.chip);
	if (!tree.failed)
		return tree.object;
	json_object_put(tree.object);
	return NULL;
}
