// SPDX-License-Identifier: GPL-2.0-only
/*
 * Convert a report of ttnn-visualizer to a capture.
 *
 * `captured_graph` has the nodes of each operation, `buffers` the live buffers after it. tt-metal's
 * importer omits some functions, so allocations and deallocations are inserted where the nodes do
 * not result in the live buffers.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "array.h"
#include "explain_tree.h"
#include "json.h"
#include "visualizer.h"

#define MAGIC	"SQLite format 3"

/* A live buffer, by the nodes so far or by the table. */
struct bank {
	int64_t type;
	int64_t address;
	int64_t size;
	int64_t layout;
	bool partly;	/* on cores that its nodes name; the table has none, and adds nothing */
	bool listed;	/* in the table after this operation */
};

struct reading {
	sqlite3 *db;
	FILE *out;
	uint64_t counter;
	struct bank *live;
	size_t count;
	size_t room;
	bool any;	/* the table has buffers */
	int err;
};

static char *database_of(const char *name)
{
	struct stat st;
	char *path = NULL;

	if (stat(name, &st))
		return NULL;
	if (!S_ISDIR(st.st_mode))
		return strdup(name);
	return asprintf(&path, "%s/%s", name, VISUALIZER_DB) < 0 ? NULL : path;
}

bool visualizer_is(const char *name)
{
	char magic[sizeof(MAGIC)] = "";
	char *path = database_of(name);
	FILE *file = path ? fopen(path, "re") : NULL;
	bool is = file && fread(magic, 1, sizeof(magic), file) == sizeof(magic) &&
		  !memcmp(magic, MAGIC, sizeof(magic));

	if (file)
		fclose(file);
	free(path);
	return is;
}

static const char *column_text(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	return text ? text : "";
}

/* NULL: the table or a column is missing. */
static sqlite3_stmt *prepare(struct reading *r, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(r->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return NULL;
	return statement;
}

static struct bank *find_live(struct reading *r, const struct bank *bank, bool partly)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->live[i].type == bank->type && r->live[i].address == bank->address &&
		    r->live[i].partly == partly)
			return &r->live[i];
	}
	return NULL;
}

static void add_live(struct reading *r, const struct bank *bank)
{
	int err = array_reserve((void **)&r->live, r->count, &r->room, sizeof(*bank));

	if (err)
		r->err = err;
	else
		r->live[r->count++] = *bank;
}

/* Update the live buffers by a node of the graph. */
static void follow(struct reading *r, struct json_object *node)
{
	const char *type = json_field_string(node, "node_type");
	struct json_object *params = json_field(node, "params", json_type_object);
	struct bank bank = { 0 };
	struct bank *live;

	if (!type || strncmp(type, "buffer_", 7) || json_field_s64(params, "address", &bank.address) <= 0)
		return;
	if (json_field_s64(params, "buffer_type", &bank.type) < 0)
		return;
	bank.partly = json_field_string(params, CAPTURE_BUFFER_CORES);
	live = find_live(r, &bank, bank.partly);
	if (!strcmp(type, "buffer_allocate") && (bank.partly || !live))
		add_live(r, &bank);
	else if (!strcmp(type, "buffer_deallocate") && live)
		*live = r->live[--r->count];
}

/* Nodes are numbered within their operation. */
static void renumber(struct json_object *node, const char *key, uint64_t base)
{
	struct json_object *list = json_field(node, key, json_type_array), *moved;
	size_t count = list ? json_object_array_length(list) : 0;

	moved = json_object_new_array();
	for (size_t i = 0; moved && i < count; i++)
		json_object_array_add(moved, json_object_new_uint64(base +
			json_object_get_uint64(json_object_array_get_idx(list, i))));
	json_object_object_add(node, key, moved);
}

static void put_node(struct reading *r, struct json_object *node, uint64_t base, uint64_t number)
{
	json_object_object_add(node, "counter", json_object_new_uint64(base + number));
	json_object_object_del(node, "id");
	renumber(node, "connections", base);
	renumber(node, "input_tensors", base);
	fprintf(r->out, "%s\n%s", r->counter ? "," : "",
		json_object_to_json_string_ext(node, JSON_C_TO_STRING_PLAIN));
	r->counter++;
	follow(r, node);
}

