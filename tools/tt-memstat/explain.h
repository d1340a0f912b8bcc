/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A history explained: what all ways of telling it are made from.
 */
#ifndef TT_MEMSTAT_EXPLAIN_H
#define TT_MEMSTAT_EXPLAIN_H

#include <stdio.h>

#include <json-c/json.h>

#include "explain_options.h"
#include "holders.h"
#include "moment.h"
#include "need.h"
#include "pieces.h"
#include "plan.h"

/* Of one space, L1 or DRAM: the moment that is told, and what was there. */
struct explain_side {
	struct moment moment;
	struct shares shares;
	struct free_blocks blocks;	/* of what an allocation sees */
	uint64_t peak;			/* event */
};

/**
 * struct explanation - what is told of a file
 * @file: fit for a terminal
 * @assumed: what was said of assumptions, lines
 * @device: the runtime's number of the chip, of @devices; -1: there is one
 * @l1: L1's moment, where @core_x, @core_y and @core are of
 * @misfit: what was there when the first of the misfits came, if there is one
 * @need: if it was asked
 * @out: while it is told on a screen
 */
struct explanation {
	const struct explain_request *request;
	const char *file;
	const char *assumed;
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

/* One screen. -ENOMEM. */
int explain_text(const struct explanation *e, FILE *out);
/* A page of HTML that needs nothing else. -ENOMEM, -EIO. */
int explain_html(const struct explanation *e, FILE *out);
/* A trace for ui.perfetto.dev. -ENOMEM, -EIO. */
int explain_perfetto(const struct explanation *e, FILE *out);
/* NULL: no memory. */
struct json_object *explain_json(const struct explanation *e);

const char *explain_pool_name(uint32_t pool);

/* A share of "12 CBs" or "tensor 1x32 bfloat16", with who made it: one line, fit for a terminal. */
void explain_who(const struct moment *moment, const struct share *share, char *text, size_t len);
/* "MatmulDeviceOperation of ttnn.matmul, model.py:42 in forward"; "" if nothing is known. */
void explain_operation(const struct feed_name *name, char *text, size_t len);
#define EXPLAIN_WHO	512

/* "5.15 MiB", "512 B": three digits; lives in @text. */
const char *explain_bytes(uint64_t bytes, char *text);
#define EXPLAIN_BYTES	16

#endif
