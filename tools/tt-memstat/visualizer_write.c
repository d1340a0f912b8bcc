// SPDX-License-Identifier: GPL-2.0-only
/*
 * Write a history as a report of ttnn-visualizer.
 *
 * An operation is a call of the outermost function or, in recordings, consecutive events with the
 * same name. `buffers` has the live buffers after it, `captured_graph` its nodes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "banks.h"
#include "explain_tree.h"
#include "names.h"
#include "parts.h"
#include "visualizer.h"

#define SCHEMA	"2.1"
#define CHUNKS	2000000	/* maximum rows of buffer_chunks; longer tables are dropped */

static const char schema[] =
"CREATE TABLE devices (device_id int, num_y_cores int, num_x_cores int, num_y_compute_cores int,"
" num_x_compute_cores int, worker_l1_size int, l1_num_banks int, l1_bank_size int,"
" address_at_first_l1_bank int, address_at_first_l1_cb_buffer int, num_banks_per_storage_core int,"
" num_compute_cores int, num_storage_cores int, total_l1_memory int, total_l1_for_tensors int,"
" total_l1_for_interleaved_buffers int, total_l1_for_sharded_buffers int, cb_limit int);"
"CREATE TABLE operations (operation_id int UNIQUE, name text, duration float);"
"CREATE TABLE operation_arguments (operation_id int, name text, value text);"
"CREATE TABLE tensors (tensor_id int UNIQUE, shape text, dtype text, layout text,"
" memory_config text, device_id int, address int, buffer_type int);"
"CREATE TABLE device_tensors (tensor_id int, device_id int, address int);"
"CREATE TABLE buffers (operation_id int, device_id int, address int, max_size_per_bank int,"
" buffer_type int, buffer_layout int);"
"CREATE TABLE buffer_chunks (operation_id int, device_id int, address int, bank_id int, core_x int,"
" core_y int, chunk_address int, chunk_size int, page_size int, num_pages int, buffer_type int);"
"CREATE TABLE captured_graph (operation_id int, captured_graph text);"
"CREATE TABLE nodes (operation_id int, unique_id int, node_operation_id int, name text);"
"CREATE TABLE edges (operation_id int, source_unique_id int, sink_unique_id int,"
" source_output_index int, sink_input_index int, key int);"
"CREATE TABLE report_metadata (key text UNIQUE, value text);"
"CREATE TABLE errors (operation_id int, operation_name text, error_type text, error_message text,"
" stack_trace text, timestamp text);"
"CREATE TABLE stack_traces (operation_id int, stack_trace text);"
"CREATE TABLE input_tensors (operation_id int, input_index int, tensor_id int);"
"CREATE TABLE output_tensors (operation_id int, output_index int, tensor_id int);"
"CREATE TABLE local_tensor_comparison_records (tensor_id int, golden_tensor_id int, matches int,"
" desired_pcc float, actual_pcc float);"
"CREATE TABLE global_tensor_comparison_records (tensor_id int, golden_tensor_id int, matches int,"
" desired_pcc float, actual_pcc float);"
"BEGIN;";

/* A live buffer, or a part of one. */
struct live {
	uint64_t address;
	uint64_t size;
	uint64_t cores;
	uint64_t page;
	uint32_t type;
	const char *layout;
	struct core_set on;	/* in L1 */
	bool partly;		/* other cores than all workers */
};

struct report {
	const struct explanation *e;
	sqlite3 *db;
	struct names texts;
	struct names seen;		/* loaded programs that were dispatched */
	struct parts parts;		/* with struct live */
	uint64_t operation;	/* number of the open operation, 0: none so far */
	bool open;
	uint64_t call;
	const char *name;		/* of the open operation */
	const char *inner;		/* of the open function in it, or NULL */
	const char *line;
	struct json_object *nodes;
	uint64_t loading;		/* program whose circular buffers are being read */
	uint64_t tensors;
	uint64_t outputs;		/* of the operation */
	uint64_t chunks;
	bool failed;
};

/*
 * ---- SQLite -------------------------------------------------------------------------------------
 */

