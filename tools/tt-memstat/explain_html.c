// SPDX-License-Identifier: GPL-2.0-only
/*
 * Write an explanation as a single page of HTML, with the data for the script in report.html. The
 * numbers of timeline points and of moments are limited, so long histories are thinned out.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "explain_tree.h"
#include "names.h"

#define POINTS	1200	/* of the timeline */
#define MOMENTS	96	/* with all holders and cores */
#define SHARES	60	/* of a moment, of each space */

/* The page before and after the data; the assembler includes the file. */
__asm__(".pushsection .rodata\n"
	"report_html:\n.incbin \"" TTMEMSTAT_REPORT "\"\n.byte 0\n"
	".popsection\n");
extern const char report_html[] __attribute__((visibility("hidden")));

struct point {
	uint64_t event;
	uint64_t node;
	struct books_usage usage;
	const char *op;
};

struct page {
	const struct explanation *e;
	struct names texts;
	struct json_object *names;	/* texts in their order */
	struct names numbers;		/* hash of a text -> its place */
	struct point *points;
	size_t point_count;
	uint64_t step;			/* events of a point */
	uint64_t event;
	struct json_object *moments;
	bool failed;
};

/*
 * ---- The timeline -------------------------------------------------------------------------------
 */

static uint64_t weight(const struct books_usage *usage)
{
	return usage->l1_used + usage->dram_used / 64;
}

/* Keep the fullest of each @step events. */
static int add_point(void *arg, const struct feed_event *event, bool refused,
		     const struct books *books, struct books_client *client)
{
	struct page *page = arg;
	struct point point = { .event = ++page->event, .node = event->node };
	const struct feed *feed = &page->e->history.feed;
	size_t at = (size_t)((point.event - 1) / page->step);
	struct feed_name name = { 0 };
	char text[EXPLAIN_WHO];

	(void)refused;
	(void)client;
	books_get_usage(books, &point.usage);
	if (at < page->point_count && weight(&point.usage) <= weight(&page->points[at].usage))
		return 0;
	feed->ops->where(feed->of, event->node, &name);
	explain_operation(&name, text, sizeof(text));
	point.op = names_keep(&page->texts, text);
	page->points[at] = point;
	page->point_count = at + 1;
	return 0;
}

static int run_timeline(struct page *page)
{
	struct history history = page->e->history;

	page->step = history.events / POINTS + 1;
	page->points = calloc((size_t)(history.events / page->step) + 2, sizeof(*page->points));
	if (!page->points)
		return -ENOMEM;
	return history_show(&history, add_point, page);
}

/*
 * ---- Texts, each once ---------------------------------------------------------------------------
 */

static uint64_t hash_text(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325ull;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3ull;
	return hash;
}

/* Index of a text among the page's names. */
static int64_t number_of(struct page *page, const char *text)
{
	uint64_t hash = hash_text(text);
	const struct names_entry *known = names_find(&page->numbers, hash);
	const struct names_entry entry = {
		.id = hash, .event = json_object_array_length(page->names),
	};

	if (known)
		return (int64_t)known->event;
	if (names_put(&page->numbers, &entry) ||
	    json_object_array_add(page->names, json_object_new_string(text)))
		page->failed = true;
	return (int64_t)entry.event;
}

/*
 * ---- Moments ------------------------------------------------------------------------------------
 */

static void push_number(struct json_object *list, uint64_t value)
{
	json_object_array_add(list, json_object_new_uint64(value));
}

static void put_side(struct page *page, struct tree *tree, const struct moment *moment, bool dram)
{
	const struct books_usage *usage = &moment->usage;
	struct json_object *list = json_object_new_array();
	struct tree side = tree_new();
	struct shares shares;
	uint64_t used = dram ? usage->dram_used : usage->l1_used, rest = 0;
	char who[EXPLAIN_WHO];

	if (shares_of(moment, dram ? TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1, &shares)) {
		page->failed = true;
		json_object_put(list);
		json_object_put(side.object);
		return;
	}
	for (size_t i = 0; i < shares.count; i++) {
		const struct share *share = &shares.items[i];
		const struct holder *holder = &moment->holders[share->first];
		struct json_object *item;

		if (i >= SHARES) {
			rest += share->bytes;
			continue;
		}
		explain_who(moment, share, who, sizeof(who));
		item = json_object_new_array();
		json_object_array_add(item, json_object_new_string(explain_pool_name(holder->pool)));
		push_number(item, share->bytes);
		push_number(item, share->most);
		push_number(item, share->banks);
		push_number(item, share->count);
		json_object_array_add(item, json_object_new_int64(number_of(page, who)));
		json_object_array_add(item, json_object_new_int64(share->count == 1 ?
								  (int64_t)holder->address : -1));
		json_object_array_add(list, item);
	}
	tree_number(&side, "used", used);
	tree_number(&side, "capacity", moment_figure(&moment->chip, dram ?
			TT_MEMSTAT_FIG_DRAM_CAPACITY : TT_MEMSTAT_FIG_L1_CAPACITY));
	tree_number(&side, "shared", shares.bytes - used);
	tree_number(&side, "rest", rest);
	tree_put(&side, "shares", list);
	tree_child(tree, dram ? "dram" : "l1", &side);
	shares_release(&shares);
}

