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

#include "names.h"
#include "parts.h"
#include "visualizer.h"
#include "visualizer_db.h"
#include "visualizer_graph.h"

#define SCHEMA	"2.1"
#define CHUNKS	2000000	/* maximum rows of buffer_chunks; longer tables are dropped */

struct report {
	const struct explanation *e;
	struct visualizer_db db;
	struct visualizer_graph graph;	/* of the open operation; without nodes if none is */
	struct names texts;
	struct names seen;		/* loaded programs that were dispatched */
	struct parts parts;		/* with struct visualizer_buffer */
	uint64_t operation;	/* number of the open operation, 0: none so far */
	uint64_t call;
	const char *line;
	uint64_t loading;		/* program whose circular buffers are being read */
	uint64_t tensors;
	uint64_t outputs;		/* of the operation */
	uint64_t chunks;
	bool cached;		/* programs of a recording ran again */
	bool failed;
};

static bool has_failed(const struct report *r)
{
	return r->failed || r->db.failed || r->graph.failed;
}

/*
 * ---- Operations ---------------------------------------------------------------------------------
 */

static uint32_t memory_number(const char *memory)
{
	static const char *const names[] = {
		"INTERLEAVED", "HEIGHT_SHARDED", "WIDTH_SHARDED", "BLOCK_SHARDED",
	};

	for (uint32_t i = 0; memory && i < 4; i++) {
		if (!strcmp(memory, names[i]))
			return i;
	}
	return 0;
}

static bool in_l1(const struct visualizer_buffer *buffer)
{
	return buffer->type == CAPTURE_L1 || buffer->type == CAPTURE_L1_SMALL;
}

static void put_chunks(struct report *r, const struct visualizer_buffer *b)
{
	uint64_t page = b->page ? b->page : b->size;
	long long bank = 0;

	if (!in_l1(b))
		return;
	r->chunks += core_set_count(&b->on);
	for (uint32_t y = 0; y < CORES_MAX; y++)
		for (uint32_t x = 0; x < CORES_MAX && r->chunks <= CHUNKS; x++)
			if (core_set_has(&b->on, x, y))
				visualizer_db_insert(&r->db,
					"INSERT INTO buffer_chunks VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
					"iiiiiiiiii", (long long)r->operation, (long long)b->address,
					bank++, (long long)x, (long long)y, (long long)b->address,
					(long long)b->size, (long long)page,
					(long long)((b->size + page - 1) / page), (long long)b->type);
}

/* Circular buffers and kernels are not in the tables. */
static bool is_buffer(const struct tt_memstat_entry *entry)
{
	return entry->pool < TT_MEMSTAT_POOL_CB;
}