/* Insert a row: @format has i for a number, t for a text, which may be NULL. */
static void insert(struct report *r, const char *sql, const char *format, ...)
{
	sqlite3_stmt *statement = NULL;
	va_list args;

	if (r->failed)
		return;
	r->failed = sqlite3_prepare_v2(r->db, sql, -1, &statement, NULL) != SQLITE_OK;
	va_start(args, format);
	for (int i = 1; !r->failed && format[i - 1]; i++) {
		if (format[i - 1] == 'i') {
			r->failed = sqlite3_bind_int64(statement, i, va_arg(args, long long)) != SQLITE_OK;
		} else {
			const char *text = va_arg(args, const char *);

			r->failed = sqlite3_bind_text(statement, i, text, -1, SQLITE_TRANSIENT) !=
				    SQLITE_OK;
		}
	}
	va_end(args);
	if (!r->failed)
		r->failed = sqlite3_step(statement) != SQLITE_DONE;
	sqlite3_finalize(statement);
}

/*
 * ---- Nodes --------------------------------------------------------------------------------------
 */

/* Append a node and return its number. Takes ownership of @params. */
static uint64_t add_node(struct report *r, const char *type, struct tree *params, uint64_t level)
{
	uint64_t counter = json_object_array_length(r->nodes);
	struct tree node = tree_new();

	tree_number(&node, "counter", counter);
	tree_number(&node, "id", counter);
	tree_put(&node, "node_type", json_object_new_string(type));
	tree_child(&node, "params", params);
	tree_number(&node, "stacking_level", level);
	tree_put(&node, "arguments", json_object_new_array());
	tree_put(&node, "input_tensors", json_object_new_array());
	tree_put(&node, "connections", json_object_new_array());
	r->failed |= node.failed || json_object_array_add(r->nodes, node.object);
	return counter;
}

static void connect_nodes(struct report *r, uint64_t from, uint64_t to)
{
	struct json_object *list;

	if (json_object_object_get_ex(json_object_array_get_idx(r->nodes, from), "connections", &list))
		json_object_array_add(list, json_object_new_uint64(to));
}

static void add_function(struct report *r, const char *type, const char *name, uint64_t level)
{
	struct tree params = tree_new();

	tree_text(&params, "name", name);
	add_node(r, type, &params, level);
}

static void close_inner(struct report *r)
{
	if (r->inner)
		add_function(r, "function_end", r->inner, 2);
	r->inner = NULL;
}

/*
 * ---- Operations ---------------------------------------------------------------------------------
 */

static uint32_t layout_number(const char *layout)
{
	static const char *const names[] = {
		"INTERLEAVED", "HEIGHT_SHARDED", "WIDTH_SHARDED", "BLOCK_SHARDED",
	};

	for (uint32_t i = 0; layout && i < 4; i++) {
		if (!strcmp(layout, names[i]))
			return i;
	}
	return 0;
}

static void put_chunks(struct report *r, const struct live *live)
{
	uint64_t page = live->page ? live->page : live->size;
	long long bank = 0;

	if (live->type == 0 || live->type == 4)
		return;
	r->chunks += core_set_count(&live->on);
	for (uint32_t y = 0; y < CORES_MAX; y++)
		for (uint32_t x = 0; x < CORES_MAX && r->chunks <= CHUNKS; x++)
			if (core_set_has(&live->on, x, y))
				insert(r, "INSERT INTO buffer_chunks VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
				       "iiiiiiiiii", (long long)r->operation,
				       (long long)live->address, bank++, (long long)x, (long long)y,
				       (long long)live->address, (long long)live->size,
				       (long long)page, (long long)((live->size + page - 1) / page),
				       (long long)live->type);
}

/* Circular buffers and kernels are not in the tables. */
static bool is_buffer(const struct tt_memstat_entry *entry)
{
	return entry->pool < TT_MEMSTAT_POOL_CB;
}

static void put_buffers(struct report *r)
{
	for (struct part *part = NULL; (part = parts_next(&r->parts, part));) {
		const struct live *live = part->data;

		if (!is_buffer(&part->entry))
			continue;
		insert(r, "INSERT INTO buffers VALUES (?, 0, ?, ?, ?, ?)", "iiiii",
		       (long long)r->operation, (long long)live->address, (long long)live->size,
		       (long long)live->type, (long long)layout_number(live->layout));
		put_chunks(r, live);
	}
}

