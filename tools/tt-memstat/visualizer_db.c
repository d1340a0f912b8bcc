// SPDX-License-Identifier: GPL-2.0-only
/* Write the database of a report: its schema, and rows one by one. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>

#include "visualizer_db.h"

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

int visualizer_db_create(struct visualizer_db *db, const char *path)
{
	db->failed = sqlite3_open(path, &db->sqlite) != SQLITE_OK;
	visualizer_db_execute(db, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;");
	visualizer_db_execute(db, schema);
	return db->failed ? -EIO : 0;
}

void visualizer_db_execute(struct visualizer_db *db, const char *sql)
{
	if (!db->failed)
		db->failed = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK;
}

static int bind(sqlite3_stmt *statement, const char *format, va_list args)
{
	int err = SQLITE_OK;

	for (int i = 1; err == SQLITE_OK && format[i - 1]; i++) {
		if (format[i - 1] == 'i')
			err = sqlite3_bind_int64(statement, i, va_arg(args, long long));
		else
			err = sqlite3_bind_text(statement, i, va_arg(args, const char *), -1,
						SQLITE_TRANSIENT);
	}
	return err;
}

void visualizer_db_insert(struct visualizer_db *db, const char *sql, const char *format, ...)
{
	sqlite3_stmt *statement = NULL;
	va_list args;

	if (db->failed)
		return;
	va_start(args, format);
	db->failed = sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) != SQLITE_OK ||
		     bind(statement, format, args) != SQLITE_OK ||
		     sqlite3_step(statement) != SQLITE_DONE;
	va_end(args);
	sqlite3_finalize(statement);
}

void visualizer_db_close(struct visualizer_db *db)
{
	sqlite3_close(db->sqlite);
	db->sqlite = NULL;
}