static void put_buffers(struct report *r)
{
	for (struct part *part = NULL; (part = parts_next(&r->parts, part));) {
		const struct visualizer_buffer *buffer = part->data;

		if (!is_buffer(&part->entry))
			continue;
		visualizer_db_insert(&r->db, "INSERT INTO buffers VALUES (?, 0, ?, ?, ?, ?)", "iiiii",
				     (long long)r->operation, (long long)buffer->address,
				     (long long)buffer->size, (long long)buffer->type,
				     (long long)memory_number(buffer->memory));
		put_chunks(r, buffer);
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
	visualizer_db_insert(&r->db, "INSERT INTO stack_traces VALUES (?, ?)", "it",
			     (long long)r->operation, trace);
}

static void close_operation(struct report *r)
{
	const char *graph;

	if (!r->graph.nodes)
		return;
	graph = visualizer_graph_close(&r->graph);
	visualizer_db_insert(&r->db, "INSERT INTO operations VALUES (?, ?, 0)", "it",
			     (long long)r->operation, r->graph.name);
	visualizer_db_insert(&r->db, "INSERT INTO nodes VALUES (0, ?, ?, ?)", "iit",
			     (long long)r->operation, (long long)r->operation, r->graph.name);
	visualizer_db_insert(&r->db, "INSERT INTO captured_graph VALUES (?, ?)", "it",
			     (long long)r->operation, graph);
	put_line(r);
	put_buffers(r);
	visualizer_graph_release(&r->graph);
}

static void open_operation(struct report *r, const struct feed_name *where, const char *name)
{
	r->operation++;
	r->call = where->call;
	r->line = where->line;
	r->loading = 0;
	r->outputs = 0;
	visualizer_graph_open(&r->graph, name);
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
	if (has_failed(r))
		return;
	if (r->graph.nodes && (r->call != where->call || r->graph.name != outer))
		close_operation(r);
	if (!r->graph.nodes)
		open_operation(r, where, outer);
	if (!r->graph.failed)
		visualizer_graph_enter(&r->graph, inner);
}

/*
 * ---- Events -------------------------------------------------------------------------------------
 */

static uint32_t buffer_type(uint32_t pool)
{
	switch (pool) {
	case TT_MEMSTAT_POOL_L1:
		return CAPTURE_L1;
	case TT_MEMSTAT_POOL_L1_SMALL:
		return CAPTURE_L1_SMALL;
	case TT_MEMSTAT_POOL_TRACE:
		return CAPTURE_TRACE;
	default:
		return CAPTURE_DRAM;
	}
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

static void dotted(char *text)
{
	char *colons;

	while ((colons = strstr(text, "::"))) {
		*colons = '.';
		memmove(colons + 1, colons + 2, strlen(colons + 2) + 1);
	}
}

/* Add the tensor in the buffer, from the capture's names. */
static void add_tensor(struct report *r, const struct visualizer_buffer *buffer,
		       const struct feed_name *name, uint64_t node)
{
	char dtype[64], layout[64];

	if (!name->shape)
		return;
	r->tensors++;
	visualizer_graph_tensor(&r->graph, buffer, name, r->tensors, node);
	snprintf(dtype, sizeof(dtype), "%s", name->dtype ? name->dtype : "");
	snprintf(layout, sizeof(layout), "%s", name->layout ? name->layout : "");
	dotted(dtype);
	dotted(layout);
	visualizer_db_insert(&r->db, "INSERT INTO tensors VALUES (?, ?, ?, ?, NULL, 0, ?, ?)",
			     "itttii", (long long)r->tensors, name->shape, dtype, layout,
			     (long long)buffer->address, (long long)buffer->type);
	visualizer_db_insert(&r->db, "INSERT INTO device_tensors VALUES (?, 0, ?)", "ii",
			     (long long)r->tensors, (long long)buffer->address);
	visualizer_db_insert(&r->db, "INSERT INTO output_tensors VALUES (?, ?, ?)", "iii",
			     (long long)r->operation, (long long)r->outputs++,
			     (long long)r->tensors);
}

static void allocate(struct report *r, struct part *part, struct books_client *client,
		     const struct feed_name *name)
{
	const struct tt_memstat_entry *entry = &part->entry;
	struct visualizer_buffer *buffer = part->data;
	struct core_set workers;

	*buffer = (struct visualizer_buffer){
		.address = entry->addr, .size = entry->size, .cores = name->cores,
		.page = name->page, .type = buffer_type(entry->pool), .memory = name->memory,
	};
	if (in_l1(buffer)) {
		find_cores(r, client, 0, &workers);
		find_cores(r, client, entry->set, &buffer->on);
		buffer->partly = !core_set_equal(&buffer->on, &workers);
	}
	add_tensor(r, buffer, name, visualizer_graph_allocate(&r->graph, buffer));
}

static void deallocate(void *arg, const struct part *part)
{
	struct report *r = arg;

	if (is_buffer(&part->entry))
		visualizer_graph_deallocate(&r->graph, part->data);
}

static void put_cb(struct report *r, const struct tt_memstat_entry *entry, struct books_client *client)
{
	struct core_set on;

	if (entry->pool != TT_MEMSTAT_POOL_CB)
		return;
	find_cores(r, client, entry->set, &on);
	visualizer_graph_cb(&r->graph, entry, &on);
}

static void load(struct report *r, const struct tt_memstat_entry *entry,
		 struct books_client *client)
{
	if (r->loading != entry->program || entry->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
		visualizer_graph_release_cbs(&r->graph);
	if (entry->flags & TT_MEMSTAT_ENTRY_REPLACE_PROGRAM)
		names_drop(&r->seen, entry->program);
	r->loading = entry->program;
	put_cb(r, entry, client);
}

/*
 * A cached program that runs again has no new circular buffers in a capture, and is written like
 * that. A recording tells which program it is, so its circular buffers are written again.
 */
static void dispatch(struct report *r, uint64_t program, struct books_client *client)
{
	const struct names_entry now = { .id = program };
	const struct part *part = NULL;

	if (names_find(&r->seen, program)) {
		visualizer_graph_release_cbs(&r->graph);
		r->loading = program;
		r->cached |= !r->e->capture;
		while (!r->e->capture && (part = parts_of_program(&r->parts, program, part)))
			put_cb(r, &part->entry, client);
	}
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
	if (has_failed(r))
		return -EIO;
	if (refused)
		return 0;
	r->failed |= parts_follow(&r->parts, event, &begun) != 0;
	if (releases(event))
		visualizer_graph_release_cbs(&r->graph);
	else if (entry->op == TT_MEMSTAT_OP_DISPATCH)
		dispatch(r, entry->program, client);
	if (begun)
		record(r, begun, client);
	return has_failed(r) ? -EIO : 0;
}

/*
 * ---- Other tables -------------------------------------------------------------------------------
 */

static void put_device(struct report *r)
{
	const struct layout *l = &r->e->history.layout;
	long long workers = (long long)l->worker_x * l->worker_y;
	long long bank = (long long)(l->l1_end - l->l1_base - l->l1_small);

	visualizer_db_insert(&r->db,
			     "INSERT INTO devices VALUES (0, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?, ?, ?, ?, ?)",
			     "iiiiiiiiiiiiiii", (long long)l->chip_y, (long long)l->chip_x,
			     (long long)l->worker_y, (long long)l->worker_x, (long long)l->l1_end,
			     workers, bank, (long long)l->l1_base, (long long)l->l1_base, workers,
			     (long long)l->l1_end * workers, bank * workers, bank * workers,
			     bank * workers, bank);
}

static void put_errors(struct report *r)
{
	const struct capture *capture = r->e->capture;
	const char *name = r->graph.name;

	for (size_t i = 0; capture && i < capture->count; i++) {
		if (capture->nodes[i].kind == CAPTURE_ERROR && capture->nodes[i].name)
			visualizer_db_insert(&r->db,
					     "INSERT INTO errors VALUES (?, ?, 'error', ?, '', '')",
					     "itt", (long long)r->operation, name ? name : "",
					     capture->nodes[i].name);
	}
}

static void put_all(struct report *r)
{
	struct history history = r->e->history;

	put_device(r);
	visualizer_db_insert(&r->db, "INSERT INTO report_metadata VALUES ('schema_version', ?)", "t",
			     SCHEMA);
	visualizer_db_execute(&r->db, "INSERT INTO report_metadata VALUES "
				      "('generator', 'tt-memstat export')");
	if (!has_failed(r) && history_show(&history, put_event, r))
		r->failed = true;
	close_operation(r);
	put_errors(r);
	if (r->cached || r->e->request->cache)
		visualizer_db_execute(&r->db, "INSERT INTO report_metadata VALUES "
					      "('" VISUALIZER_CACHE "', '1')");
	if (r->chunks > CHUNKS)
		visualizer_db_execute(&r->db, "DROP TABLE buffer_chunks");
	visualizer_db_execute(&r->db, "COMMIT");
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
	struct report report = { .e = e, .graph.layout = &e->history.layout };
	char *db = NULL, *descriptor = NULL;
	int err = -ENOMEM;

	parts_init(&report.parts, sizeof(struct visualizer_buffer), &ops, &report);
	if (asprintf(&db, "%s/%s", directory, VISUALIZER_DB) < 0)
		db = NULL;
	if (asprintf(&descriptor, "%s/%s", directory, VISUALIZER_DESCRIPTOR) < 0)
		descriptor = NULL;
	if (db && descriptor)
		err = make_place(directory, db);
	if (!err)
		err = visualizer_db_create(&report.db, db);
	if (!err) {
		put_all(&report);
		err = has_failed(&report) ? -EIO : write_descriptor(e, descriptor);
	}
	visualizer_db_close(&report.db);
	visualizer_graph_release(&report.graph);
	names_release(&report.texts);
	names_release(&report.seen);
	parts_clear(&report.parts);
	free(db);
	free(descriptor);
	return err;
}