/* Write "model.py:42 in forward" in Python's format. */
static void put_line(struct report *r)
{
	char file[256] = "", function[128] = "", trace[512];
	unsigned long line = 0;

	if (!r->line || sscanf(r->line, "%255[^:]:%lu in %127[^\n]", file, &line, function) < 2)
		return;
	snprintf(trace, sizeof(trace), "  File \"%s\", line %lu, in %s", file, line,
		 *function ? function : "<module>");
	insert(r, "INSERT INTO stack_traces VALUES (?, ?)", "it", (long long)r->operation, trace);
}

static void close_operation(struct report *r)
{
	struct tree params = tree_new();

	if (!r->open) {
		json_object_put(params.object);
		return;
	}
	close_inner(r);
	add_function(r, "function_end", r->name, 1);
	add_node(r, "capture_end", &params, 0);
	insert(r, "INSERT INTO operations VALUES (?, ?, 0)", "it", (long long)r->operation, r->name);
	insert(r, "INSERT INTO nodes VALUES (0, ?, ?, ?)", "iit", (long long)r->operation,
	       (long long)r->operation, r->name);
	insert(r, "INSERT INTO captured_graph VALUES (?, ?)", "it", (long long)r->operation,
	       json_object_to_json_string_ext(r->nodes, JSON_C_TO_STRING_PLAIN));
	put_line(r);
	put_buffers(r);
	json_object_put(r->nodes);
	r->nodes = NULL;
	r->open = false;
}

static void open_operation(struct report *r, const struct feed_name *where, const char *name)
{
	struct tree params = tree_new();

	r->operation++;
	r->open = true;
	r->call = where->call;
	r->name = name;
	r->line = where->line;
	r->loading = 0;
	r->outputs = 0;
	r->nodes = json_object_new_array();
	if (!r->nodes) {
		r->failed = true;
		json_object_put(params.object);
		return;
	}
	add_node(r, "capture_start", &params, 0);
	add_function(r, "function_start", name, 1);
}

/* Open the operation and the function in it that the event belongs to. */
static void enter(struct report *r, const struct feed_name *where, const char *otherwise)
{
	const char *outer = where->caller ? where->caller : where->operation;
	const char *inner = where->caller ? where->operation : NULL;
	char clean[EXPLAIN_WHO];

	ttmemstat_sanitize(clean, sizeof(clean), outer ? outer : otherwise);
	outer = names_keep(&r->texts, clean);
	if (inner) {
		ttmemstat_sanitize(clean, sizeof(clean), inner);
		inner = names_keep(&r->texts, clean);
	}
	if (!outer)
		r->failed = true;
	if (r->failed)
		return;
	if (r->open && (r->call != where->call || r->name != outer))
		close_operation(r);
	if (!r->open)
		open_operation(r, where, outer);
	if (r->failed || r->inner == inner)
		return;
	close_inner(r);
	if (inner)
		add_function(r, "function_start", inner, 2);
	r->inner = inner;
}

/*
 * ---- Events -------------------------------------------------------------------------------------
 */

static uint32_t buffer_type(uint32_t pool)
{
	switch (pool) {
	case TT_MEMSTAT_POOL_L1:
		return 1;
	case TT_MEMSTAT_POOL_L1_SMALL:
		return 3;
	case TT_MEMSTAT_POOL_TRACE:
		return 4;
	default:
		return 0;
	}
}

/* "{[0-0 - 7-7], [0-8 - 3-8]}"; the caller frees it. NULL: no memory. */
static char *cores_text(const struct core_set *cores)
{
	struct core_rect rects[BANKS_RECTS];
	size_t count = core_set_rects(cores, rects, BANKS_RECTS), len;
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fputc('{', out);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s[%u-%u - %u-%u]", i ? ", " : "", rects[i].x0, rects[i].y0, rects[i].x1,
			rects[i].y1);
	fputc('}', out);
	return fclose(out) ? NULL : text;
}

/* The cores of a record in L1 or of a circular buffer. */
static void find_cores(const struct report *r, struct books_client *client, uint32_t set,
		       struct core_set *cores)
{
	const struct layout *layout = &r->e->history.layout;

