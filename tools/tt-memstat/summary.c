// SPDX-License-Identifier: GPL-2.0-only
/* Print the summary of a replay. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

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

/* @failed: memory was short for at least one value. */
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

static void put_string(struct tree *tree, const char *key, const char *value)
{
	char clean[4096];

	ttmemstat_sanitize(clean, sizeof(clean), value);
	put(tree, key, json_object_new_string(clean));
}

static void put_figures(struct tree *tree, const struct tt_memstat_figures *figures)
{
	for (unsigned int n = 0; n < TT_MEMSTAT_FIGURES; n++) {
		const char *name = ttmemstat_figure_name(n);
		uint64_t value;
		int64_t number;

		if (!name || !ttmemstat_figure(figures, n, &value))
			continue;
		if (ttmemstat_figure_is_signed(n) && ttmemstat_figure_signed(figures, n, &number))
			put(tree, name, json_object_new_int64(number));
		else
			put_number(tree, name, value);
	}
}

static struct json_object *misfit_list(const struct plan *plan, bool *failed)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; list && i < plan->misfit_count; i++) {
		const struct plan_misfit *misfit = &plan->misfits[i];
		struct tree item = { .object = json_object_new_object() };

		if (!item.object || json_object_array_add(list, item.object)) {
			json_object_put(item.object);
			*failed = true;
			break;
		}
		put_number(&item, "node", misfit->node);
		if (!misfit->what.outside) {
			put_number(&item, "needs", misfit->what.need);
			put_number(&item, "of", misfit->what.have);
		}
		if (!misfit->what.dram) {
			put_number(&item, "x", misfit->what.x);
			put_number(&item, "y", misfit->what.y);
		}
		*failed |= item.failed;
	}
	return list;
}

static void put_layout(struct tree *tree, const struct layout *layout)
{
	char grid[32];

	snprintf(grid, sizeof(grid), "%ux%u", layout->worker_x, layout->worker_y);
	put_string(tree, "worker_grid", grid);
	put_string(tree, "worker_grid_source", layout_source_name(layout->grid_source));
	put_number(tree, "l1_base", layout->l1_base);
	put_string(tree, "l1_base_source", layout_source_name(layout->base_source));
	put_number(tree, "l1_end", layout->l1_end);
	put_number(tree, "l1_small_size", layout->l1_small);
}

static void put_counts(struct tree *tree, const struct summary *s)
{
	const struct plan *plan = s->plan;
	struct tree unknown = { .object = json_object_new_object() };

	put_number(tree, "files", s->workload->part_count);
	put_number(tree, "nodes", s->capture->count);
	put_number(tree, "before_the_capture", plan->before);
	put_number(tree, "refused", s->result->refused);
	put_number(tree, "programs_loaded", plan->programs.programs);
	put_number(tree, "program_cache_hits", plan->programs.hits);
	put_number(tree, "program_cache_unknown", plan->programs.unknown_hits);
	put_number(tree, "host_memory", plan->host);
	put_number(tree, "empty", plan->empty);
	put_number(tree, "does_not_fit", misfits(s));
	put(tree, "misfits", misfit_list(plan, &tree->failed));
	if (unknown.object) {
		for (size_t i = 0; i < s->capture->unknown_count; i++) {
			char type[64];

			ttmemstat_sanitize(type, sizeof(type), s->capture->unknown[i].type);
			put_number(&unknown, type, s->capture->unknown[i].count);
		}
	}
	tree->failed |= unknown.failed;
	put(tree, "unknown_node_types", unknown.object);
}

/* NULL: no memory. */
static struct json_object *chip_object(const struct summary *s)
{
	struct tree tree = { .object = json_object_new_object() };
	struct tree chip = { .object = json_object_new_object() };

	if (!tree.object || !chip.object) {
		json_object_put(tree.object);
		json_object_put(chip.object);
		return NULL;
	}
	put_string(&tree, "file", s->file);
	put_string(&tree, "chip", s->chip);
	put_number(&tree, "client", s->result->client);
	put_layout(&tree, s->layout);
	put_figures(&tree, &s->result->mine);
	put_counts(&tree, s);
	put_figures(&chip, &s->result->chip);
	put(&tree, "chip_figures", chip.object);
	if (tree.failed || chip.failed) {
		json_object_put(tree.object);
		return NULL;
	}
	return tree.object;
}

static int print_object(struct json_object *object)
{
	const char *text = object ? json_object_to_json_string_ext(object,
								   JSON_C_TO_STRING_PRETTY) : NULL;

	if (text)
		puts(text);
	json_object_put(object);
	return text ? 0 : -ENOMEM;
}

int summary_json(const struct summary *summaries, size_t count)
{
	struct tree tree = { 0 };
	struct json_object *chips;

	if (count == 1)
		return print_object(chip_object(summaries));
	tree.object = json_object_new_object();
	chips = json_object_new_array();
	for (size_t i = 0; i < count && chips && !tree.failed; i++) {
		struct json_object *chip = chip_object(&summaries[i]);

		if (!chip || json_object_array_add(chips, chip)) {
			json_object_put(chip);
			tree.failed = true;
		}
	}
	if (!tree.object || !chips || tree.failed) {
		json_object_put(tree.object);
		json_object_put(chips);
		return -ENOMEM;
	}
	put_string(&tree, "file", summaries->file);
	put(&tree, "chips", chips);
	if (tree.failed) {
		json_object_put(tree.object);
		return -ENOMEM;
	}
	return print_object(tree.object);
}
