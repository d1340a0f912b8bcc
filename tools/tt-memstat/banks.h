/* SPDX-License-Identifier: GPL-2.0-only */
/* Bank sets as text, as JSON and as sets of cores. */
#ifndef TT_MEMSTAT_BANKS_H
#define TT_MEMSTAT_BANKS_H

#include <stddef.h>

#include <json-c/json.h>

#include <ttmemstat.h>

#include "corerange.h"

#define BANKS_RECTS	(CORES_MAX * CORES_MAX / 2)	/* of a set of cores, at most */

/* The cores of a set of L1. */
void banks_cores(const struct tt_memstat_set_info *set, struct core_set *cores);

/* "0,0-7,7;0,8-3,8", as record --dump; "..." replaces what there is no room for. */
void banks_print_cores(const struct tt_memstat_set_info *set, char *text, size_t len);
/* "0-5,7" */
void banks_print_dram(const struct tt_memstat_set_info *set, char *text, size_t len);

/* [[0,0,7,7],[0,8,3,8]], as record --dump --json, and [0,1,7]. NULL: no memory. */
struct json_object *banks_json_cores(const struct tt_memstat_set_info *set);
struct json_object *banks_json_dram(const struct tt_memstat_set_info *set);

#endif