/* The map of a core as text; equal maps share it. */
static struct json_object *core_map(struct page *page, const struct moment *moment, uint32_t x,
				    uint32_t y)
{
	static const char *const kinds[] = {
		[PIECE_FREE] = "free", [PIECE_BASE] = "reserved", [PIECE_SMALL] = "free",
		[PIECE_END] = "reserved",
	};
	struct json_object *list = json_object_new_array();
	struct pieces pieces;
	char who[EXPLAIN_WHO];

	if (pieces_of_core(moment, &page->e->history.layout, x, y, &pieces)) {
		page->failed = true;
		return list;
	}
	for (size_t i = 0; i < pieces.count; i++) {
		const struct piece *piece = &pieces.items[i];
		const struct share share = { .first = piece->holder, .count = 1 };
		struct json_object *item = json_object_new_array();
		bool held = piece->kind == PIECE_HELD;

		if (held)
			explain_who(moment, &share, who, sizeof(who));
		json_object_array_add(item, json_object_new_string(held ?
			explain_pool_name(moment->holders[piece->holder].pool) : kinds[piece->kind]));
		push_number(item, piece->from);
		push_number(item, piece->to);
		json_object_array_add(item, json_object_new_int64(held ? number_of(page, who) : -1));
		json_object_array_add(list, item);
	}
	pieces_release(&pieces);
	return list;
}

static void put_cores(struct page *page, struct tree *tree, const struct moment *moment)
{
	const struct layout *layout = &page->e->history.layout;
	struct json_object *used = json_object_new_array(), *maps = json_object_new_array();
	struct json_object *map_of = json_object_new_array();
	struct names seen = { 0 };

	for (uint32_t y = 0; y < layout->chip_y; y++) {
		for (uint32_t x = 0; x < layout->chip_x; x++) {
			struct json_object *map = core_map(page, moment, x, y);
			struct names_entry entry = {
				.id = hash_text(json_object_to_json_string(map)),
				.event = json_object_array_length(maps),
			};
			const struct names_entry *known = names_find(&seen, entry.id);

			push_number(used, moment->core[y][x]);
			push_number(map_of, known ? known->event : entry.event);
			if (known) {
				json_object_put(map);
				continue;
			}
			json_object_array_add(maps, map);
			page->failed |= names_put(&seen, &entry) != 0;
		}
	}
	names_release(&seen);
	tree_put(tree, "cores", used);
	tree_put(tree, "maps", maps);
	tree_put(tree, "map_of", map_of);
}

static int add_moment(void *arg, const struct moment *moment)
{
	struct page *page = arg;
	struct tree tree = tree_new();
	char text[EXPLAIN_WHO];

	tree_number(&tree, "event", moment->event);
	tree_number(&tree, "node", moment->event ? moment->node : 0);
	explain_operation(&moment->name, text, sizeof(text));
	tree_put(&tree, "op", json_object_new_string(text));
	put_side(page, &tree, moment, false);
	put_side(page, &tree, moment, true);
	put_cores(page, &tree, moment);
	if (tree.failed || json_object_array_add(page->moments, tree.object))
		page->failed = true;
	return page->failed ? -ENOMEM : 0;
}

static int ascending(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* The peaks, the end, and the fullest events of equal parts of the history. */
static int run_moments(struct page *page)
{
	struct history history = page->e->history;
	uint64_t at[MOMENTS + 4];
	size_t count = 0, kept = 0;
	size_t every = page->point_count / MOMENTS + 1;

	at[count++] = 0;
	at[count++] = history.l1_peak;
	at[count++] = history.dram_peak;
	at[count++] = history.events;
	for (size_t i = 0; i < page->point_count && count < MOMENTS + 4; i += every)
		at[count++] = page->points[i].event;
	qsort(at, count, sizeof(*at), ascending);
	for (size_t i = 0; i < count; i++) {
		if (!kept || at[kept - 1] != at[i])
			at[kept++] = at[i];
	}
	return history_visit(&history, at, kept, add_moment, page);
}

/*
 * ---- The page -----------------------------------------------------------------------------------
 */

static void put_timeline(struct page *page, struct tree *tree)
{
	static const struct {
		const char *name;
		size_t offset;
	} columns[] = {
		{ "event", offsetof(struct point, event) },
		{ "node", offsetof(struct point, node) },
		{ "cb", offsetof(struct point, usage.cb_used) },
		{ "l1", offsetof(struct point, usage.l1_buffers_used) },
		{ "l1_small", offsetof(struct point, usage.l1_small_used) },
		{ "dram", offsetof(struct point, usage.dram_buffers_used) },
		{ "trace", offsetof(struct point, usage.trace_used) },
	};
	struct json_object *ops = json_object_new_array(), *op_of = json_object_new_array();
	struct names seen = { 0 };
	struct tree line = tree_new();

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		struct json_object *list = json_object_new_array();

		for (size_t k = 0; k < page->point_count; k++)
			push_number(list, *(const uint64_t *)((const char *)&page->points[k] +
							      columns[i].offset));
		tree_put(&line, columns[i].name, list);
	}
	for (size_t k = 0; k < page->point_count; k++) {
		const char *op = page->points[k].op;
		struct names_entry entry = {
			.id = op ? hash_text(op) : 0, .event = json_object_array_length(ops),
		};
		const struct names_entry *known = names_find(&seen, entry.id);

		json_object_array_add(op_of, json_object_new_int64(!op || !*op ? -1 :
			(int64_t)(known ? known->event : entry.event)));
		if (!op || !*op || known)
			continue;
		json_object_array_add(ops, json_object_new_string(op));
		page->failed |= names_put(&seen, &entry) != 0;
	}
	names_release(&seen);
	tree_put(&line, "op", op_of);
	tree_child(tree, "timeline", &line);
	tree_put(tree, "ops", ops);
}

