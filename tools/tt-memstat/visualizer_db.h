/* SPDX-License-Identifier: GPL-2.0-only */
/* The database of a report of ttnn-visualizer. */
#ifndef TT_MEMSTAT_VISUALIZER_DB_H
#define TT_MEMSTAT_VISUALIZER_DB_H

#include <stdbool.h>

#include <sqlite3.h>

/**
 * struct visualizer_db - a database that is being written
 * @failed: a call failed; later ones do nothing
 */
struct visualizer_db {
	sqlite3 *sqlite;
	bool failed;
};

/* Create @path with empty tables; visualizer_db_close() follows on failure, too. -EIO. */
int visualizer_db_create(struct visualizer_db *db, const char *path);
/* Execute a statement without parameters. */
void visualizer_db_execute(struct visualizer_db *db, const char *sql);
/* Insert a row: @format has i for a long long, t for a text, which may be NULL. */
void visualizer_db_insert(struct visualizer_db *db, const char *sql, const char *format, ...);
void visualizer_db_close(struct visualizer_db *db);

#endif