	memset(cores, 0, sizeof(*cores));
	for (uint32_t y = 0; y < layout->chip_y; y++)
		for (uint32_t x = 0; x < layout->chip_x; x++)
			if (books_set_has(client, set, x, y))
				cores->row[y] |= 1u << x;
}

static struct tree buffer_params(const struct report *r, const struct live *live)
{
	static const char *const types[] = { "DRAM", "L1", "SYSTEM_MEMORY", "L1_SMALL", "TRACE" };
	const struct layout *layout = &r->e->history.layout;
	uint64_t banks = live->cores ? live->cores : live->partly ? core_set_count(&live->on) :
			 live->type == 0 || live->type == 4 ? layout->dram_banks :
			 (uint64_t)layout->worker_x * layout->worker_y;
	struct tree params = tree_new();

	tree_number(&params, "address", live->address);
	tree_number(&params, "buffer_type", live->type);
	tree_number(&params, "device_id", 0);
	tree_text(&params, "layout", live->layout ? live->layout : "INTERLEAVED");
	tree_number(&params, "max_size_per_bank", live->size);
	tree_number(&params, "num_cores", live->cores);
	tree_number(&params, "page_size", live->page);
	tree_number(&params, "size", live->size * banks);
	tree_text(&params, "type", types[live->type]);
	if (live->partly) {
		char *cores = cores_text(&live->on);

		tree_text(&params, CAPTURE_BUFFER_CORES, cores);
		free(cores);
	}
	return params;
}

static void dotted(char *text)
{
	char *colons;

	while ((colons = strstr(text, "::"))) {
		*colons = '.';
		memmove(colons + 1, colons + 2, strlen(colons + 2) + 1);
	}
}

/* Add the tensor in the buffer, from the capture's names. */
static void add_tensor(struct report *r, const struct live *live, const struct feed_name *name,
		       uint64_t buffer)
{
	struct tree params = tree_new();
	char dtype[64], layout[64];

	if (!name->shape) {
		json_object_put(params.object);
		return;
	}
	r->tensors++;
	tree_number(&params, "tensor_id", r->tensors);
	tree_text(&params, "shape", name->shape);
	tree_text(&params, "dtype", name->dtype);
	tree_text(&params, "layout", name->layout);
	tree_number(&params, "device_id", 0);
	tree_number(&params, "address", live->address);
	tree_number(&params, "buffer_type", live->type);
	connect_nodes(r, buffer, add_node(r, "tensor", &params, 2));
	snprintf(dtype, sizeof(dtype), "%s", name->dtype ? name->dtype : "");
	snprintf(layout, sizeof(layout), "%s", name->layout ? name->layout : "");
	dotted(dtype);
	dotted(layout);
	insert(r, "INSERT INTO tensors VALUES (?, ?, ?, ?, NULL, 0, ?, ?)", "itttii",
	       (long long)r->tensors, name->shape, dtype, layout, (long long)live->address,
	       (long long)live->type);
	insert(r, "INSERT INTO device_tensors VALUES (?, 0, ?)", "ii", (long long)r->tensors,
	       (long long)live->address);
	insert(r, "INSERT INTO output_tensors VALUES (?, ?, ?)", "iii", (long long)r->operation,
	       (long long)r->outputs++, (long long)r->tensors);
}

static void allocate(struct report *r, struct part *part, struct books_client *client,
		     const struct feed_name *name)
{
	const struct tt_memstat_entry *entry = &part->entry;
	struct live *live = part->data;
	struct tree params, identity = tree_new();
	struct core_set workers;
	uint64_t buffer, node;

	*live = (struct live){
		.address = entry->addr, .size = entry->size, .cores = name->cores,
		.page = name->page, .type = buffer_type(entry->pool), .layout = name->memory,
	};
	if (entry->pool == TT_MEMSTAT_POOL_L1 || entry->pool == TT_MEMSTAT_POOL_L1_SMALL) {
		find_cores(r, client, 0, &workers);
		find_cores(r, client, entry->set, &live->on);
		live->partly = !core_set_equal(&live->on, &workers);
	}
	params = buffer_params(r, live);
	tree_number(&identity, "size", live->size);
	tree_text(&identity, "type", live->type == 0 ? "DRAM" : "L1");
	buffer = add_node(r, "buffer", &identity, 2);
	node = add_node(r, "buffer_allocate", &params, 2);
	connect_nodes(r, buffer, node);
	add_tensor(r, live, name, buffer);
}

