// SPDX-License-Identifier: GPL-2.0-only
/* Print the summary of a replay. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "explain_tree.h"
#include "summary.h"

/* A client's figures in the text; --json has all. */
static const enum tt_memstat_figure shown[] = {
	TT_MEMSTAT_FIG_L1_PEAK,
	TT_MEMSTAT_FIG_L1_USED,
	TT_MEMSTAT_FIG_L1_FOOTPRINT_PEAK,
	TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK,
	TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED,
	TT_MEMSTAT_FIG_L1_BUFFERS_PEAK,
	TT_MEMSTAT_FIG_L1_BUFFERS_USED,
	TT_MEMSTAT_FIG_L1_SMALL_PEAK,
	TT_MEMSTAT_FIG_L1_SMALL_USED,
	TT_MEMSTAT_FIG_CB_PEAK,
	TT_MEMSTAT_FIG_CB_USED,
	TT_MEMSTAT_FIG_CB_LOADED_PEAK,
	TT_MEMSTAT_FIG_CB_LOADED,
	TT_MEMSTAT_FIG_L1_HEADROOM_MIN,
	TT_MEMSTAT_FIG_L1_CLASH,
	TT_MEMSTAT_FIG_DRAM_PEAK,
	TT_MEMSTAT_FIG_DRAM_USED,
	TT_MEMSTAT_FIG_TRACE_USED,
	TT_MEMSTAT_FIG_PROGRAMS,
	TT_MEMSTAT_FIG_RECORDS,
	TT_MEMSTAT_FIG_REJECTED,
};

static void print_figure(const struct tt_memstat_figures *figures, unsigned int n)
{
	const char *name = ttmemstat_figure_name(n);
	uint64_t value;
	int64_t number;

	if (!ttmemstat_figure(figures, n, &value))
		printf("%-24s unknown\n", name);
	else if (ttmemstat_figure_is_signed(n) && ttmemstat_figure_signed(figures, n, &number))
		printf("%-24s %lld\n", name, (long long)number);
	else
		printf("%-24s %llu\n", name, (unsigned long long)value);
}

static void print_count(const char *name, size_t value, bool always)
{
	if (value || always)
		printf("%-24s %zu\n", name, value);
}

static size_t misfits(const struct summary *s)
{
	return s->plan->misfit_count + s->result->misfits;
}

static void print_unknown(const struct capture *capture)
{
	char type[64];

	for (size_t i = 0; i < capture->unknown_count; i++) {
		ttmemstat_sanitize(type, sizeof(type), capture->unknown[i].type);
		printf("%-24s %zu %s\n", "unknown_node_type", capture->unknown[i].count, type);
	}
}

static void print_chip(const struct summary *s)
{
	const struct plan *plan = s->plan;

	printf("%-24s %s\n", "chip", s->chip);
	printf("%-24s %llu\n", "client", (unsigned long long)s->result->client);
	print_count("files", s->workload->part_count, s->workload->part_count > 1);
	printf("%-24s %zu\n", "nodes", s->capture->count);
	printf("%-24s %ux%u (%s)\n", "worker_grid", s->layout->worker_x, s->layout->worker_y,
	       layout_source_name(s->layout->grid_source));
	printf("%-24s %llu (%s)\n", "l1_base", (unsigned long long)s->layout->l1_base,
	       layout_source_name(s->layout->base_source));
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		print_figure(&s->result->mine, shown[i]);
	printf("before the capture: %zu\n", plan->before);
	print_count("does_not_fit", misfits(s), false);
	print_count("refused", s->result->refused, false);
	print_count("programs_loaded", plan->programs.programs, true);
	print_count("program_cache_hits", plan->programs.hits, false);
	print_count("program_cache_unknown", plan->programs.unknown_hits, false);
	print_count("host_memory", plan->host, false);
	print_count("empty", plan->empty, false);
	print_unknown(s->capture);
}

int summary_text(const struct summary *summaries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			putchar('\n');
		print_chip(&summaries[i]);
	}
	return 0;
}

static void put_misfits(struct tree *tree, const struct plan *plan)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < plan->misfit_count; i++) {
		const struct plan_misfit *misfit = &plan->misfits[i];
		struct tree item = tree_new();

		tree_number(&item, "node", misfit->node);
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

static void put_layout(struct tree *tree, const struct layout *layout)
{
	char grid[32];

	snprintf(grid, sizeof(grid), "%ux%u", layout->worker_x, layout->worker_y);
	tree_text(tree, "worker_grid", grid);
	tree_text(tree, "worker_grid_source", layout_source_name(layout->grid_source));
	tree_number(tree, "l1_base", layout->l1_base);
	tree_text(tree, "l1_base_source", layout_source_name(layout->base_source));
	tree_number(tree, "l1_end", layout->l1_end);
	tree_number(tree, "l1_small_size", layout->l1_small);
}

static void put_counts(struct tree *tree, const struct summary *s)
{
	const struct plan *plan = s->plan;
	struct tree unknown = tree_new();

	tree_number(tree, "files", s->workload->part_count);
	tree_number(tree, "nodes", s->capture->count);
	tree_number(tree, "before_the_capture", plan->before);
	tree_number(tree, "refused", s->result->refused);
	tree_number(tree, "programs_loaded", plan->programs.programs);
	tree_number(tree, "program_cache_hits", plan->programs.hits);
	tree_number(tree, "program_cache_unknown", plan->programs.unknown_hits);
	tree_number(tree, "host_memory", plan->host);
	tree_number(tree, "empty", plan->empty);
	tree_number(tree, "does_not_fit", misfits(s));
	put_misfits(tree, plan);
	for (size_t i = 0; i < s->capture->unknown_count; i++) {
		char type[64];

		ttmemstat_sanitize(type, sizeof(type), s->capture->unknown[i].type);
		tree_number(&unknown, type, s->capture->unknown[i].count);
	}
	tree_child(tree, "unknown_node_types", &unknown);
}

static void chip_tree(struct tree *tree, const struct summary *s)
{
	struct tree chip = tree_new();

	tree_text(tree, "file", s->file);
	tree_text(tree, "chip", s->chip);
	tree_number(tree, "client", s->result->client);
	put_layout(tree, s->layout);
	tree_figures(tree, &s->result->mine);
	put_counts(tree, s);
	tree_figures(&chip, &s->result->chip);
	tree_child(tree, "chip_figures", &chip);
}

int summary_json(const struct summary *summaries, size_t count)
{
	struct tree tree = tree_new();
	const char *text = NULL;

	if (count == 1) {
		chip_tree(&tree, summaries);
	} else {
		struct json_object *chips = json_object_new_array();

		for (size_t i = 0; i < count; i++) {
			struct tree chip = tree_new();

			chip_tree(&chip, &summaries[i]);
			tree_push(&tree, chips, &chip);
		}
		tree_text(&tree, "file", summaries->file);
		tree_put(&tree, "chips", chips);
	}
	if (!tree.failed)
		text = json_object_to_json_string_ext(tree.object, JSON_C_TO_STRING_PRETTY);
	if (text)
		puts(text);
	json_object_put(tree.object);
	return text ? 0 : -ENOMEM;
}
