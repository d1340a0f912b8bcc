/* SPDX-License-Identifier: GPL-2.0-only */
/* The data of an explanation, for all output formats. */
#ifndef TT_MEMSTAT_EXPLAIN_H
#define TT_MEMSTAT_EXPLAIN_H

#include <stdio.h>

#include <json-c/json.h>

#include "explain_options.h"
#include "holders.h"
#include "moment.h"
#include "moment_pieces.h"
#include "need.h"
#include "plan.h"

/* A space, L1 or DRAM, at the explained moment. */
struct explain_side {
	struct moment moment;
	struct shares shares;
	struct free_blocks blocks;	/* as the allocator sees them */
	uint64_t peak;			/* event number */
};

/**
 * struct explanation - data of one file
 * @file: fit for a terminal
 * @assumed: messages about assumptions, lines
 * @live: a chip of this host and its clients, of which @file is the chip; NULL: a file
 * @device: the runtime's number of the chip, of @devices; -1: there is only one
 * @l1: moment of L1, to which @core_x, @core_y and @core belong
 * @misfit: moment of the first misfit, if there is one
 * @need: result of --need
 * @out: output of explain_text()
 */
struct explanation {
	const struct explain_request *request;
	const char *file;
	const char *assumed;
	const char *live;
	int64_t device;
	size_t devices;
	uint64_t nodes;
	const struct capture *capture;
	const struct plan *plan;
	struct history history;
	struct explain_side l1;
	struct explain_side dram;
	uint32_t core_x;
	uint32_t core_y;
	struct pieces core;
	struct moment misfit;
	struct pieces need_pieces;
	struct need need;
	FILE *out;
};

/* Text for a screen. -ENOMEM. */
int explain_text(const struct explanation *e, FILE *out);
/* A self-contained page of HTML. -ENOMEM, -EIO. */
int explain_html(const struct explanation *e, FILE *out);
/* A trace for ui.perfetto.dev. -ENOMEM, -EIO. */
int explain_perfetto(const struct explanation *e, FILE *out);
/* NULL: no memory. */
struct json_object *explain_json(const struct explanation *e);

const char *explain_pool_name(uint32_t pool);

/* Bytes on the core between the highest circular buffer and the lowest buffer. */
uint64_t explain_headroom(const struct explanation *e);

/*
 * A share as "12 CBs" or "tensor 1x32 bfloat16", with its operation: one line, fit for a terminal.
 */
void explain_who(const struct moment *moment, const struct share *share, char *text, size_t len);
/* "MatmulDeviceOperation of ttnn.matmul, model.py:42 in forward"; "" if nothing is known. */
void explain_operation(const struct feed_name *name, char *text, size_t len);
#define EXPLAIN_WHO	512

/* "5.15 MiB", "512 B": three digits, in @text. */
const char *explain_bytes(uint64_t bytes, char *text);
#define EXPLAIN_BYTES	16

#endif