static void deallocate(void *arg, const struct part *part)
{
	struct report *r = arg;
	struct tree params;

	if (!is_buffer(&part->entry))
		return;
	params = buffer_params(r, part->data);
	add_node(r, "buffer_deallocate", &params, 2);
}

static void add_release(struct report *r)
{
	struct tree params = tree_new();

	tree_number(&params, "device_id", 0);
	add_node(r, "circular_buffer_deallocate_all", &params, 2);
}

static void load(struct report *r, const struct tt_memstat_entry *entry, struct books_client *client)
{
	struct tree params = tree_new();
	struct core_set on;
	char *cores;

	find_cores(r, client, entry->set, &on);
	cores = cores_text(&on);
	if (r->loading != entry->program || entry->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
		add_release(r);
	if (entry->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
		names_drop(&r->seen, entry->program);
	r->loading = entry->program;
	tree_number(&params, "address", entry->addr);
	tree_text(&params, "core_range_set", cores);
	tree_number(&params, "device_id", 0);
	tree_text(&params, "globally_allocated", entry->flags & TT_MEMSTAT_ENTRY_VIEW ? "1" : "0");
	tree_number(&params, "size", entry->size);
	add_node(r, "circular_buffer_allocate", &params, 2);
	r->failed |= !cores;
	free(cores);
}

/* A cached program runs again without new circular buffers. */
static void dispatch(struct report *r, uint64_t program)
{
	const struct names_entry now = { .id = program };

	if (names_find(&r->seen, program))
		add_release(r);
	r->failed |= names_put(&r->seen, &now) != 0;
}

static void unloaded(void *arg, uint64_t program)
{
	struct report *r = arg;

	names_drop(&r->seen, program);
}

static void record(struct report *r, struct part *part, struct books_client *client)
{
	const struct feed *feed = &r->e->history.feed;
	const struct tt_memstat_entry *entry = &part->entry;
	struct feed_name name = { 0 };

	if (entry->pool == TT_MEMSTAT_POOL_CB)
		load(r, entry, client);
	if (!is_buffer(entry))
		return;
	feed->ops->name(feed->of, entry->id, entry->program, &name);
	allocate(r, part, client, &name);
}

/* Whether the event ends all circular buffers of a program. */
static bool releases(const struct feed_event *event)
{
	return event->entry.op == TT_MEMSTAT_OP_PROGRAM_FREE ||
	       event->drop >> TT_MEMSTAT_POOL_CB & 1;
}

static int put_event(void *arg, const struct feed_event *event, bool refused,
		     const struct books *books, struct books_client *client)
{
	struct report *r = arg;
	const struct feed *feed = &r->e->history.feed;
	const struct tt_memstat_entry *entry = &event->entry;
	struct feed_name where = { 0 };
	struct part *begun;

	(void)books;
	feed->ops->where(feed->of, event->node, &where);
	if (entry->op == TT_MEMSTAT_OP_SNAPSHOT)
		return 0;
	enter(r, &where, event->drop || entry->op == TT_MEMSTAT_OP_FREE ? "ttnn::deallocate" :
									  "allocate");
	if (r->failed)
		return -EIO;
	if (refused)
		return 0;
	r->failed |= parts_follow(&r->parts, event, &begun) != 0;
	if (releases(event))
		add_release(r);
	else if (entry->op == TT_MEMSTAT_OP_DISPATCH)
		dispatch(r, entry->program);
	if (begun)
		record(r, begun, client);
	return r->failed ? -EIO : 0;
}

/*
 * ---- Other tables
 * --------------------------------------------------------------------------------
 */

static void put_device(struct report *r)
{
	const struct layout *l = &r->e->history.layout;
	long long workers = (long long)l->worker_x * l->worker_y;
	long long bank = (long long)(l->l1_end - l->l1_base - l->l1_small);

	insert(r, "INSERT INTO devices VALUES (0, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?, ?, ?, ?, ?)",
	       "iiiiiiiiiiiiiii", (long long)l->chip_y, (long long)l->chip_x, (long long)l->worker_y,
	       (long long)l->worker_x, (long long)l->l1_end, workers, bank, (long long)l->l1_base,
	       (long long)l->l1_base, workers, (long long)l->l1_end * workers, bank * workers,
	       bank * workers, bank * workers, bank);
}

static void put_errors(struct report *r)
{
	const struct capture *capture = r->e->capture;

	for (size_t i = 0; capture && i < capture->count; i++) {
		if (capture->nodes[i].kind == CAPTURE_ERROR && capture->nodes[i].name)
			insert(r, "INSERT INTO errors VALUES (?, ?, 'error', ?, '', '')", "itt",
			       (long long)r->operation, r->name ? r->name : "",
			       capture->nodes[i].name);
	}
}

static void put_all(struct report *r)
{
	struct history history = r->e->history;

	put_device(r);
	insert(r, "INSERT INTO report_metadata VALUES ('schema_version', ?)", "t", SCHEMA);
	insert(r, "INSERT INTO report_metadata VALUES ('generator', 'tt-memstat export')", "");
	if (!r->failed && history_show(&history, put_event, r))
		r->failed = true;
	close_operation(r);
	put_errors(r);
	if (r->chunks > CHUNKS)
		r->failed |= sqlite3_exec(r->db, "DROP TABLE buffer_chunks", NULL, NULL, NULL) != SQLITE_OK;
	r->failed |= sqlite3_exec(r->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK;
}

static int write_descriptor(const struct explanation *e, const char *path)
{
	const struct tt_memstat_geometry *g = &e->history.geometry;
	bool blackhole = g->arch == TT_MEMSTAT_ARCH_BLACKHOLE;
	FILE *out = fopen(path, "wxe");
	int err;

	if (!out)
		return -errno;
	if (e->capture && e->capture->descriptor) {
		fputs(e->capture->descriptor, out);
	} else {
		fprintf(out, "arch:\n  0: %s\nchips:\n  {}\nethernet_connections:\n  []\n"
			"chip_unique_ids:\n  0: 1\nchips_with_mmio:\n  - 0: 0\n",
			blackhole ? "blackhole" : "wormhole_b0");
		if (g->valid & TT_MEMSTAT_GEOMETRY_TENSIX_MASK)
			fprintf(out, "harvesting:\n  0:\n    noc_translation: true\n    harvest_mask: %u\n"
				"    dram_harvesting_mask: %u\n", g->tensix_mask, g->dram_mask);
		fprintf(out, "boards:\n  -\n    - board_id: 1\n    - board_type: %s\n    - chips:\n"
			"        - 0\nasic_locations:\n  0: 0\n", blackhole ? "p150" : "n150");
	}
	err = ferror(out) ? -EIO : 0;
	return fclose(out) && !err ? -errno : err;
}

/* Refuse to overwrite files. */
static int make_place(const char *directory, const char *db)
{
	if (mkdir(directory, 0777) && errno != EEXIST)
		return -errno;
	return access(db, F_OK) ? 0 : -EEXIST;
}

int visualizer_write(const struct explanation *e, const char *directory)
{
	static const struct parts_ops ops = { .ended = deallocate, .unloaded = unloaded };
	struct report report = { .e = e };
	char *db = NULL, *descriptor = NULL;
	int err = -ENOMEM;

	parts_init(&report.parts, sizeof(struct live), &ops, &report);
	if (asprintf(&db, "%s/%s", directory, VISUALIZER_DB) < 0)
		db = NULL;
	if (asprintf(&descriptor, "%s/%s", directory, VISUALIZER_DESCRIPTOR) < 0)
		descriptor = NULL;
	if (db && descriptor)
		err = make_place(directory, db);
	if (!err && (sqlite3_open(db, &report.db) != SQLITE_OK ||
		     sqlite3_exec(report.db, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;", NULL,
				  NULL, NULL) != SQLITE_OK ||
		     sqlite3_exec(report.db, schema, NULL, NULL, NULL) != SQLITE_OK))
		err = -EIO;
	if (!err) {
		put_all(&report);
		err = report.failed ? -EIO : write_descriptor(e, descriptor);
	}
	sqlite3_close(report.db);
	json_object_put(report.nodes);
	names_release(&report.texts);
	names_release(&report.seen);
	parts_clear(&report.parts);
	free(db);
	free(descriptor);
	return err;
}