/* Copy an operation's nodes, without the start and end of its own capture. */
static void put_graph(struct reading *r, const char *text)
{
	struct json_object *graph = json_tokener_parse(text);
	uint64_t base = r->counter ? r->counter + 1 : 0;
	size_t count = json_object_is_type(graph, json_type_array) ? json_object_array_length(graph) : 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *node = json_object_array_get_idx(graph, i);
		const char *type = json_field_string(node, "node_type");

		if (type && (!strcmp(type, "capture_start") || !strcmp(type, "capture_end"))) {
			json_object_object_add(node, "node_type", json_object_new_string("capture_start"));
			json_object_object_add(node, "params", NULL);
		}
		if (type)
			put_node(r, node, base, i);
	}
	json_object_put(graph);
	r->counter = base + count;
}

static void put_buffer(struct reading *r, const char *type, const struct bank *bank)
{
	static const char *const layouts[] = {
		"INTERLEAVED", "HEIGHT_SHARDED", "WIDTH_SHARDED", "BLOCK_SHARDED",
	};

	fprintf(r->out, "%s\n{\"counter\":%llu,\"node_type\":\"%s\",\"params\":{\"address\":%lld,"
		"\"buffer_type\":%lld,\"device_id\":0,\"layout\":\"%s\",\"max_size_per_bank\":%lld,"
		"\"size\":%lld}}", r->counter ? "," : "", (unsigned long long)r->counter, type,
		(long long)bank->address, (long long)bank->type,
		layouts[bank->layout >= 0 && bank->layout < 4 ? bank->layout : 0],
		(long long)bank->size, (long long)bank->size);
	r->counter++;
}

/* Make the live buffers after an operation equal to the table. */
static void reconcile(struct reading *r, sqlite3_stmt *buffers, int64_t operation)
{
	if (!buffers || !r->any)
		return;
	for (size_t i = 0; i < r->count; i++)
		r->live[i].listed = false;
	sqlite3_reset(buffers);
	sqlite3_bind_int64(buffers, 1, operation);
	while (!r->err && sqlite3_step(buffers) == SQLITE_ROW) {
		const struct bank bank = {
			.type = sqlite3_column_int64(buffers, 0),
			.address = sqlite3_column_int64(buffers, 1),
			.size = sqlite3_column_int64(buffers, 2),
			.layout = sqlite3_column_int64(buffers, 3),
			.listed = true,
		};
		struct bank *live = find_live(r, &bank, false);

		if (bank.type == CAPTURE_HOST || (!live && find_live(r, &bank, true)))
			continue;
		if (live) {
			live->listed = true;
			live->size = bank.size;
			live->layout = bank.layout;
			continue;
		}
		put_buffer(r, "buffer_allocate", &bank);
		add_live(r, &bank);
	}
	for (size_t i = r->count; i > 0; i--) {
		if (r->live[i - 1].listed || r->live[i - 1].partly || r->live[i - 1].type == CAPTURE_HOST)
			continue;
		put_buffer(r, "buffer_deallocate", &r->live[i - 1]);
		r->live[i - 1] = r->live[--r->count];
	}
}

static void put_operations(struct reading *r)
{
	sqlite3_stmt *graphs = prepare(r, "SELECT o.operation_id, g.captured_graph FROM operations o "
				       "LEFT JOIN captured_graph g ON g.operation_id = o.operation_id "
				       "ORDER BY o.operation_id");
	sqlite3_stmt *buffers = prepare(r, "SELECT DISTINCT buffer_type, address, max_size_per_bank, "
					"buffer_layout FROM buffers WHERE operation_id = ?");
	sqlite3_stmt *any = prepare(r, "SELECT 1 FROM buffers LIMIT 1");

	r->any = any && sqlite3_step(any) == SQLITE_ROW;
	if (!graphs)
		r->err = -EBADMSG;
	fputs("\"graph\":[", r->out);
	while (!r->err && sqlite3_step(graphs) == SQLITE_ROW) {
		put_graph(r, column_text(graphs, 1));
		reconcile(r, buffers, sqlite3_column_int64(graphs, 0));
	}
	fputs("]", r->out);
	sqlite3_finalize(graphs);
	sqlite3_finalize(buffers);
	sqlite3_finalize(any);
}