static void put_chip(struct page *page, struct tree *tree)
{
	const struct layout *layout = &page->e->history.layout;
	struct tree chip = tree_new();
	char text[256], l1[EXPLAIN_BYTES], bank[EXPLAIN_BYTES];

	snprintf(text, sizeof(text), "%s, %ux%u cores of %s, workers %ux%u, %u DRAM banks of %s; %llu %s",
		 ttmemstat_arch_name(page->e->history.geometry.arch), layout->chip_x, layout->chip_y,
		 explain_bytes(layout->l1_bytes, l1), layout->worker_x, layout->worker_y,
		 layout->dram_banks, explain_bytes(layout->dram_bytes, bank),
		 (unsigned long long)page->e->nodes, page->e->capture ? "nodes" : "events");
	tree_put(&chip, "text", json_object_new_string(text));
	tree_number(&chip, "grid_x", layout->chip_x);
	tree_number(&chip, "grid_y", layout->chip_y);
	tree_number(&chip, "l1_bytes", layout->l1_bytes);
	tree_child(tree, "chip", &chip);
}

static int put_text(struct page *page, struct tree *tree)
{
	char *text = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&text, &len);

	if (!stream)
		return -ENOMEM;
	explain_text(page->e, stream);
	if (fclose(stream))
		return -ENOMEM;
	tree_put(tree, "text", json_object_new_string(text));
	free(text);
	return 0;
}

/* Write < as JSON's \u003c, so that the data cannot end the enclosing element. */
static void write_data(FILE *out, const char *json)
{
	for (const char *next; (next = strchr(json, '<')); json = next + 1)
		fprintf(out, "%.*s\\u003c", (int)(next - json), json);
	fputs(json, out);
}

static int write_page(FILE *out, struct json_object *data)
{
	static const char mark[] = "@DATA@";
	const char *at = strstr(report_html, mark);
	const char *json = json_object_to_json_string_ext(data, JSON_C_TO_STRING_PLAIN);

	if (!at || !json)
		return -ENOMEM;
	fwrite(report_html, 1, (size_t)(at - report_html), out);
	write_data(out, json);
	fputs(at + strlen(mark), out);
	return ferror(out) ? -EIO : 0;
}

int explain_html(const struct explanation *e, FILE *out)
{
	struct page page = {
		.e = e, .names = json_object_new_array(), .moments = json_object_new_array(),
	};
	struct tree tree = tree_new();
	int err = page.names && page.moments ? run_timeline(&page) : -ENOMEM;

	if (!err)
		err = run_moments(&page);
	tree_put(&tree, "file", json_object_new_string(e->file));
	tree_put(&tree, "unit", json_object_new_string(e->capture ? "node" : "event"));
	tree_number(&tree, "events", e->history.events);
	tree_number(&tree, "l1_peak", e->history.l1_peak);
	tree_number(&tree, "dram_peak", e->history.dram_peak);
	tree_number(&tree, "misfits", e->plan ? e->plan->misfit_count : 0);
	tree_number(&tree, "fullest", (uint64_t)e->core_y * e->history.layout.chip_x + e->core_x);
	put_chip(&page, &tree);
	put_timeline(&page, &tree);
	if (!err)
		err = put_text(&page, &tree);
	tree_put(&tree, "names", page.names);
	tree_put(&tree, "moments", page.moments);
	if (!err && (tree.failed || page.failed))
		err = -ENOMEM;
	if (!err)
		err = write_page(out, tree.object);
	json_object_put(tree.object);
	names_release(&page.texts);
	names_release(&page.numbers);
	free(page.points);
	return err;
}