static void put_devices(struct reading *r)
{
	static const char *const fields[] = {
		"device_id", "num_x_compute_cores", "num_y_compute_cores", "worker_l1_size",
		"l1_bank_size", "address_at_first_l1_bank", "address_at_first_l1_cb_buffer",
	};
	sqlite3_stmt *devices = prepare(r, "SELECT device_id, num_x_compute_cores, num_y_compute_cores, "
					"worker_l1_size, l1_bank_size, address_at_first_l1_bank, "
					"address_at_first_l1_cb_buffer FROM devices");
	bool first = true;

	fputs("\"devices\":[", r->out);
	while (devices && sqlite3_step(devices) == SQLITE_ROW) {
		for (int i = 0; i < 7; i++)
			fprintf(r->out, "%s\"%s\":%lld", i ? "," : first ? "{" : ",{", fields[i],
				(long long)sqlite3_column_int64(devices, i));
		fputc('}', r->out);
		first = false;
	}
	fputs("],", r->out);
	sqlite3_finalize(devices);
}

/* Assign lines of Python to operations by name, in turn. */
static void put_traces(struct reading *r)
{
	sqlite3_stmt *traces = prepare(r, "SELECT o.name, s.stack_trace FROM operations o LEFT JOIN "
				       "stack_traces s ON s.operation_id = o.operation_id "
				       "ORDER BY o.operation_id");
	bool first = true;

	fputs("\"python_io\":[", r->out);
	while (traces && sqlite3_step(traces) == SQLITE_ROW) {
		char *lines = strdup(column_text(traces, 1)), *rest = lines, *line;
		bool next = false;

		fputs(first ? "{\"name\":" : ",{\"name\":", r->out);
		tree_print_string(r->out, column_text(traces, 0));
		fputs(",\"python_stack_trace\":[", r->out);
		while ((line = strsep(&rest, "\n"))) {
			if (!strstr(line, "File \""))
				continue;
			fputs(next ? "," : "", r->out);
			tree_print_string(r->out, line);
			next = true;
		}
		fputs("]}", r->out);
		free(lines);
		first = false;
	}
	fputs("],", r->out);
	sqlite3_finalize(traces);
}

static void put_descriptor(struct reading *r, const char *name)
{
	struct stat st;
	char *path = NULL, *text = NULL;
	size_t len;

	if (stat(name, &st) || !S_ISDIR(st.st_mode) ||
	    asprintf(&path, "%s/%s", name, VISUALIZER_DESCRIPTOR) < 0)
		return;
	if (!cli_read(path, 1 << 20, &text, &len)) {
		char *whole = strndup(text, len);

		fputs("\"cluster_descriptor\":", r->out);
		tree_print_string(r->out, whole ? whole : "");
		fputc(',', r->out);
		free(whole);
		free(text);
	}
	free(path);
}

/* Of a report that tt-memstat export has written. */
static void put_cache(struct reading *r)
{
	sqlite3_stmt *row = prepare(r, "SELECT 1 FROM report_metadata WHERE key = '"
				       VISUALIZER_CACHE "'");

	if (row && sqlite3_step(row) == SQLITE_ROW)
		fputs("\"" VISUALIZER_CACHE "\":true,", r->out);
	sqlite3_finalize(row);
}

int visualizer_read(const char *name, char **text, size_t *len)
{
	struct reading r = { 0 };
	char *path = database_of(name);

	*text = NULL;
	if (!path)
		return -ENOMEM;
	r.out = open_memstream(text, len);
	if (!r.out)
		r.err = -ENOMEM;
	else if (sqlite3_open_v2(path, &r.db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		r.err = -EBADMSG;
	if (!r.err) {
		fputs("{\"version\":1,", r.out);
		put_cache(&r);
		put_devices(&r);
		put_descriptor(&r, name);
		put_traces(&r);
		put_operations(&r);
		fputs("}\n", r.out);
	}
	if (r.out && fclose(r.out) && !r.err)
		r.err = -ENOMEM;
	sqlite3_close(r.db);
	free(r.live);
	free(path);
	if (r.err) {
		free(*text);
		*text = NULL;
	}
	return r.err;
}
